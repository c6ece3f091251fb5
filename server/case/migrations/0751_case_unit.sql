-- Departments that handle a case together (协办单位). Who was called and is no longer asked for keeps the row, and may go on reading.
CREATE TABLE case_unit (
  -- the case
  case_id @INT@ NOT NULL,
  -- code of the department
  department @TEXT@ NOT NULL,
  -- takes the lead
  lead @BOOL(lead)@ NOT NULL,
  -- when it was called, Unix milliseconds
  called_ms @INT@ NOT NULL,
  -- when it said that it is there
  arrived_ms @INT@,
  -- when it said that its part is done
  done_ms @INT@,
  -- how whoever called rated it: 1 satisfied, 2 fair, 3 dissatisfied
  satisfaction @INT@,
  -- what was said about that
  rating_note @TEXT@,
  -- since when it is no longer one of those that handle it
  left_ms @INT@,
  PRIMARY KEY (case_id, department),
  FOREIGN KEY (case_id) REFERENCES case_case (id)
) @STRICT@;
-- What a department was ever called to.
CREATE INDEX case_unit_department ON case_unit (department, case_id);
