/* How segments meet, exactly; and which of many do: the box is halved until few segments are left in it, then each of them is compared
 * with each. Segments over the middle go to both halves. n log n as long as segments are short against their distances, which a mesh
 * without crossings is. */
#include "geo/mesh_int.h"
#include <stdlib.h>

enum { FEW = 24, DEPTH_MAX = 60, PAIRS_EACH = 500, PAIRS_MORE = 20000000 };

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

bool point_on(Point a, Point b, Point p) {
        return p.lon_e7 >= least(a.lon_e7, b.lon_e7) && p.lon_e7 <= most(a.lon_e7, b.lon_e7) &&
               p.lat_e7 >= least(a.lat_e7, b.lat_e7) && p.lat_e7 <= most(a.lat_e7, b.lat_e7) &&
               turn(a, b, p) == 0;
}

/* Two edges from one node: do they lead the same way? */
static bool same_way(Point o, Point a, Point b) {
        return turn(o, a, b) == 0 &&
               ((a.lon_e7 > o.lon_e7) - (a.lon_e7 < o.lon_e7)) ==
                       ((b.lon_e7 > o.lon_e7) - (b.lon_e7 < o.lon_e7)) &&
               ((a.lat_e7 > o.lat_e7) - (a.lat_e7 < o.lat_e7)) ==
                       ((b.lat_e7 > o.lat_e7) - (b.lat_e7 < o.lat_e7));
}

Meeting segments_meet(Point a, Point b, Point c, Point d, unsigned shared) {
        int c_side, d_side, a_side, b_side;

        switch (shared) {
        case 0: break;
        case SHARED_AC: return same_way(a, b, d) ? MEET_OVERLAP : MEET_NOT;
        case SHARED_AD: return same_way(a, b, c) ? MEET_OVERLAP : MEET_NOT;
        case SHARED_BC: return same_way(b, a, d) ? MEET_OVERLAP : MEET_NOT;
        case SHARED_BD: return same_way(b, a, c) ? MEET_OVERLAP : MEET_NOT;
        default: return MEET_OVERLAP;
        }
        c_side = turn(a, b, c), d_side = turn(a, b, d);
        if (c_side * d_side > 0)
                return MEET_NOT;
        a_side = turn(c, d, a), b_side = turn(c, d, b);
        if (c_side * d_side < 0 && a_side * b_side < 0)
                return MEET_CROSS;
        if (!point_on(a, b, c) && !point_on(a, b, d) && !point_on(c, d, a) && !point_on(c, d, b))
                return MEET_NOT;
        if (c_side == 0 && d_side == 0 && !point_eq(a, c) && !point_eq(a, d) && !point_eq(b, c) &&
            !point_eq(b, d))
                return MEET_OVERLAP;
        return MEET_TOUCH;
}

static int64_t divide_round(__int128 a, __int128 b) {
        if (b < 0)
                a = -a, b = -b;
        return (int64_t)(a >= 0 ? (2 * a + b) / (2 * b) : -((-2 * a + b) / (2 * b)));
}

Point crossing_of(Point a, Point b, Point c, Point d) {
        __int128 from = turn2(c, d, a), all = from - turn2(c, d, b);

        if (!all)
                return a;
        return (Point){ a.lon_e7 + divide_round(from * (b.lon_e7 - a.lon_e7), all),
                        a.lat_e7 + divide_round(from * (b.lat_e7 - a.lat_e7), all) };
}

/* ---- many ---------------------------------------------------------------------------------------------------------------- */

typedef struct Sweep {
        const Segment *v;
        SweepMeet meet;
        void *arg;
        int64_t budget; /* of pairs that may still be compared: against tangles made to take long */
        struct {
                uint32_t *v;
                size_t n, cap;
        } stack; /* lists of segments, one behind the other */
} Sweep;

typedef struct Part {
        size_t from, n;
        int64_t west, south, east, north;
        int depth;
} Part;

static unsigned shared_ends(const Segment *s, const Segment *t) {
        return (s->a == t->a ? SHARED_AC : 0) | (s->a == t->b ? SHARED_AD : 0) |
               (s->b == t->a ? SHARED_BC : 0) | (s->b == t->b ? SHARED_BD : 0);
}

