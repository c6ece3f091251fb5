/* Does each piece of a flow make sense beside the others: where actions lead, who has a case and who may act there, what an
 * action asks for, which texts the reporter needs. What needs more than a look at one action is in flow_check_case.c and
 * flow_walk.c. */
#include "core/flow/flow_int.h"

/* ---- where it leads ---- */

uint64_t flow_leads_to(const Flow *f, const FlowAction *a) {
        uint64_t to = 0;

        for (size_t i = 0; i < a->branches.n; i++) {
                const FlowState *s = flow_state(f, a->branches.v[i].to);

                to |= s ? flow_state_bit(f, s) : 0;
        }
        if (!a->to.n)
                return to | a->from_set;
        return flow_state(f, a->to) ? to | flow_state_bit(f, flow_state(f, a->to)) : to;
}

uint64_t flow_held_by(const Flow *f, uint32_t holders) {
        uint64_t set = 0;

        for (size_t i = 0; i < f->states.n; i++)
                if (holders >> f->states.v[i].holder & 1)
                        set |= (uint64_t)1 << i;
        return set;
}

static void unknown_state(FlowReader *r, const FlowAction *a, const JsonNode *at, Str code) {
        if (code.n && !flow_state(r->f, code))
                flow_fault(r, at,
                           SAY(r, "操作" STR_FMT "要转到“" STR_FMT "”，但没有这个环节", ACTION_ZH(r, a),
                               STR_ARG(code)),
                           SAY(r, "action " STR_FMT " leads to the unknown state '" STR_FMT "'",
                               ACTION_EN(r, a), STR_ARG(code)));
}

static void check_destinations(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const JsonNode *m = json_get(at, "to_when");

        unknown_state(r, a, flow_at(at, "to"), a->to);
        m = m ? m->first : NULL;
        for (size_t i = 0; i < a->branches.n && m; i++, m = m->next)
                unknown_state(r, a, flow_at(m, "to"), a->branches.v[i].to);
}

static void check_holder_kept(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        uint64_t to = flow_leads_to(r->f, a), target = flow_held_by(r->f, 1u << FLOW_HOLDER_TARGET),
                 units = flow_held_by(r->f, 1u << FLOW_HOLDER_UNITS);
        bool moves = a->to.n || a->branches.n, names = a->target_department || a->target_member;

        if (moves && (to & target) && !names && !a->keep_holder)
                flow_fault(r, at,
                           SAY(r,
                               "操作" STR_FMT
                               "之后无人承办：应写明承办对象（target）或退回原承办（keep_holder）",
                               ACTION_ZH(r, a)),
                           SAY(r,
                               "action " STR_FMT
                               " leaves nobody in charge: it needs a target or keep_holder",
                               ACTION_EN(r, a)));
        if (names && !(moves && (to & target)))
                flow_fault(r, flow_at(at, "target"),
                           SAY(r, "操作" STR_FMT "要指定承办对象，但下一环节不由其承办", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " asks for a target, but its state is held by others",
                               ACTION_EN(r, a)));
        if (moves && (to & units) && !a->units_max && !a->keep_holder)
                flow_fault(r, at,
                           SAY(r, "操作" STR_FMT "之后没有协办单位：应写明 units 或 keep_holder",
                               ACTION_ZH(r, a)),
                           SAY(r,
                               "action " STR_FMT " leaves no units in charge: it needs units or keep_holder",
                               ACTION_EN(r, a)));
        if (a->units_max && !(moves && (to & units)))
                flow_fault(
                        r, flow_at(at, "units"),
                        SAY(r, "操作" STR_FMT "要指定多个单位，但下一环节不由多个单位承办", ACTION_ZH(r, a)),
                        SAY(r, "action " STR_FMT " names units, but its state is not held by units",
                            ACTION_EN(r, a)));
        if (a->keep_holder && (!(moves && (to & (target | units))) || names || a->units_max))
                flow_fault(r, flow_at(at, "keep_holder"),
                           SAY(r, "操作" STR_FMT "的 keep_holder 不起作用", ACTION_ZH(r, a)),
                           SAY(r, "keep_holder of action " STR_FMT " has no effect", ACTION_EN(r, a)));
}

