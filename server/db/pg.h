/* What the files about PostgreSQL share: pg_pool.c (connections, errors), postgres.c (transactions, queries), pg_ids.c (ids of new
 * rows), pg_listen.c (notifications). */
#pragma once
#include "db/db_int.h"
#include <libpq-fe.h>

enum {
        PG_STATEMENT_MS = 30000, /* a statement longer than this is a mistake; the server ends it */
        PG_ANSWER_MS = 35000,    /* and if the server does not answer at all, the connection is given up */
        PG_LOCK_MS = 5000,
        PG_POOL = 16,   /* connections, unless configured; more do not help (docs: stack measurements) */
        PG_FETCH = 500, /* rows a cursor brings at once */
        PG_IDS = 256,   /* ids that are taken at once */
        PG_PUT_OFF = 64, /* statements that may wait for a later one to travel with */
};

/* A statement that was handed to the library and whose answer has not been read yet. */
typedef struct PgSent {
        const DbQuery *q; /* NULL: BEGIN */
        int64_t *ret_id;  /* may be NULL */
} PgSent;

typedef struct PgConn {
        PGconn *pg;    /* NULL until connected */
        DbStmts stmts; /* stmt is the number in the name "s<number>" */
        unsigned names, cursors;
        DbLane lane;
        bool has_lane;
        bool begin;   /* BEGIN goes out together with the first statement */
        PgSent sent[PG_PUT_OFF + 2]; /* the connection is in pipeline mode while there are any */
        int sent_n;
        bool lost;    /* unusable: connect anew before the next use */
        bool patient; /* no time limit (migrations) */
        struct PgConn *next;
} PgConn;

/* pg_pool.c */
Rc pool_open(Cx *cx, const DbConfig *config);
void pool_close(void);
Rc pool_take(Cx *cx, PgConn **ret);
void pool_give(PgConn *c);
/* A connection outside the pool with the same settings; NULL when the server cannot be reached, *ret_why (heap) then says why. */
PGconn *pg_connect(char **ret_why);
/* Waits for all results of what was sent and gives the last, or the first that is an error; NULL when the connection is lost. */
PGresult *pg_result(PgConn *c);
PGresult *pg_next(PgConn *c);
PGresult *pg_run(PgConn *c, const char *sql);
/* Says what a failed result (NULL: none came) means; notes whether running the transaction again may help. */
Rc pg_fail(Cx *cx, PgConn *c, const PGresult *r, const char *what);
static inline bool pg_good(const PGresult *r) {
        ExecStatusType s = PQresultStatus(r);
        return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

/* pg_ids.c */
/* An id that was taken in advance; false: none is left, and others wait until the caller has taken *ret_wanted and said so with
 * ids_give(). The first of them is the caller's; n 0: it came to nothing. */
bool ids_take(const DbQuery *q, int64_t *ret, int *ret_wanted);
void ids_give(const DbQuery *q, const int64_t *more, int n);
void ids_forget(void); /* the server was lost, or another database is opened */

/* pg_listen.c */
void listen_start(bool hear); /* hear: somebody wants to be told; otherwise the thread only sends */
void listen_stop(void);       /* after sending what waits */
void listen_send(Str text);
bool listen_hears(void); /* what other processes say arrives */
