/* Time that acts, with a clock that is turned by hand: cards fall once, go back with a trace, and the system does what the flow lets
 * it do when a limit has run out. The week from Monday 2026-11-16 on has no holiday. */
#include "case/test_case.h"
#include "core/setting/setting.h"

#define TRIAGE(of) "{\"complexity\":\"" of "\"}"
#define RULE "\"cards\":{\"check\":1,\"ordinary\":{\"yellow\":3,\"red\":5},\"complex\":{\"red\":5}},"

/* The street under the rule of 1-3-5, with every shared flow. */
static Street *street_135(void) {
        Street *s = street_new();
        Str profile;

        street_flows(s);
        must(s, setting_get(s->cx, S("profile"), S("profile"), &profile));
        street_put(s, "profile", "profile", str_fmt(s->cx->arena, "{" RULE STR_FMT, STR_ARG(str_sub(profile, 1, profile.n))));
        return s;
}

static int64_t reported(Street *s) {
        int64_t id = 0;

        as(s, s->member1);
        must(s, open_as(s, "five-step", NULL, &id));
        return id;
}

/* Monday at nine, dispatched at once. */
static int64_t dispatched(Street *s, const char *triage) {
        TargetLink target = { .department = S("huanwei") };
        int64_t id = reported(s);

        must(s, act_now(s, id, "report_up", NULL));
        as(s, s->leader);
        must(s, act_now(s, id, "leader_up", NULL));
        as(s, s->street);
        must(s, act_now(s, id, "township_dispatch", &(CaseAction){ .target = &target, .form = str_c(triage) }));
        return id;
}

static int64_t sweep_at(Street *s, int64_t ms) {
        int64_t acted = -1;

        s->cx->now_ms = ms;
        must(s, case_sweep_count(s->cx, &acted));
        return acted;
}

static CaseCardRowList cards_told(Street *s, int64_t id) {
        CaseCardRowList rows = { 0 };

        must(s, case_store_cards(s->cx, id, &rows));
        return rows;
}

static const CaseCount *count_of(Street *s, const char *view) {
        static const CaseCount none;
        CaseCounts *counts;

        must(s, case_counts(s->cx, STR_NONE, &counts));
        for (size_t i = 0; i < counts->counts.n; i++)
                if (str_eq_c(counts->counts.v[i].view, view))
                        return &counts->counts.v[i];
        return &none;
}

TEST(case_card__a_yellow_one_falls_after_three_days_and_a_red_one_after_five) {
        Street *s = street_135();
        int64_t id = dispatched(s, TRIAGE("ordinary")), version = row_of(s, id)->version;
        CaseView *v;
        CasePage *page;
        CaseEventPage *events;

        CHECK_INT(sweep_at(s, november(20, 0) - 1), 0);
        CHECK_INT(row_of(s, id)->card, 0);
        CHECK_INT(sweep_at(s, november(20, 0)), 1); /* Thursday's 24:00, to the millisecond */
        CHECK_INT(row_of(s, id)->card, 1);
        CHECK_INT(row_of(s, id)->version, version + 1);
        CHECK_INT(sweep_at(s, november(20, 0)), 0);
        as(s, s->street);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_INT(v->item->card, CARD_KIND_YELLOW);
        CHECK_INT(v->cards.n, 1);
        CHECK(v->cards.v[0].kind == CARD_WORD_YELLOW && v->cards.v[0].at == november(20, 0) && !v->cards.v[0].followed.set);
        CHECK_STR(v->cards.v[0].why, S("一般事项：派遣后 3 个工作日内未办结并反馈"));
        CHECK_STR(v->steps.v[v->steps.n - 1].action_name, S("发黄牌"));
        CHECK_STR(v->steps.v[v->steps.n - 1].actor, S("系统"));
        CHECK_OK(s->cx, case_list(s->cx, &(CaseQuery){ .card = CARD_KIND_YELLOW }, &page));
        CHECK_INT(page->total, 1);
        CHECK_INT(count_of(s, "yellow")->count, 1);
        CHECK_OK(s->cx, case_events(s->cx, STR_NONE, &events)); /* those concerned hear of it */
        CHECK_STR(events->items.v[0].action_name, S("发黄牌"));
        s->cx->now_ms = november(20, 9);
        CHECK_OK(s->cx, act_now(s, id, "urge", &(CaseAction){ .note = S("请抓紧") })); /* the follow-up */
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_INT(v->cards.v[0].followed.n, november(20, 9));
        CHECK_INT(sweep_at(s, november(24, 0)), 1);
        CHECK_INT(row_of(s, id)->card, 2);
        CHECK_INT(count_of(s, "red")->count, 1);
        CHECK_INT(count_of(s, "yellow")->count, 0);
        as(s, s->city); /* the city is told, and can press */
        CHECK_OK(s->cx, case_events(s->cx, STR_NONE, &events));
        CHECK_STR(events->items.v[0].action_name, S("发红牌"));
        CHECK_OK(s->cx, act_now(s, id, "supervise", &(CaseAction){ .note = S("市中心督办") }));
        CHECK_INT(row_of(s, id)->supervised, 1);
        CHECK_INT(cards_told(s, id).n, 2);
        CHECK(is_sound(s));
}

