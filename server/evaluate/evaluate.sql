-- row EvaluateCount: code text, total int, disposed int, archived int, late int
-- row EvaluateTotals: total int, disposed int, archived int, open int, late int, rated int, satisfied int, reopened int, beyond int, on_the_move int, from_public int
-- row EvaluateDay: day int, count int

-- params evaluate_scope_params: lo text, hi text, departments text, several text?, under text?, then int?
-- part evaluate_scope
((place >= :lo AND place < :hi [[ AND ({place_in(:several, place)}) ]])
    OR {code_in(:departments, target_department)})
  [[ AND place >= :under AND place < CAST(:under AS TEXT) || ':' ]];
-- Cases as they lay before a moment: where grids were moved since, in the grid of then, so that figures of a time that is over stay as they were.
-- part evaluate_cases
(SELECT c.id, c.class, c.place, c.channel, c.state, c.disposed, c.archived, c.final, c.target_department, c.due_ms, c.created_ms, c.closed_ms, c.reopened, c.satisfaction
 FROM v_case_case c [[ WHERE c.id NOT IN (SELECT m.subject_id FROM v_mesh_transfer m WHERE m.subject = 3 AND m.to_code IS NOT NULL AND m.at_ms >= :then)
 UNION ALL
 SELECT c.id, c.class, m.from_code, c.channel, c.state, c.disposed, c.archived, c.final, c.target_department, c.due_ms, c.created_ms, c.closed_ms, c.reopened, c.satisfaction
 FROM v_case_case c JOIN v_mesh_transfer m ON m.subject = 3 AND m.subject_id = c.id AND m.to_code IS NOT NULL AND m.at_ms >= :then
 WHERE NOT EXISTS (SELECT 1 FROM v_mesh_transfer n
   WHERE n.subject = 3 AND n.subject_id = c.id AND n.to_code IS NOT NULL AND n.at_ms >= :then AND n.at_ms < m.at_ms) ]]) AS cases;
-- The same of cases as they are judged.
-- part evaluate_judged
(SELECT c.id, c.flow, c.place, c.channel, c.target_department, c.created_ms, c.overran, c.reopened, c.dispatched
 FROM v_case_judged c [[ WHERE c.id NOT IN (SELECT m.subject_id FROM v_mesh_transfer m WHERE m.subject = 3 AND m.to_code IS NOT NULL AND m.at_ms >= :then)
 UNION ALL
 SELECT c.id, c.flow, m.from_code, c.channel, c.target_department, c.created_ms, c.overran, c.reopened, c.dispatched
 FROM v_case_judged c JOIN v_mesh_transfer m ON m.subject = 3 AND m.subject_id = c.id AND m.to_code IS NOT NULL AND m.at_ms >= :then
 WHERE NOT EXISTS (SELECT 1 FROM v_mesh_transfer n
   WHERE n.subject = 3 AND n.subject_id = c.id AND n.to_code IS NOT NULL AND n.at_ms >= :then AND n.at_ms < m.at_ms) ]]) AS cases;
-- part evaluate_sums
count(*), CAST(sum(CASE WHEN disposed THEN 1 ELSE 0 END) AS BIGINT),
       CAST(sum(CASE WHEN archived THEN 1 ELSE 0 END) AS BIGINT),
       CAST(sum(CASE WHEN due_ms < :now THEN 1 ELSE 0 END) AS BIGINT);

