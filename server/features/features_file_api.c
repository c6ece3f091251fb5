/* GET /api/ogc/collections/{layer}/download: a whole layer as a file, as of a day, below a place. Not a route of the standard (its pages are in
 * features_api.c), only linked from it: parameters and problems are the house's. */
#include "features/features_int.h"
#include "http/http.h"
#include <inttypes.h>
#include <unistd.h>

static const struct {
        const char *media, *ending, *name;
} formats[] = {
        [FEATURES_FORMAT_GEOJSON] = { "application/geo+json", "geojson", "GeoJSON" },
        [FEATURES_FORMAT_GPKG] = { "application/geopackage+sqlite3", "gpkg", "GeoPackage" },
        [FEATURES_FORMAT_SHP] = { "application/zip", "zip", "Shapefile (ZIP)" },
        [FEATURES_FORMAT_KML] = { "application/vnd.google-earth.kml+xml", "kml", "KML" },
};

const char *features_media(int format) { return formats[format].media; }
const char *features_format_name(int format) { return formats[format].name; }

static Rc read_crs(Cx *cx, int format, FeaturesSystem asked, FeaturesCrs *ret) {
        static const FeaturesCrs systems[] = { [FEATURES_SYSTEM_CRS84] = CRS_84,
                                               [FEATURES_SYSTEM_EPSG4326] = CRS_4326,
                                               [FEATURES_SYSTEM_EPSG4490] = CRS_4490,
                                               [FEATURES_SYSTEM_EPSG3857] = CRS_3857 };
        bool degrees = format == FEATURES_FORMAT_GEOJSON || format == FEATURES_FORMAT_KML;

        if (degrees && asked && asked != FEATURES_SYSTEM_CRS84)
                return fail_field(cx, S("?crs"), "not-possible", S("该格式只有 CRS84 一种坐标系"),
                                  S("This format has CRS84 only"));
        *ret = degrees ? CRS_84 : asked ? systems[asked] : CRS_4490;
        return OK;
}

static Rc read_wish(Cx *cx, const FeaturesDownload *in, int format, FeaturesWish *ret) {
        FeaturesWish w = { .limit = FEATURES_FILE_MAX, .day = in->asof, .under = in->under };

        TRY(features_layer_asked(cx, &w.layer));
        if (in->asof.n && w.layer == LAYER_BUILDINGS)
                return fail_field(cx, S("?asof"), "not-possible", S("该图层只显示现状"),
                                  S("This layer shows the present only"));
        TRY(read_crs(cx, format, in->crs, &w.crs));
        TRY(features_may_recall(cx, &w));
        if (in->under.n && !territory_name_at(cx, in->asof, in->under).n)
                return fail(cx, P_PLACE_UNKNOWN, "No place " STR_FMT, STR_ARG(in->under));
        return *ret = w, OK;
}

/* RFC 8187: what is not a letter, digit or one of these four is percent-encoded. */
static void add_encoded(Buf *b, Str text) {
        for (size_t i = 0; i < text.n; i++) {
                unsigned char c = (unsigned char)text.p[i];

                if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                    c == '.' || c == '_' || c == '~')
                        buf_char(b, (char)c);
                else
                        buf_fmt(b, "%%%02X", c);
        }
}

/* A plain name for old programs, the full one beside it (RFC 6266): 东华街道_网格_2026-11-22.gpkg */
static Str disposition(Cx *cx, const FeaturesWish *w, int format, Str day) {
        Buf b = BUF_IN(cx->arena), name = BUF_IN(cx->arena);

        if (w->under.n)
                buf_fmt(&name, STR_FMT "_", STR_ARG(territory_name_at(cx, w->day, w->under)));
        buf_fmt(&name, STR_FMT "_" STR_FMT ".%s", STR_ARG(features_title(cx, w->layer)), STR_ARG(day),
                formats[format].ending);
        buf_fmt(&b, "attachment; filename=\"%s_" STR_FMT ".%s\"; filename*=UTF-8''",
                features_layer_name(w->layer), STR_ARG(day), formats[format].ending);
        add_encoded(&b, buf_view(&name));
        return buf_view(&b);
}

/* Weak: the same features, though a ZIP made at another time has other bytes. */
static Str tag(Cx *cx, const FeaturesWish *w, int format, uint64_t mark) {
        return str_fmt(cx->arena, "W/\"%016" PRIx64 "-%d%d%d\"", mark, format, (int)w->crs, (int)cx->lang);
}

Rc api_features_download(Cx *cx, const FeaturesDownload *in, HttpReply *reply) {
        int format = in->f ? (int)in->f : FEATURES_FORMAT_GPKG;
        Str known = http_header(cx->req, "If-None-Match"), etag, day;
        uint64_t mark = 0;
        FeaturesWish w;

        TRY(read_wish(cx, in, format, &w));
        day = in->asof.n ? in->asof : date_str(cx->arena, date_of_day(day_of_ms(now_ms(cx))));
        if (known.n)
                TRY(features_mark(cx, &w, &mark));
        etag = tag(cx, &w, format, mark);
        if (known.n && str_contains(known, etag)) {
                reply->status = 304;
        } else {
                TRY(features_file(cx, &w, format, features_title(cx, w.layer), features_about(cx, w.layer),
                                  day, &reply->fd, &mark));
                reply->has_fd = true;
                reply->status = 200;
                etag = tag(cx, &w, format, mark);
                http_reply_header(cx, reply, "Content-Disposition", disposition(cx, &w, format, day));
        }
        reply->type = formats[format].media;
        http_reply_header(cx, reply, "ETag", etag);
        http_reply_header(cx, reply, "Accept-Ranges", S("none")); /* it is written anew each time */
        http_reply_header(cx, reply, "Cache-Control", S("public, max-age=60"));
        http_reply_header(cx, reply, "Vary", S("Accept-Language"));
        http_reply_header(cx, reply, "Access-Control-Allow-Origin", S("*"));
        return OK;
}
