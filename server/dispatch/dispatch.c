/* The lists of rules: one a centre, each with exactly one order. Whether a rule fits is in dispatch_match.c, what that means for a
 * case in dispatch_advice.c. */
#include "dispatch/dispatch_int.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"

enum { TOWNSHIP_DIGITS = 9, COMMUNITY_DIGITS = 12 };

void dispatch_init(void) { dispatch_store_init(); }

/* ---- who sees and writes which list ---- */

/* A list is seen by who covers its centre, and by those whom it concerns: their place lies in it. */
static bool may_see(const Cx *cx, const WhoScope *s, Str centre) {
        if (who_scope_holds(s, centre))
                return true;
        for (size_t i = 0; cx->actor && i < s->places.n; i++)
                if (str_starts(s->places.v[i], centre))
                        return true;
        return false;
}

static Rc no_centre(Cx *cx, Str centre) {
        return fail_zh(cx, P_NOT_FOUND, S("没有这个网格中心，或不在您的辖区内"),
                       "no centre " STR_FMT " within what is covered", STR_ARG(centre));
}

/* The list that who asks works with: their own centre's; somebody of a smaller place sees the one of their township. */
static Rc own_centre(Cx *cx, const WhoScope *s, Str *ret) {
        if (!s->places.n)
                return no_centre(cx, S("of one's own"));
        *ret = str_sub(s->places.v[0], 0, TOWNSHIP_DIGITS);
        return OK;
}

static Rc centre_to_write(Cx *cx, Str centre, Str *ret) {
        WhoScope s;
        Place p;

        who_scope(cx, PERM_DISPATCH_EDIT, &s);
        if (!centre.n && s.places.n > 1)
                return fail_field(cx, S("/centre"), "required", S("您负责多个网格中心，请选择一个"),
                                  S("You work for several centres; choose one"));
        if (!centre.n)
                TRY(own_centre(cx, &s, &centre));
        if (centre.n > COMMUNITY_DIGITS || !who_scope_holds(&s, centre) || territory_place(cx, centre, &p) != OK)
                return no_centre(cx, centre);
        *ret = centre;
        return OK;
}

/* A rule of a list that who asks may write. */
static Rc rule_to_write(Cx *cx, int64_t id, Rule *ret) {
        bool there;

        TRY(store_rule_get(cx, id, ret, &there));
        if (!there || !actor_reaches(cx, PERM_DISPATCH_EDIT, ret->centre))
                return fail(cx, P_NOT_FOUND, "no rule %lld within what is covered", (long long)id);
        return OK;
}

/* ---- a rule as it was sent ---- */

/* What is wrong with a term; at: where the terms stand in the request. */
static void wrong_term(Cx *cx, Str at, const char *term, const char *code, Str zh, Str en) {
        field_error(cx, str_fmt(cx->arena, STR_FMT "/terms/%s", STR_ARG(at), term), code, zh, en);
}

static void take_days(Cx *cx, const DispatchTerms *t, Str at, Rule *r) {
        bool wrong = false;

        r->days = t->days;
        for (size_t i = 0; i < t->weekdays.n; i++) {
                wrong = wrong || t->weekdays.v[i] < 1 || t->weekdays.v[i] > 7;
                if (!wrong)
                        r->weekdays |= 1u << (t->weekdays.v[i] - 1);
        }
        if (wrong)
                wrong_term(cx, at, "weekdays", "out-of-range", S("星期应为 1（周一）到 7（周日）"),
                           S("A day of the week is 1 (Monday) to 7 (Sunday)"));
        if (t->days == DISPATCH_DAYS_LISTED && !t->weekdays.n)
                wrong_term(cx, at, "weekdays", "required", S("请选择星期"), S("Choose days of the week"));
        if (t->days != DISPATCH_DAYS_LISTED && t->weekdays.n)
                wrong_term(cx, at, "weekdays", "not-asked", S("只有按星期时才选择星期"),
                           S("Days of the week belong to days \"listed\" alone"));
}

