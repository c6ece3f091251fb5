/* The JSON readers against jansson: the same texts are accepted, the same trees are read, what is written reads back.
 * base/json_corpus_test.c runs the committed corpus through the same comparison. */
#include "base/json.h"
#include "contract.gen.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- a shape with every kind -------------------------------------------- */

typedef struct Leaf {
        Str name;
        OptInt count;
        struct Leaf *leaf;
} Leaf;

typedef struct LeafList {
        Leaf *v;
        size_t n, cap;
} LeafList;

typedef struct Tree {
        Str text, line, date, code, sha256, uuid, phone, json;
        int64_t whole;
        OptInt opt_whole, opt_time, opt_lon;
        OptNum opt_num;
        OptBool opt_yes;
        int opt_word;
        Leaf *opt_leaf;
        StrList texts;
        IntList wholes, words;
        LeafList leaves;
} Tree;

static const char *const colours[] = { "", "red", "green", "blue" };
static const JsonEnum colour = { "Colour", colours, 3 };
static const JsonShape leaf_shape;

#define AT(T, m) .name = #m, .offset = offsetof(T, m), .zh = "标签", .en = "Label"
#define ANY .lo = INT64_MIN, .hi = INT64_MAX
static const JsonField leaf_fields[] = {
        { AT(Leaf, name), .kind = J_TEXT, .hi = 100 },
        { AT(Leaf, count), .kind = J_INT, ANY, .optional = true },
        { AT(Leaf, leaf), .kind = J_SHAPE, .optional = true, .shape = &leaf_shape },
};
static const JsonShape leaf_shape = { "Leaf", sizeof(Leaf), ARRAY_LEN(leaf_fields), leaf_fields, true };
static const JsonField tree_fields[] = {
        { AT(Tree, text), .kind = J_TEXT, .optional = true, .hi = 2000 },
        { AT(Tree, line), .kind = J_LINE, .optional = true, .lo = 1, .hi = 20 },
        { AT(Tree, date), .kind = J_DATE, .optional = true },
        { AT(Tree, code), .kind = J_CODE, .optional = true },
        { AT(Tree, sha256), .kind = J_SHA256, .optional = true },
        { AT(Tree, uuid), .kind = J_UUID, .optional = true },
        { AT(Tree, phone), .kind = J_PHONE, .optional = true },
        { AT(Tree, json), .kind = J_JSON, .optional = true },
        { AT(Tree, whole), .kind = J_INT, ANY },
        { AT(Tree, opt_whole), .kind = J_INT, .optional = true, .lo = 0, .hi = 10 },
        { AT(Tree, opt_time), .kind = J_TIME, .optional = true },
        { AT(Tree, opt_lon), .kind = J_LON, .optional = true },
        { AT(Tree, opt_num), .kind = J_NUM, .optional = true, ANY },
        { AT(Tree, opt_yes), .kind = J_BOOL, .optional = true },
        { AT(Tree, opt_word), .kind = J_ENUM, .optional = true, .words = &colour },
        { AT(Tree, opt_leaf), .kind = J_SHAPE, .optional = true, .shape = &leaf_shape },
        { AT(Tree, texts), .kind = J_LIST, .item = J_LINE, .optional = true, .hi = 5, .item_hi = 10 },
        { AT(Tree, wholes), .kind = J_LIST, .item = J_INT, .optional = true, .hi = 5, .item_lo = -5,
          .item_hi = 1 << 30 },
        { AT(Tree, words), .kind = J_LIST, .item = J_ENUM, .optional = true, .hi = 5, .words = &colour },
        { AT(Tree, leaves), .kind = J_LIST, .item = J_SHAPE, .optional = true, .hi = 5,
          .shape = &leaf_shape },
};
static const JsonShape tree_shape = { "Tree", sizeof(Tree), ARRAY_LEN(tree_fields), tree_fields, true };

/* ---- comparing -------------------------------------------- */

