/* The query of the open layers, as it stands after the '?': whatever comes, there is a refusal with a sentence in both languages, or a wish inside
 * of all its limits, whose box and coordinates can be written. The first byte: layer, and whether it is for many features or one. */
#include "base/rc.h"
#include "base/time.h"
#include "features/features_int.h"
#include "http/http_int.h"
#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good) {
        if (!good)
                abort();
}

/* name=value&name=value, decoded as http/request.c does it; false: the server would have refused it before. */
static bool read_query(Cx *cx, Str text, HttpPairList *ret) {
        Str rest = text;
        bool more = text.n > 0;

        while (more) {
                Str line = rest, one, name, value;
                HttpPair *p = list_push(cx->arena, ret);

                more = str_cut(line, '&', &one, &rest);
                if (!more)
                        one = line;
                if (!str_cut(one, '=', &name, &value))
                        name = one, value = S("");
                if (!percent_decode(cx->arena, name, &p->name) ||
                    !percent_decode(cx->arena, value, &p->value) || !str_utf8_valid(p->name) ||
                    !str_utf8_valid(p->value))
                        return false;
        }
        return true;
}

static bool is_code(Str code) { return !code.n || (str_digits(code) && code.n <= 40); }

static void check_wish(Cx *cx, const FeaturesWish *w) {
        Point corners[2] = { { w->box.west, w->box.south }, { w->box.east, w->box.north } };
        Buf b = BUF_IN(cx->arena);
        Date day;

        must(w->limit >= 1 && w->limit <= FEATURES_PAGE_MAX);
        must(w->crs >= CRS_84 && w->crs < CRS_SYSTEMS);
        must(!w->day.p || date_parse(w->day, &day));
        must(is_code(w->code) && is_code(w->under) && is_code(w->after));
        if (!w->boxed)
                return;
        must(w->box.west <= w->box.east && w->box.south <= w->box.north);
        must(w->box.west >= -1800000000 && w->box.east <= 1800000000);
        must(w->box.south >= -900000000 && w->box.north <= 900000000);
        for (size_t i = 0; i < 2; i++) {
                features_point(&b, corners[i], w->crs);
                must(!str_contains(buf_view(&b), S("inf")) && !str_contains(buf_view(&b), S("nan")));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(cx_freep) Cx *cx = cx_new(16 << 20);
        HttpRequest req = { .method = HTTP_GET };
        FeaturesWish wish;
        Rc rc;

        if (size < 1 || size > 1 << 12 ||
            !read_query(cx, (Str){ (const char *)data + 1, size - 1 }, &req.query))
                return 0;
        cx->req = &req;
        rc = features_wish(cx, (FeaturesLayer)(LAYER_PLACES + data[0] % 3), data[0] & 4, &wish);
        if (rc == OK) {
                check_wish(cx, &wish);
                return 0;
        }
        must(rc == E_INPUT && cx->problem.detail.n && cx->problem.detail_zh.n);
        must(str_utf8_valid(cx->problem.detail) && str_utf8_valid(cx->problem.detail_zh));
        return 0;
}
