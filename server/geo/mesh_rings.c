/* Rings out of a mesh: of one face, or of the union of all faces with the same key, where only edges between different keys are walked.
 * A walk that comes through a node twice is taken apart there, so that every ring is simple. */
#include "base/rc.h"
#include "geo/mesh_int.h"
#include <stdlib.h>

typedef struct Walk {
        uint32_t *v; /* nodes */
        size_t n, cap;
} Walk;

static Ring ring_of(const Mesh *m, Arena *a, const uint32_t *nodes, size_t n) {
        Ring r = { TAKE_ARRAY(a, Point, n), n, n };
        size_t lowest = 0;

        for (size_t i = 1; i < n; i++) {
                const MNode *x = NODE(m, nodes[i]), *y = NODE(m, nodes[lowest]);

                if (x->lat < y->lat || (x->lat == y->lat && x->lon < y->lon))
                        lowest = i;
        }
        for (size_t i = 0; i < n; i++)
                r.v[i] = node_point(m, nodes[(lowest + i) % n]);
        return r;
}

/* Nodes that the walk passes more than once, ascending. */
static Ids repeated(const Walk *w) {
        Ids sorted = { 0 }, found = { 0 };

        for (size_t i = 0; i < w->n; i++)
                ids_push(&sorted, w->v[i]);
        qsort(sorted.v, sorted.n, sizeof *sorted.v, ids_order);
        for (size_t i = 1; i < sorted.n; i++)
                if (sorted.v[i] == sorted.v[i - 1] && (!found.n || found.v[found.n - 1] != sorted.v[i]))
                        ids_push(&found, sorted.v[i]);
        ids_clear(&sorted);
        return found;
}

/* Adds the rings of one walk. What lies between two visits of a node is a ring of its own. */
static void add_walk(const Mesh *m, Arena *a, Walk *w, RingList *out) {
        Ids twice = repeated(w);
        size_t n = 0;

        for (size_t i = 0; i < w->n; i++) {
                if (twice.n && ids_has(&twice, w->v[i])) {
                        size_t back = n;

                        while (back && w->v[back - 1] != w->v[i])
                                back--;
                        if (back) {
                                *list_push(a, out) = ring_of(m, a, w->v + back - 1, n - back + 1);
                                n = back - 1;
                        }
                }
                w->v[n++] = w->v[i];
        }
        *list_push(a, out) = ring_of(m, a, w->v, n);
        ids_clear(&twice);
}

/* ---- rings to polygons ---------------------------------------------------------------------------------------------------- */

/* Is the middle of the hole's first side inside? Sides of a hole never lie on those of an outer ring, corners may: so twice all
 * coordinates, and exact. */
static bool holds_hole(const Ring *outer, const Ring *hole) {
        int64_t x = hole->v[0].lon_e7 + hole->v[1].lon_e7, y = hole->v[0].lat_e7 + hole->v[1].lat_e7;
        bool inside = false;

        for (size_t i = 0, j = outer->n - 1; i < outer->n; j = i++) {
                Point a = outer->v[j], b = outer->v[i];
                __int128 side;

                if ((2 * a.lat_e7 <= y) == (2 * b.lat_e7 <= y))
                        continue;
                side = (__int128)(b.lon_e7 - a.lon_e7) * (y - 2 * a.lat_e7) -
                       (__int128)(b.lat_e7 - a.lat_e7) * (x - 2 * a.lon_e7);
                inside ^= (side > 0) == (b.lat_e7 > a.lat_e7);
        }
        return inside;
}

typedef struct Outer {
        Ring ring;
        __int128 area2;
        Box box;
        size_t holes;
} Outer;

/* Largest first; equal ones from south to north, west to east. */
static int by_size(const void *x, const void *y) {
        const Outer *a = x, *b = y;
        Point p = a->ring.v[0], q = b->ring.v[0];
        __int128 s = a->area2 < 0 ? -a->area2 : a->area2, t = b->area2 < 0 ? -b->area2 : b->area2;

        if (s != t)
                return s > t ? -1 : 1;
        return p.lat_e7 != q.lat_e7 ? (p.lat_e7 > q.lat_e7) - (p.lat_e7 < q.lat_e7)
                                    : (p.lon_e7 > q.lon_e7) - (p.lon_e7 < q.lon_e7);
}

static size_t owner_of(const Outer *rings, size_t n, const Outer *hole) {
        size_t owner = 0, outers = 0;

        for (size_t i = 0; i < n; i++)
                if (rings[i].area2 > 0 && ++outers == 1)
                        owner = i;
        if (outers < 2)
                return owner;
        for (size_t i = 0; i < n; i++) /* the last that holds it is the smallest */
                if (rings[i].area2 > 0 && box_meets(rings[i].box, hole->box) &&
                    holds_hole(&rings[i].ring, &hole->ring))
                        owner = i;
        return owner;
}

