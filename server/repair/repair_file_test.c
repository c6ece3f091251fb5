/* The other formats: Shapefile with its companions, in a ZIP, with Chinese names in two code pages, in a projection; GeoPackage; KML. The files are
 * written here by the library itself. */
#include "base/test.h"
#include "repair/repair.h"
#include <gdal/cpl_conv.h>
#include <gdal/cpl_string.h>
#include <gdal/cpl_vsi.h>
#include <gdal/gdal.h>
#include <gdal/ogr_api.h>
#include <gdal/ogr_srs_api.h>
#include <math.h>
#include <stdio.h>

static const RepairOptions plain = { .crs = CRS_CGCS2000, .tolerance_m = REPAIR_TOLERANCE_M };

/* The drivers are the ones that reading registers. */
static void register_drivers(Arena *a) {
        RepairReport r;

        repair_import(a, &(RepairFile){ .bytes = S("{}") }, &plain, &r);
}

static void add_square(OGRLayerH layer, const char *name, double x, double y, double side) {
        OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(layer));
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon), ring = OGR_G_CreateGeometry(wkbLinearRing);

        for (int i = 0; i < 5; i++)
                OGR_G_AddPoint_2D(ring, x + side * (i == 1 || i == 2), y + side * (i == 2 || i == 3));
        OGR_G_AddGeometryDirectly(polygon, ring);
        OGR_F_SetGeometryDirectly(f, polygon);
        if (OGR_F_GetFieldIndex(f, "NAME") >= 0)
                OGR_F_SetFieldString(f, OGR_F_GetFieldIndex(f, "NAME"), name);
        if (OGR_L_CreateFeature(layer, f) != OGRERR_NONE)
                test_fail(__FILE__, __LINE__, "no feature");
        OGR_F_Destroy(f);
}

typedef struct Made {
        const char *driver, *path;
        int epsg; /* 0: none */
        double x, y, side;
        char **options;
} Made;

/* Two squares side by side, named in Chinese, and a point or nothing. */
static void make(const Made *m) {
        GDALDriverH driver = GDALGetDriverByName(m->driver);
        GDALDatasetH set = driver ? GDALCreate(driver, m->path, 0, 0, 0, GDT_Unknown, NULL) : NULL;
        OGRSpatialReferenceH srs = m->epsg ? OSRNewSpatialReference(NULL) : NULL;
        OGRFieldDefnH name = OGR_Fld_Create("NAME", OFTString);
        OGRLayerH layer;

        if (!set) {
                test_fail(__FILE__, __LINE__, "cannot make %s: %s", m->path, CPLGetLastErrorMsg());
                return;
        }
        if (srs) {
                (void)OSRImportFromEPSG(srs, m->epsg);
                OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
        }
        layer = GDALDatasetCreateLayer(set, "grids", srs, wkbPolygon, m->options);
        OGR_Fld_SetWidth(name, 80);
        (void)OGR_L_CreateField(layer, name, TRUE);
        OGR_Fld_Destroy(name);
        add_square(layer, "网格一", m->x, m->y, m->side);
        add_square(layer, "网格二", m->x + m->side, m->y, m->side);
        GDALClose(set);
        if (srs)
                OSRDestroySpatialReference(srs);
}

static Str bytes_of(Arena *a, const char *path) {
        vsi_l_offset n;
        const GByte *p = VSIGetMemFileBuffer(path, &n, FALSE);

        return p ? (Str){ arena_copy(a, p, n), n } : STR_NONE;
}

static RepairFile shapefile(Arena *a, const char *stem) {
        static const char *const parts[] = { "shp", "shx", "dbf", "prj", "cpg" };
        Str v[5];

        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
                v[i] = bytes_of(a, str_z(a, str_fmt(a, "%s.%s", stem, parts[i])));
        return (RepairFile){ v[0], v[1], v[2], v[3], v[4] };
}

