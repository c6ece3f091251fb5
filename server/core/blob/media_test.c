/* Containers of voice notes and videos: what recorders make is taken, and everything that lies about its size is not. */
#include "base/buf.h"
#include "base/test.h"
#include "core/blob/media.h"

static void be(Buf *b, uint32_t v) {
        uint8_t p[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

        buf_add(b, p, 4);
}

static void le(Buf *b, uint32_t v) {
        uint8_t p[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

        buf_add(b, p, 4);
}

/* A box; what it holds was written after box_begin. */
static size_t box_begin(Buf *b, const char *type) {
        size_t at = b->n;

        be(b, 0);
        buf_add(b, type, 4);
        return at;
}

static void box_end(Buf *b, size_t at) {
        uint32_t n = (uint32_t)(b->n - at);

        for (int i = 0; i < 4; i++)
                b->p[at + (size_t)i] = (char)(n >> (24 - 8 * i));
}

static void blank(Buf *b, size_t n) {
        while (n--)
                buf_char(b, 0);
}

static void track(Buf *b, const char *handler, uint32_t width, uint32_t height) {
        size_t trak = box_begin(b, "trak"), at = box_begin(b, "tkhd"), mdia;

        blank(b, 76);
        be(b, width << 16);
        be(b, height << 16);
        box_end(b, at);
        mdia = box_begin(b, "mdia");
        at = box_begin(b, "hdlr");
        blank(b, 8);
        buf_add(b, handler, 4);
        blank(b, 12);
        box_end(b, at);
        at = box_begin(b, "minf");
        {
                size_t stbl = box_begin(b, "stbl");

                blank(b, 16);
                box_end(b, stbl);
        }
        box_end(b, at);
        box_end(b, mdia);
        box_end(b, trak);
}

static Str boxes(Cx *cx, const char *brand, const char *handler, const char *second) {
        Buf b = BUF_IN(cx->arena);
        size_t at = box_begin(&b, "ftyp"), moov;

        buf_add(&b, brand, 4);
        be(&b, 0);
        buf_add(&b, brand, 4);
        box_end(&b, at);
        moov = box_begin(&b, "moov");
        at = box_begin(&b, "mvhd");
        blank(&b, 100);
        box_end(&b, at);
        track(&b, handler, 640, 480);
        if (second)
                track(&b, second, 0, 0);
        box_end(&b, moov);
        at = box_begin(&b, "mdat");
        blank(&b, 500);
        box_end(&b, at);
        return buf_view(&b);
}

static void element(Buf *b, const char *id, const void *p, size_t n) {
        uint8_t size[2] = { (uint8_t)(0x40 | n >> 8), (uint8_t)n };

        buf_c(b, id);
        buf_add(b, size, 2);
        buf_add(b, p, n);
}

/* As a browser's recorder writes it: segment and cluster without a length. */
static Str webm(Cx *cx, const char *doc, int type, bool attached) {
        Buf b = BUF_IN(cx->arena), head = BUF_IN(cx->arena), entry = BUF_IN(cx->arena), video = BUF_IN(cx->arena),
            tracks = BUF_IN(cx->arena);
        char kind = (char)type;

        element(&head, "\x42\x82", doc, strlen(doc));
        element(&b, "\x1a\x45\xdf\xa3", head.p, head.n);
        buf_add(&b, "\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", 12);
        element(&entry, "\x83", &kind, 1);
        element(&entry, "\x86", type == 1 ? "V_VP8" : "A_OPUS", type == 1 ? 5 : 6);
        if (type == 1) {
                element(&video, "\xb0", "\x02\x80", 2);
                element(&video, "\xba", "\x01\xe0", 2);
                element(&entry, "\xe0", video.p, video.n);
        }
        element(&tracks, "\xae", entry.p, entry.n);
        element(&b, "\x16\x54\xae\x6b", tracks.p, tracks.n);
        if (attached)
                element(&b, "\x19\x41\xa4\x69", "anything at all", 15);
        for (int i = 0; i < 2; i++) {
                buf_add(&b, "\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff", 12);
                element(&b, "\xe7", "\0", 1);
                element(&b, "\xa3", "\x81\0\0\x80 a frame of sound or picture", 32);
        }
        return buf_view(&b);
}

static Str ogg(Cx *cx) {
        Buf b = BUF_IN(cx->arena);

        for (int i = 0; i < 4; i++) {
                buf_add(&b, "OggS\0", 5);
                buf_char(&b, i == 0 ? 2 : i == 3 ? 4 : 0);
                blank(&b, 20);
                buf_char(&b, 1);
                buf_char(&b, 19);
                buf_add(&b, i == 0 ? "OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0" : "nineteen bytes long", 19);
        }
        return buf_view(&b);
}

static Str wav(Cx *cx) {
        Buf b = BUF_IN(cx->arena);

        buf_c(&b, "RIFF");
        le(&b, 36 + 800);
        buf_c(&b, "WAVEfmt ");
        le(&b, 16);
        buf_add(&b, "\1\0\1\0", 4);
        le(&b, 16000);
        le(&b, 32000);
        buf_add(&b, "\2\0\x10\0", 4);
        buf_c(&b, "data");
        le(&b, 800);
        blank(&b, 800);
        return buf_view(&b);
}

static Str frames(Cx *cx, const char *front, size_t front_n, const char *head, size_t head_n, size_t whole) {
        Buf b = BUF_IN(cx->arena);

        buf_add(&b, front, front_n);
        for (int i = 0; i < 8; i++) {
                buf_add(&b, head, head_n);
                blank(&b, whole - head_n);
        }
        return buf_view(&b);
}

#define MP3 "\xff\xfb\x90\x00"                 /* 128 kbit/s, 44.1 kHz: 417 bytes */
#define AAC "\xff\xf1\x50\x80\x0c\x9f\xfc"     /* a frame of 100 bytes */
#define ID3 "ID3\4\0\0\0\0\0\x0a" "0123456789"

typedef struct Sample {
        Str bytes;
        const char *type;
        int64_t width;
} Sample;

enum { SAMPLES = 13 };

static void samples(Cx *cx, Sample ret[SAMPLES]) {
        const Sample all[SAMPLES] = {
                { boxes(cx, "M4A ", "soun", NULL), "audio/mp4", 0 },
                { boxes(cx, "isom", "vide", "soun"), "video/mp4", 640 },
                { boxes(cx, "3gp4", "soun", NULL), "audio/3gpp", 0 },
                { boxes(cx, "qt  ", "vide", NULL), "video/quicktime", 640 },
                { webm(cx, "webm", 2, false), "audio/webm", 0 },
                { webm(cx, "matroska", 1, false), "video/x-matroska", 640 },
                { ogg(cx), "audio/ogg", 0 },
                { wav(cx), "audio/wav", 0 },
                { frames(cx, "", 0, MP3, 4, 417), "audio/mpeg", 0 },
                { frames(cx, ID3, 20, MP3, 4, 417), "audio/mpeg", 0 },
                { frames(cx, "", 0, AAC, 7, 100), "audio/aac", 0 },
                { frames(cx, "#!AMR\n", 6, "\x3c", 1, 32), "audio/amr", 0 },
                { frames(cx, "#!AMR-WB\n", 9, "\x44", 1, 61), "audio/amr-wb", 0 },
        };

        memcpy(ret, all, sizeof all);
}

TEST(media__what_recorders_make_is_taken) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Sample all[SAMPLES];

        samples(cx, all);
        for (size_t i = 0; i < SAMPLES; i++) {
                Media m;

                CHECK(media_sniff(str_sub(all[i].bytes, 0, 64)) != MEDIA_NONE);
                if (!media_look(all[i].bytes, &m))
                        test_fail(__FILE__, __LINE__, "%s: %s", all[i].type, m.wrong);
                CHECK_STR(str_c(m.type), str_c(all[i].type));
                CHECK_INT(m.width, all[i].width);
                CHECK_INT(m.kind, str_starts(str_c(m.type), S("video/")) ? MEDIA_VIDEO : MEDIA_VOICE);
        }
}

/* Wherever the end is torn off, but between two frames or pages of those that have no length of the whole. */
TEST(media__what_is_cut_short_is_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Sample all[SAMPLES];

        samples(cx, all);
        for (size_t i = 0; i < SAMPLES; i++) {
                int taken = 0, most = str_starts(str_c(all[i].type), S("audio/mp4")) || str_eq_c(str_c(all[i].type), "audio/wav") ? 0 : 8;
                Media m;

                for (size_t n = 0; n < all[i].bytes.n; n++) {
                        Str cut = { arena_copy(cx->arena, all[i].bytes.p, n), n }; /* its own memory: reading on is seen */

                        taken += media_look(cut, &m);
                }
                CHECK(taken <= most);
                CHECK(!media_look(str_sub(all[i].bytes, 1, all[i].bytes.n), &m));
        }
}

TEST(media__no_byte_that_is_altered_does_harm) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
        Sample all[SAMPLES];

        samples(cx, all);
        for (size_t i = 0; i < SAMPLES; i++)
                for (size_t at = 0; at < all[i].bytes.n && at < 400; at++)
                        for (size_t v = 0; v < ARRAY_LEN(values); v++) {
                                char *copy = arena_copy(cx->arena, all[i].bytes.p, all[i].bytes.n);
                                Media m;

                                copy[at] = (char)values[v];
                                (void)media_look((Str){ copy, all[i].bytes.n }, &m);
                                CHECK(m.wrong || (m.type && m.kind != MEDIA_NONE));
                        }
}

