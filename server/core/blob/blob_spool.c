/* Pieces of a recording put together in an unnamed file: looked at through a mapping, sent by the kernel. Memory holds one piece at a
 * time. */
#include "base/env.h"
#include "contract.gen.h"
#include "core/blob/blob_int.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { AT_ONCE = 4 }; /* files of up to 50 MB being written; sending them is not counted */

static struct {
        pthread_once_t once;
        sem_t slots;
} state = { .once = PTHREAD_ONCE_INIT };

static void start(void) { sem_init(&state.slots, 0, AT_ONCE); }

typedef struct Writing {
        EVP_MD_CTX *hash;
        int fd; /* -1: only the hash is wanted */
        int64_t at;
} Writing;

static Rc write_piece(Cx *cx, const BlobPieceRow *row, void *arg) {
        Writing *w = arg;
        size_t done = 0;

        if (row->start != w->at)
                return fail(cx, P_BLOB_OFFSET, "a piece starts at %" PRId64 ", wanted %" PRId64, row->start, w->at);
        w->at += (int64_t)row->bytes.n;
        if (EVP_DigestUpdate(w->hash, row->bytes.p, row->bytes.n) != 1)
                abort();
        while (w->fd >= 0 && done < row->bytes.n) {
                ssize_t n = write(w->fd, row->bytes.p + done, row->bytes.n - done);

                if (n < 0 && errno != EINTR)
                        return fail(cx, P_DB_FULL, "a recording cannot be put together: %s", strerror(errno));
                done += n > 0 ? (size_t)n : 0;
        }
        return OK;
}

static Rc pieces_run(Cx *cx, Str sha256, int fd, Str *ret_sha256) {
        Writing w = { EVP_MD_CTX_new(), fd, 0 };
        uint8_t digest[32] = { 0 };
        Rc rc;

        if (!w.hash || EVP_DigestInit_ex(w.hash, EVP_sha256(), NULL) != 1)
                abort();
        rc = q_blob_pieces_each(cx, sha256, write_piece, &w);
        if (EVP_DigestFinal_ex(w.hash, digest, NULL) != 1)
                abort();
        EVP_MD_CTX_free(w.hash);
        if (rc == OK)
                *ret_sha256 = hex_str(cx->arena, digest, sizeof digest);
        return rc;
}

Rc blob_pieces_hash(Cx *cx, Str sha256, Str *ret_sha256) {
        Rc rc = pieces_run(cx, sha256, -1, ret_sha256);

        if (rc == OK || cx->problem.code != P_BLOB_OFFSET)
                return rc;
        cx->problem = (Problem){ 0 }; /* a piece is missing: no hash fits */
        return *ret_sha256 = S(""), OK;
}

Rc blob_spool(Cx *cx, Str sha256, Spool *ret) {
        Spool s = { .fd = file_unnamed(cx->arena) };
        Rc rc;

        if (s.fd < 0)
                return fail(cx, P_DB_FULL, "no temporary file: %s", strerror(errno));
        pthread_once(&state.once, start);
        while (sem_wait(&state.slots) != 0) {}
        rc = pieces_run(cx, sha256, s.fd, &s.sha256);
        sem_post(&state.slots);
        if (rc != OK)
                return close(s.fd), rc;
        return *ret = s, OK;
}

Rc spool_map(Cx *cx, Spool *s) {
        off_t size = lseek(s->fd, 0, SEEK_END);
        void *p = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, s->fd, 0) : MAP_FAILED;

        if (p == MAP_FAILED)
                return fail(cx, P_SERVER_BUSY, "a recording cannot be mapped: %s", strerror(errno));
        s->bytes = (Str){ p, (size_t)size };
        return OK;
}

void spool_close(Spool *s) {
        if (s->bytes.n)
                munmap((void *)(uintptr_t)s->bytes.p, s->bytes.n);
        if (s->fd >= 0)
                close(s->fd);
        *s = (Spool){ .fd = -1 };
}
