/* Accounts, posts, passwords, sessions, locks, scopes, notices: the rules, with the clock turned by hand. */
#include "base/test.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/who/who_int.h"
#include "db/db_int.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define T0 INT64_C(1767225600000) /* 2026-01-01 08:00 at UTC+08:00 */
#define GOOD S("Panlong#3003x")

static Str word(Cx *cx) { return str_fmt(cx->arena, "correct horse %d", 7); }

static Cx *begin(void) {
        Cx *cx;

        setenv("WANGGE_TEST_ARGON_FAST", "1", 1);
        cx = test_db();
        audit_init();
        notice_init();
        who_init();
        who_links(&(WhoLinks){ 0 });
        session_forget(0);
        cx->now_ms = T0;
        return cx;
}

static AccountId person(Cx *cx, const char *login, Role role, const char *place) {
        AccountNew in = {
                .login = str_c(login), .name = S("李建国"), .phone = S("13800138000"), .password = GOOD
        };
        AccountId id = { 0 };

        if (who_account_add(cx, &in, &id) != OK ||
            (role && who_post_add(cx, id, role, str_c(place), S(""), T0) != OK))
                abort();
        return id;
}

static Rc sign_in(Cx *cx, const char *login, Str password, Signed *ret) {
        cx->actor = NULL;
        return session_sign_in(cx, str_c(login), password, ret);
}

static Rc open_actor(Cx *cx, Str token) { return who_session_actor(cx, token, &cx->actor); }

typedef struct Changing {
        int64_t id;
        const AccountChange *in;
        WhoAccountRow *row;
} Changing;

static Rc change_work(Cx *cx, void *arg) {
        Changing *c = arg;

        return account_change(cx, c->id, c->in, &c->row);
}

static Rc tests_change(Cx *cx, int64_t id, const AccountChange *in, WhoAccountRow **ret) {
        Changing c = { .id = id, .in = in };

        TRY(db_write(cx, change_work, &c));
        *ret = c.row;
        return OK;
}

/* ---- signing in ---- */

TEST(who__right_password_opens_a_session_of_that_person) {
        Cx *cx = begin();
        Signed s;

        person(cx, "Member1", ROLE_MEMBER, "530103003001001");
        CHECK_OK(cx, sign_in(cx, " member1", GOOD, &s));
        CHECK_INT(s.token.n, 43);
        CHECK_OK(cx, open_actor(cx, s.token));
        CHECK_STR(cx->actor->name, S("李建国"));
        CHECK(actor_may(cx, PERM_CASE_REPORT) && !actor_may(cx, PERM_ACCOUNT_MANAGE));
        CHECK(actor_covers(cx, ROLE_MEMBER, S("530103003001001")) &&
              !actor_covers(cx, ROLE_MEMBER, S("530103003001002")));
        CHECK(!actor_covers(cx, ROLE_LEADER, S("530103003001001")) &&
              actor_reaches(cx, PERM_CASE_READ, S("530103003001001")));
        CHECK(!cx->actor->must_change_password);
}

TEST(who__only_the_hash_of_a_token_is_stored) {
        Cx *cx = begin();
        WhoSignedRow *row;
        Signed s;
        Sha256 h;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
        sha256(&h, s.token);
        CHECK_OK(cx, q_who_session_get(cx, sha256_str(&h), T0, &row));
        CHECK(row);
        CHECK_OK(cx, q_who_session_get(cx, s.token, T0, &row));
        CHECK(!row);
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, S("short")));
}

TEST(who__five_failures_lock_even_the_right_password_for_fifteen_minutes) {
        Cx *cx = begin();
        Signed s;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        for (int i = 0; i < 5; i++)
                CHECK_FAILS(cx, P_SESSION_WRONG, sign_in(cx, "member1", S("wrong wrong"), &s));
        CHECK_FAILS(cx, P_SESSION_LOCKED, sign_in(cx, "member1", GOOD, &s));
        cx->now_ms = T0 + LOCK_MS - 1;
        CHECK(sign_in(cx, "member1", GOOD, &s) == E_LIMIT);
        CHECK_INT(cx->problem.retry_after_s, 1);
        cx->now_ms = T0 + LOCK_MS;
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
}

