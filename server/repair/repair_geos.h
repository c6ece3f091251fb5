/* The little of GEOS that is used: a context that stops when the time is over, a tree of boxes, rings to lines and back. Coordinates in GEOS are
 * e7 as doubles, whole and exact; its precision model has a grid of 1. */
#pragma once
#include "repair/repair_int.h"
#include <geos_c.h>

typedef struct Geos {
        GEOSContextHandle_t h;
        char said[200]; /* its last error */
} Geos;

void geos_begin(Geos *g, const Repair *r);
void geos_end(Geos *g); /* usable with _cleanup_ */
void geos_drop(const Geos *g, GEOSGeometry **x);
/* A line through n points, closed by the first one when `ring`. NULL: GEOS failed. */
GEOSGeometry *geos_line(const Geos *g, const Point *v, size_t n, bool ring);
/* Boxes by number; `visit` gets those that meet a box. */
typedef struct GeosTree {
        const Geos *g;
        GEOSSTRtree *tree;
} GeosTree;
void geos_tree_begin(GeosTree *t, const Geos *g);
void geos_tree_end(GeosTree *t);
bool geos_tree_add(const GeosTree *t, Box box, size_t number);
void geos_tree_ask(const GeosTree *t, Box box, void (*visit)(void *number, void *arg), void *arg);
