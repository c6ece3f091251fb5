/* Routing, decoding, problems, static files, ranges, rates: everything of this folder that needs no socket. */
#include "base/test.h"
#include "http/http_int.h"
#include <unistd.h>
#include <zlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const Route rows[] = {
        { .method = HTTP_GET, .path = "/api/cases", .path_kinds = "", .name = "list" },
        { .method = HTTP_POST, .path = "/api/cases", .path_kinds = "", .name = "create" },
        { .method = HTTP_GET, .path = "/api/cases/{id}", .path_kinds = "i", .name = "get" },
        { .method = HTTP_GET, .path = "/api/cases/{id}/log", .path_kinds = "i", .name = "log" },
        { .method = HTTP_GET, .path = "/api/cases/summary", .path_kinds = "", .name = "summary" },
        { .method = HTTP_GET,
          .path = "/api/cases/summary/{what}",
          .path_kinds = "t",
          .name = "summary_what" },
        { .method = HTTP_DELETE,
          .path = "/api/cases/{id}/posts/{post}",
          .path_kinds = "ii",
          .name = "post_end" },
        { .method = HTTP_GET, .path = "/api/places/{code}", .path_kinds = "c", .name = "place" },
        { .method = HTTP_PUT, .path = "/api/blobs/{sha256}", .path_kinds = "s", .name = "blob" },
        { .method = HTTP_GET,
          .path = "/api/tiles/{layer}/{z}/{x}/{y}.mvt",
          .path_kinds = "tiit",
          .name = "tile" },
        { .method = HTTP_GET, .path = "/api/any/{x}/z", .path_kinds = "t", .name = "any" },
        { .method = HTTP_GET, .path = "/api/any/y/w", .path_kinds = "", .name = "literal" },
};

typedef struct Found {
        Rc rc;
        const char *name;
        Str values[4], allow;
} Found;

static Found find(Cx *cx, HttpMethod method, const char *path) {
        RouteTree *t = route_tree_new(rows, ARRAY_LEN(rows));
        HttpRequest req = { .method = method, .path = str_c(path) };
        Found f = { .name = "" };

        f.rc = route_find(cx, t, &req, &f.allow);
        if (f.rc == OK)
                f.name = req.route->name;
        memcpy(f.values, req.path_values, sizeof f.values);
        route_tree_free(t);
        return f;
}

TEST(http__a_path_leads_to_its_row) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        static const char *const wanted[][2] = {
                { "/api/cases", "list" },
                { "/api/cases/12", "get" },
                { "/api/cases/12/log", "log" },
                { "/api/cases/summary", "summary" },
                { "/api/cases/summary/x", "summary_what" },
                { "/api/places/530103003", "place" },
                { "/api/tiles/places/3/4/5.mvt", "tile" },
                { "/api/any/y/w", "literal" },
                { "/api/any/y/z", "any" }, /* goes back from the literal */
        };

        for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
                CHECK_STR(str_c(find(cx, HTTP_GET, wanted[i][0]).name), str_c(wanted[i][1]));
        CHECK_STR(find(cx, HTTP_GET, "/api/tiles/places/3/4/5.mvt").values[3], S("5"));
        CHECK_STR(find(cx, HTTP_DELETE, "/api/cases/7/posts/9").values[1], S("9"));
        CHECK_STR(str_c(find(cx, HTTP_HEAD, "/api/cases/12").name), S("get"));
}

TEST(http__values_that_do_not_fit_their_kind_are_not_found) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        static const char *const nothing[] = {
                "/",
                "/api",
                "/api/cases/",
                "/api/cases/x",
                "/api/cases/-1",
                "/api/cases/01",
                "/api/cases/99999999999999999999",
                "/api/places/5301a",
                "/api/places/5",
                "/api/blobs/00",
                "/api/tiles/a/1/2/.mvt",
                "/api/tiles/a/1/2/3",
                "/api/cases/1/log/x",
                "/api/cases//log",
                "*",
                "",
        };

        for (size_t i = 0; i < ARRAY_LEN(nothing); i++) {
                CHECK_INT(find(cx, HTTP_GET, nothing[i]).rc, E_MISSING);
                CHECK_INT(cx->problem.code, P_NOT_FOUND);
        }
}

