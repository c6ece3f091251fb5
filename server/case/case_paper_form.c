/* What was filled in, on paper: with the titles of the form's JSON Schema, values as people read them. */
#include "case/case_paper.h"

enum { DEEP = 6 };

/* ---- which form ---- */

static Str form_name(const Case *c, size_t step) {
        const CaseStepRow *s = &c->steps.v[step];
        const FlowAction *a = flow_action(c->flow, s->action);
        const CaseCategory *k = case_category(c->profile->catalogue, c->row.category);

        if (a)
                return a->form;
        return k && k->form.n ? k->form : c->flow->open_form;
}

/* What cannot be read any more is left out: it was judged when it came. */
static const JsonNode *parsed(Cx *cx, Str text) {
        Problem before = cx->problem;
        JsonNode *node = NULL;

        if (text.n && json_parse(cx, text, &node) != OK)
                cx->problem = before, node = NULL;
        return node;
}

Rc paper_forms(Cx *cx, const Case *c, Paper *p) {
        const CaseStepViewList *steps = &p->view->steps;

        p->forms = TAKE_ARRAY(cx->arena, PaperForm, steps->n + 1);
        for (size_t i = 0; i < steps->n && i < c->steps.n; i++) {
                const CaseForm *form = steps->v[i].form.n ? case_form(c->profile, form_name(c, i)) : NULL;

                p->forms[i] = (PaperForm){ form ? parsed(cx, form->text) : NULL, parsed(cx, steps->v[i].form) };
        }
        return OK;
}

/* ---- words ---- */

static Str title_of(const Cx *cx, const JsonNode *schema, Str otherwise) {
        Str zh = json_text(schema, "title"), en = json_text(schema, "title_en");
        Str title = cx->lang == LANG_EN && en.n ? en : zh;

        return title.n ? title : otherwise;
}

static Str label_of(const Cx *cx, const JsonNode *label) {
        Str zh = json_text(label, "zh"), en = json_text(label, "en");

        if (label->type == JT_STR)
                return label->text;
        return cx->lang == LANG_EN && en.n ? en : zh;
}

/* A chosen word by its title: oneOf const/title, or x-labels. */
static Str choice_text(const Cx *cx, const JsonNode *schema, Str value) {
        const JsonNode *choices = json_get(schema, "oneOf"), *labels = json_get(schema, "x-labels");

        for (const JsonNode *one = choices ? choices->first : NULL; one; one = one->next)
                if (str_eq(json_text(one, "const"), value))
                        return title_of(cx, one, value);
        for (const JsonNode *one = labels ? labels->first : NULL; one; one = one->next)
                if (str_eq(one->name, value))
                        return label_of(cx, one);
        return value;
}

static Str scalar_text(Cx *cx, const JsonNode *schema, const JsonNode *v) {
        const JsonNode *unit = schema ? json_get(schema, "x-unit") : NULL;

        switch (v->type) {
        case JT_STR: return schema ? choice_text(cx, schema, v->text) : v->text;
        case JT_NUM: return unit ? str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(v->text), STR_ARG(label_of(cx, unit))) : v->text;
        case JT_BOOL: return v->b ? in_lang(cx, S("是"), S("yes")) : in_lang(cx, S("否"), S("no"));
        case JT_NULL:
        case JT_ARR:
        case JT_OBJ: break;
        }
        return S("");
}

/* ---- values ---- */

/* The schema of a member: its own, or that which a condition adds. */
static const JsonNode *member_schema(const JsonNode *schema, Str name, int deep) {
        static const char *const branches[] = { "then", "else" };
        const JsonNode *own = schema ? json_get(schema, "properties") : NULL, *all = schema ? json_get(schema, "allOf") : NULL, *found = NULL;

        for (const JsonNode *m = own ? own->first : NULL; m && !found; m = m->next)
                if (str_eq(m->name, name))
                        found = m;
        for (size_t i = 0; schema && deep < DEEP && i < ARRAY_LEN(branches) && !found; i++)
                found = member_schema(json_get(schema, branches[i]), name, deep + 1);
        for (const JsonNode *rule = all ? all->first : NULL; rule && deep < DEEP && !found; rule = rule->next)
                found = member_schema(rule, name, deep + 1);
        return found;
}

static void members(Cx *cx, Sheet *s, const JsonNode *schema, const JsonNode *data, Str prefix, int deep);

static void list_value(Cx *cx, Sheet *s, const JsonNode *schema, const JsonNode *v, Str label, int deep) {
        const JsonNode *items = schema ? json_get(schema, "items") : NULL;
        Buf words = BUF_IN(cx->arena);
        int n = 0;

        for (const JsonNode *one = v->first; one; one = one->next) {
                n++;
                if (one->type == JT_OBJ && deep < DEEP)
                        members(cx, s, items, one, str_fmt(cx->arena, STR_FMT " %d · ", STR_ARG(label), n), deep + 1);
                else
                        buf_fmt(&words, "%s" STR_FMT, words.n ? "、" : "", STR_ARG(scalar_text(cx, items, one)));
        }
        sheet_pair(s, label, buf_view(&words));
}

static void members(Cx *cx, Sheet *s, const JsonNode *schema, const JsonNode *data, Str prefix, int deep) {
        for (const JsonNode *v = data->first; v; v = v->next) {
                const JsonNode *own = member_schema(schema, v->name, 0);
                Str title = own ? title_of(cx, own, v->name) : v->name;
                Str label = str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(prefix), STR_ARG(title));

                if (v->type == JT_OBJ && deep < DEEP)
                        members(cx, s, own, v, str_fmt(cx->arena, STR_FMT " · ", STR_ARG(label)), deep + 1);
                else if (v->type == JT_ARR)
                        list_value(cx, s, own, v, label, deep);
                else
                        sheet_pair(s, label, scalar_text(cx, own, v));
        }
}

void paper_form(Cx *cx, Sheet *s, PaperForm form) {
        if (!form.data || form.data->type != JT_OBJ)
                return;
        if (form.schema)
                sheet_text(s, (SheetStyle){ .size = 8.5, .bold = true }, title_of(cx, form.schema, S("")));
        members(cx, s, form.schema, form.data, S(""), 0);
}
