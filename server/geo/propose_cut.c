/* Blocks that are too heavy to be moved as one are halved: across their longer side, along or square to their longest street, through the widest
 * gap between buildings near the middle of the load. Recursive coordinate bisection (Berger and Bokhari, IEEE Trans. Computers C-36, 1987) with
 * the streets' own directions. */
#include "geo/propose_int.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
        BLOCKS_EACH =
                14, /* a block has at most this part of a grid's load, unless it is a compound or one building */
        ANGLES = 8,    /* directions that are tried */
        SLACK_PC = 20, /* the gap lies within so many per cent of the load around the middle */
};

typedef struct Stand { /* a building across the direction of a cut */
        double from, to, share;
} Stand;

typedef struct Halving {
        Ground *g;
        uint32_t face;
        Polygon polygon;
        const uint32_t *in; /* buildings */
        size_t n;
        Stand *stands;
} Halving;

void ground_locate(Ground *g) {
        for (size_t i = 0; i < g->plan->building_n; i++)
                g->block[i] = mesh_face_at(g->m, g->plan->buildings[i].at).n;
}

static int by_from(const void *a, const void *b) {
        const Stand *x = a, *y = b;

        return (x->from > y->from) - (x->from < y->from);
}

/* The direction of the longest edge of the block. */
static double street_of(const Halving *h) {
        const Ring *r = &h->polygon.rings[0];
        double best = -1, angle = 0;

        for (size_t i = 0; i < r->n; i++) {
                Spot a = spot_of(h->g, r->v[i]), b = spot_of(h->g, r->v[i + 1 < r->n ? i + 1 : 0]);
                double far = hypot(b.x - a.x, b.y - a.y);

                if (far > best)
                        best = far, angle = atan2(b.y - a.y, b.x - a.x);
        }
        return angle;
}

static void stand_of(const Halving *h, uint32_t building, Spot d, Stand *ret) {
        const ProposeBuilding *b = &h->g->plan->buildings[building];
        Spot p = spot_of(h->g, b->at);

        *ret = (Stand){ p.x * d.x + p.y * d.y, p.x * d.x + p.y * d.y, h->g->share[building] };
        for (size_t i = 0; b->footprint && i < b->footprint->n; i++) {
                Spot q = spot_of(h->g, b->footprint->v[i]);

                ret->from = fmin(ret->from, q.x * d.x + q.y * d.y);
                ret->to = fmax(ret->to, q.x * d.x + q.y * d.y);
        }
}

/* Where to cut square to d: the widest gap near the middle of the load. False when buildings stand in the way everywhere. */
static bool gap_of(Halving *h, Spot d, double *ret) {
        double all = 0, before = 0, reach = -INFINITY, best = 0.5; /* half a metre at least */

        for (size_t i = 0; i < h->n; i++) {
                stand_of(h, h->in[i], d, &h->stands[i]);
                all += h->stands[i].share;
        }
        qsort(h->stands, h->n, sizeof *h->stands, by_from);
        for (size_t i = 0; i + 1 < h->n; i++) {
                double wide, aside;

                before += h->stands[i].share;
                reach = fmax(reach, h->stands[i].to);
                wide = h->stands[i + 1].from - reach;
                aside = fabs(before / all - 0.5);
                wide *= aside * 100 <= SLACK_PC ? 1 : 0.05 * (0.5 - aside); /* rather no middle than none */
                if (wide > best * (aside * 100 <= SLACK_PC ? 1 : 0.02)) {
                        best = wide;
                        *ret = (reach + h->stands[i + 1].from) / 2;
                }
        }
        return best != 0.5;
}

typedef struct Crossings {
        double *v;
        size_t n, cap;
} Crossings;

