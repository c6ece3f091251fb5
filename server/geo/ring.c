/* Rings: exact area, turn and containment; the check for simplicity; the compact form. Measures in metres are in measure.c. */
#include "geo/ring.h"
#include <stdlib.h>

void box_add(Box *b, Point p) {
        if (p.lon_e7 < b->west)
                b->west = p.lon_e7;
        if (p.lon_e7 > b->east)
                b->east = p.lon_e7;
        if (p.lat_e7 < b->south)
                b->south = p.lat_e7;
        if (p.lat_e7 > b->north)
                b->north = p.lat_e7;
}

bool box_empty(Box b) { return b.west > b.east || b.south > b.north; }

void box_add_box(Box *b, Box other) {
        if (box_empty(other))
                return;
        box_add(b, (Point){ other.west, other.south });
        box_add(b, (Point){ other.east, other.north });
}

int point_turn(Point a, Point b, Point c) {
        /* Differences stay below 2³², products below 2⁶³: compared, never subtracted. */
        int64_t left = (b.lon_e7 - a.lon_e7) * (c.lat_e7 - a.lat_e7);
        int64_t right = (b.lat_e7 - a.lat_e7) * (c.lon_e7 - a.lon_e7);

        return (left > right) - (left < right);
}

__int128 ring_area2(const Ring *r) {
        __int128 sum = 0;

        for (size_t i = 0; i < r->n; i++) {
                Point a = r->v[i], b = r->v[i + 1 < r->n ? i + 1 : 0];

                sum += (__int128)a.lon_e7 * b.lat_e7 - (__int128)b.lon_e7 * a.lat_e7;
        }
        return sum;
}

void ring_reverse(Ring *r) {
        for (size_t i = 0, j = r->n; i + 1 < j; i++) {
                Point keep = r->v[i];

                r->v[i] = r->v[--j];
                r->v[j] = keep;
        }
}

Box ring_box(const Ring *r) {
        Box b = BOX_EMPTY;

        for (size_t i = 0; i < r->n; i++)
                box_add(&b, r->v[i]);
        return b;
}

bool ring_holds(const Ring *r, Point p) {
        bool inside = false;

        for (size_t i = 0, j = r->n - 1; i < r->n; j = i++) {
                Point a = r->v[j], b = r->v[i];

                if ((a.lat_e7 <= p.lat_e7) == (b.lat_e7 <= p.lat_e7))
                        continue;
                /* The edge is always taken upwards, so that both neighbours compute the same. */
                inside ^= a.lat_e7 < b.lat_e7 ? point_turn(a, b, p) > 0 : point_turn(b, a, p) > 0;
        }
        return inside;
}

/* ---- check ----------------------------------------------------------------------------------------------------------- */

typedef struct Edge {
        Point a, b;
        int64_t west, east;
        size_t at; /* index of the first point in the ring */
} Edge;

static int edge_by_west(const void *x, const void *y) {
        const Edge *a = x, *b = y;

        return (a->west > b->west) - (a->west < b->west);
}

static bool on_segment(Point a, Point b, Point p) {
        return point_turn(a, b, p) == 0 && p.lon_e7 >= (a.lon_e7 < b.lon_e7 ? a.lon_e7 : b.lon_e7) &&
               p.lon_e7 <= (a.lon_e7 > b.lon_e7 ? a.lon_e7 : b.lon_e7) &&
               p.lat_e7 >= (a.lat_e7 < b.lat_e7 ? a.lat_e7 : b.lat_e7) &&
               p.lat_e7 <= (a.lat_e7 > b.lat_e7 ? a.lat_e7 : b.lat_e7);
}

static bool edges_meet(const Edge *e, const Edge *f) {
        int t1 = point_turn(e->a, e->b, f->a), t2 = point_turn(e->a, e->b, f->b);
        int t3 = point_turn(f->a, f->b, e->a), t4 = point_turn(f->a, f->b, e->b);

        if (t1 * t2 < 0 && t3 * t4 < 0)
                return true;
        return on_segment(e->a, e->b, f->a) || on_segment(e->a, e->b, f->b) ||
               on_segment(f->a, f->b, e->a) || on_segment(f->a, f->b, e->b);
}

/* Neighbours share one point; they may not fold back onto each other. */
static bool edges_fold(const Edge *e, const Edge *f) {
        return point_eq(e->b, f->a) ? on_segment(e->a, e->b, f->b) || on_segment(f->a, f->b, e->a)
                                    : on_segment(e->a, e->b, f->a) || on_segment(f->a, f->b, e->b);
}

static RingFault check_range(const Ring *r, size_t *ret_at) {
        Box b = ring_box(r);

        for (size_t i = 0; i < r->n; i++) {
                Point p = r->v[i];

                *ret_at = i;
                if (p.lon_e7 < -1800000000 || p.lon_e7 > 1800000000 || p.lat_e7 < -900000000 ||
                    p.lat_e7 > 900000000)
                        return RING_OUT_OF_RANGE;
                if (point_eq(p, r->v[i + 1 < r->n ? i + 1 : 0]))
                        return RING_REPEATED;
        }
        return b.east - b.west > 1800000000 ? RING_OUT_OF_RANGE : RING_FINE;
}

