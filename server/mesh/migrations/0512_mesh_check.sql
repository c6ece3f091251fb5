-- Files of grids that were checked for a draft, and what was decided about them. Sealed.
CREATE TABLE mesh_check (
  -- number of the check
  id @ID@,
  -- for which draft
  draft_id @INT@ NOT NULL,
  -- name of the file
  name @TEXT@ NOT NULL,
  -- SHA-256 of the file
  sha256 @TEXT@ NOT NULL,
  -- MeshCrs that the user states
  crs @INT@ NOT NULL,
  -- tolerance in tenths of a millimetre
  tolerance @INT@ NOT NULL,
  -- attribute with the names; null: a usual one
  name_field @TEXT@,
  -- attribute with the codes; null: a usual one
  code_field @TEXT@,
  -- digest of the ground that the decisions are about
  ground @TEXT@ NOT NULL,
  -- decisions, a JSON array
  decisions @TEXT@ NOT NULL,
  -- rises with every change
  version @INT@ NOT NULL,
  -- who brought it
  created_by @TEXT@ NOT NULL,
  -- when, Unix milliseconds
  created_ms @INT@ NOT NULL,
  -- when it was put into the draft; null: not yet
  accepted_ms @INT@
) @STRICT@;
CREATE INDEX mesh_check_draft ON mesh_check (draft_id, id);

-- The files themselves, until their draft is published or dropped; what they are is told by the digest in mesh_check.
CREATE TABLE mesh_check_file (
  -- of which check
  check_id @INT@ NOT NULL PRIMARY KEY,
  -- the file as it came
  bytes @BLOB@ NOT NULL
) @STRICT@;
