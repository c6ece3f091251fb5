/* Taking an action: the flow decides whether it is possible, the posts whether this person may, the form what must come with it.
 * All is checked before anything is written, and all is in one transaction. */
#include "case/case_int.h"
#include "db/db.h"

/* ---- refusals that tell what happened ---- */

static Str clock_time(Cx *cx, int64_t ms) {
        Date d = date_of_day(day_of_ms(ms));
        int64_t minutes = (ms - day_start_ms(day_of_ms(ms))) / MS_MINUTE;

        return str_fmt(cx->arena, "%02d-%02d %02d:%02d", d.month, d.day, (int)(minutes / 60),
                       (int)(minutes % 60));
}

typedef struct LastChange {
        Str who_zh, who_en, action_zh, action_en, at;
} LastChange;

static LastChange last_change(Cx *cx, const Case *c) {
        const CaseStepRow *s = &c->steps.v[c->steps.n - 1];
        Lang lang = cx->lang;
        LastChange l = { .at = clock_time(cx, s->at_ms) };

        cx->lang = LANG_ZH;
        l.who_zh = case_actor_text(cx, c->profile, s->actor_name, s->actor_role, s->actor_department,
                                   !cx->actor);
        l.action_zh = case_action_name(cx, c->flow, s->action);
        cx->lang = LANG_EN;
        l.who_en = case_actor_text(cx, c->profile, s->actor_name, s->actor_role, s->actor_department,
                                   !cx->actor);
        l.action_en = case_action_name(cx, c->flow, s->action);
        cx->lang = lang;
        return l;
}

static Rc fail_stale(Cx *cx, const Case *c) {
        LastChange l = last_change(cx, c);

        return fail_zh(cx, P_VERSION_STALE,
                       str_fmt(cx->arena, STR_FMT "已于 " STR_FMT " 进行了“" STR_FMT "”，请刷新后重试",
                               STR_ARG(l.who_zh), STR_ARG(l.at), STR_ARG(l.action_zh)),
                       STR_FMT " did \"" STR_FMT "\" at " STR_FMT "; the case is at version %lld now",
                       STR_ARG(l.who_en), STR_ARG(l.action_en), STR_ARG(l.at), (long long)c->row.version);
}

static Rc fail_forbidden(Cx *cx, const Case *c, const FlowAction *a) {
        const FlowState *s = flow_state(c->flow, c->row.state);
        LastChange l = last_change(cx, c);

        return fail_zh(cx, P_CASE_ACTION_FORBIDDEN,
                       str_fmt(cx->arena,
                               "此件现为“" STR_FMT "”（" STR_FMT "，" STR_FMT "“" STR_FMT
                               "”），不能“" STR_FMT "”",
                               STR_ARG(s->name), STR_ARG(l.at), STR_ARG(l.who_zh), STR_ARG(l.action_zh),
                               STR_ARG(a->name)),
                       "the case is \"" STR_FMT "\" (" STR_FMT ", " STR_FMT ": \"" STR_FMT "\"); \"" STR_FMT
                       "\" is not possible",
                       STR_ARG(s->name_en), STR_ARG(l.at), STR_ARG(l.who_en), STR_ARG(l.action_en),
                       STR_ARG(a->name_en));
}

static Rc fail_not_yours(Cx *cx, const Case *c, const FlowAction *a) {
        const CaseRow *r = &c->row;
        Lang lang = cx->lang;
        Str zh, en;

        cx->lang = LANG_ZH;
        zh = case_holder_text(cx, c->profile, r->holder_kind, r->place, r->holder_department,
                              r->holder_name);
        cx->lang = LANG_EN;
        en = case_holder_text(cx, c->profile, r->holder_kind, r->place, r->holder_department,
                              r->holder_name);
        cx->lang = lang;
        return fail_zh(cx, P_CASE_NOT_YOURS,
                       str_fmt(cx->arena, "此件由" STR_FMT "办理，您不能“" STR_FMT "”", STR_ARG(zh),
                               STR_ARG(a->name)),
                       "the case is with " STR_FMT "; you may not do \"" STR_FMT "\"", STR_ARG(en),
                       STR_ARG(a->name_en));
}

