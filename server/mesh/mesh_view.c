/* What is shown of editions and drafts: faces, a part of a draft for an editor, and what lies between two editions. */
#include "geo/geojson.h"
#include "mesh/mesh_int.h"

enum { FACES_PAGE = 100, EDGES_MOST = 10000, NODES_MOST = 20000, FACES_MOST = 2000, PAIRS_MOST = 200 };

Str mesh_code(Arena *a, int64_t number, int digits) { return str_fmt(a, "%0*lld", digits, (long long)number); }

int64_t mesh_polygons_m2(const PolygonList *p) {
        double sum = 0;

        for (size_t i = 0; i < p->n; i++)
                for (size_t k = 0; k < p->v[i].n; k++)
                        sum += k ? -ring_area_m2(&p->v[i].rings[k]) : ring_area_m2(&p->v[i].rings[k]);
        return (int64_t)(sum + 0.5);
}

static Str geometry(Cx *cx, const PolygonList *p) {
        Buf b = BUF_IN(cx->arena);

        geojson_write(&b, p);
        return buf_view(&b);
}

/* ---- faces of an edition --------------------------------------------------------------------------------------------------- */

Rc mesh_faces_view(Cx *cx, int64_t edition, const MeshFacesQuery *in, MeshFacePage **ret) {
        _cleanup_(mesh_freep) Mesh *m = NULL;
        MeshFacePage *v = TAKE(cx->arena, MeshFacePage);
        int64_t after;

        TRY(mesh_page_from(cx, in->page, 0, &after));
        TRY(territory_edition_mesh(cx, edition, &m));
        for (uint32_t f = after > 0 && after < UINT32_MAX ? (uint32_t)after + 1 : 1; f < mesh_face_end(m); f++) {
                PolygonList one = { &(Polygon){ 0 }, 1, 1 };
                MeshFaceView *face;
                MeshTag tag;

                if (!mesh_face_tag(m, (MeshFaceId){ f }, &tag) || !str_starts(mesh_code(cx->arena, tag.community, 12), in->under.n <= 12 ? in->under : str_sub(in->under, 0, 12)) ||
                    (in->under.n == 15 && !str_eq(mesh_code(cx->arena, tag.grid, 15), in->under)))
                        continue;
                if (v->items.n == FACES_PAGE) {
                        v->next = str_of_int(cx->arena, v->items.v[FACES_PAGE - 1].face);
                        break;
                }
                (void)mesh_face_polygon(m, (MeshFaceId){ f }, cx->arena, one.v);
                face = list_push(cx->arena, &v->items);
                *face = (MeshFaceView){ .face = f,
                                        .community = mesh_code(cx->arena, tag.community, 12),
                                        .kind = (GridKind)tag.kind,
                                        .area_m2 = mesh_polygons_m2(&one),
                                        .geometry = geometry(cx, &one) };
                if (tag.grid)
                        face->grid = mesh_code(cx->arena, tag.grid, 15);
        }
        return *ret = v, OK;
}

/* ---- a part of a draft ----------------------------------------------------------------------------------------------------- */

typedef struct Part {
        Cx *cx;
        Mesh *mesh;
        MeshMap *out;
        Box box;
        uint8_t *nodes, *faces; /* told already */
} Part;

static void tell_node(Part *p, MeshNodeId id) {
        Point at = { 0, 0 };

        if (p->nodes[id.n] || !mesh_node(p->mesh, id, &at))
                return;
        p->nodes[id.n] = 1;
        *list_push(p->cx->arena, &p->out->nodes) = (MeshNodeView){ id.n, at.lon_e7, at.lat_e7 };
}

static void tell_face(Part *p, MeshFaceId id) {
        MeshFaceItem item = { .id = id.n };
        Polygon polygon;
        MeshTag tag;
        Point label;

        if (!id.n || p->faces[id.n] || !mesh_face_tag(p->mesh, id, &tag))
                return;
        p->faces[id.n] = 1;
        if (p->out->faces.n == FACES_MOST) {
                p->out->more = true;
                return;
        }
        if (!mesh_face_polygon(p->mesh, id, p->cx->arena, &polygon))
                return;
        label = ring_label(&polygon.rings[0]);
        item.community = mesh_code(p->cx->arena, tag.community, 12);
        item.kind = (GridKind)tag.kind;
        item.area_m2 = mesh_polygons_m2(&(PolygonList){ &polygon, 1, 1 });
        item.lon = label.lon_e7;
        item.lat = label.lat_e7;
        if (tag.grid) {
                Str name = territory_name(p->cx, mesh_code(p->cx->arena, tag.grid, 15));

                item.grid = mesh_code(p->cx->arena, tag.grid, 15);
                item.name = name.n ? name : STR_NONE;
        }
        *list_push(p->cx->arena, &p->out->faces) = item;
}

static void tell_edges(Part *p) {
        for (uint32_t e = 1; e < mesh_edge_end(p->mesh); e++) {
                Box box = BOX_EMPTY;
                Point a, b;
                MeshEdge edge;

                if (!mesh_edge(p->mesh, (MeshEdgeId){ e }, &edge) || !mesh_node(p->mesh, edge.from, &a) || !mesh_node(p->mesh, edge.to, &b))
                        continue;
                box_add(&box, a);
                box_add(&box, b);
                if (!box_meets(box, p->box))
                        continue;
                if (p->out->edges.n == EDGES_MOST || p->out->nodes.n + 2 > NODES_MOST) {
                        p->out->more = true;
                        return;
                }
                *list_push(p->cx->arena, &p->out->edges) = (MeshEdgeView){ e, edge.from.n, edge.to.n, edge.left.n, edge.right.n };
                tell_node(p, edge.from);
                tell_node(p, edge.to);
                tell_face(p, edge.left);
                tell_face(p, edge.right);
        }
}

