/* The city's grids in our index and tiles, and the same grids in PostGIS with GiST: points located a second and tiles made, in processor time of
 * whoever works (of PostGIS: the backend alone). WANGGE_BENCH_PG names the database.
 *
 * PostGIS is given what favours it: tables of grids alone, not compressed, clustered by place and analysed, no parallel workers to start and no JIT, prepared statements,
 * points ten thousand at a time as binary arrays, also in the order of the ground (where ST_Contains keeps its prepared polygon), tiles from
 * geometries that were brought to 3857 before. */
#include "city.h"
#include "geo/mesh_locate.h"
#include "geo/mvt.h"
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <string.h>
#include <time.h>

enum {
        POINTS = 1 << 20,
        BATCH = 10000,
        BATCHES = 10,
        ROUNDS = 3,
        TILES = 200,
        SRID = 4490,
        FLOAT8_OID = 701
};

typedef struct Grid {
        Polygon polygon;
        Box box;
        char code[24];
} Grid;

typedef struct City {
        Mesh *m;
        MeshLocator *x;
        Arena *kept;
        Grid *grids; /* by face; polygon.n 0: none */
        uint32_t end;
        size_t n;
        Point *points;
        PGconn *pg;
        clockid_t backend;
        uint64_t random;
} City;

static int64_t below(City *c, int64_t n) {
        c->random = c->random * 6364136223846793005u + 1442695040888963407u;
        return (int64_t)((c->random >> 30) % (uint64_t)n);
}

static int64_t clock_us(clockid_t clock) {
        struct timespec t;

        if (clock_gettime(clock, &t))
                abort();
        return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t cpu_us(void) { return clock_us(CLOCK_PROCESS_CPUTIME_ID); }

static PGresult *must(City *c, PGresult *r) {
        if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK &&
            PQresultStatus(r) != PGRES_COPY_IN) {
                fprintf(stderr, "%s\n", PQerrorMessage(c->pg));
                exit(1);
        }
        return r;
}

static void run(City *c, const char *sql) { PQclear(must(c, PQexec(c->pg, sql))); }

static double number(City *c, const char *sql) {
        PGresult *r = must(c, PQexec(c->pg, sql));
        double n = strtod(PQgetvalue(r, 0, 0), NULL);

        PQclear(r);
        return n;
}

/* ---- the grids go into PostGIS --------------------------------------------------------------------------------------------------- */

static void add_le(Buf *b, const void *p, size_t n) { buf_hex(b, p, n); }

/* EWKB of one polygon, little-endian, in hexadecimal. */
static void add_ewkb(Buf *b, const Polygon *p) {
        uint32_t head[3] = { 0x20000003, SRID, (uint32_t)p->n };

        buf_c(b, "01");
        add_le(b, head, sizeof head);
        for (size_t k = 0; k < p->n; k++) {
                const Ring *r = &p->rings[k];
                uint32_t n = (uint32_t)r->n + 1;

                add_le(b, &n, sizeof n);
                for (size_t i = 0; i <= r->n; i++) {
                        Point at = r->v[i < r->n ? i : 0];
                        double xy[2] = { (double)at.lon_e7 / 1e7, (double)at.lat_e7 / 1e7 };

                        add_le(b, xy, sizeof xy);
                }
        }
}

static void copy_grids(City *c) {
        _cleanup_(buf_done) Buf b = { 0 };

        run(c, "COPY bench_grid (id, code, title, kind, geom) FROM STDIN");
        for (uint32_t f = 1; f < c->end; f++) {
                if (!c->grids[f].polygon.n)
                        continue;
                buf_clear(&b);
                buf_fmt(&b, "%u\t%s\t第%u网格\tgrid\t", f, c->grids[f].code, f);
                add_ewkb(&b, &c->grids[f].polygon);
                buf_char(&b, '\n');
                if (PQputCopyData(c->pg, b.p, (int)b.n) != 1)
                        abort();
        }
        if (PQputCopyEnd(c->pg, NULL) != 1)
                abort();
        PQclear(must(c, PQgetResult(c->pg)));
        PQclear(PQgetResult(c->pg));
}

