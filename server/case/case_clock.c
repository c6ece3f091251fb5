/* The clock of a case: its log and its flow told as events of core/clock, measured with the profile's limits and the calendar. Pure
 * functions of these: what is stored (due_ms) only sorts lists. How it is shown is in case_clock_view.c. */
#include "case/case_int.h"

enum { THE_PAUSE = 1 }; /* a flow knows one pause at a time */

static ClockDuration duration_of(FlowLimit l) {
        switch (l.unit) {
        case FLOW_UNIT_WORKDAYS: return (ClockDuration){ l.amount, CLOCK_WORK_DAYS };
        case FLOW_UNIT_WORKHOURS: return (ClockDuration){ (int64_t)l.amount * 60, CLOCK_WORK_HOURS };
        case FLOW_UNIT_HOURS: return (ClockDuration){ (int64_t)l.amount * 60, CLOCK_HOURS };
        case FLOW_UNIT_DAYS: return (ClockDuration){ l.amount, CLOCK_DAYS };
        case FLOW_UNIT_COUNT: break;
        }
        return (ClockDuration){ 0 };
}

/* ---- the log as events ---- */

/* What the request asked for that the step at `i` grants: working days by its form, else what the flow says of the last request of
 * its word before it. */
static ClockDuration granted(const Flow *flow, const CaseStepRow *steps, size_t i, const FlowAction *a) {
        if (steps[i].days.set)
                return (ClockDuration){ steps[i].days.n, CLOCK_WORK_DAYS };
        while (a->grants && i-- > 0) {
                const FlowAction *asked = flow_action(flow, steps[i].action);

                if (asked && asked->request == a->grants)
                        return duration_of(asked->amount);
        }
        return duration_of(a->amount);
}

static ClockEventKind kind_of(const FlowAction *a) {
        switch (a ? a->clock : FLOW_CLOCK_NONE) {
        case FLOW_CLOCK_START: return CLOCK_EVENT_START;
        case FLOW_CLOCK_STOP: return CLOCK_EVENT_FINISH;
        case FLOW_CLOCK_RESUME: return CLOCK_EVENT_RESUME;
        case FLOW_CLOCK_RESET: return CLOCK_EVENT_RESET;
        case FLOW_CLOCK_PAUSE: return CLOCK_EVENT_PAUSE;
        case FLOW_CLOCK_GO_ON: return CLOCK_EVENT_GO_ON;
        case FLOW_CLOCK_EXTEND: return CLOCK_EVENT_EXTEND;
        case FLOW_CLOCK_NONE:
        case FLOW_CLOCK_COUNT: break;
        }
        return CLOCK_EVENT_HOLDER;
}

/* The holder is the number of the step, so that each turn is measured by itself. */
static Str turn(Cx *cx, size_t i) { return str_fmt(cx->arena, "%zu", i); }

static void begun_by(CaseClock *c, const FlowAction *a, int64_t at_ms) {
        if (a->clock == FLOW_CLOCK_RESET)
                c->begun = false;
        if (a->clock != FLOW_CLOCK_START || c->begun)
                return;
        c->begun = true;
        c->start_ms = at_ms;
        c->by = a;
}

/* ---- what limits and cards depend on: class, condition, level, whether it is complex ---- */

/* Facts and the report's form, as they were after a step. */
typedef struct Told {
        const Flow *flow;
        FlowFacts facts;
        ClockSubject by_form; /* what the flow does not keep as a fact; and the category */
        int64_t days;         /* the category's own working days since it was corrected; 0: it was not */
} Told;

static Str fact_word(const Told *t, const char *fact, Str otherwise) {
        int i = flow_fact(t->flow, str_c(fact));
        const FlowValue *v = i < 0 ? NULL : flow_facts_get(t->flow, t->facts, i);

        return i < 0 ? otherwise : v ? v->code : S("");
}

/* Where a flow knows no condition and the report's form says none, how difficult the matter is chooses the row of the limits. */
static Str condition_of(const Told *t) {
        Str condition = fact_word(t, "condition", t->by_form.condition);

        return condition.n ? condition : fact_word(t, "complexity", condition);
}

