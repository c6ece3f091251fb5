/* Forms as flows need them: does the file exist, has every field its texts, and which values of a fact can come from it. Whether
 * data fits a form is not decided here. */
#include "core/flow/flow_int.h"

enum { FIELDS_MAX = 60, FIELDS_DEEP = 4 };

const FlowForm *flow_form(const FlowForms *forms, Str name) {
        for (size_t i = 0; i < forms->n; i++)
                if (str_eq(forms->v[i].name, name))
                        return &forms->v[i];
        return NULL;
}

static const JsonNode *member(const JsonNode *obj, Str name) {
        for (const JsonNode *m = obj && obj->type == JT_OBJ ? obj->first : NULL; m; m = m->next)
                if (str_eq(m->name, name))
                        return m;
        return NULL;
}

static bool is_required(const JsonNode *schema, Str name) {
        const JsonNode *list = json_get(schema, "required");

        for (const JsonNode *m = list && list->type == JT_ARR ? list->first : NULL; m; m = m->next)
                if (m->type == JT_STR && str_eq(m->text, name))
                        return true;
        return false;
}

/* Each text that a field can hold: `enum`, or `const` in `oneOf`. NULL: any. */
static const JsonNode *choices(const JsonNode *field) {
        const JsonNode *list = json_get(field, "oneOf");

        if (!list)
                list = json_get(field, "enum");
        return list && list->type == JT_ARR ? list->first : NULL;
}

static Str choice_text(const JsonNode *choice) {
        return choice->type == JT_STR ? choice->text : json_text(choice, "const");
}

static int value_number(const FlowFact *f, Str code) {
        for (size_t i = 0; i < f->values.n; i++)
                if (str_eq(f->values.v[i].code, code))
                        return (int)i + 1;
        return 0;
}

FlowFill flow_form_fill(const FlowReader *r, Str name, int fact) {
        const FlowFact *f = &r->f->facts.v[fact];
        const FlowForm *form;
        const JsonNode *field;
        FlowFill fill = { 0 };

        if (!name.n)
                return fill;
        if (!r->world || !r->world->forms)
                return (FlowFill){ (2u << f->values.n) - 1 };
        form = flow_form(r->world->forms, name);
        field = form ? member(json_get(form->root, "properties"), f->code) : NULL;
        if (!field)
                return fill;
        for (const JsonNode *m = choices(field); m; m = m->next) {
                int value = value_number(f, choice_text(m));

                fill.values |= value ? 1u << value : 0;
        }
        if (fill.values && !is_required(form->root, f->code))
                fill.values |= 1;
        return fill;
}

/* A field that fills a fact offers values of that fact and nothing else. */
static void check_fact_field(FlowReader *r, const FlowForm *form, const FlowFact *fact, const JsonNode *at) {
        const JsonNode *field = member(json_get(form->root, "properties"), fact->code), *m;

        if (!field)
                return;
        m = choices(field);
        if (!m)
                flow_fault(r, at,
                           SAY(r, "表单“" STR_FMT "”的字段“" STR_FMT "”填写一项情况，应列出可选值（oneOf）",
                               STR_ARG(form->name), STR_ARG(fact->code)),
                           SAY(r,
                               "field '" STR_FMT "' of form '" STR_FMT
                               "' fills a fact and must list its choices (oneOf)",
                               STR_ARG(fact->code), STR_ARG(form->name)));
        for (; m; m = m->next)
                if (!value_number(fact, choice_text(m)))
                        flow_fault(r, at,
                                   SAY(r,
                                       "表单“" STR_FMT "”的字段“" STR_FMT "”有流程不认识的值“" STR_FMT "”",
                                       STR_ARG(form->name), STR_ARG(fact->code), STR_ARG(choice_text(m))),
                                   SAY(r,
                                       "field '" STR_FMT "' of form '" STR_FMT "' offers '" STR_FMT
                                       "', which the fact never is",
                                       STR_ARG(fact->code), STR_ARG(form->name), STR_ARG(choice_text(m))));
}

