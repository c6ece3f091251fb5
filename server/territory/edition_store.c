/* Rows of editions ↔ structs, through named queries; every written row is sealed. */
#include "core/audit/audit.h"
#include "db/db.h"
#include "sql.gen.h"
#include "territory/territory_int.h"

static Edition edition_of(const TerritoryEditionItem *r) {
        return (Edition){ .number = r->number,
                          .base = r->base,
                          .valid_from_ms = r->valid_from_ms,
                          .digest = r->digest,
                          .faces = r->faces,
                          .grids = r->grids,
                          .note = r->note,
                          .published_by = r->published_by,
                          .published_account = r->published_account,
                          .published_ms = r->published_ms,
                          .withdrawn_by = r->withdrawn_by,
                          .withdrawn_ms = r->withdrawn_ms };
}

/* The blob of a city is more than a request may hold: it is read beside the request's arena. */
static Rc read_row(Cx *cx, Arena *room, int64_t number, TerritoryEditionRow **ret) {
        Arena *own = cx->arena;
        Rc rc;

        cx->arena = room;
        rc = q_territory_edition_mesh(cx, number, ret);
        cx->arena = own;
        if (rc != OK)
                cx->problem.detail = str_dup(own, cx->problem.detail);
        return rc;
}

static Rc seal(Cx *cx, const TerritoryEditionItem *r, Str blob) {
        return audit_seal(cx, &db_shape_TerritoryEditionRow,
                          &(TerritoryEditionRow){ .number = r->number,
                                                  .base = r->base,
                                                  .valid_from_ms = r->valid_from_ms,
                                                  .digest = r->digest,
                                                  .mesh = blob,
                                                  .faces = r->faces,
                                                  .grids = r->grids,
                                                  .note = r->note,
                                                  .published_by = r->published_by,
                                                  .published_account = r->published_account,
                                                  .published_ms = r->published_ms,
                                                  .withdrawn_by = r->withdrawn_by,
                                                  .withdrawn_ms = r->withdrawn_ms });
}

static Rc found(Rc rc, const TerritoryEditionItem *row, Edition *ret, bool *ret_there) {
        TRY(rc);
        *ret_there = row != NULL;
        if (row)
                *ret = edition_of(row);
        return OK;
}

Rc store_edition_at(Cx *cx, int64_t at_ms, Edition *ret, bool *ret_there) {
        TerritoryEditionItem *row = NULL;
        Rc rc = q_territory_edition_at(cx, at_ms, &row);

        return found(rc, row, ret, ret_there);
}

Rc store_edition_newest(Cx *cx, Edition *ret, bool *ret_there) {
        TerritoryEditionItem *row = NULL;
        Rc rc = q_territory_edition_newest(cx, &row);

        return found(rc, row, ret, ret_there);
}

Rc store_edition_get(Cx *cx, int64_t number, Edition *ret, bool *ret_there) {
        TerritoryEditionItem *row = NULL;
        Rc rc = q_territory_edition_get(cx, number, &row);

        return found(rc, row, ret, ret_there);
}

Rc store_editions(Cx *cx, int64_t before, int64_t limit, EditionList *ret) {
        TerritoryEditionItemList rows = { 0 };
        EditionList out = { 0 };

        TRY(q_territory_edition_page(cx, before, limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, &out) = edition_of(&rows.v[i]);
        return *ret = out, OK;
}

Rc store_edition_mesh(Cx *cx, int64_t number, Mesh **ret) {
        _cleanup_(arena_freep) Arena *room = arena_new(0);
        TerritoryEditionRow *row = NULL;
        Mesh *m;

        TRY(read_row(cx, room, number, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "No edition %lld", (long long)number);
        m = mesh_unpack(row->mesh);
        if (!m)
                return fail(cx, P_SERVER_BUG, "The mesh of edition %lld is damaged", (long long)number);
        return *ret = m, OK;
}

Rc store_edition_add(Cx *cx, const Edition *e, Str blob, Edition *ret) {
        TerritoryEditionItem *last, *row;
        int64_t number;

        TRY(q_territory_edition_last(cx, &last));
        number = last ? last->number + 1 : 1;
        TRY(q_territory_edition_add(cx, number, e->base, e->valid_from_ms, e->digest, blob, e->faces, e->grids, e->note, e->published_by,
                                    e->published_account, now_ms(cx), &row));
        if (!row)
                return fail(cx, P_DB_BUSY, "Edition %lld was just published by somebody else", (long long)number);
        TRY(seal(cx, row, blob));
        return *ret = edition_of(row), OK;
}

Rc store_edition_withdraw(Cx *cx, int64_t number, Str by, bool *ret_done) {
        _cleanup_(arena_freep) Arena *room = arena_new(0);
        TerritoryEditionRow *whole = NULL;
        TerritoryEditionItem *row;

        TRY(q_territory_edition_withdraw(cx, number, by, now_ms(cx), &row));
        *ret_done = row != NULL;
        if (!row)
                return OK;
        TRY(read_row(cx, room, number, &whole));
        return seal(cx, row, whole->mesh);
}

Rc store_changes(Cx *cx, int64_t *ret_last_ms, int64_t *ret_next_ms) {
        TerritoryMoment *last, *next;

        TRY(q_territory_last_change(cx, now_ms(cx), &last));
        TRY(q_territory_next_change(cx, now_ms(cx), &next));
        *ret_last_ms = last->at_ms.set ? last->at_ms.n : 0;
        return *ret_next_ms = next->at_ms.set ? next->at_ms.n : INT64_MAX, OK;
}

Rc store_shape_moments(Cx *cx, IntList *ret) {
        TerritoryMomentList rows = { 0 };

        TRY(q_territory_shape_moments(cx, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = rows.v[i].at_ms.n;
        return OK;
}

Rc store_code_last(Cx *cx, Str community, Str *ret) {
        TerritoryCodeRow *row;

        TRY(q_territory_code_last(cx, community, str_fmt(cx->arena, STR_FMT ":", STR_ARG(community)), &row));
        return *ret = row->code, OK;
}

void edition_store_init(void) { audit_table("territory_edition", &query_territory_editions_all, "number", NULL); }