static void fill_postgis(City *c) {
        run(c,
            "SET client_min_messages = warning; SET jit = off; SET max_parallel_workers_per_gather = 0; CREATE EXTENSION IF NOT EXISTS postgis");
        run(c,
            "DROP TABLE IF EXISTS bench_grid, bench_metres; CREATE TABLE bench_grid (id int PRIMARY KEY, code text, title text, kind text, "
            "geom geometry(Polygon, 4490)) WITH (toast_tuple_target = 8160)");
        run(c, "ALTER TABLE bench_grid ALTER geom SET STORAGE EXTERNAL"); /* nothing has to be unpacked */
        copy_grids(c);
        run(c,
            "CREATE TABLE bench_metres (code text, title text, kind text, geom geometry(Polygon, 3857)) WITH (toast_tuple_target = 8160)");
        run(c, "ALTER TABLE bench_metres ALTER geom SET STORAGE EXTERNAL");
        run(c,
            "INSERT INTO bench_metres SELECT code, title, kind, ST_Transform(geom, 3857) FROM bench_grid");
        run(c,
            "CREATE INDEX bench_grid_geom ON bench_grid USING gist (geom); CREATE INDEX bench_metres_geom ON bench_metres USING gist (geom)");
        run(c, "CLUSTER bench_grid USING bench_grid_geom");
        run(c, "CLUSTER bench_metres USING bench_metres_geom");
        run(c, "VACUUM (ANALYZE) bench_grid");
        run(c, "VACUUM (ANALYZE) bench_metres");
        run(c,
            "SELECT sum(ST_NPoints(geom)) FROM bench_grid UNION ALL SELECT sum(ST_NPoints(geom)) FROM bench_metres"); /* all of it is in memory now */
}

/* ---- points -------------------------------------------------------------------------------------------------------------------------- */

static void put_be(char *p, const void *value, size_t n) {
        const char *from = value;

        for (size_t i = 0; i < n; i++)
                p[i] = from[n - 1 - i];
}

/* A one-dimensional array of float8, as the protocol has it. */
static size_t binary_array(char *out, const Point *v, size_t n, bool lon) {
        uint32_t head[5] = { htonl(1), 0, htonl(FLOAT8_OID), htonl((uint32_t)n), htonl(1) };
        char *p = out + sizeof head;

        memcpy(out, head, sizeof head);
        for (size_t i = 0; i < n; i++, p += 12) {
                uint32_t size = htonl(8);
                double d = (double)(lon ? v[i].lon_e7 : v[i].lat_e7) / 1e7;

                memcpy(p, &size, 4);
                put_be(p + 4, &d, 8);
        }
        return (size_t)(p - out);
}

/* Best of some rounds, in points a second of the backend's time. */
static double locate_postgis(City *c, const Point *points, size_t *ret_found, double *ret_wall) {
        static char xs[BATCH * 12 + 64], ys[BATCH * 12 + 64];
        double best = 0;

        for (int round = 0; round < ROUNDS; round++) {
                int64_t cpu = clock_us(c->backend), wall = clock_us(CLOCK_MONOTONIC);
                double per_s;

                *ret_found = 0;
                for (int i = 0; i < BATCHES; i++) {
                        const char *values[2] = { xs, ys };
                        int lengths[2], formats[2] = { 1, 1 };
                        PGresult *r;

                        lengths[0] = (int)binary_array(xs, points + i * BATCH, BATCH, true);
                        lengths[1] = (int)binary_array(ys, points + i * BATCH, BATCH, false);
                        r = must(c, PQexecPrepared(c->pg, "locate", 2, values, lengths, formats, 0));
                        *ret_found += (size_t)strtoull(PQgetvalue(r, 0, 0), NULL, 10);
                        PQclear(r);
                }
                cpu = clock_us(c->backend) - cpu;
                wall = clock_us(CLOCK_MONOTONIC) - wall;
                per_s = (double)BATCH * BATCHES * 1e6 / (double)(cpu ? cpu : 1);
                if (per_s > best) {
                        best = per_s;
                        *ret_wall = (double)BATCH * BATCHES * 1e6 / (double)(wall ? wall : 1);
                }
        }
        return best;
}

static double locate_ours(const City *c, const Point *points, size_t n, size_t *ret_found) {
        double best = 0;

        for (int round = 0; round < ROUNDS; round++) {
                int64_t start = cpu_us();
                size_t found = 0;
                double per_s;

                for (size_t i = 0; i < n; i++)
                        found += mesh_locate(c->x, points[i]).n > 0;
                start = cpu_us() - start;
                per_s = (double)n * 1e6 / (double)(start ? start : 1);
                best = per_s > best ? per_s : best;
                *ret_found = found;
        }
        return best;
}

/* What is measured is the index, not a walk over all. */
static void must_use_index(City *c) {
        PGresult *r = must(c, PQexec(c->pg, "EXPLAIN EXECUTE locate(ARRAY[115, 115.1], ARRAY[40, 40.1])"));
        bool used = false;

        for (int i = 0; i < PQntuples(r); i++)
                used |= strstr(PQgetvalue(r, i, 0), "Index Scan using bench_grid_geom") != NULL;
        PQclear(r);
        if (!used) {
                fprintf(stderr, "PostGIS does not use its index\n");
                exit(1);
        }
}

static const MeshLocator *order_by;

static int by_ground(const void *a, const void *b) {
        uint32_t x = mesh_locate(order_by, *(const Point *)a).n,
                 y = mesh_locate(order_by, *(const Point *)b).n;

        return (x > y) - (x < y);
}