TEST(case_card__a_complex_matter_has_five_days_and_no_yellow_card) {
        Street *s = street_135();
        int64_t id = dispatched(s, TRIAGE("complex"));

        CHECK_INT(sweep_at(s, november(20, 1)), 0);
        CHECK_INT(sweep_at(s, november(24, 0)), 1);
        CHECK_INT(cards_told(s, id).n, 1);
        CHECK_INT(cards_told(s, id).v[0].kind, CLOCK_CARD_RED);
        CHECK(cards_told(s, id).v[0].complex);
        CHECK(is_sound(s));
}

TEST(case_card__finished_and_fed_back_in_time_gets_none) {
        Street *s = street_135();
        int64_t id = dispatched(s, TRIAGE("ordinary"));

        s->cx->now_ms = november(18, 17);
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_photo(s, id, "feedback", "已清运", s->photo2));
        CHECK_INT(sweep_at(s, november(30, 0)), 0);
        CHECK_INT(cards_told(s, id).n, 0);
        as(s, s->member1); /* it was not: the clock goes on, and the card falls when its time is used up */
        CHECK_OK(s->cx, act_photo(s, id, "verify_fail", "还有", s->photo3));
        CHECK_INT(row_of(s, id)->card, 0);
        CHECK_INT(sweep_at(s, november(32, 0) - 1), 0); /* Monday is the day it went on; Tuesday is the third that counts */
        CHECK(sweep_at(s, november(32, 0)) == 1 && row_of(s, id)->card == 1);
        CHECK(is_sound(s));
}

TEST(case_card__an_approved_extension_takes_it_back_and_leaves_the_trace) {
        Street *s = street_135();
        int64_t id = dispatched(s, TRIAGE("ordinary"));
        CaseView *v;

        CHECK_INT(sweep_at(s, november(20, 0)), 1);
        s->cx->now_ms = november(20, 9);
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_form(s, id, "request_extend", "缺配件", "{\"workdays\":2,\"cause\":\"materials\"}"));
        CHECK_INT(row_of(s, id)->card, 1); /* asking is not enough */
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "grant_extend", NULL));
        CHECK_INT(row_of(s, id)->card, 0);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK(v->cards.n == 1 && v->cards.v[0].withdrawn.set && !v->item->card);
        CHECK_STR(v->cards.v[0].withdrawn_why, S("已批准延期：“同意延期”，陈静（网格中心值班员）"));
        CHECK_INT(count_of(s, "yellow")->count, 0);
        CHECK_INT(sweep_at(s, november(23, 23)), 0);
        CHECK_INT(sweep_at(s, november(24, 0)), 1); /* two days later, on Monday's 24:00: another one */
        CHECK_INT(cards_told(s, id).n, 2);
        CHECK(is_sound(s));
}

TEST(case_card__what_is_not_checked_within_a_day_is_reminded_of) {
        Street *s = street_135();
        int64_t id = reported(s);
        CaseCardRowList told;

        CHECK_INT(sweep_at(s, november(18, 0)), 1);
        told = cards_told(s, id);
        CHECK(told.n == 1 && told.v[0].kind == CLOCK_CARD_CHECK);
        CHECK_INT(row_of(s, id)->card, 0); /* a reminder, no card */
        CHECK_STR(row_of(s, id)->state, S("leader")); /* and the system passed it up, as the flow says */
        CHECK(is_sound(s));
}

/* Monday's report: the member has until Tuesday's 24:00, the leader the working day after that on which it came. */
TEST(case_sweep__the_system_acts_when_a_limit_has_run_out) {
        Street *s = street_new();
        CaseStepRowList steps = { 0 };
        int64_t id;

        street_flows(s);
        id = reported(s);
        CHECK_INT(sweep_at(s, november(18, 0) - 1), 0);
        CHECK_INT(sweep_at(s, november(18, 0)), 1);
        CHECK_STR(row_of(s, id)->state, S("leader"));
        CHECK_INT(sweep_at(s, november(18, 0)), 0);
        CHECK_OK(s->cx, case_store_steps(s->cx, id, &steps));
        CHECK_INT(steps.n, 2);
        CHECK(steps.v[1].actor_role == ROLE_SYSTEM && !steps.v[1].actor.set);
        CHECK_STR(steps.v[1].action, S("report_up"));
        CHECK_INT(sweep_at(s, november(20, 0)), 1); /* it reached the leader as Wednesday began */
        CHECK_STR(row_of(s, id)->state, S("township"));
        CHECK_INT(sweep_at(s, november(30, 0)), 0); /* the township has no such action */
        CHECK(is_sound(s));
}

