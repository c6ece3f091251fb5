/* Drafts, publishing and the day, on the little street of the case tests: three squares side by side, the first two of one community. */
#include "case/test_case.h"
#include "geo/share.h"
#include "geo/snap.h"
#include "mesh/mesh_int.h"
#include "registry/registry.h"
#include "territory/territory_int.h"

enum { WEST = 1027300000, SOUTH = 250300000, SIDE = 50000 };

static Street *begin(void) {
        Street *s = street_new();

        mesh_init();
        as(s, s->centre);
        return s;
}

static Rc create_work(Cx *cx, void *arg) { return mesh_draft_open(cx, &(MeshDraftCreate){ .name = S("调整") }, arg); }

static MeshDraft *draft_new(Street *s) {
        MeshDraft *d = NULL;

        must(s, db_write(s->cx, create_work, &d));
        return d;
}

static int64_t face_of(Street *s, int64_t draft, const char *grid) {
        MeshDraftRow *row;
        int64_t found = 0;
        Mesh *m;

        must(s, mesh_store_draft(s->cx, draft, &row));
        must(s, draft_mesh_hold(s->cx, row, &m));
        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                MeshTag tag;

                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) && str_eq_c(mesh_code(s->cx->arena, tag.grid, 15), grid))
                        found = f;
        }
        draft_mesh_let_go();
        return found;
}

static int64_t face_at(Street *s, int64_t draft, int64_t lon, int64_t lat) {
        MeshDraftRow *row;
        int64_t found;
        Mesh *m;

        must(s, mesh_store_draft(s->cx, draft, &row));
        must(s, draft_mesh_hold(s->cx, row, &m));
        found = mesh_face_at(m, (Point){ lon, lat }).n;
        draft_mesh_let_go();
        return found;
}

static int64_t node_at(Street *s, int64_t draft, int64_t lon, int64_t lat) {
        MeshDraftRow *row;
        int64_t found;
        Mesh *m;

        must(s, mesh_store_draft(s->cx, draft, &row));
        must(s, draft_mesh_hold(s->cx, row, &m));
        found = mesh_node_at(m, (Point){ lon, lat }).n;
        draft_mesh_let_go();
        return found;
}

static Rc edit(Street *s, MeshDraft *d, MeshEditIn e, MeshEdited **ret) {
        MeshEdited *out = NULL;

        TRY(mesh_edits_add(s->cx, d->id, &(MeshEdits){ .version = d->version, .edits = { &e, 1, 1 } }, &out));
        if (ret)
                *ret = out;
        *d = *out->draft;
        return OK;
}

/* Cuts the first square from south to north, so far from its western side: the smaller part becomes a new grid. */
static Rc split(Street *s, MeshDraft *d, int64_t at) {
        MeshEditPoint v[] = { { WEST + at, SOUTH }, { WEST + at, SOUTH + SIDE } };
        MeshEditLine line = { { v, 2, 2 } };

        return edit(s, d, (MeshEditIn){ .op = MESH_OP_SPLIT, .face = SOME_INT(face_of(s, d->id, GRID1)), .lines = { &line, 1, 1 } }, NULL);
}

static Rc merge(Street *s, MeshDraft *d, const char *keep, const char *gone) {
        return edit(s, d,
                    (MeshEditIn){ .op = MESH_OP_MERGE, .face = SOME_INT(face_of(s, d->id, keep)), .other = SOME_INT(face_of(s, d->id, gone)) },
                    NULL);
}

static Str day(Street *s, int64_t days) { return date_str(s->cx->arena, date_of_day(day_of_ms(s->cx->now_ms) + (int32_t)days)); }

static Rc publish(Street *s, MeshDraft *d, int64_t in_days, MeshEdition **ret) {
        return mesh_publish(s->cx, d->id, &(MeshPublish){ .version = d->version, .valid_from = day(s, in_days) }, ret);
}

static Str grid_then(Street *s, int64_t days, int64_t lon) {
        Str grid = S("");

        if (territory_locate_at(s->cx, day(s, days), (Point){ lon, SOUTH + SIDE / 2 }, &grid) != OK)
                s->cx->problem = (Problem){ 0 };
        return grid;
}

