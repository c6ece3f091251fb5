/* Each defect drawn into a clean town and found by its name, what the repair did, decisions, clean odd shapes without a false alarm, limits and
 * refusals. Files of the other formats and real outlines are in repair_file.test.mjs. */
#include "base/json.h"
#include "base/test.h"
#include "geo/mesh_locate.h"
#include "repair/repair_int.h"
#include <math.h>

enum { SIDE = 30000, M = 90 /* e7 in about a metre */ };

typedef struct Drawing { /* GeoJSON in work; coordinates are e7 east and north of 110° E, 30° N */
        Buf b;
        int features, polygons, rings;
} Drawing;

static void draw_begin(Drawing *d, Arena *a) {
        *d = (Drawing){ .b = BUF_IN(a) };
        buf_c(&d->b, "{\"type\":\"FeatureCollection\",\"features\":[");
}

static void feature(Drawing *d, const char *name) {
        buf_fmt(&d->b,
                "%s{\"type\":\"Feature\",\"properties\":{\"name\":\"%s\"},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[",
                d->features++ ? "]]}}," : "", name);
        d->polygons = d->rings = 0;
}

static void polygon(Drawing *d) {
        buf_c(&d->b, d->polygons++ ? "],[" : "[");
        d->rings = 0;
}

static void ring_open(Drawing *d, const int64_t *xy, size_t n, bool closed) {
        buf_c(&d->b, d->rings++ ? ",[" : "[");
        for (size_t i = 0; i < n + (closed ? 2 : 0); i += 2) {
                buf_c(&d->b, i ? ",[" : "[");
                buf_deg(&d->b, 1100000000 + xy[i % n]);
                buf_char(&d->b, ',');
                buf_deg(&d->b, 300000000 + xy[i % n + 1]);
                buf_char(&d->b, ']');
        }
        buf_char(&d->b, ']');
}

#define RING(d, ...) \
        ({ \
                const int64_t _v[] = { __VA_ARGS__ }; \
                ring_open(d, _v, ARRAY_LEN(_v), true); \
        })
#define GRID(d, name, ...) (feature(d, name), polygon(d), RING(d, __VA_ARGS__))

static Str draw_end(Drawing *d) {
        buf_c(&d->b, d->features ? "]]}}]}" : "]}");
        return buf_view(&d->b);
}

/* A row of three squares A B C; each defect is put into one of them. */
#define A_SQUARE 0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE
#define B_SQUARE SIDE, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE, SIDE
#define C_SQUARE 2 * SIDE, 0, 3 * SIDE, 0, 3 * SIDE, SIDE, 2 * SIDE, SIDE

static void check_text(Arena *a, Str text, const RepairOptions *options, RepairReport *ret) {
        repair_import(a, &(RepairFile){ .bytes = text }, options, ret);
}

static const RepairOptions plain = { .crs = CRS_CGCS2000, .tolerance_m = REPAIR_TOLERANCE_M };

/* "duplicate-vertex 2 spike 1", or the stop. The mesh, if there is one, passes its check and adds up to what the features have. */
static Str told(Arena *a, const RepairReport *r) {
        Buf b = BUF_IN(a);
        MeshFault fault;
        double m2 = 0, mesh_m2 = 0;

        if (r->stop != REPAIR_DONE)
                return str_c(repair_stop_name(r->stop));
        if (!r->mesh || mesh_check(r->mesh, &fault) != MESH_FINE)
                return S("no sound mesh");
        for (size_t i = 0; i < r->features.n; i++)
                m2 += r->features.v[i].after_m2;
        for (uint32_t f = 1; f < mesh_face_end(r->mesh); f++)
                mesh_m2 += mesh_face_m2(r->mesh, (MeshFaceId){ f });
        if (fabs(m2 - mesh_m2) > 0.01)
                return S("areas differ");
        for (int i = 0; i < REPAIR_KINDS; i++)
                if (r->counts[i])
                        buf_fmt(&b, "%s%s %zu", b.n ? " " : "", repair_kind_name((RepairKind)i),
                                r->counts[i]);
        return b.n ? buf_view(&b) : S("clean");
}

static const RepairFinding *found(const RepairReport *r, RepairKind kind) {
        for (size_t i = 0; i < r->findings.n; i++)
                if (r->findings.v[i].kind == kind)
                        return &r->findings.v[i];
        return NULL;
}

