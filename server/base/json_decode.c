/* JSON text, or name/value pairs, straight into a struct by its table: one pass, no tree. A syntax error ends the reading;
 * what single fields get wrong is collected (json_check.c has the rules and the sentences). */
#include "base/json_int.h"

typedef struct AnyList {
        char *v;
        size_t n, cap;
} AnyList;

static bool take_value(JsonIn *in, const JsonRule *r, const JsonWhere *at, void *out);
static bool take_object(JsonIn *in, const JsonShape *s, const JsonWhere *at, char *out);

/* ---- single values -------------------------------------------- */

static bool wrong_type(JsonIn *in, const JsonRule *r, const JsonWhere *at) {
        json_say_type(in, r, at);
        return json_skip(in);
}

static bool take_string(JsonIn *in, const JsonRule *r, const JsonWhere *at, void *out) {
        JsonRaw raw;

        if (*in->p != '"')
                return wrong_type(in, r, at);
        if (!json_string(in, &raw))
                return false;
        json_take_text(in, r, at, (JsonText){ json_unescape(in, &raw), raw.points, raw.escaped }, out);
        return true;
}

static bool take_number(JsonIn *in, const JsonRule *r, const JsonWhere *at, void *out) {
        JsonNumber n;
        double value = 0;

        if (*in->p != '-' && (*in->p < '0' || *in->p > '9'))
                return wrong_type(in, r, at);
        if (!json_number(in, &n))
                return false;
        if (!(r->kind == J_NUM ? json_number_finite(in, &n, &value) : json_number_fits(in, &n)))
                return false;
        json_take_number(in, r, at, &n, value, out);
        return true;
}

static bool take_truth(JsonIn *in, const JsonRule *r, const JsonWhere *at, void *out) {
        bool value = *in->p == 't';

        if (!value && *in->p != 'f')
                return wrong_type(in, r, at);
        if (!(value ? json_literal(in, "true", 4) : json_literal(in, "false", 5)))
                return false;
        json_take_bool(r, value, out);
        return true;
}

static bool take_any(JsonIn *in, Str *out) {
        const char *from = in->p;

        if (!json_skip(in))
                return false;
        *out = (Str){ from, (size_t)(in->p - from) };
        return true;
}

static bool take_shape(JsonIn *in, const JsonRule *r, const JsonWhere *at, void *out) {
        char *made;

        if (*in->p != '{')
                return wrong_type(in, r, at);
        if (r->item)
                return take_object(in, r->shape, at, out);
        made = arena_take(in->cx->arena, r->shape->size);
        memcpy(out, &made, sizeof made);
        return take_object(in, r->shape, at, made);
}

/* ---- lists -------------------------------------------- */

static void *item_add(JsonIn *in, AnyList *list, size_t size) {
        if (list->n == list->cap) {
                size_t cap = list->cap ? list->cap * 2 : 8;

                list->v = arena_grow(in->cx->arena, list->v, list->cap * size, cap * size);
                list->cap = cap;
                if (arena_over(in->cx->arena)) {
                        json_wrong(in, JSON_TOO_BIG, in->p);
                        return NULL;
                }
        }
        return list->v + size * list->n++;
}

/* The items between the brackets. Those beyond the limit are looked at for syntax only, and counted. */
static bool take_items(JsonIn *in, const JsonRule *r, const JsonRule *item, const JsonWhere *at,
                       AnyList *list, size_t *n) {
        size_t size = json_item_size(item);

        for (;; ++*n) {
                JsonWhere here = { .up = at, .index = *n };

                if (*n >= (uint64_t)r->hi) {
                        if (!json_skip(in))
                                return false;
                } else {
                        void *out = item_add(in, list, size);

                        if (!out || !take_value(in, item, &here, out))
                                return false;
                }
                json_space(in);
                if (*in->p == ']')
                        return ++*n, in->p++, true;
                if (*in->p != ',')
                        return json_wrong(in, JSON_COMMA, in->p);
                in->p++;
                json_space(in);
        }
}

static bool take_list(JsonIn *in, const JsonField *f, const JsonRule *r, const JsonWhere *at, void *out) {
        JsonRule item = json_item_rule(f);
        AnyList list = { 0 };
        bool fine = true;
        size_t n = 0;

        if (*in->p != '[')
                return wrong_type(in, r, at);
        if (!json_open(in))
                return false;
        in->p++;
        json_space(in);
        if (*in->p == ']')
                in->p++;
        else
                fine = take_items(in, r, &item, at, &list, &n);
        in->depth--;
        if (!fine)
                return false;
        json_say_count(in, r, at, n);
        memcpy(out, &list, sizeof list);
        return true;
}

/* ---- objects -------------------------------------------- */

static bool take_value(JsonIn *in, const JsonRule *r, const JsonWhere *at, void *out) {
        switch (r->kind) {
        case J_INT:
        case J_NUM:
        case J_LON:
        case J_LAT: return take_number(in, r, at, out);
        case J_BOOL: return take_truth(in, r, at, out);
        case J_JSON: return take_any(in, out);
        case J_SHAPE: return take_shape(in, r, at, out);
        case J_LIST: /* a list of lists cannot be declared */ return false;
        case J_TEXT:
        case J_LINE:
        case J_TIME:
        case J_DATE:
        case J_CODE:
        case J_SHA256:
        case J_UUID:
        case J_PHONE:
        case J_ENUM: break;
        }
        return take_string(in, r, at, out);
}

