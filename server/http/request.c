/* What came over the wire, checked strictly and decoded: method, path, query, headers, how the body is framed. No sockets here,
 * so that tests and the fuzzer call it with made-up heads. The library in listen.c is lenient; the rules it lacks are here. */
#include "http/http_int.h"
#include <arpa/inet.h>
#include <strings.h>

static Rc malformed(Cx *cx, const char *what) { return fail(cx, P_REQUEST_MALFORMED, "%s", what); }

HttpMethod method_read(Str word) {
        static const char *const words[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };

        for (int i = 0; i < (int)ARRAY_LEN(words); i++)
                if (str_eq_c(word, words[i]))
                        return (HttpMethod)i;
        return HTTP_OTHER;
}

const char *method_name(HttpMethod m) {
        static const char *const words[] = { "GET",   "HEAD",   "POST",    "PUT",
                                             "PATCH", "DELETE", "OPTIONS", "OTHER" };

        return words[m];
}

static int hex_value(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        c |= 0x20;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False on a bad escape, on NUL and on text that is not UTF-8. */
bool percent_decode(Arena *a, Str raw, Str *ret) {
        char *out;
        size_t n = 0;

        if (!raw.n || !memchr(raw.p, '%', raw.n)) {
                if (!str_utf8_valid(raw))
                        return false;
                *ret = raw.p ? raw : S("");
                return true;
        }
        out = arena_take(a, raw.n);
        for (size_t i = 0; i < raw.n; i++) {
                int high, low;

                if (raw.p[i] != '%') {
                        out[n++] = raw.p[i];
                        continue;
                }
                if (i + 2 >= raw.n || (high = hex_value(raw.p[i + 1])) < 0 ||
                    (low = hex_value(raw.p[i + 2])) < 0)
                        return false;
                out[n++] = (char)(high << 4 | low);
                i += 2;
        }
        *ret = (Str){ out, n };
        return str_utf8_valid(*ret);
}

static size_t count_of(Str s, char c) {
        size_t n = 0;

        for (size_t i = 0; i < s.n; i++)
                n += s.p[i] == c;
        return n;
}

/* Absolute form (RFC 9112 §3.2.2): http://host/path; the host there is not used. */
static Str without_authority(Str target) {
        static const char *const schemes[] = { "http://", "https://" };

        for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
                size_t n = strlen(schemes[i]);
                const char *slash;

                if (target.n < n || strncasecmp(target.p, schemes[i], n) != 0)
                        continue;
                slash = memchr(target.p + n, '/', target.n - n);
                return slash ? str_sub(target, (size_t)(slash - target.p), target.n) : S("/");
        }
        return target;
}

static bool segments_fine(Str path) {
        for (size_t i = 0; i < path.n; i++) {
                unsigned char c = (unsigned char)path.p[i];
                Str rest = str_sub(path, i, path.n);

                if (c < 0x20 || c == 0x7f || c == '\\')
                        return false;
                if (c != '/')
                        continue;
                if (str_starts(rest, S("//")) || str_starts(rest, S("/./")) || str_starts(rest, S("/../")) ||
                    str_eq(rest, S("/.")) || str_eq(rest, S("/..")))
                        return false;
        }
        return true;
}

static Rc path_read(Cx *cx, Str target, HttpRequest *req) {
        Str path = without_authority(target), raw = path;

        if (str_eq(path, S("*")) && req->method == HTTP_OPTIONS)
                return req->path = S("*"), OK;
        if (!path.n || path.p[0] != '/' || memchr(path.p, ' ', path.n) || memchr(path.p, '#', path.n))
                return malformed(cx, "the request's target is no path");
        if (!percent_decode(cx->arena, raw, &path))
                return malformed(cx, "the path's percent-encoding is broken or no UTF-8");
        if (count_of(path, '/') != count_of(raw, '/') || !segments_fine(path))
                return malformed(cx, "the path has segments that are not accepted");
        req->path = path;
        return OK;
}

