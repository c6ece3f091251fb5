-- Queues of a city after years: what is open is few, what has ended is many. The open ones have an index that holds all that views and their
-- numbers ask for; of those that have ended a tally is kept, so that no page counts them.

-- How many cases of a grid have ended in which state. With case_ended_more: exactly.
CREATE TABLE case_ended (
  place @TEXT@ NOT NULL, -- grid
  state @TEXT@ NOT NULL, -- final state
  cases @INT@ NOT NULL,  -- how many
  PRIMARY KEY (place, state)
) @STRICT@;

-- What has ended, or was opened again, since the tally was last made up: rows are only added, so that nobody waits for another who ends
-- a case of the same grid. Made up by the sweep.
CREATE TABLE case_ended_more (
  id @ID@,               -- number
  place @TEXT@ NOT NULL, -- grid
  state @TEXT@ NOT NULL, -- final state
  cases @INT@ NOT NULL   -- 1 ended, -1 is there no more
) @STRICT@;

INSERT INTO case_ended (place, state, cases) SELECT place, state, count(*) FROM case_case WHERE final GROUP BY place, state;

-- All open ones in the order of their ids, with what decides on a view.
CREATE INDEX case_case_open ON case_case (id, state, place, due_ms, card, holder_kind, holder_account, holder_department, opener, final) WHERE NOT final;
-- By due time a page at a time.
DROP INDEX case_case_due;
CREATE INDEX case_case_due ON case_case (due_ms, id) WHERE due_ms IS NOT NULL;
-- One's own reports, told from those of one's places without reading them.
DROP INDEX case_case_opener;
CREATE INDEX case_case_opener ON case_case (opener, place) WHERE opener IS NOT NULL;
