/* Between a request and its handler: decode by the route's shape, call, encode. Who may call is decided before, in app/gate. */
#include "http/http_int.h"
#include <strings.h>
#include <unistd.h>

static bool is_json(Str type) {
        Str name, params;

        if (!str_cut(type, ';', &name, &params))
                name = type, params = S("");
        name = str_trim(name);
        params = str_trim(params);
        if (name.n != 16 || strncasecmp(name.p, "application/json", 16) != 0)
                return false;
        return !params.n || (params.n == 13 && strncasecmp(params.p, "charset=utf-8", 13) == 0);
}

static Rc decode_query(Cx *cx, const HttpRequest *req, void **ret) {
        Str *names = TAKE_ARRAY(cx->arena, Str, req->query.n),
            *values = TAKE_ARRAY(cx->arena, Str, req->query.n);

        for (size_t i = 0; i < req->query.n; i++) {
                names[i] = req->query.v[i].name;
                values[i] = req->query.v[i].value;
        }
        return json_decode_pairs(cx, req->route->in, names, values, req->query.n, ret);
}

static Rc decode(Cx *cx, const HttpRequest *req, void **ret) {
        const Route *route = req->route;

        if (route->body == BODY_JSON && !is_json(http_header(req, "Content-Type")))
                return fail_zh(cx, P_INPUT_TYPE, S("请求内容须为 application/json"),
                               "Content-Type must be application/json");
        if (!route->in)
                return OK;
        if (route->body == BODY_JSON)
                TRY(json_decode(cx, route->in, req->body, ret));
        else
                TRY(decode_query(cx, req, ret));
        return arena_over(cx->arena) ? fail(cx, P_BODY_TOO_BIG, "what was sent needs too much memory") : OK;
}

static Rc encode(Cx *cx, const Route *route, const void *out, HttpReply *reply) {
        HttpReply made = { .status = route->status, .headers = reply->headers };

        if (route->out) {
                if (!out)
                        return fail(cx, P_SERVER_BUG, "%s gave no answer", route->name);
                made.type = "application/json";
                made.body = BUF_IN(cx->arena);
                json_encode(&made.body, route->out, out);
                if (arena_over(cx->arena))
                        return fail(cx, P_SERVER_BUG, "the answer of %s passes the ceiling", route->name);
        }
        *reply = made;
        return OK;
}

Rc http_decode(Cx *cx, HttpRequest *req, void **ret_in) { return decode(cx, req, ret_in); }

/* What a handler without a view of the reply wanted on it. */
static void copy_headers(Cx *cx, const HttpRequest *req, HttpReply *reply) {
        for (size_t i = 0; i < req->reply_headers.n; i++)
                http_reply_header(cx, reply, str_z(cx->arena, req->reply_headers.v[i].name),
                                  req->reply_headers.v[i].value);
}

void http_add_header(Cx *cx, const char *name, Str value) {
        if (cx->req)
                *list_push(cx->arena, &cx->req->reply_headers) = (HttpPair){ str_c(name), value };
}

Rc http_run(Cx *cx, HttpRequest *req, const void *in, HttpReply *reply) {
        const Route *route = req->route;
        HttpReply raw = { .status = route->status ? route->status : 200,
                          .headers = reply->headers,
                          .body = BUF_IN(cx->arena) };
        void *out = NULL;
        Rc rc;

        if (!route->raw) {
                TRY(route->handle(cx, in, &out));
                TRY(encode(cx, route, out, reply));
                copy_headers(cx, req, reply);
                return OK;
        }
        rc = route->raw(cx, in, &raw);
        if (rc == OK && arena_over(cx->arena))
                rc = fail(cx, P_SERVER_BUG, "the answer of %s passes the ceiling", route->name);
        if (rc != OK) {
                if (raw.stream)
                        stream_drop(raw.stream);
                if (raw.has_fd)
                        close(raw.fd);
                return rc;
        }
        *reply = raw;
        copy_headers(cx, req, reply);
        return OK;
}

Rc http_call(Cx *cx, HttpRequest *req, HttpReply *reply) {
        void *in = NULL;

        TRY(http_decode(cx, req, &in));
        return http_run(cx, req, in, reply);
}
