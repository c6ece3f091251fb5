/* Who sees which cases, and how they are found and counted. */
#include "case/test_case.h"
#include "db/db_int.h"

static CasePage *list(Street *s, const CaseQuery *q) {
        CasePage *page = NULL;

        if (case_list(s->cx, q, &page) != OK) {
                test_fail(__FILE__, __LINE__, "list: %s " STR_FMT, problem_name(s->cx->problem.code),
                          STR_ARG(s->cx->problem.detail));
                s->cx->problem = (Problem){ 0 };
                return TAKE(s->cx->arena, CasePage);
        }
        return page;
}

static int64_t seen(Street *s, const Actor *who) {
        as(s, who);
        return list(s, &(CaseQuery){ 0 })->total;
}

static int64_t found(Street *s, const char *q) { return list(s, &(CaseQuery){ .q = str_c(q) })->total; }

static int64_t count_of(Street *s, const char *view) {
        CaseCounts *v;

        if (case_counts(s->cx, STR_NONE, &v) != OK)
                return -1;
        for (size_t i = 0; i < v->counts.n; i++)
                if (str_eq_c(v->counts.v[i].view, view))
                        return v->counts.v[i].count;
        return -2;
}

static int64_t report_at(Street *s, int64_t lon_e7, const char *category, const char *text) {
        CaseNew in = { .category = str_c(category),
                       .text = str_c(text),
                       .lon_e7 = SOME_INT(lon_e7),
                       .lat_e7 = SOME_INT(250320000),
                       .channel = CASE_CHANNEL_CENTRE };
        CaseId id = { 0 };

        if (case_open(s->cx, &in, &id) != OK)
                test_fail(__FILE__, __LINE__, "open: " STR_FMT, STR_ARG(s->cx->problem.detail));
        return id.n;
}

enum { IN_GRID1 = 1027320000, IN_GRID2 = 1027370000, IN_GRID3 = 1027420000 };

typedef struct Post1 {
        AccountId account;
        Role role;
        const char *place, *department;
} Post1;

static Rc post_work(Cx *cx, void *arg) {
        const Post1 *p = arg;

        return who_post_add(cx, p->account, p->role, str_c(p->place), str_c(p->department), now_ms(cx));
}

/* One more post for somebody; who they are with it. */
static const Actor *post_more(Street *s, const Actor *who, Role role, const char *place, const char *department) {
        Post1 p = { who->account, role, place, department };
        const Actor *now = NULL;

        if (db_write(s->cx, post_work, &p) != OK || who_actor_of(s->cx, who->account, &now) != OK)
                test_fail(__FILE__, __LINE__, "post: " STR_FMT, STR_ARG(s->cx->problem.detail));
        return now;
}

TEST(case__everybody_sees_what_their_posts_cover) {
        Street *s = street_new();
        int64_t one, two;

        as(s, s->street);
        one = report_at(s, IN_GRID1, "06010", "一");
        two = report_at(s, IN_GRID2, "06010", "二");
        report_at(s, IN_GRID3, "06010", "三");
        CHECK_INT(seen(s, s->street), 3);
        CHECK_INT(seen(s, s->centre), 3);
        CHECK_INT(seen(s, s->inspector), 3);
        CHECK_INT(seen(s, s->leader), 2);
        CHECK_INT(seen(s, s->member1), 1);
        CHECK_INT(seen(s, s->stranger), 0);
        CHECK_INT(seen(s, s->chengguan), 0);
        CHECK_INT(seen(s, NULL), 0);
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, one, "accept_dispatch", "chengguan"));
        CHECK_INT(seen(s, s->chengguan), 1);
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, one, "redispatch", "huanwei"));
        CHECK_INT(seen(s, s->chengguan), 1); /* was theirs once */
        CHECK_INT(seen(s, s->huanwei), 1);
        CHECK_INT(count_of(s, "mine"), 1);
        CHECK_INT(seen(s, s->member3), 1);
        as(s, s->street);
        CHECK_OK(s->cx, case_share(s->cx, (CaseId){ two }, s->member3->account.n, &(CaseView *){ NULL }));
        CHECK_INT(seen(s, s->member3), 2);
        CHECK_INT(row_of(s, two)->version, 1);
        CHECK_FAILS(s->cx, P_NOT_FOUND, case_view(s->cx, (CaseId){ one }, &(CaseView *){ NULL }));
        CHECK_FAILS(s->cx, P_NOT_FOUND, case_view(s->cx, (CaseId){ 999999 }, &(CaseView *){ NULL }));
}

