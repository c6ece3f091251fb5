/* The blocks as a graph: units that stay together (the faces of one compound, slivers with their neighbour), links where they share a border, each as
 * dear as it is long, less where it follows a barrier. */
#include "geo/propose_int.h"
#include <math.h>
#include <stdlib.h>

enum { THIN_M = 4, SPARE_PC = 80 /* what a full barrier takes off the cost */, SLIVERS_EACH = 200 };

typedef struct Pair {
        uint32_t u, v;
        double length_m, cost;
} Pair;

typedef struct PairList {
        Pair *v;
        size_t n, cap;
} PairList;

static uint32_t root_of(uint32_t *up, uint32_t i) {
        while (up[i] != i)
                i = up[i] = up[up[i]];
        return i;
}

/* The lower number stays, so that the order is the same however it came about. */
static void join(uint32_t *up, uint32_t a, uint32_t b) {
        a = root_of(up, a), b = root_of(up, b);
        if (a < b)
                up[b] = a;
        else
                up[a] = b;
}

static int by_ends(const void *a, const void *b) {
        const Pair *x = a, *y = b;

        return x->u != y->u ? (x->u > y->u) - (x->u < y->u) : (x->v > y->v) - (x->v < y->v);
}

static double edge_m(const Ground *g, uint32_t e) {
        Spot a = spot_of(g, node_point(g->m, half_from(g->m, 2 * e))),
             b = spot_of(g, node_point(g->m, half_to(g->m, 2 * e)));

        return hypot(a.x - b.x, a.y - b.y);
}

/* Shared borders between what the faces stand for, both ways, each once; sorted. */
static void pairs_of(const Ground *g, const double *strength, const uint32_t *of, PairList *ret) {
        size_t n = 0;

        for (uint32_t e = 1; e < mesh_edge_end(g->m); e++) {
                MeshEdge edge;
                double length;
                uint32_t u, v;

                if (!mesh_edge(g->m, (MeshEdgeId){ e }, &edge) || !edge.left.n || !edge.right.n)
                        continue;
                u = of[edge.left.n], v = of[edge.right.n];
                if (u == v)
                        continue;
                length = edge_m(g, e);
                *list_push(g->arena, ret) =
                        (Pair){ u, v, length, length * (1 - strength[e] * SPARE_PC / 100) };
                *list_push(g->arena, ret) =
                        (Pair){ v, u, length, length * (1 - strength[e] * SPARE_PC / 100) };
        }
        if (ret->n)
                qsort(ret->v, ret->n, sizeof *ret->v, by_ends);
        for (size_t i = 0; i < ret->n; i++) {
                Pair *last = n ? &ret->v[n - 1] : NULL;

                if (last && last->u == ret->v[i].u && last->v == ret->v[i].v) {
                        last->length_m += ret->v[i].length_m;
                        last->cost += ret->v[i].cost;
                } else {
                        ret->v[n++] = ret->v[i];
                }
        }
        ret->n = n;
}

/* Is nobody at home there, and is it thin or small? */
static bool is_sliver(const Ground *g, uint32_t face, double share) {
        Polygon p;
        double round_m = 0, area, mean = g->area_m2 / (double)g->plan->grids;

        if (share > 0 || !mesh_face_polygon(g->m, (MeshFaceId){ face }, g->arena, &p))
                return false;
        area = mesh_face_m2(g->m, (MeshFaceId){ face });
        for (size_t i = 0; i < p.rings[0].n; i++) {
                Spot a = spot_of(g, p.rings[0].v[i]),
                     b = spot_of(g, p.rings[0].v[i + 1 < p.rings[0].n ? i + 1 : 0]);

                round_m += hypot(a.x - b.x, a.y - b.y);
        }
        return area < mean / SLIVERS_EACH || area < THIN_M * round_m / 2;
}

/* Compounds of several faces, and slivers with the neighbour they share most with. */
static void glue(const Ground *g, const PairList *pairs, const double *share, uint32_t *up) {
        for (size_t i = 0, end; i < pairs->n; i = end) {
                uint32_t u = pairs->v[i].u;
                size_t best = i;

                for (end = i; end < pairs->n && pairs->v[end].u == u; end++)
                        if (pairs->v[end].length_m > pairs->v[best].length_m)
                                best = end;
                if (is_sliver(g, u, share[u]))
                        join(up, u, pairs->v[best].v);
        }
}

