/* Breaks every shipped flow in every way of the table below, at places drawn by a fixed seed, and wants each broken one refused
 * with its place. A row names only places where the change cannot leave a good flow: nothing has to be excused afterwards. */
#include "base/test.h"
#include "core/flow/flow.h"
#include "core/setting/setting.h"
#include <stdio.h>

enum { DEPTH = 12, PER_ROW = 3, MUTANTS_WANTED = 200 };

typedef struct Site {
        JsonNode *path[DEPTH]; /* path[0] is the root, path[depth] the node */
        int depth;
} Site;

typedef struct Mutant {
        Cx *cx;
        const FlowForms *forms;
        JsonNode *root;
} Mutant;

typedef bool Where(const Mutant *m, const Site *s);
typedef void How(Mutant *m, const Site *s, const char *with);

typedef struct Row {
        const char *name;
        Where *where;
        How *how;
        const char *with;
} Row;

static JsonNode *node_of(const Site *s) { return s->path[s->depth]; }
static JsonNode *parent_of(const Site *s) { return s->path[s->depth - 1]; }
static bool named(const Site *s, const char *name) { return s->depth && str_eq_c(node_of(s)->name, name); }
static bool under(const Site *s, const char *list) {
        return s->depth >= 2 && str_eq_c(s->path[1]->name, list);
}
/* A member of a state or an action itself. */
static bool state_member(const Site *s, const char *name) {
        return s->depth == 3 && under(s, "states") && named(s, name);
}
static bool action_member(const Site *s, const char *name) {
        return s->depth == 3 && under(s, "actions") && named(s, name);
}
static bool is_state(const Site *s) { return s->depth == 2 && under(s, "states"); }
static bool is_action(const Site *s) { return s->depth == 2 && under(s, "actions"); }
static bool has(const JsonNode *obj, const char *name) { return json_get(obj, name) != NULL; }
static bool has_text(const JsonNode *obj, const char *name, const char *text) {
        return str_eq_c(json_text(obj, name), text);
}

static bool lists(const JsonNode *obj, const char *name, Str text) {
        const JsonNode *list = json_get(obj, name);

        for (const JsonNode *m = list ? list->first : NULL; m; m = m->next)
                if (str_eq(m->text, text))
                        return true;
        return false;
}

static JsonNode *items(const JsonNode *root, const char *name) {
        const JsonNode *list = json_get(root, name);

        return list ? list->first : NULL;
}

static bool any_action(const Mutant *m, const char *member, const char *text) {
        for (const JsonNode *a = items(m->root, "actions"); a; a = a->next)
                if (text ? has_text(a, member, text) || lists(a, member, str_c(text)) : has(a, member))
                        return true;
        return false;
}

static const JsonNode *state_called(const Mutant *m, Str code) {
        for (const JsonNode *s = items(m->root, "states"); s; s = s->next)
                if (str_eq(json_text(s, "code"), code))
                        return s;
        return NULL;
}

static bool is_final(const JsonNode *state) { return json_bool(state, "final", false); }

/* Some state that the action leads to has the member, with this text when one is given. */
static bool leads_to(const Mutant *m, const JsonNode *a, const char *member, const char *text) {
        const JsonNode *to = state_called(m, json_text(a, "to"));

        if (to && (text ? has_text(to, member, text) : has(to, member)))
                return true;
        for (const JsonNode *b = items(a, "to_when"); b; b = b->next) {
                to = state_called(m, json_text(b, "to"));
                if (to && (text ? has_text(to, member, text) : has(to, member)))
                        return true;
        }
        return false;
}

/* ---- how ---- */

static void drop(Mutant *m, const Site *s, const char *with) {
        JsonNode **at = &parent_of(s)->first;

        (void)m, (void)with;
        while (*at != node_of(s))
                at = &(*at)->next;
        *at = node_of(s)->next;
        parent_of(s)->count--;
}

static void put_text(Mutant *m, const Site *s, const char *with) {
        (void)m;
        *node_of(s) = (JsonNode){
                .type = JT_STR, .name = node_of(s)->name, .text = str_c(with), .next = node_of(s)->next
        };
}

static void put_number(Mutant *m, const Site *s, const char *with) {
        (void)m;
        *node_of(s) = (JsonNode){
                .type = JT_NUM, .name = node_of(s)->name, .text = str_c(with), .next = node_of(s)->next
        };
        (void)str_num(str_c(with), &node_of(s)->num);
}

