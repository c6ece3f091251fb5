/* GCJ-02 and BD-09. Neither was published by its owner: the formulas are the ones known from navigation software since 2010 and used
 * alike everywhere (npm gcoord 1.0.7, evil transform, GDAL users' recipes); Krasovsky's ellipsoid, e² as given there. */
#include "geo/crs.h"
#include <math.h>

static const double WEST = 72.004, EAST = 137.8347, SOUTH = 0.8293, NORTH = 55.8271;
static const double KRASOVSKY_A = 6378245, KRASOVSKY_E2 = 0.00669342162296594323;
static const double BD_TURN = M_PI * 3000 / 180;

static const char *const names[CRS_COUNT] = { "cgcs2000", "wgs84", "gcj02", "bd09" };

const char *crs_name(Crs crs) { return names[crs]; }

bool crs_read(Str word, Crs *ret) {
        for (int i = 0; i < CRS_COUNT; i++)
                if (str_eq_c(word, names[i]))
                        return *ret = (Crs)i, true;
        return false;
}

static bool shifted(LonLat p) { return p.lon >= WEST && p.lon <= EAST && p.lat >= SOUTH && p.lat <= NORTH; }

/* What the three rows of both offsets share. */
static double waves(double a, double b, double c, double sizes[static 4]) {
        return (20 * sin(6 * a * M_PI) + 20 * sin(2 * a * M_PI)) * 2 / 3 +
               (20 * sin(b * M_PI) + 40 * sin(b / 3 * M_PI)) * 2 / 3 +
               (sizes[0] * sin(c / sizes[1] * M_PI) + sizes[2] * sin(c / sizes[3] * M_PI)) * 2 / 3;
}

static LonLat gcj_of(LonLat p) {
        double x = p.lon - 105, y = p.lat - 35, rad = p.lat * M_PI / 180, s = sin(rad),
               magic = 1 - KRASOVSKY_E2 * s * s, root = sqrt(magic);
        double north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x)) +
                       waves(x, y, y, (double[]){ 160, 12, 320, 30 });
        double east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x)) +
                      waves(x, x, x, (double[]){ 150, 12, 300, 30 });

        if (!shifted(p))
                return p;
        return (LonLat){ p.lon + east * 180 / (KRASOVSKY_A / root * cos(rad) * M_PI),
                         p.lat + north * 180 / (KRASOVSKY_A * (1 - KRASOVSKY_E2) / (magic * root) * M_PI) };
}

static LonLat bd_of_gcj(LonLat p) {
        double r = hypot(p.lon, p.lat) + 0.00002 * sin(p.lat * BD_TURN),
               turn = atan2(p.lat, p.lon) + 0.000003 * cos(p.lon * BD_TURN);

        return (LonLat){ r * cos(turn) + 0.0065, r * sin(turn) + 0.006 };
}

static LonLat bd_of(LonLat p) { return shifted(p) ? bd_of_gcj(gcj_of(p)) : p; }

/* The fixed point of q = q + (p − forward(q)). The shift changes by less than a hundredth of what the place does, so that each round
 * gains two digits; ten are plenty, and at the frame's edge, where forward leaps, it ends too. */
static LonLat inverse(LonLat p, LonLat (*forward)(LonLat)) {
        LonLat q = p;

        for (int i = 0; i < 12; i++) {
                LonLat f = forward(q);

                if (fabs(p.lon - f.lon) < 1e-11 && fabs(p.lat - f.lat) < 1e-11)
                        break;
                q = (LonLat){ q.lon + p.lon - f.lon, q.lat + p.lat - f.lat };
        }
        return q;
}

LonLat crs_to_cgcs2000(LonLat p, Crs from) {
        switch (from) {
        case CRS_CGCS2000:
        case CRS_WGS84:
        case CRS_COUNT: break;
        case CRS_GCJ02: return inverse(p, gcj_of);
        case CRS_BD09: return inverse(p, bd_of);
        }
        return p;
}

LonLat crs_from_cgcs2000(LonLat p, Crs to) {
        switch (to) {
        case CRS_CGCS2000:
        case CRS_WGS84:
        case CRS_COUNT: break;
        case CRS_GCJ02: return gcj_of(p);
        case CRS_BD09: return bd_of(p);
        }
        return p;
}

bool crs_point(LonLat p, Crs from, Point *ret) {
        LonLat q;

        if (!(fabs(p.lon) <= 180) || !(fabs(p.lat) <= 90))
                return false;
        q = crs_to_cgcs2000(p, from);
        *ret = (Point){ llround(q.lon * 1e7), llround(q.lat * 1e7) };
        return true;
}

/* ---- is the label right? ------------------------------------------------------------------------------------------------- */

static LonLat degrees(Point p) { return (LonLat){ (double)p.lon_e7 / 1e7, (double)p.lat_e7 / 1e7 }; }

/* Where a point has to be looked for in a mesh made under `stated`, if the file is in `meant`. */
static Point moved(Point p, Crs stated, Crs meant) {
        LonLat q = crs_to_cgcs2000(crs_from_cgcs2000(degrees(p), meant), stated);

        return (Point){ llround(q.lon * 1e7), llround(q.lat * 1e7) };
}

static bool fits(const Mesh *m, const MeshLocator *where, Point p, int64_t grid) {
        MeshFaceId face = mesh_locate(where, p);
        MeshTag tag;

        return mesh_face_tag(m, face, &tag) && (!grid || tag.grid == grid);
}

void crs_fit(const Mesh *m, const MeshLocator *where, Crs stated, const CrsKnown *known, size_t n,
             CrsFit *ret) {
        size_t only[CRS_COUNT] = { 0 }, not_even[CRS_COUNT] = { 0 };
        size_t step = n / CRS_KNOWN_MAX + 1;

        *ret = (CrsFit){ .best = stated };
        for (size_t i = 0; i < n; i += step) {
                bool good = fits(m, where, known[i].at, known[i].grid);

                ret->known++;
                for (int c = 0; c < CRS_COUNT; c++) {
                        bool there = fits(m, where, moved(known[i].at, stated, (Crs)c), known[i].grid);

                        ret->fits[c] += there;
                        only[c] += there && !good;
                        not_even[c] += !there && good;
                }
        }
        for (int c = 0; c < CRS_COUNT; c++) {
                double more = (double)only[c] - (double)not_even[c], all = (double)(only[c] + not_even[c]);

                if (all >= 8 && more > 3.1 * sqrt(all) && ret->fits[c] > ret->fits[ret->best])
                        ret->best = (Crs)c;
        }
        if (ret->best != stated)
                ret->shift_m = point_distance_m(known[0].at, moved(known[0].at, stated, ret->best));
}
