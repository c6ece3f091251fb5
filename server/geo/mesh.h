/* One planar mesh 网格拓扑: shared nodes and edges in whole e7 coordinates, grids as faces, every higher place a union of faces, so
 * that a gap or an overlap cannot be said in it. Every edit keeps all invariants or is refused with the reason and the place, and
 * then nothing has changed. Pure: no database, no clock. Built once from polygons (mesh_build), stored as one blob (mesh_pack),
 * read at speed through geo/mesh_locate.h. A mesh belongs to one thread at a time. The words, the rules and the sources are in README.md, the
 * structure is decided in docs/adr/0012. */
#pragma once
#include "geo/outline.h"

typedef struct Mesh Mesh;

/* Ids are small, dense and stable: an edit leaves the ids of what it does not touch. 0 is none, and as a face the outside.
 * Ids of faces are never given twice in the life of a mesh (nor after mesh_pack and mesh_unpack); those of nodes and edges are.
 * The same edits on the same mesh give the same ids, so that a draft can be kept as an edition and a list of edits. */
typedef struct MeshNodeId {
        uint32_t n;
} MeshNodeId;
typedef struct MeshEdgeId {
        uint32_t n;
} MeshEdgeId;
typedef struct MeshFaceId {
        uint32_t n;
} MeshFaceId;

#define MESH_OUTSIDE ((MeshFaceId){ 0 })

/* What a face stands for; the mesh keeps it and compares it, no more. Several faces of one grid make a grid of several parts. */
typedef struct MeshTag {
        int64_t grid;      /* the caller's key of the grid, 0: not numbered yet */
        int64_t community; /* the caller's key of the community, such as its 12 digits; never 0 */
        int64_t kind;      /* the caller's: community, rural, resident unit */
} MeshTag;

/* Why something is refused, or what a check found. */
typedef enum [[nodiscard]] MeshWhy{
        MESH_FINE,
        /* a ring that is none */
        MESH_TOO_FEW,      /* less than three points */
        MESH_TOO_MANY,     /* beyond a limit below */
        MESH_OUT_OF_RANGE, /* beyond ±180° or ±90°, or the mesh would be wider than 180° */
        MESH_REPEATED,     /* duplicate vertex: the same point twice in a row */
        MESH_SPIKE,        /* the ring goes back along the edge it came by */
        MESH_NO_AREA,      /* zero-area ring */
        MESH_BOW_TIE,      /* a ring or line crosses itself */
        MESH_HOLE_OUTSIDE, /* a hole that does not lie in its polygon */
        /* polygons that do not fit together */
        MESH_OVERLAP,     /* two polygons cover the same ground; face and other */
        MESH_GAP,         /* ground between the polygons that is nobody's; area2 says how much */
        MESH_T_JUNCTION,  /* a node in the middle of an edge that does not have it */
        MESH_FALLS_APART, /* a face would be in several pieces that hang together nowhere */
        MESH_UNASSIGNED,  /* a face without a community */
        /* edits */
        MESH_UNKNOWN,      /* there is no such face, edge or node */
        MESH_CROSSES,      /* an edge would cross or touch another */
        MESH_TURNED_OVER,  /* a face would be turned inside out, or swallow what lies in its neighbour */
        MESH_LINE_END,     /* the line does not begin or end on the border of the face */
        MESH_NO_CUT,       /* the line does not divide the face */
        MESH_NOT_ADJACENT, /* the faces share no edge */
        MESH_JUNCTION,     /* the node joins more than two edges */
        MESH_COVERS,       /* a whole face (other) would disappear */
        MESH_NO_HOLE,      /* the face is not enclosed by one other */
        MESH_OUTLINE,      /* the outline of the territory is locked, or the edit reaches beyond it */
        MESH_NO_CHANGE,    /* there is nothing to do, to undo or to redo */
        /* what only a broken program or store can cause */
        MESH_LINKS,     /* records that do not fit each other */
        MESH_SAME_FACE, /* an edge with the same face on both sides */
        MESH_AREA,      /* areas that do not add up to the outline */
        MESH_INDEX,     /* the search index differs from the edges */
        MESH_WHY_COUNT
} MeshWhy;

typedef struct MeshFault {
        MeshWhy why;
        Point at;               /* where it is seen; rounded where edges cross between whole coordinates */
        MeshFaceId face, other; /* of mesh_build: 1 + the index of the polygon */
        MeshEdgeId edge;
        MeshNodeId node;
        int64_t area2; /* e7², of a gap or of what is turned over; else 0 */
} MeshFault;

typedef struct MeshFaultList {
        MeshFault *v;
        size_t n, cap;
} MeshFaultList;

/* Limits, so that no input can take the machine. */
enum {
        MESH_FACES_MAX = 1 << 20,
        MESH_EDGES_MAX = 1 << 24,
        MESH_LINE_MAX = 20000,  /* points of one line or ring in an edit */
        MESH_FAULTS_MAX = 1000, /* reported by one mesh_build */
        MESH_REACH = 1, /* e7: how far an end of a line may lie from an edge, being the rounded foot on it */
};

