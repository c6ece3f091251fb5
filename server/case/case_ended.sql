-- The tally of cases that have ended: by grid and state, and what came since it was made up.

-- query case_ended_note(place text, state text, cases int) -> exec
INSERT INTO case_ended_more (place, state, cases) VALUES (:place, :state, :cases);

-- row CaseEndedCount: state text, cases int
-- query case_ended_counts(lo text, hi text, posts text?, under text?) -> many CaseEndedCount
SELECT c.state, CAST(sum(c.cases) AS BIGINT) AS cases
FROM (SELECT e.place, e.state, e.cases FROM case_ended e UNION ALL SELECT m.place, m.state, m.cases FROM case_ended_more m) c
WHERE c.place >= :lo AND c.place < :hi [[ AND ({place_in(:posts, c.place)}) ]]
  [[ AND c.place >= :under AND c.place < CAST(:under AS TEXT) || ':' ]]
GROUP BY c.state;

-- Those that one sees although they lie outside one's places; whole: these are all between lo and hi. From
-- those few, not from the index of places (coalesce).
-- query case_ended_elsewhere({case_scope_params}, whole bool, under text?) -> many CaseEndedCount
SELECT c.state, count(*) AS cases
FROM case_case c
WHERE c.final AND NOT (c.place >= :lo AND c.place < :hi [[ AND ({place_in(:posts, c.place)}) ]])
  [[ AND coalesce(c.place, '') >= :under AND coalesce(c.place, '') < CAST(:under AS TEXT) || ':' ]]
  AND c.id IN (
    SELECT o.id FROM case_case o WHERE o.opener = :me AND o.place < :lo
    UNION ALL SELECT o.id FROM case_case o WHERE o.opener = :me AND o.place >= :hi
    UNION ALL SELECT o.id FROM case_case o WHERE NOT CAST(:whole AS BOOLEAN) AND o.opener = :me AND o.place >= :lo AND o.place < :hi
    UNION ALL SELECT h.id FROM case_case h WHERE h.holder_account = :me
    UNION ALL SELECT r.case_id FROM case_reader r WHERE r.account = :me
    UNION ALL SELECT s.case_id FROM case_step s WHERE s.target_department IN
      (SELECT d.department FROM v_who_post d WHERE d.account_id = :me AND d.until_ms IS NULL AND {code_in(:departments, d.department)})
    UNION ALL SELECT u.case_id FROM case_unit u WHERE u.department IN
      (SELECT d.department FROM v_who_post d WHERE d.account_id = :me AND d.until_ms IS NULL AND {code_in(:departments, d.department)}))
GROUP BY c.state;

-- Has anything ended in that state?
-- query case_ended_in(state text) -> one CaseTotal
SELECT count(*) AS cases FROM (SELECT e.place FROM case_ended e WHERE e.state = :state AND e.cases > 0
  UNION ALL SELECT m.place FROM case_ended_more m WHERE m.state = :state LIMIT 1) c;

-- How many wait to be added to the tally, at most so many.
-- query case_ended_waiting(limit int) -> one CaseTotal
SELECT count(*) AS cases FROM (SELECT 1 AS one FROM case_ended_more LIMIT :limit) m;

-- Both statements see the same moment: what comes meanwhile waits for the next time.
-- query case_ended_add() -> exec
INSERT INTO case_ended (place, state, cases)
SELECT place, state, sum(cases) FROM case_ended_more WHERE TRUE GROUP BY place, state
ON CONFLICT (place, state) DO UPDATE SET cases = case_ended.cases + excluded.cases;

-- query case_ended_added() -> exec
DELETE FROM case_ended_more;

-- row CaseEndedOff: place text, state text, counted int, told int
-- Where tally and cases differ.
-- query case_ended_off(limit int) -> many CaseEndedOff
SELECT c.place, c.state, CAST(sum(c.counted) AS BIGINT) AS counted, CAST(sum(c.told) AS BIGINT) AS told
FROM (SELECT place, state, count(*) AS counted, 0 AS told FROM case_case WHERE final GROUP BY place, state
  UNION ALL SELECT place, state, 0, cases FROM case_ended
  UNION ALL SELECT place, state, 0, cases FROM case_ended_more) c
GROUP BY c.place, c.state HAVING sum(c.counted) <> sum(c.told) ORDER BY c.place, c.state LIMIT :limit;
