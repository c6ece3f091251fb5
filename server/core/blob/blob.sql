-- row BlobFileRow: sha256 text, type text, width int, height int, size int, kept_sha256 text, uploader int, created_ms int
-- row BlobUsedRow: sha256 text, type text, width int, height int, size int, uploader int, created_ms int, used bool
-- row BlobDataRow: bytes blob, type text
-- row BlobPieceRow: start int, bytes blob
-- row BlobReceivedRow: received int
-- row BlobNameRow: sha256 text
-- row BlobHeadRow: bytes blob

-- query blob_file_add(sha256 text, type text, width int, height int, size int, kept_sha256 text, uploader int, now int, used bool) -> opt BlobFileRow
INSERT INTO blob_file (sha256, type, width, height, size, kept_sha256, uploader, created_ms, used)
VALUES (:sha256, :type, :width, :height, :size, :kept_sha256, :uploader, :now, :used)
ON CONFLICT (sha256) DO NOTHING
RETURNING {BlobFileRow};

-- query blob_data_add(sha256 text, bytes blob, thumb blob) -> exec
INSERT INTO blob_data (sha256, bytes, thumb) VALUES (:sha256, :bytes, :thumb) ON CONFLICT (sha256) DO NOTHING;

-- query blob_file_get(sha256 text) -> opt BlobUsedRow
SELECT {BlobUsedRow} FROM blob_file WHERE sha256 = :sha256;

-- query blob_file_use(sha256 text) -> exec
UPDATE blob_file SET used = TRUE WHERE sha256 = :sha256 AND NOT used;

-- query blob_bytes(sha256 text) -> opt BlobDataRow
SELECT d.bytes, f.type FROM blob_data d JOIN blob_file f ON f.sha256 = d.sha256 WHERE d.sha256 = :sha256;

-- query blob_thumb(sha256 text) -> opt BlobDataRow
SELECT d.thumb, f.type FROM blob_data d JOIN blob_file f ON f.sha256 = d.sha256 WHERE d.sha256 = :sha256;

-- query blob_each() -> each BlobFileRow
SELECT {BlobFileRow} FROM blob_file ORDER BY sha256;

-- query blob_received(sha256 text) -> opt BlobReceivedRow
SELECT received FROM blob_upload WHERE sha256 = :sha256;

-- query blob_upload_lock(sha256 text, now int) -> one BlobReceivedRow
INSERT INTO blob_upload (sha256, received, at_ms) VALUES (:sha256, 0, :now)
ON CONFLICT (sha256) DO UPDATE SET at_ms = EXCLUDED.at_ms
RETURNING received;

-- query blob_upload_grow(sha256 text, received int) -> exec
UPDATE blob_upload SET received = :received WHERE sha256 = :sha256;

-- query blob_upload_drop(sha256 text) -> exec
DELETE FROM blob_upload WHERE sha256 = :sha256;

-- query blob_pending() -> one BlobReceivedRow
SELECT CAST(COALESCE(SUM(received), 0) AS BIGINT) FROM blob_upload;

-- query blob_head(sha256 text, bytes int) -> opt BlobHeadRow
SELECT substr(bytes, 1, CAST(:bytes AS INTEGER)) FROM blob_piece WHERE sha256 = :sha256 AND start = 0;

-- query blob_pieces(sha256 text, after int, before int) -> many BlobPieceRow
SELECT start, bytes FROM blob_piece WHERE sha256 = :sha256 AND start > :after AND start < :before ORDER BY start;

-- query blob_pieces_each(sha256 text) -> each BlobPieceRow
SELECT start, bytes FROM blob_piece WHERE sha256 = :sha256 ORDER BY start;

-- query blob_piece_add(sha256 text, start int, bytes blob, size int, now int) -> exec
INSERT INTO blob_piece (sha256, start, bytes, size, at_ms) VALUES (:sha256, :start, :bytes, :size, :now)
ON CONFLICT (sha256, start) DO NOTHING;

-- query blob_pieces_drop(sha256 text) -> exec
DELETE FROM blob_piece WHERE sha256 = :sha256;

-- query blob_pieces_drop_old(before int) -> exec
DELETE FROM blob_piece WHERE sha256 IN (SELECT sha256 FROM blob_upload WHERE at_ms < :before);

-- query blob_uploads_drop_old(before int) -> exec
DELETE FROM blob_upload WHERE at_ms < :before;

-- query blob_unused(before int) -> many BlobNameRow
SELECT sha256 FROM blob_file WHERE NOT used AND created_ms < :before ORDER BY created_ms LIMIT 500;

-- query blob_file_drop(sha256 text) -> exec
DELETE FROM blob_file WHERE sha256 = :sha256 AND NOT used;

-- query blob_data_drop(sha256 text) -> exec
DELETE FROM blob_data WHERE sha256 = :sha256;
