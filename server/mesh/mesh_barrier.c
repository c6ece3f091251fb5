/* Roads, rivers and compounds 小区 that come with a question for grids: GeoJSON as the asker has it into lines and rings in CGCS2000, cut down to
 * what concerns the community. Nothing of it is kept: the registry knows none, and whoever accepts a proposal sends them again. */
#include "geo/sweep.h"
#include "mesh/mesh_int.h"
#include <math.h>
#include <stdlib.h>

enum {
        FEATURES_MOST = 5000,
        POINTS_MOST = 15000,
        AROUND_E7 = 20000, /* lines are followed this far beyond the community, about 200 m */
        OVERLAP_M = 3,     /* a compound that reaches less far into the community lies beside it */
        NAME_MOST = 60,    /* bytes of a name that are told again */
};

static const double strength_plain = 0.7; /* a road, when nothing is said: see propose.h */

typedef struct Reader {
        Cx *cx;
        const PolygonList *ground;
        Box box, around;
        Crs crs;
        Str pointer; /* of the feature's geometry */
        Str name;
        size_t index, points;
        double strength;
        MeshBarriers *out;
} Reader;

/* One thing that is wrong, told with the feature's number in the file and its name: people look it up in a map program. */
static void wrong(Reader *r, Str rest, const char *code, const char *zh, const char *en) {
        Arena *a = r->cx->arena;
        Str name = r->name.n ? str_fmt(a, "（" STR_FMT "）", STR_ARG(r->name)) : S("");

        field_error(r->cx, str_fmt(a, STR_FMT STR_FMT, STR_ARG(r->pointer), STR_ARG(rest)), code,
                    str_fmt(a, "第 %zu 个图形" STR_FMT "：%s", r->index + 1, STR_ARG(name), zh), str_fmt(a, "Feature %zu: %s", r->index + 1, en));
}

/* ---- points --------------------------------------------------------------------------------------------------------------------- */

static bool read_points(Reader *r, const JsonNode *list, size_t least, Str rest, Ring *ret) {
        Arena *a = r->cx->arena;
        size_t i = 0;

        if (list->type != JT_ARR || list->count < least) {
                wrong(r, rest, "too-few-points", least > 2 ? "多边形至少要有 4 个点" : "线至少要有 2 个点", least > 2 ? "a polygon has four positions or more" : "a line has two positions or more");
                return false;
        }
        if ((r->points += list->count) > POINTS_MOST)
                return false; /* told once for all, by the caller */
        for (const JsonNode *p = list->first; p; p = p->next, i++) {
                const JsonNode *lon = p->first, *lat = lon ? lon->next : NULL;
                Point at;

                if (p->type != JT_ARR || p->count < 2 || p->count > 4 || lon->type != JT_NUM || lat->type != JT_NUM ||
                    !crs_point((LonLat){ lon->num, lat->num }, r->crs, &at)) {
                        wrong(r, str_fmt(a, STR_FMT "/%zu", STR_ARG(rest), i), "not-a-position", "坐标应为 [经度, 纬度]，单位为度；以米为单位的投影坐标请先转换",
                              "a position is [longitude, latitude] in degrees; convert projected coordinates before");
                        return false;
                }
                if (!ret->n || !point_eq(ret->v[ret->n - 1], at))
                        *list_push(a, ret) = at;
        }
        return true;
}

/* ---- roads and rivers ----------------------------------------------------------------------------------------------------------- */

static bool on_ground(const PolygonList *ground, Point p) {
        for (size_t i = 0; i < ground->n; i++) {
                bool in = ring_holds(&ground->v[i].rings[0], p);

                for (size_t k = 1; k < ground->v[i].n && in; k++)
                        in = !ring_holds(&ground->v[i].rings[k], p);
                if (in)
                        return true;
        }
        return false;
}

static bool meets_outline(const PolygonList *ground, Point a, Point b) {
        Box way = BOX_EMPTY;

        box_add(&way, a);
        box_add(&way, b);
        for (size_t i = 0; i < ground->n; i++) {
                for (size_t k = 0; k < ground->v[i].n; k++) {
                        const Ring *r = &ground->v[i].rings[k];

                        for (size_t j = 0; j < r->n; j++) {
                                Point c = r->v[j], d = r->v[j + 1 < r->n ? j + 1 : 0];
                                Box side = BOX_EMPTY;

                                box_add(&side, c);
                                box_add(&side, d);
                                if (box_meets(side, way) && segments_meet(a, b, c, d, 0) != MEET_NOT)
                                        return true;
                        }
                }
        }
        return false;
}

static bool concerns(const Reader *r, const Ring *line) {
        for (size_t i = 0; i < line->n; i++)
                if (on_ground(r->ground, line->v[i]) || (i && meets_outline(r->ground, line->v[i - 1], line->v[i])))
                        return true;
        return false;
}

