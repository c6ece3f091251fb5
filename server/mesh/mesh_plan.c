/* What a draft would bring: numbers for new grids, which ground goes where, and which houses, posts and open cases go with it. Asked for a
 * preview, and again when it is published. */
#include "case/case.h"
#include "core/who/who.h"
#include "geo/share.h"
#include "mesh/mesh_int.h"
#include "registry/registry.h"
#include <math.h>
#include <stdlib.h>

enum { AT_ONCE = 500, NUMBER_MAX = 999, NAMED_MOST = 5, M2_LEAST = 1 };

void plan_done(Plan *p) {
        mesh_free(p->mesh);
        if (p->arena)
                arena_free(p->arena);
        *p = (Plan){ 0 };
}

/* ---- numbers --------------------------------------------------------------------------------------------------------------- */

typedef struct Unnumbered {
        int64_t community;
        uint32_t face;
        Point at;
} Unnumbered;

/* Community by community; from west to east, then from north to south. */
static int by_place(const void *x, const void *y) {
        const Unnumbered *a = x, *b = y;

        if (a->community != b->community)
                return a->community < b->community ? -1 : 1;
        if (a->at.lon_e7 != b->at.lon_e7)
                return a->at.lon_e7 < b->at.lon_e7 ? -1 : 1;
        return (b->at.lat_e7 > a->at.lat_e7) - (b->at.lat_e7 < a->at.lat_e7);
}

static Rc number_all(Cx *cx, Plan *p) {
        struct {
                Unnumbered *v;
                size_t n, cap;
        } list = { 0 };
        int last = 0;

        for (uint32_t f = 1; f < mesh_face_end(p->mesh); f++) {
                Polygon polygon;
                MeshTag tag;

                if (mesh_face_tag(p->mesh, (MeshFaceId){ f }, &tag) && !tag.grid &&
                    mesh_face_polygon(p->mesh, (MeshFaceId){ f }, p->arena, &polygon))
                        *list_push(p->arena, &list) = (Unnumbered){ tag.community, f, ring_label(&polygon.rings[0]) };
        }
        if (list.n)
                qsort(list.v, list.n, sizeof *list.v, by_place);
        for (size_t i = 0; i < list.n; i++) {
                Str community = mesh_code(cx->arena, list.v[i].community, 12);
                MeshFaceId face = { list.v[i].face };
                MeshTag tag;

                if (!i || list.v[i].community != list.v[i - 1].community)
                        TRY(territory_grid_last(cx, community, &last));
                if (++last > NUMBER_MAX)
                        return fail(cx, P_MESH_CODES_USED_UP, STR_FMT " has no number left", STR_ARG(community));
                (void)mesh_face_tag(p->mesh, face, &tag);
                tag.grid = tag.community * 1000 + last;
                if (mesh_reassign(p->mesh, face, tag) != MESH_FINE)
                        return fail(cx, P_SERVER_BUG, "face %u cannot be numbered", face.n);
                *list_push(cx->arena, &p->born) = (MeshNewGrid){ .face = face.n, .grid = mesh_code(cx->arena, tag.grid, 15),
                                                                 .area_m2 = (int64_t)(mesh_face_m2(p->mesh, face) + 0.5) };
        }
        return OK;
}

/* ---- names and places ------------------------------------------------------------------------------------------------------ */

static Rc names_given(Cx *cx, const MeshDraftRow *row, MeshNamedList *ret) {
        MeshEditStoredList edits = { 0 };

        TRY(mesh_store_edits(cx, row->id, &edits));
        for (size_t i = 0; i < edits.n && edits.v[i].seq <= row->position; i++)
                op_names(cx, edits.v[i].op, ret);
        return OK;
}

/* 小龙路社区居委会第7网格, as the community is called. */
static Str usual_name(Cx *cx, Str code) {
        int64_t number = 0;

        (void)str_int(str_sub(code, 12, 3), &number);
        return str_fmt(cx->arena, STR_FMT "第%lld网格", STR_ARG(territory_name(cx, str_sub(code, 0, 12))), (long long)number);
}

