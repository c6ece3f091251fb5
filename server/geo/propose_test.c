/* Proposals on made communities: exact cover, one piece a grid, whole compounds, balance, the same for the same seed; the refusals; the cuts
 * repeated in a mesh with neighbours. */
#include "base/rc.h"
#include "base/test.h"
#include "geo/propose_town.h"
#include <math.h>

static void proposal_free(Proposal *p) { mesh_free(p->mesh); }

/* Every promise of a proposal that needs no knowledge of how it came about; NULL when all are kept. */
static const char *broken_promise(const ProposePlan *plan, const Proposal *p, Arena *a) {
        MeshCounts counts = mesh_counts(p->mesh);
        __int128 given = 0;
        double near;
        MeshTag tag;

        if (mesh_check(p->mesh, NULL))
                return "the mesh is not sound";
        if (mesh_area2(p->mesh) != mesh_outline_area2(p->mesh))
                return "the grids are not the ground";
        if (counts.faces != plan->grids || p->grid_n != plan->grids)
                return "not k grids, or a grid in pieces";
        for (size_t i = 0; i < plan->ground->n; i++) {
                for (size_t r = 0; r < plan->ground->v[i].n; r++) {
                        const Ring *ring = &plan->ground->v[i].rings[r];

                        given += ring_area2(ring);
                        for (size_t k = 0; k < ring->n; k++)
                                if (!mesh_node_at(p->mesh, ring->v[k]).n)
                                        return "a node of the outline is gone";
                }
        }
        near = (double)(given -
                        mesh_outline_area2(p->mesh)); /* new nodes on it: at most 1 e7 aside of an edge */
        if (fabs(near) > 1e-6 * (double)given)
                return "the outline has moved";
        for (size_t i = 0; i < p->grid_n; i++) {
                if (!mesh_face_tag(p->mesh, p->grids[i].face, &tag) || tag.grid != (int64_t)i + 1 ||
                    tag.community != plan->tag.community)
                        return "a grid is not numbered";
                if (p->grids[i].share <= 0)
                        return "a grid has nothing";
        }
        for (size_t c = 0; c < plan->compound_n; c++) {
                const Ring *ring = &plan->compounds[c];
                MeshFaceId home = mesh_face_at(p->mesh, ring_label(ring));

                for (uint32_t f = 1; f < mesh_face_end(p->mesh); f++) {
                        PolygonList list;
                        Polygon polygon;
                        Point at;

                        if (f == home.n || !mesh_face_polygon(p->mesh, (MeshFaceId){ f }, a, &polygon))
                                continue;
                        list = (PolygonList){ &polygon, 1, 1 };
                        if (list.v[0].n == 1 && ring_overlaps(&polygon.rings[0], ring, 0.5, &at))
                                return "a compound is divided";
                }
        }
        return p->borders.compounds_cut ? "a compound is said to be divided" : NULL;
}

TEST(propose__a_made_town_is_divided_with_every_promise_kept) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        static const size_t numbers[] = { 1, 2, 7, 12 };
        ProposePlan plan;

        propose_town(&(ProposeTown){ 5, 1.2e6, 260, 14, true }, a, &plan);
        CHECK(plan.compound_n >= 6 && plan.building_n > 300);
        for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
                _cleanup_(proposal_free) Proposal p = { 0 };

                plan.grids = numbers[i];
                CHECK_STR(str_c(propose_why_name(propose(&plan, a, &p))), S("fine"));
                CHECK_STR(str_c(broken_promise(&plan, &p, a)), STR_NONE);
                CHECK(p.in_tolerance && p.farthest <= PROPOSE_TOLERANCE);
                CHECK(p.balance.index > 97);
                CHECK(numbers[i] == 1 ? p.borders.border_m == 0 : p.borders.along_m > 0.4 * p.borders.border_m);
        }
}

