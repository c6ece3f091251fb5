/* Each edit of a mesh: what it does, what it says it did, and by which name it is refused. */
#include "base/test.h"
#include "geo/mesh.h"

/* columns × rows squares of side 100, numbered from 1, west to east, south to north. */
static Mesh *board(Arena *a, int64_t columns, int64_t rows) {
        MeshPolygon *v = TAKE_ARRAY(a, MeshPolygon, (size_t)(columns * rows));
        MeshFaultList list;

        for (int64_t i = 0; i < columns * rows; i++) {
                int64_t x = i % columns * 100, y = i / columns * 100;
                Ring *r = TAKE(a, Ring);

                *r = (Ring){ TAKE_ARRAY(a, Point, 4), 4, 4 };
                r->v[0] = (Point){ x, y };
                r->v[1] = (Point){ x + 100, y };
                r->v[2] = (Point){ x + 100, y + 100 };
                r->v[3] = (Point){ x, y + 100 };
                v[i] = (MeshPolygon){ r, 1, { i + 1, 5, 1 } };
        }
        return mesh_build(&(MeshPlan){ .polygons = v, .n = (size_t)(columns * rows) }, a, &list);
}

#define FACE(n_) ((MeshFaceId){ n_ })
#define LINE(...) ((MeshLine){ (Point[]){ __VA_ARGS__ }, ARRAY_LEN(((Point[]){ __VA_ARGS__ })) })
#define RING(...) (&(Ring){ (Point[]){ __VA_ARGS__ }, ARRAY_LEN(((Point[]){ __VA_ARGS__ })), 0 })
#define P(x_, y_) \
        { x_, y_ }
#define WHY(m_, why_, edit_) \
        do { \
                CHECK_STR(str_c(mesh_why_name(edit_)), S(why_)); \
                CHECK_STR(str_c(mesh_why_name(mesh_check(m_, NULL))), S("fine")); \
        } while (0)

static int64_t area_of(const Mesh *m, uint32_t face) {
        MeshFace f;

        return mesh_face(m, FACE(face), &f) ? f.area2 / 2 : -1;
}

static MeshEdgeId edge_at(Mesh *m, int64_t x, int64_t y) {
        Point at;

        return mesh_edge_near(m, (Point){ x, y }, 5, &at);
}

TEST(mesh__a_line_splits_a_face_and_the_larger_piece_keeps_the_id) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 2);
        MeshTag tag;
        const MeshChange *c;

        CHECK(m);
        WHY(m, "fine", mesh_split(m, FACE(1), &LINE(P(30, 0), P(40, 50), P(30, 100)), 1));
        c = mesh_change(m);
        CHECK(c->born_n == 1 && c->born[0] == 5 && !c->gone_n && !c->retagged_n);
        CHECK(c->reshaped_n == 2 && c->reshaped[0] == 1 && c->reshaped[1] == 3); /* 3 has a node more */
        CHECK_INT(area_of(m, 1), 6500);
        CHECK_INT(area_of(m, 5), 3500);
        CHECK(mesh_face_tag(m, FACE(5), &tag) && tag.grid == 0 && tag.community == 5 && tag.kind == 1);
        CHECK_INT(mesh_area2(m), 2 * 40000);
        WHY(m, "fine", mesh_undo(m));
        c = mesh_change(m);
        CHECK(c->gone_n == 1 && c->gone[0] == 5 && c->reshaped_n == 2);
        CHECK_INT(area_of(m, 1), 10000);
}

/* The rounded foot of a line on a slanting edge is not on it: the edge bends by that much, for both sides. */
TEST(mesh__an_end_that_had_to_be_rounded_moves_the_border_for_both_sides) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        MeshNodeId corner;
        int64_t before;

        CHECK(m);
        corner = mesh_node_at(m, (Point){ 100, 100 });
        WHY(m, "fine", mesh_move_node(m, corner, (Point){ 107, 100 }));
        before = area_of(m, 2);
        WHY(m, "fine", mesh_split(m, FACE(1), &LINE(P(0, 50), P(104, 50)), 1)); /* the edge passes 103.5 */
        CHECK(area_of(m, 2) < before);
        CHECK_INT(mesh_area2(m), mesh_outline_area2(m));
        CHECK_INT(mesh_area2(m), 2 * 20000);
        WHY(m, "line-end",
            mesh_split(m, FACE(2), &LINE(P(103, 70), P(200, 70)),
                       1)); /* the edge passes 105.2, more than 1 away */
}

