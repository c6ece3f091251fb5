-- Cases and newer editions of what they move by.

-- Optimistic, as case_move.
-- query case_edition_set(id int, version int, flow_edition int, catalogue_edition int, limit_days int, disposed bool, archived bool,
--   holder_kind int, holder_account int?, holder_department text?, holder_name text?, holder_since_ms int, due_ms int?, facts text,
--   asked text) -> opt CaseRow
UPDATE case_case SET version = version + 1, flow_edition = :flow_edition, catalogue_edition = :catalogue_edition,
  limit_days = :limit_days, disposed = :disposed, archived = :archived, holder_kind = :holder_kind,
  holder_account = :holder_account, holder_department = :holder_department, holder_name = :holder_name,
  holder_since_ms = :holder_since_ms, due_ms = :due_ms, facts = :facts, asked = :asked
WHERE id = :id AND version = :version
RETURNING {CaseRow};

-- Before case_move of the same transaction, which seals the row as a whole.
-- query case_category_set(id int, version int, catalogue_edition int, category text, class text, limit_days int, search text) -> exec
UPDATE case_case SET catalogue_edition = :catalogue_edition, category = :category, class = :class, limit_days = :limit_days, search = :search
WHERE id = :id AND version = :version;

-- Open cases of these grids (a JSON array of codes), after the one of that number.
-- query case_open_in(grids text, after int, limit int) -> many CaseRow
-- sqlite:
SELECT {c.CaseRow} FROM case_case c
WHERE c.place IN (SELECT value FROM json_each(:grids)) AND NOT c.final AND c.id > :after ORDER BY c.id LIMIT :limit;
-- postgres:
SELECT {c.CaseRow} FROM case_case c
WHERE c.place IN (SELECT value COLLATE "C" FROM json_array_elements_text(CAST(:grids AS json))) AND NOT c.final AND c.id > :after
ORDER BY c.id LIMIT :limit;

-- row CaseVisitSpot: id int, lon_e7 int, lat_e7 int, visits int
-- Cases of a community that people of the ground (leader 5, member 6) were at since then, with a photo to show for it: who and on which day.
-- query case_visits_in(under text, since int, after int, limit int) -> many CaseVisitSpot
SELECT c.id, c.lon_e7, c.lat_e7, count(DISTINCT s.actor * 100000 + (s.at_ms + 28800000) / 86400000) AS visits
FROM case_case c JOIN case_step s ON s.case_id = c.id
WHERE c.place >= :under AND c.place < CAST(:under AS TEXT) || ':' AND c.id > :after AND (c.closed_ms IS NULL OR c.closed_ms >= :since)
  AND s.at_ms >= :since AND s.actor_role IN (5, 6) AND s.photos IS NOT NULL
GROUP BY c.id, c.lon_e7, c.lat_e7 ORDER BY c.id LIMIT :limit;

-- query case_place_set(id int, version int, place text) -> opt CaseRow
UPDATE case_case SET version = version + 1, place = :place WHERE id = :id AND version = :version RETURNING {CaseRow};

-- row CaseUnitUse: id int, created_ms int
-- Open cases that are with a department, or would come back to it.
-- query case_unit_use(department text, limit int) -> many CaseUnitUse
SELECT c.id, c.created_ms FROM case_case c
WHERE NOT c.final AND (c.holder_department = :department OR c.target_department = :department
  OR c.id IN (SELECT u.case_id FROM case_unit u WHERE u.department = :department AND u.left_ms IS NULL))
ORDER BY c.id LIMIT :limit;

-- query case_unit_use_count(department text) -> one CaseTotal
SELECT count(*) AS cases FROM case_case c
WHERE NOT c.final AND (c.holder_department = :department OR c.target_department = :department
  OR c.id IN (SELECT u.case_id FROM case_unit u WHERE u.department = :department AND u.left_ms IS NULL));