static Rc query_read(Cx *cx, const HttpPairList *raw, HttpRequest *req) {
        req->query.v = TAKE_ARRAY(cx->arena, HttpPair, raw->n);
        req->query.cap = raw->n;
        for (size_t i = 0; i < raw->n; i++) {
                HttpPair *p = &req->query.v[i];

                if (!raw->v[i].name.n && !raw->v[i].value.n)
                        continue; /* "a=1&&b=2" */
                p = &req->query.v[req->query.n++];
                if (!percent_decode(cx->arena, raw->v[i].name, &p->name) ||
                    !percent_decode(cx->arena, raw->v[i].value, &p->value))
                        return malformed(cx, "the query's percent-encoding is broken or no UTF-8");
        }
        return OK;
}

static bool token_char(unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool name_fine(Str name) {
        for (size_t i = 0; i < name.n; i++)
                if (!token_char((unsigned char)name.p[i]))
                        return false;
        return name.n > 0;
}

static bool value_fine(Str value) {
        bool ascii = true;

        for (size_t i = 0; i < value.n; i++) {
                unsigned char c = (unsigned char)value.p[i];

                if ((c < 0x20 && c != '\t') || c == 0x7f)
                        return false;
                ascii = ascii && c < 0x80;
        }
        return ascii || str_utf8_valid(value);
}

/* The library ends a line at its first NUL and joins folded lines, without a word. Between the end of a value and the next name
 * there may only be the line's own end (CR LF or LF, which the library turned into NULs); anything else was such a line. */
static bool gap_fine(const char *from, const char *to, size_t least, size_t most) {
        if (to < from || (size_t)(to - from) < least || (size_t)(to - from) > most)
                return false;
        while (from < to)
                if (*from++)
                        return false;
        return true;
}

/* The same for the request line: the library took '?', '&', '=' and the blanks around the target away. */
static bool first_line_fine(const RawHead *raw) {
        const char *at = raw->path.p + raw->path.n;

        if (raw->path.p != raw->method.p + raw->method.n + 1)
                return false;
        for (size_t i = 0; i < raw->query.n; i++) {
                Str name = raw->query.v[i].name, value = raw->query.v[i].value;

                if (name.p != at + 1)
                        return false;
                at = name.p + name.n;
                if (value.p == at + 1)
                        at = value.p + value.n;
        }
        return gap_fine(at, raw->version.p, 1, 2);
}

static bool lines_fine(const RawHead *raw) {
        const char *at = raw->version.p + raw->version.n;

        if (!first_line_fine(raw))
                return false;
        for (size_t i = 0; i < raw->headers.n; i++) {
                Str name = raw->headers.v[i].name, value = raw->headers.v[i].value;

                if (!gap_fine(at, name.p, 1, 2) || value.p <= name.p + name.n || value.p > raw->end)
                        return false;
                for (const char *p = name.p + name.n + 1; p < value.p; p++)
                        if (*p != ' ' && *p != '\t')
                                return false;
                at = value.p + value.n;
        }
        return gap_fine(at, raw->end, 2, 4);
}

static Rc headers_read(Cx *cx, const RawHead *raw, HttpRequest *req) {
        req->headers.v = TAKE_ARRAY(cx->arena, HttpPair, raw->headers.n);
        req->headers.n = req->headers.cap = raw->headers.n;
        if (raw->end && !lines_fine(raw))
                return malformed(cx, "the head has a NUL, a folded line or blanks too many");
        for (size_t i = 0; i < raw->headers.n; i++) {
                Str name = raw->headers.v[i].name, value = str_trim(raw->headers.v[i].value);

                if (!name_fine(name))
                        return malformed(cx, "a header's name has characters that are not accepted");
                if (!value_fine(value))
                        return malformed(cx, "a header's value has control characters or is no UTF-8");
                req->headers.v[i] = (HttpPair){ name, value.p ? value : S("") };
        }
        return OK;
}

static size_t headers_named(const HttpRequest *req, const char *name, Str *ret) {
        size_t found = 0, n = strlen(name);

        for (size_t i = 0; i < req->headers.n; i++)
                if (req->headers.v[i].name.n == n && strncasecmp(req->headers.v[i].name.p, name, n) == 0) {
                        *ret = req->headers.v[i].value;
                        found++;
                }
        return found;
}

static bool host_fine(Str host) {
        for (size_t i = 0; i < host.n; i++) {
                char c = host.p[i];

                if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                      strchr("-._:[]%", c)))
                        return false;
        }
        return true;
}

