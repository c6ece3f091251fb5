/* Who may be let in to read a case, by whom, and how many; who may report through which channel. */
#include "case/test_case.h"
#include <stdio.h>

typedef struct Hire {
        const char *login, *place, *department;
        Role role;
        AccountId id;
} Hire;

static Rc hire_work(Cx *cx, void *arg) {
        Hire *h = arg;

        TRY(who_account_add(cx, &(AccountNew){ .login = str_c(h->login), .name = S("某人") }, &h->id));
        if (h->role == ROLE_NONE)
                return OK;
        return who_post_add(cx, h->id, h->role, str_c(h->place), str_c(h->department), now_ms(cx));
}

static int64_t hire(Street *s, const char *login, Role role, const char *place, const char *department) {
        Hire h = { login, place, department, role, { 0 } };

        if (db_write(s->cx, hire_work, &h) != OK)
                test_fail(__FILE__, __LINE__, "hire: " STR_FMT, STR_ARG(s->cx->problem.detail));
        return h.id.n;
}

static Rc share(Street *s, int64_t id, int64_t account) {
        return case_share(s->cx, (CaseId){ id }, account, &(CaseView *){ NULL });
}

static const char *refusal(Street *s, int64_t id, int64_t account) {
        const char *code = "none";

        s->cx->problem = (Problem){ 0 };
        if (share(s, id, account) == E_INPUT && s->cx->problem.errors.n)
                code = s->cx->problem.errors.v[0].code;
        s->cx->problem = (Problem){ 0 };
        return code;
}

TEST(case__readers_are_colleagues_in_office) {
        Street *s = street_new();
        int64_t id, admin = hire(s, "root1", ROLE_SYSTEM, "", ""), idle = hire(s, "idle1", ROLE_NONE, "", ""),
                    above = hire(s, "above1", ROLE_INSPECTOR, "5301", ""),
                    beside = hire(s, "beside1", ROLE_MEMBER, "530103004001001", "");

        as(s, s->leader);
        id = report(s, "协阅");
        CHECK_STR(str_c(refusal(s, id, 999999)), S("unknown"));
        CHECK_STR(str_c(refusal(s, id, admin)), S("no-post"));
        CHECK_STR(str_c(refusal(s, id, idle)), S("no-post"));
        CHECK_STR(str_c(refusal(s, id, beside)), S("out-of-reach"));
        CHECK_STR(str_c(refusal(s, id, s->member3->account.n)), S("out-of-reach")); /* of the next community */
        CHECK_OK(s->cx, share(s, id, s->member2->account.n));
        CHECK_OK(s->cx, share(s, id, s->huanwei->account.n));
        CHECK_OK(s->cx, share(s, id, above));
        CHECK_OK(s->cx, share(s, id, above)); /* once more changes nothing */
        CHECK_INT(row_of(s, id)->readers, 3);
        as(s, s->huanwei);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &(CaseView *){ NULL }));
}

TEST(case__only_who_may_share_there_shares) {
        Street *s = street_new();
        Hire more = { .role = ROLE_LEADER, .place = "530103003002", .department = "" };
        int64_t id;

        as(s, s->street);
        id = report(s, "他处的网格长"); /* in the first community */
        more.id.n = hire(s, "both1", ROLE_LEADER, "530103003002", "");
        CHECK_OK(s->cx, share(s, id, more.id.n));
        CHECK_OK(s->cx, who_actor_of(s->cx, more.id, &s->cx->actor));
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &(CaseView *){ NULL }));
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, share(s, id, s->huanwei->account.n));
}

TEST(case__fifty_read_along_and_no_more) {
        Street *s = street_new();
        char login[16];
        int64_t id;

        as(s, s->street);
        id = report(s, "五十人");
        for (int i = 0; i < 50; i++) {
                (void)snprintf(login, sizeof login, "reader%d", i);
                CHECK_OK(s->cx, share(s, id, hire(s, login, ROLE_MEMBER, GRID2, "")));
        }
        CHECK_FAILS(s->cx, P_CASE_READERS_FULL, share(s, id, hire(s, "reader50", ROLE_MEMBER, GRID2, "")));
        CHECK_INT(row_of(s, id)->readers, 50);
}

static bool may(Street *s, const Actor *who, CaseChannel channel) {
        Rc rc;

        as(s, who);
        rc = case_channel_check(s->cx, channel);
        if (rc != OK && !str_eq_c(s->cx->problem.errors.v[0].pointer, "/channel"))
                test_fail(__FILE__, __LINE__, "the refusal does not name /channel");
        s->cx->problem = (Problem){ 0 };
        return rc == OK;
}

TEST(case__a_channel_belongs_to_the_posts_that_use_it) {
        Street *s = street_new();

        CHECK(may(s, s->member1, CASE_CHANNEL_MEMBER) && may(s, s->leader, CASE_CHANNEL_MEMBER) &&
              may(s, s->inspector, CASE_CHANNEL_MEMBER) && !may(s, s->street, CASE_CHANNEL_MEMBER));
        CHECK(may(s, s->leader, CASE_CHANNEL_LEADER) && !may(s, s->member1, CASE_CHANNEL_LEADER));
        for (int c = CASE_CHANNEL_MEMBER; c <= CASE_CHANNEL__COUNT; c++) {
                bool centre = c == CASE_CHANNEL_CENTRE || c == CASE_CHANNEL_HOTLINE || c == CASE_CHANNEL_DEPARTMENT ||
                              c == CASE_CHANNEL_ORDER;

                CHECK(may(s, s->street, (CaseChannel)c) == centre);
                CHECK(!may(s, s->huanwei, (CaseChannel)c));
                CHECK(!centre || !may(s, s->member1, (CaseChannel)c));
        }
        CHECK(!may(s, s->member1, CASE_CHANNEL_QR) && !may(s, s->street, CASE_CHANNEL_WEB));
}
