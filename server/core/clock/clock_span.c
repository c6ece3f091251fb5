/* The derivation: every minute from the start on has its reason. For the case page; sweeps do without. */
#include "core/clock/clock_int.h"

/* Where the next spans come from. */
typedef struct Teller {
        Cx *cx;
        const ClockRules *rules;
        ClockResult *r;
        const ClockPiece *piece;
        int64_t days_before; /* working days: counted in the pieces before this one */
        int64_t day_number;  /* of the counted day that is being told; 0 none */
} Teller;

static Str say(const Cx *cx, const char *zh, const char *en) { return str_c(cx->lang == LANG_EN ? en : zh); }

static bool joins(const ClockSpan *a, const ClockSpan *b) {
        return a->kind == b->kind && a->to_ms == b->from_ms && a->ahead == b->ahead && a->late == b->late &&
               a->provisional == b->provisional && a->day_number == b->day_number &&
               str_eq(a->why, b->why) && str_eq(a->holder, b->holder);
}

static void add(Teller *t, ClockSpan span) {
        ClockSpanList *list = &t->r->spans;
        ClockSpan *last = list->n ? &list->v[list->n - 1] : NULL;

        span.counted_ms = span.kind == CLOCK_SPAN_COUNTED ? span.to_ms - span.from_ms : 0;
        span.cumulative_ms = (last ? last->cumulative_ms : 0) + span.counted_ms;
        if (last && joins(last, &span)) {
                last->to_ms = span.to_ms;
                last->counted_ms += span.counted_ms;
                last->cumulative_ms = span.cumulative_ms;
        } else if (list->n == CLOCK_SPANS_MAX) {
                t->r->spans_cut = true;
        } else {
                *list_push(t->cx->arena, list) = span;
        }
}

/* One stretch with one reason, cut where it is now and where the deadline is. */
static void tell(Teller *t, int64_t from_ms, int64_t to_ms, ClockSpanKind kind, Str why) {
        const ClockResult *r = t->r;
        DayNo day = day_of_ms(from_ms);
        bool works = clock_unit_works(r->limit.unit) || !r->limit.unit;

        while (from_ms < to_ms && !r->spans_cut) {
                int64_t to = to_ms;

                if (from_ms < r->until_ms && r->until_ms < to)
                        to = r->until_ms;
                if (r->due_ms.set && from_ms < r->due_ms.n && r->due_ms.n < to)
                        to = r->due_ms.n;
                add(t, (ClockSpan){ .from_ms = from_ms,
                                    .to_ms = to,
                                    .kind = kind,
                                    .why = why,
                                    .holder = t->piece->holder,
                                    .day_number = kind == CLOCK_SPAN_COUNTED ? t->day_number : 0,
                                    .ahead = from_ms >= r->until_ms,
                                    .late = r->due_ms.set && from_ms >= r->due_ms.n,
                                    .provisional = works && t->piece->state == CLOCK_RUNNING &&
                                                   clock_scale_missing(t->rules->scale, day, day) });
                from_ms = to;
        }
}

static Str day_off_reason(Teller *t, DayNo day, const CalendarEntry *e) {
        Str why = calendar_reason(t->cx, e, true);

        if (!e && clock_scale_missing(t->rules->scale, day, day))
                return str_fmt(t->cx->arena,
                               t->cx->lang == LANG_EN ? STR_FMT " (the calendar of %d is not published)"
                                                      : STR_FMT "（%d 年放假安排未公布）",
                               STR_ARG(why), date_of_day(day).year);
        return why;
}

/* Why working time counts: on an ordinary day because it is working time, on a make-up day that is said. */
static Str work_reason(Teller *t, const CalendarEntry *e) {
        return e && e->work ? calendar_reason(t->cx, e, false) : say(t->cx, "工作时间", "working time");
}

/* What lies between two windows of a day is lunch when it is between 11 and 15 o'clock. */
static Str break_reason(const Cx *cx, int from_min, int to_min) {
        return from_min >= 11 * 60 && to_min <= 15 * 60 ? say(cx, "午休", "lunch break")
                                                        : say(cx, "班间休息", "break between shifts");
}

