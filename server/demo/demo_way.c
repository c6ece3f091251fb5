/* The ways of the flows in use: read from profiles/common/ways, walked once along the flow's own file, so that a step that the flow does
 * not have there is refused before anything is written; and who takes which step. */
#include "base/env.h"
#include "base/id.h"
#include "core/setting/setting.h"
#include "demo/demo_plan.h"
#include <inttypes.h>

enum { FILE_MAX = 1024 * 1024, DEFAULT_LO = 1, DEFAULT_HI = 8 };

static const char *const by_words[WAY_BY_COUNT] = { "member", "leader", "centre", "county", "city", "hotline", "qr", "web", "campaign" };
static const char *const by_channel[WAY_BY_COUNT] = { "member", "leader", "centre", "centre", "centre", "hotline", "qr", "web", "order" };

/* ---- reading ---- */

static Rc wrong(Cx *cx, const Flow *f, Str where, const char *what) {
        return fail(cx, P_CONFIG_INVALID, "ways/" STR_FMT ".json: \"" STR_FMT "\": %s", STR_ARG(f->code), STR_ARG(where), what);
}

static bool names_unit(const WayStep *s) {
        Str to = json_text(s->spec, "to");

        return s->action->units_min > 0 || str_eq(to, S("department")) || str_eq(to, S("other"));
}

static Rc step_read(Cx *cx, const Way *w, const JsonNode *spec, const FlowState *now, WayStep *ret) {
        const JsonNode *hours = json_get(spec, "hours");
        Str code = json_text(spec, "do");

        *ret = (WayStep){ .action = flow_action(w->flow, code), .spec = spec, .from = now, .lo_h = DEFAULT_LO, .hi_h = DEFAULT_HI };
        if (!ret->action)
                return wrong(cx, w->flow, code, "the flow has no such action");
        if (!flow_action_from(ret->action, now->code))
                return wrong(cx, w->flow, code, str_z(cx->arena, str_fmt(cx->arena, "not possible in state " STR_FMT, STR_ARG(now->code))));
        if (!hours)
                return OK;
        if (hours->count != 2 || hours->first->num < 0 || hours->first->next->num < hours->first->num)
                return wrong(cx, w->flow, code, "hours are two numbers, the smaller one first");
        ret->lo_h = hours->first->num;
        ret->hi_h = hours->first->next->num;
        return OK;
}

static void mark_reached(Way *w, const FlowState *s, size_t steps) {
        if (s->disposed && w->disposed > w->n)
                w->disposed = steps;
        if (s->archived && w->archived > w->n)
                w->archived = steps;
}

/* From state to state along the flow. */
static Rc steps_read(Cx *cx, Way *w) {
        const JsonNode *steps = json_get(w->spec, "steps"), *s = steps ? steps->first : NULL;
        FlowFacts facts = flow_facts_taken(w->flow, json_get(w->spec, "form"), (FlowFacts){ 0 });
        const FlowAction *spot = w->spot ? flow_action(w->flow, w->flow->spot_action) : NULL;
        const FlowState *now = w->start;

        w->n = steps ? steps->count : 0;
        w->steps = TAKE_ARRAY(cx->arena, WayStep, w->n ? w->n : 1);
        w->disposed = w->archived = w->moved = w->n + 1;
        if (spot) {
                now = flow_state(w->flow, spot->from.v[0]);
                facts = flow_facts_after(w->flow, spot, NULL, facts);
                now = flow_action_next(w->flow, spot, facts, now);
        }
        mark_reached(w, now, 0);
        for (size_t i = 0; i < w->n; i++, s = s->next) {
                TRY(step_read(cx, w, s, now, &w->steps[i]));
                facts = flow_facts_after(w->flow, w->steps[i].action, json_get(s, "form"), facts);
                now = flow_action_next(w->flow, w->steps[i].action, facts, now);
                w->steps[i].to = now;
                mark_reached(w, now, i + 1);
                if (names_unit(&w->steps[i]) && w->moved > w->n)
                        w->moved = i + 1;
        }
        return OK;
}

static Rc ways_of(Plan *p, const Flow *f, const JsonNode *list) {
        Cx *cx = p->cx;

        for (const JsonNode *n = list ? list->first : NULL; n; n = n->next) {
                Way w = { .name = json_text(n, "name"), .flow = f, .spec = n, .by = WAY_BY_COUNT,
                          .spot = json_bool(n, "spot", false), .weight = demo_int(n, "weight", 1) };

                for (int i = 0; i < WAY_BY_COUNT; i++)
                        if (str_eq_c(json_text(n, "by"), by_words[i]))
                                w.by = (WayBy)i;
                if (w.by == WAY_BY_COUNT)
                        return wrong(cx, f, json_text(n, "by"), "nobody opens cases by this word");
                if (w.spot && !f->spot_action.n)
                        return wrong(cx, f, S("spot"), "the flow has no action on the spot");
                w.start = flow_start(f, str_c(by_channel[w.by]));
                TRY(steps_read(cx, &w));
                *list_push(cx->arena, &p->ways) = w;
        }
        return OK;
}

