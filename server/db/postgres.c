/* PostgreSQL: transactions, prepared statements, values out and in. Parameters go out in binary form with declared types (no
 * copies, no guessing by the server); results come back as text, because a sum may be numeric and a count bigint. */
#include "base/id.h"
#include "base/log.h"
#include "contract.gen.h"
#include "db/pg.h"
#include <endian.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
        OID_BOOL = 16,
        OID_BYTEA = 17,
        OID_NAME = 19,
        OID_INT8 = 20,
        OID_INT2 = 21,
        OID_INT4 = 23,
        OID_TEXT = 25,
        OID_FLOAT4 = 700,
        OID_FLOAT8 = 701,
        OID_VARCHAR = 1043,
        OID_NUMERIC = 1700
};

/* Transactions that are run again take turns: of many that fight for one row, one wins each time. */
static pthread_mutex_t again = PTHREAD_MUTEX_INITIALIZER;

/* ---- parameters ---- */

typedef struct PgParams {
        Oid types[DB_PARAMS + 1];
        const char *values[DB_PARAMS + 1];
        int lengths[DB_PARAMS + 1], formats[DB_PARAMS + 1];
        uint64_t numbers[DB_PARAMS + 1];
} PgParams;

static Oid oid_of(DbType type) {
        switch (type) {
        case DB_INT: return OID_INT8;
        case DB_TEXT: return OID_TEXT;
        case DB_BLOB: return OID_BYTEA;
        case DB_BOOL: return OID_BOOL;
        case DB_NUM: return OID_FLOAT8;
        }
        return 0;
}

/* The id of a new row is given to the statement after what the query names. */
static int count_of(const DbQuery *q) { return q->param_count + (q->yield == DB_ID); }

static void put_types(PgParams *p, const DbQuery *q) {
        for (int i = 0; i < q->param_count; i++)
                p->types[i] = oid_of(q->param_types[i]);
        if (q->yield == DB_ID)
                p->types[q->param_count] = OID_INT8;
}

static void put_id(PgParams *p, const DbQuery *q, int64_t id) {
        int i = q->param_count;

        p->numbers[i] = htobe64((uint64_t)id);
        p->values[i] = (const char *)&p->numbers[i];
        p->lengths[i] = 8;
        p->formats[i] = 1;
}

static void put_values(PgParams *p, const DbQuery *q, const DbValue *params) {
        for (int i = 0; i < q->param_count; i++) {
                const DbValue *v = &params[i];

                p->formats[i] = 1;
                p->values[i] = (const char *)&p->numbers[i];
                p->lengths[i] = 8;
                if (v->null) {
                        p->values[i] = NULL;
                        continue;
                }
                switch (v->type) {
                case DB_INT: p->numbers[i] = htobe64((uint64_t)v->i); break;
                case DB_NUM:
                        memcpy(&p->numbers[i], &v->d, 8);
                        p->numbers[i] = htobe64(p->numbers[i]);
                        break;
                case DB_BOOL:
                        *(char *)&p->numbers[i] = v->i != 0;
                        p->lengths[i] = 1;
                        break;
                case DB_TEXT:
                case DB_BLOB:
                        p->values[i] = v->s.p;
                        p->lengths[i] = (int)v->s.n;
                        break;
                }
        }
}

/* ---- rows ---- */

static bool read_bytes(Str text, Arena *a, Str *ret) {
        size_t n = text.n / 2 - 1;
        uint8_t *p;

        if (!str_starts(text, S("\\x")))
                return false;
        p = arena_take(a, n + 1);
        *ret = (Str){ (const char *)p, n };
        return n == 0 || str_hex(str_sub(text, 2, text.n), p, n);
}

static bool read_double(Str text, double *ret) {
        char *end;

        *ret = strtod(text.p, &end); /* libpq ends every value with a NUL */
        return end == text.p + text.n && text.n;
}

