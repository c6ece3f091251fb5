/* What went wrong, as application/problem+json (RFC 9457). The only place that knows which status a problem has. A failure of
 * ours is logged here, once, with the request's number; the caller is only told the general sentence. */
#include "http/http_int.h"

/* By class, and the few problems whose status HTTP itself fixes. */
static const int status_of_class[RC_COUNT] = {
        [OK] = 200,        [E_INPUT] = 422,    [E_AUTH] = 401,  [E_DENIED] = 403,
        [E_MISSING] = 404, [E_CONFLICT] = 409, [E_STALE] = 412, [E_TOO_BIG] = 413,
        [E_LIMIT] = 429,   [E_BUSY] = 503,     [E_BUG] = 500,
};
static const struct {
        int code, status;
} exceptions[] = {
        { P_INPUT_SYNTAX, 400 },       { P_INPUT_TYPE, 415 },     { P_REQUEST_MALFORMED, 400 },
        { P_METHOD_NOT_ALLOWED, 405 }, { P_HEADER_TOO_BIG, 431 }, { P_REQUEST_TIMEOUT, 408 },
        { P_RANGE_UNSATISFIABLE, 416 },
};

enum { RETRY_LIMIT_S = 10, RETRY_BUSY_S = 2 };

int problem_status(int code) {
        for (size_t i = 0; i < ARRAY_LEN(exceptions); i++)
                if (exceptions[i].code == code)
                        return exceptions[i].status;
        return status_of_class[problem_rc(code)];
}

static void text_member(Buf *b, const char *name, Str value) {
        buf_c(b, ",\"");
        buf_c(b, name);
        buf_c(b, "\":");
        buf_json_str(b, value);
}

static void texts_member(Buf *b, Str zh, Str en) {
        buf_c(b, ",\"texts\":{\"zh\":");
        buf_json_str(b, zh);
        buf_c(b, ",\"en\":");
        buf_json_str(b, en);
        buf_char(b, '}');
}

static void errors_member(Buf *b, const FieldErrorList *errors, Lang lang) {
        buf_c(b, ",\"errors\":[");
        for (size_t i = 0; i < errors->n; i++) {
                const FieldError *e = &errors->v[i];

                buf_c(b, i ? ",{\"pointer\":" : "{\"pointer\":");
                buf_json_str(b, e->pointer);
                text_member(b, "code", str_c(e->code));
                text_member(b, "detail", lang == LANG_ZH ? e->zh : e->en);
                texts_member(b, e->zh, e->en);
                buf_char(b, '}');
        }
        buf_char(b, ']');
}

/* Failures of ours and of what we stand on say nothing about the inside. */
static bool is_private(int code) {
        Rc class = problem_rc(code);

        return class == E_BUG || class == E_BUSY;
}

static void log_failure(const Cx *cx, int code, Str detail) {
        const char *route = cx->req && cx->req->route ? cx->req->route->path : "-";

        if (problem_rc(code) == E_BUG)
                log_error("http.failure", STR_FMT " %s %s: " STR_FMT, STR_ARG(cx->request_id), route,
                          problem_name(code), STR_ARG(detail));
        else if (is_private(code))
                log_warn("http.busy", STR_FMT " %s %s: " STR_FMT, STR_ARG(cx->request_id), route,
                         problem_name(code), STR_ARG(detail));
}

static void problem_body(Cx *cx, int code, int status, const Problem *p, Buf *b) {
        const char *name = problem_name(code);
        Str zh = str_c(problem_title(code, LANG_ZH)), en = str_c(problem_title(code, LANG_EN));
        Str title = cx->lang == LANG_ZH ? zh : en;

        if (!is_private(code)) {
                zh = p->detail_zh.n ? p->detail_zh : zh;
                en = p->detail.n ? p->detail : en;
        }
        buf_c(b, "{\"type\":\"/problems/");
        buf_c(b, name);
        buf_char(b, '"');
        text_member(b, "title", title);
        buf_c(b, ",\"status\":");
        buf_int(b, status);
        text_member(b, "detail", cx->lang == LANG_ZH ? zh : en);
        if (cx->request_id.n)
                text_member(b, "instance",
                            str_fmt(cx->arena, "/requests/" STR_FMT, STR_ARG(cx->request_id)));
        text_member(b, "code", str_c(name));
        texts_member(b, zh, en);
        if (p->errors.n)
                errors_member(b, &p->errors, cx->lang);
        buf_char(b, '}');
}

/* RFC 9110 wants Allow with every 405. */
static void add_allow(Cx *cx, HttpReply *reply) {
        Problem said = cx->problem;
        HttpRequest again = *cx->req;
        Str allow;
        Rc rc = http_route(cx, &again, &allow);

        cx->problem = said;
        if (rc != OK && str_given(allow))
                http_reply_header(cx, reply, "Allow", allow);
}

void http_problem(Cx *cx, Rc rc, HttpReply *reply) {
        Problem p = cx->problem;
        int code = p.code, status;

        if (code == P_NONE) { /* failed without a word */
                code = P_SERVER_BUG;
                p.detail = str_fmt(cx->arena, "class %d without a problem", (int)rc);
        }
        status = problem_status(code);
        log_failure(cx, code, p.detail);
        *reply = (HttpReply){ .status = status,
                              .type = "application/problem+json",
                              .body = BUF_IN(cx->arena) };
        problem_body(cx, code, status, &p, &reply->body);
        if (status == 429 || status == 503) {
                int64_t wait = p.retry_after_s > 0 ? p.retry_after_s
                               : status == 429     ? RETRY_LIMIT_S
                                                   : RETRY_BUSY_S;

                http_reply_header(cx, reply, "Retry-After", str_fmt(cx->arena, "%lld", (long long)wait));
        }
        if (status == 405 && cx->req)
                add_allow(cx, reply);
        if (status == 401)
                http_reply_header(cx, reply, "WWW-Authenticate", S("Bearer"));
}
