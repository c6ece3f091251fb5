/* A community divided anew: every face of the other mesh comes out with its nodes, neighbours stay, one step back is all back. */
#include "base/rc.h"
#include "base/test.h"
#include "geo/propose_town.h"
#include "geo/redraw.h"

static void proposal_free(Proposal *p) { mesh_free(p->mesh); }

/* The community in a frame of another one. */
static Mesh *framed(const Mesh *inner, int64_t community, Arena *a) {
        struct {
                MeshPolygon *v;
                size_t n, cap;
        } all = { 0 };
        Box box = mesh_box(inner);
        MeshFaultList faults;
        PolygonList ground;
        Ring *rings = TAKE_ARRAY(a, Ring, 2);

        for (uint32_t f = 1; f < mesh_face_end(inner); f++) {
                Polygon p;
                MeshTag tag;

                if (!mesh_face_tag(inner, (MeshFaceId){ f }, &tag) ||
                    !mesh_face_polygon(inner, (MeshFaceId){ f }, a, &p))
                        continue;
                tag.grid = community * 1000 + f;
                *list_push(a, &all) = (MeshPolygon){ p.rings, p.n, tag };
        }
        (void)propose_ground(inner, community, a, &ground);
        rings[0] = (Ring){ TAKE_ARRAY(a, Point, 4), 4, 4 };
        rings[0].v[0] = (Point){ box.west - 9000, box.south - 9000 };
        rings[0].v[1] = (Point){ box.east + 9000, box.south - 9000 };
        rings[0].v[2] = (Point){ box.east + 9000, box.north + 9000 };
        rings[0].v[3] = (Point){ box.west - 9000, box.north + 9000 };
        rings[1] = ground.v[0].rings[0];
        *list_push(a, &all) = (MeshPolygon){ rings, 2, { 1, community + 1, 1 } };
        return mesh_build(&(MeshPlan){ all.v, all.n, false, false }, a, &faults);
}

static RedrawFaceList faces_of(const Mesh *m, int64_t community, Arena *a) {
        RedrawFaceList list = { 0 };

        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                MeshTag tag;

                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) && tag.community == community) {
                        size_t group = list.n + 1;

                        *list_push(a, &list) = (RedrawFace){ .group = group, .name = S("") };
                }
        }
        return list;
}

/* NULL when every face of the community is one of the other mesh, point by point. */
static const char *differs(Mesh *m, Mesh *anew, int64_t community, Arena *a) {
        size_t faces = 0;

        if (mesh_check(m, NULL) != MESH_FINE)
                return "not sound";
        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                Polygon mine, theirs;
                MeshTag tag;
                Point at;

                if (!mesh_face_tag(m, (MeshFaceId){ f }, &tag) || tag.community != community)
                        continue;
                faces++;
                if (!redraw_inside(m, (MeshFaceId){ f }, a, &at) ||
                    !mesh_face_polygon(m, (MeshFaceId){ f }, a, &mine) ||
                    !mesh_face_polygon(anew, mesh_face_at(anew, at), a, &theirs) || mine.n != theirs.n)
                        return "another face";
                for (size_t k = 0; k < mine.n; k++)
                        if (mine.rings[k].n != theirs.rings[k].n ||
                            memcmp(mine.rings[k].v, theirs.rings[k].v, mine.rings[k].n * sizeof(Point)) != 0)
                                return "another ring";
        }
        return faces == mesh_counts(anew).faces ? NULL : "another number of faces";
}

