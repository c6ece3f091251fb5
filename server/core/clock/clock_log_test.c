/* Working time against the vectors of the cities and of the national calendar, and what pauses, extensions, other classes,
 * resumption and missing years do to a deadline, each by an example that can be checked by hand. */
#include "base/test.h"
#include "core/clock/clock_int.h"
#include "core/clock/test_clock_reference.h"
#include <stdio.h>

static int64_t ms(const char *text) {
        int64_t n = 0;

        if (!time_parse_rfc3339(str_c(text), &n))
                test_fail(__FILE__, __LINE__, "%s is no time", text);
        return n;
}

/* "2026-09-24 17:00" at UTC+08:00 */
static int64_t at(const char *text) {
        char full[40];

        snprintf(full, sizeof full, "%.10sT%.5s:00+08:00", text, text + 11);
        return ms(full);
}

static Str told(Cx *cx, OptInt t) {
        Date d = date_of_day(day_of_ms(t.n));
        int minute = (int)((t.n - day_start_ms(day_of_ms(t.n))) / MS_MINUTE);

        return t.set ? str_fmt(cx->arena, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day, minute / 60,
                               minute % 60)
                     : S("none");
}

static const ClockScale *china(Cx *cx) {
        const Calendar *c = slow_china(cx);
        const ClockScale *s = NULL;

        if (!c || clock_scale_new(cx, c, &clock_windows_usual, STR_NONE, &s) != OK)
                test_fail(__FILE__, __LINE__, "the shipped calendar cannot be read");
        return s;
}

#define WORK_HOURS(n_) ((ClockDuration){ (n_)*60, CLOCK_WORK_HOURS })
#define WORK_DAYS(n_) ((ClockDuration){ (n_), CLOCK_WORK_DAYS })
#define START(t_) \
        { .at_ms = at(t_), .kind = CLOCK_EVENT_START }
#define EVENT(t_, k_) \
        { .at_ms = at(t_), .kind = CLOCK_EVENT_##k_ }
#define PAUSE(t_, n_) \
        { .at_ms = at(t_), .kind = CLOCK_EVENT_PAUSE, .pause = (n_) }
#define GO_ON(t_, n_) \
        { .at_ms = at(t_), .kind = CLOCK_EVENT_GO_ON, .pause = (n_) }
#define DUE(limit_, ...) \
        told(cx, \
             clock_due(cx, &(ClockRules){ .scale = s, .limit = (limit_) }, (ClockEvent[]){ __VA_ARGS__ }, \
                       sizeof(ClockEvent[]){ __VA_ARGS__ } / sizeof(ClockEvent), NULL))

TEST(clock__working_hours_are_those_of_the_cities) {
        static const struct {
                const char *start, *due;
                int hours;
        } vectors[] = {
                { "2026-09-24 17:00", "2026-09-28 11:00", 4 }, { "2026-09-24 12:30", "2026-09-24 16:00", 2 },
                { "2026-09-24 18:00", "2026-09-28 10:00", 2 }, { "2026-09-26 10:00", "2026-09-28 10:00", 2 },
                { "2026-10-09 16:00", "2026-10-10 10:00", 4 }, { "2026-10-10 16:00", "2026-10-12 10:00", 4 },
                { "2026-02-13 16:30", "2026-02-14 16:30", 8 }, { "2026-02-14 17:00", "2026-02-24 09:00", 2 },
                { "2025-09-27 09:00", "2025-09-28 10:00", 2 }, { "2026-11-20 11:45", "2026-11-20 14:45", 1 },
        };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        const ClockScale *s = china(cx);

        CHECK(s);
        for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
                int64_t start = at(vectors[i].start), due = at(vectors[i].due), hours = vectors[i].hours;

                CHECK_STR(DUE(WORK_HOURS(hours), START(vectors[i].start)), str_c(vectors[i].due));
                CHECK_INT(clock_scale_between(s, start, due), hours * MS_HOUR);
                CHECK_INT(clock_scale_between(s, start, due - 1), hours * MS_HOUR - 1);
        }
}