TEST(mesh__lines_that_do_not_divide_are_refused_with_the_place) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 3, 3);
        MeshFaceId unit;

        CHECK(m);
        WHY(m, "fine",
            mesh_carve(m, RING(P(140, 140), P(160, 140), P(160, 160), P(140, 160)), (MeshTag){ 50, 5, 2 },
                       &unit));
        WHY(m, "too-few-points", mesh_split(m, FACE(1), &LINE(P(0, 50)), 1));
        WHY(m, "unknown", mesh_split(m, FACE(77), &LINE(P(0, 50), P(100, 50)), 1));
        WHY(m, "unknown", mesh_split(m, FACE(0), &LINE(P(0, 50), P(100, 50)), 1));
        WHY(m, "line-end", mesh_split(m, FACE(1), &LINE(P(0, 50), P(50, 50)), 1));
        WHY(m, "line-end", mesh_split(m, FACE(1), &LINE(P(200, 250), P(100, 250)), 1));
        WHY(m, "duplicate-vertex", mesh_split(m, FACE(1), &LINE(P(0, 50), P(0, 50), P(100, 50)), 1));
        WHY(m, "out-of-range", mesh_split(m, FACE(1), &LINE(P(0, 50), P(50, 2000000000), P(100, 50)), 1));
        WHY(m, "crosses", mesh_split(m, FACE(1), &LINE(P(0, 50), P(150, 50), P(100, 80)), 1));
        CHECK(mesh_fault(m)->at.lon_e7 == 100 && mesh_fault(m)->at.lat_e7 == 50);
        WHY(m, "crosses", mesh_split(m, FACE(5), &LINE(P(100, 150), P(200, 150)), 1)); /* through the unit */
        WHY(m, "crosses",
            mesh_split(m, FACE(1), &LINE(P(0, 50), P(80, 50), P(40, 20), P(40, 80), P(100, 90)), 1));
        WHY(m, "crosses",
            mesh_split(m, FACE(1), &LINE(P(0, 0), P(50, 0), P(100, 100)), 1));        /* along the border */
        WHY(m, "no-cut", mesh_split(m, FACE(5), &LINE(P(100, 150), P(140, 150)), 1)); /* ends at the unit */
        CHECK_INT(mesh_counts(m).faces, 10);
        /* from the border to the unit and from the unit to the border: now the ring is two */
        const MeshLine both[] = { LINE(P(100, 150), P(140, 150)), LINE(P(160, 150), P(200, 150)) };
        WHY(m, "fine", mesh_split(m, FACE(5), both, 2));
        CHECK(mesh_change(m)->born_n == 1);
        CHECK_INT(area_of(m, 5) + area_of(m, mesh_change(m)->born[0]), 9600);
}

TEST(mesh__splitting_deals_the_holes_to_the_pieces_they_lie_in) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 1, 1);
        MeshFaceId unit;
        Polygon p;

        CHECK(m);
        for (int64_t i = 0; i < 4; i++)
                WHY(m, "fine",
                    mesh_carve(m,
                               RING(P(10 + 20 * i, 30), P(20 + 20 * i, 30), P(20 + 20 * i, 60),
                                    P(10 + 20 * i, 60)),
                               (MeshTag){ 50 + i, 5, 2 }, &unit));
        WHY(m, "fine", mesh_split(m, FACE(1), &LINE(P(25, 0), P(25, 100)), 1));
        CHECK(mesh_face_polygon(m, FACE(1), a, &p) && p.n == 4);
        CHECK(mesh_face_polygon(m, FACE(mesh_change(m)->born[0]), a, &p) && p.n == 2);
        WHY(m, "fine", mesh_merge(m, FACE(mesh_change(m)->born[0]), FACE(1)));
        CHECK_INT(mesh_counts(m).faces, 5);
        CHECK_INT(mesh_area2(m), 20000);
}

TEST(mesh__merging_ends_one_face_and_all_that_they_shared) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 3, 3);
        const MeshChange *c;

        CHECK(m);
        WHY(m, "not-adjacent", mesh_merge(m, FACE(1), FACE(5))); /* only a corner */
        WHY(m, "not-adjacent", mesh_merge(m, FACE(1), FACE(1)));
        WHY(m, "unknown", mesh_merge(m, FACE(1), FACE(0)));
        static const uint32_t around[] = { 2, 3, 6, 9, 8, 7, 4 };
        for (size_t i = 0; i < ARRAY_LEN(around); i++)
                WHY(m, "fine", mesh_merge(m, FACE(1), FACE(around[i])));
        CHECK_INT(area_of(m, 1), 80000); /* a ring around 5 */
        WHY(m, "fine", mesh_merge(m, FACE(5), FACE(1)));
        c = mesh_change(m);
        CHECK(c->gone_n == 1 && c->gone[0] == 1 && c->reshaped_n == 1 && c->reshaped[0] == 5);
        CHECK_INT(mesh_area2(m), 2 * 90000);
        CHECK_INT(mesh_counts(m).nodes, 12);
}

