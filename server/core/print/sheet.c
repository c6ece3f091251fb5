/* A4 pages with flowing text: see sheet.h. A paragraph breaks across pages between its lines; memory holds one page and one picture. */
#include "core/print/sheet.h"
#include "contract.gen.h"
#include "core/print/paper_int.h"
#include <cairo-pdf.h>
#include <errno.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
        AT_ONCE = 2,       /* documents being made; fonts are large */
        WAITING = 6,       /* and waiting for their turn: workers that are missing elsewhere */
        CHUNK = 4000,      /* characters laid out at a time */
        ROOM = 12 << 20,   /* of the arena in which a picture is loaded */
        PICTURES_A_ROW = 2,
};
#define PAGE_W (210 * PAPER_MM)
#define PAGE_H (297 * PAPER_MM)
#define MARGIN (16 * PAPER_MM)
#define TEXT_W (PAGE_W - 2 * MARGIN)
#define BOTTOM (PAGE_H - 18 * PAPER_MM)
#define LABEL_W (24 * PAPER_MM)
#define PICTURE_GAP (4 * PAPER_MM)
#define PICTURE_W ((TEXT_W - PICTURE_GAP) / PICTURES_A_ROW)
#define PICTURE_H (62 * PAPER_MM)
#define CAPTION_H (9 * PAPER_MM)
#define BODY 9.5

struct Sheet {
        cairo_t *c;
        Arena *arena;
        const SheetLook *look;
        double y;
        int page, pages, column; /* pages 0: they are being counted; column: of the next picture */
        Cx *loader;
};

static struct {
        pthread_mutex_t lock;
        pthread_cond_t free;
        int busy, waiting;
} turn = { .lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER };

/* ---- texts ---- */

