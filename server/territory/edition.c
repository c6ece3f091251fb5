/* Editions of the mesh: the borders of all grids from a day on. Made here from outlines: those of a drawn or imported territory, and once
 * of what a database kept before there were editions. Drafts and publishing, with all that moves then, are server/mesh. */
#include "base/log.h"
#include "core/audit/audit.h"
#include "core/who/who.h"
#include "db/db.h"
#include "geo/snap.h"
#include "territory/territory_int.h"
#include <stdlib.h>

enum { SLIVER_M = 1 /* borders digitised twice differ by less */, DROPPED_MAX = 1000 };

static const char *const why_zh[MESH_WHY_COUNT] = {
        [MESH_TOO_FEW] = "点数不足", [MESH_TOO_MANY] = "点或面太多", [MESH_OUT_OF_RANGE] = "坐标越界", [MESH_REPEATED] = "有重复点",
        [MESH_SPIKE] = "有尖刺", [MESH_NO_AREA] = "面积为零", [MESH_BOW_TIE] = "边界自相交", [MESH_HOLE_OUTSIDE] = "洞在界外",
        [MESH_OVERLAP] = "两个网格重叠", [MESH_GAP] = "网格之间有缝隙", [MESH_T_JUNCTION] = "有悬挂节点",
        [MESH_FALLS_APART] = "网格会分成互不相连的几块", [MESH_UNASSIGNED] = "没有归属社区", [MESH_UNKNOWN] = "该网格、边或节点不存在",
        [MESH_CROSSES] = "边界会与其他边界相交", [MESH_TURNED_OVER] = "网格会被翻转", [MESH_LINE_END] = "分割线的端点不在网格边界上",
        [MESH_NO_CUT] = "这条线没有把网格分开", [MESH_NOT_ADJACENT] = "两个网格不相邻", [MESH_JUNCTION] = "该节点连着两条以上的边",
        [MESH_COVERS] = "会完全盖住一个网格", [MESH_NO_HOLE] = "该网格没有被另一个网格包围", [MESH_OUTLINE] = "辖区外轮廓已锁定，或超出了辖区",
        [MESH_NO_CHANGE] = "没有可做的修改", [MESH_LINKS] = "结构损坏", [MESH_SAME_FACE] = "结构损坏", [MESH_AREA] = "面积不平衡",
        [MESH_INDEX] = "索引不符",
};

Rc territory_mesh_refused(Cx *cx, Str pointer, const MeshFault *f, Str grids) {
        Str zh = str_fmt(cx->arena, "%s" STR_FMT "（%.6f, %.6f）", why_zh[f->why] ? why_zh[f->why] : "不能这样修改", STR_ARG(grids),
                         (double)f->at.lon_e7 * 1e-7, (double)f->at.lat_e7 * 1e-7);
        Str en = str_fmt(cx->arena, "%s" STR_FMT " at %.6f, %.6f", mesh_why_text(f->why), STR_ARG(grids), (double)f->at.lon_e7 * 1e-7,
                         (double)f->at.lat_e7 * 1e-7);

        return fail_field(cx, pointer, f->why == MESH_OVERLAP ? "overlaps" : mesh_why_name(f->why), zh, en);
}

/* ---- from outlines ------------------------------------------------------------------------------------------------------- */

/* One polygon of a grid: new ones have one ring, faces of an edition may have holes. */
typedef struct Part {
        const GridRing *from; /* NULL: a face of the base */
        MeshTag tag;
        Ring *rings;
        size_t n;
} Part;

typedef struct Parts {
        Arena *arena;
        Part *v;
        size_t n, cap;
} Parts;

static MeshTag tag_of(Str code, int kind) {
        int64_t grid = 0;

        (void)str_int(code, &grid);
        return (MeshTag){ grid, grid / 1000, kind };
}

/* The same points in the same order, wherever they begin; both counter-clockwise. */
static bool same_ring(const Ring *a, const Ring *b) {
        size_t from = 0;

        while (a->n == b->n && from < b->n && !point_eq(a->v[0], b->v[from]))
                from++;
        if (a->n != b->n || from == b->n)
                return false;
        for (size_t i = 0; i < a->n; i++)
                if (!point_eq(a->v[i], b->v[(from + i) % b->n]))
                        return false;
        return true;
}

/* A grid that is to be drawn, to be found by its number. */
typedef struct Drawing {
        int64_t grid;
        const GridRing *ring;
        size_t faces; /* that it has so far */
        bool same;    /* the last of them is just like this */
} Drawing;