#define TOWN(d, a, ...) (draw_begin(d, a), __VA_ARGS__, draw_end(d))

TEST(repair__a_clean_town_is_clean_and_comes_out_as_it_went_in) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        Drawing d;

        check_text(a, TOWN(&d, a, GRID(&d, "A", A_SQUARE), GRID(&d, "B", B_SQUARE), GRID(&d, "C", C_SQUARE)),
                   &plain, &r);
        CHECK_STR(told(a, &r), S("clean"));
        CHECK(repair_is_clean(&r));
        CHECK_INT(r.features.n, 3);
        CHECK_STR(r.features.v[1].name, S("B"));
        CHECK(r.features.v[1].before_m2 > 90000 && r.features.v[1].before_m2 < 110000);
        CHECK_INT(r.moves.n, 0);
        CHECK_INT(mesh_counts(r.mesh).faces, 3);
        CHECK_INT(mesh_counts(r.mesh).nodes, 8);
        CHECK_STR(str_c(r.format), S("GeoJSON"));
}

/* What each drawing must be told to have: by itself, nothing else beside it. */
#define TELLS(expected, ...) \
        do { \
                _cleanup_(arena_freep) Arena *a = arena_new(0); \
                _cleanup_(repair_done) RepairReport r = { 0 }; \
                Drawing d; \
                check_text(a, TOWN(&d, a, __VA_ARGS__), &plain, &r); \
                CHECK_STR(told(a, &r), S(expected)); \
        } while (0)

TEST(repair__defects_of_single_rings_are_found_by_their_names) {
        TELLS("duplicate-vertex 2", GRID(&d, "A", 0, 0, 0, 0, SIDE, 0, SIDE, SIDE, SIDE, SIDE, 0, SIDE),
              GRID(&d, "B", B_SQUARE));
        TELLS("spike 1", GRID(&d, "A", 0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE, -9000, SIDE + 9000, 0, SIDE),
              GRID(&d, "B", B_SQUARE));
        TELLS("spike 1", GRID(&d, "A", 0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE, -SIDE, SIDE / 2, 0, SIDE - 20),
              GRID(&d, "B", B_SQUARE));
        TELLS("zero-area 1", GRID(&d, "A", A_SQUARE), (polygon(&d), RING(&d, 50, 50, 60, 60, 70, 70)),
              GRID(&d, "B", B_SQUARE));
        TELLS("zero-area 1", GRID(&d, "A", A_SQUARE), (polygon(&d), RING(&d, 50, 50, 50, 50, 50, 50)),
              GRID(&d, "B", B_SQUARE));
        TELLS("too-few-points 1", GRID(&d, "A", A_SQUARE), (polygon(&d), RING(&d, 50, 50, 60, 60)),
              GRID(&d, "B", B_SQUARE));
        TELLS("out-of-range 1", GRID(&d, "A", A_SQUARE),
              (polygon(&d), RING(&d, 50, 50, 800000000, 60, 70, 70)), GRID(&d, "B", B_SQUARE));
        TELLS("not-closed 1",
              (feature(&d, "A"), polygon(&d), ring_open(&d, (int64_t[]){ A_SQUARE }, 8, false)),
              GRID(&d, "B", B_SQUARE));
        TELLS("hole-outside 1", GRID(&d, "A", A_SQUARE), RING(&d, 2 * SIDE, 0, 3 * SIDE, 0, 3 * SIDE, SIDE));
        TELLS("bow-tie 1", GRID(&d, "A", 0, 0, SIDE, 0, SIDE, SIDE, -9000, SIDE, 9000, SIDE + 9000));
        TELLS("bow-tie 1",
              GRID(&d, "A", 0, 0, SIDE, SIDE, SIDE, 0, 0, SIDE)); /* both lobes are the grid's */
        TELLS("bow-tie 1",
              GRID(&d, "A", 0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE, -900, SIDE + 900, 0, SIDE + 1800, 900,
                   SIDE + 900, 0, SIDE, -1800, SIDE)); /* comes back to a corner and crosses itself in it */
}

