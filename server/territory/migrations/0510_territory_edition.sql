-- Editions of the mesh: the borders of all grids from a moment on, until the next edition. Only ever added; one that is not yet valid may be
-- withdrawn. Sealed.
CREATE TABLE territory_edition (
  -- from 1, rising
  number @INT@ NOT NULL PRIMARY KEY,
  -- the edition it was made from; null: the first
  base @INT@,
  -- valid from, Unix milliseconds: the beginning of a day; 0 since before the records
  valid_from_ms @INT@ NOT NULL,
  -- SM3 of the mesh, hexadecimal
  digest @TEXT@ NOT NULL,
  -- nodes, edges and faces as one blob (mesh_pack)
  mesh @BLOB@ NOT NULL,
  -- number of faces
  faces @INT@ NOT NULL,
  -- number of grids; a grid may be several faces
  grids @INT@ NOT NULL,
  -- what changed, in words
  note @TEXT@,
  -- name of who published it
  published_by @TEXT@ NOT NULL,
  -- their account; null: the system
  published_account @INT@,
  -- when it was published, Unix milliseconds
  published_ms @INT@ NOT NULL,
  -- name of who withdrew it before it was valid; null: it stands
  withdrawn_by @TEXT@,
  -- when it was withdrawn
  withdrawn_ms @INT@
) @STRICT@;
CREATE INDEX territory_edition_valid ON territory_edition (valid_from_ms, number) WHERE withdrawn_ms IS NULL;

-- The next moment at which a place begins or ends by itself.
CREATE INDEX territory_place_begin ON territory_place (since_ms) WHERE since_ms > 0;
CREATE INDEX territory_place_end ON territory_place (until_ms) WHERE until_ms IS NOT NULL;
