/* Reading: the bytes are laid into GDAL's memory files and opened by one of four drivers; no other is registered in this process, no path
 * and no address of the user's ever reaches GDAL. */
#include "base/rc.h"
#include "base/time.h"
#include "repair/repair_gdal.h"
#include <math.h>
#include <stdio.h>

static const char *const formats[] = { "GeoJSON", "ESRI Shapefile", "GPKG", "KML" };
enum { GEOJSON, SHAPEFILE, GPKG, KML, ZIP, UNKNOWN };

static int format_of(Str b) {
        Str head = str_starts(b, S("\xef\xbb\xbf")) ? str_sub(b, 3, b.n) : b;

        if (str_starts(b, S("SQLite format 3")))
                return GPKG;
        if (b.n >= 100 && memcmp(b.p, "\0\0\x27\x0a", 4) == 0)
                return SHAPEFILE;
        if (str_starts(b, S("PK\x03\x04")))
                return ZIP;
        while (head.n && (*head.p == ' ' || *head.p == '\n' || *head.p == '\r' || *head.p == '\t'))
                head = str_sub(head, 1, head.n);
        if (!head.n || (*head.p != '{' && *head.p != '<'))
                return UNKNOWN;
        return *head.p == '{' ? GEOJSON : KML;
}

/* ---- memory files ---------------------------------------------------------------------------------------------------------- */

typedef struct Mount {
        char dir[64];
        GDALDatasetH dataset;
} Mount;

static void mount_done(Mount *m) {
        if (!gdal)
                return;
        if (m->dataset)
                gdal->GDALClose(m->dataset);
        if (m->dir[0])
                gdal->VSIRmdirRecursive(m->dir);
        gdal->CPLPopErrorHandler();
}

static bool mount_put(Mount *m, const char *name, Str bytes) {
        char path[96];
        VSILFILE *f;

        if (!str_given(bytes))
                return true;
        snprintf(path, sizeof path, "%s/%s", m->dir, name);
        f = gdal->VSIFileFromMemBuffer(path, (GByte *)(uintptr_t)bytes.p, bytes.n,
                                       FALSE); /* opened to read only */
        if (f)
                gdal->VSIFCloseL(f);
        return f != NULL;
}

/* One member of an archive, never more than what is left of the limit. */
static bool unzip(Repair *r, Mount *m, const char *path, const char *name, size_t *left) {
        VSIStatBufL st;
        VSILFILE *f;
        char *bytes;
        size_t n;

        if (gdal->VSIStatL(path, &st) != 0)
                return true;
        if (st.st_size < 0 || (uint64_t)st.st_size > *left)
                return repair_end(r, REPAIR_TOO_BIG, "the archive unpacks to more than is read");
        bytes = arena_take(r->arena, (size_t)st.st_size + 1);
        f = gdal->VSIFOpenL(path, "rb");
        n = f ? gdal->VSIFReadL(bytes, 1, (size_t)st.st_size, f) : 0;
        if (f)
                gdal->VSIFCloseL(f);
        *left -= n;
        return mount_put(m, name, (Str){ bytes, n }) || repair_end(r, REPAIR_UNREADABLE, "the archive");
}

static bool unzip_shapefile(Repair *r, Mount *m) {
        static const char *const parts[] = { "shp", "shx", "dbf", "prj", "cpg" };
        char archive[96], path[512], name[16];
        size_t left = REPAIR_BYTES_MAX;
        char **names;
        bool fine = true;
        const char *shp = NULL;

        snprintf(archive, sizeof archive, "/vsizip/%s/in.zip", m->dir);
        names = gdal->VSIReadDirRecursive(archive);
        for (int i = 0; names && names[i] && i < 1000 && !shp; i++)
                if (strlen(names[i]) < 300 && EQUAL(gdal->CPLGetExtension(names[i]), "shp"))
                        shp = names[i];
        for (size_t i = 0; shp && fine && i < ARRAY_LEN(parts); i++) {
                bool upper = gdal->CPLGetExtension(shp)[0] == 'S';

                snprintf(path, sizeof path, "%s/%.*s%s", archive, (int)strlen(shp) - 3, shp, parts[i]);
                for (char *c = path + strlen(path) - 3; upper && *c; c++)
                        *c = (char)(*c - 'a' + 'A');
                snprintf(name, sizeof name, "in.%s", parts[i]);
                fine = unzip(r, m, path, name, &left);
        }
        gdal->CSLDestroy(names);
        return fine && (shp || repair_end(r, REPAIR_NOT_KNOWN, "there is no .shp in the archive"));
}

/* Strings of a Shapefile whose code page nobody states are read as they are, and looked at in text_of. */
static bool states_code_page(const RepairFile *file) {
        return str_given(file->cpg) || (file->dbf.n > 29 && file->dbf.p[29]);
}

