/* Proposing grids: a community divided into k contiguous grids of about the same load, along roads, rivers and the walls of compounds 小区
 * where possible, without gaps or overlaps. Pure: the plan in, a mesh of the community out, the same for the same seed. How and
 * why: docs/adr/0016. Who accepts a proposal repeats its cuts in a draft (propose_cuts). */
#pragma once
#include "geo/balance.h"
#include "geo/mesh.h"

typedef struct ProposeBuilding {
        Point at;
        const Ring *footprint; /* NULL: a point. No border made for balance alone goes through it */
        BalanceLoad load;
} ProposeBuilding;

typedef struct ProposeBarrier {
        const Point *v; /* a line: a road, a river, a railway */
        size_t n;
        double strength; /* 0 … 1: how gladly a border follows it; a lane 0.3, a main road 0.7, a river 1 */
} ProposeBarrier;

typedef struct ProposePlan {
        const PolygonList *ground; /* the community; rings as mesh_face_polygon gives them */
        MeshTag tag; /* of every grid; the grids are numbered 1 … k from west to east, then north to south */
        const ProposeBuilding *buildings;
        size_t building_n;
        const ProposeBarrier *barriers;
        size_t barrier_n;
        const Ring *compounds; /* not to be divided */
        size_t compound_n;
        size_t grids; /* k */
        BalanceWeights weights;
        double tolerance; /* how far a grid's load may lie from the mean, as a part of it; 0: PROPOSE_TOLERANCE */
        uint64_t seed;
} ProposePlan;

#define PROPOSE_TOLERANCE 0.08

/* Limits, so that no plan can take the machine. */
enum {
        PROPOSE_GRIDS_MAX = 200,
        PROPOSE_BUILDINGS_MAX = 50000,
        PROPOSE_POINTS_MAX = 100000, /* of all barriers, and of all compounds */
        PROPOSE_COMPOUNDS_MAX = 5000,
        PROPOSE_CELLS_MAX = 20000,
};

/* Why there is no proposal. */
typedef enum [[nodiscard]] ProposeWhy{
        PROPOSE_FINE,     PROPOSE_GRIDS, /* k is 0 or beyond the limit */
        PROPOSE_TOO_MANY, /* buildings, barriers or compounds beyond the limits, or more cells than can be weighed */
        PROPOSE_GROUND,  /* the ground is no mesh: Proposal.fault tells */
        PROPOSE_LOAD,    /* a load below zero or beyond 10⁹ */
        PROPOSE_NO_LOAD, /* no building with a load lies in the community */
        PROPOSE_TOO_FEW, /* less blocks with a load than grids: compounds are not divided */
        PROPOSE_PARTS,   /* the community lies in more separate parts than there are to be grids */
        PROPOSE_WHY_COUNT
} ProposeWhy;

/* A stable word such as "too-few-blocks", and a sentence in English. */
const char *propose_why_name(ProposeWhy why);
const char *propose_why_text(ProposeWhy why);

typedef struct ProposedGrid {
        MeshFaceId face; /* in Proposal.mesh */
        BalanceLoad load;
        double share; /* its part of the whole load by the weights, 1 / k being the mean */
        size_t buildings;
} ProposedGrid;

/* The borders between the grids of a community, not those to its neighbours. */
typedef struct ProposeBorders {
        double border_m, along_m; /* their length, and how much of it follows a barrier or a compound's wall (within 3 m, in its direction) */
        size_t compounds_cut;     /* compounds that one of them goes through, more than 3 m from the wall; of a proposal these overlap another
                                   * one or lie across the ground's parts */
} ProposeBorders;

typedef struct Proposal {
        Mesh *mesh; /* of the community alone: one face a grid, tag.grid its number. Outline: every given node is kept; where a border ends
                     * on it is a new node, at most MESH_REACH off the edge */
        ProposedGrid *grids; /* k, by number; in the arena */
        size_t grid_n;
        Balance balance;
        double farthest;   /* |share · k − 1| of the worst grid */
        bool in_tolerance; /* farthest ≤ tolerance */
        ProposeBorders borders;
        size_t outside;      /* buildings that lie outside the community; not counted in any load */
        size_t cells, units; /* blocks that the ground was cut into; what of these is moved as one */
        MeshFault fault;     /* of PROPOSE_GROUND */
} Proposal;

/* On PROPOSE_FINE the caller frees ret->mesh; what else *ret points to lives in the arena. Otherwise only ret->fault is set. */
ProposeWhy propose(const ProposePlan *plan, Arena *a, Proposal *ret);

/* The ground of a community in a mesh: the union of its faces. False when it has none. */
bool propose_ground(const Mesh *m, int64_t community, Arena *a, PolygonList *ret);

/* The balance of the grids that there are: the loads of a community's faces by the buildings in them. Faces of equal tag.grid are one. Not
 * const: the search index may have to be made. */
void propose_present(Mesh *m, int64_t community, const ProposeBuilding *buildings, size_t n,
                     const BalanceWeights *weights, Arena *a, Balance *ret);

/* The borders of the grids that there are, measured as those of a proposal: plan names ground, barriers and compounds. Faces of equal tag.grid
 * are one. Not const: the search index may have to be made. */
void propose_borders(Mesh *m, int64_t community, const ProposePlan *plan, ProposeBorders *ret);

/* The proposal as edits of a larger mesh, in which each part of the ground is one face: cut after cut, each by mesh_split of the face at
 * `at`, or by mesh_carve of `ring` when the border between the grid and the rest of the ground has no ends (around either). Then the face at `at` is the grid. */
typedef struct ProposeCut {
        size_t grid; /* its number */
        Point at;    /* in the grid */
        MeshLine *lines;
        size_t n; /* of lines; 0: the ring */
        Ring ring;
} ProposeCut;
typedef struct ProposeCutList {
        ProposeCut *v;
        size_t n, cap;
} ProposeCutList;
void propose_cuts(const Proposal *p, Arena *a, ProposeCutList *ret);
