/* PostgreSQL: connections, the pool of them, and what the server's errors mean to us. A server that is gone is noticed at once
 * (P_DB_UNAVAILABLE, no waiting in line) and used again by the first caller after a short back-off. */
#include "base/log.h"
#include "contract.gen.h"
#include "db/pg.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Pool {
        char *url;
        int size, made;
        PgConn *conns; /* all places, connected or not */
        PgConn *free;  /* the one used last is used next */
        pthread_mutex_t lock;
        pthread_cond_t given;
        bool ready;
        unsigned failures;
        int64_t next_try_us; /* until then the server counts as gone */
        char why[256];
} Pool;

static Pool pool = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- connecting ---- */

static const char settings[] =
        "SET standard_conforming_strings = on; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET timezone = 'UTC';"
        "SET client_min_messages = warning; SET default_transaction_isolation = 'repeatable read';"
        "SET cursor_tuple_fraction = 1; SET idle_in_transaction_session_timeout = 60000;"
        "SET lock_timeout = %d; SET statement_timeout = %d;"
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

static void no_notices(void *arg, const PGresult *r) { (void)arg, (void)r; }

PGconn *pg_connect(char **ret_why) {
        static const char *const names[] = { "connect_timeout",  "keepalives_idle",  "keepalives_interval",
                                             "keepalives_count", "tcp_user_timeout", "application_name",
                                             "client_encoding",  "dbname",           NULL };
        const char *values[] = { "3", "10", "5", "3", "15000", "wangge", "UTF8", pool.url, NULL };
        PGconn *pg = PQconnectdbParams(names, values, 1);
        char sql[800];
        PGresult *r;

        if (PQstatus(pg) != CONNECTION_OK) {
                *ret_why = strdup(PQerrorMessage(pg));
                PQfinish(pg);
                return NULL;
        }
        PQsetNoticeReceiver(pg, no_notices, NULL);
        snprintf(sql, sizeof sql, settings, PG_LOCK_MS, PG_STATEMENT_MS);
        r = PQexec(pg, sql);
        if (!pg_good(r)) {
                *ret_why = strdup(PQerrorMessage(pg));
                PQfinish(pg);
                pg = NULL;
        }
        PQclear(r);
        return pg;
}

static void disconnect(PgConn *c) {
        ids_forget(); /* a server that crashed may give the same ones again */
        PQfinish(c->pg);
        stmts_done(&c->stmts, NULL);
        c->pg = NULL;
        c->names = c->cursors = 0;
        c->sent_n = 0;
        c->lane = (DbLane){ 0 };
        c->has_lane = c->begin = c->lost = c->patient = false;
}

static Rc gone(Cx *cx, const char *why) {
        Str s = str_trim(str_c(why));
        Rc rc = fail(cx, P_DB_UNAVAILABLE, "The database server: " STR_FMT, STR_ARG(s));

        cx->problem.retry_after_s = 2;
        return rc;
}

static Rc connect_conn(Cx *cx, PgConn *c) {
        char *why = NULL;
        int64_t now_us = time_mono_us();
        bool wait;
        Rc rc = OK;

        pthread_mutex_lock(&pool.lock);
        wait = now_us < pool.next_try_us;
        if (wait)
                rc = gone(cx, pool.why);
        pthread_mutex_unlock(&pool.lock);
        if (wait)
                return rc;
        c->pg = pg_connect(&why);
        pthread_mutex_lock(&pool.lock);
        if (c->pg)
                pool.failures = 0;
        else {
                unsigned shift = pool.failures < 4 ? pool.failures : 4;

                pool.failures++;
                pool.next_try_us = time_mono_us() + ((int64_t)100000 << shift);
                snprintf(pool.why, sizeof pool.why, "%s", why);
                rc = gone(cx, why);
        }
        pthread_mutex_unlock(&pool.lock);
        free(why);
        return rc;
}

/* A server that ended an idle connection has said so in the socket: something to read there means that it is no good. */
static bool still_good(PgConn *c) {
        struct pollfd fd = { .fd = PQsocket(c->pg), .events = POLLIN };

        if (c->lost || PQstatus(c->pg) != CONNECTION_OK)
                return false;
        if (poll(&fd, 1, 0) <= 0)
                return true;
        return PQconsumeInput(c->pg) && PQstatus(c->pg) == CONNECTION_OK &&
               PQtransactionStatus(c->pg) == PQTRANS_IDLE;
}

/* ---- the pool ---- */

static struct timespec after_ms(int64_t ms) {
        struct timespec at;

        clock_gettime(CLOCK_MONOTONIC, &at);
        at.tv_sec += ms / 1000;
        at.tv_nsec += ms % 1000 * 1000000;
        if (at.tv_nsec >= 1000000000) {
                at.tv_nsec -= 1000000000;
                at.tv_sec++;
        }
        return at;
}

static PgConn *take_place(void) {
        struct timespec until = after_ms(DB_BUSY_MS);
        PgConn *c = NULL;

        pthread_mutex_lock(&pool.lock);
        while (!pool.free && pool.made == pool.size)
                if (pthread_cond_timedwait(&pool.given, &pool.lock, &until) == ETIMEDOUT)
                        break;
        if (pool.free) {
                c = pool.free;
                pool.free = c->next;
        } else if (pool.made < pool.size)
                c = &pool.conns[pool.made++];
        pthread_mutex_unlock(&pool.lock);
        return c;
}