TEST(repair__defects_between_features_are_found_by_their_names) {
        TELLS("overlap 1",
              GRID(&d, "A", 0, 0, SIDE, 0, SIDE + 900, 0, SIDE + 900, SIDE, SIDE, SIDE, 0, SIDE),
              GRID(&d, "B", SIDE, 0, SIDE + 900, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE + 900, SIDE, SIDE,
                   SIDE));
        TELLS("overlap 1 lost 1", GRID(&d, "A", A_SQUARE), GRID(&d, "B", A_SQUARE), GRID(&d, "C", B_SQUARE));
        TELLS("gap 1",
              GRID(&d, "A", 0, 0, SIDE, 0, SIDE, 9000, SIDE - 3000, 15000, SIDE, 21000, SIDE, SIDE, 0, SIDE),
              GRID(&d, "B", SIDE, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE, SIDE, SIDE, 21000, SIDE, 9000));
        TELLS("sliver 1",
              GRID(&d, "A", 0, 0, SIDE, 0, SIDE, 9000, SIDE - 20, 15000, SIDE, 21000, SIDE, SIDE, 0, SIDE),
              GRID(&d, "B", SIDE, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE, SIDE, SIDE, 21000, SIDE + 60, 15000,
                   SIDE, 9000));
        TELLS("hole 1", GRID(&d, "A", A_SQUARE), RING(&d, 9000, 9000, 18000, 9000, 18000, 18000),
              GRID(&d, "B", B_SQUARE));
        TELLS("t-junction 1", GRID(&d, "A", 0, 0, SIDE, 0, SIDE, 15000, SIDE, SIDE, 0, SIDE),
              GRID(&d, "B", B_SQUARE));
        TELLS("t-junction 1 sliver 1", GRID(&d, "A", 0, 0, SIDE, 0, SIDE - 20, 15000, SIDE, SIDE, 0, SIDE),
              GRID(&d, "B", B_SQUARE));
        TELLS("t-junction 2", GRID(&d, "A", A_SQUARE),
              GRID(&d, "B", SIDE + 20, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE + 20, SIDE));
}

TEST(repair__clean_odd_shapes_raise_no_alarm) {
        TELLS("clean", GRID(&d, "one", A_SQUARE));
        TELLS("clean", GRID(&d, "clockwise", 0, 0, 0, SIDE, SIDE, SIDE, SIDE, 0), GRID(&d, "B", B_SQUARE));
        TELLS("clean", GRID(&d, "filled hole", A_SQUARE), RING(&d, 9000, 9000, 18000, 9000, 18000, 18000),
              GRID(&d, "unit", 9000, 9000, 18000, 9000, 18000, 18000));
        TELLS("clean", GRID(&d, "ring in ring", A_SQUARE),
              RING(&d, 6000, 6000, 24000, 6000, 24000, 24000, 6000, 24000),
              GRID(&d, "unit", 6000, 6000, 24000, 6000, 24000, 24000, 6000, 24000),
              RING(&d, 9000, 9000, 18000, 9000, 18000, 18000),
              GRID(&d, "court", 9000, 9000, 18000, 9000, 18000, 18000));
        TELLS("clean", GRID(&d, "two parts", A_SQUARE), (polygon(&d), RING(&d, C_SQUARE)),
              GRID(&d, "between", B_SQUARE));
        TELLS("clean", GRID(&d, "enclave and its lord", A_SQUARE),
              RING(&d, 9000, 9000, 18000, 9000, 18000, 18000, 9000, 18000),
              (polygon(&d), RING(&d, 12000, 12000, 15000, 12000, 15000, 15000, 12000, 15000)),
              GRID(&d, "around it", 9000, 9000, 18000, 9000, 18000, 18000, 9000, 18000),
              RING(&d, 12000, 12000, 15000, 12000, 15000, 15000, 12000, 15000));
        TELLS("clean", GRID(&d, "far apart", A_SQUARE),
              GRID(&d, "elsewhere", 20 * SIDE, 0, 21 * SIDE, 0, 21 * SIDE, SIDE));
        TELLS("clean", GRID(&d, "touch in a corner", A_SQUARE),
              GRID(&d, "B", SIDE, SIDE, 2 * SIDE, SIDE, 2 * SIDE, 2 * SIDE, SIDE, 2 * SIDE));
        TELLS("clean", GRID(&d, "hole that touches", A_SQUARE), RING(&d, 0, 0, 18000, 9000, 9000, 18000),
              GRID(&d, "unit", 0, 0, 18000, 9000, 9000, 18000));
        TELLS("clean", GRID(&d, "two holes, one corner", A_SQUARE),
              RING(&d, 9000, 9000, 15000, 15000, 9000, 15000),
              RING(&d, 15000, 15000, 21000, 15000, 21000, 21000),
              GRID(&d, "p", 9000, 9000, 15000, 15000, 9000, 15000),
              GRID(&d, "q", 15000, 15000, 21000, 15000, 21000, 21000));
        TELLS("clean",
              GRID(&d, "finer than the tolerance", 0, 0, SIDE, 0, SIDE, 10, SIDE, 20, SIDE, SIDE, 0, SIDE),
              GRID(&d, "B", SIDE, 0, SIDE + 10, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE, SIDE, SIDE, 20, SIDE,
                   10));
        TELLS("clean", GRID(&d, "a narrow lane", 0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE),
              GRID(&d, "lane", SIDE, 0, SIDE + 30, 0, SIDE + 30, SIDE, SIDE, SIDE),
              GRID(&d, "C", SIDE + 30, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE + 30, SIDE));
        TELLS("clean", GRID(&d, "comb", 0, 0, SIDE, 0, SIDE, SIDE, 24000, SIDE, 24000, 9000, 18000, 9000,
                            18000, SIDE, 12000, SIDE, 12000, 9000, 6000, 9000, 6000, SIDE, 0, SIDE));
        TELLS("clean", GRID(&d, "four around a node", A_SQUARE), GRID(&d, "B", B_SQUARE),
              GRID(&d, "above A", 0, SIDE, SIDE, SIDE, SIDE, 2 * SIDE, 0, 2 * SIDE),
              GRID(&d, "above B", SIDE, SIDE, 2 * SIDE, SIDE, 2 * SIDE, 2 * SIDE, SIDE, 2 * SIDE));
        TELLS("clean", GRID(&d, "sharp", 0, 0, 10 * SIDE, 0, 0, 300),
              GRID(&d, "beside", 0, 300, 10 * SIDE, 0, 10 * SIDE, 10 * SIDE));
}

