/* Who acts: actors, what they may do and which places they cover, and how long their sessions last. Accounts are in account.c,
 * sessions in session.c, passwords in secret.c and password.c. */
#include "core/who/who.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/who/who_int.h"
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>

_Static_assert(PERM_COUNT <= 64, "permissions of an actor are a mask");

static WhoLinks links;

/* ---- session times: the strictest of an account's roles holds ---- */

typedef struct SessionTimes {
        int64_t idle_ms, whole_ms;
} SessionTimes;

static const SessionTimes times[ROLE_COUNT] = {
        [ROLE_NONE] = { 30 * MS_MINUTE, 24 * MS_HOUR },
        [ROLE_SYSTEM] = { 30 * MS_MINUTE, 24 * MS_HOUR },
        [ROLE_SECURITY] = { 30 * MS_MINUTE, 24 * MS_HOUR },
        [ROLE_AUDITOR] = { 30 * MS_MINUTE, 24 * MS_HOUR },
        [ROLE_DISPATCHER] = { 8 * MS_HOUR, 24 * MS_HOUR },
        [ROLE_LEADER] = { 12 * MS_HOUR, 24 * MS_HOUR },
        [ROLE_MEMBER] = { 12 * MS_HOUR, (int64_t)7 * MS_DAY },
        [ROLE_INSPECTOR] = { 8 * MS_HOUR, 24 * MS_HOUR },
        [ROLE_DEPARTMENT] = { 8 * MS_HOUR, 24 * MS_HOUR },
};

void who_session_times(const Actor *actor, int64_t *ret_idle_ms, int64_t *ret_whole_ms) {
        SessionTimes least = times[ROLE_NONE];

        for (size_t i = 0; i < actor->posts.n; i++) {
                const SessionTimes *t = &times[actor->posts.v[i].role];

                if (i == 0 || t->idle_ms < least.idle_ms)
                        least.idle_ms = t->idle_ms;
                if (i == 0 || t->whole_ms < least.whole_ms)
                        least.whole_ms = t->whole_ms;
        }
        *ret_idle_ms = least.idle_ms;
        *ret_whole_ms = least.whole_ms;
}

/* ---- actors ---- */

const Actor *actor_system(void) {
        static const Actor system_itself = { .permissions = UINT64_MAX, .is_system = true };

        return &system_itself;
}

bool actor_may(const Cx *cx, Permission p) {
        if (p == PERM_PUBLIC)
                return true;
        return p != PERM_NONE && cx->actor && (cx->actor->permissions >> p & 1);
}

bool actor_has_role(const Cx *cx, Role r) {
        for (size_t i = 0; cx->actor && i < cx->actor->posts.n; i++)
                if (cx->actor->posts.v[i].role == r)
                        return true;
        return false;
}

bool actor_covers(const Cx *cx, Role role, Str place) {
        if (cx->actor && cx->actor->is_system)
                return true;
        for (size_t i = 0; cx->actor && i < cx->actor->posts.n; i++) {
                const Post *p = &cx->actor->posts.v[i];

                if (p->place.n && (role == ROLE_NONE || p->role == role) && str_starts(place, p->place))
                        return true;
        }
        return false;
}

bool actor_in_department(const Cx *cx, Str department) {
        for (size_t i = 0; department.n && cx->actor && i < cx->actor->posts.n; i++)
                if (str_eq(cx->actor->posts.v[i].department, department))
                        return true;
        return false;
}

/* ---- what a permission reaches ---- */

static bool role_has(Role r, Permission p) { return permission_roles[p] >> r & 1; }

bool actor_reaches(const Cx *cx, Permission p, Str place) {
        if (cx->actor && cx->actor->is_system)
                return true;
        for (size_t i = 0; cx->actor && i < cx->actor->posts.n; i++) {
                const Post *post = &cx->actor->posts.v[i];

                if (post->place.n && role_has(post->role, p) && str_starts(place, post->place))
                        return true;
        }
        return false;
}

/* Keeps the list in order and without a code that lies inside another. */
static void place_add(Arena *a, StrList *list, Str code) {
        size_t at = 0, kept = 0;

        for (size_t i = 0; i < list->n; i++)
                if (str_starts(code, list->v[i]))
                        return;
        for (size_t i = 0; i < list->n; i++)
                if (!str_starts(list->v[i], code))
                        list->v[kept++] = list->v[i];
        list->n = kept;
        *list_push(a, list) = code;
        while (at + 1 < list->n && str_cmp(list->v[at], code) < 0)
                at++;
        memmove(&list->v[at + 1], &list->v[at], (list->n - 1 - at) * sizeof *list->v);
        list->v[at] = code;
}

static void department_add(Arena *a, StrList *list, Str code) {
        for (size_t i = 0; i < list->n; i++)
                if (str_eq(list->v[i], code))
                        return;
        *list_push(a, list) = code;
}

static Str joined(Arena *a, const StrList *list) {
        Buf b = BUF_IN(a);

        buf_char(&b, ',');
        for (size_t i = 0; i < list->n; i++)
                buf_fmt(&b, STR_FMT ",", STR_ARG(list->v[i]));
        return buf_view(&b);
}

