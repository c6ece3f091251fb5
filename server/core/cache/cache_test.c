/* What is kept in memory: given back as it was, never when it may be old, never more than allowed. */
#include "base/test.h"
#include "contract.gen.h"
#include "core/cache/cache.h"
#include "core/notice/notice.h"
#include "db/db_int.h"
#include "sql.gen.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MOST = 1 << 20, SINGLE = MOST / 64 };

static Cache *cache;

/* Notices are heard from the moment on when the listening connection stands: at most five seconds. */
static Cx *begin(void) {
        Cx *cx = test_db();

        notice_init();
        cache = cache_new("test-cache", MOST);
        for (int i = 0; i < 5000 && !db_era(); i++)
                usleep(1000);
        return cx;
}

static void put(Cx *cx, int64_t id, Str text) { cache_put(cx, cache, id, cache_ticket(cx, cache, id), text); }

static bool has(Cx *cx, int64_t id) {
        Str got;

        return cache_get(cx, cache, id, &got);
}

TEST(cache__gives_back_a_copy_of_what_was_put) {
        Cx *cx = begin();
        Str got;

        CHECK(!has(cx, 1));
        put(cx, 1, S("one"));
        put(cx, 1 + ((int64_t)1 << 40), S("another"));
        CHECK(cache_get(cx, cache, 1, &got));
        CHECK_STR(got, S("one"));
        put(cx, 1, S("uno"));
        CHECK_STR(got, S("one"));
        CHECK(cache_get(cx, cache, 1, &got));
        CHECK_STR(got, S("uno"));
        CHECK(cache_get(cx, cache, 1 + ((int64_t)1 << 40), &got));
        CHECK_STR(got, S("another"));
        cache_drop(cache, 0);
        CHECK(!has(cx, 1) && cache_bytes(cache) == 0);
}

TEST(cache__who_read_before_a_change_cannot_put_the_old_back) {
        Cx *cx = begin();
        CacheTicket early = cache_ticket(cx, cache, 7);

        cache_drop(cache, 7); /* the writer has committed meanwhile */
        cache_put(cx, cache, 7, early, S("old"));
        CHECK(!has(cx, 7));
        early = cache_ticket(cx, cache, 7);
        cache_drop(cache, 0);
        cache_put(cx, cache, 7, early, S("old"));
        CHECK(!has(cx, 7));
        put(cx, 7, S("new"));
        CHECK(has(cx, 7));
        cache_drop(cache, 0);
}

TEST(cache__stays_within_its_bytes_and_keeps_what_is_asked_for) {
        static char kilobyte[1024];
        Cx *cx = begin();
        int kept = 0;

        put(cx, 1, (Str){ kilobyte, sizeof kilobyte });
        for (int64_t id = 2; id < 5000; id++) {
                put(cx, id, (Str){ kilobyte, sizeof kilobyte });
                CHECK(has(cx, 1)); /* asked for again and again: stays, while the others go as they came */
                arena_reset(cx->arena);
        }
        CHECK(cache_bytes(cache) <= MOST && cache_bytes(cache) > MOST * 3 / 4);
        for (int64_t id = 2; id < 5000; id++)
                kept += has(cx, id);
        CHECK(kept > 600 && kept < 1024);
        cache_put(cx, cache, 9999, cache_ticket(cx, cache, 9999), (Str){ TAKE_ARRAY(cx->arena, char, SINGLE), SINGLE });
        CHECK(!has(cx, 9999)); /* too large by itself */
        cache_drop(cache, 0);
        CHECK_INT(cache_bytes(cache), 0);
}

TEST(cache__forgets_after_a_while) {
        Cx *cx = begin();

        put(cx, 3, S("x"));
        cx->now_ms += CACHE_KEEP_MS - 1;
        CHECK(has(cx, 3));
        cx->now_ms += 1;
        CHECK(!has(cx, 3));
        CHECK_INT(cache_bytes(cache), 0);
}

TEST(cache__a_gap_in_hearing_ends_everything) {
        Cx *cx = begin();
        CacheTicket early;

        put(cx, 4, S("x"));
        early = cache_ticket(cx, cache, 5);
        db_gap();
        CHECK(!has(cx, 4));
        cache_put(cx, cache, 5, early, S("x"));
        CHECK(!has(cx, 5));
        put(cx, 4, S("y"));
        CHECK(has(cx, 4));
        db_on_notify(NULL); /* nothing is heard: neither given nor kept */
        CHECK(!has(cx, 4));
        put(cx, 6, S("x"));
        notice_init();
        CHECK(!has(cx, 6));
        cache_drop(cache, 0);
}