Rc way_read(Plan *p) {
        Cx *cx = p->cx;
        JsonNode *root;
        SettingNameList flows = { 0 };
        Str share, path, text;
        Flow *f;

        TRY(setting_share_dir(cx, &share));
        TRY(setting_list(cx, S("flow"), &flows));
        for (size_t i = 0; i < flows.n; i++) {
                path = str_fmt(cx->arena, STR_FMT "/profiles/common/ways/" STR_FMT ".json", STR_ARG(share), STR_ARG(flows.v[i].name));
                if (!file_read(cx->arena, str_z(cx->arena, path), FILE_MAX, &text))
                        continue; /* the demo has none of these */
                TRY(json_parse(cx, text, &root));
                TRY(setting_get(cx, S("flow"), flows.v[i].name, &text));
                TRY(flow_parse_stored(cx, text, &f));
                TRY(ways_of(p, f, json_get(root, "ways")));
        }
        return OK;
}

/* ---- who ---- */

Str plan_department(const Plan *p, Str unit) {
        for (size_t i = 0; i < p->units.n; i++)
                if (str_eq(p->units.v[i], unit))
                        return str_fmt(p->cx->arena, "dept%zu", i + 1);
        return STR_NONE;
}

Str plan_member(const Plan *p, const Site *s) {
        int64_t nth = (int64_t)rand_below(3), grids = (int64_t)p->places.grids.n;

        if (s->grid_index + grids * nth >= p->members)
                nth = 0;
        return str_fmt(p->cx->arena, "member%" PRId64, s->grid_index + 1 + grids * nth);
}

/* leader1 … in order of the communities; a demo of a city does not fill every post. */
static Str leader_of(const Plan *p, const Site *site) {
        return site->community < p->leaders ? str_fmt(p->cx->arena, "leader%d", site->community + 1) : STR_NONE;
}

/* street, street2 … in order of the townships. */
Str plan_street(const Plan *p, const Site *site) {
        return site->township ? str_fmt(p->cx->arena, "street%d", site->township + 1) : S("street");
}

enum { CITY_CODE = 4, COUNTY_CODE = 6 };

static Str county_of(const Plan *p, const Site *site) {
        if (p->root.n == COUNTY_CODE)
                return S("center");
        return p->root.n < COUNTY_CODE ? str_fmt(p->cx->arena, "county%d", site->county + 1) : STR_NONE;
}

static Str city_of(const Plan *p) { return p->root.n == CITY_CODE ? S("center") : STR_NONE; }

Str way_opener(const Plan *p, const Way *w, const Site *site) {
        switch (w->by) {
        case WAY_BY_MEMBER:
                return plan_member(p, site);
        case WAY_BY_LEADER:
                return leader_of(p, site);
        case WAY_BY_CENTRE:
                return plan_street(p, site);
        case WAY_BY_COUNTY:
                return county_of(p, site);
        case WAY_BY_CITY:
                return city_of(p);
        case WAY_BY_HOTLINE:
                return S("center");
        case WAY_BY_QR:
        case WAY_BY_WEB:
        case WAY_BY_CAMPAIGN:
        case WAY_BY_COUNT:
                break;
        }
        return STR_NONE;
}

bool way_by_reporter(const FlowAction *a) { return a->who == 1u << FLOW_WHO_REPORTER; }

static Str actor_as(const Plan *p, FlowWho w, const Site *site, const WayPeople *who) {
        switch (w) {
        case FLOW_WHO_GRID_MEMBER:
                return who->member;
        case FLOW_WHO_GRID_LEADER:
                return leader_of(p, site);
        case FLOW_WHO_DISPATCHER:
                return who->centre;
        case FLOW_WHO_TOWNSHIP:
                return plan_street(p, site);
        case FLOW_WHO_COUNTY:
                return county_of(p, site);
        case FLOW_WHO_CITY:
                return city_of(p);
        case FLOW_WHO_INSPECTOR:
                return S("inspector1");
        case FLOW_WHO_HOLDER:
                return who->target;
        case FLOW_WHO_LEAD:
        case FLOW_WHO_UNIT:
                return who->units.n ? plan_department(p, who->units.v[0]) : STR_NONE;
        case FLOW_WHO_OPENER:
                return who->opener;
        case FLOW_WHO_REPORTER:
        case FLOW_WHO_SYSTEM:
        case FLOW_WHO_OUTSIDE:
        case FLOW_WHO_COUNT:
                break;
        }
        return STR_NONE;
}