static Rc fail_missing(Cx *cx, const Case *c, const FlowAction *a, const FlowCase *standing, uint32_t guards) {
        return fail_zh(cx, P_CASE_ACTION_FORBIDDEN,
                       str_fmt(cx->arena, "还不能“" STR_FMT "”：" STR_FMT, STR_ARG(a->name),
                               STR_ARG(case_missing_text(cx->arena, c, standing, guards, LANG_ZH))),
                       "\"" STR_FMT "\" is not possible yet: " STR_FMT, STR_ARG(a->name_en),
                       STR_ARG(case_missing_text(cx->arena, c, standing, guards, LANG_EN)));
}

/* No more parts can be opened. */
static Rc check_parts_allowed(Cx *cx, const Case *c, const FlowAction *a) {
        Str zh, en;

        TRY(case_parts_refused(cx, c, a, &zh, &en));
        return zh.p ? fail_zh(cx, P_CASE_ACTION_FORBIDDEN, zh, STR_FMT, STR_ARG(en)) : OK;
}

static Rc fail_spent(Cx *cx, const FlowAction *a) {
        return fail_zh(cx, P_CASE_ONCE_ONLY,
                       a->once == FLOW_ONCE_UNIT
                               ? str_fmt(cx->arena, "每个单位只能“" STR_FMT "”一次", STR_ARG(a->name))
                               : str_fmt(cx->arena, "此件已进行过“" STR_FMT "”", STR_ARG(a->name)),
                       "\"" STR_FMT "\" was done before, which is possible once", STR_ARG(a->name_en));
}

static Rc fail_same_person(Cx *cx, const FlowAction *a) {
        return fail_zh(cx, P_CASE_NOT_YOURS,
                       str_fmt(cx->arena, "这是您本人的申请，须由另一人“" STR_FMT "”", STR_ARG(a->name)),
                       "you asked for it yourself; \"" STR_FMT "\" needs another person", STR_ARG(a->name_en));
}

/* ---- the form ---- */

/* A scene photo shows the state before: then none has to be taken again. */
static bool kind_is_there(const CasePhotoRow *photos, size_t n, Str kind) {
        for (size_t i = 0; i < n; i++)
                if (!photos[i].type.p && (str_eq_c(kind, enum_word(&enum_PhotoKind, (int)photos[i].kind)) ||
                                          (str_eq(kind, S("before")) && photos[i].kind == PHOTO_KIND_SCENE)))
                        return true;
        return false;
}

void case_action_needs(Cx *cx, const Case *c, const FlowAction *a, StrList *ret_kinds, int *ret_photos) {
        int given = 0, photos;

        for (size_t i = 0; i < a->photo_kinds.n; i++) {
                /* Only what shows the state before can be there already; other evidence belongs to the action. */
                if (str_eq(a->photo_kinds.v[i], S("before")) && c->row.photos > 0)
                        given++;
                else
                        *list_push(cx->arena, ret_kinds) = a->photo_kinds.v[i];
        }
        photos = a->photos - given;
        *ret_photos = photos > (int)ret_kinds->n ? photos : (int)ret_kinds->n;
}

static Rc check_photos(Cx *cx, const Case *c, const FlowAction *a, const CaseEvidence *e) {
        StrList kinds = { 0 };
        int needed;

        case_action_needs(cx, c, a, &kinds, &needed);
        for (size_t i = 0; i < kinds.n; i++)
                if (!kind_is_there(e->rows, e->links.n, kinds.v[i]))
                        return fail(cx, P_CASE_PHOTO_NEEDED, "a photo of the kind " STR_FMT " is needed",
                                    STR_ARG(kinds.v[i]));
        if (e->photos < needed)
                return fail(cx, P_CASE_PHOTO_NEEDED, "%d photos are needed, %d came", needed, e->photos);
        if ((int)e->links.n - e->photos < a->media)
                return fail_field(cx, S("/photos"), "recording-needed", S("此操作需要语音或视频"),
                                  S("This action needs a voice note or a video"));
        return OK;
}

static bool reason_known(const FlowAction *a, Str code) {
        for (size_t i = 0; i < a->reasons.n; i++)
                if (str_eq(a->reasons.v[i].code, code))
                        return true;
        return false;
}

