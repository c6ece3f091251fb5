/* GeoJSON: see geojson.h. Reading takes the tree of base/json, so that limits of depth and size are the same as everywhere. */
#include "geo/geojson.h"
#include <math.h>

/* n: one more than the ring has repeats its first point. */
static void write_points(Buf *b, const Ring *r, size_t n) {
        buf_char(b, '[');
        for (size_t i = 0; i < n; i++) {
                Point p = r->v[i < r->n ? i : 0];

                buf_c(b, i ? ",[" : "[");
                buf_deg(b, p.lon_e7);
                buf_char(b, ',');
                buf_deg(b, p.lat_e7);
                buf_char(b, ']');
        }
        buf_char(b, ']');
}

static void write_rings(Buf *b, const Polygon *p) {
        buf_char(b, '[');
        for (size_t i = 0; i < p->n; i++) {
                if (i)
                        buf_char(b, ',');
                write_points(b, &p->rings[i], p->rings[i].n + 1);
        }
        buf_char(b, ']');
}

void geojson_write(Buf *b, const PolygonList *polygons) {
        if (polygons->n == 1) {
                buf_c(b, "{\"type\":\"Polygon\",\"coordinates\":");
                write_rings(b, &polygons->v[0]);
                buf_char(b, '}');
                return;
        }
        buf_c(b, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
        for (size_t i = 0; i < polygons->n; i++) {
                if (i)
                        buf_char(b, ',');
                write_rings(b, &polygons->v[i]);
        }
        buf_c(b, "]}");
}

void geojson_write_lines(Buf *b, const Ring *lines, size_t n) {
        buf_c(b, "{\"type\":\"MultiLineString\",\"coordinates\":[");
        for (size_t i = 0; i < n; i++) {
                if (i)
                        buf_char(b, ',');
                write_points(b, &lines[i], lines[i].n);
        }
        buf_c(b, "]}");
}

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

static Rc wrong(Cx *cx, Str pointer, const char *code, const char *zh, const char *en) {
        return fail_field(cx, pointer, code, str_c(zh), str_c(en));
}

static bool read_point(const JsonNode *node, Point *ret) {
        const JsonNode *lon = node->first, *lat = lon ? lon->next : NULL;

        if (node->type != JT_ARR || node->count < 2 || node->count > 4 || lon->type != JT_NUM ||
            lat->type != JT_NUM)
                return false;
        if (!(fabs(lon->num) <= 180) || !(fabs(lat->num) <= 90))
                return false;
        *ret = (Point){ llround(lon->num * 1e7), llround(lat->num * 1e7) };
        return true;
}

static Rc read_ring(Cx *cx, const JsonNode *node, Str pointer, Ring *ret) {
        Ring r = { 0 };
        RingFault fault;
        size_t at;

        if (node->type != JT_ARR || node->count < 4 || node->count > RING_POINTS_MAX)
                return wrong(cx, pointer, "not-a-ring", "多边形的点数应在 4 到 20000 之间",
                             "A ring has 4 to 20,000 positions");
        for (const JsonNode *p = node->first; p; p = p->next)
                if (!read_point(p, list_push(cx->arena, &r)))
                        return wrong(cx, str_fmt(cx->arena, STR_FMT "/%zu", STR_ARG(pointer), r.n - 1),
                                     "not-a-position", "坐标应为 [经度, 纬度]",
                                     "A position is [longitude, latitude]");
        if (!point_eq(r.v[0], r.v[r.n - 1]))
                return wrong(cx, pointer, "not-closed", "多边形没有闭合", "The ring is not closed");
        r.n--;
        fault = ring_check(&r, &at);
        if (fault)
                return wrong(cx, str_fmt(cx->arena, STR_FMT "/%zu", STR_ARG(pointer), at), "not-simple",
                             "多边形有自相交、重复点或面积为零", ring_fault_text(fault));
        if (ring_area2(&r) < 0)
                ring_reverse(&r);
        *ret = r;
        return OK;
}

Rc geojson_ring(Cx *cx, const JsonNode *geometry, Str pointer, Ring *ret) {
        const JsonNode *rings;
        Str type;

        if (!geometry || geometry->type != JT_OBJ)
                return wrong(cx, pointer, "not-a-geometry", "缺少图形", "There is no geometry");
        type = json_text(geometry, "type");
        rings = json_get(geometry, "coordinates");
        pointer = str_fmt(cx->arena, STR_FMT "/coordinates", STR_ARG(pointer));
        if (str_eq_c(type, "MultiPolygon") && rings && rings->type == JT_ARR && rings->count == 1) {
                rings = rings->first;
                pointer = str_fmt(cx->arena, STR_FMT "/0", STR_ARG(pointer));
        } else if (!str_eq_c(type, "Polygon"))
                return wrong(cx, pointer, "not-a-polygon", "图形应为一个多边形",
                             "The geometry has to be one polygon");
        if (!rings || rings->type != JT_ARR || rings->count != 1)
                return wrong(cx, pointer, "not-one-ring", "网格不能有空洞，也不能分成几块",
                             "A grid is one ring without holes");
        return read_ring(cx, rings->first, str_fmt(cx->arena, STR_FMT "/0", STR_ARG(pointer)), ret);
}
