/* The borders between the grids of a community measured: their length, how much of it follows a road, a river or a wall, which compounds they go
 * through. One yardstick for a proposal and for the grids that there are. */
#include "geo/propose_int.h"
#include <math.h>

enum {
        STEP_M = 5, /* a border is looked at this often on its way */
        WALL_M = 3, /* nearer to a compound's wall than this it runs along it */
        STEPS_MAX = 2000,
};

void ground_scale(Ground *g, Box box) {
        g->origin = (Point){ (box.west + box.east) / 2, (box.south + box.north) / 2 };
        g->x_m = lon_m_per_e7((double)g->origin.lat_e7 * 1e-7);
        g->y_m = lat_m_per_e7((double)g->origin.lat_e7 * 1e-7);
}

static double wall_apart_m(const Ground *g, const Ring *wall, Spot p) {
        Spot a = spot_of(g, wall->v[wall->n - 1]);
        double least = INFINITY;

        for (size_t i = 0; i < wall->n; i++) {
                Spot b = spot_of(g, wall->v[i]);
                double dx = b.x - a.x, dy = b.y - a.y, far2 = dx * dx + dy * dy;
                double t = far2 > 0 ? fmin(1, fmax(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / far2)) : 0;

                least = fmin(least, hypot(p.x - a.x - t * dx, p.y - a.y - t * dy));
                a = b;
        }
        return least;
}

/* Does the way from a to b go through the compound? */
static bool goes_through(const Ground *g, const Ring *wall, Box box, Point a, Point b) {
        Spot p = spot_of(g, a), q = spot_of(g, b);
        Box way = BOX_EMPTY;
        int steps = (int)fmin(STEPS_MAX, 1 + hypot(p.x - q.x, p.y - q.y) / STEP_M);

        box_add(&way, a);
        box_add(&way, b);
        if (!box_meets(way, box))
                return false;
        for (int i = 0; i <= steps; i++) {
                double t = (double)i / steps;
                Point at = { a.lon_e7 + llround((double)(b.lon_e7 - a.lon_e7) * t), a.lat_e7 + llround((double)(b.lat_e7 - a.lat_e7) * t) };

                if (box_holds(box, at) && ring_holds(wall, at) && wall_apart_m(g, wall, spot_of(g, at)) > WALL_M)
                        return true;
        }
        return false;
}

static bool divides(const Ground *g, uint32_t edge, int64_t community, Point *ret_a, Point *ret_b) {
        MeshTag left, right;
        MeshEdge e;

        if (!mesh_edge(g->m, (MeshEdgeId){ edge }, &e) || !mesh_face_tag(g->m, e.left, &left) || !mesh_face_tag(g->m, e.right, &right) ||
            left.community != community || right.community != community || e.left.n == e.right.n)
                return false;
        *ret_a = node_point(g->m, e.from.n);
        *ret_b = node_point(g->m, e.to.n);
        return left.grid != right.grid || !left.grid; /* what has no number yet is a grid of its own */
}

void borders_measure(const Ground *g, int64_t community, ProposeBorders *ret) {
        const double *strength = ground_strengths(g);
        size_t n = g->plan->compound_n;
        uint8_t *cut = TAKE_ARRAY(g->arena, uint8_t, n + 1);
        Box *boxes = TAKE_ARRAY(g->arena, Box, n + 1);

        *ret = (ProposeBorders){ 0 };
        for (size_t c = 0; c < n; c++)
                boxes[c] = ring_box(&g->plan->compounds[c]);
        for (uint32_t e = 1; e < mesh_edge_end(g->m); e++) {
                Point a, b;
                Spot p, q;

                if (!divides(g, e, community, &a, &b))
                        continue;
                p = spot_of(g, a), q = spot_of(g, b);
                ret->border_m += hypot(p.x - q.x, p.y - q.y);
                ret->along_m += strength[e] > 0 ? hypot(p.x - q.x, p.y - q.y) : 0;
                for (size_t c = 0; c < n; c++)
                        if (!cut[c] && goes_through(g, &g->plan->compounds[c], boxes[c], a, b))
                                cut[c] = 1;
        }
        for (size_t c = 0; c < n; c++)
                ret->compounds_cut += cut[c];
}

void propose_borders(Mesh *m, int64_t community, const ProposePlan *plan, ProposeBorders *ret) {
        _cleanup_(arena_freep) Arena *work = arena_new(0);
        Ground g = { .plan = plan, .m = m, .arena = work };
        Box box = BOX_EMPTY;

        for (size_t i = 0; i < plan->ground->n; i++)
                box_add_box(&box, ring_box(&plan->ground->v[i].rings[0]));
        index_make(m);
        ground_scale(&g, box);
        borders_measure(&g, community, ret);
}
