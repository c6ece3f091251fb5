/* A slow clock that walks through a log minute by minute (cut where something happens), written from the rules in README.md and from
 * nothing of the real one; and a maker of random logs. For the property test and as the benchmark's baseline.
 *
 * Its way of saying what a counted working day is differs on purpose: a working day counts when the clock was running in the
 * instant before the day began. */
#pragma once
#include "base/env.h"
#include "core/clock/clock.h"
#include "core/setting/setting.h"

static inline const Calendar *slow_china(Cx *cx) {
        Calendar *c = NULL;
        Str share, tsv;

        if (setting_share_dir(cx, &share) != OK ||
            !file_read(cx->arena, str_fmt(cx->arena, STR_FMT "/data/calendar/CN.tsv", STR_ARG(share)).p,
                       1 << 20, &tsv) ||
            calendar_parse(cx, tsv, &c) != OK)
                return NULL;
        return c;
}

/* ---- random logs -------------------------------------------- */

enum { SLOW_EVENTS_MAX = 14, SLOW_HOLDERS = 4 };

typedef struct SlowCase {
        ClockDuration limit;
        ClockEvent v[SLOW_EVENTS_MAX];
        size_t n;
        int64_t at_ms;
        bool summer; /* which of the two sets of office hours */
} SlowCase;

static const char *const slow_holders[SLOW_HOLDERS] = { "", "城管中队", "环卫所", "网格员" };

static const ClockWindows slow_summer = {
        .v = { { .name = S("全年"), .name_en = S("all year"), .v = { { 510, 720 }, { 780, 1050 } }, .n = 2 },
               { .name = S("夏令"),
                 .name_en = S("summer"),
                 .from = { 0, 5, 1 },
                 .to = { 0, 9, 30 },
                 .v = { { 0, 90 }, { 480, 720 }, { 900, 1110 }, { 1380, 1440 } },
                 .n = 4 },
               { .name = S("春节"),
                 .name_en = S("new year"),
                 .from = { 0, 12, 20 },
                 .to = { 0, 2, 20 },
                 .v = { { 540, 960 } },
                 .n = 1 } },
        .n = 3,
};

static inline uint32_t slow_random(uint64_t *seed, uint32_t below) {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        return (uint32_t)((*seed >> 20) % below);
}

static inline ClockDuration slow_limit(uint64_t *seed) {
        switch (slow_random(seed, 5)) {
        case 0: return (ClockDuration){ 1 + slow_random(seed, 24 * 60), CLOCK_WORK_HOURS };
        case 1: return (ClockDuration){ 60 * (1 + slow_random(seed, 24)), CLOCK_WORK_HOURS };
        case 2: return (ClockDuration){ 1 + slow_random(seed, 7), CLOCK_WORK_DAYS };
        case 3: return (ClockDuration){ 1 + slow_random(seed, 72 * 60), CLOCK_HOURS };
        }
        return (ClockDuration){ 1 + slow_random(seed, 5), CLOCK_DAYS };
}

static inline int64_t slow_step(uint64_t *seed, int64_t at_ms, bool whole_minutes) {
        uint32_t how = slow_random(seed, 100);
        int64_t step = how < 6 ? 0
                               : slow_random(seed, how < 55   ? 4 * MS_HOUR
                                                   : how < 90 ? 2 * MS_DAY
                                                              : 6 * MS_DAY);

        if (how >= 97) /* to a midnight, or to the end of a window */
                return day_start_ms(day_of_ms(at_ms) + 1 + (DayNo)slow_random(seed, 3)) +
                       (how == 99 ? 12 * MS_HOUR : 0);
        return at_ms + (whole_minutes ? step / MS_MINUTE * MS_MINUTE : step);
}