TEST(case__a_person_with_many_posts_sees_them_all) {
        static const char *const departments[] = { "huanwei", "police", "justice", "chengguan" };
        Street *s = street_new();
        const Actor *both;
        int64_t id;

        post_more(s, s->member1, ROLE_LEADER, "530103003002", "");
        for (size_t i = 0; i < ARRAY_LEN(departments); i++)
                both = post_more(s, s->member1, ROLE_DEPARTMENT, "", departments[i]);
        as(s, s->street);
        report_at(s, IN_GRID1, "06010", "一");
        id = report_at(s, IN_GRID2, "06010", "二");
        report_at(s, IN_GRID3, "06010", "三");
        CHECK_INT(seen(s, both), 2);
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, id, "accept_dispatch", "chengguan")); /* the fourth department */
        CHECK_INT(seen(s, both), 3);
        CHECK_INT(count_of(s, "mine"), 1);
        CHECK_INT(list(s, &(CaseQuery){ .mine = { true, true } })->total, 1);
        CHECK_INT(list(s, &(CaseQuery){ .duty = { true, true } })->total, 3);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &(CaseView *){ NULL }));
}

TEST(case__duty_leaves_out_what_is_only_read_along_or_reported_elsewhere) {
        Street *s = street_new();
        int64_t one;

        as(s, s->member1);
        report_at(s, IN_GRID1, "06010", "自己网格");
        report_at(s, IN_GRID3, "06010", "路过别的网格");
        as(s, s->street);
        one = report_at(s, IN_GRID2, "06010", "协阅");
        CHECK_OK(s->cx, case_share(s->cx, (CaseId){ one }, s->member1->account.n, &(CaseView *){ NULL }));
        CHECK_INT(seen(s, s->member1), 3);
        CHECK_INT(list(s, &(CaseQuery){ .duty = { true, true } })->total, 1);
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, one, "accept_dispatch", "chengguan"));
        CHECK_OK(s->cx, dispatch_to(s, one, "redispatch", "huanwei"));
        CHECK_INT(seen(s, s->chengguan), 1);
        CHECK_INT(list(s, &(CaseQuery){ .duty = { true, true } })->total, 0); /* was theirs once, counts for the other now */
}

TEST(case__a_phase_holds_what_the_statistics_count) {
        static const struct {
                CasePhase phase;
                int64_t cases;
        } wanted[] = { { CASE_PHASE_DISPOSED, 1 },  { CASE_PHASE_OPEN, 2 },  { CASE_PHASE_ARCHIVED, 1 },
                       { CASE_PHASE_LATE, 2 },      { CASE_PHASE_RATED, 1 }, { CASE_PHASE_SATISFIED, 1 },
                       { CASE_PHASE_REOPENED, 1 } };
        Street *s = street_new();
        int64_t again, done, closed;

        as(s, NULL);
        again = report(s, "重办");
        done = report(s, "办结");
        report(s, "刚上报");
        for (int i = 0; i < 2; i++) {
                as(s, s->member1);
                CHECK_OK(s->cx, act_now(s, i ? done : again, "escalate", NULL));
                to_archive(s, i ? done : again);
        }
        as(s, NULL);
        CHECK_OK(s->cx, act_now(s, again, "reopen", &(CaseAction){ .note = S("还在漏水") }));
        CHECK_OK(s->cx, act_now(s, done, "rate", &(CaseAction){ .satisfaction = SATISFACTION_FAIR }));
        later(s, 5 * MS_DAY);
        as(s, s->street);
        for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
                CHECK_INT(list(s, &(CaseQuery){ .phase = wanted[i].phase })->total, wanted[i].cases);
        closed = row_of(s, done)->closed_ms.n;
        CHECK_INT(list(s, &(CaseQuery){ .closed_from = SOME_INT(closed) })->total, 1);
        CHECK_INT(list(s, &(CaseQuery){ .closed_to = SOME_INT(closed), .phase = CASE_PHASE_ARCHIVED })->total, 0);
}

