/* The flow engine: a flow is a JSON file of the profile; this reads, checks and answers questions about it. It moves nothing
 * itself: case/ asks which actions exist, what they ask for and where they lead. No database here. The format is in README.md.
 *
 * Everything below "questions" is a pure function: the checks walk a flow with the very functions that move cases by it. */
#pragma once
#include "base/cx.h"
#include "base/json.h"

enum {
        FLOW_STATES_MAX = 50, /* a state set is one 64-bit word */
        FLOW_ACTIONS_MAX = 100,
        FLOW_STEPS_MAX = 10,
        FLOW_FACTS_MAX = 6,
        FLOW_VALUES_MAX = 12,
        FLOW_REQUESTS_MAX = 6,
        FLOW_FAULTS_MAX = 50,
        FLOW_UNITS_MAX = 20,
};

/* ---- words ----------------------------------------------------------------------------------------------------------------- */

/* What the numbers of these enums mean is stored with cases: new ones go before _COUNT. */

typedef enum FlowKind {
        FLOW_KIND_EVENT,      /* 事件 */
        FLOW_KIND_ASSIGNMENT, /* 交办单, 预警单 */
        FLOW_KIND_CAMPAIGN,   /* 专项行动 */
        FLOW_KIND_WHISTLE,    /* 吹哨报到 */
        FLOW_KIND_DISPUTE,    /* 矛盾纠纷 */
        FLOW_KIND_ORDER,      /* 点单 */
        FLOW_KIND_SERVICE,    /* 便民服务 */
        FLOW_KIND_GRADING,    /* 出租屋分级 */
        FLOW_KIND_COUNT,
} FlowKind;

/* Who has a case in a state. */
typedef enum FlowHolder {
        FLOW_HOLDER_NONE,
        FLOW_HOLDER_GRID_MEMBER, /* the members of the case's grid */
        FLOW_HOLDER_DISPATCHER,  /* any centre that covers the place */
        FLOW_HOLDER_TARGET,      /* whom the last dispatch named */
        FLOW_HOLDER_VERIFIER,    /* members of the grid, inspectors */
        FLOW_HOLDER_GRID_LEADER,
        FLOW_HOLDER_TOWNSHIP, /* the centre of just this level */
        FLOW_HOLDER_COUNTY,
        FLOW_HOLDER_CITY,
        FLOW_HOLDER_UNITS,    /* several departments at once, one of them lead */
        FLOW_HOLDER_OPENER,   /* the account that opened the case */
        FLOW_HOLDER_REPORTER, /* was asked back */
        FLOW_HOLDER_OUTSIDE,  /* somebody without an account, by a link */
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
        FLOW_WHO_TOWNSHIP, /* a dispatcher of just this level */
        FLOW_WHO_COUNTY,
        FLOW_WHO_CITY,
        FLOW_WHO_LEAD,    /* the lead of the units that were named */
        FLOW_WHO_UNIT,    /* one of them, the lead included */
        FLOW_WHO_OUTSIDE, /* whoever holds the link */
        FLOW_WHO_COUNT,
} FlowWho;

typedef enum FlowNote { FLOW_NOTE_NONE, FLOW_NOTE_OPTIONAL, FLOW_NOTE_REQUIRED, FLOW_NOTE_COUNT } FlowNote;

/* What an action does to the case's clock. */
typedef enum FlowClock {
        FLOW_CLOCK_NONE,
        FLOW_CLOCK_START, /* begins, unless it has begun: a return and a new dispatch do not win time */
        FLOW_CLOCK_STOP,
        FLOW_CLOCK_RESUME, /* after a stop */
        FLOW_CLOCK_RESET,  /* back to before the start */
        FLOW_CLOCK_PAUSE,  /* what runs stands still; what does not run is left as it is */
        FLOW_CLOCK_GO_ON,  /* after a pause */
        FLOW_CLOCK_EXTEND, /* by what the granted request asked for */
        FLOW_CLOCK_COUNT,
} FlowClock;

/* How the clock of a case stands. */
typedef enum FlowTick {
        FLOW_TICK_IDLE,
        FLOW_TICK_RUNS,
        FLOW_TICK_STOPPED,
        FLOW_TICK_PAUSED,
        FLOW_TICK_COUNT
} FlowTick;

typedef enum FlowUnit {
        FLOW_UNIT_WORKDAYS,
        FLOW_UNIT_WORKHOURS,
        FLOW_UNIT_HOURS,
        FLOW_UNIT_DAYS,
        FLOW_UNIT_COUNT
} FlowUnit;

/* Which limit of a phase counts in a state. */
typedef enum FlowPhase {
        FLOW_PHASE_NONE,
        FLOW_PHASE_VERIFY,
        FLOW_PHASE_HANDLE,
        FLOW_PHASE_CHECK,
        FLOW_PHASE_ARCHIVE,
        FLOW_PHASE_OTHER,
        FLOW_PHASE_COUNT,
} FlowPhase;

