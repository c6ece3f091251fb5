/* The mesh: what is built and what is refused by which name, the check of a whole mesh, locating, rings out, the blob. Edits are in
 * mesh_edit_test.c, long random runs in mesh_random_test.c. */
#include "base/test.h"
#include "geo/mesh_int.h"
#include "geo/mesh_locate.h"

typedef struct Drawn { /* polygons from rings of whole numbers, each ended by -1 */
        MeshPolygon v[16];
        size_t n;
        Arena *arena;
} Drawn;

/* n numbers: x, y … of one ring; a ring of the last polygon when `hole`. */
static void draw(Drawn *d, bool hole, const int64_t *xy, size_t n) {
        Ring *rings = TAKE_ARRAY(d->arena, Ring, 4), *r;
        MeshPolygon *p = &d->v[hole ? d->n - 1 : d->n++];

        if (hole)
                memcpy(rings, p->rings, p->n * sizeof *rings);
        r = &rings[p->n++];
        for (size_t i = 0; i < n; i += 2)
                *list_push(d->arena, r) = (Point){ xy[i], xy[i + 1] };
        p->rings = rings;
        p->tag = (MeshTag){ (int64_t)d->n, 1, 0 };
}
#define DRAW(d, hole, ...) \
        ({ \
                const int64_t _v[] = { __VA_ARGS__ }; \
                draw(d, hole, _v, ARRAY_LEN(_v)); \
        })

static Mesh *build(Drawn *d, bool divide, bool gaps_stay, MeshFaultList *ret) {
        return mesh_build(
                &(MeshPlan){ .polygons = d->v, .n = d->n, .divide = divide, .gaps_stay = gaps_stay },
                d->arena, ret);
}

/* The kinds of fault that a drawing has, once each, as names. */
static Str faults_of(Drawn *d) {
        MeshFaultList list;
        _cleanup_(mesh_freep) Mesh *m = build(d, false, false, &list);
        bool seen[MESH_WHY_COUNT] = { false };
        Buf b = BUF_IN(d->arena);

        if (m)
                return S("fine");
        for (size_t i = 0; i < list.n; i++)
                seen[list.v[i].why] = true;
        for (int i = 0; i < MESH_WHY_COUNT; i++)
                if (seen[i])
                        buf_fmt(&b, "%s%s", b.n ? " " : "", mesh_why_name((MeshWhy)i));
        return buf_view(&b);
}