TEST(clock__working_days_of_the_log_are_those_of_the_state_council) {
        static const struct {
                const char *start, *day[3];
        } vectors[] = {
                { "2023-01-20", { "2023-01-28", "2023-01-30", "2023-02-01" } },
                { "2023-04-28", { "2023-05-04", "2023-05-06", "2023-05-09" } },
                { "2023-09-28", { "2023-10-07", "2023-10-09", "2023-10-11" } },
                { "2024-02-08", { "2024-02-09", "2024-02-19", "2024-02-21" } },
                { "2024-02-09", { "2024-02-18", "2024-02-20", "2024-02-22" } },
                { "2024-09-30", { "2024-10-08", "2024-10-10", "2024-10-12" } },
                { "2025-01-26", { "2025-01-27", "2025-02-06", "2025-02-08" } },
                { "2025-09-30", { "2025-10-09", "2025-10-11", "2025-10-14" } },
                { "2026-01-01", { "2026-01-04", "2026-01-06", "2026-01-08" } },
                { "2026-02-13", { "2026-02-14", "2026-02-25", "2026-02-27" } },
                { "2026-04-30", { "2026-05-06", "2026-05-08", "2026-05-11" } },
                { "2026-09-24", { "2026-09-28", "2026-09-30", "2026-10-09" } },
                { "2026-09-30", { "2026-10-08", "2026-10-10", "2026-10-13" } },
                { "2026-11-20", { "2026-11-23", "2026-11-25", "2026-11-27" } },
        };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        const ClockScale *s = china(cx);

        CHECK(s);
        for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
                for (int k = 0; k < 3; k++) {
                        ClockRules rules = { .scale = s, .limit = WORK_DAYS(1 + 2 * k) };
                        Str start = str_fmt(cx->arena, "%s 16:20", vectors[i].start),
                            last = str_fmt(cx->arena, "%s 00:00", vectors[i].day[k]);
                        ClockEvent e = START(start.p);
                        int64_t due = at(last.p) + MS_DAY;
                        ClockResult r;

                        CHECK_INT(clock_due(cx, &rules, &e, 1, NULL).n, due);
                        CHECK_INT(clock_scale_days(s, day_of_ms(e.at_ms), day_of_ms(due - 1)), 1 + 2 * k);
                        clock_derive(cx, &rules, &e, 1, due, &r);
                        CHECK(r.late && r.elapsed_days == 1 + 2 * k && !r.remaining_days);
                        CHECK_INT(r.elapsed_ms, (1 + 2 * k) * 8 * MS_HOUR);
                        clock_derive(cx, &rules, &e, 1, due - 1, &r);
                        CHECK(!r.late && r.elapsed_days == 2 * k && r.remaining_days == 1 && !r.provisional);
                }
}

TEST(clock__hours_and_days_without_a_break_know_no_holidays) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        const ClockScale *s = china(cx);
        ClockEvent e = START("2027-02-05 23:00"); /* of a year without data, which does not matter here */
        ClockRules rules = { .scale = s, .limit = { 2, CLOCK_DAYS } };
        int missing;

        CHECK_STR(DUE(((ClockDuration){ 120, CLOCK_HOURS }), START("2026-10-01 23:00")),
                  S("2026-10-02 01:00"));
        CHECK_STR(DUE(((ClockDuration){ 2, CLOCK_DAYS }), START("2026-10-01 23:00")), S("2026-10-03 23:00"));
        CHECK(clock_due(cx, &rules, &e, 1, &missing).set && missing == 0);
}

