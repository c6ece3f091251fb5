/* Several departments at once: whistle with three of them, who is waited for, who may mark what, what a return takes back. */
#include "case/test_case.h"
#include "core/setting/setting.h"

#define CALL \
        "{\"whistle\":\"daily\",\"arrive_by\":\"2026-11-16T10:00:00+08:00\",\"meeting_point\":\"小区东门\",\"task\":\"违建堵塞消防通道\"}"

/* "chengguan* huanwei": the one with a star leads. */
static Rc call(Street *s, int64_t id, const char *action, const char *codes) {
        CaseAction in = { .note = S("请到场") };
        Str word, rest = str_fmt(s->cx->arena, "%s ", codes);

        while (str_cut(rest, ' ', &word, &rest)) {
                bool lead = str_ends(word, S("*"));

                *list_push(s->cx->arena, &in.units) =
                        (UnitLink){ .department = lead ? str_sub(word, 0, word.n - 1) : word, .lead = { lead, lead } };
        }
        return act_now(s, id, action, &in);
}

static int64_t whistle(Street *s) {
        int64_t id = 0;

        as(s, s->street);
        must(s, open_as(s, "whistle", CALL, &id));
        return id;
}

static int64_t blown(Street *s) {
        int64_t id = whistle(s);

        must(s, call(s, id, "blow", "chengguan* huanwei xiaofang"));
        return id;
}

static Rc arrive(Street *s, int64_t id, const Actor *who) {
        as(s, who);
        return act_photo(s, id, "arrive", NULL, s->photo1);
}

static Rc done(Street *s, int64_t id, const Actor *who) {
        CaseAction in = { .note = S("我方已完成") };

        as(s, who);
        *list_push(s->cx->arena, &in.photos) = (PhotoLink){ s->photo2, PHOTO_KIND_AFTER };
        return act_now(s, id, "unit_done", &in);
}

static Rc rate(Street *s, int64_t id, const char *unit, Satisfaction how) {
        as(s, s->street);
        return act_now(s, id, "rate_unit", &(CaseAction){ .unit = str_c(unit), .satisfaction = how, .note = S("配合好") });
}

static int64_t at_work(Street *s) {
        int64_t id = blown(s);

        must(s, arrive(s, id, s->chengguan));
        must(s, arrive(s, id, s->huanwei));
        must(s, arrive(s, id, s->xiaofang));
        as(s, s->street);
        must(s, act_now(s, id, "gathered", NULL));
        return id;
}

static const CaseView *seen(Street *s, int64_t id) {
        CaseView *v = NULL;

        must(s, case_view(s->cx, (CaseId){ id }, &v));
        return v;
}

static const CaseUnitView *unit(Street *s, int64_t id, const char *code) {
        const CaseView *v = seen(s, id);

        for (size_t i = 0; i < v->units.n; i++)
                if (str_eq_c(v->units.v[i].department, code))
                        return &v->units.v[i];
        return NULL;
}

/* Refused, and the Chinese sentence tells this. */
static void refused_with(Street *s, int problem, const char *part, Rc rc) {
        CHECK(rc != OK);
        CHECK_INT(s->cx->problem.code, problem);
        if (!str_contains(s->cx->problem.detail_zh, str_c(part)))
                test_fail(__FILE__, __LINE__, "\"" STR_FMT "\" does not tell %s", STR_ARG(s->cx->problem.detail_zh), part);
        s->cx->problem = (Problem){ 0 };
}