static bool read_value(Str text, const DbColumn *col, Arena *a, void *at) {
        int64_t i = 0;
        double d = 0;
        bool b;

        switch (col->type) {
        case DB_INT:
                if (!str_int(text, &i))
                        return false;
                if (col->nullable)
                        *(OptInt *)at = SOME_INT(i);
                else
                        *(int64_t *)at = i;
                return true;
        case DB_BOOL:
                b = text.p[0] == 't' || text.p[0] == '1';
                if (col->nullable)
                        *(OptBool *)at = (OptBool){ true, b };
                else
                        *(bool *)at = b;
                return text.n == 1;
        case DB_NUM:
                if (!read_double(text, &d))
                        return false;
                if (col->nullable)
                        *(OptNum *)at = (OptNum){ true, d };
                else
                        *(double *)at = d;
                return true;
        case DB_TEXT:
                *(Str *)at = text.n ? (Str){ arena_copy(a, text.p, text.n), text.n } : (Str){ "", 0 };
                return true;
        case DB_BLOB: return read_bytes(text, a, at);
        }
        return false;
}

static Rc read_rows(Cx *cx, const PGresult *r, DbSink *sink) {
        const DbRowShape *shape = sink->q->shape;
        int rows = PQntuples(r);

        for (int y = 0; y < rows; y++) {
                char *row = sink_row(sink);

                for (int x = 0; x < shape->count; x++) {
                        const DbColumn *col = &shape->columns[x];
                        bool null = PQgetisnull(r, y, x);
                        Str text = { PQgetvalue(r, y, x), (size_t)PQgetlength(r, y, x) };

                        if (null ? !col->nullable : !read_value(text, col, sink->arena, row + col->offset))
                                return fail(cx, P_SERVER_BUG, "Query %s: column %s is %s", sink->q->name,
                                            col->name, null ? "null" : "of another type");
                }
                TRY(sink_took(cx, sink));
        }
        return OK;
}

/* ---- statements ---- */

static Rc expect(Cx *cx, PgConn *c, PGresult *r, const char *what) {
        Rc rc = r && pg_good(r) && !c->lost ? OK : pg_fail(cx, c, r, what);

        PQclear(r);
        return rc;
}

/* ---- what travels together: BEGIN, statements whose answer nobody needs yet, and the one whose answer is needed ----
 * They are handed to the library in pipeline mode and read back in order. When one fails the server skips the rest up to the
 * sync, so that nothing after it takes effect. */

static void stmt_name(char name[static 16], const DbStmt *s) {
        snprintf(name, 16, "s%u", (unsigned)(uintptr_t)s->stmt);
}

static bool pipe_open(PgConn *c) {
        if (!c->sent_n && !PQenterPipelineMode(c->pg))
                return false;
        if (!c->begin)
                return true;
        c->begin = false;
        c->sent[c->sent_n++] = (PgSent){ 0 };
        return PQsendQueryParams(c->pg, "BEGIN", 0, NULL, NULL, NULL, NULL, 0) == 1;
}

static bool send_stmt(PgConn *c, const DbStmt *s, int n, const PgParams *p) {
        char name[16];

        stmt_name(name, s);
        return PQsendQueryPrepared(c->pg, name, n, p->values, p->lengths, p->formats, 0) == 1;
}

static bool read_id(const PGresult *r, int64_t *ret) {
        return PQntuples(r) == 1 && PQnfields(r) == 1 && str_int(str_c(PQgetvalue(r, 0, 0)), ret);
}

/* The answers of all that was sent; the first that is an error, or with `wanted` the last. NULL: none of these, or lost. */
static PGresult *pipe_close(PgConn *c, bool wanted, const char **ret_what) {
        PGresult *kept = NULL, *r;
        bool synced = false;

        if (!PQpipelineSync(c->pg))
                c->lost = true;
        for (int i = 0; i < c->sent_n + wanted && !c->lost; i++) {
                const PgSent *sent = &c->sent[i];

                r = pg_result(c);
                if (kept || (i < c->sent_n && pg_good(r))) {
                        if (!kept && sent->ret_id && !read_id(r, sent->ret_id))
                                c->lost = true;
                        PQclear(r);
                } else {
                        kept = r;
                        if (i < c->sent_n)
                                *ret_what = sent->q ? sent->q->name : "Beginning to write";
                }
        }
        while (!c->lost && !synced && (r = pg_next(c))) {
                synced = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
                PQclear(r);
        }
        c->sent_n = 0;
        if (!synced || !PQexitPipelineMode(c->pg))
                c->lost = true;
        return kept;
}

