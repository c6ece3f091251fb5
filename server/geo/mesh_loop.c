/* Loops: the closed walks along faces, which face each belongs to, and how they are found again after edges came or went. */
#include "base/rc.h"
#include "geo/mesh_int.h"
#include <stdlib.h>

void face_add_loop(Mesh *m, uint32_t face, uint32_t loop, bool around) {
        uint32_t first = FACE(m, face)->loops;

        record_note(m, T_LOOP, loop);
        LOOP(m, loop)->face = face;
        if (around || !first) {
                record_note(m, T_FACE, face);
                LOOP(m, loop)->after = first;
                FACE(m, face)->loops = loop;
                return;
        }
        record_note(m, T_LOOP, first);
        LOOP(m, loop)->after = LOOP(m, first)->after;
        LOOP(m, first)->after = loop;
}

void face_drop_loop(Mesh *m, uint32_t loop) {
        uint32_t face = LOOP(m, loop)->face, at = FACE(m, face)->loops;

        if (at == loop) {
                record_note(m, T_FACE, face);
                FACE(m, face)->loops = LOOP(m, loop)->after;
                return;
        }
        while (at && LOOP(m, at)->after != loop)
                at = LOOP(m, at)->after;
        if (!at)
                return;
        record_note(m, T_LOOP, at);
        LOOP(m, at)->after = LOOP(m, loop)->after;
}

uint32_t loop_leftmost(const Mesh *m, uint32_t loop) {
        uint32_t first = LOOP(m, loop)->first, h = first, best = half_from(m, h);

        do {
                const MNode *a = NODE(m, half_from(m, h)), *b = NODE(m, best);

                if (a->lon < b->lon || (a->lon == b->lon && a->lat < b->lat))
                        best = half_from(m, h);
                h = HALF(m, h)->next;
        } while (h != first);
        return best;
}

/* No edge of the hole's own component is strictly west of its westernmost node. */
uint32_t loop_container(const Mesh *m, uint32_t loop) {
        uint32_t h = index_west(m, node_point(m, loop_leftmost(m, loop)), true);

        return h ? half_face(m, h) : 0;
}

/* ---- walking anew --------------------------------------------------------------------------------------------------------- */

typedef struct Walked {
        int64_t area2;
        uint32_t loop, label; /* the face that it lay in */
        uint32_t least;       /* of its half-edges */
        bool inside;          /* of the ring */
        Point left;
} Walked;

typedef struct Work {
        Mesh *m;
        Relink *how;
        struct {
                Walked *v;
                size_t n, cap;
        } around, holes;
        Ids split; /* faces of several pieces */
} Work;

static uint32_t label_of(const Work *r, uint32_t half) {
        uint32_t face = half_face(r->m, half);

        return face && face == r->how->from ? r->how->into : face;
}

/* False when a loop leads through several faces: edges cross. */
static bool walk(Work *r, uint32_t first) {
        Mesh *m = r->m;
        uint32_t loop = record_new(m, T_LOOP), h = first, label = label_of(r, first);
        Point o = node_point(m, half_from(m, first));
        int64_t area2 = 0;
        uint32_t least = first;
        Walked *w;

        do {
                if (LOOP(m, HALF(m, h)->loop)->fresh == m->walks || label_of(r, h) != label) {
                        record_free(m, T_LOOP, loop);
                        return false;
                }
                record_note(m, T_HALF, h);
                area2 = area_sum(area2,
                                 turn2(o, node_point(m, half_from(m, h)), node_point(m, half_to(m, h))));
                h = HALF(m, h)->next;
        } while (h != first);
        do {
                HALF(m, h)->loop = loop;
                least = h < least ? h : least;
                h = HALF(m, h)->next;
        } while (h != first);
        *LOOP(m, loop) = (MLoop){ .area2 = area2, .first = first, .face = label, .fresh = m->walks };
        if (area2 > 0) {
                HEAP_ROOM(&r->around, 1);
                w = &r->around.v[r->around.n++];
        } else {
                HEAP_ROOM(&r->holes, 1);
                w = &r->holes.v[r->holes.n++];
        }
        *w = (Walked){ .area2 = area2, .loop = loop, .label = label, .least = least };
        return true;
}

static bool walk_all(Work *r) {
        Mesh *m = r->m;

        ids_sort(&m->stale);
        for (size_t i = 0; i < m->stale.n; i++)
                if (LOOP(m, m->stale.v[i])->first)
                        ids_push(&m->starts, LOOP(m, m->stale.v[i])->first);
        for (size_t i = 0; i < m->starts.n; i++) {
                uint32_t h = m->starts.v[i];

                if (HALF(m, h)->node && LOOP(m, HALF(m, h)->loop)->fresh != m->walks && !walk(r, h))
                        return false;
        }
        return true;
}

static int by_piece(const void *a, const void *b) {
        const Walked *x = a, *y = b;

        if (x->label != y->label)
                return x->label < y->label ? -1 : 1;
        if (x->inside != y->inside)
                return x->inside ? 1 : -1;
        if (x->area2 != y->area2)
                return x->area2 > y->area2 ? -1 : 1;
        return (x->least > y->least) - (x->least < y->least);
}