TEST(clock__pauses_keep_time_standing_wherever_they_begin_and_end) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        const ClockScale *s = china(cx);

        /* Monday 2026-11-16 to Friday 20 are ordinary days. Over lunch, over a night, over a weekend: */
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), PAUSE("2026-11-16 11:00", 1),
                      GO_ON("2026-11-16 15:00", 1)),
                  S("2026-11-16 17:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 16:00"), PAUSE("2026-11-16 17:00", 1),
                      GO_ON("2026-11-17 09:00", 1)),
                  S("2026-11-17 12:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-20 16:00"), PAUSE("2026-11-20 17:00", 1),
                      GO_ON("2026-11-23 09:00", 1)),
                  S("2026-11-23 12:00"));
        /* Beginning and ending outside office hours costs nothing but what lies between. */
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-20 16:00"), PAUSE("2026-11-20 20:00", 1),
                      GO_ON("2026-11-22 20:00", 1)),
                  S("2026-11-23 10:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-20 16:00"), PAUSE("2026-11-20 20:00", 1),
                      GO_ON("2026-11-24 06:00", 1)),
                  S("2026-11-24 10:00"));
        /* Across National Day. */
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-09-30 17:00"), PAUSE("2026-10-03 10:00", 1),
                      GO_ON("2026-10-09 09:00", 1)),
                  S("2026-10-09 12:00"));
        CHECK_STR(DUE(((ClockDuration){ 300, CLOCK_HOURS }), START("2026-10-03 22:00"),
                      PAUSE("2026-10-03 23:00", 1), GO_ON("2026-10-05 01:00", 1)),
                  S("2026-10-05 05:00"));
        /* The same pause twice is one; different ones nest; one that was never begun ends nothing. */
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 08:00"), PAUSE("2026-11-16 09:00", 1),
                      PAUSE("2026-11-16 09:30", 1), GO_ON("2026-11-16 10:00", 1),
                      GO_ON("2026-11-16 11:00", 1)),
                  S("2026-11-16 15:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 08:00"), PAUSE("2026-11-16 09:00", 1),
                      PAUSE("2026-11-16 09:30", 2), GO_ON("2026-11-16 10:00", 1),
                      GO_ON("2026-11-16 10:30", 7), GO_ON("2026-11-16 11:00", 2)),
                  S("2026-11-16 16:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 08:00"), PAUSE("2026-11-16 09:00", 1)), S("none"));
        CHECK_STR(DUE(WORK_HOURS(4), PAUSE("2026-11-16 07:00", 1), START("2026-11-16 08:00")),
                  S("2026-11-16 12:00"));
}

TEST(clock__a_paused_clock_says_when_it_would_be_due) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockEvent log[] = { START("2026-11-16 09:00"), PAUSE("2026-11-16 11:00", 1) };
        ClockRules rules = { .scale = china(cx), .limit = WORK_HOURS(4) };
        ClockResult r;

        clock_derive(cx, &rules, log, 2, at("2026-11-17 17:00"), &r);
        CHECK(r.state == CLOCK_PAUSED && !r.due_ms.set && !r.late);
        CHECK_STR(told(cx, r.stood_ms), S("2026-11-16 11:00"));
        CHECK_STR(told(cx, r.due_if_on_ms), S("2026-11-18 09:00"));
        CHECK_INT(r.elapsed_ms, 2 * MS_HOUR);
        CHECK_INT(r.remaining_ms, 2 * MS_HOUR);
        rules.limit = WORK_DAYS(2);
        clock_derive(cx, &rules, log, 2, at("2026-11-17 17:00"), &r);
        CHECK_STR(told(cx, r.due_if_on_ms), S("2026-11-20 00:00"));
        CHECK_INT(r.remaining_days, 2);
}

TEST(clock__working_days_with_pauses_are_those_of_the_deadline_by_days) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        const ClockScale *s = china(cx);
        uint64_t seed = 135;

        CHECK(s);
        for (int i = 0; i < 2000; i++) {
                ClockPause pauses[3];
                ClockEvent log[7] = { { .kind = CLOCK_EVENT_START } };
                ClockRules rules = { .scale = s, .limit = WORK_DAYS(1 + slow_random(&seed, 10)) };
                int64_t t = at("2023-01-02 00:00") + (int64_t)slow_random(&seed, 1000) * MS_DAY +
                            slow_random(&seed, MS_DAY);
                OptInt due;
                Deadline d;

                log[0].at_ms = t;
                for (int k = 0; k < 3; k++) {
                        pauses[k].from_ms = t += slow_random(&seed, 4 * MS_DAY);
                        pauses[k].to_ms = t +=
                                slow_random(&seed, slow_random(&seed, 2) ? MS_HOUR : 4 * MS_DAY);
                        log[1 + 2 * k] =
                                (ClockEvent){ .at_ms = pauses[k].from_ms, .kind = CLOCK_EVENT_PAUSE };
                        log[2 + 2 * k] = (ClockEvent){ .at_ms = pauses[k].to_ms, .kind = CLOCK_EVENT_GO_ON };
                }
                due = clock_due(cx, &rules, log, 7, NULL);
                CHECK_OK(cx, clock_deadline_paused(cx, s->calendar, log[0].at_ms, (int)rules.limit.amount,
                                                   pauses, 3, &d));
                CHECK_INT(due.n, d.due_ms);
        }
}

