-- Drafts of other borders: an edition and a list of edits. Sealed.
CREATE TABLE mesh_draft (
  -- number of the draft
  id @ID@,
  -- what it is called
  name @TEXT@ NOT NULL,
  -- the edition it is based on: territory_edition
  base @INT@ NOT NULL,
  -- MeshDraftState: 1 open, 2 published, 3 dropped
  state @INT@ NOT NULL,
  -- rises with every change
  version @INT@ NOT NULL,
  -- how many of its edits are in force
  position @INT@ NOT NULL,
  -- how many there are; those beyond position are undone
  length @INT@ NOT NULL,
  -- who began it
  created_by @TEXT@ NOT NULL,
  -- when, Unix milliseconds
  created_ms @INT@ NOT NULL,
  -- who changed it last
  changed_by @TEXT@ NOT NULL,
  -- when
  changed_ms @INT@ NOT NULL,
  -- the edition it became
  edition @INT@
) @STRICT@;

-- Edits of drafts, in order. Those that were undone and then followed by others are kept, no longer live. Sealed.
CREATE TABLE mesh_edit (
  -- number of the edit over all drafts
  id @ID@,
  -- of which draft
  draft_id @INT@ NOT NULL,
  -- from 1, in order
  seq @INT@ NOT NULL,
  -- what is done, as JSON with ids and coordinates × 10⁷
  op @TEXT@ NOT NULL,
  -- ids of the faces that it changed, a JSON array
  touched @TEXT@ NOT NULL,
  -- version of the draft that it made, or that undid it or did it again: the last of these
  version @INT@ NOT NULL,
  -- part of the list
  live @BOOL(live)@ NOT NULL,
  -- whose edit
  by_name @TEXT@ NOT NULL,
  -- account
  by_account @INT@,
  -- when, Unix milliseconds
  at_ms @INT@ NOT NULL
) @STRICT@;
CREATE UNIQUE INDEX mesh_edit_live ON mesh_edit (draft_id, seq) WHERE live;

-- Editions that came from drafts, and how far what moves with them has moved. Sealed.
CREATE TABLE mesh_publication (
  -- of which edition: territory_edition
  edition @INT@ NOT NULL PRIMARY KEY,
  -- the draft
  draft_id @INT@ NOT NULL,
  -- valid from, Unix milliseconds
  valid_from_ms @INT@ NOT NULL,
  -- codes of the grids whose ground changed, a JSON array
  codes @TEXT@ NOT NULL,
  -- 1 waits for its day, 2 posts, 3 houses, 4 cases are being moved, 5 all is done, 6 withdrawn
  phase @INT@ NOT NULL,
  -- the last one of the phase that was looked at
  cursor @INT@ NOT NULL,
  -- rises with every change
  version @INT@ NOT NULL
) @STRICT@;
CREATE INDEX mesh_publication_due ON mesh_publication (valid_from_ms) WHERE phase < 5;

-- Ground that went from one code to another with an edition. Sealed.
CREATE TABLE mesh_descent (
  -- with which edition
  edition @INT@ NOT NULL,
  -- code before
  from_code @TEXT@ NOT NULL,
  -- code after
  to_code @TEXT@ NOT NULL,
  -- MeshDescentKind: 1 split, 2 merge, 3 moved
  kind @INT@ NOT NULL,
  -- share of the ground of from_code × 10,000
  share @INT@ NOT NULL,
  -- area in square metres
  area_m2 @INT@ NOT NULL,
  PRIMARY KEY (edition, from_code, to_code)
) @STRICT@;
CREATE INDEX mesh_descent_to ON mesh_descent (to_code);
CREATE INDEX mesh_descent_from ON mesh_descent (from_code);

-- Who or what got another grid on the day of an edition. Sealed.
CREATE TABLE mesh_transfer (
  -- number over all
  id @ID@,
  -- with which edition
  edition @INT@ NOT NULL,
  -- MeshSubject: 1 post, 2 house, 3 case
  subject @INT@ NOT NULL,
  -- number of the post (the one that ended), house or case
  subject_id @INT@ NOT NULL,
  -- how people call it
  label @TEXT@ NOT NULL,
  -- grid before
  from_code @TEXT@ NOT NULL,
  -- grid after; null: no grid holds it, it stayed
  to_code @TEXT@,
  -- from when it counts, Unix milliseconds
  at_ms @INT@ NOT NULL,
  UNIQUE (edition, subject, subject_id)
) @STRICT@;
CREATE INDEX mesh_transfer_subject ON mesh_transfer (subject, subject_id, at_ms);

-- For other modules: where things were before a moment.
CREATE VIEW v_mesh_transfer AS
SELECT edition, subject, subject_id, from_code, to_code, at_ms FROM mesh_transfer;
