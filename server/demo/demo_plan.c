/* The plan: who reports what where and when, how each case goes on and how far it gets. Figures come from the profile: so many
 * cases a class, so many disposed. */
#include "base/id.h"
#include "base/env.h"
#include "core/setting/setting.h"
#include "demo/demo_plan.h"
#include <inttypes.h>

enum {
        OPEN_TAIL = 40, /* the newest cases: some of them are still under way */
        REOPENED = 7,   /* opened again once, each REOPENED_EVERYth of the early ones that residents reported */
        REOPENED_EVERY = 9,
        FILE_MAX = 4 * 1024 * 1024,
};

/* ---- what there is to choose from ------------------------------------------------------------------------------------------- */

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
                        *list_push(cx->arena, &p->kinds) = (Kind){ json_text(c, "code"),   json_text(i, "code"),
                                                                   json_text(i, "zh"),     json_text(i, "icon"),
                                                                   json_text(i, "unit"),   demo_int(t, "weight", 1),
                                                                   json_get(t, "report"),  json_get(t, "done") };
                }
        return OK;
}

static int grid_index(const StrList *grids, Str code) {
        for (size_t i = 0; i < grids->n; i++)
                if (str_eq(grids->v[i], code))
                        return (int)i;
        return 0;
}

/* Index of the list's code that the grid begins with. */
static int place_index(const StrList *places, Str grid) {
        for (size_t i = 0; i < places->n; i++)
                if (str_starts(grid, places->v[i]))
                        return (int)i;
        return 0;
}

