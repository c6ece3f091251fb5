/* Photos and other evidence. The name of a blob is the SHA-256 of the bytes that were sent; of a photo the picture re-encoded
 * without metadata is kept, and a thumbnail; voice notes and videos as they were sent. */
#pragma once
#include "base/cx.h"

typedef struct BlobInfo {
        Str sha256, type;
        int64_t width, height, bytes;
        int64_t uploader;       /* account, 0 public */
        int64_t created_ms;
        bool used;
} BlobInfo;

void blob_init(void);
bool blob_is_photo(Str type);
/* Decodes, checks, re-encodes (slow, outside transactions), then stores. Used by the upload route and the demo. */
Rc blob_store(Cx *cx, Str sha256, Str bytes);
/* P_BLOB_MISSING with the pointer as field error when it is not completely here. */
Rc blob_need(Cx *cx, Str sha256, Str pointer, BlobInfo *ret);
Rc blob_mark_used(Cx *cx, Str sha256);                      /* in a transaction */
Rc blob_bytes(Cx *cx, Str sha256, bool thumb, Str *ret_bytes, Str *ret_type); /* of a photo; P_NOT_FOUND */
/* Answers with a blob, or the part of it that Range asks for; the caller has checked the right. cache is the Cache-Control value.
 * P_NOT_FOUND, P_RANGE_UNSATISFIABLE. */
struct HttpReply;
Rc blob_serve(Cx *cx, Str sha256, bool thumb, const char *cache, struct HttpReply *reply);
/* Ready-made pictures (the demo's): stored as they are, in the caller's transaction. */
Rc blob_put_made(Cx *cx, Str sha256, Str bytes, Str thumb, int64_t width, int64_t height);
/* The same of a voice note or video, which is looked at like one that is uploaded: P_BLOB_TYPE, P_BLOB_TOO_LARGE. */
Rc blob_put_recording(Cx *cx, Str sha256, Str bytes);
/* Uploads that no case or report came to use within a day are dropped. */
Rc blob_sweep(Cx *cx);
