/* PDF by cairo, text by pango, codes by libqrencode: pages, text that fits its box, the QR code. */
#include "core/print/paper.h"
#include "base/env.h"
#include "contract.gen.h"
#include "core/print/paper_int.h"
#include "http/http.h"
#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <pthread.h>
#include <qrencode.h>

enum { QUIET_MODULES = 4, URL_MAX = 200 };

static struct {
        pthread_mutex_t drawing; /* one PDF at a time: fonts are large and the work is short */
        char url[URL_MAX + 1];
        size_t url_n;
} paper = { .drawing = PTHREAD_MUTEX_INITIALIZER };

/* ---- links ------------------------------------------------------------------------------------------------------------- */

void paper_public_url(Str url) {
        while (str_ends(url, S("/")))
                url.n--;
        paper.url_n = url.n <= URL_MAX ? url.n : 0;
        if (paper.url_n)
                memcpy(paper.url, url.p, paper.url_n);
}

static bool host_fine(Str host) {
        for (size_t i = 0; i < host.n; i++)
                if (!memchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]", host.p[i],
                            67))
                        return false;
        return host.n > 0 && host.n < URL_MAX;
}

Str paper_link(Cx *cx, Str path) {
        Str url = { paper.url, paper.url_n }, host = cx->req ? http_header(cx->req, "Host") : STR_NONE;

        if (!url.n)
                url = env_get("WANGGE_PUBLIC_URL");
        while (str_ends(url, S("/")))
                url.n--;
        if (!url.n && host_fine(host))
                url = str_fmt(cx->arena, "%s://" STR_FMT, cx->req->secure ? "https" : "http", STR_ARG(host));
        if (!url.n)
                url = S("http://127.0.0.1:8080");
        return str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(url), STR_ARG(path));
}

/* ---- drawing ----------------------------------------------------------------------------------------------------------- */

void paper_ink(cairo_t *c, Ink ink) { cairo_set_source_rgb(c, ink.r, ink.g, ink.b); }

void paper_box(cairo_t *c, double x, double y, double w, double h, double radius) {
        cairo_new_sub_path(c);
        cairo_arc(c, x + w - radius, y + radius, radius, -M_PI / 2, 0);
        cairo_arc(c, x + w - radius, y + h - radius, radius, 0, M_PI / 2);
        cairo_arc(c, x + radius, y + h - radius, radius, M_PI / 2, M_PI);
        cairo_arc(c, x + radius, y + radius, radius, M_PI, M_PI * 1.5);
        cairo_close_path(c);
}

void paper_letters(void *layout) {
        PangoAttrList *list = pango_attr_list_new();

        pango_attr_list_insert(list, pango_attr_font_features_new("liga=0, clig=0, dlig=0"));
        pango_layout_set_attributes(layout, list);
        pango_attr_list_unref(list);
}

