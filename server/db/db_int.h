/* What the files of server/db share; nobody else includes it. The front (db.c) knows one engine through DbEngine; an engine
 * knows nothing of the other and nothing of modules. */
#pragma once
#include "base/buf.h"
#include "base/map.h"
#include "db/db.h"

enum {
        DB_BUSY_MS = 3000, /* how long one waits for a lock or a connection before P_DB_BUSY */
        DB_BATCH = 1024,   /* works that share one commit on SQLite */
        DB_ATTEMPTS = 5,   /* of a transaction after serialisation failures */
        DB_PARAMS = 200,   /* tools/sqlgen.py holds queries to this */
        DB_HOOKS = 8,
        DB_NOTIFY_MAX = 7900, /* bytes of a notification's text; PostgreSQL takes less than 8000 */
};

typedef struct DbText {
        Str text;
        struct DbText *next;
} DbText;

typedef enum DbTxKind {
        DB_TX_WORK = 1, /* a module's work, with hooks and lane */
        DB_TX_BARE,     /* our own: ping, scripts of tests; no hooks */
        DB_TX_SCHEMA,   /* migrations: one at a time over all processes, no time limit, no hooks */
} DbTxKind;

/* One transaction, on the stack of the thread that called db_write. */
struct DbTx {
        DbTxKind kind;
        DbWork work;
        void *arg;
        struct DbConn *conn;
        DbLane *lane;
        DbText *notes, **notes_end; /* db_notify's texts, in the arena of cx */
        Rc broken; /* first failure of a query or of nested work: the transaction cannot be committed any more */
        Problem broken_why;
        bool retry; /* the failure goes away when the work is run again */
};

/* Where rows go. */
typedef struct DbSink {
        const DbQuery *q;
        Arena *arena; /* memory of the rows and their strings */
        DbRows rows;  /* DB_MANY */
        void *row;    /* DB_ONE, DB_OPT: the row; DB_EACH: the row in work */
        DbEach each;
        void *arg;
        size_t n; /* rows taken */
} DbSink;

typedef struct DbEngine {
        DbKind kind;
        Rc (*open)(Cx *cx, const DbConfig *config);
        void (*close)(void);
        Rc (*write)(Cx *cx, DbTx *tx);              /* the whole transaction; calls db_attempt() */
        Rc (*read)(Cx *cx, DbWork work, void *arg); /* pins cx->reader */
        /* ret_number: rows changed, or the new row's id; NULL when nobody asks. */
        Rc (*query)(Cx *cx, const DbQuery *q, const DbValue *params, DbSink *sink, int64_t *ret_number);
        Rc (*settle)(Cx *cx); /* NULL: nothing is ever put off */
        Rc (*script)(Cx *cx, const char *sql); /* several statements, inside a transaction */
        Rc (*check)(Cx *cx, const DbQuery *q, uint64_t mask, Buf *complaints); /* prepares and compares */
        void (*heard)(void); /* somebody wants notifications now */
        bool (*hears)(void); /* NULL: always */
} DbEngine;

extern const DbEngine db_sqlite_engine, db_postgres_engine;

/* ---- db.c ---- */
/* Runs a transaction's work once, with the hooks, between the engine's begin and commit. */
Rc db_attempt(Cx *cx, DbTx *tx);
/* Marks the transaction (if any) as one that cannot be committed; gives rc back. */
Rc db_broken(Cx *cx, Rc rc);
void db_count(int64_t commits, int64_t reruns);
void db_heard(Str text);
void db_gap(void);
/* db_write with another kind of transaction. */
Rc db_write_as(Cx *cx, DbTxKind kind, DbWork work, void *arg);
/* Runs SQL text as it stands, inside a transaction. For migrations and the tests of this folder. */
Rc db_script(Cx *cx, const char *sql);

/* ---- query.c ---- */
/* Which optional pieces are there: bit i when parameter i is given. */
uint64_t db_mask(const DbQuery *q, DbKind kind, const DbValue *params);
uint64_t db_mask_all(const DbQuery *q, DbKind kind);
/* The text with the mask's pieces, NUL at its end. */
void db_text(Buf *b, const DbQuery *q, DbKind kind, uint64_t mask);
Str db_id_table(const DbQuery *q); /* into which a DB_ID inserts */
Rc db_check_params(Cx *cx, const DbQuery *q, const DbValue *params);
void *sink_row(DbSink *sink);       /* zeroed memory for the next row */
Rc sink_took(Cx *cx, DbSink *sink); /* the row is filled: hands it on */

/* Prepared statements of one connection by (query, mask). */
typedef struct DbStmt {
        const DbQuery *q;
        uint64_t mask;
        void *stmt;
        bool busy;
} DbStmt;
typedef struct DbStmts {
        DbStmt **slots;
        size_t n, cap;
} DbStmts;
DbStmt *stmts_get(DbStmts *s, const DbQuery *q, uint64_t mask); /* NULL when absent */
DbStmt *stmts_add(DbStmts *s, const DbQuery *q, uint64_t mask, void *stmt);
void stmts_done(DbStmts *s, void (*close)(void *stmt));

/* ---- migrate.c ---- */
Rc db_is_ours(Cx *cx); /* P_DB_NOT_OURS when it holds somebody else's tables */
Str db_template(Arena *a, DbKind kind, const char *sql);
void schema_comment(Buf *out, const char *name); /* what the migrations say above the table or view */
Rc sqlite_dump(Cx *cx, Str *ret);                /* schema of a scratch database with all migrations */
