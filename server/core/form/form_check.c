/* Can the screens draw a form? A form is an object of fields; README.md says which words a field may use. What is not in these
 * tables is refused, so that nothing is silently left undrawn. The renderer (web/src/shared/form) reads the same words. */
#include "core/form/form_int.h"

enum { FIELDS_MOST = 100, LEVELS_MOST = 3, OPTIONS_MOST = 200, NAME_MOST = 40, LABEL_MOST = 60 };

typedef struct Walk {
        Cx *cx;
        const JsonNode *root;
        int fields;
} Walk;

#define ALWAYS "title", "title_en", "description", "type", "x-order", "x-hint"
#define CHOICE "enum", "oneOf", "x-labels"
#define GROUP \
        "properties", "required", "additionalProperties", "unevaluatedProperties", "if", "then", "else", \
                "allOf", "dependentRequired"

static const char *const form_words[] = { ALWAYS, GROUP, "$schema", "$id", "$defs", "$comment", NULL };
static const char *const group_words[] = { ALWAYS, GROUP, NULL };
static const char *const text_words[] = { ALWAYS,   CHOICE,   "minLength", "maxLength", "pattern",
                                          "format", "x-rows", "x-level", "default",   NULL };
static const char *const number_words[] = {
        ALWAYS,   "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "x-unit", "default", NULL
};
static const char *const yes_words[] = { ALWAYS, "const", "default", NULL };
static const char *const list_words[] = { ALWAYS,        "items",    "minItems", "maxItems",
                                          "uniqueItems", "x-photos", NULL };
static const char *const item_words[] = { "type", CHOICE, "pattern", NULL };
static const char *const rule_words[] = { "if", "then", "else", "$comment", NULL };
static const char *const then_words[] = { "properties", "required", NULL };
static const char *const test_words[] = {
        "const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "contains", NULL
};
static const char *const tighter_words[] = { "const",     "enum",     "minimum",  "maximum", "minLength",
                                             "maxLength", "minItems", "maxItems", NULL };
static const char *const formats[] = {
        "date", "time", "date-time", "uri", "phone", "id-number", "uscc", NULL
};
static const char *const photo_kinds[] = { "scene", "before", "after", "check", NULL };

static bool among(const char *const *words, Str s) {
        for (; *words; words++)
                if (str_eq_c(s, *words))
                        return true;
        return false;
}

static Rc fault(Walk *w, const JsonNode *node, const Place *at, const char *zh, const char *en) {
        return form_fault(w->cx, node, place_pointer(w->cx->arena, at), zh, "%s", en);
}

static Rc only(Walk *w, const JsonNode *node, const Place *at, const char *const *words) {
        if (node->type != JT_OBJ)
                return fault(w, node, at, "应为对象", "an object is wanted");
        for (const JsonNode *m = node->first; m; m = m->next) {
                Place here = { at, m->name, 0 };

                if (!among(words, m->name))
                        return form_fault(w->cx, m, place_pointer(w->cx->arena, &here),
                                          "界面不支持这个关键字",
                                          "the screens do not know '" STR_FMT "' here", STR_ARG(m->name));
        }
        return OK;
}

/* ---- texts -------------------------------------------- */

/* A string, or { "zh": …, "en": … }. */
static Rc check_text(Walk *w, const JsonNode *node, const Place *at) {
        static const char *const both[] = { "zh", "en", NULL };

        if (!node || node->type == JT_STR)
                return OK;
        TRY(only(w, node, at, both));
        if (!json_text(node, "zh").n)
                return fault(w, node, at, "缺少中文", "the Chinese text is missing");
        return OK;
}

static Rc check_titles(Walk *w, const JsonNode *node, const Place *at) {
        Place hint = { at, S("x-hint"), 0 }, order = { at, S("x-order"), 0 };
        const JsonNode *n = json_get(node, "x-order");

        if (!str_trim(json_text(node, "title")).n)
                return fault(w, node, at, "缺少名称（title）", "the title is missing");
        if (str_utf8_len(json_text(node, "title")) > LABEL_MOST)
                return fault(w, node, at, "名称过长", "a title of more than 60 characters");
        if (n && n->type != JT_NUM)
                return fault(w, n, &order, "应为数字", "a number is wanted");
        return check_text(w, json_get(node, "x-hint"), &hint);
}

/* ---- choices -------------------------------------------- */

static Rc check_one_of(Walk *w, const JsonNode *list, const Place *at) {
        static const char *const words[] = { "const", "title", "title_en", NULL };
        size_t i = 0;

        for (const JsonNode *m = list->first; m; m = m->next, i++) {
                Place here = { at, STR_NONE, i };

                TRY(only(w, m, &here, words));
                if (!json_get(m, "const") || json_get(m, "const")->type != JT_STR ||
                    !json_text(m, "title").n)
                        return fault(w, m, &here, "每个选项要有 const（文字）和 title",
                                     "an option needs a const (a string) and a title");
        }
        return OK;
}

