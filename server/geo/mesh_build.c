/* From polygons to a mesh: every ring is looked at by itself, points become nodes, sides become edges shared by two polygons, the sweep
 * finds what meets where it should not, then loops are walked and compared with what the polygons said. */
#include "base/rc.h"
#include "geo/mesh_int.h"
#include <stdlib.h>

typedef struct Touch { /* a node inside an edge */
        uint32_t edge, node;
        int64_t along;
} Touch;

typedef struct Builder {
        const MeshPlan *plan;
        Arena *arena;
        MeshFaultList *faults;
        Mesh *m;
        uint32_t *corners; /* nodes of all rings, one ring behind the other */
        uint32_t *slots;   /* hash table: of nodes, then of edges */
        size_t slot_count;
        uint32_t *faces; /* per half-edge */
        size_t faces_cap;
        struct {
                Touch *v;
                size_t n, cap;
        } touches;
        const Segment *segments;
} Builder;

static void note(Builder *b, MeshFault fault) {
        if (b->faults->n < MESH_FAULTS_MAX)
                *list_push(b->arena, b->faults) = fault;
}

/* ---- rings by themselves -------------------------------------------------------------------------------------------------- */

/* Are the points on the globe, and no further apart than a mesh may be wide? Only then may they be reckoned with. */
static bool check_range(Builder *b, const Ring *r, MeshFault f) {
        Box box = ring_box(r);

        f.why = MESH_OUT_OF_RANGE;
        for (size_t i = 0; i < r->n; i++) {
                Point p = r->v[i];

                f.at = p;
                if (p.lon_e7 < -LON_MAX || p.lon_e7 > LON_MAX || p.lat_e7 < -LAT_MAX || p.lat_e7 > LAT_MAX)
                        return note(b, f), false;
        }
        if (box.east - box.west <= FRAME)
                return true;
        return note(b, f), false;
}

static void check_ring(Builder *b, const Ring *r, uint32_t face) {
        size_t before = b->faults->n;
        MeshFault f = { .face = { face }, .at = r->n ? r->v[0] : (Point){ 0, 0 } };

        if (r->n < 3) {
                f.why = MESH_TOO_FEW;
                note(b, f);
                return;
        }
        if (!check_range(b, r, f))
                return;
        for (size_t i = 0; i < r->n; i++) {
                Point a = r->v[i ? i - 1 : r->n - 1], p = r->v[i], c = r->v[i + 1 < r->n ? i + 1 : 0];

                f.at = p;
                if (point_eq(p, c))
                        f.why = MESH_REPEATED;
                else if (!point_eq(a, p) && segments_meet(a, p, p, c, SHARED_BC) == MEET_OVERLAP)
                        f.why = MESH_SPIKE;
                else
                        continue;
                note(b, f);
        }
        f.at = r->v[0];
        f.why = MESH_NO_AREA;
        if (b->faults->n == before && ring_area2(r) == 0)
                note(b, f);
}

/* A frame of 180° that holds all of the box. */
static int64_t frame_of(Box box) {
        if (box.west >= 0)
                return 0;
        if (box.east <= 0)
                return -LON_MAX;
        return box.west > -LON_MAX + FRAME / 4 ? box.west - (FRAME - (box.east - box.west)) / 2 : box.west;
}

static bool check_rings(Builder *b, size_t *ret_points) {
        Box box = BOX_EMPTY;
        size_t points = 0;

        for (size_t i = 0; i < b->plan->n && i <= MESH_FACES_MAX; i++)
                for (size_t k = 0; k < b->plan->polygons[i].n; k++)
                        points += b->plan->polygons[i].rings[k].n;
        if (b->plan->n == 0 || b->plan->n > MESH_FACES_MAX || points > MESH_EDGES_MAX) {
                note(b, (MeshFault){ .why = b->plan->n ? MESH_TOO_MANY : MESH_TOO_FEW });
                return false;
        }
        for (size_t i = 0; i < b->plan->n; i++) {
                const MeshPolygon *p = &b->plan->polygons[i];
                MeshFault f = { .face = { (uint32_t)i + 1 } };

                f.why = p->n ? MESH_UNASSIGNED : MESH_TOO_FEW;
                if (!p->n || !p->tag.community)
                        note(b, f);
                for (size_t k = 0; k < p->n; k++) {
                        check_ring(b, &p->rings[k], (uint32_t)i + 1);
                        box_add_box(&box, ring_box(&p->rings[k]));
                }
        }
        if (!b->faults->n && box.east - box.west > FRAME)
                note(b, (MeshFault){ .why = MESH_OUT_OF_RANGE, .at = { box.east, box.north } });
        if (b->faults->n)
                return false;
        b->m->west = frame_of(box);
        *ret_points = points;
        return true;
}

