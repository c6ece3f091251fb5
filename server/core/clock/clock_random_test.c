/* The clock against a slow one that walks minute by minute, on random logs; and what must hold of any log. */
#include "base/test.h"
#include "core/clock/test_clock_reference.h"
#include <stdio.h>

#if defined(__SANITIZE_ADDRESS__)
#define LOGS 5000
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOGS 5000
#endif
#endif
#ifndef LOGS
#define LOGS 100000
#endif

typedef struct Bench {
        const Calendar *calendar;
        const ClockScale *scale[2];
} Bench;

static Rc bench_new(Cx *cx, Bench *ret) {
        ret->calendar = slow_china(cx);
        if (!ret->calendar)
                return E_MISSING;
        TRY(clock_scale_new(cx, ret->calendar, &clock_windows_usual, STR_NONE, &ret->scale[0]));
        return clock_scale_new(cx, ret->calendar, &slow_summer, STR_NONE, &ret->scale[1]);
}

static ClockRules rules_of(const Bench *b, const SlowCase *c) {
        return (ClockRules){ .scale = b->scale[c->summer], .limit = c->limit };
}

static int64_t held_by(const ClockResult *r, Str holder) {
        for (size_t i = 0; i < r->holdings.n; i++)
                if (str_eq(r->holdings.v[i].holder, holder))
                        return r->holdings.v[i].elapsed_ms;
        return 0;
}

static bool same(const SlowResult *slow, const ClockResult *r) {
        int64_t sum = 0;

        for (size_t i = 0; i < r->holdings.n; i++)
                sum += r->holdings.v[i].elapsed_ms;
        for (int i = 0; i < SLOW_HOLDERS; i++)
                if (slow->held_ms[i] != held_by(r, str_c(slow_holders[i])))
                        return false;
        return slow->started == r->start_ms.set && slow->due_ms.set == r->due_ms.set &&
               slow->due_ms.n == r->due_ms.n && slow->elapsed_ms == r->elapsed_ms &&
               slow->elapsed_days == r->elapsed_days && sum == r->elapsed_ms && slow->late == r->late &&
               slow->running == (r->state == CLOCK_RUNNING);
}

/* Says how a log that was found can be looked at. */
static void tell(int number, const SlowCase *c, const SlowResult *slow, const ClockResult *r) {
        printf("# log %d: limit %lld of unit %d, %s, asked at %lld\n", number, (long long)c->limit.amount,
               c->limit.unit, c->summer ? "summer" : "usual", (long long)c->at_ms);
        for (size_t i = 0; i < c->n; i++)
                printf("#   %lld kind %d pause %lld more %lld/%d limit %lld/%d\n", (long long)c->v[i].at_ms,
                       c->v[i].kind, (long long)c->v[i].pause, (long long)c->v[i].more.amount,
                       c->v[i].more.unit, (long long)c->v[i].limit.amount, c->v[i].limit.unit);
        printf("#   due %lld / %lld, elapsed %lld / %lld, days %lld / %lld, late %d / %d, state %d\n",
               (long long)slow->due_ms.n, (long long)r->due_ms.n, (long long)slow->elapsed_ms,
               (long long)r->elapsed_ms, (long long)slow->elapsed_days, (long long)r->elapsed_days,
               slow->late, r->late, r->state);
}

TEST(clock__random_logs_agree_with_a_walk_minute_by_minute) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20), *work = cx_new(64 << 20);
        uint64_t seed = 20261121;
        Bench b;

        CHECK(bench_new(cx, &b) == OK);
        for (int i = 0; i < LOGS; i++) {
                ClockRules rules;
                SlowResult slow;
                ClockResult r;
                SlowCase c;

                slow_case(&seed, &c);
                rules = rules_of(&b, &c);
                slow_run(b.calendar, &c, &slow);
                clock_derive(work, &rules, c.v, c.n, c.at_ms, &r);
                if (!same(&slow, &r)) {
                        tell(i, &c, &slow, &r);
                        test_fail(__FILE__, __LINE__, "the two clocks differ on log %d", i);
                        return;
                }
                if (i % 256 == 0)
                        arena_reset(work->arena);
        }
        printf("# %d random logs\n", LOGS);
}

