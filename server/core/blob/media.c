/* Which container it is, and those that are plain rows of frames: AMR, MP3, AAC, Ogg, WAV. Boxes and elements are in media_boxes.c
 * and media_ebml.c. */
#include "core/blob/media.h"
#include "base/rc.h"
#include <strings.h>

enum { LOOK_FOR_TEXT = 1024, FRAMES_LEAST = 3 };

static bool begins(Bytes b, size_t at, const char *with, size_t n) { return b.n >= at + n && memcmp(b.p + at, with, n) == 0; }

static uint32_t le32(const uint8_t *p) {
        return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* ---- AMR (RFC 4867, the file format) ---- */

/* Bytes of a frame with its head by frame type; 0 is none. */
static const uint8_t narrow[16] = { 13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1 };
static const uint8_t wide[16] = { 18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1 };

static void look_amr(Bytes b, bool is_wide, Media *ret) {
        const uint8_t *sizes = is_wide ? wide : narrow;
        size_t at = is_wide ? 9 : 6, frames = 0;

        for (; at < b.n; frames++) {
                uint8_t size = sizes[b.p[at] >> 3 & 15];

                if (b.p[at] & 0x83 || !size || size > b.n - at) {
                        ret->wrong = "a frame does not fit";
                        return;
                }
                at += size;
        }
        if (frames < FRAMES_LEAST)
                ret->wrong = "no sound in it";
        ret->kind = MEDIA_VOICE;
        ret->type = is_wide ? "audio/amr-wb" : "audio/amr";
}

/* ---- MPEG audio: layer III frames, and AAC in ADTS ---- */

/* Length of the layer III frame that begins here, 0: none does. */
static size_t mp3_frame(const uint8_t *p) {
        static const uint16_t rates[2][16] = {
                { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0 }, /* MPEG 1, kbit/s */
                { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0 },     /* MPEG 2 and 2.5 */
        };
        static const uint16_t samples[4] = { 44100, 48000, 32000, 0 };
        int version = p[1] >> 3 & 3, shift = version == 3 ? 0 : version == 2 ? 1 : 2;
        uint32_t rate, hz;

        if (p[0] != 0xff || (p[1] & 0xe0) != 0xe0 || version == 1 || (p[1] >> 1 & 3) != 1)
                return 0;
        rate = rates[version != 3][p[2] >> 4] * 1000u;
        hz = (uint32_t)samples[p[2] >> 2 & 3] >> shift;
        return rate && hz ? (version == 3 ? 144 : 72) * rate / hz + (p[2] >> 1 & 1) : 0;
}

/* Length of an ADTS frame (ISO/IEC 13818-7). */
static size_t aac_frame(const uint8_t *p) {
        size_t n = (size_t)(p[3] & 3) << 11 | (size_t)p[4] << 3 | p[5] >> 5;

        return p[0] == 0xff && (p[1] & 0xf6) == 0xf0 && (p[2] >> 2 & 15) < 13 && n >= 7 ? n : 0;
}

static bool zeros(Bytes b, size_t at) {
        while (at < b.n && !b.p[at])
                at++;
        return at == b.n;
}

/* Past an ID3v2 tag in front, if there is one; a tag that is longer than the file leaves nothing. */
static size_t tag_in_front(Bytes b) {
        size_t n;

        if (b.n < 10 || memcmp(b.p, "ID3", 3) != 0)
                return 0;
        n = (size_t)(b.p[6] & 127) << 21 | (size_t)(b.p[7] & 127) << 14 | (size_t)(b.p[8] & 127) << 7 | (b.p[9] & 127);
        n += b.p[5] & 16 ? 20 : 10;
        return n < b.n ? n : b.n;
}

static void look_frames(Bytes b, Media *ret) {
        size_t at = tag_in_front(b), frames = 0;
        bool aac = b.n - at >= 7 && aac_frame(b.p + at) > 0;

        if (b.n >= 128 + at && memcmp(b.p + b.n - 128, "TAG", 3) == 0) /* ID3v1 */
                b.n -= 128;
        while (at < b.n) {
                size_t left = b.n - at, size = left < 7 ? 0 : aac ? aac_frame(b.p + at) : mp3_frame(b.p + at);

                if (!size && frames >= FRAMES_LEAST && zeros(b, at))
                        break;
                if (!size || size > left) {
                        ret->wrong = "a frame does not fit";
                        return;
                }
                at += size;
                frames++;
        }
        if (frames < FRAMES_LEAST)
                ret->wrong = "no sound in it";
        ret->kind = MEDIA_VOICE;
        ret->type = aac ? "audio/aac" : "audio/mpeg";
}

/* ---- Ogg (RFC 3533) ---- */

static void ogg_begin(Bytes packet, Media *ret) {
        if (begins(packet, 0, "\x80theora", 7)) {
                ret->kind = MEDIA_VIDEO;
        } else if (ret->kind == MEDIA_NONE &&
                   (begins(packet, 0, "OpusHead", 8) || begins(packet, 0, "\x01vorbis", 7) || begins(packet, 0, "Speex   ", 8) ||
                    begins(packet, 0, "\x7f" "FLAC", 5))) {
                ret->kind = MEDIA_VOICE;
        }
}

static void look_ogg(Bytes b, Media *ret) {
        size_t at = 0, pages = 0;

        for (; at < b.n; pages++) {
                size_t left = b.n - at, body = 0, head;

                if (left < 27 || memcmp(b.p + at, "OggS\0", 5) != 0 || b.p[at + 5] > 7) {
                        ret->wrong = "a page has no head";
                        return;
                }
                head = 27u + b.p[at + 26];
                for (size_t i = 27; i < head && i < left; i++)
                        body += b.p[at + i];
                if (head + body > left) {
                        ret->wrong = "a page is larger than the file";
                        return;
                }
                if (b.p[at + 5] & 2)
                        ogg_begin((Bytes){ b.p + at + head, body }, ret);
                at += head + body;
        }
        if (pages < 2 || ret->kind == MEDIA_NONE)
                ret->wrong = "no sound in it";
        ret->type = ret->kind == MEDIA_VIDEO ? "video/ogg" : "audio/ogg";
}

/* ---- WAV ---- */

static bool wav_format(Bytes b) {
        unsigned format = b.n >= 16 ? (unsigned)(b.p[0] | b.p[1] << 8) : 0, channels = b.n >= 16 ? (unsigned)(b.p[2] | b.p[3] << 8) : 0;

        return (format == 1 || format == 2 || format == 3 || format == 6 || format == 7 || format == 0x11 || format == 0x31 ||
                format == 0xfffe) &&
               channels >= 1 && channels <= 8 && le32(b.p + 4) >= 4000 && le32(b.p + 4) <= 384000;
}

static void look_wav(Bytes b, Media *ret) {
        size_t at = 12;
        bool format = false, data = false;

        if ((size_t)le32(b.p + 4) + 8 != b.n)
                ret->wrong = "the length in its head is not that of the file";
        while (!ret->wrong && at < b.n) {
                size_t size = b.n - at >= 8 ? le32(b.p + at + 4) : SIZE_MAX;

                if (size > b.n - at - 8) {
                        ret->wrong = "a chunk is larger than the file";
                        return;
                }
                format |= begins(b, at, "fmt ", 4) && wav_format((Bytes){ b.p + at + 8, size });
                data |= begins(b, at, "data", 4) && size > 0;
                at += 8 + size + (size & 1 && size < b.n - at - 8);
        }
        if (!ret->wrong && (!format || !data))
                ret->wrong = "no sound in it";
        ret->kind = MEDIA_VOICE;
        ret->type = "audio/wav";
}

/* ---- all of them ---- */

/* What a browser that guesses might take for a page or a document. */
static bool pretends(Bytes b) {
        static const char *const words[] = { "<html", "<script", "<svg", "<!doctype", "<body", "<iframe", "<head", "%pdf-" };
        size_t n = b.n < LOOK_FOR_TEXT ? b.n : LOOK_FOR_TEXT;

        for (size_t i = 0; i < n; i++)
                for (size_t w = 0; (b.p[i] == '<' || b.p[i] == '%') && w < ARRAY_LEN(words); w++)
                        if (n - i >= strlen(words[w]) && strncasecmp((const char *)b.p + i, words[w], strlen(words[w])) == 0)
                                return true;
        return false;
}

static void look(Bytes b, Media *ret) {
        const char *audio, *video;

        if (begins(b, 0, "#!AMR-WB\n", 9))
                look_amr(b, true, ret);
        else if (begins(b, 0, "#!AMR\n", 6))
                look_amr(b, false, ret);
        else if (begins(b, 0, "\x1a\x45\xdf\xa3", 4))
                media_ebml(b, ret);
        else if (begins(b, 0, "OggS", 4))
                look_ogg(b, ret);
        else if (begins(b, 0, "RIFF", 4) && begins(b, 8, "WAVE", 4))
                look_wav(b, ret);
        else if (media_boxes_brand(b, &audio, &video))
                media_boxes(b, ret);
        else if (begins(b, 0, "ID3", 3) || (b.n >= 7 && (mp3_frame(b.p) || aac_frame(b.p))))
                look_frames(b, ret);
        else
                ret->wrong = "no container that is known";
}

bool media_look(Str bytes, Media *ret) {
        Bytes b = { (const uint8_t *)bytes.p, bytes.n };

        *ret = (Media){ 0 };
        if (pretends(b))
                ret->wrong = "a page or document in front of it";
        else
                look(b, ret);
        return !ret->wrong;
}

MediaKind media_sniff(Str head) {
        Bytes b = { (const uint8_t *)head.p, head.n };
        const char *audio, *video;

        if (begins(b, 0, "\x1a\x45\xdf\xa3", 4) || media_boxes_brand(b, &audio, &video) || begins(b, 0, "OggS", 4))
                return MEDIA_VIDEO;
        if (begins(b, 0, "#!AMR", 5) || (begins(b, 0, "RIFF", 4) && begins(b, 8, "WAVE", 4)) || begins(b, 0, "ID3", 3) ||
            (b.n >= 7 && (mp3_frame(b.p) || aac_frame(b.p))))
                return MEDIA_VOICE;
        return MEDIA_NONE;
}
