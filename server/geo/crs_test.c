/* Datums: places of which the shifted coordinates are known (made by gcoord 1.0.7), there and back, the edges of the shifted frame, and a
 * wrong label seen from points that are known. */
#include "base/test.h"
#include "geo/crs.h"
#include <math.h>

static const struct Place {
        const char *name;
        LonLat wgs, gcj, bd;
        double shift_m; /* of GCJ-02 */
} places[] = {
        { "天安门",
          { 116.397389, 39.908823 },
          { 116.403632566, 39.910226480 },
          { 116.410005341, 39.916566084 },
          554.9 },
        { "昆明",
          { 102.7519, 25.1161 },
          { 102.753391447, 25.113160837 },
          { 102.759923918, 25.119111068 },
          359.7 },
        { "大鹏",
          { 114.4806, 22.5955 },
          { 114.485377114, 22.592699223 },
          { 114.491831430, 22.599032989 },
          581.0 },
        { "崇礼",
          { 115.2822, 40.9748 },
          { 115.288678532, 40.976460138 },
          { 115.295190504, 40.982437461 },
          574.4 },
        { "凉州",
          { 102.6421, 37.9282 },
          { 102.643826279, 37.928492214 },
          { 102.650409714, 37.934291239 },
          154.9 },
        { "兴隆台",
          { 122.0708, 41.1199 },
          { 122.076292583, 41.121992375 },
          { 122.082815186, 41.127868050 },
          515.6 },
        { "乌鲁木齐",
          { 87.6168, 43.8256 },
          { 87.619649949, 43.826805393 },
          { 87.626099771, 43.832949795 },
          265.0 },
};

static bool near(LonLat a, LonLat b, double degrees) {
        return fabs(a.lon - b.lon) < degrees && fabs(a.lat - b.lat) < degrees;
}

static Point e7(LonLat p) { return (Point){ llround(p.lon * 1e7), llround(p.lat * 1e7) }; }

TEST(crs__known_places_are_shifted_as_known) {
        for (size_t i = 0; i < ARRAY_LEN(places); i++) {
                const struct Place *p = &places[i];

                CHECK(near(crs_from_cgcs2000(p->wgs, CRS_GCJ02), p->gcj, 1e-9));
                CHECK(near(crs_from_cgcs2000(p->wgs, CRS_BD09), p->bd, 1e-9));
                CHECK(near(crs_from_cgcs2000(p->wgs, CRS_WGS84), p->wgs, 1e-15));
                CHECK(fabs(point_distance_m(e7(p->wgs), e7(p->gcj)) - p->shift_m) < 2);
        }
}

TEST(crs__there_and_back_is_where_it_was) {
        for (double lon = 72.3; lon < 137.5; lon += 0.937)
                for (double lat = 1.2; lat < 55.5; lat += 0.873)
                        for (int c = 0; c < CRS_COUNT; c++) {
                                LonLat p = { lon, lat };

                                CHECK(near(crs_to_cgcs2000(crs_from_cgcs2000(p, (Crs)c), (Crs)c), p, 1e-9));
                        }
}

TEST(crs__outside_of_china_nothing_is_shifted) {
        static const LonLat far[] = { { 139.6917, 35.6895 }, { 71.9, 40 },    { 100, 0.5 },
                                      { 100, 56 },           { -73.9, 40.7 }, { 2.35, 48.85 } };

        for (size_t i = 0; i < ARRAY_LEN(far); i++)
                for (int c = 0; c < CRS_COUNT; c++) {
                        CHECK(near(crs_from_cgcs2000(far[i], (Crs)c), far[i], 1e-15));
                        CHECK(near(crs_to_cgcs2000(far[i], (Crs)c), far[i], 1e-15));
                }
}

TEST(crs__what_is_not_on_the_globe_is_refused) {
        static const LonLat bad[] = { { NAN, 1 },   { 1, NAN },   { INFINITY, 1 },
                                      { 180.1, 1 }, { 1, -90.1 }, { 440000, 4400000 } };
        Point p;

        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                for (int c = 0; c < CRS_COUNT; c++)
                        CHECK(!crs_point(bad[i], (Crs)c, &p));
        CHECK(crs_point(places[0].gcj, CRS_GCJ02, &p));
        CHECK(point_distance_m(p, e7(places[0].wgs)) < 0.01);
}

