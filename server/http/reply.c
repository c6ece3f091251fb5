/* Reading a request's headers and making a reply's: what handlers use, and the headers that every answer carries. */
#include "http/http_int.h"
#include <strings.h>

static bool name_is(Str have, const char *name) {
        return have.n == strlen(name) && strncasecmp(have.p, name, have.n) == 0;
}

Str http_header(const HttpRequest *req, const char *name) {
        for (size_t i = 0; i < req->headers.n; i++)
                if (name_is(req->headers.v[i].name, name))
                        return req->headers.v[i].value;
        return STR_NONE;
}

Str http_query(const HttpRequest *req, const char *name) {
        for (size_t i = 0; i < req->query.n; i++)
                if (str_eq_c(req->query.v[i].name, name))
                        return req->query.v[i].value;
        return STR_NONE;
}

Str http_cookie(const HttpRequest *req, Arena *a, const char *name) {
        for (size_t i = 0; i < req->headers.n; i++) {
                Str rest = req->headers.v[i].value, one, key, value;
                bool more = name_is(req->headers.v[i].name, "Cookie");

                while (more) {
                        Str line = rest;

                        more = str_cut(line, ';', &one, &rest);
                        if (!more)
                                one = line;
                        if (!str_cut(one, '=', &key, &value) || !str_eq_c(str_trim(key), name))
                                continue;
                        value = str_trim(value);
                        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
                                value = str_sub(value, 1, value.n - 2);
                        return str_dup(a, value);
                }
        }
        return STR_NONE;
}

/* "0.8" → 800; anything unreadable counts as 1000. */
static int weight_of(Str params) {
        Str q = str_trim(params), digits;
        int weight = 0, place = 100;

        if (q.n < 3 || (q.p[0] | 0x20) != 'q' || q.p[1] != '=')
                return 1000;
        if (q.p[2] == '1')
                return 1000;
        digits = q.n > 4 ? str_sub(q, 4, 3) : S("");
        for (size_t i = 0; i < digits.n && digits.p[i] >= '0' && digits.p[i] <= '9'; i++, place /= 10)
                weight += (digits.p[i] - '0') * place;
        return weight;
}

Lang http_lang(const HttpRequest *req) {
        Str rest = http_header(req, "Accept-Language");
        int zh = -1, en = -1;
        bool more = rest.n > 0;

        while (more) {
                Str line = rest, one, tag, params;

                more = str_cut(line, ',', &one, &rest);
                if (!more)
                        one = line;
                if (!str_cut(one, ';', &tag, &params))
                        tag = one, params = S("");
                tag = str_trim(tag);
                if (tag.n >= 2 && strncasecmp(tag.p, "zh", 2) == 0 && zh < weight_of(params))
                        zh = weight_of(params);
                if (tag.n >= 2 && strncasecmp(tag.p, "en", 2) == 0 && en < weight_of(params))
                        en = weight_of(params);
        }
        return en > 0 && en > zh ? LANG_EN : LANG_ZH;
}

bool header_word(Str value, const char *word) {
        Str rest = value, one;
        bool more = value.n > 0;

        while (more) {
                Str line = rest, name, params;

                more = str_cut(line, ',', &one, &rest);
                if (!more)
                        one = line;
                if (!str_cut(one, ';', &name, &params))
                        name = one, params = S("");
                if (name_is(str_trim(name), word))
                        return weight_of(params) > 0;
        }
        return false;
}

bool reply_has(const HttpReply *reply, const char *name) {
        for (size_t i = 0; i < reply->headers.n; i++)
                if (name_is(reply->headers.v[i].name, name))
                        return true;
        return false;
}

void http_reply_header(Cx *cx, HttpReply *reply, const char *name, Str value) {
        HttpPair *pair = NULL;
        char *clean = arena_take(cx->arena, value.n + 1);

        for (size_t i = 0; i < value.n; i++) {
                unsigned char c = (unsigned char)value.p[i];

                clean[i] = c < 0x20 || c == 0x7f ? ' ' : value.p[i];
        }
        for (size_t i = 0; i < reply->headers.n && strcasecmp(name, "Set-Cookie") != 0; i++)
                if (name_is(reply->headers.v[i].name, name))
                        pair = &reply->headers.v[i];
        if (!pair)
                pair = list_push(cx->arena, &reply->headers);
        *pair = (HttpPair){ str_c(str_z(cx->arena, str_c(name))), { clean, value.n } };
}

void http_reply_view(HttpReply *reply, Str body) {
        reply->body = (Buf){ .p = (char *)(uintptr_t)body.p, .n = body.n }; /* read only from here on */
}

void http_note_account(Cx *cx, int64_t account) {
        if (cx->req)
                cx->req->account = account;
}

/* What a page of ours may do; everything else is forbidden. MapLibre's worker and the shrunken photos need blob:. */
#define POLICY \
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; connect-src " \
        "'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

static const char *const everywhere[][2] = {
        { "Content-Security-Policy", POLICY },
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "no-referrer" },
        { "Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Cache-Control", "no-store" },
};

void reply_headers(const Cx *cx, const HttpRequest *req, const HttpReply *reply,
                   void (*put)(void *to, const char *, const char *), void *to) {
        for (size_t i = 0; i < reply->headers.n; i++)
                put(to, reply->headers.v[i].name.p, reply->headers.v[i].value.p);
        for (size_t i = 0; i < ARRAY_LEN(everywhere); i++)
                if (!reply_has(reply, everywhere[i][0]))
                        put(to, everywhere[i][0], everywhere[i][1]);
        if (req->secure)
                put(to, "Strict-Transport-Security", "max-age=31536000");
        if (reply->type && !reply_has(reply, "Content-Type"))
                put(to, "Content-Type", reply->type);
        if (cx->request_id.n)
                put(to, "X-Request-Id", cx->request_id.p);
}

int http_range(const HttpRequest *req, Str etag, uint64_t size, uint64_t *ret_from, uint64_t *ret_length) {
        Str only_if = http_header(req, "If-Range"), range = http_header(req, "Range");

        *ret_from = 0;
        *ret_length = size;
        if (!range.n || (only_if.n && !str_eq(only_if, etag)))
                return 200;
        return range_read(range, size, ret_from, ret_length);
}

int range_read(Str header, uint64_t size, uint64_t *ret_from, uint64_t *ret_length) {
        Str unit, spec, from_text, to_text;
        int64_t from, to;

        *ret_from = 0;
        *ret_length = size;
        if (!str_cut(header, '=', &unit, &spec) || !str_eq(unit, S("bytes")) ||
            !str_cut(spec, '-', &from_text, &to_text) || memchr(spec.p, ',', spec.n))
                return 200;
        if (!from_text.n) { /* the last so many */
                if (!str_digits(to_text) || !str_int(to_text, &to))
                        return 200;
                if (to == 0 || size == 0)
                        return 416;
                *ret_length = (uint64_t)to < size ? (uint64_t)to : size;
                *ret_from = size - *ret_length;
                return 206;
        }
        if (!str_digits(from_text) || !str_int(from_text, &from) ||
            (to_text.n && (!str_digits(to_text) || !str_int(to_text, &to))))
                return 200;
        if (!to_text.n)
                to = INT64_MAX;
        if (to < from)
                return 200;
        if ((uint64_t)from >= size)
                return 416;
        *ret_from = (uint64_t)from;
        *ret_length = ((uint64_t)to < size ? (uint64_t)to + 1 : size) - (uint64_t)from;
        return 206;
}
