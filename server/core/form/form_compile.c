/* Compiles a schema's text: every keyword is read once, here, into rules that form_validate.c runs. What keywords demand of
 * their values is checked on the way. References are noted and joined in form_ref.c. */
#include "contract.gen.h"
#include "core/form/form_int.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- complaints -------------------------------------------- */

void pointer_add(Buf *b, Str name) {
        buf_char(b, '/');
        for (size_t i = 0; i < name.n; i++) {
                if (name.p[i] == '~')
                        buf_c(b, "~0");
                else if (name.p[i] == '/')
                        buf_c(b, "~1");
                else
                        buf_char(b, name.p[i]);
        }
}

static void add_place(Buf *b, const Place *at) {
        if (!at)
                return;
        add_place(b, at->up);
        if (at->name.p) {
                pointer_add(b, at->name);
        } else {
                buf_char(b, '/');
                buf_int(b, (int64_t)at->index);
        }
}

Str place_pointer(Arena *a, const Place *at) {
        Buf b = BUF_IN(a);

        add_place(&b, at);
        return buf_view(&b);
}

Rc form_fault(Cx *cx, const JsonNode *node, Str pointer, const char *zh, const char *en, ...) {
        unsigned line = node ? node->line : 1;
        char what[300];
        va_list ap;

        va_start(ap, en);
        vsnprintf(what, sizeof what, en, ap);
        va_end(ap);
        return fail_zh(cx, P_CONFIG_INVALID,
                       str_fmt(cx->arena, "表单第 %u 行（%s" STR_FMT "）有误：%s", line,
                               pointer.n ? "" : "/", STR_ARG(pointer), zh),
                       "form, line %u, %s" STR_FMT ": %s", line, pointer.n ? "" : "/", STR_ARG(pointer),
                       what);
}

/* ---- values of keywords -------------------------------------------- */

typedef struct Word {
        Compiler *c;
        Schema *s;
        const JsonNode *value;
        Place at; /* of the value */
} Word;

static Rc fault(const Word *w, const char *zh, const char *en) {
        return form_fault(w->c->cx, w->value, place_pointer(w->c->cx->arena, &w->at), zh, "%s", en);
}

static Rc wants(const Word *w, JsonType type, const char *zh, const char *en) {
        return w->value->type == type ? OK : fault(w, zh, en);
}

static Rc count_value(const Word *w, uint64_t *ret) {
        Decimal d;
        int64_t n = 0;

        TRY(wants(w, JT_NUM, "应为非负整数", "a whole number, at least 0, is wanted"));
        d = decimal_read(w->value->text);
        if (d.minus || !decimal_whole(&d))
                return fault(w, "应为非负整数", "a whole number, at least 0, is wanted");
        if (w->value->num >= 1e15)
                n = INT64_MAX;
        else
                n = (int64_t)w->value->num;
        *ret = (uint64_t)n;
        return OK;
}

static Rc strings_value(const Word *w, const JsonNode *list, StrList *ret) {
        if (list->type != JT_ARR)
                return fault(w, "应为文字列表", "a list of strings is wanted");
        for (const JsonNode *m = list->first; m; m = m->next) {
                if (m->type != JT_STR)
                        return fault(w, "应为文字列表", "a list of strings is wanted");
                for (size_t i = 0; i < ret->n; i++)
                        if (str_eq(ret->v[i], m->text))
                                return fault(w, "列表中有重复", "the list names something twice");
                *list_push(w->c->cx->arena, ret) = m->text;
        }
        return OK;
}

static Rc schema_value(const Word *w, Schema **ret) {
        return schema_compile(w->c, w->value, w->s->resource, &w->at, ret);
}

static Rc schemas_value(const Word *w, SchemaList *ret) {
        size_t i = 0;

        if (w->value->type != JT_ARR || !w->value->count)
                return fault(w, "应为非空的模式列表", "a list of schemas, not empty, is wanted");
        for (const JsonNode *m = w->value->first; m; m = m->next, i++) {
                Place at = { &w->at, STR_NONE, i };

                TRY(schema_compile(w->c, m, w->s->resource, &at, list_push(w->c->cx->arena, ret)));
        }
        return OK;
}

static Rc pattern_value(const Word *w, Str pattern, Regex **ret) {
        const char *why;

        *ret = regex_compile(w->c->cx->arena, pattern, &why);
        if (!*ret)
                return form_fault(w->c->cx, w->value, place_pointer(w->c->cx->arena, &w->at),
                                  "正则表达式无法使用", "a pattern that cannot be used: %s", why);
        return OK;
}

/* ---- groups of rules, made when first needed -------------------------------------------- */

static NumberRules *number_rules(const Word *w) {
        if (!w->s->number)
                w->s->number = TAKE(w->c->cx->arena, NumberRules);
        return w->s->number;
}

