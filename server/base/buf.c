/* Growing byte buffer and the small JSON writers that live on it. */
#include "base/buf.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void buf_done(Buf *b) {
        if (!b->arena)
                free(b->p);
        *b = (Buf){ .arena = b->arena, .ceiling = b->ceiling };
}

void buf_clear(Buf *b) {
        b->n = 0;
        b->over = false;
}

char *buf_reserve(Buf *b, size_t bytes) {
        size_t need, cap;

        if (__builtin_add_overflow(b->n, bytes, &need))
                abort();
        if (need > b->cap) {
                cap = b->cap ? b->cap * 2 : 256;
                if (cap < need)
                        cap = need;
                if (b->arena) {
                        b->p = arena_grow(b->arena, b->p, b->cap, cap);
                } else {
                        b->p = realloc(b->p, cap);
                        if (!b->p)
                                abort();
                }
                b->cap = cap;
        }
        return b->p + b->n;
}

void buf_add(Buf *b, const void *p, size_t n) {
        if (b->ceiling && (b->over || n > b->ceiling - b->n)) {
                b->over = true;
                return;
        }
        if (n) {
                memcpy(buf_reserve(b, n), p, n);
                b->n += n;
        }
}

void buf_str(Buf *b, Str s) { buf_add(b, s.p, s.n); }
void buf_c(Buf *b, const char *z) { buf_add(b, z, strlen(z)); }
void buf_char(Buf *b, char c) { buf_add(b, &c, 1); }

void buf_int(Buf *b, int64_t n) {
        char text[24], *end = text + sizeof text, *p = end;
        uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

        do
                *--p = (char)('0' + u % 10);
        while (u /= 10);
        if (n < 0)
                *--p = '-';
        buf_add(b, p, (size_t)(end - p));
}

void buf_vfmt(Buf *b, const char *fmt, va_list ap) {
        char small[512];
        va_list again;
        int n;

        va_copy(again, ap);
        n = vsnprintf(small, sizeof small, fmt, ap);
        if (n < 0)
                abort();
        if ((size_t)n < sizeof small) {
                buf_add(b, small, (size_t)n);
        } else {
                char *big = malloc((size_t)n + 1);

                if (!big)
                        abort();
                vsnprintf(big, (size_t)n + 1, fmt, again);
                buf_add(b, big, (size_t)n);
                free(big);
        }
        va_end(again);
}

void buf_fmt(Buf *b, const char *fmt, ...) {
        va_list ap;

        va_start(ap, fmt);
        buf_vfmt(b, fmt, ap);
        va_end(ap);
}

void buf_hex(Buf *b, const uint8_t *p, size_t n) {
        static const char digits[] = "0123456789abcdef";

        for (size_t i = 0; i < n; i++) {
                char two[2] = { digits[p[i] >> 4], digits[p[i] & 15] };
                buf_add(b, two, 2);
        }
}

void buf_json_str(Buf *b, Str s) {
        size_t from = 0;

        buf_char(b, '"');
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];

                if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
                        continue;
                buf_add(b, s.p + from, i - from);
                from = i + 1;
                switch (c) {
                case '"':
                        buf_c(b, "\\\"");
                        break;
                case '\\':
                        buf_c(b, "\\\\");
                        break;
                case '\n':
                        buf_c(b, "\\n");
                        break;
                case '\r':
                        buf_c(b, "\\r");
                        break;
                case '\t':
                        buf_c(b, "\\t");
                        break;
                default:
                        buf_fmt(b, "\\u%04x", c);
                }
        }
        if (s.n > from)
                buf_add(b, s.p + from, s.n - from);
        buf_char(b, '"');
}

void buf_json_num(Buf *b, double n) {
        char z[40];

        assert(n - n == 0);
        if (n > -1e15 && n < 1e15 && n == (double)(int64_t)n) {
                buf_int(b, (int64_t)n);
                return;
        }
        for (int digits = 15; digits <= 17; digits++) {
                snprintf(z, sizeof z, "%.*g", digits, n);
                if (strtod(z, NULL) == n)
                        break;
        }
        buf_c(b, z);
}

void buf_deg(Buf *b, int64_t e7) {
        uint64_t u = e7 < 0 ? 0 - (uint64_t)e7 : (uint64_t)e7, frac = u % 10000000;
        char text[8];
        int digits = 7;

        if (e7 < 0)
                buf_char(b, '-');
        buf_int(b, (int64_t)(u / 10000000));
        if (!frac)
                return;
        while (frac % 10 == 0) {
                frac /= 10;
                digits--;
        }
        for (int i = digits - 1; i >= 0; i--) {
                text[i] = (char)('0' + frac % 10);
                frac /= 10;
        }
        buf_char(b, '.');
        buf_add(b, text, (size_t)digits);
}
