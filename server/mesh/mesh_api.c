/* Handlers: ids and body in, rule, view out. */
#include "http/http.h"
#include "mesh/mesh_int.h"

static int64_t draft_id(const Cx *cx) { return path_int(cx, "id"); }

static int64_t edition_number(const Cx *cx) { return path_int(cx, "number"); }

Rc api_mesh_edition_list(Cx *cx, const MeshPageQuery *in, MeshEditionPage **ret) { return mesh_edition_pages(cx, in->page, ret); }

Rc api_mesh_face_list(Cx *cx, const MeshFacesQuery *in, MeshFacePage **ret) {
        return mesh_faces_view(cx, edition_number(cx), in, ret);
}

Rc api_mesh_compare_get(Cx *cx, const MeshCompareQuery *in, MeshCompare **ret) { return mesh_compare_view(cx, in, ret); }

Rc api_mesh_draft_list(Cx *cx, const MeshPageQuery *in, MeshDraftPage **ret) { return mesh_draft_pages(cx, in->page, ret); }

Rc api_mesh_draft_create(Cx *cx, const MeshDraftCreate *in, MeshDraft **ret) { return mesh_draft_open(cx, in, ret); }

Rc api_mesh_draft_get(Cx *cx, MeshDraft **ret) {
        MeshDraftRow *row;

        TRY(mesh_store_draft(cx, draft_id(cx), &row));
        return mesh_draft_view(cx, row, ret);
}

Rc api_mesh_edit_list(Cx *cx, const MeshPageQuery *in, MeshEditPage **ret) { return mesh_edit_pages(cx, draft_id(cx), in->page, ret); }

Rc api_mesh_draft_map(Cx *cx, const MeshBoxQuery *in, MeshMap **ret) { return mesh_map_view(cx, draft_id(cx), in, ret); }

Rc api_mesh_edit_add(Cx *cx, const MeshEdits *in, MeshEdited **ret) { return mesh_edits_add(cx, draft_id(cx), in, ret); }

Rc api_mesh_edit_undo(Cx *cx, const MeshDraftChange *in, MeshDraft **ret) {
        return mesh_edits_turn(cx, draft_id(cx), in->version, true, ret);
}

Rc api_mesh_edit_redo(Cx *cx, const MeshDraftChange *in, MeshDraft **ret) {
        return mesh_edits_turn(cx, draft_id(cx), in->version, false, ret);
}

Rc api_mesh_draft_check(Cx *cx, MeshVerdict **ret) {
        MeshVerdict *v = TAKE(cx->arena, MeshVerdict);
        MeshDraftRow *row;
        MeshFault fault;
        Mesh *m;

        TRY(mesh_store_draft(cx, draft_id(cx), &row));
        TRY(draft_mesh_hold(cx, row, &m));
        v->ok = mesh_check(m, &fault) == MESH_FINE;
        draft_mesh_let_go();
        if (!v->ok) {
                v->reason = str_c(mesh_why_name(fault.why));
                v->reason_text = str_c(mesh_why_text(fault.why));
                v->lon = SOME_INT(fault.at.lon_e7);
                v->lat = SOME_INT(fault.at.lat_e7);
        }
        return *ret = v, OK;
}

Rc api_mesh_draft_preview(Cx *cx, const MeshWhen *in, MeshPreview **ret) { return mesh_preview(cx, draft_id(cx), in->valid_from, ret); }

Rc api_mesh_draft_publish(Cx *cx, const MeshPublish *in, MeshEdition **ret) { return mesh_publish(cx, draft_id(cx), in, ret); }

Rc api_mesh_draft_drop(Cx *cx, const MeshDraftChange *in, MeshDraft **ret) {
        return mesh_draft_give_up(cx, draft_id(cx), in->version, ret);
}

Rc api_mesh_edition_withdraw(Cx *cx, MeshEdition **ret) { return mesh_withdraw(cx, edition_number(cx), ret); }

Rc api_mesh_check_create(Cx *cx, const MeshCheckQuery *in, MeshCheck **ret) { return mesh_check_new(cx, in, cx->req->body, ret); }

Rc api_mesh_check_list(Cx *cx, const MeshPageQuery *in, MeshCheckPage **ret) { return mesh_check_pages(cx, draft_id(cx), in->page, ret); }

Rc api_mesh_check_get(Cx *cx, MeshCheck **ret) { return mesh_check_again(cx, path_int(cx, "id"), ret); }

Rc api_mesh_check_drop(Cx *cx) { return mesh_check_thrown_away(cx, path_int(cx, "id")); }

Rc api_mesh_check_decide(Cx *cx, const MeshDecisions *in, MeshCheck **ret) { return mesh_check_decided(cx, path_int(cx, "id"), in, ret); }

Rc api_mesh_check_accept(Cx *cx, const MeshAcceptance *in, MeshEdited **ret) { return mesh_check_accepted(cx, path_int(cx, "id"), in, ret); }

Rc api_mesh_proposal_ask(Cx *cx, const MeshProposalAsk *in, MeshProposal **ret) { return mesh_proposal(cx, draft_id(cx), in, ret); }

Rc api_mesh_proposal_accept(Cx *cx, const MeshProposalAcceptance *in, MeshEdited **ret) {
        return mesh_proposal_accepted(cx, draft_id(cx), in, ret);
}

Rc api_mesh_transfer_list(Cx *cx, const MeshPageQuery *in, MeshTransferPage **ret) {
        return mesh_transfer_pages(cx, edition_number(cx), in->page, ret);
}

Rc api_mesh_descent_get(Cx *cx, MeshDescents **ret) { return mesh_descents(cx, path_str(cx, "code"), ret); }
