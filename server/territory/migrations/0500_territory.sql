-- Places: one row per code and time of validity. A renamed place ends and begins anew; nothing is deleted. Sealed.
CREATE TABLE territory_place (
  -- number of the row
  id @ID@,
  -- 2, 4, 6, 9, 12 or 15 digits; what it lies in is its shorter prefix
  code @TEXT@ NOT NULL,
  -- official name
  name @TEXT@ NOT NULL,
  -- 1 province, 2 city, 3 county, 4 township or street, 5 community or village, 6 grid
  kind @INT@ NOT NULL,
  -- of a grid: 1 community, 2 rural, 3 resident unit
  grid_kind @INT@,
  -- local name of the level, when it differs from the profile's
  level_name @TEXT@,
  -- households, as far as known
  households @INT@,
  -- valid from, Unix milliseconds; 0 since before the records
  since_ms @INT@ NOT NULL,
  -- valid until, Unix milliseconds; null today
  until_ms @INT@
) @STRICT@;
CREATE UNIQUE INDEX territory_place_now ON territory_place (code) WHERE until_ms IS NULL;
CREATE INDEX territory_place_code ON territory_place (code, since_ms);

-- Outlines of grids; those of higher places follow from them. Sealed.
CREATE TABLE territory_shape (
  -- number of the row
  id @ID@,
  -- code of the grid
  code @TEXT@ NOT NULL,
  -- the ring: count and zigzag varints of differences in 10⁻⁷ degree, CGCS2000, counter-clockwise
  ring @BLOB@ NOT NULL,
  -- area on the ellipsoid
  area_m2 @INT@ NOT NULL,
  -- valid from, Unix milliseconds
  since_ms @INT@ NOT NULL,
  -- valid until, Unix milliseconds; null today
  until_ms @INT@
) @STRICT@;
CREATE UNIQUE INDEX territory_shape_now ON territory_shape (code) WHERE until_ms IS NULL;

-- Points of interest on the map: community offices, the township's centre. Sealed.
CREATE TABLE territory_point (
  -- number of the point
  id @ID@,
  -- what it is: office, station
  kind @TEXT@ NOT NULL,
  -- name on the map
  name @TEXT@ NOT NULL,
  -- code of the place that it serves
  place @TEXT@ NOT NULL,
  -- longitude × 10⁷, CGCS2000
  lon_e7 @INT@ NOT NULL,
  -- latitude × 10⁷
  lat_e7 @INT@ NOT NULL,
  UNIQUE (place, kind, name)
) @STRICT@;

-- For other modules: the places of today.
CREATE VIEW v_territory_place AS
SELECT code, name, kind, grid_kind, households FROM territory_place WHERE until_ms IS NULL;
