/* Questions about a flow that was read. All are pure: the same flow and the same case give the same answer. */
#include "core/flow/flow.h"

const FlowState *flow_state(const Flow *f, Str code) {
        for (size_t i = 0; i < f->states.n; i++)
                if (str_eq(f->states.v[i].code, code))
                        return &f->states.v[i];
        return NULL;
}

const FlowAction *flow_action(const Flow *f, Str code) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (str_eq(f->actions.v[i].code, code))
                        return &f->actions.v[i];
        return NULL;
}

const FlowState *flow_start(const Flow *f, Str channel) {
        for (size_t i = 0; i < f->starts.n; i++)
                if (str_eq(f->starts.v[i].channel, channel))
                        return flow_state(f, f->starts.v[i].state);
        return flow_state(f, f->start);
}

bool flow_action_from(const FlowAction *a, Str state) {
        for (size_t i = 0; i < a->from.n; i++)
                if (str_eq(a->from.v[i], state))
                        return true;
        return false;
}

int flow_request(const Flow *f, Str word) {
        for (size_t i = 0; i < f->requests.n; i++)
                if (str_eq(f->requests.v[i], word))
                        return (int)i + 1;
        return 0;
}

bool flow_has_reporters(const Flow *f) {
        static const char *const theirs[] = { "qr", "web", "wechat", "hotline" };

        for (size_t i = 0; i < f->starts.n; i++)
                for (size_t k = 0; k < ARRAY_LEN(theirs); k++)
                        if (str_eq_c(f->starts.v[i].channel, theirs[k]))
                                return true;
        return f->kind == FLOW_KIND_EVENT;
}

/* ---- facts ---- */

int flow_fact(const Flow *f, Str code) {
        for (size_t i = 0; i < f->facts.n; i++)
                if (str_eq(f->facts.v[i].code, code))
                        return (int)i;
        return -1;
}

bool flow_facts_put(const Flow *f, FlowFacts *facts, Str fact, Str value) {
        int at = flow_fact(f, fact);

        for (size_t i = 0; at >= 0 && i < f->facts.v[at].values.n; i++)
                if (str_eq(f->facts.v[at].values.v[i].code, value))
                        return facts->v[at] = (uint8_t)(i + 1), true;
        return false;
}

const FlowValue *flow_facts_get(const Flow *f, FlowFacts facts, int fact) {
        return facts.v[fact] ? &f->facts.v[fact].values.v[facts.v[fact] - 1] : NULL;
}

FlowFacts flow_facts_taken(const Flow *f, const JsonNode *form_data, FlowFacts before) {
        if (form_data && form_data->type == JT_OBJ)
                for (const JsonNode *m = form_data->first; m; m = m->next)
                        if (m->type == JT_STR)
                                (void)flow_facts_put(f, &before, m->name, m->text);
        return before;
}

FlowFacts flow_facts_after(const Flow *f, const FlowAction *a, const JsonNode *form_data, FlowFacts before) {
        FlowFacts after = a->form.n || a->category ? flow_facts_taken(f, form_data, before) : before;

        for (size_t i = 0; i < a->set.n; i++)
                after.v[a->set.v[i].fact] = (uint8_t)a->set.v[i].value;
        return after;
}

bool flow_when(const FlowWhenList *when, FlowFacts facts) {
        for (size_t i = 0; i < when->n; i++)
                if (!(when->v[i].values >> facts.v[when->v[i].fact] & 1))
                        return false;
        return true;
}

void flow_facts_write(Buf *b, const Flow *f, FlowFacts facts) {
        bool any = false;

        buf_char(b, '{');
        for (size_t i = 0; i < f->facts.n; i++) {
                if (!facts.v[i])
                        continue;
                if (any)
                        buf_char(b, ',');
                any = true;
                buf_json_str(b, f->facts.v[i].code);
                buf_char(b, ':');
                buf_json_str(b, flow_facts_get(f, facts, (int)i)->code);
        }
        buf_char(b, '}');
}

