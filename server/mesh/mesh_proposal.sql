-- Proposals as they were seen.

-- row MeshProposalRow: draft_id int, digest text, version int, community text, grids int, parts text, asked_ms int

-- query mesh_proposal_put(draft int, digest text, version int, community text, grids int, parts text, now int) -> exec
INSERT INTO mesh_proposal (draft_id, digest, version, community, grids, parts, asked_ms)
VALUES (:draft, :digest, :version, :community, :grids, :parts, :now)
ON CONFLICT (draft_id, digest) DO UPDATE SET version = excluded.version, asked_ms = excluded.asked_ms;

-- query mesh_proposal_get(draft int, digest text) -> opt MeshProposalRow
SELECT {MeshProposalRow} FROM mesh_proposal WHERE draft_id = :draft AND digest = :digest;

-- query mesh_proposal_tidy(draft int, keep int) -> exec
DELETE FROM mesh_proposal WHERE draft_id = :draft
  AND digest NOT IN (SELECT k.digest FROM mesh_proposal k WHERE k.draft_id = :draft ORDER BY k.asked_ms DESC, k.digest LIMIT :keep);

-- query mesh_proposals_drop(draft int) -> exec
DELETE FROM mesh_proposal WHERE draft_id = :draft;
