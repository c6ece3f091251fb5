/* Storing, resuming and reading photos. Decoding happens before the transaction, in picture.c. */
#include "core/blob/blob.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/blob/blob_int.h"
#include "core/blob/picture.h"
#include "core/who/who.h"
#include "db/db.h"
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>

/* What unfinished uploads may take together; more than that is somebody filling the disk. They are dropped after a day. */
enum { PENDING_MAX = 1 << 30 };

typedef struct Kept {
        Str sha256, kept_sha256;
        Picture picture;
        bool used;
} Kept;

static Str sha256_hex(Arena *a, Str bytes) {
        uint8_t digest[SHA256_DIGEST_LENGTH];

        SHA256((const unsigned char *)bytes.p, bytes.n, digest);
        return hex_str(a, digest, sizeof digest);
}

/* Of what is kept: the picture, then its thumbnail. */
static Str kept_hex(Arena *a, Str bytes, Str thumb) {
        uint8_t digest[SHA256_DIGEST_LENGTH] = { 0 };
        EVP_MD_CTX *c = EVP_MD_CTX_new();

        if (!c || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1 || EVP_DigestUpdate(c, bytes.p, bytes.n) != 1 ||
            EVP_DigestUpdate(c, thumb.p, thumb.n) != 1 || EVP_DigestFinal_ex(c, digest, NULL) != 1)
                abort();
        EVP_MD_CTX_free(c);
        return hex_str(a, digest, sizeof digest);
}

/* Idempotent: a photo that is already here stays as it is. */
static Rc keep_work(Cx *cx, void *arg) {
        const Kept *k = arg;
        BlobFileRow *row;

        TRY(q_blob_file_add(cx, k->sha256, S("image/jpeg"), k->picture.width, k->picture.height, (int64_t)k->picture.bytes.n,
                            k->kept_sha256, actor_account(cx).n, now_ms(cx), k->used, &row));
        TRY(q_blob_pieces_drop(cx, k->sha256, NULL));
        if (!row)
                return OK;
        TRY(q_blob_data_add(cx, k->sha256, k->picture.bytes, k->picture.thumb, NULL));
        TRY(audit_note(cx, "blob.stored", str_fmt(cx->arena, "blob/" STR_FMT, STR_ARG(k->sha256)), STR_NONE));
        return audit_seal(cx, "blob_file", k->sha256, &db_shape_BlobFileRow, row);
}

Rc blob_store(Cx *cx, Str sha256, Str bytes) {
        Kept k = { .sha256 = sha256 };
        Str actual = sha256_hex(cx->arena, bytes);

        if (!str_eq(actual, sha256))
                return fail(cx, P_BLOB_HASH_DIFFERS, "the content's SHA-256 is " STR_FMT, STR_ARG(actual));
        TRY(picture_clean(cx, bytes, &k.picture));
        k.kept_sha256 = kept_hex(cx->arena, k.picture.bytes, k.picture.thumb);
        return db_write(cx, keep_work, &k);
}

Rc blob_put_made(Cx *cx, Str sha256, Str bytes, Str thumb, int64_t width, int64_t height) {
        Kept k = { sha256, kept_hex(cx->arena, bytes, thumb), { bytes, thumb, width, height }, true };

        return keep_work(cx, &k);
}

Rc blob_need(Cx *cx, Str sha256, Str pointer, BlobInfo *ret) {
        BlobUsedRow *row;

        TRY(q_blob_file_get(cx, sha256, &row));
        if (!row) {
                field_error(cx, pointer, "blob.missing", S("照片尚未上传完成"), S("The photo has not been uploaded completely"));
                return fail(cx, P_BLOB_MISSING, "no blob " STR_FMT, STR_ARG(sha256));
        }
        *ret = (BlobInfo){ row->sha256, row->type, row->width, row->height, row->size, row->uploader, row->created_ms, row->used };
        return OK;
}

Rc blob_mark_used(Cx *cx, Str sha256) { return q_blob_file_use(cx, sha256, NULL); }

