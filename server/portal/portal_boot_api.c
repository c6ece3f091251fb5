/* What the pages behind printed codes and one-time links need first, put into the page by http/static: one round trip less on a slow line. It is
 * what the public routes of the same name give to anybody, taken from the same buckets, so that codes cannot be tried out here
 * faster than there. The catalogue is not here: the report form fetches it while the reader looks at the page. Whoever is over the rate gets the page without data, and the route's own refusal when the page asks. */
#include "http/http.h"
#include "portal/portal_int.h"

enum { RATE = 120, LINK_RATE = 30 /* as the routes' */ };

/* The page speaks Chinese unless its address says otherwise; what the browser prefers does not matter to it. */
static Lang page_lang(const Cx *cx) { return str_eq_c(http_query(cx->req, "lang"), "en") ? LANG_EN : LANG_ZH; }

static void member(Buf *b, const char *name, const JsonShape *shape, const void *value) {
        buf_fmt(b, ",\"%s\":", name);
        json_encode(b, shape, value);
}

static Rc may_ask(Cx *cx, const char *route) {
        int64_t wait = 0;

        if (rate_take_address(cx, route, RATE, &wait))
                return OK;
        cx->problem.retry_after_s = wait;
        return fail(cx, P_RATE_LIMITED, "over %d a minute on %s", RATE, route);
}

static Rc building(Cx *cx, Str code, Buf *ret) {
        PublicBuilding *v;

        TRY(may_ask(cx, "public_building"));
        TRY(portal_building(cx, code, 0, &v));
        member(ret, "building", &shape_PublicBuilding, v);
        return OK;
}

static Rc grid(Cx *cx, Str code, Buf *ret) {
        PublicPlace *v;

        TRY(may_ask(cx, "public_grid"));
        TRY(portal_grid(cx, code, &v));
        member(ret, "place", &shape_PublicPlace, v);
        return OK;
}

static Rc link(Cx *cx, Str token, Buf *ret) {
        OutsideCase *v;
        int64_t wait = 0;

        if (!rate_take_address(cx, "public_link", LINK_RATE, &wait)) {
                cx->problem.retry_after_s = wait;
                return fail(cx, P_RATE_LIMITED, "over %d a minute on public_link", LINK_RATE);
        }
        TRY(portal_link(cx, token, &v));
        member(ret, "outside", &shape_OutsideCase, v);
        return OK;
}

static Rc boot(Cx *cx, Str path, Buf *ret_json) {
        Str code = str_sub(path, 3, path.n), rest;

        cx->lang = page_lang(cx);
        (void)(str_cut(code, '/', &code, &rest)); /* the page reads no further either */
        if (!code.n)
                return fail(cx, P_NOT_FOUND, "an address without a code");
        buf_c(ret_json, cx->lang == LANG_EN ? "{\"lang\":\"en\"" : "{\"lang\":\"zh-CN\"");
        TRY(path.p[1] == 'b'   ? building(cx, code, ret_json)
            : path.p[1] == 'o' ? link(cx, code, ret_json)
                               : grid(cx, code, ret_json));
        buf_char(ret_json, '}');
        return OK;
}

void portal_boot_init(void) { http_on_boot(boot); }
