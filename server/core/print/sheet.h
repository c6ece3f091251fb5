/* A document of A4 pages in which text flows: headings, paragraphs, label and value, table rows, pictures two abreast. It is laid out
 * twice: once to count the pages, once to draw. Only layout here; what stands on the pages comes from the modules. */
#pragma once
#include "base/cx.h"

typedef struct Sheet Sheet;

typedef struct SheetLook {
        Str title, foot; /* foot: one line at the bottom of every page, beside page x / y */
} SheetLook;

typedef struct SheetStyle {
        double size, indent; /* points */
        bool bold, quiet;    /* quiet: grey */
} SheetStyle;

/* Column of a table row: one line, cut off with an ellipsis. share: of the width, all together 1. */
typedef struct SheetCell {
        double share;
        Str text;
        bool bold;
} SheetCell;

/* A JPEG, given by `load` when it is drawn: *ret_jpeg lives as long as cx's arena, which is emptied after each picture. What fails is
 * shown as missing; only E_BUSY and E_BUG end the document. */
typedef struct SheetPicture {
        Str caption; /* two lines */
        Rc (*load)(Cx *cx, const void *arg, Str *ret_jpeg, int *ret_width, int *ret_height);
        const void *arg;
} SheetPicture;

/* Puts everything onto the sheet, in order; called twice with the same outcome. */
typedef Rc (*SheetFill)(Cx *cx, Sheet *s, void *arg);
/* The PDF goes to fd, a few pages at a time. *ret_pages may be NULL. P_SERVER_BUSY when too many are being made. */
Rc sheet_write(Cx *cx, const SheetLook *look, SheetFill fill, void *arg, int fd, int *ret_pages);

void sheet_heading(Sheet *s, Str text); /* of a section; stays with what follows */
void sheet_text(Sheet *s, SheetStyle style, Str text);
void sheet_pair(Sheet *s, Str label, Str value); /* nothing when the value is empty */
void sheet_row(Sheet *s, const SheetCell *cells, size_t n);
void sheet_line(Sheet *s);
void sheet_gap(Sheet *s, double points);
/* Title, what it is about, and a code at the right that leads to it. */
Rc sheet_head(Cx *cx, Sheet *s, Str title, Str number, Str link);
void sheet_pictures_begin(Sheet *s, Str heading); /* stays with the first of them */
Rc sheet_picture(Cx *cx, Sheet *s, const SheetPicture *p);
void sheet_pictures_end(Sheet *s); /* text goes on below them */

/* What a reader can see of a text: control characters and marks that turn the direction of writing are shown as [U+202E]. */
Str sheet_clean(Arena *a, Str text);
