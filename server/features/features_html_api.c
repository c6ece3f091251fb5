/* The open layers for people: landing page, layers, features as plain HTML with a drawing, no script. Made of the same values as the JSON
 * (features_api.c), for browsers and for whoever asks f=html; Chinese unless English is preferred or asked (lang=en). */
#include "features/features_int.h"
#include "http/http.h"
#include <math.h>

extern const unsigned char features_style[];
extern const size_t features_style_len;

enum { SKETCH_WIDTH = 960, SKETCH_LEAST = 240, SKETCH_MOST = 1200 };

/* ---- what is asked ------------------------------------------------------------------------------------------------------------- */

bool features_html_asked(const Cx *cx) {
        Str f = http_query(cx->req, "f"), accept = http_header(cx->req, "Accept");

        return f.p ? str_eq_c(f, "html") : accept.n && str_contains(accept, S("text/html"));
}

void features_lang(Cx *cx) {
        Str lang = http_query(cx->req, "lang");

        if (lang.p)
                cx->lang = str_eq_c(lang, "en") ? LANG_EN : LANG_ZH;
}

Rc api_features_style(Cx *cx, HttpReply *reply) {
        buf_add(&reply->body, features_style, features_style_len);
        reply->status = 200;
        reply->type = "text/css; charset=utf-8";
        http_reply_header(cx, reply, "Cache-Control", S("public, max-age=3600"));
        return OK;
}

/* ---- pieces --------------------------------------------------------------------------------------------------------------------- */

static const char *say(const Cx *cx, const char *zh, const char *en) {
        return cx->lang == LANG_ZH ? zh : en;
}

static void esc(Buf *b, Str text) {
        for (size_t i = 0; i < text.n; i++) {
                switch (text.p[i]) {
                case '&': buf_c(b, "&amp;"); break;
                case '<': buf_c(b, "&lt;"); break;
                case '>': buf_c(b, "&gt;"); break;
                case '"': buf_c(b, "&quot;"); break;
                case '\'': buf_c(b, "&#39;"); break;
                default: buf_char(b, text.p[i]); break;
                }
        }
}

/* An address below /api/ogc that stays HTML and in the language that was asked for. */
static void put_href(Cx *cx, Buf *b, Str path) {
        buf_c(b, "/api/ogc");
        esc(b, path);
        buf_c(b, memchr(path.p, '?', path.n) ? "&amp;f=html" : "?f=html");
        if (http_query(cx->req, "lang").p)
                buf_c(b, cx->lang == LANG_EN ? "&amp;lang=en" : "&amp;lang=zh");
}

static void put_link(Cx *cx, Buf *b, Str path, Str text) {
        buf_c(b, "<a href=\"");
        put_href(cx, b, path);
        buf_c(b, "\">");
        esc(b, text);
        buf_c(b, "</a>");
}

/* The same page with a parameter set to another value. */
static void put_again(Cx *cx, Buf *b, const char *name, const char *value) {
        const HttpPairList *query = &cx->req->query;

        buf_c(b, "<a href=\"");
        esc(b, cx->req->path);
        buf_fmt(b, "?%s=%s", name, value);
        for (size_t i = 0; i < query->n; i++) {
                if (str_eq_c(query->v[i].name, name))
                        continue;
                buf_c(b, "&amp;");
                esc(b, query->v[i].name);
                buf_char(b, '=');
                for (size_t k = 0; k < query->v[i].value.n;
                     k++) /* all that a checked value has to have encoded */
                        if (query->v[i].value.p[k] == '+')
                                buf_c(b, "%2B");
                        else
                                esc(b, (Str){ query->v[i].value.p + k, 1 });
        }
        buf_c(b, "\">");
}

/* A step of the path in words; a code is its own. */
static Str crumb(const Cx *cx, Str step) {
        FeaturesLayer layer = features_layer(step);

        if (layer)
                return features_title(cx, layer);
        if (str_eq_c(step, "collections"))
                return str_c(say(cx, "图层", "Layers"));
        if (str_eq_c(step, "items"))
                return str_c(say(cx, "要素", "Features"));
        return str_eq_c(step, "conformance") ? str_c(say(cx, "符合的标准", "Conformance")) : step;
}

