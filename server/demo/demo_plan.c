/* The plan: who reports what where and when, which flow it takes and how far it gets. Figures come from the profile: so many cases a
 * class, so many disposed; which of them take another flow than their category's says demo.cases.also. */
#include "base/id.h"
#include "base/env.h"
#include "core/setting/setting.h"
#include "demo/demo_plan.h"
#include <inttypes.h>

enum {
        OPEN_TAIL = 40, /* the newest cases: some of them are still under way */
        SCENE = 75,     /* so many in a hundred reports come with a photo, where the texts do not say another number */
        FILE_MAX = 4 * 1024 * 1024,
        KIND_TRIES = 10000,
        TAIL_DAYS = 6,
        BATCH = 200, /* steps in one transaction */
};

/* ---- what there is to choose from ------------------------------------------------------------------------------------------- */

static Kind kind_of(const JsonNode *catalogue, const JsonNode *class, const JsonNode *item, const JsonNode *texts) {
        Str own = json_text(item, "flow"), of_class = json_text(class, "flow");

        return (Kind){ .class = json_text(class, "code"), .code = json_text(item, "code"), .name = json_text(item, "zh"),
                       .icon = json_text(item, "icon"), .unit = json_text(item, "unit"),
                       .flow = own.n ? own : of_class.n ? of_class : json_text(catalogue, "flow"),
                       .weight = demo_int(texts, "weight", 1), .scene = (int)demo_int(texts, "scene", SCENE),
                       .report = json_get(texts, "report"), .done = json_get(texts, "done") };
}

static Rc read_kinds(Cx *cx, const JsonNode *profile, Plan *p) {
        Str share, text, path = json_text(json_get(profile, "demo"), "texts");
        JsonNode *catalogue, *texts;
        const JsonNode *classes;

        TRY(setting_get(cx, S("catalogue"), S("catalogue"), &text));
        TRY(json_parse(cx, text, &catalogue));
        TRY(setting_share_dir(cx, &share));
        path = str_fmt(cx->arena, STR_FMT "/profiles/" STR_FMT "/" STR_FMT, STR_ARG(share), STR_ARG(json_text(profile, "code")),
                       STR_ARG(path));
        if (!file_read(cx->arena, str_z(cx->arena, path), FILE_MAX, &text))
                return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(path));
        TRY(json_parse(cx, text, &texts));
        classes = json_get(catalogue, "classes");
        for (const JsonNode *c = classes ? classes->first : NULL; c; c = c->next)
                for (const JsonNode *i = json_get(c, "items")->first; i; i = i->next) {
                        const JsonNode *t = json_get(texts, str_z(cx->arena, json_text(i, "code")));

                        if (!t)
                                t = json_get(texts, str_z(cx->arena, json_text(c, "code")));
                        if (!t)
                                t = json_get(texts, "*");
                        if (!t)
                                return fail(cx, P_CONFIG_INVALID, "demo texts: nothing for category " STR_FMT,
                                            STR_ARG(json_text(i, "code")));
                        *list_push(cx->arena, &p->kinds) = kind_of(catalogue, c, i, t);
                }
        return OK;
}

/* Index of the list's code that the grid begins with. */
static int place_index(const StrList *places, Str grid) {
        for (size_t i = 0; i < places->n; i++)
                if (str_starts(grid, places->v[i]))
                        return (int)i;
        return 0;
}

/* Buildings in grids that have members (not all have in a demo of a city). */
static Rc read_sites(Cx *cx, Plan *p) {
        BuildingQuery query = { .under = json_text(p->config, "place") };
        const Actor *before = cx->actor;
        BuildingPage *page;
        AccountId center;

        TRY(who_account_by_login(cx, S("center"), &center));
        TRY(who_actor_of(cx, center, &cx->actor));
        do {
                TRY(api_building_list(cx, &query, &page));
                for (size_t i = 0; i < page->items.n; i++) {
                        const BuildingView *b = &page->items.v[i];
                        Site site = { b->code, b->address, b->grid, { b->lon, b->lat }, place_index(&p->places.grids, b->grid),
                                      place_index(&p->places.communities, b->grid),
                                      place_index(&p->places.townships, b->grid),
                                      place_index(&p->places.counties, b->grid) };

                        if (site.grid_index < p->members)
                                *list_push(cx->arena, &p->sites) = site;
                }
                query.page = page->next;
        } while (page->next.n);
        cx->actor = before;
        return p->sites.n ? OK : fail(cx, P_CONFIG_INVALID, "no buildings below " STR_FMT, STR_ARG(query.under));
}

