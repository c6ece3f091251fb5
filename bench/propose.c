/* Proposed grids beside a simple baseline on made communities: k-means of the buildings by load, each building and all ground to the nearest centre
 * (Lloyd 1982; the grids are Voronoi cells). Balance, length of the borders, compounds cut, pieces, time in processor time. The baseline is
 * measured on a raster of RASTER_M: lengths are counted sides × π/4 (Cauchy–Crofton), pieces by filling. */
#include "base/env.h"
#include "base/rc.h"
#include "geo/propose_town.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RASTER_M = 5, ROUNDS = 60, RASTER_MAX = 1200 };

typedef struct Made {
        const char *name;
        ProposeTown town;
        size_t grids;
} Made;

static const Made towns[] = {
        { "old town, 0.5 km²", { 11, 5e5, 160, 6, false }, 5 },
        { "by a river, 1 km²", { 12, 1e6, 240, 12, true }, 8 },
        { "compounds, 1.5 km²", { 13, 1.5e6, 300, 40, false }, 12 },
        { "wide blocks, 3 km²", { 14, 3e6, 500, 30, true }, 15 },
        { "large, 8 km²", { 15, 8e6, 350, 80, true }, 40 },
};

typedef struct Figures {
        double index, households, load, border_m, along, ms;
        size_t cut, pieces;
} Figures;

