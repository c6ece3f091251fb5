/* From loose edges to links: sorts the edges around each node, walks all loops and gives them to their faces. Used when a mesh is built
 * and when one is read back. */
#include "geo/mesh_int.h"
#include <stdlib.h>

typedef struct Weave {
        Mesh *m;
        const uint32_t *faces;
        bool gaps_stay;
        Arena *arena;
        MeshFaultList *faults;
        Ids holes, gaps; /* loops */
} Weave;

static void note(Weave *w, MeshFault fault) {
        if (w->faults->n < MESH_FAULTS_MAX)
                *list_push(w->arena, w->faults) = fault;
}

/* 0 from due east counter-clockwise up to due west, 1 from there. */
static int half_plane(Point o, Point p) {
        return p.lat_e7 < o.lat_e7 || (p.lat_e7 == o.lat_e7 && p.lon_e7 < o.lon_e7);
}

static int by_direction(const void *a, const void *b, void *arg) {
        const Mesh *m = arg;
        uint32_t g = *(const uint32_t *)a, h = *(const uint32_t *)b;
        Point o = node_point(m, half_from(m, g)), p = node_point(m, half_to(m, g)),
              q = node_point(m, half_to(m, h));
        int low = half_plane(o, p) - half_plane(o, q);

        return low ? low : -turn(o, p, q);
}

/* Around each node: clockwise on from where one comes in. */
static void link_nodes(Mesh *m) {
        uint32_t nodes = m->tables[T_NODE].n, halves = m->tables[T_HALF].n;
        uint32_t *from = heap_take((size_t)nodes + 1, sizeof *from), *out = heap_take(halves, sizeof *out);

        for (uint32_t h = 2; h < halves; h++)
                from[half_from(m, h) + (half_from(m, h) ? 1 : 0)]++;
        from[0] = from[1] = 0;
        for (uint32_t i = 1; i <= nodes; i++)
                from[i] += from[i - 1];
        for (uint32_t h = 2; h < halves; h++)
                if (half_from(m, h))
                        out[from[half_from(m, h)]++] = h;
        for (uint32_t node = 1; node < nodes; node++) {
                uint32_t start = from[node - 1], n = from[node] - start;

                if (!n)
                        continue;
                qsort_r(out + start, n, sizeof *out, by_direction, m);
                for (uint32_t i = 0; i < n; i++) {
                        uint32_t here = out[start + i], next = out[start + (i + 1) % n];

                        HALF(m, next ^ 1)->next = here;
                        HALF(m, here)->prev = next ^ 1;
                }
                NODE(m, node)->out = out[start];
        }
        free(from);
        free(out);
}

/* A loop must have the same polygon all along. */
static void walk(Weave *w, uint32_t first) {
        Mesh *m = w->m;
        uint32_t loop = record_new(m, T_LOOP), h = first, face = w->faces[first];
        Point o = node_point(m, half_from(m, first));
        int64_t area2 = 0;
        bool mixed = false;

        do {
                if (w->faces[h] != face && !mixed) {
                        uint32_t other = w->faces[h];

                        mixed = true;
                        note(w, (MeshFault){ .why = MESH_OVERLAP,
                                             .at = node_point(m, half_from(m, h)),
                                             .face = { face ? face : w->faces[first ^ 1] },
                                             .other = { other ? other : w->faces[h ^ 1] } });
                }
                HALF(m, h)->loop = loop;
                area2 = area_sum(area2,
                                 turn2(o, node_point(m, half_from(m, h)), node_point(m, half_to(m, h))));
                h = HALF(m, h)->next;
        } while (h != first);
        *LOOP(m, loop) = (MLoop){ .area2 = area2, .first = first, .face = face };
        if (mixed)
                return;
        if (area2 <= 0) {
                ids_push(&w->holes, loop);
        } else if (!face) {
                ids_push(&w->gaps, loop);
        } else if (FACE(m, face)->loops) {
                note(w, (MeshFault){ .why = MESH_FALLS_APART, .at = o, .face = { face }, .area2 = area2 });
        } else {
                face_add_loop(m, face, loop, true);
        }
}

static void place_holes(Weave *w) {
        Mesh *m = w->m;
        /* One component alone lies outside of everything. */
        bool look = w->holes.n > 1 || (w->holes.n && LOOP(m, w->holes.v[0])->face);

        if (look)
                index_make(m);
        for (size_t i = 0; i < w->holes.n; i++) {
                uint32_t loop = w->holes.v[i], face = LOOP(m, loop)->face,
                         in = look ? loop_container(m, loop) : 0;
                uint32_t first = LOOP(m, loop)->first;

                if (in != face)
                        note(w, (MeshFault){ .why = face ? MESH_HOLE_OUTSIDE : MESH_OVERLAP,
                                             .at = node_point(m, half_from(m, first)),
                                             .face = { face ? face : in },
                                             .other = { face ? in : w->faces[first ^ 1] },
                                             .area2 = -LOOP(m, loop)->area2 });
        }
        for (size_t i = 0; i < w->holes.n; i++)
                face_add_loop(m, LOOP(m, w->holes.v[i])->face, w->holes.v[i], false);
}

static void place_gaps(Weave *w) {
        for (size_t i = 0; i < w->gaps.n; i++) {
                uint32_t loop = w->gaps.v[i], first = LOOP(w->m, loop)->first;
                MeshFault f = { .why = MESH_GAP, .at = node_point(w->m, half_from(w->m, first)) };

                if (w->gaps_stay) {
                        face_add_loop(w->m, 0, loop, false);
                        continue;
                }
                f.area2 = LOOP(w->m, loop)->area2;
                f.face.n = w->faces[first ^ 1];
                for (uint32_t h = HALF(w->m, first)->next; h != first; h = HALF(w->m, h)->next)
                        if (w->faces[h ^ 1] != f.face.n)
                                f.other.n = w->faces[h ^ 1];
                note(w, f);
        }
}

bool mesh_link_all(Mesh *m, const uint32_t *faces, bool gaps_stay, Arena *a, MeshFaultList *faults) {
        Weave w = { .m = m, .faces = faces, .gaps_stay = gaps_stay, .arena = a, .faults = faults };

        link_nodes(m);
        for (uint32_t h = 2; h < m->tables[T_HALF].n; h++)
                if (half_from(m, h) && !HALF(m, h)->loop)
                        walk(&w, h);
        for (uint32_t f = 1; f < m->tables[T_FACE].n && !faults->n; f++)
                if (FACE(m, f)->alive && !FACE(m, f)->loops)
                        note(&w, (MeshFault){ .why = MESH_LINKS, .face = { f } });
        if (!faults->n)
                place_holes(&w);
        if (!faults->n)
                place_gaps(&w);
        free(w.holes.v);
        free(w.gaps.v);
        return !faults->n;
}
