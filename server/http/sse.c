/* Server-sent events. A stream's socket is taken from the library (listen.c) once the answer is decided, because the library would
 * keep its 16 KiB of buffers for every idle listener; here a listener costs a few hundred bytes. One thread owns all sockets.
 * Senders decide under the lock who may see an event and put a shared frame into the listeners' small rings; the thread sends.
 * A ring that runs full is emptied and holds one "read everything again" instead. */
#include "base/id.h"
#include "http/http_int.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
        RING = 8,
        EVENTS = 256,
        PING_MS = 20 * MS_SECOND,
        STUCK_MS = 60 * MS_SECOND,
        RETRY_MS = 3 * MS_SECOND
};

typedef struct Frame {
        atomic_int refs;
        uint32_t n;
        char bytes[];
} Frame;

struct HttpStream {
        HttpStream *next, *prev, *next_dirty; /* with the lock */
        Frame *ring[RING];                    /* with the lock */
        uint8_t first, held;                  /* with the lock */
        bool dirty, closing;                  /* with the lock */
        bool waiting, dead; /* the thread's own from here: waits until the socket takes more */
        int fd;
        uint32_t sent; /* of `out` */
        Frame *out;
        int64_t last_ms; /* when bytes last went out */
        HttpStream *next_dead;
        bool counted;
        Address address;
        HttpStreamAllowed allowed;
        _Alignas(16) unsigned char peer[];
};

static struct {
        pthread_mutex_t lock;
        HttpStream *all, *dirty;
        Frame *resync;
        uint64_t last_id;
        char boot[9]; /* tells ids of one process from another's */
        atomic_int count, most;
        int epoll, wake;
        bool running, stop;
        pthread_t thread;
        HttpStream *dead; /* the thread's own */
} hub = { .lock = PTHREAD_MUTEX_INITIALIZER, .epoll = -1, .wake = -1 };

static int64_t mono_ms(void) { return time_mono_us() / 1000; }

static Frame *frame_new(Str text) {
        Frame *f = malloc(sizeof *f + text.n);

        if (!f)
                abort();
        atomic_init(&f->refs, 1);
        f->n = (uint32_t)text.n;
        memcpy(f->bytes, text.p, text.n);
        return f;
}

static Frame *frame_keep(Frame *f) {
        atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
        return f;
}

static void frame_drop(Frame *f) {
        if (f && atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) == 1)
                free(f);
}

static void hub_wake(void) {
        uint64_t one = 1;

        if (write(hub.wake, &one, sizeof one) < 0 && errno != EAGAIN)
                log_error("stream.wake", "%s", strerror(errno));
}

/* ---- with the lock ---- */

static void mark(HttpStream *s) {
        if (s->dirty)
                return;
        s->dirty = true;
        s->next_dirty = hub.dirty;
        hub.dirty = s;
}

static void ring_empty(HttpStream *s) {
        for (; s->held; s->held--, s->first = (uint8_t)((s->first + 1) % RING))
                frame_drop(s->ring[s->first]);
}

static void ring_push(HttpStream *s, Frame *f) {
        if (s->held == RING) {
                ring_empty(s);
                f = hub.resync;
        }
        s->ring[(s->first + s->held++) % RING] = frame_keep(f);
        mark(s);
}

/* ---- from any thread ---- */

Rc http_stream_open(Cx *cx, HttpReply *reply, const void *peer, size_t peer_bytes,
                    HttpStreamAllowed allowed) {
        HttpStream *s;

        if (atomic_fetch_add(&hub.count, 1) >= atomic_load(&hub.most)) {
                atomic_fetch_sub(&hub.count, 1);
                cx->problem.retry_after_s = 30;
                return fail(cx, P_STREAM_FULL, "%d listeners are the limit", atomic_load(&hub.most));
        }
        s = calloc(1, sizeof *s + peer_bytes);
        if (!s)
                abort();
        s->fd = -1;
        s->allowed = allowed;
        if (peer_bytes)
                memcpy(s->peer, peer, peer_bytes);
        reply->stream = s;
        reply->status = 200;
        reply->type = "text/event-stream";
        return OK;
}

static void stream_free(HttpStream *s) {
        ring_empty(s);
        frame_drop(s->out);
        if (s->fd >= 0)
                close(s->fd);
        if (s->counted)
                address_count(&s->address, -1);
        free(s);
        atomic_fetch_sub(&hub.count, 1);
}

void stream_drop(HttpStream *s) { stream_free(s); }
int stream_count(void) { return atomic_load(&hub.count); }

