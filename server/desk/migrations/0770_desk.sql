-- Views of the queue that people keep. Sealed.
CREATE TABLE desk_view (
  -- number of the row
  id @ID@,
  -- whose
  account @INT@ NOT NULL,
  -- what it is called
  name @TEXT@ NOT NULL,
  -- filters of the queue, JSON as in the contract's CaseQuery
  filters @TEXT@ NOT NULL,
  -- shown to colleagues of the same home too
  shared @BOOL(shared)@ NOT NULL,
  -- place code, or d:department, of the owner's post when it was kept
  home @TEXT@ NOT NULL,
  -- counts changes
  version @INT@ NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms @INT@ NOT NULL,
  UNIQUE (account, name)
) @STRICT@;
CREATE INDEX desk_view_home ON desk_view (home);

-- Macros of a centre: one action with reason, note and target, by a name. Sealed.
CREATE TABLE desk_macro (
  -- number of the row
  id @ID@,
  -- place code of the centre
  place @TEXT@ NOT NULL,
  -- what it is called
  name @TEXT@ NOT NULL,
  -- action of the flow
  action @TEXT@ NOT NULL,
  -- reason of the action
  reason @TEXT@,
  -- note with placeholders
  note @TEXT@,
  -- target: department
  department @TEXT@,
  -- target: person
  account @INT@,
  -- who changed it last
  by_account @INT@ NOT NULL,
  -- counts changes
  version @INT@ NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms @INT@ NOT NULL,
  UNIQUE (place, name)
) @STRICT@;

-- Reply templates of a centre. Sealed.
CREATE TABLE desk_template (
  -- number of the row
  id @ID@,
  -- place code of the centre
  place @TEXT@ NOT NULL,
  -- what it is called
  name @TEXT@ NOT NULL,
  -- text with placeholders
  text @TEXT@ NOT NULL,
  -- who changed it last
  by_account @INT@ NOT NULL,
  -- counts changes
  version @INT@ NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms @INT@ NOT NULL,
  UNIQUE (place, name)
) @STRICT@;
