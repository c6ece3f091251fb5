/* The built faces from web_dir (public/ at /, app/ at /app/, console/ at /console/), held in memory with their pre-compressed
 * .br and .gz, and the pages that a browser may enter by. A snapshot is never changed: when something on disk changed, a new one
 * is read and the old one is kept until no answer can still point into it. Paths come from a walk of the folder, never from a
 * request, so that no request can leave it. */
#include "base/env.h"
#include "base/map.h"
#include "http/http_int.h"
#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { HELD_FILE = 4 << 20, HELD_ALL = 96 << 20, KEEP_OLD_MS = 30 * MS_MINUTE, /* more than the slowest send of HELD_FILE may take */
       KEEP_GONE_MS = MS_DAY /* a page opened before a new build still asks for the old names */ };

typedef struct File {
        struct File *next;
        Str url, path;     /* path on disk */
        Str plain, br, gz; /* p NULL when not held */
        const char *type;
        Str etag;    /* without quotes */
        bool hashed; /* its name changes with its content */
        int64_t gone_ms; /* since when it is no longer on disk, 0: it is there */
} File;

typedef struct Site {
        struct Site *older;
        int64_t retired_ms;
        Arena *arena;
        Map files; /* by url */
        File *all;
        size_t held;
        uint64_t stamp;
        const File *index_public, *index_app, *index_console;
        Str boot_before, boot_after;
} Site;

static struct {
        _Atomic(Site *) now;
        _Atomic(HttpBoot) boot;
        atomic_bool asked;
        Site *old; /* this and what follows: the reaper's thread only */
        uint64_t seen, refused; /* stamps: of the last look, of what was not whole */
        char *dir;
} faces;

static const char *const types[][2] = {
        { ".html", "text/html; charset=utf-8" },
        { ".js", "text/javascript; charset=utf-8" },
        { ".mjs", "text/javascript; charset=utf-8" },
        { ".css", "text/css; charset=utf-8" },
        { ".json", "application/json" },
        { ".webmanifest", "application/manifest+json" },
        { ".svg", "image/svg+xml" },
        { ".png", "image/png" },
        { ".jpg", "image/jpeg" },
        { ".jpeg", "image/jpeg" },
        { ".webp", "image/webp" },
        { ".avif", "image/avif" },
        { ".ico", "image/x-icon" },
        { ".woff2", "font/woff2" },
        { ".woff", "font/woff" },
        { ".ttf", "font/ttf" },
        { ".txt", "text/plain; charset=utf-8" },
        { ".xml", "application/xml" },
        { ".pbf", "application/x-protobuf" },
        { ".mvt", "application/vnd.mapbox-vector-tile" },
        { ".wasm", "application/wasm" },
        { ".mp4", "video/mp4" },
        { ".webm", "video/webm" },
        { ".pdf", "application/pdf" },
};

static const char *type_of(Str name) {
        for (size_t i = 0; i < ARRAY_LEN(types); i++)
                if (str_ends(name, str_c(types[i][0])))
                        return types[i][1];
        return "application/octet-stream";
}

static Str last_segment(Str path) {
        const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

        return slash ? str_sub(path, (size_t)(slash - path.p) + 1, path.n) : path;
}

/* Vite's assets: /assets/name-Hash1234.js, the hash of eight or more characters right before the ending. */
static bool is_hashed(Str url) {
        Str name = last_segment(url);
        const char *dot = name.n ? memrchr(name.p, '.', name.n) : NULL;
        size_t n = dot ? (size_t)(dot - name.p) : 0;

        return str_contains(url, S("/assets/")) && n > 9 && name.p[n - 9] == '-';
}

/* ---- reading the folder ---- */

static Str read_held(Site *s, const char *path) {
        Str bytes = STR_NONE;

        if (s->held >= HELD_ALL || !file_read(s->arena, path, HELD_FILE, &bytes))
                return STR_NONE;
        s->held += bytes.n;
        return bytes;
}

