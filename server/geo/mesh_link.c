/* Primitives: nodes and edges come, go and move, with the links around them, the areas of their loops and the index kept up. The walk:
 * next(h) is the first edge clockwise from twin(h) at the node where h ends, so that a face lies left of its loops
 * (de Berg et al., Computational Geometry, chapter 2, doubly-connected edge list). */
#include "geo/mesh_int.h"

bool in_frame(const Mesh *m, Point p) {
        return p.lon_e7 >= m->west && p.lon_e7 <= m->west + FRAME && p.lon_e7 <= LON_MAX &&
               p.lat_e7 >= -LAT_MAX && p.lat_e7 <= LAT_MAX;
}

bool direction_between(Point o, Point a, Point b, Point c) {
        int ac = turn(o, a, c);

        if (ac > 0)
                return turn(o, a, b) > 0 && turn(o, b, c) > 0;
        if (ac < 0)
                return !(turn(o, c, b) >= 0 && turn(o, b, a) >= 0);
        if (segments_meet(o, a, o, c, SHARED_AC) ==
            MEET_OVERLAP) /* one direction: all the others are between */
                return segments_meet(o, a, o, b, SHARED_AC) != MEET_OVERLAP;
        return turn(o, a, b) > 0;
}

static void link_halves(Mesh *m, uint32_t h, uint32_t next) {
        record_note(m, T_HALF, h);
        record_note(m, T_HALF, next);
        HALF(m, h)->next = next;
        HALF(m, next)->prev = h;
}

static void loop_grow(Mesh *m, uint32_t loop, int64_t area2) {
        if (!area2)
                return;
        record_note(m, T_LOOP, loop);
        LOOP(m, loop)->area2 = area_sum(LOOP(m, loop)->area2, area2);
        if (!LOOP(m, loop)->face)
                m->outline_moved = true;
}

static void set_out(Mesh *m, uint32_t node, uint32_t h) {
        record_note(m, T_NODE, node);
        NODE(m, node)->out = h;
}

/* The edge is about to move or go. */
static void edge_leave(Mesh *m, uint32_t e) {
        ids_push(&m->faces, half_face(m, 2 * e));
        ids_push(&m->faces, half_face(m, 2 * e + 1));
        box_add(&m->box, node_point(m, half_from(m, 2 * e)));
        box_add(&m->box, node_point(m, half_to(m, 2 * e)));
        index_drop(m, e);
}

/* The edge is new or has moved. */
static void edge_come(Mesh *m, uint32_t e) {
        box_add(&m->box, node_point(m, half_from(m, 2 * e)));
        box_add(&m->box, node_point(m, half_to(m, 2 * e)));
        ids_push(&m->changed, e);
        index_add(m, e);
}

/* ---- nodes -------------------------------------------------------------------------------------------------------------- */

uint32_t node_make(Mesh *m, Point p) {
        uint32_t node = record_new(m, T_NODE);

        NODE(m, node)->lon = (int32_t)p.lon_e7;
        NODE(m, node)->lat = (int32_t)p.lat_e7;
        return node;
}

void node_put(Mesh *m, uint32_t node, Point p) {
        uint32_t first = NODE(m, node)->out, h = first;
        Point old = node_point(m, node);

        if (point_eq(old, p))
                return;
        do { /* the loop that comes in by prev(h) and leaves by h sweeps two triangles */
                Point before = node_point(m, half_from(m, HALF(m, h)->prev)),
                      after = node_point(m, half_to(m, h));

                loop_grow(m, HALF(m, h)->loop, area_sum(turn2(old, p, after), turn2(p, old, before)));
                if (!half_face(m, h))
                        m->outline_moved = true;
                edge_leave(m, h / 2);
                h = HALF(m, h ^ 1)->next;
        } while (h != first);
        record_note(m, T_NODE, node);
        NODE(m, node)->lon = (int32_t)p.lon_e7;
        NODE(m, node)->lat = (int32_t)p.lat_e7;
        do {
                edge_come(m, h / 2);
                h = HALF(m, h ^ 1)->next;
        } while (h != first);
}

