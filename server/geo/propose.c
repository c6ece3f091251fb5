/* A proposal from beginning to end: the plan looked at, the ground cut into blocks, these dealt out and joined to grids, the grids numbered and measured. */
#include "geo/propose.h"
#include "geo/propose_int.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOAD_MAX = 1000000000 };

static const struct {
        const char *name, *text;
} whys[PROPOSE_WHY_COUNT] = {
        [PROPOSE_FINE] = { "fine", "There is a proposal" },
        [PROPOSE_GRIDS] = { "number-of-grids", "The number of grids is zero or beyond the limit" },
        [PROPOSE_TOO_MANY] = { "too-many",
                               "There are more buildings, barriers or compounds than can be weighed" },
        [PROPOSE_GROUND] = { "ground", "The outline of the community cannot be used" },
        [PROPOSE_LOAD] = { "load", "A load is below zero or too large" },
        [PROPOSE_NO_LOAD] = { "no-load",
                              "No building with households, cases or visits lies in the community" },
        [PROPOSE_TOO_FEW] = { "too-few-blocks",
                              "There are less blocks with a load than grids; compounds are not divided" },
        [PROPOSE_PARTS] = { "too-many-parts",
                            "The community lies in more separate parts than there are to be grids" },
};

const char *propose_why_name(ProposeWhy why) {
        return whys[why < PROPOSE_WHY_COUNT ? why : PROPOSE_FINE].name;
}
const char *propose_why_text(ProposeWhy why) {
        return whys[why < PROPOSE_WHY_COUNT ? why : PROPOSE_FINE].text;
}

/* ---- the plan ---------------------------------------------------------------------------------------------------------------- */

static ProposeWhy plan_why(const ProposePlan *p) {
        size_t points = 0, walls = 0;

        if (!p->grids || p->grids > PROPOSE_GRIDS_MAX)
                return PROPOSE_GRIDS;
        for (size_t i = 0; i < p->barrier_n; i++)
                points += p->barriers[i].n;
        for (size_t i = 0; i < p->compound_n; i++)
                walls += p->compounds[i].n;
        if (p->building_n > PROPOSE_BUILDINGS_MAX || p->compound_n > PROPOSE_COMPOUNDS_MAX ||
            points > PROPOSE_POINTS_MAX || walls > PROPOSE_POINTS_MAX)
                return PROPOSE_TOO_MANY;
        for (size_t i = 0; i < p->building_n; i++)
                for (int k = 0; k < BALANCE_MEASURES; k++)
                        if (p->buildings[i].load.of[k] < 0 || p->buildings[i].load.of[k] > LOAD_MAX)
                                return PROPOSE_LOAD;
        return PROPOSE_FINE;
}

static ProposeWhy ground_make(Ground *g, MeshFault *ret_fault) {
        const PolygonList *list = g->plan->ground;
        MeshPolygon *polygons = TAKE_ARRAY(g->arena, MeshPolygon, list->n + 1);
        MeshFaultList faults = { 0 };
        MeshTag tag = g->plan->tag;

        tag.grid = 0;
        for (size_t i = 0; i < list->n; i++)
                polygons[i] = (MeshPolygon){ list->v[i].rings, list->v[i].n, tag };
        g->m = list->n ? mesh_build(&(MeshPlan){ .polygons = polygons, .n = list->n, .gaps_stay = true },
                                    g->arena, &faults)
                       : NULL;
        if (!g->m) {
                *ret_fault = faults.n ? faults.v[0] : (MeshFault){ .why = MESH_TOO_FEW };
                return PROPOSE_GROUND;
        }
        index_make(g->m);
        g->given = mesh_node_end(g->m);
        ground_scale(g, mesh_box(g->m));
        for (uint32_t f = 1; f < mesh_face_end(g->m); f++)
                g->area_m2 += mesh_face_m2(g->m, (MeshFaceId){ f });
        return PROPOSE_FINE;
}

