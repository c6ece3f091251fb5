/* Reading the figures. */
#pragma once
#include "contract.gen.h"

typedef struct EvaluateFilter {
        Str lo, hi, department;
        OptInt from, to;
        int64_t now;
        int64_t under_length;    /* digits of the next level below */
} EvaluateFilter;

/* All figures on one snapshot, so that they reconcile. */
Rc evaluate_store_read(Cx *cx, const EvaluateFilter *f, CaseStats *ret);
