/* All steps in order, and what is told of them: findings of faces, what has moved between features, whether the label can be right. */
#include "repair/repair.h"
#include "base/rc.h"
#include "base/time.h"
#include "repair/repair_int.h"
#include <math.h>
#include <stdlib.h>

bool repair_end(Repair *r, RepairStop stop, const char *detail) {
        if (r->report->stop != REPAIR_DONE)
                return false; /* the first reason is the one */
        r->report->stop = stop;
        r->report->detail = str_dup(r->arena, str_c(detail));
        if (!str_utf8_valid(r->report->detail))
                r->report->detail = S("");
        return false;
}

bool repair_on(Repair *r) {
        if (r->report->stop != REPAIR_DONE)
                return false;
        return time_mono_us() <= r->until_us || repair_end(r, REPAIR_TOO_LONG, "");
}

RepairFinding *repair_note(Repair *r, RepairKind kind, RepairRule rule) {
        RepairFinding *f = &r->spare;

        r->report->open += rule == REPAIR_OPEN;
        if (r->report->counts[kind]++ < REPAIR_FINDINGS_MAX)
                f = list_push(r->arena, &r->report->findings);
        *f = (RepairFinding){ .kind = kind, .rule = rule };
        return f;
}

void repair_done(RepairReport *r) {
        mesh_free(r->mesh);
        r->mesh = NULL;
}

/* ---- nothing to mend ------------------------------------------------------------------------------------------------------------ */

/* Where borders share all of their vertices the mesh itself says whether anything is wrong; most files that were drawn well end here. */
static bool is_clean(Repair *r) {
        MeshPolygon *v = TAKE_ARRAY(r->arena, MeshPolygon, r->loose.n + 1);
        MeshFaultList faults;

        for (size_t i = 0; i < r->loose.n; i++) {
                const Loose *p = &r->loose.v[i];

                v[i] = (MeshPolygon){ p->rings, p->n, repair_tag(r, p->feature) };
        }
        r->report->mesh = mesh_build(&(MeshPlan){ .polygons = v, .n = r->loose.n }, r->arena, &faults);
        if (!r->report->mesh)
                return false;
        for (size_t i = 0; i < r->loose.n; i++) {
                RepairFeature *f = &r->report->features.v[r->loose.v[i].feature];
                double m2 = mesh_face_m2(r->report->mesh, (MeshFaceId){ (uint32_t)i + 1 });

                f->before_m2 += m2;
                f->after_m2 += m2;
        }
        r->report->ignored = r->options->decision_n;
        return true;
}

/* ---- what is told of faces ------------------------------------------------------------------------------------------------------- */

typedef struct Telling {
        Repair *r;
        const MeshLocator *where;
        const uint32_t *owner; /* per face of the mesh */
} Telling;

/* Who has the ground now on which a face lay. */
static size_t owner_at(const Telling *t, const Face *f) {
        return t->owner[mesh_locate(t->where, (Point){ llround(f->x), llround(f->y) }).n];
}

static void tell_face(const Telling *t, const Face *f, size_t to) {
        RepairFinding *x = repair_note(t->r, (RepairKind)f->kind, (RepairRule)f->rule);

        x->feature = f->cover_n ? f->cover[0] + 1 : f->around[0];
        x->other = f->cover_n > 1 ? f->cover[1] + 1 : f->cover_n ? 0 : f->around[1];
        x->to = to;
        x->face = f->remainder;
        x->at = (Point){ llround(f->x), llround(f->y) };
        x->m2 = f->m2;
        x->polygon = f->polygon;
}

static int by_move(const void *a, const void *b) {
        const RepairMove *x = a, *y = b;

        if (x->from != y->from)
                return x->from < y->from ? -1 : 1;
        return (x->to > y->to) - (x->to < y->to);
}

/* before: the faces as the file drew them. Each is where it was first, and where it is now. */
static void tell_moves(const Telling *t, const FaceList *before) {
        RepairMoveList all = { 0 };
        RepairReport *report = t->r->report;

        for (size_t i = 0; i < before->n; i++) {
                const Face *f = &before->v[i];
                RepairMove m = { f->cover_n ? f->cover[0] + 1 : 0, owner_at(t, f), f->m2 };

                for (uint32_t k = 0; k < f->cover_n; k++)
                        report->features.v[f->cover[k]].before_m2 += f->m2;
                if (m.from != m.to)
                        *list_push(t->r->arena, &all) = m;
        }
        if (all.n)
                qsort(all.v, all.n, sizeof *all.v, by_move);
        for (size_t i = 0; i < all.n; i++) {
                if (i && by_move(&all.v[i], &all.v[i - 1]) == 0)
                        report->moves.v[report->moves.n - 1].m2 += all.v[i].m2;
                else
                        *list_push(t->r->arena, &report->moves) = all.v[i];
        }
}

static bool is_left_out(const Repair *r, size_t feature) {
        for (size_t i = 0; i < r->options->decision_n; i++)
                if (r->options->decisions[i].what == REPAIR_LEFT_OUT && r->options->decisions[i].feature == feature)
                        return true;
        return false;
}

static void tell_lost(Repair *r) {
        RepairFeatureList *features = &r->report->features;

        for (size_t i = 0; i < features->n; i++)
                if (!(features->v[i].after_m2 > 0))
                        repair_note(r, REPAIR_LOST, is_left_out(r, i + 1) ? REPAIR_DECIDED : REPAIR_OPEN)->feature = i + 1;
}

