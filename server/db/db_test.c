/* Promises of db.h, on whichever engine test_db() opens. What only one engine has is in sqlite_test.c and postgres_test.c. */
#include "base/test.h"
#include "contract.gen.h"
#include "db/test_thing.h"
#include <pthread.h>
#include <stdio.h>

/* ---- values ---- */

TEST(db__values_come_back_as_they_went) {
        Cx *cx = thing_db();
        Thing *t, in = { .n = INT64_MIN,
                         .note = S("网格 🏙 ' \" \\ \n"),
                         .flag = { true, true },
                         .bytes = { "\0\x01\xff\x5c", 4 },
                         .num = { true, 0.1 } };
        int64_t id;

        CHECK_OK(cx, thing_add(cx, &in, &id));
        CHECK_OK(cx, thing_get(cx, id, &t));
        CHECK(t);
        CHECK_INT(t->id, id);
        CHECK(t->n == INT64_MIN);
        CHECK_STR(t->note, in.note);
        CHECK(t->flag.set && t->flag.b);
        CHECK_STR(t->bytes, in.bytes);
        CHECK(t->num.set && t->num.n == 0.1);
}

TEST(db__null_and_empty_differ) {
        Cx *cx = thing_db();
        Thing *t;
        int64_t none, empty;

        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1 }, &none));
        CHECK_OK(cx,
                 thing_add(cx, &(Thing){ .n = 2, .note = S(""), .bytes = S(""), .flag = { true, false } },
                           &empty));
        CHECK_OK(cx, thing_get(cx, none, &t));
        CHECK(!t->note.p && !t->bytes.p && !t->flag.set && !t->num.set);
        CHECK_OK(cx, thing_get(cx, empty, &t));
        CHECK(t->note.p && t->note.n == 0 && t->bytes.p && t->bytes.n == 0);
        CHECK(t->flag.set && !t->flag.b);
}

TEST(db__big_values_come_back) {
        Cx *cx = thing_db();
        size_t n = 3 << 20;
        char *bytes = arena_take(cx->arena, n);
        Thing *t;
        int64_t id;

        for (size_t i = 0; i < n; i++)
                bytes[i] = (char)(i * 7);
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1, .bytes = { bytes, n } }, &id));
        CHECK_OK(cx, thing_get(cx, id, &t));
        CHECK(t->bytes.n == n && !memcmp(t->bytes.p, bytes, n));
}

TEST(db__a_nul_in_text_is_refused_on_both) {
        Cx *cx = thing_db();
        int64_t id;

        CHECK_FAILS(cx, P_SERVER_BUG, thing_add(cx, &(Thing){ .n = 1, .note = { "a\0b", 3 } }, &id));
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1, .note = S("ab") }, &id));
}

/* ---- results ---- */

TEST(db__opt_gives_null_and_one_not_found) {
        Cx *cx = thing_db();
        Thing *t = (Thing *)cx;

        CHECK_OK(cx, thing_get(cx, 4711, &t));
        CHECK(!t);
        CHECK_FAILS(cx, P_NOT_FOUND, thing_must_get(cx, 4711, &t));
}

TEST(db__two_rows_where_one_is_meant_are_a_bug) {
        Cx *cx = thing_db();
        Thing *t;
        int64_t id;

        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 5 }, &id));
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 5 }, &id));
        CHECK_FAILS(cx, P_SERVER_BUG, thing_by_n(cx, 5, &t));
}

TEST(db__optional_pieces_follow_their_parameters) {
        Cx *cx = thing_db();
        ThingList all;
        int64_t id;

        for (int i = 0; i < 10; i++)
                CHECK_OK(cx, thing_add(cx, &(Thing){ .n = i, .note = i % 2 ? S("odd") : S("even") }, &id));
        for (int twice = 0; twice < 2; twice++) { /* the second time from the statement cache */
                CHECK_OK(cx, thing_list(cx, STR_NONE, (OptInt){ 0 }, 100, &all));
                CHECK_INT(all.n, 10);
                CHECK_OK(cx, thing_list(cx, S("odd"), (OptInt){ 0 }, 100, &all));
                CHECK_INT(all.n, 5);
                CHECK_OK(cx, thing_list(cx, STR_NONE, SOME_INT(6), 100, &all));
                CHECK_INT(all.n, 3);
                CHECK_OK(cx, thing_list(cx, S("odd"), SOME_INT(6), 1, &all));
                CHECK_INT(all.n, 1);
                CHECK_INT(all.v[0].n, 7);
        }
}