static void add_place(Cx *cx, Plan *p, Str code, Str name, int kind, int64_t since_ms) {
        *list_push(cx->arena, &p->add) =
                (Place){ .code = code, .name = name, .kind = PLACE_KIND_GRID, .grid_kind = kind, .since_ms = since_ms };
}

static Rc rename(Cx *cx, Plan *p, Str code, Str name, int64_t since_ms) {
        Place now;

        for (size_t i = 0; i < p->add.n; i++)
                if (str_eq(p->add.v[i].code, code))
                        return OK; /* by another part of the same grid */
        for (size_t i = 0; i < p->born.n; i++)
                if (str_eq(p->born.v[i].grid, code)) {
                        p->born.v[i].name = name;
                        return OK;
                }
        TRY(territory_place(cx, code, &now));
        if (str_eq(now.name, name))
                return OK;
        *list_push(cx->arena, &p->end) = now;
        now.name = name;
        now.since_ms = since_ms;
        now.level_name = STR_NONE;
        *list_push(cx->arena, &p->add) = now;
        return OK;
}

static Rc places_plan(Cx *cx, const MeshDraftRow *row, Plan *p, int64_t since_ms) {
        MeshNamedList names = { 0 };

        TRY(names_given(cx, row, &names));
        for (size_t i = names.n; i-- > 0;) { /* the last one counts */
                bool again = false;
                MeshTag tag;

                for (size_t k = i + 1; k < names.n; k++)
                        again |= names.v[k].face == names.v[i].face;
                if (!again && mesh_face_tag(p->mesh, (MeshFaceId){ (uint32_t)names.v[i].face }, &tag))
                        TRY(rename(cx, p, mesh_code(cx->arena, tag.grid, 15), names.v[i].name, since_ms));
        }
        for (size_t i = 0; i < p->born.n; i++) {
                MeshTag tag = { 0 };

                if (!p->born.v[i].name.n)
                        p->born.v[i].name = usual_name(cx, p->born.v[i].grid);
                (void)mesh_face_tag(p->mesh, (MeshFaceId){ (uint32_t)p->born.v[i].face }, &tag);
                add_place(cx, p, p->born.v[i].grid, p->born.v[i].name, (int)tag.kind, since_ms);
        }
        for (size_t i = 0; i < p->pairs.n; i++)
                if (!p->pairs.v[i].after.n) {
                        Str code = mesh_code(cx->arena, p->pairs.v[i].grid, 15);

                        *list_push(cx->arena, &p->gone) = code;
                        *list_push(cx->arena, &p->end) = (Place){ .code = code };
                }
        return OK;
}

/* ---- where ground goes ------------------------------------------------------------------------------------------------------ */

static Box box_of(const PolygonList *p) {
        Box box = BOX_EMPTY;

        for (size_t i = 0; i < p->n; i++)
                box_add_box(&box, ring_box(&p->v[i].rings[0]));
        return box;
}

static void descents_plan(Cx *cx, Plan *p) {
        for (size_t i = 0; i < p->pairs.n; i++) {
                const GridPair *from = &p->pairs.v[i];
                double whole = polygons_area_e14(&from->before);
                int64_t m2 = mesh_polygons_m2(&from->before);

                for (size_t k = 0; from->before.n && k < p->pairs.n; k++) {
                        const GridPair *to = &p->pairs.v[k];
                        double share;

                        if (k == i || !to->after.n || !box_meets(box_of(&from->before), box_of(&to->after)))
                                continue;
                        share = polygons_common_e14(&from->before, &to->after) / whole;
                        if (share * (double)m2 < M2_LEAST)
                                continue;
                        *list_push(cx->arena, &p->descents) =
                                (PlanDescent){ from->grid, to->grid,
                                               !from->after.n  ? MESH_DESCENT_KIND_MERGE
                                               : !to->before.n ? MESH_DESCENT_KIND_SPLIT
                                                               : MESH_DESCENT_KIND_MOVED,
                                               llround(fmin(share, 1) * 10000), llround(share * (double)m2) };
                }
        }
}

