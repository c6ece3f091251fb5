/* A case as its reporter sees it: a timeline like a parcel's, without colleagues' names, internal notes or steps that are nobody
 * else's business. */
#include "case/case_int.h"
#include "territory/territory.h"

/* Whose eyes: who reported the case itself, or somebody who follows it. Others' words and photos are not for the latter. */
typedef struct Viewer {
        const Case *c;
        bool own;
} Viewer;

/* As "case/sha256": the portal makes links of them. */
static void photos_of_step(Cx *cx, const CasePhotoRowList *rows, int64_t seq, PublicPhotoList *ret) {
        for (size_t i = 0; i < rows->n; i++)
                if (rows->v[i].seq == seq)
                        *list_push(cx->arena, ret) =
                                (PublicPhoto){ .url = str_fmt(cx->arena, "%lld/" STR_FMT, (long long)rows->v[i].case_id,
                                                              STR_ARG(rows->v[i].sha256)),
                                               .kind = str_c(enum_word(&enum_PhotoKind, (int)rows->v[i].kind)),
                                               .type = case_photo_type(&rows->v[i]) };
}

static Str who_text(Cx *cx, const Case *c, const FlowAction *a, const CaseStepRow *s) {
        if (a && flow_who(a, FLOW_WHO_OUTSIDE) && s->actor_role == ROLE_NONE && s->actor_name.n)
                return in_lang(cx, S("责任单位"), S("Party responsible"));
        return case_actor_text(cx, c->profile, s->actor_name, s->actor_role, s->actor_department, true);
}

static void step_note(Cx *cx, const Case *c, const FlowAction *a, const CaseStepRow *s, PublicStep *v) {
        if (a && a->public_note)
                v->note = case_note_text(cx, c->flow, s);
        else if (a && s->reason.n)
                v->note = case_note_text(cx, c->flow, &(CaseStepRow){ .action = s->action, .reason = s->reason });
}

static Rc timeline(Cx *cx, const Viewer *who, PublicStepList *ret) {
        const Case *c = who->c;
        CasePhotoRowList rows;

        TRY(case_photos(cx, c, &rows));
        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowAction *a = flow_action(c->flow, s->action);
                const FlowState *to = flow_state(c->flow, s->to_state);
                bool theirs = (!a || a->ask || flow_who(a, FLOW_WHO_REPORTER)) && !who->own;
                PublicStep *v;

                if (a ? !a->public_title.n : s->seq != 1) /* what is nobody's action is no news */
                        continue;
                v = list_push(cx->arena, ret);
                *v = (PublicStep){ .at = s->at_ms, .step = a && to ? to->step : 1 };
                v->title = a ? in_lang(cx, a->public_title, a->public_title_en)
                             : in_lang(cx, c->flow->open_title, c->flow->open_title_en);
                v->who = who_text(cx, c, a, s);
                if (s->target_department.n)
                        v->title =
                                str_fmt(cx->arena, STR_FMT "%s" STR_FMT, STR_ARG(v->title),
                                        cx->lang == LANG_EN ? ": " : "：",
                                        STR_ARG(case_department_name(cx, c->profile, s->target_department)));
                if (theirs)
                        continue;
                step_note(cx, c, a, s, v);
                photos_of_step(cx, &rows, s->seq, &v->photos);
        }
        return OK;
}

/* By time; what came first stays first. */
static void timeline_sort(PublicStepList *list) {
        for (size_t i = 1; i < list->n; i++)
                for (size_t k = i; k && list->v[k - 1].at > list->v[k].at; k--) {
                        PublicStep swap = list->v[k];

                        list->v[k] = list->v[k - 1];
                        list->v[k - 1] = swap;
                }
}

/* By which the reporter opens it again, whatever the flow calls that; nothing else of theirs has a time limit. */
static bool is_reopening(const FlowAction *a) { return flow_who(a, FLOW_WHO_REPORTER) && a->to.n && a->within_workdays; }

/* What the reporter may do now: rate while it is archived, and open it again while there is time. */
static Rc rights(Cx *cx, const Case *c, PublicReport *r) {
        for (size_t i = 0; i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];
                int64_t until;

                if (!flow_who(a, FLOW_WHO_REPORTER) || !flow_action_from(a, c->row.state))
                        continue;
                if (a->satisfaction)
                        r->may_rate = !c->row.satisfaction.set;
                if (!is_reopening(a))
                        continue;
                TRY(case_reopen_until(cx, c, a, &until));
                r->reopen_until = SOME_INT(until);
                r->may_reopen = now_ms(cx) < until;
        }
        return OK;
}

/* What they were asked and have not answered yet. */
static void question(Cx *cx, const Case *c, PublicReport *r) {
        const CaseStepRow *last = NULL;

        if (c->row.holder_kind != FLOW_HOLDER_REPORTER)
                return;
        for (size_t i = 0; i < c->steps.n; i++) {
                const FlowAction *a = flow_action(c->flow, c->steps.v[i].action);

                if (a && a->ask)
                        last = &c->steps.v[i];
        }
        if (!last)
                return;
        r->question = case_note_text(cx, c->flow, last);
        r->question_at = SOME_INT(last->at_ms);
}

