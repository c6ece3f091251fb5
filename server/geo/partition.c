/* A warped lattice of street blocks. Its four sides are the outline (a Coons patch between four wavy curves), its nodes and the
 * middle of every edge are whole e7 coordinates shared by the blocks on both sides; blocks are dealt out by recursive halving,
 * so that borders run along streets. Everything after the nodes is exact. */
#include "geo/partition.h"
#include "base/rc.h"
#include "geo/outline.h"
#include <math.h>
#include <stdlib.h>

enum { BLOCKS_PER_PART = 16, SIDE_MAX = 720, WAVES = 4, ORDERS = 6, ATTEMPTS = 24 }; /* orders: see cut_at */

typedef struct Vec {
        double x, y;
} Vec;

typedef struct Wave {
        double size[WAVES], phase[WAVES];
} Wave;

typedef struct Block {
        int column, row;
        double area;
        Ring ring;
} Block;

typedef struct Town {
        Arena *arena;
        uint64_t random;
        const PartitionPlan *plan;
        int columns, rows;
        double *u, *v; /* where the streets cross the sides, 0..1 */
        Vec corner[4]; /* south-west, south-east, north-east, north-west; metres */
        Wave wave[4];  /* south, east, north, west side */
        Vec *nodes, *along,
                *up; /* crossings; middles of west–east streets; middles of south–north streets */
        double scale;
        Block *blocks;
        size_t block_count;
        int *label; /* per block, while dealing out */
} Town;

/* splitmix64: the partition must not depend on the process's generator. */
static uint64_t next(Town *t) {
        uint64_t z = t->random += 0x9e3779b97f4a7c15u;

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return z ^ z >> 31;
}

static double between(Town *t, double low, double high) {
        return low + (high - low) * ((double)(next(t) >> 11) * 0x1p-53);
}

static Vec mix(Vec a, Vec b, double k) { return (Vec){ a.x + (b.x - a.x) * k, a.y + (b.y - a.y) * k }; }
static Vec plus(Vec a, Vec b) { return (Vec){ a.x + b.x, a.y + b.y }; }
static Vec minus(Vec a, Vec b) { return (Vec){ a.x - b.x, a.y - b.y }; }

/* ---- the outline and the streets --------------------------------------------------------------------------------------- */

static void lay_sides(Town *t) {
        static const Vec base[4] = { { -0.5, -0.8 }, { 0.5, -0.8 }, { 0.5, 0.8 }, { -0.5, 0.8 } };
        double turn = between(t, -0.35, -0.15);

        for (int i = 0; i < 4; i++) {
                Vec c = { base[i].x + between(t, -0.12, 0.12), base[i].y + between(t, -0.12, 0.12) };

                t->corner[i] = (Vec){ c.x * cos(turn) - c.y * sin(turn), c.x * sin(turn) + c.y * cos(turn) };
                for (int k = 0; k < WAVES; k++) {
                        t->wave[i].size[k] = between(t, 0.3, 1) * 0.06 / (k + 1);
                        t->wave[i].phase[k] = between(t, 0, 2 * M_PI);
                }
        }
}

/* Sideways swing of a side, nothing at its ends. */
static double swing(const Wave *w, double k) {
        double sum = 0;

        for (int i = 0; i < WAVES; i++)
                sum += w->size[i] * sin((i + 1) * M_PI * 1.5 * k + w->phase[i]);
        return sum * sqrt(sin(M_PI * k));
}

static Vec on_side(const Town *t, int side, double k) {
        static const int from[4] = { 0, 1, 3, 0 }, to[4] = { 1, 2, 2, 3 };
        Vec a = t->corner[from[side]], b = t->corner[to[side]], p = mix(a, b, k);
        double s = swing(&t->wave[side], k);

        return (Vec){ p.x - (b.y - a.y) * s, p.y + (b.x - a.x) * s };
}

/* Coons patch: what the four sides say, minus what the corners say twice. */
static Vec place(const Town *t, double u, double v) {
        Vec sides =
                plus(mix(on_side(t, 0, u), on_side(t, 2, u), v), mix(on_side(t, 3, v), on_side(t, 1, v), u));

        return minus(sides, mix(mix(t->corner[0], t->corner[1], u), mix(t->corner[3], t->corner[2], u), v));
}