static bool compare(const Sweep *w, uint32_t i, uint32_t j) {
        const Segment *s = &w->v[i], *t = &w->v[j];
        Meeting how;

        if (most(s->ax, s->bx) < least(t->ax, t->bx) || most(t->ax, t->bx) < least(s->ax, s->bx) ||
            most(s->ay, s->by) < least(t->ay, t->by) || most(t->ay, t->by) < least(s->ay, s->by))
                return true;
        how = segments_meet((Point){ s->ax, s->ay }, (Point){ s->bx, s->by }, (Point){ t->ax, t->ay },
                            (Point){ t->bx, t->by }, shared_ends(s, t));
        return how == MEET_NOT || w->meet(s, t, how, w->arg);
}

static int by_west(const void *a, const void *b, void *arg) {
        const Segment *v = arg, *s = &v[*(const uint32_t *)a], *t = &v[*(const uint32_t *)b];
        int64_t x = least(s->ax, s->bx), y = least(t->ax, t->bx);

        return (x > y) - (x < y);
}

static bool compare_all(Sweep *w, uint32_t *ids, size_t n) {
        if (n > FEW) /* what no halving separates: at least in order */
                qsort_r(ids, n, sizeof *ids, by_west, (void *)(uintptr_t)w->v);
        for (size_t i = 0; i < n; i++) {
                int64_t east = most(w->v[ids[i]].ax, w->v[ids[i]].bx);

                for (size_t k = i + 1; k < n; k++) {
                        if (n > FEW && least(w->v[ids[k]].ax, w->v[ids[k]].bx) > east)
                                break;
                        if (--w->budget < 0 || !compare(w, ids[i], ids[k]))
                                return false;
                }
        }
        return true;
}

/* Puts the segments of the list that touch the band from … to (along x or y) behind the stack; returns how many. */
static size_t take_band(Sweep *w, size_t from, size_t n, bool by_x, int64_t low, int64_t high) {
        size_t count = 0;

        HEAP_ROOM(&w->stack, n);
        for (size_t i = from; i < from + n; i++) {
                const Segment *s = &w->v[w->stack.v[i]];
                int64_t a = by_x ? s->ax : s->ay, b = by_x ? s->bx : s->by;

                if (least(a, b) <= high && most(a, b) >= low)
                        w->stack.v[w->stack.n + count++] = w->stack.v[i];
        }
        w->stack.n += count;
        return count;
}

static bool sweep_part(Sweep *w, Part p) {
        bool other = false; /* the longer side did not separate them */

        while (p.n > FEW && p.depth < DEPTH_MAX && (p.east > p.west || p.north > p.south)) {
                bool by_x = (p.east - p.west >= p.north - p.south) != other;
                int64_t middle = by_x ? p.west + (p.east - p.west) / 2 : p.south + (p.north - p.south) / 2;
                size_t keep = w->stack.n;
                Part low = p, high = p;
                bool fine;

                p.depth = low.depth = high.depth = p.depth + 1;
                *(by_x ? &low.east : &low.north) = middle;
                *(by_x ? &high.west : &high.south) = middle + 1;
                low.from = keep;
                low.n = take_band(w, p.from, p.n, by_x, by_x ? low.west : low.south, middle);
                high.from = keep + low.n;
                high.n = take_band(w, p.from, p.n, by_x, middle + 1, by_x ? high.east : high.north);
                if (low.n + high.n > p.n + p.n / 2) { /* mostly long ones: halving multiplies them */
                        w->stack.n = keep;
                        if (other)
                                break;
                        other = true;
                        continue;
                }
                if (!high.n || !low.n) { /* all on one side: narrow the box and look again */
                        w->stack.n = keep;
                        low.from = high.from = p.from;
                        p = high.n ? high : low;
                        continue;
                }
                fine = sweep_part(w, low) && sweep_part(w, high);
                w->stack.n = keep;
                return fine;
        }
        return compare_all(w, w->stack.v + p.from, p.n);
}

bool segments_sweep(const Segment *v, size_t n, SweepMeet meet, void *arg) {
        Sweep w = { .v = v, .meet = meet, .arg = arg, .budget = PAIRS_MORE + (int64_t)n * PAIRS_EACH };
        Part all = { 0, n, INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN, 0 };

        HEAP_ROOM(&w.stack, n * 2 + 1);
        for (size_t i = 0; i < n; i++) {
                w.stack.v[w.stack.n++] = (uint32_t)i;
                all.west = least(all.west, least(v[i].ax, v[i].bx));
                all.east = most(all.east, most(v[i].ax, v[i].bx));
                all.south = least(all.south, least(v[i].ay, v[i].by));
                all.north = most(all.north, most(v[i].ay, v[i].by));
        }
        (void)sweep_part(&w, all);
        free(w.stack.v);
        return w.budget >= 0;
}
