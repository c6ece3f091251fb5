/* Cases and newer editions: what would become of the open ones, and moving them. A case can be moved when the new flow has its state
 * and knows every state and action of its log, because facts, requests and the clock are read from the log by the flow. */
#include "case/case_int.h"
#include "core/setting/setting.h"
#include "db/db.h"
#include "territory/territory.h"

enum { BATCH = 200, NUMBERS_SHOWN = 20 };

Rc case_profile_try(Cx *cx, const FlowProfile *texts) {
        const CaseProfile *p;

        return case_profile_of(cx, texts, &p);
}

Rc case_unit_use(Cx *cx, Str department, StrList *ret_numbers, int64_t *ret_cases) {
        CaseUnitUseList rows = { 0 };

        TRY(case_store_unit_use(cx, department, NUMBERS_SHOWN, &rows, ret_cases));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret_numbers) = case_number(cx->arena, rows.v[i].created_ms, rows.v[i].id);
        return OK;
}

/* ---- what a case would be ---- */

static CaseStay stay_of(const Case *c, const Flow *to) {
        if (!to)
                return CASE_STAY_FLOW_GONE;
        if (!flow_state(to, c->row.state) || flow_state(to, c->row.state)->final)
                return CASE_STAY_STATE_GONE;
        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];

                if (!flow_state(to, s->to_state) || (flow_action(c->flow, s->action) && !flow_action(to, s->action)))
                        return CASE_STAY_HISTORY;
        }
        return CASE_STAY_NOT;
}

static bool same_hands(const CaseRow *a, const CaseRow *b) {
        return a->holder_kind == b->holder_kind && str_eq(a->holder_department, b->holder_department) &&
               a->holder_account.set == b->holder_account.set && a->holder_account.n == b->holder_account.n;
}

/* The case as it would be with that flow and profile; *then holds flow, profile and steps, its row what changes. */
static Rc case_with(Cx *cx, const Case *c, const Flow *flow, const CaseProfile *p, Case *then) {
        const CaseCategory *k = case_category(p->catalogue, c->row.category);
        const FlowState *s = flow_state(flow, c->row.state);
        CaseAsked asked;
        FlowFacts facts;

        *then = *c;
        then->file = NULL;
        then->flow = flow;
        then->profile = p;
        if (k)
                then->row.limit_days = k->limit_days;
        then->row.disposed = s->disposed;
        then->row.archived = s->archived;
        if ((int64_t)s->holder != c->row.holder_kind) /* else the same hands: several units are not told by the state alone */
                case_row_hold(&then->row, s);
        if (!same_hands(&then->row, &c->row))
                then->row.holder_since_ms = now_ms(cx);
        TRY(case_facts(cx, then, &facts));
        then->row.facts = case_facts_text(cx, flow, facts);
        case_asked(then, &asked);
        then->row.asked = case_asked_words(cx, flow, asked.open);
        return case_deadline(cx, then, s, then->row.entered_ms, NULL, &then->row.due_ms);
}

static bool same_time(OptInt a, OptInt b) { return a.set == b.set && (!a.set || a.n == b.n); }

/* ---- the trial ---- */

/* A stored edition of a flow: is it the text that is tried? */
typedef struct Known {
        Str code;
        int64_t edition;
        bool same;
} Known;

typedef struct Trial {
        Cx *cx; /* what is kept */
        const FlowProfile *texts;
        const CaseProfile *tried;
        CaseTrial *found;
        struct {
                Known *v;
                size_t n, cap;
        } known;
        int64_t after;
        size_t n; /* rows of the last batch */
        struct {
                CaseTrialRow *v;
                size_t n, cap;
        } rows; /* what it found */
} Trial;

static Str text_of(const FlowFiles *files, Str name) {
        for (size_t i = 0; i < files->n; i++)
                if (str_eq(files->v[i].name, name))
                        return files->v[i].text;
        return STR_NONE;
}

