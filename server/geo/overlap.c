/* Do two rings lie over each other? Neighbours share borders that were digitised more than once, so that slivers of centimetres are
 * no overlap: what counts is a point that is inside both and farther than a tolerance from the other's border. */
#include "geo/ring.h"
#include <math.h>
#include <stdlib.h>

enum { CUTS_MAX = 256 };

static double cross(double ax, double ay, double bx, double by) { return ax * by - ay * bx; }

/* Metres from the point to the ring's border, in a plane at the point. */
static double depth_m(const Ring *r, Point p) {
        double lat = (double)p.lat_e7 * 1e-7, x_m = lon_m_per_e7(lat), y_m = lat_m_per_e7(lat), least = INFINITY;

        for (size_t i = 0; i < r->n; i++) {
                Point a = r->v[i], b = r->v[(i + 1) % r->n];
                double ax = (double)(a.lon_e7 - p.lon_e7) * x_m, ay = (double)(a.lat_e7 - p.lat_e7) * y_m;
                double dx = (double)(b.lon_e7 - a.lon_e7) * x_m, dy = (double)(b.lat_e7 - a.lat_e7) * y_m;
                double t = fmin(1, fmax(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy)));

                least = fmin(least, hypot(ax + t * dx, ay + t * dy));
        }
        return least;
}

static bool deep(const Ring *r, Point p, double tolerance_m, Point *ret_at) {
        if (!ring_holds(r, p) || depth_m(r, p) <= tolerance_m)
                return false;
        *ret_at = p;
        return true;
}

static int by_size(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

/* Where the other ring's edges cut the edge p–q, as parts of its length; 0 and 1 too. */
static size_t cuts_of(const Ring *r, Point p, Point q, double *ret) {
        double dx = (double)(q.lon_e7 - p.lon_e7), dy = (double)(q.lat_e7 - p.lat_e7);
        size_t n = 0;

        ret[n++] = 0;
        ret[n++] = 1;
        for (size_t i = 0; i < r->n && n < CUTS_MAX; i++) {
                Point a = r->v[i], b = r->v[(i + 1) % r->n];
                double ex = (double)(b.lon_e7 - a.lon_e7), ey = (double)(b.lat_e7 - a.lat_e7);
                double ax = (double)(a.lon_e7 - p.lon_e7), ay = (double)(a.lat_e7 - p.lat_e7);
                double both = cross(dx, dy, ex, ey), t, u;

                if (both == 0)
                        continue;
                t = cross(ax, ay, ex, ey) / both;
                u = cross(ax, ay, dx, dy) / both;
                if (t > 0 && t < 1 && u >= 0 && u <= 1)
                        ret[n++] = t;
        }
        qsort(ret, n, sizeof *ret, by_size);
        return n;
}

/* Does the border of `a` run deep inside `b`? */
static bool border_inside(const Ring *a, const Ring *b, double tolerance_m, Point *ret_at) {
        Box inside = ring_box(b);

        for (size_t i = 0; i < a->n; i++) {
                Point p = a->v[i], q = a->v[(i + 1) % a->n];
                Box edge = BOX_EMPTY;
                double cuts[CUTS_MAX];
                size_t n;

                box_add(&edge, p);
                box_add(&edge, q);
                if (!box_meets(edge, inside))
                        continue;
                if (deep(b, p, tolerance_m, ret_at))
                        return true;
                n = cuts_of(b, p, q, cuts);
                for (size_t k = 0; k + 1 < n; k++) {
                        double t = (cuts[k] + cuts[k + 1]) / 2;
                        Point middle = { p.lon_e7 + llround(t * (double)(q.lon_e7 - p.lon_e7)),
                                         p.lat_e7 + llround(t * (double)(q.lat_e7 - p.lat_e7)) };

                        if (deep(b, middle, tolerance_m, ret_at))
                                return true;
                }
        }
        return false;
}

bool ring_overlaps(const Ring *a, const Ring *b, double tolerance_m, Point *ret_at) {
        if (!box_meets(ring_box(a), ring_box(b)))
                return false;
        /* The last two for rings that are the same, or lie along each other's border. */
        return border_inside(a, b, tolerance_m, ret_at) || border_inside(b, a, tolerance_m, ret_at) ||
               deep(b, ring_label(a), tolerance_m, ret_at) || deep(a, ring_label(b), tolerance_m, ret_at);
}
