/* The clock of a case as people read it: the sentence of the rule, day by day and minute by minute, who had it how long. */
#include "case/case_int.h"

static Str holder_of_step(Cx *cx, const Case *c, const CaseStepRow *s) {
        return case_holder_text(cx, c->profile, s->holder_kind, c->row.place, s->holder_department,
                                s->holder_name);
}

/* Counted time of the turn that began with a step. */
static int64_t counted_in(const ClockResult *r, size_t step) {
        for (size_t i = 0; i < r->holdings.n; i++) {
                int64_t n;

                if (str_int(r->holdings.v[i].holder, &n) && n == (int64_t)step)
                        return r->holdings.v[i].elapsed_ms;
        }
        return 0;
}

/* Who had the case from when to when. The pieces join without gaps, so they sum up to the time since the report, and what was
 * counted in them to the elapsed time: what was counted before the first dispatch belongs to the first. */
static void holdings(Cx *cx, const Case *c, const ClockResult *r, HoldingViewList *ret) {
        int64_t end = c->row.final ? c->row.closed_ms.n : now_ms(cx);

        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowState *state = flow_state(c->flow, s->to_state);
                HoldingView *last = ret->n ? &ret->v[ret->n - 1] : NULL, h = { 0 };

                if (last && c->row.final && s->at_ms >= end) {
                        last->counted_ms += counted_in(r, i);
                        continue;
                }
                h.holder = holder_of_step(cx, c, s);
                h.state_name = state ? in_lang(cx, state->name, state->name_en) : s->to_state;
                h.from = s->at_ms;
                h.counted_ms = counted_in(r, i);
                if (last && str_eq(last->holder, h.holder) && str_eq(last->state_name, h.state_name)) {
                        last->counted_ms += h.counted_ms;
                        continue;
                }
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

static void holders(Cx *cx, const HoldingViewList *turns, ClockHolderViewList *ret) {
        for (size_t i = 0; i < turns->n; i++) {
                const HoldingView *h = &turns->v[i];
                ClockHolderView *of = NULL;

                for (size_t k = 0; k < ret->n && !of; k++)
                        if (str_eq(ret->v[k].holder, h->holder))
                                of = &ret->v[k];
                if (!of)
                        *(of = list_push(cx->arena, ret)) = (ClockHolderView){ .holder = h->holder };
                of->held_ms += h->held_ms;
                of->counted_ms += h->counted_ms;
        }
}

/* ---- the derivation ---- */

static void spans(Cx *cx, const Case *c, const ClockResult *r, ClockSpanViewList *ret) {
        for (size_t i = 0; i < r->spans.n; i++) {
                const ClockSpan *s = &r->spans.v[i];
                int64_t step;

                *list_push(cx->arena, ret) = (ClockSpanView){ .from = s->from_ms,
                                                              .to = s->to_ms,
                                                              .counted = s->kind == CLOCK_SPAN_COUNTED,
                                                              .kind = (ClockSpanWord)s->kind,
                                                              .why = s->why,
                                                              .holder = S(""),
                                                              .counted_ms = s->counted_ms,
                                                              .cumulative_ms = s->cumulative_ms,
                                                              .day_number = s->day_number,
                                                              .ahead = s->ahead,
                                                              .late = s->late,
                                                              .provisional = s->provisional };
                if (str_int(s->holder, &step) && step < (int64_t)c->steps.n)
                        ret->v[ret->n - 1].holder = holder_of_step(cx, c, &c->steps.v[step]);
        }
}

/* One pause may lie in several spans, because who had the case changed meanwhile. */
static void pauses(Cx *cx, const ClockResult *r, ClockPauseViewList *ret) {
        for (size_t i = 0; i < r->spans.n; i++) {
                const ClockSpan *s = &r->spans.v[i];
                ClockPauseView *last = ret->n ? &ret->v[ret->n - 1] : NULL;
                bool open = r->state == CLOCK_PAUSED && s->to_ms >= r->until_ms;

                if (s->kind != CLOCK_SPAN_PAUSED && s->kind != CLOCK_SPAN_FINISHED)
                        continue;
                if (!last || !last->to.set || last->to.n != s->from_ms || last->kind != (ClockSpanWord)s->kind)
                        *(last = list_push(cx->arena, ret)) =
                                (ClockPauseView){ .from = s->from_ms, .kind = (ClockSpanWord)s->kind, .why = s->why };
                last->to = open ? (OptInt){ 0 } : SOME_INT(s->to_ms);
        }
}

static void extensions(Cx *cx, const CaseClock *clock, ClockExtensionViewList *ret) {
        for (size_t i = 0; i < clock->log.n; i++) {
                const ClockEvent *e = &clock->log.v[i];

                if (e->kind == CLOCK_EVENT_RESET)
                        ret->n = 0; /* begun anew, and what was granted is gone */
                if (e->kind == CLOCK_EVENT_EXTEND && e->more.amount)
                        *list_push(cx->arena, ret) =
                                (ClockExtensionView){ e->at_ms, clock_duration_text(cx, e->more) };
        }
}

/* The same by days: a day is counted when any minute of it is. */
static void days(Cx *cx, const ClockResult *r, CalendarDayList *ret) {
        DayNo told = INT32_MIN;
        int number = 0;

        for (size_t i = 0; i < r->spans.n; i++) {
                const ClockSpan *s = &r->spans.v[i];

                for (DayNo d = day_of_ms(s->from_ms); d <= day_of_ms(s->to_ms - 1); d++) {
                        bool counted = s->kind == CLOCK_SPAN_COUNTED;
                        CalendarDay *v;

                        if (d != told)
                                *list_push(cx->arena, ret) = (CalendarDay){ .date = date_str(cx->arena, date_of_day(d)),
                                                                            .why = s->why };
                        told = d;
                        v = &ret->v[ret->n - 1];
                        if (!counted || v->counted)
                                continue;
                        v->counted = true;
                        v->number = s->day_number ? s->day_number : ++number;
                        v->why = s->why;
                }
        }
}

/* ---- sentences ---- */

static Str rule_text(Cx *cx, const Case *c, const CaseClock *clock, const FlowState *state,
                     const CaseCategory *k, ClockDuration limit) {
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
                               STR_ARG(clock_duration_text(cx, limit)), STR_ARG(category));
        if (state->limit.amount && !state->final)
                return str_fmt(cx->arena,
                               en ? "\"" STR_FMT "\" is to be left within " STR_FMT
                                  : "“" STR_FMT "”环节时限 " STR_FMT,
                               STR_ARG(in_lang(cx, state->name, state->name_en)),
                               STR_ARG(clock_duration_text(cx, limit)));
        return en ? S("No limit runs in this state") : S("当前环节不计时");
}

