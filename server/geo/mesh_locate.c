/* A grid of cells over the mesh, crowded cells divided again, 8 by 8. A cell that no edge touches knows its face. Any other one keeps the
 * edges that touch it, each with the face to its east, and along its west side which face begins at which height: the answer for a
 * point is the face east of the nearest edge to its west in the cell, and if there is none, what the west side says at its height.
 * Everything is whole numbers: no rounding can lose an edge. Cells are made from west to east, so that what lies beyond a
 * west side is asked from the part that is already there. */
#include "geo/mesh_locate.h"
#include "geo/mesh_int.h"
#include <stdlib.h>

enum {
        FAN_BITS = 3,
        FAN = 1 << FAN_BITS,
        CROWD = 10,         /* edges of a cell that is not divided */
        EDGES_PER_CELL = 2, /* on average, at the top */
        CELLS_MIN = 256,
        SMALLEST_BITS = 4, /* log₂ of the size of the smallest cell */
        EDGE_WORDS = 5,
        KIND_SHIFT = 30,
        KIND_LEAF = 1,
        KIND_BLOCK = 2,
};
#define PAYLOAD ((1u << KIND_SHIFT) - 1)

/* A slot: the face of the whole cell, or where its leaf begins in `words`, or the number of its block of cells. */
typedef uint32_t Slot;

struct MeshLocator {
        Box box;
        int shift; /* log₂ of the size of a cell at the top */
        uint32_t columns, rows;
        Slot *top;
        Slot *blocks;
        size_t block_n, block_cap; /* of FAN × FAN */
        int32_t *
                words; /* leaves: count of heights, count of edges; height, face …; ax, ay, bx, by, face … (a below b) */
        size_t word_n, word_cap;
};

typedef struct Cut {
        int32_t ax, ay, bx, by;
        int32_t east;
} Cut;

typedef struct Work {
        MeshLocator *x;
        const Cut *cuts;
} Work;

/* ---- asking ------------------------------------------------------------------------------------------------------------- */

static inline int64_t side_of(const int32_t *e, int64_t lon, int64_t lat) {
        return ((int64_t)e[2] - e[0]) * (lat - e[1]) - ((int64_t)e[3] - e[1]) * (lon - e[0]);
}

/* Does e pass a hair above this height further east than f? */
static bool further_east(const int32_t *e, const int32_t *f, int64_t lat) {
        __int128 ex = (int64_t)e[2] - e[0], ey = (int64_t)e[3] - e[1], fx = (int64_t)f[2] - f[0],
                 fy = (int64_t)f[3] - f[1];
        __int128 apart = ((int64_t)e[0] - f[0]) * ey * fy + ex * (lat - e[1]) * fy - fx * (lat - f[1]) * ey;

        return apart ? apart > 0 : ex * fy > fx * ey;
}

static uint32_t ask_leaf(const int32_t *w, int64_t west, int64_t lon, int64_t lat) {
        int32_t heights = w[0], edges = w[1];
        const int32_t *h = w + 2, *e = h + 2 * (size_t)heights, *best = NULL;

        for (int32_t i = 0; i < edges; i++, e += EDGE_WORDS) {
                if (e[1] > lat || e[3] <= lat || side_of(e, lon, lat) > 0)
                        continue;
                if (!best || further_east(e, best, lat))
                        best = e;
        }
        /* Beyond the west side there may be others between. */
        if (best && side_of(best, west - 1, lat) > 0)
                return (uint32_t)best[4];
        while (h[0] <= lat)
                h += 2;
        return (uint32_t)h[1];
}