TEST(case_unit__three_departments_come_work_and_are_rated) {
        Street *s = street_new();
        const CaseView *v;
        int64_t id;

        street_flows(s);
        id = at_work(s);
        v = seen(s, id);
        CHECK_INT(v->units.n, 3);
        CHECK(v->units.v[0].lead && v->units.v[0].arrived.set);
        CHECK_STR(v->item->holder->kind, S("units"));
        CHECK_STR(v->item->holder->name, S("城管中队等单位"));
        CHECK_INT(v->item->units, 3);
        CHECK_STR(v->steps.v[1].target, S("城管中队（牵头）、环卫所、消防工作站"));
        CHECK_STR(v->steps.v[2].unit_name, S("城管中队"));
        as(s, s->chengguan);
        refused_with(s, P_CASE_ACTION_FORBIDDEN, "还未办结：城管中队、环卫所、消防工作站",
                     act_now(s, id, "finish", &(CaseAction){ .note = S("完") }));
        CHECK_STR(offered(s, id, "finish")->unmet, S("还未办结：城管中队、环卫所、消防工作站"));
        CHECK_OK(s->cx, done(s, id, s->huanwei));
        CHECK(!is_mine(s, id) && !offered(s, id, "unit_done") && !offered(s, id, "finish"));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, act_now(s, id, "finish", &(CaseAction){ .note = S("完") }));
        CHECK_OK(s->cx, done(s, id, s->xiaofang));
        CHECK_OK(s->cx, done(s, id, s->chengguan));
        CHECK(is_mine(s, id)); /* the lead until all is done */
        CHECK(!offered(s, id, "finish")->unmet.n);
        CHECK_OK(s->cx, act_now(s, id, "finish", &(CaseAction){ .note = S("通道已打通") }));
        leads_to(s, id, "rating");
        wrong_at(s, rate(s, id, "", SATISFACTION_SATISFIED), "/unit");
        wrong_at(s, rate(s, id, "sifa", SATISFACTION_SATISFIED), "/unit");
        CHECK_OK(s->cx, rate(s, id, "huanwei", SATISFACTION_FAIR));
        CHECK_FAILS(s->cx, P_CASE_ONCE_ONLY, rate(s, id, "huanwei", SATISFACTION_SATISFIED));
        CHECK_INT(offered(s, id, "rate_unit")->form->unit_choices.n, 2);
        refused_with(s, P_CASE_ACTION_FORBIDDEN, "还未评价：城管中队、消防工作站", act_now(s, id, "close", NULL));
        CHECK_OK(s->cx, rate(s, id, "chengguan", SATISFACTION_SATISFIED));
        CHECK_OK(s->cx, rate(s, id, "xiaofang", SATISFACTION_DISSATISFIED));
        CHECK(!offered(s, id, "rate_unit"));
        CHECK(!row_of(s, id)->satisfaction.set); /* of the units, not of the case */
        CHECK_INT(unit(s, id, "xiaofang")->satisfaction, SATISFACTION_DISSATISFIED);
        CHECK_OK(s->cx, act_now(s, id, "close", NULL));
        leads_to(s, id, "closed");
}

TEST(case_unit__every_unit_has_it_in_hand_and_nobody_else) {
        Street *s = street_new();
        CaseQuery of = { .department = S("xiaofang") };
        const Actor *called[3];
        CasePage *page;
        CaseCounts *counts;
        int64_t id;

        street_flows(s);
        id = whistle(s);
        as(s, s->huanwei);
        CHECK_FAILS(s->cx, P_NOT_FOUND, case_view(s->cx, (CaseId){ id }, &(CaseView *){ NULL }));
        as(s, s->street);
        CHECK_OK(s->cx, call(s, id, "blow", "chengguan* xiaofang"));
        called[0] = s->chengguan;
        called[1] = s->xiaofang;
        called[2] = s->both;
        for (size_t i = 0; i < ARRAY_LEN(called); i++) {
                as(s, called[i]);
                CHECK(is_mine(s, id) && offered(s, id, "arrive") && !offered(s, id, "gathered"));
                CHECK_OK(s->cx, case_counts(s->cx, STR_NONE, &counts));
                CHECK_INT(counts->counts.v[counts->counts.n - 3].count, 1); /* mine */
        }
        as(s, s->huanwei);
        CHECK(!is_mine(s, id));
        CHECK_FAILS(s->cx, P_NOT_FOUND, case_view(s->cx, (CaseId){ id }, &(CaseView *){ NULL }));
        as(s, s->street);
        CHECK_OK(s->cx, case_list(s->cx, &of, &page));
        CHECK_INT(page->total, 1);
        of.department = S("huanwei");
        CHECK_OK(s->cx, case_list(s->cx, &of, &page));
        CHECK_INT(page->total, 0);
}