static void point_rows(City *c, const char *order, const Point *points) {
        size_t all = (size_t)BATCH * BATCHES, ours_found, postgis_found;
        double wall = 0, ours = locate_ours(c, points, POINTS, &ours_found), postgis;

        (void)locate_ours(c, points, all,
                          &ours_found); /* the same points for the comparison of what was found */
        postgis = locate_postgis(c, points, &postgis_found, &wall);
        printf("| mesh_locate, %s | %.0f | %.0f | %.2f %% |\n", order, ours, ours / postgis,
               100 * (double)ours_found / (double)all);
        printf("| ST_Contains with GiST, %s | %.0f (%.0f by the clock on the wall) | 1 | %.2f %% |\n", order,
               postgis, wall, 100 * (double)postgis_found / (double)all);
        if (llabs((int64_t)ours_found - (int64_t)postgis_found) >
            5) { /* points on a border are in no polygon of PostGIS */
                fprintf(stderr, "%zu and %zu points found\n", ours_found, postgis_found);
                exit(1);
        }
}

static void measure_points(City *c) {
        Point *sorted = calloc(POINTS, sizeof *sorted);

        if (!sorted)
                abort();
        memcpy(sorted, c->points, POINTS * sizeof *sorted);
        order_by = c->x;
        qsort(sorted, (size_t)BATCH * BATCHES, sizeof *sorted, by_ground);
        PQclear(must(
                c,
                PQprepare(
                        c->pg, "locate",
                        "SELECT count(g.id) FROM unnest($1::float8[], $2::float8[]) AS p(x, y) JOIN bench_grid g "
                        "ON ST_Contains(g.geom, ST_SetSRID(ST_MakePoint(p.x, p.y), 4490))",
                        2, NULL)));
        must_use_index(c);
        puts("\n| points located | a second of processor time | ratio | inside |\n|---|--:|--:|--:|");
        point_rows(c, "anywhere", c->points);
        point_rows(c, "in the order of the ground", sorted);
        printf("\n| memory | MiB |\n|---|--:|\n| our index, borders included | %.1f |\n| GiST alone | %.1f |\n| the table it points into | %.1f |\n",
               (double)mesh_locator_bytes(c->x) / 1048576,
               number(c, "SELECT pg_relation_size('bench_grid_geom')") / 1048576,
               number(c, "SELECT pg_table_size('bench_grid')") / 1048576);
        free(sorted);
}

/* ---- tiles --------------------------------------------------------------------------------------------------------------------------- */

/* As server/territory/tile.c makes the layer `grids`, without the points for labels. */
static size_t tile_ours(const City *c, Arena *a, TileId id, size_t *ret_features) {
        Buf out = BUF_IN(a);
        Mvt tile;

        mvt_begin(&tile, a, id);
        mvt_layer(&tile, S("grids"));
        for (uint32_t f = 1; f < c->end; f++) {
                const Grid *g = &c->grids[f];
                char title[40];

                if (!g->polygon.n || !box_meets(g->box, tile.box) ||
                    !mvt_polygon(&tile, f, g->polygon.rings, g->polygon.n))
                        continue;
                snprintf(title, sizeof title, "第%u网格", f);
                mvt_tag_str(&tile, "code", str_c(g->code));
                mvt_tag_str(&tile, "title", str_c(title));
                mvt_tag_str(&tile, "kind", S("grid"));
        }
        mvt_end(&tile, &out);
        *ret_features = tile.feature_count;
        return out.n;
}

static size_t tile_postgis(City *c, TileId id) {
        char z[16], x[16], y[16];
        const char *values[3] = { z, x, y };
        PGresult *r;
        size_t n;

        snprintf(z, sizeof z, "%d", id.zoom);
        snprintf(x, sizeof x, "%lld", (long long)id.x);
        snprintf(y, sizeof y, "%lld", (long long)id.y);
        r = must(c, PQexecPrepared(c->pg, "tile", 3, values, NULL, NULL, 1));
        n = (size_t)PQgetlength(r, 0, 0);
        PQclear(r);
        return n;
}

