/* What belongs together in a flow: a request and its answers, units and their marks, a question and its answer, a link and what
 * its holder may do, a merger and its end, a guard and what can make it true. */
#include "core/flow/flow_int.h"

enum { EXTEND_MAX = 60 }; /* working days that one request can ask for */

static bool any(const Flow *f, bool (*is)(const FlowAction *)) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (is(&f->actions.v[i]))
                        return true;
        return false;
}

static bool names_units(const FlowAction *a) { return a->units_max > 0; }
static bool opens_children(const FlowAction *a) { return a->child.n > 0; }
static bool requests(const FlowAction *a) { return a->request > 0; }
static bool marks_arrived(const FlowAction *a) { return a->unit_mark == FLOW_UNIT_MARK_ARRIVED; }
static bool marks_done(const FlowAction *a) { return a->unit_mark == FLOW_UNIT_MARK_DONE; }
static bool marks_rated(const FlowAction *a) { return a->unit_mark == FLOW_UNIT_MARK_RATED; }

/* The states that are not final and in which the action is taken, or to which it leads. */
static uint64_t after(const Flow *f, const FlowAction *a) {
        uint64_t to = flow_leads_to(f, a);

        for (size_t i = 0; i < f->states.n; i++)
                if (f->states.v[i].final)
                        to &= ~((uint64_t)1 << i);
        return to;
}

/* ---- requests ---- */

static uint64_t ends_of(const Flow *f, FlowEnd end) {
        uint64_t set = 0;

        for (size_t i = 0; i < f->states.n; i++)
                if (f->states.v[i].final && f->states.v[i].end == end)
                        set |= (uint64_t)1 << i;
        return set;
}

static void request_answers(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const Flow *f = r->f;
        Str word = f->requests.v[a->request - 1];
        uint64_t granted = 0, refused = 0, open = after(f, a);

        for (size_t i = 0; i < f->actions.n; i++) {
                granted |= f->actions.v[i].grants == a->request ? f->actions.v[i].from_set : 0;
                refused |= f->actions.v[i].refuses == a->request ? f->actions.v[i].from_set : 0;
        }
        for (size_t i = 0; i < f->states.n; i++)
                if ((open & ~(granted & refused)) >> i & 1)
                        flow_fault(r, flow_at(at, "request"),
                                   SAY(r,
                                       "申请“" STR_FMT "”在环节" STR_FMT
                                       "应既能同意（grants）也能不同意（refuses）",
                                       STR_ARG(word), STATE_ZH(r, &f->states.v[i])),
                                   SAY(r,
                                       "the request '" STR_FMT
                                       "' must be open to both grants and refuses in state " STR_FMT,
                                       STR_ARG(word), STATE_EN(r, &f->states.v[i])));
}

static bool extends(const Flow *f, int request) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (f->actions.v[i].grants == request && f->actions.v[i].clock == FLOW_CLOCK_EXTEND)
                        return true;
        return false;
}

/* The form asks for how long: a whole number of working days within bounds, never left out. */
static bool asks_workdays(const FlowReader *r, Str name) {
        const FlowForm *form = r->world && r->world->forms ? flow_form(r->world->forms, name) : NULL;
        const JsonNode *m = form ? json_get(json_get(form->root, "properties"), "workdays") : NULL;
        const JsonNode *required = form ? json_get(form->root, "required") : NULL;
        int64_t lo = 0, hi = 0;
        bool must = false;

        if (!r->world || !r->world->forms)
                return true;
        for (const JsonNode *n = required ? required->first : NULL; n; n = n->next)
                must |= n->type == JT_STR && str_eq_c(n->text, "workdays");
        return m && must && str_eq_c(json_text(m, "type"), "integer") && json_int(m, "minimum", &lo) &&
               json_int(m, "maximum", &hi) && lo >= 1 && hi >= lo && hi <= EXTEND_MAX;
}

