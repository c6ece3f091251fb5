/* The invariants of a whole mesh, from nothing but its records; and the exact sums. Nothing here trusts what an edit kept up: areas are
 * added again, loops walked again, crossings swept for again. */
#include "geo/mesh_int.h"
#include <stdlib.h>

/* ---- links -------------------------------------------------------------------------------------------------------------- */

static bool half_in(const Mesh *m, uint32_t h) {
        return h >= 2 && h < m->tables[T_HALF].n && HALF(m, h)->node;
}

static MeshWhy check_halves(const Mesh *m, MeshFault *ret) {
        uint32_t live = 0;

        for (uint32_t h = 2; h < m->tables[T_HALF].n; h++) {
                const MHalf *x = HALF(m, h);

                if (!x->node) {
                        *ret = (MeshFault){ .why = MESH_LINKS, .edge = { h / 2 } };
                        if (HALF(m, h ^ 1)->node)
                                return MESH_LINKS;
                        continue;
                }
                live++;
                *ret = (MeshFault){ .why = MESH_LINKS, .edge = { h / 2 }, .node = { x->node } };
                if (x->node >= m->tables[T_NODE].n || !half_in(m, x->next) || !half_in(m, x->prev) ||
                    HALF(m, x->next)->prev != h || HALF(m, x->prev)->next != h ||
                    HALF(m, x->next)->node != HALF(m, h ^ 1)->node || HALF(m, x->next)->loop != x->loop ||
                    !x->loop || x->loop >= m->tables[T_LOOP].n || !LOOP(m, x->loop)->first ||
                    !NODE(m, x->node)->out)
                        return MESH_LINKS;
        }
        return live == 2 * m->tables[T_HALF].live ? MESH_FINE : MESH_LINKS;
}

/* Each half-edge lies in one of the turns around the nodes: as many as there are. */
static MeshWhy check_nodes(const Mesh *m, MeshFault *ret) {
        size_t halves = 0, live = 0;

        for (uint32_t n = 1; n < m->tables[T_NODE].n; n++) {
                uint32_t first = NODE(m, n)->out, h = first;

                if (!first)
                        continue;
                live++;
                *ret = (MeshFault){ .why = MESH_LINKS, .at = node_point(m, n), .node = { n } };
                if (!half_in(m, first) || half_from(m, first) != n || !in_frame(m, node_point(m, n)))
                        return MESH_LINKS;
                do {
                        halves++;
                        h = HALF(m, h ^ 1)->next;
                } while (h != first && halves <= 2 * (size_t)m->tables[T_HALF].live);
                if (!node_turns(m, n))
                        return ret->why = MESH_TURNED_OVER;
        }
        *ret = (MeshFault){ .why = MESH_LINKS };
        return halves == 2 * (size_t)m->tables[T_HALF].live && live == m->tables[T_NODE].live ? MESH_FINE
                                                                                              : MESH_LINKS;
}

static MeshWhy check_edges(const Mesh *m, MeshFault *ret) {
        for (uint32_t e = 1; e < m->tables[T_HALF].n / 2; e++) {
                if (!edge_alive(m, e) || half_face(m, 2 * e) != half_face(m, 2 * e + 1))
                        continue;
                *ret = (MeshFault){ .why = MESH_SAME_FACE,
                                    .at = node_point(m, half_from(m, 2 * e)),
                                    .edge = { e },
                                    .face = { half_face(m, 2 * e) } };
                return MESH_SAME_FACE;
        }
        return MESH_FINE;
}

/* ---- loops and faces ------------------------------------------------------------------------------------------------------ */

static MeshWhy check_loop(const Mesh *m, uint32_t loop, size_t *inout_halves, MeshFault *ret) {
        const MLoop *x = LOOP(m, loop);
        uint32_t h = x->first;
        bool around = x->face && FACE(m, x->face)->loops == loop;
        int64_t area2 = 0;
        Point o;

        *ret = (MeshFault){ .why = MESH_LINKS, .face = { x->face }, .area2 = x->area2 };
        if (!half_in(m, h) || HALF(m, h)->loop != loop)
                return MESH_LINKS;
        o = ret->at = node_point(m, half_from(m, h));
        do {
                area2 = area_sum(area2,
                                 turn2(o, node_point(m, half_from(m, h)), node_point(m, half_to(m, h))));
                ++*inout_halves;
                h = HALF(m, h)->next;
        } while (h != x->first);
        if (area2 != x->area2)
                return ret->why = MESH_AREA;
        if (x->face ? around != (area2 > 0) : !area2)
                return ret->why = MESH_TURNED_OVER;
        return MESH_FINE;
}

