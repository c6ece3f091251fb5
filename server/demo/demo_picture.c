/* Drawn photos: a street or a room, the matter in it (before) or put right (after), and the caption that camera apps print.
 * Every picture differs by its seed, so that no two cases share one. */
#include "core/blob/picture.h"
#include "demo/demo_int.h"
#include <cairo.h>
#include <math.h>
#include <openssl/sha.h>
#include <pango/pangocairo.h>

/* Drawn on 640 × 480, kept at three quarters of it. */
enum { W = 640, H = 480, GROUND = 300, OUT_W = 480, OUT_H = 360 };

typedef struct Canvas {
        cairo_t *c;
        uint64_t seed;
} Canvas;

/* A number in 0..1 from the picture's own stream (splitmix64). */
static double next(Canvas *v) {
        uint64_t z = (v->seed += 0x9e3779b97f4a7c15u);

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static double between(Canvas *v, double lo, double hi) { return lo + (hi - lo) * next(v); }

static void rgb(Canvas *v, double r, double g, double b) { cairo_set_source_rgb(v->c, r, g, b); }

static void box(Canvas *v, double x, double y, double w, double h) {
        cairo_rectangle(v->c, x, y, w, h);
        cairo_fill(v->c);
}

static void disc(Canvas *v, double x, double y, double r) {
        cairo_arc(v->c, x, y, r, 0, 2 * M_PI);
        cairo_fill(v->c);
}

static void oval(Canvas *v, double x, double y, double rx, double ry) {
        cairo_save(v->c);
        cairo_translate(v->c, x, y);
        cairo_scale(v->c, rx, ry);
        cairo_arc(v->c, 0, 0, 1, 0, 2 * M_PI);
        cairo_restore(v->c);
        cairo_fill(v->c);
}

/* ---- where ----------------------------------------------------------------------------------------------------------------- */

static void windows(Canvas *v, double x, double w, double top) {
        for (double wy = top + 22; wy < GROUND - 60; wy += 52)
                for (double wx = x + 16; wx < x + w - 34; wx += 54) {
                        double lit = between(v, 0.45, 0.75);

                        rgb(v, lit * 0.8, lit * 0.92, lit);
                        box(v, wx, wy, 30, 32);
                        rgb(v, 0.92, 0.92, 0.9);
                        box(v, wx + 14, wy, 2, 32);
                }
}

static void street(Canvas *v) {
        double day = between(v, 0.75, 1), x = -30;

        rgb(v, 0.62 * day, 0.78 * day, 0.93 * day);
        box(v, 0, 0, W, GROUND);
        while (x < W) {
                double w = between(v, 150, 260), top = between(v, 20, 130), tone = between(v, 0.72, 0.92);

                rgb(v, tone * day, tone * between(v, 0.88, 0.98) * day, tone * between(v, 0.78, 0.92) * day);
                box(v, x, top, w, GROUND - top);
                windows(v, x, w, top);
                x += w;
        }
        rgb(v, 0.70, 0.69, 0.67); /* pavement, kerb, road */
        box(v, 0, GROUND, W, 90);
        rgb(v, 0.82, 0.81, 0.78);
        box(v, 0, GROUND + 90, W, 8);
        rgb(v, 0.38, 0.39, 0.41);
        box(v, 0, GROUND + 98, W, H - GROUND - 98);
        rgb(v, 0.6, 0.59, 0.57);
        for (int i = -2; i < 16; i++) {
                cairo_move_to(v->c, i * 48 + 20, GROUND);
                cairo_line_to(v->c, i * 56 - 20, GROUND + 90);
                cairo_stroke(v->c);
        }
}

static void room(Canvas *v) {
        double tone = between(v, 0.86, 0.96);

        rgb(v, tone, tone * 0.98, tone * 0.92);
        box(v, 0, 0, W, GROUND + 20);
        rgb(v, 0.62, 0.5, 0.38);
        box(v, 0, GROUND + 20, W, H);
        rgb(v, 0.78, 0.88, 0.95);
        box(v, between(v, 60, 380), 50, 180, 150);
        rgb(v, 0.75, 0.2, 0.2); /* a banner on the wall */
        box(v, between(v, 40, 300), 18, 300, 22);
}

/* ---- what ------------------------------------------------------------------------------------------------------------------ */

static void rubbish(Canvas *v) {
        double cx = between(v, 220, 420);

        for (int i = 0; i < 26; i++) {
                double x = cx + between(v, -130, 130), y = GROUND + 86 - between(v, 0, 70) * (1 - fabs(x - cx) / 150);

                rgb(v, between(v, 0.1, 0.8), between(v, 0.1, 0.7), between(v, 0.1, 0.6));
                if (next(v) < 0.5)
                        oval(v, x, y, between(v, 14, 30), between(v, 10, 20));
                else
                        box(v, x, y, between(v, 16, 46), between(v, 10, 28));
        }
}

static void bin(Canvas *v, double x) {
        rgb(v, 0.15, 0.45, 0.3);
        box(v, x, GROUND + 4, 50, 76);
        rgb(v, 0.1, 0.35, 0.24);
        box(v, x - 4, GROUND - 4, 58, 12);
}

static void bicycle(Canvas *v, double x, double y) {
        rgb(v, 0.12, 0.12, 0.12);
        cairo_set_line_width(v->c, 5);
        cairo_arc(v->c, x, y, 24, 0, 2 * M_PI);
        cairo_stroke(v->c);
        cairo_arc(v->c, x + 78, y, 24, 0, 2 * M_PI);
        cairo_stroke(v->c);
        rgb(v, between(v, 0.1, 0.9), between(v, 0.1, 0.6), between(v, 0.1, 0.9));
        cairo_set_line_width(v->c, 8);
        cairo_move_to(v->c, x, y);
        cairo_line_to(v->c, x + 30, y - 38);
        cairo_line_to(v->c, x + 66, y - 34);
        cairo_line_to(v->c, x + 78, y);
        cairo_move_to(v->c, x + 62, y - 34);
        cairo_line_to(v->c, x + 60, y - 58);
        cairo_stroke(v->c);
        box(v, x + 14, y - 50, 34, 10);
        cairo_set_line_width(v->c, 2);
}

static void bicycles(Canvas *v) {
        for (int i = 0; i < 5; i++)
                bicycle(v, 30 + i * 112 + between(v, -16, 16), GROUND + 60 + between(v, -18, 22));
}

static void car(Canvas *v) {
        double x = between(v, 120, 300), y = GROUND + 10;

        rgb(v, between(v, 0.15, 0.9), between(v, 0.15, 0.5), between(v, 0.15, 0.6));
        box(v, x, y + 30, 240, 52);
        box(v, x + 46, y - 10, 138, 46);
        rgb(v, 0.7, 0.85, 0.92);
        box(v, x + 56, y - 2, 54, 32);
        box(v, x + 118, y - 2, 56, 32);
        rgb(v, 0.08, 0.08, 0.08);
        disc(v, x + 54, y + 84, 24);
        disc(v, x + 190, y + 84, 24);
}

static void pothole(Canvas *v) {
        double x = between(v, 220, 420);

        rgb(v, 0.22, 0.2, 0.19);
        oval(v, x, GROUND + 138, between(v, 70, 110), 26);
        rgb(v, 0.12, 0.11, 0.1);
        oval(v, x + 8, GROUND + 142, 60, 16);
        rgb(v, 0.2, 0.19, 0.18);
        cairo_set_line_width(v->c, 3);
        for (int i = 0; i < 7; i++) {
                cairo_move_to(v->c, x, GROUND + 138);
                cairo_line_to(v->c, x + between(v, -190, 190), GROUND + 138 + between(v, -36, 40));
                cairo_stroke(v->c);
        }
}

static void stall(Canvas *v) {
        double x = between(v, 120, 300);

        for (int i = 0; i < 8; i++) {
                if (i % 2)
                        rgb(v, 0.95, 0.95, 0.93);
                else
                        rgb(v, 0.8, 0.2, 0.15);
                box(v, x + i * 28, GROUND - 90, 28, 34);
        }
        rgb(v, 0.4, 0.3, 0.2);
        box(v, x + 4, GROUND - 56, 6, 120);
        box(v, x + 214, GROUND - 56, 6, 120);
        box(v, x, GROUND + 20, 226, 46);
        for (int i = 0; i < 18; i++) {
                rgb(v, between(v, 0.6, 1), between(v, 0.3, 0.8), 0.15);
                disc(v, x + 14 + i % 9 * 24, GROUND + 14 - i / 9 * 16, 11);
        }
}

static void posters(Canvas *v) {
        for (int i = 0; i < 14; i++) {
                double x = between(v, 60, 520), y = between(v, 90, GROUND - 50);

                rgb(v, between(v, 0.85, 1), between(v, 0.7, 1), between(v, 0.3, 0.9));
                box(v, x, y, 52, 36);
                rgb(v, 0.2, 0.2, 0.25);
                for (int k = 0; k < 3; k++)
                        box(v, x + 6, y + 7 + k * 9, between(v, 20, 40), 3);
        }
}

static void person(Canvas *v, double x, double y) {
        rgb(v, 0.93, 0.78, 0.66);
        disc(v, x, y - 96, 20);
        rgb(v, 0.13, 0.12, 0.12);
        cairo_arc(v->c, x, y - 100, 21, M_PI, 2 * M_PI);
        cairo_fill(v->c);
        rgb(v, between(v, 0.15, 0.8), between(v, 0.2, 0.7), between(v, 0.3, 0.85));
        cairo_move_to(v->c, x - 32, y);
        cairo_curve_to(v->c, x - 34, y - 70, x - 16, y - 78, x, y - 78);
        cairo_curve_to(v->c, x + 16, y - 78, x + 34, y - 70, x + 32, y);
        cairo_fill(v->c);
}

static void table_with_papers(Canvas *v, bool done) {
        rgb(v, 0.5, 0.36, 0.22);
        box(v, 110, GROUND + 30, 420, 26);
        box(v, 130, GROUND + 56, 14, 110);
        box(v, 496, GROUND + 56, 14, 110);
        for (int i = 0; i < 5; i++) {
                double x = 150 + i * 70 + between(v, -10, 10);

                rgb(v, 0.98, 0.98, 0.96);
                box(v, x, GROUND + 6, 52, 24);
                rgb(v, 0.5, 0.55, 0.62);
                box(v, x + 6, GROUND + 12, 36, 2);
                box(v, x + 6, GROUND + 18, 28, 2);
                if (done) {
                        rgb(v, 0.8, 0.1, 0.1);
                        disc(v, x + 40, GROUND + 20, 7);
                }
        }
}

static void clutter(Canvas *v) {
        for (int i = 0; i < 12; i++) {
                double s = between(v, 36, 78), x = between(v, 60, 520);

                rgb(v, between(v, 0.6, 0.75), between(v, 0.45, 0.58), between(v, 0.28, 0.4));
                box(v, x, GROUND + 96 - s - between(v, 0, 60), s, s);
                rgb(v, 0.45, 0.34, 0.22);
                box(v, x + s / 2 - 2, GROUND + 60 - s / 2, 4, s / 2);
        }
}

static void extinguisher(Canvas *v) {
        rgb(v, 0.8, 0.1, 0.1);
        box(v, 470, GROUND - 30, 30, 84);
        disc(v, 485, GROUND - 30, 15);
        rgb(v, 0.1, 0.1, 0.1);
        box(v, 478, GROUND - 60, 14, 18);
        rgb(v, 0.1, 0.55, 0.3);
        box(v, 440, GROUND - 140, 92, 40);
}

static void puddle(Canvas *v) {
        rgb(v, 0.36, 0.47, 0.52);
        oval(v, between(v, 250, 400), GROUND + 120, 200, 44);
        rgb(v, 0.62, 0.75, 0.8);
        oval(v, between(v, 260, 360), GROUND + 112, 70, 10);
}

static void tree(Canvas *v, bool fallen) {
        cairo_save(v->c);
        if (fallen) {
                cairo_translate(v->c, 200, GROUND + 96);
                cairo_rotate(v->c, 1.25);
        } else {
                cairo_translate(v->c, 320, GROUND + 70);
        }
        rgb(v, 0.4, 0.28, 0.18);
        box(v, -12, -160, 24, 160);
        for (int i = 0; i < 9; i++) {
                rgb(v, 0.16, between(v, 0.4, 0.56), 0.2);
                disc(v, between(v, -62, 62), -190 + between(v, -50, 46), between(v, 34, 52));
        }
        cairo_restore(v->c);
}

static bool is(Str icon, const char *words) {
        Str all = str_c(words), word, rest;

        while (str_cut(all, ' ', &word, &rest)) {
                if (str_contains(icon, word))
                        return true;
                all = rest;
        }
        return str_contains(icon, all);
}

static void matter_outside(Canvas *v, Str icon, bool after) {
        if (is(icon, "trash more")) {
                bin(v, 470);
                if (!after)
                        rubbish(v);
        } else if (is(icon, "bicycle charging")) {
                after ? bicycle(v, 480, GROUND + 64) : bicycles(v);
        } else if (is(icon, "car eye fire-lane")) {
                if (!after)
                        car(v);
        } else if (is(icon, "road manhole")) {
                if (!after)
                        pothole(v);
        } else if (is(icon, "stall shop food")) {
                if (!after)
                        stall(v);
        } else if (is(icon, "sticker")) {
                if (!after)
                        posters(v);
        } else if (is(icon, "cable falling tree")) {
                tree(v, !after);
        } else if (is(icon, "water dog")) {
                if (!after)
                        puddle(v);
        } else {
                bin(v, 90);
                if (!after)
                        clutter(v);
        }
}

static bool matter_inside(Canvas *v, Str icon, bool after) {
        if (is(icon, "fire-lane"))
                return false;
        if (is(icon, "fire house lift boxes")) {
                room(v);
                extinguisher(v);
                if (!after)
                        clutter(v);
                return true;
        }
        if (is(icon, "dispute person-add phone keys noise pension medical allowance wheelchair work elder heart relief medal doctor "
                     "child card")) {
                room(v);
                person(v, 220 + between(v, -20, 20), GROUND + 30);
                person(v, 420 + between(v, -20, 20), GROUND + 30);
                table_with_papers(v, after);
                return true;
        }
        return false;
}

/* ---- caption, encoding ----------------------------------------------------------------------------------------------------- */

static void caption(Canvas *v, Cx *cx, const DemoScene *scene) {
        PangoLayout *layout = pango_cairo_create_layout(v->c);
        PangoFontDescription *font = pango_font_description_from_string("Noto Sans CJK SC 13");
        Str text = str_fmt(cx->arena, STR_FMT "\n" STR_FMT, STR_ARG(scene->line1), STR_ARG(scene->line2));

        pango_layout_set_font_description(layout, font);
        pango_layout_set_text(layout, text.p, (int)text.n);
        cairo_set_source_rgba(v->c, 0, 0, 0, 0.45);
        box(v, 0, H - 62, W, 62);
        rgb(v, 1, 1, 1);
        cairo_move_to(v->c, 14, H - 56);
        pango_cairo_show_layout(v->c, layout);
        pango_font_description_free(font);
        g_object_unref(layout);
}

static uint8_t *to_rgb(Cx *cx, cairo_surface_t *surface) {
        const unsigned char *from = cairo_image_surface_get_data(surface);
        int stride = cairo_image_surface_get_stride(surface);
        uint8_t *to = arena_take(cx->arena, (size_t)OUT_W * OUT_H * 3), *q = to;

        for (int y = 0; y < OUT_H; y++)
                for (int x = 0; x < OUT_W; x++) {
                        uint32_t p;

                        memcpy(&p, from + y * stride + x * 4, 4);
                        *q++ = (uint8_t)(p >> 16);
                        *q++ = (uint8_t)(p >> 8);
                        *q++ = (uint8_t)p;
                }
        return to;
}

Rc demo_picture(Cx *cx, const DemoScene *scene, DemoPicture *ret) {
        cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, OUT_W, OUT_H);
        Canvas v = { cairo_create(surface), scene->seed };
        uint8_t digest[SHA256_DIGEST_LENGTH], *pixels;
        Picture p;

        cairo_scale(v.c, (double)OUT_W / W, (double)OUT_H / H);
        if (!matter_inside(&v, scene->icon, scene->after)) {
                street(&v);
                matter_outside(&v, scene->icon, scene->after);
        }
        caption(&v, cx, scene);
        cairo_surface_flush(surface);
        pixels = to_rgb(cx, surface);
        cairo_destroy(v.c);
        cairo_surface_destroy(surface);
        TRY(picture_from_rgb(cx, pixels, OUT_W, OUT_H, &p));
        SHA256((const unsigned char *)p.bytes.p, p.bytes.n, digest);
        *ret = (DemoPicture){ hex_str(cx->arena, digest, sizeof digest), p.bytes, p.thumb, p.width, p.height, false, false };
        return OK;
}