TEST(repair__slivers_go_to_the_longest_common_border_and_are_told_with_their_area) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        const RepairFinding *f;
        Drawing d;

        /* a wedge between A, B and what lies north of both; its longest side is B's */
        check_text(a,
                   TOWN(&d, a, GRID(&d, "A", 0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE),
                        GRID(&d, "B", SIDE, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE + 70, SIDE),
                        GRID(&d, "N", 0, SIDE, SIDE, SIDE, SIDE + 70, SIDE, 2 * SIDE, SIDE, 2 * SIDE,
                             2 * SIDE, 0, 2 * SIDE)),
                   &plain, &r);
        CHECK_STR(told(a, &r), S("sliver 1"));
        f = found(&r, REPAIR_SLIVER);
        CHECK_INT(f->rule, REPAIR_NEIGHBOUR);
        CHECK_INT(f->to, 2);
        CHECK_INT(f->feature, 2);
        CHECK_INT(f->other, 1);
        CHECK(f->m2 > 100 && f->m2 < 130 && f->polygon.n == 1 && f->polygon.rings[0].n == 3);
        CHECK_INT(r.open, 0);
        CHECK_INT(r.moves.n, 1);
        CHECK(r.moves.v[0].from == 0 && r.moves.v[0].to == 2 && fabs(r.moves.v[0].m2 - f->m2) < 1e-6);
        CHECK(fabs(r.features.v[1].after_m2 - r.features.v[1].before_m2 - f->m2) < 1e-6);
        CHECK_INT(mesh_counts(r.mesh).faces, 3);
}

TEST(repair__borders_within_the_tolerance_become_one) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 }, strict = { 0 };
        RepairOptions none = plain;
        MeshFaceIds beside = { 0 };
        Drawing d;
        Str text = TOWN(&d, a, GRID(&d, "A", A_SQUARE),
                        GRID(&d, "B", SIDE + 20, 0, 2 * SIDE, 0, 2 * SIDE, SIDE, SIDE + 20, SIDE, SIDE + 10,
                             20000, SIDE + 30, 10000));

        check_text(a, text, &plain, &r);
        CHECK_INT(r.stop, REPAIR_DONE);
        CHECK(r.counts[REPAIR_T_JUNCTION] >= 4 && r.open == 0);
        mesh_neighbours(r.mesh, (MeshFaceId){ 1 }, a, &beside);
        CHECK_INT(beside.n, 2); /* B and the outside */
        none.tolerance_m = 0;
        check_text(a, text, &none, &strict);
        CHECK_STR(told(a, &strict), S("clean")); /* two grids apart: taken as drawn */
        beside = (MeshFaceIds){ 0 };
        mesh_neighbours(strict.mesh, (MeshFaceId){ 1 }, a, &beside);
        CHECK_INT(beside.n, 1);
        repair_done(&strict);
}