static int by_size(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

/* Where the line p · d = c meets the border of the block, as distances along it, in order. */
static void crossings_of(const Halving *h, Spot d, double c, Crossings *ret) {
        for (size_t j = 0; j < h->polygon.n; j++) {
                const Ring *r = &h->polygon.rings[j];
                Spot a = spot_of(h->g, r->v[r->n - 1]);

                for (size_t i = 0; i < r->n; i++) {
                        Spot b = spot_of(h->g, r->v[i]);
                        double sa = a.x * d.x + a.y * d.y - c, sb = b.x * d.x + b.y * d.y - c,
                               t = sa / (sa - sb);

                        if ((sa < 0) != (sb < 0))
                                *list_push(h->g->arena, ret) =
                                        -(a.x + (b.x - a.x) * t) * d.y + (a.y + (b.y - a.y) * t) * d.x;
                        a = b;
                }
        }
        qsort(ret->v, ret->n, sizeof *ret->v, by_size);
}

static Point point_along(const Ground *g, Spot d, double c, double along) {
        return (Point){ g->origin.lon_e7 + llround((d.x * c - d.y * along) / g->x_m),
                        g->origin.lat_e7 + llround((d.y * c + d.x * along) / g->y_m) };
}

/* Every stretch of the line within the block becomes a border: all at once, since a hole (a compound) in its way is passed on both sides; or
 * those that do. Was the block divided? */
static bool cut_along(Halving *h, Spot d, double c) {
        Crossings at = { 0 };
        MeshLine *lines;
        size_t n = 0, done = 0;

        crossings_of(h, d, c, &at);
        lines = TAKE_ARRAY(h->g->arena, MeshLine, at.n / 2 + 1);
        for (size_t i = 0; i + 1 < at.n; i += 2) {
                Point *ends = TAKE_ARRAY(h->g->arena, Point, 2);

                ends[0] = point_along(h->g, d, c, at.v[i]);
                ends[1] = point_along(h->g, d, c, at.v[i + 1]);
                if (!point_eq(ends[0], ends[1]))
                        lines[n++] = (MeshLine){ ends, 2 };
        }
        if (n && mesh_split(h->g->m, (MeshFaceId){ h->face }, lines, n) == MESH_FINE)
                done = n;
        for (size_t i = 0; i < n && !done; i++) /* a piece may have another id once one of them is cut off */
                done += mesh_split(h->g->m, (MeshFaceId){ h->face }, &lines[i], 1) == MESH_FINE;
        mesh_forget(h->g->m);
        return done > 0;
}

static bool halve(Halving *h) {
        double street = street_of(h);

        for (int k = 0; k < ANGLES; k++) {
                double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY }, c = 0;
                double angle = street + (k / 2) * M_PI / ANGLES;
                Spot d[2] = { { cos(angle), sin(angle) }, { -sin(angle), cos(angle) } };
                int longer;

                for (size_t i = 0; i < h->n; i++) {
                        for (int j = 0; j < 2; j++) {
                                Stand s;

                                stand_of(h, h->in[i], d[j], &s);
                                low[j] = fmin(low[j], s.from);
                                high[j] = fmax(high[j], s.to);
                        }
                }
                longer = high[1] - low[1] > high[0] - low[0];
                longer ^= k & 1; /* then the other way */
                if (gap_of(h, d[longer], &c) && cut_along(h, d[longer], c))
                        return true;
        }
        return false;
}

typedef struct Sorted {
        uint32_t face, building;
} Sorted;

static int by_face(const void *a, const void *b) {
        const Sorted *x = a, *y = b;

        return x->face != y->face ? (x->face > y->face) - (x->face < y->face)
                                  : (x->building > y->building) - (x->building < y->building);
}

/* One round over all blocks; was anything cut? */
static bool cut_round(Ground *g, Ids *whole) {
        size_t n = 0, all = g->plan->building_n;
        Sorted *list = TAKE_ARRAY(g->arena, Sorted, all + 1);
        uint32_t *in = TAKE_ARRAY(g->arena, uint32_t, all + 1);
        bool any = false;

        ground_locate(g);
        for (size_t i = 0; i < all; i++)
                if (g->block[i] && g->share[i] > 0)
                        list[n++] = (Sorted){ g->block[i], (uint32_t)i };
        qsort(list, n, sizeof *list, by_face);
        for (size_t i = 0, end; i < n; i = end) {
                Halving h = { .g = g, .face = list[i].face, .in = in };
                double share = 0;

                for (end = i; end < n && list[end].face == h.face; end++) {
                        in[h.n++] = list[end].building;
                        share += g->share[list[end].building];
                }
                if (h.n < 2 || share * (double)g->plan->grids * BLOCKS_EACH <= 1 ||
                    ids_has(&g->walls, h.face) || ids_has(whole, h.face) ||
                    mesh_counts(g->m).faces >= PROPOSE_CELLS_MAX ||
                    !mesh_face_polygon(g->m, (MeshFaceId){ h.face }, g->arena, &h.polygon))
                        continue;
                h.stands = TAKE_ARRAY(g->arena, Stand, h.n);
                if (halve(&h)) {
                        any = true;
                } else {
                        ids_push(whole, h.face);
                        ids_sort(whole);
                }
        }
        return any;
}

void ground_cut(Ground *g) {
        Ids whole = { 0 };

        for (int round = 0; round < 40 && cut_round(g, &whole); round++)
                ;
        ground_locate(g);
        ids_clear(&whole);
}
