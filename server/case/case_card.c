/* 1-3-5: which cards fall, which are taken back, and when something of a case falls due by itself. What follows from log, calendar
 * and rule is a pure function; what people were told is kept once each in case_card, and stands in the log as a step. */
#include "case/case_int.h"
#include "db/db.h"

enum { TIME_EVENTS_A_STEP = 3 };

/* ---- the log as the cards read it ---- */

typedef struct CardLog {
        ClockEvent *v;
        size_t n, cap;
        size_t *step; /* index of the step that an event came from */
} CardLog;

static void event_add(Cx *cx, CardLog *log, ClockEvent e, size_t step) {
        *list_push(cx->arena, log) = e;
        log->step[log->n - 1] = step;
}

static CardLog log_new(Cx *cx, size_t events) {
        return (CardLog){ .step = TAKE_ARRAY(cx->arena, size_t, events * TIME_EVENTS_A_STEP + 1) };
}

/* Has whoever waits for it heard that it is done? Without a reporter the centre does, which needs no telling. */
static bool tells_reporter(const Case *c, const CaseStepRow *s) {
        const FlowAction *a = flow_action(c->flow, s->action);
        const FlowState *to = flow_state(c->flow, s->to_state);
        bool waits = c->row.has_reporter || !c->row.opener.set;

        return !waits || (a && a->public_title.n) || (to && to->final);
}

/* The case's clock with FED_BACK beside it: from the dispatch on, for yellow and red. */
static CardLog handling_log(Cx *cx, const Case *c, const CaseClock *clock) {
        CardLog log = log_new(cx, clock->log.n);
        bool finished = false, fed_back = false;
        size_t step = 0;

        for (size_t i = 0; i < clock->log.n; i++) {
                const ClockEvent *e = &clock->log.v[i];
                bool own = e->holder.p != NULL;

                if (own && i)
                        step++;
                event_add(cx, &log, *e, step);
                if (e->kind == CLOCK_EVENT_RESUME || e->kind == CLOCK_EVENT_RESET)
                        finished = fed_back = false;
                finished |= e->kind == CLOCK_EVENT_FINISH;
                if (!own || !finished || fed_back || !tells_reporter(c, &c->steps.v[step]))
                        continue;
                fed_back = true;
                event_add(cx, &log, (ClockEvent){ .at_ms = e->at_ms, .kind = CLOCK_EVENT_FED_BACK }, step);
        }
        return log;
}

/* From the report on, for the check: it is checked when it leaves the state (or phase) in which it is to be checked. */
static CardLog checking_log(Cx *cx, const Case *c) {
        CardLog log = log_new(cx, c->steps.n);
        bool checked = false;
        Str began = c->steps.v[0].to_state;

        event_add(cx, &log, (ClockEvent){ .at_ms = c->steps.v[0].at_ms, .kind = CLOCK_EVENT_START }, 0);
        for (size_t i = 1; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowAction *a = flow_action(c->flow, s->action);
                const FlowState *to = flow_state(c->flow, s->to_state);

                if (a && a->clock == FLOW_CLOCK_RESET) { /* opened again: to be checked again */
                        event_add(cx, &log, (ClockEvent){ .at_ms = s->at_ms, .kind = CLOCK_EVENT_RESET }, i);
                        event_add(cx, &log, (ClockEvent){ .at_ms = s->at_ms, .kind = CLOCK_EVENT_START }, i);
                        began = s->to_state;
                        checked = false;
                        continue;
                }
                if (checked || str_eq(s->to_state, began) || (to && to->phase == FLOW_PHASE_VERIFY))
                        continue;
                checked = true;
                event_add(cx, &log, (ClockEvent){ .at_ms = s->at_ms, .kind = CLOCK_EVENT_CHECKED }, i);
        }
        return log;
}

/* ---- what follows ---- */

static int64_t days_of(const ClockCardRule *r, ClockCardKind kind, bool complex) {
        switch (kind) {
        case CLOCK_CARD_CHECK: return r->check_days;
        case CLOCK_CARD_YELLOW: return complex ? r->complex_yellow_days : r->ordinary_yellow_days;
        case CLOCK_CARD_RED: return complex ? r->complex_red_days : r->ordinary_red_days;
        case CLOCK_CARD_COUNT: break;
        }
        return 0;
}