/* A and B overlap by 10 m; between them and C is a gap of 10 m. */
static Str torn(Drawing *d, Arena *a) {
        return TOWN(d, a, GRID(d, "A", 0, 0, SIDE, 0, SIDE + 900, 0, SIDE + 900, SIDE, SIDE, SIDE, 0, SIDE),
                    GRID(d, "B", SIDE, 0, SIDE + 900, 0, 2 * SIDE, 0, 2 * SIDE, 9000, 2 * SIDE - 900, 15000,
                         2 * SIDE, 21000, 2 * SIDE, SIDE, SIDE + 900, SIDE, SIDE, SIDE),
                    GRID(d, "C", 2 * SIDE, 0, 3 * SIDE, 0, 3 * SIDE, SIDE, 2 * SIDE, SIDE, 2 * SIDE, 21000,
                         2 * SIDE, 9000));
}

TEST(repair__remainders_wait_for_a_person_and_follow_the_decision) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport open = { 0 }, decided = { 0 };
        RepairDecision say[3];
        RepairOptions with = plain;
        const RepairFinding *overlap, *gap;
        Drawing d;

        check_text(a, torn(&d, a), &plain, &open);
        CHECK_STR(told(a, &open), S("overlap 1 gap 1"));
        CHECK_INT(open.open, 2);
        overlap = found(&open, REPAIR_OVERLAP), gap = found(&open, REPAIR_GAP);
        CHECK(overlap->face && gap->face && overlap->face != gap->face);
        CHECK(overlap->feature == 1 && overlap->other == 2 && overlap->to == 1 && gap->to == 0);
        say[0] = (RepairDecision){ overlap->face, REPAIR_TO_FEATURE, 2 };
        say[1] = (RepairDecision){ gap->face, REPAIR_TO_FEATURE, 3 };
        say[2] = (RepairDecision){ 99, REPAIR_TO_FEATURE, 1 };
        with.decisions = say;
        with.decision_n = 3;
        check_text(a, torn(&d, a), &with, &decided);
        CHECK_INT(decided.stop, REPAIR_DONE);
        CHECK_INT(decided.open, 0);
        CHECK_INT(decided.ignored, 1);
        CHECK_INT(found(&decided, REPAIR_OVERLAP)->rule, REPAIR_DECIDED);
        CHECK_INT(found(&decided, REPAIR_OVERLAP)->to, 2);
        CHECK_INT(found(&decided, REPAIR_GAP)->to, 3);
        CHECK(fabs(decided.features.v[1].after_m2 - decided.features.v[1].before_m2) < 0.01);
        CHECK(fabs(decided.features.v[2].after_m2 - decided.features.v[2].before_m2 - gap->m2) < 0.01);
        CHECK(fabs(decided.features.v[0].before_m2 - decided.features.v[0].after_m2 - overlap->m2) < 0.01);
        CHECK_INT(decided.moves.n, 2);
        repair_done(&decided);
        say[0].what = REPAIR_TO_NOBODY;
        with.decision_n = 1;
        check_text(a, torn(&d, a), &with, &decided);
        CHECK_INT(decided.open, 1);
        CHECK_INT(found(&decided, REPAIR_OVERLAP)->to, 0);
}

static MeshTag only_a(const RepairFeature *f, size_t index, void *arg) {
        (void)arg;
        return (MeshTag){ (int64_t)index + 70, str_eq_c(f->name, "A") ? 530103003001 : 0, 2 };
}