/* Blocks of different width, none less than half of another. */
static double *lay_streets(Town *t, int n) {
        double *at = TAKE_ARRAY(t->arena, double, (size_t)n + 1), sum = 0;

        for (int i = 0; i < n; i++)
                at[i + 1] = sum += between(t, 0.7, 1.35);
        for (int i = 1; i <= n; i++)
                at[i] /= sum;
        return at;
}

static size_t node_at(const Town *t, int i, int j) {
        return (size_t)j * (size_t)(t->columns + 1) + (size_t)i;
}

static Vec bend(Town *t, Vec a, Vec b) {
        double k = between(t, -0.035, 0.035);
        Vec m = mix(a, b, between(t, 0.42, 0.58));

        return (Vec){ m.x - (b.y - a.y) * k, m.y + (b.x - a.x) * k };
}

static void lay_nodes(Town *t) {
        size_t count = (size_t)(t->columns + 1) * (size_t)(t->rows + 1);

        t->nodes = TAKE_ARRAY(t->arena, Vec, count);
        t->along = TAKE_ARRAY(t->arena, Vec, count);
        t->up = TAKE_ARRAY(t->arena, Vec, count);
        for (int j = 0; j <= t->rows; j++)
                for (int i = 0; i <= t->columns; i++) {
                        bool edge = i == 0 || j == 0 || i == t->columns || j == t->rows;
                        double du = edge ? 0 : between(t, -0.14, 0.14) / t->columns;
                        double dv = edge ? 0 : between(t, -0.14, 0.14) / t->rows;

                        t->nodes[node_at(t, i, j)] = place(t, t->u[i] + du, t->v[j] + dv);
                }
        for (int j = 0; j <= t->rows; j++)
                for (int i = 0; i <= t->columns; i++) {
                        Vec here = t->nodes[node_at(t, i, j)];

                        if (i < t->columns)
                                t->along[node_at(t, i, j)] =
                                        j == 0 || j == t->rows
                                                ? place(t, (t->u[i] + t->u[i + 1]) / 2, t->v[j])
                                                : bend(t, here, t->nodes[node_at(t, i + 1, j)]);
                        if (j < t->rows)
                                t->up[node_at(t, i, j)] =
                                        i == 0 || i == t->columns
                                                ? place(t, t->u[i], (t->v[j] + t->v[j + 1]) / 2)
                                                : bend(t, here, t->nodes[node_at(t, i, j + 1)]);
                }
}

/* ---- blocks ------------------------------------------------------------------------------------------------------------ */

static Point to_point(const Town *t, Vec p) {
        Point c = t->plan->centre;
        double lat = (double)c.lat_e7 * 1e-7;

        return (Point){ c.lon_e7 + llround(p.x * t->scale / lon_m_per_e7(lat)),
                        c.lat_e7 + llround(p.y * t->scale / lat_m_per_e7(lat)) };
}

static void lay_block(Town *t, int i, int j) {
        const Vec around[8] = { t->nodes[node_at(t, i, j)],         t->along[node_at(t, i, j)],
                                t->nodes[node_at(t, i + 1, j)],     t->up[node_at(t, i + 1, j)],
                                t->nodes[node_at(t, i + 1, j + 1)], t->along[node_at(t, i, j + 1)],
                                t->nodes[node_at(t, i, j + 1)],     t->up[node_at(t, i, j)] };
        Block *b = &t->blocks[t->block_count++];

        *b = (Block){ .column = i,
                      .row = j,
                      .ring = { .v = TAKE_ARRAY(t->arena, Point, 8), .n = 8, .cap = 8 } };
        for (size_t k = 0; k < 8; k++)
                b->ring.v[k] = to_point(t, around[k]);
        b->area = ring_area_m2(&b->ring);
}

