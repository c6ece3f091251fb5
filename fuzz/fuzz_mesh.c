/* Mesh operations from bytes. The first byte says what the rest is: a blob to be read back; or a drawing of polygons on a small raster,
 * where almost everything touches, and then edits. After each edit every invariant holds; a refused one has left no trace; what can be undone
 * comes back; what is packed reads back the same. */
#include "geo/mesh.h"
#include "geo/mesh_locate.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { POLYGONS = 6, CORNERS = 12, RASTER = 16, EDITS = 64 };

typedef struct Bytes {
        const uint8_t *p;
        size_t n;
} Bytes;

static unsigned take(Bytes *b) {
        if (!b->n)
                return 0;
        b->n--;
        return *b->p++;
}

static void must(bool fine, const char *what) {
        if (fine)
                return;
        puts(what);
        abort();
}

static Point take_point(Bytes *b) {
        unsigned at = take(b);

        return (Point){ at % RASTER, at / RASTER };
}

static Ring take_ring(Bytes *b, Arena *a) {
        Ring r = { 0 };

        for (unsigned n = take(b) % CORNERS; n; n--)
                *list_push(a, &r) = take_point(b);
        return r;
}

static Mesh *take_drawing(Bytes *b, Arena *a) {
        MeshPolygon v[POLYGONS];
        unsigned how = take(b);
        MeshFaultList faults;
        MeshPlan plan = { v, how % POLYGONS + 1, how & 64, how & 128 };
        Mesh *m;

        for (size_t i = 0; i < plan.n; i++) {
                Ring *rings = TAKE_ARRAY(a, Ring, 2);

                rings[0] = take_ring(b, a);
                v[i] = (MeshPolygon){ rings, 1, { (int64_t)i + 1, 1, 0 } };
                if (rings[0].n % 4 == 3) {
                        rings[1] = take_ring(b, a);
                        v[i].n = 2;
                }
        }
        m = mesh_build(&plan, a, &faults);
        must((m != NULL) == (faults.n == 0), "a mesh or faults");
        return m;
}

/* Sixteen squares: something that can always be edited. */
static Mesh *board(Arena *a) {
        MeshPolygon v[16];
        MeshFaultList faults;

        for (int64_t i = 0; i < 16; i++) {
                int64_t x = i % 4 * 4, y = i / 4 * 4;
                Ring *r = TAKE(a, Ring);

                *list_push(a, r) = (Point){ x, y };
                *list_push(a, r) = (Point){ x + 4, y };
                *list_push(a, r) = (Point){ x + 4, y + 4 };
                *list_push(a, r) = (Point){ x, y + 4 };
                v[i] = (MeshPolygon){ r, 1, { i + 1, 1, 0 } };
        }
        return mesh_build(&(MeshPlan){ .polygons = v, .n = 16 }, a, &faults);
}

static MeshWhy edit(Mesh *m, Bytes *b, Arena *a) {
        unsigned op = take(b), one = take(b), two = take(b);
        MeshEdgeId edge = { one % mesh_edge_end(m) };
        MeshNodeId node = { one % mesh_node_end(m) };
        MeshFaceId face = { one % mesh_face_end(m) }, other = { two % mesh_face_end(m) };
        Point at = { two % RASTER, two / RASTER };
        Ring ring;

        switch (op % 11) {
        case 0: return mesh_move_node(m, node, at);
        case 1: return mesh_insert_node(m, edge, at, &node);
        case 2: return mesh_remove_node(m, node);
        case 3: ring = take_ring(b, a); return mesh_reshape(m, edge, (MeshLine){ ring.v, ring.n });
        case 4: ring = take_ring(b, a); return mesh_split(m, face, &(MeshLine){ ring.v, ring.n }, 1);
        case 5: return mesh_merge(m, face, other);
        case 6: return mesh_reassign(m, face, (MeshTag){ two, op / 11, 0 });
        case 7: ring = take_ring(b, a); return mesh_carve(m, &ring, (MeshTag){ two, 1, 2 }, &face);
        case 8: return mesh_fill(m, face);
        case 9: return mesh_undo(m);
        default: return mesh_redo(m);
        }
}

static void check(Mesh *m) {
        MeshFault f;

        if (mesh_check(m, &f) == MESH_FINE && mesh_area2(m) == mesh_outline_area2(m))
                return;
        printf("%s at %lld %lld, face %u, other %u, edge %u\n", mesh_why_name(f.why), (long long)f.at.lon_e7,
               (long long)f.at.lat_e7, f.face.n, f.other.n, f.edge.n);
        abort();
}

static bool same(const Buf *x, const Buf *y) { return x->n == y->n && memcmp(x->p, y->p, x->n) == 0; }

/* Every point of the raster: in one face at most, the same by the index, the locator and the rings. */
static void check_points(Mesh *m, Arena *a) {
        MeshLocator *x = mesh_locator_new(m);
        uint8_t holders[RASTER * RASTER] = { 0 };
        uint32_t last[RASTER * RASTER] = { 0 };

        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                Polygon polygon;

                if (!mesh_face_polygon(m, (MeshFaceId){ f }, a, &polygon))
                        continue;
                for (int64_t i = 0; i < RASTER * RASTER; i++) {
                        Point p = { i % RASTER, i / RASTER };
                        bool in = ring_holds(&polygon.rings[0], p);

                        for (size_t k = 1; k < polygon.n; k++)
                                in &= !ring_holds(&polygon.rings[k], p);
                        if (in)
                                holders[i]++, last[i] = f;
                }
        }
        for (int64_t i = 0; i < RASTER * RASTER; i++) {
                Point p = { i % RASTER, i / RASTER };

                must(holders[i] <= 1 && mesh_locate(x, p).n == last[i] && mesh_face_at(m, p).n == last[i],
                     "a point in one face");
        }
        mesh_locator_free(x);
}

static void play(Mesh *m, Bytes *b, Arena *a) {
        Buf first = BUF_IN(a), last = BUF_IN(a), back = BUF_IN(a);
        Mesh *again;
        size_t mark;

        check(m);
        mesh_pack(m, &first);
        for (int i = 0; i < EDITS && b->n; i++) {
                Buf before = BUF_IN(a), after = BUF_IN(a);
                MeshWhy why;

                mesh_pack(m, &before);
                why = edit(m, b, a);
                check(m);
                mesh_pack(m, &after);
                must(why == MESH_FINE || same(&before, &after), "a refused edit left a trace");
        }
        check_points(m, a);
        mesh_pack(m, &last);
        again = mesh_unpack(buf_view(&last));
        must(again, "what was packed reads back");
        mesh_pack(again, &back);
        must(same(&last, &back), "what was packed reads back the same");
        mesh_free(again);
        mark = mesh_mark(m);
        must(mesh_undo_to(m, 0) == MESH_FINE, "undo");
        check(m);
        buf_clear(&back);
        mesh_pack(m, &back);
        must(same(&first, &back), "undone to the beginning");
        while (mesh_mark(m) < mark)
                must(mesh_redo(m) == MESH_FINE, "redo");
        buf_clear(&back);
        mesh_pack(m, &back);
        must(same(&last, &back), "done again");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Arena *a = arena_new(0);
        Bytes b = { data, size };
        unsigned kind = take(&b) % 3;
        Mesh *m = kind == 0   ? mesh_unpack((Str){ (const char *)b.p, b.n })
                  : kind == 1 ? take_drawing(&b, a)
                              : board(a);

        if (m && kind == 0)
                check(m);
        else if (m)
                play(m, &b, a);
        mesh_free(m);
        arena_free(a);
        return 0;
}
