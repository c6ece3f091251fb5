/* Several departments at once (协同办理, 吹哨报到): who is called, who leads, what each has marked. The rows say how it stands; who was
 * called when is in the log, as a step's detail. What is checked here is written by case_act.c. */
#include "case/case_int.h"

bool case_flow_has_units(const Flow *f) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (f->actions.v[i].units_max)
                        return true;
        return false;
}

static bool is_there(const CaseUnitRow *u) { return !u->left_ms.set; }

static bool is_marked(const CaseUnitRow *u, FlowUnitMark mark) {
        switch (mark) {
        case FLOW_UNIT_MARK_ARRIVED: return u->arrived_ms.set;
        case FLOW_UNIT_MARK_DONE: return u->done_ms.set;
        case FLOW_UNIT_MARK_RATED: return u->satisfaction.set;
        case FLOW_UNIT_MARK_NONE:
        case FLOW_UNIT_MARK_COUNT: break;
        }
        return false;
}

void case_units_count(const Case *c, FlowCase *ret) {
        for (size_t i = 0; i < c->units.n; i++) {
                const CaseUnitRow *u = &c->units.v[i];

                if (!is_there(u))
                        continue;
                ret->units++;
                ret->units_arrived += u->arrived_ms.set;
                ret->units_done += u->done_ms.set;
                ret->units_rated += u->satisfaction.set;
        }
}

static Str name_of(const CaseProfile *p, Str code, Lang lang) {
        const Department *d = case_department(p, code);

        return !d ? code : lang == LANG_EN ? d->name_en : d->name;
}

Str case_units_awaited(Arena *a, const Case *c, FlowGuard guard, Lang lang) {
        FlowUnitMark mark = guard == FLOW_GUARD_UNITS_ARRIVED ? FLOW_UNIT_MARK_ARRIVED
                            : guard == FLOW_GUARD_UNITS_DONE  ? FLOW_UNIT_MARK_DONE
                                                              : FLOW_UNIT_MARK_RATED;
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < c->units.n; i++)
                if (is_there(&c->units.v[i]) && !is_marked(&c->units.v[i], mark))
                        buf_fmt(&b, "%s" STR_FMT, b.n ? (lang == LANG_EN ? ", " : "、") : "",
                                STR_ARG(name_of(c->profile, c->units.v[i].department, lang)));
        return buf_view(&b);
}

/* ---- for which unit ---- */

bool case_action_for_unit(const FlowAction *a, CaseRight right) { return a->unit_mark || right.as_unit; }

static bool may_mark(const Cx *cx, const Case *c, const FlowAction *a, CaseRight right, const CaseUnitRow *u) {
        if (!is_there(u) || (right.as_unit && !case_unit_right(cx, c, a, u).allowed))
                return false;
        return !is_marked(u, a->unit_mark) &&
               !(a->once == FLOW_ONCE_UNIT &&
                 case_action_spent(cx, c, a, (CaseRight){ .department = u->department }));
}

void case_unit_choices(const Cx *cx, const Case *c, const FlowAction *a, CaseRight right,
                       CaseUnitRowList *ret) {
        for (size_t i = 0; i < c->units.n; i++)
                if (may_mark(cx, c, a, right, &c->units.v[i]))
                        *list_push(cx->arena, ret) = c->units.v[i];
}

static Rc fail_marked(Cx *cx, const Case *c, const FlowAction *a, Str unit) {
        return fail_zh(cx, P_CASE_ONCE_ONLY,
                       str_fmt(cx->arena, STR_FMT "已“" STR_FMT "”，不能重复",
                               STR_ARG(unit.n ? name_of(c->profile, unit, LANG_ZH) : S("各单位")), STR_ARG(a->name)),
                       STR_FMT ": \"" STR_FMT "\" was done before",
                       STR_ARG(unit.n ? name_of(c->profile, unit, LANG_EN) : S("every unit")), STR_ARG(a->name_en));
}

