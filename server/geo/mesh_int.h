/* What the files of the mesh share: records, the journal, the primitives. Nobody else includes it.
 *
 * Half-edges 2e and 2e + 1 are the two directions of edge e; the face lies to the left. A loop is one closed walk of half-edges; a face
 * has one loop around it and one for each hole. The outside is face 0: it has a loop around each component (clockwise) and one around
 * each enclave (counter-clockwise). Record 0 of every table is unused. */
#pragma once
#include "geo/mesh.h"
#include "geo/sweep.h"

enum {
        LON_MAX = 1800000000,
        LAT_MAX = 900000000,
        FRAME = 1800000000 /* longitudes, so that 64 bits hold every area */
};

typedef struct MNode {
        int32_t lon, lat;
        uint32_t
                out; /* a half-edge that starts here; 0: free (then lon is the next free id), or bare within an edit */
} MNode;

typedef struct MHalf {
        uint32_t node; /* where it starts; 0: free (then next of the even half is the next free edge) */
        uint32_t next, prev, loop;
} MHalf;

typedef struct MLoop {
        int64_t area2;        /* positive: counter-clockwise */
        uint32_t first, face; /* first 0: free (then after is the next free id) */
        uint32_t after;       /* the next loop of the face */
        uint32_t fresh;       /* Mesh.walks when it was walked */
} MLoop;

typedef struct MFace {
        MeshTag tag;
        uint32_t loops; /* the one around it first (not of the outside) */
        uint32_t alive;
} MFace;

typedef enum MTable { T_NODE, T_HALF, T_LOOP, T_FACE, T_COUNT } MTable;

typedef struct Table {
        char *v;
        uint32_t n, cap;  /* n: one beyond the last record ever used */
        uint32_t *seen;   /* per record: the last edit that has it in the journal */
        uint32_t free_id; /* of T_HALF: an edge; of T_FACE never: ids of faces are not given twice */
        uint32_t live;    /* in use; of T_HALF: edges */
} Table;

typedef struct Ids {
        uint32_t *v;
        size_t n, cap;
} Ids;

/* Journal of edits: the old records, and where each edit begins. */
typedef struct Entry {
        uint32_t table, id;
        size_t at; /* of the record in bytes */
} Entry;
typedef struct EditMark {
        size_t entries, bytes, faces;
        uint32_t n[T_COUNT], free_id[T_COUNT], live[T_COUNT];
} EditMark;
typedef struct Journal {
        struct {
                Entry *v;
                size_t n, cap;
        } entries;
        struct {
                char *v;
                size_t n, cap;
        } bytes;
        struct {
                EditMark *v;
                size_t n, cap;
        } edits;
        Ids faces; /* those with an edge that came, went or moved */
} Journal;

/* Where the edges are: a loose quadtree (mesh_index.c). */
typedef struct Cell {
        uint32_t child[4], parent;
        uint32_t edges; /* first of the edges that lie here */
        uint32_t count; /* of edges here and below */
} Cell;
typedef struct Hook {
        uint32_t cell, next, prev; /* cell 0: not in the index */
} Hook;
typedef struct EdgeIndex {
        Cell *cells;
        uint32_t n, cap, free_cell;
        Hook *hooks; /* per edge */
        uint32_t hooks_cap;
        bool ready;
} EdgeIndex;

enum { CHANGE_BORN, CHANGE_GONE, CHANGE_RESHAPED, CHANGE_RETAGGED, CHANGES };

struct Mesh {
        Table tables[T_COUNT];
        int64_t west; /* longitudes are within west … west + FRAME */
        bool locked;
        EdgeIndex index;
        Journal done, undone;
        MeshFault fault;
        MeshChange change;
        Ids lists[CHANGES]; /* behind change */
        /* the edit in work */
        uint32_t edit;      /* its number; 0: none yet */
        uint32_t walks;     /* how often loops were walked anew */
        bool editing;       /* records go to the journal */
        bool outline_moved; /* the ground of the outside has changed */
        Ids changed;        /* edges that are new or have moved */
        Ids starts;         /* half-edges from which loops have to be walked anew */
        Ids stale;          /* loops that lost or got an edge */
        Ids faces;          /* beside an edge that came, went or moved */
        Box box;            /* of what moved, before and after */
};

