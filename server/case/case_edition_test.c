/* Open cases that go on with newer editions, and the trial before: what follows from the log is as if they had been so from the start. */
#include "case/test_case.h"

#define RULE "{\"cards\":{\"check\":1,\"ordinary\":{\"yellow\":3,\"red\":5},\"complex\":{\"red\":5}},"

typedef struct Moving {
        int64_t moved, stayed;
} Moving;

static Rc move_work(Cx *cx, void *arg) {
        Moving *m = arg;
        int64_t after = 0;
        bool more;

        TRY(case_editions_move(cx, &after, &m->moved, &m->stayed, &more));
        return audit_note(cx, "test.moved", S("case"), STR_NONE); /* as who publishes does */
}

static Moving moved(Street *s) {
        Moving m = { 0 };

        must(s, db_write(s->cx, move_work, &m));
        return m;
}

static size_t stale(Street *s) {
        CaseStaleList found;

        must(s, case_deadlines_check(s->cx, &found));
        return found.n;
}

static int64_t dispatched(Street *s) {
        int64_t id;

        as(s, s->member1);
        id = report(s, "河边倒垃圾");
        as(s, s->street);
        must(s, dispatch_to(s, id, "accept_dispatch", "huanwei"));
        return id;
}

TEST(case_edition__a_moved_case_has_the_deadline_of_its_phase) {
        Street *s = street_new();
        int64_t id;

        street_put(s, "limits", "limits", S("{\"limits\":[{\"limit\":\"5 workdays\"}]}"));
        id = dispatched(s);
        later(s, MS_HOUR);
        street_put(s, "limits", "limits", S("{\"limits\":[{\"limit\":\"5 workdays\",\"phases\":{\"handle\":\"4 workhours\"}}]}"));
        street_put(s, "flow", "six-step",
                   street_edit(s, street_text(s, "flow", "six-step"), "\"step\": 3, \"holder\": \"target\"",
                               "\"step\": 3, \"holder\": \"target\", \"phase\": \"handle\""));
        CHECK_INT(row_of(s, id)->due_ms.n, november(24, 0));
        CHECK_INT(stale(s), 0); /* it goes on as it began */
        CHECK_INT(moved(s).moved, 1);
        CHECK_INT(row_of(s, id)->due_ms.n, november(16, 15)); /* from nine: three hours before noon, one after */
        CHECK_INT(stale(s), 0);
}

TEST(case_edition__a_moved_case_has_the_cards_of_its_new_flow) {
        Street *s = street_new();
        int64_t id;
        Str flow;

        flow = street_text(s, "flow", "six-step");
        street_put(s, "profile", "profile",
                   str_fmt(s->cx->arena, RULE STR_FMT, STR_ARG(str_sub(street_text(s, "profile", "profile"), 1, SIZE_MAX))));
        street_put(s, "flow", "six-step", street_edit(s, flow, "\"steps\":", "\"kind\": \"order\", \"steps\":"));
        id = dispatched(s);
        s->cx->now_ms = november(20, 9);
        CHECK_INT(row_of(s, id)->card, 0); /* orders get none */
        street_put(s, "flow", "six-step", flow);
        CHECK_INT(moved(s).moved, 1);
        CHECK_INT(row_of(s, id)->card, CARD_KIND_YELLOW);
        CHECK_INT(stale(s), 0);
        street_put(s, "flow", "six-step", street_edit(s, flow, "\"steps\":", "\"kind\": \"order\", \"steps\":"));
        CHECK_INT(moved(s).moved, 1);
        CHECK_INT(row_of(s, id)->card, 0); /* and it is taken back */
        CHECK_INT(stale(s), 0);
}

