/* The borders of all loose polygons as nodes and edges, equal ones once; and how they meet where they do not end, decided exactly on whole
 * coordinates: polygons that cross themselves, vertices that lie on a neighbour's edge. Crossings of different features are no finding
 * here: they show as overlaps with an area. */
#include "repair/repair_int.h"
#include <stdlib.h>

enum { NONE = UINT32_MAX };

typedef struct Slots {
        uint32_t *v; /* 1 + index */
        size_t count;
} Slots;

static Slots slots_for(Arena *a, size_t n) {
        Slots s = { .count = 1024 };

        while (s.count < n * 2)
                s.count *= 2;
        s.v = TAKE_ARRAY(a, uint32_t, s.count);
        return s;
}

static size_t slot_of(const Slots *s, uint64_t x, uint64_t y) {
        uint64_t h = (x * 0x9e3779b97f4a7c15u) ^ (y * 0xc2b2ae3d27d4eb4fu);

        return (size_t)((h ^ h >> 32) * 0x9e3779b97f4a7c15u >> 20) & (s->count - 1);
}

static uint32_t node_for(Edges *e, Slots *s, Point p, uint32_t side) {
        size_t slot = slot_of(s, (uint64_t)p.lon_e7, (uint64_t)p.lat_e7);

        for (; s->v[slot]; slot = (slot + 1) & (s->count - 1))
                if (point_eq(e->nodes[s->v[slot] - 1], p))
                        return s->v[slot] - 1;
        e->nodes[e->node_n] = p;
        e->node_sides[e->node_n] = side;
        s->v[slot] = (uint32_t)++e->node_n;
        return (uint32_t)e->node_n - 1;
}

static uint32_t edge_for(Edges *e, Slots *s, uint32_t side) {
        uint32_t a = e->sides[side].from, b = e->sides[side].to;
        size_t slot;

        if (a > b)
                a = e->sides[side].to, b = e->sides[side].from;
        for (slot = slot_of(s, a, b); s->v[slot]; slot = (slot + 1) & (s->count - 1)) {
                Edge *x = &e->v[s->v[slot] - 1];

                if (x->a == a && x->b == b) {
                        if (x->second == NONE)
                                x->second = side;
                        return s->v[slot] - 1;
                }
        }
        e->v[e->n] = (Edge){ a, b, side, NONE };
        s->v[slot] = (uint32_t)++e->n;
        return (uint32_t)e->n - 1;
}

static void count_rings(const Repair *r, size_t *ret_rings, size_t *ret_sides) {
        *ret_rings = *ret_sides = 0;
        for (size_t i = 0; i < r->loose.n; i++)
                for (size_t k = 0; k < r->loose.v[i].n; k++)
                        ++*ret_rings, *ret_sides += r->loose.v[i].rings[k].n;
}

bool repair_edges(Repair *r, Edges *ret) {
        Edges e = { 0 };
        size_t rings, sides;
        Slots s;

        count_rings(r, &rings, &sides);
        e.rings = TAKE_ARRAY(r->arena, RingAt, rings + 1);
        e.sides = TAKE_ARRAY(r->arena, Side, sides + 1);
        e.v = TAKE_ARRAY(r->arena, Edge, sides + 1);
        e.nodes = TAKE_ARRAY(r->arena, Point, sides + 1);
        e.node_sides = TAKE_ARRAY(r->arena, uint32_t, sides + 1);
        s = slots_for(r->arena, sides);
        for (size_t i = 0; i < r->loose.n; i++) {
                for (size_t k = 0; k < r->loose.v[i].n; k++) {
                        const Ring *ring = &r->loose.v[i].rings[k];
                        uint32_t first = (uint32_t)e.side_n;

                        for (size_t j = 0; j < ring->n; j++, e.side_n++)
                                e.sides[e.side_n] =
                                        (Side){ .from = node_for(&e, &s, ring->v[j], (uint32_t)e.side_n),
                                                .ring = (uint32_t)e.ring_n };
                        for (size_t j = 0; j < ring->n; j++)
                                e.sides[first + j].to = e.sides[first + (j + 1) % ring->n].from;
                        e.rings[e.ring_n++] = (RingAt){ (uint32_t)i, (uint32_t)k, first };
                }
        }
        memset(s.v, 0, s.count * sizeof *s.v);
        for (size_t i = 0; i < e.side_n; i++)
                e.sides[i].edge = edge_for(&e, &s, (uint32_t)i);
        *ret = e;
        return repair_on(r);
}

