/* The log read into pieces, and what follows from them: deadline, elapsed time, holdings. No loop here goes over days. */
#include "core/clock/clock_int.h"
#include <stddef.h>

/* ---- reading -------------------------------------------- */

static void piece_open(Cx *cx, ClockLog *log, int64_t at_ms) {
        ClockPiece *last = log->pieces.n ? &log->pieces.v[log->pieces.n - 1] : NULL;

        if (last)
                last->to_ms = at_ms;
        if (!last || last->from_ms != at_ms)
                last = list_push(cx->arena, &log->pieces);
        *last = (ClockPiece){ .from_ms = at_ms,
                              .to_ms = INT64_MAX,
                              .state = log->state,
                              .went_on = log->went_on,
                              .dead_ms = log->dead_ms,
                              .holder = log->holder };
        if (log->state == CLOCK_PAUSED)
                last->reason = log->pauses.v[log->pauses.n - 1].reason;
}

static void go_on(ClockLog *log, int64_t at_ms) {
        if (day_of_ms(log->stood_ms) != day_of_ms(at_ms)) {
                log->dead_ms = day_start_ms(day_of_ms(at_ms) + 1);
                log->went_on = true;
        }
        log->state = CLOCK_RUNNING;
}

static void stand(ClockLog *log, ClockState state, int64_t at_ms) {
        if (log->state == CLOCK_RUNNING)
                log->stood_ms = at_ms;
        log->state = state;
}

static void start(ClockLog *log, int64_t at_ms) {
        log->state = CLOCK_RUNNING;
        log->start_ms = at_ms;
        log->dead_ms = day_start_ms(day_of_ms(at_ms) + 1);
        log->went_on = false;
}

static void pause_begin(Cx *cx, ClockLog *log, const ClockEvent *e, int64_t at_ms) {
        for (size_t i = 0; i < log->pauses.n; i++)
                if (log->pauses.v[i].key == e->pause)
                        return;
        *list_push(cx->arena, &log->pauses) = (ClockOpenPause){ e->pause, e->reason };
        stand(log, CLOCK_PAUSED, at_ms);
}

static void pause_end(ClockLog *log, int64_t key, int64_t at_ms) {
        for (size_t i = 0; i < log->pauses.n; i++)
                if (log->pauses.v[i].key == key) {
                        memmove(&log->pauses.v[i], &log->pauses.v[i + 1],
                                (log->pauses.n - i - 1) * sizeof *log->pauses.v);
                        log->pauses.n--;
                        if (!log->pauses.n)
                                go_on(log, at_ms);
                        return;
                }
}

/* A clock that was paused goes on standing since its pause began. */
static void finish(ClockLog *log, ClockState state, int64_t at_ms) {
        if (log->state == CLOCK_RUNNING || log->state == CLOCK_PAUSED)
                log->ended_ms = at_ms;
        log->pauses.n = 0;
        stand(log, state, at_ms);
}

static void take(Cx *cx, ClockLog *log, const ClockRules *rules, const ClockEvent *e, int64_t at_ms) {
        bool active = log->state == CLOCK_RUNNING || log->state == CLOCK_PAUSED;

        switch (e->kind) {
        case CLOCK_EVENT_START:
                if (log->state == CLOCK_NOT_STARTED)
                        start(log, at_ms);
                break;
        case CLOCK_EVENT_FINISH:
                if (active)
                        finish(log, CLOCK_FINISHED, at_ms);
                break;
        case CLOCK_EVENT_RESUME:
                if (log->state == CLOCK_FINISHED)
                        go_on(log, at_ms);
                break;
        case CLOCK_EVENT_PAUSE:
                if (active)
                        pause_begin(cx, log, e, at_ms);
                break;
        case CLOCK_EVENT_GO_ON:
                if (log->state == CLOCK_PAUSED)
                        pause_end(log, e->pause, at_ms);
                break;
        case CLOCK_EVENT_EXTEND:
                if (e->approved && str_eq(e->phase, rules->phase) && e->more.unit < CLOCK_UNIT_COUNT &&
                    e->more.amount > 0 && e->more.amount <= CLOCK_HOURS_MAX * 60)
                        log->more[e->more.unit] += e->more.amount;
                break;
        case CLOCK_EVENT_CLASS:
                log->class = e;
                log->complex = e->complex;
                break;
        case CLOCK_EVENT_RESET:
                log->state = CLOCK_NOT_STARTED;
                log->pieces.n = log->pauses.n = 0;
                memset(log->more, 0, sizeof log->more);
                break;
        case CLOCK_EVENT_WITHDRAW: finish(log, CLOCK_WITHDRAWN, at_ms); break;
        case CLOCK_EVENT_HOLDER:
        case CLOCK_EVENT_CHECKED:
        case CLOCK_EVENT_FED_BACK:
        case CLOCK_EVENT_PHASE:
        case CLOCK_EVENT_COUNT: break;
        }
}

