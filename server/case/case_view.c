/* Cases as colleagues see them. What the reporter sees is in case_public.c. */
#include "case/case_int.h"
#include "db/db.h"
#include "territory/territory.h"

Str case_action_name(Cx *cx, const Flow *f, Str code) {
        const FlowAction *a = flow_action(f, code);

        if (a)
                return in_lang(cx, a->name, a->name_en);
        return str_eq(code, S("open")) ? in_lang(cx, f->open_title, f->open_title_en) : code;
}

static Str state_name(Cx *cx, const Flow *f, Str code) {
        const FlowState *s = flow_state(f, code);

        return s ? in_lang(cx, s->name, s->name_en) : code;
}

Str case_holder_text(Cx *cx, const CaseProfile *p, int64_t kind, Str place, Str department, Str name) {
        bool en = cx->lang == LANG_EN;
        Str grid = territory_name(cx, place);

        switch ((FlowHolder)kind) {
        case FLOW_HOLDER_GRID_MEMBER:
                return str_fmt(cx->arena, en ? "grid members of " STR_FMT : STR_FMT "网格员", STR_ARG(grid));
        case FLOW_HOLDER_VERIFIER:
                return str_fmt(cx->arena,
                               en ? "grid members of " STR_FMT " or inspectors" : STR_FMT "网格员或督查员",
                               STR_ARG(grid));
        case FLOW_HOLDER_DISPATCHER: return en ? S("grid centre") : S("网格中心");
        case FLOW_HOLDER_TARGET: return department.n ? case_department_name(cx, p, department) : name;
        case FLOW_HOLDER_GRID_LEADER:
        case FLOW_HOLDER_TOWNSHIP:
        case FLOW_HOLDER_COUNTY:
        case FLOW_HOLDER_CITY:
        case FLOW_HOLDER_UNITS:
        case FLOW_HOLDER_OPENER:
        case FLOW_HOLDER_REPORTER:
        case FLOW_HOLDER_OUTSIDE:
        case FLOW_HOLDER_NONE:
        case FLOW_HOLDER_COUNT: break;
        }
        return en ? S("nobody") : S("无");
}

Str case_actor_text(Cx *cx, const CaseProfile *p, Str name, int64_t role, Str department, bool for_public) {
        bool en = cx->lang == LANG_EN;
        Str post = department.n ? case_department_name(cx, p, department)
                                : str_c(role_title((int)role, cx->lang));

        if (role == ROLE_NONE)
                return name.n && !for_public ? name : en ? S("Resident") : S("居民");
        if (role == ROLE_SYSTEM)
                return en ? S("system") : S("系统");
        if (for_public && (role == ROLE_DEPARTMENT || !name.n))
                return post;
        if (for_public && role == ROLE_DISPATCHER)
                return en ? S("grid centre") : S("网格中心");
        if (for_public)
                return str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(post),
                               STR_ARG(mask_name(cx->arena, name)));
        if (!name.n)
                return post;
        return str_fmt(cx->arena, en ? STR_FMT " (" STR_FMT ")" : STR_FMT "（" STR_FMT "）", STR_ARG(name),
                       STR_ARG(post));
}

static const char *holder_word(const CaseRow *row) {
        switch ((FlowHolder)row->holder_kind) {
        case FLOW_HOLDER_GRID_MEMBER:
        case FLOW_HOLDER_VERIFIER: return "member";
        case FLOW_HOLDER_DISPATCHER: return "dispatcher";
        case FLOW_HOLDER_TARGET: return row->holder_department.n ? "department" : "member";
        case FLOW_HOLDER_GRID_LEADER:
        case FLOW_HOLDER_TOWNSHIP:
        case FLOW_HOLDER_COUNTY:
        case FLOW_HOLDER_CITY:
        case FLOW_HOLDER_UNITS:
        case FLOW_HOLDER_OPENER:
        case FLOW_HOLDER_REPORTER:
        case FLOW_HOLDER_OUTSIDE:
        case FLOW_HOLDER_NONE:
        case FLOW_HOLDER_COUNT: break;
        }
        return "none";
}