TEST(mesh__merging_with_what_surrounds_it_gives_the_same_either_way) {
        for (int way = 0; way < 2; way++) {
                _cleanup_(arena_freep) Arena *a = arena_new(0);
                _cleanup_(mesh_freep) Mesh *m = board(a, 1, 1);
                MeshFaceId unit, inner;
                Polygon p;

                CHECK(m);
                WHY(m, "fine",
                    mesh_carve(m, RING(P(20, 20), P(80, 20), P(80, 80), P(20, 80)), (MeshTag){ 2, 5, 2 },
                               &unit));
                WHY(m, "fine",
                    mesh_carve(m, RING(P(40, 40), P(60, 40), P(60, 60), P(40, 60)), (MeshTag){ 3, 5, 2 },
                               &inner));
                WHY(m, "fine", way ? mesh_merge(m, FACE(1), unit) : mesh_merge(m, unit, FACE(1)));
                CHECK(mesh_face_polygon(m, way ? FACE(1) : unit, a, &p) && p.n == 2);
                CHECK_INT(area_of(m, way ? 1 : unit.n), 10000 - 400);
                CHECK_INT(area_of(m, inner.n), 400);
        }
}

TEST(mesh__moving_a_node_moves_the_border_of_all_its_faces) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 2);
        MeshNodeId centre;

        CHECK(m);
        centre = mesh_node_at(m, (Point){ 100, 100 });
        WHY(m, "fine", mesh_move_node(m, centre, (Point){ 120, 130 }));
        CHECK_INT(mesh_change(m)->reshaped_n, 4);
        CHECK_INT(area_of(m, 1), 12500);
        CHECK_INT(mesh_area2(m), 2 * 40000);
        WHY(m, "no-change", mesh_move_node(m, centre, (Point){ 120, 130 }));
        WHY(m, "crosses", mesh_move_node(m, centre, (Point){ 120, 200 })); /* onto an edge */
        WHY(m, "crosses", mesh_move_node(m, centre, (Point){ 200, 200 })); /* onto a node */
        WHY(m, "crosses", mesh_move_node(m, centre, (Point){ 250, 250 }));
        WHY(m, "out-of-range", mesh_move_node(m, centre, (Point){ 250, 2000000000 }));
        WHY(m, "unknown", mesh_move_node(m, (MeshNodeId){ 0 }, (Point){ 1, 1 }));
        mesh_lock_outline(m, true);
        WHY(m, "fine", mesh_move_node(m, centre, (Point){ 100, 100 }));
        WHY(m, "outline", mesh_move_node(m, mesh_node_at(m, (Point){ 200, 100 }), (Point){ 201, 100 }));
}

TEST(mesh__a_face_cannot_be_turned_inside_out) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        MeshPolygon v = { RING(P(0, 0), P(100, 0), P(50, 50)), 1, { 1, 1, 1 } };
        MeshFaultList list;
        _cleanup_(mesh_freep) Mesh *m = mesh_build(&(MeshPlan){ .polygons = &v, .n = 1 }, a, &list);

        CHECK(m);
        /* across the opposite edge: nothing crosses, all turns are as they were */
        WHY(m, "turned-over", mesh_move_node(m, mesh_node_at(m, (Point){ 50, 50 }), (Point){ 50, -50 }));
        WHY(m, "crosses", mesh_move_node(m, mesh_node_at(m, (Point){ 50, 50 }), (Point){ 50, 0 }));
}

/* Three borders between the same two junctions: taking one to the other side of its neighbour crosses nothing. */
TEST(mesh__borders_cannot_change_places) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 1, 1);

        CHECK(m);
        WHY(m, "fine", mesh_split(m, FACE(1), &LINE(P(0, 0), P(30, 60), P(100, 100)), 1));
        WHY(m, "fine", mesh_split(m, FACE(1), &LINE(P(0, 0), P(60, 30), P(100, 100)), 1));
        WHY(m, "turned-over", mesh_reshape(m, edge_at(m, 15, 30), LINE(P(0, 0), P(80, 20), P(100, 100))));
        WHY(m, "fine", mesh_reshape(m, edge_at(m, 15, 30), LINE(P(0, 0), P(40, 50), P(100, 100))));
}