TEST(http__another_method_is_told_which_are_allowed) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Found f = find(cx, HTTP_DELETE, "/api/cases");
        HttpRequest req = { .method = HTTP_DELETE, .path = S("/api/cases") };
        HttpReply reply = { 0 };

        CHECK_INT(cx->problem.code, P_METHOD_NOT_ALLOWED);
        CHECK_STR(f.allow, S("GET, HEAD, POST, OPTIONS"));
        http_route_refused(cx, &req, f.rc, f.allow, &reply);
        CHECK_INT(reply.status, 405);
        CHECK(reply_has(&reply, "allow"));
        req.method = HTTP_OPTIONS;
        http_route_refused(cx, &req, f.rc, f.allow, &reply);
        CHECK_INT(reply.status, 204);
}

/* ---- heads ---- */

static Rc head(Cx *cx, const char *path, HttpRequest *req, Framing *f, size_t n, const HttpPair *headers) {
        RawHead raw = { .method = S("POST"), .path = str_c(path), .version = S("HTTP/1.1") };

        for (size_t i = 0; i < n; i++)
                *list_push(cx->arena, &raw.headers) = headers[i];
        *req = (HttpRequest){ 0 };
        return request_read(cx, &raw, req, f);
}

#define HEAD(path, ...) \
        head(cx, path, &req, &f, sizeof((HttpPair[]){ __VA_ARGS__ }) / sizeof(HttpPair), \
             (HttpPair[]){ __VA_ARGS__ })
#define H(name, value) \
        { S(name), S(value) }

TEST(http__paths_are_decoded_and_odd_ones_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        static const char *const odd[] = { "/a/../b",   "/a/..", "/./a",   "//a",   "/a//b",      "/a%2fb",
                                           "/a%2Fb",    "/a\\b", "/a%5cb", "/a%00", "/a%",        "/a%4",
                                           "/a%zz",     "/%c3",  "/%ff",   "a",     "",           "/a b",
                                           "/%2e%2e/a", "/a%0a", "/a#b",   "/\xff", "/%ed%a0%80", "*" };
        HttpRequest req;
        Framing f;

        for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
                Rc rc = HEAD(odd[i], H("Host", "x"));

                CHECK_INT(rc, E_INPUT);
                CHECK_INT(cx->problem.code, P_REQUEST_MALFORMED);
        }
        CHECK_OK(cx, HEAD("/b/%E6%9D%B1", H("Host", "x")));
        CHECK_STR(req.path, S("/b/東"));
        CHECK_OK(cx, HEAD("http://host:80/a.b/..c", H("Host", "x")));
        CHECK_STR(req.path, S("/a.b/..c"));
}