static void set_size(PangoLayout *layout, const Block *b, double size) {
        PangoFontDescription *font = pango_font_description_new();

        pango_font_description_set_family_static(font, "Noto Sans CJK SC, Noto Sans, sans-serif");
        pango_font_description_set_weight(font, b->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
        pango_layout_set_font_description(layout, font);
        pango_font_description_free(font);
}

/* The largest size, down to `least`, at which the text takes at most `lines` lines and the box's height. */
static bool fit(PangoLayout *layout, const Block *b, int lines, double least, int *ret_height) {
        bool fits = false;

        for (double size = b->size; !fits && size >= least; size -= 0.5) {
                set_size(layout, b, size);
                pango_layout_get_size(layout, NULL, ret_height);
                fits = pango_layout_get_line_count(layout) <= lines && *ret_height <= b->h * PANGO_SCALE;
        }
        return fits;
}

double paper_text(cairo_t *c, Block b, Str text) {
        static const PangoAlignment aligns[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
        PangoLayout *layout = pango_cairo_create_layout(c);
        int height = 0;

        pango_layout_set_text(layout, text.p ? text.p : "", (int)text.n);
        paper_letters(layout);
        pango_layout_set_width(layout, (int)(b.w * PANGO_SCALE));
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        pango_layout_set_alignment(layout, aligns[b.align]);
        pango_layout_set_spacing(layout, (int)(b.size * 0.08 * PANGO_SCALE));
        /* A little smaller on one line is better than a single character on the second. */
        if (b.lines == 1 || !fit(layout, &b, 1, b.size * 0.8, &height))
                (void)fit(layout, &b, b.lines, b.least, &height);
        if (pango_layout_get_line_count(layout) > b.lines) {
                pango_layout_set_height(layout, -b.lines);
                pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
                pango_layout_get_size(layout, NULL, &height);
        }
        paper_ink(c, b.ink);
        cairo_move_to(c, b.x, b.y + (b.middle ? fmax(0, (b.h - (double)height / PANGO_SCALE) / 2) : 0));
        pango_cairo_show_layout(c, layout);
        cairo_new_path(c);
        g_object_unref(layout);
        return (double)height / PANGO_SCALE;
}

/* ---- QR ---------------------------------------------------------------------------------------------------------------- */

Rc paper_qr(Cx *cx, Str text, const uint8_t **ret_cells, int *ret_side) {
        QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_Q);
        uint8_t *cells;
        size_t n;

        if (!code)
                return fail(cx, P_SERVER_BUG, "No QR code for " STR_FMT, STR_ARG(text));
        n = (size_t)code->width * (size_t)code->width;
        cells = TAKE_ARRAY(cx->arena, uint8_t, n);
        for (size_t i = 0; i < n; i++)
                cells[i] = code->data[i] & 1;
        *ret_cells = cells;
        *ret_side = code->width;
        QRcode_free(code);
        return OK;
}

Rc paper_draw_qr(Cx *cx, cairo_t *c, Str text, double x, double y, double side) {
        const uint8_t *cells;
        double cell;
        int n;

        TRY(paper_qr(cx, text, &cells, &n));
        cell = side / (n + 2 * QUIET_MODULES);
        paper_ink(c, ink_white);
        cairo_rectangle(c, x, y, side, side);
        cairo_fill(c);
        for (int row = 0; row < n; row++)
                for (int col = 0, from; col < n; col++) {
                        for (from = col; col < n && cells[row * n + col]; col++)
                                ;
                        if (col >
                            from) /* a little taller than a cell, so that no hairline shows between rows */
                                cairo_rectangle(c, x + (from + QUIET_MODULES) * cell,
                                                y + (row + QUIET_MODULES) * cell, (col - from) * cell,
                                                cell * 1.015);
                }
        cairo_set_source_rgb(c, 0, 0, 0);
        cairo_fill(c);
        return OK;
}

/* ---- pages ------------------------------------------------------------------------------------------------------------- */

static cairo_status_t write_bytes(void *arg, const unsigned char *data, unsigned int n) {
        buf_add(arg, data, n);
        return CAIRO_STATUS_SUCCESS;
}

/* Short strokes at the ends of the two cuts. */
static void cut_marks(cairo_t *c) {
        double w = 210 * PAPER_MM, h = 297 * PAPER_MM, mark = 5 * PAPER_MM;

        paper_ink(c, ink_line);
        cairo_set_line_width(c, 0.4);
        cairo_move_to(c, w / 2, 0), cairo_line_to(c, w / 2, mark);
        cairo_move_to(c, w / 2, h - mark), cairo_line_to(c, w / 2, h);
        cairo_move_to(c, 0, h / 2), cairo_line_to(c, mark, h / 2);
        cairo_move_to(c, w - mark, h / 2), cairo_line_to(c, w, h / 2);
        cairo_move_to(c, w / 2 - mark / 2, h / 2), cairo_line_to(c, w / 2 + mark / 2, h / 2);
        cairo_move_to(c, w / 2, h / 2 - mark / 2), cairo_line_to(c, w / 2, h / 2 + mark / 2);
        cairo_stroke(c);
}

static Rc draw_pages(Cx *cx, cairo_t *c, const void *items, size_t n, size_t each, PaneDraw draw) {
        double w = 210 * PAPER_MM / 2, h = 297 * PAPER_MM / 2;

        for (size_t i = 0; i < n; i++) {
                size_t on_page = i % 4;

                cairo_save(c);
                cairo_translate(c, on_page % 2 ? w : 0, on_page / 2 ? h : 0);
                TRY(draw(cx, c, (const char *)items + i * each));
                cairo_restore(c);
                if (on_page == 3 || i + 1 == n) {
                        cut_marks(c);
                        cairo_show_page(c);
                }
        }
        return OK;
}

Rc paper_pages(Cx *cx, Str title, const void *items, size_t n, size_t each, PaneDraw draw, Buf *ret) {
        cairo_surface_t *surface;
        cairo_status_t status;
        cairo_t *c;
        Rc rc;

        pthread_mutex_lock(&paper.drawing);
        surface = cairo_pdf_surface_create_for_stream(write_bytes, ret, 210 * PAPER_MM, 297 * PAPER_MM);
        cairo_pdf_surface_restrict_to_version(surface,
                                              CAIRO_PDF_VERSION_1_4); /* every print shop reads it */
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, str_z(cx->arena, title));
        cairo_pdf_surface_set_metadata(
                surface, CAIRO_PDF_METADATA_CREATE_DATE,
                str_z(cx->arena, time_rfc3339(cx->arena, now_ms(cx) / MS_SECOND * MS_SECOND)));
        c = cairo_create(surface);
        rc = draw_pages(cx, c, items, n, each, draw);
        cairo_destroy(c);
        cairo_surface_finish(surface);
        status = cairo_surface_status(surface);
        cairo_surface_destroy(surface);
        pthread_mutex_unlock(&paper.drawing);
        if (rc == OK && status != CAIRO_STATUS_SUCCESS)
                return fail(cx, P_SERVER_BUG, "cairo: %s", cairo_status_to_string(status));
        return rc;
}
