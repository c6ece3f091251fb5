/* Another category in mid-flight: limit, form, cards and deadline follow the right one from the same start, the log keeps what it was. The
 * week from Monday 2026-11-16 on has no holiday. */
#include "case/test_case.h"

#define CONDITION_FORM \
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\",\"title\":\"隐患\",\"title_en\":\"Hazard\"," \
        "\"required\":[\"condition\"],\"properties\":{\"condition\":{\"type\":\"string\",\"title\":\"情形\",\"title_en\":\"Condition\"," \
        "\"oneOf\":[{\"const\":\"missing\",\"title\":\"缺失\",\"title_en\":\"Missing\"},{\"const\":\"broken\",\"title\":\"破损\"," \
        "\"title_en\":\"Broken\"}]},\"complexity\":{\"type\":\"string\",\"title\":\"难易\",\"title_en\":\"Complexity\",\"oneOf\":[" \
        "{\"const\":\"ordinary\",\"title\":\"一般\",\"title_en\":\"Ordinary\"},{\"const\":\"complex\",\"title\":\"复杂\"," \
        "\"title_en\":\"Complex\"}]}}}"

static int64_t dispatched(Street *s) {
        int64_t id;

        as(s, s->member1);
        id = report(s, "门前有杂物"); /* 06010: one working day */
        as(s, s->street);
        must(s, dispatch_to(s, id, "accept_dispatch", "huanwei"));
        return id;
}

static Rc correct(Street *s, int64_t id, const char *category, const char *form) {
        return act_now(s, id, "recategorise",
                       &(CaseAction){ .note = S("登记有误"), .category = str_c(category), .form = form ? str_c(form) : STR_NONE });
}

static const ClockView *clock_of(Street *s, int64_t id) {
        ClockView *v = NULL;
        Case *c;

        must(s, case_load(s->cx, (CaseId){ id }, NULL, &c));
        must(s, case_clock_view(s->cx, c, &v));
        return v;
}

TEST(case_category__the_deadline_follows_the_right_one_from_the_same_start) {
        Street *s = street_new();
        int64_t id = dispatched(s), edition, sum = 0;
        const ClockView *clock;
        CaseView *v;
        Str was;
        Case *c;

        CHECK_INT(row_of(s, id)->due_ms.n, november(18, 0));
        CHECK_INT(clock_of(s, id)->categories.n, 0);
        s->cx->now_ms = november(17, 10);
        CHECK_STR(offered(s, id, "recategorise")->form->category_flow, S("six-step"));
        CHECK_OK(s->cx, correct(s, id, "ZZ02", NULL)); /* three working days */
        CHECK_STR(row_of(s, id)->category, S("ZZ02"));
        CHECK_STR(row_of(s, id)->class, S("order"));
        CHECK_INT(row_of(s, id)->limit_days, 3);
        CHECK_INT(row_of(s, id)->due_ms.n, november(20, 0)); /* of the dispatch on Monday, not of today */
        leads_to(s, id, "handling");
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_STR(v->item->category_name, S("消防隐患"));
        CHECK_STR(v->steps.v[2].category_name, S("消防隐患"));
        CHECK_STR(v->steps.v[2].category_was, v->steps.v[0].category_name); /* the report says what it was reported as */
        clock = clock_of(s, id);
        CHECK_INT(clock->categories.n, 2);
        CHECK_STR(clock->categories.v[0].limit, S("1 个工作日"));
        CHECK_STR(clock->categories.v[1].limit, S("3 个工作日"));
        CHECK_INT(clock->categories.v[1].from, november(17, 10));
        for (size_t i = 0; i < clock->holdings.n; i++)
                sum += clock->holdings.v[i].counted_ms;
        CHECK_INT(sum, clock->elapsed_ms);
        CHECK_OK(s->cx, case_load(s->cx, (CaseId){ id }, NULL, &c)); /* as it was then */
        case_category_at(c, 2, &was, &edition);
        CHECK_STR(was, S("06010"));
        case_category_at(c, 3, &was, &edition);
        CHECK_STR(was, S("ZZ02"));
        CHECK(is_sound(s));
        CHECK_OK(s->cx, correct(s, id, "06010", NULL)); /* and back: late at once is what it says */
        CHECK_INT(row_of(s, id)->due_ms.n, november(18, 0));
        CHECK(is_sound(s));
}

TEST(case_category__what_cannot_be_named_is_said) {
        Street *s = street_new();
        int64_t id = dispatched(s);
        CaseAction in = { .note = S("登记有误"), .category = S("ZZ02") };

        wrong_at(s, act_now(s, id, "recategorise", NULL), "/category /note");
        wrong_at(s, correct(s, id, "nothing", NULL), "/category");
        wrong_at(s, correct(s, id, "06010", NULL), "/category");
        wrong_at(s, act_now(s, id, "urge", &in), "/category");
        wrong_at(s, correct(s, id, "ZZ02", "{}"), "/form"); /* it has none */
        CHECK_STR(row_of(s, id)->category, S("06010"));
        as(s, s->huanwei);
        CHECK(!offered(s, id, "recategorise"));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, correct(s, id, "ZZ02", NULL));
        must(s, act_photo(s, id, "feedback", "已清运", s->photo2));
        as(s, s->street);
        CHECK_FAILS(s->cx, P_CASE_ACTION_FORBIDDEN, correct(s, id, "ZZ02", NULL)); /* it was handled */
}