/* Buildings in grids that have members (not all have in a demo of a city). */
static Rc read_sites(Cx *cx, const JsonNode *profile, Plan *p) {
        BuildingQuery query = { .under = json_text(p->config, "place") };
        const Actor *before = cx->actor;
        BuildingPage *page;
        AccountId center;
        DemoPlaces at;

        TRY(demo_places(cx, json_text(json_get(profile, "territory"), "root"), &at));
        p->grids = (int64_t)at.grids.n;
        p->communities = at.communities;
        TRY(who_account_by_login(cx, S("center"), &center));
        TRY(who_actor_of(cx, center, &cx->actor));
        do {
                TRY(api_building_list(cx, &query, &page));
                for (size_t i = 0; i < page->items.n; i++) {
                        const BuildingView *b = &page->items.v[i];
                        Site site = { b->code, b->address, b->grid, { b->lon, b->lat }, grid_index(&at.grids, b->grid),
                                      place_index(&at.communities, b->grid), place_index(&at.townships, b->grid) };

                        if (site.grid_index < p->members)
                                *list_push(cx->arena, &p->sites) = site;
                }
                query.page = page->next;
        } while (page->next.n);
        cx->actor = before;
        return p->sites.n ? OK : fail(cx, P_CONFIG_INVALID, "no buildings below " STR_FMT, STR_ARG(query.under));
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

/* Report times grow with the number; the tail falls into the last six days. */
static int64_t report_time(const Plan *p, size_t i) {
        size_t early = p->demo->count - OPEN_TAIL;
        int64_t tail = p->until_ms - 6 * MS_DAY, span = i < early ? tail - 4 * MS_DAY - p->from_ms : 6 * MS_DAY - 8 * MS_HOUR;
        int64_t at = i < early ? p->from_ms + span / (int64_t)early * (int64_t)i
                               : tail + span / OPEN_TAIL * (int64_t)(i - early);

        return plan_later(p, at, 0, 2);
}

/* ---- steps ----------------------------------------------------------------------------------------------------------------- */

Str plan_member(const Plan *p, const Site *s) {
        int64_t nth = (int64_t)rand_below(3);

        if (s->grid_index + p->grids * nth >= p->members)
                nth = 0;
        return str_fmt(p->cx->arena, "member%" PRId64, s->grid_index + 1 + p->grids * nth);
}

DemoStep *plan_step(Plan *p, int of, int *order, int64_t at, const char *action, Str actor) {
        DemoStep *s = list_push(p->cx->arena, &p->demo->steps);

        *s = (DemoStep){ .of = of, .order = (*order)++, .at_ms = at, .action = str_c(action), .actor = actor };
        return s;
}

void plan_photo(DemoStep *s, PhotoKind kind) { s->kinds[s->photo_count++] = kind; }

/* 登录名 of a department's account: dept1 … in the order of the profile. */
Rc plan_department(Cx *cx, Str unit, Str *ret) {
        JsonNode *root;
        int n = 0;
        Str text;

        TRY(setting_get(cx, S("departments"), S("departments"), &text));
        TRY(json_parse(cx, text, &root));
        for (const JsonNode *d = json_get(root, "departments")->first; d; d = d->next) {
                n++;
                if (str_eq(json_text(d, "code"), unit))
                        return *ret = str_fmt(cx->arena, "dept%d", n), OK;
        }
        return fail(cx, P_CONFIG_INVALID, "departments: no " STR_FMT, STR_ARG(unit));
}

/* How far a case gets: 9 steps to the end. */
typedef enum Reach { REACH_REPORTED, REACH_PENDING, REACH_ACCEPTED, REACH_HANDLING, REACH_HANDLED, REACH_VERIFIED, REACH_END } Reach;

/* The undisposed ones and the unfinished among the disposed stand in the tail. */
static Reach reach_of(const Plan *p, size_t i) {
        size_t from_end = p->demo->count - 1 - i;
        static const Reach open[] = { REACH_HANDLING, REACH_PENDING, REACH_REPORTED, REACH_HANDLING, REACH_PENDING, REACH_ACCEPTED,
                                      REACH_HANDLING, REACH_REPORTED, REACH_PENDING, REACH_HANDLING, REACH_HANDLING };

        if (from_end < 2 * p->undisposed && from_end % 2 == 0)
                return open[from_end / 2 % ARRAY_LEN(open)];
        if (from_end < OPEN_TAIL)
                return from_end % 3 == 0 ? REACH_VERIFIED : from_end % 3 == 1 ? REACH_HANDLED : REACH_END;
        return REACH_END;
}

bool plan_public(const DemoCase *c) { return c->channel == CASE_CHANNEL_QR || c->channel == CASE_CHANNEL_WEB; }

/* Rating by residents: most are satisfied. */
static void finish(Plan *p, int of, int *order, int64_t at, Str street) {
        const DemoCase *c = &p->demo->cases[of];
        DemoStep *s = plan_step(p, of, order, at = plan_later(p, at, 2, 26), "archive", street);
        uint64_t dice = rand_below(100);

        s->note = S("资料齐全，归档");
        if (!plan_public(c) || dice >= 72)
                return;
        s = plan_step(p, of, order, plan_later(p, at, 1, 40), "rate", STR_NONE);
        s->by_reporter = true;
        s->satisfaction = dice < 58 ? SATISFACTION_SATISFIED : dice < 69 ? SATISFACTION_FAIR : SATISFACTION_DISSATISFIED;
        s->note = dice < 20 ? S("处理很快，谢谢") : dice >= 69 ? S("等得有点久") : S("");
}

/* A few residents say it is not fixed: the case is opened again and goes round once more, so that it ends where the others do. Early
 * ones alone, whose second round is over before the demo's last day. */
static void comes_back(Plan *p, int of, int *order, int64_t *at, const Kind *kind, Str dept, Str member, Str street) {
        DemoStep *s;

        if (!plan_public(&p->demo->cases[of]) || p->reopened == REOPENED || *at > p->until_ms - (int64_t)40 * MS_DAY ||
            ++p->public_done % REOPENED_EVERY)
                return;
        p->reopened++;
        plan_step(p, of, order, *at = plan_later(p, *at, 2, 26), "archive", street)->note = S("资料齐全，归档");
        s = plan_step(p, of, order, *at = plan_later(p, *at, 3, 20), "reopen", STR_NONE);
        s->by_reporter = true;
        s->note = S("又出现了同样的情况，没有彻底解决");
        s = plan_step(p, of, order, *at = plan_later(p, *at, 0.5, 4), "accept_dispatch", street);
        s->department = kind->unit;
        s->note = S("居民反映未解决，请重新处置并回访");
        s = plan_step(p, of, order, *at = plan_later(p, *at, 4, 24), "feedback", dept);
        s->note = S("已重新处置，并与居民当面确认");
        plan_photo(s, PHOTO_KIND_AFTER);
        s = plan_step(p, of, order, *at = plan_later(p, *at, 1, 20), "verify_pass", member);
        s->note = S("再次核查，已解决");
        plan_photo(s, PHOTO_KIND_CHECK);
}

/* Dispatch, handling, check; each stops where the case's reach ends. */
static Rc by_department(Plan *p, int of, int *order, int64_t at, Reach reach, const Kind *kind, const Site *site) {
        Str dept, done, place = p->demo->cases[of].address, street = plan_street(p, site);
        DemoStep *s;

        TRY(plan_department(p->cx, kind->unit, &dept));
        if (reach == REACH_PENDING)
                return OK;
        if (reach == REACH_ACCEPTED)
                return plan_step(p, of, order, plan_later(p, at, 0.2, 3), "accept", street), OK;
        s = plan_step(p, of, order, at = plan_later(p, at, 0.2, 5), "accept_dispatch", rand_below(4) ? street : S("center"));
        s->department = kind->unit;
        s->note = S("请按时限处置并反馈");
        if (reach == REACH_HANDLING)
                return OK;
        s = plan_step(p, of, order, at = plan_later(p, at, 2, 30), "feedback", dept);
        done = demo_pick(kind->done)->text; /* STR_ARG would pick twice: the length of one text, the bytes of another */
        s->note = str_fmt(p->cx->arena, STR_FMT "：" STR_FMT, STR_ARG(place), STR_ARG(done));
        plan_photo(s, PHOTO_KIND_AFTER);
        if (reach == REACH_HANDLED)
                return OK;
        s = plan_step(p, of, order, at = plan_later(p, at, 1, 20), "verify_pass", plan_member(p, site));
        s->note = S("现场核查，已解决");
        plan_photo(s, PHOTO_KIND_CHECK);
        if (reach == REACH_END) {
                comes_back(p, of, order, &at, kind, dept, s->actor, street);
                finish(p, of, order, at, street);
        }
        return OK;
}

static Rc by_member(Plan *p, int of, int *order, int64_t at, Reach reach, const Kind *kind, const Site *site, Str member) {
        DemoStep *s = plan_step(p, of, order, at = plan_later(p, at, 0.3, 4), "self_handle", member);

        s->note = demo_pick(kind->done)->text;
        plan_photo(s, PHOTO_KIND_BEFORE);
        plan_photo(s, PHOTO_KIND_AFTER);
        if (reach == REACH_END)
                finish(p, of, order, at, plan_street(p, site));
        return OK;
}

Str plan_text(Cx *cx, Str template, Str place, Str what) {
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < template.n; i++) {
                bool place_here = i + 3 <= template.n && memcmp(template.p + i, "{p}", 3) == 0,
                     what_here = i + 3 <= template.n && memcmp(template.p + i, "{k}", 3) == 0;

                if (place_here || what_here) {
                        buf_str(&b, place_here ? place : what);
                        i += 2;
                } else {
                        buf_char(&b, template.p[i]);
                }
        }
        return buf_view(&b);
}

