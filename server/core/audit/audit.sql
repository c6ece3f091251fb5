-- Named queries of the chained log.

-- row AuditEntryRow: id int, lane int, seq int, at_ms int, actor_id int?, actor_name text?, address text?, action text,
--   subject text, detail text?, seals text?, previous blob, previous_id int, hash blob

-- row AuditIdRow: id int

-- row AuditHeadRow: id int, lane int, seq int, at_ms int, hash blob

-- query audit_append(lane int, seq int, at_ms int, actor_id int?, actor_name text?, address text?, action text, subject text,
--   detail text?, seals text?, previous blob, previous_id int, hash blob) -> later
INSERT INTO audit_entry (lane, seq, at_ms, actor_id, actor_name, address, action, subject, detail, seals, previous, previous_id,
                         hash)
VALUES (:lane, :seq, :at_ms, :actor_id, :actor_name, :address, :action, :subject, :detail, :seals, :previous, :previous_id, :hash);

-- query audit_lane_head(lane int) -> opt AuditHeadRow
SELECT {AuditHeadRow} FROM audit_entry WHERE lane = :lane ORDER BY seq DESC LIMIT 1;

-- Newest entry of every lane: the lanes are found by jumping over the index, not by reading it.
-- query audit_heads() -> many AuditHeadRow
WITH RECURSIVE lanes (lane) AS (
  SELECT MIN(lane) FROM audit_entry
  UNION ALL
  SELECT (SELECT MIN(e.lane) FROM audit_entry e WHERE e.lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL
)
SELECT e.id, e.lane, e.seq, e.at_ms, e.hash
FROM lanes JOIN audit_entry e
  ON e.lane = lanes.lane AND e.seq = (SELECT MAX(x.seq) FROM audit_entry x WHERE x.lane = lanes.lane)
ORDER BY e.lane;

-- query audit_chain() -> each AuditEntryRow
SELECT {AuditEntryRow}
FROM audit_entry ORDER BY lane, seq;

-- query audit_at(lane int, seq int) -> opt AuditEntryRow
SELECT {AuditEntryRow}
FROM audit_entry WHERE lane = :lane AND seq = :seq;

-- query audit_newest() -> one AuditIdRow
SELECT COALESCE(MAX(id), 0) AS id FROM audit_entry;

-- A window of ids, so that a search reads a bounded piece of the log. Newest first.
-- query audit_page(actor int?, action text?, subject text?, since int?, until int?, before int, floor int, limit int)
--   -> many AuditEntryRow
SELECT {AuditEntryRow}
FROM audit_entry
WHERE id < :before AND id >= :floor [[ AND actor_id = :actor ]] [[ AND action = :action ]] [[ AND subject = :subject ]]
  [[ AND at_ms >= :since ]] [[ AND at_ms < :until ]]
ORDER BY id DESC LIMIT :limit;
