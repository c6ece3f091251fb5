/* WebM and Matroska (RFC 8794, RFC 9559): elements with an id and a length. Browsers' recorders write segments and clusters without a
 * length: those end where an element begins that does not belong into them. */
#include "core/blob/media.h"

enum { ELEMENTS_MAX = 2000000, SIDE_MAX = 16384 };
#define UNKNOWN UINT64_MAX

enum {
        HEAD = 0x1A45DFA3,
        DOC_TYPE = 0x4282,
        SEGMENT = 0x18538067,
        SEEK_HEAD = 0x114D9B74,
        INFO = 0x1549A966,
        TRACKS = 0x1654AE6B,
        CLUSTER = 0x1F43B675,
        CUES = 0x1C53BB6B,
        CHAPTERS = 0x1043A770,
        TAGS = 0x1254C367,
        VOID = 0xEC,
        CRC_32 = 0xBF,
        TRACK_ENTRY = 0xAE,
        TRACK_TYPE = 0x83,
        CODEC_ID = 0x86,
        VIDEO = 0xE0,
        PIXEL_WIDTH = 0xB0,
        PIXEL_HEIGHT = 0xBA,
        TIMESTAMP = 0xE7,
        SIMPLE_BLOCK = 0xA3,
        BLOCK_GROUP = 0xA0,
        POSITION = 0xA7,
        PREVIOUS_SIZE = 0xAB,
        SILENT_TRACKS = 0x5854,
};

typedef struct Element {
        uint32_t id;
        uint64_t size; /* UNKNOWN for those that end where the next one of their kind begins */
        Bytes body;    /* all that is left when the size is unknown */
} Element;

/* A number whose length is told by the zero bits in front; with_mark keeps the marker bit, as ids do. */
static bool vint(Bytes *b, int most, bool with_mark, uint64_t *ret) {
        int len = 1;
        uint64_t v;
        bool ones;

        if (!b->n || !b->p[0])
                return false;
        while (!(b->p[0] & (0x80 >> (len - 1))))
                len++;
        if (len > most || (size_t)len > b->n)
                return false;
        v = with_mark ? b->p[0] : b->p[0] & (0xffu >> len);
        ones = (b->p[0] & (0xffu >> len)) == 0xffu >> len;
        for (int i = 1; i < len; i++) {
                v = v << 8 | b->p[i];
                ones = ones && b->p[i] == 0xff;
        }
        b->p += len;
        b->n -= (size_t)len;
        *ret = !with_mark && ones ? UNKNOWN : v;
        return true;
}

static bool next_element(Bytes *b, Element *ret, const char **wrong) {
        uint64_t id;

        if (!b->n)
                return false;
        if (!vint(b, 4, true, &id) || !vint(b, 8, false, &ret->size))
                return *wrong = "an element has no head", false;
        ret->id = (uint32_t)id;
        ret->body = *b;
        if (ret->size == UNKNOWN)
                return true;
        if (ret->size > b->n)
                return *wrong = "an element is larger than what holds it", false;
        ret->body.n = (size_t)ret->size;
        b->p += ret->size;
        b->n -= (size_t)ret->size;
        return true;
}

/* As above, where a length has to be given. */
static bool next_sized(Bytes *b, Element *ret, const char **wrong) {
        if (!next_element(b, ret, wrong))
                return false;
        if (ret->size == UNKNOWN)
                return *wrong = "an element without a length where none may be", false;
        return true;
}

static int64_t number(Bytes b) {
        uint64_t v = 0;

        for (size_t i = 0; i < b.n && i < 8; i++)
                v = v << 8 | b.p[i];
        return v > SIDE_MAX ? SIDE_MAX + 1 : (int64_t)v;
}

static bool is_word(Bytes b, const char *word) { return b.n == strlen(word) && memcmp(b.p, word, b.n) == 0; }

