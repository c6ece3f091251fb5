/* Voice notes and videos: what container bytes are, and whether they are whole. Pure: memory in, verdict out. Nothing is decoded
 * or changed; that a phone's decoder likes the streams inside is not claimed. */
#pragma once
#include "base/str.h"

typedef enum MediaKind { MEDIA_NONE, MEDIA_VOICE, MEDIA_VIDEO } MediaKind;

typedef struct Media {
        MediaKind kind;
        const char *type;      /* media type to serve it as */
        int64_t width, height; /* of the picture, 0 for voice or unknown */
        const char *wrong;     /* why it was refused, in English; NULL when it is fine */
} Media;

/* By the first bytes alone: could this become voice or video? ISO and Matroska files count as video until they are whole. */
MediaKind media_sniff(Str head);
/* Walks the whole container: every box, page or frame has to end where the next begins and the last one where the file ends. */
bool media_look(Str bytes, Media *ret);

/* ---- the containers, for media.c alone; each sets ret->kind and type, or ret->wrong ---- */

typedef struct Bytes {
        const uint8_t *p;
        size_t n;
} Bytes;

static inline uint32_t be32(const uint8_t *p) {
        return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void media_boxes(Bytes b, Media *ret); /* MP4, M4A, 3GP, MOV */
void media_ebml(Bytes b, Media *ret);  /* WebM, Matroska */
bool media_boxes_brand(Bytes b, const char **ret_audio, const char **ret_video); /* false: no brand of ours */
