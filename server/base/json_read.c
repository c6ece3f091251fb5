/* Reading JSON text: strings, numbers, names, values passed over. What values mean is in json_decode.c (structs) and
 * json_tree.c (nodes). The text is copied once, so that strings without escapes are views of the copy. */
#include "base/json_int.h"
#include "contract.gen.h"
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const struct {
        const char *zh, *en;
} wrongs[] = {
        [JSON_FINE] = { "", "" },
        [JSON_VALUE] = { "此处应为一个值", "a value is expected here" },
        [JSON_END] = { "内容不完整", "the text ends too early" },
        [JSON_TRAILING] = { "末尾有多余内容", "something follows the value" },
        [JSON_COMMA] = { "此处应为逗号或结束括号", "a comma or the closing bracket is expected here" },
        [JSON_COLON] = { "此处应为冒号", "a colon is expected here" },
        [JSON_NAME] = { "此处应为带引号的名称", "a name in quotation marks is expected here" },
        [JSON_DUPLICATE] = { "名称重复", "the same name is there twice" },
        [JSON_CONTROL] = { "文字中有未转义的控制字符", "a control character in a string" },
        [JSON_ESCAPE] = { "无效的转义", "no such escape" },
        [JSON_SURROGATE] = { "不成对的代理字符", "half of a surrogate pair" },
        [JSON_NUL] = { "不允许的空字符", "U+0000 is refused" },
        [JSON_UTF8] = { "不是有效的 UTF-8 编码", "not valid UTF-8" },
        [JSON_NUMBER] = { "数字格式错误", "not a number" },
        [JSON_NUMBER_RANGE] = { "数字过大", "the number is too large" },
        [JSON_TOO_DEEP] = { "嵌套层数过多", "too many levels (at most 32)" },
        [JSON_TOO_BIG] = { "内容过大", "too large" },
};

void json_in(JsonIn *in, Cx *cx, Str text) {
        char *copy = arena_take(cx->arena, text.n + JSON_PAD);

        if (text.n)
                memcpy(copy, text.p, text.n);
        *in = (JsonIn){ .cx = cx, .start = copy, .p = copy, .end = copy + text.n, .line = 1, .line_start = copy };
}

bool json_wrong(JsonIn *in, JsonWrong wrong, const char *at) {
        if (in->wrong == JSON_FINE) {
                in->wrong = at >= in->end && wrong != JSON_TOO_BIG ? JSON_END : wrong;
                in->wrong_at = at < in->end ? at : in->end;
        }
        return false;
}

Rc json_syntax(JsonIn *in) {
        const char *line_start = in->start;
        size_t line = 1, column = 1;

        if (in->wrong == JSON_TOO_BIG)
                return fail(in->cx, P_BODY_TOO_BIG,
                            "what was sent needs more memory than one request may use");
        for (const char *q = in->start; q < in->wrong_at; q++) {
                if (*q == '\n') {
                        line++;
                        line_start = q + 1;
                }
        }
        for (const char *q = line_start; q < in->wrong_at; q++)
                column += ((unsigned char)*q & 0xc0) != 0x80;
        return fail_zh(in->cx, P_INPUT_SYNTAX,
                       str_fmt(in->cx->arena, "第 %zu 行第 %zu 列：%s", line, column, wrongs[in->wrong].zh),
                       "line %zu, column %zu: %s", line, column, wrongs[in->wrong].en);
}

void json_blanks(JsonIn *in) {
        const char *p = in->p;

        for (;; p++) {
                if (*p == '\n') {
                        in->line++;
                        in->line_start = p + 1;
                } else if (*p != ' ' && *p != '\t' && *p != '\r')
                        break;
        }
        in->p = p;
}

bool json_open(JsonIn *in) { return ++in->depth <= JSON_DEPTH || json_wrong(in, JSON_TOO_DEEP, in->p); }

/* ---- strings -------------------------------------------- */

/* The first byte that is a quote, a backslash, a control character or not ASCII. */
#ifdef __SSE2__
static inline const char *plain_end(const char *p) {
        const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\'),
                      last_control = _mm_set1_epi8(0x1f);

        for (;; p += 16) {
                __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
                __m128i control = _mm_cmpeq_epi8(_mm_subs_epu8(v, last_control), _mm_setzero_si128());
                __m128i stop = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, back)),
                                            _mm_or_si128(control, v));
                int mask = _mm_movemask_epi8(stop);

                if (mask)
                        return p + __builtin_ctz((unsigned)mask);
        }
}
#else
static inline const char *plain_end(const char *p) {
        while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
                p++;
        return p;
}
#endif