static void add_file(Site *s, Str url, const char *path, const struct stat *st) {
        File *f = TAKE(s->arena, File);

        f->url = url;
        f->path = str_dup(s->arena, str_c(path));
        f->type = type_of(url);
        f->hashed = is_hashed(url);
        f->plain = read_held(s, path);
        f->br = read_held(s, str_fmt(s->arena, "%s.br", path).p);
        f->gz = read_held(s, str_fmt(s->arena, "%s.gz", path).p);
        if (f->plain.p)
                f->etag = str_fmt(s->arena, "%016llx", (unsigned long long)str_hash(f->plain));
        else
                f->etag = str_fmt(s->arena, "%llx-%llx", (long long)st->st_mtim.tv_sec,
                                  (long long)st->st_size);
        f->next = s->all;
        s->all = f;
        *map_at(&s->files, url) = f;
}

/* Files under names that a new build no longer has. */
static void keep_gone(Site *s, const Site *before, int64_t now) {
        for (const File *was = before->all; was; was = was->next) {
                int64_t gone = was->gone_ms ? was->gone_ms : now;
                size_t bytes = was->plain.n + was->br.n + was->gz.n;
                File *f;

                if (!was->hashed || !was->plain.p || map_get(&s->files, was->url) || now - gone >= KEEP_GONE_MS ||
                    s->held + bytes > HELD_ALL)
                        continue;
                f = TAKE(s->arena, File);
                *f = (File){ .next = s->all, .url = str_dup(s->arena, was->url), .type = was->type, .hashed = true,
                             .etag = str_dup(s->arena, was->etag), .plain = str_dup(s->arena, was->plain),
                             .br = str_dup(s->arena, was->br), .gz = str_dup(s->arena, was->gz), .gone_ms = gone };
                s->held += bytes;
                s->all = f;
                *map_at(&s->files, f->url) = f;
        }
}

typedef void (*OnFile)(void *arg, Str url, const char *path, const struct stat *st);

static void walk_face(const char *dir, const char *prefix, Arena *a, OnFile on_file, void *arg) {
        char *roots[] = { (char *)(uintptr_t)dir, NULL };
        FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
        FTSENT *e;

        while (tree && (e = fts_read(tree))) {
                if (e->fts_level > 0 && e->fts_name[0] == '.') {
                        fts_set(tree, e, FTS_SKIP);
                        continue;
                }
                if (e->fts_info != FTS_F)
                        continue;
                on_file(arg, str_fmt(a, "%s%s", prefix, e->fts_path + strlen(dir)), e->fts_path,
                        e->fts_statp);
        }
        if (tree)
                fts_close(tree);
}

static void walk_faces(Arena *a, OnFile on_file, void *arg) {
        static const char *const names[][2] = { { "public", "" },
                                                { "app", "/app" },
                                                { "console", "/console" } };

        for (size_t i = 0; i < ARRAY_LEN(names); i++)
                walk_face(str_fmt(a, "%s/%s", faces.dir, names[i][0]).p, names[i][1], a, on_file, arg);
}

static void on_stamp(void *arg, Str url, const char *path, const struct stat *st) {
        uint64_t *stamp = arg, one[3] = { str_hash(url),
                                          (uint64_t)st->st_mtim.tv_sec << 30 ^ (uint64_t)st->st_mtim.tv_nsec,
                                          (uint64_t)st->st_size };

        (void)path;
        *stamp +=
                str_hash((Str){ (const char *)one, sizeof one }); /* the order of the walk does not matter */
}

static void on_add(void *arg, Str url, const char *path, const struct stat *st) {
        if (!str_ends(url, S(".br")) && !str_ends(url, S(".gz")))
                add_file(arg, url, path, st);
}

static uint64_t stamp_now(void) {
        Arena *a = arena_new(0);
        uint64_t stamp = 1;

        walk_faces(a, on_stamp, &stamp);
        arena_free(a);
        return stamp;
}

