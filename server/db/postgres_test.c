/* What only PostgreSQL does: connections that die, servers that go away, several processes at once. */
#include "base/env.h"
#include "base/id.h"
#include "base/test.h"
#include "contract.gen.h"
#include "db/test_thing.h"
#include <inttypes.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool on_postgres(void) { return test_server().p != NULL; }

/* Runs SQL as the cluster's owner, beside our connections; gives the first value. */
static int64_t admin(const char *sql) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        PGconn *pg = PQconnectdb(str_z(a, test_server()));
        PGresult *r;
        int64_t n = -1;

        PQclear(PQexec(pg, "SET client_min_messages = warning"));
        r = PQexec(pg, sql);
        if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r))
                n = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
        else if (PQresultStatus(r) == PGRES_COMMAND_OK)
                n = 0;
        PQclear(r);
        PQfinish(pg);
        return n;
}

/* Ends every connection of ours; other processes' tests are not touched, each works in a database of its own. */
static int64_t kill_ours(Cx *cx, const char *database) {
        return admin(str_fmt(cx->arena,
                             "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> "
                             "pg_backend_pid() AND datname = '%s'%c",
                             database, 0)
                             .p);
}

static const DbColumn text_column[] = { { "name", DB_TEXT, false, 0 } };
static const DbRowShape text_shape = { "Name", sizeof(Str), 1, text_column };
static const DbPiece own_text[] = { { -1, "SELECT CAST(current_database() AS TEXT)" }, { -1, NULL } };
static const DbQuery own_query = {
        "test_database", DB_ONE, 0, NULL, &text_shape, own_text, own_text, 0
};
static const DbPiece suicide_text[] = {
        { -1, "SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS TEXT)" }, { -1, NULL }
};
static const DbQuery suicide_query = { "test_suicide", DB_ONE,       0, NULL, &text_shape,
                                       suicide_text,   suicide_text, 0 };

static const char *my_database(Cx *cx) {
        void *row = NULL;

        return db_one(cx, &own_query, NULL, &row) == OK ? str_z(cx->arena, *(Str *)row) : "";
}

TEST(postgres__an_idle_connection_that_was_ended_is_replaced) {
        int64_t id;
        Cx *cx;

        if (!on_postgres())
                return;
        cx = thing_db();
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1 }, &id));
        CHECK(kill_ours(cx, my_database(cx)) >= 1);
        CHECK_INT(thing_count(cx), 1);
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 2 }, &id));
        CHECK_INT(thing_count(cx), 2);
}

static Rc die_once(Cx *cx, void *arg) {
        int *runs = arg;
        int64_t id;
        void *row;

        TRY(thing_insert(cx, &(Thing){ .n = 1 }, &id));
        if (++*runs == 1)
                TRY(db_one(cx, &suicide_query, NULL, &row));
        return OK;
}

TEST(postgres__work_whose_connection_dies_is_run_again) {
        int runs = 0;
        Cx *cx;

        if (!on_postgres())
                return;
        cx = thing_db();
        CHECK_OK(cx, db_write(cx, die_once, &runs));
        CHECK_INT(runs, 2);
        CHECK_INT(thing_count(cx), 1);
}

/* ---- a server that goes away, played by a database that lets nobody in ---- */

static Cx *own_database(char name[static 40]) {
        Cx *cx = cx_new(1 << 20);
        Str url = test_server();
        uint64_t n;

        rand_bytes(&n, sizeof n);
        snprintf(name, 40, "test_%016" PRIx64, n);
        if (admin(str_fmt(cx->arena, "CREATE DATABASE %s%c", name, 0).p) != 0 ||
            db_open(cx, &(DbConfig){ .pool = 4,
                                     .url = str_fmt(cx->arena, STR_FMT "%cdbname=%s", STR_ARG(url),
                                                    str_contains(url, S("?")) ? '&' : '?', name) }) != OK ||
            db_migrate(cx) != OK)
                test_fail(__FILE__, __LINE__, "own database: " STR_FMT, STR_ARG(cx->problem.detail));
        return cx;
}

