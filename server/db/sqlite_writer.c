/* SQLite's one writer thread and its group commit: it takes all waiting work, runs the pieces in one transaction, commits once and
 * wakes everybody. The cost of a durable commit is shared; a failed piece leaves its neighbours alone. Most fail before they have
 * written; when one had, the batch is run again with a savepoint for each piece (a savepoint copies every page that changes in it,
 * an eighth of the work), and so are the batches after it for a while. When the transaction as a whole is lost (disk full, a
 * deferred constraint), every piece is run again in a transaction of its own. */
#include "base/log.h"
#include "contract.gen.h"
#include "db/sqlite.h"
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CAREFUL = 64 };

typedef struct Work {
        Cx *cx;
        DbTx *tx;
        Rc rc;
} Work;

/* Works that were queued while another batch ran. Everybody in it waits for one word and is woken by one system call; the last
 * to leave gives the batch back. */
typedef struct Batch {
        _Atomic uint32_t finished; /* futex */
        _Atomic uint32_t holders;
        uint32_t n;
        Work *works[DB_BATCH];
        struct Batch *next;
} Batch;

typedef struct Writer {
        pthread_t thread;
        bool running;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        bool idle, stop;
        Batch *first, *last; /* waiting; works are added to the last */
        Batch *spare;
        LiteConn *conn; /* the rest is the thread's own */
        DbLane lane;
        int64_t data_version;
        int careful; /* batches that are still run with savepoints */
        sqlite3_stmt *begin, *commit, *rollback, *mark, *back, *release, *version;
} Writer;

/* Another process has written: what this one keeps in memory may be old. Told by the thread whose work found it out. */
static atomic_bool others_wrote;

static Writer writer = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

