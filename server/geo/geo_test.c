/* Rings, index, outlines, GeoJSON and the partition generator. Everything that must be exact is compared exactly. */
#include "base/json.h"
#include "base/map.h"
#include "base/test.h"
#include "contract.gen.h"
#include "geo/geojson.h"
#include "geo/index.h"
#include "geo/partition.h"
#include <math.h>

static uint64_t random_state = 42;

static int64_t random_below(int64_t n) {
        random_state = random_state * 6364136223846793005u + 1442695040888963407u;
        return (int64_t)((random_state >> 33) % (uint64_t)n);
}

static Ring ring(Arena *a, const int64_t (*v)[2], size_t n) {
        Ring r = { 0 };

        for (size_t i = 0; i < n; i++)
                *list_push(a, &r) = (Point){ v[i][0], v[i][1] };
        return r;
}
#define RING(a, ...) \
        ({ \
                const int64_t _v[][2] = __VA_ARGS__; \
                ring(a, _v, ARRAY_LEN(_v)); \
        })

TEST(ring__area_is_exact_at_the_ends_of_the_world) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Ring r = RING(a, { { -900000000, -900000000 },
                           { 900000000, -900000000 },
                           { 900000000, 900000000 },
                           { -900000000, 900000000 } });

        CHECK(ring_area2(&r) == (__int128)2 * 1800000000 * 1800000000);
        ring_reverse(&r);
        CHECK(ring_area2(&r) == -(__int128)2 * 1800000000 * 1800000000);
}

TEST(ring__check_finds_each_fault) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Ring fine = RING(a, { { 0, 0 }, { 100, 0 }, { 100, 100 }, { 50, 20 }, { 0, 100 } });
        Ring bow = RING(a, { { 0, 0 }, { 100, 100 }, { 100, 0 }, { 0, 100 } });
        Ring spike = RING(a, { { 0, 0 }, { 100, 0 }, { 50, 0 }, { 50, 50 } });
        Ring twice = RING(a, { { 0, 0 }, { 50, 50 }, { 100, 0 }, { 100, 100 }, { 50, 50 }, { 0, 100 } });
        Ring touch = RING(a, { { 0, 0 }, { 100, 0 }, { 100, 100 }, { 50, 0 }, { 0, 100 } });
        Ring stutter = RING(a, { { 0, 0 }, { 0, 0 }, { 100, 0 }, { 100, 100 } });
        Ring far = RING(a, { { 0, 0 }, { 1900000000, 0 }, { 100, 100 } });
        Ring flat = RING(a, { { 0, 0 }, { 100, 0 } });
        Ring line = RING(a, { { 0, 0 }, { 50, 0 }, { 100, 0 } });
        size_t at;

        CHECK_INT(ring_check(&fine, NULL), RING_FINE);
        CHECK_INT(ring_check(&bow, &at), RING_CROSSES);
        CHECK_INT(ring_check(&spike, &at), RING_CROSSES);
        CHECK_INT(ring_check(&twice, &at), RING_REPEATED);
        CHECK_INT(ring_check(&touch, &at), RING_CROSSES);
        CHECK_INT(ring_check(&stutter, &at), RING_REPEATED);
        CHECK_INT(ring_check(&far, &at), RING_OUT_OF_RANGE);
        CHECK_INT(ring_check(&flat, &at), RING_TOO_FEW);
        CHECK_INT(ring_check(&line, &at), RING_CROSSES);
        CHECK_STR(str_c(ring_fault_text(RING_NO_AREA)), S("the outline encloses no area"));
}

/* A degree of latitude at 25° is 110.77 km, of longitude 100.95 km on the ellipsoid (Vincenty, CGCS2000). */
TEST(ring__area_in_metres_agrees_with_the_ellipsoid) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Ring r = RING(a, { { 1027000000, 250000000 },
                           { 1027100000, 250000000 },
                           { 1027100000, 250100000 },
                           { 1027000000, 250100000 } });
        double side_w = lon_m_per_e7(25.005) * 100000, side_h = lat_m_per_e7(25.005) * 100000;

        CHECK(fabs(side_w - 1009.48) < 0.2 && fabs(side_h - 1107.76) < 0.2);
        CHECK(fabs(ring_area_m2(&r) - side_w * side_h) < 1);
}

