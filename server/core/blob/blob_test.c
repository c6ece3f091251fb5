/* Rules of photos: what is taken, what is refused, and that nothing is left of what was refused. */
#include "base/test.h"
#include "core/audit/audit.h"
#include "core/blob/blob_int.h"
#include "core/blob/picture.h"
#include "db/db.h"
#include <openssl/sha.h>

static Str name_of(Cx *cx, Str bytes) {
        uint8_t digest[SHA256_DIGEST_LENGTH];

        SHA256((const unsigned char *)bytes.p, bytes.n, digest);
        return hex_str(cx->arena, digest, sizeof digest);
}

/* A drawn JPEG with an EXIF block put in, as a phone would send it. */
static Str photo(Cx *cx, int w, int h) {
        static const char exif[] = "\xff\xe1\x00\x1e" "Exif\0\0" "MM\0*\0\0\0\x08\0\0\0\0\0\0SECRET!!";
        uint8_t *rgb = arena_take(cx->arena, (size_t)w * (size_t)h * 3);
        Buf b = BUF_IN(cx->arena);
        Picture p;

        for (int i = 0; i < w * h * 3; i++)
                rgb[i] = (uint8_t)(i * 7 + i / w);
        if (picture_from_rgb(cx, rgb, w, h, &p) != OK)
                return STR_NONE;
        buf_add(&b, p.bytes.p, 2);
        buf_add(&b, exif, 32);
        buf_add(&b, p.bytes.p + 2, p.bytes.n - 2);
        return buf_view(&b);
}

TEST(blob__a_photo_is_kept_without_its_metadata) {
        Cx *cx = test_db();
        Str sent = photo(cx, 200, 100), name = name_of(cx, sent), bytes, type;
        BlobInfo info;

        audit_init();
        blob_init();
        CHECK(str_contains(sent, S("SECRET")));
        CHECK_OK(cx, blob_store(cx, name, sent));
        CHECK_OK(cx, blob_need(cx, name, S("/photos/0"), &info));
        CHECK_INT(info.width, 200);
        CHECK_INT(info.height, 100);
        CHECK_OK(cx, blob_bytes(cx, name, false, &bytes, &type));
        CHECK(!str_contains(bytes, S("SECRET")) && !str_contains(bytes, S("Exif")));
        CHECK_STR(type, S("image/jpeg"));
        CHECK_OK(cx, blob_store(cx, name, sent)); /* again: nothing changes */
}

TEST(blob__what_is_no_photo_is_refused_and_leaves_nothing) {
        Cx *cx = test_db();
        Str text = S("<script>alert(1)</script> this is a text"), sent = photo(cx, 64, 64), cut = str_sub(sent, 0, sent.n / 2);
        BlobInfo info;

        CHECK_FAILS(cx, P_BLOB_TYPE, blob_store(cx, name_of(cx, text), text));
        CHECK_FAILS(cx, P_BLOB_TYPE, blob_store(cx, name_of(cx, cut), cut));
        CHECK_FAILS(cx, P_BLOB_HASH_DIFFERS, blob_store(cx, name_of(cx, text), sent));
        CHECK_FAILS(cx, P_BLOB_MISSING, blob_need(cx, name_of(cx, cut), S("/photos/0"), &info));
}

TEST(blob__pieces_resume_and_gaps_are_refused) {
        Cx *cx = test_db();
        Str sent = photo(cx, 300, 200), name = name_of(cx, sent);
        BlobPiece a = { name, str_sub(sent, 0, 1000), 0, (int64_t)sent.n };
        BlobPiece b = { name, str_sub(sent, 1000, 500), 1000, (int64_t)sent.n };
        BlobPiece c = { name, str_sub(sent, 1500, sent.n), 1500, (int64_t)sent.n };
        BlobView *v;

        audit_init();
        blob_init();
        CHECK_OK(cx, blob_piece(cx, &a));
        CHECK_FAILS(cx, P_BLOB_OFFSET, blob_piece(cx, &c));
        CHECK_OK(cx, blob_piece(cx, &a)); /* sent again */
        CHECK_OK(cx, blob_state(cx, name, &v));
        CHECK_INT(v->received, 1000);
        CHECK_OK(cx, blob_piece(cx, &b));
        CHECK_OK(cx, blob_piece(cx, &c));
        CHECK_OK(cx, blob_state(cx, name, &v));
        CHECK(v->complete);
}

TEST(blob__a_wrong_upload_can_start_again) {
        Cx *cx = test_db();
        Str sent = photo(cx, 300, 200), name = name_of(cx, sent), wrong = photo(cx, 200, 200);
        BlobPiece a = { name, str_sub(sent, 0, 1000), 0, 1500 }, b = { name, str_sub(wrong, 1000, 500), 1000, 1500 };
        BlobView *v;

        CHECK_OK(cx, blob_piece(cx, &a));
        CHECK_FAILS(cx, P_BLOB_HASH_DIFFERS, blob_piece(cx, &b));
        CHECK_OK(cx, blob_state(cx, name, &v));
        CHECK_INT(v->received, 0);
}

static Rc use_work(Cx *cx, void *arg) { return blob_mark_used(cx, *(const Str *)arg); }

TEST(blob__unused_uploads_are_swept_after_a_day) {
        Cx *cx = test_db();
        Str sent = photo(cx, 64, 48), kept = photo(cx, 48, 64), used;
        BlobInfo info;

        audit_init();
        blob_init();
        CHECK_OK(cx, blob_store(cx, name_of(cx, sent), sent));
        CHECK_OK(cx, blob_store(cx, name_of(cx, kept), kept));
        used = name_of(cx, kept);
        CHECK_OK(cx, db_write(cx, use_work, &used));
        cx->now_ms += 2 * MS_DAY;
        CHECK_OK(cx, blob_sweep(cx));
        CHECK_FAILS(cx, P_BLOB_MISSING, blob_need(cx, name_of(cx, sent), S("/photos/0"), &info));
        CHECK_OK(cx, blob_need(cx, used, S("/photos/0"), &info));
}