/* Was the case complex when the card fell? */
static bool complex_at(const CaseClock *clock, int64_t at_ms) {
        bool complex = clock->complex;

        for (size_t i = 0; i < clock->log.n && clock->log.v[i].at_ms <= at_ms; i++)
                if (clock->log.v[i].kind == CLOCK_EVENT_CLASS)
                        complex = clock->log.v[i].complex;
        return complex;
}

static void sooner(OptInt *next, OptInt at) {
        if (at.set && (!next->set || at.n < next->n))
                *next = at;
}

static void cards_of(Cx *cx, const Case *c, const ClockRules *rules, const ClockCardRule *days, const CaseClock *clock,
                     const CardLog *log, int64_t at_ms, CaseTime *ret) {
        ClockCards r;

        clock_135(cx, rules, days, log->v, log->n, at_ms, &r);
        for (size_t i = 0; i < r.fallen.n; i++) {
                const ClockCard *k = &r.fallen.v[i];
                CaseDueCard *d = list_push(cx->arena, &ret->cards);

                *d = (CaseDueCard){ .kind = k->kind,
                                    .moment_ms = k->at_ms,
                                    .complex = complex_at(clock, k->at_ms),
                                    .withdrawn_ms = k->withdrawn_ms };
                d->days = days_of(days, k->kind, d->complex);
                if (!k->withdrawn_ms.set)
                        continue;
                d->withdrawn_by = SOME_INT(c->steps.v[log->step[k->withdrawn_by]].seq);
                d->extended = log->v[k->withdrawn_by].kind == CLOCK_EVENT_EXTEND;
        }
        for (ClockCardKind kind = 0; kind < CLOCK_CARD_COUNT; kind++)
                sooner(&ret->next_ms, r.next_ms[kind]);
        if (r.on[CLOCK_CARD_YELLOW] && ret->card < CLOCK_CARD_YELLOW)
                ret->card = CLOCK_CARD_YELLOW;
        if (r.on[CLOCK_CARD_RED])
                ret->card = CLOCK_CARD_RED;
}

static Rc cards_time(Cx *cx, const Case *c, const CaseClock *clock, int64_t at_ms, CaseTime *ret) {
        ClockCardRule handling = c->profile->cards, checking = { .check_days = handling.check_days };
        CardLog of_handling = handling_log(cx, c, clock), of_checking = checking_log(cx, c);
        ClockRules rules;

        handling.check_days = 0;
        TRY(case_cards_rules(cx, c, clock, &rules));
        if (c->row.final) /* what it was late with stays told; nothing more falls */
                at_ms = c->row.closed_ms.set && c->row.closed_ms.n < at_ms ? c->row.closed_ms.n : at_ms;
        cards_of(cx, c, &rules, &checking, clock, &of_checking, at_ms, ret);
        cards_of(cx, c, &rules, &handling, clock, &of_handling, at_ms, ret);
        if (c->row.final) {
                ret->card = 0;
                ret->next_ms = (OptInt){ 0 };
        }
        return OK;
}

static bool flow_acts(const Flow *f) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (f->actions.v[i].after_limit)
                        return true;
        return false;
}

/* An action that stays in the state is taken once, not for ever. */
static bool taken_here(const Case *c, const FlowAction *a) {
        for (size_t i = c->steps.n; i-- > 0 && str_eq(c->steps.v[i].to_state, c->row.state);)
                if (str_eq(c->steps.v[i].action, a->code) && str_eq(c->steps.v[i].from_state, c->row.state))
                        return true;
        return false;
}

/* What the system does when the state's limit has run out, whatever the case's own clock does. */
static Rc after_time(Cx *cx, const Case *c, const CaseClock *clock, CaseTime *ret) {
        const FlowState *state = flow_state(c->flow, c->row.state);
        const FlowAction *a;
        FlowCase standing;
        OptInt at;

        TRY(case_standing(cx, c, &standing));
        a = flow_after_limit(c->flow, &standing);
        if (!a || !state || state->final || taken_here(c, a))
                return OK;
        TRY(case_state_limit(cx, c, state, clock, &at));
        sooner(&ret->next_ms, at);
        if (at.set && at.n <= now_ms(cx))
                ret->after = a;
        return OK;
}

