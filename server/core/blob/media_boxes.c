/* ISO base media files (ISO/IEC 14496-12) and QuickTime: boxes in boxes. Only the few that tell what is inside are entered, at fixed
 * depth, so that nesting costs nothing. */
#include "core/blob/media.h"
#include "base/rc.h"

enum { BOXES_MAX = 200000, TRACKS_MAX = 64, SIDE_MAX = 16384 };

typedef struct Box {
        uint32_t type;
        Bytes body;
} Box;

#define FOUR(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* The major brand, or any of the compatible ones, decides what a file is called. */
static const struct {
        const char brand[5];
        const char *audio, *video;
} brands[] = {
        { "3gp", "audio/3gpp", "video/3gpp" },  { "3gr", "audio/3gpp", "video/3gpp" },   { "3gs", "audio/3gpp", "video/3gpp" },
        { "3ge", "audio/3gpp", "video/3gpp" },  { "3gg", "audio/3gpp", "video/3gpp" },   { "3g2", "audio/3gpp2", "video/3gpp2" },
        { "qt  ", "audio/mp4", "video/quicktime" }, { "M4A ", "audio/mp4", "video/mp4" }, { "M4B ", "audio/mp4", "video/mp4" },
        { "M4V", "audio/mp4", "video/mp4" },    { "isom", "audio/mp4", "video/mp4" },    { "iso", "audio/mp4", "video/mp4" },
        { "mp4", "audio/mp4", "video/mp4" },    { "avc1", "audio/mp4", "video/mp4" },    { "mmp4", "audio/mp4", "video/mp4" },
        { "MSNV", "audio/mp4", "video/mp4" },   { "dash", "audio/mp4", "video/mp4" },    { "XAVC", "audio/mp4", "video/mp4" },
};

static bool brand_is(const uint8_t *p, const char **ret_audio, const char **ret_video) {
        for (size_t i = 0; i < ARRAY_LEN(brands); i++)
                if (memcmp(p, brands[i].brand, strlen(brands[i].brand)) == 0)
                        return *ret_audio = brands[i].audio, *ret_video = brands[i].video, true;
        return false;
}

bool media_boxes_brand(Bytes b, const char **ret_audio, const char **ret_video) {
        uint32_t size;

        if (b.n < 16 || memcmp(b.p + 4, "ftyp", 4) != 0)
                return false;
        size = be32(b.p);
        if (size < 16 || size > 1024 || size % 4)
                return false;
        if (brand_is(b.p + 8, ret_audio, ret_video))
                return true;
        for (size_t i = 16; i + 4 <= size && i + 4 <= b.n; i += 4)
                if (brand_is(b.p + i, ret_audio, ret_video))
                        return true;
        return false;
}

static bool is_name(const uint8_t *p) {
        for (int i = 0; i < 4; i++)
                if ((p[i] < 0x20 || p[i] > 0x7e) && p[i] != 0xa9)
                        return false;
        return true;
}

/* Takes the next box off the front; false with *wrong set when it does not fit, without it at the end. */
static bool next_box(Bytes *b, bool outermost, Box *ret, const char **wrong) {
        uint64_t size, head = 8;

        if (b->n == 0)
                return false;
        if (!outermost && b->n == 4 && be32(b->p) == 0) /* QuickTime ends some lists so */
                return false;
        if (b->n < 8 || !is_name(b->p + 4))
                return *wrong = "a box has no head", false;
        size = be32(b->p);
        ret->type = be32(b->p + 4);
        if (size == 1 && b->n >= 16) {
                size = (uint64_t)be32(b->p + 8) << 32 | be32(b->p + 12);
                head = 16;
        } else if (size == 0 && outermost && ret->type == FOUR('m', 'd', 'a', 't')) {
                size = b->n;
        }
        if (size < head)
                return *wrong = "a box is smaller than its own head", false;
        if (size > b->n)
                return *wrong = "a box is larger than what holds it", false;
        ret->body = (Bytes){ b->p + head, (size_t)(size - head) };
        b->p += size;
        b->n -= (size_t)size;
        return true;
}

typedef struct Track {
        uint32_t handler;
        int64_t width, height;
        bool described;
} Track;

static void read_media_box(Bytes b, Track *t, const char **wrong) {
        Box box;

        while (next_box(&b, false, &box, wrong))
                if (box.type == FOUR('h', 'd', 'l', 'r') && box.body.n >= 12)
                        t->handler = be32(box.body.p + 8);
                else if (box.type == FOUR('m', 'i', 'n', 'f')) {
                        Bytes inner = box.body;
                        Box sub;

                        while (next_box(&inner, false, &sub, wrong))
                                t->described |= sub.type == FOUR('s', 't', 'b', 'l') && sub.body.n > 0;
                }
}

/* Width and height are the last eight bytes of a track's head, in 16.16. */
static void read_track(Bytes b, Track *t, const char **wrong) {
        Box box;

        while (!*wrong && next_box(&b, false, &box, wrong))
                if (box.type == FOUR('t', 'k', 'h', 'd') && box.body.n >= 84) {
                        t->width = be32(box.body.p + box.body.n - 8) >> 16;
                        t->height = be32(box.body.p + box.body.n - 4) >> 16;
                } else if (box.type == FOUR('m', 'd', 'i', 'a')) {
                        read_media_box(box.body, t, wrong);
                }
}

static void read_movie(Bytes b, Media *ret) {
        int tracks = 0;
        bool headed = false;
        Box box;

        while (!ret->wrong && next_box(&b, false, &box, &ret->wrong)) {
                Track t = { 0 };

                headed |= box.type == FOUR('m', 'v', 'h', 'd') && box.body.n >= 96;
                if (box.type != FOUR('t', 'r', 'a', 'k'))
                        continue;
                if (++tracks > TRACKS_MAX) {
                        ret->wrong = "too many tracks";
                        return;
                }
                read_track(box.body, &t, &ret->wrong);
                if (!t.described)
                        continue;
                if (t.handler == FOUR('v', 'i', 'd', 'e') && t.width <= SIDE_MAX && t.height <= SIDE_MAX) {
                        ret->kind = MEDIA_VIDEO;
                        ret->width = t.width;
                        ret->height = t.height;
                } else if (t.handler == FOUR('s', 'o', 'u', 'n') && ret->kind == MEDIA_NONE) {
                        ret->kind = MEDIA_VOICE;
                }
        }
        if (!ret->wrong && !headed)
                ret->wrong = "the movie has no head";
        if (!ret->wrong && ret->kind == MEDIA_NONE)
                ret->wrong = "no track of sound or pictures";
}

void media_boxes(Bytes b, Media *ret) {
        const char *audio, *video;
        int boxes = 0, movies = 0;
        bool data = false;
        Box box;

        if (!media_boxes_brand(b, &audio, &video)) {
                ret->wrong = "no brand of a video or voice note";
                return;
        }
        while (!ret->wrong && next_box(&b, true, &box, &ret->wrong)) {
                if (++boxes > BOXES_MAX)
                        ret->wrong = "too many boxes";
                else if (box.type == FOUR('m', 'd', 'a', 't'))
                        data |= box.body.n > 0;
                else if (box.type == FOUR('m', 'o', 'o', 'v') && ++movies > 1)
                        ret->wrong = "two movies in one file";
                else if (box.type == FOUR('m', 'o', 'o', 'v'))
                        read_movie(box.body, ret);
        }
        if (!ret->wrong && (!movies || !data))
                ret->wrong = movies ? "no media data" : "no movie box";
        ret->type = ret->kind == MEDIA_VIDEO ? video : audio;
}
