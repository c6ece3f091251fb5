-- Reports made without an account: the receipt code that leads to a case.
CREATE TABLE portal_report (
  -- receipt code XXXXX-XXXXX, 50 random bits
  code @TEXT@ NOT NULL PRIMARY KEY,
  -- the case that the report became
  case_id @INT@ NOT NULL,
  -- keyed hash of the reporter's phone number; empty when none was given
  phone_hash @TEXT@ NOT NULL,
  -- when, Unix milliseconds
  created_ms @INT@ NOT NULL
) @STRICT@;
CREATE INDEX portal_report_case ON portal_report (case_id);
