/* What the files of this folder share; nobody else includes it. */
#pragma once
#include "core/flow/flow.h"
#include "profile/profile.h"
#include "profile/profile_store.h"

/* ---- profile_graph.c ---- */

/* edition not set: the newest. P_NOT_FOUND. */
Rc profile_flow_graph(Cx *cx, Str code, OptInt edition, FlowGraph **ret);
Rc profile_flow_list(Cx *cx, FlowSummaries **ret);

/* ---- profile_files.c: the files in use, and with a draft upon them ---- */

Str profile_kind_word(ProfileKind kind);
ProfileKind profile_kind_of(Str word); /* of a stored row */
/* Paths as people know them: catalogue.json, flows/six-step.json. */
Str profile_path(Arena *a, Str kind, Str name);
/* Edition and text in use; edition 0 and an empty text when there is no such file, or it is out of use. */
Rc profile_now(Cx *cx, Str kind, Str name, int64_t *ret_edition, Str *ret_text);
/* The files in use; *ret_base: a digest over which editions they are. */
Rc profile_texts(Cx *cx, FlowProfile *ret, Str *ret_base);
void profile_overlay(Cx *cx, FlowProfile *p, const ProfileFileRowList *files);
Rc profile_files_view(Cx *cx, ProfileFiles **ret);
Rc profile_text_view(Cx *cx, const ProfileTextQuery *in, ProfileText **ret);

/* ---- profile_draft.c ---- */

Rc draft_open(Cx *cx, const DraftCreate *in, DraftView **ret);
Rc draft_page(Cx *cx, Str page, DraftPage **ret);
Rc draft_view(Cx *cx, int64_t id, DraftView **ret);
Rc draft_view_of(Cx *cx, const ProfileDraftRow *row, DraftView **ret);
void draft_item(Cx *cx, const ProfileDraftRow *row, size_t files, DraftItem *ret);
Rc draft_file_view(Cx *cx, int64_t id, const DraftTextQuery *in, DraftText **ret);
Rc draft_file_put(Cx *cx, int64_t id, const DraftFilePut *in, DraftView **ret);
Rc draft_file_undo(Cx *cx, int64_t id, const DraftFileUndo *in, DraftView **ret);
Rc draft_take_base(Cx *cx, int64_t id, int64_t version, DraftView **ret);
Rc draft_give_up(Cx *cx, int64_t id, int64_t version, DraftView **ret);
/* The row, in that version and open: P_NOT_FOUND, P_VERSION_STALE, P_PROFILE_DRAFT_CLOSED. */
Rc draft_take(Cx *cx, int64_t id, int64_t version, ProfileDraftRow **ret);
Rc draft_stale(Cx *cx, const ProfileDraftRow *row);
/* Has the edition in use of a file become another? */
Rc draft_base_changed(Cx *cx, const ProfileFileRowList *files, bool *ret);
Str profile_me(const Cx *cx);

/* ---- profile_check.c ---- */

Rc draft_examine(Cx *cx, int64_t id, int64_t version, DraftCheck **ret);
Rc draft_dry_run(Cx *cx, int64_t id, DryRun **ret);
/* The faults of the profile with those files upon it, and the base they were found with. */
Rc profile_faults(Cx *cx, const ProfileFileRowList *files, FlowProfile *ret_texts, FlowFaults *ret, Str *ret_base);

/* ---- profile_publish.c ---- */

Rc draft_release(Cx *cx, int64_t id, const DraftPublish *in, DraftView **ret);
Rc draft_withdrawn(Cx *cx, int64_t id, int64_t version, DraftView **ret);
