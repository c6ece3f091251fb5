-- Machines and other platforms that report by themselves.
CREATE TABLE case_source (
  -- stands in its key
  id @ID@,
  -- what it is called
  name @TEXT@ NOT NULL,
  -- by which way its cases come: CaseChannel
  channel @INT@ NOT NULL,
  -- places that it reports from: a code's beginning
  place @TEXT@ NOT NULL,
  -- category of its cases when an alarm names none
  category @TEXT@ NOT NULL,
  -- an alarm that comes back within so many minutes is the same
  again_minutes @INT@ NOT NULL,
  -- keyed hash of its key's secret part
  key_hash @BLOB@ NOT NULL,
  -- when it was made, Unix milliseconds
  created_ms @INT@ NOT NULL,
  -- when it was shut off
  ended_ms @INT@
) @STRICT@;

-- What a machine has said, by its own key. Not sealed: the count changes with every message; the case that it opened is.
CREATE TABLE case_alarm (
  -- number
  id @ID@,
  -- the machine
  source @INT@ NOT NULL,
  -- its name for what is the matter
  alarm_key @TEXT@ NOT NULL,
  -- the case it opened; absent only while that is being opened
  case_id @INT@,
  -- messages so far
  hits @INT@ NOT NULL,
  -- of the first and last, Unix milliseconds
  first_ms @INT@ NOT NULL,
  last_ms @INT@ NOT NULL,
  -- when it was said to be over, unless it came back
  cleared_ms @INT@,
  -- the newest of its key
  present @BOOL(present)@ NOT NULL
) @STRICT@;
CREATE UNIQUE INDEX case_alarm_key ON case_alarm (source, alarm_key) WHERE present;
CREATE INDEX case_alarm_case ON case_alarm (case_id);
