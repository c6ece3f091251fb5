/* The outline of several rings that share their border vertices: shared edges cancel, what is left is chained into rings. */
#pragma once
#include "geo/ring.h"

/* Outer rings (counter-clockwise) and holes (clockwise), largest area first. Exact when every shared border has the same
 * vertices on both sides; a border that does not fit stays as a sliver. Rings that only touch in a point stay apart. */
void outline_of(Arena *a, const Ring *rings, size_t n, RingList *ret);

/* Outer rings with the holes that lie in them. */
typedef struct Polygon {
        Ring *rings; /* the outer one first */
        size_t n;
} Polygon;

typedef struct PolygonList {
        Polygon *v;
        size_t n, cap;
} PolygonList;

/* Sorts the rings of an outline into polygons; holes go to the smallest outer ring around them. */
void polygons_of(Arena *a, const RingList *rings, PolygonList *ret);