Rc mesh_map_view(Cx *cx, int64_t draft, const MeshBoxQuery *in, MeshMap **ret) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        Part p = { .cx = cx, .out = TAKE(cx->arena, MeshMap), .box = { in->west, in->south, in->east, in->north } };
        MeshDraftRow *row;

        if (in->west > in->east || in->south > in->north)
                return fail_field(cx, S("?west"), "empty", S("范围不正确"), S("The part is empty"));
        TRY(mesh_store_draft(cx, draft, &row));
        TRY(draft_mesh_hold(cx, row, &p.mesh));
        p.nodes = TAKE_ARRAY(work, uint8_t, mesh_node_end(p.mesh) + 1);
        p.faces = TAKE_ARRAY(work, uint8_t, mesh_face_end(p.mesh) + 1);
        tell_edges(&p);
        tell_face(&p, mesh_face_at(p.mesh, (Point){ (in->west + in->east) / 2, (in->south + in->north) / 2 })); /* no edge in sight */
        draft_mesh_let_go();
        p.out->version = row->version;
        return *ret = p.out, OK;
}

/* ---- two editions ---------------------------------------------------------------------------------------------------------- */

static int64_t by_grid(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)face;
        (void)arg;
        return tag->grid;
}

static bool same_polygons(const PolygonList *a, const PolygonList *b) {
        if (a->n != b->n)
                return false;
        for (size_t i = 0; i < a->n; i++) {
                if (a->v[i].n != b->v[i].n)
                        return false;
                for (size_t k = 0; k < a->v[i].n; k++) {
                        const Ring *r = &a->v[i].rings[k], *s = &b->v[i].rings[k];

                        if (r->n != s->n || memcmp(r->v, s->v, r->n * sizeof *r->v) != 0)
                                return false;
                }
        }
        return true;
}

void mesh_pairs(const Mesh *before, const Mesh *after, Arena *a, GridPairs *ret) {
        MeshPlaceList was, is;
        size_t i = 0, k = 0;

        mesh_dissolve(before, by_grid, NULL, a, &was);
        mesh_dissolve(after, by_grid, NULL, a, &is);
        while (i < was.n || k < is.n) {
                if (k == is.n || (i < was.n && was.v[i].key < is.v[k].key)) {
                        *list_push(a, ret) = (GridPair){ .grid = was.v[i].key, .before = was.v[i].polygons };
                        i++;
                } else if (i == was.n || is.v[k].key < was.v[i].key) {
                        *list_push(a, ret) = (GridPair){ .grid = is.v[k].key, .after = is.v[k].polygons };
                        k++;
                } else {
                        if (!same_polygons(&was.v[i].polygons, &is.v[k].polygons))
                                *list_push(a, ret) = (GridPair){ was.v[i].key, was.v[i].polygons, is.v[k].polygons };
                        i++;
                        k++;
                }
        }
}

void mesh_change_view(Cx *cx, const GridPair *p, MeshChangeView *ret) {
        *ret = (MeshChangeView){ .grid = mesh_code(cx->arena, p->grid, 15),
                                 .change = !p->before.n  ? MESH_CHANGE_KIND_BORN
                                           : !p->after.n ? MESH_CHANGE_KIND_GONE
                                                         : MESH_CHANGE_KIND_RESHAPED,
                                 .area_before_m2 = mesh_polygons_m2(&p->before),
                                 .area_after_m2 = mesh_polygons_m2(&p->after) };
        if (p->before.n)
                ret->before = geometry(cx, &p->before);
        if (p->after.n)
                ret->after = geometry(cx, &p->after);
}

static Str name_then(Cx *cx, Str code, const Edition *e) {
        Str day = e->valid_from_ms > 0 ? date_str(cx->arena, date_of_day(day_of_ms(e->valid_from_ms))) : S("");
        Str name = territory_name_at(cx, day, code);

        return name.n ? name : STR_NONE;
}

Rc mesh_compare_view(Cx *cx, const MeshCompareQuery *in, MeshCompare **ret) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        _cleanup_(mesh_freep) Mesh *before = NULL, *after = NULL;
        MeshCompare *v = TAKE(cx->arena, MeshCompare);
        GridPairs pairs = { 0 };
        Edition from, to;

        TRY(territory_edition(cx, in->from, &from));
        TRY(territory_edition(cx, in->to, &to));
        TRY(territory_edition_mesh(cx, in->from, &before));
        TRY(territory_edition_mesh(cx, in->to, &after));
        mesh_pairs(before, after, work, &pairs);
        for (size_t i = 0; i < pairs.n && i < PAIRS_MOST; i++) {
                MeshChangeView *c = list_push(cx->arena, &v->items);

                mesh_change_view(cx, &pairs.v[i], c);
                c->name = name_then(cx, c->grid, pairs.v[i].after.n ? &to : &from);
        }
        v->more = (int64_t)(pairs.n - v->items.n);
        return *ret = v, OK;
}
