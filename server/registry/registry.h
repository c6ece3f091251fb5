/* Addresses and buildings. A building's code is its grid's 15 digits and 4 more. */
#pragma once
#include "base/cx.h"
#include "territory/territory.h"

typedef struct Building {
        int64_t id;
        Str code, grid, address, name;
        Point at;
        int64_t units, floors, households, version;
} Building;

void registry_init(void);
Rc registry_building(Cx *cx, Str code,
                     Building *ret); /* P_NOT_FOUND; accepts codes typed with blanks or hyphens */
/* Fills code, id, grid. P_PLACE_OUTSIDE, P_BUILDING_ADDRESS_TAKEN; P_BUILDING_OUTSIDE_GRID when grid is given and is not the one
 * that holds the position. In a transaction. */
Rc registry_building_add(Cx *cx, Building *inout);
/* What a building's plate tells anybody who passes: no households. */
typedef struct RegistryPlate {
        Str code, grid, address, name;
        Point at;
} RegistryPlate;
typedef struct RegistryPlates {
        RegistryPlate *v;
        size_t n, cap;
} RegistryPlates;
/* By code, after `after`, at most limit: within a box (NULL: anywhere), below a place, of one code (both empty: all). */
Rc registry_plates(Cx *cx, const Box *box, Str under, Str code, Str after, int64_t limit, RegistryPlates *ret);

/* Buildings of these grids (a JSON array of codes), by number; for whoever moves borders, whatever the asker's scope. */
typedef struct BuildingList {
        Building *v;
        size_t n, cap;
} BuildingList;
Rc registry_buildings_of(Cx *cx, Str grids, int64_t after, int64_t limit, BuildingList *ret);
/* The building lies in another grid from now on; its code stays, people have it on the wall. In a transaction. P_DB_BUSY. */
Rc registry_building_regrid(Cx *cx, const Building *b, Str grid);
/* An address as it is compared: half width, lower case, without blanks and punctuation, 幢 and 号楼 as 栋, Chinese numerals
 * before 栋, 单元, 号, 层, 室, 期, 组, 区 and 座 as digits. */
Str address_fold(Arena *a, Str address);
