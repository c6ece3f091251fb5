/* The search index of a mesh being edited: a loose quadtree (T. Ulrich, Game Programming Gems 1, 4.11). An edge hangs in the cell of its
 * south-western corner on the level whose cells are just larger than it; a cell's edges lie within twice its size. Any distribution of
 * edges, however uneven, costs at most 31 levels. Made at the first edit, then kept up with every edge. */
#include "geo/mesh_int.h"
#include <stdlib.h>

enum { ROOT = 1, ROOT_LEVEL = 31 };

static int64_t cell_x(const Mesh *m, int64_t lon) { return lon - m->west; }
static int64_t cell_y(int64_t lat) { return lat + LAT_MAX; }

static Box edge_box(const Mesh *m, uint32_t edge) {
        Box b = BOX_EMPTY;

        box_add(&b, node_point(m, half_from(m, 2 * edge)));
        box_add(&b, node_point(m, half_to(m, 2 * edge)));
        return b;
}

static int level_of(Box b) {
        int64_t w = b.east - b.west, h = b.north - b.south;
        uint32_t size = (uint32_t)(w > h ? w : h);

        return size ? 32 - __builtin_clz(size) : 0;
}

static int quarter(int64_t x, int64_t y, int level) {
        return (int)((y >> level & 1) << 1 | (x >> level & 1));
}

/* ---- cells ------------------------------------------------------------------------------------------------------------- */

static uint32_t cell_new(EdgeIndex *x, uint32_t parent) {
        uint32_t id = x->free_cell;

        if (id) {
                x->free_cell = x->cells[id].child[0];
        } else {
                if (x->n == x->cap) {
                        x->cap = x->cap * 2 + 1024;
                        x->cells = heap_grow(x->cells, x->cap, sizeof *x->cells);
                }
                id = x->n++;
        }
        x->cells[id] = (Cell){ .parent = parent };
        return id;
}

/* The cell for a box; 0 when it is not there and may not be made. */
static uint32_t cell_for(const Mesh *m, EdgeIndex *make, Box b) {
        const EdgeIndex *x = &m->index;
        int64_t lon = cell_x(m, b.west), lat = cell_y(b.south);
        uint32_t at = ROOT;
        int level = level_of(b);

        for (int l = ROOT_LEVEL - 1; l >= level; l--) {
                int q = quarter(lon, lat, l);

                if (!x->cells[at].child[q]) {
                        uint32_t made;

                        if (!make)
                                return 0;
                        made = cell_new(make, at);
                        make->cells[at].child[q] = made;
                }
                at = x->cells[at].child[q];
        }
        return at;
}

static void hooks_reserve(Mesh *m) {
        EdgeIndex *x = &m->index;
        uint32_t wanted = m->tables[T_HALF].cap / 2 + 1;

        if (x->hooks_cap >= wanted)
                return;
        x->hooks = heap_grow(x->hooks, wanted, sizeof *x->hooks);
        memset(x->hooks + x->hooks_cap, 0, (wanted - x->hooks_cap) * sizeof *x->hooks);
        x->hooks_cap = wanted;
}

void index_add(Mesh *m, uint32_t edge) {
        EdgeIndex *x = &m->index;
        uint32_t at;
        Hook *h;

        if (!x->ready)
                return;
        hooks_reserve(m);
        h = &x->hooks[edge];
        if (h->cell)
                return;
        at = cell_for(m, x, edge_box(m, edge));
        *h = (Hook){ at, x->cells[at].edges, 0 };
        if (h->next)
                x->hooks[h->next].prev = edge;
        x->cells[at].edges = edge;
        for (; at; at = x->cells[at].parent)
                x->cells[at].count++;
}

void index_drop(Mesh *m, uint32_t edge) {
        EdgeIndex *x = &m->index;
        uint32_t at;
        Hook h;

        if (!x->ready || edge >= x->hooks_cap || !x->hooks[edge].cell)
                return;
        h = x->hooks[edge];
        x->hooks[edge] = (Hook){ 0 };
        if (h.next)
                x->hooks[h.next].prev = h.prev;
        if (h.prev)
                x->hooks[h.prev].next = h.next;
        else
                x->cells[h.cell].edges = h.next;
        for (at = h.cell; at;) {
                uint32_t parent = x->cells[at].parent;

                if (!--x->cells[at].count && at != ROOT) {
                        for (int q = 0; q < 4; q++)
                                if (x->cells[parent].child[q] == at)
                                        x->cells[parent].child[q] = 0;
                        x->cells[at] = (Cell){ .child = { x->free_cell } };
                        x->free_cell = at;
                }
                at = parent;
        }
}

