/* Tiles: any zoom, column and row that are valid, with any polygons, points and tags in them (a request for a tile takes no filter; what varies is
 * where and what). The tile is taken apart again: every length fits, no coordinate is beyond the margin, outer rings turn one way and holes
 * the other, each feature's tags are in the tables.
 *
 * Bytes: zoom, column (3), row (3), then shapes: kind, number of points, differences of the points in units of 1/64 of the tile. */
#include "base/rc.h"
#include "geo/mvt.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good) {
        if (!good)
                abort();
}

typedef struct Bytes {
        const uint8_t *p, *end;
} Bytes;

static uint64_t varint(Bytes *b) {
        uint64_t n = 0;

        for (int shift = 0; shift < 64; shift += 7) {
                must(b->p < b->end);
                n |= (uint64_t)(*b->p & 127) << shift;
                if (*b->p++ < 128)
                        return n;
        }
        abort();
}

static Bytes piece(Bytes *b) {
        uint64_t n = varint(b);
        Bytes out = { b->p, b->p };

        must(n <= (uint64_t)(b->end - b->p));
        out.end += n;
        b->p += n;
        return out;
}

static int64_t step(Bytes *b) {
        uint64_t n = varint(b);

        return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}

static bool inside(TilePoint p) {
        return p.x >= -MVT_BUFFER && p.y >= -MVT_BUFFER && p.x <= TILE_EXTENT + MVT_BUFFER &&
               p.y <= TILE_EXTENT + MVT_BUFFER;
}

/* One ring: MoveTo 1, LineTo n, ClosePath. Twice its area, positive for outer ones (y goes down). */
static int64_t read_ring(Bytes *b, TilePoint *cursor) {
        int64_t area2 = 0;
        TilePoint first, last;
        uint64_t n;

        must(varint(b) == (1 << 3 | 1));
        cursor->x += step(b), cursor->y += step(b);
        first = last = *cursor;
        must(inside(first));
        n = varint(b);
        must((n & 7) == 2 && n >> 3 >= 2);
        for (n >>= 3; n > 0; n--) {
                cursor->x += step(b), cursor->y += step(b);
                must(inside(*cursor));
                area2 += last.x * cursor->y - cursor->x * last.y;
                last = *cursor;
        }
        must(varint(b) == (1 << 3 | 7));
        return area2 + last.x * first.y - first.x * last.y;
}

static void check_geometry(Bytes b, uint64_t type) {
        TilePoint cursor = { 0, 0 };
        bool first = true;

        must(b.p < b.end && (type == 1 || type == 3));
        if (type == 1) {
                must(varint(&b) == (1 << 3 | 1));
                cursor.x = step(&b), cursor.y = step(&b);
                must(inside(cursor) && b.p == b.end);
        }
        while (b.p < b.end) {
                int64_t area2 = read_ring(&b, &cursor);

                must(first ? area2 > 0 : area2 <= 0);
                first = false;
        }
}

static void check_feature(Bytes b, uint64_t keys, uint64_t values) {
        Bytes geometry = { NULL, NULL }, tags = { NULL, NULL };
        uint64_t type = 0;

        while (b.p < b.end) {
                uint64_t field = varint(&b);

                if (field == (1 << 3))
                        (void)varint(&b);
                else if (field == (2 << 3 | 2))
                        tags = piece(&b);
                else if (field == (3 << 3))
                        type = varint(&b);
                else if (field == (4 << 3 | 2))
                        geometry = piece(&b);
                else
                        abort();
        }
        check_geometry(geometry, type);
        while (tags.p < tags.end) {
                must(varint(&tags) < keys);
                must(varint(&tags) < values);
        }
}

static void check_layer(Bytes whole, size_t wanted) {
        uint64_t keys = 0, values = 0;
        size_t features = 0;

        for (int round = 0; round < 2; round++) /* the tables stand after the features */
                for (Bytes b = whole; b.p < b.end;) {
                        uint64_t field = varint(&b);
                        Bytes inner;

                        if ((field & 7) == 0) {
                                (void)varint(&b);
                                continue;
                        }
                        must((field & 7) == 2);
                        inner = piece(&b);
                        keys += !round && field >> 3 == 3;
                        values += !round && field >> 3 == 4;
                        if (round && field >> 3 == 2) {
                                check_feature(inner, keys, values);
                                features++;
                        }
                }
        must(features == wanted);
}

/* ---- making ------------------------------------------------------------------------------------------------------------------ */

static int64_t within(int64_t n, int64_t most) { return n < -most ? -most : n > most ? most : n; }

/* Points of a shape: differences of the middle, of at most two tiles. */
static Ring read_points(Bytes *b, Arena *a, const Box *box) {
        int64_t width = box->east - box->west, height = box->north - box->south;
        Point at = { (box->west + box->east) / 2, (box->south + box->north) / 2 };
        Ring r = { 0 };

        for (size_t n = b->p < b->end ? *b->p++ : 0; n > 0 && b->end - b->p >= 2; n--, b->p += 2) {
                at.lon_e7 = within(at.lon_e7 + (int8_t)b->p[0] * width / 64, 1800000000);
                at.lat_e7 = within(at.lat_e7 + (int8_t)b->p[1] * height / 64, 900000000);
                *list_push(a, &r) = at;
        }
        return r;
}

static void add_shape(Mvt *m, Bytes *b, Arena *a, int kind, uint64_t id) {
        Ring rings[2] = { read_points(b, a, &m->box), { 0 } };
        bool there;

        if (!rings[0].n)
                return;
        if (kind & 1)
                rings[1] = read_points(b, a, &m->box);
        there = kind & 2 ? mvt_point(m, id, rings[0].v[0])
                         : mvt_polygon(m, id, rings, rings[1].n > 2 ? 2 : 1);
        if (there) {
                mvt_tag_str(m, "code", (Str){ (const char *)b->p, (size_t)(b->end - b->p) % 20 });
                mvt_tag_int(m, "n", (int64_t)rings[0].n - 3);
                mvt_tag_bool(m, "hole", rings[1].n > 2);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Bytes b = { data + 7, data + size };
        Buf out = BUF_IN(a);
        TileId id;
        Mvt m;

        if (size < 8 || size > 1 << 12)
                return 0;
        id.zoom = data[0] % (TILE_ZOOM_MAX + 1);
        id.x = (data[1] | data[2] << 8 | data[3] << 16) & ((1 << id.zoom) - 1);
        id.y = (data[4] | data[5] << 8 | data[6] << 16) & ((1 << id.zoom) - 1);
        must(tile_valid(id));
        mvt_begin(&m, a, id);
        mvt_layer(&m, S("grids"));
        for (uint64_t n = 1; b.p < b.end; n++)
                add_shape(&m, &b, a, *b.p++, n);
        mvt_end(&m, &out);
        must((out.n > 0) == (m.feature_count > 0));
        if (out.n) {
                Bytes tile = { (const uint8_t *)out.p, (const uint8_t *)out.p + out.n };

                must(varint(&tile) == (3 << 3 | 2));
                check_layer(piece(&tile), m.feature_count);
                must(tile.p == tile.end);
        }
        return 0;
}