static void futex_wait(_Atomic uint32_t *word, uint32_t value) {
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake_all(_Atomic uint32_t *word) {
        syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

/* ---- the connection ---- */

static int log_grew(void *arg, sqlite3 *db, const char *name, int pages) {
        LiteConn *c = arg;

        (void)db, (void)name;
        c->log_pages = pages;
        return SQLITE_OK;
}

static sqlite3_stmt *fixed(LiteConn *c, const char *sql) {
        sqlite3_stmt *stmt = NULL;

        if (sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
                log_error("db.prepare", "%s: %s", sql, sqlite3_errmsg(c->db));
        return stmt;
}

static void disconnect(void) {
        sqlite3_stmt **all[] = { &writer.begin, &writer.commit,  &writer.rollback, &writer.mark,
                                 &writer.back,  &writer.release, &writer.version };

        for (size_t i = 0; i < ARRAY_LEN(all); i++) {
                sqlite3_finalize(*all[i]);
                *all[i] = NULL;
        }
        lite_disconnect(writer.conn);
        writer.conn = NULL;
        writer.lane.ready = false;
}

static Rc connect_writer(Cx *cx) {
        LiteConn *c;

        TRY(lite_connect(cx, true, &c));
        writer.conn = c;
        writer.lane = (DbLane){ 0 };
        writer.data_version = -1;
        sqlite3_wal_hook(c->db, log_grew, c);
        writer.begin = fixed(c, "BEGIN IMMEDIATE");
        writer.commit = fixed(c, "COMMIT");
        writer.rollback = fixed(c, "ROLLBACK");
        writer.mark = fixed(c, "SAVEPOINT work");
        writer.back = fixed(c, "ROLLBACK TO work");
        writer.release = fixed(c, "RELEASE work");
        writer.version = fixed(c, "PRAGMA data_version");
        return OK;
}

static bool done(sqlite3_stmt *stmt) {
        bool good = sqlite3_step(stmt) == SQLITE_DONE;

        /* The statement's error stays readable in the connection: reset gives it again. */
        sqlite3_reset(stmt);
        return good;
}

/* ---- a transaction ---- */

/* Another process has written: what we remember of the audit chain's head may be old. */
static void notice_others(void) {
        int64_t version = -1;

        if (sqlite3_step(writer.version) == SQLITE_ROW)
                version = sqlite3_column_int64(writer.version, 0);
        sqlite3_reset(writer.version);
        if (version != writer.data_version)
                writer.lane.ready = false;
        if (version != writer.data_version && writer.data_version != -1)
                atomic_store(&others_wrote, true);
        writer.data_version = version;
}

static Rc begin(Cx *cx) {
        if (!writer.conn)
                TRY(connect_writer(cx));
        if (!done(writer.begin)) {
                Rc rc = lite_fail(cx, writer.conn, "Beginning to write");

                if (cx->problem.code !=
                    P_DB_BUSY) /* whatever it is, a new connection gets over it when it is over */
                        disconnect();
                return rc;
        }
        notice_others();
        return OK;
}

static bool in_transaction(void) { return !sqlite3_get_autocommit(writer.conn->db); }

static void rollback(void) {
        if (in_transaction() && !done(writer.rollback))
                log_warn("db.rollback", "%s", sqlite3_errmsg(writer.conn->db));
        writer.lane.ready = false;
}

static Rc attempt(Work *w) {
        w->tx->conn = (DbConn *)writer.conn;
        w->tx->lane = &writer.lane;
        return db_attempt(w->cx, w->tx);
}

static void run_alone(Work *w) {
        w->rc = begin(w->cx);
        if (w->rc != OK)
                return;
        w->rc = attempt(w);
        if (w->rc == OK && !done(writer.commit))
                w->rc = lite_fail(w->cx, writer.conn, "Committing");
        if (w->rc != OK)
                rollback();
        else
                db_count(1, 0);
}

/* False when the transaction as a whole is lost. */
static bool run_in_savepoint(Work *w) {
        if (!done(writer.mark))
                return false;
        w->rc = attempt(w);
        if (!in_transaction())
                return false;
        if (w->rc != OK && !done(writer.back))
                return false;
        return done(writer.release);
}

typedef enum Outcome { WHOLE, TORN, LOST } Outcome;

static bool run_together(Batch *b) {
        for (uint32_t i = 0; i < b->n; i++)
                if (!run_in_savepoint(b->works[i]))
                        return false;
        return done(writer.commit);
}

/* TORN: a piece failed that had written already, by which the whole transaction holds what must not be committed. */
static Outcome run_hopefully(Batch *b) {
        for (uint32_t i = 0; i < b->n; i++) {
                int64_t before = sqlite3_total_changes64(writer.conn->db);
                Work *w = b->works[i];

                w->rc = attempt(w);
                if (!in_transaction())
                        return LOST;
                /* Changes to tables are not counted; those do not come as works of modules. */
                if (w->rc != OK && (w->tx->kind != DB_TX_WORK || sqlite3_total_changes64(writer.conn->db) != before))
                        return TORN;
        }
        return done(writer.commit) ? WHOLE : LOST;
}

/* In a new transaction, with a clean slate for each piece. */
static bool run_carefully(Batch *b) {
        rollback();
        writer.careful = CAREFUL;
        db_count(0, b->n);
        for (uint32_t i = 0; i < b->n; i++)
                b->works[i]->cx->problem = (Problem){ 0 };
        return begin(b->works[0]->cx) == OK && run_together(b);
}

static bool run_whole(Batch *b) {
        Outcome o;

        if (writer.careful) {
                writer.careful--;
                return run_together(b);
        }
        o = run_hopefully(b);
        return o == TORN ? run_carefully(b) : o == WHOLE;
}

static void fail_rest(Batch *b, uint32_t from, Rc rc, const Problem *why) {
        for (uint32_t i = from; i < b->n; i++) {
                Cx *cx = b->works[i]->cx;

                b->works[i]->rc = rc;
                if (why == &cx->problem)
                        continue;
                (void)!fail(cx, why->code, STR_FMT, STR_ARG(why->detail));
                cx->problem.retry_after_s = why->retry_after_s;
        }
}

static void run_each_alone(Batch *b) {
        db_count(0, b->n);
        for (uint32_t i = 0; i < b->n; i++) {
                Work *w = b->works[i];

                w->cx->problem = (Problem){ 0 };
                run_alone(w);
                /* Locked or gone: the others would only wait in vain one after the other. */
                if (w->rc == E_BUSY &&
                    (w->cx->problem.code == P_DB_BUSY || w->cx->problem.code == P_DB_UNAVAILABLE)) {
                        fail_rest(b, i + 1, w->rc, &w->cx->problem);
                        return;
                }
        }
}

static void run_batch(Batch *b) {
        Cx *first = b->works[0]->cx;
        Rc rc;

        if (b->n == 1) {
                run_alone(b->works[0]);
                return;
        }
        rc = begin(first);
        if (rc != OK) {
                fail_rest(b, 0, rc, &first->problem);
                return;
        }
        if (!run_whole(b)) {
                log_warn("db.batch", "%u works are run again one by one: %s", b->n,
                         sqlite3_errmsg(writer.conn->db));
                rollback();
                run_each_alone(b);
        } else
                db_count(1, 0);
}

/* Copies the log back into the file. PASSIVE waits for nobody; readers that always overlap would keep the log from ever starting
 * over, so a long log waits for them a moment. */
static void checkpoint(void) {
        LiteConn *c = writer.conn;
        int mode = SQLITE_CHECKPOINT_PASSIVE;

        if (!c || c->log_pages < LITE_CHECKPOINT_PAGES)
                return;
        if (c->log_pages >= LITE_RESTART_PAGES)
                mode = SQLITE_CHECKPOINT_RESTART;
        sqlite3_busy_timeout(c->db, 200);
        sqlite3_wal_checkpoint_v2(c->db, NULL, mode, NULL, NULL);
        sqlite3_busy_timeout(c->db, DB_BUSY_MS);
        c->log_pages = 0;
}

/* ---- the thread ---- */

static void finish(Batch *b) {
        atomic_store_explicit(&b->finished, 1, memory_order_release);
        futex_wake_all(&b->finished);
}

static void leave(Batch *b) {
        if (atomic_fetch_sub_explicit(&b->holders, 1, memory_order_acq_rel) != 1)
                return;
        pthread_mutex_lock(&writer.lock);
        b->next = writer.spare;
        writer.spare = b;
        pthread_mutex_unlock(&writer.lock);
}

static Batch *take_batch(void) {
        Batch *b;

        pthread_mutex_lock(&writer.lock);
        while (!writer.first && !writer.stop) {
                writer.idle = true;
                pthread_cond_wait(&writer.wake, &writer.lock);
        }
        writer.idle = false;
        b = writer.first;
        if (b) {
                writer.first = b->next;
                if (!writer.first)
                        writer.last = NULL;
        }
        pthread_mutex_unlock(&writer.lock);
        return b;
}

static void *writer_main(void *arg) {
        Batch *b;

        (void)arg;
        while ((b = take_batch())) {
                run_batch(b);
                finish(b);
                leave(b);
                checkpoint();
        }
        return NULL;
}

static Batch *join_batch(Work *w) {
        Batch *b;

        pthread_mutex_lock(&writer.lock);
        b = writer.last;
        if (!b || b->n == DB_BATCH) {
                b = writer.spare;
                if (b)
                        writer.spare = b->next;
                else if (!(b = malloc(sizeof *b)))
                        abort();
                atomic_store_explicit(&b->finished, 0, memory_order_relaxed);
                atomic_store_explicit(&b->holders, 1, memory_order_relaxed);
                b->n = 0;
                b->next = NULL;
                *(writer.last ? &writer.last->next : &writer.first) = b;
                writer.last = b;
        }
        b->works[b->n++] = w;
        atomic_fetch_add_explicit(&b->holders, 1, memory_order_relaxed);
        if (writer.idle) {
                writer.idle = false;
                pthread_cond_signal(&writer.wake);
        }
        pthread_mutex_unlock(&writer.lock);
        return b;
}

Rc writer_run(Cx *cx, DbTx *tx) {
        Work w = { .cx = cx, .tx = tx };
        Batch *b = join_batch(&w);

        while (!atomic_load_explicit(&b->finished, memory_order_acquire))
                futex_wait(&b->finished, 0);
        leave(b);
        if (atomic_load_explicit(&others_wrote, memory_order_relaxed) && atomic_exchange(&others_wrote, false))
                db_gap();
        return w.rc;
}

Rc writer_start(Cx *cx) {
        TRY(connect_writer(cx));
        writer.stop = writer.idle = false;
        if (pthread_create(&writer.thread, NULL, writer_main, NULL) != 0) {
                disconnect();
                return fail(cx, P_DB_UNAVAILABLE, "Cannot start the writer thread");
        }
        writer.running = true;
        return OK;
}

/* Finishes what is queued; the log is copied back and removed with the last connection. */
void writer_stop(void) {
        if (!writer.running)
                return;
        pthread_mutex_lock(&writer.lock);
        writer.stop = true;
        pthread_cond_signal(&writer.wake);
        pthread_mutex_unlock(&writer.lock);
        pthread_join(writer.thread, NULL);
        writer.running = false;
        disconnect();
        while (writer.spare) {
                Batch *b = writer.spare;

                writer.spare = b->next;
                free(b);
        }
}