static Rc nested_look(Cx *cx, const void *row, void *arg) {
        const Thing *t = row;
        Thing *again;

        TRY(thing_must_get(cx, t->id, &again));
        *(int64_t *)arg += again->n;
        return OK;
}

static Rc each_in_work(Cx *cx, void *arg) { return thing_each(cx, nested_look, arg); }

static Rc each_in_each(Cx *cx, const void *row, void *arg) {
        const Thing *t = row;

        return t->n < 2 ? thing_each(cx, nested_look, arg) : OK;
}

TEST(db__each_streams_and_queries_may_run_meanwhile) {
        Cx *cx = thing_db();
        int64_t plain = 0, written = 0, pinned = 0, nested = 0, n = 1201;

        CHECK_OK(cx, thing_fill(cx, n));
        CHECK_OK(cx, thing_each(cx, nested_look, &plain));
        CHECK_OK(cx, db_write(cx, each_in_work, &written));
        CHECK_OK(cx, db_read(cx, each_in_work, &pinned));
        CHECK_OK(cx, thing_each(cx, each_in_each, &nested));
        CHECK_INT(plain, n * (n - 1) / 2);
        CHECK_INT(written, plain);
        CHECK_INT(pinned, plain);
        CHECK_INT(nested, 2 * plain);
        CHECK_OK(cx, db_write(cx, each_in_work, &written));
        CHECK_INT(written, 2 * plain);
}

static Rc stop_each(Cx *cx, const void *row, void *arg) {
        (void)row;
        return ++*(int64_t *)arg == 3 ? fail(cx, P_NOT_FOUND, "enough") : OK;
}

TEST(db__each_stops_at_a_failure_and_leaves_no_trace) {
        Cx *cx = thing_db();
        int64_t seen = 0;

        CHECK_OK(cx, thing_fill(cx, 700));
        CHECK_FAILS(cx, P_NOT_FOUND, thing_each(cx, stop_each, &seen));
        CHECK_INT(seen, 3);
        seen = 10;
        CHECK_OK(cx, thing_each(cx, stop_each, &seen));
        CHECK_INT(seen, 710);
}

/* ---- transactions ---- */

static Rc add_then_fail(Cx *cx, void *arg) {
        int64_t id;

        (void)arg;
        TRY(thing_insert(cx, &(Thing){ .n = 666 }, &id));
        return fail(cx, P_NOT_FOUND, "on purpose");
}

TEST(db__failure_rolls_back) {
        Cx *cx = thing_db();
        int64_t id;

        CHECK_FAILS(cx, P_NOT_FOUND, db_write(cx, add_then_fail, NULL));
        CHECK_INT(thing_count(cx), 0);
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1 }, &id));
        CHECK_INT(thing_count(cx), 1);
}

static Rc nested_failure_swallowed(Cx *cx, void *arg) {
        int64_t id;

        TRY(thing_insert(cx, &(Thing){ .n = 1 }, &id));
        if (db_write(cx, add_then_fail, arg) == OK)
                return fail(cx, P_SERVER_BUG, "should have failed");
        return OK;
}

TEST(db__a_swallowed_failure_is_not_committed) {
        Cx *cx = thing_db();

        CHECK_FAILS(cx, P_NOT_FOUND, db_write(cx, nested_failure_swallowed, NULL));
        CHECK_INT(thing_count(cx), 0);
}

/* Parts: one is written, one is refused by itself, one by a nested work of it, one is written. */
static Rc part_adds(Cx *cx, void *arg) {
        int64_t id;

        TRY(thing_insert(cx, &(Thing){ .n = *(int *)arg }, &id));
        return thing_set(cx, id, *(int *)arg * 10); /* waits for company on PostgreSQL */
}

static Rc part_refused_within(Cx *cx, void *arg) {
        TRY(part_adds(cx, arg));
        return db_write(cx, add_then_fail, NULL);
}

