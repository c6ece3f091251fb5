/* What the chained log costs a report: entries appended per second inside one transaction (note, sealed rows, chain)
 * against a bare insert of the same bytes into the same table. On SQLite, and on PostgreSQL when WANGGE_BENCH_PG is set. */
#include "base/env.h"
#include "base/time.h"
#include "contract.gen.h"
#include "core/audit/audit_int.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROUNDS = 5, ENTRIES = 20000, COLUMNS = 32 };

/* As wide as a case's row: 12 texts, 20 numbers. */
typedef struct Row {
        Str text[12];
        int64_t number[20];
} Row;

static DbColumn columns[COLUMNS];
static const DbRowShape shape = { "BenchRow", sizeof(Row), COLUMNS, columns };
static const char detail[] =
        "{\"action\":\"report\",\"from\":\"\",\"to\":\"reported\",\"category\":\"0106-010\",\"place\":\"530103003001001\"}";

static void make_row(Row *r, int64_t n) {
        for (int i = 0; i < 12; i++)
                r->text[i] =
                        i == 3 ? S("小龙路菜市场门口垃圾桶满了没有人清理，味道很大，影响居民出行，请尽快安排处理。")
                               : S("530103003001001");
        for (int i = 0; i < 20; i++)
                r->number[i] = n * 31 + i;
}

typedef struct Bench {
        int64_t us;
        int rows;  /* sealed per entry */
        Str seals; /* of one entry, ready-made */
} Bench;

static Rc chained(Cx *cx, void *arg) {
        Bench *b = arg;
        int64_t from = time_mono_us();
        Row row;

        for (int64_t i = 0; i < ENTRIES; i++) {
                char key[24];

                make_row(&row, i);
                TRY(audit_note(cx, "case.reported", S("case/123456"), str_c(detail)));
                for (int k = 0; k < b->rows; k++) {
                        int n = snprintf(key, sizeof key, "%lld", (long long)(i * b->rows + k));

                        TRY(audit_seal_as(cx, "case_case", (Str){ key, (size_t)n }, &shape, &row));
                }
                TRY(audit_flush(cx));
                audit_forget(cx);
                if (i % 500 == 499)
                        arena_reset(cx->arena);
        }
        b->us = time_mono_us() - from;
        return OK;
}

static Rc bare(Cx *cx, void *arg) {
        Bench *b = arg;
        int64_t from = time_mono_us();
        static const char zero[32];
        Str hash = { zero, sizeof zero };
        int64_t id;

        for (int64_t i = 0; i < ENTRIES; i++) {
                TRY(q_audit_append(cx, 900 + b->rows, i + 1 + b->us, now_ms(cx), (OptInt){ 0 }, STR_NONE,
                                   STR_NONE, S("case.reported"), S("case/123456"), str_c(detail), b->seals,
                                   hash, i, hash, &id));
                if (i % 500 == 499)
                        arena_reset(cx->arena);
        }
        b->us = time_mono_us() - from;
        return OK;
}

static int by_size(const void *a, const void *b) {
        return (*(const int64_t *)a > *(const int64_t *)b) - (*(const int64_t *)a < *(const int64_t *)b);
}

static int64_t median(int64_t *v) {
        qsort(v, ROUNDS, sizeof *v, by_size);
        return v[ROUNDS / 2];
}

static Rc run(Cx *cx, const char *name, int rows) {
        int64_t chained_us[ROUNDS], bare_us[ROUNDS], c, p;
        _cleanup_(arena_freep) Arena *kept = arena_new(0);
        Buf seals = BUF_IN(kept);
        Bench b;
        Row row;

        make_row(&row, 1);
        for (int k = 0; k < rows; k++)
                seal_write(&seals, S("case_case"), S("123456"), &shape, &row);
        for (int i = 0; i < ROUNDS; i++) {
                b = (Bench){ .rows = rows };
                TRY(db_write(cx, chained, &b));
                chained_us[i] = b.us;
                b = (Bench){ .us = (int64_t)i * ENTRIES, .rows = rows, .seals = buf_view(&seals) };
                TRY(db_write(cx, bare, &b));
                bare_us[i] = b.us;
        }
        c = median(chained_us);
        p = median(bare_us);
        printf("%-10s %d sealed row%s  chained %8.0f/s %7.2f us   bare insert %8.0f/s %7.2f us   ratio %.2f   %5.2f us more\n",
               name, rows, rows == 1 ? " " : "s", ENTRIES * 1e6 / (double)c, (double)c / ENTRIES,
               ENTRIES * 1e6 / (double)p, (double)p / ENTRIES, (double)p / (double)c,
               (double)(c - p) / ENTRIES);
        return OK;
}

static Rc run_on(Cx *cx, const char *name, Str url) {
        Rc rc;

        TRY(db_open(cx, &(DbConfig){ .url = url }));
        rc = db_migrate(cx);
        if (rc == OK)
                rc = run(cx, name, 1);
        if (rc == OK)
                rc = run(cx, name, 3);
        db_close();
        return rc;
}

int main(void) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        char dir[] = "/tmp/wangge-bench-XXXXXX", path[64];
        Str pg = env_get("WANGGE_BENCH_PG");
        Rc rc;

        for (int i = 0; i < COLUMNS; i++)
                columns[i] = (DbColumn){ "c", i < 12 ? DB_TEXT : DB_INT, false,
                                         (uint32_t)(i < 12 ? offsetof(Row, text) + (size_t)i * sizeof(Str)
                                                           : offsetof(Row, number) +
                                                                     (size_t)(i - 12) * sizeof(int64_t)) };
        if (!mkdtemp(dir))
                return 2;
        audit_init();
        snprintf(path, sizeof path, "%s/audit.db", dir);
        rc = run_on(cx, "sqlite", str_c(path));
        if (rc == OK && pg.p)
                rc = run_on(cx, "postgres", pg);
        for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
                snprintf(path, sizeof path, "%s/audit.db%s", dir, *end);
                unlink(path);
        }
        rmdir(dir);
        if (rc != OK)
                fprintf(stderr, "%s: " STR_FMT "\n", problem_name(cx->problem.code),
                        STR_ARG(cx->problem.detail));
        return rc == OK ? 0 : 2;
}
