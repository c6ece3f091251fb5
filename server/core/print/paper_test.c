/* PDFs have the right pages, codes the right form; what residents open starts with the public address. */
#include "base/test.h"
#include "contract.gen.h"
#include "core/print/paper.h"

static size_t count(const Buf *b, const char *what) {
        size_t n = 0, len = strlen(what);

        for (size_t i = 0; i + len <= b->n; i++)
                n += memcmp(b->p + i, what, len) == 0;
        return n;
}

TEST(print__four_plates_to_a_page) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        PaperPlateList list = { 0 };
        Buf b = BUF_IN(cx->arena);

        for (int i = 0; i < 5; i++)
                *list_push(cx->arena, &list) =
                        (PaperPlate){ .area = S("东华街道 · 小龙路社区"),
                                      .grid = S("小龙路社区第1网格"),
                                      .address = S("白塔路128号3栋"),
                                      .unit = S("2单元"),
                                      .code = S("530103 003 001 001 0001"),
                                      .link = S("https://example.cn/b/5301030030010010001?u=2") };
        CHECK_OK(cx, paper_plates(cx, &list, &b));
        CHECK(b.n > 1000 && memcmp(b.p, "%PDF-", 5) == 0);
        CHECK_INT(count(&b, "/Type /Page %"), 2);
        list.n = PAPER_PLATES_MAX + 1;
        CHECK_FAILS(cx, P_INPUT_INVALID, paper_plates(cx, &list, &b));
}

TEST(print__a_card_without_people_and_one_with_too_many) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        PaperCard card = { .area = S("东华街道"), .grid = S("第1网格"), .link = S("http://x/") };
        Buf b = BUF_IN(cx->arena);

        CHECK_OK(cx, paper_card(cx, &card, &b));
        for (int i = 0; i < 9; i++)
                *list_push(cx->arena, &card.people) =
                        (PaperPerson){ S("李春梅"), S("网格员"), S("13908712233"), S("") };
        CHECK_OK(cx, paper_card(cx, &card, &b));
        CHECK_INT(count(&b, "/Type /Page %"), 2);
}

/* Finder patterns: a dark frame of seven around a dark square of three, in three corners and not in the fourth. */
static bool finder(const uint8_t *cells, int n, int row, int col) {
        for (int i = 0; i < 7; i++)
                for (int k = 0; k < 7; k++) {
                        bool frame = i == 0 || k == 0 || i == 6 || k == 6,
                             core = i > 1 && i < 5 && k > 1 && k < 5;

                        if (cells[(row + i) * n + col + k] != (frame || core))
                                return false;
                }
        return true;
}

TEST(print__a_code_has_three_finders_and_is_large_enough_for_level_q) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
        const uint8_t *cells;
        int n;

        CHECK_OK(cx, paper_qr(cx, S("https://wangge.example.gov.cn/b/5301030030010010001?u=2"), &cells, &n));
        CHECK_INT(n, 37); /* version 5: 62 bytes at level Q */
        CHECK(finder(cells, n, 0, 0) && finder(cells, n, 0, n - 7) && finder(cells, n, n - 7, 0));
        CHECK(!finder(cells, n, n - 7, n - 7));
}

TEST(print__links_start_with_the_public_address) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);

        paper_public_url(S("https://wangge.example.gov.cn//"));
        CHECK_STR(paper_link(cx, S("/b/1")), S("https://wangge.example.gov.cn/b/1"));
        paper_public_url(S(""));
        CHECK_STR(paper_link(cx, S("/")), S("http://127.0.0.1:8080/"));
}
