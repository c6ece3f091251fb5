/* Units dealt out to k contiguous parts. First by halving: of many random spanning trees the edge whose removal divides the load best. Then parts are
 * joined in pairs and cut anew in the same way (recombination), taken when better or, while it is warm, by chance; at last single units change
 * sides as long as that helps. Sources: DeFord, Duchin, Solomon, "Recombination: A Family of Markov Chains for Redistricting" (2021); Kirkpatrick,
 * Gelatt, Vecchi, "Optimization by Simulated Annealing" (1983); Fiduccia and Mattheyses (1982) for the moves. */
#include "geo/propose_int.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TREES = 40, STEPS_BASE = 1500, STEPS_EACH = 160, SHORTLIST = 4, MOVES = 30 };

#define BORDER 0.012 /* what a border of one mean side costs, against the squared deviation of a load */
#define WARM 0.02    /* temperature at the beginning and at the end */
#define COLD 0.00005
#define STRICT 6.0 /* beyond the tolerance, deviations count this much more */

typedef struct Sum {
        double of[BALANCE_MEASURES], share;
        size_t loaded;
} Sum;

typedef struct Side {
        double key;
        uint32_t u, v;
} Side;

typedef struct Deal {
        const Graph *g;
        uint32_t *part;
        Sum *sums; /* per part */
        uint64_t random;
        /* of the tree in work, by place in `set` */
        uint32_t *set, *place; /* units; place of each unit, UINT32_MAX: not in the set */
        size_t n;
        Side *sides; /* links within the set, then those of the tree */
        size_t side_n;
        uint32_t *up, *order, *first, *next, *to;
        Sum *below; /* of the subtree */
        uint8_t *chosen;
        uint32_t *stack;
        uint8_t *seen;
} Deal;

static void sum_add(Sum *s, const Unit *u, double sign) {
        for (int k = 0; k < BALANCE_MEASURES; k++)
                s->of[k] += sign * u->of[k];
        s->share += sign * u->share;
        s->loaded += u->share > 0 ? (sign > 0 ? 1 : SIZE_MAX) : 0;
}

static void sum_join(Sum *s, const Sum *other, double sign) {
        for (int k = 0; k < BALANCE_MEASURES; k++)
                s->of[k] += sign * other->of[k];
        s->share += sign * other->share;
        s->loaded += sign > 0 ? other->loaded : SIZE_MAX - other->loaded + 1;
}

/* How far a part is from the mean: the weighted square of the deviations, as in the variation of balance.h. */
static double unevenness(const Graph *g, const Sum *s) {
        double k = (double)g->grids, sum = 0, over = fabs(k * s->share - 1) - 0.8 * g->tolerance;

        for (int i = 0; i < BALANCE_MEASURES; i++)
                sum += g->weights.of[i] * (k * s->of[i] - 1) * (k * s->of[i] - 1);
        return sum + (over > 0 ? STRICT * over * over : 0);
}

/* ---- a random spanning tree ------------------------------------------------------------------------------------------------------ */

static int by_key(const void *a, const void *b) {
        const Side *x = a, *y = b;

        if (x->key != y->key)
                return (x->key > y->key) - (x->key < y->key);
        return x->u != y->u ? (x->u > y->u) - (x->u < y->u) : (x->v > y->v) - (x->v < y->v);
}

static uint32_t root_of(uint32_t *up, uint32_t i) {
        while (up[i] != i)
                i = up[i] = up[up[i]];
        return i;
}

