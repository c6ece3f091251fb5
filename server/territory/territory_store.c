/* Rows of places and points ↔ structs, through named queries; every written row is sealed. */
#include "base/buf.h"
#include "core/audit/audit.h"
#include "db/db.h"
#include "sql.gen.h"
#include "territory/territory_int.h"

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

typedef struct Reading {
        PlaceEach place;
        ShapeEach shape;
        PointEach point;
        void *arg;
} Reading;

static Place place_of(const TerritoryPlaceRow *row) {
        return (Place){ .code = row->code,
                        .name = row->name,
                        .parent = place_parent(row->code),
                        .level_name = row->level_name,
                        .kind = (int)row->kind,
                        .grid_kind = row->grid_kind.set ? (int)row->grid_kind.n : 0,
                        .households = row->households,
                        .since_ms = row->since_ms,
                        .until_ms = row->until_ms };
}

static Rc each_place(Cx *cx, const TerritoryPlaceRow *row, void *arg) {
        const Reading *r = arg;
        Place p = place_of(row);

        return r->place(cx, &p, r->arg);
}

static Rc each_shape(Cx *cx, const TerritoryShapeRow *row, void *arg) {
        const Reading *r = arg;

        return r->shape(cx, row->code, row->ring, row->area_m2, r->arg);
}

static Rc each_point(Cx *cx, const TerritoryPointRow *row, void *arg) {
        const Reading *r = arg;
        EpochPoint p = { row->id, row->kind, row->name, row->place, { row->lon_e7, row->lat_e7 } };

        return r->point(cx, &p, r->arg);
}

Rc store_places_at(Cx *cx, int64_t at_ms, PlaceEach each, void *arg) {
        return q_territory_places_at(cx, at_ms, each_place, &(Reading){ .place = each, .arg = arg });
}

Rc store_shapes_at(Cx *cx, int64_t at_ms, ShapeEach each, void *arg) {
        return q_territory_shapes_at(cx, at_ms, each_shape, &(Reading){ .shape = each, .arg = arg });
}

Rc store_points(Cx *cx, PointEach each, void *arg) {
        return q_territory_points(cx, each_point, &(Reading){ .point = each, .arg = arg });
}

/* ---- writing ----------------------------------------------------------------------------------------------------------- */

static Rc seal_places(Cx *cx, const TerritoryPlaceRowList *rows) {
        for (size_t i = 0; i < rows->n; i++)
                TRY(audit_seal(cx, &db_shape_TerritoryPlaceRow, &rows->v[i]));
        return OK;
}

/* [code, …] */
static Str codes_json(Cx *cx, const PlaceList *list) {
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < list->n; i++) {
                buf_char(&b, i ? ',' : '[');
                buf_json_str(&b, list->v[i].code);
        }
        buf_c(&b, list->n ? "]" : "[]");
        return buf_view(&b);
}

static void put_text(Buf *b, const char *name, Str value) {
        if (!str_given(value) || !value.n)
                return;
        buf_fmt(b, ",\"%s\":", name);
        buf_json_str(b, value);
}

/* [{"code":…, …}, …] as the insert takes it apart again. */
static Str rows_json(Cx *cx, const PlaceList *list) {
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < list->n; i++) {
                const Place *p = &list->v[i];

                buf_fmt(&b, "%s{\"kind\":%d,\"since\":%lld", i ? "," : "[", p->kind, (long long)p->since_ms);
                put_text(&b, "code", p->code);
                put_text(&b, "name", p->name);
                put_text(&b, "level_name", p->level_name);
                if (p->grid_kind)
                        buf_fmt(&b, ",\"grid_kind\":%d", p->grid_kind);
                if (p->households.set)
                        buf_fmt(&b, ",\"households\":%lld", (long long)p->households.n);
                if (p->until_ms.set)
                        buf_fmt(&b, ",\"until\":%lld", (long long)p->until_ms.n);
                buf_char(&b, '}');
        }
        buf_c(&b, list->n ? "]" : "[]");
        return buf_view(&b);
}

Rc store_places_of(Cx *cx, const PlaceList *like, PlaceList *ret) {
        TerritoryPlaceRowList rows;
        PlaceList out = { 0 };

        TRY(q_territory_places_of(cx, codes_json(cx, like), now_ms(cx), &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, &out) = place_of(&rows.v[i]);
        *ret = out;
        return OK;
}

Rc store_places_put(Cx *cx, const PlaceList *add, const PlaceList *end, int64_t at_ms) {
        TerritoryPlaceRowList rows;

        if (end->n) {
                TRY(q_territory_places_end(cx, codes_json(cx, end), at_ms, &rows));
                TRY(seal_places(cx, &rows));
        }
        if (!add->n)
                return OK;
        TRY(q_territory_places_add(cx, rows_json(cx, add), &rows));
        return seal_places(cx, &rows);
}

Rc store_places_take_back(Cx *cx, int64_t at_ms) {
        TerritoryPlaceRowList rows = { 0 };

        TRY(q_territory_places_cancel(cx, at_ms, &rows)); /* before the others: a code has one row without an end */
        TRY(seal_places(cx, &rows));
        TRY(q_territory_places_resume(cx, at_ms, &rows));
        return seal_places(cx, &rows);
}

Rc store_point_put(Cx *cx, const EpochPoint *p) {
        TerritoryPointRow *row;

        TRY(q_territory_point_put(cx, p->kind, p->name, p->place, p->at.lon_e7, p->at.lat_e7, &row));
        return audit_seal(cx, &db_shape_TerritoryPointRow, row);
}

void store_init(void) {
        audit_table("territory_place", &query_territory_places_all, "id", NULL);
        audit_table("territory_shape", &query_territory_shapes_all, "id", NULL);
        edition_store_init();
        audit_table("territory_point", &query_territory_points, "id", NULL);
}
