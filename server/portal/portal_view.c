/* What residents see: a building's page, who is responsible, the timeline, photos by links that expire. */
#include "core/who/who.h"
#include "core/setting/setting.h"
#include "portal/portal_int.h"
#include "registry/registry.h"
#include "territory/territory.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { PHOTO_LINK_MS = MS_HOUR };

Rc portal_card(Cx *cx, Role role, Str place, PublicCard **ret) {
        PersonList people = { 0 };
        PublicCard *card;

        *ret = NULL;
        TRY(who_on_place(cx, role, place, &people));
        if (!people.n)
                return OK;
        card = TAKE(cx->arena, PublicCard);
        card->name = people.v[0].name;
        card->role_name = str_c(role_title((int)role, LANG_ZH));
        card->role_name_en = str_c(role_title((int)role, LANG_EN));
        card->phone = people.v[0].phone;
        card->duty_hours = people.v[0].duty_hours;
        card->grid_name = territory_name(cx, place);
        return *ret = card, OK;
}

/* A grid's leader; if the post is vacant, the community's. */
static Rc leader(Cx *cx, Str grid, PublicCard **ret) {
        TRY(portal_card(cx, ROLE_LEADER, grid, ret));
        return *ret ? OK : portal_card(cx, ROLE_LEADER, str_sub(grid, 0, 12), ret);
}

static Rc centre_phone(Cx *cx, Str *ret) {
        JsonNode *profile;
        Str text;

        TRY(setting_get(cx, S("profile"), S("profile"), &text));
        TRY(json_parse(cx, text, &profile));
        return *ret = json_text(profile, "centre_phone"), OK;
}

Rc portal_building(Cx *cx, Str code, int64_t unit, PublicBuilding **ret) {
        PublicBuilding *v = TAKE(cx->arena, PublicBuilding);
        Building b;
        Rc rc = registry_building(cx, code, &b);

        if (rc == E_MISSING)
                return fail(cx, P_BUILDING_UNKNOWN, "no building " STR_FMT, STR_ARG(code));
        TRY(rc);
        v->code = b.code;
        v->address = b.address;
        v->name = b.name;
        if (unit > 0 && unit <= b.units)
                v->unit = SOME_INT(unit);
        v->community_name = territory_name(cx, str_sub(b.grid, 0, 12));
        v->township_name = territory_name(cx, str_sub(b.grid, 0, 9));
        v->grid_name = territory_name(cx, b.grid);
        v->lon = b.at.lon_e7;
        v->lat = b.at.lat_e7;
        TRY(portal_card(cx, ROLE_MEMBER, b.grid, &v->member));
        TRY(leader(cx, b.grid, &v->leader));
        TRY(centre_phone(cx, &v->centre_phone));
        return *ret = v, OK;
}

static Rc responsible(Cx *cx, Str grid, PublicPlace **ret) {
        PublicPlace *v = TAKE(cx->arena, PublicPlace);

        v->grid_name = territory_name(cx, grid);
        v->community_name = territory_name(cx, str_sub(grid, 0, 12));
        v->township_name = territory_name(cx, str_sub(grid, 0, 9));
        TRY(portal_card(cx, ROLE_MEMBER, grid, &v->member));
        TRY(leader(cx, grid, &v->leader));
        TRY(centre_phone(cx, &v->centre_phone));
        return *ret = v, OK;
}

Rc portal_responsible(Cx *cx, int64_t lon_e7, int64_t lat_e7, PublicPlace **ret) {
        Str grid;

        TRY(territory_locate(cx, (Point){ lon_e7, lat_e7 }, &grid));
        return responsible(cx, grid, ret);
}

Rc portal_grid(Cx *cx, Str code, PublicPlace **ret) {
        Place p;
        Rc rc = territory_place(cx, code, &p);

        if (rc == E_MISSING || (rc == OK && p.kind != PLACE_KIND_GRID))
                return fail(cx, P_GRID_UNKNOWN, "no grid " STR_FMT, STR_ARG(code));
        TRY(rc);
        return responsible(cx, p.code, ret);
}

