/* Cases as colleagues see them. What the reporter sees is in case_public.c. */
#include "case/case_int.h"
#include "db/db.h"
#include "territory/territory.h"

Str case_action_name(Cx *cx, const Flow *f, Str code) {
        const FlowAction *a = flow_action(f, code);

        if (a)
                return in_lang(cx, a->name, a->name_en);
        if (case_card_step_name(cx, code).p)
                return case_card_step_name(cx, code);
        if (str_eq_c(code, CASE_STEP_JOINED))
                return in_lang(cx, S("有案件并入"), S("Another case joined"));
        if (str_eq(code, S("edition.moved")))
                return in_lang(cx, S("转入新版配置"), S("Moved to the new edition"));
        if (str_eq(code, S("place.moved")))
                return in_lang(cx, S("网格调整，转入新网格"), S("Borders moved: to another grid"));
        return str_eq(code, S("open")) ? in_lang(cx, f->open_title, f->open_title_en) : code;
}

static Str state_name(Cx *cx, const Flow *f, Str code) {
        const FlowState *s = flow_state(f, code);

        return s ? in_lang(cx, s->name, s->name_en) : code;
}

static Str centre_text(Cx *cx, Str place, size_t digits) {
        return str_fmt(cx->arena, cx->lang == LANG_EN ? "centre of " STR_FMT : STR_FMT "网格中心",
                       STR_ARG(territory_name(cx, str_sub(place, 0, digits))));
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
                return str_fmt(cx->arena, en ? "grid leader of " STR_FMT : STR_FMT "网格长",
                               STR_ARG(territory_name(cx, str_sub(place, 0, 12))));
        case FLOW_HOLDER_TOWNSHIP: return centre_text(cx, place, 9);
        case FLOW_HOLDER_COUNTY: return centre_text(cx, place, 6);
        case FLOW_HOLDER_CITY: return centre_text(cx, place, 4);
        case FLOW_HOLDER_UNITS:
                if (!department.n)
                        return en ? S("the units together") : S("协同单位");
                return str_fmt(cx->arena, en ? STR_FMT " and others" : STR_FMT "等单位",
                               STR_ARG(case_department_name(cx, p, department)));
        case FLOW_HOLDER_OPENER: return en ? S("who opened it") : S("发起人");
        case FLOW_HOLDER_REPORTER: return en ? S("the reporter") : S("反映人");
        case FLOW_HOLDER_OUTSIDE: return name.n ? name : en ? S("an outside party") : S("外部单位");
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
        case FLOW_HOLDER_GRID_LEADER: return "leader";
        case FLOW_HOLDER_TOWNSHIP:
        case FLOW_HOLDER_COUNTY:
        case FLOW_HOLDER_CITY: return "dispatcher";
        case FLOW_HOLDER_UNITS: return "units";
        case FLOW_HOLDER_OPENER: return "opener";
        case FLOW_HOLDER_REPORTER: return "reporter";
        case FLOW_HOLDER_OUTSIDE: return "outside";
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
        if (s && s->final)
                ret->ended = str_c(flow_end_words[s->end]);
        ret->step_name = s ? in_lang(cx, f->steps.v[s->step - 1], f->steps_en.v[s->step - 1]) : row->state;
        ret->place_name = territory_name(cx, row->place);
        ret->community_name = territory_name(cx, str_sub(row->place, 0, 12));
        return OK;
}

/* ",a,b," */
static void words_fill(Cx *cx, Str list, StrList *ret) {
        for (Str word; str_cut(list, ',', &word, &list);)
                if (word.n)
                        *list_push(cx->arena, ret) = word;
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
                           .version = row->version,
                           .kind = row->kind,
                           .voices = row->voices,
                           .urged = row->urged,
                           .supervised = row->supervised,
                           .units = row->units,
                           .card = (CardKind)row->card,
                           .part = row->parent.set };
        words_fill(cx, row->asked, &ret->asked);
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
        Str units = case_units_called(cx, p, s->detail);

        if (units.p)
                return units;
        if (s->target_department.n)
                return case_department_name(cx, p, s->target_department);
        return s->target_name;
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

/* Name of the form that came with the step: the report's is that of the category that it then had. */
static Str step_form(Cx *cx, const Case *c, const CaseStepRow *s) {
        const FlowAction *a = flow_action(c->flow, s->action);
        const CaseCatalogue *catalogue;
        int64_t edition;
        Str name, category;

        if (a && !a->category)
                return a->form.n ? a->form : STR_NONE;
        case_category_at(c, s->seq, &category, &edition);
        if (case_catalogue(cx, edition, &catalogue) != OK)
                return cx->problem = (Problem){ 0 }, STR_NONE;
        name = case_report_form(case_category(catalogue, category), c->flow);
        return name.n ? name : STR_NONE;
}

