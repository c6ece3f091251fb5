/* Whose each face is. One feature covers it: that one's. None or several: a sliver goes to the neighbour with the longest common border,
 * anything wider is a remainder with a number, for a person to decide; until then an overlap is dealt to the first of its features and a
 * gap to nobody. Then the faces of each feature become polygons again and all of them one mesh. */
#include "base/rc.h"
#include "repair/repair_int.h"
#include <math.h>
#include <stdlib.h>

/* "No wider": twice the area by the length of the border, which is the width of anything long. */
bool repair_is_sliver(const Repair *r, const Face *f) {
        double tolerance = r->options->tolerance_m;

        return f->m2 <= tolerance * tolerance || (f->border_m > 0 && 2 * f->m2 / f->border_m <= tolerance);
}

MeshTag repair_tag(const Repair *r, size_t feature) {
        const RepairOptions *o = r->options;

        if (o->present)
                return (MeshTag){ (int64_t)feature + 1, r->report->features.v[feature].community, 0 };
        if (o->name_field.n && !r->report->features.v[feature].name.n)
                return (MeshTag){ 0 };
        return o->tag ? o->tag(&r->report->features.v[feature], feature, o->tag_arg)
                      : (MeshTag){ (int64_t)feature + 1, 1, 0 };
}

/* ---- which faces lie side by side ----------------------------------------------------------------------------------------------- */

typedef struct Half {
        Point from, to;
        uint32_t face; /* 1 + index; 0: a free slot */
} Half;

typedef struct Halves {
        Half *v;
        size_t count;
} Halves;

static size_t slot_of(const Halves *h, Point a, Point b) {
        uint64_t x = ((uint64_t)a.lon_e7 * 0x9e3779b97f4a7c15u) ^ ((uint64_t)a.lat_e7 * 0xc2b2ae3d27d4eb4fu);

        x = (x ^ x >> 29) + ((uint64_t)b.lon_e7 * 0x165667b19e3779f9u) +
            ((uint64_t)b.lat_e7 * 0x27d4eb2f165667c5u);
        return (size_t)((x ^ x >> 32) * 0x9e3779b97f4a7c15u >> 20) & (h->count - 1);
}

static uint32_t face_left_of(const Halves *h, Point a, Point b) {
        size_t slot = slot_of(h, a, b);

        for (; h->v[slot].face; slot = (slot + 1) & (h->count - 1))
                if (point_eq(h->v[slot].from, a) && point_eq(h->v[slot].to, b))
                        return h->v[slot].face;
        return 0;
}

typedef void (*EachHalf)(Halves *h, uint32_t face, Point a, Point b, void *arg);

static void each_half(Halves *h, const Face *f, uint32_t face, EachHalf call, void *arg) {
        for (size_t k = 0; k < f->polygon.n; k++) {
                const Ring *ring = &f->polygon.rings[k];

                for (size_t i = 0; i < ring->n; i++)
                        call(h, face, ring->v[i], ring->v[i + 1 < ring->n ? i + 1 : 0], arg);
        }
}

static void add_half(Halves *h, uint32_t face, Point a, Point b, void *arg) {
        size_t slot = slot_of(h, a, b);

        (void)arg;
        while (h->v[slot].face)
                slot = (slot + 1) & (h->count - 1);
        h->v[slot] = (Half){ a, b, face };
}

static Halves halves_of(Arena *a, const FaceList *faces) {
        Halves h = { .count = 1024 };
        size_t n = 0;

        for (size_t i = 0; i < faces->n; i++)
                for (size_t k = 0; k < faces->v[i].polygon.n; k++)
                        n += faces->v[i].polygon.rings[k].n;
        while (h.count < 2 * n)
                h.count *= 2;
        h.v = TAKE_ARRAY(a, Half, h.count);
        for (size_t i = 0; i < faces->n; i++)
                each_half(&h, &faces->v[i], (uint32_t)i + 1, add_half, NULL);
        return h;
}

typedef struct Beside { /* metres of border with each owner around a face */
        const FaceList *faces;
        uint32_t around[64];
        double metres[64];
        size_t n;
} Beside;

static void add_beside(Halves *h, uint32_t face, Point a, Point b, void *arg) {
        Beside *x = arg;
        uint32_t other = face_left_of(h, b, a), owner = other ? x->faces->v[other - 1].owner : 0;
        size_t i;

        if (!owner || x->faces->v[other - 1].community != x->faces->v[face - 1].community)
                return;
        for (i = 0; i < x->n && x->around[i] != owner; i++)
                ;
        if (i == ARRAY_LEN(x->around))
                return;
        if (i == x->n)
                x->n++, x->around[i] = owner, x->metres[i] = 0;
        x->metres[i] += point_distance_m(a, b);
}

