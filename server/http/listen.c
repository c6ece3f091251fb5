/* The server: the library's loops read and send, workers answer. Rules of libmicrohttpd 0.9.75 that are not in its manual:
 * a response queued in the first handler call closes the connection afterwards, so answers wait for the next call unless closing
 * is wanted; a connection is suspended before its job is queued, because the job may be done before suspending returns. */
#include "base/id.h"
#include "http/exchange.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
        BODY_FIRST = 64 << 10,
        ADDRESS_SHARE = 4, /* of the memory for bodies one address gets this part */
        DISCARD_MOST = 1 << 20,
        FREE_KEPT = 256,
        POOL_SPARE = 4 << 10,
        SEND_MS = 30 * MS_SECOND
};

static struct {
        struct MHD_Daemon *daemon;
        HttpConfig config;
        HttpEarly early;
        HttpAnswer answer;
        int port, dummy;
        char *unix_path, *proxy;
        bool in_line; /* everything on the calling thread: the fuzzer */
        bool lines;   /* the library keeps the head's bytes in order (checked for 0.9.75) */
        atomic_bool stopping, abandoned;
        atomic_int in_flight;
        atomic_size_t bodies;
        atomic_ullong requests;
        char boot[9];
        pthread_mutex_t lock;
        Exchange *free;
        int free_count;
} server = { .lock = PTHREAD_MUTEX_INITIALIZER, .dummy = -1 };

/* ---- exchanges ---- */

static Exchange *exchange_take(void) {
        Exchange *x;

        pthread_mutex_lock(&server.lock);
        x = server.free;
        if (x) {
                server.free = x->next_free;
                server.free_count--;
        }
        pthread_mutex_unlock(&server.lock);
        if (x) {
                Cx *cx = x->cx;

                cx_reset(cx);
                *x = (Exchange){ .cx = cx };
        } else {
                x = calloc(1, sizeof *x);
                if (!x)
                        abort();
                x->cx = cx_new(REQUEST_ARENA_BYTES);
        }
        x->cx->req = &x->req;
        atomic_fetch_add(&server.in_flight, 1);
        return x;
}

static void body_free(Exchange *x) {
        atomic_fetch_sub(&server.bodies, x->body_cap);
        if (x->share)
                atomic_fetch_sub(x->share, x->body_cap);
        free(x->body);
        x->body = NULL;
        x->body_n = x->body_cap = 0;
}

static void exchange_free(Exchange *x) {
        bool keep;

        body_free(x);
        if (x->reply.stream)
                stream_drop(x->reply.stream);
        if (x->response)
                MHD_destroy_response(x->response);
        x->reply.stream = NULL;
        x->response = NULL;
        cx_reset(x->cx); /* the workspace goes back now, not with the next request */
        pthread_mutex_lock(&server.lock);
        keep = server.free_count < FREE_KEPT;
        if (keep) {
                x->next_free = server.free;
                server.free = x;
                server.free_count++;
        }
        pthread_mutex_unlock(&server.lock);
        if (!keep) {
                cx_free(x->cx);
                free(x);
        }
        atomic_fetch_sub(&server.in_flight, 1);
}

/* ---- reading the head ---- */

typedef struct Pairs {
        Arena *arena;
        HttpPairList *list;
} Pairs;

static enum MHD_Result on_pair(void *to, enum MHD_ValueKind kind, const char *name, size_t name_n,
                               const char *value, size_t value_n) {
        Pairs *p = to;

        (void)kind;
        *list_push(p->arena, p->list) =
                (HttpPair){ { name ? name : "", name_n }, { value ? value : "", value_n } };
        return MHD_YES;
}

static void head_collect(Exchange *x, const char *url, const char *method, const char *version,
                         RawHead *ret) {
        const union MHD_ConnectionInfo *size =
                MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        Pairs query = { x->cx->arena, &ret->query }, headers = { x->cx->arena, &ret->headers };

        *ret = (RawHead){ .method = str_c(method), .path = str_c(url), .version = str_c(version) };
        MHD_get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND, on_pair, &query);
        MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, on_pair, &headers);
        if (size)
                ret->bytes = size->header_size;
        if (server.lines && size)
                ret->end = method + size->header_size;
}

