/* Anything that moves through a flow. What other modules may call. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"
#include "core/flow/flow.h"

typedef struct CaseId {
        int64_t n;
} CaseId;

void case_init(void);
/* Reads profile, catalogue, departments and flows from core/setting now, so that a mistake in them shows at the start. Later
 * changes are taken over by themselves. P_CONFIG_INVALID. */
Rc case_profile_reload(Cx *cx);
/* Seals the reporters of a database that is older than core/vault, a few hundred a transaction; nothing to do afterwards. */
Rc case_reporters_seal(Cx *cx);

/* Derives the deadlines of all cases that are not final anew, from log, flow, limits and calendar, and stores those that differ, a
 * few hundred a transaction; nothing else of a case changes. After a calendar was imported; running it again changes nothing. */
typedef struct CaseRecomputed {
        int64_t cases, changed, edition; /* looked at; stored anew; of the calendar */
} CaseRecomputed;
Rc case_recompute(Cx *cx, CaseRecomputed *ret);
/* At the start of a server: the same when the calendar is another than the one that was last worked off. */
Rc case_recompute_if_needed(Cx *cx);

/* The job that lets time act: cards of 1-3-5, actions that the system takes when a state's limit has run out. On every process;
 * each card and action comes once. Also takes over a calendar or limits that came meanwhile. */
Rc case_sweep(Cx *cx);
Rc case_sweep_count(Cx *cx, int64_t *ret); /* the cards and actions alone; how many cases this process settled */

/* A deadline that is not what log and calendar say. */
typedef struct CaseStale {
        int64_t id;
        Str number;
        OptInt stored_ms, derived_ms;
        bool unsettled; /* cards or the next moment are not what follows from the log */
} CaseStale;
typedef struct CaseStaleList {
        CaseStale *v;
        size_t n, cap;
        int64_t cases, more; /* looked at; found beyond the thousand that are kept */
} CaseStaleList;
Rc case_deadlines_check(Cx *cx, CaseStaleList *ret); /* changes nothing */

/* Where the tally of cases that have ended differs from the cases. */
typedef struct CaseTallyOff {
        Str place, state;
        int64_t counted, told;
} CaseTallyOff;
typedef struct CaseTallyOffList {
        CaseTallyOff *v;
        size_t n, cap;
} CaseTallyOffList;
Rc case_tally_check(Cx *cx, CaseTallyOffList *ret);

/* ---- newer editions of flows, catalogue, limits and forms. Cases finish on those they began with, unless they are moved ---- */

/* Can these texts be used? P_CONFIG_INVALID with file and line. */
Rc case_profile_try(Cx *cx, const FlowProfile *texts);

typedef enum CaseStay { CASE_STAY_NOT, CASE_STAY_FLOW_GONE, CASE_STAY_STATE_GONE, CASE_STAY_HISTORY } CaseStay;

/* What would become of an open case if it went on with other texts. */
typedef struct CaseTrialRow {
        int64_t id;
        Str number, category_name, place_name, flow_name, state_name;
        CaseStay stay; /* why it cannot be moved: its flow or state is gone, or its log has what the new flow does not know */
        Str holder, holder_then;
        OptInt due_ms, due_then_ms;
        bool differs_state, differs_holder, differs_due, unit_gone;
} CaseTrialRow;

typedef struct CaseTrial {
        int64_t open, affected, stay, differ_state, differ_holder, differ_due, unit_gone; /* counts of cases */
        struct {
                CaseTrialRow *v;
                size_t n, cap;
        } rows; /* the first CASE_TRIAL_ROWS that are affected, in order of ids */
} CaseTrial;
enum { CASE_TRIAL_ROWS = 200 };
/* Goes through all open cases; changes nothing. Outside of transactions. */
Rc case_trial(Cx *cx, const FlowProfile *texts, CaseTrial *ret);

/* Moves open cases with ids after *after to the editions in use, at most a few hundred, each by a step of the system; those that
 * cannot be moved stay. *after becomes the last one that was looked at; *ret_more: there may be more. In the caller's transaction. */
