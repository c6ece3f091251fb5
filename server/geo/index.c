/* A bucket grid over the extent. A cell that no border touches knows its ring at once; the others carry a short list of
 * candidates, tested by the exact half-open rule. Cells are marked by exact integer traversal of every edge, so that no
 * rounding can lose a candidate. Coordinates are kept as 32 bits: 10⁻⁷ degree fits, and the edges of a ring lie together. */
#include "geo/index.h"
#include <stdlib.h>

enum {
        CELLS_PER_RING = 192,
        CELLS_MIN = 1 << 14,
        CELLS_MAX = 1 << 23,
        CELL_NONE = -1,
        CELL_SIDE_MAX = 1 << 15
};

typedef struct Corner {
        int32_t lon, lat;
} Corner;

typedef struct Pair {
        uint32_t cell;
        int32_t ring;
} Pair;

typedef struct Pairs {
        Pair *v;
        size_t n, cap;
} Pairs;

struct GeoIndex {
        Box box;
        int64_t cell_w, cell_h; /* e7 */
        uint32_t columns, rows;
        int32_t *cells; /* ≥ 0 the whole cell is that ring's; −1 nothing; ≤ −2: candidates from −2 − value */
        int32_t *candidates; /* runs that end with −1 */
        size_t candidate_count;
        Corner *corners;  /* of all rings; each ring's first is repeated at its end */
        uint32_t *starts; /* n + 1 */
        size_t n;
};

static void *take(size_t count, size_t each) {
        void *p = calloc(count ? count : 1, each);

        if (!p)
                abort();
        return p;
}

static void push(Pairs *list, uint32_t cell, int32_t ring) {
        if (list->n == list->cap) {
                list->cap = list->cap ? list->cap * 2 : 4096;
                list->v = realloc(list->v, list->cap * sizeof *list->v);
                if (!list->v)
                        abort();
        }
        list->v[list->n++] = (Pair){ cell, ring };
}

static bool corners_hold(const Corner *c, size_t n, int64_t lon, int64_t lat) {
        unsigned inside = 0;

        for (size_t i = 0; i < n; i++) {
                int64_t y0 = c[i].lat, y1 = c[i + 1].lat;

                if ((y0 <= lat) == (y1 <= lat))
                        continue;
                int64_t x0 = c[i].lon, dx = c[i + 1].lon - x0;

                /* Left of the edge, taken upwards or downwards alike: products are below 2⁶³. */
                inside ^= y0 < y1 ? dx * (lat - y0) > (y1 - y0) * (lon - x0)
                                  : dx * (lat - y0) < (y1 - y0) * (lon - x0);
        }
        return inside;
}

static bool holds(const GeoIndex *x, size_t ring, Point p) {
        uint32_t from = x->starts[ring];

        return corners_hold(x->corners + from, x->starts[ring + 1] - from - 1, p.lon_e7, p.lat_e7);
}

/* ---- building -------------------------------------------------------------------------------------------------------- */

static int64_t div_floor(__int128 a, int64_t b) {
        __int128 q = a / b;

        return (int64_t)(q - (a % b != 0 && (a < 0) != (b < 0)));
}

static uint32_t column_of(const GeoIndex *x, int64_t lon) {
        return (uint32_t)((lon - x->box.west) / x->cell_w);
}
static uint32_t row_of(const GeoIndex *x, int64_t lat) {
        return (uint32_t)((lat - x->box.south) / x->cell_h);
}

/* Marks every cell whose closed rectangle the edge touches: `first` and `last` column of each row widen. A point exactly on
 * the line between two cells belongs to the upper or right one; the lower one is marked too by the −1 below. */