Rc pool_take(Cx *cx, PgConn **ret) {
        PgConn *c = take_place();
        Rc rc = OK;

        if (!c) {
                rc = fail(cx, P_DB_BUSY, "No database connection came free");
                cx->problem.retry_after_s = 2;
                return rc;
        }
        if (c->pg && !still_good(c))
                disconnect(c);
        if (!c->pg)
                rc = connect_conn(cx, c);
        if (rc != OK)
                pool_give(c);
        else
                *ret = c;
        return rc;
}

void pool_give(PgConn *c) {
        if (c->pg && (c->lost || PQtransactionStatus(c->pg) != PQTRANS_IDLE))
                disconnect(c);
        pthread_mutex_lock(&pool.lock);
        c->next = pool.free;
        pool.free = c;
        pthread_cond_signal(&pool.given);
        pthread_mutex_unlock(&pool.lock);
}

Rc pool_open(Cx *cx, const DbConfig *config) {
        pthread_condattr_t monotonic;
        PgConn *c;

        pool.size = config->pool > 0 ? config->pool : PG_POOL;
        pool.conns = calloc((size_t)pool.size, sizeof(PgConn));
        pool.url = str_heap(config->url);
        if (!pool.conns || !pool.url)
                abort();
        pool.made = 0;
        pool.free = NULL;
        pool.failures = 0;
        pool.next_try_us = 0;
        if (!pool.ready) {
                pthread_condattr_init(&monotonic);
                pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
                pthread_cond_init(&pool.given, &monotonic);
                pool.ready = true;
        }
        TRY(pool_take(cx, &c));
        if (strcmp(PQparameterStatus(c->pg, "server_encoding"), "UTF8") != 0) {
                pool_give(c);
                return fail(cx, P_DB_UNAVAILABLE, "The database's encoding must be UTF8");
        }
        pool_give(c);
        return OK;
}

void pool_close(void) {
        for (int i = 0; i < pool.made; i++)
                disconnect(&pool.conns[i]);
        free(pool.conns);
        free(pool.url);
        pool.conns = pool.free = NULL;
        pool.url = NULL;
        pool.made = 0;
}

/* ---- results ---- */

/* The next result, NULL at the end of one command's results or when the connection is lost (c->lost tells). */
PGresult *pg_next(PgConn *c) {
        while (PQisBusy(c->pg)) {
                struct pollfd fd = { .fd = PQsocket(c->pg), .events = POLLIN };
                int n = poll(&fd, 1, c->patient ? -1 : PG_ANSWER_MS);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0 || !PQconsumeInput(c->pg)) {
                        c->lost = true;
                        return NULL;
                }
        }
        return PQgetResult(c->pg);
}

PGresult *pg_result(PgConn *c) {
        PGresult *kept = NULL, *r;

        while ((r = pg_next(c))) {
                if (kept && !pg_good(kept))
                        PQclear(r);
                else {
                        PQclear(kept);
                        kept = r;
                }
        }
        if (c->lost || PQstatus(c->pg) != CONNECTION_OK)
                c->lost = true;
        return kept;
}

PGresult *pg_run(PgConn *c, const char *sql) {
        if (PQsendQuery(c->pg, sql))
                return pg_result(c);
        c->lost = true;
        return NULL;
}

/* ---- errors ---- */

static bool state_is(const char *state, const char *prefix) {
        return strncmp(state, prefix, strlen(prefix)) == 0;
}

static int problem_of_state(const char *state) {
        if (state_is(state, "40001") || state_is(state, "40P01") || state_is(state, "55P03") ||
            state_is(state, "57014"))
                return P_DB_BUSY;
        if (state_is(state, "53100"))
                return P_DB_FULL;
        if (state_is(state, "08") || state_is(state, "53") || state_is(state, "57P") ||
            state_is(state, "58") || state_is(state, "25006") || state_is(state, "25P03") ||
            state_is(state, "28") || state_is(state, "3D"))
                return P_DB_UNAVAILABLE;
        if (state_is(state, "XX001") || state_is(state, "XX002"))
                return P_DB_CORRUPT;
        return P_SERVER_BUG;
}

Rc pg_fail(Cx *cx, PgConn *c, const PGresult *r, const char *what) {
        const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
        const char *message = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
        const char *constraint = r ? PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME) : NULL;
        bool stale_plan = state && state_is(state, "0A000") && message && strstr(message, "cached plan");
        Rc rc;

        if (stale_plan ||
            (state && (state_is(state, "08") || state_is(state, "57P") || state_is(state, "25P03"))))
                c->lost = true;
        if (cx->tx)
                cx->tx->retry = c->lost || (state && (state_is(state, "40001") || state_is(state, "40P01")));
        /* The message of the connection, not of the result, when the server did not speak; never DETAIL, which quotes data. */
        if (!state || c->lost)
                return gone(cx, message ? message : PQerrorMessage(c->pg));
        rc = fail(cx, problem_of_state(state), "%s: %s%s%s%s (%s)", what, message ? message : "",
                  constraint ? " [" : "", constraint ? constraint : "", constraint ? "]" : "", state);
        if (rc == E_BUSY)
                cx->problem.retry_after_s = 2;
        return rc;
}