Rc case_editions_move(Cx *cx, int64_t *after, int64_t *moved, int64_t *stayed, bool *ret_more);

/* Open cases of these grids (a JSON array of codes), by number; for whoever moves borders, whatever the asker's scope. */
typedef struct CaseSpot {
        int64_t id;
        Str number, place;
        int64_t lon_e7, lat_e7;
        int64_t visits; /* of case_visits_in */
} CaseSpot;
typedef struct CaseSpotList {
        CaseSpot *v;
        size_t n, cap;
} CaseSpotList;
Rc case_open_in(Cx *cx, Str grids, int64_t after, int64_t limit, CaseSpotList *ret);
/* Visits 走访 since then, below a place: each day on which a grid leader or member took a step at a case with a photo to show for it. By case, ended
 * ones too; number and place are left out. For the same. */
Rc case_visits_in(Cx *cx, Str under, int64_t since_ms, int64_t after, int64_t limit, CaseSpotList *ret);
/* An open case belongs to another grid from now on, by a step of the system; one that has ended meanwhile stays. In a transaction. */
Rc case_regrid(Cx *cx, CaseId id, Str grid);

/* Open cases that are with a department or would come back to it: how many, and the numbers of the first. */
Rc case_unit_use(Cx *cx, Str department, StrList *ret_numbers, int64_t *ret_cases);

/* Creates a case as cx->actor (NULL: the public). Fails with PLACE_OUTSIDE, PLACE_UNKNOWN, CASE_CATEGORY_UNKNOWN, BLOB_MISSING,
 * NOT_FOUND (no such building), CASE_NOT_YOURS (the flow is not for that post to open); with self_handled also CASE_PHOTO_NEEDED.
 * Joins the caller's transaction. */
typedef struct CaseNew {
        Str category, text, place, building;
        OptInt lon_e7, lat_e7; /* may be absent when a building is given */
        StrList photos;
        CaseChannel channel;
        Str reporter_name, reporter_phone;
        Str address;       /* e.g. building address with unit */
        bool self_handled; /* the flow's on-the-spot action follows at once, with what comes next */
        Str flow; /* empty: that of the category */
        OptInt part_of; /* the case that it is a part of; whoever says so has checked that it may be */
        Str form; /* data of the form that comes with the report, JSON; a resident may leave it out */
        Str handled_note;
        StrList handled_photos; /* afterwards; without `photos` the first of two or more shows the state before */
} CaseNew;
Rc case_report(Cx *cx, const CaseNew *in, CaseReceipt **ret);
Rc case_open(Cx *cx, const CaseNew *in, CaseId *ret); /* the same for who needs no receipt */

/* Takes an action as cx->actor. What the reporter may do (rate, reopen) comes from outside the accounts: as_reporter tells that code
 * and phone were checked. Fails with NOT_FOUND, VERSION_STALE, CASE_ACTION_FORBIDDEN, CASE_NOT_YOURS, CASE_REOPEN_TOO_LATE,
 * CASE_PHOTO_NEEDED, CASE_TARGET_NEEDED, CASE_TARGET_UNKNOWN, CASE_ONCE_ONLY, BLOB_MISSING. Joins the caller's transaction. */
Rc case_do(Cx *cx, CaseId id, const CaseAction *in, bool as_reporter);
Rc case_view(Cx *cx, CaseId id, CaseView **ret); /* scope checked against cx->actor */
Rc case_brief(Cx *cx, CaseId id, CaseItem **ret); /* the same as a row of the queue */
/* What an action (of any flow in use) is called; false when none has it, or not with that reason (p NULL: whatever the reason). */
bool case_action_title(Cx *cx, Str action, Str reason, Str *ret);
/* How many cases cx->actor's queue has with that filter: what its page says as total; not exact: at least so many. */
Rc case_count(Cx *cx, const CaseQuery *in, int64_t *ret, bool *ret_exact);
/* Place, departments and people that hear of a case, as the rest of the notice is; P_NOT_FOUND out of scope. */
struct Notice;
Rc case_audience(Cx *cx, CaseId id, struct Notice *ret);

