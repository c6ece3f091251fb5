/* The data key and what is done with it. A sealed value is: 1 byte edition, 4 bytes of the key's id, 12 bytes nonce, the text,
 * 16 bytes tag; the head and the context are authenticated too. Nonces are random: with 2^32 values under one key two of them meet
 * with a chance below 2^-32. */
#include "core/vault/vault.h"
#include "base/env.h"
#include "base/id.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/setting/setting.h"
#include "db/db.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
        KEY_BYTES = 32,
        ID_BYTES = 8,
        HEAD_BYTES = 5,
        NONCE_BYTES = 12,
        TAG_BYTES = 16,
        EDITION = 1,
        FILE_MAX = 4096
};

static const char file_head[] = "wangge-data-key 1 ";

typedef struct Keys {
        uint8_t seal[KEY_BYTES], mac[KEY_BYTES], id[ID_BYTES];
} Keys;

static struct {
        pthread_mutex_t lock;
        bool open;
        Keys keys;
} vault = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- the key ---- */

static void derive(const uint8_t master[KEY_BYTES], const char *use, uint8_t *ret, size_t n) {
        uint8_t whole[32];
        unsigned int len = sizeof whole;

        if (!HMAC(EVP_sha256(), master, KEY_BYTES, (const unsigned char *)use, strlen(use), whole, &len))
                abort();
        memcpy(ret, whole, n);
        OPENSSL_cleanse(whole, sizeof whole);
}

static bool keys_read(Str text, Keys *ret) {
        uint8_t master[KEY_BYTES];
        Str hex = str_trim(text);

        if (!str_starts(hex, str_c(file_head)))
                return false;
        hex = str_sub(hex, sizeof file_head - 1, hex.n);
        if (hex.n != 2 * sizeof master || !str_hex(hex, master, sizeof master))
                return false;
        derive(master, "seal", ret->seal, sizeof ret->seal);
        derive(master, "mac", ret->mac, sizeof ret->mac);
        derive(master, "id", ret->id, sizeof ret->id);
        OPENSSL_cleanse(master, sizeof master);
        return true;
}

/* Of two processes that begin at once one makes the file, the other reads it: link() does not overwrite. */
static Rc file_make(Cx *cx, Str path) {
        uint8_t master[KEY_BYTES];
        Str part = str_fmt(cx->arena, STR_FMT ".%ld", STR_ARG(path), (long)getpid()), text;
        bool good;

        rand_secret(master, sizeof master);
        text = str_fmt(cx->arena, "%s" STR_FMT "\n", file_head,
                       STR_ARG(hex_str(cx->arena, master, sizeof master)));
        OPENSSL_cleanse(master, sizeof master);
        good = file_write(str_z(cx->arena, part), text) &&
               (link(str_z(cx->arena, part), str_z(cx->arena, path)) == 0 || errno == EEXIST);
        unlink(str_z(cx->arena, part));
        OPENSSL_cleanse((char *)(uintptr_t)text.p, text.n);
        return good ? OK : fail(cx, P_CONFIG_INVALID, "Cannot write the data key " STR_FMT, STR_ARG(path));
}

static Rc file_open(Cx *cx, Str path, Keys *ret) {
        bool good;
        Str text;

        if (!file_read(cx->arena, str_z(cx->arena, path), FILE_MAX, &text))
                return fail(cx, P_CONFIG_INVALID, "Cannot read the data key " STR_FMT, STR_ARG(path));
        good = keys_read(text, ret);
        OPENSSL_cleanse((char *)(uintptr_t)text.p, text.n); /* our own copy of the file */
        return good ? OK : fail(cx, P_CONFIG_INVALID, STR_FMT " holds no data key", STR_ARG(path));
}

/* ---- which key the database was written with ---- */

typedef struct Recording {
        Str id;
} Recording;

/* Two servers may begin on a fresh database at once: the second finds what the first recorded. */
static Rc record_work(Cx *cx, void *arg) {
        const Recording *r = arg;
        Str known;
        Rc rc = setting_get(cx, S("secret"), S("data-key"), &known);

        if (rc != E_MISSING)
                return rc;
        cx->problem = (Problem){ 0 };
        TRY(setting_put(cx, S("secret"), S("data-key"), r->id));
        return audit_note(cx, "vault.key-recorded", S("vault"), STR_NONE);
}

static Rc recorded(Cx *cx, Str *ret) {
        Rc rc = setting_get(cx, S("secret"), S("data-key"), ret);

        if (rc != E_MISSING)
                return rc;
        cx->problem = (Problem){ 0 };
        return *ret = STR_NONE, OK;
}

Rc vault_open(Cx *cx, Str path) {
        bool there = access(str_z(cx->arena, path), F_OK) == 0;
        Str known, id;
        Keys keys;

        TRY(recorded(cx, &known));
        if (!there && known.p)
                return fail_zh(cx, P_CONFIG_INVALID,
                               str_fmt(cx->arena, "找不到数据密钥文件 " STR_FMT "，请从备份恢复", STR_ARG(path)),
                               "The data key " STR_FMT " is missing; this database was written with key " STR_FMT
                               ": put that file back from its backup",
                               STR_ARG(path), STR_ARG(known));
        if (!there)
                TRY(file_make(cx, path));
        TRY(file_open(cx, path, &keys));
        id = hex_str(cx->arena, keys.id, sizeof keys.id);
        if (!known.p) {
                TRY(db_write(cx, record_work, &(Recording){ id }));
                TRY(recorded(cx, &known));
        }
        if (!str_eq(known, id)) {
                OPENSSL_cleanse(&keys, sizeof keys);
                return fail_zh(cx, P_CONFIG_INVALID,
                               str_fmt(cx->arena, "数据密钥 " STR_FMT " 不属于这个数据库", STR_ARG(path)),
                               STR_FMT " holds data key " STR_FMT ", but this database was written with key " STR_FMT,
                               STR_ARG(path), STR_ARG(id), STR_ARG(known));
        }
        pthread_mutex_lock(&vault.lock);
        vault.keys = keys;
        vault.open = true;
        pthread_mutex_unlock(&vault.lock);
        OPENSSL_cleanse(&keys, sizeof keys);
        return OK;
}

