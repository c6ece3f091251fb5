/* Snapping: see snap.h. Everything is looked up in lists sorted by longitude, so that a city takes seconds. */
#include "geo/snap.h"
#include <math.h>
#include <stdlib.h>

typedef struct Corner {
        Point at;
        size_t ring, index;
} Corner;

typedef struct Corners {
        Corner *v;
        size_t n, cap;
} Corners;

typedef struct Reach {
        double lon_m, lat_m; /* metres of 10⁻⁷ degree */
        double m;
        int64_t lon_e7; /* m in longitude */
} Reach;

static int by_lon(const void *x, const void *y) {
        const Corner *a = x, *b = y;

        if (a->at.lon_e7 != b->at.lon_e7)
                return a->at.lon_e7 < b->at.lon_e7 ? -1 : 1;
        if (a->at.lat_e7 != b->at.lat_e7)
                return a->at.lat_e7 < b->at.lat_e7 ? -1 : 1;
        return a->ring != b->ring ? (a->ring > b->ring) - (a->ring < b->ring) : (a->index > b->index) - (a->index < b->index);
}

static size_t first_from(const Corners *c, int64_t lon) {
        size_t lo = 0, hi = c->n;

        while (lo < hi) {
                size_t mid = lo + (hi - lo) / 2;

                if (c->v[mid].at.lon_e7 < lon)
                        lo = mid + 1;
                else
                        hi = mid;
        }
        return lo;
}

static double apart_m(const Reach *r, Point a, Point b) {
        return hypot((double)(a.lon_e7 - b.lon_e7) * r->lon_m, (double)(a.lat_e7 - b.lat_e7) * r->lat_m);
}

/* The nearest of another ring within reach; NULL when there is none. */
static const Corner *nearest(const Corners *c, const Reach *r, Point p, size_t ring) {
        const Corner *found = NULL;
        double best = r->m;

        for (size_t i = first_from(c, p.lon_e7 - r->lon_e7); i < c->n && c->v[i].at.lon_e7 <= p.lon_e7 + r->lon_e7; i++) {
                double m = apart_m(r, c->v[i].at, p);

                if (c->v[i].ring != ring && m <= best)
                        best = m, found = &c->v[i];
        }
        return found;
}

static void collect(Arena *a, const SnapRing *rings, size_t n, bool fixed, Corners *ret) {
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; rings[i].fixed == fixed && k < rings[i].ring.n; k++)
                        *list_push(a, ret) = (Corner){ rings[i].ring.v[k], i, k };
        if (ret->n)
                qsort(ret->v, ret->n, sizeof *ret->v, by_lon);
}

/* New corners fall on kept ones, else on those that came before them from the west. */
static void join_corners(Arena *a, SnapRing *rings, const Reach *r, const Corners *kept, const Corners *fresh, Corners *all) {
        Corners firsts = { 0 };

        for (size_t i = 0; i < fresh->n; i++) {
                Corner c = fresh->v[i];
                const Corner *to = nearest(kept, r, c.at, c.ring);

                if (!to)
                        to = nearest(&firsts, r, c.at, c.ring);
                if (to)
                        rings[c.ring].ring.v[c.index] = to->at;
                else
                        *list_push(a, &firsts) = c;
        }
        for (size_t i = 0; i < kept->n; i++)
                *list_push(a, all) = kept->v[i];
        for (size_t i = 0; i < firsts.n; i++)
                *list_push(a, all) = firsts.v[i];
        if (all->n)
                qsort(all->v, all->n, sizeof *all->v, by_lon);
}

typedef struct Cut {
        double along;
        Point at;
} Cut;

static int by_along(const void *x, const void *y) {
        double a = ((const Cut *)x)->along, b = ((const Cut *)y)->along;

        return (a > b) - (a < b);
}

/* Is it beside the side, between its ends? As a part of the side's length. */
static bool beside(const Reach *r, Point p, Point q, Point c, double *ret) {
        double dx = (double)(q.lon_e7 - p.lon_e7) * r->lon_m, dy = (double)(q.lat_e7 - p.lat_e7) * r->lat_m;
        double cx = (double)(c.lon_e7 - p.lon_e7) * r->lon_m, cy = (double)(c.lat_e7 - p.lat_e7) * r->lat_m;
        double all = dx * dx + dy * dy, t = all > 0 ? (cx * dx + cy * dy) / all : -1;

        *ret = t;
        return t > 0 && t < 1 && hypot(cx - t * dx, cy - t * dy) <= r->m;
}

/* The ring with the corners of others put into its sides, without repeated ones and spikes. */
static void cut_sides(Arena *a, SnapRing *ring, size_t self, const Reach *r, const Corners *all) {
        Ring out = { 0 }, *in = &ring->ring;

        for (size_t i = 0; i < in->n; i++) {
                Point p = in->v[i], q = in->v[(i + 1) % in->n];
                int64_t west = p.lon_e7 < q.lon_e7 ? p.lon_e7 : q.lon_e7, east = p.lon_e7 < q.lon_e7 ? q.lon_e7 : p.lon_e7;
                struct {
                        Cut *v;
                        size_t n, cap;
                } cuts = { 0 };

                *list_push(a, &out) = p;
                for (size_t k = first_from(all, west - r->lon_e7); k < all->n && all->v[k].at.lon_e7 <= east + r->lon_e7; k++) {
                        Point c = all->v[k].at;
                        double along;

                        if (all->v[k].ring != self && !point_eq(c, p) && !point_eq(c, q) && beside(r, p, q, c, &along))
                                *list_push(a, &cuts) = (Cut){ along, c };
                }
                if (cuts.n)
                        qsort(cuts.v, cuts.n, sizeof *cuts.v, by_along);
                for (size_t k = 0; k < cuts.n; k++)
                        *list_push(a, &out) = cuts.v[k].at;
        }
        *in = out;
}

static void tidy(Ring *r) {
        bool again = true;

        while (again && r->n > 2) {
                size_t n = 0;

                again = false;
                for (size_t i = 0; i < r->n; i++) {
                        Point before = n ? r->v[n - 1] : r->v[r->n - 1], after = r->v[(i + 1) % r->n];

                        if (point_eq(r->v[i], before) || point_eq(before, after)) { /* twice, or there and back */
                                again = true;
                                continue;
                        }
                        r->v[n++] = r->v[i];
                }
                r->n = n;
        }
}

void snap_rings(Arena *a, SnapRing *rings, size_t n, double tolerance_m) {
        Corners kept = { 0 }, fresh = { 0 }, all = { 0 };
        Reach r = { .m = tolerance_m };
        double lat;

        if (!n || !rings[0].ring.n)
                return;
        lat = (double)rings[0].ring.v[0].lat_e7 * 1e-7;
        r.lon_m = lon_m_per_e7(lat);
        r.lat_m = lat_m_per_e7(lat);
        r.lon_e7 = (int64_t)(tolerance_m / r.lon_m) + 1;
        for (size_t i = 0; i < n; i++)
                rings[i].ring.v = arena_copy(a, rings[i].ring.v, rings[i].ring.n * sizeof(Point));
        collect(a, rings, n, true, &kept);
        collect(a, rings, n, false, &fresh);
        join_corners(a, rings, &r, &kept, &fresh, &all);
        for (size_t i = 0; i < n; i++) {
                cut_sides(a, &rings[i], i, &r, &all);
                tidy(&rings[i].ring);
        }
}