/* A unit that hangs on the border in one node, swung around it into the neighbour: nothing crosses and every area keeps its sign. */
TEST(mesh__a_unit_cannot_swing_around_its_node_into_the_neighbour) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        MeshFaceId unit;
        MeshEdgeId edge;

        CHECK(m);
        WHY(m, "fine", mesh_carve(m, RING(P(100, 50), P(80, 60), P(80, 40)), (MeshTag){ 9, 5, 2 }, &unit));
        CHECK_INT(area_of(m, 1), 9800);
        edge = edge_at(m, 80, 50);
        WHY(m, "turned-over", mesh_reshape(m, edge, LINE(P(100, 50), P(120, 40), P(120, 60), P(100, 50))));
        WHY(m, "turned-over", mesh_reshape(m, edge, LINE(P(100, 50), P(120, 60), P(120, 40), P(100, 50))));
        WHY(m, "fine", mesh_reshape(m, edge, LINE(P(100, 50), P(70, 60), P(70, 40), P(100, 50))));
        CHECK_INT(area_of(m, 1), 9700);
}

TEST(mesh__a_border_cannot_be_drawn_around_what_lies_in_the_neighbour) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        MeshFaceId unit;
        MeshEdgeId border;

        CHECK(m);
        WHY(m, "fine",
            mesh_carve(m, RING(P(80, 40), P(90, 40), P(90, 60), P(80, 60)), (MeshTag){ 9, 5, 2 }, &unit));
        border = edge_at(m, 100, 50);
        WHY(m, "turned-over", mesh_reshape(m, border, LINE(P(100, 0), P(60, 20), P(60, 80), P(100, 100))));
        CHECK_INT(mesh_fault(m)->face.n, 1);
        CHECK_INT(mesh_fault(m)->other.n, 2);
        WHY(m, "crosses", mesh_reshape(m, border, LINE(P(100, 0), P(85, 50), P(100, 100))));
        WHY(m, "fine", mesh_reshape(m, border, LINE(P(100, 0), P(95, 50), P(100, 100))));
        /* the unit itself may not be carried over either */
        WHY(m, "turned-over",
            mesh_reshape(m, edge_at(m, 85, 40),
                         LINE(P(120, 40), P(130, 40), P(130, 60), P(120, 60), P(120, 40))));
        WHY(m, "fine",
            mesh_reshape(m, edge_at(m, 85, 40), LINE(P(20, 40), P(30, 40), P(30, 60), P(20, 40))));
        CHECK_INT(area_of(m, unit.n), 100);
}

TEST(mesh__reshaping_a_border_keeps_both_sides_together) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        MeshEdgeId border;
        MeshChain c;

        CHECK(m);
        border = edge_at(m, 100, 50);
        WHY(m, "fine",
            mesh_reshape(m, border, LINE(P(100, 0), P(110, 30), P(120, 60), P(110, 80), P(100, 100))));
        CHECK_INT(area_of(m, 1) + area_of(m, 2), 20000);
        CHECK(mesh_chain(m, border, a, &c) && c.n == 5 && !c.closed);
        CHECK(c.left.n + c.right.n == 3 && c.points[2].lon_e7 == 120);
        WHY(m, "no-change", mesh_reshape(m, border, (MeshLine){ c.points, c.n }));
        WHY(m, "fine", mesh_reshape(m, border, LINE(P(100, 0), P(110, 80), P(100, 100))));
        WHY(m, "fine", mesh_reshape(m, border, LINE(P(100, 0), P(100, 100))));
        CHECK_INT(mesh_counts(m).edges, 7);
        WHY(m, "line-end", mesh_reshape(m, border, LINE(P(100, 1), P(100, 100))));
        WHY(m, "line-end", mesh_reshape(m, border, LINE(P(100, 100), P(110, 30), P(100, 0))));
        WHY(m, "too-few-points", mesh_reshape(m, border, LINE(P(100, 0))));
        WHY(m, "crosses", mesh_reshape(m, border, LINE(P(100, 0), P(250, 50), P(100, 100))));
}

