-- Cases: anything that moves through a flow. The row holds the present state; what happened is in case_step.
CREATE TABLE case_case (
  -- also the last part of the number people use: YYYYMMDD-NNNNNN
  id @ID@,
  -- flow it moves through, and the edition it began with
  flow @TEXT@ NOT NULL,
  -- edition of the flow
  flow_edition @INT@ NOT NULL,
  -- edition of the catalogue it was filed under
  catalogue_edition @INT@ NOT NULL,
  -- sub-item of the catalogue
  category @TEXT@ NOT NULL,
  -- task class of the catalogue
  class @TEXT@ NOT NULL,
  -- what is wrong, in the reporter's words
  text @TEXT@ NOT NULL,
  -- grid code, 15 digits
  place @TEXT@ NOT NULL,
  -- building code, when one was given
  building @TEXT@,
  -- address in words
  address @TEXT@,
  -- longitude × 10⁷, CGCS2000
  lon_e7 @INT@ NOT NULL,
  -- latitude × 10⁷
  lat_e7 @INT@ NOT NULL,
  -- how it came in: CaseChannel
  channel @INT@ NOT NULL,
  -- account that reported it; null: the public
  opener @INT@,
  -- state of the flow
  state @TEXT@ NOT NULL,
  -- when it came into this state, Unix milliseconds
  entered_ms @INT@ NOT NULL,
  -- the state counts as disposed
  disposed @BOOL(disposed)@ NOT NULL,
  -- the state counts as archived
  archived @BOOL(archived)@ NOT NULL,
  -- nothing more has to be done
  final @BOOL(final)@ NOT NULL,
  -- whose hands it is in: FlowHolder
  holder_kind @INT@ NOT NULL,
  -- the person, when the dispatch named one
  holder_account @INT@,
  -- the department, when the dispatch named one
  holder_department @TEXT@,
  -- name of that person then
  holder_name @TEXT@,
  -- since when
  holder_since_ms @INT@ NOT NULL,
  -- person whom the last dispatch named
  target_account @INT@,
  -- department that the last dispatch named
  target_department @TEXT@,
  -- name of that person then
  target_name @TEXT@,
  -- working days allowed by the category when it was filed
  limit_days @INT@ NOT NULL,
  -- end of the running limit; derived from the log, kept only to sort and to find what is late
  due_ms @INT@,
  -- a clock was stopped after its due time
  overran @BOOL(overran)@ NOT NULL,
  -- when it was reported
  created_ms @INT@ NOT NULL,
  -- when it came into a final state
  closed_ms @INT@,
  -- number of photos
  photos @INT@ NOT NULL,
  -- first photo
  thumb @TEXT@,
  -- number of people who may read along
  readers @INT@ NOT NULL,
  -- a row of case_reporter exists
  has_reporter @BOOL(has_reporter)@ NOT NULL,
  -- how often it was opened again
  reopened @INT@ NOT NULL,
  -- how often it was returned by those it was dispatched to
  returned @INT@ NOT NULL,
  -- what the reporter said: Satisfaction
  satisfaction @INT@,
  -- number of steps so far; rises with every action
  version @INT@ NOT NULL,
  -- text, category, places and address, folded for search
  search @TEXT@ NOT NULL
) @STRICT@;
CREATE INDEX case_case_place ON case_case (place, id);
-- The working queues, newest first.
CREATE INDEX case_case_state ON case_case (state, id);
CREATE INDEX case_case_due ON case_case (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX case_case_opener ON case_case (opener) WHERE opener IS NOT NULL;
-- Filled by a dispatch: a report does not pay for them.
CREATE INDEX case_case_holder ON case_case (holder_account) WHERE holder_account IS NOT NULL;
CREATE INDEX case_case_department ON case_case (holder_department) WHERE holder_department IS NOT NULL;

-- What happened to a case, one row an action, only ever added. Each row's hash covers the row before it.
CREATE TABLE case_step (
  -- order of all steps of all cases
  id @ID@,
  -- whose step
  case_id @INT@ NOT NULL,
  -- 1 is the report itself
  seq @INT@ NOT NULL,
  -- when, Unix milliseconds
  at_ms @INT@ NOT NULL,
  -- action of the flow; open for the first
  action @TEXT@ NOT NULL,
  -- account; null: the public or the system
  actor @INT@,
  -- name then
  actor_name @TEXT@,
  -- role by which the action was allowed: Role; 0 none
  actor_role @INT@ NOT NULL,
  -- department, when acting for one
  actor_department @TEXT@,
  -- state before; null for the first
  from_state @TEXT@,
  -- state after
  to_state @TEXT@ NOT NULL,
  -- what was said
  note @TEXT@,
  -- reason chosen
  reason @TEXT@,
  -- person dispatched to
  target_account @INT@,
  -- department dispatched to
  target_department @TEXT@,
  -- name of that person then
  target_name @TEXT@,
  -- Satisfaction, when rated
  satisfaction @INT@,
  -- photos attached: kind:sha256, separated by blanks
  photos @TEXT@,
  -- of the first step: category, place, position
  detail @TEXT@,
  -- whose hands after it: FlowHolder
  holder_kind @INT@ NOT NULL,
  -- the person
  holder_account @INT@,
  -- the department
  holder_department @TEXT@,
  -- name of that person then
  holder_name @TEXT@,
  -- how long those before had had it; null for the first
  held_ms @INT@,
  -- hash of the step before; 32 zero bytes for the first
  previous @BLOB@ NOT NULL,
  -- SM3 over all of the above but id
  hash @BLOB@ NOT NULL,
  UNIQUE (case_id, seq),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) @STRICT@;
CREATE INDEX case_step_department ON case_step (target_department, case_id) WHERE target_department IS NOT NULL;

-- Photos of a case.
CREATE TABLE case_photo (
  -- whose photo
  case_id @INT@ NOT NULL,
  -- order within the case, from 1
  n @INT@ NOT NULL,
  -- the upload
  sha256 @TEXT@ NOT NULL,
  -- PhotoKind
  kind @INT@ NOT NULL,
  -- step that brought it
  seq @INT@ NOT NULL,
  -- pixels
  width @INT@ NOT NULL,
  -- pixels
  height @INT@ NOT NULL,
  PRIMARY KEY (case_id, n),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) @STRICT@;

-- Colleagues who may read a case beyond their scope.
CREATE TABLE case_reader (
  -- the case
  case_id @INT@ NOT NULL,
  -- who may read
  account @INT@ NOT NULL,
  -- name then
  name @TEXT@ NOT NULL,
  -- who allowed it
  by_account @INT@ NOT NULL,
  -- when, Unix milliseconds
  at_ms @INT@ NOT NULL,
  PRIMARY KEY (case_id, account),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) @STRICT@;
CREATE INDEX case_reader_account ON case_reader (account, case_id);

-- Who reported a case: personal data, apart from everything else.
CREATE TABLE case_reporter (
  -- the case
  case_id @INT@ PRIMARY KEY,
  -- what the reporter wants to be called
  name @TEXT@,
  -- telephone, digits
  phone @TEXT@,
  -- keyed HMAC-SM3 of the telephone, by which it is looked up and compared
  phone_mac @BLOB@,
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) @STRICT@;
CREATE INDEX case_reporter_phone ON case_reporter (phone_mac) WHERE phone_mac IS NOT NULL;

-- For figures: what other modules may know of a case.
CREATE VIEW v_case_case AS
SELECT id, flow, category, class, place, channel, state, disposed, archived, final, holder_kind, holder_account,
       holder_department, target_department, due_ms, overran, created_ms, closed_ms, reopened, returned, satisfaction
FROM case_case;

-- How many open cases are in a person's own hands.
CREATE VIEW v_case_open_by_account AS
SELECT holder_account AS account, count(*) AS open_cases
FROM case_case WHERE holder_account IS NOT NULL AND NOT final GROUP BY holder_account;
