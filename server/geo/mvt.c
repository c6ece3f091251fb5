/* Mapbox vector tile encoder (https://github.com/mapbox/vector-tile-spec, version 2.1). Protocol buffers are written by hand:
 * a tile uses a dozen fields. */
#include "geo/mvt.h"
#include "base/rc.h"

enum {
        FIELD_VARINT = 0,
        FIELD_BYTES = 2,
        TYPE_POINT = 1,
        TYPE_POLYGON = 3,
        MOVE_TO = 1,
        LINE_TO = 2,
        CLOSE_PATH = 7
};
enum { MERGE = 4 }; /* units: a tile of 4096 is drawn on 512 pixels, so 8 units are a pixel */

static void put_varint(Buf *b, uint64_t n) {
        while (n >= 128) {
                buf_char(b, (char)(n | 128));
                n >>= 7;
        }
        buf_char(b, (char)n);
}

static uint64_t zigzag(int64_t n) { return (uint64_t)n << 1 ^ (uint64_t)(n >> 63); }

static void put_field(Buf *b, unsigned field, unsigned wire, uint64_t n) {
        put_varint(b, (uint64_t)field << 3 | wire);
        put_varint(b, n);
}

static void put_bytes(Buf *b, unsigned field, Str s) {
        put_field(b, field, FIELD_BYTES, s.n);
        buf_str(b, s);
}

/* ---- commands ---------------------------------------------------------------------------------------------------------- */

static void put_move(Buf *b, TilePoint p, TilePoint *cursor) {
        put_varint(b, zigzag(p.x - cursor->x));
        put_varint(b, zigzag(p.y - cursor->y));
        *cursor = p;
}

void mvt_commands_points(Buf *b, const TilePoint *v, size_t n) {
        TilePoint cursor = { 0, 0 };

        put_varint(b, MOVE_TO | (uint64_t)n << 3);
        for (size_t i = 0; i < n; i++)
                put_move(b, v[i], &cursor);
}

void mvt_commands_ring(Buf *b, const TileRing *r, TilePoint *cursor) {
        put_varint(b, MOVE_TO | 1 << 3);
        put_move(b, r->v[0], cursor);
        put_varint(b, LINE_TO | (uint64_t)(r->n - 1) << 3);
        for (size_t i = 1; i < r->n; i++)
                put_move(b, r->v[i], cursor);
        put_varint(b, CLOSE_PATH | 1 << 3);
}

/* ---- clipping ---------------------------------------------------------------------------------------------------------- */

typedef struct Side {
        bool horizontal; /* the border is a line y = at */
        bool above;      /* keep coordinates ≥ at */
        int64_t at;
} Side;

static bool keeps(Side s, TilePoint p) {
        int64_t c = s.horizontal ? p.y : p.x;

        return s.above ? c >= s.at : c <= s.at;
}

static int64_t div_round(int64_t a, int64_t b) {
        if (b < 0)
                a = -a, b = -b;
        return a >= 0 ? (a + b / 2) / b : -((-a + b / 2) / b);
}

static TilePoint cut(Side s, TilePoint a, TilePoint b) {
        int64_t dx = b.x - a.x, dy = b.y - a.y;

        return s.horizontal ? (TilePoint){ a.x + div_round(dx * (s.at - a.y), dy), s.at }
                            : (TilePoint){ s.at, a.y + div_round(dy * (s.at - a.x), dx) };
}

static void clip_side(Arena *a, const TileRing *in, Side s, TileRing *out) {
        out->n = 0;
        for (size_t i = 0; i < in->n; i++) {
                TilePoint p = in->v[i ? i - 1 : in->n - 1], q = in->v[i];

                if (keeps(s, p) != keeps(s, q))
                        *list_push(a, out) = cut(s, p, q);
                if (keeps(s, q))
                        *list_push(a, out) = q;
        }
}

