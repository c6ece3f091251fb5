/* The two things on A6: the plate at a unit's door and the contact card of a grid. Large, few words, nothing that is not needed:
 * a child and somebody without glasses should see what to do. */
#include "contract.gen.h"
#include "core/print/paper_int.h"

enum { PEOPLE = PAPER_CARD_PEOPLE };
#define MM PAPER_MM
#define W (105 * MM)
#define H (148.5 * MM)

static void band(cairo_t *c, double height, Str title, Str area) {
        paper_ink(c, ink_blue);
        paper_box(c, 6 * MM, 7 * MM, W - 12 * MM, height, 3 * MM);
        cairo_fill(c);
        paper_text(c,
                   (Block){ .x = 9 * MM,
                            .y = 8 * MM,
                            .w = W - 18 * MM,
                            .h = height * 0.60,
                            .size = 29,
                            .least = 18,
                            .bold = true,
                            .middle = true,
                            .align = ALIGN_CENTRE,
                            .ink = ink_white,
                            .lines = 1 },
                   title);
        paper_text(c,
                   (Block){ .x = 9 * MM,
                            .y = 7 * MM + height * 0.62,
                            .w = W - 18 * MM,
                            .h = height * 0.32,
                            .size = 12.5,
                            .least = 8,
                            .middle = true,
                            .align = ALIGN_CENTRE,
                            .ink = ink_pale,
                            .lines = 1 },
                   area);
}

static void line(cairo_t *c, double y) {
        paper_ink(c, ink_line);
        cairo_set_line_width(c, 0.6);
        cairo_move_to(c, 10 * MM, y);
        cairo_line_to(c, W - 10 * MM, y);
        cairo_stroke(c);
}

/* ---- plate ------------------------------------------------------------------------------------------------------------- */

static void plate_address(Cx *cx, cairo_t *c, const PaperPlate *p) {
        double y = 97 * MM, unit_w = p->unit.n ? 25 * MM : 0;
        Block address = { .x = 9 * MM,
                          .y = y,
                          .w = W - 18 * MM - unit_w,
                          .h = 17 * MM,
                          .size = 15,
                          .least = 8.5,
                          .bold = true,
                          .middle = true,
                          .ink = ink_black,
                          .lines = 3 };

        (void)cx;
        if (!p->unit.n)
                address.align = ALIGN_CENTRE;
        paper_text(c, address, p->address);
        if (!p->unit.n)
                return;
        paper_ink(c, ink_blue);
        cairo_set_line_width(c, 1.4);
        paper_box(c, W - 9 * MM - 22 * MM, y + 2 * MM, 22 * MM, 13 * MM, 2 * MM);
        cairo_stroke(c);
        paper_text(c,
                   (Block){ .x = W - 30 * MM,
                            .y = y + 2 * MM,
                            .w = 20 * MM,
                            .h = 13 * MM,
                            .size = 21,
                            .least = 9,
                            .bold = true,
                            .middle = true,
                            .align = ALIGN_CENTRE,
                            .ink = ink_blue,
                            .lines = 1 },
                   p->unit);
}

static void plate_foot(Cx *cx, cairo_t *c, const PaperPlate *p) {
        Block left = { .x = 9 * MM,
                       .y = (p->member.n ? 117 : 120) * MM,
                       .w = 50 * MM,
                       .h = 6 * MM,
                       .size = 11.5,
                       .least = 7.5,
                       .middle = true,
                       .ink = ink_black,
                       .lines = 1 };
        Block right = left;

        right.x = 55 * MM, right.w = W - 64 * MM, right.align = ALIGN_RIGHT;
        paper_text(c, left, p->grid);
        if (p->hotline.n)
                paper_text(c, right, str_fmt(cx->arena, "网格中心 " STR_FMT, STR_ARG(p->hotline)));
        if (p->member.n) {
                left.y = right.y = 123 * MM;
                paper_text(c, left, str_fmt(cx->arena, "网格员 " STR_FMT, STR_ARG(p->member)));
                paper_text(c, right, p->phone);
        }
        line(c, 131 * MM);
        paper_text(c,
                   (Block){ .x = 9 * MM,
                            .y = 132 * MM,
                            .w = W - 18 * MM,
                            .h = 5 * MM,
                            .size = 9,
                            .least = 7,
                            .middle = true,
                            .align = ALIGN_CENTRE,
                            .ink = ink_grey,
                            .lines = 1 },
                   str_fmt(cx->arena, "楼栋编码 " STR_FMT, STR_ARG(p->code)));
        paper_text(c,
                   (Block){ .x = 9 * MM,
                            .y = 137 * MM,
                            .w = W - 18 * MM,
                            .h = 4.5 * MM,
                            .size = 7.5,
                            .least = 5,
                            .middle = true,
                            .align = ALIGN_CENTRE,
                            .ink = ink_grey,
                            .lines = 1 },
                   p->link);
}

static Rc draw_plate(Cx *cx, cairo_t *c, const void *item) {
        const PaperPlate *p = item;
        double side = 54 * MM, x = (W - side) / 2, y = 31.5 * MM;

        paper_ink(c, ink_pale);
        paper_box(c, 6 * MM, 20 * MM, W - 12 * MM, 74 * MM, 3 * MM);
        cairo_fill(c);
        band(c, 21 * MM, S("网格服务码"), p->area);
        TRY(paper_draw_qr(cx, c, p->link, x, y, side));
        paper_text(c,
                   (Block){ .x = 7 * MM,
                            .y = 86 * MM,
                            .w = W - 14 * MM,
                            .h = 7.5 * MM,
                            .size = 15.5,
                            .least = 12,
                            .bold = true,
                            .middle = true,
                            .align = ALIGN_CENTRE,
                            .ink = ink_blue,
                            .lines = 1 },
                   S("扫码反映问题 · 联系网格员"));
        plate_address(cx, c, p);
        line(c, 115.5 * MM);
        plate_foot(cx, c, p);
        return OK;
}