static Rc framing_read(Cx *cx, bool old, const HttpRequest *req, Framing *ret) {
        Str length = STR_NONE, coding = STR_NONE;
        size_t lengths = headers_named(req, "Content-Length", &length);
        size_t codings = headers_named(req, "Transfer-Encoding", &coding);
        int64_t n;

        *ret = (Framing){ FRAME_NONE, 0 };
        if (codings && (lengths || codings > 1 || old))
                return malformed(cx, "Transfer-Encoding with Content-Length, twice, or on HTTP/1.0");
        if (codings) {
                if (coding.n != 7 || strncasecmp(coding.p, "chunked", 7) != 0)
                        return malformed(cx, "a transfer coding other than chunked");
                *ret = (Framing){ FRAME_CHUNKED, 0 };
                return OK;
        }
        if (!lengths)
                return OK;
        if (lengths > 1 || !str_digits(length) || !str_int(length, &n))
                return malformed(cx, "Content-Length is given twice or is no number");
        if (n)
                *ret = (Framing){ FRAME_LENGTH, (uint64_t)n };
        return OK;
}

Rc request_read(Cx *cx, const RawHead *raw, HttpRequest *req, Framing *ret) {
        bool old = str_eq(raw->version, S("HTTP/1.0"));
        Str host = STR_NONE;
        size_t hosts;

        *ret = (Framing){ FRAME_NONE, 0 };
        req->method = method_read(raw->method);
        if (!name_fine(raw->method) || raw->method.n > 32)
                return malformed(cx, "the method is no word");
        if (raw->version.n != 8 || !str_starts(raw->version, S("HTTP/1.")))
                return malformed(cx, "not HTTP/1");
        TRY(headers_read(cx, raw, req));
        hosts = headers_named(req, "Host", &host);
        if (hosts > 1 || (!hosts && !old) || !host_fine(host))
                return malformed(cx, "Host is missing, given twice or malformed");
        TRY(framing_read(cx, old, req, ret));
        TRY(path_read(cx, raw->path, req));
        return query_read(cx, &raw->query, req);
}

static Str last_word(Str list) {
        Str before, after = list;

        while (str_cut(list, ',', &before, &after))
                list = after;
        return str_trim(list);
}

static bool id_fine(Str id) {
        for (size_t i = 0; i < id.n; i++) {
                char c = id.p[i];

                if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-'))
                        return false;
        }
        return id.n >= 8 && id.n <= 64;
}

void request_forwarded(Cx *cx, HttpRequest *req) {
        Str from = STR_NONE, proto = STR_NONE, id = http_header(req, "X-Request-Id");
        uint8_t bytes[16];

        /* A proxy may add a line of its own behind the client's (HAProxy does): the last line's last word is the proxy's. */
        (void)headers_named(req, "X-Forwarded-For", &from);
        (void)headers_named(req, "X-Forwarded-Proto", &proto);
        from = last_word(from);
        proto = last_word(proto);
        if (from.n && from.n < INET6_ADDRSTRLEN) {
                const char *z = str_z(cx->arena, from);

                if (inet_pton(AF_INET, z, bytes) == 1 || inet_pton(AF_INET6, z, bytes) == 1)
                        req->remote = from;
        }
        req->secure = str_eq(proto, S("https"));
        if (id_fine(id))
                cx->request_id = str_c(str_z(cx->arena, id));
}
