/* Figures that reconcile: every number's definition is in its answer, every breakdown adds up to the total. Reads views alone. */
#pragma once
#include "contract.gen.h"

/* Case figures of the caller's scope (a department sees what was dispatched to it). P_NOT_FOUND when `under` is outside it. */
Rc evaluate_cases(Cx *cx, const StatsQuery *in, CaseStats **ret);
/* People and grids judged by rates; at most 500, in order of account or place. The same scope and problems. */
Rc evaluate_members(Cx *cx, const StatsQuery *in, Scores **ret);
Rc evaluate_grids(Cx *cx, const StatsQuery *in, Scores **ret);

void evaluate_init(void); /* sealed tables */
