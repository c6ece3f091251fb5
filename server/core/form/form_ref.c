/* Addresses within schemas: $id, $anchor, $dynamicAnchor; $ref and $dynamicRef joined to what they name. Nothing is fetched: an
 * address is in the document itself, in one that the caller knows, or it is the draft's own meta-schema. */
#include "core/form/form_int.h"

static const char draft[] = "https://json-schema.org/draft/2020-12/schema";

Schema *schema_of(const Compiler *c, const JsonNode *node) {
        return map_get(&c->schemas, (Str){ (const char *)&node, sizeof node });
}

static Resource *resource_new(Compiler *c, Str uri, const JsonNode *root) {
        Resource *r = TAKE(c->cx->arena, Resource);

        r->uri = uri;
        r->root = root;
        map_init(&r->anchors, c->cx->arena);
        map_init(&r->dynamic_anchors, c->cx->arena);
        return r;
}

static Rc fault_at(Compiler *c, const JsonNode *m, const Place *at, const char *zh, const char *en) {
        Place here = { at, m->name, 0 };

        return form_fault(c->cx, m, place_pointer(c->cx->arena, &here), zh, "%s", en);
}

static Rc read_id(Compiler *c, Schema *s, const JsonNode *m, const Place *at) {
        Str document, fragment;

        if (m->type != JT_STR)
                return fault_at(c, m, at, "应为文字", "a string is wanted");
        uri_split(uri_resolve(c->cx->arena, s->resource->uri, m->text), &document, &fragment);
        if (fragment.n)
                return fault_at(c, m, at, "地址不能带片段", "an address with a fragment");
        if (s->resource->root == s->node) { /* the root of a document: this is its true address */
                s->resource->uri = document;
                if (map_get(&c->resources, document) && map_get(&c->resources, document) != s->resource)
                        return fault_at(c, m, at, "地址重复", "this address is given twice");
        } else {
                if (map_has(&c->resources, document))
                        return fault_at(c, m, at, "地址重复", "this address is given twice");
                s->resource = resource_new(c, document, s->node);
        }
        *map_at(&c->resources, document) = s->resource;
        return OK;
}

static bool is_anchor(Str s) {
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                bool letter = c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z');

                if (!letter && (!i || (c != '-' && c != '.' && !(c >= '0' && c <= '9'))))
                        return false;
        }
        return s.n > 0;
}

static Rc read_anchor(Compiler *c, Schema *s, const JsonNode *m, const Place *at, bool dynamic) {
        Resource *r = s->resource;

        if (m->type != JT_STR || !is_anchor(m->text))
                return fault_at(c, m, at, "锚点名称无效", "this cannot be the name of an anchor");
        if (map_has(&r->anchors, m->text))
                return fault_at(c, m, at, "锚点重复", "this anchor is given twice");
        *map_at(&r->anchors, m->text) = s;
        if (dynamic)
                *map_at(&r->dynamic_anchors, m->text) = s;
        return OK;
}

Rc schema_identify(Compiler *c, Schema *s, const Place *at) {
        const JsonNode *id = json_get(s->node, "$id"), *anchor = json_get(s->node, "$anchor"),
                       *dynamic = json_get(s->node, "$dynamicAnchor"),
                       *dialect = json_get(s->node, "$schema");

        if (dialect && !(dialect->type == JT_STR && str_eq_c(dialect->text, draft)))
                return fault_at(c, dialect, at, "只支持 JSON Schema 2020-12",
                                "only draft 2020-12 is understood");
        if (id)
                TRY(read_id(c, s, id, at));
        if (anchor)
                TRY(read_anchor(c, s, anchor, at, false));
        return dynamic ? read_anchor(c, s, dynamic, at, true) : OK;
}

Rc schema_document(Compiler *c, Str uri, const JsonNode *root, Schema **ret) {
        Resource *r = resource_new(c, uri, root);

        *map_at(&c->resources, uri) = r;
        return schema_compile(c, root, r, NULL, ret);
}

/* ---- finding -------------------------------------------- */

/* A document that is known beforehand: of the caller, or of the draft. *ret stays NULL when there is none. */
static Rc known_document(Compiler *c, Str uri, Resource **ret) {
        Str draft_text = { (const char *)form_draft, form_draft_len };
        JsonNode *root = NULL;
        Schema *s;

        for (size_t i = 0; i < c->options->known_count && !root; i++) {
                const FormKnown *k = &c->options->known[i];

                if (!str_eq(k->uri, uri))
                        continue;
                if (k->text.n > FORM_TEXT)
                        return form_fault(c->cx, NULL, uri, "表单过大", "too large a form");
                TRY(json_parse(c->cx, k->text, &root));
        }
        if (!root && str_starts(uri, S("https://json-schema.org/draft/2020-12/"))) {
                TRY(json_parse(c->cx, draft_text, &root));
                for (root = root->first; root && !str_eq(json_text(root, "$id"), uri); root = root->next)
                        ;
        }
        if (root)
                TRY(schema_document(c, uri, root, &s));
        *ret = map_get(&c->resources, uri);
        return OK;
}

static const JsonNode *child(const JsonNode *node, Str step) {
        int64_t index;

        if (node->type == JT_OBJ) {
                for (const JsonNode *m = node->first; m; m = m->next)
                        if (str_eq(m->name, step))
                                return m;
                return NULL;
        }
        if (node->type != JT_ARR || !str_int(step, &index) || index < 0 || (step.n > 1 && step.p[0] == '0'))
                return NULL;
        for (const JsonNode *m = node->first; m; m = m->next)
                if (index-- == 0)
                        return m;
        return NULL;
}