static inline void slow_case(uint64_t *seed, SlowCase *ret) {
        static const ClockEventKind kinds[] = {
                CLOCK_EVENT_PAUSE,  CLOCK_EVENT_PAUSE,  CLOCK_EVENT_PAUSE,  CLOCK_EVENT_PAUSE,
                CLOCK_EVENT_GO_ON,  CLOCK_EVENT_GO_ON,  CLOCK_EVENT_GO_ON,  CLOCK_EVENT_GO_ON,
                CLOCK_EVENT_GO_ON,  CLOCK_EVENT_HOLDER, CLOCK_EVENT_HOLDER, CLOCK_EVENT_HOLDER,
                CLOCK_EVENT_FINISH, CLOCK_EVENT_FINISH, CLOCK_EVENT_RESUME, CLOCK_EVENT_RESUME,
                CLOCK_EVENT_EXTEND, CLOCK_EVENT_EXTEND, CLOCK_EVENT_CLASS,  CLOCK_EVENT_START,
                CLOCK_EVENT_RESET,  CLOCK_EVENT_START,  CLOCK_EVENT_HOLDER, CLOCK_EVENT_WITHDRAW
        };
        DayNo first = day_of_date((Date){ 2023, 1, 1 }), last = day_of_date((Date){ 2026, 12, 24 });
        bool whole_minutes = slow_random(seed, 2);
        int64_t at = day_start_ms(first + (DayNo)slow_random(seed, (uint32_t)(last - first)));

        *ret = (SlowCase){ .limit = slow_limit(seed),
                           .n = 1 + slow_random(seed, SLOW_EVENTS_MAX),
                           .summer = slow_random(seed, 2) };
        at += slow_random(seed, MS_DAY) / (whole_minutes ? MS_MINUTE : 1) * (whole_minutes ? MS_MINUTE : 1);
        for (size_t i = 0; i < ret->n; i++) {
                ClockEvent *e = &ret->v[i];

                *e = (ClockEvent){ .at_ms = at,
                                   .kind = i == 0 && slow_random(seed, 10)
                                                   ? CLOCK_EVENT_START
                                                   : kinds[slow_random(seed, ARRAY_LEN(kinds))],
                                   .pause = slow_random(seed, 3),
                                   .approved = slow_random(seed, 4),
                                   .more = slow_limit(seed),
                                   .limit = slow_limit(seed) };
                if (e->kind == CLOCK_EVENT_HOLDER || !slow_random(seed, 6))
                        e->holder = str_c(slow_holders[1 + slow_random(seed, SLOW_HOLDERS - 1)]);
                at = slow_step(seed, at, whole_minutes);
                if (!slow_random(seed, 60))
                        at -= slow_random(seed, MS_DAY); /* somebody's clock was wrong */
        }
        ret->at_ms = ret->v[ret->n - 1].at_ms + slow_random(seed, 3 * MS_DAY) - MS_HOUR;
}

/* ---- the slow clock -------------------------------------------- */

typedef struct SlowResult {
        OptInt due_ms;
        bool started, running, late;
        int64_t elapsed_ms, elapsed_days, held_ms[SLOW_HOLDERS];
} SlowResult;

typedef struct Slow {
        const Calendar *calendar;
        const ClockWindows *windows;
        ClockDuration limit;
        const SlowCase *c;
        /* the state */
        bool started, finished, withdrawn;
        uint32_t paused; /* bit per pause */
        int holder;
        int64_t stood_ms;
        /* of the day */
        DayNo day;
        bool workday, ran_into, would_have_run_into;
        const ClockSeason *season;
        int64_t used;
} Slow;

static inline bool slow_running(const Slow *s) {
        return s->started && !s->finished && !s->withdrawn && !s->paused;
}

static inline void slow_take(Slow *s, const ClockEvent *e) {
        bool active = s->started && !s->finished && !s->withdrawn;

        if (str_given(e->holder))
                for (int i = 0; i < SLOW_HOLDERS; i++)
                        if (str_eq_c(e->holder, slow_holders[i]))
                                s->holder = i;
        if (e->kind == CLOCK_EVENT_START && !s->withdrawn)
                s->started = true;
        else if (e->kind == CLOCK_EVENT_FINISH && active)
                s->finished = true, s->paused = 0;
        else if (e->kind == CLOCK_EVENT_RESUME && s->started && !s->withdrawn)
                s->finished = false;
        else if (e->kind == CLOCK_EVENT_PAUSE && active)
                s->paused |= 1u << e->pause;
        else if (e->kind == CLOCK_EVENT_GO_ON)
                s->paused &= ~(1u << e->pause);
        else if (e->kind == CLOCK_EVENT_RESET)
                s->started = s->finished = s->withdrawn = false, s->paused = 0;
        else if (e->kind == CLOCK_EVENT_WITHDRAW)
                s->withdrawn = true, s->paused = 0;
}