/* ---- who ---- */

/* Can somebody of this word be there in the state at all? */
static bool who_fits(const Flow *f, const FlowAction *a, FlowWho who, const FlowState *s) {
        switch (who) {
        case FLOW_WHO_HOLDER: return s->holder == FLOW_HOLDER_TARGET;
        case FLOW_WHO_LEAD:
        case FLOW_WHO_UNIT: return s->holder == FLOW_HOLDER_UNITS;
        case FLOW_WHO_REPORTER: return flow_has_reporters(f);
        case FLOW_WHO_OUTSIDE: return !s->final;
        case FLOW_WHO_SYSTEM: return a->after_limit && !s->final;
        case FLOW_WHO_GRID_MEMBER:
        case FLOW_WHO_GRID_LEADER:
        case FLOW_WHO_DISPATCHER:
        case FLOW_WHO_INSPECTOR:
        case FLOW_WHO_OPENER:
        case FLOW_WHO_TOWNSHIP:
        case FLOW_WHO_COUNTY:
        case FLOW_WHO_CITY:
        case FLOW_WHO_COUNT: break;
        }
        return true;
}

static void check_who(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const Flow *f = r->f;
        const JsonNode *who = flow_at(at, "who"), *from = flow_at(at, "from");
        uint64_t somebody = 0;

        for (int w = 1; w < FLOW_WHO_COUNT; w++) {
                uint64_t fits = 0;

                for (size_t i = 0; flow_who(a, (FlowWho)w) && i < f->states.n; i++)
                        if ((a->from_set >> i & 1) && who_fits(f, a, (FlowWho)w, &f->states.v[i]))
                                fits |= (uint64_t)1 << i;
                somebody |= fits;
                if (flow_who(a, (FlowWho)w) && !fits)
                        flow_fault(r, who,
                                   SAY(r, "操作" STR_FMT "写给“%s”，但在它的起点环节不会有这样的人",
                                       ACTION_ZH(r, a), flow_who_words[w]),
                                   SAY(r,
                                       "action " STR_FMT
                                       " is for '%s', but nobody is that in the states it comes from",
                                       ACTION_EN(r, a), flow_who_words[w]));
        }
        for (size_t i = 0; i < f->states.n; i++)
                if ((a->from_set & ~somebody) >> i & 1)
                        flow_fault(r, from,
                                   SAY(r, "操作" STR_FMT "在环节" STR_FMT "无人能进行", ACTION_ZH(r, a),
                                       STATE_ZH(r, &f->states.v[i])),
                                   SAY(r, "nobody may take action " STR_FMT " in state " STR_FMT,
                                       ACTION_EN(r, a), STATE_EN(r, &f->states.v[i])));
}

#define WHO(w) (1u << FLOW_WHO_##w)
#define CENTRES (WHO(DISPATCHER) | WHO(TOWNSHIP) | WHO(COUNTY) | WHO(CITY))

/* Whom a state's holder acts as. */
static const uint32_t acts_as[FLOW_HOLDER_COUNT] = {
        [FLOW_HOLDER_GRID_MEMBER] = WHO(GRID_MEMBER),
        [FLOW_HOLDER_GRID_LEADER] = WHO(GRID_LEADER),
        [FLOW_HOLDER_DISPATCHER] = CENTRES,
        [FLOW_HOLDER_TOWNSHIP] = WHO(TOWNSHIP) | WHO(DISPATCHER),
        [FLOW_HOLDER_COUNTY] = WHO(COUNTY) | WHO(DISPATCHER),
        [FLOW_HOLDER_CITY] = WHO(CITY) | WHO(DISPATCHER),
        [FLOW_HOLDER_TARGET] = WHO(HOLDER),
        [FLOW_HOLDER_VERIFIER] = WHO(GRID_MEMBER) | WHO(INSPECTOR),
        [FLOW_HOLDER_UNITS] = WHO(LEAD) | WHO(UNIT),
        [FLOW_HOLDER_OPENER] = WHO(OPENER),
        [FLOW_HOLDER_REPORTER] = WHO(REPORTER),
        [FLOW_HOLDER_OUTSIDE] = WHO(OUTSIDE),
};