static void mark_edge(const GeoIndex *x, Corner a, Corner b, uint32_t row0, int64_t *first, int64_t *last) {
        int64_t y0, y1;

        if (a.lat > b.lat) {
                Corner keep = a;
                a = b, b = keep;
        }
        y0 = a.lat, y1 = b.lat;
        uint32_t from = row_of(x, y0 > x->box.south ? y0 - 1 : y0), to = row_of(x, y1);

        for (uint32_t row = from; row <= to; row++) {
                int64_t low = x->box.south + (int64_t)row * x->cell_h, high = low + x->cell_h;
                int64_t lo_y = low > y0 ? low : y0, hi_y = high < y1 ? high : y1, x0, x1, x2, x3;

                if (y0 == y1 || hi_y < lo_y) {
                        x0 = a.lon < b.lon ? a.lon : b.lon;
                        x1 = a.lon < b.lon ? b.lon : a.lon;
                } else {
                        __int128 dx = (int64_t)b.lon - a.lon;

                        x2 = a.lon + div_floor(dx * (lo_y - y0), y1 - y0);
                        x3 = a.lon + div_floor(dx * (hi_y - y0), y1 - y0);
                        x0 = x2 < x3 ? x2 : x3;
                        x1 = (x2 < x3 ? x3 : x2) + 1;
                }
                x0 = x0 > x->box.west ? x0 - 1 : x->box.west;
                x1 = x1 < x->box.east ? x1 : x->box.east;
                if ((int64_t)column_of(x, x0) < first[row - row0])
                        first[row - row0] = column_of(x, x0);
                if ((int64_t)column_of(x, x1) > last[row - row0])
                        last[row - row0] = column_of(x, x1);
        }
}

/* The ring's border cells, row by row, as a bitmap of its own box; inner runs are tested once each. */
static void add_ring(const GeoIndex *x, int32_t ring, Pairs *border, Pairs *whole) {
        const Corner *c = x->corners + x->starts[ring];
        size_t n = x->starts[ring + 1] - x->starts[ring] - 1;
        Box box = BOX_EMPTY;

        for (size_t i = 0; i < n; i++)
                box_add(&box, (Point){ c[i].lon, c[i].lat });
        uint32_t row0 = row_of(x, box.south > x->box.south ? box.south - 1 : box.south),
                 row1 = row_of(x, box.north);
        uint32_t col0 = column_of(x, box.west > x->box.west ? box.west - 1 : box.west),
                 col1 = column_of(x, box.east);
        size_t height = row1 - row0 + 1, width = col1 - col0 + 1;
        uint8_t *marked = take(height * width, 1);
        int64_t *first = take(height, sizeof *first), *last = take(height, sizeof *last);

        for (size_t i = 0; i < n; i++) {
                uint32_t low = row_of(x, c[i].lat < c[i + 1].lat ? c[i].lat : c[i + 1].lat), high;

                high = row_of(x, c[i].lat < c[i + 1].lat ? c[i + 1].lat : c[i].lat);
                low = low > row0 ? low - 1 : row0;
                for (uint32_t row = low; row <= high; row++)
                        first[row - row0] = INT64_MAX, last[row - row0] = -1;
                mark_edge(x, c[i], c[i + 1], row0, first, last);
                for (uint32_t row = low; row <= high; row++)
                        for (int64_t col = first[row - row0]; col <= last[row - row0]; col++)
                                marked[(row - row0) * width + (size_t)(col - col0)] = 1;
        }
        for (uint32_t row = row0; row <= row1; row++) {
                int known = -1; /* of the current run of unmarked cells */

                for (uint32_t col = col0; col <= col1; col++) {
                        uint32_t cell = row * x->columns + col;

                        if (marked[(row - row0) * width + (col - col0)]) {
                                push(border, cell, ring);
                                known = -1;
                                continue;
                        }
                        if (known < 0)
                                known = corners_hold(
                                        c, n, x->box.west + (int64_t)col * x->cell_w + x->cell_w / 2,
                                        x->box.south + (int64_t)row * x->cell_h + x->cell_h / 2);
                        if (known)
                                push(whole, cell, ring);
                }
        }
        free(marked);
        free(first);
        free(last);
}

static int pair_order(const void *a, const void *b) {
        const Pair *p = a, *q = b;

        return p->cell != q->cell ? (p->cell > q->cell) - (p->cell < q->cell)
                                  : (p->ring > q->ring) - (p->ring < q->ring);
}