/* Slivers are told as the file has them: what snapping closed is no face any more, and what it left of them is no news. */
static void tell_faces(const Telling *t, const FaceList *before, const FaceList *after, bool snapped) {
        for (size_t i = 0; snapped && i < before->n; i++) {
                Face f = before->v[i];

                if (f.cover_n == 1 || !repair_is_sliver(t->r, &f))
                        continue;
                f.kind = REPAIR_SLIVER;
                f.rule = REPAIR_NEIGHBOUR;
                f.remainder = 0;
                tell_face(t, &f, owner_at(t, &f));
        }
        for (size_t i = 0; i < after->n; i++)
                if (after->v[i].kind != REPAIR_KINDS && !(snapped && after->v[i].kind == REPAIR_SLIVER))
                        tell_face(t, &after->v[i], after->v[i].owner);
}

/* ---- the whole -------------------------------------------------------------------------------------------------------------------- */

static bool mend(Repair *r, const Edges *e) {
        FaceList before, after;
        MeshLocator *where;
        uint32_t *owner;
        bool snapped, known = r->options->present != NULL;

        if (!repair_snap(r, e, &snapped))
                return false;
        if (!snapped && !known && is_clean(r))
                return true;
        if (!snapped && !known) {
                if (!repair_node(r, &before))
                        return false;
                after = before;
        } else {
                LooseList now = r->loose;

                r->loose = r->before;
                if (!repair_node(r, &before))
                        return false;
                r->loose = now;
                if (known ? !repair_ground_node(r, &after) : !repair_node(r, &after))
                        return false;
        }
        if (!repair_deal(r, &after) || !repair_mesh(r, &after, &owner))
                return false;
        where = mesh_locator_new(r->report->mesh);
        tell_moves(&(Telling){ r, where, owner }, &before);
        tell_faces(&(Telling){ r, where, owner }, &before, &after, snapped);
        mesh_locator_free(where);
        return true;
}

static bool step(const Repair *r, int n) {
        if (r->options->on_step)
                r->options->on_step(n, 5);
        return true;
}

static void import(Repair *r, const RepairFile *file) {
        MeshFault fault;
        LooseList drawn;
        Edges e;
        bool moved = false;

        if (!step(r, 1) || !repair_read(r, file) || !step(r, 2) || !repair_rings(r))
                return;
        drawn = r->loose;
        drawn.v = arena_copy(r->arena, r->loose.v, r->loose.n * sizeof *r->loose.v);
        if (r->options->present && (!repair_ground(r) || !repair_ground_snap(r, &moved)))
                return;
        if (!repair_edges(r, &e) || !step(r, 3) || !repair_meetings(r, &e) || !step(r, 4))
                return;
        r->before = drawn;
        if (!r->loose.n) {
                (void)repair_end(r, REPAIR_NOTHING, "every ring is without ground");
                return;
        }
        if (!mend(r, &e) || !step(r, 5)) {
                repair_done(r->report);
                return;
        }
        tell_lost(r);
        if (mesh_check(r->report->mesh, &fault) != MESH_FINE) {
                (void)repair_end(r, REPAIR_BROKEN, mesh_why_name(fault.why));
                repair_done(r->report);
                return;
        }
}

void repair_import(Arena *a, const RepairFile *file, const RepairOptions *options, RepairReport *ret) {
        Repair r = { .arena = a, .options = options, .report = ret };

        *ret = (RepairReport){ .crs = options->crs, .tolerance_m = options->tolerance_m, .format = "" };
        r.until_us = time_mono_us() + (int64_t)REPAIR_SECONDS_MAX * 1000000;
        import(&r, file);
}

/* ---- known points ------------------------------------------------------------------------------------------------------------------ */

void repair_fit(Arena *a, const RepairOptions *options, const CrsKnown *known, size_t n,
                RepairReport *report) {
        const Repair r = { .arena = a, .options = options, .report = report };
        CrsKnown *v = TAKE_ARRAY(a, CrsKnown, n + 1);
        MeshLocator *where = mesh_locator_new(report->mesh);

        for (size_t i = 0; i < n; i++) { /* the mesh has the caller's tags */
                bool named = known[i].grid > 0 && (size_t)known[i].grid <= report->features.n;

                v[i] = (CrsKnown){ known[i].at, named ? repair_tag(&r, (size_t)known[i].grid - 1).grid : 0 };
        }
        crs_fit(report->mesh, where, options->crs, v, n, &report->fit);
        mesh_locator_free(where);
}

RepairStop repair_fit_file(Arena *a, const RepairFile *points, const RepairOptions *options,
                           RepairReport *report) {
        RepairOptions o = *options;
        RepairReport read = { .format = "" };
        Repair r = { .arena = a, .options = &o, .report = &read };
        RepairPointList list;
        CrsKnown *v;
        size_t n = 0;

        o.crs = CRS_CGCS2000;
        o.name_field = STR_NONE;
        r.until_us = time_mono_us() + (int64_t)REPAIR_SECONDS_MAX * 1000000;
        if (!repair_read_points(&r, points, &list))
                return read.stop;
        v = TAKE_ARRAY(a, CrsKnown, list.n + 1);
        for (size_t i = 0; i < list.n; i++) {
                v[n].grid = 0;
                if (!crs_point(list.v[i].at, CRS_CGCS2000, &v[n].at))
                        continue;
                for (size_t k = 0; list.v[i].name.n && k < report->features.n && !v[n].grid; k++)
                        if (str_eq(list.v[i].name, report->features.v[k].name))
                                v[n].grid = (int64_t)k + 1;
                n++;
        }
        repair_fit(a, options, v, n, report);
        return REPAIR_DONE;
}
