/* What the files of proposing share: the ground cut into blocks (propose_lay.c, propose_cut.c), these as a graph (propose_graph.c), the graph
 * dealt out (propose_deal.c), grids out (propose.c), borders
 * measured (propose_border.c). Nobody else includes it. */
#pragma once
#include "base/rc.h"
#include "geo/mesh_int.h"
#include "geo/propose.h"

typedef struct Spot {
        double x, y; /* metres from the origin */
} Spot;

typedef struct Ground {
        const ProposePlan *plan;
        Mesh *m;
        Arena *arena; /* for as long as the proposal is worked on */
        Point origin;
        double x_m, y_m; /* metres of one e7 */
        double area_m2;
        BalanceLoad total; /* of the buildings inside */
        BalanceWeights weights;
        double *share;   /* per building: its part of the whole load; 0 outside */
        uint32_t *block; /* per building: its face, 0 outside */
        Ids walls;       /* faces within a compound, sorted */
        uint32_t given;  /* nodes below this id are the outline's own */
        uint64_t random;
} Ground;

static inline Spot spot_of(const Ground *g, Point p) {
        return (Spot){ (double)(p.lon_e7 - g->origin.lon_e7) * g->x_m,
                       (double)(p.lat_e7 - g->origin.lat_e7) * g->y_m };
}
static inline double random_of(uint64_t *state) { /* splitmix64; 0 … 1 */
        uint64_t z = *state += 0x9e3779b97f4a7c15u;

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* ---- propose_lay.c: barriers and compounds become edges ---- */
void ground_lay(Ground *g);
/* Per edge of the mesh how strong the barrier is that it follows, 0: none; in the arena. */
double *ground_strengths(const Ground *g);

/* ---- propose_border.c ---- */
void ground_scale(Ground *g, Box box); /* origin and metres, from what is to be divided */
void borders_measure(const Ground *g, int64_t community, ProposeBorders *ret);

/* ---- propose_cut.c: what is too heavy to be moved as one is cut ---- */
void ground_locate(Ground *g); /* g->block anew */
void ground_cut(Ground *g);

/* ---- propose_graph.c ---- */
typedef struct Link {
        uint32_t to;
        double length_m, cost; /* cost: the length, less where it follows a barrier */
} Link;
typedef struct Unit {                /* blocks that stay together */
        double of[BALANCE_MEASURES]; /* part of the whole, each 0 … 1 */
        double share;                /* the same by the weights */
        size_t first, links;         /* in Graph.links */
        uint32_t component;
} Unit;
typedef struct Graph {
        Unit *units;
        Link *links;
        size_t n, components;
        uint32_t *of_face; /* unit of each face; UINT32_MAX: none */
        double side_m;     /* of a square grid of mean area */
        BalanceWeights weights;
        size_t grids;
        double tolerance;
} Graph;
void graph_make(Ground *g, Graph *ret);

/* ---- propose_deal.c ---- */
/* part[i] in 0 … k − 1 for each unit, every part contiguous and with a load. */
ProposeWhy graph_deal(const Graph *g, uint64_t seed, Arena *a, uint32_t *part);
