/* Case figures. Names of classes, states and departments come from the profile's catalogue. */
#include "core/who/who.h"
#include "evaluate/evaluate_int.h"
#include "territory/territory.h"

static Str class_name(const Cx *cx, const Catalogue *c, Str code) {
        for (size_t i = 0; i < c->classes.n; i++)
                if (str_eq(c->classes.v[i].code, code))
                        return cx->lang == LANG_EN ? c->classes.v[i].name_en : c->classes.v[i].name;
        return code;
}

static Str state_name(const Cx *cx, const Catalogue *c, Str code) {
        for (size_t i = 0; i < c->states.n; i++)
                if (str_eq(c->states.v[i].code, code))
                        return cx->lang == LANG_EN ? c->states.v[i].name_en : c->states.v[i].name;
        return code;
}

static Str department_name(const Cx *cx, const Catalogue *c, Str code) {
        for (size_t i = 0; i < c->departments.n; i++)
                if (str_eq(c->departments.v[i].code, code))
                        return cx->lang == LANG_EN ? c->departments.v[i].name_en : c->departments.v[i].name;
        return code;
}

/* Channels are stored as numbers; figures name them by their words. */
static void name_channels(Cx *cx, StatsRowList *rows) {
        static const char *const zh[] = { "", "网格员", "网格长", "网格中心", "楼栋二维码", "网页", "热线", "部门", "上级交办", "设备报警", "其他平台" };
        static const char *const en[] = { "", "Grid member", "Grid leader", "Centre", "Building QR", "Web", "Hotline", "Department",
                                          "Order from above", "Alarm", "Another platform" };

        for (size_t i = 0; i < rows->n; i++) {
                int64_t n;

                if (!str_int(rows->v[i].code, &n) || n < 1 || n >= (int64_t)ARRAY_LEN(zh))
                        continue;
                rows->v[i].code = str_c(enum_CaseChannel.words[n]);
                rows->v[i].name = str_c(cx->lang == LANG_EN ? en[n] : zh[n]);
        }
}

/* The longest place that holds all of the scope's: "" when there is none. */
static Str common_place(const WhoScope *scope) {
        static const size_t lengths[] = { 15, 12, 9, 6, 4, 2 };

        for (size_t i = 0; i < ARRAY_LEN(lengths) && scope->places.n; i++)
                if (scope->lo.n >= lengths[i] && str_starts(scope->hi, str_sub(scope->lo, 0, lengths[i])))
                        return str_sub(scope->lo, 0, lengths[i]);
        return S("");
}

/* The place asked for, or the whole scope: a place post sees its place whoever handles the cases, a department what was dispatched to
 * it; of somebody who has both, both. */
Rc evaluate_filter(Cx *cx, const StatsQuery *in, EvaluateFilter *f) {
        Str all;

        who_scope(cx, PERM_STATS_READ, &f->scope);
        if (in->under.n && !f->scope.departments.n && !who_scope_holds(&f->scope, in->under))
                return fail(cx, P_NOT_FOUND, "the place is outside the caller's scope");
        f->under = in->under.n ? in->under : STR_NONE;
        f->from = in->from;
        f->to = in->to;
        f->then = in->to.set && in->to.n <= now_ms(cx) ? in->to : (OptInt){ 0 };
        f->day = f->then.set ? date_str(cx->arena, date_of_day(day_of_ms(f->then.n - 1))) : S("");
        all = in->under.n ? in->under : f->scope.departments.n ? S("") : common_place(&f->scope);
        f->under_length = all.n < 9 ? 9 : all.n < 12 ? 12 : 15;
        return OK;
}

/* What the figures are of, in words: a place, or the posts' places and departments one after the other. */
static Str scope_name(Cx *cx, const EvaluateFilter *f, const Catalogue *c) {
        enum { NAMED_MOST = 3 };
        Buf b = BUF_IN(cx->arena);
        size_t n = f->scope.places.n + f->scope.departments.n;

        if (f->under.n)
                return territory_name_at(cx, f->day, f->under);
        for (size_t i = 0; i < n && i < NAMED_MOST; i++) {
                if (i)
                        buf_c(&b, cx->lang == LANG_EN ? ", " : "、");
                buf_str(&b, i < f->scope.places.n
                                    ? territory_name(cx, f->scope.places.v[i])
                                    : department_name(cx, c, f->scope.departments.v[i - f->scope.places.n]));
        }
        if (n > NAMED_MOST)
                buf_fmt(&b, cx->lang == LANG_EN ? " and %zu more" : "等%zu处", cx->lang == LANG_EN ? n - NAMED_MOST : n);
        return buf_view(&b);
}