static bool is_hidden(uint32_t c) {
        return (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e ||
               c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xfffe || c == 0xffff ||
               (c >= 0xfff9 && c <= 0xfffb);
}

Str sheet_clean(Arena *a, Str text) {
        Buf b = BUF_IN(a);

        for (size_t at = 0; at < text.n;) {
                Str one = str_utf8_head(str_sub(text, at, 4), 1);
                gunichar c = one.n ? g_utf8_get_char_validated(one.p, (gssize)one.n) : (gunichar)-1;

                if (c >= 0x110000) { /* no text of ours: the contract lets valid UTF-8 in only */
                        buf_c(&b, "[?]");
                        at++;
                        continue;
                }
                at += one.n;
                if (c == 0x2028 || c == 0x2029)
                        buf_char(&b, '\n');
                else if (c == '\t')
                        buf_char(&b, ' ');
                else if (is_hidden(c))
                        buf_fmt(&b, "[U+%04X]", (unsigned)c);
                else if (c != '\r')
                        buf_str(&b, one);
        }
        return buf_view(&b);
}

static PangoLayout *layout_of(const Sheet *s, SheetStyle style, double width, Str text) {
        PangoFontDescription *font = pango_font_description_new();
        PangoLayout *layout = pango_cairo_create_layout(s->c);

        pango_font_description_set_family_static(font, "Noto Sans CJK SC, Noto Sans, sans-serif");
        pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
        pango_layout_set_font_description(layout, font);
        pango_font_description_free(font);
        pango_layout_set_auto_dir(layout, FALSE); /* an Arabic word in a report does not turn the page around */
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        pango_layout_set_text(layout, text.p ? text.p : "", (int)text.n);
        paper_letters(layout);
        return layout;
}

/* ---- pages ---- */

static void foot(Sheet *s) {
        Block left = { .x = MARGIN, .y = PAGE_H - 13 * PAPER_MM, .w = TEXT_W - 30 * PAPER_MM, .h = 5 * PAPER_MM, .size = 7.5, .least = 5.5,
                       .ink = ink_grey, .lines = 1 };
        Block right = left;

        right.x = PAGE_W - MARGIN - 28 * PAPER_MM, right.w = 28 * PAPER_MM, right.align = ALIGN_RIGHT;
        paper_text(s->c, left, sheet_clean(s->arena, s->look->foot));
        paper_text(s->c, right, str_fmt(s->arena, "%d / %d", s->page, s->pages));
}

static void page_end(Sheet *s) {
        if (s->pages) {
                foot(s);
                cairo_show_page(s->c);
        }
}

static void page_next(Sheet *s) {
        page_end(s);
        s->page++;
        s->y = MARGIN;
}

/* A new page unless that much is left on this one. */
static void need(Sheet *s, double height) {
        if (s->y + height > BOTTOM && s->y > MARGIN)
                page_next(s);
}

/* ---- flowing text ---- */

static void draw_line(Sheet *s, PangoLayoutLine *line, double x, double height, double rise, bool quiet) {
        need(s, height);
        if (s->pages) {
                paper_ink(s->c, quiet ? ink_grey : ink_black);
                cairo_move_to(s->c, x, s->y + rise);
                pango_cairo_show_layout_line(s->c, line);
                cairo_new_path(s->c);
        }
        s->y += height;
}

static void flow_chunk(Sheet *s, SheetStyle style, double x, Str text) {
        PangoLayout *layout = layout_of(s, style, MARGIN + TEXT_W - x, text);

        for (GSList *l = pango_layout_get_lines_readonly(layout); l; l = l->next) {
                PangoRectangle box;

                pango_layout_line_get_extents(l->data, NULL, &box);
                /* A font with tall marks may not push the next line off the page. */
                draw_line(s, l->data, x, fmin((double)box.height / PANGO_SCALE, style.size * 3) * 1.06,
                          fmin(-(double)box.y / PANGO_SCALE, style.size * 2.4), style.quiet);
        }
        g_object_unref(layout);
}

static void flow(Sheet *s, SheetStyle style, double x, Str text) {
        Str clean = sheet_clean(s->arena, str_trim(text)), line, rest;

        while (clean.n) {
                if (!str_cut(clean, '\n', &line, &rest))
                        line = clean, rest = S("");
                do {
                        Str chunk = str_utf8_head(line, CHUNK);

                        flow_chunk(s, style, x, chunk);
                        line = str_sub(line, chunk.n, line.n);
                } while (line.n);
                clean = rest;
        }
}

void sheet_text(Sheet *s, SheetStyle style, Str text) {
        style.size = style.size > 0 ? style.size : BODY;
        flow(s, style, MARGIN + style.indent, text);
}

void sheet_gap(Sheet *s, double points) { s->y += points; }

void sheet_line(Sheet *s) {
        need(s, 4);
        if (s->pages) {
                paper_ink(s->c, ink_line);
                cairo_set_line_width(s->c, 0.6);
                cairo_move_to(s->c, MARGIN, s->y + 2);
                cairo_line_to(s->c, MARGIN + TEXT_W, s->y + 2);
                cairo_stroke(s->c);
        }
        s->y += 4;
}

void sheet_heading(Sheet *s, Str text) {
        need(s, 60); /* itself and some lines of what follows */
        s->y += s->y > MARGIN ? 10 : 0;
        sheet_text(s, (SheetStyle){ .size = 12, .bold = true }, text);
        sheet_line(s);
        s->y += 2;
}

void sheet_pair(Sheet *s, Str label, Str value) {
        double top;
        int page;

        if (!str_trim(value).n)
                return;
        need(s, 16);
        top = s->y, page = s->page;
        if (s->pages)
                paper_text(s->c,
                           (Block){ .x = MARGIN, .y = top, .w = LABEL_W - 6, .h = 14, .size = BODY, .least = 6, .ink = ink_grey, .lines = 1 },
                           sheet_clean(s->arena, label));
        flow(s, (SheetStyle){ .size = BODY }, MARGIN + LABEL_W, value);
        if (s->page == page && s->y < top + 14)
                s->y = top + 14;
        s->y += 1.5;
}

void sheet_row(Sheet *s, const SheetCell *cells, size_t n) {
        double x = MARGIN, height = 12.5;

        need(s, height);
        for (size_t i = 0; i < n; i++) {
                double w = TEXT_W * cells[i].share;

                if (s->pages)
                        paper_text(s->c,
                                   (Block){ .x = x, .y = s->y, .w = w - 5, .h = height, .size = 8, .least = 6, .bold = cells[i].bold,
                                            .ink = ink_black, .lines = 1 },
                                   sheet_clean(s->arena, cells[i].text));
                x += w;
        }
        s->y += height;
}

Rc sheet_head(Cx *cx, Sheet *s, Str title, Str number, Str link) {
        double side = 27 * PAPER_MM, top = s->y, w = TEXT_W - side - 8;

        if (s->pages) {
                paper_text(s->c, (Block){ .x = MARGIN, .y = top, .w = w, .h = 30, .size = 22, .least = 14, .bold = true, .ink = ink_black, .lines = 1 },
                           sheet_clean(s->arena, title));
                paper_text(s->c, (Block){ .x = MARGIN, .y = top + 36, .w = w, .h = 24, .size = 15, .least = 10, .ink = ink_black, .lines = 1 },
                           sheet_clean(s->arena, number));
                TRY(paper_draw_qr(cx, s->c, link, MARGIN + TEXT_W - side, top - 2 * PAPER_MM, side));
        }
        s->y = top + side;
        return OK;
}

/* ---- pictures ---- */

static void free_bytes(void *p) { free(p); }

/* cairo puts the JPEG into the PDF as it is; the pixels of the surface are never looked at. */
static cairo_surface_t *jpeg_surface(Str jpeg, int width, int height) {
        cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
        unsigned char *copy = malloc(jpeg.n);

        if (!copy)
                abort();
        memcpy(copy, jpeg.p, jpeg.n);
        if (cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_JPEG, copy, jpeg.n, free_bytes, copy) != CAIRO_STATUS_SUCCESS)
                free(copy);
        return image;
}

