/* A calendar that comes late: what was stored by a guess is derived anew, once, and nothing else of a case is touched. */
#include "case/test_case.h"
#include "core/setting/setting.h"

static Rc calendar_put(Cx *cx, void *arg) {
        const Str *tsv = arg;

        TRY(clock_calendar_put(cx, *tsv, NULL));
        return audit_note(cx, "calendar.imported", S("calendar/CN"), STR_NONE);
}

static void year_2027(Cx *cx) {
        Str year = S("2027-01-01\toff\t元旦\n2027-01-04\toff\t元旦\n2027-10-01\toff\t国庆节\n");

        CHECK_OK(cx, db_write(cx, calendar_put, &year));
}

static int64_t midnight(int16_t year, int8_t month, int8_t day) {
        return day_start_ms(day_of_date((Date){ year, month, day }));
}

static int64_t dispatched(Street *s, const char *text) {
        int64_t id;

        as(s, s->member1);
        id = report(s, text);
        as(s, s->street);
        return dispatch_to(s, id, "accept_dispatch", "chengguan") == OK ? id : 0; /* one working day */
}

static bool late_holds(Street *s, int64_t id) {
        CasePage *page;
        bool found = false;

        if (case_list(s->cx, &(CaseQuery){ .late = { true, true } }, &page) != OK)
                return false;
        for (size_t i = 0; i < page->items.n; i++)
                found = found || page->items.v[i].id == id;
        return found;
}

TEST(case__deadlines_follow_a_calendar_that_comes_late) {
        Street *s = street_new();
        Cx *cx = s->cx;
        int64_t id, done, early, version;
        VerifyReport verified = { 0 };
        CaseRecomputed first, again;
        CaseStaleList stale;
        CaseStepRowList steps;
        size_t n;

        early = dispatched(s, "十一月的报告"); /* due in November: no calendar changes that */
        cx->now_ms = midnight(2026, 12, 31) + 9 * MS_HOUR; /* a Thursday */
        id = dispatched(s, "年末的报告");
        as(s, s->member1);
        done = report(s, "已办结");
        to_archive(s, done);
        CHECK_INT(row_of(s, id)->due_ms.n, midnight(2027, 1, 2)); /* only weekends are known */
        version = row_of(s, id)->version;
        CHECK_OK(cx, case_store_steps(cx, id, &steps));
        n = steps.n;
        as(s, s->street);
        cx->now_ms = midnight(2027, 1, 3);
        CHECK(late_holds(s, id));
        year_2027(cx);
        CHECK_OK(cx, case_deadlines_check(cx, &stale));
        CHECK_INT(stale.n, 1);
        CHECK_INT(stale.v[0].id, id);
        CHECK_INT(stale.v[0].derived_ms.n, midnight(2027, 1, 6));
        CHECK_INT(row_of(s, id)->due_ms.n, midnight(2027, 1, 2)); /* a check changes nothing */
        CHECK_OK(cx, case_recompute(cx, &first));
        CHECK_INT(first.changed, 1);
        CHECK_INT(first.cases, 2); /* the archived one is final */
        CHECK_INT(first.edition, 2);
        CHECK_INT(row_of(s, id)->due_ms.n, midnight(2027, 1, 6));
        CHECK(!row_of(s, id)->overran && !late_holds(s, id) && late_holds(s, early));
        CHECK_INT(row_of(s, id)->version, version);
        CHECK_OK(cx, case_store_steps(cx, id, &steps));
        CHECK_INT(steps.n, n);
        CHECK_OK(cx, case_recompute(cx, &again));
        CHECK_INT(again.changed, 0);
        CHECK_OK(cx, case_deadlines_check(cx, &stale));
        CHECK_INT(stale.n, 0);
        cx->now_ms = midnight(2027, 1, 6) + 1;
        CHECK(late_holds(s, id));
        CHECK_OK(cx, audit_verify(cx, &verified));
        CHECK_INT(verified.n, 0);
}

TEST(case__an_interrupted_run_is_made_up_for_at_the_next_start) {
        Street *s = street_new();
        Cx *cx = s->cx;
        CaseStaleList stale;
        Str mark;
        int64_t id;

        CHECK_OK(cx, case_recompute_if_needed(cx)); /* the calendar they began with: nothing to do, nothing to remember */
        CHECK_FAILS(cx, P_NOT_FOUND, setting_get(cx, S("case"), S("recomputed"), &mark));
        cx->problem = (Problem){ 0 };
        cx->now_ms = midnight(2026, 12, 31) + 9 * MS_HOUR;
        id = dispatched(s, "年末的报告");
        year_2027(cx); /* and the import died here */
        setting_forget();
        CHECK_OK(cx, case_recompute_if_needed(cx));
        CHECK_INT(row_of(s, id)->due_ms.n, midnight(2027, 1, 6));
        setting_forget();
        CHECK_OK(cx, setting_get(cx, S("case"), S("recomputed"), &mark));
        CHECK_STR(mark, S("2"));
        CHECK_OK(cx, case_recompute_if_needed(cx));
        CHECK_OK(cx, case_deadlines_check(cx, &stale));
        CHECK_INT(stale.n, 0);
}

TEST(case__more_deadlines_than_fit_a_transaction_follow_too) {
        enum { MANY = 205 }; /* a batch is 200 */
        Street *s = street_new();
        Cx *cx = s->cx;
        CaseRecomputed done;
        int64_t last = 0;

        cx->now_ms = midnight(2026, 12, 31) + 9 * MS_HOUR;
        for (int i = 0; i < MANY; i++)
                last = dispatched(s, "年末的报告");
        year_2027(cx);
        CHECK_OK(cx, case_recompute(cx, &done));
        CHECK_INT(done.changed, MANY);
        CHECK_INT(done.cases, MANY);
        CHECK_INT(row_of(s, last)->due_ms.n, midnight(2027, 1, 6));
}