TEST(who__success_starts_the_count_again) {
        Cx *cx = begin();
        Signed s;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 4; i++)
                        CHECK_FAILS(cx, P_SESSION_WRONG, sign_in(cx, "member1", S("wrong wrong"), &s));
                CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
        }
}

TEST(who__unknown_login_fails_and_locks_like_a_known_one) {
        Cx *cx = begin();
        Signed s;

        for (int i = 0; i < 5; i++)
                CHECK_FAILS(cx, P_SESSION_WRONG, sign_in(cx, "nobody", S("wrong wrong"), &s));
        CHECK_FAILS(cx, P_SESSION_LOCKED, sign_in(cx, "nobody", S("wrong wrong"), &s));
}

TEST(who__every_failure_is_in_the_log) {
        Cx *cx = begin();
        AuditQuery failed = { .action = S("session.failed") }, refused = { .action = S("session.refused") };
        AuditPage page = { 0 };
        Signed s;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        for (int i = 0; i < 7; i++)
                CHECK(sign_in(cx, "member1", S("wrong wrong"), &s) != OK);
        CHECK_OK(cx, audit_search(cx, &failed, &page));
        CHECK_INT(page.items.n, 5);
        CHECK_STR(page.items.v[0].subject, S("account/1"));
        page = (AuditPage){ 0 };
        CHECK_OK(cx, audit_search(cx, &refused, &page));
        CHECK_INT(page.items.n, 2);
}

TEST(who__disabled_account_is_told_so_only_with_the_right_password) {
        Cx *cx = begin();
        AccountId id = person(cx, "member1", ROLE_MEMBER, "530103003001001");
        AccountChange off = { .version = 2, .disabled = { true, true } };
        WhoAccountRow *row;
        Signed s, t;

        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
        CHECK_OK(cx, open_actor(cx, s.token));
        CHECK(tests_change(cx, id.n, &off, &row) == OK);
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, s.token));
        CHECK_FAILS(cx, P_SESSION_WRONG, sign_in(cx, "member1", S("wrong wrong"), &t));
        CHECK_FAILS(cx, P_ACCOUNT_DISABLED, sign_in(cx, "member1", GOOD, &t));
}

/* ---- how long sessions last ---- */

TEST(who__session_ends_when_idle) {
        Cx *cx = begin();
        Signed admin, member;

        person(cx, "admin", ROLE_SYSTEM, "");
        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        CHECK_OK(cx, sign_in(cx, "admin", GOOD, &admin));
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &member));
        for (int i = 1; i <= 5; i++) { /* used every 20 minutes: goes on */
                cx->now_ms = T0 + i * 20 * MS_MINUTE;
                CHECK_OK(cx, open_actor(cx, admin.token));
        }
        cx->now_ms += 30 * MS_MINUTE;
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, admin.token));
        CHECK_OK(cx, open_actor(cx, member.token));
        cx->now_ms += 12 * MS_HOUR;
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, member.token));
}

TEST(who__session_ends_absolutely) {
        Cx *cx = begin();
        Signed leader, member;

        person(cx, "leader1", ROLE_LEADER, "530103003001");
        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        CHECK_OK(cx, sign_in(cx, "leader1", GOOD, &leader));
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &member));
        for (int64_t h = 8; h < 24; h += 8) {
                cx->now_ms = T0 + h * MS_HOUR;
                CHECK_OK(cx, open_actor(cx, leader.token));
        }
        cx->now_ms = T0 + 24 * MS_HOUR;
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, leader.token));
        for (int64_t h = 8; h < 7 * 24; h += 8) {
                cx->now_ms = T0 + h * MS_HOUR;
                CHECK_OK(cx, open_actor(cx, member.token));
        }
        cx->now_ms = T0 + (int64_t)7 * MS_DAY;
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, member.token));
}