/* Nothing waits afterwards; a transaction that was to be begun is. */
static Rc settle(Cx *cx, PgConn *c) {
        const char *what = "Beginning to write";
        PGresult *r;
        Rc rc;

        if (!c->begin && !c->sent_n)
                return OK;
        if (!pipe_open(c))
                c->lost = true;
        r = pipe_close(c, false, &what);
        rc = r || c->lost ? pg_fail(cx, c, r, what) : OK;
        PQclear(r);
        return rc;
}

static Rc prepare(Cx *cx, PgConn *c, const DbQuery *q, uint64_t mask, const char *name) {
        Buf text = BUF_HEAP;
        PgParams p;
        PGresult *r = NULL;
        Rc rc;

        put_types(&p, q);
        db_text(&text, q, DB_POSTGRES, mask);
        if (PQsendPrepare(c->pg, name, text.p, count_of(q), p.types))
                r = pg_result(c);
        else
                c->lost = true;
        buf_done(&text);
        rc = expect(cx, c, r, q->name);
        return rc;
}

static Rc take_stmt(Cx *cx, PgConn *c, const DbQuery *q, const DbValue *params, DbStmt **ret) {
        uint64_t mask = db_mask(q, DB_POSTGRES, params);
        DbStmt *s = stmts_get(&c->stmts, q, mask);
        char name[16];

        if (!s) {
                unsigned number = ++c->names;

                snprintf(name, sizeof name, "s%u", number);
                TRY(settle(cx, c));
                TRY(prepare(cx, c, q, mask, name));
                s = stmts_add(&c->stmts, q, mask, (void *)(uintptr_t)number);
        }
        *ret = s;
        return OK;
}

static PGresult *run_stmt(PgConn *c, const DbStmt *s, int n, const PgParams *p, const char **ret_what) {
        bool together = c->begin || c->sent_n;

        if ((together && !pipe_open(c)) || !send_stmt(c, s, n, p)) {
                c->lost = true;
                return NULL;
        }
        return together ? pipe_close(c, true, ret_what) : pg_result(c);
}

/* From the stock, or a portion from the server: together with what waits. */
static Rc id_ahead(Cx *cx, PgConn *c, const DbQuery *q, int64_t *ret) {
        static const char sql[] = "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2::int)";
        const char *what = "Taking ids", *values[2];
        int64_t taken[PG_IDS];
        char count[16];
        PGresult *r;
        int wanted, n;
        Rc rc = OK;

        if (ids_take(q, ret, &wanted))
                return OK;
        snprintf(count, sizeof count, "%d", wanted);
        values[0] = str_z(cx->arena, db_id_table(q));
        values[1] = count;
        if (!pipe_open(c) || !PQsendQueryParams(c->pg, sql, 2, NULL, values, NULL, NULL, 0))
                c->lost = true;
        r = pipe_close(c, true, &what);
        n = r ? PQntuples(r) : 0;
        if (!r || !pg_good(r) || c->lost)
                rc = pg_fail(cx, c, r, what);
        for (int i = 0; rc == OK && i < n && i < PG_IDS; i++)
                if (!str_int(str_c(PQgetvalue(r, i, 0)), &taken[i]))
                        rc = fail(cx, P_SERVER_BUG, "Query %s: the sequence gave no number", q->name);
        PQclear(r);
        if (rc == OK && n != wanted)
                rc = fail(cx, P_SERVER_BUG, "Query %s: the sequence gave %d numbers of %d", q->name, n, wanted);
        ids_give(q, taken, rc == OK ? n : 0);
        *ret = rc == OK ? taken[0] : 0;
        return rc;
}

static Rc put_off(Cx *cx, PgConn *c, const DbQuery *q, const DbValue *params, int64_t *ret_id) {
        PgParams p;
        DbStmt *s;

        if (q->yield == DB_ID)
                TRY(id_ahead(cx, c, q, ret_id));
        TRY(take_stmt(cx, c, q, params, &s));
        put_values(&p, q, params);
        if (q->yield == DB_ID)
                put_id(&p, q, *ret_id);
        if (!pipe_open(c) || !send_stmt(c, s, count_of(q), &p)) {
                c->lost = true;
                return pg_fail(cx, c, NULL, q->name);
        }
        c->sent[c->sent_n++] = (PgSent){ q, q->yield == DB_LATER ? ret_id : NULL };
        return c->sent_n < PG_PUT_OFF ? OK : settle(cx, c);
}