/* How far the grid of the heaviest compound has to lie above the mean, since compounds are not divided; by households. */
static double unavoidable(const ProposePlan *plan) {
        double all = 0, most = 0;

        for (size_t i = 0; i < plan->building_n; i++)
                all += (double)plan->buildings[i].load.of[BALANCE_HOUSEHOLDS];
        for (size_t c = 0; c < plan->compound_n; c++) {
                double here = 0;

                for (size_t i = 0; i < plan->building_n; i++)
                        if (ring_holds(&plan->compounds[c], plan->buildings[i].at))
                                here += (double)plan->buildings[i].load.of[BALANCE_HOUSEHOLDS];
                most = fmax(most, here);
        }
        return fmax(0, most * (double)plan->grids / all - 1);
}

TEST(propose__random_towns_keep_every_promise) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);

        for (uint64_t seed = 1; seed <= 12; seed++) {
                _cleanup_(proposal_free) Proposal p = { 0 };
                ProposePlan plan;

                arena_reset(a);
                propose_town(&(ProposeTown){ seed * 977, 3e5 + 1e5 * (double)(seed % 5),
                                             160 + 30 * (double)(seed % 4), seed % 7, seed & 1 },
                             a, &plan);
                plan.grids = 2 + seed % 6;
                plan.seed = seed;
                CHECK_STR(str_c(propose_why_name(propose(&plan, a, &p))), S("fine"));
                CHECK_STR(str_c(broken_promise(&plan, &p, a)), STR_NONE);
                CHECK(p.farthest <=
                      0.12 + unavoidable(&plan)); /* of 12 towns one has a compound with 1.85 mean loads */
        }
}

TEST(propose__all_there_is_to_do_in_one_place_is_one_block) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        ProposePlan plan;

        propose_town(&(ProposeTown){ 3, 5e5, 200, 0, false }, a, &plan);
        plan.building_n = 1;
        plan.barrier_n = 0;
        for (plan.grids = 1; plan.grids <= 2; plan.grids++) {
                _cleanup_(proposal_free) Proposal p = { 0 };

                CHECK_STR(str_c(propose_why_name(propose(&plan, a, &p))),
                          plan.grids == 1 ? S("fine") : S("too-few-blocks"));
        }
}

TEST(propose__the_same_plan_gives_the_same_bytes) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal p = { 0 }, q = { 0 };
        Buf x = BUF_IN(a), y = BUF_IN(a);
        ProposePlan plan;

        propose_town(&(ProposeTown){ 3, 5e5, 200, 4, false }, a, &plan);
        plan.grids = 5;
        CHECK(propose(&plan, a, &p) == PROPOSE_FINE && propose(&plan, a, &q) == PROPOSE_FINE);
        mesh_pack(p.mesh, &x);
        mesh_pack(q.mesh, &y);
        CHECK_STR(buf_view(&x), buf_view(&y));
}

/* ---- small grounds ---------------------------------------------------------------------------------------------------------- */

/* 100 m are about 9000 e7 to the north. A ground of w × h, its buildings one household each. */
static ProposePlan small(Arena *a, int64_t w, int64_t h, const Point *homes, size_t n, size_t grids) {
        PolygonList *ground = TAKE(a, PolygonList);
        Ring *ring = TAKE(a, Ring);
        ProposeBuilding *b = TAKE_ARRAY(a, ProposeBuilding, n + 1);

        *ring = (Ring){ TAKE_ARRAY(a, Point, 4), 4, 4 };
        ring->v[1].lon_e7 = ring->v[2].lon_e7 = w;
        ring->v[2].lat_e7 = ring->v[3].lat_e7 = h;
        *list_push(a, ground) = (Polygon){ ring, 1 };
        for (size_t i = 0; i < n; i++)
                b[i] = (ProposeBuilding){ .at = homes[i], .load = { { 1, 0, 0 } } };
        return (ProposePlan){
                .ground = ground, .tag = { 0, 5, 1 }, .buildings = b, .building_n = n, .grids = grids
        };
}