TEST(clock__a_return_wins_no_time_and_a_failed_check_counts_on) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        const ClockScale *s = china(cx);
        ClockEvent log[] = { START("2026-11-16 09:00"), EVENT("2026-11-16 11:00", FINISH),
                             EVENT("2026-11-18 15:00", RESUME) };
        ClockRules rules = { .scale = s, .limit = WORK_HOURS(4) };
        ClockResult r;

        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), EVENT("2026-11-16 10:00", HOLDER),
                      START("2026-11-16 11:00")),
                  S("2026-11-16 15:00"));
        clock_derive(cx, &rules, log, 2, at("2026-11-18 15:00"), &r);
        CHECK(r.state == CLOCK_FINISHED && !r.late);
        CHECK_STR(told(cx, r.due_ms), S("2026-11-16 15:00")); /* as it stood */
        CHECK(!clock_due(cx, &rules, log, 2, NULL).set);
        CHECK_STR(told(cx, clock_due(cx, &rules, log, 3, NULL)), S("2026-11-18 17:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), EVENT("2026-11-16 11:00", RESET),
                      START("2026-11-16 16:00")),
                  S("2026-11-17 10:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), EVENT("2026-11-16 10:00", WITHDRAW),
                      START("2026-11-16 11:00")),
                  S("none"));
        /* Handed in while paused: neither the pause nor what follows counts. */
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), PAUSE("2026-11-16 10:00", 1),
                      EVENT("2026-11-16 14:00", FINISH), EVENT("2026-11-17 08:00", RESUME)),
                  S("2026-11-17 11:00"));
}

TEST(clock__only_an_approved_extension_gives_time_also_while_paused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        const ClockScale *s = china(cx);
        ClockEvent refused = { .at_ms = at("2026-11-16 10:00"),
                               .kind = CLOCK_EVENT_EXTEND,
                               .more = WORK_HOURS(8) },
                   granted = refused, days = refused, late = refused;

        granted.approved = days.approved = late.approved = true;
        days.more = WORK_DAYS(1);
        late.at_ms = at("2026-11-18 10:00");
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), refused), S("2026-11-16 15:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), granted), S("2026-11-17 15:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), days),
                  S("2026-11-17 15:00")); /* a day has 8 hours */
        CHECK_STR(DUE(WORK_DAYS(1), START("2026-11-16 09:00"), granted),
                  S("2026-11-19 00:00")); /* 8 hours are a day */
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), PAUSE("2026-11-16 09:30", 1), granted,
                      GO_ON("2026-11-16 11:30", 1)),
                  S("2026-11-17 17:00"));
        CHECK_STR(DUE(WORK_HOURS(4), START("2026-11-16 09:00"), late),
                  S("2026-11-17 15:00")); /* granted afterwards: the same */
}

TEST(clock__another_class_counts_from_the_same_start) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        const ClockScale *s = china(cx);
        ClockEvent to_days = { .at_ms = at("2026-11-17 09:00"),
                               .kind = CLOCK_EVENT_CLASS,
                               .limit = WORK_DAYS(3) },
                   to_urgent = to_days, to_none = to_days;
        ClockEvent log[] = { START("2026-11-16 09:00"), PAUSE("2026-11-16 10:00", 1),
                             GO_ON("2026-11-16 15:00", 1), to_days };
        ClockRules rules = { .scale = s, .limit = WORK_HOURS(8) };
        ClockResult r;

        to_urgent.limit = (ClockDuration){ 120, CLOCK_HOURS };
        to_none.limit = (ClockDuration){ 0 };
        clock_derive(cx, &rules, log, 3, at("2026-11-17 09:00"), &r);
        CHECK_INT(r.elapsed_ms, 5 * MS_HOUR); /* 9–10, 15–18, 8–9 */
        CHECK_STR(told(cx, r.due_ms), S("2026-11-17 12:00"));
        clock_derive(cx, &rules, log, 4, at("2026-11-17 09:00"), &r);
        CHECK_STR(told(cx, r.due_ms), S("2026-11-20 00:00"));
        CHECK_INT(r.elapsed_ms,
                  MS_HOUR); /* what the first rule counted on the day of the start, this does not */
        log[3] = to_urgent;
        clock_derive(cx, &rules, log, 4, at("2026-11-17 09:00"), &r);
        CHECK_STR(told(cx, r.due_ms), S("2026-11-16 16:00"));
        CHECK(r.late);
        log[3] = to_none;
        clock_derive(cx, &rules, log, 4, at("2026-11-17 09:00"), &r);
        CHECK(!r.due_ms.set && !r.late && r.elapsed_ms == 5 * MS_HOUR);
}