static MeshWhy check_faces(const Mesh *m, MeshFault *ret) {
        size_t halves = 0, loops = 0, live = 0;
        __int128 inside = 0, outside = 0;

        for (uint32_t f = 0; f < m->tables[T_FACE].n; f++) {
                const MFace *x = FACE(m, f);
                __int128 area2 = 0;

                *ret = (MeshFault){ .why = MESH_LINKS, .face = { f } };
                if (!x->alive)
                        continue;
                live += f > 0;
                if (f && !x->loops)
                        return MESH_LINKS;
                for (uint32_t loop = x->loops; loop; loop = LOOP(m, loop)->after) {
                        if (loop >= m->tables[T_LOOP].n || LOOP(m, loop)->face != f ||
                            ++loops > m->tables[T_LOOP].live)
                                return MESH_LINKS;
                        if (check_loop(m, loop, &halves, ret))
                                return ret->why;
                        area2 += LOOP(m, loop)->area2;
                }
                *ret = (MeshFault){ .why = MESH_AREA, .face = { f }, .area2 = (int64_t)area2 };
                if (f && area2 <= 0)
                        return MESH_AREA;
                *(f ? &inside : &outside) += area2;
                ret->why = MESH_UNASSIGNED;
                if (f && !x->tag.community)
                        return MESH_UNASSIGNED;
        }
        *ret = (MeshFault){ .why = MESH_LINKS };
        if (loops != m->tables[T_LOOP].live || halves != 2 * (size_t)m->tables[T_HALF].live ||
            live != m->tables[T_FACE].live)
                return MESH_LINKS;
        *ret = (MeshFault){ .why = MESH_AREA, .area2 = (int64_t)(inside + outside) };
        return inside + outside == 0 ? MESH_FINE : MESH_AREA;
}

static bool on_meeting(const Segment *s, const Segment *t, Meeting how, void *arg) {
        MeshFault *f = arg;

        *f = (MeshFault){ .why = MESH_CROSSES, .at = { t->ax, t->ay }, .edge = { s->id } };
        if (how == MEET_CROSS)
                f->at = crossing_of((Point){ s->ax, s->ay }, (Point){ s->bx, s->by },
                                    (Point){ t->ax, t->ay }, (Point){ t->bx, t->by });
        return false;
}

static MeshWhy check_crossings(const Mesh *m, MeshFault *ret) {
        size_t n;
        Segment *v = mesh_segments(m, &n);

        *ret = (MeshFault){ .why = MESH_FINE };
        if (!segments_sweep(v, n, on_meeting, ret) && !ret->why)
                ret->why = MESH_TOO_MANY;
        free(v);
        return ret->why;
}

/* ---- holes --------------------------------------------------------------------------------------------------------------- */

/* One component lies outside of everything; of several each has to lie where its face says. By the index, which was compared with the
 * edges before. */
static MeshWhy check_holes(Mesh *m, MeshFault *ret) {
        uint32_t holes = 0, inner = 0;

        for (uint32_t loop = 1; loop < m->tables[T_LOOP].n; loop++) {
                if (!LOOP(m, loop)->first || !loop_is_hole(m, loop))
                        continue;
                holes++;
                inner += LOOP(m, loop)->face != 0;
        }
        if (holes <= 1 && !inner)
                return MESH_FINE;
        index_make(m);
        for (uint32_t loop = 1; loop < m->tables[T_LOOP].n; loop++) {
                if (!LOOP(m, loop)->first || !loop_is_hole(m, loop))
                        continue;
                *ret = (MeshFault){ .why = MESH_HOLE_OUTSIDE,
                                    .at = node_point(m, half_from(m, LOOP(m, loop)->first)),
                                    .face = { LOOP(m, loop)->face } };
                ret->other.n = loop_container(m, loop);
                if (ret->other.n != LOOP(m, loop)->face)
                        return MESH_HOLE_OUTSIDE;
        }
        return MESH_FINE;
}

MeshWhy mesh_check(Mesh *m, MeshFault *ret) {
        MeshFault ignored, *fault = ret ? ret : &ignored;
        MeshWhy why = check_halves(m, fault);

        why = why ? why : check_nodes(m, fault);
        why = why ? why : check_edges(m, fault);
        why = why ? why : check_faces(m, fault);
        why = why ? why : check_crossings(m, fault);
        why = why ? why : index_check(m, fault);
        why = why ? why : check_holes(m, fault);
        if (!why)
                *fault = (MeshFault){ .why = MESH_FINE };
        return why;
}

/* ---- sums ---------------------------------------------------------------------------------------------------------------- */

static int64_t face_area2(const Mesh *m, uint32_t face) {
        int64_t sum = 0;

        for (uint32_t loop = FACE(m, face)->loops; loop; loop = LOOP(m, loop)->after)
                sum = area_sum(sum, LOOP(m, loop)->area2);
        return sum;
}

int64_t mesh_area2(const Mesh *m) {
        int64_t sum = 0;

        for (uint32_t f = 1; f < m->tables[T_FACE].n; f++)
                if (FACE(m, f)->alive)
                        sum = area_sum(sum, face_area2(m, f));
        return sum;
}

int64_t mesh_outline_area2(const Mesh *m) { return -face_area2(m, 0); }

Box mesh_box(const Mesh *m) {
        Box b = BOX_EMPTY;

        for (uint32_t n = 1; n < m->tables[T_NODE].n; n++)
                if (node_alive(m, n))
                        box_add(&b, node_point(m, n));
        return b;
}
