/* What the files of server/mesh share; nobody else includes it. */
#pragma once
#include "contract.gen.h"
#include "geo/crs.h"
#include "geo/propose.h"
#include "mesh/mesh.h"
#include "mesh/mesh_store.h"
#include "territory/territory.h"

enum { MESH_PAGE = 50, MESH_EDITS_MOST = 2000, MESH_DRAFTS_MOST = 50 };

static inline Str mesh_me(const Cx *cx) { return cx->actor && cx->actor->name.n ? cx->actor->name : S("系统"); }
Rc mesh_page_from(Cx *cx, Str page, int64_t first, int64_t *ret); /* a number, `first` when absent */
Str mesh_code(Arena *a, int64_t number, int digits); /* of a tag: 15 a grid's, 12 a community's */

/* ---- mesh_op.c: one edit ---- */

/* The edit as it is kept: ids and whole coordinates. P_INPUT_INVALID when a field is missing. */
Rc op_text(Cx *cx, const MeshEditIn *in, size_t at, Str *ret);
/* Does it to the mesh; MESH_UNKNOWN for a text that is none of ours. Names of grids leave the mesh as it is. */
MeshWhy op_apply(Cx *cx, Mesh *m, Str op, MeshFault *ret);
/* Faces that the last op_apply changed, ascending, each once. */
void op_touched(Cx *cx, const Mesh *m, Str op, IntList *ret);
MeshOp op_kind(Cx *cx, Str op);
/* A name that it gives; false when it gives none. */
bool op_name(Cx *cx, Str op, int64_t *ret_face, Str *ret_name);

/* All names that it gives: one by a name, several by an import. */
typedef struct MeshNamed {
        int64_t face;
        Str name;
} MeshNamed;
typedef struct MeshNamedList {
        MeshNamed *v;
        size_t n, cap;
} MeshNamedList;
void op_names(Cx *cx, Str op, MeshNamedList *ret);

/* ---- mesh_draft.c ---- */

/* Drafts in memory, a few at a time, each rebuilt from edition and edits when it is not there. Between hold and let_go the mesh of a draft
 * is the caller's alone. */
Rc draft_mesh_hold(Cx *cx, const MeshDraftRow *row, Mesh **ret);
void draft_mesh_let_go(void);
Rc mesh_draft_open(Cx *cx, const MeshDraftCreate *in, MeshDraft **ret);
Rc mesh_draft_take(Cx *cx, int64_t id, int64_t version, MeshDraftRow **ret); /* open, in that version (0: any) */
Rc mesh_draft_view(Cx *cx, const MeshDraftRow *row, MeshDraft **ret);
Rc mesh_draft_pages(Cx *cx, Str page, MeshDraftPage **ret);
/* Whoever may read drafts hears that it changed, when the transaction is through. */
Rc mesh_draft_tell(Cx *cx, const MeshDraftRow *row, const char *what);
Rc mesh_draft_give_up(Cx *cx, int64_t id, int64_t version, MeshDraft **ret);
Rc mesh_edits_add(Cx *cx, int64_t draft, const MeshEdits *in, MeshEdited **ret);
Rc mesh_edits_turn(Cx *cx, int64_t draft, int64_t version, bool back, MeshDraft **ret);
/* Communities divided anew, as one edit: parts is a JSON array of what geo/redraw.h writes, made upon that version. `after` runs in the same transaction.
 * P_MESH_DRAFT_CLOSED, P_VERSION_STALE, P_MESH_TOO_MANY, P_MESH_REFUSED, P_MESH_NOTHING, P_INPUT_INVALID beyond the scope. */
typedef struct DraftRedraw {
        int64_t draft, version;
        Str parts;
        const char *note; /* of the audit */
        Str detail;
        Rc (*after)(Cx *cx, void *arg);
        void *arg;
} DraftRedraw;
Rc mesh_draft_redraw(Cx *cx, const DraftRedraw *in, MeshEdited **ret);
/* The draft's mesh as mesh_pack has it. */
Rc mesh_draft_packed(Cx *cx, const MeshDraftRow *row, Str *ret);
Rc mesh_edit_pages(Cx *cx, int64_t draft, Str page, MeshEditPage **ret);

/* ---- mesh_view.c ---- */