TEST(case_unit__who_is_called_is_checked_whole) {
        Street *s = street_new();
        int64_t id, version;

        street_flows(s);
        id = whistle(s);
        version = row_of(s, id)->version;
        wrong_at(s, act_now(s, id, "blow", NULL), "/units");
        wrong_at(s, call(s, id, "blow", "nobody* huanwei"), "/units/0/department");
        wrong_at(s, call(s, id, "blow", "huanwei* huanwei"), "/units/1/department");
        wrong_at(s, call(s, id, "blow", "huanwei chengguan"), "/units");
        wrong_at(s, call(s, id, "blow", "huanwei* chengguan*"), "/units");
        wrong_at(s, call(s, id, "blow",
                         "chengguan* paichusuo sifa shichang shebao zonghe xiaofang weisheng zhujian huanwei gongshui"),
                 "/units");
        wrong_at(s, call(s, id, "drop", "huanwei*"), "/units");
        wrong_at(s, act_now(s, id, "drop", &(CaseAction){ .note = S("撤"), .unit = S("huanwei") }), "/unit");
        CHECK_INT(row_of(s, id)->version, version);
        CHECK_OK(s->cx, call(s, id, "blow", "huanwei")); /* one alone leads */
        CHECK(unit(s, id, "huanwei")->lead);
}

TEST(case_unit__of_two_who_mark_at_once_the_second_learns_of_the_first) {
        Street *s = street_new();
        CaseAction in = { 0 };
        int64_t id;

        street_flows(s);
        id = blown(s);
        *list_push(s->cx->arena, &in.photos) = (PhotoLink){ .sha256 = s->photo1 };
        in.version = row_of(s, id)->version;
        as(s, s->huanwei);
        CHECK_OK(s->cx, act(s, id, "arrive", &in));
        as(s, s->xiaofang);
        refused_with(s, P_VERSION_STALE, "吴洁（环卫所）", act(s, id, "arrive", &in));
        CHECK_OK(s->cx, arrive(s, id, s->xiaofang));
        CHECK_FAILS(s->cx, P_CASE_ONCE_ONLY, arrive(s, id, s->xiaofang));
        as(s, s->street);
        CHECK_STR(offered(s, id, "gathered")->unmet, S("还未报到：城管中队"));
        s->cx->lang = LANG_EN;
        CHECK_STR(offered(s, id, "gathered")->unmet, S("not there yet: Urban management squad"));
}

TEST(case_unit__who_works_for_two_says_for_which) {
        Street *s = street_new();
        CaseAction in = { 0 };
        int64_t id;

        street_flows(s);
        id = blown(s);
        as(s, s->both);
        CHECK_INT(offered(s, id, "arrive")->form->unit_choices.n, 2);
        wrong_at(s, arrive(s, id, s->both), "/unit");
        *list_push(s->cx->arena, &in.photos) = (PhotoLink){ .sha256 = s->photo1 };
        in.unit = S("xiaofang");
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, act_now(s, id, "arrive", &in));
        in.unit = S("huanwei");
        CHECK_OK(s->cx, act_now(s, id, "arrive", &in));
        CHECK(unit(s, id, "huanwei")->arrived.set && !unit(s, id, "chengguan")->arrived.set);
        CHECK_FAILS(s->cx, P_CASE_ONCE_ONLY, act_now(s, id, "arrive", &in));
        CHECK_INT(offered(s, id, "arrive")->form->unit_choices.n, 0); /* the other is the only one left */
        CHECK_OK(s->cx, arrive(s, id, s->both));
        CHECK(unit(s, id, "chengguan")->arrived.set);
}

