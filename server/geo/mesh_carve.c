/* A ring laid over the mesh and cut out of it (a resident unit 驻街单位). The ring goes in side by side: where it meets an edge, both get
 * a node at the rounded crossing; where it runs along edges, those serve. Then the pieces within become one face. Whatever rounding may have
 * upset is found by edit_end like in any other edit, and refused. */
#include "geo/mesh_int.h"
#include <stdlib.h>

enum { STEPS_EACH = 64, STEPS_MORE = 1 << 14 }; /* meetings of one ring */

typedef struct Carve {
        Mesh *m;
        Ids ring;   /* half-edges, the ground to be cut out to their left */
        Ids sorted; /* the same */
        Ids pieces; /* faces */
        size_t steps;
        uint32_t first_new; /* faces from here on are born in this edit */
        MeshFault fault;
} Carve;

static bool fail_at(Carve *c, MeshWhy why, Point at, uint32_t face) {
        c->fault = (MeshFault){ .why = why, .at = at, .face = { face } };
        return false;
}

/* ---- the ring in -------------------------------------------------------------------------------------------------------- */

/* The nearest thing on the way from u to v. */
typedef struct Way {
        uint32_t u, v;
        Point pu, pv;
        uint32_t node, edge; /* a node on the way, or an edge that crosses it */
        Point at;
        __int128 part, whole; /* how far along */
} Way;

static bool nearer(Way *w, __int128 part, __int128 whole) {
        if (whole < 0)
                part = -part, whole = -whole;
        if ((w->node || w->edge) && part * w->whole >= w->part * whole)
                return false;
        w->part = part;
        w->whole = whole;
        return true;
}

static bool look_way(const Mesh *m, uint32_t edge, void *arg) {
        Way *w = arg;
        uint32_t ends[2] = { half_from(m, 2 * edge), half_to(m, 2 * edge) };
        Point a = node_point(m, ends[0]), b = node_point(m, ends[1]), on[2] = { a, b };
        int64_t dx = w->pv.lon_e7 - w->pu.lon_e7, dy = w->pv.lat_e7 - w->pu.lat_e7, from, to;
        bool touches = false;

        for (int i = 0; i < 2; i++) {
                if (ends[i] == w->u || ends[i] == w->v || !point_on(w->pu, w->pv, on[i]))
                        continue;
                touches = true;
                if (nearer(w, (on[i].lon_e7 - w->pu.lon_e7) * dx + (on[i].lat_e7 - w->pu.lat_e7) * dy,
                           dx * dx + dy * dy))
                        w->node = ends[i], w->edge = 0;
        }
        if (touches || segments_meet(a, b, w->pu, w->pv, 0) != MEET_CROSS)
                return true;
        from = turn2(a, b, w->pu), to = turn2(a, b, w->pv);
        if (nearer(w, from, (__int128)from - to))
                w->edge = edge, w->node = 0, w->at = crossing_of(w->pu, w->pv, a, b);
        return true;
}

static bool in_ring(const Carve *c, uint32_t edge) {
        for (size_t i = 0; i < c->ring.n; i++)
                if (c->ring.v[i] / 2 == edge)
                        return true;
        return false;
}

/* The node where the way meets an edge: one of its ends, or a new one put into it. */
static uint32_t node_on_way(Carve *c, const Way *w) {
        Mesh *m = c->m;
        uint32_t node = w->node ? w->node : mesh_node_at(m, w->at).n, h = 2 * w->edge;

        if (w->node)
                return node;
        if (node && (node == half_from(m, h) || node == half_to(m, h)) && node != w->u && node != w->v)
                return node;
        if (node || in_ring(c, w->edge) || point_eq(w->at, w->pu) || point_eq(w->at, w->pv))
                return fail_at(c, MESH_CROSSES, w->at, half_face(m, h)), 0;
        return half_from(m, half_divide(m, h, w->at));
}