static void name_rows(const Cx *cx, StatsRowList *rows, const Catalogue *c, Str (*name)(const Cx *, const Catalogue *, Str)) {
        for (size_t i = 0; i < rows->n; i++)
                rows->v[i].name = name(cx, c, rows->v[i].code);
}

static void definitions(Cx *cx, CaseStats *s) {
        static const char *const zh[] = { "总数：统计范围内上报的事件，含已作废和不予受理",
                                          "已处置：处于待核查、待归档、已归档环节的事件",
                                          "处置率 = 已处置 ÷ 总数，四舍五入到万分之一",
                                          "办理中：未归档、未作废、未被拒绝的事件",
                                          "超时：当前环节时限已过的事件",
                                          "满意率 =（满意 + 基本满意）÷ 已评价",
                                          "结案：已归档的事件；结案率 = 结案 ÷ 总数",
                                          "街道办理：从未派遣给街道（乡镇）以上单位的事件，含派给街道自有单位的",
                                          "流转：至少派遣过一个单位的事件，不论其层级；与街道办理有重叠",
                                          "群众反映：经楼栋二维码、网页或热线上报的事件" };
        static const char *const en[] = { "Total: cases reported in the range, void and refused ones included",
                                          "Disposed: cases waiting to be checked or archived, and archived ones",
                                          "Disposal rate = disposed ÷ total, rounded to 0.01 %",
                                          "Open: cases neither archived nor void nor refused",
                                          "Late: the running limit has passed",
                                          "Satisfaction = (satisfied + fair) ÷ rated",
                                          "Closed: archived; closing rate = archived ÷ total",
                                          "Handled by streets: never given to a unit above the township; given to its own units included",
                                          "On the move: passed to a unit at least once, whatever its level; overlaps with handled by streets",
                                          "From the public: reported by building code, web page or hotline" };

        for (size_t i = 0; i < ARRAY_LEN(zh); i++)
                *list_push(cx->arena, &s->definitions) = str_c(cx->lang == LANG_EN ? en[i] : zh[i]);
}

/* ,a,b, – the units above the township. */
static Str units_beyond(Cx *cx, const Catalogue *c) {
        Buf b = BUF_IN(cx->arena);

        buf_char(&b, ',');
        for (size_t i = 0; i < c->departments.n; i++)
                if (c->departments.v[i].level.n)
                        buf_fmt(&b, STR_FMT ",", STR_ARG(c->departments.v[i].code));
        return buf_view(&b);
}

int64_t evaluate_permyriad(int64_t part, int64_t whole) { return whole ? (part * 10000 + whole / 2) / whole : 0; }

Rc evaluate_cases(Cx *cx, const StatsQuery *in, CaseStats **ret) {
        CaseStats *s = TAKE(cx->arena, CaseStats);
        EvaluateFilter f = { .now = now_ms(cx) };
        Catalogue *catalogue;

        TRY(evaluate_filter(cx, in, &f));
        TRY(api_catalogue_get(cx, &catalogue));
        f.beyond = units_beyond(cx, catalogue);
        TRY(evaluate_store_read(cx, &f, s));
        s->under = f.under.n ? f.under : f.scope.places.n == 1 && !f.scope.departments.n ? f.scope.places.v[0] : S("");
        s->under_name = scope_name(cx, &f, catalogue);
        s->archived_permyriad = evaluate_permyriad(s->archived, s->total);
        s->satisfied_permyriad = evaluate_permyriad(s->satisfied, s->rated);
        s->disposed_permyriad = evaluate_permyriad(s->disposed, s->total);
        name_rows(cx, &s->by_class, catalogue, class_name);
        name_rows(cx, &s->by_state, catalogue, state_name);
        name_rows(cx, &s->by_department, catalogue, department_name);
        name_channels(cx, &s->by_channel);
        for (size_t i = 0; i < s->by_place.n; i++)
                s->by_place.v[i].name = territory_name_at(cx, f.day, s->by_place.v[i].code);
        definitions(cx, s);
        return *ret = s, OK;
}
