-- Uploads that are not complete yet. Voice notes and videos keep their pieces when they are; photos are kept in blob_data.
CREATE TABLE blob_upload (
  -- SHA-256 that the whole will have
  sha256 @TEXT@ NOT NULL PRIMARY KEY,
  -- bytes here so far, without gaps from the first on
  received @INT@ NOT NULL,
  -- when the newest piece came, Unix milliseconds
  at_ms @INT@ NOT NULL
) @STRICT@;
INSERT INTO blob_upload (sha256, received, at_ms)
SELECT sha256, CAST(SUM(size) AS BIGINT), MAX(at_ms) FROM blob_piece GROUP BY sha256;