static bool holder_can_act(const Flow *f, size_t state) {
        for (size_t i = 0; i < f->actions.n; i++)
                if ((f->actions.v[i].from_set >> state & 1) &&
                    (f->actions.v[i].who & acts_as[f->states.v[state].holder]))
                        return true;
        return false;
}

/* ---- states ---- */

static void check_final(FlowReader *r, const FlowState *s, const JsonNode *at) {
        if (s->holder != FLOW_HOLDER_NONE)
                flow_fault(r, flow_at(at, "holder"),
                           SAY(r, "终结环节" STR_FMT "不应再有承办人", STATE_ZH(r, s)),
                           SAY(r, "state " STR_FMT " is final: nobody holds a case there", STATE_EN(r, s)));
        if (s->limit.amount)
                flow_fault(r, json_get(at, "limit") ? json_get(at, "limit") : flow_at(at, "limit_days"),
                           SAY(r, "终结环节" STR_FMT "不应有时限", STATE_ZH(r, s)),
                           SAY(r, "state " STR_FMT " is final: it has no limit", STATE_EN(r, s)));
        if (s->disposed != (s->end == FLOW_END_DONE))
                flow_fault(
                        r, flow_at(at, "disposed"),
                        s->disposed
                                ? SAY(r, "环节" STR_FMT "不是办结（kind），不应标为已处置", STATE_ZH(r, s))
                                : SAY(r,
                                      "环节" STR_FMT
                                      "是办结，应标为已处置（disposed），或写明 kind：merged、void、rejected",
                                      STATE_ZH(r, s)),
                        s->disposed
                                ? SAY(r, "state " STR_FMT " is no good end (kind): it is not disposed",
                                      STATE_EN(r, s))
                                : SAY(r,
                                      "state " STR_FMT
                                      " ends cases: mark it disposed, or say its kind: merged, void, rejected",
                                      STATE_EN(r, s)));
}

static void check_open(FlowReader *r, const FlowState *s, const JsonNode *at, size_t i) {
        if (s->holder == FLOW_HOLDER_NONE)
                flow_fault(r, at, SAY(r, "环节" STR_FMT "无人负责（holder）", STATE_ZH(r, s)),
                           SAY(r, "nobody is responsible in state " STR_FMT, STATE_EN(r, s)));
        else if (!holder_can_act(r->f, i))
                flow_fault(r, flow_at(at, "holder"),
                           SAY(r, "环节" STR_FMT "由“%s”承办，但其没有可用的操作", STATE_ZH(r, s),
                               flow_holder_words[s->holder]),
                           SAY(r, "state " STR_FMT " is held by '%s', who may do nothing there",
                               STATE_EN(r, s), flow_holder_words[s->holder]));
        if (s->end != FLOW_END_DONE)
                flow_fault(r, flow_at(at, "kind"),
                           SAY(r, "环节" STR_FMT "不是终结环节，不应写 kind", STATE_ZH(r, s)),
                           SAY(r, "state " STR_FMT " is not final: it has no kind", STATE_EN(r, s)));
        if (s->archived)
                flow_fault(r, flow_at(at, "archived"),
                           SAY(r, "环节" STR_FMT "不是终结环节，不应标为已归档", STATE_ZH(r, s)),
                           SAY(r, "state " STR_FMT " is not final: it is not archived", STATE_EN(r, s)));
}

