-- row DispatchRuleRow: id int, centre text, position int, category text?, place text?, days int, weekdays int,
--   from_minute int?, to_minute int?, department text?, account int?, active_from int?, active_to int?, note text?,
--   by_account int?, version int, created_ms int, changed_ms int
-- row DispatchListRow: version int
-- row DispatchCentreRow: centre text, rules int
-- row DispatchPersonRow: account int, name text, role text, place text
-- row DispatchLoadRow: department text, open_cases int

-- Every change of the order begins here: whoever comes second waits for the first.
-- query dispatch_list_next(centre text) -> one DispatchListRow
INSERT INTO dispatch_list (centre, version) VALUES (:centre, 1)
ON CONFLICT (centre) DO UPDATE SET version = dispatch_list.version + 1 RETURNING version;

-- query dispatch_list_get(centre text) -> opt DispatchListRow
SELECT version FROM dispatch_list WHERE centre = :centre;

-- query dispatch_rule_insert(centre text, position int, category text?, place text?, days int, weekdays int,
--   from_minute int?, to_minute int?, department text?, account int?, active_from int?, active_to int?, note text?,
--   by_account int?, now int) -> one DispatchRuleRow
INSERT INTO dispatch_rule (centre, position, category, place, days, weekdays, from_minute, to_minute, department, account,
  active_from, active_to, note, by_account, version, created_ms, changed_ms)
VALUES (:centre, :position, :category, :place, :days, :weekdays, :from_minute, :to_minute, :department, :account,
  :active_from, :active_to, :note, :by_account, 1, :now, :now)
RETURNING id, centre, position, category, place, days, weekdays, from_minute, to_minute, department, account, active_from,
  active_to, note, by_account, version, created_ms, changed_ms;

-- Nothing when somebody changed it first.
-- query dispatch_rule_update(id int, version int, category text?, place text?, days int, weekdays int,
--   from_minute int?, to_minute int?, department text?, account int?, active_from int?, active_to int?, note text?,
--   by_account int?, now int) -> opt DispatchRuleRow
UPDATE dispatch_rule SET category = :category, place = :place, days = :days, weekdays = :weekdays, from_minute = :from_minute,
  to_minute = :to_minute, department = :department, account = :account, active_from = :active_from, active_to = :active_to,
  note = :note, by_account = :by_account, version = version + 1, changed_ms = :now
WHERE id = :id AND version = :version
RETURNING id, centre, position, category, place, days, weekdays, from_minute, to_minute, department, account, active_from,
  active_to, note, by_account, version, created_ms, changed_ms;

-- query dispatch_rule_get(id int) -> opt DispatchRuleRow
SELECT id, centre, position, category, place, days, weekdays, from_minute, to_minute, department, account, active_from,
  active_to, note, by_account, version, created_ms, changed_ms FROM dispatch_rule WHERE id = :id;

-- query dispatch_rule_delete(id int, version int) -> exec
DELETE FROM dispatch_rule WHERE id = :id AND version = :version;

-- Places are given out anew in two turns, because no two rules may ever stand at one.
-- query dispatch_rule_aside(id int) -> exec
UPDATE dispatch_rule SET position = -position WHERE id = :id;

-- query dispatch_rule_stand(id int, position int, now int) -> one DispatchRuleRow
UPDATE dispatch_rule SET position = :position, changed_ms = :now WHERE id = :id
RETURNING id, centre, position, category, place, days, weekdays, from_minute, to_minute, department, account, active_from,
  active_to, note, by_account, version, created_ms, changed_ms;

-- query dispatch_rules_of(centre text) -> many DispatchRuleRow
SELECT id, centre, position, category, place, days, weekdays, from_minute, to_minute, department, account, active_from,
  active_to, note, by_account, version, created_ms, changed_ms
FROM dispatch_rule WHERE centre = :centre ORDER BY position;

-- All lists that a place lies in: the nearest centre's first.
-- query dispatch_rules_for(p2 text, p4 text, p6 text, p9 text, p12 text, p15 text) -> many DispatchRuleRow
SELECT id, centre, position, category, place, days, weekdays, from_minute, to_minute, department, account, active_from,
  active_to, note, by_account, version, created_ms, changed_ms
FROM dispatch_rule WHERE centre IN (:p2, :p4, :p6, :p9, :p12, :p15) ORDER BY length(centre) DESC, position;

-- Lists inside a scope.
-- query dispatch_centres(lo text, hi text, several text?, limit int) -> many DispatchCentreRow
SELECT r.centre, CAST(count(*) AS BIGINT) FROM dispatch_rule r
WHERE r.centre >= :lo AND r.centre < :hi
[[ AND (CAST(:several AS TEXT) LIKE '%,' || substr(r.centre, 1, 15) || ',%'
    OR CAST(:several AS TEXT) LIKE '%,' || substr(r.centre, 1, 12) || ',%'
    OR CAST(:several AS TEXT) LIKE '%,' || substr(r.centre, 1, 9) || ',%'
    OR CAST(:several AS TEXT) LIKE '%,' || substr(r.centre, 1, 6) || ',%'
    OR CAST(:several AS TEXT) LIKE '%,' || substr(r.centre, 1, 4) || ',%'
    OR CAST(:several AS TEXT) LIKE '%,' || substr(r.centre, 1, 2) || ',%') ]]
GROUP BY r.centre ORDER BY r.centre LIMIT :limit;

-- For verification.
-- query dispatch_rules_all() -> each DispatchRuleRow
SELECT id, centre, position, category, place, days, weekdays, from_minute, to_minute, department, account, active_from,
  active_to, note, by_account, version, created_ms, changed_ms FROM dispatch_rule ORDER BY id;

-- Somebody who can be named for a case: their first post is on the ground.
-- query dispatch_person(account int, now int) -> opt DispatchPersonRow
SELECT p.account_id, p.name, p.role, p.place FROM v_who_post p
WHERE p.account_id = :account AND p.until_ms IS NULL AND p.since_ms <= :now AND p.role IN ('member', 'leader')
  AND NOT EXISTS (SELECT 1 FROM v_who_post x WHERE x.account_id = p.account_id AND x.until_ms IS NULL AND x.id < p.id);

-- All such people below a place.
-- query dispatch_people(lo text, hi text, now int, limit int) -> many DispatchPersonRow
SELECT p.account_id, p.name, p.role, p.place FROM v_who_post p
WHERE p.place >= :lo AND p.place < :hi AND p.until_ms IS NULL AND p.since_ms <= :now AND p.role IN ('member', 'leader')
  AND NOT EXISTS (SELECT 1 FROM v_who_post x WHERE x.account_id = p.account_id AND x.until_ms IS NULL AND x.id < p.id)
ORDER BY p.place, p.account_id LIMIT :limit;

-- What departments have in hand.
-- query dispatch_loads() -> many DispatchLoadRow
SELECT holder_department, CAST(count(*) AS BIGINT) FROM v_case_case
WHERE holder_department IS NOT NULL AND NOT final GROUP BY holder_department ORDER BY holder_department;
