/* The library's own time-out only counts silence, so a client that sends a byte a second stays for ever. Here every connection has
 * a deadline for what it is doing; a thread looks four times a second and shuts the late ones down (the library then closes them
 * itself). The same thread writes the access log, looks for changed static files, and reads out connections that were refused
 * before their body came: closing those at once would reset them, and the client would never see the answer. */
#include "http/http_int.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { TICK_MS = 250, REFRESH_MS = 2000, LINGERS = 256, LINGER_MS = 2000, LINGER_BYTES = 64 << 20 };

typedef struct Linger {
        int fd;
        int64_t until_ms;
        size_t read;
} Linger;

static struct {
        pthread_mutex_t lock;
        Conn *conns;
        int count, most;
        int64_t idle_ms;
        Linger arrived[LINGERS]; /* with the lock */
        int arrived_count;
        int wake; /* eventfd */
        pthread_t thread;
        atomic_bool stop;
        Linger lingers[LINGERS]; /* the thread's own */
        int linger_count;
} reaper = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = -1 };

static int64_t mono_ms(void) { return time_mono_us() / 1000; }

static uint64_t state_of(Phase phase, int64_t in_ms) {
        return (in_ms > 0 ? (uint64_t)(mono_ms() + in_ms) : 0) << 3 | (uint64_t)phase;
}

void conn_begin(Conn *c) {
        pthread_mutex_lock(&reaper.lock);
        c->prev = NULL;
        c->next = reaper.conns;
        if (c->next)
                c->next->prev = c;
        reaper.conns = c;
        reaper.count++;
        pthread_mutex_unlock(&reaper.lock);
}

void conn_end(Conn *c) {
        pthread_mutex_lock(&reaper.lock);
        if (c->prev)
                c->prev->next = c->next;
        else
                reaper.conns = c->next;
        if (c->next)
                c->next->prev = c->prev;
        reaper.count--;
        pthread_mutex_unlock(&reaper.lock);
}

int conn_count(void) {
        int count;

        pthread_mutex_lock(&reaper.lock);
        count = reaper.count;
        pthread_mutex_unlock(&reaper.lock);
        return count;
}

bool conn_phase(Conn *c, Phase phase, int64_t in_ms) {
        uint64_t old = atomic_load_explicit(&c->state, memory_order_relaxed), fresh = state_of(phase, in_ms);

        do
                if ((old & 7) == PHASE_REAPED)
                        return false;
        while (!atomic_compare_exchange_weak_explicit(&c->state, &old, fresh, memory_order_acq_rel,
                                                      memory_order_relaxed));
        return true;
}

/* Whoever has sent something is told why; a connection opened and never used is just closed. */
static void say_timeout(int fd) {
        static const char body[] =
                "{\"type\":\"/problems/request.timeout\",\"title\":\"请求超时\",\"status\":408,\"code\":"
                "\"request.timeout\",\"detail\":\"请求超时\",\"texts\":{\"zh\":\"请求超时\",\"en\":\"The request "
                "took too long\"}}";
        struct tcp_info info = { 0 };
        socklen_t n = sizeof info;
        Buf b = BUF_HEAP;

        if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0 && info.tcpi_bytes_received == 0)
                return;
        buf_fmt(&b,
                "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\nContent-Length: %zu\r\n"
                "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n%s",
                sizeof body - 1, body);
        if (send(fd, b.p, b.n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
                log_event(LOG_DEBUG_, "http.timeout", "%s", strerror(errno));
        buf_done(&b);
}

/* The peer closed its side in the middle of a request. The library, woken by an edge, can miss that when the close arrives
 * together with the last bytes; it would then wait until the deadline. Seen twice, a look apart, so that a whole request whose
 * bytes were just taken is not mistaken for one. */
static bool hung_up(Conn *c, Phase phase) {
        char byte;
        bool gone = (phase == PHASE_HEAD || phase == PHASE_BODY) && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
        bool before = c->hung_up;

        c->hung_up = gone;
        return gone && before;
}

/* With the lock. */
static void reap(Conn *c, int64_t now, bool crowded) {
        uint64_t state = atomic_load_explicit(&c->state, memory_order_acquire);
        int64_t deadline = (int64_t)(state >> 3);
        Phase phase = (Phase)(state & 7);

        if (phase == PHASE_REAPED || !deadline)
                return;
        if (crowded && phase == PHASE_IDLE) /* room is needed: a second of silence is enough */
                deadline -= reaper.idle_ms - MS_SECOND;
        if ((!hung_up(c, phase) && now < deadline) || !atomic_compare_exchange_strong(&c->state, &state, PHASE_REAPED))
                return;
        if (phase == PHASE_HEAD || phase == PHASE_BODY)
                say_timeout(c->fd);
        shutdown(c->fd, SHUT_RDWR);
}

static void reap_all(void) {
        int64_t now = mono_ms();

        pthread_mutex_lock(&reaper.lock);
        for (Conn *c = reaper.conns; c; c = c->next)
                reap(c, now, reaper.count > reaper.most / 8 * 7);
        pthread_mutex_unlock(&reaper.lock);
}

void conn_shut_all(void) {
        pthread_mutex_lock(&reaper.lock);
        for (Conn *c = reaper.conns; c; c = c->next)
                shutdown(c->fd, SHUT_RDWR);
        pthread_mutex_unlock(&reaper.lock);
}

static void wake(void) {
        uint64_t one = 1;

        if (write(reaper.wake, &one, sizeof one) < 0)
                log_error("reaper.wake", "%s", strerror(errno));
}

void linger(int fd) {
        int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);

        if (own < 0)
                return;
        pthread_mutex_lock(&reaper.lock);
        if (reaper.wake >= 0 && reaper.arrived_count < LINGERS) {
                reaper.arrived[reaper.arrived_count++] = (Linger){ own, mono_ms() + LINGER_MS, 0 };
                own = -1;
                wake();
        }
        pthread_mutex_unlock(&reaper.lock);
        if (own >= 0)
                close(own);
}

