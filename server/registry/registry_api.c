/* Routes of buildings and their plates. */
#include "contract.gen.h"
#include "core/print/paper.h"
#include "core/who/who.h"
#include "http/http.h"
#include "registry/registry_int.h"

enum { PAGE = 100, CODE_GROUPS = 5 };

static Str plate_link(Cx *cx, Str code, int64_t unit) {
        if (!unit)
                return paper_link(cx, str_fmt(cx->arena, "/b/" STR_FMT, STR_ARG(code)));
        return paper_link(cx, str_fmt(cx->arena, "/b/" STR_FMT "?u=%lld", STR_ARG(code), (long long)unit));
}

static void view(Cx *cx, const Building *b, BuildingView *ret) {
        *ret = (BuildingView){ .code = b->code,
                               .grid = b->grid,
                               .grid_name = territory_name(cx, b->grid),
                               .community_name = territory_name(cx, str_sub(b->grid, 0, 12)),
                               .address = b->address,
                               .name = b->name,
                               .lon = b->at.lon_e7,
                               .lat = b->at.lat_e7,
                               .units = b->units,
                               .floors = b->floors,
                               .households = b->households,
                               .version = b->version,
                               .plate_url = plate_link(cx, b->code, 0) };
}

static Rc wanted_under(Cx *cx, Str under) {
        Place p;

        return under.n ? territory_place(cx, under, &p) : OK;
}

Rc api_building_list(Cx *cx, const BuildingQuery *in, BuildingPage **ret) {
        BuildingsWanted wanted = { .under = in->under, .q = in->q, .after = in->page, .limit = PAGE + 1 };
        BuildingPage *page = TAKE(cx->arena, BuildingPage);
        BuildingList list;

        if (wanted_under(cx, in->under) == E_MISSING)
                return fail(cx, P_PLACE_UNKNOWN, "No place " STR_FMT, STR_ARG(in->under));
        registry_scope(cx, PERM_BUILDING_READ, &wanted.scope);
        TRY(store_buildings(cx, &wanted, &list));
        for (size_t i = 0; i < list.n && i < PAGE; i++)
                view(cx, &list.v[i], list_push(cx->arena, &page->items));
        if (list.n > PAGE)
                page->next = list.v[PAGE - 1].code;
        *ret = page;
        return OK;
}

Rc api_building_get(Cx *cx, BuildingView **ret) {
        BuildingView *v = TAKE(cx->arena, BuildingView);
        Building b = { 0 };

        TRY(registry_need(cx, PERM_BUILDING_READ, path_str(cx, "code"), &b));
        view(cx, &b, v);
        *ret = v;
        return OK;
}

Rc api_building_create(Cx *cx, const BuildingCreate *in, BuildingView **ret) {
        BuildingView *v = TAKE(cx->arena, BuildingView);
        Building b = { .address = in->address,
                       .name = in->name,
                       .at = { in->lon, in->lat },
                       .units = in->units,
                       .floors = in->floors,
                       .households = in->households };
        Str grid = STR_NONE;

        TRY(territory_locate(cx, b.at, &grid));
        if (!actor_reaches(cx, PERM_BUILDING_EDIT, grid))
                return fail_zh(cx, P_AUTH_DENIED, S("该位置不在您的管理范围内"),
                               "Grid " STR_FMT " is out of scope", STR_ARG(grid));
        TRY(registry_building_add(cx, &b));
        view(cx, &b, v);
        *ret = v;
        return OK;
}

Rc api_building_change(Cx *cx, const BuildingChange *in, BuildingView **ret) {
        BuildingView *v = TAKE(cx->arena, BuildingView);
        Building b = { 0 };

        TRY(registry_need(cx, PERM_BUILDING_EDIT, path_str(cx, "code"), &b));
        b.version = in->version;
        if (str_given(in->name))
                b.name = in->name;
        if (in->units.set)
                b.units = in->units.n;
        if (in->floors.set)
                b.floors = in->floors.n;
        if (in->households.set)
                b.households = in->households.n;
        TRY(registry_building_change(cx, &b));
        view(cx, &b, v);
        *ret = v;
        return OK;
}

/* ---- plates ------------------------------------------------------------------------------------------------------------ */

/* 530103003001 001 0007 → 530103 003 001 001 0007, as it is built and easier to type. */
static Str spaced(Cx *cx, Str code) {
        static const size_t groups[CODE_GROUPS] = { 6, 3, 3, 3, 4 };
        Buf b = BUF_IN(cx->arena);
        size_t at = 0;

        for (size_t i = 0; i < CODE_GROUPS; i++) {
                buf_str(&b, str_sub(code, at, groups[i]));
                at += groups[i];
                if (i + 1 < CODE_GROUPS)
                        buf_char(&b, ' ');
        }
        return buf_view(&b);
}

static void add_plates(Cx *cx, const Building *b, Str hotline, PaperPlateList *list) {
        for (int64_t unit = 1; unit <= b->units; unit++)
                *list_push(cx->arena, list) =
                        (PaperPlate){ .area = territory_path(cx, str_sub(b->grid, 0, 12),
                                                             PLACE_KIND_TOWNSHIP, S(" · ")),
                                      .grid = territory_name(cx, b->grid),
                                      .address = b->address,
                                      .unit = str_fmt(cx->arena, "%lld单元", (long long)unit),
                                      .code = spaced(cx, b->code),
                                      .link = plate_link(cx, b->code, unit),
                                      .hotline = hotline };
}

static Rc reply_plates(Cx *cx, const PaperPlateList *list, Str name, HttpReply *reply) {
        TRY(paper_plates(cx, list, &reply->body));
        reply->status = 200;
        reply->type = "application/pdf";
        http_reply_header(cx, reply, "Content-Disposition",
                          str_fmt(cx->arena, "inline; filename=\"plates-" STR_FMT ".pdf\"", STR_ARG(name)));
        return OK;
}

Rc api_building_plate(Cx *cx, HttpReply *reply) {
        PaperPlateList list = { 0 };
        Building b = { 0 };

        TRY(registry_need(cx, PERM_BUILDING_READ, path_str(cx, "code"), &b));
        add_plates(cx, &b, territory_centre_phone(cx), &list);
        return reply_plates(cx, &list, b.code, reply);
}

Rc api_building_plates(Cx *cx, HttpReply *reply) {
        BuildingsWanted wanted = { .under = path_str(cx, "code"), .limit = PAPER_PLATES_MAX + 1 };
        Str hotline = territory_centre_phone(cx);
        PaperPlateList list = { 0 };
        BuildingList buildings;

        TRY(wanted_under(cx, wanted.under));
        registry_scope(cx, PERM_BUILDING_READ, &wanted.scope);
        TRY(store_buildings(cx, &wanted, &buildings));
        if (!buildings.n)
                return fail_zh(cx, P_NOT_FOUND, S("该地区没有可打印的楼栋"), "No buildings below " STR_FMT,
                               STR_ARG(wanted.under));
        for (size_t i = 0; i < buildings.n && list.n <= PAPER_PLATES_MAX; i++)
                add_plates(cx, &buildings.v[i], hotline, &list);
        return reply_plates(cx, &list, wanted.under, reply);
}