TEST(clock__the_derivation_of_random_logs_has_no_gap_and_sums_up) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20), *work = cx_new(64 << 20);
        uint64_t seed = 7;
        Bench b;

        CHECK(bench_new(cx, &b) == OK);
        for (int i = 0; i < LOGS / 20; i++) {
                int64_t sum = 0, days = 0, cumulative = 0, at;
                ClockRules rules;
                ClockResult r;
                SlowCase c;

                slow_case(&seed, &c);
                rules = rules_of(&b, &c);
                clock_explain(work, &rules, c.v, c.n, c.at_ms, &r);
                at = r.start_ms.n;
                for (size_t k = 0; k < r.spans.n; k++) {
                        const ClockSpan *s = &r.spans.v[k];

                        CHECK_INT(s->from_ms, at);
                        CHECK(s->to_ms > s->from_ms && s->why.n);
                        CHECK_INT(s->counted_ms, s->kind == CLOCK_SPAN_COUNTED ? s->to_ms - s->from_ms : 0);
                        CHECK_INT(s->cumulative_ms, cumulative += s->counted_ms);
                        CHECK(s->day_number == 0 || s->day_number == days || s->day_number > days);
                        days = s->day_number ? s->day_number : days;
                        sum += s->ahead ? 0 : s->counted_ms;
                        at = s->to_ms;
                }
                CHECK_INT(sum, r.elapsed_ms);
                if (r.state == CLOCK_RUNNING && r.due_ms.set)
                        CHECK_INT(at, r.due_ms.n > r.until_ms ? r.due_ms.n : r.until_ms);
                arena_reset(work->arena);
        }
}

/* One more event in its place of the order. */
static void put(SlowCase *c, ClockEvent e, size_t at) {
        memmove(&c->v[at + 1], &c->v[at], (c->n - at) * sizeof *c->v);
        c->v[at] = e;
        c->n++;
}

static int64_t due_or_never(const ClockResult *r) { return r->due_ms.set ? r->due_ms.n : INT64_MAX; }

TEST(clock__more_time_and_more_pauses_never_bring_the_deadline_forward) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20), *work = cx_new(64 << 20);
        uint64_t seed = 99;
        Bench b;

        CHECK(bench_new(cx, &b) == OK);
        for (int i = 0; i < LOGS; i++) {
                ClockResult before, longer, paused;
                ClockRules rules;
                SlowCase c, more;

                slow_case(&seed, &c);
                if (c.n > SLOW_EVENTS_MAX - 2)
                        c.n = SLOW_EVENTS_MAX - 2;
                rules = rules_of(&b, &c);
                clock_derive(work, &rules, c.v, c.n, c.at_ms, &before);
                more = c;
                put(&more,
                    (ClockEvent){ .at_ms = c.v[c.n - 1].at_ms,
                                  .kind = CLOCK_EVENT_EXTEND,
                                  .approved = true,
                                  .more = slow_limit(&seed) },
                    c.n);
                clock_derive(work, &rules, more.v, more.n, c.at_ms, &longer);
                CHECK(!before.start_ms.set || due_or_never(&longer) >= due_or_never(&before));
                CHECK(!longer.late || before.late);
                more = c;
                size_t from = slow_random(&seed, (uint32_t)c.n),
                       to = from + slow_random(&seed, (uint32_t)(c.n - from));

                put(&more, (ClockEvent){ .at_ms = c.v[to].at_ms, .kind = CLOCK_EVENT_GO_ON, .pause = 9 },
                    to + 1);
                put(&more, (ClockEvent){ .at_ms = c.v[from].at_ms, .kind = CLOCK_EVENT_PAUSE, .pause = 9 },
                    from + 1);
                clock_derive(work, &rules, more.v, more.n, c.at_ms, &paused);
                CHECK(due_or_never(&paused) >= due_or_never(&before));
                if (i % 256 == 0)
                        arena_reset(work->arena);
        }
}