static bool put_clear(Carve *c, uint32_t u, uint32_t v) {
        Mesh *m = c->m;
        uint32_t h = half_between(m, u, v), face = 0;

        if (!h) {
                uint32_t west =
                        !NODE(m, u)->out && !NODE(m, v)->out ? index_west(m, node_point(m, u), false) : 0;

                face = west ? half_face(m, west) : 0;
                if (!NODE(m, u)->out && !NODE(m, v)->out && !face)
                        return fail_at(c, MESH_OUTLINE, node_point(m, u), 0);
                h = edge_make(m, u, v, face);
                if (!h)
                        return fail_at(c, MESH_CROSSES, node_point(m, u), face);
                if (!half_face(m, h))
                        return fail_at(c, MESH_OUTLINE, node_point(m, u), 0);
        }
        ids_push(&c->ring, h);
        return true;
}

static bool put_side(Carve *c, uint32_t u, uint32_t end) {
        while (u != end) {
                uint32_t target = end;

                for (;;) { /* nearer and nearer, until the way is clear */
                        Way w = { .u = u,
                                  .v = target,
                                  .pu = node_point(c->m, u),
                                  .pv = node_point(c->m, target) };
                        Box box = BOX_EMPTY;

                        if (!c->steps--)
                                return fail_at(c, MESH_TOO_MANY, w.pu, 0);
                        box_add(&box, w.pu);
                        box_add(&box, w.pv);
                        index_query(c->m, box, look_way, &w);
                        if (!w.node && !w.edge)
                                break;
                        target = node_on_way(c, &w);
                        if (!target)
                                return false;
                }
                if (!put_clear(c, u, target))
                        return false;
                u = target;
        }
        return true;
}

/* Any edge close to a corner of the ring goes through it: which one is nearest is left to node_on_border for each face beside. */
static uint32_t put_corner(Mesh *m, Point p) {
        uint32_t node = mesh_node_at(m, p).n, h, out;

        if (node)
                return node;
        h = index_west(m, p, false);
        node = node_on_border(m, h ? half_face(m, h) : 0, p);
        if (node)
                return node;
        out = node_make(m, p);
        return out;
}

static bool put_ring(Carve *c, const Ring *ring) {
        bool back = ring_area2(ring) < 0;
        uint32_t *corners = heap_take(ring->n, sizeof *corners);
        bool fine = true;

        for (size_t i = 0; i < ring->n; i++)
                corners[i] = put_corner(c->m, ring->v[back ? ring->n - 1 - i : i]);
        for (size_t i = 0; i < ring->n && fine; i++)
                fine = put_side(c, corners[i], corners[i + 1 < ring->n ? i + 1 : 0]);
        free(corners);
        return fine;
}

/* ---- the pieces out ----------------------------------------------------------------------------------------------------- */

/* The faces left of the ring were born just now; nothing else may be enclosed. */
static bool take_pieces(Carve *c) {
        Mesh *m = c->m;

        for (size_t i = 0; i < c->ring.n; i++) {
                ids_push(&c->sorted, c->ring.v[i]);
                ids_push(&c->pieces, half_face(m, c->ring.v[i]));
        }
        ids_sort(&c->sorted);
        ids_sort(&c->pieces);
        for (size_t i = 0; i < c->pieces.n; i++) {
                uint32_t face = c->pieces.v[i];

                if (face < c->first_new)
                        return fail_at(c, face ? MESH_COVERS : MESH_OUTLINE,
                                       node_point(m, half_from(m, c->ring.v[0])), face);
                for (uint32_t loop = FACE(m, face)->loops; loop; loop = LOOP(m, loop)->after) {
                        uint32_t first = LOOP(m, loop)->first, h = first;

                        do {
                                uint32_t beyond = half_face(m, h ^ 1);

                                if (!ids_has(&c->sorted, h) && !ids_has(&c->pieces, beyond))
                                        return fail_at(c, beyond ? MESH_COVERS : MESH_OUTLINE,
                                                       node_point(m, half_from(m, h)), beyond);
                                h = HALF(m, h)->next;
                        } while (h != first);
                }
        }
        return true;
}

