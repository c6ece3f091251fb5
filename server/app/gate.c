/* The way in. Order: route, who asks, where the request came from, permission, rate, input; then the handler, inside one durable
 * transaction for writes, together with the stored answer for its Idempotency-Key. */
#include "app/gate.h"
#include "contract.gen.h"
#include "core/who/who.h"
#include "db/db.h"
#include "http/route.h"
#include "sql.gen.h"
#include <inttypes.h>
#include <openssl/sha.h>

enum {
        RATE_PUBLIC = 60,     /* requests a minute from one address on a public route that states no rate */
        RATE_ACCOUNT = 1200,  /* requests a minute of one account */
        RATE_REFUSED = 300,   /* requests a minute from one address with a token that is no session's */
        BODY_JSON_MAX = 256 * 1024,
        UPLOAD_UNIT = 64 * 1024, /* uploads without an account: bytes that count as one … */
        UPLOADS_ANONYMOUS = 2400, /* … and how many of these a minute from one address: 150 MB */
        IDEMPOTENCY_DAYS = 60,
};

/* Routes that somebody who has to change the password first may still use. */
static bool before_password_change(const Route *r) {
        return r->handle == NULL ? false
                                 : str_eq_c(S("me_get"), r->name) || str_eq_c(S("me_password"), r->name) ||
                                           str_eq_c(S("session_end"), r->name);
}

static Str bearer(const HttpRequest *req) {
        Str h = http_header(req, "authorization");

        return str_starts(h, S("Bearer ")) || str_starts(h, S("bearer ")) ? str_trim(str_sub(h, 7, h.n)) : STR_NONE;
}

/* A browser sends the cookie along whoever caused the request, so that the cause has to be our own page. */
static Rc check_origin(Cx *cx, const HttpRequest *req) {
        Str site = http_header(req, "sec-fetch-site"), origin = http_header(req, "origin"), host = http_header(req, "host");

        if (req->method == HTTP_GET || req->method == HTTP_HEAD)
                return OK;
        if (str_given(site) && !str_eq_c(site, "same-origin") && !str_eq_c(site, "none"))
                return fail(cx, P_AUTH_CSRF, "Sec-Fetch-Site is " STR_FMT, STR_ARG(site));
        if (str_given(origin) && !(str_ends(origin, host) && host.n && origin.n > host.n + 2 &&
                                   memcmp(origin.p + origin.n - host.n - 3, "://", 3) == 0))
                return fail(cx, P_AUTH_CSRF, "Origin is " STR_FMT, STR_ARG(origin));
        return OK;
}

static Rc limited(Cx *cx, int64_t wait_s, int per_min, const char *what) {
        cx->problem.retry_after_s = wait_s;
        return fail(cx, P_RATE_LIMITED, "over %d a minute on %s", per_min, what);
}

/* Tokens cannot be guessed; this is for the work of looking them up. Only failures count, so that an office behind one address
 * with one broken machine goes on working. */
static Rc refused_token(Cx *cx) {
        int64_t wait = 0;

        return rate_take_address(cx, "token", RATE_REFUSED, &wait) ? E_AUTH : limited(cx, wait, RATE_REFUSED, "refused tokens");
}

static Rc authenticate(Cx *cx, HttpRequest *req) {
        bool public = req->route->permission == PERM_PUBLIC;
        Str token = bearer(req);
        Rc rc;

        if (!str_given(token)) {
                token = http_cookie(req, cx->arena, "wangge_session");
                if (str_given(token) && !public)
                        TRY(check_origin(cx, req));
        }
        if (!str_given(token))
                return public ? OK : fail(cx, P_AUTH_NEEDED, "no session token");
        rc = who_session_actor(cx, token, &cx->actor);
        if (rc == E_AUTH && public) { /* a stale cookie does not keep a resident from reporting */
                cx->problem = (Problem){ 0 };
                cx->actor = NULL;
                return OK;
        }
        if (rc == E_AUTH)
                return refused_token(cx);
        TRY(rc);
        http_note_account(cx, cx->actor->account.n);
        return OK;
}