TEST(mesh__each_defect_is_refused_by_its_name) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn few = { .arena = a }, twice = few, spike = few, flat = few, bow = few, far = few,
              overlap = few, inside = few, same = few, gap = few, tee = few, parts = few, outside = few,
              free_tag = few, sliver = few, crossing_hole = few, wide = few;

        DRAW(&few, false, 0, 0, 10, 0);
        CHECK_STR(faults_of(&few), S("too-few-points"));
        DRAW(&twice, false, 0, 0, 10, 0, 10, 0, 10, 10);
        CHECK_STR(faults_of(&twice), S("duplicate-vertex"));
        DRAW(&spike, false, 0, 0, 10, 0, 20, 0, 10, 0, 10, 10);
        CHECK_STR(faults_of(&spike), S("spike"));
        DRAW(&flat, false, 0, 0, 10, 0, 20, 20, 30, 20, 10, -20, 10, -20); /* also a point twice */
        CHECK_STR(faults_of(&flat), S("duplicate-vertex"));
        DRAW(&bow, false, 0, 0, 10, 10, 10, 0, 0, 20);
        CHECK_STR(faults_of(&bow), S("bow-tie"));
        DRAW(&far, false, 0, 0, 10, 0, 10, 1800000001);
        CHECK_STR(faults_of(&far), S("out-of-range"));
        DRAW(&wide, false, -1000000000, 0, 1000000000, 0, 0, 10);
        CHECK_STR(faults_of(&wide), S("out-of-range"));
        DRAW(&overlap, false, 0, 0, 10, 0, 10, 10, 0, 10);
        DRAW(&overlap, false, 5, 5, 15, 5, 15, 15, 5, 15);
        CHECK_STR(faults_of(&overlap), S("overlap"));
        DRAW(&inside, false, 0, 0, 10, 0, 10, 10, 0, 10);
        DRAW(&inside, false, 4, 4, 6, 4, 6, 6, 4, 6);
        CHECK_STR(faults_of(&inside), S("overlap"));
        DRAW(&same, false, 0, 0, 10, 0, 10, 10, 0, 10);
        DRAW(&same, false, 10, 10, 0, 10, 0, 0, 10, 0);
        CHECK_STR(faults_of(&same), S("overlap"));
        DRAW(&gap, false, 0, 0, 10, 0, 10, 5, 10, 10, 0, 10);
        DRAW(&gap, false, 10, 0, 20, 0, 20, 10, 10, 10, 11, 5);
        CHECK_STR(faults_of(&gap), S("gap"));
        DRAW(&tee, false, 0, 0, 10, 0, 10, 10, 0, 10);
        DRAW(&tee, false, 10, 0, 20, 0, 20, 10, 10, 10, 10, 5);
        CHECK_STR(faults_of(&tee), S("t-junction"));
        DRAW(&sliver, false, 0, 0, 1000, 0, 1000, 1000, 0, 1000);
        DRAW(&sliver, false, 1000, 0, 2000, 0, 2000, 1000, 1000, 1000, 999, 500);
        CHECK_STR(faults_of(&sliver), S("overlap"));
        DRAW(&parts, false, 0, 0, 10, 0, 10, 10, 20, 10, 20, 20, 10, 20, 10, 10, 0, 10);
        CHECK_STR(faults_of(&parts), S("falls-apart"));
        DRAW(&outside, false, 0, 0, 10, 0, 10, 10, 0, 10);
        DRAW(&outside, true, 20, 20, 30, 20, 30, 30, 20, 30);
        CHECK_STR(faults_of(&outside), S("hole-outside"));
        DRAW(&crossing_hole, false, 0, 0, 10, 0, 10, 10, 0, 10);
        DRAW(&crossing_hole, true, 5, 5, 15, 5, 15, 7, 5, 7);
        CHECK_STR(faults_of(&crossing_hole), S("bow-tie"));
        DRAW(&free_tag, false, 0, 0, 10, 0, 10, 10);
        free_tag.v[0].tag.community = 0;
        CHECK_STR(faults_of(&free_tag), S("unassigned"));
}

TEST(mesh__a_ring_without_area_is_told_from_a_spike) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn eight = { .arena = a }, line = eight;

        DRAW(&eight, false, 0, 0, 10, 10, 10, 0, 0, 10); /* both lobes cancel */
        CHECK_STR(faults_of(&eight), S("zero-area"));
        DRAW(&line, false, 0, 0, 10, 0, 20, 0);
        CHECK_STR(faults_of(&line), S("spike"));
}

TEST(mesh__a_defect_says_which_polygons_and_where) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn d = { .arena = a };
        MeshFaultList list;

        DRAW(&d, false, 0, 0, 10, 0, 10, 5, 10, 10, 0, 10);
        DRAW(&d, false, 10, 0, 20, 0, 20, 10, 10, 10, 14, 5);
        CHECK(!build(&d, false, false, &list));
        CHECK_INT(list.n, 1);
        CHECK_INT(list.v[0].why, MESH_GAP);
        CHECK_INT(list.v[0].area2, 40);
        CHECK_INT(list.v[0].face.n + list.v[0].other.n, 3);
        _cleanup_(mesh_freep) Mesh *m = build(&d, false, true, &list);
        CHECK(m);
        CHECK_INT(mesh_check(m, NULL), MESH_FINE);
        CHECK_INT(mesh_outline_area2(m), 400 - 40);
        CHECK_INT(mesh_face_at(m, (Point){ 12, 5 }).n, 0);
}

TEST(mesh__every_ring_of_a_bad_file_is_reported_in_one_run) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn d = { .arena = a };

        DRAW(&d, false, 0, 0, 10, 0);
        DRAW(&d, false, 0, 0, 10, 0, 10, 0, 10, 10);
        DRAW(&d, false, 0, 0, 10, 0, 20, 0, 10, 0, 10, 10);
        CHECK_STR(faults_of(&d), S("too-few-points duplicate-vertex spike"));
}

