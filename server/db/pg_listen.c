/* Notifications on PostgreSQL: one thread with a connection of its own hears them and sends ours. They are sent after the commit
 * and not in it: a NOTIFY inside a transaction makes the server do all such commits one after the other, disk included, which
 * would end group commit. A process that dies in between loses a hint, never data. */
#include "base/log.h"
#include "db/pg.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
        QUEUE_MAX = 10000,
        RETRY_MS = 500,
        FLUSH_MS = 2000,
        TOGETHER = 128,  /* texts that travel in one notification, */
        BETWEEN = '\x1e', /* with this between them */
        BREATH_US = 5000
};

static const char notify_sql[] = "SELECT pg_notify($1, $2)";

typedef struct Waiting {
        struct Waiting *next;
        size_t n;
        char text[];
} Waiting;

typedef struct Listener {
        pthread_mutex_t lock;
        pthread_t thread;
        int wake; /* eventfd: something to send, or stop */
        atomic_bool running;
        bool stop, hear;
        Waiting *first, **end;
        size_t n;
        PGconn *pg; /* the thread's own from here */
        char channel[80];
        int64_t sent_us;
        atomic_bool listening; /* read by everybody */
        bool was_listening;
} Listener;

static Listener listener = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void disconnect(void) {
        PQfinish(listener.pg);
        listener.pg = NULL;
        listener.listening = false;
}

static bool run(const char *sql) {
        PGresult *r = PQexec(listener.pg, sql);
        bool good = pg_good(r);

        if (!good)
                log_warn("db.listen", "%s", PQerrorMessage(listener.pg));
        PQclear(r);
        return good;
}

/* One channel per schema, so that tests and tenants in one cluster do not hear each other. */
static bool find_channel(void) {
        PGresult *r = PQexec(listener.pg, "SELECT left('wangge_' || current_schema(), 63)");
        bool good = pg_good(r) && PQntuples(r) == 1 && !PQgetisnull(r, 0, 0);

        if (good) {
                strncpy(listener.channel, PQgetvalue(r, 0, 0), sizeof listener.channel - 1);
        }
        PQclear(r);
        /* A lost hint is no lost data: sending one need not wait for the disk. */
        return good && run("SET synchronous_commit = off");
}

static bool begin_listening(void) {
        char *name = PQescapeIdentifier(listener.pg, listener.channel, strlen(listener.channel));
        Buf sql = BUF_HEAP;
        bool good;

        buf_fmt(&sql, "LISTEN %s", name);
        PQfreemem(name);
        buf_char(&sql, 0);
        good = run(sql.p);
        buf_done(&sql);
        if (good && listener.was_listening)
                db_gap();
        listener.listening = good; /* after the gap was told: nothing from before counts any more */
        listener.was_listening |= good;
        return good;
}

static bool connected(bool hear) {
        char *why = NULL;

        if (!listener.pg) {
                listener.pg = pg_connect(&why);
                if (!listener.pg)
                        log_warn("db.listen", "%s", why);
                free(why);
                if (listener.pg && !find_channel())
                        disconnect();
        }
        if (listener.pg && hear && !listener.listening && !begin_listening())
                disconnect();
        return listener.pg != NULL;
}

static Waiting *queue_take(void) {
        Waiting *w;

        pthread_mutex_lock(&listener.lock);
        w = listener.first;
        if (w) {
                listener.first = w->next;
                if (!listener.first)
                        listener.end = &listener.first;
                listener.n--;
        }
        pthread_mutex_unlock(&listener.lock);
        return w;
}

static void queue_put_back(Waiting *w) {
        pthread_mutex_lock(&listener.lock);
        w->next = listener.first;
        if (!listener.first)
                listener.end = &w->next;
        listener.first = w;
        listener.n++;
        pthread_mutex_unlock(&listener.lock);
}

/* False: the connection is gone. What the server refuses for itself is not tried again. */
static bool send_joined(const Waiting *const *all, size_t n) {
        const char *values[] = { listener.channel, NULL };
        Buf text = BUF_HEAP;
        PGresult *r;
        bool good;

        for (size_t i = 0; i < n; i++) {
                buf_add(&text, all[i]->text, all[i]->n);
                buf_char(&text, i + 1 < n ? BETWEEN : 0);
        }
        values[1] = text.p;
        r = PQexecParams(listener.pg, notify_sql, 2, NULL, values, NULL, NULL, 0);
        good = pg_good(r);
        PQclear(r);
        buf_done(&text);
        return good || PQstatus(listener.pg) == CONNECTION_OK;
}

/* As many as one notification holds. */
static size_t take_joined(Waiting **all) {
        size_t n = 0, bytes = 0;

        while (n < TOGETHER && (all[n] = queue_take())) {
                if (n && bytes + all[n]->n + 1 > DB_NOTIFY_MAX) {
                        queue_put_back(all[n]);
                        break;
                }
                bytes += all[n++]->n + 1;
        }
        return n;
}

