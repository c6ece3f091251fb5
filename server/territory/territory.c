/* What other modules ask about places, answered from the epoch in memory; and the checked ways of changing places. */
#include "territory/territory.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/who/who.h"
#include "territory/territory_int.h"
#include <inttypes.h>

void territory_init(void) {
        store_init();
        epoch_init();
        tile_init();
}

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

static Str own(Cx *cx, Str s) { return str_given(s) ? str_dup(cx->arena, s) : STR_NONE; }

Rc territory_place(Cx *cx, Str code, Place *ret) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        int64_t at;
        Place p;

        TRY(epoch_take(cx, &e));
        at = epoch_find(e, code);
        if (at < 0)
                return fail(cx, P_NOT_FOUND, "No place " STR_FMT, STR_ARG(code));
        p = e->places[at].place;
        if (!str_given(p.level_name))
                p.level_name = e->level_names[p.kind];
        p.code = own(cx, p.code);
        p.name = own(cx, p.name);
        p.parent = own(cx, p.parent);
        p.level_name = own(cx, p.level_name);
        *ret = p;
        return OK;
}

Str territory_name(Cx *cx, Str code) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        int64_t at;

        if (epoch_take(cx, &e) != OK) { /* a name is never worth a failure */
                cx->problem = (Problem){ 0 };
                return S("");
        }
        at = epoch_find(e, code);
        return at < 0 ? S("") : own(cx, e->places[at].place.name);
}

Str territory_path(Cx *cx, Str code, int from_kind, Str between) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        Buf b = BUF_IN(cx->arena);
        Str names[PLACE_KIND_GRID];
        size_t n = 0;

        if (epoch_take(cx, &e) != OK) {
                cx->problem = (Problem){ 0 };
                return S("");
        }
        for (int64_t i = epoch_find(e, code); i >= 0 && e->places[i].place.kind >= from_kind;
             i = e->places[i].parent)
                names[n++] = e->places[i].place.name;
        while (n) {
                buf_str(&b, names[--n]);
                if (n)
                        buf_str(&b, between);
        }
        return buf_view(&b);
}

Str territory_centre_phone(Cx *cx) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;

        if (epoch_take(cx, &e) != OK) {
                cx->problem = (Problem){ 0 };
                return S("");
        }
        return str_given(e->centre_phone) ? own(cx, e->centre_phone) : S("");
}

bool territory_under(Str code, Str under) { return str_starts(code, under); }

Rc territory_locate(Cx *cx, Point p, Str *ret_grid) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        int64_t at;

        TRY(epoch_take(cx, &e));
        at = epoch_locate(e, p);
        if (at < 0)
                return fail(cx, P_PLACE_OUTSIDE, "No grid holds lon %" PRId64 "e-7 lat %" PRId64 "e-7",
                            p.lon_e7, p.lat_e7);
        *ret_grid = own(cx, e->places[at].place.code);
        return OK;
}

Rc territory_locate_at(Cx *cx, Str date, Point p, Str *ret_grid) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        int64_t at;

        TRY(epoch_take_at(cx, date, &e));
        at = epoch_locate(e, p);
        if (at < 0)
                return fail(cx, P_PLACE_OUTSIDE, "No grid holds lon %" PRId64 "e-7 lat %" PRId64 "e-7 then",
                            p.lon_e7, p.lat_e7);
        *ret_grid = own(cx, e->places[at].place.code);
        return OK;
}

Str territory_name_at(Cx *cx, Str date, Str code) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        int64_t at;

        if (epoch_take_at(cx, date, &e) != OK) {
                cx->problem = (Problem){ 0 };
                return S("");
        }
        at = epoch_find(e, code);
        return at < 0 ? S("") : own(cx, e->places[at].place.name);
}

Rc territory_children(Cx *cx, Str parent, int kind, StrList *ret) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        StrList out = { 0 };
        size_t from, to;

        TRY(epoch_take(cx, &e));
        to = epoch_end(e, parent, &from);
        for (size_t i = from; i < to; i++)
                if (e->places[i].place.kind == kind && e->places[i].place.code.n > parent.n)
                        *list_push(cx->arena, &out) = own(cx, e->places[i].place.code);
        *ret = out;
        return OK;
}

Rc territory_extent(Cx *cx, Point *ret_min, Point *ret_max) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;

        TRY(epoch_take(cx, &e));
        if (box_empty(e->box))
                return fail(cx, P_NOT_FOUND, "No grid has an outline");
        *ret_min = (Point){ e->box.west, e->box.south };
        *ret_max = (Point){ e->box.east, e->box.north };
        return OK;
}