static Rc check_form(Cx *cx, const Case *c, const FlowAction *a, const CaseAction *in, const CaseCategory **ret_category,
                     CaseFormData *ret_data) {
        *ret_data = (CaseFormData){ .text = STR_NONE };
        TRY(case_category_take(cx, c, a, in->category, ret_category));
        if (*ret_category)
                TRY(case_category_form(cx, c, *ret_category, in->form, ret_data));
        if (!a->category)
                TRY(case_form_take(cx, c->profile, a->form, in->form, c->row.place, true, ret_data));
        if (a->note == FLOW_NOTE_REQUIRED && !str_trim(in->note).n)
                field_error(cx, S("/note"), "required", S("请填写说明"), S("A note is needed"));
        if (a->reasons.n && !reason_known(a, in->reason))
                field_error(cx, S("/reason"), in->reason.n ? "unknown" : "required", S("请选择原因"),
                            S("Choose a reason"));
        if (!a->reasons.n && in->reason.n)
                field_error(cx, S("/reason"), "not-asked", S("此操作不需要选择原因"),
                            S("This action takes no reason"));
        if (a->satisfaction && !in->satisfaction)
                field_error(cx, S("/satisfaction"), "required", S("请选择满意度"),
                            S("Say how satisfied you are"));
        if (!a->satisfaction && in->satisfaction)
                field_error(cx, S("/satisfaction"), "not-asked", S("此操作不需要评价"),
                            S("This action takes no rating"));
        if (in->target && !a->target_department && !a->target_member)
                field_error(cx, S("/target"), "not-asked", S("此操作不需要选择承办"),
                            S("This action takes no target"));
        case_units_check(cx, c, a, &in->units);
        TRY(case_parts_check(cx, c, a, &in->children));
        return has_field_errors(cx) ? fail_input(cx) : OK;
}

static Rc target_unknown(Cx *cx, Str what) {
        return fail(cx, P_CASE_TARGET_UNKNOWN, "no such target here: " STR_FMT, STR_ARG(what));
}

/* A dispatcher names people of the ground of their centre, a leader whom the flow lets dispatch those of their own. */
static bool sends_to(const Cx *cx, Str place) {
        return (cx->actor && cx->actor->is_system) || actor_covers(cx, ROLE_DISPATCHER, place) ||
               actor_covers(cx, ROLE_LEADER, place);
}

/* A person can be named who has a post on the ground that whoever dispatches covers. */
static Rc target_person(Cx *cx, int64_t account, CaseRow *row) {
        Person p;
        Rc rc = who_person(cx, (AccountId){ account }, &p);

        if (rc == E_MISSING)
                return target_unknown(cx, str_fmt(cx->arena, "account %lld", (long long)account));
        TRY(rc);
        if ((p.role != ROLE_MEMBER && p.role != ROLE_LEADER) || !sends_to(cx, p.place))
                return target_unknown(cx, str_fmt(cx->arena, "account %lld", (long long)account));
        row->target_account = SOME_INT(account);
        row->target_department = STR_NONE;
        row->target_name = p.name;
        return OK;
}

static Rc take_target(Cx *cx, const Case *c, const FlowAction *a, const TargetLink *t, CaseRow *row) {
        if (!a->target_department && !a->target_member)
                return OK;
        if (!t || (!t->department.n && !t->account.set))
                return fail(cx, P_CASE_TARGET_NEEDED, "no target");
        if (t->department.n && t->account.set)
                return fail_field(cx, S("/target"), "one-only", S("部门和人员只能选择一个"),
                                  S("Either a department or a person"));
        if (t->account.set)
                return a->target_member ? target_person(cx, t->account.n, row)
                                        : target_unknown(cx, S("a person"));
        if (!a->target_department || !case_department(c->profile, t->department))
                return target_unknown(cx, t->department);
        row->target_department = t->department;
        row->target_account = (OptInt){ 0 };
        row->target_name = STR_NONE;
        return OK;
}

/* ---- the move ---- */

/* What an action makes of a case, beyond the row as it is. */
typedef struct Move {
        const FlowAction *action;
        const FlowState *from, *to;
        FlowCase standing; /* before */
        FlowFacts facts;   /* after */
        CaseFormData form;
        const CaseUnitRow *unit; /* for which it is taken; NULL: for none */
        CaseUnitPlan units;      /* after */
        Case *main; /* the one that it is merged into */
        const CaseCategory *category; /* the one that it should have had; NULL: as it is */
        Str reclass;                  /* the step's detail then */
} Move;

