/* The mesh on a city of 31,000 grids: the check of everything, one edit with its check, points located a second and the memory of the
 * index, in processor time; beside GEOS with loose polygons (validity and overlaps by STRtree, points by STRtree and prepared geometry) and the ring
 * index of geo/index.h. Which city: city.h. */
#include "city.h"
#include "geo/index.h"
#include "geo/mesh_locate.h"
#include <malloc.h>
#include <time.h>
#if __has_include(<geos_c.h>)
#include <geos_c.h>
#define HAVE_GEOS 1
#else
#define HAVE_GEOS 0
#endif

enum {
        POINTS = 1 << 20,
        GEOS_POINTS = 1 << 17,
        GEOS_SAMPLE = 500,
        ROUNDS = 3,
        EDITS = 4000,
        CHECK_LIMIT_MS = 1000,
        EDIT_LIMIT_US = 5000
};

typedef struct City {
        Mesh *m;
        Arena *arena;
        Polygon *polygons; /* by face */
        Box box;
        Point *points;
        uint64_t random;
} City;

static int64_t below(City *c, int64_t n) {
        c->random = c->random * 6364136223846793005u + 1442695040888963407u;
        return (int64_t)((c->random >> 30) % (uint64_t)n);
}

/* Processor time: what others do on the machine is not what is measured. */
static int64_t cpu_us(void) {
        struct timespec t;

        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double mib(size_t bytes) { return (double)bytes / 1048576; }

static size_t heap_now(void) {
        struct mallinfo2 info = mallinfo2();

        return info.uordblks + info.hblkhd;
}

/* ---- checking ------------------------------------------------------------------------------------------------------------ */

static double check_ms(City *c) {
        double best = 1e12;

        for (int i = 0; i < ROUNDS; i++) {
                int64_t start = cpu_us();

                if (mesh_check(c->m, NULL))
                        abort();
                start = cpu_us() - start;
                best = (double)start / 1000 < best ? (double)start / 1000 : best;
        }
        return best;
}

static int by_size(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

static MeshFaceId some_face(City *c) {
        MeshTag tag;
        MeshFaceId f;

        do
                f.n = 1 + (uint32_t)below(c, mesh_face_end(c->m) - 1);
        while (!mesh_face_tag(c->m, f, &tag));
        return f;
}

static MeshWhy one_edit(City *c, int kind) {
        MeshFaceId f = some_face(c), unit;
        const Ring *r;
        Polygon p;
        Point a, b;
        size_t i, k;

        arena_reset(c->arena);
        if (!mesh_face_polygon(c->m, f, c->arena, &p))
                abort();
        r = &p.rings[0];
        i = (size_t)below(c, (int64_t)r->n), k = (i + r->n / 2) % r->n;
        a = r->v[i], b = r->v[k];
        switch (kind) {
        case 0: return mesh_move_node(c->m, mesh_node_at(c->m, a), (Point){ a.lon_e7 + 40, a.lat_e7 - 30 });
        case 1:
                return mesh_split(
                        c->m, f,
                        &(MeshLine){
                                (Point[]){ a, { (a.lon_e7 + b.lon_e7) / 2, (a.lat_e7 + b.lat_e7) / 2 }, b },
                                3 },
                        1);
        case 2: {
                MeshFaceIds near;

                mesh_neighbours(c->m, f, c->arena, &near);
                return mesh_merge(c->m, f, near.v[near.n - 1]);
        }
        default: {
                Point at = ring_label(r);
                Point v[4] = { { at.lon_e7 - 300, at.lat_e7 - 300 },
                               { at.lon_e7 + 300, at.lat_e7 - 200 },
                               { at.lon_e7 + 200, at.lat_e7 + 300 },
                               { at.lon_e7 - 200, at.lat_e7 + 200 } };

                return mesh_carve(c->m, &(Ring){ v, 4, 4 }, (MeshTag){ 1, 1, 3 }, &unit);
        }
        }
}

/* Times of edits that were taken, the slowest too; each is undone outside of the clock. */
static void measure_edits(City *c, double check) {
        static const char *const names[] = { "move a node", "split a face", "merge faces", "carve a unit" };
        static int64_t took[EDITS];

        puts("\n| one edit, validated | median µs | 99 % µs | slowest µs | slowest / limit of 5 ms | full check / median |");
        puts("|---|--:|--:|--:|--:|--:|");
        for (int kind = 0; kind < 4; kind++) {
                size_t n = 0;

                for (int i = 0; i < EDITS; i++) {
                        int64_t start = cpu_us();

                        if (one_edit(c, kind))
                                continue;
                        took[n++] = cpu_us() - start;
                        if (mesh_undo(c->m))
                                abort();
                }
                if (!n)
                        abort();
                qsort(took, n, sizeof *took, by_size);
                printf("| %s (%zu) | %lld | %lld | %lld | %.3f | %.0f |\n", names[kind], n,
                       (long long)took[n / 2], (long long)took[n * 99 / 100], (long long)took[n - 1],
                       (double)took[n - 1] / EDIT_LIMIT_US,
                       check * 1000 / (double)(took[n / 2] ? took[n / 2] : 1));
                mesh_forget(c->m);
        }
}

/* ---- points -------------------------------------------------------------------------------------------------------------- */

typedef uint32_t (*Find)(const void *x, Point p);

static uint32_t find_mesh(const void *x, Point p) { return mesh_locate(x, p).n; }
static uint32_t find_rings(const void *x, Point p) { return (uint32_t)(geo_index_find(x, p) + 1); }

static double speed(const City *c, Find find, const void *x, size_t points, size_t *ret_found) {
        double best = 0;

        for (int round = 0; round < ROUNDS; round++) {
                int64_t start = cpu_us();
                size_t found = 0;
                double per_s;

                for (size_t i = 0; i < points; i++)
                        found += find(x, c->points[i]) > 0;
                start = cpu_us() - start;
                per_s = (double)points * 1e6 / (double)(start ? start : 1);
                best = per_s > best ? per_s : best;
                *ret_found = found;
        }
        return best;
}

static void row(const char *name, double per_s, double baseline, size_t found, size_t points, size_t bytes,
                double built_ms) {
        printf("| %s | %.0f | %.1f | %.2f %% | %.1f | %.0f |\n", name, per_s, per_s / baseline,
               100 * (double)found / (double)points, mib(bytes), built_ms);
}

/* ---- GEOS -------------------------------------------------------------------------------------------------------------------- */

#if HAVE_GEOS
typedef struct Loose {
        GEOSContextHandle_t geos;
        GEOSSTRtree *tree;
        GEOSGeometry **shapes;
        const GEOSPreparedGeometry **prepared;
        size_t *numbers;
        size_t n;
        /* of one question */
        const GEOSGeometry *asked;
        uint32_t found;
        size_t pairs;
} Loose;

static GEOSGeometry *ring_geos(GEOSContextHandle_t g, const Ring *r) {
        GEOSCoordSequence *s = GEOSCoordSeq_create_r(g, (unsigned)r->n + 1, 2);

        for (size_t i = 0; i <= r->n; i++) {
                Point p = r->v[i < r->n ? i : 0];

                GEOSCoordSeq_setXY_r(g, s, (unsigned)i, (double)p.lon_e7, (double)p.lat_e7);
        }
        return GEOSGeom_createLinearRing_r(g, s);
}

static Loose *loose_new(const City *c) {
        Loose *l = calloc(1, sizeof *l);
        uint32_t end = mesh_face_end(c->m);

        if (!l)
                abort();
        l->geos = GEOS_init_r();
        l->tree = GEOSSTRtree_create_r(l->geos, 10);
        l->shapes = calloc(end, sizeof(void *));
        l->prepared = calloc(end, sizeof(void *));
        l->numbers = calloc(end, sizeof *l->numbers);
        for (uint32_t f = 1; f < end; f++) {
                const Polygon *p = &c->polygons[f];

                if (!p->n)
                        continue;
                l->shapes[l->n] =
                        GEOSGeom_createPolygon_r(l->geos, ring_geos(l->geos, &p->rings[0]), NULL, 0);
                l->prepared[l->n] = GEOSPrepare_r(l->geos, l->shapes[l->n]);
                l->numbers[l->n] = l->n;
                GEOSSTRtree_insert_r(l->geos, l->tree, l->shapes[l->n], &l->numbers[l->n]);
                l->n++;
        }
        return l;
}

static void on_point(void *item, void *arg) {
        Loose *l = arg;

        if (!l->found && GEOSPreparedIntersects_r(l->geos, l->prepared[*(size_t *)item], l->asked))
                l->found = 1 + (uint32_t) * (size_t *)item;
}

static uint32_t find_geos(const void *x, Point p) {
        Loose *l = (Loose *)(uintptr_t)x;
        GEOSGeometry *at = GEOSGeom_createPointFromXY_r(l->geos, (double)p.lon_e7, (double)p.lat_e7);

        l->asked = at;
        l->found = 0;
        GEOSSTRtree_query_r(l->geos, l->tree, at, on_point, l);
        GEOSGeom_destroy_r(l->geos, at);
        return l->found;
}

static void on_pair(void *item, void *arg) {
        Loose *l = arg;

        if (l->shapes[*(size_t *)item] != l->asked)
                l->pairs +=
                        GEOSRelatePattern_r(l->geos, l->asked, l->shapes[*(size_t *)item], "2********") == 1;
}

/* What loose polygons need at least: each valid, none over another. Of a sample, in ms for all. */
static double geos_check_ms(Loose *l) {
        int64_t start = cpu_us();
        size_t step = l->n / GEOS_SAMPLE + 1, n = 0;

        for (size_t i = 0; i < l->n; i += step, n++) {
                if (GEOSisValid_r(l->geos, l->shapes[i]) != 1)
                        abort();
                l->asked = l->shapes[i];
                GEOSSTRtree_query_r(l->geos, l->tree, l->shapes[i], on_pair, l);
        }
        return (double)(cpu_us() - start) / 1000 * (double)l->n / (double)n;
}
#endif

/* ---- all -------------------------------------------------------------------------------------------------------------------- */

static void measure_points(City *c, double check) {
        Ring *rings = calloc(mesh_face_end(c->m), sizeof *rings);
        double mesh_s, rings_s, geos_s = 0, mesh_ms, rings_ms;
        size_t n = 0, found, found_rings;
        int64_t start = cpu_us();
        MeshLocator *x = mesh_locator_new(c->m);
        GeoIndex *index;

        mesh_ms = (double)(cpu_us() - start) / 1000;
        printf("| check of all: links, turns, areas, crossings, holes | %.0f ms | %.2f of the limit of %d ms |\n",
               check, check / CHECK_LIMIT_MS, CHECK_LIMIT_MS);
        for (uint32_t f = 1; f < mesh_face_end(c->m); f++)
                if (c->polygons[f].n)
                        rings[n++] = c->polygons[f].rings[0];
        start = cpu_us();
        index = geo_index_new(rings, n);
        rings_ms = (double)(cpu_us() - start) / 1000;
        mesh_s = speed(c, find_mesh, x, POINTS, &found);
        rings_s = speed(c, find_rings, index, POINTS, &found_rings);
        if (found != found_rings)
                abort();
#if HAVE_GEOS
        size_t found_geos, bytes, before = heap_now();
        double geos_ms;

        start = cpu_us();
        Loose *loose = loose_new(c);
        geos_s = speed(c, find_geos, loose, GEOS_POINTS,
                       &found_geos); /* what is prepared is prepared when first asked */
        geos_ms = (double)(cpu_us() - start) / 1000;
        bytes = heap_now() - before;
        check = geos_check_ms(loose) / check;
        printf("| the same ground as loose polygons in GEOS, each valid and none over another | %.1f × as long | |\n",
               check);
#endif
        puts("\n| points located | a second | ratio | inside | MiB | built ms |");
        puts("|---|--:|--:|--:|--:|--:|");
        row("mesh_locate", mesh_s, geos_s > 0 ? geos_s : rings_s, found, POINTS, mesh_locator_bytes(x),
            mesh_ms);
        row("geo_index (rings without holes)", rings_s, geos_s > 0 ? geos_s : rings_s, found_rings, POINTS,
            geo_index_bytes(index), rings_ms);
#if HAVE_GEOS
        row("GEOS STRtree + prepared", geos_s, geos_s, found_geos, GEOS_POINTS, bytes, geos_ms);
#else
        puts("| GEOS | not installed | | | | |");
#endif
        mesh_locator_free(x);
        geo_index_free(index);
        free(rings);
}

int main(void) {
        City c = { .arena = arena_new(0), .random = 1, .points = calloc(POINTS, sizeof(Point)) };
        Arena *kept = arena_new(0);
        int64_t start = cpu_us();
        MeshCounts n;
        double check;

        if (!c.points)
                abort();
        c.m = city_mesh();
        n = mesh_counts(c.m);
        printf("%zu grids, %zu edges, %zu nodes; made in %.1f s; %.0f MiB with the search index\n\n",
               n.faces, n.edges, n.nodes, (double)(cpu_us() - start) / 1e6, mib(n.bytes));
        c.box = mesh_box(c.m);
        for (size_t i = 0; i < POINTS; i++)
                c.points[i] = (Point){ c.box.west + below(&c, c.box.east - c.box.west),
                                       c.box.south + below(&c, c.box.north - c.box.south) };
        c.polygons = TAKE_ARRAY(kept, Polygon, mesh_face_end(c.m));
        for (uint32_t f = 1; f < mesh_face_end(c.m); f++)
                (void)mesh_face_polygon(c.m, (MeshFaceId){ f }, kept, &c.polygons[f]);
        puts("| whole mesh | time | ratio |\n|---|--:|--:|");
        check = check_ms(&c);
        measure_points(&c, check);
        measure_edits(&c, check);
        mesh_free(c.m);
        arena_free(kept);
        arena_free(c.arena);
        free(c.points);
        return 0;
}
