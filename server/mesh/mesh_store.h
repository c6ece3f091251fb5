/* Rows of drafts, edits, publications, descent and transfers; the queries themselves are called in mesh_store.c alone. What is written is
 * sealed. */
#pragma once
#include "base/cx.h"
#include "core/who/who.h"
#include "sql.gen.h"

void mesh_store_init(void);
Rc mesh_store_draft_add(Cx *cx, Str name, int64_t base, Str by, MeshDraftRow **ret);
Rc mesh_store_draft(Cx *cx, int64_t id, MeshDraftRow **ret); /* P_NOT_FOUND */
Rc mesh_store_drafts(Cx *cx, int64_t before, int64_t limit, MeshDraftRowList *ret);
Rc mesh_store_drafts_open(Cx *cx, int64_t *ret);
Rc mesh_store_draft_set(Cx *cx, const MeshDraftRow *row, MeshDraftRow **ret); /* *ret NULL: another version */
Rc mesh_store_edit_add(Cx *cx, int64_t draft, int64_t seq, Str op, Str touched, int64_t version);
Rc mesh_store_edits(Cx *cx, int64_t draft, MeshEditStoredList *ret); /* live ones in order, undone ones at the end */
Rc mesh_store_edits_page(Cx *cx, int64_t draft, int64_t before, int64_t limit, MeshEditStoredList *ret);
Rc mesh_store_edits_since(Cx *cx, int64_t draft, int64_t version, MeshEditStoredList *ret);
Rc mesh_store_edits_drop(Cx *cx, int64_t draft, int64_t above, int64_t version);
Rc mesh_store_edit_touch(Cx *cx, int64_t draft, int64_t seq, int64_t version);
Rc mesh_store_check_add(Cx *cx, const MeshCheckRow *row, Str file, MeshCheckRow **ret);
Rc mesh_store_check(Cx *cx, int64_t id, MeshCheckRow **ret);       /* P_NOT_FOUND */
Rc mesh_store_check_file(Cx *cx, int64_t id, MeshCheckFile **ret); /* P_NOT_FOUND: gone with its draft */
Rc mesh_store_checks(Cx *cx, int64_t draft, int64_t before, int64_t limit, MeshCheckRowList *ret);
Rc mesh_store_checks_count(Cx *cx, int64_t draft, int64_t *ret);
Rc mesh_store_check_set(Cx *cx, const MeshCheckRow *row, MeshCheckRow **ret); /* *ret NULL: another version */
Rc mesh_store_check_drop(Cx *cx, int64_t id);                                 /* nothing to do when it is gone */
Rc mesh_store_draft_tidy(Cx *cx,
                         int64_t draft); /* what nobody needs of one that is over: files and proposals */
Rc mesh_store_proposal_put(
        Cx *cx, const MeshProposalRow *row); /* or is asked for again; the latest 50 of a draft stay */
Rc mesh_store_proposal(Cx *cx, int64_t draft, Str digest,
                       MeshProposalRow **ret); /* *ret NULL: it is not there */
Rc mesh_store_publication_add(Cx *cx, const MeshPublicationRow *row);
Rc mesh_store_publication(Cx *cx, int64_t edition, MeshPublicationRow **ret); /* NULL: none */
Rc mesh_store_publications_due(Cx *cx, MeshPublicationRowList *ret);
Rc mesh_store_publication_set(Cx *cx, const MeshPublicationRow *row, MeshPublicationRow **ret); /* *ret NULL: somebody else did */
Rc mesh_store_descent_add(Cx *cx, const MeshDescentStored *row);
Rc mesh_store_descents(Cx *cx, Str code, MeshDescentStoredList *ret);
Rc mesh_store_successor(Cx *cx, int64_t edition, Str code, Str *ret); /* p NULL: none */
Rc mesh_store_transfer_add(Cx *cx, const MeshTransferRow *row);
Rc mesh_store_transfers(Cx *cx, int64_t edition, int64_t after, int64_t limit, const WhoScope *scope, MeshTransferRowList *ret);
