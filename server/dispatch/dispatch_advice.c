/* What the rules say of a case, or of one that is only imagined: every rule with its reason, what is suggested, who is near and how
 * much they have in hand. Nothing is decided here, and nothing stored. */
#include "dispatch/dispatch_int.h"
#include <stdlib.h>

enum { TARGETS_MOST = 10, MEMBERS_MOST = 20, RULES_SHOWN = 599, COMMUNITY_DIGITS = 12, GRID_DIGITS = 15 };

typedef struct Subject {
        CaseKind kind;
        Str place;
        bool has_point;
        Point point;
        int64_t at_ms;
} Subject;

/* Where the middle of a grid is: worked out once an answer. */
typedef struct Spot {
        Str grid;
        bool known;
        Point at;
} Spot;

typedef struct Work {
        const Subject *s;
        Matter m;
        DispatchAdvice *out;
        struct {
                Spot *v;
                size_t n, cap;
        } spots;
} Work;

static Str say(const Cx *cx, Str zh, Str en) { return cx->lang == LANG_EN ? en : zh; }

/* ---- targets ---- */

Rc rule_target(Cx *cx, const Rule *r, Str *ret_name, bool *ret_there, bool *ret_reach, Worker *ret_worker) {
        Worker w = { 0 };
        Str name;

        if (r->department.n) {
                name = case_department_title(cx, r->department);
                *ret_there = name.n > 0;
                *ret_reach = true;
                *ret_name = name.n ? name : r->department;
                *ret_worker = w;
                return OK;
        }
        TRY(store_worker(cx, r->account.n, &w, ret_there));
        *ret_reach = *ret_there && actor_reaches(cx, PERM_DISPATCH_READ, w.place);
        *ret_name = *ret_there ? w.name : say(cx, S("已不在岗的人员"), S("somebody no longer in office"));
        *ret_worker = w;
        return OK;
}

/* ---- distance ---- */

static Rc spot_of(Cx *cx, Work *w, Str grid, Spot *ret) {
        Ring ring;
        Spot s = { .grid = grid };

        for (size_t i = 0; i < w->spots.n; i++)
                if (str_eq(w->spots.v[i].grid, grid))
                        return *ret = w->spots.v[i], OK;
        if (grid.n == GRID_DIGITS && territory_grid_ring(cx, grid, &ring) == OK) {
                s.at = ring_label(&ring);
                s.known = true;
        }
        cx->problem = (Problem){ 0 }; /* a grid without an outline has no distance */
        *list_push(cx->arena, &w->spots) = s;
        *ret = s;
        return OK;
}

/* From the middle of the grid that somebody works in: where they are is nobody's business here. */
static Rc distance(Cx *cx, Work *w, Str place, OptInt *ret_m, Str *ret_from) {
        Spot spot;

        if (!w->s->has_point)
                return OK;
        TRY(spot_of(cx, w, place, &spot));
        if (!spot.known)
                return OK;
        *ret_m = SOME_INT((int64_t)(point_distance_m(w->s->point, spot.at) + 0.5));
        *ret_from = say(cx, S("所在网格的中心点"), S("the middle of their grid"));
        return OK;
}

/* ---- why ---- */

static void and_then(Cx *cx, Buf *b) {
        if (b->n)
                buf_str(b, say(cx, S("；"), S("; ")));
}

static Str clock_words(Cx *cx, int minute) { return str_fmt(cx->arena, "%02d:%02d", minute / 60, minute % 60); }

static Str day_words(Cx *cx, const Matter *m) {
        return str_fmt(cx->arena, "%s%s%s", str_z(cx->arena, weekday_name(cx, day_weekday(m->day))),
                       cx->lang == LANG_EN ? ", " : "，",
                       m->workday ? str_z(cx->arena, say(cx, S("工作日"), S("a working day")))
                                  : str_z(cx->arena, say(cx, S("休息日"), S("a day off"))));
}

