/* What the files of this folder share: the calendar's inner questions, and the log read into pieces. */
#pragma once
#include "base/json.h"
#include "core/clock/clock.h"

enum { CLOCK_FIRST_YEAR = 1990, CLOCK_LAST_YEAR = 2099 };

/* ---- clock.c -------------------------------------------- */

bool calendar_has_year(const Calendar *c, int year);
/* The entry that holds on a day in a region: that of the longest prefix. NULL: an ordinary day of the week. */
const CalendarEntry *calendar_entry(const Calendar *c, DayNo day, Str region);
Str calendar_reason(Cx *cx, const CalendarEntry *e, bool weekend);

/* ---- clock_scale.c -------------------------------------------- */

struct ClockScale {
        const Calendar *calendar;
        ClockWindows windows;
        Str region;
        /* Of what lies before day CLOCK_FIRST_DAY + i. */
        int32_t *minutes, *days;
        uint8_t *season; /* of that day: index into windows.v */
        bool known[CLOCK_LAST_YEAR - CLOCK_FIRST_YEAR + 1];
};

bool clock_scale_is(const ClockScale *s, const Calendar *calendar, const ClockWindows *windows, Str region);
const ClockSeason *clock_scale_season(const ClockScale *s, DayNo day);
/* Working days from after one day up to and including another; negative when that is earlier. */
int64_t clock_scale_days(const ClockScale *s, DayNo after, DayNo last);

/* ---- clock_words.c -------------------------------------------- */

/* A duration in another unit: days and hours of different kinds one for one, a day as the hours of an ordinary day (24 without a
 * break), hours as days rounded up. */
int64_t clock_duration_in(const ClockWindows *windows, ClockDuration d, ClockUnit unit);
/* A duration in the measure it is consumed by: ms, or days. */
int64_t clock_duration_measure(ClockDuration d);

/* ---- clock_log.c -------------------------------------------- */

/* A stretch of the log in which state, holder and pauses stay the same. */
typedef struct ClockPiece {
        int64_t from_ms, to_ms; /* INT64_MAX: goes on */
        ClockState state;
        bool went_on;    /* what does not count is the day it went on, not the start's */
        int64_t dead_ms; /* working days: nothing counts before this */
        Str holder, reason;
} ClockPiece;

typedef struct ClockOpenPause {
        int64_t key;
        Str reason;
} ClockOpenPause;

typedef struct ClockLog {
        struct {
                ClockPiece *v;
                size_t n, cap;
        } pieces; /* from the start on, without gaps */
        struct {
                ClockOpenPause *v;
                size_t n, cap;
        } pauses;
        ClockState state;
        int64_t start_ms, stood_ms, ended_ms, dead_ms, last_ms;
        bool went_on, complex;
        Str holder;
        const ClockEvent *class; /* the last of its kind; NULL none */
        int64_t more[CLOCK_UNIT_COUNT];
        ClockPiece few
                [8]; /* where pieces.v begins: a sweep over short logs takes no memory; so a log is never copied */
} ClockLog;

void clock_log_begin(ClockLog *log, const ClockRules *rules);
void clock_log_add(Cx *cx, ClockLog *log, const ClockRules *rules, const ClockEvent *e);
void clock_log_read(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, ClockLog *ret);
/* When `limit` is used up by what the log holds, if it runs on after the end (finished: had it run on). */
OptInt clock_log_reached(const ClockScale *scale, const ClockLog *log, ClockDuration limit);
/* Time counted between two moments of one piece. */
int64_t clock_counted(const ClockScale *scale, ClockUnit unit, const ClockPiece *piece, int64_t from_ms,
                      int64_t to_ms);
static inline bool clock_unit_works(ClockUnit unit) {
        return unit == CLOCK_WORK_HOURS || unit == CLOCK_WORK_DAYS;
}

/* ---- clock_span.c -------------------------------------------- */

void clock_spans(Cx *cx, const ClockRules *rules, const ClockLog *log, ClockResult *r);
