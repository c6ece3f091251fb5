/* Layers of ours as files that other programs open: GeoPackage, Shapefile in a ZIP, KML. GDAL writes them into its memory files; nothing is read
 * that we have not made. What a layer holds and who may have it is not here: server/features. */
#include "base/rc.h"
#include "repair/repair_gdal.h"
#include <stdio.h>
#include <stdlib.h>

enum { DBF_TEXT_MAX = 254, DBF_NUMBER_WIDTH = 18, COLUMNS_MAX = 32 };

struct LayerWriter {
        const LayerPlan *plan;
        char dir[64], path[96], error[256];
        GDALDatasetH dataset;
        OGRLayerH layer;
        OGRSpatialReferenceH srs;
        double *xs, *ys; /* of one ring */
        size_t room;
        int at[COLUMNS_MAX]; /* of each column: KML has fields of its own before ours */
        bool quiet, failed;
};

static const struct {
        const char *driver, *file;
} formats[] = {
        [AS_GPKG] = { "GPKG", "layer.gpkg" },
        [AS_SHAPEFILE] = { "ESRI Shapefile", "layer.shp.zip" },
        [AS_KML] = { "KML", "layer.kml" },
};

/* Keeps the first reason. */
static bool refuse(LayerWriter *w, const char *what) {
        if (!w->failed)
                snprintf(w->error, sizeof w->error, "%s: %s", what,
                         gdal ? gdal->CPLGetLastErrorMsg() : "libgdal.so.32 is not installed");
        w->failed = true;
        return false;
}

const char *layer_error(const LayerWriter *w) { return w->error; }

void layer_free(LayerWriter *w) {
        if (!w)
                return;
        if (w->dataset)
                gdal->GDALClose(w->dataset);
        if (w->srs)
                gdal->OSRDestroySpatialReference(w->srs);
        if (w->dir[0])
                gdal->VSIRmdirRecursive(w->dir);
        if (w->quiet) {
                gdal->CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", NULL);
                gdal->CPLPopErrorHandler();
        }
        free(w->xs);
        free(w->ys);
        free(w);
}

/* ---- beginning --------------------------------------------------------------------------------------------------------------- */

static char **option(char **list, const char *name, Str value) {
        char text[512];

        snprintf(text, sizeof text, STR_FMT, STR_ARG(value));
        return gdal->CSLAddNameValue(list, name, text);
}

static bool open_dataset(LayerWriter *w) {
        GDALDriverH driver = gdal->GDALGetDriverByName(formats[w->plan->format].driver);
        char **options = NULL;

        if (w->plan->format == AS_KML)
                options = option(options, "NameField", S("name"));
        snprintf(w->dir, sizeof w->dir, "/vsimem/layer-%p", (void *)w);
        snprintf(w->path, sizeof w->path, "%s/%s", w->dir, formats[w->plan->format].file);
        w->dataset = driver ? gdal->GDALCreate(driver, w->path, 0, 0, 0, GDT_Unknown, options) : NULL;
        gdal->CSLDestroy(options);
        return w->dataset || refuse(w, "no file");
}

static char **layer_options(const LayerPlan *plan) {
        char **list = NULL;

        switch (plan->format) {
        case AS_GPKG:
                list = option(list, "IDENTIFIER", plan->title);
                return option(list, "DESCRIPTION", plan->about);
        case AS_SHAPEFILE:
                list = option(list, "ENCODING", S("UTF-8"));
                list = option(list, "RESIZE", S("YES"));
                return option(list, "DBF_DATE_LAST_UPDATE", plan->day);
        case AS_KML: break;
        }
        return list;
}

/* A GeoPackage has one type for all of a layer, in a Shapefile a polygon may have several parts, in KML each is what it is. */
static OGRwkbGeometryType type_of(const LayerPlan *plan) {
        if (plan->points)
                return wkbPoint;
        return plan->format == AS_GPKG        ? wkbMultiPolygon
               : plan->format == AS_SHAPEFILE ? wkbPolygon
                                              : wkbUnknown;
}

static bool open_layer(LayerWriter *w) {
        const LayerPlan *plan = w->plan;
        char **options;

        w->srs = gdal->OSRNewSpatialReference(NULL);
        if (gdal->OSRImportFromEPSG(w->srs, plan->epsg) != OGRERR_NONE)
                return refuse(w, "no such coordinate system");
        gdal->OSRSetAxisMappingStrategy(w->srs, OAMS_TRADITIONAL_GIS_ORDER);
        options = layer_options(plan);
        w->layer = gdal->GDALDatasetCreateLayer(w->dataset, plan->name, w->srs, type_of(plan), options);
        gdal->CSLDestroy(options);
        return w->layer || refuse(w, "no layer");
}

static bool open_columns(LayerWriter *w) {
        const LayerPlan *plan = w->plan;

        if (plan->n > COLUMNS_MAX)
                return refuse(w, "too many columns");
        for (size_t i = 0; i < plan->n; i++) {
                OGRFieldDefnH f = gdal->OGR_Fld_Create(plan->columns[i].name,
                                                       plan->columns[i].number ? OFTInteger64 : OFTString);
                OGRErr e;

                if (plan->format == AS_SHAPEFILE)
                        gdal->OGR_Fld_SetWidth(f, plan->columns[i].number ? DBF_NUMBER_WIDTH : DBF_TEXT_MAX);
                e = gdal->OGR_L_CreateField(w->layer, f, FALSE);
                gdal->OGR_Fld_Destroy(f);
                w->at[i] = e == OGRERR_NONE ? gdal->OGR_FD_GetFieldIndex(gdal->OGR_L_GetLayerDefn(w->layer),
                                                                         plan->columns[i].name)
                                            : -1;
                if (w->at[i] < 0)
                        return refuse(w, plan->columns[i].name);
        }
        return true;
}

