/* One edit: from what the editor sends to the text that is kept, and from the text to the mesh. The text has ids and whole coordinates
 * only, so that the same text on the same mesh does the same for ever. */
#include "geo/redraw.h"
#include "mesh/mesh_int.h"

/* ---- in ---- */

static void put_line(Buf *b, const MeshEditLine *line) {
        for (size_t i = 0; i < line->points.n; i++)
                buf_fmt(b, "%s%lld,%lld", i ? "," : "[", (long long)line->points.v[i].lon, (long long)line->points.v[i].lat);
        buf_char(b, ']');
}

/* Which fields an operation cannot do without. */
typedef struct Needs {
        bool face, other, node, edge, at, lines, name;
} Needs;

static Needs needs_of(MeshOp op) {
        switch (op) {
        case MESH_OP_SPLIT:
                return (Needs){ .face = true, .lines = true };
        case MESH_OP_MERGE:
                return (Needs){ .face = true, .other = true };
        case MESH_OP_MOVE_NODE:
                return (Needs){ .node = true, .at = true };
        case MESH_OP_INSERT_NODE:
                return (Needs){ .edge = true, .at = true };
        case MESH_OP_REMOVE_NODE:
                return (Needs){ .node = true };
        case MESH_OP_RESHAPE:
                return (Needs){ .edge = true, .lines = true };
        case MESH_OP_REASSIGN:
        case MESH_OP_FILL:
                return (Needs){ .face = true };
        case MESH_OP_CARVE:
                return (Needs){ .lines = true };
        case MESH_OP_NAME:
                return (Needs){ .face = true, .name = true };
        case MESH_OP_IMPORT:
                break; /* made by accepting a file or a proposal */
        }
        return (Needs){ 0 };
}

static void need(Cx *cx, size_t at, const char *field, bool needed, bool there) {
        if (needed && !there)
                field_error(cx, str_fmt(cx->arena, "/edits/%zu/%s", at, field), "required", S("此操作需要该项"), S("This operation needs it"));
}

static void put_int(Buf *b, const char *name, OptInt n) {
        if (n.set)
                buf_fmt(b, ",\"%s\":%lld", name, (long long)n.n);
}

Rc op_text(Cx *cx, const MeshEditIn *in, size_t at, Str *ret) {
        Needs n = needs_of(in->op);
        Buf b = BUF_IN(cx->arena);

        if (in->op == MESH_OP_IMPORT)
                field_error(cx, str_fmt(cx->arena, "/edits/%zu/op", at), "not-here", S("导入和提案须经核对后采纳"),
                            S("Files and proposals are accepted by routes of their own"));
        need(cx, at, "face", n.face, in->face.set);
        need(cx, at, "other", n.other, in->other.set);
        need(cx, at, "node", n.node, in->node.set);
        need(cx, at, "edge", n.edge, in->edge.set);
        need(cx, at, "at", n.at, in->at != NULL);
        need(cx, at, "lines", n.lines, in->lines.n > 0);
        need(cx, at, "name", n.name, in->name.n > 0);
        if (has_field_errors(cx))
                return fail_input(cx);
        buf_fmt(&b, "{\"op\":\"%s\"", enum_word(&enum_MeshOp, (int)in->op));
        put_int(&b, "face", in->face);
        put_int(&b, "other", in->other);
        put_int(&b, "node", in->node);
        put_int(&b, "edge", in->edge);
        if (in->at)
                buf_fmt(&b, ",\"at\":[%lld,%lld]", (long long)in->at->lon, (long long)in->at->lat);
        for (size_t i = 0; i < in->lines.n; i++) {
                buf_c(&b, i ? "," : ",\"lines\":[");
                put_line(&b, &in->lines.v[i]);
        }
        if (in->lines.n)
                buf_char(&b, ']');
        if (in->grid.n)
                buf_fmt(&b, ",\"grid\":" STR_FMT, STR_ARG(in->grid));
        if (in->community.n)
                buf_fmt(&b, ",\"community\":" STR_FMT, STR_ARG(in->community));
        if (in->kind)
                buf_fmt(&b, ",\"kind\":%d", (int)in->kind);
        if (in->name.n) {
                buf_c(&b, ",\"name\":");
                buf_json_str(&b, in->name);
        }
        buf_char(&b, '}');
        return *ret = buf_view(&b), OK;
}