/* ---- what meets -------------------------------------------------------------------------------------------------------------- */

typedef struct Meet { /* of two edges, or of an edge with a node inside it */
        uint32_t edge, other;
        bool crosses;  /* other is an edge; else a node */
        uint32_t side; /* of the node: one that shows whose it is */
} Meet;

typedef struct Meets {
        Repair *r;
        const Edges *e;
        size_t found; /* with those of different features */
        struct {
                Meet *v;
                size_t n, cap;
        } list;
} Meets;

static uint32_t loose_of(const Edges *e, uint32_t side) { return e->rings[e->sides[side].ring].loose; }

/* A side of each of two edges that belong to one polygon. */
static bool same_polygon(const Edges *e, uint32_t a, uint32_t b, uint32_t *ret_a, uint32_t *ret_b) {
        const uint32_t of_a[] = { e->v[a].side, e->v[a].second }, of_b[] = { e->v[b].side, e->v[b].second };

        for (int i = 0; i < 2; i++)
                for (int k = 0; k < 2; k++)
                        if (of_a[i] != NONE && of_b[k] != NONE &&
                            loose_of(e, of_a[i]) == loose_of(e, of_b[k]))
                                return *ret_a = of_a[i], *ret_b = of_b[k], true;
        return false;
}

static void touch(Meets *m, uint32_t edge, uint32_t node) {
        const Edge *x = &m->e->v[edge];

        if (node != x->a && node != x->b &&
            point_on(m->e->nodes[x->a], m->e->nodes[x->b], m->e->nodes[node]))
                *list_push(m->r->arena, &m->list) =
                        (Meet){ .edge = edge, .other = node, .side = m->e->node_sides[node] };
}

static bool on_meeting(const Segment *s, const Segment *t, Meeting how, void *arg) {
        Meets *m = arg;
        uint32_t a, b;

        if (how == MEET_CROSS) {
                if (same_polygon(m->e, s->id, t->id, &a, &b))
                        *list_push(m->r->arena, &m->list) = (Meet){ .edge = s->id < t->id ? s->id : t->id,
                                                                    .other = s->id < t->id ? t->id : s->id,
                                                                    .crosses = true };
        } else {
                touch(m, s->id, t->a);
                touch(m, s->id, t->b);
                touch(m, t->id, s->a);
                touch(m, t->id, s->b);
        }
        return ++m->found <=
               4 * (size_t)REPAIR_MEETINGS_MAX; /* the sweep may come to a pair several times */
}

static int by_meet(const void *a, const void *b) {
        const Meet *x = a, *y = b;

        if (x->crosses != y->crosses)
                return x->crosses ? -1 : 1;
        if (x->edge != y->edge)
                return x->edge < y->edge ? -1 : 1;
        return (x->other > y->other) - (x->other < y->other);
}

/* The smaller of the two loops into which a ring falls where its sides a < b cross at p. */
static void show_lobe(Repair *r, const Edges *e, RepairFinding *f, uint32_t a, uint32_t b, Point p) {
        const RingAt *at = &e->rings[e->sides[a].ring];
        const Ring *ring = &r->loose.v[at->loose].rings[at->ring];
        size_t i = a - at->first, k = b - at->first;
        Ring one = { 0 }, two = { 0 };

        if (i > k)
                i = b - at->first, k = a - at->first;
        *list_push(r->arena, &one) = *list_push(r->arena, &two) = p;
        for (size_t j = i + 1; j <= k; j++)
                if (!point_eq(ring->v[j], p))
                        *list_push(r->arena, &one) = ring->v[j];
        for (size_t j = k + 1; j <= i + ring->n; j++)
                if (!point_eq(ring->v[j % ring->n], p))
                        *list_push(r->arena, &two) = ring->v[j % ring->n];
        repair_show(r, f, ring_m2(&one) <= ring_m2(&two) ? &one : &two);
}

static void note_bow(Repair *r, const Edges *e, uint32_t a, uint32_t b, Point p) {
        RepairFinding *f = repair_note(r, REPAIR_BOW_TIE, REPAIR_PARTED);

        f->feature = side_feature(r, e, a) + 1;
        f->at = p;
        if (e->sides[a].ring == e->sides[b].ring && f != &r->spare)
                show_lobe(r, e, f, a, b, p);
}

