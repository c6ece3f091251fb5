/* Known ground: two communities of two grids each; files that fit, that stick out, that leave ground blank, that end short of the outline; decisions; what a
 * process of its own answers. */
#include "base/json.h"
#include "base/test.h"
#include "repair/repair_int.h"

enum { WEST = 1100000000, SOUTH = 300000000, SIDE = 30000, M = 90 };

/* Squares in a row: grids 7001 and 7002 of community 7, 8001 and 8002 of community 8. */
static Mesh *town(Arena *a) {
        MeshPolygon v[4];
        MeshFaultList faults;

        for (int i = 0; i < 4; i++) {
                Ring *ring = TAKE(a, Ring);
                int64_t x = WEST + i * SIDE, community = i < 2 ? 7 : 8;

                *ring = (Ring){ TAKE_ARRAY(a, Point, 4), 4, 4 };
                ring->v[0] = (Point){ x, SOUTH };
                ring->v[1] = (Point){ x + SIDE, SOUTH };
                ring->v[2] = (Point){ x + SIDE, SOUTH + SIDE };
                ring->v[3] = (Point){ x, SOUTH + SIDE };
                v[i] = (MeshPolygon){ ring, 1, { community * 1000 + 1 + i % 2, community, 1 } };
        }
        return mesh_build(&(MeshPlan){ v, 4, false, false }, a, &faults);
}

typedef struct Box4 {
        int64_t west, south, east, north; /* from the corner of the town */
} Box4;

static Str file_of(Arena *a, const Box4 *v, size_t n) {
        Buf b = BUF_IN(a);

        buf_c(&b, "{\"type\":\"FeatureCollection\",\"features\":[");
        for (size_t i = 0; i < n; i++) {
                const int64_t xy[] = { v[i].west,  v[i].south, v[i].east,  v[i].south, v[i].east,
                                       v[i].north, v[i].west,  v[i].north, v[i].west,  v[i].south };

                buf_fmt(&b,
                        "%s{\"type\":\"Feature\",\"properties\":{\"name\":\"%zu\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
                        i ? "," : "", i + 1);
                for (size_t k = 0; k < ARRAY_LEN(xy); k += 2) {
                        buf_c(&b, k ? ",[" : "[");
                        buf_deg(&b, WEST + xy[k]);
                        buf_char(&b, ',');
                        buf_deg(&b, SOUTH + xy[k + 1]);
                        buf_char(&b, ']');
                }
                buf_c(&b, "]]}}");
        }
        buf_c(&b, "]}");
        return buf_view(&b);
}

typedef struct Ground {
        Arena *arena;
        Mesh *present;
        RepairReport r;
        RepairOptions o;
} Ground;

static void ground_done(Ground *g) {
        repair_done(&g->r);
        mesh_free(g->present);
        arena_free(g->arena);
}

static void ground_begin(Ground *g) {
        *g = (Ground){ .arena = arena_new(0),
                       .o = { .crs = CRS_CGCS2000, .tolerance_m = REPAIR_TOLERANCE_M } };
        g->present = g->o.present = town(g->arena);
}

static void read_boxes(Ground *g, const Box4 *v, size_t n) {
        repair_done(&g->r);
        repair_import(g->arena, &(RepairFile){ .bytes = file_of(g->arena, v, n) }, &g->o, &g->r);
}

/* Twice the area of a community in the result, less what it has: 0 when it is dealt out whole. */
static int64_t missing(const Ground *g, int64_t community) {
        int64_t area2 = -(int64_t)SIDE * SIDE * 2 * 2;
        MeshFace f;

        for (uint32_t i = 1; i < mesh_face_end(g->r.mesh); i++)
                if (mesh_face(g->r.mesh, (MeshFaceId){ i }, &f) && f.tag.community == community)
                        area2 += f.area2;
        return area2;
}

#define BOXES(...) (const Box4[]){ __VA_ARGS__ }, sizeof((const Box4[]){ __VA_ARGS__ }) / sizeof(Box4)

TEST(repair__a_file_that_fits_its_community_is_clean_and_leaves_the_other_alone) {
        _cleanup_(ground_done) Ground g;

        ground_begin(&g);
        read_boxes(&g, BOXES({ 0, 0, SIDE / 2, SIDE }, { SIDE / 2, 0, 2 * SIDE, SIDE }));
        CHECK_INT(g.r.stop, REPAIR_DONE);
        CHECK_INT(g.r.findings.n, 0);
        CHECK_INT(mesh_counts(g.r.mesh).faces, 2);
        CHECK_INT(missing(&g, 7), 0);
        CHECK(g.r.features.v[0].community == 7 && g.r.features.v[1].community == 7);
}