static void link_stream(HttpStream *s, Str last_event_id) {
        struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = s };
        char now[32];
        bool gone;

        pthread_mutex_lock(&hub.lock);
        gone = !hub.running || hub.stop;
        if (!gone) {
                s->next = hub.all;
                if (s->next)
                        s->next->prev = s;
                hub.all = s;
                (void)snprintf(now, sizeof now, "%s-%llu", hub.boot, (unsigned long long)hub.last_id);
                if (last_event_id.n && !str_eq_c(last_event_id, now))
                        ring_push(s, hub.resync);
                mark(s);
                if (epoll_ctl(hub.epoll, EPOLL_CTL_ADD, s->fd, &ev) < 0)
                        s->closing = true;
                hub_wake();
        }
        pthread_mutex_unlock(&hub.lock);
        if (gone)
                stream_free(s);
}

void stream_take(HttpStream *s, int fd, Str head, Str last_event_id, bool counted, Address address) {
        Buf text = BUF_HEAP;
        int on = 1;

        s->fd = fd;
        s->counted = counted;
        s->address = address;
        s->last_ms = mono_ms();
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        buf_str(&text, head);
        pthread_mutex_lock(&hub.lock);
        buf_fmt(&text, "retry: %d\nid: %s-%llu\n\n", RETRY_MS, hub.boot, (unsigned long long)hub.last_id);
        pthread_mutex_unlock(&hub.lock);
        s->out = frame_new(buf_view(&text));
        buf_done(&text);
        link_stream(s, last_event_id);
}

void http_stream_send(const char *event_name, Str text, const void *event) {
        Buf b = BUF_HEAP;
        Frame *f;

        pthread_mutex_lock(&hub.lock);
        if (event_name)
                buf_fmt(&b, "event: %s\n", event_name);
        buf_fmt(&b, "id: %s-%llu\ndata: ", hub.boot, (unsigned long long)++hub.last_id);
        for (size_t i = 0; i < text.n; i++) /* a line break would end the data */
                buf_char(&b, text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i]);
        buf_c(&b, "\n\n");
        f = frame_new(buf_view(&b));
        for (HttpStream *s = hub.all; s; s = s->next)
                if (!s->closing && (!s->allowed || s->allowed(s->peer, event)))
                        ring_push(s, f);
        if (hub.dirty)
                hub_wake();
        pthread_mutex_unlock(&hub.lock);
        frame_drop(f);
        buf_done(&b);
}

void http_stream_close_if(bool (*match)(const void *peer, const void *arg), const void *arg) {
        pthread_mutex_lock(&hub.lock);
        for (HttpStream *s = hub.all; s; s = s->next)
                if (match(s->peer, arg)) {
                        s->closing = true;
                        mark(s);
                }
        if (hub.dirty)
                hub_wake();
        pthread_mutex_unlock(&hub.lock);
}

/* ---- the hub's thread ---- */

static void die(HttpStream *s) {
        if (s->dead)
                return;
        s->dead = true;
        s->next_dead = hub.dead;
        hub.dead = s;
}

static void wait_writable(HttpStream *s, bool waiting) {
        struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | (waiting ? EPOLLOUT : 0u),
                                  .data.ptr = s };

        if (s->waiting == waiting)
                return;
        s->waiting = waiting;
        if (epoll_ctl(hub.epoll, EPOLL_CTL_MOD, s->fd, &ev) < 0)
                die(s);
}

/* The next frame, or NULL. */
static Frame *next_frame(HttpStream *s) {
        Frame *f = NULL;

        pthread_mutex_lock(&hub.lock);
        if (s->closing) {
                die(s);
        } else if (s->held) {
                f = s->ring[s->first];
                s->first = (uint8_t)((s->first + 1) % RING);
                s->held--;
        }
        pthread_mutex_unlock(&hub.lock);
        return f;
}

/* Sends the frame at hand; false when it has to wait or the stream is at its end. */
static bool send_frame(HttpStream *s) {
        while (s->sent < s->out->n) {
                ssize_t put = send(s->fd, s->out->bytes + s->sent, s->out->n - s->sent,
                                   MSG_DONTWAIT | MSG_NOSIGNAL);

                if (put < 0 && errno == EINTR)
                        continue;
                if (put < 0 && errno == EAGAIN) {
                        wait_writable(s, true);
                        return false;
                }
                if (put <= 0) {
                        die(s);
                        return false;
                }
                s->last_ms = mono_ms();
                s->sent += (uint32_t)put;
        }
        frame_drop(s->out);
        s->out = NULL;
        return true;
}

static void flush(HttpStream *s) {
        while (!s->dead) {
                if (!s->out) {
                        s->out = next_frame(s);
                        s->sent = 0;
                }
                if (!s->out) {
                        if (!s->dead)
                                wait_writable(s, false);
                        return;
                }
                if (!send_frame(s))
                        return;
        }
}

static void on_event(HttpStream *s, uint32_t events) {
        char rest[1024];

        if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) {
                die(s);
                return;
        }
        if (events & EPOLLIN) { /* nothing is expected; what comes is thrown away */
                ssize_t got = recv(s->fd, rest, sizeof rest, MSG_DONTWAIT);

                if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
                        die(s);
        }
        if (events & EPOLLOUT)
                flush(s);
}

