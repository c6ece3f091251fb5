/* 1-3-5: when a card falls and when it is taken back. The log is read event by event: what was known after each decides whether a
 * card had fallen before the next one. */
#include "core/clock/clock_int.h"

const ClockCardRule clock_cards_usual = { .check_days = 1,
                                          .ordinary_yellow_days = 3,
                                          .ordinary_red_days = 5,
                                          .complex_yellow_days = 0,
                                          .complex_red_days = 5 };

/* What is known after the events up to one of them. */
typedef struct Known {
        Cx *cx;
        const ClockRules *rules;
        const ClockCardRule *cards;
        bool checked;
        ClockLog log;
} Known;

/* The log as the cards see it: the clock is stopped by FINISH and FED_BACK together, whichever comes last. */
static ClockEvent *fed_back_log(Cx *cx, const ClockEvent *events, size_t n) {
        ClockEvent *out = TAKE_ARRAY(cx->arena, ClockEvent, n ? n : 1);
        bool finished = false, fed_back = false, done = false;

        for (size_t i = 0; i < n; i++) {
                ClockEvent *e = &out[i];

                *e = events[i];
                switch (e->kind) {
                case CLOCK_EVENT_FINISH: finished = true; break;
                case CLOCK_EVENT_FED_BACK: fed_back = true; break;
                case CLOCK_EVENT_RESUME:
                        e->kind = done ? CLOCK_EVENT_RESUME : CLOCK_EVENT_HOLDER;
                        finished = fed_back = done = false;
                        continue;
                case CLOCK_EVENT_RESET: finished = fed_back = done = false; continue;
                case CLOCK_EVENT_START:
                case CLOCK_EVENT_PAUSE:
                case CLOCK_EVENT_GO_ON:
                case CLOCK_EVENT_EXTEND:
                case CLOCK_EVENT_CLASS:
                case CLOCK_EVENT_HOLDER:
                case CLOCK_EVENT_WITHDRAW:
                case CLOCK_EVENT_CHECKED:
                case CLOCK_EVENT_PHASE:
                case CLOCK_EVENT_COUNT: continue;
                }
                e->kind = finished && fed_back && !done ? CLOCK_EVENT_FINISH : CLOCK_EVENT_HOLDER;
                done = finished && fed_back;
        }
        return out;
}

/* After how many working days a card of the kind falls, extensions included; 0 never. */
static int64_t card_days(const Known *k, ClockCardKind kind) {
        int64_t days = 0;

        switch (kind) {
        case CLOCK_CARD_CHECK: return k->cards->check_days;
        case CLOCK_CARD_YELLOW:
                days = k->log.complex ? k->cards->complex_yellow_days : k->cards->ordinary_yellow_days;
                break;
        case CLOCK_CARD_RED:
                days = k->log.complex ? k->cards->complex_red_days : k->cards->ordinary_red_days;
                break;
        case CLOCK_CARD_COUNT: break;
        }
        for (ClockUnit u = CLOCK_WORK_HOURS; days && u < CLOCK_UNIT_COUNT; u++)
                days += clock_duration_in(&k->rules->scale->windows, (ClockDuration){ k->log.more[u], u },
                                          CLOCK_WORK_DAYS);
        return days;
}

static OptInt card_moment(const Known *k, ClockCardKind kind) {
        return clock_log_reached(k->rules->scale, &k->log,
                                 (ClockDuration){ card_days(k, kind), CLOCK_WORK_DAYS });
}

/* Is there still something to be done that the card would be for? */
static bool is_open(const Known *k, ClockCardKind kind) {
        if (k->log.state != CLOCK_RUNNING && k->log.state != CLOCK_PAUSED)
                return false;
        return kind != CLOCK_CARD_CHECK || !k->checked;
}

static ClockCard *card_on(ClockCards *r, ClockCardKind kind) {
        for (size_t i = r->fallen.n; r->on[kind] && i; i--)
                if (r->fallen.v[i - 1].kind == kind)
                        return &r->fallen.v[i - 1];
        return NULL;
}