TEST(case_unit__a_unit_declines_once_and_the_county_calls_others) {
        Street *s = street_new();
        CaseAction why = { .note = S("不归我们"), .reason = S("outside-duty") };
        int64_t id;

        street_flows(s);
        id = blown(s);
        CHECK_OK(s->cx, arrive(s, id, s->chengguan));
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_now(s, id, "decline", &why));
        leads_to(s, id, "disputed");
        as(s, s->centre);
        CHECK_OK(s->cx, act_now(s, id, "uphold", &(CaseAction){ .note = S("应到场") }));
        CHECK(unit(s, id, "chengguan")->arrived.set); /* nothing was handed in */
        as(s, s->huanwei);
        CHECK(!offered(s, id, "decline"));
        CHECK_FAILS(s->cx, P_CASE_ONCE_ONLY, act_now(s, id, "decline", &why));
        as(s, s->xiaofang);
        CHECK_OK(s->cx, act_now(s, id, "decline", &why));
        as(s, s->centre);
        CHECK_OK(s->cx, call(s, id, "call_others", "chengguan sifa*"));
        CHECK_INT(row_of(s, id)->units, 2);
        CHECK(unit(s, id, "chengguan")->arrived.set && !unit(s, id, "chengguan")->lead);
        CHECK(unit(s, id, "sifa")->lead && !unit(s, id, "huanwei"));
        CHECK_STR(row_of(s, id)->holder_department, S("sifa"));
        as(s, s->huanwei); /* reads on, has nothing to do */
        CHECK(!is_mine(s, id) && !offered(s, id, "arrive"));
        CHECK_INT(seen(s, id)->units.n, 2);
}

TEST(case_unit__more_are_called_beside_those_who_are_there) {
        Street *s = street_new();
        int64_t id;

        street_flows(s);
        id = at_work(s);
        CHECK_OK(s->cx, done(s, id, s->huanwei));
        as(s, s->street);
        wrong_at(s, call(s, id, "add_units", "sifa huanwei"), "/units/1/department");
        CHECK_OK(s->cx, call(s, id, "add_units", "sifa"));
        leads_to(s, id, "called");
        CHECK_INT(seen(s, id)->units.n, 4);
        CHECK(unit(s, id, "chengguan")->lead && unit(s, id, "huanwei")->done.set);
        CHECK_STR(offered(s, id, "gathered")->unmet, S("还未报到：司法所"));
        CHECK_OK(s->cx, call(s, id, "add_units", "zonghe*"));
        CHECK(unit(s, id, "zonghe")->lead && !unit(s, id, "chengguan")->lead);
        CHECK_STR(row_of(s, id)->target_department, S("zonghe"));
        CHECK_STR(seen(s, id)->steps.v[seen(s, id)->steps.n - 1].target, S("综合执法队（牵头）"));
}

TEST(case_unit__rework_takes_back_what_was_done_not_who_came) {
        Street *s = street_new();
        ClockView *clock;
        Case *c;
        int64_t id, sum = 0, counted = 0;

        street_flows(s);
        id = blown(s);
        later(s, MS_HOUR);
        must(s, arrive(s, id, s->chengguan));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "start_without", &(CaseAction){ .note = S("险情") }));
        later(s, MS_HOUR);
        CHECK_OK(s->cx, done(s, id, s->chengguan));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "finish_anyway", &(CaseAction){ .note = S("已处置") }));
        CHECK_OK(s->cx, rate(s, id, "huanwei", SATISFACTION_DISSATISFIED)); /* who did not come is rated, too */
        later(s, MS_HOUR);
        CHECK_OK(s->cx, act_now(s, id, "rework", &(CaseAction){ .note = S("未清完") }));
        leads_to(s, id, "joint");
        CHECK(unit(s, id, "chengguan")->arrived.set && !unit(s, id, "chengguan")->done.set);
        CHECK(!unit(s, id, "huanwei")->satisfaction && !unit(s, id, "huanwei")->rating_note.n);
        CHECK_STR(row_of(s, id)->holder_department, S("chengguan"));
        later(s, MS_HOUR);
        CHECK_OK(s->cx, case_load(s->cx, (CaseId){ id }, NULL, &c));
        CHECK_OK(s->cx, case_clock_view(s->cx, c, &clock));
        for (size_t i = 0; i < clock->holdings.n; i++) {
                sum += clock->holdings.v[i].held_ms;
                counted += clock->holdings.v[i].counted_ms;
        }
        CHECK_INT(sum, now_ms(s->cx) - row_of(s, id)->created_ms);
        CHECK_INT(counted, clock->elapsed_ms);
}