static bool has_cards(const Case *c) {
        return c->profile->has_cards && c->flow->kind == FLOW_KIND_EVENT;
}

Rc case_time(Cx *cx, const Case *c, int64_t at_ms, CaseTime *ret) {
        CaseClock clock;
        CaseTime t = { 0 };

        case_clock(cx, c->flow, c->steps.v, c->steps.n, &clock);
        if (has_cards(c))
                TRY(cards_time(cx, c, &clock, at_ms, &t));
        if (flow_acts(c->flow))
                TRY(after_time(cx, c, &clock, &t));
        return *ret = t, OK;
}

/* ---- what was told ---- */

/* By a clock that was ahead cards may have been told that are not due yet: they stay, and are not told again. */
static int64_t seen_until(const Cx *cx, const CaseCardRowList *told) {
        int64_t at = now_ms(cx);

        for (size_t i = 0; i < told->n; i++)
                if (!told->v[i].withdrawn_ms.set && told->v[i].moment_ms > at)
                        at = told->v[i].moment_ms;
        return at;
}

/* What differs between what follows and what was told. A card that only moved (another calendar) stays as it was told. */
typedef struct Differs {
        struct {
                const CaseDueCard **v;
                size_t n, cap;
        } fell;
        struct {
                const CaseCardRow **v;
                const CaseDueCard *by[32]; /* NULL: another calendar or rule */
                size_t n, cap;
        } back;
} Differs;

static const CaseDueCard *due_like(const CaseTime *t, const CaseCardRow *row) {
        for (size_t i = 0; i < t->cards.n; i++)
                if (t->cards.v[i].kind == row->kind && t->cards.v[i].moment_ms == row->moment_ms)
                        return &t->cards.v[i];
        return NULL;
}

static const CaseCardRow *told_like(const CaseCardRowList *told, const CaseDueCard *d) {
        for (size_t i = 0; i < told->n; i++)
                if (told->v[i].kind == d->kind && told->v[i].moment_ms == d->moment_ms)
                        return &told->v[i];
        return NULL;
}

/* The card of the kind that holds, told for another moment. */
static const CaseCardRow *told_otherwise(const CaseCardRowList *told, const CaseTime *t, const CaseDueCard *d) {
        for (size_t i = 0; i < told->n; i++)
                if (told->v[i].kind == d->kind && !told->v[i].withdrawn_ms.set && !due_like(t, &told->v[i]))
                        return &told->v[i];
        return NULL;
}

static const CaseDueCard *due_otherwise(const CaseCardRowList *told, const CaseTime *t, const CaseCardRow *row) {
        for (size_t i = 0; i < t->cards.n; i++)
                if (t->cards.v[i].kind == row->kind && !t->cards.v[i].withdrawn_ms.set && !told_like(told, &t->cards.v[i]))
                        return &t->cards.v[i];
        return NULL;
}

static void compare(Cx *cx, const CaseCardRowList *told, const CaseTime *t, Differs *ret) {
        *ret = (Differs){ 0 };
        for (size_t i = 0; i < t->cards.n; i++)
                if (!told_like(told, &t->cards.v[i]) &&
                    (t->cards.v[i].withdrawn_ms.set || !told_otherwise(told, t, &t->cards.v[i])))
                        *list_push(cx->arena, &ret->fell) = &t->cards.v[i];
        for (size_t i = 0; i < told->n && ret->back.n < ARRAY_LEN(ret->back.by); i++) {
                const CaseCardRow *row = &told->v[i];
                const CaseDueCard *d = due_like(t, row);

                if (row->withdrawn_ms.set || (d && !d->withdrawn_ms.set) || (!d && due_otherwise(told, t, row)))
                        continue;
                ret->back.by[ret->back.n] = d;
                *list_push(cx->arena, &ret->back) = row;
        }
}

