/* The front of the database: which connection a query goes to, nested writes, hooks, notifications. The engines are in
 * sqlite.c and postgres.c. */
#include "contract.gen.h"
#include "db/db_int.h"
#include "sql.gen.h"
#include <assert.h>

typedef struct Db {
        const DbEngine *engine; /* NULL while closed */
        bool read_only;
        DbHook before_commit[DB_HOOKS];
        void (*after_commit[DB_HOOKS])(Cx *cx);
        void (*on_begin[DB_HOOKS])(Cx *cx);
        const DbPartHook *on_part[DB_HOOKS];
        void (*_Atomic heard)(Str text); /* may be set while the listening thread runs */
        void (*_Atomic gap)(void);
        _Atomic uint64_t era;
        _Atomic int64_t works, failed, commits, reruns;
} Db;

static Db db;
/* Set while this thread runs a transaction's work: a second one with another context would wait for the first for ever. */
static _Thread_local bool working;

static bool is_postgres(Str url) {
        return str_starts(url, S("postgresql://")) || str_starts(url, S("postgres://")) ||
               str_starts(url, S("host=")) || str_contains(url, S("dbname="));
}

Rc db_open(Cx *cx, const DbConfig *config) {
        Rc rc;

        assert(!db.engine);
        db.engine = is_postgres(config->url) ? &db_postgres_engine : &db_sqlite_engine;
        db.read_only = config->read_only;
        db.era++;
        rc = db.engine->open(cx, config);
        if (rc == OK)
                rc = db_is_ours(cx);
        if (rc != OK)
                db_close();
        else if (db.heard && db.engine->heard)
                db.engine->heard();
        return rc;
}

void db_close(void) {
        if (db.engine)
                db.engine->close();
        db.engine = NULL;
}

DbKind db_kind(void) {
        assert(db.engine);
        return db.engine->kind;
}

/* Whoever is in haste gets nothing from here, and is asked to come back with time. */
static Rc not_in_haste(Cx *cx) {
        cx->would_wait = true;
        return fail(cx, P_DB_BUSY, "The answer is not in memory");
}

/* ---- transactions ---- */

Rc db_broken(Cx *cx, Rc rc) {
        if (rc != OK && cx->tx && cx->tx->broken == OK) {
                cx->tx->broken = rc;
                cx->tx->broken_why = cx->problem;
        }
        return rc;
}

static Rc run_work(Cx *cx, DbTx *tx) {
        bool hooks = tx->kind == DB_TX_WORK;
        Rc rc;

        for (size_t i = 0; hooks && i < DB_HOOKS && db.on_begin[i]; i++)
                db.on_begin[i](cx);
        rc = tx->work(cx, tx->arg);
        for (size_t i = 0; hooks && rc == OK && tx->broken == OK && i < DB_HOOKS && db.before_commit[i]; i++)
                rc = db.before_commit[i](cx);
        if (rc == OK && tx->broken != OK) {
                rc = tx->broken;
                cx->problem = tx->broken_why;
        }
        return rc;
}

Rc db_attempt(Cx *cx, DbTx *tx) {
        DbLane lane = tx->lane ? *tx->lane : (DbLane){ 0 };
        Problem before = cx->problem;
        bool outer = working;
        Rc rc;

        tx->notes = NULL;
        tx->notes_end = &tx->notes;
        tx->broken = OK;
        tx->retry = false;
        cx->tx = tx;
        working = true;
        rc = run_work(cx, tx);
        working = outer;
        cx->tx = NULL;
        if (rc != OK && tx->lane)
                *tx->lane = lane;
        if (rc != OK && tx->retry)
                cx->problem = before;
        return rc;
}

static void committed(Cx *cx, DbTx *tx) {
        db.works++;
        if (tx->kind == DB_TX_WORK)
                for (size_t i = 0; i < DB_HOOKS && db.after_commit[i]; i++)
                        db.after_commit[i](cx);
        if (db.engine->kind == DB_SQLITE)
                for (DbText *t = tx->notes; t; t = t->next)
                        db_heard(t->text);
}

Rc db_write_as(Cx *cx, DbTxKind kind, DbWork work, void *arg) {
        DbTx tx = { .kind = kind, .work = work, .arg = arg };
        Rc rc;

        if (cx->in_haste)
                return not_in_haste(cx);
        if (cx->tx)
                return db_broken(cx, work(cx, arg));
        if (!db.engine || db.read_only)
                return fail(cx, P_DB_UNAVAILABLE,
                            db.engine ? "The database was opened for reading" : "No database is open");
        if (working)
                return fail(cx, P_SERVER_BUG,
                            "A transaction inside another one's work needs the same context");
        rc = db.engine->write(cx, &tx);
        if (rc == OK)
                committed(cx, &tx);
        else
                db.failed++;
        return rc;
}