static void split_boot(Site *s) {
        static const char mark[] = "<script type=\"application/json\" id=\"boot\">";
        Str html = s->index_public ? s->index_public->plain : STR_NONE;
        const char *at = html.n ? memmem(html.p, html.n, mark, sizeof mark - 1) : NULL;
        size_t before;

        if (!at)
                return;
        before = (size_t)(at - html.p) + sizeof mark - 1;
        s->boot_before = str_sub(html, 0, before);
        s->boot_after = str_sub(html, before, html.n);
}

static Site *site_read(uint64_t stamp) {
        Site *s = calloc(1, sizeof *s);

        if (!s)
                abort();
        s->arena = arena_new(0);
        s->stamp = stamp;
        map_init(&s->files, s->arena);
        walk_faces(s->arena, on_add, s);
        s->index_public = map_get(&s->files, S("/index.html"));
        s->index_app = map_get(&s->files, S("/app/index.html"));
        s->index_console = map_get(&s->files, S("/console/index.html"));
        split_boot(s);
        return s;
}

static void site_free(Site *s) {
        arena_free(s->arena);
        free(s);
}

void static_start(Str web_dir) {
        faces.dir = web_dir.n ? str_heap(web_dir) : NULL;
        if (!faces.dir)
                return;
        atomic_store(&faces.now, site_read(stamp_now()));
}

/* A face that was there and is not: its build has emptied the folder and is not done. */
static bool is_whole(const Site *fresh, const Site *now) {
        return (fresh->index_public || !now->index_public) && (fresh->index_app || !now->index_app) &&
               (fresh->index_console || !now->index_console);
}

static void look_again(Site *now, bool asked) {
        uint64_t stamp = stamp_now();
        bool settled = asked || stamp == faces.seen;
        Site *fresh;

        faces.seen = stamp;
        if (stamp == now->stamp || stamp == faces.refused || !settled)
                return;
        fresh = site_read(stamp);
        if (!is_whole(fresh, now)) {
                site_free(fresh);
                faces.refused = stamp;
                log_info("http.faces", "a build is not complete; the pages stay as they were");
                return;
        }
        keep_gone(fresh, now, time_mono_us() / 1000);
        now->retired_ms = time_mono_us() / 1000;
        now->older = faces.old;
        faces.old = now;
        atomic_store(&faces.now, fresh);
        log_info("http.faces", "read again");
}

void http_reload(void) { atomic_store(&faces.asked, true); }
bool static_is_asked(void) { return atomic_load_explicit(&faces.asked, memory_order_relaxed); }

void static_refresh(void) {
        Site *now = atomic_load(&faces.now);
        bool asked = atomic_exchange(&faces.asked, false);

        if (!now)
                return;
        look_again(now, asked);
        for (Site **at = &faces.old; *at;) {
                Site *s = *at;

                if (time_mono_us() / 1000 - s->retired_ms < KEEP_OLD_MS) {
                        at = &s->older;
                        continue;
                }
                *at = s->older;
                site_free(s);
        }
}

void static_stop(void) {
        Site *now = atomic_exchange(&faces.now, NULL);

        if (now)
                site_free(now);
        while (faces.old) {
                Site *s = faces.old;

                faces.old = s->older;
                site_free(s);
        }
        free(faces.dir);
        faces.dir = NULL;
}

void http_on_boot(HttpBoot boot) { atomic_store(&faces.boot, boot); }

/* ---- answering ---- */

static bool etag_matches(const HttpRequest *req, Str quoted) {
        Str given = http_header(req, "If-None-Match");

        return given.n && (str_eq(given, S("*")) || str_contains(given, quoted));
}

/* Sets ETag and Cache-Control; true when the browser has it already (304 is set then). */
static bool unchanged(Cx *cx, const HttpRequest *req, HttpReply *reply, Str etag, bool hashed) {
        Str quoted = str_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(etag));

        http_reply_header(cx, reply, "ETag", quoted);
        http_reply_header(cx, reply, "Cache-Control",
                          hashed ? S("public, max-age=31536000, immutable") : S("no-cache"));
        if (!etag_matches(req, quoted))
                return false;
        reply->status = 304;
        reply->body = (Buf){ .arena = reply->body.arena };
        return true;
}

