/* Signed heads: at intervals the newest entry of every lane that moved is written, SM2-signed, to a small file beside the
 * database. Whoever rewrites the log and its hashes cannot rewrite these lines without the key, nor a copy kept elsewhere. */
#include "base/env.h"
#include "contract.gen.h"
#include "core/audit/audit_int.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4 << 20, FILE_MAX_BYTES = 1 << 30 };

typedef struct KnownHead {
        int64_t lane, seq;
} KnownHead;

static struct {
        pthread_mutex_t lock;
        EVP_PKEY *key; /* NULL until opened */
        bool may_sign;
        char path[4096];
        KnownHead *known; /* newest signed entry per lane */
        size_t known_n;
} heads = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- the key ---- */

static char distid[] = "1234567812345678"; /* the default signer's name of GB/T 35276 */

/* A context that signs or verifies under our identity. It is set once the context has begun: some versions of OpenSSL 3.0 (3.0.19)
 * refuse it among the parameters of the beginning. NULL: not to be had. */
static EVP_MD_CTX *sm2_begin(int (*init)(EVP_MD_CTX *, EVP_PKEY_CTX **, const char *, OSSL_LIB_CTX *, const char *, EVP_PKEY *,
                                         const OSSL_PARAM[])) {
        EVP_MD_CTX *c = EVP_MD_CTX_new();
        EVP_PKEY_CTX *key = NULL;

        if (c && init(c, &key, "SM3", NULL, NULL, heads.key, NULL) == 1 && EVP_PKEY_CTX_set1_id(key, distid, sizeof distid - 1) == 1)
                return c;
        EVP_MD_CTX_free(c);
        return NULL;
}

static bool sign(Str text, uint8_t *ret, size_t *len) {
        EVP_MD_CTX *c = sm2_begin(EVP_DigestSignInit_ex);
        bool good = c && EVP_DigestSign(c, ret, len, (const unsigned char *)text.p, text.n) == 1;

        EVP_MD_CTX_free(c);
        return good;
}

static bool signature_good(Str text, Str hex) {
        uint8_t der[128];
        EVP_MD_CTX *c;
        bool good;

        if (hex.n % 2 || hex.n / 2 > sizeof der || !str_hex(hex, der, hex.n / 2))
                return false;
        c = sm2_begin(EVP_DigestVerifyInit_ex);
        good = c && EVP_DigestVerify(c, der, hex.n / 2, (const unsigned char *)text.p, text.n) == 1;
        EVP_MD_CTX_free(c);
        return good;
}

static Rc write_key(Cx *cx, EVP_PKEY *key, Str path) {
        BIO *secret = BIO_new(BIO_s_mem()), *open = BIO_new(BIO_s_mem());
        Str pub = str_fmt(cx->arena, STR_FMT ".pub", STR_ARG(path));
        char *a, *b;
        long an, bn;
        bool good = PEM_write_bio_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                    PEM_write_bio_PUBKEY(open, key) == 1;

        an = BIO_get_mem_data(secret, &a);
        bn = BIO_get_mem_data(open, &b);
        good = good && file_write(str_z(cx->arena, path), (Str){ a, (size_t)an }) &&
               file_write(str_z(cx->arena, pub), (Str){ b, (size_t)bn });
        if (an > 0)
                explicit_bzero(a, (size_t)an);
        BIO_free(secret);
        BIO_free(open);
        return good ? OK : fail(cx, P_CONFIG_INVALID, "Cannot write the audit key " STR_FMT, STR_ARG(path));
}

Rc audit_keys_make(Cx *cx, Str key_path) {
        EVP_PKEY *key;
        Rc rc;

        if (access(str_z(cx->arena, key_path), F_OK) == 0)
                return OK;
        key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
        if (!key)
                return fail(cx, P_SERVER_BUG, "SM2 keys cannot be made");
        rc = write_key(cx, key, key_path);
        EVP_PKEY_free(key);
        return rc;
}

static EVP_PKEY *read_key(Str pem, bool *ret_secret) {
        BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
        EVP_PKEY *key = PEM_read_bio_PrivateKey(b, NULL, NULL, NULL);

        *ret_secret = key != NULL;
        if (!key) {
                (void)BIO_reset(b);
                key = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
        }
        BIO_free(b);
        if (key && !EVP_PKEY_is_a(key, "SM2")) {
                EVP_PKEY_free(key);
                key = NULL;
        }
        return key;
}

static void know(int64_t lane, int64_t seq) {
        for (size_t i = 0; i < heads.known_n; i++)
                if (heads.known[i].lane == lane) {
                        heads.known[i].seq = seq;
                        return;
                }
        heads.known = reallocarray(heads.known, heads.known_n + 1, sizeof *heads.known);
        if (!heads.known)
                abort();
        heads.known[heads.known_n++] = (KnownHead){ lane, seq };
}

static int64_t known(int64_t lane) {
        for (size_t i = 0; i < heads.known_n; i++)
                if (heads.known[i].lane == lane)
                        return heads.known[i].seq;
        return 0;
}