static bool same_number(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

static bool same_tree(const JsonNode *a, json_t *b) {
        const JsonNode *m = a->first;

        switch (a->type) {
        case JT_NULL: return json_is_null(b);
        case JT_BOOL: return json_is_boolean(b) && a->b == json_is_true(b);
        case JT_NUM: return json_is_number(b) && same_number(a->num, json_number_value(b));
        case JT_STR:
                return json_is_string(b) &&
                       str_eq(a->text, (Str){ json_string_value(b), json_string_length(b) });
        case JT_ARR:
                if (!json_is_array(b) || a->count != json_array_size(b))
                        return false;
                for (size_t i = 0; m; m = m->next, i++)
                        if (!same_tree(m, json_array_get(b, i)))
                                return false;
                return true;
        case JT_OBJ:
                if (!json_is_object(b) || a->count != json_object_size(b))
                        return false;
                for (; m; m = m->next) {
                        json_t *other = json_object_getn(b, m->name.p, m->name.n);

                        if (!other || !same_tree(m, other))
                                return false;
                }
                return true;
        }
        return false;
}

static json_t *reference(Str text) {
        json_error_t error;

        return json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL,
                          &error);
}

/* What the two are meant to differ in: zero bytes and depth. Depth is counted generously, brackets in strings too. */
static bool comparable(Str text) {
        size_t open = 0;

        if (text.n && memchr(text.p, 0, text.n))
                return false;
        for (size_t i = 0; i < text.n; i++)
                open += text.p[i] == '[' || text.p[i] == '{';
        return open <= 32;
}

static const char *compare_tree(Cx *cx, Str text, json_t *expected) {
        JsonNode *node, *again;
        Buf written = BUF_IN(cx->arena);
        json_t *back;
        bool same;

        if (json_parse(cx, text, &node) != OK)
                return expected && comparable(text) ? "the tree reader refuses what jansson reads" : NULL;
        if (!expected)
                return comparable(text) ? "the tree reader takes what jansson refuses" : NULL;
        if (!same_tree(node, expected))
                return "another tree than jansson's";
        json_write(&written, node);
        back = reference(buf_view(&written));
        same = back && same_tree(node, back);
        json_decref(back);
        return same && json_parse(cx, buf_view(&written), &again) == OK
                       ? NULL
                       : "what the tree writer writes is another tree";
}

static const char *compare_struct(Cx *cx, Str text, json_t *expected) {
        Buf first = BUF_IN(cx->arena), second = BUF_IN(cx->arena);
        void *value;
        json_t *back;
        Rc rc;

        cx->problem = (Problem){ 0 };
        rc = json_decode(cx, &tree_shape, text, &value);
        if (rc != OK && cx->problem.code == P_INPUT_INVALID && !cx->problem.errors.n)
                return "invalid, but no field is named";
        if (rc != OK && cx->problem.code == P_INPUT_SYNTAX)
                return expected && comparable(text) ? "the struct reader refuses what jansson reads" : NULL;
        if (!expected)
                return comparable(text) ? "the struct reader takes what jansson refuses" : NULL;
        if (rc != OK)
                return NULL;
        json_encode(&first, &tree_shape, value);
        back = reference(buf_view(&first));
        if (!back)
                return "jansson refuses what the struct writer writes";
        json_decref(back);
        if (json_decode(cx, &tree_shape, buf_view(&first), &value) != OK)
                return "the struct reader refuses what the struct writer writes";
        json_encode(&second, &tree_shape, value);
        return str_eq(buf_view(&first), buf_view(&second)) ? NULL : "a second round gives another text";
}

/* The same bytes as name=value lines. */
static const char *compare_pairs(Cx *cx, Str text) {
        Str names[40], values[40], line, rest = text;
        size_t n = 0;
        void *value;
        Rc rc;

        while (n < ARRAY_LEN(names) && rest.n) {
                if (!str_cut(rest, '\n', &line, &rest)) {
                        line = rest;
                        rest = STR_NONE;
                }
                if (str_cut(line, '=', &names[n], &values[n]))
                        n++;
        }
        cx->problem = (Problem){ 0 };
        rc = json_decode_pairs(cx, &tree_shape, names, values, n, &value);
        return rc == OK || cx->problem.errors.n ? NULL : "pairs refused, but no field is named";
}

/* What is wrong with our readers on this text; NULL when nothing is. */
static const char *json_differs(const uint8_t *data, size_t size) {
        Str text = { (const char *)data, size };
        Cx *cx = cx_new(0);
        json_t *expected = reference(text);
        const char *why = compare_tree(cx, text, expected);

        if (!why)
                why = compare_struct(cx, text, expected);
        if (!why)
                why = compare_pairs(cx, text);
        json_decref(expected);
        cx_free(cx);
        return why;
}

#ifndef CORPUS_TEST
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        const char *why = json_differs(data, size);

        if (why) {
                fprintf(stderr, "%s\n", why);
                abort();
        }
        return 0;
}
#endif