static void draw_jpeg(Sheet *s, double x, Str jpeg, int width, int height) {
        double scale = fmin(PICTURE_W / width, PICTURE_H / height);
        cairo_surface_t *image = jpeg_surface(jpeg, width, height);

        cairo_save(s->c);
        cairo_translate(s->c, x + (PICTURE_W - width * scale) / 2, s->y + (PICTURE_H - height * scale) / 2);
        cairo_scale(s->c, scale, scale);
        cairo_set_source_surface(s->c, image, 0, 0);
        cairo_paint(s->c);
        cairo_restore(s->c);
        cairo_surface_destroy(image);
}

static Rc draw_picture(Cx *cx, Sheet *s, double x, const SheetPicture *p) {
        int width = 0, height = 0;
        Str jpeg;
        Rc rc;

        cx_reset(s->loader);
        s->loader->actor = cx->actor;
        rc = p->load(s->loader, p->arg, &jpeg, &width, &height);
        if (rc == E_BUSY || rc == E_BUG)
                return fail(cx, s->loader->problem.code, STR_FMT, STR_ARG(s->loader->problem.detail));
        paper_ink(s->c, ink_line);
        cairo_set_line_width(s->c, 0.5);
        cairo_rectangle(s->c, x, s->y, PICTURE_W, PICTURE_H);
        cairo_stroke(s->c);
        if (rc == OK && width > 0 && height > 0)
                draw_jpeg(s, x, jpeg, width, height);
        else
                paper_text(s->c, (Block){ .x = x + 4, .y = s->y, .w = PICTURE_W - 8, .h = PICTURE_H, .size = BODY, .least = 7, .middle = true,
                                          .align = ALIGN_CENTRE, .ink = ink_grey, .lines = 2 }, S("—"));
        paper_text(s->c, (Block){ .x = x, .y = s->y + PICTURE_H + 1.5, .w = PICTURE_W, .h = CAPTION_H, .size = 8, .least = 5.5,
                                  .ink = ink_black, .lines = 2 }, sheet_clean(s->arena, p->caption));
        return OK;
}

void sheet_pictures_begin(Sheet *s, Str heading) {
        need(s, 36 + PICTURE_H + CAPTION_H);
        sheet_heading(s, heading);
}

Rc sheet_picture(Cx *cx, Sheet *s, const SheetPicture *p) {
        double x = MARGIN + s->column * (PICTURE_W + PICTURE_GAP);

        if (!s->column)
                need(s, PICTURE_H + CAPTION_H);
        if (s->pages)
                TRY(draw_picture(cx, s, x, p));
        s->column = (s->column + 1) % PICTURES_A_ROW;
        if (!s->column)
                s->y += PICTURE_H + CAPTION_H + 4;
        return OK;
}

