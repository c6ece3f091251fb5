/* Working days against the vectors of the national calendar 2023–2026, deadlines with pauses, and years without data. */
#include "base/env.h"
#include "base/test.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/clock/clock.h"
#include "core/setting/setting.h"
#include "db/db.h"

static Calendar *china(Cx *cx) {
        Calendar *c = NULL;
        Str share, tsv;

        if (setting_share_dir(cx, &share) != OK ||
            !file_read(cx->arena, str_fmt(cx->arena, STR_FMT "/data/calendar/CN.tsv", STR_ARG(share)).p,
                       1 << 20, &tsv) ||
            calendar_parse(cx, tsv, &c) != OK)
                test_fail(__FILE__, __LINE__, "the shipped calendar cannot be read");
        return c;
}

static DayNo day(const char *text) {
        Date d = { 1970, 1, 1 };

        if (!date_parse(str_c(text), &d))
                test_fail(__FILE__, __LINE__, "%s is no date", text);
        return day_of_date(d);
}

TEST(clock__workdays_after_a_day_are_those_of_the_state_council) {
        static const struct {
                const char *start, *one, *three, *five;
        } vectors[] = {
                { "2023-01-20", "2023-01-28", "2023-01-30", "2023-02-01" },
                { "2023-04-28", "2023-05-04", "2023-05-06", "2023-05-09" },
                { "2023-09-28", "2023-10-07", "2023-10-09", "2023-10-11" },
                { "2024-02-08", "2024-02-09", "2024-02-19", "2024-02-21" },
                { "2024-02-09", "2024-02-18", "2024-02-20", "2024-02-22" },
                { "2024-09-30", "2024-10-08", "2024-10-10", "2024-10-12" },
                { "2025-01-26", "2025-01-27", "2025-02-06", "2025-02-08" },
                { "2025-09-30", "2025-10-09", "2025-10-11", "2025-10-14" },
                { "2026-01-01", "2026-01-04", "2026-01-06", "2026-01-08" },
                { "2026-02-13", "2026-02-14", "2026-02-25", "2026-02-27" },
                { "2026-04-30", "2026-05-06", "2026-05-08", "2026-05-11" },
                { "2026-09-24", "2026-09-28", "2026-09-30", "2026-10-09" },
                { "2026-09-30", "2026-10-08", "2026-10-10", "2026-10-13" },
                { "2026-11-20", "2026-11-23", "2026-11-25", "2026-11-27" },
        };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Calendar *c = china(cx);

        CHECK(c);
        for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
                const char *wanted[] = { vectors[i].one, vectors[i].three, vectors[i].five };

                for (int k = 0; k < 3; k++) {
                        DayNo got;

                        CHECK_OK(cx, calendar_add_workdays(cx, c, day(vectors[i].start), 1 + 2 * k, &got));
                        CHECK_STR(date_str(cx->arena, date_of_day(got)), str_c(wanted[k]));
                }
        }
}

TEST(clock__a_year_has_as_many_working_days_as_published) {
        static const int wanted[] = { 249, 251, 248, 248 };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Calendar *c = china(cx);

        CHECK(c);
        CHECK_INT(c->year_count, 4);
        for (int16_t year = 2023; year <= 2026; year++) {
                DayNo last = day_of_date((Date){ year, 12, 31 });
                int count = 0;

                for (DayNo d = day_of_date((Date){ year, 1, 1 }); d <= last; d++) {
                        bool work;

                        CHECK_OK(cx, calendar_is_workday(cx, c, d, &work, NULL));
                        count += work;
                }
                CHECK_INT(count, wanted[year - 2023]);
        }
}

TEST(clock__a_year_without_data_is_refused_and_named) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Calendar *c = china(cx);
        Deadline d;
        DayNo got;

        CHECK(c);
        CHECK_OK(cx, calendar_add_workdays(cx, c, day("2026-12-30"), 1, &got));
        CHECK(calendar_add_workdays(cx, c, day("2026-12-30"), 2, &got) == E_CONFLICT);
        CHECK_INT(cx->problem.code, P_CALENDAR_YEAR_MISSING);
        CHECK(str_contains(cx->problem.detail_zh, S("2027 年")));
        CHECK(str_contains(cx->problem.detail, S("2027")));
        CHECK_FAILS(cx, P_CALENDAR_YEAR_MISSING,
                    clock_deadline(cx, c, day_start_ms(day("2022-12-30")), 1, &d));
        CHECK_FAILS(cx, P_CALENDAR_YEAR_MISSING,
                    clock_deadline(cx, c, day_start_ms(day("2026-12-28")), 5, &d));
}

