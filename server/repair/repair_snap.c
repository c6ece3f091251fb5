/* What is within the tolerance of a neighbour's border without being on it: a vertex goes to the neighbour's vertex, or the neighbour's edge is
 * led through it. Only borders that fit nothing exactly are looked at: where two features share their vertices nothing moves, so that a
 * clean file comes out as it went in, however fine its details are. Spikes narrower than the tolerance go here too. */
#include "base/rc.h"
#include "repair/repair_geos.h"
#include <math.h>
#include <stdlib.h>

enum {
        NONE = UINT32_MAX,
        SPIKE_LENGTH = 10, /* times its width */
        NEAR_MAX = 256,    /* edges looked at around a node, so that no heap of them takes long */
        CROWD = 64,        /* sides at a node: where more meet nothing is snapped */
};

typedef struct Put { /* a node into an edge */
        uint32_t edge, node;
        double along; /* 0 … 1 from edge.a to edge.b */
} Put;

typedef struct Snap {
        Repair *r;
        const Edges *e;
        double tolerance_m;
        uint32_t *at, *features; /* features[at[node] … at[node + 1]): whose the node is */
        uint32_t *moved;         /* per node: to which; NONE */
        bool *fixed;             /* another was moved to it */
        bool *gone;              /* per side: the vertex it starts at is the tip of a spike */
        struct {
                Put *v;
                size_t n, cap;
        } puts;
        struct {
                uint32_t *v;
                size_t n, cap;
        } near; /* edges around the node that is looked at */
        bool any;
} Snap;

static bool is_loose(const Edges *e, uint32_t edge) { return e->v[edge].second == NONE; }

static double metres(Point a, Point b) { return point_distance_m(a, b); }

/* The foot of p on the edge: how far along, and how far away. */
static double foot(Point a, Point b, Point p, double *ret_along) {
        double lat = (double)p.lat_e7 / 1e7, kx = lon_m_per_e7(lat), ky = lat_m_per_e7(lat);
        double dx = (double)(b.lon_e7 - a.lon_e7) * kx, dy = (double)(b.lat_e7 - a.lat_e7) * ky,
               px = (double)(p.lon_e7 - a.lon_e7) * kx, py = (double)(p.lat_e7 - a.lat_e7) * ky,
               t = (px * dx + py * dy) / (dx * dx + dy * dy);

        *ret_along = t < 0 ? 0 : t > 1 ? 1 : t;
        return hypot(px - *ret_along * dx, py - *ret_along * dy);
}

/* ---- whose a node is ---------------------------------------------------------------------------------------------------------- */

static void list_features(Snap *s) {
        const Edges *e = s->e;

        s->at = TAKE_ARRAY(s->r->arena, uint32_t, e->node_n + 2);
        s->features = TAKE_ARRAY(s->r->arena, uint32_t, e->side_n + 1);
        for (size_t i = 0; i < e->side_n; i++)
                s->at[e->sides[i].from + 2]++;
        for (size_t i = 2; i < e->node_n + 2; i++)
                s->at[i] += s->at[i - 1];
        for (size_t i = 0; i < e->side_n; i++)
                s->features[s->at[e->sides[i].from + 1]++] = (uint32_t)side_feature(s->r, e, (uint32_t)i);
}

static bool node_has(const Snap *s, uint32_t node, uint32_t feature) {
        for (uint32_t i = s->at[node]; i < s->at[node + 1]; i++)
                if (s->features[i] == feature)
                        return true;
        return false;
}

static bool is_crowded(const Snap *s, uint32_t node) { return s->at[node + 1] - s->at[node] > CROWD; }

static bool nodes_share(const Snap *s, uint32_t a, uint32_t b) {
        if (is_crowded(s, a) || is_crowded(s, b))
                return true;
        for (uint32_t i = s->at[a]; i < s->at[a + 1]; i++)
                if (node_has(s, b, s->features[i]))
                        return true;
        return false;
}

/* ---- spikes ------------------------------------------------------------------------------------------------------------------- */

/* A tip whose two arms lie within the tolerance of each other over many times that width, and fit nothing. */
static void find_spikes(Snap *s) {
        const Edges *e = s->e;

        for (size_t i = 0; i < e->side_n; i++) {
                const RingAt *at = &e->rings[e->sides[i].ring];
                uint32_t n = (uint32_t)s->r->loose.v[at->loose].rings[at->ring].n,
                         k = (uint32_t)i - at->first, before = at->first + (k + n - 1) % n;
                Point a = e->nodes[e->sides[before].from], p = e->nodes[e->sides[i].from],
                      c = e->nodes[e->sides[i].to];
                double one, two, width, along, arm;
                RepairFinding *f;

                if (n <= 3 || s->gone[before] || !is_loose(e, e->sides[before].edge) ||
                    !is_loose(e, e->sides[i].edge))
                        continue;
                one = metres(p, a), two = metres(p, c), arm = fmin(one, two);
                width = one < two ? foot(p, c, a, &along) : foot(p, a, c, &along);
                if (along <= 0 || width > s->tolerance_m || arm < SPIKE_LENGTH * width)
                        continue;
                s->gone[i] = s->any = true;
                f = repair_note(s->r, REPAIR_SPIKE, REPAIR_REMOVED);
                f->feature = side_feature(s->r, e, (uint32_t)i) + 1;
                f->at = p;
                repair_show(s->r, f, &(Ring){ (Point[]){ a, p, c }, 3, 3 });
        }
}