static Beside beside(Halves *h, const FaceList *faces, size_t face) {
        Beside x = { .faces = faces };

        each_half(h, &faces->v[face], (uint32_t)face + 1, add_beside, &x);
        return x;
}

/* The owner with most of the border, of several the first one; it is not found again. 0: nobody is left. */
static uint32_t take_longest(Beside *x) {
        size_t best = 0;

        for (size_t k = 1; k < x->n; k++)
                if (x->metres[k] > x->metres[best] ||
                    (x->metres[k] == x->metres[best] && x->around[k] < x->around[best]))
                        best = k;
        if (!x->n || x->metres[best] < 0)
                return 0;
        x->metres[best] = -1;
        return x->around[best];
}

/* ---- rules ---------------------------------------------------------------------------------------------------------------------- */

static void judge(const Repair *r, Face *f) {
        f->kind = REPAIR_KINDS;
        f->owner = f->cover_n ? f->cover[0] + 1 : 0;
        if (f->cover_n == 1) {
                if (repair_tag(r, f->cover[0]).community)
                        return;
                f->kind = REPAIR_UNASSIGNED;
                f->rule = REPAIR_OPEN;
                f->owner = 0;
        } else if (repair_is_sliver(r, f)) {
                f->kind = REPAIR_SLIVER;
                f->rule = REPAIR_NEIGHBOUR;
                f->owner = 0; /* until the rule has dealt it */
        } else {
                f->kind = f->cover_n ? REPAIR_OVERLAP : REPAIR_GAP;
                f->rule = REPAIR_OPEN;
                f->owner = 0;
                for (uint32_t i = 0; i < f->cover_n && !f->owner; i++)
                        if (repair_tag(r, f->cover[i]).community)
                                f->owner = f->cover[i] + 1;
        }
}

/* Known ground stays within its community, and none of it blank. */
static bool serves(const Repair *r, const Face *f, const RepairDecision *d) {
        return d->what == REPAIR_TO_FEATURE && d->feature && d->feature <= r->report->features.n &&
               r->report->features.v[d->feature - 1].community == f->community;
}

static void decide(Repair *r, FaceList *faces, uint32_t *numbers, size_t n) {
        for (size_t i = 0; i < r->options->decision_n; i++) {
                const RepairDecision *d = &r->options->decisions[i];
                bool nobody = d->what == REPAIR_TO_NOBODY;
                Face *f = d->face && d->face <= n ? &faces->v[numbers[d->face - 1]] : NULL;

                if (d->what == REPAIR_LEFT_OUT)
                        continue; /* tell_lost */
                if (!f || (f->community && !serves(r, f, d)) || (!nobody && (!d->feature || d->feature > r->report->features.n ||
                                       !repair_tag(r, d->feature - 1).community))) {
                        r->report->ignored++;
                        continue;
                }
                f->owner = nobody ? 0 : (uint32_t)d->feature;
                f->rule = REPAIR_DECIDED;
        }
}

/* From neighbours that have an owner already to those behind them, until nothing changes. */
static bool deal_slivers(Repair *r, FaceList *faces, Halves *h) {
        for (bool again = true; again;) {
                again = false;
                if (!repair_on(r))
                        return false;
                for (size_t i = 0; i < faces->n; i++) {
                        Face *f = &faces->v[i];
                        Beside x;

                        if (f->kind != REPAIR_SLIVER || f->owner)
                                continue;
                        x = beside(h, faces, i);
                        f->owner = take_longest(&x);
                        again |= f->owner != 0;
                }
        }
        return true;
}

bool repair_deal(Repair *r, FaceList *faces) {
        uint32_t *numbers = TAKE_ARRAY(r->arena, uint32_t, faces->n + 1);
        size_t n = 0, odd = 0;
        Halves h;

        for (size_t i = 0; i < faces->n; i++) {
                judge(r, &faces->v[i]);
                odd += faces->v[i].kind != REPAIR_KINDS;
        }
        if (!odd) {
                r->report->ignored = r->options->decision_n;
                return true;
        }
        h = halves_of(r->arena, faces);
        for (size_t i = 0; i < faces->n; i++) {
                Face *f = &faces->v[i];

                if (!f->cover_n) {
                        Beside x = beside(&h, faces, i);

                        for (size_t k = 0; k < 2 && k < x.n; k++)
                                f->around[k] = take_longest(&x);
                        if (f->kind == REPAIR_GAP && !f->around[1])
                                f->kind = REPAIR_HOLE;
                }
                if (f->kind != REPAIR_KINDS && f->rule == REPAIR_OPEN) {
                        numbers[n++] = (uint32_t)i;
                        f->remainder = (uint32_t)n;
                }
        }
        decide(r, faces, numbers, n);
        if (!deal_slivers(r, faces, &h))
                return false;
        for (size_t i = 0; i < faces->n; i++) { /* a sliver by itself: nothing to decide by, but it is not passed over */
                Face *f = &faces->v[i];

                if (f->community && f->kind == REPAIR_SLIVER && !f->owner)
                        f->kind = REPAIR_GAP, f->rule = REPAIR_OPEN;
        }
        return true;
}

