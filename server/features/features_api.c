/* Routes of the open layers: OGC API – Features Part 1 (Core, GeoJSON, OpenAPI 3.0) and Part 2 (CRS). What the standard wants answered with 400 is
 * answered here; everything else goes the house's way. */
#include "core/print/paper.h"
#include "features/features_int.h"
#include "http/http.h"

extern const unsigned char features_api_json[];
extern const size_t features_api_json_len;

#define CRS84_URI "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#define GEOJSON "application/geo+json"

static FeaturesLink link_to(Cx *cx, const char *rel, const char *type, const char *title, Str path) {
        return (FeaturesLink){ .href = paper_link(cx, str_fmt(cx->arena, "/api/ogc" STR_FMT, STR_ARG(path))),
                               .rel = str_c(rel),
                               .type = str_c(type),
                               .title = str_c(title) };
}

static Rc answer(Cx *cx, HttpReply *reply, const char *type, const JsonShape *shape, const void *value) {
        json_encode(&reply->body, shape, value);
        reply->status = 200;
        reply->type = type;
        http_reply_header(cx, reply, "Cache-Control", S("public, max-age=60"));
        http_reply_header(cx, reply, "Vary", S("Accept, Accept-Language"));
        http_reply_header(cx, reply, "Access-Control-Allow-Origin",
                          S("*")); /* open to maps on other sites; no cookie goes along */
        return OK;
}

/* A bad parameter: 400 where the house says 422. */
static Rc refuse(Cx *cx, Rc rc, HttpReply *reply) {
        FeaturesException e = { .type = S("about:blank"),
                                .title = cx->lang == LANG_ZH ? S("参数有误") : S("Bad parameter"),
                                .status = 400,
                                .detail = cx->lang == LANG_ZH ? cx->problem.detail_zh : cx->problem.detail,
                                .code = S("input.invalid") };

        if (rc != E_INPUT)
                return rc;
        cx->problem = (Problem){ 0 };
        TRY(answer(cx, reply, "application/problem+json", &shape_FeaturesException, &e));
        reply->status = 400;
        http_reply_header(cx, reply, "Cache-Control", S("no-store"));
        return OK;
}

/* ---- about the layers ------------------------------------------------------------------------------------------------------ */

/* The same for people; GDAL and other programs never ask for it. */
static void add_alternate(Cx *cx, FeaturesLinkList *links, Str path) {
        *list_push(cx->arena, links) = link_to(cx, "alternate", "text/html", "HTML", str_fmt(cx->arena, STR_FMT "?f=html", STR_ARG(path)));
}

static FeaturesLanding landing(Cx *cx) {
        bool zh = cx->lang == LANG_ZH;
        FeaturesLanding v = {
                .title = zh ? S("网格开放图层") : S("Wangge open layers"),
                .description = zh ? S("地区、网格与楼栋，按 OGC API – Features 提供；坐标为 CGCS2000 经纬度")
                                  : S("Places, grids and buildings by OGC API – Features; CGCS2000 degrees")
        };
        FeaturesLinkList *l = &v.links;

        *list_push(cx->arena, l) = link_to(cx, "self", "application/json", "This page", S(""));
        *list_push(cx->arena, l) =
                link_to(cx, "service-desc", "application/vnd.oai.openapi+json;version=3.0", "OpenAPI 3.0",
                        S("/api"));
        *list_push(cx->arena, l) =
                link_to(cx, "conformance", "application/json", "Conformance", S("/conformance"));
        *list_push(cx->arena, l) = link_to(cx, "data", "application/json", "Layers", S("/collections"));
        add_alternate(cx, l, S(""));
        return v;
}

Rc api_features_landing(Cx *cx, HttpReply *reply) {
        FeaturesLanding v;

        features_lang(cx);
        v = landing(cx);
        return features_html_asked(cx) ? features_html_landing(cx, reply, &v)
                                       : answer(cx, reply, "application/json", &shape_FeaturesLanding, &v);
}

Rc api_features_conformance(Cx *cx, HttpReply *reply) {
        FeaturesConformance v = { 0 };

        features_lang(cx);
        *list_push(cx->arena, &v.conformsTo) =
                S("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core");
        *list_push(cx->arena, &v.conformsTo) =
                S("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson");
        *list_push(cx->arena, &v.conformsTo) =
                S("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30");
        *list_push(cx->arena, &v.conformsTo) =
                S("http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs");
        return features_html_asked(cx) ? features_html_conformance(cx, reply, &v)
                                       : answer(cx, reply, "application/json", &shape_FeaturesConformance, &v);
}

Rc api_features_definition(Cx *cx, HttpReply *reply) {
        buf_add(&reply->body, features_api_json, features_api_json_len);
        reply->status = 200;
        reply->type = "application/vnd.oai.openapi+json;version=3.0";
        http_reply_header(cx, reply, "Access-Control-Allow-Origin", S("*"));
        return OK;
}