static TextRules *text_rules(const Word *w) {
        if (!w->s->text) {
                w->s->text = TAKE(w->c->cx->arena, TextRules);
                w->s->text->max = UINT64_MAX;
        }
        return w->s->text;
}

static ItemRules *item_rules(const Word *w) {
        if (!w->s->items) {
                w->s->items = TAKE(w->c->cx->arena, ItemRules);
                w->s->items->max = w->s->items->max_contains = UINT64_MAX;
                w->s->items->min_contains = 1;
        }
        return w->s->items;
}

static MemberRules *member_rules(const Word *w) {
        if (!w->s->members) {
                w->s->members = TAKE(w->c->cx->arena, MemberRules);
                map_init(&w->s->members->properties, w->c->cx->arena);
                w->s->members->max = UINT64_MAX;
        }
        return w->s->members;
}

static Branches *branches(const Word *w) {
        if (!w->s->branches)
                w->s->branches = TAKE(w->c->cx->arena, Branches);
        return w->s->branches;
}

/* ---- keywords -------------------------------------------- */

static Rc one_type(const Word *w, Str name) {
        static const struct {
                const char *name;
                JsonType type;
        } types[] = { { "null", JT_NULL },  { "boolean", JT_BOOL }, { "number", JT_NUM },
                      { "string", JT_STR }, { "array", JT_ARR },    { "object", JT_OBJ } };

        if (str_eq(name, S("integer"))) {
                w->s->whole = !(w->s->types & 1u << JT_NUM);
                w->s->types |= (uint8_t)(1u << JT_NUM);
                return OK;
        }
        for (size_t i = 0; i < ARRAY_LEN(types); i++) {
                if (!str_eq_c(name, types[i].name))
                        continue;
                w->s->types |= (uint8_t)(1u << types[i].type);
                if (types[i].type == JT_NUM)
                        w->s->whole = false;
                return OK;
        }
        return fault(w, "没有这种类型", "there is no such type");
}

static Rc key_type(const Word *w) {
        StrList names = { 0 };

        if (w->value->type == JT_STR)
                return one_type(w, w->value->text);
        TRY(strings_value(w, w->value, &names));
        if (!names.n)
                return fault(w, "类型列表不能为空", "the list of types is empty");
        for (size_t i = 0; i < names.n; i++)
                TRY(one_type(w, names.v[i]));
        return OK;
}

static Rc key_enum(const Word *w) {
        w->s->options = w->value;
        return wants(w, JT_ARR, "应为列表", "a list is wanted");
}

static Rc key_const(const Word *w) { return w->s->constant = w->value, OK; }

static Rc key_title(const Word *w) {
        TRY(wants(w, JT_STR, "应为文字", "a string is wanted"));
        *(str_eq(w->value->name, S("title")) ? &w->s->title : &w->s->title_en) = w->value->text;
        return OK;
}

static Rc key_limit(const Word *w) {
        NumberRules *n = number_rules(w);
        Str name = w->value->name;
        Decimal d;

        TRY(wants(w, JT_NUM, "应为数字", "a number is wanted"));
        d = decimal_read(w->value->text);
        if (str_eq(name, S("minimum")))
                n->min = w->value, n->min_is = d;
        else if (str_eq(name, S("maximum")))
                n->max = w->value, n->max_is = d;
        else if (str_eq(name, S("exclusiveMinimum")))
                n->above = w->value, n->above_is = d;
        else
                n->below = w->value, n->below_is = d;
        return OK;
}

static Rc key_multiple(const Word *w) {
        NumberRules *n = number_rules(w);
        Decimal d;

        TRY(wants(w, JT_NUM, "应为大于 0 的数字", "a number above 0 is wanted"));
        d = decimal_read(w->value->text);
        if (d.minus || !d.n)
                return fault(w, "应为大于 0 的数字", "a number above 0 is wanted");
        if (!decimal_divisor(&d, &n->divisor))
                return fault(w, "最多 18 位有效数字", "at most 18 digits");
        n->multiple = w->value;
        n->divisor_exponent = d.exponent;
        return OK;
}

static Rc key_min_length(const Word *w) { return count_value(w, &text_rules(w)->min); }
static Rc key_max_length(const Word *w) { return count_value(w, &text_rules(w)->max); }
static Rc key_min_items(const Word *w) { return count_value(w, &item_rules(w)->min); }
static Rc key_max_items(const Word *w) { return count_value(w, &item_rules(w)->max); }
static Rc key_max_contains(const Word *w) { return count_value(w, &item_rules(w)->max_contains); }
static Rc key_min_properties(const Word *w) { return count_value(w, &member_rules(w)->min); }
static Rc key_max_properties(const Word *w) { return count_value(w, &member_rules(w)->max); }

