-- row PortalReportRow: code text, case_id int, phone_hash text, created_ms int

-- query portal_report_add(code text, case_id int, phone_hash text, now int) -> one PortalReportRow
INSERT INTO portal_report (code, case_id, phone_hash, created_ms) VALUES (:code, :case_id, :phone_hash, :now)
RETURNING code, case_id, phone_hash, created_ms;

-- query portal_report_get(code text) -> opt PortalReportRow
SELECT code, case_id, phone_hash, created_ms FROM portal_report WHERE code = :code;

-- query portal_report_each() -> each PortalReportRow
SELECT code, case_id, phone_hash, created_ms FROM portal_report ORDER BY code;
