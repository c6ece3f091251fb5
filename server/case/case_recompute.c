/* Stored deadlines brought up to a calendar that came later. The walk reads; only what differs is written, each batch in a transaction
 * that derives once more from what it sees itself. The edition that was worked off is kept as a setting, so that a run that was broken
 * off is made up for at the next start of a server. */
#include "case/case_int.h"
#include "base/log.h"
#include "core/setting/setting.h"
#include "db/db.h"

enum { BATCH = 200, WALKS_MAX = 3, STALE_KEPT = 1000, FIRST_EDITION = 1 };

typedef struct Walk {
        int64_t edition, after;     /* of the calendar; ids after this one */
        size_t n;                   /* what a batch found: rows, */
        int64_t last;               /* the last id, */
        CaseStaleList stale;        /* what differs, */
        int64_t changed;            /* what was written */
} Walk;

/* What the log says of a case now: its deadline, and whether cards and next moment are as they follow from it. */
typedef struct Derived {
        OptInt due;
        bool settled;
} Derived;

static Rc case_of(Cx *cx, const CaseRow *row, Case *ret) {
        *ret = (Case){ .row = *row };
        TRY(case_flow(cx, row->flow, row->flow_edition, &ret->flow));
        TRY(case_store_steps(cx, row->id, &ret->steps));
        return case_profile_for(cx, row, &ret->steps, &ret->profile);
}

static Rc derive(Cx *cx, const Case *c, Derived *ret) {
        const FlowState *state = flow_state(c->flow, c->row.state);
        ClockResult result;
        CaseClock clock;

        if (!state)
                return fail(cx, P_SERVER_BUG, "case %lld is in no state of its flow", (long long)c->row.id);
        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        TRY(case_clock_now(cx, c, state, &clock, c->row.entered_ms, &result));
        TRY(case_due_nearer(cx, c, state, &clock, &result, &ret->due));
        return case_settled(cx, c, &ret->settled);
}

static bool same(OptInt a, OptInt b) { return a.set == b.set && (!a.set || a.n == b.n); }

/* ---- looking ---- */

/* Row and log are of one moment: db_read. */
static Rc look_work(Cx *cx, void *arg) {
        Walk *w = arg;
        CaseRowList rows = { 0 };

        TRY(case_store_open_after(cx, w->after, BATCH, &rows));
        w->n = rows.n;
        w->last = rows.n ? rows.v[rows.n - 1].id : w->after;
        w->stale = (CaseStaleList){ 0 };
        for (size_t i = 0; i < rows.n; i++) {
                const CaseRow *row = &rows.v[i];
                Derived d;
                Case c;

                TRY(case_of(cx, row, &c));
                TRY(derive(cx, &c, &d));
                if (!same(d.due, row->due_ms) || !d.settled)
                        *list_push(cx->arena, &w->stale) =
                                (CaseStale){ row->id, case_number(cx->arena, row->created_ms, row->id),
                                             row->due_ms, d.due, !d.settled };
        }
        return OK;
}

/* ---- writing ---- */

static Rc mend_work(Cx *cx, void *arg) {
        Walk *w = arg;

        w->changed = 0; /* it may be run twice */
        for (size_t i = 0; i < w->stale.n; i++) {
                CaseRow *row, *after;
                Derived d;
                Case c;

                TRY(case_store_get(cx, w->stale.v[i].id, NULL, &row));
                if (row->final)
                        continue;
                TRY(case_of(cx, row, &c));
                TRY(derive(cx, &c, &d));
                if (!same(d.due, row->due_ms)) {
                        TRY(case_store_due(cx, row->id, d.due, &after));
                        c.row = *after;
                        TRY(case_tell(cx, after, NULL, S("recomputed")));
                        w->changed++;
                }
                if (!d.settled)
                        TRY(case_settle(cx, &c));
        }
        if (!w->stale.n)
                return OK;
        return audit_note(cx, "case.recomputed", S("calendar/CN"),
                          str_fmt(cx->arena, "{\"edition\":%lld,\"cases\":%lld}", (long long)w->edition,
                                  (long long)w->changed));
}

/* What deadlines and cards are derived by: calendar, and when there are any, limits and the profile with its rule of cards. */
typedef struct Basis {
        int64_t calendar, limits, profile;
} Basis;

static Rc basis_now(Cx *cx, Basis *ret) {
        const CaseProfile *p;
        Basis b = { 0 };
        Rc rc;

        TRY(setting_edition(cx, S("calendar"), S("CN"), &b.calendar));
        rc = case_profile(cx, &p);
        if (rc == E_MISSING)
                return cx->problem = (Problem){ 0 }, *ret = b, OK;
        TRY(rc);
        if (p->limits)
                b.limits = p->limits->edition;
        if (p->has_cards)
                TRY(setting_edition(cx, S("profile"), S("profile"), &b.profile));
        return *ret = b, OK;
}

