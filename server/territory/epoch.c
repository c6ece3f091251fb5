/* The territory in memory. An epoch is built from the database, then never changes; readers hold it while they look, and the
 * newest one takes its place by one pointer. The last one to let go frees it. A few more epochs, of days in the past, are kept for
 * whoever asks as of those days; they are built one at a time, and only so many wait for their turn. What is planned for a later day
 * becomes today's by the clock: an epoch knows until when it holds. */
#include "base/log.h"
#include "core/notice/notice.h"
#include "core/setting/setting.h"
#include "territory/territory_int.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PAST_DAYS = 4, PAST_WAITING = 4, SOON_MS = 10 * MS_MINUTE, SLACK_MS = MS_MINUTE, GRID_PX = 10 };

static struct {
        pthread_mutex_t lock;     /* of the pointers; held for a moment */
        pthread_mutex_t loading;  /* one load at a time, so that an older one cannot win */
        pthread_mutex_t recalling; /* one day of the past at a time */
        atomic_int waiting;       /* for it */
        _Atomic uint64_t changes; /* that this process made; an epoch that saw less of them is stale */
        Epoch *now, *past[PAST_DAYS];
        size_t oldest; /* of the past days: the next to go */
} territory = { .lock = PTHREAD_MUTEX_INITIALIZER,
                .loading = PTHREAD_MUTEX_INITIALIZER,
                .recalling = PTHREAD_MUTEX_INITIALIZER };

/* ---- codes --------------------------------------------------------------------------------------------------------------- */

static const size_t code_lengths[] = { 0, 2, 4, 6, 9, 12, 15 };

int place_kind(Str code) {
        for (int kind = PLACE_KIND_PROVINCE; kind <= PLACE_KIND_GRID; kind++)
                if (code.n == code_lengths[kind])
                        return kind;
        return 0;
}

Str place_parent(Str code) {
        int kind = place_kind(code);

        return kind > PLACE_KIND_PROVINCE ? str_sub(code, 0, code_lengths[kind - 1]) : STR_NONE;
}

static int digits(Str code, size_t from, size_t n) {
        int64_t value = 0;

        return str_int(str_sub(code, from, n), &value) ? (int)value : 0;
}

/* Townships and villages are numbered 001–599; 601 and above is for locally assigned ones. A county part "00" is that of cities
 * without districts, whose townships hang on the city. */
bool place_code_valid(Str code) {
        static const char provinces[] =
                "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 "
                "64 65 71 81 82 ";
        int kind = place_kind(code);

        if (!kind || !str_digits(code))
                return false;
        if (!str_contains(str_c(provinces), (Str){ (const char[]){ code.p[0], code.p[1], ' ' }, 3 }))
                return false;
        if (kind >= PLACE_KIND_CITY && digits(code, 2, 2) == 0)
                return false;
        if (kind >= PLACE_KIND_TOWNSHIP && digits(code, 6, 3) == 0)
                return false;
        if (kind >= PLACE_KIND_COMMUNITY && digits(code, 9, 3) == 0)
                return false;
        return kind < PLACE_KIND_GRID || digits(code, 12, 3) > 0;
}

/* ---- searching ----------------------------------------------------------------------------------------------------------- */

static size_t lower_bound(const Epoch *e, Str code) {
        size_t lo = 0, hi = e->n;

        while (lo < hi) {
                size_t mid = lo + (hi - lo) / 2;

                if (str_cmp(e->places[mid].place.code, code) < 0)
                        lo = mid + 1;
                else
                        hi = mid;
        }
        return lo;
}

int64_t epoch_find(const Epoch *e, Str code) {
        size_t at = lower_bound(e, code);

        return at < e->n && str_eq(e->places[at].place.code, code) ? (int64_t)at : -1;
}

size_t epoch_end(const Epoch *e, Str prefix, size_t *ret_from) {
        char beyond[PLACE_CODE_MAX + 1];

        *ret_from = 0;
        if (!prefix.n)
                return e->n;
        if (prefix.n > PLACE_CODE_MAX)
                return 0;
        *ret_from = lower_bound(e, prefix);
        memcpy(beyond, prefix.p, prefix.n);
        beyond[prefix.n] = ':'; /* the character after '9' */
        return lower_bound(e, (Str){ beyond, prefix.n + 1 });
}

