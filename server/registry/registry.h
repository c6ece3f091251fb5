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
Rc registry_building(Cx *cx, Str code, Building *ret);          /* P_NOT_FOUND; accepts codes typed with blanks or hyphens */
Rc registry_building_add(Cx *cx, Building *inout);               /* fills code, id, grid */
