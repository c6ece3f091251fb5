/* Common area by trapezoids: a polygon is the signed sum of the strips between its edges and a line below all of them, so the common part
 * of two is the signed sum of what each pair of strips has in common, the integral of the lower edge. No crossing has to be found, and
 * holes and several parts come by themselves. */
#include "geo/share.h"
#include "base/rc.h"
#include <math.h>
#include <stdlib.h>

typedef struct Strip {
        double x0, x1, y0, y1; /* x0 < x1 */
        double sign;
} Strip;

typedef struct Strips {
        Strip *v;
        size_t n;
} Strips;

static int by_west(const void *a, const void *b) {
        double x = ((const Strip *)a)->x0, y = ((const Strip *)b)->x0;

        return (x > y) - (x < y);
}

static Strips strips_of(Arena *work, const PolygonList *p, Point origin) {
        Strips s = { 0 };
        size_t n = 0;

        for (size_t i = 0; i < p->n; i++)
                for (size_t k = 0; k < p->v[i].n; k++)
                        n += p->v[i].rings[k].n;
        s.v = TAKE_ARRAY(work, Strip, n + 1);
        for (size_t i = 0; i < p->n; i++)
                for (size_t k = 0; k < p->v[i].n; k++) {
                        const Ring *r = &p->v[i].rings[k];

                        for (size_t j = 0; j < r->n; j++) {
                                Point a = r->v[j], b = r->v[(j + 1) % r->n];
                                Strip t = { (double)(a.lon_e7 - origin.lon_e7), (double)(b.lon_e7 - origin.lon_e7),
                                            (double)(a.lat_e7 - origin.lat_e7), (double)(b.lat_e7 - origin.lat_e7), -1 };

                                if (t.x0 > t.x1) /* the upper side of a ring that turns left goes west */
                                        t = (Strip){ t.x1, t.x0, t.y1, t.y0, 1 };
                                if (t.x0 < t.x1)
                                        s.v[s.n++] = t;
                        }
                }
        if (s.n)
                qsort(s.v, s.n, sizeof *s.v, by_west);
        return s;
}

static double height(const Strip *s, double x) { return s->y0 + (s->y1 - s->y0) * ((x - s->x0) / (s->x1 - s->x0)); }

/* The integral of the lower of two lines from x0 to x1. */
static double lower(double x0, double x1, double a0, double a1, double b0, double b1) {
        double d0 = a0 - b0, d1 = a1 - b1, t;

        if (d0 * d1 >= 0)
                return (x1 - x0) * 0.5 * (d0 + d1 < 0 ? a0 + a1 : b0 + b1);
        t = d0 / (d0 - d1);
        return (x1 - x0) * 0.5 *
               ((t * ((d0 < 0 ? a0 : b0) + (a0 + (a1 - a0) * t))) + (1 - t) * ((a0 + (a1 - a0) * t) + (d1 < 0 ? a1 : b1)));
}

static Point below(const PolygonList *a, const PolygonList *b) {
        Box box = BOX_EMPTY;

        for (size_t i = 0; i < a->n; i++)
                box_add_box(&box, ring_box(&a->v[i].rings[0]));
        for (size_t i = 0; i < b->n; i++)
                box_add_box(&box, ring_box(&b->v[i].rings[0]));
        return (Point){ box.west, box.south };
}

double polygons_common_e14(const PolygonList *a, const PolygonList *b) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        Point origin = below(a, b);
        Strips s = strips_of(work, a, origin), t = strips_of(work, b, origin);
        double sum = 0;

        for (size_t i = 0; i < s.n; i++)
                for (size_t k = 0; k < t.n && t.v[k].x0 < s.v[i].x1; k++) {
                        double x0 = fmax(s.v[i].x0, t.v[k].x0), x1 = fmin(s.v[i].x1, t.v[k].x1);

                        if (x0 < x1)
                                sum += s.v[i].sign * t.v[k].sign *
                                       lower(x0, x1, height(&s.v[i], x0), height(&s.v[i], x1), height(&t.v[k], x0), height(&t.v[k], x1));
                }
        return sum > 0 ? sum : 0;
}

double polygons_area_e14(const PolygonList *a) {
        double sum = 0;

        for (size_t i = 0; i < a->n; i++)
                for (size_t k = 0; k < a->v[i].n; k++)
                        sum += (double)ring_area2(&a->v[i].rings[k]) / 2;
        return sum;
}
