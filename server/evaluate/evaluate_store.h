/* Reading the figures. */
#pragma once
#include "contract.gen.h"
#include "core/who/who.h"

typedef struct EvaluateFilter {
        WhoScope scope;
        Str under;               /* p NULL: the whole scope */
        OptInt from, to;
        int64_t now;
        Str beyond;              /* units above the township: ,a,b, */
        int64_t under_length;    /* digits of the next level below */
} EvaluateFilter;

/* All figures on one snapshot, so that they reconcile. */
Rc evaluate_store_read(Cx *cx, const EvaluateFilter *f, CaseStats *ret);
