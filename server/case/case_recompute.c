/* Stored deadlines brought up to a calendar that came later. The walk reads a piece of the open cases at a time with all that belongs to
 * them, and derives; only what differs is written, unless somebody acted on the case meanwhile: who acts derives by what holds then, and
 * the next walk looks at those whose version is another. The edition that was worked off is kept as a setting, so that a run that was
 * broken off is made up for at the next start of a server. */
#include "case/case_int.h"
#include "base/log.h"
#include "core/setting/setting.h"
#include "db/db.h"
#include <stdlib.h>

enum { BATCH = 200, VERSIONS = 5000, WALKS_MAX = 3, STALE_KEPT = 1000, FIRST_EDITION = 1 };

/* A case that is not as it follows from its log. */
typedef struct Found {
        const CaseRow *row;
        OptInt due;
        CaseSettled settled;
} Found;

typedef struct FoundList {
        Found *v;
        size_t n, cap;
} FoundList;

typedef struct Walk {
        int64_t edition, after; /* of the calendar; ids after this one */
        int64_t limit;          /* so many at once */
        CaseRowList rows;       /* what a piece holds, */
        FoundList found;        /* what differs, */
        int64_t changed;        /* what was written */
} Walk;

/* The rows of one case out of those of a piece, which are in the same order. */
#define ROWS_OF(list, at, id) rows_of((list)->v, sizeof *(list)->v, (list)->n, offsetof(typeof(*(list)->v), case_id), at, id)

typedef struct Rows {
        size_t from, n;
} Rows;

static Rows rows_of(const void *v, size_t size, size_t n, size_t offset, size_t *at, int64_t id) {
        Rows r = { 0 };
        int64_t of = 0;

        for (; *at < n; ++*at) {
                memcpy(&of, (const char *)v + *at * size + offset, sizeof of);
                if (of > id)
                        break;
                if (of == id && !r.n++)
                        r.from = *at;
        }
        return r;
}

static Rc derive(Cx *cx, const Case *c, OptInt *ret) {
        const FlowState *state = flow_state(c->flow, c->row.state);

        if (!state)
                return fail(cx, P_SERVER_BUG, "case %lld is in no state of its flow", (long long)c->row.id);
        return case_deadline(cx, c, state, c->row.entered_ms, NULL, ret);
}

static bool same(OptInt a, OptInt b) { return a.set == b.set && (!a.set || a.n == b.n); }

/* ---- looking ---- */

static Rc look_at(Cx *cx, const CaseRow *row, const CaseStepRowList *steps, const CaseCardRowList *told, OptInt moment,
                  FoundList *found) {
        Case c = { .row = *row, .steps = *steps };
        Found f = { .row = row };

        TRY(case_flow(cx, row->flow, row->flow_edition, &c.flow));
        TRY(case_profile_for(cx, row, &c.steps, &c.profile));
        TRY(derive(cx, &c, &f.due));
        TRY(case_settled(cx, &c, told, moment, &f.settled));
        if (!same(f.due, row->due_ms) || !f.settled.cards || !f.settled.moment)
                *list_push(cx->arena, found) = f;
        return OK;
}

/* Rows and logs are of one moment: db_read. */
static Rc look_work(Cx *cx, void *arg) {
        size_t step = 0, card = 0, moment = 0;
        Walk *w = arg;
        CasePiece p;

        TRY(case_store_open_piece(cx, w->after, w->limit, &p));
        w->rows = p.rows;
        w->found = (FoundList){ 0 };
        for (size_t i = 0; i < p.rows.n; i++) {
                int64_t id = p.rows.v[i].id;
                Rows s = ROWS_OF(&p.steps, &step, id), k = ROWS_OF(&p.cards, &card, id), m = ROWS_OF(&p.moments, &moment, id);
                CaseStepRowList steps = { s.n ? p.steps.v + s.from : NULL, s.n, s.n };
                CaseCardRowList told = { k.n ? p.cards.v + k.from : NULL, k.n, k.n };

                TRY(look_at(cx, &p.rows.v[i], &steps, &told, m.n ? SOME_INT(p.moments.v[m.from].next_ms) : (OptInt){ 0 },
                            &w->found));
        }
        return OK;
}

/* ---- writing ---- */

static Rc settle(Cx *cx, const Found *f, const CaseRow *row) {
        Case c;

        if (f->settled.cards)
                return f->settled.moment ? OK : case_store_moment(cx, row->id, f->settled.next_ms, true);
        TRY(case_of_row(cx, row, &c));
        return case_settle(cx, &c);
}

static Rc mend_one(Cx *cx, const Found *f, int64_t *changed) {
        bool late = !same(f->due, f->row->due_ms);
        CaseRow *row;

        if (late)
                TRY(case_store_due(cx, f->row->id, f->row->version, f->due, &row));
        else
                TRY(case_store_get(cx, f->row->id, NULL, &row));
        if (!row || row->version != f->row->version)
                return OK; /* somebody acted: the next walk looks at it */
        if (late) {
                TRY(case_tell(cx, row, NULL, S("recomputed")));
                ++*changed;
        }
        return settle(cx, f, row);
}