static Str unescape_step(Arena *a, Str step) {
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < step.n; i++) {
                bool tilde =
                        step.p[i] == '~' && i + 1 < step.n && (step.p[i + 1] == '0' || step.p[i + 1] == '1');

                buf_char(&b, !tilde ? step.p[i] : step.p[i + 1] == '0' ? '~' : '/');
                i += tilde;
        }
        return buf_view(&b);
}

/* The schema at a JSON pointer below a resource's root. One that lies where no keyword puts schemas is compiled now. */
static Rc at_pointer(Compiler *c, Resource *r, Str pointer, Schema **ret) {
        const JsonNode *node = r->root;
        Place *at = NULL;

        while (pointer.n && node) {
                const char *slash = memchr(pointer.p + 1, '/', pointer.n - 1);
                size_t n = slash ? (size_t)(slash - pointer.p) : pointer.n;
                Place *next = TAKE(c->cx->arena, Place);
                const Schema *here;

                *next = (Place){ at, unescape_step(c->cx->arena, str_sub(pointer, 1, n - 1)), 0 };
                at = next;
                node = child(node, at->name);
                here = node ? schema_of(c, node) : NULL;
                if (here)
                        r = here->resource;
                pointer = str_sub(pointer, n, pointer.n);
        }
        *ret = node ? schema_of(c, node) : NULL;
        if (!node || *ret || (node->type != JT_OBJ && node->type != JT_BOOL))
                return OK;
        return schema_compile(c, node, r, at, ret);
}

static Rc link_one(Compiler *c, const Pending *p) {
        Str place = str_fmt(c->cx->arena, STR_FMT "/" STR_FMT, STR_ARG(p->from->pointer),
                            STR_ARG(p->node->name));
        Str document, fragment;
        Schema *to = NULL;
        Resource *r;

        uri_split(uri_resolve(c->cx->arena, p->from->resource->uri, p->reference), &document, &fragment);
        if (!uri_unescape(c->cx->arena, fragment.p ? fragment : S(""), &fragment))
                return form_fault(c->cx, p->node, place, "引用格式错误", "a reference that cannot be read");
        r = map_get(&c->resources, document);
        if (!r)
                TRY(known_document(c, document, &r));
        if (!r)
                return form_fault(c->cx, p->node, place, "引用了别处的模式；不会联网获取",
                                  "'" STR_FMT "' is not in this form; nothing is fetched",
                                  STR_ARG(document));
        if (!fragment.n || fragment.p[0] == '/')
                TRY(at_pointer(c, r, fragment, &to));
        else
                to = map_get(&r->anchors, fragment);
        if (!to)
                return form_fault(c->cx, p->node, place, "引用的内容不存在", "'" STR_FMT "' is not there",
                                  STR_ARG(p->reference));
        if (!p->dynamic)
                return p->from->branches->ref = to, OK;
        p->from->branches->dynamic = to;
        if (map_get(&r->dynamic_anchors, fragment) == to)
                p->from->branches->dynamic_anchor = fragment;
        return OK;
}

Rc schema_link(Compiler *c) {
        for (size_t i = 0; i < c->pending.n; i++) { /* it grows while known documents come in */
                Pending p = c->pending.v[i];

                TRY(link_one(c, &p));
        }
        return OK;
}

/* ---- loops -------------------------------------------- */

static Rc height_of(Compiler *c, Schema *s, int depth, int *ret_height);

static Rc higher(Compiler *c, Schema *s, int depth, int *height) {
        int below = 0;

        if (s)
                TRY(height_of(c, s, depth + 1, &below));
        if (below > *height)
                *height = below;
        return OK;
}

static Rc higher_list(Compiler *c, const SchemaList *list, int depth, int *height) {
        for (size_t i = 0; i < list->n; i++)
                TRY(higher(c, list->v[i], depth, height));
        return OK;
}

/* The longest way of schemas that all look at the same place of the instance; endless when one leads back to itself. */
static Rc height_of(Compiler *c, Schema *s, int depth, int *ret_height) {
        const Branches *b = s->branches;
        int height = 0;

        if (s->height > 0)
                return *ret_height = s->height, OK;
        if (s->height < 0 || depth > FORM_CHAIN)
                return form_fault(
                        c->cx, s->node, s->pointer, "模式引用了自身，没有尽头",
                        "a schema that leads back to itself without end, or through more than %d others",
                        FORM_CHAIN);
        s->height = -1;
        if (b) {
                TRY(higher_list(c, &b->all, depth, &height));
                TRY(higher_list(c, &b->any, depth, &height));
                TRY(higher_list(c, &b->one, depth, &height));
                TRY(higher(c, b->not, depth, &height));
                TRY(higher(c, b->if_, depth, &height));
                TRY(higher(c, b->then, depth, &height));
                TRY(higher(c, b->otherwise, depth, &height));
                TRY(higher(c, b->ref, depth, &height));
        }
        for (size_t i = 0; s->members && i < s->members->dependents.n; i++)
                TRY(higher(c, s->members->dependents.v[i].schema, depth, &height));
        if (++height > FORM_CHAIN)
                return form_fault(c->cx, s->node, s->pointer, "模式嵌套过深",
                                  "more than %d schemas for one place", FORM_CHAIN);
        s->height = (int8_t)height;
        *ret_height = height;
        return OK;
}

Rc schema_loops(Compiler *c) {
        int height;

        for (size_t i = 0; i < c->schemas.n; i++)
                TRY(height_of(c, c->schemas.entries[i].value, 0, &height));
        return OK;
}