static bool mount_open(Repair *r, Mount *m, const RepairFile *file) {
        static const char *const files[] = { "in.geojson", "in.shp", "in.gpkg", "in.kml", "in.zip" };
        const char *as_is[] = { "ENCODING=", NULL }, *drivers[2] = { NULL, NULL };
        int format = format_of(file->bytes);
        char path[96];

        if (file->bytes.n > REPAIR_BYTES_MAX)
                return repair_end(r, REPAIR_TOO_BIG, "bytes");
        if (format == UNKNOWN)
                return repair_end(r, REPAIR_NOT_KNOWN, "");
        snprintf(m->dir, sizeof m->dir, "/vsimem/repair-%p", (void *)m);
        if (!mount_put(m, files[format], file->bytes) || !mount_put(m, "in.shx", file->shx) ||
            !mount_put(m, "in.dbf", file->dbf) || !mount_put(m, "in.prj", file->prj) ||
            !mount_put(m, "in.cpg", file->cpg))
                return repair_end(r, REPAIR_UNREADABLE, gdal->CPLGetLastErrorMsg());
        if (format == ZIP && !unzip_shapefile(r, m))
                return false;
        if (format == ZIP)
                format = SHAPEFILE;
        r->report->format = drivers[0] = formats[format];
        snprintf(path, sizeof path, "%s/%s", m->dir, files[format]);
        m->dataset = gdal->GDALOpenEx(
                path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers,
                format == SHAPEFILE && file->dbf.n && !states_code_page(file) ? as_is : NULL, NULL);
        return m->dataset || repair_end(r, REPAIR_UNREADABLE, gdal->CPLGetLastErrorMsg());
}

/* ---- coordinates ------------------------------------------------------------------------------------------------------------- */

typedef struct LayerRead {
        Repair *r;
        OGRLayerH layer;
        OGRSpatialReferenceH geographic;
        OGRCoordinateTransformationH unproject; /* NULL: degrees already */
        int name_field, code_field;
        size_t far;              /* vertices that are on no globe */
        RepairPointList *points; /* NULL: polygons are wanted */
} LayerRead;

static void layer_done(LayerRead *l) {
        if (l->unproject)
                gdal->OCTDestroyCoordinateTransformation(l->unproject);
        if (l->geographic)
                gdal->OSRDestroySpatialReference(l->geographic);
}

static bool datum_is_ours(Str name) {
        return str_contains(name, S("WGS")) || str_contains(name, S("CGCS")) ||
               str_contains(name, S("China_2000")) || str_contains(name, S("China 2000")) ||
               str_contains(name, S("World Geodetic")) || str_contains(name, S("Unknown")) ||
               str_contains(name, S("unknown"));
}

/* A projection is undone by PROJ to the datum that it stands on; the datum itself is what the user states. */
static bool layer_datum(LayerRead *l) {
        OGRSpatialReferenceH srs = gdal->OGR_L_GetSpatialRef(l->layer);
        RepairReport *report = l->r->report;
        const char *datum = srs ? gdal->OSRGetAttrValue(srs, "DATUM", 0) : NULL;

        if (!srs)
                return true;
        if (datum && !report->datum.n && report->format != formats[GEOJSON] &&
            report->format != formats[KML]) {
                report->datum = str_dup(l->r->arena, str_c(datum));
                report->datum_odd = !datum_is_ours(report->datum);
        }
        if (!gdal->OSRIsProjected(srs))
                return true;
        l->geographic = gdal->OSRCloneGeogCS(srs);
        if (l->geographic) {
                gdal->OSRSetAxisMappingStrategy(l->geographic, OAMS_TRADITIONAL_GIS_ORDER);
                l->unproject = gdal->OCTNewCoordinateTransformation(srs, l->geographic);
        }
        report->unprojected = l->unproject != NULL;
        return l->unproject || repair_end(l->r, REPAIR_PROJECTED, gdal->CPLGetLastErrorMsg());
}

static bool to_point(LayerRead *l, double x, double y, Point *ret) {
        if (l->unproject &&
            (!isfinite(x) || !isfinite(y) || !gdal->OCTTransform(l->unproject, 1, &x, &y, NULL)))
                return false;
        return crs_point((LonLat){ x, y }, l->r->options->crs, ret);
}

/* ---- polygons ---------------------------------------------------------------------------------------------------------------- */