static void put_list(Mutant *m, const Site *s, const char *with) {
        JsonNode *item = TAKE(m->cx->arena, JsonNode);

        *item = (JsonNode){ .type = JT_STR, .text = str_c(with) };
        *node_of(s) = (JsonNode){ .type = JT_ARR,
                                  .name = node_of(s)->name,
                                  .next = node_of(s)->next,
                                  .first = with[0] ? item : NULL,
                                  .count = with[0] ? 1 : 0 };
}

static void rename_member(Mutant *m, const Site *s, const char *with) {
        node_of(s)->name = str_fmt(m->cx->arena, STR_FMT "%s", STR_ARG(node_of(s)->name), with);
}

static JsonNode *add_after(Mutant *m, JsonNode *node, JsonNode *parent) {
        JsonNode *copy = TAKE(m->cx->arena, JsonNode);

        *copy = *node;
        node->next = copy;
        parent->count++;
        return copy;
}

static void twice(Mutant *m, const Site *s, const char *with) {
        (void)with;
        (void)add_after(m, node_of(s), parent_of(s));
}

/* A member that is not there: with is its name, a space and the JSON of its value. */
static void add_member(Mutant *m, const Site *s, const char *with) {
        Str name, json;
        JsonNode *value;

        (void)str_cut(str_c(with), ' ', &name, &json);
        if (json_parse(m->cx, json, &value) != OK)
                test_fail(__FILE__, __LINE__, "the row's own JSON is wrong: %s", with);
        value->name = name;
        value->next = node_of(s)->first;
        node_of(s)->first = value;
        node_of(s)->count++;
}

/* A copy of a state under another code: no action leads there. */
static void island(Mutant *m, const Site *s, const char *with) {
        JsonNode *copy = add_after(m, node_of(s), parent_of(s)), *code = TAKE(m->cx->arena, JsonNode);

        *code = *copy->first;
        code->text = str_c(with);
        copy->first = code;
}

/* Drops the member of this name from every action, with this text when one is given: "clock stop". */
static void drop_all(Mutant *m, const Site *s, const char *with) {
        Str name, text;
        bool both = str_cut(str_c(with), ' ', &name, &text);

        (void)s;
        if (!both)
                name = str_c(with);
        for (JsonNode *a = items(m->root, "actions"); a; a = a->next)
                for (JsonNode **at = &a->first; *at;)
                        if (str_eq((*at)->name, name) && (!both || str_eq((*at)->text, text))) {
                                *at = (*at)->next;
                                a->count--;
                        } else {
                                at = &(*at)->next;
                        }
}

static void drop_actions(Mutant *m, bool (*which)(const Mutant *, const JsonNode *, Str), Str about) {
        JsonNode *list = (JsonNode *)json_get(m->root, "actions");

        for (JsonNode **at = &list->first; *at;)
                if (which(m, *at, about)) {
                        *at = (*at)->next;
                        list->count--;
                } else {
                        at = &(*at)->next;
                }
}

static bool leads_into(const Mutant *m, const JsonNode *a, Str state) {
        (void)m;
        for (const JsonNode *b = items(a, "to_when"); b; b = b->next)
                if (str_eq(json_text(b, "to"), state))
                        return true;
        return str_eq(json_text(a, "to"), state);
}

static bool comes_from(const Mutant *m, const JsonNode *a, Str state) {
        (void)m;
        return lists(a, "from", state);
}

static bool comes_from_for_staff(const Mutant *m, const JsonNode *a, Str state) {
        static const char *const theirs[] = { "reporter", "outside" };
        const JsonNode *who = json_get(a, "who");

        (void)m;
        return lists(a, "from", state) && !(who->count == 1 && (str_eq_c(who->first->text, theirs[0]) ||
                                                                str_eq_c(who->first->text, theirs[1])));
}

static bool has_word(const Mutant *m, const JsonNode *a, Str member) {
        (void)m;
        return has(a, str_z(m->cx->arena, member));
}

