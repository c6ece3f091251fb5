/* Rules of buildings: where their codes come from, which addresses are one, who sees which. */
#include "registry/registry.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/who/who.h"
#include "registry/registry_int.h"
#include <inttypes.h>
#include <math.h>

enum { CODE_DIGITS = 19, SEQUENCE_MAX = 9999, ZOOM_FOOTPRINTS = 15, ZOOM_DOTS = 13, ZOOM_NAMES = 16 };

/* ---- scope ------------------------------------------------------------------------------------------------------------- */

/* Departments have no place of their own and go wherever a case sends them: with a permission that they have they reach the whole
 * territory's addresses. */
void registry_scope(const Cx *cx, Permission p, WhoScope *ret) {
        who_scope(cx, p, ret);
        if (ret->departments.n)
                *ret = (WhoScope){ .everything = true, .lo = S(""), .hi = S(":") };
}

bool building_code(Arena *a, Str typed, Str *ret) {
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < typed.n; i++) {
                if (typed.p[i] == ' ' || typed.p[i] == '-')
                        continue;
                if (typed.p[i] < '0' || typed.p[i] > '9')
                        return false;
                buf_char(&b, typed.p[i]);
        }
        *ret = buf_view(&b);
        return ret->n == CODE_DIGITS;
}

Rc registry_building(Cx *cx, Str code, Building *ret) {
        bool there = false;
        Str digits;

        if (building_code(cx->arena, code, &digits))
                TRY(store_building_get(cx, digits, ret, &there));
        return there ? OK : fail(cx, P_NOT_FOUND, "No building " STR_FMT, STR_ARG(code));
}

Rc registry_need(Cx *cx, Permission p, Str code, Building *ret) {
        Building b = { 0 };
        WhoScope scope;

        TRY(registry_building(cx, code, &b));
        registry_scope(cx, p, &scope);
        if (!who_scope_holds(&scope, b.grid))
                return fail(cx, P_NOT_FOUND, "Building " STR_FMT " is out of scope", STR_ARG(b.code));
        *ret = b;
        return OK;
}

/* ---- footprint ----------------------------------------------------------------------------------------------------------- */

/* A slab that faces south, as most housing does: 16 m a unit by 12.5 m, turned a little by its code so that a street of them
 * does not look ruled. */
void building_footprint(Arena *a, const Building *b, Ring *ret) {
        static const int corner[4][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } };
        int64_t units = b->units < 6 ? b->units : 6;
        double half_w = 8.0 * (double)(units > 1 ? units : 2), half_h = b->floors > 18 ? 9.5 : 6.25;
        double turn, lat = (double)b->at.lat_e7 * 1e-7;
        Ring r = { .v = TAKE_ARRAY(a, Point, 4), .n = 4, .cap = 4 };

        turn = ((double)((b->at.lon_e7 / 40000 * 7 + b->at.lat_e7 / 40000 * 13) % 15) - 7) * M_PI / 180;
        if (b->floors > 18) /* towers are stout */
                half_w = fmin(half_w, 15);
        for (int i = 0; i < 4; i++) {
                double x = corner[i][0] * half_w, y = corner[i][1] * half_h;

                r.v[i] =
                        (Point){ b->at.lon_e7 + llround((x * cos(turn) - y * sin(turn)) / lon_m_per_e7(lat)),
                                 b->at.lat_e7 +
                                         llround((x * sin(turn) + y * cos(turn)) / lat_m_per_e7(lat)) };
        }
        *ret = r;
}

/* ---- changing ------------------------------------------------------------------------------------------------------------ */

static Rc changed(Cx *cx, const char *action, const Building *b) {
        TRY(audit_note(cx, action, str_fmt(cx->arena, "building/" STR_FMT, STR_ARG(b->code)), STR_NONE));
        return notice_send(cx, &(Notice){ .topic = S("registry"),
                                          .action = str_c(action),
                                          .id = b->id,
                                          .version = b->version,
                                          .place = b->grid });
}

