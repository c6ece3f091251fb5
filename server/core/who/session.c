/* Sessions and signing in. A token is 256 random bits; the database knows its SHA-256 only. A cache of a few seconds spares hot
 * requests the query; notices drop what changed in every process. */
#include "base/id.h"
#include "core/audit/audit.h"
#include "core/who/who_int.h"
#include "http/http.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SHARDS = 64, SLOTS = 256, CACHE_MS = 5000 };

/* One block: the actor, its posts, its strings. Only seen_ms changes. */
typedef struct Held {
        uint8_t token_hash[32];
        int64_t filled_ms, idle_ms, ends_ms;
        _Atomic int64_t seen_ms;
        Actor actor;
} Held;

typedef struct Shard {
        pthread_rwlock_t lock;
        Held *slots[SLOTS];
} Shard;

static struct {
        Shard shards[SHARDS];
        _Atomic uint64_t generation; /* counts droppings: what was read before one is not kept after it */
        pthread_once_t once;
} cache = { .once = PTHREAD_ONCE_INIT };

static void make_locks(void) {
        for (int i = 0; i < SHARDS; i++)
                pthread_rwlock_init(&cache.shards[i].lock, NULL);
}

void session_init(void) { pthread_once(&cache.once, make_locks); }

/* ---- the cache ---- */

static Held **place_of(const Sha256 *h, Shard **ret) {
        *ret = &cache.shards[h->b[0] % SHARDS];
        return &(*ret)->slots[h->b[1] % SLOTS];
}

static const Actor *copy_actor(Arena *a, const Actor *from) {
        Actor *to = TAKE(a, Actor);

        *to = *from;
        to->name = str_dup(a, from->name);
        to->posts.v = arena_copy(a, from->posts.v, from->posts.n * sizeof(Post));
        to->posts.cap = from->posts.n;
        for (size_t i = 0; i < to->posts.n; i++) {
                to->posts.v[i].place = str_dup(a, from->posts.v[i].place);
                to->posts.v[i].department = str_dup(a, from->posts.v[i].department);
        }
        return to;
}

static Str move_str(char **at, Str s) {
        Str moved = { *at, s.n };

        if (s.n)
                memcpy(*at, s.p, s.n);
        *at += s.n;
        return moved;
}

static Held *hold(const Sha256 *h, const WhoSignedRow *row, const Actor *actor, int64_t now) {
        size_t posts = actor->posts.n * sizeof(Post), text = actor->name.n;
        Held *held;
        char *at;

        for (size_t i = 0; i < actor->posts.n; i++)
                text += actor->posts.v[i].place.n + actor->posts.v[i].department.n;
        held = calloc(1, sizeof *held + posts + text);
        if (!held)
                abort();
        memcpy(held->token_hash, h->b, sizeof h->b);
        held->filled_ms = now;
        held->idle_ms = row->idle_ms;
        held->ends_ms = row->ends_ms;
        held->seen_ms = row->seen_ms;
        held->actor = *actor;
        held->actor.posts.v = (Post *)(held + 1);
        held->actor.posts.cap = actor->posts.n;
        at = (char *)(held + 1) + posts;
        held->actor.name = move_str(&at, actor->name);
        for (size_t i = 0; i < actor->posts.n; i++) {
                Post *p = &held->actor.posts.v[i];

                *p = actor->posts.v[i];
                p->place = move_str(&at, p->place);
                p->department = move_str(&at, p->department);
        }
        return held;
}

static void keep(const Sha256 *h, Held *held, uint64_t generation) {
        Shard *shard;
        Held **slot = place_of(h, &shard), *old = held;

        pthread_rwlock_wrlock(&shard->lock);
        if (cache.generation == generation) {
                old = *slot;
                *slot = held;
        }
        pthread_rwlock_unlock(&shard->lock);
        free(old);
}

void session_forget(int64_t account) {
        cache.generation++;
        for (int s = 0; s < SHARDS; s++) {
                Shard *shard = &cache.shards[s];

                pthread_rwlock_wrlock(&shard->lock);
                for (int i = 0; i < SLOTS; i++)
                        if (shard->slots[i] && (!account || shard->slots[i]->actor.account.n == account)) {
                                free(shard->slots[i]);
                                shard->slots[i] = NULL;
                        }
                pthread_rwlock_unlock(&shard->lock);
        }
}

/* NULL when it is not there or too old. *ret_touch: this request is the one that writes down that the session is used. */
static const Actor *cached(Cx *cx, const Sha256 *h, bool *ret_touch) {
        int64_t now = now_ms(cx), seen;
        const Actor *actor = NULL;
        Shard *shard;
        Held **slot = place_of(h, &shard), *held;

        pthread_rwlock_rdlock(&shard->lock);
        held = *slot;
        if (held && memcmp(held->token_hash, h->b, sizeof h->b) == 0 && now >= held->filled_ms &&
            now - held->filled_ms < CACHE_MS && now < held->ends_ms) {
                seen = held->seen_ms;
                *ret_touch = now - seen >= TOUCH_MS && !cx->in_haste &&
                             atomic_compare_exchange_strong(&held->seen_ms, &seen, now);
                if (now - seen < TOUCH_MS || !cx->in_haste) /* writing it down takes time */
                        actor = copy_actor(cx->arena, &held->actor);
        }
        pthread_rwlock_unlock(&shard->lock);
        return actor;
}

