/* What is said to people when something does not fit: one sentence in Chinese, one in English, with the title of the field. */
#include "core/form/form_int.h"

static void add_pointer(Buf *b, const Spot *at) {
        if (!at->up)
                return;
        add_pointer(b, at->up);
        if (at->up->node->type == JT_OBJ) {
                pointer_add(b, at->node->name);
        } else {
                buf_char(b, '/');
                buf_int(b, (int64_t)at->index);
        }
}

static Str titled(const Schema *s, Lang lang) {
        return lang == LANG_EN && s->title_en.p ? s->title_en : s->title;
}

/* The title that a schema of the object at `object` gives to its member; p NULL when none does. */
static Str member_title(const Frame *f, const JsonNode *object, Str name, Lang lang) {
        Str title = STR_NONE;

        for (; f; f = f->up) {
                const Schema *s = f->at->node == object && f->schema->members
                                          ? map_get(&f->schema->members->properties, name)
                                          : NULL;
                Str found = s ? titled(s, lang) : STR_NONE;

                if (found.n)
                        title = found; /* the outermost: what the form itself calls it */
        }
        return title;
}

enum { NAME_SHOWN = 64 };

static Str quoted(Run *r, Str s, Lang lang) {
        s = str_utf8_head(s, NAME_SHOWN);
        return str_fmt(r->cx->arena, lang == LANG_ZH ? "“" STR_FMT "”" : "'" STR_FMT "'", STR_ARG(s));
}

/* The name of a place for people: the outermost title that was given to it, else its name. */
Str run_label(Run *r, const Frame *f, const Spot *at, Lang lang) {
        Str title = STR_NONE;

        for (const Frame *g = f; g; g = g->up) {
                Str found = g->at->node == at->node ? titled(g->schema, lang) : STR_NONE;

                if (found.n)
                        title = found;
        }
        if (!at->up)
                return title.n           ? quoted(r, title, lang)
                       : lang == LANG_ZH ? S("填写的内容")
                                         : S("What was filled in");
        if (at->up->node->type == JT_OBJ) {
                Str outer = member_title(f, at->up->node, at->node->name, lang);

                if (outer.n)
                        title = outer;
                return quoted(r, title.n ? title : at->node->name, lang);
        }
        return str_fmt(r->cx->arena, lang == LANG_ZH ? STR_FMT "第 %zu 项" : STR_FMT " item %zu",
                       STR_ARG(run_label(r, f, at->up, lang)), at->index + 1);
}

/* The text with its marks filled: {} by the label, {1} by a word. */
static Str fill(Run *r, const char *text, Str label, Str word) {
        Buf b = BUF_IN(r->cx->arena);

        for (; *text; text++) {
                if (text[0] == '{' && text[1] == '}') {
                        buf_str(&b, label);
                        text++;
                } else if (text[0] == '{' && text[1] == '1') {
                        buf_str(&b, word);
                        text += 2;
                } else {
                        buf_char(&b, *text);
                }
        }
        return buf_view(&b);
}

static void put(Run *r, Str pointer, const char *code, Str zh, Str en) {
        *list_push(r->cx->arena, r->errors) = (FieldError){ pointer, code, zh, en };
}

static void say_at(Run *r, const Frame *f, const Spot *at, const char *code, const char *zh, const char *en,
                   Str word) {
        Buf pointer = BUF_IN(r->cx->arena);

        add_pointer(&pointer, at);
        put(r, buf_view(&pointer), code, fill(r, zh, run_label(r, f, at, LANG_ZH), word),
            fill(r, en, run_label(r, f, at, LANG_EN), word));
}

void say_with(Run *r, const Frame *f, const char *code, const char *zh, const char *en, Str word) {
        if (!run_brief(r))
                say_at(r, f, f->at, code, zh, en, word);
}

void say(Run *r, const Frame *f, const char *code, const char *zh, const char *en) {
        say_with(r, f, code, zh, en, STR_NONE);
}

void say_format(Run *r, const Frame *f) {
        const Format *format = f->schema->text->format;
        Buf pointer = BUF_IN(r->cx->arena);

        if (run_brief(r))
                return;
        add_pointer(&pointer, f->at);
        put(r, buf_view(&pointer), "format",
            fill(r, "{}有误：{1}", run_label(r, f, f->at, LANG_ZH), str_c(format->zh)),
            fill(r, "{}: {1}", run_label(r, f, f->at, LANG_EN), str_c(format->en)));
}

void say_unknown(Run *r, const Frame *f, const Spot *member) {
        if (!run_brief(r))
                say_at(r, f, member, "unknown", "没有名为{1}的填写项", "There is no field '{1}'",
                       str_utf8_head(member->node->name, NAME_SHOWN));
}

/* ---- what is missing -------------------------------------------- */

static const Schema *property(const Frame *f, Str name) {
        const JsonNode *object = f->at->node;
        const Schema *found = NULL;

        for (; f; f = f->up) {
                const Schema *s = f->at->node == object && f->schema->members
                                          ? map_get(&f->schema->members->properties, name)
                                          : NULL;
                if (s)
                        found = s;
        }
        return found;
}

static const char *verb(const Schema *s) {
        if (s && (s->options || s->types == 1u << JT_BOOL || (s->branches && s->branches->one.n)))
                return "请选择{}";
        return s && s->types == 1u << JT_ARR ? "请添加{}" : "请填写{}";
}

static Str member_label(Run *r, const Frame *f, Str name, Lang lang) {
        Str title = member_title(f, f->at->node, name, lang);

        return quoted(r, title.n ? title : name, lang);
}

static Str member_pointer(Run *r, const Frame *f, Str name) {
        Buf b = BUF_IN(r->cx->arena);

        add_pointer(&b, f->at);
        pointer_add(&b, name);
        return buf_view(&b);
}

void say_missing(Run *r, const Frame *f, Str name) {
        if (run_brief(r))
                return;
        put(r, member_pointer(r, f, name), "required",
            fill(r, verb(property(f, name)), member_label(r, f, name, LANG_ZH), STR_NONE),
            fill(r, "{} is required", member_label(r, f, name, LANG_EN), STR_NONE));
}

void say_missing_with(Run *r, const Frame *f, Str present, Str name) {
        if (run_brief(r))
                return;
        put(r, member_pointer(r, f, name), "required",
            fill(r, "填写了{1}，就要填写{}", member_label(r, f, name, LANG_ZH),
                 member_label(r, f, present, LANG_ZH)),
            fill(r, "{} is required when {1} is given", member_label(r, f, name, LANG_EN),
                 member_label(r, f, present, LANG_EN)));
}

/* ---- types -------------------------------------------- */

void say_type(Run *r, const Frame *f) {
        static const struct {
                const char *zh, *en;
        } kinds[] = {
                [JT_NULL] = { "{}应留空", "{} must be empty" },
                [JT_BOOL] = { "{}应为是或否", "{} must be yes or no" },
                [JT_NUM] = { "{}应为数字", "{} must be a number" },
                [JT_STR] = { "{}应为文字", "{} must be text" },
                [JT_ARR] = { "{}应为列表", "{} must be a list" },
                [JT_OBJ] = { "{}应为一组填写项", "{} must be a group of fields" },
        };
        const Schema *s = f->schema;

        if (s->types == 1u << JT_NUM && s->whole)
                return say(r, f, "type", "{}应为整数", "{} must be a whole number");
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                if (s->types == 1u << i)
                        return say(r, f, "type", kinds[i].zh, kinds[i].en);
        say(r, f, "type", "{}的类型不对", "{} is of the wrong type");
}
