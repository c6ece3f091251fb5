/* Web Mercator (EPSG:3857) tiles: degrees × 10⁷ to whole units of a tile of 4096, and back to boxes. */
#pragma once
#include "geo/ring.h"

enum { TILE_EXTENT = 4096, TILE_ZOOM_MAX = 22 };

typedef struct TileId {
        int zoom;
        int64_t x, y;
} TileId;

typedef struct TilePoint {
        int64_t x, y; /* y grows to the south */
} TilePoint;

bool tile_valid(TileId t);
TilePoint tile_project(TileId t, Point p);
/* The box of the tile widened by buffer units on each side, in e7. */
Box tile_box(TileId t, int buffer);
/* EPSG:3857 metres. */
void mercator_metres(Point p, double *ret_x, double *ret_y);
/* The point at these metres; beyond the square of the world, the nearest on its edge. */
Point mercator_point(double x, double y);