/* False when a block came out folded: the waves were too wild for the blocks' size. */
static bool lay_blocks(Town *t) {
        double sum = 0;

        t->block_count = 0;
        for (int j = 0; j < t->rows; j++)
                for (int i = 0; i < t->columns; i++)
                        lay_block(t, i, j);
        for (size_t i = 0; i < t->block_count; i++) {
                sum += t->blocks[i].area;
                if (ring_area2(&t->blocks[i].ring) <= 0 || ring_check(&t->blocks[i].ring, NULL) != RING_FINE)
                        return false;
        }
        t->scale *= sqrt(t->plan->area_m2 / sum);
        return true;
}

/* ---- dealing out --------------------------------------------------------------------------------------------------------- */

/* A set of blocks and the shares it is to be cut into, first … first + n − 1. */
typedef struct Share {
        size_t *blocks, count;
        const double *weights;
        int first, n;
} Share;

typedef struct Order {
        const Town *town;
        bool by_row, downwards;
} Order;

static int by_order(const void *x, const void *y, void *arg) {
        const Order *o = arg;
        const Block *a = &o->town->blocks[*(const size_t *)x], *b = &o->town->blocks[*(const size_t *)y];
        int main_a = o->by_row ? a->row : a->column, main_b = o->by_row ? b->row : b->column;
        int side_a = o->by_row ? a->column : a->row, side_b = o->by_row ? b->column : b->row;

        if (main_a != main_b)
                return main_a - main_b;
        return o->downwards ? side_b - side_a : side_a - side_b;
}

/* One ring that passes the check, or nothing: joined blocks may not fall apart, enclose others or touch themselves. */
static bool join(const Town *t, Arena *arena, const size_t *blocks, size_t n, Ring *ret) {
        Ring *rings = TAKE_ARRAY(arena, Ring, n ? n : 1);
        RingList out;

        for (size_t i = 0; i < n; i++)
                rings[i] = t->blocks[blocks[i]].ring;
        outline_of(arena, rings, n, &out);
        if (out.n != 1 || ring_check(&out.v[0], NULL) != RING_FINE)
                return false;
        *ret = out.v[0];
        return true;
}

static double length_m(const Ring *r) {
        double sum = 0;

        for (size_t i = 0; i < r->n; i++)
                sum += point_distance_m(r->v[i], r->v[i + 1 < r->n ? i + 1 : 0]);
        return sum;
}

/* How many of the sorted blocks make up the wanted share; orders 4 and 5 cut between whole columns or rows. */
static size_t cut_at(const Town *t, const Share *s, const size_t *sorted, double wanted, int order) {
        double sum = 0, all = 0, best = INFINITY;
        size_t at = 0;

        for (size_t i = 0; i < s->count; i++)
                all += t->blocks[sorted[i]].area;
        for (size_t i = 1; i < s->count; i++) {
                const Block *a = &t->blocks[sorted[i - 1]], *b = &t->blocks[sorted[i]];

                sum += a->area;
                if (order >= 4 && (order & 1 ? a->row == b->row : a->column == b->column))
                        continue;
                if (fabs(sum / all - wanted) < best)
                        best = fabs(sum / all - wanted), at = i;
        }
        return at;
}

/* The dearness of a cut: long borders, unequal shares. INFINITY when a side falls apart or gets fewer blocks than shares. */
static double price(Town *t, const Share *s, const size_t *sorted, size_t at, int left, double wanted) {
        _cleanup_(arena_freep) Arena *scratch = arena_new(0); /* a whole city's blocks are joined hundreds of times */
        double all = 0, part = 0;
        Ring a, b;

        if (at < (size_t)left || s->count - at < (size_t)(s->n - left))
                return INFINITY;
        if (!join(t, scratch, sorted, at, &a) || !join(t, scratch, sorted + at, s->count - at, &b))
                return INFINITY;
        for (size_t i = 0; i < s->count; i++) {
                all += t->blocks[sorted[i]].area;
                part += i < at ? t->blocks[sorted[i]].area : 0;
        }
        return (length_m(&a) + length_m(&b)) / sqrt(all) + 3 * fabs(part / all - wanted) +
               between(t, 0, 0.35);
}

