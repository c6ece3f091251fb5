/* Grids of about the same load for a community of a draft, beside those that there are. What was shown is kept, and whoever accepts names its digest:
 * cases come and go meanwhile, what was seen does not change. */
#include "case/case.h"
#include "core/who/who.h"
#include "geo/geojson.h"
#include "geo/redraw.h"
#include "mesh/mesh_int.h"
#include "registry/registry.h"
#include <math.h>
#include <openssl/sha.h>
#include <stdlib.h>

enum { AT_ONCE = 500, VISITS_DAYS = 90 };

typedef struct Proposing {
        const MeshProposalAsk *ask;
        MeshDraftRow *draft;
        Mesh *mesh; /* a copy of the draft */
        int64_t community;
        struct {
                ProposeBuilding *v; /* buildings first, then open cases, then visits */
                size_t n, cap;
        } things;
        size_t buildings, cases;
        PolygonList ground;
        MeshBarriers barriers;
        ProposePlan plan;
        Proposal proposal;
        Redraw redraw;
        Str parts, digest;
} Proposing;

static void proposing_done(Proposing *p) {
        mesh_free(p->mesh);
        mesh_free(p->proposal.mesh);
}

/* ---- what there is to do ---------------------------------------------------------------------------------------------------------- */

static bool lies_in(Proposing *p, Point at) {
        MeshTag tag;

        return mesh_face_tag(p->mesh, mesh_face_at(p->mesh, at), &tag) && tag.community == p->community;
}

static void lay(Cx *cx, Proposing *p, Point at, BalanceMeasure what, int64_t n) {
        ProposeBuilding thing = { .at = at };

        if (!lies_in(p, at))
                return;
        thing.load.of[what] = n;
        *list_push(cx->arena, &p->things) = thing;
}

static Rc collect_visits(Cx *cx, Proposing *p) {
        int64_t since = day_start_ms(day_of_ms(now_ms(cx)) - VISITS_DAYS), after = 0;
        CaseSpotList spots;

        do {
                spots = (CaseSpotList){ 0 };
                TRY(case_visits_in(cx, p->ask->community, since, after, AT_ONCE, &spots));
                for (size_t i = 0; i < spots.n; after = spots.v[i++].id)
                        lay(cx, p, (Point){ spots.v[i].lon_e7, spots.v[i].lat_e7 }, BALANCE_VISITS,
                            spots.v[i].visits);
        } while (spots.n == AT_ONCE && p->things.n < PROPOSE_BUILDINGS_MAX);
        return OK;
}

static Rc collect(Cx *cx, Proposing *p) {
        StrList grids = { 0 };
        BuildingList list;
        CaseSpotList spots;
        int64_t after = 0;
        Str codes;

        TRY(territory_children(cx, p->ask->community, PLACE_KIND_GRID, &grids));
        codes = mesh_codes_text(cx, &grids);
        do {
                list = (BuildingList){ 0 };
                TRY(registry_buildings_of(cx, codes, after, AT_ONCE, &list));
                for (size_t i = 0; i < list.n; after = list.v[i++].id)
                        lay(cx, p, list.v[i].at, BALANCE_HOUSEHOLDS, list.v[i].households);
        } while (list.n == AT_ONCE && p->things.n < PROPOSE_BUILDINGS_MAX);
        p->buildings = p->things.n;
        after = 0;
        do {
                spots = (CaseSpotList){ 0 };
                TRY(case_open_in(cx, codes, after, AT_ONCE, &spots));
                for (size_t i = 0; i < spots.n; after = spots.v[i++].id)
                        lay(cx, p, (Point){ spots.v[i].lon_e7, spots.v[i].lat_e7 }, BALANCE_CASES, 1);
        } while (spots.n == AT_ONCE && p->things.n < PROPOSE_BUILDINGS_MAX);
        p->cases = p->things.n - p->buildings;
        return collect_visits(cx, p);
}

/* ---- the proposal ------------------------------------------------------------------------------------------------------------------- */

static const char *why_zh(ProposeWhy why) {
        switch (why) {
        case PROPOSE_FINE:
                return "";
        case PROPOSE_GRIDS:
                return "网格数不合适";
        case PROPOSE_TOO_MANY:
                return "楼栋太多";
        case PROPOSE_GROUND:
                return "社区范围有误";
        case PROPOSE_LOAD: return "户数、事件数或走访数有误";
        case PROPOSE_NO_LOAD: return "社区内没有登记住户的楼栋，也没有未办结事件和走访";
        case PROPOSE_TOO_FEW:
                return "可划分的地块少于网格数";
        case PROPOSE_PARTS:
                return "社区分成的不相连部分多于网格数";
        case PROPOSE_WHY_COUNT:
                break;
        }
        return "";
}

