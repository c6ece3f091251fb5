/* Rings and metres: area on the CGCS2000 ellipsoid, distances, and a point for the label. Formulas: Snyder, Map Projections,
 * USGS 1395, equations 3-12 (authalic) and 4-18..4-20 (radii). */
#include "geo/ring.h"
#include <math.h>

static const double A_M = 6378137.0, F = 1 / 298.257222101, RAD = M_PI / 180;

double lat_m_per_e7(double lat_deg) {
        double e2 = F * (2 - F), s = sin(lat_deg * RAD), w = 1 - e2 * s * s;

        return A_M * (1 - e2) / (w * sqrt(w)) * RAD * 1e-7;
}

double lon_m_per_e7(double lat_deg) {
        double e2 = F * (2 - F), s = sin(lat_deg * RAD);

        return A_M / sqrt(1 - e2 * s * s) * cos(lat_deg * RAD) * RAD * 1e-7;
}

double point_distance_m(Point a, Point b) {
        double lat = (double)(a.lat_e7 + b.lat_e7) * 0.5e-7;

        return hypot((double)(a.lon_e7 - b.lon_e7) * lon_m_per_e7(lat),
                     (double)(a.lat_e7 - b.lat_e7) * lat_m_per_e7(lat));
}

/* Area in m² between the equator and a latitude for one radian of longitude. */
static double zone_m2(int64_t lat_e7) {
        double e2 = F * (2 - F), e = sqrt(e2), s = sin((double)lat_e7 * 1e-7 * RAD);

        return A_M * A_M * (1 - e2) / 2 * (s / (1 - e2 * s * s) + atanh(e * s) / e);
}

double ring_area_m2(const Ring *r) {
        double sum = 0;

        if (r->n < 3)
                return 0;
        /* Against the first point's latitude, so that small rings do not drown in the size of the zones. */
        double base = zone_m2(r->v[0].lat_e7);

        for (size_t i = 0; i < r->n; i++) {
                Point a = r->v[i], b = r->v[i + 1 < r->n ? i + 1 : 0];

                sum += (double)(a.lon_e7 - b.lon_e7) * 1e-7 * RAD *
                       ((zone_m2(a.lat_e7) - base) + (zone_m2(b.lat_e7) - base)) / 2;
        }
        return fabs(sum);
}

/* Distance from p to the ring in a plane where a degree of longitude counts `k` times. */
static double edge_distance(const Ring *r, double x, double y, double k) {
        double best = INFINITY;

        for (size_t i = 0, j = r->n - 1; i < r->n; j = i++) {
                double ax = (double)r->v[j].lon_e7 * k, ay = (double)r->v[j].lat_e7;
                double dx = (double)r->v[i].lon_e7 * k - ax, dy = (double)r->v[i].lat_e7 - ay,
                       len = dx * dx + dy * dy;
                double t = len > 0 ? ((x * k - ax) * dx + (y - ay) * dy) / len : 0;

                t = t < 0 ? 0 : t > 1 ? 1 : t;
                best = fmin(best, hypot(x * k - ax - t * dx, y - ay - t * dy));
        }
        return best;
}

static bool centroid(const Ring *r, Point *ret) {
        __int128 area2 = ring_area2(r);
        double x = 0, y = 0, area = (double)area2;
        Point o = r->v[0];

        if (!area2)
                return false;
        for (size_t i = 0; i < r->n; i++) {
                Point a = r->v[i], b = r->v[i + 1 < r->n ? i + 1 : 0];
                double ax = (double)(a.lon_e7 - o.lon_e7), ay = (double)(a.lat_e7 - o.lat_e7);
                double bx = (double)(b.lon_e7 - o.lon_e7), by = (double)(b.lat_e7 - o.lat_e7),
                       cross = ax * by - bx * ay;

                x += (ax + bx) * cross;
                y += (ay + by) * cross;
        }
        *ret = (Point){ o.lon_e7 + llround(x / (3 * area)), o.lat_e7 + llround(y / (3 * area)) };
        return true;
}

enum { LABEL_STEPS = 12, LABEL_ROUNDS = 4 };

/* Grid search that narrows around the point furthest from the border. */
static Point label_search(const Ring *r, double k) {
        Box box = ring_box(r);
        double w = (double)(box.east - box.west), h = (double)(box.north - box.south);
        double cx = (double)box.west + w / 2, cy = (double)box.south + h / 2, best = -1;
        Point found = r->v[0];

        for (int round = 0; round < LABEL_ROUNDS; round++, w /= 4, h /= 4) {
                double x0 = cx - w / 2, y0 = cy - h / 2;

                for (int i = 0; i < LABEL_STEPS * LABEL_STEPS; i++) {
                        double x = x0 + w * (i % LABEL_STEPS + 0.5) / LABEL_STEPS;
                        double y = y0 + h * ((double)(i / LABEL_STEPS) + 0.5) / LABEL_STEPS, far;
                        Point p = { llround(x), llround(y) };

                        if (!ring_holds(r, p))
                                continue;
                        far = edge_distance(r, x, y, k);
                        if (far > best)
                                best = far, found = p, cx = x, cy = y;
                }
        }
        return found;
}

Point ring_label(const Ring *r) {
        Box box = ring_box(r);
        double k = cos((double)(box.south + box.north) * 0.5e-7 * RAD);
        double small = fmin((double)(box.east - box.west) * k, (double)(box.north - box.south));
        Point p;

        if (centroid(r, &p) && ring_holds(r, p) &&
            edge_distance(r, (double)p.lon_e7, (double)p.lat_e7, k) > small / 5)
                return p;
        return label_search(r, k);
}