static bool join_piece(Carve *c, uint32_t into, uint32_t face) {
        Mesh *m = c->m;
        Ids shared = { 0 };
        bool any;

        shared_halves(m, face, into, &shared);
        for (size_t i = 0; i < shared.n; i++)
                edge_remove(m, shared.v[i] / 2);
        any = shared.n > 0;
        ids_clear(&shared);
        if (any && loops_relink(m, &(Relink){ .from = face, .into = into }))
                return fail_at(c, MESH_CROSSES, (Point){ m->box.west, m->box.south }, into);
        return any;
}

/* Pieces side by side become one, until one is left. */
static bool join_pieces(Carve *c) {
        uint32_t into = c->pieces.v[0];

        while (c->pieces.n > 1) {
                size_t before = c->pieces.n;

                for (size_t i = c->pieces.n; i-- > 1;) {
                        if (join_piece(c, into, c->pieces.v[i]))
                                c->pieces.v[i] = c->pieces.v[--c->pieces.n];
                        else if (c->fault.why)
                                return false;
                }
                if (c->pieces.n == before)
                        return fail_at(c, MESH_CROSSES, (Point){ c->m->box.west, c->m->box.south }, into);
        }
        return true;
}

static bool carve(Carve *c, const Ring *ring, MeshTag tag) {
        Relink how = { .ring = &c->ring };
        MeshWhy why;

        if (!put_ring(c, ring))
                return false;
        why = loops_relink(c->m, &how);
        if (why)
                return fail_at(c, why, ring->v[0], how.other);
        if (!take_pieces(c) || !join_pieces(c))
                return false;
        record_note(c->m, T_FACE, c->pieces.v[0]);
        FACE(c->m, c->pieces.v[0])->tag = tag;
        return true;
}

static MeshWhy ring_why(const Mesh *m, const Ring *ring, Point *ret_at) {
        size_t at = 0;

        *ret_at = ring->n ? ring->v[0] : (Point){ 0, 0 };
        if (ring->n > MESH_LINE_MAX || m->tables[T_HALF].live + 4 * ring->n > MESH_EDGES_MAX ||
            m->tables[T_FACE].live >= MESH_FACES_MAX)
                return MESH_TOO_MANY;
        for (size_t i = 0; i < ring->n; i++) {
                *ret_at = ring->v[i];
                if (!in_frame(m, ring->v[i]))
                        return MESH_OUT_OF_RANGE;
        }
        switch (ring_check(ring, &at)) {
        case RING_FINE: return MESH_FINE;
        case RING_TOO_FEW: return MESH_TOO_FEW;
        case RING_TOO_MANY: return MESH_TOO_MANY;
        case RING_OUT_OF_RANGE: return MESH_OUT_OF_RANGE;
        case RING_REPEATED: *ret_at = ring->v[at]; return MESH_REPEATED;
        case RING_CROSSES: *ret_at = ring->v[at]; return MESH_BOW_TIE;
        case RING_NO_AREA: return MESH_NO_AREA;
        }
        return MESH_NO_AREA;
}

MeshWhy mesh_carve(Mesh *m, const Ring *ring, MeshTag tag, MeshFaceId *ret) {
        Carve c = { .m = m, .first_new = m->tables[T_FACE].n, .steps = STEPS_MORE + STEPS_EACH * ring->n };
        Point at;
        MeshWhy why = ring_why(m, ring, &at);

        if (!why && !tag.community)
                why = MESH_UNASSIGNED;
        if (why)
                return refuse(m, (MeshFault){ .why = why, .at = at });
        edit_begin(m);
        why = carve(&c, ring, tag) ? edit_end(m) : edit_refuse(m, c.fault);
        if (!why)
                *ret = (MeshFaceId){ c.pieces.v[0] };
        ids_clear(&c.ring);
        ids_clear(&c.sorted);
        ids_clear(&c.pieces);
        return why;
}
