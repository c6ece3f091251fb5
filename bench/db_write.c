/* How fast durable single-row writes are through db_write(), beside a bare loop of the same INSERT on the database's own API with
 * the same batch. wangge-bench-db_write [threads [seconds [postgresql-url]]]; the SQLite file is made in the working directory. */
#include "db/db_int.h"
#include <inttypes.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 512, POOL = 16 };

static const char table_sql[] =
        "CREATE TABLE bench_row (id @ID@, at_ms @INT@ NOT NULL, grid @TEXT@ NOT NULL, note @TEXT@ NOT NULL)";
static const char insert_sql[] = "INSERT INTO bench_row (at_ms, grid, note) VALUES ($1, $2, $3)";
static const char note[] =
        "A position, a heartbeat, a short sentence: about a hundred bytes in a row of one table, as they come.";
static const char grid[] = "370502001001001";

static const DbType types[] = { DB_INT, DB_TEXT, DB_TEXT };
static const DbPiece text[] = {
        { -1, "INSERT INTO bench_row (at_ms, grid, note) VALUES (\1\1, \1\2, \1\3)" }, { -1, NULL }
};
static const DbQuery insert = { "bench_insert", DB_EXEC, 3, types, NULL, text, text, 0 };

typedef struct Run {
        pthread_t thread;
        int64_t until_us, rows, worst_us;
        const char *url;
} Run;

static void die(const char *what, const char *why) {
        fprintf(stderr, "%s: %s\n", what, why);
        exit(1);
}

static void must(Cx *cx, Rc rc, const char *what) {
        if (rc != OK)
                die(what, str_z(cx->arena, cx->problem.detail));
}

static Rc insert_work(Cx *cx, void *arg) {
        const Run *r = arg;

        return db_exec(cx, &insert,
                       (DbValue[]){ { .type = DB_INT, .i = r->rows },
                                    { .type = DB_TEXT, .s = { grid, sizeof grid - 1 } },
                                    { .type = DB_TEXT, .s = { note, sizeof note - 1 } } },
                       NULL);
}

static void *insert_main(void *arg) {
        Run *r = arg;
        Cx *cx = cx_new(1 << 20);

        for (int64_t from = time_mono_us(), now; from < r->until_us; from = now) {
                must(cx, db_write(cx, insert_work, r), "db_write");
                r->rows++;
                now = time_mono_us();
                if (now - from > r->worst_us)
                        r->worst_us = now - from;
        }
        cx_free(cx);
        return NULL;
}

static double run_threads(int n, double seconds, void *(*body)(void *), const char *url,
                          int64_t *ret_worst_us) {
        static Run runs[THREADS_MAX];
        int64_t rows = 0, from = time_mono_us();

        for (int i = 0; i < n; i++) {
                runs[i] = (Run){ .until_us = from + (int64_t)(seconds * 1e6), .url = url };
                if (pthread_create(&runs[i].thread, NULL, body, &runs[i]) != 0)
                        die("thread", "cannot start");
        }
        for (int i = 0; i < n; i++) {
                pthread_join(runs[i].thread, NULL);
                rows += runs[i].rows;
                if (ret_worst_us && runs[i].worst_us > *ret_worst_us)
                        *ret_worst_us = runs[i].worst_us;
        }
        return (double)rows * 1e6 / (double)(time_mono_us() - from);
}

/* ---- bare ---- */

static void exec_raw(sqlite3 *raw, const char *sql) {
        if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK)
                die(sql, sqlite3_errmsg(raw));
}

static void insert_raw(sqlite3_stmt *stmt, int64_t n) {
        sqlite3_bind_int64(stmt, 1, n);
        sqlite3_bind_text(stmt, 2, grid, sizeof grid - 1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 3, note, sizeof note - 1, SQLITE_STATIC);
        sqlite3_step(stmt);
        sqlite3_reset(stmt);
}

static double bare_sqlite(const char *path, double seconds, int64_t batch) {
        int64_t rows = 0, from = time_mono_us(), now = from;
        sqlite3_stmt *stmt;
        sqlite3 *raw;

        if (sqlite3_open(path, &raw) != SQLITE_OK)
                die(path, sqlite3_errmsg(raw));
        exec_raw(raw, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -64000");
        if (sqlite3_prepare_v2(raw, insert_sql, -1, &stmt, NULL) != SQLITE_OK)
                die("prepare", sqlite3_errmsg(raw));
        for (; now - from < (int64_t)(seconds * 1e6); now = time_mono_us()) {
                exec_raw(raw, "BEGIN IMMEDIATE");
                for (int64_t i = 0; i < batch; i++)
                        insert_raw(stmt, rows++);
                exec_raw(raw, "COMMIT");
        }
        sqlite3_finalize(stmt);
        sqlite3_close(raw);
        return (double)rows * 1e6 / (double)(now - from);
}

static void *bare_postgres(void *arg) {
        Run *r = arg;
        PGconn *pg = PQconnectdb(r->url);
        const char *values[] = { "1", grid, note };

        PQclear(PQprepare(pg, "i", insert_sql, 3, NULL));
        for (; time_mono_us() < r->until_us; r->rows++) {
                PQclear(PQexec(pg, "BEGIN"));
                PQclear(PQexecPrepared(pg, "i", 3, values, NULL, NULL, 0));
                PQclear(PQexec(pg, "COMMIT"));
        }
        PQfinish(pg);
        return NULL;
}

/* ---- */

static Rc make_table(Cx *cx, void *arg) {
        (void)arg;
        return db_script(cx, db_template(cx->arena, db_kind(), table_sql).p);
}

static Rc drop_table(Cx *cx, void *arg) {
        (void)arg;
        return db_script(cx, "DROP TABLE bench_row");
}

int main(int argc, char **argv) {
        int threads = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 64;
        double seconds = argc > 2 ? strtod(argv[2], NULL) : 3, ours, bare;
        const char *path = "bench-db_write.db", *url = argc > 3 ? argv[3] : path;
        int64_t worst_us = 0, batch;
        Cx *cx = cx_new(0);
        DbFigures before, after;

        threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
        unlink(path);
        must(cx, db_open(cx, &(DbConfig){ .url = str_c(url), .pool = POOL }), "open");
        must(cx, db_migrate(cx), "migrate");
        must(cx, db_write_as(cx, DB_TX_BARE, make_table, NULL), "table");
        before = db_figures();
        ours = run_threads(threads, seconds, insert_main, NULL, &worst_us);
        after = db_figures();
        batch = (after.works - before.works) /
                (after.commits - before.commits ? after.commits - before.commits : 1);
        if (db_kind() == DB_SQLITE) {
                db_close();
                bare = bare_sqlite(path, seconds, batch ? batch : 1);
        } else {
                bare = run_threads(POOL, seconds, bare_postgres, url, NULL);
                must(cx, db_write_as(cx, DB_TX_BARE, drop_table, NULL), "drop");
                db_close();
        }
        printf("%d threads, db_write: %.0f rows/s, %" PRId64 " works a commit, slowest %.1f ms\n"
               "bare loop, same batch: %.0f rows/s; ratio %.2f\n",
               threads, ours, batch, (double)worst_us / 1000, bare, ours / bare);
        cx_free(cx);
        unlink(path); /* the log went with the last connection */
        return 0;
}