TEST(crs__words_are_read) {
        Crs c;

        for (int i = 0; i < CRS_COUNT; i++)
                CHECK(crs_read(str_c(crs_name((Crs)i)), &c) && (int)c == i);
        CHECK(!crs_read(S("WGS"), &c) && !crs_read(S(""), &c));
}

enum { SIDE = 8, STEP = 30000 }; /* squares of about 300 m */

/* 64 grids in Kunming as a map in `drawn` has them, read under the label `stated`. */
static Mesh *town(Arena *a, Crs drawn, Crs stated) {
        MeshPolygon *v = TAKE_ARRAY(a, MeshPolygon, SIDE * SIDE);
        MeshFaultList faults;

        for (int i = 0; i < SIDE * SIDE; i++) {
                Ring *r = TAKE(a, Ring);

                for (int k = 0; k < 4; k++) {
                        LonLat p = { 102.75 + (i % SIDE + (k == 1 || k == 2)) * STEP / 1e7,
                                     25.11 + (i / SIDE + (k >= 2)) * STEP / 1e7 };

                        (void)crs_point(crs_from_cgcs2000(p, drawn), stated, list_push(a, r));
                }
                v[i] = (MeshPolygon){ r, 1, { i + 1, 530103003001, 0 } };
        }
        return mesh_build(&(MeshPlan){ .polygons = v, .n = SIDE * SIDE }, a, &faults);
}

enum { ROUND = 200 };

/* named: a post in each grid, not in the middle, of which the grid is known. Else: houses 30 m inside of the town's edge, all around,
 * of which nothing is known but that they are in town. */
static void fit(Crs drawn, Crs stated, bool named, CrsFit *ret) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = town(a, drawn, stated);
        MeshLocator *where = mesh_locator_new(m);
        CrsKnown known[ROUND];
        int n = named ? SIDE * SIDE : ROUND;

        for (int i = 0; i < n; i++) {
                int64_t along = (int64_t)SIDE * STEP * (i / 4) / (ROUND / 4),
                        near = i & 1 ? 3000 : SIDE * STEP - 3000;
                Point post = { i % SIDE * STEP + 20000, i / SIDE * STEP + 11000 },
                      house = i & 2 ? (Point){ along + 3000, near } : (Point){ near, along + 3000 };

                known[i].grid = named ? i + 1 : 0;
                known[i].at = named ? post : house;
                known[i].at.lon_e7 += 1027500000;
                known[i].at.lat_e7 += 251100000;
        }
        crs_fit(m, where, stated, known, (size_t)n, ret);
        mesh_locator_free(where);
}

TEST(crs__a_wrong_label_is_seen_from_known_points) {
        for (int drawn = 0; drawn < CRS_COUNT; drawn++)
                for (int stated = 0; stated < CRS_COUNT; stated++) {
                        bool same = drawn == stated || (drawn < CRS_GCJ02 && stated < CRS_GCJ02);
                        CrsFit f, g;

                        fit((Crs)drawn, (Crs)stated, true, &f);
                        fit((Crs)drawn, (Crs)stated, false, &g);
                        CHECK_INT(f.known, SIDE * SIDE);
                        CHECK_INT(f.fits[drawn], SIDE * SIDE);
                        CHECK_INT(g.fits[drawn], ROUND);
                        if (same) {
                                CHECK((int)f.best == stated && (int)g.best == stated && f.shift_m < 1e-9);
                                continue;
                        }
                        CHECK(f.fits[stated] < SIDE);
                        CHECK(drawn < CRS_GCJ02 ? f.best < CRS_GCJ02 : (int)f.best == drawn);
                        CHECK(drawn < CRS_GCJ02 ? g.best < CRS_GCJ02 : (int)g.best == drawn);
                        CHECK(f.shift_m > 150 && f.shift_m < 1400);
                }
}

TEST(crs__few_points_say_nothing) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = town(a, CRS_GCJ02, CRS_CGCS2000);
        MeshLocator *where = mesh_locator_new(m);
        CrsKnown known = { { 1027520000, 251111000 }, 1 };
        CrsFit f;

        crs_fit(m, where, CRS_CGCS2000, &known, 1, &f);
        CHECK_INT(f.best, CRS_CGCS2000);
        crs_fit(m, where, CRS_CGCS2000, NULL, 0, &f);
        CHECK_INT(f.known, 0);
        CHECK_INT(f.best, CRS_CGCS2000);
        mesh_locator_free(where);
}