static const struct {
        const char *zh, *en, *about_zh, *about_en;
} texts[LAYER_COUNT] = {
        [LAYER_PLACES] = { "地区", "Places", "县（区）、乡镇（街道）、社区（村）的范围",
                           "Outlines of counties, townships and communities" },
        [LAYER_GRIDS] = { "网格", "Grids", "网格的范围，互不重叠、不留空白",
                          "Outlines of grids, without gaps or overlaps" },
        [LAYER_BUILDINGS] = { "楼栋", "Buildings", "楼栋的位置、名称与地址",
                              "Where buildings stand, their names and addresses" },
};

Str features_title(const Cx *cx, FeaturesLayer layer) {
        return str_c(cx->lang == LANG_ZH ? texts[layer].zh : texts[layer].en);
}
Str features_about(const Cx *cx, FeaturesLayer layer) {
        return str_c(cx->lang == LANG_ZH ? texts[layer].about_zh : texts[layer].about_en);
}

static Rc extent(Cx *cx, FeaturesExtent **ret) {
        Buf box = BUF_IN(cx->arena);
        FeaturesExtent *e;
        Point min, max;
        Rc rc = territory_extent(cx, &min, &max);

        *ret = NULL;
        if (rc == E_MISSING) /* no outlines yet */
                return cx->problem = (Problem){ 0 }, OK;
        TRY(rc);
        buf_c(&box, "[[");
        buf_deg(&box, min.lon_e7);
        buf_char(&box, ',');
        buf_deg(&box, min.lat_e7);
        buf_char(&box, ',');
        buf_deg(&box, max.lon_e7);
        buf_char(&box, ',');
        buf_deg(&box, max.lat_e7);
        buf_c(&box, "]]");
        e = TAKE(cx->arena, FeaturesExtent);
        e->spatial = TAKE(cx->arena, FeaturesSpatial);
        *e->spatial = (FeaturesSpatial){ .bbox = buf_view(&box), .crs = S(CRS84_URI) };
        return *ret = e, OK;
}

/* The whole layer in one file, for whoever wants no pages: Part 1, 7.13. */
static void enclose(Cx *cx, Str path, FeaturesLinkList *links) {
        for (int f = FEATURES_FORMAT_GEOJSON; f <= FEATURES_FORMAT_KML; f++)
                *list_push(cx->arena, links) =
                        link_to(cx, "enclosure", features_media(f), features_format_name(f),
                                str_fmt(cx->arena, STR_FMT "/download?f=%s", STR_ARG(path),
                                        enum_word(&enum_FeaturesFormat, f)));
}

static Rc describe(Cx *cx, FeaturesLayer layer, FeaturesCollection *ret) {
        Str path = str_fmt(cx->arena, "/collections/%s", features_layer_name(layer));
        FeaturesCollection c = { .id = str_c(features_layer_name(layer)),
                                 .title = features_title(cx, layer),
                                 .description = features_about(cx, layer),
                                 .itemType = S("feature"),
                                 .storageCrs = features_crs_uri(CRS_84) };

        TRY(extent(cx, &c.extent));
        for (int i = 0; i < CRS_SYSTEMS; i++)
                *list_push(cx->arena, &c.crs) = features_crs_uri((FeaturesCrs)i);
        *list_push(cx->arena, &c.links) = link_to(cx, "self", "application/json", NULL, path);
        *list_push(cx->arena, &c.links) =
                link_to(cx, "items", GEOJSON, NULL, str_fmt(cx->arena, STR_FMT "/items", STR_ARG(path)));
        add_alternate(cx, &c.links, path);
        enclose(cx, path, &c.links);
        *ret = c;
        return OK;
}

Rc api_features_collections(Cx *cx, HttpReply *reply) {
        FeaturesCollections v = { 0 };

        features_lang(cx);
        *list_push(cx->arena, &v.links) = link_to(cx, "self", "application/json", NULL, S("/collections"));
        for (int i = LAYER_PLACES; i < LAYER_COUNT; i++)
                TRY(describe(cx, (FeaturesLayer)i, list_push(cx->arena, &v.collections)));
        for (int i = 0; i < CRS_SYSTEMS; i++)
                *list_push(cx->arena, &v.crs) = features_crs_uri((FeaturesCrs)i);
        add_alternate(cx, &v.links, S("/collections"));
        return features_html_asked(cx) ? features_html_collections(cx, reply, &v)
                                       : answer(cx, reply, "application/json", &shape_FeaturesCollections, &v);
}

Rc features_layer_asked(Cx *cx, FeaturesLayer *ret) {
        *ret = features_layer(path_str(cx, "layer"));
        return *ret ? OK : fail(cx, P_NOT_FOUND, "There is no such layer");
}

Rc api_features_collection(Cx *cx, HttpReply *reply) {
        FeaturesCollection v;
        FeaturesLayer layer;

        features_lang(cx);
        TRY(features_layer_asked(cx, &layer));
        TRY(describe(cx, layer, &v));
        return features_html_asked(cx) ? features_html_collection(cx, reply, &v)
                                       : answer(cx, reply, "application/json", &shape_FeaturesCollection, &v);
}

