/* Routes of places, locate and the map's start. */
#include "core/print/paper.h"
#include "core/who/who.h"
#include "geo/geojson.h"
#include "http/http.h"
#include "territory/territory_int.h"

enum { GEOMETRY_PAGE = 50, RECALLS = 20 /* days of the past that are not in memory, a minute and account */ };

/* ---- views --------------------------------------------------------------------------------------------------------------- */

static Str own(Cx *cx, Str s) { return str_given(s) && s.n ? str_dup(cx->arena, s) : STR_NONE; }

static Str day(Cx *cx, int64_t ms) { return date_str(cx->arena, date_of_day(day_of_ms(ms))); }

static void view(Cx *cx, const Epoch *e, size_t at, bool geometry, PlaceView *ret) {
        const EpochPlace *p = &e->places[at];
        Buf b = BUF_IN(cx->arena);

        *ret = (PlaceView){ .code = own(cx, p->place.code),
                            .kind = (PlaceKind)p->place.kind,
                            .grid_kind = (GridKind)p->place.grid_kind,
                            .name = own(cx, p->place.name),
                            .level_name = own(cx, p->place.level_name.n ? p->place.level_name
                                                                        : e->level_names[p->place.kind]),
                            .parent = own(cx, p->place.parent),
                            .children = p->children,
                            /* of a county and more, what is drawn is only the part that works with grids */
                            .area_m2 = { p->shape && p->place.kind >= PLACE_KIND_TOWNSHIP,
                                         p->shape ? p->shape->area_m2 : 0 },
                            .households = p->place.households };
        if (p->place.since_ms > 0)
                ret->since = day(cx, p->place.since_ms);
        if (p->place.until_ms.set && e->at_ms == INT64_MAX) /* of a day: what came later was not known then */
                ret->until = day(cx, p->place.until_ms.n);
        if (geometry && p->shape) {
                geojson_write(&b, &p->shape->polygons);
                ret->geometry = buf_view(&b);
        }
}

static Rc wants_geometry(Cx *cx, Str geometry, bool *ret) {
        if (geometry.n && !str_eq_c(geometry, "geojson"))
                return fail_field(cx, S("?geometry"), "unknown", S("图形格式只支持 geojson"),
                                  S("The only geometry is geojson"));
        *ret = geometry.n > 0;
        return OK;
}

/* ---- places -------------------------------------------------------------------------------------------------------------- */

Rc epoch_asked(Cx *cx, Str date, const Epoch **ret) {
        int64_t wait = 0;

        TRY(epoch_kept_at(cx, date, ret));
        if (*ret)
                return OK;
        if (rate_factor() > 0 && !rate_take(cx, str_fmt(cx->arena, "asof a%lld", (long long)actor_account(cx).n),
                                            RECALLS * (int)rate_factor(), &wait)) {
                cx->problem.retry_after_s = wait;
                return fail(cx, P_RATE_LIMITED, "over %d days of the past a minute", RECALLS);
        }
        return epoch_take_at(cx, date, ret);
}

/* Without kind: what lies right below. With it: everything of that kind, however deep. */
static bool listed(const EpochPlace *p, const PlaceQuery *in, int64_t parent) {
        if (in->kind)
                return p->place.kind == (int)in->kind && p->place.code.n > in->under.n;
        return p->parent == parent;
}

Rc api_place_list(Cx *cx, const PlaceQuery *in, PlacePage **ret) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        PlacePage *page = TAKE(cx->arena, PlacePage);
        size_t from, to, most;
        int64_t parent = -1;
        bool geometry = false;

        TRY(wants_geometry(cx, in->geometry, &geometry));
        TRY(epoch_asked(cx, in->asof, &e));
        if (in->under.n) {
                parent = epoch_find(e, in->under);
                if (parent < 0)
                        return fail(cx, P_PLACE_UNKNOWN, "No place " STR_FMT, STR_ARG(in->under));
        }
        most = geometry ? GEOMETRY_PAGE : PLACE_PAGE;
        to = epoch_end(e, in->under, &from);
        for (size_t i = from; i < to; i++) {
                if (in->page.n && str_cmp(e->places[i].place.code, in->page) <= 0)
                        continue;
                if (!listed(&e->places[i], in, parent))
                        continue;
                if (page->items.n == most) {
                        page->next = page->items.v[most - 1].code;
                        break;
                }
                view(cx, e, i, geometry, list_push(cx->arena, &page->items));
        }
        *ret = page;
        return OK;
}

static Rc find(Cx *cx, const Epoch *e, Str code, size_t *ret) {
        int64_t at = epoch_find(e, code);

        if (at < 0)
                return fail(cx, P_NOT_FOUND, "No place " STR_FMT, STR_ARG(code));
        *ret = (size_t)at;
        return OK;
}

