/* The running server over real sockets, with a small answerer of its own: hostile and slow requests, limits, streams, stopping. */
#include "base/env.h"
#include "base/test.h"
#include "http/http_int.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

/* As long as anything may take that does come. */
enum { PATIENCE_MS = 30000 };

static atomic_bool may_end;

static bool everyone(const void *peer, const void *event) {
        return !event || *(const int *)peer == *(const int *)event;
}
static bool is_peer(const void *peer, const void *arg) { return *(const int *)peer == *(const int *)arg; }

static void small_answer(Cx *cx, HttpRequest *req, HttpReply *reply) {
        static int next_peer;
        int peer = req->query.n ? 7 : next_peer;

        *reply = (HttpReply){ .status = 200, .type = "text/plain", .body = BUF_IN(cx->arena) };
        if (str_eq(req->path, S("/stream"))) {
                Rc rc = http_stream_open(cx, reply, &peer, sizeof peer, everyone);

                if (rc != OK)
                        http_problem(cx, rc, reply);
        } else if (str_eq(req->path, S("/slow"))) {
                usleep(900000);
                buf_c(&reply->body, "slow");
        } else if (str_eq(req->path, S("/hold"))) {
                while (!atomic_load(&may_end))
                        usleep(1000);
        } else if (str_eq(req->path, S("/file"))) {
                reply->file = str_fmt(cx->arena, "%s/file", test_dir());
        } else if (str_eq(req->path, S("/big"))) {
                memset(buf_reserve(&reply->body, 3000000), 'x', 3000000);
                reply->body.n = 3000000;
        } else {
                buf_fmt(&reply->body, "%s " STR_FMT " %zu " STR_FMT, method_name(req->method),
                        STR_ARG(req->path), req->body.n, STR_ARG(req->remote));
        }
}

static bool small_early(Cx *cx, HttpRequest *req, HttpReply *reply, size_t *ret_limit) {
        if (str_starts(req->path, S("/private"))) {
                http_problem(cx, fail(cx, P_AUTH_NEEDED, "no session"), reply);
                return false;
        }
        if (str_eq(req->path, S("/upload")))
                *ret_limit = 8 << 20;
        return true;
}

/* Stops the server wherever the test ends. */
static void stop(bool *up) {
        if (*up)
                http_stop(1000);
        *up = false;
}

static bool start(Cx *cx, HttpConfig config) {
        if (!config.listen.n)
                config.listen = S("127.0.0.1:0");
        config.workers = 8;
        atomic_store(&may_end, false);
        if (http_start(cx, &config, small_early, small_answer) == OK)
                return true;
        test_fail(__FILE__, __LINE__, STR_FMT, STR_ARG(cx->problem.detail));
        return false;
}

/* ---- a client that sends exactly what it is told ---- */

static int dial(void) {
        struct sockaddr_in to = { .sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)http_port()),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
                abort();
        return fd;
}

static void say(int fd, const char *p, size_t n) {
        while (n) {
                ssize_t put = send(fd, p, n, MSG_NOSIGNAL);

                if (put <= 0)
                        return;
                p += put;
                n -= (size_t)put;
        }
}

static void say_z(int fd, const char *z) { say(fd, z, strlen(z)); }

/* Reads until `until` has been seen, the other side closes, or ms have passed. */
static Str hear(Cx *cx, int fd, const char *until, int ms, bool *ret_closed) {
        Buf b = BUF_IN(cx->arena);
        int64_t end = time_mono_us() + ms * 1000;

        *ret_closed = false;
        while (!(until && str_contains(buf_view(&b), str_c(until)))) {
                struct pollfd p = { .fd = fd, .events = POLLIN };
                int64_t left = (end - time_mono_us()) / 1000;
                ssize_t got;

                if (left <= 0 || poll(&p, 1, (int)left) <= 0)
                        break;
                got = recv(fd, buf_reserve(&b, 65536), 65536, 0);
                if (got <= 0) {
                        *ret_closed = true;
                        break;
                }
                b.n += (size_t)got;
        }
        return buf_view(&b);
}