static Str miss_words(Cx *cx, const Work *w, const Rule *r, DispatchMiss m) {
        Str place = territory_name(cx, r->place.n ? r->place : r->centre);

        switch (m) {
        case DISPATCH_MISS_CATEGORY:
                return cx->lang == LANG_EN
                               ? str_fmt(cx->arena, "it is for the category “" STR_FMT "”", STR_ARG(rule_category(cx, r)))
                               : str_fmt(cx->arena, "规则只针对类别“" STR_FMT "”", STR_ARG(rule_category(cx, r)));
        case DISPATCH_MISS_PLACE:
                return cx->lang == LANG_EN ? str_fmt(cx->arena, "it is for “" STR_FMT "” alone", STR_ARG(place))
                                           : str_fmt(cx->arena, "规则只针对“" STR_FMT "”", STR_ARG(place));
        case DISPATCH_MISS_DAYS:
                return cx->lang == LANG_EN ? str_fmt(cx->arena, "it is for “" STR_FMT "”, this is " STR_FMT,
                                                     STR_ARG(rule_when(cx, r)), STR_ARG(day_words(cx, &w->m)))
                                           : str_fmt(cx->arena, "规则为“" STR_FMT "”，这是" STR_FMT,
                                                     STR_ARG(rule_when(cx, r)), STR_ARG(day_words(cx, &w->m)));
        case DISPATCH_MISS_HOURS:
                return cx->lang == LANG_EN ? str_fmt(cx->arena, "it is for “" STR_FMT "”, the time is " STR_FMT,
                                                     STR_ARG(rule_when(cx, r)), STR_ARG(clock_words(cx, w->m.minute)))
                                           : str_fmt(cx->arena, "规则为“" STR_FMT "”，时间是 " STR_FMT,
                                                     STR_ARG(rule_when(cx, r)), STR_ARG(clock_words(cx, w->m.minute)));
        case DISPATCH_MISS_NOT_YET:
                return cx->lang == LANG_EN
                               ? str_fmt(cx->arena, "in force from " STR_FMT, STR_ARG(date_of_dayno(cx, r->active_from.n)))
                               : str_fmt(cx->arena, STR_FMT " 起才生效", STR_ARG(date_of_dayno(cx, r->active_from.n)));
        case DISPATCH_MISS_ENDED:
                return cx->lang == LANG_EN
                               ? str_fmt(cx->arena, "in force until " STR_FMT, STR_ARG(date_of_dayno(cx, r->active_to.n)))
                               : str_fmt(cx->arena, STR_FMT " 起已停用", STR_ARG(date_of_dayno(cx, r->active_to.n + 1)));
        case DISPATCH_MISS_TARGET_GONE:
                return say(cx, S("承办人已不在岗、部门已不存在，或不在您可派遣的范围内"),
                           S("whom it names is no longer in office, no longer exists, or is not yours to dispatch to"));
        }
        return S("");
}

/* What of the rule fitted; conditions that it does not have are not told. */
static Str fit_words(Cx *cx, const Rule *r) {
        Buf b = BUF_IN(cx->arena);
        bool timed = r->days != DISPATCH_DAYS_ANY || r->from_minute.set || r->to_minute.set;

        if (r->category.n)
                buf_fmt(&b, cx->lang == LANG_EN ? "the category is “" STR_FMT "”" : "类别是“" STR_FMT "”",
                        STR_ARG(rule_category(cx, r)));
        if (r->place.n) {
                and_then(cx, &b);
                buf_fmt(&b, cx->lang == LANG_EN ? "it lies in “" STR_FMT "”" : "地点在“" STR_FMT "”",
                        STR_ARG(territory_name(cx, r->place)));
        }
        if (timed) {
                and_then(cx, &b);
                buf_fmt(&b, cx->lang == LANG_EN ? "the time is within “" STR_FMT "”" : "时间在“" STR_FMT "”内",
                        STR_ARG(rule_when(cx, r)));
        }
        return b.n ? buf_view(&b)
                   : say(cx, S("此规则对任何类别、地区和时间都适用"), S("the rule is for any category, place and time"));
}

