/* The calendar of working days and deadlines counted by it: parsing, day questions, derivations. Where the calendar is kept is
 * in clock_store.c. */
#include "contract.gen.h"
#include "core/clock/clock_int.h"
#include <stdlib.h>

enum { NAME_MAX_BYTES = 60, REGION_MAX_BYTES = 15 };

static int by_day(const void *a, const void *b) {
        const CalendarEntry *x = a, *y = b;

        return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : str_cmp(x->region, y->region);
}

static bool is_national_day(const CalendarEntry *e) {
        Date d = date_of_day(e->day);

        return !e->work && !e->region.n && d.month == 10 && d.day == 1;
}

static Rc wrong_line(Cx *cx, int line, int column, const char *what, Str found) {
        return fail_zh(
                cx, P_CONFIG_INVALID,
                str_fmt(cx->arena, "工作日历第 %d 行第 %d 列有误：" STR_FMT, line, column, STR_ARG(found)),
                "calendar line %d column %d: %s, found '" STR_FMT "'", line, column, what, STR_ARG(found));
}

/* One line into *ret; *ret_skip for headers, comments and empty lines. */
static Rc line_parse(Cx *cx, Str text, int line, CalendarEntry *ret, bool *ret_skip) {
        Str date, kind, name, rest, region = STR_NONE;
        Date d;

        text = str_trim(text);
        *ret_skip = !text.n || text.p[0] == '#' || str_starts(text, S("date\t"));
        if (*ret_skip)
                return OK;
        if (!str_cut(text, '\t', &date, &rest) || !date_parse(date, &d) || d.year < CLOCK_FIRST_YEAR ||
            d.year > CLOCK_LAST_YEAR)
                return wrong_line(cx, line, 1, "a date YYYY-MM-DD is wanted", str_utf8_head(text, 20));
        if (!str_cut(rest, '\t', &kind, &name))
                kind = rest, name = STR_NONE;
        if (!str_eq(kind, S("off")) && !str_eq(kind, S("work")))
                return wrong_line(cx, line, 2, "off or work is wanted", str_utf8_head(kind, 20));
        (void)str_cut(name, '\t', &name, &region);
        name = str_trim(name);
        region = str_trim(region);
        if (!name.n || name.n > NAME_MAX_BYTES)
                return wrong_line(cx, line, 3, "the name of the holiday is wanted", str_utf8_head(name, 20));
        if (region.n && (!str_digits(region) || region.n > REGION_MAX_BYTES))
                return wrong_line(cx, line, 4, "a place code is wanted", str_utf8_head(region, 20));
        *ret = (CalendarEntry){ day_of_date(d), str_eq(kind, S("work")), str_dup(cx->arena, name),
                                region.n ? str_dup(cx->arena, region) : STR_NONE };
        return OK;
}

static void years_find(Cx *cx, Calendar *c) {
        c->years = TAKE_ARRAY(cx->arena, int16_t, c->n + 1);
        for (size_t i = 0; i < c->n; i++)
                if (is_national_day(&c->entries[i]))
                        c->years[c->year_count++] = date_of_day(c->entries[i].day).year;
}

Rc calendar_parse(Cx *cx, Str tsv, Calendar **ret) {
        struct {
                CalendarEntry *v;
                size_t n, cap;
        } list = { 0 };
        Calendar *c = TAKE(cx->arena, Calendar);
        CalendarEntry entry;
        Str line, rest = tsv;
        bool skip;

        if (!str_utf8_valid(tsv))
                return wrong_line(cx, 1, 1, "UTF-8 text is wanted", STR_NONE);
        for (int number = 1; rest.n; number++) {
                if (!str_cut(rest, '\n', &line, &rest))
                        line = rest, rest = STR_NONE;
                TRY(line_parse(cx, line, number, &entry, &skip));
                if (!skip)
                        *list_push(cx->arena, &list) = entry;
        }
        if (list.n)
                qsort(list.v, list.n, sizeof *list.v, by_day);
        for (size_t i = 1; i < list.n; i++)
                if (!by_day(&list.v[i], &list.v[i - 1]))
                        return fail_zh(cx, P_CONFIG_INVALID,
                                       str_fmt(cx->arena, "工作日历中日期重复：" STR_FMT,
                                               STR_ARG(date_str(cx->arena, date_of_day(list.v[i].day)))),
                                       "calendar: " STR_FMT " is listed twice",
                                       STR_ARG(date_str(cx->arena, date_of_day(list.v[i].day))));
        c->entries = list.v;
        c->n = list.n;
        years_find(cx, c);
        if (!c->year_count)
                return fail_zh(cx, P_CONFIG_INVALID,
                               S("工作日历中没有完整年度（每个年度须列出 10 月 1 日）"),
                               "calendar: no year has its 1 October, so there is data for none");
        return *ret = c, OK;
}

bool calendar_has_year(const Calendar *c, int year) {
        for (size_t i = 0; i < c->year_count; i++)
                if (c->years[i] == year)
                        return true;
        return false;
}