static __int128 tile_area2(const TileRing *r) {
        __int128 sum = 0;

        for (size_t i = 0; i < r->n; i++) {
                TilePoint p = r->v[i], q = r->v[i + 1 < r->n ? i + 1 : 0];

                sum += (__int128)p.x * q.y - (__int128)q.x * p.y;
        }
        return sum;
}

static bool straight(TilePoint a, TilePoint b, TilePoint c) {
        return (__int128)(b.x - a.x) * (c.y - b.y) == (__int128)(b.y - a.y) * (c.x - b.x);
}

/* Drops repeated points, points on a straight line, and spikes; the shape stays. */
static void tidy(TileRing *r) {
        bool again = true;

        while (again && r->n >= 3) {
                size_t n = 0;

                again = false;
                for (size_t i = 0; i < r->n; i++) {
                        TilePoint before = n ? r->v[n - 1] : r->v[r->n - 1],
                                  after = r->v[i + 1 < r->n ? i + 1 : 0];

                        if (!n && i) /* the first ones were dropped: what precedes is still the last */
                                before = r->v[r->n - 1];
                        if (straight(before, r->v[i], after)) {
                                again = true;
                                continue;
                        }
                        r->v[n++] = r->v[i];
                }
                r->n = n;
        }
}

/* Both neighbours round a shared border alike, because the rounding looks at the point alone: no gaps appear. A ring that is
 * smaller than half a pixel goes. */
static int64_t merge(int64_t n, int64_t step) { return div_round(n, step) * step; }

static bool project_ring(Mvt *m, const Ring *ring, TileRing *ret) {
        static const int64_t low = -MVT_BUFFER, high = TILE_EXTENT + MVT_BUFFER;
        const Side sides[] = {
                { false, true, low }, { false, false, high }, { true, true, low }, { true, false, high }
        };
        TileRing r = { 0 }, spare = { 0 };

        for (size_t i = 0; i < ring->n; i++) {
                TilePoint p = tile_project(m->tile, ring->v[i]);

                p = (TilePoint){ merge(p.x, MERGE), merge(p.y, MERGE) };
                if (r.n && r.v[r.n - 1].x == p.x && r.v[r.n - 1].y == p.y)
                        continue;
                *list_push(m->arena, &r) = p;
        }
        for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
                TileRing keep = r;

                clip_side(m->arena, &r, sides[i], &spare);
                r = spare;
                spare = keep;
        }
        tidy(&r);
        if (r.n < 3 || tile_area2(&r) == 0)
                return false;
        *ret = r;
        return true;
}

/* ---- features ---------------------------------------------------------------------------------------------------------- */

static void feature_close(Mvt *m) {
        Str feature, tags;
        Buf b = BUF_IN(m->arena);

        if (!m->open)
                return;
        tags = buf_view(&m->tags);
        feature = buf_view(&m->feature);
        if (tags.n)
                put_bytes(&b, 2, tags);
        put_field(&m->features, 2, FIELD_BYTES, feature.n + b.n);
        buf_str(&m->features, feature);
        buf_str(&m->features, buf_view(&b));
        m->open = false;
        m->feature_count++;
}

static void layer_close(Mvt *m) {
        Buf b = BUF_IN(m->arena);

        feature_close(m);
        if (m->features.n) {
                put_bytes(&b, 1, m->layer);
                buf_str(&b, buf_view(&m->features));
                buf_str(&b, buf_view(&m->keys));
                buf_str(&b, buf_view(&m->values));
                put_field(&b, 5, FIELD_VARINT, TILE_EXTENT);
                put_field(&b, 15, FIELD_VARINT, 2);
                put_bytes(&m->out, 3, buf_view(&b));
        }
        buf_clear(&m->features);
        buf_clear(&m->keys);
        buf_clear(&m->values);
}

