/* Buildings of the demo: spread over every grid, on real street names of the communities, with numbers that belong to nobody. */
#include "base/id.h"
#include "base/map.h"
#include "demo/demo_int.h"
#include "registry/registry.h"
#include "territory/territory.h"

enum { TRIES = 400000, APART_E7 = 3200 /* about 35 m */ };

typedef struct Yard {
        Str grid;
        Point *at;
        size_t n, wanted;
        int next_number;
} Yard;

static bool apart(const Yard *y, Point p) {
        for (size_t i = 0; i < y->n; i++) {
                int64_t dx = p.lon_e7 - y->at[i].lon_e7, dy = p.lat_e7 - y->at[i].lat_e7;

                if (dx * dx + dy * dy < (int64_t)APART_E7 * APART_E7)
                        return false;
        }
        return true;
}

/* Streets of the grid's community, from the profile: demo.streets {community: [names], "*": [names of the rest]}; elsewhere
 * houses have numbers alone. */
static Str street_of(const JsonNode *demo, Str grid) {
        const JsonNode *streets = json_get(demo, "streets"), *mine = NULL;
        char code[13] = { 0 };

        memcpy(code, grid.p, 12);
        mine = streets ? json_get(streets, code) : NULL;
        if (streets && !mine)
                mine = json_get(streets, "*");
        return mine && mine->count ? demo_pick(mine)->text : S("");
}

/* A name that the community does not have yet; addresses must be told apart. */
static void name_building(Cx *cx, Map *taken, Yard *y, Str street, Building *b) {
        static const char *const estates[] = { "小区", "花园", "苑", "大院", "新村", "家园" };
        void **seen;

        y->next_number++;
        do {
                int number = 10 + (int)rand_below(280);

                b->name = str_fmt(cx->arena, STR_FMT "%d号%s%d栋", STR_ARG(street), number,
                                  estates[rand_below(ARRAY_LEN(estates))], y->next_number);
                b->address = str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(territory_name(cx, str_sub(y->grid, 0, 12))),
                                     STR_ARG(b->name));
                seen = map_at(taken, b->address);
        } while (*seen);
        *seen = y;
}

static Rc build(Cx *cx, const JsonNode *demo, Map *taken, Yard *y, Point p) {
        Str street = street_of(demo, y->grid);
        Building b = { .at = p, .units = 1 + (int64_t)rand_below(4), .floors = 6 + (int64_t)rand_below(4) * (int64_t)rand_below(5) };

        b.households = b.units * b.floors * 2;
        name_building(cx, taken, y, street, &b);
        y->at[y->n++] = p;
        return registry_building_add(cx, &b);
}

static Rc fill(Cx *cx, const JsonNode *demo, Yard *yards, size_t count, size_t wanted) {
        Point lo, hi;
        size_t done = 0;
        Map taken;

        map_init(&taken, cx->arena);
        TRY(territory_extent(cx, &lo, &hi));
        for (int t = 0; t < TRIES && done < wanted; t++) {
                Point p = { lo.lon_e7 + (int64_t)rand_below((uint64_t)(hi.lon_e7 - lo.lon_e7)),
                            lo.lat_e7 + (int64_t)rand_below((uint64_t)(hi.lat_e7 - lo.lat_e7)) };
                Str grid;

                if (territory_locate(cx, p, &grid) != OK) {
                        cx->problem = (Problem){ 0 };
                        continue;
                }
                for (size_t i = 0; i < count && i < wanted; i++) { /* those after `wanted` want none */
                        if (!str_eq(yards[i].grid, grid) || yards[i].n == yards[i].wanted || !apart(&yards[i], p))
                                continue;
                        TRY(build(cx, demo, &taken, &yards[i], p));
                        done++;
                }
        }
        return done == wanted ? OK : fail(cx, P_SERVER_BUG, "only %zu of %zu buildings found a place", done, wanted);
}

Rc demo_buildings(Cx *cx, const JsonNode *profile) {
        const JsonNode *demo = json_get(profile, "demo");
        Str root = json_text(json_get(profile, "territory"), "root");
        size_t wanted = (size_t)demo_int(demo, "buildings", 0);
        DemoPlaces at;
        StrList grids;
        Yard *yards;
        Rc rc;

        TRY(demo_places(cx, root, &at));
        grids = at.grids;
        if (!grids.n || !wanted)
                return OK;
        yards = TAKE_ARRAY(cx->arena, Yard, grids.n);
        for (size_t i = 0; i < grids.n; i++) {
                yards[i].grid = grids.v[i];
                yards[i].wanted = wanted / grids.n + (i < wanted % grids.n);
                yards[i].at = TAKE_ARRAY(cx->arena, Point, yards[i].wanted);
        }
        rand_seed((uint64_t)demo_int(demo, "seed", 1) + 1);
        rc = fill(cx, demo, yards, grids.n, wanted);
        rand_seed(0);
        return rc;
}