TEST(who__signing_out_ends_only_that_session) {
        Cx *cx = begin();
        Signed a, b;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &a));
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &b));
        CHECK_OK(cx, open_actor(cx, b.token));
        CHECK_OK(cx, open_actor(cx, a.token));
        CHECK_OK(cx, session_end(cx));
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, a.token));
        CHECK_OK(cx, open_actor(cx, b.token));
}

TEST(who__eleventh_session_closes_the_first) {
        Cx *cx = begin();
        Signed first, s;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &first));
        for (int i = 0; i < SESSIONS_MOST - 1; i++)
                CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
        CHECK_OK(cx, open_actor(cx, first.token));
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
        cx->now_ms += 6 * MS_SECOND;
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, first.token));
        CHECK_OK(cx, open_actor(cx, s.token));
}

/* ---- passwords ---- */

TEST(who__passwords_that_are_refused) {
        static const struct {
                const char *password, *code;
        } bad[] = {
                { "short", "too-short" },           { "abcdefg", "too-short" },
                { "abcdefgh", "too-simple" },       { "abcdef12", "too-simple" },
                { "xmember1xx", "contains-login" }, { "MEMBER1-xyz", "contains-login" },
                { "1234567890", "common" },         { "aaaaaaaaaaaa", "common" },
                { "password2026", "common" },       { "Admin@123", "common" },
                { "woaini1314", "common" },         { "abcabcabcabc", "common" },
                { "abcdefghijkl", "common" },       { "Qwertyuiop1!", "common" },
        };
        Cx *cx = begin();

        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                cx->problem = (Problem){ 0 };
                CHECK(password_check(cx, S("/new"), S("member1"), str_c(bad[i].password)) == E_INPUT);
                CHECK_INT(cx->problem.errors.n, 1);
                CHECK_STR(str_c(cx->problem.errors.v[0].code), str_c(bad[i].code));
        }
        cx->problem = (Problem){ 0 };
        CHECK_OK(cx, password_check(cx, S("/new"), S("member1"), S("Kun-ming")));
        CHECK_OK(cx, password_check(cx, S("/new"), S("member1"), S("correct horse")));
        CHECK_OK(cx, password_check(cx, S("/new"), S("member1"), S("网格化服务管理东华街道")));
}

TEST(who__long_passwords_are_refused_not_cut) {
        Cx *cx = begin();
        Str longest, longer;
        bool right;
        Str hash;
        char *p = arena_take(cx->arena, 130);

        for (int i = 0; i < 130; i++)
                p[i] = (char)('a' + i * 7 % 26);
        longest = (Str){ p, 128 };
        longer = (Str){ p, 129 };
        CHECK_OK(cx, password_check(cx, S("/new"), S("x1"), longest));
        CHECK_FAILS(cx, P_INPUT_INVALID, password_check(cx, S("/new"), S("x1"), longer));
        CHECK_OK(cx, secret_hash(cx, longest, &hash));
        CHECK_OK(cx, secret_verify(cx, hash, (Str){ p, 127 }, &right));
        CHECK(!right);
        CHECK_OK(cx, secret_verify(cx, hash, longest, &right));
        CHECK(right);
}

static Rc sign_and_change(Cx *cx, AccountId id, Str to) {
        return account_new_password(cx, id.n, S("/new"), to, true);
}

TEST(who__last_five_passwords_are_not_taken_again) {
        Cx *cx = begin();
        AccountId id = person(cx, "member1", ROLE_MEMBER, "530103003001001");

        for (int i = 0; i < 4; i++)
                CHECK_OK(cx, sign_and_change(cx, id, str_fmt(cx->arena, "correct horse %d", i)));
        CHECK_FAILS(cx, P_INPUT_INVALID, sign_and_change(cx, id, GOOD));
        CHECK_OK(cx, sign_and_change(cx, id, S("correct horse 4")));
        CHECK_OK(cx, sign_and_change(cx, id, GOOD));
        CHECK_FAILS(cx, P_INPUT_INVALID, sign_and_change(cx, id, S("correct horse 1")));
}