FlowFacts flow_facts_stored(const Flow *f, const JsonNode *object) {
        return flow_facts_taken(f, object, (FlowFacts){ 0 });
}

/* ---- actions ---- */

static uint32_t request_bit(int number) { return number ? 1u << number : 0; }

bool flow_action_offered(const Flow *f, const FlowAction *a, const FlowCase *c) {
        uint32_t asked = request_bit(a->request),
                 answered = request_bit(a->grants) | request_bit(a->refuses);

        if (!(a->from_set >> (c->state - f->states.v) & 1) || !flow_when(&a->when, c->facts))
                return false;
        if ((c->requests & asked) || (c->requests & answered) != answered)
                return false;
        if ((a->ask && !c->reporter) || ((a->unit_mark || a->units_add) && !c->units))
                return false;
        return !a->keep_holder || c->target || c->units;
}

uint32_t flow_action_missing(const FlowAction *a, const FlowCase *c) {
        uint32_t missing = 0;

        if (c->units_arrived < c->units)
                missing |= 1u << FLOW_GUARD_UNITS_ARRIVED;
        if (c->units_done < c->units)
                missing |= 1u << FLOW_GUARD_UNITS_DONE;
        if (c->units_rated < c->units)
                missing |= 1u << FLOW_GUARD_UNITS_RATED;
        if (c->children_open)
                missing |= 1u << FLOW_GUARD_CHILDREN_CLOSED;
        if (c->requests)
                missing |= 1u << FLOW_GUARD_NO_OPEN_REQUEST;
        return missing & a->guards;
}

const FlowState *flow_action_next(const Flow *f, const FlowAction *a, FlowFacts after,
                                  const FlowState *now) {
        for (size_t i = 0; i < a->branches.n; i++)
                if (flow_when(&a->branches.v[i].when, after))
                        return flow_state(f, a->branches.v[i].to);
        return a->to.n ? flow_state(f, a->to) : now;
}

const FlowAction *flow_after_limit(const Flow *f, const FlowCase *c) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (f->actions.v[i].after_limit && flow_action_offered(f, &f->actions.v[i], c))
                        return &f->actions.v[i];
        return NULL;
}

bool flow_link_allows(const FlowAction *link, const FlowAction *outside) {
        for (size_t i = 0; i < link->link_actions.n; i++)
                if (str_eq(link->link_actions.v[i], outside->code))
                        return flow_who(outside, FLOW_WHO_OUTSIDE);
        return false;
}

uint32_t flow_requests_after(const Flow *f, const FlowAction *a, uint32_t open, const FlowState *next) {
        uint32_t answerable = 0;

        open |= request_bit(a->request);
        open &= ~(request_bit(a->grants) | request_bit(a->refuses));
        if (!open)
                return 0;
        for (size_t i = 0; i < f->actions.n; i++)
                if (f->actions.v[i].from_set >> (next - f->states.v) & 1)
                        answerable |=
                                request_bit(f->actions.v[i].grants) | request_bit(f->actions.v[i].refuses);
        return open & answerable;
}

FlowTick flow_tick(FlowTick now, FlowClock what) {
        switch (what) {
        case FLOW_CLOCK_START: return now == FLOW_TICK_IDLE ? FLOW_TICK_RUNS : now;
        case FLOW_CLOCK_STOP: return now == FLOW_TICK_IDLE ? now : FLOW_TICK_STOPPED;
        case FLOW_CLOCK_RESUME: return now == FLOW_TICK_STOPPED ? FLOW_TICK_RUNS : now;
        case FLOW_CLOCK_RESET: return FLOW_TICK_IDLE;
        case FLOW_CLOCK_PAUSE: return now == FLOW_TICK_RUNS ? FLOW_TICK_PAUSED : now;
        case FLOW_CLOCK_GO_ON: return now == FLOW_TICK_PAUSED ? FLOW_TICK_RUNS : now;
        case FLOW_CLOCK_EXTEND:
        case FLOW_CLOCK_NONE:
        case FLOW_CLOCK_COUNT: break;
        }
        return now;
}