static void send_file(Cx *cx, const HttpRequest *req, const File *f, HttpReply *reply) {
        Str accepts = http_header(req, "Accept-Encoding"), body = f->plain, etag = f->etag;

        *reply = (HttpReply){ .status = 200, .type = f->type };
        if (f->br.p || f->gz.p) {
                const char *coding = f->br.p && header_word(accepts, "br")     ? "br"
                                     : f->gz.p && header_word(accepts, "gzip") ? "gzip"
                                                                               : NULL;

                http_reply_header(cx, reply, "Vary", S("Accept-Encoding"));
                if (coding) {
                        body = coding[0] == 'b' ? f->br : f->gz;
                        etag = str_fmt(cx->arena, STR_FMT "-%s", STR_ARG(f->etag), coding);
                        http_reply_header(cx, reply, "Content-Encoding", str_c(coding));
                }
        }
        if (unchanged(cx, req, reply, etag, f->hashed))
                return;
        if (body.p)
                http_reply_view(reply, body);
        else
                reply->file = f->path;
}

static void not_built(Cx *cx, HttpReply *reply) {
        *reply = (HttpReply){ .status = 503, .type = "text/html; charset=utf-8", .body = BUF_IN(cx->arena) };
        buf_c(&reply->body,
              "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>网格 Wangge</title>"
              "<h1>页面尚未构建</h1><p>请运行 <code>make run</code>，或用 <code>--web</code> 指明构建好的目录。</p>"
              "<h1 lang=\"en\">The pages are not built</h1><p lang=\"en\">Run <code>make run</code>, or name the "
              "folder that holds them with <code>--web</code>.</p></html>");
}

/* In a script element: no '<' may stand there. */
static void add_boot(Buf *b, Str json) {
        for (size_t i = 0; i < json.n; i++)
                if (json.p[i] == '<')
                        buf_c(b, "\\u003c");
                else
                        buf_char(b, json.p[i]);
}

/* The public page with its first data. When there is nothing at that address (no such building), the page says so with the
 * problem and its status; any other failure is left to the page, which asks by itself and shows what it gets. */
static void send_booted(Cx *cx, const HttpRequest *req, const Site *s, HttpBoot boot, HttpReply *reply) {
        Buf json = BUF_IN(cx->arena), page = BUF_IN(cx->arena);
        int status = 200;
        Rc rc = boot(cx, req->path, &json);

        if (rc != OK) {
                HttpReply problem;

                http_problem(cx, rc, &problem);
                cx->problem = (Problem){ 0 };
                if (rc != E_MISSING) {
                        send_file(cx, req, s->index_public, reply);
                        return;
                }
                status = problem.status;
                buf_clear(&json);
                buf_c(&json, "{\"problem\":");
                buf_str(&json, buf_view(&problem.body));
                buf_char(&json, '}');
        }
        buf_str(&page, s->boot_before);
        add_boot(&page, buf_view(&json));
        buf_str(&page, s->boot_after);
        *reply = (HttpReply){ .status = status, .type = "text/html; charset=utf-8", .body = page };
        if (status == 200)
                (void)unchanged(cx, req, reply,
                                str_fmt(cx->arena, "%016llx", (unsigned long long)str_hash(buf_view(&page))),
                                false);
}

/* Pages that begin with data of their own: a building's, a grid's. */
static bool is_booted(Str path) {
        return str_starts(path, S("/b/")) || str_starts(path, S("/g/")) || str_starts(path, S("/o/"));
}

static bool is_public_page(Str path) {
        return str_eq(path, S("/")) || str_eq(path, S("/index.html")) || is_booted(path) ||
               str_starts(path, S("/r/"));
}

