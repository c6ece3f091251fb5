/* One interface over SQLite and PostgreSQL. Modules do not call the functions below the line: they write named queries in
 * their .sql file, and tools/sqlgen.py makes a typed C function of each (sql.gen.h). One database per process.
 *
 * Reading: any query outside a transaction goes to a read connection (per thread on SQLite, from the pool on PostgreSQL).
 * Writing: only inside db_write(). On SQLite the work runs on the one writer thread, in a savepoint of a transaction that it
 * shares with other concurrent work (group commit); on PostgreSQL in a transaction of a pooled connection. db_write returns
 * after the commit is durable. */
#pragma once
#include "base/cx.h"

typedef struct DbTx DbTx;
typedef struct DbConn DbConn;

typedef struct DbConfig {
        Str url;  /* a path (SQLite) or postgresql://… */
        int pool; /* PostgreSQL connections; 0: default */
        bool read_only;
        bool must_exist;
} DbConfig;

typedef enum DbKind { DB_SQLITE = 1, DB_POSTGRES } DbKind;

Rc db_open(Cx *cx, const DbConfig *config); /* P_DB_UNAVAILABLE, P_DB_NOT_OURS */
void db_close(void);
DbKind db_kind(void);
Rc db_ping(Cx *cx); /* for /readyz: can read and, on a primary, write */

/* Runs work in one durable transaction. work's failure rolls everything of it back and is returned. work may run more than
 * once (serialisation failure, batch retry): it may only touch the database, cx's arena and what arg points to, idempotently.
 * Nested calls join the outer transaction. P_DB_BUSY when the database is locked or lost, P_DB_FULL when the disk is full. */
typedef Rc (*DbWork)(Cx *cx, void *arg);
Rc db_write(Cx *cx, DbWork work, void *arg);
/* The same for the one transaction in which a free route makes its change: cx->finish runs in it too, with the handler's answer that
 * work left in *out (out NULL: it has none). So an answer that is stored and its change come together or not at all. */
Rc db_write_answer(Cx *cx, DbWork work, void *arg, void **out);
/* A part of a transaction that may fail by itself, inside db_write: when work is refused, what it wrote, noted and told is taken back,
 * its problem is returned, and the transaction goes on. A failure of the database itself ends the whole, as everywhere. */
Rc db_part(Cx *cx, DbWork work, void *arg);
/* Runs work with all its queries on one consistent snapshot. */
Rc db_read(Cx *cx, DbWork work, void *arg);

/* Since the process began; for /metrics and bench. works / commits is what group commit saves. */
typedef struct DbFigures {
        int64_t works;   /* committed */
        int64_t failed;  /* rolled back or not begun */
        int64_t commits; /* waits for the disk */
        int64_t reruns;  /* works run once more: serialisation failures, lost connections, broken batches */
} DbFigures;
DbFigures db_figures(void);

/* Called inside every transaction, after its work succeeded and before it is committed (core/audit writes its entry there,
 * core/notice its outgoing notices). */
typedef Rc (*DbHook)(Cx *cx);
void db_before_commit(DbHook hook);
/* Called in the thread of db_write after the commit is durable (never for PostgreSQL's NOTIFY, see db_notify). */
void db_after_commit(void (*hook)(Cx *cx));
/* Called when a transaction's work is about to start or be run again: drafts are thrown away. */
void db_on_begin(void (*hook)(Cx *cx));
/* What a module collects in cx during a transaction, as a part of it found it (a copy in cx's arena), and taking it back to that. */
typedef struct DbPartHook {
        void *(*mark)(Cx *cx);
        void (*back)(Cx *cx, void *mark);
} DbPartHook;
void db_on_part(const DbPartHook *hook); /* lives for ever */

/* Sends a text to every listening server process, this one included, when the transaction commits: LISTEN/NOTIFY on
 * PostgreSQL (texts over 7,900 bytes are split by the caller), a direct call after commit on SQLite. */
Rc db_notify(Cx *cx, Str text);
void db_on_notify(void (*heard)(Str text));
/* Called when something may have been missed: after a lost LISTEN connection came back; on SQLite, where processes cannot tell
 * each other anything, when a write finds that another one has written. */
void db_on_notify_gap(void (*gap)(void));
/* Changes whenever something may have been missed, and with the database; 0 while nothing is heard. What was remembered in
 * another era is worth nothing. */
uint64_t db_era(void);