/* street, street2 … in order of the townships. */
Str plan_street(const Plan *p, const Site *site) {
        return site->township ? str_fmt(p->cx->arena, "street%d", site->township + 1) : S("street");
}

/* leader1 … in order of the communities. */
static Str leader_of(const Plan *p, const Site *site) {
        return str_fmt(p->cx->arena, "leader%d", site->community + 1);
}

static CaseChannel channel(Reach reach) {
        uint64_t dice = rand_below(100);

        if (reach == REACH_REPORTED)
                return CASE_CHANNEL_QR; /* only residents' reports wait for the grid member */
        return dice < 58 ? CASE_CHANNEL_MEMBER : dice < 62 ? CASE_CHANNEL_LEADER : dice < 78 ? CASE_CHANNEL_QR
               : dice < 85 ? CASE_CHANNEL_WEB : CASE_CHANNEL_HOTLINE;
}

static Rc plan_case(Plan *p, size_t i, const Kind *kind) {
        DemoCase *c = &p->demo->cases[i];
        const Site *site = &p->sites.v[rand_below(p->sites.n)];
        Reach reach = reach_of(p, i);
        int64_t at = report_time(p, i);
        bool spot = reach >= REACH_VERIFIED && rand_below(100) < 34;
        int order = 0, of = (int)i;
        Str member = plan_member(p, site);
        DemoStep *s;

        *c = (DemoCase){ .number = of + 1, .category = kind->code, .icon = kind->icon, .unit = kind->unit, .building = site->code,
                         .address = site->address, .grid = site->grid, .at = site->at, .channel = channel(reach),
                         .name = demo_name(p->cx), .phone = demo_phone(p->cx) };
        if (c->channel == CASE_CHANNEL_LEADER && site->community >= p->leaders)
                c->channel = CASE_CHANNEL_MEMBER; /* a demo of a city does not fill every post */
        c->text = plan_text(p->cx, demo_pick(kind->report)->text, site->address, kind->name);
        s = plan_step(p, of, &order, at, "", STR_NONE);
        if (c->channel == CASE_CHANNEL_MEMBER)
                s->actor = member;
        else if (c->channel == CASE_CHANNEL_LEADER)
                s->actor = leader_of(p, site);
        else if (c->channel == CASE_CHANNEL_HOTLINE)
                s->actor = S("center");
        if (c->channel == CASE_CHANNEL_MEMBER && spot) {
                s->on_the_spot = true;
                s->note = demo_pick(kind->done)->text;
                plan_photo(s, PHOTO_KIND_BEFORE);
                plan_photo(s, PHOTO_KIND_AFTER);
                if (reach == REACH_END)
                        finish(p, of, &order, at, plan_street(p, site));
                return OK;
        }
        if (rand_below(100) < (str_eq_c(kind->class, "social") ? 25 : 75))
                plan_photo(s, PHOTO_KIND_SCENE);
        if (!plan_public(c))
                return by_department(p, of, &order, at, reach, kind, site);
        if (reach == REACH_REPORTED)
                return OK;
        if (spot)
                return by_member(p, of, &order, at, reach, kind, site, member);
        plan_step(p, of, &order, at = plan_later(p, at, 0.2, 3), "escalate", member)->note = S("需部门处理");
        return by_department(p, of, &order, at, reach, kind, site);
}

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

