/* Cases of other flows than the six steps: levels, facts, forms, requests, what may be done once. */
#include "case/test_case.h"

#define TRIAGE "{\"complexity\":\"ordinary\"}"
#define REGISTER "{\"kind\":\"neighbour\",\"parties\":[{\"name\":\"甲\",\"side\":\"first\"},{\"name\":\"乙\",\"side\":\"second\"}],\"people\":2,\"demand\":\"停止噪声\"}"

static int64_t at_township(Street *s) {
        int64_t id = 0;

        as(s, s->member1);
        must(s, open_as(s, "five-step", NULL, &id));
        must(s, act_now(s, id, "report_up", NULL));
        as(s, s->leader);
        must(s, act_now(s, id, "leader_up", NULL));
        return id;
}

static Rc dispatch(Street *s, int64_t id, const char *action, const char *department) {
        TargetLink target = { .department = str_c(department) };

        return act_now(s, id, action, &(CaseAction){ .target = &target, .form = S(TRIAGE) });
}

static int64_t with_unit(Street *s) {
        int64_t id = at_township(s);

        as(s, s->street);
        must(s, dispatch(s, id, "township_dispatch", "huanwei"));
        as(s, s->huanwei);
        return id;
}

TEST(case_flow__five_steps_go_up_to_the_city_and_back) {
        Street *s = street_new();
        int64_t id;
        CaseView *v;

        street_flows(s);
        id = at_township(s);
        leads_to(s, id, "township");
        CHECK_STR(row_of(s, id)->facts, S("{\"level\":\"township\"}"));
        as(s, s->centre); /* above the township, but not the township's centre */
        CHECK(!is_mine(s, id) && !offered(s, id, "township_up"));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, act_now(s, id, "township_up", &(CaseAction){ .note = S("上报") }));
        as(s, s->street);
        CHECK(is_mine(s, id) && offered(s, id, "township_up"));
        CHECK_OK(s->cx, act_now(s, id, "township_up", &(CaseAction){ .note = S("超出权限") }));
        CHECK(!is_mine(s, id));
        as(s, s->centre);
        CHECK(is_mine(s, id));
        CHECK_OK(s->cx, act_now(s, id, "county_up", &(CaseAction){ .note = S("涉及两个区") }));
        leads_to(s, id, "city");
        as(s, s->city);
        CHECK(is_mine(s, id));
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_STR(v->item->holder->name, S("昆明市网格中心"));
        CHECK_STR(v->kind, S("event"));
        CHECK_STR(v->facts.v[0].value_name, S("市"));
        CHECK_OK(s->cx, act_now(s, id, "city_return", &(CaseAction){ .note = S("下级办"), .reason = S("lower-can") }));
        leads_to(s, id, "county");
        as(s, s->centre);
        CHECK_OK(s->cx, dispatch(s, id, "county_dispatch", "huanwei"));
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_now(s, id, "return", &(CaseAction){ .note = S("不归我们"), .reason = S("outside-duty") }));
        leads_to(s, id, "county"); /* back to the level that dispatched it */
        CHECK_INT(row_of(s, id)->returned, 1);
}

TEST(case_flow__the_leader_has_what_waits_for_the_leader) {
        Street *s = street_new();
        CaseView *v;
        int64_t id = 0;

        street_flows(s);
        as(s, s->member1);
        CHECK_OK(s->cx, open_as(s, "five-step", NULL, &id));
        CHECK_OK(s->cx, act_now(s, id, "report_up", NULL));
        CHECK(!is_mine(s, id));
        as(s, s->leader);
        CHECK(is_mine(s, id));
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_STR(v->item->holder->kind, S("leader"));
        CHECK_STR(v->item->holder->name, S("小龙路社区网格长"));
}

TEST(case_flow__a_form_is_judged_and_kept_with_its_step) {
        Street *s = street_new();
        CaseStepRowList steps = { 0 };
        TargetLink target = { .department = S("huanwei") };
        CaseAction in = { .target = &target };
        int64_t id;

        street_flows(s);
        id = at_township(s);
        as(s, s->street);
        CHECK(offered(s, id, "township_dispatch")->form->schema.n > 20);
        wrong_at(s, act_now(s, id, "township_dispatch", &in), "/form");
        in.form = S("{\"complexity\":\"none\",\"hazard\":3}");
        wrong_at(s, act_now(s, id, "township_dispatch", &in), "/form/complexity /form/hazard");
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_form(s, id, "township_up", "上报", "{}"));
        CHECK_INT(row_of(s, id)->version, 3);
        in.form = S("{ \"complexity\" : \"complex\" }");
        CHECK_OK(s->cx, act_now(s, id, "township_dispatch", &in));
        CHECK_OK(s->cx, case_store_steps(s->cx, id, &steps));
        CHECK_STR(steps.v[3].form, S("{\"complexity\":\"complex\"}"));
        CHECK_STR(row_of(s, id)->facts, S("{\"level\":\"township\",\"mode\":\"single\",\"complexity\":\"complex\"}"));
}

