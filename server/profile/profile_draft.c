/* Drafts of the overlay: whole files that would take the place of those in use. A draft may hold faults; it is the check that judges. */
#include "core/audit/audit.h"
#include "core/setting/setting.h"
#include "core/who/who.h"
#include "profile/profile_int.h"

enum { PAGE = 50, DRAFTS_MAX = 50, FILES_MAX = 100, NAME_MAX_POINTS = 40 };

Str profile_me(const Cx *cx) { return cx->actor && cx->actor->name.n ? cx->actor->name : S("系统"); }

Rc draft_stale(Cx *cx, const ProfileDraftRow *row) {
        return fail_zh(cx, P_VERSION_STALE,
                       str_fmt(cx->arena, "草稿“" STR_FMT "”已由 " STR_FMT " 修改，请刷新后再改", STR_ARG(row->name),
                               STR_ARG(row->changed_by)),
                       STR_FMT " has changed the draft meanwhile; it is at version %lld now", STR_ARG(row->changed_by),
                       (long long)row->version);
}

Rc draft_take(Cx *cx, int64_t id, int64_t version, ProfileDraftRow **ret) {
        ProfileDraftRow *row;

        TRY(profile_store_get(cx, id, &row));
        if (row->state != DRAFT_STATE_OPEN)
                return fail(cx, P_PROFILE_DRAFT_CLOSED, "the draft is %s",
                            enum_word(&enum_DraftState, (int)row->state));
        if (row->version != version)
                return draft_stale(cx, row);
        return *ret = row, OK;
}

/* The next version of the draft, with what the caller changed in *row; note says what happened. */
static Rc draft_changed(Cx *cx, ProfileDraftRow *row, const char *note, Str detail, DraftView **ret) {
        ProfileDraftRow *after;

        row->changed_by = profile_me(cx);
        row->changed_ms = now_ms(cx);
        TRY(profile_store_set(cx, row, &after));
        if (!after)
                return draft_stale(cx, row);
        TRY(audit_note(cx, note, str_fmt(cx->arena, "profile/draft/%lld", (long long)row->id), detail));
        return draft_view_of(cx, after, ret);
}

/* ---- views ---- */



void draft_item(Cx *cx, const ProfileDraftRow *r, size_t files, DraftItem *ret) {
        Str zh, en;

        *ret = (DraftItem){ .id = r->id,
                            .name = r->name,
                            .state = (DraftState)r->state,
                            .version = r->version,
                            .created = r->created_ms,
                            .created_by = r->created_by,
                            .changed = r->changed_ms,
                            .changed_by = r->changed_by,
                            .files = (int64_t)files,
                            .checked = r->checked_version.set && r->checked_version.n == r->version,
                            .active_from = r->active_from_ms,
                            .move_open = r->move_open,
                            .published_by = r->published_by,
                            .activated = r->activated_ms,
                            .moving = r->moved_to.set,
                            .moved = r->moved,
                            .stayed = r->stayed };
        if (r->held.n)
                ret->held = !str_cut(r->held, '\n', &zh, &en) ? r->held : cx->lang == LANG_EN ? en : zh;
}

Rc draft_base_changed(Cx *cx, const ProfileFileRowList *files, bool *ret) {
        *ret = false;
        for (size_t i = 0; i < files->n && !*ret; i++) {
                int64_t edition;
                Str text;

                TRY(profile_now(cx, files->v[i].kind, files->v[i].name, &edition, &text));
                *ret = edition != files->v[i].base_edition;
        }
        return OK;
}

Rc draft_view_of(Cx *cx, const ProfileDraftRow *row, DraftView **ret) {
        DraftView *v = TAKE(cx->arena, DraftView);
        ProfileFileRowList files = { 0 };

        TRY(profile_store_files(cx, row->id, &files));
        v->item = TAKE(cx->arena, DraftItem);
        draft_item(cx, row, files.n, v->item);
        for (size_t i = 0; i < files.n; i++) {
                const ProfileFileRow *f = &files.v[i];
                DraftFile *d = list_push(cx->arena, &v->files);
                Str text;

                *d = (DraftFile){ .kind = profile_kind_of(f->kind),
                                  .name = f->name,
                                  .base_edition = f->base_edition,
                                  .removed = f->removed,
                                  .bytes = (int64_t)f->content.n };
                TRY(profile_now(cx, f->kind, f->name, &d->current_edition, &text));
                v->base_changed = v->base_changed || d->current_edition != f->base_edition;
        }
        if (row->state != DRAFT_STATE_OPEN && row->state != DRAFT_STATE_SCHEDULED && row->state != DRAFT_STATE_HELD)
                v->base_changed = false;
        return *ret = v, OK;
}

