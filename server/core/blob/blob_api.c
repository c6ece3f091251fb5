/* Routes of uploads. */
#include "core/blob/blob_int.h"
#include "http/http.h"

Rc api_blob_state(Cx *cx, BlobView **ret) { return blob_state(cx, path_str(cx, "sha256"), ret); }

/* "bytes 0-262143/700000" */
static bool range(Str s, int64_t *ret_first, int64_t *ret_last, int64_t *ret_total) {
        Str first, last, total, rest;

        return str_starts(s, S("bytes ")) && str_cut(str_sub(s, 6, s.n), '-', &first, &rest) &&
               str_cut(rest, '/', &last, &total) && str_int(first, ret_first) && str_int(last, ret_last) &&
               str_int(total, ret_total) && *ret_first >= 0 && *ret_last >= *ret_first && *ret_last < *ret_total;
}

Rc api_blob_put(Cx *cx, BlobView **ret) {
        Str sha256 = path_str(cx, "sha256"), given = http_header(cx->req, "content-range");
        BlobPiece p = { .sha256 = sha256, .bytes = cx->req->body, .total = (int64_t)cx->req->body.n };
        int64_t last = p.total - 1;

        if (str_given(given) && !range(given, &p.start, &last, &p.total))
                return fail_field(cx, S("Content-Range"), "format", S("Content-Range 格式应为 bytes 起-止/总长"),
                                  S("Content-Range has to be: bytes first-last/total"));
        if (last - p.start + 1 != (int64_t)p.bytes.n || p.bytes.n == 0)
                return fail_field(cx, S("Content-Range"), "length", S("内容长度与 Content-Range 不符"),
                                  S("The body's length is not that of Content-Range"));
        TRY(blob_piece(cx, &p));
        return blob_state(cx, sha256, ret);
}
