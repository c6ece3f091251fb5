/* Working time summed up day by day, so that a question about any two moments costs two look-ups and its inverse a binary search
 * (galloping from the day asked about: limits are short, calendars long). Built once per calendar edition, office hours and
 * region: 40,177 days, about 360 kB. */
#include "core/clock/clock_int.h"
#include <assert.h>

const ClockWindows clock_windows_usual = {
        .v = { { .name = S("全年"),
                 .name_en = S("all year"),
                 .v = { { 480, 720 }, { 840, 1080 } },
                 .n = 2 } },
        .n = 1,
};

static DayNo first_day(void) { return day_of_date((Date){ CLOCK_FIRST_YEAR, 1, 1 }); }

enum { FIRST_DAY = 7305, DAYS = 40177 }; /* 1990-01-01; to 2099-12-31 */

static bool season_holds(const ClockSeason *s, Date d) {
        int day = d.month * 100 + d.day, from = s->from.month * 100 + s->from.day,
            to = s->to.month * 100 + s->to.day;

        if (s->from.year) {
                day += d.year * 10000;
                return from + s->from.year * 10000 <= day && day <= to + s->to.year * 10000;
        }
        return from <= to ? from <= day && day <= to : day >= from || day <= to;
}

static uint8_t season_on(const ClockWindows *w, Date d) {
        for (size_t i = w->n - 1; i; i--)
                if (season_holds(&w->v[i], d))
                        return (uint8_t)i;
        return 0;
}

static int32_t season_minutes(const ClockSeason *s) {
        int32_t sum = 0;

        for (size_t i = 0; i < s->n; i++)
                sum += s->v[i].to_min - s->v[i].from_min;
        return sum;
}

Rc clock_scale_new(Cx *cx, const Calendar *calendar, const ClockWindows *windows, Str region,
                   const ClockScale **ret) {
        ClockScale *s = TAKE(cx->arena, ClockScale);
        int32_t of_season[CLOCK_SEASONS_MAX];

        _Static_assert(DAYS < INT32_MAX / 1440, "the sums fit");
        assert(first_day() == FIRST_DAY && windows->n && windows->n <= CLOCK_SEASONS_MAX);
        *s = (ClockScale){ .calendar = calendar, .windows = *windows, .region = str_dup(cx->arena, region) };
        s->minutes = TAKE_ARRAY(cx->arena, int32_t, DAYS + 1);
        s->days = TAKE_ARRAY(cx->arena, int32_t, DAYS + 1);
        s->season = TAKE_ARRAY(cx->arena, uint8_t, DAYS);
        for (size_t i = 0; i < windows->n; i++) {
                of_season[i] = season_minutes(&windows->v[i]);
                s->windows.v[i].name = str_dup(cx->arena, windows->v[i].name);
                s->windows.v[i].name_en = str_dup(cx->arena, windows->v[i].name_en);
        }
        for (int i = 0; i < DAYS; i++) {
                DayNo day = FIRST_DAY + i;
                const CalendarEntry *e = calendar_entry(calendar, day, region);
                bool work = e ? e->work : day_weekday(day) < 6;

                s->season[i] = season_on(windows, date_of_day(day));
                s->minutes[i + 1] = s->minutes[i] + (work ? of_season[s->season[i]] : 0);
                s->days[i + 1] = s->days[i] + work;
        }
        for (size_t i = 0; i < calendar->year_count; i++)
                if (calendar->years[i] >= CLOCK_FIRST_YEAR && calendar->years[i] <= CLOCK_LAST_YEAR)
                        s->known[calendar->years[i] - CLOCK_FIRST_YEAR] = true;
        return *ret = s, OK;
}

static bool season_same(const ClockSeason *a, const ClockSeason *b) {
        if (!str_eq(a->name, b->name) || !str_eq(a->name_en, b->name_en) || a->n != b->n ||
            memcmp(&a->from, &b->from, sizeof a->from) != 0 || memcmp(&a->to, &b->to, sizeof a->to) != 0)
                return false;
        return memcmp(a->v, b->v, a->n * sizeof *a->v) == 0;
}

bool clock_scale_is(const ClockScale *s, const Calendar *calendar, const ClockWindows *windows, Str region) {
        if (s->calendar != calendar || !str_eq(s->region, region) || s->windows.n != windows->n ||
            s->windows.edition != windows->edition)
                return false;
        for (size_t i = 0; i < windows->n; i++)
                if (!season_same(&s->windows.v[i], &windows->v[i]))
                        return false;
        return true;
}

