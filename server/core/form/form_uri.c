/* Addresses of schemas: resolving one against another (RFC 3986, 5.2), fragments, percent signs. */
#include "core/form/form_int.h"

typedef struct Uri {
        Str scheme, authority, path, query, fragment; /* p NULL: not there */
} Uri;

static Uri uri_read(Str s) {
        Uri u = { 0 };
        Str before, after;
        size_t n = 0;

        if (str_cut(s, '#', &before, &after)) {
                u.fragment = (Str){ after.p ? after.p : "", after.n };
                s = before;
        }
        if (str_cut(s, '?', &before, &after)) {
                u.query = (Str){ after.p ? after.p : "", after.n };
                s = before;
        }
        while (n < s.n && !strchr(":/", s.p[n]))
                n++;
        if (n && n < s.n && s.p[n] == ':') {
                u.scheme = str_sub(s, 0, n);
                s = str_sub(s, n + 1, s.n);
        }
        if (str_starts(s, S("//"))) {
                for (n = 2; n < s.n && s.p[n] != '/'; n++)
                        ;
                u.authority = str_sub(s, 2, n - 2);
                s = str_sub(s, n, s.n);
        }
        u.path = s;
        return u;
}

static void drop_last(Buf *b, size_t base) {
        while (b->n > base && b->p[--b->n] != '/')
                ;
}

/* The path without "." and ".." steps. */
static void put_path(Buf *b, Str path) {
        size_t base = b->n;

        while (path.n) {
                size_t n = path.p[0] == '/';

                while (n < path.n && path.p[n] != '/')
                        n++;
                Str step = str_sub(path, 0, n), name = step.p[0] == '/' ? str_sub(step, 1, n) : step;
                bool last = n == path.n;

                if (str_eq(name, S(".."))) {
                        drop_last(b, base);
                        if (last)
                                buf_char(b, '/');
                } else if (str_eq(name, S("."))) {
                        if (last)
                                buf_char(b, '/');
                } else {
                        buf_str(b, step);
                }
                path = str_sub(path, n, path.n);
        }
}

static void put(Buf *b, const Uri *u) {
        if (u->scheme.p) {
                buf_str(b, u->scheme);
                buf_char(b, ':');
        }
        if (u->authority.p) {
                buf_c(b, "//");
                buf_str(b, u->authority);
        }
        put_path(b, u->path);
        if (u->query.p) {
                buf_char(b, '?');
                buf_str(b, u->query);
        }
        if (u->fragment.p) {
                buf_char(b, '#');
                buf_str(b, u->fragment);
        }
}

Str uri_resolve(Arena *a, Str base, Str reference) {
        Uri to = uri_read(reference), from = uri_read(base);
        Buf path = BUF_IN(a), b = BUF_IN(a);

        if (!to.scheme.p) {
                to.scheme = from.scheme;
                if (!to.authority.p) {
                        to.authority = from.authority;
                        if (!to.path.n) {
                                to.path = from.path;
                                if (!to.query.p)
                                        to.query = from.query;
                        } else if (to.path.p[0] != '/') {
                                size_t n = from.path.n;

                                while (n && from.path.p[n - 1] != '/')
                                        n--;
                                if (!n && from.authority.p)
                                        buf_char(&path, '/');
                                buf_str(&path, str_sub(from.path, 0, n));
                                buf_str(&path, to.path);
                                to.path = buf_view(&path);
                        }
                }
        }
        put(&b, &to);
        return buf_view(&b);
}

void uri_split(Str uri, Str *ret_document, Str *ret_fragment) {
        if (str_cut(uri, '#', ret_document, ret_fragment)) {
                if (!ret_fragment->p)
                        ret_fragment->p = "";
                return;
        }
        *ret_document = uri;
        *ret_fragment = STR_NONE;
}

static int hex_value(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        c = (char)(c | 32);
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uri_unescape(Arena *a, Str s, Str *ret) {
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] != '%') {
                        buf_char(&b, s.p[i]);
                        continue;
                }
                if (i + 2 >= s.n || hex_value(s.p[i + 1]) < 0 || hex_value(s.p[i + 2]) < 0)
                        return false;
                buf_char(&b, (char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2])));
                i += 2;
        }
        *ret = buf_view(&b);
        return str_utf8_valid(*ret);
}
