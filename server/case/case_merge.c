/* Merging: a case goes on in another one. It ends in its merged state and names the main case; the main case's log names it; everybody
 * who reported either follows the main one from then on. */
#include "case/case_int.h"
#include "db/db.h"

enum { CHAIN_MOST = 64, MERGED_SHOWN = 200 };

Rc case_main_of(Cx *cx, int64_t id, CaseRow **ret) {
        CaseRow *row;

        TRY(case_store_get(cx, id, NULL, &row));
        for (int i = 0; row->merged_into.set; i++) {
                if (i == CHAIN_MOST)
                        return fail(cx, P_SERVER_BUG, "case %lld was merged more than %d times", (long long)id, CHAIN_MOST);
                TRY(case_store_get(cx, row->merged_into.n, NULL, &row));
        }
        return *ret = row, OK;
}

/* ---- which one ---- */

static Rc refused(Cx *cx, const char *code, Str zh, Str en) { return fail_field(cx, S("/into"), code, zh, en); }

/* "20261121-000123", "123" */
static bool number_read(Str typed, int64_t *ret_id) {
        Str serial = str_trim(typed), date, rest;

        if (str_cut(serial, '-', &date, &rest) && rest.p)
                serial = date.n == 8 && str_digits(date) ? rest : STR_NONE;
        return case_id_read(serial, ret_id);
}

static Rc not_found(Cx *cx) {
        return refused(cx, "unknown", S("没有这个案件，或不在您的范围内"), S("There is no such case within your places"));
}

/* Another case that goes on, neither part nor whole of this one. Held until the transaction ends, so that of two who merge at once
 * the second sees what the first did. */
Rc case_merge_find(Cx *cx, const Case *c, Str into, Case **ret) {
        bool unscoped = cx->actor && cx->actor->is_system;
        CaseScope scope;
        int64_t id = 0;
        Case *main;
        Rc rc;

        if (!str_trim(into).n)
                return refused(cx, "required", S("请填写主件的编号"), S("Name the case it goes on in"));
        if (!number_read(into, &id))
                return not_found(cx);
        if (id == c->row.id)
                return refused(cx, "itself", S("不能并入自己"), S("A case cannot be merged into itself"));
        TRY(case_store_hold(cx, id));
        case_scope(cx, &scope);
        rc = case_load(cx, (CaseId){ id }, unscoped ? NULL : &scope, &main);
        if (rc == E_MISSING)
                return cx->problem = (Problem){ 0 }, not_found(cx);
        TRY(rc);
        if (str_contains(into, S("-")) && !str_eq(str_trim(into), case_number(cx->arena, main->row.created_ms, id)))
                return not_found(cx);
        if (main->row.merged_into.set)
                return refused(cx, "merged", S("该件已并入其他案件，请并入其主件"), S("That case was merged itself; name the main one"));
        if (main->row.final)
                return refused(cx, "closed", S("该件已办结，不能并入"), S("That case has ended"));
        if ((main->row.parent.set && main->row.parent.n == c->row.id) ||
            (c->row.parent.set && c->row.parent.n == id))
                return refused(cx, "part", S("子件与主件之间不能合并"), S("A part and its whole cannot be merged"));
        return *ret = main, OK;
}

/* ---- the main case's side ---- */

Rc case_merge_join(Cx *cx, Case *main, const CaseRow *merged, const CaseStepRow *by) {
        const CaseStepRow *last = &main->steps.v[main->steps.n - 1];
        CaseRow before = main->row, *moved;
        CaseStepRow step = { .action = S(CASE_STEP_JOINED),
                             .actor = by->actor,
                             .actor_name = by->actor_name,
                             .actor_role = by->actor_role,
                             .actor_department = by->actor_department,
                             .from_state = main->row.state,
                             .held_ms = SOME_INT(now_ms(cx) - main->row.holder_since_ms),
                             .ref = SOME_INT(merged->id) },
                    *added;

        TRY(case_store_join(cx, &main->row, merged->voices, &moved));
        if (!moved)
                return fail(cx, P_VERSION_STALE, "case %lld has moved on", (long long)before.id);
        main->row = *moved;
        TRY(case_step_append(cx, moved, last, &step, &added));
        *list_push(cx->arena, &main->steps) = *added;
        return case_tell(cx, moved, &before, S("merged-into"));
}

/* ---- shown ---- */

Rc case_merge_view(Cx *cx, const CaseRow *row, CaseView *v) {
        CaseRowList rows = { 0 };
        CaseRow *main;

        if (row->merged_into.set) {
                TRY(case_store_get(cx, row->merged_into.n, NULL, &main));
                TRY(case_ref(cx, main, &v->merged_into));
        }
        if (row->voices > 1)
                TRY(case_store_merged_of(cx, row->id, MERGED_SHOWN, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                CaseRef *r;

                TRY(case_ref(cx, &rows.v[i], &r));
                *list_push(cx->arena, &v->merged) = *r;
        }
        return OK;
}
