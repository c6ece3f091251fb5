/* What the files of this folder share: the query as the standard has it, coordinate systems, features out. Nobody else includes it. */
#pragma once
#include "contract.gen.h"
#include "geo/outline.h"
#include "registry/registry.h"

enum {
        FEATURES_PAGE = 100,
        FEATURES_PAGE_MAX = 1000,
        FEATURES_RECALLS = 30 /* days of the past a minute and address */
};

typedef enum FeaturesLayer {
        LAYER_NONE,
        LAYER_PLACES,
        LAYER_GRIDS,
        LAYER_BUILDINGS,
        LAYER_COUNT
} FeaturesLayer;

/* All but CRS84 and 3857 have latitude first, as EPSG says. */
typedef enum FeaturesCrs { CRS_84, CRS_4326, CRS_4490, CRS_3857, CRS_COUNT } FeaturesCrs;

typedef struct FeaturesWish {
        FeaturesLayer layer;
        FeaturesCrs crs;
        bool boxed;
        Box box;
        int64_t limit;
        Str day; /* YYYY-MM-DD; p NULL: today */
        Str code, under, after;
} FeaturesWish;

/* ---- features_query_api.c ---- */
/* Of the request: P_INPUT_INVALID with what is wrong, also of parameters that do not exist (the standard's /req/core/query-param-unknown).
 * items: all of them; else crs, and datetime. */
Rc features_wish(Cx *cx, FeaturesLayer layer, bool items, FeaturesWish *ret);
FeaturesLayer features_layer(Str name);
const char *features_layer_name(FeaturesLayer layer);
Str features_crs_uri(FeaturesCrs crs);

/* ---- features_geometry.c ---- */
void features_polygons(Buf *b, const PolygonList *polygons, FeaturesCrs crs);
void features_point(Buf *b, Point p, FeaturesCrs crs);
/* A box given in a coordinate system, in e7 degrees. */
Box features_box(const double v[4], FeaturesCrs crs);

/* ---- features.c ---- */
/* One page; ret_next: the code that the next one goes on after, p NULL when this is the last. */
Rc features_page(Cx *cx, const FeaturesWish *wish, FeaturesFeatureList *ret, Str *ret_next);
