/* What only SQLite does: one file, one writer, a disk that fills, locks of other programs. */
#include "base/env.h"
#include "base/test.h"
#include "contract.gen.h"
#include "db/test_thing.h"
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *path_of(Cx *cx, const char *name) {
        return str_fmt(cx->arena, "%s/%s%c", test_dir(), name, 0).p;
}

static int run_raw(const char *path, const char *sql) {
        sqlite3 *raw;
        int rc = sqlite3_open(path, &raw);

        sqlite3_busy_timeout(raw, 2000);
        if (rc == SQLITE_OK)
                rc = sqlite3_exec(raw, sql, NULL, NULL, NULL);
        sqlite3_close(raw);
        return rc;
}

static int64_t pages_of(const char *path) {
        sqlite3_stmt *stmt = NULL;
        sqlite3 *raw;
        int64_t n = 0;

        if (sqlite3_open(path, &raw) == SQLITE_OK &&
            sqlite3_prepare_v2(raw, "PRAGMA page_count", -1, &stmt, NULL) == SQLITE_OK &&
            sqlite3_step(stmt) == SQLITE_ROW)
                n = sqlite3_column_int64(stmt, 0);
        sqlite3_finalize(stmt);
        sqlite3_close(raw);
        return n;
}

static Rc open_path(Cx *cx, const char *path, bool must_exist, bool read_only) {
        return db_open(cx,
                       &(DbConfig){ .url = str_c(path), .must_exist = must_exist, .read_only = read_only });
}

typedef struct Filler {
        pthread_t thread;
        int good, full, other;
} Filler;

static void *filler_main(void *arg) {
        Filler *f = arg;
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
        static const char block[3000];
        int64_t id;

        for (int i = 0; i < 40; i++) {
                cx_reset(cx);
                if (thing_add(cx, &(Thing){ .n = 1, .bytes = { block, sizeof block } }, &id) == OK)
                        f->good++;
                else if (cx->problem.code == P_DB_FULL)
                        f->full++;
                else
                        f->other++;
        }
        return NULL;
}

TEST(sqlite__a_full_disk_is_told_and_gotten_over) {
        Cx *cx = thing_db();
        Filler fillers[8] = { 0 };
        int good = 0, full = 0;

        if (db_kind() != DB_SQLITE)
                return;
        CHECK_OK(cx, thing_script(cx, str_fmt(cx->arena, "PRAGMA max_page_count = %lld%c",
                                              (long long)pages_of(path_of(cx, "test.db")) + 100, 0)
                                              .p));
        for (int i = 0; i < 8; i++)
                CHECK(pthread_create(&fillers[i].thread, NULL, filler_main, &fillers[i]) == 0);
        for (int i = 0; i < 8; i++) {
                pthread_join(fillers[i].thread, NULL);
                CHECK_INT(fillers[i].other, 0);
                good += fillers[i].good;
                full += fillers[i].full;
        }
        CHECK(good > 20 && full > 200);
        CHECK_INT(thing_count(cx), good);
        CHECK_OK(cx, thing_script(cx, "PRAGMA max_page_count = 100000"));
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1, .bytes = { fillers[0].good ? "x" : "", 1 } },
                               &(int64_t){ 0 }));
        CHECK_INT(thing_count(cx), good + 1);
}

TEST(sqlite__a_lock_of_another_program_is_waited_for_and_then_told) {
        Cx *cx = thing_db();
        int64_t from, id;
        sqlite3 *raw;

        if (db_kind() != DB_SQLITE)
                return;
        CHECK(sqlite3_open(path_of(cx, "test.db"), &raw) == SQLITE_OK);
        CHECK(sqlite3_exec(raw, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK);
        from = time_mono_us();
        CHECK_FAILS(cx, P_DB_BUSY, thing_add(cx, &(Thing){ .n = 1 }, &id));
        CHECK(time_mono_us() - from < 2 * DB_BUSY_MS * 1000);
        CHECK_INT(thing_count(cx), 0); /* reading goes on */
        sqlite3_exec(raw, "COMMIT", NULL, NULL, NULL);
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1 }, &id));
        sqlite3_close(raw);
}

static Rc lane_work(Cx *cx, void *arg) {
        DbLane *lane = db_lane(cx);

        *(bool *)arg = lane->ready;
        lane->ready = true;
        return OK;
}

static int gaps;
static void note_gap(void) { gaps++; }

TEST(sqlite__what_is_remembered_is_read_anew_after_another_program_wrote) {
        Cx *cx = thing_db();
        bool ready;

        if (db_kind() != DB_SQLITE)
                return;
        db_on_notify_gap(note_gap);
        gaps = 0;
        CHECK_OK(cx, db_write(cx, lane_work, &ready));
        CHECK_OK(cx, db_write(cx, lane_work, &ready));
        CHECK(ready);
        CHECK_INT(gaps, 0); /* one's own writing is no news */
        CHECK(run_raw(path_of(cx, "test.db"), "INSERT INTO test_thing (n) VALUES (1)") == SQLITE_OK);
        CHECK_OK(cx, db_write(cx, lane_work, &ready));
        db_on_notify_gap(NULL);
        CHECK(!ready);
        CHECK_INT(gaps, 1);
}