static Rc run_whole(Cx *cx, PgConn *c, const DbQuery *q, const DbValue *params, DbSink *sink,
                    int64_t *ret_number) {
        const char *what = q->name;
        PgParams p;
        DbStmt *s;
        PGresult *r;
        int64_t changed = 0;
        Rc rc = OK;

        TRY(take_stmt(cx, c, q, params, &s));
        put_values(&p, q, params);
        r = run_stmt(c, s, q->param_count, &p, &what);
        if (!r || !pg_good(r) || c->lost)
                rc = pg_fail(cx, c, r, what);
        else if (sink && PQnfields(r) != q->shape->count)
                rc = fail(cx, P_SERVER_BUG, "Query %s gives %d columns, %s has %d", q->name, PQnfields(r),
                          q->shape->name, q->shape->count);
        else if (sink)
                rc = read_rows(cx, r, sink);
        else if (ret_number && str_int(str_c(PQcmdTuples(r)), &changed))
                *ret_number = changed;
        PQclear(r);
        return rc;
}

/* Rows in portions, by a cursor, so that the callback may query on the same connection meanwhile. */
static Rc run_cursor(Cx *cx, PgConn *c, const DbQuery *q, const DbValue *params, DbSink *sink) {
        unsigned number = ++c->cursors;
        _cleanup_(buf_done) Buf text = BUF_HEAP;
        char fetch[48], close[32];
        PgParams p;
        PGresult *r = NULL;
        int got = PG_FETCH;
        Rc rc;

        TRY(settle(cx, c));
        snprintf(fetch, sizeof fetch, "FETCH %d FROM c%u", PG_FETCH, number);
        snprintf(close, sizeof close, "CLOSE c%u", number);
        buf_fmt(&text, "DECLARE c%u NO SCROLL CURSOR FOR ", number);
        db_text(&text, q, DB_POSTGRES, db_mask(q, DB_POSTGRES, params));
        put_types(&p, q);
        put_values(&p, q, params);
        if (PQsendQueryParams(c->pg, text.p, q->param_count, p.types, p.values, p.lengths, p.formats, 0))
                r = pg_result(c);
        else
                c->lost = true;
        rc = expect(cx, c, r, q->name);
        while (rc == OK && got == PG_FETCH) {
                r = pg_run(c, fetch);
                if (!r || !pg_good(r) || c->lost)
                        rc = pg_fail(cx, c, r, q->name);
                else if (PQnfields(r) != q->shape->count)
                        rc = fail(cx, P_SERVER_BUG, "Query %s gives %d columns", q->name, PQnfields(r));
                else
                        rc = read_rows(cx, r, sink);
                got = r ? PQntuples(r) : 0;
                PQclear(r);
        }
        if (rc == OK)
                rc = expect(cx, c, pg_run(c, close), q->name);
        return rc;
}

/* ---- reading ---- */

static Rc read_on(Cx *cx, PgConn *c, DbWork work, void *arg) {
        Rc rc = expect(cx, c, pg_run(c, "BEGIN READ ONLY"), "Beginning to read");

        if (rc != OK)
                return rc;
        cx->reader = (DbConn *)c;
        rc = work(cx, arg);
        cx->reader = NULL;
        if (!c->lost)
                PQclear(pg_run(c, rc == OK ? "COMMIT" : "ROLLBACK"));
        return rc;
}

static Rc read_snapshot(Cx *cx, DbWork work, void *arg) {
        PgConn *c;
        Rc rc;

        TRY(pool_take(cx, &c));
        rc = read_on(cx, c, work, arg);
        pool_give(c);
        return rc;
}

typedef struct Each {
        const DbQuery *q;
        const DbValue *params;
        DbSink *sink;
} Each;

static Rc each_work(Cx *cx, void *arg) {
        Each *e = arg;

        return run_cursor(cx, (PgConn *)cx->reader, e->q, e->params, e->sink);
}

