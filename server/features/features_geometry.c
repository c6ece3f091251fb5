/* Coordinates in the four systems. CGCS2000 and WGS 84 agree to within decimetres (their frames differ by the motion of the plates since epoch 2000.0),
 * below what grids are drawn to: the same degrees serve CRS84, 4326 and 4490. */
#include "features/features_int.h"
#include "geo/mercator.h"
#include <math.h>

static void position(Buf *b, Point p, FeaturesCrs crs) {
        double x, y;

        buf_char(b, '[');
        switch (crs) {
        case CRS_84:
                buf_deg(b, p.lon_e7);
                buf_char(b, ',');
                buf_deg(b, p.lat_e7);
                break;
        case CRS_4326:
        case CRS_4490:
                buf_deg(b, p.lat_e7);
                buf_char(b, ',');
                buf_deg(b, p.lon_e7);
                break;
        case CRS_3857:
                features_metres(p, &x, &y);
                buf_json_num(b, x);
                buf_char(b, ',');
                buf_json_num(b, y);
                break;
        case CRS_SYSTEMS: break;
        }
        buf_char(b, ']');
}

static void rings(Buf *b, const Polygon *p, FeaturesCrs crs) {
        buf_char(b, '[');
        for (size_t k = 0; k < p->n; k++) {
                const Ring *r = &p->rings[k];

                buf_c(b, k ? ",[" : "[");
                for (size_t i = 0; i <= r->n; i++) {
                        if (i)
                                buf_char(b, ',');
                        position(b, r->v[i < r->n ? i : 0], crs);
                }
                buf_char(b, ']');
        }
        buf_char(b, ']');
}

void features_polygons(Buf *b, const PolygonList *polygons, FeaturesCrs crs) {
        bool several = polygons->n != 1;

        buf_c(b, several ? "{\"type\":\"MultiPolygon\",\"coordinates\":["
                         : "{\"type\":\"Polygon\",\"coordinates\":");
        for (size_t i = 0; i < polygons->n; i++) {
                if (i)
                        buf_char(b, ',');
                rings(b, &polygons->v[i], crs);
        }
        buf_c(b, several ? "]}" : "}");
}

void features_point(Buf *b, Point p, FeaturesCrs crs) {
        buf_c(b, "{\"type\":\"Point\",\"coordinates\":");
        position(b, p, crs);
        buf_char(b, '}');
}

void features_metres(Point p, double *ret_x, double *ret_y) {
        double x, y;

        mercator_metres(p, &x, &y);
        *ret_x = round(x * 1000) / 1000;
        *ret_y = round(y * 1000) / 1000;
}

int features_epsg(FeaturesCrs crs) {
        switch (crs) {
        case CRS_4490: return 4490;
        case CRS_3857: return 3857;
        case CRS_84:
        case CRS_4326:
        case CRS_SYSTEMS: break;
        }
        return 4326;
}

static int64_t e7(double degrees, double most) { return llround(fmin(most, fmax(-most, degrees)) * 1e7); }

Box features_box(const double v[4], FeaturesCrs crs) {
        Point low, high;

        switch (crs) {
        case CRS_4326:
        case CRS_4490: return (Box){ e7(v[1], 180), e7(v[0], 90), e7(v[3], 180), e7(v[2], 90) };
        case CRS_3857:
                low = mercator_point(v[0], v[1]);
                high = mercator_point(v[2], v[3]);
                return (Box){ low.lon_e7, low.lat_e7, high.lon_e7, high.lat_e7 };
        case CRS_84:
        case CRS_SYSTEMS: break;
        }
        return (Box){ e7(v[0], 180), e7(v[1], 90), e7(v[2], 180), e7(v[3], 90) };
}
