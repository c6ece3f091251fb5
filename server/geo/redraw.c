/* From the faces of a community to other ones: matched by common ground, cut by cut, and done to a mesh. */
#include "geo/redraw.h"
#include "geo/share.h"
#include <stdlib.h>

/* ---- a point inside --------------------------------------------------------------------------------------------------------- */

static int by_lon(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

/* The middle of the widest stretch of a face on a parallel; 0: none. */
static double widest_at(const Polygon *p, double y, double *crossings, double *ret_x) {
        double best = 0;
        size_t n = 0;

        for (size_t k = 0; k < p->n; k++) {
                const Ring *r = &p->rings[k];

                for (size_t i = 0; i < r->n; i++) {
                        Point s = r->v[i], t = r->v[i + 1 < r->n ? i + 1 : 0];

                        if (((double)s.lat_e7 <= y) == ((double)t.lat_e7 <= y))
                                continue;
                        crossings[n++] = (double)s.lon_e7 + (y - (double)s.lat_e7) /
                                                                    (double)(t.lat_e7 - s.lat_e7) *
                                                                    (double)(t.lon_e7 - s.lon_e7);
                }
        }
        if (n)
                qsort(crossings, n, sizeof *crossings, by_lon);
        for (size_t i = 0; i + 1 < n; i += 2)
                if (crossings[i + 1] - crossings[i] > best)
                        best = crossings[i + 1] - crossings[i],
                        *ret_x = (crossings[i] + crossings[i + 1]) / 2;
        return best;
}

bool redraw_inside(Mesh *m, MeshFaceId face, Arena *a, Point *ret) {
        enum { PARALLELS = 31 };
        size_t points = 0;
        double *crossings, best = 0;
        Polygon p;
        Box box;

        if (!mesh_face_polygon(m, face, a, &p))
                return false;
        *ret = ring_label(&p.rings[0]);
        if (mesh_face_at(m, *ret).n == face.n)
                return true;
        for (size_t k = 0; k < p.n; k++)
                points += p.rings[k].n;
        crossings = TAKE_ARRAY(a, double, points + 1);
        box = ring_box(&p.rings[0]);
        for (int i = 0; i < PARALLELS;
             i++) { /* halfway between whole coordinates, so that no corner lies on it */
                double y = (double)box.south + 0.5 +
                           (double)((box.north - box.south) * (2 * i + 1) / (2 * PARALLELS)),
                       x = 0, wide = widest_at(&p, y, crossings, &x);
                Point at = { (int64_t)x, (int64_t)y };

                if (wide > best && mesh_face_at(m, at).n == face.n)
                        best = wide, *ret = at;
        }
        return true;
}

/* ---- which grid goes on ------------------------------------------------------------------------------------------------------ */

typedef struct Pair {
        size_t group;
        int64_t grid;
        double common;
} Pair;

static int by_common(const void *a, const void *b) {
        const Pair *x = a, *y = b;

        if (x->common != y->common)
                return x->common > y->common ? -1 : 1;
        if (x->group != y->group)
                return x->group < y->group ? -1 : 1;
        return (x->grid > y->grid) - (x->grid < y->grid);
}

typedef struct Keys {
        int64_t community;
        const size_t *group; /* by face of the other mesh; NULL: by grid */
} Keys;

static int64_t key_of(const MeshTag *tag, MeshFaceId face, void *arg) {
        const Keys *k = arg;

        return tag->community != k->community ? 0 : k->group ? (int64_t)k->group[face.n] : tag->grid;
}

static Box place_box(const MeshPlace *p) {
        Box box = BOX_EMPTY;

        for (size_t i = 0; i < p->polygons.n; i++)
                box_add_box(&box, ring_box(&p->polygons.v[i].rings[0]));
        return box;
}

static void give(RedrawFaceList *faces, size_t group, int64_t grid) {
        for (size_t i = 0; i < faces->n; i++)
                if (faces->v[i].group == group)
                        faces->v[i].grid = grid;
}

static bool is_open(const RedrawFaceList *faces, size_t group, int64_t grid) {
        bool open = false;

        for (size_t i = 0; i < faces->n; i++) {
                if (faces->v[i].grid == grid)
                        return false;
                open |= faces->v[i].group == group && !faces->v[i].grid && !faces->v[i].by_code;
        }
        return open;
}

static void match(const Mesh *now, const Mesh *anew, int64_t community, const size_t *group, Arena *a,
                  RedrawFaceList *faces) {
        MeshPlaceList was, is;
        struct {
                Pair *v;
                size_t n, cap;
        } pairs = { 0 };

        mesh_dissolve(now, key_of, &(Keys){ community, NULL }, a, &was);
        mesh_dissolve(anew, key_of, &(Keys){ community, group }, a, &is);
        for (size_t i = 0; i < is.n; i++) {
                for (size_t k = 0; k < was.n; k++) {
                        double common;

                        if (!box_meets(place_box(&is.v[i]), place_box(&was.v[k])))
                                continue;
                        common = polygons_common_e14(&is.v[i].polygons, &was.v[k].polygons);
                        if (common > 0.5)
                                *list_push(a, &pairs) = (Pair){ (size_t)is.v[i].key, was.v[k].key, common };
                }
        }
        if (pairs.n)
                qsort(pairs.v, pairs.n, sizeof *pairs.v, by_common);
        for (size_t i = 0; i < pairs.n; i++)
                if (is_open(faces, pairs.v[i].group, pairs.v[i].grid))
                        give(faces, pairs.v[i].group, pairs.v[i].grid);
}

/* ---- the plan ----------------------------------------------------------------------------------------------------------------- */

static bool has_node(Mesh *m, Point p) { return mesh_node_at(m, p).n != 0; }

/* Nodes of the outline of the community in the other mesh that this one does not have. */
static void outline_nodes(Mesh *now, const Mesh *anew, int64_t community, Arena *a, Ring *ret) {
        uint8_t *told = TAKE_ARRAY(a, uint8_t, mesh_node_end(anew) + 1);

        for (uint32_t e = 1; e < mesh_edge_end(anew); e++) {
                MeshTag left = { 0 }, right = { 0 };
                MeshEdge edge;

                if (!mesh_edge(anew, (MeshEdgeId){ e }, &edge))
                        continue;
                (void)mesh_face_tag(anew, edge.left, &left);
                (void)mesh_face_tag(anew, edge.right, &right);
                if ((left.community == community) == (right.community == community))
                        continue;
                for (int k = 0; k < 2; k++) {
                        MeshNodeId id = k ? edge.to : edge.from;
                        Point p;

                        if (told[id.n] || !mesh_node(anew, id, &p))
                                continue;
                        told[id.n] = 1;
                        if (!has_node(now, p))
                                *list_push(a, ret) = p;
                }
        }
}

void redraw_plan(Mesh *now, Mesh *anew, int64_t community, RedrawFaceList faces, Arena *a, Redraw *ret) {
        size_t *group = TAKE_ARRAY(a, size_t, mesh_face_end(anew) + 1);
        Proposal p = { .mesh = anew, .grids = TAKE_ARRAY(a, ProposedGrid, faces.n + 1) };

        *ret = (Redraw){ .community = community, .faces = faces };
        for (uint32_t f = 1; f < mesh_face_end(anew); f++) {
                MeshTag tag;

                if (!mesh_face_tag(anew, (MeshFaceId){ f }, &tag) || tag.community != community ||
                    p.grid_n == faces.n)
                        continue;
                group[f] = faces.v[p.grid_n].group;
                (void)redraw_inside(anew, (MeshFaceId){ f }, a, &faces.v[p.grid_n].at);
                p.grids[p.grid_n++].face.n = f;
        }
        match(now, anew, community, group, a, &ret->faces);
        for (size_t i = 0; i < faces.n; i++) {
                MeshTag tag = { 0 };

                if (mesh_face_tag(now, mesh_face_at(now, faces.v[i].at), &tag))
                        faces.v[i].kind = tag.kind;
                for (uint32_t f = 1; faces.v[i].grid && f < mesh_face_end(now); f++)
                        if (mesh_face_tag(now, (MeshFaceId){ f }, &tag) && tag.grid == faces.v[i].grid)
                                faces.v[i].kind = tag.kind;
        }
        outline_nodes(now, anew, community, a, &ret->nodes);
        propose_cuts(&p, a, &ret->cuts);
        for (size_t i = 0; i < ret->cuts.n; i++) /* a label of the outer ring may lie in a hole */
                ret->cuts.v[i].at = faces.v[ret->cuts.v[i].grid - 1].at;
}

/* ---- as text -------------------------------------------------------------------------------------------------------------------- */

static void put_points(Buf *b, const Point *v, size_t n) {
        buf_char(b, '[');
        for (size_t i = 0; i < n; i++)
                buf_fmt(b, "%s%lld,%lld", i ? "," : "", (long long)v[i].lon_e7, (long long)v[i].lat_e7);
        buf_char(b, ']');
}

void redraw_write(Buf *b, const Redraw *r) {
        buf_fmt(b, "{\"community\":%lld,\"nodes\":", (long long)r->community);
        put_points(b, r->nodes.v, r->nodes.n);
        buf_c(b, ",\"cuts\":[");
        for (size_t i = 0; i < r->cuts.n; i++) {
                const ProposeCut *c = &r->cuts.v[i];

                buf_c(b, i ? ",{\"at\":" : "{\"at\":");
                put_points(b, &c->at, 1);
                buf_c(b, c->n ? ",\"lines\":[" : ",\"ring\":");
                for (size_t k = 0; k < c->n; k++) {
                        if (k)
                                buf_char(b, ',');
                        put_points(b, c->lines[k].v, c->lines[k].n);
                }
                if (c->n)
                        buf_char(b, ']');
                else
                        put_points(b, c->ring.v, c->ring.n);
                buf_char(b, '}');
        }
        buf_c(b, "],\"faces\":[");
        for (size_t i = 0; i < r->faces.n; i++) {
                const RedrawFace *f = &r->faces.v[i];

                buf_c(b, i ? ",{\"at\":" : "{\"at\":");
                put_points(b, &f->at, 1);
                buf_fmt(b, ",\"group\":%zu,\"grid\":%lld,\"kind\":%lld,\"by_code\":%s,\"name\":", f->group,
                        (long long)f->grid, (long long)f->kind, f->by_code ? "true" : "false");
                buf_json_str(b, f->name);
                buf_char(b, '}');
        }
        buf_c(b, "]}");
}

static bool points_of(const JsonNode *list, Arena *a, Ring *ret) {
        int64_t lon = 0;
        bool second = false;

        *ret = (Ring){ 0 };
        if (!list || list->type != JT_ARR || list->count % 2 || list->count > 2 * (size_t)MESH_LINE_MAX)
                return false;
        for (const JsonNode *n = list->first; n; n = n->next, second = !second) {
                int64_t value;

                if (n->type != JT_NUM || !str_int(n->text, &value))
                        return false;
                if (second)
                        *list_push(a, ret) = (Point){ lon, value };
                lon = value;
        }
        return true;
}

static bool point_of(const JsonNode *node, Arena *a, Point *ret) {
        Ring r;

        if (!points_of(json_get(node, "at"), a, &r) || r.n != 1)
                return false;
        return *ret = r.v[0], true;
}

static bool cut_of(const JsonNode *node, Arena *a, ProposeCut *ret) {
        const JsonNode *lines = json_get(node, "lines");

        *ret = (ProposeCut){ 0 };
        if (node->type != JT_OBJ || !point_of(node, a, &ret->at))
                return false;
        if (!lines)
                return points_of(json_get(node, "ring"), a, &ret->ring) && ret->ring.n >= 3;
        ret->lines = TAKE_ARRAY(a, MeshLine, lines->count + 1);
        for (const JsonNode *l = lines->first; l; l = l->next) {
                Ring r;

                if (!points_of(l, a, &r))
                        return false;
                ret->lines[ret->n++] = (MeshLine){ r.v, r.n };
        }
        return ret->n > 0;
}

static bool face_of(const JsonNode *node, Arena *a, RedrawFace *ret) {
        int64_t group;

        *ret = (RedrawFace){ .name = json_text(node, "name"), .by_code = json_bool(node, "by_code", false) };
        if (node->type != JT_OBJ || !point_of(node, a, &ret->at) || !json_int(node, "group", &group) ||
            group < 0 || !json_int(node, "grid", &ret->grid) || ret->grid < 0 ||
            !json_int(node, "kind", &ret->kind) || !str_given(ret->name))
                return false;
        ret->group = (size_t)group;
        return true;
}

bool redraw_read(const JsonNode *node, Arena *a, Redraw *ret) {
        const JsonNode *cuts, *faces;

        *ret = (Redraw){ 0 };
        if (!node || node->type != JT_OBJ || !json_int(node, "community", &ret->community) ||
            ret->community <= 0 || !points_of(json_get(node, "nodes"), a, &ret->nodes) ||
            !(cuts = json_get(node, "cuts")) || cuts->type != JT_ARR || !(faces = json_get(node, "faces")) ||
            faces->type != JT_ARR)
                return false;
        for (const JsonNode *n = cuts->first; n; n = n->next)
                if (!cut_of(n, a, list_push(a, &ret->cuts)))
                        return false;
        for (const JsonNode *n = faces->first; n; n = n->next)
                if (!face_of(n, a, list_push(a, &ret->faces)))
                        return false;
        return true;
}

/* ---- done ------------------------------------------------------------------------------------------------------------------------ */

static bool is_of(const Mesh *m, MeshFaceId face, int64_t community) {
        MeshTag tag;

        return mesh_face_tag(m, face, &tag) && tag.community == community;
}

static MeshWhy merge_all(Mesh *m, int64_t community, Arena *a) {
        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                for (bool again = is_of(m, (MeshFaceId){ f }, community); again;) {
                        MeshFaceIds near;

                        again = false;
                        mesh_neighbours(m, (MeshFaceId){ f }, a, &near);
                        for (size_t i = 0; i < near.n; i++) {
                                MeshWhy why;

                                if (near.v[i].n == f || !is_of(m, near.v[i], community))
                                        continue;
                                why = mesh_merge(m, (MeshFaceId){ f }, near.v[i]);
                                if (why != MESH_FINE)
                                        return why;
                                again = true;
                        }
                }
        }
        return MESH_FINE;
}