static int64_t transfers(Street *s, int64_t edition) {
        MeshTransferRowList rows = { 0 };
        WhoScope all;

        actor_scope(s->cx->arena, actor_system(), PERM_MESH_READ, &all);
        must(s, mesh_store_transfers(s->cx, edition, 0, 1000, &all, &rows));
        return (int64_t)rows.n;
}

static bool refused(Street *s, Rc rc, int problem) {
        bool yes = rc != OK && s->cx->problem.code == problem;

        if (!yes)
                test_fail(__FILE__, __LINE__, "%s " STR_FMT, problem_name(s->cx->problem.code), STR_ARG(s->cx->problem.detail));
        s->cx->problem = (Problem){ 0 };
        return yes;
}

TEST(mesh__common_ground_is_measured) {
        Point a[] = { { 0, 0 }, { 100, 0 }, { 100, 100 }, { 0, 100 } }, b[] = { { 50, -20 }, { 150, 50 }, { 50, 120 } };
        Point inner[] = { { 40, 40 }, { 40, 60 }, { 60, 60 }, { 60, 40 } };
        Ring rings[] = { { a, 4, 4 }, { inner, 4, 4 } }, tri[] = { { b, 3, 3 } };
        PolygonList whole = { &(Polygon){ rings, 1 }, 1, 1 }, holed = { &(Polygon){ rings, 2 }, 1, 1 }, other = { &(Polygon){ tri, 1 }, 1, 1 };

        CHECK_INT(polygons_area_e14(&holed), 9600);
        CHECK_INT(polygons_common_e14(&whole, &whole), 10000);
        CHECK_INT(polygons_common_e14(&whole, &holed), 9600);
        /* left of x = 100 the triangle has heights from 140 to 70, cut to 0…100 where its sides pass y = 0 and 100 at x = 78.57 */
        CHECK_INT((int64_t)(polygons_common_e14(&whole, &other) + 0.5), 4679);
        CHECK_INT((int64_t)(polygons_common_e14(&holed, &other) + 0.5), 4679 - 200);
}

TEST(mesh__borders_digitised_twice_are_joined) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Point left[] = { { 0, 0 }, { 10000, 0 }, { 10000, 10000 }, { 0, 10000 } };
        Point right[] = { { 10030, 20 }, { 20000, 0 }, { 20000, 10000 }, { 9980, 9990 }, { 10010, 5000 } };
        SnapRing rings[] = { { { left, 4, 4 }, true }, { { right, 5, 5 }, false } };

        snap_rings(a, rings, 2, 1.0);
        CHECK_INT(rings[0].ring.n, 5); /* it gets the corner in the middle of its side */
        CHECK_INT(rings[1].ring.n, 5);
        CHECK(point_eq(rings[1].ring.v[0], left[1]));
        CHECK(point_eq(rings[1].ring.v[3], left[2]));
        CHECK(point_eq(rings[0].ring.v[2], right[4]));
}

TEST(mesh__a_border_moves_on_its_day_and_the_past_stays) {
        Street *s = begin();
        MeshDraft *d = draft_new(s);
        MeshEdition *e;
        Edition base;

        CHECK_OK(s->cx, territory_edition_newest(s->cx, &base));
        CHECK_OK(s->cx, split(s, d, 20000));
        CHECK_OK(s->cx, publish(s, d, 7, &e));
        CHECK_INT(e->base.n, base.number);
        CHECK(!e->current);
        CHECK_STR(grid_then(s, 0, WEST + 10000), S(GRID1));
        CHECK_STR(grid_then(s, 6, WEST + 10000), S(GRID1));
        CHECK_STR(grid_then(s, 7, WEST + 10000), S("530103003001003"));
        CHECK_STR(territory_name_at(s->cx, day(s, 7), S("530103003001003")), S("小龙路社区第3网格"));
        CHECK_STR(territory_name(s->cx, S("530103003001003")), S(""));
        s->cx->now_ms += 7 * (int64_t)MS_DAY; /* nobody loads anything: the clock does it */
        CHECK_STR(territory_name(s->cx, S("530103003001003")), S("小龙路社区第3网格"));
        CHECK_STR(grid_then(s, 0, WEST + 10000), S("530103003001003"));
        CHECK_STR(grid_then(s, -1, WEST + 10000), S(GRID1));
}

