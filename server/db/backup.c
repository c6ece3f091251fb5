/* Backups of either engine, and SQLite's: the online backup within one read transaction, so that writers go on and the copy is of one
 * moment. PostgreSQL's are in pg_backup.c. */
#include "db/backup.h"
#include "contract.gen.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGES_A_STEP = 1024, COPY_BYTES = 256 << 10 };

bool db_is_postgres(Str url) { return str_starts(url, S("postgresql:")) || str_starts(url, S("postgres:")); }

static void close_lite(sqlite3 **db) { sqlite3_close_v2(*db); }

static Rc lite_wrong(Cx *cx, sqlite3 *db, const char *what) {
        int code = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
        int problem = code == SQLITE_FULL                               ? P_DB_FULL
                      : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? P_DB_CORRUPT
                      : code == SQLITE_BUSY                             ? P_DB_BUSY
                                                                        : P_DB_UNAVAILABLE;

        return fail(cx, problem, "%s: %s", what, db ? sqlite3_errmsg(db) : "no memory");
}

static Rc lite_at(Cx *cx, const char *path, int flags, sqlite3 **ret) {
        int rc = sqlite3_open_v2(path, ret, flags | SQLITE_OPEN_NOMUTEX, NULL);

        if (rc != SQLITE_OK)
                return lite_wrong(cx, *ret, path);
        sqlite3_busy_timeout(*ret, 10000);
        return OK;
}

static Rc lite_do(Cx *cx, sqlite3 *db, const char *sql) {
        return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? OK : lite_wrong(cx, db, sql);
}

/* Each row's first column. */
static Rc lite_texts(Cx *cx, sqlite3 *db, const char *sql, StrList *ret) {
        sqlite3_stmt *s = NULL;
        int rc;

        if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
                return lite_wrong(cx, db, sql);
        while ((rc = sqlite3_step(s)) == SQLITE_ROW)
                *list_push(cx->arena, ret) = str_dup(cx->arena, str_c((const char *)sqlite3_column_text(s, 0)));
        sqlite3_finalize(s);
        return rc == SQLITE_DONE ? OK : lite_wrong(cx, db, sql);
}

static Rc lite_rows(Cx *cx, sqlite3 *db, DbTables *ret) {
        StrList names = { 0 };

        TRY(lite_texts(cx, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
                       &names));
        for (size_t i = 0; i < names.n; i++) {
                StrList count = { 0 };
                int64_t n = 0;

                TRY(lite_texts(cx, db, str_z(cx->arena, str_fmt(cx->arena, "SELECT count(*) FROM \"" STR_FMT "\"", STR_ARG(names.v[i]))),
                               &count));
                (void)str_int(count.v[0], &n);
                *list_push(cx->arena, ret) = (DbTableRows){ names.v[i], n };
        }
        return OK;
}

Rc lite_count_rows(Cx *cx, const char *path, DbTables *ret) {
        _cleanup_(close_lite) sqlite3 *db = NULL;

        TRY(lite_at(cx, path, SQLITE_OPEN_READWRITE, &db));
        return lite_rows(cx, db, ret);
}

static Rc lite_pages(Cx *cx, sqlite3 *from, sqlite3 *to, DbProgress progress) {
        sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
        int rc = SQLITE_OK;

        if (!b)
                return lite_wrong(cx, to, "beginning the copy");
        while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
                rc = sqlite3_backup_step(b, PAGES_A_STEP);
                if (progress)
                        progress(sqlite3_backup_pagecount(b) - sqlite3_backup_remaining(b), sqlite3_backup_pagecount(b));
        }
        sqlite3_backup_finish(b);
        return rc == SQLITE_DONE ? OK : lite_wrong(cx, to, "copying");
}

static Rc lite_sound(Cx *cx, sqlite3 *db) {
        StrList said = { 0 };

        TRY(lite_do(cx, db, "PRAGMA journal_mode = DELETE")); /* one file, complete by itself */
        TRY(lite_texts(cx, db, "PRAGMA integrity_check(1)", &said));
        return said.n == 1 && str_eq_c(said.v[0], "ok")
                       ? OK
                       : fail(cx, P_DB_CORRUPT, "the copy is damaged: " STR_FMT, STR_ARG(said.n ? said.v[0] : S("no answer")));
}