static int gaps;
static void note_gap(void) { __atomic_add_fetch(&gaps, 1, __ATOMIC_RELAXED); }
static void ignore(Str text) { (void)text; }

static Rc nothing(Cx *cx, void *arg) {
        (void)arg;
        return db_script(cx, "SELECT 1");
}

static void go_away_and_come_back(Cx *cx, const char *name) {
        int64_t from, waited_ms = 0;

        CHECK_OK(cx, db_write_as(cx, DB_TX_BARE, nothing, NULL));
        CHECK_INT(admin(str_fmt(cx->arena, "ALTER DATABASE %s ALLOW_CONNECTIONS false%c", name, 0).p), 0);
        CHECK(kill_ours(cx, name) >= 1);
        for (int i = 0; i < 20; i++) {
                from = time_mono_us();
                CHECK_FAILS(cx, P_DB_UNAVAILABLE, db_write_as(cx, DB_TX_BARE, nothing, NULL));
                CHECK(time_mono_us() - from < 500 * MS_SECOND);
        }
        CHECK_INT(admin(str_fmt(cx->arena, "ALTER DATABASE %s ALLOW_CONNECTIONS true%c", name, 0).p), 0);
        while (db_write_as(cx, DB_TX_BARE, nothing, NULL) != OK) {
                CHECK_INT(cx->problem.code, P_DB_UNAVAILABLE);
                usleep(20000);
                waited_ms += 20;
                CHECK(waited_ms < 5000);
        }
        cx->problem = (Problem){ 0 };
        while (!__atomic_load_n(&gaps, __ATOMIC_RELAXED)) {
                usleep(20000);
                waited_ms += 20;
                CHECK(waited_ms < 10000);
        }
}

static int64_t count_backends(Cx *cx, const char *name) {
        return admin(
                str_fmt(cx->arena,
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' AND query LIKE 'LISTEN %%'%c",
                        name, 0)
                        .p);
}

TEST(postgres__a_lost_server_is_told_at_once_and_used_again_later) {
        char name[40];
        Cx *cx;

        if (!on_postgres())
                return;
        cx = own_database(name);
        db_on_notify_gap(note_gap);
        db_on_notify(ignore);
        gaps = 0;
        for (int i = 0; i < 250 && count_backends(cx, name) < 1; i++)
                usleep(20000);
        go_away_and_come_back(cx, name);
        db_on_notify(NULL);
        db_on_notify_gap(NULL);
        db_close();
        admin(str_fmt(cx->arena, "DROP DATABASE %s%c", name, 0).p);
        cx_free(cx);
}

TEST(postgres__no_server_is_told_at_once) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        int64_t from = time_mono_us();

        CHECK_FAILS(cx, P_DB_UNAVAILABLE,
                    db_open(cx, &(DbConfig){ .url = S("postgresql:///x?host=/nonexistent") }));
        CHECK(time_mono_us() - from < 1000 * MS_SECOND);
}

/* ---- lanes ---- */

typedef struct Together {
        pthread_barrier_t barrier;
        int64_t lanes[4];
        int next, wrong;
} Together;

static Rc meet(Cx *cx, void *arg) {
        Together *t = arg;

        t->lanes[__atomic_fetch_add(&t->next, 1, __ATOMIC_RELAXED)] = db_lane(cx)->number;
        pthread_barrier_wait(&t->barrier);
        return OK;
}

static void *meet_main(void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
        Together *t = arg;

        if (db_write(cx, meet, t) != OK)
                __atomic_fetch_add(&t->wrong, 1, __ATOMIC_RELAXED);
        return NULL;
}

