-- Somebody outside without an account handles a case by a link: once, and for some days.
-- The link's token is not stored: it is made of the link's id by the data key.
CREATE TABLE case_link (
  -- stands in the token
  id @ID@,
  -- the case that it leads to
  case_id @INT@ NOT NULL,
  -- step that issued it
  seq @INT@ NOT NULL,
  -- action that issued it, which says what may be done
  action @TEXT@ NOT NULL,
  -- to whom it was given
  name @TEXT@ NOT NULL,
  -- their telephone, sealed for case_link/CASE/SEQ/phone
  phone_sealed @BLOB@,
  -- when it was issued, Unix milliseconds
  issued_ms @INT@ NOT NULL,
  -- until when it can be used
  expires_ms @INT@ NOT NULL,
  -- when it was used
  used_ms @INT@,
  -- when it was taken back
  withdrawn_ms @INT@
) @STRICT@;
CREATE INDEX case_link_case ON case_link (case_id);
