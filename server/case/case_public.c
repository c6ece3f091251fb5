/* A case as its reporter sees it: a timeline like a parcel's, without colleagues' names, internal notes or steps that are nobody
 * else's business. */
#include "case/case_int.h"
#include "territory/territory.h"

static Rc photos_of_step(Cx *cx, const CasePhotoRowList *rows, int64_t seq, PublicPhotoList *ret) {
        for (size_t i = 0; i < rows->n; i++)
                if (rows->v[i].seq == seq)
                        *list_push(cx->arena, ret) =
                                (PublicPhoto){ .url = rows->v[i].sha256,
                                               .kind = str_c(enum_word(&enum_PhotoKind, (int)rows->v[i].kind)),
                                               .type = case_photo_type(&rows->v[i]) };
        return OK;
}

static Rc timeline(Cx *cx, const Case *c, PublicReport *r) {
        CasePhotoRowList rows;

        TRY(case_photos(cx, c, &rows));
        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowAction *a = flow_action(c->flow, s->action);
                const FlowState *to = flow_state(c->flow, s->to_state);
                PublicStep *v;

                if (a ? !a->public_title.n : i > 0) /* what time did is between colleagues */
                        continue;
                v = list_push(cx->arena, &r->timeline);
                v->at = s->at_ms;
                v->step = a && to ? to->step : 1;
                v->title = a ? in_lang(cx, a->public_title, a->public_title_en)
                             : in_lang(cx, c->flow->open_title, c->flow->open_title_en);
                v->who = case_actor_text(cx, c->profile, s->actor_name, s->actor_role, s->actor_department,
                                         true);
                if (s->target_department.n)
                        v->title =
                                str_fmt(cx->arena, STR_FMT "%s" STR_FMT, STR_ARG(v->title),
                                        cx->lang == LANG_EN ? ": " : "：",
                                        STR_ARG(case_department_name(cx, c->profile, s->target_department)));
                if (a && a->public_note)
                        v->note = case_note_text(cx, c->flow, s);
                else if (a && s->reason.n)
                        v->note = case_note_text(cx, c->flow,
                                                 &(CaseStepRow){ .action = s->action, .reason = s->reason });
                TRY(photos_of_step(cx, &rows, s->seq, &v->photos));
        }
        return OK;
}

/* What the reporter may do now: rate while it is archived, and open it again while there is time. */
static Rc rights(Cx *cx, const Case *c, PublicReport *r) {
        for (size_t i = 0; i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];
                int64_t until;

                if (!flow_who(a, FLOW_WHO_REPORTER) || !flow_action_from(a, c->row.state))
                        continue;
                if (a->satisfaction)
                        r->may_rate = !c->row.satisfaction.set;
                if (!a->to.n || !a->within_workdays)
                        continue;
                TRY(case_reopen_until(cx, c, a, &until));
                r->reopen_until = SOME_INT(until);
                r->may_reopen = now_ms(cx) < until;
        }
        return OK;
}

Rc case_public_view(Cx *cx, CaseId id, PublicReport **ret) {
        PublicReport *r = TAKE(cx->arena, PublicReport);
        const CaseCatalogue *catalogue;
        const CaseCategory *k;
        const FlowState *s;
        Case *c;

        TRY(case_load(cx, id, NULL, &c));
        TRY(case_catalogue(cx, c->row.catalogue_edition, &catalogue));
        k = case_category(catalogue, c->row.category);
        s = flow_state(c->flow, c->row.state);
        *r = (PublicReport){ .number = case_number(cx->arena, c->row.created_ms, c->row.id),
                             .text = c->row.text,
                             .category_name = k ? in_lang(cx, k->name, k->name_en) : c->row.category,
                             .address = c->row.address.n ? c->row.address : territory_name(cx, c->row.place),
                             .state = c->row.state,
                             .state_name = s ? in_lang(cx, s->name, s->name_en) : c->row.state,
                             .step = s ? s->step : 1,
                             .created = c->row.created_ms,
                             .due = c->row.due_ms,
                             .closed = c->row.closed_ms,
                             .version = c->row.version };
        r->steps_names = cx->lang == LANG_EN ? c->flow->steps_en : c->flow->steps;
        if (c->row.satisfaction.set)
                r->satisfaction = str_c(enum_word(&enum_Satisfaction, (int)c->row.satisfaction.n));
        TRY(timeline(cx, c, r));
        TRY(rights(cx, c, r));
        return *ret = r, OK;
}
