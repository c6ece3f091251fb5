/* Geometries as a GeoPackage holds them: well-known binary in a real file, read by GDAL, and all of the repair behind it. The first byte is the
 * label and the tolerance; then each geometry, two bytes of length before it, without the GeoPackage's own header. */
#include "repaired.h"
#include <sqlite3.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADER = 8, GEOMETRIES_MAX = 16 };

static void must(bool good) {
        if (!good)
                abort();
}

/* What OGC 12-128 asks of a file with one layer of polygons. */
static sqlite3 *package(void) {
        static const char made[] =
                "PRAGMA page_size = 512; PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;"
                "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,"
                " organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);"
                "INSERT INTO gpkg_spatial_ref_sys VALUES ('CGCS2000', 4490, 'EPSG', 4490, 'undefined', NULL);"
                "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT,"
                " last_change TEXT NOT NULL, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);"
                "INSERT INTO gpkg_contents VALUES ('grids', 'features', 'grids', '', '2026-11-16T00:00:00.000Z', 114, 40, 115, 41, 4490);"
                "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,"
                " srs_id INTEGER NOT NULL, z INTEGER NOT NULL, m INTEGER NOT NULL, PRIMARY KEY (table_name, column_name));"
                "INSERT INTO gpkg_geometry_columns VALUES ('grids', 'geom', 'GEOMETRY', 4490, 2, 2);"
                "CREATE TABLE grids (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT)";
        sqlite3 *db = NULL;

        must(sqlite3_open(":memory:", &db) == SQLITE_OK &&
             sqlite3_exec(db, made, NULL, NULL, NULL) == SQLITE_OK);
        return db;
}

static void put(sqlite3 *db, const uint8_t *wkb, size_t n) {
        static const uint8_t header[HEADER] = {
                'G', 'P', 0, 1, 0x8a, 0x11, 0, 0
        }; /* little-endian, no envelope, 4490 */
        uint8_t blob[HEADER + (1 << 14)];
        sqlite3_stmt *add = NULL;

        memcpy(blob, header, HEADER);
        memcpy(blob + HEADER, wkb, n);
        must(sqlite3_prepare_v2(db, "INSERT INTO grids (geom, name) VALUES (?, 'A')", -1, &add, NULL) ==
                     SQLITE_OK &&
             sqlite3_bind_blob(add, 1, blob, (int)(HEADER + n), SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_step(add) == SQLITE_DONE);
        sqlite3_finalize(add);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        static sqlite3 *db;
        sqlite3_int64 bytes = 0;
        unsigned char *file;

        if (size < 3 || size > 1 << 14)
                return 0;
        if (!db)
                db = package();
        must(sqlite3_exec(db, "DELETE FROM grids", NULL, NULL, NULL) == SQLITE_OK);
        for (size_t at = 1, geometries = 0; at + 2 < size && geometries < GEOMETRIES_MAX; geometries++) {
                size_t n = (size_t)(data[at] | data[at + 1] << 8);

                at += 2;
                n = n < size - at ? n : size - at;
                put(db, data + at, n);
                at += n;
        }
        file = sqlite3_serialize(db, "main", &bytes, 0);
        must(file != NULL);
        repaired_or_refused((Str){ (const char *)file, (size_t)bytes }, data[0]);
        sqlite3_free(file);
        return 0;
}
