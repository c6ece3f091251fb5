/* `wangge backup FILE` and `wangge restore FILE`: the database, the signed heads, the public key, the secret key when asked for, and a
 * manifest with the SHA-256 of each. The engines' own part is in db/backup.c. */
#include "app/serve.h"
#include "base/env.h"
#include "base/json.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "db/backup.h"
#include "db/db.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SMALL_MAX = 64 << 20, READ_BYTES = 256 << 10 };

/* What lies beside the database, in the order of its writing; the manifest comes last and makes it a backup. */
static const char *const parts[] = { "", ".heads", ".key.pub", ".key", ".data-key" };
enum { PART_DATABASE, PART_HEADS, PART_PUBLIC, PART_KEY, PART_DATA_KEY }; /* from PART_KEY on: secrets */

static const char *at(Cx *cx, Str file, const char *suffix) {
        return str_z(cx->arena, str_fmt(cx->arena, STR_FMT "%s", STR_ARG(file), suffix));
}

static void show(int64_t done, int64_t all) {
        if (all)
                fprintf(stderr, "\r  %lld %%%s", (long long)(done * 100 / all), done == all ? "\n" : "");
        else
                fprintf(stderr, "\r  %lld MB", (long long)(done >> 20));
}

static DbProgress progress_of(const Config *c) { return isatty(STDERR_FILENO) && !c->quiet && !c->json ? show : NULL; }

/* *ret_bytes -1: it is not there. */
static Rc file_hash(Cx *cx, const char *path, Str *ret_sha256, int64_t *ret_bytes) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        EVP_MD_CTX *md = EVP_MD_CTX_new();
        char *buf = arena_take(cx->arena, READ_BYTES);
        uint8_t digest[32] = { 0 };
        ssize_t n = -1;

        *ret_bytes = fd < 0 ? -1 : 0;
        if (!md || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
                abort();
        while (fd >= 0 && (n = read(fd, buf, READ_BYTES)) > 0) {
                *ret_bytes += n;
                if (EVP_DigestUpdate(md, buf, (size_t)n) != 1)
                        abort();
        }
        if (EVP_DigestFinal_ex(md, digest, NULL) != 1)
                abort();
        EVP_MD_CTX_free(md);
        if (fd >= 0)
                close(fd);
        *ret_sha256 = hex_str(cx->arena, digest, sizeof digest);
        return fd >= 0 && n < 0 ? fail(cx, P_CONFIG_INVALID, "%s: %s", path, strerror(errno)) : OK;
}

static Str text_hash(Cx *cx, Str text) {
        uint8_t digest[32] = { 0 };
        size_t n = sizeof digest;

        if (EVP_Q_digest(NULL, "SHA256", NULL, text.p, text.n, digest, &n) != 1)
                abort();
        return hex_str(cx->arena, digest, sizeof digest);
}

static Rc word_needed(Cx *cx, const Config *config, Str *ret) {
        if (config->rest.n != 1)
                return fail(cx, P_CONFIG_INVALID, "wangge backup FILE [--with-key] --db URL | wangge restore FILE --db URL");
        if (!config->db.n)
                return fail(cx, P_CONFIG_INVALID, "--db URL (or WANGGE_DB) is needed: a file path or postgresql://…");
        return *ret = config->rest.v[0], OK;
}

/* ---- backup ---------------------------------------------------------------------------------------------------------------- */

static Rc refuse_overwriting(Cx *cx, Str file) {
        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
                if (access(at(cx, file, parts[i]), F_OK) == 0)
                        return fail(cx, P_CONFIG_INVALID, STR_FMT "%s is there already; choose another name", STR_ARG(file), parts[i]);
        return access(at(cx, file, ".manifest"), F_OK) == 0
                       ? fail(cx, P_CONFIG_INVALID, STR_FMT ".manifest is there already; choose another name", STR_ARG(file))
                       : OK;
}