Rc draft_view(Cx *cx, int64_t id, DraftView **ret) {
        ProfileDraftRow *row;

        TRY(profile_store_get(cx, id, &row));
        return draft_view_of(cx, row, ret);
}

Rc draft_page(Cx *cx, Str page, DraftPage **ret) {
        DraftPage *v = TAKE(cx->arena, DraftPage);
        ProfileDraftRowList rows = { 0 };
        int64_t before = INT64_MAX;

        if (page.n && !str_int(page, &before))
                return fail_field(cx, S("/page"), "invalid", S("分页标记不正确"), S("Not a page of this list"));
        TRY(profile_store_page(cx, before, PAGE + 1, &rows));
        for (size_t i = 0; i < rows.n && i < PAGE; i++) {
                ProfileFileRowList files = { 0 };

                TRY(profile_store_files(cx, rows.v[i].id, &files));
                draft_item(cx, &rows.v[i], files.n, list_push(cx->arena, &v->items));
        }
        if (rows.n > PAGE)
                v->next = str_fmt(cx->arena, "%lld", (long long)rows.v[PAGE - 1].id);
        return *ret = v, OK;
}

static const ProfileFileRow *file_of(const ProfileFileRowList *files, Str kind, Str name) {
        for (size_t i = 0; i < files->n; i++)
                if (str_eq(files->v[i].kind, kind) && str_eq(files->v[i].name, name))
                        return &files->v[i];
        return NULL;
}

static Rc edition_text(Cx *cx, const ProfileFileRow *f, Str *ret) {
        if (!f->base_edition)
                return *ret = S(""), OK;
        return setting_get_edition(cx, f->kind, f->name, f->base_edition, ret);
}

Rc draft_file_view(Cx *cx, int64_t id, const DraftTextQuery *in, DraftText **ret) {
        DraftText *v = TAKE(cx->arena, DraftText);
        Str kind = profile_kind_word(in->kind), now;
        ProfileFileRowList files = { 0 };
        const ProfileFileRow *f;
        ProfileDraftRow *row;
        int64_t edition;

        TRY(profile_store_get(cx, id, &row));
        TRY(profile_store_files(cx, id, &files));
        TRY(profile_now(cx, kind, in->name, &edition, &now));
        f = file_of(&files, kind, in->name);
        if (!f && !edition)
                return fail(cx, P_NOT_FOUND, "neither the draft nor the profile has it");
        *v = (DraftText){ .kind = in->kind, .name = in->name, .content = f ? f->content : now, .base = now };
        if (f)
                TRY(edition_text(cx, f, &v->base));
        if (f && edition != f->base_edition && (row->state == DRAFT_STATE_OPEN || row->state == DRAFT_STATE_HELD))
                v->current = now;
        return *ret = v, OK;
}

/* ---- changes ---- */

static Rc name_check(Cx *cx, Str name) {
        uint32_t hidden = flow_text_hidden(name);

        if (!str_trim(name).n)
                return fail_field(cx, S("/name"), "required", S("请填写草稿名称"), S("Name the draft"));
        if (!hidden)
                return OK;
        return fail_field(cx, S("/name"), "hidden-character",
                          str_fmt(cx->arena, "名称里有看不见的字符 U+%04X，请删去", hidden),
                          str_fmt(cx->arena, "The name has an invisible character, U+%04X", hidden));
}

Rc draft_open(Cx *cx, const DraftCreate *in, DraftView **ret) {
        ProfileDraftRow *row;
        int64_t open;

        TRY(name_check(cx, in->name));
        TRY(profile_store_open_count(cx, &open));
        if (open >= DRAFTS_MAX)
                return fail(cx, P_PROFILE_TOO_MANY, "%lld drafts are open", (long long)open);
        TRY(profile_store_add(cx, str_trim(in->name), profile_me(cx), &row));
        TRY(audit_note(cx, "profile.draft", str_fmt(cx->arena, "profile/draft/%lld", (long long)row->id), STR_NONE));
        return draft_view_of(cx, row, ret);
}