const CalendarEntry *calendar_entry(const Calendar *c, DayNo day, Str region) {
        const CalendarEntry *found = NULL;
        size_t lo = 0, hi = c->n;

        while (lo < hi) {
                size_t mid = lo + (hi - lo) / 2;

                if (c->entries[mid].day < day)
                        lo = mid + 1;
                else
                        hi = mid;
        }
        for (; lo < c->n && c->entries[lo].day == day; lo++)
                if (str_starts(region, c->entries[lo].region))
                        found = &c->entries[lo]; /* they are in order: of prefixes the longest comes last */
        return found;
}

/* The festival's name in the language of the reader; calendars are written in Chinese. */
static Str festival(const Cx *cx, Str name) {
        static const struct {
                const char *zh, *en;
        } names[] = { { "元旦", "New Year" },      { "春节", "Spring Festival" }, { "清明", "Qingming" },
                      { "劳动节", "Labour Day" },  { "端午", "Dragon Boat" },     { "中秋", "Mid-Autumn" },
                      { "国庆节", "National Day" } };

        if (cx->lang == LANG_EN)
                for (size_t i = 0; i < ARRAY_LEN(names); i++)
                        if (str_eq_c(name, names[i].zh))
                                return str_c(names[i].en);
        return name;
}

Str calendar_reason(Cx *cx, const CalendarEntry *e, bool weekend) {
        bool en = cx->lang == LANG_EN;

        if (e && e->work)
                return str_fmt(cx->arena,
                               en ? "working day (made up for " STR_FMT ")" : "调休上班（" STR_FMT "）",
                               STR_ARG(festival(cx, e->name)));
        if (e)
                return festival(cx, e->name);
        if (weekend)
                return en ? S("weekend") : S("周末");
        return en ? S("working day") : S("工作日");
}

Rc calendar_is_workday(Cx *cx, const Calendar *c, DayNo day, bool *ret, Str *ret_why) {
        int year = date_of_day(day).year;
        bool weekend = day_weekday(day) >= 6;
        const CalendarEntry *e;

        if (!calendar_has_year(c, year))
                return fail_zh(
                        cx, P_CALENDAR_YEAR_MISSING,
                        str_fmt(cx->arena,
                                "缺少 %d 年的工作日历，无法计算期限。请管理员导入 %d 年放假安排后重试。",
                                year, year),
                        "There is no working-day calendar for %d, so the deadline cannot be computed; an administrator "
                        "has to import the calendar of %d",
                        year, year);
        e = calendar_entry(c, day, STR_NONE);
        *ret = e ? e->work : !weekend;
        if (ret_why)
                *ret_why = calendar_reason(cx, e, weekend);
        return OK;
}

Rc calendar_add_workdays(Cx *cx, const Calendar *c, DayNo start, int n, DayNo *ret) {
        DayNo day = start;
        bool work;

        if (n < 1 || n > CLOCK_DAYS_MAX)
                return fail(cx, P_SERVER_BUG, "a limit of %d working days", n);
        while (n) {
                TRY(calendar_is_workday(cx, c, ++day, &work, NULL));
                n -= work;
        }
        return *ret = day, OK;
}

Rc clock_deadline(Cx *cx, const Calendar *c, int64_t start_ms, int workdays, Deadline *ret) {
        return clock_deadline_paused(cx, c, start_ms, workdays, NULL, 0, ret);
}

static bool stands_still(const ClockPause *pauses, size_t n, DayNo day) {
        for (size_t i = 0; i < n; i++)
                if (day > day_of_ms(pauses[i].from_ms) && day <= day_of_ms(pauses[i].to_ms))
                        return true;
        return false;
}

Rc clock_deadline_paused(Cx *cx, const Calendar *c, int64_t start_ms, int workdays, const ClockPause *pauses,
                         size_t n, Deadline *ret) {
        bool en = cx->lang == LANG_EN, work;
        struct {
                DeadlineDay *v;
                size_t n, cap;
        } days = { 0 };
        DayNo day = day_of_ms(start_ms);
        int number = 0;
        Str why;

        if (workdays < 1 || workdays > CLOCK_DAYS_MAX)
                return fail(cx, P_SERVER_BUG, "a limit of %d working days", workdays);
        TRY(calendar_is_workday(cx, c, day, &work, NULL));
        *list_push(cx->arena, &days) =
                (DeadlineDay){ day, false, 0,
                               en ? S("day of the start, not counted") : S("起始日，不计入") };
        while (number < workdays) {
                TRY(calendar_is_workday(cx, c, ++day, &work, &why));
                if (work && stands_still(pauses, n, day)) {
                        work = false;
                        why = en ? S("the clock stood still") : S("暂停计时");
                }
                *list_push(cx->arena, &days) = (DeadlineDay){ day, work, work ? ++number : 0, why };
        }
        *ret = (Deadline){ day_start_ms(day + 1), days.v, days.n };
        return OK;
}
