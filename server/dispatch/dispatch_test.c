/* Rules of dispatch: when a rule fits, what is said of those that do not, and that a list has one order. */
#include "dispatch/dispatch_int.h"
#include "case/test_case.h"
#include "core/audit/audit.h"
#include "db/db.h"

static int64_t at(int month, int day, int hour, int minute) {
        return day_start_ms(day_of_date((Date){ 2026, (int8_t)month, (int8_t)day })) + hour * MS_HOUR + minute * MS_MINUTE;
}

/* ---- fitting ---- */

static uint32_t misses_at(const Rule *r, int weekday, int minute) {
        DayNo monday = day_of_date((Date){ 2026, 11, 16 });
        Matter m = { .category = S("06010"),
                     .class = S("city"),
                     .place = S(GRID1),
                     .day = monday + weekday - 1,
                     .minute = minute,
                     .workday = weekday < 6,
                     .workday_before = weekday > 1 && weekday < 7 };

        return rule_misses(r, &m);
}

#define BIT(m) (1u << DISPATCH_MISS_##m)

TEST(dispatch__a_rule_fits_by_category_or_class_and_place_prefix) {
        Rule any = { .centre = S("530103003"), .days = DISPATCH_DAYS_ANY };
        Rule r = any;

        CHECK_INT(misses_at(&r, 1, 600), 0);
        r.category = S("06010");
        CHECK_INT(misses_at(&r, 1, 600), 0);
        r.category = S("city");
        CHECK_INT(misses_at(&r, 1, 600), 0);
        r.category = S("06013");
        CHECK_INT(misses_at(&r, 1, 600), BIT(CATEGORY));
        r = any;
        r.place = S("530103003001");
        CHECK_INT(misses_at(&r, 1, 600), 0);
        r.place = S("530103003002");
        CHECK_INT(misses_at(&r, 1, 600), BIT(PLACE));
        r.category = S("06013");
        CHECK_INT(misses_at(&r, 1, 600), BIT(PLACE) | BIT(CATEGORY));
}

TEST(dispatch__hours_have_a_first_minute_and_no_last_one) {
        Rule r = { .centre = S("53"), .days = DISPATCH_DAYS_ANY, .from_minute = SOME_INT(510), .to_minute = SOME_INT(1050) };

        CHECK_INT(misses_at(&r, 1, 509), BIT(HOURS));
        CHECK_INT(misses_at(&r, 1, 510), 0);
        CHECK_INT(misses_at(&r, 1, 1049), 0);
        CHECK_INT(misses_at(&r, 1, 1050), BIT(HOURS));
        r.to_minute = (OptInt){ 0 };
        CHECK_INT(misses_at(&r, 1, 1439), 0);
}

TEST(dispatch__a_night_belongs_to_the_day_it_began_on) {
        Rule r = { .centre = S("53"), .days = DISPATCH_DAYS_LISTED, .weekdays = 1u << 4, /* Friday */
                   .from_minute = SOME_INT(22 * 60), .to_minute = SOME_INT(6 * 60) };

        CHECK_INT(misses_at(&r, 5, 21 * 60), BIT(HOURS));
        CHECK_INT(misses_at(&r, 5, 22 * 60), 0);
        CHECK_INT(misses_at(&r, 6, 60), 0);           /* Saturday 01:00: Friday's night */
        CHECK_INT(misses_at(&r, 5, 60), BIT(DAYS));   /* Friday 01:00: Thursday's */
        CHECK_INT(misses_at(&r, 6, 23 * 60), BIT(DAYS));
        r.days = DISPATCH_DAYS_WORKING;
        CHECK_INT(misses_at(&r, 6, 60), 0);
        CHECK_INT(misses_at(&r, 7, 60), BIT(DAYS));
        r.days = DISPATCH_DAYS_OFF;
        CHECK_INT(misses_at(&r, 1, 60), 0);           /* Monday 01:00: Sunday's night */
}

