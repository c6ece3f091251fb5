/* Which of N rings holds a point. Built once, then read by many threads. Exact: with rings that share their border vertices, a
 * point on a border belongs to exactly one of them. */
#pragma once
#include "geo/ring.h"

typedef struct GeoIndex GeoIndex;

/* Copies the rings (each passed ring_check). n may be 0. */
GeoIndex *geo_index_new(const Ring *rings, size_t n);
void geo_index_free(GeoIndex *x);
/* The lowest index of a ring that holds the point; −1 when none does. */
int64_t geo_index_find(const GeoIndex *x, Point p);
/* The same without the cells: the baseline of bench/locate.c and the reference of the tests. */
int64_t geo_index_scan(const GeoIndex *x, Point p);
size_t geo_index_bytes(const GeoIndex *x);
