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

void case_clock(Cx *cx, const Flow *flow, const CaseStepRow *steps, size_t n, CaseClock *ret) {
        CaseClock c = { 0 };

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
        }
        *ret = c;
}

/* A state's own limit, while no clock of the case has begun: from the moment it was entered. */
static void state_clock(Cx *cx, const CaseClock *clock, int64_t entered_ms, CaseClock *ret) {
        CaseClock c = { .start_ms = entered_ms };

        *list_push(cx->arena, &c.log) = (ClockEvent){ .at_ms = entered_ms, .kind = CLOCK_EVENT_START };
        for (size_t i = 0; i < clock->log.n; i++)
                if (clock->log.v[i].at_ms >= entered_ms)
                        *list_push(cx->arena, &c.log) = (ClockEvent){ .at_ms = clock->log.v[i].at_ms,
                                                                      .kind = CLOCK_EVENT_HOLDER,
                                                                      .holder = clock->log.v[i].holder };
        *ret = c;
}

/* ---- the limit and what it is measured with ---- */

static ClockDuration limit_of(const Case *c, DayNo started) {
        const ClockLimits *limits = c->profile->limits;
        ClockSubject of = { .class = c->row.category };
        const ClockLimit *row = limits ? clock_limit_find(limits, &of, STR_NONE, started) : NULL;

        return row ? row->limit : (ClockDuration){ c->row.limit_days, CLOCK_WORK_DAYS };
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

typedef void Derive(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int64_t at_ms, ClockResult *ret);

static Rc measured(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, int64_t entered_ms, Derive *derive,
                   ClockResult *ret) {
        bool own = !clock->begun && state->limit.amount && !state->final;
        ClockRules rules = { 0 };
        CaseClock of_state;

        *ret = (ClockResult){ 0 };
        if (!clock->begun && !own)
                return OK;
        if (own) {
                state_clock(cx, clock, entered_ms, &of_state);
                clock = &of_state;
                rules.limit = duration_of(state->limit);
        } else {
                rules.limit = limit_of(c, day_of_ms(clock->start_ms));
        }
        TRY(scale_of(cx, c, &rules.scale));
        derive(cx, &rules, clock->log.v, clock->log.n, now_ms(cx), ret);
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

OptInt case_due(const ClockResult *r) {
        bool open = r->state == CLOCK_RUNNING || r->state == CLOCK_PAUSED;

        return open ? r->due_ms : (OptInt){ 0 };
}

Rc case_provisional(Cx *cx, const CaseRow *row, bool *ret) {
        const CaseProfile *p;
        const ClockScale *scale;

        if (!row->due_ms.set || row->final)
                return *ret = false, OK;
        TRY(case_profile(cx, &p));
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