TEST(dispatch__a_rule_is_in_force_on_its_first_and_last_day) {
        DayNo day = day_of_date((Date){ 2026, 11, 18 });
        Rule r = { .centre = S("53"), .days = DISPATCH_DAYS_ANY, .active_from = SOME_INT(day), .active_to = SOME_INT(day) };

        CHECK_INT(misses_at(&r, 2, 600), BIT(NOT_YET));
        CHECK_INT(misses_at(&r, 3, 600), 0);
        CHECK_INT(misses_at(&r, 4, 600), BIT(ENDED));
}

/* ---- lists ---- */

typedef struct Adding {
        DispatchTerms terms;
        DispatchRuleView *made;
} Adding;

static Rc add_work(Cx *cx, void *arg) {
        Adding *a = arg;

        return dispatch_rule_add(cx, &(DispatchRuleCreate){ .terms = &a->terms }, &a->made);
}

static DispatchRuleView *add(Street *s, DispatchTerms terms) {
        Adding a = { .terms = terms };

        if (!a.terms.days)
                a.terms.days = DISPATCH_DAYS_ANY;
        return db_write(s->cx, add_work, &a) == OK ? a.made : NULL;
}

static Street *office(void) {
        Street *s = street_new();

        dispatch_init();
        as(s, s->street);
        return s;
}

typedef struct Ordering {
        DispatchOrder order;
        DispatchRules *ret;
} Ordering;

static Rc order_work(Cx *cx, void *arg) {
        Ordering *o = arg;

        return dispatch_reorder(cx, &o->order, &o->ret);
}

static Rc order(Street *s, int64_t version, int64_t a, int64_t b, int64_t c, DispatchRules **ret) {
        Ordering o = { .order = { .centre = S("530103003"), .version = version } };

        *list_push(s->cx->arena, &o.order.rules) = a;
        *list_push(s->cx->arena, &o.order.rules) = b;
        *list_push(s->cx->arena, &o.order.rules) = c;
        TRY(db_write(s->cx, order_work, &o));
        *ret = o.ret;
        return OK;
}

static Rc drop_work(Cx *cx, void *arg) {
        const DispatchRuleView *v = arg;

        return dispatch_rule_drop(cx, v->id, v->version);
}

TEST(dispatch__a_list_has_one_order_without_gaps) {
        Street *s = office();
        DispatchRuleView *a = add(s, (DispatchTerms){ .department = S("huanwei") });
        DispatchRuleView *b = add(s, (DispatchTerms){ .department = S("chengguan"), .category = S("city") });
        DispatchRuleView *c = add(s, (DispatchTerms){ .account = SOME_INT(s->member1->account.n), .place = S(GRID1) });
        DispatchRules *list;
        VerifyReport report;

        CHECK(a && b && c);
        CHECK_INT(c->position, 3);
        CHECK_OK(s->cx, dispatch_rules_view(s->cx, STR_NONE, &list));
        CHECK_INT(list->version, 3);
        CHECK(list->may_edit);
        CHECK_FAILS(s->cx, P_VERSION_STALE, order(s, 2, a->id, b->id, c->id, &list));
        CHECK_FAILS(s->cx, P_INPUT_INVALID, order(s, 3, a->id, b->id, a->id, &list));
        CHECK_OK(s->cx, order(s, 3, c->id, a->id, b->id, &list));
        CHECK_INT(list->items.v[0].id, c->id);
        CHECK_INT(list->items.v[2].id, b->id);
        CHECK_INT(list->items.v[2].position, 3);
        CHECK_OK(s->cx, db_write(s->cx, drop_work, c));
        CHECK_OK(s->cx, dispatch_rules_view(s->cx, STR_NONE, &list));
        CHECK_INT(list->items.n, 2);
        CHECK_INT(list->items.v[0].position, 1);
        CHECK_STR(list->items.v[0].target_name, S("环卫所"));
        CHECK_OK(s->cx, audit_verify(s->cx, &report));
        for (size_t i = 0; i < report.n; i++)
                CHECK(!str_contains(report.v[i].where, S("dispatch")));
}