/* Every case's class, in a shuffled order (Fisher and Yates). */
static Str *shuffled_classes(Plan *p) {
        const JsonNode *classes = json_get(p->config, "classes");
        size_t n = 0;
        Str *order;

        for (const JsonNode *c = classes->first; c; c = c->next)
                p->demo->count += (size_t)c->num;
        order = TAKE_ARRAY(p->cx->arena, Str, p->demo->count);
        for (const JsonNode *c = classes->first; c; c = c->next)
                for (int i = 0; i < (int)c->num; i++)
                        order[n++] = c->name;
        for (size_t i = n; i > 1; i--) {
                size_t k = (size_t)rand_below(i);
                Str other = order[i - 1];

                order[i - 1] = order[k];
                order[k] = other;
        }
        return order;
}

static Rc plan_classes(Plan *p) {
        Demo *demo = p->demo;
        Str *classes;

        if (!json_get(p->config, "classes"))
                return fail(p->cx, P_CONFIG_INVALID, "profile.json: demo.cases needs classes or total");
        classes = shuffled_classes(p);
        if (demo->count < OPEN_TAIL * 2)
                return fail(p->cx, P_CONFIG_INVALID, "profile.json: demo.cases needs at least %d cases", OPEN_TAIL * 2);
        p->undisposed = demo->count - (size_t)demo_int(p->config, "disposed", (int64_t)demo->count);
        demo->cases = TAKE_ARRAY(p->cx->arena, DemoCase, demo->count);
        for (size_t i = 0; i < demo->count; i++)
                TRY(plan_case(p, i, plan_kind(p, classes[i])));
        return OK;
}

Rc demo_plan(Cx *cx, const JsonNode *profile, Demo *ret) {
        const JsonNode *demo = json_get(profile, "demo");
        Plan p = { .cx = cx, .demo = ret, .config = json_get(demo, "cases"), .members = demo_int(demo, "members", 1),
                   .leaders = demo_int(demo, "community_leaders", INT64_MAX) };
        Date from, until;

        if (!p.config || !date_parse(json_text(p.config, "from"), &from) || !date_parse(json_text(p.config, "until"), &until))
                return fail(cx, P_CONFIG_INVALID, "profile.json: demo.cases needs from, until");
        p.from_ms = day_start_ms(day_of_date(from)) + 8 * MS_HOUR;
        p.until_ms = day_start_ms(day_of_date(until)) + 18 * MS_HOUR;
        ret->batch = (size_t)demo_int(p.config, "batch", 1);
        ret->photos_permille = (int)demo_int(p.config, "photos", 1000);
        TRY(read_kinds(cx, profile, &p));
        TRY(read_sites(cx, profile, &p));
        return json_get(p.config, "total") ? plan_figures(&p) : plan_classes(&p);
}
