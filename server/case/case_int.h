/* What the files of this folder share; nobody else includes it. */
#pragma once
#include "case/case.h"
#include "case/case_store.h"
#include "core/audit/audit.h"
#include "core/clock/clock.h"
#include "core/flow/flow.h"
#include "core/form/form.h"
#include "core/who/who.h"

/* ---- case_profile.c: what the profile says ---- */

typedef struct CaseCategory {
        Str code, name, name_en, unit, icon;
        Str class, class_name, class_name_en;
        Str flow; /* code of the flow that such a case moves through */
        Str form; /* name of the form that comes with the report; empty: the flow's */
        int limit_days;
} CaseCategory;

/* A form of the profile, compiled; its text is what the screens draw. */
typedef struct CaseForm {
        Str name, text;
        const FormSchema *schema;
} CaseForm;

typedef struct CaseFlowCategory {
        Str flow, category;
} CaseFlowCategory;

typedef struct CaseCatalogue {
        int64_t edition;
        Str flow, otherwise; /* code of the flow; category when none was given */
        struct {
                CaseCategory *v;
                size_t n, cap;
        } items; /* classes one after the other */
        struct {
                CaseFlowCategory *v;
                size_t n, cap;
        } of_flows; /* flows whose matters need not be put under a category by hand */
} CaseCatalogue;

/* Limits and forms hold for what began while they were in force; the rest is that of today. */
typedef struct CaseProfile {
        const struct CaseProfile *before; /* with the limits and forms of what began before from_ms; NULL: there are none */
        int64_t from_ms;
        Str code, title, title_en;
        const CaseCatalogue *catalogue;
        const Flow *flow; /* of new cases, when the category names no other */
        const ClockLimits *limits; /* NULL: the categories' own limits hold */
        bool has_cards;            /* 1-3-5 holds */
        ClockCardRule cards;
        DepartmentList departments;
        struct {
                const Flow **v;
                size_t n, cap;
        } flows; /* newest editions */
        struct {
                CaseForm *v;
                size_t n, cap;
        } forms;
} CaseProfile;

/* The profile in use; lives as long as the process. */
Rc case_profile(Cx *cx, const CaseProfile **ret);
/* The same as it holds for a case: it began when it was opened, or when it was last moved to newer editions. */
Rc case_profile_for(Cx *cx, const CaseRow *row, const CaseStepRowList *steps, const CaseProfile **ret);
/* Of texts that are not in use: in cx's arena, without compiled forms. P_CONFIG_INVALID with file and line. */
Rc case_profile_of(Cx *cx, const FlowProfile *texts, const CaseProfile **ret);
/* Older editions, for the cases that began with them. */
Rc case_flow(Cx *cx, Str code, int64_t edition, const Flow **ret);
Rc case_catalogue(Cx *cx, int64_t edition, const CaseCatalogue **ret);
const Flow *case_flow_newest(const CaseProfile *p, Str code);        /* NULL when unknown */
const CaseForm *case_form(const CaseProfile *p, Str name);           /* NULL when unknown */
const CaseCategory *case_category(const CaseCatalogue *c, Str code); /* NULL when unknown */
Str case_flow_category(const CaseCatalogue *c, Str flow); /* what its matters count as unless said; empty: it must be said */
const Department *case_department(const CaseProfile *p, Str code);   /* NULL when unknown */
Str case_department_name(const Cx *cx, const CaseProfile *p, Str code);

static inline Str in_lang(const Cx *cx, Str zh, Str en) { return cx->lang == LANG_EN ? en : zh; }

/* ---- the case at hand ---- */

