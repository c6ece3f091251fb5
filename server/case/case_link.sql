-- One-time links for people without an account.

-- row CaseLinkRow: id int, case_id int, seq int, action text, name text, phone_sealed blob?, issued_ms int, expires_ms int,
--   used_ms int?, withdrawn_ms int?

-- query case_link_add(case_id int, seq int, action text, name text, phone_sealed blob?, issued_ms int, expires_ms int) -> one CaseLinkRow
INSERT INTO case_link (case_id, seq, action, name, phone_sealed, issued_ms, expires_ms)
VALUES (:case_id, :seq, :action, :name, :phone_sealed, :issued_ms, :expires_ms)
RETURNING {CaseLinkRow};

-- query case_link_at(id int) -> opt CaseLinkRow
SELECT {CaseLinkRow} FROM case_link WHERE id = :id;

-- query case_links(case_id int, limit int) -> many CaseLinkRow
SELECT {CaseLinkRow} FROM case_link WHERE case_id = :case_id ORDER BY id DESC LIMIT :limit;

-- Of two who use it at once one gets the row.
-- query case_link_use(id int, now int) -> opt CaseLinkRow
UPDATE case_link SET used_ms = :now WHERE id = :id AND used_ms IS NULL AND withdrawn_ms IS NULL
RETURNING {CaseLinkRow};

-- query case_link_withdraw(id int, now int) -> opt CaseLinkRow
UPDATE case_link SET withdrawn_ms = :now WHERE id = :id AND used_ms IS NULL AND withdrawn_ms IS NULL
RETURNING {CaseLinkRow};

-- query case_link_all() -> each CaseLinkRow
SELECT {CaseLinkRow} FROM case_link ORDER BY id;