#define NODE(m, i) (&((MNode *)(void *)(m)->tables[T_NODE].v)[i])
#define HALF(m, i) (&((MHalf *)(void *)(m)->tables[T_HALF].v)[i])
#define LOOP(m, i) (&((MLoop *)(void *)(m)->tables[T_LOOP].v)[i])
#define FACE(m, i) (&((MFace *)(void *)(m)->tables[T_FACE].v)[i])

/* Grows an array {v, n, cap} on the heap so that `more` fit behind n. */
#define HEAP_ROOM(list, more) \
        do { \
                if ((list)->n + (more) > (list)->cap) { \
                        size_t _cap = (list)->cap * 2 + (more) + 16; \
                        (list)->v = heap_grow((list)->v, _cap, sizeof *(list)->v); \
                        (list)->cap = _cap; \
                } \
        } while (0)

void *heap_take(size_t count, size_t each); /* zeroed; never NULL */
void *heap_grow(void *p, size_t count, size_t each);
void ids_push(Ids *list, uint32_t id);
void ids_clear(Ids *list);                   /* frees */
int ids_order(const void *a, const void *b); /* for qsort */
void ids_sort(Ids *list);                    /* ascending, each once */
bool ids_has(const Ids *sorted, uint32_t id);

/* ---- geometry ---------------------------------------------------------------------------------------------------------- */

static inline Point node_point(const Mesh *m, uint32_t n) {
        return (Point){ NODE(m, n)->lon, NODE(m, n)->lat };
}
static inline uint32_t half_from(const Mesh *m, uint32_t h) { return HALF(m, h)->node; }
static inline uint32_t half_to(const Mesh *m, uint32_t h) { return HALF(m, h ^ 1)->node; }
static inline uint32_t half_face(const Mesh *m, uint32_t h) { return LOOP(m, HALF(m, h)->loop)->face; }
static inline bool edge_alive(const Mesh *m, uint32_t e) {
        return e && e < m->tables[T_HALF].n / 2 && HALF(m, 2 * e)->node;
}
static inline bool face_alive(const Mesh *m, uint32_t f) {
        return f && f < m->tables[T_FACE].n && FACE(m, f)->alive;
}
static inline bool node_alive(const Mesh *m, uint32_t n) {
        return n && n < m->tables[T_NODE].n && NODE(m, n)->out;
}

