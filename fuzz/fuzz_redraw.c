/* The text that the process which reads files answers with, and that drafts keep: whatever it says, it is refused or done so that every invariant of the
 * mesh holds; refused, the mesh is as it was; done, one step back brings it back. */
#include "base/cx.h"
#include "base/rc.h"
#include "geo/redraw.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE = 100 };

static Mesh *town(Arena *a) {
        MeshPolygon v[3];
        MeshFaultList faults;

        for (int i = 0; i < 3; i++) {
                Ring *ring = TAKE(a, Ring);

                *ring = (Ring){ TAKE_ARRAY(a, Point, 4), 4, 4 };
                ring->v[0] = (Point){ i * SIDE, 0 };
                ring->v[1] = (Point){ (i + 1) * SIDE, 0 };
                ring->v[2] = (Point){ (i + 1) * SIDE, SIDE };
                ring->v[3] = (Point){ i * SIDE, SIDE };
                v[i] = (MeshPolygon){ ring, 1, { 1001 + i, i < 2 ? 1 : 2, 1 } };
        }
        return mesh_build(&(MeshPlan){ v, 3, false, false }, a, &faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(mesh_freep) Mesh *m = NULL;
        Buf before = BUF_IN(cx->arena), after = BUF_IN(cx->arena);
        MeshFault fault;
        JsonNode *node;
        bool done;
        Redraw r;

        if (size > 1 << 14 || json_parse(cx, (Str){ (const char *)data, size }, &node) != OK ||
            !redraw_read(node, cx->arena, &r))
                return 0;
        m = town(cx->arena);
        mesh_pack(m, &before);
        done = redraw_apply(m, &r, cx->arena, &fault) == MESH_FINE;
        if (mesh_check(m, &fault) != MESH_FINE)
                abort();
        if (done && mesh_mark(m) && mesh_undo_to(m, 0) != MESH_FINE)
                abort();
        mesh_pack(m, &after);
        if (!str_eq(buf_view(&before), buf_view(&after)))
                abort();
        return 0;
}