/* What of a segment lies in a box (Liang and Barsky, ACM Trans. Graphics 3, 1984); false: nothing. */
static bool clip(Box box, Point a, Point b, Point *ret_a, Point *ret_b) {
        double dx = (double)(b.lon_e7 - a.lon_e7), dy = (double)(b.lat_e7 - a.lat_e7), from = 0, to = 1;
        const double way[4] = { -dx, dx, -dy, dy };
        const double room[4] = { (double)(a.lon_e7 - box.west), (double)(box.east - a.lon_e7), (double)(a.lat_e7 - box.south), (double)(box.north - a.lat_e7) };

        for (int i = 0; i < 4; i++) {
                if (way[i] == 0 && room[i] < 0)
                        return false;
                if (way[i] < 0)
                        from = fmax(from, room[i] / way[i]);
                if (way[i] > 0)
                        to = fmin(to, room[i] / way[i]);
        }
        if (from >= to)
                return false;
        *ret_a = from > 0 ? (Point){ a.lon_e7 + llround(dx * from), a.lat_e7 + llround(dy * from) } : a;
        *ret_b = to < 1 ? (Point){ a.lon_e7 + llround(dx * to), a.lat_e7 + llround(dy * to) } : b;
        return true;
}

static bool run_done(Reader *r, Ring *run) {
        bool used = run->n > 1 && concerns(r, run);

        if (used)
                *list_push(r->cx->arena, &r->out->lines) = (ProposeBarrier){ run->v, run->n, r->strength };
        *run = (Ring){ 0 };
        return used;
}

static void take_line(Reader *r, const JsonNode *list, Str rest) {
        Ring line = { 0 }, run = { 0 };
        bool used = false;

        if (!read_points(r, list, 2, rest, &line))
                return;
        for (size_t i = 1; i < line.n; i++) {
                Point a, b;

                if (!clip(r->around, line.v[i - 1], line.v[i], &a, &b))
                        continue;
                if (!run.n || !point_eq(run.v[run.n - 1], a)) {
                        used |= run_done(r, &run);
                        *list_push(r->cx->arena, &run) = a;
                }
                if (!point_eq(a, b))
                        *list_push(r->cx->arena, &run) = b;
        }
        used |= run_done(r, &run);
        r->out->used += used;
        r->out->outside += !used;
}

/* ---- compounds -------------------------------------------------------------------------------------------------------------------- */

static bool reaches_in(const Reader *r, const Ring *ring) {
        Point at;

        for (size_t i = 0; i < r->ground->n; i++)
                if (ring_overlaps(ring, &r->ground->v[i].rings[0], OVERLAP_M, &at))
                        return true;
        return false;
}

/* As large as the community: it would leave nothing to be divided. */
static bool too_large(const Reader *r, Box box, const Ring *ring) {
        int64_t wide = r->box.east - r->box.west, high = r->box.north - r->box.south;
        __int128 ground = 0;

        for (size_t i = 0; i < r->ground->n; i++)
                ground += ring_area2(&r->ground->v[i].rings[0]);
        return box.west < r->box.west - wide || box.east > r->box.east + wide || box.south < r->box.south - high || box.north > r->box.north + high ||
               ring_area2(ring) >= ground;
}

/* Only the outer ring: what stands in a courtyard belongs to the compound. */
static void take_compound(Reader *r, const JsonNode *rings, Str rest) {
        Arena *a = r->cx->arena;
        Ring ring = { 0 };
        size_t at;

        if (rings->type != JT_ARR || !rings->first)
                return wrong(r, rest, "too-few-points", "多边形没有边界", "a polygon has a ring");
        rest = str_fmt(a, STR_FMT "/0", STR_ARG(rest));
        if (!read_points(r, rings->first, 4, rest, &ring))
                return;
        if (ring.n < 2 || !point_eq(ring.v[0], ring.v[ring.n - 1]))
                return wrong(r, rest, "not-closed", "多边形没有闭合", "the ring is not closed");
        ring.n--;
        if (!box_meets(ring_box(&ring), r->box)) {
                r->out->outside++;
                return;
        }
        if (ring_check(&ring, &at) != RING_FINE)
                return wrong(r, str_fmt(a, STR_FMT "/%zu", STR_ARG(rest), at), "not-simple", "多边形自相交、有重复点或面积为零", "the ring crosses itself, has a point twice or no area");
        if (ring_area2(&ring) < 0)
                ring_reverse(&ring);
        if (!reaches_in(r, &ring))
                r->out->outside++;
        else if (too_large(r, ring_box(&ring), &ring))
                wrong(r, S(""), "too-large", "小区的范围和社区一样大，请检查图形或坐标系", "the compound is as large as the community: look at the shape and the datum");
        else
                *list_push(a, &r->out->compounds) = ring;
}

/* ---- the collection --------------------------------------------------------------------------------------------------------------- */

static void take_parts(Reader *r, const JsonNode *list, void (*take)(Reader *, const JsonNode *, Str)) {
        size_t i = 0;

        if (list->type != JT_ARR)
                return wrong(r, S("/coordinates"), "not-a-geometry", "图形缺少坐标", "the geometry has no coordinates");
        for (const JsonNode *n = list->first; n && r->points <= POINTS_MOST; n = n->next)
                take(r, n, str_fmt(r->cx->arena, "/coordinates/%zu", i++));
}