TEST(repair__what_stands_for_no_grid_is_told) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 }, named = { 0 };
        RepairOptions o = plain;
        Drawing d;
        MeshTag tag;

        o.tag = only_a;
        check_text(a, TOWN(&d, a, GRID(&d, "A", A_SQUARE), GRID(&d, "B", B_SQUARE)), &o, &r);
        CHECK_STR(told(a, &r), S("unassigned 1 lost 1"));
        CHECK_INT(found(&r, REPAIR_UNASSIGNED)->feature, 2);
        CHECK(found(&r, REPAIR_UNASSIGNED)->m2 > 90000);
        CHECK(mesh_face_tag(r.mesh, (MeshFaceId){ 1 }, &tag) && tag.grid == 70 &&
              tag.community == 530103003001 && tag.kind == 2);
        o = plain;
        o.name_field = S("name");
        check_text(a, TOWN(&d, a, GRID(&d, "A", A_SQUARE), GRID(&d, "", B_SQUARE)), &o, &named);
        CHECK_STR(told(a, &named), S("unassigned 1 lost 1"));
        repair_done(&named);
        o.name_field = S("code");
        check_text(a, TOWN(&d, a, GRID(&d, "A", A_SQUARE)), &o, &named);
        CHECK_STR(told(a, &named), S("no-name"));
        CHECK(str_contains(named.detail, S("name")));
}

TEST(repair__the_stated_datum_is_undone) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        RepairOptions o = plain;
        Drawing d;
        Point p, want;

        o.crs = CRS_BD09;
        check_text(a, TOWN(&d, a, GRID(&d, "A", A_SQUARE)), &o, &r);
        CHECK_STR(told(a, &r), S("clean"));
        CHECK(crs_point((LonLat){ 110, 30 }, CRS_BD09, &want));
        CHECK(mesh_node(r.mesh, (MeshNodeId){ 1 }, &p));
        CHECK(mesh_node_at(r.mesh, want).n);
        CHECK(point_distance_m(want, (Point){ 1100000000, 300000000 }) > 500);
}

TEST(repair__known_points_tell_a_wrong_label) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 }, right = { 0 };
        CrsKnown known[30];
        RepairOptions o = plain;
        Drawing d;
        Str text = TOWN(&d, a, GRID(&d, "A", A_SQUARE), GRID(&d, "B", B_SQUARE), GRID(&d, "C", C_SQUARE));

        for (int i = 0; i < 30; i++) { /* the file is in GCJ-02: so are these, undone */
                LonLat p = crs_to_cgcs2000(
                        (LonLat){ 110 + (i % 3 * SIDE + 9000 + i * 100) / 1e7, 30 + (5000 + i * 600) / 1e7 },
                        CRS_GCJ02);

                known[i] = (CrsKnown){ { llround(p.lon * 1e7), llround(p.lat * 1e7) }, i % 3 + 1 };
        }
        check_text(a, text, &o, &r);
        repair_fit(a, &o, known, 30, &r);
        CHECK_INT(r.fit.best, CRS_GCJ02);
        CHECK(r.fit.shift_m > 300 && r.fit.shift_m < 800 && !repair_is_clean(&r));
        o.crs = CRS_GCJ02;
        check_text(a, text, &o, &right);
        repair_fit(a, &o, known, 30, &right);
        CHECK_INT(right.fit.best, CRS_GCJ02);
        CHECK_INT(right.fit.fits[CRS_GCJ02], 30);
        CHECK(repair_is_clean(&right));
        repair_done(&right);
}

TEST(repair__what_is_no_file_of_polygons_is_refused_by_its_name) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        Drawing d;
        static const struct {
                const char *text, *stop;
        } bad[] = {
                { "", "not-known" },
                { "x", "not-known" },
                { "{", "unreadable" },
                { "{\"type\":\"FeatureCollection\",\"features\":[]}", "nothing" },
                { "{\"type\":\"Point\",\"coordinates\":[110,30]}", "nothing" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[440000,3300000],[440900,3300000],[440900,3300900],[440000,3300000]]]}",
                  "projected" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[1,1],[1,1],[1,1]]]}", "nothing" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[-170,1],[170,1],[170,9],[-170,1]]]}", "far" },
                { "<kml></kml>", "nothing" },
                { "<html></html>", "unreadable" },
                { "SQLite format 3", "unreadable" },
                { "PK\x03\x04", "not-known" },
        };

        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                check_text(a, str_c(bad[i].text), &plain, &r);
                CHECK(!r.mesh);
                CHECK_STR(told(a, &r), str_c(bad[i].stop));
        }
        check_text(a, TOWN(&d, a, (void)0), &plain, &r);
        CHECK_STR(told(a, &r), S("nothing"));
}

