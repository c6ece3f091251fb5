/* Makes a believable partition of a town into areas and of these into parts, where there is no real geometry: street blocks
 * inside an organic outline, joined to contiguous areas. The areas may be gathered in groups (townships, counties) that are
 * contiguous as well. Deterministic from the seed. */
#pragma once
#include "geo/ring.h"

typedef struct PartitionPlan {
        Point centre;
        double area_m2;
        const int *parts; /* per area, each at least 1 */
        size_t areas;
        uint64_t seed;
        /* For each level above the areas, the widest first: which group each area lies in. Areas of a group stand together. */
        const int *const *groups;
        size_t levels; /* 0: the areas lie side by side in the town */
} PartitionPlan;

typedef struct PartitionPart {
        Ring ring;
        size_t area; /* which area it belongs to */
        int number;  /* from 1 in its area: from west to east, then from north to south */
} PartitionPart;

typedef struct PartitionPartList {
        PartitionPart *v;
        size_t n, cap;
} PartitionPartList;

/* Parts in order of area and number; together exactly the outline, without gaps or overlaps, each simple. False when no
 * partition was found (more parts than blocks). */
bool partition_make(Arena *a, const PartitionPlan *plan, PartitionPartList *ret_parts, Ring *ret_outline);