TEST(mesh__nodes_come_and_go_on_edges) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        MeshNodeId node;

        CHECK(m);
        mesh_lock_outline(m, true);
        WHY(m, "fine", mesh_insert_node(m, edge_at(m, 100, 50), (Point){ 90, 50 }, &node));
        CHECK_INT(area_of(m, 1), 9500);
        WHY(m, "fine", mesh_remove_node(m, node));
        CHECK_INT(area_of(m, 1), 10000);
        WHY(m, "junction", mesh_remove_node(m, mesh_node_at(m, (Point){ 100, 100 })));
        WHY(m, "fine",
            mesh_insert_node(m, edge_at(m, 50, 0), (Point){ 50, 0 },
                             &node)); /* exactly on it: the outline stays */
        WHY(m, "outline", mesh_insert_node(m, edge_at(m, 20, 0), (Point){ 20, 1 }, &node));
        WHY(m, "outline", mesh_remove_node(m, mesh_node_at(m, (Point){ 0, 0 })));
        mesh_lock_outline(m, false);
        WHY(m, "fine", mesh_remove_node(m, mesh_node_at(m, (Point){ 0, 0 })));
        CHECK_INT(mesh_area2(m), mesh_outline_area2(m));
        CHECK_INT(mesh_area2(m), 2 * 20000 - 100 * 50);
        WHY(m, "crosses", mesh_insert_node(m, edge_at(m, 100, 50), (Point){ 100, 100 }, &node));
        WHY(m, "unknown", mesh_insert_node(m, (MeshEdgeId){ 99 }, (Point){ 100, 100 }, &node));
}

TEST(mesh__a_triangle_keeps_its_corners) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        MeshPolygon v = { RING(P(0, 0), P(100, 0), P(50, 50)), 1, { 1, 1, 1 } };
        MeshFaultList list;
        _cleanup_(mesh_freep) Mesh *m = mesh_build(&(MeshPlan){ .polygons = &v, .n = 1 }, a, &list);

        CHECK(m);
        WHY(m, "crosses", mesh_remove_node(m, mesh_node_at(m, (Point){ 0, 0 })));
}

/* ---- units --------------------------------------------------------------------------------------------------------------- */

TEST(mesh__a_unit_inside_one_face_is_a_hole_of_it_and_can_be_filled) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        MeshFaceId unit;
        MeshTag tag;

        CHECK(m);
        mesh_lock_outline(m, true);
        WHY(m, "fine",
            mesh_carve(m, RING(P(20, 20), P(20, 60), P(60, 60), P(60, 20)), (MeshTag){ 7, 5, 3 }, &unit));
        CHECK(mesh_face_tag(m, unit, &tag) && tag.grid == 7 && tag.kind == 3);
        CHECK_INT(area_of(m, unit.n), 1600);
        CHECK_INT(area_of(m, 1), 8400);
        CHECK_INT(mesh_face_at(m, (Point){ 30, 30 }).n, unit.n);
        CHECK(mesh_change(m)->born_n == 1 && mesh_change(m)->reshaped_n == 1);
        WHY(m, "no-hole", mesh_fill(m, FACE(1)));
        WHY(m, "fine", mesh_fill(m, unit));
        CHECK_INT(area_of(m, 1), 10000);
        CHECK_INT(mesh_counts(m).nodes, 6);
}

TEST(mesh__a_unit_across_faces_takes_its_part_of_each) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 2);
        MeshFaceId unit;
        Polygon p;

        CHECK(m);
        WHY(m, "fine",
            mesh_carve(m, RING(P(80, 70), P(130, 70), P(130, 140), P(80, 140)), (MeshTag){ 7, 5, 3 },
                       &unit));
        CHECK_INT(area_of(m, unit.n), 3500);
        CHECK_INT(area_of(m, 1), 10000 - 20 * 30);
        CHECK_INT(area_of(m, 4), 10000 - 30 * 40);
        CHECK(mesh_face_polygon(m, unit, a, &p) && p.n == 1 && p.rings[0].n == 8);
        CHECK(mesh_change(m)->born_n == 1 && mesh_change(m)->reshaped_n == 4 && !mesh_change(m)->gone_n);
        WHY(m, "no-hole", mesh_fill(m, unit)); /* four around it */
        WHY(m, "fine", mesh_undo(m));
        CHECK_INT(mesh_counts(m).nodes, 9);
        /* slanting sides: crossings are rounded, the borders bend with them, nothing is lost */
        WHY(m, "fine",
            mesh_carve(m, RING(P(63, 91), P(117, 42), P(151, 113), P(88, 157)), (MeshTag){ 7, 5, 3 },
                       &unit));
        CHECK_INT(mesh_area2(m), 2 * 40000);
        /* along a border, from corner to corner */
        WHY(m, "fine", mesh_undo(m));
        WHY(m, "fine",
            mesh_carve(m, RING(P(100, 0), P(150, 0), P(150, 100), P(100, 100)), (MeshTag){ 7, 5, 3 },
                       &unit));
        CHECK_INT(area_of(m, 2), 5000);
        CHECK_INT(mesh_counts(m).nodes, 11);
}

