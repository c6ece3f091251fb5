/* Documents in which text flows: nothing is lost at the end of a page, whatever the text; pages are numbered; pictures are kept whole. */
#include "base/test.h"
#include "base/env.h"
#include "contract.gen.h"
#include "core/print/sheet.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Story {
        Str text;
        int pictures;
        bool broken; /* the pictures cannot be loaded */
} Story;

static Rc no_picture(Cx *cx, const void *arg, Str *ret_jpeg, int *ret_width, int *ret_height) {
        (void)ret_jpeg, (void)ret_width, (void)ret_height;
        return fail(cx, *(const bool *)arg ? P_DB_BUSY : P_NOT_FOUND, "no picture");
}

static Rc tell(Cx *cx, Sheet *s, void *arg) {
        const Story *story = arg;
        SheetPicture p = { .caption = S("现场 · 第 3 步 · 1a2b3c4d"), .load = no_picture, .arg = &story->broken };

        TRY(sheet_head(cx, s, S("案卷"), S("20261116-000001"), S("https://example.cn/console/cases?case=1")));
        sheet_heading(s, S("反映内容"));
        sheet_text(s, (SheetStyle){ 0 }, story->text);
        sheet_pair(s, S("说明"), story->text);
        sheet_pair(s, S("空的"), S("  "));
        for (int i = 0; i < story->pictures; i++)
                TRY(sheet_picture(cx, s, &p));
        sheet_pictures_end(s);
        sheet_row(s, (SheetCell[]){ { 0.1, S("1"), false }, { 0.9, S("末行结尾"), true } }, 2);
        return OK;
}

/* The document's text as pdftotext reads it. */
static Str written(Cx *cx, const Story *story, int *ret_pages) {
        int fd = file_unnamed(cx->arena);
        SheetLook look = { .title = S("案卷 20261116-000001"), .foot = S("打印人 周主任") };
        Str command = str_fmt(cx->arena, "exec 2>&1 pdftotext -enc UTF-8 /proc/%d/fd/%d -", (int)getpid(), fd);
        Buf b = BUF_IN(cx->arena);
        char part[4096];
        size_t n;
        FILE *pipe;

        if (sheet_write(cx, &look, tell, (void *)(uintptr_t)story, fd, ret_pages) != OK)
                test_fail(__FILE__, __LINE__, "sheet: " STR_FMT, STR_ARG(cx->problem.detail));
        pipe = popen(str_z(cx->arena, command), "r");
        while (pipe && (n = fread(part, 1, sizeof part, pipe)) > 0)
                buf_add(&b, part, n);
        if (!pipe || pclose(pipe) != 0)
                test_fail(__FILE__, __LINE__, "pdftotext: " STR_FMT, STR_ARG(buf_view(&b)));
        close(fd);
        return buf_view(&b);
}

static size_t count(Str s, const char *what) {
        size_t n = 0, len = strlen(what);

        for (size_t i = 0; i + len <= s.n; i++)
                n += memcmp(s.p + i, what, len) == 0;
        return n;
}

TEST(print__a_text_of_100_kB_flows_over_the_pages) {
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
        Buf text = BUF_IN(cx->arena);
        int pages, again;
        Str read;

        for (int i = 0; text.n < 100 * 1000; i++)
                buf_fmt(&text, "第%d段东华街道小龙路楼道里堆放杂物影响通行", i);
        read = written(cx, &(Story){ .text = buf_view(&text) }, &pages);
        CHECK(pages > 20 && pages < 120);
        CHECK_INT(count(read, "\f"), pages);
        CHECK_INT(count(read, "末行结尾"), 1);
        CHECK_INT(count(read, "打印人 周主任"), pages);
        CHECK_INT(count(read, str_z(cx->arena, str_fmt(cx->arena, "%d / %d\n", pages, pages))), 1);
        CHECK_INT(count(read, "第1段"), 2);
        (void)written(cx, &(Story){ .text = buf_view(&text) }, &again);
        CHECK_INT(again, pages);
}

TEST(print__what_cannot_be_seen_is_shown_as_what_it_is) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);

        CHECK_STR(sheet_clean(cx->arena, S("a\tb\r\nc\x01\x7f")), S("a b\nc[U+0001][U+007F]"));
        CHECK_STR(sheet_clean(cx->arena, S("付款\u202e元001\u202c给\u200f")), S("付款[U+202E]元001[U+202C]给[U+200F]"));
        CHECK_STR(sheet_clean(cx->arena, S("家\u200d👨‍👩‍👧 ok\u2028next")), S("家\u200d👨‍👩‍👧 ok\nnext"));
}

TEST(print__emoji_directions_and_control_characters_do_not_upset_the_layout) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        static const char *const texts[] = { "😀👩‍👩‍👧‍👦🇨🇳 火灾🔥", "\u202e反着写的\u202c 正常", "مرحبا بالعالم 和 שלום 混排",
                                             "Z\u0351\u0358\u0316\u034dalgo", "\x01\x02\x1b[31m红\x07", "\n\n\n  \n", "" };

        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
                int pages;
                Str read = written(cx, &(Story){ .text = str_c(texts[i]) }, &pages);

                CHECK_INT(pages, 1);
                CHECK_INT(count(read, "末行结尾"), 1);
        }
}

TEST(print__a_word_without_end_and_a_thousand_lines_stay_on_the_paper) {
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
        char *word = arena_take(cx->arena, 20000);
        Buf lines = BUF_IN(cx->arena);
        int pages;

        memset(word, 'x', 20000);
        (void)written(cx, &(Story){ .text = { word, 20000 } }, &pages);
        CHECK(pages > 3 && pages < 20);
        for (int i = 0; i < 1000; i++)
                buf_fmt(&lines, "L%d\n", i);
        CHECK_INT(count(written(cx, &(Story){ .text = buf_view(&lines) }, &pages), "L999"), 2);
}

TEST(print__hashes_can_be_copied_out) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        int pages;

        CHECK_INT(count(written(cx, &(Story){ .text = S("0ffe1ffd2ff3fi4fl5ffi6") }, &pages), "0ffe1ffd2ff3fi4fl5ffi6"), 2);
}

TEST(print__a_missing_picture_leaves_its_place_and_a_busy_database_ends_the_document) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        SheetLook look = { .title = S("案卷") };
        int pages, fd = file_unnamed(cx->arena);

        CHECK_INT(count(written(cx, &(Story){ .text = S("照片"), .pictures = 7 }, &pages), "1a2b3c4d"), 7);
        CHECK_INT(pages, 2);
        CHECK_FAILS(cx, P_DB_BUSY, sheet_write(cx, &look, tell, &(Story){ .pictures = 1, .broken = true }, fd, NULL));
        close(fd);
}
