/* What the files of this folder share. */
#pragma once
#include "contract.gen.h"
#include "core/blob/blob.h"
#include "sql.gen.h"

typedef struct BlobPiece {
        Str sha256, bytes;
        int64_t start, total;
} BlobPiece;

Rc blob_state(Cx *cx, Str sha256, BlobView **ret);
/* Takes a piece (or the whole); stores the photo when the last one came. P_BLOB_OFFSET, P_BLOB_HASH_DIFFERS, P_BLOB_TYPE. */
Rc blob_piece(Cx *cx, const BlobPiece *p);
