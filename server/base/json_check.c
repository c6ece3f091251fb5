/* What a single value must be, and what is said when it is not: one Chinese and one English sentence that name the field by
 * its label, and the RFC 6901 pointer to it. */
#include "base/id.h"
#include "base/json_int.h"

size_t json_item_size(const JsonRule *r) {
        if (r->kind == J_SHAPE)
                return r->shape->size;
        return json_kind_is_text(r->kind) && r->kind != J_TIME && r->kind != J_ENUM ? sizeof(Str)
                                                                                    : sizeof(int64_t);
}

bool json_kind_is_text(JsonKind kind) {
        switch (kind) {
        case J_TEXT:
        case J_LINE:
        case J_TIME:
        case J_DATE:
        case J_CODE:
        case J_SHA256:
        case J_UUID:
        case J_PHONE:
        case J_JSON:
        case J_ENUM: return true;
        case J_INT:
        case J_NUM:
        case J_BOOL:
        case J_LON:
        case J_LAT:
        case J_SHAPE:
        case J_LIST: break;
        }
        return false;
}

/* ---- saying it -------------------------------------------- */

enum { NAME_SHOWN = 64 }; /* code points of a member's name that are repeated in an answer */

static void add_pointer(Buf *b, const JsonWhere *at, bool pairs) {
        Str name;

        if (!at)
                return;
        add_pointer(b, at->up, pairs);
        buf_char(b, pairs && !at->up ? '?' : '/');
        if (!at->name.p) {
                buf_int(b, (int64_t)at->index);
                return;
        }
        name = str_utf8_head(at->name, NAME_SHOWN);
        for (size_t i = 0; i < name.n; i++) {
                if (name.p[i] == '~' || name.p[i] == '/')
                        buf_c(b, name.p[i] == '~' ? "~0" : "~1");
                else
                        buf_char(b, name.p[i]);
        }
}

/* The subject of the sentence: the label, and for an item of a list its number. */
static Str subject(JsonIn *in, const JsonRule *r, const JsonWhere *at, Lang lang) {
        bool zh = lang == LANG_ZH;

        if (!r->item || !at)
                return zh ? str_c(r->zh) : str_fmt(in->cx->arena, "'%s'", r->en);
        return zh ? str_fmt(in->cx->arena, "%s（第 %zu 项）", r->zh, at->index + 1)
                  : str_fmt(in->cx->arena, "'%s' (item %zu)", r->en, at->index + 1);
}

static bool enough(const JsonIn *in) { return in->cx->problem.errors.n >= JSON_ERRORS; }

/* subject + the two endings; before: the Chinese sentence begins with that instead and ends with the subject. */
static void say(JsonIn *in, const JsonRule *r, const JsonWhere *at, const char *code, Str zh, Str en) {
        Buf pointer = BUF_IN(in->cx->arena);
        Str who_zh = subject(in, r, at, LANG_ZH), who_en = subject(in, r, at, LANG_EN);

        add_pointer(&pointer, at, in->pairs);
        field_error(in->cx, buf_view(&pointer), code,
                    str_fmt(in->cx->arena, STR_FMT STR_FMT, STR_ARG(who_zh), STR_ARG(zh)),
                    str_fmt(in->cx->arena, STR_FMT " " STR_FMT, STR_ARG(who_en), STR_ARG(en)));
}

static void say_c(JsonIn *in, const JsonRule *r, const JsonWhere *at, const char *code, const char *zh,
                  const char *en) {
        if (!enough(in))
                say(in, r, at, code, str_c(zh), str_c(en));
}

/* "must be lo–hi <unit>" in both languages, with open ends left out. */
static void say_range(JsonIn *in, const JsonRule *r, const JsonWhere *at, const char *code, bool over,
                      const char *unit_zh, const char *unit_en) {
        Arena *a = in->cx->arena;
        long long lo = r->lo, hi = r->hi;
        Str zh, en;

        if (enough(in))
                return;
        zh = over ? str_fmt(a, "不能超过 %lld%s", hi, unit_zh) : str_fmt(a, "不能少于 %lld%s", lo, unit_zh);
        if (hi == INT64_MAX)
                en = str_fmt(a, "must be at least %lld%s", lo, unit_en);
        else if (lo <= 0)
                en = str_fmt(a, "must be at most %lld%s", hi, unit_en);
        else
                en = str_fmt(a, "must be %lld–%lld%s", lo, hi, unit_en);
        say(in, r, at, code, zh, en);
}