int64_t plan_successor(const Plan *p, int64_t from) {
        int64_t best = 0, to = 0;

        for (size_t i = 0; i < p->descents.n; i++)
                if (p->descents.v[i].from == from && p->descents.v[i].m2 > best)
                        best = p->descents.v[i].m2, to = p->descents.v[i].to;
        return to;
}

/* ---- what goes with it ------------------------------------------------------------------------------------------------------- */

static void moved(Cx *cx, Plan *p, MeshMoved row, int64_t to) {
        if (to)
                row.to = mesh_code(cx->arena, to, 15);
        else
                p->refused++;
        row.from = str_dup(cx->arena, row.from);
        row.label = str_dup(cx->arena, row.label);
        *list_push(cx->arena, &p->moved) = row;
}

static int64_t grid_at(const Plan *p, Point at) {
        MeshTag tag = { 0 };

        return mesh_face_tag(p->mesh, mesh_face_at(p->mesh, at), &tag) ? tag.grid : 0;
}

static Rc houses_plan(Cx *cx, Plan *p) {
        BuildingList list;
        int64_t after = 0;

        do {
                list = (BuildingList){ 0 };
                TRY(registry_buildings_of(cx, p->codes, after, AT_ONCE, &list));
                for (size_t i = 0; i < list.n; i++) {
                        const Building *b = &list.v[i];
                        int64_t to = grid_at(p, b->at), from = 0;

                        (void)str_int(b->grid, &from);
                        if (to != from) {
                                p->houses++;
                                moved(cx, p, (MeshMoved){ .subject = MESH_SUBJECT_HOUSE, .id = b->id, .label = b->address, .from = b->grid }, to);
                        }
                        after = b->id;
                }
        } while (list.n == AT_ONCE);
        return OK;
}

static Rc cases_plan(Cx *cx, Plan *p) {
        CaseSpotList list;
        int64_t after = 0;

        do {
                list = (CaseSpotList){ 0 };
                TRY(case_open_in(cx, p->codes, after, AT_ONCE, &list));
                for (size_t i = 0; i < list.n; i++) {
                        const CaseSpot *c = &list.v[i];
                        int64_t to = grid_at(p, (Point){ c->lon_e7, c->lat_e7 }), from = 0;

                        (void)str_int(c->place, &from);
                        if (to != from) {
                                p->cases++;
                                moved(cx, p, (MeshMoved){ .subject = MESH_SUBJECT_CASE, .id = c->id, .label = c->number, .from = c->place }, to);
                        }
                        after = c->id;
                }
        } while (list.n == AT_ONCE);
        return OK;
}

Str mesh_codes_text(Cx *cx, const StrList *codes) {
        Buf b = BUF_IN(cx->arena);

        buf_char(&b, '[');
        for (size_t i = 0; i < codes->n; i++)
                buf_fmt(&b, "%s\"" STR_FMT "\"", i ? "," : "", STR_ARG(codes->v[i]));
        buf_char(&b, ']');
        return buf_view(&b);
}

static Rc posts_plan(Cx *cx, Plan *p) {
        HeldPostList list = { 0 };

        TRY(who_posts_of(cx, mesh_codes_text(cx, &p->gone), 0, AT_ONCE, &list));
        for (size_t i = 0; i < list.n; i++) {
                const HeldPost *h = &list.v[i];
                int64_t from = 0;

                (void)str_int(h->place, &from);
                p->posts++;
                moved(cx, p,
                      (MeshMoved){ .subject = MESH_SUBJECT_POST, .id = h->id,
                                   .label = str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(h->name), STR_ARG(h->role_word)), .from = h->place },
                      plan_successor(p, from));
        }
        return OK;
}

static int refused_first(const void *x, const void *y) {
        const MeshMoved *a = x, *b = y;

        if (!a->to.n != !b->to.n)
                return a->to.n ? 1 : -1;
        if (a->subject != b->subject)
                return (int)a->subject - (int)b->subject;
        return (a->id > b->id) - (a->id < b->id);
}

/* ---- all of it ------------------------------------------------------------------------------------------------------------- */