/* What is to be done to which ground, along what. */
static Rc plan(Cx *cx, Proposing *p) {
        const MeshProposalAsk *ask = p->ask;

        if (!propose_ground(p->mesh, p->community, cx->arena, &p->ground))
                return fail_field(cx, S("/community"), "unknown", S("草稿中没有这个社区"),
                                  S("The draft has no such community"));
        if (ask->barriers.p && !ask->crs)
                return fail_field(cx, S("/crs"), "required", S("请说明道路、河流和小区的坐标系"),
                                  S("Say which datum the roads, rivers and compounds are in"));
        if (ask->barriers.p)
                TRY(mesh_barriers_read(cx, ask->barriers, mesh_crs_of(ask->crs), S("/barriers"), &p->ground,
                                       &p->barriers));
        p->plan = (ProposePlan){ .ground = &p->ground,
                                 .tag = { 0, p->community, GRID_KIND_COMMUNITY },
                                 .buildings = p->things.v,
                                 .building_n = p->things.n,
                                 .barriers = p->barriers.lines.v,
                                 .barrier_n = p->barriers.lines.n,
                                 .compounds = p->barriers.compounds.v,
                                 .compound_n = p->barriers.compounds.n,
                                 .grids = (size_t)ask->grids,
                                 .weights = { { [BALANCE_HOUSEHOLDS] =
                                                        ask->households.set ? ask->households.n : 0,
                                                [BALANCE_CASES] = ask->cases.set ? ask->cases.n : 0,
                                                [BALANCE_VISITS] = ask->visits.set ? ask->visits.n : 0 } },
                                 .tolerance = ask->tolerance.set ? ask->tolerance.n : 0,
                                 .seed = ask->seed.set ? (uint64_t)ask->seed.n : 1 };
        return OK;
}

/* Of what would be done, and of the roads, rivers and compounds that were seen with it. */
static void seal(Cx *cx, Proposing *p) {
        uint8_t hash[SHA256_DIGEST_LENGTH];
        Buf b = BUF_IN(cx->arena);

        buf_str(&b, p->parts);
        for (size_t i = 0; i < p->plan.barrier_n; i++) {
                const ProposeBarrier *line = &p->plan.barriers[i];

                buf_fmt(&b, "\nline %.6f ", line->strength);
                buf_add(&b, line->v, line->n * sizeof *line->v);
        }
        for (size_t i = 0; i < p->plan.compound_n; i++) {
                buf_fmt(&b, "\nwall ");
                buf_add(&b, p->plan.compounds[i].v, p->plan.compounds[i].n * sizeof(Point));
        }
        SHA256((const unsigned char *)b.p, b.n, hash);
        p->digest = hex_str(cx->arena, hash, sizeof hash);
}

static Rc draw(Cx *cx, Proposing *p) {
        RedrawFaceList faces = { 0 };
        Buf b = BUF_IN(cx->arena);
        ProposeWhy why = propose(&p->plan, cx->arena, &p->proposal);

        if (why != PROPOSE_FINE) {
                field_error(cx, S("/grids"), propose_why_name(why), str_c(why_zh(why)),
                            str_c(propose_why_text(why)));
                return fail_zh(cx, P_MESH_NO_PROPOSAL, str_c(why_zh(why)), "%s", propose_why_text(why));
        }
        for (size_t i = 0; i < p->proposal.grid_n; i++)
                *list_push(cx->arena, &faces) = (RedrawFace){ .group = i + 1, .name = S("") };
        redraw_plan(p->mesh, p->proposal.mesh, p->community, faces, cx->arena, &p->redraw);
        buf_char(&b, '[');
        redraw_write(&b, &p->redraw);
        buf_char(&b, ']');
        p->parts = buf_view(&b);
        seal(cx, p);
        return OK;
}

static Rc reached(Cx *cx, Str community) {
        if (!actor_reaches(cx, PERM_MESH_EDIT, community))
                return fail_field(cx, S("/community"), "outside-scope", S("超出了您的管辖范围"),
                                  S("It lies outside your scope"));
        return OK;
}

