/* Photos and other evidence. The name of a blob is the SHA-256 of the bytes that were sent; what is kept is the picture re-encoded
 * without metadata, and a thumbnail. */
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
/* Decodes, checks, re-encodes (slow, outside transactions), then stores. Used by the upload route and the demo. */
Rc blob_store(Cx *cx, Str sha256, Str bytes);
/* P_BLOB_MISSING with the pointer as field error when it is not completely here. */
Rc blob_need(Cx *cx, Str sha256, Str pointer, BlobInfo *ret);
Rc blob_mark_used(Cx *cx, Str sha256);                      /* in a transaction */
Rc blob_bytes(Cx *cx, Str sha256, bool thumb, Str *ret_bytes, Str *ret_type); /* P_NOT_FOUND; the caller has checked the right */
/* Ready-made pictures (the demo's): stored as they are, in the caller's transaction. */
Rc blob_put_made(Cx *cx, Str sha256, Str bytes, Str thumb, int64_t width, int64_t height);
/* Uploads that no case or report came to use within a day are dropped. */
Rc blob_sweep(Cx *cx);
