/* The flow engine: a flow is a JSON file of the profile; this reads, checks and answers questions about it. It moves nothing
 * itself: case/ asks which actions an actor may take and where they lead. No database here. */
#pragma once
#include "base/cx.h"
#include "base/json.h"

typedef struct FlowState {
        Str code, name, name_en;
        int step;                /* index into steps, from 1 */
        bool final, disposed, archived;
        Str holder;              /* who has it in this state: "grid-member", "dispatcher", "target", "verifier", "none" */
} FlowState;

typedef enum FlowNote { FLOW_NOTE_NONE, FLOW_NOTE_OPTIONAL, FLOW_NOTE_REQUIRED } FlowNote;

typedef struct FlowAction {
        Str code, name, name_en, help, help_en, tone;
        StrList from;            /* state codes */
        Str to;                  /* state code; empty: stays */
        StrList who;             /* rules: "grid-member", "grid-leader", "dispatcher", "holder", "inspector", "reporter", "system" */
        FlowNote note;
        int photos;              /* at least */
        StrList photo_kinds;     /* each must be there */
        bool target, target_department, target_member;
        StrList reasons, reasons_en;
        bool satisfaction;
        Str clock;               /* "", "start", "stop", "restart" */
        int64_t within_workdays; /* only so long after the state was entered; 0 no limit */
        Str public_title, public_title_en; /* how the reporter's timeline calls it; empty: not shown */
} FlowAction;

typedef struct Flow {
        Str code, name, name_en;
        int64_t edition;
        StrList steps, steps_en;
        FlowState *states;
        size_t state_count;
        FlowAction *actions;
        size_t action_count;
        Str start;               /* state of a new case by default */
        struct {
                Str channel, state;
        } *starts;               /* start state by channel */
        size_t start_count;
} Flow;

/* Reads and checks: P_CONFIG_INVALID names file position and what is wrong (unknown state, unreachable state, dead end, action
 * nobody may take, missing text). */
Rc flow_parse(Cx *cx, Str json, Flow **ret);
const FlowState *flow_state(const Flow *f, Str code);
const FlowAction *flow_action(const Flow *f, Str code);
const FlowState *flow_start(const Flow *f, Str channel);
bool flow_action_from(const FlowAction *a, Str state);