static void request_amount(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        bool extending = a->request && extends(r->f, a->request);

        if (a->amount.amount && !extending)
                flow_fault(r, json_get(at, "amount"),
                           SAY(r, "操作" STR_FMT "的 amount 不起作用：它不是延期申请", ACTION_ZH(r, a)),
                           SAY(r,
                               "amount of action " STR_FMT " has no effect: it does not ask for more time",
                               ACTION_EN(r, a)));
        if (extending && !a->amount.amount && !(a->form.n && asks_workdays(r, a->form)))
                flow_fault(
                        r, flow_at(at, "form"),
                        SAY(r,
                            "延期申请" STR_FMT
                            "没有写明延长多久：表单应有必填的整数“workdays”（1 到 %d），或写 amount",
                            ACTION_ZH(r, a), EXTEND_MAX),
                        SAY(r,
                            "the request " STR_FMT
                            " does not say for how long: its form needs a required integer 'workdays' from 1 to %d, or amount",
                            ACTION_EN(r, a), EXTEND_MAX));
        if (a->clock == FLOW_CLOCK_EXTEND && !a->grants)
                flow_fault(r, json_get(at, "clock"),
                           SAY(r, "操作" STR_FMT "延长期限，但没有同意任何申请（grants）", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " extends the time without a request that it grants",
                               ACTION_EN(r, a)));
}

/* These three words mean the same everywhere: what is granted must do what was asked for. */
static void check_granted(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        Str word = a->grants ? r->f->requests.v[a->grants - 1] : STR_NONE;
        bool does = true;

        if (str_eq(word, S("extend")))
                does = a->clock == FLOW_CLOCK_EXTEND;
        else if (str_eq(word, S("suspend")))
                does = a->clock == FLOW_CLOCK_PAUSE;
        else if (str_eq(word, S("void")))
                does = (a->to.n || a->branches.n) && (flow_leads_to(r->f, a) & ends_of(r->f, FLOW_END_VOID));
        if (!does)
                flow_fault(
                        r, flow_at(at, "grants"),
                        SAY(r,
                            "操作" STR_FMT "同意“" STR_FMT
                            "”却没有效果：extend 应延长期限，suspend 应暂停期限，void 应转到作废环节",
                            ACTION_ZH(r, a), STR_ARG(word)),
                        SAY(r,
                            "action " STR_FMT " grants '" STR_FMT
                            "' without effect: extend must extend the clock, suspend pause it, void lead to a void end",
                            ACTION_EN(r, a), STR_ARG(word)));
}

static void check_request(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        if (a->request)
                request_answers(r, a, at);
        if (!!a->request + !!a->grants + !!a->refuses > 1)
                flow_fault(r, at,
                           SAY(r, "操作" STR_FMT "不能既申请又答复，或既同意又不同意", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " can only be one: a request, a grant or a refusal",
                               ACTION_EN(r, a)));
        request_amount(r, a, at);
        check_granted(r, a, at);
        if (a->other_person && !a->grants)
                flow_fault(
                        r, json_get(at, "other_person"),
                        SAY(r, "操作" STR_FMT "的 other_person 不起作用：它不同意任何申请", ACTION_ZH(r, a)),
                        SAY(r, "other_person of action " STR_FMT " has no effect: it grants no request",
                            ACTION_EN(r, a)));
}

static void check_answered(FlowReader *r) {
        const Flow *f = r->f;
        uint32_t asked = 0;

        for (size_t i = 0; i < f->actions.n; i++)
                asked |= 1u << f->actions.v[i].request;
        for (size_t i = 0; i < f->actions.n; i++) {
                const FlowAction *a = &f->actions.v[i];
                int answers = a->grants ? a->grants : a->refuses;

                if (answers && !(asked >> answers & 1))
                        flow_fault(r, flow_at(r->actions_at[i], a->grants ? "grants" : "refuses"),
                                   SAY(r, "操作" STR_FMT "答复申请“" STR_FMT "”，但没有操作提出它",
                                       ACTION_ZH(r, a), STR_ARG(f->requests.v[answers - 1])),
                                   SAY(r,
                                       "action " STR_FMT " answers the request '" STR_FMT
                                       "', which no action makes",
                                       ACTION_EN(r, a), STR_ARG(f->requests.v[answers - 1])));
        }
}

/* ---- ends ---- */

