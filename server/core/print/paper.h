/* What is printed: QR plates for house doors and contact cards, as PDF (A4, four to a page). Only layout here; what stands on
 * them comes from the modules. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

/* A plate at a unit's door. Texts that are not given are left out. */
typedef struct PaperPlate {
        Str area; /* 东华街道 · 小龙路社区 */
        Str grid; /* name of the grid */
        Str address, unit;
        Str code; /* as people may type it */
        Str link; /* where the QR leads */
        Str member, phone, hotline;
} PaperPlate;

typedef struct PaperPlateList {
        PaperPlate *v;
        size_t n, cap;
} PaperPlateList;

enum { PAPER_PLATES_MAX = 2000, PAPER_CARD_PEOPLE = 4 };

typedef struct PaperPerson {
        Str name, role, phone, hours;
} PaperPerson;

typedef struct PaperPersonList {
        PaperPerson *v;
        size_t n, cap;
} PaperPersonList;

/* Who is responsible for a grid; at most PAPER_CARD_PEOPLE people are printed. */
typedef struct PaperCard {
        Str area, grid;
        PaperPersonList people;
        Str link, hotline;
} PaperCard;

/* The PDF's bytes are added to ret. P_INPUT_INVALID with more than PAPER_PLATES_MAX plates. */
Rc paper_plates(Cx *cx, const PaperPlateList *plates, Buf *ret);
Rc paper_card(Cx *cx, const PaperCard *card, Buf *ret);

/* An address that residents can open: path below the public address (set at start, else WANGGE_PUBLIC_URL, else the address
 * by which the request came). */
Str paper_link(Cx *cx, Str path);
void paper_public_url(Str url);

/* The modules of the QR code of a text, level Q, without the quiet zone: 1 dark. *ret_side is the number a side. */
Rc paper_qr(Cx *cx, Str text, const uint8_t **ret_cells, int *ret_side);