/* Whole lines only: the server may be writing the next one. */
static Rc copy_heads(Cx *cx, const Config *config, Str file) {
        Str text;

        if (!file_read(cx->arena, str_z(cx->arena, config_beside(cx, config, ".heads")), SMALL_MAX, &text))
                return fail(cx, P_CONFIG_INVALID, "cannot read the signed heads " STR_FMT, STR_ARG(config_beside(cx, config, ".heads")));
        while (text.n && text.p[text.n - 1] != '\n')
                text.n--;
        return file_write(at(cx, file, ".heads"), text) ? OK : fail(cx, P_DB_FULL, "cannot write " STR_FMT ".heads", STR_ARG(file));
}

static Rc copy_keys(Cx *cx, const Config *config, Str file) {
        TRY(file_copy_new(cx, str_z(cx->arena, config_beside(cx, config, ".key.pub")), at(cx, file, ".key.pub"), NULL));
        if (!config->with_key)
                return OK;
        for (size_t i = PART_KEY; i < ARRAY_LEN(parts); i++)
                TRY(file_copy_new(cx, str_z(cx->arena, config_beside(cx, config, parts[i])), at(cx, file, parts[i]), NULL));
        return OK;
}

/* One line of JSON, and the SHA-256 of that line. */
static Rc write_manifest(Cx *cx, const Config *config, Str file, const DbTables *tables) {
        Buf b = BUF_IN(cx->arena);
        bool first = true;

        buf_fmt(&b, "{\"format\":1,\"version\":\"%s\",\"engine\":\"%s\",\"at_ms\":%lld,\"files\":[", WANGGE_VERSION,
                db_is_postgres(config->db) ? "postgresql" : "sqlite", (long long)now_ms(cx));
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
                int64_t bytes;
                Str sha256;

                TRY(file_hash(cx, at(cx, file, parts[i]), &sha256, &bytes));
                if (bytes < 0)
                        continue;
                buf_fmt(&b, "%s{\"part\":\"%s\",\"bytes\":%lld,\"sha256\":\"" STR_FMT "\"}", first ? "" : ",", parts[i],
                        (long long)bytes, STR_ARG(sha256));
                first = false;
        }
        buf_c(&b, "],\"tables\":[");
        for (size_t i = 0; i < tables->n; i++) {
                buf_c(&b, i ? ",{\"name\":" : "{\"name\":");
                buf_json_str(&b, tables->v[i].name);
                buf_fmt(&b, ",\"rows\":%lld}", (long long)tables->v[i].rows);
        }
        buf_c(&b, "]}\n");
        buf_str(&b, text_hash(cx, buf_view(&b)));
        buf_char(&b, '\n');
        return file_write(at(cx, file, ".manifest"), buf_view(&b)) ? OK
                                                                  : fail(cx, P_DB_FULL, "cannot write " STR_FMT ".manifest", STR_ARG(file));
}

static int64_t rows_of(const DbTables *t) {
        int64_t n = 0;

        for (size_t i = 0; i < t->n; i++)
                n += t->v[i].rows;
        return n;
}

/* The heads first: whatever they name is in a snapshot taken later. */
static Rc make_backup(Cx *cx, const Config *config, Str file, DbTables *ret) {
        TRY(copy_heads(cx, config, file));
        TRY(copy_keys(cx, config, file));
        TRY(db_backup(cx, config->db, at(cx, file, ""), progress_of(config), ret));
        return write_manifest(cx, config, file, ret);
}