static int by_grid(const void *a, const void *b) {
        int64_t x = ((const Drawing *)a)->grid, y = ((const Drawing *)b)->grid;

        return (x > y) - (x < y);
}

static Drawing *drawing_of(Drawing *v, size_t n, int64_t grid) {
        return n ? bsearch(&(Drawing){ .grid = grid }, v, n, sizeof *v, by_grid) : NULL;
}

/* Takes out of p the faces of grids that are drawn anew; *ret are those that are: what looks like that already stays as it is. */
static void parts_renew(Parts *p, const GridRings *grids, GridRings *ret) {
        Drawing *v = TAKE_ARRAY(p->arena, Drawing, grids->n + 1);
        size_t n = 0;

        for (size_t i = 0; i < grids->n; i++)
                v[i] = (Drawing){ .grid = tag_of(grids->v[i].code, 0).grid, .ring = &grids->v[i] };
        if (grids->n)
                qsort(v, grids->n, sizeof *v, by_grid);
        for (size_t i = 0; i < p->n; i++) {
                Drawing *d = drawing_of(v, grids->n, p->v[i].tag.grid);

                if (d) {
                        d->faces++;
                        d->same = p->v[i].n == 1 && same_ring(&d->ring->ring, &p->v[i].rings[0]);
                }
        }
        for (size_t i = 0; i < p->n; i++) {
                const Drawing *d = drawing_of(v, grids->n, p->v[i].tag.grid);

                if (!d || (d->faces == 1 && d->same))
                        p->v[n++] = p->v[i];
        }
        p->n = n;
        for (size_t i = 0; i < grids->n; i++) {
                const Drawing *d = drawing_of(v, grids->n, tag_of(grids->v[i].code, 0).grid);

                if (d->faces != 1 || !d->same)
                        *list_push(p->arena, ret) = grids->v[i];
        }
}

static void parts_of_mesh(Parts *p, const Mesh *m) {
        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                Polygon polygon;
                MeshTag tag;

                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) && mesh_face_polygon(m, (MeshFaceId){ f }, p->arena, &polygon))
                        *list_push(p->arena, p) = (Part){ NULL, tag, polygon.rings, polygon.n };
        }
}

static void parts_of_rings(Parts *p, const GridRings *grids) {
        for (size_t i = 0; i < grids->n; i++) {
                Ring *r = TAKE(p->arena, Ring);

                *r = grids->v[i].ring;
                *list_push(p->arena, p) = (Part){ &grids->v[i], tag_of(grids->v[i].code, grids->v[i].grid_kind), r, 1 };
        }
}

static Mesh *build(const Parts *p, MeshFaultList *ret_faults) {
        MeshPolygon *polygons = TAKE_ARRAY(p->arena, MeshPolygon, p->n + 1);
        MeshPlan plan = { .polygons = polygons, .n = p->n, .divide = true, .gaps_stay = true };

        for (size_t i = 0; i < p->n; i++)
                polygons[i] = (MeshPolygon){ p->v[i].rings, p->v[i].n, p->v[i].tag };
        return mesh_build(&plan, p->arena, ret_faults);
}

static void snap(Parts *p) {
        struct {
                SnapRing *v;
                size_t n, cap;
        } rings = { 0 };
        size_t at = 0;

        for (size_t i = 0; i < p->n; i++)
                for (size_t k = 0; k < p->v[i].n; k++)
                        *list_push(p->arena, &rings) = (SnapRing){ p->v[i].rings[k], p->v[i].from == NULL };
        snap_rings(p->arena, rings.v, rings.n, SLIVER_M);
        for (size_t i = 0; i < p->n; i++)
                for (size_t k = 0; k < p->v[i].n; k++)
                        p->v[i].rings[k] = rings.v[at++].ring;
}

static Str pointer_of(Cx *cx, const GridRing *g) {
        return g ? str_fmt(cx->arena, "/features/%zu/geometry", g->feature) : S("/features");
}

/* Which two lie over each other by more than a sliver; OK when none do. */
static Rc overlaps_find(Cx *cx, const Parts *p) {
        for (size_t i = 0; i < p->n; i++) {
                const Part *a = &p->v[i];
                Box box = ring_box(&a->rings[0]);

                for (size_t k = 0; a->from && k < p->n; k++) {
                        const Part *b = &p->v[k];
                        Point at;

                        if (k == i || (b->from && k > i) || a->tag.grid == b->tag.grid || !box_meets(box, ring_box(&b->rings[0])) ||
                            !ring_overlaps(&a->rings[0], &b->rings[0], SLIVER_M, &at))
                                continue;
                        return territory_mesh_refused(cx, pointer_of(cx, a->from), &(MeshFault){ .why = MESH_OVERLAP, .at = at },
                                                      str_fmt(cx->arena, " %lld / %lld", (long long)a->tag.grid, (long long)b->tag.grid));
                }
        }
        return OK;
}