static bool taken(Str s) {
        Media m;

        return media_look(s, &m);
}

static Str joined(Cx *cx, Str a, const char *more, size_t n) {
        Buf b = BUF_IN(cx->arena);

        buf_str(&b, a);
        buf_add(&b, more, n);
        return buf_view(&b);
}

TEST(media__boxes_that_lie_are_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Str good = boxes(cx, "isom", "vide", NULL), bad;
        char *p;

        CHECK(taken(good));
        for (size_t at = 0; at < good.n - 508; at += 4) { /* no size may be anything else: zero, one, or far too much */
                static const uint32_t sizes[] = { 0, 1, 7, 0x7fffffff, 0xffffffff };

                for (size_t i = 0; i < ARRAY_LEN(sizes) && memcmp(good.p + at + 4, "trak", 4) == 0; i++) {
                        p = arena_copy(cx->arena, good.p, good.n);
                        for (int k = 0; k < 4; k++)
                                p[at + (size_t)k] = (char)(sizes[i] >> (24 - 8 * k));
                        CHECK(!taken((Str){ p, good.n }));
                }
        }
        bad = joined(cx, good, "\0\0\0\0moov", 8);
        CHECK(!taken(bad));
        bad = joined(cx, good, "\0\0\0\1mdat\xff\xff\xff\xff\xff\xff\xff\xff", 16);
        CHECK(!taken(bad));
        CHECK(!taken(joined(cx, good, "PK\3\4 an archive behind it", 24)));
        CHECK(!taken(joined(cx, good, good.p + 20, good.n - 528))); /* a second moov */
        CHECK(taken(joined(cx, good, "\0\0\0\0mdat the rest of the file", 29)));
        CHECK(!taken(boxes(cx, "isom", "hint", NULL)));
        CHECK(!taken(boxes(cx, "heic", "vide", NULL)));
        CHECK(!taken(boxes(cx, "<svg", "vide", NULL)));
}