TEST(clock__single_days_of_the_next_year_do_not_make_that_year_known) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Calendar *c;
        bool work;

        CHECK_OK(cx,
                 calendar_parse(
                         cx,
                         S("# source\ndate\tkind\tname\n2026-10-01\toff\t国庆节\n2027-01-01\toff\t元旦\n"),
                         &c));
        CHECK_INT(c->year_count, 1);
        CHECK_FAILS(cx, P_CALENDAR_YEAR_MISSING, calendar_is_workday(cx, c, day("2027-01-01"), &work, NULL));
}

TEST(clock__a_deadline_is_derived_day_by_day) {
        static const struct {
                const char *date, *why;
                int number;
        } wanted[] = { { "2026-09-24", "起始日，不计入", 0 }, { "2026-09-25", "中秋", 0 },
                       { "2026-09-26", "中秋", 0 },           { "2026-09-27", "中秋", 0 },
                       { "2026-09-28", "工作日", 1 },         { "2026-09-29", "工作日", 2 },
                       { "2026-09-30", "工作日", 3 } };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Calendar *c = china(cx);
        Deadline d;

        CHECK(c);
        CHECK_OK(cx, clock_deadline(cx, c, day_start_ms(day("2026-09-24")) + 17 * MS_HOUR, 3, &d));
        CHECK_INT(d.n, ARRAY_LEN(wanted));
        for (size_t i = 0; i < d.n; i++) {
                CHECK_INT(d.days[i].day, day(wanted[i].date));
                CHECK_STR(d.days[i].why, str_c(wanted[i].why));
                CHECK_INT(d.days[i].number, wanted[i].number);
                CHECK(d.days[i].counted == (wanted[i].number > 0));
        }
        CHECK_STR(time_rfc3339(cx->arena, d.due_ms), S("2026-10-01T00:00:00+08:00"));
        cx->lang = LANG_EN;
        CHECK_OK(cx, clock_deadline(cx, c, day_start_ms(day("2026-10-09")), 1, &d));
        CHECK_STR(d.days[1].why, S("working day (made up for National Day)"));
}

TEST(clock__days_on_which_the_clock_stood_still_do_not_count) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Calendar *c = china(cx);
        int64_t monday = day_start_ms(day("2026-11-16")) + 9 * MS_HOUR;
        ClockPause pause = { monday + MS_DAY,
                             monday + 3 * MS_DAY }; /* handed in on Tuesday, sent back on Thursday */
        ClockPause short_pause = { monday + MS_DAY, monday + MS_DAY + MS_HOUR };
        Deadline d;

        CHECK(c);
        CHECK_OK(cx, clock_deadline_paused(cx, c, monday, 3, &pause, 1, &d));
        CHECK_INT(d.due_ms, day_start_ms(day("2026-11-24"))); /* Tue 1, Fri 2, Mon 3 */
        CHECK_OK(cx, clock_deadline_paused(cx, c, monday, 3, &short_pause, 1, &d));
        CHECK_INT(d.due_ms, day_start_ms(day("2026-11-20")));
}

TEST(clock__a_malformed_calendar_is_refused_with_its_line) {
        static const char *bad[] = { "2026-02-30\toff\t元旦\n",
                                     "2026-01-01\tfree\t元旦\n",
                                     "2026-01-01\toff\n",
                                     "x\n",
                                     "2026-10-01\toff\t国庆节\n2026-10-01\twork\t国庆节\n",
                                     "2026-01-01\toff\t元旦\n",
                                     "",
                                     "\xff\n" };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Calendar *c;

        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                CHECK_FAILS(cx, P_CONFIG_INVALID, calendar_parse(cx, str_c(bad[i]), &c));
        CHECK(calendar_parse(cx, S("2026-10-01\toff\t国庆节\n2026-10-02\tfree\t国庆节\n"), &c) == E_INPUT ||
              cx->problem.code == P_CONFIG_INVALID);
        CHECK(str_contains(cx->problem.detail, S("line 2 column 2")));
}