/* Open cases that may be the same matter as what is being reported: at most three. For the public: only what happens in the open,
 * and `sha256` alone when the photo is one that strangers may see (the caller makes the link); texts are for staff, never passed on. */
typedef struct CaseLike {
        OptInt lon_e7, lat_e7;
        Str building, category, text; /* each may be empty; a position or a building is needed */
} CaseLike;
Rc case_similar(Cx *cx, const CaseLike *in, bool for_public, SimilarCases **ret);

/* Receipt codes by which a reporter without an account follows a case; they are the portal's, which says here how they are made:
 * for the n-th voice of a case, with the telephone it is asked for together with (empty: the code alone). In a transaction. */
typedef Rc (*CaseCodeFn)(Cx *cx, CaseId id, int64_t voice, Str phone, Str *ret);
void case_code_source(CaseCodeFn make);

/* One more report of an open case; in a merged one, of the case that it goes on in. Does not ask who asks. P_NOT_FOUND,
 * P_CASE_ACTION_FORBIDDEN when it has ended, P_BLOB_MISSING. Joins the caller's transaction. */
typedef struct CaseVoiceNew {
        CaseChannel channel;
        Str text, name, phone;
        StrList photos;
} CaseVoiceNew;
Rc case_voice_add(Cx *cx, CaseId id, const CaseVoiceNew *in, VoiceReceipt **ret);

/* Whoever holds a one-time link; the caller limits the tries. P_LINK_UNKNOWN whatever is wrong with the token; P_LINK_OVER when it cannot be
 * used any more. One that was used tells so, and nothing else. Photos as in case_public_view. */
Rc case_link_view(Cx *cx, Str token, OutsideCase **ret);
Rc case_link_do(Cx *cx, Str token, const CaseAction *in, OutsideCase **ret);

/* For the accounts' own views: how many open cases are in the hands of each (in order of accounts), and a department's name (empty
 * when there is none of that code). */
Rc case_open_counts(Cx *cx, const IntList *accounts, int64_t *ret_counts);
Str case_department_title(Cx *cx, Str code);

/* The rest does not ask who asks: the caller has checked the right. */

/* The timeline of a reporter (voice 1) or of a further voice: no names of colleagues, no internal notes, of others' reports neither words
 * nor photos; that of the main case when it was merged. `code` is left empty. Photos carry "case/sha256" as url: the portal makes links. */
Rc case_public_view(Cx *cx, CaseId id, int64_t voice, PublicReport **ret);
Rc case_answer_action(Cx *cx, CaseId id, Str *ret); /* by which the reporter answers a question; empty: none is open */
Rc case_reopen_action(Cx *cx, CaseId id, Str *ret); /* by which the reporter opens it again; CASE_ACTION_FORBIDDEN in states without */
Rc case_receipt(Cx *cx, CaseId id, CaseReceipt **ret);
Rc case_holds_photo(Cx *cx, CaseId id, Str sha256, bool *ret);
Rc case_category_default(Cx *cx, Str *ret); /* "其他" when a resident gave none */

/* ---- the catalogue in use, for modules that speak of categories; names in the language of cx ---- */

typedef struct CaseKind {
        Str code, name, name_zh;
        Str class, class_name;
        Str unit, unit_name; /* department in charge; unit_name empty when there is no such department */
} CaseKind;
typedef struct CaseKindList {
        CaseKind *v;
        size_t n, cap;
} CaseKindList;
Rc case_kinds(Cx *cx, CaseKindList *ret);              /* all, in the catalogue's order */
Rc case_kind(Cx *cx, Str category, CaseKind *ret);     /* P_CASE_CATEGORY_UNKNOWN */
/* States of the flows in use, as ",flow:state,flow:state,": those that count as disposed, and those of them that do not end the case. */
typedef struct CaseStates {
        Str done, waiting;
} CaseStates;
Rc case_states(Cx *cx, CaseStates *ret);
Str case_kind_title(Cx *cx, Str code);                 /* of a category or a class; empty when there is none of that code */