static Rc body_allowed(Exchange *x) {
        size_t held = atomic_load_explicit(&server.bodies, memory_order_relaxed);

        if (x->framing.kind == FRAME_LENGTH && x->framing.length > x->limit)
                return fail_zh(x->cx, P_BODY_TOO_BIG, STR_NONE,
                               "The body has %llu bytes; %zu are accepted here",
                               (unsigned long long)x->framing.length, x->limit);
        if (x->framing.kind != FRAME_NONE && held > server.config.bodies)
                return fail(x->cx, P_SERVER_BUSY, "%zu bytes of bodies are in flight", held);
        return OK;
}

/* What is wrong with the head itself ends the connection: where the next request would begin is not certain. */
static Rc head_read(Exchange *x, const RawHead *raw) {
        Cx *cx = x->cx;
        Rc rc = request_read(cx, raw, &x->req, &x->framing);

        x->req.remote = str_c(x->conn->peer);
        if (rc == OK && x->conn->trusted)
                request_forwarded(cx, &x->req);
        cx->lang = http_lang(&x->req);
        if (rc == OK && raw->bytes > server.config.max_header)
                rc = fail(cx, P_HEADER_TOO_BIG, "The header has %zu bytes; %zu are accepted", raw->bytes,
                          server.config.max_header);
        if (rc == OK && atomic_load_explicit(&server.stopping, memory_order_relaxed))
                rc = fail(cx, P_SERVER_BUSY, "stopping");
        x->close = rc != OK;
        return rc;
}

/* False: refused or answered already, x->reply is set. */
static bool admit(Exchange *x, const RawHead *raw) {
        Rc rc = head_read(x, raw);

        if (rc == OK) {
                x->limit = server.config.max_body;
                if (server.early && !server.early(x->cx, &x->req, &x->reply, &x->limit))
                        return false;
                rc = body_allowed(x);
        }
        if (rc != OK)
                http_problem(x->cx, rc, &x->reply);
        return rc == OK;
}

void request_name(Cx *cx) {
        unsigned long long n = atomic_fetch_add_explicit(&server.requests, 1, memory_order_relaxed);

        cx->request_id = str_fmt(cx->arena, "%s%08llx", server.boot, n);
}

/* ---- sending ---- */

static enum MHD_Result send_reply(Exchange *x) {
        enum MHD_Result sent;

        if (!x->response) /* taken, or the worker's answer was lost in a stop */
                return MHD_NO;
        if (!conn_phase(x->conn, PHASE_SEND, SEND_MS + (int64_t)(x->bytes / 4)))
                return MHD_NO;
        sent = refused_pass(x->connection, (unsigned)x->reply.status, x->response);
        MHD_destroy_response(x->response);
        x->response = NULL;
        return sent;
}

static void make_reply(Exchange *x, int dummy) {
        respond_make(x, x->close || atomic_load_explicit(&server.stopping, memory_order_relaxed), dummy);
}

/* ---- the handler calls of one request ---- */

static int64_t body_ms(const Exchange *x) {
        return server.config.body_ms +
               (x->framing.kind == FRAME_LENGTH ? (int64_t)(x->framing.length / 32) : 0);
}

static enum MHD_Result first_call(struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, void **context) {
        const union MHD_ConnectionInfo *info =
                MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        Exchange *x = exchange_take();
        RawHead raw;

        *context = x;
        x->begun_us = time_mono_us();
        x->connection = connection;
        x->conn = info->socket_context;
        request_name(x->cx);
        head_collect(x, url, method, version, &raw);
        x->ready = !admit(x, &raw);
        if (x->ready) {
                x->close = x->close || x->framing.kind != FRAME_NONE;
                make_reply(x, -1);
                if (!x->close)
                        return MHD_YES;
                x->linger = x->framing.kind != FRAME_NONE || x->req.method == HTTP_OTHER;
                return send_reply(x);
        }
        if (x->framing.kind != FRAME_NONE && !conn_phase(x->conn, PHASE_BODY, body_ms(x)))
                return MHD_NO;
        return MHD_YES;
}

