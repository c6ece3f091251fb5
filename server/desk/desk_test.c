/* Who has a case open: a page that is not heard of any more is gone after a minute, and the table has a fixed size. Notes' words. */
#include "case/test_case.h"
#include "desk/desk_int.h"

static size_t others(Street *s, const Actor *who, int64_t id) {
        PresenceView *v = NULL;

        as(s, who);
        if (presence_show(s->cx, (CaseId){ id }, &v) != OK)
                test_fail(__FILE__, __LINE__, "presence: " STR_FMT, STR_ARG(s->cx->problem.detail));
        return v ? v->others.n + (size_t)v->more : 0;
}

static void here(Street *s, const Actor *who, int64_t id, const char *tab) {
        PresenceView *v;

        as(s, who);
        CHECK_OK(s->cx, presence_here(s->cx, (CaseId){ id }, str_c(tab), &v));
}

TEST(desk__a_page_that_is_not_heard_of_is_gone_after_a_minute) {
        Street *s = street_new();
        PresenceView *v;
        int64_t id;

        desk_init();
        as(s, NULL);
        id = report(s, "路灯不亮");
        here(s, s->street, id, "a");
        CHECK_INT(others(s, s->member1, id), 1);
        CHECK_INT(others(s, s->street, id), 0);
        later(s, 40 * MS_SECOND);
        here(s, s->street, id, "a");
        later(s, 59 * MS_SECOND);
        CHECK_INT(others(s, s->member1, id), 1);
        later(s, 2 * MS_SECOND);
        CHECK_INT(others(s, s->member1, id), 0);
        as(s, s->member3);
        CHECK_FAILS(s->cx, P_NOT_FOUND, presence_here(s->cx, (CaseId){ id }, S("x"), &v));
}

TEST(desk__ten_thousand_open_pages_take_no_more_room_than_there_is) {
        Street *s = street_new();
        int64_t id, second;

        desk_init();
        as(s, NULL);
        id = report(s, "路灯不亮");
        second = report(s, "井盖缺失");
        here(s, s->centre, second, "first");
        later(s, 1);
        for (int i = 0; i < 5000; i++) {
                here(s, s->street, id, str_z(s->cx->arena, str_fmt(s->cx->arena, "tab-%d", i)));
                if (i % 500 == 0)
                        later(s, 1);
        }
        CHECK_INT(others(s, s->member1, id), 1);
        CHECK_INT(others(s, s->member1, second), 0); /* the longest unheard had to go */
}

TEST(desk__words_in_braces_are_filled_in_and_others_are_left) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
        HolderView holder = { .name = S("城管中队") };
        CaseItem item = { .number = S("20261116-000007"), .place_name = S("第1网格"), .category_name = S("暴露垃圾"), .holder = &holder };

        CHECK_STR(desk_words_fill(cx, S("{编号}{number} 由{承办} {期限}"), &item, NULL), S("20261116-00000720261116-000007 由城管中队 未在计时"));
        item.ended = S("done");
        CHECK_STR(desk_words_fill(cx, S("{期限}"), &item, NULL), S("已停止计时"));
        CHECK_STR(desk_words_fill(cx, S("{地点} {类别} {天气} {编号"), &item, NULL), S("第1网格 暴露垃圾 {天气} {编号"));
        CHECK_STR(desk_words_fill(cx, S("{承办}"), &item, &S("环卫站")), S("环卫站"));
        CHECK_OK(cx, desk_words_check(cx, S("/note"), S("{编号} 没有 } 占位 {地点}{")));
        CHECK_FAILS(cx, P_INPUT_INVALID, desk_words_check(cx, S("/note"), S("{天气}")));
}
