/* The plan for published totals: so many cases in all, closed, passed to a unit, passed beyond the street, from the public, rated and
 * satisfied. Which case is which comes from the seeded stream; the numbers are exact. */
#include "base/id.h"
#include "core/setting/setting.h"
#include "demo/demo_plan.h"

enum {
        FRESH = 60,         /* the newest open cases: reported or waiting for the dispatcher, passed to nobody yet */
        HANDLING_DAYS = 3,  /* open cases with a unit, as old as this at most; older ones wait for their check */
};

typedef struct Fate {
        bool closed, moved, beyond, from_public, rated;
        Satisfaction satisfaction;
} Fate;

typedef struct Figures {
        Plan *plan;
        int64_t total, closed, by_streets, on_the_move, from_public, rated, satisfied;
        StrList beyond; /* units above the street */
        Fate *fates;
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

/* Departments whose `level` is county or city stand above the street. */
static Rc read_units(Cx *cx, StrList *ret) {
        JsonNode *root;
        Str text;

        TRY(setting_get(cx, S("departments"), S("departments"), &text));
        TRY(json_parse(cx, text, &root));
        for (const JsonNode *d = json_get(root, "departments")->first; d; d = d->next)
                if (str_eq(json_text(d, "level"), S("county")) || str_eq(json_text(d, "level"), S("city")))
                        *list_push(cx->arena, ret) = json_text(d, "code");
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

static void deal_fates(Figures *f) {
        Arena *a = f->plan->cx->arena;
        size_t total = (size_t)f->total, *closed = TAKE_ARRAY(a, size_t, total), *movable = TAKE_ARRAY(a, size_t, total), n = 0,
               m = 0, public_closed;

        f->fates = TAKE_ARRAY(a, Fate, total);
        for (size_t i = 0; i < total; i++) {
                f->fates[i].closed = !is_open(f, i);
                if (f->fates[i].closed)
                        closed[n++] = i;
                if (!is_fresh(f, i))
                        movable[m++] = i;
                else
                        f->fates[i].from_public = (total - 1 - i) / 2 % 2;
        }
        shuffle(closed, n);
        shuffle(movable, m);
        public_closed = (size_t)f->from_public - FRESH / 2;
        for (size_t i = 0; i < public_closed; i++) {
                Fate *fate = &f->fates[closed[i]];

                fate->from_public = true;
                fate->rated = i < (size_t)f->rated;
                if (fate->rated)
                        fate->satisfaction = i >= (size_t)f->satisfied ? SATISFACTION_DISSATISFIED
                                             : i % 8 ? SATISFACTION_SATISFIED : SATISFACTION_FAIR;
        }
        for (size_t i = 0; i < (size_t)f->on_the_move; i++) {
                f->fates[movable[i]].moved = true;
                f->fates[movable[i]].beyond = i < (size_t)(f->total - f->by_streets);
        }
}

static bool is_beyond(const Figures *f, Str unit) {
        for (size_t i = 0; i < f->beyond.n; i++)
                if (str_eq(f->beyond.v[i], unit))
                        return true;
        return false;
}

/* Of a category whose unit is on the right level. */
static Rc kind_for(const Figures *f, const Fate *fate, const Kind **ret) {
        for (int tries = 0; tries < 10000; tries++) {
                const Kind *k = plan_kind(f->plan, S(""));

                if (!fate->moved || is_beyond(f, k->unit) == fate->beyond)
                        return *ret = k, OK;
        }
        return fail(f->plan->cx, P_CONFIG_INVALID, "no category whose unit is on the level that demo.cases asks for");
}

static void archive_and_rate(Plan *p, int of, int *order, int64_t at, const Fate *fate, Str street) {
        DemoStep *s = plan_step(p, of, order, at = plan_later(p, at, 2, 26), "archive", street);

        s->note = S("资料齐全，归档");
        if (!fate->rated)
                return;
        s = plan_step(p, of, order, plan_later(p, at, 1, 40), "rate", STR_NONE);
        s->by_reporter = true;
        s->satisfaction = fate->satisfaction;
        s->note = fate->satisfaction == SATISFACTION_DISSATISFIED ? S("等得有点久") : S("");
}

static Rc through_unit(Plan *p, int of, int *order, int64_t at, const Fate *fate, const Kind *kind, const Site *site) {
        Str street = plan_street(p, site), unit;
        DemoStep *s;

        TRY(plan_department(p->cx, kind->unit, &unit));
        s = plan_step(p, of, order, at = plan_later(p, at, 0.2, 5), "accept_dispatch", fate->beyond ? S("center") : street);
        s->department = kind->unit;
        s->note = S("请按时限处置并反馈");
        if (!fate->closed && p->until_ms - at < (int64_t)HANDLING_DAYS * MS_DAY)
                return OK;
        s = plan_step(p, of, order, at = plan_later(p, at, 2, 30), "feedback", unit);
        s->note = plan_text(p->cx, demo_pick(kind->done)->text, site->address, kind->name);
        plan_photo(s, PHOTO_KIND_AFTER);
        if (!fate->closed)
                return OK;
        s = plan_step(p, of, order, at = plan_later(p, at, 1, 20), "verify_pass", plan_member(p, site));
        s->note = S("现场核查，已解决");
        plan_photo(s, PHOTO_KIND_CHECK);
        archive_and_rate(p, of, order, at, fate, street);
        return OK;
}

static void on_the_spot(Plan *p, DemoStep *s, int of, int *order, const Fate *fate, const Kind *kind, const Site *site) {
        s->note = plan_text(p->cx, demo_pick(kind->done)->text, site->address, kind->name);
        plan_photo(s, PHOTO_KIND_BEFORE);
        plan_photo(s, PHOTO_KIND_AFTER);
        if (fate->closed)
                archive_and_rate(p, of, order, s->at_ms, fate, plan_street(p, site));
}

static CaseChannel channel(const Fate *fate) {
        uint64_t dice = rand_below(100);

        if (!fate->from_public)
                return CASE_CHANNEL_MEMBER;
        return dice < 70 ? CASE_CHANNEL_QR : CASE_CHANNEL_WEB;
}

static Rc plan_one(Figures *f, size_t i) {
        Plan *p = f->plan;
        const Fate *fate = &f->fates[i];
        DemoCase *c = &p->demo->cases[i];
        const Site *site = &p->sites.v[rand_below(p->sites.n)];
        int64_t at = p->from_ms + (p->until_ms - p->from_ms) / f->total * (int64_t)i;
        Str member = plan_member(p, site);
        const Kind *kind = NULL;
        int order = 0, of = (int)i;
        DemoStep *s;

        TRY(kind_for(f, fate, &kind));
        *c = (DemoCase){ .number = of + 1, .category = kind->code, .icon = kind->icon, .unit = kind->unit, .building = site->code,
                         .address = site->address, .grid = site->grid, .at = site->at, .channel = channel(fate),
                         .name = demo_name(p->cx), .phone = demo_phone(p->cx) };
        c->text = plan_text(p->cx, demo_pick(kind->report)->text, site->address, kind->name);
        s = plan_step(p, of, &order, at = plan_later(p, at, 0, 2), "", plan_public(c) ? STR_NONE : member);
        if (is_fresh(f, i)) { /* with the member, or waiting for the dispatcher */
                plan_photo(s, PHOTO_KIND_SCENE);
                return OK;
        }
        if (!plan_public(c) && !fate->moved) {
                s->on_the_spot = true;
                on_the_spot(p, s, of, &order, fate, kind, site);
                return OK;
        }
        plan_photo(s, PHOTO_KIND_SCENE);
        if (!fate->moved) {
                s = plan_step(p, of, &order, plan_later(p, at, 0.3, 4), "self_handle", member);
                on_the_spot(p, s, of, &order, fate, kind, site);
                return OK;
        }
        if (plan_public(c))
                plan_step(p, of, &order, at = plan_later(p, at, 0.2, 3), "escalate", member)->note = S("需单位处理");
        return through_unit(p, of, &order, at, fate, kind, site);
}

Rc plan_figures(Plan *p) {
        Figures f = { .plan = p };

        TRY(read_figures(p, &f));
        TRY(read_units(p->cx, &f.beyond));
        deal_fates(&f);
        p->demo->count = (size_t)f.total;
        p->demo->cases = TAKE_ARRAY(p->cx->arena, DemoCase, p->demo->count);
        for (size_t i = 0; i < p->demo->count; i++)
                TRY(plan_one(&f, i));
        return OK;
}
