/* Pictures: what is in the bytes, and a clean copy of it. The only place that knows libvips. */
#pragma once
#include "base/cx.h"

typedef struct Picture {
        Str bytes, thumb;        /* JPEG without metadata, upright */
        int64_t width, height;
} Picture;

void picture_init(void);
bool picture_sniff(Str head); /* by the first 16 bytes */
/* P_BLOB_TYPE when it is no photo or a broken one, P_BLOB_TOO_LARGE over 60 megapixels. Slow: never inside a transaction. */
Rc picture_clean(Cx *cx, Str bytes, Picture *ret);

/* A smaller copy of a picture of ours, at most `longest` pixels a side. Slow. */
Rc picture_fit(Cx *cx, Str bytes, int longest, Picture *ret); /* without thumb */

/* Encodes pixels that we drew ourselves (packed RGB, 8 bits), with the thumbnail. */
Rc picture_from_rgb(Cx *cx, const uint8_t *rgb, int width, int height, Picture *ret);
