/* Reading a flow's file. Every member is looked at: a misspelt one is an error, not silence. Whether the whole makes sense is
 * checked in flow_check.c. */
#include "contract.gen.h"
#include "core/flow/flow_int.h"
#include <stdarg.h>
#include <stdio.h>

enum {
        STATES_MAX = 50,
        ACTIONS_MAX = 100,
        STEPS_MAX = 10,
        REASONS_MAX = 50,
        PHOTOS_MAX = 9,
        DAYS_MAX = 365
};

Rc flow_fault(Cx *cx, const JsonNode *at, const char *fmt, ...) {
        char what[300];
        va_list ap;

        va_start(ap, fmt);
        vsnprintf(what, sizeof what, fmt, ap);
        va_end(ap);
        return fail_zh(cx, P_CONFIG_INVALID,
                       str_fmt(cx->arena, "流程文件第 %u 行有误：%s", at ? at->line : 1, what),
                       "flow, line %u: %s", at ? at->line : 1, what);
}

static Rc only_members(Cx *cx, const JsonNode *obj, const char *const *known) {
        if (obj->type != JT_OBJ)
                return flow_fault(cx, obj, "an object is wanted");
        for (const JsonNode *m = obj->first; m; m = m->next) {
                bool found = false;

                for (const char *const *k = known; *k && !found; k++)
                        found = str_eq_c(m->name, *k);
                if (!found)
                        return flow_fault(cx, m, "unknown member '" STR_FMT "'", STR_ARG(m->name));
        }
        return OK;
}

static Rc text_need(Cx *cx, const JsonNode *obj, const char *name, Str *ret) {
        Str s = json_text(obj, name);

        if (!str_trim(s).n)
                return flow_fault(cx, obj, "'%s' is missing", name);
        return *ret = s, OK;
}

/* {"zh": …, "en": …} */
static Rc text_pair(Cx *cx, const JsonNode *obj, const char *name, bool optional, Str *ret_zh, Str *ret_en) {
        static const char *const known[] = { "zh", "en", NULL };
        const JsonNode *pair = json_get(obj, name);

        if (!pair && optional)
                return OK;
        if (!pair)
                return flow_fault(cx, obj, "'%s' is missing", name);
        TRY(only_members(cx, pair, known));
        TRY(text_need(cx, pair, "zh", ret_zh));
        return text_need(cx, pair, "en", ret_en);
}

/* A word of a list; *ret its index. absent: `otherwise`, or an error when that is negative. */
static Rc word_of(Cx *cx, const JsonNode *obj, const char *name, const char *const *words, int count,
                  int otherwise, int *ret) {
        const JsonNode *m = json_get(obj, name);

        if (!m && otherwise >= 0)
                return *ret = otherwise, OK;
        for (int i = 0; m && i < count; i++)
                if (words[i] && m->type == JT_STR && str_eq_c(m->text, words[i]))
                        return *ret = i, OK;
        return flow_fault(cx, m ? m : obj, "'%s' must be one of the known words", name);
}

static Rc number_of(Cx *cx, const JsonNode *obj, const char *name, int64_t max, int *ret) {
        int64_t n = 0;

        if (json_get(obj, name) && (!json_int(obj, name, &n) || n < 0 || n > max))
                return flow_fault(cx, json_get(obj, name), "'%s' must be a number from 0 to %lld", name,
                                  (long long)max);
        return *ret = (int)n, OK;
}

static Rc flag_of(Cx *cx, const JsonNode *obj, const char *name, bool *ret) {
        const JsonNode *m = json_get(obj, name);

        if (m && m->type != JT_BOOL)
                return flow_fault(cx, m, "'%s' must be true or false", name);
        return *ret = m && m->b, OK;
}

static Rc list_of(Cx *cx, const JsonNode *obj, const char *name, size_t lo, size_t hi,
                  const JsonNode **ret) {
        const JsonNode *m = json_get(obj, name);

        if ((!m && lo) || (m && (m->type != JT_ARR || m->count < lo || m->count > hi)))
                return flow_fault(cx, m ? m : obj, "'%s' must be a list of %zu to %zu", name, lo, hi);
        return *ret = m ? m->first : NULL, OK;
}

static Rc texts_of(Cx *cx, const JsonNode *obj, const char *name, size_t lo, size_t hi, StrList *ret) {
        const JsonNode *m;

        TRY(list_of(cx, obj, name, lo, hi, &m));
        for (; m; m = m->next) {
                if (m->type != JT_STR || !m->text.n)
                        return flow_fault(cx, m, "'%s' holds texts", name);
                *list_push(cx->arena, ret) = m->text;
        }
        return OK;
}