static Rc told_of(Cx *cx, const Case *c, CaseCardRowList *ret) {
        *ret = (CaseCardRowList){ 0 };
        if (c->file)
                return *ret = c->file->cards, OK;
        return (has_cards(c) && c->steps.n > 1) || c->row.card ? case_store_cards(cx, c->row.id, ret) : OK;
}

/* ---- settling ---- */

static const char *const step_words[CLOCK_CARD_COUNT] = { "card-check", "card-yellow", "card-red" };

Str case_card_step_name(const Cx *cx, Str action) {
        static const char *const zh[CLOCK_CARD_COUNT] = { "超时未核实提醒", "发黄牌", "发红牌" },
                                *const en[CLOCK_CARD_COUNT] = { "Not checked in time", "Yellow card", "Red card" };

        for (int k = 0; k < CLOCK_CARD_COUNT; k++)
                if (str_eq_c(action, step_words[k]))
                        return str_c(cx->lang == LANG_EN ? en[k] : zh[k]);
        return STR_NONE;
}

/* Tells a card: row, step in the log, notice; whoever comes second finds it told. */
static Rc card_tell(Cx *cx, Case *c, const CaseDueCard *d, int64_t card) {
        CaseCardRow row = { c->row.id, d->kind, d->moment_ms, now_ms(cx), d->days, d->complex, { 0 }, { 0 }, STR_NONE };
        CaseStepRow step = { .action = str_c(step_words[d->kind]),
                             .actor_role = ROLE_SYSTEM,
                             .from_state = c->row.state,
                             .held_ms = SOME_INT(now_ms(cx) - c->row.holder_since_ms) },
                    *added;
        bool fresh;
        CaseRow *moved;

        TRY(case_store_card_add(cx, &row, &fresh));
        if (!fresh)
                return OK;
        step.detail = str_fmt(cx->arena, "%lld %lld", (long long)d->moment_ms, (long long)d->days);
        TRY(case_store_card_move(cx, c->row.id, card, &moved));
        c->row = *moved;
        TRY(case_step_append(cx, &c->row, &c->steps.v[c->steps.n - 1], &step, &added));
        *list_push(cx->arena, &c->steps) = *added;
        TRY(audit_note(cx, "case.card", str_fmt(cx->arena, "case/%lld", (long long)c->row.id), STR_NONE));
        return case_tell(cx, &c->row, NULL, str_c(step_words[d->kind]));
}

static Rc card_back(Cx *cx, const Case *c, const CaseCardRow *told, const CaseDueCard *d) {
        CaseCardRow row = *told;

        row.withdrawn_ms = d ? d->withdrawn_ms : SOME_INT(now_ms(cx));
        row.withdrawn_by = d ? d->withdrawn_by : (OptInt){ 0 };
        row.withdrawn_why = d ? (d->extended ? S("extended") : S("class")) : S("recomputed");
        TRY(case_store_card_withdraw(cx, &row));
        TRY(audit_note(cx, "case.card-withdrawn", str_fmt(cx->arena, "case/%lld", (long long)c->row.id), STR_NONE));
        return case_tell(cx, &c->row, NULL, S("card-withdrawn"));
}

static Rc settle_cards(Cx *cx, Case *c, CaseTime *ret) {
        CaseCardRowList told;
        Differs differs;
        CaseRow *row;

        TRY(told_of(cx, c, &told));
        TRY(case_time(cx, c, seen_until(cx, &told), ret));
        compare(cx, &told, ret, &differs);
        for (size_t i = 0; i < differs.back.n; i++)
                TRY(card_back(cx, c, differs.back.v[i], differs.back.by[i]));
        for (size_t i = 0; i < differs.fell.n; i++) {
                const CaseDueCard *d = differs.fell.v[i];
                CaseCardRow as_told = { .case_id = c->row.id, .kind = d->kind, .moment_ms = d->moment_ms };

                TRY(card_tell(cx, c, d, ret->card));
                if (d->withdrawn_ms.set)
                        TRY(card_back(cx, c, &as_told, d));
        }
        if (c->row.card == ret->card)
                return OK;
        TRY(case_store_card(cx, c->row.id, ret->card, &row));
        c->row.card = row->card;
        return OK;
}

