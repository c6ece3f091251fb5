/* Deadlines and holdings of a case: pure functions of its log, the flow, the category's limit and the calendar. What is stored
 * (due_ms) only sorts lists. */
#include "case/case_int.h"

void case_clock(Cx *cx, const Flow *flow, const CaseStepRow *steps, size_t n, CaseClock *ret) {
        CaseClock c = { 0 };

        for (size_t i = 0; i < n; i++) {
                const FlowAction *a = flow_action(flow, steps[i].action);
                int64_t at = steps[i].at_ms;

                switch (a ? a->clock : FLOW_CLOCK_NONE) {
                case FLOW_CLOCK_START:
                        if (c.begun)
                                break;
                        c = (CaseClock){ .begun = true, .running = true, .start_ms = at, .by = a };
                        break;
                case FLOW_CLOCK_STOP:
                case FLOW_CLOCK_PAUSE:
                        if (c.running)
                                c.stop_ms = at;
                        c.running = false;
                        break;
                case FLOW_CLOCK_RESUME:
                case FLOW_CLOCK_GO_ON:
                        if (!c.begun || c.running)
                                break;
                        *list_push(cx->arena, &c.pauses) = (ClockPause){ c.stop_ms, at };
                        c.running = true;
                        break;
                case FLOW_CLOCK_RESET: c = (CaseClock){ 0 }; break;
                case FLOW_CLOCK_EXTEND:
                case FLOW_CLOCK_NONE:
                case FLOW_CLOCK_COUNT: break;
                }
        }
        *ret = c;
}

/* The derivation of a clock that was started, whether it runs or stands. */
static Rc clock_days(Cx *cx, const Case *c, const CaseClock *clock, Deadline *ret) {
        const Calendar *calendar;

        TRY(clock_calendar(cx, &calendar));
        return clock_deadline_paused(cx, calendar, clock->start_ms, (int)c->row.limit_days, clock->pauses.v,
                                     clock->pauses.n, ret);
}

Rc case_deadline(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, int64_t entered_ms,
                 Deadline *ret) {
        const Calendar *calendar;

        *ret = (Deadline){ 0 };
        if (clock->running)
                return clock_days(cx, c, clock, ret);
        if (clock->begun || !state->limit_days || state->final)
                return OK;
        TRY(clock_calendar(cx, &calendar));
        return clock_deadline(cx, calendar, entered_ms, state->limit_days, ret);
}

Rc case_reopen_until(Cx *cx, const Case *c, const FlowAction *a, int64_t *ret_ms) {
        const Calendar *calendar;
        Deadline d;

        TRY(clock_calendar(cx, &calendar));
        TRY(clock_deadline(cx, calendar, c->row.entered_ms, a->within_workdays, &d));
        return *ret_ms = d.due_ms, OK;
}

static Str holder_of_step(Cx *cx, const Case *c, const CaseStepRow *s) {
        return case_holder_text(cx, c->profile, s->holder_kind, c->row.place, s->holder_department,
                                s->holder_name);
}

/* Who had the case from when to when. The pieces join without gaps, so they sum up to the time since the report. */
static void holdings(Cx *cx, const Case *c, HoldingViewList *ret) {
        int64_t end = c->row.final ? c->row.closed_ms.n : now_ms(cx);

        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowState *state = flow_state(c->flow, s->to_state);
                HoldingView *last = ret->n ? &ret->v[ret->n - 1] : NULL, h = { 0 };

                if (c->row.final && s->at_ms >= end && i)
                        break;
                h.holder = holder_of_step(cx, c, s);
                h.state_name = state ? in_lang(cx, state->name, state->name_en) : s->to_state;
                h.from = s->at_ms;
                if (last && str_eq(last->holder, h.holder) && str_eq(last->state_name, h.state_name))
                        continue;
                if (last) {
                        last->to = SOME_INT(s->at_ms);
                        last->held_ms = s->at_ms - last->from;
                }
                *list_push(cx->arena, ret) = h;
        }
        if (ret->n) {
                HoldingView *last = &ret->v[ret->n - 1];

                if (c->row.final)
                        last->to = SOME_INT(end);
                last->held_ms = end - last->from;
        }
}

