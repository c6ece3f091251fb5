/* Reading the figures. */
#pragma once
#include "contract.gen.h"
#include "core/who/who.h"

typedef struct EvaluateFilter {
        WhoScope scope;
        Str under;               /* p NULL: the whole scope */
        OptInt from, to;
        OptInt then;             /* set: the range is over, and cases count where they lay at its end */
        Str day;                 /* of that end; empty: today */
        int64_t now;
        Str beyond;              /* units above the township: ,a,b, */
        int64_t under_length;    /* digits of the next level below */
} EvaluateFilter;

/* All figures on one snapshot, so that they reconcile. */
Rc evaluate_store_read(Cx *cx, const EvaluateFilter *f, CaseStats *ret);

/* What a score is made of; each figure with its denominator before it. */
typedef struct EvaluateCounts {
        Str code, name;
        int64_t handled, due, on_time, checked, first_time, kept, seen, found;
} EvaluateCounts;
typedef struct EvaluateCountsList {
        EvaluateCounts *v;
        size_t n, cap;
} EvaluateCountsList;
/* done, waiting: CaseStates of case.h. */
Rc evaluate_store_scores(Cx *cx, const EvaluateFilter *f, bool people, Str done, Str waiting, int64_t limit, EvaluateCountsList *ret);

/* The centre's rating of a case. */
typedef struct EvaluateRating {
        Satisfaction satisfaction;
        Str name, note; /* who rated; note may be p NULL */
        int64_t account, at_ms, version;
} EvaluateRating;
Rc evaluate_store_rating(Cx *cx, int64_t case_id, EvaluateRating *ret); /* version 0: none yet */
/* version is what was read. *ret_stale when it is gone, and nothing was written; sealed. */
Rc evaluate_store_rate(Cx *cx, int64_t case_id, const EvaluateRating *in, EvaluateRating *ret, bool *ret_stale);
void evaluate_store_init(void);