/* What it means that a case ended here. */
typedef enum FlowEnd {
        FLOW_END_DONE,
        FLOW_END_MERGED,
        FLOW_END_VOID,
        FLOW_END_REJECTED,
        FLOW_END_COUNT
} FlowEnd;

/* What must be true before an action is taken: a bit each. */
typedef enum FlowGuard {
        FLOW_GUARD_UNITS_ARRIVED,
        FLOW_GUARD_UNITS_DONE,
        FLOW_GUARD_UNITS_RATED,
        FLOW_GUARD_CHILDREN_CLOSED,
        FLOW_GUARD_NO_OPEN_REQUEST,
        FLOW_GUARD_COUNT,
} FlowGuard;

typedef enum FlowUnitMark {
        FLOW_UNIT_MARK_NONE,
        FLOW_UNIT_MARK_ARRIVED,
        FLOW_UNIT_MARK_DONE,
        FLOW_UNIT_MARK_RATED,
        FLOW_UNIT_MARK_COUNT,
} FlowUnitMark;

typedef enum FlowMark { FLOW_MARK_NONE, FLOW_MARK_URGED, FLOW_MARK_SUPERVISED, FLOW_MARK_COUNT } FlowMark;

typedef enum FlowOnce { FLOW_ONCE_NONE, FLOW_ONCE_CASE, FLOW_ONCE_UNIT, FLOW_ONCE_COUNT } FlowOnce;

/* The words of the file, by enum value; NULL where a value has no word. */
extern const char *const flow_kind_words[FLOW_KIND_COUNT],
        *const flow_holder_words[FLOW_HOLDER_COUNT],
                *const flow_who_words[FLOW_WHO_COUNT],
                        *const flow_note_words[FLOW_NOTE_COUNT],
                                *const flow_clock_words[FLOW_CLOCK_COUNT],
                                        *const flow_unit_words[FLOW_UNIT_COUNT],
                                                *const flow_phase_words[FLOW_PHASE_COUNT],
                                                        *const flow_end_words[FLOW_END_COUNT],
                                                                *const flow_guard_words[FLOW_GUARD_COUNT],
                                                                        *const flow_unit_mark_words[FLOW_UNIT_MARK_COUNT],
                                                                                *const flow_mark_words[FLOW_MARK_COUNT],
                                                                                        *const flow_once_words
                                                                                                [FLOW_ONCE_COUNT];

/* ---- a flow ---------------------------------------------------------------------------------------------------------------- */

typedef struct FlowLimit {
        int amount; /* 0: none */
        FlowUnit unit;
} FlowLimit;

/* A small fact about a case that decides what may be done: the risk of a dispute, the grade of a house. */
typedef struct FlowValue {
        Str code, name, name_en;
} FlowValue;

typedef struct FlowFact {
        Str code, name, name_en;
        struct {
                FlowValue *v;
                size_t n, cap;
        } values;
} FlowFact;

/* The facts of one case, in the order of its flow's: 0 not known, else the number of the value from 1. */
typedef struct FlowFacts {
        uint8_t v[FLOW_FACTS_MAX];
} FlowFacts;

/* The fact is one of these values; a fact that is not known is none of them. */
typedef struct FlowWhen {
        int fact;        /* index in Flow.facts */
        uint32_t values; /* bit per number of a value */
} FlowWhen;

typedef struct FlowWhenList {
        FlowWhen *v;
        size_t n, cap;
} FlowWhenList;

typedef struct FlowState {
        Str code, name, name_en;
        int step; /* from 1 */
        bool final, disposed, archived;
        FlowHolder holder;
        int limit_days;  /* the limit when it is in working days; 0 none */
        FlowLimit limit; /* to leave the state while no clock of the case runs */
        FlowPhase phase;
        FlowEnd end; /* of a final state */
} FlowState;

typedef struct FlowReason {
        Str code, name, name_en;
} FlowReason;

typedef struct FlowBranch {
        FlowWhenList when;
        Str to;
} FlowBranch;

typedef struct FlowSet {
        int fact, value; /* index; number from 1 */
} FlowSet;

