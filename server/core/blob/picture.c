/* Sniffing by the first bytes, decoding with libvips (trusted loaders only), turning upright, shrinking, encoding anew: metadata
 * does not survive. At most two at a time, since a decoded picture is large. */
#include "core/blob/picture.h"
#include "contract.gen.h"
#include <pthread.h>
#include <semaphore.h>
#include <vips/vips.h>

enum { LONGEST = 2048, THUMB = 360, QUALITY = 82, THUMB_QUALITY = 74, PIXELS_MAX = 60 * 1000 * 1000, AT_ONCE = 2 };

static struct {
        pthread_once_t once;
        sem_t slots;
} state = { .once = PTHREAD_ONCE_INIT };

static void start(void) {
        sem_init(&state.slots, 0, AT_ONCE);
        if (vips_init("wangge") == 0) {
                vips_concurrency_set(1);
                vips_cache_set_max(0);
                vips_block_untrusted_set(TRUE);
        }
}

void picture_init(void) { pthread_once(&state.once, start); }

/* What a phone or browser sends: JPEG, PNG, WebP, HEIF. By content; what the sender calls it does not count. */
bool picture_sniff(Str s) {
        if (s.n < 16)
                return false;
        return memcmp(s.p, "\xff\xd8\xff", 3) == 0 || memcmp(s.p, "\x89PNG\r\n\x1a\n", 8) == 0 ||
               (memcmp(s.p, "RIFF", 4) == 0 && memcmp(s.p + 8, "WEBP", 4) == 0) ||
               (memcmp(s.p + 4, "ftyp", 4) == 0 &&
                (memcmp(s.p + 8, "heic", 4) == 0 || memcmp(s.p + 8, "heix", 4) == 0 || memcmp(s.p + 8, "mif1", 4) == 0));
}

static void unref(VipsImage **image) { g_clear_object(image); }

static Rc refuse(Cx *cx, const char *step) {
        Rc rc = fail(cx, P_BLOB_TYPE, "%s: %.300s", step, vips_error_buffer());

        vips_error_clear();
        return rc;
}

static Rc encode(Cx *cx, VipsImage *image, int quality, bool small, Str *ret) {
        void *p = NULL;
        size_t n = 0;

        if (vips_jpegsave_buffer(image, &p, &n, "Q", quality, "strip", TRUE, "optimize_coding", small, NULL))
                return refuse(cx, "encoding");
        *ret = (Str){ arena_copy(cx->arena, p, n), n };
        g_free(p);
        return OK;
}

/* Shrinks to fit a square of `longest`, turned upright, on white where it was transparent. */
static Rc shrunk(Cx *cx, Str bytes, int longest, VipsImage **ret) {
        _cleanup_(unref) VipsImage *image = NULL;
        double white[] = { 255 };
        VipsArrayDouble *background;

        if (vips_thumbnail_buffer((void *)(uintptr_t)bytes.p, bytes.n, &image, longest, "size", VIPS_SIZE_DOWN, "option_string",
                                  "[fail_on=truncated]", NULL))
                return refuse(cx, "decoding");
        if (!vips_image_hasalpha(image))
                return *ret = g_steal_pointer(&image), OK;
        background = vips_array_double_new(white, 1);
        if (vips_flatten(image, ret, "background", background, NULL)) {
                vips_area_unref(VIPS_AREA(background));
                return refuse(cx, "flattening");
        }
        vips_area_unref(VIPS_AREA(background));
        return OK;
}

static Rc check_size(Cx *cx, Str bytes) {
        _cleanup_(unref) VipsImage *head = vips_image_new_from_buffer(bytes.p, bytes.n, "", "access", VIPS_ACCESS_SEQUENTIAL, NULL);

        if (!head)
                return refuse(cx, "header");
        if ((int64_t)vips_image_get_width(head) * vips_image_get_height(head) > PIXELS_MAX)
                return fail(cx, P_BLOB_TOO_LARGE, "%d × %d pixels", vips_image_get_width(head), vips_image_get_height(head));
        return OK;
}