static Rc fail_not_that(Cx *cx, const Case *c, const FlowAction *a, CaseRight right, Str named) {
        for (size_t i = 0; i < c->units.n; i++) {
                const CaseUnitRow *u = &c->units.v[i];

                if (!is_there(u) || !str_eq(u->department, named))
                        continue;
                if (right.as_unit && !case_unit_right(cx, c, a, u).allowed)
                        return fail_zh(cx, P_CASE_NOT_YOURS,
                                       str_fmt(cx->arena, "您不能代表" STR_FMT "“" STR_FMT "”",
                                               STR_ARG(name_of(c->profile, named, LANG_ZH)), STR_ARG(a->name)),
                                       "you may not do \"" STR_FMT "\" for " STR_FMT, STR_ARG(a->name_en),
                                       STR_ARG(name_of(c->profile, named, LANG_EN)));
                return fail_marked(cx, c, a, named);
        }
        return fail_field(cx, S("/unit"), "unknown", S("该单位不在此件的协办单位中"),
                          S("That department does not handle this case"));
}

Rc case_unit_of(Cx *cx, const Case *c, const FlowAction *a, Str named, CaseRight *right, const CaseUnitRow **ret) {
        CaseUnitRowList choices = { 0 };
        const CaseUnitRow *of = NULL;

        *ret = NULL;
        if (!case_action_for_unit(a, *right))
                return named.n ? fail_field(cx, S("/unit"), "not-asked", S("此操作不针对某个单位"),
                                            S("This action is not taken for a unit"))
                               : OK;
        case_unit_choices(cx, c, a, *right, &choices);
        for (size_t i = 0; i < choices.n; i++)
                if (str_eq(choices.v[i].department, named))
                        of = &choices.v[i];
        if (named.n && !of)
                return fail_not_that(cx, c, a, *right, named);
        if (!of && !choices.n)
                return fail_marked(cx, c, a, right->department);
        if (!of && (choices.n > 1 || !right->as_unit))
                return fail_field(cx, S("/unit"), "required", S("请选择单位"), S("Choose a unit"));
        if (!of)
                of = &choices.v[0];
        if (right->as_unit)
                *right = case_unit_right(cx, c, a, of);
        return *ret = of, OK;
}

/* ---- who is called ---- */

static bool leads(const UnitLink *l) { return l->lead.set && l->lead.b; }

static bool handles(const Case *c, Str department) {
        for (size_t i = 0; i < c->units.n; i++)
                if (is_there(&c->units.v[i]) && str_eq(c->units.v[i].department, department))
                        return true;
        return false;
}

static bool named_before(const UnitLinkList *units, size_t i) {
        for (size_t k = 0; k < i; k++)
                if (str_eq(units->v[k].department, units->v[i].department))
                        return true;
        return false;
}

static void check_one(Cx *cx, const Case *c, const FlowAction *a, const UnitLinkList *units, size_t i) {
        Str at = str_fmt(cx->arena, "/units/%zu/department", i), code = units->v[i].department;

        if (!case_department(c->profile, code))
                field_error(cx, at, "unknown", S("没有这个部门"), S("There is no such department"));
        else if (named_before(units, i))
                field_error(cx, at, "twice", S("同一部门不能选择两次"), S("The same department twice"));
        else if (a->units_add && handles(c, code))
                field_error(cx, at, "already-there", S("该部门已在协办单位中"), S("That department handles it already"));
}

void case_units_check(Cx *cx, const Case *c, const FlowAction *a, const UnitLinkList *units) {
        FlowCase now = { 0 };
        size_t lead = 0, n = units->n;

        if (!a->units_max) {
                if (n)
                        field_error(cx, S("/units"), "not-asked", S("此操作不需要选择协办单位"),
                                    S("This action takes no units"));
                return;
        }
        case_units_count(c, &now);
        for (size_t i = 0; i < n; i++) {
                lead += leads(&units->v[i]);
                check_one(cx, c, a, units, i);
        }
        if ((int)n < a->units_min || (int)n > a->units_max)
                field_error(cx, S("/units"), (int)n < a->units_min ? "too-few" : "too-many",
                            str_fmt(cx->arena, "请选择 %d 至 %d 个单位", a->units_min, a->units_max),
                            str_fmt(cx->arena, "Choose %d to %d departments", a->units_min, a->units_max));
        else if (a->units_add && now.units + (int)n > FLOW_UNITS_MAX)
                field_error(cx, S("/units"), "too-many", str_fmt(cx->arena, "协办单位最多 %d 个", FLOW_UNITS_MAX),
                            str_fmt(cx->arena, "At most %d departments handle a case", FLOW_UNITS_MAX));
        if (lead > 1 || (!lead && n > 1 && !a->units_add))
                field_error(cx, S("/units"), "one-lead", S("请指定一个牵头单位"), S("Just one of them takes the lead"));
}

