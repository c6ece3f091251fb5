/* Barriers laid over the ground: a line is followed from meeting to meeting with what is there already, and each piece between two of them
 * divides a face by mesh_split; what ends nowhere divides nothing and is left out. Compounds are carved whole, and no line goes into one. */
#include "geo/propose_int.h"
#include <math.h>
#include <stdlib.h>

enum {
        SNAP_E7 =
                150,  /* a line that meets an edge this near to its node goes through the node: no slivers */
        NEAR_E7 = 3,  /* a meeting this near is the one that was just left */
        TAIL_M = 12,  /* lines are drawn longer by this, so that one that just fails to meet another does */
        STEPS = 1024, /* meetings of one segment */
        HANGING = 16,
};

/* The next thing on the way from one point to another. */
typedef struct Ahead {
        Point from, to, at, node; /* node: the near end of the edge that is met */
        double part;
        bool found;
} Ahead;

static bool near_e7(Point a, Point b, int64_t reach) {
        return llabs(a.lon_e7 - b.lon_e7) <= reach && llabs(a.lat_e7 - b.lat_e7) <= reach;
}

static void consider(Ahead *w, Point at, Point node) {
        double dx = (double)(w->to.lon_e7 - w->from.lon_e7), dy = (double)(w->to.lat_e7 - w->from.lat_e7);
        double part =
                ((double)(at.lon_e7 - w->from.lon_e7) * dx + (double)(at.lat_e7 - w->from.lat_e7) * dy) /
                (dx * dx + dy * dy);

        if (near_e7(at, w->from, NEAR_E7) || part <= 0 || (w->found && part >= w->part))
                return;
        w->found = true;
        w->part = part;
        w->at = at;
        w->node = node;
}

static bool look_ahead(const Mesh *m, uint32_t edge, void *arg) {
        Ahead *w = arg;
        Point a = node_point(m, half_from(m, 2 * edge)), b = node_point(m, half_to(m, 2 * edge));

        if (point_on(w->from, w->to, a))
                consider(w, a, a);
        if (point_on(w->from, w->to, b))
                consider(w, b, b);
        if (segments_meet(a, b, w->from, w->to, 0) == MEET_CROSS) {
                Point at = crossing_of(w->from, w->to, a, b);

                consider(w, at, near_e7(at, a, SNAP_E7) ? a : near_e7(at, b, SNAP_E7) ? b : at);
        } else if (point_on(a, b, w->to)) {
                consider(w, w->to, w->to);
        }
        return true;
}

typedef struct Piece {
        Point *v;
        size_t n, cap;
} Piece;

/* A line on its way. */
typedef struct Laying {
        Ground *g;
        Piece piece; /* walked since the last meeting, or since nowhere while not begun */
        bool begun;
        MeshLine hanging
                [HANGING]; /* pieces before this one that divide nothing by themselves: from a border to a compound in the middle */
        size_t hanging_n;
} Laying;

/* Divides a face by the piece, or by it and those that hang. */
static bool split_by(Laying *l, MeshFaceId face) {
        MeshLine line = { arena_copy(l->g->arena, l->piece.v, l->piece.n * sizeof(Point)), l->piece.n };
        MeshWhy why = mesh_split(l->g->m, face, &line, 1);

        if (why == MESH_FINE)
                return l->hanging_n = 0, true;
        if (why != MESH_NO_CUT)
                return false;
        if (l->hanging_n == HANGING)
                l->hanging_n = 0;
        l->hanging[l->hanging_n++] = line;
        for (size_t first = l->hanging_n - 1; first-- > 0;) {
                if (mesh_split(l->g->m, face, l->hanging + first, l->hanging_n - first) == MESH_FINE)
                        return l->hanging_n = 0, true;
        }
        return true; /* nothing is wrong with it */
}

/* Divides the face that the piece lies in, unless that is a compound or nothing. */
static bool piece_divides(Laying *l) {
        Ground *g = l->g;
        const Piece *p = &l->piece;
        double longest = -1;
        MeshFaceId face;
        Point middle = { 0 };

        if (p->n < 2)
                return false;
        for (size_t i = 1; i < p->n; i++) {
                Spot a = spot_of(g, p->v[i - 1]), b = spot_of(g, p->v[i]);
                double far = hypot(a.x - b.x, a.y - b.y);

                if (far > longest) {
                        longest = far;
                        middle = (Point){ (p->v[i - 1].lon_e7 + p->v[i].lon_e7) / 2,
                                          (p->v[i - 1].lat_e7 + p->v[i].lat_e7) / 2 };
                }
        }
        face = mesh_face_at(g->m, middle);
        return face.n && !ids_has(&g->walls, face.n) && split_by(l, face);
}

static void piece_add(Ground *g, Piece *p, Point at) {
        if (!p->n || !point_eq(p->v[p->n - 1], at))
                *list_push(g->arena, p) = at;
}

static void lay_segment(Laying *l, Point to) {
        Piece *piece = &l->piece;

        for (int steps = 0; steps < STEPS && !point_eq(piece->v[piece->n - 1], to); steps++) {
                Ahead w = { .from = piece->v[piece->n - 1], .to = to };
                Box box = BOX_EMPTY;

                box_add(&box, w.from);
                box_add(&box, to);
                index_query(l->g->m, box, look_ahead, &w);
                if (!w.found) {
                        piece_add(l->g, piece, to);
                        return;
                }
                piece_add(l->g, piece, w.node);
                if (l->begun && !piece_divides(l) && !point_eq(w.node, w.at)) {
                        piece->v[piece->n - 1] = w.at;
                        (void)piece_divides(l);
                }
                piece->v[0] = piece->v[piece->n - 1];
                piece->n = 1;
                l->begun = true;
        }
}