TEST(mesh__what_lies_there_moves_once_with_two_servers) {
        Street *s = begin();
        int64_t id = report(s, "井盖松动"), version = row_of(s, id)->version;
        CaseRow *row = row_of(s, id);
        MeshDescents *descents;
        MeshPreview *preview;
        MeshDraft *d;
        MeshEdition *e;

        as(s, s->centre);
        d = draft_new(s);
        CHECK_OK(s->cx, split(s, d, row->lon_e7 - WEST < SIDE / 2 ? 24000 : 26000));
        CHECK_OK(s->cx, mesh_preview(s->cx, d->id, S(""), &preview));
        CHECK_INT(preview->born.n, 1);
        CHECK_INT(preview->cases, row->lon_e7 - WEST != SIDE / 2);
        CHECK_INT(preview->unstaffed.n, 1);
        CHECK(refused(s, publish(s, d, 0, &e), P_INPUT_INVALID)); /* something moves: not today */
        CHECK_OK(s->cx, publish(s, d, 1, &e));
        CHECK_OK(s->cx, mesh_due(s->cx));
        CHECK_INT(transfers(s, e->number), 0);
        s->cx->now_ms += MS_DAY;
        CHECK_OK(s->cx, mesh_due(s->cx));
        CHECK_INT(transfers(s, e->number), 1);
        CHECK_STR(row_of(s, id)->place, S("530103003001003"));
        CHECK_INT(row_of(s, id)->version, version + 1);
        CHECK_OK(s->cx, mesh_due(s->cx)); /* the other server */
        CHECK_INT(transfers(s, e->number), 1);
        CHECK_INT(row_of(s, id)->version, version + 1);
        CHECK_OK(s->cx, mesh_descents(s->cx, S("530103003001003"), &descents));
        CHECK_INT(descents->items.n, 1);
        CHECK_STR(descents->items.v[0].from, S(GRID1));
        CHECK_INT(descents->items.v[0].share_permyriad, 4800);
        CHECK(is_sound(s));
}

TEST(mesh__posts_go_where_their_grid_went) {
        Street *s = begin();
        MeshDraft *d = draft_new(s);
        PersonList people = { 0 };
        MeshEdition *e;

        CHECK_OK(s->cx, merge(s, d, GRID1, GRID2));
        CHECK_OK(s->cx, publish(s, d, 1, &e));
        s->cx->now_ms += MS_DAY;
        CHECK_OK(s->cx, mesh_due(s->cx));
        CHECK_OK(s->cx, who_on_place(s->cx, ROLE_MEMBER, S(GRID1), &people));
        CHECK_INT(people.n, 2);
        people = (PersonList){ 0 };
        CHECK_OK(s->cx, who_on_place(s->cx, ROLE_MEMBER, S(GRID2), &people));
        CHECK_INT(people.n, 0);
        CHECK_STR(territory_name(s->cx, S(GRID2)), S(""));
        d = draft_new(s); /* the number that went is not given again */
        CHECK_OK(s->cx, split(s, d, 20000));
        CHECK_OK(s->cx, publish(s, d, 1, &e));
        CHECK_STR(grid_then(s, 1, WEST + 10000), S("530103003001003"));
        CHECK(is_sound(s));
}

TEST(mesh__nothing_is_left_without_a_grid) {
        Street *s = begin();
        int64_t id = report(s, "路灯不亮");
        CaseRow *row = row_of(s, id);
        MeshDraft *d;
        MeshEdition *e;

        as(s, s->centre);
        d = draft_new(s);
        /* the corner of the outline goes to the other side of the case */
        CHECK_OK(s->cx, edit(s, d,
                             (MeshEditIn){ .op = MESH_OP_MOVE_NODE, .node = SOME_INT(node_at(s, d->id, WEST, SOUTH)),
                                           .at = &(MeshEditPoint){ WEST + SIDE - 2, SOUTH + SIDE - 1 } },
                             NULL));
        CHECK(row->lon_e7 - WEST < SIDE - 2);
        CHECK(refused(s, publish(s, d, 1, &e), P_MESH_WITHOUT_GRID));
}