static Str provisional_text(Cx *cx, Str rule, int year) {
        return str_fmt(cx->arena,
                       cx->lang == LANG_EN ? STR_FMT ". Provisional: the calendar of %d is not known yet, so only weekends "
                                             "are taken as days off"
                                           : STR_FMT "。期限暂定：%d 年放假安排尚未导入，暂按周末休息推算",
                       STR_ARG(rule), year);
}

ClockStatus case_clock_status(ClockState state) {
        static const ClockStatus status[CLOCK_STATE_COUNT] = { [CLOCK_NOT_STARTED] = CLOCK_STATUS_IDLE,
                                                               [CLOCK_RUNNING] = CLOCK_STATUS_RUNNING,
                                                               [CLOCK_PAUSED] = CLOCK_STATUS_PAUSED,
                                                               [CLOCK_FINISHED] = CLOCK_STATUS_STOPPED,
                                                               [CLOCK_WITHDRAWN] = CLOCK_STATUS_WITHDRAWN };

        return status[state];
}

static void numbers(const ClockResult *r, ClockView *v) {
        v->status = case_clock_status(r->state);
        v->running = r->state == CLOCK_RUNNING;
        v->start = r->start_ms;
        v->due = r->due_ms;
        v->due_if_on = r->due_if_on_ms;
        v->late = r->late;
        v->elapsed_ms = r->elapsed_ms;
        v->remaining_ms = r->remaining_ms;
        v->calendar_edition = r->calendar_edition;
        v->provisional = r->provisional;
        v->spans_cut = r->spans_cut;
        if (r->missing_year)
                v->missing_year = SOME_INT(r->missing_year);
}

