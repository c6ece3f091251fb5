/* The process that reads, and whoever waits for it. They speak through a pair of sockets: the request in parts of stated length until the end, then
 * the answer until the end. */
#include "base/json.h"
#include "base/rc.h"
#include "base/time.h"
#include "geo/geojson.h"
#include "geo/redraw.h"
#include "repair/repair.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GRACE_S = 15, MEMORY_GB = 8 };

/* ---- bounds ---------------------------------------------------------------------------------------------------------------------- */

/* A sanitizer's own memory would not fit into a bound of bytes. */
void repair_fence(void) {
        (void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        (void)setrlimit(RLIMIT_CPU,
                        &(struct rlimit){ REPAIR_SECONDS_MAX + GRACE_S, REPAIR_SECONDS_MAX + 2 * GRACE_S });
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
        (void)setrlimit(RLIMIT_AS, &(struct rlimit){ (rlim_t)MEMORY_GB << 30, (rlim_t)MEMORY_GB << 30 });
#endif
        alarm(REPAIR_SECONDS_MAX + 2 * GRACE_S);
}

RepairStop repair_status_stop(int status) {
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                return REPAIR_DONE;
        return WIFSIGNALED(status) && (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGXCPU)
                       ? REPAIR_TOO_LONG
                       : REPAIR_CRASHED;
}

/* ---- parts ------------------------------------------------------------------------------------------------------------------------- */

/* An end of the pair, and until when (by time_mono_us) whoever is at the other one is waited for, however little at a time it takes and gives. */
typedef struct Line {
        int fd;
        int64_t until_us;
} Line;

static bool is_ready(const Line *l, short events) {
        for (;;) {
                int64_t left_us = l->until_us - time_mono_us();
                struct pollfd one = { .fd = l->fd, .events = events };
                int n = left_us > 0 ? poll(&one, 1, left_us < INT32_MAX ? (int)(left_us / 1000) + 1 : -1) : 0;

                if (n >= 0 || errno != EINTR)
                        return n > 0;
        }
}

static bool send_all(const Line *l, const void *p, size_t n) {
        for (const char *at = p; n;) {
                ssize_t sent = is_ready(l, POLLOUT) ? send(l->fd, at, n, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;

                if (sent < 0 && (errno == EINTR || errno == EAGAIN))
                        continue;
                if (sent <= 0)
                        return false;
                at += sent, n -= (size_t)sent;
        }
        return true;
}

static bool send_part(const Line *l, Str part) {
        uint64_t n = part.n;

        return send_all(l, &n, sizeof n) && send_all(l, part.p, part.n);
}

static bool receive_all(const Line *l, Buf *b, size_t most) {
        for (;;) {
                char *to = buf_reserve(b, 1 << 16);
                ssize_t n = is_ready(l, POLLIN) ? read(l->fd, to, 1 << 16) : -1;

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return n == 0;
                b->n += (size_t)n;
                if (b->n > most)
                        return false;
        }
}

static bool take_part(Str *all, Str *ret) {
        uint64_t n;

        if (all->n < sizeof n)
                return false;
        memcpy(&n, all->p, sizeof n);
        *all = str_sub(*all, sizeof n, all->n);
        if (all->n < n)
                return false;
        *ret = str_sub(*all, 0, n);
        *all = str_sub(*all, n, all->n);
        return true;
}

/* ---- asking -------------------------------------------------------------------------------------------------------------------------- */

static Str head_of(Arena *a, const RepairOptions *o) {
        Buf b = BUF_IN(a);

        buf_fmt(&b, "{\"crs\":%d,\"tolerance\":", (int)o->crs);
        buf_json_num(&b, o->tolerance_m);
        buf_c(&b, ",\"name\":");
        buf_json_str(&b, o->name_field);
        buf_c(&b, ",\"code\":");
        buf_json_str(&b, o->code_field);
        buf_fmt(&b, ",\"most\":%zu,\"decisions\":[", o->features_most);
        for (size_t i = 0; i < o->decision_n; i++)
                buf_fmt(&b, "%s{\"face\":%zu,\"what\":%d,\"feature\":%zu}", i ? "," : "",
                        o->decisions[i].face, (int)o->decisions[i].what, o->decisions[i].feature);
        buf_c(&b, "]}");
        return buf_view(&b);
}

/* No descriptor, no variable of the server's goes along: neither databases nor secrets. */
static pid_t start(int fd) {
        static char name[] = "wangge", command[] = "repair", locale[] = "LC_ALL=C";
        char *arguments[] = { name, command, NULL }, *variables[] = { locale, NULL };
        posix_spawn_file_actions_t actions;
        pid_t child = -1;

        if (posix_spawn_file_actions_init(&actions) != 0)
                return -1;
        if (posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO) != 0 ||
            posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO) != 0 ||
            posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) != 0 ||
            posix_spawn(&child, "/proc/self/exe", &actions, NULL, arguments, variables) != 0)
                child = -1;
        posix_spawn_file_actions_destroy(&actions);
        return child;
}

