/* Which datum longitudes and latitudes are in: CGCS2000, WGS 84, and the two that Chinese maps are published in, GCJ-02 (火星坐标) and
 * BD-09. Everything inside is CGCS2000; files are converted at the door. Projected coordinates (metres) are not known here: repair
 * unprojects them. Whether a stated label can be right is told by crs_fit. */
#pragma once
#include "geo/mesh_locate.h"

typedef enum Crs {
        CRS_CGCS2000, /* EPSG:4490 */
        CRS_WGS84, /* EPSG:4326, what receivers tell: the same as CGCS2000 within a decimetre or two, taken as equal */
        CRS_GCJ02, /* Amap, Tencent */
        CRS_BD09,  /* Baidu */
        CRS_COUNT
} Crs;

/* "cgcs2000", "wgs84", "gcj02", "bd09". */
const char *crs_name(Crs crs);
bool crs_read(Str word, Crs *ret);

typedef struct LonLat { /* degrees */
        double lon, lat;
} LonLat;

/* Between one and CGCS2000. Outside 72.004–137.8347° E, 0.8293–55.8271° N nothing is shifted. There is no closed inverse: it is found by
 * iteration, and back and forth agree within 10⁻⁹° (0.1 mm). Not finite in, not finite out. */
LonLat crs_to_cgcs2000(LonLat p, Crs from);
LonLat crs_from_cgcs2000(LonLat p, Crs to);
/* As whole e7 in CGCS2000; false: not on the globe. */
bool crs_point(LonLat p, Crs from, Point *ret);

/* ---- is the label right? ------------------------------------------------------------------------------------------------- */

/* A point of which it is known where it is, in CGCS2000: a post, a building. grid: the key (MeshTag) of the grid it belongs to; 0:
 * only that it lies in some grid. */
typedef struct CrsKnown {
        Point at;
        int64_t grid;
} CrsKnown;

typedef struct CrsFit {
        size_t known;           /* points that were looked at, at most CRS_KNOWN_MAX of those given */
        size_t fits[CRS_COUNT]; /* of them lie where they should, if the file were in that */
        Crs best;               /* the stated one unless another fits better beyond chance */
        double shift_m; /* how far everything moves from the stated one to the best, at the first point */
} CrsFit;

enum { CRS_KNOWN_MAX = 20000 };

/* The mesh was made from a file under a stated label. Under another the file's borders would lie elsewhere; the same is asked by
 * moving the points instead. Beyond chance: of the points on which the two labels disagree, so many are for the other that a fair coin
 * would do it less than once in a thousand times (McNemar's test, z > 3.1; at least 8 points). */
void crs_fit(const Mesh *m, const MeshLocator *where, Crs stated, const CrsKnown *known, size_t n,
             CrsFit *ret);
