/* What the files of this folder share: the query as the standard has it, coordinate systems, features out. Nobody else includes it. */
#pragma once
#include "contract.gen.h"
#include "geo/outline.h"
#include "registry/registry.h"

struct HttpReply;

enum {
        FEATURES_PAGE = 100,
        FEATURES_PAGE_MAX = 1000,
        FEATURES_RECALLS = 30,      /* days of the past a minute and address */
        FEATURES_FILE_MAX = 300000, /* features of a file; ten times the grids of the largest city */
        FEATURES_FILES = 2          /* written at the same time */
};

typedef enum FeaturesLayer {
        LAYER_NONE,
        LAYER_PLACES,
        LAYER_GRIDS,
        LAYER_BUILDINGS,
        LAYER_COUNT
} FeaturesLayer;

/* All but CRS84 and 3857 have latitude first, as EPSG says. */
typedef enum FeaturesCrs { CRS_84, CRS_4326, CRS_4490, CRS_3857, CRS_SYSTEMS } FeaturesCrs;

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

/* As files have it: longitude first, whatever EPSG says. */
void features_metres(Point p, double *ret_x, double *ret_y);
int features_epsg(FeaturesCrs crs);

/* ---- features.c ---- */
/* What is said of a place; the strings are the shape's. */
FeaturesProperties features_place_says(const TerritoryShape *s);
FeaturesProperties features_plate_says(const RegistryPlate *p);
/* Does the wish want it? */
bool features_wants(const FeaturesWish *w, const TerritoryShape *s);
/* One page; ret_next: the code that the next one goes on after, p NULL when this is the last. */
Rc features_page(Cx *cx, const FeaturesWish *wish, FeaturesFeatureList *ret, Str *ret_next);

/* ---- features_file.c ---- */
/* What tells one content of a layer from another; the same features on another day have the same. */
Rc features_mark(Cx *cx, const FeaturesWish *wish, uint64_t *ret);
/* The whole layer, written into a file without a name that the caller closes. day: the day that it shows. P_SERVER_BUSY when FEATURES_FILES are being
 * written, P_INPUT_INVALID over wish->limit. */
Rc features_file(Cx *cx, const FeaturesWish *wish, int format, Str title, Str about, Str day, int *ret_fd,
                 uint64_t *ret_mark);

/* ---- features_api.c ---- */
/* Days of the past are dear: P_RATE_LIMITED over FEATURES_RECALLS a minute. */
Rc features_may_recall(Cx *cx, const FeaturesWish *w);
Str features_title(const Cx *cx, FeaturesLayer layer);
Str features_about(const Cx *cx, FeaturesLayer layer);
/* Of the path; P_NOT_FOUND. */
Rc features_layer_asked(Cx *cx, FeaturesLayer *ret);

/* ---- features_html_api.c ---- */
bool features_html_asked(const Cx *cx); /* by f=html, or Accept where there is no f */
void features_lang(Cx *cx);             /* of the rest of the request, when lang= says one */
Rc features_html_landing(Cx *cx, struct HttpReply *reply, const FeaturesLanding *v);
Rc features_html_conformance(Cx *cx, struct HttpReply *reply, const FeaturesConformance *v);
Rc features_html_collections(Cx *cx, struct HttpReply *reply, const FeaturesCollections *v);
Rc features_html_collection(Cx *cx, struct HttpReply *reply, const FeaturesCollection *v);
/* next: the path below /api/ogc of the next page, p NULL when this is the last. Coordinates longitude first. */
Rc features_html_items(Cx *cx, struct HttpReply *reply, FeaturesLayer layer, const FeaturesPage *v, Str next);
Rc features_html_item(Cx *cx, struct HttpReply *reply, FeaturesLayer layer, const FeaturesFeature *v);

/* ---- features_file_api.c ---- */
const char *features_media(int format); /* FeaturesFormat of the contract */
const char *features_format_name(int format);
