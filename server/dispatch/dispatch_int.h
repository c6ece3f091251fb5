/* What the files of server/dispatch share; nobody else includes it. */
#pragma once
#include "case/case.h"
#include "core/clock/clock.h"
#include "core/who/who.h"
#include "dispatch/dispatch.h"
#include "territory/territory.h"

enum { RULES_MOST = 100, CENTRES_MOST = 500, ABOVE_MOST = 500, PEOPLE_MOST = 300, MINUTES_A_DAY = 1440 };

/* A rule as stored; optional texts have p NULL. */
typedef struct Rule {
        int64_t id, position;
        Str centre, category, place;
        DispatchDays days;
        uint32_t weekdays; /* bit 0 Monday */
        OptInt from_minute, to_minute;
        Str department;
        OptInt account, active_from, active_to; /* DayNo */
        Str note;
        OptInt by_account;
        int64_t version, changed_ms;
        bool draft; /* of a trial, not stored; id 0: a new one */
} Rule;
typedef struct RuleList {
        Rule *v;
        size_t n, cap;
} RuleList;

/* Somebody who can be named for a case. */
typedef struct Worker {
        int64_t account;
        Str name, place;
        Role role;
} Worker;
typedef struct WorkerList {
        Worker *v;
        size_t n, cap;
} WorkerList;

/* ---- dispatch.c: the lists and their order ---- */

Rc dispatch_rules_view(Cx *cx, Str centre, DispatchRules **ret); /* centre p NULL: one's own */
Rc dispatch_rule_add(Cx *cx, const DispatchRuleCreate *in, DispatchRuleView **ret);
Rc dispatch_rule_word(Cx *cx, int64_t id, const DispatchRuleChange *in, DispatchRuleView **ret);
Rc dispatch_rule_drop(Cx *cx, int64_t id, int64_t version);
Rc dispatch_reorder(Cx *cx, const DispatchOrder *in, DispatchRules **ret);
/* The rules as they would be with the drafts; those of lists that do not concern the place change nothing. */
Rc dispatch_drafts(Cx *cx, const DispatchDraftList *drafts, Str place, RuleList *inout);

/* ---- dispatch_words.c: a rule in the language of cx ---- */

Str rule_when(Cx *cx, const Rule *r);     /* 工作日 08:30–17:30 */
Str rule_category(Cx *cx, const Rule *r); /* 任何类别; the code when the catalogue has it no longer */
Str rule_title(Cx *cx, const Rule *r, Str target);
Str weekday_name(const Cx *cx, int weekday); /* 1 Monday */
Str date_of_dayno(Cx *cx, int64_t day);
Rc rule_view(Cx *cx, const Rule *r, DispatchRuleView *ret);

/* ---- dispatch_match.c: does a rule fit? Pure. ---- */

typedef struct Matter {
        Str category, class, place;
        DayNo day;
        int minute;                    /* of the day */
        bool workday, workday_before;  /* is it a working day; was the day before */
} Matter;
/* Bit per DispatchMiss of what does not fit; 0: the rule fits. Of the target nothing is asked. */
uint32_t rule_misses(const Rule *r, const Matter *m);

/* ---- dispatch_advice.c ---- */

Rc dispatch_trial(Cx *cx, const DispatchTrial *in, DispatchAdvice **ret);
/* Who would handle it; reach: may who asks send them a case? False when there is nobody of that kind any more. Leaders, who read the
 * rules, send cases to the people of their own ground. */
Rc rule_target(Cx *cx, const Rule *r, Str *ret_name, bool *ret_there, bool *ret_reach, Worker *ret_worker);

/* ---- dispatch_store.c ---- */

Rc store_list_next(Cx *cx, Str centre, int64_t *ret_version);
Rc store_list_version(Cx *cx, Str centre, int64_t *ret); /* 0: there was never a rule */
Rc store_rule_add(Cx *cx, Rule *inout);
Rc store_rule_change(Cx *cx, Rule *inout, bool *ret_stale);
Rc store_rule_get(Cx *cx, int64_t id, Rule *ret, bool *ret_there);
Rc store_rule_drop(Cx *cx, int64_t id, int64_t version, bool *ret_stale);
/* The rules stand from 1 on in that order. */
Rc store_rules_stand(Cx *cx, const RuleList *rules);
Rc store_rules_of(Cx *cx, Str centre, RuleList *ret);
Rc store_rules_for(Cx *cx, Str place, RuleList *ret); /* of all centres that hold the place, the nearest first */
Rc store_centres(Cx *cx, const WhoScope *scope, DispatchCentreList *ret); /* codes and numbers */
Rc store_worker(Cx *cx, int64_t account, Worker *ret, bool *ret_there);
Rc store_workers(Cx *cx, Str under, WorkerList *ret);
Rc store_loads(Cx *cx, DispatchLoadList *ret); /* codes and numbers */
void dispatch_store_init(void);