typedef struct Case {
        CaseRow row;
        const Flow *flow;
        const CaseProfile *profile;
        CaseStepRowList steps;
        CaseUnitRowList units; /* those that left as well */
        const CaseLinkRow *link; /* who acts is outside and holds it; else NULL */
        const CaseFile *file; /* read as a whole; NULL inside a transaction, where only what is needed is read */
} Case;
Rc case_load(Cx *cx, CaseId id, const CaseScope *scope, Case **ret); /* with its steps; scope NULL: any */
Rc case_of_row(Cx *cx, const CaseRow *row, Case *ret); /* a row that was read, with flow, profile, steps and units */
Rc case_photos(Cx *cx, const Case *c, CasePhotoRowList *ret);
/* Whether it could be opened so, but for its photos and form: *ret is the row as far as it is known. Writes nothing. */
Rc case_opening_check(Cx *cx, const CaseNew *in, CaseRow *ret);
Str case_number(Arena *a, int64_t created_ms, int64_t id);           /* YYYYMMDD-NNNNNN */
bool case_id_read(Str typed, int64_t *ret);                          /* an id as somebody hands it in: 1 to 18 digits */
Str case_fold(Arena *a, Str s); /* for search: lower case, half width, one blank between */

typedef struct CaseRight {
        bool allowed;
        Role role;      /* by which role */
        Str department; /* and department */
        bool as_unit;   /* as one of the units that handle the case together */
} CaseRight;

/* ---- case_standing.c: what the flow has to know of a case; pure functions of row, log, units and parts ---- */

/* Requests that wait for an answer, by number in Flow.requests. */
typedef struct CaseAsked {
        uint32_t open;
        const CaseStepRow *by[FLOW_REQUESTS_MAX + 1]; /* the step that asked */
} CaseAsked;
void case_asked(const Case *c, CaseAsked *ret);
Str case_asked_words(Cx *cx, const Flow *f, uint32_t open); /* ",extend,"; empty when nothing is asked */
Rc case_facts(Cx *cx, const Case *c, FlowFacts *ret);
Str case_facts_text(Cx *cx, const Flow *f, FlowFacts facts); /* as stored; empty when nothing is known */
Rc case_standing(Cx *cx, const Case *c, FlowCase *ret);
/* Has the action been taken as often as it may, by the unit (or person) of that right? */
bool case_action_spent(const Cx *cx, const Case *c, const FlowAction *a, CaseRight right);
/* Was what it answers asked by the very account that acts, although another is needed? */
bool case_same_person(const Cx *cx, const Case *c, const FlowAction *a);
/* The sentence that says what is missing, with the units' names; guards: bit per FlowGuard. */
Str case_missing_text(Arena *a, const Case *c, const FlowCase *standing, uint32_t guards, Lang lang);

/* ---- case_form.c ---- */

typedef struct CaseFormData {
        Str text;             /* as stored; p NULL when there is none */
        const JsonNode *node; /* NULL likewise */
} CaseFormData;
/* Judges what came with an action or a report by the form of that name (empty: none is asked for), for a case at place; what is
 * wrong is collected as field errors under /form. */
Rc case_form_take(Cx *cx, const CaseProfile *p, Str name, Str data, Str place, bool needed, CaseFormData *ret);
/* What was filled in, as who asks may see it: telephones and identity numbers whole only for those in whose hands the case is. */
Str case_form_shown(Cx *cx, const Case *c, Str data);
/* Working days that a request asks for: by its form, or as the flow says. Not set when in other units. */
OptInt case_days_asked(const FlowAction *a, const CaseFormData *data);

/* ---- case_scope.c: who may see, who may act ---- */

void case_scope(Cx *cx, CaseScope *ret);
/* The rule of case.sql's scope for one case that was read: the same answer. */
bool case_scope_covers(const CaseScope *s, const CaseFile *f);
CaseRight case_right(const Cx *cx, const Case *c, const FlowAction *a, bool as_reporter);
/* By a post that one of the words names (bit per FlowWho) on that place. */
CaseRight case_right_by_post(const Cx *cx, uint32_t who, Str place);
/* The role in which somebody acts on a place when no action says so: reporting. */
CaseRight case_right_to_report(const Cx *cx, Str place);
/* May the actor report through that channel? A field error at /channel when not. */
Rc case_channel_check(Cx *cx, CaseChannel channel);
bool case_in_my_hands(const Cx *cx, const Case *c);
/* As that unit, by the words `unit` and `lead` of the action. */
CaseRight case_unit_right(const Cx *cx, const Case *c, const FlowAction *a, const CaseUnitRow *u);

/* ---- case_clock.c ---- */