Rc registry_building_add(Cx *cx, Building *inout) {
        Building b = *inout;
        Str fold = address_fold(cx->arena, b.address), grid;
        int64_t sequence;
        bool taken;

        if (!fold.n)
                return fail_field(cx, S("/address"), "empty", S("地址不能为空"), S("The address is empty"));
        TRY(territory_locate(cx, b.at, &grid));
        if (b.grid.n && !str_eq(b.grid, grid))
                return fail(cx, P_BUILDING_OUTSIDE_GRID, "The position is in grid " STR_FMT, STR_ARG(grid));
        TRY(store_address_taken(cx, fold, &taken));
        if (!taken) {
                TRY(store_sequence_next(cx, grid, &sequence));
                if (sequence > SEQUENCE_MAX)
                        return fail(cx, P_SERVER_BUG, "Grid " STR_FMT " has no building code left",
                                    STR_ARG(grid));
                b.grid = grid;
                b.code = str_fmt(cx->arena, STR_FMT "%04" PRId64, STR_ARG(grid), sequence);
                TRY(store_building_add(cx, &b, fold, &taken));
        }
        if (taken)
                return fail(cx, P_BUILDING_ADDRESS_TAKEN, "The address is there already: " STR_FMT,
                            STR_ARG(b.address));
        *inout = b;
        return changed(cx, "building.added", &b);
}

Rc registry_building_change(Cx *cx, Building *inout) {
        Building b = *inout;
        bool stale;

        TRY(store_building_change(cx, &b, &stale));
        if (stale)
                return fail(cx, P_VERSION_STALE, "Building " STR_FMT " is no longer at version %" PRId64,
                            STR_ARG(b.code), b.version);
        *inout = b;
        return changed(cx, "building.changed", &b);
}

Rc registry_buildings_of(Cx *cx, Str grids, int64_t after, int64_t limit, BuildingList *ret) {
        return store_buildings_of(cx, grids, after, limit, ret);
}

Rc registry_building_regrid(Cx *cx, const Building *b, Str grid) {
        Building after;
        bool stale;

        TRY(store_building_regrid(cx, b, grid, &after, &stale));
        if (stale)
                return fail(cx, P_DB_BUSY, "Building " STR_FMT " is being changed", STR_ARG(b->code));
        return changed(cx, "building.moved", &after);
}

/* ---- map ----------------------------------------------------------------------------------------------------------------- */

static Rc buildings_tile(Cx *cx, Mvt *tile) {
        BuildingList list;
        WhoScope scope;
        RingList rings;

        if (tile->tile.zoom < ZOOM_DOTS || !actor_may(cx, PERM_BUILDING_READ))
                return OK;
        registry_scope(cx, PERM_BUILDING_READ, &scope);
        TRY(store_buildings_in(cx, tile->box, &scope, TILE_FEATURES_MAX, &list, &rings));
        for (size_t i = 0; i < list.n; i++) {
                const Building *b = &list.v[i];

                if (!mvt_point(tile, (uint64_t)b->id, b->at))
                        continue;
                mvt_tag_str(tile, "code", b->code);
                mvt_tag_str(tile, tile->tile.zoom >= ZOOM_NAMES ? "name" : "title", b->name);
                mvt_tag_str(tile, "address", b->address);
        }
        if (tile->tile.zoom < ZOOM_FOOTPRINTS)
                return OK;
        mvt_layer(tile,
                  S("footprints")); /* a layer of its own: dots would be drawn at the corners otherwise */
        for (size_t i = 0; i < list.n; i++)
                if (mvt_polygon(tile, (uint64_t)list.v[i].id, &rings.v[i], 1)) {
                        mvt_tag_str(tile, "code", list.v[i].code);
                        mvt_tag_int(tile, "floors", list.v[i].floors);
                }
        return OK;
}

void registry_init(void) {
        registry_store_init();
        territory_tile_source("buildings", buildings_tile, true);
}
