/* The flow engine: a flow is a JSON file of the profile; this reads, checks and answers questions about it. It moves nothing
 * itself: case/ asks which actions an actor may take and where they lead. No database here. The format is in README.md. */
#pragma once
#include "base/cx.h"
#include "base/json.h"

/* Who has a case in a state. */
typedef enum FlowHolder {
        FLOW_HOLDER_NONE,
        FLOW_HOLDER_GRID_MEMBER, /* the members of the case's grid */
        FLOW_HOLDER_DISPATCHER,
        FLOW_HOLDER_TARGET,   /* whom the last dispatch named */
        FLOW_HOLDER_VERIFIER, /* members of the grid, inspectors */
        FLOW_HOLDER_COUNT,
} FlowHolder;

/* Who may take an action. */
typedef enum FlowWho {
        FLOW_WHO_GRID_MEMBER = 1, /* a member of the case's grid */
        FLOW_WHO_GRID_LEADER,
        FLOW_WHO_DISPATCHER,
        FLOW_WHO_INSPECTOR,
        FLOW_WHO_HOLDER,   /* the department or person that was named */
        FLOW_WHO_OPENER,   /* the account that reported the case */
        FLOW_WHO_REPORTER, /* the resident, known by receipt code and phone */
        FLOW_WHO_SYSTEM,
        FLOW_WHO_COUNT,
} FlowWho;

typedef enum FlowNote { FLOW_NOTE_NONE, FLOW_NOTE_OPTIONAL, FLOW_NOTE_REQUIRED, FLOW_NOTE_COUNT } FlowNote;

/* What an action does to the case's clock. */
typedef enum FlowClock {
        FLOW_CLOCK_NONE,
        FLOW_CLOCK_START, /* begins, unless it has begun: a return and a new dispatch do not win time */
        FLOW_CLOCK_STOP,
        FLOW_CLOCK_RESUME,
        FLOW_CLOCK_RESET, /* back to before the start */
        FLOW_CLOCK_COUNT,
} FlowClock;

typedef struct FlowState {
        Str code, name, name_en;
        int step; /* from 1 */
        bool final, disposed, archived;
        FlowHolder holder;
        int limit_days; /* working days to leave the state while no clock runs; 0 none */
} FlowState;

typedef struct FlowReason {
        Str code, name, name_en;
} FlowReason;

typedef struct FlowAction {
        Str code, name, name_en, help, help_en, tone;
        StrList from; /* state codes */
        Str to;       /* state code; empty: stays */
        uint32_t who; /* bit per FlowWho */
        FlowNote note;
        int photos;          /* at least */
        StrList photo_kinds; /* each must be there: scene, before, after, check */
        bool target_department, target_member;
        bool keep_holder; /* back to whom the last dispatch named */
        struct {
                FlowReason *v;
                size_t n, cap;
        } reasons; /* when given, one must be chosen */
        bool satisfaction;
        FlowClock clock;
        int within_workdays;               /* only so long after the state was entered; 0 no limit */
        Str public_title, public_title_en; /* how the reporter's timeline calls it; empty: not shown */
        bool public_note;                  /* the note is for the reporter too */
} FlowAction;

typedef struct FlowStart {
        Str channel, state;
} FlowStart;

typedef struct Flow {
        Str code, name, name_en;
        int64_t edition; /* set by who stored it */
        StrList steps, steps_en;
        struct {
                FlowState *v;
                size_t n, cap;
        } states;
        struct {
                FlowAction *v;
                size_t n, cap;
        } actions;
        Str start; /* state of a new case */
        struct {
                FlowStart *v;
                size_t n, cap;
        } starts;                      /* the same by channel */
        Str open_title, open_title_en; /* the first step's name: nobody's action */
        Str spot_action; /* taken at once when what is reported was handled on the spot; empty: not offered */
} Flow;

/* Reads and checks: P_CONFIG_INVALID names the line and what is wrong (unknown word, unknown state, unreachable state, dead end,
 * state from which the case cannot end, action nobody may take, missing text). */
Rc flow_parse(Cx *cx, Str json, Flow **ret);
const FlowState *flow_state(const Flow *f, Str code);   /* NULL when unknown */
const FlowAction *flow_action(const Flow *f, Str code); /* NULL when unknown */
const FlowState *flow_start(const Flow *f, Str channel);
bool flow_action_from(const FlowAction *a, Str state);
static inline bool flow_who(const FlowAction *a, FlowWho w) { return a->who >> w & 1; }
