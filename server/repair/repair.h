/* From any file of loose polygons to one clean mesh: read through GDAL under limits, every defect named with its place and m², mended where a
 * rule says how, the rest told so that a person decides. Pure of the database: what becomes of the mesh is the caller's. The words, the rules and
 * the sources are in README.md. */
#pragma once
#include "geo/crs.h"
#include "geo/mesh.h"

/* ---- what was found -------------------------------------------------------------------------------------------------------- */

typedef enum RepairKind {
        REPAIR_TOO_FEW,      /* a ring of less than three points */
        REPAIR_OUT_OF_RANGE, /* a ring that leaves the globe, or has no numbers */
        REPAIR_NOT_CLOSED,   /* its last point is not its first */
        REPAIR_DUPLICATE,    /* the same point twice in a row */
        REPAIR_SPIKE,        /* back along the edge it came by, or within the tolerance of it */
        REPAIR_NO_AREA,      /* a ring that encloses nothing */
        REPAIR_BOW_TIE,      /* a polygon whose border crosses itself */
        REPAIR_HOLE_OUTSIDE, /* a hole that does not lie in its polygon */
        REPAIR_T_JUNCTION, /* a vertex on a neighbour's edge, or within the tolerance of it, that the edge does not have */
        REPAIR_OVERLAP,    /* ground of two features */
        REPAIR_SLIVER,     /* an overlap or a gap no wider than the tolerance */
        REPAIR_GAP,        /* ground between features that is nobody's */
        REPAIR_HOLE,       /* ground within one feature that is nobody's */
        REPAIR_UNASSIGNED, /* ground of a feature that stands for no grid */
        REPAIR_LOST,       /* a feature that has no ground left */
        REPAIR_OUTSIDE,    /* ground of a feature beyond its community */
        REPAIR_KINDS
} RepairKind;

/* What was done about it. OPEN is all that a person has to decide. */
typedef enum RepairRule {
        REPAIR_OPEN,
        REPAIR_REMOVED, /* the point, the spike or the ring was left out */
        REPAIR_CLOSED,  /* the ring was closed */
        REPAIR_NODED,   /* the neighbour's edge got the vertex */
        REPAIR_SNAPPED, /* the vertex moved to the neighbour's, or the neighbour's edge to it: less than the tolerance */
        REPAIR_PARTED,    /* crossings became nodes; what the border runs around stays the feature's */
        REPAIR_NEIGHBOUR, /* the face went to the neighbour with the longest common border */
        REPAIR_DECIDED,   /* as a decision said */
        REPAIR_CUT,       /* left away: the outline of a community stays */
        REPAIR_RULES
} RepairRule;

/* "t-junction", as mesh_why_name has them; "sliver", "hole", "not-closed", "lost" beside them. */
const char *repair_kind_name(RepairKind kind);
const char *repair_kind_zh(RepairKind kind);
const char *repair_kind_en(RepairKind kind);
const char *repair_rule_name(RepairRule rule);
const char *repair_rule_zh(RepairRule rule);
const char *repair_rule_en(RepairRule rule);

typedef struct RepairFinding {
        RepairKind kind;
        RepairRule rule;
        size_t feature,
                other; /* 1 + index; 0: none. Of a gap or hole: those around it, longest border first */
        size_t to;     /* the feature that has the ground now; 0: nobody */
        size_t face;   /* of a remainder: its number, which a decision names; else 0 */
        Point at;
        double m2;       /* of the ground or the ring concerned; 0 where there is none */
        Polygon polygon; /* of the same; n 0: none */
} RepairFinding;

typedef struct RepairFindingList {
        RepairFinding *v;
        size_t n, cap;
} RepairFindingList;

typedef struct RepairFeature {
        Str name, layer;
        Str code;          /* of its grid, as the file has it; may be empty */
        int64_t community; /* of options.present, in which most of it lies; 0: in none */
        int64_t fid;      /* as the file has it */
        size_t points;    /* as the file has them */
        double before_m2; /* what it covered */
        double after_m2;  /* what it has in the mesh */
} RepairFeature;

typedef struct RepairFeatureList {
        RepairFeature *v;
        size_t n, cap;
} RepairFeatureList;

/* m² that were one's and are another's; 0 is nobody. Ground of two features counts as the first one's. */
typedef struct RepairMove {
        size_t from, to; /* 1 + index; 0: nobody */
        double m2;
} RepairMove;

typedef struct RepairMoveList {
        RepairMove *v;
        size_t n, cap;
} RepairMoveList;

/* ---- what is asked ---------------------------------------------------------------------------------------------------------- */

/* A file and what belongs to it. What it is, is seen from its bytes: GeoJSON, KML, GeoPackage, Shapefile (with its companions, or all in
 * one ZIP). */
typedef struct RepairFile {
        Str bytes;
        Str shx, dbf, prj, cpg; /* of a Shapefile; p NULL: not there */
} RepairFile;