TEST(case_flow__more_time_is_asked_for_and_granted_by_another) {
        Street *s = street_new();
        CaseStepRowList steps = { 0 };
        CaseView *v;
        int64_t id, due;

        street_flows(s);
        id = with_unit(s);
        CHECK_FAILS(s->cx, P_INPUT_INVALID,
                    act_form(s, id, "request_extend", "连日下雨", "{\"workdays\":0,\"cause\":\"weather\"}"));
        CHECK_OK(s->cx, act_form(s, id, "request_extend", "连日下雨", "{\"workdays\":3,\"cause\":\"weather\"}"));
        CHECK_STR(row_of(s, id)->asked, S(",extend,"));
        CHECK(!offered(s, id, "request_extend"));
        CHECK_FAILS(s->cx, P_CASE_ACTION_FORBIDDEN,
                    act_form(s, id, "request_extend", "再要", "{\"workdays\":3,\"cause\":\"weather\"}"));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, act_now(s, id, "grant_extend", NULL));
        as(s, s->street);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_INT(v->requests.n, 1);
        CHECK_INT(v->requests.v[0].days.n, 3);
        due = row_of(s, id)->due_ms.n;
        CHECK_OK(s->cx, act_now(s, id, "grant_extend", NULL));
        CHECK(row_of(s, id)->due_ms.n >= due + 3 * MS_DAY);
        CHECK_STR(row_of(s, id)->asked, S(""));
        CHECK_OK(s->cx, case_store_steps(s->cx, id, &steps));
        CHECK_INT(steps.v[steps.n - 1].days.n, 3);
        CHECK(!offered(s, id, "grant_extend"));
        leads_to(s, id, "handling");
}

TEST(case_flow__nobody_declares_void_what_they_asked_to) {
        Street *s = street_new();
        CaseAction why = { .note = S("误报"), .reason = S("mistake") };
        int64_t id;

        street_flows(s);
        id = at_township(s);
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "request_void", &why));
        CHECK(!offered(s, id, "grant_void"));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, act_now(s, id, "grant_void", NULL));
        as(s, s->street2);
        CHECK(offered(s, id, "grant_void"));
        CHECK_OK(s->cx, act_now(s, id, "refuse_void", &(CaseAction){ .note = S("确有其事") }));
        CHECK_OK(s->cx, act_now(s, id, "request_void", &why));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "grant_void", NULL));
        leads_to(s, id, "voided");
        CHECK(row_of(s, id)->final && !row_of(s, id)->disposed && row_of(s, id)->closed_ms.set);
}

static ClockStatus clock_of(Street *s, int64_t id) {
        CaseView *v;

        must(s, case_view(s->cx, (CaseId){ id }, &v));
        return v->clock;
}

TEST(case_flow__a_case_tells_whether_its_clock_has_begun_runs_stands_or_has_stopped) {
        Street *s = street_new();
        int64_t id, ended;

        street_flows(s);
        as(s, s->street);
        CHECK_OK(s->cx, open_as(s, "grading", NULL, &id)); /* its first state has no limit */
        CHECK_INT(clock_of(s, id), CLOCK_STATUS_IDLE);
        id = at_township(s);
        CHECK(row_of(s, id)->due_ms.set);
        CHECK_INT(clock_of(s, id), CLOCK_STATUS_RUNNING); /* the state's own */
        as(s, s->street);
        CHECK_OK(s->cx, dispatch(s, id, "township_dispatch", "huanwei"));
        CHECK_INT(clock_of(s, id), CLOCK_STATUS_RUNNING);
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_form(s, id, "request_suspend", "等材料",
                                 "{\"cause\":\"materials\",\"until\":\"2026-12-01\"}"));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "grant_suspend", NULL));
        CHECK(!row_of(s, id)->due_ms.set);
        CHECK_INT(clock_of(s, id), CLOCK_STATUS_PAUSED);
        CHECK_OK(s->cx, act_now(s, id, "go_on", NULL));
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_photo(s, id, "feedback", "已清运", s->photo2));
        CHECK(!row_of(s, id)->due_ms.set && !row_of(s, id)->final);
        CHECK_INT(clock_of(s, id), CLOCK_STATUS_STOPPED);
        as(s, s->member1);
        ended = report(s, "误报");
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, ended, "reject", &(CaseAction){ .reason = S("unclear") }));
        CHECK(row_of(s, ended)->final);
        CHECK_INT(clock_of(s, ended), CLOCK_STATUS_IDLE); /* it never ran */
}