TEST(mesh__units_that_would_end_or_break_a_face_are_refused) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 3, 3);
        const MeshTag tag = { 7, 5, 3 };
        MeshFaceId unit, inner;

        CHECK(m);
        WHY(m, "covers", mesh_carve(m, RING(P(90, 90), P(210, 90), P(210, 210), P(90, 210)), tag, &unit));
        CHECK_INT(mesh_fault(m)->face.n, 5);
        WHY(m, "covers",
            mesh_carve(m, RING(P(100, 100), P(200, 100), P(200, 200), P(100, 200)), tag, &unit));
        WHY(m, "falls-apart",
            mesh_carve(m, RING(P(140, 90), P(160, 90), P(160, 210), P(140, 210)), tag, &unit));
        WHY(m, "outline", mesh_carve(m, RING(P(290, 20), P(310, 20), P(310, 50), P(290, 50)), tag, &unit));
        WHY(m, "outline", mesh_carve(m, RING(P(350, 20), P(370, 20), P(370, 50)), tag, &unit));
        WHY(m, "bow-tie", mesh_carve(m, RING(P(10, 10), P(50, 50), P(50, 10), P(10, 60)), tag, &unit));
        WHY(m, "too-few-points", mesh_carve(m, RING(P(10, 10), P(50, 50)), tag, &unit));
        WHY(m, "unassigned",
            mesh_carve(m, RING(P(10, 10), P(50, 10), P(50, 50)), (MeshTag){ 1, 0, 0 }, &unit));
        WHY(m, "fine", mesh_carve(m, RING(P(40, 40), P(60, 40), P(60, 60), P(40, 60)), tag, &inner));
        WHY(m, "covers",
            mesh_carve(m, RING(P(30, 30), P(70, 30), P(70, 70), P(30, 70)), tag,
                       &unit)); /* around another */
        CHECK_INT(mesh_fault(m)->face.n, inner.n);
        CHECK_INT(mesh_counts(m).faces, 10);
}

TEST(mesh__faces_are_reassigned_and_never_to_nobody) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        const MeshChange *c;

        CHECK(m);
        WHY(m, "fine", mesh_reassign(m, FACE(1), (MeshTag){ 1, 6, 1 }));
        c = mesh_change(m);
        CHECK(c->retagged_n == 1 && c->retagged[0] == 1 && !c->reshaped_n && !c->born_n && !c->gone_n);
        WHY(m, "no-change", mesh_reassign(m, FACE(1), (MeshTag){ 1, 6, 1 }));
        WHY(m, "unassigned", mesh_reassign(m, FACE(1), (MeshTag){ 1, 0, 1 }));
        WHY(m, "unknown", mesh_reassign(m, FACE(3), (MeshTag){ 1, 6, 1 }));
        WHY(m, "fine", mesh_undo(m));
        CHECK_INT(mesh_change(m)->retagged_n, 1);
        WHY(m, "no-change", mesh_undo(m));
        WHY(m, "fine", mesh_redo(m));
        WHY(m, "no-change", mesh_redo(m));
}

TEST(mesh__the_nearest_edge_and_node_are_found_for_snapping) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(mesh_freep) Mesh *m = board(a, 2, 1);
        MeshEdge e;
        Point at;

        CHECK(m);
        CHECK(mesh_edge(m, mesh_edge_near(m, (Point){ 93, 40 }, 10, &at), &e));
        CHECK(at.lon_e7 == 100 && at.lat_e7 == 40 && e.left.n + e.right.n == 3);
        CHECK_INT(mesh_edge_near(m, (Point){ 50, 50 }, 10, &at).n, 0);
        CHECK(mesh_node_at(m, (Point){ 100, 100 }).n && !mesh_node_at(m, (Point){ 100, 99 }).n);
        CHECK(!mesh_node_at(m, (Point){ 100, 2000000000 }).n);
}