TEST(http__doubtful_framing_is_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpRequest req;
        Framing f;

        CHECK_FAILS(cx, P_REQUEST_MALFORMED, HEAD("/", H("Content-Length", "1")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED, HEAD("/", H("Host", "a"), H("Host", "a")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED, HEAD("/", H("Host", "a/b")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED,
                    HEAD("/", H("Host", "a"), H("Content-Length", "1"), H("content-length", "1")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED,
                    HEAD("/", H("Host", "a"), H("Content-Length", "1"), H("Transfer-Encoding", "chunked")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED,
                    HEAD("/", H("Host", "a"), H("Transfer-Encoding", "gzip, chunked")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED, HEAD("/", H("Host", "a"), H("Content-Length", "+1")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED, HEAD("/", H("Host", "a"), H("Bad Name", "1")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED, HEAD("/", H("Host", "a"), H("X", "a\rb")));
        CHECK_FAILS(cx, P_REQUEST_MALFORMED, HEAD("/", H("Host", "a"), H("X", "\xff")));
        CHECK_OK(cx, HEAD("/", H("Host", "a"), H("Content-Length", "17")));
        CHECK_INT(f.length, 17);
        CHECK_OK(cx, HEAD("/", H("Host", "a"), H("Transfer-Encoding", "Chunked")));
        CHECK_INT(f.kind, FRAME_CHUNKED);
}

TEST(http__only_the_last_forwarded_address_counts) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpRequest req;
        Framing f;

        CHECK_OK(cx, HEAD("/", H("Host", "a"), H("X-Forwarded-For", "1.2.3.4, 5.6.7.8"),
                          H("X-Forwarded-Proto", "https"), H("X-Request-Id", "abcdef-123")));
        request_forwarded(cx, &req);
        CHECK_STR(req.remote, S("5.6.7.8"));
        CHECK(req.secure);
        CHECK_STR(cx->request_id, S("abcdef-123"));
}

TEST(http__the_language_follows_the_weights) {
        static const struct {
                const char *header;
                Lang lang;
        } cases[] = { { "", LANG_ZH },
                      { "en", LANG_EN },
                      { "zh-CN,zh;q=0.9,en;q=0.8", LANG_ZH },
                      { "en-US,en;q=0.9,zh;q=0.8", LANG_EN },
                      { "fr", LANG_ZH },
                      { "en;q=0", LANG_ZH },
                      { "zh;q=0.5, en;q=0.75", LANG_EN } };

        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                HttpPair pair = { S("accept-language"), str_c(cases[i].header) };
                HttpRequest req = { .headers = { &pair, 1, 1 } };

                CHECK_INT(http_lang(&req), cases[i].lang);
        }
}

TEST(http__cookies_are_found_by_name) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpPair pairs[] = { H("Cookie", "a=1; wangge=tok=en; b=\"x\""), H("cookie", "c=3") };
        HttpRequest req = { .headers = { pairs, 2, 2 } };

        CHECK_STR(http_cookie(&req, cx->arena, "wangge"), S("tok=en"));
        CHECK_STR(http_cookie(&req, cx->arena, "b"), S("x"));
        CHECK_STR(http_cookie(&req, cx->arena, "c"), S("3"));
        CHECK(!str_given(http_cookie(&req, cx->arena, "gge")));
}

/* ---- problems ---- */

TEST(http__a_problem_tells_what_the_caller_may_know) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpReply reply;

        cx->request_id = S("r1");
        field_error(cx, S("/text"), "too-long", S("太长"), S("too \"long\""));
        http_problem(cx, fail_input(cx), &reply);
        CHECK_INT(reply.status, 422);
        CHECK_STR(str_c(reply.type), S("application/problem+json"));
        CHECK(str_contains(buf_view(&reply.body), S("\"code\":\"input.invalid\"")));
        CHECK(str_contains(buf_view(&reply.body), S("\"type\":\"/problems/input.invalid\"")));
        CHECK(str_contains(buf_view(&reply.body),
                           S("{\"pointer\":\"/text\",\"code\":\"too-long\",\"detail\":\"太长\"")));
        CHECK(str_contains(buf_view(&reply.body), S("\"en\":\"too \\\"long\\\"\"")));
        log_level(LOG_ERROR_ + 1);
        cx->problem = (Problem){ 0 };
        cx->lang = LANG_EN;
        http_problem(cx, fail(cx, P_SERVER_BUG, "secret of row 7"), &reply);
        CHECK_INT(reply.status, 500);
        CHECK(!str_contains(buf_view(&reply.body), S("secret")));
        CHECK(str_contains(buf_view(&reply.body), S("\"detail\":\"An internal error")));
        http_problem(cx, fail(cx, P_DB_UNAVAILABLE, "host=secret"), &reply);
        CHECK_INT(reply.status, 503);
        CHECK(reply_has(&reply, "Retry-After"));
        CHECK(!str_contains(buf_view(&reply.body), S("secret")));
        cx->problem = (Problem){ 0 };
        http_problem(cx, E_BUSY, &reply);
        CHECK_INT(reply.status, 500);
        log_level(LOG_INFO_);
}

TEST(http__every_problem_has_a_status) {
        for (int code = 1; code < problem_count; code++)
                CHECK(problem_status(code) >= 400 && problem_status(code) <= 599);
        CHECK_INT(problem_status(P_INPUT_SYNTAX), 400);
        CHECK_INT(problem_status(P_INPUT_TYPE), 415);
        CHECK_INT(problem_status(P_REQUEST_MALFORMED), 400);
        CHECK_INT(problem_status(P_METHOD_NOT_ALLOWED), 405);
        CHECK_INT(problem_status(P_HEADER_TOO_BIG), 431);
        CHECK_INT(problem_status(P_REQUEST_TIMEOUT), 408);
        CHECK_INT(problem_status(P_BODY_TOO_BIG), 413);
        CHECK_INT(problem_status(P_RATE_LIMITED), 429);
}

TEST(http__a_header_cannot_be_split) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpReply reply = { 0 };

        http_reply_header(cx, &reply, "X-A", S("1\r\nX-B: 2"));
        http_reply_header(cx, &reply, "x-a", S("3"));
        CHECK_INT(reply.headers.n, 1);
        CHECK_STR(reply.headers.v[0].value, S("3"));
        http_reply_header(cx, &reply, "Set-Cookie", S("a=1"));
        http_reply_header(cx, &reply, "Set-Cookie", S("b=\n2"));
        CHECK_INT(reply.headers.n, 3);
        CHECK_STR(reply.headers.v[2].value, S("b= 2"));
}

TEST(http__ranges_are_cut_to_the_file) {
        static const struct {
                const char *header;
                int status;
                uint64_t from, length;
        } cases[] = {
                { "bytes=0-9", 206, 0, 10 },
                { "bytes=90-", 206, 90, 10 },
                { "bytes=-10", 206, 90, 10 },
                { "bytes=-200", 206, 0, 100 },
                { "bytes=50-500", 206, 50, 50 },
                { "bytes=100-", 416, 0, 100 },
                { "bytes=-0", 416, 0, 100 },
                { "bytes=9-0", 200, 0, 100 },
                { "bytes=0-1,3-4", 200, 0, 100 },
                { "lines=0-1", 200, 0, 100 },
                { "bytes=a-b", 200, 0, 100 },
                { "", 200, 0, 100 },
                { "bytes=99999999999999999999-", 200, 0, 100 },
        };

        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                uint64_t from, length;

                CHECK_INT(range_read(str_c(cases[i].header), 100, &from, &length), cases[i].status);
                if (cases[i].status == 206) {
                        CHECK_INT(from, cases[i].from);
                        CHECK_INT(length, cases[i].length);
                }
        }
        CHECK_INT(range_read(S("bytes=-1"), 0, &(uint64_t){ 0 }, &(uint64_t){ 0 }), 416);
}

/* ---- rates ---- */

TEST(http__a_bucket_refills_evenly) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        int64_t wait = 0;

        for (int i = 0; i < 6; i++)
                CHECK(rate_take(cx, S("1.2.3.4/report"), 6, &wait));
        CHECK(!rate_take(cx, S("1.2.3.4/report"), 6, &wait));
        CHECK_INT(wait, 10);
        CHECK(rate_take(cx, S("1.2.3.5/report"), 6, &wait));
        cx->now_ms += 10 * MS_SECOND;
        CHECK(rate_take(cx, S("1.2.3.4/report"), 6, &wait));
        CHECK(!rate_take(cx, S("1.2.3.4/report"), 6, &wait));
        cx->now_ms += MS_DAY;
        for (int i = 0; i < 6; i++)
                CHECK(rate_take(cx, S("1.2.3.4/report"), 6, &wait));
        CHECK(!rate_take(cx, S("1.2.3.4/report"), 6, &wait));
        CHECK(rate_take(cx, S("x"), 0, &wait)); /* no limit */
}

TEST(http__a_flood_of_keys_does_not_free_an_empty_bucket) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        int64_t wait = 0;
        int freed = 0;

        for (int i = 0; i < 5; i++)
                (void)rate_take(cx, S("attacker"), 5, &wait);
        for (int i = 0; i < 40000; i++) {
                arena_reset(cx->arena);
                (void)rate_take(cx, str_fmt(cx->arena, "other %d", i), 5, &wait);
                freed += i % 1000 == 0 && rate_take(cx, S("attacker"), 5, &wait);
        }
        CHECK_INT(freed, 0);
}

