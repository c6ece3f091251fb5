/* Whose is what: places of posts and those above them, and the refusals that views, macros and templates share. */
#include "desk/desk_store.h"
#include "territory/territory.h"

static const size_t level_digits[] = { 2, 4, 6, 9, 12, 15 };

static void above_add(Buf *b, Str place) {
        for (size_t i = 0; i < ARRAY_LEN(level_digits) && level_digits[i] <= place.n; i++)
                buf_fmt(b, STR_FMT ",", STR_ARG(str_sub(place, 0, level_digits[i])));
}

Str desk_above(Cx *cx, Str place) {
        Buf b = BUF_IN(cx->arena);

        buf_c(&b, ",");
        above_add(&b, place);
        return buf_view(&b);
}

void desk_reach(Cx *cx, DeskReach *ret) {
        Buf b = BUF_IN(cx->arena);

        who_scope(cx, PERM_DESK_USE, &ret->scope);
        buf_c(&b, ",");
        for (size_t i = 0; i < ret->scope.places.n; i++)
                above_add(&b, ret->scope.places.v[i]);
        ret->above = buf_view(&b);
}


bool desk_reaches(const DeskReach *r, Str place) {
        char one[20];
        size_t n = place.n < sizeof one - 2 ? place.n : sizeof one - 2;

        if (who_scope_holds(&r->scope, place))
                return true;
        one[0] = one[n + 1] = ',';
        memcpy(one + 1, place.p, n);
        return str_contains(r->above, (Str){ one, n + 2 });
}

bool desk_may_keep(const Cx *cx, Str place) { return actor_reaches(cx, PERM_DESK_KEEP, place); }

Rc desk_place_check(Cx *cx, Str place) {
        if (!territory_name(cx, place).n)
                return fail_field(cx, S("/place"), "unknown", S("没有这个地区"), S("There is no such place"));
        if (!desk_may_keep(cx, place))
                return fail_field(cx, S("/place"), "not-allowed", S("这里不属于您的中心"), S("That is not a place of your centre"));
        return OK;
}

Rc desk_room_check(Cx *cx, const char *what, int64_t there, int most) {
        if (there < most)
                return OK;
        return fail_zh(cx, P_DESK_FULL, str_fmt(cx->arena, "最多保留 %d 个，请先删除不用的", most), "there are %d %s already", most, what);
}

static Rc name_taken(Cx *cx, Str name) {
        return fail_zh(cx, P_DESK_NAME_TAKEN, str_fmt(cx->arena, "已有名为“" STR_FMT "”的，请换一个名称", STR_ARG(name)),
                       "there is one called " STR_FMT, STR_ARG(name));
}

Rc desk_name_check(Cx *cx, Str name, int64_t id, int64_t there) { return !there || there == id ? OK : name_taken(cx, name); }

Rc desk_kept_check(Cx *cx, const char *what, int64_t id, Str name, const void *row) {
        if (row)
                return OK;
        if (id)
                return fail(cx, P_VERSION_STALE, "%s %lld was changed meanwhile", what, (long long)id);
        return name_taken(cx, name);
}

Str desk_problem_text(Cx *cx) {
        const Problem *p = &cx->problem;

        if (p->errors.n)
                return desk_lang(cx, p->errors.v[0].zh, p->errors.v[0].en);
        if (cx->lang == LANG_EN)
                return p->detail.n ? p->detail : str_c(problem_title(p->code, LANG_EN));
        return p->detail_zh.n ? p->detail_zh : str_c(problem_title(p->code, LANG_ZH));
}

void desk_init(void) {
        desk_store_init();
        presence_init();
}
