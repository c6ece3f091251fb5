/* Publishing: what a draft changes becomes the newest edition, at once or at a moment to come, and open cases go on with it where
 * that was wanted. Whatever could have changed meanwhile is asked again in the transaction that brings it into force. */
#include "base/log.h"
#include "case/case.h"
#include "core/audit/audit.h"
#include "core/setting/setting.h"
#include "core/who/who.h"
#include "db/db.h"
#include "profile/profile_int.h"

static Str subject_of(Cx *cx, int64_t id) { return str_fmt(cx->arena, "profile/draft/%lld", (long long)id); }

/* ---- what stands against it ---- */

static bool has_code(const JsonNode *list, Str code) {
        for (const JsonNode *d = list ? list->first : NULL; d; d = d->next)
                if (str_eq(json_text(d, "code"), code))
                        return true;
        return false;
}

static Rc unit_check(Cx *cx, Str code, Str name) {
        StrList numbers = { 0 };
        Buf list = BUF_IN(cx->arena);
        int64_t cases, staff;

        TRY(case_unit_use(cx, code, &numbers, &cases));
        TRY(profile_store_staff(cx, code, &staff));
        if (!cases && !staff)
                return OK;
        for (size_t i = 0; i < numbers.n; i++)
                buf_fmt(&list, "%s" STR_FMT, i ? " " : "", STR_ARG(numbers.v[i]));
        return fail_zh(cx, P_PROFILE_UNIT_IN_USE,
                       str_fmt(cx->arena, "“" STR_FMT "”还有 %lld 件未办结事件（" STR_FMT "%s）和 %lld 名在岗人员，请先改派和调岗",
                               STR_ARG(name), (long long)cases, STR_ARG(buf_view(&list)),
                               cases > (int64_t)numbers.n ? " …" : "", (long long)staff),
                       "\"" STR_FMT "\" still has %lld open cases (" STR_FMT "%s) and %lld people in office; move them first",
                       STR_ARG(code), (long long)cases, STR_ARG(buf_view(&list)),
                       cases > (int64_t)numbers.n ? " …" : "", (long long)staff);
}

/* No department may go that has open cases or people. */
static Rc departments_check(Cx *cx, const ProfileFileRow *f) {
        JsonNode *before, *after;
        const JsonNode *then;
        int64_t edition;
        Str now;

        TRY(profile_now(cx, f->kind, f->name, &edition, &now));
        TRY(json_parse(cx, now, &before));
        TRY(json_parse(cx, f->content, &after));
        then = json_get(after, "departments");
        for (const JsonNode *d = json_get(before, "departments") ? json_get(before, "departments")->first : NULL; d;
             d = d->next)
                if (!has_code(then, json_text(d, "code")))
                        TRY(unit_check(cx, json_text(d, "code"), json_text(d, "zh")));
        return OK;
}

static Rc release_check(Cx *cx, const ProfileDraftRow *row, const ProfileFileRowList *files) {
        FlowProfile texts;
        bool changed;
        Str base;

        TRY(draft_base_changed(cx, files, &changed));
        if (changed)
                return fail(cx, P_PROFILE_BASE_CHANGED, "an edition that the draft is based on is not in use any more");
        TRY(profile_texts(cx, &texts, &base));
        if (!files->n || !row->checked_version.set || row->checked_version.n != row->version ||
            !str_eq(row->checked_base, base))
                return fail(cx, P_PROFILE_NOT_CHECKED, "version %lld of the draft has not passed the check with the editions in use",
                            (long long)row->version);
        for (size_t i = 0; i < files->n; i++)
                if (str_eq(files->v[i].kind, S("departments")))
                        TRY(departments_check(cx, &files->v[i]));
        return OK;
}

/* ---- into force ---- */

/* Limits that were not there before: what began until now keeps having none. */
static Rc put_nothing_first(Cx *cx, const ProfileFileRow *f) {
        SettingEditionList all = { 0 };

        if (!str_eq(f->kind, S("limits")))
                return OK;
        TRY(setting_editions(cx, f->kind, f->name, &all));
        return all.n ? OK : setting_put(cx, f->kind, f->name, S(""));
}