/* A part of one working day. */
static void tell_windows(Teller *t, int64_t from_ms, int64_t to_ms, DayNo day, Str why) {
        const ClockSeason *s = clock_scale_season(t->rules->scale, day);
        int64_t start = day_start_ms(day), at = from_ms;

        for (size_t i = 0; i < s->n && at < to_ms; i++) {
                int64_t from = start + s->v[i].from_min * MS_MINUTE, to = start + s->v[i].to_min * MS_MINUTE;

                if (at < from) {
                        int64_t end = from < to_ms ? from : to_ms;

                        tell(t, at, end, i ? CLOCK_SPAN_BREAK : CLOCK_SPAN_AFTER_HOURS,
                             i ? break_reason(t->cx, s->v[i - 1].to_min, s->v[i].from_min)
                               : say(t->cx, "非工作时间", "outside office hours"));
                        at = end;
                }
                if (at < to && at < to_ms) {
                        int64_t end = to < to_ms ? to : to_ms;

                        tell(t, at, end, CLOCK_SPAN_COUNTED, why);
                        at = end;
                }
        }
        if (at < to_ms)
                tell(t, at, to_ms, CLOCK_SPAN_AFTER_HOURS, say(t->cx, "非工作时间", "outside office hours"));
}

static void tell_day(Teller *t, int64_t from_ms, int64_t to_ms, DayNo day) {
        const ClockScale *scale = t->rules->scale;
        const CalendarEntry *e = calendar_entry(scale->calendar, day, scale->region);

        if (!clock_scale_workday(scale, day)) {
                tell(t, from_ms, to_ms, CLOCK_SPAN_DAY_OFF, day_off_reason(t, day, e));
                return;
        }
        if (t->r->limit.unit == CLOCK_WORK_DAYS && from_ms < t->piece->dead_ms) {
                tell(t, from_ms, to_ms, CLOCK_SPAN_START_DAY,
                     t->piece->went_on ? say(t->cx, "恢复计时当日，不计入", "day of going on, not counted")
                                       : say(t->cx, "起始日，不计入", "day of the start, not counted"));
                return;
        }
        if (t->r->limit.unit == CLOCK_WORK_DAYS)
                t->day_number = t->days_before + clock_scale_days(scale, day_of_ms(t->piece->from_ms), day);
        tell_windows(t, from_ms, to_ms, day, work_reason(t, e));
}

/* A running stretch, day by day. */
static void tell_running(Teller *t, int64_t from_ms, int64_t to_ms) {
        if (!clock_unit_works(t->r->limit.unit) && t->r->limit.unit) {
                tell(t, from_ms, to_ms, CLOCK_SPAN_COUNTED,
                     say(t->cx, "连续计时", "counted without a break"));
                return;
        }
        while (from_ms < to_ms && !t->r->spans_cut) {
                DayNo day = day_of_ms(from_ms);
                int64_t end = day_start_ms(day + 1) < to_ms ? day_start_ms(day + 1) : to_ms;

                tell_day(t, from_ms, end, day);
                from_ms = end;
        }
}

static Str paused_reason(Cx *cx, Str reason) {
        if (!reason.n)
                return say(cx, "暂停计时", "paused");
        return str_fmt(cx->arena, cx->lang == LANG_EN ? "paused: " STR_FMT : "暂停计时：" STR_FMT,
                       STR_ARG(reason));
}

static void tell_piece(Teller *t, int64_t to_ms) {
        const ClockPiece *p = t->piece;

        switch (p->state) {
        case CLOCK_RUNNING: tell_running(t, p->from_ms, to_ms); break;
        case CLOCK_PAUSED:
                tell(t, p->from_ms, to_ms, CLOCK_SPAN_PAUSED, paused_reason(t->cx, p->reason));
                break;
        case CLOCK_FINISHED:
                tell(t, p->from_ms, to_ms, CLOCK_SPAN_FINISHED,
                     say(t->cx, "已办结，停止计时", "handed in, the clock stopped"));
                break;
        case CLOCK_NOT_STARTED:
        case CLOCK_WITHDRAWN:
        case CLOCK_STATE_COUNT: break;
        }
}

void clock_spans(Cx *cx, const ClockRules *rules, const ClockLog *log, ClockResult *r) {
        Teller t = { .cx = cx, .rules = rules, .r = r };

        for (size_t i = 0; i < log->pieces.n; i++) {
                int64_t end = r->until_ms;

                t.piece = &log->pieces.v[i];
                if (t.piece->to_ms != INT64_MAX)
                        end = t.piece->to_ms;
                else if (t.piece->state == CLOCK_FINISHED)
                        break; /* nothing more to tell */
                else if (t.piece->state == CLOCK_RUNNING && r->due_ms.set && r->due_ms.n > end)
                        end = r->due_ms.n;
                tell_piece(&t, end);
                if (t.piece->state == CLOCK_RUNNING)
                        t.days_before +=
                                clock_scale_days(rules->scale, day_of_ms(t.piece->from_ms), day_of_ms(end));
        }
}