/* ---- static files ---- */

static Str page_of(Str path, Buf *json) {
        buf_c(json, "{\"path\":");
        buf_json_str(json, path);
        buf_c(json, ",\"note\":\"</script>\"}");
        return buf_view(json);
}

static Rc boot(Cx *cx, Str path, Buf *ret_json) {
        if (str_eq(path, S("/b/none")))
                return fail_zh(cx, P_NOT_FOUND, S("没有这栋楼"), "no such building");
        if (str_eq(path, S("/b/busy")))
                return fail(cx, P_DB_BUSY, "later");
        (void)page_of(path, ret_json);
        return OK;
}

static void put_file(Arena *a, const char *name, const char *text) {
        FILE *f = fopen(str_fmt(a, "%s/%s", test_dir(), name).p, "w");

        if (!f)
                abort();
        fputs(text, f);
        fclose(f);
}

static void make_faces(Arena *a) {
        static const char *const dirs[] = { "public", "public/assets", "app", "app/assets", "console" };

        for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
                mkdir(str_fmt(a, "%s/%s", test_dir(), dirs[i]).p, 0700);
        put_file(a, "public/index.html",
                 "<html><script type=\"application/json\" id=\"boot\"></script></html>");
        put_file(a, "public/assets/main-Abcd1234.js", "1");
        put_file(a, "public/favicon.svg", "<svg/>");
        put_file(a, "app/index.html", "<html>app</html>");
        put_file(a, "app/index.html.br", "BROTLI");
        put_file(a, "app/index.html.gz", "GZIP");
        put_file(a, "app/sw.js", "sw");
        put_file(a, "app/.hidden", "x");
}