Rc blob_bytes(Cx *cx, Str sha256, bool thumb, Str *ret_bytes, Str *ret_type) {
        BlobDataRow *row;

        TRY(thumb ? q_blob_thumb(cx, sha256, &row) : q_blob_bytes(cx, sha256, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "no blob " STR_FMT, STR_ARG(sha256));
        *ret_bytes = row->bytes;
        *ret_type = row->type;
        return OK;
}

/* ---- resuming -------------------------------------------------------------------------------------------------------------- */

Rc blob_state(Cx *cx, Str sha256, BlobView **ret) {
        BlobView *v = TAKE(cx->arena, BlobView);
        BlobReceivedRow *received;
        BlobUsedRow *row;

        v->sha256 = sha256;
        TRY(q_blob_file_get(cx, sha256, &row));
        if (row) {
                v->complete = true;
                v->received = row->size;
                v->type = row->type;
                v->width = SOME_INT(row->width);
                v->height = SOME_INT(row->height);
                return *ret = v, OK;
        }
        TRY(q_blob_received(cx, sha256, &received));
        v->received = received->received;
        return *ret = v, OK;
}

static Rc piece_work(Cx *cx, void *arg) {
        const BlobPiece *p = arg;
        BlobReceivedRow *r, *pending;
        BlobUsedRow *whole;

        TRY(q_blob_file_get(cx, p->sha256, &whole));
        if (whole)
                return OK; /* another sender of the same photo was faster */
        TRY(q_blob_received(cx, p->sha256, &r));
        if (p->start + (int64_t)p->bytes.n <= r->received)
                return OK; /* sent again */
        if (p->start != r->received)
                return fail(cx, P_BLOB_OFFSET, "%" PRId64 " bytes are here, the piece starts at %" PRId64, r->received, p->start);
        TRY(q_blob_pending(cx, &pending));
        if (pending->received > PENDING_MAX)
                return fail(cx, P_SERVER_BUSY, "%" PRId64 " bytes of unfinished uploads are here already", pending->received);
        return q_blob_piece_add(cx, p->sha256, p->start, p->bytes, (int64_t)p->bytes.n, now_ms(cx), NULL);
}

/* All pieces together; forgets them when the whole turns out wrong, so that the sender can start again. */
static Rc whole(Cx *cx, Str sha256, Str *ret) {
        BlobPieceRowList pieces = { 0 };
        Buf b = BUF_IN(cx->arena);

        TRY(q_blob_pieces(cx, sha256, &pieces));
        for (size_t i = 0; i < pieces.n; i++)
                buf_str(&b, pieces.v[i].bytes);
        return *ret = buf_view(&b), OK;
}

static Rc forget_work(Cx *cx, void *arg) { return q_blob_pieces_drop(cx, *(const Str *)arg, NULL); }

Rc blob_piece(Cx *cx, const BlobPiece *p) {
        BlobView *v;
        Problem problem;
        Str bytes;
        Rc rc;

        TRY(blob_state(cx, p->sha256, &v));
        if (v->complete)
                return OK;
        if (p->start == 0 && (int64_t)p->bytes.n == p->total)
                return blob_store(cx, p->sha256, p->bytes);
        TRY(db_write(cx, piece_work, (void *)(uintptr_t)p));
        if (p->start + (int64_t)p->bytes.n < p->total)
                return OK;
        TRY(whole(cx, p->sha256, &bytes));
        rc = blob_store(cx, p->sha256, bytes);
        if (rc == OK || rc == E_BUSY)
                return rc;
        problem = cx->problem;
        TRY(blob_state(cx, p->sha256, &v));
        if (v->complete) { /* another sender was faster, and took the pieces away */
                cx->problem = (Problem){ 0 };
                return OK;
        }
        if (db_write(cx, forget_work, (void *)(uintptr_t)&p->sha256) != OK)
                return problem_rc(cx->problem.code);
        cx->problem = problem;
        return rc;
}

/* ---- keeping house --------------------------------------------------------------------------------------------------------- */

static Rc sweep_work(Cx *cx, void *arg) {
        BlobNameRowList unused = { 0 };
        int64_t before = now_ms(cx) - MS_DAY;

        (void)arg;
        TRY(q_blob_pieces_drop_old(cx, before, NULL));
        TRY(q_blob_unused(cx, before, &unused));
        if (!unused.n)
                return OK;
        TRY(audit_note(cx, "blob.swept", str_fmt(cx->arena, "blob/%zu", unused.n), STR_NONE));
        for (size_t i = 0; i < unused.n; i++) {
                int64_t gone;

                TRY(q_blob_file_drop(cx, unused.v[i].sha256, &gone));
                if (!gone)
                        continue;
                TRY(q_blob_data_drop(cx, unused.v[i].sha256, NULL));
                TRY(audit_seal_gone(cx, "blob_file", unused.v[i].sha256));
        }
        return OK;
}

Rc blob_sweep(Cx *cx) { return db_write(cx, sweep_work, NULL); }

/* ---- verify ---------------------------------------------------------------------------------------------------------------- */

typedef struct Streaming {
        Rc (*check)(Cx *cx, Str key, const void *row, void *arg);
        void *arg;
} Streaming;

static Rc stream_row(Cx *cx, const BlobFileRow *row, void *arg) {
        const Streaming *s = arg;

        return s->check(cx, row->sha256, row, s->arg);
}

static Rc stream(Cx *cx, Rc (*check)(Cx *, Str, const void *, void *), void *arg) {
        Streaming s = { check, arg };

        return q_blob_each(cx, stream_row, &s);
}

static Rc bytes_fit(Cx *cx, const void *row_, Str *ret_wrong) {
        const BlobFileRow *row = row_;
        BlobDataRow *data, *thumb;

        TRY(q_blob_bytes(cx, row->sha256, &data));
        TRY(q_blob_thumb(cx, row->sha256, &thumb));
        if (!data || !thumb)
                *ret_wrong = S("the picture's bytes are gone");
        else if (!str_eq(kept_hex(cx->arena, data->bytes, thumb->bytes), row->kept_sha256))
                *ret_wrong = S("the picture's bytes were altered");
        return OK;
}

void blob_init(void) {
        static const AuditTable table = { "blob_file", &db_shape_BlobFileRow, stream, bytes_fit };

        audit_table(&table);
}
