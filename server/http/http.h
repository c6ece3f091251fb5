/* HTTP as the rest of the program sees it. The only folder that knows the library underneath; handlers are plain blocking C
 * functions that run on worker threads. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

struct Route; /* route.h */

typedef enum HttpMethod {
        HTTP_GET,
        HTTP_HEAD,
        HTTP_POST,
        HTTP_PUT,
        HTTP_PATCH,
        HTTP_DELETE,
        HTTP_OPTIONS,
        HTTP_OTHER
} HttpMethod;

typedef struct HttpPair {
        Str name, value;
} HttpPair;

typedef struct HttpPairList {
        HttpPair *v;
        size_t n, cap;
} HttpPairList;

/* A request as a plain struct: tests and the fuzzer make it by hand. Text is percent-decoded and valid UTF-8. */
typedef struct HttpRequest {
        HttpMethod method;
        Str path;           /* decoded, starts with '/' */
        HttpPairList query; /* decoded, in order */
        HttpPairList headers;
        Str body;    /* whole body; at most the route's limit */
        Str remote;  /* client address as text; from X-Forwarded-For only if the peer is a trusted proxy */
        bool secure; /* TLS at the proxy */
        const struct Route *route;
        Str path_values[4];         /* in order of the template's {names} */
        int64_t account;            /* for the access log; by http_note_account */
        bool counted;               /* against the rate of who asks; by app/gate */
        HttpPairList reply_headers; /* what a handler adds to the answer by http_add_header (cookies) */
        const char *label; /* for figures and the access log when there is no route: "static", "page" */
} HttpRequest;

Str http_header(const HttpRequest *req, const char *name); /* case-insensitive; p NULL when absent */
Str http_query(const HttpRequest *req, const char *name);
Str http_cookie(const HttpRequest *req, Arena *a, const char *name);
Lang http_lang(const HttpRequest *req); /* by Accept-Language; Chinese unless English is preferred */

typedef struct HttpReply {
        int status;
        const char *type; /* Content-Type */
        HttpPairList headers;
        Buf body;                  /* in cx->arena */
        struct HttpStream *stream; /* server-sent events instead of a body */
        Str file;                  /* path of a file, sent by the kernel; answers Range when status is 200 */
        int fd;                    /* has_fd: an open file instead of a path; the server closes it */
        bool has_fd;
} HttpReply;

/* Sets a header; control characters in the value become blanks. Replaces an earlier one, except Set-Cookie. The headers that
 * every answer carries (security, Cache-Control: no-store, X-Request-Id) are only added where the handler set none. */
void http_reply_header(Cx *cx, HttpReply *reply, const char *name, Str value);
/* For handlers that return a view and never see the reply: kept in cx->req->reply_headers; http_run copies them. */
void http_add_header(Cx *cx, const char *name, Str value);
/* The two halves of a call, used by the gate around its transaction: decode body or query by route->in (Content-Type checked),
 * then handler and encoding. */
Rc http_decode(Cx *cx, HttpRequest *req, void **ret_in);
Rc http_run(Cx *cx, HttpRequest *req, const void *in, HttpReply *reply);
/* The body is memory that outlives the reply (static files): no copy. */
void http_reply_view(HttpReply *reply, Str body);
/* What of `size` bytes a request's Range asks for, unless its If-Range names another edition: 200 all, 206 a part, 416 nothing that
 * is there. */
int http_range(const HttpRequest *req, Str etag, uint64_t size, uint64_t *ret_from, uint64_t *ret_length);

/* ---- server ------------------------------------------------------------------------------------------------------------ */

typedef struct HttpConfig {
        Str listen;                  /* 127.0.0.1:8080, [::1]:8080, unix:/path */
        int loops, workers;          /* 0: cores, 64 */
        size_t max_header, max_body; /* bytes, 0: 12 KiB, 1 MiB; a route may allow a larger body */
        size_t bodies;               /* memory of all bodies in flight, 0: 256 MiB; above it 503 */
        /* A complete header within, a body within, keep-alive between requests; 0: 10 s, 60 s (and a second per 32 KiB
         * announced), 75 s. */
        int header_ms, body_ms, idle_ms;
        /* Limits of open connections, 0: none, 8192; the trusted proxy has no limit of its own. */
        int per_address, connections;
        int streams;       /* limit of idle listeners, 0: 20,000 or as many as the descriptors allow */
        Str trusted_proxy; /* address whose X-Forwarded-*, X-Request-Id are believed; "unix" for a unix socket */
        Str web_dir;       /* built faces: public/ app/ console/ */
        bool access_log;
        /* Tried on the loop thread for requests without a body; false: nothing has happened, a worker answers. Must not wait. */
        bool (*quick)(Cx *cx, HttpRequest *req, HttpReply *reply);
} HttpConfig;

/* How a request is answered: set by the wiring (app/gate.c). Called on a worker thread with a context whose arena lives until
 * the reply is sent. Always fills reply. */