static Str why_not(Cx *cx, const Work *w, const Rule *r, uint32_t misses, DispatchVerdict *v) {
        Buf b = BUF_IN(cx->arena);

        for (int m = DISPATCH_MISS_CATEGORY; m <= DISPATCH_MISS_TARGET_GONE; m++) {
                if (!(misses >> m & 1))
                        continue;
                *list_push(cx->arena, &v->misses) = m;
                and_then(cx, &b);
                buf_str(&b, miss_words(cx, w, r, (DispatchMiss)m));
        }
        return buf_view(&b);
}

/* ---- the rules one after the other ---- */

static bool is_there(const DispatchTargetList *list, Str department, OptInt account) {
        for (size_t i = 0; i < list->n; i++)
                if ((department.n && str_eq(list->v[i].department, department)) ||
                    (account.set && list->v[i].account.set && list->v[i].account.n == account.n))
                        return true;
        return false;
}

static OptInt rule_id(const Rule *r) { return r->id ? SOME_INT(r->id) : (OptInt){ 0 }; }

static Rc judge(Cx *cx, Work *w, const Rule *r) {
        DispatchAdvice *out = w->out;
        uint32_t misses = rule_misses(r, &w->m);
        DispatchVerdict *v;
        DispatchTarget *t;
        bool there, reach;
        Worker worker;
        Str name;

        TRY(rule_target(cx, r, &name, &there, &reach, &worker));
        if (!there || !reach)
                misses |= 1u << DISPATCH_MISS_TARGET_GONE;
        v = list_push(cx->arena, &out->rules);
        *v = (DispatchVerdict){ .rule = rule_id(r),
                                .draft = r->draft,
                                .centre_name = territory_name(cx, r->centre),
                                .position = r->position,
                                .title = rule_title(cx, r, name),
                                .matched = !misses,
                                .first = !misses && !out->targets.n };
        v->why = misses ? why_not(cx, w, r, misses, v) : fit_words(cx, r);
        if (misses || out->targets.n >= TARGETS_MOST - 1 || is_there(&out->targets, r->department, r->account))
                return OK;
        t = list_push(cx->arena, &out->targets);
        *t = (DispatchTarget){ .department = r->department,
                               .account = r->account,
                               .name = name,
                               .rule = rule_id(r),
                               .draft = r->draft,
                               .title = v->title,
                               .first = v->first,
                               .why = v->why };
        return r->account.set ? distance(cx, w, worker.place, &t->distance_m, &t->distance_from) : OK;
}

/* The unit that the catalogue names for the category stands behind all rules. */
static void judge_catalogue(Cx *cx, Work *w) {
        const CaseKind *k = &w->s->kind;
        DispatchAdvice *out = w->out;
        DispatchVerdict *v = list_push(cx->arena, &out->rules);
        bool there = k->unit_name.n > 0;

        *v = (DispatchVerdict){ .centre_name = say(cx, S("事项清单"), S("Catalogue")),
                                .position = 0,
                                .title = str_fmt(cx->arena, STR_FMT " → " STR_FMT, STR_ARG(k->name),
                                                 STR_ARG(there ? k->unit_name : k->unit)),
                                .matched = there,
                                .first = there && !out->targets.n,
                                .why = there ? say(cx, S("事项清单为此类别规定的责任单位，排在所有分派规则之后"),
                                                   S("the unit in charge of the category by the catalogue; it comes after all rules"))
                                             : say(cx, S("事项清单没有为此类别规定现有的责任单位"),
                                                   S("the catalogue names no unit that there is for this category")) };
        if (!there)
                *list_push(cx->arena, &v->misses) = DISPATCH_MISS_TARGET_GONE;
        if (!there || is_there(&out->targets, k->unit, (OptInt){ 0 }))
                return;
        *list_push(cx->arena, &out->targets) = (DispatchTarget){
                .department = k->unit, .name = k->unit_name, .title = v->title, .first = v->first, .why = v->why
        };
}

/* ---- people and loads ---- */