static ClockSubject subject_of(const Told *t) {
        return (ClockSubject){ .class = t->by_form.class,
                               .condition = condition_of(t),
                               .level = fact_word(t, "level", t->by_form.level) };
}

static bool is_complex(const Told *t) { return str_eq(fact_word(t, "complexity", S("")), S("complex")); }

/* Takes in what came with a step: that it was stored means that its form was judged. */
static void told_by(Cx *cx, Told *t, const CaseStepRow *s, const FlowAction *a, bool first, bool reclassed) {
        JsonNode *form = NULL;

        if (s->form.n && json_parse(cx, s->form, &form) != OK) {
                cx->problem = (Problem){ 0 };
                form = NULL;
        }
        if ((first || reclassed) && form)
                t->by_form = (ClockSubject){ t->by_form.class, json_text(form, "condition"), json_text(form, "level") };
        if (first && form)
                t->facts = flow_facts_taken(t->flow, form, t->facts);
        if (a)
                t->facts = flow_facts_after(t->flow, a, form, t->facts);
}

/* Class and phase events beside the step's own, when the step changed them. */
static void beside(Cx *cx, Told *t, const CaseStepRow *s, const FlowAction *a, size_t i, CaseClock *c) {
        const FlowState *to = flow_state(t->flow, s->to_state);
        ClockSubject was = subject_of(t), is;
        bool complex = is_complex(t), reclassed;
        CaseReclass other = { 0 };

        reclassed = case_step_reclass(s, &other);
        if (!i)
                t->by_form.class = case_step_category(s);
        if (reclassed) {
                t->by_form.class = other.is;
                c->days = c->days ? c->days : other.days_was;
                t->days = other.days_is;
        }
        if (!i || s->form.n || (a && a->set.n))
                told_by(cx, t, s, a, !i, reclassed);
        is = subject_of(t);
        if (!i) {
                c->of = is;
                c->complex = is_complex(t);
        } else if (reclassed || !str_eq(was.condition, is.condition) || !str_eq(was.level, is.level) || complex != is_complex(t)) {
                *list_push(cx->arena, &c->log) = (ClockEvent){ .at_ms = s->at_ms,
                                                               .kind = CLOCK_EVENT_CLASS,
                                                               .of = is,
                                                               .limit = { t->days, CLOCK_WORK_DAYS },
                                                               .complex = is_complex(t) };
        }
        if (to && (to->phase != c->phase || (a && a->clock == FLOW_CLOCK_RESET))) {
                c->phase = to->phase;
                *list_push(cx->arena, &c->log) = (ClockEvent){ .at_ms = s->at_ms,
                                                               .kind = CLOCK_EVENT_PHASE,
                                                               .phase = case_phase_word(to->phase) };
        }
}

Str case_phase_word(FlowPhase phase) {
        return flow_phase_words[phase] ? str_c(flow_phase_words[phase]) : S("");
}

void case_clock(Cx *cx, const Flow *flow, const CaseStepRow *steps, size_t n, CaseClock *ret) {
        CaseClock c = { 0 };
        Told told = { .flow = flow, .by_form = { S(""), S(""), S("") } };

        for (size_t i = 0; i < n; i++) {
                const FlowAction *a = flow_action(flow, steps[i].action);
                ClockEvent *e = list_push(cx->arena, &c.log);

                *e = (ClockEvent){ .at_ms = steps[i].at_ms,
                                   .kind = kind_of(a),
                                   .holder = turn(cx, i),
                                   .pause = THE_PAUSE };
                if (e->kind == CLOCK_EVENT_PAUSE)
                        e->reason = steps[i].note;
                if (e->kind == CLOCK_EVENT_EXTEND) {
                        e->approved = true;
                        e->more = granted(flow, steps, i, a);
                }
                if (a)
                        begun_by(&c, a, steps[i].at_ms);
                beside(cx, &told, &steps[i], a, i, &c);
        }
        *ret = c;
}

