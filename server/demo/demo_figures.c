/* What becomes of which case. For published totals: so many in all, closed, passed to a unit, passed beyond the street, from the public,
 * rated and satisfied; which case is which comes from the seeded stream, the numbers are exact. And which of them take a flow of their own. */
#include "base/id.h"
#include "demo/demo_plan.h"

enum {
        FRESH = 60,        /* the newest open cases: reported or waiting for the dispatcher, passed to nobody yet */
        HANDLING_DAYS = 3, /* open cases with a unit, as old as this at most; older ones wait for their check */
        ALSO_TRIES = 4000,
};

typedef struct Figures {
        Plan *plan;
        int64_t total, closed, by_streets, on_the_move, from_public, rated, satisfied;
} Figures;

static Rc read_figures(Plan *p, Figures *f) {
        const JsonNode *c = p->config;

        f->total = demo_int(c, "total", 0);
        f->closed = demo_int(c, "closed", f->total);
        f->by_streets = demo_int(c, "by_streets", f->total);
        f->on_the_move = demo_int(c, "on_the_move", f->total - f->by_streets);
        f->from_public = demo_int(c, "from_public", 0);
        f->rated = demo_int(c, "rated", 0);
        f->satisfied = demo_int(c, "satisfied", f->rated);
        if (f->total < 2 * (f->total - f->closed) || f->total - f->closed < FRESH || f->closed > f->total ||
            f->on_the_move < f->total - f->by_streets || f->on_the_move > f->total - FRESH || f->by_streets > f->total ||
            f->from_public < f->rated + FRESH || f->from_public > f->closed || f->satisfied > f->rated)
                return fail(p->cx, P_CONFIG_INVALID, "profile.json: the figures of demo.cases do not fit each other");
        return OK;
}

static void shuffle(size_t *v, size_t n) {
        for (size_t i = n; i > 1; i--) {
                size_t k = (size_t)rand_below(i), other = v[i - 1];

                v[i - 1] = v[k];
                v[k] = other;
        }
}

/* Every second one of the newest is open. */
static bool is_open(const Figures *f, size_t i) {
        size_t from_end = (size_t)f->total - 1 - i;

        return from_end % 2 == 0 && from_end / 2 < (size_t)(f->total - f->closed);
}

static bool is_fresh(const Figures *f, size_t i) { return is_open(f, i) && (size_t)f->total - 1 - i < 2 * (size_t)FRESH; }

/* Every case is handled by now or has been given to a unit within the last days. */
static Goal open_goal(const Figures *f, size_t i, bool moved) {
        const Plan *p = f->plan;
        int64_t at = p->from_ms + (p->until_ms - p->from_ms) / f->total * (int64_t)i;

        return is_fresh(f, i) ? GOAL_FRESH : moved && p->until_ms - at < (int64_t)HANDLING_DAYS * MS_DAY ? GOAL_OPEN : GOAL_DISPOSED;
}

static void deal_public(const Figures *f, const size_t *closed) {
        for (size_t i = 0; i < (size_t)f->from_public - FRESH / 2; i++) {
                Fate *fate = &f->plan->fates[closed[i]];

                fate->from_public = true;
                fate->rated = i < (size_t)f->rated;
                if (fate->rated)
                        fate->satisfaction = i >= (size_t)f->satisfied ? SATISFACTION_DISSATISFIED
                                             : i % 8 ? SATISFACTION_SATISFIED : SATISFACTION_FAIR;
        }
}

static void deal_fates(Figures *f) {
        Arena *a = f->plan->cx->arena;
        size_t total = (size_t)f->total, *closed = TAKE_ARRAY(a, size_t, total), *movable = TAKE_ARRAY(a, size_t, total), n = 0, m = 0;
        Fate *fates = f->plan->fates = TAKE_ARRAY(a, Fate, total);

        for (size_t i = 0; i < total; i++) {
                fates[i].counted = true;
                if (!is_open(f, i))
                        closed[n++] = i;
                if (!is_fresh(f, i))
                        movable[m++] = i;
                else
                        fates[i].from_public = (total - 1 - i) / 2 % 2;
        }
        shuffle(closed, n);
        shuffle(movable, m);
        deal_public(f, closed);
        for (size_t i = 0; i < (size_t)f->on_the_move; i++) {
                fates[movable[i]].moved = true;
                fates[movable[i]].beyond = i < (size_t)(f->total - f->by_streets);
        }
        for (size_t i = 0; i < total; i++)
                fates[i].goal = is_open(f, i) ? open_goal(f, i, fates[i].moved) : GOAL_CLOSED;
}

