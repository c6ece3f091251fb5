-- row PortalReportRow: code text, case_id int, phone_hash text, created_ms int, voice int?

-- query portal_report_add(code text, case_id int, phone_hash text, now int, voice int?) -> one PortalReportRow
INSERT INTO portal_report (code, case_id, phone_hash, created_ms, voice) VALUES (:code, :case_id, :phone_hash, :now, :voice)
RETURNING {PortalReportRow};

-- query portal_report_get(code text) -> opt PortalReportRow
SELECT {PortalReportRow} FROM portal_report WHERE code = :code;

-- query portal_report_each() -> each PortalReportRow
SELECT {PortalReportRow} FROM portal_report ORDER BY code;

-- Hashes of before the data key begin with a hexadecimal digit and no mark; ';' follows ':'.
-- query portal_report_first_edition(limit int) -> many PortalReportRow
SELECT {PortalReportRow} FROM portal_report
WHERE phone_hash <> '' AND NOT (phone_hash >= '2:' AND phone_hash < '2;') ORDER BY code LIMIT :limit;

-- query portal_report_rehash(code text, phone_hash text) -> one PortalReportRow
UPDATE portal_report SET phone_hash = :phone_hash WHERE code = :code
RETURNING {PortalReportRow};
