-- The chained log: one entry per writing transaction, appended to the lane of its write connection just before commit.
-- hash covers every other column but id; id of an entry is covered by the next one of its lane.
CREATE TABLE audit_entry (
  id @ID@,                       -- order of appending over all lanes; taken while the transaction holds its rows
  lane @INT@ NOT NULL,           -- strand of the chain, one per write connection (0 on SQLite)
  seq @INT@ NOT NULL,            -- 1, 2, 3 … within the lane, without holes
  at_ms @INT@ NOT NULL,          -- when, Unix milliseconds
  actor_id @INT@,                -- account that acted; null: the public or the system itself
  actor_name @TEXT@,             -- its name at that time
  address @TEXT@,                -- client address
  action @TEXT@ NOT NULL,        -- what happened: case.archived
  subject @TEXT@ NOT NULL,       -- to what: case/123
  detail @TEXT@,                 -- JSON
  seals @TEXT@,                  -- digests of the rows written, a line each: table, key, digest, column marks
  previous @BLOB@ NOT NULL,      -- hash of the entry before (32 zero bytes for the first)
  previous_id @INT@ NOT NULL,    -- id of the entry before (0 for the first)
  hash @BLOB@ NOT NULL,          -- SM3 over all of this
  UNIQUE (lane, seq)
) @STRICT@;