/* A field's value; null is the same as absent. */
static bool take_field(JsonIn *in, const JsonField *f, const JsonWhere *at, char *struct_out,
                       bool *ret_given) {
        JsonRule r = json_rule(f);
        void *out = struct_out + f->offset;

        if (*in->p == 'n' && f->kind != J_JSON) {
                *ret_given = false;
                return json_literal(in, "null", 4);
        }
        *ret_given = true;
        return f->kind == J_LIST ? take_list(in, f, &r, at, out) : take_value(in, &r, at, out);
}

/* The field whose name comes next, mostly the one after the last: compared in place, without reading the name first. */
static const JsonField *field_here(JsonIn *in, const JsonField *f, Str *ret_name) {
        const char *p = in->p + 1, *name = f->name;

        while (*name && *p == *name)
                p++, name++;
        if (*name || *p != '"')
                return NULL;
        *ret_name = (Str){ f->name, (size_t)(name - f->name) };
        in->p = p + 1;
        return f;
}

static const JsonField *field_named(const JsonShape *s, Str name) {
        for (size_t i = 0; i < s->count; i++)
                if (str_eq_c(name, s->fields[i].name))
                        return &s->fields[i];
        return NULL;
}

/* A member's name up to its value. *ret_field NULL: the shape has no such field. */
static bool take_name(JsonIn *in, const JsonShape *s, size_t expected, const JsonField **ret_field,
                      Str *ret_name) {
        JsonRaw raw;

        if (*in->p != '"')
                return json_wrong(in, JSON_NAME, in->p);
        *ret_field = expected < s->count ? field_here(in, &s->fields[expected], ret_name) : NULL;
        if (!*ret_field) {
                if (!json_string(in, &raw))
                        return false;
                *ret_name = json_unescape(in, &raw);
                *ret_field = field_named(s, *ret_name);
        }
        json_space(in);
        if (*in->p != ':')
                return json_wrong(in, JSON_COLON, in->p);
        in->p++;
        json_space(in);
        return true;
}

static bool take_unknown(JsonIn *in, const JsonShape *s, const JsonWhere *at, Str name) {
        if (s->closed)
                json_say_unknown(in, &(JsonWhere){ .up = at, .name = name });
        return json_skip(in);
}

static bool take_members(JsonIn *in, const JsonShape *s, const JsonWhere *at, char *out, uint64_t *given) {
        size_t expected = 0, base = in->names.n;
        uint64_t seen = 0, others = 0;

        for (;;) {
                const char *name_at = in->p;
                const JsonField *f = NULL;
                bool here;
                Str name;

                if (!take_name(in, s, expected, &f, &name))
                        return false;
                if (f) {
                        size_t i = (size_t)(f - s->fields);

                        if (seen >> i & 1)
                                return json_wrong(in, JSON_DUPLICATE, name_at);
                        seen |= UINT64_C(1) << i;
                        expected = i + 1;
                        if (!take_field(in, f, &(JsonWhere){ .up = at, .name = name }, out, &here))
                                return false;
                        *given |= (uint64_t)here << i;
                } else if (!json_name_new(in, base, &others, name, name_at) ||
                           !take_unknown(in, s, at, name)) {
                        return false;
                }
                json_space(in);
                if (*in->p == '}')
                        return in->p++, json_names_end(in, base);
                if (*in->p != ',')
                        return json_wrong(in, JSON_COMMA, in->p);
                in->p++;
                json_space(in);
        }
}

static void say_missing(JsonIn *in, const JsonShape *s, const JsonWhere *at, uint64_t given) {
        if (s->count && given == UINT64_MAX >> (64 - s->count))
                return;
        for (size_t i = 0; i < s->count; i++) {
                const JsonField *f = &s->fields[i];

                if (!f->optional && !(given >> i & 1)) {
                        JsonRule r = json_rule(f);

                        json_say_missing(in, &r, &(JsonWhere){ .up = at, .name = str_c(f->name) });
                }
        }
}

static bool take_object(JsonIn *in, const JsonShape *s, const JsonWhere *at, char *out) {
        uint64_t given = 0;
        bool fine = true;

        if (!json_open(in))
                return false;
        in->p++;
        json_space(in);
        if (*in->p == '}')
                in->p++;
        else
                fine = take_members(in, s, at, out, &given);
        in->depth--;
        if (fine)
                say_missing(in, s, at, given);
        return fine;
}