/* Takes n bytes out of what all bodies may hold, and out of the quarter of it that one address may: slow uploads from one place
 * leave room for the others. */
static bool body_budget(Exchange *x, size_t n) {
        Address from;

        if (!x->share && address_read(x->req.remote, &from))
                x->share = address_bodies(&from);
        if (atomic_fetch_add(&server.bodies, n) + n > server.config.bodies) {
                atomic_fetch_sub(&server.bodies, n);
                return false;
        }
        if (!x->share || atomic_fetch_add(x->share, n) + n <= server.config.bodies / ADDRESS_SHARE)
                return true;
        atomic_fetch_sub(x->share, n);
        atomic_fetch_sub(&server.bodies, n);
        return false;
}

/* Room for n more bytes, or x->fault. */
static void body_reserve(Exchange *x, size_t n) {
        size_t need = x->body_n + n, cap = x->body_cap * 2;

        if (need > x->limit) {
                x->fault = P_BODY_TOO_BIG;
                return;
        }
        if (need <= x->body_cap)
                return;
        if (!cap)
                cap = x->framing.kind == FRAME_LENGTH && x->framing.length < BODY_FIRST
                              ? (size_t)x->framing.length
                              : BODY_FIRST;
        if (x->framing.kind == FRAME_LENGTH && cap > x->framing.length)
                cap = (size_t)x->framing.length;
        if (cap > x->limit)
                cap = x->limit;
        if (cap < need)
                cap = need;
        if (!body_budget(x, cap - x->body_cap)) {
                x->fault = P_SERVER_BUSY;
                return;
        }
        x->body = realloc(x->body, cap);
        if (!x->body)
                abort();
        x->body_cap = cap;
}

/* A chunked body has no length beforehand: what is too much is read out and thrown away, up to a point, so that the client gets
 * to see the answer. */
static enum MHD_Result body_part(Exchange *x, const char *p, size_t *n) {
        if (!x->fault)
                body_reserve(x, *n);
        if (x->fault) {
                body_free(x);
                x->discarded += *n;
        } else {
                memcpy(x->body + x->body_n, p, *n);
                x->body_n += *n;
        }
        *n = 0;
        return x->discarded > x->limit + DISCARD_MOST ? MHD_NO : MHD_YES;
}

static void answer(Exchange *x, int dummy) {
        if (atomic_load_explicit(&server.abandoned, memory_order_relaxed))
                http_problem(x->cx, fail(x->cx, P_SERVER_BUSY, "stopping"), &x->reply);
        else
                server.answer(x->cx, &x->req, &x->reply);
        make_reply(x, dummy);
}

static void run_job(Job *job) {
        Exchange *x = (Exchange *)job;
        struct MHD_Connection *connection = x->connection;

        answer(x, server.dummy);
        atomic_store_explicit(&x->stage, STAGE_DONE, memory_order_release);
        MHD_resume_connection(connection); /* x belongs to the loop again */
}

static enum MHD_Result request_complete(Exchange *x) {
        if (x->ready)
                return send_reply(x);
        if (!conn_phase(x->conn, PHASE_WORK, 0))
                return MHD_NO;
        if (x->fault) {
                http_problem(x->cx, fail(x->cx, x->fault, "The body passes %zu bytes", x->limit), &x->reply);
                make_reply(x, -1);
                return send_reply(x);
        }
        if (x->framing.kind == FRAME_NONE && server.config.quick &&
            server.config.quick(x->cx, &x->req, &x->reply)) {
                make_reply(x, -1);
                return send_reply(x);
        }
        x->req.body = (Str){ x->body ? x->body : "", x->body_n };
        if (server.in_line) {
                answer(x, -1);
                return send_reply(x);
        }
        atomic_store_explicit(&x->stage, STAGE_RUNNING, memory_order_relaxed);
        MHD_suspend_connection(x->connection);
        if (!work_push(&x->job)) { /* stopping: nobody would ever resume it, and the library must not stop with it suspended */
                atomic_store_explicit(&x->stage, STAGE_DONE, memory_order_release);
                MHD_resume_connection(x->connection);
        }
        return MHD_YES;
}