/* ---- building ------------------------------------------------------------------------------------------------------------ */

static Str keep(Epoch *e, Str s) { return str_given(s) ? str_dup(e->arena, s) : STR_NONE; }

static Rc add_place(Cx *cx, const Place *p, void *arg) {
        Epoch *e = arg;
        size_t cap = e->cap ? e->cap * 2 : 256;

        (void)cx;
        if (e->n == e->cap) {
                e->places = realloc(e->places, cap * sizeof *e->places);
                if (!e->places)
                        abort();
                e->cap = cap;
        }
        e->places[e->n] = (EpochPlace){ .place = *p, .parent = -1 };
        e->places[e->n].place.code = keep(e, p->code);
        e->places[e->n].place.name = keep(e, p->name);
        e->places[e->n].place.level_name = keep(e, p->level_name);
        e->n++;
        return OK;
}

static Rc add_point(Cx *cx, const EpochPoint *p, void *arg) {
        Epoch *e = arg;
        size_t cap = e->point_cap ? e->point_cap * 2 : 64;

        (void)cx;
        if (e->point_count == e->point_cap) {
                e->points = arena_grow(e->arena, e->points, e->point_cap * sizeof *p, cap * sizeof *p);
                e->point_cap = cap;
        }
        e->points[e->point_count++] =
                (EpochPoint){ p->id, keep(e, p->kind), keep(e, p->name), keep(e, p->place), p->at };
        return OK;
}

/* The nearest known place around each: codes may jump a level (a township right below a city). */
static void find_parents(Epoch *e) {
        for (size_t i = 0; i < e->n; i++) {
                EpochPlace *p = &e->places[i];

                for (Str up = place_parent(p->place.code); up.n && p->parent < 0; up = place_parent(up))
                        p->parent = epoch_find(e, up);
                p->place.parent = p->parent < 0 ? STR_NONE : e->places[p->parent].place.code;
                if (p->parent >= 0)
                        e->places[p->parent].children++;
        }
}

/* The first zoom at which a grid is GRID_PX high on the average (a tile is 512 pixels on the screen). Before it the borders of a city's
 * 31,000 grids would be one grey, and a tile of them a megabyte. */
static int grids_zoom(const Epoch *e) {
        double high = 0, n = 0;
        int zoom = 0;

        for (size_t i = 0; i < e->n; i++)
                if (e->places[i].place.kind == PLACE_KIND_GRID && e->places[i].shape) {
                        high += (double)(e->places[i].shape->box.north - e->places[i].shape->box.south);
                        n++;
                }
        while (n > 0 && zoom < TILE_ZOOM_MAX && high / n * 512 * (1 << zoom) / 360e7 < GRID_PX)
                zoom++;
        return zoom;
}

/* What the edition draws of the places that there are. */
static void find_shapes(Epoch *e) {
        for (size_t i = 0; i < e->n && e->drawn; i++) {
                EpochPlace *p = &e->places[i];

                p->shape = drawn_shape(e->drawn, p->place.code, p->place.kind);
                if (p->shape)
                        box_add_box(&e->box, p->shape->box);
        }
        e->grids_zoom = grids_zoom(e);
}

int64_t epoch_locate(const Epoch *e, Point p) {
        int64_t grid = e->drawn ? drawn_grid_at(e->drawn, p) : 0;
        char code[PLACE_CODE_MAX + 1];

        if (!grid)
                return -1;
        for (size_t i = PLACE_CODE_MAX; i-- > 0; grid /= 10)
                code[i] = (char)('0' + grid % 10);
        return epoch_find(e, (Str){ code, PLACE_CODE_MAX });
}

