/* Where the server listens (TCP on IPv4 and IPv6, unix sockets), what a peer is called, and how many connections are open from
 * one address. */
#include "base/map.h"
#include "http/http_int.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

static Rc cannot(Cx *cx, Str at, const char *what) {
        return fail(cx, P_HTTP_LISTEN, STR_FMT ": %s: %s", STR_ARG(at), what, strerror(errno));
}

/* A socket file that nobody answers on any more is in the way. */
static bool stale(const struct sockaddr_un *sun, socklen_t n) {
        struct stat st;
        int fd;
        bool dead;

        if (lstat(sun->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
                return false;
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        dead = fd >= 0 && connect(fd, (const struct sockaddr *)sun, n) < 0 && errno == ECONNREFUSED;
        if (fd >= 0)
                close(fd);
        return dead;
}

static Rc listen_unix(Cx *cx, Str at, Str path, int *ret_fd, char **ret_path) {
        struct sockaddr_un sun = { .sun_family = AF_UNIX };
        socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n + 1);
        int fd;

        if (!path.n || path.n >= sizeof sun.sun_path)
                return fail(cx, P_HTTP_LISTEN, STR_FMT ": the path is empty or too long", STR_ARG(at));
        memcpy(sun.sun_path, path.p, path.n);
        if (stale(&sun, n))
                unlink(sun.sun_path);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return cannot(cx, at, "socket");
        if (bind(fd, (struct sockaddr *)&sun, n) < 0 || chmod(sun.sun_path, 0660) < 0 ||
            listen(fd, BACKLOG) < 0) {
                Rc rc = cannot(cx, at, "bind");

                close(fd);
                return rc;
        }
        *ret_fd = fd;
        *ret_path = strdup(sun.sun_path);
        return OK;
}

static Rc listen_tcp(Cx *cx, Str at, const struct addrinfo *ai, int *ret_fd, int *ret_port) {
        struct sockaddr_storage bound = { 0 };
        socklen_t n = sizeof bound;
        int on = 1, fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        if (fd < 0)
                return cannot(cx, at, "socket");
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0 ||
            getsockname(fd, (struct sockaddr *)&bound, &n) < 0) {
                Rc rc = cannot(cx, at, "bind");

                close(fd);
                return rc;
        }
        *ret_port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                      : ((struct sockaddr_in *)&bound)->sin_port);
        *ret_fd = fd;
        return OK;
}

static bool has_ipv6(void) {
        int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd >= 0)
                close(fd);
        return fd >= 0;
}

/* "host:port", "[v6]:port", ":port" (all addresses of both kinds), "unix:/path". */
Rc address_listen(Cx *cx, Str listen_at, int *ret_fd, int *ret_port, char **ret_unix_path) {
        struct addrinfo hint = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV },
                        *list = NULL;
        const char *colon = listen_at.n ? memrchr(listen_at.p, ':', listen_at.n) : NULL;
        Str host, port;
        Rc rc;

        *ret_port = 0;
        if (str_starts(listen_at, S("unix:")))
                return listen_unix(cx, listen_at, str_sub(listen_at, 5, listen_at.n), ret_fd, ret_unix_path);
        if (!colon)
                return fail(cx, P_HTTP_LISTEN, STR_FMT ": expected address:port or unix:/path",
                            STR_ARG(listen_at));
        host = str_sub(listen_at, 0, (size_t)(colon - listen_at.p));
        port = str_sub(listen_at, host.n + 1, listen_at.n);
        if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
                host = str_sub(host, 1, host.n - 2);
        if (!host.n)
                host = has_ipv6() ? S("::") : S("0.0.0.0");
        if (str_eq(host, S("localhost")))
                host = S("127.0.0.1");
        if (!str_digits(port) ||
            getaddrinfo(str_z(cx->arena, host), str_z(cx->arena, port), &hint, &list) != 0 || !list)
                return fail(cx, P_HTTP_LISTEN, STR_FMT ": there is no such address", STR_ARG(listen_at));
        rc = listen_tcp(cx, listen_at, list, ret_fd, ret_port);
        freeaddrinfo(list);
        return rc;
}

bool address_of(const struct sockaddr *sa, Address *ret) {
        static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

        *ret = (Address){ 0 };
        if (sa && sa->sa_family == AF_INET) {
                memcpy(ret->bytes, mapped, sizeof mapped);
                memcpy(ret->bytes + 12, &((const struct sockaddr_in *)sa)->sin_addr, 4);
                return true;
        }
        if (sa && sa->sa_family == AF_INET6) {
                memcpy(ret->bytes, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
                if (memcmp(ret->bytes, mapped, sizeof mapped) != 0)
                        memset(ret->bytes + 8, 0, 8);
                return true;
        }
        return false;
}

void address_text(const struct sockaddr *sa, char *ret, size_t n) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)sa;
        const char *made = NULL;

        if (sa && sa->sa_family == AF_INET)
                made = inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, ret, (socklen_t)n);
        else if (sa && sa->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
                made = inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, ret, (socklen_t)n);
        else if (sa && sa->sa_family == AF_INET6)
                made = inet_ntop(AF_INET6, &six->sin6_addr, ret, (socklen_t)n);
        if (!made)
                memcpy(ret, "unix", sizeof "unix");
}

/* ---- how many connections from where ---- */

enum { ROWS = 4096 };

typedef struct Counted {
        struct Counted *next;
        Address address;
        int n;
} Counted;

static struct {
        pthread_mutex_t lock;
        Counted *rows[ROWS];
} counts = { .lock = PTHREAD_MUTEX_INITIALIZER };

int address_count(const Address *a, int add) {
        uint64_t hash = str_hash((Str){ (const char *)a->bytes, sizeof a->bytes });
        Counted **at = &counts.rows[hash % ROWS], *c;
        int n;

        pthread_mutex_lock(&counts.lock);
        while (*at && memcmp(&(*at)->address, a, sizeof *a) != 0)
                at = &(*at)->next;
        if (!*at && add > 0) {
                c = calloc(1, sizeof *c);
                if (!c)
                        abort();
                c->address = *a;
                *at = c;
        }
        c = *at;
        n = c ? c->n += add : 0;
        if (c && n <= 0) {
                *at = c->next;
                free(c);
        }
        pthread_mutex_unlock(&counts.lock);
        return n;
}

/* ---- how much memory of bodies for whom ---- */

bool address_read(Str text, Address *ret) {
        struct sockaddr_in four = { .sin_family = AF_INET };
        struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
        char z[INET6_ADDRSTRLEN] = { 0 };

        if (text.n >= sizeof z)
                return false;
        memcpy(z, text.p, text.n);
        if (inet_pton(AF_INET, z, &four.sin_addr) == 1)
                return address_of((const struct sockaddr *)&four, ret);
        return inet_pton(AF_INET6, z, &six.sin6_addr) == 1 && address_of((const struct sockaddr *)&six, ret);
}

atomic_size_t *address_bodies(const Address *a) {
        static atomic_size_t held[ROWS];

        return &held[str_hash((Str){ (const char *)a->bytes, sizeof a->bytes }) % ROWS];
}