bool case_has_moments(const Case *c) { return has_cards(c) || flow_acts(c->flow) || c->row.card; }

Rc case_settle_time(Cx *cx, Case *c, CaseTime *ret) {
        *ret = (CaseTime){ 0 };
        if (!case_has_moments(c))
                return OK;
        TRY(settle_cards(cx, c, ret));
        return case_store_moment(cx, c->row.id, ret->next_ms, c->steps.n > 1);
}

Rc case_settle(Cx *cx, Case *c) { return case_settle_time(cx, c, &(CaseTime){ 0 }); }

Rc case_settled(Cx *cx, const Case *c, const CaseCardRowList *told, OptInt moment, CaseSettled *ret) {
        Differs differs;
        CaseTime t;

        *ret = (CaseSettled){ true, true, moment };
        if (!case_has_moments(c))
                return OK;
        if (moment.set && moment.n <= now_ms(cx)) /* the sweep's to do */
                return OK;
        TRY(case_time(cx, c, seen_until(cx, told), &t));
        compare(cx, told, &t, &differs);
        ret->cards = c->row.card == t.card && !differs.back.n && !differs.fell.n;
        ret->moment = moment.set == t.next_ms.set && (!moment.set || moment.n == t.next_ms.n);
        ret->next_ms = t.next_ms;
        return OK;
}

/* ---- as people read it ---- */

static Str why_text(Cx *cx, const CaseCardRow *r) {
        bool en = cx->lang == LANG_EN;

        if (r->kind == CLOCK_CARD_CHECK)
                return str_fmt(cx->arena,
                               en ? "Not checked within %lld working day(s) of the report" : "上报后 %lld 个工作日内未核实",
                               (long long)r->days);
        return str_fmt(cx->arena,
                       en ? "%s matter: not finished and fed back within %lld working days of its dispatch"
                          : "%s事项：派遣后 %lld 个工作日内未办结并反馈",
                       r->complex ? (en ? "Complex" : "复杂") : en ? "Ordinary" : "一般", (long long)r->days);
}

static Str withdrawn_text(Cx *cx, const Case *c, const CaseCardRow *r) {
        bool en = cx->lang == LANG_EN;

        for (size_t i = 0; r->withdrawn_by.set && i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];

                if (s->seq == r->withdrawn_by.n)
                        return str_fmt(cx->arena, en ? "%s: \"" STR_FMT "\" by " STR_FMT : "%s：“" STR_FMT "”，" STR_FMT,
                                       str_eq(r->withdrawn_why, S("extended")) ? (en ? "Extended" : "已批准延期")
                                                                               : (en ? "Another class" : "难易程度变更"),
                                       STR_ARG(case_action_name(cx, c->flow, s->action)),
                                       STR_ARG(case_actor_text(cx, c->profile, s->actor_name, s->actor_role,
                                                               s->actor_department, false)));
        }
        return en ? S("The working-day calendar or a limit changed") : S("工作日历或时限更新后重新计算");
}

/* Followed up: urged or supervised after it was told. */
static OptInt followed(const Case *c, const CaseCardRow *r) {
        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowAction *a = flow_action(c->flow, s->action);

                if (s->at_ms >= r->noticed_ms && a && a->mark)
                        return SOME_INT(s->at_ms);
        }
        return (OptInt){ 0 };
}

Rc case_cards_view(Cx *cx, const Case *c, CardViewList *ret) {
        CaseCardRowList told;

        TRY(told_of(cx, c, &told));
        for (size_t i = 0; i < told.n; i++) {
                const CaseCardRow *r = &told.v[i];
                CardView *v = list_push(cx->arena, ret);

                *v = (CardView){ .kind = r->kind == CLOCK_CARD_CHECK ? CARD_WORD_CHECK : (CardWord)r->kind,
                                 .at = r->moment_ms,
                                 .why = why_text(cx, r),
                                 .followed = followed(c, r),
                                 .withdrawn = r->withdrawn_ms };
                if (r->withdrawn_ms.set)
                        v->withdrawn_why = withdrawn_text(cx, c, r);
        }
        return OK;
}