TEST(mesh__who_comes_second_is_told_what_changed) {
        Street *s = begin();
        MeshDraft *d = draft_new(s), mine = *d, far = *d;
        int64_t corner = node_at(s, d->id, WEST, SOUTH);

        CHECK_OK(s->cx, split(s, d, 20000));
        as(s, s->street);
        CHECK(refused(s,
                      edit(s, &mine,
                           (MeshEditIn){ .op = MESH_OP_MOVE_NODE, .node = SOME_INT(corner), .at = &(MeshEditPoint){ WEST - 100, SOUTH } }, NULL),
                      P_MESH_CHANGED_MEANWHILE));
        CHECK_OK(s->cx, edit(s, &far, /* what nobody touched can be changed all the same */
                             (MeshEditIn){ .op = MESH_OP_NAME, .face = SOME_INT(face_of(s, d->id, GRID3)), .name = S("新迎第一网格") }, NULL));
        CHECK_INT(far.version, d->version + 1);
        as(s, s->stranger);
        CHECK(refused(s, split(s, &far, 30000), P_INPUT_INVALID)); /* outside their scope */
}

/* Told of a change meanwhile, in both languages, and of no grid 0 and no place 0, 0. */
static bool second_told(Street *s, Rc rc, Str zh, Str en) {
        FieldErrorList told = s->cx->problem.errors;
        bool found = false;

        if (!refused(s, rc, P_MESH_CHANGED_MEANWHILE))
                return false;
        for (size_t i = 0; i < told.n; i++) {
                if (str_contains(told.v[i].zh, S("网格 0")) || str_contains(told.v[i].en, S("grid 0")) || str_contains(told.v[i].zh, S("0.000000, 0")))
                        return false;
                found |= str_contains(told.v[i].zh, zh) && str_contains(told.v[i].en, en);
        }
        return found;
}

TEST(mesh__the_second_is_told_of_new_grids_by_name_not_by_a_code_they_do_not_have) {
        Street *s = begin();
        MeshDraft *d = draft_new(s), mine;
        MeshEditIn move = { .op = MESH_OP_MOVE_NODE, .node = SOME_INT(node_at(s, d->id, WEST, SOUTH)), .at = &(MeshEditPoint){ WEST - 100, SOUTH } };
        int64_t born;

        CHECK_OK(s->cx, split(s, d, 20000)); /* the smaller part, in the west, is the new one */
        mine = *d;
        born = face_at(s, d->id, WEST + 5000, SOUTH + 5000);
        CHECK_OK(s->cx, edit(s, d, (MeshEditIn){ .op = MESH_OP_MOVE_NODE, .node = move.node, .at = &(MeshEditPoint){ WEST - 50, SOUTH } }, NULL));
        as(s, s->street);
        CHECK(second_told(s, edit(s, &mine, move, NULL), S("（尚无编码的新网格，102.7"), S("(a new grid without a code yet, near 102.7")));
        as(s, s->centre);
        CHECK_OK(s->cx, edit(s, d, (MeshEditIn){ .op = MESH_OP_NAME, .face = SOME_INT(born), .name = S("桥头网格") }, NULL));
        as(s, s->street);
        CHECK(second_told(s, edit(s, &mine, move, NULL), S("（尚无编码的新网格“桥头网格”，102.7"), S("(the new grid “桥头网格” without a code yet, near 102.7")));
}

TEST(mesh__the_second_is_told_of_a_face_that_is_no_more_without_a_place) {
        Street *s = begin();
        MeshDraft *d = draft_new(s), mine;
        int64_t born;

        CHECK_OK(s->cx, split(s, d, 20000));
        mine = *d;
        born = face_at(s, d->id, WEST + 5000, SOUTH + 5000);
        CHECK_OK(s->cx, edit(s, d, (MeshEditIn){ .op = MESH_OP_MERGE, .face = SOME_INT(face_of(s, d->id, GRID1)), .other = SOME_INT(born) }, NULL));
        as(s, s->street);
        CHECK(second_told(s, edit(s, &mine, (MeshEditIn){ .op = MESH_OP_MERGE, .face = SOME_INT(born), .other = SOME_INT(face_of(s, d->id, GRID2)) }, NULL),
                          str_fmt(s->cx->arena, "刚改动了面 %lld", (long long)born), str_fmt(s->cx->arena, "has just changed face %lld", (long long)born)));
}