void flow_form_check(FlowReader *r, Str name, const JsonNode *at) {
        const FlowForm *form;

        if (!name.n || !r->world || !r->world->forms)
                return;
        form = flow_form(r->world->forms, name);
        if (!form) {
                flow_fault(r, at,
                           SAY(r, "没有名为“" STR_FMT "”的表单（forms/" STR_FMT ".json）", STR_ARG(name),
                               STR_ARG(name)),
                           SAY(r, "there is no form '" STR_FMT "' (forms/" STR_FMT ".json)", STR_ARG(name),
                               STR_ARG(name)));
                return;
        }
        for (size_t i = 0; i < r->f->facts.n; i++)
                check_fact_field(r, form, &r->f->facts.v[i], at);
}

/* ---- the file ---- */

static void texts_check(FlowReader *r, const JsonNode *n) {
        if (!str_trim(json_text(n, "title")).n || !str_trim(json_text(n, "title_en")).n)
                flow_fault(r, n, S("缺少名称：应有 title（中文）和 title_en（英文）"),
                           S("title (Chinese) or title_en (English) is missing"));
}

static void choices_check(FlowReader *r, const JsonNode *field) {
        const JsonNode *list = json_get(field, "oneOf");

        if (list && (list->type != JT_ARR || list->count < 2))
                flow_fault(r, list, S("oneOf 应列出至少两个可选值"),
                           S("oneOf must list two choices or more"));
        for (const JsonNode *m = list && list->type == JT_ARR ? list->first : NULL; m; m = m->next) {
                if (!json_get(m, "const"))
                        flow_fault(r, m, S("可选值缺少 const"), S("a choice needs const"));
                texts_check(r, m);
                for (const JsonNode *o = list->first; o != m; o = o->next)
                        if (choice_text(m).p && str_eq(choice_text(o), choice_text(m)))
                                flow_fault(r, m, SAY(r, "可选值“" STR_FMT "”重复", STR_ARG(choice_text(m))),
                                           SAY(r, "the choice '" STR_FMT "' is there twice",
                                               STR_ARG(choice_text(m))));
        }
}

static void object_check(FlowReader *r, const JsonNode *schema, int depth) {
        static const char *const types[] = { "string", "integer", "number", "boolean", "array", "object" };
        const JsonNode *fields = json_get(schema, "properties"), *required = json_get(schema, "required");

        if (!str_eq_c(json_text(schema, "type"), "object") || !fields || fields->type != JT_OBJ ||
            !fields->count || fields->count > FIELDS_MAX || depth > FIELDS_DEEP) {
                flow_fault(
                        r, schema,
                        SAY(r, "表单应是对象（type 为 object），properties 中有 1 到 %d 个字段", FIELDS_MAX),
                        SAY(r, "a form is an object (type object) with 1 to %d fields in properties",
                            FIELDS_MAX));
                return;
        }
        for (const JsonNode *m = fields->first; m; m = m->next) {
                texts_check(r, m);
                if (json_get(m, "type"))
                        (void)flow_word(r, m, "type", types, ARRAY_LEN(types), 0);
                else
                        flow_fault(r, m, S("字段缺少 type"), S("the field has no type"));
                choices_check(r, m);
                if (str_eq_c(json_text(m, "type"), "array") &&
                    str_eq_c(json_text(json_get(m, "items"), "type"), "object"))
                        object_check(r, json_get(m, "items"), depth + 1);
        }
        for (const JsonNode *m = required && required->type == JT_ARR ? required->first : NULL; m;
             m = m->next)
                if (m->type != JT_STR || !member(fields, m->text))
                        flow_fault(
                                r, m, SAY(r, "必填字段“" STR_FMT "”不存在", STR_ARG(m->text)),
                                SAY(r, "the required field '" STR_FMT "' does not exist", STR_ARG(m->text)));
}

void flow_form_file_check(FlowReader *r) {
        texts_check(r, r->root);
        object_check(r, r->root, 0);
}