static void put_point(Buf *b, bool turned, int x, int y, const char *after) {
        buf_fmt(b, "[%.7f,%.7f]%s", 110 + (turned ? y : x) * 1e-5, 30 + (turned ? x : y) * 1e-5, after);
}

/* Two combs of n teeth, one turned by a quarter: (2n)² crossings. */
static Str tangle(Arena *a, int n) {
        Buf b = BUF_IN(a);

        buf_c(&b, "{\"type\":\"GeometryCollection\",\"geometries\":[");
        for (int turned = 0; turned < 2; turned++) {
                buf_fmt(&b, "%s{\"type\":\"Polygon\",\"coordinates\":[[", turned ? "," : "");
                for (int i = 0; i <= 2 * n; i++)
                        put_point(&b, turned, i, i & 1 ? 2 * n + 1 : -1, ",");
                put_point(&b, turned, 2 * n, -3, ",");
                put_point(&b, turned, 0, -3, ",");
                put_point(&b, turned, 0, -1, "]]}");
        }
        buf_c(&b, "]}");
        return buf_view(&b);
}

TEST(repair__a_tangle_ends) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };

        check_text(a, tangle(a, 20), &plain, &r);
        CHECK_INT(r.stop, REPAIR_DONE);
        repair_done(&r);
        check_text(a, tangle(a, 2000), &plain, &r);
        CHECK_STR(told(a, &r), S("tangled"));
}

/* Two combs, as loose polygons. */
static void two_combs(Repair *r, int n) {
        for (int turned = 0; turned < 2; turned++) {
                Loose p = { .feature = (size_t)turned, .rings = TAKE(r->arena, Ring), .n = 1 };

                for (int i = 0; i <= 2 * n + 2; i++) {
                        int64_t x = i <= 2 * n       ? i
                                    : i == 2 * n + 1 ? 2 * n
                                                     : 0,
                                y = i > 2 * n ? -3
                                    : i & 1   ? 2 * n + 1
                                              : -1;

                        *list_push(r->arena, p.rings) =
                                turned ? (Point){ y * 1000, x * 1000 } : (Point){ x * 1000, y * 1000 };
                }
                *list_push(r->arena, &r->loose) = p;
        }
}

TEST(repair__noding_ends_when_its_time_is_over) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        RepairReport report = { 0 };
        Repair r = { .arena = a, .options = &plain, .report = &report };
        FaceList faces;

        two_combs(&r, 40);
        r.until_us = time_mono_us() + 600000000;
        CHECK(repair_node(&r, &faces) && faces.n > 3000 && report.stop == REPAIR_DONE);
        r.until_us = time_mono_us() - 1;
        CHECK(!repair_node(&r, &faces));
        CHECK_INT(report.stop, REPAIR_TOO_LONG);
}

TEST(repair__collections_may_not_lie_too_deep) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        RepairReport r;
        Buf b = BUF_IN(a);

        for (int i = 0; i < 12; i++)
                buf_c(&b, "{\"type\":\"GeometryCollection\",\"geometries\":[");
        buf_c(&b, "{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[2,2],[1,1]]]}");
        for (int i = 0; i < 12; i++)
                buf_c(&b, "]}");
        check_text(a, buf_view(&b), &plain, &r);
        CHECK_STR(told(a, &r), S("too-big"));
        CHECK(!r.mesh);
}

TEST(repair__the_report_is_told_in_both_languages_and_as_json) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        Buf text = BUF_IN(a), json = BUF_IN(a);
        Cx *cx = cx_new(0);
        JsonNode *node;
        Drawing d;

        check_text(a, torn(&d, a), &plain, &r);
        repair_text(&text, &r);
        CHECK(str_contains(buf_view(&text), S("重叠 overlap")) &&
              str_contains(buf_view(&text), S("待人工决定 to be decided: 2")));
        repair_json(&json, &r);
        CHECK_OK(cx, json_parse(cx, buf_view(&json), &node));
        CHECK(!json_bool(node, "ok", true));
        CHECK_INT(json_get(node, "findings")->count, 2);
        CHECK_STR(json_text(json_get(node, "findings")->first, "kind"), S("overlap"));
        CHECK_INT(json_get(node, "features")->count, 3);
        cx_free(cx);
}