static Rc key_min_contains(const Word *w) {
        item_rules(w)->min_contains_given = true;
        return count_value(w, &w->s->items->min_contains);
}

static Rc key_pattern(const Word *w) {
        TRY(wants(w, JT_STR, "应为文字", "a string is wanted"));
        return pattern_value(w, w->value->text, &text_rules(w)->pattern);
}

static Rc key_format(const Word *w) {
        TRY(wants(w, JT_STR, "应为文字", "a string is wanted"));
        text_rules(w)->format = format_named(w->value->text);
        return OK;
}

static Rc key_unique(const Word *w) {
        item_rules(w)->unique = w->value->b;
        return wants(w, JT_BOOL, "应为 true 或 false", "true or false is wanted");
}

static Rc key_prefix(const Word *w) { return schemas_value(w, &item_rules(w)->prefix); }
static Rc key_items(const Word *w) { return schema_value(w, &item_rules(w)->items); }
static Rc key_contains(const Word *w) { return schema_value(w, &item_rules(w)->contains); }
static Rc key_unevaluated_items(const Word *w) { return schema_value(w, &item_rules(w)->unevaluated); }
static Rc key_additional(const Word *w) { return schema_value(w, &member_rules(w)->additional); }
static Rc key_names(const Word *w) { return schema_value(w, &member_rules(w)->names); }
static Rc key_unevaluated(const Word *w) { return schema_value(w, &member_rules(w)->unevaluated); }
static Rc key_all(const Word *w) { return schemas_value(w, &branches(w)->all); }
static Rc key_any(const Word *w) { return schemas_value(w, &branches(w)->any); }
static Rc key_one(const Word *w) { return schemas_value(w, &branches(w)->one); }
static Rc key_not(const Word *w) { return schema_value(w, &branches(w)->not ); }
static Rc key_if(const Word *w) { return schema_value(w, &branches(w)->if_); }
static Rc key_then(const Word *w) { return schema_value(w, &branches(w)->then); }
static Rc key_else(const Word *w) { return schema_value(w, &branches(w)->otherwise); }
static Rc key_required(const Word *w) { return strings_value(w, w->value, &member_rules(w)->required); }

static Rc key_properties(const Word *w) {
        MemberRules *rules = member_rules(w);

        TRY(wants(w, JT_OBJ, "应为对象", "an object is wanted"));
        for (const JsonNode *m = w->value->first; m; m = m->next) {
                Place at = { &w->at, m->name, 0 };
                Schema *s;

                TRY(schema_compile(w->c, m, w->s->resource, &at, &s));
                *map_at(&rules->properties, m->name) = s;
        }
        return OK;
}

static Rc key_patterns(const Word *w) {
        MemberRules *rules = member_rules(w);

        TRY(wants(w, JT_OBJ, "应为对象", "an object is wanted"));
        for (const JsonNode *m = w->value->first; m; m = m->next) {
                Place at = { &w->at, m->name, 0 };
                Patterned *p = list_push(w->c->cx->arena, &rules->patterns);

                TRY(pattern_value(w, m->name, &p->pattern));
                TRY(schema_compile(w->c, m, w->s->resource, &at, &p->schema));
        }
        return OK;
}

static Rc key_defs(const Word *w) {
        TRY(wants(w, JT_OBJ, "应为对象", "an object is wanted"));
        for (const JsonNode *m = w->value->first; m; m = m->next) {
                Place at = { &w->at, m->name, 0 };
                Schema *s;

                TRY(schema_compile(w->c, m, w->s->resource, &at, &s));
        }
        return OK;
}

static Rc key_dependent_required(const Word *w) {
        MemberRules *rules = member_rules(w);

        TRY(wants(w, JT_OBJ, "应为对象", "an object is wanted"));
        for (const JsonNode *m = w->value->first; m; m = m->next) {
                Dependent *d = list_push(w->c->cx->arena, &rules->dependents);

                d->name = m->name;
                TRY(strings_value(w, m, &d->needs));
        }
        return OK;
}

static Rc key_dependent_schemas(const Word *w) {
        MemberRules *rules = member_rules(w);

        TRY(wants(w, JT_OBJ, "应为对象", "an object is wanted"));
        for (const JsonNode *m = w->value->first; m; m = m->next) {
                Place at = { &w->at, m->name, 0 };
                Dependent *d = list_push(w->c->cx->arena, &rules->dependents);

                d->name = m->name;
                TRY(schema_compile(w->c, m, w->s->resource, &at, &d->schema));
        }
        return OK;
}

static Rc key_ref(const Word *w) {
        TRY(wants(w, JT_STR, "应为文字", "a string is wanted"));
        branches(w);
        *list_push(w->c->cx->arena, &w->c->pending) = (Pending){
                .from = w->s,
                .reference = w->value->text,
                .node = w->value,
                .dynamic = str_eq(w->value->name, S("$dynamicRef")),
        };
        return OK;
}