int command_backup(Cx *cx, const Config *config) {
        DbTables tables = { 0 };
        Str file = STR_NONE;

        if (word_needed(cx, config, &file) != OK || refuse_overwriting(cx, file) != OK)
                return command_failed(cx, config);
        if (make_backup(cx, config, file, &tables) != OK) {
                for (size_t i = 0; i < ARRAY_LEN(parts); i++) /* all of them were begun by this run */
                        unlink(at(cx, file, parts[i]));
                return command_failed(cx, config);
        }
        if (config->json)
                printf("{\"ok\":true,\"tables\":%zu,\"rows\":%lld,\"key\":%s}\n", tables.n, (long long)rows_of(&tables),
                       config->with_key ? "true" : "false");
        else if (!config->quiet)
                printf("已备份 backed up: %zu 表 tables, %lld 行 rows → " STR_FMT "%s\n", tables.n, (long long)rows_of(&tables),
                       STR_ARG(file), config->with_key ? "" : "\n  密钥未包含，请另行保存 without the audit key and the data key: keep those elsewhere (or --with-key)");
        return 0;
}

/* ---- restore --------------------------------------------------------------------------------------------------------------- */

typedef struct Manifest {
        Str engine;
        bool has[ARRAY_LEN(parts)];
        DbTables tables;
} Manifest;

/* False: the backup is damaged, cx->problem says where. */
static bool damaged(Cx *cx, const char *what, const char *path) {
        return (void)fail(cx, P_DB_CORRUPT, "%s: %s", path, what), false;
}

static bool check_file(Cx *cx, Str file, const JsonNode *f, Manifest *m) {
        Str part = json_text(f, "part"), sha256 = json_text(f, "sha256"), actual;
        int64_t bytes = 0, is = 0;

        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
                const char *path = at(cx, file, parts[i]);

                if (!str_eq_c(part, parts[i]))
                        continue;
                m->has[i] = true;
                if (!json_int(f, "bytes", &bytes) || file_hash(cx, path, &actual, &is) != OK)
                        return damaged(cx, "cannot be read", path);
                if (is != bytes || !str_eq(actual, sha256))
                        return damaged(cx, is < 0 ? "is missing" : "differs from what was backed up", path);
                return true;
        }
        return damaged(cx, "names a part that is not known", at(cx, file, ".manifest"));
}

static bool check_manifest(Cx *cx, Str file, Manifest *m) {
        const char *path = at(cx, file, ".manifest");
        JsonNode *all;
        Str text, line, sum;

        if (!file_read(cx->arena, path, SMALL_MAX, &text))
                return damaged(cx, "cannot be read", path);
        if (!str_cut(text, '\n', &line, &sum) || !str_eq(text_hash(cx, str_sub(text, 0, line.n + 1)), str_trim(sum)) ||
            json_parse(cx, line, &all) != OK)
                return damaged(cx, "differs from what was written", path);
        m->engine = json_text(all, "engine");
        for (const JsonNode *f = json_get(all, "files") ? json_get(all, "files")->first : NULL; f; f = f->next)
                if (!check_file(cx, file, f, m))
                        return false;
        for (const JsonNode *t = json_get(all, "tables") ? json_get(all, "tables")->first : NULL; t; t = t->next) {
                DbTableRows *row = list_push(cx->arena, &m->tables);

                row->name = json_text(t, "name");
                (void)json_int(t, "rows", &row->rows);
        }
        return m->has[PART_DATABASE] && m->has[PART_HEADS] && m->has[PART_PUBLIC] ? true : damaged(cx, "lacks a part", path);
}

static Rc refuse_target(Cx *cx, const Config *config, const Manifest *m) {
        bool postgres = db_is_postgres(config->db);

        if (!str_eq_c(m->engine, postgres ? "postgresql" : "sqlite"))
                return fail(cx, P_CONFIG_INVALID, "the backup is of " STR_FMT ", --db is not", STR_ARG(m->engine));
        TRY(db_restore_refuse(cx, config->db));
        for (size_t i = PART_HEADS; i < ARRAY_LEN(parts); i++) {
                Str beside = config_beside(cx, config, parts[i]);

                /* the keys may have been brought already */
                if (i != PART_PUBLIC && (i < PART_KEY || m->has[i]) && access(str_z(cx->arena, beside), F_OK) == 0)
                        return fail(cx, P_CONFIG_INVALID, STR_FMT " belongs to another database; move it away first", STR_ARG(beside));
        }
        return OK;
}