/* False when there is nothing more to wait for. */
static bool linger_read(Linger *l) {
        char rest[16384];

        for (;;) {
                ssize_t got = recv(l->fd, rest, sizeof rest, MSG_DONTWAIT);

                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        return got < 0 && errno == EAGAIN && mono_ms() < l->until_ms;
                l->read += (size_t)got;
                if (l->read > LINGER_BYTES)
                        return false;
        }
}

static void linger_all(void) {
        int kept = 0;

        pthread_mutex_lock(&reaper.lock);
        while (reaper.arrived_count && reaper.linger_count < LINGERS)
                reaper.lingers[reaper.linger_count++] = reaper.arrived[--reaper.arrived_count];
        pthread_mutex_unlock(&reaper.lock);
        for (int i = 0; i < reaper.linger_count; i++)
                if (linger_read(&reaper.lingers[i]))
                        reaper.lingers[kept++] = reaper.lingers[i];
                else
                        close(reaper.lingers[i].fd);
        reaper.linger_count = kept;
}

static void wait_for_news(int64_t until) {
        struct pollfd fds[LINGERS + 1] = { { .fd = reaper.wake, .events = POLLIN } };
        int64_t left = until - mono_ms();
        uint64_t drained;

        for (int i = 0; i < reaper.linger_count; i++)
                fds[i + 1] = (struct pollfd){ .fd = reaper.lingers[i].fd, .events = POLLIN };
        if (poll(fds, (nfds_t)reaper.linger_count + 1, left > 0 ? (int)left : 0) > 0 &&
            (fds[0].revents & POLLIN))
                if (read(reaper.wake, &drained, sizeof drained) < 0 && errno != EAGAIN)
                        log_error("reaper.wait", "%s", strerror(errno));
}

static void *reaper_run(void *unused) {
        int64_t tick = mono_ms() + TICK_MS, refresh = mono_ms() + REFRESH_MS;

        (void)unused;
        while (!atomic_load(&reaper.stop)) {
                wait_for_news(tick);
                linger_all();
                if (mono_ms() < tick)
                        continue;
                tick = mono_ms() + TICK_MS;
                reap_all();
                access_flush();
                if (mono_ms() >= refresh || static_is_asked()) {
                        static_refresh();
                        refresh = mono_ms() + REFRESH_MS;
                }
        }
        access_flush();
        return NULL;
}

void reaper_start(int connections, int idle_ms) {
        reaper.most = connections;
        reaper.idle_ms = idle_ms;
        reaper.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        atomic_store(&reaper.stop, false);
        if (reaper.wake < 0 || pthread_create(&reaper.thread, NULL, reaper_run, NULL) != 0)
                abort();
}

void reaper_stop(void) {
        atomic_store(&reaper.stop, true);
        wake();
        pthread_join(reaper.thread, NULL);
        pthread_mutex_lock(&reaper.lock);
        for (int i = 0; i < reaper.linger_count; i++)
                close(reaper.lingers[i].fd);
        for (int i = 0; i < reaper.arrived_count; i++)
                close(reaper.arrived[i].fd);
        reaper.linger_count = reaper.arrived_count = 0;
        close(reaper.wake);
        reaper.wake = -1;
        pthread_mutex_unlock(&reaper.lock);
}