void vault_close(void) {
        pthread_mutex_lock(&vault.lock);
        OPENSSL_cleanse(&vault.keys, sizeof vault.keys);
        vault.open = false;
        pthread_mutex_unlock(&vault.lock);
}

static Rc keys_take(Cx *cx, Keys *ret) {
        bool open;

        pthread_mutex_lock(&vault.lock);
        open = vault.open;
        *ret = vault.keys;
        pthread_mutex_unlock(&vault.lock);
        return open ? OK : fail(cx, P_SERVER_BUG, "The data key is not open");
}

/* ---- sealing ---- */

/* Everything but the text: begins, takes the nonce, authenticates head and context. */
static bool begin(EVP_CIPHER_CTX *c, const Keys *k, const uint8_t *nonce, const uint8_t *head, Str context, int seal) {
        int n;

        return c && EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, k->seal, nonce, seal) == 1 &&
               EVP_CipherUpdate(c, NULL, &n, head, HEAD_BYTES) == 1 &&
               EVP_CipherUpdate(c, NULL, &n, (const unsigned char *)context.p, (int)context.n) == 1;
}

Rc vault_seal(Cx *cx, Str context, Str plain, Str *ret) {
        uint8_t *out, *nonce, *text;
        EVP_CIPHER_CTX *c;
        bool good;
        Keys k;
        int n;

        if (!plain.p)
                return *ret = STR_NONE, OK;
        TRY(keys_take(cx, &k));
        out = arena_take(cx->arena, HEAD_BYTES + NONCE_BYTES + plain.n + TAG_BYTES);
        nonce = out + HEAD_BYTES;
        text = nonce + NONCE_BYTES;
        out[0] = EDITION;
        memcpy(out + 1, k.id, HEAD_BYTES - 1);
        rand_secret(nonce, NONCE_BYTES);
        c = EVP_CIPHER_CTX_new();
        good = begin(c, &k, nonce, out, context, 1) &&
               EVP_CipherUpdate(c, text, &n, (const unsigned char *)plain.p, (int)plain.n) == 1 &&
               EVP_CipherFinal_ex(c, text + plain.n, &n) == 1 &&
               EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, text + plain.n) == 1;
        EVP_CIPHER_CTX_free(c);
        OPENSSL_cleanse(&k, sizeof k);
        if (!good)
                return fail(cx, P_SERVER_BUG, "AES-256-GCM is not available");
        *ret = (Str){ (char *)out, HEAD_BYTES + NONCE_BYTES + plain.n + TAG_BYTES };
        return OK;
}

Rc vault_reveal(Cx *cx, Str context, Str sealed, Str *ret) {
        const uint8_t *in = (const uint8_t *)sealed.p, *text;
        EVP_CIPHER_CTX *c;
        size_t length;
        uint8_t *out;
        bool good;
        Keys k;
        int n;

        if (!sealed.p)
                return *ret = STR_NONE, OK;
        TRY(keys_take(cx, &k));
        if (sealed.n < HEAD_BYTES + NONCE_BYTES + TAG_BYTES || in[0] != EDITION ||
            memcmp(in + 1, k.id, HEAD_BYTES - 1) != 0)
                return fail(cx, P_DB_CORRUPT, STR_FMT " is not sealed with this data key", STR_ARG(context));
        text = in + HEAD_BYTES + NONCE_BYTES;
        length = sealed.n - HEAD_BYTES - NONCE_BYTES - TAG_BYTES;
        out = arena_take(cx->arena, length + 1);
        c = EVP_CIPHER_CTX_new();
        good = begin(c, &k, in + HEAD_BYTES, in, context, 0) &&
               EVP_CipherUpdate(c, out, &n, text, (int)length) == 1 &&
               EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, (void *)(uintptr_t)(text + length)) == 1 &&
               EVP_CipherFinal_ex(c, out + length, &n) == 1;
        EVP_CIPHER_CTX_free(c);
        OPENSSL_cleanse(&k, sizeof k);
        if (!good)
                return fail(cx, P_DB_CORRUPT, STR_FMT " was altered or moved: it does not open", STR_ARG(context));
        *ret = (Str){ (char *)out, length };
        return OK;
}

Rc vault_mac(Cx *cx, const char *purpose, Str text, uint8_t ret[VAULT_MAC_BYTES]) {
        Buf whole = BUF_IN(cx->arena);
        unsigned int n = VAULT_MAC_BYTES;
        bool good;
        Keys k;

        TRY(keys_take(cx, &k));
        buf_add(&whole, purpose, strlen(purpose) + 1);
        buf_str(&whole, text);
        good = HMAC(EVP_sha256(), k.mac, sizeof k.mac, (const unsigned char *)whole.p, whole.n, ret, &n) != NULL;
        OPENSSL_cleanse(&k, sizeof k);
        return good ? OK : fail(cx, P_SERVER_BUG, "HMAC-SHA-256 is not available");
}
