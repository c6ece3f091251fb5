/* A made city: an organic outline, cut into counties, these into townships, communities, grids. Every cut is a mesh_split along a winding
 * line whose place halves the ground as the numbers of grids want it; a line that would not do is bent less, turned, and tried
 * again. */
#include "geo/mesh_city.h"
#include "base/rc.h"
#include <math.h>
#include <stdlib.h>

enum { HARMONICS = 160, TRIES = 24, HALVINGS = 24, TURNS = 8 };

typedef struct Maker {
        Mesh *m;
        uint64_t random;
        double step_m;
        Arena *scratch;
} Maker;

typedef struct Vec {
        double x, y;
} Vec;

/* splitmix64 */
static double between(uint64_t *state, double low, double high) {
        uint64_t z = *state += 0x9e3779b97f4a7c15u;

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return low + (high - low) * ((double)((z ^ z >> 31) >> 11) * 0x1p-53);
}

/* ---- outline ------------------------------------------------------------------------------------------------------------ */

void mesh_city_outline(Arena *a, const MeshCity *plan, Ring *ret) {
        double size[HARMONICS], phase[HARMONICS], x_m, y_m, radius = sqrt(plan->area_m2 / M_PI);
        uint64_t random = plan->seed;
        size_t n = (size_t)(radius * 9 / plan->step_m);
        Ring r = { 0 };

        n = n < 16 ? 16 : n > RING_POINTS_MAX ? RING_POINTS_MAX : n;
        x_m = lon_m_per_e7((double)plan->centre.lat_e7 * 1e-7);
        y_m = lat_m_per_e7((double)plan->centre.lat_e7 * 1e-7);
        for (int k = 0; k < HARMONICS; k++) {
                size[k] = between(&random, 0.3, 1) * 0.3 / pow(k + 2, 1.35);
                phase[k] = between(&random, 0, 2 * M_PI);
        }
        r.v = TAKE_ARRAY(a, Point, n);
        r.n = r.cap = n;
        for (int round = 0; round < 3; round++) { /* the area settles */
                for (size_t i = 0; i < n; i++) {
                        double turn = 2 * M_PI * (double)i / (double)n, far = 1;

                        for (int k = 0; k < HARMONICS; k++)
                                far += size[k] * cos((k + 2) * turn + phase[k]);
                        far *= radius;
                        r.v[i] = (Point){ plan->centre.lon_e7 + llround(far * cos(turn) / x_m),
                                          plan->centre.lat_e7 + llround(far * sin(turn) / y_m) };
                }
                radius *= sqrt(plan->area_m2 / ring_area_m2(&r));
        }
        *ret = r;
}

/* ---- where to cut --------------------------------------------------------------------------------------------------------- */

typedef struct Ground {
        Polygon polygon;
        Point origin;
        double x_m, y_m; /* of one e7 */
        double area;
} Ground;

static Vec metres(const Ground *g, Point p) {
        return (Vec){ (double)(p.lon_e7 - g->origin.lon_e7) * g->x_m,
                      (double)(p.lat_e7 - g->origin.lat_e7) * g->y_m };
}

/* Area of the polygon on the side of the line where p · d < c, seen from a point of the line (so that cut sides add nothing). */
static double area_below(const Ground *g, Vec d, double c) {
        Vec o = { d.x * c, d.y * c };
        double sum = 0;

        for (size_t k = 0; k < g->polygon.n; k++) {
                const Ring *r = &g->polygon.rings[k];
                Vec a = metres(g, r->v[r->n - 1]);
                double sa = a.x * d.x + a.y * d.y - c;

                for (size_t i = 0; i < r->n; i++) {
                        Vec b = metres(g, r->v[i]), p = a, q = b;
                        double sb = b.x * d.x + b.y * d.y - c, t = sa / (sa - sb);

                        if (sa < 0 || sb < 0) {
                                if (sa >= 0)
                                        p = (Vec){ a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t };
                                if (sb >= 0)
                                        q = (Vec){ a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t };
                                sum += (p.x - o.x) * (q.y - o.y) - (p.y - o.y) * (q.x - o.x);
                        }
                        a = b, sa = sb;
                }
        }
        return sum / 2;
}