RepairStop repair_run(Arena *a, const RepairAsk *ask, Str *ret) {
        int64_t seconds = ask->seconds ? ask->seconds : REPAIR_WAIT_S;
        int ends[2], status = 0;
        Buf answer = BUF_IN(a);
        Line line;
        bool fine;
        pid_t child;

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
                return REPAIR_CRASHED;
        child = start(ends[1]);
        close(ends[1]);
        if (child < 0) {
                close(ends[0]);
                return REPAIR_CRASHED;
        }
        line = (Line){ ends[0], time_mono_us() + seconds * 1000000 };
        fine = send_part(&line, head_of(a, &ask->options)) && send_part(&line, ask->file) &&
               send_part(&line, ask->present) &&
               send_part(&line, (Str){ (const char *)ask->known, ask->known_n * sizeof *ask->known }) &&
               shutdown(ends[0], SHUT_WR) == 0 && receive_all(&line, &answer, REPAIR_ANSWER_MAX);
        close(ends[0]);
        if (!fine)
                (void)kill(child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
                ;
        if (!fine && time_mono_us() >= line.until_us)
                return REPAIR_TOO_LONG;
        if (!fine && repair_status_stop(status) == REPAIR_DONE)
                return REPAIR_CRASHED;
        if (repair_status_stop(status) != REPAIR_DONE)
                return repair_status_stop(status);
        *ret = buf_view(&answer);
        return REPAIR_DONE;
}

/* ---- answering ------------------------------------------------------------------------------------------------------------------------ */

static int open_first(const void *x, const void *y) {
        const RepairFinding *a = x, *b = y;

        if ((a->rule == REPAIR_OPEN) != (b->rule == REPAIR_OPEN))
                return a->rule == REPAIR_OPEN ? -1 : 1;
        if (a->face != b->face)
                return a->face < b->face ? -1 : 1;
        if (a->m2 != b->m2)
                return a->m2 > b->m2 ? -1 : 1;
        return a->kind != b->kind ? (int)a->kind - (int)b->kind
                                  : (a->feature > b->feature) - (a->feature < b->feature);
}

/* 530103003001001, also as it is written with blanks or hyphens; 0: not the code of a grid. */
static int64_t code_of(Str text) {
        int64_t code = 0;
        int digits = 0;

        for (size_t i = 0; i < text.n; i++) {
                if (text.p[i] >= '0' && text.p[i] <= '9' && digits < 16)
                        code = code * 10 + (text.p[i] - '0'), digits++;
                else if (text.p[i] != ' ' && text.p[i] != '-')
                        return 0;
        }
        return digits == 15 ? code : 0;
}

static int64_t code_in(Str text, int64_t community) {
        int64_t code = code_of(text);

        return code / 1000 == community ? code : 0;
}

static bool has_grid(const Mesh *m, int64_t grid) {
        MeshTag tag;

        for (uint32_t f = 1; f < mesh_face_end(m); f++)
                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) && tag.grid == grid)
                        return true;
        return false;
}

typedef struct Groups {
        int64_t *codes; /* per feature; 0: none */
        size_t *group;  /* per feature */
} Groups;

static Groups groups_of(Arena *a, const RepairReport *r, const Mesh *present) {
        Groups g = { TAKE_ARRAY(a, int64_t, r->features.n + 1), TAKE_ARRAY(a, size_t, r->features.n + 1) };

        for (size_t i = 0; i < r->features.n; i++) {
                const RepairFeature *f = &r->features.v[i];

                g.codes[i] = f->community ? code_in(f->code, f->community) : 0;
                if (g.codes[i] && !has_grid(present, g.codes[i]))
                        g.codes[i] = 0;
                g.group[i] = i + 1;
                for (size_t k = 0; g.codes[i] && k < i; k++)
                        if (g.codes[k] == g.codes[i]) {
                                g.group[i] = k + 1;
                                break;
                        }
        }
        return g;
}