TEST(case__a_telephone_is_searched_only_where_it_may_be_seen) {
        Street *s = street_new();
        const Actor *both;

        as(s, NULL);
        report(s, "投诉噪声");
        both = post_more(s, s->member1, ROLE_DISPATCHER, "530103003002", "");
        as(s, s->street);
        CHECK_INT(found(s, "13912345678"), 1);
        as(s, both); /* sees the case as the grid's member, dispatches elsewhere */
        CHECK_INT(found(s, "投诉噪声"), 1);
        CHECK_INT(found(s, "13912345678"), 0);
}

TEST(case__the_same_case_is_found_by_number_text_place_address_and_phone) {
        Street *s = street_new();
        CaseNew in = { .category = S("06010"),
                       .text = S("Ｋ歌噪声100%大"),
                       .lon_e7 = SOME_INT(IN_GRID1),
                       .lat_e7 = SOME_INT(250320000),
                       .channel = CASE_CHANNEL_HOTLINE,
                       .address = S("东华小区3栋2单元"),
                       .reporter_phone = S("13912345678") };
        Str number;
        CaseId id;

        as(s, s->street);
        for (int i = 0; i < 12; i++)
                report_at(s, IN_GRID3, "09006", "别的事");
        CHECK_OK(s->cx, case_open(s->cx, &in, &id));
        number = case_number(s->cx->arena, row_of(s, id.n)->created_ms, id.n);
        CHECK_INT(found(s, str_z(s->cx->arena, number)), 1);
        CHECK_INT(found(s, str_z(s->cx->arena, str_sub(number, 0, number.n - 1))), 4); /* …00001: 10 to 13 */
        CHECK_INT(found(s, "20261116"), 13);
        CHECK_INT(found(s, "202611"), 13);
        CHECK_INT(found(s, "20261117"), 0);
        CHECK_INT(found(s, "k歌"), 1);
        CHECK_INT(found(s, "100%"), 1);
        CHECK_INT(found(s, "1_0"), 0);
        CHECK_INT(found(s, "小龙路"), 1);
        CHECK_INT(found(s, "暴露垃圾"), 1);
        CHECK_INT(found(s, "3栋"), 1);
        CHECK_INT(found(s, "13912345678"), 1);
        CHECK_INT(found(s, "13912345679"), 0);
        CHECK_INT(found(s, "没有这样的"), 0);
        as(s, s->member1); /* sees the case, but the telephone only in part */
        CHECK_INT(found(s, "k歌"), 1);
        CHECK_INT(found(s, "13912345678"), 0);
        as(s, s->member3);
        CHECK_INT(found(s, "k歌"), 0);
}

TEST(case__filters_and_counts_agree) {
        Street *s = street_new();
        Cx *cx = s->cx;
        int64_t id;

        as(s, s->street);
        for (int i = 0; i < 5; i++)
                report_at(s, IN_GRID1, i % 2 ? "06010" : "ZZ01", "事");
        id = report_at(s, IN_GRID3, "06010", "事");
        CHECK_OK(cx, dispatch_to(s, id, "accept_dispatch", "huanwei"));
        CHECK_INT(count_of(s, "all"), 6);
        CHECK_INT(count_of(s, "pending"), 5);
        CHECK_INT(count_of(s, "handling"), 1);
        CHECK_INT(count_of(s, "mine"), 5);
        CHECK_INT(list(s, &(CaseQuery){ .state = S("pending") })->total, 5);
        CHECK_INT(list(s, &(CaseQuery){ .mine = { true, true } })->total, 5);
        CHECK_INT(list(s, &(CaseQuery){ .category = S("order") })->total, 3);
        CHECK_INT(list(s, &(CaseQuery){ .category = S("06010") })->total, 3);
        CHECK_INT(list(s, &(CaseQuery){ .department = S("huanwei") })->total, 1);
        CHECK_INT(list(s, &(CaseQuery){ .under = S("530103003002") })->total, 1);
        CHECK_INT(list(s, &(CaseQuery){ .channel = CASE_CHANNEL_CENTRE })->total, 6);
        CHECK_INT(list(s, &(CaseQuery){ .channel = CASE_CHANNEL_QR })->total, 0);
        CHECK_INT(list(s, &(CaseQuery){ .from = SOME_INT(cx->now_ms + 1) })->total, 0);
        CHECK_INT(list(s, &(CaseQuery){ .state = S("pending"), .category = S("city"), .department = S("x") })
                          ->total,
                  0);
        CHECK_INT(count_of(s, "late"), 0);
        later(s, 3 * MS_DAY);
        CHECK_INT(count_of(s, "late"), 6);
        CHECK_INT(list(s, &(CaseQuery){ .late = { true, true } })->total, 6);
        CHECK(list(s, &(CaseQuery){ .late = { true, true } })->items.v[0].late);
        CHECK_FAILS(cx, P_INPUT_INVALID,
                    case_list(cx, &(CaseQuery){ .page = S("'; drop") }, &(CasePage *){ NULL }));
        CHECK_FAILS(cx, P_INPUT_INVALID,
                    case_list(cx, &(CaseQuery){ .under = S("53%") }, &(CasePage *){ NULL }));
}