Rc lite_backup(Cx *cx, const char *from, const char *to, DbProgress progress, DbTables *ret) {
        _cleanup_(close_lite) sqlite3 *source = NULL;
        _cleanup_(close_lite) sqlite3 *copy = NULL;
        int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

        if (fd < 0)
                return fail(cx, P_CONFIG_INVALID, "%s: %s", to, strerror(errno));
        close(fd);
        TRY(lite_at(cx, from, SQLITE_OPEN_READWRITE, &source));
        TRY(lite_do(cx, source, "BEGIN; SELECT count(*) FROM sqlite_master;"));
        TRY(lite_at(cx, to, SQLITE_OPEN_READWRITE, &copy));
        TRY(lite_pages(cx, source, copy, progress));
        TRY(lite_do(cx, source, "COMMIT"));
        TRY(lite_sound(cx, copy));
        return lite_rows(cx, copy, ret);
}

/* ---- either ---- */

Rc db_backup(Cx *cx, Str url, const char *path, DbProgress progress, DbTables *ret) {
        return db_is_postgres(url) ? pg_backup(cx, url, path, progress, ret)
                                   : lite_backup(cx, str_z(cx->arena, url), path, progress, ret);
}

Rc db_restore_refuse(Cx *cx, Str url) {
        static const char *const with[] = { "", "-wal", "-shm" };

        if (db_is_postgres(url))
                return pg_restore_refuse(cx, url);
        for (size_t i = 0; i < ARRAY_LEN(with); i++)
                if (access(str_z(cx->arena, str_fmt(cx->arena, STR_FMT "%s", STR_ARG(url), with[i])), F_OK) == 0)
                        return fail(cx, P_CONFIG_INVALID, STR_FMT "%s is there already; restore into a new file", STR_ARG(url), with[i]);
        return OK;
}

Rc db_restore(Cx *cx, const char *path, Str url, DbProgress progress) {
        return db_is_postgres(url) ? pg_restore(cx, path, url, progress)
                                   : file_copy_new(cx, path, str_z(cx->arena, url), progress);
}

Rc db_count_rows(Cx *cx, Str url, DbTables *ret) {
        return db_is_postgres(url) ? pg_count_rows(cx, url, ret) : lite_count_rows(cx, str_z(cx->arena, url), ret);
}

static Rc copy_all(Cx *cx, int from, int to, DbProgress progress) {
        char *buf = arena_take(cx->arena, COPY_BYTES);
        int64_t done = 0;
        struct stat st;
        ssize_t n;

        if (fstat(from, &st) < 0)
                return fail(cx, P_CONFIG_INVALID, "%s", strerror(errno));
        while ((n = read(from, buf, COPY_BYTES)) > 0) {
                for (ssize_t at = 0, part; at < n; at += part) {
                        part = write(to, buf + at, (size_t)(n - at));
                        if (part < 0)
                                return fail(cx, P_DB_FULL, "%s", strerror(errno));
                }
                done += n;
                if (progress)
                        progress(done, st.st_size);
        }
        return n == 0 && fsync(to) == 0 ? OK : fail(cx, P_DB_FULL, "%s", strerror(errno));
}

Rc file_copy_new(Cx *cx, const char *from, const char *to, DbProgress progress) {
        int in = open(from, O_RDONLY | O_CLOEXEC), out;
        Rc rc;

        if (in < 0)
                return fail(cx, P_CONFIG_INVALID, "%s: %s", from, strerror(errno));
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (out < 0) {
                rc = fail(cx, P_CONFIG_INVALID, "%s: %s", to, strerror(errno));
        } else {
                rc = copy_all(cx, in, out, progress);
                close(out);
                if (rc != OK)
                        unlink(to);
        }
        close(in);
        return rc;
}