TEST(who__changing_the_password_closes_the_other_sessions) {
        Cx *cx = begin();
        AccountId id = person(cx, "member1", ROLE_MEMBER, "530103003001001");
        Signed own, other;

        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &own));
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &other));
        CHECK_OK(cx, open_actor(cx, other.token));
        CHECK_OK(cx, open_actor(cx, own.token));
        CHECK_OK(cx, sign_and_change(cx, id, word(cx)));
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, other.token));
        CHECK_OK(cx, open_actor(cx, own.token));
        CHECK_FAILS(cx, P_SESSION_WRONG, sign_in(cx, "member1", GOOD, &other));
        CHECK_OK(cx, sign_in(cx, "member1", word(cx), &other));
}

TEST(who__reset_password_must_be_changed_and_closes_all_sessions) {
        Cx *cx = begin();
        AccountId id = person(cx, "member1", ROLE_MEMBER, "530103003001001");
        Signed s;

        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
        CHECK_OK(cx, open_actor(cx, s.token));
        CHECK_OK(cx, account_new_password(cx, id.n, S("/password"), word(cx), false));
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, s.token));
        CHECK_OK(cx, sign_in(cx, "member1", word(cx), &s));
        CHECK_OK(cx, open_actor(cx, s.token));
        CHECK(cx->actor->must_change_password);
        CHECK_OK(cx, sign_and_change(cx, id, S("another horse 1")));
        CHECK_OK(cx, open_actor(cx, s.token));
        CHECK(!cx->actor->must_change_password);
}

TEST(who__password_expires_after_half_a_year) {
        Cx *cx = begin();
        Signed s;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        cx->now_ms = T0 + (int64_t)PASSWORD_DAYS * MS_DAY + 1;
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &s));
        CHECK(s.actor->must_change_password);
}

TEST(who__guessing_the_old_password_in_a_session_locks_too) {
        Cx *cx = begin();
        AccountId id = person(cx, "member1", ROLE_MEMBER, "530103003001001");
        WhoAccountRow *row;

        CHECK_OK(cx, account_get(cx, id.n, &row));
        for (int i = 0; i < 5; i++)
                CHECK_FAILS(cx, P_SESSION_WRONG, session_prove(cx, row, S("wrong wrong")));
        CHECK_FAILS(cx, P_SESSION_LOCKED, session_prove(cx, row, GOOD));
}

TEST(who__shared_demo_password_is_noticed) {
        Cx *cx = begin();
        AccountNew demo = { .login = S("center"), .name = S("值班员") };
        AccountId id;

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        CHECK(!who_is_demo_password_in_use(cx));
        CHECK_OK(cx, who_password_hash(cx, GOOD, &demo.password_hash));
        CHECK_OK(cx, who_account_add(cx, &demo, &id));
        CHECK(who_is_demo_password_in_use(cx));
        CHECK_OK(cx, sign_and_change(cx, id, word(cx)));
        CHECK(!who_is_demo_password_in_use(cx));
}

/* ---- posts ---- */

TEST(who__three_administrators_are_three_people) {
        Cx *cx = begin();
        AccountId id = person(cx, "admin", ROLE_SYSTEM, "");

        CHECK_FAILS(cx, P_POST_THREE_ADMINS, who_post_add(cx, id, ROLE_SECURITY, S(""), S(""), T0));
        CHECK_FAILS(cx, P_POST_THREE_ADMINS, who_post_add(cx, id, ROLE_AUDITOR, S(""), S(""), T0));
        CHECK_FAILS(cx, P_POST_OVERLAP, who_post_add(cx, id, ROLE_SYSTEM, S(""), S(""), T0));
        CHECK(!(permission_roles[PERM_ACCOUNT_GRANT] >> ROLE_SYSTEM & 1));
        CHECK(!(permission_roles[PERM_ACCOUNT_MANAGE] >> ROLE_SECURITY & 1));
}

typedef struct Ending {
        int64_t account, post;
} Ending;

static Rc end_post(Cx *cx, void *arg) {
        const Ending *e = arg;

        return post_finish(cx, e->account, e->post);
}

