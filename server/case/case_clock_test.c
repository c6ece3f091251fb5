/* The log of a case told as a clock: pauses, extensions, turns, a profile's own limits. */
#include "case/test_case.h"
#include "core/setting/setting.h"
#include <stdlib.h>

static FlowAction action(const char *code, FlowClock clock) {
        return (FlowAction){ .code = str_c(code), .name = str_c(code), .name_en = str_c(code), .clock = clock };
}

static Flow *flow_with_pauses(Cx *cx) {
        Flow *f = TAKE(cx->arena, Flow);
        FlowAction ask = action("ask_extend", FLOW_CLOCK_NONE), grant = action("grant", FLOW_CLOCK_EXTEND);

        ask.request = grant.grants = 1;
        ask.amount = (FlowLimit){ 2, FLOW_UNIT_WORKDAYS };
        *list_push(cx->arena, &f->states) = (FlowState){ .code = S("handling") };
        *list_push(cx->arena, &f->actions) = action("dispatch", FLOW_CLOCK_START);
        *list_push(cx->arena, &f->actions) = action("suspend", FLOW_CLOCK_PAUSE);
        *list_push(cx->arena, &f->actions) = action("go_on", FLOW_CLOCK_GO_ON);
        *list_push(cx->arena, &f->actions) = action("feedback", FLOW_CLOCK_STOP);
        *list_push(cx->arena, &f->actions) = ask;
        *list_push(cx->arena, &f->actions) = grant;
        return f;
}

static int64_t at(int day, int hour) {
        return day_start_ms(day_of_date((Date){ 2026, 11, (int8_t)day })) + hour * MS_HOUR;
}

static void step(Cx *cx, Case *c, const char *code, int64_t at_ms) {
        *list_push(cx->arena, &c->steps) = (CaseStepRow){ .action = str_c(code), .at_ms = at_ms, .to_state = S("handling") };
}

static ClockResult said(Cx *cx, const Case *c, int64_t at_ms) {
        ClockResult r = { 0 };
        CaseClock clock;

        cx->now_ms = at_ms;
        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        if (case_clock_told(cx, c, &c->flow->states.v[0], &clock, &r) != OK)
                abort();
        return r;
}

static int64_t due_of(Cx *cx, const Case *c) {
        ClockResult r = said(cx, c, at(16, 11));

        return case_due(&r).n;
}

static Case *case_of_three_days(Street *s) {
        Case *c = TAKE(s->cx->arena, Case);

        if (case_profile(s->cx, &c->profile) != OK)
                abort();
        c->flow = flow_with_pauses(s->cx);
        c->row = (CaseRow){ .limit_days = 3, .category = S("0106"), .place = S(GRID1), .state = S("handling") };
        step(s->cx, c, "open", at(16, 9)); /* a Monday */
        step(s->cx, c, "dispatch", at(16, 10));
        return c;
}

TEST(case__a_pause_over_the_weekend_moves_the_deadline_and_nothing_else) {
        Street *s = street_new();
        Case *c = case_of_three_days(s);
        ClockResult r = said(s->cx, c, at(17, 12));

        CHECK_INT(case_due(&r).n, at(20, 0)); /* Tuesday, Wednesday, Thursday */
        step(s->cx, c, "suspend", at(19, 15));
        r = said(s->cx, c, at(21, 9));
        CHECK_INT(r.state, CLOCK_PAUSED);
        CHECK_INT(r.elapsed_ms, (8 + 8 + 5) * MS_HOUR); /* two days and Thursday to 15 o'clock */
        step(s->cx, c, "go_on", at(23, 9));
        r = said(s->cx, c, at(24, 12));
        CHECK_INT(r.state, CLOCK_RUNNING);
        CHECK(case_due(&r).set);
        CHECK_INT(case_due(&r).n, at(20, 0)); /* stopped on the last day: nothing is left */
}

TEST(case__what_was_granted_is_what_was_asked_for) {
        Street *s = street_new();
        Case *c = case_of_three_days(s);
        ClockResult r;

        step(s->cx, c, "ask_extend", at(17, 10));
        r = said(s->cx, c, at(17, 12));
        CHECK_INT(case_due(&r).n, at(20, 0)); /* asking is not enough */
        step(s->cx, c, "grant", at(18, 10));
        r = said(s->cx, c, at(18, 12));
        CHECK_INT(case_due(&r).n, at(24, 0)); /* Friday and, after the weekend, Monday */
}