/* Twice the area of the triangle, positive when it turns left. Exact: within the frame both products are below 2⁶². */
static inline int64_t turn2(Point a, Point b, Point c) {
        return (b.lon_e7 - a.lon_e7) * (c.lat_e7 - a.lat_e7) - (b.lat_e7 - a.lat_e7) * (c.lon_e7 - a.lon_e7);
}
static inline int turn(Point a, Point b, Point c) {
        int64_t t = turn2(a, b, c);

        return (t > 0) - (t < 0);
}
/* Sums of areas may pass 2⁶³ on the way; what comes out fits. */
static inline int64_t area_sum(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
bool in_frame(const Mesh *m, Point p);

/* ---- mesh.c: records and the journal ------------------------------------------------------------------------------------ */

Mesh *mesh_new(void);
void record_note(Mesh *m, MTable t, uint32_t id); /* before it is changed */
uint32_t record_new(Mesh *m, MTable t);           /* zeroed; of T_HALF: an edge (two records) */
void record_free(Mesh *m, MTable t, uint32_t id);
void table_reserve(Mesh *m, MTable t, uint32_t n);

void edit_begin(Mesh *m);
/* Takes everything back; returns why. */
MeshWhy edit_refuse(Mesh *m, MeshFault fault);
/* Does an edge that is new or has moved cross or touch another? */
bool edit_crosses(Mesh *m, MeshFault *ret);
/* Checks what changed; keeps the edit or takes it back. */
MeshWhy edit_end(Mesh *m);
/* A refusal before anything was begun. */
MeshWhy refuse(Mesh *m, MeshFault fault);
/* Fills m->change with what the last edit of the journal, which holds the old records, differs in from now. */
void change_note(Mesh *m, const Journal *before);

/* ---- mesh_index.c ------------------------------------------------------------------------------------------------------ */

void index_make(Mesh *m); /* unless it is ready */
void index_done(Mesh *m);
void index_add(Mesh *m, uint32_t edge);  /* when ready and not in it */
void index_drop(Mesh *m, uint32_t edge); /* when in it */
/* Edges whose boxes meet the box, each once; false from the callback ends it. */
typedef bool (*IndexVisit)(const Mesh *m, uint32_t edge, void *arg);
void index_query(const Mesh *m, Box box, IndexVisit visit, void *arg);
/* The half-edge whose left side lies east of the nearest edge west of p, by the rule of mesh_locate.h; 0 when there is none. strict:
 * edges through p do not count. */
uint32_t index_west(const Mesh *m, Point p, bool strict);
MeshWhy index_check(const Mesh *m, MeshFault *ret);

/* ---- mesh_link.c: primitives of an edit. They check only what they need; edit_end does the rest. ---------------------------- */

uint32_t node_make(Mesh *m, Point p); /* bare */
void node_put(Mesh *m, uint32_t node, Point p);
/* A new edge; returns the half-edge from u to v. 0: it would lie on an edge that starts there, or lead from one face into another.
 * face: where it lies when neither end has an edge yet. */
uint32_t edge_make(Mesh *m, uint32_t u, uint32_t v, uint32_t face);
void edge_remove(Mesh *m, uint32_t edge); /* and its ends when they become bare */
uint32_t half_divide(Mesh *m, uint32_t h,
                     Point p);       /* h then ends at the new node; returns the half-edge that goes on */
void half_join(Mesh *m, uint32_t h); /* removes the node of two edges at the end of h */
uint32_t half_between(const Mesh *m, uint32_t u, uint32_t v); /* 0: no such edge */
bool node_is_plain(const Mesh *m, uint32_t node);             /* joins exactly two edges */
/* Do the edges of the node lead around it once, counter-clockwise? */
bool node_turns(const Mesh *m, uint32_t node);

/* ---- mesh_loop.c: loops and their faces --------------------------------------------------------------------------------------- */

void face_add_loop(Mesh *m, uint32_t face, uint32_t loop, bool around);
void face_drop_loop(Mesh *m, uint32_t loop);
static inline bool loop_is_hole(const Mesh *m, uint32_t loop) {
        uint32_t face = LOOP(m, loop)->face;

        return face ? FACE(m, face)->loops != loop : LOOP(m, loop)->area2 < 0;
}
uint32_t loop_leftmost(const Mesh *m, uint32_t loop); /* its westernmost node, of these the southernmost */
/* The face that lies just west of a hole: where it is. Needs the index. */
uint32_t loop_container(const Mesh *m, uint32_t loop);
typedef struct Relink {
        uint32_t from, into; /* what was the first face's becomes the second's; 0: none */
        const Ids *ring;     /* half-edges whose left sides are cut out: those pieces keep no id */
        uint32_t other;      /* out: the face that a refusal is about */
} Relink;
/* Walks the loops again where edges were made or removed, and deals them to faces. The largest piece of a face keeps its id; with a ring,
 * the one outside of it (MESH_COVERS when there is none, MESH_FALLS_APART when there are several). */
MeshWhy loops_relink(Mesh *m, Relink *how);

/* A node at p: one that is there, or put into an edge beside the face at most MESH_REACH away; 0: neither. In mesh_cut.c. */
uint32_t node_on_border(Mesh *m, uint32_t face, Point p);
/* Half-edges of one face whose other side is another. In mesh_cut.c. */
void shared_halves(const Mesh *m, uint32_t face, uint32_t other, Ids *ret);

/* ---- mesh_build.c ------------------------------------------------------------------------------------------------------- */

/* Nodes and edges are there; links are not. faces[h] is the face left of half-edge h. Sets links by sorting around the nodes, walks the
 * loops, gives them to the faces. All faults that it finds go to the list (at least one when it returns false). */
bool mesh_link_all(Mesh *m, const uint32_t *faces, bool gaps_stay, Arena *a, MeshFaultList *faults);
/* The edges as segments, for the sweep; free() them. */
Segment *mesh_segments(const Mesh *m, size_t *ret_n);
