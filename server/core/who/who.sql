-- Named queries of accounts, posts and sessions.

-- A list of place codes ",code,code," holds the place or one that it lies in. The levels are spelled out: an index cannot help, and
-- a call per level is what both databases do quickest.
-- part place_in(list, place)
CAST($list AS TEXT) LIKE '%,' || substr($place, 1, 15) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || substr($place, 1, 12) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || substr($place, 1, 9) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || substr($place, 1, 6) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || substr($place, 1, 4) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || substr($place, 1, 2) || ',%';
-- The same for a list with a word before each place: ",kind:code,".
-- part place_in_kinds(list, place, kind)
CAST($list AS TEXT) LIKE '%,' || CAST($kind AS TEXT) || ':' || substr($place, 1, 15) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || CAST($kind AS TEXT) || ':' || substr($place, 1, 12) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || CAST($kind AS TEXT) || ':' || substr($place, 1, 9) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || CAST($kind AS TEXT) || ':' || substr($place, 1, 6) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || CAST($kind AS TEXT) || ':' || substr($place, 1, 4) || ',%'
OR CAST($list AS TEXT) LIKE '%,' || CAST($kind AS TEXT) || ':' || substr($place, 1, 2) || ',%';
-- The code is one of a list ",code,code,".
-- part code_in(list, code)
replace(CAST($list AS TEXT), ',' || $code || ',', '') <> CAST($list AS TEXT);

-- row WhoIdRow: id int
-- row WhoCountRow: n int
-- row WhoAccountRow: id int, login text, name text, phone text?, duty_hours text?, disabled bool, created_ms int, version int
-- row WhoSecretRow: id int, account_id int, hash text, since_ms int, must_change bool, shared bool
-- row WhoPostRow: id int, account_id int, role text, place text, department text, since_ms int, until_ms int?
-- row WhoLoginRow: id int, name text, disabled bool, hash text?, since_ms int?, must_change bool?
-- row WhoGuardRow: failures int, locked_until_ms int
-- row WhoSignedRow: session_id int, account_id int, seen_ms int, idle_ms int, ends_ms int, name text, disabled bool,
--   since_ms int?, must_change bool?
-- row WhoPersonRow: post_id int, account_id int, name text, phone text?, duty_hours text?, role text, place text, department text

-- ---- accounts

-- query who_account_insert(login text, name text, phone text?, duty_hours text?, now int) -> opt WhoAccountRow
INSERT INTO who_account (login, name, phone, duty_hours, disabled, created_ms, version)
VALUES (:login, :name, :phone, :duty_hours, FALSE, :now, 1)
ON CONFLICT (login) DO NOTHING
RETURNING {WhoAccountRow};

-- query who_account_get(id int) -> opt WhoAccountRow
SELECT {WhoAccountRow} FROM who_account WHERE id = :id;

-- query who_account_by_login(login text) -> one WhoIdRow
SELECT id FROM who_account WHERE login = :login;

-- query who_account_update(id int, version int, name text?, phone text?, duty_hours text?, disabled bool?) -> opt WhoAccountRow
UPDATE who_account
SET name = COALESCE(CAST(:name AS TEXT), name), phone = COALESCE(CAST(:phone AS TEXT), phone),
    duty_hours = COALESCE(CAST(:duty_hours AS TEXT), duty_hours), disabled = COALESCE(:disabled, disabled), version = version + 1
WHERE id = :id AND version = :version
RETURNING {WhoAccountRow};

-- Takes the account's row for the rest of the transaction: changes of its posts and password follow one another.
-- query who_account_touch(id int) -> opt WhoAccountRow
UPDATE who_account SET version = version + 1 WHERE id = :id
RETURNING {WhoAccountRow};

