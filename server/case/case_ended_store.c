/* The tally of cases that have ended, by grid and final state: a row is added when a case ends or is opened again, the sweep makes the
 * tally up from them. So a city's queue after years costs what it did after months. */
#include "core/audit/audit.h"
#include "case/case_int.h"
#include "db/db.h"

Rc case_ended_moved(Cx *cx, const CaseRow *before, const CaseRow *after) {
        bool was = before && before->final;

        if (was && after->final && str_eq(before->state, after->state))
                return OK;
        if (was)
                TRY(q_case_ended_note(cx, before->place, before->state, -1, NULL));
        return after->final ? q_case_ended_note(cx, after->place, after->state, 1, NULL) : OK;
}

Rc case_ended_counts(Cx *cx, const CaseScope *s, Str under, CaseEndedCountList *ret) {
        CaseEndedCountList elsewhere = { 0 };

        TRY(q_case_ended_counts(cx, s->lo, s->hi, s->posts, under, ret));
        TRY(q_case_ended_elsewhere(cx, s->lo, s->hi, s->me, s->departments, s->posts, !s->posts.p, under, &elsewhere));
        for (size_t i = 0; i < elsewhere.n; i++)
                *list_push(cx->arena, ret) = elsewhere.v[i];
        return OK;
}

Rc case_ended_in(Cx *cx, Str state, bool *ret) {
        CaseTotal *found;

        TRY(q_case_ended_in(cx, state, &found));
        return *ret = found->cases, OK;
}

static Rc settle_work(Cx *cx, void *arg) {
        (void)arg;
        TRY(q_case_ended_add(cx, NULL));
        TRY(q_case_ended_added(cx, NULL));
        return audit_note(cx, "case.tallied", S("case"), STR_NONE);
}

Rc case_ended_settle(Cx *cx, int64_t worth) {
        CaseTotal *waiting;

        TRY(q_case_ended_waiting(cx, worth, &waiting));
        return waiting->cases < worth ? OK : db_write(cx, settle_work, NULL);
}

Rc case_tally_check(Cx *cx, CaseTallyOffList *ret) {
        enum { MOST = 1000 };
        CaseEndedOffList rows = { 0 };

        *ret = (CaseTallyOffList){ 0 };
        TRY(q_case_ended_off(cx, MOST, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) =
                        (CaseTallyOff){ rows.v[i].place, rows.v[i].state, rows.v[i].counted, rows.v[i].told };
        return OK;
}