/* A connection that dies under a single read costs nothing: the pool gives another one, once. */
static Rc query(Cx *cx, const DbQuery *q, const DbValue *params, DbSink *sink, int64_t *ret_number) {
        PgConn *c = (PgConn *)(cx->tx ? cx->tx->conn : cx->reader);
        bool each = q->yield == DB_EACH;
        Rc rc;

        if (cx->tx && (q->yield == DB_ID || q->yield == DB_LATER || (q->yield == DB_EXEC && !ret_number)))
                return put_off(cx, c, q, params, ret_number);
        if (c)
                return each ? run_cursor(cx, c, q, params, sink)
                            : run_whole(cx, c, q, params, sink, ret_number);
        if (each)
                return read_snapshot(cx, each_work, &(Each){ q, params, sink });
        for (int attempt = 1;; attempt++) {
                bool lost;

                TRY(pool_take(cx, &c));
                rc = run_whole(cx, c, q, params, sink, ret_number);
                lost = c->lost;
                pool_give(c);
                if (!lost || attempt == 2)
                        return rc;
                cx->problem = (Problem){ 0 };
        }
}

/* ---- writing ---- */

/* A lane must be claimed before the transaction takes its snapshot: the one who had it before may have just committed. */
static Rc claim_lane(Cx *cx, PgConn *c) {
        PGresult *r =
                pg_run(c, "SELECT n FROM generate_series(0, 999) AS n WHERE "
                          "pg_try_advisory_lock(hashtext('wangge lane ' || current_schema()), n) LIMIT 1");
        Rc rc = OK;

        if (!r || !pg_good(r) || c->lost)
                rc = pg_fail(cx, c, r, "Claiming a lane");
        else if (PQntuples(r) != 1 || !str_int(str_c(PQgetvalue(r, 0, 0)), &c->lane.number))
                rc = fail(cx, P_DB_BUSY, "No lane of the audit chain is free");
        PQclear(r);
        c->has_lane = rc == OK;
        return rc;
}

static const char begin_schema[] =
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
        "SET LOCAL idle_in_transaction_session_timeout = 0;"
        "SELECT pg_advisory_xact_lock(hashtext('wangge migrate ' || current_schema()))";

static Rc begin(Cx *cx, PgConn *c, const DbTx *tx) {
        if (tx->kind == DB_TX_SCHEMA) {
                c->patient = true;
                return expect(cx, c, pg_run(c, begin_schema), "Beginning to migrate");
        }
        if (tx->kind == DB_TX_WORK && !c->has_lane)
                TRY(claim_lane(cx, c));
        c->begin = true;
        return OK;
}

/* COMMIT together with what was put off. */
static PGresult *send_commit(PgConn *c, const char **ret_what) {
        if (!c->sent_n)
                return pg_run(c, "COMMIT");
        if (!PQsendQueryParams(c->pg, "COMMIT", 0, NULL, NULL, NULL, NULL, 0))
                c->lost = true;
        return pipe_close(c, true, ret_what);
}

static Rc commit(Cx *cx, PgConn *c, DbTx *tx) {
        const char *what = "Committing";
        PGresult *r;
        Rc rc = OK;

        if (c->begin) /* it did nothing */
                return c->begin = false, OK;
        r = send_commit(c, &what);
        if (!r || !pg_good(r) || c->lost) {
                const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;

                tx->retry = state && !strncmp(state, "40", 2);
                rc = pg_fail(cx, c, r, what);
                if (c->lost)
                        rc = fail(cx, P_DB_UNAVAILABLE,
                                  "The connection was lost while committing: it may or may not be stored");
        } else if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
                rc = fail(cx, P_SERVER_BUG, "The transaction had failed without anybody noticing");
        PQclear(r);
        if (rc != OK)
                c->lane.ready = false;
        else
                db_count(1, 0);
        return rc;
}

static void rollback(PgConn *c) {
        const char *what;

        if (c->sent_n)
                PQclear(pipe_close(c, false, &what));
        if (!c->begin && !c->lost)
                PQclear(pg_run(c, "ROLLBACK"));
        c->begin = false;
}