/* ---- nodes and edges ------------------------------------------------------------------------------------------------------ */

static size_t slot_of(const Builder *b, uint64_t x, uint64_t y) {
        uint64_t h = (x * 0x9e3779b97f4a7c15u) ^ (y * 0xc2b2ae3d27d4eb4fu);

        return (size_t)((h ^ h >> 32) * 0x9e3779b97f4a7c15u >> 20) & (b->slot_count - 1);
}

static void clear_slots(Builder *b) { memset(b->slots, 0, b->slot_count * sizeof *b->slots); }

static uint32_t node_for(Builder *b, Point p) {
        size_t slot = slot_of(b, (uint64_t)p.lon_e7, (uint64_t)p.lat_e7);

        for (; b->slots[slot]; slot = (slot + 1) & (b->slot_count - 1))
                if (point_eq(node_point(b->m, b->slots[slot]), p))
                        return b->slots[slot];
        return b->slots[slot] = node_make(b->m, p);
}

/* Outer rings counter-clockwise, holes clockwise, so that the polygon lies to the left. */
static void make_nodes(Builder *b) {
        size_t at = 0;

        for (size_t i = 0; i < b->plan->n; i++) {
                for (size_t k = 0; k < b->plan->polygons[i].n; k++) {
                        const Ring *r = &b->plan->polygons[i].rings[k];
                        bool turn = (ring_area2(r) > 0) != (k == 0);

                        for (size_t j = 0; j < r->n; j++)
                                b->corners[at++] = node_for(b, r->v[turn ? r->n - 1 - j : j]);
                }
        }
}

static void make_edge(Builder *b, uint32_t u, uint32_t v, uint32_t face) {
        size_t slot = slot_of(b, u < v ? u : v, u < v ? v : u);
        Mesh *m = b->m;
        uint32_t e, h;

        for (; (e = b->slots[slot]); slot = (slot + 1) & (b->slot_count - 1)) {
                h = 2 * e + (half_from(m, 2 * e) == v);
                if (half_from(m, h) == u && half_to(m, h) == v)
                        break;
        }
        if (!e) {
                e = b->slots[slot] = record_new(m, T_HALF);
                h = 2 * e;
                HALF(m, h)->node = u;
                HALF(m, h + 1)->node = v;
                if (b->faces_cap < 2 * (size_t)e + 2) {
                        b->faces_cap = 4 * (size_t)e + 1024;
                        b->faces = heap_grow(b->faces, b->faces_cap, sizeof *b->faces);
                }
                b->faces[h] = b->faces[h + 1] = 0;
        }
        if (b->faces[h])
                note(b, (MeshFault){ .why = b->faces[h] == face ? MESH_BOW_TIE : MESH_OVERLAP,
                                     .at = node_point(m, u),
                                     .face = { face },
                                     .other = { b->faces[h] } });
        b->faces[h] = face;
}

static int by_touch(const void *a, const void *b) {
        const Touch *x = a, *y = b;

        if (x->edge != y->edge)
                return x->edge < y->edge ? -1 : 1;
        if (x->along != y->along)
                return x->along < y->along ? -1 : 1;
        return (x->node > y->node) - (x->node < y->node);
}