TEST(redraw__one_division_becomes_another_and_back) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(proposal_free) Proposal seven = { 0 }, twelve = { 0 };
        _cleanup_(mesh_freep) Mesh *m = NULL;
        PolygonList ground;
        ProposePlan plan;
        MeshFault fault;
        Redraw r, again;
        JsonNode *node;
        Buf text = BUF_IN(a), before = BUF_IN(a), after = BUF_IN(a);
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        size_t kept = 0;

        propose_town(&(ProposeTown){ 5, 1.2e6, 260, 14, true }, a, &plan);
        plan.grids = 7;
        CHECK(propose(&plan, a, &seven) == PROPOSE_FINE);
        m = framed(seven.mesh, plan.tag.community, a);
        CHECK(m && propose_ground(m, plan.tag.community, a, &ground));
        plan.ground = &ground; /* with the nodes that the seven put into it */
        plan.grids = 12;
        CHECK(propose(&plan, a, &twelve) == PROPOSE_FINE);
        mesh_pack(m, &before);
        redraw_plan(m, twelve.mesh, plan.tag.community, faces_of(twelve.mesh, plan.tag.community, a), a, &r);
        redraw_write(&text, &r);
        CHECK_OK(cx, json_parse(cx, buf_view(&text), &node));
        CHECK(redraw_read(node, a, &again));
        CHECK_STR(str_c(mesh_why_name(redraw_apply(m, &again, a, &fault))), S("fine"));
        CHECK_STR(str_c(differs(m, twelve.mesh, plan.tag.community, a)), STR_NONE);
        for (size_t i = 0; i < r.faces.n; i++)
                kept += r.faces.v[i].grid != 0;
        CHECK_INT(kept, 7); /* each of the seven goes on in one of the twelve */
        CHECK(mesh_undo_to(m, 0) == MESH_FINE);
        mesh_pack(m, &after);
        CHECK_STR(buf_view(&after), buf_view(&before));
}

TEST(redraw__an_enclave_is_carved_and_a_text_that_is_none_is_refused) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(mesh_freep) Mesh *anew = NULL, *plain = NULL, *m = NULL;
        static const char *const none[] = {
                "{}", "[]", "{\"community\":1,\"nodes\":[1],\"cuts\":[],\"faces\":[]}",
                "{\"community\":1,\"nodes\":[],\"cuts\":[{\"at\":[1,2]}],\"faces\":[]}",
                "{\"community\":1,\"nodes\":[],\"cuts\":[],\"faces\":[{\"at\":[1,2]}]}"
        };
        Point square[] = { { 0, 0 }, { 9000, 0 }, { 9000, 9000 }, { 0, 9000 } },
              unit[] = { { 3000, 3000 }, { 6000, 3000 }, { 6000, 6000 }, { 3000, 6000 } };
        Ring rings[] = { { square, 4, 4 }, { unit, 4, 4 } };
        MeshFaultList faults;
        MeshFault fault;
        JsonNode *node;
        Redraw r;

        plain = mesh_build(&(MeshPlan){ (MeshPolygon[]){ { rings, 1, { 7, 9, 1 } } }, 1, false, false }, a,
                           &faults);
        anew = mesh_build(
                &(MeshPlan){ (MeshPolygon[]){ { rings, 2, { 1, 9, 1 } }, { rings + 1, 1, { 2, 9, 1 } } }, 2,
                             false, false },
                a, &faults);
        CHECK(plain && anew);
        m = framed(plain, 9, a);
        redraw_plan(m, anew, 9, faces_of(anew, 9, a), a, &r);
        CHECK_STR(str_c(mesh_why_name(redraw_apply(m, &r, a, &fault))), S("fine"));
        CHECK_STR(str_c(differs(m, anew, 9, a)), STR_NONE);
        CHECK(r.faces.v[0].grid == 9001 && r.faces.v[1].grid == 0);
        r.faces.v[0].at = (Point){ -900000, 0 };
        CHECK(redraw_apply(m, &r, a, &fault) != MESH_FINE);
        CHECK_STR(str_c(differs(m, anew, 9, a)), STR_NONE); /* refused: as it was */
        for (size_t i = 0; i < ARRAY_LEN(none); i++) {
                CHECK_OK(cx, json_parse(cx, str_c(none[i]), &node));
                CHECK(!redraw_read(node, a, &r));
        }
}
