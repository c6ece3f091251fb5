/* Random edits on a made city, seeded: after each thousand every invariant, the exact sum of areas, and at the end each of many random
 * points in exactly one face. WANGGE_MESH_EDITS and WANGGE_MESH_GRIDS make it larger than the few seconds of an ordinary run
 * (1,000,000 and 31,000 is the long one). */
#include "base/env.h"
#include "base/test.h"
#include "base/time.h"
#include "geo/mesh_city.h"
#include "geo/mesh_locate.h"
#include <math.h>
#include <stdio.h>

enum {
        EDITS = 6000,
        GRIDS = 400,
        POINTS = 100000,
        EACH = 1000,
        OPS = 11,
        UNIT = 9,
        MEANS_MOST = 20, /* a face is at most so many times as large as the mean */
        AREA_M2_PER_GRID = 1186000
};

typedef struct Player {
        Mesh *m;
        Arena *arena;
        uint64_t random;
        size_t faces; /* about so many are kept */
        int64_t done[OPS], tried[OPS];
        int64_t why[MESH_WHY_COUNT];
} Player;

static int64_t below(Player *p, int64_t n) {
        uint64_t z = p->random += 0x9e3779b97f4a7c15u;

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return (int64_t)((z ^ z >> 31) % (uint64_t)n);
}

static Point near(Player *p, Point at, int64_t reach) {
        return (Point){ at.lon_e7 + below(p, 2 * reach + 1) - reach,
                        at.lat_e7 + below(p, 2 * reach + 1) - reach };
}

static MeshFaceId some_face(Player *p) {
        MeshTag tag;
        MeshFaceId f;

        do
                f.n = 1 + (uint32_t)below(p, mesh_face_end(p->m) - 1);
        while (!mesh_face_tag(p->m, f, &tag));
        return f;
}

static MeshEdgeId some_edge(Player *p, MeshEdge *ret) {
        MeshEdgeId e;

        do
                e.n = 1 + (uint32_t)below(p, mesh_edge_end(p->m) - 1);
        while (!mesh_edge(p->m, e, ret));
        return e;
}

static Point middle(Player *p, MeshEdge e) {
        Point a = { 0, 0 }, b = { 0, 0 };

        (void)mesh_node(p->m, e.from, &a);
        (void)mesh_node(p->m, e.to, &b);
        return (Point){ (a.lon_e7 + b.lon_e7) / 2, (a.lat_e7 + b.lat_e7) / 2 };
}

/* From one side of the face to another, straight or by way of some points. */
static MeshWhy split(Player *p) {
        MeshFaceId face = some_face(p);
        Point v[4];
        Polygon polygon;
        size_t n = 2 + (size_t)below(p, 3);
        const Ring *r;

        if (!mesh_face_polygon(p->m, face, p->arena, &polygon))
                return MESH_UNKNOWN;
        for (size_t i = 0; i < n; i++) {
                size_t k;

                r = &polygon.rings[below(p, (int64_t)polygon.n)];
                k = (size_t)below(p, (int64_t)r->n);
                v[i] = r->v[k];
                if (below(p, 3))
                        v[i] = (Point){ (r->v[k].lon_e7 + r->v[(k + 1) % r->n].lon_e7) / 2,
                                        (r->v[k].lat_e7 + r->v[(k + 1) % r->n].lat_e7) / 2 };
                if (i && i + 1 < n) {
                        v[i].lon_e7 = (v[i].lon_e7 + v[i - 1].lon_e7) / 2;
                        v[i].lat_e7 = (v[i].lat_e7 + v[i - 1].lat_e7) / 2;
                }
        }
        return mesh_split(p->m, face, &(MeshLine){ v, n }, 1);
}

static MeshWhy reshape(Player *p) {
        MeshEdge e;
        MeshEdgeId id = some_edge(p, &e);
        MeshChain c;
        Point *v;
        size_t n = 0;
        int64_t reach = 1 << below(p, 12);

        if (!mesh_chain(p->m, id, p->arena, &c))
                return MESH_UNKNOWN;
        v = TAKE_ARRAY(p->arena, Point, 2 * c.n);
        for (size_t i = 0; i < c.n; i++) {
                bool end = i == 0 || i + 1 == c.n;

                if (!end && !below(p, 5))
                        continue;
                v[n++] = end ? c.points[i] : near(p, c.points[i], reach);
                if (!end && !below(p, 5))
                        v[n++] = near(p, c.points[i], reach);
        }
        return mesh_reshape(p->m, id, (MeshLine){ v, n });
}

