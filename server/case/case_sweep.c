/* What falls due by itself: cards, and actions that the system takes. Every server process sweeps; which of them takes a case is
 * settled by the row of its next moment, in the transaction that acts. A moment that passed while no server ran is made up for. */
#include "case/case_int.h"
#include "base/log.h"
#include "db/db.h"

enum { DUE_AT_ONCE = 200, TOGETHER = 20, AGAIN_AFTER_MS = 10 * MS_MINUTE, TALLY_WORTH = 500 };

typedef struct Piece {
        const CaseMomentRow *v;
        size_t n;
        int64_t acted; /* cases that this process settled */
} Piece;

/* The system's action as anybody's: checked whole, a step of the log. */
static Rc act(Cx *cx, Case *c, const FlowAction *a) {
        CaseAction in = { .action = a->code, .version = c->row.version };

        if (a->note != FLOW_NOTE_NONE)
                in.note = cx->lang == LANG_EN ? S("The time ran out") : S("时限已到，系统自动处理");
        return case_move(cx, c, a, &in, false);
}

static Rc one(Cx *cx, int64_t id, int64_t *acted) {
        bool mine;
        CaseTime t;
        Case *c;

        TRY(case_store_moment_claim(cx, id, &mine));
        if (!mine)
                return OK;
        TRY(case_load(cx, (CaseId){ id }, NULL, &c));
        if (!case_has_moments(c)) /* the rule is gone, or its flow is another */
                return case_store_moment(cx, id, (OptInt){ 0 }, true);
        TRY(case_settle_time(cx, c, &t));
        if (t.after)
                TRY(act(cx, c, t.after));
        return ++*acted, OK;
}

static Rc piece_work(Cx *cx, void *arg) {
        Piece *p = arg;

        p->acted = 0; /* it may be run twice */
        for (size_t i = 0; i < p->n; i++)
                TRY(one(cx, p->v[i].case_id, &p->acted));
        return p->acted ? audit_note(cx, "case.swept", S("case"), STR_NONE) : OK;
}

static Rc put_off_work(Cx *cx, void *arg) {
        const CaseMomentRow *m = arg;

        TRY(case_store_moment_put_off(cx, m->case_id, now_ms(cx) + AGAIN_AFTER_MS));
        return audit_note(cx, "case.sweep-failed", str_fmt(cx->arena, "case/%lld", (long long)m->case_id), STR_NONE);
}

/* One case that cannot be settled keeps no other from it: it is tried again later. */
static Rc apart(Cx *cx, const Piece *p, int64_t *acted) {
        for (size_t i = 0; i < p->n; i++) {
                Piece single = { &p->v[i], 1, 0 };
                CaseMomentRow row = p->v[i];

                cx->problem = (Problem){ 0 };
                if (db_write(cx, piece_work, &single) == OK) {
                        *acted += single.acted;
                        continue;
                }
                log_warn("case.sweep", "case %lld: %s: " STR_FMT, (long long)row.case_id, problem_name(cx->problem.code),
                         STR_ARG(cx->problem.detail));
                cx->problem = (Problem){ 0 };
                TRY(db_write(cx, put_off_work, &row));
        }
        return OK;
}

/* The next of what is due; *ret_found is 0 when nothing is left. */
static Rc some(Cx *own, size_t *ret_found, int64_t *acted) {
        CaseMomentRowList due = { 0 };

        TRY(case_store_moments_due(own, DUE_AT_ONCE, &due));
        for (size_t i = 0; i < due.n; i += TOGETHER) {
                Piece p = { &due.v[i], due.n - i < TOGETHER ? due.n - i : TOGETHER, 0 };

                if (db_write(own, piece_work, &p) == OK)
                        *acted += p.acted;
                else
                        TRY(apart(own, &p, acted));
        }
        return *ret_found = due.n, OK;
}

Rc case_sweep_count(Cx *cx, int64_t *ret) {
        _cleanup_(cx_freep) Cx *own = cx_new(256 << 20);
        size_t found = 1;

        *ret = 0;
        while (found) {
                own->now_ms = cx->now_ms;
                own->actor = actor_system();
                if (some(own, &found, ret) != OK)
                        return fail(cx, own->problem.code, "sweep: " STR_FMT, STR_ARG(own->problem.detail));
                cx_reset(own);
        }
        return OK;
}

Rc case_sweep(Cx *cx) {
        int64_t acted;

        TRY(case_recompute_if_needed(cx)); /* a calendar or limits came while this server ran */
        TRY(case_sweep_count(cx, &acted));
        return case_ended_settle(cx, TALLY_WORTH);
}