TEST(case_flow__what_is_suspended_goes_on_in_the_same_hands) {
        Street *s = street_new();
        int64_t id;

        street_flows(s);
        id = with_unit(s);
        CHECK_OK(s->cx, act_form(s, id, "request_suspend", "等材料",
                                 "{\"cause\":\"materials\",\"until\":\"2026-12-01\"}"));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "grant_suspend", NULL));
        leads_to(s, id, "suspended");
        CHECK_STR(row_of(s, id)->holder_department, S("huanwei"));
        CHECK(!row_of(s, id)->due_ms.set || row_of(s, id)->due_ms.n > s->cx->now_ms);
        later(s, MS_DAY);
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_now(s, id, "go_on", NULL));
        leads_to(s, id, "handling");
        CHECK_STR(row_of(s, id)->holder_department, S("huanwei"));
        CHECK(row_of(s, id)->due_ms.set);
}

TEST(case_flow__a_unit_returns_a_case_once) {
        Street *s = street_new();
        CaseAction why = { .note = S("不属于职责"), .reason = S("outside-duty") };
        int64_t id;

        street_flows(s);
        id = with_unit(s);
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, id, "return", &(CaseAction){ .note = S("不要") }));
        CHECK_OK(s->cx, act_now(s, id, "return", &why));
        leads_to(s, id, "township");
        CHECK_INT(row_of(s, id)->returned, 1);
        as(s, s->street);
        CHECK_OK(s->cx, dispatch(s, id, "township_dispatch", "huanwei"));
        as(s, s->huanwei);
        CHECK(!offered(s, id, "return"));
        CHECK_FAILS(s->cx, P_CASE_ONCE_ONLY, act_now(s, id, "return", &why));
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, id, "redispatch", "chengguan"));
        as(s, s->chengguan); /* another unit has its own turn */
        CHECK_OK(s->cx, act_now(s, id, "return", &why));
        CHECK_INT(row_of(s, id)->returned, 2);
}

TEST(case_flow__only_whom_the_flow_names_opens_it) {
        Street *s = street_new();
        CaseStepRowList steps = { 0 };
        int64_t id = 0;

        street_flows(s);
        as(s, s->member1);
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, open_as(s, "campaign", NULL, &id));
        CHECK_FAILS(s->cx, P_INPUT_INVALID, open_as(s, "nothing", NULL, &id));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, open_as(s, "whistle", NULL, &id));
        wrong_at(s, open_as(s, "volunteer", NULL, &id), "/form");
        CHECK_FAILS(s->cx, P_INPUT_INVALID, open_as(s, "five-step", "{}", &id));
        CHECK_OK(s->cx, open_as(s, "volunteer",
                                "{\"service\":\"repair\",\"wanted_on\":\"2026-11-20\",\"wish\":\"修水龙头\"}", &id));
        CHECK_STR(row_of(s, id)->kind, S("order"));
        CHECK_OK(s->cx, case_store_steps(s->cx, id, &steps));
        CHECK(steps.v[0].form.n > 10);
}

TEST(case_flow__a_leader_whom_the_flow_lets_assign_names_people_of_the_own_ground) {
        Street *s = street_new();
        TargetLink member = { .account = SOME_INT(s->member1->account.n) };
        TargetLink stranger = { .account = SOME_INT(s->stranger->account.n) };
        int64_t id = 0;

        street_flows(s);
        as(s, s->member1);
        CHECK_OK(s->cx, open_as(s, "volunteer",
                                "{\"service\":\"repair\",\"wanted_on\":\"2026-11-20\",\"wish\":\"修水龙头\"}", &id));
        as(s, s->leader);
        CHECK_FAILS(s->cx, P_CASE_TARGET_UNKNOWN, act_now(s, id, "assign", &(CaseAction){ .target = &stranger }));
        CHECK_OK(s->cx, act_now(s, id, "assign", &(CaseAction){ .target = &member }));
        CHECK_INT(row_of(s, id)->target_account.n, s->member1->account.n);
}