Rc territory_grid_ring(Cx *cx, Str code, Ring *ret) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        const Ring *r;
        int64_t at;

        TRY(epoch_take(cx, &e));
        at = epoch_find(e, code);
        if (at < 0 || e->places[at].place.kind != PLACE_KIND_GRID || !e->places[at].shape)
                return fail(cx, P_NOT_FOUND, "No grid " STR_FMT " with an outline", STR_ARG(code));
        r = &e->places[at].shape->rings.v[0];
        *ret = (Ring){ arena_copy(cx->arena, r->v, r->n * sizeof *r->v), r->n, r->n };
        return OK;
}

/* ---- changing ------------------------------------------------------------------------------------------------------------ */

Rc territory_changed(Cx *cx) {
        return notice_send(
                cx,
                &(Notice){ .topic = S("territory"), .action = S("territory.changed"), .everybody = true });
}

Rc territory_place_add(Cx *cx, const Place *in) {
        ImportReport report = { 0 };
        Place p = *in;
        PlaceList list = { &p, 1, 1 };

        if (!place_code_valid(p.code))
                return fail(cx, P_PLACE_UNKNOWN, STR_FMT " is no place code", STR_ARG(p.code));
        p.kind = place_kind(p.code);
        TRY(places_put(cx, &list, &report));
        if (!report.added && !report.changed)
                return OK;
        TRY(audit_note(cx, "territory.place-added", str_fmt(cx->arena, "place/" STR_FMT, STR_ARG(p.code)),
                       STR_NONE));
        return territory_changed(cx);
}

Rc territory_grid_geometry(Cx *cx, Str code, const Ring *ring) {
        Ring r = { arena_copy(cx->arena, ring->v, ring->n * sizeof *ring->v), ring->n, ring->n };
        PlaceList like = { &(Place){ .code = code }, 1, 1 }, known;
        RingFault fault;
        size_t at;

        if (place_kind(code) != PLACE_KIND_GRID || !place_code_valid(code))
                return fail(cx, P_PLACE_UNKNOWN, STR_FMT " is no grid", STR_ARG(code));
        fault = ring_check(&r, &at);
        if (fault)
                return fail_field(cx, str_fmt(cx->arena, "/coordinates/0/%zu", at), "not-simple",
                                  S("网格边界有自相交、重复点或面积为零"), str_c(ring_fault_text(fault)));
        if (ring_area2(&r) < 0)
                ring_reverse(&r);
        TRY(store_places_of(cx, &like, &known));
        TRY(edition_put(cx, &(GridRings){ &(GridRing){ code, known.n ? known.v[0].grid_kind : 0, r, 0 }, 1, 1 }));
        TRY(audit_note(cx, "territory.grid-drawn", str_fmt(cx->arena, "place/" STR_FMT, STR_ARG(code)),
                       STR_NONE));
        return territory_changed(cx);
}

/* ---- with an edition of the mesh ---- */

Rc territory_places_turn(Cx *cx, int64_t at_ms, const PlaceList *add, const PlaceList *end) {
        return store_places_put(cx, add, end, at_ms);
}

Rc territory_edition_withdraw(Cx *cx, int64_t number, bool *ret_done) {
        Edition e;

        TRY(territory_edition(cx, number, &e));
        TRY(store_edition_withdraw(cx, number, cx->actor && cx->actor->name.n ? cx->actor->name : S("系统"), ret_done));
        if (!*ret_done)
                return OK;
        TRY(store_places_take_back(cx, e.valid_from_ms));
        TRY(audit_note(cx, "territory.edition-withdrawn", str_fmt(cx->arena, "territory/edition/%lld", (long long)number), STR_NONE));
        return territory_changed(cx);
}

Rc territory_grid_last(Cx *cx, Str community, int *ret) {
        int64_t n = 0;
        Str code;

        TRY(store_code_last(cx, community, &code));
        if (str_given(code))
                (void)str_int(str_sub(code, 12, 3), &n);
        return *ret = (int)n, OK;
}

Rc territory_point_add(Cx *cx, const char *kind, Str name, Str place, Point at) {
        TRY(store_point_put(cx, &(EpochPoint){ 0, str_c(kind), name, place, at }));
        TRY(audit_note(cx, "territory.point-added", str_fmt(cx->arena, "place/" STR_FMT, STR_ARG(place)),
                       STR_NONE));
        return territory_changed(cx);
}
