/* What the files of this folder share. */
#pragma once
#include "core/flow/flow.h"

/* One text being read and checked. states_at, actions_at: the nodes of f's states and actions, for the place of a fault. */
typedef struct FlowReader {
        Cx *cx;
        const JsonNode *root;
        const FlowWorld *world;
        Str file;
        Flow *f;
        const JsonNode *states_at[FLOW_STATES_MAX], *actions_at[FLOW_ACTIONS_MAX];
        FlowFaults *faults;
} FlowReader;

/* ---- flow_fault.c ---- */

#define SAY(r, ...) str_fmt((r)->cx->arena, __VA_ARGS__)
/* at NULL: the file as a whole. */
void flow_fault(FlowReader *r, const JsonNode *at, Str zh, Str en);
/* What another reader complained of, as it stands in cx->problem, with the line that it names. */
void flow_fault_told(FlowReader *r);
/* How a fault calls it: “待核查”（handled） and "To be checked" (handled). */
Str flow_label(FlowReader *r, Str code, Str name, Lang lang);
#define STATE_ZH(r, s) STR_ARG(flow_label(r, (s)->code, (s)->name, LANG_ZH))
#define STATE_EN(r, s) STR_ARG(flow_label(r, (s)->code, (s)->name_en, LANG_EN))

#define ACTION_ZH(r, a) STR_ARG(flow_label(r, (a)->code, (a)->name, LANG_ZH))
#define ACTION_EN(r, a) STR_ARG(flow_label(r, (a)->code, (a)->name_en, LANG_EN))

/* The member, or the object when it has none of this name: the place for a fault about it. */
static inline const JsonNode *flow_at(const JsonNode *obj, const char *member) {
        const JsonNode *m = json_get(obj, member);

        return m ? m : obj;
}

/* ---- flow_text.c ---- */

/* All texts below n: nothing hidden in them, none too long. */
void flow_text_check(FlowReader *r, const JsonNode *n);

/* ---- flow_member.c: single members of the file; each complains itself ---- */

typedef struct FlowText {
        Str zh, en;
} FlowText;

void flow_only(FlowReader *r, const JsonNode *obj, const char *const *known);
Str flow_code_need(FlowReader *r, const JsonNode *obj, const char *name);
Str flow_code_maybe(FlowReader *r, const JsonNode *obj, const char *name);
/* {"zh": …, "en": …} below name; name NULL: obj itself holds zh and en. */
FlowText flow_text(FlowReader *r, const JsonNode *obj, const char *name, bool optional);
int flow_word(FlowReader *r, const JsonNode *obj, const char *name, const char *const *words, int count,
              int otherwise);
uint32_t flow_word_set(FlowReader *r, const JsonNode *obj, const char *name, const char *const *words,
                       int count);
int flow_number(FlowReader *r, const JsonNode *obj, const char *name, int lo, int hi, int otherwise);
bool flow_flag(FlowReader *r, const JsonNode *obj, const char *name);
/* Its items; NULL when there are none or it is wrong. */
const JsonNode *flow_items(FlowReader *r, const JsonNode *obj, const char *name, size_t lo, size_t hi);
StrList flow_codes(FlowReader *r, const JsonNode *obj, const char *name, size_t lo, size_t hi);
FlowLimit flow_limit(FlowReader *r, const JsonNode *obj, const char *name);

/* ---- flow_parse.c, flow_action.c ---- */

bool flow_syntax(FlowReader *r, Str json);    /* fills r->root; else one fault */
void flow_read_file(FlowReader *r, Str json); /* r->f: the flow, NULL when it has faults */
void flow_action_read(FlowReader *r, const JsonNode *n);
FlowWhenList flow_when_read(FlowReader *r, const JsonNode *obj, const char *name);

/* ---- the flow as a whole ---- */

void flow_check(FlowReader *r); /* flow_check.c: piece by piece */
void flow_check_cases(
        FlowReader *r); /* flow_check_case.c: requests, units, links, questions: what belongs together */
void flow_walk(FlowReader *r);                              /* flow_walk.c: every way a case can go */
uint64_t flow_leads_to(const Flow *f, const FlowAction *a); /* states; a stay leads to where it came from */
uint64_t flow_held_by(const Flow *f, uint32_t holders);     /* states, by a bit per FlowHolder */

static inline int flow_state_index(const Flow *f, const FlowState *s) { return (int)(s - f->states.v); }
static inline uint64_t flow_state_bit(const Flow *f, const FlowState *s) {
        return (uint64_t)1 << flow_state_index(f, s);
}

/* ---- flow_form.c: what a form can say about a fact ---- */

typedef struct FlowFill {
        uint32_t values; /* bit per number of a value; bit 0: may be left out */
} FlowFill;

const FlowForm *flow_form(const FlowForms *forms, Str name);
/* values 0: the form does not ask for it. Without known forms any value may come. */
FlowFill flow_form_fill(const FlowReader *r, Str form, int fact);
void flow_form_check(FlowReader *r, Str form, const JsonNode *at); /* as the flow uses it */
void flow_form_file_check(FlowReader *r);                          /* the file itself: r->root is the form */