TEST(ring__packed_form_gives_the_same_ring_and_refuses_anything_else) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Ring r = RING(a, { { 1027352123, 250374567 }, { 1027352124, 250374560 }, { -5, 900000000 } }), back;
        Buf b = BUF_IN(a);

        ring_pack(&b, &r);
        CHECK(ring_unpack(a, buf_view(&b), &back));
        CHECK_INT(back.n, 3);
        for (size_t i = 0; i < 3; i++)
                CHECK(point_eq(back.v[i], r.v[i]));
        for (size_t n = 0; n < b.n; n++)
                CHECK(!ring_unpack(a, (Str){ b.p, n }, &back));
        buf_char(&b, 0);
        CHECK(!ring_unpack(a, buf_view(&b), &back));
        CHECK(!ring_unpack(a, S("\xff\xff\xff\xff\xff\xff\xff\xff"), &back));
}

TEST(ring__label_lies_inside_even_of_a_horseshoe) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Ring r = RING(a, { { 0, 0 },
                           { 90000, 0 },
                           { 90000, 80000 },
                           { 70000, 80000 },
                           { 70000, 20000 },
                           { 20000, 20000 },
                           { 20000, 80000 },
                           { 0, 80000 } });

        CHECK(ring_holds(&r, ring_label(&r)));
}

TEST(outline__squares_join_and_corner_contacts_stay_apart) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Ring squares[9];
        RingList out;
        PolygonList polygons;

        for (int i = 0; i < 9; i++) {
                int64_t x = i % 3 * 10, y = i / 3 * 10;

                squares[i] = RING(a, { { x, y }, { x + 10, y }, { x + 10, y + 10 }, { x, y + 10 } });
        }
        outline_of(a, squares, 9, &out);
        CHECK_INT(out.n, 1);
        CHECK(ring_area2(&out.v[0]) == 2 * 900);
        outline_of(a, (Ring[]){ squares[0], squares[4], squares[8] }, 3, &out);
        CHECK_INT(out.n, 3); /* they touch in corners only */
        outline_of(a,
                   (Ring[]){ squares[0], squares[1], squares[2], squares[3], squares[5], squares[6],
                             squares[7] },
                   7, &out);
        CHECK_INT(
                out.n,
                1); /* the hole and the missing corner touch: one outline that comes twice through that point */
        CHECK(ring_area2(&out.v[0]) == 2 * 700);
        for (int i = 0; i < 9; i++) {
                int64_t x = i % 3 * 10, y = i / 3 * 10;

                squares[i] = RING(a, { { x, y }, { x + 10, y }, { x + 10, y + 10 }, { x, y + 10 } });
        }
        squares[4] = RING(a, { { 100, 100 }, { 110, 100 }, { 110, 110 }, { 100, 110 } });
        outline_of(a, squares, 9, &out);
        CHECK_INT(out.n, 3); /* the frame, its hole, the island */
        polygons_of(a, &out, &polygons);
        CHECK_INT(polygons.n, 2);
        CHECK_INT(polygons.v[0].n, 2);
        CHECK(ring_area2(&polygons.v[0].rings[1]) == -200);
}

/* ---- index ------------------------------------------------------------------------------------------------------------- */

static void make(Arena *a, uint64_t seed, PartitionPartList *parts, Ring *outline, size_t areas, int each) {
        int *counts = TAKE_ARRAY(a, int, areas);
        PartitionPlan plan = { .centre = { 1027352000, 250374000 }, .area_m2 = 4.3e6, .parts = counts, .areas = areas, .seed = seed };

        for (size_t i = 0; i < areas; i++)
                counts[i] = each;
        if (!partition_make(a, &plan, parts, outline))
                test_fail(__FILE__, __LINE__, "no partition for seed %d", (int)seed);
}

static GeoIndex *index_of(Arena *a, const PartitionPartList *parts) {
        Ring *rings = TAKE_ARRAY(a, Ring, parts->n);

        for (size_t i = 0; i < parts->n; i++)
                rings[i] = parts->v[i].ring;
        return geo_index_new(rings, parts->n);
}

static size_t holders(const PartitionPartList *parts, Point p) {
        size_t n = 0;

        for (size_t i = 0; i < parts->n; i++)
                n += ring_holds(&parts->v[i].ring, p);
        return n;
}

TEST(partition__covers_its_outline_without_gap_or_overlap) {
        for (uint64_t seed = 1; seed <= 12; seed++) {
                _cleanup_(arena_freep) Arena *a = arena_new(0);
                PartitionPartList parts;
                __int128 sum = 0;
                Ring outline;

                make(a, seed, &parts, &outline, 7, 4);
                CHECK_INT(parts.n, 28);
                for (size_t i = 0; i < parts.n; i++) {
                        CHECK_INT(ring_check(&parts.v[i].ring, NULL), RING_FINE);
                        CHECK(ring_area2(&parts.v[i].ring) > 0);
                        CHECK_INT(parts.v[i].number, i % 4 + 1);
                        sum += ring_area2(&parts.v[i].ring);
                }
                CHECK(sum == ring_area2(&outline));
                CHECK(fabs(ring_area_m2(&outline) - 4.3e6) < 1000);
        }
}