static void read_track(Bytes b, Media *ret) {
        int64_t type = 0, width = 0, height = 0;
        bool codec = false;
        Element e, v;

        while (next_sized(&b, &e, &ret->wrong)) {
                if (e.id == TRACK_TYPE)
                        type = number(e.body);
                else if (e.id == CODEC_ID)
                        codec = e.body.n > 2 && (e.body.p[0] == 'A' || e.body.p[0] == 'V') && e.body.p[1] == '_';
                else if (e.id == VIDEO)
                        while (next_sized(&e.body, &v, &ret->wrong)) {
                                width = v.id == PIXEL_WIDTH ? number(v.body) : width;
                                height = v.id == PIXEL_HEIGHT ? number(v.body) : height;
                        }
        }
        if (ret->wrong || !codec)
                return;
        if (type == 1 && width > 0 && width <= SIDE_MAX && height > 0 && height <= SIDE_MAX) {
                ret->kind = MEDIA_VIDEO;
                ret->width = width;
                ret->height = height;
        } else if (type == 2 && ret->kind == MEDIA_NONE) {
                ret->kind = MEDIA_VOICE;
        }
}

static void read_tracks(Bytes b, Media *ret) {
        Element e;

        while (!ret->wrong && next_sized(&b, &e, &ret->wrong))
                if (e.id == TRACK_ENTRY)
                        read_track(e.body, ret);
}

static bool of_segment(uint32_t id) {
        return id == SEEK_HEAD || id == INFO || id == TRACKS || id == CLUSTER || id == CUES || id == CHAPTERS || id == TAGS ||
               id == VOID || id == CRC_32;
}

static bool of_cluster(uint32_t id) {
        return id == TIMESTAMP || id == SIMPLE_BLOCK || id == BLOCK_GROUP || id == POSITION || id == PREVIOUS_SIZE ||
               id == SILENT_TRACKS || id == VOID || id == CRC_32;
}

/* What a segment holds. Files attached to it (fonts, pictures, anything) are not taken. */
static void read_segment(Bytes b, Media *ret) {
        bool in_cluster = false, blocks = false;
        int tracks = 0, count = 0;
        Element e;

        while (!ret->wrong && next_element(&b, &e, &ret->wrong)) {
                if (++count > ELEMENTS_MAX) {
                        ret->wrong = "too many elements";
                } else if (e.size == UNKNOWN && e.id != CLUSTER) {
                        ret->wrong = "an element without a length where none may be";
                } else if (in_cluster && of_cluster(e.id)) {
                        blocks |= (e.id == SIMPLE_BLOCK || e.id == BLOCK_GROUP) && e.body.n > 4;
                } else if (of_segment(e.id)) {
                        in_cluster = e.id == CLUSTER && e.size == UNKNOWN;
                        blocks |= e.id == CLUSTER && e.size != UNKNOWN && e.body.n > 4;
                        if (e.id == TRACKS && ++tracks == 1)
                                read_tracks(e.body, ret);
                } else {
                        ret->wrong = "an element that does not belong into a recording";
                }
        }
        if (!ret->wrong && (tracks != 1 || ret->kind == MEDIA_NONE))
                ret->wrong = "no track of sound or pictures";
        if (!ret->wrong && !blocks)
                ret->wrong = "no media data";
}

void media_ebml(Bytes b, Media *ret) {
        bool webm = false, matroska = false;
        Element e, sub;

        if (!next_sized(&b, &e, &ret->wrong) || e.id != HEAD) {
                ret->wrong = "no head";
                return;
        }
        while (next_sized(&e.body, &sub, &ret->wrong))
                if (sub.id == DOC_TYPE) {
                        webm = is_word(sub.body, "webm");
                        matroska = is_word(sub.body, "matroska");
                }
        if (!ret->wrong && !webm && !matroska)
                ret->wrong = "neither webm nor matroska";
        if (ret->wrong || !next_element(&b, &e, &ret->wrong) || e.id != SEGMENT) {
                ret->wrong = ret->wrong ? ret->wrong : "no segment";
                return;
        }
        read_segment(e.body, ret);
        if (!ret->wrong && e.size != UNKNOWN && b.n)
                ret->wrong = "something follows the segment";
        if (ret->kind == MEDIA_VIDEO)
                ret->type = webm ? "video/webm" : "video/x-matroska";
        else
                ret->type = webm ? "audio/webm" : "audio/x-matroska";
}