static void flush_dirty(void) {
        for (;;) {
                HttpStream *s;
                bool closing = false;

                pthread_mutex_lock(&hub.lock);
                s = hub.dirty;
                if (s) {
                        hub.dirty = s->next_dirty;
                        s->dirty = false;
                        closing = s->closing;
                }
                pthread_mutex_unlock(&hub.lock);
                if (!s)
                        return;
                if (closing)
                        die(s);
                else if (!s->dead)
                        flush(s);
        }
}

/* Once a second: a sign of life to the quiet ones, an end to those that take nothing any more. A listener that waits for its
 * socket has no ping added. */
static void heartbeat(int64_t now) {
        Buf b = BUF_HEAP;
        Frame *ping = NULL;

        pthread_mutex_lock(&hub.lock);
        for (HttpStream *s = hub.all; s; s = s->next) {
                if (s->waiting && now - s->last_ms > STUCK_MS)
                        die(s);
                if (s->waiting || s->held || now - s->last_ms < PING_MS)
                        continue;
                if (!ping) {
                        buf_fmt(&b, ":\nevent: ping\nid: %s-%llu\ndata: {}\n\n", hub.boot,
                                (unsigned long long)hub.last_id);
                        ping = frame_new(buf_view(&b));
                }
                ring_push(s, ping);
        }
        pthread_mutex_unlock(&hub.lock);
        frame_drop(ping);
        buf_done(&b);
}

static void bury(void) {
        while (hub.dead) {
                HttpStream *s = hub.dead;

                hub.dead = s->next_dead;
                pthread_mutex_lock(&hub.lock);
                if (s->dirty)
                        for (HttpStream **at = &hub.dirty; *at; at = &(*at)->next_dirty)
                                if (*at == s) {
                                        *at = s->next_dirty;
                                        break;
                                }
                if (s->prev)
                        s->prev->next = s->next;
                else
                        hub.all = s->next;
                if (s->next)
                        s->next->prev = s->prev;
                pthread_mutex_unlock(&hub.lock);
                stream_free(s);
        }
}

/* Everybody is told to come back, at different moments. */
static void send_away(void) {
        for (HttpStream *s = hub.all; s; s = s->next) {
                char text[64];
                int n = snprintf(text, sizeof text, "retry: %llu\n\n",
                                 (unsigned long long)(1000 + rand_below(4000)));

                if (!s->out && !s->dead && n > 0 &&
                    send(s->fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
                        s->waiting = false; /* gone already: it is closed just below */
                die(s);
        }
        bury();
}

static void *hub_run(void *unused) {
        struct epoll_event events[EVENTS];
        int64_t beat = mono_ms() + MS_SECOND;
        bool stop = false;

        (void)unused;
        while (!stop) {
                int n = epoll_wait(hub.epoll, events, EVENTS, 500);
                uint64_t drained;

                for (int i = 0; i < n; i++) {
                        HttpStream *s = events[i].data.ptr;

                        if (!s) {
                                if (read(hub.wake, &drained, sizeof drained) < 0 && errno != EAGAIN)
                                        log_error("stream.wait", "%s", strerror(errno));
                        } else if (!s->dead) {
                                on_event(s, events[i].events);
                        }
                }
                flush_dirty();
                if (mono_ms() >= beat) {
                        heartbeat(mono_ms());
                        flush_dirty();
                        beat = mono_ms() + MS_SECOND;
                }
                bury();
                pthread_mutex_lock(&hub.lock);
                stop = hub.stop;
                pthread_mutex_unlock(&hub.lock);
        }
        send_away();
        return NULL;
}

void streams_start(int limit) {
        struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };
        uint8_t boot[4];
        Arena *a = arena_new(0);

        rand_bytes(boot, sizeof boot);
        memcpy(hub.boot, hex_str(a, boot, sizeof boot).p, 8);
        arena_free(a);
        hub.resync = frame_new(S("event: change\ndata: {\"topic\":\"*\",\"type\":\"resync\"}\n\n"));
        hub.epoll = epoll_create1(EPOLL_CLOEXEC);
        hub.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (hub.epoll < 0 || hub.wake < 0 || epoll_ctl(hub.epoll, EPOLL_CTL_ADD, hub.wake, &ev) < 0)
                abort();
        atomic_store(&hub.most, limit);
        hub.stop = false;
        hub.running = true;
        if (pthread_create(&hub.thread, NULL, hub_run, NULL) != 0)
                abort();
}

void streams_stop(void) {
        pthread_mutex_lock(&hub.lock);
        hub.stop = true;
        hub_wake();
        pthread_mutex_unlock(&hub.lock);
        pthread_join(hub.thread, NULL);
        pthread_mutex_lock(&hub.lock);
        hub.running = false;
        frame_drop(hub.resync);
        hub.resync = NULL;
        close(hub.epoll);
        close(hub.wake);
        hub.epoll = hub.wake = -1;
        pthread_mutex_unlock(&hub.lock);
}