static Rc make(Cx *cx, int64_t draft, const MeshProposalAsk *in, Proposing *ret) {
        Mesh *m;

        ret->ask = in;
        if (in->community.n != 12 || !str_int(in->community, &ret->community))
                return fail_field(cx, S("/community"), "unknown", S("须为 12 位社区编码"),
                                  S("A community has 12 digits"));
        TRY(reached(cx, in->community));
        TRY(mesh_draft_take(cx, draft, 0, &ret->draft));
        TRY(draft_mesh_hold(cx, ret->draft, &m));
        ret->mesh = mesh_copy(m);
        draft_mesh_let_go();
        TRY(collect(cx, ret));
        TRY(plan(cx, ret));
        return draw(cx, ret);
}

/* ---- side by side -------------------------------------------------------------------------------------------------------------------- */

static int64_t key_of(const MeshTag *tag, MeshFaceId face, void *arg) {
        return tag->community != *(const int64_t *)arg ? 0 : tag->grid ? tag->grid : -(int64_t)face.n;
}

static double share_of(const BalanceLoad *load, const BalanceLoad *total, const BalanceWeights *w) {
        BalanceWeights in_force = balance_weights(w, total);
        double share = 0;

        for (int k = 0; k < BALANCE_MEASURES; k++)
                if (total->of[k])
                        share += in_force.of[k] * (double)load->of[k] / (double)total->of[k];
        return share;
}

/* The things of a mesh's grids, by grid. */
static void loads_of(Proposing *p, Mesh *m, const MeshPlaceList *grids, BalanceLoad *loads, int64_t *buildings) {
        for (size_t i = 0; i < p->things.n; i++) {
                MeshFaceId face = mesh_face_at(m, p->things.v[i].at);
                MeshTag tag;

                if (!mesh_face_tag(m, face, &tag) || tag.community != p->community)
                        continue;
                for (size_t k = 0; k < grids->n; k++) {
                        if (grids->v[k].key != key_of(&tag, face, &p->community))
                                continue;
                        for (int j = 0; j < BALANCE_MEASURES; j++)
                                loads[k].of[j] += p->things.v[i].load.of[j];
                        buildings[k] += i < p->buildings;
                }
        }
}

static int64_t continued(const Proposing *p, int64_t number) {
        for (size_t i = 0, at = 0; i < p->proposal.grid_n; i++) {
                MeshFaceId face = p->proposal.grids[i].face;

                if ((int64_t)i + 1 != number)
                        continue;
                for (uint32_t f = 1; f < face.n; f++)
                        at += mesh_face_tag(p->proposal.mesh, (MeshFaceId){ f }, &(MeshTag){ 0 });
                return p->redraw.faces.v[at].grid;
        }
        return 0;
}

static void tell_grids(Cx *cx, Proposing *p, Mesh *m, bool proposed, MeshBalance *ret) {
        MeshPlaceList grids;
        BalanceLoad *loads, total = { 0 };
        int64_t *buildings;
        ProposeBorders borders;
        Balance balance;

        mesh_dissolve(m, key_of, &p->community, cx->arena, &grids);
        loads = TAKE_ARRAY(cx->arena, BalanceLoad, grids.n + 1);
        buildings = TAKE_ARRAY(cx->arena, int64_t, grids.n + 1);
        loads_of(p, m, &grids, loads, buildings);
        for (size_t i = 0; i < grids.n; i++)
                for (int k = 0; k < BALANCE_MEASURES; k++)
                        total.of[k] += loads[i].of[k];
        balance_of(loads, grids.n, &p->plan.weights, &balance);
        propose_borders(m, p->community, &p->plan, &borders);
        *ret = (MeshBalance){ .index = balance.index,
                              .households_index = balance.of[BALANCE_HOUSEHOLDS].index,
                              .cases_index = balance.of[BALANCE_CASES].index,
                              .visits_index = balance.of[BALANCE_VISITS].index,
                              .border_m = llround(borders.border_m),
                              .along_m = llround(borders.along_m),
                              .compounds_cut = (int64_t)borders.compounds_cut };
        for (size_t i = 0; i < grids.n && i < PROPOSE_GRIDS_MAX; i++) {
                MeshLoad *g = list_push(cx->arena, &ret->grids);
                int64_t code = proposed ? continued(p, grids.v[i].key) : grids.v[i].key;
                Buf b = BUF_IN(cx->arena);

                geojson_write(&b, &grids.v[i].polygons);
                *g = (MeshLoad){ .number = (int64_t)i + 1,
                                 .households = loads[i].of[BALANCE_HOUSEHOLDS],
                                 .cases = loads[i].of[BALANCE_CASES],
                                 .visits = loads[i].of[BALANCE_VISITS],
                                 .buildings = buildings[i],
                                 .share = share_of(&loads[i], &total, &p->plan.weights),
                                 .area_m2 = mesh_polygons_m2(&grids.v[i].polygons),
                                 .geometry = buf_view(&b) };
                if (code > 0)
                        g->grid = mesh_code(cx->arena, code, 15);
                ret->farthest = fmax(ret->farthest, fabs(g->share * (double)grids.n - 1));
        }
}