static inline bool slow_is_workday(const Calendar *c, DayNo day) {
        for (size_t i = 0; i < c->n; i++)
                if (c->entries[i].day == day && !c->entries[i].region.n)
                        return c->entries[i].work;
        return day_weekday(day) < 6;
}

static inline const ClockSeason *slow_season(const ClockWindows *w, DayNo day) {
        Date d = date_of_day(day);
        const ClockSeason *found = &w->v[0];

        for (size_t i = 1; i < w->n; i++) {
                Date from = w->v[i].from, to = w->v[i].to;
                bool after = d.month > from.month || (d.month == from.month && d.day >= from.day);
                bool before = d.month < to.month || (d.month == to.month && d.day <= to.day);
                bool round = from.month > to.month;

                if (round ? after || before : after && before)
                        found = &w->v[i];
        }
        return found;
}

static inline bool slow_in_window(const Slow *s, int64_t ms) {
        int64_t minute = (ms - day_start_ms(s->day)) / MS_MINUTE;

        for (size_t i = 0; i < s->season->n; i++)
                if (minute >= s->season->v[i].from_min && minute < s->season->v[i].to_min)
                        return true;
        return false;
}

/* Hours to hours and days to days one for one; an ordinary day has the hours of the first set. */
static inline int64_t slow_converted(const ClockWindows *w, ClockDuration d, ClockUnit to) {
        bool from_days = d.unit == CLOCK_WORK_DAYS || d.unit == CLOCK_DAYS,
             to_days = to == CLOCK_WORK_DAYS || to == CLOCK_DAYS;
        ClockUnit hours = from_days ? to : d.unit;
        int64_t day = 0, days = 0;

        if (from_days == to_days)
                return d.amount;
        for (size_t i = 0; i < w->v[0].n; i++)
                day += w->v[0].v[i].to_min - w->v[0].v[i].from_min;
        if (hours == CLOCK_HOURS)
                day = 1440;
        if (from_days)
                return d.amount * day;
        while (days * day < d.amount)
                days++;
        return days;
}

static inline void slow_new_day(Slow *s, DayNo day) {
        s->day = day;
        s->workday = slow_is_workday(s->calendar, day);
        s->season = slow_season(s->windows, day);
}

/* What the log leaves in force, and from which event on it is as if it had run on (n: none). */
static inline size_t slow_end(Slow *s, size_t *ret_first) {
        int64_t more[CLOCK_UNIT_COUNT] = { 0 };
        Slow probe = *s;
        size_t end = s->c->n;

        *ret_first = 0;
        for (size_t i = 0; i < s->c->n; i++) {
                const ClockEvent *e = &s->c->v[i];
                bool ended = probe.finished || probe.withdrawn, begun = probe.started;

                slow_take(&probe, e);
                if (begun && !ended && (probe.finished || probe.withdrawn))
                        end = i;
                if (!probe.finished && !probe.withdrawn)
                        end = s->c->n;
                if (e->kind == CLOCK_EVENT_RESET)
                        *ret_first = i + 1, memset(more, 0, sizeof more);
                if (e->kind == CLOCK_EVENT_EXTEND && e->approved)
                        more[e->more.unit] += e->more.amount;
                if (e->kind == CLOCK_EVENT_CLASS)
                        s->limit = e->limit;
        }
        for (ClockUnit u = CLOCK_WORK_HOURS; u < CLOCK_UNIT_COUNT; u++)
                s->limit.amount += slow_converted(s->windows, (ClockDuration){ more[u], u }, s->limit.unit);
        return end;
}