static Rc base_changed(Cx *cx, const MeshDraftRow *row, const Edition *newest, const Mesh *base) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        _cleanup_(mesh_freep) Mesh *now = NULL;
        GridPairs pairs = { 0 };
        Buf b = BUF_IN(cx->arena);

        TRY(territory_edition_mesh(cx, newest->number, &now));
        mesh_pairs(base, now, work, &pairs);
        for (size_t i = 0; i < pairs.n && i < NAMED_MOST; i++)
                buf_fmt(&b, " %lld", (long long)pairs.v[i].grid);
        return fail_zh(cx, P_MESH_BASE_CHANGED,
                       str_fmt(cx->arena, "第 %lld 版已由 " STR_FMT " 发布，改动了 %zu 个网格：" STR_FMT "%s", (long long)newest->number,
                               STR_ARG(newest->published_by), pairs.n, STR_ARG(buf_view(&b)), pairs.n > NAMED_MOST ? " …" : ""),
                       "edition %lld was published by " STR_FMT " after edition %lld, on which the draft is based; %zu grids differ:" STR_FMT "%s",
                       (long long)newest->number, STR_ARG(newest->published_by), (long long)row->base, pairs.n, STR_ARG(buf_view(&b)),
                       pairs.n > NAMED_MOST ? " …" : "");
}

static Rc scope_check(Cx *cx, const Plan *p, Permission may) {
        for (size_t i = 0; i < p->pairs.n; i++) {
                Str code = mesh_code(cx->arena, p->pairs.v[i].grid, 15);

                if (mesh_polygons_m2(&p->pairs.v[i].before) != mesh_polygons_m2(&p->pairs.v[i].after) && !actor_reaches(cx, may, code))
                        return fail_field(cx, S("/draft"), "outside-scope",
                                          str_fmt(cx->arena, "网格 " STR_FMT " 超出了您的管辖范围", STR_ARG(code)),
                                          str_fmt(cx->arena, "Grid " STR_FMT " lies outside your scope", STR_ARG(code)));
        }
        return OK;
}

static Rc copy_of(Cx *cx, const MeshDraftRow *row, Mesh **ret) {
        Mesh *m;

        TRY(draft_mesh_hold(cx, row, &m));
        *ret = mesh_copy(m);
        draft_mesh_let_go();
        return OK;
}

static Rc follow(Cx *cx, const MeshDraftRow *row, int64_t since_ms, Permission may, Plan *p) {
        StrList codes = { 0 };

        TRY(scope_check(cx, p, may));
        descents_plan(cx, p);
        TRY(places_plan(cx, row, p, since_ms));
        if (!p->pairs.n && !p->add.n)
                return fail(cx, P_MESH_NOTHING, "the draft is as its base is");
        for (size_t i = 0; i < p->pairs.n; i++)
                if (p->pairs.v[i].before.n)
                        *list_push(cx->arena, &codes) = mesh_code(cx->arena, p->pairs.v[i].grid, 15);
        p->codes = mesh_codes_text(cx, &codes);
        TRY(posts_plan(cx, p));
        TRY(houses_plan(cx, p));
        TRY(cases_plan(cx, p));
        if (p->moved.n)
                qsort(p->moved.v, p->moved.n, sizeof *p->moved.v, refused_first);
        return OK;
}

Rc plan_make(Cx *cx, const MeshDraftRow *row, int64_t valid_from_ms, Permission may, Plan *ret) {
        _cleanup_(mesh_freep) Mesh *base = NULL;
        Edition newest;
        MeshFault fault;

        *ret = (Plan){ .arena = arena_new(0) };
        if (!row->position)
                return fail(cx, P_MESH_NOTHING, "the draft has no edits");
        TRY(territory_edition_newest(cx, &newest));
        TRY(territory_edition_mesh(cx, row->base, &base));
        if (newest.number != row->base)
                return base_changed(cx, row, &newest, base);
        TRY(copy_of(cx, row, &ret->mesh));
        if (mesh_check(ret->mesh, &fault) != MESH_FINE)
                return territory_mesh_refused(cx, S("/draft"), &fault, S(""));
        TRY(number_all(cx, ret));
        mesh_pairs(base, ret->mesh, ret->arena, &ret->pairs);
        return follow(cx, row, valid_from_ms, may, ret);
}