-- lo, hi, several, departments: what the posts reach (WhoScope): cases of the places whoever handles them, and those dispatched to
-- the departments wherever they are. under: narrowed to one place.
-- What counts as disposed, open … is the same as CasePhase in case.sql: behind every figure is a list of as many cases.
-- A case is late when its running limit has passed, as in the queue.
-- beyond: the units above the township, as ,a,b,. Channels 4, 5, 6: building code, web page, hotline.
-- query evaluate_totals({evaluate_scope_params}, beyond text, from int?, to int?, now int) -> one EvaluateTotals
SELECT count(*),
       CAST(COALESCE(sum(CASE WHEN disposed THEN 1 ELSE 0 END), 0) AS BIGINT),
       CAST(COALESCE(sum(CASE WHEN archived THEN 1 ELSE 0 END), 0) AS BIGINT),
       CAST(COALESCE(sum(CASE WHEN final THEN 0 ELSE 1 END), 0) AS BIGINT),
       CAST(COALESCE(sum(CASE WHEN due_ms < :now THEN 1 ELSE 0 END), 0) AS BIGINT),
       count(satisfaction),
       CAST(COALESCE(sum(CASE WHEN satisfaction IN (1, 2) THEN 1 ELSE 0 END), 0) AS BIGINT),
       CAST(COALESCE(sum(CASE WHEN reopened > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
       CAST(COALESCE(sum(CASE WHEN {code_in(:beyond, target_department)}
           THEN 1 ELSE 0 END), 0) AS BIGINT),
       count(target_department),
       CAST(COALESCE(sum(CASE WHEN channel IN (4, 5, 6) THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM {evaluate_cases}
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]];

-- query evaluate_by_class({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT class, {evaluate_sums}
FROM {evaluate_cases}
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY class ORDER BY class;

-- query evaluate_by_state({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT state, {evaluate_sums}
FROM {evaluate_cases}
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY state ORDER BY state;

-- query evaluate_by_channel({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT CAST(channel AS TEXT), {evaluate_sums}
FROM {evaluate_cases}
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY channel ORDER BY channel;

-- query evaluate_by_department({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT target_department, {evaluate_sums}
FROM {evaluate_cases}
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
  AND target_department IS NOT NULL
GROUP BY target_department ORDER BY target_department;

-- The next level below: first `length` digits of the grid code.
-- query evaluate_by_place({evaluate_scope_params}, length int, from int?, to int?, now int) -> many EvaluateCount
SELECT substr(place, 1, CAST(:length AS INTEGER)), {evaluate_sums}
FROM {evaluate_cases}
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY substr(place, 1, CAST(:length AS INTEGER)) ORDER BY 1;

-- Days since 1970 at UTC+08:00.
-- query evaluate_received_by_day({evaluate_scope_params}, from int?, to int?) -> many EvaluateDay
SELECT CAST((created_ms + 28800000) / 86400000 AS BIGINT), count(*)
FROM {evaluate_cases}
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY (created_ms + 28800000) / 86400000 ORDER BY 1;

-- query evaluate_archived_by_day({evaluate_scope_params}, from int?, to int?) -> many EvaluateDay
SELECT CAST((closed_ms + 28800000) / 86400000 AS BIGINT), count(*)
FROM {evaluate_cases}
WHERE archived AND closed_ms IS NOT NULL AND {evaluate_scope}
  [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY (closed_ms + 28800000) / 86400000 ORDER BY 1;

-- ---- people and grids, by rates ----

-- row EvaluateScore: code text, name text, handled int, due int, on_time int, checked int, first_time int, kept int, seen int, found int

-- What was handed in, each case once (a grid's) or once a person, with the step of the first time. Roles 5, 6: leader, member.
-- done, waiting: CaseStates of case.h. What counts as in time, checked, passed … is said in case.sql, which lists the same cases.
-- part evaluate_outcome(h)
1 AS handled, $h.dispatched AS due, CASE WHEN {case_in_time($h.dispatched, $h.overran)} THEN 1 ELSE 0 END AS on_time,
       CASE WHEN t.to_state IS NULL THEN 0 ELSE 1 END AS checked,
       CASE WHEN {case_passed($h.flow, t.to_state)} THEN 1 ELSE 0 END AS first_time,
       CASE WHEN {case_kept($h.reopened)} THEN 1 ELSE 0 END AS kept, 0 AS seen, 0 AS found;
-- part evaluate_checked(h)
LEFT JOIN v_case_step t ON t.case_id = $h.id AND t.seq = {case_check_after(v_case_step, $h.id, $h.flow, $h.seq)};
-- part evaluate_sum
CAST(sum(r.handled) AS BIGINT), CAST(sum(r.due) AS BIGINT), CAST(sum(r.on_time) AS BIGINT), CAST(sum(r.checked) AS BIGINT),
       CAST(sum(r.first_time) AS BIGINT), CAST(sum(r.kept) AS BIGINT), CAST(sum(r.seen) AS BIGINT), CAST(sum(r.found) AS BIGINT);
-- part evaluate_found
0 AS handled, 0 AS due, 0 AS on_time, 0 AS checked, 0 AS first_time, 0 AS kept, 1 AS seen, CASE WHEN {case_found(c.channel)} THEN 1 ELSE 0 END AS found;

-- query evaluate_grids({evaluate_scope_params}, done text, waiting text, from int?, to int?, limit int) -> many EvaluateScore
SELECT r.code, r.code, {evaluate_sum}
FROM (
  SELECT h.place AS code, {evaluate_outcome(h)}
  FROM (SELECT id, flow, place, dispatched, overran, reopened, min(seq) AS seq
        FROM {evaluate_judged} JOIN v_case_step ON case_id = id
        WHERE {case_hands_in(:done, flow, from_state, to_state)} AND {evaluate_scope}
          [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
        GROUP BY id, flow, place, dispatched, overran, reopened) h
  {evaluate_checked(h)}
  UNION ALL
  SELECT c.place AS code, {evaluate_found}
  FROM (SELECT place, channel FROM {evaluate_judged} WHERE {case_seen(channel)} AND {evaluate_scope}
          [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]) c
) r
GROUP BY r.code ORDER BY r.code LIMIT :limit;

-- What residents said counts against who held a post on that very grid then.
-- query evaluate_members({evaluate_scope_params}, done text, waiting text, from int?, to int?, limit int) -> many EvaluateScore
SELECT CAST(r.code AS TEXT), a.name, {evaluate_sum}
FROM (
  SELECT h.actor AS code, {evaluate_outcome(h)}
  FROM (SELECT id, flow, dispatched, overran, reopened, actor, min(seq) AS seq
        FROM {evaluate_judged} JOIN v_case_step ON case_id = id
        WHERE actor IS NOT NULL AND actor_role IN (5, 6) AND {case_hands_in(:done, flow, from_state, to_state)} AND {evaluate_scope}
          [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
        GROUP BY id, flow, dispatched, overran, reopened, actor) h
  {evaluate_checked(h)}
  UNION ALL
  SELECT p.account_id AS code, {evaluate_found}
  FROM (SELECT place, channel, created_ms FROM {evaluate_judged} WHERE {case_seen(channel)} AND {evaluate_scope}
          [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]) c
  JOIN (SELECT DISTINCT account_id, place, since_ms, until_ms FROM v_who_post WHERE role = 'member') p
    ON {case_post_then(p, c.place, c.created_ms)}
) r JOIN v_who_account a ON a.id = r.code
GROUP BY r.code, a.name ORDER BY r.code LIMIT :limit;

-- ---- a case, rated by the dispatching centre ----

-- row EvaluateCaseRow: case_id int, account int, name text, satisfaction int, note text?, at_ms int, version int

-- query evaluate_case_get(case_id int) -> opt EvaluateCaseRow
SELECT {EvaluateCaseRow} FROM evaluate_case WHERE case_id = :case_id;

-- Nothing when somebody rated it first.
-- query evaluate_case_add(case_id int, account int, name text, satisfaction int, note text?, now int) -> opt EvaluateCaseRow
INSERT INTO evaluate_case (case_id, account, name, satisfaction, note, at_ms, version)
VALUES (:case_id, :account, :name, :satisfaction, :note, :now, 1)
ON CONFLICT (case_id) DO NOTHING RETURNING {EvaluateCaseRow};

-- query evaluate_case_change(case_id int, version int, account int, name text, satisfaction int, note text?, now int) -> opt EvaluateCaseRow
UPDATE evaluate_case SET account = :account, name = :name, satisfaction = :satisfaction, note = :note, at_ms = :now, version = version + 1
WHERE case_id = :case_id AND version = :version RETURNING {EvaluateCaseRow};

-- For verification.
-- query evaluate_case_all() -> each EvaluateCaseRow
SELECT {EvaluateCaseRow} FROM evaluate_case ORDER BY case_id;
