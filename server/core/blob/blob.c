/* Storing, resuming and reading. Decoding (picture.c) and looking (media.c) happen before the transaction; handing out is in
 * blob_serve.c. */
#include "core/blob/blob.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/blob/blob_int.h"
#include "core/blob/media.h"
#include "core/blob/picture.h"
#include "core/who/who.h"
#include "db/db.h"
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>

/* What unfinished uploads may take together; more than that is somebody filling the disk. They are dropped after a day. */
enum { PENDING_MAX = 1 << 30 };

enum { PHOTO_MAX = 20 << 20, VOICE_MAX = 10 << 20, VIDEO_MAX = BLOB_MAX, HEAD_BYTES = 64 };

typedef struct Kept {
        Str sha256, kept_sha256, type;
        Picture picture;
        Str whole;      /* a voice note or video that came in one; its pieces are here otherwise */
        int64_t size;
        bool media, used;
} Kept;

/* ---- what is taken, and how much of it ---- */

static Rc too_large(Cx *cx, Str zh, const char *what, int limit, int64_t bytes) {
        return fail_zh(cx, P_BLOB_TOO_LARGE, str_fmt(cx->arena, STR_FMT "最大 %d MB", STR_ARG(zh), limit >> 20),
                       "%s may have %d MB; this one has %" PRId64 " bytes", what, limit >> 20, bytes);
}

static Rc check_size(Cx *cx, MediaKind kind, int64_t bytes) {
        switch (kind) {
        case MEDIA_NONE: return bytes > PHOTO_MAX ? too_large(cx, S("照片"), "a photo", PHOTO_MAX, bytes) : OK;
        case MEDIA_VOICE: return bytes > VOICE_MAX ? too_large(cx, S("录音"), "a voice note", VOICE_MAX, bytes) : OK;
        case MEDIA_VIDEO: return bytes > VIDEO_MAX ? too_large(cx, S("视频"), "a video", VIDEO_MAX, bytes) : OK;
        }
        return fail(cx, P_SERVER_BUG, "media kind %d", (int)kind);
}

/* By the first bytes: a photo (MEDIA_NONE), a voice note, a video; anything else is refused before more of it comes. */
static Rc check_head(Cx *cx, Str head, int64_t total, MediaKind *ret) {
        *ret = media_sniff(head);
        if (*ret == MEDIA_NONE && !picture_sniff(head))
                return total > VIDEO_MAX ? too_large(cx, S("视频"), "a video", VIDEO_MAX, total)
                                         : fail(cx, P_BLOB_TYPE, "the first bytes are those of no photo, voice note or video");
        return check_size(cx, *ret, total);
}

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

/* Rows of a size that can be read one at a time. */
static Rc pieces_add(Cx *cx, Str sha256, int64_t start, Str bytes) {
        for (size_t at = 0; at < bytes.n; at += BLOB_ROW) {
                Str row = str_sub(bytes, at, BLOB_ROW);

                TRY(q_blob_piece_add(cx, sha256, start + (int64_t)at, row, (int64_t)row.n, now_ms(cx), NULL));
        }
        return OK;
}

static Rc bytes_add(Cx *cx, const Kept *k) {
        if (!k->media) {
                TRY(q_blob_pieces_drop(cx, k->sha256, NULL));
                return q_blob_data_add(cx, k->sha256, k->picture.bytes, k->picture.thumb, NULL);
        }
        if (!k->whole.n)
                return OK;
        TRY(q_blob_pieces_drop(cx, k->sha256, NULL)); /* of an earlier try */
        return pieces_add(cx, k->sha256, 0, k->whole);
}

/* Idempotent: what is already here stays as it is. */
static Rc keep_work(Cx *cx, void *arg) {
        const Kept *k = arg;
        BlobFileRow *row;

        TRY(q_blob_file_add(cx, k->sha256, k->type, k->picture.width, k->picture.height, k->size, k->kept_sha256,
                            actor_account(cx).n, now_ms(cx), k->used, &row));
        TRY(q_blob_upload_drop(cx, k->sha256, NULL));
        if (!row)
                return OK;
        TRY(bytes_add(cx, k));
        TRY(audit_note(cx, "blob.stored", str_fmt(cx->arena, "blob/" STR_FMT, STR_ARG(k->sha256)), STR_NONE));
        return audit_seal(cx, &db_shape_BlobFileRow, row);
}

