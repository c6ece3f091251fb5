/* Union by cancelling edges: an edge a→b that also occurs as b→a is inside. A hash table of directed edges pairs them off; the
 * rest is walked, turning left as sharply as possible at points where several edges start, so that rings which touch in a
 * point come out one by one. */
#include "geo/outline.h"
#include <math.h>
#include <stdlib.h>

typedef struct Edge {
        Point a, b;
        int64_t next; /* in the chain of edges that start in the same slot */
        bool gone;
} Edge;

typedef struct Edges {
        Edge *v;
        size_t n, slot_count;
        int64_t *slots; /* by starting point */
} Edges;

static size_t slot_of(const Edges *e, Point p) {
        uint64_t h = ((uint64_t)p.lon_e7 * 0x9e3779b97f4a7c15u) ^ ((uint64_t)p.lat_e7 * 0xc2b2ae3d27d4eb4fu);

        return (size_t)((h ^ h >> 31) & (e->slot_count - 1));
}

static Edge *edge_from(const Edges *e, Point a, const Point *b) {
        for (int64_t i = e->slots[slot_of(e, a)]; i >= 0; i = e->v[i].next)
                if (!e->v[i].gone && point_eq(e->v[i].a, a) && (!b || point_eq(e->v[i].b, *b)))
                        return &e->v[i];
        return NULL;
}

static void collect(Edges *e, const Ring *rings, size_t n) {
        for (size_t i = 0; i < n; i++) {
                for (size_t k = 0; k < rings[i].n; k++) {
                        Point a = rings[i].v[k], b = rings[i].v[k + 1 < rings[i].n ? k + 1 : 0];
                        Edge *back = edge_from(e, b, &a);
                        size_t slot = slot_of(e, a);

                        if (back) {
                                back->gone = true;
                                continue;
                        }
                        e->v[e->n] = (Edge){ a, b, e->slots[slot], false };
                        e->slots[slot] = (int64_t)e->n++;
                }
        }
}

/* Of the edges that start at p, the one furthest to the left of the way we came. */
static Edge *leftmost(const Edges *e, Point from, Point p) {
        double came = atan2((double)(p.lat_e7 - from.lat_e7), (double)(p.lon_e7 - from.lon_e7)),
               best = -INFINITY;
        Edge *found = NULL;

        for (int64_t i = e->slots[slot_of(e, p)]; i >= 0; i = e->v[i].next) {
                Edge *c = &e->v[i];
                double turn;

                if (c->gone || !point_eq(c->a, p))
                        continue;
                turn = remainder(atan2((double)(c->b.lat_e7 - p.lat_e7), (double)(c->b.lon_e7 - p.lon_e7)) -
                                         came,
                                 2 * M_PI);
                if (turn > best)
                        best = turn, found = c;
        }
        return found;
}

static void walk(Arena *a, Edges *e, Edge *start, RingList *out) {
        Ring r = { 0 };
        Point at = start->b, from = start->a;

        start->gone = true;
        *list_push(a, &r) = start->a;
        while (!point_eq(at, r.v[0])) {
                Edge *next = leftmost(e, from, at);

                if (!next) /* rings that do not close: what was given was no ring */
                        return;
                *list_push(a, &r) = at;
                next->gone = true;
                from = at;
                at = next->b;
        }
        if (r.n >= 3)
                *list_push(a, out) = r;
}

static int by_area(const void *x, const void *y) {
        __int128 a = ring_area2(x), b = ring_area2(y);

        a = a < 0 ? -a : a;
        b = b < 0 ? -b : b;
        return (a < b) - (a > b);
}

void outline_of(Arena *a, const Ring *rings, size_t n, RingList *ret) {
        RingList out = { 0 };
        Edges e = { 0 };
        size_t total = 0;

        for (size_t i = 0; i < n; i++)
                total += rings[i].n;
        for (e.slot_count = 64; e.slot_count < total * 2;)
                e.slot_count *= 2;
        e.v = calloc(total ? total : 1, sizeof *e.v);
        e.slots = malloc(e.slot_count * sizeof *e.slots);
        if (!e.v || !e.slots)
                abort();
        for (size_t i = 0; i < e.slot_count; i++)
                e.slots[i] = -1;
        collect(&e, rings, n);
        for (size_t i = 0; i < e.n; i++)
                if (!e.v[i].gone)
                        walk(a, &e, &e.v[i], &out);
        free(e.v);
        free(e.slots);
        if (out.n)
                qsort(out.v, out.n, sizeof *out.v, by_area);
        *ret = out;
}

/* Rings of one outline never cross, but a hole may touch its outer ring in points: any other point of it decides. */
static bool ring_in(const Ring *hole, const Ring *outer) {
        Point middle = { (hole->v[0].lon_e7 + hole->v[1].lon_e7) / 2,
                         (hole->v[0].lat_e7 + hole->v[1].lat_e7) / 2 };

        return ring_holds(outer, middle) || ring_holds(outer, ring_label(hole));
}

void polygons_of(Arena *a, const RingList *rings, PolygonList *ret) {
        size_t *owner = TAKE_ARRAY(a, size_t, rings->n + 1);
        PolygonList out = { 0 };

        for (size_t i = 0; i < rings->n; i++) { /* largest first: the last that fits is the smallest */
                owner[i] = i;
                if (ring_area2(&rings->v[i]) > 0)
                        continue;
                for (size_t k = 0; k < i; k++)
                        if (ring_area2(&rings->v[k]) > 0 && ring_in(&rings->v[i], &rings->v[k]))
                                owner[i] = k;
        }
        for (size_t i = 0; i < rings->n; i++) {
                Polygon *p;

                if (owner[i] != i || ring_area2(&rings->v[i]) <= 0)
                        continue;
                p = list_push(a, &out);
                p->rings = TAKE_ARRAY(a, Ring, rings->n);
                p->rings[p->n++] = rings->v[i];
                for (size_t k = i + 1; k < rings->n; k++)
                        if (owner[k] == i)
                                p->rings[p->n++] = rings->v[k];
        }
        *ret = out;
}
