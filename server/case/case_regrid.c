/* Where cases are and where people went for them. And open cases whose ground goes to another grid: the place changes, by a step of the
 * system in the case's own log. State, hands and deadline stay; whose turn it is as a grid's member follows from the place. */
#include "case/case_int.h"

Rc case_open_in(Cx *cx, Str grids, int64_t after, int64_t limit, CaseSpotList *ret) {
        CaseRowList rows = { 0 };

        TRY(case_store_open_in(cx, grids, after, limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) =
                        (CaseSpot){ .id = rows.v[i].id,
                                    .number = case_number(cx->arena, rows.v[i].created_ms, rows.v[i].id),
                                    .place = rows.v[i].place,
                                    .lon_e7 = rows.v[i].lon_e7,
                                    .lat_e7 = rows.v[i].lat_e7 };
        return OK;
}

Rc case_visits_in(Cx *cx, Str under, int64_t since_ms, int64_t after, int64_t limit, CaseSpotList *ret) {
        CaseVisitSpotList rows = { 0 };

        TRY(case_store_visits_in(cx, under, since_ms, after, limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = (CaseSpot){ .id = rows.v[i].id,
                                                         .lon_e7 = rows.v[i].lon_e7,
                                                         .lat_e7 = rows.v[i].lat_e7,
                                                         .visits = rows.v[i].visits };
        return OK;
}

Rc case_regrid(Cx *cx, CaseId id, Str grid) {
        CaseStepRow step = { .action = S("place.moved"), .actor_role = ROLE_SYSTEM }, *added;
        CaseRow *moved;
        Case *c;

        TRY(case_load(cx, id, NULL, &c));
        if (c->row.final || str_eq(c->row.place, grid))
                return OK;
        TRY(case_store_place(cx, &c->row, grid, &moved));
        if (!moved)
                return fail(cx, P_DB_BUSY, "case %lld moved on meanwhile", (long long)c->row.id);
        step.from_state = c->row.state;
        step.detail = str_fmt(cx->arena, "place " STR_FMT ">" STR_FMT, STR_ARG(c->row.place), STR_ARG(grid));
        step.held_ms = SOME_INT(now_ms(cx) - c->row.holder_since_ms);
        TRY(case_step_append(cx, moved, &c->steps.v[c->steps.n - 1], &step, &added));
        return case_tell(cx, moved, &c->row, S("place"));
}