Rc paper_plates(Cx *cx, const PaperPlateList *plates, Buf *ret) {
        if (plates->n > PAPER_PLATES_MAX)
                return fail_zh(cx, P_INPUT_INVALID, S("一次最多打印 2000 张，请缩小范围"),
                               "%zu plates, at most %d", plates->n, PAPER_PLATES_MAX);
        return paper_pages(cx, S("网格服务码"), plates->v, plates->n, sizeof *plates->v, draw_plate, ret);
}

/* ---- contact card ------------------------------------------------------------------------------------------------------ */

static void card_person(Cx *cx, cairo_t *c, const PaperPerson *p, double y, double height) {
        Block name = { .x = 10 * MM,
                       .y = y + 1 * MM,
                       .w = 34 * MM,
                       .h = height * 0.55,
                       .size = 19,
                       .least = 11,
                       .bold = true,
                       .middle = true,
                       .ink = ink_black,
                       .lines = 1 };
        Block under = { .x = 10 * MM,
                        .y = y + height * 0.58,
                        .w = 34 * MM,
                        .h = height * 0.34,
                        .size = 10.5,
                        .least = 7.5,
                        .middle = true,
                        .ink = ink_blue,
                        .lines = 1 };
        Block phone = { .x = 42 * MM,
                        .y = y + 1 * MM,
                        .w = W - 52 * MM,
                        .h = height * 0.55,
                        .size = 20,
                        .least = 11,
                        .bold = true,
                        .middle = true,
                        .align = ALIGN_RIGHT,
                        .ink = ink_black,
                        .lines = 1 };
        Block hours = under;

        hours.x = 42 * MM, hours.w = W - 52 * MM, hours.align = ALIGN_RIGHT, hours.ink = ink_grey,
        hours.size = 9.5;
        paper_text(c, name, p->name);
        paper_text(c, under, p->role);
        if (p->phone.n)
                paper_text(c, phone,
                           p->phone.n == 11 ? str_fmt(cx->arena, "%.3s %.4s %.4s", p->phone.p,
                                                      p->phone.p + 3, p->phone.p + 7)
                                            : p->phone);
        if (p->hours.n)
                paper_text(c, hours, str_fmt(cx->arena, "值班 " STR_FMT, STR_ARG(p->hours)));
}

static Block foot_block(double y, double h, double size) {
        return (Block){ .x = 10 * MM, .y = y, .w = 46 * MM, .h = h, .size = size, .least = 8, .lines = 1 };
}

static Rc card_foot(Cx *cx, cairo_t *c, const PaperCard *card, double y) {
        Block call = foot_block(y + 4 * MM, 14 * MM, 15), grid = foot_block(y + 20 * MM, 6 * MM, 10.5);
        Block label = foot_block(y + 27 * MM, 5 * MM, 9.5), phone = foot_block(y + 31.5 * MM, 8 * MM, 16);
        double side = 38 * MM;

        paper_ink(c, ink_pale);
        paper_box(c, 6 * MM, y, W - 12 * MM, 41 * MM, 3 * MM);
        cairo_fill(c);
        TRY(paper_draw_qr(cx, c, card->link, W - 7.5 * MM - side, y + 1.5 * MM, side));
        call.bold = phone.bold = true;
        grid.middle = label.middle = phone.middle = true;
        call.lines = 2;
        call.ink = ink_blue, grid.ink = phone.ink = ink_black, label.ink = ink_grey;
        paper_text(c, call, S("扫码反映问题\n查询办理进度"));
        paper_text(c, grid, card->grid);
        if (card->hotline.n) {
                paper_text(c, label, S("网格中心电话"));
                paper_text(c, phone, card->hotline);
        }
        return OK;
}

static Rc draw_card(Cx *cx, cairo_t *c, const void *item) {
        const PaperCard *card = item;
        size_t n = card->people.n < PEOPLE ? card->people.n : PEOPLE;
        double top = 31 * MM, height = 17 * MM;
        Block nobody = {
                .x = 9 * MM, .y = top, .w = W - 18 * MM, .h = height, .size = 14, .least = 10, .lines = 2
        };

        band(c, 21 * MM, S("便民联系卡"), card->area);
        for (size_t i = 0; i < n; i++) {
                card_person(cx, c, &card->people.v[i], top + (double)i * height, height);
                if (i + 1 < n)
                        line(c, top + (double)(i + 1) * height);
        }
        if (!n) {
                nobody.middle = true, nobody.align = ALIGN_CENTRE, nobody.ink = ink_grey;
                paper_text(c, nobody, S("网格员待定，请拨打网格中心电话"));
        }
        return card_foot(cx, c, card, 101 * MM);
}

/* The same card four times: one for each of the first neighbours. */
Rc paper_card(Cx *cx, const PaperCard *card, Buf *ret) {
        PaperCard four[4] = { *card, *card, *card, *card };

        return paper_pages(cx, S("便民联系卡"), four, 4, sizeof four[0], draw_card, ret);
}