TEST(mesh__vertices_exactly_on_an_edge_are_put_into_it_when_asked) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn d = { .arena = a };
        MeshFaultList list;
        MeshFace f;

        DRAW(&d, false, 0, 0, 30, 0, 30, 10, 0, 10);
        DRAW(&d, false, 20, 10, 20, 20, 0, 20, 0, 10, 5, 10);
        DRAW(&d, false, 20, 10, 30, 10, 30, 20, 20, 20);
        _cleanup_(mesh_freep) Mesh *m = build(&d, true, false, &list);
        CHECK(m);
        CHECK_INT(mesh_check(m, NULL), MESH_FINE);
        CHECK_INT(mesh_counts(m).nodes, 9);
        CHECK_INT(mesh_counts(m).edges, 11);
        CHECK(mesh_face(m, (MeshFaceId){ 1 }, &f));
        CHECK_INT(f.edges, 6);
        CHECK_INT(f.area2, 600);
}

TEST(mesh__holes_islands_and_pinches_are_no_false_alarm) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn d = { .arena = a };
        MeshFaultList list;
        Polygon p;
        MeshFaceIds near;

        DRAW(&d, false, 0, 0, 100, 0, 100, 100, 0, 100);
        DRAW(&d, true, 20, 20, 20, 60, 60, 60, 60, 20); /* holds 2, which holds 3 */
        DRAW(&d, true, 100, 100, 80, 90, 90, 80);       /* touches the outer ring in a corner; holds 4 */
        DRAW(&d, false, 20, 20, 60, 20, 60, 60, 20, 60);
        DRAW(&d, true, 30, 30, 30, 40, 40, 40, 40, 30);
        DRAW(&d, false, 40, 30, 40, 40, 30, 40, 30, 30);
        DRAW(&d, false, 100, 100, 80, 90, 90, 80);
        DRAW(&d, false, 300, 0, 400, 0, 400, 100, 300, 100); /* an exclave */
        _cleanup_(mesh_freep) Mesh *m = build(&d, false, false, &list);
        CHECK(m);
        CHECK_INT(mesh_check(m, NULL), MESH_FINE);
        CHECK_INT(mesh_area2(m), 2 * 20000);
        CHECK_INT(mesh_face_at(m, (Point){ 35, 35 }).n, 3);
        CHECK_INT(mesh_face_at(m, (Point){ 25, 25 }).n, 2);
        CHECK_INT(mesh_face_at(m, (Point){ 90, 90 }).n, 4);
        CHECK_INT(mesh_face_at(m, (Point){ 350, 50 }).n, 5);
        CHECK_INT(mesh_face_at(m, (Point){ 200, 50 }).n, 0);
        CHECK(mesh_face_polygon(m, (MeshFaceId){ 1 }, a, &p));
        CHECK_INT(p.n, 3); /* simple rings: the pinch is a hole that touches */
        CHECK(ring_area2(&p.rings[0]) == 20000 && ring_area2(&p.rings[1]) == -3200 &&
              ring_area2(&p.rings[2]) == -300);
        for (size_t i = 0; i < p.n; i++)
                CHECK_INT(ring_check(&p.rings[i], NULL), RING_FINE);
        mesh_neighbours(m, (MeshFaceId){ 1 }, a, &near);
        CHECK_INT(near.n, 3);
        CHECK(near.v[0].n == 0 && near.v[1].n == 2 && near.v[2].n == 4);
}

