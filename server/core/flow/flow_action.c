/* Reading one action of a flow's file. */
#include "core/flow/flow_int.h"

enum {
        REASONS_MAX = 50,
        PHOTOS_MAX = 9,
        MEDIA_MAX = 3,
        DAYS_MAX = 365,
        LINK_DAYS_MAX = 30,
        BRANCHES_MAX = 8
};

/* ---- facts ---- */

static int fact_named(FlowReader *r, const JsonNode *m, Str code) {
        int fact = flow_fact(r->f, code);

        if (fact < 0)
                flow_fault(r, m, SAY(r, "流程没有情况“" STR_FMT "”", STR_ARG(code)),
                           SAY(r, "the flow knows no fact '" STR_FMT "'", STR_ARG(code)));
        return fact;
}

/* The number of a value from 1; 0 when unknown. */
static int value_named(FlowReader *r, const JsonNode *m, int fact) {
        const FlowFact *f = &r->f->facts.v[fact];

        for (size_t i = 0; m->type == JT_STR && i < f->values.n; i++)
                if (str_eq(f->values.v[i].code, m->text))
                        return (int)i + 1;
        flow_fault(
                r, m, SAY(r, "“" STR_FMT "”没有取值“" STR_FMT "”", STR_ARG(f->code), STR_ARG(m->text)),
                SAY(r, "the fact '" STR_FMT "' is never '" STR_FMT "'", STR_ARG(f->code), STR_ARG(m->text)));
        return 0;
}

static void condition_read(FlowReader *r, const JsonNode *n, FlowWhenList *list) {
        static const char *const known[] = { "fact", "in", NULL };
        FlowWhen w = { 0 };
        Str code;

        flow_only(r, n, known);
        if (n->type != JT_OBJ)
                return;
        code = flow_code_need(r, n, "fact");
        if (!code.n)
                return;
        w.fact = fact_named(r, flow_at(n, "fact"), code);
        for (const JsonNode *m = flow_items(r, n, "in", 1, FLOW_VALUES_MAX); m && w.fact >= 0; m = m->next) {
                int value = value_named(r, m, w.fact);

                if (value && (w.values >> value & 1))
                        flow_fault(r, m, SAY(r, "“" STR_FMT "”重复", STR_ARG(m->text)),
                                   SAY(r, "'" STR_FMT "' is there twice", STR_ARG(m->text)));
                w.values |= value ? 1u << value : 0;
        }
        if (w.fact >= 0)
                *list_push(r->cx->arena, list) = w;
}

FlowWhenList flow_when_read(FlowReader *r, const JsonNode *obj, const char *name) {
        FlowWhenList list = { 0 };

        for (const JsonNode *m = flow_items(r, obj, name, json_get(obj, name) ? 1 : 0, FLOW_FACTS_MAX); m;
             m = m->next)
                condition_read(r, m, &list);
        return list;
}

static void branches_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const known[] = { "when", "to", NULL };
        const JsonNode *m = flow_items(r, n, "to_when", json_get(n, "to_when") ? 1 : 0, BRANCHES_MAX);

        for (; m; m = m->next) {
                FlowBranch b = { 0 };

                flow_only(r, m, known);
                if (m->type != JT_OBJ)
                        continue;
                if (!json_get(m, "when"))
                        flow_fault(r, m, S("缺少“when”：在什么情况下转到这个环节"), S("'when' is missing"));
                b.when = flow_when_read(r, m, "when");
                b.to = flow_code_need(r, m, "to");
                *list_push(r->cx->arena, &a->branches) = b;
        }
}

static void set_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        const JsonNode *set = json_get(n, "set");

        if (!set)
                return;
        if (set->type != JT_OBJ || !set->first) {
                flow_fault(r, set, S("“set”应为 { \"情况\": \"取值\" }"),
                           S("'set' must be { \"fact\": \"value\" }"));
                return;
        }
        for (const JsonNode *m = set->first; m; m = m->next) {
                FlowSet s = { .fact = fact_named(r, m, m->name) };

                if (s.fact >= 0)
                        s.value = value_named(r, m, s.fact);
                if (s.fact >= 0 && s.value)
                        *list_push(r->cx->arena, &a->set) = s;
        }
}

/* ---- what comes with it ---- */

static void reasons_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const known[] = { "code", "zh", "en", NULL };
        const JsonNode *m = flow_items(r, n, "reasons", json_get(n, "reasons") ? 2 : 0, REASONS_MAX);

        for (; m; m = m->next) {
                FlowReason reason = { 0 };
                FlowText t;

                flow_only(r, m, known);
                if (m->type != JT_OBJ)
                        continue;
                reason.code = flow_code_need(r, m, "code");
                t = flow_text(r, m, NULL, false);
                reason.name = t.zh;
                reason.name_en = t.en;
                for (size_t i = 0; i < a->reasons.n; i++)
                        if (reason.code.n && str_eq(a->reasons.v[i].code, reason.code))
                                flow_fault(
                                        r, flow_at(m, "code"),
                                        SAY(r, "原因代码“" STR_FMT "”重复", STR_ARG(reason.code)),
                                        SAY(r, "reason " STR_FMT " is there twice", STR_ARG(reason.code)));
                *list_push(r->cx->arena, &a->reasons) = reason;
        }
}