TEST(repair__what_sticks_out_is_cut_and_told_and_within_the_tolerance_it_is_the_outline) {
        _cleanup_(ground_done) Ground g;

        ground_begin(&g);
        read_boxes(&g, BOXES({ 0, -30 * M, SIDE, SIDE }, { SIDE, 0, 2 * SIDE + 20 * M, SIDE }));
        CHECK_INT(g.r.open, 0);
        CHECK_INT(g.r.counts[REPAIR_OUTSIDE], 2);
        CHECK_INT(missing(&g, 7), 0);
        CHECK_INT(mesh_counts(g.r.mesh).faces, 2);
        CHECK(g.r.features.v[0].before_m2 > g.r.features.v[0].after_m2 + 100);
        /* 0.3 m over here and short there */
        read_boxes(&g, BOXES({ 27, -27, SIDE, SIDE + 27 }, { SIDE, -27, 2 * SIDE - 27, SIDE + 27 }));
        CHECK_INT(g.r.open, 0);
        CHECK_INT(g.r.counts[REPAIR_OUTSIDE], 0);
        CHECK_INT(g.r.counts[REPAIR_T_JUNCTION], 8); /* four corners of each */
        CHECK_INT(missing(&g, 7), 0);
        CHECK_INT(mesh_counts(g.r.mesh).faces, 2);
        CHECK_INT(mesh_counts(g.r.mesh).nodes, 6);
}

TEST(repair__ground_that_nobody_covers_goes_to_one_of_the_community_and_to_nobody_else) {
        _cleanup_(ground_done) Ground g;
        RepairDecision d = { .face = 1, .what = REPAIR_TO_NOBODY };

        ground_begin(&g);
        read_boxes(&g, BOXES({ 0, 0, SIDE, SIDE }, { SIDE + 50 * M, 0, 2 * SIDE, SIDE },
                             { 2 * SIDE, 0, 4 * SIDE, SIDE }));
        CHECK(g.r.open == 1 && g.r.counts[REPAIR_GAP] == 1 && g.r.findings.v[0].face == 1);
        g.o.decisions = &d;
        g.o.decision_n = 1;
        read_boxes(&g, BOXES({ 0, 0, SIDE, SIDE }, { SIDE + 50 * M, 0, 2 * SIDE, SIDE },
                             { 2 * SIDE, 0, 4 * SIDE, SIDE }));
        CHECK(g.r.open == 1 && g.r.ignored == 1); /* grids leave no ground blank */
        d = (RepairDecision){ 1, REPAIR_TO_FEATURE, 3 };
        read_boxes(&g, BOXES({ 0, 0, SIDE, SIDE }, { SIDE + 50 * M, 0, 2 * SIDE, SIDE },
                             { 2 * SIDE, 0, 4 * SIDE, SIDE }));
        CHECK(g.r.open == 1 && g.r.ignored == 1); /* a feature of the other community */
        d.feature = 2;
        read_boxes(&g, BOXES({ 0, 0, SIDE, SIDE }, { SIDE + 50 * M, 0, 2 * SIDE, SIDE },
                             { 2 * SIDE, 0, 4 * SIDE, SIDE }));
        CHECK(g.r.open == 0 && g.r.ignored == 0);
        CHECK_INT(missing(&g, 7), 0);
        CHECK_INT(missing(&g, 8), 0);
}

TEST(repair__what_lies_elsewhere_is_refused_or_left_out_by_a_person) {
        _cleanup_(ground_done) Ground g;
        RepairDecision d = { .what = REPAIR_LEFT_OUT, .feature = 2 };

        ground_begin(&g);
        read_boxes(&g, BOXES({ 0, 9 * SIDE, SIDE, 10 * SIDE }));
        CHECK_INT(g.r.stop, REPAIR_ELSEWHERE);
        read_boxes(&g, BOXES({ 0, 0, 2 * SIDE, SIDE }, { 0, 9 * SIDE, SIDE, 10 * SIDE }));
        CHECK(g.r.stop == REPAIR_DONE && g.r.open == 1 && g.r.counts[REPAIR_LOST] == 1);
        g.o.decisions = &d;
        g.o.decision_n = 1;
        read_boxes(&g, BOXES({ 0, 0, 2 * SIDE, SIDE }, { 0, 9 * SIDE, SIDE, 10 * SIDE }));
        CHECK_INT(g.r.open, 0);
        CHECK_INT(missing(&g, 7), 0);
}

TEST(repair__the_answer_of_the_process_is_one_text_with_the_redrawing) {
        _cleanup_(ground_done) Ground g;
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        RepairAsk ask = { .options = { .crs = CRS_CGCS2000, .tolerance_m = REPAIR_TOLERANCE_M } };
        Buf packed, out;
        JsonNode *node;

        ground_begin(&g);
        packed = out = BUF_IN(g.arena);
        mesh_pack(g.present, &packed);
        ask.present = buf_view(&packed);
        ask.file = file_of(g.arena, BOXES({ 0, 0, SIDE / 2, SIDE }, { SIDE / 2, 0, 2 * SIDE, SIDE }));
        repair_answer(g.arena, &ask, &out);
        CHECK_OK(cx, json_parse(cx, buf_view(&out), &node));
        CHECK_INT(json_get(node, "redraw")->count, 1);
        CHECK_INT(json_get(node, "groups")->count, 2);
        ask.present = S("no mesh");
        out = BUF_IN(g.arena);
        repair_answer(g.arena, &ask, &out);
        CHECK_OK(cx, json_parse(cx, buf_view(&out), &node));
        CHECK_STR(json_text(json_get(node, "report"), "stop"), str_c(repair_stop_name(REPAIR_BROKEN)));
}
