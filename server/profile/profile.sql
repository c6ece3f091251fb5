-- Drafts and the files that they change.

-- row ProfileDraftRow: id int, name text, state int, version int, created_by text, created_ms int, changed_by text, changed_ms int,
--   checked_version int?, checked_base text?, active_from_ms int?, move_open bool, published_by text?, published_ms int?,
--   activated_ms int?, moved_to int?, moved int, stayed int, held text?
-- row ProfileFileRow: draft_id int, kind text, name text, base_edition int, content text, removed bool
-- row ProfileDraftCount: n int

-- query profile_draft_add(name text, created_by text, now int) -> one ProfileDraftRow
INSERT INTO profile_draft (name, state, version, created_by, created_ms, changed_by, changed_ms, move_open, moved, stayed)
VALUES (:name, 1, 1, :created_by, CAST(:now AS BIGINT), :created_by, CAST(:now AS BIGINT), FALSE, 0, 0)
RETURNING {ProfileDraftRow};

-- query profile_draft_get(id int) -> opt ProfileDraftRow
SELECT {ProfileDraftRow} FROM profile_draft WHERE id = :id;

-- query profile_draft_page(before int, limit int) -> many ProfileDraftRow
SELECT {ProfileDraftRow} FROM profile_draft WHERE id < :before AND state <> 5 ORDER BY id DESC LIMIT :limit;

-- query profile_draft_open_count() -> one ProfileDraftCount
SELECT count(*) AS n FROM profile_draft WHERE state IN (1, 2, 4);

-- query profile_draft_all() -> each ProfileDraftRow
SELECT {ProfileDraftRow} FROM profile_draft ORDER BY id;

-- Due, or with open cases still to be moved; oldest publication first.
-- query profile_draft_due(now int) -> many ProfileDraftRow
SELECT {ProfileDraftRow} FROM profile_draft
WHERE (state = 2 AND active_from_ms <= :now) OR (state = 3 AND moved_to IS NOT NULL)
ORDER BY published_ms, id LIMIT 20;

-- Everything that changes; nothing when the version is no longer the one that was read.
-- query profile_draft_set(id int, version int, state int, changed_by text, changed_ms int, active_from_ms int?, move_open bool,
--   published_by text?, published_ms int?, activated_ms int?, moved_to int?, moved int, stayed int, held text?) -> opt ProfileDraftRow
UPDATE profile_draft SET version = version + 1, state = :state, changed_by = :changed_by, changed_ms = :changed_ms,
  active_from_ms = :active_from_ms, move_open = :move_open, published_by = :published_by, published_ms = :published_ms,
  activated_ms = :activated_ms, moved_to = :moved_to, moved = :moved, stayed = :stayed, held = :held
WHERE id = :id AND version = :version
RETURNING {ProfileDraftRow};

-- query profile_draft_checked(id int, version int, base text?) -> opt ProfileDraftRow
UPDATE profile_draft SET checked_version = CASE WHEN CAST(:base AS TEXT) IS NULL THEN NULL ELSE version END,
  checked_base = CAST(:base AS TEXT)
WHERE id = :id AND version = :version
RETURNING {ProfileDraftRow};

-- query profile_file_list(draft int) -> many ProfileFileRow
SELECT {ProfileFileRow} FROM profile_file WHERE draft_id = :draft ORDER BY kind, name;

-- query profile_file_all() -> each ProfileFileRow
SELECT {ProfileFileRow} FROM profile_file ORDER BY draft_id, kind, name;

-- query profile_file_put(draft int, kind text, name text, base int, content text, removed bool) -> one ProfileFileRow
INSERT INTO profile_file (draft_id, kind, name, base_edition, content, removed)
VALUES (:draft, :kind, :name, :base, :content, :removed)
ON CONFLICT (draft_id, kind, name) DO UPDATE SET base_edition = excluded.base_edition, content = excluded.content,
  removed = excluded.removed
RETURNING {ProfileFileRow};

-- query profile_file_drop(draft int, kind text, name text) -> exec
DELETE FROM profile_file WHERE draft_id = :draft AND kind = :kind AND name = :name;

-- query profile_staff_of(department text) -> one ProfileDraftCount
SELECT count(*) AS n FROM v_who_post WHERE department = :department AND until_ms IS NULL;
