-- row TerritoryPlaceRow: id int, code text, name text, kind int, grid_kind int?, level_name text?, households int?,
--   since_ms int, until_ms int?
-- row TerritoryShapeRow: id int, code text, ring blob, area_m2 int, since_ms int, until_ms int?
-- row TerritoryPointRow: id int, kind text, name text, place text, lon_e7 int, lat_e7 int

-- Places valid at a time; the largest integer gives those without an end.
-- query territory_places_at(at int) -> each TerritoryPlaceRow
SELECT {TerritoryPlaceRow} FROM territory_place
WHERE since_ms <= :at AND (until_ms IS NULL OR until_ms > :at) ORDER BY code;

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

-- Today's rows of many codes, given as a JSON array of texts.
-- query territory_places_of(codes text) -> many TerritoryPlaceRow
-- sqlite:
SELECT {TerritoryPlaceRow} FROM territory_place
WHERE until_ms IS NULL AND code IN (SELECT value FROM json_each(:codes));
-- postgres:
SELECT {TerritoryPlaceRow} FROM territory_place
WHERE until_ms IS NULL AND code IN (SELECT value COLLATE "C" FROM json_array_elements_text(CAST(:codes AS json)));

-- query territory_places_end(codes text, now int) -> many TerritoryPlaceRow
-- sqlite:
UPDATE territory_place SET until_ms = :now WHERE until_ms IS NULL AND code IN (SELECT value FROM json_each(:codes))
RETURNING {TerritoryPlaceRow};
-- postgres:
UPDATE territory_place SET until_ms = :now
WHERE until_ms IS NULL AND code IN (SELECT value COLLATE "C" FROM json_array_elements_text(CAST(:codes AS json)))
RETURNING {TerritoryPlaceRow};

-- New rows as a JSON array of objects.
-- query territory_places_add(rows text) -> many TerritoryPlaceRow
-- sqlite:
INSERT INTO territory_place (code, name, kind, grid_kind, level_name, households, since_ms)
SELECT value->>'code', value->>'name', value->>'kind', value->>'grid_kind', value->>'level_name', value->>'households',
  value->>'since' FROM json_each(:rows)
RETURNING {TerritoryPlaceRow};
-- postgres:
INSERT INTO territory_place (code, name, kind, grid_kind, level_name, households, since_ms)
SELECT value->>'code', value->>'name', CAST(value->>'kind' AS BIGINT), CAST(value->>'grid_kind' AS BIGINT),
  value->>'level_name', CAST(value->>'households' AS BIGINT), CAST(value->>'since' AS BIGINT)
FROM json_array_elements(CAST(:rows AS json))
RETURNING {TerritoryPlaceRow};

-- query territory_shape_of(code text) -> opt TerritoryShapeRow
SELECT {TerritoryShapeRow} FROM territory_shape WHERE code = :code AND until_ms IS NULL;

-- query territory_shape_end(id int, now int) -> one TerritoryShapeRow
UPDATE territory_shape SET until_ms = :now WHERE id = :id RETURNING {TerritoryShapeRow};

-- query territory_shape_add(code text, ring blob, area int, since int) -> one TerritoryShapeRow
INSERT INTO territory_shape (code, ring, area_m2, since_ms) VALUES (:code, :ring, :area, :since)
RETURNING {TerritoryShapeRow};

-- query territory_point_put(kind text, name text, place text, lon int, lat int) -> one TerritoryPointRow
INSERT INTO territory_point (kind, name, place, lon_e7, lat_e7) VALUES (:kind, :name, :place, :lon, :lat)
ON CONFLICT (place, kind, name) DO UPDATE SET lon_e7 = excluded.lon_e7, lat_e7 = excluded.lat_e7
RETURNING {TerritoryPointRow};