/* Whole and of a kind that is known; what it claims to be decides how large it may be. */
static Rc look(Cx *cx, Str bytes, Kept *k) {
        Media m;

        if (!media_look(bytes, &m))
                return fail(cx, P_BLOB_TYPE, "%s", m.wrong);
        TRY(check_size(cx, m.kind, (int64_t)bytes.n));
        k->media = true;
        k->type = str_c(m.type);
        k->picture.width = m.width;
        k->picture.height = m.height;
        k->size = (int64_t)bytes.n;
        k->kept_sha256 = k->sha256; /* kept as sent */
        return OK;
}

static Rc clean(Cx *cx, Str bytes, Kept *k) {
        TRY(picture_clean(cx, bytes, &k->picture));
        k->type = S("image/jpeg");
        k->size = (int64_t)k->picture.bytes.n;
        k->kept_sha256 = kept_hex(cx->arena, k->picture.bytes, k->picture.thumb);
        return OK;
}

Rc blob_store(Cx *cx, Str sha256, Str bytes) {
        Kept k = { .sha256 = sha256, .whole = bytes };
        Str actual = sha256_hex(cx->arena, bytes);
        MediaKind kind;

        if (!str_eq(actual, sha256))
                return fail(cx, P_BLOB_HASH_DIFFERS, "the content's SHA-256 is " STR_FMT, STR_ARG(actual));
        TRY(check_head(cx, str_sub(bytes, 0, HEAD_BYTES), (int64_t)bytes.n, &kind));
        TRY(kind == MEDIA_NONE ? clean(cx, bytes, &k) : look(cx, bytes, &k));
        return db_write(cx, keep_work, &k);
}

Rc blob_put_made(Cx *cx, Str sha256, Str bytes, Str thumb, int64_t width, int64_t height) {
        Kept k = { .sha256 = sha256, .kept_sha256 = kept_hex(cx->arena, bytes, thumb), .type = S("image/jpeg"),
                   .picture = { bytes, thumb, width, height }, .size = (int64_t)bytes.n, .used = true };

        return keep_work(cx, &k);
}

Rc blob_put_recording(Cx *cx, Str sha256, Str bytes) {
        Kept k = { .sha256 = sha256, .whole = bytes, .used = true };

        TRY(look(cx, bytes, &k));
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

bool blob_is_photo(Str type) { return str_starts(type, S("image/")); }

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
        v->received = received ? received->received : 0;
        return *ret = v, OK;
}

/* The row of the upload is taken first: whoever else sends the same waits, and then sees what came. */
static Rc piece_work(Cx *cx, void *arg) {
        const BlobPiece *p = arg;
        int64_t end = p->start + (int64_t)p->bytes.n;
        BlobReceivedRow *r, *pending;
        BlobUsedRow *whole;

        TRY(q_blob_upload_lock(cx, p->sha256, now_ms(cx), &r));
        TRY(q_blob_file_get(cx, p->sha256, &whole));
        if (whole) /* another sender of the same was faster */
                return q_blob_upload_drop(cx, p->sha256, NULL);
        if (r->received && end <= r->received)
                return OK; /* sent again */
        if (p->start != r->received)
                return fail(cx, P_BLOB_OFFSET, "%" PRId64 " bytes are here, the piece starts at %" PRId64, r->received, p->start);
        TRY(q_blob_pending(cx, &pending));
        if (pending->received > PENDING_MAX)
                return fail(cx, P_SERVER_BUSY, "%" PRId64 " bytes of unfinished uploads are here already", pending->received);
        TRY(pieces_add(cx, p->sha256, p->start, p->bytes));
        return q_blob_upload_grow(cx, p->sha256, end, NULL);
}

/* All pieces of a photo together. */
static Rc assembled(Cx *cx, Str sha256, Str *ret) {
        BlobPieceRowList pieces = { 0 };
        Buf b = BUF_IN(cx->arena);

        TRY(q_blob_pieces(cx, sha256, -1, PHOTO_MAX, &pieces));
        for (size_t i = 0; i < pieces.n; i++)
                buf_str(&b, pieces.v[i].bytes);
        return *ret = buf_view(&b), OK;
}

/* A recording is looked at in a file, so that it is never whole in memory that is ours. */
static Rc keep_spooled(Cx *cx, Str sha256) {
        _cleanup_(spool_close) Spool spool = { .fd = -1 };
        Kept k = { .sha256 = sha256 };

        TRY(blob_spool(cx, sha256, &spool));
        if (!str_eq(spool.sha256, sha256))
                return fail(cx, P_BLOB_HASH_DIFFERS, "the content's SHA-256 is " STR_FMT, STR_ARG(spool.sha256));
        TRY(spool_map(cx, &spool));
        TRY(look(cx, spool.bytes, &k));
        return db_write(cx, keep_work, &k);
}

