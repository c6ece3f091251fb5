/* Which row of the contract a path belongs to: a tree over the segments of all rows, so that a request costs as many steps as its
 * path has segments. A literal goes before a {name}; a {name} with a kind (int, code, sha256) before a plain one. */
#include "http/http_int.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { METHODS = HTTP_OTHER, TEXT_MAX = 256 };

typedef struct Node Node;
struct Node {
        Node *next; /* the next child of the same parent: literals sorted before values */
        Node *children;
        Str text;  /* a literal's own; of a value the literal after it ("{y}.mvt") */
        char kind; /* 0 literal; i c s t of a value */
        const Route *rows[METHODS];
        bool ends; /* some row ends here */
};

struct RouteTree {
        Arena *arena;
        Node root;
};

/* Order among children: literals, then values with a kind, then values with a tail, then plain text. */
static int rank_of(const Node *n) {
        if (!n->kind)
                return 0;
        return n->kind != 't' ? 1 : n->text.n ? 2 : 3;
}

static Node *child_at(Arena *a, Node *parent, Str text, char kind) {
        Node **at, *made, probe = { .text = text, .kind = kind };

        for (Node *n = parent->children; n; n = n->next)
                if (n->kind == kind && str_eq(n->text, text))
                        return n;
        for (at = &parent->children; *at && rank_of(*at) <= rank_of(&probe); at = &(*at)->next)
                ;
        made = TAKE(a, Node);
        *made = (Node){ .next = *at, .text = text, .kind = kind };
        return *at = made;
}

static bool next_segment(Str *path, Str *ret) {
        Str rest;

        if (!path->n)
                return false;
        assert(path->p[0] == '/');
        rest = str_sub(*path, 1, path->n);
        if (str_cut(rest, '/', ret, path))
                *path = (Str){ path->p - 1, path->n + 1 };
        else
                *ret = rest, *path = STR_NONE;
        return true;
}

static void insert(RouteTree *t, const Route *row) {
        Node *at = &t->root;
        Str path = str_c(row->path), segment, name, tail;
        const char *kinds = row->path_kinds;

        while (next_segment(&path, &segment)) {
                if (segment.n && segment.p[0] == '{') {
                        bool closed = str_cut(segment, '}', &name, &tail);

                        assert(closed && *kinds);
                        at = child_at(t->arena, at, tail, *kinds++);
                } else {
                        at = child_at(t->arena, at, segment, 0);
                }
        }
        assert(row->method < HTTP_OTHER &&
               !at->rows[row->method]); /* no two rows for the same path and method */
        at->rows[row->method] = row;
        at->ends = true;
}

RouteTree *route_tree_new(const Route *rows, int count) {
        RouteTree *t = calloc(1, sizeof *t);

        if (!t)
                abort();
        t->arena = arena_new(0);
        for (int i = 0; i < count; i++)
                insert(t, &rows[i]);
        return t;
}

void route_tree_free(RouteTree *t) {
        arena_free(t->arena);
        free(t);
}

static bool value_fits(char kind, Str v) {
        int64_t n;

        switch (kind) {
        case 'i': return str_digits(v) && v.n <= 19 && (v.n == 1 || v.p[0] != '0') && str_int(v, &n);
        case 'c':
                return str_digits(v) && v.n <= 15 &&
                       (v.n == 2 || v.n == 4 || v.n == 6 || v.n == 9 || v.n == 12 || v.n == 15);
        case 's':
                for (size_t i = 0; i < v.n; i++)
                        if (!((v.p[i] >= '0' && v.p[i] <= '9') || (v.p[i] >= 'a' && v.p[i] <= 'f')))
                                return false;
                return v.n == 64;
        default: return v.n > 0 && v.n <= TEXT_MAX;
        }
}

/* The node where the path ends, with the values on the way; goes back when a literal leads nowhere. */
static const Node *walk(const Node *at, Str path, Str *values, int used) {
        Str segment;

        if (!next_segment(&path, &segment))
                return at->ends ? at : NULL;
        for (const Node *n = at->children; n; n = n->next) {
                const Node *found;
                int more = 0;

                if (!n->kind) {
                        if (!str_eq(n->text, segment))
                                continue;
                } else {
                        if (used == (int)ARRAY_LEN(((HttpRequest *)0)->path_values) ||
                            !str_ends(segment, n->text) ||
                            !value_fits(n->kind, str_sub(segment, 0, segment.n - n->text.n)))
                                continue;
                        values[used] = str_sub(segment, 0, segment.n - n->text.n);
                        more = 1;
                }
                found = walk(n, path, values, used + more);
                if (found)
                        return found;
        }
        return NULL;
}

static Str allow_of(Arena *a, const Node *n) {
        Buf b = BUF_IN(a);

        for (int m = 0; m < METHODS; m++) {
                if (!(n->rows[m] || (m == HTTP_HEAD && n->rows[HTTP_GET]) || m == HTTP_OPTIONS))
                        continue;
                buf_c(&b, b.n ? ", " : "");
                buf_c(&b, method_name((HttpMethod)m));
        }
        return buf_view(&b);
}

Rc route_find(Cx *cx, const RouteTree *t, HttpRequest *req, Str *ret_allow) {
        Str values[ARRAY_LEN(req->path_values)] = { 0 };
        HttpMethod method = req->method;
        const Node *n = NULL;

        if (req->path.n && req->path.p[0] == '/')
                n = walk(&t->root, req->path, values, 0);
        if (!n)
                return fail_zh(cx, P_NOT_FOUND, STR_NONE, "There is nothing at this address");
        if (method == HTTP_HEAD && !n->rows[HTTP_HEAD])
                method = HTTP_GET;
        if (method == HTTP_OTHER || !n->rows[method]) {
                *ret_allow = allow_of(cx->arena, n);
                return fail(cx, P_METHOD_NOT_ALLOWED, "This address takes " STR_FMT, STR_ARG(*ret_allow));
        }
        req->route = n->rows[method];
        memcpy(req->path_values, values, sizeof values);
        return OK;
}

/* ---- the contract's own rows ---- */

static pthread_once_t contract_once = PTHREAD_ONCE_INIT;
static RouteTree *contract_tree;

static void contract_read(void) { contract_tree = route_tree_new(routes, route_count); }

Rc http_route(Cx *cx, HttpRequest *req, Str *ret_allow) {
        pthread_once(&contract_once, contract_read);
        *ret_allow = STR_NONE;
        return route_find(cx, contract_tree, req, ret_allow);
}

void http_route_refused(Cx *cx, const HttpRequest *req, Rc rc, Str allow, HttpReply *reply) {
        if (req->method == HTTP_OPTIONS && (str_given(allow) || str_eq(req->path, S("*")))) {
                *reply = (HttpReply){ .status = 204 };
                cx->problem = (Problem){ 0 };
                if (!str_given(allow))
                        allow = S("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        } else {
                http_problem(cx, rc, reply);
        }
        if (str_given(allow))
                http_reply_header(cx, reply, "Allow", allow);
}

Str path_str(const Cx *cx, const char *name) {
        Str path = str_c(cx->req->route->path), segment, inner, tail;
        int index = 0;

        while (next_segment(&path, &segment)) {
                if (!segment.n || segment.p[0] != '{')
                        continue;
                if (str_cut(str_sub(segment, 1, segment.n), '}', &inner, &tail) && str_eq_c(inner, name))
                        return cx->req->path_values[index];
                index++;
        }
        abort(); /* the contract's path has no such name */
}

int64_t path_int(const Cx *cx, const char *name) {
        int64_t n = 0;
        bool good = str_int(path_str(cx, name), &n);

        assert(good);
        return n;
}