typedef struct CaseClock {
        bool begun; /* dispatched, and not set back since */
        int64_t start_ms;
        const FlowAction *by; /* the action that started it */
        struct {
                ClockEvent *v;
                size_t n, cap;
        } log; /* one event a step, its holder is the step's index in digits; class and phase events beside, without a holder */
        ClockSubject of; /* at the report: category; condition and level by facts of the flow or members of the report's form */
        int64_t days;    /* the category's own working days, when it was corrected since; else 0 */
        bool complex;    /* likewise, by the fact complexity */
        FlowPhase phase; /* now */
} CaseClock;
/* The clock as the log tells it: pure. */
void case_clock(Cx *cx, const Flow *flow, const CaseStepRow *steps, size_t n, CaseClock *ret);
/* What it says now: of the case when it has begun, else of the state when that has a limit of its own; all zero when neither. */
Rc case_clock_now(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, int64_t entered_ms,
                  ClockResult *ret);
Rc case_clock_told(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, ClockResult *ret); /* with spans */
/* Of the phase that the case is in, by limits.json; all zero when there is none. */
Rc case_clock_phase(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, ClockResult *ret);
Str case_phase_word(FlowPhase phase);
ClockStatus case_clock_status(ClockState state);
OptInt case_due(const ClockResult *r); /* not set while nothing runs */
/* What due_ms is to say, by row and log of c in a state that was entered then: the nearer of the whole case's (or the state's) deadline
 * and the phase's. ret_whole: the whole's clock; may be NULL. */
Rc case_deadline(Cx *cx, const Case *c, const FlowState *state, int64_t entered_ms, ClockResult *ret_whole, OptInt *ret);
/* When the state's own limit has run out, whatever the case's clock does. */
Rc case_state_limit(Cx *cx, const Case *c, const FlowState *state, const CaseClock *clock, OptInt *ret);
/* The limit of the whole case for that subject, for a clock that started then; days: the category's own, 0 when it is the row's. */
ClockDuration case_limit_of(const Case *c, ClockSubject of, int64_t days, DayNo started);
/* What cards are read by; the days are the profile's. */
Rc case_cards_rules(Cx *cx, const Case *c, const CaseClock *clock, ClockRules *ret);
/* Is due_ms a guess because the calendar of a year is missing? */
Rc case_provisional(Cx *cx, const CaseRow *row, bool *ret);
int64_t case_day_ms(const Case *c, ClockUnit unit); /* counted time of an ordinary day */
/* Until when a case in this state may be opened again. */
Rc case_reopen_until(Cx *cx, const Case *c, const FlowAction *a, int64_t *ret_ms);

/* ---- case_card.c: 1-3-5, and what falls due by itself ---- */

/* What follows from log, calendar and rule at a moment. */
typedef struct CaseDueCard {
        int64_t kind, moment_ms; /* ClockCardKind */
        bool complex;
        int64_t days;
        OptInt withdrawn_ms, withdrawn_by; /* number of the step */
        bool extended;                     /* it was an extension; else another class */
} CaseDueCard;

typedef struct CaseTime {
        struct {
                CaseDueCard *v;
                size_t n, cap;
        } cards;
        int64_t card;            /* what the row is to say */
        OptInt next_ms;          /* when to look again */
        const FlowAction *after; /* what the system has to do now; NULL nothing */
} CaseTime;
/* Pure. at_ms: now, or later when cards were issued by a clock that was ahead. */
Rc case_time(Cx *cx, const Case *c, int64_t at_ms, CaseTime *ret);
/* Can anything of the case fall due by itself? */
bool case_has_moments(const Case *c);
/* Inside a transaction: brings cards, the row's card and the next moment to what follows from the log; issues each card once. */
Rc case_settle(Cx *cx, Case *c);
Rc case_settle_time(Cx *cx, Case *c, CaseTime *ret); /* and tells what follows */
/* The same without writing, from what is stored: what is as it follows from the log, and the moment that does. */
typedef struct CaseSettled {
        bool cards, moment;
        OptInt next_ms;
} CaseSettled;
Rc case_settled(Cx *cx, const Case *c, const CaseCardRowList *told, OptInt moment, CaseSettled *ret);
Rc case_cards_view(Cx *cx, const Case *c, CardViewList *ret);
/* The name of a step that time took: card-yellow …; p NULL when it is none. */
Str case_card_step_name(const Cx *cx, Str action);