bool node_is_plain(const Mesh *m, uint32_t node) {
        uint32_t first = NODE(m, node)->out, second = HALF(m, first ^ 1)->next;

        return second != first && HALF(m, second ^ 1)->next == first;
}

/* Half-planes by which directions are ordered: from due east counter-clockwise, east included. */
static bool lower_half(Point o, Point p) {
        return p.lat_e7 < o.lat_e7 || (p.lat_e7 == o.lat_e7 && p.lon_e7 < o.lon_e7);
}

static bool direction_less(Point o, Point a, Point b) {
        bool a_low = lower_half(o, a), b_low = lower_half(o, b);

        return a_low != b_low ? b_low : turn(o, a, b) > 0;
}

bool node_turns(const Mesh *m, uint32_t node) {
        uint32_t first = NODE(m, node)->out, h = first;
        Point o = node_point(m, node);
        int wraps = 0;

        do { /* clockwise: each direction less than the one before, but once */
                uint32_t next = HALF(m, h ^ 1)->next;

                if (!direction_less(o, node_point(m, half_to(m, next)), node_point(m, half_to(m, h))) &&
                    ++wraps > 1)
                        return false;
                h = next;
        } while (h != first);
        return wraps == 1;
}

uint32_t half_between(const Mesh *m, uint32_t u, uint32_t v) {
        uint32_t first = NODE(m, u)->out, h = first;

        if (!first)
                return 0;
        do {
                if (half_to(m, h) == v)
                        return h;
                h = HALF(m, h ^ 1)->next;
        } while (h != first);
        return 0;
}

/* ---- edges -------------------------------------------------------------------------------------------------------------- */

/* The half-edge at u after which, counter-clockwise, an edge to p would come; 0: one leads the same way. */
static uint32_t wedge_at(const Mesh *m, uint32_t u, Point p) {
        uint32_t first = NODE(m, u)->out, h = first;
        Point o = node_point(m, u);

        do {
                uint32_t next = HALF(m, h)->prev ^ 1; /* counter-clockwise */

                if (direction_between(o, node_point(m, half_to(m, h)), p, node_point(m, half_to(m, next))))
                        return h;
                h = next;
        } while (h != first);
        return 0;
}

/* Puts half-edge h, which starts at u, into the wedge after `wedge` (0: u is bare). */
static void attach(Mesh *m, uint32_t h, uint32_t wedge) {
        uint32_t u = half_from(m, h);

        if (!wedge) {
                link_halves(m, h ^ 1, h);
                set_out(m, u, h);
                return;
        }
        link_halves(m, HALF(m, wedge)->prev, h);
        link_halves(m, h ^ 1, wedge);
        ids_push(&m->stale, HALF(m, wedge)->loop);
}

uint32_t edge_make(Mesh *m, uint32_t u, uint32_t v, uint32_t face) {
        uint32_t at_u = 0, at_v = 0, loop = 0, h;

        if (u == v || point_eq(node_point(m, u), node_point(m, v)))
                return 0;
        if (NODE(m, u)->out && !(at_u = wedge_at(m, u, node_point(m, v))))
                return 0;
        if (NODE(m, v)->out && !(at_v = wedge_at(m, v, node_point(m, u))))
                return 0;
        if (at_u && at_v && half_face(m, at_u) != half_face(m, at_v))
                return 0;
        loop = at_u ? HALF(m, at_u)->loop : at_v ? HALF(m, at_v)->loop : FACE(m, face)->loops;
        h = 2 * record_new(m, T_HALF);
        HALF(m, h)->node = u;
        HALF(m, h + 1)->node = v;
        HALF(m, h)->loop = HALF(m, h + 1)->loop =
                loop; /* until the loops are walked again: tells the face */
        attach(m, h, at_u);
        attach(m, h + 1, at_v);
        ids_push(&m->starts, h);
        ids_push(&m->starts, h + 1);
        edge_come(m, h / 2);
        return h;
}