static MeshWhy carve(Player *p) {
        MeshEdge e;
        Point at, v[8];
        MeshFaceId face;
        size_t n = 3 + (size_t)below(p, 6);
        double size = pow(10, 1 + (double)below(p, 350) / 100);
        MeshTag tag;
        Ring r = { v, n, n };

        (void)some_edge(p, &e);
        at = near(p, middle(p, e), 1 << below(p, 15));
        if (!mesh_face_tag(p->m, mesh_face_at(p->m, at), &tag))
                return MESH_OUTLINE;
        for (size_t i = 0; i < n; i++) {
                double turn = 2 * M_PI * ((double)i + (double)below(p, 800) / 1000) / (double)n;

                v[i] = (Point){ at.lon_e7 + llround(size * cos(turn)),
                                at.lat_e7 + llround(size * sin(turn)) };
                if (!below(p, 12)) /* onto something that is there */
                        (void)mesh_edge_near(p->m, v[i], 3000, &v[i]);
        }
        tag.kind = UNIT;
        return mesh_carve(p->m, &r, tag, &face);
}

static MeshWhy fill(Player *p) {
        MeshFaceId f = some_face(p);
        MeshTag tag;

        for (int i = 0; i < 40 && mesh_face_tag(p->m, f, &tag) && tag.kind != UNIT; i++)
                f = some_face(p);
        return mesh_fill(p->m, f);
}

/* A city keeps its grids within a size. Without that the largest face, which has most edges to be picked, would swallow all others and
 * hold tens of thousands of holes in the end. */
static MeshWhy merge(Player *p) {
        MeshEdge e;

        (void)some_edge(p, &e);
        if (mesh_face_m2(p->m, e.left) + mesh_face_m2(p->m, e.right) > MEANS_MOST * AREA_M2_PER_GRID)
                return split(p);
        return mesh_merge(p->m, e.left, e.right);
}

static MeshWhy play(Player *p, int op) {
        MeshEdge e;
        MeshEdgeId id = some_edge(p, &e);
        MeshNodeId node;
        Point at = { 0, 0 };

        switch (op) {
        case 0:
                (void)mesh_node(p->m, e.from, &at);
                return mesh_move_node(p->m, e.from, near(p, at, 1 << below(p, 14)));
        case 1: return mesh_insert_node(p->m, id, near(p, middle(p, e), 1 << below(p, 10)), &node);
        case 2: return mesh_remove_node(p->m, e.to);
        case 3: return reshape(p);
        case 4: return mesh_counts(p->m).faces > p->faces * 5 / 4 ? merge(p) : split(p);
        case 5: return mesh_counts(p->m).faces < p->faces * 4 / 5 ? split(p) : merge(p);
        case 6: return mesh_reassign(p->m, some_face(p), (MeshTag){ below(p, 1000), 1 + below(p, 50), 0 });
        case 7: return carve(p);
        case 8: return fill(p);
        case 9: return mesh_undo(p->m);
        default: return mesh_redo(p->m);
        }
}

static MeshWhy play_any(Player *p) {
        int op = (int)below(p, OPS + 3);
        MeshWhy why;

        op = op < OPS ? op : op - OPS == 0 ? 4 : op - OPS; /* some more of what makes and moves */
        arena_reset(p->arena);
        why = play(p, op);
        p->tried[op]++;
        p->done[op] += why == MESH_FINE;
        p->why[why]++;
        return why;
}

static Mesh *city(size_t grids, double step_m, uint64_t seed) {
        MeshCity plan = { .seed = seed,
                          .centre = { 1149000000, 409000000 },
                          .area_m2 = (double)grids * AREA_M2_PER_GRID,
                          .step_m = step_m,
                          .counties = grids / 1631 + 1,
                          .townships = grids / 126 + 1,
                          .communities = grids / 7 + 1,
                          .grids = grids,
                          .root = 1307 };

        return mesh_city(&plan);
}

static Buf packed(const Mesh *m) {
        Buf b = BUF_HEAP;

        mesh_pack(m, &b);
        return b;
}

static bool same(const Buf *a, const Buf *b) { return a->n == b->n && memcmp(a->p, b->p, a->n) == 0; }

/* ---- what has to hold ------------------------------------------------------------------------------------------------------ */