static void seal_off(Mutant *m, const Site *s, const char *with) {
        (void)with;
        drop_actions(m, leads_into, json_text(node_of(s), "code"));
}
static void wall_in(Mutant *m, const Site *s, const char *with) {
        (void)with;
        drop_actions(m, comes_from, json_text(node_of(s), "code"));
}
static void leave_to_others(Mutant *m, const Site *s, const char *with) {
        (void)with;
        drop_actions(m, comes_from_for_staff, json_text(node_of(s), "code"));
}
static void drop_actions_with(Mutant *m, const Site *s, const char *with) {
        (void)s;
        drop_actions(m, has_word, str_c(with));
}

/* ---- where ---- */

static bool w_root(const Mutant *m, const Site *s) { return (void)m, !s->depth; }
static bool w_member(const Mutant *m, const Site *s) {
        return (void)m, s->depth && parent_of(s)->type == JT_OBJ && s->depth >= 1;
}
static bool w_needed(const Mutant *m, const Site *s) {
        static const char *const top[] = { "code",       "name",   "steps",  "start",
                                           "open_title", "states", "actions" },
                                 *const state[] = { "code", "name", "step" },
                                 *const action[] = { "code", "name", "from", "who" };

        (void)m;
        for (size_t i = 0; i < ARRAY_LEN(top); i++)
                if (s->depth == 1 && named(s, top[i]))
                        return true;
        for (size_t i = 0; i < ARRAY_LEN(state); i++)
                if (state_member(s, state[i]))
                        return true;
        for (size_t i = 0; i < ARRAY_LEN(action); i++)
                if (action_member(s, action[i]))
                        return true;
        return named(s, "zh") || named(s, "en");
}
static bool w_zh(const Mutant *m, const Site *s) { return (void)m, named(s, "zh"); }
static bool w_en(const Mutant *m, const Site *s) { return (void)m, named(s, "en"); }
static bool w_to(const Mutant *m, const Site *s) { return (void)m, under(s, "actions") && named(s, "to"); }
static bool w_from_item(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 4 && under(s, "actions") && str_eq_c(parent_of(s)->name, "from");
}
static bool w_who(const Mutant *m, const Site *s) { return (void)m, action_member(s, "who"); }
static bool w_enumerated(const Mutant *m, const Site *s) {
        static const char *const words[] = { "holder", "phase",     "kind", "note", "clock",
                                             "tone",   "unit_mark", "mark", "once", "unit" };

        (void)m;
        for (size_t i = 0; i < ARRAY_LEN(words); i++)
                if (named(s, words[i]) && node_of(s)->type == JT_STR)
                        return true;
        return false;
}
static bool w_listed_word(const Mutant *m, const Site *s) {
        static const char *const words[] = { "who", "photo_kinds", "target", "guard", "in" };

        (void)m;
        for (size_t i = 0; s->depth && i < ARRAY_LEN(words); i++)
                if (str_eq_c(parent_of(s)->name, words[i]) && parent_of(s)->type == JT_ARR)
                        return true;
        return false;
}
static bool w_flag(const Mutant *m, const Site *s) { return (void)m, node_of(s)->type == JT_BOOL; }
static bool w_number(const Mutant *m, const Site *s) { return (void)m, node_of(s)->type == JT_NUM; }
static bool w_code(const Mutant *m, const Site *s) { return (void)m, named(s, "code"); }
static bool w_coded_item(const Mutant *m, const Site *s) {
        return (void)m, node_of(s)->type == JT_OBJ && s->depth && parent_of(s)->type == JT_ARR &&
                                has(node_of(s), "code");
}
static bool w_state(const Mutant *m, const Site *s) { return (void)m, is_state(s); }
static bool w_action(const Mutant *m, const Site *s) { return (void)m, is_action(s); }
static bool w_final(const Mutant *m, const Site *s) { return (void)m, state_member(s, "final"); }
static bool w_final_state(const Mutant *m, const Site *s) {
        return (void)m, is_state(s) && is_final(node_of(s));
}
static bool w_open_state(const Mutant *m, const Site *s) {
        return (void)m, is_state(s) && !is_final(node_of(s));
}
static bool w_holder(const Mutant *m, const Site *s) { return (void)m, state_member(s, "holder"); }
static bool w_not_start(const Mutant *m, const Site *s) {
        const JsonNode *start = json_get(m->root, "start");

        for (const JsonNode *c = start->first; is_state(s) && c; c = c->next)
                if (str_eq(c->text, json_text(node_of(s), "code")))
                        return false;
        /* Where a case can be handled on the spot, it begins there too. */
        return is_state(s) && !has(m->root, "on_the_spot");
}
static bool w_waits(const Mutant *m, const Site *s) {
        return (void)m, is_state(s) && (has_text(node_of(s), "holder", "reporter") ||
                                        has_text(node_of(s), "holder", "outside"));
}
static bool w_starts(const Mutant *m, const Site *s) { return !s->depth && any_action(m, "clock", "start"); }
static bool w_starts_at_dispatch(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "clock") && str_eq_c(node_of(s)->text, "start") &&
                                (has(parent_of(s), "target") || has(parent_of(s), "units"));
}
static bool w_resume(const Mutant *m, const Site *s) {
        const JsonNode *a = s->depth ? parent_of(s) : NULL;

        return action_member(s, "clock") && str_eq_c(node_of(s)->text, "resume") &&
               (leads_to(m, a, "holder", "target") || leads_to(m, a, "holder", "units"));
}
static bool w_go_on(const Mutant *m, const Site *s) { return !s->depth && any_action(m, "clock", "go_on"); }
static bool w_grants(const Mutant *m, const Site *s) { return !s->depth && any_action(m, "grants", NULL); }
static bool w_request(const Mutant *m, const Site *s) {
        return (void)m,
               action_member(s, "request") || action_member(s, "grants") || action_member(s, "refuses");
}
static bool w_grant_word(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "clock") && (has_text(parent_of(s), "grants", "extend") ||
                                                      has_text(parent_of(s), "grants", "suspend"));
}
static bool w_second_eyes(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "other_person") && has_text(parent_of(s), "grants", "void");
}
static bool w_extension_form(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "form") && has_text(parent_of(s), "request", "extend");
}
static bool w_form(const Mutant *m, const Site *s) {
        return (void)m, named(s, "form") && node_of(s)->type == JT_STR;
}
static bool w_facts(const Mutant *m, const Site *s) { return (void)m, s->depth == 1 && named(s, "facts"); }
static bool w_fact_code(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 3 && under(s, "facts") && named(s, "code");
}
static bool w_value_code(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 5 && under(s, "facts") && named(s, "code");
}
static bool w_set_value(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 4 && under(s, "actions") && str_eq_c(parent_of(s)->name, "set");
}
static bool w_condition_fact(const Mutant *m, const Site *s) { return (void)m, named(s, "fact"); }
static bool w_branch(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 4 && under(s, "actions") && str_eq_c(parent_of(s)->name, "to_when");
}
static bool w_branch_when(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 5 && named(s, "when") && str_eq_c(s->path[3]->name, "to_when");
}
static bool w_units(const Mutant *m, const Site *s) { return !s->depth && any_action(m, "units", NULL); }
static bool w_marks_guarded(const Mutant *m, const Site *s) {
        return !s->depth && any_action(m, "unit_mark", NULL) && any_action(m, "guard", "units-done");
}
static bool w_children_guarded(const Mutant *m, const Site *s) {
        return !s->depth && any_action(m, "guard", "children-closed");
}
static bool w_child_flow(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 4 && named(s, "flow") && str_eq_c(parent_of(s)->name, "child");
}
static bool w_merge(const Mutant *m, const Site *s) { return (void)m, action_member(s, "merge"); }
static bool w_end_kind(const Mutant *m, const Site *s) { return (void)m, state_member(s, "kind"); }
static bool w_ask(const Mutant *m, const Site *s) { return (void)m, action_member(s, "ask"); }
static bool w_ask_note(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "note") && has(parent_of(s), "ask");
}
static bool corrects(const Site *s) { return s->depth && has(parent_of(s), "category"); }
static bool w_category_note(const Mutant *m, const Site *s) { return (void)m, action_member(s, "note") && corrects(s); }
static bool w_category_who(const Mutant *m, const Site *s) { return (void)m, action_member(s, "who") && corrects(s); }
static bool w_category(const Mutant *m, const Site *s) {
        return (void)m, is_action(s) && has(node_of(s), "category") && !has(node_of(s), "clock");
}
static bool w_link(const Mutant *m, const Site *s) { return (void)m, action_member(s, "link"); }
static bool w_link_action(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 5 && under(s, "actions") && str_eq_c(parent_of(s)->name, "actions");
}
static bool w_link_days(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 4 && named(s, "days");
}
static bool w_link_shows(const Mutant *m, const Site *s) { return (void)m, s->depth == 4 && named(s, "shows"); }
static bool w_outside_who(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "who") && lists(parent_of(s), "who", S("outside"));
}
static bool w_after(const Mutant *m, const Site *s) { return (void)m, action_member(s, "after"); }
static bool w_awaited_limit(const Mutant *m, const Site *s) {
        if (!state_member(s, "limit") && !state_member(s, "limit_days"))
                return false;
        for (const JsonNode *a = items(m->root, "actions"); a; a = a->next)
                if (has(a, "after") && lists(a, "from", json_text(parent_of(s), "code")))
                        return true;
        return false;
}
static bool w_photos(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "photos") && has(parent_of(s), "photo_kinds");
}
static bool w_shown(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "public_title") &&
                                (has(parent_of(s), "public_note") ||
                                 lists(parent_of(s), "who", S("reporter")) || has(parent_of(s), "ask"));
}
static bool w_title_of_end(const Mutant *m, const Site *s) {
        return action_member(s, "public_title") && leads_to(m, parent_of(s), "final", NULL);
}
static bool w_return_reasons(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "reasons") && has(parent_of(s), "arbiter");
}
static bool w_once_unit(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "who") && has_text(parent_of(s), "once", "unit");
}
static bool w_keeps(const Mutant *m, const Site *s) { return (void)m, action_member(s, "keep_holder"); }
static bool w_names(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "target") || action_member(s, "units");
}
static bool w_step(const Mutant *m, const Site *s) { return (void)m, state_member(s, "step"); }
static bool w_start_state(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 2 && str_eq_c(s->path[1]->name, "start");
}
static bool w_start(const Mutant *m, const Site *s) { return (void)m, s->depth == 1 && named(s, "start"); }
static bool w_spot(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 1 && named(s, "on_the_spot");
}
static bool w_open_who(const Mutant *m, const Site *s) { return (void)m, s->depth == 2 && named(s, "who"); }
static bool w_limit_part(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 4 && under(s, "states") && str_eq_c(parent_of(s)->name, "limit");
}
static bool w_rating(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "satisfaction") && has_text(parent_of(s), "unit_mark", "rated");
}
static bool w_unit_marks(const Mutant *m, const Site *s) {
        return (void)m, action_member(s, "who") && (has_text(parent_of(s), "unit_mark", "done") ||
                                                    has_text(parent_of(s), "unit_mark", "arrived"));
}
static bool w_good_end(const Mutant *m, const Site *s) {
        return (void)m, state_member(s, "disposed") && is_final(parent_of(s));
}
static bool w_bad_end(const Mutant *m, const Site *s) {
        return (void)m, is_state(s) && is_final(node_of(s)) && has(node_of(s), "kind");
}
static bool w_holder_only(const Mutant *m, const Site *s) {
        const JsonNode *who = s->depth ? json_get(parent_of(s), "who") : NULL;

        return (void)m, action_member(s, "who") && who->count == 1 && str_eq_c(who->first->text, "holder");
}
static bool w_steps(const Mutant *m, const Site *s) {
        return (void)m, s->depth == 2 && str_eq_c(s->path[1]->name, "steps");
}
static bool w_says_why(const Mutant *m, const Site *s) {
        const JsonNode *a = s->depth ? parent_of(s) : NULL;

        return action_member(s, "note") && str_eq_c(node_of(s)->text, "required") && !has(a, "reasons") &&
               !has(a, "form") && !has(a, "grants") && !lists(a, "who", S("system")) &&
               (leads_to(m, a, "kind", "void") || leads_to(m, a, "kind", "rejected"));
}