static RingFault check_edges(const Ring *r, const Edge *edges, size_t *ret_at) {
        for (size_t i = 0; i < r->n; i++) {
                for (size_t j = i + 1; j < r->n && edges[j].west <= edges[i].east; j++) {
                        const Edge *e = &edges[i], *f = &edges[j];
                        bool next = (e->at + 1) % r->n == f->at, before = (f->at + 1) % r->n == e->at;

                        *ret_at = e->at > f->at ? e->at : f->at;
                        if (next || before) {
                                if (edges_fold(e, f))
                                        return RING_CROSSES;
                        } else if (point_eq(e->a, f->a) || point_eq(e->b, f->b) || point_eq(e->a, f->b) ||
                                   point_eq(e->b, f->a))
                                return RING_REPEATED;
                        else if (edges_meet(e, f))
                                return RING_CROSSES;
                }
        }
        return RING_FINE;
}

RingFault ring_check(const Ring *r, size_t *ret_at) {
        size_t ignored, *at = ret_at ? ret_at : &ignored;
        RingFault fault;
        Edge *edges;

        *at = 0;
        if (r->n < 3)
                return RING_TOO_FEW;
        if (r->n > RING_POINTS_MAX)
                return RING_TOO_MANY;
        fault = check_range(r, at);
        if (fault)
                return fault;
        edges = calloc(r->n, sizeof *edges);
        if (!edges)
                abort();
        for (size_t i = 0; i < r->n; i++) {
                Point a = r->v[i], b = r->v[i + 1 < r->n ? i + 1 : 0];

                edges[i] = (Edge){ a, b, a.lon_e7 < b.lon_e7 ? a.lon_e7 : b.lon_e7,
                                   a.lon_e7 > b.lon_e7 ? a.lon_e7 : b.lon_e7, i };
        }
        qsort(edges, r->n, sizeof *edges, edge_by_west);
        fault = check_edges(r, edges, at);
        free(edges);
        if (!fault && ring_area2(r) == 0)
                fault = RING_NO_AREA;
        return fault;
}

const char *ring_fault_text(RingFault f) {
        switch (f) {
        case RING_FINE: return "fine";
        case RING_TOO_FEW: return "fewer than three points";
        case RING_TOO_MANY: return "too many points";
        case RING_OUT_OF_RANGE: return "a coordinate is out of range";
        case RING_REPEATED: return "a point occurs twice";
        case RING_CROSSES: return "the outline crosses or touches itself";
        case RING_NO_AREA: return "the outline encloses no area";
        }
        return "?";
}

/* ---- compact form ------------------------------------------------------------------------------------------------------ */

static void put_varint(Buf *b, uint64_t n) {
        while (n >= 128) {
                buf_char(b, (char)(n | 128));
                n >>= 7;
        }
        buf_char(b, (char)n);
}

static uint64_t zigzag(int64_t n) { return (uint64_t)n << 1 ^ (uint64_t)(n >> 63); }

void ring_pack(Buf *b, const Ring *r) {
        Point last = { 0, 0 };

        put_varint(b, r->n);
        for (size_t i = 0; i < r->n; i++) {
                put_varint(b, zigzag(r->v[i].lon_e7 - last.lon_e7));
                put_varint(b, zigzag(r->v[i].lat_e7 - last.lat_e7));
                last = r->v[i];
        }
}

static bool take_varint(Str *s, uint64_t *ret) {
        uint64_t n = 0;

        for (int shift = 0; s->n && shift < 42; shift += 7) {
                unsigned char c = (unsigned char)*s->p;

                s->p++, s->n--;
                n |= (uint64_t)(c & 127) << shift;
                if (c < 128) {
                        *ret = n;
                        return c || !shift; /* no padded zeros: one form per value */
                }
        }
        return false;
}

static bool take_coordinate(Str *s, int64_t *inout, int64_t limit) {
        uint64_t n;

        if (!take_varint(s, &n))
                return false;
        *inout += (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
        return *inout >= -limit && *inout <= limit;
}

bool ring_unpack(Arena *a, Str bytes, Ring *ret) {
        Point last = { 0, 0 };
        Ring r = { 0 };
        uint64_t n;

        if (!take_varint(&bytes, &n) || n > RING_POINTS_MAX || n * 2 > bytes.n)
                return false;
        r.v = TAKE_ARRAY(a, Point, n ? (size_t)n : 1);
        for (r.n = r.cap = (size_t)n; n; n--) {
                if (!take_coordinate(&bytes, &last.lon_e7, 1800000000) ||
                    !take_coordinate(&bytes, &last.lat_e7, 900000000))
                        return false;
                r.v[r.n - (size_t)n] = last;
        }
        if (bytes.n)
                return false;
        *ret = r;
        return true;
}