/* Kruskal with random keys. What a barrier parts comes late, so that a tree has one edge across it, to be cut there; and so do short borders. */
static void tree_grow(Deal *d) {
        const Graph *g = d->g;
        size_t kept = 0;

        d->side_n = 0;
        for (size_t i = 0; i < d->n; i++) {
                const Unit *u = &g->units[d->set[i]];

                d->up[i] = (uint32_t)i;
                d->first[i] = UINT32_MAX;
                for (size_t k = 0; k < u->links; k++) {
                        const Link *l = &g->links[u->first + k];
                        uint32_t to = d->place[l->to];

                        if (to == UINT32_MAX || to <= i)
                                continue;
                        d->sides[d->side_n++] = (Side){ random_of(&d->random) - 0.6 * l->cost / l->length_m -
                                                                0.3 * fmin(1, 4 * l->length_m / g->side_m),
                                                        (uint32_t)i, to };
                }
        }
        qsort(d->sides, d->side_n, sizeof *d->sides, by_key);
        for (size_t i = 0; i < d->side_n; i++) {
                Side s = d->sides[i];
                uint32_t a = root_of(d->up, s.u), b = root_of(d->up, s.v);

                if (a == b)
                        continue;
                d->up[a] = b;
                d->next[2 * kept] = d->first[s.u];
                d->to[2 * kept] = s.v;
                d->first[s.u] = (uint32_t)(2 * kept);
                d->next[2 * kept + 1] = d->first[s.v];
                d->to[2 * kept + 1] = s.u;
                d->first[s.v] = (uint32_t)(2 * kept + 1);
                kept++;
        }
}

/* Order from the root down, up[] the parent; then what lies below each. The set must be contiguous. */
static void tree_sum(Deal *d) {
        size_t n = 0;

        d->up[0] = UINT32_MAX;
        d->order[n++] = 0;
        for (size_t i = 0; i < n; i++) {
                uint32_t at = d->order[i];

                for (uint32_t k = d->first[at]; k != UINT32_MAX; k = d->next[k]) {
                        if (d->to[k] == d->up[at])
                                continue;
                        d->up[d->to[k]] = at;
                        d->order[n++] = d->to[k];
                }
        }
        for (size_t i = 0; i < d->n; i++) {
                d->below[i] = (Sum){ 0 };
                sum_add(&d->below[i], &d->g->units[d->set[i]], 1);
        }
        for (size_t i = n; i-- > 1;)
                sum_join(&d->below[d->up[d->order[i]]], &d->below[d->order[i]], 1);
}

/* Marks what lies below a place and returns the cost of the border to the rest of the set. */
static double tree_choose(Deal *d, uint32_t at) {
        double cost = 0;

        memset(d->chosen, 0, d->n);
        d->chosen[at] = 1;
        for (size_t i = 0; i < d->n; i++) {
                uint32_t p = d->order[i];

                if (d->up[p] != UINT32_MAX && d->chosen[d->up[p]])
                        d->chosen[p] = 1;
        }
        for (size_t i = 0; i < d->n; i++) {
                const Unit *u = &d->g->units[d->set[i]];

                for (size_t k = 0; d->chosen[i] && k < u->links; k++) {
                        const Link *l = &d->g->links[u->first + k];

                        if (d->place[l->to] != UINT32_MAX && !d->chosen[d->place[l->to]])
                                cost += l->cost;
                }
        }
        return cost / d->g->side_m * BORDER;
}

static void set_begin(Deal *d) {
        for (size_t i = 0; i < d->n; i++)
                d->place[d->set[i]] = (uint32_t)i;
}
static void set_end(Deal *d) {
        for (size_t i = 0; i < d->n; i++)
                d->place[d->set[i]] = UINT32_MAX;
        d->n = 0;
}

/* ---- halving ------------------------------------------------------------------------------------------------------------------------ */

typedef struct Best {
        double score;
        uint32_t at;
} Best;

static void shortlist(Best *list, double score, uint32_t at) {
        for (int i = 0; i < SHORTLIST; i++) {
                if (score < list[i].score) {
                        memmove(list + i + 1, list + i, (size_t)(SHORTLIST - 1 - i) * sizeof *list);
                        list[i] = (Best){ score, at };
                        return;
                }
        }
}

#define SHORTLIST_NONE \
        { \
                { INFINITY, 0 }, { INFINITY, 0 }, { INFINITY, 0 }, { INFINITY, 0 } \
        }

