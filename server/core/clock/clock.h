/* Working time, limits and deadlines. Everything a clock says is a pure function of the calendar, the office hours, the limits and
 * the log of what happened; nothing here stores a result. Only clock_calendar(), clock_calendar_put() and clock_scale() look into
 * the database. How the pieces fit together, with an example, is in README.md.
 *
 * Two ways with a year that has no calendar data: the functions with working days only (calendar_*, clock_deadline*) refuse with
 * P_CALENDAR_YEAR_MISSING; the log's functions (clock_derive and what follows) take Saturdays and Sundays as the only days off in
 * such a year, flag the result as provisional and name the year. Neither ever passes a guess for a fact. */
#pragma once
#include "base/cx.h"

/* ---- the calendar: which days are worked -------------------------------------------- */

typedef struct CalendarEntry {
        DayNo day;
        bool work; /* false: off; true: make-up working day */
        Str name;
        Str region; /* place code prefix for which alone this holds; empty: the whole country */
} CalendarEntry;

typedef struct Calendar {
        CalendarEntry *entries; /* sorted by day, then region */
        size_t n;
        int16_t *years; /* years for which there is data, sorted */
        size_t year_count;
        int64_t edition;
} Calendar;

/* TSV: date, off|work, name[, region] (header line and # comments allowed). P_CONFIG_INVALID with line and column. There is data
 * for a year when its National Day (1 October) is listed as off: a notice may name days of the year before and after its own. */
Rc calendar_parse(Cx *cx, Str tsv, Calendar **ret);
/* The national answer; regional entries count in a ClockScale only. */
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
 * other years are added; so are, apart from them, the years of each region the file names. In a transaction that notes why.
 * *ret, when wanted, is the calendar that results. */
Rc clock_calendar_put(Cx *cx, Str tsv, Calendar **ret);
/* Takes a year back, days of regions included; deadlines in it are provisional again. The caller notes why. */
Rc clock_calendar_drop(Cx *cx, int year);

/* ---- durations -------------------------------------------- */

typedef enum ClockUnit {
        CLOCK_UNIT_NONE,
        CLOCK_WORK_HOURS, /* 小时, 工作时: inside the office hours of working days */
        CLOCK_WORK_DAYS,  /* 天, 工作日: the n-th working day after the start's day, due at its 24:00 */
        CLOCK_HOURS,      /* 紧急工作时: without a break, nights and holidays included */
        CLOCK_DAYS,       /* 紧急工作日: 24 hours each, without a break */
        CLOCK_UNIT_COUNT,
} ClockUnit;

/* amount: minutes for both kinds of hours, days for both kinds of days; 0: no limit. */
typedef struct ClockDuration {
        int64_t amount;
        ClockUnit unit;
} ClockDuration;

enum { CLOCK_HOURS_MAX = 10000, CLOCK_DAYS_MAX = 1000 };

/* Reads "4小时", "2 紧急工作时", "1.5 workhours", "5 天", "3 workdays" …: a number (hours may have a fraction of whole minutes) and
 * a unit. As in the tables of the cities 小时 and 天 are working time; the English words are those of the flow files: workhours,
 * workdays, and hours, days without a break. What follows the unit ("1紧急工作时制止") is left in *ret_rest, trimmed; with
 * ret_rest NULL nothing may follow. False: no duration, or more than the two numbers above. */
bool clock_duration_parse(Str text, ClockDuration *ret, Str *ret_rest);
/* "4 个工作时", "3 working days": for people, in the language of cx. */
Str clock_duration_text(Cx *cx, ClockDuration d);

/* ---- office hours and the scale -------------------------------------------- */

enum { CLOCK_WINDOWS_MAX = 6, CLOCK_SEASONS_MAX = 17 };

typedef struct ClockWindow {
        int16_t from_min, to_min; /* minutes of the day; 0 ≤ from < to ≤ 1440 */
} ClockWindow;

/* The office hours of a part of the year. Both days belong to it; year 0: of every year (it may go round the year's end). */
typedef struct ClockSeason {
        Str name, name_en;
        Date from, to;
        ClockWindow v[CLOCK_WINDOWS_MAX]; /* in order, apart from each other */
        size_t n;
} ClockSeason;

typedef struct ClockWindows {
        ClockSeason v[CLOCK_SEASONS_MAX]; /* the first: whenever no other holds; of several the last holds */
        size_t n;
        int64_t edition; /* set by who stored them */
} ClockWindows;