/* A dispute of low risk stays in the community; one of high risk goes to the county. */
TEST(case_flow__the_risk_of_a_dispute_decides_who_acts) {
        static const struct {
                const char *risk, *state;
        } ways[] = { { "low", "community" }, { "medium", "assign" }, { "high", "county_plan" } };
        Street *s = street_new();
        int64_t id = 0;

        street_flows(s);
        for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
                Str risk = str_fmt(s->cx->arena,
                                   "{\"risk\":\"%s\",\"violence\":false,\"crowd\":false,\"grounds\":\"双方情绪稳定，愿意谈\"}",
                                   ways[i].risk);

                as(s, s->member1);
                CHECK_OK(s->cx, open_as(s, "dispute", NULL, &id));
                CHECK_OK(s->cx, act_form(s, id, "register", NULL, REGISTER));
                as(s, s->street);
                CHECK_OK(s->cx, act_now(s, id, "route", NULL));
                CHECK_OK(s->cx, act_now(s, id, "assess", &(CaseAction){ .form = risk }));
                leads_to(s, id, ways[i].state);
        }
        as(s, s->street);
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, act_now(s, id, "lower", &(CaseAction){ .note = S("已缓和") }));
        as(s, s->centre);
        CHECK_OK(s->cx, act_now(s, id, "lower", &(CaseAction){ .note = S("已缓和") }));
        CHECK_STR(row_of(s, id)->facts, S("{\"risk\":\"medium\"}"));
        leads_to(s, id, "assign");
}

/* What the register of a dispute looks like to who acts now. */
static Str register_seen(Street *s, int64_t id) {
        CaseView *v;

        must(s, case_view(s->cx, (CaseId){ id }, &v));
        for (size_t i = 0; i < v->steps.n; i++)
                if (str_eq(v->steps.v[i].action, S("register")))
                        return v->steps.v[i].form;
        return STR_NONE;
}

TEST(case_flow__telephones_in_forms_are_whole_only_for_who_holds_the_case) {
        Street *s = street_new();
        int64_t id;

        street_flows(s);
        as(s, s->member1);
        CHECK_OK(s->cx, open_as(s, "dispute", NULL, &id));
        CHECK_OK(s->cx, act_form(s, id, "register", NULL,
                                 "{\"kind\":\"neighbour\",\"parties\":[{\"name\":\"甲\",\"side\":\"first\",\"phone\":\"139 0000 1234\"},"
                                 "{\"name\":\"乙\",\"side\":\"second\"}],\"people\":2,\"demand\":\"身份证 530103199001010016\"}"));
        CHECK(str_contains(register_seen(s, id), S("\"139****1234\""))); /* the member has passed it on */
        CHECK(!str_contains(register_seen(s, id), S("139 0000 1234")));
        as(s, s->street);
        CHECK(str_contains(register_seen(s, id), S("139 0000 1234")));
}

TEST(case_flow__urging_and_supervision_are_counted) {
        Street *s = street_new();
        int64_t id;

        street_flows(s);
        id = with_unit(s);
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "urge", &(CaseAction){ .note = S("请抓紧") }));
        as(s, s->centre);
        CHECK_OK(s->cx, act_now(s, id, "supervise", &(CaseAction){ .note = S("区里督办") }));
        CHECK_INT(row_of(s, id)->urged, 1);
        CHECK_INT(row_of(s, id)->supervised, 1);
        leads_to(s, id, "handling");
}

/* ---- the log of before ---- */

static Rc sealed_before(Cx *cx, void *arg) {
        DbRowShape row_shape = db_shape_CaseRow, step_shape = db_shape_CaseStepRow;
        Street *s = arg;
        CaseStepRowList steps = { 0 };
        CaseRow *row = row_of(s, 1);

        row_shape.count = 41; /* up to "search" */
        step_shape.count = 26; /* up to "hash" */
        TRY(audit_seal_as(cx, "case_case", S("1"), &row_shape, row));
        TRY(case_store_steps(cx, 1, &steps));
        for (size_t i = 0; i < steps.n; i++)
                TRY(audit_seal_as(cx, "case_step", str_fmt(cx->arena, "1/%zu", i + 1), &step_shape, &steps.v[i]));
        return audit_note(cx, "test.before", S("case/1"), STR_NONE);
}

TEST(case_flow__seals_and_hashes_of_before_still_verify) {
        Street *s = street_new();
        CaseStepRowList steps = { 0 };
        VerifyReport verified = { 0 };
        CaseStepRow step;
        Sm3 plain, more;
        int64_t id;

        as(s, s->member1);
        id = report(s, "从前的一件");
        CHECK_INT(id, 1);
        CHECK_STR(str_c(db_shape_CaseRow.columns[40].name), S("search"));
        CHECK_STR(str_c(db_shape_CaseStepRow.columns[25].name), S("hash"));
        CHECK_OK(s->cx, db_write(s->cx, sealed_before, s));
        CHECK_OK(s->cx, audit_verify(s->cx, &verified));
        CHECK_INT(verified.n, 0);
        CHECK_OK(s->cx, case_store_steps(s->cx, id, &steps));
        step = steps.v[0];
        CHECK(!step.form.p && !step.unit.p && !step.ref.set && !step.days.set);
        case_step_hash(s->cx, &step, &plain);
        step.days = SOME_INT(3);
        case_step_hash(s->cx, &step, &more);
        CHECK(memcmp(plain.b, more.b, sizeof plain.b) != 0);
}