/* ---- near neighbours ---------------------------------------------------------------------------------------------------------- */

static void on_near(void *number, void *arg) {
        Snap *s = arg;

        if (s->near.n < NEAR_MAX)
                *list_push(s->r->arena, &s->near) = (uint32_t)((uintptr_t)number - 1);
}

static Box box_around(Point p, double m) {
        double lat = (double)p.lat_e7 / 1e7;
        int64_t dx = (int64_t)(m / fmax(lon_m_per_e7(lat), 1e-4)) + 1,
                dy = (int64_t)(m / lat_m_per_e7(lat)) + 1;

        return (Box){ p.lon_e7 - dx, p.lat_e7 - dy, p.lon_e7 + dx, p.lat_e7 + dy };
}

static int by_number(const void *a, const void *b) {
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

        return (x > y) - (x < y);
}

/* Edges of features that do not have the node, nor meet its features within the tolerance: there a corner is meant. */
static void look_around(Snap *s, const GeosTree *tree, uint32_t node) {
        const Edges *e = s->e;
        Point p = e->nodes[node];
        size_t kept = 0;

        s->near.n = 0;
        geos_tree_ask(tree, box_around(p, s->tolerance_m), on_near, s);
        qsort(s->near.v, s->near.n, sizeof *s->near.v, by_number); /* no tree's order decides */
        for (size_t i = 0; i < s->near.n; i++) {
                uint32_t feature = (uint32_t)side_feature(s->r, e, e->v[s->near.v[i]].side);
                bool meant = node_has(s, node, feature);

                for (size_t k = 0; k < s->near.n && !meant; k++) {
                        const Edge *x = &e->v[s->near.v[k]];

                        if (side_feature(s->r, e, x->side) != feature)
                                continue;
                        meant = (nodes_share(s, x->a, node) &&
                                 metres(e->nodes[x->a], p) <= s->tolerance_m) ||
                                (nodes_share(s, x->b, node) && metres(e->nodes[x->b], p) <= s->tolerance_m);
                }
                if (!meant)
                        s->near.v[kept++] = s->near.v[i];
        }
        s->near.n = kept;
}

static void note_snap(Snap *s, uint32_t edge, uint32_t node) {
        RepairFinding *f = repair_note(s->r, REPAIR_T_JUNCTION, REPAIR_SNAPPED);

        f->feature = side_feature(s->r, s->e, s->e->v[edge].side) + 1;
        f->other = s->features[s->at[node]] + 1;
        f->at = s->e->nodes[node];
        s->any = true;
}

/* The nearest vertex of a neighbour, if one is within the tolerance: the node goes there, unless another came to it. */
static bool move(Snap *s, uint32_t node) {
        const Edges *e = s->e;
        double best_m = s->tolerance_m;
        uint32_t best = NONE, edge = NONE;

        for (size_t i = 0; i < s->near.n; i++) {
                const uint32_t ends[] = { e->v[s->near.v[i]].a, e->v[s->near.v[i]].b };

                for (int k = 0; k < 2; k++) {
                        double m = metres(e->nodes[ends[k]], e->nodes[node]);

                        if (m <= best_m && (m < best_m || best == NONE))
                                best_m = m, best = ends[k], edge = s->near.v[i];
                }
        }
        if (best == NONE)
                return false;
        if (s->moved[best] == node)
                return true;
        if (s->fixed[node] || s->moved[best] != NONE)
                return false;
        s->moved[node] = best;
        s->fixed[best] = true;
        note_snap(s, edge, node);
        return true;
}

static void put(Snap *s, uint32_t node) {
        const Edges *e = s->e;

        for (size_t i = 0; i < s->near.n; i++) {
                const Edge *x = &e->v[s->near.v[i]];
                double along, m = foot(e->nodes[x->a], e->nodes[x->b], e->nodes[node], &along);

                if (m > s->tolerance_m || along <= 0 || along >= 1 || s->moved[x->a] == node ||
                    s->moved[x->b] == node || point_on(e->nodes[x->a], e->nodes[x->b], e->nodes[node]))
                        continue;
                *list_push(s->r->arena, &s->puts) = (Put){ s->near.v[i], node, along };
                note_snap(s, s->near.v[i], node);
        }
}

