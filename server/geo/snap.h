/* Borders that were digitised twice: corners of neighbours that lie within a tolerance fall together, and a corner beside another's
 * side becomes a corner of that side, so that both have the same border. What is kept already stays where it is. */
#pragma once
#include "geo/ring.h"

typedef struct SnapRing {
        Ring ring;   /* replaced by a ring of the arena when something moved */
        bool fixed;  /* kept already: its corners stay; it may get more of them */
} SnapRing;

/* Rings of one ground; metres at their latitude. Corners of the same ring are never joined. A ring of which less than three corners are
 * left is given back with these. */
void snap_rings(Arena *a, SnapRing *rings, size_t n, double tolerance_m);
