-- Drafts, edits, publications, descent, transfers.

-- row MeshDraftRow: id int, name text, base int, state int, version int, position int, length int, created_by text, created_ms int,
--   changed_by text, changed_ms int, edition int?
-- row MeshEditStored: id int, draft_id int, seq int, op text, touched text, version int, live bool, by_name text, by_account int?, at_ms int
-- row MeshPublicationRow: edition int, draft_id int, valid_from_ms int, codes text, phase int, cursor int, version int
-- row MeshDescentStored: edition int, from_code text, to_code text, kind int, share int, area_m2 int
-- row MeshTransferRow: id int, edition int, subject int, subject_id int, label text, from_code text, to_code text?, at_ms int
-- row MeshCount: n int

-- query mesh_draft_add(name text, base int, by text, now int) -> one MeshDraftRow
INSERT INTO mesh_draft (name, base, state, version, position, length, created_by, created_ms, changed_by, changed_ms)
VALUES (:name, :base, 1, 1, 0, 0, :by, CAST(:now AS BIGINT), :by, CAST(:now AS BIGINT)) RETURNING {MeshDraftRow};

-- query mesh_draft_get(id int) -> opt MeshDraftRow
SELECT {MeshDraftRow} FROM mesh_draft WHERE id = :id;

-- query mesh_draft_page(before int, limit int) -> many MeshDraftRow
SELECT {MeshDraftRow} FROM mesh_draft WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- query mesh_draft_open() -> one MeshCount
SELECT count(*) AS n FROM mesh_draft WHERE state = 1;

-- Nothing when the version is no longer the one that was read.
-- query mesh_draft_set(id int, version int, state int, position int, length int, changed_by text, changed_ms int, edition int?) -> opt MeshDraftRow
UPDATE mesh_draft SET version = version + 1, state = :state, position = :position, length = :length, changed_by = :changed_by,
  changed_ms = :changed_ms, edition = :edition
WHERE id = :id AND version = :version RETURNING {MeshDraftRow};

-- query mesh_draft_all() -> each MeshDraftRow
SELECT {MeshDraftRow} FROM mesh_draft ORDER BY id;

-- query mesh_edit_add(draft int, seq int, op text, touched text, version int, by_name text, by_account int?, now int) -> one MeshEditStored
INSERT INTO mesh_edit (draft_id, seq, op, touched, version, live, by_name, by_account, at_ms)
VALUES (:draft, :seq, :op, :touched, :version, TRUE, :by_name, :by_account, :now) RETURNING {MeshEditStored};

-- The list of a draft, undone ones too, in order.
-- query mesh_edit_list(draft int) -> many MeshEditStored
SELECT {MeshEditStored} FROM mesh_edit WHERE draft_id = :draft AND live ORDER BY seq;

-- query mesh_edit_page(draft int, before int, limit int) -> many MeshEditStored
SELECT {MeshEditStored} FROM mesh_edit WHERE draft_id = :draft AND live AND seq < :before ORDER BY seq DESC LIMIT :limit;

-- What changed the draft since a version, by whomever; what is no longer live too.
-- query mesh_edit_since(draft int, version int) -> many MeshEditStored
SELECT {MeshEditStored} FROM mesh_edit WHERE draft_id = :draft AND version > :version ORDER BY version DESC, seq DESC;

-- query mesh_edit_drop(draft int, above int, version int) -> many MeshEditStored
UPDATE mesh_edit SET live = FALSE, version = :version WHERE draft_id = :draft AND live AND seq > :above RETURNING {MeshEditStored};

-- query mesh_edit_touch(draft int, seq int, version int) -> one MeshEditStored
UPDATE mesh_edit SET version = :version WHERE draft_id = :draft AND live AND seq = :seq RETURNING {MeshEditStored};

-- query mesh_edit_all() -> each MeshEditStored
SELECT {MeshEditStored} FROM mesh_edit ORDER BY id;

-- query mesh_publication_add(edition int, draft int, valid_from int, codes text, phase int) -> one MeshPublicationRow
INSERT INTO mesh_publication (edition, draft_id, valid_from_ms, codes, phase, cursor, version)
VALUES (:edition, :draft, :valid_from, :codes, :phase, 0, 1) RETURNING {MeshPublicationRow};

-- query mesh_publication_get(edition int) -> opt MeshPublicationRow
SELECT {MeshPublicationRow} FROM mesh_publication WHERE edition = :edition;

-- query mesh_publication_due(now int) -> many MeshPublicationRow
SELECT {MeshPublicationRow} FROM mesh_publication WHERE phase < 5 AND valid_from_ms <= :now ORDER BY edition LIMIT 20;

-- Whoever sets it first from a version goes on; nobody else does.
-- query mesh_publication_set(edition int, version int, phase int, cursor int) -> opt MeshPublicationRow
UPDATE mesh_publication SET version = version + 1, phase = :phase, cursor = :cursor
WHERE edition = :edition AND version = :version RETURNING {MeshPublicationRow};

-- query mesh_publication_all() -> each MeshPublicationRow
SELECT {MeshPublicationRow} FROM mesh_publication ORDER BY edition;

-- query mesh_descent_add(edition int, from_code text, to_code text, kind int, share int, area int) -> one MeshDescentStored
INSERT INTO mesh_descent (edition, from_code, to_code, kind, share, area_m2)
VALUES (:edition, :from_code, :to_code, :kind, :share, :area) RETURNING {MeshDescentStored};

-- query mesh_descent_of(code text) -> many MeshDescentStored
SELECT {MeshDescentStored} FROM mesh_descent WHERE from_code = :code OR to_code = :code ORDER BY edition, from_code, to_code LIMIT 500;

-- The successor with the most ground.
-- query mesh_descent_best(edition int, code text) -> opt MeshDescentStored
SELECT {MeshDescentStored} FROM mesh_descent WHERE edition = :edition AND from_code = :code ORDER BY area_m2 DESC, to_code LIMIT 1;

-- query mesh_descent_all() -> each MeshDescentStored
SELECT {MeshDescentStored} FROM mesh_descent ORDER BY edition, from_code, to_code;

-- query mesh_transfer_add(edition int, subject int, subject_id int, label text, from_code text, to_code text?, at int) -> one MeshTransferRow
INSERT INTO mesh_transfer (edition, subject, subject_id, label, from_code, to_code, at_ms)
VALUES (:edition, :subject, :subject_id, :label, :from_code, :to_code, :at) RETURNING {MeshTransferRow};

-- lo, hi, several: what the asker's posts reach (WhoScope).
-- query mesh_transfer_page(edition int, after int, limit int, lo text, hi text, several text?) -> many MeshTransferRow
SELECT {t.MeshTransferRow} FROM mesh_transfer t
WHERE t.edition = :edition AND t.id > :after AND t.from_code >= :lo AND t.from_code < :hi [[ AND ({place_in(:several, t.from_code)}) ]]
ORDER BY t.id LIMIT :limit;

-- query mesh_transfer_all() -> each MeshTransferRow
SELECT {MeshTransferRow} FROM mesh_transfer ORDER BY id;
