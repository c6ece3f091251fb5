/* Argon2id (RFC 9106). Each run takes 19 MiB and a core for some 25 ms, so only a few run at once; who would have to wait long
 * is told to come again, and the other workers stay free for everybody else. */
#include "base/env.h"
#include "base/id.h"
#include "core/who/who_int.h"
#include <argon2.h>
#include <pthread.h>
#include <unistd.h>

enum { SALT = 16, HASH = 32, ENCODED = 128, WAITING_MOST = 12 };

/* OWASP's first choice for servers: 19 MiB, two passes, one lane. */
static struct {
        uint32_t memory_kib, passes;
        pthread_mutex_t lock;
        pthread_cond_t freed;
        int running, waiting, most;
        pthread_mutex_t dummy_lock;
        char dummy[ENCODED];
} secret = { 19 * 1024,
             2,
             PTHREAD_MUTEX_INITIALIZER,
             PTHREAD_COND_INITIALIZER,
             0,
             0,
             2,
             PTHREAD_MUTEX_INITIALIZER,
             "" };

void secret_init(void) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);

        secret.most = cores < 2 ? 2 : cores > 8 ? 8 : (int)cores;
        if (env_int("WANGGE_TEST_ARGON_FAST", 0) == 1) {
                secret.memory_kib = 64;
                secret.passes = 1;
        }
}

static Rc enter(Cx *cx) {
        bool full;

        pthread_mutex_lock(&secret.lock);
        full = secret.running >= secret.most && secret.waiting >= WAITING_MOST;
        if (!full) {
                secret.waiting++;
                while (secret.running >= secret.most)
                        pthread_cond_wait(&secret.freed, &secret.lock);
                secret.waiting--;
                secret.running++;
        }
        pthread_mutex_unlock(&secret.lock);
        if (!full)
                return OK;
        cx->problem.retry_after_s = 2;
        return fail(cx, P_SERVER_BUSY, "Too many people sign in at this moment");
}

static void leave(void) {
        pthread_mutex_lock(&secret.lock);
        secret.running--;
        pthread_cond_signal(&secret.freed);
        pthread_mutex_unlock(&secret.lock);
}

static int hash_into(Str password, char out[ENCODED]) {
        uint8_t salt[SALT];

        rand_bytes(salt, sizeof salt);
        return argon2id_hash_encoded(secret.passes, secret.memory_kib, 1, password.p, password.n, salt,
                                     sizeof salt, HASH, out, ENCODED);
}

Rc secret_hash(Cx *cx, Str password, Str *ret) {
        char encoded[ENCODED];
        int code;

        TRY(enter(cx));
        code = hash_into(password, encoded);
        leave();
        if (code != ARGON2_OK)
                return fail(cx, P_SERVER_BUSY, "Argon2: %s", argon2_error_message(code));
        *ret = str_dup(cx->arena, str_c(encoded));
        return OK;
}

/* Made on first need: every start of the program would pay for it otherwise. */
static int dummy_hash(void) {
        int code = ARGON2_OK;

        pthread_mutex_lock(&secret.dummy_lock);
        if (!secret.dummy[0])
                code = hash_into(S("nobody"), secret.dummy);
        pthread_mutex_unlock(&secret.dummy_lock);
        return code;
}

Rc secret_verify(Cx *cx, Str hash, Str password, bool *ret_right) {
        int code = ARGON2_OK;

        TRY(enter(cx));
        if (!hash.p)
                code = dummy_hash();
        if (code == ARGON2_OK)
                code = argon2id_verify(hash.p ? str_z(cx->arena, hash) : secret.dummy, password.p,
                                       password.n);
        leave();
        if (code != ARGON2_OK && code != ARGON2_VERIFY_MISMATCH)
                return fail(cx, code == ARGON2_MEMORY_ALLOCATION_ERROR ? P_SERVER_BUSY : P_SERVER_BUG,
                            "Argon2: %s", argon2_error_message(code));
        *ret_right = hash.p && code == ARGON2_OK;
        return OK;
}

Rc who_secret_digest(Cx *cx, Str text, const uint8_t salt[16], uint8_t ret[32]) {
        int code;

        TRY(enter(cx));
        code = argon2id_hash_raw(secret.passes, secret.memory_kib, 1, text.p, text.n, salt, SALT, ret, HASH);
        leave();
        return code == ARGON2_OK ? OK : fail(cx, P_SERVER_BUSY, "Argon2: %s", argon2_error_message(code));
}

Rc who_password_hash(Cx *cx, Str password, Str *ret) { return secret_hash(cx, password, ret); }