static const Row rows[] = {
        { "a needed member is left out", w_needed, drop, "" },
        { "a member is misspelt", w_member, rename_member, "x" },
        { "a Chinese text is empty", w_zh, put_text, " " },
        { "a Chinese text is not Chinese", w_zh, put_text, "handled" },
        { "an English text is Chinese", w_en, put_text, "已处置" },
        { "a text is a number", w_en, put_number, "7" },
        { "an action leads nowhere", w_to, put_text, "nowhere" },
        { "an action comes from nowhere", w_from_item, put_text, "nowhere" },
        { "an action is for nobody", w_who, put_list, "" },
        { "an action is for nobody known", w_who, put_list, "king" },
        { "a word is unknown", w_enumerated, put_text, "zzz" },
        { "a word of a list is unknown", w_listed_word, put_text, "zzz" },
        { "a word of a list is there twice", w_listed_word, twice, "" },
        { "a flag is a text", w_flag, put_text, "yes" },
        { "a number is a text", w_number, put_text, "1" },
        { "a number is negative", w_number, put_number, "-1" },
        { "a number is a fraction", w_number, put_number, "1.5" },
        { "a number is far too large", w_number, put_number, "100000" },
        { "a code has a capital letter", w_code, put_text, "Handled" },
        { "a thing with a code is there twice", w_coded_item, twice, "" },
        { "a state is gone", w_state, drop, "" },
        { "a state cannot be reached", w_state, island, "island" },
        { "nothing leads to a state", w_not_start, seal_off, "" },
        { "nothing leads out of a state", w_open_state, wall_in, "" },
        { "only somebody outside can move on", w_waits, leave_to_others, "" },
        { "an end is no end", w_final, drop, "" },
        { "a state with a holder is an end", w_open_state, add_member, "final true" },
        { "an end has a holder", w_final_state, add_member, "holder \"dispatcher\"" },
        { "an end has a limit", w_final_state, add_member, "limit_days 2" },
        { "a state that goes on is archived", w_open_state, add_member, "archived true" },
        { "nobody has a state", w_holder, drop, "" },
        { "nobody has a state, it says", w_holder, put_text, "none" },
        { "no clock stops", w_starts, drop_all, "clock stop" },
        { "no clock starts", w_starts, drop_all, "clock start" },
        { "a dispatch does not start the clock", w_starts_at_dispatch, drop, "" },
        { "handling goes on without its clock", w_resume, drop, "" },
        { "a dispatch stops the clock", w_starts_at_dispatch, put_text, "stop" },
        { "a pause never ends", w_go_on, drop_all, "clock go_on" },
        { "nothing is paused that goes on", w_go_on, drop_all, "clock pause" },
        { "requests are never granted", w_grants, drop_actions_with, "grants" },
        { "requests are never refused", w_grants, drop_actions_with, "refuses" },
        { "nothing is requested that is granted", w_grants, drop_actions_with, "request" },
        { "a request has another word than its answer", w_request, put_text, "somethingelse" },
        { "a granted request does nothing", w_grant_word, drop, "" },
        { "one person declares void alone", w_second_eyes, drop, "" },
        { "a request for time does not say how much", w_extension_form, drop, "" },
        { "a form does not exist", w_form, put_text, "no-such-form" },
        { "a request for time has a form without days", w_extension_form, put_text, "suspension-request" },
        { "a fact is never filled", w_facts, NULL, "" },
        { "a fact has another name", w_fact_code, put_text, "another" },
        { "a value has another name", w_value_code, put_text, "another" },
        { "a fact is set to what it never is", w_set_value, put_text, "another" },
        { "a condition is about nothing", w_condition_fact, put_text, "another" },
        { "a way is never taken", w_branch, twice, "" },
        { "a way has no condition", w_branch_when, drop, "" },
        { "no units are named", w_units, drop_all, "units" },
        { "units never mark their part done", w_marks_guarded, drop_actions_with, "unit_mark" },
        { "children never exist", w_children_guarded, drop_all, "child" },
        { "children have an unknown flow", w_child_flow, put_text, "no-such-flow" },
        { "a merger without merging", w_merge, drop, "" },
        { "a bad end counts as good", w_end_kind, drop, "" },
        { "a question is none", w_ask, drop, "" },
        { "a question without words", w_ask_note, put_text, "optional" },
        { "a category is corrected without a reason", w_category_note, put_text, "optional" },
        { "a category is corrected by anybody", w_category_who, put_list, "grid-member" },
        { "a category is corrected and the clock with it", w_category, add_member, "clock \"reset\"" },
        { "a category is corrected and the case with it", w_category, add_member, "to \"voided\"" },
        { "a link is missing", w_link, drop, "" },
        { "a link for no action", w_link_action, put_text, "no_such_action" },
        { "a link that lasts for ever", w_link_days, put_number, "999" },
        { "a link that shows what nobody fills in", w_link_shows, put_text, "no-such-form" },
        { "a link for what is not for outside", w_outside_who, put_list, "dispatcher" },
        { "the system does not know when", w_after, drop, "" },
        { "the system waits for no limit", w_awaited_limit, drop, "" },
        { "more kinds of photos than photos", w_photos, drop, "" },
        { "what the reporter sees has no title", w_shown, drop, "" },
        { "the end has no title for the reporter", w_title_of_end, NULL, "title" },
        { "a return without reasons", w_return_reasons, drop, "" },
        { "once for each unit, but for no unit", w_once_unit, put_list, "dispatcher" },
        { "nobody is in charge again", w_keeps, drop, "" },
        { "nobody is named", w_names, drop, "" },
        { "a step that is not there", w_step, put_number, "11" },
        { "a step without states", w_steps, twice, "" },
        { "a start that is not there", w_start_state, put_text, "nowhere" },
        { "a channel that is not there", w_start, add_member, "smoke-signal \"nowhere\"" },
        { "on the spot, but how", w_spot, put_text, "nothing" },
        { "residents open by hand", w_open_who, put_list, "reporter" },
        { "half a limit", w_limit_part, drop, "" },
        { "a rating without rating", w_rating, drop, "" },
        { "others mark for a unit", w_unit_marks, put_list, "dispatcher" },
        { "a good end is not disposed", w_good_end, drop, "" },
        { "a bad end is disposed", w_bad_end, add_member, "disposed true" },
        { "for the lead where there are no units", w_holder_only, put_list, "lead" },
        { "declared void without a word", w_says_why, put_text, "none" },
        { "an action reads the future", w_action, add_member, "foresight true" },
        { "a guard that nothing can make true", w_action, NULL, "guard" },
        { "the file breaks off", w_root, NULL, "break" },
};