static Rc put_all(Cx *cx, const ProfileDraftRow *row, const ProfileFileRowList *files) {
        Buf detail = BUF_IN(cx->arena);

        buf_c(&detail, "{\"files\":[");
        for (size_t i = 0; i < files->n; i++) {
                const ProfileFileRow *f = &files->v[i];
                int64_t edition;

                TRY(put_nothing_first(cx, f));
                TRY(setting_put(cx, f->kind, f->name, f->removed ? S("") : f->content));
                TRY(setting_edition(cx, f->kind, f->name, &edition));
                buf_c(&detail, i ? ",{\"file\":" : "{\"file\":");
                buf_json_str(&detail, profile_path(cx->arena, f->kind, f->name));
                buf_fmt(&detail, ",\"from\":%lld,\"to\":%lld}", (long long)f->base_edition, (long long)edition);
        }
        buf_fmt(&detail, "],\"move_open\":%s}", row->move_open ? "true" : "false");
        return audit_note(cx, "profile.active", subject_of(cx, row->id), buf_view(&detail));
}

/* The row as it is once in force; written by the caller. */
static void row_activate(Cx *cx, ProfileDraftRow *row) {
        row->state = DRAFT_STATE_ACTIVE;
        row->activated_ms = SOME_INT(now_ms(cx));
        row->moved_to = row->move_open ? SOME_INT(0) : (OptInt){ 0 };
        row->held = STR_NONE;
}

Rc draft_release(Cx *cx, int64_t id, const DraftPublish *in, DraftView **ret) {
        bool later = in->active_from.set && in->active_from.n > now_ms(cx);
        ProfileFileRowList files = { 0 };
        ProfileDraftRow *row, *after;

        if (later && in->active_from.n - now_ms(cx) > 366 * (int64_t)MS_DAY)
                return fail_field(cx, S("/active_from"), "too-late", S("生效时间最多在一年以内"),
                                  S("At most a year ahead"));
        TRY(draft_take(cx, id, in->version, &row));
        TRY(profile_store_files(cx, id, &files));
        TRY(release_check(cx, row, &files));
        row->active_from_ms = later ? in->active_from : SOME_INT(now_ms(cx));
        row->move_open = in->move_open;
        row->published_by = row->changed_by = profile_me(cx);
        row->published_ms = SOME_INT(now_ms(cx));
        row->changed_ms = now_ms(cx);
        row->state = DRAFT_STATE_SCHEDULED;
        TRY(audit_note(cx, "profile.published", subject_of(cx, id),
                       str_fmt(cx->arena, "{\"active_from\":%lld}", (long long)row->active_from_ms.n)));
        if (!later) {
                TRY(put_all(cx, row, &files));
                row_activate(cx, row);
        }
        TRY(profile_store_set(cx, row, &after));
        return after ? draft_view_of(cx, after, ret) : draft_stale(cx, row);
}

Rc draft_withdrawn(Cx *cx, int64_t id, int64_t version, DraftView **ret) {
        ProfileDraftRow *row, *after;

        TRY(profile_store_get(cx, id, &row));
        if (row->state != DRAFT_STATE_SCHEDULED && row->state != DRAFT_STATE_HELD)
                return fail(cx, P_PROFILE_DRAFT_CLOSED, "nothing waits to come into force");
        if (row->version != version)
                return draft_stale(cx, row);
        row->state = DRAFT_STATE_OPEN;
        row->changed_by = profile_me(cx);
        row->changed_ms = now_ms(cx);
        row->active_from_ms = row->published_ms = (OptInt){ 0 };
        row->published_by = row->held = STR_NONE;
        TRY(audit_note(cx, "profile.withdrawn", subject_of(cx, id), STR_NONE));
        TRY(profile_store_set(cx, row, &after));
        return after ? draft_view_of(cx, after, ret) : draft_stale(cx, row);
}

/* ---- the job ---- */

typedef struct Due {
        int64_t id, version;
        Str base; /* of the editions with which it was found good just now */
        Str held; /* why not; absent: it may */
} Due;

static Str held_text(Cx *cx) {
        Str en = cx->problem.detail.n ? cx->problem.detail : str_c(problem_title(cx->problem.code, LANG_EN));
        Str zh = cx->problem.detail_zh.n ? cx->problem.detail_zh : str_c(problem_title(cx->problem.code, LANG_ZH));

        return str_fmt(cx->arena, STR_FMT "\n" STR_FMT, STR_ARG(zh), STR_ARG(en));
}

