/* Web Mercator. The sphere of EPSG:3857 is not our ellipsoid; only the drawing uses it. */
#include "geo/mercator.h"
#include <math.h>

static const double LAT_MAX = 85.0511287798066, AROUND_M = 2 * M_PI * 6378137.0;

bool tile_valid(TileId t) {
        return t.zoom >= 0 && t.zoom <= TILE_ZOOM_MAX && t.x >= 0 && t.y >= 0 &&
               t.x < (int64_t)1 << t.zoom && t.y < (int64_t)1 << t.zoom;
}

/* Position in the world square, 0..1 from the west and from the north. */
static void world(Point p, double *ret_x, double *ret_y) {
        double lat = (double)p.lat_e7 * 1e-7;

        lat = fmin(fmax(lat, -LAT_MAX), LAT_MAX);
        *ret_x = (double)p.lon_e7 / 3600000000.0 + 0.5;
        *ret_y = 0.5 - asinh(tan(lat * M_PI / 180)) / (2 * M_PI);
}

TilePoint tile_project(TileId t, Point p) {
        double x, y, scale = ldexp(TILE_EXTENT, t.zoom);

        world(p, &x, &y);
        return (TilePoint){ llround(x * scale - (double)t.x * TILE_EXTENT),
                            llround(y * scale - (double)t.y * TILE_EXTENT) };
}

static int64_t lat_of(double world_y) {
        return llround(atan(sinh((0.5 - world_y) * 2 * M_PI)) * 180 / M_PI * 1e7);
}

Box tile_box(TileId t, int buffer) {
        double scale = ldexp(1, -t.zoom), b = (double)buffer / TILE_EXTENT;
        double west = ((double)t.x - b) * scale, east = ((double)t.x + 1 + b) * scale;

        return (Box){ llround((west - 0.5) * 3600000000.0), lat_of(fmin(1, ((double)t.y + 1 + b) * scale)),
                      llround((east - 0.5) * 3600000000.0), lat_of(fmax(0, ((double)t.y - b) * scale)) };
}

void mercator_metres(Point p, double *ret_x, double *ret_y) {
        double x, y;

        world(p, &x, &y);
        *ret_x = (x - 0.5) * AROUND_M;
        *ret_y = (0.5 - y) * AROUND_M;
}

static double within(double share) { return fmin(0.5, fmax(-0.5, share)); }

Point mercator_point(double x, double y) {
        return (Point){ llround(within(x / AROUND_M) * 3600000000.0), lat_of(0.5 - within(y / AROUND_M)) };
}
