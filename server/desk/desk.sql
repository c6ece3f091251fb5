-- Views, macros, reply templates. Macros and templates are asked for by places: those within a range (a post's own places) and
--   above   ",53,5301,530103,": codes that the post's places begin with

-- row DeskViewRow: id int, account int, name text, filters text, shared bool, home text, version int, changed_ms int
-- row DeskCount: n int

-- query desk_view_add(account int, name text, filters text, shared bool, home text, now int) -> opt DeskViewRow
INSERT INTO desk_view (account, name, filters, shared, home, version, changed_ms)
VALUES (:account, :name, :filters, :shared, :home, 1, :now)
ON CONFLICT DO NOTHING
RETURNING id, account, name, filters, shared, home, version, changed_ms;

-- query desk_view_change(id int, version int, name text, filters text, shared bool, home text, now int) -> opt DeskViewRow
UPDATE desk_view SET name = :name, filters = :filters, shared = :shared, home = :home, version = version + 1, changed_ms = :now
WHERE id = :id AND version = :version
RETURNING id, account, name, filters, shared, home, version, changed_ms;

-- query desk_view_drop(id int) -> exec
DELETE FROM desk_view WHERE id = :id;

-- query desk_view_get(id int, account int) -> opt DeskViewRow
SELECT id, account, name, filters, shared, home, version, changed_ms FROM desk_view WHERE id = :id AND account = :account;

-- query desk_view_named(account int, name text) -> opt DeskViewRow
SELECT id, account, name, filters, shared, home, version, changed_ms FROM desk_view WHERE account = :account AND name = :name;

-- query desk_views_own(account int, limit int) -> many DeskViewRow
SELECT id, account, name, filters, shared, home, version, changed_ms FROM desk_view WHERE account = :account ORDER BY id LIMIT :limit;

-- query desk_views_shared(account int, home text, limit int) -> many DeskViewRow
SELECT id, account, name, filters, shared, home, version, changed_ms FROM desk_view
WHERE home = :home AND shared AND account <> :account ORDER BY id LIMIT :limit;

-- query desk_view_all() -> each DeskViewRow
SELECT id, account, name, filters, shared, home, version, changed_ms FROM desk_view ORDER BY id;

-- row DeskMacroRow: id int, place text, name text, action text, reason text?, note text?, department text?, account int?,
--   by_account int, version int, changed_ms int

-- query desk_macro_add(place text, name text, action text, reason text?, note text?, department text?, account int?,
--   by_account int, now int) -> opt DeskMacroRow
INSERT INTO desk_macro (place, name, action, reason, note, department, account, by_account, version, changed_ms)
VALUES (:place, :name, :action, :reason, :note, :department, :account, :by_account, 1, :now)
ON CONFLICT DO NOTHING
RETURNING id, place, name, action, reason, note, department, account, by_account, version, changed_ms;

-- query desk_macro_change(id int, version int, place text, name text, action text, reason text?, note text?, department text?,
--   account int?, by_account int, now int) -> opt DeskMacroRow
UPDATE desk_macro SET place = :place, name = :name, action = :action, reason = :reason, note = :note, department = :department,
  account = :account, by_account = :by_account, version = version + 1, changed_ms = :now
WHERE id = :id AND version = :version
RETURNING id, place, name, action, reason, note, department, account, by_account, version, changed_ms;

-- query desk_macro_drop(id int) -> exec
DELETE FROM desk_macro WHERE id = :id;

-- query desk_macro_get(id int) -> opt DeskMacroRow
SELECT id, place, name, action, reason, note, department, account, by_account, version, changed_ms FROM desk_macro WHERE id = :id;

-- query desk_macro_named(place text, name text) -> opt DeskMacroRow
SELECT id, place, name, action, reason, note, department, account, by_account, version, changed_ms FROM desk_macro
WHERE place = :place AND name = :name;

-- query desk_macros(lo text, hi text, above text, limit int) -> many DeskMacroRow
SELECT id, place, name, action, reason, note, department, account, by_account, version, changed_ms FROM desk_macro
WHERE (place >= :lo AND place < :hi) OR CAST(:above AS TEXT) LIKE '%,' || place || ',%' ORDER BY place, name LIMIT :limit;

-- query desk_macro_count(place text) -> one DeskCount
SELECT count(*) AS n FROM desk_macro WHERE place = :place;

-- query desk_macro_all() -> each DeskMacroRow
SELECT id, place, name, action, reason, note, department, account, by_account, version, changed_ms FROM desk_macro ORDER BY id;

-- row DeskTemplateRow: id int, place text, name text, text text, by_account int, version int, changed_ms int

-- query desk_template_add(place text, name text, text text, by_account int, now int) -> opt DeskTemplateRow
INSERT INTO desk_template (place, name, text, by_account, version, changed_ms) VALUES (:place, :name, :text, :by_account, 1, :now)
ON CONFLICT DO NOTHING
RETURNING id, place, name, text, by_account, version, changed_ms;

-- query desk_template_change(id int, version int, place text, name text, text text, by_account int, now int) -> opt DeskTemplateRow
UPDATE desk_template SET place = :place, name = :name, text = :text, by_account = :by_account, version = version + 1, changed_ms = :now
WHERE id = :id AND version = :version
RETURNING id, place, name, text, by_account, version, changed_ms;

-- query desk_template_drop(id int) -> exec
DELETE FROM desk_template WHERE id = :id;

-- query desk_template_get(id int) -> opt DeskTemplateRow
SELECT id, place, name, text, by_account, version, changed_ms FROM desk_template WHERE id = :id;

-- query desk_template_named(place text, name text) -> opt DeskTemplateRow
SELECT id, place, name, text, by_account, version, changed_ms FROM desk_template WHERE place = :place AND name = :name;

-- query desk_templates(lo text, hi text, above text, limit int) -> many DeskTemplateRow
SELECT id, place, name, text, by_account, version, changed_ms FROM desk_template
WHERE (place >= :lo AND place < :hi) OR CAST(:above AS TEXT) LIKE '%,' || place || ',%' ORDER BY place, name LIMIT :limit;

-- query desk_template_count(place text) -> one DeskCount
SELECT count(*) AS n FROM desk_template WHERE place = :place;

-- query desk_template_all() -> each DeskTemplateRow
SELECT id, place, name, text, by_account, version, changed_ms FROM desk_template ORDER BY id;