/* Length of the valid sequence at p, 0 when there is none (Unicode 15, table 3-7). The padding makes look-ahead safe. */
static inline size_t utf8_length(const unsigned char *p) {
        if ((p[1] & 0xc0) != 0x80)
                return 0;
        if (p[0] >= 0xe0 && p[0] <= 0xef) {
                if ((p[2] & 0xc0) != 0x80 || (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))
                        return 0;
                return 3;
        }
        if (p[0] >= 0xc2 && p[0] <= 0xdf)
                return 2;
        if (p[0] >= 0xf0 && p[0] <= 0xf4) {
                if ((p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80 || (p[0] == 0xf0 && p[1] < 0x90) ||
                    (p[0] == 0xf4 && p[1] > 0x8f))
                        return 0;
                return 4;
        }
        return 0;
}

static int hex_value(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        c = (char)(c | 0x20);
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits, −1 when they are none. Stops at the first that is no digit: never looks past the padding. */
static int32_t hex4(const char *p) {
        int32_t v = 0;

        for (int i = 0; i < 4; i++) {
                int d = hex_value(p[i]);

                if (d < 0)
                        return -1;
                v = v * 16 + d;
        }
        return v;
}

/* The escape at p (at the backslash): its length as written and its code point. */
static bool escape_at(JsonIn *in, const char *p, size_t *ret_length, uint32_t *ret_point) {
        static const char plain[] = "\"\\/bfnrt", value[] = "\"\\/\b\f\n\r\t";
        const char *which = p[1] ? strchr(plain, p[1]) : NULL;
        int32_t first, second;

        if (which) {
                *ret_length = 2;
                *ret_point = (unsigned char)value[which - plain];
                return true;
        }
        if (p[1] != 'u' || (first = hex4(p + 2)) < 0)
                return json_wrong(in, JSON_ESCAPE, p);
        if (first == 0)
                return json_wrong(in, JSON_NUL, p);
        *ret_length = 6;
        *ret_point = (uint32_t)first;
        if (first < 0xd800 || first > 0xdfff)
                return true;
        if (first > 0xdbff || p[6] != '\\' || p[7] != 'u' || (second = hex4(p + 8)) < 0xdc00 ||
            second > 0xdfff)
                return json_wrong(in, JSON_SURROGATE, p);
        *ret_length = 12;
        *ret_point = 0x10000u + ((uint32_t)(first - 0xd800) << 10) + (uint32_t)(second - 0xdc00);
        return true;
}

bool json_string(JsonIn *in, JsonRaw *ret) {
        const char *from = in->p + 1, *p = from;
        size_t extra = 0, length; /* bytes that add no code point */
        bool escaped = false;
        uint32_t point;

        for (;;) {
                p = plain_end(p);
                if (*p == '"')
                        break;
                if (*p == '\\') {
                        if (!escape_at(in, p, &length, &point))
                                return false;
                        escaped = true;
                        extra += length - 1;
                        p += length;
                        continue;
                }
                if ((unsigned char)*p < 0x80)
                        return json_wrong(in, *p ? JSON_CONTROL : JSON_NUL, p);
                do {
                        length = utf8_length((const unsigned char *)p);
                        if (!length)
                                return json_wrong(in, JSON_UTF8, p);
                        extra += length - 1;
                        p += length;
                } while ((unsigned char)*p >= 0x80);
        }
        in->p = p + 1;
        *ret = (JsonRaw){ { from, (size_t)(p - from) }, (size_t)(p - from) - extra, escaped };
        return true;
}

static char *utf8_put(char *q, uint32_t c) {
        if (c < 0x80) {
                *q++ = (char)c;
        } else if (c < 0x800) {
                *q++ = (char)(0xc0 | (c >> 6));
                *q++ = (char)(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
                *q++ = (char)(0xe0 | (c >> 12));
                *q++ = (char)(0x80 | ((c >> 6) & 0x3f));
                *q++ = (char)(0x80 | (c & 0x3f));
        } else {
                *q++ = (char)(0xf0 | (c >> 18));
                *q++ = (char)(0x80 | ((c >> 12) & 0x3f));
                *q++ = (char)(0x80 | ((c >> 6) & 0x3f));
                *q++ = (char)(0x80 | (c & 0x3f));
        }
        return q;
}

Str json_unescape(JsonIn *in, const JsonRaw *raw) {
        const char *p = raw->text.p, *end = p + raw->text.n;
        char *to, *q;

        if (!raw->escaped)
                return raw->text;
        to = q = arena_take(in->cx->arena, raw->text.n);
        while (p < end) {
                const char *back = memchr(p, '\\', (size_t)(end - p));
                size_t run = (size_t)((back ? back : end) - p), length;
                uint32_t point;

                memcpy(q, p, run);
                q += run;
                p += run;
                if (!back)
                        break;
                if (!escape_at(in, p, &length, &point)) /* cannot be: json_string has looked at it */
                        abort();
                q = utf8_put(q, point);
                p += length;
        }
        return (Str){ to, (size_t)(q - to) };
}

/* ---- numbers -------------------------------------------- */

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum { DIGITS_KEPT = 19 }; /* 10¹⁹ − 1 fits 64 bits */

/* Long numbers: the first 19 significant digits again, from those at p (integer digits, or a fraction's). */
static void digits_again(const char *p, JsonNumber *n, bool fraction) {
        for (; is_digit(*p); p++) {
                if (n->digits < UINT64_C(1000000000000000000)) {
                        n->digits = n->digits * 10 + (uint64_t)(*p - '0');
                        n->exponent -= fraction;
                } else {
                        n->more |= *p != '0';
                        n->exponent += !fraction;
                }
        }
}

static const char *exponent(const char *p, JsonNumber *n) {
        bool minus = *p == '-';
        int64_t e = 0;

        if (*p == '-' || *p == '+')
                p++;
        if (!is_digit(*p))
                return NULL;
        for (; is_digit(*p); p++)
                if (e < INT64_C(1000000000000))
                        e = e * 10 + (*p - '0');
        n->exponent += minus ? -e : e;
        return p;
}

bool json_number(JsonIn *in, JsonNumber *ret) {
        const char *from = in->p, *whole = from + (*from == '-'), *fraction = NULL, *p = whole;
        JsonNumber n = { .minus = *from == '-', .whole = true };
        uint64_t v = 0; /* wraps when there are too many digits; made again then */

        if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
                return json_wrong(in, JSON_NUMBER, p);
        for (; is_digit(*p); p++)
                v = v * 10 + (uint64_t)(*p - '0');
        if (*p == '.') {
                n.whole = false;
                fraction = ++p;
                if (!is_digit(*p))
                        return json_wrong(in, JSON_NUMBER, p);
                for (; is_digit(*p); p++)
                        v = v * 10 + (uint64_t)(*p - '0');
                n.exponent = fraction - p;
        }
        n.digits = v;
        if (p - whole > DIGITS_KEPT) {
                n.digits = 0;
                n.exponent = 0;
                digits_again(whole, &n, false);
                if (fraction)
                        digits_again(fraction, &n, true);
        }
        if (*p == 'e' || *p == 'E') {
                n.whole = false;
                p = exponent(p + 1, &n);
                if (!p)
                        return json_wrong(in, JSON_NUMBER, from);
        }
        n.text = (Str){ from, (size_t)(p - from) };
        in->p = p;
        *ret = n;
        return true;
}

bool json_number_fits(JsonIn *in, const JsonNumber *n) {
        double value;

        return n->exponent < 280 || n->digits == 0 || json_number_finite(in, n, &value);
}

/* The nearest double. Short numbers exactly by one operation on exact operands (Clinger's fast path), the others by strtod:
 * the program never leaves the C locale's LC_NUMERIC. */
bool json_number_finite(JsonIn *in, const JsonNumber *n, double *ret) {
        static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
        double v;

        if (!n->more && n->digits <= UINT64_C(1) << 53 && n->exponent >= -22 && n->exponent <= 22) {
                v = (double)n->digits;
                v = n->exponent < 0 ? v / tens[-n->exponent] : v * tens[n->exponent];
                *ret = n->minus ? -v : v;
                return true;
        }
        v = strtod(n->text.p, NULL);
        if (v - v != 0)
                return json_wrong(in, JSON_NUMBER_RANGE, n->text.p);
        *ret = v;
        return true;
}

/* ---- names -------------------------------------------- */

static int name_order(const void *a, const void *b) { return str_cmp(*(const Str *)a, *(const Str *)b); }

enum {
        NAMES_COMPARED = 32
}; /* more than these are sorted at the end of the object instead: never quadratic */

bool json_name_new(JsonIn *in, size_t base, uint64_t *seen, Str name, const char *at) {
        /* One bit by length, first and last byte tells most names apart without a comparison. */
        unsigned ends = name.n ? (unsigned char)name.p[0] * 3u + (unsigned char)name.p[name.n - 1] : 0;
        uint64_t bit = UINT64_C(1) << ((name.n * 7 + ends) & 63);

        if (in->names.n - base < NAMES_COMPARED && (*seen & bit))
                for (size_t i = base; i < in->names.n; i++)
                        if (str_eq(in->names.v[i], name))
                                return json_wrong(in, JSON_DUPLICATE, at);
        *seen |= bit;
        *list_push(in->cx->arena, &in->names) = name;
        return (in->names.n & 1023) || !arena_over(in->cx->arena) || json_wrong(in, JSON_TOO_BIG, at);
}

bool json_name(JsonIn *in, size_t base, uint64_t *seen, Str *ret) {
        const char *at = in->p;
        JsonRaw raw;

        if (*at != '"')
                return json_wrong(in, JSON_NAME, at);
        if (!json_string(in, &raw))
                return false;
        *ret = json_unescape(in, &raw);
        if (!json_name_new(in, base, seen, *ret, at))
                return false;
        json_space(in);
        if (*in->p != ':')
                return json_wrong(in, JSON_COLON, in->p);
        in->p++;
        json_space(in);
        return true;
}

bool json_names_end(JsonIn *in, size_t base) {
        size_t n = in->names.n - base;
        Str *v;

        in->names.n = base;
        if (n <= NAMES_COMPARED)
                return true;
        v = in->names.v + base;
        qsort(v, n, sizeof *v, name_order);
        for (size_t i = 1; i < n; i++)
                if (str_eq(v[i - 1], v[i]))
                        return json_wrong(in, JSON_DUPLICATE, in->p - 1);
        return true;
}

/* ---- values passed over -------------------------------------------- */

bool json_literal(JsonIn *in, const char *word, size_t n) {
        if (memcmp(in->p, word, n) != 0)
                return json_wrong(in, JSON_VALUE, in->p);
        in->p += n;
        return true;
}

static bool skip_array(JsonIn *in) {
        in->p++;
        json_space(in);
        if (*in->p == ']')
                return in->p++, true;
        for (;;) {
                if (!json_skip(in))
                        return false;
                json_space(in);
                if (*in->p == ']')
                        return in->p++, true;
                if (*in->p != ',')
                        return json_wrong(in, JSON_COMMA, in->p);
                in->p++;
                json_space(in);
        }
}

static bool skip_object(JsonIn *in) {
        size_t base = in->names.n;
        uint64_t seen = 0;
        Str name;

        in->p++;
        json_space(in);
        if (*in->p == '}')
                return in->p++, true;
        for (;;) {
                if (!json_name(in, base, &seen, &name) || !json_skip(in))
                        return false;
                json_space(in);
                if (*in->p == '}')
                        return in->p++, json_names_end(in, base);
                if (*in->p != ',')
                        return json_wrong(in, JSON_COMMA, in->p);
                in->p++;
                json_space(in);
        }
}

bool json_skip(JsonIn *in) {
        JsonNumber number;
        JsonRaw raw;
        bool fine;

        switch (*in->p) {
        case '"': return json_string(in, &raw);
        case '{':
                fine = json_open(in) && skip_object(in);
                in->depth--;
                return fine;
        case '[':
                fine = json_open(in) && skip_array(in);
                in->depth--;
                return fine;
        case 't': return json_literal(in, "true", 4);
        case 'f': return json_literal(in, "false", 5);
        case 'n': return json_literal(in, "null", 4);
        default:
                if (*in->p != '-' && !is_digit(*in->p))
                        return json_wrong(in, JSON_VALUE, in->p);
                return json_number(in, &number) && json_number_fits(in, &number);
        }
}

bool json_end(JsonIn *in) {
        json_space(in);
        return in->p == in->end || json_wrong(in, JSON_TRAILING, in->p);
}
