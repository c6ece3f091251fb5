/* Another category in mid-flight (更正类别): what may be named, what follows from it, and what a case's category was when. All of it is in
 * the log, as the detail of the step: both categories, the editions of their catalogues, their own working days. */
#include "case/case_int.h"

#define WORD "category"

/* ---- the log ---- */

static Str detail_of(Cx *cx, const CaseRow *was, const CaseRow *is) {
        return str_fmt(cx->arena, WORD " " STR_FMT " " STR_FMT " %lld %lld %lld %lld", STR_ARG(was->category), STR_ARG(is->category),
                       (long long)was->catalogue_edition, (long long)is->catalogue_edition, (long long)was->limit_days,
                       (long long)is->limit_days);
}

bool case_step_reclass(const CaseStepRow *s, CaseReclass *ret) {
        Str word = STR_NONE, rest = STR_NONE;
        CaseReclass r = { 0 };
        int64_t *numbers[] = { &r.edition_was, &r.edition_is, &r.days_was, &r.days_is };

        if (s->seq == 1 || !str_cut(s->detail, ' ', &word, &rest) || !str_eq(word, S(WORD)) ||
            !str_cut(rest, ' ', &r.was, &rest) || !str_cut(rest, ' ', &r.is, &rest))
                return false;
        for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
                bool last = i + 1 == ARRAY_LEN(numbers);

                if (last)
                        word = rest;
                else if (!str_cut(rest, ' ', &word, &rest))
                        return false;
                if (!str_int(word, numbers[i]))
                        return false;
        }
        return *ret = r, true;
}

Str case_step_category(const CaseStepRow *first) {
        Str word = STR_NONE, rest;

        return str_cut(first->detail, ' ', &word, &rest) ? word : S("");
}

void case_category_at(const Case *c, int64_t seq, Str *ret_category, int64_t *ret_edition) {
        CaseReclass r;

        *ret_category = c->row.category;
        *ret_edition = c->row.catalogue_edition;
        for (size_t i = c->steps.n; i-- > 0 && c->steps.v[i].seq > seq;)
                if (case_step_reclass(&c->steps.v[i], &r)) {
                        *ret_category = r.was;
                        *ret_edition = r.edition_was;
                }
}

Rc case_category_name(Cx *cx, Str category, int64_t edition, Str *ret) {
        const CaseCatalogue *catalogue;
        const CaseCategory *k;

        TRY(case_catalogue(cx, edition, &catalogue));
        k = case_category(catalogue, category);
        return *ret = k ? in_lang(cx, k->name, k->name_en) : category, OK;
}

Str case_report_form(const CaseCategory *k, const Flow *f) { return k && k->form.n ? k->form : f->open_form; }

/* ---- correcting it ---- */

/* The action by which such a case can be declared void here; NULL when there is none. */
static const FlowAction *voiding(const Case *c) {
        for (size_t i = 0; i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];
                const FlowState *to = a->to.n ? flow_state(c->flow, a->to) : NULL;

                if (to && to->final && to->end == FLOW_END_VOID && !a->grants && flow_action_from(a, c->row.state))
                        return a;
        }
        return NULL;
}

/* A flow that such a case does not move through has other states, clocks and duties: it is no correction, but another case. */
static Rc other_flow(Cx *cx, const Case *c, const CaseProfile *p, const CaseCategory *k) {
        const Flow *f = case_flow_newest(p, k->flow);
        const FlowAction *a = voiding(c);
        Str zh = a ? str_fmt(cx->arena, "请先“" STR_FMT "”本件，再按新类别重新上报", STR_ARG(a->name)) : S("请按新类别另行上报，本件注明原因后办结"),
            en = a ? str_fmt(cx->arena, "take \"" STR_FMT "\" here and report it anew", STR_ARG(a->name_en))
                   : S("report it anew, and close this one saying why");

        field_error(cx, S("/category"), "other-flow",
                    str_fmt(cx->arena, "“" STR_FMT "”按“" STR_FMT "”流程办理，本件按“" STR_FMT "”办理，不能直接更正：" STR_FMT,
                            STR_ARG(k->name), STR_ARG(f->name), STR_ARG(c->flow->name), STR_ARG(zh)),
                    str_fmt(cx->arena, "\"" STR_FMT "\" moves by \"" STR_FMT "\", this case by \"" STR_FMT "\": " STR_FMT,
                            STR_ARG(k->name_en), STR_ARG(f->name_en), STR_ARG(c->flow->name_en), STR_ARG(en)));
        return OK;
}

bool case_flow_of_category(const Case *c, const CaseProfile *now) {
        const CaseCategory *k = case_category(now->catalogue, c->row.category);

        return !k || str_eq(k->flow, c->row.flow); /* else it was named with the report, for whatever category */
}

Rc case_category_take(Cx *cx, const Case *c, const FlowAction *a, Str category, const CaseCategory **ret) {
        const CaseProfile *now;
        const CaseCategory *k;

        *ret = NULL;
        if (!a->category) {
                if (category.n)
                        field_error(cx, S("/category"), "not-asked", S("此操作不需要选择类别"), S("This action takes no category"));
                return OK;
        }
        TRY(case_profile(cx, &now));
        k = case_category(now->catalogue, category);
        if (!k)
                return field_error(cx, S("/category"), category.n ? "unknown" : "required", S("请选择正确的类别"),
                                   S("Choose the right category")),
                       OK;
        if (str_eq(k->code, c->row.category))
                return field_error(cx, S("/category"), "same", S("本件已是这个类别"), S("It has that category already")), OK;
        if (case_flow_of_category(c, now) && !str_eq(k->flow, c->row.flow))
                return other_flow(cx, c, now, k);
        return *ret = k, OK;
}

/* Its form is asked anew, by the schema in use when the case began, or by today's when there was none of that name. */
Rc case_category_form(Cx *cx, const Case *c, const CaseCategory *k, Str data, CaseFormData *ret) {
        Str name = case_report_form(k, c->flow);
        const CaseProfile *p = c->profile;

        if (name.n && !case_form(p, name))
                TRY(case_profile(cx, &p));
        return case_form_take(cx, p, name, data, c->row.place, true, ret);
}

Rc case_category_row(Cx *cx, const Case *c, const CaseCategory *k, CaseRow *row, Str *ret_detail) {
        const CaseProfile *now;

        TRY(case_profile(cx, &now));
        row->category = k->code;
        row->class = k->class;
        row->catalogue_edition = now->catalogue->edition;
        row->limit_days = k->limit_days;
        row->search = case_search_text(cx, row, k);
        return *ret_detail = detail_of(cx, &c->row, row), OK;
}