TEST(clock__who_held_it_how_long_sums_up_to_the_elapsed_time) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockEvent log[] = {
                { .at_ms = at("2026-11-16 09:00"), .kind = CLOCK_EVENT_START, .holder = S("城管") },
                { .at_ms = at("2026-11-16 15:00"), .kind = CLOCK_EVENT_HOLDER, .holder = S("环卫") },
                PAUSE("2026-11-16 17:00", 1),
                { .at_ms = at("2026-11-17 08:00"),
                  .kind = CLOCK_EVENT_GO_ON,
                  .pause = 1,
                  .holder = S("城管") },
                EVENT("2026-11-17 10:00", FINISH)
        };
        ClockRules rules = { .scale = china(cx), .limit = WORK_HOURS(16) };
        ClockResult r;

        clock_derive(cx, &rules, log, ARRAY_LEN(log), at("2026-11-20 12:00"), &r);
        CHECK_INT(r.holdings.n, 2);
        CHECK_STR(r.holdings.v[0].holder, S("城管"));
        CHECK_INT(r.holdings.v[0].elapsed_ms, 6 * MS_HOUR);
        CHECK_INT(r.holdings.v[0].wall_ms, 8 * MS_HOUR);
        CHECK_INT(r.holdings.v[1].elapsed_ms, 2 * MS_HOUR);
        CHECK_INT(r.holdings.v[1].wall_ms, 17 * MS_HOUR);
        CHECK_INT(r.elapsed_ms, 8 * MS_HOUR);
        CHECK_INT(r.remaining_ms, 8 * MS_HOUR);
}

static Str span_text(Cx *cx, const ClockSpan *s) {
        return str_fmt(cx->arena, STR_FMT "–" STR_FMT " " STR_FMT " %lld",
                       STR_ARG(told(cx, SOME_INT(s->from_ms))), STR_ARG(told(cx, SOME_INT(s->to_ms))),
                       STR_ARG(s->why), (long long)(s->cumulative_ms / MS_MINUTE));
}

TEST(clock__a_derivation_names_every_minute) {
        static const char *zh[] = { "2026-09-30 11:00–2026-09-30 12:00 工作时间 60",
                                    "2026-09-30 12:00–2026-09-30 14:00 午休 60",
                                    "2026-09-30 14:00–2026-09-30 15:30 工作时间 150",
                                    "2026-09-30 15:30–2026-09-30 17:00 暂停计时：等居民回家 150",
                                    "2026-09-30 17:00–2026-09-30 18:00 工作时间 210",
                                    "2026-09-30 18:00–2026-10-01 00:00 非工作时间 210",
                                    "2026-10-01 00:00–2026-10-08 00:00 国庆节 210",
                                    "2026-10-08 00:00–2026-10-08 08:00 非工作时间 210",
                                    "2026-10-08 08:00–2026-10-08 08:30 工作时间 240" };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockEvent log[] = { START("2026-09-30 11:00"), PAUSE("2026-09-30 15:30", 1),
                             GO_ON("2026-09-30 17:00", 1) };
        ClockRules rules = { .scale = china(cx), .limit = WORK_HOURS(4) };
        ClockResult r;

        log[1].reason = S("等居民回家");
        clock_explain(cx, &rules, log, 3, at("2026-09-30 18:00"), &r);
        CHECK_INT(r.spans.n, ARRAY_LEN(zh));
        for (size_t i = 0; i < r.spans.n; i++)
                CHECK_STR(span_text(cx, &r.spans.v[i]), str_c(zh[i]));
        CHECK(!r.spans.v[4].ahead && r.spans.v[5].ahead && !r.spans.v[8].late);
        cx->lang = LANG_EN;
        rules.limit = WORK_DAYS(1);
        clock_explain(cx, &rules, (ClockEvent[]){ START("2026-10-09 17:00") }, 1, at("2026-10-11 09:00"),
                      &r);
        CHECK_STR(r.spans.v[0].why, S("day of the start, not counted"));
        CHECK_STR(r.spans.v[2].why, S("working day (made up for National Day)"));
        CHECK_INT(r.spans.v[2].day_number, 1);
        CHECK_STR(r.spans.v[3].why, S("lunch break"));
        CHECK(r.late && r.spans.v[r.spans.n - 1].late &&
              r.spans.v[r.spans.n - 1].kind == CLOCK_SPAN_DAY_OFF);
}