/* "200 404 closed": the statuses of everything that came, and whether the other side closed. */
static Str statuses(Cx *cx, Str all, bool closed) {
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i + 12 < all.n; i++)
                if (memcmp(all.p + i, "HTTP/1.", 7) == 0)
                        buf_fmt(&b, "%s%.3s", b.n ? " " : "", all.p + i + 9);
        buf_c(&b, closed ? " closed" : "");
        return str_trim(buf_view(&b));
}

/* What comes back: until it is what is wanted, however long a busy machine takes, and then a moment more for what should not come. */
static Str exchange_n(Cx *cx, const char *bytes, size_t n, const char *wanted) {
        int fd = dial();
        Buf all = BUF_IN(cx->arena);
        int64_t end = time_mono_us() + PATIENCE_MS * 1000;
        bool closed = false;

        say(fd, bytes, n);
        while (!closed && time_mono_us() < end && !str_eq_c(statuses(cx, buf_view(&all), closed), wanted))
                buf_str(&all, hear(cx, fd, NULL, 20, &closed));
        if (!closed)
                buf_str(&all, hear(cx, fd, NULL, 50, &closed));
        close(fd);
        return statuses(cx, buf_view(&all), closed);
}

static Str exchange_z(Cx *cx, const char *z, const char *wanted) { return exchange_n(cx, z, strlen(z), wanted); }

#define CHECK_EXCHANGE(bytes, n, wanted) CHECK_STR(exchange_n(cx, bytes, n, wanted), S(wanted))
#define CHECK_EXCHANGE_Z(z, wanted) CHECK_STR(exchange_z(cx, z, wanted), S(wanted))

