-- Units that handle a case together, and cases that are parts of another.

-- row CaseUnitRow: case_id int, department text, lead bool, called_ms int, arrived_ms int?, done_ms int?, satisfaction int?,
--   rating_note text?, left_ms int?

-- query case_unit_put(case_id int, department text, lead bool, called_ms int, arrived_ms int?, done_ms int?, satisfaction int?,
--   rating_note text?, left_ms int?) -> one CaseUnitRow
INSERT INTO case_unit (case_id, department, lead, called_ms, arrived_ms, done_ms, satisfaction, rating_note, left_ms)
VALUES (:case_id, :department, :lead, :called_ms, :arrived_ms, :done_ms, :satisfaction, :rating_note, :left_ms)
ON CONFLICT (case_id, department) DO UPDATE SET lead = excluded.lead, called_ms = excluded.called_ms, arrived_ms = excluded.arrived_ms,
  done_ms = excluded.done_ms, satisfaction = excluded.satisfaction, rating_note = excluded.rating_note, left_ms = excluded.left_ms
RETURNING {CaseUnitRow};

-- The lead first, then as they were called.
-- query case_units(case_id int) -> many CaseUnitRow
SELECT {CaseUnitRow} FROM case_unit WHERE case_id = :case_id
ORDER BY CASE WHEN lead THEN 0 ELSE 1 END, called_ms, department;

-- query case_unit_all() -> each CaseUnitRow
SELECT {CaseUnitRow} FROM case_unit ORDER BY case_id, department;

-- What is open comes first, and of that what is due first.
-- query case_parts(parent int, limit int) -> many CaseRow
SELECT {c.CaseRow} FROM case_case c WHERE c.parent = :parent
ORDER BY CASE WHEN c.final THEN 1 ELSE 0 END, coalesce(c.due_ms, 9223372036854775807), c.id LIMIT :limit;

-- row CasePartCount: place text, parts int, closed int, late int
-- query case_part_counts(parent int, now int) -> many CasePartCount
SELECT c.place, count(*) AS parts, CAST(sum(CASE WHEN c.final THEN 1 ELSE 0 END) AS BIGINT) AS closed,
       CAST(sum(CASE WHEN NOT c.final AND c.due_ms < :now THEN 1 ELSE 0 END) AS BIGINT) AS late
FROM case_case c WHERE c.parent = :parent
GROUP BY c.place ORDER BY c.place;
