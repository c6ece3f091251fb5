-- The whole schema as SQLite sees it: the map of the data. Generated; the source is server/*/migrations.

-- Answers to writes that carried an Idempotency-Key, stored in the same transaction as their effect.
CREATE TABLE app_idempotency (
  -- whose key: a<account>, or p for the public
  scope TEXT NOT NULL,
  -- the client's key
  key TEXT NOT NULL,
  -- SHA-256 of method, path and body
  request BLOB NOT NULL,
  -- HTTP status of the first answer
  status INTEGER NOT NULL,
  -- body of the first answer
  answer TEXT NOT NULL,
  -- when, Unix milliseconds; kept for 60 days
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
);

CREATE INDEX app_idempotency_at ON app_idempotency (at_ms);

-- The chained log: one entry per writing transaction, appended to the lane of its write connection just before commit.
-- hash covers every other column but id; id of an entry is covered by the next one of its lane.
CREATE TABLE audit_entry (
  id INTEGER PRIMARY KEY,                       -- order of appending over all lanes; taken while the transaction holds its rows
  lane INTEGER NOT NULL,           -- strand of the chain, one per write connection (0 on SQLite)
  seq INTEGER NOT NULL,            -- 1, 2, 3 … within the lane, without holes
  at_ms INTEGER NOT NULL,          -- when, Unix milliseconds
  actor_id INTEGER,                -- account that acted; null: the public or the system itself
  actor_name TEXT,             -- its name at that time
  address TEXT,                -- client address
  action TEXT NOT NULL,        -- what happened: case.archived
  subject TEXT NOT NULL,       -- to what: case/123
  detail TEXT,                 -- JSON
  seals TEXT,                  -- digests of the rows written, a line each: table, key, digest, column marks
  previous BLOB NOT NULL,      -- hash of the entry before (32 zero bytes for the first)
  previous_id INTEGER NOT NULL,    -- id of the entry before (0 for the first)
  hash BLOB NOT NULL,          -- SM3 over all of this
  UNIQUE (lane, seq)
) STRICT;

-- The bytes of a photo and of its thumbnail.
CREATE TABLE blob_data (
  -- as in blob_file
  sha256 TEXT NOT NULL PRIMARY KEY,
  -- the picture
  bytes BLOB NOT NULL,
  -- at most 360 pixels a side
  thumb BLOB NOT NULL
) STRICT;

-- Photos by the SHA-256 of what was sent. What is known of each is apart from the bytes, so that lists stay small.
CREATE TABLE blob_file (
  -- SHA-256 of the bytes that were sent, hexadecimal
  sha256 TEXT NOT NULL PRIMARY KEY,
  -- media type of what is kept
  type TEXT NOT NULL,
  -- pixels of what is kept
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  -- bytes kept
  size INTEGER NOT NULL,
  -- SHA-256 of what is kept (re-encoded without metadata), the picture and then its thumbnail, hexadecimal
  kept_sha256 TEXT NOT NULL,
  -- account that sent it; 0 the public
  uploader INTEGER NOT NULL,
  -- when, Unix milliseconds
  created_ms INTEGER NOT NULL,
  -- a case or report holds it; unused ones are dropped after a day
  used INTEGER CHECK (used IN (0, 1)) NOT NULL
) STRICT;

CREATE INDEX blob_file_unused ON blob_file (created_ms) WHERE NOT used;

-- Pieces of uploads that are not complete yet.
CREATE TABLE blob_piece (
  -- SHA-256 that the whole will have
  sha256 TEXT NOT NULL,
  -- first byte of the piece in the whole
  start INTEGER NOT NULL,
  -- the piece
  bytes BLOB NOT NULL,
  -- bytes of the piece
  size INTEGER NOT NULL,
  -- when, Unix milliseconds
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (sha256, start)
) STRICT;

-- Uploads that are not complete yet. Voice notes and videos keep their pieces when they are; photos are kept in blob_data.
CREATE TABLE blob_upload (
  -- SHA-256 that the whole will have
  sha256 TEXT NOT NULL PRIMARY KEY,
  -- bytes here so far, without gaps from the first on
  received INTEGER NOT NULL,
  -- when the newest piece came, Unix milliseconds
  at_ms INTEGER NOT NULL
) STRICT;

-- What a machine has said, by its own key. Not sealed: the count changes with every message; the case that it opened is.
CREATE TABLE case_alarm (
  -- number
  id INTEGER PRIMARY KEY,
  -- the machine
  source INTEGER NOT NULL,
  -- its name for what is the matter
  alarm_key TEXT NOT NULL,
  -- the case it opened; absent only while that is being opened
  case_id INTEGER,
  -- messages so far
  hits INTEGER NOT NULL,
  -- of the first and last, Unix milliseconds
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  -- when it was said to be over, unless it came back
  cleared_ms INTEGER,
  -- the newest of its key
  present INTEGER CHECK (present IN (0, 1)) NOT NULL
) STRICT;

CREATE INDEX case_alarm_case ON case_alarm (case_id);

CREATE UNIQUE INDEX case_alarm_key ON case_alarm (source, alarm_key) WHERE present;

-- A card of 1-3-5 that fell. What is to fall follows from log, calendar and rule; this keeps what people were told, once each.
CREATE TABLE case_card (
  case_id INTEGER NOT NULL,      -- case
  kind INTEGER NOT NULL,         -- 0 the check was missed, 1 yellow, 2 red
  moment_ms INTEGER NOT NULL,    -- when it was due
  noticed_ms INTEGER NOT NULL,   -- when it was seen to be due and told
  days INTEGER NOT NULL,         -- working days that the rule allowed, without extensions
  complex INTEGER CHECK (complex IN (0, 1)) NOT NULL, -- by the rule for complex cases
  withdrawn_ms INTEGER,          -- taken back when
  withdrawn_by INTEGER,          -- number of the step that took it back; null: another calendar or rule did
  withdrawn_why TEXT,        -- extended, class or recomputed
  PRIMARY KEY (case_id, kind, moment_ms),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) STRICT;

-- Cases: anything that moves through a flow. The row holds the present state; what happened is in case_step.
-- Cases of every flow: what the flow knows of a case, who asked for what, and what belongs together. Columns come at the end of their
-- rows, so that older seals keep verifying.
-- what it is: FlowKind's word
-- what the flow knows of it, as JSON {"risk":"high"}; empty: nothing
-- case that it is a part of
-- case that it goes on as a part of
-- number of units that handle it together
-- open requests, ",extend,"; derived from the log, kept only to find them
-- how often it was urged
-- how often it was put under supervision
-- reports that tell of it, its own and those merged into it
-- What the newest card that was not withdrawn is, to sort and to find by; the cards themselves have a table of their own.
-- 0 none, 1 yellow, 2 red
CREATE TABLE case_case (
  -- also the last part of the number people use: YYYYMMDD-NNNNNN
  id INTEGER PRIMARY KEY,
  -- flow it moves through, and the edition it began with
  flow TEXT NOT NULL,
  -- edition of the flow
  flow_edition INTEGER NOT NULL,
  -- edition of the catalogue it was filed under
  catalogue_edition INTEGER NOT NULL,
  -- sub-item of the catalogue
  category TEXT NOT NULL,
  -- task class of the catalogue
  class TEXT NOT NULL,
  -- what is wrong, in the reporter's words
  text TEXT NOT NULL,
  -- grid code, 15 digits
  place TEXT NOT NULL,
  -- building code, when one was given
  building TEXT,
  -- address in words
  address TEXT,
  -- longitude × 10⁷, CGCS2000
  lon_e7 INTEGER NOT NULL,
  -- latitude × 10⁷
  lat_e7 INTEGER NOT NULL,
  -- how it came in: CaseChannel
  channel INTEGER NOT NULL,
  -- account that reported it; null: the public
  opener INTEGER,
  -- state of the flow
  state TEXT NOT NULL,
  -- when it came into this state, Unix milliseconds
  entered_ms INTEGER NOT NULL,
  -- the state counts as disposed
  disposed INTEGER CHECK (disposed IN (0, 1)) NOT NULL,
  -- the state counts as archived
  archived INTEGER CHECK (archived IN (0, 1)) NOT NULL,
  -- nothing more has to be done
  final INTEGER CHECK (final IN (0, 1)) NOT NULL,
  -- whose hands it is in: FlowHolder
  holder_kind INTEGER NOT NULL,
  -- the person, when the dispatch named one
  holder_account INTEGER,
  -- the department, when the dispatch named one
  holder_department TEXT,
  -- name of that person then
  holder_name TEXT,
  -- since when
  holder_since_ms INTEGER NOT NULL,
  -- person whom the last dispatch named
  target_account INTEGER,
  -- department that the last dispatch named
  target_department TEXT,
  -- name of that person then
  target_name TEXT,
  -- working days allowed by the category when it was filed
  limit_days INTEGER NOT NULL,
  -- end of the running limit; derived from the log, kept only to sort and to find what is late
  due_ms INTEGER,
  -- a clock was stopped after its due time
  overran INTEGER CHECK (overran IN (0, 1)) NOT NULL,
  -- when it was reported
  created_ms INTEGER NOT NULL,
  -- when it came into a final state
  closed_ms INTEGER,
  -- number of photos
  photos INTEGER NOT NULL,
  -- first photo
  thumb TEXT,
  -- number of people who may read along
  readers INTEGER NOT NULL,
  -- a row of case_reporter exists
  has_reporter INTEGER CHECK (has_reporter IN (0, 1)) NOT NULL,
  -- how often it was opened again
  reopened INTEGER NOT NULL,
  -- how often it was returned by those it was dispatched to
  returned INTEGER NOT NULL,
  -- what the reporter said: Satisfaction
  satisfaction INTEGER,
  -- number of steps so far; rises with every action
  version INTEGER NOT NULL,
  -- text, category, places and address, folded for search
  search TEXT NOT NULL
, kind TEXT NOT NULL DEFAULT 'event', facts TEXT NOT NULL DEFAULT '', parent INTEGER, merged_into INTEGER, units INTEGER NOT NULL DEFAULT 0, asked TEXT NOT NULL DEFAULT '', urged INTEGER NOT NULL DEFAULT 0, supervised INTEGER NOT NULL DEFAULT 0, voices INTEGER NOT NULL DEFAULT 1, card INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX case_case_card ON case_case (card, id) WHERE card <> 0;

CREATE INDEX case_case_closed ON case_case (closed_ms, id) WHERE closed_ms IS NOT NULL;

CREATE INDEX case_case_department ON case_case (holder_department) WHERE holder_department IS NOT NULL;

CREATE INDEX case_case_due ON case_case (due_ms, id) WHERE due_ms IS NOT NULL;

CREATE INDEX case_case_holder ON case_case (holder_account) WHERE holder_account IS NOT NULL;

CREATE INDEX case_case_merged ON case_case (merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX case_case_near ON case_case ((lat_e7 / 40000), (lon_e7 / 40000), id) WHERE NOT final;

CREATE INDEX case_case_open ON case_case (id, state, place, due_ms, card, holder_kind, holder_account, holder_department, opener, final) WHERE NOT final;

CREATE INDEX case_case_opener ON case_case (opener, place) WHERE opener IS NOT NULL;

CREATE INDEX case_case_parent ON case_case (parent) WHERE parent IS NOT NULL;

CREATE INDEX case_case_place ON case_case (place, id);

CREATE INDEX case_case_precedent ON case_case (category, id) WHERE archived;

CREATE INDEX case_case_state ON case_case (state, id);

-- How many cases of a grid have ended in which state. With case_ended_more: exactly.
CREATE TABLE case_ended (
  place TEXT NOT NULL, -- grid
  state TEXT NOT NULL, -- final state
  cases INTEGER NOT NULL,  -- how many
  PRIMARY KEY (place, state)
) STRICT;

-- What has ended, or was opened again, since the tally was last made up: rows are only added, so that nobody waits for another who ends
-- a case of the same grid. Made up by the sweep.
CREATE TABLE case_ended_more (
  id INTEGER PRIMARY KEY,               -- number
  place TEXT NOT NULL, -- grid
  state TEXT NOT NULL, -- final state
  cases INTEGER NOT NULL   -- 1 ended, -1 is there no more
) STRICT;

-- Somebody outside without an account handles a case by a link: once, and for some days.
-- The link's token is not stored: it is made of the link's id by the data key.
CREATE TABLE case_link (
  -- stands in the token
  id INTEGER PRIMARY KEY,
  -- the case that it leads to
  case_id INTEGER NOT NULL,
  -- step that issued it
  seq INTEGER NOT NULL,
  -- action that issued it, which says what may be done
  action TEXT NOT NULL,
  -- to whom it was given
  name TEXT NOT NULL,
  -- their telephone, sealed for case_link/CASE/SEQ/phone
  phone_sealed BLOB,
  -- when it was issued, Unix milliseconds
  issued_ms INTEGER NOT NULL,
  -- until when it can be used
  expires_ms INTEGER NOT NULL,
  -- when it was used
  used_ms INTEGER,
  -- when it was taken back
  withdrawn_ms INTEGER
) STRICT;

CREATE INDEX case_link_case ON case_link (case_id);

-- When something of a case falls due by itself: a card, or an action that the system takes. Derived from its log with every step;
-- a case for which nothing will happen has no row.
CREATE TABLE case_moment (
  case_id INTEGER PRIMARY KEY,   -- case
  next_ms INTEGER NOT NULL       -- the next moment
) STRICT;

CREATE INDEX case_moment_next ON case_moment (next_ms);

-- Photos of a case.
-- Voice notes and videos beside photos.
-- media type of the upload; absent: a photo (image/jpeg)
CREATE TABLE case_photo (
  -- whose photo
  case_id INTEGER NOT NULL,
  -- order within the case, from 1
  n INTEGER NOT NULL,
  -- the upload
  sha256 TEXT NOT NULL,
  -- PhotoKind
  kind INTEGER NOT NULL,
  -- step that brought it
  seq INTEGER NOT NULL,
  -- pixels
  width INTEGER NOT NULL,
  -- pixels
  height INTEGER NOT NULL, type TEXT,
  PRIMARY KEY (case_id, n),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) STRICT;

-- Colleagues who may read a case beyond their scope.
CREATE TABLE case_reader (
  -- the case
  case_id INTEGER NOT NULL,
  -- who may read
  account INTEGER NOT NULL,
  -- name then
  name TEXT NOT NULL,
  -- who allowed it
  by_account INTEGER NOT NULL,
  -- when, Unix milliseconds
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (case_id, account),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) STRICT;

CREATE INDEX case_reader_account ON case_reader (account, case_id);

-- Who reported a case: personal data, apart from everything else.
-- Name and telephone of a reporter sealed with the data key (core/vault). The plain columns stay for rows of before: the next start
-- seals those and empties them; phone_mac becomes the HMAC-SHA-256 under the data key.
-- the name, sealed for case_reporter/ID/name
-- the telephone, sealed for case_reporter/ID/phone
CREATE TABLE case_reporter (
  -- the case
  case_id INTEGER PRIMARY KEY,
  -- what the reporter wants to be called
  name TEXT,
  -- telephone, digits
  phone TEXT,
  -- keyed HMAC-SM3 of the telephone, by which it is looked up and compared
  phone_mac BLOB, name_sealed BLOB, phone_sealed BLOB,
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) STRICT;

CREATE INDEX case_reporter_phone ON case_reporter (phone_mac) WHERE phone_mac IS NOT NULL;

-- Machines and other platforms that report by themselves.
CREATE TABLE case_source (
  -- stands in its key
  id INTEGER PRIMARY KEY,
  -- what it is called
  name TEXT NOT NULL,
  -- by which way its cases come: CaseChannel
  channel INTEGER NOT NULL,
  -- places that it reports from: a code's beginning
  place TEXT NOT NULL,
  -- category of its cases when an alarm names none
  category TEXT NOT NULL,
  -- an alarm that comes back within so many minutes is the same
  again_minutes INTEGER NOT NULL,
  -- keyed hash of its key's secret part
  key_hash BLOB NOT NULL,
  -- when it was made, Unix milliseconds
  created_ms INTEGER NOT NULL,
  -- when it was shut off
  ended_ms INTEGER
) STRICT;

-- What happened to a case, one row an action, only ever added. Each row's hash covers the row before it.
-- data of the form that came with the step, JSON
-- department for which it was taken
-- another case: the part that was opened, the one merged or the main one
-- working days asked for or granted
CREATE TABLE case_step (
  -- order of all steps of all cases
  id INTEGER PRIMARY KEY,
  -- whose step
  case_id INTEGER NOT NULL,
  -- 1 is the report itself
  seq INTEGER NOT NULL,
  -- when, Unix milliseconds
  at_ms INTEGER NOT NULL,
  -- action of the flow; open for the first
  action TEXT NOT NULL,
  -- account; null: the public or the system
  actor INTEGER,
  -- name then
  actor_name TEXT,
  -- role by which the action was allowed: Role; 0 none
  actor_role INTEGER NOT NULL,
  -- department, when acting for one
  actor_department TEXT,
  -- state before; null for the first
  from_state TEXT,
  -- state after
  to_state TEXT NOT NULL,
  -- what was said
  note TEXT,
  -- reason chosen
  reason TEXT,
  -- person dispatched to
  target_account INTEGER,
  -- department dispatched to
  target_department TEXT,
  -- name of that person then
  target_name TEXT,
  -- Satisfaction, when rated
  satisfaction INTEGER,
  -- photos attached: kind:sha256, separated by blanks
  photos TEXT,
  -- of the first step: category, place, position
  detail TEXT,
  -- whose hands after it: FlowHolder
  holder_kind INTEGER NOT NULL,
  -- the person
  holder_account INTEGER,
  -- the department
  holder_department TEXT,
  -- name of that person then
  holder_name TEXT,
  -- how long those before had had it; null for the first
  held_ms INTEGER,
  -- hash of the step before; 32 zero bytes for the first
  previous BLOB NOT NULL,
  -- SM3 over all of the above but id
  hash BLOB NOT NULL, form TEXT, unit TEXT, ref INTEGER, days INTEGER,
  UNIQUE (case_id, seq),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) STRICT;

CREATE INDEX case_step_department ON case_step (target_department, case_id) WHERE target_department IS NOT NULL;

-- Who was told how it ended by somebody, for reporters who cannot look it up themselves.
CREATE TABLE case_told (
  -- the case that they reported
  case_id INTEGER NOT NULL,
  -- 1 the case's own reporter, else the voice
  n INTEGER NOT NULL,
  -- when, Unix milliseconds
  at_ms INTEGER NOT NULL,
  -- account that told them
  account INTEGER NOT NULL,
  -- its name then
  name TEXT NOT NULL,
  PRIMARY KEY (case_id, n, at_ms)
) STRICT;

-- Departments that handle a case together (协办单位). Who was called and is no longer asked for keeps the row, and may go on reading.
CREATE TABLE case_unit (
  -- the case
  case_id INTEGER NOT NULL,
  -- code of the department
  department TEXT NOT NULL,
  -- takes the lead
  lead INTEGER CHECK (lead IN (0, 1)) NOT NULL,
  -- when it was called, Unix milliseconds
  called_ms INTEGER NOT NULL,
  -- when it said that it is there
  arrived_ms INTEGER,
  -- when it said that its part is done
  done_ms INTEGER,
  -- how whoever called rated it: 1 satisfied, 2 fair, 3 dissatisfied
  satisfaction INTEGER,
  -- what was said about that
  rating_note TEXT,
  -- since when it is no longer one of those that handle it
  left_ms INTEGER,
  PRIMARY KEY (case_id, department),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) STRICT;

CREATE INDEX case_unit_department ON case_unit (department, case_id);

-- One matter, many voices: reports of the same thing follow one case, merged cases go on in it, and everybody is answered.
-- A further report of a case that was there already. The case's own reporter is number 1 and stands in case_reporter.
CREATE TABLE case_voice (
  -- the case that it tells of
  case_id INTEGER NOT NULL,
  -- counts from 2
  n INTEGER NOT NULL,
  -- when, Unix milliseconds
  at_ms INTEGER NOT NULL,
  -- how it came: CaseChannel
  channel INTEGER NOT NULL,
  -- account that took it down; absent: the resident did
  account INTEGER,
  -- their own words
  text TEXT,
  -- photos, voice notes, videos: ",sha256,sha256,"; empty: none
  photos TEXT NOT NULL,
  -- the name, sealed for case_voice/ID/N/name
  name_sealed BLOB,
  -- the telephone, sealed for case_voice/ID/N/phone
  phone_sealed BLOB,
  -- HMAC-SHA-256 of the telephone under the data key
  phone_mac BLOB,
  PRIMARY KEY (case_id, n)
) STRICT;

CREATE INDEX case_voice_phone ON case_voice (phone_mac) WHERE phone_mac IS NOT NULL;

-- The migrations this database has been given.
CREATE TABLE db_migration (
  name TEXT NOT NULL PRIMARY KEY, -- number and name of the file, 0001_db
  module TEXT NOT NULL,           -- the folder it comes from
  checksum TEXT NOT NULL,         -- SHA-256 of the file as it was applied
  applied_ms INTEGER NOT NULL         -- when, Unix milliseconds
) STRICT;

-- One row that the readiness check writes to.
CREATE TABLE db_ping (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), -- always 1
  at_ms INTEGER NOT NULL                          -- time of the last check, Unix milliseconds
) STRICT;

-- Macros of a centre: one action with reason, note and target, by a name. Sealed.
CREATE TABLE desk_macro (
  -- number of the row
  id INTEGER PRIMARY KEY,
  -- place code of the centre
  place TEXT NOT NULL,
  -- what it is called
  name TEXT NOT NULL,
  -- action of the flow
  action TEXT NOT NULL,
  -- reason of the action
  reason TEXT,
  -- note with placeholders
  note TEXT,
  -- target: department
  department TEXT,
  -- target: person
  account INTEGER,
  -- who changed it last
  by_account INTEGER NOT NULL,
  -- counts changes
  version INTEGER NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms INTEGER NOT NULL,
  UNIQUE (place, name)
) STRICT;

-- Reply templates of a centre. Sealed.
CREATE TABLE desk_template (
  -- number of the row
  id INTEGER PRIMARY KEY,
  -- place code of the centre
  place TEXT NOT NULL,
  -- what it is called
  name TEXT NOT NULL,
  -- text with placeholders
  text TEXT NOT NULL,
  -- who changed it last
  by_account INTEGER NOT NULL,
  -- counts changes
  version INTEGER NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms INTEGER NOT NULL,
  UNIQUE (place, name)
) STRICT;

-- Views of the queue that people keep. Sealed.
CREATE TABLE desk_view (
  -- number of the row
  id INTEGER PRIMARY KEY,
  -- whose
  account INTEGER NOT NULL,
  -- what it is called
  name TEXT NOT NULL,
  -- filters of the queue, JSON as in the contract's CaseQuery
  filters TEXT NOT NULL,
  -- shown to colleagues of the same home too
  shared INTEGER CHECK (shared IN (0, 1)) NOT NULL,
  -- place code, or d:department, of the owner's post when it was kept
  home TEXT NOT NULL,
  -- counts changes
  version INTEGER NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms INTEGER NOT NULL,
  UNIQUE (account, name)
) STRICT;

CREATE INDEX desk_view_home ON desk_view (home);

-- The order of a centre's rules as a whole: who changes it changes this row first, so that one order comes after the other.
CREATE TABLE dispatch_list (
  -- place code of the centre
  centre TEXT NOT NULL PRIMARY KEY,
  -- counts changes of the order
  version INTEGER NOT NULL
) STRICT;

-- Dispatch rules: which unit or member a case should go to, by category, place and time. One ordered list a centre. Sealed.
CREATE TABLE dispatch_rule (
  -- number of the rule
  id INTEGER PRIMARY KEY,
  -- place code of the centre whose list it is in
  centre TEXT NOT NULL,
  -- place in that list, from 1 without gaps; below 0 only while a list is put in another order
  position INTEGER NOT NULL,
  -- sub-item or class of the catalogue; null: any
  category TEXT,
  -- cases below this place; null: everywhere in the centre's area
  place TEXT,
  -- on which days: DispatchDays
  days INTEGER NOT NULL,
  -- days of the week, bit 0 Monday; 0 unless days is listed
  weekdays INTEGER NOT NULL,
  -- from this minute of the day; null: at any time
  from_minute INTEGER,
  -- to this minute; not after from_minute: on the next day
  to_minute INTEGER,
  -- department that should handle it
  department TEXT,
  -- or the person
  account INTEGER,
  -- in force from this day, days since 1970
  active_from INTEGER,
  -- in force to this day
  active_to INTEGER,
  -- why there is this rule
  note TEXT,
  -- who wrote it last
  by_account INTEGER,
  -- counts changes of the wording
  version INTEGER NOT NULL,
  -- when it was added, Unix milliseconds
  created_ms INTEGER NOT NULL,
  -- when it was last worded or moved
  changed_ms INTEGER NOT NULL,
  UNIQUE (centre, position)
) STRICT;

-- One matter, one rating (一事一评): what the dispatching centre says of how a case was handled. The reporter's own stands with the case. Sealed.
CREATE TABLE evaluate_case (
  -- the case
  case_id INTEGER PRIMARY KEY,
  -- who rated it last
  account INTEGER NOT NULL,
  -- name then
  name TEXT NOT NULL,
  -- Satisfaction
  satisfaction INTEGER NOT NULL,
  -- why
  note TEXT,
  -- when, Unix milliseconds
  at_ms INTEGER NOT NULL,
  -- counts changes
  version INTEGER NOT NULL
) STRICT;

-- Files of grids that were checked for a draft, and what was decided about them. Sealed.
-- A checked file that nobody wants any more is thrown away; that it was there stays in the row and its seal.
-- when, Unix milliseconds; null: it is there
CREATE TABLE mesh_check (
  -- number of the check
  id INTEGER PRIMARY KEY,
  -- for which draft
  draft_id INTEGER NOT NULL,
  -- name of the file
  name TEXT NOT NULL,
  -- SHA-256 of the file
  sha256 TEXT NOT NULL,
  -- MeshCrs that the user states
  crs INTEGER NOT NULL,
  -- tolerance in tenths of a millimetre
  tolerance INTEGER NOT NULL,
  -- attribute with the names; null: a usual one
  name_field TEXT,
  -- attribute with the codes; null: a usual one
  code_field TEXT,
  -- digest of the ground that the decisions are about
  ground TEXT NOT NULL,
  -- decisions, a JSON array
  decisions TEXT NOT NULL,
  -- rises with every change
  version INTEGER NOT NULL,
  -- who brought it
  created_by TEXT NOT NULL,
  -- when, Unix milliseconds
  created_ms INTEGER NOT NULL,
  -- when it was put into the draft; null: not yet
  accepted_ms INTEGER
, dropped_ms INTEGER) STRICT;

CREATE INDEX mesh_check_draft ON mesh_check (draft_id, id);

-- The files themselves, until their draft is published or dropped; what they are is told by the digest in mesh_check.
CREATE TABLE mesh_check_file (
  -- of which check
  check_id INTEGER NOT NULL PRIMARY KEY,
  -- the file as it came
  bytes BLOB NOT NULL
) STRICT;

-- Ground that went from one code to another with an edition. Sealed.
CREATE TABLE mesh_descent (
  -- with which edition
  edition INTEGER NOT NULL,
  -- code before
  from_code TEXT NOT NULL,
  -- code after
  to_code TEXT NOT NULL,
  -- MeshDescentKind: 1 split, 2 merge, 3 moved
  kind INTEGER NOT NULL,
  -- share of the ground of from_code × 10,000
  share INTEGER NOT NULL,
  -- area in square metres
  area_m2 INTEGER NOT NULL,
  PRIMARY KEY (edition, from_code, to_code)
) STRICT;

CREATE INDEX mesh_descent_from ON mesh_descent (from_code);

CREATE INDEX mesh_descent_to ON mesh_descent (to_code);

-- Drafts of other borders: an edition and a list of edits. Sealed.
CREATE TABLE mesh_draft (
  -- number of the draft
  id INTEGER PRIMARY KEY,
  -- what it is called
  name TEXT NOT NULL,
  -- the edition it is based on: territory_edition
  base INTEGER NOT NULL,
  -- MeshDraftState: 1 open, 2 published, 3 dropped
  state INTEGER NOT NULL,
  -- rises with every change
  version INTEGER NOT NULL,
  -- how many of its edits are in force
  position INTEGER NOT NULL,
  -- how many there are; those beyond position are undone
  length INTEGER NOT NULL,
  -- who began it
  created_by TEXT NOT NULL,
  -- when, Unix milliseconds
  created_ms INTEGER NOT NULL,
  -- who changed it last
  changed_by TEXT NOT NULL,
  -- when
  changed_ms INTEGER NOT NULL,
  -- the edition it became
  edition INTEGER
) STRICT;

-- Edits of drafts, in order. Those that were undone and then followed by others are kept, no longer live. Sealed.
CREATE TABLE mesh_edit (
  -- number of the edit over all drafts
  id INTEGER PRIMARY KEY,
  -- of which draft
  draft_id INTEGER NOT NULL,
  -- from 1, in order
  seq INTEGER NOT NULL,
  -- what is done, as JSON with ids and coordinates × 10⁷
  op TEXT NOT NULL,
  -- ids of the faces that it changed, a JSON array
  touched TEXT NOT NULL,
  -- version of the draft that it made, or that undid it or did it again: the last of these
  version INTEGER NOT NULL,
  -- part of the list
  live INTEGER CHECK (live IN (0, 1)) NOT NULL,
  -- whose edit
  by_name TEXT NOT NULL,
  -- account
  by_account INTEGER,
  -- when, Unix milliseconds
  at_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX mesh_edit_live ON mesh_edit (draft_id, seq) WHERE live;

-- Proposals as they were seen, the latest of each open draft, so that what is accepted is what was seen. Not sealed: none of them is in force before
-- it is an edit of the draft, which is.
CREATE TABLE mesh_proposal (
  -- for which draft
  draft_id INTEGER NOT NULL,
  -- of what was seen: result, roads, rivers and compounds
  digest TEXT NOT NULL,
  -- version of the draft that it was made for
  version INTEGER NOT NULL,
  -- which community
  community TEXT NOT NULL,
  -- how many grids
  grids INTEGER NOT NULL,
  -- what is to be done to the draft, as geo/redraw.h writes it
  parts TEXT NOT NULL,
  -- when it was last asked for, Unix milliseconds
  asked_ms INTEGER NOT NULL,
  PRIMARY KEY (draft_id, digest)
) STRICT;

-- Editions that came from drafts, and how far what moves with them has moved. Sealed.
CREATE TABLE mesh_publication (
  -- of which edition: territory_edition
  edition INTEGER NOT NULL PRIMARY KEY,
  -- the draft
  draft_id INTEGER NOT NULL,
  -- valid from, Unix milliseconds
  valid_from_ms INTEGER NOT NULL,
  -- codes of the grids whose ground changed, a JSON array
  codes TEXT NOT NULL,
  -- 1 waits for its day, 2 posts, 3 houses, 4 cases are being moved, 5 all is done, 6 withdrawn
  phase INTEGER NOT NULL,
  -- the last one of the phase that was looked at
  cursor INTEGER NOT NULL,
  -- rises with every change
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX mesh_publication_due ON mesh_publication (valid_from_ms) WHERE phase < 5;

-- Who or what got another grid on the day of an edition. Sealed.
CREATE TABLE mesh_transfer (
  -- number over all
  id INTEGER PRIMARY KEY,
  -- with which edition
  edition INTEGER NOT NULL,
  -- MeshSubject: 1 post, 2 house, 3 case
  subject INTEGER NOT NULL,
  -- number of the post (the one that ended), house or case
  subject_id INTEGER NOT NULL,
  -- how people call it
  label TEXT NOT NULL,
  -- grid before
  from_code TEXT NOT NULL,
  -- grid after; null: no grid holds it, it stayed
  to_code TEXT,
  -- from when it counts, Unix milliseconds
  at_ms INTEGER NOT NULL,
  UNIQUE (edition, subject, subject_id)
) STRICT;

CREATE INDEX mesh_transfer_subject ON mesh_transfer (subject, subject_id, at_ms);

-- Reports made without an account: the receipt code that leads to a case.
-- Receipts of those who joined a matter that somebody else had reported. The column comes at the end of the row: older seals keep verifying.
-- which voice of the case; absent: who reported it first
CREATE TABLE portal_report (
  -- receipt code XXXXX-XXXXX, 50 random bits
  code TEXT NOT NULL PRIMARY KEY,
  -- the case that the report became
  case_id INTEGER NOT NULL,
  -- keyed hash of the reporter's phone number; empty when none was given
  phone_hash TEXT NOT NULL,
  -- when, Unix milliseconds
  created_ms INTEGER NOT NULL
, voice INTEGER) STRICT;

CREATE INDEX portal_report_case ON portal_report (case_id);

-- Drafts of the county's overlay of the profile, and their publications. What is in force is in setting_file.
CREATE TABLE profile_draft (
  -- number
  id INTEGER PRIMARY KEY,
  -- what it is called
  name TEXT NOT NULL,
  -- DraftState: 1 open, 2 scheduled, 3 active, 4 held, 5 dropped
  state INTEGER NOT NULL,
  -- rises with every change
  version INTEGER NOT NULL,
  -- who began it, and when (Unix milliseconds)
  created_by TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  -- who changed it last, and when
  changed_by TEXT NOT NULL,
  changed_ms INTEGER NOT NULL,
  -- the version that passed the check, and a digest of the editions that it passed with
  checked_version INTEGER,
  checked_base TEXT,
  -- from when it is to be in force
  active_from_ms INTEGER,
  -- are open cases moved to the new editions?
  move_open INTEGER CHECK (move_open IN (0, 1)) NOT NULL,
  -- who published it, and when
  published_by TEXT,
  published_ms INTEGER,
  -- when it came into force
  activated_ms INTEGER,
  -- open cases up to this id have been moved or left; absent: nothing is to be moved any more
  moved_to INTEGER,
  -- how many were moved, how many could not be
  moved INTEGER NOT NULL,
  stayed INTEGER NOT NULL,
  -- why it could not come into force: Chinese, then English after a line break
  held TEXT
) STRICT;

CREATE INDEX profile_draft_state ON profile_draft (state, id);

-- The files that a draft changes, as whole texts.
CREATE TABLE profile_file (
  -- of which draft
  draft_id INTEGER NOT NULL REFERENCES profile_draft (id),
  -- catalogue, departments, limits, flow, form
  kind TEXT NOT NULL,
  -- six-step; as the kind for the files that are there once
  name TEXT NOT NULL,
  -- the edition it was made from; 0: a new file
  base_edition INTEGER NOT NULL,
  -- the whole text; empty when removed
  content TEXT NOT NULL,
  -- takes the file out of use
  removed INTEGER CHECK (removed IN (0, 1)) NOT NULL,
  PRIMARY KEY (draft_id, kind, name)
) STRICT;

-- Buildings with their standard address. Sealed.
CREATE TABLE registry_building (
  -- number of the row
  id INTEGER PRIMARY KEY,
  -- 15 digits of the grid and 4 of a sequence in it; stays when borders move
  code TEXT NOT NULL UNIQUE,
  -- the grid that holds the position today
  grid TEXT NOT NULL,
  -- standard address as people read it
  address TEXT NOT NULL,
  -- the address folded for comparison: width, case, blanks, 幢/栋/号楼, Chinese numerals
  address_fold TEXT NOT NULL UNIQUE,
  -- short name on the map
  name TEXT NOT NULL,
  -- longitude × 10⁷, CGCS2000
  lon_e7 INTEGER NOT NULL,
  -- latitude × 10⁷
  lat_e7 INTEGER NOT NULL,
  -- entrances, numbered from 1
  units INTEGER NOT NULL CHECK (units BETWEEN 1 AND 50),
  -- storeys
  floors INTEGER NOT NULL CHECK (floors BETWEEN 1 AND 150),
  -- households
  households INTEGER NOT NULL CHECK (households BETWEEN 0 AND 5000),
  -- outline as packed ring; made from the particulars while none is surveyed
  footprint BLOB NOT NULL,
  -- counts changes
  version INTEGER NOT NULL,
  -- when it was added, Unix milliseconds
  created_ms INTEGER NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX registry_building_at ON registry_building (lat_e7, lon_e7);

CREATE INDEX registry_building_grid ON registry_building (grid, code);

-- The last sequence number given out in each grid: numbers are never used again.
CREATE TABLE registry_sequence (
  -- code of the grid
  grid TEXT NOT NULL PRIMARY KEY,
  -- the last number
  last INTEGER NOT NULL CHECK (last BETWEEN 1 AND 9999)
) STRICT;

-- Files of the profile and other settings. Editions are only ever added: what was decided by an old one can be looked up.
CREATE TABLE setting_file (
  -- what it is: profile, flow, catalogue, departments, calendar
  kind TEXT NOT NULL,
  -- which one of that kind: six-step, CN
  name TEXT NOT NULL,
  -- from 1, rising
  edition INTEGER NOT NULL,
  -- the whole file
  content TEXT NOT NULL,
  -- when it was stored, Unix milliseconds
  added_ms INTEGER NOT NULL,
  -- SM3 of the content, hexadecimal, to compare installations
  digest TEXT NOT NULL,
  PRIMARY KEY (kind, name, edition)
)STRICT;

-- Editions of the mesh: the borders of all grids from a moment on, until the next edition. Only ever added; one that is not yet valid may be
-- withdrawn. Sealed.
CREATE TABLE territory_edition (
  -- from 1, rising
  number INTEGER NOT NULL PRIMARY KEY,
  -- the edition it was made from; null: the first
  base INTEGER,
  -- valid from, Unix milliseconds: the beginning of a day; 0 since before the records
  valid_from_ms INTEGER NOT NULL,
  -- SM3 of the mesh, hexadecimal
  digest TEXT NOT NULL,
  -- nodes, edges and faces as one blob (mesh_pack)
  mesh BLOB NOT NULL,
  -- number of faces
  faces INTEGER NOT NULL,
  -- number of grids; a grid may be several faces
  grids INTEGER NOT NULL,
  -- what changed, in words
  note TEXT,
  -- name of who published it
  published_by TEXT NOT NULL,
  -- their account; null: the system
  published_account INTEGER,
  -- when it was published, Unix milliseconds
  published_ms INTEGER NOT NULL,
  -- name of who withdrew it before it was valid; null: it stands
  withdrawn_by TEXT,
  -- when it was withdrawn
  withdrawn_ms INTEGER
) STRICT;

CREATE INDEX territory_edition_valid ON territory_edition (valid_from_ms, number) WHERE withdrawn_ms IS NULL;

-- Places: one row per code and time of validity. A renamed place ends and begins anew; nothing is deleted. Sealed.
CREATE TABLE territory_place (
  -- number of the row
  id INTEGER PRIMARY KEY,
  -- 2, 4, 6, 9, 12 or 15 digits; what it lies in is its shorter prefix
  code TEXT NOT NULL,
  -- official name
  name TEXT NOT NULL,
  -- 1 province, 2 city, 3 county, 4 township or street, 5 community or village, 6 grid
  kind INTEGER NOT NULL,
  -- of a grid: 1 community, 2 rural, 3 resident unit
  grid_kind INTEGER,
  -- local name of the level, when it differs from the profile's
  level_name TEXT,
  -- households, as far as known
  households INTEGER,
  -- valid from, Unix milliseconds; 0 since before the records
  since_ms INTEGER NOT NULL,
  -- valid until, Unix milliseconds; null today
  until_ms INTEGER
) STRICT;

CREATE INDEX territory_place_begin ON territory_place (since_ms) WHERE since_ms > 0;

CREATE INDEX territory_place_code ON territory_place (code, since_ms);

CREATE INDEX territory_place_end ON territory_place (until_ms) WHERE until_ms IS NOT NULL;

CREATE UNIQUE INDEX territory_place_now ON territory_place (code) WHERE until_ms IS NULL;

-- Points of interest on the map: community offices, the township's centre. Sealed.
CREATE TABLE territory_point (
  -- number of the point
  id INTEGER PRIMARY KEY,
  -- what it is: office, station
  kind TEXT NOT NULL,
  -- name on the map
  name TEXT NOT NULL,
  -- code of the place that it serves
  place TEXT NOT NULL,
  -- longitude × 10⁷, CGCS2000
  lon_e7 INTEGER NOT NULL,
  -- latitude × 10⁷
  lat_e7 INTEGER NOT NULL,
  UNIQUE (place, kind, name)
) STRICT;

-- Outlines of grids; those of higher places follow from them. Sealed.
CREATE TABLE territory_shape (
  -- number of the row
  id INTEGER PRIMARY KEY,
  -- code of the grid
  code TEXT NOT NULL,
  -- the ring: count and zigzag varints of differences in 10⁻⁷ degree, CGCS2000, counter-clockwise
  ring BLOB NOT NULL,
  -- area on the ellipsoid
  area_m2 INTEGER NOT NULL,
  -- valid from, Unix milliseconds
  since_ms INTEGER NOT NULL,
  -- valid until, Unix milliseconds; null today
  until_ms INTEGER
) STRICT;

CREATE UNIQUE INDEX territory_shape_now ON territory_shape (code) WHERE until_ms IS NULL;

-- For figures: what other modules may know of a case.
CREATE VIEW v_case_case AS
SELECT id, flow, category, class, place, channel, state, disposed, archived, final, holder_kind, holder_account,
       holder_department, target_department, due_ms, overran, created_ms, closed_ms, reopened, returned, satisfaction
FROM case_case;

-- What a score of people and grids is made of: how cases went, and who took which step. No words, no reporter.
CREATE VIEW v_case_judged AS
SELECT id, flow, place, channel, target_department, created_ms, overran, reopened,
       CASE WHEN target_account IS NOT NULL OR target_department IS NOT NULL THEN 1 ELSE 0 END AS dispatched
FROM case_case;

-- How many open cases are in a person's own hands.
CREATE VIEW v_case_open_by_account AS
SELECT holder_account AS account, count(*) AS open_cases
FROM case_case WHERE holder_account IS NOT NULL AND NOT final GROUP BY holder_account;

CREATE VIEW v_case_step AS
SELECT case_id, seq, actor, actor_role, from_state, to_state FROM case_step;

-- For learning: the words of cases that were handled to their end, and what they were filed as. No reporter, no place.
CREATE VIEW v_case_taught AS
SELECT id, category, text, closed_ms FROM case_case WHERE closed_ms IS NOT NULL AND disposed;

-- For other modules: where things were before a moment.
CREATE VIEW v_mesh_transfer AS
SELECT edition, subject, subject_id, from_code, to_code, at_ms FROM mesh_transfer;

-- For other modules.
CREATE VIEW v_registry_building AS
SELECT id, code, grid, address, address_fold, name, lon_e7, lat_e7, units, floors, households FROM registry_building;

-- For other modules: the places of today.
CREATE VIEW v_territory_place AS
SELECT code, name, kind, grid_kind, households FROM territory_place WHERE until_ms IS NULL;

-- For other modules: accounts without anything that belongs to signing in.
CREATE VIEW v_who_account AS
SELECT id, name, phone, duty_hours, disabled FROM who_account;

-- For other modules: posts, held and ended, with what colleagues may know of the holder.
CREATE VIEW v_who_post AS
SELECT p.id, p.account_id, p.role, p.place, p.department, p.since_ms, p.until_ms, a.name, a.phone, a.duty_hours
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE NOT a.disabled;

-- For other modules: which places an account covers, as a range of codes.
CREATE VIEW v_who_scope AS
SELECT p.account_id, p.place AS lo, p.place || ':' AS hi
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.until_ms IS NULL AND p.place <> '' AND NOT a.disabled;

-- People who can sign in. Sealed by the chained log.
CREATE TABLE who_account (
  id INTEGER PRIMARY KEY,                            -- number of the account
  login TEXT NOT NULL UNIQUE,       -- what they type, lower case
  name TEXT NOT NULL,               -- their own name
  phone TEXT,                       -- duty phone, digits
  duty_hours TEXT,                  -- when they are on duty, for people to read
  disabled INTEGER CHECK (disabled IN (0, 1)) NOT NULL, -- may not sign in any more
  created_ms INTEGER NOT NULL,          -- when it was made, Unix milliseconds
  version INTEGER NOT NULL              -- counts changes of the account and of its posts
) STRICT;

-- Wrong passwords by login, of unknown logins too: whether an account exists cannot be told from how it locks.
CREATE TABLE who_guard (
  login_hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the login; people type passwords there by mistake
  failures INTEGER NOT NULL,                -- wrong passwords in a row
  failed_ms INTEGER NOT NULL,               -- the last one, Unix milliseconds
  locked_until_ms INTEGER NOT NULL          -- locked until then; 0 not locked
) STRICT;

-- A role on a place, in a department, or for the whole installation. Never deleted, only ended. Sealed.
CREATE TABLE who_post (
  id INTEGER PRIMARY KEY,                     -- number of the post
  account_id INTEGER NOT NULL REFERENCES who_account (id), -- who holds it
  role TEXT NOT NULL,        -- name of a role of the contract
  place TEXT NOT NULL,       -- everything below this place code; empty for departments and administrators
  department TEXT NOT NULL,  -- department code; empty for the others
  since_ms INTEGER NOT NULL,     -- from when, Unix milliseconds
  until_ms INTEGER               -- ended when; null while held
) STRICT;

CREATE INDEX who_post_account ON who_post (account_id);

CREATE INDEX who_post_department ON who_post (department) WHERE until_ms IS NULL;

CREATE UNIQUE INDEX who_post_held ON who_post (account_id, role, place, department) WHERE until_ms IS NULL;

CREATE INDEX who_post_place ON who_post (place, role) WHERE until_ms IS NULL;

-- Passwords, the newest of an account is the one that counts; five are kept so that none of them is taken again. Sealed.
CREATE TABLE who_secret (
  id INTEGER PRIMARY KEY,                                  -- number; rises within an account
  account_id INTEGER NOT NULL REFERENCES who_account (id), -- whose
  hash TEXT NOT NULL,                     -- Argon2id, encoded with its parameters and salt
  since_ms INTEGER NOT NULL,                  -- set when, Unix milliseconds; it expires
  must_change INTEGER CHECK (must_change IN (0, 1)) NOT NULL, -- set by somebody else: to be changed at the next sign-in
  shared INTEGER CHECK (shared IN (0, 1)) NOT NULL            -- a demonstration's password that many accounts have
) STRICT;

CREATE INDEX who_secret_account ON who_secret (account_id, id);

-- Sign-ins. Only the SHA-256 of a token is stored. Rows are kept for a while after their end.
CREATE TABLE who_session (
  id INTEGER PRIMARY KEY,                             -- number of the session
  token_hash BLOB NOT NULL UNIQUE,   -- SHA-256 of the token
  account_id INTEGER NOT NULL REFERENCES who_account (id), -- whose
  opened_ms INTEGER NOT NULL,            -- signed in when, Unix milliseconds
  seen_ms INTEGER NOT NULL,              -- last used, to the minute
  idle_ms INTEGER NOT NULL,              -- ends when not used for so long
  ends_ms INTEGER NOT NULL,              -- ends then in any case
  ended_ms INTEGER,                      -- signed out or closed when
  address TEXT                       -- client address at sign-in
) STRICT;

CREATE INDEX who_session_account ON who_session (account_id);

