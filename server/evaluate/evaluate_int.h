/* What the files of this module share. */
#pragma once
#include "evaluate/evaluate.h"
#include "evaluate/evaluate_store.h"

/* Place, time and scope of a question. P_NOT_FOUND when `under` is outside the caller's scope. */
Rc evaluate_filter(Cx *cx, const StatsQuery *in, EvaluateFilter *ret);
int64_t evaluate_permyriad(int64_t part, int64_t whole); /* rounded half up; 0 of nothing */

Rc evaluate_case_read(Cx *cx, int64_t id, CaseEvaluation **ret);
Rc evaluate_case_rate(Cx *cx, int64_t id, const CaseEvaluationPut *in, CaseEvaluation **ret);