/* The side u → v as edges, with the nodes that were found inside the edge of the round before. */
static void make_side(Builder *b, uint32_t u, uint32_t v, uint32_t face, uint32_t old_half) {
        size_t low = 0, high = b->touches.n, from;
        uint32_t old = old_half / 2, at = u;

        while (low < high) {
                size_t middle = (low + high) / 2;

                if (b->touches.v[middle].edge < old)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (from = low; high < b->touches.n && b->touches.v[high].edge == old;)
                high++;
        for (size_t i = from; i < high; i++) {
                size_t k = old_half & 1 ? high - 1 - (i - from) : i;

                if (b->touches.v[k].node == at)
                        continue;
                make_edge(b, at, b->touches.v[k].node, face);
                at = b->touches.v[k].node;
        }
        make_edge(b, at, v, face);
}

typedef struct Side {
        uint32_t u, v, face;
} Side;

/* Calls for each side of each ring. */
static void each_side(Builder *b, void (*call)(Builder *b, Side s, void *arg), void *arg) {
        size_t at = 0;

        for (size_t i = 0; i < b->plan->n; i++) {
                for (size_t k = 0; k < b->plan->polygons[i].n; k++) {
                        size_t n = b->plan->polygons[i].rings[k].n;

                        for (size_t j = 0; j < n; j++)
                                call(b,
                                     (Side){ b->corners[at + j], b->corners[at + (j + 1) % n],
                                             (uint32_t)i + 1 },
                                     arg);
                        at += n;
                }
        }
}

static void side_plain(Builder *b, Side s, void *arg) {
        (void)arg;
        make_edge(b, s.u, s.v, s.face);
}

typedef struct Halves { /* of each side in the first round */
        uint32_t *v;
        size_t at;
} Halves;

static void side_note(Builder *b, Side s, void *arg) {
        Halves *h = arg;
        size_t slot = slot_of(b, s.u < s.v ? s.u : s.v, s.u < s.v ? s.v : s.u);
        uint32_t e;

        for (; (e = b->slots[slot]); slot = (slot + 1) & (b->slot_count - 1)) {
                uint32_t half = 2 * e + (half_from(b->m, 2 * e) == s.v);

                if (half_from(b->m, half) == s.u && half_to(b->m, half) == s.v) {
                        h->v[h->at++] = half;
                        return;
                }
        }
}

static void side_divided(Builder *b, Side s, void *arg) {
        Halves *h = arg;

        make_side(b, s.u, s.v, s.face, h->v[h->at++]);
}

/* ---- what meets ------------------------------------------------------------------------------------------------------------ */

Segment *mesh_segments(const Mesh *m, size_t *ret_n) {
        Segment *v = heap_take(m->tables[T_HALF].live, sizeof *v);
        size_t n = 0;

        for (uint32_t e = 1; e < m->tables[T_HALF].n / 2; e++) {
                uint32_t a, b;

                if (!edge_alive(m, e))
                        continue;
                a = half_from(m, 2 * e), b = half_to(m, 2 * e);
                v[n++] = (Segment){
                        NODE(m, a)->lon, NODE(m, a)->lat, NODE(m, b)->lon, NODE(m, b)->lat, a, b, e
                };
        }
        *ret_n = n;
        return v;
}

/* A polygon beside the edge, and one beside the other edge; the same one when there is one. */
static bool faces_of(const Builder *b, uint32_t e, uint32_t f, uint32_t *ret_face, uint32_t *ret_other) {
        const uint32_t *x = b->faces + 2 * e, *y = b->faces + 2 * f;

        for (int i = 0; i < 2; i++)
                for (int k = 0; k < 2; k++)
                        if (x[i] && x[i] == y[k])
                                return *ret_face = *ret_other = x[i], true;
        *ret_face = x[0] ? x[0] : x[1];
        *ret_other = y[0] ? y[0] : y[1];
        return false;
}

static void note_touch(Builder *b, const Segment *s, uint32_t node, const Segment *other) {
        Point a = { s->ax, s->ay }, c = { s->bx, s->by }, p = node_point(b->m, node);
        MeshFault f = { .why = MESH_T_JUNCTION, .at = p };

        if (node == s->a || node == s->b || !point_on(a, c, p))
                return;
        if (b->plan->divide) {
                HEAP_ROOM(&b->touches, 1);
                /* along the edge the larger of both differences grows */
                b->touches.v[b->touches.n++] =
                        (Touch){ s->id, node, llabs(p.lon_e7 - a.lon_e7) + llabs(p.lat_e7 - a.lat_e7) };
                return;
        }
        (void)faces_of(b, s->id, other->id, &f.face.n, &f.other.n);
        note(b, f);
}

static bool on_meeting(const Segment *s, const Segment *t, Meeting how, void *arg) {
        Builder *b = arg;
        MeshFault f = { .why = MESH_FINE };

        if (how != MEET_CROSS) {
                note_touch(b, s, t->a, t);
                note_touch(b, s, t->b, t);
                note_touch(b, t, s->a, s);
                note_touch(b, t, s->b, s);
                return b->faults->n < MESH_FAULTS_MAX && b->touches.n < MESH_EDGES_MAX;
        }
        f.at = crossing_of((Point){ s->ax, s->ay }, (Point){ s->bx, s->by }, (Point){ t->ax, t->ay },
                           (Point){ t->bx, t->by });
        f.why = faces_of(b, s->id, t->id, &f.face.n, &f.other.n) ? MESH_BOW_TIE : MESH_OVERLAP;
        note(b, f);
        return b->faults->n < MESH_FAULTS_MAX;
}

static int by_fault(const void *a, const void *b) {
        const MeshFault *x = a, *y = b;

        if (x->at.lon_e7 != y->at.lon_e7)
                return x->at.lon_e7 < y->at.lon_e7 ? -1 : 1;
        if (x->at.lat_e7 != y->at.lat_e7)
                return x->at.lat_e7 < y->at.lat_e7 ? -1 : 1;
        return x->why != y->why         ? (x->why > y->why) - (x->why < y->why)
               : x->face.n != y->face.n ? (x->face.n > y->face.n) - (x->face.n < y->face.n)
                                        : (x->other.n > y->other.n) - (x->other.n < y->other.n);
}

/* The sweep may come to a pair more than once, and a corner touches with both its sides. */
static void once_each(MeshFaultList *list) {
        size_t n = 0;

        if (list->n)
                qsort(list->v, list->n, sizeof *list->v, by_fault);
        for (size_t i = 0; i < list->n; i++)
                if (!i || by_fault(&list->v[i], &list->v[i - 1]))
                        list->v[n++] = list->v[i];
        list->n = n;
}

/* False when something meets that may not. */
static bool sweep(Builder *b) {
        size_t n;
        Segment *v = mesh_segments(b->m, &n);

        b->touches.n = 0;
        if (!segments_sweep(v, n, on_meeting, b))
                note(b, (MeshFault){ .why = MESH_TOO_MANY });
        free(v);
        once_each(b->faults);
        return !b->faults->n;
}

static bool divide(Builder *b, size_t points) {
        Halves sides = { heap_take(points, sizeof *sides.v), 0 };
        Table *t = &b->m->tables[T_HALF];

        each_side(b, side_note, &sides);
        sides.at = 0;
        qsort(b->touches.v, b->touches.n, sizeof *b->touches.v, by_touch);
        free(b->slots);
        while (b->slot_count < 2 * (points + b->touches.n * 2))
                b->slot_count *= 2;
        b->slots = heap_take(b->slot_count, sizeof *b->slots);
        memset(t->v, 0, t->n * sizeof(MHalf));
        t->n = 2;
        t->live = 0;
        each_side(b, side_divided, &sides);
        free(sides.v);
        return !b->faults->n && sweep(b);
}

static bool make_edges(Builder *b, size_t points) {
        clear_slots(b);
        each_side(b, side_plain, NULL);
        once_each(b->faults);
        return !b->faults->n && sweep(b) && (!b->touches.n || divide(b, points));
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------- */

static bool build(Builder *b) {
        size_t points = 0;
        Mesh *m = b->m;

        if (!check_rings(b, &points))
                return false;
        for (b->slot_count = 1024; b->slot_count < points * 2;)
                b->slot_count *= 2;
        b->slots = heap_take(b->slot_count, sizeof *b->slots);
        b->corners = heap_take(points, sizeof *b->corners);
        for (size_t i = 0; i < b->plan->n; i++) {
                uint32_t face = record_new(m, T_FACE);

                *FACE(m, face) = (MFace){ .tag = b->plan->polygons[i].tag, .alive = 1 };
        }
        make_nodes(b);
        return make_edges(b, points) && mesh_link_all(m, b->faces, b->plan->gaps_stay, b->arena, b->faults);
}

Mesh *mesh_build(const MeshPlan *plan, Arena *a, MeshFaultList *ret_faults) {
        Builder b = { .plan = plan, .arena = a, .faults = ret_faults, .m = mesh_new() };
        bool fine;

        *ret_faults = (MeshFaultList){ 0 };
        fine = build(&b);
        free(b.corners);
        free(b.slots);
        free(b.faces);
        free(b.touches.v);
        if (fine)
                return b.m;
        mesh_free(b.m);
        return NULL;
}