MeshFaceId mesh_locate(const MeshLocator *x, Point p) {
        uint64_t lon, lat;
        int shift = x->shift;
        Slot s;

        if (!x->top || !box_holds(x->box, p))
                return MESH_OUTSIDE;
        lon = (uint64_t)(p.lon_e7 - x->box.west), lat = (uint64_t)(p.lat_e7 - x->box.south);
        s = x->top[(lat >> shift) * x->columns + (lon >> shift)];
        while (s >> KIND_SHIFT == KIND_BLOCK) {
                shift -= FAN_BITS;
                s = x->blocks[(size_t)(s & PAYLOAD) * FAN * FAN + (lat >> shift & (FAN - 1)) * FAN +
                              (lon >> shift & (FAN - 1))];
        }
        if (s >> KIND_SHIFT == KIND_LEAF) {
                int64_t west = x->box.west + (int64_t)(lon >> shift << shift);

                s = ask_leaf(x->words + (s & PAYLOAD), west, p.lon_e7, p.lat_e7);
        }
        return (MeshFaceId){ s };
}

size_t mesh_locator_bytes(const MeshLocator *x) {
        return sizeof *x + (size_t)x->columns * x->rows * sizeof *x->top +
               x->block_cap * FAN * FAN * sizeof *x->blocks + x->word_cap * sizeof *x->words;
}

/* ---- making -------------------------------------------------------------------------------------------------------------- */

static int64_t floor_div(__int128 a, int64_t b) {
        __int128 q = a / b;

        return (int64_t)(q - (a % b != 0 && (a < 0) != (b < 0)));
}

/* Columns of a row of cells (each 1 << shift wide, from `west`) that the part of the edge between two heights may touch; false: none. */
static bool columns_of(const Cut *c, int64_t low, int64_t high, int64_t west, int shift, int64_t columns,
                       int64_t *ret_first, int64_t *ret_last) {
        int64_t from = c->ay > low ? c->ay : low, to = c->by < high ? c->by : high, x0, x1;
        __int128 dx = (int64_t)c->bx - c->ax;
        int64_t dy = (int64_t)c->by - c->ay;

        if (from > to)
                return false;
        x0 = dy ? c->ax + floor_div(dx * (from - c->ay), dy) : c->ax;
        x1 = dy ? c->ax + floor_div(dx * (to - c->ay), dy) : c->bx;
        if (x0 > x1) {
                int64_t keep = x0;

                x0 = x1, x1 = keep;
        }
        x0 = (x0 - 1 - west) >> shift;
        x1 = (x1 + 2 - west) >> shift; /* rounding, and the side that lies one unit further west */
        *ret_first = x0 > 0 ? x0 : 0;
        *ret_last = x1 < columns ? x1 : columns - 1;
        return *ret_first <= *ret_last;
}

typedef struct Area {
        int64_t west, south;
        int shift; /* of its cells */
        int64_t columns, rows;
} Area;

/* For each cell of the area the list of edges that may touch it: `from` of columns × rows + 1 into `ids`. */
typedef struct Lists {
        uint32_t *from, *ids;
} Lists;

static void each_touch(const Work *w, const Area *a, const uint32_t *ids, size_t n, Lists *l, bool fill) {
        for (size_t i = 0; i < n; i++) {
                const Cut *c = &w->cuts[ids[i]];
                int64_t row = (c->ay - a->south) >> a->shift, last_row = (c->by - a->south) >> a->shift, col,
                        last;

                row = row > 0 ? row : 0;
                last_row = last_row < a->rows ? last_row : a->rows - 1;
                for (; row <= last_row; row++) {
                        int64_t low = a->south + (row << a->shift);

                        if (!columns_of(c, low, low + ((int64_t)1 << a->shift), a->west, a->shift,
                                        a->columns, &col, &last))
                                continue;
                        for (; col <= last; col++) {
                                uint32_t *at = &l->from[row * a->columns + col + 1];

                                if (fill)
                                        l->ids[--*at] = ids[i];
                                else
                                        ++*at;
                        }
                }
        }
}

static Lists lists_of(const Work *w, const Area *a, const uint32_t *ids, size_t n) {
        size_t cells = (size_t)(a->columns * a->rows);
        Lists l = { heap_take(cells + 2, sizeof *l.from), NULL };

        each_touch(w, a, ids, n, &l, false);
        for (size_t i = 1; i <= cells; i++)
                l.from[i] += l.from[i - 1];
        l.from[cells + 1] = l.from[cells];
        l.ids = heap_take(l.from[cells], sizeof *l.ids);
        each_touch(w, a, ids, n, &l,
                   true); /* backwards from each end: then from[i + 1] is where list i begins */
        return l;
}