static const struct {
        const char *name;
        Rc (*read)(const Word *w);
} keywords[] = {
        { "$defs", key_defs },
        { "$dynamicRef", key_ref },
        { "$ref", key_ref },
        { "additionalProperties", key_additional },
        { "allOf", key_all },
        { "anyOf", key_any },
        { "const", key_const },
        { "contains", key_contains },
        { "dependentRequired", key_dependent_required },
        { "dependentSchemas", key_dependent_schemas },
        { "else", key_else },
        { "enum", key_enum },
        { "exclusiveMaximum", key_limit },
        { "exclusiveMinimum", key_limit },
        { "format", key_format },
        { "if", key_if },
        { "items", key_items },
        { "maxContains", key_max_contains },
        { "maxItems", key_max_items },
        { "maxLength", key_max_length },
        { "maxProperties", key_max_properties },
        { "maximum", key_limit },
        { "minContains", key_min_contains },
        { "minItems", key_min_items },
        { "minLength", key_min_length },
        { "minProperties", key_min_properties },
        { "minimum", key_limit },
        { "multipleOf", key_multiple },
        { "not", key_not },
        { "oneOf", key_one },
        { "pattern", key_pattern },
        { "patternProperties", key_patterns },
        { "prefixItems", key_prefix },
        { "properties", key_properties },
        { "propertyNames", key_names },
        { "required", key_required },
        { "then", key_then },
        { "title", key_title },
        { "title_en", key_title },
        { "type", key_type },
        { "unevaluatedItems", key_unevaluated_items },
        { "unevaluatedProperties", key_unevaluated },
        { "uniqueItems", key_unique },
};

static Rc read_keywords(Compiler *c, Schema *s, const Place *at) {
        for (const JsonNode *m = s->node->first; m; m = m->next) {
                for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
                        Word w = { c, s, m, { at, m->name, 0 } };

                        if (!str_eq_c(m->name, keywords[i].name))
                                continue;
                        TRY(keywords[i].read(&w));
                        break;
                }
        }
        return OK;
}

Rc schema_compile(Compiler *c, const JsonNode *node, Resource *resource, const Place *at, Schema **ret) {
        Schema *s;

        if (++c->count > FORM_SCHEMAS || arena_over(c->cx->arena))
                return form_fault(c->cx, node, place_pointer(c->cx->arena, at), "表单过大",
                                  "too large a form");
        if (node->type != JT_OBJ && node->type != JT_BOOL)
                return form_fault(c->cx, node, place_pointer(c->cx->arena, at),
                                  "应为模式（对象或 true、false）",
                                  "a schema (an object, true or false) is wanted");
        s = TAKE(c->cx->arena, Schema);
        s->node = node;
        s->resource = resource;
        s->pointer = place_pointer(c->cx->arena, at);
        *map_at(&c->schemas, (Str){ (const char *)&s->node, sizeof s->node }) = s;
        *ret = s;
        if (node->type == JT_BOOL)
                return s->never = !node->b, OK;
        TRY(schema_identify(c, s, at));
        return read_keywords(c, s, at);
}

/* ---- from text to schema -------------------------------------------- */

static Rc compile(Cx *cx, Str text, const FormOptions *options, FormSchema *out) {
        Compiler c = { .cx = cx, .options = options };
        JsonNode *root;

        map_init(&c.schemas, cx->arena);
        map_init(&c.resources, cx->arena);
        if (text.n > FORM_TEXT)
                return form_fault(cx, NULL, STR_NONE, "表单过大", "too large a form");
        TRY(json_parse(cx, text, &root));
        TRY(schema_document(&c, S(""), root, &out->root));
        TRY(schema_link(&c));
        return schema_loops(&c);
}

Rc form_compile(Cx *cx, Str text, const FormOptions *options, FormSchema **ret) {
        static const FormOptions usual = { .formats = true };
        _cleanup_(form_freep) FormSchema *made = calloc(1, sizeof *made);
        Problem *p;

        if (!made)
                abort();
        made->cx = cx_new(FORM_ARENA);
        made->formats = options ? options->formats : true;
        if (compile(made->cx, text, options ? options : &usual, made) == OK)
                return *ret = made, made = NULL, OK;
        p = &made->cx->problem;
        return fail_zh(cx, P_CONFIG_INVALID, str_dup(cx->arena, p->detail_zh), "%s" STR_FMT,
                       p->code == P_CONFIG_INVALID ? "" : "form, ", STR_ARG(p->detail));
}

void form_free(FormSchema *schema) {
        if (!schema)
                return;
        cx_free(schema->cx);
        free(schema);
}

void form_freep(FormSchema **schema) { form_free(*schema); }