TEST(sqlite__what_was_written_is_there_after_opening_again) {
        Cx *cx = thing_db();
        int64_t id;

        if (db_kind() != DB_SQLITE)
                return;
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1 }, &id));
        CHECK_INT(thing_count(cx), 1);
        db_close();
        CHECK_FAILS(cx, P_DB_UNAVAILABLE, thing_add(cx, &(Thing){ .n = 1 }, &id));
        CHECK_OK(cx, open_path(cx, path_of(cx, "test.db"), true, false));
        CHECK_INT(thing_count(cx), 1);
        db_close();
        CHECK_OK(cx, open_path(cx, path_of(cx, "test.db"), true, true));
        CHECK_INT(thing_count(cx), 1);
        CHECK_OK(cx, db_ping(cx));
        CHECK_FAILS(cx, P_DB_UNAVAILABLE, thing_add(cx, &(Thing){ .n = 1 }, &id));
}

TEST(sqlite__a_strangers_file_is_left_alone) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        const char *other = path_of(cx, "other.db"), *text = path_of(cx, "text.db");
        Str before, after;

        CHECK(run_raw(other, "CREATE TABLE note (x)") == SQLITE_OK);
        CHECK(file_read(cx->arena, other, 1 << 20, &before));
        CHECK_FAILS(cx, P_DB_NOT_OURS, open_path(cx, other, false, false));
        CHECK(file_read(cx->arena, other, 1 << 20, &after));
        CHECK(str_eq(before, after));
        CHECK(file_write(
                text,
                S("This is not a database, it is a long text about one thing and another, and then more.")));
        CHECK_FAILS(cx, P_DB_NOT_OURS, open_path(cx, text, false, false));
        CHECK_FAILS(cx, P_DB_UNAVAILABLE, open_path(cx, path_of(cx, "absent.db"), true, false));
        CHECK_FAILS(cx, P_DB_UNAVAILABLE, open_path(cx, path_of(cx, "no/such/folder.db"), false, false));
        CHECK_FAILS(cx, P_DB_UNAVAILABLE, open_path(cx, test_dir(), false, false));
}

static Rc count_each(Cx *cx, const void *row, void *arg) {
        (void)cx, (void)row;
        ++*(int64_t *)arg;
        return OK;
}

TEST(sqlite__a_damaged_file_is_told) {
        Cx *cx = thing_db();
        const char *path = path_of(cx, "test.db");
        Str bytes;
        int64_t n = 0;

        if (db_kind() != DB_SQLITE)
                return;
        CHECK_OK(cx, thing_fill(cx, 20000));
        db_close();
        CHECK(file_read(cx->arena, path, 64 << 20, &bytes));
        CHECK(bytes.n > 70 * 4096);
        memset((char *)(uintptr_t)bytes.p + bytes.n - 60 * 4096, 0xa5,
               40 * 4096); /* the rows are at the end */
        CHECK(file_write(path, bytes));
        CHECK_OK(cx, open_path(cx, path, true, false));
        CHECK_FAILS(cx, P_DB_CORRUPT, thing_each(cx, count_each, &n));
}

/* Writes rows and says each acknowledged id to fd, until killed. */
static void write_for_ever(const char *path, int fd) {
        Cx *cx = cx_new(1 << 20);
        int64_t id;

        if (open_path(cx, path, true, false) != OK)
                _exit(1);
        for (;;) {
                cx_reset(cx);
                if (thing_add(cx, &(Thing){ .n = 1 }, &id) != OK || write(fd, &id, sizeof id) != sizeof id)
                        _exit(1);
        }
}

TEST(sqlite__what_was_acknowledged_survives_a_kill) {
        Cx *cx = thing_db();
        const char *path = path_of(cx, "test.db");
        int64_t id = 0, last = 0;
        int fds[2], status;
        pid_t child;

        if (db_kind() != DB_SQLITE)
                return;
        db_close();
        CHECK(pipe(fds) == 0);
        child = fork();
        if (child == 0)
                write_for_ever(path, fds[1]);
        close(fds[1]);
        while (last < 200 && read(fds[0], &id, sizeof id) == sizeof id)
                last = id;
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        while (read(fds[0], &id, sizeof id) == sizeof id)
                last = id;
        close(fds[0]);
        CHECK_OK(cx, open_path(cx, path, true, false));
        CHECK(last >= 200);
        CHECK(thing_count(cx) >= last && thing_count(cx) <= last + 1);
}