/* A stable word such as "t-junction", for logs, JSON and translation; and a sentence in English. */
const char *mesh_why_name(MeshWhy why);
const char *mesh_why_text(MeshWhy why);

/* ---- making and keeping ------------------------------------------------------------------------------------------------ */

typedef struct MeshPolygon {
        const Ring *rings; /* the outer one first, then its holes; either direction. A grid of several parts is several polygons */
        size_t n;
        MeshTag tag;
} MeshPolygon;

typedef struct MeshPlan {
        const MeshPolygon *polygons; /* polygon i becomes face i + 1 */
        size_t n;
        bool divide; /* a vertex exactly on a neighbour's edge is put into that edge; else it is MESH_T_JUNCTION */
        bool gaps_stay; /* ground enclosed by faces and covered by none is outside (an enclave); else it is MESH_GAP */
} MeshPlan;

/* Builds a mesh of polygons that are already noded: neighbours share their vertices exactly. NULL when they do not fit: ret_faults
 * (in the arena a) then has at least one and at most MESH_FAULTS_MAX defects, each by its kind with the polygons and the place.
 * Faults of single rings are all found in one run; those between polygons when no ring is at fault. */
Mesh *mesh_build(const MeshPlan *plan, Arena *a, MeshFaultList *ret_faults);
void mesh_free(Mesh *m);
void mesh_freep(Mesh **m);
/* A mesh of its own, same ids, without the history. */
Mesh *mesh_copy(const Mesh *m);

/* One blob: nodes, edges, faces by id, about 9 bytes an edge. mesh_unpack refuses (NULL) whatever mesh_pack did not make, or makes
 * a mesh that passes mesh_check; the outline's lock is kept, the history is not. */
void mesh_pack(const Mesh *m, Buf *b);
Mesh *mesh_unpack(Str bytes);

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

typedef struct MeshCounts {
        size_t nodes, edges, faces;
        size_t bytes; /* memory of the mesh with its index and history */
} MeshCounts;
MeshCounts mesh_counts(const Mesh *m);

/* Rows for whoever stores or shows them; false: no such id. Ids run from 1 to mesh_…_end − 1 with gaps. */
typedef struct MeshEdge {
        MeshNodeId from, to;
        MeshFaceId left, right;
} MeshEdge;
typedef struct MeshFace {
        MeshTag tag;
        int64_t area2; /* twice the area in e7², exact, without the holes */
        Box box;
        size_t edges, rings; /* rings: 1 and the holes */
} MeshFace;
bool mesh_node(const Mesh *m, MeshNodeId id, Point *ret);
bool mesh_edge(const Mesh *m, MeshEdgeId id, MeshEdge *ret);
bool mesh_face(const Mesh *m, MeshFaceId id, MeshFace *ret);
bool mesh_face_tag(const Mesh *m, MeshFaceId id, MeshTag *ret); /* only the tag: no walk around the face */
uint32_t mesh_node_end(const Mesh *m);
uint32_t mesh_edge_end(const Mesh *m);
uint32_t mesh_face_end(const Mesh *m);

/* Exact Σ of the areas of the faces, and the area within the outline, twice, in e7²: equal in every sound mesh. */
int64_t mesh_area2(const Mesh *m);
int64_t mesh_outline_area2(const Mesh *m);
Box mesh_box(const Mesh *m);

/* The face that holds a point, by the rule of mesh_locate.h; for editing (the locator is faster). Needs the search index, made at
 * the first call: so not const. */
MeshFaceId mesh_face_at(Mesh *m, Point p);
/* The node exactly at a point; n 0 when there is none. */
MeshNodeId mesh_node_at(Mesh *m, Point p);
/* The edge nearest to a point, at most reach_e7 away (in degrees, not metres), and the whole coordinate on it or nearest to it. */
MeshEdgeId mesh_edge_near(Mesh *m, Point p, int64_t reach_e7, Point *ret_at);

/* A shared border: the edges around one edge, on to the next junction on both sides (or all around a closed one: first == last). */
typedef struct MeshChain {
        MeshFaceId left, right;
        bool closed;
        MeshNodeId *nodes; /* n, in the direction of the edge */
        Point *points;
        size_t n;
} MeshChain;
bool mesh_chain(const Mesh *m, MeshEdgeId edge, Arena *a, MeshChain *ret);

typedef struct MeshFaceIds {
        MeshFaceId *v;
        size_t n, cap;
} MeshFaceIds;
/* Faces that share an edge with a face, ascending; the outside (0) among them. */
void mesh_neighbours(const Mesh *m, MeshFaceId face, Arena *a, MeshFaceIds *ret);

/* ---- edits --------------------------------------------------------------------------------------------------------------
 * Each returns MESH_FINE, or the reason and leaves the mesh as it was; mesh_fault has the details of the last refusal, mesh_change what
 * the last edit (or undo, redo) did. */

const MeshFault *mesh_fault(const Mesh *m);