/* ---- rows that need more than one change ---- */

static void unfilled_fact(Mutant *m, const Site *s) {
        static const char *const fact =
                "{\"code\":\"mood\",\"name\":{\"zh\":\"心情\",\"en\":\"Mood\"},\"values\":["
                "{\"code\":\"good\",\"name\":{\"zh\":\"好\",\"en\":\"Good\"}},{\"code\":\"bad\",\"name\":{\"zh\":\"坏\",\"en\":\"Bad\"}}]}";
        JsonNode *value;

        if (json_parse(m->cx, str_c(fact), &value) != OK)
                return;
        value->next = node_of(s)->first;
        node_of(s)->first = value;
        node_of(s)->count++;
}

static bool reporters(const Mutant *m) {
        static const char *const theirs[] = { "qr", "web", "wechat", "hotline" };

        for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
                if (has(json_get(m->root, "start"), theirs[i]))
                        return true;
        return !has(m->root, "kind") || has_text(m->root, "kind", "event");
}

/* false: the place is none for this row after all. */
static bool special(Mutant *m, const Row *row, const Site *s) {
        Site member = *s;

        if (row->where == w_facts)
                return unfilled_fact(m, s), true;
        if (row->where == w_title_of_end) {
                for (JsonNode *n = parent_of(s)->first; n; n = n->next)
                        if (str_eq_c(n->name, "public_note"))
                                n->b = false;
                return reporters(m) && (drop(m, s, ""), true);
        }
        if (str_eq_c(str_c(row->with), "guard")) {
                if (any_action(m, "unit_mark", "rated") || has(node_of(s), "guard"))
                        return false;
                return add_member(m, &member, "guard [\"units-rated\"]"), true;
        }
        return true; /* the text is cut when it is written */
}