static Rc take_main(Cx *cx, const Case *c, const FlowAction *a, const CaseAction *in, Move *m, CaseRow *after) {
        if (!a->merge)
                return in->into.n ? fail_field(cx, S("/into"), "not-asked", S("此操作不需要主件"),
                                               S("This action names no other case"))
                                  : OK;
        TRY(case_merge_find(cx, c, in->into, &m->main));
        after->merged_into = SOME_INT(m->main->row.id);
        return OK;
}

static bool is_centre(FlowHolder h) {
        return h == FLOW_HOLDER_DISPATCHER || h == FLOW_HOLDER_TOWNSHIP || h == FLOW_HOLDER_COUNTY ||
               h == FLOW_HOLDER_CITY;
}

static bool is_return(const Move *m) {
        return (m->from->holder == FLOW_HOLDER_TARGET || m->from->holder == FLOW_HOLDER_UNITS) &&
               is_centre(m->to->holder) && (m->action->arbiter || m->to->step < m->from->step);
}

/* In whose hands the state puts it. */
void case_row_hold(CaseRow *row, const FlowState *to) {
        row->holder_kind = to->holder;
        row->holder_account = (OptInt){ 0 };
        row->holder_department = row->holder_name = STR_NONE;
        if (to->holder == FLOW_HOLDER_TARGET) {
                row->holder_account = row->target_account;
                row->holder_department = row->target_department;
                row->holder_name = row->target_name;
        }
        if (to->holder == FLOW_HOLDER_UNITS) /* the lead, who was called last */
                row->holder_department = row->target_department;
        if (to->holder == FLOW_HOLDER_OPENER)
                row->holder_account = row->opener;
}

static bool same_hands(const CaseRow *a, const CaseRow *b) {
        return a->holder_kind == b->holder_kind && str_eq(a->holder_department, b->holder_department) &&
               a->holder_account.n == b->holder_account.n && a->holder_account.set == b->holder_account.set;
}

/* State, hands and counters after it; an action that stays changes none of them. */
static void row_state(Cx *cx, const Move *m, CaseRow *row) {
        const FlowState *from = m->from, *to = m->to;
        CaseRow before = *row;

        row->state = to->code;
        if (to != from)
                row->entered_ms = now_ms(cx);
        row->disposed = to->disposed;
        row->archived = to->archived;
        row->final = to->final;
        row->closed_ms = to->final ? SOME_INT(now_ms(cx)) : (OptInt){ 0 };
        row->reopened += from->final && !to->final;
        row->returned += is_return(m);
        if (from->final && !to->final)
                row->satisfaction = (OptInt){ 0 };
        case_row_hold(row, to);
        if (!same_hands(row, &before))
                row->holder_since_ms = now_ms(cx);
}

/* The case as it will be. */
static void row_move(Cx *cx, const Case *c, const Move *m, const CaseAction *in, CaseRow *row) {
        const FlowAction *a = m->action;

        if (in->satisfaction && !a->unit_mark)
                row->satisfaction = SOME_INT(in->satisfaction);
        row->facts = case_facts_text(cx, c->flow, m->facts);
        row->asked = case_asked_words(
                cx, c->flow, flow_requests_after(c->flow, a, m->standing.requests, m->to));
        row->urged += a->mark == FLOW_MARK_URGED;
        row->supervised += a->mark == FLOW_MARK_SUPERVISED;
        if (a->to.n || a->branches.n)
                row_state(cx, m, row);
}

/* The due time after the step. Late is who hands in what was late while the clock ran. */
static Rc row_deadline(Cx *cx, const Case *c, const CaseStepRow *step, CaseRow *row) {
        const FlowState *from = flow_state(c->flow, c->row.state), *to = flow_state(c->flow, row->state);
        Case then = *c;
        ClockResult was, is;
        CaseClock clock;

        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        TRY(case_clock_now(cx, c, from, &clock, c->row.entered_ms, &was));
        if (!clock.begun)
                was = (ClockResult){ 0 };
        then.row = *row;
        then.steps.v = arena_copy(cx->arena, c->steps.v, c->steps.n * sizeof *c->steps.v);
        then.steps.cap = c->steps.n;
        *list_push(cx->arena, &then.steps) = *step;
        TRY(case_deadline(cx, &then, to, row->entered_ms, &is, &row->due_ms));
        row->overran = row->overran || (was.state == CLOCK_RUNNING && is.state != CLOCK_RUNNING && was.late);
        return OK;
}