void db_count(int64_t commits, int64_t reruns) {
        db.commits += commits;
        db.reruns += reruns;
}

DbFigures db_figures(void) { return (DbFigures){ db.works, db.failed, db.commits, db.reruns }; }

Rc db_write(Cx *cx, DbWork work, void *arg) { return db_write_as(cx, DB_TX_WORK, work, arg); }

typedef struct Answering {
        DbWork work;
        void *arg;
        void **out;
} Answering;

static Rc answering_work(Cx *cx, void *arg) {
        const Answering *a = arg;

        TRY(cx->finish->before(cx, cx->finish));
        TRY(a->work(cx, a->arg));
        return cx->finish->after(cx, cx->finish, a->out ? *a->out : NULL);
}

Rc db_write_answer(Cx *cx, DbWork work, void *arg, void **out) {
        Answering a = { work, arg, out };

        return cx->finish ? db_write(cx, answering_work, &a) : db_write(cx, work, arg);
}

Rc db_read(Cx *cx, DbWork work, void *arg) {
        if (cx->tx || cx->reader)
                return work(cx, arg);
        if (!db.engine)
                return fail(cx, P_DB_UNAVAILABLE, "No database is open");
        return db.engine->read(cx, work, arg);
}

Rc db_script(Cx *cx, const char *sql) {
        assert(cx->tx);
        if (cx->tx->broken != OK)
                return cx->tx->broken;
        return db_broken(cx, db.engine->script(cx, sql));
}

/* Refused by a rule: nothing is wrong with the database or with us. */
static bool is_refusal(Rc rc) { return rc != E_BUSY && rc != E_BUG; }

/* Everything that waits is written first and last, so that it falls on the right side of the mark. */
static Rc part_work(Cx *cx, DbWork work, void *arg) {
        TRY(work(cx, arg));
        return db_settle(cx);
}

Rc db_part(Cx *cx, DbWork work, void *arg) {
        void *marks[DB_HOOKS] = { 0 };
        DbText **notes_end;
        Problem why;
        Rc rc;

        assert(cx->tx);
        TRY(db_settle(cx));
        TRY(db_script(cx, "SAVEPOINT part"));
        notes_end = cx->tx->notes_end;
        for (size_t i = 0; i < DB_HOOKS && db.on_part[i]; i++)
                marks[i] = db.on_part[i]->mark(cx);
        rc = part_work(cx, work, arg);
        if (rc == OK)
                return db_script(cx, "RELEASE SAVEPOINT part");
        if (!is_refusal(rc) || (cx->tx->broken != OK && !is_refusal(cx->tx->broken)))
                return db_broken(cx, rc);
        why = cx->problem;
        cx->tx->broken = OK; /* a nested write that was refused */
        TRY(db_script(cx, "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part"));
        for (size_t i = 0; i < DB_HOOKS && db.on_part[i]; i++)
                db.on_part[i]->back(cx, marks[i]);
        *notes_end = NULL;
        cx->tx->notes_end = notes_end;
        return cx->problem = why, rc;
}

DbLane *db_lane(Cx *cx) {
        assert(cx->tx && cx->tx->lane);
        return cx->tx->lane;
}

/* ---- readiness ---- */

static Rc ping_write(Cx *cx, void *arg) {
        (void)arg;
        return q_db_ping_touch(cx, now_ms(cx), NULL);
}

/* Anybody may ask for readiness: at most two real writes a second come of it. */
Rc db_ping(Cx *cx) {
        static _Atomic int64_t good_until_us;
        int64_t now_us = time_mono_us();
        DbCountRow *row;

        if (!db.read_only && now_us >= good_until_us) {
                TRY(db_write_as(cx, DB_TX_BARE, ping_write, NULL));
                good_until_us = now_us + MS_SECOND * 500;
        }
        return q_db_ping_read(cx, &row);
}

/* ---- hooks ---- */

/* Registered once each, at start, before there are threads; doing it again changes nothing. */
#define HOOK_ADD(list, hook) \
        do { \
                size_t _i = 0; \
                while (_i < DB_HOOKS && (list)[_i] && (list)[_i] != (hook)) \
                        _i++; \
                assert(_i < DB_HOOKS); \
                (list)[_i] = (hook); \
        } while (0)

void db_before_commit(DbHook hook) { HOOK_ADD(db.before_commit, hook); }
void db_after_commit(void (*hook)(Cx *cx)) { HOOK_ADD(db.after_commit, hook); }
void db_on_begin(void (*hook)(Cx *cx)) { HOOK_ADD(db.on_begin, hook); }
void db_on_part(const DbPartHook *hook) { HOOK_ADD(db.on_part, hook); }