void clock_log_begin(ClockLog *log, const ClockRules *rules) {
        memset(log, 0, offsetof(ClockLog, few));
        log->pieces.v = log->few;
        log->pieces.cap = ARRAY_LEN(log->few);
        log->last_ms = INT64_MIN;
        log->complex = rules->complex;
}

void clock_log_add(Cx *cx, ClockLog *log, const ClockRules *rules, const ClockEvent *e) {
        ClockState before = log->state;
        size_t pauses = log->pauses.n;

        if (e->at_ms > log->last_ms)
                log->last_ms = e->at_ms;
        if (str_given(e->holder))
                log->holder = e->holder;
        take(cx, log, rules, e, log->last_ms);
        if ((log->pieces.n || log->state == CLOCK_RUNNING) &&
            (log->state != before || log->pauses.n != pauses || str_given(e->holder)))
                piece_open(cx, log, log->last_ms);
}

void clock_log_read(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, ClockLog *ret) {
        clock_log_begin(ret, rules);
        for (size_t i = 0; i < n; i++)
                clock_log_add(cx, ret, rules, &events[i]);
}

/* ---- measuring -------------------------------------------- */

int64_t clock_counted(const ClockScale *scale, ClockUnit unit, const ClockPiece *piece, int64_t from_ms,
                      int64_t to_ms) {
        if (piece->state != CLOCK_RUNNING || to_ms <= from_ms)
                return 0;
        switch (unit) {
        case CLOCK_WORK_DAYS:
                return clock_scale_between(scale, from_ms > piece->dead_ms ? from_ms : piece->dead_ms,
                                           to_ms);
        case CLOCK_WORK_HOURS:
        case CLOCK_UNIT_NONE:
        case CLOCK_UNIT_COUNT: return clock_scale_between(scale, from_ms, to_ms);
        case CLOCK_HOURS:
        case CLOCK_DAYS: return to_ms - from_ms;
        }
        return 0;
}

/* What a running stretch uses up, in the unit's own measure. Whole days need no dead_ms: the stretches of a run telescope, and
 * the day of the start or of going on is never the first counted. */
static int64_t used(const ClockScale *scale, ClockUnit unit, int64_t from_ms, int64_t to_ms) {
        if (unit == CLOCK_WORK_DAYS)
                return clock_scale_days(scale, day_of_ms(from_ms), day_of_ms(to_ms));
        return unit == CLOCK_WORK_HOURS ? clock_scale_between(scale, from_ms, to_ms) : to_ms - from_ms;
}

static int64_t reach(const ClockScale *scale, ClockUnit unit, int64_t from_ms, int64_t left) {
        if (unit == CLOCK_WORK_DAYS)
                return day_start_ms(clock_scale_workday_after(scale, day_of_ms(from_ms), left) + 1);
        return unit == CLOCK_WORK_HOURS ? clock_scale_after(scale, from_ms, left) : from_ms + left;
}

/* on_from: from when it runs on after the last piece; INT64_MAX: it does not. */
static OptInt reached(const ClockScale *scale, const ClockLog *log, ClockDuration limit, int64_t on_from) {
        int64_t left = clock_duration_measure(limit);

        if (left <= 0 || !log->pieces.n)
                return (OptInt){ 0 };
        for (size_t i = 0; i < log->pieces.n; i++) {
                const ClockPiece *p = &log->pieces.v[i];
                int64_t spent;

                if (p->state != CLOCK_RUNNING)
                        continue;
                if (p->to_ms == INT64_MAX)
                        return SOME_INT(reach(scale, limit.unit, p->from_ms, left));
                spent = used(scale, limit.unit, p->from_ms, p->to_ms);
                if (spent >= left)
                        return SOME_INT(reach(scale, limit.unit, p->from_ms, left));
                left -= spent;
        }
        return on_from == INT64_MAX ? (OptInt){ 0 } : SOME_INT(reach(scale, limit.unit, on_from, left));
}

OptInt clock_log_reached(const ClockScale *scale, const ClockLog *log, ClockDuration limit) {
        bool ended = log->state == CLOCK_FINISHED || log->state == CLOCK_WITHDRAWN;

        return reached(scale, log, limit, ended ? log->ended_ms : INT64_MAX);
}