static void evidence_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const kinds[] = { "scene", "before", "after", "check" };
        static const char *const targets[] = { "department", "member" };
        uint32_t named = flow_word_set(r, n, "target", targets, ARRAY_LEN(targets));
        uint32_t wanted = flow_word_set(r, n, "photo_kinds", kinds, ARRAY_LEN(kinds));

        a->note = (FlowNote)flow_word(r, n, "note", flow_note_words, FLOW_NOTE_COUNT, FLOW_NOTE_OPTIONAL);
        a->photos = flow_number(r, n, "photos", 1, PHOTOS_MAX, 0);
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                if (wanted >> i & 1)
                        *list_push(r->cx->arena, &a->photo_kinds) = str_c(kinds[i]);
        a->media = flow_number(r, n, "media", 1, MEDIA_MAX, 0);
        a->form = flow_code_maybe(r, n, "form");
        a->target_department = named & 1;
        a->target_member = named >> 1 & 1;
        a->satisfaction = flow_flag(r, n, "satisfaction");
        reasons_read(r, n, a);
}

/* ---- requests, units, links ---- */

static int request_word(FlowReader *r, const JsonNode *n, const char *name) {
        Str word = flow_code_maybe(r, n, name);
        int number = word.n ? flow_request(r->f, word) : 0;

        if (!word.n || number)
                return number;
        if (r->f->requests.n == FLOW_REQUESTS_MAX) {
                flow_fault(r, json_get(n, name), SAY(r, "申请种类过多，最多 %d 种", FLOW_REQUESTS_MAX),
                           SAY(r, "too many kinds of requests, at most %d", FLOW_REQUESTS_MAX));
                return 0;
        }
        *list_push(r->cx->arena, &r->f->requests) = word;
        return (int)r->f->requests.n;
}

static void units_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const known[] = { "min", "max", "add", NULL };
        const JsonNode *m = json_get(n, "units");

        a->unit_mark = (FlowUnitMark)flow_word(r, n, "unit_mark", flow_unit_mark_words, FLOW_UNIT_MARK_COUNT,
                                               FLOW_UNIT_MARK_NONE);
        if (!m)
                return;
        flow_only(r, m, known);
        if (m->type != JT_OBJ)
                return;
        a->units_min = flow_number(r, m, "min", 1, FLOW_UNITS_MAX, 1);
        a->units_max = flow_number(r, m, "max", 1, FLOW_UNITS_MAX, FLOW_UNITS_MAX);
        a->units_add = flow_flag(r, m, "add");
        if (a->units_min > a->units_max)
                flow_fault(r, m, S("单位数下限大于上限"), S("'min' is larger than 'max'"));
}

static void link_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const known[] = { "days", "actions", "shows", NULL };
        const JsonNode *m = json_get(n, "link");

        if (!m)
                return;
        flow_only(r, m, known);
        if (m->type != JT_OBJ)
                return;
        if (!json_get(m, "days"))
                flow_fault(r, m, S("缺少“days”：链接几天内有效"),
                           S("'days' is missing: how long the link lasts"));
        a->link_days = flow_number(r, m, "days", 1, LINK_DAYS_MAX, 1);
        a->link_actions = flow_codes(r, m, "actions", 1, FLOW_ACTIONS_MAX);
        a->link_shows = flow_code_maybe(r, m, "shows");
}

static void child_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const known[] = { "flow", "many", NULL };
        const JsonNode *m = json_get(n, "child");

        if (!m)
                return;
        flow_only(r, m, known);
        if (m->type != JT_OBJ)
                return;
        a->child = flow_code_need(r, m, "flow");
        a->child_many = flow_flag(r, m, "many");
}

static void after_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const known[] = { "limit", NULL };
        const JsonNode *m = json_get(n, "after");

        if (!m)
                return;
        flow_only(r, m, known);
        if (m->type == JT_OBJ)
                a->after_limit = flow_flag(r, m, "limit");
        if (m->type == JT_OBJ && !a->after_limit)
                flow_fault(r, m, S("“after”应为 { \"limit\": true }"),
                           S("'after' must be { \"limit\": true }"));
}