void actor_scope(Arena *arena, const Actor *actor, Permission p, WhoScope *ret) {
        WhoScope s = { .everything = actor && actor->is_system, .lo = S(":"), .hi = S(":") };

        for (size_t i = 0; actor && i < actor->posts.n; i++) {
                const Post *post = &actor->posts.v[i];

                if (!role_has(post->role, p))
                        continue;
                if (post->place.n)
                        place_add(arena, &s.places, post->place);
                if (post->department.n)
                        department_add(arena, &s.departments, post->department);
        }
        if (s.everything) {
                s.lo = S("");
        } else if (s.places.n) {
                s.lo = s.places.v[0];
                s.hi = str_fmt(arena, STR_FMT ":", STR_ARG(s.places.v[s.places.n - 1])); /* ':' follows '9' */
        }
        if (s.places.n > 1)
                s.several = joined(arena, &s.places);
        s.department_list = joined(arena, &s.departments);
        *ret = s;
}

void who_scope(const Cx *cx, Permission p, WhoScope *ret) { actor_scope(cx->arena, cx->actor, p, ret); }

bool who_scope_holds(const WhoScope *s, Str place) {
        for (size_t i = 0; i < s->places.n; i++)
                if (str_starts(place, s->places.v[i]))
                        return true;
        return s->everything;
}

static uint64_t permissions_of(const PostList *posts) {
        uint64_t mask = (uint64_t)1 << PERM_SELF | (uint64_t)1 << PERM_PUBLIC;
        uint32_t roles = 0;

        for (size_t i = 0; i < posts->n; i++)
                roles |= 1u << posts->v[i].role;
        for (int p = 0; p < PERM_COUNT; p++)
                if (permission_roles[p] & roles)
                        mask |= (uint64_t)1 << p;
        return mask;
}

Rc who_actor_build(Cx *cx, const WhoSignedRow *row, const Actor **ret) {
        Actor *a = TAKE(cx->arena, Actor);
        WhoPostRowList posts;

        TRY(q_who_post_list(cx, row->account_id, &posts));
        a->account = (AccountId){ row->account_id };
        a->name = row->name;
        for (size_t i = 0; i < posts.n; i++) {
                const WhoPostRow *p = &posts.v[i];
                int role = role_from_name(p->role);

                if (role != ROLE_NONE &&
                    p->since_ms <= now_ms(cx)) /* a role that this program no longer has allows nothing */
                        *list_push(cx->arena, &a->posts) =
                                (Post){ p->id, (Role)role, p->place, p->department };
        }
        a->permissions = permissions_of(&a->posts);
        a->session = row->session_id;
        a->must_change_password =
                (row->must_change.set && row->must_change.b) ||
                (row->since_ms.set && now_ms(cx) - row->since_ms.n > (int64_t)PASSWORD_DAYS * MS_DAY);
        if (row->session_id)
                a->session_expires_ms = row->seen_ms + row->idle_ms < row->ends_ms
                                                ? row->seen_ms + row->idle_ms
                                                : row->ends_ms;
        *ret = a;
        return OK;
}

Rc who_actor_of(Cx *cx, AccountId account, const Actor **ret) {
        WhoSignedRow *row;

        TRY(q_who_signed_account(cx, account.n, &row));
        if (!row || row->disabled)
                return fail(cx, P_NOT_FOUND, "No account %" PRId64 " in use", account.n);
        return who_actor_build(cx, row, ret);
}

/* ---- log and notices ---- */

void sha256(Sha256 *ret, Str s) {
        if (EVP_Digest(s.p, s.n, ret->b, NULL, EVP_sha256(), NULL) != 1)
                abort();
}

Rc who_trace(Cx *cx, const char *action, int64_t account, const WhoTrace *trace) {
        Buf detail = BUF_IN(cx->arena);

        json_encode(&detail, &shape_WhoTrace, trace);
        return audit_note(cx, action, str_fmt(cx->arena, "account/%lld", (long long)account),
                          buf_view(&detail));
}

Rc who_changed(Cx *cx, int64_t account, const char *action) {
        Notice n = { .topic = S("who"), .action = str_c(action), .id = account, .accounts = { account } };

        return notice_send(cx, &n);
}

static void hear(Cx *cx, const Notice *n) {
        (void)cx;
        session_forget(str_eq(n->action, S("resync")) ? 0 : n->id);
}

static void describe_actor(const Cx *cx, OptInt *ret_id, Str *ret_name) {
        if (!cx->actor)
                return;
        if (cx->actor->is_system)
                *ret_name = S("系统");
        else {
                *ret_id = SOME_INT(cx->actor->account.n);
                *ret_name = cx->actor->name;
        }
}

void who_init(void) {
        audit_on_actor(describe_actor);
        audit_table("who_account", &query_who_account_all, "id", NULL);
        audit_table("who_secret", &query_who_secret_all, "id", NULL);
        audit_table("who_post", &query_who_post_all, "id", NULL);
        notice_hear_at_once("who", hear);
        secret_init();
        session_init();
}

void who_links(const WhoLinks *to) { links = *to; }
const WhoLinks *who_linked(void) { return &links; }

static Rc tidy(Cx *cx, void *arg) {
        (void)arg;
        TRY(q_who_session_tidy(cx, now_ms(cx) - (int64_t)30 * MS_DAY, NULL));
        return q_who_guard_tidy(cx, now_ms(cx) - MS_DAY, NULL);
}

Rc who_tidy(Cx *cx) { return db_write(cx, tidy, NULL); }