TEST(dispatch__a_list_is_written_by_its_centre_alone_and_read_below_it) {
        Street *s = office();
        DispatchRules *list;
        DispatchRuleView *a = add(s, (DispatchTerms){ .department = S("huanwei") });

        CHECK(a != NULL);
        as(s, s->stranger);
        CHECK_FAILS(s->cx, P_NOT_FOUND, dispatch_rules_view(s->cx, S("530103003"), &list));
        CHECK_FAILS(s->cx, P_NOT_FOUND, db_write(s->cx, drop_work, a));
        as(s, s->leader);
        CHECK_OK(s->cx, dispatch_rules_view(s->cx, STR_NONE, &list));
        CHECK_INT(list->items.n, 1);
        CHECK(!list->may_edit);
        as(s, s->centre); /* the county covers the township */
        CHECK_OK(s->cx, dispatch_rules_view(s->cx, S("530103003"), &list));
        CHECK(list->may_edit);
        CHECK(add(s, (DispatchTerms){ .department = S("chengguan") }) != NULL); /* in the county's own list */
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_rules_view(s->cx, STR_NONE, &list));
        CHECK_INT(list->items.n, 1);
        CHECK_INT(list->above.n, 1);
        CHECK_STR(list->above.v[0].centre, S("530103"));
}

TEST(dispatch__terms_are_checked_all_at_once) {
        Street *s = office();
        Adding a = { .terms = { .days = DISPATCH_DAYS_LISTED, .from_minute = SOME_INT(60), .to_minute = SOME_INT(60),
                                .active_from = S("2026-12-02"), .active_to = S("2026-12-01"), .place = S("530103"),
                                .department = S("huanwei"), .account = SOME_INT(1) } };

        CHECK_FAILS(s->cx, P_INPUT_INVALID, db_write(s->cx, add_work, &a));
        s->cx->problem = (Problem){ 0 };
        a.terms = (DispatchTerms){ .days = DISPATCH_DAYS_ANY, .account = SOME_INT(s->inspector->account.n) };
        CHECK_FAILS(s->cx, P_CASE_TARGET_UNKNOWN, db_write(s->cx, add_work, &a));
        a.terms = (DispatchTerms){ .days = DISPATCH_DAYS_ANY };
        CHECK_FAILS(s->cx, P_CASE_TARGET_NEEDED, db_write(s->cx, add_work, &a));
        a.terms = (DispatchTerms){ .days = DISPATCH_DAYS_ANY, .department = S("nobody") };
        CHECK_FAILS(s->cx, P_CASE_TARGET_UNKNOWN, db_write(s->cx, add_work, &a));
        a.terms = (DispatchTerms){ .days = DISPATCH_DAYS_ANY, .department = S("huanwei"), .category = S("99999") };
        CHECK_FAILS(s->cx, P_CASE_CATEGORY_UNKNOWN, db_write(s->cx, add_work, &a));
        a.terms = (DispatchTerms){ .days = DISPATCH_DAYS_ANY, .department = S("huanwei"), .place = S("110101") };
        CHECK_FAILS(s->cx, P_PLACE_UNKNOWN, db_write(s->cx, add_work, &a));
}

/* ---- advice ---- */

static DispatchAdvice *try_at(Street *s, const char *category, Str place, int64_t when) {
        DispatchAdvice *a = NULL;
        DispatchTrial in = { .category = str_c(category), .place = place, .at = SOME_INT(when) };

        return dispatch_trial(s->cx, &in, &a) == OK ? a : NULL;
}

