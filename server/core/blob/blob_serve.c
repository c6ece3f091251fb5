/* Handing out: photos from memory, recordings by the part that a player asks for. A part is at most 4 MB (a player asks again for the
 * next, RFC 9110 allows it); a whole one larger than that goes through an unnamed file, which the kernel sends. */
#include "contract.gen.h"
#include "core/blob/blob_int.h"
#include "http/http.h"
#include <inttypes.h>

enum { PART_MAX = 4 << 20 };

/* Nothing of ours may run in a document that somebody else made. */
#define SANDBOX "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

/* Bytes from..from+n of a recording. */
static Rc part(Cx *cx, Str sha256, uint64_t from, uint64_t n, Buf *ret) {
        BlobPieceRowList rows = { 0 };

        TRY(q_blob_pieces(cx, sha256, (int64_t)from - BLOB_ROW, (int64_t)(from + n), &rows));
        for (size_t i = 0; i < rows.n; i++) {
                uint64_t start = (uint64_t)rows.v[i].start, skip = start < from ? from - start : 0;
                Str bytes = str_sub(rows.v[i].bytes, (size_t)skip, (size_t)(n - ret->n));

                buf_str(ret, bytes);
        }
        return ret->n == n ? OK : fail(cx, P_SERVER_BUG, "pieces of blob " STR_FMT " are missing", STR_ARG(sha256));
}

/* "video/webm" → ".webm", for whoever saves it. */
static Str file_ending(Str type) {
        static const char *const endings[][2] = {
                { "audio/mpeg", ".mp3" },   { "audio/mp4", ".m4a" },       { "audio/amr-wb", ".awb" },      { "video/quicktime", ".mov" },
                { "audio/3gpp", ".3gp" },   { "video/3gpp", ".3gp" },      { "audio/3gpp2", ".3g2" },       { "video/3gpp2", ".3g2" },
                { "audio/x-matroska", ".mka" }, { "video/x-matroska", ".mkv" },
        };
        Str family, word;

        for (size_t i = 0; i < ARRAY_LEN(endings); i++)
                if (str_eq_c(type, endings[i][0]))
                        return str_c(endings[i][1]);
        return str_cut(type, '/', &family, &word) ? word : S("bin");
}

static void say_what(Cx *cx, HttpReply *reply, const BlobUsedRow *row) {
        Str ending = file_ending(row->type);

        http_reply_header(cx, reply, "Accept-Ranges", S("bytes"));
        http_reply_header(cx, reply, "Content-Security-Policy", S(SANDBOX));
        http_reply_header(cx, reply, "Content-Disposition",
                          str_fmt(cx->arena, "inline; filename=\"" STR_FMT "%s" STR_FMT "\"", STR_ARG(str_sub(row->sha256, 0, 12)),
                                  ending.p[0] == '.' ? "" : ".", STR_ARG(ending)));
}

static Rc serve_part(Cx *cx, const BlobUsedRow *row, uint64_t from, uint64_t length, HttpReply *reply) {
        if (length > PART_MAX)
                length = PART_MAX;
        TRY(part(cx, row->sha256, from, length, &reply->body));
        reply->status = 206;
        http_reply_header(cx, reply, "Content-Range",
                          str_fmt(cx->arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRId64, from, from + length - 1, row->size));
        return OK;
}

static Rc serve_recording(Cx *cx, const BlobUsedRow *row, Str etag, HttpReply *reply) {
        uint64_t from, length;
        Spool spool;

        say_what(cx, reply, row);
        switch (http_range(cx->req, etag, (uint64_t)row->size, &from, &length)) {
        case 206: return serve_part(cx, row, from, length, reply);
        case 416: return fail(cx, P_RANGE_UNSATISFIABLE, "it has %" PRId64 " bytes", row->size);
        }
        if (row->size <= PART_MAX)
                return part(cx, row->sha256, 0, (uint64_t)row->size, &reply->body);
        TRY(blob_spool(cx, row->sha256, &spool));
        reply->fd = spool.fd;
        reply->has_fd = true;
        return OK;
}

Rc blob_serve(Cx *cx, Str sha256, bool thumb, const char *cache, HttpReply *reply) {
        Str bytes, type, etag = str_fmt(cx->arena, "\"" STR_FMT "%s\"", STR_ARG(sha256), thumb ? "-t" : "");
        BlobUsedRow *row;

        TRY(q_blob_file_get(cx, sha256, &row));
        if (!row || (thumb && !blob_is_photo(row->type)))
                return fail(cx, P_NOT_FOUND, "no blob " STR_FMT, STR_ARG(sha256));
        http_reply_header(cx, reply, "Cache-Control", str_c(cache));
        http_reply_header(cx, reply, "ETag", etag);
        reply->type = str_z(cx->arena, row->type);
        if (str_contains(http_header(cx->req, "If-None-Match"), etag)) {
                reply->status = 304;
                return OK;
        }
        if (!blob_is_photo(row->type))
                return serve_recording(cx, row, etag, reply);
        TRY(blob_bytes(cx, sha256, thumb, &bytes, &type));
        http_reply_view(reply, bytes);
        return OK;
}