/* ---- the mesh ------------------------------------------------------------------------------------------------------------------- */

static int by_owner(const void *a, const void *b, void *arg) {
        const FaceList *faces = arg;
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        uint32_t p = faces->v[x].owner, q = faces->v[y].owner;

        return p != q ? (p < q ? -1 : 1) : (x > y) - (x < y);
}

typedef struct MeshPolygonList {
        MeshPolygon *v;
        size_t n, cap;
} MeshPolygonList;

/* The faces order[from … to) of one owner, joined where they share edges. */
static void join(Repair *r, const FaceList *faces, const uint32_t *order, size_t from, size_t to,
                 MeshPolygonList *out) {
        uint32_t owner = faces->v[order[from]].owner;
        MeshTag tag = repair_tag(r, owner - 1);
        RingList rings = { 0 }, outline;
        PolygonList polygons;

        for (size_t i = from; i < to; i++) {
                for (size_t k = 0; k < faces->v[order[i]].polygon.n; k++)
                        *list_push(r->arena, &rings) = faces->v[order[i]].polygon.rings[k];
        }
        if (to - from == 1) { /* as it is */
                *list_push(r->arena, out) = (MeshPolygon){ rings.v, rings.n, tag };
                return;
        }
        outline_of(r->arena, rings.v, rings.n, &outline);
        polygons_of(r->arena, &outline, &polygons);
        for (size_t i = 0; i < polygons.n; i++)
                *list_push(r->arena, out) = (MeshPolygon){ polygons.v[i].rings, polygons.v[i].n, tag };
}

/* Twice the area of all faces that somebody has, exact: the mesh has to have the same. */
static bool adds_up(const Repair *r, const FaceList *faces) {
        __int128 area2 = 0;

        for (size_t i = 0; i < faces->n; i++)
                for (size_t k = 0; faces->v[i].owner && k < faces->v[i].polygon.n; k++)
                        area2 += ring_area2(&faces->v[i].polygon.rings[k]);
        return area2 == mesh_area2(r->report->mesh);
}

bool repair_mesh(Repair *r, const FaceList *faces, uint32_t **ret_owner) {
        uint32_t *order = TAKE_ARRAY(r->arena, uint32_t, faces->n + 1), *owner;
        MeshPolygonList out = { 0 };
        MeshFaultList faults;
        size_t n = 0;

        for (size_t i = 0; i < faces->n; i++)
                if (faces->v[i].owner)
                        order[n++] = (uint32_t)i;
        qsort_r(order, n, sizeof *order, by_owner, (void *)(uintptr_t)faces);
        owner = TAKE_ARRAY(r->arena, uint32_t, n + 2);
        for (size_t i = 0, to; i < n; i = to) {
                size_t before = out.n;

                for (to = i; to < n && faces->v[order[to]].owner == faces->v[order[i]].owner;)
                        to++;
                join(r, faces, order, i, to, &out);
                for (size_t k = before; k < out.n; k++)
                        owner[k + 1] = faces->v[order[i]].owner;
        }
        if (!out.n)
                return repair_end(r, REPAIR_NOTHING, "no ground is left");
        r->report->mesh = mesh_build(&(MeshPlan){ .polygons = out.v, .n = out.n, .gaps_stay = true },
                                     r->arena, &faults);
        *ret_owner = owner;
        if (r->report->mesh) {
                for (uint32_t f = 1; f <= out.n; f++)
                        r->report->features.v[owner[f] - 1].after_m2 +=
                                mesh_face_m2(r->report->mesh, (MeshFaceId){ f });
                return adds_up(r, faces) || repair_end(r, REPAIR_BROKEN, "areas do not add up");
        }
        return repair_end(
                r, REPAIR_BROKEN,
                str_z(r->arena,
                      str_fmt(r->arena, "%s at %.7f, %.7f", mesh_why_name(faults.v[0].why),
                              (double)faults.v[0].at.lon_e7 / 1e7, (double)faults.v[0].at.lat_e7 / 1e7)));
}