static void check_states(FlowReader *r) {
        const Flow *f = r->f;
        uint32_t steps = 0;
        bool end = false;

        for (size_t i = 0; i < f->states.n; i++) {
                const FlowState *s = &f->states.v[i];

                steps |= 1u << s->step;
                end |= s->final;
                if (s->final)
                        check_final(r, s, r->states_at[i]);
                else
                        check_open(r, s, r->states_at[i], i);
        }
        for (size_t i = 1; i <= f->steps.n; i++)
                if (!(steps >> i & 1))
                        flow_fault(r, json_get(r->root, "steps"), SAY(r, "第 %zu 步没有任何环节", i),
                                   SAY(r, "step %zu has no state", i));
        if (!end)
                flow_fault(r, json_get(r->root, "states"), S("没有终结环节（final）：案件永远不能结束"),
                           S("no state is final: no case can end"));
}

/* ---- what an action asks for and tells ---- */

static void check_evidence(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        if ((int)a->photo_kinds.n > a->photos)
                flow_fault(r, flow_at(at, "photo_kinds"),
                           SAY(r, "操作" STR_FMT "要求的照片种类多于照片张数（photos）", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " needs more kinds of photos than photos",
                               ACTION_EN(r, a)));
        if (a->public_note && !a->public_title.n)
                flow_fault(r, flow_at(at, "public_note"),
                           SAY(r, "操作" STR_FMT "的说明要给反映人看，但缺少 public_title", ACTION_ZH(r, a)),
                           SAY(r,
                               "action " STR_FMT " shows its note to the reporter but has no title for them",
                               ACTION_EN(r, a)));
        if (a->public_note && a->note == FLOW_NOTE_NONE)
                flow_fault(
                        r, flow_at(at, "public_note"),
                        SAY(r, "操作" STR_FMT "不填说明（note），没有可给反映人看的内容", ACTION_ZH(r, a)),
                        SAY(r, "action " STR_FMT " takes no note that could be shown", ACTION_EN(r, a)));
        flow_form_check(r, a->form, json_get(at, "form"));
}

static bool step_forward(const Flow *f, const FlowAction *a) {
        uint64_t to = flow_leads_to(f, a);

        for (size_t i = 0; i < f->states.n; i++)
                for (size_t k = 0; k < f->states.n; k++)
                        if ((a->from_set >> i & 1) && (to >> k & 1) &&
                            f->states.v[k].step > f->states.v[i].step)
                                return true;
        return false;
}

/* The reporter is told of every step forward, of the end, of questions, and of what they did themselves. */
static void check_title(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const Flow *f = r->f;
        bool ends = false, moves = a->to.n || a->branches.n;

        for (size_t i = 0; i < f->states.n; i++)
                ends |= (flow_leads_to(f, a) >> i & 1) && f->states.v[i].final;
        if (a->public_title.n || !flow_has_reporters(f))
                return;
        if ((moves && (ends || step_forward(f, a))) || a->ask || flow_who(a, FLOW_WHO_REPORTER))
                flow_fault(r, at, SAY(r, "操作" STR_FMT "应告知反映人，缺少 public_title", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " concerns the reporter: public_title is missing",
                               ACTION_EN(r, a)));
}

static void check_spot(FlowReader *r) {
        const FlowAction *spot = flow_action(r->f, r->f->spot_action);

        if (r->f->spot_action.n && (!spot || !spot->to.n || !flow_who(spot, FLOW_WHO_OPENER)))
                flow_fault(
                        r, json_get(r->root, "on_the_spot"),
                        S("on_the_spot 应是一个由上报人（opener）进行、能使案件转到下一环节的操作"),
                        S("on_the_spot must name an action that moves the case and that its opener may take"));
}

void flow_check(FlowReader *r) {
        for (size_t i = 0; i < r->f->actions.n; i++) {
                const FlowAction *a = &r->f->actions.v[i];
                const JsonNode *at = r->actions_at[i];

                check_destinations(r, a, at);
                check_holder_kept(r, a, at);
                check_who(r, a, at);
                check_evidence(r, a, at);
                check_title(r, a, at);
        }
        check_states(r);
        check_spot(r);
        flow_form_check(r, r->f->open_form, json_get(json_get(r->root, "open"), "form"));
}
