/* Memory of idle event-stream listeners. Without arguments: a server of this program's own (server/http, nothing else) in a child
 * process, 10,000 listeners, and as many idle keep-alive connections beside them as the baseline. With arguments the listeners go
 * to a running server:  sse_idle ADDRESS PORT PATH LISTENERS PID ["Header: value"]  (PID: whose memory is read). */
#include "base/log.h"
#include "http/http.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Target {
        struct sockaddr_in at;
        const char *path, *header;
        pid_t pid;
} Target;

static void die(const char *what) {
        fprintf(stderr, "sse_idle: %s: %s\n", what, strerror(errno));
        exit(2);
}

static long resident_kb(pid_t pid) {
        char path[64], line[256];
        long kb = -1;
        FILE *f;

        snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
        f = fopen(path, "re");
        if (!f)
                die(path);
        while (fgets(line, sizeof line, f))
                if (sscanf(line, "VmRSS: %ld", &kb) == 1)
                        break;
        fclose(f);
        return kb;
}

/* One connection that has asked and been answered. */
static int ask(const Target *t, const char *path) {
        char request[1024], reply[8192];
        struct pollfd p = { .events = POLLIN };
        int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: bench\r\n%s%s\r\n", path,
                         t->header, t->header[0] ? "\r\n" : "");

        p.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (p.fd < 0 || connect(p.fd, (const struct sockaddr *)&t->at, sizeof t->at) < 0)
                die("connect");
        if (send(p.fd, request, (size_t)n, MSG_NOSIGNAL) != n || poll(&p, 1, 5000) != 1)
                die("request");
        n = (int)recv(p.fd, reply, sizeof reply - 1, 0);
        if (n < 12 || memcmp(reply + 9, "200", 3) != 0)
                die("the answer is not 200");
        return p.fd;
}

static double measure(const Target *t, const char *path, const char *what, int count) {
        int *fds = calloc((size_t)count, sizeof *fds);
        long before, after;
        int alive = 0;

        if (!fds)
                abort();
        close(ask(t, path)); /* what comes with the first one is not the listeners' */
        usleep(300000);
        before = resident_kb(t->pid);
        for (int i = 0; i < count; i++)
                fds[i] = ask(t, path);
        usleep(500000);
        after = resident_kb(t->pid);
        for (int i = 0; i < count; i++) {
                char c;

                alive += recv(fds[i], &c, 1, MSG_DONTWAIT | MSG_PEEK) > 0 || errno == EAGAIN;
                close(fds[i]);
        }
        free(fds);
        printf("%-34s %6d open, %6d alive, %8.2f kB each (%ld → %ld kB)\n", what, count, alive,
               (double)(after - before) / count, before, after);
        return (double)(after - before) / count;
}

typedef struct Peer { /* about what a session needs for its decisions */
        int64_t account, scope[6];
} Peer;

static bool nobody(const void *peer, const void *event) {
        (void)peer;
        (void)event;
        return false;
}

static void answer(Cx *cx, HttpRequest *req, HttpReply *reply) {
        Peer peer = { 0 };

        *reply = (HttpReply){ .status = 200, .type = "text/plain", .body = BUF_IN(cx->arena) };
        if (str_eq(req->path, S("/stream")) && http_stream_open(cx, reply, &peer, sizeof peer, nobody) != OK)
                reply->status = 503;
}

static void serve(int port_pipe) {
        HttpConfig config = { .listen = S("127.0.0.1:0"),
                              .connections = 12000,
                              .streams = 12000,
                              .idle_ms = 600 * MS_SECOND };
        Cx *cx = cx_new(0);
        sigset_t end;
        int port, sig;

        sigemptyset(&end);
        sigaddset(&end, SIGTERM);
        sigprocmask(SIG_BLOCK, &end, NULL);
        log_level(LOG_ERROR_);
        if (http_start(cx, &config, NULL, answer) != OK)
                exit(2);
        port = http_port();
        if (write(port_pipe, &port, sizeof port) != sizeof port)
                exit(2);
        sigwait(&end, &sig);
        http_stop(0);
        cx_free(cx);
        exit(0);
}

static int own_server(int count) {
        Target t = { .at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
                     .header = "" };
        double stream, plain;
        int pipes[2], port;

        if (pipe(pipes) < 0)
                die("pipe");
        fflush(stdout);
        t.pid = fork();
        if (t.pid < 0)
                die("fork");
        if (t.pid == 0)
                serve(pipes[1]);
        if (read(pipes[0], &port, sizeof port) != sizeof port)
                die("the server did not start");
        t.at.sin_port = htons((uint16_t)port);
        stream = measure(&t, "/stream", "event-stream listeners", count);
        plain = measure(&t, "/", "baseline: keep-alive connections", count);
        printf("ratio to the baseline %.3f\n", stream / plain);
        kill(t.pid, SIGTERM);
        waitpid(t.pid, NULL, 0);
        return 0;
}

int main(int argc, char **argv) {
        Target t = { .at = { .sin_family = AF_INET }, .header = argc > 6 ? argv[6] : "" };
        struct rlimit r;

        if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
                r.rlim_cur = r.rlim_max;
                (void)setrlimit(RLIMIT_NOFILE, &r);
        }
        if (argc == 1)
                return own_server(10000);
        if (argc < 6 || inet_pton(AF_INET, argv[1], &t.at.sin_addr) != 1) {
                fprintf(stderr, "usage: sse_idle [ADDRESS PORT PATH LISTENERS PID [\"Header: value\"]]\n");
                return 2;
        }
        t.at.sin_port = htons((uint16_t)strtol(argv[2], NULL, 10));
        t.pid = (pid_t)strtol(argv[5], NULL, 10);
        measure(&t, argv[3], "event-stream listeners", (int)strtol(argv[4], NULL, 10));
        return 0;
}