/* Working days that the step asks for, or that it grants: those that were asked for. */
static OptInt step_days(const Case *c, const Move *m) {
        const FlowAction *a = m->action;
        CaseAsked asked;

        if (a->request)
                return case_days_asked(a, &m->form);
        if (!a->grants || a->clock != FLOW_CLOCK_EXTEND)
                return (OptInt){ 0 };
        case_asked(c, &asked);
        return asked.by[a->grants] ? asked.by[a->grants]->days : (OptInt){ 0 };
}

static void step_fill(Cx *cx, const Case *c, const Move *m, const CaseAction *in, const CaseRow *after,
                      CaseRight right, CaseStepRow *step) {
        const FlowAction *a = m->action;
        int64_t me = actor_account(cx).n;
        bool targets = a->target_department || a->target_member;

        *step = (CaseStepRow){ .action = a->code,
                               .at_ms = now_ms(cx),
                               .actor_role = right.role,
                               .from_state = c->row.state,
                               .to_state = after->state };
        if (right.role && me)
                step->actor = SOME_INT(me);
        if (right.role && cx->actor && cx->actor->name.n)
                step->actor_name = cx->actor->name;
        step->actor_department = right.department.n ? right.department : STR_NONE;
        step->note = str_trim(in->note).n ? in->note : STR_NONE;
        step->reason = in->reason.n ? in->reason : STR_NONE;
        if (targets) {
                step->target_account = after->target_account;
                step->target_department = after->target_department;
                step->target_name = after->target_name;
        }
        if (in->satisfaction)
                step->satisfaction = SOME_INT(in->satisfaction);
        step->held_ms = SOME_INT(now_ms(cx) - c->row.holder_since_ms);
        step->form = m->form.text;
        step->days = step_days(c, m);
        step->unit = m->unit ? m->unit->department : STR_NONE;
        step->detail = m->category ? m->reclass : m->units.detail;
        if (c->link)
                step->actor_name = c->link->name;
        if (a->link_days)
                step->target_name = in->outside->name;
        if (m->main)
                step->ref = SOME_INT(m->main->row.id);
}

static Rc check_time(Cx *cx, const Case *c, const FlowAction *a) {
        int64_t until;

        if (!a->within_workdays)
                return OK;
        TRY(case_reopen_until(cx, c, a, &until));
        if (now_ms(cx) < until)
                return OK;
        return fail_zh(cx, P_CASE_REOPEN_TOO_LATE,
                       str_fmt(cx->arena, "已超过 %d 个工作日的期限，请重新上报", a->within_workdays),
                       "this was possible for %d working days; please report it anew", a->within_workdays);
}

static PhotoKind kind_otherwise(const FlowAction *a) {
        if (a->photo_kinds.n)
                for (int k = PHOTO_KIND_SCENE; k <= enum_PhotoKind.count; k++)
                        if (str_eq_c(a->photo_kinds.v[a->photo_kinds.n - 1], enum_word(&enum_PhotoKind, k)))
                                return (PhotoKind)k;
        return PHOTO_KIND_SCENE;
}

/* May it be taken now, by who asks? */
static Rc check_possible(Cx *cx, const Case *c, const FlowAction *a, Str unit, bool as_reporter, Move *m,
                         CaseRight *ret_right) {
        uint32_t missing;

        TRY(case_standing(cx, c, &m->standing));
        if (!flow_action_offered(c->flow, a, &m->standing))
                return fail_forbidden(cx, c, a);
        *ret_right = case_right(cx, c, a, as_reporter);
        if (!ret_right->allowed)
                return fail_not_yours(cx, c, a);
        if (case_same_person(cx, c, a))
                return fail_same_person(cx, a);
        TRY(case_unit_of(cx, c, a, unit, ret_right, &m->unit));
        if (!(m->unit && a->once == FLOW_ONCE_UNIT) && case_action_spent(cx, c, a, *ret_right))
                return fail_spent(cx, a);
        missing = flow_action_missing(a, &m->standing);
        if (missing)
                return fail_missing(cx, c, a, &m->standing, missing);
        TRY(check_parts_allowed(cx, c, a));
        return check_time(cx, c, a);
}

