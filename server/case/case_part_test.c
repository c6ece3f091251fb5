/* Parts of cases: a campaign of thirty places, what follows from a matter, how deep and how many; an order down the levels. */
#include "case/test_case.h"

#define PLAN "{\"theme\":\"ebike\",\"until\":\"2026-12-01\",\"method\":\"逐栋查看\"}"
#define ORDER "{\"order\":\"assignment\",\"issuer\":\"city\",\"urgency\":\"normal\",\"requirement\":\"逐户排查\"}"
#define DONE "{\"result\":\"done\",\"measures\":\"已逐户排查\"}"

static const CaseView *seen(Street *s, int64_t id) {
        CaseView *v = NULL;

        must(s, case_view(s->cx, (CaseId){ id }, &v));
        return v;
}

static void add(Street *s, CaseAction *in, PartLink part) {
        if (!part.text.p)
                part.text = S("逐栋检查充电");
        *list_push(s->cx->arena, &in->children) = part;
}

static int64_t planned(Street *s, const Actor *who) {
        int64_t id = 0;

        as(s, who);
        must(s, open_as(s, "campaign", PLAN, &id));
        return id;
}

/* Ten places in each of the three grids. */
static int64_t launched(Street *s) {
        static const char *const grids[] = { GRID1, GRID2, GRID3 };
        int64_t id = planned(s, s->centre);
        CaseAction in = { 0 };

        for (int i = 0; i < 30; i++)
                add(s, &in, (PartLink){ .place = str_c(grids[i % 3]) });
        must(s, act_now(s, id, "launch", &in));
        return id;
}

static CaseRowList parts_of(Street *s, int64_t id) {
        CaseRowList rows = { 0 };

        must(s, case_store_parts(s->cx, id, 200, &rows));
        return rows;
}

static Rc check_place(Street *s, const CaseRow *part, const char *form) {
        CaseAction in = { .form = str_c(form) };

        as(s, str_eq(part->place, S(GRID1)) ? s->member1 : str_eq(part->place, S(GRID2)) ? s->member2 : s->member3);
        *list_push(s->cx->arena, &in.photos) = (PhotoLink){ s->photo1, PHOTO_KIND_CHECK };
        return act_now(s, part->id, "check", &in);
}

TEST(case_part__a_campaign_of_thirty_places_is_followed_to_its_end) {
        Street *s = street_new();
        CaseQuery of = { .limit = SOME_INT(100) };
        const CaseView *v;
        CaseRowList parts;
        CasePage *page;
        int64_t id;

        street_flows(s);
        id = launched(s);
        v = seen(s, id);
        CHECK_INT(v->children.n, 30);
        CHECK_INT(v->parts->total, 30);
        CHECK_INT(v->parts->places.n, 2); /* two communities */
        CHECK_STR(v->parts->places.v[0].name, S("小龙路社区"));
        CHECK_INT(v->parts->places.v[0].total, 20);
        CHECK_STR(v->children.v[0].state_name, S("待检查"));
        CHECK(!v->steps.v[1].ref.set); /* which thirty is in the step, and in its hash */
        of.part_of = SOME_INT(id);
        CHECK_OK(s->cx, case_list(s->cx, &of, &page));
        CHECK_INT(page->total, 30);
        CHECK(page->items.v[0].part && page->items.v[0].channel == CASE_CHANNEL_ORDER);
        parts = parts_of(s, id);
        as(s, s->member1); /* each has those of the own grid */
        CHECK_OK(s->cx, case_list(s->cx, &of, &page));
        CHECK_INT(page->total, 10);
        CHECK(is_mine(s, parts.v[0].id));
        CHECK_INT(seen(s, parts.v[0].id)->parent->id, id);
        as(s, s->centre);
        CHECK_STR(offered(s, id, "finish")->unmet, S("还有 30 件子件未办结"));
        for (size_t i = 0; i < parts.n; i++)
                CHECK_OK(s->cx, check_place(s, &parts.v[i], i ? "{\"result\":\"fine\"}" : "{\"result\":\"hazard\",\"found\":\"飞线充电\"}"));
        as(s, s->centre);
        v = seen(s, id);
        CHECK_INT(v->parts->closed, 29);
        CHECK_INT(v->parts->open, 1);
        CHECK(!v->children.v[0].final && v->children.v[1].final); /* what is open comes first */
        CHECK_STR(offered(s, id, "finish")->unmet, S("还有 1 件子件未办结"));
        CHECK_FAILS(s->cx, P_CASE_ACTION_FORBIDDEN, act_form(s, id, "finish", NULL, "{}"));
        later(s, (int64_t)30 * MS_DAY);
        CHECK_INT(seen(s, id)->parts->late, 1);
}