static Rc authorise(Cx *cx, const Route *r) {
        if (r->permission == PERM_PUBLIC)
                return OK;
        if (cx->actor->must_change_password && !before_password_change(r))
                return fail(cx, P_ACCOUNT_PASSWORD_MUST_CHANGE, "the password has to be changed first");
        if (r->permission != PERM_SELF && !actor_may(cx, (Permission)r->permission))
                return fail(cx, P_AUTH_DENIED, "%s needs %s", r->name, permission_names[r->permission]);
        return OK;
}

/* By bytes, since one request may bring very many. */
static Rc rate_upload(Cx *cx, const HttpRequest *req) {
        int64_t wait = 0;

        return rate_take_address_many(cx, "upload", UPLOADS_ANONYMOUS, 1 + (int)(req->body.n / UPLOAD_UNIT), &wait)
                       ? OK
                       : limited(cx, wait, UPLOADS_ANONYMOUS, "64 KiB of upload without an account");
}

static Rc rate(Cx *cx, const HttpRequest *req) {
        const Route *r = req->route;
        int64_t wait = 0;
        int per_min = r->rate_per_min;
        bool took;

        if (rate_factor() <= 0)
                return OK;
        if (r->method == HTTP_GET && r->permission == PERM_PUBLIC && !per_min && !str_starts(str_c(r->path), S("/api/")))
                return OK; /* health and figures */
        if (cx->actor) {
                Str key = r->rate_per_min ? str_fmt(cx->arena, "%s a%" PRId64, r->name, cx->actor->account.n)
                                          : str_fmt(cx->arena, "a%" PRId64, cx->actor->account.n);

                per_min = per_min ? per_min : RATE_ACCOUNT;
                took = rate_take(cx, key, per_min * (int)rate_factor(), &wait);
        } else {
                per_min = per_min ? per_min : RATE_PUBLIC;
                took = rate_take_address(cx, r->name, per_min, &wait);
        }
        if (!took)
                return limited(cx, wait, per_min, r->name);
        return cx->actor || r->body != BODY_RAW ? OK : rate_upload(cx, req);
}

/* ---- idempotency --------------------------------------------------------------------------------------------------------- */

typedef struct Call {
        CxFinish finish;         /* first: a pointer to it is one to the call */
        HttpRequest *req;
        HttpReply *reply;
        const void *in;
        Str scope, key, digest;  /* key p NULL: none was sent */
        bool replayed;           /* another of the same key was faster: the reply holds its answer */
} Call;

/* Free routes with a JSON body carry passwords: a quick hash of such a body, kept for weeks, could be guessed back in no time. */
static Rc slow_digest(Cx *cx, const Call *call, uint8_t digest[SHA256_DIGEST_LENGTH]) {
        Str name = str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(call->scope), STR_ARG(call->key));
        uint8_t salt[SHA256_DIGEST_LENGTH], quick[SHA256_DIGEST_LENGTH];

        SHA256((const unsigned char *)name.p, name.n, salt);
        memcpy(quick, digest, sizeof quick);
        return who_secret_digest(cx, (Str){ (const char *)quick, sizeof quick }, salt, digest);
}

static Rc call_key(Cx *cx, Call *call) {
        Str key = http_header(call->req, "idempotency-key");
        Buf whole = BUF_IN(cx->arena);
        uint8_t *digest;

        /* Signing in is not replayed: its answer holds the token, which is stored nowhere. */
        if (!str_given(key) || (call->req->route->mode == ROUTE_FREE && call->req->route->permission == PERM_PUBLIC))
                return OK;
        if (key.n < 8 || key.n > 100)
                return fail(cx, P_IDEMPOTENCY_INVALID, "the key has %zu characters, wanted 8 to 100", key.n);
        for (size_t i = 0; i < key.n; i++)
                if (key.p[i] <= ' ' || key.p[i] > '~')
                        return fail(cx, P_IDEMPOTENCY_INVALID, "character %zu of the key is not printable ASCII", i + 1);
        digest = arena_take(cx->arena, SHA256_DIGEST_LENGTH);
        buf_add(&whole, call->req->route->name, strlen(call->req->route->name) + 1);
        buf_add(&whole, call->req->path.p, call->req->path.n);
        buf_add(&whole, "", 1);
        buf_str(&whole, call->req->body);
        SHA256((const unsigned char *)whole.p, whole.n, digest);
        call->key = key;
        call->digest = (Str){ (char *)digest, SHA256_DIGEST_LENGTH };
        call->scope = cx->actor ? str_fmt(cx->arena, "a%" PRId64, cx->actor->account.n) : S("p");
        if (call->req->route->mode == ROUTE_FREE && call->req->route->body == BODY_JSON)
                return slow_digest(cx, call, digest);
        return OK;
}

