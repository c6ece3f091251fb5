/* Structs straight into JSON text by their table. What is absent is left out: texts with p NULL, unset numbers, NULL shapes,
 * empty lists that are optional. */
#include "base/json.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static inline char *room(Buf *b, size_t n) { return b->cap - b->n >= n ? b->p + b->n : buf_reserve(b, n); }

static inline void put(Buf *b, const void *p, size_t n) {
        memcpy(room(b, n), p, n);
        b->n += n;
}

static inline void put_char(Buf *b, char c) {
        *room(b, 1) = c;
        b->n++;
}

/* ---- texts -------------------------------------------- */

/* Whether one of eight bytes is below U+0020, a quote, a backslash or U+007F (bit tricks: Mycroft's zero-byte test; it may
 * say yes for a byte beside a real one, which only costs a slower look). */
static inline bool needs_escape8(uint64_t w) {
        const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
        uint64_t quote = w ^ (ones * '"'), back = w ^ (ones * '\\'), del = w ^ (ones * 0x7f);

        return (((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((back - ones) & ~back) |
                ((del - ones) & ~del)) &
               highs;
}

static inline bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7f; }

static char *escape(char *q, unsigned char c) {
        static const char digits[] = "0123456789abcdef", short_form[] = "\bb\tt\nn\ff\rr\"\"\\\\";

        *q++ = '\\';
        for (const char *s = short_form; *s; s += 2) {
                if ((unsigned char)s[0] == c) {
                        *q++ = s[1];
                        return q;
                }
        }
        *q++ = 'u';
        *q++ = '0';
        *q++ = '0';
        *q++ = digits[c >> 4];
        *q++ = digits[c & 15];
        return q;
}

static void put_text(Buf *b, Str s) {
        const char *p = s.n ? s.p : "", *end = p + s.n;
        char *q;

        assert(s.n <= SIZE_MAX / 8);
        q = room(b, s.n * 6 + 2 <= 512 ? s.n * 6 + 2 : s.n + 2 + 8);
        *q++ = '"';
        while (p < end) {
                uint64_t w;

                while (end - p >= 8 && (memcpy(&w, p, 8), !needs_escape8(w))) {
                        memcpy(q, p, 8);
                        p += 8;
                        q += 8;
                }
                for (int i = 0; i < 8 && p < end; i++, p++) {
                        if (!needs_escape((unsigned char)*p)) {
                                *q++ = *p;
                                continue;
                        }
                        /* room for this escape and for all that follows unescaped */
                        b->n = (size_t)(q - b->p);
                        q = room(b, 6 + (size_t)(end - p) + 2 + 8);
                        q = escape(q, (unsigned char)*p);
                }
        }
        *q++ = '"';
        b->n = (size_t)(q - b->p);
}

/* ---- numbers -------------------------------------------- */

static const char pairs_of_digits[] =
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
        "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
        "888990919293949596979899";

static void put_uint(Buf *b, uint64_t u) {
        char text[20], *end = text + sizeof text, *p = end;

        while (u >= 100) {
                p -= 2;
                memcpy(p, pairs_of_digits + u % 100 * 2, 2);
                u /= 100;
        }
        if (u >= 10) {
                p -= 2;
                memcpy(p, pairs_of_digits + u * 2, 2);
        } else {
                *--p = (char)('0' + u);
        }
        put(b, p, (size_t)(end - p));
}

static void put_int(Buf *b, int64_t n) {
        if (n < 0)
                put_char(b, '-');
        put_uint(b, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

/* m / 10^places without trailing zeros; m ≥ 0. */
static void put_decimal(Buf *b, uint64_t m, int places) {
        uint64_t unit = 1, fraction;
        char text[20];

        while (places > 0 && m % 10 == 0) {
                m /= 10;
                places--;
        }
        for (int i = 0; i < places; i++)
                unit *= 10;
        put_uint(b, m / unit);
        if (!places)
                return;
        fraction = m % unit;
        text[0] = '.';
        for (int i = places; i >= 1; i--, fraction /= 10)
                text[i] = (char)('0' + fraction % 10);
        put(b, text, (size_t)places + 1);
}

static void put_e7(Buf *b, int64_t e7) {
        if (e7 < 0)
                put_char(b, '-');
        put_decimal(b, e7 < 0 ? 0 - (uint64_t)e7 : (uint64_t)e7, 7);
}

static void put_num_slowly(Buf *b, double n) {
        char text[40];

        assert(n - n == 0); /* JSON has no infinity */
        for (int precision = 15; precision <= 17; precision++) {
                snprintf(text, sizeof text, "%.*g", precision, n);
                if (strtod(text, NULL) == n)
                        break;
        }
        put(b, text, strlen(text));
}

/* The shortest decimal that reads back equal. m / 10^k with m below 10^15 is exact in both operands, so a quotient equal to n
 * proves that the decimal reads back as n; and of decimals of at most 15 digits only one does. */
static void put_num(Buf *b, double n) {
        static const double tens[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
        double positive = n < 0 ? -n : n;

        for (int k = 7; k <= 15; k++) {
                double scaled = positive * tens[k] + 0.5;
                uint64_t m;

                if (!(scaled < 1e15) || (k > 7 && positive < 1e-6))
                        break;
                m = (uint64_t)scaled;
                if ((double)m / tens[k] != positive)
                        continue;
                if (n < 0)
                        put_char(b, '-');
                put_decimal(b, m, k);
                return;
        }
        put_num_slowly(b, n);
}

/* ---- time -------------------------------------------- */

static void two_digits(char *q, int64_t n) { memcpy(q, pairs_of_digits + n * 2, 2); }

/* "2026-01-04T14:05:00+08:00", with milliseconds only when there are any. */
static void put_time(Buf *b, int64_t ms) {
        int64_t local = ms + ZONE_MS, day = local / MS_DAY - (local % MS_DAY < 0),
                rest = local - day * MS_DAY;
        char text[] = "\"0000-00-00T00:00:00.000+08:00\"";
        int64_t part = rest % MS_SECOND;
        Date d;

        if (day < -719162 || day > 2932896) { /* not in the years 1 to 9999: no such time */
                put(b, "null", 4);
                return;
        }
        d = date_of_day((DayNo)day);
        two_digits(text + 1, d.year / 100);
        two_digits(text + 3, d.year % 100);
        two_digits(text + 6, d.month);
        two_digits(text + 9, d.day);
        two_digits(text + 12, rest / MS_HOUR);
        two_digits(text + 15, rest / MS_MINUTE % 60);
        two_digits(text + 18, rest / MS_SECOND % 60);
        text[21] = (char)('0' + part / 100);
        two_digits(text + 22, part % 100);
        if (part) {
                put(b, text, 31);
        } else {
                put(b, text, 20);
                put(b, text + 24, 7);
        }
}

/* ---- fields -------------------------------------------- */

typedef struct AnyList {
        const char *v;
        size_t n, cap;
} AnyList;

static void put_shape(Buf *b, const JsonShape *s, const char *value);

static void put_word(Buf *b, const JsonEnum *e, int64_t value) {
        if (value < 1 || value > e->count)
                put(b, "null", 4); /* never in a reply that keeps the contract; the tests look */
        else
                put_text(b, str_c(e->words[value]));
}

static void put_str(Buf *b, JsonKind kind, Str s) {
        if (kind == J_JSON && s.p)
                put(b, s.p, s.n);
        else if (kind == J_JSON)
                put(b, "null", 4);
        else
                put_text(b, s);
}

static void put_whole(Buf *b, JsonKind kind, int64_t n) {
        if (kind == J_TIME)
                put_time(b, n);
        else if (kind == J_INT)
                put_int(b, n);
        else
                put_e7(b, n);
}

static size_t put_item(Buf *b, const JsonField *f, const char *at) {
        switch (f->item) {
        case J_INT:
        case J_TIME:
        case J_LON:
        case J_LAT: put_whole(b, f->item, *(const int64_t *)(const void *)at); return sizeof(int64_t);
        case J_ENUM: put_word(b, f->words, *(const int64_t *)(const void *)at); return sizeof(int64_t);
        case J_SHAPE: put_shape(b, f->shape, at); return f->shape->size;
        case J_TEXT:
        case J_LINE:
        case J_DATE:
        case J_CODE:
        case J_SHA256:
        case J_UUID:
        case J_PHONE:
        case J_JSON:
        case J_NUM:
        case J_BOOL:
        case J_LIST: break;
        }
        put_str(b, f->item, *(const Str *)(const void *)at);
        return sizeof(Str);
}

static void put_list(Buf *b, const JsonField *f, const AnyList *list) {
        const char *at = list->v;

        put_char(b, '[');
        for (size_t i = 0; i < list->n; i++) {
                if (i)
                        put_char(b, ',');
                at += put_item(b, f, at);
        }
        put_char(b, ']');
}

static bool is_absent(const JsonField *f, const void *at) {
        const void *pointer;
        AnyList list;
        int word;

        switch (f->kind) {
        case J_INT:
        case J_TIME:
        case J_LON:
        case J_LAT: return !((const OptInt *)at)->set;
        case J_NUM: return !((const OptNum *)at)->set;
        case J_BOOL: return !((const OptBool *)at)->set;
        case J_ENUM: memcpy(&word, at, sizeof word); return word == 0;
        case J_SHAPE: memcpy(&pointer, at, sizeof pointer); return !pointer;
        case J_LIST: memcpy(&list, at, sizeof list); return !list.n;
        case J_TEXT:
        case J_LINE:
        case J_DATE:
        case J_CODE:
        case J_SHA256:
        case J_UUID:
        case J_PHONE:
        case J_JSON: break;
        }
        return !((const Str *)at)->p;
}

static void put_value(Buf *b, const JsonField *f, const void *at) {
        const char *shape;
        AnyList list;
        bool yes;
        int word;

        switch (f->kind) {
        case J_INT:
        case J_TIME:
        case J_LON:
        case J_LAT:
                put_whole(b, f->kind, f->optional ? ((const OptInt *)at)->n : *(const int64_t *)at);
                return;
        case J_NUM: put_num(b, f->optional ? ((const OptNum *)at)->n : *(const double *)at); return;
        case J_BOOL:
                yes = f->optional ? ((const OptBool *)at)->b : *(const bool *)at;
                put(b, yes ? "true" : "false", yes ? 4 : 5);
                return;
        case J_ENUM:
                memcpy(&word, at, sizeof word);
                put_word(b, f->words, word);
                return;
        case J_SHAPE:
                memcpy(&shape, at, sizeof shape);
                if (shape)
                        put_shape(b, f->shape, shape);
                else
                        put(b, "null", 4); /* as with words */
                return;
        case J_LIST:
                memcpy(&list, at, sizeof list);
                put_list(b, f, &list);
                return;
        case J_TEXT:
        case J_LINE:
        case J_DATE:
        case J_CODE:
        case J_SHA256:
        case J_UUID:
        case J_PHONE:
        case J_JSON: break;
        }
        put_str(b, f->kind, *(const Str *)at);
}

static void put_shape(Buf *b, const JsonShape *s, const char *value) {
        char before = '{';

        for (size_t i = 0; i < s->count; i++) {
                const JsonField *f = &s->fields[i];
                size_t length;
                char *q;

                if (f->optional && is_absent(f, value + f->offset))
                        continue;
                length = strlen(f->name);
                q = room(b, length + 4);
                q[0] = before;
                q[1] = '"';
                memcpy(q + 2, f->name, length);
                q[length + 2] = '"';
                q[length + 3] = ':';
                b->n += length + 4;
                before = ',';
                put_value(b, f, value + f->offset);
        }
        if (before == '{')
                put_char(b, '{');
        put_char(b, '}');
}

void json_encode(Buf *b, const JsonShape *shape, const void *value) {
        size_t from = b->n;

        if (b->over)
                return;
        put_shape(b, shape, value);
        if (b->ceiling && b->n > b->ceiling) { /* all or nothing: half a value is of no use */
                b->n = from;
                b->over = true;
        }
}
