/* What the files of the chained log share; nobody else includes it. */
#pragma once
#include "core/audit/audit.h"
#include "db/db.h"
#include "sql.gen.h"

/* ---- sm3.c: a running SM3 in the thread's own context; one at a time per thread ---- */
typedef struct Sm3Run {
        void *context;
        size_t n;
        uint8_t buf
                [512]; /* small pieces gathered: a call into the library costs more than hashing 8 bytes */
} Sm3Run;
void sm3_begin(Sm3Run *r);
void sm3_add(Sm3Run *r, const void *p, size_t n);
void sm3_add_u64(Sm3Run *r, uint64_t v);
void sm3_add_field(Sm3Run *r, Str s); /* length, then bytes; absent differs from empty */
void sm3_end(Sm3Run *r, Sm3 *ret);

enum { KEY_COLUMNS = 4 };
/* A sealed table: what audit_table was told. */
typedef struct AuditTable {
        const char *name;
        const DbQuery *all;
        const DbColumn *key[KEY_COLUMNS];
        size_t key_count;
        AuditExtra extra;
} AuditTable;

/* ---- seal.c: key and digest of a row, and the line that records it ---- */
enum { SEAL_MARK = 4 }; /* characters per column */
typedef struct Seal {
        Str table, key;
        bool gone;
        Sm3 digest;
        Str marks; /* SEAL_MARK characters per column: tell which column differs; the digest is what proves */
} Seal;
void seal_key_of(AuditTable *t, Str columns); /* "case_id/seq"; aborts when the rows have no such column that could tell them apart */
Str seal_key(Arena *a, const AuditTable *t, const void *row); /* "17/3" */
void seal_row(const DbRowShape *shape, int columns, const void *row, Sm3 *ret_digest, char *ret_marks);
void seal_write(Buf *b, Str table, Str key, const DbRowShape *shape, const void *row); /* shape NULL: gone */
bool seal_read(Str *rest, Seal *ret, bool *ret_broken); /* next line; false at the end */

/* ---- audit.c ---- */
Rc audit_flush(Cx *cx); /* the commit hooks; by name only for the benchmark */
void audit_forget(Cx *cx);
void entry_hash(const AuditEntryRow *e, Sm3 *ret);
size_t audit_tables(const AuditTable **ret);

/* ---- heads.c ---- */
typedef struct SignedHead {
        int64_t lane, seq, order;
        Sm3 hash;
} SignedHead;
typedef struct SignedHeads {
        SignedHead *v; /* by lane and seq; the newest per lane last */
        size_t n, cap;
        int64_t lines;
} SignedHeads;
/* Reads and checks the heads file; found() is told what is wrong with it. False when keys were never opened. */
bool heads_read(Arena *a, SignedHeads *ret, void (*found)(void *arg, int64_t line, const char *what),
                void *arg);
bool heads_public_key(Arena *a, Str *ret_pem);

/* ---- sealed.c: the newest seal of every row, by key, in bounded memory ---- */
typedef struct Sealed {
        uint64_t id;        /* hash of table and key */
        uint8_t digest[16]; /* first half */
        int64_t order, seq;
        int32_t lane;
        uint16_t columns; /* that were sealed: a table may have grown since, at its end */
        uint8_t table;
        bool gone : 1, seen : 1;
} Sealed;
typedef struct SealedMap {
        Sealed *v;
        size_t n, cap;
        uint64_t seed;
} SealedMap;
void sealed_done(SealedMap *m);
Sealed *sealed_at(SealedMap *m, Str table, Str key,
                  bool make); /* a made one has order 0; NULL when absent */
