/* Reading a flow's file: what is at the top, facts, states, start; actions are in flow_action.c. Every member is looked at: a
 * misspelt one is a fault, not silence. Whether the whole makes sense is checked in flow_check.c, flow_check_case.c and
 * flow_walk.c. */
#include "contract.gen.h"
#include "core/flow/flow_int.h"

enum { DAYS_MAX = 365 };

/* In code order of enum CaseChannel and of what sends cases by itself. */
static const char *const channels[] = { "member",     "leader", "centre", "qr",    "web",    "hotline",
                                        "department", "order",  "wechat", "alarm", "camera", "platform" };

bool flow_channel_known(Str channel) {
        for (size_t i = 0; i < ARRAY_LEN(channels); i++)
                if (str_eq_c(channel, channels[i]))
                        return true;
        return false;
}

static void steps_read(FlowReader *r) {
        static const char *const known[] = { "zh", "en", NULL };
        const JsonNode *m = flow_items(r, r->root, "steps", 1, FLOW_STEPS_MAX);

        for (; m; m = m->next) {
                FlowText t;

                if (m->type == JT_OBJ)
                        flow_only(r, m, known);
                t = flow_text(r, m, NULL, false);
                *list_push(r->cx->arena, &r->f->steps) = t.zh;
                *list_push(r->cx->arena, &r->f->steps_en) = t.en;
        }
}

static void value_read(FlowReader *r, const JsonNode *n, FlowFact *fact) {
        static const char *const known[] = { "code", "name", NULL };
        FlowText name;
        Str code;

        flow_only(r, n, known);
        if (n->type != JT_OBJ)
                return;
        code = flow_code_need(r, n, "code");
        name = flow_text(r, n, "name", false);
        for (size_t i = 0; i < fact->values.n; i++)
                if (code.n && str_eq(fact->values.v[i].code, code))
                        flow_fault(r, flow_at(n, "code"), SAY(r, "取值“" STR_FMT "”重复", STR_ARG(code)),
                                   SAY(r, "value " STR_FMT " is there twice", STR_ARG(code)));
        *list_push(r->cx->arena, &fact->values) = (FlowValue){ code, name.zh, name.en };
}

static void facts_read(FlowReader *r) {
        static const char *const known[] = { "code", "name", "values", NULL };
        const JsonNode *m = flow_items(r, r->root, "facts", 0, FLOW_FACTS_MAX);

        for (; m; m = m->next) {
                FlowFact fact = { 0 };
                FlowText name;
                const JsonNode *v;

                flow_only(r, m, known);
                if (m->type != JT_OBJ)
                        continue;
                fact.code = flow_code_need(r, m, "code");
                name = flow_text(r, m, "name", false);
                fact.name = name.zh;
                fact.name_en = name.en;
                for (v = flow_items(r, m, "values", 2, FLOW_VALUES_MAX); v; v = v->next)
                        value_read(r, v, &fact);
                if (fact.code.n && flow_fact(r->f, fact.code) >= 0)
                        flow_fault(r, flow_at(m, "code"),
                                   SAY(r, "情况“" STR_FMT "”重复", STR_ARG(fact.code)),
                                   SAY(r, "fact " STR_FMT " is there twice", STR_ARG(fact.code)));
                *list_push(r->cx->arena, &r->f->facts) = fact;
        }
}

static void state_limit(FlowReader *r, const JsonNode *n, FlowState *s) {
        s->limit = flow_limit(r, n, "limit");
        s->limit_days = flow_number(r, n, "limit_days", 1, DAYS_MAX, 0);
        if (s->limit.amount && s->limit_days)
                flow_fault(r, json_get(n, "limit"), S("“limit”和“limit_days”只能写一个"),
                           S("either 'limit' or 'limit_days', not both"));
        if (s->limit_days)
                s->limit = (FlowLimit){ s->limit_days, FLOW_UNIT_WORKDAYS };
        else if (s->limit.unit == FLOW_UNIT_WORKDAYS)
                s->limit_days = s->limit.amount;
}

