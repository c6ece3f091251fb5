/* One person, one rating; one grid, one rating (一员一评, 一格一评): from rates alone, so that who has much to do is not better or worse
 * for it. A score is the weighted mean of the rates that there is something to judge by:
 *
 *   rate        weight  good ÷ of
 *   on-time         40  handed in before the limit ran out ÷ handed in after a dispatch
 *   first-time      25  passed the check that followed the first handing in ÷ those that were checked
 *   kept            20  never opened again ÷ handed in
 *   found           15  found by people on the ground ÷ found by them or reported by residents in the grid */
#include "case/case.h"
#include "core/who/who.h"
#include "evaluate/evaluate_int.h"
#include "territory/territory.h"

enum { ROWS_MOST = 500, CASES_LEAST = 5, RATES = 4 };

static const struct {
        ScoreWord what;
        int weight;
        const char *zh, *en;
} weights[RATES] = {
        { SCORE_WORD_ON_TIME, 40, "按时办结率", "On time" },
        { SCORE_WORD_FIRST_TIME, 25, "一次通过率", "Passed at the first check" },
        { SCORE_WORD_KEPT, 20, "未重办率", "Not opened again" },
        { SCORE_WORD_FOUND, 15, "主动发现率", "Found first" },
};

static void score(Cx *cx, const EvaluateCounts *c, ScoreRow *ret) {
        const int64_t good[RATES] = { c->on_time, c->first_time, c->kept, c->found };
        const int64_t of[RATES] = { c->due, c->checked, c->handled, c->seen };
        int64_t sum = 0, weight = 0;

        *ret = (ScoreRow){ .code = c->code, .name = c->name, .handled = c->handled };
        for (int i = 0; i < RATES; i++) {
                ScoreRate *r = list_push(cx->arena, &ret->rates);

                *r = (ScoreRate){ .what = weights[i].what, .n = of[i] };
                if (!of[i])
                        continue;
                r->permyriad = SOME_INT(evaluate_permyriad(good[i], of[i]));
                sum += r->permyriad.n * weights[i].weight;
                weight += weights[i].weight;
        }
        if (c->handled >= CASES_LEAST && weight)
                ret->score = SOME_INT((sum + weight / 2) / weight);
}

static void define(Cx *cx, bool people, Scores *s) {
        static const char *const zh[] = {
                "评分：各项比率按权重（按时 40、一次通过 25、未重办 20、主动发现 15）的平均值，没有可比事件的一项不计入；办结不足 5 件不评分",
                "按时办结率 = 未超时办结 ÷ 派遣后办结；系统记录任一环节超时即为超时",
                "一次通过率 = 首次办结后第一次核查通过 ÷ 已核查",
                "未重办率 = 未被重新办理 ÷ 办结",
                "主动发现率 = 网格员、网格长上报 ÷（网格员、网格长上报 + 群众经楼栋二维码、网页、热线反映）",
        };
        static const char *const en[] = {
                ("Score: mean of the rates by weight (on time 40, first check 25, not opened again 20, found first 15); a rate of nothing "
                "is left out; none below five cases handed in"),
                "On time = handed in before the limit ran out ÷ handed in after a dispatch; late once is late",
                "Passed at the first check = passed the check after the first handing in ÷ checked",
                "Not opened again = never opened again ÷ handed in",
                "Found first = reported by members and leaders ÷ (by them + by residents: building code, web page, hotline)",
        };
        static const char *const who_zh[] = { "网格的事件：发生在该网格，不论由谁办理",
                                              "人员的事件：由本人以网格员或网格长身份办结；主动发现率按其任网格员期间所在网格计算" };
        static const char *const who_en[] = { "Cases of a grid: those that lie in it, whoever handled them",
                                              ("Cases of a person: handed in by them as member or leader; found first: in the grid where "
                                              "they are a member, while they were") };
        bool english = cx->lang == LANG_EN;

        for (size_t i = 0; i < RATES; i++)
                *list_push(cx->arena, &s->weights) = (ScoreWeight){ .what = weights[i].what, .weight = weights[i].weight,
                                                                    .name = str_c(english ? weights[i].en : weights[i].zh) };
        for (size_t i = 0; i < ARRAY_LEN(zh); i++)
                *list_push(cx->arena, &s->definitions) = str_c(english ? en[i] : zh[i]);
        *list_push(cx->arena, &s->definitions) = str_c(english ? who_en[people] : who_zh[people]);
}

static Rc scores(Cx *cx, const StatsQuery *in, bool people, Scores **ret) {
        EvaluateFilter f = { .now = now_ms(cx) };
        Scores *s = TAKE(cx->arena, Scores);
        EvaluateCountsList counts;
        CaseStates states;

        TRY(evaluate_filter(cx, in, &f));
        TRY(case_states(cx, &states));
        TRY(evaluate_store_scores(cx, &f, people, states.done, states.waiting, ROWS_MOST + 1, &counts));
        *s = (Scores){ .more = counts.n > ROWS_MOST };
        for (size_t i = 0; i < counts.n && i < ROWS_MOST; i++) {
                ScoreRow *row = list_push(cx->arena, &s->items);

                score(cx, &counts.v[i], row);
                if (!people)
                        row->name = territory_name_at(cx, f.day, row->code);
        }
        define(cx, people, s);
        return *ret = s, OK;
}

Rc evaluate_members(Cx *cx, const StatsQuery *in, Scores **ret) { return scores(cx, in, true, ret); }

Rc evaluate_grids(Cx *cx, const StatsQuery *in, Scores **ret) { return scores(cx, in, false, ret); }
