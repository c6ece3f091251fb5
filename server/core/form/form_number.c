/* Numbers as they are written, without rounding: 0.1 is a tenth, and any number of digits compares exactly. */
#include "core/form/form_int.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

Decimal decimal_read(Str number) {
        const char *p = number.p, *end = number.p + number.n, *last = NULL;
        Decimal d = { .minus = p < end && *p == '-' };
        int64_t written = 0, places = 0, e = 0;
        bool point = false, minus = false;

        if (d.minus)
                p++;
        for (; p < end && (is_digit(*p) || *p == '.'); p++) {
                if (*p == '.') {
                        point = true;
                        continue;
                }
                places += point;
                if (*p != '0' && !d.p)
                        d.p = p;
                if (d.p) {
                        written++;
                        if (*p != '0') {
                                d.n = written;
                                last = p;
                                d.exponent = -places;
                        } else if (!point) {
                                d.exponent++; /* a zero of the whole part behind the last digit so far */
                        }
                }
        }
        if (!last)
                return (Decimal){ 0 };
        if (p < end) { /* e or E */
                p++;
                minus = *p == '-';
                if (*p == '-' || *p == '+')
                        p++;
                for (; p < end && is_digit(*p); p++)
                        if (e < INT64_C(1000000000000))
                                e = e * 10 + (*p - '0');
        }
        d.exponent += minus ? -e : e;
        return d;
}

static int digit_at(const char **p) {
        if (**p == '.')
                ++*p;
        return *(*p)++ - '0';
}

static int magnitude_cmp(const Decimal *a, const Decimal *b) {
        int64_t top_a = a->exponent + a->n, top_b = b->exponent + b->n;
        const char *p = a->p, *q = b->p;

        if (!a->n || !b->n)
                return (a->n != 0) - (b->n != 0);
        if (top_a != top_b)
                return top_a < top_b ? -1 : 1;
        for (int64_t i = 0; i < a->n || i < b->n; i++) {
                int x = i < a->n ? digit_at(&p) : 0, y = i < b->n ? digit_at(&q) : 0;

                if (x != y)
                        return x < y ? -1 : 1;
        }
        return 0;
}

int decimal_cmp(const Decimal *a, const Decimal *b) {
        if (a->minus != b->minus)
                return a->minus ? -1 : 1;
        return a->minus ? -magnitude_cmp(a, b) : magnitude_cmp(a, b);
}

bool decimal_divisor(const Decimal *d, uint64_t *ret) {
        const char *p = d->p;
        uint64_t v = 0;

        if (d->n > 18 || d->n == 0)
                return false;
        for (int64_t i = 0; i < d->n; i++)
                v = v * 10 + (uint64_t)digit_at(&p);
        *ret = v;
        return true;
}

static uint64_t product(uint64_t a, uint64_t b, uint64_t modulus) {
        return (uint64_t)((unsigned __int128)a * b % modulus);
}

bool decimal_multiple(const Decimal *value, uint64_t divisor, int64_t divisor_exponent) {
        int64_t zeros = value->exponent - divisor_exponent;
        const char *p = value->p;
        uint64_t rest = 0, ten = 10 % divisor;

        if (!value->n)
                return true;
        if (zeros < 0) /* its last digit is not 0, so it is no multiple of a power of ten */
                return false;
        for (int64_t i = 0; i < value->n; i++)
                rest = (uint64_t)(((unsigned __int128)rest * 10 + (unsigned)digit_at(&p)) % divisor);
        for (; zeros; zeros >>= 1) { /* × 10^zeros */
                if (zeros & 1)
                        rest = product(rest, ten, divisor);
                ten = product(ten, ten, divisor);
        }
        return rest == 0;
}

uint64_t decimal_hash(const Decimal *d) {
        uint64_t h = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)(d->n ? d->exponent : 0) ^
                     (d->minus ? 1u << 20 : 0);
        const char *p = d->p;

        for (int64_t i = 0; i < d->n; i++)
                h = (h ^ (uint64_t)digit_at(&p)) * UINT64_C(0x100000001b3);
        return h;
}
