/* Rows of cards and of the moments at which a case has to be looked at again; where cases ended, and when they are due. */
#include "case/case_int.h"

enum { KEPT_FROM_OTHERS_MS = MS_HOUR };

static Rc card_seal(Cx *cx, const CaseCardRow *row) { return audit_seal(cx, &db_shape_CaseCardRow, row); }

static Rc case_seal(Cx *cx, const CaseRow *row) { return audit_seal(cx, &db_shape_CaseRow, row); }

Rc case_store_cards(Cx *cx, int64_t id, CaseCardRowList *ret) { return q_case_cards(cx, id, ret); }

Rc case_store_card_add(Cx *cx, const CaseCardRow *r, bool *ret_fresh) {
        CaseCardRow *row;

        TRY(q_case_card_add(cx, r->case_id, r->kind, r->moment_ms, r->noticed_ms, r->days, r->complex, &row));
        *ret_fresh = row != NULL;
        return row ? card_seal(cx, row) : OK;
}

Rc case_store_card_withdraw(Cx *cx, const CaseCardRow *r) {
        CaseCardRow *row;

        TRY(q_case_card_withdraw(cx, r->case_id, r->kind, r->moment_ms, r->withdrawn_ms.n, r->withdrawn_by,
                                 r->withdrawn_why, &row));
        return card_seal(cx, row);
}

Rc case_store_card(Cx *cx, int64_t id, int64_t card, CaseRow **ret) {
        CaseRow *row;

        TRY(q_case_card_set(cx, id, card, &row));
        TRY(case_seal(cx, row));
        return *ret = row, OK;
}

Rc case_store_card_move(Cx *cx, int64_t id, int64_t card, CaseRow **ret) {
        CaseRow *row;

        TRY(q_case_card_move(cx, id, card, &row));
        TRY(case_seal(cx, row));
        return *ret = row, OK;
}

Rc case_store_moment(Cx *cx, int64_t id, OptInt next_ms, bool may_exist) {
        if (next_ms.set)
                return q_case_moment_put(cx, id, next_ms.n, NULL);
        return may_exist ? q_case_moment_drop(cx, id, NULL) : OK;
}

Rc case_store_moments_due(Cx *cx, int64_t limit, CaseMomentRowList *ret) {
        return q_case_moments_due(cx, now_ms(cx), limit, ret);
}

Rc case_store_moment_claim(Cx *cx, int64_t id, bool *ret) {
        CaseMomentRow *row;

        TRY(q_case_moment_claim(cx, id, now_ms(cx), now_ms(cx) + KEPT_FROM_OTHERS_MS, &row));
        return *ret = row != NULL, OK;
}

Rc case_store_moment_put_off(Cx *cx, int64_t id, int64_t until_ms) {
        return q_case_moment_put(cx, id, until_ms, NULL);
}

Rc case_store_ended(Cx *cx, const CaseScope *s, Str category, int64_t but, int64_t limit, CaseRowList *ret) {
        return q_case_ended(cx, s->lo, s->hi, s->me, s->departments, s->posts, category, but, limit, ret);
}

Rc case_store_due_latest(Cx *cx, OptInt *ret) {
        CaseDueLatest *row;

        TRY(q_case_due_latest(cx, &row));
        return *ret = row->due_ms, OK;
}

Rc case_store_due_between(Cx *cx, int64_t after_ms, int64_t until_ms, int64_t *ret) {
        CaseTotal *row;

        TRY(q_case_due_between(cx, after_ms, until_ms, &row));
        return *ret = row->cases, OK;
}