static Rc mend_work(Cx *cx, void *arg) {
        Walk *w = arg;

        w->changed = 0; /* it may be run twice */
        for (size_t i = 0; i < w->found.n; i++)
                TRY(mend_one(cx, &w->found.v[i], &w->changed));
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

/* What was looked at: in the order of the ids. */
typedef struct Seen {
        CaseVersion *v;
        size_t n, cap;
} Seen;

static void seen_done(Seen *s) { free(s->v); }

static void seen_add(Seen *s, CaseVersion one) {
        if (s->n == s->cap) {
                s->cap = s->cap ? s->cap * 2 : 1024;
                s->v = realloc(s->v, s->cap * sizeof *s->v);
                if (!s->v)
                        abort();
        }
        s->v[s->n++] = one;
}

typedef Rc Batch(Cx *own, Walk *w, void *arg);

static Rc mend(Cx *own, Walk *w, void *arg) {
        int64_t *changed = arg;

        if (!w->found.n)
                return OK;
        TRY(db_write(own, mend_work, w));
        *changed += w->changed;
        return OK;
}

static void begin(Cx *own, const Cx *cx) {
        cx_reset(own);
        own->now_ms = cx->now_ms;
        own->actor = actor_system();
}

static Rc walk_failed(Cx *cx, const Cx *own, const Walk *w) {
        return fail(cx, own->problem.code, "deadlines after case %lld: " STR_FMT, (long long)w->after,
                    STR_ARG(own->problem.detail));
}

/* Every case that is not final, piece by piece, each with an arena of its own. */
static Rc walk(Cx *cx, int64_t edition, Batch *each, void *arg, Seen *seen) {
        _cleanup_(cx_freep) Cx *own = cx_new(64 << 20);
        Walk w = { .edition = edition, .limit = BATCH };

        for (;;) {
                begin(own, cx);
                if (db_read(own, look_work, &w) != OK || each(own, &w, arg) != OK)
                        return walk_failed(cx, own, &w);
                if (!w.rows.n)
                        return OK;
                for (size_t i = 0; i < w.rows.n; i++)
                        seen_add(seen, (CaseVersion){ w.rows.v[i].id, w.rows.v[i].version });
                w.after = seen->v[seen->n - 1].id;
        }
}

/* Those whose version is not the one that was seen, with the one that is; *now takes what is open now. */
static Rc others(Cx *cx, const Seen *seen, Seen *now, Seen *ret) {
        _cleanup_(cx_freep) Cx *own = cx_new(16 << 20);
        CaseVersionList some;
        size_t at = 0;

        do {
                begin(own, cx);
                some = (CaseVersionList){ 0 };
                if (case_store_open_versions(own, now->n ? now->v[now->n - 1].id : 0, VERSIONS, &some) != OK)
                        return fail(cx, own->problem.code, "versions of open cases: " STR_FMT, STR_ARG(own->problem.detail));
                for (size_t i = 0; i < some.n; i++) {
                        while (at < seen->n && seen->v[at].id < some.v[i].id)
                                at++;
                        if (at == seen->n || seen->v[at].id != some.v[i].id || seen->v[at].version != some.v[i].version)
                                seen_add(ret, some.v[i]);
                        seen_add(now, some.v[i]);
                }
        } while (some.n == VERSIONS);
        return OK;
}

/* An action that was under way may have been measured with the calendar of before. *ret_more: there were such. */
static Rc walk_again(Cx *cx, int64_t edition, Seen *seen, int64_t *changed, bool *ret_more) {
        _cleanup_(cx_freep) Cx *own = cx_new(64 << 20);
        _cleanup_(seen_done) Seen now = { 0 }, other = { 0 };

        TRY(others(cx, seen, &now, &other));
        for (size_t i = 0; i < other.n; i++) {
                Walk w = { .edition = edition, .after = other.v[i].id - 1, .limit = 1 };

                begin(own, cx);
                if (db_read(own, look_work, &w) != OK || mend(own, &w, changed) != OK)
                        return walk_failed(cx, own, &w);
        }
        free(seen->v);
        *seen = now;
        now = (Seen){ 0 };
        return *ret_more = other.n, OK;
}

Rc case_recompute(Cx *cx, CaseRecomputed *ret) {
        _cleanup_(seen_done) Seen seen = { 0 };
        CaseRecomputed done = { 0 };
        bool more = true;
        Basis was, is;

        setting_forget(); /* the notice of the import may still be on its way */
        TRY(basis_now(cx, &is));
        done.edition = is.calendar;
        TRY(walk(cx, done.edition, mend, &done.changed, &seen));
        for (int i = 1; i < WALKS_MAX && more; i++)
                TRY(walk_again(cx, done.edition, &seen, &done.changed, &more));
        done.cases = (int64_t)seen.n;
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
        for (size_t i = 0; i < w->found.n; i++) {
                const Found *f = &w->found.v[i];

                if (c->found->n == STALE_KEPT) {
                        c->found->more++;
                        continue;
                }
                *list_push(c->cx->arena, c->found) =
                        (CaseStale){ f->row->id, case_number(c->cx->arena, f->row->created_ms, f->row->id), f->row->due_ms,
                                     f->due, !f->settled.cards || !f->settled.moment };
        }
        return OK;
}

Rc case_deadlines_check(Cx *cx, CaseStaleList *ret) {
        _cleanup_(seen_done) Seen seen = { 0 };
        Check c = { cx, ret };

        *ret = (CaseStaleList){ 0 };
        setting_forget();
        TRY(walk(cx, 0, keep, &c, &seen));
        return ret->cases = (int64_t)seen.n, OK;
}
