/* Does a flow lead anywhere? Every state is reached, every case can end, every action can be taken and leaves somebody
 * responsible. */
#include "core/flow/flow_int.h"

/* The states from which, or to which, actions lead: one bit a state (at most 50 are read). */
typedef uint64_t StateSet;

static int state_index(const Flow *f, Str code) {
        const FlowState *s = flow_state(f, code);

        return s ? (int)(s - f->states.v) : -1;
}

static StateSet bit_of(const Flow *f, Str code) {
        int i = state_index(f, code);

        return i < 0 ? 0 : (StateSet)1 << i;
}

static StateSet from_set(const Flow *f, const FlowAction *a) {
        StateSet set = 0;

        for (size_t i = 0; i < a->from.n; i++)
                set |= bit_of(f, a->from.v[i]);
        return set;
}

/* Grows a set along the actions, forwards or backwards, until nothing is added. */
static StateSet spread(const Flow *f, StateSet set, bool forwards) {
        StateSet before;

        do {
                before = set;
                for (size_t i = 0; i < f->actions.n; i++) {
                        StateSet from = from_set(f, &f->actions.v[i]), to = bit_of(f, f->actions.v[i].to);

                        if (forwards && (set & from))
                                set |= to;
                        if (!forwards && (set & to))
                                set |= from;
                }
        } while (set != before);
        return set;
}

static Rc check_action(Cx *cx, const Flow *f, const FlowAction *a, const JsonNode *at) {
        const FlowState *to = flow_state(f, a->to);

        for (size_t i = 0; i < a->from.n; i++)
                if (!flow_state(f, a->from.v[i]))
                        return flow_fault(cx, at,
                                          "action " STR_FMT " comes from the unknown state '" STR_FMT "'",
                                          STR_ARG(a->code), STR_ARG(a->from.v[i]));
        if (a->to.n && !to)
                return flow_fault(cx, at, "action " STR_FMT " leads to the unknown state '" STR_FMT "'",
                                  STR_ARG(a->code), STR_ARG(a->to));
        if (to && to->holder == FLOW_HOLDER_TARGET && !a->target_department && !a->target_member &&
            !a->keep_holder)
                return flow_fault(cx, at,
                                  "action " STR_FMT
                                  " leaves nobody in charge: it needs a target or keep_holder",
                                  STR_ARG(a->code));
        if ((a->target_department || a->target_member) && (!to || to->holder != FLOW_HOLDER_TARGET))
                return flow_fault(cx, at,
                                  "action " STR_FMT " asks for a target, but its state is held by others",
                                  STR_ARG(a->code));
        if ((int)a->photo_kinds.n > a->photos && a->photos)
                return flow_fault(cx, at, "action " STR_FMT " needs more kinds of photos than photos",
                                  STR_ARG(a->code));
        if (a->public_note && !a->public_title.n)
                return flow_fault(cx, at,
                                  "action " STR_FMT
                                  " shows its note to the reporter but has no title for them",
                                  STR_ARG(a->code));
        return OK;
}

static Rc check_states(Cx *cx, const Flow *f, const JsonNode *node) {
        StateSet begin = bit_of(f, f->start), end = 0, exits = 0, reached, ending;

        for (size_t i = 0; i < f->starts.n; i++)
                begin |= bit_of(f, f->starts.v[i].state);
        for (size_t i = 0; i < f->states.n; i++)
                if (f->states.v[i].final)
                        end |= (StateSet)1 << i;
        for (size_t i = 0; i < f->actions.n; i++)
                if (f->actions.v[i].to.n)
                        exits |= from_set(f, &f->actions.v[i]);
        if (f->spot_action.n)
                begin |= from_set(f, flow_action(f, f->spot_action));
        reached = spread(f, begin, true);
        ending = spread(f, end, false);
        for (size_t i = 0; i < f->states.n; i++) {
                const FlowState *s = &f->states.v[i];
                StateSet bit = (StateSet)1 << i;

                if (!(reached & bit))
                        return flow_fault(cx, node, "state " STR_FMT " cannot be reached", STR_ARG(s->code));
                if (!s->final && !(exits & bit))
                        return flow_fault(cx, node, "state " STR_FMT " is a dead end", STR_ARG(s->code));
                if (!(ending & bit))
                        return flow_fault(cx, node, "from state " STR_FMT " a case can never end",
                                          STR_ARG(s->code));
                if (!s->final && s->holder == FLOW_HOLDER_NONE)
                        return flow_fault(cx, node, "nobody is responsible in state " STR_FMT,
                                          STR_ARG(s->code));
        }
        return end ? OK : flow_fault(cx, node, "no state is final");
}

Rc flow_check(Cx *cx, const Flow *f, const JsonNode *root) {
        const JsonNode *at = json_get(root, "actions")->first;
        const FlowAction *spot = flow_action(f, f->spot_action);

        for (size_t i = 0; i < f->actions.n; i++, at = at->next)
                TRY(check_action(cx, f, &f->actions.v[i], at));
        if (f->spot_action.n && (!spot || !spot->to.n || !flow_who(spot, FLOW_WHO_OPENER)))
                return flow_fault(
                        cx, json_get(root, "on_the_spot"),
                        "on_the_spot must name an action that moves the case and that its opener may take");
        return check_states(cx, f, json_get(root, "states"));
}