TEST(case_part__the_screens_of_the_whole_hear_of_a_parts_end) {
        Street *s = street_new();
        CaseRowList parts;
        CaseAction in = { 0 };
        int64_t id;

        street_flows(s);
        id = planned(s, s->street);
        add(s, &in, (PartLink){ .place = S(GRID1) });
        CHECK_OK(s->cx, act_now(s, id, "launch", &in));
        parts = parts_of(s, id);
        CHECK_INT(seen(s, id)->steps.v[1].ref.n, parts.v[0].id);
        CHECK(!seen(s, id)->children.v[0].final); /* now in memory */
        CHECK_OK(s->cx, check_place(s, &parts.v[0], "{\"result\":\"fine\"}"));
        as(s, s->street);
        CHECK(seen(s, id)->children.v[0].final);
        CHECK(!offered(s, id, "finish")->unmet.n);
}

TEST(case_part__what_came_is_checked_whole_before_anything_is_opened) {
        Street *s = street_new();
        CaseAction in = { 0 }, none = { 0 }, far = { 0 };
        int64_t id;

        street_flows(s);
        id = planned(s, s->street);
        wrong_at(s, act_now(s, id, "launch", &none), "/children");
        add(s, &in, (PartLink){ .place = S(GRID1) });
        add(s, &in, (PartLink){ .category = S("none") });
        add(s, &in, (PartLink){ .text = S("  ") });
        add(s, &in, (PartLink){ .building = S("no-such") });
        add(s, &in, (PartLink){ .place = S("530103003002") });
        add(s, &in, (PartLink){ .lon = SOME_INT(1027320000) });
        add(s, &in, (PartLink){ .lon = SOME_INT(1127320000), .lat = SOME_INT(250320000) });
        add(s, &in, (PartLink){ .department = S("huanwei") });
        add(s, &in, (PartLink){ .department = S("nobody") });
        add(s, &in, (PartLink){ .place = S(GRID3), .lon = SOME_INT(1027320000), .lat = SOME_INT(250320000) });
        wrong_at(s, act_now(s, id, "launch", &in),
                 "/children/1/category /children/2/text /children/3/building /children/4/place /children/5/lon "
                 "/children/6/lon /children/7/department /children/8/department /children/9/place");
        CHECK_INT(parts_of(s, id).n, 0);
        CHECK_INT(row_of(s, id)->version, 1);
        wrong_at(s, act_now(s, id, "call_off", &(CaseAction){ .note = S("取消"), .children = in.children }), "/children");
        id = 0;
        as(s, s->member1); /* whoever leads one grid opens no parts in another */
        CHECK_OK(s->cx, open_as(s, "on-the-spot", NULL, &id));
        add(s, &far, (PartLink){ .place = S(GRID3) });
        far.note = S("转办");
        wrong_at(s, act_now(s, id, "pass_on", &far), "/children/0/place");
        far.children.v[0].place = STR_NONE;
        add(s, &far, (PartLink){ 0 });
        wrong_at(s, act_now(s, id, "pass_on", &far), "/children"); /* one only */
        far.children.n = 1;
        CHECK_OK(s->cx, act_now(s, id, "pass_on", &far));
        CHECK_STR(parts_of(s, id).v[0].place, S(GRID1));
        CHECK_STR(parts_of(s, id).v[0].flow, S("five-step"));
}

TEST(case_part__a_part_may_go_to_its_department_at_once) {
        Street *s = street_new();
        CaseAction in = { .note = S("分成两件") };
        CaseRowList parts;
        int64_t id = 0;

        street_flows(s);
        as(s, s->street);
        CHECK_OK(s->cx, open_as(s, "six-step-full", NULL, &id));
        CHECK_OK(s->cx, act_now(s, id, "accept", NULL));
        in.form = offered(s, id, "split")->form->schema.n ? S("{\"complexity\":\"ordinary\"}") : STR_NONE;
        CHECK_STR(offered(s, id, "split")->form->child, S("六步闭环（协同、委托、并案）"));
        CHECK(offered(s, id, "split")->form->child_many);
        add(s, &in, (PartLink){ .department = S("huanwei") });
        add(s, &in, (PartLink){ .category = S("06010") });
        CHECK_OK(s->cx, act_now(s, id, "split", &in));
        parts = parts_of(s, id);
        CHECK_INT(parts.n, 2);
        as(s, s->huanwei);
        for (size_t i = 0; i < parts.n; i++)
                if (parts.v[i].target_department.n)
                        CHECK(is_mine(s, parts.v[i].id) && str_eq(parts.v[i].target_department, S("huanwei")));
        CHECK_INT(parts.v[0].target_department.n + parts.v[1].target_department.n, 7);
        CHECK_FAILS(s->cx, P_NOT_FOUND, case_view(s->cx, (CaseId){ id }, &(CaseView *){ NULL })); /* the whole is not theirs */
}