void mvt_begin(Mvt *m, Arena *arena, TileId tile) {
        *m = (Mvt){ .arena = arena, .tile = tile, .box = tile_box(tile, MVT_BUFFER) };
        m->out = m->features = m->keys = m->values = m->tags = m->feature = m->scratch = BUF_IN(arena);
}

void mvt_layer(Mvt *m, Str name) {
        layer_close(m);
        m->layer = name;
        map_init(&m->key_index, m->arena);
        map_init(&m->value_index, m->arena);
}

static void feature_open(Mvt *m, uint64_t id, unsigned type, const Buf *commands) {
        feature_close(m);
        buf_clear(&m->feature);
        buf_clear(&m->tags);
        if (id)
                put_field(&m->feature, 1, FIELD_VARINT, id);
        put_field(&m->feature, 3, FIELD_VARINT, type);
        put_bytes(&m->feature, 4, buf_view(commands));
        m->open = true;
}

bool mvt_point(Mvt *m, uint64_t id, Point p) {
        Buf commands = BUF_IN(m->arena);
        TilePoint at = tile_project(m->tile, p);

        if (at.x < -MVT_BUFFER || at.y < -MVT_BUFFER || at.x > TILE_EXTENT + MVT_BUFFER ||
            at.y > TILE_EXTENT + MVT_BUFFER)
                return false;
        mvt_commands_points(&commands, &at, 1);
        feature_open(m, id, TYPE_POINT, &commands);
        return true;
}

static void tile_ring_turn(TileRing *r) {
        for (size_t i = 0, j = r->n; i + 1 < j; i++) {
                TilePoint keep = r->v[i];

                r->v[i] = r->v[--j];
                r->v[j] = keep;
        }
}

bool mvt_polygon(Mvt *m, uint64_t id, const Ring *rings, size_t n) {
        Buf commands = BUF_IN(m->arena);
        TilePoint cursor = { 0, 0 };

        for (size_t i = 0; i < n; i++) {
                TileRing r;
                bool there = box_meets(ring_box(&rings[i]), m->box) && project_ring(m, &rings[i], &r);

                if (!there && i == 0)
                        return false;
                if (!there)
                        continue;
                if ((tile_area2(&r) > 0) != (i == 0))
                        tile_ring_turn(&r);
                mvt_commands_ring(&commands, &r, &cursor);
        }
        feature_open(m, id, TYPE_POLYGON, &commands);
        return n > 0;
}

/* ---- tags -------------------------------------------------------------------------------------------------------------- */

static uint64_t index_of(Mvt *m, Map *map, Buf *list, unsigned field, Str bytes) {
        void **at = map_at(map, bytes);

        if (!*at) { /* stored as index + 1 */
                Str own = str_dup(m->arena, bytes);

                map->entries[map->n - 1].key = own;
                *at = (void *)(uintptr_t)map->n;
                put_bytes(list, field, own);
        }
        return (uint64_t)(uintptr_t)*at - 1;
}

static void tag(Mvt *m, const char *key) {
        if (!m->open)
                return;
        put_varint(&m->tags, index_of(m, &m->key_index, &m->keys, 3, str_c(key)));
        put_varint(&m->tags, index_of(m, &m->value_index, &m->values, 4, buf_view(&m->scratch)));
}

void mvt_tag_str(Mvt *m, const char *key, Str value) {
        if (!str_given(value))
                return;
        buf_clear(&m->scratch);
        put_bytes(&m->scratch, 1, value);
        tag(m, key);
}

void mvt_tag_int(Mvt *m, const char *key, int64_t value) {
        buf_clear(&m->scratch);
        put_field(&m->scratch, 6, FIELD_VARINT, zigzag(value));
        tag(m, key);
}

void mvt_tag_bool(Mvt *m, const char *key, bool value) {
        buf_clear(&m->scratch);
        put_field(&m->scratch, 7, FIELD_VARINT, value);
        tag(m, key);
}

void mvt_end(Mvt *m, Buf *ret) {
        layer_close(m);
        *ret = m->out;
}