TEST(mesh__a_refused_edit_leaves_every_byte_as_it_was) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = city(24, 300, 5);
        Player p = { .m = m, .arena = a, .random = 11, .faces = 24 };
        int refused = 0;

        CHECK(m);
        for (int i = 0; i < 1500; i++) {
                _cleanup_(buf_done) Buf before = packed(m);
                MeshWhy why = play_any(&p);
                _cleanup_(buf_done) Buf after = packed(m);

                CHECK_STR(str_c(mesh_why_name(mesh_check(m, NULL))), S("fine"));
                CHECK(why == MESH_FINE ? !same(&before, &after) || p.tried[9] + p.tried[10] > 0
                                       : same(&before, &after));
                refused += why != MESH_FINE;
        }
        CHECK(refused > 300);
        for (int op = 0; op < OPS; op++)
                CHECK(p.done[op] > 0);
}

TEST(mesh__undo_and_redo_bring_back_every_byte) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = city(40, 300, 6);
        Player p = { .m = m, .arena = a, .random = 12, .faces = 40 };

        CHECK(m);
        for (int round = 0; round < 12; round++) {
                size_t mark = mesh_mark(m), steps;
                _cleanup_(buf_done) Buf before = packed(m);

                for (int i = 0; i < 60; i++)
                        (void)play(&p, (int)below(&p, 9));
                steps = mesh_mark(m) - mark;
                CHECK(steps > 10);
                _cleanup_(buf_done) Buf after = packed(m);
                CHECK_INT(mesh_undo_to(m, mark), MESH_FINE);
                _cleanup_(buf_done) Buf undone = packed(m);
                CHECK(same(&before, &undone));
                CHECK_INT(mesh_check(m, NULL), MESH_FINE);
                for (size_t i = 0; i < steps; i++)
                        CHECK_INT(mesh_redo(m), MESH_FINE);
                CHECK_INT(mesh_redo(m), MESH_NO_CHANGE);
                _cleanup_(buf_done) Buf redone = packed(m);
                CHECK(same(&after, &redone));
                CHECK_INT(mesh_check(m, NULL), MESH_FINE);
        }
}

/* A draft is kept as an edition and its edits: whoever reads the edition and repeats them gets the same ids. */
TEST(mesh__the_same_edits_on_a_mesh_read_back_give_the_same_ids) {
        _cleanup_(arena_freep) Arena *a = arena_new(0), *b = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = city(60, 300, 7), *again = NULL;
        Player p = { .m = m, .arena = a, .random = 13, .faces = 60 }, q;

        CHECK(m);
        for (int i = 0; i < 300; i++)
                (void)play_any(&p);
        _cleanup_(buf_done) Buf edition = packed(m);
        again = mesh_unpack(buf_view(&edition));
        CHECK(again);
        mesh_forget(m);
        q = p;
        q.m = again;
        q.arena = b;
        for (int i = 0; i < 600; i++)
                CHECK_INT(play_any(&p), play_any(&q));
        _cleanup_(buf_done) Buf first = packed(m), second = packed(again);
        CHECK(same(&first, &second));
}

/* ---- the made city ------------------------------------------------------------------------------------------------------------ */

static int64_t by_prefix(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)face;
        return tag->community / *(int64_t *)arg;
}

TEST(mesh__every_level_of_a_city_is_a_union_of_its_grids) {
        static const size_t places[] = { 90, 12, 3, 1 };
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        MeshCity plan = { .seed = 3,
                          .centre = { 1027352000, 250374000 },
                          .area_m2 = 3e8,
                          .step_m = 120,
                          .counties = 3,
                          .townships = 12,
                          .communities = 90,
                          .grids = 400,
                          .root = 5301 };
        _cleanup_(mesh_freep) Mesh *m = mesh_city(&plan), *again = mesh_city(&plan);
        int64_t unit = 1;
        double m2 = 0;

        CHECK(m && again);
        _cleanup_(buf_done) Buf first = packed(m), second = packed(again);
        CHECK(same(&first, &second));
        CHECK_INT(mesh_counts(m).faces, 400);
        for (size_t level = 0; level < ARRAY_LEN(places); level++, unit *= level == 3 ? 100 : 1000) {
                MeshPlaceList list;
                int64_t sum = 0;

                mesh_dissolve(m, by_prefix, &unit, a, &list);
                CHECK_INT(list.n, places[level]);
                for (size_t i = 0; i < list.n; i++) {
                        sum += list.v[i].area2;
                        for (size_t k = 0; k < list.v[i].polygons.n; k++)
                                CHECK_INT(ring_check(&list.v[i].polygons.v[k].rings[0], NULL), RING_FINE);
                }
                CHECK_INT(sum, mesh_outline_area2(m));
        }
        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                double grid = mesh_face_m2(m, (MeshFaceId){ f });
                MeshTag tag;

                m2 += grid;
                CHECK(grid > 3e8 / 400 / 4 && grid < 3e8 / 400 * 4);
                CHECK(mesh_face_tag(m, (MeshFaceId){ f }, &tag) && tag.grid / 1000 == tag.community);
        }
        CHECK(fabs(m2 - 3e8) < 3e6);
        plan.grids = 10;
        CHECK(!mesh_city(&plan)); /* fewer grids than communities */
}