static void state_read(FlowReader *r, const JsonNode *n) {
        static const char *const known[] = { "code",  "name",     "step",     "holder",
                                             "final", "disposed", "archived", "limit_days",
                                             "limit", "phase",    "kind",     NULL };
        Flow *f = r->f;
        FlowState s = { 0 };
        FlowText name;

        flow_only(r, n, known);
        s.code = flow_code_need(r, n, "code");
        name = flow_text(r, n, "name", false);
        s.name = name.zh;
        s.name_en = name.en;
        s.step = flow_number(r, n, "step", 1, (int)f->steps.n, 0);
        s.holder = (FlowHolder)flow_word(r, n, "holder", flow_holder_words, FLOW_HOLDER_COUNT,
                                         FLOW_HOLDER_NONE);
        s.final = flow_flag(r, n, "final");
        s.disposed = flow_flag(r, n, "disposed");
        s.archived = flow_flag(r, n, "archived");
        s.phase = (FlowPhase)flow_word(r, n, "phase", flow_phase_words, FLOW_PHASE_COUNT, FLOW_PHASE_NONE);
        s.end = (FlowEnd)flow_word(r, n, "kind", flow_end_words, FLOW_END_COUNT, FLOW_END_DONE);
        state_limit(r, n, &s);
        if (!json_get(n, "step"))
                flow_fault(r, n, SAY(r, "环节" STR_FMT "没有写明属于第几步（step）", STATE_ZH(r, &s)),
                           SAY(r, "state " STR_FMT " belongs to no step", STATE_EN(r, &s)));
        if (s.code.n && flow_state(f, s.code))
                flow_fault(r, flow_at(n, "code"), SAY(r, "环节代码“" STR_FMT "”重复", STR_ARG(s.code)),
                           SAY(r, "state " STR_FMT " is there twice", STR_ARG(s.code)));
        r->states_at[f->states.n] = n;
        *list_push(r->cx->arena, &f->states) = s;
}

static Str start_state(FlowReader *r, const JsonNode *m) {
        if (m->type == JT_STR && flow_state(r->f, m->text))
                return m->text;
        flow_fault(r, m, SAY(r, "新件不能从“" STR_FMT "”开始：没有这个环节", STR_ARG(m->text)),
                   SAY(r, "a case cannot start in the unknown state '" STR_FMT "'", STR_ARG(m->text)));
        return STR_NONE;
}

static void start_read(FlowReader *r) {
        const JsonNode *start = json_get(r->root, "start");

        if (!start || start->type != JT_OBJ) {
                flow_fault(r, start, S("缺少“start”：新件从哪个环节开始"),
                           S("'start' must name the state of a new case"));
                return;
        }
        for (const JsonNode *m = start->first; m; m = m->next) {
                Str state = start_state(r, m);

                if (str_eq_c(m->name, "default"))
                        r->f->start = state;
                else if (!flow_channel_known(m->name))
                        flow_fault(r, m, SAY(r, "没有“" STR_FMT "”这个上报渠道", STR_ARG(m->name)),
                                   SAY(r, "no channel is called '" STR_FMT "'", STR_ARG(m->name)));
                else
                        *list_push(r->cx->arena, &r->f->starts) = (FlowStart){ m->name, state };
        }
        if (!json_get(start, "default"))
                flow_fault(r, start, S("“start”中缺少“default”"), S("'default' is missing in 'start'"));
}

/* Only who has a post can open a case by hand. */
static void open_read(FlowReader *r) {
        static const char *const known[] = { "who", "form", NULL };
        static const uint32_t posts = 1u << FLOW_WHO_GRID_MEMBER | 1u << FLOW_WHO_GRID_LEADER |
                                      1u << FLOW_WHO_DISPATCHER | 1u << FLOW_WHO_INSPECTOR |
                                      1u << FLOW_WHO_TOWNSHIP | 1u << FLOW_WHO_COUNTY | 1u << FLOW_WHO_CITY;
        const JsonNode *open = json_get(r->root, "open");

        if (!open)
                return;
        flow_only(r, open, known);
        if (open->type != JT_OBJ)
                return;
        if (!json_get(open, "who"))
                flow_fault(r, open, S("“open”中缺少“who”：谁可以立项"),
                           S("'open' must say who may open a case"));
        r->f->open_who = flow_word_set(r, open, "who", flow_who_words, FLOW_WHO_COUNT);
        r->f->open_form = flow_code_maybe(r, open, "form");
        if (r->f->open_who & ~posts)
                flow_fault(r, json_get(open, "who"),
                           S("立项人只能是有岗位的人：网格员、网格长、各级中心、督查员"),
                           S("only who has a post can open a case: members, leaders, centres, inspectors"));
}

