/* 1-3-5 by example: the week from Monday 2026-11-16 to Friday 27 has no holiday. */
#include "base/test.h"
#include "core/clock/clock_int.h"
#include "core/clock/test_clock_reference.h"

static int64_t november(int day, int hour) {
        return day_start_ms(day_of_date((Date){ 2026, 11, 1 }) + day - 1) + hour * (int64_t)MS_HOUR;
}

#define AT(day_, hour_, kind_) \
        { .at_ms = november(day_, hour_), .kind = CLOCK_EVENT_##kind_ }
#define EXTEND(day_, hour_, days_) \
        { \
                .at_ms = november(day_, hour_), .kind = CLOCK_EVENT_EXTEND, .approved = true, .more = { \
                        days_, \
                        CLOCK_WORK_DAYS \
                } \
        }

static ClockRules rules_new(Cx *cx) {
        const Calendar *c = slow_china(cx);
        ClockRules rules = { 0 };

        if (!c || clock_scale_new(cx, c, &clock_windows_usual, STR_NONE, &rules.scale) != OK)
                test_fail(__FILE__, __LINE__, "the shipped calendar cannot be read");
        return rules;
}

static ClockCards cards(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int64_t at_ms) {
        ClockCards r;

        clock_135(cx, rules, &clock_cards_usual, events, n, at_ms, &r);
        return r;
}

TEST(clock__one_three_five_falls_at_the_end_of_the_working_day) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockRules rules = rules_new(cx);
        ClockEvent log[] = { AT(16, 9, START) };
        ClockCards r = cards(cx, &rules, log, 1, november(16, 9));
        ClockResult whole;

        CHECK(!r.fallen.n && !r.provisional);
        CHECK_INT(r.next_ms[CLOCK_CARD_CHECK].n, november(18, 0));
        CHECK_INT(r.next_ms[CLOCK_CARD_YELLOW].n, november(20, 0));
        CHECK_INT(r.next_ms[CLOCK_CARD_RED].n, november(24, 0));
        clock_derive(cx, &rules, log, 1, november(16, 9), &whole);
        CHECK_INT(clock_next_moment(&whole, NULL, &r).n, november(18, 0));
        r = cards(cx, &rules, log, 1, november(20, 0) - 1);
        CHECK(r.fallen.n == 1 && r.fallen.v[0].kind == CLOCK_CARD_CHECK);
        CHECK_INT(clock_next_moment(&whole, NULL, &r).n, november(20, 0));
        r = cards(cx, &rules, log, 1, november(24, 0)); /* to the millisecond */
        CHECK_INT(r.fallen.n, 3);
        CHECK(r.fallen.v[1].kind == CLOCK_CARD_YELLOW && r.fallen.v[1].at_ms == november(20, 0));
        CHECK(r.fallen.v[2].kind == CLOCK_CARD_RED && r.fallen.v[2].at_ms == november(24, 0) &&
              r.on[CLOCK_CARD_RED]);
        CHECK(!clock_next_moment(&whole, NULL, &r).set);
        rules.complex = true;
        r = cards(cx, &rules, log, 1, november(30, 0));
        CHECK(r.fallen.n == 2 && r.fallen.v[1].kind == CLOCK_CARD_RED);
        CHECK(!cards(cx, &rules, NULL, 0, november(30, 0)).fallen.n);
}

TEST(clock__a_case_is_done_when_it_is_finished_and_fed_back) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockRules rules = rules_new(cx);
        ClockEvent log[] = { AT(16, 9, START), AT(16, 11, CHECKED), AT(17, 9, FINISH), AT(19, 9, FED_BACK),
                             AT(19, 10, RESUME) };
        ClockEvent order[] = { AT(16, 9, START), AT(17, 9, FED_BACK), AT(18, 9, FINISH) };
        ClockCards r = cards(cx, &rules, log, 3, november(21, 0)); /* not fed back: it goes on counting */

        CHECK(r.fallen.n == 1 && r.fallen.v[0].kind == CLOCK_CARD_YELLOW &&
              r.fallen.v[0].at_ms == november(20, 0));
        r = cards(cx, &rules, log, 4, november(30, 0));
        CHECK(!r.fallen.n && !r.next_ms[CLOCK_CARD_RED].set);
        r = cards(cx, &rules, log, 5, november(20, 0)); /* the check failed: both are open again */
        CHECK(r.fallen.n == 1 && r.fallen.v[0].at_ms == november(20, 0));
        r = cards(cx, &rules, order, 3, november(30, 0));
        CHECK(r.fallen.n == 1 && r.fallen.v[0].kind == CLOCK_CARD_CHECK);
        log[3].at_ms = november(20, 0); /* on the very moment is late */
        r = cards(cx, &rules, log, 4, november(30, 0));
        CHECK(r.fallen.n == 1 && r.on[CLOCK_CARD_YELLOW]);
}

