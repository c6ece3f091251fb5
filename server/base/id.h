/* Identifiers and randomness: UUIDv7, receipt codes, tokens. All randomness of the program comes from here. */
#pragma once
#include "base/str.h"

void rand_bytes(void *p, size_t n);                    /* from the kernel; aborts if it cannot */
void rand_secret(void *p, size_t n);                   /* keys and nonces: always from the kernel, never the repeatable stream */
void rand_seed(uint64_t seed);                         /* tests and demo data: a repeatable stream for this thread; 0 ends it */
uint64_t rand_below(uint64_t bound);
Str id_uuid7(Arena *a, int64_t now_ms);
bool id_uuid_valid(Str s);
Str id_token(Arena *a, size_t bytes);                  /* base64url, no padding */
Str id_base64url(Arena *a, const void *p, size_t n);       /* of n bytes, no padding */
Str id_receipt(Arena *a);                              /* 10 characters of Crockford base32 = 50 bits, written XXXXX-XXXXX */
bool id_receipt_fold(Arena *a, Str typed, Str *ret);   /* upper case, O→0, I/L→1, blanks and hyphens dropped; false if not 10 left */