Rc mesh_faces_view(Cx *cx, int64_t edition, const MeshFacesQuery *in, MeshFacePage **ret);
Rc mesh_map_view(Cx *cx, int64_t draft, const MeshBoxQuery *in, MeshMap **ret);
Rc mesh_compare_view(Cx *cx, const MeshCompareQuery *in, MeshCompare **ret);
/* Grids that differ, by code; their ground before and after. */
typedef struct GridPair {
        int64_t grid;
        PolygonList before, after; /* n 0: there is none */
} GridPair;
typedef struct GridPairs {
        GridPair *v;
        size_t n, cap;
} GridPairs;
void mesh_pairs(const Mesh *before, const Mesh *after, Arena *a, GridPairs *ret);
int64_t mesh_polygons_m2(const PolygonList *p);
void mesh_change_view(Cx *cx, const GridPair *p, MeshChangeView *ret);

/* ---- mesh_plan.c: what a draft would bring ---- */

typedef struct PlanDescent {
        int64_t from, to;
        MeshDescentKind kind;
        int64_t share, m2;
} PlanDescent;
typedef struct Plan {
        Mesh *mesh;      /* the edition to be, all grids numbered; free it */
        GridPairs pairs; /* in the arena of the plan */
        Arena *arena;
        struct {
                PlanDescent *v;
                size_t n, cap;
        } descents;
        struct {
                MeshNewGrid *v;
                size_t n, cap;
        } born;
        StrList gone;
        Str codes; /* JSON array: grids whose ground changed */
        struct {
                MeshMoved *v;
                size_t n, cap;
        } moved; /* refused ones first */
        int64_t houses, cases, posts, refused;
        PlaceList add, end; /* of territory */
} Plan;
Str mesh_codes_text(Cx *cx, const StrList *codes); /* ["530103003001001",…] */
void plan_done(Plan *p);
/* Everything that follows; valid_from_ms for the places. P_MESH_NOTHING, P_MESH_BASE_CHANGED, P_MESH_CODES_USED_UP, P_INPUT_INVALID. */
Rc plan_make(Cx *cx, const MeshDraftRow *row, int64_t valid_from_ms, Permission may, Plan *ret);
/* The grid that takes over a post of a grid that goes: with most of its ground; 0 none. */
int64_t plan_successor(const Plan *p, int64_t from);

/* ---- mesh_check.c: files of grids ---- */

Crs mesh_crs_of(MeshCrs word);
Rc mesh_check_new(Cx *cx, const MeshCheckQuery *in, Str file, MeshCheck **ret);
Rc mesh_check_pages(Cx *cx, int64_t draft, Str page, MeshCheckPage **ret);
Rc mesh_check_again(Cx *cx, int64_t id, MeshCheck **ret);
Rc mesh_check_thrown_away(Cx *cx, int64_t id); /* its ground in the draft, when it was accepted, stays */
Rc mesh_check_decided(Cx *cx, int64_t id, const MeshDecisions *in, MeshCheck **ret);
Rc mesh_check_accepted(Cx *cx, int64_t id, const MeshAcceptance *in, MeshEdited **ret);

/* ---- mesh_barrier.c: roads, rivers and compounds that come with a question ---- */

typedef struct MeshBarriers {
        struct {
                ProposeBarrier *v;
                size_t n, cap;
        } lines; /* what of them lies in the community and a little around it */
        RingList compounds;
        int64_t used, outside; /* lines of the file that concern the community; lines and polygons that do not */
} MeshBarriers;

/* From a GeoJSON FeatureCollection: lines are roads and rivers, polygons compounds. ground: the community's. At `pointer` of the request stands
 * the collection. P_INPUT_INVALID with every fault (5,000 features and 15,000 positions at most). *ret lives in cx's arena. */
Rc mesh_barriers_read(Cx *cx, Str text, Crs crs, Str pointer, const PolygonList *ground, MeshBarriers *ret);

/* ---- mesh_propose.c ---- */

Rc mesh_proposal(Cx *cx, int64_t draft, const MeshProposalAsk *in, MeshProposal **ret);
Rc mesh_proposal_accepted(Cx *cx, int64_t draft, const MeshProposalAcceptance *in, MeshEdited **ret);

/* ---- mesh_publish.c ---- */

Rc mesh_preview(Cx *cx, int64_t draft, Str day, MeshPreview **ret);
Rc mesh_publish(Cx *cx, int64_t draft, const MeshPublish *in, MeshEdition **ret);
Rc mesh_withdraw(Cx *cx, int64_t edition, MeshEdition **ret);
Rc mesh_edition_view(Cx *cx, const Edition *e, MeshEdition *ret);
Rc mesh_edition_pages(Cx *cx, Str page, MeshEditionPage **ret);
Rc mesh_transfer_pages(Cx *cx, int64_t edition, Str page, MeshTransferPage **ret);
Rc mesh_descents(Cx *cx, Str code, MeshDescents **ret);
