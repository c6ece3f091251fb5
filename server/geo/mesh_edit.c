/* Edits that leave faces as they are and move what is between them: nodes, whole borders, tags. Those that make and end faces are in
 * mesh_cut.c and mesh_carve.c. */
#include "geo/mesh_int.h"

static MeshWhy unknown(Mesh *m) { return refuse(m, (MeshFault){ .why = MESH_UNKNOWN }); }

static MeshWhy out_of_range(Mesh *m, Point p) {
        return refuse(m, (MeshFault){ .why = MESH_OUT_OF_RANGE, .at = p });
}

MeshWhy mesh_move_node(Mesh *m, MeshNodeId node, Point to) {
        if (!node_alive(m, node.n))
                return unknown(m);
        if (!in_frame(m, to))
                return out_of_range(m, to);
        if (point_eq(node_point(m, node.n), to))
                return refuse(m, (MeshFault){ .why = MESH_NO_CHANGE, .at = to, .node = node });
        edit_begin(m);
        node_put(m, node.n, to);
        return edit_end(m);
}

MeshWhy mesh_insert_node(Mesh *m, MeshEdgeId edge, Point at, MeshNodeId *ret) {
        uint32_t half;
        MeshWhy why;

        if (!edge_alive(m, edge.n))
                return unknown(m);
        if (!in_frame(m, at))
                return out_of_range(m, at);
        if (m->tables[T_HALF].live >= MESH_EDGES_MAX)
                return refuse(m, (MeshFault){ .why = MESH_TOO_MANY, .at = at });
        edit_begin(m);
        half = half_divide(m, 2 * edge.n, at);
        why = edit_end(m);
        if (!why)
                *ret = (MeshNodeId){ half_from(m, half) };
        return why;
}

MeshWhy mesh_remove_node(Mesh *m, MeshNodeId node) {
        MeshFault fault = { .node = node };
        uint32_t h, other;

        if (!node_alive(m, node.n))
                return unknown(m);
        fault.at = node_point(m, node.n);
        fault.why = MESH_JUNCTION;
        if (!node_is_plain(m, node.n))
                return refuse(m, fault);
        h = NODE(m, node.n)->out ^ 1;
        other = HALF(m, h)->next ^ 1;
        h = h < other ? h : other; /* the edge with the lower id stays */
        fault.why = MESH_CROSSES;  /* two edges between the same two nodes */
        if (half_from(m, h) == half_to(m, HALF(m, h)->next))
                return refuse(m, fault);
        edit_begin(m);
        half_join(m, h);
        return edit_end(m);
}

MeshWhy mesh_reassign(Mesh *m, MeshFaceId face, MeshTag tag) {
        const MeshTag *now;

        if (!face_alive(m, face.n))
                return unknown(m);
        if (!tag.community)
                return refuse(m, (MeshFault){ .why = MESH_UNASSIGNED, .face = face });
        now = &FACE(m, face.n)->tag;
        if (now->grid == tag.grid && now->community == tag.community && now->kind == tag.kind)
                return refuse(m, (MeshFault){ .why = MESH_NO_CHANGE, .face = face });
        edit_begin(m);
        record_note(m, T_FACE, face.n);
        FACE(m, face.n)->tag = tag;
        return edit_end(m);
}

/* ---- borders ------------------------------------------------------------------------------------------------------------ */

/* The first half-edge of the chain that h lies in: it starts at a junction, or anywhere (at h) when the chain is closed. */
static uint32_t chain_first(const Mesh *m, uint32_t h) {
        uint32_t at = h;

        while (node_is_plain(m, half_from(m, at))) {
                at = HALF(m, at)->prev;
                if (at == h)
                        break;
        }
        return at;
}

