/* JSON as a tree of nodes: configuration, geometry, whatever has no shape in the contract. */
#include "base/json_int.h"

enum { NODE_BLOCK = 64 }; /* nodes are taken by the block once a text has more than a few */

static bool node_value(JsonIn *in, JsonNode *node);

static JsonNode *node_new(JsonIn *in) {
        if (!in->nodes_left) {
                in->nodes_left = in->nodes ? NODE_BLOCK : 8;
                in->nodes = TAKE_ARRAY(in->cx->arena, JsonNode, in->nodes_left);
                if (arena_over(in->cx->arena)) {
                        json_wrong(in, JSON_TOO_BIG, in->p);
                        return NULL;
                }
        }
        in->nodes_left--;
        return in->nodes++;
}

static bool node_add(JsonIn *in, JsonNode *parent, JsonNode ***tail, Str name) {
        JsonNode *child = node_new(in);

        if (!child)
                return false;
        child->name = name;
        **tail = child;
        *tail = &child->next;
        parent->count++;
        return node_value(in, child);
}

static bool node_members(JsonIn *in, JsonNode *node, char close) {
        JsonNode **tail = &node->first;
        size_t base = in->names.n;
        uint64_t seen = 0;

        in->p++;
        json_space(in);
        if (*in->p == close)
                return in->p++, true;
        for (;;) {
                Str name = STR_NONE;

                if (close == '}' && !json_name(in, base, &seen, &name))
                        return false;
                if (!node_add(in, node, &tail, name))
                        return false;
                json_space(in);
                if (*in->p == close)
                        return in->p++, json_names_end(in, base);
                if (*in->p != ',')
                        return json_wrong(in, JSON_COMMA, in->p);
                in->p++;
                json_space(in);
        }
}

static bool node_string(JsonIn *in, JsonNode *node) {
        JsonRaw raw;

        if (!json_string(in, &raw))
                return false;
        node->type = JT_STR;
        node->text = json_unescape(in, &raw);
        return true;
}

static bool node_number(JsonIn *in, JsonNode *node) {
        JsonNumber n;

        if (*in->p != '-' && (*in->p < '0' || *in->p > '9'))
                return json_wrong(in, JSON_VALUE, in->p);
        if (!json_number(in, &n) || !json_number_finite(in, &n, &node->num))
                return false;
        node->type = JT_NUM;
        node->text = n.text;
        return true;
}

static bool node_value(JsonIn *in, JsonNode *node) {
        bool fine;

        node->line = in->line;
        node->column = (uint32_t)(in->p - in->line_start) + 1;
        switch (*in->p) {
        case '"': return node_string(in, node);
        case '{':
        case '[':
                node->type = *in->p == '{' ? JT_OBJ : JT_ARR;
                fine = json_open(in) && node_members(in, node, *in->p == '{' ? '}' : ']');
                in->depth--;
                return fine;
        case 't':
        case 'f':
                node->type = JT_BOOL;
                node->b = *in->p == 't';
                return node->b ? json_literal(in, "true", 4) : json_literal(in, "false", 5);
        case 'n': node->type = JT_NULL; return json_literal(in, "null", 4);
        default: return node_number(in, node);
        }
}

Rc json_parse(Cx *cx, Str text, JsonNode **ret) {
        JsonNode *root = TAKE(cx->arena, JsonNode);
        JsonIn in;

        json_in(&in, cx, text);
        json_space(&in);
        if (!node_value(&in, root) || !json_end(&in))
                return json_syntax(&in);
        *ret = root;
        return OK;
}

const JsonNode *json_get(const JsonNode *obj, const char *name) {
        if (!obj || obj->type != JT_OBJ)
                return NULL;
        for (const JsonNode *m = obj->first; m; m = m->next)
                if (str_eq_c(m->name, name))
                        return m;
        return NULL;
}

Str json_text(const JsonNode *obj, const char *name) {
        const JsonNode *m = json_get(obj, name);

        return m && m->type == JT_STR ? m->text : STR_NONE;
}

bool json_int(const JsonNode *obj, const char *name, int64_t *ret) {
        const JsonNode *m = json_get(obj, name);

        return m && m->type == JT_NUM && str_int(m->text, ret);
}

bool json_bool(const JsonNode *obj, const char *name, bool otherwise) {
        const JsonNode *m = json_get(obj, name);

        return m && m->type == JT_BOOL ? m->b : otherwise;
}

void json_write(Buf *b, const JsonNode *node) {
        bool object = node->type == JT_OBJ;

        switch (node->type) {
        case JT_NULL: buf_c(b, "null"); break;
        case JT_BOOL: buf_c(b, node->b ? "true" : "false"); break;
        case JT_NUM:
                if (node->text.n)
                        buf_str(b, node->text);
                else
                        buf_json_num(b, node->num);
                break;
        case JT_STR: buf_json_str(b, node->text); break;
        case JT_ARR:
        case JT_OBJ:
                buf_char(b, object ? '{' : '[');
                for (const JsonNode *m = node->first; m; m = m->next) {
                        if (m != node->first)
                                buf_char(b, ',');
                        if (object) {
                                buf_json_str(b, m->name);
                                buf_char(b, ':');
                        }
                        json_write(b, m);
                }
                buf_char(b, object ? '}' : ']');
                break;
        }
}