/* Which of the pieces lie in the ring. */
static void mark_inside(Work *r) {
        Ids loops = { 0 };

        for (size_t i = 0; r->how->ring && i < r->how->ring->n; i++)
                ids_push(&loops, HALF(r->m, r->how->ring->v[i])->loop);
        ids_sort(&loops);
        for (size_t i = 0; i < r->around.n; i++)
                r->around.v[i].inside = ids_has(&loops, r->around.v[i].loop);
        ids_clear(&loops);
}

static MeshWhy deal_piece(Work *r, const Walked *w) {
        Mesh *m = r->m;
        uint32_t loops = FACE(m, w->label)->loops, face = w->label;
        bool whole = loops && LOOP(m, loops)->area2 > 0; /* it has its ground already */
        MeshTag tag = FACE(m, w->label)->tag;

        r->how->other = w->label;
        if (!w->label)
                return MESH_OUTLINE;
        if (whole != w->inside && r->how->ring)
                return whole ? MESH_FALLS_APART : MESH_COVERS;
        if (whole) {
                if (m->tables[T_FACE].live >= MESH_FACES_MAX)
                        return MESH_TOO_MANY;
                face = record_new(m, T_FACE);
                *FACE(m, face) = (MFace){ .tag = { 0, tag.community, tag.kind }, .alive = 1 };
                ids_push(&r->split, w->label);
        }
        face_add_loop(m, face, w->loop, true);
        return MESH_FINE;
}

static MeshWhy deal_pieces(Work *r) {
        MeshWhy why = MESH_FINE;

        mark_inside(r);
        if (r->around.n)
                qsort(r->around.v, r->around.n, sizeof *r->around.v, by_piece);
        for (size_t i = 0; i < r->around.n && !why; i++)
                why = deal_piece(r, &r->around.v[i]);
        ids_sort(&r->split);
        return why;
}

static bool is_split(const Work *r, uint32_t face) { return ids_has(&r->split, face); }

static void take_hole(Work *r, uint32_t loop, uint32_t label) {
        HEAP_ROOM(&r->holes, 1);
        r->holes.v[r->holes.n++] =
                (Walked){ .area2 = LOOP(r->m, loop)->area2, .loop = loop, .label = label };
}

static int by_left(const void *a, const void *b) {
        const Walked *x = a, *y = b;

        if (x->left.lon_e7 != y->left.lon_e7)
                return x->left.lon_e7 < y->left.lon_e7 ? -1 : 1;
        return (x->loop > y->loop) - (x->loop < y->loop);
}

/* Holes of a face that is whole stay in it; those of a divided one are looked up, from west to east, so that the loop west of each has
 * its face already. */
static void deal_holes(Work *r) {
        Mesh *m = r->m;

        for (size_t i = 0; i < r->split.n; i++) {
                uint32_t face = r->split.v[i], loop;

                while ((loop = LOOP(m, FACE(m, face)->loops)->after)) {
                        take_hole(r, loop, face);
                        face_drop_loop(m, loop);
                }
        }
        for (size_t i = 0; i < r->holes.n; i++)
                if (is_split(r, r->holes.v[i].label))
                        r->holes.v[i].left = node_point(m, loop_leftmost(m, r->holes.v[i].loop));
        if (r->split.n && r->holes.n)
                qsort(r->holes.v, r->holes.n, sizeof *r->holes.v, by_left);
        for (size_t i = 0; i < r->holes.n; i++) {
                const Walked *w = &r->holes.v[i];

                face_add_loop(m, is_split(r, w->label) ? loop_container(m, w->loop) : w->label, w->loop,
                              false);
        }
}

static MeshWhy deal(Work *r) {
        Mesh *m = r->m;
        MeshWhy why;
        uint32_t loop;

        for (size_t i = 0; i < m->stale.n; i++)
                face_drop_loop(m, m->stale.v[i]);
        while (r->how->from &&
               (loop = FACE(m, r->how->from)->loops)) { /* what the face that goes still has */
                face_drop_loop(m, loop);
                if (LOOP(m, loop)->area2 > 0)
                        face_add_loop(m, r->how->into, loop, true);
                else
                        take_hole(r, loop, r->how->into);
        }
        why = deal_pieces(r);
        if (why)
                return why;
        deal_holes(r);
        for (size_t i = 0; i < m->stale.n; i++)
                record_free(m, T_LOOP, m->stale.v[i]);
        if (r->how->from)
                record_free(m, T_FACE, r->how->from);
        return MESH_FINE;
}

MeshWhy loops_relink(Mesh *m, Relink *how) {
        Work r = { .m = m, .how = how };
        MeshWhy why;

        m->walks++;
        why = walk_all(&r) ? deal(&r) : MESH_CROSSES;

        free(r.around.v);
        free(r.holes.v);
        ids_clear(&r.split);
        m->starts.n = m->stale.n = 0;
        return why;
}