void index_make(Mesh *m) {
        EdgeIndex *x = &m->index;

        if (x->ready)
                return;
        x->n = 1;
        x->cap = 1024;
        x->cells = heap_take(x->cap, sizeof *x->cells);
        (void)cell_new(x, 0);
        x->ready = true;
        for (uint32_t e = 1; e < m->tables[T_HALF].n / 2; e++)
                if (edge_alive(m, e))
                        index_add(m, e);
}

void index_done(Mesh *m) {
        free(m->index.cells);
        free(m->index.hooks);
        m->index = (EdgeIndex){ 0 };
}

/* ---- queries ------------------------------------------------------------------------------------------------------------ */

typedef struct Query {
        const Mesh *m;
        Box box;
        IndexVisit visit;
        void *arg;
} Query;

/* west and south of the cell; false: ended by the visitor. */
static bool descend(const Query *q, uint32_t at, int level, int64_t west, int64_t south) {
        const EdgeIndex *x = &q->m->index;
        int64_t size = (int64_t)1 << level;

        if (!box_meets(q->box, (Box){ west, south, west + 2 * size - 1, south + 2 * size - 1 }))
                return true;
        for (uint32_t e = x->cells[at].edges; e;) {
                uint32_t next = x->hooks[e].next;

                if (box_meets(q->box, edge_box(q->m, e)) && !q->visit(q->m, e, q->arg))
                        return false;
                e = next;
        }
        for (int k = 0; k < 4; k++) {
                uint32_t child = x->cells[at].child[k];

                if (child && !descend(q, child, level - 1, west + (k & 1) * (size / 2),
                                      south + (k >> 1) * (size / 2)))
                        return false;
        }
        return true;
}

void index_query(const Mesh *m, Box box, IndexVisit visit, void *arg) {
        Query q = { m, box, visit, arg };

        (void)descend(&q, ROOT, ROOT_LEVEL, m->west, -LAT_MAX);
}

/* An edge taken upwards. */
typedef struct Rise {
        Point a, b;
        uint32_t down; /* the half-edge that leads down: east of it is its left */
} Rise;

typedef struct West {
        Point p;
        bool strict;
        Rise best; /* down 0: none */
} West;

static Rise rise_of(const Mesh *m, uint32_t edge) {
        uint32_t h = 2 * edge;
        Point a = node_point(m, half_from(m, h)), b = node_point(m, half_to(m, h));

        return a.lat_e7 < b.lat_e7 ? (Rise){ a, b, h ^ 1 } : (Rise){ b, a, h };
}

/* Does r pass the height a hair above y further to the east than s? Both do pass it. */
static bool further_east(const Rise *r, const Rise *s, int64_t y) {
        __int128 rx = r->b.lon_e7 - r->a.lon_e7, ry = r->b.lat_e7 - r->a.lat_e7;
        __int128 sx = s->b.lon_e7 - s->a.lon_e7, sy = s->b.lat_e7 - s->a.lat_e7;
        __int128 apart = (r->a.lon_e7 - s->a.lon_e7) * ry * sy + rx * (y - r->a.lat_e7) * sy -
                         sx * (y - s->a.lat_e7) * ry;

        return apart ? apart > 0 : rx * sy > sx * ry;
}

static bool look_west(const Mesh *m, uint32_t edge, void *arg) {
        West *w = arg;
        Rise r = rise_of(m, edge);
        int side;

        if ((r.a.lat_e7 <= w->p.lat_e7) == (r.b.lat_e7 <= w->p.lat_e7))
                return true;
        side = turn(r.a, r.b, w->p);
        if (side > 0 || (side == 0 && w->strict))
                return true;
        if (!w->best.down || further_east(&r, &w->best, w->p.lat_e7))
                w->best = r;
        return true;
}