TEST(http_server__crafted_requests_get_the_status_they_deserve) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        static const struct {
                const char *request, *wanted;
        } cases[] = {
                { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "200" },
                { "GET / HTTP/1.0\r\n\r\n", "200 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab", "200" },
                { "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
                  "200" },
                { "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
                  "100 200" },
                { "GET / HTTP/1.1\r\n\r\n", "400 closed" },
                { "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                  "400 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
                  "400 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nabcde", "400 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\nab", "400 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
                  "400 closed" },
                { "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "400 closed" },
                { "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", "400 closed" },
                { "GET /../etc HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GET /%2e%2e/etc HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GET //x HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GET /?a=%ff HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GE(T / HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GET /?a=1&b&&c=%20&= HTTP/1.1\r\nHost: x\r\n\r\n", "200" },
                { "GET /? HTTP/1.1\r\nHost: x\r\n\r\n", "200" },
                { "GET /?a& HTTP/1.1\nHost: x\n\n", "200" },
                { "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "400 closed" },
                { "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n", "200 200" },
                { "GET /private HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "401 200" },
                { "POST /private HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde", "401 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nabc", "413 closed" },
                { "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
                  "413 closed" },
                { "GET http://x/abs HTTP/1.1\r\nHost: x\r\n\r\n", "200" },
                { "HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n", "200" },
        };

        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                Str got = exchange_z(cx, cases[i].request, cases[i].wanted);

                if (!str_eq_c(got, cases[i].wanted))
                        test_fail(__FILE__, __LINE__, "%s: " STR_FMT ", wanted %s", cases[i].request,
                                  STR_ARG(got), cases[i].wanted);
        }
}

TEST(http_server__a_nul_in_a_header_is_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        static const char in_value[] = "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\nB: 1\r\n\r\n";
        static const char in_last[] = "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n";
        static const char in_path[] = "GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n";
        static const char in_query[] = "GET /a?b=1\0&c HTTP/1.1\r\nHost: x\r\n\r\n";
        static const char at_end[] = "GET / HTTP/1.1\r\nA: b\0\r\nHost: x\r\n\r\n";

        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        CHECK_EXCHANGE(in_value, sizeof in_value - 1, "400 closed");
        CHECK_EXCHANGE(in_last, sizeof in_last - 1, "400 closed");
        CHECK_EXCHANGE(in_path, sizeof in_path - 1, "400 closed");
        CHECK_EXCHANGE(in_query, sizeof in_query - 1, "400 closed");
        CHECK_EXCHANGE(at_end, sizeof at_end - 1, "400 closed");
}

static Str repeated(Cx *cx, const char *before, const char *unit, int times, const char *after) {
        Buf b = BUF_IN(cx->arena);

        buf_c(&b, before);
        for (int i = 0; i < times; i++)
                buf_c(&b, unit);
        buf_c(&b, after);
        return buf_view(&b);
}

TEST(http_server__large_heads_and_bodies_are_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        Str long_header = repeated(cx, "GET / HTTP/1.1\r\nHost: x\r\nA: ", "0123456789", 6554, "\r\n\r\n");
        Str over = repeated(cx, "GET / HTTP/1.1\r\nHost: x\r\nA: ", "0123456789", 1250, "\r\n\r\n");
        Str many = repeated(cx, "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", 2000, "\r\n");
        Str fits = repeated(cx, "GET / HTTP/1.1\r\nHost: x\r\nA: ", "0123456789", 1200, "\r\n\r\n");
        Str chunk =
                repeated(cx, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n130000\r\n",
                         "0123456789abcdef", 0x13000, "\r\n0\r\n\r\n");
        Str whole = repeated(cx, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n",
                             "0123456789abcdef", 500000, "");
        Str upload = repeated(cx, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n",
                              "0123456789abcdef", 500000, "");

        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        CHECK_EXCHANGE(long_header.p, long_header.n, "431 closed");
        CHECK_EXCHANGE(over.p, over.n, "431 closed");
        CHECK_EXCHANGE(many.p, many.n, "431 closed");
        CHECK_EXCHANGE(fits.p, fits.n, "200");
        CHECK_EXCHANGE(chunk.p, chunk.n, "413");
        CHECK_EXCHANGE(whole.p, whole.n, "413 closed"); /* the answer survives the closing */
        CHECK_EXCHANGE(upload.p, upload.n, "200");
        CHECK_INT(listen_gauges().bodies, 0);
}

/* One whole problem and nothing else: as long as it says, with the headers of every answer. */
static bool is_one_problem(Str got, const char *status, const char *code) {
        Str head, body, length;
        const char *gap = got.n ? memmem(got.p, got.n, "\r\n\r\n", 4) : NULL;
        const char *says = got.n ? memmem(got.p, got.n, "Content-Length: ", 16) : NULL;
        int64_t n = 0;

        if (!gap || !says || says > gap || !str_starts(got, str_c(status)))
                return false;
        head = str_sub(got, 0, (size_t)(gap - got.p) + 2);
        body = str_sub(got, head.n + 2, got.n);
        length = (Str){ says + 16, (size_t)(got.p + got.n - says - 16) };
        return str_cut(length, '\r', &length, &(Str){ 0 }) && str_int(length, &n) && (size_t)n == body.n &&
               str_contains(head, S("Content-Type: application/problem+json")) && str_contains(head, S("X-Request-Id: ")) &&
               str_contains(head, S("Content-Security-Policy: ")) && str_contains(body, str_c(code));
}

TEST(http_server__what_the_library_refuses_is_a_problem_too) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        const struct {
                Str request;
                const char *status, *code;
        } cases[] = {
                { S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nabcde"), "HTTP/1.1 400 ", "\"request.malformed\"" },
                { S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"), "HTTP/1.1 400 ",
                  "\"request.malformed\"" },
                { S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n"), "HTTP/1.1 413 ",
                  "\"body.too-big\"" },
                { S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"), "HTTP/1.1 413 ",
                  "\"body.too-big\"" },
                { repeated(cx, "GET /", "0123456789", 6000, " HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 431 ",
                  "\"header.too-big\"" },
                { repeated(cx, "GET / HTTP/1.1\r\nHost: x\r\nA: ", "0123456789", 6554, "\r\n\r\n"), "HTTP/1.1 431 ",
                  "\"header.too-big\"" },
                { repeated(cx, "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", 2000, "\r\n"), "HTTP/1.1 431 ",
                  "\"header.too-big\"" },
        };

        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                int fd = dial();
                bool closed;
                Str got;

                say(fd, cases[i].request.p, cases[i].request.n);
                got = hear(cx, fd, NULL, PATIENCE_MS, &closed);
                if (!closed || !is_one_problem(got, cases[i].status, cases[i].code))
                        test_fail(__FILE__, __LINE__, "case %zu: " STR_FMT, i, STR_ARG(got));
                close(fd);
        }
}

