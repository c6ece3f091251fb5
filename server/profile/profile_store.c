/* Drafts and their files: rows through named queries, sealed as they are written. */
#include "core/audit/audit.h"
#include "profile/profile_int.h"

static Rc seal(Cx *cx, const ProfileDraftRow *row) {
        return row ? audit_seal(cx, &db_shape_ProfileDraftRow, row) : OK;
}

Rc profile_store_add(Cx *cx, Str name, Str by, ProfileDraftRow **ret) {
        TRY(q_profile_draft_add(cx, name, by, now_ms(cx), ret));
        return seal(cx, *ret);
}

Rc profile_store_get(Cx *cx, int64_t id, ProfileDraftRow **ret) {
        ProfileDraftRow *row;

        TRY(q_profile_draft_get(cx, id, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "no draft %lld", (long long)id);
        return *ret = row, OK;
}

Rc profile_store_page(Cx *cx, int64_t before, int64_t limit, ProfileDraftRowList *ret) {
        return q_profile_draft_page(cx, before, limit, ret);
}

Rc profile_store_open_count(Cx *cx, int64_t *ret) {
        ProfileDraftCount *count;

        TRY(q_profile_draft_open_count(cx, &count));
        return *ret = count->n, OK;
}

Rc profile_store_due(Cx *cx, ProfileDraftRowList *ret) { return q_profile_draft_due(cx, now_ms(cx), ret); }

Rc profile_store_set(Cx *cx, const ProfileDraftRow *r, ProfileDraftRow **ret) {
        TRY(q_profile_draft_set(cx, r->id, r->version, r->state, r->changed_by, r->changed_ms, r->active_from_ms,
                                r->move_open, r->published_by, r->published_ms, r->activated_ms, r->moved_to, r->moved,
                                r->stayed, r->held, ret));
        return seal(cx, *ret);
}

Rc profile_store_checked(Cx *cx, int64_t id, int64_t version, Str base, ProfileDraftRow **ret) {
        TRY(q_profile_draft_checked(cx, id, version, base, ret));
        return seal(cx, *ret);
}

Rc profile_store_files(Cx *cx, int64_t draft, ProfileFileRowList *ret) { return q_profile_file_list(cx, draft, ret); }

Rc profile_store_file_put(Cx *cx, const ProfileFileRow *r) {
        ProfileFileRow *row;

        TRY(q_profile_file_put(cx, r->draft_id, r->kind, r->name, r->base_edition, r->content, r->removed, &row));
        return audit_seal(cx, &db_shape_ProfileFileRow, row);
}

Rc profile_store_file_drop(Cx *cx, int64_t draft, Str kind, Str name) {
        TRY(q_profile_file_drop(cx, draft, kind, name, NULL));
        return audit_seal_gone(cx, "profile_file", str_fmt(cx->arena, "%lld/" STR_FMT "/" STR_FMT, (long long)draft,
                                                           STR_ARG(kind), STR_ARG(name)));
}

Rc profile_store_staff(Cx *cx, Str department, int64_t *ret) {
        ProfileDraftCount *count;

        TRY(q_profile_staff_of(cx, department, &count));
        return *ret = count->n, OK;
}

void profile_store_init(void) {
        audit_table("profile_draft", &query_profile_draft_all, "id", NULL);
        audit_table("profile_file", &query_profile_file_all, "draft_id/kind/name", NULL);
}