/* ---- case_clock_view.c ---- */

Rc case_clock_view(Cx *cx, const Case *c, ClockView **ret);

/* ---- case_log.c: steps and their chain ---- */

void case_step_hash(Cx *cx, const CaseStepRow *s, Sm3 *ret);
/* Appends the step: seq, previous, hash and holder are filled from row (the case as it is afterwards) and `last` (NULL: the first). */
Rc case_step_append(Cx *cx, const CaseRow *row, const CaseStepRow *last, CaseStepRow *step,
                    CaseStepRow **ret);
Rc case_tell(Cx *cx, const CaseRow *row, const CaseRow *before, Str action); /* the notice */

/* ---- case_unit.c: several departments at once ---- */

bool case_flow_has_units(const Flow *f);
/* How many handle it, have arrived, are done, are rated. */
void case_units_count(const Case *c, FlowCase *ret);
/* Their names, of whom the guard still waits for. */
Str case_units_awaited(Arena *a, const Case *c, FlowGuard guard, Lang lang);
/* Must the action be taken for one unit, and for which may whoever has that right take it now? */
bool case_action_for_unit(const FlowAction *a, CaseRight right);
void case_unit_choices(const Cx *cx, const Case *c, const FlowAction *a, CaseRight right, CaseUnitRowList *ret);
/* The unit it is taken for: the one that was named, or the only one it can be. *ret NULL: for none. right becomes that unit's.
 * P_CASE_ONCE_ONLY, P_CASE_NOT_YOURS, P_INPUT_INVALID. */
Rc case_unit_of(Cx *cx, const Case *c, const FlowAction *a, Str named, CaseRight *right, const CaseUnitRow **ret);
/* What was named, as field errors under /units. */
void case_units_check(Cx *cx, const Case *c, const FlowAction *a, const UnitLinkList *units);

/* The units as they will be after an action. */
typedef struct CaseUnitPlan {
        CaseUnitRowList rows;
        bool *touched; /* by row */
        Str detail;    /* of the step: who was called; p NULL when nobody was */
} CaseUnitPlan;
/* unit: for which it is taken, or NULL. row: whom the case is given to follows the lead. */
void case_units_plan(Cx *cx, const Case *c, const FlowAction *a, const CaseAction *in, const FlowState *from,
                     const FlowState *to, const CaseUnitRow *unit, CaseRow *row, CaseUnitPlan *ret);
Rc case_units_write(Cx *cx, const CaseUnitPlan *plan);
Str case_units_called(Cx *cx, const CaseProfile *p, Str detail); /* a step's detail for people; p NULL when it calls nobody */
void case_unit_view(Cx *cx, const Case *c, const CaseUnitRow *u, CaseUnitView *ret);
void case_unit_views(Cx *cx, const Case *c, CaseUnitViewList *ret);

/* ---- case_part.c: cases that are parts of others ---- */

/* How many of its parts are open. */
Rc case_parts_open(Cx *cx, const Case *c, int *ret);
/* Why the action can open no part now; nothing (p NULL) when it can. */
Rc case_parts_refused(Cx *cx, const Case *c, const FlowAction *a, Str *ret_zh, Str *ret_en);
/* What is wrong with the parts that came, as field errors under /children. */
Rc case_parts_check(Cx *cx, const Case *c, const FlowAction *a, const PartLinkList *parts);
/* Opens them, and fills the step with their ids. */
Rc case_parts_make(Cx *cx, const Case *c, const FlowAction *a, const PartLinkList *parts, CaseStepRow *step);
/* The screens of the case that it is a part of hear of its end. */
Rc case_part_told(Cx *cx, const CaseRow *row, const CaseRow *before);
Rc case_ref(Cx *cx, const CaseRow *row, CaseRef **ret);
Rc case_parts_fill(Cx *cx, const Case *c, CaseView *v); /* parent, children, parts */

/* ---- case_photo.c: evidence ---- */