extern const ClockWindows clock_windows_usual; /* 08:00–12:00, 14:00–18:00 */

/* What working time is measured with: calendar × office hours × region, summed up beforehand day by day (1990–2099), so that
 * each question costs a binary search at most. A moment outside counts as the nearest one inside. */
typedef struct ClockScale ClockScale;

/* Lives in cx's arena and points into the calendar. region: a place code or STR_NONE; the longest prefix a day is listed for wins. */
Rc clock_scale_new(Cx *cx, const Calendar *calendar, const ClockWindows *windows, Str region,
                   const ClockScale **ret);
/* The same on the newest calendar, kept for the process and made anew with a new edition. P_NOT_FOUND. */
Rc clock_scale(Cx *cx, const ClockWindows *windows, Str region, const ClockScale **ret);

bool clock_scale_workday(const ClockScale *s, DayNo day);
int64_t clock_scale_between(const ClockScale *s, int64_t from_ms,
                            int64_t to_ms); /* working ms; 0 when to < from */
/* The earliest moment at which work_ms of working time have passed since from_ms; from_ms itself when work_ms is 0. */
int64_t clock_scale_after(const ClockScale *s, int64_t from_ms, int64_t work_ms);
DayNo clock_scale_workday_after(const ClockScale *s, DayNo day, int64_t n); /* the n-th after day */
/* The first year between the two days for which there is no data; 0 none. */
int clock_scale_missing(const ClockScale *s, DayNo from, DayNo to);

/* ---- limits -------------------------------------------- */

/* What a limit depends on. Which words there are is the profile's business. */
typedef struct ClockSubject {
        Str class, condition, level;
} ClockSubject;

typedef struct ClockLimit {
        ClockSubject of; /* empty: any; a class that ends in '*': every class that begins so */
        Str phase;       /* empty: the whole case */
        DayNo from;      /* for cases that start on this day or later */
        ClockDuration limit;
        Str basis;     /* the rule it comes from, for people */
        uint32_t line; /* of the file */
} ClockLimit;

/* After how many working days a card falls; 0 never. Without a pause the day of dispatch does not count. */
typedef struct ClockCardRule {
        int check_days;                              /* checked within */
        int ordinary_yellow_days, ordinary_red_days; /* finished and fed back within */
        int complex_yellow_days, complex_red_days;
} ClockCardRule;

typedef struct ClockLimits {
        ClockLimit *v; /* sorted for clock_limit_find() */
        size_t n;
        ClockWindows windows;
        ClockCardRule cards;
        uint64_t prefixes; /* bit n: some class is a prefix of n bytes */
        int64_t edition;   /* set by who stored them */
} ClockLimits;

typedef enum ClockWord {
        CLOCK_WORD_CLASS,
        CLOCK_WORD_CONDITION,
        CLOCK_WORD_LEVEL,
        CLOCK_WORD_PHASE
} ClockWord;

/* Says whether the profile knows a word; in_class: the class a condition is of. */
typedef struct ClockWords {
        bool (*known)(void *arg, ClockWord kind, Str in_class, Str word);
        void *arg;
} ClockWords;

/* Reads a limits.json (the format is in README.md). words may be NULL: then only the form is checked. P_CONFIG_INVALID names line
 * and column of what is unknown, misspelt, doubled or out of range. */
Rc clock_limits_parse(Cx *cx, Str json, const ClockWords *words, ClockLimits **ret);
/* The limit in force for a case that started on a day; NULL none. The class decides before the condition, that before the level
 * (each: exact before prefix before any), and of what is left the newest. */
const ClockLimit *clock_limit_find(const ClockLimits *limits, const ClockSubject *of, Str phase,
                                   DayNo started);

/* ---- the log -------------------------------------------- */

