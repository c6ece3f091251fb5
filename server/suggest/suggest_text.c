/* A text as overlapping pieces of one to three characters. Chinese is written without blanks between words: pieces of two and three
 * characters stand for words without a dictionary having to be kept. */
#include "suggest/suggest_int.h"
#include <stdlib.h>

enum { WORD_LETTERS = 24 };

typedef enum Kind { KIND_BREAK, KIND_SIGN, KIND_LETTER } Kind;

/* A character that counts, or a Latin word. */
typedef struct Unit {
        uint64_t hash;
        uint32_t from, to;
        bool joined; /* nothing parts it from the one before */
} Unit;

/* SplitMix64's finisher: every bit of the input moves every bit of the result. */
static uint64_t mix(uint64_t x) {
        x ^= x >> 30;
        x *= 0xbf58476d1ce4e5b9u;
        x ^= x >> 27;
        x *= 0x94d049bb133111ebu;
        return x ^ x >> 31;
}

/* The code point at *at, which is moved behind it; 0 for a byte that begins none. */
static uint32_t point_next(Str s, size_t *at) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        unsigned char c = (unsigned char)s.p[*at];
        size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
        uint32_t point = n == 1 ? c : n ? c & (0xffu >> (n + 1)) : 0;

        if (!n || *at + n > s.n)
                return (*at)++, 0;
        for (size_t i = 1; i < n; i++) {
                unsigned char next = (unsigned char)s.p[*at + i];

                if ((next & 0xc0) != 0x80)
                        return (*at)++, 0;
                point = point << 6 | (next & 0x3f);
        }
        *at += n;
        return n > 1 && point < least[n] ? 0 : point;
}

static uint32_t fold(uint32_t p) {
        if (p >= 0xff01 && p <= 0xff5e) /* full-width forms */
                p = p - 0xff01 + '!';
        return p >= 'A' && p <= 'Z' ? p - 'A' + 'a' : p;
}

static Kind kind_of(uint32_t p) {
        if ((p >= 0x4e00 && p <= 0x9fff) || (p >= 0x3400 && p <= 0x4dbf) || (p >= 0xf900 && p <= 0xfaff) ||
            (p >= 0x20000 && p <= 0x3ffff))
                return KIND_SIGN;
        if ((p >= 'a' && p <= 'z') || (p >= 0xc0 && p <= 0x24f && p != 0xd7 && p != 0xf7) || (p >= 0x370 && p <= 0x1fff))
                return KIND_LETTER;
        return KIND_BREAK;
}

static size_t units_of(Str text, Unit *units) {
        size_t n = 0, at = 0, letters = 0;
        uint32_t character = 0;
        Kind before = KIND_BREAK;

        while (at < text.n) {
                uint32_t p = fold(point_next(text, &at));
                Kind kind = kind_of(p);

                if (kind == KIND_LETTER && before == KIND_LETTER && letters < WORD_LETTERS) {
                        units[n - 1].hash = mix(units[n - 1].hash ^ p);
                        units[n - 1].to = character + 1;
                        letters++;
                } else if (kind != KIND_BREAK) {
                        if (n == UNITS_MOST)
                                break;
                        units[n++] = (Unit){ mix(p), character, character + 1, before != KIND_BREAK };
                        letters = 1;
                }
                before = kind;
                character++;
        }
        return n;
}

void grams_of(Arena *a, Str text, GramList *ret) {
        Unit *units = TAKE_ARRAY(a, Unit, UNITS_MOST);
        size_t n = units_of(text, units);

        *ret = (GramList){ .v = TAKE_ARRAY(a, Gram, n * GRAM_UNITS + 1), .cap = n * GRAM_UNITS + 1 };
        for (size_t i = 0; i < n; i++) {
                uint64_t hash = 0;

                for (size_t k = 0; k < GRAM_UNITS && i + k < n && (k == 0 || units[i + k].joined); k++) {
                        hash = mix(hash * 0x9e3779b97f4a7c15u + units[i + k].hash + k + 1);
                        ret->v[ret->n++] = (Gram){ hash, units[i].from, units[i + k].to, (uint8_t)(k + 1) };
                }
        }
}

static int by_size(const void *a, const void *b) {
        uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

        return (x > y) - (x < y);
}

size_t grams_distinct(Arena *a, const GramList *grams, uint64_t **ret) {
        uint64_t *v = TAKE_ARRAY(a, uint64_t, grams->n + 1);
        size_t n = 0;

        for (size_t i = 0; i < grams->n; i++)
                v[i] = grams->v[i].hash;
        if (grams->n)
                qsort(v, grams->n, sizeof *v, by_size);
        for (size_t i = 0; i < grams->n; i++)
                if (!i || v[i] != v[i - 1])
                        v[n++] = v[i];
        *ret = v;
        return n;
}