static Rc state_parse(Cx *cx, const JsonNode *n, Flow *f) {
        static const char *const known[] = { "code",     "name",     "step",       "holder", "final",
                                             "disposed", "archived", "limit_days", NULL };
        static const char *const holders[] = { "none", "grid-member", "dispatcher", "target", "verifier" };
        FlowState s = { 0 };
        int holder;

        TRY(only_members(cx, n, known));
        TRY(text_need(cx, n, "code", &s.code));
        TRY(text_pair(cx, n, "name", false, &s.name, &s.name_en));
        TRY(number_of(cx, n, "step", (int64_t)f->steps.n, &s.step));
        TRY(word_of(cx, n, "holder", holders, ARRAY_LEN(holders), FLOW_HOLDER_NONE, &holder));
        TRY(flag_of(cx, n, "final", &s.final));
        TRY(flag_of(cx, n, "disposed", &s.disposed));
        TRY(flag_of(cx, n, "archived", &s.archived));
        TRY(number_of(cx, n, "limit_days", DAYS_MAX, &s.limit_days));
        if (!s.step)
                return flow_fault(cx, n, "state " STR_FMT " belongs to no step", STR_ARG(s.code));
        if (flow_state(f, s.code))
                return flow_fault(cx, n, "state " STR_FMT " is there twice", STR_ARG(s.code));
        s.holder = (FlowHolder)holder;
        *list_push(cx->arena, &f->states) = s;
        return OK;
}

static Rc who_parse(Cx *cx, const JsonNode *n, uint32_t *ret) {
        static const char *const words[] = { NULL,         "grid-member", "grid-leader",
                                             "dispatcher", "inspector",   "holder",
                                             "opener",     "reporter",    "system" };
        StrList who = { 0 };

        TRY(texts_of(cx, n, "who", 1, FLOW_WHO_COUNT, &who));
        *ret = 0;
        for (size_t i = 0; i < who.n; i++) {
                uint32_t bit = 0;

                for (int w = 1; w < FLOW_WHO_COUNT; w++)
                        if (str_eq_c(who.v[i], words[w]))
                                bit = 1u << w;
                if (!bit)
                        return flow_fault(cx, json_get(n, "who"), "nobody is called '" STR_FMT "'",
                                          STR_ARG(who.v[i]));
                *ret |= bit;
        }
        return OK;
}

static Rc reasons_parse(Cx *cx, const JsonNode *n, FlowAction *a) {
        static const char *const known[] = { "code", "zh", "en", NULL };
        const JsonNode *m;

        TRY(list_of(cx, n, "reasons", 0, REASONS_MAX, &m));
        for (; m; m = m->next) {
                FlowReason r;

                TRY(only_members(cx, m, known));
                TRY(text_need(cx, m, "code", &r.code));
                TRY(text_need(cx, m, "zh", &r.name));
                TRY(text_need(cx, m, "en", &r.name_en));
                *list_push(cx->arena, &a->reasons) = r;
        }
        return OK;
}

/* What the action asks of who takes it. */
static Rc form_parse(Cx *cx, const JsonNode *n, FlowAction *a) {
        static const char *const notes[] = { "none", "optional", "required" };
        static const char *const kinds[] = { "scene", "before", "after", "check" };
        StrList targets = { 0 };
        int note;

        TRY(word_of(cx, n, "note", notes, ARRAY_LEN(notes), FLOW_NOTE_OPTIONAL, &note));
        a->note = (FlowNote)note;
        TRY(number_of(cx, n, "photos", PHOTOS_MAX, &a->photos));
        TRY(texts_of(cx, n, "photo_kinds", 0, ARRAY_LEN(kinds), &a->photo_kinds));
        for (size_t i = 0; i < a->photo_kinds.n; i++) {
                bool found = false;

                for (size_t k = 0; k < ARRAY_LEN(kinds) && !found; k++)
                        found = str_eq_c(a->photo_kinds.v[i], kinds[k]);
                if (!found)
                        return flow_fault(cx, n, "no photo is of the kind '" STR_FMT "'",
                                          STR_ARG(a->photo_kinds.v[i]));
        }
        TRY(texts_of(cx, n, "target", 0, 2, &targets));
        for (size_t i = 0; i < targets.n; i++) {
                bool *which = str_eq_c(targets.v[i], "department") ? &a->target_department
                              : str_eq_c(targets.v[i], "member")   ? &a->target_member
                                                                   : NULL;
                if (!which)
                        return flow_fault(cx, n, "a target is a department or a member");
                *which = true;
        }
        TRY(flag_of(cx, n, "satisfaction", &a->satisfaction));
        return reasons_parse(cx, n, a);
}