static int nearer(const void *a, const void *b) {
        const DispatchMember *x = a, *y = b;
        int64_t dx = x->distance_m.set ? x->distance_m.n : INT64_MAX, dy = y->distance_m.set ? y->distance_m.n : INT64_MAX;

        if (x->own_grid != y->own_grid)
                return x->own_grid ? -1 : 1;
        if (x->own_grid && x->leader != y->leader)
                return y->leader ? -1 : 1;
        if (x->own_grid && x->open_cases != y->open_cases)
                return x->open_cases < y->open_cases ? -1 : 1;
        if (dx != dy)
                return dx < dy ? -1 : 1;
        if (x->open_cases != y->open_cases)
                return x->open_cases < y->open_cases ? -1 : 1;
        return (x->account > y->account) - (x->account < y->account);
}

/* The people of the community around; the members of the own grid with least in hand first, its leader, then the nearest. */
static Rc members(Cx *cx, Work *w) {
        DispatchMemberList all = { 0 };
        WorkerList workers;
        IntList accounts = { 0 };
        int64_t *counts;

        if (w->s->place.n < COMMUNITY_DIGITS)
                return OK;
        TRY(store_workers(cx, str_sub(w->s->place, 0, COMMUNITY_DIGITS), &workers));
        for (size_t i = 0; i < workers.n; i++) {
                const Worker *p = &workers.v[i];
                DispatchMember *m;

                if (!actor_reaches(cx, PERM_DISPATCH_READ, p->place))
                        continue;
                m = list_push(cx->arena, &all);
                *m = (DispatchMember){ .account = p->account,
                                       .name = p->name,
                                       .role_name = str_c(role_title((int)p->role, cx->lang)),
                                       .leader = p->role == ROLE_LEADER,
                                       .place = p->place,
                                       .place_name = territory_name(cx, p->place),
                                       .own_grid = str_eq(p->place, w->s->place) };
                *list_push(cx->arena, &accounts) = p->account;
                TRY(distance(cx, w, p->place, &m->distance_m, &m->distance_from));
        }
        counts = TAKE_ARRAY(cx->arena, int64_t, all.n + 1);
        TRY(case_open_counts(cx, &accounts, counts));
        for (size_t i = 0; i < all.n; i++)
                all.v[i].open_cases = counts[i];
        if (all.n)
                qsort(all.v, all.n, sizeof *all.v, nearer);
        if (all.n > MEMBERS_MOST)
                all.n = MEMBERS_MOST;
        w->out->members = all;
        return OK;
}

static int64_t load_of(const DispatchLoadList *loads, Str department) {
        for (size_t i = 0; i < loads->n; i++)
                if (str_eq(loads->v[i].department, department))
                        return loads->v[i].open_cases;
        return 0;
}

static Rc loads(Cx *cx, Work *w) {
        DispatchAdvice *out = w->out;
        DispatchLoadList all;
        IntList accounts = { 0 };
        int64_t counts[TARGETS_MOST];

        TRY(store_loads(cx, &all));
        for (size_t i = 0; i < all.n; i++) {
                all.v[i].name = case_department_title(cx, all.v[i].department);
                if (all.v[i].name.n && out->departments.n < 100)
                        *list_push(cx->arena, &out->departments) = all.v[i];
        }
        for (size_t i = 0; i < out->targets.n; i++)
                *list_push(cx->arena, &accounts) = out->targets.v[i].account.set ? out->targets.v[i].account.n : 0;
        TRY(case_open_counts(cx, &accounts, counts));
        for (size_t i = 0; i < out->targets.n; i++) {
                DispatchTarget *t = &out->targets.v[i];

                t->open_cases = t->account.set ? counts[i] : load_of(&all, t->department);
        }
        return OK;
}

/* ---- the whole ---- */