/* A state's own limit, while no clock of the case has begun: from the moment it was entered. */
static void state_clock(Cx *cx, const CaseClock *clock, int64_t entered_ms, CaseClock *ret) {
        CaseClock c = { .start_ms = entered_ms };

        *list_push(cx->arena, &c.log) = (ClockEvent){ .at_ms = entered_ms, .kind = CLOCK_EVENT_START };
        for (size_t i = 0; i < clock->log.n; i++)
                if (clock->log.v[i].at_ms >= entered_ms && clock->log.v[i].holder.p)
                        *list_push(cx->arena, &c.log) = (ClockEvent){ .at_ms = clock->log.v[i].at_ms,
                                                                      .kind = CLOCK_EVENT_HOLDER,
                                                                      .holder = clock->log.v[i].holder };
        *ret = c;
}

/* ---- the limit and what it is measured with ---- */

/* Of the whole case (the category's own without a row), or of a phase (none without a row). */
static ClockDuration limit_of(const Case *c, ClockSubject of, int64_t days, FlowPhase phase, DayNo started) {
        const ClockLimits *limits = c->profile->limits;
        const ClockLimit *row;

        if (!of.class.n)
                of.class = c->row.category;
        if (!days || str_eq(of.class, c->row.category)) /* the row's may have followed the catalogue since */
                days = c->row.limit_days;
        row = limits ? clock_limit_find(limits, &of, case_phase_word(phase), started) : NULL;
        if (row)
                return row->limit;
        return phase ? (ClockDuration){ 0 } : (ClockDuration){ days, CLOCK_WORK_DAYS };
}

ClockDuration case_limit_of(const Case *c, ClockSubject of, int64_t days, DayNo started) {
        return limit_of(c, of, days, FLOW_PHASE_NONE, started);
}

/* The limit in force is that of the day of the start, whenever class, condition or level changed. */
static void limits_fill(const Case *c, ClockEvent *events, size_t n, FlowPhase phase, DayNo started) {
        for (size_t i = 0; i < n; i++)
                if (events[i].kind == CLOCK_EVENT_CLASS)
                        events[i].limit = limit_of(c, events[i].of, events[i].limit.amount, phase, started);
}

static const ClockWindows *windows_of(const Case *c) {
        return c->profile->limits ? &c->profile->limits->windows : &clock_windows_usual;
}

int64_t case_day_ms(const Case *c, ClockUnit unit) {
        const ClockSeason *usual = &windows_of(c)->v[0];
        int64_t minutes = 0;

        if (unit == CLOCK_HOURS || unit == CLOCK_DAYS)
                return MS_DAY;
        for (size_t i = 0; i < usual->n; i++)
                minutes += usual->v[i].to_min - usual->v[i].from_min;
        return minutes * MS_MINUTE;
}

static Rc scale_of(Cx *cx, const Case *c, const ClockScale **ret) {
        return clock_scale(cx, windows_of(c), c->row.place, ret);
}

Rc case_state_limit(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, OptInt *ret) {
        ClockRules rules = { .limit = duration_of(state->limit) };
        CaseClock of_state;

        *ret = (OptInt){ 0 };
        if (!state->limit.amount || state->final)
                return OK;
        TRY(scale_of(cx, c, &rules.scale));
        state_clock(cx, clock, c->row.entered_ms, &of_state);
        return *ret = clock_due(cx, &rules, of_state.log.v, of_state.log.n, NULL), OK;
}

Rc case_cards_rules(Cx *cx, const Case *c, const CaseClock *clock, ClockRules *ret) {
        ClockRules rules = { .complex = clock->complex, .limit = { c->row.limit_days, CLOCK_WORK_DAYS } };

        TRY(scale_of(cx, c, &rules.scale));
        return *ret = rules, OK;
}

typedef void Derive(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int64_t at_ms, ClockResult *ret);

static Rc measured(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, int64_t entered_ms, Derive *derive,
                   ClockResult *ret) {
        bool own = !clock->begun && state->limit.amount && !state->final;
        ClockRules rules = { 0 };
        CaseClock with;

        *ret = (ClockResult){ 0 };
        if (!clock->begun && !own)
                return OK;
        if (own) {
                state_clock(cx, clock, entered_ms, &with);
                rules.limit = duration_of(state->limit);
        } else {
                with = *clock;
                with.log.v = arena_copy(cx->arena, clock->log.v, clock->log.n * sizeof *clock->log.v);
                rules.limit = limit_of(c, clock->of, clock->days, FLOW_PHASE_NONE, day_of_ms(clock->start_ms));
                limits_fill(c, with.log.v, with.log.n, FLOW_PHASE_NONE, day_of_ms(clock->start_ms));
        }
        TRY(scale_of(cx, c, &rules.scale));
        derive(cx, &rules, with.log.v, with.log.n, now_ms(cx), ret);
        ret->limits_edition = c->profile->limits ? c->profile->limits->edition : 0;
        return OK;
}

