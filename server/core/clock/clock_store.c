/* The calendar in use: read from the settings once per change and kept. Superseded calendars stay, because a request may still
 * be counting with one; there are a few a year. */
#include "contract.gen.h"
#include "core/clock/clock.h"
#include "core/setting/setting.h"
#include <pthread.h>

static struct {
        pthread_mutex_t lock;
        Cx *kept; /* its arena holds every calendar since the start */
        const Calendar *now;
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

static bool replaced(const Calendar *with, DayNo day) {
        int year = date_of_day(day).year;

        for (size_t i = 0; i < with->year_count; i++)
                if (with->years[i] == year)
                        return true;
        for (size_t i = 0; i < with->n; i++)
                if (with->entries[i].day == day)
                        return true;
        return false;
}

static void entry_write(Buf *b, Arena *a, const CalendarEntry *e) {
        buf_fmt(b, STR_FMT "\t%s\t" STR_FMT "\n", STR_ARG(date_str(a, date_of_day(e->day))),
                e->work ? "work" : "off", STR_ARG(e->name));
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
        buf_c(&merged, "date\tkind\tname\n");
        for (size_t i = 0, k = 0; i < (old ? old->n : 0) || k < in->n;) {
                bool from_old =
                        old && i < old->n && (k == in->n || old->entries[i].day <= in->entries[k].day);

                if (from_old && !replaced(in, old->entries[i].day))
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