static void ignore(void *arg, int64_t line, const char *what) {
        (void)arg;
        (void)line;
        (void)what;
}

Rc audit_keys_open(Cx *cx, Str key_path, Str heads_path) {
        SignedHeads all = { 0 };
        bool secret;
        EVP_PKEY *key;
        Str pem;

        if (heads_path.n >= sizeof heads.path)
                return fail(cx, P_CONFIG_INVALID, "The heads file's path is too long");
        if (!file_read(cx->arena, str_z(cx->arena, key_path), 65536, &pem))
                return fail(cx, P_CONFIG_INVALID, "Cannot read the audit key " STR_FMT, STR_ARG(key_path));
        key = read_key(pem, &secret);
        explicit_bzero((char *)(uintptr_t)pem.p, pem.n); /* our own copy of the file */
        if (!key)
                return fail(cx, P_CONFIG_INVALID, STR_FMT " holds no SM2 key", STR_ARG(key_path));
        pthread_mutex_lock(&heads.lock);
        EVP_PKEY_free(heads.key);
        heads.key = key;
        heads.may_sign = secret;
        heads.known_n = 0;
        memcpy(heads.path, heads_path.p, heads_path.n);
        heads.path[heads_path.n] = 0;
        pthread_mutex_unlock(&heads.lock);
        if (heads_read(cx->arena, &all, ignore, NULL))
                for (size_t i = 0; i < all.n; i++)
                        know(all.v[i].lane, all.v[i].seq);
        return OK;
}

void audit_keys_close(void) {
        pthread_mutex_lock(&heads.lock);
        EVP_PKEY_free(heads.key);
        heads.key = NULL;
        heads.may_sign = false;
        free(heads.known);
        heads.known = NULL;
        heads.known_n = 0;
        pthread_mutex_unlock(&heads.lock);
}

bool heads_public_key(Arena *a, Str *ret_pem) {
        BIO *b;
        char *p;
        long n;

        if (!heads.key)
                return false;
        b = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(b, heads.key);
        n = BIO_get_mem_data(b, &p);
        *ret_pem = str_dup(a, (Str){ p, (size_t)n });
        BIO_free(b);
        return true;
}

/* ---- writing ---- */

/* The last whole line; a torn one (the machine stopped while it was written) is cut off. */
static bool last_line(Arena *a, int fd, Str *ret) {
        off_t end = lseek(fd, 0, SEEK_END), from = end > LINE_MAX_BYTES ? end - LINE_MAX_BYTES : 0;
        size_t n = (size_t)(end - from), start;
        char *p = arena_take(a, n + 1);

        if (end < 0 || pread(fd, p, n, from) != (ssize_t)n)
                return false;
        while (n && p[n - 1] != '\n')
                n--;
        if (from + (off_t)n != end && ftruncate(fd, from + (off_t)n) != 0)
                return false;
        *ret = S("");
        if (!n)
                return true;
        for (start = n - 1; start && p[start - 1] != '\n';)
                start--;
        *ret = (Str){ p + start, n - 1 - start };
        return true;
}

static Rc append_line(Cx *cx, int fd, HeadsLine *line) {
        uint8_t der[128];
        size_t len = sizeof der;
        Buf text = BUF_IN(cx->arena);
        Sm3 hash;
        Str last;

        if (!last_line(cx->arena, fd, &last))
                return fail(cx, P_DB_UNAVAILABLE, "The heads file cannot be read: %s", strerror(errno));
        sm3(&hash, last.p, last.n);
        line->previous = hex_str(cx->arena, hash.b, sizeof hash.b);
        line->signature = STR_NONE;
        json_encode(&text, &shape_HeadsLine, line);
        if (!sign(buf_view(&text), der, &len))
                return fail(cx, P_SERVER_BUG, "SM2 signing failed");
        line->signature = hex_str(cx->arena, der, len);
        buf_clear(&text);
        json_encode(&text, &shape_HeadsLine, line);
        buf_char(&text, '\n');
        lseek(fd, 0, SEEK_END);
        if (write(fd, text.p, text.n) != (ssize_t)text.n || fsync(fd) != 0)
                return fail(cx, P_DB_FULL, "The heads file cannot be written: %s", strerror(errno));
        return OK;
}

