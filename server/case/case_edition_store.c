/* Rows of cases that go on with newer editions; sealed as every row. */
#include "case/case_store.h"
#include "core/audit/audit.h"

Rc case_store_edition(Cx *cx, const CaseRow *r, CaseRow **ret) {
        CaseRow *row;

        TRY(q_case_edition_set(cx, r->id, r->version, r->flow_edition, r->catalogue_edition, r->limit_days, r->disposed,
                               r->archived, r->holder_kind, r->holder_account, r->holder_department, r->holder_name,
                               r->holder_since_ms, r->due_ms, r->facts, r->asked, &row));
        if (row)
                TRY(audit_seal(cx, &db_shape_CaseRow, row));
        return *ret = row, OK;
}

Rc case_store_open_in(Cx *cx, Str grids, int64_t after, int64_t limit, CaseRowList *ret) {
        return q_case_open_in(cx, grids, after, limit, ret);
}

_Static_assert(ROLE_LEADER == 5 && ROLE_MEMBER == 6, "the query names the roles of the ground by number");

Rc case_store_visits_in(Cx *cx, Str under, int64_t since_ms, int64_t after, int64_t limit,
                        CaseVisitSpotList *ret) {
        return q_case_visits_in(cx, under, since_ms, after, limit, ret);
}

Rc case_store_place(Cx *cx, const CaseRow *r, Str place, CaseRow **ret) {
        CaseRow *row;

        TRY(q_case_place_set(cx, r->id, r->version, place, &row));
        if (row)
                TRY(audit_seal(cx, &db_shape_CaseRow, row));
        return *ret = row, OK;
}

Rc case_store_category(Cx *cx, const CaseRow *r) {
        return q_case_category_set(cx, r->id, r->version, r->catalogue_edition, r->category, r->class, r->limit_days, r->search, NULL);
}

Rc case_store_unit_use(Cx *cx, Str department, int64_t limit, CaseUnitUseList *ret, int64_t *ret_total) {
        CaseTotal *total;

        TRY(q_case_unit_use_count(cx, department, &total));
        *ret_total = total->cases;
        return q_case_unit_use(cx, department, limit, ret);
}