static Rc is_same_flow(Cx *cx, Trial *t, const CaseRow *row, bool *ret) {
        Known k = { str_dup(t->cx->arena, row->flow), row->flow_edition, false };
        Str stored;

        for (size_t i = 0; i < t->known.n; i++)
                if (t->known.v[i].edition == k.edition && str_eq(t->known.v[i].code, k.code))
                        return *ret = t->known.v[i].same, OK;
        TRY(setting_get_edition(cx, S("flow"), k.code, k.edition, &stored));
        k.same = str_eq(stored, text_of(&t->texts->flows, k.code));
        *list_push(t->cx->arena, &t->known) = k;
        return *ret = k.same, OK;
}

static Str holder_of(Cx *cx, const CaseProfile *p, const CaseRow *r) {
        return case_holder_text(cx, p, r->holder_kind, r->place, r->holder_department, r->holder_name);
}

/* Does a department have it in hand, or would it come back to one, that there will be no more? As publishing counts (case_unit_use). */
static bool unit_gone(const CaseProfile *p, const Case *c) {
        bool gone = (c->row.holder_department.n && !case_department(p, c->row.holder_department)) ||
                    (c->row.target_department.n && !case_department(p, c->row.target_department));

        for (size_t i = 0; i < c->units.n; i++)
                gone = gone || (!c->units.v[i].left_ms.set && !case_department(p, c->units.v[i].department));
        return gone;
}

static Rc row_try(Cx *cx, Trial *t, const Case *c, CaseTrialRow *ret) {
        const Flow *flow = case_flow_newest(t->tried, c->row.flow);
        bool same;
        Case then;

        *ret = (CaseTrialRow){ .id = c->row.id, .due_ms = c->row.due_ms, .due_then_ms = c->row.due_ms };
        TRY(is_same_flow(cx, t, &c->row, &same));
        ret->unit_gone = unit_gone(t->tried, c);
        ret->holder = ret->holder_then = holder_of(cx, c->profile, &c->row);
        ret->stay = same ? CASE_STAY_NOT : stay_of(c, flow);
        ret->differs_state = ret->stay == CASE_STAY_FLOW_GONE || ret->stay == CASE_STAY_STATE_GONE;
        if (ret->stay)
                return OK;
        TRY(case_with(cx, c, flow, t->tried, &then));
        ret->holder_then = holder_of(cx, t->tried, &then.row);
        ret->due_then_ms = then.row.due_ms;
        ret->differs_holder = !same_hands(&then.row, &c->row);
        ret->differs_due = !same_time(then.row.due_ms, c->row.due_ms);
        return OK;
}

static void names_fill(Cx *cx, const Case *c, CaseTrialRow *r) {
        const FlowState *s = flow_state(c->flow, c->row.state);
        const CaseCatalogue *catalogue;
        const CaseCategory *k = NULL;

        if (case_catalogue(cx, c->row.catalogue_edition, &catalogue) == OK)
                k = case_category(catalogue, c->row.category);
        r->number = case_number(cx->arena, c->row.created_ms, c->row.id);
        r->category_name = k ? in_lang(cx, k->name, k->name_en) : c->row.category;
        r->place_name = territory_name(cx, c->row.place);
        r->flow_name = in_lang(cx, c->flow->name, c->flow->name_en);
        r->state_name = s ? in_lang(cx, s->name, s->name_en) : c->row.state;
}