uint32_t index_west(const Mesh *m, Point p, bool strict) {
        West w = { .p = p, .strict = strict };

        for (int64_t reach = 1 << 13;; reach *= 8) {
                int64_t from = p.lon_e7 - reach;

                from = from > m->west ? from : m->west;
                w.best.down = 0;
                index_query(m, (Box){ from, p.lat_e7, p.lon_e7, p.lat_e7 }, look_west, &w);
                /* One that passes this height further west than was looked may not be the nearest. */
                if (from == m->west ||
                    (w.best.down && turn(w.best.a, w.best.b, (Point){ from, p.lat_e7 }) >= 0))
                        return w.best.down;
        }
}

MeshFaceId mesh_face_at(Mesh *m, Point p) {
        uint32_t h;

        if (!in_frame(m, p))
                return MESH_OUTSIDE;
        index_make(m);
        h = index_west(m, p, false);
        return (MeshFaceId){ h ? half_face(m, h) : 0 };
}

typedef struct Near {
        Point p, at;
        double best; /* squared */
        uint32_t edge, node;
} Near;

static bool look_node(const Mesh *m, uint32_t edge, void *arg) {
        Near *n = arg;

        for (uint32_t h = 2 * edge; h <= 2 * edge + 1; h++)
                if (point_eq(node_point(m, half_from(m, h)), n->p))
                        n->node = half_from(m, h);
        return !n->node;
}

MeshNodeId mesh_node_at(Mesh *m, Point p) {
        Near n = { .p = p };

        if (!in_frame(m, p))
                return (MeshNodeId){ 0 };
        index_make(m);
        index_query(m, (Box){ p.lon_e7, p.lat_e7, p.lon_e7, p.lat_e7 }, look_node, &n);
        return (MeshNodeId){ n.node };
}

static bool look_near(const Mesh *m, uint32_t edge, void *arg) {
        Near *n = arg;
        Point a = node_point(m, half_from(m, 2 * edge)), b = node_point(m, half_to(m, 2 * edge)), at;
        double dx = (double)(b.lon_e7 - a.lon_e7), dy = (double)(b.lat_e7 - a.lat_e7);
        double t = ((double)(n->p.lon_e7 - a.lon_e7) * dx + (double)(n->p.lat_e7 - a.lat_e7) * dy) /
                   (dx * dx + dy * dy);
        double x, y, away;

        t = t < 0 ? 0 : t > 1 ? 1 : t;
        x = t * dx, y = t * dy;
        at = (Point){ a.lon_e7 + (int64_t)(x < 0 ? x - 0.5 : x + 0.5),
                      a.lat_e7 + (int64_t)(y < 0 ? y - 0.5 : y + 0.5) };
        x += (double)(a.lon_e7 - n->p.lon_e7);
        y += (double)(a.lat_e7 - n->p.lat_e7);
        away = x * x + y * y;
        if (away < n->best || (away == n->best && edge < n->edge))
                n->best = away, n->edge = edge, n->at = at;
        return true;
}

MeshEdgeId mesh_edge_near(Mesh *m, Point p, int64_t reach_e7, Point *ret_at) {
        Near n = { .p = p, .best = (double)reach_e7 * (double)reach_e7 };

        if (!in_frame(m, p) || reach_e7 < 0 || reach_e7 > FRAME)
                return (MeshEdgeId){ 0 };
        index_make(m);
        n.edge = UINT32_MAX;
        index_query(
                m,
                (Box){ p.lon_e7 - reach_e7, p.lat_e7 - reach_e7, p.lon_e7 + reach_e7, p.lat_e7 + reach_e7 },
                look_near, &n);
        if (n.edge == UINT32_MAX)
                return (MeshEdgeId){ 0 };
        *ret_at = n.at;
        return (MeshEdgeId){ n.edge };
}

/* ---- check -------------------------------------------------------------------------------------------------------------- */

MeshWhy index_check(const Mesh *m, MeshFault *ret) {
        const EdgeIndex *x = &m->index;

        if (!x->ready)
                return MESH_FINE;
        for (uint32_t e = 1; e < m->tables[T_HALF].n / 2; e++) {
                bool alive = edge_alive(m, e), in = e < x->hooks_cap && x->hooks[e].cell;

                *ret = (MeshFault){ .why = MESH_INDEX, .edge = { e } };
                if (alive != in || (alive && cell_for(m, NULL, edge_box(m, e)) != x->hooks[e].cell))
                        return MESH_INDEX;
        }
        *ret = (MeshFault){ .why = MESH_INDEX };
        return x->cells[ROOT].count == m->tables[T_HALF].live ? MESH_FINE : MESH_INDEX;
}