static int by_size(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

static TileId some_tile(City *c, int zoom) {
        TileId id = { .zoom = zoom };
        uint32_t f;
        double x, y;
        Box b;

        do
                f = 1 + (uint32_t)below(c, c->end - 1);
        while (!c->grids[f].polygon.n);
        b = c->grids[f].box;
        mercator_metres((Point){ (b.west + b.east) / 2, (b.south + b.north) / 2 }, &x, &y);
        id.x = (int64_t)((x / 40075016.685578488 + 0.5) * (double)(1 << zoom));
        id.y = (int64_t)((0.5 - y / 40075016.685578488) * (double)(1 << zoom));
        return id;
}

static void tile_rows(City *c, int zoom) {
        static int64_t ours[TILES], postgis[TILES];
        size_t features = 0, ours_bytes = 0, postgis_bytes = 0;

        for (int i = 0; i < TILES; i++) {
                _cleanup_(arena_freep) Arena *a = arena_new(0);
                TileId id = some_tile(c, zoom);
                size_t n;

                ours[i] = cpu_us();
                ours_bytes += tile_ours(c, a, id, &n);
                ours[i] = cpu_us() - ours[i];
                features += n;
                postgis[i] = clock_us(c->backend);
                postgis_bytes += tile_postgis(c, id);
                postgis[i] = clock_us(c->backend) - postgis[i];
        }
        qsort(ours, TILES, sizeof *ours, by_size);
        qsort(postgis, TILES, sizeof *postgis, by_size);
        printf("| %d | %.0f | %.2f | %.2f | %.1f | %.2f | %.2f | %.0f | %.0f |\n", zoom,
               (double)features / TILES, (double)ours[TILES / 2] / 1000, (double)postgis[TILES / 2] / 1000,
               (double)postgis[TILES / 2] / (double)(ours[TILES / 2] ? ours[TILES / 2] : 1),
               (double)ours[TILES * 95 / 100] / 1000, (double)postgis[TILES * 95 / 100] / 1000,
               (double)ours_bytes / TILES, (double)postgis_bytes / TILES);
}

static void measure_tiles(City *c) {
        PQclear(must(
                c,
                PQprepare(
                        c->pg, "tile",
                        "SELECT ST_AsMVT(t, 'grids', 4096, 'shape') FROM (SELECT code, title, kind, ST_AsMVTGeom(geom, "
                        "ST_TileEnvelope($1::int, $2::int, $3::int), 4096, 128, true) AS shape FROM bench_metres WHERE geom && "
                        "ST_TileEnvelope($1::int, $2::int, $3::int, margin => 128.0 / 4096)) t WHERE shape IS NOT NULL",
                        3, NULL)));
        for (int i = 0; i < 20; i++) { /* both have seen the first one */
                _cleanup_(arena_freep) Arena *a = arena_new(0);
                size_t n;

                (void)tile_ours(c, a, some_tile(c, 13), &n);
                (void)tile_postgis(c, some_tile(c, 13));
        }
        puts("\n| zoom | grids in a tile | ours, p50 ms | ST_AsMVT, p50 ms | ratio | ours, p95 ms | ST_AsMVT, p95 ms | bytes | bytes of ST_AsMVT |");
        puts("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (int zoom = 10; zoom <= 16; zoom += 2)
                tile_rows(c, zoom);
}

/* ---- all ------------------------------------------------------------------------------------------------------------------------------ */

static void take_grids(City *c) {
        c->end = mesh_face_end(c->m);
        c->grids = TAKE_ARRAY(c->kept, Grid, c->end);
        for (uint32_t f = 1; f < c->end; f++) {
                Grid *g = &c->grids[f];
                MeshTag tag;

                if (!mesh_face_tag(c->m, (MeshFaceId){ f }, &tag) ||
                    !mesh_face_polygon(c->m, (MeshFaceId){ f }, c->kept, &g->polygon))
                        continue;
                g->box = ring_box(&g->polygon.rings[0]);
                snprintf(g->code, sizeof g->code, "1307%011lld", (long long)tag.grid);
                c->n++;
        }
}

int main(void) {
        Str url = env_get("WANGGE_BENCH_PG");
        City c = { .kept = arena_new(0), .random = 1, .points = calloc(POINTS, sizeof(Point)) };
        int64_t start = cpu_us();
        Box box;

        if (!url.n || !c.points) {
                puts("WANGGE_BENCH_PG names no database");
                return 1;
        }
        c.m = city_mesh();
        c.x = mesh_locator_new(c.m);
        take_grids(&c);
        printf("%zu grids; made in %.1f s\n", c.n, (double)(cpu_us() - start) / 1e6);
        box = mesh_box(c.m);
        for (size_t i = 0; i < POINTS; i++)
                c.points[i] = (Point){ box.west + below(&c, box.east - box.west),
                                       box.south + below(&c, box.north - box.south) };
        c.pg = PQconnectdb(str_z(c.kept, url));
        if (PQstatus(c.pg) != CONNECTION_OK || clock_getcpuclockid(PQbackendPID(c.pg), &c.backend)) {
                fprintf(stderr, "%s\n", PQerrorMessage(c.pg));
                return 1;
        }
        fill_postgis(&c);
        measure_points(&c);
        measure_tiles(&c);
        run(&c, "DROP TABLE bench_grid, bench_metres");
        PQfinish(c.pg);
        mesh_locator_free(c.x);
        mesh_free(c.m);
        arena_free(c.kept);
        free(c.points);
        return 0;
}