bool mesh_chain(const Mesh *m, MeshEdgeId edge, Arena *a, MeshChain *ret) {
        struct {
                uint32_t *v;
                size_t n, cap;
        } nodes = { 0 };
        uint32_t h, first;

        if (!edge_alive(m, edge.n))
                return false;
        h = first = chain_first(m, 2 * edge.n);
        *ret = (MeshChain){ .left = { half_face(m, h) }, .right = { half_face(m, h ^ 1) } };
        *list_push(a, &nodes) = half_from(m, h);
        for (;; h = HALF(m, h)->next) {
                *list_push(a, &nodes) = half_to(m, h);
                ret->closed = half_to(m, h) == half_from(m, first);
                if (ret->closed || !node_is_plain(m, half_to(m, h)))
                        break;
        }
        ret->n = nodes.n;
        ret->nodes = TAKE_ARRAY(a, MeshNodeId, nodes.n);
        ret->points = TAKE_ARRAY(a, Point, nodes.n);
        for (size_t i = 0; i < nodes.n; i++) {
                ret->nodes[i] = (MeshNodeId){ nodes.v[i] };
                ret->points[i] = node_point(m, nodes.v[i]);
        }
        return true;
}

/* Lays the chain that begins with half-edge h and has `old` inner nodes along the inner points of a line: nodes move, then come or go.
 * Equal points at either end of the line stay untouched. */
static void lay(Mesh *m, uint32_t h, size_t old, const Point *inner, size_t n) {
        size_t same_end = 0;
        uint32_t last = h;

        for (size_t i = 0; i < old; i++)
                last = HALF(m, last)->next;
        while (same_end < old && same_end < n &&
               point_eq(node_point(m, half_from(m, last)), inner[n - 1 - same_end])) {
                same_end++;
                last = HALF(m, last)->prev;
        }
        old -= same_end;
        n -= same_end;
        for (size_t i = 0; i < n; i++) {
                if (old) {
                        node_put(m, half_to(m, h), inner[i]);
                        h = HALF(m, h)->next;
                        old--;
                } else {
                        h = half_divide(m, h, inner[i]);
                }
        }
        for (; old; old--)
                half_join(m, h);
}

static MeshWhy line_fault(Mesh *m, MeshLine line, size_t least) {
        if (line.n < least)
                return refuse(
                        m, (MeshFault){ .why = MESH_TOO_FEW, .at = line.n ? line.v[0] : (Point){ 0, 0 } });
        if (line.n > MESH_LINE_MAX || m->tables[T_HALF].live + line.n > MESH_EDGES_MAX)
                return refuse(m, (MeshFault){ .why = MESH_TOO_MANY, .at = line.v[0] });
        for (size_t i = 0; i < line.n; i++) {
                if (!in_frame(m, line.v[i]))
                        return out_of_range(m, line.v[i]);
                if (i && point_eq(line.v[i], line.v[i - 1]))
                        return refuse(m, (MeshFault){ .why = MESH_REPEATED, .at = line.v[i] });
        }
        return MESH_FINE;
}

static size_t chain_nodes(const Mesh *m, uint32_t first, bool *ret_closed, uint32_t *ret_end) {
        size_t inner = 0;
        uint32_t h = first;

        for (;; h = HALF(m, h)->next, inner++) {
                *ret_end = half_to(m, h);
                *ret_closed = *ret_end == half_from(m, first);
                if (*ret_closed || !node_is_plain(m, *ret_end))
                        return inner;
        }
}

MeshWhy mesh_reshape(Mesh *m, MeshEdgeId edge, MeshLine line) {
        uint32_t h, end, start;
        size_t inner;
        bool closed, loose;
        MeshWhy why;

        if (!edge_alive(m, edge.n))
                return unknown(m);
        h = chain_first(m, 2 * edge.n);
        inner = chain_nodes(m, h, &closed, &end);
        start = half_from(m, h);
        loose = closed && node_is_plain(m, start); /* no junction anywhere */
        why = line_fault(m, line, closed ? 4 : 2);
        if (why)
                return why;
        if (!loose && (!point_eq(line.v[0], node_point(m, start)) ||
                       !point_eq(line.v[line.n - 1], node_point(m, end))))
                return refuse(m, (MeshFault){ .why = MESH_LINE_END, .at = line.v[0], .edge = edge });
        if (!point_eq(line.v[0], line.v[line.n - 1]) && closed)
                return refuse(m,
                              (MeshFault){ .why = MESH_LINE_END, .at = line.v[line.n - 1], .edge = edge });
        edit_begin(m);
        if (loose)
                node_put(m, start, line.v[0]);
        lay(m, h, inner, line.v + 1, line.n - 2);
        if (!m->changed.n)
                return edit_refuse(m, (MeshFault){ .why = MESH_NO_CHANGE, .at = line.v[0], .edge = edge });
        return edit_end(m);
}
