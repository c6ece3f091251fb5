/* The baseline of the HTTP benchmarks: the same listener, the same workers, the same durable group commit, and nothing else.
 * GET  /…  a constant JSON answer of the size given.
 * POST /…  one INSERT of the body as it came, answered when it is durable.
 * Usage: wangge-bench-bare_server DB ADDR BYTES — not started by `make bench` itself but by bench/http.bench.mjs. */
#include "base/id.h"
#include "contract.gen.h"
#include "db/db.h"
#include "http/http.h"
#include "sql.gen.h"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static struct {
        Str constant;
} state;

static bool early(Cx *cx, HttpRequest *req, HttpReply *reply, size_t *ret_body_limit) {
        (void)cx, (void)req, (void)reply;
        *ret_body_limit = 1 << 20;
        return true;
}

static Rc insert(Cx *cx, void *arg) {
        const HttpRequest *req = arg;

        return q_app_answer_add(cx, S("bare"), id_uuid7(cx->arena, now_ms(cx)), S(""), 201, req->body, now_ms(cx), NULL);
}

static void answer(Cx *cx, HttpRequest *req, HttpReply *reply) {
        Rc rc = req->method == HTTP_POST ? db_write(cx, insert, req) : OK;

        if (rc != OK) {
                http_problem(cx, rc, reply);
                return;
        }
        reply->status = req->method == HTTP_POST ? 201 : 200;
        reply->type = "application/json";
        reply->body = BUF_IN(cx->arena);
        buf_str(&reply->body, state.constant);
}

int main(int argc, char **argv) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpConfig http = { 0 };
        sigset_t wanted;
        int64_t bytes;
        int got;

        if (argc != 4 || !str_int(str_c(argv[3]), &bytes) || bytes < 10 || bytes > 1 << 20)
                return fprintf(stderr, "usage: %s DB ADDR BYTES (started by bench/http.bench.mjs)\n", argv[0]), argc == 1 ? 0 : 2;
        state.constant = str_fmt(cx->arena, "{\"x\":\"%0*d\"}", (int)bytes - 8, 0);
        http.listen = str_c(argv[2]);
        sigemptyset(&wanted);
        sigaddset(&wanted, SIGINT);
        sigaddset(&wanted, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &wanted, NULL);
        signal(SIGPIPE, SIG_IGN);
        if (db_open(cx, &(DbConfig){ .url = str_c(argv[1]) }) != OK || db_migrate(cx) != OK ||
            http_start(cx, &http, early, answer) != OK)
                return fprintf(stderr, "%s: " STR_FMT "\n", problem_name(cx->problem.code), STR_ARG(cx->problem.detail)), 1;
        printf("listening on %d\n", http_port());
        fflush(stdout);
        sigwait(&wanted, &got);
        http_stop(1000);
        db_close();
        return 0;
}