static void say_value_range(JsonIn *in, const JsonRule *r, const JsonWhere *at) {
        Arena *a = in->cx->arena;
        long long lo = r->lo, hi = r->hi;
        Str zh, en;

        if (enough(in))
                return;
        if (r->kind == J_LON || r->kind == J_LAT)
                lo = r->kind == J_LON ? -180 : -90, hi = -lo;
        if (lo == INT64_MIN && hi == INT64_MAX) {
                zh = S("数值过大");
                en = S("is too large a number");
        } else if (hi == INT64_MAX) {
                zh = str_fmt(a, "不能小于 %lld", lo);
                en = str_fmt(a, "must be at least %lld", lo);
        } else if (lo == INT64_MIN) {
                zh = str_fmt(a, "不能大于 %lld", hi);
                en = str_fmt(a, "must be at most %lld", hi);
        } else {
                zh = str_fmt(a, "应在 %lld 到 %lld 之间", lo, hi);
                en = str_fmt(a, "must be between %lld and %lld", lo, hi);
        }
        say(in, r, at, "out-of-range", zh, en);
}

static void say_choice(JsonIn *in, const JsonRule *r, const JsonWhere *at) {
        Buf zh = BUF_IN(in->cx->arena), en = BUF_IN(in->cx->arena);

        if (enough(in))
                return;
        for (int i = 1; i <= r->words->count; i++) {
                buf_c(&zh, i == 1 ? "应为以下之一：" : "、");
                buf_c(&en, i == 1 ? "must be one of " : ", ");
                buf_c(&zh, r->words->words[i]);
                buf_c(&en, r->words->words[i]);
        }
        say(in, r, at, "choice", buf_view(&zh), buf_view(&en));
}

void json_say_missing(JsonIn *in, const JsonRule *r, const JsonWhere *at) {
        Buf pointer = BUF_IN(in->cx->arena);
        const char *verb = "请填写";

        if (enough(in))
                return;
        if (r->kind == J_ENUM || r->kind == J_BOOL)
                verb = "请选择";
        else if (r->kind == J_LIST || r->kind == J_SHAPE || r->kind == J_SHA256)
                verb = "请提供";
        add_pointer(&pointer, at, in->pairs);
        field_error(in->cx, buf_view(&pointer), "required", str_fmt(in->cx->arena, "%s%s", verb, r->zh),
                    str_fmt(in->cx->arena, "'%s' is required", r->en));
}

void json_say_type(JsonIn *in, const JsonRule *r, const JsonWhere *at) {
        switch (r->kind) {
        case J_INT: say_c(in, r, at, "type", "应为整数", "must be a whole number"); return;
        case J_NUM:
        case J_LON:
        case J_LAT: say_c(in, r, at, "type", "应为数字", "must be a number"); return;
        case J_BOOL: say_c(in, r, at, "type", "应为是或否（true、false）", "must be true or false"); return;
        case J_LIST: say_c(in, r, at, "type", "应为列表", "must be a list"); return;
        case J_SHAPE: say_c(in, r, at, "type", "应为对象", "must be an object"); return;
        case J_TEXT:
        case J_LINE:
        case J_TIME:
        case J_DATE:
        case J_CODE:
        case J_SHA256:
        case J_UUID:
        case J_PHONE:
        case J_JSON:
        case J_ENUM: break;
        }
        say_c(in, r, at, "type", "应为文字", "must be text");
}

void json_say_count(JsonIn *in, const JsonRule *r, const JsonWhere *at, size_t n) {
        if (n > (uint64_t)r->hi)
                say_range(in, r, at, "too-many", true, " 项", " items");
        else if ((int64_t)n < r->lo)
                say_range(in, r, at, "too-few", false, " 项", " items");
}

