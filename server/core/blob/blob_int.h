/* What the files of this folder share. */
#pragma once
#include "contract.gen.h"
#include "core/blob/blob.h"
#include "sql.gen.h"

enum {
        BLOB_MAX = 50 << 20,  /* the largest of all limits: a video */
        BLOB_ROW = 256 << 10, /* bytes of a row of pieces */
};

typedef struct BlobPiece {
        Str sha256, bytes;
        int64_t start, total;
} BlobPiece;

Rc blob_state(Cx *cx, Str sha256, BlobView **ret);
/* Takes a piece (or the whole); stores the photo when the last one came. P_BLOB_OFFSET, P_BLOB_HASH_DIFFERS, P_BLOB_TYPE. */
Rc blob_piece(Cx *cx, const BlobPiece *p);

/* ---- blob_spool.c: pieces as a file ---- */

/* A file without a name, gone with its descriptor. */
typedef struct Spool {
        int fd;
        Str sha256; /* of all that was written */
        Str bytes;  /* after spool_map */
} Spool;

/* P_DB_FULL when there is no room for it. */
Rc blob_spool(Cx *cx, Str sha256, Spool *ret);
Rc spool_map(Cx *cx, Spool *s);
void spool_close(Spool *s); /* safe on { .fd = -1 } */
Rc blob_pieces_hash(Cx *cx, Str sha256, Str *ret_sha256);
