/* What the files of core/who share; nobody else includes it. */
#pragma once
#include "core/who/who.h"
#include "db/db.h"
#include "sql.gen.h"

enum {
        PASSWORD_MAX = 128, /* code points; longer ones are refused, never cut */
        PASSWORD_HISTORY = 5,
        PASSWORD_DAYS = 180,
        LOCK_FAILURES = 5,
        LOCK_MS = 15 * MS_MINUTE,
        SESSIONS_MOST = 10, /* open at once per account */
        TOUCH_MS = MS_MINUTE,
        PAGE_SIZE = 50,
        POSTS_MOST = 50, /* held at once by one account */
};
#define WHO_COOKIE "wangge_session"

typedef struct Sha256 {
        uint8_t b[32];
} Sha256;
void sha256(Sha256 *ret, Str s);
static inline Str sha256_str(const Sha256 *h) { return (Str){ (const char *)h->b, sizeof h->b }; }

/* ---- who.c ---- */
Rc who_trace(Cx *cx, const char *action, int64_t account,
             const WhoTrace *trace);                         /* audit_note on account/N */
Rc who_changed(Cx *cx, int64_t account, const char *action); /* notice: drop what is cached of it */
const WhoLinks *who_linked(void);
/* An actor from an account's row and its posts, in cx's arena. */
Rc who_actor_build(Cx *cx, const WhoSignedRow *row, const Actor **ret);
void who_session_times(const Actor *actor, int64_t *ret_idle_ms, int64_t *ret_whole_ms);

/* ---- secret.c: Argon2id, a few at a time ---- */
void secret_init(void);
Rc secret_hash(Cx *cx, Str password, Str *ret);
Rc secret_verify(Cx *cx, Str hash, Str password,
                 bool *ret_right); /* hash p NULL: takes as long, and is wrong */


/* ---- session.c ---- */
void session_init(void);
void session_forget(int64_t account); /* 0: all */
typedef struct Signed {
        Str token;
        const Actor *actor;
} Signed;
Rc session_sign_in(Cx *cx, Str login, Str password, Signed *ret);
Rc session_end(Cx *cx); /* the caller's own */
Rc session_close_all(Cx *cx, int64_t account, int64_t keep);
Rc guard_locked(Cx *cx, Str login, int64_t *ret_until_ms); /* 0: not locked */
Rc guard_clear(Cx *cx, Str login, bool *ret_was);
/* Proves the caller's own password; failures count like those of signing in. */
Rc session_prove(Cx *cx, const WhoAccountRow *account, Str password);

/* ---- account.c ---- */
Rc account_get(Cx *cx, int64_t id, WhoAccountRow **ret); /* P_NOT_FOUND */
Rc account_view(Cx *cx, const WhoAccountRow *row, AccountView *ret);
Rc account_me(Cx *cx, Me *ret);
Rc account_page(Cx *cx, const AccountQuery *in, AccountPage *ret);
Rc account_create(Cx *cx, const AccountCreate *in, AccountView **ret);
Rc account_change(Cx *cx, int64_t id, const AccountChange *in, WhoAccountRow **ret);
Rc account_unlock(Cx *cx, int64_t id);
Rc account_sign_out(Cx *cx, int64_t id);
Rc account_new_password(Cx *cx, int64_t id, Str pointer, Str password, bool by_owner);
Rc post_give(Cx *cx, int64_t account, const PostCreate *in);
Rc post_finish(Cx *cx, int64_t account, int64_t post);

/* ---- person.c ---- */
Rc staff_page(Cx *cx, const StaffQuery *in, StaffPage *ret);
/* LIKE pattern for "contains"; p NULL stays so. */
Str contains_pattern(Arena *a, Str q);