typedef struct CaseEvidence {
        PhotoLinkList links; /* kinds filled in */
        Str text;            /* kind:sha256, separated by blanks; p NULL when there is none */
        CasePhotoRow *rows;
        int photos;          /* how many of them are photos */
} CaseEvidence;
Rc case_evidence(Cx *cx, const PhotoLinkList *links, PhotoKind otherwise, const char *pointer,
                 CaseEvidence *ret);
/* Attaches to the step; before the row is written, because the row counts them. */
void case_evidence_count(CaseRow *row, const CaseEvidence *e);
Rc case_evidence_attach(Cx *cx, int64_t case_id, int64_t seq, const CaseEvidence *e);

/* Media type of a piece of evidence. */
Str case_photo_type(const CasePhotoRow *row);

/* ---- case_act.c ---- */

/* Photos that the action still needs, with what the case has already counted. */
void case_action_needs(Cx *cx, const Case *c, const FlowAction *a, StrList *ret_kinds, int *ret_photos);
void case_row_hold(CaseRow *row, const FlowState *to);
Rc case_move(Cx *cx, Case *c, const FlowAction *a, const CaseAction *in, bool as_reporter);

/* ---- case_category.c: another category in mid-flight ---- */

/* What a step says that corrected it; the strings are parts of its detail. */
typedef struct CaseReclass {
        Str was, is;
        int64_t edition_was, edition_is, days_was, days_is; /* of the catalogues; the categories' own working days */
} CaseReclass;
bool case_step_reclass(const CaseStepRow *s, CaseReclass *ret); /* false: it is no such step */
Str case_step_category(const CaseStepRow *first); /* what it was reported as; empty when that is not said */
/* What it was after that step, and the edition of the catalogue that says so. */
void case_category_at(const Case *c, int64_t seq, Str *ret_category, int64_t *ret_edition);
Rc case_category_name(Cx *cx, Str category, int64_t edition, Str *ret);
Str case_report_form(const CaseCategory *k, const Flow *f); /* name of the form that comes with a report; k may be NULL */
/* Does the case move by the flow of its category, rather than by one that was named with the report? */
bool case_flow_of_category(const Case *c, const CaseProfile *now);
/* The one that was named; NULL when the action takes none, or with a field error at /category. */
Rc case_category_take(Cx *cx, const Case *c, const FlowAction *a, Str category, const CaseCategory **ret);
Rc case_category_form(Cx *cx, const Case *c, const CaseCategory *k, Str data, CaseFormData *ret);
Rc case_category_row(Cx *cx, const Case *c, const CaseCategory *k, CaseRow *row, Str *ret_detail);
Str case_search_text(Cx *cx, const CaseRow *row, const CaseCategory *k); /* case.c */

/* ---- case_edition.c: cases and newer editions ---- */

/* The step by which a case goes on with newer editions; no flow can have an action of that name. */
static inline bool case_step_is_move(const CaseStepRow *s) { return str_eq(s->action, S("edition.moved")); }

/* ---- case_view.c ---- */

Rc case_item(Cx *cx, const CaseRow *row, CaseItem *ret);
Rc case_step_views(Cx *cx, const Case *c, CaseStepViewList *ret);
Str case_actor_text(Cx *cx, const CaseProfile *p, Str name, int64_t role, Str department, bool for_public);
Str case_holder_text(Cx *cx, const CaseProfile *p, int64_t kind, Str place, Str department, Str name);
Str case_action_name(Cx *cx, const Flow *f, Str code);
Str case_note_text(Cx *cx, const Flow *f, const CaseStepRow *s); /* reason and note, as read by people */
Rc case_action_view(Cx *cx, const Case *c, const FlowAction *a, const FlowCase *standing, CaseRight right,
                    ActionView *ret); /* what it asks for */
Rc case_actions(Cx *cx, CaseId id, ActionList **ret);
Rc case_log_view(Cx *cx, CaseId id, CaseLog **ret);
Rc case_share(Cx *cx, CaseId id, int64_t account, CaseView **ret);
Rc case_catalogue_view(Cx *cx, Catalogue **ret);

/* ---- case_precedent.c, case_calendar.c ---- */