Rc plan_figures(Plan *p) {
        Figures f = { .plan = p };

        TRY(read_figures(p, &f));
        deal_fates(&f);
        p->demo->count = (size_t)f.total;
        return OK;
}

/* ---- further flows ---- */

/* Does the flow name units? Where figures are counted it takes the place of a case that was given to one. */
static bool flow_moves(const Plan *p, Str flow) {
        for (size_t i = 0; i < p->ways.n; i++)
                if (str_eq(p->ways.v[i].flow->code, flow) && p->ways.v[i].moved <= p->ways.v[i].n)
                        return true;
        return false;
}

static bool may_take(const Plan *p, size_t i, Goal goal, bool moved) {
        const Fate *f = &p->fates[i];

        return !f->taken && f->goal == goal && (!f->counted || (f->moved == moved && !f->beyond && !f->from_public));
}

/* The case is of the category's class: it changes places with one that is. */
static bool take_class(Plan *p, size_t i, Str category) {
        const Kind *k = plan_kind_of(p, category);

        if (!k || !p->classes || str_eq(p->classes[i], k->class))
                return k != NULL;
        for (size_t j = 0; j < p->demo->count; j++)
                if (!p->fates[j].taken && str_eq(p->classes[j], k->class)) {
                        Str other = p->classes[i];

                        p->classes[i] = p->classes[j];
                        p->classes[j] = other;
                        return true;
                }
        return false;
}

/* A case with that goal: of the open ones the oldest first, of the others any that is not of the last days. */
static Rc take_case(Plan *p, const JsonNode *also, Str flow, Goal goal, size_t *ret) {
        Str category = json_text(also, "category");
        size_t n = p->demo->count, i = n;
        bool moved = flow_moves(p, flow);

        for (int tries = 0; goal == GOAL_CLOSED && tries < ALSO_TRIES && i == n; tries++) {
                size_t k = n / 10 + (size_t)rand_below(n * 7 / 10);

                i = may_take(p, k, goal, moved) ? k : n;
        }
        for (size_t k = 0; goal != GOAL_CLOSED && i == n && k < n; k++)
                i = may_take(p, k, goal, moved) ? k : n;
        if (i == n || (category.n && !take_class(p, i, category)))
                return fail(p->cx, P_CONFIG_INVALID, "demo.cases.also: no case left for flow " STR_FMT, STR_ARG(flow));
        p->fates[i].taken = true;
        p->fates[i].flow = flow;
        p->fates[i].category = category;
        return *ret = i, OK;
}

static Rc take_parts(Plan *p, const JsonNode *also, size_t whole, const char *member, Goal goal) {
        int64_t parts = demo_int(also, member, 0);
        size_t i;

        for (int64_t k = 0; k < parts; k++) {
                TRY(take_case(p, also, json_text(also, "parts"), goal, &i));
                p->fates[i].part_of = (int)whole + 1;
        }
        return OK;
}

static Rc take_cases(Plan *p, const JsonNode *also, const char *member, Goal goal) {
        int64_t count = demo_int(also, member, 0);
        size_t i;

        for (int64_t k = 0; k < count; k++) {
                TRY(take_case(p, also, json_text(also, "flow"), goal, &i));
                p->fates[i].way = json_text(also, "way");
                TRY(take_parts(p, also, i, "parts_closed", GOAL_CLOSED));
                if (goal != GOAL_CLOSED)
                        TRY(take_parts(p, also, i, "parts_open", GOAL_OPEN));
        }
        return OK;
}

Rc plan_also(Plan *p) {
        const JsonNode *list = json_get(p->config, "also");

        for (const JsonNode *a = list ? list->first : NULL; a; a = a->next) {
                TRY(take_cases(p, a, "open", GOAL_OPEN));
                TRY(take_cases(p, a, "disposed", GOAL_DISPOSED));
                TRY(take_cases(p, a, "closed", GOAL_CLOSED));
        }
        return OK;
}