/* ---- session → actor ---- */

static Rc touch(Cx *cx, void *arg) {
        const int64_t *session = arg;

        return q_who_session_touch(cx, *session, now_ms(cx), NULL);
}

/* A session that cannot be touched just now (database full or read-only) is good all the same. */
static void write_touch(Cx *cx, int64_t session) {
        Problem before = cx->problem;

        if (db_write(cx, touch, &session) != OK)
                cx->problem = before;
}

Rc who_session_actor(Cx *cx, Str token, const Actor **ret) {
        uint64_t generation = cache.generation;
        bool want_touch = false;
        const Actor *actor;
        WhoSignedRow *row;
        Sha256 h;

        if (token.n != 43) /* 32 bytes in base64url */
                return fail(cx, P_SESSION_EXPIRED, "No such session");
        sha256(&h, token);
        actor = cached(cx, &h, &want_touch);
        if (!actor) {
                TRY(q_who_session_get(cx, sha256_str(&h), now_ms(cx), &row));
                if (!row || row->disabled)
                        return fail(cx, P_SESSION_EXPIRED, "No such session, or it has ended");
                want_touch = now_ms(cx) - row->seen_ms >= TOUCH_MS;
                if (want_touch)
                        row->seen_ms = now_ms(cx);
                TRY(who_actor_build(cx, row, &actor));
                keep(&h, hold(&h, row, actor, now_ms(cx)), generation);
        }
        if (want_touch)
                write_touch(cx, actor->session);
        *ret = actor;
        return OK;
}

/* ---- failures and locks, by login ---- */

static Str guard_key(Cx *cx, Str login) {
        Sha256 h;

        sha256(&h, login);
        return hex_str(cx->arena, h.b, sizeof h.b);
}

Rc guard_locked(Cx *cx, Str login, int64_t *ret_until_ms) {
        WhoGuardRow *g;

        TRY(q_who_guard_get(cx, guard_key(cx, login), &g));
        *ret_until_ms = g && g->locked_until_ms > now_ms(cx) ? g->locked_until_ms : 0;
        return OK;
}

Rc guard_clear(Cx *cx, Str login, bool *ret_was) {
        int64_t n;

        TRY(q_who_guard_clear(cx, guard_key(cx, login), &n));
        *ret_was = n > 0;
        return OK;
}

static Rc count_failure(Cx *cx, Str login) {
        Str key = guard_key(cx, login);
        WhoGuardRow *g;

        TRY(q_who_guard_fail(cx, key, now_ms(cx), &g));
        return g->failures >= LOCK_FAILURES ? q_who_guard_lock(cx, key, now_ms(cx) + LOCK_MS, NULL) : OK;
}

static Rc fail_locked(Cx *cx, int64_t until_ms) {
        int64_t seconds = (until_ms - now_ms(cx) + 999) / 1000;
        Str zh = str_fmt(cx->arena, "连续输错密码，账号已锁定，请 %lld 分钟后再试",
                         (long long)(seconds + 59) / 60);

        cx->problem.retry_after_s = seconds;
        return fail_zh(cx, P_SESSION_LOCKED, zh, "Locked for another %" PRId64 " s", seconds);
}

/* ---- signing in ---- */

typedef struct SignIn {
        Str login, token;
        const WhoLoginRow *row; /* as it was when the password was compared; NULL: no such login */
        bool right;
        int problem; /* what to answer after the commit; 0: signed in */
        int64_t locked_until_ms;
        const Actor *actor;
} SignIn;

/* On record, whoever it was. */
static Rc refuse(Cx *cx, SignIn *s, int problem, const char *action, Str why) {
        WhoTrace trace = { .why = why };

        s->problem = problem;
        if (s->row)
                return who_trace(cx, action, s->row->id, &trace);
        trace.why = S("unknown-login");
        return who_trace(cx, action, 0, &trace);
}