static Str workdays_text(Cx *cx, int64_t n) {
        if (cx->lang == LANG_EN)
                return str_fmt(cx->arena, n == 1 ? "%lld working day" : "%lld working days", (long long)n);
        return str_fmt(cx->arena, "%lld 个工作日", (long long)n);
}

static void days_view(Cx *cx, const Deadline *d, CalendarDayList *ret) {
        for (size_t i = 0; i < d->n; i++)
                *list_push(cx->arena, ret) =
                        (CalendarDay){ date_str(cx->arena, date_of_day(d->days[i].day)), d->days[i].counted,
                                       d->days[i].number, d->days[i].why };
}

/* The sentence that says which rule runs. */
static Str rule_text(Cx *cx, const Case *c, const CaseClock *clock, const FlowState *state,
                     const CaseCategory *k) {
        Str category = k ? in_lang(cx, k->name, k->name_en) : c->row.category;
        bool en = cx->lang == LANG_EN;

        if (clock->begun)
                return str_fmt(cx->arena,
                               en ? "\"" STR_FMT "\" starts the clock: " STR_FMT " for \"" STR_FMT
                                    "\"; handing in stops it, a "
                                    "failed check lets it go on, a return does not stop it"
                                  : "“" STR_FMT "”起计时，" STR_FMT "（事项“" STR_FMT
                                    "”的时限）；反馈后停止，核查不通过继续，退回不中止",
                               STR_ARG(in_lang(cx, clock->by->name, clock->by->name_en)),
                               STR_ARG(workdays_text(cx, c->row.limit_days)), STR_ARG(category));
        if (state->limit_days && !state->final)
                return str_fmt(cx->arena,
                               en ? "\"" STR_FMT "\" is to be left within " STR_FMT
                                  : "“" STR_FMT "”环节时限 " STR_FMT,
                               STR_ARG(in_lang(cx, state->name, state->name_en)),
                               STR_ARG(workdays_text(cx, state->limit_days)));
        return en ? S("No limit runs in this state") : S("当前环节不计时");
}

/* A missing year is said in the view, not guessed and not a refusal: the holdings can be seen all the same. */
static Rc view_days(Cx *cx, const Case *c, const CaseClock *clock, const FlowState *state, ClockView *v) {
        Deadline d = { 0 };
        Rc rc = clock->begun ? clock_days(cx, c, clock, &d)
                             : case_deadline(cx, c, state, clock, c->row.entered_ms, &d);

        if (rc != OK && cx->problem.code != P_CALENDAR_YEAR_MISSING)
                return rc;
        if (rc != OK) {
                v->rule = in_lang(cx, cx->problem.detail_zh, cx->problem.detail);
                cx->problem = (Problem){ 0 };
                return OK;
        }
        days_view(cx, &d, &v->days);
        if (d.due_ms)
                v->due = SOME_INT(d.due_ms);
        if (d.due_ms)
                v->late = (clock->begun && !clock->running ? clock->stop_ms : now_ms(cx)) >= d.due_ms;
        return OK;
}

Rc case_clock_view(Cx *cx, const Case *c, ClockView **ret) {
        const FlowState *state = flow_state(c->flow, c->row.state);
        ClockView *v = TAKE(cx->arena, ClockView);
        const CaseCatalogue *catalogue;
        CaseClock clock;

        if (!state)
                return fail(cx, P_SERVER_BUG, "case %lld is in an unknown state", (long long)c->row.id);
        TRY(case_catalogue(cx, c->row.catalogue_edition, &catalogue));
        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        v->running = clock.running || (!clock.begun && state->limit_days && !state->final);
        v->limit =
                workdays_text(cx, clock.begun || !state->limit_days ? c->row.limit_days : state->limit_days);
        v->rule = rule_text(cx, c, &clock, state, case_category(catalogue, c->row.category));
        if (clock.begun)
                v->start = SOME_INT(clock.start_ms);
        else if (v->running)
                v->start = SOME_INT(c->row.entered_ms);
        TRY(view_days(cx, c, &clock, state, v));
        holdings(cx, c, &v->holdings);
        return *ret = v, OK;
}
