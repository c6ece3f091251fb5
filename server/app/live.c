/* Notices → listeners. A listener's peer is a flat copy of what decides its view: account, session, places, departments. */
#include "app/live.h"
#include "base/buf.h"
#include "contract.gen.h"
#include "core/notice/notice.h"
#include "core/who/who.h"
#include "http/http.h"

enum { PEER_POSTS = 16 };

typedef struct Peer {
        int64_t account, session, until_ms; /* of the session, as it was when the stream was opened */
        size_t posts;
        struct {
                int role;
                char place[16], department[41];
        } post[PEER_POSTS];
} Peer;

static void copy_text(char *to, size_t cap, Str s) {
        size_t n = s.n < cap - 1 ? s.n : cap - 1;

        if (n)
                memcpy(to, s.p, n);
        to[n] = 0;
}

/* On the hub thread: the listener's view of a notice, through the same rule as everywhere. */
static bool allowed(const void *peer_, const void *event) {
        const Peer *peer = peer_;
        Post posts[PEER_POSTS];
        Actor actor = { .account = { peer->account }, .session = peer->session, .posts = { posts, peer->posts, peer->posts } };

        for (size_t i = 0; i < peer->posts; i++)
                posts[i] = (Post){ .role = (Role)peer->post[i].role,
                                   .place = str_c(peer->post[i].place),
                                   .department = str_c(peer->post[i].department) };
        return notice_visible(event, &actor);
}

Rc api_stream_open(Cx *cx, HttpReply *reply) {
        const Actor *actor = cx->actor;
        Peer *peer = TAKE(cx->arena, Peer);

        peer->account = actor->account.n;
        peer->session = actor->session;
        peer->until_ms = actor->session_expires_ms;
        for (size_t i = 0; i < actor->posts.n && peer->posts < PEER_POSTS; i++) {
                const Post *p = &actor->posts.v[i];

                peer->post[peer->posts].role = (int)p->role;
                copy_text(peer->post[peer->posts].place, 16, p->place);
                copy_text(peer->post[peer->posts].department, 41, p->department);
                peer->posts++;
        }
        return http_stream_open(cx, reply, peer, sizeof *peer, allowed);
}

static bool same_account(const void *peer, const void *arg) { return ((const Peer *)peer)->account == *(const int64_t *)arg; }

static bool is_over(const void *peer, const void *arg) { return ((const Peer *)peer)->until_ms <= *(const int64_t *)arg; }

/* A session that ends by itself sends no notice. Whoever went on working comes back at once with a later end; the others stay out. */
Rc live_expire(Cx *cx) {
        int64_t now = now_ms(cx);

        http_stream_close_if(is_over, &now);
        return OK;
}

static bool anybody(const void *peer, const void *arg) { return (void)peer, (void)arg, true; }

/* Notices were missed: content may have changed, and rights too, of which each listener holds a copy. So all are told to read
 * again and sent away; they come back within seconds, as who they are now. Who is gone before the event is out gets it then, since
 * its Last-Event-ID is an older one. */
static void after_gap(const Notice *n) {
        http_stream_send("change", S("{\"topic\":\"*\",\"action\":\"resync\",\"id\":0}"), n);
        http_stream_close_if(anybody, NULL);
}

static void hear(Cx *cx, const Notice *n) {
        Buf text = BUF_IN(cx->arena);

        if (str_eq_c(n->action, "resync")) {
                after_gap(n);
                return;
        }

        if (str_eq_c(n->action, "presence.still")) /* for the other processes; nothing on a screen changes */
                return;
        if (str_eq_c(n->topic, "who")) { /* posts, password or state of an account changed: it has to come back */
                http_stream_close_if(same_account, &n->id);
                return;
        }
        buf_c(&text, "{\"topic\":");
        buf_json_str(&text, n->topic);
        buf_c(&text, ",\"action\":");
        buf_json_str(&text, n->action);
        buf_fmt(&text, ",\"id\":%lld,\"version\":%lld,\"number\":", (long long)n->id, (long long)n->version);
        buf_json_str(&text, n->number);
        buf_c(&text, ",\"state\":");
        buf_json_str(&text, n->state);
        buf_c(&text, ",\"place\":");
        buf_json_str(&text, n->place);
        buf_char(&text, '}');
        http_stream_send("change", buf_view(&text), n);
}

void live_init(void) { notice_hear(NULL, hear); }