TEST(case_sweep__a_clock_that_jumps_tells_nothing_twice) {
        Street *s = street_135();
        int64_t id = dispatched(s, TRIAGE("ordinary"));
        size_t steps;
        CaseStepRowList log = { 0 };

        CHECK_INT(sweep_at(s, november(25, 0)), 1); /* forward over both: both are told, in their order */
        CHECK_INT(cards_told(s, id).n, 2);
        CHECK_INT(row_of(s, id)->card, 2);
        CHECK_OK(s->cx, case_store_steps(s->cx, id, &log));
        steps = log.n;
        CHECK_STR(log.v[steps - 2].action, S("card-yellow"));
        CHECK_STR(log.v[steps - 1].action, S("card-red"));
        s->cx->now_ms = november(17, 9); /* the clock was wrong: back to Tuesday */
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "urge", &(CaseAction){ .note = S("请抓紧") }));
        CHECK_INT(row_of(s, id)->card, 2);
        CHECK_INT(sweep_at(s, november(20, 0)), 0);
        CHECK_INT(sweep_at(s, november(26, 0)), 0);
        CHECK_INT(cards_told(s, id).n, 2);
        log = (CaseStepRowList){ 0 };
        CHECK_OK(s->cx, case_store_steps(s->cx, id, &log));
        CHECK_INT(log.n, steps + 1);
        CHECK(is_sound(s));
}

TEST(case_sweep__cards_follow_a_calendar_and_a_rule_that_change) {
        Street *s = street_135();
        int64_t id = dispatched(s, TRIAGE("ordinary"));
        CaseRecomputed done;
        Str profile;
        CaseView *v;

        CHECK_INT(sweep_at(s, november(20, 0)), 1);
        CHECK_OK(s->cx, setting_get(s->cx, S("profile"), S("profile"), &profile));
        street_put(s, "profile", "profile", str_fmt(s->cx->arena, "{\"cards\":{\"ordinary\":{\"red\":9}}," STR_FMT,
                                             STR_ARG(str_sub(profile, sizeof "{" RULE - 1, profile.n))));
        CHECK_OK(s->cx, case_recompute(s->cx, &done));
        CHECK_INT(row_of(s, id)->card, 0);
        as(s, s->street);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_STR(v->cards.v[0].withdrawn_why, S("工作日历或时限更新后重新计算"));
        CHECK_INT(sweep_at(s, november(24, 1)), 0);
        CHECK_INT(sweep_at(s, november(28, 0)), 1);
        CHECK_INT(row_of(s, id)->card, 2);
        CHECK(is_sound(s));
}

/* ---- limits by condition, level and phase ---- */

#define LIMITS \
        "{\"limits\":[{\"limit\":\"9天\",\"phases\":{\"handle\":\"2 workdays\"}}," \
        "{\"class\":\"06010\",\"level\":\"county\",\"limit\":\"12天\",\"phases\":{\"handle\":\"20 workdays\"}}]}"

TEST(case_clock__the_nearer_of_whole_and_phase_is_the_deadline) {
        Street *s = street_new();
        TargetLink target = { .department = S("huanwei") };
        CaseRecomputed done;
        int64_t id, high;
        ClockView *clock;
        Case *c;

        street_flows(s);
        id = dispatched(s, TRIAGE("ordinary"));
        CHECK_INT(row_of(s, id)->due_ms.n, november(18, 0)); /* the category's own day */
        street_put(s, "limits", "limits", S(LIMITS));
        CHECK_OK(s->cx, case_recompute(s->cx, &done)); /* limits that change reach open cases too */
        CHECK_INT(done.changed, 1);
        CHECK_INT(row_of(s, id)->due_ms.n, november(19, 0));
        CHECK_OK(s->cx, case_load(s->cx, (CaseId){ id }, NULL, &c));
        CHECK_OK(s->cx, case_clock_view(s->cx, c, &clock));
        CHECK_STR(clock->limit, S("9 个工作日"));
        CHECK_STR(clock->phase_limit, S("2 个工作日"));
        CHECK_INT(clock->phase_due.n, november(19, 0));
        high = reported(s);
        CHECK_OK(s->cx, act_now(s, high, "report_up", NULL));
        as(s, s->leader);
        CHECK_OK(s->cx, act_now(s, high, "leader_up", NULL));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, high, "township_up", &(CaseAction){ .note = S("超出权限") }));
        as(s, s->centre);
        CHECK_OK(s->cx, act_now(s, high, "county_dispatch",
                                &(CaseAction){ .target = &target, .form = S(TRIAGE("ordinary")) }));
        CHECK_INT(row_of(s, high)->due_ms.n, november(33, 0)); /* the county's twelve days; its phase would be longer */
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_form(s, id, "request_extend", "缺配件", "{\"workdays\":2,\"cause\":\"materials\"}"));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "grant_extend", NULL)); /* the phase is extended with the whole */
        CHECK_INT(row_of(s, id)->due_ms.n, november(21, 0));
        CHECK(is_sound(s));
}