/* A lane is a strand of the audit chain that belongs to exactly one write connection at a time (0 on SQLite; claimed by
 * advisory lock on PostgreSQL), so that appending never waits for another transaction. The database layer restores seq and
 * head when a transaction is rolled back and clears ready when the connection is renewed. */
typedef struct DbLane {
        int64_t number;
        bool ready;
        int64_t seq;
        int64_t order; /* id of the lane's newest entry */
        uint8_t head[32];
} DbLane;
DbLane *db_lane(Cx *cx); /* inside db_write only */

/* Migrations: forward only, checked by checksum against what was applied. */
/* Applies what is missing; P_DB_MIGRATION when an applied one was altered or is unknown. */
Rc db_migrate(Cx *cx);
Rc db_schema_check(Cx *cx); /* as above without applying: P_DB_MIGRATION when something is missing */
Rc db_dump_schema(Cx *cx, Str *ret); /* the commented text of db/schema.sql */
/* Prepares every named query in its shapes (all optional pieces, none, each alone) and compares columns with rows;
 * P_SERVER_BUG with every complaint in the detail. */
Rc db_prepare_all(Cx *cx);

/* ---- what sql.gen.c calls ------------------------------------------------------------------------------------------- */

typedef enum DbType { DB_INT = 1, DB_TEXT, DB_BLOB, DB_BOOL, DB_NUM } DbType;

typedef struct DbValue {
        DbType type;
        bool null;
        int64_t i;
        double d;
        Str s;
} DbValue;

typedef struct DbColumn {
        const char *name;
        DbType type;
        bool nullable; /* the struct's member is OptInt / OptNum, or a Str with p NULL */
        uint32_t offset;
} DbColumn;

typedef struct DbRowShape {
        const char *name;
        uint32_t size;
        uint16_t count;
        const DbColumn *columns;
} DbRowShape;

/* DB_LATER: the id of the new row, told at the latest when the transaction has been committed. */
typedef enum DbYield { DB_EXEC, DB_ID, DB_LATER, DB_ONE, DB_OPT, DB_MANY, DB_EACH } DbYield;

/* A piece of a query's text. Pieces with when >= 0 are there only if parameter `when` is not null. Parameters appear in the text
 * as \x01 followed by one byte (1 + index). */
typedef struct DbPiece {
        int when;
        const char *sql;
} DbPiece;

typedef struct DbQuery {
        const char *name;
        DbYield yield;
        uint16_t param_count;
        const DbType *param_types;
        const DbRowShape *shape;          /* NULL for DB_EXEC, DB_ID, DB_LATER */
        const DbPiece *sqlite, *postgres; /* each ends with {.sql = NULL} */
        int id;                           /* dense, for statement caches */
} DbQuery;

extern const DbQuery *const db_queries[]; /* sql.gen.c; ends with NULL */
extern const int db_query_count;

/* Without ret_changed, inside a transaction on PostgreSQL, the statement travels with the next one or with the commit, and so
 * does the news that it failed: either way the transaction is not committed. */
Rc db_exec(Cx *cx, const DbQuery *q, const DbValue *params, int64_t *ret_changed);
Rc db_id(Cx *cx, const DbQuery *q, const DbValue *params, int64_t *ret); /* of the row it inserts */
Rc db_settle(Cx *cx); /* inside db_write: what was put off is done now, ids are told */
Rc db_one(Cx *cx, const DbQuery *q, const DbValue *params, void **ret); /* P_NOT_FOUND when there is none */
Rc db_opt(Cx *cx, const DbQuery *q, const DbValue *params, void **ret); /* *ret NULL when there is none */
typedef struct DbRows {
        void *v;
        size_t n, cap;
} DbRows;
Rc db_many(Cx *cx, const DbQuery *q, const DbValue *params, DbRows *ret);
/* Streams; the row is valid during the call only (a small arena is reset between rows). */
typedef Rc (*DbEach)(Cx *cx, const void *row, void *arg);
Rc db_each(Cx *cx, const DbQuery *q, const DbValue *params, DbEach each, void *arg);

typedef struct DbMigration {
        const char *module, *name; /* "case", "0001_case" */
        const char *sql;           /* template text with @ID@ and others */
        const char *checksum;      /* SHA-256 of the file, hexadecimal */
} DbMigration;
/* migrations.gen.c, ordered by number; ends with {NULL}. */
extern const DbMigration db_migrations[];
