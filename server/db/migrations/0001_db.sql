-- The migrations this database has been given.
CREATE TABLE db_migration (
  name @TEXT@ NOT NULL PRIMARY KEY, -- number and name of the file, 0001_db
  module @TEXT@ NOT NULL,           -- the folder it comes from
  checksum @TEXT@ NOT NULL,         -- SHA-256 of the file as it was applied
  applied_ms @INT@ NOT NULL         -- when, Unix milliseconds
) @STRICT@;

-- One row that the readiness check writes to.
CREATE TABLE db_ping (
  id @INT@ NOT NULL PRIMARY KEY CHECK (id = 1), -- always 1
  at_ms @INT@ NOT NULL                          -- time of the last check, Unix milliseconds
) @STRICT@;

INSERT INTO db_ping (id, at_ms) VALUES (1, 0);