static enum MHD_Result on_request(void *unused, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_n, void **context) {
        Exchange *x = *context;

        (void)unused;
        if (!x)
                return first_call(connection, url, method, version, context);
        if (*upload_n)
                return body_part(x, upload, upload_n);
        switch ((Stage)atomic_load_explicit(&x->stage, memory_order_acquire)) {
        case STAGE_READING: return request_complete(x);
        case STAGE_RUNNING: return MHD_YES;
        case STAGE_DONE: return send_reply(x);
        }
        return MHD_NO;
}

/* The request line is complete. */
static void *on_uri(void *unused, const char *uri, struct MHD_Connection *connection) {
        const union MHD_ConnectionInfo *info =
                MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        Conn *conn = info ? info->socket_context : NULL;

        (void)unused;
        (void)uri;
        if (conn && (atomic_load_explicit(&conn->state, memory_order_relaxed) & 7) == PHASE_IDLE)
                (void)conn_phase(conn, PHASE_HEAD, server.config.header_ms);
        return NULL;
}

static void on_completed(void *unused, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode how) {
        Exchange *x = *context;
        int64_t us;

        (void)unused;
        (void)connection;
        (void)how;
        if (!x)
                return;
        *context = NULL;
        us = time_mono_us() - x->begun_us;
        if (!conn_phase(x->conn, PHASE_IDLE, server.config.idle_ms) && !x->reply.status)
                x->reply.status = 408; /* the reaper said so */
        if (x->reply.status) {
                metrics_request(&x->req, x->reply.status, us, x->bytes);
                access_note(x->cx, &x->req, x->reply.status, us, x->bytes);
        }
        if (x->linger)
                linger(x->conn->fd);
        exchange_free(x);
}

/* ---- connections ---- */

static bool is_trusted(const char *peer) { return server.proxy && strcmp(server.proxy, peer) == 0; }

static enum MHD_Result on_accept(void *unused, const struct sockaddr *sa, socklen_t n) {
        char peer[INET6_ADDRSTRLEN];
        Address address;

        (void)unused;
        (void)n;
        if (atomic_load_explicit(&server.stopping, memory_order_relaxed))
                return MHD_NO;
        if (server.config.per_address <= 0 || !address_of(sa, &address))
                return MHD_YES;
        address_text(sa, peer, sizeof peer);
        return is_trusted(peer) || address_count(&address, 0) < server.config.per_address ? MHD_YES : MHD_NO;
}

static void on_connection(void *unused, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode how) {
        Conn *c = *context;

        (void)unused;
        if (how == MHD_CONNECTION_NOTIFY_STARTED) {
                const union MHD_ConnectionInfo *sa =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
                const struct sockaddr *peer = sa ? sa->client_addr : NULL;

                c = calloc(1, sizeof *c);
                if (!c)
                        abort();
                c->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
                address_text(peer, c->peer, sizeof c->peer);
                c->trusted = is_trusted(c->peer);
                c->counted = address_of(peer, &c->address) && !c->trusted;
                if (c->counted)
                        address_count(&c->address, 1);
                (void)conn_phase(c, PHASE_HEAD, server.config.header_ms);
                conn_begin(c);
                *context = c;
        } else if (c) {
                conn_end(c);
                if (c->counted)
                        address_count(&c->address, -1);
                free(c);
                *context = NULL;
        }
}

static size_t keep_escapes(void *unused, struct MHD_Connection *connection, char *text) {
        (void)unused;
        (void)connection;
        return strlen(text); /* request.c decodes, and refuses what is broken */
}

