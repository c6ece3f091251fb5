/* What the files of server/territory share; nobody else includes it. */
#pragma once
#include "contract.gen.h"
#include "geo/index.h"
#include "geo/outline.h"
#include "territory/territory.h"

enum { PLACE_CODE_MAX = 15, PLACE_BATCH = 1000, PLACE_PAGE = 200 };

typedef struct EpochShape {
        RingList rings; /* at least one */
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
        EpochShape *shape; /* NULL when no grid below it has an outline */
} EpochPlace;

typedef struct EpochPoint {
        int64_t id;
        Str kind, name, place;
        Point at;
} EpochPoint;

/* Everything about the territory at one time. Never changes once it is there; lives until the last reader lets go. */
typedef struct Epoch {
        Arena *arena;
        _Atomic int64_t holders;
        int64_t at_ms;      /* INT64_MAX: today */
        EpochPlace *places; /* on the heap; by code, bytewise: what lies in a place follows it */
        size_t n, cap;
        size_t *grids; /* index of each ring of `index` */
        GeoIndex *index;
        EpochPoint *points;
        size_t point_count, point_cap;
        Box box;
        Str note, centre_phone; /* map review number or attribution; both from the profile */
        Str level_names[PLACE_KIND_GRID + 1];
} Epoch;

/* ---- epoch.c ---- */
Rc epoch_take(Cx *cx, const Epoch **ret); /* today's */
/* As of the end of a day; today's when no date is given. P_SERVER_BUSY when many want days that are not kept. */
Rc epoch_take_at(Cx *cx, Str date, const Epoch **ret);
Rc epoch_kept_at(Cx *cx, Str date, const Epoch **ret); /* the same without building: *ret NULL when it is not there */
void epoch_drop(const Epoch *e);
static inline void epoch_dropp(const Epoch **e) {
        if (*e)
                epoch_drop(*e);
}
void epoch_init(void);
int64_t epoch_find(const Epoch *e, Str code); /* −1 when unknown */
size_t epoch_end(const Epoch *e, Str prefix,
                 size_t *ret_from); /* the places whose codes start with prefix */
int place_kind(Str code);           /* by its length; 0 when it is no length of a code */
Str place_parent(Str code);         /* code one level up; empty for a province */
bool place_code_valid(Str code);    /* digits by the rules of the national list */

/* ---- territory_store.c ---- */
typedef Rc (*PlaceEach)(Cx *cx, const Place *p, void *arg);
typedef Rc (*ShapeEach)(Cx *cx, Str code, Str ring, int64_t area_m2, void *arg);
typedef Rc (*PointEach)(Cx *cx, const EpochPoint *p, void *arg);
typedef struct PlaceList {
        Place *v;
        size_t n, cap;
} PlaceList;
Rc store_places_at(Cx *cx, int64_t at_ms, PlaceEach each, void *arg);
Rc store_shapes_at(Cx *cx, int64_t at_ms, ShapeEach each, void *arg);
Rc store_points(Cx *cx, PointEach each, void *arg);
Rc store_places_of(Cx *cx, const PlaceList *like, PlaceList *ret);       /* today's rows of the same codes */
Rc store_places_put(Cx *cx, const PlaceList *add, const PlaceList *end); /* both sealed; `end` first */
Rc store_shape_put(Cx *cx, Str code, const Ring *ring, bool *ret_changed);
Rc store_point_put(Cx *cx, const EpochPoint *p);
void store_init(void); /* sealed tables */

/* ---- territory_import.c ---- */
/* Adds what is new and renames what has another name; in a transaction. */
Rc places_put(Cx *cx, const PlaceList *list, ImportReport *report);
Rc territory_changed(Cx *cx); /* the notice */

/* ---- tile.c ---- */
const struct TileLayer *tile_layer(Str name); /* NULL when there is none */
typedef struct TileLayer {
        const char *name;
        TileSource source;
        bool private_to_actor;
} TileLayer;
void tile_init(void);
void tile_layer_names(Cx *cx, StrList *ret);