/* A busy server has one for every change. Those that come shortly after others were sent wait for each other a moment: a
 * notification costs the database server as much as a transaction. */
static void breathe(void) {
        int64_t since_us = time_mono_us() - listener.sent_us;
        struct timespec rest = { .tv_nsec = (long)((BREATH_US - since_us) * 1000) };

        if (since_us >= 0 && since_us < BREATH_US)
                nanosleep(&rest, NULL);
}

static void send_waiting(void) {
        Waiting *all[TOGETHER];
        size_t n;

        while (listener.pg) {
                breathe();
                n = take_joined(all);
                if (!n)
                        return;
                if (!send_joined((const Waiting *const *)all, n)) {
                        while (n--)
                                queue_put_back(all[n]);
                        disconnect();
                        return;
                }
                listener.sent_us = time_mono_us();
                while (n--)
                        free(all[n]);
        }
}

static void hear_joined(Str text) {
        Str one, rest = text;

        while (str_cut(rest, BETWEEN, &one, &rest))
                db_heard(one);
        db_heard(rest);
}

static void deliver(void) {
        PGnotify *n;

        if (!listener.pg)
                return;
        if (!PQconsumeInput(listener.pg) || PQstatus(listener.pg) != CONNECTION_OK) {
                disconnect();
                return;
        }
        while ((n = PQnotifies(listener.pg))) {
                hear_joined(str_c(n->extra));
                PQfreemem(n);
        }
}

static void wait_for_something(void) {
        struct pollfd fds[2] = { { .fd = listener.wake, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
        uint64_t n;

        if (listener.pg)
                fds[1].fd = PQsocket(listener.pg);
        poll(fds, 2, listener.pg ? -1 : RETRY_MS);
        if (fds[0].revents && read(listener.wake, &n, sizeof n) < 0 && errno != EAGAIN)
                log_error("db.listen", "eventfd: %s", strerror(errno));
}

static void *listen_main(void *arg) {
        bool stop = false, hear, waiting;
        int64_t flush_until_us = 0;

        (void)arg;
        for (;;) {
                pthread_mutex_lock(&listener.lock);
                stop = listener.stop;
                hear = listener.hear;
                waiting = listener.first != NULL;
                pthread_mutex_unlock(&listener.lock);
                if (stop && !flush_until_us)
                        flush_until_us = time_mono_us() + FLUSH_MS * 1000;
                if (stop && (!waiting || time_mono_us() > flush_until_us))
                        break;
                if (connected(hear)) {
                        deliver();
                        send_waiting();
                        deliver(); /* what came in while sending is in the library's hands, not in the socket */
                }
                if (!stop || !listener.pg)
                        wait_for_something();
        }
        disconnect();
        return NULL;
}

static void wake(void) {
        uint64_t one = 1;

        if (write(listener.wake, &one, sizeof one) < 0)
                log_error("db.listen", "eventfd: %s", strerror(errno));
}

void listen_start(bool hear) {
        pthread_mutex_lock(&listener.lock);
        listener.hear |= hear;
        if (!listener.running) {
                listener.stop = listener.was_listening = false;
                listener.end = &listener.first;
                listener.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
                if (listener.wake < 0 || pthread_create(&listener.thread, NULL, listen_main, NULL) != 0)
                        abort();
                listener.running = true;
        }
        pthread_mutex_unlock(&listener.lock);
        wake();
}

void listen_send(Str text) {
        Waiting *w = malloc(sizeof *w + text.n + 1);
        bool full, first;

        if (!w)
                abort();
        memcpy(w->text, text.p, text.n);
        w->text[text.n] = 0;
        w->n = text.n;
        w->next = NULL;
        if (!atomic_load_explicit(&listener.running, memory_order_acquire))
                listen_start(false);
        pthread_mutex_lock(&listener.lock);
        full = listener.n >= QUEUE_MAX;
        first = !listener.n;
        if (!full) {
                *listener.end = w;
                listener.end = &w->next;
                listener.n++;
        }
        pthread_mutex_unlock(&listener.lock);
        if (full) {
                log_warn("db.listen", "%d notifications wait; one is dropped", QUEUE_MAX);
                free(w);
        }
        if (first)
                wake();
}

void listen_stop(void) {
        Waiting *w;

        pthread_mutex_lock(&listener.lock);
        if (!listener.running) {
                pthread_mutex_unlock(&listener.lock);
                return;
        }
        listener.stop = true;
        pthread_mutex_unlock(&listener.lock);
        wake();
        pthread_join(listener.thread, NULL);
        close(listener.wake);
        while ((w = queue_take()))
                free(w);
        pthread_mutex_lock(&listener.lock);
        listener.running = listener.hear = false;
        pthread_mutex_unlock(&listener.lock);
}

bool listen_hears(void) { return listener.listening; }
