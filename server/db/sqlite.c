/* SQLite: connections (one reader per thread), prepared statements, binding and reading rows. Transactions run on the writer
 * thread in sqlite_writer.c. */
#include "db/sqlite.h"
#include "base/log.h"
#include "contract.gen.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Marks the file as ours: "WGGE". */
#define LITE_APPLICATION_ID 0x57474745

typedef struct Lite {
        char *path;
        bool read_only;
        pthread_mutex_t lock; /* over readers */
        LiteConn *readers;
        pthread_key_t key;
        bool have_key;
        _Atomic uint64_t generation; /* of the open database: readers of an earlier one are gone */
} Lite;

/* A thread's reader, closed when the thread ends. */
typedef struct LiteMine {
        LiteConn *conn;
        uint64_t generation;
} LiteMine;

static Lite lite = { .lock = PTHREAD_MUTEX_INITIALIZER };
static _Thread_local LiteMine *mine;

/* ---- errors ---- */

static int problem_of(LiteConn *c) {
        int code = c->db ? sqlite3_extended_errcode(c->db) : SQLITE_NOMEM;
        int error = c->db ? sqlite3_system_errno(c->db) : 0;

        switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_INTERRUPT: return P_DB_BUSY;
        case SQLITE_FULL: return P_DB_FULL;
        case SQLITE_IOERR: return error == ENOSPC || error == EDQUOT ? P_DB_FULL : P_DB_UNAVAILABLE;
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_NOMEM:
        case SQLITE_PROTOCOL: return P_DB_UNAVAILABLE;
        case SQLITE_CORRUPT: return P_DB_CORRUPT;
        case SQLITE_NOTADB: return P_DB_NOT_OURS;
        default: return P_SERVER_BUG;
        }
}

Rc lite_fail(Cx *cx, LiteConn *c, const char *what) {
        int problem = problem_of(c);
        Rc rc = fail(cx, problem, "%s: %s (%d)", what, c->db ? sqlite3_errmsg(c->db) : "out of memory",
                     c->db ? sqlite3_extended_errcode(c->db) : 0);

        if (rc == E_BUSY)
                cx->problem.retry_after_s = 2;
        return rc;
}

/* ---- connections ---- */

int lite_exec(LiteConn *c, const char *sql) { return sqlite3_exec(c->db, sql, NULL, NULL, NULL); }

static void close_stmt(void *stmt) { sqlite3_finalize(stmt); }

void lite_disconnect(LiteConn *c) {
        if (!c)
                return;
        stmts_done(&c->stmts, close_stmt);
        if (sqlite3_close(c->db) != SQLITE_OK)
                log_error("db.close", "%s", sqlite3_errmsg(c->db));
        free(c);
}

static int prepare_connection(LiteConn *c, bool writer) {
        char sql[512];
        int on;

        sqlite3_extended_result_codes(c->db, 1);
        sqlite3_busy_timeout(c->db, DB_BUSY_MS);
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, &on);
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, &on);
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, &on);
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &on);
        snprintf(
                sql, sizeof sql,
                "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = %d;"
                "PRAGMA case_sensitive_like = ON; PRAGMA journal_size_limit = %d; PRAGMA wal_autocheckpoint = 0;%s",
                writer ? -64000 : -2000, LITE_LOG_LIMIT,
                writer ? "PRAGMA journal_mode = WAL;" : "PRAGMA query_only = ON;");
        return lite_exec(c, sql);
}

Rc lite_connect(Cx *cx, bool writer, LiteConn **ret) {
        LiteConn *c = calloc(1, sizeof *c);
        /* Readers open for writing too: reading a write-ahead log needs its shared memory; query_only holds them. */
        int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
        Rc rc = OK;

        if (!c)
                abort();
        if (sqlite3_open_v2(lite.path, &c->db, flags, NULL) != SQLITE_OK ||
            prepare_connection(c, writer) != SQLITE_OK)
                rc = lite_fail(cx, c, "Opening the database");
        if (rc != OK)
                lite_disconnect(c);
        else
                *ret = c;
        return rc;
}

