/* Macros (宏) of a centre: one action with its reason, note and target, by a name. What they do to cases is in desk_run.c. */
#include "desk/desk_store.h"
#include "territory/territory.h"

static Rc names_fill(Cx *cx, const DeskMacroRow *row, MacroView *ret) {
        Person person;
        Rc rc;

        if (!case_action_title(cx, row->action, STR_NONE, &ret->action_name))
                ret->action_name = row->action; /* of a flow that is no longer in use */
        if (row->department.n)
                ret->department_name = case_department_title(cx, row->department);
        if (row->department.n && !ret->department_name.n)
                ret->department_name = row->department;
        if (!row->account.set)
                return OK;
        rc = who_person(cx, (AccountId){ row->account.n }, &person);
        if (rc == OK)
                ret->account_name = person.name;
        if (rc != E_MISSING)
                return rc;
        cx->problem = (Problem){ 0 };
        return OK;
}

static Rc view_of(Cx *cx, const DeskMacroRow *row, MacroView *ret) {
        *ret = (MacroView){ .id = row->id,
                            .name = row->name,
                            .place = row->place,
                            .place_name = territory_name(cx, row->place),
                            .action = row->action,
                            .reason = row->reason,
                            .note = row->note,
                            .department = row->department,
                            .account = row->account,
                            .own = desk_may_keep(cx, row->place),
                            .version = row->version };
        return names_fill(cx, row, ret);
}

Rc desk_macros_list(Cx *cx, MacroList **ret) {
        MacroList *v = TAKE(cx->arena, MacroList);
        DeskMacroRowList rows;
        DeskReach reach;

        desk_reach(cx, &reach);
        TRY(q_desk_macros(cx, reach.scope.lo, reach.scope.hi, reach.above, DESK_LISTED, &rows));
        for (size_t i = 0; i < rows.n; i++)
                if (desk_reaches(&reach, rows.v[i].place))
                        TRY(view_of(cx, &rows.v[i], list_push(cx->arena, &v->items)));
        return *ret = v, OK;
}

Rc desk_macro_find(Cx *cx, int64_t id, DeskMacroRow **ret) {
        DeskReach reach;

        desk_reach(cx, &reach);
        TRY(q_desk_macro_get(cx, id, ret));
        if (*ret && desk_reaches(&reach, (*ret)->place))
                return OK;
        return fail(cx, P_NOT_FOUND, "no macro %lld here", (long long)id);
}

/* ---- keeping ---- */

static Rc own_macro(Cx *cx, int64_t id, DeskMacroRow **ret) {
        TRY(q_desk_macro_get(cx, id, ret));
        if (*ret && desk_may_keep(cx, (*ret)->place))
                return OK;
        return fail(cx, P_NOT_FOUND, "no macro %lld of one's own centre", (long long)id);
}

/* What can never be done is not kept; whether it can be done to a case is judged when it is. */
static Rc check(Cx *cx, const MacroSave *in) {
        const TargetLink *t = in->target;
        const Actor *person;
        Str name;

        TRY(desk_place_check(cx, in->place));
        if (!str_trim(in->name).n)
                return fail_field(cx, S("/name"), "required", S("请填写名称"), S("A name is needed"));
        if (!case_action_title(cx, in->action, STR_NONE, &name))
                return fail_field(cx, S("/action"), "unknown", S("没有这个操作"), S("No flow has that action"));
        if (in->reason.n && !case_action_title(cx, in->action, in->reason, &name))
                return fail_field(cx, S("/reason"), "unknown", S("这个操作没有这个原因"), S("The action has no such reason"));
        if (t && t->department.n && !case_department_title(cx, t->department).n)
                return fail_field(cx, S("/target/department"), "unknown", S("没有这个部门"), S("There is no such department"));
        if (t && t->account.set && who_actor_of(cx, (AccountId){ t->account.n }, &person) != OK)
                return fail_field(cx, S("/target/account"), "unknown", S("没有这个人员，或账号已停用"),
                                  S("There is no such person, or the account is disabled"));
        return desk_words_check(cx, S("/note"), in->note);
}

static Rc keep(Cx *cx, const DeskMacroRow *row, DeskMacroRow **ret) {
        DeskMacroRow *there = NULL;
        DeskCount *all;

        if (row->id) {
                TRY(own_macro(cx, row->id, &there));
                TRY(q_desk_macro_named(cx, row->place, row->name, &there));
                TRY(desk_name_check(cx, row->name, row->id, there ? there->id : 0));
        } else {
                TRY(q_desk_macro_count(cx, row->place, &all));
                TRY(desk_room_check(cx, "macros", all->n, DESK_KEPT));
        }
        TRY(store_macro_put(cx, row, ret));
        return desk_kept_check(cx, "macro", row->id, row->name, *ret);
}

Rc desk_macro_save(Cx *cx, int64_t id, const MacroSave *in, MacroView **ret) {
        MacroView *v = TAKE(cx->arena, MacroView);
        Str note = str_trim(in->note);
        DeskMacroRow row = { .id = id,
                             .place = in->place,
                             .name = str_trim(in->name),
                             .action = in->action,
                             .reason = in->reason.n ? in->reason : STR_NONE,
                             .note = note.n ? note : STR_NONE,
                             .department = in->target && in->target->department.n ? in->target->department : STR_NONE,
                             .account = in->target ? in->target->account : (OptInt){ 0 },
                             .by_account = actor_account(cx).n,
                             .version = in->version.n };
        DeskMacroRow *kept;

        TRY(check(cx, in));
        TRY(keep(cx, &row, &kept));
        TRY(view_of(cx, kept, v));
        return *ret = v, OK;
}

Rc desk_macro_give_up(Cx *cx, int64_t id) {
        DeskMacroRow *row;

        TRY(own_macro(cx, id, &row));
        return store_macro_drop(cx, id);
}