static const Point corners[] = { { 2000, 2000 }, { 38000, 2000 }, { 38000, 38000 }, { 2000, 38000 } };

TEST(propose__what_cannot_be_is_refused_by_name) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        ProposePlan plan = small(a, 40000, 40000, corners, 4, 2);
        ProposeBuilding bad = { .load = { { -1, 0, 0 } } };
        Ring compound = { (Point[]){ { 1000, 1000 }, { 39000, 1000 }, { 39000, 39000 }, { 1000, 39000 } }, 4,
                          4 };
        Polygon two[2] = { plan.ground->v[0] };
        Ring far = { (Point[]){ { 90000, 0 }, { 99000, 0 }, { 99000, 9000 } }, 3, 3 };
        Ring bow = { (Point[]){ { 0, 0 }, { 900, 900 }, { 900, 0 }, { 0, 500 } }, 4, 4 };
        Proposal p = { 0 };
        ProposePlan x;

#define REFUSED(name_) CHECK_STR(str_c(propose_why_name(propose(&x, a, &p))), S(name_))
        x = plan, x.grids = 0;
        REFUSED("number-of-grids");
        x = plan, x.grids = PROPOSE_GRIDS_MAX + 1;
        REFUSED("number-of-grids");
        x = plan, x.grids = 5;
        REFUSED("too-few-blocks");
        x = plan, x.compounds = &compound, x.compound_n = 1;
        REFUSED("too-few-blocks"); /* all live in one compound */
        x = plan, x.building_n = 0;
        REFUSED("no-load");
        x = plan, x.buildings = &bad, x.building_n = 1;
        REFUSED("load");
        x = plan, x.building_n = PROPOSE_BUILDINGS_MAX + 1;
        REFUSED("too-many");
        two[1] = (Polygon){ &far, 1 };
        x = plan, x.ground = &(PolygonList){ two, 2, 2 }, x.grids = 1;
        REFUSED("too-many-parts");
        x = plan, x.ground = &(PolygonList){ &(Polygon){ &bow, 1 }, 1, 1 };
        REFUSED("ground");
        CHECK(p.fault.why == MESH_BOW_TIE && !p.mesh);
}

TEST(propose__four_homes_in_the_corners_make_four_grids_of_one) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal p = { 0 };
        ProposePlan plan = small(a, 40000, 40000, corners, 4, 4);

        CHECK(propose(&plan, a, &p) == PROPOSE_FINE);
        CHECK_STR(str_c(broken_promise(&plan, &p, a)), STR_NONE);
        for (size_t i = 0; i < 4; i++)
                CHECK_INT(p.grids[i].load.of[BALANCE_HOUSEHOLDS], 1);
        CHECK(p.balance.index == 100 && p.balance.of[BALANCE_CASES].total == 0);
        CHECK_INT(mesh_area2(p.mesh),
                  2ll * 40000 * 40000); /* straight borders of the box: nothing is rounded */
}

TEST(propose__a_border_follows_the_river_rather_than_the_middle) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal p = { 0 };
        Point homes[40], river[] = { { 17000, -1000 }, { 16000, 20000 }, { 18000, 41000 } };
        ProposeBarrier barrier = { river, 3, 1 };
        ProposePlan plan;

        for (int64_t i = 0; i < 40; i++) /* 20 on either side, at no regular places */
                homes[i] =
                        (Point){ i < 20 ? 1000 + i * 700 : 20000 + (i - 20) * 950, 1000 + i * 7919 % 38000 };
        plan = small(a, 40000, 40000, homes, 40, 2);
        plan.barriers = &barrier;
        plan.barrier_n = 1;
        CHECK(propose(&plan, a, &p) == PROPOSE_FINE);
        CHECK_STR(str_c(broken_promise(&plan, &p, a)), STR_NONE);
        CHECK_INT(p.grids[0].load.of[0], 20);
        CHECK(p.borders.along_m > 0.99 * p.borders.border_m && mesh_node_at(p.mesh, river[1]).n);
}

