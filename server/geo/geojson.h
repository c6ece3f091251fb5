/* GeoJSON (RFC 7946): polygons out, a collection of grid polygons in. Coordinates are lon, lat in CGCS2000. */
#pragma once
#include "base/json.h"
#include "geo/outline.h"

/* A Polygon, or a MultiPolygon when there are several. */
void geojson_write(Buf *b, const PolygonList *polygons);

/* A MultiLineString; a ring is taken as a line from its first point to its last. */
void geojson_write_lines(Buf *b, const Ring *lines, size_t n);

/* A Polygon without holes (or a MultiPolygon of one): *ret is counter-clockwise, without the repeated last point, and passed
 * ring_check. P_INPUT_INVALID with the pointer and the index of the point. */
Rc geojson_ring(Cx *cx, const JsonNode *geometry, Str pointer, Ring *ret);