/* ---- start and stop ---- */

static char *owned(Str s) {
        char *z = s.n ? str_heap(s) : NULL;

        return z;
}

static void defaults(const HttpConfig *given) {
        HttpConfig *c = &server.config;

        *c = *given;
        c->loops = c->loops > 0 ? c->loops : (int)sysconf(_SC_NPROCESSORS_ONLN);
        c->workers = c->workers > 0 ? c->workers : 64;
        c->max_header = c->max_header ? c->max_header : 12 << 10;
        c->max_body = c->max_body ? c->max_body : 1 << 20;
        c->bodies = c->bodies ? c->bodies : 256 << 20;
        c->header_ms = c->header_ms > 0 ? c->header_ms : 10 * MS_SECOND;
        c->body_ms = c->body_ms > 0 ? c->body_ms : 60 * MS_SECOND;
        c->idle_ms = c->idle_ms > 0 ? c->idle_ms : 75 * MS_SECOND;
        c->connections = c->connections > 0 ? c->connections : 8192;
        c->streams = c->streams > 0 ? c->streams : 20000;
        c->listen = c->trusted_proxy = c->web_dir = STR_NONE; /* the caller's memory */
        server.proxy = owned(given->trusted_proxy);
}

/* As many descriptors as the system lets us have; listeners by default only as many as fit. */
static void raise_descriptors(bool streams_given) {
        HttpConfig *c = &server.config;
        struct rlimit r;
        int64_t spare;

        if (getrlimit(RLIMIT_NOFILE, &r) < 0)
                return;
        if (r.rlim_cur < r.rlim_max) {
                r.rlim_cur = r.rlim_max;
                (void)setrlimit(RLIMIT_NOFILE, &r);
        }
        spare = (r.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t)r.rlim_cur) - c->connections - 256;
        if (spare >= c->streams)
                return;
        if (!streams_given && spare > 0)
                c->streams = (int)spare;
        else
                log_warn("http.descriptors", "the limit of %llu open files is below connections + streams",
                         (unsigned long long)r.rlim_cur);
}

static struct MHD_Daemon *daemon_new(unsigned flags, int fd) {
        size_t pool = server.config.max_header + POOL_SPARE;
        struct MHD_OptionItem options[] = {
                { MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)pool, NULL },
                { MHD_OPTION_CONNECTION_LIMIT, server.config.connections, NULL },
                { MHD_OPTION_CONNECTION_TIMEOUT, 0, NULL },
                { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, NULL },
                { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, NULL },
                { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_uri, NULL },
                { MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL },
                { fd >= 0 ? MHD_OPTION_LISTEN_SOCKET : MHD_OPTION_END, fd, NULL },
                { server.config.loops > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
                  server.config.loops, NULL },
                { MHD_OPTION_END, 0, NULL },
        };

        return MHD_start_daemon(flags, 0, on_accept, NULL, on_request, NULL, MHD_OPTION_ARRAY, options,
                                MHD_OPTION_END);
}

static void begin(HttpEarly early, HttpAnswer answer_with) {
        uint8_t boot[4];
        Arena *a = arena_new(0);

        rand_bytes(boot, sizeof boot);
        memcpy(server.boot, hex_str(a, boot, sizeof boot).p, 8);
        arena_free(a);
        server.early = early;
        server.answer = answer_with;
        server.lines = strcmp(MHD_get_version(), "0.9.75") == 0;
        atomic_store(&server.stopping, false);
        atomic_store(&server.abandoned, false);
}

static void end(void) {
        while (server.free) {
                Exchange *x = server.free;

                server.free = x->next_free;
                cx_free(x->cx);
                free(x);
        }
        server.free_count = 0;
        free(server.proxy);
        server.proxy = NULL;
}