void json_say_unknown(JsonIn *in, const JsonWhere *at) {
        Buf pointer = BUF_IN(in->cx->arena);
        Str name = str_utf8_head(at->name, NAME_SHOWN);

        if (enough(in))
                return;
        if (!str_utf8_valid(name)) /* pairs only: JSON text was checked */
                name = S("?");
        add_pointer(&pointer, &(JsonWhere){ .up = at->up, .name = name }, in->pairs);
        field_error(in->cx, buf_view(&pointer), "unknown",
                    str_fmt(in->cx->arena, "没有名为“" STR_FMT "”的字段", STR_ARG(name)),
                    str_fmt(in->cx->arena, "There is no field '" STR_FMT "'", STR_ARG(name)));
}

void json_say_repeated(JsonIn *in, const JsonRule *r, const JsonWhere *at) {
        say_c(in, r, at, "repeated", "只能给出一次", "may be given only once");
}

/* ---- texts -------------------------------------------- */

/* U+0000–001F, 007F–009F. A line refuses all of them, a text lets line feeds and tabs pass. */
static bool has_control(const JsonText *t, bool line) {
        const char *p = t->s.p, *end = p + t->s.n;

        if (!t->s.n)
                return false;
        if (t->suspect)
                for (const char *q = p; q < end; q++)
                        if ((unsigned char)*q < 0x20 && (line || (*q != '\n' && *q != '\t')))
                                return true;
        if (memchr(p, 0x7f, t->s.n))
                return true;
        while ((p = memchr(p, 0xc2, (size_t)(end - p))) && ++p < end)
                if ((unsigned char)*p < 0xa0)
                        return true;
        return false;
}

static void take_words(JsonIn *in, const JsonRule *r, const JsonWhere *at, JsonText t, Str *out) {
        int64_t n;

        if (r->kind == J_LINE) {
                Str trimmed = str_trim(t.s);

                if (trimmed.n != t.s.n)
                        t = (JsonText){ trimmed, str_utf8_len(trimmed), t.suspect };
        }
        n = (int64_t)t.points;
        if (has_control(&t, r->kind == J_LINE))
                say_c(in, r, at, "control", "含有不允许的控制字符或换行",
                      "must not contain control characters or line breaks");
        else if (n < r->lo && n == 0 && !r->item)
                json_say_missing(in, r, at);
        else if (n < r->lo)
                say_range(in, r, at, "too-short", false, " 个字", " characters");
        else if (n > r->hi)
                say_range(in, r, at, "too-long", true, " 个字", " characters");
        else
                *out = t.s;
}

/* U+FF10… are the digits of a Chinese keyboard in full width; hyphens, blanks and brackets separate. Returns the ASCII
 * character, '-' for a separator, 0 for anything else. */
static char phone_char(const unsigned char *p, size_t n, size_t *ret_length) {
        *ret_length = 1;
        if (*p == '-' || *p == ' ' || *p == '(' || *p == ')' || *p == '.')
                return '-';
        if ((*p >= '0' && *p <= '9') || *p == '+')
                return (char)*p;
        *ret_length = 2;
        if (n >= 2 && p[0] == 0xc2 && p[1] == 0xa0) /* no-break space */
                return '-';
        *ret_length = 3;
        if (n < 3)
                return 0;
        if (p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x90 && p[2] <= 0x99)
                return (char)('0' + p[2] - 0x90);
        if (p[0] == 0xef && p[1] == 0xbc && p[2] == 0x8b)
                return '+';
        if (p[0] == 0xef && p[1] == 0xbc && (p[2] == 0x8d || p[2] == 0x88 || p[2] == 0x89)) /* －（） */
                return '-';
        if (p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0x95)
                return '-';
        return p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80 ? '-' : 0;
}

enum { PHONE_MAX = 31 };

/* Digits with one '-' where anything separated them. Returns the length, 0 when it is no telephone number. */
static size_t phone_fold(Str s, char out[static PHONE_MAX + 1]) {
        size_t n = 0, length;

        for (size_t i = 0; i < s.n; i += length) {
                char c = phone_char((const unsigned char *)s.p + i, s.n - i, &length);

                if (!c || (c == '+' && n) || n == PHONE_MAX)
                        return 0;
                if (c != '-' || (n && out[n - 1] != '-'))
                        out[n++] = c;
        }
        if (n && out[n - 1] == '-')
                n--;
        out[n] = 0;
        return n;
}

