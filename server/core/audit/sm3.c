/* SM3 (GB/T 32905) through OpenSSL: the digest is fetched once, each thread keeps one context. */
#include "core/audit/audit_int.h"
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *algorithm;
static pthread_key_t key;
static _Thread_local EVP_MD_CTX *mine;

static void forget_mine(void *context) {
        EVP_MD_CTX_free(context);
        mine = NULL;
}

static void prepare(void) {
        algorithm = EVP_MD_fetch(NULL, "SM3", NULL);
        if (!algorithm || pthread_key_create(&key, forget_mine) != 0)
                abort();
}

void sm3_begin(Sm3Run *r) {
        if (!mine) {
                pthread_once(&once, prepare);
                mine = EVP_MD_CTX_new();
                if (!mine)
                        abort();
                pthread_setspecific(key, mine);
        }
        r->context = mine;
        r->n = 0;
        if (EVP_DigestInit_ex2(mine, algorithm, NULL) != 1)
                abort();
}

static void pour(Sm3Run *r) {
        if (EVP_DigestUpdate(r->context, r->buf, r->n) != 1)
                abort();
        r->n = 0;
}

void sm3_add(Sm3Run *r, const void *p, size_t n) {
        if (n > sizeof r->buf - r->n)
                pour(r);
        if (n > sizeof r->buf) {
                if (EVP_DigestUpdate(r->context, p, n) != 1)
                        abort();
                return;
        }
        if (n)
                memcpy(r->buf + r->n, p, n);
        r->n += n;
}

void sm3_add_u64(Sm3Run *r, uint64_t v) {
        v = __builtin_bswap64(v);
        sm3_add(r, &v, sizeof v);
}

void sm3_add_field(Sm3Run *r, Str s) {
        sm3_add_u64(r, s.p ? s.n : UINT64_MAX);
        if (s.p)
                sm3_add(r, s.p, s.n);
}

void sm3_end(Sm3Run *r, Sm3 *ret) {
        unsigned n = 0;

        pour(r);
        if (EVP_DigestFinal_ex(r->context, ret->b, &n) != 1 || n != sizeof ret->b)
                abort();
}

void sm3(Sm3 *ret, const void *p, size_t n) {
        Sm3Run r;

        sm3_begin(&r);
        sm3_add(&r, p, n);
        sm3_end(&r, ret);
}

void sm3_fields(Sm3 *ret, const Str *fields, size_t n) {
        Sm3Run r;

        sm3_begin(&r);
        for (size_t i = 0; i < n; i++)
                sm3_add_field(&r, fields[i]);
        sm3_end(&r, ret);
}
