/* Whether a rule fits a matter: a pure function of both, so that the reasons can be shown for every rule. */
#include "dispatch/dispatch_int.h"

static inline uint32_t miss(DispatchMiss m) { return 1u << m; }

/* Is the minute inside the hours? A window that ends on the next day began the day before for the hours after midnight: then that
 * day decides whether the days fit. */
static bool in_hours(const Rule *r, int minute, bool *ret_began_before) {
        int64_t from = r->from_minute.set ? r->from_minute.n : 0;
        int64_t to = r->to_minute.set ? r->to_minute.n : MINUTES_A_DAY;

        *ret_began_before = from > to && minute < to;
        return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

static bool on_days(const Rule *r, const Matter *m, bool began_before) {
        bool workday = began_before ? m->workday_before : m->workday;
        int weekday = day_weekday(began_before ? m->day - 1 : m->day);

        switch (r->days) {
        case DISPATCH_DAYS_ANY: return true;
        case DISPATCH_DAYS_WORKING: return workday;
        case DISPATCH_DAYS_OFF: return !workday;
        case DISPATCH_DAYS_LISTED: return r->weekdays >> (weekday - 1) & 1;
        }
        return false;
}

uint32_t rule_misses(const Rule *r, const Matter *m) {
        bool began_before, hours = in_hours(r, m->minute, &began_before);
        uint32_t misses = 0;

        if (r->category.n && !str_eq(r->category, m->category) && !str_eq(r->category, m->class))
                misses |= miss(DISPATCH_MISS_CATEGORY);
        if (!str_starts(m->place, r->place.n ? r->place : r->centre))
                misses |= miss(DISPATCH_MISS_PLACE);
        if (!hours)
                misses |= miss(DISPATCH_MISS_HOURS);
        if (!on_days(r, m, hours && began_before))
                misses |= miss(DISPATCH_MISS_DAYS);
        if (r->active_from.set && m->day < r->active_from.n)
                misses |= miss(DISPATCH_MISS_NOT_YET);
        if (r->active_to.set && m->day > r->active_to.n)
                misses |= miss(DISPATCH_MISS_ENDED);
        return misses;
}