TEST(case_category__one_of_another_flow_is_another_case) {
        Street *s = street_new();
        int64_t id, named;

        street_flows(s);
        street_put(s, "catalogue", "catalogue",
                   street_edit(s, street_text(s, "catalogue", "catalogue"), "\"code\": \"ZZ02\",", "\"code\": \"ZZ02\", \"flow\": \"five-step\","));
        as(s, s->member1);
        id = report(s, "门前有杂物");
        as(s, s->street);
        wrong_at(s, correct(s, id, "ZZ02", NULL), "/category");
        CHECK(correct(s, id, "ZZ02", NULL) != OK && str_contains(s->cx->problem.errors.v[0].zh, S("请先“作废”本件")));
        s->cx->problem = (Problem){ 0 };
        as(s, s->member1);
        must(s, open_as(s, "five-step", NULL, &named)); /* whose flow was named with the report: it may have any */
        must(s, act_now(s, named, "report_up", NULL));
        as(s, s->leader);
        must(s, act_now(s, named, "leader_up", NULL));
        as(s, s->street);
        CHECK_OK(s->cx, correct(s, named, "ZZ03", NULL));
        CHECK_STR(row_of(s, named)->flow, S("five-step"));
        CHECK(is_sound(s));
}

/* ZZ02 has a form that says condition and complexity, and limits by condition and phase. */
static Street *street_limits(void) {
        Street *s = street_new();

        street_flows(s);
        street_put(s, "form", "hazard", S(CONDITION_FORM));
        street_put(s, "catalogue", "catalogue",
                   street_edit(s, street_text(s, "catalogue", "catalogue"), "\"code\": \"ZZ02\",", "\"code\": \"ZZ02\", \"form\": \"hazard\","));
        street_put(s, "limits", "limits",
                   S("{\"limits\":[{\"class\":\"06010\",\"limit\":\"2 workdays\"},{\"class\":\"ZZ02\",\"limit\":\"5 workdays\"},"
                     "{\"class\":\"ZZ02\",\"condition\":\"missing\",\"limit\":\"10 workhours\",\"phases\":{\"handle\":\"6 workhours\"}}]}"));
        return s;
}

static int64_t five_step(Street *s) {
        TargetLink target = { .department = S("huanwei") };
        int64_t id;

        as(s, s->member1);
        must(s, open_as(s, "five-step", NULL, &id));
        must(s, act_now(s, id, "report_up", NULL));
        as(s, s->leader);
        must(s, act_now(s, id, "leader_up", NULL));
        as(s, s->street);
        must(s, act_now(s, id, "township_dispatch",
                        &(CaseAction){ .target = &target, .form = S("{\"complexity\":\"ordinary\"}") }));
        return id;
}

TEST(case_category__condition_and_phase_are_those_of_the_right_form) {
        Street *s = street_limits();
        int64_t id = five_step(s);

        CHECK_INT(row_of(s, id)->due_ms.n, november(19, 0));
        s->cx->now_ms = november(16, 10);
        wrong_at(s, correct(s, id, "ZZ02", NULL), "/form");
        wrong_at(s, correct(s, id, "ZZ02", "{\"condition\":\"stolen\"}"), "/form/condition");
        CHECK_OK(s->cx, correct(s, id, "ZZ02", "{\"condition\":\"broken\"}"));
        CHECK_INT(row_of(s, id)->due_ms.n, november(24, 0));
        CHECK_OK(s->cx, correct(s, id, "06010", NULL));
        CHECK_OK(s->cx, correct(s, id, "ZZ02", "{\"condition\":\"missing\"}"));
        CHECK_INT(row_of(s, id)->due_ms.n, november(16, 17)); /* the phase: 9–12 and 14–17 */
        CHECK_INT(clock_of(s, id)->due.n, november(17, 11));  /* the whole: the seven hours of today, three of tomorrow */
        CHECK_INT(clock_of(s, id)->categories.n, 4);
        CHECK_STR(clock_of(s, id)->categories.v[1].limit, S("5 个工作日"));
        CHECK_STR(clock_of(s, id)->categories.v[2].limit, S("2 个工作日"));
        CHECK(is_sound(s));
}

