/* Notices: through the database to the hearers, only of what was committed, and as text and back. */
#include "base/test.h"
#include "contract.gen.h"
#include "core/notice/notice.h"
#include "db/db_int.h"
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static struct {
        pthread_mutex_t lock;
        pthread_cond_t more;
        int n, resyncs;
        Notice last;
        char number[64];
} heard = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

static void hear(Cx *cx, const Notice *n) {
        (void)cx;
        pthread_mutex_lock(&heard.lock);
        heard.n++;
        heard.resyncs += str_eq(n->action, S("resync"));
        heard.last = *n;
        snprintf(heard.number, sizeof heard.number, STR_FMT, STR_ARG(n->number));
        pthread_cond_broadcast(&heard.more);
        pthread_mutex_unlock(&heard.lock);
}

/* On PostgreSQL notices come by another thread: at most five seconds. */
static bool wait_for(int n) {
        struct timespec until;
        int code = 0;

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 5;
        pthread_mutex_lock(&heard.lock);
        while (heard.n < n && code == 0)
                code = pthread_cond_timedwait(&heard.more, &heard.lock, &until);
        n = heard.n == n;
        pthread_mutex_unlock(&heard.lock);
        return n;
}

static Cx *begin(void) {
        Cx *cx = test_db();

        notice_init();
        notice_hear("test", hear);
        heard.n = heard.resyncs = 0;
        return cx;
}

static Rc send_many(Cx *cx, void *arg) {
        const int *n = arg;

        for (int i = 0; i < *n; i++) {
                Notice one = { .topic = S("test"),
                               .action = S("test.happened"),
                               .id = i + 1,
                               .version = 2,
                               .number = str_fmt(cx->arena, "网格-%d", i),
                               .place = S("530103003001001"),
                               .accounts = { 7, 0, 9 } };

                TRY(notice_send(cx, &one));
        }
        return OK;
}

static Rc send_and_fail(Cx *cx, void *arg) {
        TRY(send_many(cx, arg));
        return fail(cx, P_VERSION_STALE, "no");
}

TEST(notice__committed_ones_are_heard_in_order) {
        Cx *cx = begin();
        int n = 300; /* several notifications on PostgreSQL */

        CHECK_OK(cx, db_write(cx, send_many, &n));
        CHECK(wait_for(300));
        CHECK_INT(heard.last.id, 300);
        CHECK_INT(heard.last.accounts[0], 7);
        CHECK_INT(heard.last.accounts[1], 9);
        CHECK_STR(str_c(heard.number), S("网格-299"));
}

TEST(notice__rolled_back_ones_are_not_heard) {
        Cx *cx = begin();
        int n = 2;

        CHECK_FAILS(cx, P_VERSION_STALE, db_write(cx, send_and_fail, &n));
        n = 1;
        CHECK_OK(cx, db_write(cx, send_many, &n));
        CHECK(wait_for(1));
        CHECK_FAILS(cx, P_SERVER_BUG, send_many(cx, &n));
}

TEST(notice__gap_tells_each_hearer_to_read_again) {
        (void)begin();
        db_gap();
        CHECK_INT(heard.resyncs, 1);
        CHECK_STR(heard.last.topic, S("test"));
}

TEST(notice__text_and_back) {
        Cx *cx = begin();
        Notice n = { .topic = S("case"),
                     .action = S("case.dispatched"),
                     .id = -5,
                     .version = 3,
                     .number = S("\"引号\"\n"),
                     .state = S("handling"),
                     .place = S("530103003"),
                     .departments = S("a,b"),
                     .accounts = { 1, 2, 3, 4 },
                     .permission = PERM_MESH_READ,
                     .everybody = true };
        Buf b = BUF_IN(cx->arena);
        Notice back;

        notice_write(&b, &n);
        CHECK(!memchr(b.p, '\n', b.n));
        CHECK(notice_read(cx, buf_view(&b), &back));
        CHECK_STR(back.topic, n.topic);
        CHECK_STR(back.number, n.number);
        CHECK_STR(back.departments, n.departments);
        CHECK_INT(back.id, -5);
        CHECK_INT(back.accounts[3], 4);
        CHECK_INT(back.permission, PERM_MESH_READ);
        CHECK(back.everybody);
        CHECK(!notice_read(cx, S("nonsense"), &back));
}