TEST(media__depth_costs_nothing) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Str good = boxes(cx, "isom", "vide", NULL);
        Buf b = BUF_IN(cx->arena);
        size_t n = 200000;

        for (size_t i = 0; i < n; i++) { /* moov in moov in moov */
                be(&b, (uint32_t)(8 * (n - i)));
                buf_c(&b, "moov");
        }
        CHECK(!taken(joined(cx, str_sub(good, 0, 20), b.p, b.n)));
        buf_clear(&b);
        for (size_t i = 0; i < n; i++)
                buf_add(&b, "\0\0\0\x08" "free", 8);
        CHECK(!taken(joined(cx, good, b.p, b.n))); /* more boxes than any recorder makes */
}

TEST(media__pages_and_documents_in_disguise_are_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        static const char *const texts[] = { "<html><script>alert(1)</script>", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                                             "%PDF-1.7", "ID3", "RIFF\xff\xff\xff\xffWAVE", "OggS", "#!AMR\n", "\x1a\x45\xdf\xa3", "" };
        Sample all[SAMPLES];

        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
                CHECK(!taken(str_c(texts[i])));
        samples(cx, all);
        CHECK(!taken(frames(cx, "ID3\4\0\0\0\0\0\x1a" "<ScRiPt>alert(1)</script>.", 36, MP3, 4, 417)));
        CHECK(!taken(joined(cx, all[8].bytes, "<html>", 6)));
        CHECK(!taken(joined(cx, all[7].bytes, "PK\3\4", 4)));
        CHECK(!taken(joined(cx, all[6].bytes, "<html>", 6)));
        CHECK(!taken(joined(cx, all[4].bytes, "<html>", 6)));
        CHECK(!taken(webm(cx, "html", 2, false)));
        CHECK(!taken(webm(cx, "webm", 2, true))); /* files attached to it */
        CHECK(!taken(webm(cx, "webm", 17, false)));
}