/* The index page of the face that a path without an ending belongs to; *ret_face tells that it belongs to one at all. */
static const File *face_page(const Site *s, Str path, bool *ret_face) {
        bool app = str_starts(path, S("/app/")), console = str_starts(path, S("/console/"));
        Str name = last_segment(path);

        *ret_face = app || console || is_public_page(path);
        if (name.n && memchr(name.p, '.', name.n) && !is_public_page(path))
                return NULL;
        return !s                     ? NULL
               : app                  ? s->index_app
               : console              ? s->index_console
               : is_public_page(path) ? s->index_public
                                      : NULL;
}

static bool refuse_method(Cx *cx, const HttpRequest *req, HttpReply *reply) {
        Rc rc;

        if (req->method == HTTP_GET || req->method == HTTP_HEAD)
                return false;
        rc = fail(cx, P_METHOD_NOT_ALLOWED, "This address takes GET, HEAD");
        http_route_refused(cx, req, rc, S("GET, HEAD, OPTIONS"), reply);
        return true;
}

static bool redirect(Cx *cx, HttpRequest *req, HttpReply *reply) {
        if (!str_eq(req->path, S("/app")) && !str_eq(req->path, S("/console")))
                return false;
        req->label = "page";
        *reply = (HttpReply){ .status = 308 };
        http_reply_header(cx, reply, "Location", str_fmt(cx->arena, STR_FMT "/", STR_ARG(req->path)));
        http_reply_header(cx, reply, "Cache-Control", S("no-cache"));
        return true;
}

/* Somebody who typed or followed an address that does not exist: the public face, which has the ways on. */
static void send_unknown(Cx *cx, const HttpRequest *req, const Site *s, HttpReply *reply) {
        send_file(cx, req, s->index_public, reply);
        if (reply->status == 304) /* the tag is the page's, not this address's */
                send_file(cx, &(HttpRequest){ .method = req->method, .path = req->path }, s->index_public, reply);
        reply->status = 404;
        http_reply_header(cx, reply, "Cache-Control", S("no-store"));
}

/* Nothing lies there: a page for people, a problem for programs. */
static bool answer_unknown(Cx *cx, HttpRequest *req, const Site *s, HttpReply *reply) {
        if (req->method > HTTP_HEAD)
                return false;
        req->label = "static";
        if (s && s->index_public && header_word(http_header(req, "Accept"), "text/html"))
                send_unknown(cx, req, s, reply);
        else
                http_problem(cx, fail(cx, P_NOT_FOUND, "There is no such file"), reply);
        http_reply_header(cx, reply, "Vary", S("Accept, Accept-Encoding"));
        return true;
}

static bool answer(Cx *cx, HttpRequest *req, HttpReply *reply, bool quick) {
        const Site *s = atomic_load(&faces.now);
        HttpBoot boot = is_booted(req->path) ? atomic_load(&faces.boot) : NULL;
        const File *f = s ? map_get(&s->files, req->path) : NULL, *page;
        bool face;

        if (str_starts(req->path, S("/api/")))
                return false;
        page = face_page(s, req->path, &face);
        if (quick && (req->method > HTTP_HEAD || (page && boot) || (f && !f->plain.p)))
                return false;
        if (redirect(cx, req, reply))
                return true;
        if (!f && !page && !face && !str_starts(req->path, S("/assets/")))
                return answer_unknown(cx, req, s, reply);
        req->label = page ? "page" : "static";
        if (refuse_method(cx, req, reply))
                return true;
        if (page && boot && s->boot_before.p)
                send_booted(cx, req, s, boot, reply);
        else if (f || page)
                send_file(cx, req, f ? f : page, reply);
        else if (face && (is_public_page(req->path) ||
                          !memchr(last_segment(req->path).p, '.', last_segment(req->path).n)))
                not_built(cx, reply);
        else
                return answer_unknown(cx, req, s, reply);
        return true;
}

bool http_static(Cx *cx, HttpRequest *req, HttpReply *reply) { return answer(cx, req, reply, false); }
bool http_static_quick(Cx *cx, HttpRequest *req, HttpReply *reply) { return answer(cx, req, reply, true); }