/* The roads, rivers and compounds as they were understood: drawn on the map, a wrong datum is seen at once. */
static void tell_barriers(Cx *cx, const Proposing *p, MeshProposal *v) {
        Ring *lines = TAKE_ARRAY(cx->arena, Ring, p->plan.barrier_n + 1);
        PolygonList walls = { 0 };
        Buf b = BUF_IN(cx->arena), w = BUF_IN(cx->arena);

        v->barriers = p->barriers.used;
        v->compounds = (int64_t)p->plan.compound_n;
        v->outside = p->barriers.outside;
        for (size_t i = 0; i < p->plan.barrier_n; i++) {
                lines[i].n = p->plan.barriers[i].n;
                lines[i].v = arena_copy(cx->arena, p->plan.barriers[i].v, lines[i].n * sizeof(Point));
        }
        for (size_t i = 0; i < p->plan.compound_n; i++)
                *list_push(cx->arena, &walls) = (Polygon){ &p->barriers.compounds.v[i], 1 };
        geojson_write_lines(&b, lines, p->plan.barrier_n);
        geojson_write(&w, &walls);
        v->lines = p->plan.barrier_n ? buf_view(&b) : STR_NONE;
        v->walls = walls.n ? buf_view(&w) : STR_NONE;
}

static Rc keep_work(Cx *cx, void *arg) { return mesh_store_proposal_put(cx, arg); }

Rc mesh_proposal(Cx *cx, int64_t draft, const MeshProposalAsk *in, MeshProposal **ret) {
        _cleanup_(proposing_done) Proposing p = { 0 };
        MeshProposal *v = TAKE(cx->arena, MeshProposal);

        TRY(make(cx, draft, in, &p));
        *v = (MeshProposal){ .draft = p.draft->id,
                             .draft_version = p.draft->version,
                             .community = in->community,
                             .seed = in->seed.set ? in->seed.n : 1,
                             .digest = p.digest,
                             .buildings = (int64_t)p.buildings,
                             .cases = (int64_t)p.cases,
                             .in_tolerance = p.proposal.in_tolerance,
                             .present = TAKE(cx->arena, MeshBalance),
                             .proposal = TAKE(cx->arena, MeshBalance) };
        for (size_t i = 0; i < p.things.n; i++) {
                v->households += p.things.v[i].load.of[BALANCE_HOUSEHOLDS];
                v->visits += p.things.v[i].load.of[BALANCE_VISITS];
        }
        tell_barriers(cx, &p, v);
        tell_grids(cx, &p, p.mesh, false, v->present);
        tell_grids(cx, &p, p.proposal.mesh, true, v->proposal);
        TRY(db_write_answer(cx, keep_work,
                            &(MeshProposalRow){ .draft_id = v->draft,
                                                .digest = v->digest,
                                                .version = v->draft_version,
                                                .community = v->community,
                                                .grids = in->grids,
                                                .parts = p.parts },
                            (void **)&v));
        return *ret = v, OK;
}

Rc mesh_proposal_accepted(Cx *cx, int64_t draft, const MeshProposalAcceptance *in, MeshEdited **ret) {
        MeshProposalRow *seen;
        DraftRedraw redraw;

        TRY(mesh_draft_take(cx, draft, in->version, &(MeshDraftRow *){ NULL }));
        TRY(mesh_store_proposal(cx, draft, in->digest, &seen));
        if (!seen || seen->version != in->version)
                return fail_zh(cx, P_MESH_GROUND_CHANGED, S("这份提案已经不在，或草稿已改动，请重新生成"),
                               "the proposal is no longer there, or the draft has changed since");
        TRY(reached(cx, seen->community));
        redraw = (DraftRedraw){ .draft = draft,
                                .version = in->version,
                                .parts = seen->parts,
                                .note = "mesh.proposal-accepted",
                                .detail = str_fmt(cx->arena,
                                                  "{\"community\":\"" STR_FMT
                                                  "\",\"grids\":%lld,\"digest\":\"" STR_FMT "\"}",
                                                  STR_ARG(seen->community), (long long)seen->grids,
                                                  STR_ARG(seen->digest)) };
        return mesh_draft_redraw(cx, &redraw, ret);
}