/* Real outlines: two counties that share a border, filled with grids. */
TEST(mesh__given_outlines_are_filled_with_grids) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Point west[] = { { 1000000000, 300000000 },
                         { 1000800000, 299900000 },
                         { 1000700000, 300400000 },
                         { 1000000000, 300500000 } };
        Point east[] = { { 1000800000, 299900000 },
                         { 1001500000, 300100000 },
                         { 1001400000, 300600000 },
                         { 1000700000, 300400000 } };
        Ring rings[] = { { west, 4, 4 }, { east, 4, 4 } };
        MeshPolygon v[] = { { &rings[0], 1, { 0, 1, 0 } }, { &rings[1], 1, { 0, 2, 0 } } };
        MeshFaultList faults;
        _cleanup_(mesh_freep) Mesh *m = mesh_build(&(MeshPlan){ .polygons = v, .n = 2 }, a, &faults);
        MeshPlaceList list;
        int64_t unit = 1;

        CHECK(m);
        CHECK(mesh_city_divide(m, (MeshFaceId){ 1 }, 20, 100, 1));
        CHECK(mesh_city_divide(m, (MeshFaceId){ 2 }, 30, 100, 2));
        CHECK_INT(mesh_counts(m).faces, 50);
        CHECK_INT(mesh_check(m, NULL), MESH_FINE);
        mesh_dissolve(m, by_prefix, &unit, a, &list);
        CHECK_INT(list.n, 2);
        for (size_t i = 0; i < 2; i++) { /* but for the rounded ends of the cuts */
                double was = (double)ring_area2(&rings[i]);

                CHECK(fabs((double)list.v[i].area2 - was) < was * 1e-6);
        }
        CHECK_INT(list.v[0].area2 + list.v[1].area2, mesh_outline_area2(m));
}

/* ---- the long run ------------------------------------------------------------------------------------------------------------ */

/* Who holds a point, without any index of ours: every side of every outline crossed by the way east from it, counted per face. A side is
 * listed in the bands of latitude that it reaches into; what is crossed is decided as in ring_holds. */
enum { BANDS = 2048 };

typedef struct Side {
        Point low, high;
        uint32_t face;
} Side;

typedef struct SideList {
        Side *v;
        size_t n, cap;
} SideList;

typedef struct Bands {
        SideList bands[BANDS];
        uint8_t *odd; /* by face */
        Box box;
        int64_t height;
} Bands;

static Bands *bands_of(const Mesh *m, Arena *a) {
        Bands *b = TAKE(a, Bands);

        *b = (Bands){ .box = mesh_box(m) };
        b->odd = TAKE_ARRAY(a, uint8_t, mesh_face_end(m));
        b->height = (b->box.north - b->box.south) / BANDS + 1;
        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                Polygon polygon;

                if (!mesh_face_polygon(m, (MeshFaceId){ f }, a, &polygon))
                        continue;
                for (size_t k = 0; k < polygon.n; k++)
                        for (size_t i = 0, n = polygon.rings[k].n; i < n; i++) {
                                Point p = polygon.rings[k].v[i], q = polygon.rings[k].v[(i + 1) % n];
                                Side side = p.lat_e7 < q.lat_e7 ? (Side){ p, q, f } : (Side){ q, p, f };

                                for (int64_t y = (side.low.lat_e7 - b->box.south) / b->height;
                                     y <= (side.high.lat_e7 - b->box.south) / b->height && p.lat_e7 != q.lat_e7; y++)
                                        *list_push(a, &b->bands[y]) = side;
                        }
        }
        return b;
}

static size_t holders(const Bands *b, Point p, uint32_t *ret) {
        const SideList *band = &b->bands[(p.lat_e7 - b->box.south) / b->height];
        size_t n = 0;

        *ret = 0;
        for (size_t i = 0; i < band->n; i++) {
                const Side *s = &band->v[i];

                if (s->low.lat_e7 <= p.lat_e7 && s->high.lat_e7 > p.lat_e7 && point_turn(s->low, s->high, p) > 0)
                        b->odd[s->face] ^= 1;
        }
        for (size_t i = 0; i < band->n; i++)
                if (b->odd[band->v[i].face]) {
                        n++, *ret = band->v[i].face;
                        b->odd[band->v[i].face] = 0;
                }
        return n;
}

