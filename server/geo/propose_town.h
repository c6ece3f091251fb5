/* Makes a believable community to propose grids for, where there is no real one: outline, roads, a river, compounds and buildings with
 * households, cases and visits. Deterministic from the seed. For tests and measurements. */
#pragma once
#include "geo/propose.h"

typedef struct ProposeTown {
        uint64_t seed;
        double area_m2;
        double road_m;    /* distance of the main roads */
        size_t compounds; /* at most; fewer when there is no room */
        bool river;
} ProposeTown;

/* Fills everything of the plan but grids, weights and tolerance; all in the arena. */
void propose_town(const ProposeTown *town, Arena *a, ProposePlan *ret);