static Rc check_labels(Walk *w, const JsonNode *labels, const JsonNode *options, const Place *at) {
        if (labels->type != JT_OBJ || !options)
                return fault(w, labels, at, "x-labels 应为 enum 各选项的名称",
                             "x-labels names the options of an enum");
        for (const JsonNode *m = labels->first; m; m = m->next) {
                Place here = { at, m->name, 0 };
                const JsonNode *o = options->first;

                while (o && !str_eq(o->text, m->name))
                        o = o->next;
                if (!o)
                        return fault(w, m, &here, "没有这个选项", "there is no such option");
                TRY(check_text(w, m, &here));
        }
        return OK;
}

/* Options by enum (with x-labels) or by oneOf; *ret: there are some. */
static Rc check_options(Walk *w, const JsonNode *node, const Place *at, bool *ret) {
        const JsonNode *options = json_get(node, "enum"), *one = json_get(node, "oneOf"),
                       *labels = json_get(node, "x-labels");
        Place at_enum = { at, S("enum"), 0 }, at_one = { at, S("oneOf"), 0 },
              at_labels = { at, S("x-labels"), 0 };

        *ret = options || one;
        if (options && one)
                return fault(w, one, &at_one, "enum 和 oneOf 只能用一个", "either enum or oneOf");
        if (*ret &&
            ((options ? options : one)->count < 1 || (options ? options : one)->count > OPTIONS_MOST))
                return fault(w, node, at, "选项应有 1 至 200 个", "between 1 and 200 options are wanted");
        for (const JsonNode *m = options ? options->first : NULL; m; m = m->next)
                if (m->type != JT_STR)
                        return fault(w, m, &at_enum, "选项应为文字", "an option is a string");
        if (one)
                TRY(check_one_of(w, one, &at_one));
        return labels ? check_labels(w, labels, options, &at_labels) : OK;
}

/* ---- fields -------------------------------------------- */

static Rc check_group(Walk *w, const JsonNode *node, const Place *at, int level);

static Rc check_string(Walk *w, const JsonNode *node, const Place *at, int level) {
        Place at_rows = { at, S("x-rows"), 0 }, at_format = { at, S("format"), 0 }, at_level = { at, S("x-level"), 0 };
        const JsonNode *rows = json_get(node, "x-rows"), *format = json_get(node, "format"), *own = json_get(node, "x-level");
        int64_t n = 0;
        bool choice;

        TRY(only(w, node, at, text_words));
        TRY(check_options(w, node, at, &choice));
        if (rows && (!json_int(node, "x-rows", &n) || n < 1 || n > 20))
                return fault(w, rows, &at_rows, "行数应在 1 到 20 之间", "between 1 and 20 rows are wanted");
        if (own && (own->type != JT_BOOL || !choice || level > 1))
                return fault(w, own, &at_level, "x-level 只用于表单第一层的单选项，值为 true",
                             "x-level is true, for a choice that is in no group");
        if (format && !among(formats, format->text))
                return fault(w, format, &at_format, "界面不支持这种格式",
                             "the screens do not know this format");
        return OK;
}

static Rc check_photos(Walk *w, const JsonNode *node, const Place *at) {
        static const char *const words[] = { "kind", NULL };
        Place at_photos = { at, S("x-photos"), 0 };
        const JsonNode *photos = json_get(node, "x-photos"), *items = json_get(node, "items");
        int64_t most = 0;

        TRY(only(w, photos, &at_photos, words));
        if (!among(photo_kinds, json_text(photos, "kind")))
                return fault(w, photos, &at_photos, "照片种类应为 scene、before、after 或 check",
                             "the kind of photo is scene, before, after or check");
        if (!json_int(node, "maxItems", &most) || most < 1 || most > 20)
                return fault(w, node, at, "照片要有上限（maxItems，1 至 20）",
                             "photos need maxItems between 1 and 20");
        if (!str_eq(json_text(items, "type"), S("string")) ||
            !str_eq(json_text(items, "pattern"), S("^[0-9a-f]{64}$")))
                return fault(w, node, at, "照片的每一项应为 SHA-256：\"pattern\": \"^[0-9a-f]{64}$\"",
                             "an item of photos is a SHA-256: \"pattern\": \"^[0-9a-f]{64}$\"");
        return OK;
}

