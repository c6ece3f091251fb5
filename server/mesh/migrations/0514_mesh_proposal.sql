-- Proposals as they were seen, the latest of each open draft, so that what is accepted is what was seen. Not sealed: none of them is in force before
-- it is an edit of the draft, which is.
CREATE TABLE mesh_proposal (
  -- for which draft
  draft_id @INT@ NOT NULL,
  -- of what was seen: result, roads, rivers and compounds
  digest @TEXT@ NOT NULL,
  -- version of the draft that it was made for
  version @INT@ NOT NULL,
  -- which community
  community @TEXT@ NOT NULL,
  -- how many grids
  grids @INT@ NOT NULL,
  -- what is to be done to the draft, as geo/redraw.h writes it
  parts @TEXT@ NOT NULL,
  -- when it was last asked for, Unix milliseconds
  asked_ms @INT@ NOT NULL,
  PRIMARY KEY (draft_id, digest)
) @STRICT@;
