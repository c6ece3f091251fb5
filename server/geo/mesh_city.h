/* Makes a believable mesh of a whole city where there is no real geometry, or fills real outlines with grids: recursive halving along
 * winding lines, by the mesh's own mesh_split. Deterministic from the seed. */
#pragma once
#include "geo/mesh.h"

typedef struct MeshCity {
        uint64_t seed;
        Point centre;   /* of the made outline */
        double area_m2; /* of the made outline */
        double step_m;  /* distance of the points of its borders, at least 10 */
        /* The tree: counties, townships in all, communities in all, grids in all; each at least as many as the one before. */
        size_t counties, townships, communities, grids;
        int64_t root; /* the city's code, four digits such as 1307: communities are numbered root CC TTT VVV */
} MeshCity;

/* One mesh whose grids are numbered community × 1000 + 1…; NULL for a plan that cannot be. */
Mesh *mesh_city(const MeshCity *plan);
/* The ring of a made territory: about area_m2 around a centre, a point each step_m, simple. */
void mesh_city_outline(Arena *a, const MeshCity *plan, Ring *ret);
/* Divides one face into n pieces of about the same area; all inherit its community and kind, and have no grid yet. False when the
 * face would not be divided any further (the pieces made so far stay). */
bool mesh_city_divide(Mesh *m, MeshFaceId face, size_t n, double step_m, uint64_t seed);