/* Where every good cut would leave something cut off: the nearest one that does not, a little to either side. */
static double cut_beside(Town *t, const Share *s, int left, double wanted, size_t **ret_sorted, size_t *ret_at) {
        for (size_t aside = 1; aside < s->count; aside++)
                for (int order = 0; order < 4; order++) {
                        size_t *sorted = arena_copy(t->arena, s->blocks, s->count * sizeof *sorted), at;
                        double dear = INFINITY;

                        qsort_r(sorted, s->count, sizeof *sorted, by_order, &(Order){ t, order & 1, order & 2 });
                        at = cut_at(t, s, sorted, wanted, order);
                        if (at + aside < s->count)
                                dear = price(t, s, sorted, at += aside, left, wanted);
                        else if (at > aside)
                                dear = price(t, s, sorted, at -= aside, left, wanted);
                        if (dear != INFINITY)
                                return *ret_sorted = sorted, *ret_at = at, dear;
                }
        return INFINITY;
}

static bool deal(Town *t, Share s) {
        double all = 0, part = 0, wanted, best = INFINITY;
        size_t *chosen = NULL, at = 0;
        int left = s.n / 2;

        if (s.n == 1) {
                for (size_t i = 0; i < s.count; i++)
                        t->label[s.blocks[i]] = s.first;
                return s.count > 0;
        }
        for (int i = 0; i < s.n; i++) {
                all += s.weights[s.first + i];
                part += i < left ? s.weights[s.first + i] : 0;
        }
        wanted = part / all;
        for (int order = 0; order < ORDERS; order++) {
                size_t *sorted = arena_copy(t->arena, s.blocks, s.count * sizeof *sorted), here;
                double dear;

                qsort_r(sorted, s.count, sizeof *sorted, by_order, &(Order){ t, order & 1, order & 2 });
                here = cut_at(t, &s, sorted, wanted, order);
                dear = price(t, &s, sorted, here, left, wanted);
                if (dear < best)
                        best = dear, at = here, chosen = sorted;
        }
        if (best == INFINITY && t->plan->levels)
                best = cut_beside(t, &s, left, wanted, &chosen, &at);
        if (best == INFINITY)
                return false;
        return deal(t, (Share){ chosen, at, s.weights, s.first, left }) &&
               deal(t, (Share){ chosen + at, s.count - at, s.weights, s.first + left, s.n - left });
}

/* ---- parts --------------------------------------------------------------------------------------------------------------- */

/* From west to east in bands from north to south. */
typedef struct Numbered {
        PartitionPart *part;
        int64_t band, lon;
} Numbered;

static int by_number(const void *x, const void *y) {
        const Numbered *a = x, *b = y;

        if (a->band != b->band)
                return a->band < b->band ? -1 : 1;
        return (a->lon > b->lon) - (a->lon < b->lon);
}

static void number(Town *t, PartitionPart *parts, size_t n) {
        Numbered *order = TAKE_ARRAY(t->arena, Numbered, n);
        PartitionPart *sorted = TAKE_ARRAY(t->arena, PartitionPart, n);
        double area = 0, band;

        for (size_t i = 0; i < n; i++)
                area += ring_area_m2(&parts[i].ring);
        band = sqrt(area / (double)n) / lat_m_per_e7((double)t->plan->centre.lat_e7 * 1e-7);
        for (size_t i = 0; i < n; i++) {
                Point p = ring_label(&parts[i].ring);

                order[i] = (Numbered){ &parts[i], (int64_t)floor(-(double)p.lat_e7 / band), p.lon_e7 };
        }
        qsort(order, n, sizeof *order, by_number);
        for (size_t i = 0; i < n; i++) {
                sorted[i] = *order[i].part;
                sorted[i].number = (int)i + 1;
        }
        memcpy(parts, sorted, n * sizeof *parts);
}

static size_t *blocks_of(const Town *t, const size_t *among, size_t count, int label, size_t *ret_n) {
        size_t *list = TAKE_ARRAY(t->arena, size_t, count ? count : 1), n = 0;

        for (size_t i = 0; i < count; i++)
                if (t->label[among[i]] == label)
                        list[n++] = among[i];
        *ret_n = n;
        return list;
}