static HolderView *holder_view(Cx *cx, const CaseProfile *p, const CaseRow *row) {
        HolderView *h = TAKE(cx->arena, HolderView);

        *h = (HolderView){ .kind = str_c(holder_word(row)),
                           .id = row->holder_account,
                           .department = row->holder_department,
                           .since = row->holder_since_ms };
        h->name = case_holder_text(cx, p, row->holder_kind, row->place, row->holder_department,
                                   row->holder_name);
        return h;
}

static Str photo_url(Cx *cx, int64_t id, Str sha256, bool thumb) {
        return str_fmt(cx->arena, "/api/cases/%lld/photos/" STR_FMT "%s", (long long)id, STR_ARG(sha256),
                       thumb ? "?size=thumb" : "");
}

/* The names that come from flow, catalogue and territory. */
static Rc item_names(Cx *cx, const CaseRow *row, CaseItem *ret) {
        const CaseCatalogue *catalogue;
        const CaseCategory *k;
        const FlowState *s;
        const Flow *f;

        TRY(case_flow(cx, row->flow, row->flow_edition, &f));
        TRY(case_catalogue(cx, row->catalogue_edition, &catalogue));
        k = case_category(catalogue, row->category);
        s = flow_state(f, row->state);
        ret->category_name = k ? in_lang(cx, k->name, k->name_en) : row->category;
        ret->class_name = k ? in_lang(cx, k->class_name, k->class_name_en) : row->class;
        ret->state_name = s ? in_lang(cx, s->name, s->name_en) : row->state;
        ret->step = s ? s->step : 0;
        ret->step_name = s ? in_lang(cx, f->steps.v[s->step - 1], f->steps_en.v[s->step - 1]) : row->state;
        ret->place_name = territory_name(cx, row->place);
        ret->community_name = territory_name(cx, str_sub(row->place, 0, 12));
        return OK;
}

Rc case_item(Cx *cx, const CaseRow *row, CaseItem *ret) {
        const CaseProfile *p;

        TRY(case_profile(cx, &p));
        *ret = (CaseItem){ .id = row->id,
                           .number = case_number(cx->arena, row->created_ms, row->id),
                           .category = row->category,
                           .text = str_utf8_head(row->text, 120),
                           .place = row->place,
                           .building = row->building,
                           .address = row->address,
                           .lon = row->lon_e7,
                           .lat = row->lat_e7,
                           .channel = (CaseChannel)row->channel,
                           .state = row->state,
                           .created = row->created_ms,
                           .due = row->due_ms,
                           .late = row->due_ms.set && row->due_ms.n < now_ms(cx),
                           .closed = row->closed_ms,
                           .photos = row->photos,
                           .reopened = row->reopened,
                           .returned = row->returned,
                           .satisfaction = (Satisfaction)(row->satisfaction.set ? row->satisfaction.n : 0),
                           .version = row->version };
        ret->holder = holder_view(cx, p, row);
        if (row->thumb.n)
                ret->thumb = photo_url(cx, row->id, row->thumb, true);
        TRY(case_provisional(cx, row, &ret->provisional));
        return item_names(cx, row, ret);
}

/* ---- steps ---- */