static void extras_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        a->when = flow_when_read(r, n, "when");
        branches_read(r, n, a);
        set_read(r, n, a);
        a->request = request_word(r, n, "request");
        a->grants = request_word(r, n, "grants");
        a->refuses = request_word(r, n, "refuses");
        a->other_person = flow_flag(r, n, "other_person");
        a->amount = flow_limit(r, n, "amount");
        units_read(r, n, a);
        a->guards = flow_word_set(r, n, "guard", flow_guard_words, FLOW_GUARD_COUNT);
        a->once = (FlowOnce)flow_word(r, n, "once", flow_once_words, FLOW_ONCE_COUNT, FLOW_ONCE_NONE);
        child_read(r, n, a);
        a->merge = flow_flag(r, n, "merge");
        link_read(r, n, a);
        a->ask = flow_flag(r, n, "ask");
        a->category = flow_flag(r, n, "category");
        a->mark = (FlowMark)flow_word(r, n, "mark", flow_mark_words, FLOW_MARK_COUNT, FLOW_MARK_NONE);
        a->arbiter = flow_flag(r, n, "arbiter");
        after_read(r, n, a);
}

/* ---- the action ---- */

static void texts_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        static const char *const tones[] = { "primary", "plain", "danger" };
        FlowText t = flow_text(r, n, "name", false);

        a->name = t.zh;
        a->name_en = t.en;
        t = flow_text(r, n, "help", true);
        a->help = t.zh;
        a->help_en = t.en;
        t = flow_text(r, n, "public_title", true);
        a->public_title = t.zh;
        a->public_title_en = t.en;
        a->tone = str_c(tones[flow_word(r, n, "tone", tones, ARRAY_LEN(tones), 1)]);
}

static void from_read(FlowReader *r, const JsonNode *n, FlowAction *a) {
        a->from = flow_codes(r, n, "from", 1, FLOW_STATES_MAX);
        for (size_t i = 0; i < a->from.n; i++) {
                const FlowState *s = flow_state(r->f, a->from.v[i]);

                if (s)
                        a->from_set |= flow_state_bit(r->f, s);
                else
                        flow_fault(r, flow_at(n, "from"),
                                   SAY(r, "操作" STR_FMT "的起点“" STR_FMT "”不是本流程的环节",
                                       ACTION_ZH(r, a), STR_ARG(a->from.v[i])),
                                   SAY(r, "action " STR_FMT " comes from the unknown state '" STR_FMT "'",
                                       ACTION_EN(r, a), STR_ARG(a->from.v[i])));
        }
}

static const char *const members[] = { "code",
                                       "name",
                                       "help",
                                       "tone",
                                       "from",
                                       "to",
                                       "who",
                                       "note",
                                       "photos",
                                       "target",
                                       "photo_kinds",
                                       "media",
                                       "keep_holder",
                                       "reasons",
                                       "satisfaction",
                                       "clock",
                                       "within_workdays",
                                       "public_title",
                                       "public_note",
                                       "form",
                                       "when",
                                       "to_when",
                                       "set",
                                       "request",
                                       "grants",
                                       "refuses",
                                       "other_person",
                                       "amount",
                                       "units",
                                       "unit_mark",
                                       "guard",
                                       "once",
                                       "child",
                                       "merge",
                                       "link",
                                       "ask",
                                       "category",
                                       "mark",
                                       "arbiter",
                                       "after",
                                       NULL };

void flow_action_read(FlowReader *r, const JsonNode *n) {
        FlowAction a = { 0 };

        flow_only(r, n, members);
        a.code = flow_code_need(r, n, "code");
        texts_read(r, n, &a);
        from_read(r, n, &a);
        a.to = flow_code_maybe(r, n, "to");
        if (!json_get(n, "who"))
                flow_fault(r, n, SAY(r, "操作" STR_FMT "没有写明由谁进行（who）", ACTION_ZH(r, &a)),
                           SAY(r, "nobody may take action " STR_FMT ": 'who' is missing", ACTION_EN(r, &a)));
        a.who = flow_word_set(r, n, "who", flow_who_words, FLOW_WHO_COUNT);
        evidence_read(r, n, &a);
        a.keep_holder = flow_flag(r, n, "keep_holder");
        a.public_note = flow_flag(r, n, "public_note");
        a.clock = (FlowClock)flow_word(r, n, "clock", flow_clock_words, FLOW_CLOCK_COUNT, FLOW_CLOCK_NONE);
        a.within_workdays = flow_number(r, n, "within_workdays", 1, DAYS_MAX, 0);
        extras_read(r, n, &a);
        if (a.code.n && flow_action(r->f, a.code))
                flow_fault(r, flow_at(n, "code"), SAY(r, "操作代码“" STR_FMT "”重复", STR_ARG(a.code)),
                           SAY(r, "action " STR_FMT " is there twice", STR_ARG(a.code)));
        r->actions_at[r->f->actions.n] = n;
        *list_push(r->cx->arena, &r->f->actions) = a;
}