static Point drawn_on(const Ground *g, Point from, Point to) {
        Spot a = spot_of(g, from), b = spot_of(g, to);
        double far = hypot(b.x - a.x, b.y - a.y), more = far > 0 ? TAIL_M / far : 0;

        return (Point){ to.lon_e7 + llround((double)(to.lon_e7 - from.lon_e7) * more),
                        to.lat_e7 + llround((double)(to.lat_e7 - from.lat_e7) * more) };
}

/* closed: the line is a ring, walked twice, so that it has no ends. */
static void lay_line(Ground *g, const Point *v, size_t n, bool closed) {
        size_t steps = closed ? 2 * n + 1 : n;
        Laying l = { .g = g };

        if (n < 2)
                return;
        piece_add(g, &l.piece, closed ? v[0] : drawn_on(g, v[1], v[0]));
        l.begun = mesh_node_at(g->m, l.piece.v[0]).n > 0;
        for (size_t i = closed ? 1 : 0; i < steps; i++)
                lay_segment(&l, v[i % n]);
        if (!closed)
                lay_segment(&l, drawn_on(g, v[n - 2], v[n - 1]));
        mesh_forget(g->m);
}

/* ---- compounds ---------------------------------------------------------------------------------------------------------------- */

static void wall_add(Ground *g, uint32_t face) {
        ids_push(&g->walls, face);
        ids_sort(&g->walls);
}

/* Faces that came of a compound which could not be carved (it reaches beyond the ground): those whose middle it holds. */
static void walls_within(Ground *g, const Ring *ring) {
        for (uint32_t f = 1; f < mesh_face_end(g->m); f++) {
                Polygon p;

                if (ids_has(&g->walls, f) || !mesh_face_polygon(g->m, (MeshFaceId){ f }, g->arena, &p))
                        continue;
                if (ring_holds(ring, ring_label(&p.rings[0])) &&
                    ring_area2(&p.rings[0]) <= llabs((long long)ring_area2(ring)) + 1000000)
                        wall_add(g, f);
        }
}

static void lay_compound(Ground *g, const Ring *ring) {
        MeshFaceId face = { 0 };

        if (mesh_carve(g->m, ring, g->plan->tag, &face) == MESH_FINE) {
                wall_add(g, face.n);
        } else if (ring_check(ring, NULL) == RING_FINE) {
                lay_line(g, ring->v, ring->n, true);
                walls_within(g, ring);
        }
        mesh_forget(g->m);
}

void ground_lay(Ground *g) {
        for (size_t i = 0; i < g->plan->compound_n; i++)
                lay_compound(g, &g->plan->compounds[i]);
        for (size_t i = 0; i < g->plan->barrier_n; i++)
                if (mesh_counts(g->m).faces < PROPOSE_CELLS_MAX)
                        lay_line(g, g->plan->barriers[i].v, g->plan->barriers[i].n, false);
}

/* ---- which edges follow a barrier ---------------------------------------------------------------------------------------------- */

typedef struct Follow {
        const Ground *g;
        Spot a, b;
        double strength, *of;
} Follow;

enum { REACH_M = 3, REACH_E7 = 400 };

static bool look_follow(const Mesh *m, uint32_t edge, void *arg) {
        Follow *f = arg;
        Spot p = spot_of(f->g, node_point(m, half_from(m, 2 * edge))),
             q = spot_of(f->g, node_point(m, half_to(m, 2 * edge)));
        double dx = f->b.x - f->a.x, dy = f->b.y - f->a.y, far = hypot(dx, dy), ex = q.x - p.x,
               ey = q.y - p.y;
        double x = (p.x + q.x) / 2 - f->a.x, y = (p.y + q.y) / 2 - f->a.y, along = (x * dx + y * dy) / far;

        if (along < -REACH_M || along > far + REACH_M || fabs(x * dy - y * dx) > REACH_M * far ||
            fabs(ex * dy - ey * dx) > 0.3 * far * hypot(ex, ey))
                return true;
        if (f->of[edge] < f->strength)
                f->of[edge] = f->strength;
        return true;
}

static void follow(Follow *f, Point a, Point b) {
        Box box = BOX_EMPTY;

        f->a = spot_of(f->g, a);
        f->b = spot_of(f->g, b);
        if (point_eq(a, b))
                return;
        box_add(&box, a);
        box_add(&box, b);
        index_query(f->g->m,
                    (Box){ box.west - REACH_E7, box.south - REACH_E7, box.east + REACH_E7,
                           box.north + REACH_E7 },
                    look_follow, f);
}

double *ground_strengths(const Ground *g) {
        Follow f = { .g = g, .of = TAKE_ARRAY(g->arena, double, mesh_edge_end(g->m) + 1) };

        for (size_t i = 0; i < g->plan->barrier_n; i++) {
                const ProposeBarrier *b = &g->plan->barriers[i];

                f.strength = fmin(1, fmax(0, b->strength));
                for (size_t k = 1; k < b->n; k++)
                        follow(&f, b->v[k - 1], b->v[k]);
        }
        f.strength = 0.6; /* a wall: about a road */
        for (size_t i = 0; i < g->plan->compound_n; i++) {
                const Ring *r = &g->plan->compounds[i];

                for (size_t k = 0; k < r->n; k++)
                        follow(&f, r->v[k], r->v[k + 1 < r->n ? k + 1 : 0]);
        }
        return f.of;
}
