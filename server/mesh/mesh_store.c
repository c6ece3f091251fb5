/* Rows ↔ structs through named queries, sealed as they are written. */
#include "mesh/mesh_store.h"
#include "core/audit/audit.h"

Rc mesh_store_draft_add(Cx *cx, Str name, int64_t base, Str by, MeshDraftRow **ret) {
        TRY(q_mesh_draft_add(cx, name, base, by, now_ms(cx), ret));
        return audit_seal(cx, &db_shape_MeshDraftRow, *ret);
}

Rc mesh_store_draft(Cx *cx, int64_t id, MeshDraftRow **ret) {
        MeshDraftRow *row;

        TRY(q_mesh_draft_get(cx, id, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "no draft %lld", (long long)id);
        return *ret = row, OK;
}

Rc mesh_store_drafts(Cx *cx, int64_t before, int64_t limit, MeshDraftRowList *ret) { return q_mesh_draft_page(cx, before, limit, ret); }

Rc mesh_store_drafts_open(Cx *cx, int64_t *ret) {
        MeshCount *n;

        TRY(q_mesh_draft_open(cx, &n));
        return *ret = n->n, OK;
}

Rc mesh_store_draft_set(Cx *cx, const MeshDraftRow *r, MeshDraftRow **ret) {
        TRY(q_mesh_draft_set(cx, r->id, r->version, r->state, r->position, r->length, r->changed_by, r->changed_ms, r->edition, ret));
        return *ret ? audit_seal(cx, &db_shape_MeshDraftRow, *ret) : OK;
}

Rc mesh_store_edit_add(Cx *cx, int64_t draft, int64_t seq, Str op, Str touched, int64_t version) {
        OptInt account = { actor_account(cx).n != 0, actor_account(cx).n };
        MeshEditStored *row;

        TRY(q_mesh_edit_add(cx, draft, seq, op, touched, version, cx->actor && cx->actor->name.n ? cx->actor->name : S("系统"), account,
                            now_ms(cx), &row));
        return audit_seal(cx, &db_shape_MeshEditStored, row);
}

Rc mesh_store_edits(Cx *cx, int64_t draft, MeshEditStoredList *ret) { return q_mesh_edit_list(cx, draft, ret); }

Rc mesh_store_edits_page(Cx *cx, int64_t draft, int64_t before, int64_t limit, MeshEditStoredList *ret) {
        return q_mesh_edit_page(cx, draft, before, limit, ret);
}

Rc mesh_store_edits_since(Cx *cx, int64_t draft, int64_t version, MeshEditStoredList *ret) {
        return q_mesh_edit_since(cx, draft, version, ret);
}

Rc mesh_store_edits_drop(Cx *cx, int64_t draft, int64_t above, int64_t version) {
        MeshEditStoredList rows = { 0 };

        TRY(q_mesh_edit_drop(cx, draft, above, version, &rows));
        for (size_t i = 0; i < rows.n; i++)
                TRY(audit_seal(cx, &db_shape_MeshEditStored, &rows.v[i]));
        return OK;
}

Rc mesh_store_edit_touch(Cx *cx, int64_t draft, int64_t seq, int64_t version) {
        MeshEditStored *row;

        TRY(q_mesh_edit_touch(cx, draft, seq, version, &row));
        return audit_seal(cx, &db_shape_MeshEditStored, row);
}

Rc mesh_store_publication_add(Cx *cx, const MeshPublicationRow *r) {
        MeshPublicationRow *row;

        TRY(q_mesh_publication_add(cx, r->edition, r->draft_id, r->valid_from_ms, r->codes, r->phase, &row));
        return audit_seal(cx, &db_shape_MeshPublicationRow, row);
}

Rc mesh_store_publication(Cx *cx, int64_t edition, MeshPublicationRow **ret) { return q_mesh_publication_get(cx, edition, ret); }

Rc mesh_store_publications_due(Cx *cx, MeshPublicationRowList *ret) { return q_mesh_publication_due(cx, now_ms(cx), ret); }

Rc mesh_store_publication_set(Cx *cx, const MeshPublicationRow *r, MeshPublicationRow **ret) {
        TRY(q_mesh_publication_set(cx, r->edition, r->version, r->phase, r->cursor, ret));
        return *ret ? audit_seal(cx, &db_shape_MeshPublicationRow, *ret) : OK;
}

Rc mesh_store_descent_add(Cx *cx, const MeshDescentStored *r) {
        MeshDescentStored *row;

        TRY(q_mesh_descent_add(cx, r->edition, r->from_code, r->to_code, r->kind, r->share, r->area_m2, &row));
        return audit_seal(cx, &db_shape_MeshDescentStored, row);
}

Rc mesh_store_descents(Cx *cx, Str code, MeshDescentStoredList *ret) { return q_mesh_descent_of(cx, code, ret); }

Rc mesh_store_successor(Cx *cx, int64_t edition, Str code, Str *ret) {
        MeshDescentStored *row;

        TRY(q_mesh_descent_best(cx, edition, code, &row));
        return *ret = row ? row->to_code : STR_NONE, OK;
}

Rc mesh_store_transfer_add(Cx *cx, const MeshTransferRow *r) {
        MeshTransferRow *row;

        TRY(q_mesh_transfer_add(cx, r->edition, r->subject, r->subject_id, r->label, r->from_code, r->to_code, r->at_ms, &row));
        return audit_seal(cx, &db_shape_MeshTransferRow, row);
}

Rc mesh_store_transfers(Cx *cx, int64_t edition, int64_t after, int64_t limit, const WhoScope *scope, MeshTransferRowList *ret) {
        return q_mesh_transfer_page(cx, edition, after, limit, scope->lo, scope->hi, scope->several, ret);
}

Rc mesh_store_check_add(Cx *cx, const MeshCheckRow *r, Str file, MeshCheckRow **ret) {
        TRY(q_mesh_check_add(cx, r->draft_id, r->name, r->sha256, r->crs, r->tolerance, r->name_field, r->code_field, r->ground, r->created_by,
                             r->created_ms, ret));
        TRY(q_mesh_check_file_add(cx, (*ret)->id, file, NULL));
        return audit_seal(cx, &db_shape_MeshCheckRow, *ret);
}

Rc mesh_store_check(Cx *cx, int64_t id, MeshCheckRow **ret) {
        MeshCheckRow *row;

        TRY(q_mesh_check_get(cx, id, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "no check %lld", (long long)id);
        return *ret = row, OK;
}

Rc mesh_store_check_file(Cx *cx, int64_t id, MeshCheckFile **ret) {
        MeshCheckFile *file;

        TRY(q_mesh_check_file_get(cx, id, &file));
        if (!file)
                return fail(cx, P_NOT_FOUND, "the file of check %lld is gone with its draft", (long long)id);
        return *ret = file, OK;
}

Rc mesh_store_checks(Cx *cx, int64_t draft, int64_t before, int64_t limit, MeshCheckRowList *ret) {
        return q_mesh_check_page(cx, draft, before, limit, ret);
}

Rc mesh_store_checks_count(Cx *cx, int64_t draft, int64_t *ret) {
        MeshCheckCount *n;

        TRY(q_mesh_check_count(cx, draft, &n));
        return *ret = n->n, OK;
}

Rc mesh_store_check_set(Cx *cx, const MeshCheckRow *r, MeshCheckRow **ret) {
        TRY(q_mesh_check_set(cx, r->id, r->version, r->ground, r->decisions, r->accepted_ms, ret));
        return *ret ? audit_seal(cx, &db_shape_MeshCheckRow, *ret) : OK;
}

Rc mesh_store_check_drop(Cx *cx, int64_t id) {
        MeshCheckRow *row;

        TRY(q_mesh_check_drop(cx, id, now_ms(cx), &row));
        TRY(q_mesh_check_file_drop(cx, id, NULL));
        return row ? audit_seal(cx, &db_shape_MeshCheckRow, row) : OK;
}

Rc mesh_store_draft_tidy(Cx *cx, int64_t draft) {
        TRY(q_mesh_check_files_drop(cx, draft, NULL));
        return q_mesh_proposals_drop(cx, draft, NULL);
}

Rc mesh_store_proposal_put(Cx *cx, const MeshProposalRow *r) {
        enum { KEPT = 50 };

        TRY(q_mesh_proposal_put(cx, r->draft_id, r->digest, r->version, r->community, r->grids, r->parts,
                                now_ms(cx), NULL));
        return q_mesh_proposal_tidy(cx, r->draft_id, KEPT, NULL);
}

Rc mesh_store_proposal(Cx *cx, int64_t draft, Str digest, MeshProposalRow **ret) {
        return q_mesh_proposal_get(cx, draft, digest, ret);
}

void mesh_store_init(void) {
        audit_table("mesh_check", &query_mesh_check_all, "id", NULL);
        audit_table("mesh_draft", &query_mesh_draft_all, "id", NULL);
        audit_table("mesh_edit", &query_mesh_edit_all, "id", NULL);
        audit_table("mesh_publication", &query_mesh_publication_all, "edition", NULL);
        audit_table("mesh_descent", &query_mesh_descent_all, "edition/from_code/to_code", NULL);
        audit_table("mesh_transfer", &query_mesh_transfer_all, "id", NULL);
}
