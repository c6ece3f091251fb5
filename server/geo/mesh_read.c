/* Looking at a mesh: rows, faces, neighbours; and the words for what is refused. */
#include "base/rc.h"
#include "geo/mesh_int.h"

MeshCounts mesh_counts(const Mesh *m) {
        static const size_t each[T_COUNT] = { sizeof(MNode), sizeof(MHalf), sizeof(MLoop), sizeof(MFace) };
        MeshCounts c = { m->tables[T_NODE].live, m->tables[T_HALF].live, m->tables[T_FACE].live, sizeof *m };

        for (MTable t = 0; t < T_COUNT; t++)
                c.bytes += (each[t] + sizeof *m->tables[t].seen) * m->tables[t].cap;
        c.bytes += m->index.cap * sizeof *m->index.cells + m->index.hooks_cap * sizeof *m->index.hooks;
        for (int i = 0; i < 2; i++) {
                const Journal *j = i ? &m->undone : &m->done;

                c.bytes += j->bytes.cap + j->entries.cap * sizeof *j->entries.v +
                           j->edits.cap * sizeof *j->edits.v;
        }
        return c;
}

uint32_t mesh_node_end(const Mesh *m) { return m->tables[T_NODE].n; }
uint32_t mesh_edge_end(const Mesh *m) { return m->tables[T_HALF].n / 2; }
uint32_t mesh_face_end(const Mesh *m) { return m->tables[T_FACE].n; }

bool mesh_node(const Mesh *m, MeshNodeId id, Point *ret) {
        if (!node_alive(m, id.n))
                return false;
        *ret = node_point(m, id.n);
        return true;
}

bool mesh_edge(const Mesh *m, MeshEdgeId id, MeshEdge *ret) {
        uint32_t h = 2 * id.n;

        if (!edge_alive(m, id.n))
                return false;
        *ret = (MeshEdge){
                { half_from(m, h) }, { half_to(m, h) }, { half_face(m, h) }, { half_face(m, h + 1) }
        };
        return true;
}

bool mesh_face_tag(const Mesh *m, MeshFaceId id, MeshTag *ret) {
        if (!face_alive(m, id.n))
                return false;
        *ret = FACE(m, id.n)->tag;
        return true;
}

bool mesh_face(const Mesh *m, MeshFaceId id, MeshFace *ret) {
        MeshFace f = { .box = BOX_EMPTY };

        if (!mesh_face_tag(m, id, &f.tag))
                return false;
        for (uint32_t loop = FACE(m, id.n)->loops; loop; loop = LOOP(m, loop)->after) {
                uint32_t first = LOOP(m, loop)->first, h = first;

                f.area2 = area_sum(f.area2, LOOP(m, loop)->area2);
                f.rings++;
                do {
                        box_add(&f.box, node_point(m, half_from(m, h)));
                        f.edges++;
                        h = HALF(m, h)->next;
                } while (h != first);
        }
        *ret = f;
        return true;
}

void mesh_neighbours(const Mesh *m, MeshFaceId face, Arena *a, MeshFaceIds *ret) {
        Ids found = { 0 };

        *ret = (MeshFaceIds){ 0 };
        if (!face_alive(m, face.n))
                return;
        for (uint32_t loop = FACE(m, face.n)->loops; loop; loop = LOOP(m, loop)->after) {
                uint32_t first = LOOP(m, loop)->first, h = first;

                do {
                        if (!found.n || found.v[found.n - 1] != half_face(m, h ^ 1))
                                ids_push(&found, half_face(m, h ^ 1));
                        h = HALF(m, h)->next;
                } while (h != first);
        }
        ids_sort(&found);
        for (size_t i = 0; i < found.n; i++)
                *list_push(a, ret) = (MeshFaceId){ found.v[i] };
        ids_clear(&found);
}

static const char *const names[MESH_WHY_COUNT] = {
        [MESH_FINE] = "fine",
        [MESH_TOO_FEW] = "too-few-points",
        [MESH_TOO_MANY] = "too-many",
        [MESH_OUT_OF_RANGE] = "out-of-range",
        [MESH_REPEATED] = "duplicate-vertex",
        [MESH_SPIKE] = "spike",
        [MESH_NO_AREA] = "zero-area",
        [MESH_BOW_TIE] = "bow-tie",
        [MESH_HOLE_OUTSIDE] = "hole-outside",
        [MESH_OVERLAP] = "overlap",
        [MESH_GAP] = "gap",
        [MESH_T_JUNCTION] = "t-junction",
        [MESH_FALLS_APART] = "falls-apart",
        [MESH_UNASSIGNED] = "unassigned",
        [MESH_UNKNOWN] = "unknown",
        [MESH_CROSSES] = "crosses",
        [MESH_TURNED_OVER] = "turned-over",
        [MESH_LINE_END] = "line-end",
        [MESH_NO_CUT] = "no-cut",
        [MESH_NOT_ADJACENT] = "not-adjacent",
        [MESH_JUNCTION] = "junction",
        [MESH_COVERS] = "covers",
        [MESH_NO_HOLE] = "no-hole",
        [MESH_OUTLINE] = "outline",
        [MESH_NO_CHANGE] = "no-change",
        [MESH_LINKS] = "links",
        [MESH_SAME_FACE] = "same-face",
        [MESH_AREA] = "area",
        [MESH_INDEX] = "index",
};

static const char *const texts[MESH_WHY_COUNT] = {
        [MESH_FINE] = "fine",
        [MESH_TOO_FEW] = "a ring has fewer than three points",
        [MESH_TOO_MANY] = "more than the stated limits allow, or too tangled to be looked through",
        [MESH_OUT_OF_RANGE] = "a coordinate is out of range",
        [MESH_REPEATED] = "the same point comes twice in a row",
        [MESH_SPIKE] = "a ring goes back along the edge it came by",
        [MESH_NO_AREA] = "a ring encloses no area",
        [MESH_BOW_TIE] = "a ring crosses itself",
        [MESH_HOLE_OUTSIDE] = "a hole does not lie in its polygon",
        [MESH_OVERLAP] = "two polygons cover the same ground",
        [MESH_GAP] = "ground between the polygons belongs to none",
        [MESH_T_JUNCTION] = "a vertex lies on an edge that does not have it",
        [MESH_FALLS_APART] = "a face would be in several pieces",
        [MESH_UNASSIGNED] = "a face belongs to no community",
        [MESH_UNKNOWN] = "there is no such face, edge or node",
        [MESH_CROSSES] = "an edge would cross or touch another",
        [MESH_TURNED_OVER] = "a face would be turned inside out or swallow part of another",
        [MESH_LINE_END] = "the line does not end on the border of the face",
        [MESH_NO_CUT] = "the line does not divide the face",
        [MESH_NOT_ADJACENT] = "the faces share no border",
        [MESH_JUNCTION] = "the node joins more than two edges",
        [MESH_COVERS] = "a whole face would disappear",
        [MESH_NO_HOLE] = "the face is not enclosed by one other",
        [MESH_OUTLINE] = "the outline of the territory is not to be moved",
        [MESH_NO_CHANGE] = "there is nothing to do",
        [MESH_LINKS] = "records of the mesh do not fit each other",
        [MESH_SAME_FACE] = "an edge has the same face on both sides",
        [MESH_AREA] = "areas do not add up",
        [MESH_INDEX] = "the search index differs from the edges",
};

const char *mesh_why_name(MeshWhy why) { return why < MESH_WHY_COUNT ? names[why] : "?"; }
const char *mesh_why_text(MeshWhy why) { return why < MESH_WHY_COUNT ? texts[why] : "?"; }
