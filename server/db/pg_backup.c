/* PostgreSQL's backups: pg_dump in its custom format on a snapshot that we hold, so that the rows we count are those in the file;
 * pg_restore in one transaction. How to connect goes by the environment: a password is never an argument. */
#include "contract.gen.h"
#include "db/backup.h"
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID_MAX = 4000, PROGRESS_MS = 500 };

extern char **environ;

static void finish(PGconn **pg) { PQfinish(*pg); }

static Rc connect_to(Cx *cx, Str url, PGconn **ret) {
        *ret = PQconnectdb(str_z(cx->arena, url));
        if (PQstatus(*ret) == CONNECTION_OK)
                return OK;
        return fail(cx, P_DB_UNAVAILABLE, STR_FMT, STR_ARG(str_trim(str_c(PQerrorMessage(*ret)))));
}

/* The first column of all rows. */
static Rc texts(Cx *cx, PGconn *pg, const char *sql, StrList *ret) {
        PGresult *r = PQexec(pg, sql);
        ExecStatusType status = PQresultStatus(r);
        Rc rc = OK;

        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
                rc = fail(cx, P_DB_UNAVAILABLE, STR_FMT, STR_ARG(str_trim(str_c(PQerrorMessage(pg)))));
        for (int i = 0; status == PGRES_TUPLES_OK && i < PQntuples(r); i++)
                *list_push(cx->arena, ret) = str_dup(cx->arena, str_c(PQgetvalue(r, i, 0)));
        PQclear(r);
        return rc;
}

#define TABLES "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"

static Rc rows(Cx *cx, PGconn *pg, DbTables *ret) {
        StrList names = { 0 };

        TRY(texts(cx, pg, TABLES, &names));
        for (size_t i = 0; i < names.n; i++) {
                StrList count = { 0 };
                int64_t n = 0;

                TRY(texts(cx, pg, str_z(cx->arena, str_fmt(cx->arena, "SELECT count(*) FROM " STR_FMT, STR_ARG(names.v[i]))), &count));
                (void)str_int(count.n ? count.v[0] : S("0"), &n);
                *list_push(cx->arena, ret) = (DbTableRows){ names.v[i], n };
        }
        return OK;
}

Rc pg_count_rows(Cx *cx, Str url, DbTables *ret) {
        _cleanup_(finish) PGconn *pg = NULL;

        TRY(connect_to(cx, url, &pg));
        return rows(cx, pg, ret);
}

Rc pg_restore_refuse(Cx *cx, Str url) {
        _cleanup_(finish) PGconn *pg = NULL;
        StrList names = { 0 };

        TRY(connect_to(cx, url, &pg));
        TRY(texts(cx, pg, TABLES, &names));
        return names.n ? fail(cx, P_CONFIG_INVALID, "the database holds %zu tables already; restore into an empty one", names.n) : OK;
}

/* ---- the programs ---- */

/* Our environment, with what libpq was told in place of its own variables. */
static char **surroundings(Cx *cx, PGconn *pg) {
        PQconninfoOption *all = PQconninfo(pg);
        size_t n = 0, had = 0;
        char **env;

        while (environ[had])
                had++;
        for (PQconninfoOption *o = all; o && o->keyword; o++)
                n++;
        env = TAKE_ARRAY(cx->arena, char *, had + n + 1);
        n = 0;
        for (size_t i = 0; i < had; i++)
                if (strncmp(environ[i], "PG", 2) != 0)
                        env[n++] = environ[i];
        for (PQconninfoOption *o = all; o && o->keyword; o++)
                if (o->envvar && o->val && o->val[0])
                        env[n++] = (char *)(uintptr_t)str_z(cx->arena, str_fmt(cx->arena, "%s=%s", o->envvar, o->val));
        PQconninfoFree(all);
        return env;
}

static void tell(const char *path, DbProgress progress) {
        struct stat st;

        if (progress && stat(path, &st) == 0)
                progress(st.st_size, 0);
}

/* Reads what it says until it ends; the last words are kept. */
static void listen_to(int fd, const char *path, DbProgress progress, char *said) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        size_t n = 0;

        for (;;) {
                char part[1024];
                ssize_t got;

                if (poll(&p, 1, PROGRESS_MS) == 0) {
                        tell(path, progress);
                        continue;
                }
                got = read(fd, part, sizeof part);
                if (got <= 0)
                        break;
                if (n + (size_t)got >= SAID_MAX)
                        n = 0;
                memcpy(said + n, part, (size_t)got);
                n += (size_t)got;
                said[n] = 0;
        }
}

static Rc run(Cx *cx, PGconn *pg, const char *const *args, const char *path, DbProgress progress) {
        char *said = arena_take(cx->arena, SAID_MAX + 1);
        posix_spawn_file_actions_t actions;
        int ends[2], status = 0, error;
        pid_t pid = 0;

        if (pipe2(ends, O_CLOEXEC) < 0)
                return fail(cx, P_SERVER_BUG, "pipe: %s", strerror(errno));
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
        error = posix_spawnp(&pid, args[0], &actions, NULL, (char *const *)(uintptr_t)args, surroundings(cx, pg));
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        if (!error) {
                listen_to(ends[0], path, progress, said);
                while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        }
        close(ends[0]);
        if (error == ENOENT || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
                return fail(cx, P_CONFIG_INVALID, "%s is missing; install PostgreSQL's client programs (postgresql-client)", args[0]);
        if (error)
                return fail(cx, P_CONFIG_INVALID, "%s cannot be started: %s", args[0], strerror(error));
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                return fail(cx, P_DB_UNAVAILABLE, "%s failed: " STR_FMT, args[0], STR_ARG(str_trim(str_c(said))));
        tell(path, progress);
        return OK;
}

Rc pg_backup(Cx *cx, Str url, const char *to, DbProgress progress, DbTables *ret) {
        _cleanup_(finish) PGconn *pg = NULL;
        StrList snapshot = { 0 }, ignored = { 0 };
        int fd;

        TRY(connect_to(cx, url, &pg));
        TRY(texts(cx, pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &ignored));
        TRY(texts(cx, pg, "SELECT pg_export_snapshot()", &snapshot));
        fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
                return fail(cx, P_CONFIG_INVALID, "%s: %s", to, strerror(errno));
        close(fd);
        {
                const char *args[] = { "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password",
                                       str_z(cx->arena, str_fmt(cx->arena, "--snapshot=" STR_FMT, STR_ARG(snapshot.v[0]))),
                                       str_z(cx->arena, str_fmt(cx->arena, "--file=%s", to)), NULL };

                TRY(run(cx, pg, args, to, progress));
        }
        fd = open(to, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fsync(fd) != 0)
                return fail(cx, P_DB_FULL, "%s: %s", to, strerror(errno));
        close(fd);
        return rows(cx, pg, ret);
}

Rc pg_restore(Cx *cx, const char *from, Str url, DbProgress progress) {
        _cleanup_(finish) PGconn *pg = NULL;
        StrList ignored = { 0 };

        TRY(connect_to(cx, url, &pg));
        {
                const char *args[] = { "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
                                       "--no-password", str_z(cx->arena, str_fmt(cx->arena, "--dbname=%s", PQdb(pg))), from, NULL };

                TRY(run(cx, pg, args, from, progress));
        }
        return texts(cx, pg, "ANALYZE", &ignored);
}