static Str who_of(const Parts *p, Cx *cx, const MeshFault *f) {
        Buf b = BUF_IN(cx->arena);

        if (f->face.n && f->face.n <= p->n)
                buf_fmt(&b, " %lld", (long long)p->v[f->face.n - 1].tag.grid);
        if (f->other.n && f->other.n <= p->n)
                buf_fmt(&b, " / %lld", (long long)p->v[f->other.n - 1].tag.grid);
        return buf_view(&b);
}

static const GridRing *new_of(const Parts *p, const MeshFault *f) {
        const GridRing *g = f->face.n && f->face.n <= p->n ? p->v[f->face.n - 1].from : NULL;

        return g ? g : f->other.n && f->other.n <= p->n ? p->v[f->other.n - 1].from : NULL;
}

/* As they are; where that does not fit, with borders that were digitised twice taken as one. */
static Rc build_or_tell(Cx *cx, Parts *p, Mesh **ret) {
        MeshFaultList faults = { 0 };
        Mesh *m = build(p, &faults);

        if (!m) {
                TRY(overlaps_find(cx, p));
                snap(p);
                m = build(p, &faults);
        }
        if (m)
                return *ret = m, OK;
        return territory_mesh_refused(cx, pointer_of(cx, new_of(p, &faults.v[0])), &faults.v[0], who_of(p, cx, &faults.v[0]));
}

/* ---- storing --------------------------------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

static void count(const Mesh *m, Edition *e) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        int64_t *grids = TAKE_ARRAY(work, int64_t, mesh_face_end(m));

        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                MeshTag tag;

                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag))
                        grids[e->faces++] = tag.grid;
        }
        if (e->faces)
                qsort(grids, (size_t)e->faces, sizeof *grids, by_number);
        for (int64_t i = 0; i < e->faces; i++)
                e->grids += !i || grids[i] != grids[i - 1];
}

Rc territory_edition_add(Cx *cx, const Mesh *m, const EditionNew *in, Edition *ret) {
        _cleanup_(buf_done) Buf blob = BUF_HEAP;
        Edition e = { .base = in->base, .valid_from_ms = in->valid_from_ms, .note = in->note };
        Sm3 hash;

        mesh_pack(m, &blob);
        sm3(&hash, blob.p, blob.n);
        e.digest = hex_str(cx->arena, hash.b, sizeof hash.b);
        count(m, &e);
        e.published_account = actor_account(cx).n ? SOME_INT(actor_account(cx).n) : (OptInt){ 0 };
        e.published_by = cx->actor && cx->actor->name.n ? cx->actor->name : S("系统");
        TRY(store_edition_add(cx, &e, buf_view(&blob), ret));
        return audit_note(cx, "territory.edition", str_fmt(cx->arena, "territory/edition/%lld", (long long)ret->number),
                          str_fmt(cx->arena, "{\"valid_from\":%lld,\"digest\":\"" STR_FMT "\"}", (long long)e.valid_from_ms,
                                  STR_ARG(e.digest)));
}

Rc edition_put(Cx *cx, const GridRings *grids) {
        _cleanup_(mesh_freep) Mesh *base = NULL, *made = NULL;
        _cleanup_(arena_freep) Arena *work = arena_new(0); /* a city is more than a request may take */
        GridRings change = { 0 };
        Parts parts = { .arena = work };
        EditionNew in = { .note = STR_NONE };
        Edition newest, added;
        bool there;

        TRY(store_edition_newest(cx, &newest, &there));
        if (there) {
                if (newest.valid_from_ms > now_ms(cx))
                        return fail(cx, P_MESH_SCHEDULED, "Edition %lld is to be valid from %lld ms on; withdraw it first",
                                    (long long)newest.number, (long long)newest.valid_from_ms);
                TRY(store_edition_mesh(cx, newest.number, &base));
                parts_of_mesh(&parts, base);
                parts_renew(&parts, grids, &change);
                in.base = SOME_INT(newest.number);
                in.valid_from_ms = day_start_ms(day_of_ms(now_ms(cx)));
                if (in.valid_from_ms < newest.valid_from_ms)
                        in.valid_from_ms = newest.valid_from_ms;
        } else {
                change = *grids;
        }
        if (!change.n)
                return OK;
        parts_of_rings(&parts, &change);
        TRY(build_or_tell(cx, &parts, &made));
        return territory_edition_add(cx, made, &in, &added);
}

