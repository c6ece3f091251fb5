/* What the files of server/territory share; nobody else includes it. */
#pragma once
#include "contract.gen.h"
#include "geo/mesh.h"
#include "geo/mesh_locate.h"
#include "territory/territory.h"

enum { PLACE_CODE_MAX = 15, PLACE_BATCH = 1000, PLACE_PAGE = 200 };

typedef struct EpochShape {
        RingList rings; /* of all polygons: at least one, the largest outer one first */
        PolygonList polygons;
        int64_t area_m2;
        Point label;
        Box box;
} EpochShape;

/* A place as the index knows it. */
typedef struct EpochPlace {
        Place place;       /* strings belong to the epoch */
        int64_t parent;    /* index of the nearest known place around it, −1 none */
        int64_t children;  /* places whose parent this is */
        const EpochShape *shape; /* NULL when no grid below it has an outline; the edition's */
} EpochPlace;

typedef struct EpochPoint {
        int64_t id;
        Str kind, name, place;
        Point at;
} EpochPoint;

/* ---- drawn.c: what an edition of the mesh draws ---- */
typedef struct DrawnLevel {
        int64_t *keys; /* codes as numbers, ascending */
        EpochShape *shapes;
        size_t n;
} DrawnLevel;
typedef struct Drawn {
        Arena *arena;
        _Atomic int64_t holders;
        Str digest;
        int64_t *grids; /* code of the grid of each face */
        uint32_t faces; /* end of their ids */
        MeshLocator *locator;
        DrawnLevel levels[PLACE_KIND_GRID + 1];
} Drawn;
/* Kept, or made of the stored edition; to be let go with drawn_drop. */
Rc drawn_take(Cx *cx, int64_t number, Str digest, const Drawn **ret);
void drawn_drop(const Drawn *d);                                             /* NULL: nothing */
const EpochShape *drawn_shape(const Drawn *d, Str code, int kind);           /* NULL when it has none */
int64_t drawn_grid_at(const Drawn *d, Point p);                              /* code of the grid as a number; 0: outside */

/* Everything about the territory at one time. Never changes once it is there; lives until the last reader lets go. */
typedef struct Epoch {
        Arena *arena;
        _Atomic int64_t holders;
        int64_t at_ms;      /* INT64_MAX: today */
        int64_t from_ms, until_ms; /* of today's: what holds at a moment between them */
        uint64_t changes;          /* of this process that it saw */
        EpochPlace *places; /* on the heap; by code, bytewise: what lies in a place follows it */
        size_t n, cap;
        const Drawn *drawn; /* the edition of the mesh; NULL when there is none yet */
        EpochPoint *points;
        size_t point_count, point_cap;
        Box box;
        int grids_zoom; /* of tiles: farther away grids are too small to be told apart */
        Str note, centre_phone; /* map review number or attribution; both from the profile */
        Str level_names[PLACE_KIND_GRID + 1];
} Epoch;

/* ---- epoch.c ---- */
Rc epoch_take(Cx *cx, const Epoch **ret); /* today's, of this moment */
/* As of the end of a day, past or to come; today's when no date is given. P_SERVER_BUSY when many want days that are not kept. */
Rc epoch_take_at(Cx *cx, Str date, const Epoch **ret);
Rc epoch_kept_at(Cx *cx, Str date, const Epoch **ret); /* the same without building: *ret NULL when it is not there */
Rc epoch_asked(Cx *cx, Str date, const Epoch **ret);   /* for a route: days that have to be built are few a minute */
void epoch_drop(const Epoch *e);
static inline void epoch_dropp(const Epoch **e) {
        if (*e)
                epoch_drop(*e);
}
void epoch_init(void);
int64_t epoch_find(const Epoch *e, Str code); /* −1 when unknown */
int64_t epoch_locate(const Epoch *e, Point p); /* index of the grid that holds the point; −1 outside */
size_t epoch_end(const Epoch *e, Str prefix,
                 size_t *ret_from); /* the places whose codes start with prefix */