TEST(propose__a_ground_in_two_parts_and_with_a_hole_is_divided_part_by_part) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal p = { 0 };
        ProposePlan plan = small(a, 40000, 40000, corners, 4, 3);
        Ring hole = { (Point[]){ { 15000, 15000 }, { 15000, 25000 }, { 25000, 25000 }, { 25000, 15000 } }, 4,
                      4 };
        Ring other = { (Point[]){ { 60000, 0 }, { 80000, 0 }, { 80000, 20000 }, { 60000, 20000 } }, 4, 4 };
        Ring with_hole[2] = { plan.ground->v[0].rings[0], hole };
        Polygon two[2] = { { with_hole, 2 }, { &other, 1 } };
        ProposeBuilding homes[6];

        memcpy(homes, plan.buildings, 4 * sizeof *homes);
        homes[4] = (ProposeBuilding){ .at = { 65000, 5000 }, .load = { { 2, 0, 0 } } };
        homes[5] = (ProposeBuilding){ .at = { 20000, 20000 },
                                      .load = { { 9, 0, 0 } } }; /* in the hole: nobody's */
        plan.ground = &(PolygonList){ two, 2, 2 };
        plan.buildings = homes;
        plan.building_n = 6;
        CHECK(propose(&plan, a, &p) == PROPOSE_FINE);
        CHECK_STR(str_c(broken_promise(&plan, &p, a)), STR_NONE);
        CHECK_INT(p.outside, 1);
        for (size_t i = 0; i < 3; i++)
                CHECK_INT(p.grids[i].load.of[0], 2);
}

TEST(propose__a_compound_that_reaches_beyond_the_ground_stays_in_one_grid) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal p = { 0 };
        Ring compound = {
                (Point[]){ { 10000, -5000 }, { 30000, -5000 }, { 30000, 30000 }, { 10000, 30000 } }, 4, 4
        };
        Point homes[9];
        ProposePlan plan;

        for (int64_t i = 0; i < 9; i++)
                homes[i] = (Point){ i < 3 ? 12000 + i * 7000 : (i & 1 ? 5000 : 35000),
                                    i < 3 ? 6000 : i * 4000 };
        plan = small(a, 40000, 40000, homes, 9, 3);
        plan.compounds = &compound;
        plan.compound_n = 1;
        CHECK(propose(&plan, a, &p) == PROPOSE_FINE);
        CHECK_STR(str_c(broken_promise(&plan, &p, a)), STR_NONE);
        for (size_t i = 0; i < 3; i++)
                CHECK_INT(p.grids[i].load.of[0], 3);
}

/* ---- into a mesh with neighbours --------------------------------------------------------------------------------------------- */