static Rc tell(Cx *cx, void *arg) {
        const int64_t *id = arg;
        Notice n = { .topic = S("test-cache"), .action = S("test.changed"), .id = *id };

        CacheTicket ticket = cache_ticket(cx, cache, 9);

        if (has(cx, *id) || ticket.era)
                return fail(cx, P_SERVER_BUG, "a transaction reads from memory");
        return notice_send(cx, &n);
}

static Rc look(Cx *cx, void *arg) {
        (void)arg;
        return has(cx, 11) ? fail(cx, P_SERVER_BUG, "a snapshot reads from memory") : OK;
}

TEST(cache__a_change_is_gone_before_its_writer_goes_on) {
        Cx *cx = begin();
        int64_t id = 11;

        put(cx, 11, S("old"));
        put(cx, 12, S("other"));
        CHECK_OK(cx, db_read(cx, look, NULL));
        CHECK(has(cx, 11));
        CHECK_OK(cx, db_write(cx, tell, &id));
        CHECK(!has(cx, 11));
        CHECK(has(cx, 12));
        cache_drop(cache, 0);
}

/* ---- many at once ---- */

static struct {
        _Atomic int64_t stored, answered; /* the row, and what writers have been told is stored */
        atomic_bool stop, wrong;
} race;

static void *read_and_put(void *unused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);

        (void)unused;
        while (!race.stop) {
                int64_t least = race.answered, got;
                CacheTicket ticket;
                Str block;

                if (cache_get(cx, cache, 1, &block))
                        memcpy(&got, block.p, sizeof got);
                else {
                        ticket = cache_ticket(cx, cache, 1);
                        got = race.stored;
                        cache_put(cx, cache, 1, ticket, (Str){ (char *)&got, sizeof got });
                }
                if (got < least)
                        race.wrong = true;
                arena_reset(cx->arena);
        }
        return NULL;
}

TEST(cache__readers_never_see_what_is_older_than_an_answer) {
        pthread_t readers[4];

        (void)begin();
        race.stored = race.answered = 0;
        race.stop = race.wrong = false;
        for (int i = 0; i < 4; i++)
                CHECK_INT(pthread_create(&readers[i], NULL, read_and_put, NULL), 0);
        for (int64_t v = 1; v <= 20000 && !race.wrong; v++) {
                race.stored = v; /* committed */
                cache_drop(cache, v % 100 ? 1 : 0);
                race.answered = v;
        }
        race.stop = true;
        for (int i = 0; i < 4; i++)
                pthread_join(readers[i], NULL);
        CHECK(!race.wrong);
        cache_drop(cache, 0);
}

/* ---- rows ---- */

TEST(cache__rows_come_back_out_of_a_block) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        AuditEntryRow rows[2] = { { .id = 1, .action = S("a.b"), .subject = S(""), .hash = { "\0\1\2", 3 } },
                                  { .id = 2, .actor_id = SOME_INT(5), .actor_name = S("王丽"), .detail = S("{}") } };
        AuditIdRow one = { 77 };
        Buf b = BUF_IN(a);
        AuditEntryRow *back;
        AuditIdRow *id;
        Str block;
        size_t n;

        rows_pack(&b, &db_shape_AuditEntryRow, rows, 2);
        rows_pack(&b, &db_shape_AuditEntryRow, NULL, 0);
        rows_pack(&b, &db_shape_AuditIdRow, &one, 1);
        block = (Str){ arena_copy(a, b.p, b.n), b.n };
        memset(b.p, 0xee, b.n);
        CHECK(rows_unpack(&block, &db_shape_AuditEntryRow, &back, &n) && n == 2);
        CHECK_STR(back[0].action, S("a.b"));
        CHECK(back[0].subject.p && !back[0].subject.n && !back[0].detail.p && !back[0].actor_id.set);
        CHECK(back[0].hash.n == 3 && memcmp(back[0].hash.p, "\0\1\2", 3) == 0);
        CHECK_STR(back[1].actor_name, S("王丽"));
        CHECK_INT(back[1].actor_id.n, 5);
        CHECK(rows_unpack(&block, &db_shape_AuditEntryRow, &back, &n) && n == 0);
        CHECK(rows_unpack(&block, &db_shape_AuditIdRow, &id, &n) && n == 1);
        CHECK_INT(id->id, 77);
        CHECK(!rows_unpack(&block, &db_shape_AuditIdRow, &id, &n));
}