static OptInt dayno(Str date) {
        Date d;

        return date.n && date_parse(date, &d) ? SOME_INT(day_of_date(d)) : (OptInt){ 0 };
}

static void take_times(Cx *cx, const DispatchTerms *t, Str at, Rule *r) {
        r->from_minute = t->from_minute;
        r->to_minute = t->to_minute;
        if ((t->from_minute.set || t->to_minute.set) &&
            (t->from_minute.set ? t->from_minute.n : 0) == (t->to_minute.set ? t->to_minute.n : MINUTES_A_DAY))
                wrong_term(cx, at, "to_minute", "empty", S("结束时间不能与开始时间相同"),
                           S("The end is the same as the beginning"));
        r->active_from = dayno(t->active_from);
        r->active_to = dayno(t->active_to);
        if (r->active_from.set && r->active_to.set && r->active_to.n < r->active_from.n)
                wrong_term(cx, at, "active_to", "before-start", S("停用日期早于生效日期"),
                           S("It ends before it begins"));
}

static Rc take_place(Cx *cx, Str place, Str at, Rule *r) {
        Place p;

        r->place = place.n ? place : STR_NONE;
        if (!place.n)
                return OK;
        if (territory_place(cx, place, &p) != OK)
                return fail(cx, P_PLACE_UNKNOWN, "no place " STR_FMT, STR_ARG(place));
        if (!str_starts(place, r->centre))
                wrong_term(cx, at, "place", "outside", S("该地区不在这个网格中心的辖区内"),
                           S("That place is not in the area of this centre"));
        return OK;
}

static Rc take_target(Cx *cx, const DispatchTerms *t, Str at, Rule *r) {
        bool there, reach;
        Worker worker;
        Str name;

        r->department = t->department.n ? t->department : STR_NONE;
        r->account = t->account;
        if (!t->department.n && !t->account.set)
                return fail(cx, P_CASE_TARGET_NEEDED, "a rule names a department or a person");
        if (t->department.n && t->account.set) {
                wrong_term(cx, at, "account", "one-only", S("部门和人员只能选择一个"),
                           S("Either a department or a person"));
                return OK;
        }
        TRY(rule_target(cx, r, &name, &there, &reach, &worker));
        if (!there || !reach)
                return fail(cx, P_CASE_TARGET_UNKNOWN, "no such target within what is covered");
        return OK;
}

static Rc take_terms(Cx *cx, const DispatchTerms *t, Str at, Rule *r) {
        r->weekdays = 0;
        r->category = t->category.n ? t->category : STR_NONE;
        r->note = str_trim(t->note).n ? t->note : STR_NONE;
        r->by_account = SOME_INT(actor_account(cx).n);
        if (t->category.n && !case_kind_title(cx, t->category).n)
                return fail(cx, P_CASE_CATEGORY_UNKNOWN, "no category " STR_FMT, STR_ARG(t->category));
        take_days(cx, t, at, r);
        take_times(cx, t, at, r);
        TRY(take_place(cx, t->place, at, r));
        TRY(take_target(cx, t, at, r));
        return has_field_errors(cx) ? fail_input(cx) : OK;
}

/* ---- changing ---- */

static Rc changed(Cx *cx, const char *action, Str centre, int64_t id, int64_t version, Str title) {
        Buf detail = BUF_IN(cx->arena);

        buf_c(&detail, "{\"centre\":");
        buf_json_str(&detail, centre);
        if (title.n) {
                buf_c(&detail, ",\"rule\":");
                buf_json_str(&detail, title);
        }
        buf_char(&detail, '}');
        TRY(audit_note(cx, action,
                       id ? str_fmt(cx->arena, "dispatch-rule/%lld", (long long)id)
                          : str_fmt(cx->arena, "dispatch-list/" STR_FMT, STR_ARG(centre)),
                       buf_view(&detail)));
        return notice_send(cx, &(Notice){ .topic = S("dispatch"),
                                          .action = str_c(action),
                                          .id = id,
                                          .version = version,
                                          .place = centre });
}