/* The department goes on under another code, in the list as in the catalogue. */
static Rc abolish_in(Cx *cx, const char *kind) {
        Str text, gone = S("\"huanwei\"");
        Buf b = BUF_IN(cx->arena);

        TRY(setting_get(cx, str_c(kind), str_c(kind), &text));
        for (size_t i = 0; i < text.n; i++) {
                bool here = str_eq(str_sub(text, i, gone.n), gone);

                if (here)
                        buf_c(&b, "\"shirong\"");
                else
                        buf_char(&b, text.p[i]);
                i += here ? gone.n - 1 : 0;
        }
        return setting_put(cx, str_c(kind), str_c(kind), buf_view(&b));
}

static Rc abolish_work(Cx *cx, void *arg) {
        (void)arg;
        TRY(abolish_in(cx, "departments"));
        TRY(abolish_in(cx, "catalogue"));
        return audit_note(cx, "test.departments", S("departments"), STR_NONE);
}

TEST(case_unit__the_centre_acts_for_a_unit_that_is_no_more) {
        Street *s = street_new();
        int64_t id, alone;
        CaseAction in = { .note = S("已撤销，由中心代办") };

        street_flows(s);
        id = at_work(s);
        alone = report(s, "垃圾堆放");
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, alone, "accept_dispatch", "huanwei"));
        CHECK_OK(s->cx, db_write(s->cx, abolish_work, NULL));
        setting_forget();
        CHECK_OK(s->cx, case_profile_reload(s->cx));
        CHECK_STR(unit(s, id, "huanwei")->name, S("huanwei")); /* still readable */
        CHECK_OK(s->cx, done(s, id, s->chengguan));
        CHECK_OK(s->cx, done(s, id, s->xiaofang));
        refused_with(s, P_CASE_ACTION_FORBIDDEN, "还未办结：huanwei",
                     (as(s, s->chengguan), act_now(s, id, "finish", &(CaseAction){ .note = S("完") })));
        *list_push(s->cx->arena, &in.photos) = (PhotoLink){ s->photo2, PHOTO_KIND_AFTER };
        as(s, s->street);
        CHECK(offered(s, id, "unit_done"));
        CHECK_OK(s->cx, act_now(s, id, "unit_done", &in));
        CHECK_STR(seen(s, id)->steps.v[8].unit, S("huanwei"));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, act_now(s, id, "finish", &(CaseAction){ .note = S("完") }));
        as(s, s->chengguan);
        CHECK_OK(s->cx, act_now(s, id, "finish", &(CaseAction){ .note = S("完") }));
        as(s, s->street); /* and for one that had a case alone */
        CHECK(offered(s, alone, "feedback"));
        CHECK_OK(s->cx, act_now(s, alone, "feedback", &in));
}

TEST(case_unit__a_new_dispatch_lets_the_units_go) {
        Street *s = street_new();
        TargetLink target = { .department = S("sifa") };
        CaseAction in = { .note = S("联合整治"), .form = S("{\"complexity\":\"ordinary\"}") };
        int64_t id = 0;

        street_flows(s);
        as(s, s->street);
        CHECK_OK(s->cx, open_as(s, "six-step-full", NULL, &id));
        CHECK_OK(s->cx, act_now(s, id, "accept", NULL));
        *list_push(s->cx->arena, &in.units) = (UnitLink){ S("huanwei"), { true, true } };
        *list_push(s->cx->arena, &in.units) = (UnitLink){ S("chengguan"), { false, false } };
        CHECK_OK(s->cx, act_now(s, id, "joint_dispatch", &in));
        leads_to(s, id, "joint");
        CHECK_OK(s->cx, call(s, id, "rejoint", "huanwei* xiaofang"));
        CHECK(!unit(s, id, "chengguan") && unit(s, id, "xiaofang"));
        as(s, s->huanwei);
        CHECK_OK(s->cx, act_now(s, id, "joint_return", &(CaseAction){ .note = S("不归我们"), .reason = S("outside-duty") }));
        CHECK_INT(row_of(s, id)->returned, 1);
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "dispatch", &(CaseAction){ .target = &target, .note = S("改派") }));
        CHECK_INT(row_of(s, id)->units, 0);
        CHECK_INT(seen(s, id)->units.n, 0);
        as(s, s->xiaofang);
        CHECK(!is_mine(s, id));
}
