-- row TerritoryPlaceRow: id int, code text, name text, kind int, grid_kind int?, level_name text?, households int?,
--   since_ms int, until_ms int?
-- row TerritoryShapeRow: id int, code text, ring blob, area_m2 int, since_ms int, until_ms int?
-- row TerritoryPointRow: id int, kind text, name text, place text, lon_e7 int, lat_e7 int

-- Places valid at a time.
-- query territory_places_at(at int) -> each TerritoryPlaceRow
SELECT {TerritoryPlaceRow} FROM territory_place
WHERE since_ms <= :at AND (until_ms IS NULL OR until_ms > :at) ORDER BY code;

-- Outlines from before the editions.
-- query territory_shapes_at(at int) -> each TerritoryShapeRow
SELECT {TerritoryShapeRow} FROM territory_shape
WHERE since_ms <= :at AND (until_ms IS NULL OR until_ms > :at) ORDER BY code;

-- query territory_points() -> each TerritoryPointRow
SELECT {TerritoryPointRow} FROM territory_point ORDER BY id;

-- For verification, ended rows too.
-- query territory_places_all() -> each TerritoryPlaceRow
SELECT {TerritoryPlaceRow} FROM territory_place ORDER BY id;

-- query territory_shapes_all() -> each TerritoryShapeRow
SELECT {TerritoryShapeRow} FROM territory_shape ORDER BY id;

-- Rows of many codes that are valid now or will be, given as a JSON array of texts.
-- query territory_places_of(codes text, now int) -> many TerritoryPlaceRow
-- sqlite:
SELECT {TerritoryPlaceRow} FROM territory_place
WHERE code IN (SELECT value FROM json_each(:codes)) AND (until_ms IS NULL OR (until_ms > :now AND until_ms > since_ms))
ORDER BY code, since_ms;
-- postgres:
SELECT {TerritoryPlaceRow} FROM territory_place
WHERE code IN (SELECT value COLLATE "C" FROM json_array_elements_text(CAST(:codes AS json)))
  AND (until_ms IS NULL OR (until_ms > :now AND until_ms > since_ms))
ORDER BY code, since_ms;

-- The rows that are valid at that moment end at it.
-- query territory_places_end(codes text, at int) -> many TerritoryPlaceRow
-- sqlite:
UPDATE territory_place SET until_ms = :at
WHERE since_ms <= :at AND (until_ms IS NULL OR until_ms > :at) AND code IN (SELECT value FROM json_each(:codes))
RETURNING {TerritoryPlaceRow};
-- postgres:
UPDATE territory_place SET until_ms = :at
WHERE since_ms <= :at AND (until_ms IS NULL OR until_ms > :at)
  AND code IN (SELECT value COLLATE "C" FROM json_array_elements_text(CAST(:codes AS json)))
RETURNING {TerritoryPlaceRow};

-- Those that begin at a moment to come never do: they end as they begin.
-- query territory_places_cancel(since int) -> many TerritoryPlaceRow
UPDATE territory_place SET until_ms = since_ms
WHERE since_ms = :since AND since_ms > 0 AND (until_ms IS NULL OR until_ms > since_ms) RETURNING {TerritoryPlaceRow};

-- Those that were to end at a moment to come go on.
-- query territory_places_resume(until int) -> many TerritoryPlaceRow
UPDATE territory_place SET until_ms = NULL WHERE until_ms = :until AND since_ms < until_ms RETURNING {TerritoryPlaceRow};

-- New rows as a JSON array of objects.
-- query territory_places_add(rows text) -> many TerritoryPlaceRow
-- sqlite:
INSERT INTO territory_place (code, name, kind, grid_kind, level_name, households, since_ms, until_ms)
SELECT value->>'code', value->>'name', value->>'kind', value->>'grid_kind', value->>'level_name', value->>'households',
  value->>'since', value->>'until' FROM json_each(:rows)
RETURNING {TerritoryPlaceRow};
-- postgres:
INSERT INTO territory_place (code, name, kind, grid_kind, level_name, households, since_ms, until_ms)
SELECT value->>'code', value->>'name', CAST(value->>'kind' AS BIGINT), CAST(value->>'grid_kind' AS BIGINT),
  value->>'level_name', CAST(value->>'households' AS BIGINT), CAST(value->>'since' AS BIGINT), CAST(value->>'until' AS BIGINT)
FROM json_array_elements(CAST(:rows AS json))
RETURNING {TerritoryPlaceRow};

-- query territory_point_put(kind text, name text, place text, lon int, lat int) -> one TerritoryPointRow
INSERT INTO territory_point (kind, name, place, lon_e7, lat_e7) VALUES (:kind, :name, :place, :lon, :lat)
ON CONFLICT (place, kind, name) DO UPDATE SET lon_e7 = excluded.lon_e7, lat_e7 = excluded.lat_e7
RETURNING {TerritoryPointRow};