/* Who opened it goes on with it; else whoever stands nearest. A step may say `as` whom. */
Str way_actor(const Plan *p, const WayStep *s, const Site *site, const WayPeople *who) {
        static const FlowWho order[] = { FLOW_WHO_OPENER, FLOW_WHO_HOLDER, FLOW_WHO_LEAD, FLOW_WHO_UNIT, FLOW_WHO_GRID_MEMBER,
                                         FLOW_WHO_GRID_LEADER, FLOW_WHO_TOWNSHIP, FLOW_WHO_DISPATCHER, FLOW_WHO_COUNTY,
                                         FLOW_WHO_CITY, FLOW_WHO_INSPECTOR };
        Str as = json_text(s->spec, "as");

        for (size_t i = 0; i < ARRAY_LEN(order); i++) {
                Str login;

                if (!flow_who(s->action, order[i]) || (as.n && !str_eq_c(as, flow_who_words[order[i]])))
                        continue;
                login = actor_as(p, order[i], site, who);
                if (login.n)
                        return login;
        }
        return STR_NONE;
}

/* ---- choosing ---- */

/* Somebody for every step. */
static bool has_people(const Plan *p, const Way *w, const Kind *kind, const Site *site) {
        WayPeople who = { .opener = way_opener(p, w, site), .member = S("member1"), .centre = S("center"), .target = S("dept1") };

        if (!way_public(w) && w->by != WAY_BY_CAMPAIGN && !who.opener.n)
                return false;
        *list_push(p->cx->arena, &who.units) = kind->unit;
        for (size_t i = 0; i < w->n; i++)
                if (!way_by_reporter(w->steps[i].action) && !way_actor(p, &w->steps[i], site, &who).n)
                        return false;
        return true;
}

static bool rates(const Way *w) {
        for (size_t i = 0; i < w->n; i++)
                if (w->steps[i].action->satisfaction && way_by_reporter(w->steps[i].action))
                        return true;
        return false;
}

static bool reaches(const Way *w, Goal goal) {
        switch (goal) {
        case GOAL_CLOSED:
                return w->archived <= w->n;
        case GOAL_DISPOSED:
                return w->disposed <= w->n && w->disposed < w->archived;
        case GOAL_OPEN:
        case GOAL_FRESH:
                break;
        }
        return w->disposed > 0;
}

static bool fits(const Plan *p, const Way *w, const Fate *f, const Kind *kind, const Site *site) {
        if (!str_eq(w->flow->code, f->flow.n ? f->flow : kind->flow) || (f->way.n ? !str_eq(w->name, f->way) : w->weight == 0))
                return false;
        if ((w->by == WAY_BY_CAMPAIGN) != (f->part_of > 0) || !reaches(w, f->goal))
                return false;
        if (way_public(w) && !str_eq(w->flow->code, kind->flow))
                return false; /* what residents report takes its category's flow */
        if (f->counted && ((f->goal != GOAL_FRESH && (w->moved <= w->n) != f->moved) || way_public(w) != f->from_public || w->by == WAY_BY_HOTLINE ||
                           (f->rated && !rates(w))))
                return false;
        return has_people(p, w, kind, site);
}

Rc way_choose(const Plan *p, const Fate *f, const Kind *kind, const Site *site, const Way **ret) {
        int64_t all = 0, dice;
        const WayList *l = &p->ways;
        bool *fit = TAKE_ARRAY(p->cx->arena, bool, l->n ? l->n : 1);

        for (size_t i = 0; i < l->n; i++) {
                fit[i] = fits(p, &l->v[i], f, kind, site);
                all += fit[i] ? l->v[i].weight + (l->v[i].weight == 0) : 0;
        }
        if (!all)
                return fail(p->cx, P_CONFIG_INVALID, "no way of flow " STR_FMT " for a case of category " STR_FMT " with goal %d",
                            STR_ARG(f->flow.n ? f->flow : kind->flow), STR_ARG(kind->code), (int)f->goal);
        dice = (int64_t)rand_below((uint64_t)all);
        for (size_t i = 0; i < l->n; i++) {
                if (!fit[i])
                        continue;
                dice -= l->v[i].weight + (l->v[i].weight == 0);
                if (dice < 0)
                        return *ret = &l->v[i], OK;
        }
        return fail(p->cx, P_SERVER_BUG, "ways: weights");
}
