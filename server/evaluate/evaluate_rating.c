/* One matter, one rating (一事一评): the reporter's stands with the case, the dispatching centre's is kept here. */
#include "case/case.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/who/who.h"
#include "evaluate/evaluate_int.h"

void evaluate_init(void) { evaluate_store_init(); }

/* Handled: waiting to be checked or closed; or ended in whatever way. */
static Rc is_handled(Cx *cx, const CaseView *v, bool *ret) {
        CaseStates states;

        if (v->item->ended.n)
                return *ret = true, OK;
        TRY(case_states(cx, &states));
        *ret = str_contains(states.done, str_fmt(cx->arena, "," STR_FMT ":" STR_FMT ",", STR_ARG(v->flow), STR_ARG(v->item->state)));
        return OK;
}

static CaseEvaluation *view_of(Cx *cx, const CaseView *v, const EvaluateRating *r, bool may_rate) {
        CaseEvaluation *e = TAKE(cx->arena, CaseEvaluation);

        *e = (CaseEvaluation){ .reporter = v->item->satisfaction, .reporter_note = v->rating_note, .version = r->version,
                               .may_rate = may_rate };
        if (!r->version)
                return e;
        e->centre = r->satisfaction;
        e->centre_note = r->note;
        e->centre_by = r->name;
        e->centre_at = SOME_INT(r->at_ms);
        return e;
}

static bool may_evaluate(const Cx *cx, const CaseView *v) {
        return actor_may(cx, PERM_EVALUATE) && actor_reaches(cx, PERM_EVALUATE, v->item->place);
}

Rc evaluate_case_read(Cx *cx, int64_t id, CaseEvaluation **ret) {
        EvaluateRating rating;
        CaseView *v;
        bool handled;

        TRY(case_view(cx, (CaseId){ id }, &v));
        TRY(is_handled(cx, v, &handled));
        TRY(evaluate_store_rating(cx, id, &rating));
        return *ret = view_of(cx, v, &rating, handled && may_evaluate(cx, v)), OK;
}

/* Whoever has the case before them reads again. */
static Rc tell(Cx *cx, int64_t id) {
        Notice n;

        TRY(case_audience(cx, (CaseId){ id }, &n));
        n.action = S("case.evaluated");
        return notice_send(cx, &n);
}

Rc evaluate_case_rate(Cx *cx, int64_t id, const CaseEvaluationPut *in, CaseEvaluation **ret) {
        EvaluateRating rating = { .satisfaction = in->satisfaction, .name = cx->actor->name, .note = in->note.n ? in->note : STR_NONE,
                                  .account = actor_account(cx).n, .at_ms = now_ms(cx), .version = in->version };
        bool handled, stale;
        CaseView *v;

        TRY(case_view(cx, (CaseId){ id }, &v));
        if (!may_evaluate(cx, v)) /* lent to read, or dispatched from elsewhere: another centre's to rate */
                return fail(cx, P_NOT_FOUND, "the case is outside what the caller may rate");
        TRY(is_handled(cx, v, &handled));
        if (!handled)
                return fail(cx, P_EVALUATE_NOT_YET, "the case is in state " STR_FMT, STR_ARG(v->item->state));
        TRY(audit_note(cx, "case.evaluated", str_fmt(cx->arena, "case/%lld", (long long)id), STR_NONE));
        TRY(evaluate_store_rate(cx, id, &rating, &rating, &stale));
        if (stale)
                return fail_zh(cx, P_VERSION_STALE, S("这件事的评价刚被他人修改，请刷新后重试"),
                               "somebody else rated the case meanwhile");
        TRY(tell(cx, id));
        return *ret = view_of(cx, v, &rating, true), OK;
}