TEST(who__last_system_administrator_stays) {
        Cx *cx = begin();
        AccountId first = person(cx, "admin", ROLE_SYSTEM, ""), second;
        AccountChange off = { .version = 2, .disabled = { true, true } };
        Ending e = { first.n, 1 };
        WhoAccountRow *row;

        CHECK_FAILS(cx, P_ACCOUNT_LAST_ADMIN, db_write(cx, end_post, &e));
        CHECK_FAILS(cx, P_ACCOUNT_LAST_ADMIN, tests_change(cx, first.n, &off, &row));
        second = person(cx, "admin2", ROLE_SYSTEM, "");
        CHECK_OK(cx, tests_change(cx, first.n, &off, &row));
        e = (Ending){ second.n, 2 };
        CHECK_FAILS(cx, P_ACCOUNT_LAST_ADMIN, db_write(cx, end_post, &e));
}

TEST(who__ended_post_ends_its_powers_at_once) {
        Cx *cx = begin();
        AccountId id = person(cx, "leader1", ROLE_LEADER, "530103003001");
        Ending e = { id.n, 1 };
        PersonList found;
        Signed s;

        CHECK_OK(cx, sign_in(cx, "leader1", GOOD, &s));
        CHECK_OK(cx, open_actor(cx, s.token));
        CHECK_OK(cx, who_on_place(cx, ROLE_LEADER, S("530103003001"), &found));
        CHECK_INT(found.n, 1);
        CHECK_OK(cx, db_write(cx, end_post, &e));
        CHECK_FAILS(cx, P_SESSION_EXPIRED, open_actor(cx, s.token));
        CHECK_OK(cx, who_on_place(cx, ROLE_LEADER, S("530103003001"), &found));
        CHECK_INT(found.n, 0);
        CHECK_FAILS(cx, P_NOT_FOUND, db_write(cx, end_post, &e));
        CHECK_OK(cx,
                 who_post_add(cx, id, ROLE_LEADER, S("530103003001"), S(""), T0)); /* may be given again */
}

TEST(who__role_says_whether_a_place_or_a_department_is_needed) {
        Cx *cx = begin();
        AccountId id = person(cx, "x1", ROLE_NONE, "");
        PostCreate bad[] = {
                { .role = ROLE_NAME_MEMBER },
                { .role = ROLE_NAME_MEMBER, .place = S("530103003"), .department = S("police") },
                { .role = ROLE_NAME_DEPARTMENT, .place = S("530103003") },
                { .role = ROLE_NAME_SYSTEM, .place = S("530103003") },
        };
        PostCreate good = { .role = ROLE_NAME_DEPARTMENT, .department = S("police") };

        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                CHECK_FAILS(cx, P_INPUT_INVALID, post_give(cx, id.n, &bad[i]));
        }
        CHECK_OK(cx, post_give(cx, id.n, &good));
        CHECK_OK(cx, who_actor_of(cx, id, &cx->actor));
        CHECK(actor_in_department(cx, S("police")) && !actor_in_department(cx, S("justice")) &&
              !actor_in_department(cx, S("")));
}

TEST(who__scope_of_several_posts) {
        Cx *cx = begin();
        AccountId id = person(cx, "x1", ROLE_MEMBER, "530103003002001");
        WhoScope s;

        CHECK_OK(cx, who_post_add(cx, id, ROLE_LEADER, S("530103003001"), S(""), T0));
        CHECK_OK(cx, who_post_add(cx, id, ROLE_MEMBER, S("530103003001001"), S(""), T0));
        CHECK_OK(cx, who_post_add(cx, id, ROLE_DEPARTMENT, S(""), S("police"), T0));
        CHECK_OK(cx, who_post_add(cx, id, ROLE_DEPARTMENT, S(""), S("justice"), T0));
        CHECK_OK(cx, who_actor_of(cx, id, &cx->actor));
        who_scope(cx, PERM_CASE_READ, &s); /* the grid inside the community adds nothing */
        CHECK_STR(s.several, S(",530103003001,530103003002001,"));
        CHECK_STR(s.lo, S("530103003001"));
        CHECK_STR(s.hi, S("530103003002001:"));
        CHECK_STR(s.department_list, S(",police,justice,"));
        CHECK(who_scope_holds(&s, S("530103003001009")) && !who_scope_holds(&s, S("530103003002002")));
}

