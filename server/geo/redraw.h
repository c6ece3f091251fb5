/* A community divided anew: what turns the faces that it has in one mesh into those of another, as a text that a draft keeps and repeats. All of
 * its faces become one again, nodes are put into its outline where new borders end, then cut after cut (propose_cuts) and a tag for each
 * face. Only the mesh's own edits are used, so that nothing can be said in it that the mesh does not allow. Why: docs/adr/0018. */
#pragma once
#include "base/json.h"
#include "geo/propose.h"

/* A face of the other mesh and what it stands for in this one. */
typedef struct RedrawFace {
        Point at;     /* in it */
        size_t group; /* faces of one group are parts of one grid; from 1 */
        int64_t grid, kind;
        bool by_code; /* the caller says which grid: it is not looked for */
        Str name;     /* empty: as it was */
} RedrawFace;
typedef struct RedrawFaceList {
        RedrawFace *v;
        size_t n, cap;
} RedrawFaceList;

typedef struct Redraw {
        int64_t community;
        Ring nodes; /* of the new outline that the old one does not have */
        ProposeCutList cuts;
        RedrawFaceList faces;
} Redraw;

/* A point well inside a face; false: no such face. Not const: the search index may have to be made. */
bool redraw_inside(Mesh *m, MeshFaceId face, Arena *a, Point *ret);

/* The cuts from `now` to the faces of a community in `anew`. What each face stands for is told by `faces`, in the order of their ids in
 * `anew`; points are filled in here. A group without a grid gets the one of `now` with which it has most ground in common, each grid once, largest first; what
 * finds none stays 0, and has the kind of the ground that it lies on. */
void redraw_plan(Mesh *now, Mesh *anew, int64_t community, RedrawFaceList faces, Arena *a, Redraw *ret);

/* {"community":…,"nodes":[x,y,…],"cuts":[…],"faces":[…]}; whole coordinates. */
void redraw_write(Buf *b, const Redraw *r);
/* False: a text that is none of ours. */
bool redraw_read(const JsonNode *node, Arena *a, Redraw *ret);

/* Does it; or the reason, and the mesh is as it was. Places of faces afterwards: by their points. */
MeshWhy redraw_apply(Mesh *m, const Redraw *r, Arena *a, MeshFault *ret);
