/* Rows of rules ↔ structs, through named queries; every written rule is sealed. */
#include "core/audit/audit.h"
#include "dispatch/dispatch_int.h"
#include "sql.gen.h"

static Rule rule_of(const DispatchRuleRow *r) {
        return (Rule){ .id = r->id,
                       .position = r->position,
                       .centre = r->centre,
                       .category = r->category,
                       .place = r->place,
                       .days = (DispatchDays)r->days,
                       .weekdays = (uint32_t)r->weekdays,
                       .from_minute = r->from_minute,
                       .to_minute = r->to_minute,
                       .department = r->department,
                       .account = r->account,
                       .active_from = r->active_from,
                       .active_to = r->active_to,
                       .note = r->note,
                       .by_account = r->by_account,
                       .version = r->version,
                       .changed_ms = r->changed_ms };
}

static Rc seal(Cx *cx, const DispatchRuleRow *row) { return audit_seal(cx, &db_shape_DispatchRuleRow, row); }

Rc store_list_next(Cx *cx, Str centre, int64_t *ret_version) {
        DispatchListRow *row;

        TRY(q_dispatch_list_next(cx, centre, &row));
        *ret_version = row->version;
        return OK;
}

Rc store_list_version(Cx *cx, Str centre, int64_t *ret) {
        DispatchListRow *row;

        TRY(q_dispatch_list_get(cx, centre, &row));
        *ret = row ? row->version : 0;
        return OK;
}

Rc store_rule_add(Cx *cx, Rule *r) {
        DispatchRuleRow *row;

        TRY(q_dispatch_rule_insert(cx, r->centre, r->position, r->category, r->place, r->days, r->weekdays,
                                   r->from_minute, r->to_minute, r->department, r->account, r->active_from,
                                   r->active_to, r->note, r->by_account, now_ms(cx), &row));
        *r = rule_of(row);
        return seal(cx, row);
}

Rc store_rule_change(Cx *cx, Rule *r, bool *ret_stale) {
        DispatchRuleRow *row;

        TRY(q_dispatch_rule_update(cx, r->id, r->version, r->category, r->place, r->days, r->weekdays, r->from_minute,
                                   r->to_minute, r->department, r->account, r->active_from, r->active_to, r->note,
                                   r->by_account, now_ms(cx), &row));
        *ret_stale = row == NULL;
        if (!row)
                return OK;
        *r = rule_of(row);
        return seal(cx, row);
}

Rc store_rule_get(Cx *cx, int64_t id, Rule *ret, bool *ret_there) {
        DispatchRuleRow *row;

        TRY(q_dispatch_rule_get(cx, id, &row));
        *ret_there = row != NULL;
        if (row)
                *ret = rule_of(row);
        return OK;
}

Rc store_rule_drop(Cx *cx, int64_t id, int64_t version, bool *ret_stale) {
        int64_t gone;

        TRY(q_dispatch_rule_delete(cx, id, version, &gone));
        *ret_stale = gone == 0;
        return gone ? audit_seal_gone(cx, "dispatch_rule", str_of_int(cx->arena, id)) : OK;
}

Rc store_rules_stand(Cx *cx, const RuleList *rules) {
        for (size_t i = 0; i < rules->n; i++)
                if (rules->v[i].position != (int64_t)i + 1)
                        TRY(q_dispatch_rule_aside(cx, rules->v[i].id, NULL));
        for (size_t i = 0; i < rules->n; i++) {
                DispatchRuleRow *row;

                if (rules->v[i].position == (int64_t)i + 1)
                        continue;
                TRY(q_dispatch_rule_stand(cx, rules->v[i].id, (int64_t)i + 1, now_ms(cx), &row));
                TRY(seal(cx, row));
        }
        return OK;
}

static void rules_of(Cx *cx, const DispatchRuleRowList *rows, RuleList *ret) {
        *ret = (RuleList){ 0 };
        for (size_t i = 0; i < rows->n; i++)
                *list_push(cx->arena, ret) = rule_of(&rows->v[i]);
}

Rc store_rules_of(Cx *cx, Str centre, RuleList *ret) {
        DispatchRuleRowList rows;

        TRY(q_dispatch_rules_of(cx, centre, &rows));
        rules_of(cx, &rows, ret);
        return OK;
}

Rc store_rules_for(Cx *cx, Str place, RuleList *ret) {
        DispatchRuleRowList rows;

        TRY(q_dispatch_rules_for(cx, str_sub(place, 0, 2), str_sub(place, 0, 4), str_sub(place, 0, 6),
                                 str_sub(place, 0, 9), str_sub(place, 0, 12), str_sub(place, 0, 15), &rows));
        rules_of(cx, &rows, ret);
        return OK;
}

Rc store_centres(Cx *cx, const WhoScope *scope, DispatchCentreList *ret) {
        DispatchCentreRowList rows;

        TRY(q_dispatch_centres(cx, scope->lo, scope->hi, scope->several, CENTRES_MOST, &rows));
        *ret = (DispatchCentreList){ 0 };
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = (DispatchCentre){ .code = rows.v[i].centre, .rules = rows.v[i].rules };
        return OK;
}

static Worker worker_of(const DispatchPersonRow *r) {
        return (Worker){ r->account, r->name, r->place, (Role)role_from_name(r->role) };
}

Rc store_worker(Cx *cx, int64_t account, Worker *ret, bool *ret_there) {
        DispatchPersonRow *row;

        TRY(q_dispatch_person(cx, account, now_ms(cx), &row));
        *ret_there = row != NULL;
        if (row)
                *ret = worker_of(row);
        return OK;
}

Rc store_workers(Cx *cx, Str under, WorkerList *ret) {
        DispatchPersonRowList rows;

        TRY(q_dispatch_people(cx, under, str_fmt(cx->arena, STR_FMT ":", STR_ARG(under)), now_ms(cx), PEOPLE_MOST,
                              &rows));
        *ret = (WorkerList){ 0 };
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = worker_of(&rows.v[i]);
        return OK;
}

Rc store_loads(Cx *cx, DispatchLoadList *ret) {
        DispatchLoadRowList rows;

        TRY(q_dispatch_loads(cx, &rows));
        *ret = (DispatchLoadList){ 0 };
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) =
                        (DispatchLoad){ .department = rows.v[i].department, .open_cases = rows.v[i].open_cases };
        return OK;
}

void dispatch_store_init(void) { audit_table("dispatch_rule", &query_dispatch_rules_all, "id", NULL); }