static bool make_area(Town *t, size_t area, const size_t *blocks, size_t count, PartitionPartList *out) {
        int n = t->plan->parts[area];
        double *weights = TAKE_ARRAY(t->arena, double, (size_t)n);
        size_t first = out->n;

        for (int i = 0; i < n; i++)
                weights[i] = between(t, 0.85, 1.15);
        if (!deal(t, (Share){ arena_copy(t->arena, blocks, count * sizeof *blocks), count, weights, 0, n }))
                return false;
        for (int i = 0; i < n; i++) {
                size_t k, *mine = blocks_of(t, blocks, count, i, &k);
                PartitionPart *p = list_push(t->arena, out);

                p->area = area;
                if (!join(t, t->arena, mine, k, &p->ring))
                        return false;
        }
        number(t, out->v + first, (size_t)n);
        return true;
}

/* Areas first … first + n − 1 of one group, and the blocks that they share. */
typedef struct Group {
        size_t first, n, level;
        const size_t *blocks;
        size_t count;
} Group;

/* Cuts a group into its own groups of the next level, or into its areas; these into theirs. */
static bool make_group(Town *t, Group g, PartitionPartList *out) {
        const PartitionPlan *plan = t->plan;
        const int *inner = g.level < plan->levels ? plan->groups[g.level] : NULL;
        double *weights = TAKE_ARRAY(t->arena, double, g.n);
        Group *parts = TAKE_ARRAY(t->arena, Group, g.n);
        size_t n = 0;

        for (size_t i = g.first; i < g.first + g.n; i++) {
                if (i == g.first || !inner || inner[i] != inner[i - 1])
                        parts[n++] = (Group){ .first = i, .level = g.level + 1 };
                parts[n - 1].n++;
                weights[n - 1] += plan->parts[i];
        }
        if (!deal(t, (Share){ arena_copy(t->arena, g.blocks, g.count * sizeof *g.blocks), g.count, weights, 0, (int)n }))
                return false;
        for (size_t i = 0; i < n; i++)
                parts[i].blocks = blocks_of(t, g.blocks, g.count, (int)i, &parts[i].count);
        for (size_t i = 0; i < n; i++)
                if (!(inner ? make_group(t, parts[i], out)
                            : make_area(t, parts[i].first, parts[i].blocks, parts[i].count, out)))
                        return false;
        return true;
}

static bool attempt(Town *t, int parts, PartitionPartList *ret_parts, Ring *ret_outline) {
        PartitionPartList out = { 0 };
        size_t *all, blocks = (size_t)parts * BLOCKS_PER_PART;

        t->columns = (int)lround(sqrt((double)blocks / 1.6));
        t->rows = (int)lround((double)blocks / t->columns);
        t->scale = sqrt(t->plan->area_m2 / 1.6);
        lay_sides(t);
        t->u = lay_streets(t, t->columns);
        t->v = lay_streets(t, t->rows);
        lay_nodes(t);
        t->blocks = TAKE_ARRAY(t->arena, Block, (size_t)t->columns * (size_t)t->rows);
        t->label = TAKE_ARRAY(t->arena, int, (size_t)t->columns *(size_t)t->rows);
        if (!lay_blocks(t) || !lay_blocks(t) || !lay_blocks(t)) /* thrice: the scale settles */
                return false;
        all = TAKE_ARRAY(t->arena, size_t, t->block_count);
        for (size_t i = 0; i < t->block_count; i++)
                all[i] = i;
        if (!join(t, t->arena, all, t->block_count, ret_outline) ||
            !make_group(t, (Group){ 0, t->plan->areas, 0, all, t->block_count }, &out))
                return false;
        *ret_parts = out;
        return true;
}

bool partition_make(Arena *a, const PartitionPlan *plan, PartitionPartList *ret_parts, Ring *ret_outline) {
        int parts = 0;

        for (size_t i = 0; i < plan->areas; i++)
                parts += plan->parts[i];
        if (parts < 1 || parts > SIDE_MAX * SIDE_MAX / BLOCKS_PER_PART)
                return false;
        for (uint64_t k = 0; k < ATTEMPTS; k++) {
                Town t = { .arena = a, .plan = plan, .random = plan->seed + k * 0x632be59bd9b4e019u };

                if (attempt(&t, parts, ret_parts, ret_outline))
                        return true;
        }
        return false;
}