/* Whoever makes a case void or turns it away says why; voiding on request takes a second pair of eyes. */
static void check_end(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const Flow *f = r->f;
        uint64_t to = a->to.n || a->branches.n ? flow_leads_to(f, a) : 0;
        bool says_why = a->note == FLOW_NOTE_REQUIRED || a->reasons.n || a->form.n,
             void_end = to & ends_of(f, FLOW_END_VOID);

        if (a->merge != !!(to & ends_of(f, FLOW_END_MERGED)))
                flow_fault(r, flow_at(at, a->merge ? "merge" : "to"),
                           SAY(r, "操作" STR_FMT "：合并（merge）应且只应转到 kind 为 merged 的终结环节",
                               ACTION_ZH(r, a)),
                           SAY(r,
                               "action " STR_FMT
                               ": merge leads to a final state of kind merged, and nothing else does",
                               ACTION_EN(r, a)));
        if ((void_end || (to & ends_of(f, FLOW_END_REJECTED))) && !a->grants && !says_why &&
            !flow_who(a, FLOW_WHO_SYSTEM))
                flow_fault(r, at,
                           SAY(r, "操作" STR_FMT "应写明原因：note 为 required，或列出 reasons，或有表单",
                               ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " must ask why: note required, reasons, or a form",
                               ACTION_EN(r, a)));
        if (void_end && a->grants && !a->other_person)
                flow_fault(
                        r, at,
                        SAY(r, "同意作废的" STR_FMT "应由另一人复核（other_person）", ACTION_ZH(r, a)),
                        SAY(r,
                            "granting to make void needs a second pair of eyes: other_person for action " STR_FMT,
                            ACTION_EN(r, a)));
        for (size_t i = 0; void_end && a->grants && i < f->actions.n; i++) {
                const FlowAction *q = &f->actions.v[i];

                if (q->request == a->grants && q->note != FLOW_NOTE_REQUIRED && !q->reasons.n)
                        flow_fault(r, r->actions_at[i],
                                   SAY(r,
                                       "申请作废的" STR_FMT "应写明原因：note 为 required，或列出 reasons",
                                       ACTION_ZH(r, q)),
                                   SAY(r,
                                       "action " STR_FMT
                                       " asks to make void and must say why: note required, or reasons",
                                       ACTION_EN(r, q)));
        }
}

static void check_return(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        uint64_t centres = flow_held_by(r->f, 1u << FLOW_HOLDER_DISPATCHER | 1u << FLOW_HOLDER_TOWNSHIP |
                                                      1u << FLOW_HOLDER_COUNTY | 1u << FLOW_HOLDER_CITY);
        uint32_t units = 1u << FLOW_WHO_HOLDER | 1u << FLOW_WHO_LEAD | 1u << FLOW_WHO_UNIT;

        if (a->arbiter &&
            (!a->reasons.n || !(a->to.n || a->branches.n) || !(flow_leads_to(r->f, a) & centres)))
                flow_fault(
                        r, flow_at(at, "arbiter"),
                        SAY(r, "退回" STR_FMT "应列出原因（reasons），并交由某级中心裁定", ACTION_ZH(r, a)),
                        SAY(r, "the return " STR_FMT " needs reasons and a centre that decides",
                            ACTION_EN(r, a)));
        if (a->once == FLOW_ONCE_UNIT && !(a->who & units))
                flow_fault(r, flow_at(at, "once"),
                           SAY(r, "操作" STR_FMT "限每个单位一次，但没有承办单位可以进行", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " is once for each unit, but no unit may take it",
                               ACTION_EN(r, a)));
        for (size_t i = 0; a->mark && i < r->f->states.n; i++)
                if ((a->from_set >> i & 1) && r->f->states.v[i].final)
                        flow_fault(r, flow_at(at, "from"),
                                   SAY(r, "已终结的案件不能再催办或督办：" STR_FMT, ACTION_ZH(r, a)),
                                   SAY(r, "a case that has ended is not urged or supervised: " STR_FMT,
                                       ACTION_EN(r, a)));
}

/* ---- units ---- */