/* The set in two: one of a parts and one of b. True and the chosen side marked in best_side, when any tree can be cut so. */
static bool halve(Deal *d, size_t a, size_t b, uint8_t *best_side) {
        double best = INFINITY;

        for (int t = 0; t < TREES; t++) {
                Best list[SHORTLIST] = SHORTLIST_NONE;

                tree_grow(d);
                tree_sum(d);
                for (size_t i = 1; i < d->n; i++) {
                        const Sum *s = &d->below[d->order[i]], *all = &d->below[0];
                        double aside =
                                all->share > 0 ? s->share / all->share - (double)a / (double)(a + b) : 0;

                        if (s->loaded >= a && all->loaded - s->loaded >= b)
                                shortlist(list, pow(aside * (double)(a + b), 2), d->order[i]);
                }
                for (int i = 0; i < SHORTLIST && list[i].score < INFINITY; i++) {
                        double score = list[i].score + tree_choose(d, list[i].at);

                        if (score < best) {
                                best = score;
                                memcpy(best_side, d->chosen, d->n);
                        }
                }
        }
        return best < INFINITY;
}

/* Parts first … first + k − 1 for the units that now have the part `first`. */
static bool deal_halves(Deal *d, Arena *a, uint32_t first, size_t k) {
        uint8_t *side;
        bool fine;

        if (k < 2)
                return true;
        d->n = 0;
        for (size_t i = 0; i < d->g->n; i++)
                if (d->part[i] == first)
                        d->set[d->n++] = (uint32_t)i;
        side = arena_take(a, d->n + 1);
        set_begin(d);
        fine = halve(d, k / 2, k - k / 2, side);
        for (size_t i = 0; i < d->n && fine; i++)
                if (!side[i])
                        d->part[d->set[i]] = first + (uint32_t)(k / 2);
        set_end(d);
        return fine && deal_halves(d, a, first, k / 2) &&
               deal_halves(d, a, first + (uint32_t)(k / 2), k - k / 2);
}

/* ---- recombination ------------------------------------------------------------------------------------------------------------------- */

static double border_between(const Deal *d, uint32_t p, uint32_t q) {
        double cost = 0;

        for (size_t i = 0; i < d->n; i++) {
                const Unit *u = &d->g->units[d->set[i]];

                for (size_t k = 0; d->part[d->set[i]] == p && k < u->links; k++)
                        if (d->part[d->g->links[u->first + k].to] == q)
                                cost += d->g->links[u->first + k].cost;
        }
        return cost / d->g->side_m * BORDER;
}

/* Joins two parts and cuts them anew. What the energy changed by, 0 when all stays. */
static double recombine(Deal *d, uint32_t p, uint32_t q, double warmth) {
        Best list[SHORTLIST] = SHORTLIST_NONE;
        double before, best = INFINITY, change = 0;
        uint32_t at = 0;
        Sum rest;

        d->n = 0;
        for (size_t i = 0; i < d->g->n; i++)
                if (d->part[i] == p || d->part[i] == q)
                        d->set[d->n++] = (uint32_t)i;
        set_begin(d);
        before = unevenness(d->g, &d->sums[p]) + unevenness(d->g, &d->sums[q]) + border_between(d, p, q);
        tree_grow(d);
        tree_sum(d);
        for (size_t i = 1; i < d->n; i++) {
                const Sum *s = &d->below[d->order[i]];

                rest = d->below[0];
                sum_join(&rest, s, -1);
                if (s->loaded && rest.loaded)
                        shortlist(list, unevenness(d->g, s) + unevenness(d->g, &rest), d->order[i]);
        }
        for (int i = 0; i < SHORTLIST && list[i].score < INFINITY; i++) {
                double score = list[i].score + tree_choose(d, list[i].at);

                if (score < best)
                        best = score, at = list[i].at;
        }
        if (best < INFINITY && (best <= before || random_of(&d->random) < exp((before - best) / warmth))) {
                (void)tree_choose(d, at);
                for (size_t i = 0; i < d->n; i++)
                        d->part[d->set[i]] = d->chosen[i] ? p : q;
                d->sums[p] = d->below[at];
                d->sums[q] = d->below[0];
                sum_join(&d->sums[q], &d->sums[p], -1);
                change = best - before;
        }
        set_end(d);
        return change;
}

