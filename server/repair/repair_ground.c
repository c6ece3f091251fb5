/* Known ground: the communities of a mesh that a file comes near to. Their outlines stay; the file's borders go onto them where they are within the
 * tolerance, what lies beyond is cut, and the ground of every community that some feature stands for is dealt out whole. */
#include "base/rc.h"
#include "repair/repair_geos.h"
#include <math.h>
#include <stdlib.h>

/* ---- which communities ---------------------------------------------------------------------------------------------------------- */

static int by_int(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

static int64_t key_of(const MeshTag *tag, MeshFaceId face, void *arg) {
        const Repair *r = arg;
        const int64_t *at =
                bsearch(&tag->community, r->communities, r->community_n, sizeof *r->communities, by_int);

        (void)face;
        return at ? at - r->communities + 1 : 0;
}

static void list_communities(Repair *r, Box box) {
        IntList all = { 0 };

        for (uint32_t f = 1; f < mesh_face_end(r->options->present); f++) {
                MeshFace face;

                if (mesh_face(r->options->present, (MeshFaceId){ f }, &face) && box_meets(face.box, box) &&
                    (!all.n || all.v[all.n - 1] != face.tag.community))
                        *list_push(r->arena, &all) = face.tag.community;
        }
        if (all.n)
                qsort(all.v, all.n, sizeof *all.v, by_int);
        r->communities = all.v;
        for (size_t i = 0; i < all.n; i++)
                if (!i || all.v[i] != all.v[i - 1])
                        r->communities[r->community_n++] = all.v[i];
}

bool repair_ground(Repair *r) {
        Box box = BOX_EMPTY;
        MeshPlaceList places;

        for (size_t i = 0; i < r->loose.n; i++)
                box_add_box(&box, ring_box(&r->loose.v[i].rings[0]));
        if (r->loose.n)
                list_communities(r, box);
        if (!r->community_n)
                return repair_end(r, REPAIR_ELSEWHERE, "");
        mesh_dissolve(r->options->present, key_of, r, r->arena, &places);
        for (size_t i = 0; i < places.n; i++)
                for (size_t k = 0; k < places.v[i].polygons.n; k++)
                        *list_push(r->arena, &r->ground) =
                                (Loose){ (size_t)places.v[i].key - 1, places.v[i].polygons.v[k].rings,
                                         places.v[i].polygons.v[k].n };
        return repair_on(r);
}

/* ---- onto the outlines ------------------------------------------------------------------------------------------------------------ */

typedef struct Line {
        Point a, b;
} Line;

typedef struct Put {
        Point at;
        double along;
} Put;

typedef struct GroundSnap {
        Repair *r;
        double tolerance_m;
        GeosTree tree;
        struct {
                Line *v;
                size_t n, cap;
        } lines;
        struct {
                uint32_t *v;
                size_t n, cap;
        } near;
        struct {
                Put *v;
                size_t n, cap;
        } puts;
        Point *drawn; /* all vertices of the file, in order */
        size_t drawn_n, steps;
        bool any;
} GroundSnap;

static int by_point(const void *a, const void *b) {
        const Point *p = a, *q = b;

        if (p->lon_e7 != q->lon_e7)
                return p->lon_e7 < q->lon_e7 ? -1 : 1;
        return (p->lat_e7 > q->lat_e7) - (p->lat_e7 < q->lat_e7);
}

static int by_number(const void *a, const void *b) {
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

        return (x > y) - (x < y);
}

static int by_along(const void *a, const void *b) {
        const Put *p = a, *q = b;

        return p->along != q->along ? (p->along < q->along ? -1 : 1) : by_point(&p->at, &q->at);
}

static void on_near(void *number, void *arg) {
        GroundSnap *s = arg;

        *list_push(s->r->arena, &s->near) = (uint32_t)((uintptr_t)number - 1);
}

static void look(GroundSnap *s, Box box) {
        double lat = (double)box.north / 1e7;
        int64_t dx = (int64_t)(s->tolerance_m / fmax(lon_m_per_e7(lat), 1e-4)) + 1,
                dy = (int64_t)(s->tolerance_m / lat_m_per_e7(lat)) + 1;

        s->near.n = 0;
        geos_tree_ask(&s->tree, (Box){ box.west - dx, box.south - dy, box.east + dx, box.north + dy },
                      on_near, s);
        if (s->near.n)
                qsort(s->near.v, s->near.n, sizeof *s->near.v, by_number); /* no tree's order decides */
}

/* The foot of p on a line: how far along, and how far away in metres. */
static double foot(Point a, Point b, Point p, double *ret_along) {
        double lat = (double)p.lat_e7 / 1e7, kx = lon_m_per_e7(lat), ky = lat_m_per_e7(lat);
        double dx = (double)(b.lon_e7 - a.lon_e7) * kx, dy = (double)(b.lat_e7 - a.lat_e7) * ky,
               px = (double)(p.lon_e7 - a.lon_e7) * kx, py = (double)(p.lat_e7 - a.lat_e7) * ky,
               t = (px * dx + py * dy) / (dx * dx + dy * dy);

        *ret_along = t < 0 ? 0 : t > 1 ? 1 : t;
        return hypot(px - *ret_along * dx, py - *ret_along * dy);
}

static bool is_on(GroundSnap *s, Point p) {
        look(s, (Box){ p.lon_e7, p.lat_e7, p.lon_e7, p.lat_e7 });
        for (size_t i = 0; i < s->near.n; i++) {
                const Line *l = &s->lines.v[s->near.v[i]];

                if (point_eq(l->a, p) || point_eq(l->b, p) || point_on(l->a, l->b, p))
                        return true;
        }
        return false;
}

/* Where a vertex goes: to the nearest vertex of an outline, or to the foot on it; where it is, when a neighbour of it says that a corner is meant. */
static Point target(GroundSnap *s, const Ring *ring, size_t i) {
        Point p = ring->v[i], before = ring->v[(i + ring->n - 1) % ring->n],
              after = ring->v[(i + 1) % ring->n], best = p;
        double corner = s->tolerance_m, side = s->tolerance_m, along;
        bool cornered = false, sided = false;

        if (is_on(s, p)) /* looks around p */
                return p;
        for (size_t k = 0; k < s->near.n; k++) {
                const Line *l = &s->lines.v[s->near.v[k]];
                const Point ends[] = { l->a, l->b };
                double m = foot(l->a, l->b, p, &along);

                for (int e = 0; e < 2; e++) {
                        double d = point_distance_m(ends[e], p);

                        if (d <= corner && (!cornered || d < corner))
                                corner = d, best = ends[e], cornered = true;
                }
                if (!cornered && m <= side && (!sided || m < side)) {
                        side = m, sided = true;
                        best = (Point){ l->a.lon_e7 + llround(along * (double)(l->b.lon_e7 - l->a.lon_e7)),
                                        l->a.lat_e7 + llround(along * (double)(l->b.lat_e7 - l->a.lat_e7)) };
                }
        }
        if (!cornered && !sided)
                return p;
        if ((point_distance_m(before, p) <= s->tolerance_m && is_on(s, before)) ||
            (point_distance_m(after, p) <= s->tolerance_m && is_on(s, after)))
                return p;
        return best;
}

static bool is_drawn(const GroundSnap *s, Point p) {
        return bsearch(&p, s->drawn, s->drawn_n, sizeof p, by_point) != NULL;
}

/* Corners of the outline beside a side of the file: the side is led through them. */
static void lead(GroundSnap *s, Point p, Point q) {
        Box box = BOX_EMPTY;

        box_add(&box, p);
        box_add(&box, q);
        look(s, box);
        s->puts.n = 0;
        for (size_t i = 0; i < s->near.n; i++) {
                Point v = s->lines.v[s->near.v[i]].a;
                double along, m = foot(p, q, v, &along);

                if (m > s->tolerance_m || along <= 0 || along >= 1 ||
                    point_distance_m(p, v) <= s->tolerance_m || point_distance_m(q, v) <= s->tolerance_m ||
                    point_on(p, q, v) || is_drawn(s, v))
                        continue;
                *list_push(s->r->arena, &s->puts) = (Put){ v, along };
        }
        if (s->puts.n)
                qsort(s->puts.v, s->puts.n, sizeof *s->puts.v, by_along);
}

static void add_point(GroundSnap *s, Ring *ring, Point p) {
        if (!ring->n || !point_eq(ring->v[ring->n - 1], p))
                *list_push(s->r->arena, ring) = p;
}

static bool snap_ring(GroundSnap *s, size_t feature, const Ring *in, Ring *ret) {
        Ring moved = { 0 }, out = { 0 };

        for (size_t i = 0; i < in->n; i++) {
                Point to = target(s, in, i);

                if (!(++s->steps & 255) && !repair_on(s->r))
                        return false;
                if (!point_eq(to, in->v[i])) {
                        RepairFinding *f = repair_note(s->r, REPAIR_T_JUNCTION, REPAIR_SNAPPED);

                        f->feature = feature + 1;
                        f->at = in->v[i];
                        s->any = true;
                }
                add_point(s, &moved, to);
        }
        while (moved.n > 1 && point_eq(moved.v[0], moved.v[moved.n - 1]))
                moved.n--;
        for (size_t i = 0; i < moved.n; i++) {
                add_point(s, &out, moved.v[i]);
                lead(s, moved.v[i], moved.v[(i + 1) % moved.n]);
                for (size_t k = 0; k < s->puts.n; k++)
                        add_point(s, &out, s->puts.v[k].at), s->any = true;
        }
        return *ret = out, true;
}

static bool plant(GroundSnap *s) {
        for (size_t i = 0; i < s->r->ground.n; i++) {
                for (size_t k = 0; k < s->r->ground.v[i].n; k++) {
                        const Ring *ring = &s->r->ground.v[i].rings[k];

                        for (size_t j = 0; j < ring->n; j++) {
                                Line l = { ring->v[j], ring->v[(j + 1) % ring->n] };
                                Box box = BOX_EMPTY;

                                box_add(&box, l.a);
                                box_add(&box, l.b);
                                if (!geos_tree_add(&s->tree, box, s->lines.n))
                                        return repair_end(s->r, REPAIR_BROKEN, s->tree.g->said);
                                *list_push(s->r->arena, &s->lines) = l;
                        }
                }
        }
        return true;
}

static void list_drawn(GroundSnap *s) {
        s->drawn = TAKE_ARRAY(s->r->arena, Point, s->r->points + 1);
        for (size_t i = 0; i < s->r->loose.n; i++)
                for (size_t k = 0; k < s->r->loose.v[i].n; k++)
                        for (size_t j = 0; j < s->r->loose.v[i].rings[k].n && s->drawn_n < s->r->points; j++)
                                s->drawn[s->drawn_n++] = s->r->loose.v[i].rings[k].v[j];
        if (s->drawn_n)
                qsort(s->drawn, s->drawn_n, sizeof *s->drawn, by_point);
}

bool repair_ground_snap(Repair *r, bool *ret_any) {
        _cleanup_(geos_end) Geos g;
        GroundSnap s = { .r = r, .tolerance_m = r->options->tolerance_m };
        LooseList *loose = &r->loose;
        size_t kept = 0;
        bool fine = true;

        *ret_any = false;
        geos_begin(&g, r);
        geos_tree_begin(&s.tree, &g);
        list_drawn(&s);
        fine = plant(&s);
        for (size_t i = 0; i < loose->n && fine && s.tolerance_m > 0; i++) {
                Loose p = { .feature = loose->v[i].feature,
                            .rings = TAKE_ARRAY(r->arena, Ring, loose->v[i].n) };

                for (size_t k = 0; k < loose->v[i].n && fine; k++) {
                        fine = snap_ring(&s, p.feature, &loose->v[i].rings[k], &p.rings[p.n]);
                        if (p.rings[p.n].n >= 3)
                                p.n++;
                        else if (k == 0)
                                break;
                }
                if (p.n)
                        loose->v[kept++] = p;
        }
        geos_tree_end(&s.tree);
        if (fine && s.tolerance_m > 0)
                loose->n = kept;
        *ret_any = s.any;
        return fine;
}

/* ---- whose ground ----------------------------------------------------------------------------------------------------------------- */

typedef struct Share {
        uint32_t feature, ground;
        double m2;
} Share;

static int by_share(const void *a, const void *b) {
        const Share *x = a, *y = b;

        if (x->feature != y->feature)
                return x->feature < y->feature ? -1 : 1;
        return (x->ground > y->ground) - (x->ground < y->ground);
}

/* 1 + index of the community that a face lies in; features come first in what covers it. */
static size_t ground_of(const Repair *r, const Face *f) {
        return f->cover_n && f->cover[f->cover_n - 1] >= r->report->features.n
                       ? f->cover[f->cover_n - 1] - r->report->features.n + 1
                       : 0;
}

/* Each feature stands for the community in which most of it lies. */
static bool find_communities(Repair *r, const FaceList *faces, bool *taken) {
        struct {
                Share *v;
                size_t n, cap;
        } shares = { 0 };
        double *most = TAKE_ARRAY(r->arena, double, r->report->features.n + 1);
        bool any = false;

        for (size_t i = 0; i < faces->n; i++) {
                const Face *f = &faces->v[i];
                size_t g = ground_of(r, f);

                for (uint32_t k = 0; g && k < f->cover_n && f->cover[k] < r->report->features.n; k++)
                        *list_push(r->arena, &shares) = (Share){ f->cover[k], (uint32_t)g, f->m2 };
        }
        if (shares.n)
                qsort(shares.v, shares.n, sizeof *shares.v, by_share);
        for (size_t i = 0, to; i < shares.n; i = to) {
                double m2 = 0;

                for (to = i; to < shares.n && by_share(&shares.v[to], &shares.v[i]) == 0; to++)
                        m2 += shares.v[to].m2;
                if (m2 > most[shares.v[i].feature]) {
                        most[shares.v[i].feature] = m2;
                        r->report->features.v[shares.v[i].feature].community =
                                r->communities[shares.v[i].ground - 1];
                }
        }
        for (size_t i = 0; i < r->report->features.n; i++) {
                const int64_t *at = bsearch(&r->report->features.v[i].community, r->communities,
                                            r->community_n, sizeof *r->communities, by_int);

                if (at)
                        taken[at - r->communities] = any = true;
        }
        return any || repair_end(r, REPAIR_ELSEWHERE, "");
}

static void note_outside(Repair *r, const Face *f, uint32_t feature) {
        RepairFinding *x;

        if (repair_is_sliver(r, f))
                return;
        x = repair_note(r, REPAIR_OUTSIDE, REPAIR_CUT);
        x->feature = feature + 1;
        x->at = (Point){ llround(f->x), llround(f->y) };
        x->m2 = f->m2;
        x->polygon = f->polygon;
}

/* Only features of the face's own community cover it. */
static bool keep(Repair *r, Face *f, const bool *taken) {
        size_t g = ground_of(r, f);
        uint32_t n = 0;
        bool told = false;

        f->community = g && taken[g - 1] ? r->communities[g - 1] : 0;
        for (uint32_t k = 0; k < f->cover_n && f->cover[k] < r->report->features.n; k++) {
                int64_t theirs = r->report->features.v[f->cover[k]].community;

                if (f->community && theirs == f->community)
                        f->cover[n++] = f->cover[k];
                else if (theirs && !told)
                        note_outside(r, f, f->cover[k]), told = true;
        }
        f->cover_n = n;
        return f->community != 0;
}

bool repair_ground_node(Repair *r, FaceList *ret) {
        bool *taken = TAKE_ARRAY(r->arena, bool, r->community_n + 1);
        LooseList drawn = r->loose, both = { 0 };
        size_t kept = 0;
        bool fine;

        for (size_t i = 0; i < r->loose.n; i++)
                *list_push(r->arena, &both) = r->loose.v[i];
        for (size_t i = 0; i < r->ground.n; i++) {
                Loose *p = list_push(r->arena, &both);

                *p = r->ground.v[i];
                p->feature += r->report->features.n;
        }
        r->loose = both;
        fine = repair_node(r, ret);
        r->loose = drawn;
        if (!fine || !find_communities(r, ret, taken))
                return false;
        for (size_t i = 0; i < ret->n; i++)
                if (keep(r, &ret->v[i], taken))
                        ret->v[kept++] = ret->v[i];
        ret->n = kept;
        return true;
}
