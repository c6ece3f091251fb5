/* What an edition of the mesh draws: where a point lies, and the outlines of grids and of everything above them. Made once for each
 * edition, never changed, shared by all epochs that show it; the last to let go frees it. The mesh itself is not kept. */
#include "geo/mesh_locate.h"
#include "territory/territory_int.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { KEPT = 3 }; /* today's, the next one, a day of the past; days in use keep theirs */

static const int64_t below[] = { 0, 10000000000000, 100000000000, 1000000000, 1000000, 1000, 1 }; /* by kind: what a grid is divided by */

static struct {
        pthread_mutex_t lock;   /* of the pointers */
        pthread_mutex_t making; /* one at a time: it takes seconds and memory */
        Drawn *kept[KEPT];
        size_t oldest;
} drawn = { .lock = PTHREAD_MUTEX_INITIALIZER, .making = PTHREAD_MUTEX_INITIALIZER };

void drawn_drop(const Drawn *d) {
        Drawn *own = (Drawn *)d;
        Arena *arena;

        if (!own || atomic_fetch_sub(&own->holders, 1) > 1)
                return;
        arena = own->arena;
        mesh_locator_free(own->locator);
        arena_free(arena);
}

static const Drawn *hold(Str digest) {
        Drawn *found = NULL;

        pthread_mutex_lock(&drawn.lock);
        for (size_t i = 0; i < KEPT && !found; i++)
                if (drawn.kept[i] && str_eq(drawn.kept[i]->digest, digest))
                        found = drawn.kept[i];
        if (found)
                atomic_fetch_add(&found->holders, 1);
        pthread_mutex_unlock(&drawn.lock);
        return found;
}

static void keep(Drawn *d) {
        Drawn *old;

        atomic_fetch_add(&d->holders, 1);
        pthread_mutex_lock(&drawn.lock);
        old = drawn.kept[drawn.oldest];
        drawn.kept[drawn.oldest] = d;
        drawn.oldest = (drawn.oldest + 1) % KEPT;
        pthread_mutex_unlock(&drawn.lock);
        drawn_drop(old);
}

/* ---- making ---------------------------------------------------------------------------------------------------------------- */

static int64_t key_above(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)face;
        return tag->community * 1000 / *(const int64_t *)arg;
}

static int64_t key_grid(const MeshTag *tag, MeshFaceId face, void *arg) {
        (void)face;
        (void)arg;
        return tag->grid;
}

static void shape_make(Arena *a, const PolygonList *polygons, EpochShape *ret) {
        *ret = (EpochShape){ .polygons = *polygons, .box = BOX_EMPTY };
        for (size_t i = 0; i < polygons->n; i++)
                for (size_t k = 0; k < polygons->v[i].n; k++) {
                        const Ring *r = &polygons->v[i].rings[k];
                        int64_t m2 = (int64_t)(ring_area_m2(r) + 0.5);

                        *list_push(a, &ret->rings) = *r;
                        ret->area_m2 += k ? -m2 : m2;
                        box_add_box(&ret->box, ring_box(r));
                }
        ret->label = ring_label(&ret->rings.v[0]);
}

static void level_make(const Mesh *m, int kind, Drawn *d) {
        DrawnLevel *level = &d->levels[kind];
        int64_t by = below[kind];
        MeshPlaceList places;

        mesh_dissolve(m, kind == PLACE_KIND_GRID ? key_grid : key_above, &by, d->arena, &places);
        level->keys = TAKE_ARRAY(d->arena, int64_t, places.n + 1);
        level->shapes = TAKE_ARRAY(d->arena, EpochShape, places.n + 1);
        level->n = places.n;
        for (size_t i = 0; i < places.n; i++) {
                level->keys[i] = places.v[i].key;
                shape_make(d->arena, &places.v[i].polygons, &level->shapes[i]);
        }
}

static Drawn *make(const Mesh *m, Str digest) {
        Arena *arena = arena_new(0);
        Drawn *d = TAKE(arena, Drawn);

        *d = (Drawn){ .arena = arena, .digest = str_dup(arena, digest), .faces = mesh_face_end(m) };
        atomic_init(&d->holders, 1);
        d->grids = TAKE_ARRAY(arena, int64_t, d->faces);
        for (uint32_t f = 1; f < d->faces; f++) {
                MeshTag tag;

                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag))
                        d->grids[f] = tag.grid;
        }
        for (int kind = PLACE_KIND_PROVINCE; kind <= PLACE_KIND_GRID; kind++)
                level_make(m, kind, d);
        d->locator = mesh_locator_new(m);
        return d;
}

Rc drawn_take(Cx *cx, int64_t number, Str digest, const Drawn **ret) {
        _cleanup_(mesh_freep) Mesh *m = NULL;
        const Drawn *d = hold(digest);
        Rc rc = OK;

        if (d)
                return *ret = d, OK;
        pthread_mutex_lock(&drawn.making);
        d = hold(digest);
        if (!d)
                rc = store_edition_mesh(cx, number, &m);
        if (!d && rc == OK) {
                Drawn *made = make(m, digest);

                keep(made);
                d = made;
        }
        pthread_mutex_unlock(&drawn.making);
        if (rc == OK)
                *ret = d;
        return rc;
}

/* ---- asking ---------------------------------------------------------------------------------------------------------------- */

const EpochShape *drawn_shape(const Drawn *d, Str code, int kind) {
        const DrawnLevel *level = &d->levels[kind];
        size_t lo = 0, hi = level->n;
        int64_t key;

        if (!kind || !str_int(code, &key))
                return NULL;
        while (lo < hi) {
                size_t mid = lo + (hi - lo) / 2;

                if (level->keys[mid] < key)
                        lo = mid + 1;
                else
                        hi = mid;
        }
        return lo < level->n && level->keys[lo] == key ? &level->shapes[lo] : NULL;
}

int64_t drawn_grid_at(const Drawn *d, Point p) { return d->grids[mesh_locate(d->locator, p).n]; }