TEST(who__a_permission_reaches_only_the_posts_whose_role_has_it) {
        Cx *cx = begin();
        AccountId id = person(cx, "x1", ROLE_MEMBER, "530103003002001");
        WhoScope s;

        CHECK_OK(cx, who_post_add(cx, id, ROLE_LEADER, S("530103003001"), S(""), T0));
        CHECK_OK(cx, who_post_add(cx, id, ROLE_DEPARTMENT, S(""), S("police"), T0));
        CHECK_OK(cx, who_actor_of(cx, id, &cx->actor));
        CHECK(actor_reaches(cx, PERM_BUILDING_EDIT, S("530103003001001")) &&
              !actor_reaches(cx, PERM_BUILDING_EDIT, S("530103003002001")) &&
              actor_reaches(cx, PERM_BUILDING_READ, S("530103003002001")));
        who_scope(cx, PERM_BUILDING_EDIT, &s);
        CHECK(s.places.n == 1 && !s.departments.n && !s.several.p && !s.everything);
        who_scope(cx, PERM_ACCOUNT_GRANT, &s);
        CHECK(!s.places.n && str_eq(s.lo, s.hi));
        cx->actor = actor_system();
        who_scope(cx, PERM_BUILDING_EDIT, &s);
        CHECK(s.everything && !s.lo.n && who_scope_holds(&s, S("53")));
        cx->actor = NULL;
        who_scope(cx, PERM_CASE_READ, &s);
        CHECK(!s.everything && !s.places.n && str_eq(s.lo, s.hi));
}

/* ---- lists ---- */

TEST(who__staff_list_shows_ones_own_places_only) {
        Cx *cx = begin();
        AccountId leader = person(cx, "leader1", ROLE_LEADER, "530103003001"),
                  officer = person(cx, "dept1", ROLE_NONE, "");
        AccountId street = person(cx, "street", ROLE_DISPATCHER, "530103003");
        StaffPage page = { 0 };

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        person(cx, "member2", ROLE_MEMBER, "530103003002001");
        CHECK_OK(cx, who_post_add(cx, officer, ROLE_DEPARTMENT, S(""), S("police"), T0));
        CHECK_OK(cx, who_actor_of(cx, leader, &cx->actor));
        CHECK_OK(cx, staff_page(cx, &(StaffQuery){ 0 }, &page));
        CHECK_INT(page.items.n, 2);
        CHECK_STR(page.items.v[1].place, S("530103003001001"));
        CHECK_STR(page.items.v[1].phone, S("13800138000"));
        page = (StaffPage){ 0 };
        CHECK_OK(cx, staff_page(cx, &(StaffQuery){ .under = S("530103003002") }, &page));
        CHECK_INT(page.items.n, 0);
        page = (StaffPage){ 0 };
        CHECK_OK(cx, who_actor_of(cx, officer, &cx->actor));
        CHECK_OK(cx, staff_page(cx, &(StaffQuery){ 0 }, &page));
        CHECK_INT(page.items.n, 1);
        page = (StaffPage){ 0 };
        CHECK_OK(cx, who_actor_of(cx, street, &cx->actor));
        CHECK_OK(cx, staff_page(cx, &(StaffQuery){ 0 }, &page));
        CHECK_INT(page.items.n, 5);
        page = (StaffPage){ 0 };
        CHECK_OK(cx, staff_page(cx, &(StaffQuery){ .role = ROLE_NAME_MEMBER, .q = S("建") }, &page));
        CHECK_INT(page.items.n, 2);
        page = (StaffPage){ 0 };
        CHECK_OK(cx, staff_page(cx, &(StaffQuery){ .q = S("%") }, &page));
        CHECK_INT(page.items.n, 0);
}