TEST(mesh__input_beyond_the_limits_is_refused_before_it_costs_anything) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        enum { TEETH = 9999, MANY = MESH_FACES_MAX + 1, LONG = 20000 };
        MeshPolygon *v = TAKE_ARRAY(a, MeshPolygon, MANY);
        MeshFaultList list;
        Ring comb = { TAKE_ARRAY(a, Point, TEETH + 1), TEETH + 1, TEETH + 1 },
             longest = { TAKE_ARRAY(a, Point, LONG), LONG, LONG };

        CHECK(!mesh_build(&(MeshPlan){ .polygons = v, .n = MANY }, a, &list));
        CHECK(list.n == 1 && list.v[0].why == MESH_TOO_MANY);
        CHECK(!mesh_build(&(MeshPlan){ .polygons = v, .n = 0 }, a, &list));
        CHECK(list.n == 1 && list.v[0].why == MESH_TOO_FEW);
        CHECK(!mesh_build(&(MeshPlan){ .polygons = v, .n = 5000 }, a, &list));
        CHECK_INT(list.n, MESH_FAULTS_MAX);
        for (size_t i = 0; i < 1000; i++)
                v[i] = (MeshPolygon){ &longest, 1, { 1, 1, 1 } };
        CHECK(!mesh_build(&(MeshPlan){ .polygons = v, .n = 1000 }, a, &list));
        CHECK(list.n == 1 && list.v[0].why == MESH_TOO_MANY);
        /* long slanting teeth, all beside all: no halving parts them; the last point closes them from below */
        for (int64_t i = 0; i < TEETH; i++)
                comb.v[i] = (Point){ i * 10 + (i & 1) * 1000000, (i & 1) * 1000000 - i * 10 };
        comb.v[TEETH] = (Point){ -500000, -500000 };
        v[0].rings = &comb;
        CHECK(!mesh_build(&(MeshPlan){ .polygons = v, .n = 1 }, a, &list));
        CHECK(list.n == 1 && list.v[0].why == MESH_TOO_MANY);
}

/* Any 64-bit numbers: none may be reckoned with before it is known to be on the globe. */
TEST(mesh__wild_coordinates_are_out_of_range) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn d = { .arena = a }, e = d, f = d;

        DRAW(&d, false, INT64_MIN, INT64_MAX, INT64_MAX, INT64_MIN, 0, 0);
        CHECK_STR(faults_of(&d), S("out-of-range"));
        DRAW(&e, false, -1800000000, -900000000, 1800000000, 900000000, 1800000000, -900000000);
        CHECK_STR(faults_of(&e), S("out-of-range"));
        DRAW(&f, false, -900000000, -900000000, 900000000, -900000000, 900000000, 900000000, -900000000,
             900000000);
        CHECK_STR(faults_of(&f), S("fine"));
}

TEST(mesh__the_largest_mesh_has_exact_areas) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn d = { .arena = a };
        MeshFaultList list;

        DRAW(&d, false, -900000000, -900000000, 900000000, -900000000, 900000000, 900000000, -900000000,
             900000000);
        _cleanup_(mesh_freep) Mesh *m = build(&d, false, false, &list);
        CHECK(m);
        CHECK_INT(mesh_area2(m), 2 * (int64_t)1800000000 * 1800000000);
        CHECK_INT(mesh_split(m, (MeshFaceId){ 1 },
                             &(MeshLine){ (Point[]){ { -900000000, -900000000 },
                                                     { 1, 2 },
                                                     { 900000000, 900000000 } },
                                          3 },
                             1),
                  MESH_FINE);
        CHECK_INT(mesh_check(m, NULL), MESH_FINE);
        CHECK_INT(mesh_area2(m), mesh_outline_area2(m));
        CHECK_INT(mesh_face_at(m, (Point){ 1, 2 }).n, mesh_face_at(m, (Point){ 2, 2 }).n);
        CHECK_INT(mesh_reassign(m, (MeshFaceId){ 1 }, (MeshTag){ INT64_MIN, INT64_MAX, INT64_MIN }),
                  MESH_FINE);
        _cleanup_(buf_done) Buf b = BUF_HEAP;
        mesh_pack(m, &b);
        _cleanup_(mesh_freep) Mesh *back = mesh_unpack(buf_view(&b));
        MeshTag tag;
        CHECK(back && mesh_face_tag(back, (MeshFaceId){ 1 }, &tag));
        CHECK(tag.grid == INT64_MIN && tag.community == INT64_MAX && tag.kind == INT64_MIN);
}

/* ---- checking ------------------------------------------------------------------------------------------------------------ */

static Mesh *squares(Arena *a) {
        Drawn d = { .arena = a };
        MeshFaultList list;

        for (int64_t y = 0; y < 3; y++)
                for (int64_t x = 0; x < 3; x++)
                        DRAW(&d, false, x * 10, y * 10, x * 10 + 10, y * 10, x * 10 + 10, y * 10 + 10,
                             x * 10, y * 10 + 10);
        return build(&d, false, false, &list);
}