static Buf begin(Cx *cx, Str title, Str path) {
        Buf b = BUF_IN(cx->arena);
        Str rest = path, one = STR_NONE;
        size_t at = 0;

        buf_fmt(&b, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">",
                say(cx, "zh-CN", "en"));
        buf_c(&b, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
        esc(&b, title);
        buf_c(&b, "</title><link rel=\"stylesheet\" href=\"/api/ogc/style.css\"></head><body><header><nav>");
        put_link(cx, &b, S(""), str_c(say(cx, "开放图层", "Open layers")));
        for (bool more = rest.n > 1; more; at += one.n + 1) { /* /collections/grids/items */
                Str line = (Str){ path.p + at + 1, path.n - at - 1 };

                more = str_cut(line, '/', &one, &rest);
                if (!more)
                        one = line;
                buf_c(&b, "<span>›</span>");
                put_link(cx, &b, str_sub(path, 0, at + 1 + one.n), crumb(cx, one));
        }
        buf_c(&b, "</nav><p>");
        put_again(cx, &b, "lang", say(cx, "en", "zh"));
        buf_fmt(&b, "%s</a>", say(cx, "English", "中文"));
        put_again(cx, &b, "f", "json");
        buf_c(&b, "JSON</a></p></header><main><h1>");
        esc(&b, title);
        buf_c(&b, "</h1>");
        return b;
}

static Rc end(Cx *cx, HttpReply *reply, Buf *b) {
        buf_c(b, "</main></body></html>\n");
        buf_str(&reply->body, buf_view(b));
        reply->status = 200;
        reply->type = "text/html; charset=utf-8";
        http_reply_header(cx, reply, "Cache-Control", S("public, max-age=60"));
        http_reply_header(cx, reply, "Vary", S("Accept, Accept-Language"));
        return OK;
}

static void put_files(Buf *b, const FeaturesLinkList *links) {
        buf_c(b, "<p class=\"files\">");
        for (size_t i = 0; i < links->n; i++) {
                if (!str_eq_c(links->v[i].rel, "enclosure"))
                        continue;
                buf_c(b, "<a class=\"button\" href=\"");
                esc(b, links->v[i].href);
                buf_c(b, "\">");
                esc(b, links->v[i].title);
                buf_c(b, "</a>");
        }
        buf_c(b, "</p>");
}

static void put_layer(Cx *cx, Buf *b, const FeaturesCollection *c) {
        buf_c(b, "<section class=\"card\"><h2>");
        put_link(cx, b, str_fmt(cx->arena, "/collections/" STR_FMT, STR_ARG(c->id)), c->title);
        buf_c(b, "</h2><p>");
        esc(b, c->description);
        buf_c(b, "</p><p>");
        put_link(cx, b, str_fmt(cx->arena, "/collections/" STR_FMT "/items", STR_ARG(c->id)),
                 str_c(say(cx, "浏览要素", "Browse features")));
        buf_c(b, "</p>");
        put_files(b, &c->links);
        buf_c(b, "</section>");
}

/* ---- pages about the layers ----------------------------------------------------------------------------------------------------- */

Rc features_html_landing(Cx *cx, HttpReply *reply, const FeaturesLanding *v) {
        Buf b = begin(cx, v->title, S(""));

        buf_c(&b, "<p class=\"lead\">");
        esc(&b, v->description);
        buf_c(&b, "</p><ul class=\"rows\"><li>");
        put_link(cx, &b, S("/collections"), str_c(say(cx, "图层", "Layers")));
        buf_c(&b, "</li><li>");
        put_link(cx, &b, S("/conformance"), str_c(say(cx, "符合的标准", "Conformance")));
        buf_fmt(&b, "</li><li><a href=\"/api/ogc/api\">%s</a></li></ul>",
                say(cx, "接口定义（OpenAPI 3.0）", "API definition (OpenAPI 3.0)"));
        return end(cx, reply, &b);
}

Rc features_html_conformance(Cx *cx, HttpReply *reply, const FeaturesConformance *v) {
        Buf b = begin(cx, str_c(say(cx, "符合的标准", "Conformance")), S("/conformance"));

        buf_c(&b, "<ul class=\"rows\">");
        for (size_t i = 0; i < v->conformsTo.n; i++) {
                buf_c(&b, "<li><code>");
                esc(&b, v->conformsTo.v[i]);
                buf_c(&b, "</code></li>");
        }
        buf_c(&b, "</ul>");
        return end(cx, reply, &b);
}

Rc features_html_collections(Cx *cx, HttpReply *reply, const FeaturesCollections *v) {
        Buf b = begin(cx, str_c(say(cx, "图层", "Layers")), S("/collections"));

        for (size_t i = 0; i < v->collections.n; i++)
                put_layer(cx, &b, &v->collections.v[i]);
        return end(cx, reply, &b);
}

Rc features_html_collection(Cx *cx, HttpReply *reply, const FeaturesCollection *v) {
        Buf b = begin(cx, v->title, str_fmt(cx->arena, "/collections/" STR_FMT, STR_ARG(v->id)));

        put_layer(cx, &b, v);
        if (v->extent) {
                buf_fmt(&b, "<h2>%s</h2><p><code>", say(cx, "范围", "Extent"));
                esc(&b, v->extent->spatial->bbox);
                buf_c(&b, "</code></p>");
        }
        buf_fmt(&b, "<h2>%s</h2><ul class=\"rows\">", say(cx, "坐标系", "Coordinate systems"));
        for (size_t i = 0; i < v->crs.n; i++) {
                buf_c(&b, "<li><code>");
                esc(&b, v->crs.v[i]);
                buf_c(&b, "</code></li>");
        }
        buf_c(&b, "</ul>");
        return end(cx, reply, &b);
}

/* ---- drawing: the coordinates of the GeoJSON that was made for the page, longitude first ------------------------------------------ */

typedef struct Sketch {
        double west, south, east, north, x_scale, y_scale;
        Buf *b;      /* NULL: only the box is wanted */
        bool dotted; /* points instead of rings */
} Sketch;

static void on_point(Sketch *s, double lon, double lat, bool first) {
        if (!s->b) {
                s->west = fmin(s->west, lon), s->east = fmax(s->east, lon);
                s->south = fmin(s->south, lat), s->north = fmax(s->north, lat);
        } else if (s->dotted) {
                buf_fmt(s->b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\">", (lon - s->west) * s->x_scale,
                        (s->north - lat) * s->y_scale);
        } else {
                buf_fmt(s->b, "%c%.1f %.1f", first ? 'M' : 'L', (lon - s->west) * s->x_scale,
                        (s->north - lat) * s->y_scale);
        }
}

static void walk(Sketch *s, Str geometry) {
        static const char mark[] = "\"coordinates\":";
        const char *p = memmem(geometry.p, geometry.n, mark, sizeof mark - 1),
                   *end_of = geometry.p + geometry.n;
        bool first = true;

        for (; p && p < end_of; p++) {
                const char *comma, *close;
                double lon, lat;

                if (p[0] == '[' && p + 1 < end_of && p[1] == '[')
                        first = true;
                if (p[0] != '[' || p + 1 >= end_of || p[1] == '[')
                        continue;
                comma = memchr(p, ',', (size_t)(end_of - p));
                close = memchr(p, ']', (size_t)(end_of - p));
                if (!comma || !close || comma > close ||
                    !str_num((Str){ p + 1, (size_t)(comma - p) - 1 }, &lon) ||
                    !str_num((Str){ comma + 1, (size_t)(close - comma) - 1 }, &lat))
                        return;
                on_point(s, lon, lat, first);
                first = false;
                p = close;
        }
}

static void draw_one(Cx *cx, Sketch *s, Str layer, const FeaturesFeature *f) {
        s->dotted = str_contains(f->geometry, S("\"Point\""));
        buf_c(s->b, "<a href=\"");
        put_href(cx, s->b,
                 str_fmt(cx->arena, "/collections/" STR_FMT "/items/" STR_FMT, STR_ARG(layer),
                         STR_ARG(f->id)));
        buf_c(s->b, s->dotted ? "\">" : "\"><path fill-rule=\"evenodd\" d=\"");
        walk(s, f->geometry);
        buf_c(s->b, s->dotted ? "<title>" : "\"><title>");
        esc(s->b, f->properties->name);
        buf_c(s->b, s->dotted ? "</title></circle></a>" : "</title></path></a>");
}

static void draw(Cx *cx, Buf *b, Str layer, const FeaturesFeature *v, size_t n) {
        Sketch s = { .west = 181, .south = 91, .east = -181, .north = -91 };
        double height, room;

        for (size_t i = 0; i < n; i++)
                walk(&s, v[i].geometry);
        if (s.west > s.east)
                return;
        room = fmax(2e-4, fmax(s.east - s.west, s.north - s.south) * 0.03);
        s.west -= room, s.east += room, s.south -= room, s.north += room;
        s.x_scale = SKETCH_WIDTH / (s.east - s.west);
        s.y_scale = s.x_scale / fmax(0.01, cos((s.south + s.north) / 2 * M_PI / 180));
        height = (s.north - s.south) * s.y_scale;
        if (height > SKETCH_MOST) {
                s.x_scale *= SKETCH_MOST / height, s.y_scale *= SKETCH_MOST / height;
                height = SKETCH_MOST;
        }
        s.b = b;
        buf_fmt(b, "<svg class=\"sketch\" role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %.0f %.0f\">",
                say(cx, "示意图", "Drawing"), (s.east - s.west) * s.x_scale, fmax(height, SKETCH_LEAST));
        for (size_t i = 0; i < n; i++)
                draw_one(cx, &s, layer, &v[i]);
        buf_c(b, "</svg>");
}

/* ---- pages of features ------------------------------------------------------------------------------------------------------------ */

static void put_cell(Buf *b, Str text) {
        buf_c(b, "<td>");
        esc(b, text);
        buf_c(b, "</td>");
}

static void put_table(Cx *cx, Buf *b, Str layer, const FeaturesFeature *v, size_t n) {
        bool buildings = str_eq_c(layer, "buildings");

        buf_fmt(b,
                "<div class=\"wide\"><table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>",
                say(cx, "代码", "Code"), say(cx, "名称", "Name"), say(cx, "所属", "In"),
                buildings ? say(cx, "地址", "Address") : say(cx, "面积（平方米）", "Area (m²)"));
        for (size_t i = 0; i < n; i++) {
                const FeaturesProperties *p = v[i].properties;

                buf_c(b, "<tr><td>");
                put_link(cx, b,
                         str_fmt(cx->arena, "/collections/" STR_FMT "/items/" STR_FMT, STR_ARG(layer),
                                 STR_ARG(v[i].id)),
                         p->code);
                buf_c(b, "</td>");
                put_cell(b, p->name);
                put_cell(b, p->parent);
                put_cell(b, buildings        ? p->address
                            : p->area_m2.set ? str_of_int(cx->arena, p->area_m2.n)
                                             : S(""));
                buf_c(b, "</tr>");
        }
        buf_c(b, "</tbody></table></div>");
}

Rc features_html_items(Cx *cx, HttpReply *reply, FeaturesLayer layer, const FeaturesPage *v, Str next) {
        Str name = str_c(features_layer_name(layer));
        Buf b = begin(cx, features_title(cx, layer),
                      str_fmt(cx->arena, "/collections/" STR_FMT "/items", STR_ARG(name)));

        draw(cx, &b, name, v->features.v, v->features.n);
        put_table(cx, &b, name, v->features.v, v->features.n);
        if (!v->features.n)
                buf_fmt(&b, "<p class=\"lead\">%s</p>", say(cx, "没有要素", "No features"));
        if (next.p) {
                buf_c(&b, "<p><a class=\"button\" href=\"/api/ogc");
                esc(&b, next);
                buf_fmt(&b, "\">%s</a></p>", say(cx, "下一页", "Next page"));
        }
        return end(cx, reply, &b);
}

Rc features_html_item(Cx *cx, HttpReply *reply, FeaturesLayer layer, const FeaturesFeature *v) {
        Str name = str_c(features_layer_name(layer));
        Buf b = begin(cx, v->properties->name,
                      str_fmt(cx->arena, "/collections/" STR_FMT "/items/" STR_FMT, STR_ARG(name),
                              STR_ARG(v->id)));

        draw(cx, &b, name, v, 1);
        put_table(cx, &b, name, v, 1);
        return end(cx, reply, &b);
}