static Rc put_back(Cx *cx, const Config *config, Str file, const Manifest *m) {
        TRY(db_restore(cx, at(cx, file, ""), config->db, progress_of(config)));
        for (size_t i = PART_HEADS; i < ARRAY_LEN(parts); i++) {
                const char *to = str_z(cx->arena, config_beside(cx, config, parts[i]));

                if (m->has[i] && (i != PART_PUBLIC || access(to, F_OK) != 0))
                        TRY(file_copy_new(cx, at(cx, file, parts[i]), to, NULL));
        }
        return OK;
}

static bool same_rows(Cx *cx, const Config *config, const Manifest *m) {
        DbTables now = { 0 };

        if (db_count_rows(cx, config->db, &now) != OK || now.n != m->tables.n)
                return false;
        for (size_t i = 0; i < now.n; i++)
                if (!str_eq(now.v[i].name, m->tables.v[i].name) || now.v[i].rows != m->tables.v[i].rows)
                        return false;
        return true;
}

static bool has_beside(Cx *cx, const Config *config, size_t part) {
        return access(str_z(cx->arena, config_beside(cx, config, parts[part])), F_OK) == 0;
}

static int report(Cx *cx, const Config *config, const Manifest *m, const VerifyReport *r, bool same) {
        bool keys[] = { has_beside(cx, config, PART_KEY), has_beside(cx, config, PART_DATA_KEY) }, fine = same && !r->n;

        if (config->json) {
                printf("{\"ok\":%s,\"tables\":%zu,\"rows\":%lld,\"same_rows\":%s,\"entries\":%lld,\"findings\":%lld,\"key\":%s}\n",
                       fine ? "true" : "false", m->tables.n, (long long)rows_of(&m->tables), same ? "true" : "false",
                       (long long)r->entries, (long long)r->n + (long long)r->more, keys[0] && keys[1] ? "true" : "false");
                return fine ? 0 : 1;
        }
        printf("已恢复 restored: %zu 表 tables, %lld 行 rows\n", m->tables.n, (long long)rows_of(&m->tables));
        if (!same)
                printf("  行数与备份不符 the rows are not those of the backup\n");
        printf(r->n ? "  核验发现 %zu 处被改动 places altered (wangge verify)\n" : "  核验无误 verified: nothing was altered\n", r->n);
        if (!keys[0])
                printf("  缺少审计密钥 " STR_FMT " the audit key has to be put back before serving\n",
                       STR_ARG(config_beside(cx, config, parts[PART_KEY])));
        if (!keys[1])
                printf("  缺少数据密钥 " STR_FMT " the data key has to be put back before serving\n",
                       STR_ARG(config_beside(cx, config, parts[PART_DATA_KEY])));
        return fine ? 0 : 1;
}

int command_restore(Cx *cx, const Config *config) {
        Manifest m = { 0 };
        VerifyReport r = { 0 };
        Str file = STR_NONE;
        bool same;
        int code;

        if (word_needed(cx, config, &file) != OK)
                return command_failed(cx, config);
        if (access(at(cx, file, ".manifest"), F_OK) != 0)
                return (void)fail(cx, P_CONFIG_INVALID, STR_FMT ".manifest is not there: no backup of that name", STR_ARG(file)),
                       command_failed(cx, config);
        if (!check_manifest(cx, file, &m))
                return (void)command_failed(cx, config), 1;
        if (refuse_target(cx, config, &m) != OK || put_back(cx, config, file, &m) != OK)
                return command_failed(cx, config);
        same = same_rows(cx, config, &m);
        if (app_open_to_verify(cx, config) != OK || audit_verify(cx, &r) != OK)
                return command_failed(cx, config);
        code = report(cx, config, &m, &r, same);
        db_close();
        return code;
}