static void forget_mine(void *p) {
        LiteMine *m = p;

        pthread_mutex_lock(&lite.lock);
        if (m->conn && m->generation == lite.generation) {
                *m->conn->prev = m->conn->next;
                if (m->conn->next)
                        m->conn->next->prev = m->conn->prev;
        } else
                m->conn = NULL;
        pthread_mutex_unlock(&lite.lock);
        lite_disconnect(m->conn);
        free(m);
        mine = NULL;
}

static LiteMine *my_place(void) {
        if (!mine) {
                mine = calloc(1, sizeof *mine);
                if (!mine)
                        abort();
                pthread_setspecific(lite.key, mine);
        }
        if (mine->generation != lite.generation)
                *mine = (LiteMine){ .generation = lite.generation };
        return mine;
}

static Rc reader(Cx *cx, LiteConn **ret) {
        LiteMine *m = my_place();
        LiteConn *c;

        if (!m->conn) {
                TRY(lite_connect(cx, false, &c));
                pthread_mutex_lock(&lite.lock);
                c->next = lite.readers;
                c->prev = &lite.readers;
                if (c->next)
                        c->next->prev = &c->next;
                lite.readers = c;
                pthread_mutex_unlock(&lite.lock);
                m->conn = c;
        }
        *ret = m->conn;
        return OK;
}

/* Makes the file (mode 0600) if it may be made; a relative path is seen from the working directory. */
static Rc find_file(Cx *cx, const DbConfig *config) {
        struct stat st;
        int fd;

        if (stat(lite.path, &st) == 0)
                return S_ISREG(st.st_mode) ? OK : fail(cx, P_DB_UNAVAILABLE, "%s is not a file", lite.path);
        if (config->must_exist || config->read_only)
                return fail(cx, P_DB_UNAVAILABLE, "There is no database at %s", lite.path);
        fd = open(lite.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
                return fail(cx, P_DB_UNAVAILABLE, "Cannot make %s: %s", lite.path, strerror(errno));
        close(fd);
        return OK;
}

/* An empty file becomes ours; a file with another program's mark is left alone. */
static Rc claim_file(Cx *cx) {
        sqlite3_stmt *stmt = NULL;
        LiteConn *c = NULL;
        int64_t id = 0, tables = 0;
        char sql[80];
        Rc rc = OK;

        TRY(lite_connect(cx, false, &c)); /* as a reader: a stranger's file stays untouched */
        if (sqlite3_prepare_v2(
                    c->db,
                    "SELECT application_id, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id",
                    -1, &stmt, NULL) != SQLITE_OK ||
            sqlite3_step(stmt) != SQLITE_ROW)
                rc = lite_fail(cx, c, "Reading the database");
        else {
                id = sqlite3_column_int64(stmt, 0);
                tables = sqlite3_column_int64(stmt, 1);
        }
        sqlite3_finalize(stmt);
        if (rc == OK && id != LITE_APPLICATION_ID && (id != 0 || tables > 0))
                rc = fail(cx, P_DB_NOT_OURS, "%s belongs to another program", lite.path);
        if (rc == OK && id == 0 && !lite.read_only) {
                snprintf(sql, sizeof sql, "PRAGMA query_only = OFF; PRAGMA application_id = %d",
                         LITE_APPLICATION_ID);
                if (lite_exec(c, sql) != SQLITE_OK)
                        rc = lite_fail(cx, c, "Marking the database");
        }
        lite_disconnect(c);
        return rc;
}

/* Once per process, before the library is used: no memory statistics, which cost a lock at every allocation; more of the
 * small pieces that a connection keeps for itself. */
static void configure_library(void) {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1200, 400);
}

