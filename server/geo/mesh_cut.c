/* Edits that make and end faces: split by lines, merge, fill. Each puts edges in or takes them out; then the loops are walked anew
 * (mesh_loop.c) and what came out is looked at. */
#include "geo/mesh_int.h"

typedef struct Nearest {
        Point p;
        uint32_t face; /* edges beside it come first; 0: any */
        uint32_t edge;
        __int128 cross2, length2; /* squared distance of the best: cross2 / length2 */
} Nearest;

/* Exact, so that the same line finds the same edge on any machine. */
static bool look_foot(const Mesh *m, uint32_t edge, void *arg) {
        Nearest *n = arg;
        Point a = node_point(m, half_from(m, 2 * edge)), b = node_point(m, half_to(m, 2 * edge));
        __int128 dx = b.lon_e7 - a.lon_e7, dy = b.lat_e7 - a.lat_e7, length2 = dx * dx + dy * dy;
        __int128 along = (n->p.lon_e7 - a.lon_e7) * dx + (n->p.lat_e7 - a.lat_e7) * dy;
        __int128 cross = turn2(a, b, n->p), cross2 = cross * cross;

        if (half_face(m, 2 * edge) != n->face && half_face(m, 2 * edge + 1) != n->face)
                return true;
        if (along <= 0 || along >= length2 || cross2 > (__int128)MESH_REACH * MESH_REACH * length2)
                return true;
        if (!n->edge || cross2 * n->length2 < n->cross2 * length2 ||
            (cross2 * n->length2 == n->cross2 * length2 && edge < n->edge))
                n->edge = edge, n->cross2 = cross2, n->length2 = length2;
        return true;
}

uint32_t node_on_border(Mesh *m, uint32_t face, Point p) {
        Nearest n = { .p = p, .face = face };
        uint32_t node = mesh_node_at(m, p).n;

        if (node)
                return node;
        index_query(m,
                    (Box){ p.lon_e7 - MESH_REACH, p.lat_e7 - MESH_REACH, p.lon_e7 + MESH_REACH,
                           p.lat_e7 + MESH_REACH },
                    look_foot, &n);
        return n.edge ? half_from(m, half_divide(m, 2 * n.edge, p)) : 0;
}

/* Is there a corner of the face at the node? */
static bool node_of_face(const Mesh *m, uint32_t node, uint32_t face) {
        uint32_t first = NODE(m, node)->out, h = first;

        do {
                if (half_face(m, h) == face)
                        return true;
                h = HALF(m, h ^ 1)->next;
        } while (h != first);
        return false;
}

static MeshFault line_fault(const Mesh *m, MeshLine line) {
        MeshFault f = { .why = MESH_FINE };

        if (line.n < 2) {
                f.why = MESH_TOO_FEW;
                return f;
        }
        f.at = line.v[0];
        f.why = MESH_TOO_MANY;
        if (line.n > MESH_LINE_MAX || m->tables[T_HALF].live + line.n > MESH_EDGES_MAX)
                return f;
        for (size_t i = 0; i < line.n; i++) {
                f.at = line.v[i];
                f.why = !in_frame(m, f.at)                        ? MESH_OUT_OF_RANGE
                        : i && point_eq(line.v[i], line.v[i - 1]) ? MESH_REPEATED
                                                                  : MESH_FINE;
                if (f.why)
                        break;
        }
        return f;
}

/* Puts one line into a face. */
static MeshFault put_line(Mesh *m, uint32_t face, MeshLine line) {
        uint32_t at = node_on_border(m, face, line.v[0]), end = node_on_border(m, face, line.v[line.n - 1]);
        MeshFault f = { .why = MESH_LINE_END, .face = { face } };

        f.at = line.v[at ? line.n - 1 : 0];
        if (!at || !end)
                return f;
        for (int i = 0; i < 2; i++) {
                f.at = line.v[i ? line.n - 1 : 0];
                if (!node_of_face(m, i ? end : at, face))
                        return f;
        }
        for (size_t i = 1; i < line.n; i++) {
                uint32_t next = i + 1 == line.n ? end : node_make(m, line.v[i]), h;

                h = edge_make(m, at, next, face);
                if (!h || half_face(m, h) != face) {
                        if (!edit_crosses(m, &f)) /* it leads into an edge that starts at its end */
                                f = (MeshFault){ .why = MESH_CROSSES, .at = line.v[i], .face = { face } };
                        return f;
                }
                at = next;
        }
        f.why = MESH_FINE;
        return f;
}

