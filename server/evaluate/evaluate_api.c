/* Routes of figures and ratings. */
#include "evaluate/evaluate_int.h"
#include "http/http.h"

Rc api_stats_cases(Cx *cx, const StatsQuery *in, CaseStats **ret) { return evaluate_cases(cx, in, ret); }

Rc api_stats_members(Cx *cx, const StatsQuery *in, Scores **ret) { return evaluate_members(cx, in, ret); }

Rc api_stats_grids(Cx *cx, const StatsQuery *in, Scores **ret) { return evaluate_grids(cx, in, ret); }

Rc api_case_evaluation(Cx *cx, CaseEvaluation **ret) { return evaluate_case_read(cx, path_int(cx, "id"), ret); }

Rc api_case_evaluate(Cx *cx, const CaseEvaluationPut *in, CaseEvaluation **ret) {
        return evaluate_case_rate(cx, path_int(cx, "id"), in, ret);
}
