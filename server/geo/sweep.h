/* How segments in whole coordinates meet, exactly; and which of very many do. The mesh is built and checked by it, and loose polygons are
 * looked through by it before they are repaired. Coordinates within a frame of 180°. In mesh_sweep.c. */
#pragma once
#include "geo/ring.h"

typedef enum Meeting {
        MEET_NOT,
        MEET_CROSS,  /* in a point inside both */
        MEET_TOUCH,  /* an end of one lies on the other, or both ends in one point without being one node */
        MEET_OVERLAP /* they share more than a point */
} Meeting;
/* How two segments meet; `shared` ends (same node) do not count. */
Meeting segments_meet(Point a, Point b, Point c, Point d, unsigned shared);
enum { SHARED_AC = 1, SHARED_AD = 2, SHARED_BC = 4, SHARED_BD = 8 };
bool point_on(Point a, Point b, Point p); /* on the segment, ends included */
/* The rounded crossing of two segments that cross. */
Point crossing_of(Point a, Point b, Point c, Point d);
/* Is b passed when turning counter-clockwise from a to c around the origin? False when it has the direction of a or c. */
bool direction_between(Point o, Point a, Point b, Point c);
typedef struct Segment {
        int32_t ax, ay, bx, by;
        uint32_t a, b; /* nodes: equal ones are one point */
        uint32_t id;
} Segment;

/* Calls back for each pair of segments that meet (perhaps more than once); false ends it. n log n for segments that rarely meet; false
 * when they are so tangled that it was given up. */
typedef bool (*SweepMeet)(const Segment *s, const Segment *t, Meeting how, void *arg);
bool segments_sweep(const Segment *v, size_t n, SweepMeet meet, void *arg);