static Rc write_once(Cx *cx, DbTx *tx) {
        PgConn *c;
        Rc rc;

        TRY(pool_take(cx, &c));
        tx->conn = (DbConn *)c;
        tx->lane = &c->lane;
        rc = begin(cx, c, tx);
        if (rc == OK)
                rc = db_attempt(cx, tx);
        else if (c->lost)
                tx->retry = true;
        if (rc == OK)
                rc = commit(cx, c, tx);
        else
                rollback(c);
        if (rc != OK && !c->lost && PQtransactionStatus(c->pg) != PQTRANS_IDLE)
                rollback(c); /* a statement that was put off failed */
        c->patient = false;
        pool_give(c);
        return rc;
}

static void pause_before(int attempt) {
        struct timespec t = { .tv_nsec = (long)(1000000 + rand_below((uint64_t)2000000 << attempt)) };

        nanosleep(&t, NULL);
}

static Rc write_tx(Cx *cx, DbTx *tx) {
        Rc rc = write_once(cx, tx);

        if (rc != OK && tx->retry)
                pthread_mutex_lock(&again);
        else
                goto end;
        for (int attempt = 2; attempt <= DB_ATTEMPTS && rc != OK && tx->retry; attempt++) {
                if (attempt > 2)
                        pause_before(attempt);
                tx->retry = false;
                db_count(0, 1);
                rc = write_once(cx, tx);
        }
        pthread_mutex_unlock(&again);
        if (rc != OK && tx->retry) {
                rc = fail(cx, P_DB_BUSY, "Others changed the same again and again");
                cx->problem.retry_after_s = 1;
        }
end:
        for (DbText *t = rc == OK ? tx->notes : NULL; t; t = t->next)
                listen_send(t->text);
        return rc;
}

static Rc settle_tx(Cx *cx) { return settle(cx, (PgConn *)cx->tx->conn); }

static Rc script(Cx *cx, const char *sql) {
        PgConn *c = (PgConn *)cx->tx->conn;

        TRY(settle(cx, c));
        return expect(cx, c, pg_run(c, sql), "Script");
}

/* ---- checking ---- */

static bool type_fits(Oid oid, DbType type) {
        switch (type) {
        case DB_INT: return oid == OID_INT8 || oid == OID_INT4 || oid == OID_INT2;
        case DB_TEXT: return oid == OID_TEXT || oid == OID_VARCHAR || oid == OID_NAME;
        case DB_BLOB: return oid == OID_BYTEA;
        case DB_BOOL: return oid == OID_BOOL;
        case DB_NUM: return oid == OID_FLOAT8 || oid == OID_FLOAT4;
        }
        return false;
}

static void check_columns(const DbQuery *q, const PGresult *r, Buf *complaints) {
        int wanted = q->shape ? q->shape->count : q->yield == DB_LATER;

        if (PQnfields(r) != wanted) {
                buf_fmt(complaints, "%s: gives %d columns, wanted %d\n", q->name, PQnfields(r), wanted);
                return;
        }
        for (int i = 0; q->shape && i < wanted; i++)
                if (!type_fits(PQftype(r, i), q->shape->columns[i].type))
                        buf_fmt(complaints, "%s: column %s has type %u, which does not fit; CAST it\n",
                                q->name, q->shape->columns[i].name, PQftype(r, i));
}

static Rc check(Cx *cx, const DbQuery *q, uint64_t mask, Buf *complaints) {
        PGresult *r = NULL;
        PgConn *c;

        TRY(pool_take(cx, &c));
        if (prepare(cx, c, q, mask, "") != OK) {
                buf_fmt(complaints, "%s: " STR_FMT "\n", q->name, STR_ARG(cx->problem.detail));
                cx->problem = (Problem){ 0 };
        } else if (PQsendDescribePrepared(c->pg, "") && (r = pg_result(c)))
                check_columns(q, r, complaints);
        PQclear(r);
        pool_give(c);
        return OK;
}

/* ---- the engine ---- */

static void close_postgres(void) {
        listen_stop();
        pool_close();
}

static void hear(void) { listen_start(true); }

const DbEngine db_postgres_engine = {
        .kind = DB_POSTGRES,
        .open = pool_open,
        .close = close_postgres,
        .write = write_tx,
        .read = read_snapshot,
        .query = query,
        .settle = settle_tx,
        .script = script,
        .check = check,
        .heard = hear,
        .hears = listen_hears,
};