/* What was reported. */
static Rc head(Cx *cx, const Case *c, PublicReport *r) {
        const CaseCatalogue *catalogue;
        const CaseCategory *k;

        TRY(case_catalogue(cx, c->row.catalogue_edition, &catalogue));
        k = case_category(catalogue, c->row.category);
        r->number = case_number(cx->arena, c->row.created_ms, c->row.id);
        r->text = c->row.text;
        r->category_name = k ? in_lang(cx, k->name, k->name_en) : c->row.category;
        r->address = c->row.address.n ? c->row.address : territory_name(cx, c->row.place);
        r->created = c->row.created_ms;
        return OK;
}

/* How it stands: that of the case that it goes on in. */
static void standing(Cx *cx, const Case *c, PublicReport *r) {
        const FlowState *s = flow_state(c->flow, c->row.state);

        r->state = c->row.state;
        r->state_name = s ? in_lang(cx, s->name, s->name_en) : c->row.state;
        r->step = s ? s->step : 1;
        r->steps_names = cx->lang == LANG_EN ? c->flow->steps_en : c->flow->steps;
        r->due = c->row.due_ms;
        r->closed = c->row.closed_ms;
        r->version = c->row.version;
        r->voices = c->row.voices;
}

static Rc voice_fill(Cx *cx, CaseId id, int64_t n, PublicReport *r) {
        PublicStep *v = list_push(cx->arena, &r->timeline);
        CaseVoiceRow *row;

        TRY(case_store_voice(cx, id.n, n, &row));
        if (!row)
                return fail(cx, P_SERVER_BUG, "case %lld has no voice %lld", (long long)id.n, (long long)n);
        r->text = row->text.n ? row->text : in_lang(cx, S("（与他人反映的是同一件事）"), S("(the same matter as somebody else's)"));
        r->created = row->at_ms;
        r->joined = true;
        *v = (PublicStep){ .at = row->at_ms, .step = 1, .note = row->text };
        v->title = in_lang(cx, S("您也反映了此事"), S("You reported it too"));
        v->who = in_lang(cx, S("居民"), S("Resident"));
        for (Str sha256, rest = row->photos; str_cut(rest, ',', &sha256, &rest);)
                if (sha256.n)
                        *list_push(cx->arena, &v->photos) =
                                (PublicPhoto){ .url = str_fmt(cx->arena, "%lld/" STR_FMT, (long long)id.n, STR_ARG(sha256)),
                                               .kind = S("scene"),
                                               .type = S("image/jpeg") };
        return OK;
}

Rc case_public_view(Cx *cx, CaseId id, int64_t voice, PublicReport **ret) {
        PublicReport *r = TAKE(cx->arena, PublicReport);
        CaseRow *end;
        Case *c, *main;

        TRY(case_load(cx, id, NULL, &c));
        main = c;
        if (c->row.merged_into.set) {
                TRY(case_main_of(cx, id.n, &end));
                TRY(case_load(cx, (CaseId){ end->id }, NULL, &main));
        }
        *r = (PublicReport){ .merged = main != c };
        TRY(head(cx, c, r));
        standing(cx, main, r);
        if (voice > 1)
                TRY(voice_fill(cx, id, voice, r));
        TRY(timeline(cx, &(Viewer){ c, voice <= 1 }, &r->timeline));
        if (main != c)
                TRY(timeline(cx, &(Viewer){ main, false }, &r->timeline));
        timeline_sort(&r->timeline);
        if (main == c)
                question(cx, c, r); /* whoever holds a receipt of it may know */
        if (voice <= 1 && main == c)
                TRY(rights(cx, c, r));
        if (main->row.satisfaction.set)
                r->satisfaction = str_c(enum_word(&enum_Satisfaction, (int)main->row.satisfaction.n));
        return *ret = r, OK;
}

/* An answer goes on with the case: whoever withdraws or cancels instead has not answered. */
static bool is_answer(const Flow *f, const FlowAction *a) {
        const FlowState *to = a->to.n ? flow_state(f, a->to) : NULL;

        return flow_who(a, FLOW_WHO_REPORTER) && !a->satisfaction && to && !to->final;
}

Rc case_answer_action(Cx *cx, CaseId id, Str *ret) {
        Case *c;

        TRY(case_load(cx, id, NULL, &c));
        *ret = S("");
        for (size_t i = 0; c->row.holder_kind == FLOW_HOLDER_REPORTER && i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];

                if (is_answer(c->flow, a) && flow_action_from(a, c->row.state))
                        *ret = a->code;
        }
        return OK;
}

Rc case_reopen_action(Cx *cx, CaseId id, Str *ret) {
        Case *c;

        TRY(case_load(cx, id, NULL, &c));
        for (size_t i = 0; i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];

                if (is_reopening(a) && flow_action_from(a, c->row.state))
                        return *ret = a->code, OK;
        }
        return fail(cx, P_CASE_ACTION_FORBIDDEN, "in state " STR_FMT " the reporter does not open case %lld again",
                    STR_ARG(c->row.state), (long long)id.n);
}