#define SPOILED(name_, spoil_) \
        ({ \
                _cleanup_(mesh_freep) Mesh *m = squares(a); \
                MeshFault f; \
                CHECK(m &&mesh_check(m, &f) == MESH_FINE); \
                spoil_; \
                CHECK_STR(str_c(mesh_why_name(mesh_check(m, &f))), S(name_)); \
                CHECK_INT(f.why, mesh_check(m, NULL)); \
        })

/* What no edit can do: records are spoiled by hand. */
TEST(mesh__the_check_finds_spoiled_records) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        SPOILED("links", HALF(m, 2)->next = HALF(m, HALF(m, 2)->next)->next);
        SPOILED("links", HALF(m, 5)->prev = 2);
        SPOILED("links", HALF(m, 4)->node = 3);
        SPOILED("links", HALF(m, 3)->loop = 0);
        SPOILED("links", NODE(m, 4)->out = 0);
        SPOILED("links", FACE(m, 2)->alive = 0);
        SPOILED("links", m->tables[T_NODE].live++);
        SPOILED("crosses", node_put(m, mesh_node_at(m, (Point){ 30, 30 }).n, (Point){ 35, 14 }));
        SPOILED("area", NODE(m, 1)->lat++);
        SPOILED("area", LOOP(m, FACE(m, 5)->loops)->area2++);
        SPOILED("unassigned", FACE(m, 3)->tag.community = 0);
        SPOILED("turned-over", NODE(m, 1)->lon = 30; NODE(m, 1)->lat = 25);
        SPOILED("index", index_make(m); index_drop(m, 7));
        SPOILED("index", index_make(m); m->index.hooks[3].cell = m->index.hooks[4].cell + 1);
        SPOILED("same-face", LOOP(m, FACE(m, 2)->loops)->face = 1);
}

TEST(mesh__a_hole_in_the_wrong_face_is_found) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Drawn d = { .arena = a };
        MeshFaultList list;
        uint32_t hole;

        DRAW(&d, false, 0, 0, 100, 0, 100, 100, 0, 100);
        DRAW(&d, true, 20, 20, 20, 40, 40, 40, 40, 20);
        DRAW(&d, false, 20, 20, 40, 20, 40, 40, 20, 40);
        DRAW(&d, false, 100, 0, 200, 0, 200, 100, 100, 100);
        _cleanup_(mesh_freep) Mesh *m = build(&d, false, false, &list);
        CHECK(m);
        hole = LOOP(m, FACE(m, 1)->loops)->after;
        face_drop_loop(m, hole);
        face_add_loop(m, 3, hole, false);
        CHECK_STR(str_c(mesh_why_name(mesh_check(m, NULL))), S("hole-outside"));
}

/* ---- points -------------------------------------------------------------------------------------------------------------- */

TEST(mesh__a_point_on_a_border_is_in_the_face_to_its_east_or_north) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = squares(a);
        static const struct {
                Point at;
                uint32_t face;
        } cases[] = {
                { { 5, 5 }, 1 },           { { 10, 5 }, 2 },  { { 5, 10 }, 4 }, { { 10, 10 }, 5 },
                { { 0, 0 }, 1 },           { { 0, 5 }, 1 },   { { 30, 5 }, 0 }, { { 5, 30 }, 0 },
                { { 30, 30 }, 0 },         { { 20, 20 }, 9 }, { { -1, 5 }, 0 }, { { 0, -1 }, 0 },
                { { 29, 29 }, 9 },         { { 29, 0 }, 3 },  { { 5, 0 }, 1 },  { { 2000000000, 5 }, 0 },
                { { 5, -2000000000 }, 0 },
        };
        MeshLocator *x;

        CHECK(m);
        x = mesh_locator_new(m);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                CHECK_INT(mesh_locate(x, cases[i].at).n, cases[i].face);
                CHECK_INT(mesh_face_at(m, cases[i].at).n, cases[i].face);
        }
        mesh_locator_free(x);
}