static int64_t whole(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)tag, (void)face, (void)arg;
        return 1;
}

/* Half of the points on nodes and borders, where the rule has to decide. */
static void check_points(Player *p) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Bands *b = bands_of(p->m, a);
        MeshLocator *x = mesh_locator_new(p->m);
        MeshPlaceList all;
        size_t inside = 0;

        mesh_dissolve(p->m, whole, NULL, a, &all);
        for (int i = 0; i < POINTS; i++) {
                Point at = { b->box.west + below(p, b->box.east - b->box.west + 1),
                             b->box.south + below(p, b->box.north - b->box.south + 1) };
                MeshEdge e;
                uint32_t holder;
                size_t n;

                if (i & 1) {
                        (void)some_edge(p, &e);
                        if (i & 2)
                                at = middle(p, e);
                        else
                                (void)mesh_node(p->m, e.from, &at);
                }
                n = holders(b, at, &holder);
                if (n > 1 || mesh_locate(x, at).n != holder || mesh_face_at(p->m, at).n != holder) {
                        test_fail(__FILE__, __LINE__, "%lld %lld: %zu faces, the last %u; located in %u, %u",
                                  (long long)at.lon_e7, (long long)at.lat_e7, n, holder,
                                  mesh_locate(x, at).n, mesh_face_at(p->m, at).n);
                        break;
                }
                inside += n;
        }
        if (inside < POINTS / 3 || inside == POINTS || all.v[0].area2 != mesh_area2(p->m))
                test_fail(__FILE__, __LINE__, "%zu points inside", inside);
        mesh_locator_free(x);
}

static bool sound(Player *p, int64_t outline) {
        MeshFault f;
        MeshWhy why = mesh_check(p->m, &f);

        if (why)
                test_fail(__FILE__, __LINE__, "%s at %lld %lld, face %u, other %u, edge %u, node %u",
                          mesh_why_name(why), (long long)f.at.lon_e7, (long long)f.at.lat_e7, f.face.n,
                          f.other.n, f.edge.n, f.node.n);
        if (mesh_area2(p->m) != outline || mesh_outline_area2(p->m) != outline)
                test_fail(__FILE__, __LINE__, "Σ %lld, the outline %lld, wanted %lld",
                          (long long)mesh_area2(p->m), (long long)mesh_outline_area2(p->m),
                          (long long)outline);
        return !why && mesh_area2(p->m) == outline;
}

static void print_tally(const Player *p, int64_t took_us) {
        static const char *const names[OPS] = { "move",   "insert", "remove", "reshape", "split", "merge",
                                                "assign", "carve",  "fill",   "undo",    "redo" };

        for (int i = 0; i < OPS; i++)
                printf("# %s %lld of %lld\n", names[i], (long long)p->done[i], (long long)p->tried[i]);
        for (int i = 0; i < MESH_WHY_COUNT; i++)
                if (p->why[i])
                        printf("# %s: %lld\n", mesh_why_name((MeshWhy)i), (long long)p->why[i]);
        printf("# %.1f s for the edits alone\n", (double)took_us / 1e6);
}

/* The first half with the outline locked: then the sum of all areas is one number from beginning to end. */
TEST(mesh__random_edits_keep_every_invariant_and_each_point_in_one_face) {
        int64_t edits = env_int("WANGGE_MESH_EDITS", EDITS), grids = env_int("WANGGE_MESH_GRIDS", GRIDS),
                took = 0;
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = city((size_t)grids, grids > 5000 ? 60 : 150, 8);
        Player p = { .m = m, .arena = a, .random = 14, .faces = (size_t)grids };
        int64_t outline;

        CHECK(m);
        outline = mesh_outline_area2(m);
        mesh_lock_outline(m, true);
        for (int64_t i = 0; i < edits; i += EACH) {
                int64_t start = time_mono_us();

                for (int k = 0; k < EACH; k++)
                        (void)play_any(&p);
                took += time_mono_us() - start;
                if (i >= edits / 2) {
                        mesh_lock_outline(m, false);
                        outline = mesh_outline_area2(m);
                }
                if (!sound(&p, outline))
                        return;
                if (i / EACH % 50 == 49) { /* memory of a million edits */
                        mesh_forget(m);
                        if (edits > EDITS) {
                                check_points(&p);
                                printf("# %lld edits, %zu faces\n", (long long)i + EACH, mesh_counts(m).faces);
                                fflush(stdout);
                        }
                }
        }
        check_points(&p);
        if (edits > EDITS)
                print_tally(&p, took);
        for (int op = 0; op < OPS; op++)
                CHECK(p.done[op] > 0);
}
