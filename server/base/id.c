/* Randomness from the kernel, or from a seeded stream for tests and demo data (xoshiro256**, Blackman and Vigna). */
#include "base/id.h"
#include <stdlib.h>
#include <sys/random.h>
#include <errno.h>

static _Thread_local struct {
        bool seeded;
        uint64_t s[4];
} stream;

static uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static uint64_t stream_next(void) {
        uint64_t *s = stream.s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = rotl(s[3], 45);
        return result;
}

void rand_seed(uint64_t seed) {
        stream.seeded = seed != 0;
        for (int i = 0; i < 4; i++) { /* splitmix64 */
                uint64_t z = (seed += 0x9e3779b97f4a7c15u);

                z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
                z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
                stream.s[i] = z ^ (z >> 31);
        }
}

void rand_bytes(void *p, size_t n) {
        unsigned char *q = p;

        if (!stream.seeded) {
                rand_secret(p, n);
                return;
        }
        for (size_t i = 0; i < n; i++)
                q[i] = (unsigned char)(stream_next() >> 24);
}

void rand_secret(void *p, size_t n) {
        unsigned char *q = p;

        while (n) {
                ssize_t got = getrandom(q, n, 0);

                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        abort();
                q += got;
                n -= (size_t)got;
        }
}

uint64_t rand_below(uint64_t bound) {
        uint64_t x, limit = UINT64_MAX - UINT64_MAX % bound;

        do
                rand_bytes(&x, sizeof x);
        while (x >= limit);
        return x % bound;
}

Str id_uuid7(Arena *a, int64_t now_ms) {
        uint8_t b[16];
        Str hex;

        rand_bytes(b, sizeof b);
        for (int i = 0; i < 6; i++)
                b[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
        b[6] = (uint8_t)(0x70 | (b[6] & 0x0f));
        b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
        hex = hex_str(a, b, sizeof b);
        return str_fmt(a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.p, hex.p + 8, hex.p + 12, hex.p + 16, hex.p + 20);
}

bool id_uuid_valid(Str s) {
        if (s.n != 36)
                return false;
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
                bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

                if (hyphen ? c != '-' : !hex)
                        return false;
        }
        return true;
}

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Str id_base64url(Arena *a, const void *p, size_t n) {
        size_t all = (n * 8 + 5) / 6;
        const uint8_t *bytes = p;
        char *q = arena_take(a, all);

        for (size_t i = 0; i < all; i++) {
                size_t bit = i * 6, at = bit / 8;
                unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < n ? bytes[at + 1] : 0);

                q[i] = base64url[pair >> (10 - bit % 8) & 63];
        }
        return (Str){ q, all };
}

Str id_token(Arena *a, size_t bytes) {
        size_t n = (bytes * 8 + 5) / 6;
        char *q = arena_take(a, n);

        rand_bytes(q, n);
        for (size_t i = 0; i < n; i++)
                q[i] = base64url[(unsigned char)q[i] & 63];
        return (Str){ q, n };
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

Str id_receipt(Arena *a) {
        char *q = arena_take(a, 11);

        rand_bytes(q, 11);
        for (int i = 0; i < 11; i++)
                q[i] = i == 5 ? '-' : crockford[(unsigned char)q[i] & 31];
        return (Str){ q, 11 };
}

bool id_receipt_fold(Arena *a, Str typed, Str *ret) {
        char *q = arena_take(a, 11);
        size_t n = 0;

        for (size_t i = 0; i < typed.n; i++) {
                char c = typed.p[i];

                if (c == ' ' || c == '-')
                        continue;
                if (c >= 'a' && c <= 'z')
                        c = (char)(c - 'a' + 'A');
                c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
                if (!memchr(crockford, c, 32) || n == 11)
                        return false;
                if (n == 5)
                        q[n++] = '-';
                q[n++] = c;
        }
        *ret = (Str){ q, n };
        return n == 11;
}