/* Departments whose `level` is county or city stand above the street. */
static Rc read_units(Plan *p) {
        Cx *cx = p->cx;
        JsonNode *root;
        Str text;

        TRY(setting_get(cx, S("departments"), S("departments"), &text));
        TRY(json_parse(cx, text, &root));
        for (const JsonNode *d = json_get(root, "departments")->first; d; d = d->next) {
                Str level = json_text(d, "level");

                *list_push(cx->arena, &p->units) = json_text(d, "code");
                if (str_eq(level, S("county")) || str_eq(level, S("city")))
                        *list_push(cx->arena, &p->beyond) = json_text(d, "code");
        }
        return OK;
}

bool plan_beyond(const Plan *p, Str unit) {
        for (size_t i = 0; i < p->beyond.n; i++)
                if (str_eq(p->beyond.v[i], unit))
                        return true;
        return false;
}

/* ---- time ------------------------------------------------------------------------------------------------------------------ */

/* Some hours later, in daytime. */
int64_t plan_later(const Plan *p, int64_t at, double lo_h, double hi_h) {
        int64_t t = at + (int64_t)(lo_h * MS_HOUR) + (int64_t)rand_below((uint64_t)((hi_h - lo_h) * MS_HOUR) + 1), start, of_day;

        start = day_start_ms(day_of_ms(t));
        of_day = t - start;
        if (of_day >= 20 * MS_HOUR)
                t = start + MS_DAY + 8 * MS_HOUR + (int64_t)rand_below(2 * MS_HOUR);
        else if (of_day < 8 * MS_HOUR)
                t = start + 8 * MS_HOUR + (int64_t)rand_below(2 * MS_HOUR);
        if (t >= p->until_ms)
                t = p->until_ms - MS_MINUTE;
        return t > at ? t : at + MS_SECOND; /* what follows stays behind what it follows, also at the end */
}

static int64_t even_time(const Plan *p, size_t i) {
        return plan_later(p, p->from_ms + (p->until_ms - p->from_ms) / (int64_t)p->demo->count * (int64_t)i, 0, 2);
}

/* Report times grow with the number; the tail falls into the last days. */
static int64_t tail_time(const Plan *p, size_t i) {
        size_t early = p->demo->count - OPEN_TAIL;
        int64_t tail = p->until_ms - p->tail_ms, span = i < early ? tail - 4 * MS_DAY - p->from_ms : p->tail_ms - 8 * MS_HOUR;
        int64_t at = i < early ? p->from_ms + span / (int64_t)early * (int64_t)i
                               : tail + span / OPEN_TAIL * (int64_t)(i - early);

        return plan_later(p, at, 0, 2);
}

/* ---- cases ------------------------------------------------------------------------------------------------------------------ */

/* A category of the class (no class: of all), by weight. */
const Kind *plan_kind(const Plan *p, Str class) {
        int64_t all = 0, dice;

        for (size_t i = 0; i < p->kinds.n; i++)
                all += !class.n || str_eq(p->kinds.v[i].class, class) ? p->kinds.v[i].weight : 0;
        dice = (int64_t)rand_below((uint64_t)all);
        for (size_t i = 0; i < p->kinds.n; i++) {
                if (class.n && !str_eq(p->kinds.v[i].class, class))
                        continue;
                if (dice < p->kinds.v[i].weight)
                        return &p->kinds.v[i];
                dice -= p->kinds.v[i].weight;
        }
        return &p->kinds.v[0];
}

const Kind *plan_kind_of(const Plan *p, Str code) {
        for (size_t i = 0; i < p->kinds.n; i++)
                if (str_eq(p->kinds.v[i].code, code))
                        return &p->kinds.v[i];
        return NULL;
}

/* Every case's class, in a shuffled order (Fisher and Yates). */
static void shuffled_classes(Plan *p) {
        const JsonNode *classes = json_get(p->config, "classes");
        size_t n = 0, count = 0;

        for (const JsonNode *c = classes->first; c; c = c->next)
                count += (size_t)c->num;
        p->demo->count = count;
        p->classes = TAKE_ARRAY(p->cx->arena, Str, count);
        for (const JsonNode *c = classes->first; c; c = c->next)
                for (int i = 0; i < (int)c->num; i++)
                        p->classes[n++] = c->name;
        for (size_t i = n; i > 1; i--) {
                size_t k = (size_t)rand_below(i);
                Str other = p->classes[i - 1];

                p->classes[i - 1] = p->classes[k];
                p->classes[k] = other;
        }
}