static void check_units(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const uint32_t units = 1u << FLOW_WHO_LEAD | 1u << FLOW_WHO_UNIT;
        bool rated = a->unit_mark == FLOW_UNIT_MARK_RATED;

        if (!a->unit_mark)
                return;
        if (!any(r->f, names_units))
                flow_fault(
                        r, flow_at(at, "unit_mark"),
                        SAY(r, "操作" STR_FMT "为单位作标记，但没有操作指定过单位（units）",
                            ACTION_ZH(r, a)),
                        SAY(r, "action " STR_FMT " marks units, but no action names any", ACTION_EN(r, a)));
        if (rated ? !!(a->who & units) : !!(a->who & ~units))
                flow_fault(r, flow_at(at, "who"),
                           rated ? SAY(r, "单位不能评价自己：" STR_FMT, ACTION_ZH(r, a))
                                 : SAY(r, "到场、办结由单位自己标记（unit 或 lead）：" STR_FMT,
                                       ACTION_ZH(r, a)),
                           rated ? SAY(r, "units do not rate themselves: " STR_FMT, ACTION_EN(r, a))
                                 : SAY(r, "a unit marks itself arrived or done (unit or lead): " STR_FMT,
                                       ACTION_EN(r, a)));
        if (rated && !a->satisfaction)
                flow_fault(r, at,
                           SAY(r, "评价单位的" STR_FMT "应要求满意度（satisfaction）", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " rates a unit and must ask for satisfaction",
                               ACTION_EN(r, a)));
        if (a->to.n || a->branches.n)
                flow_fault(r, flow_at(at, "to"),
                           SAY(r, "一个单位的标记不能使整个案件转环节：" STR_FMT, ACTION_ZH(r, a)),
                           SAY(r, "the mark of one unit cannot move the whole case: " STR_FMT,
                               ACTION_EN(r, a)));
}

/* ---- guards ---- */

static void check_guards(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const bool can[FLOW_GUARD_COUNT] = {
                [FLOW_GUARD_UNITS_ARRIVED] = any(r->f, names_units) && any(r->f, marks_arrived),
                [FLOW_GUARD_UNITS_DONE] = any(r->f, names_units) && any(r->f, marks_done),
                [FLOW_GUARD_UNITS_RATED] = any(r->f, names_units) && any(r->f, marks_rated),
                [FLOW_GUARD_CHILDREN_CLOSED] = any(r->f, opens_children),
                [FLOW_GUARD_NO_OPEN_REQUEST] = any(r->f, requests),
        };

        for (int g = 0; g < FLOW_GUARD_COUNT; g++)
                if (flow_guarded(a, (FlowGuard)g) && !can[g])
                        flow_fault(r, json_get(at, "guard"),
                                   SAY(r, "操作" STR_FMT "的条件“%s”在本流程中没有意义：没有操作能满足它",
                                       ACTION_ZH(r, a), flow_guard_words[g]),
                                   SAY(r,
                                       "the guard '%s' of action " STR_FMT
                                       " can never come true: no action leads to it",
                                       flow_guard_words[g], ACTION_EN(r, a)));
}

/* ---- questions, links, the system ---- */

static void check_question(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        uint64_t theirs = flow_held_by(r->f, 1u << FLOW_HOLDER_REPORTER);
        bool moves = a->to.n || a->branches.n, leads = moves && (flow_leads_to(r->f, a) & theirs);

        if (a->ask && (!leads || a->note != FLOW_NOTE_REQUIRED))
                flow_fault(r, flow_at(at, "ask"),
                           SAY(r, "询问" STR_FMT "应转到由反映人（reporter）承办的环节，并必填说明（问题）",
                               ACTION_ZH(r, a)),
                           SAY(r,
                               "the question " STR_FMT
                               " must lead to a state that the reporter holds and ask for a note",
                               ACTION_EN(r, a)));
        if (leads && !a->ask && (a->from_set & ~theirs))
                flow_fault(r, flow_at(at, "to"),
                           SAY(r, "操作" STR_FMT "交给反映人，但没有提问（ask）", ACTION_ZH(r, a)),
                           SAY(r,
                               "action " STR_FMT
                               " hands the case to the reporter without a question: ask is missing",
                               ACTION_EN(r, a)));
}