static Rc put_work(Cx *cx, void *arg) {
        TRY(clock_calendar_put(cx, *(Str *)arg, NULL));
        return audit_note(cx, "calendar.imported", S("calendar/CN"), STR_NONE);
}

TEST(clock__an_imported_year_joins_the_others_and_is_used_at_once) {
        Cx *cx = test_db();
        Str first = S("2025-10-01\toff\t国庆节\n2026-01-01\toff\t元旦\n"),
            second = S("2026-10-01\toff\t国庆节\n2026-01-02\toff\t元旦\n2027-01-01\toff\t元旦\n");
        const Calendar *c;
        bool work;

        audit_init();
        setting_init();
        setting_forget();
        CHECK_FAILS(cx, P_NOT_FOUND, clock_calendar(cx, &c));
        CHECK_OK(cx, db_write(cx, put_work, &first));
        CHECK_OK(cx, clock_calendar(cx, &c));
        CHECK_FAILS(cx, P_CALENDAR_YEAR_MISSING, calendar_is_workday(cx, c, day("2026-10-01"), &work, NULL));
        CHECK_OK(cx, db_write(cx, put_work, &second));
        setting_forget();
        CHECK_OK(cx, clock_calendar(cx, &c));
        CHECK_INT(c->edition, 2);
        CHECK_INT(c->year_count, 2);
        CHECK_OK(cx, calendar_is_workday(cx, c, day("2026-01-01"), &work,
                                         NULL)); /* the year's own file does not list it */
        CHECK(work);
        CHECK_OK(cx, calendar_is_workday(cx, c, day("2026-01-02"), &work, NULL));
        CHECK(!work);
        CHECK_INT(c->n, 4);
}

TEST(clock__a_scale_is_kept_until_a_new_calendar_comes) {
        Cx *cx = test_db();
        Str first = S("2026-10-01\toff\t国庆节\n2026-04-20\toff\t三月三\t45\n"),
            second = S("2026-10-01\toff\t国庆节\n2026-10-02\toff\t国庆节\n"),
            third = S("2026-10-01\toff\t国庆节\n2026-04-21\toff\t三月三\t45\n");
        const ClockScale *one, *two, *there;
        ClockWindows windows = clock_windows_usual;

        audit_init();
        setting_init();
        setting_forget();
        CHECK_FAILS(cx, P_NOT_FOUND, clock_scale(cx, &windows, S("530103003"), &one));
        CHECK_OK(cx, db_write(cx, put_work, &first));
        CHECK_OK(cx, clock_scale(cx, &clock_windows_usual, S("530103003"), &one));
        CHECK_OK(cx, clock_scale(cx, &windows, S("620602"), &two));
        CHECK(one == two); /* no day is listed for either region */
        CHECK_OK(cx, clock_scale(cx, &windows, S("450103"), &there));
        CHECK(there != one && !clock_scale_workday(there, day("2026-04-20")) &&
              clock_scale_workday(one, day("2026-04-20")));
        windows.v[0].v[0].from_min = 510;
        CHECK_OK(cx, clock_scale(cx, &windows, S("530103003"), &two));
        CHECK(one != two);
        CHECK_OK(cx, db_write(cx, put_work, &second));
        setting_forget();
        CHECK_OK(cx, clock_scale(cx, &clock_windows_usual, S("530103003"), &two));
        CHECK(one != two && clock_scale_workday(one, day("2026-10-02")) &&
              !clock_scale_workday(two, day("2026-10-02")));
        CHECK_OK(cx, clock_scale(cx, &windows, S("450103"), &there));
        CHECK(!clock_scale_workday(there,
                                   day("2026-04-20"))); /* a national year leaves the region's days alone */
        CHECK_OK(cx, db_write(cx, put_work, &third));
        setting_forget();
        CHECK_OK(cx, clock_scale(cx, &windows, S("450103"), &there));
        CHECK(clock_scale_workday(there, day("2026-04-20")) &&
              !clock_scale_workday(there, day("2026-04-21")));
}
