/* Points per second: which of 31 and of 31,000 grids holds a point, by the index and by asking every polygon. */
#include "base/time.h"
#include "geo/index.h"
#include "geo/partition.h"
#include <stdio.h>
#include <stdlib.h>

enum { POINTS = 1 << 20, ROUNDS = 5 };

typedef struct Town {
        Arena *arena;
        Ring *rings;
        size_t n;
        Box box;
} Town;

static uint64_t state = 1;

static int64_t below(int64_t n) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (int64_t)((state >> 30) % (uint64_t)n);
}

/* `towns` towns of 31 grids beside each other. */
static Town make(size_t towns) {
        static const int counts[] = { 5, 5, 4, 5, 4, 4, 4 };
        Town t = { .arena = arena_new(0), .box = BOX_EMPTY };
        size_t across = 1;

        while (across * across < towns)
                across++;
        t.rings = TAKE_ARRAY(t.arena, Ring, towns * 31);
        for (size_t i = 0; i < towns; i++) {
                PartitionPlan plan = { .centre = { 1027352000 + (int64_t)(i % across) * 300000,
                                                   250374000 + (int64_t)(i / across) * 500000 },
                                       .area_m2 = 4.3e6,
                                       .parts = counts,
                                       .areas = 7,
                                       .seed = i + 1 };
                PartitionPartList parts;
                Ring outline;

                if (!partition_make(t.arena, &plan, &parts, &outline))
                        abort();
                for (size_t k = 0; k < parts.n; k++) {
                        t.rings[t.n++] = parts.v[k].ring;
                        box_add_box(&t.box, ring_box(&parts.v[k].ring));
                }
        }
        return t;
}

typedef int64_t (*Find)(const GeoIndex *x, Point p);

/* Best of some rounds, in points per second. */
static double speed(const GeoIndex *x, Find find, const Point *points, size_t n, size_t *ret_found) {
        double best = 0;

        for (int round = 0; round < ROUNDS; round++) {
                int64_t start = time_mono_us();
                size_t found = 0;

                for (size_t i = 0; i < n; i++)
                        found += find(x, points[i]) >= 0;
                int64_t took = time_mono_us() - start;
                double per_s = (double)n * 1e6 / (double)(took ? took : 1);
                best = per_s > best ? per_s : best;
                *ret_found = found;
        }
        return best;
}

static void measure(size_t towns) {
        Point *points = malloc(POINTS * sizeof *points);
        int64_t start = time_mono_us(), built;
        size_t found, found_scan, scanned;
        double index_s, scan_s;
        Town t = make(towns);
        GeoIndex *x;

        if (!points)
                abort();
        start = time_mono_us();
        x = geo_index_new(t.rings, t.n);
        built = time_mono_us() - start;
        for (size_t i = 0; i < POINTS; i++)
                points[i] = (Point){ t.box.west + below(t.box.east - t.box.west),
                                     t.box.south + below(t.box.north - t.box.south) };
        scanned = t.n > 1000 ? 1 << 10 : 1 << 17;
        index_s = speed(x, geo_index_find, points, POINTS, &found);
        scan_s = speed(x, geo_index_scan, points, scanned, &found_scan);
        printf("| %6zu | %10.0f | %10.0f | %8.1f | %5.1f %% | %7.1f | %7.1f |\n", t.n, index_s, scan_s,
               index_s / scan_s, 100.0 * (double)found / POINTS, (double)geo_index_bytes(x) / 1048576,
               (double)built / 1000);
        geo_index_free(x);
        arena_free(t.arena);
        free(points);
}

int main(void) {
        puts("| grids  | index /s   | every polygon /s | ratio | inside | index MiB | built ms |");
        puts("|-------:|-----------:|-----------:|---------:|-------:|--------:|--------:|");
        measure(1);
        measure(1000);
        return 0;
}