/* The texts of the street, without that department. */
static void texts_without(Street *s, const char *code, const char *instead, FlowProfile *ret) {
        const CaseProfile *p;

        must(s, case_profile(s->cx, &p));
        *ret = (FlowProfile){ .profile.text = street_text(s, "profile", "profile"),
                              .catalogue.text = street_edit(s, street_text(s, "catalogue", "catalogue"), code, instead),
                              .departments.text = street_edit(s, street_text(s, "departments", "departments"), code, "nobody") };
        for (size_t i = 0; i < p->flows.n; i++) {
                Str name = p->flows.v[i]->code;

                *list_push(s->cx->arena, &ret->flows) =
                        (FlowFile){ .name = name, .text = street_text(s, "flow", str_z(s->cx->arena, name)) };
        }
        for (size_t i = 0; i < p->forms.n; i++)
                *list_push(s->cx->arena, &ret->forms) = (FlowFile){ .name = p->forms.v[i].name, .text = p->forms.v[i].text };
}

TEST(case_edition__the_trial_counts_every_unit_that_has_a_case_in_hand) {
        Street *s = street_new();
        UnitLink units[] = { { .department = S("chengguan"), .lead = { true, true } }, { .department = S("xiaofang") } };
        CaseAction call = { .note = S("请到场"), .units = { units, ARRAY_LEN(units), ARRAY_LEN(units) } };
        StrList numbers = { 0 };
        int64_t id, counted;
        FlowProfile texts;
        CaseTrial trial;

        street_flows(s);
        as(s, s->street);
        must(s, open_as(s, "whistle",
                        "{\"whistle\":\"daily\",\"arrive_by\":\"2026-11-16T10:00:00+08:00\",\"meeting_point\":\"小区东门\","
                        "\"task\":\"违建堵塞消防通道\"}",
                        &id));
        must(s, act_now(s, id, "blow", &call));
        texts_without(s, "xiaofang", "chengguan", &texts); /* called, but it does not lead */
        CHECK_OK(s->cx, case_trial(s->cx, &texts, &trial));
        CHECK_OK(s->cx, case_unit_use(s->cx, S("xiaofang"), &numbers, &counted));
        CHECK_INT(counted, 1);
        CHECK_INT(trial.unit_gone, counted);
        CHECK(trial.rows.n == 1 && trial.rows.v[0].unit_gone && trial.rows.v[0].id == id);
}

TEST(case__a_visit_is_a_day_on_which_somebody_was_there_with_a_photo) {
        Street *s = street_new();
        int64_t since = now_ms(s->cx), day = MS_DAY;
        CaseSpotList spots = { 0 };
        int64_t first, second;

        as(s, NULL);
        first = report(s, "楼下垃圾堆了三天");
        second = report(s, "路灯不亮");
        as(s, s->member1);
        must(s, act_now(s, first, "escalate", NULL)); /* without a photo: nobody need have been there */
        to_archive(s, first);
        later(s, day);
        as(s, s->member1);
        must(s, act_now(s, second, "escalate", NULL));
        as(s, s->street);
        must(s, dispatch_to(s, second, "accept_dispatch", "huanwei"));
        CHECK_OK(s->cx, case_visits_in(s->cx, S("530103003001"), since, 0, 10, &spots));
        CHECK_INT(spots.n, 1); /* the department's photo is no visit */
        CHECK_INT(spots.v[0].id, first);
        CHECK_INT(spots.v[0].visits, 1);
        as(s, s->huanwei);
        must(s, act_photo(s, second, "feedback", "已修", s->photo2));
        as(s, s->member1);
        must(s, act_photo(s, second, "verify_fail", "还不亮", s->photo3));
        as(s, s->huanwei);
        must(s, act_photo(s, second, "feedback", "再修", s->photo2));
        as(s, s->member1);
        must(s, act_photo(s, second, "verify_pass", NULL, s->photo3)); /* twice on one day */
        spots = (CaseSpotList){ 0 };
        CHECK_OK(s->cx, case_visits_in(s->cx, S("530103003001"), since, first, 10, &spots));
        CHECK_INT(spots.n, 1);
        CHECK_INT(spots.v[0].id, second);
        CHECK_INT(spots.v[0].visits, 1);
        spots = (CaseSpotList){ 0 };
        CHECK_OK(s->cx, case_visits_in(s->cx, S("530103003002"), since, 0, 10, &spots));
        CHECK_OK(s->cx, case_visits_in(s->cx, S("530103003001"), now_ms(s->cx) + 1, 0, 10, &spots));
        CHECK_INT(spots.n, 0);
}