static int by_height(const void *a, const void *b) {
        int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

        return (x > y) - (x < y);
}

static int32_t *room(MeshLocator *x, size_t n) {
        if (x->word_n + n > x->word_cap) {
                x->word_cap = x->word_cap + x->word_cap / 2 + n + 4096;
                x->words = heap_grow(x->words, x->word_cap, sizeof *x->words);
        }
        return x->words + x->word_n;
}

/* The least height at which a point just east of `lon` is not below the edge; false: the edge does not pass there. */
static bool height_at(const Cut *c, int64_t lon, int64_t *ret) {
        bool right = c->ax < c->bx;
        int64_t x0 = right ? c->ax : c->bx, y0 = right ? c->ay : c->by, dx = llabs((int64_t)c->bx - c->ax);
        int64_t dy = right ? (int64_t)c->by - c->ay : (int64_t)c->ay - c->by;
        __int128 rise;

        if (x0 > lon || x0 + dx <= lon)
                return false;
        rise = (__int128)dy * (lon - x0);
        *ret = y0 + floor_div(rise, dx);
        if (rise % dx != 0 || dy > 0)
                ++*ret;
        return true;
}

static Slot make_leaf(const Work *w, int64_t west, int64_t south, int64_t size, const uint32_t *ids,
                      size_t n) {
        MeshLocator *x = w->x;
        int32_t *heights = heap_take(n + 1, sizeof *heights), *at;
        size_t k = 0, edges = 0, start = x->word_n;
        int32_t from = (int32_t)south;

        for (size_t i = 0; i < n; i++) {
                int64_t y;

                edges += w->cuts[ids[i]].ay != w->cuts[ids[i]].by;
                if (height_at(&w->cuts[ids[i]], west - 1, &y) && y > south && y < south + size)
                        heights[k++] = (int32_t)y;
        }
        qsort(heights, k, sizeof *heights, by_height);
        heights[k++] = INT32_MAX;
        at = room(x, 2 + 2 * k + EDGE_WORDS * edges);
        at[1] = (int32_t)edges;
        at[0] = 0;
        for (size_t i = 0; i < k; i++) { /* heights that say the same as the one before are left out */
                int32_t *last = at + 2 * at[0], face = (int32_t)mesh_locate(x, (Point){ west - 1, from }).n;

                from = heights[i];
                if (at[0] && last[1] == face)
                        last[0] = from;
                else
                        ++at[0], last[2] = from, last[3] = face;
        }
        at += 2 + 2 * at[0];
        for (size_t i = 0; i < n; i++) {
                const Cut *c = &w->cuts[ids[i]];

                if (c->ay == c->by)
                        continue;
                memcpy(at, c, sizeof *c);
                at += EDGE_WORDS;
        }
        x->word_n = (size_t)(at - x->words);
        free(heights);
        if (start > PAYLOAD)
                abort();
        return (Slot)KIND_LEAF << KIND_SHIFT | (Slot)start;
}

/* Where a slot is kept: the cells at the top, then those of the blocks. */
static void put(MeshLocator *x, size_t place, Slot s) {
        size_t top = (size_t)x->columns * x->rows;

        *(place < top ? &x->top[place] : &x->blocks[place - top]) = s;
}

static void make_cell(const Work *w, const Area *a, size_t cell, size_t place, const uint32_t *ids,
                      size_t n);

/* Column by column from the west; a slot points to its block before the block is filled, so that its first columns can be asked. */
static void make_cells(const Work *w, const Area *a, size_t place, const uint32_t *ids, size_t n) {
        Lists l = lists_of(w, a, ids, n);

        for (int64_t col = 0; col < a->columns; col++) {
                for (int64_t row = 0; row < a->rows; row++) {
                        size_t cell = (size_t)(row * a->columns + col);

                        make_cell(w, a, cell, place + cell, l.ids + l.from[cell + 1],
                                  l.from[cell + 2] - l.from[cell + 1]);
                }
        }
        free(l.from);
        free(l.ids);
}