TEST(propose__the_cuts_repeat_the_proposal_in_a_larger_mesh) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal p = { 0 };
        _cleanup_(mesh_freep) Mesh *m = NULL;
        ProposePlan plan;
        ProposeCutList cuts;
        MeshPolygon town[2];
        MeshFaultList faults;
        PolygonList ground;
        Box box;

        propose_town(&(ProposeTown){ 8, 6e5, 220, 5, true }, a, &plan);
        plan.grids = 8;
        CHECK(propose(&plan, a, &p) == PROPOSE_FINE);
        box = mesh_box(p.mesh);
        town[0] = (MeshPolygon){ plan.ground->v[0].rings, 1, plan.tag };
        town[1] = (MeshPolygon){ (Ring[]){ { (Point[]){ { box.west - 9000, box.south - 9000 },
                                                        { box.east + 9000, box.south - 9000 },
                                                        { box.east + 9000, box.north + 9000 },
                                                        { box.west - 9000, box.north + 9000 } },
                                             4, 4 },
                                           plan.ground->v[0].rings[0] },
                                 2,
                                 { 1, 6, 1 } };
        m = mesh_build(&(MeshPlan){ town, 2, false, false }, a, &faults);
        CHECK(m && propose_ground(m, plan.tag.community, a, &ground) && ground.n == 1);
        CHECK_INT(ring_area2(&ground.v[0].rings[0]), ring_area2(&plan.ground->v[0].rings[0]));
        propose_cuts(&p, a, &cuts);
        CHECK_INT(cuts.n, 7);
        for (size_t i = 0; i < cuts.n; i++) {
                MeshFaceId made;

                if (cuts.v[i].n)
                        CHECK_STR(str_c(mesh_why_name(mesh_split(m, mesh_face_at(m, cuts.v[i].at),
                                                                 cuts.v[i].lines, cuts.v[i].n))),
                                  S("fine"));
                else
                        CHECK_STR(str_c(mesh_why_name(mesh_carve(m, &cuts.v[i].ring, plan.tag, &made))),
                                  S("fine"));
        }
        CHECK_STR(str_c(mesh_why_name(mesh_check(m, NULL))), S("fine"));
        CHECK_INT(mesh_counts(m).faces, 9);
        for (size_t i = 0; i < p.grid_n; i++) {
                MeshFace mine, theirs;
                Polygon polygon;

                CHECK(mesh_face(p.mesh, p.grids[i].face, &mine) &&
                      mesh_face_polygon(p.mesh, p.grids[i].face, a, &polygon));
                CHECK(mesh_face(m, mesh_face_at(m, ring_label(&polygon.rings[0])), &theirs));
                CHECK_INT(theirs.area2, mine.area2);
        }
}

/* ---- balance ------------------------------------------------------------------------------------------------------------------ */

TEST(balance__the_index_is_jains_stretched_to_a_hundred) {
        Balance b;

        balance_of((BalanceLoad[]){ { { 10, 0, 0 } }, { { 10, 0, 0 } } }, 2, &(BalanceWeights){ 0 }, &b);
        CHECK(b.index == 100 && b.of[0].variation == 0 && b.of[1].index == 100);
        balance_of((BalanceLoad[]){ { { 20, 4, 0 } }, { { 0, 4, 0 } } }, 2, &(BalanceWeights){ { 1, 1, 1 } },
                   &b);
        CHECK(b.of[0].index == 0 && b.of[0].variation == 1 && b.of[1].index == 100 && b.index == 50);
        CHECK_INT(b.of[0].most, 20);
        CHECK_INT(b.of[0].least, 0);
        /* 3, 1: J = 16 / (2 · 10) = 0.8, stretched (0.8 − 0.5) / 0.5 */
        balance_of((BalanceLoad[]){ { { 3, 0, 0 } }, { { 1, 0, 0 } } }, 2, &(BalanceWeights){ { 1, 0, 0 } },
                   &b);
        CHECK(fabs(b.index - 60) < 1e-9 && b.of[0].mean == 2);
        balance_of(NULL, 0, &(BalanceWeights){ 0 }, &b);
        CHECK(b.index == 100 && b.grids == 0);
}

TEST(balance__present_grids_are_measured_like_a_proposal) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal p = { 0 };
        ProposePlan plan;
        Balance b;

        propose_town(&(ProposeTown){ 4, 4e5, 200, 3, false }, a, &plan);
        plan.grids = 4;
        CHECK(propose(&plan, a, &p) == PROPOSE_FINE);
        propose_present(p.mesh, plan.tag.community, plan.buildings, plan.building_n, &plan.weights, a, &b);
        CHECK_INT(b.grids, 4);
        CHECK(fabs(b.index - p.balance.index) < 1e-9);
        for (int k = 0; k < BALANCE_MEASURES; k++) {
                CHECK_INT(b.of[k].total, p.balance.of[k].total);
                CHECK_INT(b.of[k].least, p.balance.of[k].least);
                CHECK_INT(b.of[k].most, p.balance.of[k].most);
        }
}