/* The limit that the log's end leaves in force. */
static ClockDuration limit_of(const ClockRules *rules, const ClockLog *log) {
        ClockDuration limit = log->class && !rules->limits ? log->class->limit : rules->limit;

        if (rules->limits) {
                DayNo day = log->pieces.n ? day_of_ms(log->start_ms) : INT32_MAX;
                const ClockLimit *row = clock_limit_find(
                        rules->limits, log->class ? &log->class->of : &rules->of, rules->phase, day);

                limit = row ? row->limit : (ClockDuration){ 0 };
        }
        if (limit.amount <= 0 || limit.unit >= CLOCK_UNIT_COUNT)
                return (ClockDuration){ 0 };
        for (ClockUnit u = CLOCK_WORK_HOURS; u < CLOCK_UNIT_COUNT; u++)
                limit.amount += clock_duration_in(&rules->scale->windows, (ClockDuration){ log->more[u], u },
                                                  limit.unit);
        return limit;
}

/* ---- results -------------------------------------------- */

static ClockHolding *holding_of(Cx *cx, ClockHoldingList *list, Str holder) {
        ClockHolding *h;

        for (size_t i = 0; i < list->n; i++)
                if (str_eq(list->v[i].holder, holder))
                        return &list->v[i];
        h = list_push(cx->arena, list);
        h->holder = holder;
        return h;
}

/* Elapsed time, whole days and holdings in one pass over the pieces: sum and parts are the same additions. */
static void tell_elapsed(Cx *cx, const ClockScale *scale, const ClockLog *log, ClockUnit unit,
                         ClockResult *r) {
        DayNo today = day_of_ms(r->until_ms) - 1;

        for (size_t i = 0; i < log->pieces.n; i++) {
                const ClockPiece *p = &log->pieces.v[i];
                int64_t to = p->to_ms < r->until_ms ? p->to_ms : r->until_ms;
                int64_t ms = clock_counted(scale, unit, p, p->from_ms, to);
                DayNo from_day = day_of_ms(p->from_ms), to_day = day_of_ms(to);
                ClockHolding *h;

                r->elapsed_ms += ms;
                if (p->state == CLOCK_RUNNING && unit == CLOCK_WORK_DAYS)
                        r->elapsed_days += clock_scale_days(scale, from_day < today ? from_day : today,
                                                            to_day < today ? to_day : today);
                if (p->state == CLOCK_WITHDRAWN || (p->state == CLOCK_FINISHED && p->to_ms == INT64_MAX))
                        continue;
                h = holding_of(cx, &r->holdings, p->holder);
                h->elapsed_ms += ms;
                h->wall_ms += to - p->from_ms;
        }
}

static void tell_remaining(const ClockScale *scale, const ClockLog *log, ClockResult *r) {
        OptInt due = r->due_ms.set ? r->due_ms : r->due_if_on_ms;
        bool ended = log->state == CLOCK_FINISHED || log->state == CLOCK_WITHDRAWN;
        int64_t dead = log->dead_ms, now = ended ? log->ended_ms : r->until_ms;

        if (r->limit.unit != CLOCK_WORK_DAYS) {
                r->remaining_ms = clock_duration_measure(r->limit) - r->elapsed_ms;
                return;
        }
        r->remaining_days = r->limit.amount - r->elapsed_days;
        if (log->state != CLOCK_RUNNING && day_of_ms(log->stood_ms) != day_of_ms(now))
                dead = day_start_ms(day_of_ms(now) + 1); /* the day it would go on */
        if (!due.set)
                return;
        r->remaining_ms = due.n >= now ? clock_scale_between(scale, now > dead ? now : dead, due.n)
                                       : -clock_scale_between(scale, due.n > dead ? due.n : dead, now);
}

static void tell_provisional(const ClockScale *scale, const ClockLog *log, ClockResult *r) {
        int64_t last =
                log->state == CLOCK_RUNNING || log->state == CLOCK_PAUSED ? r->until_ms : log->stood_ms;

        if (!clock_unit_works(r->limit.unit) && r->limit.unit)
                return;
        if (r->due_ms.set && r->due_ms.n - 1 > last)
                last = r->due_ms.n - 1;
        if (r->due_if_on_ms.set && r->due_if_on_ms.n - 1 > last)
                last = r->due_if_on_ms.n - 1;
        r->missing_year = clock_scale_missing(scale, day_of_ms(log->start_ms), day_of_ms(last));
        r->provisional = r->missing_year != 0;
}

