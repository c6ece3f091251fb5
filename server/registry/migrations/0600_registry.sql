-- Buildings with their standard address. Sealed.
CREATE TABLE registry_building (
  -- number of the row
  id @ID@,
  -- 15 digits of the grid and 4 of a sequence in it; stays when borders move
  code @TEXT@ NOT NULL UNIQUE,
  -- the grid that holds the position today
  grid @TEXT@ NOT NULL,
  -- standard address as people read it
  address @TEXT@ NOT NULL,
  -- the address folded for comparison: width, case, blanks, 幢/栋/号楼, Chinese numerals
  address_fold @TEXT@ NOT NULL UNIQUE,
  -- short name on the map
  name @TEXT@ NOT NULL,
  -- longitude × 10⁷, CGCS2000
  lon_e7 @INT@ NOT NULL,
  -- latitude × 10⁷
  lat_e7 @INT@ NOT NULL,
  -- entrances, numbered from 1
  units @INT@ NOT NULL CHECK (units BETWEEN 1 AND 50),
  -- storeys
  floors @INT@ NOT NULL CHECK (floors BETWEEN 1 AND 150),
  -- households
  households @INT@ NOT NULL CHECK (households BETWEEN 0 AND 5000),
  -- outline as packed ring; made from the particulars while none is surveyed
  footprint @BLOB@ NOT NULL,
  -- counts changes
  version @INT@ NOT NULL,
  -- when it was added, Unix milliseconds
  created_ms @INT@ NOT NULL,
  -- when it was last changed, Unix milliseconds
  changed_ms @INT@ NOT NULL
) @STRICT@;
CREATE INDEX registry_building_grid ON registry_building (grid, code);
CREATE INDEX registry_building_at ON registry_building (lat_e7, lon_e7);

-- The last sequence number given out in each grid: numbers are never used again.
CREATE TABLE registry_sequence (
  -- code of the grid
  grid @TEXT@ NOT NULL PRIMARY KEY,
  -- the last number
  last @INT@ NOT NULL CHECK (last BETWEEN 1 AND 9999)
) @STRICT@;

-- For other modules.
CREATE VIEW v_registry_building AS
SELECT id, code, grid, address, address_fold, name, lon_e7, lat_e7, units, floors, households FROM registry_building;