static Rc four_parts(Cx *cx, void *arg) {
        int one = 1, two = 2, three = 3, four = 4;

        TRY(db_part(cx, part_adds, &one));
        *(int *)arg = db_part(cx, add_then_fail, &two) == E_MISSING;
        *(int *)arg += db_part(cx, part_refused_within, &three) == E_MISSING && cx->problem.code == P_NOT_FOUND;
        cx->problem = (Problem){ 0 };
        return db_part(cx, part_adds, &four);
}

TEST(db__a_part_that_is_refused_leaves_the_rest) {
        Cx *cx = thing_db();
        int refused = 0;
        ThingList all;

        CHECK_OK(cx, db_write(cx, four_parts, &refused));
        CHECK_INT(refused, 2);
        CHECK_OK(cx, thing_list(cx, STR_NONE, (OptInt){ 0 }, 100, &all));
        CHECK_INT(all.n, 2);
        CHECK_INT(all.v[0].n + all.v[1].n, 50);
}

static Rc broken_part(Cx *cx, void *arg) {
        int64_t id;

        (void)arg;
        TRY(thing_insert(cx, &(Thing){ .id = 700, .n = 1 }, &id));
        return thing_twin(cx, 700);
}

static Rc part_broken(Cx *cx, void *arg) {
        int one = 1;

        TRY(db_part(cx, part_adds, &one));
        (void)!db_part(cx, broken_part, arg);
        return OK;
}

TEST(db__a_part_that_breaks_the_database_ends_the_whole) {
        Cx *cx = thing_db();

        CHECK_FAILS(cx, P_SERVER_BUG, db_write(cx, part_broken, NULL));
        CHECK_INT(thing_count(cx), 0);
}

static Rc broken_query_swallowed(Cx *cx, void *arg) {
        int64_t id;

        (void)arg;
        TRY(thing_insert(cx, &(Thing){ .id = 1, .n = 1 }, &id));
        (void)!thing_twin(cx, 1); /* the key is taken: known here on SQLite, with the commit on PostgreSQL */
        return OK;
}

TEST(db__a_failed_query_cannot_be_ignored) {
        Cx *cx = thing_db();

        CHECK_FAILS(cx, P_SERVER_BUG, db_write(cx, broken_query_swallowed, NULL));
        CHECK_INT(thing_count(cx), 0);
}

/* Statements without an answer, more than may wait at once, and one with an answer among them; the broken one as told. */
typedef struct Many {
        int broken_at;
        bool settle;
        int64_t seen;
} Many;

static Rc set_many(Cx *cx, void *arg) {
        Many *m = arg;
        Thing *row;
        int64_t id;

        TRY(thing_insert(cx, &(Thing){ .n = 0 }, &id));
        for (int i = 1; i <= 200; i++) {
                TRY(thing_set(cx, id, i));
                if (i == m->broken_at)
                        TRY(thing_twin(cx, 1));
                if (i == 150 && m->settle)
                        TRY(db_settle(cx));
                if (i == 170) {
                        TRY(thing_must_get(cx, id, &row));
                        m->seen = row->n;
                }
        }
        return OK;
}

TEST(db__statements_that_wait_for_company_come_in_order) {
        Cx *cx = thing_db();

        for (int settle = 0; settle < 2; settle++) {
                Many m = { .settle = settle };

                CHECK_OK(cx, db_write(cx, set_many, &m));
                CHECK_INT(m.seen, 170);
                CHECK_INT(thing_count(cx), settle + 1);
        }
}

TEST(db__a_broken_one_among_them_takes_all_back) {
        static const int places[] = { 1, 64, 149, 160, 170, 199, 200 };
        Cx *cx = thing_db();

        for (size_t i = 0; i < ARRAY_LEN(places); i++) {
                Many m = { .broken_at = places[i], .settle = i % 2 };

                CHECK_FAILS(cx, P_SERVER_BUG, db_write(cx, set_many, &m));
                CHECK_INT(thing_count(cx), 0);
        }
        CHECK_OK(cx, db_write(cx, set_many, &(Many){ 0 })); /* the connection is as good as before */
        CHECK_INT(thing_count(cx), 1);
}