TEST(case_category__a_card_that_no_longer_holds_goes_back_with_its_trace) {
        Street *s = street_limits();
        CaseCardRowList told = { 0 };
        int64_t id, acted;

        street_put(s, "profile", "profile",
                   str_fmt(s->cx->arena, "{\"cards\":{\"check\":1,\"ordinary\":{\"yellow\":3,\"red\":5},\"complex\":{\"red\":5}}," STR_FMT,
                           STR_ARG(str_sub(street_text(s, "profile", "profile"), 1, SIZE_MAX))));
        id = five_step(s);
        s->cx->now_ms = november(20, 9);
        must(s, case_sweep_count(s->cx, &acted));
        CHECK_INT(row_of(s, id)->card, CARD_KIND_YELLOW);
        as(s, s->street);
        CHECK_OK(s->cx, correct(s, id, "ZZ02", "{\"condition\":\"broken\",\"complexity\":\"complex\"}"));
        CHECK_INT(row_of(s, id)->card, 0);
        CHECK_OK(s->cx, case_store_cards(s->cx, id, &told));
        CHECK_INT(told.n, 1);
        CHECK_STR(told.v[0].withdrawn_why, S("class"));
        CHECK(is_sound(s));
        s->cx->now_ms = november(24, 9);
        must(s, case_sweep_count(s->cx, &acted));
        CHECK_INT(row_of(s, id)->card, CARD_KIND_RED);
        CHECK(is_sound(s));
}

/* ---- random logs: a corrected case is due when it would have been due had it been right from the start ---- */

static const char *const codes[] = { "0106", "0107", "0108" };

static uint64_t draw(uint64_t *seed) {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        return *seed ^= *seed << 17;
}

static void step(Cx *cx, Case *c, const char *action, int64_t at_ms, Str detail) {
        *list_push(cx->arena, &c->steps) = (CaseStepRow){ .seq = (int64_t)c->steps.n + 1, .action = str_c(action), .at_ms = at_ms,
                                                          .to_state = S("handling"), .detail = detail };
}

static void said(Street *s, const Case *c, size_t steps, ClockResult *ret) {
        CaseClock clock;

        case_clock(s->cx, c->flow, c->steps.v, steps, &clock);
        must(s, case_clock_now(s->cx, c, flow_state(c->flow, S("handling")), &clock, c->row.entered_ms, ret));
}

static Str opened_as(Cx *cx, const char *code) { return str_fmt(cx->arena, "%s " GRID1 " 0 0 member", code); }

static void one_log(Street *s, const Case *base, uint64_t *seed) {
        static const char *const actions[] = { "suspend", "go_on", "feedback", "verify_fail", "redispatch", "urge" };
        Cx *cx = s->cx;
        Case c = *base, right = *base;
        const char *first = codes[draw(seed) % 3], *now = first;
        int64_t at = november(1, 0) + (int64_t)(draw(seed) % 20000) * MS_MINUTE;
        size_t corrected = 0;
        ClockResult r, wanted;

        step(cx, &c, "open", at, opened_as(cx, first));
        step(cx, &c, "accept_dispatch", at += (int64_t)(draw(seed) % 500) * MS_MINUTE, STR_NONE);
        for (uint64_t n = draw(seed) % 9 + 1; n; n--) {
                const char *to = codes[draw(seed) % 3];

                at += (int64_t)(draw(seed) % 3000) * MS_MINUTE;
                if (draw(seed) % 3 || to == now) {
                        step(cx, &c, actions[draw(seed) % ARRAY_LEN(actions)], at, STR_NONE);
                        continue;
                }
                corrected = corrected ? corrected : c.steps.n;
                step(cx, &c, "recategorise", at, str_fmt(cx->arena, "category %s %s 1 1 3 4", now, to));
                now = to;
        }
        cx->now_ms = at + (int64_t)(draw(seed) % 5000) * MS_MINUTE;
        c.row.category = right.row.category = str_c(now);
        said(s, &c, c.steps.n, &r);
        for (size_t i = 0; i < c.steps.n; i++)
                step(cx, &right, i && str_eq(c.steps.v[i].action, S("recategorise")) ? "urge" : str_z(cx->arena, c.steps.v[i].action),
                     c.steps.v[i].at_ms, i ? STR_NONE : opened_as(cx, now));
        said(s, &right, right.steps.n, &wanted);
        CHECK(r.due_ms.set == wanted.due_ms.set && r.due_ms.n == wanted.due_ms.n && r.elapsed_ms == wanted.elapsed_ms && r.late == wanted.late);
        if (!corrected)
                return;
        said(s, &c, corrected, &r); /* what was said before it was corrected, read from the case of now */
        right.row.category = str_c(first);
        right.steps.v[0].detail = opened_as(cx, first);
        said(s, &right, corrected, &wanted);
        CHECK(r.due_ms.set == wanted.due_ms.set && r.due_ms.n == wanted.due_ms.n && r.elapsed_ms == wanted.elapsed_ms);
}

TEST(case_category__a_thousand_random_logs_say_what_they_would_have_said_had_it_been_right_at_once) {
        Street *s = street_new();
        uint64_t seed = 20261116;
        Case base = { 0 };

        street_flows(s);
        street_put(s, "limits", "limits",
                   S("{\"limits\":[{\"class\":\"0106\",\"limit\":\"9 workhours\"},{\"class\":\"0107\",\"limit\":\"2 workdays\"},"
                     "{\"class\":\"0108\",\"limit\":\"30 hours\"}]}"));
        CHECK_OK(s->cx, case_profile(s->cx, &base.profile));
        base.flow = case_flow_newest(base.profile, S("six-step-full"));
        base.row = (CaseRow){ .limit_days = 4, .place = S(GRID1), .state = S("handling") };
        for (int i = 0; i < 1000; i++)
                one_log(s, &base, &seed);
}
