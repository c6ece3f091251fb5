-- Files that were checked for drafts.

-- row MeshCheckRow: id int, draft_id int, name text, sha256 text, crs int, tolerance int, name_field text?, code_field text?, ground text,
--   decisions text, version int, created_by text, created_ms int, accepted_ms int?, dropped_ms int?
-- row MeshCheckFile: check_id int, bytes blob
-- row MeshCheckCount: n int

-- query mesh_check_add(draft int, name text, sha256 text, crs int, tolerance int, name_field text?, code_field text?, ground text, by text,
--   now int) -> one MeshCheckRow
INSERT INTO mesh_check (draft_id, name, sha256, crs, tolerance, name_field, code_field, ground, decisions, version, created_by, created_ms)
VALUES (:draft, :name, :sha256, :crs, :tolerance, :name_field, :code_field, :ground, '[]', 1, :by, :now) RETURNING {MeshCheckRow};

-- query mesh_check_file_add(check_id int, bytes blob) -> exec
INSERT INTO mesh_check_file (check_id, bytes) VALUES (:check_id, :bytes);

-- query mesh_check_get(id int) -> opt MeshCheckRow
SELECT {MeshCheckRow} FROM mesh_check WHERE id = :id AND dropped_ms IS NULL;

-- query mesh_check_file_get(id int) -> opt MeshCheckFile
SELECT {MeshCheckFile} FROM mesh_check_file WHERE check_id = :id;

-- query mesh_check_page(draft int, before int, limit int) -> many MeshCheckRow
SELECT {MeshCheckRow} FROM mesh_check WHERE draft_id = :draft AND id < :before AND dropped_ms IS NULL ORDER BY id DESC LIMIT :limit;

-- query mesh_check_count(draft int) -> one MeshCheckCount
SELECT count(*) AS n FROM mesh_check WHERE draft_id = :draft AND dropped_ms IS NULL;

-- Nothing when the version is no longer the one that was read.
-- query mesh_check_set(id int, version int, ground text, decisions text, accepted int?) -> opt MeshCheckRow
UPDATE mesh_check SET version = version + 1, ground = :ground, decisions = :decisions, accepted_ms = :accepted
WHERE id = :id AND version = :version RETURNING {MeshCheckRow};

-- Nothing when somebody else did it.
-- query mesh_check_drop(id int, now int) -> opt MeshCheckRow
UPDATE mesh_check SET version = version + 1, dropped_ms = :now WHERE id = :id AND dropped_ms IS NULL RETURNING {MeshCheckRow};

-- query mesh_check_file_drop(id int) -> exec
DELETE FROM mesh_check_file WHERE check_id = :id;

-- query mesh_check_files_drop(draft int) -> exec
DELETE FROM mesh_check_file WHERE check_id IN (SELECT id FROM mesh_check WHERE draft_id = :draft);

-- query mesh_check_all() -> each MeshCheckRow
SELECT {MeshCheckRow} FROM mesh_check ORDER BY id;