Rc http_start(Cx *cx, const HttpConfig *config, HttpEarly early, HttpAnswer answer_with) {
        sigset_t all, before;
        char *unix_path = NULL;
        int fd = -1, port = 0;

        TRY(address_listen(cx, config->listen, &fd, &port, &unix_path));
        server.port = port;
        server.unix_path = unix_path;
        defaults(config);
        raise_descriptors(config->streams > 0);
        begin(early, answer_with);
        server.in_line = false;
        server.dummy = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (server.dummy < 0)
                abort();
        access_start(config->access_log);
        static_start(config->web_dir);
        sigfillset(&all); /* signals are for the main thread */
        pthread_sigmask(SIG_SETMASK, &all, &before);
        streams_start(server.config.streams);
        work_start(server.config.workers, run_job);
        reaper_start(server.config.connections, server.config.idle_ms);
        server.daemon =
                daemon_new(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, fd);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (!server.daemon) {
                close(fd);
                http_stop(0);
                return fail(cx, P_HTTP_LISTEN, "the loops could not be started");
        }
        return OK;
}

int http_port(void) { return server.port; }

Gauges listen_gauges(void) {
        return (Gauges){ .connections = conn_count(),
                         .in_flight = atomic_load(&server.in_flight),
                         .streams = stream_count(),
                         .queue = work_depth(),
                         .bodies = atomic_load(&server.bodies) };
}

static void wait_for_requests(int grace_ms) {
        int64_t until = time_mono_us() + (int64_t)grace_ms * 1000;

        while (atomic_load(&server.in_flight) > 0 && time_mono_us() < until)
                usleep(5000);
}

void http_stop(int grace_ms) {
        int fd = -1;

        if (server.dummy < 0) /* not started */
                return;
        atomic_store(&server.stopping, true);
        if (server.daemon)
                fd = MHD_quiesce_daemon(server.daemon);
        if (fd >= 0)
                close(fd);
        if (server.unix_path)
                unlink(server.unix_path);
        streams_stop();
        wait_for_requests(grace_ms);
        if (atomic_load(&server.in_flight) > 0)
                log_warn("http.stop", "%d requests did not end in time", atomic_load(&server.in_flight));
        atomic_store(&server.abandoned, true);
        conn_shut_all();
        work_stop(); /* a handler that still runs is waited for: its memory is its own until it returns */
        if (server.daemon)
                MHD_stop_daemon(server.daemon);
        server.daemon = NULL;
        reaper_stop();
        static_stop();
        if (server.dummy >= 0)
                close(server.dummy);
        server.dummy = -1;
        free(server.unix_path);
        server.unix_path = NULL;
        server.port = 0;
        end();
}

/* ---- for the fuzzer: one thread, no sockets but pairs ---- */

void listen_fuzz_start(HttpEarly early, HttpAnswer answer_with) {
        HttpConfig config = { .max_body = 64 << 10, .loops = 1 };

        defaults(&config);
        begin(early, answer_with);
        server.in_line = true;
        server.daemon = daemon_new(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, -1);
        if (!server.daemon)
                abort();
}

void listen_fuzz_feed(const uint8_t *bytes, size_t n, void (*got)(const char *p, size_t n)) {
        struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr.s_addr = 0x0100007f };
        char reply[65536];
        int pair[2];
        ssize_t size;

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
                abort();
        if (MHD_add_connection(server.daemon, pair[1], (struct sockaddr *)&peer, sizeof peer) != MHD_YES)
                abort();
        size = send(pair[0], bytes, n, MSG_NOSIGNAL);
        shutdown(pair[0], SHUT_WR);
        for (int i = 0; i < 8 && size >= 0; i++) {
                ssize_t read_n;

                MHD_run(server.daemon);
                while ((read_n = recv(pair[0], reply, sizeof reply, 0)) > 0)
                        got(reply, (size_t)read_n);
                if (read_n == 0)
                        break;
        }
        close(pair[0]);
        for (int i = 0; i < 4; i++)
                MHD_run(server.daemon);
}

void listen_fuzz_stop(void) {
        MHD_stop_daemon(server.daemon);
        server.daemon = NULL;
        end();
}
