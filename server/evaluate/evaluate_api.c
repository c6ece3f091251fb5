/* Routes of figures. */
#include "evaluate/evaluate.h"

Rc api_stats_cases(Cx *cx, const StatsQuery *in, CaseStats **ret) { return evaluate_cases(cx, in, ret); }
