/* The encoder against the vectors of the specification, and tiles taken apart again by a small reader. */
#include "base/test.h"
#include "geo/mvt.h"
#include "geo/partition.h"
#include <math.h>
#include <stdlib.h>

static bool bytes_are(const Buf *b, const uint8_t *want, size_t n) {
        return b->n == n && memcmp(b->p, want, n) == 0;
}
#define BYTES(b, ...) \
        bytes_are(b, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

TEST(mvt__commands_are_those_of_the_specification) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        TilePoint polygon[] = { { 3, 6 }, { 8, 12 }, { 20, 34 } }, cursor = { 0, 0 };
        Buf b = BUF_IN(a);

        mvt_commands_points(&b, &(TilePoint){ 25, 17 }, 1);
        CHECK(BYTES(&b, 9, 50, 34));
        buf_clear(&b);
        mvt_commands_points(&b, (TilePoint[]){ { 5, 7 }, { 3, 2 } }, 2);
        CHECK(BYTES(&b, 17, 10, 14, 3, 9));
        buf_clear(&b);
        mvt_commands_ring(&b, &(TileRing){ polygon, 3, 3 }, &cursor);
        CHECK(BYTES(&b, 9, 6, 12, 18, 10, 12, 24, 44, 15));
}

/* standards: 天安门 in EPSG:3857; 昆明 lies in tile 804 of 1024 columns at zoom 10. */
TEST(mercator__known_points) {
        Point gate = { 1163973890, 399088230 }, kunming = { 1027519000, 251161000 };
        TilePoint p;
        double x, y;
        Box b;

        mercator_metres(gate, &x, &y);
        CHECK(fabs(x - 12957298.073) < 0.01 && fabs(y - 4852701.519) < 0.01);
        p = tile_project((TileId){ 10, 804, 438 }, kunming);
        CHECK(p.x >= 0 && p.x < TILE_EXTENT && p.y >= 0 && p.y < TILE_EXTENT);
        b = tile_box((TileId){ 10, 804, 438 }, 0);
        CHECK(box_holds(b, kunming));
        CHECK(!tile_valid((TileId){ 3, 8, 0 }) && !tile_valid((TileId){ 23, 0, 0 }) &&
              tile_valid((TileId){ 0, 0, 0 }));
}

/* ---- a reader ---------------------------------------------------------------------------------------------------------- */

typedef struct Reader {
        const uint8_t *p, *end;
        bool broken;
} Reader;

static uint64_t varint(Reader *r) {
        uint64_t n = 0;

        for (int shift = 0; r->p < r->end && shift < 64; shift += 7) {
                uint8_t c = *r->p++;

                n |= (uint64_t)(c & 127) << shift;
                if (c < 128)
                        return n;
        }
        r->broken = true;
        return 0;
}

static Reader piece(Reader *r) {
        uint64_t n = varint(r);
        Reader out = { r->p, r->p + n, false };

        if (n > (uint64_t)(r->end - r->p)) {
                r->broken = true;
                out.end = out.p;
                return out;
        }
        r->p += n;
        return out;
}

typedef struct Found {
        int layers, points, polygons, keys, values;
        double area; /* of all polygons, tile units² */
        bool wrong;
} Found;

static int64_t unzigzag(uint64_t n) { return (int64_t)(n >> 1) ^ -(int64_t)(n & 1); }

/* Geometry of one polygon: the first ring turns positive, no repeated points. */
static void read_polygon(Reader g, Found *f) {
        int64_t x = 0, y = 0, x0 = 0, y0 = 0, sum = 0;
        int rings = 0;

        while (g.p < g.end && !g.broken) {
                uint64_t command = varint(&g), count = command >> 3;

                if ((command & 7) == 7) {
                        sum += x * y0 - x0 * y;
                        f->wrong |= sum == 0 || (rings++ == 0) != (sum > 0);
                        f->area += (double)sum / 2;
                        continue;
                }
                for (; count && !g.broken; count--) {
                        int64_t dx = unzigzag(varint(&g)), dy = unzigzag(varint(&g)), lx = x, ly = y;

                        x += dx, y += dy;
                        f->wrong |= x < -MVT_BUFFER || y < -MVT_BUFFER || x > TILE_EXTENT + MVT_BUFFER ||
                                    y > TILE_EXTENT + MVT_BUFFER;
                        if ((command & 7) == 1) {
                                x0 = x, y0 = y, sum = 0;
                                continue;
                        }
                        f->wrong |= dx == 0 && dy == 0;
                        sum += lx * y - x * ly;
                }
        }
        f->wrong |= g.broken;
}

static void read_feature(Reader r, Found *f) {
        Reader geometry = { 0 };
        uint64_t type = 0;

        while (r.p < r.end && !r.broken) {
                uint64_t head = varint(&r);

                if (head == (3 << 3 | 0))
                        type = varint(&r);
                else if (head == (1 << 3 | 0))
                        (void)varint(&r);
                else if (head == (4 << 3 | 2))
                        geometry = piece(&r);
                else if (head == (2 << 3 | 2)) {
                        Reader tags = piece(&r);

                        while (tags.p < tags.end) {
                                f->wrong |= varint(&tags) >= 64 || varint(&tags) >= 4096;
                                f->wrong |= tags.broken;
                        }
                } else
                        f->wrong = true;
        }
        f->points += type == 1;
        f->polygons += type == 3;
        if (type == 3)
                read_polygon(geometry, f);
        f->wrong |= r.broken;
}

