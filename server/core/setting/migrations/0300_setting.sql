-- Files of the profile and other settings. Editions are only ever added: what was decided by an old one can be looked up.
CREATE TABLE setting_file (
  -- what it is: profile, flow, catalogue, departments, calendar
  kind @TEXT@ NOT NULL,
  -- which one of that kind: six-step, CN
  name @TEXT@ NOT NULL,
  -- from 1, rising
  edition @INT@ NOT NULL,
  -- the whole file
  content @TEXT@ NOT NULL,
  -- when it was stored, Unix milliseconds
  added_ms @INT@ NOT NULL,
  -- SM3 of the content, hexadecimal, to compare installations
  digest @TEXT@ NOT NULL,
  PRIMARY KEY (kind, name, edition)
)@STRICT@;
