-- Photos by the SHA-256 of what was sent. What is known of each is apart from the bytes, so that lists stay small.
CREATE TABLE blob_file (
  -- SHA-256 of the bytes that were sent, hexadecimal
  sha256 @TEXT@ NOT NULL PRIMARY KEY,
  -- media type of what is kept
  type @TEXT@ NOT NULL,
  -- pixels of what is kept
  width @INT@ NOT NULL,
  height @INT@ NOT NULL,
  -- bytes kept
  size @INT@ NOT NULL,
  -- SHA-256 of what is kept (re-encoded without metadata), the picture and then its thumbnail, hexadecimal
  kept_sha256 @TEXT@ NOT NULL,
  -- account that sent it; 0 the public
  uploader @INT@ NOT NULL,
  -- when, Unix milliseconds
  created_ms @INT@ NOT NULL,
  -- a case or report holds it; unused ones are dropped after a day
  used @BOOL(used)@ NOT NULL
) @STRICT@;
CREATE INDEX blob_file_unused ON blob_file (created_ms) WHERE NOT used;

-- The bytes of a photo and of its thumbnail.
CREATE TABLE blob_data (
  -- as in blob_file
  sha256 @TEXT@ NOT NULL PRIMARY KEY,
  -- the picture
  bytes @BLOB@ NOT NULL,
  -- at most 360 pixels a side
  thumb @BLOB@ NOT NULL
) @STRICT@;

-- Pieces of uploads that are not complete yet.
CREATE TABLE blob_piece (
  -- SHA-256 that the whole will have
  sha256 @TEXT@ NOT NULL,
  -- first byte of the piece in the whole
  start @INT@ NOT NULL,
  -- the piece
  bytes @BLOB@ NOT NULL,
  -- bytes of the piece
  size @INT@ NOT NULL,
  -- when, Unix milliseconds
  at_ms @INT@ NOT NULL,
  PRIMARY KEY (sha256, start)
) @STRICT@;