TEST(who__lists_page_without_losing_or_repeating) {
        Cx *cx = begin();
        AccountId street = person(cx, "street", ROLE_DISPATCHER, "530103003");
        StaffQuery q = { 0 };
        AccountQuery accounts = { 0 };
        size_t seen = 0, pages = 0;
        char login[32];

        for (int i = 0; i < 119; i++) {
                AccountNew in = { .login = (Str){ login, (size_t)snprintf(login, sizeof login, "m%d", i) },
                                  .name = S("员") };
                AccountId id;

                CHECK_OK(cx, who_account_add(cx, &in, &id));
                CHECK_OK(cx, who_post_add(cx, id, ROLE_MEMBER, str_fmt(cx->arena, "530103003001%03d", i % 7),
                                          S(""), T0));
        }
        CHECK_OK(cx, who_actor_of(cx, street, &cx->actor));
        do {
                StaffPage page = { 0 };

                CHECK_OK(cx, staff_page(cx, &q, &page));
                seen += page.items.n;
                pages++;
                q.page = page.next;
        } while (q.page.p);
        CHECK_INT(seen, 120);
        CHECK_INT(pages, 3);
        for (seen = 0, pages = 0; !pages || accounts.page.p; pages++) {
                AccountPage page = { 0 };

                CHECK_OK(cx, account_page(cx, &accounts, &page));
                seen += page.items.n;
                accounts.page = page.next;
        }
        CHECK_INT(seen, 120);
}

TEST(who__phones_are_masked_in_account_lists_but_ones_own) {
        Cx *cx = begin();
        AccountId admin = person(cx, "admin", ROLE_SYSTEM, "");
        AccountPage page = { 0 };

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        CHECK_OK(cx, who_actor_of(cx, admin, &cx->actor));
        CHECK_OK(cx, account_page(cx, &(AccountQuery){ 0 }, &page));
        CHECK_STR(page.items.v[0].phone, S("13800138000"));
        CHECK_STR(page.items.v[1].phone, S("138****8000"));
        page = (AccountPage){ 0 };
        CHECK_OK(cx, account_page(cx, &(AccountQuery){ .q = S("MEMBER") }, &page));
        CHECK_INT(page.items.n, 1);
        page = (AccountPage){ 0 };
        CHECK_OK(cx,
                 account_page(cx, &(AccountQuery){ .under = S("530103003001"), .role = ROLE_NAME_MEMBER },
                              &page));
        CHECK_INT(page.items.n, 1);
        CHECK_STR(mask_name(cx->arena, S("张三丰")), S("张**"));
        CHECK_STR(mask_phone(cx->arena, S("6522222")), S("6522222"));
}

TEST(who__me_tells_permissions_and_scope) {
        Cx *cx = begin();
        AccountId id = person(cx, "leader1", ROLE_LEADER, "530103003001");
        Me me = { 0 };
        Signed s;

        CHECK_OK(cx, sign_in(cx, "leader1", GOOD, &s));
        CHECK_OK(cx, open_actor(cx, s.token));
        CHECK_OK(cx, account_me(cx, &me));
        CHECK_INT(me.account->id, id.n);
        CHECK_STR(me.home_place, S("530103003001"));
        CHECK_INT(me.session_expires, T0 + 12 * MS_HOUR);
        CHECK_STR(me.account->posts.v[0].role_name, S("网格长"));
        CHECK(me.permissions.n > 2);
}

TEST(who__login_is_taken_once_whatever_its_case) {
        Cx *cx = begin();
        AccountNew in = { .login = S("MEMBER1"), .name = S("某") };
        AccountId id;

        person(cx, "member1", ROLE_NONE, "");
        CHECK_FAILS(cx, P_ACCOUNT_LOGIN_TAKEN, who_account_add(cx, &in, &id));
        in.login = S("a b");
        CHECK_FAILS(cx, P_INPUT_INVALID, who_account_add(cx, &in, &id));
}

