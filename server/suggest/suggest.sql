-- row SuggestCaseRow: id int, category text, text text, closed_ms int

-- The newest finished cases.
-- query suggest_newest(limit int) -> each SuggestCaseRow
SELECT id, category, text, closed_ms FROM v_case_taught ORDER BY closed_ms DESC, id DESC LIMIT :limit;

-- What was finished after that one.
-- query suggest_after(closed_ms int, id int, limit int) -> each SuggestCaseRow
SELECT id, category, text, closed_ms FROM v_case_taught
WHERE (closed_ms, id) > (CAST(:closed_ms AS BIGINT), CAST(:id AS BIGINT)) ORDER BY closed_ms, id LIMIT :limit;