/* ---- out ---- */

static uint32_t id_of(const JsonNode *op, const char *name) {
        int64_t n = 0;

        return json_int(op, name, &n) && n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static void points_of(Cx *cx, const JsonNode *list, Ring *ret) {
        int64_t lon = 0;
        bool second = false;

        *ret = (Ring){ 0 };
        for (const JsonNode *n = list ? list->first : NULL; n; n = n->next, second = !second) {
                int64_t value = 0;

                (void)str_int(n->text, &value);
                if (!second)
                        lon = value;
                else
                        *list_push(cx->arena, ret) = (Point){ lon, value };
        }
}

static MeshWhy apply_split(Cx *cx, Mesh *m, const JsonNode *op) {
        const JsonNode *all = json_get(op, "lines");
        MeshLine *lines = TAKE_ARRAY(cx->arena, MeshLine, (all ? all->count : 0) + 1);
        size_t n = 0;

        for (const JsonNode *l = all ? all->first : NULL; l; l = l->next) {
                Ring r;

                points_of(cx, l, &r);
                lines[n++] = (MeshLine){ r.v, r.n };
        }
        return mesh_split(m, (MeshFaceId){ id_of(op, "face") }, lines, n);
}

/* Another community without a grid of it named: it gets a new code. */
static MeshWhy apply_reassign(Mesh *m, const JsonNode *op) {
        MeshFaceId face = { id_of(op, "face") };
        int64_t grid, community, kind;
        MeshTag tag;

        if (!mesh_face_tag(m, face, &tag))
                return MESH_UNKNOWN;
        if (json_int(op, "grid", &grid))
                tag.grid = grid, tag.community = grid / 1000;
        if (json_int(op, "community", &community) && community != tag.community)
                tag.community = community, tag.grid = 0;
        if (json_int(op, "kind", &kind))
                tag.kind = kind;
        return mesh_reassign(m, face, tag);
}

static MeshWhy apply_carve(Cx *cx, Mesh *m, const JsonNode *op) {
        const JsonNode *all = json_get(op, "lines");
        MeshFaceId made, around;
        MeshTag tag = { 0 };
        Ring r;

        points_of(cx, all ? all->first : NULL, &r);
        if (r.n > 1 && point_eq(r.v[0], r.v[r.n - 1]))
                r.n--;
        if (r.n < 3)
                return MESH_TOO_FEW;
        around = mesh_face_at(m, ring_label(&r));
        if (!json_int(op, "community", &tag.community) && mesh_face_tag(m, around, &tag))
                tag.grid = 0;
        if (!json_int(op, "kind", &tag.kind))
                tag.kind = GRID_KIND_UNIT;
        return tag.community ? mesh_carve(m, &r, tag, &made) : MESH_UNASSIGNED;
}

/* Community after community, or none of them. */
static MeshWhy apply_import(Cx *cx, Mesh *m, const JsonNode *op, MeshFault *ret) {
        const JsonNode *parts = json_get(op, "parts");
        size_t mark = mesh_mark(m);

        if (!parts || !parts->first)
                return MESH_UNKNOWN;
        for (const JsonNode *n = parts->first; n; n = n->next) {
                MeshWhy why = MESH_UNKNOWN;
                Redraw r;

                if (redraw_read(n, cx->arena, &r))
                        why = redraw_apply(m, &r, cx->arena, ret);
                if (why == MESH_FINE)
                        continue;
                if (mesh_mark(m) > mark)
                        (void)!mesh_undo_to(m, mark);
                return why;
        }
        return MESH_FINE;
}

static MeshWhy apply(Cx *cx, Mesh *m, const JsonNode *op, MeshOp kind, MeshFault *ret) {
        const JsonNode *at = json_get(op, "at"), *lines = json_get(op, "lines");
        MeshNodeId node = { id_of(op, "node") }, made;
        MeshFaceId face = { id_of(op, "face") };
        Ring p, line;
        MeshTag tag;

        points_of(cx, at, &p);
        switch (kind) {
        case MESH_OP_SPLIT:
                return apply_split(cx, m, op);
        case MESH_OP_MERGE:
                return mesh_merge(m, face, (MeshFaceId){ id_of(op, "other") });
        case MESH_OP_MOVE_NODE:
                return p.n ? mesh_move_node(m, node, p.v[0]) : MESH_UNKNOWN;
        case MESH_OP_INSERT_NODE:
                return p.n ? mesh_insert_node(m, (MeshEdgeId){ id_of(op, "edge") }, p.v[0], &made) : MESH_UNKNOWN;
        case MESH_OP_REMOVE_NODE:
                return mesh_remove_node(m, node);
        case MESH_OP_RESHAPE:
                points_of(cx, lines ? lines->first : NULL, &line);
                return mesh_reshape(m, (MeshEdgeId){ id_of(op, "edge") }, (MeshLine){ line.v, line.n });
        case MESH_OP_REASSIGN:
                return apply_reassign(m, op);
        case MESH_OP_CARVE:
                return apply_carve(cx, m, op);
        case MESH_OP_FILL:
                return mesh_fill(m, face);
        case MESH_OP_NAME:
                return mesh_face_tag(m, face, &tag) ? MESH_FINE : MESH_UNKNOWN;
        case MESH_OP_IMPORT:
                return apply_import(cx, m, op, ret);
        }
        return MESH_UNKNOWN;
}

MeshOp op_kind(Cx *cx, Str op) {
        JsonNode *node;

        if (json_parse(cx, op, &node) != OK) {
                cx->problem = (Problem){ 0 };
                return 0;
        }
        for (int k = 1; k <= enum_MeshOp.count; k++)
                if (str_eq_c(json_text(node, "op"), enum_MeshOp.words[k]))
                        return (MeshOp)k;
        return 0;
}

MeshWhy op_apply(Cx *cx, Mesh *m, Str op, MeshFault *ret) {
        MeshOp kind = op_kind(cx, op);
        JsonNode *node;
        MeshWhy why;

        *ret = (MeshFault){ .why = MESH_UNKNOWN };
        if (!kind || json_parse(cx, op, &node) != OK)
                return MESH_UNKNOWN;
        why = apply(cx, m, node, kind, ret);
        if (why != MESH_FINE && kind != MESH_OP_IMPORT && mesh_fault(m)->why == why)
                *ret = *mesh_fault(m);
        ret->why = why;
        return why;
}

bool op_name(Cx *cx, Str op, int64_t *ret_face, Str *ret_name) {
        JsonNode *node;

        if (op_kind(cx, op) != MESH_OP_NAME || json_parse(cx, op, &node) != OK)
                return false;
        *ret_name = json_text(node, "name");
        return json_int(node, "face", ret_face);
}

void op_names(Cx *cx, Str op, MeshNamedList *ret) {
        MeshNamed one;
        JsonNode *node;
        const JsonNode *list;

        if (op_name(cx, op, &one.face, &one.name)) {
                *list_push(cx->arena, ret) = one;
                return;
        }
        if (op_kind(cx, op) != MESH_OP_IMPORT || json_parse(cx, op, &node) != OK || !(list = json_get(node, "named")))
                return;
        for (const JsonNode *n = list->first; n; n = n->next) {
                one.name = json_text(n, "name");
                if (json_int(n, "face", &one.face))
                        *list_push(cx->arena, ret) = one;
        }
}

static void add(Cx *cx, const uint32_t *v, size_t n, IntList *ret) {
        for (size_t i = 0; i < n; i++) {
                bool there = v[i] == 0; /* the outside is nobody's */

                for (size_t k = 0; k < ret->n && !there; k++)
                        there = ret->v[k] == v[i];
                if (!there)
                        *list_push(cx->arena, ret) = v[i];
        }
}

void op_touched(Cx *cx, const Mesh *m, Str op, IntList *ret) {
        const MeshChange *c = mesh_change(m);
        int64_t face;
        Str name;

        if (op_name(cx, op, &face, &name)) {
                *list_push(cx->arena, ret) = face;
                return;
        }
        add(cx, c->born, c->born_n, ret);
        add(cx, c->gone, c->gone_n, ret);
        add(cx, c->reshaped, c->reshaped_n, ret);
        add(cx, c->retagged, c->retagged_n, ret);
}
