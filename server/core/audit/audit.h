/* The chained log (SM3). In a transaction, modules note what happened and seal the rows they wrote; one entry per transaction is
 * appended to the write connection's lane just before commit. `wangge verify` recomputes the chain, the signed heads and the
 * digest of every sealed row. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"

/* Says what happened; the first note of a transaction names the entry (action, subject), later ones are added to its detail.
 * action "case.archived", subject "case/123". detail_json may be p NULL. */
Rc audit_note(Cx *cx, const char *action, Str subject, Str detail_json);
struct DbQuery;
struct DbRowShape;
/* A sealed table, registered by its module. `all` (query_X of a query X() -> each Row) reads every row; its Row is what the table's
 * seals are made of. `key` names the columns, whole numbers and texts, that tell a row from the others: "case_id/seq". `extra`, or NULL,
 * checks more than the row, e.g. that a photo's bytes have the recorded hash; *ret_wrong explains. */
typedef Rc (*AuditExtra)(Cx *cx, const void *row, Str *ret_wrong);
void audit_table(const char *table, const struct DbQuery *all, const char *key, AuditExtra extra);
/* Seals a row just written, whole, of the registered table with rows of that shape. The digest is SM3 over the column values in
 * order, each with type and length. */
Rc audit_seal(Cx *cx, const struct DbRowShape *shape, const void *row);
/* The same with table and key named, for rows of another shape, e.g. with the columns that an earlier edition knew. */
Rc audit_seal_as(Cx *cx, const char *table, Str key, const struct DbRowShape *shape, const void *row);
Rc audit_seal_gone(Cx *cx, const char *table, Str key); /* the row was deleted on purpose */
/* Appends to the log that something sensitive was read; opens a transaction of its own if there is none. */
Rc audit_read_note(Cx *cx, const char *action, Str subject, Str detail_json);
/* Who acts, told by core/who: id not set and name absent for the public. */
typedef void (*AuditActor)(const Cx *cx, OptInt *ret_id, Str *ret_name);
void audit_on_actor(AuditActor actor);

/* SM3 helpers, shared by the case chain. */
typedef struct Sm3 {
        uint8_t b[32];
} Sm3;
void sm3(Sm3 *ret, const void *p, size_t n);
/* Hash of fields, each preceded by its length as 8 bytes big-endian (all ones when it is absent), so that no two lists of fields
 * give the same bytes. */
void sm3_fields(Sm3 *ret, const Str *fields, size_t n);

void audit_init(void); /* registers the commit hooks */
/* Signs the newest head of every lane into the heads file (SM2, one JSON line each, appended, fsynced). By interval and at stop. */
Rc audit_sign_heads(Cx *cx);
/* The key pair: made at init beside the database (0600, the public half in key_path.pub) or given by WANGGE_AUDIT_KEY. An existing
 * key is kept. */
Rc audit_keys_make(Cx *cx, Str key_path);
/* key_path may hold just a public key: then heads can be checked but not signed. */
Rc audit_keys_open(Cx *cx, Str key_path, Str heads_path);
void audit_keys_close(void);

typedef struct VerifyFinding {
        Str kind;  /* chain, head, row, missing-row, unrecorded-row, blob, case-chain */
        Str where; /* lane 0 entry 17; case_case 123 column text … */
        Str what;
} VerifyFinding;
/* A table that is sealed row by row; columns without those of the key. */
typedef struct VerifyTable {
        Str name;
        StrList columns;
        int64_t rows;
} VerifyTable;
typedef struct VerifyTableList {
        VerifyTable *v;
        size_t n, cap;
} VerifyTableList;
typedef struct VerifyReport {
        int64_t entries, lanes, rows, heads, more;
        VerifyTableList tables; /* all there are, whether anything is in them or not */
        VerifyFinding *v;
        size_t n, cap;
} VerifyReport;
Rc audit_verify(
        Cx *cx,
        VerifyReport *ret); /* OK also when findings exist; at most 1,000 are kept, `more` counts the rest */

/* For the handlers: entries newest first, a bounded piece of the log at a time; heads of all lanes. */
Rc audit_search(Cx *cx, const AuditQuery *in, AuditPage *ret);
Rc audit_show_heads(Cx *cx, AuditHeads *ret);