static bool read_ring(LayerRead *l, OGRGeometryH geometry, size_t feature, Ring *ret) {
        Repair *r = l->r;
        int n = gdal->OGR_G_GetPointCount(geometry);
        Ring ring = { 0 };
        bool closed = n < 2 || (gdal->OGR_G_GetX(geometry, 0) == gdal->OGR_G_GetX(geometry, n - 1) &&
                                gdal->OGR_G_GetY(geometry, 0) == gdal->OGR_G_GetY(geometry, n - 1));
        bool far = false;

        r->points += (size_t)n;
        if (r->points > REPAIR_POINTS_MAX || ++r->rings > REPAIR_RINGS_MAX)
                return repair_end(r, REPAIR_TOO_BIG, "points or rings");
        r->report->features.v[feature].points += (size_t)n;
        ring.v = TAKE_ARRAY(r->arena, Point, (size_t)n + 1);
        for (int i = 0; i < (closed && n > 1 ? n - 1 : n) && !far; i++)
                far = !to_point(l, gdal->OGR_G_GetX(geometry, i), gdal->OGR_G_GetY(geometry, i),
                                &ring.v[ring.n++]);
        *ret = far ? (Ring){ 0 } : ring;
        if (far) {
                l->far++;
                repair_note(r, REPAIR_OUT_OF_RANGE, REPAIR_REMOVED)->feature = feature + 1;
        } else if (!closed) {
                RepairFinding *f = repair_note(r, REPAIR_NOT_CLOSED, REPAIR_CLOSED);

                f->feature = feature + 1;
                f->at = ring.v[0];
        }
        return true;
}

static bool read_polygon(LayerRead *l, OGRGeometryH geometry, size_t feature) {
        Repair *r = l->r;
        int n = gdal->OGR_G_GetGeometryCount(geometry);
        Loose p = { .feature = feature, .rings = TAKE_ARRAY(r->arena, Ring, (size_t)n + 1) };

        for (int i = 0; i < n; i++) {
                if (!read_ring(l, gdal->OGR_G_GetGeometryRef(geometry, i), feature, &p.rings[p.n]))
                        return false;
                if (p.rings[p.n].n)
                        p.n++;
                else if (i == 0)
                        return true; /* without the outer ring the holes are nothing */
        }
        if (p.n)
                *list_push(r->arena, &r->loose) = p;
        return true;
}

static bool read_geometry(LayerRead *l, OGRGeometryH geometry, size_t feature, int depth, Str name,
                          size_t *polygons) {
        OGRwkbGeometryType type = gdal->OGR_GT_Flatten(gdal->OGR_G_GetGeometryType(geometry));

        if (depth > REPAIR_NESTING_MAX)
                return repair_end(l->r, REPAIR_TOO_BIG, "collections within collections");
        if (type == wkbPoint && l->points && !gdal->OGR_G_IsEmpty(geometry))
                *list_push(l->r->arena, l->points) =
                        (RepairPoint){ { gdal->OGR_G_GetX(geometry, 0), gdal->OGR_G_GetY(geometry, 0) },
                                       name };
        if (type == wkbPolygon || type == wkbTriangle) {
                ++*polygons;
                return l->points || read_polygon(l, geometry, feature);
        }
        if (!gdal->OGR_GT_IsSubClassOf(type, wkbGeometryCollection) &&
            !gdal->OGR_GT_IsSubClassOf(type, wkbPolyhedralSurface))
                return true;
        for (int i = 0; i < gdal->OGR_G_GetGeometryCount(geometry); i++)
                if (!read_geometry(l, gdal->OGR_G_GetGeometryRef(geometry, i), feature, depth + 1, name,
                                   polygons))
                        return false;
        return true;
}

/* ---- features ---------------------------------------------------------------------------------------------------------------- */

/* UTF-8 in every case: what is none is taken for GB 18030, which is what Chinese Shapefiles without a code page are written in. */
static Str text_of(LayerRead *l, OGRFeatureH feature, int field) {
        Arena *a = l->r->arena;
        Str name;

        if (field < 0 || !gdal->OGR_F_IsFieldSetAndNotNull(feature, field))
                return S("");
        name = str_c(gdal->OGR_F_GetFieldAsString(feature, field));
        if (name.n > 4 * REPAIR_NAME_MAX)
                name.n = 4 * REPAIR_NAME_MAX;
        if (str_utf8_valid(name)) {
                name = str_dup(a, name);
        } else {
                char *text = gdal->CPLRecode(str_z(a, name), "GB18030", CPL_ENC_UTF8);

                name = text ? str_dup(a, str_c(text)) : S("?");
                gdal->VSIFree(text);
        }
        return str_utf8_valid(name) ? str_trim(str_utf8_head(name, REPAIR_NAME_MAX)) : S("?");
}