/* A cell with one whole ring and no border is answered at once; every other one gets a list, in order of the rings. */
static void settle(GeoIndex *x, Pairs *border, const Pairs *whole) {
        uint8_t *mixed = take((size_t)x->columns * x->rows, 1);

        for (size_t i = 0; i < border->n; i++)
                mixed[border->v[i].cell] = 1;
        for (size_t i = 0; i < whole->n; i++) {
                if (x->cells[whole->v[i].cell] >= 0) /* rings that overlap */
                        mixed[whole->v[i].cell] = 1;
                x->cells[whole->v[i].cell] = whole->v[i].ring;
        }
        for (size_t i = 0; i < whole->n; i++)
                if (mixed[whole->v[i].cell])
                        push(border, whole->v[i].cell, whole->v[i].ring);
        free(mixed);
        qsort(border->v, border->n, sizeof *border->v, pair_order);
        x->candidates = take(border->n * 2 + 1, sizeof *x->candidates);
        for (size_t i = 0; i < border->n; i++) {
                if (!i || border->v[i - 1].cell != border->v[i].cell) {
                        if (i)
                                x->candidates[x->candidate_count++] = CELL_NONE;
                        x->cells[border->v[i].cell] = -2 - (int32_t)x->candidate_count;
                }
                x->candidates[x->candidate_count++] = border->v[i].ring;
        }
        x->candidates[x->candidate_count++] = CELL_NONE;
}

/* Cells about square in degrees, so many that most of them lie in one ring. */
static void lay_cells(GeoIndex *x) {
        int64_t w = x->box.east - x->box.west + 1, h = x->box.north - x->box.south + 1;
        size_t wanted = x->n * CELLS_PER_RING;
        int64_t side = 1;

        wanted = wanted < CELLS_MIN ? CELLS_MIN : wanted > CELLS_MAX ? CELLS_MAX : wanted;
        while ((__int128)(w / side + 1) * (h / side + 1) > (__int128)wanted || w / side >= CELL_SIDE_MAX ||
               h / side >= CELL_SIDE_MAX)
                side += side / 8 + 1;
        x->cell_w = x->cell_h = side;
        x->columns = (uint32_t)(w / side + 1);
        x->rows = (uint32_t)(h / side + 1);
        x->cells = take((size_t)x->columns * x->rows, sizeof *x->cells);
        for (size_t i = 0; i < (size_t)x->columns * x->rows; i++)
                x->cells[i] = CELL_NONE;
}

GeoIndex *geo_index_new(const Ring *rings, size_t n) {
        GeoIndex *x = take(1, sizeof *x);
        Pairs border = { 0 }, whole = { 0 };
        size_t total = 0;

        x->n = n;
        x->box = BOX_EMPTY;
        x->starts = take(n + 1, sizeof *x->starts);
        for (size_t i = 0; i < n; i++)
                total += rings[i].n + 1;
        x->corners = take(total, sizeof *x->corners);
        total = 0;
        for (size_t i = 0; i < n; i++) {
                x->starts[i] = (uint32_t)total;
                for (size_t k = 0; k <= rings[i].n; k++) {
                        Point p = rings[i].v[k < rings[i].n ? k : 0];

                        x->corners[total++] = (Corner){ (int32_t)p.lon_e7, (int32_t)p.lat_e7 };
                }
                box_add_box(&x->box, ring_box(&rings[i]));
        }
        x->starts[n] = (uint32_t)total;
        if (n) {
                lay_cells(x);
                for (size_t i = 0; i < n; i++)
                        add_ring(x, (int32_t)i, &border, &whole);
                settle(x, &border, &whole);
        }
        free(border.v);
        free(whole.v);
        return x;
}

void geo_index_free(GeoIndex *x) {
        if (!x)
                return;
        free(x->cells);
        free(x->candidates);
        free(x->corners);
        free(x->starts);
        free(x);
}

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

int64_t geo_index_find(const GeoIndex *x, Point p) {
        int32_t cell;

        if (!x->n || !box_holds(x->box, p))
                return -1;
        cell = x->cells[(size_t)row_of(x, p.lat_e7) * x->columns + column_of(x, p.lon_e7)];
        if (cell >= CELL_NONE)
                return cell;
        for (const int32_t *c = x->candidates + (-2 - cell); *c >= 0; c++)
                if (holds(x, (size_t)*c, p))
                        return *c;
        return -1;
}

int64_t geo_index_scan(const GeoIndex *x, Point p) {
        for (size_t i = 0; i < x->n; i++)
                if (holds(x, i, p))
                        return (int64_t)i;
        return -1;
}

size_t geo_index_bytes(const GeoIndex *x) {
        return sizeof *x + (size_t)x->columns * x->rows * sizeof *x->cells +
               x->candidate_count * sizeof *x->candidates + x->starts[x->n] * sizeof *x->corners +
               (x->n + 1) * sizeof *x->starts;
}
