/* What the plans of the demo share: what there is to choose from, the ways that cases of a flow go, and how a step is written down. */
#pragma once
#include "core/flow/flow.h"
#include "demo/demo_cases.h"

typedef struct Kind {
        Str class, code, name, icon, unit, flow;
        int64_t weight;
        int scene; /* so many in a hundred come with a photo */
        const JsonNode *report, *done;
} Kind;

typedef struct KindList {
        Kind *v;
        size_t n, cap;
} KindList;

typedef struct Site {
        Str code, address, grid;
        Point at;
        int grid_index;                  /* among all grids: decides whose members */
        int community, township, county; /* among all of the profile: whose leader, whose centre */
} Site;

typedef enum WayBy {
        WAY_BY_MEMBER,
        WAY_BY_LEADER,
        WAY_BY_CENTRE, /* of the township */
        WAY_BY_COUNTY,
        WAY_BY_CITY,
        WAY_BY_HOTLINE,
        WAY_BY_QR,
        WAY_BY_WEB,
        WAY_BY_CAMPAIGN, /* as a part: nobody opens it by itself */
        WAY_BY_COUNT,
} WayBy;

typedef struct WayStep {
        const FlowAction *action;
        const JsonNode *spec;
        const FlowState *from, *to;
        double lo_h, hi_h; /* after the step before */
} WayStep;

/* One way through a flow, from the report to its end, as profiles/common/ways/FLOW.json has it. Nothing of a flow is known here but what
 * its file says. */
typedef struct Way {
        Str name;
        const Flow *flow;
        const JsonNode *spec;
        WayBy by;
        const FlowState *start;
        WayStep *steps;
        size_t n;
        size_t disposed, archived, moved; /* so many steps until it first is; n + 1: never. moved: a unit has been named */
        bool spot;
        int64_t weight;
} Way;

typedef struct WayList {
        Way *v;
        size_t n, cap;
} WayList;

typedef enum Goal { GOAL_CLOSED, GOAL_DISPOSED, GOAL_OPEN, GOAL_FRESH } Goal;

/* What is settled about a case before its way is chosen. */
typedef struct Fate {
        Goal goal;
        bool counted; /* the rest is settled too: the figures want it so */
        bool moved, beyond, from_public, rated;
        Satisfaction satisfaction;
        Str flow, way, category; /* given: no other */
        int part_of;             /* number of the case that it is a part of; 0: of none */
        bool taken;              /* not to be given to another flow */
} Fate;

typedef struct Plan {
        Cx *cx;
        Demo *demo;
        const JsonNode *config; /* demo.cases */
        KindList kinds;
        WayList ways;
        struct {
                Site *v;
                size_t n, cap;
        } sites;
        DemoPlaces places;
        StrList units, beyond; /* all departments; those above the township */
        Str root;
        int64_t members, leaders;
        int64_t from_ms, until_ms;
        int64_t tail_ms; /* the last cases, among them all open ones, are of this long before until */
        Fate *fates;
        const Kind **choice; /* of each case */
        Str *classes;        /* of each case; NULL: any */
        size_t opens;        /* open cases so far */
} Plan;

/* Some hours after `at`, in daytime, before the demo's last moment. */
int64_t plan_later(const Plan *p, int64_t at, double lo_h, double hi_h);
/* {p} is the place, {k} the category's name, {n} and {m} are people, {d+3} is a day and {t+4} a time so many days or hours later. */
typedef struct PlanWords {
        Str place, kind, name, other;
        int64_t at_ms;
} PlanWords;
Str plan_text(Cx *cx, Str template, const PlanWords *w);
/* A category of the class (no class: of all), by weight. */
const Kind *plan_kind(const Plan *p, Str class);
const Kind *plan_kind_of(const Plan *p, Str code);
bool plan_beyond(const Plan *p, Str unit);

/* ---- demo_way.c ---- */

/* The ways of all flows in use. P_CONFIG_INVALID: a step that the flow does not have where the way is. */
Rc way_read(Plan *p);
static inline bool way_public(const Way *w) { return w->by == WAY_BY_QR || w->by == WAY_BY_WEB; }
/* A way for the case: of its flow, as the fate has it, with people for every step at the site. P_CONFIG_INVALID: there is none. */
Rc way_choose(const Plan *p, const Fate *f, const Kind *kind, const Site *site, const Way **ret);
Str way_opener(const Plan *p, const Way *w, const Site *site);
typedef struct WayPeople {
        Str opener, member, centre, target; /* target: who holds it by name */
        StrList units;                      /* lead first */
} WayPeople;
bool way_by_reporter(const FlowAction *a);
/* Who takes the step there; empty: nobody. */
Str way_actor(const Plan *p, const WayStep *s, const Site *site, const WayPeople *who);
Str plan_member(const Plan *p, const Site *s);
Str plan_street(const Plan *p, const Site *s);
Str plan_department(const Plan *p, Str unit); /* dept1 … in the order of the profile */

/* ---- demo_walk.c ---- */

/* Writes down case i, as far along its way as its fate says, with its parts; `at`: when it is reported. near: of a part, where the
 * whole is; else NULL. *ret_end: when its last step was. */
Rc plan_walk(Plan *p, size_t i, int64_t at, const Site *near, int64_t *ret_end);

/* ---- demo_figures.c: fates ---- */

/* So many cases in all, and so many of each sort as the profile says. */
Rc plan_figures(Plan *p);
/* Gives some of the cases that are there to further flows: demo.cases.also. */
Rc plan_also(Plan *p);
