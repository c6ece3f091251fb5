-- Editions of the mesh; the blob is read only where it is needed.

-- row TerritoryEditionRow: number int, base int?, valid_from_ms int, digest text, mesh blob, faces int, grids int, note text?,
--   published_by text, published_account int?, published_ms int, withdrawn_by text?, withdrawn_ms int?
-- row TerritoryEditionItem: number int, base int?, valid_from_ms int, digest text, faces int, grids int, note text?,
--   published_by text, published_account int?, published_ms int, withdrawn_by text?, withdrawn_ms int?
-- row TerritoryMoment: at_ms int?
-- row TerritoryCodeRow: code text?

-- The one that is valid at a time.
-- query territory_edition_at(at int) -> opt TerritoryEditionItem
SELECT {TerritoryEditionItem} FROM territory_edition
WHERE withdrawn_ms IS NULL AND valid_from_ms <= :at ORDER BY valid_from_ms DESC, number DESC LIMIT 1;

-- The one that is valid last, as far as is known.
-- query territory_edition_newest() -> opt TerritoryEditionItem
SELECT {TerritoryEditionItem} FROM territory_edition
WHERE withdrawn_ms IS NULL ORDER BY valid_from_ms DESC, number DESC LIMIT 1;

-- query territory_edition_last() -> opt TerritoryEditionItem
SELECT {TerritoryEditionItem} FROM territory_edition ORDER BY number DESC LIMIT 1;

-- query territory_edition_get(number int) -> opt TerritoryEditionItem
SELECT {TerritoryEditionItem} FROM territory_edition WHERE number = :number;

-- query territory_edition_mesh(number int) -> opt TerritoryEditionRow
SELECT {TerritoryEditionRow} FROM territory_edition WHERE number = :number;

-- Newest first.
-- query territory_edition_page(before int, limit int) -> many TerritoryEditionItem
SELECT {TerritoryEditionItem} FROM territory_edition WHERE number < :before ORDER BY number DESC LIMIT :limit;

-- Nothing when another server was faster with that number.
-- query territory_edition_add(number int, base int?, valid_from_ms int, digest text, mesh blob, faces int, grids int, note text?,
--   published_by text, published_account int?, published_ms int) -> opt TerritoryEditionItem
INSERT INTO territory_edition (number, base, valid_from_ms, digest, mesh, faces, grids, note, published_by, published_account, published_ms)
VALUES (:number, :base, :valid_from_ms, :digest, :mesh, :faces, :grids, :note, :published_by, :published_account, :published_ms)
ON CONFLICT (number) DO NOTHING RETURNING {TerritoryEditionItem};

-- query territory_edition_withdraw(number int, by text, now int) -> opt TerritoryEditionItem
UPDATE territory_edition SET withdrawn_by = :by, withdrawn_ms = :now
WHERE number = :number AND withdrawn_ms IS NULL AND valid_from_ms > :now RETURNING {TerritoryEditionItem};

-- For verification.
-- query territory_editions_all() -> each TerritoryEditionRow
SELECT {TerritoryEditionRow} FROM territory_edition ORDER BY number;

-- When something becomes or ceases to be valid next.
-- query territory_next_change(now int) -> one TerritoryMoment
SELECT CAST(min(at_ms) AS BIGINT) AS at_ms FROM (
  SELECT min(valid_from_ms) AS at_ms FROM territory_edition WHERE withdrawn_ms IS NULL AND valid_from_ms > :now
  UNION ALL SELECT min(since_ms) FROM territory_place WHERE since_ms > 0 AND since_ms > :now
  UNION ALL SELECT min(until_ms) FROM territory_place WHERE until_ms IS NOT NULL AND until_ms > :now
) AS moments;

-- When something became or ceased to be valid last.
-- query territory_last_change(now int) -> one TerritoryMoment
SELECT CAST(max(at_ms) AS BIGINT) AS at_ms FROM (
  SELECT max(valid_from_ms) AS at_ms FROM territory_edition WHERE withdrawn_ms IS NULL AND valid_from_ms <= :now
  UNION ALL SELECT max(since_ms) FROM territory_place WHERE since_ms > 0 AND since_ms <= :now
  UNION ALL SELECT max(until_ms) FROM territory_place WHERE until_ms IS NOT NULL AND until_ms <= :now
) AS moments;

-- The moments at which outlines from before the editions began or changed.
-- query territory_shape_moments() -> many TerritoryMoment
SELECT DISTINCT since_ms AS at_ms FROM territory_shape ORDER BY since_ms LIMIT 1000;

-- The highest code that was ever given below a community, ended and withdrawn ones too.
-- query territory_code_last(lo text, hi text) -> one TerritoryCodeRow
SELECT max(code) AS code FROM territory_place WHERE code > :lo AND code < :hi AND kind = 6;