/* An event took the moment to later than now (or than when all was done): the card, if it is there, goes back. */
static void take_back(const Known *k, ClockCards *r, const ClockEvent *e, size_t index) {
        bool open = k->log.state == CLOCK_RUNNING || k->log.state == CLOCK_PAUSED;
        int64_t until = open ? k->log.last_ms : k->log.ended_ms;

        if (e->kind != CLOCK_EVENT_EXTEND && e->kind != CLOCK_EVENT_CLASS)
                return;
        for (ClockCardKind kind = CLOCK_CARD_YELLOW; kind < CLOCK_CARD_COUNT; kind++) {
                ClockCard *card = card_on(r, kind);
                OptInt moment = card_moment(k, kind);

                if (!card || (moment.set && moment.n <= until))
                        continue;
                card->withdrawn_ms = SOME_INT(k->log.last_ms);
                card->withdrawn_by = index;
                r->on[kind] = false;
        }
}

/* What falls until the next event (or until it is now), and, at the end, what will. */
static void fall(const Known *k, ClockCards *r, int64_t until_ms, bool last) {
        int64_t at[CLOCK_CARD_COUNT];

        for (ClockCardKind kind = 0; kind < CLOCK_CARD_COUNT; kind++) {
                OptInt moment = r->on[kind] || !is_open(k, kind) ? (OptInt){ 0 } : card_moment(k, kind);

                at[kind] = !moment.set ? INT64_MAX : moment.n > k->log.last_ms ? moment.n : k->log.last_ms;
                if (last && moment.set && at[kind] > until_ms)
                        r->next_ms[kind] = SOME_INT(at[kind]);
        }
        for (;;) {
                ClockCardKind first = CLOCK_CARD_CHECK;

                for (ClockCardKind kind = CLOCK_CARD_YELLOW; kind < CLOCK_CARD_COUNT; kind++)
                        if (at[kind] < at[first])
                                first = kind;
                if (at[first] == INT64_MAX || at[first] > until_ms)
                        return;
                *list_push(k->cx->arena, &r->fallen) = (ClockCard){ .kind = first, .at_ms = at[first] };
                r->on[first] = true;
                at[first] = INT64_MAX;
        }
}

/* Which year the moments were computed without, if any. */
static int missing_year(const Known *k, const ClockCards *r) {
        int64_t last = r->fallen.n ? r->fallen.v[r->fallen.n - 1].at_ms : INT64_MIN;

        for (ClockCardKind kind = 0; kind < CLOCK_CARD_COUNT; kind++)
                if (r->next_ms[kind].set && r->next_ms[kind].n > last)
                        last = r->next_ms[kind].n;
        return last <= k->log.start_ms ? 0
                                       : clock_scale_missing(k->rules->scale, day_of_ms(k->log.start_ms),
                                                             day_of_ms(last - 1));
}

void clock_135(Cx *cx, const ClockRules *rules, const ClockCardRule *cards, const ClockEvent *events,
               size_t n, int64_t at_ms, ClockCards *ret) {
        ClockEvent *log = fed_back_log(cx, events, n);
        ClockCards r = { 0 };
        Known k;

        k.cx = cx;
        k.rules = rules;
        k.cards = cards;
        k.checked = false;
        clock_log_begin(&k.log, rules);
        for (size_t i = 0; i < n; i++) {
                bool last = i + 1 == n;
                int64_t until;

                clock_log_add(cx, &k.log, rules, &log[i]);
                if (log[i].kind == CLOCK_EVENT_RESET) {
                        memset(r.on, 0, sizeof r.on);
                        k.checked = false;
                }
                k.checked |= log[i].kind == CLOCK_EVENT_CHECKED && k.log.pieces.n;
                take_back(&k, &r, &log[i], i);
                until = last ? at_ms : events[i + 1].at_ms;
                fall(&k, &r, until > k.log.last_ms ? until : k.log.last_ms, last);
        }
        r.missing_year = missing_year(&k, &r);
        r.provisional = r.missing_year != 0;
        *ret = r;
}
