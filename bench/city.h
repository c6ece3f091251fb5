/* The city that is measured: the counties of a file (WANGGE_BENCH_OUTLINES, GCJ-02, see outlines.mjs) made one mesh by server/repair and filled with
 * grids by area; without a file, an outline of the same size that is made up. WANGGE_BENCH_GRIDS makes it smaller. */
#pragma once
#include "base/env.h"
#include "base/rc.h"
#include "geo/mesh_city.h"
#include "repair/repair.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CITY_GRIDS = 31000 };

static inline size_t city_grids(void) { return (size_t)env_int("WANGGE_BENCH_GRIDS", CITY_GRIDS); }

static Mesh *city_made(size_t grids) {
        MeshCity plan = { .seed = 7,
                          .centre = { 1149000000, 409000000 },
                          .area_m2 = 3.68e10 * (double)grids / CITY_GRIDS,
                          .step_m = 60,
                          .counties = grids * 19 / CITY_GRIDS + 1,
                          .townships = grids * 246 / CITY_GRIDS + 1,
                          .communities = grids * 4582 / CITY_GRIDS + 1,
                          .grids = grids,
                          .root = 1307 };

        return mesh_city(&plan);
}

static MeshTag city_county(const RepairFeature *feature, size_t index, void *arg) {
        (void)feature;
        (void)arg;
        return (MeshTag){ 0, (int64_t)index + 1, 0 };
}

/* Each face gets grids by its share of the ground; then all are numbered. */
static void city_fill(Mesh *m, size_t grids) {
        uint32_t counties = mesh_face_end(m);
        double all = 0, before = 0;
        int64_t number = 0;
        MeshTag tag;

        for (uint32_t f = 1; f < counties; f++)
                all += mesh_face_m2(m, (MeshFaceId){ f });
        for (uint32_t f = 1; f < counties; f++) {
                double after = before + mesh_face_m2(m, (MeshFaceId){ f });
                size_t n = (size_t)(llround(after / all * (double)grids) -
                                    llround(before / all * (double)grids));

                before = after;
                if (n > 1)
                        (void)!mesh_city_divide(m, (MeshFaceId){ f }, n, 60, f);
                mesh_forget(m);
        }
        for (uint32_t f = 1; f < mesh_face_end(m); f++)
                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) &&
                    mesh_reassign(m, (MeshFaceId){ f }, (MeshTag){ ++number, tag.community, 0 }) !=
                            MESH_FINE)
                        abort();
        mesh_forget(m);
}

static Mesh *city_real(const char *path, size_t grids) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        RepairOptions o = { .crs = CRS_GCJ02, .tolerance_m = REPAIR_TOLERANCE_MAX_M, .tag = city_county };
        RepairReport r;
        RepairFile file = { 0 };

        if (!file_read(a, path, 64 << 20, &file.bytes)) {
                fprintf(stderr, "%s cannot be read\n", path);
                exit(1);
        }
        repair_import(a, &file, &o, &r);
        if (!r.mesh) {
                fprintf(stderr, "%s: %s\n", path, repair_stop_en(r.stop));
                exit(1);
        }
        printf("real outlines: %zu counties, %u faces of ground\n", r.features.n, mesh_face_end(r.mesh) - 1);
        city_fill(r.mesh, grids);
        return r.mesh;
}

static inline Mesh *city_mesh(void) {
        Str path = env_get("WANGGE_BENCH_OUTLINES");
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Mesh *m = path.n ? city_real(str_z(a, path), city_grids()) : city_made(city_grids());

        if (!m)
                abort();
        if (!path.n)
                puts("made-up outline (WANGGE_BENCH_OUTLINES names no file)");
        return m;
}