static Rc open_lite(Cx *cx, const DbConfig *config) {
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, configure_library);
        if (!lite.have_key && pthread_key_create(&lite.key, forget_mine) != 0)
                abort();
        lite.have_key = true;
        lite.generation++;
        lite.path = str_heap(config->url);
        lite.read_only = config->read_only;
        TRY(find_file(cx, config));
        TRY(claim_file(cx));
        return lite.read_only ? OK : writer_start(cx);
}

static void close_lite(void) {
        LiteConn *all;

        writer_stop();
        pthread_mutex_lock(&lite.lock);
        all = lite.readers;
        lite.readers = NULL;
        lite.generation++;
        pthread_mutex_unlock(&lite.lock);
        while (all) {
                LiteConn *next = all->next;

                lite_disconnect(all);
                all = next;
        }
        free(lite.path);
        lite.path = NULL;
}

/* ---- statements ---- */

/* columns: how many a row must have; 0 for statements without rows. */
static Rc prepare(Cx *cx, LiteConn *c, const DbQuery *q, uint64_t mask, sqlite3_stmt **ret) {
        Buf text = BUF_HEAP;
        int wanted = q->shape ? q->shape->count : 0, found;
        sqlite3_stmt *stmt = NULL;
        Rc rc = OK;

        db_text(&text, q, DB_SQLITE, mask);
        if (sqlite3_prepare_v3(c->db, text.p, (int)text.n, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
            SQLITE_OK)
                rc = lite_fail(cx, c, q->name);
        buf_done(&text);
        if (rc != OK)
                return rc;
        found = sqlite3_column_count(stmt);
        if (found != wanted && q->shape) {
                sqlite3_finalize(stmt);
                return fail(cx, P_SERVER_BUG, "Query %s gives %d columns, %s has %d", q->name, found,
                            q->shape->name, wanted);
        }
        *ret = stmt;
        return OK;
}

/* A statement in use (a query run from within its own db_each) gets a twin that is thrown away afterwards. */
static Rc take_stmt(Cx *cx, LiteConn *c, const DbQuery *q, const DbValue *params, DbStmt *twin,
                    DbStmt **ret) {
        uint64_t mask = db_mask(q, DB_SQLITE, params);
        DbStmt *s = stmts_get(&c->stmts, q, mask);
        sqlite3_stmt *stmt;

        if (!s || s->busy) {
                TRY(prepare(cx, c, q, mask, &stmt));
                if (s)
                        *(s = twin) = (DbStmt){ .q = NULL, .stmt = stmt };
                else
                        s = stmts_add(&c->stmts, q, mask, stmt);
        }
        s->busy = true;
        *ret = s;
        return OK;
}

static void give_stmt(DbStmt *s) {
        s->busy = false;
        if (s->q)
                sqlite3_reset(s->stmt);
        else
                sqlite3_finalize(s->stmt);
}

/* The values stay where they are until the statement is reset, hence SQLITE_STATIC. */
static int bind(sqlite3_stmt *stmt, const DbQuery *q, const DbValue *params) {
        int n = sqlite3_bind_parameter_count(stmt), rc = SQLITE_OK;

        if (n > q->param_count)
                n = q->param_count;
        for (int i = 0; i < n && rc == SQLITE_OK; i++) {
                const DbValue *v = &params[i];

                if (v->null) {
                        rc = sqlite3_bind_null(stmt, i + 1);
                        continue;
                }
                switch (v->type) {
                case DB_INT: rc = sqlite3_bind_int64(stmt, i + 1, v->i); break;
                case DB_BOOL: rc = sqlite3_bind_int64(stmt, i + 1, v->i != 0); break;
                case DB_NUM: rc = sqlite3_bind_double(stmt, i + 1, v->d); break;
                case DB_TEXT:
                        rc = sqlite3_bind_text64(stmt, i + 1, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
                        break;
                case DB_BLOB: rc = sqlite3_bind_blob64(stmt, i + 1, v->s.p, v->s.n, SQLITE_STATIC); break;
                }
        }
        return rc;
}

static Str copy_column(sqlite3_stmt *stmt, int i, Arena *a) {
        const void *p = sqlite3_column_blob(stmt, i); /* of a text too: the bytes as stored */
        size_t n = (size_t)sqlite3_column_bytes(stmt, i);

        return n ? (Str){ arena_copy(a, p, n), n } : (Str){ "", 0 };
}

/* Fills one member; false when the stored type is not the declared one. */
static bool read_column(sqlite3_stmt *stmt, int i, const DbColumn *col, Arena *a, void *at) {
        int type = sqlite3_column_type(stmt, i);

        if (type == SQLITE_NULL)
                return col->nullable;
        switch (col->type) {
        case DB_INT:
                if (col->nullable)
                        *(OptInt *)at = SOME_INT(sqlite3_column_int64(stmt, i));
                else
                        *(int64_t *)at = sqlite3_column_int64(stmt, i);
                return type == SQLITE_INTEGER;
        case DB_BOOL:
                if (col->nullable)
                        *(OptBool *)at = (OptBool){ true, sqlite3_column_int64(stmt, i) != 0 };
                else
                        *(bool *)at = sqlite3_column_int64(stmt, i) != 0;
                return type == SQLITE_INTEGER;
        case DB_NUM:
                if (col->nullable)
                        *(OptNum *)at = (OptNum){ true, sqlite3_column_double(stmt, i) };
                else
                        *(double *)at = sqlite3_column_double(stmt, i);
                return type == SQLITE_FLOAT || type == SQLITE_INTEGER;
        case DB_TEXT: *(Str *)at = copy_column(stmt, i, a); return type == SQLITE_TEXT;
        case DB_BLOB: *(Str *)at = copy_column(stmt, i, a); return type == SQLITE_BLOB;
        }
        return false;
}

static Rc read_row(Cx *cx, sqlite3_stmt *stmt, DbSink *sink) {
        const DbRowShape *shape = sink->q->shape;
        char *row = sink_row(sink);

        for (int i = 0; i < shape->count; i++) {
                const DbColumn *col = &shape->columns[i];

                if (!read_column(stmt, i, col, sink->arena, row + col->offset))
                        return fail(cx, P_SERVER_BUG, "Query %s: column %s is %s", sink->q->name, col->name,
                                    sqlite3_column_type(stmt, i) == SQLITE_NULL ? "null"
                                                                                : "of another type");
        }
        return sink_took(cx, sink);
}

static Rc step(Cx *cx, LiteConn *c, const DbQuery *q, sqlite3_stmt *stmt, DbSink *sink) {
        int code;

        while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
                if (sink)
                        TRY(read_row(cx, stmt, sink));
        return code == SQLITE_DONE ? OK : lite_fail(cx, c, q->name);
}

static Rc query(Cx *cx, const DbQuery *q, const DbValue *params, DbSink *sink, int64_t *ret_number) {
        LiteConn *c = (LiteConn *)(cx->tx ? cx->tx->conn : cx->reader);
        DbStmt *s, twin;
        Rc rc;

        if (!c)
                TRY(reader(cx, &c));
        TRY(take_stmt(cx, c, q, params, &twin, &s));
        if (!cx->tx && !sqlite3_stmt_readonly(s->stmt))
                rc = fail(cx, P_SERVER_BUG, "Query %s writes outside a transaction", q->name);
        else if (bind(s->stmt, q, params) != SQLITE_OK)
                rc = lite_fail(cx, c, q->name);
        else
                rc = step(cx, c, q, s->stmt, sink);
        if (ret_number && rc == OK)
                *ret_number = q->yield == DB_EXEC ? sqlite3_changes64(c->db)
                                                  : sqlite3_last_insert_rowid(c->db);
        give_stmt(s);
        return rc;
}

static Rc read_snapshot(Cx *cx, DbWork work, void *arg) {
        LiteConn *c;
        Rc rc;

        TRY(reader(cx, &c));
        if (!sqlite3_get_autocommit(
                    c->db)) /* another context of this thread reads: its snapshot is as good */
                return work(cx, arg);
        if (lite_exec(c, "BEGIN") != SQLITE_OK)
                return lite_fail(cx, c, "Beginning to read");
        cx->reader = (DbConn *)c;
        rc = work(cx, arg);
        cx->reader = NULL;
        lite_exec(c, "COMMIT");
        if (!sqlite3_get_autocommit(c->db))
                lite_exec(c, "ROLLBACK");
        return rc;
}

static Rc script(Cx *cx, const char *sql) {
        LiteConn *c = (LiteConn *)cx->tx->conn;

        return lite_exec(c, sql) == SQLITE_OK ? OK : lite_fail(cx, c, "Script");
}

/* ---- checking ---- */

static Rc check(Cx *cx, const DbQuery *q, uint64_t mask, Buf *complaints) {
        sqlite3_stmt *stmt = NULL;
        LiteConn *c;

        TRY(reader(cx, &c));
        if (prepare(cx, c, q, mask, &stmt) != OK) {
                buf_fmt(complaints, "%s: " STR_FMT "\n", q->name, STR_ARG(cx->problem.detail));
                cx->problem = (Problem){ 0 };
                return OK;
        }
        if (q->yield == DB_EXEC && sqlite3_column_count(stmt) > 0)
                buf_fmt(complaints, "%s: returns rows, but is declared exec\n", q->name);
        for (int i = 0; q->shape && i < q->shape->count; i++) {
                const char *declared = sqlite3_column_decltype(stmt, i);
                DbType type = q->shape->columns[i].type;
                const char *wanted = type == DB_TEXT   ? "TEXT"
                                     : type == DB_BLOB ? "BLOB"
                                     : type == DB_NUM  ? NULL
                                                       : "INTEGER";

                if (declared && wanted && strcmp(declared, wanted) != 0)
                        buf_fmt(complaints, "%s: column %s is %s\n", q->name, q->shape->columns[i].name,
                                declared);
        }
        sqlite3_finalize(stmt);
        return OK;
}

/* ---- the schema's text ---- */

static void dump_rows(sqlite3 *scratch, Buf *out) {
        sqlite3_stmt *stmt;

        if (sqlite3_prepare_v2(
                    scratch,
                    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
                    "ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 WHEN 'view' THEN 1 WHEN 'index' THEN 2 ELSE 3 END,"
                    " name",
                    -1, &stmt, NULL) != SQLITE_OK)
                return;
        while (sqlite3_step(stmt) == SQLITE_ROW) {
                const char *name = (const char *)sqlite3_column_text(stmt, 1);

                if (strcmp((const char *)sqlite3_column_text(stmt, 0), "index") != 0)
                        schema_comment(out, name);
                buf_fmt(out, "%s;\n\n", (const char *)sqlite3_column_text(stmt, 2));
        }
        sqlite3_finalize(stmt);
}

Rc sqlite_dump(Cx *cx, Str *ret) {
        LiteConn c = { 0 };
        Buf out = BUF_IN(cx->arena);
        Rc rc = OK;

        if (sqlite3_open(":memory:", &c.db) != SQLITE_OK)
                rc = lite_fail(cx, &c, "Scratch database");
        for (const DbMigration *m = db_migrations; rc == OK && m->sql; m++)
                if (lite_exec(&c, db_template(cx->arena, DB_SQLITE, m->sql).p) != SQLITE_OK)
                        rc = lite_fail(cx, &c, m->name);
        if (rc == OK)
                dump_rows(c.db, &out);
        sqlite3_close(c.db);
        if (rc == OK)
                *ret = buf_view(&out);
        return rc;
}

const DbEngine db_sqlite_engine = {
        .kind = DB_SQLITE,
        .open = open_lite,
        .close = close_lite,
        .write = writer_run,
        .read = read_snapshot,
        .query = query,
        .script = script,
        .check = check,
};