/* ---- running ---- */

typedef struct Sites {
        Site *v;
        size_t n, cap;
} Sites;

static void find_sites(const Mutant *m, const Row *row, Site *here, Sites *ret) {
        if (row->where(m, here))
                *list_push(m->cx->arena, ret) = *here;
        if (here->depth + 1 == DEPTH)
                return;
        here->depth++;
        for (JsonNode *n = here->path[here->depth - 1]->first; n; n = n->next) {
                here->path[here->depth] = n;
                find_sites(m, row, here, ret);
        }
        here->depth--;
}

static uint64_t draw(uint64_t *seed) {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        return *seed ^= *seed << 17;
}

typedef struct Tally {
        size_t made, survived, placeless;
        size_t by_row[ARRAY_LEN(rows)];
} Tally;

static void one_mutant(Cx *cx, const FlowFile *file, const FlowWorld *world, size_t row, uint64_t *seed,
                       Tally *tally) {
        Mutant m = { .cx = cx, .forms = world->forms };
        Site here = { .depth = 0 };
        Sites sites = { 0 };
        Buf text = BUF_IN(cx->arena);
        FlowFaults faults = { 0 };
        const Site *s;
        Flow *flow;
        Str json;

        if (json_parse(cx, file->text, &m.root) != OK)
                return;
        here.path[0] = m.root;
        find_sites(&m, &rows[row], &here, &sites);
        if (!sites.n)
                return;
        s = &sites.v[draw(seed) % sites.n];
        if (rows[row].how)
                rows[row].how(&m, s, rows[row].with);
        else if (!special(&m, &rows[row], s))
                return;
        json_write(&text, m.root);
        json = buf_view(&text);
        if (str_eq_c(str_c(rows[row].with), "break"))
                json = str_sub(json, 0, 1 + draw(seed) % (json.n - 2));
        flow_examine(cx, json, world, &flow, &faults);
        tally->made++;
        tally->by_row[row]++;
        if (!faults.n || flow) {
                tally->survived++;
                test_fail(__FILE__, __LINE__, STR_FMT ": \"%s\" was taken for good: " STR_FMT,
                          STR_ARG(file->path), rows[row].name, STR_ARG(s->depth ? node_of(s)->name : S("")));
                printf("%s\n", str_z(cx->arena, json));
        } else if (!faults.v[0].line || !faults.v[0].zh.n || !faults.v[0].en.n ||
                   (s->depth && !faults.v[0].pointer.n && rows[row].how != drop)) {
                tally->placeless++;
                test_fail(__FILE__, __LINE__, STR_FMT ": \"%s\" has no place: " STR_FMT, STR_ARG(file->path),
                          rows[row].name, STR_ARG(faults.v[0].en));
        }
}