static void detach(Mesh *m, uint32_t h) {
        uint32_t u = half_from(m, h), before = HALF(m, h)->prev, after = HALF(m, h ^ 1)->next;

        if (before == (h ^ 1)) {
                NODE(m, u)->out = 0;
                record_free(m, T_NODE, u);
                return;
        }
        link_halves(m, before, after);
        if (NODE(m, u)->out == h)
                set_out(m, u, after);
        ids_push(&m->starts, before);
        ids_push(&m->starts, after);
}

void edge_remove(Mesh *m, uint32_t edge) {
        uint32_t h = 2 * edge;

        edge_leave(m, edge);
        ids_push(&m->stale, HALF(m, h)->loop);
        ids_push(&m->stale, HALF(m, h + 1)->loop);
        record_note(m, T_NODE, half_from(m, h));
        record_note(m, T_NODE, half_to(m, h));
        detach(m, h);
        detach(m, h + 1);
        record_free(m, T_HALF, edge);
}

uint32_t half_divide(Mesh *m, uint32_t h, Point p) {
        uint32_t t = h ^ 1, u = half_from(m, h), w = half_to(m, h), v, g, after = HALF(m, h)->next,
                 before = HALF(m, t)->prev;
        int64_t bend = turn2(node_point(m, u), p, node_point(m, w));

        edge_leave(m, h / 2);
        v = node_make(m, p);
        g = 2 * record_new(m, T_HALF) + (h & 1);
        loop_grow(m, HALF(m, h)->loop, bend);
        loop_grow(m, HALF(m, t)->loop, -bend);
        HALF(m, g)->node = v;
        HALF(m, g ^ 1)->node = w;
        HALF(m, g)->loop = HALF(m, h)->loop;
        HALF(m, g ^ 1)->loop = HALF(m, t)->loop;
        record_note(m, T_HALF, t);
        HALF(m, t)->node = v;
        link_halves(m, g, after == t ? g ^ 1 : after);
        link_halves(m, before == h ? g : before, g ^ 1);
        link_halves(m, h, g);
        link_halves(m, g ^ 1, t);
        if (NODE(m, w)->out == t)
                set_out(m, w, g ^ 1);
        set_out(m, v, g);
        edge_come(m, h / 2);
        edge_come(m, g / 2);
        return g;
}

void half_join(Mesh *m, uint32_t h) {
        uint32_t t = h ^ 1, g = HALF(m, h)->next, u = half_from(m, h), v = half_to(m, h), w = half_to(m, g);
        int64_t bend = turn2(node_point(m, u), node_point(m, v), node_point(m, w));

        edge_leave(m, h / 2);
        edge_leave(m, g / 2);
        loop_grow(m, HALF(m, h)->loop, -bend);
        loop_grow(m, HALF(m, t)->loop, bend);
        for (uint32_t k = 0; k < 2; k++) { /* a loop may begin at what goes */
                uint32_t loop = HALF(m, g ^ k)->loop;

                if (LOOP(m, loop)->first != (g ^ k))
                        continue;
                record_note(m, T_LOOP, loop);
                LOOP(m, loop)->first = h ^ k;
        }
        record_note(m, T_HALF, t);
        HALF(m, t)->node = w;
        link_halves(m, h, HALF(m, g)->next);
        link_halves(m, HALF(m, g ^ 1)->prev, t);
        if (NODE(m, w)->out == (g ^ 1))
                set_out(m, w, t);
        record_free(m, T_HALF, g / 2);
        record_note(m, T_NODE, v);
        NODE(m, v)->out = 0;
        record_free(m, T_NODE, v);
        edge_come(m, h / 2);
}