static void redraw_one(Arena *a, const RepairReport *r, const Groups *g, Mesh *present, int64_t community,
                       Buf *ret) {
        RedrawFaceList faces = { 0 };
        Redraw redraw;

        for (uint32_t f = 1; f < mesh_face_end(r->mesh); f++) {
                MeshTag tag;

                if (mesh_face_tag(r->mesh, (MeshFaceId){ f }, &tag) && tag.community == community) {
                        size_t feature = (size_t)tag.grid - 1;

                        *list_push(a, &faces) = (RedrawFace){ .group = g->group[feature],
                                                              .grid = g->codes[feature],
                                                              .by_code = g->codes[feature] != 0,
                                                              .name = r->features.v[feature].name };
                }
        }
        redraw_plan(present, r->mesh, community, faces, a, &redraw);
        redraw_write(ret, &redraw);
}

static void redraw_all(Arena *a, const RepairReport *r, const Groups *g, Mesh *present, Buf *ret) {
        int64_t done = 0;
        bool first = true;

        for (;;) { /* ascending */
                int64_t next = INT64_MAX;

                for (size_t i = 0; i < r->features.n; i++)
                        if (r->features.v[i].community > done && r->features.v[i].community < next &&
                            r->features.v[i].after_m2 > 0)
                                next = r->features.v[i].community;
                if (next == INT64_MAX)
                        return;
                if (!first)
                        buf_char(ret, ',');
                redraw_one(a, r, g, present, next, ret);
                first = false;
                done = next;
        }
}

static bool is_listed(const IntList *list, int64_t n) {
        for (size_t i = 0; i < list->n; i++)
                if (list->v[i] == n)
                        return true;
        return false;
}

/* The communities that the file is about: where its features lie, and what their codes say. */
static IntList communities_of(Arena *a, const RepairReport *r) {
        IntList list = { 0 };

        for (size_t i = 0; i < r->features.n; i++) {
                const int64_t both[] = { r->features.v[i].community, code_of(r->features.v[i].code) / 1000 };

                for (int k = 0; k < 2; k++)
                        if (both[k] && !is_listed(&list, both[k]))
                                *list_push(a, &list) = both[k];
        }
        return list;
}

/* Points of these communities; each belongs to the feature that has its grid's code. */
static void fit(Arena *a, const RepairAsk *ask, RepairReport *ret) {
        RepairFile file = { .bytes = ask->file };
        RepairReport plain;
        CrsKnown *v = TAKE_ARRAY(a, CrsKnown, ask->known_n + 1);
        IntList communities = communities_of(a, ret);
        size_t n = 0;

        repair_import(a, &file, &ask->options, &plain);
        if (plain.stop != REPAIR_DONE)
                return;
        for (size_t i = 0; i < ask->known_n; i++) {
                const CrsKnown *k = &ask->known[i];

                if (!is_listed(&communities, k->grid / 1000))
                        continue;
                v[n] = (CrsKnown){ k->at, 0 };
                for (size_t f = 0; f < plain.features.n && !v[n].grid; f++)
                        if (k->grid && code_in(plain.features.v[f].code, k->grid / 1000) == k->grid)
                                v[n].grid = (int64_t)f + 1;
                n++;
        }
        if (n)
                repair_fit(a, &ask->options, v, n, &plain);
        ret->fit = plain.fit;
        repair_done(&plain);
}

/* The ground of each feature as it would be, in the order of the features; null: it has none. */
static void ground_all(Arena *a, const RepairReport *r, Buf *ret) {
        PolygonList *grounds = TAKE_ARRAY(a, PolygonList, r->features.n + 1);

        for (uint32_t f = 1; r->mesh && f < mesh_face_end(r->mesh); f++) {
                MeshTag tag;

                if (mesh_face_tag(r->mesh, (MeshFaceId){ f }, &tag) && tag.grid > 0 && (size_t)tag.grid <= r->features.n)
                        (void)mesh_face_polygon(r->mesh, (MeshFaceId){ f }, a, list_push(a, &grounds[tag.grid - 1]));
        }
        for (size_t i = 0; i < r->features.n; i++) {
                if (i)
                        buf_char(ret, ',');
                if (grounds[i].n)
                        geojson_write(ret, &grounds[i]);
                else
                        buf_c(ret, "null");
        }
}