TEST(http_server__bodies_together_have_a_ceiling) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        Str upload = repeated(cx, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 800000\r\n\r\n",
                              "0123456789abcdef", 40000, "");
        Str rest = repeated(cx, "", "0123456789abcdef", 10000, "");
        bool closed;
        Str got;
        int fd;

        up = start(cx, (HttpConfig){ .bodies = 600000 });
        if (!up)
                return;
        fd = dial();
        say(fd, upload.p, upload.n); /* 640,000 of 800,000 bytes: needs more than the ceiling */
        say(fd, rest.p, rest.n);
        got = hear(cx, fd, "\r\n\r\n", PATIENCE_MS, &closed);
        CHECK(str_starts(got, S("HTTP/1.1 503")));
        CHECK(str_contains(got, S("Retry-After: ")));
        close(fd);
}

/* An upload of 800,000 bytes as a proxy passes it on, and how much of it comes at first. */
static int slow_upload(Cx *cx, const char *from, int sixteens) {
        Str head = str_fmt(cx->arena, "POST /upload HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\nContent-Length: 800000\r\n\r\n", from);
        Str begun = repeated(cx, head.p, "0123456789abcdef", sixteens, "");
        int fd = dial();

        say(fd, begun.p, begun.n);
        return fd;
}

TEST(http_server__one_address_holds_a_quarter_of_the_memory_for_bodies) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        Str rest = repeated(cx, "", "0123456789abcdef", 10000, "");
        int first, second, other;
        bool closed;

        up = start(cx, (HttpConfig){ .bodies = 4000000, .trusted_proxy = S("127.0.0.1") });
        if (!up)
                return;
        first = slow_upload(cx, "10.1.1.1", 40000);
        for (int i = 0; i < 200 && listen_gauges().bodies < 640000; i++)
                usleep(10000);
        CHECK(listen_gauges().bodies >= 640000);
        second = slow_upload(cx, "10.1.1.1", 50000);
        CHECK(str_starts(hear(cx, second, "\r\n\r\n", PATIENCE_MS, &closed), S("HTTP/1.1 503")));
        other = slow_upload(cx, "10.1.1.2", 50000);
        CHECK(str_starts(hear(cx, other, "\r\n\r\n", PATIENCE_MS, &closed), S("HTTP/1.1 200")));
        say(first, rest.p, rest.n);
        CHECK(str_starts(hear(cx, first, "\r\n\r\n", PATIENCE_MS, &closed), S("HTTP/1.1 200")));
        second = slow_upload(cx, "10.1.1.1", 50000); /* given back */
        CHECK(str_starts(hear(cx, second, "\r\n\r\n", PATIENCE_MS, &closed), S("HTTP/1.1 200")));
        for (int i = 0; i < 200 && listen_gauges().bodies > 0; i++) /* the answer is there before its request has ended */
                usleep(10000);
        CHECK_INT(listen_gauges().bodies, 0);
        close(first);
        close(second);
        close(other);
}