/* The picture and its thumbnail as JPEG. */
static Rc both(Cx *cx, VipsImage *image, Picture *ret) {
        _cleanup_(unref) VipsImage *thumb = NULL;
        Picture p = { .width = vips_image_get_width(image), .height = vips_image_get_height(image) };

        TRY(encode(cx, image, QUALITY, true, &p.bytes));
        if (vips_thumbnail_image(image, &thumb, THUMB, "size", VIPS_SIZE_DOWN, NULL))
                return refuse(cx, "thumbnail");
        TRY(encode(cx, thumb, THUMB_QUALITY, true, &p.thumb));
        return *ret = p, OK;
}

static Rc fit(Cx *cx, Str bytes, int longest, Picture *ret) {
        _cleanup_(unref) VipsImage *image = NULL;
        _cleanup_(unref) VipsImage *memory = NULL;

        TRY(shrunk(cx, bytes, longest, &image));
        memory = vips_image_copy_memory(image);
        if (!memory)
                return refuse(cx, "decoding");
        *ret = (Picture){ .width = vips_image_get_width(memory), .height = vips_image_get_height(memory) };
        return encode(cx, memory, QUALITY, false, &ret->bytes);
}

Rc picture_fit(Cx *cx, Str bytes, int longest, Picture *ret) {
        Rc rc;

        picture_init();
        while (sem_wait(&state.slots) != 0) {}
        rc = fit(cx, bytes, longest, ret);
        sem_post(&state.slots);
        vips_thread_shutdown();
        return rc;
}

static Rc encode_rgb(Cx *cx, const uint8_t *rgb, int width, int height, int quality, Str *ret) {
        _cleanup_(unref) VipsImage *image =
                vips_image_new_from_memory(rgb, (size_t)width * (size_t)height * 3, width, height, 3, VIPS_FORMAT_UCHAR);

        return image ? encode(cx, image, quality, false, ret) : refuse(cx, "pixels");
}

/* Half the size, each pixel the mean of four. */
static const uint8_t *halved(Cx *cx, const uint8_t *rgb, int width, int height) {
        size_t row = (size_t)width * 3;
        uint8_t *half = arena_take(cx->arena, (size_t)(width / 2) * (size_t)(height / 2) * 3), *to = half;

        for (int y = 0; y + 1 < height; y += 2)
                for (int x = 0; x + 1 < width; x += 2)
                        for (int c = 0; c < 3; c++) {
                                const uint8_t *p = rgb + (size_t)y * row + (size_t)x * 3 + (size_t)c;

                                *to++ = (uint8_t)((p[0] + p[3] + p[row] + p[row + 3]) / 4);
                        }
        return half;
}

Rc picture_from_rgb(Cx *cx, const uint8_t *rgb, int width, int height, Picture *ret) {
        Picture p = { .width = width, .height = height };

        picture_init();
        TRY(encode_rgb(cx, rgb, width, height, QUALITY, &p.bytes));
        TRY(encode_rgb(cx, halved(cx, rgb, width, height), width / 2, height / 2, THUMB_QUALITY, &p.thumb));
        return *ret = p, OK;
}

static Rc clean(Cx *cx, Str bytes, Picture *ret) {
        _cleanup_(unref) VipsImage *image = NULL;
        _cleanup_(unref) VipsImage *memory = NULL;

        TRY(check_size(cx, bytes));
        TRY(shrunk(cx, bytes, LONGEST, &image));
        memory = vips_image_copy_memory(image);
        if (!memory)
                return refuse(cx, "decoding");
        return both(cx, memory, ret);
}

Rc picture_clean(Cx *cx, Str bytes, Picture *ret) {
        Rc rc;

        if (!picture_sniff(bytes))
                return fail(cx, P_BLOB_TYPE, "the first bytes are none of JPEG, PNG, WebP, HEIF");
        picture_init();
        while (sem_wait(&state.slots) != 0) {}
        rc = clean(cx, bytes, ret);
        sem_post(&state.slots);
        vips_thread_shutdown();
        return rc;
}
