/* gzip of answers that are made per request: JSON, tiles, pages with first data. Files of the faces were compressed when they were
 * built and do not come here. What is left plain and why: answers to anything but GET and HEAD and answers that set a cookie
 * (they hold session tokens, passwords, receipt codes beside text of the caller's choosing, and a length must not tell about
 * a secret: BREACH), small ones (a packet is a packet), pictures and PDF (compressed already), streams. */
#include "http/http_int.h"
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

/* LEVEL: measured on lists and tiles in bench/gzip.c; above it the time doubles for a few percent. */
enum { LEVEL = 3, SMALLEST = 1000, WINDOW_GZIP = 15 + 16, MEM_LEVEL = 8 };

static const char *const kinds[] = {
        "application/json", "application/problem+json", "application/geo+json", "application/vnd.mapbox-vector-tile",
        "text/html",        "text/plain",               "text/csv",             "image/svg+xml",
};

/* A deflater is 260 kB: each worker keeps its own until it ends. */
static struct {
        pthread_once_t once;
        pthread_key_t key;
} deflaters = { .once = PTHREAD_ONCE_INIT };

static void deflater_free(void *z) {
        (void)deflateEnd(z);
        free(z);
}

static void deflaters_begin(void) {
        if (pthread_key_create(&deflaters.key, deflater_free) != 0)
                abort();
}

static z_stream *deflater(void) {
        z_stream *z;

        pthread_once(&deflaters.once, deflaters_begin);
        z = pthread_getspecific(deflaters.key);
        if (z)
                return deflateReset(z) == Z_OK ? z : NULL;
        z = calloc(1, sizeof *z);
        if (!z || deflateInit2(z, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK ||
            pthread_setspecific(deflaters.key, z) != 0)
                abort();
        return z;
}

bool gzip(Arena *a, Str plain, Str *ret) {
        z_stream *z = deflater();
        size_t room;
        char *to;

        if (!z || plain.n > UINT32_MAX / 2)
                return false;
        room = deflateBound(z, plain.n);
        to = arena_take(a, room);
        z->next_in = (Bytef *)(uintptr_t)plain.p;
        z->avail_in = (uInt)plain.n;
        z->next_out = (Bytef *)to;
        z->avail_out = (uInt)room;
        if (deflate(z, Z_FINISH) != Z_STREAM_END)
                return false;
        *ret = (Str){ to, room - z->avail_out };
        return true;
}

static bool is_text(const HttpReply *reply) {
        Str type = str_c(reply->type ? reply->type : ""), rest;

        (void)(str_cut(type, ';', &type, &rest));
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                if (str_eq(type, str_c(kinds[i])))
                        return true;
        return false;
}

static Str header(const HttpReply *reply, const char *name) {
        for (size_t i = 0; i < reply->headers.n; i++)
                if (str_eq_c(reply->headers.v[i].name, name))
                        return reply->headers.v[i].value;
        return STR_NONE;
}

static void vary(Cx *cx, HttpReply *reply) {
        Str by = header(reply, "Vary");

        if (!by.n)
                http_reply_header(cx, reply, "Vary", S("Accept-Encoding"));
        else if (!header_word(by, "Accept-Encoding"))
                http_reply_header(cx, reply, "Vary", str_fmt(cx->arena, STR_FMT ", Accept-Encoding", STR_ARG(by)));
}

void reply_compress(Cx *cx, const HttpRequest *req, HttpReply *reply) {
        Str packed, tag = header(reply, "ETag");

        if ((req->method != HTTP_GET && req->method != HTTP_HEAD) || !is_text(reply) || reply_has(reply, "Set-Cookie") ||
            reply_has(reply, "Content-Encoding") || reply->status == 206)
                return;
        if (reply->body.n < SMALLEST && reply->status != 304)
                return;
        /* One tag for both codings, so a weak one (RFC 9110, 8.8.1): it says that the content is the same, not the bytes. */
        if (tag.n && !str_starts(tag, S("W/")))
                http_reply_header(cx, reply, "ETag", str_fmt(cx->arena, "W/" STR_FMT, STR_ARG(tag)));
        vary(cx, reply);
        if (!reply->body.n || !header_word(http_header(req, "Accept-Encoding"), "gzip") ||
            !gzip(cx->arena, buf_view(&reply->body), &packed) || packed.n >= reply->body.n)
                return;
        http_reply_view(reply, packed);
        http_reply_header(cx, reply, "Content-Encoding", S("gzip"));
}
