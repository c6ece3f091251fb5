-- row EvaluateCount: code text, total int, disposed int, archived int, late int
-- row EvaluateTotals: total int, disposed int, archived int, open int, late int, rated int, satisfied int, reopened int, beyond int, on_the_move int, from_public int
-- row EvaluateDay: day int, count int

-- params evaluate_scope_params: lo text, hi text, departments text, several text?, under text?
-- part evaluate_scope
((place >= :lo AND place < :hi [[ AND ({place_in(:several, place)}) ]])
    OR {code_in(:departments, target_department)})
  [[ AND place >= :under AND place < CAST(:under AS TEXT) || ':' ]];
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
FROM v_case_case
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]];

-- query evaluate_by_class({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT class, {evaluate_sums}
FROM v_case_case
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY class ORDER BY class;

-- query evaluate_by_state({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT state, {evaluate_sums}
FROM v_case_case
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY state ORDER BY state;

-- query evaluate_by_channel({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT CAST(channel AS TEXT), {evaluate_sums}
FROM v_case_case
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY channel ORDER BY channel;

-- query evaluate_by_department({evaluate_scope_params}, from int?, to int?, now int) -> many EvaluateCount
SELECT target_department, {evaluate_sums}
FROM v_case_case
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
  AND target_department IS NOT NULL
GROUP BY target_department ORDER BY target_department;

-- The next level below: first `length` digits of the grid code.
-- query evaluate_by_place({evaluate_scope_params}, length int, from int?, to int?, now int) -> many EvaluateCount
SELECT substr(place, 1, CAST(:length AS INTEGER)), {evaluate_sums}
FROM v_case_case
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY substr(place, 1, CAST(:length AS INTEGER)) ORDER BY 1;

-- Days since 1970 at UTC+08:00.
-- query evaluate_received_by_day({evaluate_scope_params}, from int?, to int?) -> many EvaluateDay
SELECT CAST((created_ms + 28800000) / 86400000 AS BIGINT), count(*)
FROM v_case_case
WHERE {evaluate_scope} [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY (created_ms + 28800000) / 86400000 ORDER BY 1;

-- query evaluate_archived_by_day({evaluate_scope_params}, from int?, to int?) -> many EvaluateDay
SELECT CAST((closed_ms + 28800000) / 86400000 AS BIGINT), count(*)
FROM v_case_case
WHERE archived AND closed_ms IS NOT NULL AND {evaluate_scope}
  [[ AND created_ms >= :from ]] [[ AND created_ms < :to ]]
GROUP BY (closed_ms + 28800000) / 86400000 ORDER BY 1;