/* One piece of at most a minute. */
static inline void slow_tick(Slow *s, int64_t from_ms, int64_t to_ms, bool runs_on, int64_t until_ms,
                             SlowResult *r) {
        ClockUnit unit = s->limit.unit;
        bool hour = unit == CLOCK_HOURS || unit == CLOCK_DAYS || (s->workday && slow_in_window(s, from_ms));

        if (hour && slow_running(s) && from_ms < until_ms && (unit != CLOCK_WORK_DAYS || s->ran_into)) {
                int64_t ms = (to_ms < until_ms ? to_ms : until_ms) - from_ms;

                r->elapsed_ms += ms;
                r->held_ms[s->holder] += ms;
        }
        if (hour && (slow_running(s) || runs_on) && unit != CLOCK_WORK_DAYS && !r->due_ms.set) {
                int64_t left = s->limit.amount * (unit == CLOCK_DAYS ? MS_DAY : MS_MINUTE) - s->used;

                if (to_ms - from_ms >= left)
                        r->due_ms = SOME_INT(from_ms + left);
                s->used += to_ms - from_ms;
        }
}

/* The day is over. */
static inline void slow_midnight(Slow *s, int64_t at_ms, bool runs_on, int64_t until_ms, SlowResult *r) {
        if (s->limit.unit == CLOCK_WORK_DAYS && s->workday) {
                if (s->ran_into && at_ms <= day_start_ms(day_of_ms(until_ms)))
                        r->elapsed_days++;
                if (s->would_have_run_into && ++s->used == s->limit.amount)
                        r->due_ms = SOME_INT(at_ms);
        }
        s->ran_into = slow_running(s);
        s->would_have_run_into = s->ran_into || runs_on;
        slow_new_day(s, day_of_ms(at_ms));
}

static inline void slow_run(const Calendar *calendar, const SlowCase *c, SlowResult *ret) {
        Slow s = { .calendar = calendar,
                   .windows = c->summer ? &slow_summer : &clock_windows_usual,
                   .limit = c->limit,
                   .c = c };
        SlowResult r = { 0 };
        size_t first, end = slow_end(&s, &first), next = first;
        int64_t until = c->at_ms, at = INT64_MIN, last = INT64_MIN, now;

        for (size_t i = 0; i < c->n; i++)
                last = c->v[i].at_ms > last ? c->v[i].at_ms : last;
        until = until > last ? until : last;
        for (size_t i = 0; i < first;
             i++) { /* of what was before the reset only the holder is left, and the time */
                slow_take(&s, &c->v[i]);
                at = c->v[i].at_ms > at ? c->v[i].at_ms : at;
        }
        for (; next < c->n && !s.started; next++) {
                at = c->v[next].at_ms > at ? c->v[next].at_ms : at;
                slow_take(&s, &c->v[next]);
        }
        if (!s.started) {
                *ret = r;
                return;
        }
        slow_new_day(&s, day_of_ms(at));
        for (now = at;; now = at) {
                bool was = slow_running(&s), runs_on;

                for (; next < c->n && c->v[next].at_ms <= now; next++)
                        slow_take(&s, &c->v[next]);
                if (was && !slow_running(&s))
                        s.stood_ms = now;
                runs_on = end < next;
                if (now >= until && next == c->n &&
                    (r.due_ms.set || (!slow_running(&s) && !runs_on && !s.would_have_run_into)))
                        break;
                if (now >= until + 400ll * MS_DAY)
                        break;
                at = now - now % MS_MINUTE + MS_MINUTE;
                if (next < c->n && c->v[next].at_ms < at)
                        at = c->v[next].at_ms;
                slow_tick(&s, now, at, runs_on, until, &r);
                if (at == day_start_ms(s.day + 1))
                        slow_midnight(&s, at, runs_on, until, &r);
        }
        r.started = true;
        r.running = slow_running(&s);
        r.late = r.due_ms.set && r.due_ms.n <= (r.running ? until : s.stood_ms);
        *ret = r;
}