TEST(clock__a_year_published_late_is_provisional_until_then) {
        Str of_2027 = S(
                "2027-01-01\toff\t元旦\n2027-01-02\toff\t元旦\n2027-01-03\toff\t元旦\n2027-01-04\toff\t元旦\n"
                "2027-01-09\twork\t元旦\n2027-10-01\toff\t国庆节\n");
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockEvent log[] = { START("2026-12-29 09:00") };
        ClockRules rules = { .scale = china(cx), .limit = WORK_DAYS(3) };
        Buf both = BUF_IN(cx->arena);
        Str share, old;
        Calendar *c;
        ClockResult r;

        clock_explain(cx, &rules, log, 1, log[0].at_ms, &r);
        CHECK_STR(told(cx, r.due_ms),
                  S("2027-01-02 00:00")); /* the first of January taken for a working Friday */
        CHECK(r.provisional && r.missing_year == 2027 && r.spans.v[r.spans.n - 1].provisional);
        CHECK_OK(cx, setting_share_dir(cx, &share));
        CHECK(file_read(cx->arena, str_fmt(cx->arena, STR_FMT "/data/calendar/CN.tsv", STR_ARG(share)).p,
                        1 << 20, &old));
        buf_str(&both, old);
        buf_str(&both, of_2027);
        CHECK_OK(cx, calendar_parse(cx, buf_view(&both), &c));
        c->edition = 2;
        CHECK_OK(cx, clock_scale_new(cx, c, &clock_windows_usual, STR_NONE, &rules.scale));
        clock_derive(cx, &rules, log, 1, log[0].at_ms, &r);
        CHECK_STR(told(cx, r.due_ms), S("2027-01-06 00:00"));
        CHECK(!r.provisional && r.calendar_edition == 2);
        rules.limit = WORK_DAYS(2); /* within 2026: never was in doubt */
        rules.scale = china(cx);
        clock_derive(cx, &rules, log, 1, log[0].at_ms, &r);
        CHECK(!r.provisional);
}

TEST(clock__a_region_may_have_days_of_its_own) {
        Str tsv = S("2026-10-01\toff\t国庆节\n2026-04-20\toff\t三月三\t45\n2026-04-21\toff\t三月三\t45\n"
                    "2026-04-21\twork\t三月三\t4501\n2026-04-18\twork\t三月三\t45\n");
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        DayNo monday = day_of_ms(at("2026-04-20 00:00"));
        const ClockScale *s;
        Calendar *c;
        bool work;

        CHECK_OK(cx, calendar_parse(cx, tsv, &c));
        CHECK_OK(cx, calendar_is_workday(cx, c, monday, &work, NULL));
        CHECK(work);
        CHECK_OK(cx, clock_scale_new(cx, c, &clock_windows_usual, S("530103003"), &s));
        CHECK(clock_scale_workday(s, monday) && clock_scale_workday(s, monday + 1) &&
              !clock_scale_workday(s, monday - 2));
        CHECK_OK(cx, clock_scale_new(cx, c, &clock_windows_usual, S("450203"), &s));
        CHECK(!clock_scale_workday(s, monday) && !clock_scale_workday(s, monday + 1) &&
              clock_scale_workday(s, monday - 2));
        CHECK_OK(cx, clock_scale_new(cx, c, &clock_windows_usual, S("450103"), &s));
        CHECK(!clock_scale_workday(s, monday) && clock_scale_workday(s, monday + 1));
        CHECK(calendar_parse(cx, S("2026-10-01\toff\t国庆节\n2026-04-20\toff\t三月三\tGX\n"), &c) != OK);
        CHECK(str_contains(cx->problem.detail, S("line 2 column 4")));
}

