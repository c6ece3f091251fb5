/* A fresh, migrated, empty database for each test: a SQLite file in test_dir(), or with WANGGE_TEST_PG (a URL) a schema of its own
 * there. Only the test program links this. */
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
        char schema[64];
        Str migrated; /* a SQLite file with all migrations: made once, copied for each test */
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

static void on_server(const char *sql) {
        PGconn *pg = PQconnectdb(str_z(test.cx->arena, test_server()));
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

static Str schema_url(Cx *cx, Str server) {
        uint64_t n;

        rand_bytes(&n, sizeof n);
        snprintf(test.schema, sizeof test.schema, "test_%016" PRIx64, n);
        on_server(str_fmt(cx->arena, "CREATE SCHEMA %s%c", test.schema, 0).p);
        if (!str_contains(server, S("://")))
                return str_fmt(cx->arena, STR_FMT " options=-csearch_path=%s", STR_ARG(server), test.schema);
        return str_fmt(cx->arena, STR_FMT "%coptions=-csearch_path%%3D%s", STR_ARG(server),
                       str_contains(server, S("?")) ? '&' : '?', test.schema);
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
                config.url = schema_url(test.cx, server);
                must(test.cx, db_open(test.cx, &config), "open");
                must(test.cx, db_migrate(test.cx), "migrate");
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
        if (test.schema[0])
                on_server(str_fmt(test.cx->arena, "DROP SCHEMA %s CASCADE%c", test.schema, 0).p);
        test.schema[0] = 0;
        cx_freep(&test.cx);
}