static void sums_make(Deal *d) {
        memset(d->sums, 0, d->g->grids * sizeof *d->sums);
        for (size_t i = 0; i < d->g->n; i++)
                sum_add(&d->sums[d->part[i]], &d->g->units[i], 1);
}

static void anneal(Deal *d, Arena *a) {
        size_t steps = STEPS_BASE + STEPS_EACH * d->g->grids;
        uint32_t *best = arena_copy(a, d->part, d->g->n * sizeof *best);
        double energy = 0, least = 0;

        for (size_t i = 0; i < steps; i++) {
                double warmth = WARM * pow(COLD / WARM, (double)i / (double)steps);
                uint32_t u = (uint32_t)(random_of(&d->random) * (double)d->g->n), p, q = UINT32_MAX;
                const Unit *unit = &d->g->units[u];

                p = d->part[u];
                for (size_t k = 0; k < unit->links && (q == UINT32_MAX || q == p); k++)
                        q = d->part[d->g->links[unit->first + k].to];
                if (q == UINT32_MAX || q == p)
                        continue;
                energy += recombine(d, p, q, warmth);
                if (energy < least - 1e-12) {
                        least = energy;
                        memcpy(best, d->part, d->g->n * sizeof *best);
                }
        }
        memcpy(d->part, best, d->g->n * sizeof *best);
        sums_make(d);
}

/* ---- single moves ---------------------------------------------------------------------------------------------------------------------- */

/* Would the part hang together without the unit? */
static bool can_leave(Deal *d, uint32_t unit) {
        uint32_t p = d->part[unit], start = UINT32_MAX;
        size_t n = 0, reached = 0, all = 0;

        for (size_t i = 0; i < d->g->n; i++) {
                d->seen[i] = d->part[i] != p || i == unit;
                if (!d->seen[i]) {
                        all++;
                        start = (uint32_t)i;
                }
        }
        if (start == UINT32_MAX)
                return false;
        d->seen[start] = 1;
        for (d->stack[n++] = start; n;) {
                const Unit *u = &d->g->units[d->stack[--n]];

                reached++;
                for (size_t k = 0; k < u->links; k++) {
                        uint32_t to = d->g->links[u->first + k].to;

                        if (!d->seen[to]) {
                                d->seen[to] = 1;
                                d->stack[n++] = to;
                        }
                }
        }
        return reached == all;
}

/* What the energy changes by when the unit goes to the part q. */
static double gain_of(const Deal *d, uint32_t unit, uint32_t q) {
        const Unit *u = &d->g->units[unit];
        uint32_t p = d->part[unit];
        Sum from = d->sums[p], to = d->sums[q];
        double cost = 0;

        for (size_t k = 0; k < u->links; k++) {
                const Link *l = &d->g->links[u->first + k];

                cost += d->part[l->to] == p ? l->cost : d->part[l->to] == q ? -l->cost : 0;
        }
        sum_add(&from, u, -1);
        sum_add(&to, u, 1);
        if (!from.loaded)
                return INFINITY;
        return unevenness(d->g, &from) + unevenness(d->g, &to) - unevenness(d->g, &d->sums[p]) -
               unevenness(d->g, &d->sums[q]) + cost / d->g->side_m * BORDER;
}

static bool move_round(Deal *d) {
        bool any = false;

        for (uint32_t i = 0; i < d->g->n; i++) {
                const Unit *u = &d->g->units[i];
                double best = -1e-9;
                uint32_t to = UINT32_MAX;

                for (size_t k = 0; k < u->links; k++) {
                        uint32_t q = d->part[d->g->links[u->first + k].to];
                        double gain = q == d->part[i] ? 0 : gain_of(d, i, q);

                        if (gain < best)
                                best = gain, to = q;
                }
                if (to == UINT32_MAX || !can_leave(d, i))
                        continue;
                sum_add(&d->sums[d->part[i]], u, -1);
                sum_add(&d->sums[to], u, 1);
                d->part[i] = to;
                any = true;
        }
        return any;
}

