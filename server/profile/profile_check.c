/* The check of a draft (the same as `wangge check flows`, over the profile with the draft upon it) and the dry run over open cases. */
#include "case/case.h"
#include "core/audit/audit.h"
#include "db/db.h"
#include "profile/profile_int.h"

/* What only those who use the files know: the catalogue's and the departments' own shape. The complaint names file and line. */
static void use_check(Cx *cx, const FlowProfile *p, FlowFaults *faults) {
        Problem before = cx->problem;
        Str file, rest, word;
        int64_t line = 1;

        cx->problem = (Problem){ 0 };
        if (case_profile_try(cx, p) != OK) {
                Str en = cx->problem.detail, zh = cx->problem.detail_zh.n ? cx->problem.detail_zh : en;

                if (str_cut(en, ',', &file, &rest) && str_cut(str_trim(rest), ' ', &word, &rest) &&
                    str_cut(rest, ':', &word, &rest))
                        (void)str_int(word, &line);
                else if (!str_cut(en, ':', &file, &rest))
                        file = S("profile");
                *list_push(cx->arena, faults) = (FlowFault){ .file = profile_path(cx->arena, file, file),
                                                             .line = (uint32_t)(line > 0 ? line : 1),
                                                             .pointer = S(""),
                                                             .zh = zh,
                                                             .en = en };
        }
        cx->problem = before;
}

Rc profile_faults(Cx *cx, const ProfileFileRowList *files, FlowProfile *ret_texts, FlowFaults *ret, Str *ret_base) {
        TRY(profile_texts(cx, ret_texts, ret_base));
        profile_overlay(cx, ret_texts, files);
        flow_profile_check(cx, ret_texts, ret);
        if (!ret->n)
                use_check(cx, ret_texts, ret);
        return OK;
}

static void fault_file(Cx *cx, const FlowProfile *p, const FlowFault *f, DraftFault *ret) {
        static const char *const once[] = { "catalogue", "departments", "limits" };

        for (size_t i = 0; i < ARRAY_LEN(once); i++)
                if (str_eq(f->file, profile_path(cx->arena, str_c(once[i]), str_c(once[i])))) {
                        ret->kind = profile_kind_of(str_c(once[i]));
                        ret->name = str_c(once[i]);
                }
        for (size_t i = 0; i < p->flows.n; i++)
                if (str_eq(f->file, p->flows.v[i].path)) {
                        ret->kind = PROFILE_KIND_FLOW;
                        ret->name = p->flows.v[i].name;
                }
        for (size_t i = 0; i < p->forms.n; i++)
                if (str_eq(f->file, p->forms.v[i].path)) {
                        ret->kind = PROFILE_KIND_FORM;
                        ret->name = p->forms.v[i].name;
                }
}

typedef struct Examined {
        int64_t id, version;
        Str base; /* absent: faulty */
        DraftCheck *view;
        size_t files;
        void *answer;
} Examined;

static Rc examined_work(Cx *cx, void *arg) {
        Examined *e = arg;
        ProfileDraftRow *row;

        TRY(draft_take(cx, e->id, e->version, &row));
        TRY(profile_store_checked(cx, e->id, e->version, e->base, &row));
        if (!row) {
                TRY(profile_store_get(cx, e->id, &row));
                return draft_stale(cx, row);
        }
        e->view->draft = TAKE(cx->arena, DraftItem);
        draft_item(cx, row, e->files, e->view->draft);
        TRY(audit_note(cx, "profile.checked", str_fmt(cx->arena, "profile/draft/%lld", (long long)e->id),
                       str_fmt(cx->arena, "{\"faults\":%zu}", e->view->faults.n)));
        return e->answer = e->view, OK;
}

Rc draft_examine(Cx *cx, int64_t id, int64_t version, DraftCheck **ret) {
        Examined e = { .id = id, .version = version, .base = STR_NONE, .view = TAKE(cx->arena, DraftCheck) };
        ProfileFileRowList files = { 0 };
        FlowFaults faults = { 0 };
        ProfileDraftRow *row;
        FlowProfile texts;
        Str base;

        TRY(draft_take(cx, id, version, &row));
        TRY(profile_store_files(cx, id, &files));
        TRY(profile_faults(cx, &files, &texts, &faults, &base));
        for (size_t i = 0; i < faults.n; i++) {
                const FlowFault *f = &faults.v[i];
                DraftFault *v = list_push(cx->arena, &e.view->faults);

                *v = (DraftFault){ .file = f->file, .line = f->line, .pointer = f->pointer, .zh = f->zh, .en = f->en };
                fault_file(cx, &texts, f, v);
        }
        e.view->ok = !faults.n;
        e.view->more = (int64_t)faults.more;
        e.files = files.n;
        if (!faults.n)
                e.base = base;
        TRY(db_write_answer(cx, examined_work, &e, &e.answer));
        return *ret = e.view, OK;
}

/* ---- the dry run ---- */

static Str stay_word(CaseStay stay) {
        switch (stay) {
        case CASE_STAY_FLOW_GONE: return S("flow-gone");
        case CASE_STAY_STATE_GONE: return S("state-gone");
        case CASE_STAY_HISTORY: return S("history");
        case CASE_STAY_NOT: break;
        }
        return STR_NONE;
}

static void trial_view(Cx *cx, const CaseTrial *t, DryRun *v) {
        *v = (DryRun){ .open = t->open,
                       .affected = t->affected,
                       .stay = t->stay,
                       .other_state = t->differ_state,
                       .other_holder = t->differ_holder,
                       .other_due = t->differ_due,
                       .unit_gone = t->unit_gone };
        for (size_t i = 0; i < t->rows.n; i++) {
                const CaseTrialRow *r = &t->rows.v[i];

                *list_push(cx->arena, &v->rows) = (DryRunRow){ .id = r->id,
                                                               .number = r->number,
                                                               .category_name = r->category_name,
                                                               .place_name = r->place_name,
                                                               .flow_name = r->flow_name,
                                                               .state_name = r->state_name,
                                                               .stays = stay_word(r->stay),
                                                               .holder = r->holder,
                                                               .holder_then = r->holder_then,
                                                               .due = r->due_ms,
                                                               .due_then = r->due_then_ms,
                                                               .state_gone = r->differs_state,
                                                               .other_holder = r->differs_holder,
                                                               .other_due = r->differs_due,
                                                               .unit_gone = r->unit_gone };
        }
}

Rc draft_dry_run(Cx *cx, int64_t id, DryRun **ret) {
        DryRun *v = TAKE(cx->arena, DryRun);
        ProfileFileRowList files = { 0 };
        FlowFaults faults = { 0 };
        ProfileDraftRow *row;
        FlowProfile texts;
        CaseTrial trial;
        Str base;

        TRY(profile_store_get(cx, id, &row));
        TRY(profile_store_files(cx, id, &files));
        TRY(profile_faults(cx, &files, &texts, &faults, &base));
        if (faults.n)
                return fail_zh(cx, P_PROFILE_FAULTY,
                               str_fmt(cx->arena, "草稿有 %zu 处错误，先改正再试算：" STR_FMT, faults.n + faults.more,
                                       STR_ARG(faults.v[0].zh)),
                               "the draft has %zu faults: " STR_FMT, faults.n + faults.more, STR_ARG(faults.v[0].en));
        TRY(case_trial(cx, &texts, &trial));
        trial_view(cx, &trial, v);
        return *ret = v, OK;
}