/* ---- notifications ---- */

Rc db_notify(Cx *cx, Str text) {
        DbTx *tx = cx->tx;
        DbText *t;

        assert(tx);
        if (text.n > DB_NOTIFY_MAX)
                return db_broken(cx,
                                 fail(cx, P_SERVER_BUG, "A notification of %zu bytes is too long", text.n));
        t = TAKE(cx->arena, DbText);
        t->text = str_dup(cx->arena, text);
        *tx->notes_end = t;
        tx->notes_end = &t->next;
        return OK;
}

void db_on_notify(void (*heard)(Str text)) {
        db.heard = heard;
        if (heard && db.engine && db.engine->heard)
                db.engine->heard();
}

void db_on_notify_gap(void (*gap)(void)) { db.gap = gap; }

void db_heard(Str text) {
        void (*heard)(Str) = db.heard;

        if (heard)
                heard(text);
}

void db_gap(void) {
        void (*gap)(void) = db.gap;

        db.era++;
        if (gap)
                gap();
}

uint64_t db_era(void) {
        const DbEngine *engine = db.engine;

        return engine && db.heard && (!engine->hears || engine->hears()) ? db.era : 0;
}

/* ---- queries ---- */

static Rc run(Cx *cx, const DbQuery *q, const DbValue *params, DbSink *sink, int64_t *ret_number) {
        if (cx->in_haste)
                return not_in_haste(cx);
        if (cx->tx && cx->tx->broken != OK)
                return cx->tx->broken;
        if (!db.engine)
                return fail(cx, P_DB_UNAVAILABLE, "No database is open");
        TRY(db_check_params(cx, q, params));
        return db.engine->query(cx, q, params, sink, ret_number);
}

Rc db_exec(Cx *cx, const DbQuery *q, const DbValue *params, int64_t *ret_changed) {
        assert(q->yield == DB_EXEC);
        return db_broken(cx, run(cx, q, params, NULL, ret_changed));
}

Rc db_id(Cx *cx, const DbQuery *q, const DbValue *params, int64_t *ret) {
        assert((q->yield == DB_ID || q->yield == DB_LATER) && ret && cx->tx);
        return db_broken(cx, run(cx, q, params, NULL, ret));
}

Rc db_settle(Cx *cx) {
        assert(cx->tx);
        return db.engine->settle ? db_broken(cx, db.engine->settle(cx)) : OK;
}

static Rc single(Cx *cx, const DbQuery *q, const DbValue *params, void **ret) {
        DbSink sink = { .q = q, .arena = cx->arena };

        TRY(db_broken(cx, run(cx, q, params, &sink, NULL)));
        *ret = sink.n ? sink.row : NULL;
        return OK;
}

Rc db_opt(Cx *cx, const DbQuery *q, const DbValue *params, void **ret) {
        assert(q->yield == DB_OPT);
        return single(cx, q, params, ret);
}

Rc db_one(Cx *cx, const DbQuery *q, const DbValue *params, void **ret) {
        void *row = NULL;

        assert(q->yield == DB_ONE);
        TRY(single(cx, q, params, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "Query %s found nothing", q->name);
        *ret = row;
        return OK;
}

Rc db_many(Cx *cx, const DbQuery *q, const DbValue *params, DbRows *ret) {
        DbSink sink = { .q = q, .arena = cx->arena };

        assert(q->yield == DB_MANY);
        TRY(db_broken(cx, run(cx, q, params, &sink, NULL)));
        *ret = sink.rows;
        return OK;
}

Rc db_each(Cx *cx, const DbQuery *q, const DbValue *params, DbEach each, void *arg) {
        _cleanup_(arena_freep) Arena *small = arena_new(0);
        DbSink sink = { .q = q, .arena = small, .each = each, .arg = arg };

        assert(q->yield == DB_EACH);
        return db_broken(cx, run(cx, q, params, &sink, NULL));
}

/* ---- checking ---- */

Rc db_prepare_all(Cx *cx) {
        Buf complaints = BUF_IN(cx->arena);

        for (const DbQuery *const *q = db_queries; *q; q++) {
                uint64_t all = db_mask_all(*q, db.engine->kind);

                TRY(db.engine->check(cx, *q, all, &complaints));
                if (all)
                        TRY(db.engine->check(cx, *q, 0, &complaints));
                for (unsigned bit = 0; bit < 64; bit++)
                        if (all >> bit & 1)
                                TRY(db.engine->check(cx, *q, (uint64_t)1 << bit, &complaints));
        }
        if (complaints.n)
                return fail(cx, P_SERVER_BUG, STR_FMT, STR_ARG(buf_view(&complaints)));
        return OK;
}