/* Looks the key up; *ret_done tells that the first answer is in the reply. */
static Rc replay(Cx *cx, Call *call, bool *ret_done) {
        AppAnswer *first;

        *ret_done = false;
        if (!str_given(call->key))
                return OK;
        TRY(q_app_answer(cx, call->scope, call->key, &first));
        if (!first)
                return OK;
        if (!str_eq(first->request, call->digest))
                return fail(cx, P_IDEMPOTENCY_REUSED, "the key belongs to another request");
        call->reply->status = (int)first->status;
        call->reply->type = "application/json";
        call->reply->body = BUF_IN(cx->arena);
        buf_str(&call->reply->body, first->answer);
        http_reply_header(cx, call->reply, "Idempotent-Replay", S("true"));
        return *ret_done = true, OK;
}

/* On PostgreSQL a question costs a round trip and hardly any request is a repeated one: the key's uniqueness tells. On SQLite it
 * costs next to nothing, and work that has to be taken back costs its neighbours in the batch. */
static bool looks_first(void) { return db_kind() == DB_SQLITE; }

static Rc remember(Cx *cx, const Call *call) {
        if (!str_given(call->key))
                return OK;
        if (!looks_first())
                return q_app_answer_first(cx, call->scope, call->key, call->digest, call->reply->status,
                                          buf_view(&call->reply->body), now_ms(cx), NULL);
        return q_app_answer_add(cx, call->scope, call->key, call->digest, call->reply->status,
                                buf_view(&call->reply->body), now_ms(cx), NULL);
}

static void reply_begin(Call *call) {
        buf_clear(&call->reply->body);
        call->reply->headers.n = 0;
        call->req->reply_headers.n = 0;
}

/* The work of a write route's transaction; may run again from the start. */
static Rc write_work(Cx *cx, void *arg) {
        Call *call = arg;
        bool done = false;

        reply_begin(call);
        if (looks_first())
                TRY(replay(cx, call, &done));
        if (done)
                return OK;
        TRY(http_run(cx, call->req, call->in, call->reply));
        return remember(cx, call);
}

/* Whatever a request with a key failed of, its key or what the first one changed: the first one's answer counts if there is one.
 * That holds for a connection that was lost while committing, too. */
static Rc run_write(Cx *cx, Call *call) {
        Rc rc = db_write(cx, write_work, call);
        Problem why = cx->problem;
        bool done = false;

        if (rc == OK || looks_first() || !str_given(call->key))
                return rc;
        cx->problem = (Problem){ 0 };
        reply_begin(call);
        TRY(replay(cx, call, &done));
        if (done)
                return OK;
        cx->problem = why;
        return rc;
}

/* At the beginning of a free route's own transaction: the same request may have been answered since replay() looked. */
static Rc finish_before(Cx *cx, CxFinish *f) {
        Call *call = (Call *)f;

        TRY(replay(cx, call, &call->replayed));
        return call->replayed ? fail(cx, P_IDEMPOTENCY_REUSED, "answered meanwhile") : OK;
}

/* At its end: the answer that the handler is going to give. */
static Rc finish_after(Cx *cx, CxFinish *f, const void *out) {
        const Call *call = (const Call *)f;
        const Route *route = call->req->route;
        Buf body = BUF_IN(cx->arena);

        if (route->out)
                json_encode(&body, route->out, out);
        return q_app_answer_add(cx, call->scope, call->key, call->digest, route->status, buf_view(&body), now_ms(cx), NULL);
}