static int at(DayNo day) {
        if (day < FIRST_DAY)
                return 0;
        return day >= FIRST_DAY + DAYS ? DAYS - 1 : day - FIRST_DAY;
}

/* day_of_ms(), inline and clamped: half of a sweep's time would be spent in the call. */
static int at_ms(int64_t ms, int64_t *ret_in_day) {
        int64_t local = ms + ZONE_MS - (int64_t)FIRST_DAY * MS_DAY;

        if (local < 0)
                return *ret_in_day = 0, 0;
        if (local >= (int64_t)DAYS * MS_DAY)
                return *ret_in_day = MS_DAY, DAYS - 1;
        *ret_in_day = local % MS_DAY;
        return (int)(local / MS_DAY);
}

const ClockSeason *clock_scale_season(const ClockScale *s, DayNo day) {
        return &s->windows.v[s->season[at(day)]];
}

bool clock_scale_workday(const ClockScale *s, DayNo day) { return s->days[at(day) + 1] > s->days[at(day)]; }

/* Working ms since the scale's beginning. */
static int64_t work_before(const ClockScale *s, int64_t ms) {
        int64_t in_day, sum;
        int i = at_ms(ms, &in_day);
        const ClockSeason *season = &s->windows.v[s->season[i]];

        sum = (int64_t)s->minutes[i] * MS_MINUTE;
        if (s->days[i + 1] == s->days[i])
                return sum;
        for (size_t k = 0; k < season->n && in_day > season->v[k].from_min * MS_MINUTE; k++) {
                int64_t to = season->v[k].to_min * MS_MINUTE;

                sum += (in_day < to ? in_day : to) - season->v[k].from_min * MS_MINUTE;
        }
        return sum;
}

int64_t clock_scale_between(const ClockScale *s, int64_t from_ms, int64_t to_ms) {
        return to_ms <= from_ms ? 0 : work_before(s, to_ms) - work_before(s, from_ms);
}

/* The first day i ≥ from with sums[i + 1] ≥ target; DAYS when there is none. */
static int first_reaching(const int32_t *sums, int from, int64_t target) {
        int step = 1, lo = from, hi = from;

        while (hi < DAYS && sums[hi + 1] < target) {
                lo = hi + 1;
                hi += step;
                step *= 2;
        }
        if (hi > DAYS)
                hi = DAYS;
        while (lo < hi) {
                int mid = lo + (hi - lo) / 2;

                if (sums[mid + 1] >= target)
                        hi = mid;
                else
                        lo = mid + 1;
        }
        return lo;
}

int64_t clock_scale_after(const ClockScale *s, int64_t from_ms, int64_t work_ms) {
        int64_t in_day, target = work_before(s, from_ms) + work_ms, left, start;
        const ClockSeason *season;
        int i;

        if (work_ms <= 0)
                return from_ms;
        i = first_reaching(s->minutes, at_ms(from_ms, &in_day), (target + MS_MINUTE - 1) / MS_MINUTE);
        if (i == DAYS)
                return day_start_ms(FIRST_DAY + DAYS);
        left = target - (int64_t)s->minutes[i] * MS_MINUTE;
        start = day_start_ms(FIRST_DAY + i);
        season = &s->windows.v[s->season[i]];
        for (size_t k = 0; k < season->n; k++) {
                int64_t from = season->v[k].from_min * MS_MINUTE, to = season->v[k].to_min * MS_MINUTE;

                if (left <= to - from)
                        return start + from + left;
                left -= to - from;
        }
        return start + MS_DAY; /* not reached: the day's sum is at least left */
}

int64_t clock_scale_days(const ClockScale *s, DayNo after, DayNo last) {
        return s->days[at(last) + 1] - s->days[at(after) + 1];
}

DayNo clock_scale_workday_after(const ClockScale *s, DayNo day, int64_t n) {
        int i = at(day);

        return n < 1 ? day : FIRST_DAY + first_reaching(s->days, i, s->days[i + 1] + n);
}

int clock_scale_missing(const ClockScale *s, DayNo from, DayNo to) {
        int last = date_of_day(to).year;

        for (int year = date_of_day(from).year; year <= last; year++)
                if (year < CLOCK_FIRST_YEAR || year > CLOCK_LAST_YEAR || !s->known[year - CLOCK_FIRST_YEAR])
                        return year;
        return 0;
}
