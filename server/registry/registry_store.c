/* Rows of buildings ↔ structs, through named queries; every written row is sealed. */
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "registry/registry_int.h"
#include "sql.gen.h"

static Building building_of(const RegistryBuildingRow *r) {
        return (Building){ .id = r->id,
                           .code = r->code,
                           .grid = r->grid,
                           .address = r->address,
                           .name = r->name,
                           .at = { r->lon_e7, r->lat_e7 },
                           .units = r->units,
                           .floors = r->floors,
                           .households = r->households,
                           .version = r->version };
}

static Rc seal(Cx *cx, const RegistryBuildingRow *row) { return audit_seal(cx, &db_shape_RegistryBuildingRow, row); }

static Str footprint(Cx *cx, const Building *b) {
        Buf bytes = BUF_IN(cx->arena);
        Ring ring;

        building_footprint(cx->arena, b, &ring);
        ring_pack(&bytes, &ring);
        return buf_view(&bytes);
}

Rc store_sequence_next(Cx *cx, Str grid, int64_t *ret) {
        RegistrySequenceRow *row;

        TRY(q_registry_sequence_next(cx, grid, &row));
        *ret = row->last;
        return OK;
}

Rc store_building_add(Cx *cx, Building *b, Str fold, bool *ret_taken) {
        RegistryBuildingRow *row;

        TRY(q_registry_building_insert(cx, b->code, b->grid, b->address, fold, b->name, b->at.lon_e7,
                                       b->at.lat_e7, b->units, b->floors, b->households, footprint(cx, b),
                                       now_ms(cx), &row));
        *ret_taken = row == NULL;
        if (!row)
                return OK;
        *b = building_of(row);
        return seal(cx, row);
}

Rc store_building_change(Cx *cx, Building *b, bool *ret_stale) {
        RegistryBuildingRow *row;

        TRY(q_registry_building_update(cx, b->code, b->name, b->units, b->floors, b->households,
                                       footprint(cx, b), b->version, now_ms(cx), &row));
        *ret_stale = row == NULL;
        if (!row)
                return OK;
        *b = building_of(row);
        return seal(cx, row);
}

Rc store_building_get(Cx *cx, Str code, Building *ret, bool *ret_there) {
        RegistryBuildingRow *row;

        TRY(q_registry_building_by_code(cx, code, &row));
        *ret_there = row != NULL;
        if (row)
                *ret = building_of(row);
        return OK;
}

Rc store_address_taken(Cx *cx, Str fold, bool *ret) {
        RegistryBuildingRow *row;

        TRY(q_registry_building_by_fold(cx, fold, &row));
        *ret = row != NULL;
        return OK;
}

/* %piece%, with what LIKE would read as more than itself escaped. */
static Str like(Cx *cx, Str q) {
        Str fold = address_fold(cx->arena, q);
        Buf b = BUF_IN(cx->arena);

        if (!fold.n)
                return STR_NONE;
        buf_char(&b, '%');
        for (size_t i = 0; i < fold.n; i++) {
                if (fold.p[i] == '%' || fold.p[i] == '_' || fold.p[i] == '!')
                        buf_char(&b, '!');
                buf_char(&b, fold.p[i]);
        }
        buf_char(&b, '%');
        return buf_view(&b);
}

Rc store_buildings(Cx *cx, const BuildingsWanted *w, BuildingList *ret) {
        Str hi = str_fmt(cx->arena, STR_FMT ":", STR_ARG(w->under));
        RegistryBuildingRowList rows;
        BuildingList out = { 0 };

        TRY(q_registry_buildings(cx, w->under.p ? w->under : S(""), hi, w->scope.lo, w->scope.hi, w->scope.several,
                                 like(cx, w->q), w->after.n ? w->after : STR_NONE, w->limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, &out) = building_of(&rows.v[i]);
        *ret = out;
        return OK;
}

Rc registry_plates(Cx *cx, const Box *box, Str under, Str code, Str after, int64_t limit, RegistryPlates *ret) {
        Box where = box ? *box : (Box){ -1800000000, -900000000, 1800000000, 900000000 };
        Str lo = under.n ? under : S(""), hi = str_fmt(cx->arena, STR_FMT ":", STR_ARG(lo));
        RegistryPlateRowList rows;
        RegistryPlates out = { 0 };

        TRY(q_registry_plates(cx, lo, hi, where.west, where.south, where.east, where.north, code.n ? code : STR_NONE,
                              after.n ? after : STR_NONE, limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, &out) =
                        (RegistryPlate){ rows.v[i].code, rows.v[i].grid, rows.v[i].address, rows.v[i].name,
                                         { rows.v[i].lon_e7, rows.v[i].lat_e7 } };
        *ret = out;
        return OK;
}

Rc store_buildings_in(Cx *cx, Box box, const WhoScope *scope, int64_t limit, BuildingList *ret,
                      RingList *ret_footprints) {
        RegistryBuildingRowList rows;
        BuildingList out = { 0 };
        RingList rings = { 0 };

        TRY(q_registry_buildings_in_box(cx, box.west, box.south, box.east, box.north, scope->lo, scope->hi,
                                        scope->several, limit, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                *list_push(cx->arena, &out) = building_of(&rows.v[i]);
                if (!ring_unpack(cx->arena, rows.v[i].footprint, list_push(cx->arena, &rings)))
                        return fail(cx, P_SERVER_BUG, "The outline of building " STR_FMT " is damaged",
                                    STR_ARG(rows.v[i].code));
        }
        *ret = out;
        *ret_footprints = rings;
        return OK;
}

Rc store_buildings_of(Cx *cx, Str grids, int64_t after, int64_t limit, BuildingList *ret) {
        RegistryBuildingRowList rows = { 0 };

        TRY(q_registry_buildings_of(cx, grids, after, limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = building_of(&rows.v[i]);
        return OK;
}

Rc store_building_regrid(Cx *cx, const Building *b, Str grid, Building *ret, bool *ret_stale) {
        RegistryBuildingRow *row;

        TRY(q_registry_building_regrid(cx, b->id, b->version, grid, now_ms(cx), &row));
        *ret_stale = row == NULL;
        if (!row)
                return OK;
        *ret = building_of(row);
        return seal(cx, row);
}

void registry_store_init(void) { audit_table("registry_building", &query_registry_buildings_all, "code", NULL); }