TEST(who__stale_version_is_refused) {
        Cx *cx = begin();
        AccountId id = person(cx, "member1", ROLE_NONE, "");
        AccountChange change = { .version = 1, .name = S("李建军") };
        WhoAccountRow *row;

        CHECK_OK(cx, tests_change(cx, id.n, &change, &row));
        CHECK_STR(row->name, S("李建军"));
        CHECK_STR(row->phone, S("13800138000"));
        CHECK_FAILS(cx, P_VERSION_STALE, tests_change(cx, id.n, &change, &row));
}

TEST(who__everything_done_here_verifies) {
        Cx *cx = begin();
        AccountId id = person(cx, "member1", ROLE_MEMBER, "530103003001001");
        AccountChange change = { .version = 2, .name = S("李建军") };
        Ending e = { id.n, 1 };
        WhoAccountRow *row;
        VerifyReport r;

        CHECK_OK(cx, tests_change(cx, id.n, &change, &row));
        CHECK_OK(cx, db_write(cx, end_post, &e));
        for (int i = 0; i < 7; i++)
                CHECK_OK(cx, sign_and_change(cx, id, str_fmt(cx->arena, "correct horse %d", i)));
        CHECK_OK(cx, who_tidy(cx));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.n, 0);
        CHECK_INT(r.rows, 1 + PASSWORD_HISTORY + 1);
}

/* ---- many at once ---- */

static void *hammer(void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        int *opened = arg;
        Signed s;

        for (int i = 0; i < 6; i++) {
                cx_reset(cx);
                cx->now_ms = T0;
                if (session_sign_in(cx, S("member1"), i % 2 ? GOOD : S("wrong wrong"), &s) == OK)
                        *opened += 1;
        }
        return NULL;
}

TEST(who__parallel_guesses_get_no_more_than_the_allowed_failures) {
        enum { THREADS = 8 };
        Cx *cx = begin();
        AuditQuery failed = { .action = S("session.failed") };
        AuditPage page = { 0 };
        pthread_t t[THREADS];
        int opened[THREADS] = { 0 };

        person(cx, "member1", ROLE_MEMBER, "530103003001001");
        for (int i = 0; i < THREADS; i++)
                pthread_create(&t[i], NULL, hammer, &opened[i]);
        for (int i = 0; i < THREADS; i++)
                pthread_join(t[i], NULL);
        CHECK_OK(cx, audit_search(cx, &failed, &page));
        CHECK(page.items.n >= 5);
        cx->now_ms = T0 + 2 * LOCK_MS;
        CHECK_OK(cx, sign_in(cx, "member1", GOOD, &(Signed){ 0 }));
}

/* ---- notices ---- */

TEST(notice__who_may_hear) {
        Post posts[] = { { .role = ROLE_LEADER, .place = S("530103003001") },
                         { .role = ROLE_DEPARTMENT, .department = S("police") } };
        Actor leader = { .account = { 5 }, .posts = { posts, 1, 1 } },
              officer = { .account = { 6 }, .posts = { posts + 1, 1, 1 } };
        Notice below = { .place = S("530103003001002") }, beside = { .place = S("530103003002") },
               above = { .place = S("530103003") };
        Notice police = { .place = S("530103003002"), .departments = S("justice,police") },
               polic = { .departments = S("justice,polic") };
        Notice own = { .accounts = { 0, 5 } }, all = { .everybody = true }, none = { 0 };

        CHECK(notice_visible(&below, &leader) && !notice_visible(&beside, &leader) &&
              !notice_visible(&above, &leader));
        CHECK(notice_visible(&police, &officer) && !notice_visible(&polic, &officer) &&
              !notice_visible(&below, &officer));
        CHECK(notice_visible(&own, &leader) && !notice_visible(&own, &officer));
        CHECK(notice_visible(&(Notice){ .permission = PERM_MESH_READ }, &leader) && !notice_visible(&(Notice){ .permission = PERM_MESH_READ }, &officer));
        CHECK(!notice_visible(&(Notice){ .permission = PERM_COUNT }, &leader) && !notice_visible(&(Notice){ .permission = -1 }, &leader));
        CHECK(notice_visible(&all, &officer) && !notice_visible(&none, &leader) &&
              !notice_visible(&all, NULL));
}