/* Boxes to tick, photos, or several of a group (persons). */
static Rc check_list(Walk *w, const JsonNode *node, const Place *at, int level) {
        Place at_items = { at, S("items"), 0 };
        const JsonNode *items = json_get(node, "items");
        bool choice;

        TRY(only(w, node, at, list_words));
        if (!items || items->type != JT_OBJ)
                return fault(w, node, at, "列表要说明每一项（items）", "a list needs items");
        if (json_get(node, "x-photos"))
                return check_photos(w, node, at);
        if (str_eq(json_text(items, "type"), S("object")))
                return check_group(w, items, &at_items, level + 1);
        TRY(only(w, items, &at_items, item_words));
        TRY(check_options(w, items, &at_items, &choice));
        if (!choice || !str_eq(json_text(items, "type"), S("string")) || json_get(items, "pattern"))
                return fault(w, items, &at_items, "每一项应为有选项的文字，或一组填写项",
                             "an item is a string with options, or a group");
        if (!json_bool(node, "uniqueItems", false))
                return fault(w, node, at, "多选要有 uniqueItems: true",
                             "boxes to tick need uniqueItems: true");
        return OK;
}

static Rc check_field(Walk *w, const JsonNode *node, const Place *at, int level) {
        Str type;

        if (++w->fields > FIELDS_MOST)
                return fault(w, node, at, "填写项过多（最多 100 项）", "more than 100 fields");
        if (node->type != JT_OBJ)
                return fault(w, node, at, "应为对象", "an object is wanted");
        TRY(check_titles(w, node, at));
        type = json_text(node, "type");
        if (str_eq(type, S("string")))
                return check_string(w, node, at, level);
        if (str_eq(type, S("boolean")))
                return only(w, node, at, yes_words);
        if (str_eq(type, S("array")))
                return check_list(w, node, at, level);
        if (str_eq(type, S("object")))
                return check_group(w, node, at, level + 1);
        if (str_eq(type, S("integer")) || str_eq(type, S("number"))) {
                Place unit = { at, S("x-unit"), 0 };

                TRY(only(w, node, at, number_words));
                return check_text(w, json_get(node, "x-unit"), &unit);
        }
        return fault(w, node, at, "界面不支持这种类型",
                     "the screens draw string, integer, number, boolean, array and object");
}

static bool is_name(Str s) {
        for (size_t i = 0; i < s.n; i++)
                if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
                    (!i || (s.p[i] != '_' && !(s.p[i] >= '0' && s.p[i] <= '9'))))
                        return false;
        return s.n > 0 && s.n <= NAME_MOST;
}

/* ---- conditions -------------------------------------------- */

/* { properties: { name: { const … } }, required: [ name ] }: a field that is tested must be there, or a form not yet filled in
 * would count as fulfilling it. */
static Rc check_if(Walk *w, const JsonNode *test, const JsonNode *fields, const Place *at) {
        Place at_tests = { at, S("properties"), 0 };
        const JsonNode *tests = json_get(test, "properties"), *required = json_get(test, "required");

        TRY(only(w, test, at, then_words));
        if (!tests || tests->type != JT_OBJ || !tests->count)
                return fault(w, test, at, "条件要说明哪个填写项（properties）",
                             "a condition needs properties");
        for (const JsonNode *m = tests->first; m; m = m->next) {
                Place here = { &at_tests, m->name, 0 };
                const JsonNode *r = required ? required->first : NULL;

                TRY(only(w, m, &here, test_words));
                if (!json_get(fields, str_z(w->cx->arena, m->name)))
                        return fault(w, m, &here, "没有这个填写项", "there is no such field");
                while (r && !str_eq(r->text, m->name))
                        r = r->next;
                if (!r)
                        return fault(w, m, &here, "条件中的填写项要列在条件的 required 里",
                                     "a field that is tested must be in the condition's required");
        }
        return OK;
}

/* What a condition adds: fields of their own (with a title), narrower rules for fields that are there, what is required. */
static Rc check_then(Walk *w, const JsonNode *then, const JsonNode *fields, const Place *at, int level) {
        Place at_fields = { at, S("properties"), 0 };
        const JsonNode *own = json_get(then, "properties"), *required = json_get(then, "required");

        TRY(only(w, then, at, then_words));
        for (const JsonNode *m = own ? own->first : NULL; m; m = m->next) {
                Place here = { &at_fields, m->name, 0 };

                if (json_get(fields, str_z(w->cx->arena, m->name)))
                        TRY(only(w, m, &here, tighter_words));
                else if (!is_name(m->name))
                        return fault(w, m, &here, "名称应为小写字母、数字和下划线",
                                     "a field's name is of a–z, 0–9 and _");
                else
                        TRY(check_field(w, m, &here, level));
        }
        for (const JsonNode *m = required ? required->first : NULL; m; m = m->next) {
                Place here = { at, S("required"), 0 };
                const char *name = str_z(w->cx->arena, m->text);

                if (!json_get(fields, name) && !json_get(own, name))
                        return fault(w, m, &here, "没有这个填写项", "there is no such field");
        }
        return OK;
}