static size_t drop_hyphens(const char *p, char *out, size_t most) {
        size_t n = 0;

        for (; *p; p++)
                if (*p != '-') {
                        if (n == most)
                                return 0;
                        out[n++] = *p;
                }
        return n;
}

/* Area code: 010, 02x three digits, 03xx–09xx four; then 7–8 digits of which the first is not 0; then perhaps an
 * extension, kept behind a hyphen. p begins with 0. */
static size_t landline(const char *p, char *out) {
        size_t area = p[1] == '1' || p[1] == '2' ? 3 : 4, n = 0, extension = 0;

        for (; *p && n < area + 8; p++) {
                if (*p != '-')
                        out[n++] = *p;
                else if (n >= area + 7)
                        break;
        }
        if (n < area + 7 || (area == 3 && out[1] == '1' && out[2] != '0') || out[1] == '0' ||
            out[area] == '0')
                return 0;
        if (!*p)
                return n;
        if (*p++ != '-')
                return 0;
        out[n++] = '-';
        for (; *p; p++, extension++) {
                if (*p == '-' || extension == 6)
                        return 0;
                out[n++] = *p;
        }
        return extension ? n : 0;
}

static bool is_mobile(const char *p, size_t n) {
        return n == 11 && p[0] == '1' && p[1] >= '3' && p[1] <= '9';
}

/* +86, 0086 and (before eleven digits) 86 are dropped; a landline dialled from abroad gets its 0 back. */
Str json_phone(Arena *a, Str s) {
        char folded[PHONE_MAX + 2], out[PHONE_MAX + 2], *p = folded + 1;
        bool abroad = false;
        size_t n;

        if (!phone_fold(s, p))
                return STR_NONE;
        if (strncmp(p, "+86", 3) == 0 || strncmp(p, "0086", 4) == 0) {
                p += *p == '+' ? 3 : 4;
                abroad = true;
        } else if (*p == '+') {
                return STR_NONE;
        }
        p += *p == '-';
        n = drop_hyphens(p, out, PHONE_MAX);
        if (!abroad && n == 13 && memcmp(out, "86", 2) == 0 && is_mobile(out + 2, 11))
                return str_dup(a, (Str){ out + 2, 11 });
        if (is_mobile(out, n))
                return str_dup(a, (Str){ out, n });
        if (abroad && *p != '0')
                *--p = '0';
        if (*p != '0')
                return STR_NONE;
        n = landline(p, out);
        return n ? str_dup(a, (Str){ out, n }) : STR_NONE;
}

static bool is_code(Str s) {
        return str_digits(s) && (s.n == 2 || s.n == 4 || s.n == 6 || s.n == 9 || s.n == 12 || s.n == 15);
}

static bool is_sha256(Str s) {
        if (s.n != 64)
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
                        return false;
        return true;
}

static void store_int(const JsonRule *r, int64_t n, void *out) {
        if (r->optional)
                *(OptInt *)out = SOME_INT(n);
        else
                *(int64_t *)out = n;
}

static void take_choice(JsonIn *in, const JsonRule *r, const JsonWhere *at, Str s, void *out) {
        for (int i = 1; i <= r->words->count; i++) {
                if (!str_eq_c(s, r->words->words[i]))
                        continue;
                if (r->item)
                        *(int64_t *)out = i;
                else
                        memcpy(out, &i, sizeof i);
                return;
        }
        say_choice(in, r, at);
}

static void take_time(JsonIn *in, const JsonRule *r, const JsonWhere *at, Str s, void *out) {
        int64_t ms;

        if (time_parse_rfc3339(s, &ms))
                store_int(r, ms, out);
        else
                say_c(in, r, at, "format", "应为带时区的时间，如 2026-01-04T14:05:00+08:00",
                      "must be a time with zone, such as 2026-01-04T14:05:00+08:00");
}

static void take_formatted(JsonIn *in, const JsonRule *r, const JsonWhere *at, bool fits, Str s,
                           const char *zh, const char *en, Str *out) {
        if (fits)
                *out = s;
        else
                say_c(in, r, at, "format", zh, en);
}