static void polygons_from(Arena *a, const RingList *rings, PolygonList *ret) {
        Outer *sorted = TAKE_ARRAY(a, Outer, rings->n + 1);
        size_t *owner = TAKE_ARRAY(a, size_t, rings->n + 1);

        for (size_t i = 0; i < rings->n; i++)
                sorted[i] = (Outer){ rings->v[i], ring_area2(&rings->v[i]), ring_box(&rings->v[i]), 0 };
        if (rings->n)
                qsort(sorted, rings->n, sizeof *sorted, by_size);
        for (size_t i = 0; i < rings->n; i++) {
                if (sorted[i].area2 > 0)
                        continue;
                owner[i] = owner_of(sorted, rings->n, &sorted[i]);
                sorted[owner[i]].holes++;
        }
        *ret = (PolygonList){ 0 };
        for (size_t i = 0; i < rings->n; i++) {
                Polygon *p;

                if (sorted[i].area2 <= 0)
                        continue;
                p = list_push(a, ret);
                p->rings = TAKE_ARRAY(a, Ring, sorted[i].holes + 1);
                p->rings[p->n++] = sorted[i].ring;
                for (size_t k = 0; k < rings->n; k++)
                        if (sorted[k].area2 <= 0 && owner[k] == i)
                                p->rings[p->n++] = sorted[k].ring;
        }
}

/* ---- one face, all places ---------------------------------------------------------------------------------------------------- */

bool mesh_face_polygon(const Mesh *m, MeshFaceId face, Arena *a, Polygon *ret) {
        RingList rings = { 0 };
        PolygonList out;
        Walk w = { 0 };

        if (!face_alive(m, face.n))
                return false;
        for (uint32_t loop = FACE(m, face.n)->loops; loop; loop = LOOP(m, loop)->after) {
                uint32_t first = LOOP(m, loop)->first, h = first;

                w.n = 0;
                do {
                        HEAP_ROOM(&w, 1);
                        w.v[w.n++] = half_from(m, h);
                        h = HALF(m, h)->next;
                } while (h != first);
                add_walk(m, a, &w, &rings);
        }
        free(w.v);
        polygons_from(a, &rings, &out);
        *ret = out.v[0];
        return true;
}

double mesh_face_m2(const Mesh *m, MeshFaceId face) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        double sum = 0;
        Polygon p;

        if (!mesh_face_polygon(m, face, a, &p))
                return 0;
        for (size_t i = 0; i < p.n; i++)
                sum += i ? -ring_area_m2(&p.rings[i]) : ring_area_m2(&p.rings[i]);
        return sum;
}

double mesh_fault_m2(const MeshFault *f) {
        double lat = (double)f->at.lat_e7 * 1e-7;

        return (double)(f->area2 < 0 ? -f->area2 : f->area2) / 2 * lat_m_per_e7(lat) * lon_m_per_e7(lat);
}

typedef struct Dissolve {
        const Mesh *m;
        Arena *arena;
        int64_t *keys;    /* of faces; 0 none */
        uint8_t *visited; /* half-edges */
        struct {
                int64_t *v;
                size_t n, cap;
        } places;        /* keys, ascending */
        RingList *rings; /* of the places */
} Dissolve;

static int by_key(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

static void find_keys(Dissolve *d, MeshKey key, void *arg) {
        uint32_t end = d->m->tables[T_FACE].n;
        size_t n = 0;

        d->keys = heap_take(end, sizeof *d->keys);
        for (uint32_t f = 1; f < end; f++) {
                if (!face_alive(d->m, f))
                        continue;
                d->keys[f] = key(&FACE(d->m, f)->tag, (MeshFaceId){ f }, arg);
                if (!d->keys[f])
                        continue;
                HEAP_ROOM(&d->places, 1);
                d->places.v[d->places.n++] = d->keys[f];
        }
        if (d->places.n)
                qsort(d->places.v, d->places.n, sizeof *d->places.v, by_key);
        for (size_t i = 0; i < d->places.n; i++)
                if (!i || d->places.v[i] != d->places.v[i - 1])
                        d->places.v[n++] = d->places.v[i];
        d->places.n = n;
}

static int64_t key_of(const Dissolve *d, uint32_t half) { return d->keys[half_face(d->m, half)]; }

static void walk_place(Dissolve *d, uint32_t first, Walk *w) {
        int64_t key = key_of(d, first);
        const int64_t *place = bsearch(&key, d->places.v, d->places.n, sizeof key, by_key);
        uint32_t h = first;

        w->n = 0;
        do {
                d->visited[h] = 1;
                HEAP_ROOM(w, 1);
                w->v[w->n++] = half_from(d->m, h);
                h = HALF(d->m, h)->next;
                while (key_of(d, h ^ 1) ==
                       key) /* both sides are of the place: on to the next one clockwise */
                        h = HALF(d->m, h ^ 1)->next;
        } while (h != first);
        add_walk(d->m, d->arena, w, &d->rings[place - d->places.v]);
}

void mesh_dissolve(const Mesh *m, MeshKey key, void *arg, Arena *a, MeshPlaceList *ret) {
        Dissolve d = { .m = m, .arena = a, .visited = heap_take(m->tables[T_HALF].n, 1) };
        Walk w = { 0 };

        find_keys(&d, key, arg);
        d.rings = TAKE_ARRAY(a, RingList, d.places.n + 1);
        for (uint32_t h = 2; h < m->tables[T_HALF].n; h++)
                if (HALF(m, h)->node && !d.visited[h] && key_of(&d, h) && key_of(&d, h) != key_of(&d, h ^ 1))
                        walk_place(&d, h, &w);
        *ret = (MeshPlaceList){ 0 };
        for (size_t i = 0; i < d.places.n; i++) {
                MeshPlace *place = list_push(a, ret);

                place->key = d.places.v[i];
                polygons_from(a, &d.rings[i], &place->polygons);
                for (size_t k = 0; k < d.rings[i].n; k++)
                        place->area2 = area_sum(place->area2, (int64_t)ring_area2(&d.rings[i].v[k]));
        }
        free(w.v);
        free(d.keys);
        free(d.visited);
        free(d.places.v);
}