static bool two_grids(const RepairReport *r, const char *format) {
        return r->stop == REPAIR_DONE && repair_is_clean(r) && r->features.n == 2 &&
               strcmp(r->format, format) == 0 && str_eq_c(r->features.v[0].name, "网格一") &&
               str_eq_c(r->features.v[1].name, "网格二") && mesh_counts(r->mesh).faces == 2;
}

static bool reads(Arena *a, const RepairFile *file, const char *format) {
        _cleanup_(repair_done) RepairReport r = { 0 };

        repair_import(a, file, &plain, &r);
        if (!two_grids(&r, format))
                fprintf(stderr, "%s: %s " STR_FMT "\n", format, repair_stop_name(r.stop), STR_ARG(r.detail));
        return two_grids(&r, format);
}

TEST(repair_file__a_shapefile_is_read_with_its_names_in_either_code_page) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        char *utf8[] = { "ENCODING=UTF-8", NULL };
        RepairFile f, whole;
        RepairReport r;
        char *dbf;

        register_drivers(a);
        make(&(Made){ "ESRI Shapefile", "/vsimem/made/grids.shp", 4490, 110, 30, 0.003, utf8 });
        f = shapefile(a, "/vsimem/made/grids");
        CHECK(f.bytes.n && f.dbf.n && f.prj.n && f.shx.n);
        CHECK(reads(a, &f, "ESRI Shapefile"));
        whole = f;
        f.shx = STR_NONE; /* without its index it is not one */
        repair_import(a, &f, &plain, &r);
        CHECK_INT(r.stop, REPAIR_UNREADABLE);
        f = whole;
        f.prj = STR_NONE;
        CHECK(reads(a, &f, "ESRI Shapefile"));
        f.cpg = STR_NONE; /* nobody says what the bytes are */
        dbf = arena_copy(a, f.dbf.p, f.dbf.n);
        dbf[29] = 0;
        f.dbf.p = dbf;
        CHECK(reads(a, &f, "ESRI Shapefile"));
        for (size_t i = 0; i + 9 <= f.dbf.n; i++) { /* the same in GB 18030, padded */
                static const char *const names[][2] = { { "网格一", "\xcd\xf8\xb8\xf1\xd2\xbb   " },
                                                        { "网格二", "\xcd\xf8\xb8\xf1\xb6\xfe   " } };

                for (int k = 0; k < 2; k++)
                        if (memcmp(dbf + i, names[k][0], 9) == 0)
                                memcpy(dbf + i, names[k][1], 9);
        }
        CHECK(reads(a, &f, "ESRI Shapefile"));
        VSIRmdirRecursive("/vsimem/made");
}

TEST(repair_file__a_shapefile_in_metres_is_unprojected_by_its_own_word) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        char *utf8[] = { "ENCODING=UTF-8", NULL };
        RepairFile f;

        register_drivers(a);
        make(&(Made){ "ESRI Shapefile", "/vsimem/made/grids.shp", 4547, 500000, 4400000, 300,
                      utf8 }); /* CGCS2000, 3° zone at 114° E */
        f = shapefile(a, "/vsimem/made/grids");
        VSIRmdirRecursive("/vsimem/made");
        repair_import(a, &f, &plain, &r);
        CHECK(two_grids(&r, "ESRI Shapefile") && r.unprojected && !r.datum_odd);
        CHECK(fabs((double)mesh_box(r.mesh).west / 1e7 - 114) < 1e-6);
        CHECK(fabs(r.features.v[0].after_m2 - 90000) < 5);
        repair_done(&r);
        f.prj = STR_NONE;
        repair_import(a, &f, &plain, &r);
        CHECK_INT(r.stop, REPAIR_PROJECTED);
}

TEST(repair_file__another_datum_is_warned_about) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        _cleanup_(repair_done) RepairReport r = { 0 };
        char *utf8[] = { "ENCODING=UTF-8", NULL };
        RepairFile f;

        register_drivers(a);
        make(&(Made){ "ESRI Shapefile", "/vsimem/made/grids.shp", 4610, 110, 30, 0.003,
                      utf8 }); /* Xi'an 1980 */
        f = shapefile(a, "/vsimem/made/grids");
        VSIRmdirRecursive("/vsimem/made");
        repair_import(a, &f, &plain, &r);
        CHECK(r.stop == REPAIR_DONE && r.datum_odd && !repair_is_clean(&r));
        CHECK(str_contains(r.datum, S("Xian")));
}