/* Two counties of three townships of four villages of one or two grids. */
TEST(partition__groups_of_areas_are_whole_and_cover_the_outline) {
        static const int county[24] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
        const int *groups[2];
        int township[24], counts[24];

        for (int i = 0; i < 24; i++)
                township[i] = i / 4, counts[i] = 1 + i % 2;
        groups[0] = county, groups[1] = township;
        for (uint64_t seed = 1; seed <= 6; seed++) {
                _cleanup_(arena_freep) Arena *a = arena_new(0);
                PartitionPlan plan = { .centre = { 1148000000, 408000000 }, .area_m2 = 3.68e10, .parts = counts, .areas = 24,
                                       .seed = seed, .groups = groups, .levels = 2 };
                PartitionPartList parts;
                __int128 sum = 0;
                Ring outline;

                CHECK(partition_make(a, &plan, &parts, &outline));
                CHECK_INT(parts.n, 36);
                for (size_t i = 0; i < parts.n; i++)
                        sum += ring_area2(&parts.v[i].ring);
                CHECK(sum == ring_area2(&outline));
                for (int g = 0; g < 8; g++) { /* six townships, then two counties */
                        Ring *rings = TAKE_ARRAY(a, Ring, parts.n);
                        RingList out;
                        size_t n = 0;

                        for (size_t i = 0; i < parts.n; i++)
                                if (g < 6 ? township[parts.v[i].area] == g : county[parts.v[i].area] == g - 6)
                                        rings[n++] = parts.v[i].ring;
                        outline_of(a, rings, n, &out);
                        CHECK_INT(out.n, 1);
                }
        }
}

typedef struct EdgeCount {
        int there, back;
} EdgeCount;

/* Edges of all parts and of the outline reversed: each occurs once in either direction. */
TEST(partition__every_inner_edge_occurs_twice_in_opposite_directions) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        PartitionPartList parts;
        Ring outline;
        Map edges;

        map_init(&edges, a);
        make(a, 530103003, &parts, &outline, 7, 4);
        ring_reverse(&outline);
        for (size_t i = 0; i <= parts.n; i++) {
                const Ring *r = i < parts.n ? &parts.v[i].ring : &outline;

                for (size_t k = 0; k < r->n; k++) {
                        Point p = r->v[k], q = r->v[(k + 1) % r->n];
                        bool turned = p.lon_e7 > q.lon_e7 || (p.lon_e7 == q.lon_e7 && p.lat_e7 > q.lat_e7);
                        Point low = turned ? q : p, high = turned ? p : q;
                        Str key = str_fmt(a, "%lld %lld %lld %lld", (long long)low.lon_e7,
                                          (long long)low.lat_e7, (long long)high.lon_e7,
                                          (long long)high.lat_e7);
                        EdgeCount **c = (EdgeCount **)map_at(&edges, key);

                        if (!*c)
                                *c = TAKE(a, EdgeCount);
                        *(turned ? &(*c)->back : &(*c)->there) += 1;
                }
        }
        for (size_t i = 0; i < edges.n; i++) {
                const EdgeCount *c = edges.entries[i].value;

                CHECK_INT(c->there, 1);
                CHECK_INT(c->back, 1);
        }
}

TEST(partition__is_the_same_for_the_same_seed) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        PartitionPartList one, two;
        Ring outline;

        make(a, 5, &one, &outline, 3, 3);
        make(a, 5, &two, &outline, 3, 3);
        for (size_t i = 0; i < one.n; i++)
                CHECK(memcmp(one.v[i].ring.v, two.v[i].ring.v, one.v[i].ring.n * sizeof(Point)) == 0);
}