/* A square of the first community inside the third grid, which is of another one. */
static int64_t island(Street *s, MeshDraft *d) {
        int64_t west = WEST + 2 * SIDE + 20000, south = SOUTH + 20000, side = 5000;
        MeshEditPoint v[] = { { west, south }, { west + side, south }, { west + side, south + side }, { west, south + side }, { west, south } };
        MeshEditLine line = { { v, 5, 5 } };

        must(s, edit(s, d, (MeshEditIn){ .op = MESH_OP_CARVE, .community = str_sub(S(GRID1), 0, 12), .lines = { &line, 1, 1 } }, NULL));
        return face_at(s, d->id, west + side / 2, south + side / 2);
}

TEST(mesh__filling_takes_ground_to_another_community_only_by_who_covers_both) {
        Street *s = begin();
        MeshDraft *d = draft_new(s);
        MeshEditIn fill = { .op = MESH_OP_FILL, .face = SOME_INT(island(s, d)) };
        Actor one = *s->centre;
        Post post = one.posts.v[0];

        post.place = str_sub(S(GRID1), 0, 12);
        one.posts = (PostList){ &post, 1, 1 };
        as(s, &one);
        CHECK(refused(s, edit(s, d, fill, NULL), P_INPUT_INVALID));
        as(s, s->centre);
        CHECK_OK(s->cx, edit(s, d, fill, NULL));
        CHECK(face_at(s, d->id, WEST + 2 * SIDE + 22000, SOUTH + 22000) == face_of(s, d->id, GRID3));
}

TEST(mesh__undo_redo_and_refusals_leave_the_draft_whole) {
        Street *s = begin();
        MeshDraft *d = draft_new(s), *after;
        MeshEdition *e;

        CHECK_OK(s->cx, split(s, d, 20000));
        CHECK_OK(s->cx, mesh_edits_turn(s->cx, d->id, d->version, true, &after));
        CHECK_INT(after->edits, 0);
        CHECK_INT(after->undone, 1);
        CHECK(refused(s, mesh_edits_turn(s->cx, d->id, after->version, true, &after), P_MESH_NOTHING));
        CHECK(refused(s, publish(s, after, 1, &e), P_MESH_NOTHING));
        CHECK_OK(s->cx, mesh_edits_turn(s->cx, d->id, after->version, false, &after));
        CHECK_INT(after->edits, 1);
        CHECK(refused(s, merge(s, after, GRID1, GRID3), P_MESH_REFUSED));
        CHECK_OK(s->cx, merge(s, after, GRID1, GRID2));
        CHECK_INT(after->edits, 2);
        CHECK_OK(s->cx, publish(s, after, 1, &e));
        CHECK(refused(s, split(s, after, 1000), P_MESH_DRAFT_CLOSED));
}

static Rc withdraw_work(Cx *cx, void *arg) {
        MeshEdition *e;

        return mesh_withdraw(cx, *(int64_t *)arg, &e);
}

TEST(mesh__a_withdrawn_edition_never_comes_and_its_number_is_not_given_again) {
        Street *s = begin();
        MeshDraft *d = draft_new(s), *other = draft_new(s);
        MeshEdition *e, *too;

        CHECK_OK(s->cx, split(s, d, 20000));
        CHECK_OK(s->cx, split(s, other, 10000));
        CHECK_OK(s->cx, publish(s, d, 3, &e));
        CHECK(refused(s, publish(s, other, 4, &too), P_MESH_BASE_CHANGED)); /* the second on the same base */
        CHECK_OK(s->cx, db_write(s->cx, withdraw_work, &e->number));
        CHECK_STR(grid_then(s, 3, WEST + 5000), S(GRID1));
        CHECK(refused(s, db_write(s->cx, withdraw_work, &e->number), P_MESH_TOO_LATE));
        CHECK_OK(s->cx, publish(s, other, 4, &too)); /* its base is the newest again */
        CHECK_STR(grid_then(s, 4, WEST + 5000), S("530103003001004"));
        s->cx->now_ms += 4 * (int64_t)MS_DAY;
        CHECK_OK(s->cx, mesh_due(s->cx));
        CHECK(refused(s, db_write(s->cx, withdraw_work, &too->number), P_MESH_TOO_LATE));
        CHECK(is_sound(s));
}