/* ---- outlines from before there were editions ------------------------------------------------------------------------------ */

static Rc add_old(Cx *cx, Str code, Str ring, int64_t area_m2, void *arg) {
        GridRings *list = arg;
        GridRing *g = list_push(cx->arena, list);

        (void)area_m2;
        *g = (GridRing){ .code = str_dup(cx->arena, code) };
        return ring_unpack(cx->arena, ring, &g->ring) ? OK : fail(cx, P_SERVER_BUG, "The outline of grid " STR_FMT " is damaged", STR_ARG(code));
}

/* What was stored need not fit: a server has to start all the same, without the outlines that lie over others. */
static Mesh *build_what_fits(Cx *cx, Parts *p) {
        MeshFaultList faults = { 0 };
        Mesh *m = build(p, &faults);

        if (!m) {
                snap(p);
                m = build(p, &faults);
        }
        for (size_t i = 0; !m && p->n && i < DROPPED_MAX; i++) {
                uint32_t at = faults.v[0].other.n ? faults.v[0].other.n : faults.v[0].face.n;

                if (!at || at > p->n)
                        break;
                log_error("territory.edition", "the outline of grid %lld is left out: %s at %.6f, %.6f", (long long)p->v[at - 1].tag.grid,
                          mesh_why_text(faults.v[0].why), (double)faults.v[0].at.lon_e7 * 1e-7, (double)faults.v[0].at.lat_e7 * 1e-7);
                p->v[at - 1] = p->v[--p->n];
                faults = (MeshFaultList){ 0 };
                m = build(p, &faults);
        }
        (void)cx;
        return m;
}

static Rc adopt_one(Cx *cx, int64_t at_ms, int64_t *before) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = NULL;
        Parts parts = { .arena = work };
        Arena *own = cx->arena;
        GridRings grids = { 0 };
        Edition added;
        Rc rc;

        cx->arena = work;
        rc = store_shapes_at(cx, at_ms, add_old, &grids);
        cx->arena = own;
        if (rc != OK)
                return fail(cx, P_SERVER_BUG, "the outlines from before the editions cannot be read");
        parts_of_rings(&parts, &grids);
        m = build_what_fits(cx, &parts);
        if (!m)
                return OK;
        TRY(territory_edition_add(cx, m,
                                  &(EditionNew){ .base = *before ? SOME_INT(*before) : (OptInt){ 0 }, .valid_from_ms = at_ms, .note = STR_NONE },
                                  &added));
        return *before = added.number, OK;
}

static Rc adopt_work(Cx *cx, void *arg) {
        const IntList *moments = arg;
        int64_t before = 0;
        Edition e;
        bool there;

        TRY(store_edition_newest(cx, &e, &there));
        for (size_t i = 0; !there && i < moments->n; i++)
                TRY(adopt_one(cx, moments->v[i], &before));
        return OK;
}

Rc territory_editions_adopt(Cx *cx) {
        IntList moments = { 0 };
        Edition e;
        bool there;

        TRY(store_edition_newest(cx, &e, &there));
        if (there)
                return OK;
        TRY(store_shape_moments(cx, &moments));
        return moments.n ? db_write(cx, adopt_work, &moments) : OK;
}

/* ---- asking ------------------------------------------------------------------------------------------------------------------ */

Rc territory_edition(Cx *cx, int64_t number, Edition *ret) {
        bool there;

        TRY(store_edition_get(cx, number, ret, &there));
        return there ? OK : fail(cx, P_NOT_FOUND, "No edition %lld", (long long)number);
}

Rc territory_edition_at(Cx *cx, int64_t at_ms, Edition *ret) {
        bool there;

        TRY(store_edition_at(cx, at_ms, ret, &there));
        return there ? OK : fail(cx, P_NOT_FOUND, "No grid had an outline then");
}

Rc territory_edition_newest(Cx *cx, Edition *ret) {
        bool there;

        TRY(store_edition_newest(cx, ret, &there));
        return there ? OK : fail(cx, P_NOT_FOUND, "No grid has an outline yet");
}

Rc territory_editions(Cx *cx, int64_t before, int64_t limit, EditionList *ret) { return store_editions(cx, before, limit, ret); }

Rc territory_edition_mesh(Cx *cx, int64_t number, Mesh **ret) { return store_edition_mesh(cx, number, ret); }
