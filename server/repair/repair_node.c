/* One set of faces between all borders: GEOS nodes the rings on whole coordinates (OverlayNG with snap rounding on a grid of 1) and
 * polygonises them; each face then gets the features that cover a point inside it. What a ring runs around in either direction is its own
 * (winding number other than zero), so that no lobe of a bow-tie is lost. */
#include "base/rc.h"
#include "repair/repair_geos.h"
#include <math.h>
#include <stdlib.h>

typedef struct Noding {
        Repair *r;
        Geos g;
        GEOSGeometry *lines, *noded, *areas;
        GeosTree tree;
        FaceList *faces;
        IntList hits; /* features that cover the point */
        double x, y;  /* which is looked for */
} Noding;

static void noding_done(Noding *n) {
        geos_tree_end(&n->tree);
        geos_drop(&n->g, &n->lines);
        geos_drop(&n->g, &n->noded);
        geos_drop(&n->g, &n->areas);
        geos_end(&n->g);
}

/* GEOS has one flag for the whole process: what interrupts another thread's work may hit this one. It is the same reason. */
static bool failed(Noding *n) {
        bool interrupted = strstr(n->g.said, "nterrupt") != NULL;

        return repair_on(n->r) && repair_end(n->r, interrupted ? REPAIR_TOO_LONG : REPAIR_BROKEN, n->g.said);
}

static bool draw_lines(Noding *n) {
        const LooseList *loose = &n->r->loose;
        GEOSGeometry **v;
        unsigned count = 0;
        size_t rings = 0;

        for (size_t i = 0; i < loose->n; i++)
                rings += loose->v[i].n;
        v = TAKE_ARRAY(n->r->arena, GEOSGeometry *, rings + 1);
        for (size_t i = 0; i < loose->n; i++)
                for (size_t k = 0; k < loose->v[i].n; k++)
                        if (!(v[count++] = geos_line(&n->g, loose->v[i].rings[k].v, loose->v[i].rings[k].n,
                                                     true)))
                                return failed(n);
        n->lines = GEOSGeom_createCollection_r(n->g.h, GEOS_MULTILINESTRING, v, count);
        return n->lines || failed(n);
}

/* The union with nothing nodes everything at once; the union of a collection would go pair by pair. */
static bool node_lines(Noding *n) {
        GEOSGeometry *nothing = GEOSGeom_createEmptyLineString_r(n->g.h);

        n->noded = nothing ? GEOSUnionPrec_r(n->g.h, n->lines, nothing, 1.0) : NULL;
        geos_drop(&n->g, &nothing);
        if (!n->noded)
                return failed(n);
        n->areas = GEOSPolygonize_r(n->g.h, (const GEOSGeometry *const[]){ n->noded }, 1);
        return n->areas || failed(n);
}

/* ---- from GEOS ---------------------------------------------------------------------------------------------------------------- */

static bool ring_from(Noding *n, const GEOSGeometry *line, bool hole, Ring *ret) {
        const GEOSCoordSequence *s = line ? GEOSGeom_getCoordSeq_r(n->g.h, line) : NULL;
        unsigned count = 0;
        double x, y;

        if (!s || !GEOSCoordSeq_getSize_r(n->g.h, s, &count) || count < 4)
                return failed(n);
        *ret = (Ring){ TAKE_ARRAY(n->r->arena, Point, count), count - 1, count };
        for (unsigned i = 0; i + 1 < count; i++) {
                if (!GEOSCoordSeq_getXY_r(n->g.h, s, i, &x, &y))
                        return failed(n);
                ret->v[i] = (Point){ llround(x), llround(y) };
        }
        if ((ring_area2(ret) < 0) != hole)
                ring_reverse(ret);
        return true;
}

static double border_m(const Ring *ring) {
        double m = 0;

        for (size_t i = 0; i < ring->n; i++)
                m += point_distance_m(ring->v[i], ring->v[i + 1 < ring->n ? i + 1 : 0]);
        return m;
}

static bool face_from(Noding *n, const GEOSGeometry *area, Face *ret) {
        Face f = { .kind = REPAIR_KINDS };
        int holes = GEOSGetNumInteriorRings_r(n->g.h, area);
        GEOSGeometry *inside = GEOSPointOnSurface_r(n->g.h, area);
        bool fine = inside && holes >= 0 && GEOSGeomGetX_r(n->g.h, inside, &f.x) &&
                    GEOSGeomGetY_r(n->g.h, inside, &f.y);

        geos_drop(&n->g, &inside);
        if (!fine)
                return failed(n);
        f.polygon.rings = TAKE_ARRAY(n->r->arena, Ring, (size_t)holes + 1);
        for (int i = 0; i <= holes; i++) {
                Ring *ring = &f.polygon.rings[f.polygon.n++];

                if (!ring_from(n,
                               i ? GEOSGetInteriorRingN_r(n->g.h, area, i - 1)
                                 : GEOSGetExteriorRing_r(n->g.h, area),
                               i > 0, ring))
                        return false;
                f.m2 += i ? -ring_m2(ring) : ring_m2(ring);
                f.border_m += border_m(ring);
        }
        return *ret = f, true;
}