TEST(case__turns_sum_up_to_what_elapsed) {
        Street *s = street_new();
        Case *c = case_of_three_days(s);
        int64_t sum = 0;
        ClockResult r;

        step(s->cx, c, "suspend", at(17, 10));
        step(s->cx, c, "go_on", at(18, 16));
        step(s->cx, c, "ask_extend", at(19, 9));
        step(s->cx, c, "feedback", at(20, 11));
        r = said(s->cx, c, at(24, 9));
        for (size_t i = 0; i < r.holdings.n; i++)
                sum += r.holdings.v[i].elapsed_ms;
        CHECK_INT(sum, r.elapsed_ms);
        CHECK(r.elapsed_ms > 0);
        CHECK(!case_due(&r).set);
}

static Rc put_limits(Cx *cx, void *arg) {
        TRY(setting_put(cx, S("limits"), S("limits"), *(Str *)arg));
        return audit_note(cx, "test.limits", S("limits"), STR_NONE);
}

TEST(case__a_profiles_limits_go_before_those_of_its_categories) {
        Str table = S("{\"windows\":[\"09:00-12:00\",\"13:00-17:00\"],\"limits\":["
                      "{\"class\":\"0106*\",\"limit\":\"4 workhours\"},{\"class\":\"0107\",\"limit\":\"1 workday\"}]}");
        Street *s = street_new();
        Case *c = case_of_three_days(s);
        ClockResult r;

        CHECK_OK(s->cx, db_write(s->cx, put_limits, &table));
        setting_forget();
        CHECK_OK(s->cx, case_profile(s->cx, &c->profile));
        CHECK(c->profile->limits);
        r = said(s->cx, c, at(16, 11));
        CHECK_INT(case_due(&r).n, at(16, 15)); /* 10–12 and 13–15 */
        CHECK_INT(r.limits_edition, c->profile->limits->edition);
        c->row.category = S("0108"); /* in no row: its own days */
        r = said(s->cx, c, at(16, 11));
        CHECK_INT(case_due(&r).n, at(20, 0));
}

/* What the dispatcher is told when choosing (1-3-5: 一般 3, 复杂 5 个工作日) is what holds; a row for the class stands before it. */
TEST(case__how_difficult_a_matter_is_chooses_its_limit) {
        Str table = S("{\"limits\":[{\"condition\":\"ordinary\",\"limit\":\"3工作日\"},{\"condition\":\"complex\",\"limit\":\"5工作日\"},"
                      "{\"class\":\"0107\",\"limit\":\"4 workhours\"}]}");
        static const char *const facts[] = { "ordinary", "complex" };
        Street *s = street_new();
        Case *c = case_of_three_days(s);
        Flow *f = flow_with_pauses(s->cx);
        FlowFact difficulty = { .code = S("complexity") };

        for (size_t i = 0; i < ARRAY_LEN(facts); i++)
                *list_push(s->cx->arena, &difficulty.values) = (FlowValue){ .code = str_c(facts[i]) };
        *list_push(s->cx->arena, &f->facts) = difficulty;
        f->actions.v[0].form = S("triage");
        c->flow = f;
        c->row.limit_days = 1;
        CHECK_OK(s->cx, db_write(s->cx, put_limits, &table));
        setting_forget();
        CHECK_OK(s->cx, case_profile(s->cx, &c->profile));
        CHECK_INT(due_of(s->cx, c), at(18, 0)); /* nobody judged it: the category's own day */
        c->steps.v[1].form = S("{\"complexity\":\"ordinary\"}");
        CHECK_INT(due_of(s->cx, c), at(20, 0));
        c->steps.v[1].form = S("{\"complexity\":\"complex\"}");
        CHECK_INT(due_of(s->cx, c), at(24, 0)); /* Tuesday to Friday, and Monday */
        c->row.category = S("0107");
        CHECK_INT(due_of(s->cx, c), at(16, 16)); /* 10–12 and 14–16 */
}
