/* Who has a case open now. Kept in the memory of every server process, in a table of fixed size, told by notices, stored nowhere: a
 * page says every EVERY_S seconds that it is still open, and counts as closed KEEP_MS after it was last heard of. */
#include "base/id.h"
#include "core/notice/notice.h"
#include "db/db.h"
#include "desk/desk_int.h"
#include "territory/territory.h"
#include <pthread.h>

enum { SLOTS = 4096, SHOWN = 20, EVERY_S = 20, KEEP_MS = 60 * MS_SECOND, TAB_MAX = 40 };

typedef struct Page {
        int64_t case_id, account, since_ms, until_ms;
        uint64_t tab; /* hash of the page's own name for itself */
} Page;

static struct {
        int64_t self; /* this process among those that tell each other */
        pthread_mutex_t lock;
        Page pages[SLOTS]; /* until_ms in the past: free */
} presence = { .lock = PTHREAD_MUTEX_INITIALIZER };

static uint64_t tab_hash(Str tab) { /* FNV-1a */
        uint64_t h = UINT64_C(14695981039346656037);

        for (size_t i = 0; i < tab.n; i++)
                h = (h ^ (uint8_t)tab.p[i]) * UINT64_C(1099511628211);
        return h;
}

/* ---- the table ---- */

static bool same(const Page *a, const Page *b) { return a->case_id == b->case_id && a->account == b->account && a->tab == b->tab; }

/* The page's own slot, else the one that ran out first: when more pages are open than there is room, the longest unheard goes. */
static Page *slot_of(const Page *page) {
        Page *oldest = &presence.pages[0];

        for (size_t i = 0; i < SLOTS; i++) {
                if (same(&presence.pages[i], page))
                        return &presence.pages[i];
                if (presence.pages[i].until_ms < oldest->until_ms)
                        oldest = &presence.pages[i];
        }
        return oldest;
}

/* True when it was not there. */
static bool keep(const Page *page, int64_t now) {
        Page *slot;
        bool fresh;

        pthread_mutex_lock(&presence.lock);
        slot = slot_of(page);
        fresh = !same(slot, page) || slot->until_ms <= now;
        if (fresh)
                *slot = *page;
        else
                slot->until_ms = page->until_ms;
        pthread_mutex_unlock(&presence.lock);
        return fresh;
}

static bool drop(const Page *page, int64_t now) {
        Page *slot;
        bool there;

        pthread_mutex_lock(&presence.lock);
        slot = slot_of(page);
        there = same(slot, page) && slot->until_ms > now;
        if (same(slot, page))
                *slot = (Page){ 0 };
        pthread_mutex_unlock(&presence.lock);
        return there;
}

/* One entry a person, by when they came; more are counted. */
static size_t others(int64_t case_id, int64_t me, int64_t now, Page ret[SHOWN], int64_t *ret_more) {
        size_t n = 0;

        *ret_more = 0;
        pthread_mutex_lock(&presence.lock);
        for (size_t i = 0; i < SLOTS; i++) {
                const Page *p = &presence.pages[i];
                size_t k = 0;

                if (p->case_id != case_id || p->account == me || p->until_ms <= now)
                        continue;
                while (k < n && ret[k].account != p->account)
                        k++;
                if (k == SHOWN)
                        ++*ret_more;
                else if (k == n)
                        ret[n++] = *p;
                else {
                        ret[k].since_ms = p->since_ms < ret[k].since_ms ? p->since_ms : ret[k].since_ms;
                        ret[k].until_ms = p->until_ms > ret[k].until_ms ? p->until_ms : ret[k].until_ms;
                }
        }
        pthread_mutex_unlock(&presence.lock);
        return n;
}

/* ---- between processes: topic presence, id the case, number the account, version the page, state who tells ---- */

static void hear(Cx *cx, const Notice *n) {
        Page page = { .case_id = n->id, .since_ms = now_ms(cx), .until_ms = now_ms(cx) + KEEP_MS, .tab = (uint64_t)n->version };

        int64_t from;

        if (!str_int(n->number, &page.account) || !str_int(n->state, &from) || from == presence.self)
                return;
        if (str_eq_c(n->action, "presence.gone"))
                (void)drop(&page, page.since_ms);
        else if (str_starts(n->action, S("presence.")))
                (void)keep(&page, page.since_ms);
}

static Rc tell_work(Cx *cx, void *arg) { return notice_send(cx, arg); }

/* A transaction that writes nothing: the way by which notices reach the other processes. */
static Rc tell(Cx *cx, Notice *n, const char *action, const Page *page) {
        n->topic = S("presence");
        n->action = str_c(action);
        n->number = str_fmt(cx->arena, "%lld", (long long)page->account);
        n->version = (int64_t)page->tab;
        n->state = str_fmt(cx->arena, "%lld", (long long)presence.self);
        return db_write(cx, tell_work, n);
}

void presence_init(void) {
        rand_secret(&presence.self, sizeof presence.self);
        notice_hear("presence", hear);
}

/* ---- what is shown ---- */

static Str post_text(Cx *cx, const Person *p) {
        Str where = p->department.n ? case_department_title(cx, p->department) : territory_name(cx, p->place);
        Str role = str_c(role_title((int)p->role, cx->lang));

        return where.n ? str_fmt(cx->arena, STR_FMT " · " STR_FMT, STR_ARG(role), STR_ARG(where)) : role;
}

static Rc show(Cx *cx, CaseId id, PresenceView **ret) {
        PresenceView *v = TAKE(cx->arena, PresenceView);
        Page pages[SHOWN];
        size_t n = others(id.n, actor_account(cx).n, now_ms(cx), pages, &v->more);

        v->every_s = EVERY_S;
        for (size_t i = 0; i < n; i++) {
                Person p;

                TRY(who_person(cx, (AccountId){ pages[i].account }, &p));
                *list_push(cx->arena, &v->others) = (PresentPerson){ .account = pages[i].account,
                                                                     .name = p.name,
                                                                     .post = post_text(cx, &p),
                                                                     .since = pages[i].since_ms,
                                                                     .until = pages[i].until_ms };
        }
        return *ret = v, OK;
}

Rc presence_show(Cx *cx, CaseId id, PresenceView **ret) {
        Notice n;

        TRY(case_audience(cx, id, &n));
        return show(cx, id, ret);
}

/* ---- coming and going ---- */

static Rc page_of(Cx *cx, CaseId id, Str tab, Notice *ret_notice, Page *ret) {
        if (!tab.n || tab.n > TAB_MAX)
                return fail_field(cx, S("/{tab}"), "too-long", S("页面标记应为 1 至 40 个字符"), S("A page's mark has 1 to 40 characters"));
        TRY(case_audience(cx, id, ret_notice));
        *ret = (Page){ .case_id = id.n,
                       .account = actor_account(cx).n,
                       .since_ms = now_ms(cx),
                       .until_ms = now_ms(cx) + KEEP_MS,
                       .tab = tab_hash(tab) };
        return OK;
}

Rc presence_here(Cx *cx, CaseId id, Str tab, PresenceView **ret) {
        Notice n;
        Page page;

        TRY(page_of(cx, id, tab, &n, &page));
        TRY(tell(cx, &n, keep(&page, now_ms(cx)) ? "presence.here" : "presence.still", &page));
        return show(cx, id, ret);
}

Rc presence_gone(Cx *cx, CaseId id, Str tab) {
        Notice n;
        Page page;

        TRY(page_of(cx, id, tab, &n, &page));
        return drop(&page, now_ms(cx)) ? tell(cx, &n, "presence.gone", &page) : OK;
}