static ProposeWhy ground_weigh(Ground *g, size_t *ret_outside) {
        const ProposePlan *p = g->plan;
        double all = 0;

        g->share = TAKE_ARRAY(g->arena, double, p->building_n + 1);
        g->block = TAKE_ARRAY(g->arena, uint32_t, p->building_n + 1);
        ground_locate(g);
        *ret_outside = 0;
        for (size_t i = 0; i < p->building_n; i++) {
                *ret_outside += !g->block[i];
                for (int k = 0; k < BALANCE_MEASURES && g->block[i]; k++)
                        g->total.of[k] += p->buildings[i].load.of[k];
        }
        g->weights = balance_weights(&p->weights, &g->total);
        for (size_t i = 0; i < p->building_n; i++) {
                for (int k = 0; k < BALANCE_MEASURES && g->block[i]; k++)
                        if (g->total.of[k])
                                g->share[i] += g->weights.of[k] * (double)p->buildings[i].load.of[k] /
                                               (double)g->total.of[k];
                all += g->share[i];
        }
        return all > 0 ? PROPOSE_FINE : PROPOSE_NO_LOAD;
}

/* ---- blocks to grids ------------------------------------------------------------------------------------------------------------ */

/* Joins neighbours to the lowest face of their part until nothing of it lies beside. A part hangs together, so that is all of it. */
static void join_part(Ground *g, const Graph *graph, const uint32_t *part, uint32_t face) {
        uint32_t mine = part[graph->of_face[face]];
        bool any = true;

        while (any) {
                MeshFaceIds near;

                any = false;
                mesh_neighbours(g->m, (MeshFaceId){ face }, g->arena, &near);
                for (size_t i = 0; i < near.n; i++)
                        if (near.v[i].n && part[graph->of_face[near.v[i].n]] == mine)
                                any |= mesh_merge(g->m, (MeshFaceId){ face }, near.v[i]) == MESH_FINE;
                mesh_forget(g->m);
        }
}

/* Nodes that join two edges of a straight line, and those that were put into the outline for a border that is no more. */
static void drop_nodes(Ground *g) {
        for (uint32_t n = g->given; n < mesh_node_end(g->m); n++) {
                uint32_t out, in;
                Spot a, b, p;
                double far;

                if (!node_alive(g->m, n) || !node_is_plain(g->m, n))
                        continue;
                out = NODE(g->m, n)->out;
                in = HALF(g->m, out)->prev;
                p = spot_of(g, node_point(g->m, n));
                a = spot_of(g, node_point(g->m, half_from(g->m, in)));
                b = spot_of(g, node_point(g->m, half_to(g->m, out)));
                far = hypot(b.x - a.x, b.y - a.y);
                if (!half_face(g->m, out) || !half_face(g->m, out ^ 1) ||
                    fabs((p.x - a.x) * (b.y - a.y) - (p.y - a.y) * (b.x - a.x)) <=
                            0.03 * far) /* metres, as far as rounding goes */
                        if (mesh_remove_node(g->m, (MeshNodeId){ n }))
                                continue;
        }
        mesh_forget(g->m);
}

typedef struct Numbered {
        uint32_t face;
        int64_t band, lon;
} Numbered;

static int by_number(const void *a, const void *b) {
        const Numbered *x = a, *y = b;

        if (x->band != y->band)
                return x->band < y->band ? -1 : 1;
        return x->lon != y->lon ? (x->lon > y->lon) - (x->lon < y->lon)
                                : (x->face > y->face) - (x->face < y->face);
}

