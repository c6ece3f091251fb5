/* Handlers: ids and body in, rule, view out. */
#include "http/http.h"
#include "profile/profile_int.h"

static int64_t path_draft(const Cx *cx) { return path_int(cx, "id"); }

Rc api_flow_list(Cx *cx, FlowSummaries **ret) { return profile_flow_list(cx, ret); }

Rc api_flow_get(Cx *cx, const FlowGraphQuery *in, FlowGraph **ret) {
        return profile_flow_graph(cx, path_str(cx, "code"), in->edition, ret);
}

Rc api_profile_get(Cx *cx, ProfileFiles **ret) { return profile_files_view(cx, ret); }

Rc api_profile_text(Cx *cx, const ProfileTextQuery *in, ProfileText **ret) { return profile_text_view(cx, in, ret); }

Rc api_draft_list(Cx *cx, const DraftQuery *in, DraftPage **ret) { return draft_page(cx, in->page, ret); }

Rc api_draft_create(Cx *cx, const DraftCreate *in, DraftView **ret) { return draft_open(cx, in, ret); }

Rc api_draft_get(Cx *cx, DraftView **ret) { return draft_view(cx, path_draft(cx), ret); }

Rc api_draft_text(Cx *cx, const DraftTextQuery *in, DraftText **ret) {
        return draft_file_view(cx, path_draft(cx), in, ret);
}

Rc api_draft_put(Cx *cx, const DraftFilePut *in, DraftView **ret) { return draft_file_put(cx, path_draft(cx), in, ret); }

Rc api_draft_undo(Cx *cx, const DraftFileUndo *in, DraftView **ret) {
        return draft_file_undo(cx, path_draft(cx), in, ret);
}

Rc api_draft_rebase(Cx *cx, const DraftChange *in, DraftView **ret) {
        return draft_take_base(cx, path_draft(cx), in->version, ret);
}

Rc api_draft_check(Cx *cx, const DraftChange *in, DraftCheck **ret) {
        return draft_examine(cx, path_draft(cx), in->version, ret);
}

Rc api_draft_try(Cx *cx, DryRun **ret) { return draft_dry_run(cx, path_draft(cx), ret); }

Rc api_draft_publish(Cx *cx, const DraftPublish *in, DraftView **ret) {
        return draft_release(cx, path_draft(cx), in, ret);
}

Rc api_draft_withdraw(Cx *cx, const DraftChange *in, DraftView **ret) {
        return draft_withdrawn(cx, path_draft(cx), in->version, ret);
}

Rc api_draft_drop(Cx *cx, const DraftChange *in, DraftView **ret) {
        return draft_give_up(cx, path_draft(cx), in->version, ret);
}
