/* Which face holds a point: an immutable index of one edition of a mesh, read by any number of threads, swapped as a whole.
 *
 * The rule for points on a border, the same as ring_holds (simulation of simplicity): the point counts as moved east by an
 * infinitesimal, and north by one far smaller still. So a border belongs to the face to its east, one that runs exactly east–west to
 * the face to its north, a node to the face just counter-clockwise of due east. Every point is in exactly one face or outside. */
#pragma once
#include "geo/mesh.h"

typedef struct MeshLocator MeshLocator;

MeshLocator *mesh_locator_new(const Mesh *m);
void mesh_locator_free(MeshLocator *x);
/* The face that holds the point; MESH_OUTSIDE when none does, whatever the coordinates. */
MeshFaceId mesh_locate(const MeshLocator *x, Point p);
size_t mesh_locator_bytes(const MeshLocator *x);