TEST(repair_file__a_zip_of_a_shapefile_is_read) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        static const char *const parts[] = { "shp", "shx", "dbf", "prj", "cpg" };
        char *utf8[] = { "ENCODING=UTF-8", NULL };
        RepairFile f, zip;
        VSILFILE *archive;

        register_drivers(a);
        make(&(Made){ "ESRI Shapefile", "/vsimem/made/grids.shp", 4490, 110, 30, 0.003, utf8 });
        f = shapefile(a, "/vsimem/made/grids");
        archive = VSIFOpenL("/vsizip//vsimem/made/all.zip", "wb");
        CHECK(archive);
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
                const Str *v[] = { &f.bytes, &f.shx, &f.dbf, &f.prj, &f.cpg };
                VSILFILE *member = VSIFOpenL(
                        str_z(a, str_fmt(a, "/vsizip//vsimem/made/all.zip/folder/grids.%s", parts[i])),
                        "wb");

                CHECK(member);
                VSIFWriteL(v[i]->p, 1, v[i]->n, member);
                VSIFCloseL(member);
        }
        VSIFCloseL(archive);
        zip = (RepairFile){ .bytes = bytes_of(a, "/vsimem/made/all.zip") };
        CHECK(zip.bytes.n > 200 && memcmp(zip.bytes.p, "PK", 2) == 0);
        CHECK(reads(a, &zip, "ESRI Shapefile"));
        VSIRmdirRecursive("/vsimem/made");
}

TEST(repair_file__geopackage_and_kml_are_read) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        RepairFile f = { 0 };

        register_drivers(a);
        make(&(Made){ "GPKG", "/vsimem/made/grids.gpkg", 4490, 110, 30, 0.003, NULL });
        f.bytes = bytes_of(a, "/vsimem/made/grids.gpkg");
        CHECK(reads(a, &f, "GPKG"));
        make(&(Made){ "KML", "/vsimem/made/grids.kml", 0, 110, 30, 0.003, NULL });
        f.bytes = bytes_of(a, "/vsimem/made/grids.kml");
        CHECK(str_contains(f.bytes, S("网格一")));
        CHECK(reads(a, &f, "KML"));
        VSIRmdirRecursive("/vsimem/made");
}

/* Every cut and every altered byte of a real file ends in a report or a refusal. */
TEST(repair_file__damaged_files_end_in_a_refusal) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        char *utf8[] = { "ENCODING=UTF-8", NULL };
        RepairFile whole, cut;
        RepairReport r;
        char *bytes;

        register_drivers(a);
        make(&(Made){ "ESRI Shapefile", "/vsimem/made/grids.shp", 4490, 110, 30, 0.003, utf8 });
        whole = shapefile(a, "/vsimem/made/grids");
        VSIRmdirRecursive("/vsimem/made");
        for (size_t n = 0; n < whole.bytes.n; n += 7) {
                cut = whole;
                cut.bytes.n = n;
                repair_import(a, &cut, &plain, &r);
                CHECK((r.stop == REPAIR_DONE) == (r.mesh != NULL));
                repair_done(&r);
        }
        bytes = arena_copy(a, whole.bytes.p, whole.bytes.n);
        for (size_t i = 0; i < whole.bytes.n; i++) {
                bytes[i] = (char)(bytes[i] ^ 0x55);
                cut = whole;
                cut.bytes.p = bytes;
                repair_import(a, &cut, &plain, &r);
                CHECK((r.stop == REPAIR_DONE) == (r.mesh != NULL) && r.stop != REPAIR_BROKEN);
                repair_done(&r);
                bytes[i] = (char)(bytes[i] ^ 0x55);
        }
}