/* What it is checked against has not changed since the check a moment ago, which counts as the check of this version. */
static Rc due_check(Cx *cx, const Due *d, ProfileDraftRow *row, const ProfileFileRowList *files) {
        row->checked_version = SOME_INT(row->version);
        row->checked_base = d->base;
        return release_check(cx, row, files);
}

static Rc due_work(Cx *cx, void *arg) {
        Due *d = arg;
        ProfileFileRowList files = { 0 };
        ProfileDraftRow *row, *after;

        TRY(profile_store_get(cx, d->id, &row));
        if (row->state != DRAFT_STATE_SCHEDULED || row->version != d->version)
                return OK; /* another server was faster, or it was withdrawn */
        TRY(profile_store_files(cx, d->id, &files));
        if (!d->held.p && due_check(cx, d, row, &files) != OK) {
                if (!cx->problem.code || (problem_rc(cx->problem.code) != E_CONFLICT && problem_rc(cx->problem.code) != E_INPUT))
                        return problem_rc(cx->problem.code);
                d->held = held_text(cx);
                cx->problem = (Problem){ 0 };
        }
        if (d->held.p) {
                row->state = DRAFT_STATE_HELD;
                row->held = d->held;
                TRY(audit_note(cx, "profile.held", subject_of(cx, d->id), STR_NONE));
        } else {
                TRY(put_all(cx, row, &files));
                row_activate(cx, row);
        }
        return profile_store_set(cx, row, &after);
}

static Rc due_run(Cx *cx, const ProfileDraftRow *row) {
        Due d = { .id = row->id, .version = row->version, .held = STR_NONE };
        ProfileFileRowList files = { 0 };
        FlowFaults faults = { 0 };
        FlowProfile texts;

        TRY(profile_store_files(cx, row->id, &files));
        TRY(profile_faults(cx, &files, &texts, &faults, &d.base));
        if (faults.n)
                d.held = str_fmt(cx->arena, STR_FMT "\n" STR_FMT, STR_ARG(faults.v[0].zh), STR_ARG(faults.v[0].en));
        TRY(db_write(cx, due_work, &d));
        log_info(d.held.p ? "profile.held" : "profile.active", "draft %lld", (long long)row->id);
        return OK;
}

typedef struct Moving {
        int64_t id;
        bool more;
} Moving;

static Rc move_work(Cx *cx, void *arg) {
        Moving *m = arg;
        ProfileDraftRow *row, *after;

        m->more = false;
        TRY(profile_store_get(cx, m->id, &row));
        if (row->state != DRAFT_STATE_ACTIVE || !row->moved_to.set)
                return OK;
        TRY(case_editions_move(cx, &row->moved_to.n, &row->moved, &row->stayed, &m->more));
        if (!m->more)
                row->moved_to = (OptInt){ 0 };
        TRY(audit_note(cx, "profile.moved", subject_of(cx, m->id),
                       str_fmt(cx->arena, "{\"moved\":%lld,\"stayed\":%lld}", (long long)row->moved, (long long)row->stayed)));
        return profile_store_set(cx, row, &after);
}

static Rc move_all(int64_t id) {
        _cleanup_(cx_freep) Cx *own = cx_new(64 << 20);
        Moving m = { .id = id, .more = true };

        setting_forget(); /* the notice of the publication may still be on its way */
        while (m.more) {
                cx_reset(own);
                own->actor = actor_system();
                TRY(db_write(own, move_work, &m));
        }
        return OK;
}

Rc profile_due(Cx *cx) {
        ProfileDraftRowList rows = { 0 };

        cx->actor = actor_system();
        TRY(profile_store_due(cx, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                if (rows.v[i].state == DRAFT_STATE_SCHEDULED) {
                        TRY(due_run(cx, &rows.v[i]));
                        if (rows.v[i].move_open)
                                TRY(move_all(rows.v[i].id));
                } else {
                        TRY(move_all(rows.v[i].id));
                }
        }
        return OK;
}

void profile_init(void) { profile_store_init(); }