typedef enum ClockEventKind {
        CLOCK_EVENT_START = 1, /* dispatch; ignored once started: a return and a new dispatch win no time */
        CLOCK_EVENT_FINISH,    /* handed in; ends all pauses */
        CLOCK_EVENT_RESUME,    /* verification failed, reopened: counts on with what was consumed */
        CLOCK_EVENT_PAUSE,     /* pause `pause` begins; ignored while nothing runs */
        CLOCK_EVENT_GO_ON,     /* pause `pause` ends; the clock goes on when no other is left */
        CLOCK_EVENT_EXTEND,    /* `more` is added, if approved */
        CLOCK_EVENT_CLASS,     /* another class, condition or level, from the very start */
        CLOCK_EVENT_HOLDER,    /* only the holder changes */
        CLOCK_EVENT_RESET,     /* back to before the start: consumed time and extensions are gone */
        CLOCK_EVENT_WITHDRAW,  /* void: stands for good, unless reset */
        CLOCK_EVENT_CHECKED,   /* 1-3-5: checked */
        CLOCK_EVENT_FED_BACK,  /* 1-3-5: fed back to the reporter */
        CLOCK_EVENT_PHASE,     /* the phase `phase` begins, the one before ends; empty: none begins */
        CLOCK_EVENT_COUNT,
} ClockEventKind;

/* Something that happened. An event that is said to be earlier than the one before it counts as simultaneous with that. */
typedef struct ClockEvent {
        int64_t at_ms;
        ClockEventKind kind;
        Str holder;          /* with any kind: who has the case from now on; not given: as before */
        Str reason;          /* PAUSE: shown in the derivation */
        int64_t pause;       /* PAUSE, GO_ON: which; the same pause twice is one, different ones nest */
        bool approved;       /* EXTEND: what is not approved changes nothing */
        ClockDuration more;  /* EXTEND */
        ClockSubject of;     /* CLASS, with ClockRules.limits */
        ClockDuration limit; /* CLASS, without */
        bool complex;        /* CLASS: which of the two rows of ClockCardRule holds */
        Str phase;           /* PHASE: which begins; EXTEND: of which, empty: of the whole case */
} ClockEvent;

/* What a log is read by. */
typedef struct ClockRules {
        const ClockScale *scale;
        const ClockLimits *limits; /* may be NULL: then limit, and that of CLASS events */
        ClockSubject of;           /* at the beginning */
        Str phase;                 /* whose limit and extensions; empty: of the whole case */
        ClockDuration limit;
        bool complex; /* at the beginning */
} ClockRules;

/* The log of one phase, as a log of its own, to be read with ClockRules.phase: START when it is first entered, FINISH when another
 * (or, with an empty name, none) begins, RESUME when it is entered again. START, FINISH and RESUME of the whole case do not touch
 * it; pauses, classes, RESET and WITHDRAW do. *ret lives in cx's arena. */
void clock_phase_log(Cx *cx, const ClockEvent *events, size_t n, Str phase, ClockEvent **ret, size_t *ret_n);

/* ---- what a log says -------------------------------------------- */

typedef enum ClockState {
        CLOCK_NOT_STARTED,
        CLOCK_RUNNING,
        CLOCK_PAUSED,
        CLOCK_FINISHED,
        CLOCK_WITHDRAWN,
        CLOCK_STATE_COUNT,
} ClockState;

/* How much of the elapsed time somebody had the case, and how long by the wall clock. */
typedef struct ClockHolding {
        Str holder; /* empty: nobody was named */
        int64_t elapsed_ms, wall_ms;
} ClockHolding;

typedef struct ClockHoldingList {
        ClockHolding *v;
        size_t n, cap;
} ClockHoldingList;

typedef enum ClockSpanKind {
        CLOCK_SPAN_COUNTED = 1,
        CLOCK_SPAN_START_DAY, /* working days: the rest of the day it started or went on */
        CLOCK_SPAN_DAY_OFF,   /* weekend, holiday */
        CLOCK_SPAN_BREAK,     /* between two windows of a day */
        CLOCK_SPAN_AFTER_HOURS,
        CLOCK_SPAN_PAUSED,
        CLOCK_SPAN_FINISHED,
        CLOCK_SPAN_COUNT,
} ClockSpanKind;

/* A stretch of time in which one thing was true; spans join without gaps from the start on. */
typedef struct ClockSpan {
        int64_t from_ms, to_ms;
        ClockSpanKind kind;
        Str why;               /* in the language of cx: 工作时间, 国庆节, 午休, 暂停：… */
        Str holder;            /* who had it */
        int64_t counted_ms;    /* to - from when counted, else 0 */
        int64_t cumulative_ms; /* counted up to the end of this span */
        int64_t day_number;    /* working days: which counted day this is of, from 1; 0 none */
        bool ahead;            /* not yet: what will be if nothing happens */
        bool late;             /* after the deadline */
        bool provisional;      /* of a year without data */
} ClockSpan;

