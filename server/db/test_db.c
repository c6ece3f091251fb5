/* A fresh, migrated, empty database for each test: a SQLite file in test_dir(), or with WANGGE_TEST_PG (a URL) a database of its
 * own there. The migrations run once a process: each test copies what they left. Only the test program links this. */
#include "base/env.h"
#include "base/id.h"
#include "base/test.h"
#include "contract.gen.h"
#include "db/db_int.h"
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
        Cx *cx;
        char database[64];
        char template[64]; /* a database with all migrations, copied for each test */
        Str migrated;      /* the same as a SQLite file */
} test;

static void must(Cx *cx, Rc rc, const char *what) {
        if (rc == OK)
                return;
        fprintf(stderr, "test_db: %s: %s " STR_FMT "\n", what, problem_name(cx->problem.code),
                STR_ARG(cx->problem.detail));
        abort();
}

Str test_server(void) {
        test_uses_database();
        return env_get("WANGGE_TEST_PG");
}

static void on_server(Cx *cx, const char *sql) {
        PGconn *pg = PQconnectdb(str_z(cx->arena, test_server()));
        PGresult *r;

        PQclear(PQexec(pg, "SET client_min_messages = warning"));
        r = PQexec(pg, sql);

        if (PQresultStatus(r) != PGRES_COMMAND_OK) {
                fprintf(stderr, "test_db: %s: %s\n", sql, PQerrorMessage(pg));
                abort();
        }
        PQclear(r);
        PQfinish(pg);
}

static void new_database(Cx *cx, char name[static 64], const char *from) {
        uint64_t n;

        rand_bytes(&n, sizeof n);
        snprintf(name, 64, "test_%016" PRIx64, n);
        on_server(
                cx,
                str_fmt(cx->arena, "CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy%c", name, from, 0).p);
}

static void drop_database(Cx *cx, char name[static 64]) {
        if (name[0])
                on_server(cx, str_fmt(cx->arena, "DROP DATABASE %s WITH (FORCE)%c", name, 0).p);
        name[0] = 0;
}

static Str database_url(Cx *cx, const char *name) {
        Str server = test_server();

        if (!str_contains(server, S("://")))
                return str_fmt(cx->arena, STR_FMT " dbname=%s", STR_ARG(server), name);
        return str_fmt(cx->arena, STR_FMT "%cdbname=%s", STR_ARG(server),
                       str_contains(server, S("?")) ? '&' : '?', name);
}

static void open_database(Cx *cx, DbConfig *config) {
        if (!test.template[0]) {
                new_database(cx, test.template, "template0");
                config->url = database_url(cx, test.template);
                must(cx, db_open(cx, config), "open");
                must(cx, db_migrate(cx), "migrate");
                db_close();
        }
        new_database(cx, test.database, test.template);
        config->url = database_url(cx, test.database);
        must(cx, db_open(cx, config), "open again");
}

static void open_file(Cx *cx, const DbConfig *config) {
        static Arena *kept;
        const char *path = str_z(cx->arena, config->url);

        if (test.migrated.p) {
                if (!file_write(path, test.migrated))
                        abort();
                must(cx, db_open(cx, config), "open");
                return;
        }
        must(cx, db_open(cx, config), "open");
        must(cx, db_migrate(cx), "migrate");
        db_close();
        kept = arena_new(0);
        if (!file_read(kept, path, 64 << 20, &test.migrated))
                abort();
        must(cx, db_open(cx, config), "open again");
}

Cx *test_db(void) {
        Str server = test_server();
        DbConfig config = { .pool = 8 };

        test_db_done();
        test.cx = cx_new(64 << 20);
        if (server.p) {
                open_database(test.cx, &config);
        } else {
                config.url = str_fmt(test.cx->arena, "%s/test.db", test_dir());
                open_file(test.cx, &config);
        }
        return test.cx;
}

void test_db_done(void) {
        if (!test.cx)
                return;
        db_close();
        drop_database(test.cx, test.database);
        cx_freep(&test.cx);
}

void test_db_end(void) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);

        drop_database(cx, test.template);
}
