-- One matter, one rating (一事一评): what the dispatching centre says of how a case was handled. The reporter's own stands with the case. Sealed.
CREATE TABLE evaluate_case (
  -- the case
  case_id @INT@ PRIMARY KEY,
  -- who rated it last
  account @INT@ NOT NULL,
  -- name then
  name @TEXT@ NOT NULL,
  -- Satisfaction
  satisfaction @INT@ NOT NULL,
  -- why
  note @TEXT@,
  -- when, Unix milliseconds
  at_ms @INT@ NOT NULL,
  -- counts changes
  version @INT@ NOT NULL
) @STRICT@;