void sheet_pictures_end(Sheet *s) {
        if (s->column)
                s->y += PICTURE_H + CAPTION_H + 4;
        s->column = 0;
}

/* ---- the document ---- */

static cairo_status_t write_away(void *arg, const unsigned char *data, unsigned int n) {
        (void)arg, (void)data, (void)n;
        return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t write_fd(void *arg, const unsigned char *data, unsigned int n) {
        for (unsigned int done = 0; done < n;) {
                ssize_t wrote = write(*(const int *)arg, data + done, n - done);

                if (wrote < 0 && errno != EINTR)
                        return CAIRO_STATUS_WRITE_ERROR;
                done += wrote > 0 ? (unsigned int)wrote : 0;
        }
        return CAIRO_STATUS_SUCCESS;
}

static void describe(Cx *cx, cairo_surface_t *pdf, const SheetLook *look) {
        cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_4); /* every print shop reads it */
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, str_z(cx->arena, sheet_clean(cx->arena, look->title)));
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE,
                                       str_z(cx->arena, time_rfc3339(cx->arena, now_ms(cx) / MS_SECOND * MS_SECOND)));
}

/* One pass; pages 0 counts them. Both draw on a PDF, whose fonts are measured without the grid of a screen. */
static Rc pass(Cx *cx, const SheetLook *look, SheetFill fill, void *arg, int *fd, int pages, int *ret_pages) {
        _cleanup_(arena_freep) Arena *arena = arena_new(0);
        _cleanup_(cx_freep) Cx *loader = cx_new(ROOM);
        cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(pages ? write_fd : write_away, fd, PAGE_W, PAGE_H);
        Sheet s = { .arena = arena, .look = look, .y = MARGIN, .page = 1, .pages = pages, .loader = loader };
        cairo_status_t status;
        Rc rc;

        describe(cx, pdf, look);
        s.c = cairo_create(pdf);
        rc = fill(cx, &s, arg);
        sheet_pictures_end(&s);
        page_end(&s);
        cairo_destroy(s.c);
        cairo_surface_finish(pdf);
        status = cairo_surface_status(pdf);
        cairo_surface_destroy(pdf);
        *ret_pages = s.page;
        if (rc == OK && status == CAIRO_STATUS_WRITE_ERROR)
                return fail(cx, P_DB_FULL, "the document cannot be written: %s", strerror(errno));
        if (rc == OK && status != CAIRO_STATUS_SUCCESS)
                return fail(cx, P_SERVER_BUG, "cairo: %s", cairo_status_to_string(status));
        return rc;
}

static Rc turn_take(Cx *cx) {
        bool mine;

        pthread_mutex_lock(&turn.lock);
        mine = turn.waiting < WAITING;
        turn.waiting += mine;
        while (mine && turn.busy == AT_ONCE)
                pthread_cond_wait(&turn.free, &turn.lock);
        turn.waiting -= mine;
        turn.busy += mine;
        pthread_mutex_unlock(&turn.lock);
        return mine ? OK : fail(cx, P_SERVER_BUSY, "%d documents are being made and %d wait", AT_ONCE, WAITING);
}

static void turn_give(void) {
        pthread_mutex_lock(&turn.lock);
        turn.busy--;
        pthread_cond_signal(&turn.free);
        pthread_mutex_unlock(&turn.lock);
}

Rc sheet_write(Cx *cx, const SheetLook *look, SheetFill fill, void *arg, int fd, int *ret_pages) {
        int pages = 0, drawn = 0;
        Rc rc;

        TRY(turn_take(cx));
        rc = pass(cx, look, fill, arg, NULL, 0, &pages);
        if (rc == OK)
                rc = pass(cx, look, fill, arg, &fd, pages, &drawn);
        turn_give();
        if (rc == OK && drawn != pages)
                return fail(cx, P_SERVER_BUG, "%d pages were counted and %d drawn", pages, drawn);
        if (rc == OK && ret_pages)
                *ret_pages = pages;
        return rc;
}