static Rc check_rule(Walk *w, const JsonNode *rule, const JsonNode *fields, const Place *at, int level) {
        const JsonNode *test = json_get(rule, "if"), *then = json_get(rule, "then"),
                       *otherwise = json_get(rule, "else");
        Place at_if = { at, S("if"), 0 }, at_then = { at, S("then"), 0 }, at_else = { at, S("else"), 0 };

        if (!test && !then && !otherwise)
                return OK;
        if (!test || !(then || otherwise))
                return fault(w, rule, at, "条件要有 if 和 then 或 else",
                             "a condition needs if, and then or else");
        TRY(check_if(w, test, fields, &at_if));
        if (then)
                TRY(check_then(w, then, fields, &at_then, level));
        return otherwise ? check_then(w, otherwise, fields, &at_else, level) : OK;
}

static Rc check_rules(Walk *w, const JsonNode *node, const JsonNode *fields, const Place *at, int level) {
        const JsonNode *all = json_get(node, "allOf");
        Place at_all = { at, S("allOf"), 0 };
        size_t i = 0;

        TRY(check_rule(w, node, fields, at, level));
        for (const JsonNode *m = all ? all->first : NULL; m; m = m->next, i++) {
                Place here = { &at_all, STR_NONE, i };

                TRY(only(w, m, &here, rule_words));
                TRY(check_rule(w, m, fields, &here, level));
        }
        return OK;
}

/* ---- groups -------------------------------------------- */

/* Closed: what the screens do not show must not come in. With conditions only unevaluatedProperties sees all fields. */
static Rc check_closed(Walk *w, const JsonNode *node, const Place *at) {
        bool rules = json_get(node, "if") || json_get(node, "allOf");
        const JsonNode *shut = json_get(node, rules ? "unevaluatedProperties" : "additionalProperties"),
                       *other = json_get(node, rules ? "additionalProperties" : "unevaluatedProperties");

        if (other || !shut || shut->type != JT_BOOL || shut->b)
                return fault(
                        w, node, at,
                        rules ? "有条件的表单要写 unevaluatedProperties: false"
                              : "要写 additionalProperties: false",
                        rules ? "with conditions, unevaluatedProperties: false is wanted (and no additionalProperties)"
                              : "additionalProperties: false is wanted");
        return OK;
}

static Rc check_group(Walk *w, const JsonNode *node, const Place *at, int level) {
        Place at_fields = { at, S("properties"), 0 }, at_required = { at, S("required"), 0 };
        const JsonNode *fields = json_get(node, "properties"), *required = json_get(node, "required");

        if (level > LEVELS_MOST)
                return fault(w, node, at, "层次过多（最多 3 层）", "groups of more than 3 levels");
        TRY(only(w, node, at, node == w->root ? form_words : group_words));
        if (!str_eq(json_text(node, "type"), S("object")))
                return fault(w, node, at, "表单应为 object", "a form is of type object");
        if (!fields || !fields->count)
                return fault(w, node, at, "没有填写项", "there are no fields");
        for (const JsonNode *m = fields->first; m; m = m->next) {
                Place here = { &at_fields, m->name, 0 };

                if (!is_name(m->name))
                        return fault(w, m, &here, "名称应为小写字母、数字和下划线",
                                     "a field's name is of a–z, 0–9 and _");
                TRY(check_field(w, m, &here, level));
        }
        for (const JsonNode *m = required ? required->first : NULL; m; m = m->next)
                if (!json_get(fields, str_z(w->cx->arena, m->text)))
                        return fault(w, m, &at_required, "没有这个填写项", "there is no such field");
        TRY(check_rules(w, node, fields, at, level));
        return check_closed(w, node, at);
}

Str form_level(const FormSchema *schema) {
        const JsonNode *fields = json_get(schema->root->node, "properties");

        for (const JsonNode *m = fields ? fields->first : NULL; m; m = m->next)
                if (json_bool(m, "x-level", false))
                        return m->name;
        return S("");
}

Rc form_check(Cx *cx, const FormSchema *schema) {
        Walk w = { .cx = cx, .root = schema->root->node };

        if (w.root->type != JT_OBJ)
                return fault(&w, w.root, NULL, "表单应为 object", "a form is of type object");
        TRY(check_titles(&w, w.root, NULL));
        return check_group(&w, w.root, NULL, 1);
}