/* What a person decided about a remainder. The numbers of faces are the same for the same file and options. */
typedef struct RepairDecision {
        size_t face;
        enum {
                REPAIR_TO_FEATURE,
                REPAIR_TO_NOBODY,
                REPAIR_LEFT_OUT /* face 0: that nothing is left of the feature is right */
        } what;         /* nobody: an enclave within, or left out at the edge; never of known ground */
        size_t feature; /* 1 + index */
} RepairDecision;

/* What a feature stands for in the mesh. Community 0: it is reported as unassigned. */
typedef MeshTag (*RepairTag)(const RepairFeature *feature, size_t index, void *arg);

typedef struct RepairOptions {
        Crs crs;            /* as the user states it */
        double tolerance_m; /* 0 … REPAIR_TOLERANCE_MAX_M */
        Str name_field; /* the attribute with the name; p NULL: "name", "NAME", "Name" or 名称, if there is one */
        Str code_field; /* likewise, with the code of the grid: "code", "grid", "grid_code", 编码 or 网格编码 */
        /* Known ground: whole communities of it are divided anew, those in which most of some feature lies. What a feature covers elsewhere is
         * cut, what none covers is a gap, and borders within the tolerance of an outline end on it. The mesh that comes back has the
         * communities of these, whatever `tag` says. NULL: the file stands for itself. Not const: its index may have to be made. */
        Mesh *present;
        const RepairDecision *decisions;
        size_t decision_n;
        size_t features_most;              /* 0: REPAIR_FEATURES_MAX */
        void (*on_step)(int step, int of); /* for whoever waits; may be NULL */
        RepairTag tag;                     /* NULL: grid 1 + index, community 1 */
        void *tag_arg;
} RepairOptions;

#define REPAIR_TOLERANCE_M 0.5
#define REPAIR_TOLERANCE_MAX_M 50.0

/* Limits, so that no file can take the machine. */
enum {
        REPAIR_BYTES_MAX = 256 << 20,
        REPAIR_FEATURES_MAX = 200000,
        REPAIR_POINTS_MAX = 4000000,
        REPAIR_RINGS_MAX = 1000000,
        REPAIR_NESTING_MAX = 8, /* collections within collections */
        REPAIR_LAYERS_MAX = 1000,
        REPAIR_NAME_MAX = 200,        /* code points; longer ones are cut */
        REPAIR_MEETINGS_MAX = 500000, /* pairs of edges that meet outside of their ends */
        REPAIR_FINDINGS_MAX = 5000,   /* listed of each kind; all are counted */
        REPAIR_SECONDS_MAX = 60,
};

/* ---- what comes back --------------------------------------------------------------------------------------------------------- */

/* Why there is no mesh. */
typedef enum RepairStop {
        REPAIR_DONE,
        REPAIR_NO_READER,  /* GDAL is not installed */
        REPAIR_NOT_KNOWN,  /* none of the four formats */
        REPAIR_UNREADABLE, /* one of them, but damaged */
        REPAIR_PROJECTED,  /* metres, and the file does not say which */
        REPAIR_FAR,        /* wider than half the globe */
        REPAIR_NOTHING,    /* no polygon in it */
        REPAIR_NO_NAME,    /* no such attribute; detail has those that there are */
        REPAIR_TOO_BIG,    /* over a limit above */
        REPAIR_TANGLED,    /* borders that cross each other without end */
        REPAIR_TOO_LONG,   /* more than REPAIR_SECONDS_MAX */
        REPAIR_CRASHED,    /* told by whoever ran this in a process of its own, which did not live to tell */
        REPAIR_ELSEWHERE,  /* nothing of it lies on the known ground */
        REPAIR_BROKEN,     /* mended, and still no mesh: our fault, with the reason */
        REPAIR_STOPS
} RepairStop;
const char *repair_stop_name(RepairStop stop);
const char *repair_stop_zh(RepairStop stop);
const char *repair_stop_en(RepairStop stop);

typedef struct RepairReport {
        RepairStop stop;
        Str detail;         /* English, what the library said; may be empty */
        const char *format; /* "GeoJSON", "ESRI Shapefile", "GPKG", "KML" */
        Str datum;          /* what the file itself says its datum is; empty: nothing */
        bool datum_odd; /* and it is neither CGCS2000 nor WGS 84: the numbers need another conversion first */
        bool unprojected; /* it was in metres, by a projection that it names */
        Crs crs;
        double tolerance_m;
        RepairFeatureList features;
        size_t skipped; /* features without a polygon: points, lines, nothing */
        RepairFindingList findings;
        size_t counts[REPAIR_KINDS]; /* all, also those not listed */
        size_t open;    /* findings that a person has to decide; nothing is published before it is 0 */
        size_t ignored; /* decisions about faces that are not there */
        RepairMoveList moves;
        CrsFit fit; /* known 0: there were no points */
        Mesh *mesh; /* passes mesh_check; NULL unless REPAIR_DONE. Of what is open the ground is provisionally dealt: an overlap to the
                     * first of its features, a gap and a hole to nobody, what stands for no grid to nobody */
} RepairReport;