/* ---- photos ---------------------------------------------------------------------------------------------------------------- */

/* HMAC-SM3 over the readable part, cut to 128 bits. */
Str portal_token_mac(Cx *cx, Str body, const uint8_t key[32]) {
        uint8_t digest[32] = { 0 };
        unsigned int n = 32;

        HMAC(EVP_sm3(), key, 32, (const unsigned char *)body.p, body.n, digest, &n);
        return hex_str(cx->arena, digest, 16);
}

/* case-expiry-size-sha256-mac */
Str portal_photo_token(Cx *cx, CaseId id, Str sha256, bool thumb, const uint8_t key[32]) {
        /* On the half hour, so that a page read twice names the same pictures and the browser's cache serves them. */
        int64_t until = (now_ms(cx) / (PHOTO_LINK_MS / 2) + 2) * (PHOTO_LINK_MS / 2);
        Str body = str_fmt(cx->arena, "%" PRId64 "-%" PRId64 "-%c-" STR_FMT, id.n, until / MS_SECOND, thumb ? 't' : 'f',
                           STR_ARG(sha256));

        return str_fmt(cx->arena, STR_FMT "-" STR_FMT, STR_ARG(body), STR_ARG(portal_token_mac(cx, body, key)));
}

Rc portal_photo_open(Cx *cx, Str token, CaseId *ret_case, Str *ret_sha256, bool *ret_thumb) {
        Str body = str_sub(token, 0, token.n > 33 ? token.n - 33 : 0), mac = str_sub(token, body.n + 1, 32), id, until, size, rest;
        uint8_t key[32];
        int64_t until_s;
        Str right;

        TRY(portal_key(cx, "photo", key));
        right = portal_token_mac(cx, body, key);
        if (mac.n != right.n || CRYPTO_memcmp(mac.p, right.p, right.n) != 0 || !str_cut(body, '-', &id, &rest) ||
            !str_cut(rest, '-', &until, &rest) || !str_cut(rest, '-', &size, ret_sha256) || !str_int(id, &ret_case->n) ||
            !str_int(until, &until_s))
                return fail(cx, P_NOT_FOUND, "no such photo link");
        if (until_s * MS_SECOND < now_ms(cx))
                return fail(cx, P_NOT_FOUND, "the photo link has expired");
        *ret_thumb = str_eq_c(size, "t");
        return OK;
}

/* case/ names photos by case and hash; residents get links instead. */
void portal_photo_link(Cx *cx, PublicPhoto *p, const uint8_t key[32]) {
        Str number, sha256;
        CaseId id = { 0 };

        (void)(str_cut(p->url, '/', &number, &sha256) && str_int(number, &id.n));
        p->url = str_fmt(cx->arena, "/api/public/photos/" STR_FMT, STR_ARG(portal_photo_token(cx, id, sha256, false, key)));
        if (str_starts(p->type, S("image/")))
                p->thumb = str_fmt(cx->arena, "/api/public/photos/" STR_FMT, STR_ARG(portal_photo_token(cx, id, sha256, true, key)));
}

Rc portal_follow(Cx *cx, const ReportLink *link, PublicReport **ret) {
        uint8_t key[32];
        PublicReport *r;

        TRY(case_public_view(cx, link->id, link->voice, &r));
        TRY(portal_key(cx, "photo", key));
        r->code = link->code;
        for (size_t i = 0; i < r->timeline.n; i++)
                for (size_t k = 0; k < r->timeline.v[i].photos.n; k++)
                        portal_photo_link(cx, &r->timeline.v[i].photos.v[k], key);
        return *ret = r, OK;
}

Rc portal_link_photos(Cx *cx, OutsideCase *v) {
        uint8_t key[32];

        TRY(portal_key(cx, "photo", key));
        for (size_t i = 0; i < v->photos.n; i++)
                portal_photo_link(cx, &v->photos.v[i], key);
        return OK;
}

Rc portal_link(Cx *cx, Str token, OutsideCase **ret) {
        TRY(case_link_view(cx, token, ret));
        return portal_link_photos(cx, *ret);
}
