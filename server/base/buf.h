/* A growing byte buffer. Either in an arena or on the heap (arena NULL); ceiling 0 means none. */
#pragma once
#include "base/str.h"
#include <stdarg.h>

typedef struct Buf {
        char *p;
        size_t n, cap;
        Arena *arena;
        size_t ceiling;
        bool over; /* something did not fit below the ceiling and was left out */
} Buf;

#define BUF_IN(a) ((Buf){ .arena = (a) })
#define BUF_HEAP  ((Buf){ 0 })

void buf_done(Buf *b); /* frees a heap buffer; usable with _cleanup_ */
void buf_clear(Buf *b);
char *buf_reserve(Buf *b, size_t bytes);
void buf_add(Buf *b, const void *p, size_t n);
void buf_str(Buf *b, Str s);
void buf_c(Buf *b, const char *z);
void buf_char(Buf *b, char c);
void buf_int(Buf *b, int64_t n);
void buf_fmt(Buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(Buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_hex(Buf *b, const uint8_t *p, size_t n);
/* JSON text pieces; used by the contract's encoder and by the log. */
void buf_json_str(Buf *b, Str s);      /* with quotes and escapes */
void buf_json_num(Buf *b, double n);   /* shortest text that reads back equal */
void buf_deg(Buf *b, int64_t e7);      /* degrees × 10⁷ as a decimal without trailing zeros */
static inline Str buf_view(const Buf *b) { return (Str){ b->p ? b->p : "", b->n }; }
