/* Strings are views {p, n}: not owned, not NUL-terminated. p == NULL means "not given", which differs from empty. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Str {
        const char *p;
        size_t n;
} Str;

typedef struct StrList {
        Str *v;
        size_t n, cap;
} StrList;

/* Values that may be absent. */
typedef struct OptInt {
        bool set;
        int64_t n;
} OptInt;
typedef struct OptNum {
        bool set;
        double n;
} OptNum;
typedef struct OptBool {
        bool set;
        bool b;
} OptBool;
typedef struct IntList {
        int64_t *v;
        size_t n, cap;
} IntList;

#define S(literal)    ((Str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE      ((Str){ NULL, 0 })
#define STR_FMT       "%.*s"
#define STR_ARG(s)    (int)(s).n, (s).p ? (s).p : ""
#define SOME_INT(x)   ((OptInt){ true, (x) })

static inline Str str_c(const char *z) { return (Str){ z, z ? strlen(z) : 0 }; }
static inline bool str_given(Str s) { return s.p != NULL; }
static inline bool str_empty(Str s) { return s.n == 0; }
bool str_eq(Str a, Str b);
bool str_eq_c(Str a, const char *b);
int str_cmp(Str a, Str b);
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
bool str_contains(Str s, Str part);
Str str_trim(Str s);                                     /* ASCII blanks and U+3000 */
Str str_sub(Str s, size_t from, size_t len);             /* clamped */
bool str_cut(Str s, char at, Str *ret_before, Str *ret_after);
Str str_dup(Arena *a, Str s);
const char *str_z(Arena *a, Str s);                      /* NUL-terminated copy */
char *str_heap(Str s);                                   /* NUL-terminated copy by malloc, for what outlives arenas */
Str str_fmt(Arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
Str str_of_int(Arena *a, int64_t n);                     /* decimal */
bool str_int(Str s, int64_t *ret);                       /* whole string, optional minus, no blanks; false on overflow */
bool str_num(Str s, double *ret);                        /* JSON number syntax, whole string */
bool str_digits(Str s);                                  /* non-empty, ASCII digits only */
bool str_utf8_valid(Str s);                              /* refuses surrogates, overlongs, NUL */
size_t str_utf8_len(Str s);                              /* in code points; s must be valid */
Str str_utf8_head(Str s, size_t code_points);
bool str_hex(Str s, uint8_t *ret, size_t bytes);         /* exactly 2*bytes lower/upper hex digits */
Str hex_str(Arena *a, const uint8_t *p, size_t bytes);