/* ---- all of it ---------------------------------------------------------------------------------------------------------------------------- */

/* How many grids each separate part of the community gets: one, and the next always to the one with the most load a grid. */
static ProposeWhy deal_components(Deal *d, Arena *a, size_t *ret_first) {
        const Graph *g = d->g;
        size_t *count = TAKE_ARRAY(a, size_t, g->components), *most = TAKE_ARRAY(a, size_t, g->components);
        double *share = TAKE_ARRAY(a, double, g->components);

        for (size_t i = 0; i < g->n; i++) {
                share[g->units[i].component] += g->units[i].share;
                most[g->units[i].component] += g->units[i].share > 0;
        }
        if (g->components > g->grids)
                return PROPOSE_PARTS;
        for (size_t i = 0; i < g->components; i++)
                count[i] = 1;
        for (size_t given = g->components; given < g->grids; given++) {
                size_t best = SIZE_MAX;

                for (size_t i = 0; i < g->components; i++)
                        if (count[i] < most[i] &&
                            (best == SIZE_MAX ||
                             share[i] * (double)(count[best]) > share[best] * (double)(count[i])))
                                best = i;
                if (best == SIZE_MAX)
                        return PROPOSE_TOO_FEW;
                count[best]++;
        }
        for (size_t i = 0, at = 0; i < g->components; i++) {
                ret_first[i] = at;
                at += count[i];
        }
        ret_first[g->components] = g->grids;
        return PROPOSE_FINE;
}

static void deal_take(Deal *d, Arena *a) {
        const Graph *g = d->g;
        size_t n = g->n + 1, links = 0;

        for (size_t i = 0; i < g->n; i++)
                links += g->units[i].links;
        d->sums = TAKE_ARRAY(a, Sum, g->grids);
        d->set = TAKE_ARRAY(a, uint32_t, n);
        d->place = TAKE_ARRAY(a, uint32_t, n);
        memset(d->place, 0xff, n * sizeof *d->place);
        d->sides = TAKE_ARRAY(a, Side, links + 1);
        d->up = TAKE_ARRAY(a, uint32_t, n);
        d->order = TAKE_ARRAY(a, uint32_t, n);
        d->first = TAKE_ARRAY(a, uint32_t, n);
        d->next = TAKE_ARRAY(a, uint32_t, 2 * n);
        d->to = TAKE_ARRAY(a, uint32_t, 2 * n);
        d->below = TAKE_ARRAY(a, Sum, n);
        d->chosen = TAKE_ARRAY(a, uint8_t, n);
        d->stack = TAKE_ARRAY(a, uint32_t, n);
        d->seen = TAKE_ARRAY(a, uint8_t, n);
}

ProposeWhy graph_deal(const Graph *g, uint64_t seed, Arena *a, uint32_t *part) {
        Deal d = { .g = g, .part = part, .random = seed };
        size_t *first = TAKE_ARRAY(a, size_t, g->components + 1);
        ProposeWhy why = deal_components(&d, a, first);

        if (why)
                return why;
        deal_take(&d, a);
        for (size_t i = 0; i < g->n; i++)
                part[i] = (uint32_t)first[g->units[i].component];
        for (size_t i = 0; i < g->components; i++)
                if (!deal_halves(&d, a, (uint32_t)first[i], first[i + 1] - first[i]))
                        return PROPOSE_TOO_FEW;
        sums_make(&d);
        if (g->grids < 2)
                return PROPOSE_FINE;
        anneal(&d, a);
        for (int i = 0; i < MOVES && move_round(&d); i++)
                ;
        return PROPOSE_FINE;
}
