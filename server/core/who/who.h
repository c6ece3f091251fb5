/* Accounts, posts, sessions. What other modules may ask: who acts, what they may do, which places and departments they cover. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"

typedef struct AccountId {
        int64_t n;
} AccountId;

typedef struct Post {
        int64_t id;
        Role role;
        Str place;      /* place code of the scope; empty for departments and administrators */
        Str department; /* department code */
} Post;

typedef struct PostList {
        Post *v;
        size_t n, cap;
} PostList;

/* Who acts. Lives in a session cache or in an arena; never changes while used. */
typedef struct Actor {
        AccountId account; /* 0: the public, or the system itself */
        Str name;
        PostList posts;
        uint64_t permissions; /* bit per Permission */
        int64_t session;      /* session id, 0 for jobs */
        int64_t session_expires_ms;
        bool must_change_password;
        bool is_system; /* jobs and commands: everything is allowed */
} Actor;

static inline AccountId actor_account(const Cx *cx) {
        return cx->actor ? cx->actor->account : (AccountId){ 0 };
}
bool actor_may(const Cx *cx, Permission p);
bool actor_has_role(const Cx *cx, Role r);
/* Does a post of that role cover the place (prefix)? For what a role is asked to do; reading and changing ask actor_reaches(). */
bool actor_covers(const Cx *cx, Role role, Str place);
bool actor_in_department(const Cx *cx, Str department);
/* What a permission reaches: places and departments of the posts whose role has it, of no other post. Every query and every check
 * of a range goes through it: somebody who leads one community and helps out in another leads in the first alone. */
typedef struct WhoScope {
        bool everything;        /* the system itself: places is empty, lo and hi take in every code */
        StrList places;         /* in order, none inside another */
        StrList departments;    /* each once */
        Str lo, hi;             /* for queries: code >= lo AND code < hi; an empty range without places */
        Str several;            /* more than one place: ",code,code,", of which one has to begin the code as well; else p NULL */
        Str department_list;    /* ",code,code,"; "," without departments */
} WhoScope;
void who_scope(const Cx *cx, Permission p, WhoScope *ret);
void actor_scope(Arena *arena, const Actor *actor, Permission p, WhoScope *ret); /* of somebody else; actor may be NULL */
bool who_scope_holds(const WhoScope *s, Str place);
/* Is the place, or the department, within what the permission reaches? */
bool actor_reaches(const Cx *cx, Permission p, Str place);
const Actor *actor_system(void);

/* Session → actor. E_AUTH when the token is unknown or expired; caches for a few seconds, dropped by notice "who". */
Rc who_session_actor(Cx *cx, Str token, const Actor **ret);

void who_init(void); /* hooks, sealed tables, notices; after audit_init and notice_init */
/* What accounts show of other modules; set by the wiring. Without them names and counts are left out. */
typedef struct WhoLinks {
        Str (*place_name)(Cx *cx, Str code);      /* empty when unknown: then no post can be given there */
        Str (*department_name)(Cx *cx, Str code); /* the same */
        Rc (*open_cases)(Cx *cx, const IntList *accounts,
                         int64_t *ret_counts); /* in the order of accounts */
} WhoLinks;
void who_links(const WhoLinks *links);
/* Daily: forgets ended sessions after 30 days and old failures. */
Rc who_tidy(Cx *cx);

/* For init, commands and the demo: make people. */
typedef struct AccountNew {
        Str login, name, phone, duty_hours;
        Str password; /* empty: cannot sign in */
        Str password_hash; /* or ready-made; without must_change it counts as the demo password, which many share */
        bool must_change;
} AccountNew;
Rc who_account_add(Cx *cx, const AccountNew *in, AccountId *ret);
Rc who_post_add(Cx *cx, AccountId account, Role role, Str place, Str department, int64_t since_ms);
/* What makes a password acceptable; every way to set one asks. P_INPUT_INVALID with the field error at pointer. */
Rc password_check(Cx *cx, Str pointer, Str login, Str password);
Rc who_password_hash(Cx *cx, Str password,
                     Str *ret); /* Argon2id, encoded; slow: never inside a transaction */
/* Argon2id of a text that holds a password, always the same for the same salt (16 bytes), so that it can be compared and not be
 * guessed back. Slow. */
Rc who_secret_digest(Cx *cx, Str text, const uint8_t salt[16], uint8_t ret[32]);
Rc who_password_set(Cx *cx, AccountId account, Str hash, bool must_change);
Rc who_account_by_login(Cx *cx, Str login, AccountId *ret); /* P_NOT_FOUND */
Rc who_actor_of(Cx *cx, AccountId account,
                const Actor **ret);       /* an actor as after sign-in, for the demo and tests */
bool who_is_demo_password_in_use(Cx *cx); /* serve refuses other than loopback then */

typedef struct Person {
        int64_t id;
        Str name, phone, duty_hours;
        Role role;
        Str place, department;
} Person;
typedef struct PersonList {
        Person *v;
        size_t n, cap;
} PersonList;
/* Holders of a role on exactly this place, today (or as of now_ms). */
Rc who_on_place(Cx *cx, Role role, Str place, PersonList *ret);
/* Posts on exactly these places (a JSON array of codes), held now, by number; id is the post's, account the holder's. */
typedef struct HeldPost {
        int64_t id, account;
        Str name, role_word, place;
} HeldPost;
typedef struct HeldPostList {
        HeldPost *v;
        size_t n, cap;
} HeldPostList;
Rc who_posts_of(Cx *cx, Str places, int64_t after, int64_t limit, HeldPostList *ret);
/* The post ends and the same begins on another place: a grid that went into another. Who holds that already keeps it. In a transaction. */
Rc who_post_move(Cx *cx, const HeldPost *post, Str to, int64_t at_ms);
Rc who_person(Cx *cx, AccountId account, Person *ret); /* first post; P_NOT_FOUND */
Rc who_in_department(Cx *cx, Str department, PersonList *ret);
Str mask_phone(Arena *a, Str phone); /* 138****1234 */
Str mask_name(Arena *a, Str name);   /* 张* */
