/* The catalogue in use as other modules read it. */
#include "case/case_int.h"

static CaseKind kind_of(Cx *cx, const CaseProfile *p, const CaseCategory *c) {
        return (CaseKind){ .code = c->code,
                           .name = in_lang(cx, c->name, c->name_en),
                           .name_zh = c->name,
                           .class = c->class,
                           .class_name = in_lang(cx, c->class_name, c->class_name_en),
                           .unit = c->unit,
                           .unit_name = case_department(p, c->unit) ? case_department_name(cx, p, c->unit) : S("") };
}

Rc case_kinds(Cx *cx, CaseKindList *ret) {
        const CaseProfile *p;
        CaseKindList list = { 0 };

        TRY(case_profile(cx, &p));
        for (size_t i = 0; i < p->catalogue->items.n; i++)
                *list_push(cx->arena, &list) = kind_of(cx, p, &p->catalogue->items.v[i]);
        *ret = list;
        return OK;
}

Rc case_kind(Cx *cx, Str category, CaseKind *ret) {
        const CaseCategory *c;
        const CaseProfile *p;

        TRY(case_profile(cx, &p));
        c = case_category(p->catalogue, category);
        if (!c)
                return fail(cx, P_CASE_CATEGORY_UNKNOWN, "no category " STR_FMT, STR_ARG(category));
        *ret = kind_of(cx, p, c);
        return OK;
}

Str case_kind_title(Cx *cx, Str code) {
        const CaseProfile *p;

        if (case_profile(cx, &p) != OK)
                return cx->problem = (Problem){ 0 }, S("");
        for (size_t i = 0; i < p->catalogue->items.n; i++) {
                const CaseCategory *c = &p->catalogue->items.v[i];

                if (str_eq(c->code, code))
                        return in_lang(cx, c->name, c->name_en);
                if (str_eq(c->class, code))
                        return in_lang(cx, c->class_name, c->class_name_en);
        }
        return S("");
}

Rc case_states(Cx *cx, CaseStates *ret) {
        Buf done = BUF_IN(cx->arena), waiting = BUF_IN(cx->arena);
        const CaseProfile *p;

        TRY(case_profile(cx, &p));
        buf_char(&done, ',');
        buf_char(&waiting, ',');
        for (size_t i = 0; i < p->flows.n; i++) {
                const Flow *f = p->flows.v[i];

                for (size_t k = 0; k < f->states.n; k++) {
                        const FlowState *s = &f->states.v[k];

                        if (s->disposed)
                                buf_fmt(&done, STR_FMT ":" STR_FMT ",", STR_ARG(f->code), STR_ARG(s->code));
                        if (s->disposed && !s->final)
                                buf_fmt(&waiting, STR_FMT ":" STR_FMT ",", STR_ARG(f->code), STR_ARG(s->code));
                }
        }
        ret->done = buf_view(&done);
        ret->waiting = buf_view(&waiting);
        return OK;
}
