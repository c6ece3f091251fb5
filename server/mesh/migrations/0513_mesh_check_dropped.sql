-- A checked file that nobody wants any more is thrown away; that it was there stays in the row and its seal.
-- when, Unix milliseconds; null: it is there
ALTER TABLE mesh_check ADD COLUMN dropped_ms @INT@;
