/* Bytes of a connection through the real library, the strict reading of the head, the routes and the problems; one thread, no
 * listening socket. What reaches an answerer must be clean text, and what comes back must be HTTP. */
#include "http/http_int.h"
#include <stdlib.h>

static void must(bool good) {
        if (!good)
                abort();
}

static void check_request(const HttpRequest *req) {
        must(str_utf8_valid(req->path) && req->path.n &&
             (req->path.p[0] == '/' || str_eq(req->path, S("*"))));
        must(!str_contains(req->path, S("/../")) && !str_contains(req->path, S("//")));
        must(!memchr(req->path.p, '\\', req->path.n) && !memchr(req->path.p, '\n', req->path.n));
        for (size_t i = 0; i < req->query.n; i++)
                must(str_utf8_valid(req->query.v[i].name) && str_utf8_valid(req->query.v[i].value));
        for (size_t i = 0; i < req->headers.n; i++) {
                must(req->headers.v[i].name.n > 0 && str_utf8_valid(req->headers.v[i].value));
                must(!req->headers.v[i].value.n ||
                     !memchr(req->headers.v[i].value.p, '\n', req->headers.v[i].value.n));
        }
}

static bool early(Cx *cx, HttpRequest *req, HttpReply *reply, size_t *ret_limit) {
        Str allow;

        (void)ret_limit;
        check_request(req);
        if (http_static_quick(cx, req, reply))
                return false;
        if (req->query.n == 3) {
                http_route_refused(cx, req, http_route(cx, req, &allow), allow, reply);
                return reply->status == 0;
        }
        return true;
}

static void answer(Cx *cx, HttpRequest *req, HttpReply *reply) {
        Str allow, cookie = http_cookie(req, cx->arena, "wangge");
        Rc rc;

        check_request(req);
        must(req->body.n <= 64 << 10);
        request_forwarded(cx, req);
        cx->lang = http_lang(req);
        if (http_static(cx, req, reply))
                return;
        rc = http_route(cx, req, &allow);
        if (rc != OK) {
                http_route_refused(cx, req, rc, allow, reply);
                return;
        }
        *reply = (HttpReply){ .status = 200, .type = "text/plain", .body = BUF_IN(cx->arena) };
        http_reply_header(cx, reply, "X-Seen", cookie.n ? cookie : req->path);
        buf_str(&reply->body, req->body);
}

static bool at_start;

static void got(const char *p, size_t n) {
        if (at_start)
                must(n >= 7 && memcmp(p, "HTTP/1.", 7) == 0);
        at_start = false;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
        (void)argc;
        (void)argv;
        log_level(LOG_ERROR_ + 1);
        listen_fuzz_start(early, answer);
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
        uint64_t from, length;

        at_start = true;
        listen_fuzz_feed(bytes, n, got);
        if (range_read((Str){ (const char *)bytes, n }, n, &from, &length) == 206)
                must(from + length <= n && length > 0);
        must(listen_gauges().in_flight == 0 && listen_gauges().bodies == 0);
        return 0;
}
