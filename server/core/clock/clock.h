/* Working days and deadlines. A deadline is a pure function of the calendar, the limit and the log; nothing here stores. */
#pragma once
#include "base/cx.h"

typedef struct CalendarEntry {
        DayNo day;
        bool work;       /* false: off; true: make-up working day */
        Str name;
} CalendarEntry;

typedef struct Calendar {
        CalendarEntry *entries; /* sorted by day */
        size_t n;
        int16_t *years;         /* years for which there is data, sorted */
        size_t year_count;
        int64_t edition;
} Calendar;

/* TSV: date, off|work, name (header line allowed). P_CONFIG_INVALID with line and column. */
Rc calendar_parse(Cx *cx, Str tsv, Calendar **ret);
Rc calendar_is_workday(Cx *cx, const Calendar *c, DayNo day, bool *ret, Str *ret_why); /* P_CALENDAR_YEAR_MISSING */
/* The n-th working day after start's day, which itself is not counted (standards §2.1). */
Rc calendar_add_workdays(Cx *cx, const Calendar *c, DayNo start, int n, DayNo *ret);

typedef struct Deadline {
        int64_t due_ms;         /* end (24:00) of the n-th working day */
        struct DeadlineDay {
                DayNo day;
                bool counted;
                int number;
                Str why;
        } *days;
        size_t n, cap;
} Deadline;
Rc clock_deadline(Cx *cx, const Calendar *c, int64_t start_ms, int workdays, Deadline *ret);
/* The newest calendar, cached by edition. */
Rc clock_calendar(Cx *cx, const Calendar **ret);