static Rc rule_changed(Cx *cx, const char *action, const Rule *r, DispatchRuleView **ret) {
        DispatchRuleView *v = TAKE(cx->arena, DispatchRuleView);

        TRY(rule_view(cx, r, v));
        TRY(changed(cx, action, r->centre, r->id, r->version, rule_title(cx, r, v->target_name)));
        *ret = v;
        return OK;
}

Rc dispatch_rule_add(Cx *cx, const DispatchRuleCreate *in, DispatchRuleView **ret) {
        Rule r = { 0 };
        int64_t version;
        RuleList rules;

        TRY(centre_to_write(cx, in->centre, &r.centre));
        TRY(take_terms(cx, in->terms, STR_NONE, &r));
        TRY(store_list_next(cx, r.centre, &version));
        TRY(store_rules_of(cx, r.centre, &rules));
        if (rules.n >= RULES_MOST)
                return fail(cx, P_DISPATCH_TOO_MANY, "the list has %zu rules", rules.n);
        r.position = (int64_t)rules.n + 1;
        TRY(store_rule_add(cx, &r));
        return rule_changed(cx, "dispatch.rule-added", &r, ret);
}

static Rc stale(Cx *cx) {
        return fail_zh(cx, P_VERSION_STALE, S("分派规则刚被他人修改，请刷新后重试"),
                       "somebody else changed the dispatch rules meanwhile");
}

Rc dispatch_rule_word(Cx *cx, int64_t id, const DispatchRuleChange *in, DispatchRuleView **ret) {
        bool is_stale;
        Rule r;

        TRY(rule_to_write(cx, id, &r));
        TRY(take_terms(cx, in->terms, STR_NONE, &r));
        r.version = in->version;
        TRY(store_rule_change(cx, &r, &is_stale));
        if (is_stale)
                return stale(cx);
        return rule_changed(cx, "dispatch.rule-changed", &r, ret);
}

Rc dispatch_rule_drop(Cx *cx, int64_t id, int64_t version) {
        int64_t list_version;
        DispatchRuleView v;
        bool is_stale;
        RuleList rules;
        Rule r;

        TRY(rule_to_write(cx, id, &r));
        TRY(rule_view(cx, &r, &v));
        TRY(store_list_next(cx, r.centre, &list_version));
        TRY(store_rule_drop(cx, id, version, &is_stale));
        if (is_stale)
                return stale(cx);
        TRY(store_rules_of(cx, r.centre, &rules));
        TRY(store_rules_stand(cx, &rules));
        return changed(cx, "dispatch.rule-removed", r.centre, id, r.version, rule_title(cx, &r, v.target_name));
}

/* A new draft stands behind the rules of its own list and before those of the centres above. */
static void draft_add(Cx *cx, const Rule *draft, RuleList *inout) {
        size_t at = 0;
        int64_t position = 1;

        while (at < inout->n && inout->v[at].centre.n >= draft->centre.n) {
                if (str_eq(inout->v[at].centre, draft->centre))
                        position = inout->v[at].position + 1;
                at++;
        }
        (void)list_push(cx->arena, inout);
        memmove(&inout->v[at + 1], &inout->v[at], (inout->n - 1 - at) * sizeof *inout->v);
        inout->v[at] = *draft;
        inout->v[at].position = position;
}

Rc dispatch_drafts(Cx *cx, const DispatchDraftList *drafts, Str place, RuleList *inout) {
        for (size_t i = 0; i < drafts->n; i++) {
                const DispatchDraft *in = &drafts->v[i];
                Rule r = { 0 };

                if (in->rule.set)
                        TRY(rule_to_write(cx, in->rule.n, &r));
                else
                        TRY(centre_to_write(cx, in->centre, &r.centre));
                r.draft = true;
                TRY(take_terms(cx, in->terms, str_fmt(cx->arena, "/drafts/%zu", i), &r));
                for (size_t k = 0; in->rule.set && k < inout->n; k++)
                        if (inout->v[k].id == r.id)
                                inout->v[k] = r;
                if (!in->rule.set && str_starts(place, r.centre))
                        draft_add(cx, &r, inout);
        }
        return OK;
}

