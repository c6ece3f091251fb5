/* Deadlines of 100,000 open cases: the sort key alone (what a new calendar edition asks for), all that a log says, and the cards of
 * 1-3-5; beside a clock that walks minute by minute, on as many of the same logs as it gets through in a while. That both agree
 * is checked on the way. No database. */
#include "core/clock/clock.h"
#include "base/time.h"
#include "core/clock/test_clock_reference.h"
#include <stdio.h>
#include <stdlib.h>

enum { CASES = 100000, SLOW_CASES = 10000, ROUNDS = 5, RESET_EVERY = 1000 };

typedef struct Bench {
        Cx *cx, *work;
        const Calendar *calendar;
        const ClockScale *scale[2];
        SlowCase *cases;
        int64_t sum; /* so that nothing is left out as unused */
} Bench;

static void due(Bench *b, const ClockRules *rules, const SlowCase *c) {
        b->sum += clock_due(b->work, rules, c->v, c->n, NULL).n;
}

static void derive(Bench *b, const ClockRules *rules, const SlowCase *c) {
        ClockResult r;

        clock_derive(b->work, rules, c->v, c->n, c->at_ms, &r);
        b->sum += r.due_ms.n + r.elapsed_ms;
}

static void explain(Bench *b, const ClockRules *rules, const SlowCase *c) {
        ClockResult r;

        clock_explain(b->work, rules, c->v, c->n, c->at_ms, &r);
        b->sum += (int64_t)r.spans.n;
}

static void cards(Bench *b, const ClockRules *rules, const SlowCase *c) {
        ClockCards r;

        clock_135(b->work, rules, &clock_cards_usual, c->v, c->n, c->at_ms, &r);
        b->sum += (int64_t)r.fallen.n;
}

static void slow(Bench *b, const ClockRules *rules, const SlowCase *c) {
        SlowResult s;
        ClockResult r;

        slow_run(b->calendar, c, &s);
        clock_derive(b->work, rules, c->v, c->n, c->at_ms, &r);
        if (s.due_ms.set != r.due_ms.set || s.due_ms.n != r.due_ms.n || s.elapsed_ms != r.elapsed_ms) {
                fprintf(stderr, "the two clocks differ\n");
                exit(2);
        }
}

static int by_size(const void *a, const void *b) {
        return (*(const int64_t *)a > *(const int64_t *)b) - (*(const int64_t *)a < *(const int64_t *)b);
}

/* The median of ROUNDS, in nanoseconds a case. */
static double time_of(Bench *b, void (*run)(Bench *, const ClockRules *, const SlowCase *), int n,
                      int rounds) {
        int64_t us[ROUNDS];

        for (int k = 0; k < rounds; k++) {
                int64_t from = time_mono_us();

                for (int i = 0; i < n; i++) {
                        const SlowCase *c = &b->cases[i];
                        ClockRules rules = { .scale = b->scale[c->summer], .limit = c->limit };

                        run(b, &rules, c);
                        if (i % RESET_EVERY == RESET_EVERY - 1)
                                arena_reset(b->work->arena);
                }
                us[k] = time_mono_us() - from;
        }
        qsort(us, (size_t)rounds, sizeof *us, by_size);
        return (double)us[rounds / 2] * 1e3 / n;
}

static void line(const char *what, double ns, double slow_ns) {
        printf("%-42s %9.2f us a case %10.1f ms for 100,000   %8.0f times as fast\n", what, ns / 1e3,
               ns * CASES / 1e6, slow_ns / ns);
}

/* An open case as most are: dispatched, half of them handed on, a third paused for a while, one in ten extended. */
static void make_usual(Bench *b, uint64_t *seed) {
        int64_t from = day_start_ms(day_of_date((Date){ 2026, 9, 1 }));

        for (int i = 0; i < CASES; i++) {
                SlowCase *c = &b->cases[i];
                int64_t t = from + (int64_t)slow_random(seed, 80 * 24 * 60) * MS_MINUTE;

                *c = (SlowCase){ .limit = slow_limit(seed),
                                 .at_ms = day_start_ms(day_of_date((Date){ 2026, 11, 22 })) };
                c->v[c->n++] =
                        (ClockEvent){ .at_ms = t, .kind = CLOCK_EVENT_START, .holder = S("城管中队") };
                if (slow_random(seed, 2))
                        c->v[c->n++] = (ClockEvent){ .at_ms = t += MS_HOUR,
                                                     .kind = CLOCK_EVENT_HOLDER,
                                                     .holder = S("环卫所") };
                if (!slow_random(seed, 3)) {
                        c->v[c->n++] = (ClockEvent){ .at_ms = t += MS_HOUR, .kind = CLOCK_EVENT_PAUSE };
                        c->v[c->n++] = (ClockEvent){ .at_ms = t += MS_DAY, .kind = CLOCK_EVENT_GO_ON };
                }
                if (!slow_random(seed, 10))
                        c->v[c->n++] = (ClockEvent){ .at_ms = t += MS_HOUR,
                                                     .kind = CLOCK_EVENT_EXTEND,
                                                     .approved = true,
                                                     .more = slow_limit(seed) };
        }
}

static void run(Bench *b, const char *logs) {
        double slow_ns = time_of(b, slow, SLOW_CASES, 1);

        printf("%s: minute by minute %.0f us a case (%d cases)\n", logs, slow_ns / 1e3, SLOW_CASES);
        line("  deadline (the lists' sort key)", time_of(b, due, CASES, ROUNDS), slow_ns);
        line("  everything but the derivation", time_of(b, derive, CASES, ROUNDS), slow_ns);
        line("  1-3-5", time_of(b, cards, CASES, ROUNDS), slow_ns);
        line("  everything, span by span", time_of(b, explain, CASES / 10, ROUNDS), slow_ns);
}

int main(void) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0), *work = cx_new(0);
        Bench b = { .cx = cx, .work = work, .calendar = slow_china(cx) };
        uint64_t seed = 135;
        int64_t from;

        if (!b.calendar)
                return 2;
        from = time_mono_us();
        if (clock_scale_new(cx, b.calendar, &clock_windows_usual, STR_NONE, &b.scale[0]) != OK ||
            clock_scale_new(cx, b.calendar, &slow_summer, STR_NONE, &b.scale[1]) != OK)
                return 2;
        printf("a scale (calendar x office hours) is made in %.1f ms\n",
               (double)(time_mono_us() - from) / 2e3);
        b.cases = TAKE_ARRAY(cx->arena, SlowCase, CASES);
        make_usual(&b, &seed);
        run(&b, "open cases");
        for (int i = 0; i < CASES; i++)
                slow_case(&seed, &b.cases[i]);
        run(&b, "random logs");
        return b.sum == 0;
}