static Str basis_text(Cx *cx, const Basis *b) {
        if (!b->limits && !b->profile)
                return str_fmt(cx->arena, "%lld", (long long)b->calendar);
        return str_fmt(cx->arena, "%lld %lld %lld", (long long)b->calendar, (long long)b->limits, (long long)b->profile);
}

static bool same_basis(const Basis *a, const Basis *b) {
        return a->calendar == b->calendar && a->limits == b->limits && a->profile == b->profile;
}

static Rc mark_work(Cx *cx, void *arg) {
        const Basis *b = arg;

        TRY(setting_put(cx, S("case"), S("recomputed"), basis_text(cx, b)));
        return audit_note(cx, "case.recomputed", S("calendar/CN"),
                          str_fmt(cx->arena, "{\"edition\":%lld}", (long long)b->calendar));
}

/* Of what was last worked off. Without a mark it is the first of each: no case has known another. */
static Rc marked(Cx *cx, const Basis *now, Basis *ret) {
        Str text, word, rest = STR_NONE;
        Rc rc = setting_get(cx, S("case"), S("recomputed"), &text);

        *ret = (Basis){ FIRST_EDITION, now->limits ? FIRST_EDITION : 0, now->profile ? FIRST_EDITION : 0 };
        if (rc != OK && cx->problem.code != P_NOT_FOUND)
                return rc;
        cx->problem = (Problem){ 0 };
        if (rc != OK)
                return OK;
        word = text;
        (void)str_cut(text, ' ', &word, &rest);
        (void)str_int(word, &ret->calendar);
        if (!str_cut(rest, ' ', &word, &rest))
                return OK;
        (void)str_int(word, &ret->limits);
        (void)str_int(rest, &ret->profile);
        return OK;
}

/* ---- the walk ---- */

typedef Rc Batch(Cx *own, Walk *w, void *arg);

static Rc mend(Cx *own, Walk *w, void *arg) {
        int64_t *changed = arg;

        if (!w->stale.n)
                return OK;
        TRY(db_write(own, mend_work, w));
        *changed += w->changed;
        return OK;
}

/* Every case that is not final, batch by batch, each with an arena of its own. */
static Rc walk(Cx *cx, int64_t edition, Batch *each, void *arg, int64_t *ret_cases) {
        _cleanup_(cx_freep) Cx *own = cx_new(64 << 20);
        Walk w = { .edition = edition };

        *ret_cases = 0;
        for (;;) {
                own->now_ms = cx->now_ms;
                own->actor = actor_system();
                if (db_read(own, look_work, &w) != OK || each(own, &w, arg) != OK)
                        return fail(cx, own->problem.code, "deadlines after case %lld: " STR_FMT, (long long)w.after,
                                    STR_ARG(own->problem.detail));
                if (!w.n)
                        return OK;
                *ret_cases += (int64_t)w.n;
                w.after = w.last;
                cx_reset(own);
        }
}

Rc case_recompute(Cx *cx, CaseRecomputed *ret) {
        CaseRecomputed done = { 0 };
        int64_t before = -1;
        Basis was, is;

        setting_forget(); /* the notice of the import may still be on its way */
        TRY(basis_now(cx, &is));
        done.edition = is.calendar;
        /* Again until nothing differs: an action that was under way may have been measured with the calendar of before. */
        for (int i = 0; i < WALKS_MAX && done.changed != before; i++) {
                before = done.changed;
                TRY(walk(cx, done.edition, mend, &done.changed, &done.cases));
        }
        TRY(marked(cx, &is, &was));
        if (!same_basis(&was, &is))
                TRY(db_write(cx, mark_work, &is));
        return *ret = done, OK;
}

Rc case_recompute_if_needed(Cx *cx) {
        CaseRecomputed done;
        Basis was, is;

        TRY(basis_now(cx, &is));
        TRY(marked(cx, &is, &was));
        if (same_basis(&was, &is))
                return OK;
        TRY(case_recompute(cx, &done));
        log_info("case.recomputed", "calendar edition %lld: %lld of %lld deadlines", (long long)done.edition,
                 (long long)done.changed, (long long)done.cases);
        return OK;
}

/* ---- the check ---- */

typedef struct Check {
        Cx *cx;
        CaseStaleList *found;
} Check;

static Rc keep(Cx *own, Walk *w, void *arg) {
        const Check *c = arg;

        (void)own;
        for (size_t i = 0; i < w->stale.n; i++) {
                CaseStale *s;

                if (c->found->n == STALE_KEPT) {
                        c->found->more++;
                        continue;
                }
                s = list_push(c->cx->arena, c->found);
                *s = w->stale.v[i];
                s->number = str_dup(c->cx->arena, s->number);
        }
        return OK;
}

Rc case_deadlines_check(Cx *cx, CaseStaleList *ret) {
        Check c = { cx, ret };

        *ret = (CaseStaleList){ 0 };
        setting_forget();
        return walk(cx, 0, keep, &c, &ret->cases);
}