TEST(case__pages_hold_every_case_once_in_every_order) {
        Street *s = street_new();
        int64_t done;

        as(s, s->street);
        for (int i = 0; i < 23; i++) {
                int64_t id = report_at(s, IN_GRID1, i % 3 ? "06010" : "06013", "事");

                if (i % 5 == 0)
                        CHECK_OK(s->cx, act_now(s, id, "reject", &(CaseAction){ .reason = S("unclear") }));
                later(s, (i % 7) * MS_HOUR * 5);
        }
        for (int order = CASE_ORDER_NEWEST; order <= CASE_ORDER_DUE; order++) {
                CaseQuery q = { .order = (CaseOrder)order, .limit = SOME_INT(5) };
                int64_t last = 0, pages = 0;

                done = 0;
                do {
                        CasePage *page = list(s, &q);

                        CHECK_INT(page->total, 23);
                        for (size_t i = 0; i < page->items.n; i++) {
                                const CaseItem *c = &page->items.v[i];
                                int64_t key = order != CASE_ORDER_DUE ? c->id
                                              : c->due.set            ? c->due.n
                                                                      : INT64_MAX;

                                CHECK(done == 0 || (order == CASE_ORDER_NEWEST ? key < last : key >= last));
                                last = key;
                                done++;
                        }
                        q.page = page->next;
                        pages++;
                } while (q.page.p && pages < 10);
                CHECK_INT(done, 23);
                CHECK_INT(pages, 5);
        }
}

TEST(case__events_are_what_others_did_in_ones_scope) {
        Street *s = street_new();
        CaseEventPage *page;
        int64_t id;

        as(s, s->member1);
        id = report(s, "井盖");
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, id, "accept_dispatch", "huanwei"));
        CHECK_OK(s->cx, case_events(s->cx, STR_NONE, &page));
        CHECK_INT(page->items.n, 1);
        CHECK_STR(page->items.v[0].action_name, S("已上报"));
        as(s, s->member1);
        CHECK_OK(s->cx, case_events(s->cx, STR_NONE, &page));
        CHECK_INT(page->items.n, 1);
        CHECK_STR(page->items.v[0].action_name, S("受理并派遣"));
        CHECK_STR(page->items.v[0].to_state_name, S("处置中"));
        as(s, s->huanwei);
        CHECK_OK(s->cx, case_events(s->cx, STR_NONE, &page));
        CHECK_INT(page->items.n, 2);
        as(s, s->member2);
        CHECK_OK(s->cx, case_events(s->cx, STR_NONE, &page));
        CHECK_INT(page->items.n, 0);
}

TEST(case__open_cases_are_counted_by_person) {
        Street *s = street_new();
        TargetLink person = { .account = SOME_INT(s->member2->account.n) };
        IntList accounts = { 0 };
        int64_t counts[2], id;

        as(s, s->street);
        id = report_at(s, IN_GRID1, "06010", "一");
        CHECK_OK(s->cx, act_now(s, id, "accept_dispatch", &(CaseAction){ .target = &person }));
        *list_push(s->cx->arena, &accounts) = s->member1->account.n;
        *list_push(s->cx->arena, &accounts) = s->member2->account.n;
        CHECK_OK(s->cx, case_open_counts(s->cx, &accounts, counts));
        CHECK_INT(counts[0], 0);
        CHECK_INT(counts[1], 1);
        CHECK_STR(case_department_title(s->cx, S("huanwei")), S("环卫所"));
        CHECK_STR(case_department_title(s->cx, S("nobody")), S(""));
}