static Str phase_name(const Cx *cx, FlowPhase phase) {
        static const char *const zh[FLOW_PHASE_COUNT] = { "", "核实", "处置", "核查", "归档", "其他" },
                                *const en[FLOW_PHASE_COUNT] = { "",      "verification", "handling",
                                                                "check", "archiving",    "other" };

        return str_c(cx->lang == LANG_EN ? en[phase] : zh[phase]);
}

static Rc phase_fill(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, ClockView *v) {
        ClockResult r;

        TRY(case_clock_phase(cx, c, state, clock, &r));
        if (!r.limit.amount)
                return OK;
        v->phase = phase_name(cx, state->phase);
        v->phase_limit = clock_duration_text(cx, r.limit);
        v->phase_due = case_due(&r);
        v->phase_late = r.late;
        return OK;
}

static Rc category_add(Cx *cx, const Case *c, const CaseClock *clock, int64_t from_ms, ClockSubject of, int64_t edition, int64_t days,
                       ClockCategoryViewList *ret) {
        DayNo started = day_of_ms(clock->begun ? clock->start_ms : now_ms(cx));
        ClockCategoryView *v = list_push(cx->arena, ret);

        *v = (ClockCategoryView){ .from = from_ms, .limit = clock_duration_text(cx, case_limit_of(c, of, days, started)) };
        return case_category_name(cx, of.class, edition, &v->category_name);
}

/* Of each category the limit that held while the case had it: all count from the same start. */
static Rc categories(Cx *cx, const Case *c, const CaseClock *clock, ClockCategoryViewList *ret) {
        ClockSubject of = clock->of;
        size_t e = 0;

        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                CaseReclass r;

                if (!case_step_reclass(s, &r))
                        continue;
                of.class = r.was;
                if (!ret->n)
                        TRY(category_add(cx, c, clock, c->steps.v[0].at_ms, of, r.edition_was, r.days_was, ret));
                while (e < clock->log.n && (clock->log.v[e].kind != CLOCK_EVENT_CLASS || clock->log.v[e].at_ms < s->at_ms))
                        e++;
                if (e < clock->log.n)
                        of = clock->log.v[e++].of;
                of.class = r.is;
                TRY(category_add(cx, c, clock, s->at_ms, of, r.edition_is, r.days_is, ret));
        }
        return OK;
}

Rc case_clock_view(Cx *cx, const Case *c, ClockView **ret) {
        const FlowState *state = flow_state(c->flow, c->row.state);
        ClockView *v = TAKE(cx->arena, ClockView);
        const CaseCatalogue *catalogue;
        ClockDuration limit;
        CaseClock clock;
        ClockResult r;

        if (!state)
                return fail(cx, P_SERVER_BUG, "case %lld is in an unknown state", (long long)c->row.id);
        TRY(case_catalogue(cx, c->row.catalogue_edition, &catalogue));
        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        TRY(case_clock_told(cx, c, state, &clock, &r));
        limit = r.limit.amount ? r.limit : (ClockDuration){ c->row.limit_days, CLOCK_WORK_DAYS };
        numbers(&r, v);
        v->day_ms = case_day_ms(c, limit.unit);
        v->limit = clock_duration_text(cx, limit);
        v->rule = rule_text(cx, c, &clock, state, case_category(catalogue, c->row.category), limit);
        if (r.provisional)
                v->rule = provisional_text(cx, v->rule, r.missing_year);
        TRY(phase_fill(cx, c, state, &clock, v));
        days(cx, &r, &v->days);
        spans(cx, c, &r, &v->spans);
        pauses(cx, &r, &v->pauses);
        extensions(cx, &clock, &v->extensions);
        TRY(categories(cx, c, &clock, &v->categories));
        holdings(cx, c, &r, &v->holdings);
        holders(cx, &v->holdings, &v->holders);
        return *ret = v, OK;
}