/* A star of many thin faces around one node, far from everything else: no cell can be made small enough to hold few of them. */
TEST(mesh__locating_is_exact_where_edges_crowd) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        enum { RAYS = 64 };
        MeshPolygon v[RAYS + 1];
        Ring rings[RAYS + 1];
        MeshFaultList list;
        MeshLocator *x;

        for (int i = 0; i < RAYS; i++) {
                int64_t s = 1000 - i * 31, t = 1000 - (i + 1) * 31;

                rings[i] = (Ring){ .v = TAKE_ARRAY(a, Point, 3), .n = 3 };
                rings[i].v[0] = (Point){ 0, 0 };
                rings[i].v[1] = (Point){ s, 1000 };
                rings[i].v[2] = (Point){ t, 1000 };
                v[i] = (MeshPolygon){ &rings[i], 1, { i + 1, 1, 0 } };
        }
        rings[RAYS] = (Ring){ .v = TAKE_ARRAY(a, Point, 3), .n = 3 };
        rings[RAYS].v[0] = (Point){ 1000000000, 500000000 };
        rings[RAYS].v[1] = (Point){ 1000000500, 500000000 };
        rings[RAYS].v[2] = (Point){ 1000000500, 500000900 };
        v[RAYS] = (MeshPolygon){ &rings[RAYS], 1, { RAYS + 1, 1, 0 } };
        _cleanup_(mesh_freep) Mesh *m = mesh_build(&(MeshPlan){ .polygons = v, .n = RAYS + 1 }, a, &list);
        CHECK(m);
        CHECK_INT(mesh_check(m, NULL), MESH_FINE);
        x = mesh_locator_new(m);
        for (int64_t lat = -1; lat <= 1001; lat++) {
                for (int64_t lon = -1000; lon <= 1001; lon += 3) {
                        Point p = { lon, lat };
                        uint32_t holder = 0;

                        for (uint32_t i = 0; i <= RAYS; i++)
                                if (ring_holds(&rings[i], p))
                                        holder = i + 1;
                        if (mesh_locate(x, p).n != holder) {
                                test_fail(__FILE__, __LINE__, "%lld %lld: %u, wanted %u", (long long)lon,
                                          (long long)lat, mesh_locate(x, p).n, holder);
                                lat = lon = 2000;
                        }
                }
        }
        mesh_locator_free(x);
}

/* ---- rings out and the blob ---------------------------------------------------------------------------------------------------- */

static int64_t by_column(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)tag, (void)arg;
        return face.n == 5 ? 0 : 1 + (face.n - 1) % 3;
}

static int64_t odd(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)tag, (void)arg;
        return face.n % 2 ? 7 : 8;
}

TEST(mesh__places_dissolve_into_simple_rings) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = squares(a);
        MeshPlaceList list;

        CHECK(m);
        mesh_dissolve(m, by_column, NULL, a, &list);
        CHECK_INT(list.n, 3);
        CHECK(list.v[0].key == 1 && list.v[1].key == 2 && list.v[2].key == 3);
        CHECK(list.v[0].polygons.n == 1 && list.v[1].polygons.n == 2);
        CHECK(list.v[0].area2 == 600 && list.v[1].area2 == 400);
        CHECK_INT(list.v[0].polygons.v[0].rings[0].n, 8);
        mesh_dissolve(m, odd, NULL, a, &list); /* a chessboard: squares that touch in corners */
        CHECK_INT(list.n, 2);
        CHECK(list.v[0].polygons.n == 5 && list.v[1].polygons.n == 4);
        CHECK(list.v[0].area2 == 1000 && list.v[1].area2 == 800);
        CHECK_INT(mesh_merge(m, (MeshFaceId){ 2 }, (MeshFaceId){ 1 }), MESH_FINE);
        CHECK_INT(mesh_merge(m, (MeshFaceId){ 2 }, (MeshFaceId){ 3 }), MESH_FINE);
        CHECK_INT(mesh_merge(m, (MeshFaceId){ 2 }, (MeshFaceId){ 4 }), MESH_FINE);
        CHECK_INT(mesh_merge(m, (MeshFaceId){ 2 }, (MeshFaceId){ 7 }), MESH_FINE);
        CHECK_INT(mesh_merge(m, (MeshFaceId){ 2 }, (MeshFaceId){ 8 }), MESH_FINE);
        CHECK_INT(mesh_merge(m, (MeshFaceId){ 2 }, (MeshFaceId){ 6 }), MESH_FINE);
        /* all but the middle and one corner, which touch: the hole is a ring of its own */
        mesh_dissolve(m, odd, NULL, a, &list);
        CHECK(list.v[1].key == 8 && list.v[1].polygons.n == 1);
        CHECK_INT(list.v[1].polygons.v[0].n, 2);
        CHECK_INT(list.v[1].area2, 1400);
        for (size_t i = 0; i < 2; i++)
                CHECK_INT(ring_check(&list.v[1].polygons.v[0].rings[i], NULL), RING_FINE);
}