LayerWriter *layer_begin(const LayerPlan *plan) {
        LayerWriter *w = calloc(1, sizeof *w);
        char moment[40];

        if (!w)
                abort();
        w->plan = plan;
        if (!gdal_load())
                return refuse(w, "no writer"), w;
        gdal->CPLPushErrorHandler(gdal->CPLQuietErrorHandler);
        gdal->CPLErrorReset();
        w->quiet = true;
        snprintf(moment, sizeof moment, STR_FMT "T00:00:00.000Z", STR_ARG(plan->day));
        gdal->CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", moment);
        if (open_dataset(w) && open_layer(w) && open_columns(w) && plan->format == AS_GPKG &&
            gdal->GDALDatasetStartTransaction(w->dataset, FALSE) != OGRERR_NONE)
                refuse(w, "no transaction");
        return w;
}

/* ---- features ---------------------------------------------------------------------------------------------------------------- */

static void place(const LayerWriter *w, Point p, double *x, double *y) {
        if (w->plan->project) {
                w->plan->project(p, x, y);
        } else {
                *x = (double)p.lon_e7 / 1e7;
                *y = (double)p.lat_e7 / 1e7;
        }
}

static OGRGeometryH make_ring(LayerWriter *w, const Ring *r) {
        OGRGeometryH g = gdal->OGR_G_CreateGeometry(wkbLinearRing);

        if (w->room < r->n + 1) {
                w->room = 2 * (r->n + 1);
                w->xs = realloc(w->xs, w->room * sizeof *w->xs);
                w->ys = realloc(w->ys, w->room * sizeof *w->ys);
                if (!w->xs || !w->ys)
                        abort();
        }
        for (size_t i = 0; i <= r->n; i++)
                place(w, r->v[i < r->n ? i : 0], &w->xs[i], &w->ys[i]);
        gdal->OGR_G_SetPoints(g, (int)(r->n + 1), w->xs, sizeof *w->xs, w->ys, sizeof *w->ys, NULL, 0);
        return g;
}

static OGRGeometryH make_polygon(LayerWriter *w, const Polygon *p) {
        OGRGeometryH g = gdal->OGR_G_CreateGeometry(wkbPolygon);

        for (size_t i = 0; i < p->n; i++)
                gdal->OGR_G_AddGeometryDirectly(g, make_ring(w, &p->rings[i]));
        return g;
}

/* Cut after a whole character: what is longer does not fit a DBF. */
static Str fitting(const LayerWriter *w, Str text) {
        if (w->plan->format != AS_SHAPEFILE || text.n <= DBF_TEXT_MAX)
                return text;
        text.n = DBF_TEXT_MAX;
        while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
                text.n--;
        return text;
}

static bool add_row(LayerWriter *w, OGRGeometryH geometry, const LayerCell *cells) {
        OGRFeatureH f = gdal->OGR_F_Create(gdal->OGR_L_GetLayerDefn(w->layer));
        bool fine;

        for (size_t i = 0; i < w->plan->n; i++) {
                if (w->plan->columns[i].number && cells[i].number.set) {
                        gdal->OGR_F_SetFieldInteger64(f, w->at[i], cells[i].number.n);
                } else if (!w->plan->columns[i].number && str_given(cells[i].text)) {
                        char *text = str_heap(fitting(w, cells[i].text));

                        gdal->OGR_F_SetFieldString(f, w->at[i], text);
                        free(text);
                }
        }
        gdal->OGR_F_SetGeometryDirectly(f, geometry);
        fine = gdal->OGR_L_CreateFeature(w->layer, f) == OGRERR_NONE;
        gdal->OGR_F_Destroy(f);
        return fine || refuse(w, "a feature");
}

bool layer_add_polygons(LayerWriter *w, const PolygonList *polygons, const LayerCell *cells) {
        OGRGeometryH g;

        if (w->failed)
                return false;
        if (polygons->n == 1 && w->plan->format != AS_GPKG)
                return add_row(w, make_polygon(w, &polygons->v[0]), cells);
        g = gdal->OGR_G_CreateGeometry(wkbMultiPolygon);
        for (size_t i = 0; i < polygons->n; i++)
                gdal->OGR_G_AddGeometryDirectly(g, make_polygon(w, &polygons->v[i]));
        return add_row(w, g, cells);
}

bool layer_add_point(LayerWriter *w, Point at, const LayerCell *cells) {
        OGRGeometryH g;
        double x, y;

        if (w->failed)
                return false;
        g = gdal->OGR_G_CreateGeometry(wkbPoint);
        place(w, at, &x, &y);
        gdal->OGR_G_SetPoint_2D(g, 0, x, y);
        return add_row(w, g, cells);
}

/* ---- ending ------------------------------------------------------------------------------------------------------------------ */

bool layer_end(LayerWriter *w, Str *ret_bytes) {
        vsi_l_offset n = 0;
        GByte *bytes;

        if (w->failed)
                return false;
        if (w->plan->format == AS_GPKG && gdal->GDALDatasetCommitTransaction(w->dataset) != OGRERR_NONE)
                return refuse(w, "not committed");
        gdal->CPLErrorReset();
        gdal->GDALClose(w->dataset);
        w->dataset = NULL;
        if (gdal->CPLGetLastErrorType() >= CE_Failure)
                return refuse(w, "not closed");
        bytes = gdal->VSIGetMemFileBuffer(w->path, &n, FALSE);
        if (!bytes || !n)
                return refuse(w, "nothing written");
        *ret_bytes = (Str){ (const char *)bytes, (size_t)n };
        return true;
}