static bool find_near(Snap *s) {
        _cleanup_(geos_end) Geos g;
        _cleanup_(geos_tree_end) GeosTree tree = { 0 };
        const Edges *e = s->e;
        bool *ends = TAKE_ARRAY(s->r->arena, bool, e->node_n + 1), fine = true;

        geos_begin(&g, s->r);
        geos_tree_begin(&tree, &g);
        for (uint32_t i = 0; i < e->n && fine; i++) {
                Box box = BOX_EMPTY;

                if (!is_loose(e, i))
                        continue;
                box_add(&box, e->nodes[e->v[i].a]);
                box_add(&box, e->nodes[e->v[i].b]);
                fine = geos_tree_add(&tree, box, i);
                ends[e->v[i].a] = ends[e->v[i].b] = true;
        }
        for (int round = 0; round < 2; round++) {
                for (uint32_t node = 0; node < e->node_n && fine; node++) {
                        if (!ends[node] || s->moved[node] != NONE || is_crowded(s, node))
                                continue;
                        if (!(node & 255) && !repair_on(s->r))
                                return false;
                        look_around(s, &tree, node);
                        if (round == 0)
                                (void)move(s, node);
                        else
                                put(s, node);
                }
        }
        return fine || repair_end(s->r, REPAIR_BROKEN, g.said);
}

/* ---- the new rings ------------------------------------------------------------------------------------------------------------ */

static int by_put(const void *a, const void *b) {
        const Put *x = a, *y = b;

        if (x->edge != y->edge)
                return x->edge < y->edge ? -1 : 1;
        if (x->along != y->along)
                return x->along < y->along ? -1 : 1;
        return (x->node > y->node) - (x->node < y->node);
}

static void ring_add(Snap *s, Ring *ring, uint32_t node) {
        Point p = s->e->nodes[s->moved[node] == NONE ? node : s->moved[node]];

        if (!ring->n || !point_eq(ring->v[ring->n - 1], p))
                *list_push(s->r->arena, ring) = p;
}

static void add_side(Snap *s, Ring *ring, uint32_t side) {
        const Side *x = &s->e->sides[side];
        size_t low = 0, high = s->puts.n, end;

        if (!s->gone[side])
                ring_add(s, ring, x->from);
        while (low < high) {
                size_t middle = (low + high) / 2;

                if (s->puts.v[middle].edge < x->edge)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (end = low; end < s->puts.n && s->puts.v[end].edge == x->edge;)
                end++;
        for (size_t i = low; i < end; i++)
                ring_add(s, ring, s->puts.v[s->e->v[x->edge].a == x->from ? i : end - 1 - (i - low)].node);
}

static void draw_again(Snap *s) {
        LooseList *loose = &s->r->loose;
        size_t rings = 0, kept = 0;

        if (s->puts.n)
                qsort(s->puts.v, s->puts.n, sizeof *s->puts.v, by_put);
        for (size_t i = 0; i < loose->n; i++) {
                Loose p = { .feature = loose->v[i].feature,
                            .rings = TAKE_ARRAY(s->r->arena, Ring, loose->v[i].n) };
                size_t first = rings;

                rings += loose->v[i].n;
                for (size_t k = 0; k < loose->v[i].n; k++) {
                        Ring ring = { 0 };

                        for (uint32_t j = 0; j < loose->v[i].rings[k].n; j++)
                                add_side(s, &ring, s->e->rings[first + k].first + j);
                        while (ring.n > 1 && point_eq(ring.v[0], ring.v[ring.n - 1]))
                                ring.n--;
                        if (ring.n >= 3)
                                p.rings[p.n++] = ring;
                        else if (k == 0) /* the polygon is narrower than the tolerance */
                                break;
                }
                if (p.n)
                        loose->v[kept++] = p;
        }
        loose->n = kept;
}

bool repair_snap(Repair *r, const Edges *e, bool *ret_any) {
        Snap s = { .r = r, .e = e, .tolerance_m = r->options->tolerance_m };

        *ret_any = false;
        if (!(s.tolerance_m > 0))
                return true;
        s.moved = TAKE_ARRAY(r->arena, uint32_t, e->node_n + 1);
        memset(s.moved, 0xff, (e->node_n + 1) * sizeof *s.moved);
        s.fixed = TAKE_ARRAY(r->arena, bool, e->node_n + 1);
        s.gone = TAKE_ARRAY(r->arena, bool, e->side_n + 1);
        list_features(&s);
        find_spikes(&s);
        if (!find_near(&s))
                return false;
        if (s.any)
                draw_again(&s);
        *ret_any = s.any;
        return true;
}