static Rc action_parse(Cx *cx, const JsonNode *n, Flow *f) {
        static const char *const known[] = { "code",         "name",         "help",   "tone",
                                             "from",         "to",           "who",    "note",
                                             "photos",       "photo_kinds",  "target", "keep_holder",
                                             "reasons",      "satisfaction", "clock",  "within_workdays",
                                             "public_title", "public_note",  NULL };
        static const char *const clocks[] = { "none", "start", "stop", "resume", "reset" };
        static const char *const tones[] = { "primary", "plain", "danger" };
        FlowAction a = { 0 };
        int clock, tone;

        TRY(only_members(cx, n, known));
        TRY(text_need(cx, n, "code", &a.code));
        TRY(text_pair(cx, n, "name", false, &a.name, &a.name_en));
        TRY(text_pair(cx, n, "help", true, &a.help, &a.help_en));
        TRY(text_pair(cx, n, "public_title", true, &a.public_title, &a.public_title_en));
        TRY(word_of(cx, n, "tone", tones, ARRAY_LEN(tones), 1, &tone));
        a.tone = str_c(tones[tone]);
        TRY(texts_of(cx, n, "from", 1, STATES_MAX, &a.from));
        a.to = json_text(n, "to");
        TRY(who_parse(cx, n, &a.who));
        TRY(form_parse(cx, n, &a));
        TRY(flag_of(cx, n, "keep_holder", &a.keep_holder));
        TRY(flag_of(cx, n, "public_note", &a.public_note));
        TRY(word_of(cx, n, "clock", clocks, ARRAY_LEN(clocks), FLOW_CLOCK_NONE, &clock));
        a.clock = (FlowClock)clock;
        TRY(number_of(cx, n, "within_workdays", DAYS_MAX, &a.within_workdays));
        if (flow_action(f, a.code))
                return flow_fault(cx, n, "action " STR_FMT " is there twice", STR_ARG(a.code));
        *list_push(cx->arena, &f->actions) = a;
        return OK;
}

static Rc steps_parse(Cx *cx, const JsonNode *root, Flow *f) {
        static const char *const known[] = { "zh", "en", NULL };
        const JsonNode *m;

        TRY(list_of(cx, root, "steps", 1, STEPS_MAX, &m));
        for (; m; m = m->next) {
                TRY(only_members(cx, m, known));
                TRY(text_need(cx, m, "zh", list_push(cx->arena, &f->steps)));
                TRY(text_need(cx, m, "en", list_push(cx->arena, &f->steps_en)));
        }
        return OK;
}

static Rc start_parse(Cx *cx, const JsonNode *root, Flow *f) {
        const JsonNode *start = json_get(root, "start");

        if (!start || start->type != JT_OBJ)
                return flow_fault(cx, root, "'start' must name the state of a new case");
        for (const JsonNode *m = start->first; m; m = m->next) {
                if (m->type != JT_STR || !flow_state(f, m->text))
                        return flow_fault(cx, m, "a case cannot start in a state that is not there");
                if (str_eq_c(m->name, "default"))
                        f->start = m->text;
                else
                        *list_push(cx->arena, &f->starts) = (FlowStart){ m->name, m->text };
        }
        return f->start.n ? OK : flow_fault(cx, start, "'default' is missing");
}

Rc flow_parse(Cx *cx, Str json, Flow **ret) {
        static const char *const known[] = { "code",        "name",   "steps",   "start", "open_title",
                                             "on_the_spot", "states", "actions", NULL };
        Flow *f = TAKE(cx->arena, Flow);
        JsonNode *root;
        const JsonNode *m;

        if (json_parse(cx, json, &root) != OK)
                return fail(cx, P_CONFIG_INVALID, "flow: " STR_FMT, STR_ARG(cx->problem.detail));
        TRY(only_members(cx, root, known));
        TRY(text_need(cx, root, "code", &f->code));
        TRY(text_pair(cx, root, "name", false, &f->name, &f->name_en));
        TRY(text_pair(cx, root, "open_title", false, &f->open_title, &f->open_title_en));
        TRY(steps_parse(cx, root, f));
        TRY(list_of(cx, root, "states", 2, STATES_MAX, &m));
        for (; m; m = m->next)
                TRY(state_parse(cx, m, f));
        TRY(start_parse(cx, root, f));
        TRY(list_of(cx, root, "actions", 1, ACTIONS_MAX, &m));
        for (; m; m = m->next)
                TRY(action_parse(cx, m, f));
        f->spot_action = json_text(root, "on_the_spot");
        TRY(flow_check(cx, f, root));
        return *ret = f, OK;
}

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