/* All in one. What the report points to lives in the arena; the mesh is the caller's (repair_done). Several threads may do it at the same
 * time. A library may be made to crash or to hang by a file that was made for it: whoever takes files from strangers runs this in a
 * process of its own (as `wangge check mesh` does). */
void repair_import(Arena *a, const RepairFile *file, const RepairOptions *options, RepairReport *ret);
void repair_done(RepairReport *r);

/* Asks points that are known (crs.h) whether the stated label is right, and puts the answer into the report, which has a mesh. grid is
 * 1 + index of the feature that the point belongs to, or 0. */
void repair_fit(Arena *a, const RepairOptions *options, const CrsKnown *known, size_t n,
                RepairReport *report);
/* The same with every point of a file, in CGCS2000; one with the name of a feature belongs to it. The stop tells why it could not be read. */
RepairStop repair_fit_file(Arena *a, const RepairFile *points, const RepairOptions *options,
                           RepairReport *report);

/* Nothing was found: no defect, and no sign that the label is wrong. */
bool repair_is_clean(const RepairReport *r);
/* The whole report as JSON; and for people, Chinese and English. */
void repair_json(Buf *b, const RepairReport *r);
void repair_text(Buf *b, const RepairReport *r);

/* ---- the other way: a layer of ours as a file -------------------------------------------------------------------------------- */

typedef enum LayerFormat {
        AS_GPKG,
        AS_SHAPEFILE, /* in a ZIP, with .prj and with .cpg UTF-8; text of more than 254 bytes is cut after a character */
        AS_KML,
} LayerFormat;

typedef struct LayerColumn {
        const char *name; /* at most 10 bytes, which is what a Shapefile holds: the same in every format */
        bool number;      /* an integer; else text */
} LayerColumn;

typedef struct LayerPlan {
        LayerFormat format;
        const char *name; /* of the table or file: ASCII letters */
        Str title, about; /* for people, in a GeoPackage */
        int epsg;         /* of the coordinates; KML has 4326 only */
        void (*project)(Point p, double *ret_x,
                        double *ret_y); /* NULL: degrees, longitude first, as all these formats have it */
        bool points;                    /* else polygons */
        Str day; /* YYYY-MM-DD, stated as the day of change: the same content gives the same GeoPackage */
        const LayerColumn *columns;
        size_t n;
} LayerPlan;

typedef struct LayerCell {
        Str text; /* p NULL: nothing */
        OptInt number;
} LayerCell;

/* Written in memory by GDAL. add and end are false when GDAL refuses, and layer_error has its words; the bytes that end gives live until
 * layer_free. One thread at a time; several writers at a time do not disturb each other. */
typedef struct LayerWriter LayerWriter;
LayerWriter *layer_begin(const LayerPlan *plan); /* the plan outlives the writer */
bool layer_add_polygons(LayerWriter *w, const PolygonList *polygons, const LayerCell *cells);
bool layer_add_point(LayerWriter *w, Point at, const LayerCell *cells);
bool layer_end(LayerWriter *w, Str *ret_bytes);
const char *layer_error(const LayerWriter *w);
void layer_free(LayerWriter *w);
static inline void layer_freep(LayerWriter **w) { layer_free(*w); }

/* ---- in a process of its own ------------------------------------------------------------------------------------------------- */

/* Files from strangers: the server starts its own program anew (posix_spawn of /proc/self/exe, so that nothing of the server's memory, threads or
 * descriptors goes along), hands it the file and the known ground, and gets the report and the redrawing back as one JSON text. Whatever the file
 * does to a library ends there. Why: docs/adr/0018. */
typedef struct RepairAsk {
        Str file;    /* all in one: GeoJSON, KML, GeoPackage, ZIP */
        Str present; /* mesh_pack of the known ground */
        RepairOptions options; /* without present, tag, on_step */
        const CrsKnown *known; /* grid: the key of its grid in the known ground */
        size_t known_n;
        int64_t seconds; /* after which the child is given up; 0: REPAIR_WAIT_S */
} RepairAsk;

enum {
        REPAIR_TOLD_MAX = 500,
        REPAIR_ANSWER_MAX = 64 << 20,
        REPAIR_WAIT_S = REPAIR_SECONDS_MAX + 45 /* the child ends itself before that, if it runs at all */
};

/* {"report":…,"groups":[…],"redraw":[…]}: repair_json with at most REPAIR_TOLD_MAX findings, open ones first; per feature the number of the first one that
 * stands for the same grid; per community what geo/redraw.h writes. REPAIR_DONE when there is an answer, whatever its own stop. */
RepairStop repair_run(Arena *a, const RepairAsk *ask, Str *ret);

/* The other side: standard input to standard output, in a process that does nothing else. Ends the process. */
_Noreturn void repair_child(void);
/* What the child makes of a request; for tests. */
void repair_answer(Arena *a, const RepairAsk *ask, Buf *ret);

/* Bounds of time and memory for a process that reads a file from a stranger; and what its end means. */
void repair_fence(void);
RepairStop repair_status_stop(int status);
