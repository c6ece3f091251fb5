/* What libmicrohttpd refuses before any of our code sees a request (a head beyond its buffer, a Content-Length or chunk size that
 * is no number) it answers with an HTML page of its own, and has no option for that. It queues that page through its public
 * MHD_queue_response(), which the dynamic linker lets a program define in the library's place: so this one is called, and the
 * page is replaced by the problem that we give everywhere else. strict_test.c holds that it works. */
#include "http/exchange.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

typedef enum MHD_Result (*Queue)(struct MHD_Connection *, unsigned, struct MHD_Response *);

static struct {
        pthread_once_t once;
        Queue queue;
} library = { .once = PTHREAD_ONCE_INIT };

static _Thread_local bool ours;

static void find(void) {
        void *at = dlsym(RTLD_NEXT, "MHD_queue_response");

        if (!at)
                abort();
        memcpy(&library.queue, &at, sizeof at); /* ISO C has no cast from data to code */
}

enum MHD_Result refused_pass(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response) {
        enum MHD_Result queued;

        ours = true;
        queued = MHD_queue_response(connection, status, response);
        ours = false;
        return queued;
}

static int code_of(unsigned status) {
        return status == 413                    ? P_BODY_TOO_BIG
               : status == 414 || status == 431 ? P_HEADER_TOO_BIG
               : status >= 500                  ? P_SERVER_BUSY
                                                : P_REQUEST_MALFORMED;
}

static void put_line(void *to, const char *name, const char *value) {
        if (value[0])
                buf_fmt(to, "%s: %s\r\n", name, value);
}

static Str problem_of(Cx *cx, HttpRequest *req, unsigned status) {
        Buf b = BUF_IN(cx->arena);
        HttpReply reply;

        cx->req = req;
        request_name(cx);
        http_problem(cx, fail(cx, code_of(status), "The request could not be read"), &reply);
        buf_fmt(&b, "HTTP/1.1 %d %s\r\nConnection: close\r\n", reply.status,
                MHD_get_reason_phrase_for((unsigned)reply.status));
        reply_headers(cx, req, &reply, put_line, &b);
        buf_fmt(&b, "Content-Length: %zu\r\n\r\n", reply.body.n);
        buf_str(&b, buf_view(&reply.body));
        metrics_request(req, reply.status, 0, reply.body.n);
        access_note(cx, req, reply.status, 0, reply.body.n);
        return buf_view(&b);
}

/* Answers before this one have left already, and a problem fits into any socket's buffer. So it is sent here and the library is
 * told to close: after some of its refusals it would send the head of an answer twice. */
static void refuse(struct MHD_Connection *connection, unsigned status) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        const Conn *conn = info ? info->socket_context : NULL;
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        HttpRequest req = { .method = HTTP_OTHER, .path = S("") };
        Str text;

        if (!conn)
                return;
        req.remote = str_c(conn->peer);
        text = problem_of(cx, &req, status);
        if (send(conn->fd, text.p, text.n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)text.n)
                linger(conn->fd);
}

/* In the library's place. */
enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response) {
        pthread_once(&library.once, find);
        if (ours)
                return library.queue(connection, status, response);
        refuse(connection, status);
        return MHD_NO;
}
