/* The plan of the demo's cases. */
#pragma once
#include "base/map.h"
#include "demo/demo_int.h"
#include "territory/territory.h"

typedef struct DemoCase {
        int number;              /* from 1 */
        int64_t id, version;     /* once opened */
        Str category, icon, text, building, address, phone, name;
        Str flow;                /* empty: that of its category */
        Str form;                /* what comes with the report; empty: nothing */
        Point at;
        CaseChannel channel;
        int part_of;             /* number of the case that opens it as a part; 0: none */
} DemoCase;

/* One step of one case; action empty: the case is opened. */
typedef struct DemoStep {
        int of, order;
        int64_t at_ms;
        Str action, actor, note, department, reason, form, unit, outside;
        Str person;              /* login of whom it is given to */
        StrList units;           /* called together, lead first */
        bool by_reporter, on_the_spot, parts;
        Satisfaction satisfaction;
        PhotoKind kinds[3];
        size_t photo_count;
        bool recording;          /* the last of them is a voice note */
} DemoStep;

typedef struct DemoStepList {
        DemoStep *v;
        size_t n, cap;
} DemoStepList;

typedef struct Demo {
        Cx *cx;
        uint64_t seed;
        DemoCase *cases;
        size_t count;
        DemoStepList steps;
        Map actors;              /* login → Actor */
        size_t batch;            /* steps in one transaction */
        int photos_permille;     /* cases with photos of their own; the others share one drawing per kind of scene */
        Map drawn;               /* icon and state → DemoPicture, the shared ones */
} Demo;

/* Fills cases and steps from the profile's demo section and texts; uses the seeded stream of this thread. */
Rc demo_plan(Cx *cx, const JsonNode *profile, Demo *ret);