TEST(http_server__the_slow_are_shut_out) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        int trickle, silent, body, idle;
        bool closed;

        up = start(cx, (HttpConfig){ .header_ms = 400, .body_ms = 400, .idle_ms = 400 });
        if (!up)
                return;
        trickle = dial();
        silent = dial();
        body = dial();
        idle = dial();
        say_z(body, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
        say_z(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(str_starts(hear(cx, idle, "127.0.0.1", PATIENCE_MS, &closed), S("HTTP/1.1 200")));
        say_z(trickle, "GET / HT");
        for (int i = 0; i < 8; i++) {
                usleep(100000);
                say_z(trickle, "T");
        }
        CHECK(str_starts(hear(cx, trickle, NULL, PATIENCE_MS, &closed), S("HTTP/1.1 408")) && closed);
        CHECK_INT(hear(cx, silent, NULL, PATIENCE_MS, &closed).n, 0);
        CHECK(closed);
        CHECK(str_starts(hear(cx, body, NULL, PATIENCE_MS, &closed), S("HTTP/1.1 408")) && closed);
        CHECK_INT(hear(cx, idle, NULL, PATIENCE_MS, &closed).n, 0);
        CHECK(closed);
        CHECK_EXCHANGE_Z("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", "200"); /* working is not being slow */
        close(trickle), close(silent), close(body), close(idle);
}

TEST(http_server__one_address_has_only_so_many_connections) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        int fds[4];
        bool closed;

        up = start(cx, (HttpConfig){ .per_address = 4 });
        if (!up)
                return;
        for (int i = 0; i < 4; i++) {
                fds[i] = dial();
                say_z(fds[i], "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                CHECK(hear(cx, fds[i], "127.0.0.1", PATIENCE_MS, &closed).n > 0);
        }
        CHECK_EXCHANGE_Z("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "closed");
        for (int i = 0; i < 4; i++)
                close(fds[i]);
        for (int i = 0; i < 200 && listen_gauges().connections > 0; i++)
                usleep(10000);
        CHECK_EXCHANGE_Z("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "200");
}

TEST(http_server__every_answer_carries_the_security_headers) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        static const char *const wanted[] = { "Content-Security-Policy: default-src 'self';",
                                              "X-Content-Type-Options: nosniff",
                                              "Referrer-Policy: no-referrer",
                                              "Permissions-Policy: ",
                                              "Cache-Control: no-store",
                                              "Cross-Origin-Opener-Policy: same-origin",
                                              "X-Request-Id: " };
        bool closed;
        int fd;
        Str got;

        up = start(cx, (HttpConfig){ .trusted_proxy = S("127.0.0.1") });
        if (!up)
                return;
        fd = dial();
        say_z(fd,
              "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 9.9.9.9\r\n"
              "X-Forwarded-Proto: https\r\n\r\n"); /* the client's own line, then the proxy's */
        got = hear(cx, fd, "9.9.9.9", PATIENCE_MS, &closed);
        CHECK(str_contains(got, S("9.9.9.9")));
        CHECK(str_contains(got, S("Strict-Transport-Security: ")));
        for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
                CHECK(str_contains(got, str_c(wanted[i])));
        say_z(fd, "GET /private HTTP/1.1\r\nHost: x\r\n\r\n");
        got = hear(cx, fd, "\"code\":\"auth.needed\"", PATIENCE_MS, &closed);
        for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
                CHECK(str_contains(got, str_c(wanted[i])));
        close(fd);
}

TEST(http_server__files_are_sent_whole_and_in_parts) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        const char *path = str_fmt(cx->arena, "%s/file", test_dir()).p;
        bool closed;
        int fd;

        CHECK(file_write(path, S("0123456789")));
        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        fd = dial();
        say_z(fd, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(str_contains(hear(cx, fd, "0123456789", PATIENCE_MS, &closed), S("Content-Length: 10")));
        say_z(fd, "GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=3-5\r\n\r\n");
        CHECK(str_contains(hear(cx, fd, "\r\n\r\n345", PATIENCE_MS, &closed), S("Content-Range: bytes 3-5/10")));
        say_z(fd, "GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=10-\r\n\r\n");
        CHECK(str_starts(hear(cx, fd, "*/10", PATIENCE_MS, &closed), S("HTTP/1.1 416")));
        unlink(path);
        close(fd);
        fd = dial();
        say_z(fd, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(str_starts(hear(cx, fd, "not-found", PATIENCE_MS, &closed), S("HTTP/1.1 404")));
        close(fd);
}

TEST(http_server__a_unix_socket_serves_too) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        struct sockaddr_un to = { .sun_family = AF_UNIX };
        Str at = str_fmt(cx->arena, "unix:%s/sock", test_dir());
        bool closed;
        int fd;

        memcpy(to.sun_path, at.p + 5, at.n - 5);
        for (int again = 0; again < 2; again++) {
                up = start(cx, (HttpConfig){ .listen = at, .trusted_proxy = S("unix") });
                if (!up)
                        return;
                fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
                CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
                say_z(fd, "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 8.8.8.8\r\n\r\n");
                CHECK(str_contains(hear(cx, fd, "8.8.8.8", PATIENCE_MS, &closed), S("8.8.8.8")));
                close(fd);
                stop(&up);
        }
}

/* ---- streams ---- */

enum { LISTENERS = 200 };

TEST(http_server__events_reach_every_listener_that_may_see_them) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        static const int seven = 7;
        int fds[LISTENERS];
        bool closed;
        Str got;

        up = start(cx, (HttpConfig){ .streams = LISTENERS });
        if (!up)
                return;
        for (int i = 0; i < LISTENERS; i++) {
                const char *ask = i % 2 ? "GET /stream?seven HTTP/1.1\r\nHost: x\r\n\r\n"
                                        : "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";

                fds[i] = dial();
                say_z(fds[i], ask);
        }
        for (int i = 0; i < LISTENERS; i++) {
                got = hear(cx, fds[i], "retry: ", PATIENCE_MS, &closed);
                CHECK(str_starts(got, S("HTTP/1.1 200")) &&
                      str_contains(got, S("Content-Type: text/event-stream")));
        }
        CHECK_INT(listen_gauges().streams, LISTENERS);
        CHECK_EXCHANGE_Z("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "503");
        http_stream_send("case", S("{\"id\":1}"), &seven);
        http_stream_send(NULL, S("{\"id\":\n2}"), NULL);
        for (int i = 0; i < LISTENERS; i++) {
                got = hear(cx, fds[i], "data: {\"id\": 2}\n\n", PATIENCE_MS, &closed);
                CHECK(str_contains(got, S("data: {\"id\": 2}\n\n")));
                CHECK_INT(str_contains(got, S("event: case\n")), i % 2);
        }
        http_stream_close_if(is_peer, &seven);
        (void)hear(cx, fds[1], NULL, PATIENCE_MS, &closed);
        CHECK(closed);
        for (int i = 0; i < LISTENERS; i += 2)
                close(fds[i]);
        for (int i = 0; i < 200 && stream_count(); i++)
                usleep(10000);
        CHECK_INT(stream_count(), 0);
        for (int i = 1; i < LISTENERS; i += 2)
                close(fds[i]);
}

/* Reads on until an event called last comes by; tells whether `seen` came by before. One last may be what makes the ring run
 * over, and goes with the rest: whenever nothing more comes, another one is sent. */
static bool seen_before_last(int fd, const char *seen) {
        static char window[1 << 17];
        size_t held = 0;
        bool found = false;

        for (int sent = 0; sent < 50;) {
                struct pollfd p = { .fd = fd, .events = POLLIN };
                ssize_t got;

                if (poll(&p, 1, 200) <= 0) {
                        http_stream_send("last", S("{}"), NULL);
                        sent++;
                        continue;
                }
                got = recv(fd, window + held, sizeof window - held, 0);
                if (got <= 0)
                        return false;
                held += (size_t)got;
                found = found || str_contains((Str){ window, held }, str_c(seen));
                if (str_contains((Str){ window, held }, S("event: last")))
                        return found;
                if (held > 128) {
                        memmove(window, window + held - 128, 128);
                        held = 128;
                }
        }
        return false;
}

TEST(http_server__a_slow_listener_is_told_to_read_again) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        Str large = repeated(cx, "{\"a\":\"", "0123456789abcdef", 4096, "\"}");
        bool closed;
        Str got;
        int fd;

        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        fd = dial();
        say_z(fd, "GET /stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 1-1\r\n\r\n");
        got = hear(cx, fd, "\"resync\"}\n\n", PATIENCE_MS, &closed); /* it came back and had missed something */
        CHECK(str_contains(got, S("data: {\"topic\":\"*\",\"type\":\"resync\"}\n\n")));
        for (int i = 0; i < 500; i++)
                http_stream_send("case", large, NULL);
        CHECK(seen_before_last(fd, "\"type\":\"resync\""));
        close(fd);
}

TEST(http_server__stopping_lets_requests_end_and_sends_listeners_away) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        int slow, listener, queued;
        bool closed;
        Str got;

        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        listener = dial();
        slow = dial();
        queued = dial();
        say_z(listener, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(str_contains(hear(cx, listener, "retry: ", PATIENCE_MS, &closed), S("retry: ")));
        say_z(slow, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        usleep(50000);
        http_stop(2000);
        up = false;
        got = hear(cx, slow, NULL, PATIENCE_MS, &closed);
        CHECK(str_contains(got, S("\r\n\r\nslow")) && str_contains(got, S("Connection: close")) && closed);
        CHECK(str_contains(hear(cx, listener, NULL, PATIENCE_MS, &closed), S("retry: ")) && closed);
        close(listener), close(slow), close(queued);
}

static void *let_go(void *unused) {
        (void)unused;
        usleep(300000);
        atomic_store(&may_end, true);
        return NULL;
}

TEST(http_server__a_handler_past_the_grace_is_waited_for) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        pthread_t thread;
        int fds[12];

        up = start(cx, (HttpConfig){ 0 }); /* 8 workers: 4 stay in the queue */
        if (!up)
                return;
        for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
                fds[i] = dial();
                say_z(fds[i], "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        usleep(50000);
        log_level(LOG_ERROR_);
        CHECK(pthread_create(&thread, NULL, let_go, NULL) == 0);
        http_stop(100);
        up = false;
        log_level(LOG_INFO_);
        CHECK(atomic_load(&may_end));
        pthread_join(thread, NULL);
        for (size_t i = 0; i < ARRAY_LEN(fds); i++)
                close(fds[i]);
}

TEST(http_server__an_address_in_use_is_a_problem) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        HttpConfig second = { 0 };
        static const char *const wrong[] = { "",           "8080",  "1.2.3.4.5:80",
                                             "127.0.0.1:", "unix:", "203.0.113.1:80" };

        for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
                second.listen = str_c(wrong[i]);
                CHECK_FAILS(cx, P_HTTP_LISTEN, http_start(cx, &second, small_early, small_answer));
        }
        up = start(cx, (HttpConfig){ .listen = S("localhost:0") });
        if (!up)
                return;
        second.listen = str_fmt(cx->arena, "127.0.0.1:%d", http_port());
        CHECK_FAILS(cx, P_HTTP_LISTEN, http_start(cx, &second, small_early, small_answer));
        CHECK_EXCHANGE_Z("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "200");
}

TEST(http_server__figures_count_what_happened) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(stop) bool up = false;
        Buf b = BUF_IN(cx->arena);

        up = start(cx, (HttpConfig){ 0 });
        if (!up)
                return;
        CHECK_EXCHANGE_Z("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200 closed");
        metrics_write(&b);
        CHECK(str_contains(buf_view(&b),
                           S("http_requests_total{method=\"\",route=\"none\",status=\"200\"} ")));
        CHECK(str_contains(buf_view(&b), S("http_streams 0\n")));
}
