/* A case on paper says what the screen says: forms by their titles, reporters masked, and the hashes of the log. */
#include "case/case_paper.h"
#include "case/test_case.h"
#include <stdio.h>
#include <unistd.h>

static Str printed(Street *s, int64_t id) {
        Buf b = BUF_IN(s->cx->arena);
        char part[4096];
        FILE *pipe;
        Str number;
        size_t n;
        int fd;

        if (case_paper(s->cx, (CaseId){ id }, &fd, &number) != OK) {
                test_fail(__FILE__, __LINE__, "paper: " STR_FMT, STR_ARG(s->cx->problem.detail));
                return S("");
        }
        pipe = popen(str_z(s->cx->arena, str_fmt(s->cx->arena, "exec pdftotext -layout -enc UTF-8 /proc/%d/fd/%d -", (int)getpid(), fd)), "r");
        while (pipe && (n = fread(part, 1, sizeof part, pipe)) > 0)
                buf_add(&b, part, n);
        if (!pipe || pclose(pipe) != 0)
                test_fail(__FILE__, __LINE__, "pdftotext");
        close(fd);
        return buf_view(&b);
}

static void has(const char *file, int line, Str text, Str what) {
        if (!str_contains(text, what))
                test_fail(file, line, "\"" STR_FMT "\" is not in:\n" STR_FMT, STR_ARG(what), STR_ARG(text));
}
#define HAS(text, what) has(__FILE__, __LINE__, text, what)

TEST(case__a_file_on_paper_has_the_forms_by_their_titles) {
        Street *s = street_new();
        int64_t id;
        CaseLog *log;
        Str text;

        street_flows(s);
        as(s, s->street);
        CHECK_OK(s->cx, open_as(s, "whistle",
                                "{\"whistle\":\"enforcement\",\"arrive_by\":\"2026-11-16T15:00:00+08:00\",\"meeting_point\":\"白塔路口\","
                                "\"task\":\"占道经营\\u202e反复\"}",
                                &id));
        text = printed(s, id);
        HAS(text, S("哨类"));
        HAS(text, S("综合执法哨"));
        HAS(text, S("集合地点"));
        HAS(text, S("白塔路口"));
        HAS(text, S("占道经营[U+202E]反复"));
        CHECK_OK(s->cx, case_log_view(s->cx, (CaseId){ id }, &log));
        HAS(text, log->head);
        s->cx->lang = LANG_EN;
        text = printed(s, id);
        HAS(text, S("Joint enforcement"));
        HAS(text, S("Case file"));
}

TEST(case__a_file_on_paper_is_made_of_any_text_and_for_who_may_see_it) {
        Street *s = street_new();
        CaseNew in = { .category = S("06010"),
                       .text = S("😀 \x01控制\u202e符 مرحبا 一行\n二行"),
                       .lon_e7 = SOME_INT(1027320000),
                       .lat_e7 = SOME_INT(250320000),
                       .channel = CASE_CHANNEL_HOTLINE,
                       .reporter_name = S("李四"),
                       .reporter_phone = S("13700001234") };
        CaseId id;
        Str text, number;
        int fd;

        as(s, s->street);
        CHECK_OK(s->cx, case_open(s->cx, &in, &id));
        CHECK_OK(s->cx, dispatch_to(s, id.n, "accept_dispatch", "chengguan"));
        as(s, s->chengguan);
        text = printed(s, id.n);
        HAS(text, S("[U+0001]控制[U+202E]符"));
        HAS(text, S("李*"));
        HAS(text, S("137****1234"));
        CHECK(!str_contains(text, S("13700001234")) && !str_contains(text, S("李四")));
        HAS(text, S("期限推算"));
        as(s, s->member3);
        CHECK_FAILS(s->cx, P_NOT_FOUND, case_paper(s->cx, id, &fd, &number));
}