static int by_size(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

/* The longest stretch of the line p · d = c inside the polygon, as distances along it. */
static bool longest_stretch(Maker *k, const Ground *g, Vec d, double c, double *ret_from, double *ret_to) {
        struct {
                double *v;
                size_t n, cap;
        } cuts = { 0 };
        double best = 0;

        for (size_t j = 0; j < g->polygon.n; j++) {
                const Ring *r = &g->polygon.rings[j];
                Vec a = metres(g, r->v[r->n - 1]);

                for (size_t i = 0; i < r->n; i++) {
                        Vec b = metres(g, r->v[i]);
                        double sa = a.x * d.x + a.y * d.y - c, sb = b.x * d.x + b.y * d.y - c,
                               t = sa / (sa - sb);

                        if ((sa < 0) != (sb < 0))
                                *list_push(k->scratch, &cuts) =
                                        -(a.x + (b.x - a.x) * t) * d.y + (a.y + (b.y - a.y) * t) * d.x;
                        a = b;
                }
        }
        if (cuts.n < 2)
                return false;
        qsort(cuts.v, cuts.n, sizeof *cuts.v, by_size);
        for (size_t i = 0; i + 1 < cuts.n; i += 2)
                if (cuts.v[i + 1] - cuts.v[i] > best)
                        best = cuts.v[i + 1] - cuts.v[i], *ret_from = cuts.v[i], *ret_to = cuts.v[i + 1];
        return best > 0;
}

/* A line from one point to another, swaying by some part of its length, a point each step. */
static MeshLine winding(Maker *k, const Ground *g, Vec d, double c, double from, double to, double sway) {
        size_t n = (size_t)((to - from) / k->step_m);
        Point *v;
        double size[4], phase[4];

        n = n > 2000 ? 2000 : n;
        v = TAKE_ARRAY(k->scratch, Point, n + 2);
        for (int i = 0; i < 4; i++) {
                size[i] = between(&k->random, -1, 1) / (i + 1);
                phase[i] = between(&k->random, 0, 2 * M_PI);
        }
        for (size_t i = 0; i < n + 2; i++) {
                double t = (double)i / (double)(n + 1), along = from + (to - from) * t, aside = 0;

                for (int j = 0; j < 4; j++)
                        aside += size[j] * sin((j + 1) * 2 * M_PI * t + phase[j]);
                aside = c + aside * sin(M_PI * t) * sway * (to - from);
                v[i] = (Point){ g->origin.lon_e7 + llround((d.x * aside - d.y * along) / g->x_m),
                                g->origin.lat_e7 + llround((d.y * aside + d.x * along) / g->y_m) };
        }
        return (MeshLine){ v, n + 2 };
}

/* ---- cutting -------------------------------------------------------------------------------------------------------------- */

static double face_area(const Mesh *m, uint32_t face) {
        MeshFace f;

        return mesh_face(m, (MeshFaceId){ face }, &f) ? (double)f.area2 : 0;
}

/* Directions: across the longer side first, then turned more and more. */
static double direction(const Ground *g, Maker *k, int attempt) {
        Box box = ring_box(&g->polygon.rings[0]);
        bool wide = (double)(box.east - box.west) * g->x_m > (double)(box.north - box.south) * g->y_m;

        return (wide ? 0 : M_PI / 2) + between(&k->random, -0.3, 0.3) +
               attempt % TURNS * M_PI / TURNS * (attempt & 1 ? 1 : -1);
}

/* Cuts off a piece with a given part of the ground. *ret is the piece; the rest keeps the id `face` or gets it. */
static bool cut(Maker *k, uint32_t face, double part, uint32_t *ret_part, uint32_t *ret_rest) {
        Ground g = { 0 };

        arena_reset(k->scratch);
        if (!mesh_face_polygon(k->m, (MeshFaceId){ face }, k->scratch, &g.polygon))
                return false;
        g.origin = g.polygon.rings[0].v[0];
        g.x_m = lon_m_per_e7((double)g.origin.lat_e7 * 1e-7);
        g.y_m = lat_m_per_e7((double)g.origin.lat_e7 * 1e-7);
        for (int attempt = 0; attempt < TRIES; attempt++) {
                double angle = direction(&g, k, attempt), low = INFINITY, high = -INFINITY, from = 0, to = 0,
                       got, area;
                double sway = attempt < TRIES / 2 ? 0.09 / (1 + attempt) : 0;
                Vec d = { cos(angle), sin(angle) };
                MeshLine line;

                for (size_t i = 0; i < g.polygon.rings[0].n; i++) {
                        Vec p = metres(&g, g.polygon.rings[0].v[i]);

                        low = fmin(low, p.x * d.x + p.y * d.y);
                        high = fmax(high, p.x * d.x + p.y * d.y);
                }
                g.area = area_below(&g, d, high + 1);
                for (int i = 0; i < HALVINGS; i++) {
                        double middle = (low + high) / 2;

                        *(area_below(&g, d, middle) < part * g.area ? &low : &high) = middle;
                }
                if (!longest_stretch(k, &g, d, low, &from, &to))
                        continue;
                line = winding(k, &g, d, low, from, to, sway);
                if (mesh_split(k->m, (MeshFaceId){ face }, &line, 1))
                        continue;
                *ret_part = mesh_change(k->m)->born[0];
                *ret_rest = face;
                area = face_area(k->m, *ret_part);
                got = area / (area + face_area(k->m, face));
                if (fabs(got - part) > fabs(1 - got - part)) {
                        *ret_part = face, *ret_rest = mesh_change(k->m)->born[0];
                        got = 1 - got;
                }
                if (fabs(got - part) < 0.1 + 0.02 * attempt)
                        return true;
                if (mesh_undo(k->m))
                        return false;
        }
        return false;
}

/* Faces for n weights, by halving. */
static bool divide(Maker *k, uint32_t face, const double *weights, size_t n, uint32_t *faces) {
        double all = 0, first = 0;
        uint32_t part, rest;

        if (n == 1)
                return *faces = face, true;
        for (size_t i = 0; i < n; i++) {
                all += weights[i];
                first += i < n / 2 ? weights[i] : 0;
        }
        return cut(k, face, first / all, &part, &rest) && divide(k, part, weights, n / 2, faces) &&
               divide(k, rest, weights + n / 2, n - n / 2, faces + n / 2);
}

bool mesh_city_divide(Mesh *m, MeshFaceId face, size_t n, double step_m, uint64_t seed) {
        _cleanup_(arena_freep) Arena *arena = arena_new(0), *scratch = arena_new(0);
        Maker k = { m, seed, step_m, scratch };
        double *weights = TAKE_ARRAY(arena, double, n ? n : 1);

        for (size_t i = 0; i < n; i++)
                weights[i] = between(&k.random, 0.8, 1.25);
        return n && step_m > 0 && divide(&k, face.n, weights, n, TAKE_ARRAY(arena, uint32_t, n));
}

/* ---- the tree ---------------------------------------------------------------------------------------------------------------- */

enum { LEVELS = 4 };

typedef struct Tree {
        Maker k;
        Arena *arena;
        size_t counts[LEVELS]; /* counties, townships, communities, grids in all */
        int64_t root;
} Tree;

/* The first of the things of the next level that lie in thing i of a level: spread evenly. */
static size_t first_of(const Tree *t, size_t level, size_t i) {
        return i * t->counts[level + 1] / t->counts[level];
}

/* How many grids there are in thing i of a level. */
static double grids_in(const Tree *t, size_t level, size_t i) {
        size_t from = i, to = i + 1;

        for (; level + 1 < LEVELS; level++)
                from = first_of(t, level, from), to = first_of(t, level, to);
        return (double)(to - from);
}

/* Things first … end − 1 of a level in one face; code: what theirs begin with. */
static bool grow(Tree *t, size_t level, uint32_t face, size_t first, size_t end, int64_t code) {
        static const int64_t digits[LEVELS] = { 100, 1000, 1000, 1000 };
        double *weights = TAKE_ARRAY(t->arena, double, end - first);
        uint32_t *faces = TAKE_ARRAY(t->arena, uint32_t, end - first);

        if (first >= end || (int64_t)(end - first) >= digits[level])
                return false;
        for (size_t i = first; i < end; i++)
                weights[i - first] = grids_in(t, level, i) * between(&t->k.random, 0.85, 1.18);
        if (!divide(&t->k, face, weights, end - first, faces))
                return false;
        mesh_forget(t->k.m);
        for (size_t i = first; i < end; i++) {
                int64_t inner = code * digits[level] + (int64_t)(i - first) + 1;
                MeshFaceId id = { faces[i - first] };

                if (level + 1 == LEVELS) {
                        if (mesh_reassign(t->k.m, id, (MeshTag){ inner, code, 0 }))
                                return false;
                } else if (!grow(t, level + 1, id.n, first_of(t, level, i), first_of(t, level, i + 1),
                                 inner)) {
                        return false;
                }
        }
        return true;
}

Mesh *mesh_city(const MeshCity *plan) {
        _cleanup_(arena_freep) Arena *arena = arena_new(0), *scratch = arena_new(0);
        Tree t = { .arena = arena,
                   .counts = { plan->counties, plan->townships, plan->communities, plan->grids },
                   .root = plan->root };
        MeshFaultList faults;
        MeshPolygon whole;
        Ring outline;

        if (plan->step_m < 10 || plan->area_m2 <= 0 || !plan->counties || plan->root < 1 ||
            plan->root > 9999 || plan->townships < plan->counties || plan->communities < plan->townships ||
            plan->grids < plan->communities)
                return NULL;
        mesh_city_outline(arena, plan, &outline);
        whole = (MeshPolygon){ &outline, 1, { 0, plan->root, 0 } };
        t.k = (Maker){ mesh_build(&(MeshPlan){ .polygons = &whole, .n = 1 }, arena, &faults), plan->seed,
                       plan->step_m, scratch };
        if (t.k.m && grow(&t, 0, 1, 0, plan->counties, plan->root)) {
                mesh_forget(t.k.m);
                return t.k.m;
        }
        mesh_free(t.k.m);
        return NULL;
}