TEST(clock__an_approved_extension_takes_a_card_back_and_keeps_the_trace) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockRules rules = rules_new(cx);
        ClockEvent log[] = { AT(16, 9, START), AT(16, 10, CHECKED), EXTEND(20, 10, 2) }, asked = log[2];
        ClockEvent late[] = { AT(16, 9, START), AT(16, 10, CHECKED), AT(20, 9, FINISH), AT(20, 9, FED_BACK),
                              EXTEND(24, 9, 2) };
        ClockCards r = cards(cx, &rules, log, 3, november(21, 0));

        CHECK_INT(r.fallen.n, 1);
        CHECK_INT(r.fallen.v[0].at_ms, november(20, 0));
        CHECK_INT(r.fallen.v[0].withdrawn_ms.n, november(20, 10));
        CHECK(r.fallen.v[0].withdrawn_by == 2 && !r.on[CLOCK_CARD_YELLOW]);
        CHECK_INT(r.next_ms[CLOCK_CARD_YELLOW].n, november(24, 0));
        CHECK_INT(r.next_ms[CLOCK_CARD_RED].n, november(26, 0));
        r = cards(cx, &rules, log, 3, november(25, 0)); /* and it falls again, as another card */
        CHECK(r.fallen.n == 2 && r.fallen.v[1].at_ms == november(24, 0) && !r.fallen.v[1].withdrawn_ms.set);
        asked.approved = false;
        log[2] = asked;
        r = cards(cx, &rules, log, 3, november(21, 0));
        CHECK(r.fallen.n == 1 && !r.fallen.v[0].withdrawn_ms.set);
        log[2] = (ClockEvent)EXTEND(24, 10, 1); /* too little, too late */
        r = cards(cx, &rules, log, 3, november(24, 11));
        CHECK(r.fallen.n == 2 && !r.fallen.v[0].withdrawn_ms.set && r.fallen.v[1].withdrawn_ms.set);
        r = cards(cx, &rules, late, 5,
                  november(30, 0)); /* granted after the end: with it the end was in time */
        CHECK(r.fallen.n == 1 && r.fallen.v[0].withdrawn_ms.n == november(24, 9));
}

TEST(clock__cards_know_pauses_other_classes_and_new_starts) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockRules rules = rules_new(cx);
        ClockEvent paused[] = { AT(16, 9, START), AT(17, 9, PAUSE), AT(20, 9, GO_ON) };
        ClockEvent class[] = { AT(16, 9, START), AT(20, 9, CLASS), AT(25, 9, CLASS) };
        ClockEvent reset[] = { AT(16, 9, START), AT(20, 9, RESET), AT(20, 10, START) };
        ClockEvent mad[] = { AT(16, 9, START), AT(20, 9, HOLDER), AT(18, 9, FINISH), AT(18, 9, FED_BACK) };
        ClockCards r = cards(cx, &rules, paused, 2, november(27, 0));

        CHECK(r.fallen.n == 1 &&
              !r.next_ms[CLOCK_CARD_YELLOW].set); /* one day was used up before the pause: the check */
        r = cards(cx, &rules, paused, 3, november(20, 9));
        CHECK_INT(r.next_ms[CLOCK_CARD_YELLOW].n, november(25, 0)); /* Tue 1, Mon 2, Tue 3 */
        class[1].complex = true;
        r = cards(cx, &rules, class, 2, november(23, 0));
        CHECK(r.fallen.n == 2 &&
              r.fallen.v[1].withdrawn_ms.n == november(20, 9)); /* yellow is not for complex ones */
        r = cards(cx, &rules, class, 3, november(25, 9));
        CHECK(r.fallen.n == 4 && r.fallen.v[3].kind == CLOCK_CARD_YELLOW);
        CHECK_INT(r.fallen.v[3].at_ms, november(25, 9)); /* not before it was known */
        r = cards(cx, &rules, reset, 3, november(26, 0));
        CHECK_INT(r.fallen.n, 4); /* check, yellow; again check (24, 0) and yellow (26, 0) */
        CHECK(r.fallen.v[3].at_ms == november(26, 0) && !r.fallen.v[1].withdrawn_ms.set);
        r = cards(cx, &rules, mad, 4,
                  november(27, 0)); /* done, said to be earlier than what was before it */
        CHECK(r.fallen.n == 2 && r.fallen.v[1].at_ms == november(20, 0));
}

TEST(clock__cards_into_a_year_without_data_are_provisional) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockRules rules = rules_new(cx);
        ClockEvent log[] = { { .at_ms = november(60, 9), .kind = CLOCK_EVENT_START } }; /* 30 December */
        ClockCards r = cards(cx, &rules, log, 1, november(60, 9));

        CHECK(r.provisional && r.missing_year == 2027);
}

TEST(clock__of_any_log_cards_fall_in_order_and_one_of_a_kind_is_on) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20), *work = cx_new(64 << 20);
        ClockRules rules = rules_new(cx);
        uint64_t seed = 5;

        for (int i = 0; i < 2000; i++) {
                bool on[CLOCK_CARD_COUNT] = { false };
                ClockCards now, then;
                SlowCase c;

                slow_case(&seed, &c);
                for (size_t k = 0; k < c.n; k++)
                        if (!slow_random(&seed, 5))
                                c.v[k].kind = CLOCK_EVENT_FED_BACK;
                clock_135(work, &rules, &clock_cards_usual, c.v, c.n, c.at_ms, &now);
                for (size_t k = 0; k < now.fallen.n; k++) {
                        const ClockCard *card = &now.fallen.v[k];

                        CHECK(!k || card->at_ms >= now.fallen.v[k - 1].at_ms);
                        CHECK(!card->withdrawn_ms.set || card->withdrawn_ms.n >= card->at_ms);
                        on[card->kind] = !card->withdrawn_ms.set;
                }
                for (ClockCardKind kind = 0; kind < CLOCK_CARD_COUNT; kind++) {
                        CHECK(!now.on[kind] || on[kind]);
                        if (!now.next_ms[kind].set)
                                continue;
                        /* What was foretold comes, and not a millisecond earlier. */
                        clock_135(work, &rules, &clock_cards_usual, c.v, c.n, now.next_ms[kind].n, &then);
                        CHECK(then.on[kind]);
                        clock_135(work, &rules, &clock_cards_usual, c.v, c.n, now.next_ms[kind].n - 1,
                                  &then);
                        CHECK(!then.on[kind] && then.next_ms[kind].n == now.next_ms[kind].n);
                }
                arena_reset(work->arena);
        }
}