/* The outline goes through these points, each at most a coordinate off. */
static MeshWhy put_nodes(Mesh *m, const Ring *nodes) {
        for (size_t i = 0; i < nodes->n; i++) {
                MeshEdgeId edge;
                MeshNodeId made;
                MeshWhy why;
                Point at;

                if (has_node(m, nodes->v[i]))
                        continue;
                edge = mesh_edge_near(m, nodes->v[i], 2 * MESH_REACH, &at);
                why = edge.n ? mesh_insert_node(m, edge, nodes->v[i], &made) : MESH_LINE_END;
                if (why != MESH_FINE)
                        return why;
        }
        return MESH_FINE;
}

static MeshWhy cut_all(Mesh *m, const Redraw *r) {
        for (size_t i = 0; i < r->cuts.n; i++) {
                const ProposeCut *c = &r->cuts.v[i];
                MeshFaceId face = mesh_face_at(m, c->at), made;
                MeshTag tag;
                MeshWhy why;

                if (!mesh_face_tag(m, face, &tag) || tag.community != r->community)
                        return MESH_UNKNOWN;
                tag.grid = 0;
                why = c->n ? mesh_split(m, face, c->lines, c->n) : mesh_carve(m, &c->ring, tag, &made);
                if (why != MESH_FINE)
                        return why;
        }
        return MESH_FINE;
}