static Rc other_context(Cx *cx, void *arg) {
        _cleanup_(cx_freep) Cx *other = cx_new(0);

        (void)cx, (void)arg;
        return db_write(other, add_then_fail, NULL) == E_BUG ? OK : fail(cx, P_NOT_FOUND, "accepted");
}

TEST(db__a_second_context_inside_a_work_is_refused) {
        Cx *cx = thing_db();

        CHECK_OK(cx, db_write(cx, other_context, NULL));
}

TEST(db__writing_outside_a_transaction_is_refused_on_sqlite) {
        Cx *cx = thing_db();
        int64_t id;

        if (db_kind() == DB_SQLITE)
                CHECK_FAILS(cx, P_SERVER_BUG, thing_insert(cx, &(Thing){ .n = 1 }, &id));
}

/* ---- many threads ---- */

enum { THREADS = 16, EACH = 60 };

typedef struct Crowd {
        pthread_t thread;
        int number, good, failed, wrong;
} Crowd;

static void *crowd_main(void *arg) {
        Crowd *c = arg;
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
        int64_t id;

        for (int i = 0; i < EACH; i++) {
                cx_reset(cx);
                if (i % 3 == 2) {
                        if (db_write(cx, i % 2 ? broken_query_swallowed : add_then_fail, NULL) == OK)
                                c->wrong++;
                        c->failed++;
                } else if (thing_add(cx, &(Thing){ .n = c->number }, &id) == OK)
                        c->good++;
                else
                        c->wrong++;
                if (thing_count(cx) < c->good) /* what was acknowledged is seen by its writer */
                        c->wrong++;
        }
        return NULL;
}

TEST(db__failed_work_leaves_its_neighbours_alone) {
        Cx *cx = thing_db();
        Crowd crowd[THREADS] = { 0 };
        int good = 0, wrong = 0;

        for (int i = 0; i < THREADS; i++) {
                crowd[i].number = i;
                CHECK(pthread_create(&crowd[i].thread, NULL, crowd_main, &crowd[i]) == 0);
        }
        for (int i = 0; i < THREADS; i++) {
                pthread_join(crowd[i].thread, NULL);
                good += crowd[i].good;
                wrong += crowd[i].wrong;
        }
        CHECK_INT(wrong, 0);
        CHECK_INT(good, THREADS * EACH * 2 / 3);
        CHECK_INT(thing_count(cx), good);
}

static Rc increment(Cx *cx, void *arg) {
        Thing *t;

        TRY(thing_must_get(cx, *(int64_t *)arg, &t));
        return thing_set(cx, t->id, t->n + 1);
}

static int64_t counter_id;

static void *increment_main(void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);

        for (int i = 0; i < 20; i++) {
                cx_reset(cx);
                while (db_write(cx, increment, &counter_id) != OK) {
                        if (cx->problem.code != P_DB_BUSY) {
                                *(int *)arg += 1;
                                return NULL;
                        }
                        cx_reset(cx);
                }
        }
        return NULL;
}

TEST(db__read_then_write_loses_no_update) {
        Cx *cx = thing_db();
        pthread_t threads[6];
        int wrong[6] = { 0 };
        Thing *t;

        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 0 }, &counter_id));
        for (int i = 0; i < 6; i++)
                CHECK(pthread_create(&threads[i], NULL, increment_main, &wrong[i]) == 0);
        for (int i = 0; i < 6; i++) {
                pthread_join(threads[i], NULL);
                CHECK_INT(wrong[i], 0);
        }
        CHECK_OK(cx, thing_get(cx, counter_id, &t));
        CHECK_INT(t->n, 120);
}

static void *add_one_main(void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);

        *(Rc *)arg = thing_add(cx, &(Thing){ .n = 1 }, &(int64_t){ 0 });
        return NULL;
}

static Rc look_twice(Cx *cx, void *arg) {
        pthread_t thread;
        int64_t before = thing_count(cx);
        Rc rc = E_BUG;

        (void)arg;
        if (pthread_create(&thread, NULL, add_one_main, &rc) != 0)
                return fail(cx, P_SERVER_BUG, "no thread");
        pthread_join(thread, NULL);
        if (rc != OK || thing_count(cx) != before)
                return fail(cx, P_SERVER_BUG, "the snapshot changed");
        return OK;
}

