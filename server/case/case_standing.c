/* How a case stands, as its flow sees it: facts, open requests, what was done how often. Pure functions of the row and the log. */
#include "case/case_int.h"

/* ---- facts ---- */

Rc case_facts(Cx *cx, const Case *c, FlowFacts *ret) {
        JsonNode *node;

        if (!c->row.facts.n)
                return *ret = (FlowFacts){ 0 }, OK;
        TRY(json_parse(cx, c->row.facts, &node));
        return *ret = flow_facts_stored(c->flow, node), OK;
}

Str case_facts_text(Cx *cx, const Flow *f, FlowFacts facts) {
        static const FlowFacts none;
        Buf b = BUF_IN(cx->arena);

        if (!memcmp(&facts, &none, sizeof facts))
                return S("");
        flow_facts_write(&b, f, facts);
        return buf_view(&b);
}

/* ---- requests ---- */

void case_asked(const Case *c, CaseAsked *ret) {
        *ret = (CaseAsked){ 0 };
        for (size_t i = 0; c->flow->requests.n && i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowAction *a = flow_action(c->flow, s->action);
                const FlowState *to = flow_state(c->flow, s->to_state);

                if (!a || !to)
                        continue;
                ret->open = flow_requests_after(c->flow, a, ret->open, to);
                if (a->request)
                        ret->by[a->request] = s;
        }
}

Str case_asked_words(Cx *cx, const Flow *f, uint32_t open) {
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < f->requests.n; i++)
                if (open >> (i + 1) & 1)
                        buf_fmt(&b, "%s" STR_FMT ",", b.n ? "" : ",", STR_ARG(f->requests.v[i]));
        return b.n ? buf_view(&b) : S("");
}

bool case_same_person(const Cx *cx, const Case *c, const FlowAction *a) {
        int number = a->grants ? a->grants : a->refuses;
        const CaseStepRow *by;
        CaseAsked asked;

        if (!a->other_person || !number)
                return false;
        case_asked(c, &asked);
        by = asked.by[number];
        return by && by->actor.set && by->actor.n == actor_account(cx).n;
}

/* ---- as a whole ---- */

Rc case_standing(Cx *cx, const Case *c, FlowCase *ret) {
        CaseAsked asked;
        FlowCase f = { .state = flow_state(c->flow, c->row.state),
                       .reporter = c->row.has_reporter || !c->row.opener.set,
                       .target = c->row.target_department.n || c->row.target_account.set };

        if (!f.state)
                return fail(cx, P_SERVER_BUG, "case %lld is in an unknown state", (long long)c->row.id);
        TRY(case_facts(cx, c, &f.facts));
        case_asked(c, &asked);
        f.requests = asked.open;
        case_units_count(c, &f);
        TRY(case_parts_open(cx, c, &f.children_open));
        return *ret = f, OK;
}

/* ---- how often ---- */

static bool is_reopening(const Case *c, const CaseStepRow *s) {
        const FlowState *from = s->from_state.n ? flow_state(c->flow, s->from_state) : NULL,
                        *to = flow_state(c->flow, s->to_state);

        return from && to && from->final && !to->final;
}

static bool is_of_unit(const Cx *cx, const CaseStepRow *s, CaseRight right) {
        if (right.department.n)
                return str_eq(s->unit.n ? s->unit : s->actor_department, right.department);
        return s->actor.set && s->actor.n == actor_account(cx).n;
}

bool case_action_spent(const Cx *cx, const Case *c, const FlowAction *a, CaseRight right) {
        int by_case = 0, by_unit = 0;

        for (size_t i = 0; a->once && i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];

                if (is_reopening(c, s))
                        by_case = by_unit = 0;
                if (!str_eq(s->action, a->code))
                        continue;
                by_case++;
                by_unit += is_of_unit(cx, s, right);
        }
        return flow_action_spent(a, by_case, by_unit);
}

/* "还未报到：城管局、环卫站" */
static Str missing_of(Arena *a, const Case *c, const FlowCase *standing, FlowGuard guard, Lang lang) {
        bool en = lang == LANG_EN;

        switch (guard) {
        case FLOW_GUARD_UNITS_ARRIVED:
        case FLOW_GUARD_UNITS_DONE:
        case FLOW_GUARD_UNITS_RATED: {
                static const char *const words[][2] = { [FLOW_GUARD_UNITS_ARRIVED] = { "还未报到：", "not there yet: " },
                                                        [FLOW_GUARD_UNITS_DONE] = { "还未办结：", "not done yet: " },
                                                        [FLOW_GUARD_UNITS_RATED] = { "还未评价：", "not rated yet: " } };

                return str_fmt(a, "%s" STR_FMT, words[guard][en], STR_ARG(case_units_awaited(a, c, guard, lang)));
        }
        case FLOW_GUARD_CHILDREN_CLOSED:
                return str_fmt(a, en ? "%d parts are not closed yet" : "还有 %d 件子件未办结", standing->children_open);
        case FLOW_GUARD_NO_OPEN_REQUEST: return en ? S("a request has not been answered") : S("还有申请未答复");
        case FLOW_GUARD_COUNT: break;
        }
        return S("");
}

Str case_missing_text(Arena *a, const Case *c, const FlowCase *standing, uint32_t guards, Lang lang) {
        Buf b = BUF_IN(a);

        for (int g = 0; g < FLOW_GUARD_COUNT; g++)
                if (guards >> g & 1)
                        buf_fmt(&b, "%s" STR_FMT, b.n ? (lang == LANG_EN ? "; " : "；") : "",
                                STR_ARG(missing_of(a, c, standing, (FlowGuard)g, lang)));
        return buf_view(&b);
}