static Rc keep_pieces(Cx *cx, Str sha256, int64_t total) {
        BlobHeadRow *head;
        MediaKind kind;
        Str bytes;

        TRY(q_blob_head(cx, sha256, HEAD_BYTES, &head));
        TRY(check_head(cx, head ? head->bytes : S(""), total, &kind));
        if (kind != MEDIA_NONE)
                return keep_spooled(cx, sha256);
        TRY(assembled(cx, sha256, &bytes));
        return blob_store(cx, sha256, bytes);
}

static Rc forget_now(Cx *cx, Str sha256) {
        TRY(q_blob_pieces_drop(cx, sha256, NULL));
        return q_blob_upload_drop(cx, sha256, NULL);
}

/* Unless the other sender of the same was faster in the meantime: then the pieces are what is kept. */
static Rc forget_work(Cx *cx, void *arg) {
        const Str *sha256 = arg;
        BlobUsedRow *kept;

        TRY(q_blob_file_get(cx, *sha256, &kept));
        return kept ? OK : forget_now(cx, *sha256);
}

/* What failed because another sender of the same was faster and took the pieces away did not fail. *ret_done tells. */
static Rc ask_if_done(Cx *cx, Str sha256, bool *ret_done) {
        Problem problem = cx->problem;
        BlobView *v;

        cx->problem = (Problem){ 0 };
        TRY(blob_state(cx, sha256, &v));
        if (!v->complete)
                cx->problem = problem;
        return *ret_done = v->complete, OK;
}

Rc blob_piece(Cx *cx, const BlobPiece *p) {
        BlobView *v;
        Problem problem;
        MediaKind kind;
        bool done;
        Rc rc;

        TRY(blob_state(cx, p->sha256, &v));
        if (v->complete)
                return OK;
        if (p->start == 0 && p->bytes.n >= HEAD_BYTES)
                TRY(check_head(cx, str_sub(p->bytes, 0, HEAD_BYTES), p->total, &kind));
        if (p->start == 0 && (int64_t)p->bytes.n == p->total)
                return blob_store(cx, p->sha256, p->bytes);
        rc = db_write(cx, piece_work, (void *)(uintptr_t)p);
        if (rc != OK && cx->problem.code == P_BLOB_OFFSET) {
                TRY(ask_if_done(cx, p->sha256, &done));
                return done ? OK : rc;
        }
        if (rc != OK || p->start + (int64_t)p->bytes.n < p->total)
                return rc;
        rc = keep_pieces(cx, p->sha256, p->total);
        if (rc == OK || rc == E_BUSY)
                return rc;
        problem = cx->problem;
        TRY(ask_if_done(cx, p->sha256, &done));
        if (done)
                return OK;
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
        TRY(q_blob_uploads_drop_old(cx, before, NULL));
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
                TRY(q_blob_pieces_drop(cx, unused.v[i].sha256, NULL));
                TRY(audit_seal_gone(cx, "blob_file", unused.v[i].sha256));
        }
        return OK;
}

Rc blob_sweep(Cx *cx) { return db_write(cx, sweep_work, NULL); }

/* ---- verify ---------------------------------------------------------------------------------------------------------------- */

static Rc bytes_fit(Cx *cx, const void *row_, Str *ret_wrong) {
        const BlobFileRow *row = row_;
        BlobDataRow *data, *thumb;
        Str sha256;

        if (!blob_is_photo(row->type)) {
                TRY(blob_pieces_hash(cx, row->sha256, &sha256));
                if (!str_eq(sha256, row->kept_sha256))
                        *ret_wrong = S("the recording's bytes were altered or are gone");
                return OK;
        }
        TRY(q_blob_bytes(cx, row->sha256, &data));
        TRY(q_blob_thumb(cx, row->sha256, &thumb));
        if (!data || !thumb)
                *ret_wrong = S("the picture's bytes are gone");
        else if (!str_eq(kept_hex(cx->arena, data->bytes, thumb->bytes), row->kept_sha256))
                *ret_wrong = S("the picture's bytes were altered");
        return OK;
}

void blob_init(void) { audit_table("blob_file", &query_blob_each, "sha256", bytes_fit); }