static void note_meet(Repair *r, const Edges *e, const Meet *m) {
        const Edge *x = &e->v[m->edge];
        RepairFinding *f;
        uint32_t a, b;

        if (m->crosses) {
                const Edge *y = &e->v[m->other];

                if (same_polygon(e, m->edge, m->other, &a, &b))
                        note_bow(
                                r, e, a, b,
                                crossing_of(e->nodes[x->a], e->nodes[x->b], e->nodes[y->a], e->nodes[y->b]));
                return;
        }
        if (side_feature(r, e, x->side) == side_feature(r, e, m->side))
                return; /* a polygon that touches its own edge is one that everybody draws */
        f = repair_note(r, REPAIR_T_JUNCTION, REPAIR_NODED);
        f->feature = side_feature(r, e, x->side) + 1;
        f->other = side_feature(r, e, m->side) + 1;
        f->at = e->nodes[m->other];
}

static bool same_way(Point o, Point a, Point b) {
        return segments_meet(o, a, o, b, SHARED_AC) == MEET_OVERLAP;
}

/* Two ways through one node, a → o → c and p → o → q: do they cross there? */
static bool crosses_at(Point o, Point a, Point c, Point p, Point q) {
        if (same_way(o, a, p) || same_way(o, a, q) || same_way(o, c, p) || same_way(o, c, q))
                return false;
        return direction_between(o, a, p, c) != direction_between(o, a, q, c);
}

/* A ring that comes to a node again and leaves on the other side; an edge that one polygon has twice. */
static void note_nodes(Repair *r, const Edges *e) {
        uint32_t *last =
                TAKE_ARRAY(r->arena, uint32_t, e->node_n + 1); /* 1 + the side that left the node last */

        for (size_t i = 0; i < e->ring_n; i++) {
                const RingAt *at = &e->rings[i];
                uint32_t n = (uint32_t)r->loose.v[at->loose].rings[at->ring].n;

                for (uint32_t k = 0; k < n; k++) {
                        uint32_t side = at->first + k, node = e->sides[side].from, seen = last[node] - 1;

                        last[node] = side + 1;
                        if (seen == NONE || seen < at->first)
                                continue;
                        if (crosses_at(e->nodes[node],
                                       e->nodes[e->sides[at->first + (seen - at->first + n - 1) % n].from],
                                       e->nodes[e->sides[seen].to],
                                       e->nodes[e->sides[at->first + (k + n - 1) % n].from],
                                       e->nodes[e->sides[side].to]))
                                note_bow(r, e, at->first + (seen - at->first + n - 1) % n,
                                         at->first + (k + n - 1) % n, e->nodes[node]);
                }
        }
        for (size_t i = 0; i < e->n; i++)
                if (e->v[i].second != NONE && loose_of(e, e->v[i].side) == loose_of(e, e->v[i].second))
                        note_bow(r, e, e->v[i].side, e->v[i].second, e->nodes[e->v[i].a]);
}

bool repair_meetings(Repair *r, Edges *e) {
        Meets m = { .r = r, .e = e };
        Segment *v = TAKE_ARRAY(r->arena, Segment, e->n + 1);
        bool fine;

        for (size_t i = 0; i < e->n; i++) {
                Point a = e->nodes[e->v[i].a], b = e->nodes[e->v[i].b];

                v[i] = (Segment){ (int32_t)a.lon_e7, (int32_t)a.lat_e7, (int32_t)b.lon_e7, (int32_t)b.lat_e7,
                                  e->v[i].a,         e->v[i].b,         (uint32_t)i };
        }
        fine = segments_sweep(v, e->n, on_meeting, &m);
        if (!fine || m.found > 4 * (size_t)REPAIR_MEETINGS_MAX)
                return repair_end(r, REPAIR_TANGLED, "");
        e->met = m.found > 0;
        if (m.list.n)
                qsort(m.list.v, m.list.n, sizeof *m.list.v, by_meet);
        for (size_t i = 0; i < m.list.n; i++)
                if (!i || by_meet(&m.list.v[i], &m.list.v[i - 1]))
                        note_meet(r, e, &m.list.v[i]);
        note_nodes(r, e);
        return repair_on(r);
}