MeshWhy mesh_split(Mesh *m, MeshFaceId face, const MeshLine *lines, size_t n) {
        MeshFault f = { .why = face_alive(m, face.n) ? MESH_FINE : MESH_UNKNOWN, .face = face };
        MeshWhy why;

        if (!f.why && !n)
                f.why = MESH_NO_CHANGE;
        for (size_t i = 0; i < n && !f.why; i++)
                f = line_fault(m, lines[i]);
        if (f.why)
                return refuse(m, f);
        edit_begin(m);
        for (size_t i = 0; i < n && !f.why; i++)
                f = put_line(m, face.n, lines[i]);
        if (f.why)
                return edit_refuse(m, f);
        why = loops_relink(m, &(Relink){ 0 });
        if (why)
                return edit_refuse(m, (MeshFault){ .why = why, .face = face, .at = lines[0].v[0] });
        why = edit_end(m);
        if (why == MESH_SAME_FACE) /* a line that hangs in the face */
                m->fault.why = why = MESH_NO_CUT;
        return why;
}

/* Half-edges of one face whose other side is another. */
void shared_halves(const Mesh *m, uint32_t face, uint32_t other, Ids *ret) {
        for (uint32_t loop = FACE(m, face)->loops; loop; loop = LOOP(m, loop)->after) {
                uint32_t first = LOOP(m, loop)->first, h = first;

                do {
                        if (half_face(m, h ^ 1) == other)
                                ids_push(ret, h);
                        h = HALF(m, h)->next;
                } while (h != first);
        }
        ids_sort(ret);
}

MeshWhy mesh_merge(Mesh *m, MeshFaceId keep, MeshFaceId gone) {
        Ids shared = { 0 };
        MeshWhy why;

        if (!face_alive(m, keep.n) || !face_alive(m, gone.n))
                return refuse(m, (MeshFault){ .why = MESH_UNKNOWN, .face = keep, .other = gone });
        if (keep.n != gone.n)
                shared_halves(m, gone.n, keep.n, &shared);
        if (!shared.n)
                return refuse(m, (MeshFault){ .why = MESH_NOT_ADJACENT, .face = keep, .other = gone });
        edit_begin(m);
        for (size_t i = 0; i < shared.n; i++)
                edge_remove(m, shared.v[i] / 2);
        ids_clear(&shared);
        why = loops_relink(m, &(Relink){ .from = gone.n, .into = keep.n });
        if (why)
                return edit_refuse(m, (MeshFault){ .why = why, .face = keep, .other = gone });
        return edit_end(m);
}

MeshWhy mesh_fill(Mesh *m, MeshFaceId hole) {
        uint32_t first, h, around;

        if (!face_alive(m, hole.n))
                return refuse(m, (MeshFault){ .why = MESH_UNKNOWN, .face = hole });
        first = LOOP(m, FACE(m, hole.n)->loops)->first;
        around = half_face(m, first ^ 1);
        for (h = HALF(m, first)->next; h != first && half_face(m, h ^ 1) == around;)
                h = HALF(m, h)->next;
        if (h != first || !around)
                return refuse(m, (MeshFault){ .why = MESH_NO_HOLE,
                                              .face = hole,
                                              .other = { half_face(m, h ^ 1) },
                                              .at = node_point(m, half_from(m, h)) });
        return mesh_merge(m, (MeshFaceId){ around }, hole);
}