TEST(db__a_read_sees_one_snapshot) {
        Cx *cx = thing_db();

        CHECK_OK(cx, db_read(cx, look_twice, NULL));
        CHECK_INT(thing_count(cx), 1);
}

/* A reference checked only at commit: the failure comes when the work is long over. */
static void *dangling_main(void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);

        *(Rc *)arg = thing_add_child(cx, 4711);
        return NULL;
}

TEST(db__a_constraint_that_fails_at_commit_fails_only_its_work) {
        Cx *cx = thing_db();
        pthread_t threads[12];
        Rc rc[12];

        for (int i = 0; i < 12; i++)
                CHECK(pthread_create(&threads[i], NULL, i % 4 ? add_one_main : dangling_main, &rc[i]) == 0);
        for (int i = 0; i < 12; i++)
                pthread_join(threads[i], NULL);
        for (int i = 0; i < 12; i++)
                CHECK(i % 4 ? rc[i] == OK : rc[i] == E_BUG);
        CHECK_INT(thing_count(cx), 9);
}

/* ---- hooks ---- */

static struct {
        bool on, refuse;
        int begun, before, after;
} hooks;

static Rc before_hook(Cx *cx) {
        if (!hooks.on)
                return OK;
        hooks.before++;
        return hooks.refuse ? fail(cx, P_NOT_FOUND, "the hook refuses") : OK;
}
static void after_hook(Cx *cx) {
        (void)cx;
        if (hooks.on)
                hooks.after++;
}
static void begin_hook(Cx *cx) {
        (void)cx;
        if (hooks.on)
                hooks.begun++;
}

TEST(db__hooks_run_around_every_transaction) {
        Cx *cx = thing_db();
        int64_t id;

        db_before_commit(before_hook);
        db_after_commit(after_hook);
        db_on_begin(begin_hook);
        hooks.on = true;
        CHECK_OK(cx, thing_add(cx, &(Thing){ .n = 1 }, &id));
        CHECK_INT(hooks.begun * 100 + hooks.before * 10 + hooks.after, 111);
        CHECK_FAILS(cx, P_NOT_FOUND, db_write(cx, add_then_fail, NULL));
        CHECK_INT(hooks.begun * 100 + hooks.before * 10 + hooks.after, 211);
        hooks.refuse = true;
        CHECK_FAILS(cx, P_NOT_FOUND, thing_add(cx, &(Thing){ .n = 1 }, &id));
        CHECK_INT(hooks.begun * 100 + hooks.before * 10 + hooks.after, 321);
        hooks.on = hooks.refuse = false;
        CHECK_INT(thing_count(cx), 1);
}

/* ---- the lane ---- */

static Rc use_lane(Cx *cx, void *arg) {
        DbLane *lane = db_lane(cx);
        const bool *refuse = arg;

        if (!lane->ready)
                *lane = (DbLane){ .number = lane->number, .ready = true, .seq = 100 };
        lane->seq++;
        lane->head[0]++;
        return refuse && *refuse ? fail(cx, P_NOT_FOUND, "on purpose") : OK;
}

static Rc read_lane(Cx *cx, void *arg) {
        *(DbLane *)arg = *db_lane(cx);
        return OK;
}

TEST(db__the_lane_forgets_what_was_rolled_back) {
        Cx *cx = thing_db();
        bool refuse = true;
        DbLane lane;

        CHECK_OK(cx, db_write(cx, use_lane, NULL));
        CHECK_OK(cx, db_write(cx, use_lane, NULL));
        CHECK_FAILS(cx, P_NOT_FOUND, db_write(cx, use_lane, &refuse));
        CHECK_OK(cx, db_write(cx, read_lane, &lane));
        CHECK(!lane.ready || (lane.seq == 102 && lane.head[0] == 2));
}

/* ---- migrations ---- */

TEST(db__an_altered_migration_is_refused) {
        Cx *cx = thing_db();

        CHECK_OK(cx, db_migrate(cx));
        CHECK_OK(cx, db_schema_check(cx));
        CHECK_OK(cx, thing_script(cx, "UPDATE db_migration SET checksum = 'x' WHERE name = '0001_db'"));
        CHECK_FAILS(cx, P_DB_MIGRATION, db_migrate(cx));
        CHECK_FAILS(cx, P_DB_MIGRATION, db_schema_check(cx));
}