TEST(mesh__the_blob_reads_back_and_nothing_else_does) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = squares(a);
        _cleanup_(buf_done) Buf b = BUF_HEAP;
        int taken = 0;

        CHECK(m);
        CHECK_INT(mesh_merge(m, (MeshFaceId){ 1 }, (MeshFaceId){ 2 }), MESH_FINE);
        mesh_pack(m, &b);
        for (size_t n = 0; n < b.n; n++)
                CHECK(!mesh_unpack((Str){ b.p, n }));
        for (size_t i = 0; i < b.n; i++) { /* whatever is changed, it is refused or it is a sound mesh */
                for (int bit = 0; bit < 8; bit++) {
                        _cleanup_(mesh_freep) Mesh *other = NULL;

                        b.p[i] = (char)(b.p[i] ^ 1 << bit);
                        other = mesh_unpack(buf_view(&b));
                        CHECK(!other || mesh_check(other, NULL) == MESH_FINE);
                        taken += other != NULL;
                        b.p[i] = (char)(b.p[i] ^ 1 << bit);
                }
        }
        CHECK(taken > 0); /* tags may be anything */
        _cleanup_(mesh_freep) Mesh *back = mesh_unpack(buf_view(&b)), *copy = mesh_copy(m);
        _cleanup_(buf_done) Buf c = BUF_HEAP, e = BUF_HEAP;
        CHECK(back && copy);
        mesh_pack(back, &c);
        mesh_pack(copy, &e);
        CHECK(c.n == b.n && memcmp(c.p, b.p, b.n) == 0);
        CHECK(e.n == b.n && memcmp(e.p, b.p, b.n) == 0);
        CHECK_INT(mesh_split(back, (MeshFaceId){ 1 }, &(MeshLine){ (Point[]){ { 5, 0 }, { 5, 10 } }, 2 }, 1),
                  MESH_FINE);
        CHECK_INT(mesh_change(back)->born[0], 10); /* 2 is never given again */
}

TEST(mesh__two_editions_differ_in_what_was_edited) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = squares(a), *after = m ? mesh_copy(m) : NULL;
        MeshDiff d;

        CHECK(after);
        mesh_diff(m, after, a, &d);
        CHECK_INT(d.born.n + d.gone.n + d.reshaped.n + d.retagged.n, 0);
        CHECK_INT(
                mesh_split(after, (MeshFaceId){ 1 }, &(MeshLine){ (Point[]){ { 6, 0 }, { 6, 10 } }, 2 }, 1),
                MESH_FINE);
        CHECK_INT(mesh_merge(after, (MeshFaceId){ 9 }, (MeshFaceId){ 8 }), MESH_FINE);
        CHECK_INT(mesh_reassign(after, (MeshFaceId){ 3 }, (MeshTag){ 3, 2, 0 }), MESH_FINE);
        mesh_diff(m, after, a, &d);
        CHECK(d.born.n == 1 && d.born.v[0].n == 10);
        CHECK(d.gone.n == 1 && d.gone.v[0].n == 8);
        CHECK(d.reshaped.n == 3 && d.reshaped.v[0].n == 1 && d.reshaped.v[1].n == 4 &&
              d.reshaped.v[2].n == 9);
        CHECK(d.retagged.n == 1 && d.retagged.v[0].n == 3);
}
