/* The working-day calendar as those see it who have to see that next year's is there. A new year reaches the deadlines by the sweep. */
#include "case/case_int.h"

enum { AHEAD_DAYS = 60 };

static int year_of(DayNo day) { return date_of_day(day).year; }

static int64_t year_start(int year) { return day_start_ms(day_of_date((Date){ (int16_t)year, 1, 1 })); }

static bool has_year(const Calendar *c, int year) {
        for (size_t i = 0; i < c->year_count; i++)
                if (c->years[i] == year)
                        return true;
        return false;
}

static void year_view(const Calendar *c, int year, CalendarYearView *ret) {
        *ret = (CalendarYearView){ .year = year };
        for (size_t i = 0; i < c->n; i++) {
                const CalendarEntry *e = &c->entries[i];

                if (e->region.n || year_of(e->day) != year)
                        continue;
                ret->off += !e->work;
                ret->work += e->work;
        }
}

/* Years from now to sixty days ahead, or to the last open deadline. */
static Rc missing_fill(Cx *cx, const Calendar *c, CalendarView *v) {
        DayNo today = day_of_ms(now_ms(cx));
        int first = year_of(today), last = year_of(today + AHEAD_DAYS), due;
        OptInt latest;

        TRY(case_store_due_latest(cx, &latest));
        due = latest.set ? year_of(day_of_ms(latest.n - 1)) : last;
        last = due > last ? due : last;
        for (int year = first; year <= last && v->missing.n < 5; year++) {
                CalendarGap gap = { .year = year };

                if (has_year(c, year))
                        continue;
                TRY(case_store_due_between(cx, year_start(year), year == last ? INT64_MAX : year_start(year + 1), &gap.cases));
                *list_push(cx->arena, &v->missing) = gap;
                v->provisional += gap.cases;
        }
        return OK;
}

Rc case_calendar_view(Cx *cx, CalendarView **ret) {
        CalendarView *v = TAKE(cx->arena, CalendarView);
        const Calendar *c;

        TRY(clock_calendar(cx, &c));
        v->edition = c->edition;
        for (size_t i = 0; i < c->year_count; i++)
                year_view(c, c->years[i], list_push(cx->arena, &v->years));
        TRY(missing_fill(cx, c, v));
        return *ret = v, OK;
}

Rc case_calendar_import(Cx *cx, Str tsv) {
        TRY(clock_calendar_put(cx, tsv, NULL));
        return audit_note(cx, "calendar.imported", S("calendar/CN"), STR_NONE);
}

Rc case_calendar_withdraw(Cx *cx, int64_t year) {
        const Calendar *c;

        TRY(clock_calendar(cx, &c));
        if (year < year_of(day_of_ms(now_ms(cx))) || year > INT16_MAX || !has_year(c, (int)year))
                return fail(cx, P_NOT_FOUND, "there is no calendar of %lld that could be withdrawn", (long long)year);
        TRY(clock_calendar_drop(cx, (int)year));
        return audit_note(cx, "calendar.withdrawn", S("calendar/CN"), str_fmt(cx->arena, "{\"year\":%lld}", (long long)year));
}