/* Flows and forms have codes; the others are there once. */
static bool file_name_good(Str kind, Str name) {
        if (!str_eq(kind, S("flow")) && !str_eq(kind, S("form")))
                return str_eq(kind, name);
        for (size_t i = 0; i < name.n; i++) {
                bool letter = name.p[i] >= 'a' && name.p[i] <= 'z', digit = name.p[i] >= '0' && name.p[i] <= '9';

                if (!letter && (i == 0 || (!digit && name.p[i] != '-' && name.p[i] != '_')))
                        return false;
        }
        return name.n > 0 && name.n <= NAME_MAX_POINTS;
}

static Rc put_check(Cx *cx, const DraftFilePut *in, Str kind) {
        bool removed = in->removed.set && in->removed.b;

        if (!file_name_good(kind, in->name))
                return fail_field(cx, S("/name"), "invalid", S("名称以小写字母开头，只能有小写字母、数字、- 和 _"),
                                  S("A name begins with a small letter and has small letters, digits, - and _"));
        if (removed && !str_eq(kind, S("flow")) && !str_eq(kind, S("form")) && !str_eq(kind, S("limits")))
                return fail_field(cx, S("/removed"), "not-possible", S("事项清单和部门清单不能停用"),
                                  S("Catalogue and departments cannot be taken out of use"));
        if (!removed && !str_trim(in->content).n)
                return fail_field(cx, S("/content"), "required", S("内容不能为空；不再使用请选择停用"),
                                  S("The text is empty; take the file out of use instead"));
        return OK;
}

static Str file_detail(Cx *cx, Str kind, Str name, bool removed) {
        return str_fmt(cx->arena, "{\"file\":\"" STR_FMT "\",\"removed\":%s}",
                       STR_ARG(profile_path(cx->arena, kind, name)), removed ? "true" : "false");
}

Rc draft_file_put(Cx *cx, int64_t id, const DraftFilePut *in, DraftView **ret) {
        Str kind = profile_kind_word(in->kind), now;
        ProfileFileRow file = { .draft_id = id, .kind = kind, .name = in->name };
        ProfileFileRowList files = { 0 };
        const ProfileFileRow *before;
        ProfileDraftRow *row;

        TRY(put_check(cx, in, kind));
        TRY(draft_take(cx, id, in->version, &row));
        TRY(profile_store_files(cx, id, &files));
        before = file_of(&files, kind, in->name);
        if (!before && files.n >= FILES_MAX)
                return fail_field(cx, S("/name"), "too-many", S("一份草稿最多修改 100 个文件"),
                                  S("A draft changes at most a hundred files"));
        TRY(profile_now(cx, kind, in->name, &file.base_edition, &now));
        if (before)
                file.base_edition = before->base_edition;
        file.removed = in->removed.set && in->removed.b;
        file.content = file.removed ? S("") : in->content;
        TRY(profile_store_file_put(cx, &file));
        return draft_changed(cx, row, "profile.draft-changed", file_detail(cx, kind, in->name, file.removed), ret);
}

Rc draft_file_undo(Cx *cx, int64_t id, const DraftFileUndo *in, DraftView **ret) {
        Str kind = profile_kind_word(in->kind);
        ProfileFileRowList files = { 0 };
        ProfileDraftRow *row;

        TRY(draft_take(cx, id, in->version, &row));
        TRY(profile_store_files(cx, id, &files));
        if (!file_of(&files, kind, in->name))
                return fail(cx, P_NOT_FOUND, "the draft does not change that file");
        TRY(profile_store_file_drop(cx, id, kind, in->name));
        return draft_changed(cx, row, "profile.draft-changed", file_detail(cx, kind, in->name, false), ret);
}

Rc draft_take_base(Cx *cx, int64_t id, int64_t version, DraftView **ret) {
        ProfileFileRowList files = { 0 };
        ProfileDraftRow *row;

        TRY(draft_take(cx, id, version, &row));
        TRY(profile_store_files(cx, id, &files));
        for (size_t i = 0; i < files.n; i++) {
                ProfileFileRow f = files.v[i];
                Str now;

                TRY(profile_now(cx, f.kind, f.name, &f.base_edition, &now));
                if (f.base_edition != files.v[i].base_edition)
                        TRY(profile_store_file_put(cx, &f));
        }
        return draft_changed(cx, row, "profile.draft-rebased", STR_NONE, ret);
}

Rc draft_give_up(Cx *cx, int64_t id, int64_t version, DraftView **ret) {
        ProfileDraftRow *row;

        TRY(draft_take(cx, id, version, &row));
        row->state = DRAFT_STATE_DROPPED;
        return draft_changed(cx, row, "profile.draft-dropped", STR_NONE, ret);
}
