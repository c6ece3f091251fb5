/* Case figures. Names of classes, states and departments come from the profile's catalogue. */
#include "evaluate/evaluate.h"
#include "core/who/who.h"
#include "evaluate/evaluate_store.h"
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
        static const char *const zh[] = { "", "网格员", "网格长", "网格中心", "楼栋二维码", "网页", "热线", "部门", "上级交办" };
        static const char *const en[] = { "", "Grid member", "Grid leader", "Centre", "Building QR", "Web", "Hotline", "Department",
                                          "Order from above" };

        for (size_t i = 0; i < rows->n; i++) {
                int64_t n;

                if (!str_int(rows->v[i].code, &n) || n < 1 || n >= (int64_t)ARRAY_LEN(zh))
                        continue;
                rows->v[i].code = str_c(enum_CaseChannel.words[n]);
                rows->v[i].name = str_c(cx->lang == LANG_EN ? en[n] : zh[n]);
        }
}

/* The place asked for, or the whole scope: one place, or the department everywhere. */
static Rc choose(Cx *cx, const StatsQuery *in, EvaluateFilter *f) {
        const PostList *posts = &cx->actor->posts;
        Str under = in->under, first = STR_NONE;

        for (size_t i = 0; i < posts->n; i++) {
                const Post *p = &posts->v[i];

                if (p->place.n && (!first.n || p->place.n < first.n))
                        first = p->place;
                if (p->department.n && !f->department.n)
                        f->department = p->department;
        }
        if (first.n) {
                f->department = STR_NONE; /* a place post sees the place whoever handles it */
                if (!under.n)
                        under = first;
                if (!actor_covers(cx, (Role)0, under))
                        return fail(cx, P_NOT_FOUND, "the place is outside the caller's scope");
        } else if (!f->department.n && !cx->actor->is_system) {
                return fail(cx, P_AUTH_DENIED, "neither a place nor a department");
        }
        f->lo = under.n ? under : S("0");
        f->hi = str_fmt(cx->arena, STR_FMT "~", STR_ARG(under));
        f->from = in->from;
        f->to = in->to;
        f->under_length = under.n < 9 ? 9 : under.n < 12 ? 12 : 15;
        return OK;
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
                                          "满意率 =（满意 + 基本满意）÷ 已评价" };
        static const char *const en[] = { "Total: cases reported in the range, void and refused ones included",
                                          "Disposed: cases waiting to be checked or archived, and archived ones",
                                          "Disposal rate = disposed ÷ total, rounded to 0.01 %",
                                          "Open: cases neither archived nor void nor refused",
                                          "Late: the running limit has passed",
                                          "Satisfaction = (satisfied + fair) ÷ rated" };

        for (size_t i = 0; i < ARRAY_LEN(zh); i++)
                *list_push(cx->arena, &s->definitions) = str_c(cx->lang == LANG_EN ? en[i] : zh[i]);
}

Rc evaluate_cases(Cx *cx, const StatsQuery *in, CaseStats **ret) {
        CaseStats *s = TAKE(cx->arena, CaseStats);
        EvaluateFilter f = { .now = now_ms(cx) };
        Catalogue *catalogue;

        TRY(choose(cx, in, &f));
        TRY(api_catalogue_get(cx, &catalogue));
        TRY(evaluate_store_read(cx, &f, s));
        s->under = f.lo.n > 1 ? f.lo : S("");
        s->under_name = f.department.n ? department_name(cx, catalogue, f.department) : territory_name(cx, s->under);
        s->disposed_permyriad = s->total ? (s->disposed * 10000 + s->total / 2) / s->total : 0;
        name_rows(cx, &s->by_class, catalogue, class_name);
        name_rows(cx, &s->by_state, catalogue, state_name);
        name_rows(cx, &s->by_department, catalogue, department_name);
        name_channels(cx, &s->by_channel);
        for (size_t i = 0; i < s->by_place.n; i++)
                s->by_place.v[i].name = territory_name(cx, s->by_place.v[i].code);
        definitions(cx, s);
        return *ret = s, OK;
}