/* Names of the levels and the map's note, as the profile says. */
static Rc read_profile(Cx *cx, Epoch *e) {
        const JsonNode *levels;
        JsonNode *profile;
        Str text;
        Rc rc = setting_get(cx, S("profile"), S("profile"), &text);

        if (rc == E_MISSING) {
                cx->problem = (Problem){ 0 };
                return OK;
        }
        TRY(rc);
        TRY(json_parse(cx, text, &profile));
        e->note = keep(e, json_text(profile, "public_note"));
        e->centre_phone = keep(e, json_text(profile, "centre_phone"));
        levels = json_get(profile, "levels");
        for (const JsonNode *l = levels ? levels->first : NULL; l; l = l->next)
                for (int kind = PLACE_KIND_PROVINCE; kind <= PLACE_KIND_GRID; kind++)
                        if (str_eq_c(json_text(l, "kind"), enum_PlaceKind.words[kind]))
                                e->level_names[kind] = keep(e, json_text(l, "name"));
        return OK;
}

static void epoch_free(Epoch *e) {
        Arena *arena = e->arena;

        drawn_drop(e->drawn);
        free(e->places);
        arena_free(arena);
}

static Rc epoch_read(Cx *cx, Epoch *e) {
        int64_t at = e->at_ms == INT64_MAX ? now_ms(cx) : e->at_ms;
        Edition edition;
        bool there;

        TRY(store_places_at(cx, at, add_place, e));
        TRY(store_edition_at(cx, at, &edition, &there));
        if (there)
                TRY(drawn_take(cx, edition.number, edition.digest, &e->drawn));
        e->until_ms = INT64_MAX;
        if (e->at_ms == INT64_MAX)
                TRY(store_changes(cx, &e->from_ms, &e->until_ms));
        TRY(store_points(cx, add_point, e));
        TRY(read_profile(cx, e));
        find_parents(e);
        find_shapes(e);
        return OK;
}

static Rc epoch_build(Cx *cx, int64_t at_ms, Epoch **ret) {
        Arena *arena = arena_new(0);
        Epoch *e = TAKE(arena, Epoch);
        Rc rc;

        *e = (Epoch){ .arena = arena, .at_ms = at_ms, .box = BOX_EMPTY };
        atomic_init(&e->holders, 1);
        rc = epoch_read(cx, e);
        if (rc != OK) {
                epoch_free(e);
                return rc;
        }
        *ret = e;
        return OK;
}

/* ---- holding ------------------------------------------------------------------------------------------------------------- */

void epoch_drop(const Epoch *e) {
        Epoch *own = (Epoch *)e;

        if (atomic_fetch_sub(&own->holders, 1) == 1)
                epoch_free(own);
}

/* Puts an epoch in place (NULL: takes it away) and lets go of what was there. */
static void swap(Epoch **place, Epoch *e) {
        Epoch *old;

        pthread_mutex_lock(&territory.lock);
        old = *place;
        *place = e;
        pthread_mutex_unlock(&territory.lock);
        if (old)
                epoch_drop(old);
}

static const Epoch *hold(Epoch **place, int64_t at_ms) {
        Epoch *e;

        pthread_mutex_lock(&territory.lock);
        e = *place;
        if (e && e->at_ms != at_ms)
                e = NULL;
        if (e)
                atomic_fetch_add(&e->holders, 1);
        pthread_mutex_unlock(&territory.lock);
        return e;
}

/* With `loading` held. */
static Rc load(Cx *cx) {
        uint64_t seen = atomic_load(&territory.changes); /* before reading: what comes meanwhile makes it stale */
        Epoch *e = NULL;

        TRY(epoch_build(cx, INT64_MAX, &e));
        e->changes = seen;
        swap(&territory.now, e);
        for (size_t i = 0; i < PAST_DAYS; i++)
                swap(&territory.past[i], NULL);
        return OK;
}

Rc territory_load(Cx *cx) {
        Rc rc;

        pthread_mutex_lock(&territory.loading);
        rc = load(cx);
        pthread_mutex_unlock(&territory.loading);
        return rc;
}

/* Today's, unless something has become valid since it was built. Clocks of requests and servers differ a little, hence the slack. */
static const Epoch *hold_fresh(Cx *cx) {
        const Epoch *e = hold(&territory.now, INT64_MAX);

        if (e && (e->changes != atomic_load(&territory.changes) || now_ms(cx) >= e->until_ms || now_ms(cx) + SLACK_MS < e->from_ms)) {
                epoch_drop(e);
                e = NULL;
        }
        return e;
}

