/* What one edit has to leave true, looked at only where it changed something: no edge that is new or moved crosses or touches
 * another, edges turn around their nodes in order, each edge has two faces, faces keep their direction, holes their place. Together
 * with a sound mesh before, that makes a sound mesh after: a planar drawing whose edges do not cross and whose nodes turn
 * correctly has exactly these loops, and only loops near what moved can have got into another face. */
#include "geo/mesh_int.h"

typedef struct Cross {
        uint32_t edge;
        MeshFault *fault;
} Cross;

static unsigned shared_nodes(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
        return (a == c ? SHARED_AC : 0) | (a == d ? SHARED_AD : 0) | (b == c ? SHARED_BC : 0) |
               (b == d ? SHARED_BD : 0);
}

static bool look_crossing(const Mesh *m, uint32_t other, void *arg) {
        Cross *x = arg;
        uint32_t a = half_from(m, 2 * x->edge), b = half_to(m, 2 * x->edge);
        uint32_t c = half_from(m, 2 * other), d = half_to(m, 2 * other);
        Point pa = node_point(m, a), pb = node_point(m, b), pc = node_point(m, c), pd = node_point(m, d);
        Meeting how;

        if (other == x->edge)
                return true;
        how = segments_meet(pa, pb, pc, pd, shared_nodes(a, b, c, d));
        if (how == MEET_NOT)
                return true;
        *x->fault = (MeshFault){ .why = MESH_CROSSES,
                                 .edge = { other },
                                 .face = { half_face(m, 2 * other) },
                                 .other = { half_face(m, 2 * other + 1) } };
        x->fault->at = how == MEET_CROSS      ? crossing_of(pa, pb, pc, pd)
                       : point_on(pa, pb, pc) ? pc
                       : point_on(pa, pb, pd) ? pd
                       : point_on(pc, pd, pa) ? pa
                                              : pb;
        return false;
}

static bool crosses(const Mesh *m, uint32_t edge, MeshFault *ret) {
        Cross x = { edge, ret };
        Box box = BOX_EMPTY;

        box_add(&box, node_point(m, half_from(m, 2 * edge)));
        box_add(&box, node_point(m, half_to(m, 2 * edge)));
        ret->why = MESH_FINE;
        if (box.west == box.east && box.south == box.north)
                *ret = (MeshFault){ .why = MESH_CROSSES, .edge = { edge }, .at = { box.west, box.south } };
        else
                index_query(m, box, look_crossing, &x);
        return ret->why != MESH_FINE;
}

static bool turned_over(const Mesh *m, uint32_t edge, MeshFault *ret) {
        for (uint32_t h = 2 * edge; h <= 2 * edge + 1; h++) {
                const MLoop *loop = LOOP(m, HALF(m, h)->loop);
                bool around = loop->face && FACE(m, loop->face)->loops == HALF(m, h)->loop;

                *ret = (MeshFault){ .why = MESH_TURNED_OVER,
                                    .at = node_point(m, half_from(m, h)),
                                    .face = { half_face(m, h) },
                                    .other = { half_face(m, h ^ 1) },
                                    .edge = { edge },
                                    .node = { half_from(m, h) },
                                    .area2 = loop->area2 };
                if (!node_turns(m, half_from(m, h)))
                        return true;
                if (loop->face ? around != (loop->area2 > 0) : !loop->area2)
                        return true;
        }
        return false;
}

/* Does a hole near which something moved still lie in its face? Of one that has a node outside of the box nothing is to be feared: what
 * moved has not passed over that node. */
static bool hole_lost(const Mesh *m, uint32_t loop, MeshFault *ret) {
        Point at = node_point(m, half_from(m, LOOP(m, loop)->first));
        uint32_t container;

        if (!loop_is_hole(m, loop) || !box_holds(m->box, at))
                return false;
        container = loop_container(m, loop);
        *ret = (MeshFault){ .why = MESH_TURNED_OVER,
                            .at = at,
                            .face = { LOOP(m, loop)->face },
                            .other = { container },
                            .area2 = LOOP(m, loop)->area2 };
        return container != LOOP(m, loop)->face;
}

static bool holes_lost(const Mesh *m, Ids *faces, MeshFault *ret) {
        ids_sort(faces);
        for (size_t i = 0; i < faces->n; i++) {
                uint32_t face = faces->v[i];

                if (face && !face_alive(m, face))
                        continue;
                for (uint32_t loop = FACE(m, face)->loops; loop; loop = LOOP(m, loop)->after)
                        if (hole_lost(m, loop, ret))
                                return true;
        }
        return false;
}

bool edit_crosses(Mesh *m, MeshFault *ret) {
        ids_sort(&m->changed);
        for (size_t i = 0; i < m->changed.n; i++)
                if (edge_alive(m, m->changed.v[i]) && crosses(m, m->changed.v[i], ret))
                        return true;
        return false;
}

static bool unsound(Mesh *m, MeshFault *ret) {
        if (edit_crosses(m, ret))
                return true;
        for (size_t i = 0; i < m->changed.n; i++) {
                uint32_t e = m->changed.v[i];

                if (!edge_alive(m, e))
                        continue;
                *ret = (MeshFault){ .why = MESH_SAME_FACE, .edge = { e }, .face = { half_face(m, 2 * e) } };
                if (half_face(m, 2 * e) == half_face(m, 2 * e + 1) || turned_over(m, e, ret))
                        return true;
                ids_push(&m->faces, half_face(m, 2 * e));
                ids_push(&m->faces, half_face(m, 2 * e + 1));
        }
        return holes_lost(m, &m->faces, ret);
}

MeshWhy edit_end(Mesh *m) {
        MeshFault fault;
        Journal *j = &m->done;

        if (unsound(m, &fault))
                return edit_refuse(m, fault);
        if (m->locked && m->outline_moved)
                return edit_refuse(m,
                                   (MeshFault){ .why = MESH_OUTLINE, .at = { m->box.west, m->box.south } });
        m->editing = false;
        for (size_t i = 0; i < m->faces.n; i++)
                ids_push(&j->faces, m->faces.v[i]);
        m->undone.entries.n = m->undone.bytes.n = m->undone.edits.n = m->undone.faces.n = 0;
        change_note(m, j);
        return MESH_FINE;
}