/* Faces of a compound that could not be carved whole. */
static void glue_compounds(const Ground *g, const PairList *pairs, uint32_t *up) {
        uint32_t *inside = TAKE_ARRAY(g->arena, uint32_t, mesh_face_end(g->m));

        for (size_t w = 0; w < g->walls.n; w++) {
                Polygon p;
                Point at;

                if (!mesh_face_polygon(g->m, (MeshFaceId){ g->walls.v[w] }, g->arena, &p))
                        continue;
                at = ring_label(&p.rings[0]);
                for (size_t c = 0; c < g->plan->compound_n && !inside[g->walls.v[w]]; c++)
                        if (ring_holds(&g->plan->compounds[c], at))
                                inside[g->walls.v[w]] = (uint32_t)c + 1;
        }
        for (size_t i = 0; i < pairs->n; i++)
                if (inside[pairs->v[i].u] && inside[pairs->v[i].u] == inside[pairs->v[i].v])
                        join(up, pairs->v[i].u, pairs->v[i].v);
}

static void links_of(Ground *g, const PairList *pairs, Graph *ret) {
        ret->links = TAKE_ARRAY(g->arena, Link, pairs->n + 1);
        for (size_t i = 0; i < pairs->n; i++) {
                Unit *u = &ret->units[pairs->v[i].u];

                if (!u->links++)
                        u->first = i;
                ret->links[i] = (Link){ pairs->v[i].v, pairs->v[i].length_m, pairs->v[i].cost };
        }
}

static void components_of(Ground *g, Graph *ret) {
        uint32_t *stack = TAKE_ARRAY(g->arena, uint32_t, ret->n + 1);

        for (size_t i = 0; i < ret->n; i++)
                ret->units[i].component = UINT32_MAX;
        for (size_t i = 0; i < ret->n; i++) {
                size_t n = 0;

                if (ret->units[i].component != UINT32_MAX)
                        continue;
                ret->units[i].component = (uint32_t)ret->components;
                for (stack[n++] = (uint32_t)i; n;) {
                        const Unit *u = &ret->units[stack[--n]];

                        for (size_t k = 0; k < u->links; k++) {
                                uint32_t to = ret->links[u->first + k].to;

                                if (ret->units[to].component == UINT32_MAX) {
                                        ret->units[to].component = (uint32_t)ret->components;
                                        stack[n++] = to;
                                }
                        }
                }
                ret->components++;
        }
}

static void loads_of(Ground *g, Graph *ret) {
        for (size_t i = 0; i < g->plan->building_n; i++) {
                const ProposeBuilding *b = &g->plan->buildings[i];
                Unit *u;

                if (!g->block[i])
                        continue;
                u = &ret->units[ret->of_face[g->block[i]]];
                u->share += g->share[i];
                for (int k = 0; k < BALANCE_MEASURES; k++)
                        u->of[k] += g->total.of[k] ? (double)b->load.of[k] / (double)g->total.of[k] : 0;
        }
}

void graph_make(Ground *g, Graph *ret) {
        uint32_t faces = mesh_face_end(g->m), *same = TAKE_ARRAY(g->arena, uint32_t, faces),
                 *up = TAKE_ARRAY(g->arena, uint32_t, faces);
        double *strength = ground_strengths(g), *share = TAKE_ARRAY(g->arena, double, faces);
        PairList pairs = { 0 }, between = { 0 };
        MeshTag tag;

        for (uint32_t f = 0; f < faces; f++)
                same[f] = up[f] = f;
        for (size_t i = 0; i < g->plan->building_n; i++)
                share[g->block[i]] += g->block[i] ? g->share[i] : 0;
        pairs_of(g, strength, same, &pairs);
        glue_compounds(g, &pairs, up);
        glue(g, &pairs, share, up);
        *ret = (Graph){ .of_face = TAKE_ARRAY(g->arena, uint32_t, faces),
                        .units = TAKE_ARRAY(g->arena, Unit, faces),
                        .side_m = sqrt(g->area_m2 / (double)g->plan->grids),
                        .weights = g->weights,
                        .grids = g->plan->grids,
                        .tolerance = g->plan->tolerance > 0 ? g->plan->tolerance : PROPOSE_TOLERANCE };
        for (uint32_t f = 0; f < faces; f++) { /* the root comes before those that it stands for */
                bool alive = f && mesh_face_tag(g->m, (MeshFaceId){ f }, &tag);

                ret->of_face[f] = !alive                ? UINT32_MAX
                                  : root_of(up, f) == f ? (uint32_t)ret->n++
                                                        : ret->of_face[root_of(up, f)];
        }
        pairs_of(g, strength, ret->of_face, &between);
        links_of(g, &between, ret);
        components_of(g, ret);
        loads_of(g, ret);
}
