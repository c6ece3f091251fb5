/* What the files of server/registry share; nobody else includes it. */
#pragma once
#include "core/who/who.h"
#include "registry/registry.h"

/* Which buildings, within what the asker's posts reach. */
typedef struct BuildingsWanted {
        Str under, q, after;
        WhoScope scope;
        int64_t limit;
} BuildingsWanted;

/* ---- registry.c ---- */
void registry_scope(const Cx *cx, Permission p, WhoScope *ret); /* where the actor may do that */
Rc registry_need(Cx *cx, Permission p, Str code, Building *ret); /* there; P_NOT_FOUND */
bool building_code(Arena *a, Str typed, Str *ret);    /* 19 digits without blanks and hyphens */
Rc registry_building_change(Cx *cx, Building *inout); /* name, units, floors, households; P_VERSION_STALE */
void building_footprint(Arena *a, const Building *b, Ring *ret);

/* ---- registry_store.c ---- */
Rc store_sequence_next(Cx *cx, Str grid, int64_t *ret);
Rc store_building_add(Cx *cx, Building *inout, Str fold, bool *ret_taken);
Rc store_building_change(Cx *cx, Building *inout, bool *ret_stale);
Rc store_building_get(Cx *cx, Str code, Building *ret, bool *ret_there);
Rc store_address_taken(Cx *cx, Str fold, bool *ret);
Rc store_buildings(Cx *cx, const BuildingsWanted *wanted, BuildingList *ret);
Rc store_buildings_in(Cx *cx, Box box, const WhoScope *scope, int64_t limit, BuildingList *ret,
                      RingList *ret_footprints);
Rc store_buildings_of(Cx *cx, Str grids, int64_t after, int64_t limit, BuildingList *ret);
Rc store_building_regrid(Cx *cx, const Building *b, Str grid, Building *ret, bool *ret_stale);
void registry_store_init(void);