static Found read_tile(const Buf *b) {
        Str all = buf_view(b); /* never null, also when empty */
        Reader r = { (const uint8_t *)all.p, (const uint8_t *)all.p + all.n, false };
        Found f = { 0 };

        while (r.p < r.end && !r.broken && !f.wrong) {
                Reader layer;

                f.wrong |= varint(&r) != (3 << 3 | 2);
                layer = piece(&r);
                f.layers++;
                while (layer.p < layer.end && !layer.broken) {
                        uint64_t head = varint(&layer);

                        if ((head & 7) == 0) {
                                uint64_t n = varint(&layer);

                                f.wrong |= head >> 3 == 15 ? n != 2 : head >> 3 != 5 || n != TILE_EXTENT;
                                continue;
                        }
                        Reader inside = piece(&layer);
                        f.keys += head >> 3 == 3;
                        f.values += head >> 3 == 4;
                        if (head >> 3 == 2)
                                read_feature(inside, &f);
                }
                f.wrong |= layer.broken;
        }
        f.wrong |= r.broken;
        return f;
}

TEST(mvt__empty_layers_leave_nothing) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Mvt m;
        Buf b;

        mvt_begin(&m, a, (TileId){ 0, 0, 0 });
        mvt_layer(&m, S("one"));
        mvt_layer(&m, S("two"));
        mvt_end(&m, &b);
        CHECK_INT(b.n, 0);
}

TEST(mvt__tags_are_shared_and_layers_kept_apart) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Found f;
        Mvt m;
        Buf b;

        mvt_begin(&m, a, (TileId){ 0, 0, 0 });
        for (int layer = 0; layer < 2; layer++) {
                mvt_layer(&m, layer ? S("b") : S("a"));
                for (int i = 0; i < 10; i++) {
                        CHECK(mvt_point(&m, (uint64_t)i, (Point){ i * 10000000, i * 10000000 }));
                        mvt_tag_str(&m, "name", i % 2 ? S("odd") : S("even"));
                        mvt_tag_bool(&m, "late", i % 2);
                        mvt_tag_int(&m, "count", -7);
                        mvt_tag_str(&m, "none", STR_NONE);
                }
        }
        mvt_end(&m, &b);
        f = read_tile(&b);
        CHECK(!f.wrong);
        CHECK_INT(f.layers, 2);
        CHECK_INT(f.points, 20);
        CHECK_INT(f.keys, 6);
        CHECK_INT(f.values, 10);
}

/* At every zoom, in every tile that the town touches: valid rings, and areas that add up to the tile's share of the town. */
TEST(mvt__a_town_cut_into_tiles_adds_up) {
        static const int counts[] = { 4, 4, 4 };
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        PartitionPlan plan = { .centre = { 1027352000, 250374000 }, .area_m2 = 4.3e6, .parts = counts, .areas = 3, .seed = 9 };
        PartitionPartList parts;
        Ring outline;

        CHECK(partition_make(a, &plan, &parts, &outline));
        for (int zoom = 0; zoom <= 17; zoom++) {
                double whole = 0, apart = 0;
                Box box = ring_box(&outline);
                TilePoint low = tile_project((TileId){ zoom, 0, 0 }, (Point){ box.west, box.north });
                TilePoint high = tile_project((TileId){ zoom, 0, 0 }, (Point){ box.east, box.south });

                for (int64_t x = low.x / TILE_EXTENT; x <= high.x / TILE_EXTENT; x++)
                        for (int64_t y = low.y / TILE_EXTENT; y <= high.y / TILE_EXTENT; y++) {
                                Mvt m;
                                Buf b;

                                mvt_begin(&m, a, (TileId){ zoom, x, y });
                                mvt_layer(&m, S("parts"));
                                for (size_t i = 0; i < parts.n; i++)
                                        (void)mvt_polygon(&m, i + 1, &parts.v[i].ring, 1);
                                mvt_end(&m, &b);
                                CHECK(!read_tile(&b).wrong);
                                apart += read_tile(&b).area;
                                mvt_begin(&m, a, (TileId){ zoom, x, y });
                                mvt_layer(&m, S("whole"));
                                (void)mvt_polygon(&m, 1, &outline, 1);
                                mvt_end(&m, &b);
                                CHECK(!read_tile(&b).wrong);
                                whole += read_tile(&b).area;
                        }
                if (zoom >= 11) /* below, the parts are smaller than the rounding */
                        CHECK(fabs(whole - apart) <= whole * 0.002);
        }
}

TEST(mvt__holes_turn_the_other_way) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Point outer[] = { { -500000000, -500000000 },
                          { 500000000, -500000000 },
                          { 500000000, 500000000 },
                          { -500000000, 500000000 } };
        Point hole[] = { { -100000000, -100000000 },
                         { -100000000, 100000000 },
                         { 100000000, 100000000 },
                         { 100000000, -100000000 } };
        Ring rings[] = { { outer, 4, 4 }, { hole, 4, 4 } };
        Found f;
        Mvt m;
        Buf b;

        mvt_begin(&m, a, (TileId){ 0, 0, 0 });
        mvt_layer(&m, S("a"));
        CHECK(mvt_polygon(&m, 1, rings, 2));
        mvt_end(&m, &b);
        f = read_tile(&b);
        CHECK(!f.wrong);
        CHECK_INT(f.polygons, 1);
}

TEST(mercator__metres_lead_back_to_the_point) {
        static const Point points[] = { { 1027519000, 251161000 }, { 0, 0 }, { -1799999999, -850000000 }, { 1148000000, 408000000 } };

        for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
                double x, y;
                Point p;

                mercator_metres(points[i], &x, &y);
                p = mercator_point(x, y);
                CHECK(llabs(p.lon_e7 - points[i].lon_e7) <= 1 && llabs(p.lat_e7 - points[i].lat_e7) <= 1);
        }
        CHECK_INT(mercator_point(1e9, 0).lon_e7, 1800000000);
        CHECK_INT(mercator_point(0, -1e9).lat_e7, -850511288);
}