typedef struct ClockSpanList {
        ClockSpan *v;
        size_t n, cap;
} ClockSpanList;

typedef struct ClockResult {
        ClockState state;
        ClockDuration limit; /* in force, extensions included; amount 0: none */
        OptInt start_ms;
        OptInt stood_ms;  /* since when it stands: paused, finished, withdrawn */
        int64_t until_ms; /* to where time was counted: now, but never before the log's last event */
        /* When the limit is used up. Running: if nothing happens. Finished, withdrawn: had it run on. Paused: only when it was
         * used up before (working days: when the day it stopped on was the last). */
        OptInt due_ms;
        OptInt due_if_on_ms; /* paused: if it went on at until_ms */
        bool late;           /* due, by until_ms or, when it stands, by stood_ms */
        /* Time counted so far and left, in working ms (continuous units: ms). Working days: the office hours of counted days.
         * Left is negative when late, 0 without a limit. */
        int64_t elapsed_ms, remaining_ms;
        int64_t elapsed_days, remaining_days; /* CLOCK_WORK_DAYS: whole counted days that are over; left */
        bool provisional;
        int missing_year; /* why */
        int64_t calendar_edition, windows_edition, limits_edition;
        ClockHoldingList holdings; /* in the order of first holding; their elapsed_ms sum up to elapsed_ms */
        ClockSpanList spans;       /* clock_explain() only */
        bool spans_cut;            /* the tail was left out: there were more than CLOCK_SPANS_MAX */
} ClockResult;

enum { CLOCK_SPANS_MAX = 4000 };

/* What the log says at a moment: pure. Cannot fail on any log; *ret lives in cx's arena. */
void clock_derive(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int64_t at_ms,
                  ClockResult *ret);
/* The same with the derivation, span by span: from the start to at_ms or the deadline, whichever is later. */
void clock_explain(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int64_t at_ms,
                   ClockResult *ret);

/* The sort key of lists and nothing more: when the clock runs, its deadline. Depends on no moment, so it changes only with the
 * log, the calendar, the office hours and the limits. ret_missing_year, when wanted: 0 or why it is provisional. */
OptInt clock_due(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int *ret_missing_year);

/* ---- 1-3-5: cards -------------------------------------------- */

extern const ClockCardRule clock_cards_usual; /* check 1; ordinary: yellow 3, red 5; complex: red 5 */
/* The member "cards" of a profile (form as in limits.json); text is the whole file. P_CONFIG_INVALID with line and column. */
struct JsonNode;
Rc clock_cards_parse(Cx *cx, Str text, const struct JsonNode *cards, ClockCardRule *ret);

typedef enum ClockCardKind {
        CLOCK_CARD_CHECK,
        CLOCK_CARD_YELLOW,
        CLOCK_CARD_RED,
        CLOCK_CARD_COUNT
} ClockCardKind;

/* A card that fell (for CHECK: the check that was missed). */
typedef struct ClockCard {
        ClockCardKind kind;
        int64_t at_ms;
        OptInt withdrawn_ms; /* an approved extension or another class put the moment later than its own time */
        size_t withdrawn_by; /* index of that event */
} ClockCard;

typedef struct ClockCards {
        struct {
                ClockCard *v;
                size_t n, cap;
        } fallen; /* in order of falling; at most one of a kind is not withdrawn in one run of the clock */
        OptInt next_ms
                [CLOCK_CARD_COUNT]; /* when the next of a kind falls if nothing happens; later than at_ms */
        bool on[CLOCK_CARD_COUNT];  /* one of this kind fell in this run and was not withdrawn */
        bool provisional;
        int missing_year;
} ClockCards;

/* Which cards have fallen by at_ms and which will fall, from START (dispatch). Finished means FINISH and FED_BACK, both; RESUME
 * opens both again. The moment is 24:00 of the n-th working day, less pauses, plus approved extensions. Issuing a card once, and
 * keeping it, is the caller's: compare this list with what was issued. */
void clock_135(Cx *cx, const ClockRules *rules, const ClockCardRule *cards, const ClockEvent *events,
               size_t n, int64_t at_ms, ClockCards *ret);

/* The next moment at which anything of this changes if nothing happens (deadline passed, card falls): a sweep may sleep until
 * then. Each may be NULL. */
OptInt clock_next_moment(const ClockResult *whole, const ClockResult *phase, const ClockCards *cards);
