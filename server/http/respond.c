/* From a HttpReply to the library's response: headers, body from memory, files with ranges, and the hand-over of a stream's socket
 * to the hub. Runs on the worker, so that the loops only send. */
#include "http/exchange.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_header(void *to, const char *name, const char *value) {
        if (value[0] && MHD_add_response_header(to, name, value) != MHD_YES)
                log_warn("http.header", "%s could not be set", name);
}

static struct MHD_Response *of_memory(Str body) {
        struct MHD_Response *r = MHD_create_response_from_buffer(
                body.n, body.n ? (void *)(uintptr_t)body.p : NULL, MHD_RESPMEM_PERSISTENT);

        if (!r)
                abort();
        return r;
}

static Str said(const Exchange *x, const char *name) {
        for (size_t i = 0; i < x->reply.headers.n; i++)
                if (str_eq_c(x->reply.headers.v[i].name, name))
                        return x->reply.headers.v[i].value;
        return STR_NONE;
}

/* A handler that writes its file anew each time says that it has no ranges: parts of two would not fit together. */
static bool range_wanted(const Exchange *x) {
        Str only_if = http_header(&x->req, "If-Range");

        if (str_eq_c(said(x, "Accept-Ranges"), "none"))
                return false;
        if (x->reply.status != 200 || (x->req.method != HTTP_GET && x->req.method != HTTP_HEAD))
                return false;
        if (!only_if.n)
                return true;
        return str_eq(said(x, "ETag"), only_if);
}

/* NULL: it cannot be opened; the reply is a problem now. */
static struct MHD_Response *of_file(Exchange *x) {
        Cx *cx = x->cx;
        uint64_t from = 0, length, size;
        struct MHD_Response *r;
        struct stat st;
        int status = 200,
            fd = x->reply.has_fd ? x->reply.fd : open(str_z(cx->arena, x->reply.file), O_RDONLY | O_CLOEXEC);

        x->reply.has_fd = false;
        if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
                bool missing = errno == ENOENT;

                if (fd >= 0)
                        close(fd);
                http_problem(cx,
                             missing ? fail(cx, P_NOT_FOUND, "The file is gone")
                                     : fail(cx, P_SERVER_BUG, "a file of the answer: %s", strerror(errno)),
                             &x->reply);
                return NULL;
        }
        length = size = (uint64_t)st.st_size;
        if (range_wanted(x))
                status = range_read(http_header(&x->req, "Range"), size, &from, &length);
        if (!said(x, "Accept-Ranges").n)
                http_reply_header(cx, &x->reply, "Accept-Ranges", S("bytes"));
        if (status == 416) {
                http_reply_header(cx, &x->reply, "Content-Range",
                                  str_fmt(cx->arena, "bytes */%llu", (unsigned long long)size));
                length = 0;
        } else if (status == 206) {
                http_reply_header(cx, &x->reply, "Content-Range",
                                  str_fmt(cx->arena, "bytes %llu-%llu/%llu", (unsigned long long)from,
                                          (unsigned long long)(from + length - 1),
                                          (unsigned long long)size));
        }
        if (status != 200)
                x->reply.status = status;
        x->bytes = length;
        if (!length) {
                close(fd);
                return of_memory(S(""));
        }
        r = MHD_create_response_from_fd_at_offset64(length, fd, from);
        if (!r)
                abort();
        return r;
}

static void put_line(void *to, const char *name, const char *value) {
        Buf *b = to;

        if (value[0])
                buf_fmt(b, "%s: %s\r\n", name, value);
}

/* The library keeps buffers of 16 KiB for every open connection, thousands of times what an idle listener needs. The connection
 * is suspended: the library has taken the socket out of its epoll set and does not touch it. So the socket is duplicated for the
 * hub, the library's descriptor is made a harmless one, and the library closes that when it is resumed. */
static bool take_socket(Exchange *x, int dummy_fd) {
        Buf head = BUF_IN(x->cx->arena);
        int own;

        if (dummy_fd < 0)
                return false;
        own = fcntl(x->conn->fd, F_DUPFD_CLOEXEC, 3);
        if (own < 0 || dup3(dummy_fd, x->conn->fd, O_CLOEXEC) < 0) {
                if (own >= 0)
                        close(own);
                return false;
        }
        buf_c(&head, "HTTP/1.1 200 OK\r\nConnection: close\r\nX-Accel-Buffering: no\r\n");
        reply_headers(x->cx, &x->req, &x->reply, put_line, &head);
        buf_c(&head, "\r\n");
        stream_take(x->reply.stream, own, buf_view(&head), http_header(&x->req, "Last-Event-ID"),
                    x->conn->counted, x->conn->address);
        x->conn->counted = false;
        x->reply.stream = NULL;
        x->taken = true;
        return true;
}

void respond_make(Exchange *x, bool close_after, int dummy_fd) {
        struct MHD_Response *r = NULL;

        if (x->reply.stream && x->req.method == HTTP_GET && take_socket(x, dummy_fd))
                return;
        if (x->reply.stream) {
                stream_drop(x->reply.stream);
                x->reply.stream = NULL;
                if (x->req.method != HTTP_HEAD)
                        http_problem(x->cx,
                                     fail(x->cx, P_SERVER_BUSY, "the stream's socket could not be taken"),
                                     &x->reply);
        }
        if (x->reply.file.n || x->reply.has_fd)
                r = of_file(x);
        if (!r) {
                if (x->reply.body.arena) /* made for this request; a file of the faces is not */
                        reply_compress(x->cx, &x->req, &x->reply);
                r = of_memory(buf_view(&x->reply.body));
                x->bytes = x->reply.body.n;
        }
        reply_headers(x->cx, &x->req, &x->reply, put_header, r);
        if (close_after)
                put_header(r, "Connection", "close");
        x->response = r;
}