/* Free routes open their own transactions; with a key the answer is stored in the one that makes the change. */
static Rc run_free(Cx *cx, Call *call) {
        bool done;
        Rc rc;

        TRY(replay(cx, call, &done));
        if (done)
                return OK;
        if (str_given(call->key) && call->req->route->body == BODY_JSON) {
                call->finish = (CxFinish){ finish_before, finish_after };
                cx->finish = &call->finish;
        }
        rc = http_run(cx, call->req, call->in, call->reply);
        cx->finish = NULL;
        if (rc == OK || !call->replayed)
                return rc;
        cx->problem = (Problem){ 0 };
        return OK;
}

static Rc run(Cx *cx, HttpRequest *req, HttpReply *reply) {
        Call call = { .req = req, .reply = reply };
        void *in = NULL;

        TRY(http_decode(cx, req, &in));
        call.in = in;
        if (req->route->mode == ROUTE_READ || req->route->mode == ROUTE_QUICK)
                return http_run(cx, req, in, reply);
        TRY(call_key(cx, &call));
        return req->route->mode == ROUTE_WRITE ? run_write(cx, &call) : run_free(cx, &call);
}

/* ---- the HTTP layer's two calls ------------------------------------------------------------------------------------------- */

static bool is_page(const HttpRequest *req) {
        return !str_starts(req->path, S("/api/")) && !str_eq_c(req->path, "/healthz") && !str_eq_c(req->path, "/readyz") &&
               !str_eq_c(req->path, "/metrics");
}

bool gate_early(Cx *cx, HttpRequest *req, HttpReply *reply, size_t *ret_body_limit) {
        Str allow = STR_NONE;

        *ret_body_limit = 0;
        if (is_page(req))
                return !http_static_quick(cx, req, reply);
        if (req->method == HTTP_GET || req->method == HTTP_HEAD)
                return true;
        if (http_route(cx, req, &allow) != OK) { /* answered with its problem once the body is dropped */
                *ret_body_limit = BODY_JSON_MAX;
                cx->problem = (Problem){ 0 };
                return true;
        }
        *ret_body_limit = req->route->body_max ? req->route->body_max : BODY_JSON_MAX;
        return true;
}

static Rc answer(Cx *cx, HttpRequest *req, HttpReply *reply) {
        TRY(authenticate(cx, req));
        if (!req->counted) /* not again when the quick attempt came to nothing */
                TRY(rate(cx, req));
        req->counted = true;
        TRY(authorise(cx, req->route));
        return run(cx, req, reply);
}

void gate_answer(Cx *cx, HttpRequest *req, HttpReply *reply) {
        Str allow = STR_NONE;
        Rc rc;

        cx->lang = http_lang(req);
        if (is_page(req)) {
                if (http_static(cx, req, reply))
                        return;
                http_problem(cx, fail(cx, P_NOT_FOUND, "no such page"), reply);
                return;
        }
        rc = http_route(cx, req, &allow);
        if (rc != OK) {
                http_route_refused(cx, req, rc, allow, reply);
                return;
        }
        rc = answer(cx, req, reply);
        if (rc != OK && !cx->would_wait)
                http_problem(cx, rc, reply);
        if (req->route && req->route->permission == PERM_PUBLIC && str_starts(req->path, S("/api/public/")))
                http_reply_header(cx, reply, "X-Robots-Tag", S("noindex"));
}

/* The whole way of gate_answer, but whatever would have to wait for the database ends it, and a worker starts anew. */
bool gate_quick(Cx *cx, HttpRequest *req, HttpReply *reply) {
        Str allow = STR_NONE;

        if (req->method != HTTP_GET || is_page(req))
                return false;
        cx->in_haste = true;
        if (http_route(cx, req, &allow) == OK && req->route->mode == ROUTE_QUICK)
                gate_answer(cx, req, reply);
        else
                cx->would_wait = true;
        cx->in_haste = false;
        if (!cx->would_wait)
                return true;
        cx->would_wait = false;
        cx->actor = NULL;
        cx->problem = (Problem){ 0 };
        req->reply_headers.n = 0;
        *reply = (HttpReply){ 0 };
        return false;
}

static Rc purge_work(Cx *cx, void *arg) {
        (void)arg;
        return q_app_answer_purge(cx, now_ms(cx) - (int64_t)IDEMPOTENCY_DAYS * MS_DAY, NULL);
}

Rc idempotency_purge(Cx *cx) { return db_write(cx, purge_work, NULL); }
