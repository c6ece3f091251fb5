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
#include <unistd.h>

enum { QUEUE_MAX = 10000, RETRY_MS = 500, FLUSH_MS = 2000, TOGETHER = 64 };

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
        bool running, stop, hear;
        Waiting *first, **end;
        size_t n;
        PGconn *pg; /* the thread's own from here */
        char channel[80];
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

/* One alone: one that the server refuses for itself is not tried again. */
static bool send_one(const Waiting *w) {
        const char *values[] = { listener.channel, w->text };
        PGresult *r = PQexecParams(listener.pg, notify_sql, 2, NULL, values, NULL, NULL, 0);
        bool good = pg_good(r);

        PQclear(r);
        return good || PQstatus(listener.pg) == CONNECTION_OK;
}

/* Many in one transaction and one round trip: a busy server sends one for every change. False: none of them went out, and the
 * connection may be gone. */
static bool send_together(const Waiting *const *all, size_t n) {
        bool good = PQenterPipelineMode(listener.pg) == 1, synced = false;
        PGresult *r;

        for (size_t i = 0; i < n && good; i++) {
                const char *values[] = { listener.channel, all[i]->text };

                good = PQsendQueryParams(listener.pg, notify_sql, 2, NULL, values, NULL, NULL, 0) == 1;
        }
        if (!good || PQpipelineSync(listener.pg) != 1)
                return disconnect(), false;
        while (PQstatus(listener.pg) == CONNECTION_OK && !synced) {
                r = PQgetResult(listener.pg); /* NULL: the end of one statement's results */
                synced = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
                good = good && (!r || synced || pg_good(r));
                PQclear(r);
        }
        if (!synced || PQexitPipelineMode(listener.pg) != 1)
                return disconnect(), false;
        return good;
}

static void send_waiting(void) {
        Waiting *all[TOGETHER];
        size_t n, sent;
        bool good;

        while (listener.pg) {
                for (n = 0; n < TOGETHER && (all[n] = queue_take()); n++)
                        ;
                if (!n)
                        return;
                good = n > 1 && send_together((const Waiting *const *)all, n);
                for (sent = 0; sent < n && (good || (listener.pg && send_one(all[sent]))); sent++)
                        free(all[sent]);
                if (sent == n)
                        continue;
                while (n-- > sent)
                        queue_put_back(all[n]);
                disconnect();
        }
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
                db_heard(str_c(n->extra));
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
        bool full;

        if (!w)
                abort();
        memcpy(w->text, text.p, text.n);
        w->text[text.n] = 0;
        w->n = text.n;
        w->next = NULL;
        listen_start(false);
        pthread_mutex_lock(&listener.lock);
        full = listener.n >= QUEUE_MAX;
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