typedef struct FlowAction {
        Str code, name, name_en, help, help_en, tone;
        StrList from;      /* state codes */
        uint64_t from_set; /* the same, a bit per state */
        Str to;            /* state code; empty: stays */
        struct {
                FlowBranch *v;
                size_t n, cap;
        } branches;   /* tried in order before `to` */
        uint32_t who; /* bit per FlowWho */
        FlowNote note;
        int photos;          /* at least */
        StrList photo_kinds; /* each must be there: scene, before, after, check */
        int media;           /* voice notes or videos, at least */
        Str form;            /* name of the form whose data must come with it; empty: none */
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
        FlowWhenList when;                 /* all must hold for the action to exist */
        struct {
                FlowSet *v;
                size_t n, cap;
        } set;
        int request, grants, refuses; /* number in Flow.requests from 1; 0 none */
        bool other_person;            /* not the account that took the request */
        FlowLimit amount;             /* what a request asks for when no form says it */
        int units_min, units_max;     /* so many departments are named, one of them lead; 0 none */
        bool units_add;               /* beside those that are there, who stay; else in their place */
        FlowUnitMark unit_mark;       /* taken for one unit */
        uint32_t guards;              /* bit per FlowGuard */
        FlowOnce once;
        Str child; /* code of the flow of the cases it opens; empty: none */
        bool child_many;
        bool merge;           /* the case goes on as part of another, named by the caller */
        int link_days;        /* issues a one-time link that lasts so long; 0 none */
        StrList link_actions; /* what its holder may do */
        Str link_shows; /* form whose last answers its holder is shown; empty: none */
        bool ask;             /* the note is a question to the reporter */
        bool category;        /* names another category, of the same flow; limit, form and deadline follow */
        FlowMark mark;
        bool arbiter;     /* shown with similar cases to whoever decides where it goes */
        bool after_limit; /* the system takes it when the state's limit has run out */
} FlowAction;

typedef struct FlowStart {
        Str channel, state;
} FlowStart;

typedef struct Flow {
        Str code, name, name_en;
        FlowKind kind;
        int64_t edition; /* set by who stored it */
        StrList steps, steps_en;
        struct {
                FlowFact *v;
                size_t n, cap;
        } facts;
        struct {
                FlowState *v;
                size_t n, cap;
        } states;
        struct {
                FlowAction *v;
                size_t n, cap;
        } actions;
        StrList requests; /* words: extend, suspend, void … */
        Str start;        /* state of a new case */
        struct {
                FlowStart *v;
                size_t n, cap;
        } starts;                      /* the same by channel */
        Str open_title, open_title_en; /* the first step's name: nobody's action */
        uint32_t open_who;             /* who may open one by hand, bit per FlowWho; 0: whoever may report */
        Str open_form;                 /* its data must come with the report; empty: none */
        Str spot_action; /* taken at once when what is reported was handled on the spot; empty: not offered */
} Flow;

/* ---- reading and checking -------------------------------------------------------------------------------------------------- */

typedef struct FlowFault {
        Str file;      /* empty when one text was checked */
        uint32_t line; /* from 1 */
        Str pointer;   /* RFC 6901 into the file; empty: the file as a whole */
        Str zh, en;    /* one sentence each */
} FlowFault;

typedef struct FlowFaults {
        FlowFault *v;
        size_t n, cap;
        size_t more; /* found after the first FLOW_FAULTS_MAX */
} FlowFaults;

/* A form file: profiles/P/forms/NAME.json, a JSON Schema of an object. */
typedef struct FlowForm {
        Str name;
        const JsonNode *root;
} FlowForm;

typedef struct FlowForms {
        FlowForm *v;
        size_t n, cap;
} FlowForms;

/* What a flow names outside of itself; what is NULL is not checked. */
typedef struct FlowWorld {
        const FlowForms *forms;
        const StrList *flows; /* codes */
        Str report_form;      /* the form of a category, which comes with the report in place of the flow's own; usually empty */
} FlowWorld;

/* Reads and checks; every fault is added to *faults (never reset here). *ret is the flow, or NULL when it has faults.
 * world may be NULL. Cannot fail otherwise. */
void flow_examine(Cx *cx, Str json, const FlowWorld *world, Flow **ret, FlowFaults *faults);
/* The same for who only wants to know whether it is good: P_CONFIG_INVALID with the place and sentence of the first fault. */
Rc flow_parse(Cx *cx, Str json, Flow **ret);
/* Of an edition that is in use: it was checked when it was stored, and what later versions check in addition must not stop its cases.
 * Only what cannot be read is refused. */
Rc flow_parse_stored(Cx *cx, Str json, Flow **ret);

/* ---- questions ------------------------------------------------------------------------------------------------------------- */

const FlowState *flow_state(const Flow *f, Str code);   /* NULL when unknown */
const FlowAction *flow_action(const Flow *f, Str code); /* NULL when unknown */
const FlowState *flow_start(const Flow *f, Str channel);
bool flow_action_from(const FlowAction *a, Str state);
static inline bool flow_who(const FlowAction *a, FlowWho w) { return a->who >> w & 1; }
static inline bool flow_guarded(const FlowAction *a, FlowGuard g) { return a->guards >> g & 1; }