Rc epoch_take(Cx *cx, const Epoch **ret) {
        const Epoch *e = hold_fresh(cx);
        Rc rc = OK;

        if (!e) {
                pthread_mutex_lock(&territory.loading);
                e = hold_fresh(cx); /* somebody was quicker */
                if (!e && (rc = load(cx)) == OK)
                        e = hold(&territory.now, INT64_MAX);
                pthread_mutex_unlock(&territory.loading);
        }
        if (rc != OK)
                return rc;
        if (!e)
                return fail(cx, P_SERVER_BUSY, "The territory is being loaded");
        *ret = e;
        return OK;
}

Rc territory_prepare(Cx *cx) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        const Drawn *d = NULL;
        Edition next;
        bool there;

        TRY(epoch_take(cx, &e));
        if (e->until_ms - now_ms(cx) > SOON_MS)
                return OK;
        TRY(store_edition_at(cx, e->until_ms, &next, &there));
        if (!there)
                return OK;
        TRY(drawn_take(cx, next.number, next.digest, &d));
        drawn_drop(d); /* it stays in the cache */
        return OK;
}

static Rc day_end(Cx *cx, Str date, int64_t *ret) {
        Date d;

        if (!date_parse(date, &d))
                return fail(cx, P_INPUT_INVALID, STR_FMT " is no date", STR_ARG(date));
        return *ret = day_start_ms(day_of_date(d) + 1) - 1, OK;
}

static const Epoch *hold_past(int64_t at_ms) {
        const Epoch *e = NULL;

        for (size_t i = 0; i < PAST_DAYS && !e; i++)
                e = hold(&territory.past[i], at_ms);
        return e;
}

Rc epoch_kept_at(Cx *cx, Str date, const Epoch **ret) {
        int64_t at;

        *ret = NULL;
        if (!str_given(date) || !date.n)
                return epoch_take(cx, ret);
        TRY(day_end(cx, date, &at));
        if (at >= now_ms(cx)) { /* what is not planned is not known: today's, until the next change that is */
                TRY(epoch_take(cx, ret));
                if (at < (*ret)->until_ms)
                        return OK;
                epoch_drop(*ret);
        }
        *ret = hold_past(at);
        return OK;
}

/* With `recalling` held. */
static Rc recall(Cx *cx, int64_t at_ms, const Epoch **ret) {
        const Epoch *kept = hold_past(at_ms); /* somebody was quicker */
        Epoch *e;

        if (kept)
                return *ret = kept, OK;
        TRY(epoch_build(cx, at_ms, &e));
        atomic_fetch_add(&e->holders, 1);
        swap(&territory.past[territory.oldest], e);
        territory.oldest = (territory.oldest + 1) % PAST_DAYS;
        return *ret = e, OK;
}

Rc epoch_take_at(Cx *cx, Str date, const Epoch **ret) {
        const Epoch *kept;
        int64_t at;
        Rc rc;

        TRY(epoch_kept_at(cx, date, &kept));
        if (kept)
                return *ret = kept, OK;
        TRY(day_end(cx, date, &at));
        if (atomic_fetch_add(&territory.waiting, 1) >= PAST_WAITING) {
                rc = fail(cx, P_SERVER_BUSY, "%d others are waiting for a day in the past", PAST_WAITING);
        } else {
                pthread_mutex_lock(&territory.recalling);
                rc = recall(cx, at, ret);
                pthread_mutex_unlock(&territory.recalling);
        }
        atomic_fetch_sub(&territory.waiting, 1);
        return rc;
}

static void heard(Cx *cx, const Notice *n) {
        (void)n;
        if (territory_load(cx) != OK)
                log_error("territory.load", "%s " STR_FMT, problem_name(cx->problem.code),
                          STR_ARG(cx->problem.detail));
}

/* Whoever changed something sees it with the next question; the others with the notice. */
static void heard_at_once(Cx *cx, const Notice *n) {
        (void)cx;
        (void)n;
        atomic_fetch_add(&territory.changes, 1);
}

void epoch_init(void) {
        notice_hear_at_once("territory", heard_at_once);
        notice_hear("territory", heard);
        notice_hear("setting", heard);
}