static void top_read(FlowReader *r) {
        static const char *const known[] = { "code",   "name",       "kind",  "steps",
                                             "start",  "open_title", "facts", "on_the_spot",
                                             "states", "actions",    "open",  NULL };
        Flow *f = r->f;
        const JsonNode *m;
        FlowText t;

        flow_only(r, r->root, known);
        f->code = flow_code_need(r, r->root, "code");
        t = flow_text(r, r->root, "name", false);
        f->name = t.zh;
        f->name_en = t.en;
        t = flow_text(r, r->root, "open_title", false);
        f->open_title = t.zh;
        f->open_title_en = t.en;
        f->kind = (FlowKind)flow_word(r, r->root, "kind", flow_kind_words, FLOW_KIND_COUNT, FLOW_KIND_EVENT);
        f->spot_action = flow_code_maybe(r, r->root, "on_the_spot");
        steps_read(r);
        facts_read(r);
        for (m = flow_items(r, r->root, "states", 2, FLOW_STATES_MAX); m; m = m->next)
                state_read(r, m);
        start_read(r);
        open_read(r);
        for (m = flow_items(r, r->root, "actions", 1, FLOW_ACTIONS_MAX); m; m = m->next)
                flow_action_read(r, m);
}

bool flow_syntax(FlowReader *r, Str json) {
        Problem before = r->cx->problem;
        JsonNode *root = NULL;
        bool good;

        r->cx->problem = (Problem){ 0 };
        good = json_parse(r->cx, json, &root) == OK;
        r->root = root;
        if (!good)
                flow_fault_told(r);
        r->cx->problem = before;
        return good;
}

void flow_examine(Cx *cx, Str json, const FlowWorld *world, Flow **ret, FlowFaults *faults) {
        FlowReader r = { .cx = cx, .world = world, .f = TAKE(cx->arena, Flow), .faults = faults };

        flow_read_file(&r, json);
        *ret = r.f;
}

/* Stage by stage: what follows would only repeat in other words what is wrong already. */
void flow_read_file(FlowReader *r, Str json) {
        size_t before = r->faults->n + r->faults->more;

        if (flow_syntax(r, json))
                top_read(r);
        if (r->world && r->world->report_form.n)
                r->f->open_form = r->world->report_form;
        if (r->faults->n + r->faults->more == before)
                flow_check(r);
        if (r->faults->n + r->faults->more == before)
                flow_check_cases(r);
        if (r->faults->n + r->faults->more == before)
                flow_walk(r);
        if (r->faults->n + r->faults->more != before)
                r->f = NULL;
}

static Rc first_fault(Cx *cx, const FlowFaults *faults) {
        const FlowFault *first;
        size_t others;
        Str zh = S(""), en = S("");

        if (!faults->n)
                return OK;
        first = &faults->v[0];
        others = faults->n - 1 + faults->more;
        if (others) {
                zh = str_fmt(cx->arena, "（另有 %zu 处）", others);
                en = str_fmt(cx->arena, " (and %zu more)", others);
        }
        return fail_zh(cx, P_CONFIG_INVALID,
                       str_fmt(cx->arena, "流程文件第 %u 行有误：" STR_FMT STR_FMT, first->line,
                               STR_ARG(first->zh), STR_ARG(zh)),
                       "flow, line %u: " STR_FMT STR_FMT, first->line, STR_ARG(first->en), STR_ARG(en));
}

Rc flow_parse(Cx *cx, Str json, Flow **ret) {
        FlowFaults faults = { 0 };

        flow_examine(cx, json, NULL, ret, &faults);
        return first_fault(cx, &faults);
}

Rc flow_parse_stored(Cx *cx, Str json, Flow **ret) {
        FlowFaults faults = { 0 };
        FlowReader r = { .cx = cx, .f = TAKE(cx->arena, Flow), .faults = &faults };

        if (flow_syntax(&r, json))
                top_read(&r);
        TRY(first_fault(cx, &faults));
        return *ret = r.f, OK;
}