/* Every point of the outline belongs to exactly one part, points on corners and borders too; the index agrees with the scan. */
TEST(index__gives_every_point_to_exactly_one_ring) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        PartitionPartList parts;
        Ring outline;
        GeoIndex *x;
        Box box;

        make(a, 3, &parts, &outline, 7, 4);
        x = index_of(a, &parts);
        box = ring_box(&outline);
        for (int i = 0; i < 60000; i++) {
                Point p = { box.west + random_below(box.east - box.west + 1),
                            box.south + random_below(box.north - box.south + 1) };
                const Ring *r = &parts.v[random_below((int64_t)parts.n)].ring;

                if (i % 3 == 1) /* a corner */
                        p = r->v[random_below((int64_t)r->n)];
                if (i % 3 == 2) { /* as near to the middle of an edge as integers allow */
                        size_t k = (size_t)random_below((int64_t)r->n);
                        Point q = r->v[(k + 1) % r->n];

                        p = (Point){ (r->v[k].lon_e7 + q.lon_e7) / 2, (r->v[k].lat_e7 + q.lat_e7) / 2 };
                }
                CHECK_INT(holders(&parts, p), ring_holds(&outline, p));
                CHECK_INT(geo_index_find(x, p), geo_index_scan(x, p));
                CHECK_INT(geo_index_find(x, p) >= 0, ring_holds(&outline, p));
        }
        CHECK_INT(geo_index_find(x, (Point){ box.west - 1, box.south }), -1);
        CHECK_INT(geo_index_find(x, (Point){ INT64_MAX, INT64_MIN }), -1);
        geo_index_free(x);
}

/* Axis-parallel borders that coincide with cell borders, and a single row of cells. */
TEST(index__squares_on_cell_borders) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Ring squares[100];
        GeoIndex *x;

        for (int i = 0; i < 100; i++) {
                int64_t w = i % 10 * 128, s = i / 10 * 128;

                squares[i] = RING(a, { { w, s }, { w + 128, s }, { w + 128, s + 128 }, { w, s + 128 } });
        }
        x = geo_index_new(squares, 100);
        for (int64_t lon = 0; lon < 1280; lon += 3)
                for (int64_t lat = 0; lat < 1280; lat += 4)
                        CHECK_INT(geo_index_find(x, (Point){ lon, lat }), lon / 128 + lat / 128 * 10);
        CHECK_INT(geo_index_find(x, (Point){ 1280, 5 }), -1);
        CHECK_INT(geo_index_find(x, (Point){ 5, 1280 }), -1);
        geo_index_free(x);
        x = geo_index_new(squares, 0);
        CHECK_INT(geo_index_find(x, (Point){ 5, 5 }), -1);
        CHECK(geo_index_bytes(x) > 0);
        geo_index_free(x);
}

/* ---- GeoJSON ----------------------------------------------------------------------------------------------------------- */

static Rc read(Cx *cx, const char *text, Ring *ret) {
        JsonNode *node;

        TRY(json_parse(cx, str_c(text), &node));
        return geojson_ring(cx, node, S("/geometry"), ret);
}

TEST(geojson__reads_a_clockwise_polygon_and_writes_it_back) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
        RingList list = { 0 };
        PolygonList polygons;
        Buf b = BUF_IN(cx->arena);
        Ring r;

        CHECK_OK(
                cx,
                read(cx,
                     "{\"type\":\"Polygon\",\"coordinates\":[[[102.7,25],[102.7,25.1],[102.8000001,25.1],[102.7,25]]]}",
                     &r));
        CHECK_INT(r.n, 3);
        CHECK(ring_area2(&r) > 0);
        *list_push(cx->arena, &list) = r;
        polygons_of(cx->arena, &list, &polygons);
        geojson_write(&b, &polygons);
        CHECK_STR(
                buf_view(&b),
                S("{\"type\":\"Polygon\",\"coordinates\":[[[102.8000001,25.1],[102.7,25.1],[102.7,25],[102.8000001,25.1]]]}"));
}

TEST(geojson__names_what_is_wrong_and_where) {
        static const struct {
                const char *text, *pointer;
        } bad[] = {
                { "null", "/geometry" },
                { "{\"type\":\"Point\",\"coordinates\":[1,2]}", "/geometry/coordinates" },
                { "{\"type\":\"Polygon\"}", "/geometry/coordinates" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]],[[0,0],[1,0],[1,1],[0,0]]]}",
                  "/geometry/coordinates" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[0,0]]]}",
                  "/geometry/coordinates/0" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}",
                  "/geometry/coordinates/0" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,\"1\"],[0,0]]]}",
                  "/geometry/coordinates/0/2" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,91],[0,0]]]}",
                  "/geometry/coordinates/0/2" },
                { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}",
                  "/geometry/coordinates/0/2" },
        };

        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
                Ring r;

                CHECK(read(cx, bad[i].text, &r) == E_INPUT);
                CHECK_INT(cx->problem.errors.n, 1);
                CHECK_STR(cx->problem.errors.v[0].pointer, str_c(bad[i].pointer));
        }
}