TEST(case__every_query_fits_both_databases) {
        Street *s = street_new();

        CHECK_OK(s->cx, db_prepare_all(s->cx));
}

/* ---- very many ---- */

typedef struct Copy {
        int64_t from, to;
} Copy;

/* The same case once more, under an id far away, as if many lay between. */
static Rc copy_work(Cx *cx, void *arg) {
        const Copy *c = arg;
        Buf names = BUF_IN(cx->arena);

        for (size_t i = 0; i < db_shape_CaseRow.count; i++)
                if (!str_eq_c(S("id"), db_shape_CaseRow.columns[i].name))
                        buf_fmt(&names, ", %s", db_shape_CaseRow.columns[i].name);
        return db_script(cx, str_z(cx->arena, str_fmt(cx->arena,
                                                      "INSERT " "INTO case_case (id" STR_FMT ") SELECT %lld" STR_FMT " FROM case_case WHERE id = %lld",
                                                      STR_ARG(buf_view(&names)), (long long)c->to, STR_ARG(buf_view(&names)), (long long)c->from)));
}

TEST(case__a_search_among_very_many_looks_through_a_part_with_every_page) {
        Street *s = street_new();
        CasePage *page;
        CaseQuery q = { .q = S("沙发") };
        int64_t first, count;
        bool exact;

        as(s, s->street);
        first = report_at(s, IN_GRID1, "06010", "旧沙发");
        CHECK(!list(s, &q)->searched_from.set);
        CHECK_OK(s->cx, db_write_as(s->cx, DB_TX_BARE, copy_work, &(Copy){ first, 150000 }));
        CHECK_OK(s->cx, db_write_as(s->cx, DB_TX_BARE, copy_work, &(Copy){ first, 300000 }));
        page = list(s, &q);
        CHECK(page->searched_from.set && page->items.n == 1 && page->items.v[0].id == 300000);
        CHECK_INT(page->total, 1);
        CHECK_OK(s->cx, case_count(s->cx, &q, &count, &exact));
        CHECK_INT(count, page->total);
        CHECK(!exact && !page->total_exact);
        for (int order = CASE_ORDER_OLDEST; order <= CASE_ORDER_DUE; order++) { /* what is told and what is counted are of the same part */
                CasePage *by = list(s, &(CaseQuery){ .q = q.q, .order = (CaseOrder)order });

                CHECK(by->searched_from.set && by->items.n == 1 && by->items.v[0].id == 300000);
                CHECK_INT(by->total, 1);
        }
        q.page = page->next;
        page = list(s, &q);
        CHECK(page->items.n == 1 && page->items.v[0].id == 150000);
        q.page = page->next;
        page = list(s, &q);
        CHECK(page->items.n == 1 && page->items.v[0].id == first && !page->next.n);
        page = list(s, &(CaseQuery){ .q = str_fmt(s->cx->arena, "%lld", (long long)first) });
        CHECK(page->items.n && page->items.v[0].id == first); /* by its number, however old */
        page = list(s, &(CaseQuery){ .q = S("沙发"), .under = S("530103003001") });
        CHECK_INT(page->total, 3);
        CHECK(!page->searched_from.set);
        CHECK_INT(found(s, "没有这样的字"), 0);
}