/* The undisposed ones and the unfinished among the disposed stand in the tail. */
static Goal goal_of(const Plan *p, size_t i, size_t undisposed) {
        size_t from_end = p->demo->count - 1 - i;

        if (from_end < 2 * undisposed && from_end % 2 == 0)
                return GOAL_OPEN;
        return from_end < OPEN_TAIL && from_end % 3 != 2 ? GOAL_DISPOSED : GOAL_CLOSED;
}

static Rc plan_classes(Plan *p) {
        Demo *demo = p->demo;
        size_t undisposed;

        if (!json_get(p->config, "classes"))
                return fail(p->cx, P_CONFIG_INVALID, "profile.json: demo.cases needs classes or total");
        shuffled_classes(p);
        if (demo->count < OPEN_TAIL * 2)
                return fail(p->cx, P_CONFIG_INVALID, "profile.json: demo.cases needs at least %d cases", OPEN_TAIL * 2);
        undisposed = demo->count - (size_t)demo_int(p->config, "disposed", (int64_t)demo->count);
        p->fates = TAKE_ARRAY(p->cx->arena, Fate, demo->count);
        for (size_t i = 0; i < demo->count; i++)
                p->fates[i].goal = goal_of(p, i, undisposed);
        return OK;
}

static Rc choose_kind(Plan *p, size_t i) {
        const Fate *f = &p->fates[i];

        for (int tries = 0; tries < KIND_TRIES; tries++) {
                const Kind *k = f->category.n ? plan_kind_of(p, f->category) : plan_kind(p, p->classes ? p->classes[i] : S(""));

                if (!f->moved || plan_beyond(p, k->unit) == f->beyond)
                        return p->choice[i] = k, OK;
        }
        return fail(p->cx, P_CONFIG_INVALID, "no category whose unit is on the level that demo.cases asks for");
}

/* Fates first, then what each is about, then its way. */
static Rc plan_all(Plan *p) {
        Demo *demo = p->demo;
        int64_t end;

        TRY(json_get(p->config, "total") ? plan_figures(p) : plan_classes(p));
        TRY(plan_also(p));
        demo->cases = TAKE_ARRAY(p->cx->arena, DemoCase, demo->count);
        p->choice = TAKE_ARRAY(p->cx->arena, const Kind *, demo->count);
        for (size_t i = 0; i < demo->count; i++)
                TRY(choose_kind(p, i));
        for (size_t i = 0; i < demo->count; i++)
                if (!p->fates[i].part_of)
                        TRY(plan_walk(p, i, p->classes ? tail_time(p, i) : even_time(p, i), NULL, &end));
        return OK;
}

Rc demo_plan(Cx *cx, const JsonNode *profile, Demo *ret) {
        const JsonNode *demo = json_get(profile, "demo");
        Plan p = { .cx = cx, .demo = ret, .config = json_get(demo, "cases"), .members = demo_int(demo, "members", 1),
                   .root = json_text(json_get(profile, "territory"), "root"),
                   .leaders = demo_int(demo, "community_leaders", INT64_MAX) };
        Date from, until;

        if (!p.config || !date_parse(json_text(p.config, "from"), &from) || !date_parse(json_text(p.config, "until"), &until))
                return fail(cx, P_CONFIG_INVALID, "profile.json: demo.cases needs from, until");
        p.from_ms = day_start_ms(day_of_date(from)) + 8 * MS_HOUR;
        p.until_ms = day_start_ms(day_of_date(until)) + 18 * MS_HOUR;
        p.tail_ms = demo_int(p.config, "open_days", TAIL_DAYS) * MS_DAY;
        ret->batch = (size_t)demo_int(p.config, "batch", BATCH);
        ret->photos_permille = (int)demo_int(p.config, "photos", 1000);
        TRY(demo_places(cx, p.root, &p.places));
        TRY(read_units(&p));
        TRY(read_kinds(cx, profile, &p));
        TRY(read_sites(cx, &p));
        TRY(way_read(&p));
        return plan_all(&p);
}