static bool read_feature(LayerRead *l, OGRFeatureH feature, Str layer) {
        Repair *r = l->r;
        OGRGeometryH geometry = gdal->OGR_F_GetGeometryRef(feature), straight = NULL;
        RepairFeatureList *features = &r->report->features;
        size_t polygons = 0;
        Str name = text_of(l, feature, l->name_field), code = text_of(l, feature, l->code_field);
        bool fine = true;

        if (features->n + r->report->skipped >=
            (r->options->features_most ? r->options->features_most : REPAIR_FEATURES_MAX))
                return repair_end(r, REPAIR_TOO_BIG, "features");
        if (geometry && gdal->OGR_G_HasCurveGeometry(geometry, TRUE))
                geometry = straight = gdal->OGR_G_GetLinearGeometry(geometry, 0, NULL);
        *list_push(r->arena, features) =
                (RepairFeature){ .name = name, .layer = layer, .code = code, .fid = gdal->OGR_F_GetFID(feature) };
        if (geometry)
                fine = read_geometry(l, geometry, features->n - 1, 0, name, &polygons);
        if (!polygons) {
                features->n--;
                r->report->skipped++;
        }
        gdal->OGR_G_DestroyGeometry(straight);
        return fine;
}

/* An attribute, by the words that are usual (up to NULL). Asked for by the user, it has to be there. */
static bool find_field(LayerRead *l, Str wanted, const char *const *usual, int *ret) {
        OGRFeatureDefnH columns = gdal->OGR_L_GetLayerDefn(l->layer);
        Buf b = BUF_IN(l->r->arena);

        *ret = -1;
        for (; !wanted.n && *usual && *ret < 0; usual++)
                *ret = gdal->OGR_FD_GetFieldIndex(columns, *usual);
        if (!wanted.n)
                return true;
        *ret = gdal->OGR_FD_GetFieldIndex(columns, str_z(l->r->arena, wanted));
        if (*ret >= 0)
                return true;
        for (int i = 0; i < gdal->OGR_FD_GetFieldCount(columns) && i < 30; i++)
                buf_fmt(&b, "%s%s", i ? ", " : "",
                        gdal->OGR_Fld_GetNameRef(gdal->OGR_FD_GetFieldDefn(columns, i)));
        return repair_end(l->r, REPAIR_NO_NAME, str_z(l->r->arena, buf_view(&b)));
}

static bool read_layer(Repair *r, OGRLayerH layer, RepairPointList *points, size_t *far) {
        static const char *const names[] = { "name", "名称", "grid_name", "网格名称", NULL },
                                *const codes[] = { "code", "grid", "grid_code", "编码", "网格编码", NULL };
        _cleanup_(layer_done) LayerRead l = { .r = r, .layer = layer, .points = points };
        Str name = str_dup(r->arena, str_c(gdal->OGR_L_GetName(layer)));
        OGRFeatureH feature;
        bool fine = true;

        if (!str_utf8_valid(name))
                name = S("?");
        if (!layer_datum(&l) || !find_field(&l, r->options->name_field, names, &l.name_field) ||
            !find_field(&l, r->options->code_field, codes, &l.code_field))
                return false;
        gdal->CPLErrorReset();
        gdal->OGR_L_ResetReading(layer);
        while (fine && (feature = gdal->OGR_L_GetNextFeature(layer))) {
                fine = repair_on(r) && read_feature(&l, feature, name);
                gdal->OGR_F_Destroy(feature);
        }
        *far += l.far;
        if (fine && gdal->CPLGetLastErrorType() >= CE_Failure)
                return repair_end(r, REPAIR_UNREADABLE, gdal->CPLGetLastErrorMsg());
        return fine;
}

static bool read_all(Repair *r, const RepairFile *file, RepairPointList *points) {
        _cleanup_(mount_done) Mount m = { .dataset = NULL };
        size_t far = 0;
        int layers;

        if (!gdal_load())
                return repair_end(r, REPAIR_NO_READER, "libgdal.so.32");
        gdal->CPLPushErrorHandler(gdal->CPLQuietErrorHandler);
        gdal->CPLErrorReset();
        if (!mount_open(r, &m, file))
                return false;
        layers = gdal->GDALDatasetGetLayerCount(m.dataset);
        if (layers > REPAIR_LAYERS_MAX)
                return repair_end(r, REPAIR_TOO_BIG, "layers");
        for (int i = 0; i < layers; i++)
                if (!read_layer(r, gdal->GDALDatasetGetLayer(m.dataset, i), points, &far))
                        return false;
        if (points)
                return true;
        if (far && !r->loose.n && !r->report->unprojected)
                return repair_end(r, REPAIR_PROJECTED, "");
        return r->report->features.n || repair_end(r, REPAIR_NOTHING, "");
}

bool repair_read(Repair *r, const RepairFile *file) { return read_all(r, file, NULL); }

bool repair_read_points(Repair *r, const RepairFile *file, RepairPointList *ret) {
        *ret = (RepairPointList){ 0 };
        return read_all(r, file, ret);
}
