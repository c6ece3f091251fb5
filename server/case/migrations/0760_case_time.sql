-- Time that acts: cards that fell, and when a case has to be looked at again.

-- A card of 1-3-5 that fell. What is to fall follows from log, calendar and rule; this keeps what people were told, once each.
CREATE TABLE case_card (
  case_id @INT@ NOT NULL,      -- case
  kind @INT@ NOT NULL,         -- 0 the check was missed, 1 yellow, 2 red
  moment_ms @INT@ NOT NULL,    -- when it was due
  noticed_ms @INT@ NOT NULL,   -- when it was seen to be due and told
  days @INT@ NOT NULL,         -- working days that the rule allowed, without extensions
  complex @BOOL(complex)@ NOT NULL, -- by the rule for complex cases
  withdrawn_ms @INT@,          -- taken back when
  withdrawn_by @INT@,          -- number of the step that took it back; null: another calendar or rule did
  withdrawn_why @TEXT@,        -- extended, class or recomputed
  PRIMARY KEY (case_id, kind, moment_ms),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) @STRICT@;

-- When something of a case falls due by itself: a card, or an action that the system takes. Derived from its log with every step;
-- a case for which nothing will happen has no row.
CREATE TABLE case_moment (
  case_id @INT@ PRIMARY KEY,   -- case
  next_ms @INT@ NOT NULL       -- the next moment
) @STRICT@;
CREATE INDEX case_moment_next ON case_moment (next_ms);