/* ---- features --------------------------------------------------------------------------------------------------------------- */

static void content_crs(Cx *cx, HttpReply *reply, FeaturesCrs crs) {
        http_reply_header(cx, reply, "Content-Crs",
                          str_fmt(cx->arena, "<" STR_FMT ">", STR_ARG(features_crs_uri(crs))));
        http_reply_header(cx, reply, "Access-Control-Expose-Headers", S("Content-Crs"));
}

/* The same question after a code; values were checked to hold nothing that needs escaping but '+' of a time zone. */
static Str again(Cx *cx, Str path, Str after) {
        Buf b = BUF_IN(cx->arena);
        const HttpPairList *query = &cx->req->query;
        char mark = '?';

        buf_str(&b, path);
        for (size_t i = 0; i < query->n; i++) {
                if (after.p && str_eq_c(query->v[i].name, "after"))
                        continue;
                buf_fmt(&b, "%c" STR_FMT "=", mark, STR_ARG(query->v[i].name));
                mark = '&';
                for (size_t k = 0; k < query->v[i].value.n; k++) {
                        if (query->v[i].value.p[k] == '+')
                                buf_c(&b, "%2B");
                        else
                                buf_char(&b, query->v[i].value.p[k]);
                }
        }
        if (after.p)
                buf_fmt(&b, "%cafter=" STR_FMT, mark, STR_ARG(after));
        return buf_view(&b);
}

/* Days of the past that have to be recalled are dear. */
Rc features_may_recall(Cx *cx, const FeaturesWish *w) {
        int64_t wait = 0;

        if (!w->day.p || rate_factor() <= 0 ||
            rate_take_address(cx, "features.day", FEATURES_RECALLS * (int)rate_factor(), &wait))
                return OK;
        cx->problem.retry_after_s = wait;
        return fail(cx, P_RATE_LIMITED, "over %d days of the past a minute", FEATURES_RECALLS);
}

static Rc asked(Cx *cx, bool items, FeaturesWish *ret) {
        FeaturesLayer layer;

        features_lang(cx);
        TRY(features_layer_asked(cx, &layer));
        TRY(features_wish(cx, layer, items, ret));
        if (features_html_asked(cx))
                ret->crs = CRS_84; /* as it is drawn */
        return features_may_recall(cx, ret);
}

Rc api_features_items(Cx *cx, HttpReply *reply) {
        FeaturesPage page = { .type = S("FeatureCollection"), .timeStamp = now_ms(cx) };
        FeaturesWish wish;
        Str next, path;
        Rc rc = asked(cx, true, &wish);

        if (rc != OK)
                return refuse(cx, rc, reply);
        TRY(features_page(cx, &wish, &page.features, &next));
        page.numberReturned = (int64_t)page.features.n;
        path = str_fmt(cx->arena, "/collections/%s/items", features_layer_name(wish.layer));
        *list_push(cx->arena, &page.links) = link_to(cx, "self", GEOJSON, NULL, again(cx, path, STR_NONE));
        if (next.p)
                *list_push(cx->arena, &page.links) =
                        link_to(cx, "next", GEOJSON, NULL, again(cx, path, next));
        content_crs(cx, reply, wish.crs);
        if (features_html_asked(cx))
                return features_html_items(cx, reply, wish.layer, &page, next.p ? again(cx, path, next) : STR_NONE);
        return answer(cx, reply, GEOJSON, &shape_FeaturesPage, &page);
}

Rc api_features_item(Cx *cx, HttpReply *reply) {
        FeaturesFeatureList list;
        FeaturesFeature *f;
        FeaturesWish wish;
        Str next, path;
        Rc rc = asked(cx, false, &wish);

        if (rc != OK)
                return refuse(cx, rc, reply);
        wish.code = path_str(cx, "feature");
        wish.limit = 1;
        if (!wish.code.n || !str_digits(wish.code))
                return fail(cx, P_NOT_FOUND, "There is no such feature");
        TRY(features_page(cx, &wish, &list, &next));
        if (!list.n)
                return fail(cx, P_NOT_FOUND, "There is no such feature");
        f = &list.v[0];
        path = str_fmt(cx->arena, "/collections/%s", features_layer_name(wish.layer));
        *list_push(cx->arena, &f->links) = link_to(
                cx, "self", GEOJSON, NULL,
                again(cx, str_fmt(cx->arena, STR_FMT "/items/" STR_FMT, STR_ARG(path), STR_ARG(f->id)),
                      STR_NONE));
        *list_push(cx->arena, &f->links) = link_to(cx, "collection", "application/json", NULL, path);
        content_crs(cx, reply, wish.crs);
        return features_html_asked(cx) ? features_html_item(cx, reply, wish.layer, f)
                                       : answer(cx, reply, GEOJSON, &shape_FeaturesFeature, f);
}