/* From west to east in bands from north to south, as partition.c. */
static void number_grids(Ground *g, Arena *a, Proposal *ret) {
        Numbered *order = TAKE_ARRAY(g->arena, Numbered, g->plan->grids);
        double band = sqrt(g->area_m2 / (double)g->plan->grids) / g->y_m;
        MeshTag tag;
        size_t n = 0;

        for (uint32_t f = 1; f < mesh_face_end(g->m) && n < g->plan->grids; f++) {
                Polygon p;
                Point at;

                if (!mesh_face_polygon(g->m, (MeshFaceId){ f }, g->arena, &p))
                        continue;
                at = ring_label(&p.rings[0]);
                order[n++] = (Numbered){ f, (int64_t)floor(-(double)(at.lat_e7 - g->origin.lat_e7) / band),
                                         at.lon_e7 };
        }
        qsort(order, n, sizeof *order, by_number);
        ret->grids = TAKE_ARRAY(a, ProposedGrid, n);
        ret->grid_n = n;
        for (size_t i = 0; i < n; i++) {
                ret->grids[i].face = (MeshFaceId){ order[i].face };
                tag = g->plan->tag;
                tag.grid = (int64_t)i + 1;
                if (mesh_reassign(g->m, ret->grids[i].face, tag))
                        continue; /* no change */
        }
        mesh_forget(g->m);
}

/* ---- measures --------------------------------------------------------------------------------------------------------------------- */

static void measure_loads(Ground *g, Arena *a, Proposal *ret) {
        BalanceLoad *loads = TAKE_ARRAY(a, BalanceLoad, ret->grid_n);
        MeshTag tag;

        ground_locate(g);
        for (size_t i = 0; i < g->plan->building_n; i++) {
                size_t k;

                if (!g->block[i] || !mesh_face_tag(g->m, (MeshFaceId){ g->block[i] }, &tag))
                        continue;
                k = (size_t)tag.grid - 1;
                ret->grids[k].buildings++;
                ret->grids[k].share += g->share[i];
                for (int m = 0; m < BALANCE_MEASURES; m++)
                        ret->grids[k].load.of[m] += g->plan->buildings[i].load.of[m];
        }
        for (size_t i = 0; i < ret->grid_n; i++) {
                loads[i] = ret->grids[i].load;
                ret->farthest = fmax(ret->farthest, fabs(ret->grids[i].share * (double)ret->grid_n - 1));
        }
        ret->in_tolerance =
                ret->farthest <= (g->plan->tolerance > 0 ? g->plan->tolerance : PROPOSE_TOLERANCE);
        balance_of(loads, ret->grid_n, &g->plan->weights, &ret->balance);
}

/* ---- all of it ---------------------------------------------------------------------------------------------------------------------- */

static ProposeWhy make(Ground *g, Arena *a, Proposal *ret) {
        ProposeWhy why;
        Graph graph;
        uint32_t *part, end;

        ground_lay(g);
        ground_cut(g);
        if (mesh_counts(g->m).faces > PROPOSE_CELLS_MAX)
                return PROPOSE_TOO_MANY;
        graph_make(g, &graph);
        ret->cells = mesh_counts(g->m).faces;
        ret->units = graph.n;
        part = TAKE_ARRAY(g->arena, uint32_t, graph.n);
        why = graph_deal(&graph, g->plan->seed, g->arena, part);
        if (why)
                return why;
        end = mesh_face_end(g->m);
        for (uint32_t f = 1; f < end; f++)
                if (face_alive(g->m, f))
                        join_part(g, &graph, part, f);
        drop_nodes(g);
        number_grids(g, a, ret);
        measure_loads(g, a, ret);
        borders_measure(g, g->plan->tag.community, &ret->borders);
        return PROPOSE_FINE;
}

ProposeWhy propose(const ProposePlan *plan, Arena *a, Proposal *ret) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        Ground g = { .plan = plan, .arena = work };
        Proposal p = { 0 };
        ProposeWhy why = plan_why(plan);

        if (!why)
                why = ground_make(&g, &ret->fault);
        if (!why)
                why = ground_weigh(&g, &p.outside);
        if (!why)
                why = make(&g, a, &p);
        ids_clear(&g.walls);
        if (why) {
                mesh_free(g.m);
                return why;
        }
        p.mesh = g.m;
        *ret = p;
        return PROPOSE_FINE;
}