/* Everything is in order: the row, its step, the evidence. */
static Rc write_move(Cx *cx, Case *c, const Move *m, const CaseAction *in, CaseRow *after, CaseStepRow *step,
                     const CaseEvidence *evidence) {
        const FlowAction *a = m->action;
        const CaseStepRow *last = &c->steps.v[c->steps.n - 1];
        CaseRow before = c->row, *moved;
        CaseStepRow *added;

        if (m->category)
                TRY(case_store_category(cx, after));
        TRY(case_store_move(cx, &before, after, &moved));
        if (!moved) { /* somebody was faster: tell who */
                TRY(case_load(cx, (CaseId){ before.id }, NULL, &c));
                return fail_stale(cx, c);
        }
        c->row = *moved;
        TRY(audit_note(cx, str_z(cx->arena, str_fmt(cx->arena, "case." STR_FMT, STR_ARG(a->code))),
                       str_fmt(cx->arena, "case/%lld", (long long)moved->id), STR_NONE));
        TRY(case_units_write(cx, &m->units));
        TRY(case_parts_make(cx, c, a, &in->children, step));
        TRY(case_step_append(cx, moved, last, step, &added));
        TRY(case_evidence_attach(cx, moved->id, added->seq, evidence));
        *list_push(cx->arena, &c->steps) = *added;
        TRY(case_part_told(cx, moved, &before));
        return case_tell(cx, moved, &before, a->code);
}

Rc case_move(Cx *cx, Case *c, const FlowAction *a, const CaseAction *in, bool as_reporter) {
        Move m = { .action = a, .from = flow_state(c->flow, c->row.state) };
        CaseRow after = c->row;
        CaseEvidence evidence;
        CaseStepRow step;
        CaseRight right;

        TRY(check_possible(cx, c, a, in->unit, as_reporter, &m, &right));
        TRY(check_form(cx, c, a, in, &m.category, &m.form));
        TRY(take_target(cx, c, a, in->target, &after));
        TRY(take_main(cx, c, a, in, &m, &after));
        TRY(case_link_check(cx, a, in->outside));
        TRY(case_evidence(cx, &in->photos, kind_otherwise(a), "/photos", &evidence));
        TRY(check_photos(cx, c, a, &evidence));
        m.facts = flow_facts_after(c->flow, a, m.form.node, m.standing.facts);
        m.to = flow_action_next(c->flow, a, m.facts, m.from);
        case_units_plan(cx, c, a, in, m.from, m.to, m.unit, &after, &m.units);
        row_move(cx, c, &m, in, &after);
        if (m.category)
                TRY(case_category_row(cx, c, m.category, &after, &m.reclass));
        if (a->link_days && after.holder_kind == FLOW_HOLDER_OUTSIDE)
                after.holder_name = in->outside->name;
        step_fill(cx, c, &m, in, &after, right, &step);
        step.photos = evidence.text;
        TRY(row_deadline(cx, c, &step, &after));
        case_evidence_count(&after, &evidence);
        TRY(write_move(cx, c, &m, in, &after, &step, &evidence));
        TRY(case_link_issue(cx, c, a, in->outside));
        TRY(case_settle(cx, c));
        return m.main ? case_merge_join(cx, m.main, &c->row, &step) : OK;
}

typedef struct Doing {
        CaseId id;
        const CaseAction *in;
        bool as_reporter;
} Doing;

static Rc do_work(Cx *cx, void *arg) {
        const Doing *d = arg;
        bool unscoped = d->as_reporter || (cx->actor && cx->actor->is_system);
        const FlowAction *a;
        CaseScope scope;
        Case *c;

        case_scope(cx, &scope);
        TRY(case_load(cx, d->id, unscoped ? NULL : &scope, &c));
        if (d->in->version != c->row.version)
                return fail_stale(cx, c);
        a = flow_action(c->flow, d->in->action);
        if (!a)
                return fail_field(cx, S("/action"), "unknown", S("没有这个操作"),
                                  S("There is no such action"));
        return case_move(cx, c, a, d->in, d->as_reporter);
}

Rc case_do(Cx *cx, CaseId id, const CaseAction *in, bool as_reporter) {
        Doing d = { id, in, as_reporter };

        return db_write(cx, do_work, &d);
}