static bool link_names(const Flow *f, const FlowAction *outside) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (flow_link_allows(&f->actions.v[i], outside))
                        return true;
        return false;
}

static bool form_asked(const Flow *f, Str form) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (str_eq(f->actions.v[i].form, form))
                        return true;
        return str_eq(f->open_form, form);
}

static void check_link(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        uint64_t theirs = flow_held_by(r->f, 1u << FLOW_HOLDER_OUTSIDE);
        bool moves = a->to.n || a->branches.n;

        for (size_t i = 0; i < a->link_actions.n; i++) {
                const FlowAction *o = flow_action(r->f, a->link_actions.v[i]);

                if (!o || !flow_who(o, FLOW_WHO_OUTSIDE))
                        flow_fault(r, flow_at(json_get(at, "link"), "actions"),
                                   SAY(r, "链接允许“" STR_FMT "”，但没有由外部人员（outside）进行的这个操作",
                                       STR_ARG(a->link_actions.v[i])),
                                   SAY(r,
                                       "the link allows '" STR_FMT
                                       "', but no action of that name is for 'outside'",
                                       STR_ARG(a->link_actions.v[i])));
        }
        if (a->link_shows.n && !form_asked(r->f, a->link_shows))
                flow_fault(r, flow_at(json_get(at, "link"), "shows"),
                           SAY(r, "链接要显示表单“" STR_FMT "”，但没有操作填写它", STR_ARG(a->link_shows)),
                           SAY(r, "the link shows form '" STR_FMT "', which no action asks for", STR_ARG(a->link_shows)));
        if (flow_who(a, FLOW_WHO_OUTSIDE) && !link_names(r->f, a))
                flow_fault(
                        r, flow_at(at, "who"), SAY(r, "没有链接允许外部人员进行" STR_FMT, ACTION_ZH(r, a)),
                        SAY(r, "no link allows somebody outside to take action " STR_FMT, ACTION_EN(r, a)));
        if (moves && (flow_leads_to(r->f, a) & theirs) && !a->link_days && (a->from_set & ~theirs))
                flow_fault(
                        r, flow_at(at, "to"),
                        SAY(r, "操作" STR_FMT "交给外部人员，但没有发出链接（link）", ACTION_ZH(r, a)),
                        SAY(r, "action " STR_FMT " hands the case outside without a link", ACTION_EN(r, a)));
}

static void check_system(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        if (a->after_limit != flow_who(a, FLOW_WHO_SYSTEM))
                flow_fault(r, flow_at(at, a->after_limit ? "after" : "who"),
                           SAY(r, "由系统（system）进行的操作应写明 after，反之亦然：" STR_FMT,
                               ACTION_ZH(r, a)),
                           SAY(r, "what the system does needs 'after', and only that: " STR_FMT,
                               ACTION_EN(r, a)));
        for (size_t i = 0; a->after_limit && i < r->f->states.n; i++)
                if ((a->from_set >> i & 1) && !r->f->states.v[i].limit.amount)
                        flow_fault(r, flow_at(at, "after"),
                                   SAY(r, "环节" STR_FMT "没有时限（limit），系统不会进行" STR_FMT,
                                       STATE_ZH(r, &r->f->states.v[i]), ACTION_ZH(r, a)),
                                   SAY(r,
                                       "state " STR_FMT
                                       " has no limit that could run out for action " STR_FMT,
                                       STATE_EN(r, &r->f->states.v[i]), ACTION_EN(r, a)));
}

