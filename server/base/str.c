/* String views: comparing, cutting, checking, reading numbers. */
#include "base/str.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Most texts that are compared differ at once: their first bytes are looked at before anything is called. */
bool str_eq(Str a, Str b) {
        return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}
bool str_eq_c(Str a, const char *b) { return (!a.n || !b || a.p[0] == b[0]) && str_eq(a, str_c(b)); }

int str_cmp(Str a, Str b) {
        size_t n = a.n < b.n ? a.n : b.n;
        int d = n ? memcmp(a.p, b.p, n) : 0;

        return d ? d : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(Str s, Str prefix) { return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0); }

bool str_ends(Str s, Str suffix) {
        return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool str_contains(Str s, Str part) { return part.n == 0 || (s.n >= part.n && memmem(s.p, s.n, part.p, part.n)); }

static size_t blank_at(const char *p, size_t n) {
        if (n && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
                return 1;
        return n >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

Str str_trim(Str s) {
        size_t k;

        while ((k = blank_at(s.p, s.n)))
                s = (Str){ s.p + k, s.n - k };
        for (;;) {
                if (s.n && blank_at(s.p + s.n - 1, 1))
                        s.n--;
                else if (s.n >= 3 && blank_at(s.p + s.n - 3, 3) == 3)
                        s.n -= 3;
                else
                        return s;
        }
}

Str str_sub(Str s, size_t from, size_t len) {
        if (from > s.n)
                from = s.n;
        if (len > s.n - from)
                len = s.n - from;
        return (Str){ s.p ? s.p + from : NULL, len };
}

bool str_cut(Str s, char at, Str *ret_before, Str *ret_after) {
        const char *q = s.n ? memchr(s.p, at, s.n) : NULL;

        if (!q)
                return false;
        *ret_before = (Str){ s.p, (size_t)(q - s.p) };
        *ret_after = (Str){ q + 1, s.n - (size_t)(q - s.p) - 1 };
        return true;
}

Str str_dup(Arena *a, Str s) { return s.p ? (Str){ arena_copy(a, s.p, s.n), s.n } : s; }

const char *str_z(Arena *a, Str s) {
        char *z = arena_take(a, s.n + 1);

        if (s.n)
                memcpy(z, s.p, s.n);
        return z;
}

char *str_heap(Str s) {
        char *z = malloc(s.n + 1);

        if (!z)
                abort();
        if (s.n)
                memcpy(z, s.p, s.n);
        z[s.n] = 0;
        return z;
}

Str str_fmt(Arena *a, const char *fmt, ...) {
        char most[256]; /* enough for nearly all: formatted once, then copied */
        va_list ap, again;
        char *z;
        int n;

        va_start(ap, fmt);
        va_copy(again, ap);
        n = vsnprintf(most, sizeof most, fmt, ap);
        va_end(ap);
        if (n < 0)
                abort();
        z = arena_take(a, (size_t)n + 1);
        if ((size_t)n < sizeof most)
                memcpy(z, most, (size_t)n);
        else
                vsnprintf(z, (size_t)n + 1, fmt, again);
        va_end(again);
        return (Str){ z, (size_t)n };
}

Str str_of_int(Arena *a, int64_t n) {
        uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
        char text[20], *end = text + sizeof text, *p = end;

        do
                *--p = (char)('0' + u % 10);
        while (u /= 10);
        if (n < 0)
                *--p = '-';
        return (Str){ arena_copy(a, p, (size_t)(end - p)), (size_t)(end - p) };
}

bool str_int(Str s, int64_t *ret) {
        bool minus = s.n && s.p[0] == '-';
        int64_t v = 0;

        if (s.n == (size_t)minus)
                return false;
        for (size_t i = minus; i < s.n; i++) {
                int digit = s.p[i] - '0';

                if (digit < 0 || digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
                    __builtin_sub_overflow(v, digit, &v)) /* counted downwards, so that INT64_MIN fits */
                        return false;
        }
        if (!minus && v == INT64_MIN)
                return false;
        *ret = minus ? v : -v;
        return true;
}

static size_t digits_from(Str s, size_t i) {
        while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
                i++;
        return i;
}

static bool number_syntax(Str s) {
        size_t i = s.n && s.p[0] == '-', j = digits_from(s, i);

        if (j == i || (s.p[i] == '0' && j - i > 1))
                return false;
        if (j < s.n && s.p[j] == '.') {
                i = j + 1;
                j = digits_from(s, i);
                if (j == i)
                        return false;
        }
        if (j < s.n && (s.p[j] == 'e' || s.p[j] == 'E')) {
                i = j + 1;
                i += i < s.n && (s.p[i] == '+' || s.p[i] == '-');
                j = digits_from(s, i);
                if (j == i)
                        return false;
        }
        return j == s.n;
}

bool str_num(Str s, double *ret) {
        char z[64];
        double v;

        if (!number_syntax(s) || s.n >= sizeof z)
                return false;
        memcpy(z, s.p, s.n);
        z[s.n] = 0;
        v = strtod(z, NULL);
        if (v - v != 0) /* infinite */
                return false;
        *ret = v;
        return true;
}

bool str_digits(Str s) { return s.n > 0 && digits_from(s, 0) == s.n; }

/* Length of the valid sequence at p, 0 when invalid (Unicode 15, table 3-7). */
static size_t utf8_step(const unsigned char *p, size_t n) {
        unsigned char c = p[0];

        if (c < 0x80)
                return c != 0;
        if (c >= 0xc2 && c <= 0xdf)
                return n >= 2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
        if (c >= 0xe0 && c <= 0xef) {
                unsigned char lo = c == 0xe0 ? 0xa0 : 0x80, hi = c == 0xed ? 0x9f : 0xbf;
                return n >= 3 && p[1] >= lo && p[1] <= hi && (p[2] & 0xc0) == 0x80 ? 3 : 0;
        }
        if (c >= 0xf0 && c <= 0xf4) {
                unsigned char lo = c == 0xf0 ? 0x90 : 0x80, hi = c == 0xf4 ? 0x8f : 0xbf;
                return n >= 4 && p[1] >= lo && p[1] <= hi && (p[2] & 0xc0) == 0x80 && (p[3] & 0xc0) == 0x80 ? 4 : 0;
        }
        return 0;
}

bool str_utf8_valid(Str s) {
        for (size_t i = 0; i < s.n;) {
                size_t k = utf8_step((const unsigned char *)s.p + i, s.n - i);

                if (!k)
                        return false;
                i += k;
        }
        return true;
}

size_t str_utf8_len(Str s) {
        size_t count = 0;

        for (size_t i = 0; i < s.n; i++)
                count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
        return count;
}

Str str_utf8_head(Str s, size_t code_points) {
        size_t i = 0;

        while (i < s.n && code_points > 0) {
                i++;
                while (i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80)
                        i++;
                code_points--;
        }
        return (Str){ s.p, i };
}

static int hex_digit(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool str_hex(Str s, uint8_t *ret, size_t bytes) {
        if (s.n != bytes * 2)
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (hex_digit(s.p[i]) < 0)
                        return false;
        for (size_t i = 0; i < bytes; i++)
                ret[i] = (uint8_t)(hex_digit(s.p[2 * i]) * 16 + hex_digit(s.p[2 * i + 1]));
        return true;
}

Str hex_str(Arena *a, const uint8_t *p, size_t bytes) {
        static const char digits[] = "0123456789abcdef";
        char *q = arena_take(a, bytes * 2);

        for (size_t i = 0; i < bytes; i++) {
                q[2 * i] = digits[p[i] >> 4];
                q[2 * i + 1] = digits[p[i] & 15];
        }
        return (Str){ q, bytes * 2 };
}