/* What it was reported as, when that was corrected, and from what to what. */
static Rc step_category(Cx *cx, const Case *c, const CaseStepRow *s, CaseStepView *ret) {
        CaseReclass r;
        int64_t edition;
        Str category;

        if (case_step_reclass(s, &r)) {
                TRY(case_category_name(cx, r.was, r.edition_was, &ret->category_was));
                return case_category_name(cx, r.is, r.edition_is, &ret->category_name);
        }
        case_category_at(c, s->seq, &category, &edition);
        if (s->seq > 1 || str_eq(category, c->row.category))
                return OK;
        return case_category_name(cx, category, edition, &ret->category_name);
}

static Rc step_view(Cx *cx, const Case *c, const CaseStepRow *s, CaseStepView *ret) {
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
        ret->form = case_form_shown(cx, c, s->form);
        ret->form_name = s->form.n ? step_form(cx, c, s) : STR_NONE;
        ret->unit = s->unit;
        ret->unit_name = s->unit.n ? case_department_name(cx, c->profile, s->unit) : STR_NONE;
        ret->ref = s->ref;
        ret->days = s->days;
        ret->hash = hex_str(cx->arena, (const uint8_t *)s->hash.p, s->hash.n);
        ret->previous = hex_str(cx->arena, (const uint8_t *)s->previous.p, s->previous.n);
        return step_category(cx, c, s, ret);
}

static Rc steps_fill(Cx *cx, const Case *c, const CasePhotoRowList *rows, const PhotoViewList *photos,
                       CaseStepViewList *ret) {
        for (size_t i = 0; i < c->steps.n; i++) {
                CaseStepView *v = list_push(cx->arena, ret);

                TRY(step_view(cx, c, &c->steps.v[i], v));
                for (size_t k = 0; k < rows->n; k++)
                        if (rows->v[k].seq == v->seq)
                                *list_push(cx->arena, &v->photos) = photos->v[k];
        }
        return OK;
}