static Rc photo_views(Cx *cx, const Case *c, PhotoViewList *ret, CasePhotoRowList *ret_rows) {
        CasePhotoRowList rows;

        TRY(case_photos(cx, c, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                const CasePhotoRow *r = &rows.v[i];

                *list_push(cx->arena, ret) = (PhotoView){ .sha256 = r->sha256,
                                                          .kind = (PhotoKind)r->kind,
                                                          .type = case_photo_type(r),
                                                          .width = r->width,
                                                          .height = r->height,
                                                          .url = photo_url(cx, r->case_id, r->sha256, false) };
                if (!r->type.p)
                        ret->v[i].thumb = photo_url(cx, r->case_id, r->sha256, true);
        }
        return *ret_rows = rows, OK;
}

static Str target_text(Cx *cx, const CaseProfile *p, const CaseStepRow *s) {
        if (s->target_department.n)
                return case_department_name(cx, p, s->target_department);
        return s->target_account.set ? s->target_name : STR_NONE;
}

static Str reason_text(Cx *cx, const Flow *f, const CaseStepRow *s) {
        const FlowAction *a = flow_action(f, s->action);

        for (size_t i = 0; a && i < a->reasons.n; i++)
                if (str_eq(a->reasons.v[i].code, s->reason))
                        return in_lang(cx, a->reasons.v[i].name, a->reasons.v[i].name_en);
        return s->reason;
}

Str case_note_text(Cx *cx, const Flow *f, const CaseStepRow *s) {
        Str reason = s->reason.n ? reason_text(cx, f, s) : STR_NONE;

        if (reason.n && s->note.n)
                return str_fmt(cx->arena, STR_FMT "%s" STR_FMT, STR_ARG(reason),
                               cx->lang == LANG_EN ? ". " : "。", STR_ARG(s->note));
        return reason.n ? reason : s->note;
}

static void step_view(Cx *cx, const Case *c, const CaseStepRow *s, CaseStepView *ret) {
        const FlowState *to = flow_state(c->flow, s->to_state);

        *ret = (CaseStepView){ .seq = s->seq,
                               .at = s->at_ms,
                               .action = s->action,
                               .from_state = s->from_state,
                               .to_state = s->to_state,
                               .step = to ? to->step : 0,
                               .held_ms = s->held_ms };
        ret->action_name = case_action_name(cx, c->flow, s->action);
        ret->actor =
                case_actor_text(cx, c->profile, s->actor_name, s->actor_role, s->actor_department, false);
        ret->to_state_name = state_name(cx, c->flow, s->to_state);
        ret->note = case_note_text(cx, c->flow, s);
        ret->target = target_text(cx, c->profile, s);
        ret->hash = hex_str(cx->arena, (const uint8_t *)s->hash.p, s->hash.n);
        ret->previous = hex_str(cx->arena, (const uint8_t *)s->previous.p, s->previous.n);
}

static void steps_fill(Cx *cx, const Case *c, const CasePhotoRowList *rows, const PhotoViewList *photos,
                       CaseStepViewList *ret) {
        for (size_t i = 0; i < c->steps.n; i++) {
                CaseStepView *v = list_push(cx->arena, ret);

                step_view(cx, c, &c->steps.v[i], v);
                for (size_t k = 0; k < rows->n; k++)
                        if (rows->v[k].seq == v->seq)
                                *list_push(cx->arena, &v->photos) = photos->v[k];
        }
}

Rc case_step_views(Cx *cx, const Case *c, CaseStepViewList *ret) {
        CasePhotoRowList rows;
        PhotoViewList photos = { 0 };

        TRY(photo_views(cx, c, &photos, &rows));
        steps_fill(cx, c, &rows, &photos, ret);
        return OK;
}

/* ---- one case ---- */

/* Masked for everybody: case_reveal() shows them whole, for a reason. */
static Rc reporter_fill(Cx *cx, const Case *c, CaseView *v) {
        CaseReporter *r;

        if (!c->row.has_reporter)
                return OK;
        TRY(case_store_reporter(cx, c->row.id, &r));
        if (!r)
                return OK;
        v->reporter_name = r->name.n ? mask_name(cx->arena, r->name) : STR_NONE;
        v->reporter_phone = r->phone.n ? mask_phone(cx->arena, r->phone) : STR_NONE;
        v->may_reveal = case_may_reveal(cx, &c->row);
        return OK;
}

static Rc readers_fill(Cx *cx, const Case *c, CaseView *v) {
        CaseReaderRowList rows = { 0 };

        if (c->file)
                rows = c->file->readers;
        else if (c->row.readers)
                TRY(case_store_readers(cx, c->row.id, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, &v->readers) = (PersonName){ rows.v[i].account, rows.v[i].name };
        return OK;
}

static Rc view_of(Cx *cx, const Case *c, CaseView **ret) {
        CaseView *v = TAKE(cx->arena, CaseView);
        CasePhotoRowList rows;

        v->item = TAKE(cx->arena, CaseItem);
        TRY(case_item(cx, &c->row, v->item));
        v->text = c->row.text;
        v->flow = c->row.flow;
        TRY(photo_views(cx, c, &v->photos, &rows));
        steps_fill(cx, c, &rows, &v->photos, &v->steps);
        TRY(readers_fill(cx, c, v));
        TRY(reporter_fill(cx, c, v));
        for (size_t i = 0; i < c->steps.n; i++)
                if (c->steps.v[i].satisfaction.set)
                        v->rating_note = c->steps.v[i].note;
        return *ret = v, OK;
}

static Rc load_scoped(Cx *cx, CaseId id, Case **ret) {
        CaseScope scope;

        case_scope(cx, &scope);
        return case_load(cx, id, &scope, ret);
}

Rc case_view(Cx *cx, CaseId id, CaseView **ret) {
        Case *c;

        TRY(load_scoped(cx, id, &c));
        return view_of(cx, c, ret);
}

Rc case_log_view(Cx *cx, CaseId id, CaseLog **ret) {
        CaseLog *log = TAKE(cx->arena, CaseLog);
        Case *c;

        TRY(load_scoped(cx, id, &c));
        TRY(case_step_views(cx, c, &log->items));
        log->head = log->items.v[log->items.n - 1].hash;
        return *ret = log, OK;
}

/* ---- what may be done now ---- */

static Rc still_in_time(Cx *cx, const Case *c, const FlowAction *a, bool *ret) {
        int64_t until;

        *ret = true;
        if (!a->within_workdays)
                return OK;
        TRY(case_reopen_until(cx, c, a, &until));
        return *ret = now_ms(cx) < until, OK;
}

static void action_view(Cx *cx, const Case *c, const FlowAction *a, ActionView *ret) {
        static const char *const notes[] = { "none", "optional", "required" };
        ActionForm *form = TAKE(cx->arena, ActionForm);
        int photos;

        *ret = (ActionView){ .action = a->code,
                             .name = in_lang(cx, a->name, a->name_en),
                             .help = in_lang(cx, a->help, a->help_en),
                             .tone = a->tone,
                             .form = form };
        if (a->to.n)
                ret->to_state_name = state_name(cx, c->flow, a->to);
        form->note = str_c(notes[a->note]);
        case_action_needs(cx, c, a, &form->photo_kinds, &photos);
        form->photos = photos;
        form->target = a->target_department || a->target_member;
        if (a->target_department)
                *list_push(cx->arena, &form->target_kinds) = TARGET_KIND_DEPARTMENT;
        if (a->target_member)
                *list_push(cx->arena, &form->target_kinds) = TARGET_KIND_MEMBER;
        for (size_t i = 0; i < a->reasons.n; i++)
                *list_push(cx->arena, &form->reasons) =
                        (ReasonView){ a->reasons.v[i].code,
                                      in_lang(cx, a->reasons.v[i].name, a->reasons.v[i].name_en) };
        form->satisfaction = a->satisfaction;
}

Rc case_actions(Cx *cx, CaseId id, ActionList **ret) {
        ActionList *list = TAKE(cx->arena, ActionList);
        Case *c;

        TRY(load_scoped(cx, id, &c));
        list->version = c->row.version;
        list->state = c->row.state;
        for (size_t i = 0; i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];
                bool in_time;

                if (!flow_action_from(a, c->row.state) || !case_right(cx, c, a, false).allowed)
                        continue;
                TRY(still_in_time(cx, c, a, &in_time));
                if (in_time)
                        action_view(cx, c, a, list_push(cx->arena, &list->actions));
        }
        return *ret = list, OK;
}

/* ---- reading along ---- */

enum { READERS_MOST = 50 };

typedef struct Sharing {
        Case *c;
        const Actor *reader;
} Sharing;

static Rc share_work(Cx *cx, void *arg) {
        Sharing *s = arg;
        CaseRow *counted = NULL;

        TRY(case_store_reader_add(cx,
                                  &(CaseReaderRow){ .case_id = s->c->row.id,
                                                    .account = s->reader->account.n,
                                                    .name = s->reader->name,
                                                    .by_account = actor_account(cx).n,
                                                    .at_ms = now_ms(cx) },
                                  &counted));
        if (!counted)
                return OK;
        if (counted->readers > READERS_MOST)
                return fail(cx, P_CASE_READERS_FULL, "case %lld has %d readers", (long long)counted->id,
                            READERS_MOST);
        s->c->row = *counted;
        s->c->file = NULL; /* read before */
        TRY(case_tell(cx, counted, NULL, S("shared")));
        return audit_note(cx, "case.shared", str_fmt(cx->arena, "case/%lld", (long long)counted->id),
                          str_fmt(cx->arena, "{\"account\":%lld}", (long long)s->reader->account.n));
}

/* Somebody in office who works on cases: a department (which serves the whole city), a colleague below the sharer's own places, or
 * one of above. A grid member of another street is none of them: that case goes to their street by a dispatch. */
static Rc reader_find(Cx *cx, const Case *c, int64_t account, const Actor **ret) {
        WhoScope mine, theirs;
        bool near = false;
        Rc rc = who_actor_of(cx, (AccountId){ account }, ret);

        if (rc == E_MISSING)
                return fail_field(cx, S("/account"), "unknown", S("没有这个人员，或账号已停用"),
                                  S("There is no such person, or the account is disabled"));
        TRY(rc);
        who_scope(cx, PERM_CASE_SHARE, &mine);
        actor_scope(cx->arena, *ret, PERM_CASE_READ, &theirs);
        if (!theirs.places.n && !theirs.departments.n)
                return fail_field(cx, S("/account"), "no-post", S("该人员没有可查看事件的岗位"),
                                  S("That person has no post that works on cases"));
        for (size_t i = 0; i < theirs.places.n; i++)
                near = near || who_scope_holds(&mine, theirs.places.v[i]);
        if (near || theirs.departments.n || who_scope_holds(&theirs, c->row.place))
                return OK;
        return fail_field(cx, S("/account"), "out-of-reach", S("该人员不在您的管辖范围内，也不属于职能部门"),
                          S("That person is neither within your places nor in a department"));
}

Rc case_share(Cx *cx, CaseId id, int64_t account, CaseView **ret) {
        Sharing s = { 0 };

        TRY(load_scoped(cx, id, &s.c));
        if (!actor_reaches(cx, PERM_CASE_SHARE, s.c->row.place))
                return fail(cx, P_CASE_NOT_YOURS, "case %lld is in a place where the actor may not share",
                            (long long)id.n);
        TRY(reader_find(cx, s.c, account, &s.reader));
        TRY(db_write(cx, share_work, &s));
        return view_of(cx, s.c, ret);
}

/* ---- the catalogue ---- */

static CategoryClass *class_of(Cx *cx, Catalogue *v, const CaseCategory *k) {
        CategoryClass *class;

        for (size_t i = 0; i < v->classes.n; i++)
                if (str_eq(v->classes.v[i].code, k->class))
                        return &v->classes.v[i];
        class = list_push(cx->arena, &v->classes);
        *class = (CategoryClass){ .code = k->class, .name = k->class_name, .name_en = k->class_name_en };
        return class;
}

Rc case_catalogue_view(Cx *cx, Catalogue **ret) {
        Catalogue *v = TAKE(cx->arena, Catalogue);
        const CaseProfile *p;

        TRY(case_profile(cx, &p));
        *v = (Catalogue){ .profile = p->code,
                          .title = p->title,
                          .title_en = p->title_en,
                          .steps = p->flow->steps,
                          .steps_en = p->flow->steps_en,
                          .departments = p->departments };
        for (size_t i = 0; i < p->catalogue->items.n; i++) {
                const CaseCategory *k = &p->catalogue->items.v[i];

                *list_push(cx->arena, &class_of(cx, v, k)->items) =
                        (CategoryView){ k->code, k->name, k->name_en, k->unit, k->limit_days, k->icon };
        }
        for (size_t i = 0; i < p->flow->states.n; i++) {
                const FlowState *s = &p->flow->states.v[i];

                *list_push(cx->arena, &v->states) =
                        (StateView){ s->code, s->name, s->name_en, s->step, s->final };
        }
        return *ret = v, OK;
}
