/* What the files of server/core/print share; nobody else includes it. Lengths are points, 1/72 inch. */
#pragma once
#include "core/print/paper.h"
#include <cairo.h>

#define PAPER_MM (72 / 25.4)

typedef struct Ink {
        double r, g, b;
} Ink;
static const Ink ink_black = { 0.10, 0.12, 0.15 }, ink_grey = { 0.36, 0.40, 0.46 }, ink_white = { 1, 1, 1 },
                 ink_blue = { 0.06, 0.31, 0.66 }, ink_pale = { 0.91, 0.945, 0.985 },
                 ink_line = { 0.72, 0.76, 0.82 };

typedef enum Align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT } Align;

/* A text block: shrinks from `size` down to `least` until it fits its box, then is cut off with an ellipsis. */
typedef struct Block {
        double x, y, w, h, size, least;
        bool bold, middle; /* middle: centred between top and bottom */
        Align align;
        Ink ink;
        int lines; /* at most */
} Block;

/* No ligatures: an ff in a hash has to stay two letters for whoever copies it out of the document. */
void paper_letters(void *layout);
/* Returns the height that the text took. */
double paper_text(cairo_t *c, Block b, Str text);
void paper_ink(cairo_t *c, Ink ink);
void paper_box(cairo_t *c, double x, double y, double w, double h, double radius);
/* The code with its quiet zone, in a white square of that side. */
Rc paper_draw_qr(Cx *cx, cairo_t *c, Str text, double x, double y, double side);
/* Four panes of A6 to a page of A4, with marks for cutting. draw is called for each. */
typedef Rc (*PaneDraw)(Cx *cx, cairo_t *c, const void *item);
Rc paper_pages(Cx *cx, Str title, const void *items, size_t n, size_t each, PaneDraw draw, Buf *ret);
enum { PANE_W_MM = 105 };