int place_kind(Str code);           /* by its length; 0 when it is no length of a code */
Str place_parent(Str code);         /* code one level up; empty for a province */
bool place_code_valid(Str code);    /* digits by the rules of the national list */

/* ---- territory_store.c ---- */
typedef Rc (*PlaceEach)(Cx *cx, const Place *p, void *arg);
typedef Rc (*ShapeEach)(Cx *cx, Str code, Str ring, int64_t area_m2, void *arg);
typedef Rc (*PointEach)(Cx *cx, const EpochPoint *p, void *arg);
Rc store_places_at(Cx *cx, int64_t at_ms, PlaceEach each, void *arg);
Rc store_shapes_at(Cx *cx, int64_t at_ms, ShapeEach each, void *arg);
Rc store_points(Cx *cx, PointEach each, void *arg);
Rc store_places_of(Cx *cx, const PlaceList *like, PlaceList *ret);       /* rows of the same codes, of now and to come */
/* Both sealed; `end` first: what is valid at that moment ends at it. */
Rc store_places_put(Cx *cx, const PlaceList *add, const PlaceList *end, int64_t at_ms);
/* What was to begin and to end at a moment to come does not; sealed. */
Rc store_places_take_back(Cx *cx, int64_t at_ms);
Rc store_point_put(Cx *cx, const EpochPoint *p);
void store_init(void); /* sealed tables */

/* ---- edition_store.c ---- */
Rc store_edition_at(Cx *cx, int64_t at_ms, Edition *ret, bool *ret_there);
Rc store_edition_newest(Cx *cx, Edition *ret, bool *ret_there); /* valid last */
Rc store_edition_get(Cx *cx, int64_t number, Edition *ret, bool *ret_there);
Rc store_editions(Cx *cx, int64_t before, int64_t limit, EditionList *ret);
Rc store_edition_mesh(Cx *cx, int64_t number, Mesh **ret); /* the caller frees it; P_NOT_FOUND */
Rc store_edition_add(Cx *cx, const Edition *e, Str blob, Edition *ret); /* numbered; P_DB_BUSY when another one came */
Rc store_edition_withdraw(Cx *cx, int64_t number, Str by, bool *ret_done);
/* When something became valid or ceased to be last (0: never), and will next (INT64_MAX: nothing is known). */
Rc store_changes(Cx *cx, int64_t *ret_last_ms, int64_t *ret_next_ms);
Rc store_shape_moments(Cx *cx, IntList *ret);
Rc store_code_last(Cx *cx, Str community, Str *ret); /* p NULL: none was ever given */
void edition_store_init(void);

/* ---- edition.c ---- */
typedef struct GridRing {
        Str code;
        int grid_kind;
        Ring ring;
        size_t feature; /* which one of a file */
} GridRing;
typedef struct GridRings {
        GridRing *v;
        size_t n, cap;
} GridRings;
/* A new edition from today on (the first one: since ever) in which these grids have these outlines and all others theirs. Neighbours
 * share borders: corners of one on a side of the other are taken over; borders up to a metre apart are taken as one. Ground between
 * grids that is nobody's stays so. In a transaction. P_INPUT_INVALID where two lie over each other, P_MESH_SCHEDULED. */
Rc edition_put(Cx *cx, const GridRings *grids);

/* ---- territory_import.c ---- */
/* Adds what is new and renames what has another name; in a transaction. */
Rc places_put(Cx *cx, const PlaceList *list, ImportReport *report);
Rc places_put_all(Cx *cx, const PlaceList *list, ImportReport *report); /* any number, a batch at a time */

/* ---- tile.c ---- */
const struct TileLayer *tile_layer(Str name); /* NULL when there is none */
typedef struct TileLayer {
        const char *name;
        TileSource source;                         /* another module's, or */
        void (*of_day)(const Epoch *e, Mvt *tile); /* the territory's own */
        bool private_to_actor;
} TileLayer;
Rc tile_fill(Cx *cx, const TileLayer *layer, const Epoch *e, Mvt *tile);
void tile_init(void);
void tile_layer_names(Cx *cx, StrList *ret);