static bool get(Cx *cx, const char *path, const char *header, const char *value, HttpReply *reply) {
        HttpPair pair = { str_c(header), str_c(value) };
        HttpRequest req = { .method = HTTP_GET, .path = str_c(path), .headers = { &pair, 1, 1 } };

        *reply = (HttpReply){ 0 };
        cx->problem = (Problem){ 0 };
        return http_static(cx, &req, reply);
}

static Str header_of(const HttpReply *reply, const char *name) {
        for (size_t i = 0; i < reply->headers.n; i++)
                if (str_eq_c(reply->headers.v[i].name, name))
                        return reply->headers.v[i].value;
        return STR_NONE;
}

TEST(http__faces_are_served_from_memory) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpReply r;
        Str etag;

        make_faces(cx->arena);
        static_start(str_c(test_dir()));
        CHECK(get(cx, "/assets/main-Abcd1234.js", "", "", &r) && r.status == 200);
        CHECK_STR(header_of(&r, "Cache-Control"), S("public, max-age=31536000, immutable"));
        CHECK(get(cx, "/app/index.html", "Accept-Encoding", "gzip, br", &r));
        CHECK_STR(buf_view(&r.body), S("BROTLI"));
        CHECK(get(cx, "/app/cases/12", "Accept-Encoding", "gzip;q=1.0, br;q=0", &r));
        CHECK_STR(buf_view(&r.body), S("GZIP"));
        CHECK_STR(header_of(&r, "Cache-Control"), S("no-cache"));
        CHECK_STR(header_of(&r, "Content-Encoding"), S("gzip"));
        CHECK_STR(header_of(&r, "Vary"), S("Accept-Encoding"));
        etag = header_of(&r, "ETag");
        CHECK(get(cx, "/app/sw.js", "", "", &r) && r.status == 200);
        CHECK_STR(header_of(&r, "Cache-Control"), S("no-cache"));
        CHECK(get(cx, "/app/sw.js", "If-None-Match", str_z(cx->arena, header_of(&r, "ETag")), &r) &&
              r.status == 304);
        CHECK(get(cx, "/app/sw.js", "If-None-Match", str_z(cx->arena, etag), &r) && r.status == 200);
        CHECK(get(cx, "/favicon.svg", "", "", &r) && r.status == 200);
        CHECK_STR(str_c(r.type), S("image/svg+xml"));
        CHECK(get(cx, "/app/none.js", "", "", &r) && r.status == 404);
        CHECK(get(cx, "/app/.hidden", "", "", &r) && r.status == 404);
        CHECK(get(cx, "/console/", "", "", &r) && r.status == 503); /* not built */
        CHECK(get(cx, "/app", "", "", &r) && r.status == 308);
        CHECK(!get(cx, "/api/cases", "", "", &r));
        static_stop();
}

