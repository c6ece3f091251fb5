/* Points and rings in degrees × 10⁷ (CGCS2000). Areas and turns are exact integers; metres only at the edge of the module.
 * A ring is closed implicitly (the first point is not repeated) and counter-clockwise unless it is a hole. */
#pragma once
#include "base/buf.h"
#include "base/str.h"

typedef struct Point {
        int64_t lon_e7, lat_e7;
} Point;

typedef struct Ring {
        Point *v;
        size_t n, cap;
} Ring;

typedef struct RingList {
        Ring *v;
        size_t n, cap;
} RingList;

typedef struct Box {
        int64_t west, south, east, north; /* e7, all four belong to the box */
} Box;

enum { RING_POINTS_MAX = 20000 };

typedef enum RingFault {
        RING_FINE,
        RING_TOO_FEW,      /* less than three points */
        RING_TOO_MANY,     /* more than RING_POINTS_MAX */
        RING_OUT_OF_RANGE, /* beyond ±180° or ±90°, or wider than 180° */
        RING_REPEATED,     /* a point twice */
        RING_CROSSES,      /* edges cross or touch */
        RING_NO_AREA,
} RingFault;

#define BOX_EMPTY ((Box){ INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN })

static inline bool point_eq(Point a, Point b) { return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7; }
static inline bool box_meets(Box a, Box b) {
        return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}
static inline bool box_holds(Box b, Point p) {
        return p.lon_e7 >= b.west && p.lon_e7 <= b.east && p.lat_e7 >= b.south && p.lat_e7 <= b.north;
}
void box_add(Box *b, Point p);
void box_add_box(Box *b, Box other);
bool box_empty(Box b);

/* Sign of the turn a → b → c: 1 left, −1 right, 0 straight. Exact. */
int point_turn(Point a, Point b, Point c);

/* Twice the signed area in e7², exact; positive when counter-clockwise. */
__int128 ring_area2(const Ring *r);
void ring_reverse(Ring *r);
Box ring_box(const Ring *r);
/* Is the point inside? Of two rings that share an edge, exactly one holds a point on it (half-open rule, exact). */
bool ring_holds(const Ring *r, Point p);
/* Simple, with area, inside the limits. *ret_at (may be NULL) is the index of the point where the fault was seen. */
RingFault ring_check(const Ring *r, size_t *ret_at);
const char *ring_fault_text(RingFault f);
/* Area on the CGCS2000 ellipsoid in m² (authalic strips; edges are taken straight in lon/lat). */
double ring_area_m2(const Ring *r);
/* A point well inside for a label or a marker: the centroid if it is inside with room, else the best of a search. */
Point ring_label(const Ring *r);

/* Do the two lie over each other by more than a sliver: is there a point inside both, farther than the tolerance from a border?
 * *ret_at is such a point. In overlap.c. */
bool ring_overlaps(const Ring *a, const Ring *b, double tolerance_m, Point *ret_at);

/* Metres on the ellipsoid for 10⁻⁷ degree at a latitude. */
double lat_m_per_e7(double lat_deg);
double lon_m_per_e7(double lat_deg);
double point_distance_m(Point a, Point b); /* for short distances: plane at the middle latitude */

/* Compact form: count, then zigzag varints of differences. ring_unpack refuses anything ring_pack did not make. */
void ring_pack(Buf *b, const Ring *r);
bool ring_unpack(Arena *a, Str bytes, Ring *ret);