static bool all_flows(Cx *cx, const char *profile, FlowProfile *ret) {
        Str share;

        return setting_share_dir(cx, &share) == OK &&
               flow_profile_read(cx, str_fmt(cx->arena, STR_FMT "/profiles/%s", STR_ARG(share), profile),
                                 str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)), ret) == OK;
}

static void break_profile(Cx *cx, const char *profile, Tally *tally) {
        FlowProfile p;
        FlowForms forms = { 0 };
        StrList codes = { 0 };
        FlowWorld world = { .forms = &forms, .flows = &codes };
        uint64_t seed = 20261122;

        if (!all_flows(cx, profile, &p)) {
                test_fail(__FILE__, __LINE__, "profile %s cannot be read: " STR_FMT, profile,
                          STR_ARG(cx->problem.detail));
                return;
        }
        for (size_t i = 0; i < p.forms.n; i++) {
                JsonNode *root;

                if (json_parse(cx, p.forms.v[i].text, &root) == OK)
                        *list_push(cx->arena, &forms) = (FlowForm){ p.forms.v[i].name, root };
        }
        for (size_t i = 0; i < p.flows.n; i++)
                *list_push(cx->arena, &codes) = p.flows.v[i].name;
        for (size_t i = 0; i < p.flows.n; i++)
                for (size_t row = 0; row < ARRAY_LEN(rows); row++)
                        for (int n = 0; n < PER_ROW; n++) {
                                _cleanup_(cx_freep) Cx *own = cx_new(256 << 20);

                                one_mutant(own, &p.flows.v[i], &world, row, &seed, tally);
                        }
}

TEST(flow_mutation__every_way_of_breaking_a_flow_is_refused_with_its_place) {
        static const char *const profiles[] = { "common", "donghua" };
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
        Tally tally = { 0 };
        size_t used = 0;

        for (size_t i = 0; i < ARRAY_LEN(profiles); i++)
                break_profile(cx, profiles[i], &tally);
        for (size_t row = 0; row < ARRAY_LEN(rows); row++) {
                used += tally.by_row[row] > 0;
                if (!tally.by_row[row])
                        test_fail(__FILE__, __LINE__, "\"%s\" found no place in any flow", rows[row].name);
        }
        printf("  %zu flows broken in %zu ways, %zu taken for good\n", tally.made, used, tally.survived);
        CHECK(tally.made >= MUTANTS_WANTED);
        CHECK_INT(tally.survived + tally.placeless, 0);
}