TEST(clock__a_phase_has_a_log_of_its_own) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockEvent log[] = {
                { .at_ms = at("2026-11-16 09:00"), .kind = CLOCK_EVENT_PHASE, .phase = S("verify") },
                { .at_ms = at("2026-11-16 10:00"), .kind = CLOCK_EVENT_PHASE, .phase = S("handle") },
                START("2026-11-16 10:00"),
                { .at_ms = at("2026-11-16 11:00"),
                  .kind = CLOCK_EVENT_EXTEND,
                  .approved = true,
                  .more = WORK_HOURS(1),
                  .phase = S("handle") },
                EVENT("2026-11-16 15:00", FINISH),
                { .at_ms = at("2026-11-16 15:00"), .kind = CLOCK_EVENT_PHASE, .phase = S("check") },
                { .at_ms = at("2026-11-17 09:00"), .kind = CLOCK_EVENT_PHASE, .phase = S("handle") },
                EVENT("2026-11-17 09:00", RESUME)
        };
        ClockRules rules = { .scale = china(cx), .limit = WORK_HOURS(4), .phase = S("handle") };
        ClockEvent *of_phase;
        ClockResult r;
        size_t n;

        clock_phase_log(cx, log, ARRAY_LEN(log), S("handle"), &of_phase, &n);
        clock_derive(cx, &rules, of_phase, n, at("2026-11-17 10:00"), &r);
        CHECK(r.state == CLOCK_RUNNING);
        CHECK_INT(r.elapsed_ms, 4 * MS_HOUR);
        CHECK_STR(told(cx, r.due_ms), S("2026-11-17 11:00")); /* 4 hours and the one granted */
        rules.phase = S("check");
        rules.limit = WORK_HOURS(5);
        clock_phase_log(cx, log, ARRAY_LEN(log), S("check"), &of_phase, &n);
        clock_derive(cx, &rules, of_phase, n, at("2026-11-17 10:00"), &r);
        CHECK(r.state == CLOCK_FINISHED && r.elapsed_ms == 4 * MS_HOUR && !r.late);
        rules.phase = S(""); /* the whole: the extension was not its own */
        rules.limit = WORK_HOURS(4);
        clock_derive(cx, &rules, log, ARRAY_LEN(log), at("2026-11-17 10:00"), &r);
        CHECK_STR(told(cx, r.due_ms), S("2026-11-17 10:00"));
}

TEST(clock__strange_logs_have_an_answer) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockRules rules = { .scale = china(cx), .limit = WORK_HOURS(4) };
        ClockEvent log[] = { EVENT("2026-11-16 09:00", FINISH),
                             EVENT("2026-11-16 09:00", WITHDRAW),
                             EVENT("2026-11-16 09:00", HOLDER),
                             EVENT("2026-11-16 09:00", RESUME),
                             START("2026-11-16 09:00"),
                             { .at_ms = INT64_MAX / 4, .kind = CLOCK_EVENT_START },
                             { .at_ms = 0, .kind = CLOCK_EVENT_RESET },
                             { .at_ms = 0, .kind = CLOCK_EVENT_START } };
        ClockResult r;

        log[2].holder = S("somebody");
        clock_explain(cx, &rules, NULL, 0, 0, &r);
        CHECK(r.state == CLOCK_NOT_STARTED && !r.due_ms.set && !r.spans.n && !r.elapsed_ms);
        clock_explain(cx, &rules, log, 5, at("2026-11-16 10:00"), &r);
        CHECK(r.state == CLOCK_WITHDRAWN && !r.start_ms.set && !r.holdings.n);
        clock_explain(cx, &rules, log, 8, 0, &r); /* beyond the scale, from a clock gone mad */
        CHECK(r.state == CLOCK_RUNNING && r.provisional);
        clock_explain(cx, &rules, &log[4], 1, at("2056-11-16 10:00"), &r); /* thirty years late */
        CHECK(r.late && r.spans_cut && r.spans.n == CLOCK_SPANS_MAX);
}
