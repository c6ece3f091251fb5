/* Each ring by itself: duplicate vertices and exact spikes are taken out wherever that uncovers the next one, rings that enclose nothing go,
 * holes that lie elsewhere too. What crosses is left as it is (repair_edges.c sees it). */
#include "repair/repair_int.h"
#include <math.h>
#include <stdlib.h>

double ring_m2(const Ring *ring) { return ring->n < 3 ? 0 : fabs(ring_area_m2(ring)); }

void repair_show(Repair *r, RepairFinding *f, const Ring *ring) {
        Ring *copy = TAKE(r->arena, Ring);

        copy->v = arena_copy(r->arena, ring->v, ring->n * sizeof *ring->v);
        copy->n = copy->cap = ring->n;
        f->polygon = (Polygon){ copy, 1 };
        f->m2 = ring_m2(ring);
}

/* Does the way a → p → c go back on itself? */
static bool is_spike(Point a, Point p, Point c) {
        return segments_meet(a, p, p, c, SHARED_BC) == MEET_OVERLAP;
}

typedef struct Cleaning {
        Repair *r;
        size_t feature;
        Point *v;
        size_t first, n; /* v[first … n) */
} Cleaning;

static void note_at(Cleaning *c, RepairKind kind, Point at) {
        RepairFinding *f = repair_note(c->r, kind, REPAIR_REMOVED);

        f->feature = c->feature + 1;
        f->at = at;
}

static void clean_push(Cleaning *c, Point p) {
        bool back = false; /* a spike went, and where it began the ring now comes twice: no news */

        while (c->n > c->first) {
                if (point_eq(c->v[c->n - 1], p)) {
                        if (!back)
                                note_at(c, REPAIR_DUPLICATE, p);
                        return;
                }
                if (c->n - c->first < 2 || !is_spike(c->v[c->n - 2], c->v[c->n - 1], p))
                        break;
                note_at(c, REPAIR_SPIKE, c->v[c->n - 1]);
                c->n--;
                back = true;
        }
        c->v[c->n++] = p;
}

/* Where the ring closes, at both ends. */
static void clean_join(Cleaning *c) {
        bool back = false;

        while (c->n - c->first >= 2) {
                Point *v = c->v + c->first;
                size_t n = c->n - c->first;

                if (point_eq(v[n - 1], v[0])) {
                        if (!back)
                                note_at(c, REPAIR_DUPLICATE, v[0]);
                        c->n--;
                } else if (n >= 3 && is_spike(v[n - 2], v[n - 1], v[0])) {
                        note_at(c, REPAIR_SPIKE, v[n - 1]);
                        c->n--;
                        back = true;
                } else if (n >= 3 && is_spike(v[n - 1], v[0], v[1])) {
                        note_at(c, REPAIR_SPIKE, v[0]);
                        c->first++;
                        back = true;
                } else {
                        return;
                }
        }
}

/* A ring that comes to nothing is one finding, not one for each of its points. False: nothing is left of it. */
static bool clean_ring(Repair *r, size_t feature, Ring *ring) {
        RepairReport before = *r->report;
        Cleaning c = { r, feature, TAKE_ARRAY(r->arena, Point, ring->n + 1), 0, 0 };
        RepairFinding *f;

        if (ring->n < 3) {
                f = repair_note(r, REPAIR_TOO_FEW, REPAIR_REMOVED);
        } else {
                for (size_t i = 0; i < ring->n; i++)
                        clean_push(&c, ring->v[i]);
                clean_join(&c);
                if (c.n - c.first >= 3) {
                        *ring = (Ring){ c.v + c.first, c.n - c.first, c.n - c.first };
                        return true;
                }
                r->report->findings.n = before.findings.n;
                memcpy(r->report->counts, before.counts, sizeof before.counts);
                f = repair_note(r, REPAIR_NO_AREA, REPAIR_REMOVED);
        }
        f->feature = feature + 1;
        f->at = ring->v[0];
        repair_show(r, f, ring);
        return false;
}

static bool lies_in(const Ring *outer, const Ring *hole) {
        for (size_t i = 0; i < hole->n && i < 32; i++)
                if (ring_holds(outer, hole->v[i]))
                        return true;
        return ring_holds(outer, ring_label(hole));
}

static bool clean_polygon(Repair *r, Loose *p) {
        size_t kept = 1;

        if (!clean_ring(r, p->feature, &p->rings[0]))
                return false;
        for (size_t k = 1; k < p->n; k++) {
                if (!clean_ring(r, p->feature, &p->rings[k]))
                        continue;
                if (!lies_in(&p->rings[0], &p->rings[k])) {
                        RepairFinding *f = repair_note(r, REPAIR_HOLE_OUTSIDE, REPAIR_REMOVED);

                        f->feature = p->feature + 1;
                        f->at = p->rings[k].v[0];
                        repair_show(r, f, &p->rings[k]);
                        continue;
                }
                p->rings[kept++] = p->rings[k];
        }
        p->n = kept;
        return true;
}

bool repair_rings(Repair *r) {
        Box box = BOX_EMPTY;
        size_t kept = 0;

        for (size_t i = 0; i < r->loose.n; i++)
                for (size_t k = 0; k < r->loose.v[i].n; k++)
                        box_add_box(&box, ring_box(&r->loose.v[i].rings[k]));
        if (r->loose.n && box.east - box.west > 1800000000)
                return repair_end(r, REPAIR_FAR, "");
        for (size_t i = 0; i < r->loose.n; i++) {
                if (!repair_on(r))
                        return false;
                if (clean_polygon(r, &r->loose.v[i]))
                        r->loose.v[kept++] = r->loose.v[i];
        }
        r->loose.n = kept;
        return true;
}