TEST(http__an_unknown_address_is_a_page_for_people_and_a_problem_for_programs) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        static const char people[] = "text/html,application/xhtml+xml,*/*;q=0.8";
        HttpReply r, home;

        make_faces(cx->arena);
        static_start(str_c(test_dir()));
        CHECK(get(cx, "/", "", "", &home) && home.status == 200);
        CHECK(get(cx, "/other", "Accept", people, &r) && r.status == 404);
        CHECK_STR(buf_view(&r.body), buf_view(&home.body));
        CHECK_STR(header_of(&r, "Cache-Control"), S("no-store"));
        CHECK(get(cx, "/app/none.js", "Accept", people, &r) && r.status == 404);
        CHECK_STR(str_c(r.type), S("text/html; charset=utf-8"));
        CHECK(get(cx, "/other", "Accept", "*/*", &r) && r.status == 404);
        CHECK_STR(str_c(r.type), S("application/problem+json"));
        CHECK(get(cx, "/other", "", "", &r) && r.status == 404);
        CHECK_STR(str_c(r.type), S("application/problem+json"));
        CHECK(get(cx, "/console/", "Accept", people, &r) && r.status == 503); /* not built */
        static_stop();
}

TEST(http__the_public_page_carries_its_first_data) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpReply r;

        make_faces(cx->arena);
        static_start(str_c(test_dir()));
        http_on_boot(boot);
        CHECK(get(cx, "/b/东1", "", "", &r) && r.status == 200);
        CHECK(str_contains(buf_view(&r.body),
                           S("id=\"boot\">{\"path\":\"/b/东1\",\"note\":\"\\u003c/script>\"}</script>")));
        CHECK(get(cx, "/b/东1", "If-None-Match", str_z(cx->arena, header_of(&r, "ETag")), &r) &&
              r.status == 304);
        CHECK(get(cx, "/b/none", "", "", &r) && r.status == 404);
        CHECK(str_contains(buf_view(&r.body), S("id=\"boot\">{\"problem\":{\"type\"")));
        CHECK(get(cx, "/b/busy", "", "", &r) && r.status == 200); /* the page asks by itself */
        CHECK(str_contains(buf_view(&r.body), S("id=\"boot\"></script>")));
        http_on_boot(NULL);
        static_stop();
}

TEST(http__a_rebuilt_face_is_noticed) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpReply r;

        make_faces(cx->arena);
        static_start(str_c(test_dir()));
        put_file(cx->arena, "app/sw.js", "second");
        static_refresh();
        CHECK(get(cx, "/app/sw.js", "", "", &r));
        CHECK_STR(buf_view(&r.body), S("sw")); /* the build may still be going on */
        static_refresh();
        CHECK(get(cx, "/app/sw.js", "", "", &r));
        CHECK_STR(buf_view(&r.body), S("second"));
        put_file(cx->arena, "app/sw.js", "the third");
        http_reload();
        CHECK(static_is_asked());
        static_refresh();
        CHECK(!static_is_asked() && get(cx, "/app/sw.js", "", "", &r));
        CHECK_STR(buf_view(&r.body), S("the third"));
        static_stop();
}

static void drop_file(Arena *a, const char *name) {
        if (unlink(str_fmt(a, "%s/%s", test_dir(), name).p) < 0)
                abort();
}

TEST(http__names_of_the_build_before_go_on_working) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpReply r;

        make_faces(cx->arena);
        put_file(cx->arena, "public/assets/main-Abcd1234.js.br", "BR");
        static_start(str_c(test_dir()));
        drop_file(cx->arena, "public/assets/main-Abcd1234.js");
        drop_file(cx->arena, "public/assets/main-Abcd1234.js.br");
        drop_file(cx->arena, "public/index.html"); /* a build has begun */
        http_reload();
        static_refresh();
        CHECK(get(cx, "/", "", "", &r) && r.status == 200);
        put_file(cx->arena, "public/index.html", "<p>new</p>");
        put_file(cx->arena, "public/assets/main-Efgh5678.js", "new");
        for (int i = 0; i < 2; i++) { /* the second time the name comes from the snapshot before */
                put_file(cx->arena, "app/sw.js", i ? "b" : "aa");
                http_reload();
                static_refresh();
                CHECK(get(cx, "/", "", "", &r));
                CHECK_STR(buf_view(&r.body), S("<p>new</p>"));
                CHECK(get(cx, "/assets/main-Efgh5678.js", "", "", &r) && r.status == 200);
                CHECK(get(cx, "/assets/main-Abcd1234.js", "Accept-Encoding", "br", &r) && r.status == 200);
                CHECK_STR(buf_view(&r.body), S("BR"));
        }
        static_stop();
}