/* The category is corrected by a centre that says why, and nothing else happens with it: the way of the case stays the flow's. */
static void check_category(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const uint32_t centres = 1u << FLOW_WHO_DISPATCHER | 1u << FLOW_WHO_TOWNSHIP | 1u << FLOW_WHO_COUNTY |
                                 1u << FLOW_WHO_CITY;

        if (!a->category)
                return;
        if (a->note != FLOW_NOTE_REQUIRED && !a->reasons.n)
                flow_fault(r, flow_at(at, "note"),
                           SAY(r, "更正类别" STR_FMT "应写明原因：note 为 required，或列出 reasons", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " corrects the category and must ask why: note required, or reasons",
                               ACTION_EN(r, a)));
        if (a->who & ~centres)
                flow_fault(r, flow_at(at, "who"), SAY(r, "类别只能由各级中心更正：" STR_FMT, ACTION_ZH(r, a)),
                           SAY(r, "a category is corrected by a centre alone: " STR_FMT, ACTION_EN(r, a)));
        if (a->to.n || a->branches.n || a->clock || a->form.n || a->set.n || a->request || a->grants || a->refuses ||
            a->units_max || a->child.n)
                flow_fault(r, flow_at(at, "category"),
                           SAY(r, "更正类别" STR_FMT "不应同时转环节、计时、填表单、答复申请或派出", ACTION_ZH(r, a)),
                           SAY(r, "action " STR_FMT " corrects the category: it neither moves the case nor its clock, has no form of its own, "
                                  "answers nothing and calls nobody",
                               ACTION_EN(r, a)));
        for (size_t i = 0; i < r->f->states.n; i++)
                if ((a->from_set >> i & 1) && (r->f->states.v[i].final || r->f->states.v[i].disposed))
                        flow_fault(r, flow_at(at, "from"),
                                   SAY(r, "已处置的案件不能再更正类别：" STR_FMT, ACTION_ZH(r, a)),
                                   SAY(r, "the category of what was handled is not corrected any more: " STR_FMT, ACTION_EN(r, a)));
}

static void check_child(FlowReader *r, const FlowAction *a, const JsonNode *at) {
        const StrList *flows = r->world ? r->world->flows : NULL;
        bool found = !flows;

        for (size_t i = 0; flows && i < flows->n; i++)
                found |= str_eq(flows->v[i], a->child);
        if (a->child.n && !found)
                flow_fault(r, flow_at(json_get(at, "child"), "flow"),
                           SAY(r, "子案件的流程“" STR_FMT "”不存在", STR_ARG(a->child)),
                           SAY(r, "no flow is called '" STR_FMT "' for the children", STR_ARG(a->child)));
}

/* ---- facts ---- */

static bool fact_filled(const FlowReader *r, int fact) {
        const Flow *f = r->f;

        if (flow_form_fill(r, f->open_form, fact).values)
                return true;
        for (size_t i = 0; i < f->actions.n; i++) {
                if (flow_form_fill(r, f->actions.v[i].form, fact).values)
                        return true;
                for (size_t k = 0; k < f->actions.v[i].set.n; k++)
                        if (f->actions.v[i].set.v[k].fact == fact)
                                return true;
        }
        return false;
}

static void check_facts(FlowReader *r) {
        const JsonNode *facts = json_get(r->root, "facts"), *at = facts ? facts->first : NULL;

        for (size_t i = 0; i < r->f->facts.n && at; i++, at = at->next)
                if (!fact_filled(r, (int)i))
                        flow_fault(r, at,
                                   SAY(r, "情况" STR_FMT "从未填写：没有表单有此字段，也没有操作 set 它",
                                       STR_ARG(flow_label(r, r->f->facts.v[i].code, r->f->facts.v[i].name,
                                                          LANG_ZH))),
                                   SAY(r,
                                       "fact " STR_FMT
                                       " is never filled: no form asks for it and no action sets it",
                                       STR_ARG(flow_label(r, r->f->facts.v[i].code, r->f->facts.v[i].name_en,
                                                          LANG_EN))));
}

void flow_check_cases(FlowReader *r) {
        for (size_t i = 0; i < r->f->actions.n; i++) {
                const FlowAction *a = &r->f->actions.v[i];
                const JsonNode *at = r->actions_at[i];

                check_request(r, a, at);
                check_end(r, a, at);
                check_return(r, a, at);
                check_units(r, a, at);
                check_guards(r, a, at);
                check_question(r, a, at);
                check_link(r, a, at);
                check_system(r, a, at);
                check_child(r, a, at);
                check_category(r, a, at);
        }
        check_answered(r);
        check_facts(r);
}
