/* What the plans of the demo share: what there is to choose from, and how a step is written down. */
#pragma once
#include "demo/demo_cases.h"

typedef struct Kind {
        Str class, code, name, icon, unit;
        int64_t weight;
        const JsonNode *report, *done;
} Kind;

typedef struct KindList {
        Kind *v;
        size_t n, cap;
} KindList;

typedef struct Site {
        Str code, address, grid;
        Point at;
        int grid_index;          /* among all grids: decides whose members */
        int community, township; /* among all of the profile: whose leader, whose dispatcher */
} Site;

typedef struct Plan {
        Cx *cx;
        Demo *demo;
        const JsonNode *config;  /* demo.cases */
        KindList kinds;
        struct {
                Site *v;
                size_t n, cap;
        } sites;
        StrList communities;
        int64_t members, leaders, grids;
        int64_t from_ms, until_ms;
        size_t undisposed, reopened, public_done;
} Plan;

/* Some hours after `at`, in daytime, before the demo's last moment. */
int64_t plan_later(const Plan *p, int64_t at, double lo_h, double hi_h);
Str plan_member(const Plan *p, const Site *s);
Str plan_street(const Plan *p, const Site *s);
Rc plan_department(Cx *cx, Str unit, Str *ret);
DemoStep *plan_step(Plan *p, int of, int *order, int64_t at, const char *action, Str actor);
void plan_photo(DemoStep *s, PhotoKind kind);
/* {p} is the place, {k} the category's name. */
Str plan_text(Cx *cx, Str template, Str place, Str what);
const Kind *plan_kind(const Plan *p, Str class);
bool plan_public(const DemoCase *c);

/* In demo_figures.c: so many cases in all, and so many of each sort as the profile says. */
Rc plan_figures(Plan *p);