Rc case_clock_now(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, int64_t entered_ms,
                  ClockResult *ret) {
        return measured(cx, c, state, clock, entered_ms, clock_derive, ret);
}

Rc case_clock_told(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, ClockResult *ret) {
        return measured(cx, c, state, clock, c->row.entered_ms, clock_explain, ret);
}

/* What was granted while a phase ran is granted to the phase too. */
static void phase_extend(const ClockEvent *events, ClockEvent *out, size_t n, Str phase) {
        bool in = false;

        for (size_t i = 0; i < n; i++) {
                if (events[i].kind == CLOCK_EVENT_PHASE)
                        in = str_eq(events[i].phase, phase);
                if (in && out[i].kind == CLOCK_EVENT_EXTEND)
                        out[i].phase = phase;
        }
}

static DayNo phase_started(const ClockEvent *events, size_t n) {
        for (size_t i = n; i-- > 0;)
                if (events[i].kind == CLOCK_EVENT_START)
                        return day_of_ms(events[i].at_ms);
        return 0;
}

Rc case_clock_phase(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, ClockResult *ret) {
        ClockRules rules = { .phase = case_phase_word(state->phase) };
        ClockEvent *events;
        DayNo started;
        size_t n;

        *ret = (ClockResult){ 0 };
        if (!c->profile->limits || !state->phase || state->final)
                return OK;
        clock_phase_log(cx, clock->log.v, clock->log.n, rules.phase, &events, &n);
        phase_extend(clock->log.v, events, n, rules.phase);
        started = phase_started(events, n);
        rules.limit = limit_of(c, clock->of, clock->days, state->phase, started);
        limits_fill(c, events, n, state->phase, started);
        TRY(scale_of(cx, c, &rules.scale));
        clock_derive(cx, &rules, events, n, now_ms(cx), ret);
        if (!ret->limit.amount)
                *ret = (ClockResult){ 0 };
        return OK;
}

OptInt case_due(const ClockResult *r) {
        bool open = r->state == CLOCK_RUNNING || r->state == CLOCK_PAUSED;

        return open ? r->due_ms : (OptInt){ 0 };
}

Rc case_deadline(Cx *cx, const Case *c, const FlowState *state, int64_t entered_ms, ClockResult *ret_whole, OptInt *ret) {
        ClockResult whole, phase;
        OptInt due, of_phase;
        CaseClock clock;

        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        TRY(case_clock_now(cx, c, state, &clock, entered_ms, &whole));
        TRY(case_clock_phase(cx, c, state, &clock, &phase));
        due = case_due(&whole);
        of_phase = case_due(&phase);
        if (of_phase.set && (!due.set || of_phase.n < due.n))
                due = of_phase;
        if (ret_whole)
                *ret_whole = whole;
        return *ret = due, OK;
}

Rc case_provisional(Cx *cx, const CaseRow *row, bool *ret) {
        const CaseProfile *p;
        const ClockScale *scale;

        if (!row->due_ms.set || row->final)
                return *ret = false, OK;
        TRY(case_profile_for(cx, row, &(CaseStepRowList){ 0 }, &p));
        TRY(scale_of(cx, &(Case){ .row = *row, .profile = p }, &scale));
        *ret = clock_scale_missing(scale, day_of_ms(row->created_ms), day_of_ms(row->due_ms.n - 1)) != 0;
        return OK;
}

Rc case_reopen_until(Cx *cx, const Case *c, const FlowAction *a, int64_t *ret_ms) {
        const ClockScale *scale;
        DayNo last;

        TRY(scale_of(cx, c, &scale));
        last = clock_scale_workday_after(scale, day_of_ms(c->row.entered_ms), a->within_workdays);
        return *ret_ms = day_start_ms(last + 1), OK;
}