TEST(db__an_unknown_migration_is_refused) {
        Cx *cx = thing_db();

        CHECK_OK(cx,
                 thing_script(cx, "UPDATE db_migration SET name = '0000_future' WHERE name = '0001_db'"));
        CHECK_FAILS(cx, P_DB_MIGRATION, db_schema_check(cx));
}

TEST(db__a_missing_migration_is_told) {
        Cx *cx = thing_db();

        CHECK_OK(cx, thing_script(cx, "DELETE FROM db_migration WHERE name = '0001_db'"));
        CHECK_FAILS(cx, P_DB_MIGRATION, db_schema_check(cx));
        CHECK_FAILS(cx, P_DB_MIGRATION,
                    db_migrate(cx)); /* its tables exist: refused and rolled back, not half done */
}

TEST(db__template_words_become_sql) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        const char *sql =
                "a @ID@, b @BOOL(b)@, c @TEXT@ d@x.org\n-- sqlite:\nlite @STRICT@\n-- postgres:\npg\n-- both:\nend";

        CHECK_STR(
                db_template(cx->arena, DB_SQLITE, sql),
                S("a INTEGER PRIMARY KEY, b INTEGER CHECK (b IN (0, 1)), c TEXT d@x.org\nlite STRICT\nend"));
        CHECK_STR(
                db_template(cx->arena, DB_POSTGRES, sql),
                S("a BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, b BOOLEAN, c TEXT COLLATE \"C\" d@x.org\npg\nend"));
}

TEST(db__the_schema_dump_keeps_its_comments) {
        Cx *cx = test_db();
        Str text;

        CHECK_OK(cx, db_dump_schema(cx, &text));
        CHECK(str_contains(
                text, S("-- The migrations this database has been given.\nCREATE TABLE db_migration (")));
        CHECK(str_contains(text, S("-- the folder it comes from")));
}

TEST(db__every_named_query_fits_the_schema) {
        Cx *cx = test_db();

        CHECK_OK(cx, db_prepare_all(cx));
}

TEST(db__ping_reads_and_writes) {
        Cx *cx = test_db();

        CHECK_OK(cx, db_ping(cx));
        CHECK_OK(cx, db_ping(cx));
}

/* ---- notifications ---- */

static struct {
        pthread_mutex_t lock;
        pthread_cond_t came;
        int n;
        char last[64];
} ear = { .lock = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER };

static void hear(Str text) {
        pthread_mutex_lock(&ear.lock);
        ear.n++;
        snprintf(ear.last, sizeof ear.last, STR_FMT, STR_ARG(text));
        pthread_cond_broadcast(&ear.came);
        pthread_mutex_unlock(&ear.lock);
}

static Rc notify_work(Cx *cx, void *arg) {
        TRY(db_notify(cx, S("网格 1")));
        TRY(db_notify(cx, S("网格 2")));
        return arg ? fail(cx, P_NOT_FOUND, "on purpose") : OK;
}

TEST(db__notifications_come_after_commit_and_only_then) {
        Cx *cx = thing_db();

        ear.n = 0;
        db_on_notify(hear);
        CHECK_FAILS(cx, P_NOT_FOUND, db_write(cx, notify_work, cx));
        /* The listening connection may still be on its way: what was sent before it listens is not heard. */
        pthread_mutex_lock(&ear.lock);
        CHECK_INT(ear.n, 0);
        while (ear.n < 2 || strcmp(ear.last, "网格 2") != 0) {
                struct timespec until;

                clock_gettime(CLOCK_REALTIME, &until);
                until.tv_nsec += 200000000;
                until.tv_sec += until.tv_nsec / 1000000000;
                until.tv_nsec %= 1000000000;
                pthread_mutex_unlock(&ear.lock);
                CHECK_OK(cx, db_write(cx, notify_work, NULL));
                pthread_mutex_lock(&ear.lock);
                if (ear.n < 2)
                        pthread_cond_timedwait(&ear.came, &ear.lock, &until);
        }
        pthread_mutex_unlock(&ear.lock);
        db_on_notify(NULL);
}