typedef struct MeshChange {
        const uint32_t *born, *gone, *reshaped,
                *retagged; /* ids of faces, each ascending; valid until the next edit */
        size_t born_n, gone_n, reshaped_n, retagged_n; /* a face born in the edit is in no other list */
} MeshChange;
const MeshChange *mesh_change(const Mesh *m);

typedef struct MeshLine {
        const Point *v;
        size_t n;
} MeshLine;

/* Divides a face by lines that lie in it and end on its border (n 1: from border to border; several: a ring-shaped face). An end is an
 * existing node, or at most MESH_REACH from an edge: the edge gets a node there, for both sides. The largest piece keeps the id and
 * the tag, the others are born with the same community and kind, and grid 0. */
MeshWhy mesh_split(Mesh *m, MeshFaceId face, const MeshLine *lines, size_t n);
/* The second face becomes part of the first; what they share disappears. */
MeshWhy mesh_merge(Mesh *m, MeshFaceId keep, MeshFaceId gone);
MeshWhy mesh_move_node(Mesh *m, MeshNodeId node, Point to);
/* Puts a node into an edge, wherever it lies (the edge bends for both sides). */
MeshWhy mesh_insert_node(Mesh *m, MeshEdgeId edge, Point at, MeshNodeId *ret);
/* Takes out a node of two edges; they become one, straight. */
MeshWhy mesh_remove_node(Mesh *m, MeshNodeId node);
/* Replaces the points between the ends of the chain of this edge (see mesh_chain, same direction; line[0] and the last are its ends,
 * which stay; of a closed chain any ring of three points and more, first == last). */
MeshWhy mesh_reshape(Mesh *m, MeshEdgeId edge, MeshLine line);
MeshWhy mesh_reassign(Mesh *m, MeshFaceId face, MeshTag tag);
/* A new face in the place of the ground within a ring, inside one face or across several (a resident unit 驻街单位). Crossed borders get
 * nodes at the rounded crossings, for both sides. Refused when a face would disappear or fall apart, or beyond the outline. */
MeshWhy mesh_carve(Mesh *m, const Ring *ring, MeshTag tag, MeshFaceId *ret);
/* Gives a face enclosed by one other face to that one. */
MeshWhy mesh_fill(Mesh *m, MeshFaceId hole);
/* While locked, an edit that moves the outline of the territory (even by a rounded node on it) is MESH_OUTLINE. */
void mesh_lock_outline(Mesh *m, bool locked);

/* History: old records of every edit since the beginning or mesh_forget. Exact: ids, tags and links come back as they were. */
MeshWhy mesh_undo(Mesh *m);
MeshWhy mesh_redo(Mesh *m);
size_t mesh_mark(const Mesh *m);            /* how many edits can be undone */
MeshWhy mesh_undo_to(Mesh *m, size_t mark); /* several edits as one: all back to a mark */
void mesh_forget(Mesh *m);

/* ---- checking ----------------------------------------------------------------------------------------------------------- */

/* Every invariant of the whole mesh, from nothing but the records: links, turns around nodes, two faces at each edge, closed and oriented
 * rings, no crossing, holes in their faces, Σ areas = outline, communities, the index. MESH_FINE or the first fault found. Linear, but
 * for the crossings (n log n). Makes the index when there are holes to be looked up: so not const. */
MeshWhy mesh_check(Mesh *m, MeshFault *ret);

/* ---- rings out ---------------------------------------------------------------------------------------------------------- */

/* A face as polygons of simple rings: one outer (counter-clockwise), holes (clockwise) that may touch in points. Each ring begins at its
 * lowest (southernmost, then westernmost) point: the same shape is the same text. False: no such face. */
bool mesh_face_polygon(const Mesh *m, MeshFaceId face, Arena *a, Polygon *ret);

/* Square metres on the ellipsoid, as ring_area_m2; 0: no such face. */
double mesh_face_m2(const Mesh *m, MeshFaceId face);
/* The area of a fault in m², taken flat at its place. */
double mesh_fault_m2(const MeshFault *f);

/* Dissolved unions: faces with equal non-zero keys are one place. Ascending by key, the polygons largest first. */
typedef int64_t (*MeshKey)(const MeshTag *tag, MeshFaceId face, void *arg);
typedef struct MeshPlace {
        int64_t key, area2;
        PolygonList polygons;
} MeshPlace;
typedef struct MeshPlaceList {
        MeshPlace *v;
        size_t n, cap;
} MeshPlaceList;
void mesh_dissolve(const Mesh *m, MeshKey key, void *arg, Arena *a, MeshPlaceList *ret);

/* ---- two editions ------------------------------------------------------------------------------------------------------- */

/* What lies between two meshes of one descent (same face id, same face): faces by id. A face is reshaped when its rings differ as sets of
 * points in order, wherever they begin. */
typedef struct MeshDiff {
        MeshFaceIds born, gone, reshaped, retagged; /* a face can be both reshaped and retagged */
} MeshDiff;
void mesh_diff(const Mesh *before, const Mesh *after, Arena *a, MeshDiff *ret);
