/* Around a proposal: the ground of a community in a larger mesh, the balance of the grids there are, and the proposal as a list of cuts. */
#include "geo/propose_int.h"
#include <stdlib.h>

static int64_t key_of_community(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)face;
        return tag->community == *(const int64_t *)arg ? 1 : 0;
}

bool propose_ground(const Mesh *m, int64_t community, Arena *a, PolygonList *ret) {
        MeshPlaceList places;

        mesh_dissolve(m, key_of_community, &community, a, &places);
        if (!places.n)
                return false;
        *ret = places.v[0].polygons;
        return true;
}

typedef struct Present {
        int64_t grid;
        BalanceLoad load;
} Present;

static int by_grid(const void *a, const void *b) {
        const Present *x = a, *y = b;

        return (x->grid > y->grid) - (x->grid < y->grid);
}

void propose_present(Mesh *m, int64_t community, const ProposeBuilding *buildings, size_t n,
                     const BalanceWeights *weights, Arena *a, Balance *ret) {
        Present *list = TAKE_ARRAY(a, Present, mesh_face_end(m));
        BalanceLoad *loads = TAKE_ARRAY(a, BalanceLoad, mesh_face_end(m));
        size_t faces = 0, grids = 0;
        MeshTag tag;

        for (uint32_t f = 1; f < mesh_face_end(m); f++)
                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) && tag.community == community)
                        list[faces++].grid = tag.grid;
        qsort(list, faces, sizeof *list, by_grid);
        for (size_t i = 0; i < faces; i++)
                if (!i || list[i].grid != list[grids - 1].grid)
                        list[grids++].grid = list[i].grid;
        for (size_t i = 0; i < n; i++) {
                Present key = { 0 }, *at;

                if (!mesh_face_tag(m, mesh_face_at(m, buildings[i].at), &tag) || tag.community != community)
                        continue;
                key.grid = tag.grid;
                at = bsearch(&key, list, grids, sizeof *list, by_grid);
                for (int k = 0; at && k < BALANCE_MEASURES; k++)
                        at->load.of[k] += buildings[i].load.of[k];
        }
        for (size_t i = 0; i < grids; i++)
                loads[i] = list[i].load;
        balance_of(loads, grids, weights, ret);
}

/* ---- cuts ----------------------------------------------------------------------------------------------------------------------- */

typedef struct Peel {
        const Proposal *p;
        const Mesh *m;
        Arena *arena;
        uint8_t *left; /* by face: still part of the rest; [0] never */
        uint8_t *done; /* by edge */
        uint32_t *stack;
        uint8_t *seen;
} Peel;

static bool is_left(const Peel *x, uint32_t half) { return x->left[half_face(x->m, half)]; }

/* Between the grid and the rest. */
static bool is_cut(const Peel *x, uint32_t h, uint32_t face) {
        uint32_t a = half_face(x->m, h), b = half_face(x->m, h ^ 1);

        return (a == face && b != face && x->left[b]) || (b == face && a != face && x->left[a]);
}

/* Is the node on the border of all that is left, the grid included? There lines end. */
static bool is_end(const Peel *x, uint32_t node, uint32_t face) {
        uint32_t first = NODE(x->m, node)->out, h = first;
        size_t cuts = 0;

        do {
                if (is_left(x, h) != is_left(x, h ^ 1))
                        return true;
                cuts += is_cut(x, h, face);
                h = HALF(x->m, h ^ 1)->next;
        } while (h != first);
        return cuts != 2;
}

static uint32_t next_cut(const Peel *x, uint32_t h, uint32_t face) {
        uint32_t first = h ^ 1, k = HALF(x->m, h)->next; /* edges that start where h ends */

        for (; k != first; k = HALF(x->m, k ^ 1)->next)
                if (is_cut(x, k, face))
                        return k;
        return 0;
}

/* From half-edge h, which starts in an end, to the next end. */
static void line_from(Peel *x, uint32_t h, uint32_t face, ProposeCut *cut, size_t *cap) {
        struct {
                Point *v;
                size_t n, cap;
        } points = { 0 };
        struct {
                MeshLine *v;
                size_t n, cap;
        } lines = { cut->lines, cut->n, *cap };

        *list_push(x->arena, &points) = node_point(x->m, half_from(x->m, h));
        for (;;) {
                x->done[h / 2] = 1;
                *list_push(x->arena, &points) = node_point(x->m, half_to(x->m, h));
                if (is_end(x, half_to(x->m, h), face))
                        break;
                h = next_cut(x, h, face);
                if (!h)
                        break;
        }
        *list_push(x->arena, &lines) = (MeshLine){ points.v, points.n };
        cut->lines = lines.v, cut->n = lines.n, *cap = lines.cap;
}

