/* Working days and deadlines. A deadline is a pure function of the calendar, the limit and the log; nothing here stores one.
 * Only clock_calendar() and clock_calendar_put() touch the database. Which years are known is never guessed: a computation that
 * reaches a year without data fails with P_CALENDAR_YEAR_MISSING and names the year. */
#pragma once
#include "base/cx.h"

typedef struct CalendarEntry {
        DayNo day;
        bool work; /* false: off; true: make-up working day */
        Str name;
} CalendarEntry;

typedef struct Calendar {
        CalendarEntry *entries; /* sorted by day */
        size_t n;
        int16_t *years; /* years for which there is data, sorted */
        size_t year_count;
        int64_t edition;
} Calendar;

/* TSV: date, off|work, name (header line and # comments allowed). P_CONFIG_INVALID with line and column. There is data for a
 * year when its National Day (1 October) is listed as off: a notice may name days of the year before and after its own. */
Rc calendar_parse(Cx *cx, Str tsv, Calendar **ret);
Rc calendar_is_workday(Cx *cx, const Calendar *c, DayNo day, bool *ret,
                       Str *ret_why); /* P_CALENDAR_YEAR_MISSING */
/* The n-th working day after start's day, which itself is not counted (standards §2.1). */
Rc calendar_add_workdays(Cx *cx, const Calendar *c, DayNo start, int n, DayNo *ret);

typedef struct DeadlineDay {
        DayNo day;
        bool counted;
        int number; /* which working day it is, from 1; 0 when not counted */
        Str why;    /* in the language of cx */
} DeadlineDay;

typedef struct Deadline {
        int64_t due_ms;    /* end (24:00) of the n-th working day */
        DeadlineDay *days; /* from the start's day to the due day */
        size_t n;
} Deadline;
Rc clock_deadline(Cx *cx, const Calendar *c, int64_t start_ms, int workdays, Deadline *ret);

/* A time in which the clock stood still. The days after the one it stopped on do not count, up to and including the day on
 * which it went on (that day is, like the day of the start, not counted). */
typedef struct ClockPause {
        int64_t from_ms, to_ms;
} ClockPause;
Rc clock_deadline_paused(Cx *cx, const Calendar *c, int64_t start_ms, int workdays, const ClockPause *pauses,
                         size_t n, Deadline *ret);

/* The newest calendar ("calendar"/"CN" of core/setting), cached by edition; lives as long as the process. P_NOT_FOUND. */
Rc clock_calendar(Cx *cx, const Calendar **ret);
/* Puts a file of one or more years into the stored calendar: years the file has data for are replaced whole, single days of
 * other years are added. In a transaction that notes why. *ret, when wanted, is the calendar that results. */
Rc clock_calendar_put(Cx *cx, Str tsv, Calendar **ret);
