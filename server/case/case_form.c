/* What is filled in (表单): judged by the profile's JSON Schema before anything is written; stored with the step as it was judged. */
#include "case/case_int.h"

enum { FORM_DATA_MAX = 20000 /* bytes */ };

static void errors_add(Cx *cx, const FieldErrorList *errors) {
        for (size_t i = 0; i < errors->n; i++)
                field_error(cx, str_fmt(cx->arena, "/form" STR_FMT, STR_ARG(errors->v[i].pointer)),
                            errors->v[i].code, errors->v[i].zh, errors->v[i].en);
}

/* Nobody speaks for a level of which they have no post there. */
static void level_check(Cx *cx, const CaseForm *form, const JsonNode *data, Str place) {
        static const FlowWho levels[] = { FLOW_WHO_TOWNSHIP, FLOW_WHO_COUNTY, FLOW_WHO_CITY };
        Str field = form_level(form->schema), said;

        if (!field.n || !cx->actor || cx->actor->is_system)
                return;
        said = json_text(data, str_z(cx->arena, field));
        for (size_t i = 0; i < ARRAY_LEN(levels); i++)
                if (str_eq_c(said, flow_who_words[levels[i]]) && case_right_by_post(cx, 1u << levels[i], place).allowed)
                        return;
        if (said.n)
                field_error(cx, str_fmt(cx->arena, "/form/" STR_FMT, STR_ARG(field)), "not-yours",
                            S("您在此地没有这一层级的岗位"), S("You have no post of that level there"));
}

Rc case_form_take(Cx *cx, const CaseProfile *p, Str name, Str data, Str place, bool needed, CaseFormData *ret) {
        const CaseForm *form = name.n ? case_form(p, name) : NULL;
        FieldErrorList errors = { 0 };
        Buf text = BUF_IN(cx->arena);
        JsonNode *node;

        *ret = (CaseFormData){ .text = STR_NONE };
        if (name.n && !form)
                return fail(cx, P_CONFIG_INVALID, "there is no form " STR_FMT, STR_ARG(name));
        if (!form && data.n)
                field_error(cx, S("/form"), "not-asked", S("此操作不需要填写表单"), S("No form is asked for"));
        if (form && !data.n && needed)
                field_error(cx, S("/form"), "required", S("请填写表单"), S("Fill in the form"));
        if (data.n > FORM_DATA_MAX)
                field_error(cx, S("/form"), "too-long", S("表单内容过长"), S("What was filled in is too long"));
        if (!form || !data.n || data.n > FORM_DATA_MAX)
                return OK;
        TRY(json_parse(cx, data, &node));
        TRY(form_validate(cx, form->schema, node, &errors));
        errors_add(cx, &errors);
        level_check(cx, form, node, place);
        json_write(&text, node);
        *ret = (CaseFormData){ buf_view(&text), node };
        return OK;
}

OptInt case_days_asked(const FlowAction *a, const CaseFormData *data) {
        int64_t days;

        if (data->node && json_int(data->node, "workdays", &days))
                return SOME_INT(days);
        if (a->amount.amount && a->amount.unit == FLOW_UNIT_WORKDAYS)
                return SOME_INT(a->amount.amount);
        return (OptInt){ 0 };
}

/* 530103****0016 */
static Str id_masked(Arena *a, Str s) { return str_fmt(a, STR_FMT "********" STR_FMT, STR_ARG(str_sub(s, 0, 6)), STR_ARG(str_sub(s, 14, 4))); }

static bool is_identity(Str s) {
        for (size_t i = 0; i < s.n; i++)
                if ((s.p[i] < '0' || s.p[i] > '9') && !(i == 17 && (s.p[i] == 'X' || s.p[i] == 'x')))
                        return false;
        return s.n == 18;
}

static void mask_node(Arena *a, JsonNode *n) {
        if (n->type == JT_STR && is_identity(n->text))
                n->text = id_masked(a, n->text);
        else if (n->type == JT_STR && json_phone(a, n->text).p)
                n->text = mask_phone(a, json_phone(a, n->text));
        for (JsonNode *child = n->first; child; child = child->next)
                mask_node(a, child);
}

Str case_form_shown(Cx *cx, const Case *c, Str data) {
        Problem before = cx->problem;
        Buf text = BUF_IN(cx->arena);
        JsonNode *node;

        if (!data.n || case_in_my_hands(cx, c))
                return data;
        if (json_parse(cx, data, &node) != OK) /* it was judged when it was stored */
                return cx->problem = before, STR_NONE;
        mask_node(cx->arena, node);
        json_write(&text, node);
        return buf_view(&text);
}