/* ---- who covers it ------------------------------------------------------------------------------------------------------------ */

static int winding(const Ring *ring, double x, double y) {
        int w = 0;

        for (size_t i = 0; i < ring->n; i++) {
                Point p = ring->v[i], q = ring->v[i + 1 < ring->n ? i + 1 : 0];
                double py = (double)p.lat_e7, qy = (double)q.lat_e7, px = (double)p.lon_e7,
                       qx = (double)q.lon_e7;

                if ((py <= y) == (qy <= y))
                        continue;
                if (px + (y - py) / (qy - py) * (qx - px) > x)
                        w += qy > py ? 1 : -1;
        }
        return w;
}

static void on_box(void *number, void *arg) {
        Noding *n = arg;
        const Loose *p = &n->r->loose.v[(uintptr_t)number - 1];

        for (size_t k = 0; k < p->n; k++)
                if ((winding(&p->rings[k], n->x, n->y) != 0) != (k == 0))
                        return;
        *list_push(n->r->arena, &n->hits) = (int64_t)p->feature;
}

static int by_int(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

static void cover(Noding *n, Face *f) {
        int64_t x = llround(f->x), y = llround(f->y);

        n->hits.n = 0;
        n->x = f->x;
        n->y = f->y;
        geos_tree_ask(&n->tree, (Box){ x, y, x, y }, on_box, n);
        if (!n->hits.n)
                return;
        qsort(n->hits.v, n->hits.n, sizeof *n->hits.v, by_int);
        f->cover = TAKE_ARRAY(n->r->arena, uint32_t, n->hits.n);
        for (size_t i = 0; i < n->hits.n; i++)
                if (!i || n->hits.v[i] != n->hits.v[i - 1])
                        f->cover[f->cover_n++] = (uint32_t)n->hits.v[i];
}

static bool plant(Noding *n) {
        geos_tree_begin(&n->tree, &n->g);
        for (size_t i = 0; i < n->r->loose.n; i++) {
                Box box = ring_box(&n->r->loose.v[i].rings[0]);

                /* a point inside is looked up at whole coordinates */
                box = (Box){ box.west - 1, box.south - 1, box.east + 1, box.north + 1 };
                if (!geos_tree_add(&n->tree, box, i))
                        return failed(n);
        }
        return true;
}

static Point corner(const Face *f) {
        Point least = f->polygon.rings[0].v[0];

        for (size_t i = 1; i < f->polygon.rings[0].n; i++) {
                Point p = f->polygon.rings[0].v[i];

                if (p.lon_e7 < least.lon_e7 || (p.lon_e7 == least.lon_e7 && p.lat_e7 < least.lat_e7))
                        least = p;
        }
        return least;
}

/* From west to east, so that remainders have the same numbers whenever the same file is read. */
static int by_place(const void *a, const void *b) {
        const Face *f = a, *g = b;
        Point p = corner(f), q = corner(g);

        if (!point_eq(p, q))
                return p.lon_e7 != q.lon_e7 ? (p.lon_e7 < q.lon_e7 ? -1 : 1) : p.lat_e7 < q.lat_e7 ? -1 : 1;
        return f->x != g->x ? (f->x < g->x ? -1 : 1) : (f->y > g->y) - (f->y < g->y);
}

bool repair_node(Repair *r, FaceList *ret) {
        _cleanup_(noding_done) Noding n = { .r = r, .faces = ret };
        int count;

        *ret = (FaceList){ 0 };
        geos_begin(&n.g, r);
        if (!r->loose.n)
                return true;
        if (!draw_lines(&n) || !node_lines(&n) || !plant(&n))
                return false;
        count = GEOSGetNumGeometries_r(n.g.h, n.areas);
        for (int i = 0; i < count; i++) {
                Face *f = list_push(r->arena, ret);

                if ((!(i & 15) && !repair_on(r)) || !face_from(&n, GEOSGetGeometryN_r(n.g.h, n.areas, i), f))
                        return false;
                cover(&n, f);
        }
        if (ret->n)
                qsort(ret->v, ret->n, sizeof *ret->v, by_place);
        return true;
}