static MeshWhy tag_all(Mesh *m, const Redraw *r, Arena *a) {
        uint8_t *seen = TAKE_ARRAY(a, uint8_t, mesh_face_end(m) + 1);
        size_t faces = 0;

        for (uint32_t f = 1; f < mesh_face_end(m); f++)
                faces += is_of(m, (MeshFaceId){ f }, r->community);
        if (faces != r->faces.n)
                return MESH_FALLS_APART;
        for (size_t i = 0; i < r->faces.n; i++) {
                const RedrawFace *f = &r->faces.v[i];
                MeshFaceId face = mesh_face_at(m, f->at);
                MeshTag tag;

                if (!mesh_face_tag(m, face, &tag) || tag.community != r->community || seen[face.n]++ ||
                    (f->grid && f->grid / 1000 != r->community))
                        return MESH_UNKNOWN;
                if (tag.grid == f->grid && tag.kind == f->kind)
                        continue;
                tag.grid = f->grid;
                tag.kind = f->kind;
                if (mesh_reassign(m, face, tag) != MESH_FINE)
                        return MESH_UNASSIGNED;
        }
        return MESH_FINE;
}

MeshWhy redraw_apply(Mesh *m, const Redraw *r, Arena *a, MeshFault *ret) {
        size_t mark = mesh_mark(m);
        MeshWhy why = merge_all(m, r->community, a);

        if (why == MESH_FINE)
                why = put_nodes(m, &r->nodes);
        if (why == MESH_FINE)
                why = cut_all(m, r);
        if (why == MESH_FINE)
                why = tag_all(m, r, a);
        if (why == MESH_FINE)
                return why;
        *ret = (MeshFault){ .why = why };
        if (mesh_fault(m)->why == why)
                *ret = *mesh_fault(m);
        else if (r->faces.n)
                ret->at = r->faces.v[0].at;
        if (mesh_mark(m) > mark)
                (void)!mesh_undo_to(m, mark);
        return why;
}