/* ---- the units after an action ---- */

static CaseUnitRow *row_at(Cx *cx, const Case *c, Str department, CaseUnitPlan *p, size_t *ret_i) {
        for (size_t i = 0; i < p->rows.n; i++)
                if (str_eq(p->rows.v[i].department, department))
                        return *ret_i = i, &p->rows.v[i];
        *ret_i = p->rows.n;
        *list_push(cx->arena, &p->rows) =
                (CaseUnitRow){ .case_id = c->row.id, .department = department, .left_ms = SOME_INT(now_ms(cx)) };
        return &p->rows.v[*ret_i];
}

static void all_leave(Cx *cx, CaseUnitPlan *p) {
        for (size_t i = 0; i < p->rows.n; i++)
                if (is_there(&p->rows.v[i])) {
                        p->rows.v[i].left_ms = SOME_INT(now_ms(cx));
                        p->rows.v[i].lead = false;
                        p->touched[i] = true;
                }
}

/* Who handles it already keeps what it has marked. */
static void call_one(Cx *cx, const Case *c, const UnitLink *l, bool lead, CaseUnitPlan *p) {
        size_t i;
        CaseUnitRow *u = row_at(cx, c, l->department, p, &i);

        if (handles(c, l->department))
                u->left_ms = (OptInt){ 0 };
        else
                *u = (CaseUnitRow){ .case_id = c->row.id, .department = l->department, .called_ms = now_ms(cx) };
        u->lead = lead;
        p->touched[i] = true;
}

static void call_all(Cx *cx, const Case *c, const FlowAction *a, const UnitLinkList *units, CaseUnitPlan *p) {
        Buf detail = BUF_IN(cx->arena);
        bool lead = !a->units_add && units->n == 1;

        buf_c(&detail, a->units_add ? "units+" : "units");
        for (size_t i = 0; i < units->n; i++)
                lead = lead || leads(&units->v[i]);
        if (!a->units_add)
                all_leave(cx, p);
        for (size_t i = 0; lead && i < p->rows.n; i++)
                if (p->rows.v[i].lead) {
                        p->rows.v[i].lead = false;
                        p->touched[i] = true;
                }
        for (size_t i = 0; i < units->n; i++) {
                bool first = leads(&units->v[i]) || (lead && units->n == 1);

                call_one(cx, c, &units->v[i], first, p);
                buf_fmt(&detail, " " STR_FMT "%s", STR_ARG(units->v[i].department), first ? "*" : "");
        }
        p->detail = buf_view(&detail);
}

/* What was done has to be done anew: the case comes back from where it counted as disposed. That they arrived stays true. */
static void take_back(CaseUnitPlan *p) {
        for (size_t i = 0; i < p->rows.n; i++) {
                CaseUnitRow *u = &p->rows.v[i];

                if (!is_there(u) || !(u->done_ms.set || u->satisfaction.set))
                        continue;
                u->done_ms = u->satisfaction = (OptInt){ 0 };
                u->rating_note = STR_NONE;
                p->touched[i] = true;
        }
}

static void mark_one(Cx *cx, const FlowAction *a, const CaseAction *in, CaseUnitRow *u) {
        switch (a->unit_mark) {
        case FLOW_UNIT_MARK_ARRIVED: u->arrived_ms = SOME_INT(now_ms(cx)); break;
        case FLOW_UNIT_MARK_DONE: u->done_ms = SOME_INT(now_ms(cx)); break;
        case FLOW_UNIT_MARK_RATED:
                u->satisfaction = SOME_INT(in->satisfaction);
                u->rating_note = str_trim(in->note).n ? in->note : STR_NONE;
                break;
        case FLOW_UNIT_MARK_NONE:
        case FLOW_UNIT_MARK_COUNT: break;
        }
}