/* ---- gzip ---- */

static Str unpacked(Cx *cx, Str packed) {
        char *to = arena_take(cx->arena, 1 << 20);
        z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (uInt)packed.n, .next_out = (Bytef *)to,
                       .avail_out = 1 << 20 };
        int end;

        if (inflateInit2(&z, 15 + 16) != Z_OK)
                abort();
        end = inflate(&z, Z_FINISH);
        inflateEnd(&z);
        return end == Z_STREAM_END && !z.avail_in ? (Str){ to, z.total_out } : STR_NONE;
}

/* What compressing makes of a reply: method, Accept-Encoding, type, length. */
static HttpReply packed(Cx *cx, HttpMethod method, const char *accepts, const char *type, size_t n) {
        HttpPair *pair = TAKE(cx->arena, HttpPair);
        HttpRequest req = { .method = method, .headers = { pair, 1, 1 } };
        HttpReply r = { .status = 200, .type = type, .body = BUF_IN(cx->arena) };

        *pair = (HttpPair){ S("accept-encoding"), str_c(accepts) };
        for (size_t i = 0; i < n; i++)
                buf_char(&r.body, (char)('a' + i * i % 7));
        http_reply_header(cx, &r, "ETag", S("\"1\""));
        reply_compress(cx, &req, &r);
        return r;
}

TEST(http__answers_are_compressed_where_that_is_wanted_and_pays) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpReply r = packed(cx, HTTP_GET, "br, gzip;q=0.5", "application/json", 5000), plain;

        CHECK_STR(header_of(&r, "Content-Encoding"), S("gzip"));
        CHECK_STR(header_of(&r, "Vary"), S("Accept-Encoding"));
        CHECK_STR(header_of(&r, "ETag"), S("W/\"1\""));
        CHECK(r.body.n < 2500);
        plain = packed(cx, HTTP_GET, "identity", "application/json", 5000);
        CHECK(!header_of(&plain, "Content-Encoding").n && plain.body.n == 5000);
        CHECK_STR(header_of(&plain, "Vary"), S("Accept-Encoding")); /* a cache must know */
        CHECK_STR(header_of(&plain, "ETag"), S("W/\"1\""));
        CHECK_STR(unpacked(cx, buf_view(&r.body)), buf_view(&plain.body));
        r = packed(cx, HTTP_HEAD, "gzip", "application/vnd.mapbox-vector-tile", 5000);
        CHECK_STR(header_of(&r, "Content-Encoding"), S("gzip"));
        r = packed(cx, HTTP_GET, "gzip;q=0", "application/json; charset=utf-8", 5000);
        CHECK(!header_of(&r, "Content-Encoding").n && header_of(&r, "Vary").n);
        r = packed(cx, HTTP_GET, "gzip", "image/jpeg", 5000);
        CHECK(!header_of(&r, "Content-Encoding").n && !header_of(&r, "Vary").n);
        r = packed(cx, HTTP_GET, "gzip", "application/json", 900);
        CHECK(!header_of(&r, "Content-Encoding").n && r.body.n == 900);
        r = packed(cx, HTTP_POST, "gzip", "application/json", 5000); /* may hold a secret beside what the caller chose */
        CHECK(!header_of(&r, "Content-Encoding").n && r.body.n == 5000);
}

TEST(http__answers_that_set_a_cookie_or_are_coded_stay_as_they_are) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        static const char *const names[] = { "Set-Cookie", "Content-Encoding" };
        HttpPair pair = { S("Accept-Encoding"), S("gzip") };
        HttpRequest req = { .method = HTTP_GET, .headers = { &pair, 1, 1 } };

        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                HttpReply r = { .status = 200, .type = "application/json", .body = BUF_IN(cx->arena) };

                for (int k = 0; k < 3000; k++)
                        buf_char(&r.body, 'x');
                http_reply_header(cx, &r, names[i], S("something"));
                reply_compress(cx, &req, &r);
                CHECK_INT((int64_t)r.body.n, 3000);
        }
}