void json_take_text(JsonIn *in, const JsonRule *r, const JsonWhere *at, JsonText text, void *out) {
        Str s = text.s, phone;
        Date date;

        switch (r->kind) {
        case J_TEXT:
        case J_LINE: take_words(in, r, at, text, out); return;
        case J_ENUM: take_choice(in, r, at, s, out); return;
        case J_TIME: take_time(in, r, at, s, out); return;
        case J_DATE:
                take_formatted(in, r, at, date_parse(s, &date), s, "应为日期，如 2026-01-04",
                               "must be a date such as 2026-01-04", out);
                return;
        case J_CODE:
                take_formatted(in, r, at, is_code(s), s, "应为 2、4、6、9、12 或 15 位数字的地区编码",
                               "must be a place code of 2, 4, 6, 9, 12 or 15 digits", out);
                return;
        case J_SHA256:
                take_formatted(in, r, at, is_sha256(s), s, "应为 64 位小写十六进制的 SHA-256",
                               "must be a SHA-256 of 64 lower-case hexadecimal digits", out);
                return;
        case J_UUID:
                take_formatted(in, r, at, id_uuid_valid(s), s, "应为 UUID", "must be a UUID", out);
                return;
        case J_PHONE:
                phone = json_phone(in->cx->arena, s);
                take_formatted(in, r, at, phone.p, phone, "应为手机号码或带区号的固定电话",
                               "must be a mobile number or a landline number with area code", out);
                return;
        case J_JSON:
        case J_INT:
        case J_NUM:
        case J_BOOL:
        case J_LON:
        case J_LAT:
        case J_SHAPE:
        case J_LIST:
                json_say_type(in, r, at); /* never comes as text */
                return;
        }
}

/* ---- numbers -------------------------------------------- */

static bool number_int(const JsonNumber *n, int64_t *ret) {
        if (n->more || n->exponent > 0 || n->digits > (uint64_t)INT64_MAX + n->minus)
                return false;
        *ret = n->minus ? (int64_t)(0 - n->digits) : (int64_t)n->digits;
        return true;
}

/* Degrees × 10⁷, rounded half away from zero at the eighth decimal, from the decimal text itself: no double in between.
 * Digits beyond the nineteenth cannot change the rounding, since half a unit is then a whole number of the digits kept. */
static bool number_e7(const JsonNumber *n, int64_t *ret) {
        int64_t shift = n->exponent + 7;
        uint64_t v = n->digits, unit = 1;

        if (shift < -19)
                v = 0;
        for (; shift > 0 && v; shift--)
                if (__builtin_mul_overflow(v, 10, &v))
                        return false;
        if (v && shift < 0) {
                for (int64_t i = shift; i < 0; i++)
                        if (__builtin_mul_overflow(unit, 10, &unit))
                                unit = UINT64_MAX; /* 10²⁰: more than twice any v */
                v = v / unit + (v % unit >= unit / 2 + (unit & 1));
        }
        if (v > UINT64_C(1800000000))
                return false;
        *ret = n->minus ? -(int64_t)v : (int64_t)v;
        return true;
}

void json_take_number(JsonIn *in, const JsonRule *r, const JsonWhere *at, const JsonNumber *n, double value,
                      void *out) {
        int64_t whole, limit = r->kind == J_LON ? 1800000000 : 900000000;

        if (r->kind == J_NUM) {
                if ((r->lo != INT64_MIN && value < (double)r->lo) ||
                    (r->hi != INT64_MAX && value > (double)r->hi))
                        say_value_range(in, r, at);
                else if (r->optional)
                        *(OptNum *)out = (OptNum){ true, value };
                else
                        *(double *)out = value;
        } else if (r->kind == J_INT) {
                if (!n->whole)
                        say_c(in, r, at, "not-whole", "应为整数", "must be a whole number");
                else if (!number_int(n, &whole) || whole < r->lo || whole > r->hi)
                        say_value_range(in, r, at);
                else
                        store_int(r, whole, out);
        } else if (!number_e7(n, &whole) || whole > limit || whole < -limit) {
                say_value_range(in, r, at);
        } else {
                store_int(r, whole, out);
        }
}

void json_take_bool(const JsonRule *r, bool value, void *out) {
        if (r->optional)
                *(OptBool *)out = (OptBool){ true, value };
        else
                *(bool *)out = value;
}
