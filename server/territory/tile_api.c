/* GET /api/tiles/{layer}/{z}/{x}/{y}.mvt: builds the tile by the layer's source; 204 when nothing is in it, 304 when the browser
 * has it. */
#include "base/map.h"
#include "http/http.h"
#include "territory/territory_int.h"
#include <inttypes.h>

static bool read_tile(Cx *cx, TileId *ret) {
        Str y = path_str(cx, "y");
        int64_t z = path_int(cx, "z");

        if (str_ends(y, S(".mvt")))
                y.n -= 4;
        if (!str_digits(y) || y.n > 8 || !str_int(y, &ret->y) || z < 0 || z > TILE_ZOOM_MAX)
                return false;
        ret->zoom = (int)z;
        ret->x = path_int(cx, "x");
        return tile_valid(*ret);
}

Rc api_tile_get(Cx *cx, const TileQuery *in, HttpReply *reply) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        const TileLayer *layer = tile_layer(path_str(cx, "layer"));
        Str etag, known = http_header(cx->req, "If-None-Match");
        TileId id;
        Mvt tile;

        if (!layer || !read_tile(cx, &id))
                return fail(cx, P_NOT_FOUND, "No such tile: " STR_FMT, STR_ARG(cx->req->path));
        if (in->asof.n && !layer->of_day)
                return fail_field(cx, S("?asof"), "not-possible", S("该图层只显示现状"), S("This layer shows the present only"));
        TRY(epoch_asked(cx, in->asof, &e));
        mvt_begin(&tile, cx->arena, id);
        mvt_layer(&tile, str_c(layer->name));
        TRY(tile_fill(cx, layer, e, &tile));
        mvt_end(&tile, &reply->body);
        etag = str_fmt(cx->arena, "\"%016" PRIx64 "\"", str_hash(buf_view(&reply->body)));
        /* What depends on who asks is asked for again each time; the tag spares the bytes. */
        http_reply_header(cx, reply, "Cache-Control",
                          layer->private_to_actor ? S("private, no-cache") : S("private, max-age=120"));
        http_reply_header(cx, reply, "Vary", S("Authorization, Cookie"));
        http_reply_header(cx, reply, "ETag", etag);
        reply->type = "application/vnd.mapbox-vector-tile";
        reply->status = reply->body.n ? 200 : 204;
        if (str_given(known) && str_contains(known, etag)) {
                reply->status = 304;
                buf_clear(&reply->body);
        }
        return OK;
}
