/* What holds of every file of polygons, however broken: there is a refusal, or a mesh that passes its check and adds up. */
#pragma once
#include "base/rc.h"
#include "geo/mesh.h"
#include "repair/repair.h"
#include <math.h>
#include <stdlib.h>

/* `kind` chooses the label of the coordinates and the tolerance. */
static inline void repaired_or_refused(Str bytes, uint8_t kind) {
        static const double tolerances[] = { 0, 0.5, 5, REPAIR_TOLERANCE_MAX_M };
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        RepairOptions o = { .crs = (Crs)(kind % CRS_COUNT),
                            .tolerance_m = tolerances[kind / CRS_COUNT % 4] };
        Buf json = BUF_IN(a), text = BUF_IN(a);
        MeshFault fault;
        double m2 = 0, mesh_m2 = 0;

        repair_import(a, &(RepairFile){ .bytes = bytes }, &o, &r);
        repair_json(&json, &r);
        repair_text(&text, &r);
        if ((r.stop == REPAIR_DONE) != (r.mesh != NULL) || r.stop == REPAIR_BROKEN)
                abort();
        if (!r.mesh)
                return;
        if (mesh_check(r.mesh, &fault) != MESH_FINE)
                abort();
        for (size_t i = 0; i < r.features.n; i++)
                m2 += r.features.v[i].after_m2;
        for (uint32_t f = 1; f < mesh_face_end(r.mesh); f++)
                mesh_m2 += mesh_face_m2(r.mesh, (MeshFaceId){ f });
        if (!(fabs(m2 - mesh_m2) <= 1e-3 + 1e-9 * mesh_m2))
                abort();
}