/* Each rule of the list once, and no other. */
static bool put_in_order(Cx *cx, const RuleList *rules, const IntList *ids, RuleList *ret) {
        *ret = (RuleList){ 0 };
        if (ids->n != rules->n)
                return false;
        for (size_t i = 0; i < ids->n; i++) {
                size_t k = 0;

                while (k < rules->n && rules->v[k].id != ids->v[i])
                        k++;
                for (size_t j = 0; j < i; j++)
                        if (ids->v[j] == ids->v[i])
                                return false;
                if (k == rules->n)
                        return false;
                *list_push(cx->arena, ret) = rules->v[k];
        }
        return true;
}

Rc dispatch_reorder(Cx *cx, const DispatchOrder *in, DispatchRules **ret) {
        RuleList rules, ordered;
        int64_t version;
        Str centre;

        TRY(centre_to_write(cx, in->centre, &centre));
        TRY(store_list_next(cx, centre, &version));
        if (version != in->version + 1)
                return stale(cx);
        TRY(store_rules_of(cx, centre, &rules));
        if (!put_in_order(cx, &rules, &in->rules, &ordered))
                return fail_field(cx, S("/rules"), "not-the-list", S("应当正好包含这个中心的每一条规则"),
                                  S("It has to be every rule of this centre, each once"));
        TRY(store_rules_stand(cx, &ordered));
        TRY(changed(cx, "dispatch.reordered", centre, 0, version, STR_NONE));
        return dispatch_rules_view(cx, centre, ret);
}

/* ---- reading ---- */

static bool is_listed(const DispatchCentreList *list, Str code) {
        for (size_t i = 0; i < list->n; i++)
                if (str_eq(list->v[i].code, code))
                        return true;
        return false;
}

/* The lists that there are inside the scope, the own ones also while they are empty, and the one that is shown. */
static Rc centres_view(Cx *cx, const WhoScope *s, Str centre, DispatchCentreList *ret) {
        DispatchCentreList list;

        TRY(store_centres(cx, s, &list));
        for (size_t i = 0; i < s->places.n && list.n < CENTRES_MOST; i++)
                if (s->places.v[i].n <= COMMUNITY_DIGITS && !is_listed(&list, s->places.v[i]))
                        *list_push(cx->arena, &list) = (DispatchCentre){ .code = s->places.v[i] };
        if (!is_listed(&list, centre) && list.n < CENTRES_MOST)
                *list_push(cx->arena, &list) = (DispatchCentre){ .code = centre };
        for (size_t i = 0; i < list.n; i++)
                list.v[i].name = territory_name(cx, list.v[i].code);
        *ret = list;
        return OK;
}

Rc dispatch_rules_view(Cx *cx, Str centre, DispatchRules **ret) {
        DispatchRules *v = TAKE(cx->arena, DispatchRules);
        RuleList rules;
        WhoScope s;
        Place p;

        who_scope(cx, PERM_DISPATCH_READ, &s);
        if (!centre.n)
                TRY(own_centre(cx, &s, &centre));
        if (!may_see(cx, &s, centre) || territory_place(cx, centre, &p) != OK)
                return no_centre(cx, centre);
        v->centre = centre;
        v->centre_name = p.name;
        v->may_edit = centre.n <= COMMUNITY_DIGITS && actor_may(cx, PERM_DISPATCH_EDIT) &&
                      actor_reaches(cx, PERM_DISPATCH_EDIT, centre);
        TRY(store_list_version(cx, centre, &v->version));
        TRY(store_rules_for(cx, centre, &rules));
        for (size_t i = 0; i < rules.n; i++) {
                bool own = str_eq(rules.v[i].centre, centre);

                if (own || v->above.n < ABOVE_MOST)
                        TRY(rule_view(cx, &rules.v[i], own ? list_push(cx->arena, &v->items)
                                                           : list_push(cx->arena, &v->above)));
        }
        TRY(centres_view(cx, &s, centre, &v->centres));
        *ret = v;
        return OK;
}