Rc case_precedents(Cx *cx, CaseId id, Precedents **ret);
Rc case_calendar_view(Cx *cx, CalendarView **ret);
Rc case_calendar_import(Cx *cx, Str tsv);       /* P_CONFIG_INVALID */
Rc case_calendar_withdraw(Cx *cx, int64_t year); /* P_NOT_FOUND */

/* ---- case_reporter.c ---- */

bool case_may_reveal(const Cx *cx, const Case *c);
/* Name and telephone whole; why is noted in the chained log before anything is opened. P_CASE_NOT_YOURS, P_NOT_FOUND. */
Rc case_reveal(Cx *cx, CaseId id, Str reason, CaseContact **ret);

/* ---- case_voice.c: further reports ---- */

/* The receipt code of a voice that staff wrote down: of every call, and of whoever left a name or a number. Else *ret stays. */
Rc case_voice_code(Cx *cx, CaseId id, int64_t n, const CaseVoiceNew *said, Str *ret);
Rc case_voices(Cx *cx, CaseId id, VoiceList **ret); /* those of merged cases too */
/* Told how it ended; name and telephone whole, on record. P_CASE_NOT_YOURS, P_NOT_FOUND, P_CASE_ACTION_FORBIDDEN before the end. */
Rc case_voice_told(Cx *cx, CaseId id, int64_t n, VoiceList **ret);
Rc case_voice_reveal(Cx *cx, CaseId id, int64_t n, Str reason, CaseContact **ret);

Rc case_voice_name(Cx *cx, const CaseVoiceRow *row, Str *ret);

/* ---- case_link.c: one-time links ---- */

Rc case_link_check(Cx *cx, const FlowAction *a, const OutsideLink *outside); /* field errors under /outside */
Rc case_link_issue(Cx *cx, const Case *c, const FlowAction *a, const OutsideLink *outside); /* nothing when the action issues none */
Rc case_links_fill(Cx *cx, const Case *c, CaseView *v);
/* For who may issue it. P_CASE_NOT_YOURS, P_NOT_FOUND, P_LINK_OVER. */
Rc case_link_address(Cx *cx, CaseId id, int64_t link, LinkAddress **ret); /* on record */
Rc case_link_withdraw(Cx *cx, CaseId id, int64_t link, CaseView **ret);

/* ---- case_alarm.c: machines and callers ---- */

Rc case_source_add(Cx *cx, const SourceCreate *in, SourceKey **ret);
Rc case_sources(Cx *cx, SourceList **ret);
Rc case_source_end(Cx *cx, int64_t id);
Rc case_alarm(Cx *cx, Str key, const AlarmCreate *in, AlarmReceipt **ret); /* P_ALARM_KEY_UNKNOWN */
Rc case_alarm_fill(Cx *cx, const CaseRow *row, CaseView *v);
/* Earlier cases of a telephone within the places that one dispatches for; on record. */
Rc case_caller(Cx *cx, Str phone, CallerMemory **ret);

/* ---- case_merge.c ---- */

/* The case that it goes on in after all mergers; itself when it was not merged. P_NOT_FOUND. */
Rc case_main_of(Cx *cx, int64_t id, CaseRow **ret);
/* The case that c is to go on in, by number or id; what is wrong with it is a field error at /into. */
Rc case_merge_find(Cx *cx, const Case *c, Str into, Case **ret);
#define CASE_STEP_JOINED "joined" /* in the main case's log: another went on in it; nobody's action */
/* Its voices, and a step that names it, by whoever took the step `by`. */
Rc case_merge_join(Cx *cx, Case *main, const CaseRow *merged, const CaseStepRow *by);
Rc case_merge_view(Cx *cx, const CaseRow *row, CaseView *v);

/* ---- case_tile.c ---- */

typedef struct Mvt Mvt;
Rc case_tile(Cx *cx, Mvt *tile);

/* ---- case_list.c ---- */

Rc case_list(Cx *cx, const CaseQuery *in, CasePage **ret);
Rc case_counts(Cx *cx, Str under, CaseCounts **ret);
Rc case_events(Cx *cx, Str page, CaseEventPage **ret);
