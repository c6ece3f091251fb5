/* Writes Mapbox vector tiles 2.1: one or more layers of points and polygons, clipped to the tile and a margin, with points
 * closer than half a pixel merged. Usage: mvt_begin, mvt_layer, for each feature mvt_point or mvt_polygon and then its
 * mvt_tag_…, mvt_end. A feature that is not in the tile returns false and takes no tags. */
#pragma once
#include "base/buf.h"
#include "base/map.h"
#include "geo/mercator.h"

enum { MVT_BUFFER = 128 }; /* units beyond each side */

typedef struct Mvt {
        Arena *arena;
        TileId tile;
        Box box; /* what can be seen, margin included: for queries */
        Buf out, features, keys, values, tags;
        Map key_index, value_index;
        Str layer;
        Buf feature; /* the feature in work, without its tags */
        Buf scratch;
        bool open;
        size_t feature_count; /* over all layers */
} Mvt;

void mvt_begin(Mvt *m, Arena *arena, TileId tile);
void mvt_layer(Mvt *m, Str name);
/* id 0: none. */
bool mvt_point(Mvt *m, uint64_t id, Point p);
/* One polygon: its outer ring, then its holes. */
bool mvt_polygon(Mvt *m, uint64_t id, const Ring *rings, size_t n);
void mvt_tag_str(Mvt *m, const char *key, Str value); /* left out when not given */
void mvt_tag_int(Mvt *m, const char *key, int64_t value);
void mvt_tag_bool(Mvt *m, const char *key, bool value);
/* The tile's bytes; empty when no feature came. */
void mvt_end(Mvt *m, Buf *ret);

/* The commands of a geometry, as packed into field 4. */
typedef struct TileRing {
        TilePoint *v;
        size_t n, cap;
} TileRing;
void mvt_commands_points(Buf *b, const TilePoint *v, size_t n);
void mvt_commands_ring(Buf *b, const TileRing *r, TilePoint *cursor);