TEST(postgres__transactions_at_the_same_time_have_lanes_of_their_own) {
        Together t = { 0 };
        pthread_t threads[4];

        if (!on_postgres())
                return;
        thing_db();
        pthread_barrier_init(&t.barrier, NULL, 4);
        for (int i = 0; i < 4; i++)
                CHECK(pthread_create(&threads[i], NULL, meet_main, &t) == 0);
        for (int i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
        CHECK_INT(t.wrong, 0);
        for (int i = 0; i < 4; i++)
                for (int j = 0; j < i; j++)
                        CHECK(t.lanes[i] != t.lanes[j]);
}

/* ---- several processes ---- */

static Str in_schema(Cx *cx, const char *schema) {
        Str url = test_server();

        return str_fmt(cx->arena, STR_FMT "%coptions=-csearch_path%%3D%s", STR_ARG(url),
                       str_contains(url, S("?")) ? '&' : '?', schema);
}

static void new_schema(Cx *cx, char name[static 40]) {
        uint64_t n;

        rand_bytes(&n, sizeof n);
        snprintf(name, 40, "test_%016" PRIx64, n);
        if (admin(str_fmt(cx->arena, "CREATE SCHEMA %s%c", name, 0).p) != 0)
                test_fail(__FILE__, __LINE__, "schema");
}

TEST(postgres__processes_migrate_one_after_the_other) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        pid_t children[4];
        char name[40];
        int status, good = 0;

        if (!on_postgres())
                return;
        new_schema(cx, name);
        for (int i = 0; i < 4; i++) {
                children[i] = fork();
                if (children[i] == 0) {
                        Cx *own = cx_new(0);
                        Rc rc = db_open(own, &(DbConfig){ .url = in_schema(own, name), .pool = 2 });

                        _exit(rc != OK || db_migrate(own) != OK || db_schema_check(own) != OK);
                }
        }
        for (int i = 0; i < 4; i++)
                good += waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status) &&
                        WEXITSTATUS(status) == 0;
        CHECK_INT(good, 4);
        admin(str_fmt(cx->arena, "DROP SCHEMA %s CASCADE%c", name, 0).p);
}

static Rc say(Cx *cx, void *arg) { return db_notify(cx, str_c(arg)); }

static int heard_far;
static void hear_far(Str text) {
        __atomic_add_fetch(&heard_far, str_eq(text, S("from afar")), __ATOMIC_RELAXED);
}

static void hear_until(pid_t child) {
        int64_t waited_ms = 0;
        int status;

        while (__atomic_load_n(&heard_far, __ATOMIC_RELAXED) < 3 && waited_ms < 20000) {
                usleep(10000);
                waited_ms += 10;
        }
        kill(child, SIGTERM);
        waitpid(child, &status, 0);
}

TEST(postgres__a_notification_reaches_other_processes) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        char name[40];
        pid_t child;

        if (!on_postgres())
                return;
        new_schema(cx, name);
        CHECK_OK(cx, db_open(cx, &(DbConfig){ .url = in_schema(cx, name), .pool = 2 }));
        CHECK_OK(cx, db_migrate(cx));
        db_close();
        child = fork();
        if (child == 0) { /* says it again and again, since the parent may not be listening yet */
                Cx *own = cx_new(0);

                if (db_open(own, &(DbConfig){ .url = in_schema(own, name), .pool = 2 }) != OK)
                        _exit(1);
                while (db_write_as(own, DB_TX_BARE, say, (void *)(uintptr_t) "from afar") == OK)
                        usleep(20000);
                _exit(1);
        }
        heard_far = 0;
        db_on_notify(hear_far);
        CHECK_OK(cx, db_open(cx, &(DbConfig){ .url = in_schema(cx, name), .pool = 2 }));
        hear_until(child);
        db_on_notify(NULL);
        db_close();
        admin(str_fmt(cx->arena, "DROP SCHEMA %s CASCADE%c", name, 0).p);
        CHECK(heard_far >= 3);
}

TEST(postgres__a_strangers_schema_is_left_alone) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        char name[40];

        if (!on_postgres())
                return;
        new_schema(cx, name);
        admin(str_fmt(cx->arena, "CREATE TABLE %s.note (x int)%c", name, 0).p);
        CHECK_FAILS(cx, P_DB_NOT_OURS, db_open(cx, &(DbConfig){ .url = in_schema(cx, name) }));
        admin(str_fmt(cx->arena, "DROP SCHEMA %s CASCADE%c", name, 0).p);
}