typedef void (*HttpAnswer)(Cx *cx, HttpRequest *req, HttpReply *reply);
/* Called on a loop thread before the body is read: may refuse early (size, rate, no session) by returning false with reply set.
 * Returning false is also how a cheap answer from memory (http_static_quick) is given without a worker. Must not block. */
typedef bool (*HttpEarly)(Cx *cx, HttpRequest *req, HttpReply *reply, size_t *ret_body_limit);

Rc http_start(Cx *cx, const HttpConfig *config, HttpEarly early, HttpAnswer answer); /* P_HTTP_LISTEN */
int http_port(void);                                                                 /* 0 on a unix socket */
/* Stops accepting, sends listeners away, lets running requests finish, then closes. */
void http_stop(int grace_ms);
void http_reload(void); /* the faces are read again within a second; without it, some seconds after a new build is complete */
void http_note_account(Cx *cx, int64_t account); /* the access log's account; a number that names nobody */

/* ---- routing ------------------------------------------------------------------------------------------------------------ */

/* Fills req->route and path_values. P_NOT_FOUND, P_METHOD_NOT_ALLOWED (with the Allow header in *ret_allow). */
Rc http_route(Cx *cx, HttpRequest *req, Str *ret_allow);
/* Answers a request that http_route refused: 204 with Allow to OPTIONS, else the problem (with Allow when given). */
void http_route_refused(Cx *cx, const HttpRequest *req, Rc rc, Str allow, HttpReply *reply);
/* Decodes by the route (JSON body or query), calls the handler, encodes what it gives. On failure the reply is untouched.
 * P_INPUT_TYPE, P_INPUT_SYNTAX, P_INPUT_INVALID, P_BODY_TOO_BIG. */
Rc http_call(Cx *cx, HttpRequest *req, HttpReply *reply);
Str path_str(const Cx *cx, const char *name);
int64_t path_int(const Cx *cx, const char *name);

/* Writes the problem in cx as application/problem+json (RFC 9457) in the caller's language. */
void http_problem(Cx *cx, Rc rc, HttpReply *reply);
/* Static faces and pages (/, /b/…, /r/…, /app/, /console/, /assets/…); false when the path is none of them. */
bool http_static(Cx *cx, HttpRequest *req, HttpReply *reply);
/* The same, for what lies in memory and needs no boot JSON; false leaves everything to http_static. Never blocks. */
bool http_static_quick(Cx *cx, HttpRequest *req, HttpReply *reply);
/* Pages behind printed codes (/b/{code}, /g/{code}) get their first data here: set by the portal. E_MISSING makes the page a 404
 * that carries the problem; after any other failure the page comes without data. */
typedef Rc (*HttpBoot)(Cx *cx, Str path, Buf *ret_json);
void http_on_boot(HttpBoot boot);

/* ---- server-sent events ------------------------------------------------------------------------------------------------ */

/* A listener. The reply becomes an event stream; `allowed` decides per event from a copy of what `peer` holds. It is called on
 * the sender's thread under the hub's lock: it must neither block nor send. */
typedef struct HttpStream HttpStream;
typedef bool (*HttpStreamAllowed)(const void *peer, const void *event);
Rc http_stream_open(Cx *cx, HttpReply *reply, const void *peer, size_t peer_bytes,
                    HttpStreamAllowed allowed); /* P_STREAM_FULL */
/* To every listener that may see it. text is one JSON object on one line. A slow listener loses what is queued for it and gets
 * one event "change" with {"topic":"*","type":"resync"} instead; so does one that comes back having missed something. */
void http_stream_send(const char *event_name, Str text, const void *event);
/* Closes listeners whose peer matches (session ended). */
void http_stream_close_if(bool (*match)(const void *peer, const void *arg), const void *arg);

/* ---- rates -------------------------------------------------------------------------------------------------------------- */

/* Takes one of per_min a minute (a bucket of that size, refilled evenly) from the bucket of key, e.g. "address/route class".
 * False when it is empty: *ret_retry_s says in how many seconds there is one again. The table is bounded; under a flood of
 * keys the fullest buckets are forgotten first. */
bool rate_take(Cx *cx, Str key, int per_min, int64_t *ret_retry_s);
/* The same from the bucket of the caller's address under `name` (a route's, or another word). Whoever has one IPv6 address has
 * the 2^64 around it: they count as one. */
bool rate_take_address(Cx *cx, const char *name, int per_min, int64_t *ret_retry_s);
/* WANGGE_RATE_FACTOR multiplies every limit; 0 lifts them (load tests, a proxy in front that limits by itself). */
int64_t rate_factor(void);
/* As many at once; at most per_min. */
bool rate_take_many(Cx *cx, Str key, int per_min, int count, int64_t *ret_retry_s);
bool rate_take_address_many(Cx *cx, const char *name, int per_min, int count, int64_t *ret_retry_s);

/* ---- figures ------------------------------------------------------------------------------------------------------------ */

void metrics_write(Buf *b); /* Prometheus text */
typedef void (*MetricsSource)(Buf *b);
void metrics_add_source(MetricsSource source); /* other layers add their own lines */
