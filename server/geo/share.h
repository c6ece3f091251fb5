/* How much ground two polygons have in common. */
#pragma once
#include "geo/outline.h"

/* Area of the part that both cover, in e7² (degrees × 10⁷, squared), in floating point: for shares and square metres that people read, never to
 * decide. Rings as mesh_face_polygon gives them: outer ones counter-clockwise, holes clockwise. */
double polygons_common_e14(const PolygonList *a, const PolygonList *b);
/* The whole of one, measured the same way. */
double polygons_area_e14(const PolygonList *a);
