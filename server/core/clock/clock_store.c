/* The calendar in use: read from the settings once per change and kept. Superseded calendars stay, because a request may still
 * be counting with one; there are a few a year. */
#include "contract.gen.h"
#include "core/clock/clock_int.h"
#include "core/setting/setting.h"
#include <pthread.h>

enum { SCALES_MAX = 64 };

static struct {
        pthread_mutex_t lock;
        Cx *kept; /* its arena holds every calendar and scale since the start */
        const Calendar *now;
        const ClockScale *scales[SCALES_MAX]; /* of the calendar in use */
        size_t scale_count;
        Str text;
        uint64_t generation;
} clock_state = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* With the lock held: takes a text over unless it is the one in use. */
static Rc take_over(Cx *cx, Str text, int64_t edition, uint64_t generation) {
        Calendar *c;

        if (!clock_state.now || !str_eq(clock_state.text, text) || clock_state.now->edition != edition) {
                TRY(calendar_parse(cx, text, &c)); /* the error, if any, belongs to the caller's context */
                if (!clock_state.kept)
                        clock_state.kept = cx_new(256u << 20);
                clock_state.text = str_dup(clock_state.kept->arena, text);
                TRY(calendar_parse(clock_state.kept, clock_state.text, &c));
                c->edition = edition;
                clock_state.now = c;
                clock_state.scale_count = 0;
        }
        clock_state.generation = generation;
        return OK;
}

Rc clock_calendar(Cx *cx, const Calendar **ret) {
        uint64_t generation = setting_generation();
        int64_t edition;
        Rc rc = OK;
        Str text;

        pthread_mutex_lock(&clock_state.lock);
        if (clock_state.now && clock_state.generation == generation) {
                *ret = clock_state.now;
                pthread_mutex_unlock(&clock_state.lock);
                return OK;
        }
        pthread_mutex_unlock(&clock_state.lock);
        TRY(setting_get(cx, S("calendar"), S("CN"), &text));
        TRY(setting_edition(cx, S("calendar"), S("CN"), &edition));
        pthread_mutex_lock(&clock_state.lock);
        rc = take_over(cx, text, edition, generation);
        if (rc == OK)
                *ret = clock_state.now;
        pthread_mutex_unlock(&clock_state.lock);
        return rc;
}

/* Regions that no day is listed for share one scale: only the prefixes that occur make a difference. */
static Str region_that_counts(const Calendar *c, Str region) {
        size_t longest = 0;

        for (size_t i = 0; i < c->n; i++)
                if (c->entries[i].region.n > longest && str_starts(region, c->entries[i].region))
                        longest = c->entries[i].region.n;
        return str_sub(region, 0, longest);
}

Rc clock_scale(Cx *cx, const ClockWindows *windows, Str region, const ClockScale **ret) {
        const ClockScale *found = NULL;
        const Calendar *calendar;
        Rc rc = OK;

        TRY(clock_calendar(cx, &calendar));
        region = region_that_counts(calendar, region);
        pthread_mutex_lock(&clock_state.lock);
        for (size_t i = 0; i < clock_state.scale_count && !found; i++)
                if (clock_scale_is(clock_state.scales[i], calendar, windows, region))
                        found = clock_state.scales[i];
        if (!found && clock_state.now == calendar && clock_state.scale_count < SCALES_MAX) {
                rc = clock_scale_new(clock_state.kept, calendar, windows, region, &found);
                if (rc == OK)
                        clock_state.scales[clock_state.scale_count++] = found;
        }
        pthread_mutex_unlock(&clock_state.lock);
        if (rc == OK && !found) /* a newer calendar came meanwhile, or more regions than are kept */
                rc = clock_scale_new(cx, calendar, windows, region, &found);
        if (rc == OK)
                *ret = found;
        return rc;
}

static bool replaced(const Calendar *with, const CalendarEntry *old) {
        int year = date_of_day(old->day).year;

        if (!old->region.n && calendar_has_year(with, year))
                return true;
        for (size_t i = 0; i < with->n; i++) {
                const CalendarEntry *e = &with->entries[i];

                if (str_eq(e->region, old->region) &&
                    (e->day == old->day || (old->region.n && date_of_day(e->day).year == year)))
                        return true;
        }
        return false;
}

static void entry_write(Buf *b, Arena *a, const CalendarEntry *e) {
        buf_fmt(b, STR_FMT "\t%s\t" STR_FMT "%s" STR_FMT "\n", STR_ARG(date_str(a, date_of_day(e->day))),
                e->work ? "work" : "off", STR_ARG(e->name), e->region.n ? "\t" : "", STR_ARG(e->region));
}

Rc clock_calendar_put(Cx *cx, Str tsv, Calendar **ret) {
        Buf merged = BUF_IN(cx->arena);
        Calendar *in, *old = NULL, *result;
        Str text;
        Rc rc;

        TRY(calendar_parse(cx, tsv, &in));
        rc = setting_get(cx, S("calendar"), S("CN"), &text);
        if (rc == OK)
                TRY(calendar_parse(cx, text, &old));
        else if (rc != E_MISSING)
                return rc;
        else
                cx->problem = (Problem){ 0 };
        buf_c(&merged, "date\tkind\tname\tregion\n");
        for (size_t i = 0, k = 0; i < (old ? old->n : 0) || k < in->n;) {
                bool from_old =
                        old && i < old->n && (k == in->n || old->entries[i].day <= in->entries[k].day);

                if (from_old && !replaced(in, &old->entries[i]))
                        entry_write(&merged, cx->arena, &old->entries[i]);
                if (!from_old)
                        entry_write(&merged, cx->arena, &in->entries[k]);
                *(from_old ? &i : &k) += 1;
        }
        TRY(calendar_parse(cx, buf_view(&merged), &result));
        TRY(setting_put(cx, S("calendar"), S("CN"), buf_view(&merged)));
        if (ret)
                *ret = result;
        return OK;
}

Rc clock_calendar_drop(Cx *cx, int year) {
        Buf kept = BUF_IN(cx->arena);
        Calendar *old, *result;
        Str text;

        TRY(setting_get(cx, S("calendar"), S("CN"), &text));
        TRY(calendar_parse(cx, text, &old));
        buf_c(&kept, "date\tkind\tname\tregion\n");
        for (size_t i = 0; i < old->n; i++)
                if (date_of_day(old->entries[i].day).year != year)
                        entry_write(&kept, cx->arena, &old->entries[i]);
        TRY(calendar_parse(cx, buf_view(&kept), &result));
        return setting_put(cx, S("calendar"), S("CN"), buf_view(&kept));
}
