-- row RegistryBuildingRow: id int, code text, grid text, address text, address_fold text, name text, lon_e7 int, lat_e7 int,
--   units int, floors int, households int, footprint blob, version int, created_ms int, changed_ms int
-- row RegistryPlateRow: code text, grid text, address text, name text, lon_e7 int, lat_e7 int
-- row RegistrySequenceRow: last int

-- query registry_sequence_next(grid text) -> one RegistrySequenceRow
INSERT INTO registry_sequence (grid, last) VALUES (:grid, 1)
ON CONFLICT (grid) DO UPDATE SET last = registry_sequence.last + 1 RETURNING last;

-- Nothing when the address is there already.
-- query registry_building_insert(code text, grid text, address text, fold text, name text, lon int, lat int, units int,
--   floors int, households int, footprint blob, now int) -> opt RegistryBuildingRow
INSERT INTO registry_building (code, grid, address, address_fold, name, lon_e7, lat_e7, units, floors, households, footprint,
  version, created_ms, changed_ms)
VALUES (:code, :grid, :address, :fold, :name, :lon, :lat, :units, :floors, :households, :footprint, 1, :now, :now)
ON CONFLICT (address_fold) DO NOTHING
RETURNING {RegistryBuildingRow};

-- query registry_building_by_code(code text) -> opt RegistryBuildingRow
SELECT {RegistryBuildingRow} FROM registry_building WHERE code = :code;

-- query registry_building_by_fold(fold text) -> opt RegistryBuildingRow
SELECT {RegistryBuildingRow} FROM registry_building WHERE address_fold = :fold;

-- Nothing when somebody changed it first.
-- query registry_building_update(code text, name text, units int, floors int, households int, footprint blob, version int,
--   now int) -> opt RegistryBuildingRow
UPDATE registry_building SET name = :name, units = :units, floors = :floors, households = :households,
  footprint = :footprint, version = version + 1, changed_ms = :now
WHERE code = :code AND version = :version
RETURNING {RegistryBuildingRow};

-- scope_lo, scope_hi, several: what the asker's posts reach (WhoScope).
-- query registry_buildings(lo text, hi text, scope_lo text, scope_hi text, several text?, like text?,
--   after text?, limit int) -> many RegistryBuildingRow
SELECT {b.RegistryBuildingRow}
FROM registry_building b
WHERE b.grid >= :lo AND b.grid < :hi
AND b.grid >= :scope_lo AND b.grid < :scope_hi
[[ AND ({place_in(:several, b.grid)}) ]]
[[ AND (b.address_fold LIKE :like ESCAPE '!' OR b.name LIKE :like ESCAPE '!' OR b.code LIKE :like ESCAPE '!') ]]
[[ AND b.code > :after ]]
ORDER BY b.code LIMIT :limit;

-- query registry_buildings_in_box(west int, south int, east int, north int, scope_lo text, scope_hi text,
--   several text?, limit int) -> many RegistryBuildingRow
SELECT {b.RegistryBuildingRow}
FROM registry_building b
WHERE b.lat_e7 BETWEEN :south AND :north AND b.lon_e7 BETWEEN :west AND :east
AND b.grid >= :scope_lo AND b.grid < :scope_hi
[[ AND ({place_in(:several, b.grid)}) ]]
ORDER BY b.code LIMIT :limit;

-- What anybody may see, in a box and below a place.
-- query registry_plates(lo text, hi text, west int, south int, east int, north int, code text?, after text?, limit int)
--   -> many RegistryPlateRow
SELECT {RegistryPlateRow}
FROM registry_building
WHERE grid >= :lo AND grid < :hi AND lat_e7 BETWEEN :south AND :north AND lon_e7 BETWEEN :west AND :east
[[ AND code = :code ]]
[[ AND code > :after ]]
ORDER BY code LIMIT :limit;

-- Of these grids (a JSON array of codes), after the one of that number.
-- query registry_buildings_of(grids text, after int, limit int) -> many RegistryBuildingRow
-- sqlite:
SELECT {RegistryBuildingRow} FROM registry_building
WHERE grid IN (SELECT value FROM json_each(:grids)) AND id > :after ORDER BY id LIMIT :limit;
-- postgres:
SELECT {RegistryBuildingRow} FROM registry_building
WHERE grid IN (SELECT value COLLATE "C" FROM json_array_elements_text(CAST(:grids AS json))) AND id > :after ORDER BY id LIMIT :limit;

-- query registry_building_regrid(id int, version int, grid text, now int) -> opt RegistryBuildingRow
UPDATE registry_building SET grid = :grid, version = version + 1, changed_ms = :now
WHERE id = :id AND version = :version RETURNING {RegistryBuildingRow};

-- For verification.
-- query registry_buildings_all() -> each RegistryBuildingRow
SELECT {RegistryBuildingRow} FROM registry_building ORDER BY id;