/* How many of the faces that are left hang together with one of them, when another is not there. */
static size_t reach(Peel *x, uint32_t start, uint32_t without) {
        size_t n = 0, reached = 0;
        uint32_t end = mesh_face_end(x->m);

        for (uint32_t f = 0; f < end; f++)
                x->seen[f] = !x->left[f] || f == without;
        x->seen[start] = 1;
        for (x->stack[n++] = start; n;) {
                MeshFaceIds near;

                reached++;
                mesh_neighbours(x->m, (MeshFaceId){ x->stack[--n] }, x->arena, &near);
                for (size_t i = 0; i < near.n; i++) {
                        if (near.v[i].n && !x->seen[near.v[i].n]) {
                                x->seen[near.v[i].n] = 1;
                                x->stack[n++] = near.v[i].n;
                        }
                }
        }
        return reached;
}

/* Does its part of the ground hang together without the face, which does not stand alone? */
static bool can_peel(Peel *x, uint32_t face) {
        MeshFaceIds near;

        mesh_neighbours(x->m, (MeshFaceId){ face }, x->arena, &near);
        for (size_t i = 0; i < near.n; i++)
                if (near.v[i].n && x->left[near.v[i].n])
                        return reach(x, near.v[i].n, face) + 1 == reach(x, face, 0);
        return false;
}

/* Is the face a part of the ground by itself: nothing of the rest beside it? */
static bool stands_alone(const Peel *x, uint32_t face) {
        MeshFaceIds near;

        mesh_neighbours(x->m, (MeshFaceId){ face }, x->arena, &near);
        for (size_t i = 0; i < near.n; i++)
                if (near.v[i].n && x->left[near.v[i].n])
                        return false;
        return true;
}

/* A border without ends: around the grid, or around all that is left when the grid encloses it. */
static void ring_of(Peel *x, uint32_t face, Ring *ret) {
        uint32_t first = 0;

        *ret = (Ring){ 0 };
        for (uint32_t h = 2; h < 2 * mesh_edge_end(x->m) && !first; h++)
                if (edge_alive(x->m, h / 2) && half_face(x->m, h) == face && is_cut(x, h, face))
                        first = h;
        for (uint32_t h = first; h;) {
                *list_push(x->arena, ret) = node_point(x->m, half_from(x->m, h));
                h = next_cut(x, h, face);
                if (h == first)
                        break;
        }
}

static void peel(Peel *x, size_t grid, ProposeCutList *ret) {
        uint32_t face = x->p->grids[grid].face.n;
        ProposeCut *cut = list_push(x->arena, ret);
        size_t cap = 0;
        Polygon p = { 0 };

        cut->grid = grid + 1;
        if (!mesh_face_polygon(x->m, (MeshFaceId){ face }, x->arena, &p))
                return;
        cut->at = ring_label(&p.rings[0]);
        for (uint32_t h = 2; h < 2 * mesh_edge_end(x->m); h++) {
                if (!edge_alive(x->m, h / 2) || x->done[h / 2] || !is_cut(x, h, face) ||
                    !is_end(x, half_from(x->m, h), face))
                        continue;
                line_from(x, h, face, cut, &cap);
        }
        if (!cut->n)
                ring_of(x, face, &cut->ring);
        x->left[face] = 0;
}

/* Each part of the ground is peeled until one grid is left of it. */
void propose_cuts(const Proposal *p, Arena *a, ProposeCutList *ret) {
        uint32_t faces = mesh_face_end(p->mesh);
        Peel x = { p,
                   p->mesh,
                   a,
                   arena_take(a, faces),
                   arena_take(a, mesh_edge_end(p->mesh) + 1),
                   TAKE_ARRAY(a, uint32_t, faces),
                   arena_take(a, faces) };
        bool any = true;

        *ret = (ProposeCutList){ 0 };
        for (size_t i = 0; i < p->grid_n; i++)
                x.left[p->grids[i].face.n] = 1;
        while (any) {
                any = false;
                for (size_t i = 0; i < p->grid_n; i++) {
                        uint32_t face = p->grids[i].face.n;

                        if (!x.left[face])
                                continue;
                        if (stands_alone(&x, face)) {
                                x.left[face] = 0;
                                any = true;
                        } else if (can_peel(&x, face)) {
                                peel(&x, i, ret);
                                any = true;
                        }
                }
        }
}