-- query who_account_list(q text?, q_login text, under text?, role text?, after int?, limit int) -> many WhoAccountRow
SELECT {a.WhoAccountRow}
FROM who_account a
WHERE TRUE [[ AND (a.name LIKE :q ESCAPE '\' OR a.login LIKE :q_login ESCAPE '\') ]]
  [[ AND EXISTS (SELECT 1 FROM who_post p WHERE p.account_id = a.id AND p.until_ms IS NULL
                 AND p.place >= :under AND p.place < CAST(:under AS TEXT) || ':') ]]
  [[ AND EXISTS (SELECT 1 FROM who_post p WHERE p.account_id = a.id AND p.until_ms IS NULL AND p.role = :role) ]]
  [[ AND a.id > :after ]]
ORDER BY a.id LIMIT :limit;

-- query who_account_all() -> each WhoAccountRow
SELECT {WhoAccountRow} FROM who_account ORDER BY id;

-- ---- passwords

-- query who_secret_insert(account int, hash text, now int, must_change bool, shared bool) -> one WhoSecretRow
INSERT INTO who_secret (account_id, hash, since_ms, must_change, shared) VALUES (:account, :hash, :now, :must_change, :shared)
RETURNING {WhoSecretRow};

-- Newest first.
-- query who_secret_list(account int) -> many WhoSecretRow
SELECT {WhoSecretRow} FROM who_secret WHERE account_id = :account ORDER BY id DESC;

-- query who_secret_drop(id int) -> exec
DELETE FROM who_secret WHERE id = :id;

-- query who_secret_all() -> each WhoSecretRow
SELECT {WhoSecretRow} FROM who_secret ORDER BY id;

-- query who_secret_shared() -> one WhoCountRow
SELECT COUNT(*) AS n FROM who_secret s JOIN who_account a ON a.id = s.account_id
WHERE s.shared AND NOT a.disabled AND s.id = (SELECT MAX(x.id) FROM who_secret x WHERE x.account_id = s.account_id);

-- ---- posts

-- query who_post_insert(account int, role text, place code, department code, since int) -> opt WhoPostRow
INSERT INTO who_post (account_id, role, place, department, since_ms) VALUES (:account, :role, :place, :department, :since)
ON CONFLICT DO NOTHING
RETURNING {WhoPostRow};

-- query who_post_finish(id int, account int, now int) -> opt WhoPostRow
UPDATE who_post SET until_ms = :now WHERE id = :id AND account_id = :account AND until_ms IS NULL
RETURNING {WhoPostRow};

-- query who_post_list(account int) -> many WhoPostRow
SELECT {WhoPostRow} FROM who_post
WHERE account_id = :account AND until_ms IS NULL ORDER BY id;

-- query who_post_all() -> each WhoPostRow
SELECT {WhoPostRow} FROM who_post ORDER BY id;

-- Takes the rows of a role for the rest of the transaction, so that two last administrators do not end each other.
-- query who_post_hold(role text) -> exec
UPDATE who_post SET role = role WHERE role = :role AND until_ms IS NULL;

-- query who_post_others(role text, account int) -> one WhoCountRow
SELECT COUNT(*) AS n FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.role = :role AND p.until_ms IS NULL AND NOT a.disabled AND p.account_id <> :account;

-- query who_on_place(role text, place code, now int) -> many WhoPersonRow
SELECT p.id AS post_id, p.account_id, a.name, a.phone, a.duty_hours, p.role, p.place, p.department
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.place = :place AND p.role = :role AND p.until_ms IS NULL AND p.since_ms <= :now AND NOT a.disabled ORDER BY p.id;

-- Posts on exactly these places (a JSON array of codes), held now; after the post of that number.
-- query who_posts_of(places text, after int, limit int) -> many WhoPersonRow
-- sqlite:
SELECT p.id AS post_id, p.account_id, a.name, a.phone, a.duty_hours, p.role, p.place, p.department
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.place IN (SELECT value FROM json_each(:places)) AND p.until_ms IS NULL AND p.id > :after ORDER BY p.id LIMIT :limit;
-- postgres:
SELECT p.id AS post_id, p.account_id, a.name, a.phone, a.duty_hours, p.role, p.place, p.department
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.place IN (SELECT value COLLATE "C" FROM json_array_elements_text(CAST(:places AS json))) AND p.until_ms IS NULL AND p.id > :after
ORDER BY p.id LIMIT :limit;

-- query who_in_department(department code, now int) -> many WhoPersonRow
SELECT p.id AS post_id, p.account_id, a.name, a.phone, a.duty_hours, p.role, p.place, p.department
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.department = :department AND p.until_ms IS NULL AND p.since_ms <= :now AND NOT a.disabled ORDER BY p.id;

-- The first post of somebody, also when the account is disabled: their name stays on what they did.
-- query who_person(account int) -> opt WhoPersonRow
SELECT COALESCE(p.id, 0) AS post_id, a.id AS account_id, a.name, a.phone, a.duty_hours, COALESCE(p.role, '') AS role,
  COALESCE(p.place, '') AS place, COALESCE(p.department, '') AS department
FROM who_account a LEFT JOIN who_post p ON p.id = (SELECT MIN(x.id) FROM who_post x WHERE x.account_id = a.id AND x.until_ms IS NULL)
WHERE a.id = :account;

-- Colleagues: below the places of the one who asks; of their departments; of every department for those who dispatch to them.
-- query who_staff(under text?, role text?, q text?, after_place text?, after_id int, lo text, hi text, several text?,
--   departments text, all_departments bool, limit int) -> many WhoPersonRow
SELECT p.id AS post_id, p.account_id, a.name, a.phone, a.duty_hours, p.role, p.place, p.department
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.until_ms IS NULL AND NOT a.disabled
  AND ((p.place >= :lo AND p.place < :hi [[ AND ({place_in(:several, p.place)}) ]])
       OR (p.department <> '' AND (CAST(:all_departments AS BOOLEAN)
           OR {code_in(:departments, p.department)})))
  [[ AND p.place >= :under AND p.place < CAST(:under AS TEXT) || ':' ]] [[ AND p.role = :role ]]
  [[ AND a.name LIKE :q ESCAPE '\' ]] [[ AND (p.place, p.id) > (:after_place, :after_id) ]]
ORDER BY p.place, p.id LIMIT :limit;

-- ---- signing in

-- query who_login(login text) -> opt WhoLoginRow
SELECT a.id, a.name, a.disabled, s.hash, s.since_ms, s.must_change
FROM who_account a LEFT JOIN who_secret s ON s.id = (SELECT MAX(x.id) FROM who_secret x WHERE x.account_id = a.id)
WHERE a.login = :login;

-- query who_guard_get(login_hash text) -> opt WhoGuardRow
SELECT failures, locked_until_ms FROM who_guard WHERE login_hash = :login_hash;

-- One more failure; the first one after a lock has passed counts from one again.
-- query who_guard_fail(login_hash text, now int) -> one WhoGuardRow
INSERT INTO who_guard (login_hash, failures, failed_ms, locked_until_ms) VALUES (:login_hash, 1, :now, 0)
ON CONFLICT (login_hash) DO UPDATE
SET failures = CASE WHEN who_guard.locked_until_ms > 0 THEN 1 ELSE who_guard.failures + 1 END,
    failed_ms = excluded.failed_ms, locked_until_ms = 0
RETURNING failures, locked_until_ms;

-- query who_guard_lock(login_hash text, until int) -> exec
UPDATE who_guard SET locked_until_ms = :until WHERE login_hash = :login_hash;

-- query who_guard_clear(login_hash text) -> exec
DELETE FROM who_guard WHERE login_hash = :login_hash;

-- query who_guard_tidy(before int) -> exec
DELETE FROM who_guard WHERE failed_ms < :before AND locked_until_ms < :before;

-- ---- sessions

-- query who_session_insert(token_hash blob, account int, now int, idle int, whole_end int, address text?) -> one WhoIdRow
INSERT INTO who_session (token_hash, account_id, opened_ms, seen_ms, idle_ms, ends_ms, address)
VALUES (:token_hash, :account, :now, :now, :idle, :whole_end, :address)
RETURNING id;

-- query who_session_get(token_hash blob, now int) -> opt WhoSignedRow
SELECT s.id AS session_id, s.account_id, s.seen_ms, s.idle_ms, s.ends_ms, a.name, a.disabled, w.since_ms, w.must_change
FROM who_session s JOIN who_account a ON a.id = s.account_id
  LEFT JOIN who_secret w ON w.id = (SELECT MAX(x.id) FROM who_secret x WHERE x.account_id = a.id)
WHERE s.token_hash = :token_hash AND s.ended_ms IS NULL AND s.ends_ms > :now AND s.seen_ms + s.idle_ms > :now;

-- The same for an account without a session.
-- query who_signed_account(account int) -> opt WhoSignedRow
SELECT CAST(0 AS BIGINT) AS session_id, a.id AS account_id, CAST(0 AS BIGINT) AS seen_ms, CAST(0 AS BIGINT) AS idle_ms,
  CAST(0 AS BIGINT) AS ends_ms, a.name, a.disabled, w.since_ms, w.must_change
FROM who_account a LEFT JOIN who_secret w ON w.id = (SELECT MAX(x.id) FROM who_secret x WHERE x.account_id = a.id)
WHERE a.id = :account;

-- query who_session_touch(id int, now int) -> exec
UPDATE who_session SET seen_ms = :now WHERE id = :id AND seen_ms < :now;

-- query who_session_end(id int, now int) -> exec
UPDATE who_session SET ended_ms = :now WHERE id = :id AND ended_ms IS NULL;

-- All sessions of an account but one (0: all).
-- query who_session_end_all(account int, keep int, now int) -> exec
UPDATE who_session SET ended_ms = :now WHERE account_id = :account AND id <> :keep AND ended_ms IS NULL;

-- The oldest ones beyond what one account may have open.
-- query who_session_end_oldest(account int, now int, most int) -> exec
UPDATE who_session SET ended_ms = :now
WHERE account_id = :account AND ended_ms IS NULL AND id NOT IN
  (SELECT x.id FROM who_session x WHERE x.account_id = :account AND x.ended_ms IS NULL ORDER BY x.id DESC LIMIT :most);

-- query who_last_seen(account int) -> one WhoCountRow
SELECT COALESCE(MAX(seen_ms), 0) AS n FROM who_session WHERE account_id = :account;

-- query who_session_tidy(before int) -> exec
DELETE FROM who_session WHERE ends_ms < :before OR ended_ms < :before;