static void row_follows(const FlowAction *a, const CaseUnitPlan *p, CaseRow *row) {
        row->units = 0;
        for (size_t i = 0; i < p->rows.n; i++) {
                row->units += is_there(&p->rows.v[i]);
                if (!a->units_max || !is_there(&p->rows.v[i]) || !p->rows.v[i].lead)
                        continue;
                row->target_department = p->rows.v[i].department;
                row->target_account = (OptInt){ 0 };
                row->target_name = STR_NONE;
        }
}

void case_units_plan(Cx *cx, const Case *c, const FlowAction *a, const CaseAction *in, const FlowState *from,
                     const FlowState *to, const CaseUnitRow *unit, CaseRow *row, CaseUnitPlan *ret) {
        size_t most = c->units.n + in->units.n;
        CaseUnitPlan p = { .detail = STR_NONE };
        size_t i;

        if (!most)
                return (void)(*ret = p);
        p.rows.v = TAKE_ARRAY(cx->arena, CaseUnitRow, most);
        p.rows.cap = most;
        p.touched = TAKE_ARRAY(cx->arena, bool, most);
        for (i = 0; i < c->units.n; i++)
                *list_push(cx->arena, &p.rows) = c->units.v[i];
        if ((from->disposed || from->final) && !to->disposed)
                take_back(&p);
        if (a->target_department || a->target_member)
                all_leave(cx, &p);
        if (a->units_max)
                call_all(cx, c, a, &in->units, &p);
        if (unit && a->unit_mark) {
                mark_one(cx, a, in, row_at(cx, c, unit->department, &p, &i));
                p.touched[i] = true;
        }
        row_follows(a, &p, row);
        *ret = p;
}

Rc case_units_write(Cx *cx, const CaseUnitPlan *plan) {
        for (size_t i = 0; i < plan->rows.n; i++)
                if (plan->touched[i])
                        TRY(case_store_unit_put(cx, &plan->rows.v[i]));
        return OK;
}

/* ---- for people ---- */

Str case_units_called(Cx *cx, const CaseProfile *p, Str detail) {
        Str word, rest = STR_NONE;
        Buf b = BUF_IN(cx->arena);
        bool en = cx->lang == LANG_EN;

        if (!str_cut(detail, ' ', &word, &rest) || !(str_eq(word, S("units")) || str_eq(word, S("units+"))))
                return STR_NONE;
        while (rest.n) {
                bool lead;
                Str code;

                if (!str_cut(rest, ' ', &word, &rest)) {
                        word = rest;
                        rest = STR_NONE;
                }
                lead = str_ends(word, S("*"));
                code = lead ? str_sub(word, 0, word.n - 1) : word;
                buf_fmt(&b, "%s" STR_FMT "%s", b.n ? (en ? ", " : "、") : "",
                        STR_ARG(case_department_name(cx, p, code)), lead ? (en ? " (lead)" : "（牵头）") : "");
        }
        return buf_view(&b);
}

void case_unit_view(Cx *cx, const Case *c, const CaseUnitRow *u, CaseUnitView *ret) {
        *ret = (CaseUnitView){ .department = u->department,
                               .name = case_department_name(cx, c->profile, u->department),
                               .lead = u->lead,
                               .called = u->called_ms,
                               .arrived = u->arrived_ms,
                               .done = u->done_ms,
                               .satisfaction = (Satisfaction)(u->satisfaction.set ? u->satisfaction.n : 0),
                               .rating_note = u->rating_note };
}

void case_unit_views(Cx *cx, const Case *c, CaseUnitViewList *ret) {
        for (size_t i = 0; i < c->units.n; i++)
                if (is_there(&c->units.v[i]))
                        case_unit_view(cx, c, &c->units.v[i], list_push(cx->arena, ret));
}