TEST(case_part__a_circle_of_flows_ends) {
        Street *s = street_new();
        CaseAction in = { .note = S("再分") };
        int64_t id = 0;

        street_flows(s);
        as(s, s->street);
        CHECK_OK(s->cx, open_as(s, "six-step-full", NULL, &id));
        add(s, &in, (PartLink){ 0 });
        for (int depth = 1; depth < 4; depth++) {
                CHECK_OK(s->cx, act_now(s, id, "accept", NULL));
                CHECK_OK(s->cx, act_now(s, id, "split", &in));
                id = parts_of(s, id).v[0].id;
        }
        CHECK_OK(s->cx, act_now(s, id, "accept", NULL));
        CHECK_STR(offered(s, id, "split")->unmet, S("子件最多 4 级，此件不能再分"));
        CHECK_FAILS(s->cx, P_CASE_ACTION_FORBIDDEN, act_now(s, id, "split", &in));
        CHECK_INT(parts_of(s, id).n, 0);
}

typedef struct Crowd {
        CaseRow row;
        int n;
} Crowd;

static Rc crowd_work(Cx *cx, void *arg) {
        const Crowd *c = arg;
        CaseRow *added;

        for (int i = 0; i < c->n; i++)
                TRY(case_store_add(cx, &c->row, &added));
        return audit_note(cx, "test.crowd", S("crowd"), STR_NONE);
}

TEST(case_part__a_thousand_are_enough) {
        Street *s = street_new();
        CaseAction in = { 0 };
        Crowd crowd = { .n = 998 };
        int64_t id;

        street_flows(s);
        id = planned(s, s->street);
        add(s, &in, (PartLink){ .place = S(GRID1) });
        CHECK_OK(s->cx, act_now(s, id, "launch", &in));
        crowd.row = parts_of(s, id).v[0];
        CHECK_OK(s->cx, db_write(s->cx, crowd_work, &crowd));
        add(s, &in, (PartLink){ .place = S(GRID1) });
        CHECK_FAILS(s->cx, P_CASE_ACTION_FORBIDDEN, act_now(s, id, "add_places", &in)); /* one more than there is room for */
        in.children.n = 1;
        CHECK_OK(s->cx, act_now(s, id, "add_places", &in));
        CHECK_STR(offered(s, id, "add_places")->unmet, S("子件已达 1000 件上限"));
        CHECK_INT(seen(s, id)->parts->total, 1000);
        CHECK_INT(seen(s, id)->children.n, 200);
}

TEST(case_part__an_order_goes_from_the_city_to_the_member_and_back) {
        Street *s = street_new();
        CaseAction report = { .note = S("已排查"), .form = S(DONE) };
        int64_t id = 0, other = 0;

        street_flows(s);
        as(s, s->member1);
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, open_as(s, "assignment", ORDER, &id));
        as(s, s->stranger); /* a township, but another one */
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, open_as(s, "assignment", ORDER, &id));
        as(s, s->city);
        wrong_at(s, open_as(s, "assignment", NULL, &id), "/form");
        CHECK_OK(s->cx, open_as(s, "assignment", ORDER, &id));
        CHECK(is_mine(s, id));
        as(s, s->centre); /* a county does not speak for the city */
        wrong_at(s, open_as(s, "assignment", ORDER, &other), "/form/issuer");
        as(s, s->city);
        CHECK_OK(s->cx, act_form(s, id, "issue", NULL, "{\"addressee\":\"county\"}"));
        leads_to(s, id, "county");
        CHECK(row_of(s, id)->due_ms.set);
        as(s, s->centre);
        CHECK(is_mine(s, id));
        CHECK_OK(s->cx, act_now(s, id, "county_pass", NULL));
        as(s, s->street);
        CHECK(is_mine(s, id));
        CHECK_OK(s->cx, act_now(s, id, "township_pass", NULL));
        as(s, s->member2);
        CHECK_FAILS(s->cx, P_NOT_FOUND, act_now(s, id, "member_feedback", NULL));
        as(s, s->member1);
        CHECK(is_mine(s, id));
        *list_push(s->cx->arena, &report.photos) = (PhotoLink){ .sha256 = s->photo1 };
        CHECK_OK(s->cx, act_now(s, id, "member_feedback", &report));
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, id, "township_pass_up", NULL));
        as(s, s->centre);
        CHECK_OK(s->cx, act_now(s, id, "county_pass_up", NULL));
        as(s, s->city);
        CHECK(is_mine(s, id));
        CHECK_OK(s->cx, act_now(s, id, "city_close", NULL));
        leads_to(s, id, "closed");
}