static size_t block_new(MeshLocator *x) {
        if (x->block_n == x->block_cap) {
                x->block_cap += x->block_cap / 2 + 64;
                x->blocks = heap_grow(x->blocks, x->block_cap * FAN * FAN, sizeof *x->blocks);
        }
        memset(x->blocks + x->block_n * FAN * FAN, 0, FAN * FAN * sizeof *x->blocks);
        if (x->block_n > PAYLOAD)
                abort();
        return x->block_n++;
}

static void make_cell(const Work *w, const Area *a, size_t cell, size_t place, const uint32_t *ids,
                      size_t n) {
        int64_t west = a->west + ((int64_t)(cell % (size_t)a->columns) << a->shift);
        int64_t south = a->south + ((int64_t)(cell / (size_t)a->columns) << a->shift);
        Area inner = { west, south, a->shift - FAN_BITS, FAN, FAN };
        size_t block;

        if (!n) {
                put(w->x, place, mesh_locate(w->x, (Point){ west - 1, south }).n);
        } else if (n <= CROWD || inner.shift < SMALLEST_BITS) {
                put(w->x, place, make_leaf(w, west, south, (int64_t)1 << a->shift, ids, n));
        } else {
                block = block_new(w->x);
                put(w->x, place, (Slot)KIND_BLOCK << KIND_SHIFT | (Slot)block);
                make_cells(w, &inner, (size_t)w->x->columns * w->x->rows + block * FAN * FAN, ids, n);
        }
}

static Cut *cuts_of(const Mesh *m, size_t *ret_n) {
        Cut *v = heap_take(m->tables[T_HALF].live, sizeof *v);
        size_t n = 0;

        for (uint32_t e = 1; e < m->tables[T_HALF].n / 2; e++) {
                uint32_t h = 2 * e;
                const MNode *a, *b;

                if (!edge_alive(m, e))
                        continue;
                if (NODE(m, half_from(m, h))->lat > NODE(m, half_to(m, h))->lat)
                        h++;
                a = NODE(m, half_from(m, h)), b = NODE(m, half_to(m, h));
                if (a->lat == b->lat && a->lon > b->lon)
                        h ^= 1, a = NODE(m, half_from(m, h)), b = NODE(m, half_to(m, h));
                v[n++] = (Cut){ a->lon, a->lat, b->lon, b->lat, (int32_t)half_face(m, h ^ 1) };
        }
        *ret_n = n;
        return v;
}

MeshLocator *mesh_locator_new(const Mesh *m) {
        MeshLocator *x = heap_take(1, sizeof *x);
        size_t n, wanted;
        Cut *cuts = cuts_of(m, &n);
        uint32_t *ids = heap_take(n, sizeof *ids);
        Work w = { x, cuts };
        Area top;

        x->box = mesh_box(m);
        wanted = n / EDGES_PER_CELL < CELLS_MIN ? CELLS_MIN : n / EDGES_PER_CELL;
        while (n && (size_t)(((x->box.east - x->box.west) >> x->shift) + 1) *
                                    (size_t)(((x->box.north - x->box.south) >> x->shift) + 1) >
                            wanted)
                x->shift++;
        if (n) {
                x->columns = (uint32_t)(((x->box.east - x->box.west) >> x->shift) + 1);
                x->rows = (uint32_t)(((x->box.north - x->box.south) >> x->shift) + 1);
                x->top = heap_take((size_t)x->columns * x->rows, sizeof *x->top);
                for (size_t i = 0; i < n; i++)
                        ids[i] = (uint32_t)i;
                top = (Area){ x->box.west, x->box.south, x->shift, x->columns, x->rows };
                make_cells(&w, &top, 0, ids, n);
        }
        free(cuts);
        free(ids);
        return x;
}

void mesh_locator_free(MeshLocator *x) {
        if (!x)
                return;
        free(x->top);
        free(x->blocks);
        free(x->words);
        free(x);
}