static Rc open_session(Cx *cx, SignIn *s) {
        WhoSignedRow row = { .account_id = s->row->id,
                             .name = s->row->name,
                             .since_ms = s->row->since_ms,
                             .must_change = s->row->must_change,
                             .seen_ms = now_ms(cx) };
        Str address = cx->req && cx->req->remote.n ? cx->req->remote : STR_NONE;
        bool was_guarded;
        WhoTrace trace = { 0 };
        WhoIdRow *made;
        Sha256 h;

        TRY(guard_clear(cx, s->login, &was_guarded));
        TRY(who_actor_build(cx, &row, &s->actor));
        who_session_times(s->actor, &row.idle_ms, &row.ends_ms);
        row.ends_ms += now_ms(cx);
        sha256(&h, s->token);
        TRY(q_who_session_insert(cx, sha256_str(&h), row.account_id, now_ms(cx), row.idle_ms, row.ends_ms,
                                 address, &made));
        TRY(q_who_session_end_oldest(cx, row.account_id, now_ms(cx), SESSIONS_MOST, NULL));
        row.session_id = made->id;
        TRY(who_actor_build(cx, &row, &s->actor));
        cx->actor = s->actor; /* the entry below is this person's */
        trace.session = SOME_INT(made->id);
        return who_trace(cx, "session.opened", row.account_id, &trace);
}

/* Decides inside the transaction: others may have failed, locked or changed the account while the password was compared. */
static Rc finish_sign_in(Cx *cx, void *arg) {
        SignIn *s = arg;
        WhoLoginRow *now;

        s->problem = 0;
        cx->actor = NULL;
        TRY(guard_locked(cx, s->login, &s->locked_until_ms));
        if (s->locked_until_ms)
                return refuse(cx, s, P_SESSION_LOCKED, "session.refused", S("locked"));
        TRY(q_who_login(cx, s->login, &now));
        if (!s->right || !now || !s->row || !now->hash.p || !str_eq(now->hash, s->row->hash)) {
                TRY(count_failure(cx, s->login));
                return refuse(cx, s, P_SESSION_WRONG, "session.failed", S("wrong-password"));
        }
        if (now->disabled)
                return refuse(cx, s, P_ACCOUNT_DISABLED, "session.refused", S("disabled"));
        return open_session(cx, s);
}

static Str fold_login(Arena *a, Str s) {
        char *p;

        s = str_trim(s);
        p = arena_copy(a, s.p, s.n);
        for (size_t i = 0; i < s.n; i++)
                if (p[i] >= 'A' && p[i] <= 'Z')
                        p[i] = (char)(p[i] + 32);
        return (Str){ p, s.n };
}

Rc session_sign_in(Cx *cx, Str login, Str password, Signed *ret) {
        SignIn s = { .login = fold_login(cx->arena, login), .token = id_token(cx->arena, 32) };
        int64_t locked;
        WhoLoginRow *row;

        TRY(guard_locked(cx, s.login, &locked));
        if (!locked) { /* while locked no password is compared: nothing can be learnt */
                TRY(q_who_login(cx, s.login, &row));
                s.row = row;
                TRY(secret_verify(cx, row ? row->hash : STR_NONE, password, &s.right));
        }
        TRY(db_write(cx, finish_sign_in, &s));
        if (s.problem == P_SESSION_LOCKED)
                return fail_locked(cx, s.locked_until_ms);
        if (s.problem)
                return fail(cx, s.problem, "Not signed in");
        *ret = (Signed){ s.token, s.actor };
        return OK;
}

/* ---- proving one's own password again ---- */

static Rc note_unproven(Cx *cx, void *arg) {
        const WhoAccountRow *account = arg;
        WhoTrace trace = { .why = S("wrong-password") };

        TRY(count_failure(cx, account->login));
        return who_trace(cx, "session.unproven", account->id, &trace);
}

Rc session_prove(Cx *cx, const WhoAccountRow *account, Str password) {
        WhoAccountRow copy = *account;
        int64_t locked;
        WhoLoginRow *row;
        bool right;

        TRY(guard_locked(cx, account->login, &locked));
        if (locked)
                return fail_locked(cx, locked);
        TRY(q_who_login(cx, account->login, &row));
        TRY(secret_verify(cx, row ? row->hash : STR_NONE, password, &right));
        if (right)
                return OK;
        TRY(db_write(cx, note_unproven, &copy));
        return fail(cx, P_SESSION_WRONG, "The old password is wrong");
}

/* ---- ending ---- */

static Rc end_own(Cx *cx, void *arg) {
        const Actor *actor = arg;
        WhoTrace trace = { .session = SOME_INT(actor->session) };

        TRY(q_who_session_end(cx, actor->session, now_ms(cx), NULL));
        TRY(who_trace(cx, "session.ended", actor->account.n, &trace));
        return who_changed(cx, actor->account.n, "session.ended");
}

Rc session_end(Cx *cx) {
        Actor copy;

        if (!cx->actor || !cx->actor->session)
                return fail(cx, P_AUTH_NEEDED, "Nobody is signed in");
        copy = *cx->actor;
        return db_write(cx, end_own, &copy);
}

Rc session_close_all(Cx *cx, int64_t account, int64_t keep_session) {
        TRY(q_who_session_end_all(cx, account, keep_session, now_ms(cx), NULL));
        return who_changed(cx, account, "account.changed");
}