Rc json_decode(Cx *cx, const JsonShape *shape, Str text, void **ret) {
        JsonRule whole = { .kind = J_SHAPE, .shape = shape, .zh = "提交的内容", .en = "The body" };
        char *out = arena_take(cx->arena, shape->size);
        JsonIn in;

        json_in(&in, cx, text);
        json_space(&in);
        if (*in.p != '{' && in.p < in.end) {
                if (!json_skip(&in) || !json_end(&in))
                        return json_syntax(&in);
                json_say_type(&in, &whole, NULL);
        } else if (in.p == in.end) {
                json_wrong(&in, JSON_END, in.p);
                return json_syntax(&in);
        } else if (!take_object(&in, shape, NULL, out) || !json_end(&in)) {
                return json_syntax(&in);
        }
        if (has_field_errors(cx))
                return fail_input(cx);
        *ret = out;
        return OK;
}

/* ---- pairs -------------------------------------------- */

/* A blank where a zone's sign should be is a plus that form decoding took for one: 2026-01-04T14:05:00 08:00. */
static Str with_plus(JsonIn *in, Str s) {
        char *copy;

        if (s.n < 6 || s.p[s.n - 6] != ' ')
                return s;
        copy = arena_copy(in->cx->arena, s.p, s.n);
        copy[s.n - 6] = '+';
        return (Str){ copy, s.n };
}

static void pair_number(JsonIn *in, const JsonRule *r, const JsonWhere *at, Str value, void *out) {
        JsonNumber n;
        double d = 0;
        JsonIn text;

        json_in(&text, in->cx, value);
        if (!json_number(&text, &n) || text.p != text.end || !json_number_finite(&text, &n, &d))
                json_say_type(in, r, at);
        else
                json_take_number(in, r, at, &n, d, out);
}

static void pair_value(JsonIn *in, const JsonRule *r, const JsonWhere *at, Str value, void *out) {
        switch (r->kind) {
        case J_INT:
        case J_NUM:
        case J_LON:
        case J_LAT: pair_number(in, r, at, value, out); return;
        case J_BOOL:
                if (str_eq_c(value, "true") || str_eq_c(value, "1"))
                        json_take_bool(r, true, out);
                else if (str_eq_c(value, "false") || str_eq_c(value, "0"))
                        json_take_bool(r, false, out);
                else
                        json_say_type(in, r, at);
                return;
        case J_SHAPE:
        case J_JSON:
        case J_LIST:
                json_say_type(in, r, at); /* cannot be declared in a query */
                return;
        case J_TIME: value = with_plus(in, value); break;
        case J_TEXT:
        case J_LINE:
        case J_DATE:
        case J_CODE:
        case J_SHA256:
        case J_UUID:
        case J_PHONE:
        case J_ENUM: break;
        }
        if (str_utf8_valid(value))
                json_take_text(in, r, at, (JsonText){ value, str_utf8_len(value), true }, out);
        else
                json_say_type(in, r, at);
}

static void pair_item(JsonIn *in, const JsonField *f, const JsonWhere *at, Str value, char *out) {
        JsonRule r = json_rule(f), item = json_item_rule(f);
        AnyList list;
        void *place;

        memcpy(&list, out, sizeof list);
        if (list.n >= (uint64_t)r.hi) {
                json_say_count(in, &r, at, list.n + 1);
                return;
        }
        place = item_add(in, &list, json_item_size(&item));
        if (place)
                pair_value(in, &item, &(JsonWhere){ .up = at, .index = list.n - 1 }, value, place);
        memcpy(out, &list, sizeof list);
}

static void pair_take(JsonIn *in, const JsonShape *s, Str name, Str value, char *out, uint64_t *given) {
        const JsonField *f = field_named(s, name);
        JsonWhere at = { .name = name };
        uint64_t bit;
        JsonRule r;

        if (!f) {
                if (s->closed)
                        json_say_unknown(in, &at);
                return;
        }
        r = json_rule(f);
        bit = UINT64_C(1) << (f - s->fields);
        if (value.n == 0 && (f->optional || f->kind == J_LIST))
                return; /* ?state= is the same as no state */
        if (f->kind == J_LIST) {
                *given |= bit;
                pair_item(in, f, &at, value, out + f->offset);
        } else if (*given & bit) {
                json_say_repeated(in, &r, &at);
        } else {
                *given |= bit;
                pair_value(in, &r, &at, value, out + f->offset);
        }
}

Rc json_decode_pairs(Cx *cx, const JsonShape *shape, const Str *names, const Str *values, size_t n,
                     void **ret) {
        char *out = arena_take(cx->arena, shape->size);
        JsonIn in = { .cx = cx, .pairs = true };
        uint64_t given = 0;

        for (size_t i = 0; i < n && in.wrong == JSON_FINE; i++)
                pair_take(&in, shape, names[i], values[i], out, &given);
        if (in.wrong != JSON_FINE)
                return json_syntax(&in);
        for (size_t i = 0; i < shape->count; i++)
                if (shape->fields[i].kind == J_LIST && (given >> i & 1)) {
                        JsonRule r = json_rule(&shape->fields[i]);
                        AnyList list;

                        memcpy(&list, out + shape->fields[i].offset, sizeof list);
                        json_say_count(&in, &r, &(JsonWhere){ .name = str_c(shape->fields[i].name) },
                                       list.n);
                }
        say_missing(&in, shape, NULL, given);
        if (has_field_errors(cx))
                return fail_input(cx);
        *ret = out;
        return OK;
}
