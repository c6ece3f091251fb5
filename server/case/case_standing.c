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
        return *ret = f, OK;
}

/* Actions that name several units, open or join cases, hand out links or ask the reporter are not carried out: they are not offered. */
bool case_action_carried(const FlowAction *a) {
        return !a->units_max && !a->unit_mark && !a->child.n && !a->merge && !a->link_days &&
               !a->ask;
}

/* ---- how often ---- */

static bool is_reopening(const Case *c, const CaseStepRow *s) {
        const FlowState *from = s->from_state.n ? flow_state(c->flow, s->from_state) : NULL,
                        *to = flow_state(c->flow, s->to_state);

        return from && to && from->final && !to->final;
}

static bool is_of_unit(const Cx *cx, const CaseStepRow *s, CaseRight right) {
        if (right.department.n)
                return str_eq(s->actor_department, right.department);
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

Str case_missing_text(Arena *a, uint32_t guards, Lang lang) {
        static const struct {
                FlowGuard guard;
                const char *zh, *en;
        } words[] = {
                { FLOW_GUARD_UNITS_ARRIVED, "还有单位未到场", "not every unit has arrived" },
                { FLOW_GUARD_UNITS_DONE, "还有单位未办结", "not every unit is done" },
                { FLOW_GUARD_UNITS_RATED, "还有单位未评价", "not every unit is rated" },
                { FLOW_GUARD_CHILDREN_CLOSED, "还有子件未办结", "not every part is closed" },
                { FLOW_GUARD_NO_OPEN_REQUEST, "还有申请未答复", "a request has not been answered" },
        };
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < ARRAY_LEN(words); i++)
                if (guards >> words[i].guard & 1)
                        buf_fmt(&b, "%s%s", b.n ? (lang == LANG_EN ? "; " : "；") : "",
                                lang == LANG_EN ? words[i].en : words[i].zh);
        return buf_view(&b);
}