/* Row and log of one moment. */
static Rc batch_work(Cx *cx, void *arg) {
        Trial *t = arg;
        CaseRowList rows = { 0 };

        t->rows.n = 0;
        TRY(case_store_open_after(cx, t->after, BATCH, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                CaseTrialRow r;
                Case c;

                TRY(case_of_row(cx, &rows.v[i], &c));
                TRY(row_try(cx, t, &c, &r));
                if (r.stay || r.differs_holder || r.differs_due || r.unit_gone) {
                        names_fill(cx, &c, &r);
                        *list_push(cx->arena, &t->rows) = r;
                }
        }
        t->n = rows.n;
        if (rows.n)
                t->after = rows.v[rows.n - 1].id;
        return OK;
}

static void batch_keep(Trial *t) {
        CaseTrial *f = t->found;
        Arena *a = t->cx->arena;

        f->open += (int64_t)t->n;
        f->affected += (int64_t)t->rows.n;
        for (size_t i = 0; i < t->rows.n; i++) {
                CaseTrialRow r = t->rows.v[i];

                f->stay += r.stay != CASE_STAY_NOT;
                f->differ_state += r.differs_state;
                f->differ_holder += r.differs_holder;
                f->differ_due += r.differs_due;
                f->unit_gone += r.unit_gone;
                if (f->rows.n == CASE_TRIAL_ROWS)
                        continue;
                r.number = str_dup(a, r.number);
                r.category_name = str_dup(a, r.category_name);
                r.place_name = str_dup(a, r.place_name);
                r.flow_name = str_dup(a, r.flow_name);
                r.state_name = str_dup(a, r.state_name);
                r.holder = str_dup(a, r.holder);
                r.holder_then = str_dup(a, r.holder_then);
                *list_push(a, &f->rows) = r;
        }
}

Rc case_trial(Cx *cx, const FlowProfile *texts, CaseTrial *ret) {
        _cleanup_(cx_freep) Cx *own = cx_new(64 << 20);
        Trial t = { .cx = cx, .texts = texts, .found = ret };
        Rc rc = OK;

        *ret = (CaseTrial){ 0 };
        TRY(case_profile_of(cx, texts, &t.tried));
        do {
                cx_reset(own);
                own->lang = cx->lang;
                own->now_ms = cx->now_ms;
                t.rows.v = NULL;
                t.rows.n = t.rows.cap = 0;
                rc = db_read(own, batch_work, &t);
                if (rc != OK)
                        return fail(cx, own->problem.code, STR_FMT, STR_ARG(own->problem.detail));
                batch_keep(&t);
        } while (t.n == BATCH);
        return OK;
}

/* ---- the move ---- */

static Str detail_of(Cx *cx, const CaseRow *before, const CaseRow *after) {
        return str_fmt(cx->arena, STR_FMT " %lld>%lld catalogue %lld>%lld", STR_ARG(before->flow),
                       (long long)before->flow_edition, (long long)after->flow_edition,
                       (long long)before->catalogue_edition, (long long)after->catalogue_edition);
}

static Rc move_one(Cx *cx, const Case *c, const Flow *flow, const CaseProfile *p) {
        CaseStepRow step = { .action = S("edition.moved"), .actor_role = ROLE_SYSTEM, .from_state = c->row.state }, *added;
        CaseRow *moved;
        Case then;

        TRY(case_with(cx, c, flow, p, &then));
        then.row.flow_edition = flow->edition;
        if (case_category(p->catalogue, c->row.category))
                then.row.catalogue_edition = p->catalogue->edition;
        TRY(case_store_edition(cx, &then.row, &moved));
        if (!moved)
                return fail(cx, P_DB_BUSY, "case %lld moved on meanwhile", (long long)c->row.id);
        step.detail = detail_of(cx, &c->row, moved);
        step.held_ms = SOME_INT(now_ms(cx) - c->row.holder_since_ms);
        TRY(case_step_append(cx, moved, &c->steps.v[c->steps.n - 1], &step, &added));
        then.row = *moved;
        then.steps.cap = then.steps.n; /* a list of its own */
        *list_push(cx->arena, &then.steps) = *added;
        TRY(case_tell(cx, moved, &c->row, S("edition")));
        return case_has_moments(&then) ? case_settle(cx, &then) : case_store_moment(cx, moved->id, (OptInt){ 0 }, true);
}

Rc case_editions_move(Cx *cx, int64_t *after, int64_t *moved, int64_t *stayed, bool *ret_more) {
        CaseRowList rows = { 0 };
        const CaseProfile *p;

        TRY(case_profile(cx, &p));
        TRY(case_store_open_after(cx, *after, BATCH, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                const Flow *flow = case_flow_newest(p, rows.v[i].flow);
                Case c;

                *after = rows.v[i].id;
                TRY(case_of_row(cx, &rows.v[i], &c));
                if (flow && flow->edition == c.row.flow_edition && c.profile == p &&
                    c.row.catalogue_edition == p->catalogue->edition)
                        continue;
                if (stay_of(&c, flow)) {
                        ++*stayed;
                        continue;
                }
                TRY(move_one(cx, &c, flow, p));
                ++*moved;
        }
        *ret_more = rows.n == BATCH;
        return OK;
}