void repair_answer(Arena *a, const RepairAsk *ask, Buf *ret) {
        _cleanup_(mesh_freep) Mesh *present = mesh_unpack(ask->present);
        _cleanup_(repair_done) RepairReport r = { .format = "" };
        RepairOptions o = ask->options;
        RepairFile file = { .bytes = ask->file };
        Groups g = { 0 };

        if (!present) {
                r.stop = REPAIR_BROKEN;
        } else {
                o.present = present;
                repair_import(a, &file, &o, &r);
                if (r.stop == REPAIR_DONE && ask->known_n)
                        fit(a, ask, &r);
                g = groups_of(a, &r, present);
        }
        if (r.findings.n)
                qsort(r.findings.v, r.findings.n, sizeof *r.findings.v, open_first);
        if (r.findings.n > REPAIR_TOLD_MAX)
                r.findings.n = REPAIR_TOLD_MAX;
        buf_c(ret, "{\"report\":");
        repair_json(ret, &r);
        buf_c(ret, ",\"groups\":[");
        for (size_t i = 0; i < r.features.n && g.group; i++)
                buf_fmt(ret, "%s%zu", i ? "," : "", g.group[i]);
        buf_c(ret, "],\"ground\":[");
        ground_all(a, &r, ret);
        buf_c(ret, "],\"redraw\":[");
        if (r.mesh && !r.open)
                redraw_all(a, &r, &g, present, ret);
        buf_c(ret, "]}");
}

static bool read_ask(Cx *cx, Str all, RepairAsk *ret) {
        RepairDecision *decisions;
        JsonNode *head;
        const JsonNode *list;
        int64_t crs = 0, most = 0;
        Str first, known;

        *ret = (RepairAsk){ 0 };
        if (!take_part(&all, &first) || !take_part(&all, &ret->file) || !take_part(&all, &ret->present) ||
            !take_part(&all, &known) || json_parse(cx, first, &head) != OK || !json_int(head, "crs", &crs) ||
            crs < 0 || crs >= CRS_COUNT)
                return false;
        ret->options.crs = (Crs)crs;
        ret->options.features_most = (size_t)(json_int(head, "most", &most) && most > 0 ? most : 0);
        ret->options.tolerance_m = json_get(head, "tolerance")->num;
        ret->options.name_field = json_text(head, "name");
        ret->options.code_field = json_text(head, "code");
        list = json_get(head, "decisions");
        decisions = TAKE_ARRAY(cx->arena, RepairDecision, list->count + 1);
        for (const JsonNode *n = list->first; n; n = n->next) {
                int64_t face = 0, what = 0, feature = 0;

                (void)json_int(n, "face", &face), (void)json_int(n, "what", &what),
                        (void)json_int(n, "feature", &feature);
                decisions[ret->options.decision_n++] =
                        (RepairDecision){ .face = (size_t)face,
                                          .what = what == REPAIR_LEFT_OUT ? REPAIR_LEFT_OUT
                                                                          : REPAIR_TO_FEATURE,
                                          .feature = (size_t)feature };
        }
        ret->options.decisions = decisions;
        ret->known_n = known.n / sizeof(CrsKnown);
        ret->known = arena_copy(cx->arena, known.p, known.n);
        return true;
}

_Noreturn void repair_child(void) {
        Line asked = { STDIN_FILENO, INT64_MAX }, answered = { STDOUT_FILENO, INT64_MAX }; /* the alarm ends it */
        Cx *cx = cx_new(0);
        Buf in = BUF_HEAP, out = BUF_HEAP;
        RepairAsk ask;

        repair_fence();
        if (!receive_all(&asked, &in, (size_t)REPAIR_BYTES_MAX * 2) ||
            !read_ask(cx, buf_view(&in), &ask))
                _exit(2);
        repair_answer(cx->arena, &ask, &out);
        _exit(send_all(&answered, out.p, out.n) ? 0 : 2);
}