static void derive(Cx *cx, const ClockRules *rules, const ClockLog *log, int64_t at_ms, ClockResult *ret) {
        const ClockScale *scale = rules->scale;
        ClockResult r = { .state = log->state,
                          .limit = limit_of(rules, log),
                          .until_ms = at_ms > log->last_ms ? at_ms : log->last_ms,
                          .calendar_edition = scale->calendar->edition,
                          .windows_edition = scale->windows.edition,
                          .limits_edition = rules->limits ? rules->limits->edition : 0 };

        if (log->pieces.n) {
                r.start_ms = SOME_INT(log->start_ms);
                if (log->state != CLOCK_RUNNING)
                        r.stood_ms = SOME_INT(log->stood_ms);
                r.due_ms = clock_log_reached(scale, log, r.limit);
                if (log->state == CLOCK_PAUSED && !r.due_ms.set)
                        r.due_if_on_ms = reached(scale, log, r.limit, r.until_ms);
                r.late = r.due_ms.set && r.due_ms.n <= (r.stood_ms.set ? r.stood_ms.n : r.until_ms);
                tell_elapsed(cx, scale, log, r.limit.unit, &r);
                if (r.limit.amount)
                        tell_remaining(scale, log, &r);
                tell_provisional(scale, log, &r);
        }
        *ret = r;
}

void clock_derive(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int64_t at_ms,
                  ClockResult *ret) {
        ClockLog log;

        clock_log_read(cx, rules, events, n, &log);
        derive(cx, rules, &log, at_ms, ret);
}

void clock_explain(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n, int64_t at_ms,
                   ClockResult *ret) {
        ClockLog log;

        clock_log_read(cx, rules, events, n, &log);
        derive(cx, rules, &log, at_ms, ret);
        clock_spans(cx, rules, &log, ret);
}

OptInt clock_due(Cx *cx, const ClockRules *rules, const ClockEvent *events, size_t n,
                 int *ret_missing_year) {
        OptInt due = { 0 };
        ClockDuration limit;
        ClockLog log;

        clock_log_read(cx, rules, events, n, &log);
        limit = limit_of(rules, &log);
        if (log.state == CLOCK_RUNNING)
                due = clock_log_reached(rules->scale, &log, limit);
        if (ret_missing_year)
                *ret_missing_year = due.set && clock_unit_works(limit.unit)
                                            ? clock_scale_missing(rules->scale, day_of_ms(log.start_ms),
                                                                  day_of_ms(due.n - 1))
                                            : 0;
        return due;
}

OptInt clock_next_moment(const ClockResult *whole, const ClockResult *phase, const ClockCards *cards) {
        const ClockResult *results[] = { whole, phase };
        OptInt next = { 0 };

        for (size_t i = 0; i < ARRAY_LEN(results); i++) {
                const ClockResult *r = results[i];

                if (r && r->state == CLOCK_RUNNING && r->due_ms.set && r->due_ms.n > r->until_ms &&
                    (!next.set || r->due_ms.n < next.n))
                        next = r->due_ms;
        }
        for (size_t i = 0; cards && i < CLOCK_CARD_COUNT; i++)
                if (cards->next_ms[i].set && (!next.set || cards->next_ms[i].n < next.n))
                        next = cards->next_ms[i];
        return next;
}

/* ---- phases -------------------------------------------- */

void clock_phase_log(Cx *cx, const ClockEvent *events, size_t n, Str phase, ClockEvent **ret,
                     size_t *ret_n) {
        ClockEvent *out = TAKE_ARRAY(cx->arena, ClockEvent, n ? n : 1);
        bool in = false, been = false;

        for (size_t i = 0; i < n; i++) {
                ClockEvent *e = &out[i];

                *e = events[i];
                if (e->kind == CLOCK_EVENT_PHASE) {
                        bool enters = str_eq(e->phase, phase);

                        e->kind = CLOCK_EVENT_HOLDER;
                        if (enters && !in)
                                e->kind = been ? CLOCK_EVENT_RESUME : CLOCK_EVENT_START;
                        else if (!enters && in)
                                e->kind = CLOCK_EVENT_FINISH;
                        in = enters;
                        been |= enters;
                } else if (e->kind == CLOCK_EVENT_START || e->kind == CLOCK_EVENT_RESUME ||
                           e->kind == CLOCK_EVENT_FINISH) {
                        e->kind = CLOCK_EVENT_HOLDER; /* of the whole; a phase is left by entering another */
                } else if (e->kind == CLOCK_EVENT_RESET) {
                        in = been = false;
                }
        }
        *ret = out;
        *ret_n = n;
}