TEST(case__a_filter_over_very_many_is_counted_among_the_newest_and_says_so) {
        Street *s = street_new();
        CaseQuery q = { .category = S("06010"), .limit = SOME_INT(1) };
        CasePage *page;
        int64_t first;

        street_flows(s);
        as(s, s->street);
        first = report_at(s, IN_GRID1, "06010", "旧沙发");
        report_at(s, IN_GRID1, "06010", "旧床垫");
        as(s, s->city); /* of a township with few cases all are counted */
        page = list(s, &q);
        CHECK(page->total == 2 && page->total_exact);
        CHECK_OK(s->cx, db_write_as(s->cx, DB_TX_BARE, copy_work, &(Copy){ first, 150000 }));
        CHECK_OK(s->cx, db_write_as(s->cx, DB_TX_BARE, copy_work, &(Copy){ first, 150001 }));
        page = list(s, &q);
        CHECK(page->total == 2 && !page->total_exact); /* of four; those of long ago were not looked at */
        CHECK_INT(list(s, &(CaseQuery){ .category = q.category })->total, 4); /* all on one page: known */
        CHECK(list(s, &(CaseQuery){ .category = q.category })->total_exact);
        q.limit = SOME_INT(3);
        CHECK_INT(list(s, &q)->total, 3); /* never less than is shown */
        q.under = S(GRID1);
        CHECK(list(s, &q)->total == 4 && list(s, &q)->total_exact); /* the index of places */
        CHECK(list(s, &(CaseQuery){ .state = S("reported"), .limit = SOME_INT(1) })->total_exact); /* the open ones are numbered */
}

static Rc miscount_work(Cx *cx, void *arg) {
        const CaseRow *row = arg;

        TRY(audit_note(cx, "case.tallied", S("case"), STR_NONE));
        return case_ended_moved(cx, NULL, row);
}

static size_t tallies_off(Street *s) {
        CaseTallyOffList off;

        return case_tally_check(s->cx, &off) == OK ? off.n : SIZE_MAX;
}

/* Of all, of the archive, and of it alone in one grid. */
static void ended_are(Street *s, int64_t all, int64_t archived, int64_t in_grid) {
        CHECK_INT(seen(s, s->street), all);
        CHECK_INT(list(s, &(CaseQuery){ .state = S("archived") })->total, archived);
        CHECK_INT(list(s, &(CaseQuery){ .state = S("archived"), .under = S(GRID1) })->total, in_grid);
        CHECK_INT(count_of(s, "archived"), archived);
        CHECK_INT(count_of(s, "all"), all);
        CHECK_INT(tallies_off(s), 0);
}

TEST(case__what_a_rate_counts_is_listed_and_numbered_alike_in_a_wide_scope) {
        Street *s = street_new();
        CasePage *page;

        as(s, s->street);
        report(s, "还没有人办");
        page = list(s, &(CaseQuery){ .judged = JUDGED_AS_HANDED, .order = CASE_ORDER_DUE });
        CHECK_INT(page->items.n, 0);
        CHECK_INT(page->total, 0);
}

TEST(case__what_has_ended_is_counted_by_a_tally_that_agrees_with_the_cases) {
        Street *s = street_new();
        int64_t one, two;

        as(s, s->member1);
        one = report(s, "一");
        two = report(s, "二");
        as(s, s->street);
        report_at(s, IN_GRID2, "06010", "三");
        ended_are(s, 3, 0, 0);
        to_archive(s, one);
        to_archive(s, two);
        ended_are(s, 3, 2, 2);
        as(s, NULL);
        CHECK_OK(s->cx, act_now(s, two, "reopen", &(CaseAction){ .note = S("还是没人清") }));
        CHECK_OK(s->cx, act_now(s, one, "rate", &(CaseAction){ .satisfaction = SATISFACTION_SATISFIED }));
        as(s, s->street);
        ended_are(s, 3, 1, 1);
        CHECK_OK(s->cx, case_ended_settle(s->cx, 1));
        ended_are(s, 3, 1, 1);
        CHECK_OK(s->cx, case_ended_settle(s->cx, 1)); /* nothing waits */
        ended_are(s, 3, 1, 1);
        as(s, post_more(s, s->huanwei, ROLE_DISPATCHER, "530102001", "")); /* both were theirs, in others' places */
        CHECK_INT(list(s, &(CaseQuery){ .state = S("archived") })->total, 1);
        CHECK_INT(list(s, &(CaseQuery){ 0 })->total, 2);
        CHECK_INT(count_of(s, "archived"), 1);
        CHECK_OK(s->cx, db_write(s->cx, miscount_work, row_of(s, one)));
        CHECK_INT(tallies_off(s), 1);
}
