-- Drafts of the county's overlay of the profile, and their publications. What is in force is in setting_file.
CREATE TABLE profile_draft (
  -- number
  id @ID@,
  -- what it is called
  name @TEXT@ NOT NULL,
  -- DraftState: 1 open, 2 scheduled, 3 active, 4 held, 5 dropped
  state @INT@ NOT NULL,
  -- rises with every change
  version @INT@ NOT NULL,
  -- who began it, and when (Unix milliseconds)
  created_by @TEXT@ NOT NULL,
  created_ms @INT@ NOT NULL,
  -- who changed it last, and when
  changed_by @TEXT@ NOT NULL,
  changed_ms @INT@ NOT NULL,
  -- the version that passed the check, and a digest of the editions that it passed with
  checked_version @INT@,
  checked_base @TEXT@,
  -- from when it is to be in force
  active_from_ms @INT@,
  -- are open cases moved to the new editions?
  move_open @BOOL(move_open)@ NOT NULL,
  -- who published it, and when
  published_by @TEXT@,
  published_ms @INT@,
  -- when it came into force
  activated_ms @INT@,
  -- open cases up to this id have been moved or left; absent: nothing is to be moved any more
  moved_to @INT@,
  -- how many were moved, how many could not be
  moved @INT@ NOT NULL,
  stayed @INT@ NOT NULL,
  -- why it could not come into force: Chinese, then English after a line break
  held @TEXT@
) @STRICT@;
CREATE INDEX profile_draft_state ON profile_draft (state, id);

-- The files that a draft changes, as whole texts.
CREATE TABLE profile_file (
  -- of which draft
  draft_id @INT@ NOT NULL REFERENCES profile_draft (id),
  -- catalogue, departments, limits, flow, form
  kind @TEXT@ NOT NULL,
  -- six-step; as the kind for the files that are there once
  name @TEXT@ NOT NULL,
  -- the edition it was made from; 0: a new file
  base_edition @INT@ NOT NULL,
  -- the whole text; empty when removed
  content @TEXT@ NOT NULL,
  -- takes the file out of use
  removed @BOOL(removed)@ NOT NULL,
  PRIMARY KEY (draft_id, kind, name)
) @STRICT@;
