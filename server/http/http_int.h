/* What the files of this folder share. Nobody else includes it. */
#pragma once
#include "base/log.h"
#include "contract.gen.h"
#include "http/http.h"
#include "http/route.h"
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>

enum { REQUEST_ARENA_BYTES = 32 << 20 }; /* ceiling of one request's workspace */

/* ---- request.c: from what the library read to a HttpRequest, strictly -------------------------------------------------- */

typedef struct RawHead {
        Str method, path, version; /* as sent; the path without the query */
        HttpPairList query;        /* still percent-encoded; '+' is a blank already */
        HttpPairList headers;
        const char *
                end; /* one past the head's last byte when the bytes lie in order from method on, else NULL */
        size_t bytes; /* of the whole head, 0 unknown */
} RawHead;

typedef enum BodyKind { FRAME_NONE, FRAME_LENGTH, FRAME_CHUNKED } BodyKind;

typedef struct Framing {
        BodyKind kind;
        uint64_t length; /* FRAME_LENGTH */
} Framing;

Rc request_read(Cx *cx, const RawHead *raw, HttpRequest *req, Framing *ret); /* P_REQUEST_MALFORMED */
bool percent_decode(Arena *a, Str raw, Str *ret);
HttpMethod method_read(Str word);
/* X-Forwarded-* and X-Request-Id; called for the trusted proxy only. */
void request_forwarded(Cx *cx, HttpRequest *req);
bool header_word(Str value,
                 const char *word); /* is word one of the comma-separated ones? case-insensitive */

/* ---- address.c: listening sockets, names of peers, how many connections each has --------------------------------------- */

typedef struct Address {
        uint8_t bytes[16]; /* IPv4 mapped; IPv6 cut to /64: one customer */
} Address;

Rc address_listen(Cx *cx, Str listen_at, int *ret_fd, int *ret_port, char **ret_unix_path);
bool address_of(const struct sockaddr *sa, Address *ret);          /* false: a unix socket */
void address_text(const struct sockaddr *sa, char *ret, size_t n); /* "unix" for unix sockets */
int address_count(const Address *a, int add); /* connections open from there after adding */
bool address_read(Str text, Address *ret);    /* as a proxy gives it */
/* Memory of bodies that is held for an address. Rows are shared by hash: who meets another there has less, never more. */
atomic_size_t *address_bodies(const Address *a);

/* ---- work.c: the worker threads ---------------------------------------------------------------------------------------- */

typedef struct Job {
        struct Job *next;
} Job;

void work_start(int threads, void (*run)(Job *job));
bool work_push(Job *job); /* false: the workers are gone or going */
void work_stop(void); /* after the queue is empty and the running jobs have ended */
int work_depth(void);

/* ---- reaper.c: deadlines of connections, lingering closes, and what is done every so often ------------------------------ */

typedef enum Phase { PHASE_IDLE, PHASE_HEAD, PHASE_BODY, PHASE_WORK, PHASE_SEND, PHASE_REAPED } Phase;

typedef struct Conn {
        struct Conn *next, *prev;
        _Atomic uint64_t state; /* deadline in monotonic ms << 3 | phase; deadline 0 none */
        int fd;
        bool counted, trusted;
        Address address;
        char peer[INET6_ADDRSTRLEN];
        bool hung_up;      /* seen once: nothing to read and the peer will send no more; the reaper's alone */
} Conn;

void reaper_start(int connections, int idle_ms);
void reaper_stop(void);
void conn_begin(Conn *c); /* from now on it has deadlines */
void conn_end(Conn *c);
bool conn_phase(Conn *c, Phase phase, int64_t in_ms); /* false: the reaper has shut it down */
void conn_shut_all(void);
int conn_count(void);
void linger(int fd); /* reads what still comes for a moment, then closes it */

/* ---- reply.c ----------------------------------------------------------------------------------------------------------- */

/* Headers that every answer carries where the handler set none: calls put for each; body-less answers too. */
void reply_headers(const Cx *cx, const HttpRequest *req, const HttpReply *reply,
                   void (*put)(void *to, const char *, const char *), void *to);
bool reply_has(const HttpReply *reply, const char *name);
int problem_status(int code);
/* The bytes of a file that a Range header asks for: 200 whole, 206 a part, 416 none. */
int range_read(Str header, uint64_t size, uint64_t *ret_from, uint64_t *ret_length);

/* ---- compress.c ---------------------------------------------------------------------------------------------------------- */

/* gzip where the caller takes it and it pays; sets Vary and weakens the ETag. On the thread that made the answer: 0.1 ms for what
 * quick reads give on a loop, more on workers. */
void reply_compress(Cx *cx, const HttpRequest *req, HttpReply *reply);
bool gzip(Arena *a, Str plain, Str *ret);

/* ---- sse.c ------------------------------------------------------------------------------------------------------------- */

void streams_start(int limit);
void streams_stop(void);
/* Takes the socket over; the head of the answer has been made by the caller. */
void stream_take(HttpStream *s, int fd, Str head, Str last_event_id, bool counted, Address address);
void stream_drop(HttpStream *s); /* never got a socket */
int stream_count(void);

/* ---- static.c ---------------------------------------------------------------------------------------------------------- */

void static_start(Str web_dir);
/* Files that changed on disk are read again, once two looks found the same: a build is not taken in the middle. */
void static_refresh(void);
bool static_is_asked(void); /* by http_reload(): at once */
void static_stop(void);

/* ---- metrics.c, access.c ------------------------------------------------------------------------------------------------ */

typedef struct Gauges {
        int connections, in_flight, streams, queue;
        size_t bodies;
} Gauges;

Gauges listen_gauges(void);
void metrics_request(const HttpRequest *req, int status, int64_t us, uint64_t bytes);
void access_start(bool on);
void access_note(const Cx *cx, const HttpRequest *req, int status, int64_t us, uint64_t bytes);
void access_flush(void);
const char *method_name(HttpMethod m);

/* ---- route.c ----------------------------------------------------------------------------------------------------------- */

typedef struct RouteTree RouteTree;
RouteTree *route_tree_new(const Route *rows, int count);
void route_tree_free(RouteTree *t);
Rc route_find(Cx *cx, const RouteTree *t, HttpRequest *req, Str *ret_allow);

/* ---- listen.c ---- */
void request_name(Cx *cx); /* gives cx a request's number */

/* ---- listen.c, for the fuzzer -------------------------------------------------------------------------------------------- */

void listen_fuzz_start(HttpEarly early, HttpAnswer answer);
void listen_fuzz_feed(const uint8_t *bytes, size_t n, void (*got)(const char *p, size_t n));
void listen_fuzz_stop(void);