static Rc moment(Cx *cx, Work *w) {
        const ClockScale *scale = NULL;
        DayNo day = day_of_ms(w->s->at_ms);
        Rc rc = clock_scale(cx, &clock_windows_usual, w->s->place, &scale);

        if (rc == E_MISSING)
                cx->problem = (Problem){ 0 }; /* no calendar at all: weekends are days off */
        else
                TRY(rc);
        w->m = (Matter){ .category = w->s->kind.code,
                         .class = w->s->kind.class,
                         .place = w->s->place,
                         .day = day,
                         .minute = (int)((w->s->at_ms - day_start_ms(day)) / MS_MINUTE),
                         .workday = scale ? clock_scale_workday(scale, day) : day_weekday(day) < 6,
                         .workday_before = scale ? clock_scale_workday(scale, day - 1) : day_weekday(day - 1) < 6 };
        w->out->provisional = !scale || clock_scale_missing(scale, day - 1, day) != 0;
        w->out->day = day_words(cx, &w->m);
        return OK;
}

static Rc advise(Cx *cx, const Subject *s, const DispatchDraftList *drafts, DispatchAdvice **ret) {
        Work w = { .s = s, .out = TAKE(cx->arena, DispatchAdvice) };
        RuleList rules;

        TRY(moment(cx, &w));
        w.out->category = s->kind.code;
        w.out->category_name = s->kind.name;
        w.out->place = s->place;
        w.out->place_name = territory_path(cx, s->place, PLACE_KIND_TOWNSHIP, S(" › "));
        w.out->at = s->at_ms;
        TRY(store_rules_for(cx, s->place, &rules));
        TRY(dispatch_drafts(cx, drafts, s->place, &rules));
        for (size_t i = 0; i < rules.n && w.out->rules.n < RULES_SHOWN; i++)
                TRY(judge(cx, &w, &rules.v[i]));
        judge_catalogue(cx, &w);
        TRY(members(cx, &w));
        TRY(loads(cx, &w));
        *ret = w.out;
        return OK;
}

static Rc out_of_reach(Cx *cx) {
        return fail_zh(cx, P_NOT_FOUND, S("该位置不在您的辖区内"), "that place is not within what is covered");
}

Rc dispatch_trial(Cx *cx, const DispatchTrial *in, DispatchAdvice **ret) {
        Subject s = { .place = in->place, .at_ms = in->at.set ? in->at.n : now_ms(cx) };
        Place p;

        TRY(case_kind(cx, in->category, &s.kind));
        if (in->lon.set && in->lat.set) {
                s.has_point = true;
                s.point = (Point){ in->lon.n, in->lat.n };
        }
        if (!s.place.n && !s.has_point)
                return fail_field(cx, S("/place"), "required", S("请选择地区或位置"), S("Choose a place or a position"));
        if (!s.place.n)
                TRY(territory_locate(cx, s.point, &s.place));
        else if (territory_place(cx, s.place, &p) != OK)
                return fail(cx, P_PLACE_UNKNOWN, "no place " STR_FMT, STR_ARG(s.place));
        if (!actor_reaches(cx, PERM_DISPATCH_READ, s.place))
                return out_of_reach(cx);
        return advise(cx, &s, &in->drafts, ret);
}

Rc dispatch_case_advice(Cx *cx, int64_t case_id, DispatchAdvice **ret) {
        Subject s = { .at_ms = now_ms(cx), .has_point = true };
        CaseView *v;

        TRY(case_view(cx, (CaseId){ case_id }, &v));
        s.place = v->item->place;
        s.point = (Point){ v->item->lon, v->item->lat };
        if (!actor_reaches(cx, PERM_DISPATCH_READ, s.place))
                return out_of_reach(cx);
        if (v->item->closed.set)
                return fail(cx, P_DISPATCH_CASE_CLOSED, "case %lld is finished", (long long)case_id);
        if (case_kind(cx, v->item->category, &s.kind) != OK) { /* of an edition of the catalogue that is no longer in use */
                cx->problem = (Problem){ 0 };
                s.kind = (CaseKind){ .code = v->item->category, .name = v->item->category_name };
        }
        return advise(cx, &s, &(DispatchDraftList){ 0 }, ret);
}
