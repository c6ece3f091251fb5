/* The parameters of the standard, read from the request itself: an unknown one or a bad value is an error of the caller (Part 1, 7.15 and Part 2, 6). */
#include "features/features_int.h"
#include "http/http.h"
#include <math.h>

static const char *const layer_names[LAYER_COUNT] = { "", "places", "grids", "buildings" };
static const char *const crs_uris[CRS_SYSTEMS] = {
        [CRS_84] = "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        [CRS_4326] = "http://www.opengis.net/def/crs/EPSG/0/4326",
        [CRS_4490] = "http://www.opengis.net/def/crs/EPSG/0/4490",
        [CRS_3857] = "http://www.opengis.net/def/crs/EPSG/0/3857",
};

FeaturesLayer features_layer(Str name) {
        for (int i = LAYER_PLACES; i < LAYER_COUNT; i++)
                if (str_eq_c(name, layer_names[i]))
                        return (FeaturesLayer)i;
        return LAYER_NONE;
}

const char *features_layer_name(FeaturesLayer layer) { return layer_names[layer]; }
Str features_crs_uri(FeaturesCrs crs) { return str_c(crs_uris[crs]); }

static Rc bad(Cx *cx, Str name, const char *zh, const char *en) {
        return fail_zh(cx, P_INPUT_INVALID, str_fmt(cx->arena, "参数 " STR_FMT " %s", STR_ARG(name), zh), "The parameter " STR_FMT " %s",
                       STR_ARG(name), en);
}

static Rc read_crs(Cx *cx, Str name, Str value, FeaturesCrs *ret) {
        for (int i = 0; i < CRS_SYSTEMS; i++)
                if (str_eq_c(value, crs_uris[i]))
                        return *ret = (FeaturesCrs)i, OK;
        return bad(cx, name, "不是本图层支持的坐标系", "is no coordinate system of this layer");
}

/* Four numbers, or six of which heights are passed over. */
static Rc read_numbers(Cx *cx, Str name, Str value, double ret[4]) {
        double v[6];
        size_t n = 0;

        for (size_t from = 0, i = 0; i <= value.n; i++) {
                if (i < value.n && value.p[i] != ',')
                        continue;
                if (n == 6 || !str_num((Str){ value.p + from, i - from }, &v[n]) || !isfinite(v[n]))
                        return bad(cx, name, "应为四个或六个数字", "is not four or six numbers");
                n++;
                from = i + 1;
        }
        if (n != 4 && n != 6)
                return bad(cx, name, "应为四个或六个数字", "is not four or six numbers");
        ret[0] = v[0], ret[1] = v[1], ret[2] = v[n / 2], ret[3] = v[n / 2 + 1];
        return OK;
}

static Rc read_day(Cx *cx, Str name, Str value, Str *ret) {
        int64_t ms;
        Date d;

        if (str_eq_c(value, "..") || !value.n)
                return *ret = STR_NONE, OK;
        if (time_parse_rfc3339(value, &ms))
                return *ret = date_str(cx->arena, date_of_day(day_of_ms(ms))), OK;
        if (!date_parse(value, &d))
                return bad(cx, name, "不是 RFC 3339 的日期、时间或区间", "is no day, time or interval of RFC 3339");
        return *ret = str_dup(cx->arena, value), OK;
}

/* A layer is shown as of the end of a day; of an interval, as of its end. */
static Rc read_datetime(Cx *cx, Str name, Str value, Str *ret) {
        Str begin = STR_NONE, end = value;

        if (!value.n)
                return bad(cx, name, "为空", "is empty");
        for (size_t i = 0; i < value.n; i++) {
                if (value.p[i] != '/')
                        continue;
                end = (Str){ value.p + i + 1, value.n - i - 1 };
                TRY(read_day(cx, name, (Str){ value.p, i }, &begin));
                break;
        }
        TRY(read_day(cx, name, end, ret));
        if (begin.p && ret->p && str_cmp(begin, *ret) > 0)
                return bad(cx, name, "结束早于开始", "ends before it begins");
        return OK;
}

static Rc read_limit(Cx *cx, Str name, Str value, int64_t *ret) {
        int64_t n;

        if (!str_int(value, &n) || n < 1)
                return bad(cx, name, "应为从 1 起的整数", "is no number from 1");
        *ret = n > FEATURES_PAGE_MAX ? FEATURES_PAGE_MAX
                                     : n; /* more than the most is the most: Part 1, 7.15.2 */
        return OK;
}

static Rc read_code(Cx *cx, Str name, Str value, Str *ret) {
        if (!value.n || value.n > 40 || !str_digits(value))
                return bad(cx, name, "不是代码", "is no code");
        return *ret = value, OK;
}

typedef struct Given {
        double box[4];
        FeaturesCrs box_crs;
        bool has_box, has_box_crs;
} Given;

static Rc read_pair(Cx *cx, const HttpPair *p, bool items, FeaturesWish *w, Given *given) {
        if (str_eq_c(p->name, "f"))
                return str_eq_c(p->value, "json") || str_eq_c(p->value, "html") ? OK : bad(cx, p->name, "没有这种格式", "is no format there is");
        if (str_eq_c(p->name, "lang"))
                return str_eq_c(p->value, "zh") || str_eq_c(p->value, "en") ? OK : bad(cx, p->name, "应为 zh 或 en", "is neither zh nor en");
        if (str_eq_c(p->name, "crs"))
                return read_crs(cx, p->name, p->value, &w->crs);
        if (str_eq_c(p->name, "datetime"))
                return read_datetime(cx, p->name, p->value, &w->day);
        if (items && str_eq_c(p->name, "bbox"))
                return given->has_box = true, read_numbers(cx, p->name, p->value, given->box);
        if (items && str_eq_c(p->name, "bbox-crs"))
                return given->has_box_crs = true, read_crs(cx, p->name, p->value, &given->box_crs);
        if (items && str_eq_c(p->name, "limit"))
                return read_limit(cx, p->name, p->value, &w->limit);
        if (items && str_eq_c(p->name, "code"))
                return read_code(cx, p->name, p->value, &w->code);
        if (items && str_eq_c(p->name, "under"))
                return read_code(cx, p->name, p->value, &w->under);
        if (items && str_eq_c(p->name, "after"))
                return read_code(cx, p->name, p->value, &w->after);
        return bad(cx, p->name, "在此不存在", "does not exist here");
}

Rc features_wish(Cx *cx, FeaturesLayer layer, bool items, FeaturesWish *ret) {
        FeaturesWish w = { .layer = layer, .limit = FEATURES_PAGE };
        const HttpPairList *query = &cx->req->query;
        Given given = { 0 };

        for (size_t i = 0; i < query->n; i++) {
                for (size_t k = 0; k < i; k++)
                        if (str_eq(query->v[k].name, query->v[i].name))
                                return bad(cx, query->v[i].name, "重复给出", "is given twice");
                TRY(read_pair(cx, &query->v[i], items, &w, &given));
        }
        if (given.has_box) {
                w.boxed = true;
                w.box = features_box(given.box, given.box_crs);
                if (w.box.south > w.box.north ||
                    w.box.west > w.box.east) /* none of China's layers crosses the antimeridian */
                        return bad(cx, S("bbox"), "东西或南北颠倒", "is turned over");
        }
        *ret = w;
        return OK;
}