/* What the rules need to know of a case. Whoever asks may act at all (posts, scope) is asked of the posts, not of the flow. */
typedef struct FlowCase {
        const FlowState *state;
        FlowFacts facts;
        uint32_t requests; /* open ones: bit per number in Flow.requests */
        bool reporter;     /* a resident holds a receipt */
        bool link;         /* somebody outside holds a link that lasts */
        bool target;       /* a dispatch has named somebody */
        int units, units_arrived, units_done, units_rated;
        int children_open;
} FlowCase;

/* Does the action exist now? From this state, under these facts; a request while none of its word is open, an answer while one
 * is; a question while there is a reporter; a unit's mark, and more units, while there are units. What `once`, within_workdays and other_person
 * ask depends on the log: see flow_action_spent(). */
bool flow_action_offered(const Flow *f, const FlowAction *a, const FlowCase *c);
/* Guards that do not hold, bit per FlowGuard; 0: it may be taken. */
uint32_t flow_action_missing(const FlowAction *a, const FlowCase *c);
/* Has it been taken as often as `once` allows? by_case, by_unit: how often on this case since it was last opened, and by the
 * unit of who asks. */
static inline bool flow_action_spent(const FlowAction *a, int by_case, int by_unit) {
        return a->once == FLOW_ONCE_CASE ? by_case > 0 : a->once == FLOW_ONCE_UNIT && by_unit > 0;
}
/* Where it leads; the state itself when it stays. after: the facts with what this action's form and set have changed. */
const FlowState *flow_action_next(const Flow *f, const FlowAction *a, FlowFacts after, const FlowState *now);
/* The action that the system takes in the state when its limit has run out, under these facts; NULL when none. */
const FlowAction *flow_after_limit(const Flow *f, const FlowCase *c);
/* Is the outside action one that the link issued by this action allows? */
bool flow_link_allows(const FlowAction *link, const FlowAction *outside);

/* The open requests after the action: its own is open, what it answers is closed, and what can be answered nowhere from the
 * state that it leads to has lapsed. */
uint32_t flow_requests_after(const Flow *f, const FlowAction *a, uint32_t open, const FlowState *next);
/* Number of the word in Flow.requests from 1; 0 when unknown. */
int flow_request(const Flow *f, Str word);

/* Facts. Taken from the data of an action's form (members of the same name; others are left alone), then from its `set`. */
int flow_fact(const Flow *f, Str code); /* index; −1 when unknown */
FlowFacts flow_facts_after(const Flow *f, const FlowAction *a, const JsonNode *form_data, FlowFacts before);
/* From the form that came with the report. */
FlowFacts flow_facts_taken(const Flow *f, const JsonNode *form_data, FlowFacts before);
bool flow_facts_put(const Flow *f, FlowFacts *facts, Str fact, Str value); /* false: no such fact or value */
const FlowValue *flow_facts_get(const Flow *f, FlowFacts facts, int fact); /* NULL: not known */
bool flow_when(const FlowWhenList *when, FlowFacts facts);
/* {"risk":"high"} as stored with a case. What the flow does not know (another edition) is passed over. */
void flow_facts_write(Buf *b, const Flow *f, FlowFacts facts);
FlowFacts flow_facts_stored(const Flow *f, const JsonNode *object);

FlowTick flow_tick(FlowTick now, FlowClock what);
/* May residents have opened cases of this flow (so that actions need titles for them)? */
bool flow_has_reporters(const Flow *f);
/* May the channel be named in `start`? */
bool flow_channel_known(Str channel);

/* ---- a profile's folder ---------------------------------------------------------------------------------------------------- */

/* A text of a profile with the file it came from; JSON is read when it is checked. */
typedef struct FlowFile {
        Str name, path, text; /* name: without folder and ending */
} FlowFile;

typedef struct FlowFiles {
        FlowFile *v;
        size_t n, cap;
} FlowFiles;

typedef struct FlowProfile {
        Str dir;
        FlowFile profile, catalogue, departments, limits; /* text absent: there is no such file */
        FlowFiles flows, forms;
} FlowProfile;

/* Reads the folder of a profile: its own flows and forms, and those of `shared`/flows that profile.json names in "flows" with
 * the forms that they use. A file of the profile's own goes before a shared one of the same name. shared may be empty.
 * P_CONFIG_INVALID: a folder or file that cannot be read, a shared flow that does not exist. */
Rc flow_profile_read(Cx *cx, Str dir, Str shared, FlowProfile *ret);
/* Checks all flows against each other, the forms, the catalogue, the departments and the limits. */
void flow_profile_check(Cx *cx, const FlowProfile *p, FlowFaults *faults);
/* The first invisible control character, mark of direction or sign without width in a text; 0: there is none. */
uint32_t flow_text_hidden(Str s);