Rc api_place_get(Cx *cx, const PlaceGet *in, PlaceView **ret) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        PlaceView *v = TAKE(cx->arena, PlaceView);
        bool geometry = false;
        size_t at = 0;

        TRY(wants_geometry(cx, in->geometry, &geometry));
        TRY(epoch_asked(cx, in->asof, &e));
        TRY(find(cx, e, path_str(cx, "code"), &at));
        view(cx, e, at, geometry, v);
        *ret = v;
        return OK;
}

Rc api_locate_get(Cx *cx, const LocateQuery *in, LocateView **ret) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        LocateView *v = TAKE(cx->arena, LocateView);
        int64_t at;

        TRY(epoch_asked(cx, in->asof, &e));
        at = epoch_locate(e, (Point){ in->lon, in->lat });
        if (at < 0)
                return fail(cx, P_PLACE_OUTSIDE, "No grid holds the point");
        for (; at >= 0; at = e->places[at].parent)
                view(cx, e, (size_t)at, false, list_push(cx->arena, &v->chain));
        v->grid = v->chain.v[0].code;
        *ret = v;
        return OK;
}

Rc api_map_config(Cx *cx, MapConfig **ret) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        MapConfig *v = TAKE(cx->arena, MapConfig);

        TRY(epoch_take(cx, &e));
        if (box_empty(e->box)) /* no outlines yet: the whole country */
                *v = (MapConfig){
                        .west = 735000000, .south = 180000000, .east = 1350000000, .north = 535000000
                };
        else
                *v = (MapConfig){ .west = e->box.west,
                                  .south = e->box.south,
                                  .east = e->box.east,
                                  .north = e->box.north };
        tile_layer_names(cx, &v->layers);
        v->note = own(cx, e->note);
        *ret = v;
        return OK;
}

/* ---- staff --------------------------------------------------------------------------------------------------------------- */

static Rc add_people(Cx *cx, Role role, Str role_name, Str place, ContactCardList *list, size_t most) {
        PersonList people;

        TRY(who_on_place(cx, role, place, &people));
        for (size_t i = 0; i < people.n && list->n < most; i++)
                *list_push(cx->arena, list) = (ContactCard){ .name = people.v[i].name,
                                                             .role_name = role_name,
                                                             .phone = own(cx, people.v[i].phone),
                                                             .duty_hours = own(cx, people.v[i].duty_hours) };
        return OK;
}

/* Members of the place itself; leaders of it and, for a grid, of its community. */
static Rc staff(Cx *cx, Str code, PlaceStaff *ret) {
        bool zh = cx->lang == LANG_ZH;
        Place p;

        TRY(territory_place(cx, code, &p));
        ret->place = p.code;
        ret->place_name = p.name;
        TRY(add_people(cx, ROLE_MEMBER, zh ? S("网格员") : S("Grid member"), p.code, &ret->members, 50));
        TRY(add_people(cx, ROLE_LEADER, zh ? S("网格长") : S("Grid leader"), p.code, &ret->leaders, 20));
        if (p.kind == PLACE_KIND_GRID)
                TRY(add_people(cx, ROLE_LEADER, zh ? S("社区网格长") : S("Community grid leader"),
                               place_parent(p.code), &ret->leaders, 20));
        return OK;
}

Rc api_place_staff(Cx *cx, PlaceStaff **ret) {
        PlaceStaff *v = TAKE(cx->arena, PlaceStaff);

        TRY(staff(cx, path_str(cx, "code"), v));
        *ret = v;
        return OK;
}

Rc api_place_card(Cx *cx, HttpReply *reply) {
        PlaceStaff v = { 0 };
        PaperCard card = { 0 };

        TRY(staff(cx, path_str(cx, "code"), &v));
        card.area = territory_path(cx, str_sub(v.place, 0, 12), PLACE_KIND_TOWNSHIP, S(" · "));
        card.grid = v.place_name;
        card.hotline = territory_centre_phone(cx);
        for (size_t i = 0; i < v.members.n && card.people.n < PAPER_CARD_PEOPLE - 1; i++)
                *list_push(cx->arena, &card.people) =
                        (PaperPerson){ v.members.v[i].name, v.members.v[i].role_name, v.members.v[i].phone,
                                       v.members.v[i].duty_hours };
        for (size_t i = 0; i < v.leaders.n && card.people.n < PAPER_CARD_PEOPLE; i++)
                *list_push(cx->arena, &card.people) =
                        (PaperPerson){ v.leaders.v[i].name, v.leaders.v[i].role_name, v.leaders.v[i].phone,
                                       v.leaders.v[i].duty_hours };
        card.link = paper_link(cx, place_kind(v.place) == PLACE_KIND_GRID ? str_fmt(cx->arena, "/g/" STR_FMT, STR_ARG(v.place)) : S("/"));
        TRY(paper_card(cx, &card, &reply->body));
        reply->status = 200;
        reply->type = "application/pdf";
        http_reply_header(cx, reply, "Content-Disposition",
                          str_fmt(cx->arena, "inline; filename=\"card-" STR_FMT ".pdf\"", STR_ARG(v.place)));
        return OK;
}