Rc case_step_views(Cx *cx, const Case *c, CaseStepViewList *ret) {
        CasePhotoRowList rows;
        PhotoViewList photos = { 0 };

        TRY(photo_views(cx, c, &photos, &rows));
        return steps_fill(cx, c, &rows, &photos, ret);
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
        v->may_reveal = case_may_reveal(cx, c);
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

static Rc facts_fill(Cx *cx, const Case *c, CaseView *v) {
        FlowFacts facts;

        TRY(case_facts(cx, c, &facts));
        for (size_t i = 0; i < c->flow->facts.n; i++) {
                const FlowFact *f = &c->flow->facts.v[i];
                const FlowValue *value = flow_facts_get(c->flow, facts, (int)i);

                if (value)
                        *list_push(cx->arena, &v->facts) =
                                (CaseFact){ f->code, in_lang(cx, f->name, f->name_en), value->code,
                                            in_lang(cx, value->name, value->name_en) };
        }
        return OK;
}

static void requests_fill(Cx *cx, const Case *c, CaseView *v) {
        CaseAsked asked;

        case_asked(c, &asked);
        for (size_t i = 0; i < c->flow->requests.n; i++) {
                const CaseStepRow *s = asked.by[i + 1];

                if (!(asked.open >> (i + 1) & 1) || !s)
                        continue;
                *list_push(cx->arena, &v->requests) =
                        (CaseRequest){ .word = c->flow->requests.v[i],
                                       .name = case_action_name(cx, c->flow, s->action),
                                       .by = case_actor_text(cx, c->profile, s->actor_name, s->actor_role,
                                                             s->actor_department, false),
                                       .at = s->at_ms,
                                       .note = case_note_text(cx, c->flow, s),
                                       .days = s->days,
                                       .form = case_form_shown(cx, c, s->form) };
        }
}

/* Why a case has no deadline now, or that the one it has runs. */
static Rc clock_status(Cx *cx, const Case *c, ClockStatus *ret) {
        CaseClock clock;
        ClockResult r;

        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        TRY(case_clock_now(cx, c, flow_state(c->flow, c->row.state), &clock, c->row.entered_ms, &r));
        *ret = c->row.final && r.state != CLOCK_NOT_STARTED ? CLOCK_STATUS_STOPPED : case_clock_status(r.state);
        return OK;
}

static Rc view_of(Cx *cx, const Case *c, CaseView **ret) {
        CaseView *v = TAKE(cx->arena, CaseView);
        CasePhotoRowList rows;

        v->item = TAKE(cx->arena, CaseItem);
        TRY(case_item(cx, &c->row, v->item));
        v->text = c->row.text;
        v->flow = c->row.flow;
        v->flow_edition = c->row.flow_edition;
        v->flow_name = in_lang(cx, c->flow->name, c->flow->name_en);
        v->step_names = cx->lang == LANG_EN ? c->flow->steps_en : c->flow->steps;
        v->kind = c->row.kind;
        v->voices = c->row.voices;
        v->urged = c->row.urged;
        v->supervised = c->row.supervised;
        TRY(facts_fill(cx, c, v));
        requests_fill(cx, c, v);
        case_unit_views(cx, c, &v->units);
        TRY(case_parts_fill(cx, c, v));
        TRY(photo_views(cx, c, &v->photos, &rows));
        TRY(steps_fill(cx, c, &rows, &v->photos, &v->steps));
        TRY(readers_fill(cx, c, v));
        TRY(reporter_fill(cx, c, v));
        TRY(case_cards_view(cx, c, &v->cards));
        TRY(clock_status(cx, c, &v->clock));
        TRY(case_merge_view(cx, &c->row, v));
        TRY(case_links_fill(cx, c, v));
        TRY(case_alarm_fill(cx, &c->row, v));
        for (size_t i = 0; i < c->steps.n; i++)
                if (c->steps.v[i].satisfaction.set && !c->steps.v[i].unit.n)
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

Rc case_brief(Cx *cx, CaseId id, CaseItem **ret) {
        CaseItem *item = TAKE(cx->arena, CaseItem);
        CaseScope scope;
        CaseRow *row;

        case_scope(cx, &scope);
        TRY(case_store_get(cx, id.n, &scope, &row));
        TRY(case_item(cx, row, item));
        return *ret = item, OK;
}

static bool has_reason(const FlowAction *a, Str reason) {
        for (size_t i = 0; i < a->reasons.n; i++)
                if (str_eq(a->reasons.v[i].code, reason))
                        return true;
        return !reason.n;
}

bool case_action_title(Cx *cx, Str action, Str reason, Str *ret) {
        const CaseProfile *p;

        if (case_profile(cx, &p) != OK)
                return false;
        for (size_t i = 0; i < p->flows.n; i++) {
                const FlowAction *a = flow_action(p->flows.v[i], action);

                if (a && has_reason(a, reason))
                        return *ret = in_lang(cx, a->name, a->name_en), true;
        }
        return false;
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

/* What an action asks for beside note, photos and target. */
static void action_asks(Cx *cx, const Case *c, const FlowAction *a, CaseRight right, ActionForm *form) {
        const CaseForm *schema = a->form.n ? case_form(c->profile, a->form) : NULL;
        const Flow *child = a->child.n ? case_flow_newest(c->profile, a->child) : NULL;
        CaseUnitRowList units = { 0 };

        form->merge = a->merge;
        form->link_days = a->link_days;
        if (a->category)
                form->category_flow = c->row.flow;
        form->ask = a->ask;
        form->media = a->media ? SOME_INT(a->media) : (OptInt){ 0 };
        if (schema)
                form->schema = schema->text;
        form->units_min = a->units_min;
        form->units_max = a->units_max;
        form->units_add = a->units_add;
        if (child)
                form->child = in_lang(cx, child->name, child->name_en);
        form->child_many = a->child_many;
        if (case_action_for_unit(a, right))
                case_unit_choices(cx, c, a, right, &units);
        for (size_t i = 0; (!right.as_unit || units.n > 1) && i < units.n; i++)
                case_unit_view(cx, c, &units.v[i], list_push(cx->arena, &form->unit_choices));
}

static Rc unmet_fill(Cx *cx, const Case *c, const FlowAction *a, const FlowCase *standing, ActionView *ret) {
        uint32_t missing = flow_action_missing(a, standing);
        Str zh, en;

        TRY(case_parts_refused(cx, c, a, &zh, &en));
        ret->unmet = missing ? case_missing_text(cx->arena, c, standing, missing, cx->lang) : in_lang(cx, zh, en);
        return OK;
}

/* Where it leads as the case stands; nothing when that depends on what is yet to be filled in. */
static Str leads_to(Cx *cx, const Case *c, const FlowAction *a, const FlowCase *standing) {
        FlowFacts after;

        if ((!a->to.n && !a->branches.n) || (a->form.n && a->branches.n))
                return STR_NONE;
        after = flow_facts_after(c->flow, a, NULL, standing->facts);
        return state_name(cx, c->flow, flow_action_next(c->flow, a, after, standing->state)->code);
}

Rc case_action_view(Cx *cx, const Case *c, const FlowAction *a, const FlowCase *standing, CaseRight right,
                    ActionView *ret) {
        static const char *const notes[] = { "none", "optional", "required" };
        ActionForm *form = TAKE(cx->arena, ActionForm);
        int photos;

        *ret = (ActionView){ .action = a->code,
                             .name = in_lang(cx, a->name, a->name_en),
                             .help = in_lang(cx, a->help, a->help_en),
                             .tone = a->tone,
                             .to_state_name = leads_to(cx, c, a, standing),
                             .form = form };
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
        action_asks(cx, c, a, right, form);
        return unmet_fill(cx, c, a, standing, ret);
}

/* Offered to who asks; what only waits for others is shown with what it waits for. */
static bool is_offered(Cx *cx, const Case *c, const FlowCase *standing, const FlowAction *a, CaseRight *ret_right) {
        CaseUnitRowList units = { 0 };
        CaseRight right;

        if (!flow_action_offered(c->flow, a, standing))
                return false;
        *ret_right = right = case_right(cx, c, a, false);
        if (!right.allowed || case_same_person(cx, c, a))
                return false;
        if (case_action_for_unit(a, right)) { /* which also knows what a unit may do once */
                case_unit_choices(cx, c, a, right, &units);
                return units.n && (a->once == FLOW_ONCE_UNIT || !case_action_spent(cx, c, a, right));
        }
        return !case_action_spent(cx, c, a, right);
}

Rc case_actions(Cx *cx, CaseId id, ActionList **ret) {
        ActionList *list = TAKE(cx->arena, ActionList);
        FlowCase standing;
        Case *c;

        TRY(load_scoped(cx, id, &c));
        list->version = c->row.version;
        list->state = c->row.state;
        TRY(case_standing(cx, c, &standing));
        for (size_t i = 0; i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];
                CaseRight right;
                bool in_time;

                TRY(still_in_time(cx, c, a, &in_time));
                if (in_time && is_offered(cx, c, &standing, a, &right))
                        TRY(case_action_view(cx, c, a, &standing, right, list_push(cx->arena, &list->actions)));
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

static void flows_fill(Cx *cx, const CaseProfile *p, Catalogue *v) {
        for (size_t i = 0; i < p->flows.n; i++) {
                const Flow *f = p->flows.v[i];
                FlowView *view = list_push(cx->arena, &v->flows);

                *view = (FlowView){ .code = f->code,
                                    .name = f->name,
                                    .name_en = f->name_en,
                                    .kind = str_c(flow_kind_words[f->kind]),
                                    .form = f->open_form,
                                    .category = case_flow_category(p->catalogue, f->code) };
                for (int w = 1; w < FLOW_WHO_COUNT; w++)
                        if (f->open_who >> w & 1)
                                *list_push(cx->arena, &view->open_who) = str_c(flow_who_words[w]);
        }
        for (size_t i = 0; i < p->forms.n; i++)
                *list_push(cx->arena, &v->forms) = (FormView){ p->forms.v[i].name, p->forms.v[i].text };
}

/* A state that several flows have is told once, as the queue counts it. */
static void states_fill(Cx *cx, const Flow *f, Catalogue *v) {
        for (size_t i = 0; i < f->states.n; i++) {
                const FlowState *s = &f->states.v[i];
                bool told = false;

                for (size_t k = 0; k < v->states.n && !told; k++)
                        told = str_eq(v->states.v[k].code, s->code);
                if (!told)
                        *list_push(cx->arena, &v->states) = (StateView){ s->code, s->name, s->name_en, s->step, s->final };
        }
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
                        (CategoryView){ k->code, k->name, k->name_en, k->unit,
                                        k->limit_days, k->icon, k->flow, k->form };
        }
        flows_fill(cx, p, v);
        states_fill(cx, p->flow, v);
        for (size_t i = 0; i < p->flows.n; i++)
                states_fill(cx, p->flows.v[i], v);
        return *ret = v, OK;
}