TEST(dispatch__the_first_rule_that_fits_is_first_and_the_catalogue_last) {
        Street *s = office();
        DispatchAdvice *a;

        CHECK(add(s, (DispatchTerms){ .department = S("chengguan"), .category = S("06013") }));
        CHECK(add(s, (DispatchTerms){ .account = SOME_INT(s->member1->account.n), .category = S("06010"),
                                      .days = DISPATCH_DAYS_WORKING, .from_minute = SOME_INT(480), .to_minute = SOME_INT(1080) }));
        CHECK(add(s, (DispatchTerms){ .department = S("zonghe") }));
        a = try_at(s, "06010", S(GRID1), at(11, 16, 10, 0));
        CHECK(a != NULL);
        CHECK_INT(a->rules.n, 4);
        CHECK_INT(a->rules.v[0].misses.v[0], DISPATCH_MISS_CATEGORY);
        CHECK_STR(a->rules.v[0].why, S("规则只针对类别“道路破损”"));
        CHECK(a->rules.v[1].first);
        CHECK_STR(a->rules.v[1].why, S("类别是“暴露垃圾”；时间在“工作日 08:00–18:00”内"));
        CHECK(a->rules.v[2].matched && !a->rules.v[2].first);
        CHECK(!a->rules.v[3].rule.set);
        CHECK_INT(a->targets.n, 3);
        CHECK_STR(a->targets.v[0].name, S("王丽"));
        CHECK_STR(a->targets.v[2].department, S("huanwei"));
        CHECK_STR(a->day, S("周一，工作日"));
        CHECK(!a->provisional);
        a = try_at(s, "06010", S(GRID1), at(11, 16, 20, 0)); /* after hours */
        CHECK_STR(a->targets.v[0].department, S("zonghe"));
        CHECK_STR(a->rules.v[1].why, S("规则为“工作日 08:00–18:00”，时间是 20:00"));
        a = try_at(s, "06010", S(GRID1), at(10, 1, 10, 0)); /* National Day, a Thursday */
        CHECK_STR(a->day, S("周四，休息日"));
        CHECK_INT(a->rules.v[1].misses.v[0], DISPATCH_MISS_DAYS);
        s->cx->lang = LANG_EN;
        a = try_at(s, "06010", S(GRID1), at(11, 16, 20, 0));
        CHECK_STR(a->rules.v[1].why, S("it is for “Working days 08:00–18:00”, the time is 20:00"));
        a = try_at(s, "06010", S("530103003"), day_start_ms(day_of_date((Date){ 2032, 1, 1 }))); /* nothing of that year is known */
        CHECK(a->provisional);
}

TEST(dispatch__a_case_is_told_who_is_near_and_what_they_have_in_hand) {
        Street *s = office();
        DispatchAdvice *a = NULL;
        TargetLink member = { .account = SOME_INT(s->member1->account.n) };
        int64_t first, second;

        CHECK(add(s, (DispatchTerms){ .account = SOME_INT(s->member1->account.n) }));
        as(s, s->member2);
        first = report(s, "垃圾堆放");
        second = report(s, "又一处垃圾");
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, first, "accept_dispatch", &(CaseAction){ .target = &member, .note = S("请处理") }));
        CHECK_OK(s->cx, dispatch_case_advice(s->cx, second, &a));
        CHECK_INT(a->members.n, 3); /* two grids of the community and its leader */
        CHECK_INT(a->members.v[0].account, s->member1->account.n);
        CHECK(a->members.v[0].own_grid);
        CHECK_INT(a->members.v[0].open_cases, 1);
        CHECK(a->members.v[0].distance_m.set && a->members.v[0].distance_m.n < 400);
        CHECK_INT(a->members.v[1].account, s->member2->account.n);
        CHECK(a->members.v[1].distance_m.n > a->members.v[0].distance_m.n);
        CHECK(!a->members.v[2].distance_m.set); /* a leader has no grid to measure from */
        CHECK_INT(a->targets.v[0].open_cases, 1);
        CHECK_STR(a->targets.v[0].distance_from, S("所在网格的中心点"));
        as(s, s->stranger);
        CHECK_FAILS(s->cx, P_NOT_FOUND, dispatch_case_advice(s->cx, second, &a));
        as(s, s->leader); /* some flows let leaders dispatch: on their own ground */
        CHECK_OK(s->cx, dispatch_case_advice(s->cx, second, &a));
        CHECK_INT(a->members.n, 3);
        CHECK(a->rules.v[0].matched);
        to_archive(s, second);
        as(s, s->street);
        CHECK_FAILS(s->cx, P_DISPATCH_CASE_CLOSED, dispatch_case_advice(s->cx, second, &a));
}