static Rc write_line(Cx *cx, HeadsLine *line) {
        int fd = open(heads.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        Rc rc;

        if (fd < 0 || flock(fd, LOCK_EX) != 0) {
                rc = fail(cx, P_DB_UNAVAILABLE, "The heads file cannot be opened: %s", strerror(errno));
                if (fd >= 0)
                        close(fd);
                return rc;
        }
        rc = append_line(cx, fd, line);
        close(fd); /* unlocks */
        return rc;
}

Rc audit_sign_heads(Cx *cx) {
        HeadsLine line = { .at = now_ms(cx) };
        AuditHeadRowList rows;
        Rc rc = OK;

        if (!heads.key || !heads.may_sign)
                return fail(cx, P_CONFIG_INVALID, "There is no audit key to sign with");
        TRY(q_audit_heads(cx, &rows));
        pthread_mutex_lock(&heads.lock);
        for (size_t i = 0; i < rows.n; i++)
                if (rows.v[i].seq > known(rows.v[i].lane))
                        *list_push(cx->arena, &line.heads) =
                                (HeadsLineHead){ rows.v[i].lane, rows.v[i].seq, rows.v[i].id,
                                                 hex_str(cx->arena, (const uint8_t *)rows.v[i].hash.p,
                                                         rows.v[i].hash.n) };
        if (line.heads.n)
                rc = write_line(cx, &line);
        for (size_t i = 0; rc == OK && i < line.heads.n; i++)
                know(line.heads.v[i].lane, line.heads.v[i].seq);
        pthread_mutex_unlock(&heads.lock);
        return rc;
}

/* ---- reading ---- */

static int by_lane_and_seq(const void *a, const void *b) {
        const SignedHead *x = a, *y = b;

        return x->lane != y->lane ? (x->lane < y->lane ? -1 : 1) : (x->seq > y->seq) - (x->seq < y->seq);
}

/* A line says exactly what its writer would have written, and was signed so. */
static bool line_good(Cx *cx, Str text, bool check_signature, HeadsLine **ret) {
        Buf again = BUF_IN(cx->arena);
        HeadsLine unsigned_line;
        void *line;

        if (json_decode(cx, &shape_HeadsLine, text, &line) != OK)
                return false;
        *ret = line;
        json_encode(&again, &shape_HeadsLine, line);
        if (!str_eq(buf_view(&again), text))
                return false;
        if (!check_signature)
                return true;
        unsigned_line = **ret;
        unsigned_line.signature = STR_NONE;
        buf_clear(&again);
        json_encode(&again, &shape_HeadsLine, &unsigned_line);
        return signature_good(buf_view(&again), (*ret)->signature);
}

static void take_heads(Arena *a, const HeadsLine *line, SignedHeads *ret) {
        for (size_t i = 0; i < line->heads.n; i++) {
                const HeadsLineHead *h = &line->heads.v[i];
                SignedHead *s = list_push(a, ret);

                *s = (SignedHead){ .lane = h->lane, .seq = h->seq, .order = h->order };
                if (!str_hex(h->hash, s->hash.b, sizeof s->hash.b))
                        ret->n--;
        }
}

static bool read_lines(Arena *a, Str text, bool every_signature, SignedHeads *ret,
                       void (*found)(void *, int64_t, const char *), void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        bool good = true, sound;
        Sm3 last;
        Str line;

        sm3(&last, "", 0);
        *ret = (SignedHeads){ 0 };
        while (str_cut(text, '\n', &line, &text)) {
                HeadsLine *l = NULL;
                uint8_t previous[32];

                cx_reset(cx);
                ret->lines++;
                sound = line_good(cx, line, every_signature || !text.n, &l);
                if (!sound)
                        found(arg, ret->lines, "the line is not as it was signed");
                else if (!str_hex(l->previous, previous, sizeof previous) ||
                         memcmp(previous, last.b, sizeof previous) != 0) {
                        sound = false;
                        found(arg, ret->lines, "the line before it was altered or removed");
                }
                if (sound)
                        take_heads(a, l, ret);
                good = good && sound;
                sm3(&last, line.p, line.n);
        }
        return good;
}

/* Each line holds the hash of the one before, so the last signature vouches for all; only when something does not fit is every
 * signature looked at, to tell where. */
bool heads_read(Arena *a, SignedHeads *ret, void (*found)(void *arg, int64_t line, const char *what),
                void *arg) {
        Str text = S("");
        int fd;

        if (!heads.key)
                return false;
        fd = open(heads.path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
                (void)!flock(fd, LOCK_SH);
                if (!file_read(a, heads.path, FILE_MAX_BYTES, &text))
                        found(arg, 0, "the file cannot be read");
                close(fd);
        }
        if (!read_lines(a, text, false, ret, ignore, NULL))
                (void)read_lines(a, text, true, ret, found, arg);
        if (ret->n)
                qsort(ret->v, ret->n, sizeof *ret->v, by_lane_and_seq);
        return true;
}

/* ---- showing ---- */

Rc audit_show_heads(Cx *cx, AuditHeads *ret) {
        AuditHeadRowList rows;

        TRY(q_audit_heads(cx, &rows));
        pthread_mutex_lock(&heads.lock);
        for (size_t i = 0; i < rows.n; i++) {
                int64_t seq = known(rows.v[i].lane);

                *list_push(cx->arena, &ret->heads) = (AuditHead){
                        .lane = rows.v[i].lane,
                        .seq = rows.v[i].seq,
                        .at = rows.v[i].at_ms,
                        .hash = hex_str(cx->arena, (const uint8_t *)rows.v[i].hash.p, rows.v[i].hash.n),
                        .signed_seq = { seq > 0, seq },
                };
        }
        if (!heads_public_key(cx->arena, &ret->public_key))
                ret->public_key = S("");
        pthread_mutex_unlock(&heads.lock);
        return OK;
}