static void take_geometry(Reader *r, const JsonNode *geometry) {
        const JsonNode *list = geometry->type == JT_OBJ ? json_get(geometry, "coordinates") : NULL;
        Str type = geometry->type == JT_OBJ ? json_text(geometry, "type") : STR_NONE;

        if (geometry->type == JT_NULL)
                r->out->outside++; /* it lies nowhere */
        else if (!str_eq_c(type, "LineString") && !str_eq_c(type, "MultiLineString") && !str_eq_c(type, "Polygon") && !str_eq_c(type, "MultiPolygon"))
                wrong(r, S("/type"), "not-a-line-or-polygon", "只接受线（道路、河流）和面（小区）", "roads and rivers are lines, compounds are polygons; nothing else is taken");
        else if (!list)
                wrong(r, S("/coordinates"), "not-a-geometry", "图形缺少坐标", "the geometry has no coordinates");
        else if (str_eq_c(type, "LineString"))
                take_line(r, list, S("/coordinates"));
        else if (str_eq_c(type, "Polygon"))
                take_compound(r, list, S("/coordinates"));
        else
                take_parts(r, list, str_eq_c(type, "MultiLineString") ? take_line : take_compound);
}

/* strength, when the file tells one, is how gladly a border follows the line: 0 … 1. */
static void take_feature(Reader *r, const JsonNode *f, Str feature) {
        const JsonNode *geometry = f->type == JT_OBJ ? json_get(f, "geometry") : NULL, *properties = f->type == JT_OBJ ? json_get(f, "properties") : NULL;
        const JsonNode *strength = properties && properties->type == JT_OBJ ? json_get(properties, "strength") : NULL;
        Str name = properties && properties->type == JT_OBJ ? json_text(properties, "name") : STR_NONE;

        r->name = name.n <= NAME_MOST ? name : STR_NONE;
        r->strength = strength_plain;
        r->pointer = feature;
        if (!geometry)
                return wrong(r, S(""), "not-a-feature", "不是 GeoJSON 要素（Feature）", "this is no GeoJSON feature");
        if (strength && strength->type != JT_NULL) {
                if (strength->type != JT_NUM || !(strength->num >= 0 && strength->num <= 1))
                        return wrong(r, S("/properties/strength"), "range", "strength 应在 0 到 1 之间", "strength is 0 to 1");
                r->strength = strength->num;
        }
        r->pointer = str_fmt(r->cx->arena, STR_FMT "/geometry", STR_ARG(feature));
        take_geometry(r, geometry);
}

static Rc take_features(Reader *r, const JsonNode *features, Str pointer) {
        Cx *cx = r->cx;

        for (const JsonNode *f = features->first; f && r->points <= POINTS_MOST; f = f->next, r->index++)
                take_feature(r, f, str_fmt(cx->arena, STR_FMT "/features/%zu", STR_ARG(pointer), r->index));
        if (r->points > POINTS_MOST)
                field_error(cx, pointer, "too-many", str_fmt(cx->arena, "图形的点太多，最多 %d 个；请只保留本社区一带的道路、河流和小区", POINTS_MOST),
                            str_fmt(cx->arena, "There are more than %d positions; keep what lies around the community", POINTS_MOST));
        return has_field_errors(cx) ? fail_input(cx) : OK;
}

Rc mesh_barriers_read(Cx *cx, Str text, Crs crs, Str pointer, const PolygonList *ground, MeshBarriers *ret) {
        Reader r = { .cx = cx, .ground = ground, .crs = crs, .box = BOX_EMPTY, .out = ret };
        const JsonNode *features;
        JsonNode *root;

        TRY(json_parse(cx, text, &root));
        features = root->type == JT_OBJ ? json_get(root, "features") : NULL;
        if (!features || features->type != JT_ARR || !str_eq_c(json_text(root, "type"), "FeatureCollection"))
                return fail_field(cx, pointer, "not-a-collection", S("应为 GeoJSON 的 FeatureCollection"), S("It has to be a GeoJSON FeatureCollection"));
        if (features->count > FEATURES_MOST)
                return fail_field(cx, str_fmt(cx->arena, STR_FMT "/features", STR_ARG(pointer)), "too-many",
                                  str_fmt(cx->arena, "图形太多，最多 %d 个；请只保留本社区一带的道路、河流和小区", FEATURES_MOST),
                                  str_fmt(cx->arena, "There are more than %d features; keep what lies around the community", FEATURES_MOST));
        for (size_t i = 0; i < ground->n; i++)
                box_add_box(&r.box, ring_box(&ground->v[i].rings[0]));
        r.around = (Box){ r.box.west - AROUND_E7, r.box.south - AROUND_E7, r.box.east + AROUND_E7, r.box.north + AROUND_E7 };
        return take_features(&r, features, pointer);
}
