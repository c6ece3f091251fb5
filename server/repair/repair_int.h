/* What the files of repair share; nobody else includes it. The steps, in order: repair_read (a file → loose polygons), repair_rings (each ring
 * by itself), repair_edges (which edges meet, exactly), repair_snap (what is within the tolerance of a neighbour), repair_node (GEOS: one set of
 * faces), repair_deal (whose each face is), repair_import (all of it). */
#pragma once
#include "geo/sweep.h"
#include "repair/repair.h"

typedef struct Loose {  /* one polygon of a feature */
        size_t feature; /* index */
        Ring *rings;    /* the outer one first; not closed */
        size_t n;
} Loose;

typedef struct LooseList {
        Loose *v;
        size_t n, cap;
} LooseList;

typedef struct Repair {
        Arena *arena;
        const RepairOptions *options;
        RepairReport *report;
        LooseList loose;
        LooseList before;     /* as it was before snapping */
        size_t points, rings; /* read so far */
        int64_t until_us;     /* by time_mono_us */
        RepairFinding spare;  /* for what is counted and not listed */
        LooseList ground;     /* of the communities near the file; feature: their index */
        int64_t *communities; /* by that index */
        size_t community_n;
} Repair;

/* Ends it; false, so that a step can return it. */
bool repair_end(Repair *r, RepairStop stop, const char *detail);
/* Is there time left? Ends it when there is none. */
bool repair_on(Repair *r);
/* A finding, counted; beyond the limit of its kind it is not listed. Never NULL. */
RepairFinding *repair_note(Repair *r, RepairKind kind, RepairRule rule);
/* The ring as the polygon of a finding, with its m². */
void repair_show(Repair *r, RepairFinding *f, const Ring *ring);
double ring_m2(const Ring *ring); /* of any ring, crossing itself or not: not negative */

/* ---- repair_read.c ----------------------------------------------------------------------------------------------------------- */

bool repair_read(Repair *r, const RepairFile *file);

typedef struct RepairPoint {
        LonLat at;
        Str name;
} RepairPoint;
typedef struct RepairPointList {
        RepairPoint *v;
        size_t n, cap;
} RepairPointList;
bool repair_read_points(Repair *r, const RepairFile *file, RepairPointList *ret);

/* ---- repair_rings.c ---------------------------------------------------------------------------------------------------------- */

/* Removes what is wrong with single rings; the rest of them is not closed, without duplicates and spikes, of three points and more. */
bool repair_rings(Repair *r);

/* ---- repair_edges.c ---------------------------------------------------------------------------------------------------------- */

typedef struct RingAt { /* a ring among all rings */
        uint32_t loose, ring;
        uint32_t first; /* its first side among all sides */
} RingAt;

typedef struct Side {
        uint32_t from, to; /* nodes, as the ring runs */
        uint32_t ring;     /* among all rings */
        uint32_t edge;
} Side;

typedef struct Edge { /* sides between the same two nodes */
        uint32_t a, b;
        uint32_t side;   /* the first of them */
        uint32_t second; /* another one, or UINT32_MAX: it borders on nothing */
} Edge;

typedef struct Edges {
        RingAt *rings;
        size_t ring_n;
        Side *sides;
        size_t side_n;
        Edge *v;
        size_t n;
        Point *nodes;
        uint32_t *node_sides; /* a side that starts at the node */
        size_t node_n;
        bool met; /* edges meet outside of their ends */
} Edges;

/* The table of the loose polygons as they are now. */
bool repair_edges(Repair *r, Edges *ret);
/* Notes crossings of polygons with themselves and vertices on neighbours' edges. */
bool repair_meetings(Repair *r, Edges *e);
static inline size_t side_feature(const Repair *r, const Edges *e, uint32_t side) {
        return r->loose.v[e->rings[e->sides[side].ring].loose].feature;
}

/* ---- repair_snap.c ----------------------------------------------------------------------------------------------------------- */

/* Moves vertices and puts them into edges of neighbours that are within the tolerance; also takes out near spikes. The rings are new ones.
 * *ret_any: something was changed. */
bool repair_snap(Repair *r, const Edges *e, bool *ret_any);

/* ---- repair_node.c ----------------------------------------------------------------------------------------------------------- */

typedef struct Face {
        Polygon polygon;
        double x, y; /* a point inside, e7 */
        double m2, border_m;
        uint32_t *cover; /* features that cover it, ascending */
        uint32_t cover_n;
        uint32_t owner;     /* 1 + feature; 0: nobody */
        uint32_t around[2]; /* of what nobody covers: 1 + feature, by the length of the common border */
        uint32_t remainder; /* its number; 0: none */
        int64_t community;  /* of known ground; 0: there is none */
        uint8_t kind;       /* RepairKind of what is wrong with it; REPAIR_KINDS: nothing */
        uint8_t rule;
} Face;

typedef struct FaceList {
        Face *v;
        size_t n, cap;
} FaceList;

/* The faces between all borders, with the features that cover each. */
bool repair_node(Repair *r, FaceList *ret);

/* ---- repair_ground.c --------------------------------------------------------------------------------------------------------- */

/* The communities that the file comes near to. */
bool repair_ground(Repair *r);
/* Vertices of the file within the tolerance of an outline go onto it. *ret_any: something was changed. */
bool repair_ground_snap(Repair *r, bool *ret_any);
/* The faces between all borders and outlines, those of known ground alone, with the features of the same community that cover each. */
bool repair_ground_node(Repair *r, FaceList *ret);

/* ---- repair_deal.c ----------------------------------------------------------------------------------------------------------- */

/* What is wrong with each face, remainders and decisions, slivers to neighbours: every face has its owner then. */
bool repair_deal(Repair *r, FaceList *faces);
bool repair_is_sliver(const Repair *r, const Face *f);
MeshTag repair_tag(const Repair *r, size_t feature);
/* Builds the mesh of the faces by their owners; *ret_owner: per face of the mesh 1 + feature. */
bool repair_mesh(Repair *r, const FaceList *faces, uint32_t **ret_owner);