static double cpu_ms(void) {
        struct timespec t;

        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- the baseline ---------------------------------------------------------------------------------------------------------- */

typedef struct Base {
        const ProposePlan *plan;
        Box box;
        double x_m, y_m;
        double *x, *y, *weight; /* buildings */
        double *cx, *cy;        /* centres */
        int columns, rows;
        int16_t *of; /* raster: centre, −1 outside */
} Base;

static size_t nearest(const Base *b, double x, double y) {
        size_t best = 0;

        for (size_t k = 1; k < b->plan->grids; k++)
                if (hypot(x - b->cx[k], y - b->cy[k]) < hypot(x - b->cx[best], y - b->cy[best]))
                        best = k;
        return best;
}

static void move_centres(Base *b, Arena *a) {
        double *sx = TAKE_ARRAY(a, double, b->plan->grids), *sy = TAKE_ARRAY(a, double, b->plan->grids),
               *sum = TAKE_ARRAY(a, double, b->plan->grids);

        for (size_t i = 0; i < b->plan->building_n; i++) {
                size_t k = nearest(b, b->x[i], b->y[i]);

                sx[k] += b->x[i] * b->weight[i];
                sy[k] += b->y[i] * b->weight[i];
                sum[k] += b->weight[i];
        }
        for (size_t k = 0; k < b->plan->grids; k++)
                if (sum[k] > 0)
                        b->cx[k] = sx[k] / sum[k], b->cy[k] = sy[k] / sum[k];
}

static void base_take(Base *b, Arena *a) {
        const ProposePlan *p = b->plan;

        b->box = ring_box(&p->ground->v[0].rings[0]);
        b->x_m = lon_m_per_e7((double)b->box.south * 1e-7);
        b->y_m = lat_m_per_e7((double)b->box.south * 1e-7);
        b->x = TAKE_ARRAY(a, double, p->building_n);
        b->y = TAKE_ARRAY(a, double, p->building_n);
        b->weight = TAKE_ARRAY(a, double, p->building_n);
        b->cx = TAKE_ARRAY(a, double, p->grids);
        b->cy = TAKE_ARRAY(a, double, p->grids);
        for (size_t i = 0; i < p->building_n; i++) {
                b->x[i] = (double)(p->buildings[i].at.lon_e7 - b->box.west) * b->x_m;
                b->y[i] = (double)(p->buildings[i].at.lat_e7 - b->box.south) * b->y_m;
                b->weight[i] = (double)p->buildings[i].load.of[0];
        }
        for (size_t k = 0; k < p->grids; k++) { /* spread over the list, which runs in rows */
                size_t i = (2 * k + 1) * p->building_n / (2 * p->grids);

                b->cx[k] = b->x[i], b->cy[k] = b->y[i];
        }
        for (int i = 0; i < ROUNDS; i++)
                move_centres(b, a);
}

static void raster(Base *b, Arena *a) {
        b->columns = (int)((double)(b->box.east - b->box.west) * b->x_m / RASTER_M) + 1;
        b->rows = (int)((double)(b->box.north - b->box.south) * b->y_m / RASTER_M) + 1;
        if (b->columns > RASTER_MAX || b->rows > RASTER_MAX)
                abort();
        b->of = TAKE_ARRAY(a, int16_t, (size_t)b->columns * (size_t)b->rows);
        for (int i = 0; i < b->columns * b->rows; i++) {
                double x = (i % b->columns + 0.5) * RASTER_M, y = (i / b->columns + 0.5) * RASTER_M;
                Point p = { b->box.west + llround(x / b->x_m), b->box.south + llround(y / b->y_m) };

                b->of[i] = ring_holds(&b->plan->ground->v[0].rings[0], p) ? (int16_t)nearest(b, x, y) : -1;
        }
}

static size_t pieces(const Base *b, Arena *a) {
        int n = b->columns * b->rows, *stack = TAKE_ARRAY(a, int, (size_t)n);
        uint8_t *seen = arena_take(a, (size_t)n);
        size_t found = 0;

        for (int i = 0; i < n; i++) {
                int top = 0;

                if (seen[i] || b->of[i] < 0)
                        continue;
                found++;
                seen[i] = 1;
                for (stack[top++] = i; top;) {
                        int at = stack[--top], x = at % b->columns;
                        int to[4] = { x ? at - 1 : -1, x + 1 < b->columns ? at + 1 : -1, at - b->columns,
                                      at + b->columns };

                        for (int k = 0; k < 4; k++)
                                if (to[k] >= 0 && to[k] < n && !seen[to[k]] && b->of[to[k]] == b->of[i])
                                        seen[to[k]] = 1, stack[top++] = to[k];
                }
        }
        return found;
}

static Figures baseline(const ProposePlan *plan, Arena *a) {
        Base b = { .plan = plan };
        BalanceLoad *loads = TAKE_ARRAY(a, BalanceLoad, plan->grids);
        Balance balance;
        Figures f = { 0 };
        double start = cpu_ms(), sides = 0, most = 0;

        base_take(&b, a);
        f.ms = cpu_ms() - start;
        raster(&b, a);
        for (size_t i = 0; i < plan->building_n; i++)
                for (int m = 0; m < BALANCE_MEASURES; m++)
                        loads[nearest(&b, b.x[i], b.y[i])].of[m] += plan->buildings[i].load.of[m];
        balance_of(loads, plan->grids, &plan->weights, &balance);
        for (size_t k = 0; k < plan->grids; k++) {
                double share = 0;

                share += 0.5 * (double)loads[k].of[0] / balance.of[0].mean +
                         0.25 * (double)loads[k].of[1] / balance.of[1].mean +
                         0.25 * (double)loads[k].of[2] / balance.of[2].mean;
                most = fmax(most, fabs(share - 1));
        }
        for (int i = 0; i + b.columns < b.columns * b.rows; i++) {
                sides += i % b.columns + 1 < b.columns && b.of[i] >= 0 && b.of[i + 1] >= 0 &&
                         b.of[i] != b.of[i + 1];
                sides += b.of[i] >= 0 && b.of[i + b.columns] >= 0 && b.of[i] != b.of[i + b.columns];
        }
        for (size_t c = 0; c < plan->compound_n; c++) {
                const Ring *r = &plan->compounds[c];
                size_t first = nearest(&b, (double)(r->v[0].lon_e7 - b.box.west) * b.x_m,
                                       (double)(r->v[0].lat_e7 - b.box.south) * b.y_m);
                bool cut = false;

                for (size_t i = 1; i < r->n;
                     i++) /* cells are convex: a compound is whole when all its corners are in one */
                        cut |= first != nearest(&b, (double)(r->v[i].lon_e7 - b.box.west) * b.x_m,
                                                (double)(r->v[i].lat_e7 - b.box.south) * b.y_m);
                f.cut += cut;
        }
        f.index = balance.index, f.households = balance.of[0].variation, f.load = most;
        f.border_m = sides * RASTER_M * M_PI / 4;
        f.pieces = pieces(&b, a);
        return f;
}

/* ---- ours -------------------------------------------------------------------------------------------------------------------- */

static Figures ours(const ProposePlan *plan, Arena *a, size_t *ret_cells) {
        Proposal p;
        Figures f = { 0 };
        double start = cpu_ms();

        if (propose(plan, a, &p))
                abort();
        f.ms = cpu_ms() - start;
        if (mesh_check(p.mesh, NULL) || mesh_area2(p.mesh) != mesh_outline_area2(p.mesh))
                abort();
        f.index = p.balance.index, f.households = p.balance.of[0].variation, f.load = p.farthest;
        f.border_m = p.borders.border_m, f.along = p.borders.along_m / p.borders.border_m;
        f.cut = p.borders.compounds_cut, f.pieces = mesh_counts(p.mesh).faces;
        *ret_cells = p.units;
        mesh_free(p.mesh);
        return f;
}

static void row(const char *what, const char *who, const Figures *f, const Figures *base, size_t compounds,
                size_t grids) {
        printf("| %s | %s | %.1f | %.1f %% | %.1f %% | %.0f | %.2f | %.0f %% | %zu of %zu | %zu for %zu | %.0f |\n",
               what, who, f->index, 100 * f->households, 100 * f->load, f->border_m,
               f->border_m / base->border_m, 100 * f->along, f->cut, compounds, f->pieces, grids, f->ms);
}

int main(void) {
        puts("| community | method | balance index | CV of households | farthest load | border m | ratio | along barriers | compounds cut | pieces | ms |");
        puts("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (size_t i = 0; i < ARRAY_LEN(towns); i++) {
                _cleanup_(arena_freep) Arena *a = arena_new(0);
                ProposePlan plan;
                Figures mine, base;
                size_t cells;
                char what[120];

                propose_town(&towns[i].town, a, &plan);
                plan.grids = towns[i].grids;
                base = baseline(&plan, a);
                mine = ours(&plan, a, &cells);
                (void)snprintf(what, sizeof what, "%s: %zu buildings, %zu blocks", towns[i].name,
                               plan.building_n, cells);
                row(what, "proposed", &mine, &base, plan.compound_n, plan.grids);
                row("", "k-means, Voronoi", &base, &base, plan.compound_n, plan.grids);
        }
        return 0;
}
