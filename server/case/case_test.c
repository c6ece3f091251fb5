/* Cases through the shipped flow: the whole journey, everything that is forbidden, versions, evidence, deadlines. */
#include "case/test_case.h"
#include "db/test_thing.h"
#include "core/setting/setting.h"
#include <pthread.h>

TEST(case__a_residents_report_goes_all_the_way) {
        Street *s = street_new();
        Cx *cx = s->cx;
        PublicReport *r;
        int64_t id;

        as(s, NULL);
        id = report(s, "楼下垃圾堆了三天");
        CHECK_STR(row_of(s, id)->state, S("reported"));
        CHECK_STR(row_of(s, id)->place, S(GRID1));
        as(s, s->member1);
        CHECK_OK(cx, act_now(s, id, "escalate", NULL));
        CHECK_STR(row_of(s, id)->state, S("pending"));
        to_archive(s, id);
        CHECK_STR(row_of(s, id)->state, S("archived"));
        CHECK(row_of(s, id)->disposed && row_of(s, id)->archived && row_of(s, id)->closed_ms.set);
        as(s, NULL);
        CHECK_OK(cx,
                 act_now(s, id, "rate",
                         &(CaseAction){ .satisfaction = SATISFACTION_DISSATISFIED, .note = S("又堆上了") }));
        CHECK_OK(cx, case_public_view(cx, (CaseId){ id }, 1, &r));
        CHECK(!r->may_rate && r->may_reopen);
        CHECK_STR(r->satisfaction, S("dissatisfied"));
        CHECK_OK(cx, act_now(s, id, "reopen", &(CaseAction){ .note = S("还是没人清") }));
        CHECK_STR(row_of(s, id)->state, S("pending"));
        CHECK_INT(row_of(s, id)->reopened, 1);
        CHECK(!row_of(s, id)->satisfaction.set && !row_of(s, id)->closed_ms.set);
        CHECK_INT(row_of(s, id)->version, 8);
}

TEST(case__what_was_handled_on_the_spot_is_one_report) {
        Street *s = street_new();
        CaseNew in = { .category = S("09006"),
                       .text = S("占道摆摊，已劝离"),
                       .lon_e7 = SOME_INT(1027320000),
                       .lat_e7 = SOME_INT(250320000),
                       .channel = CASE_CHANNEL_MEMBER,
                       .self_handled = true,
                       .handled_note = S("已劝离") };
        CaseStepRowList steps = { 0 };
        CaseId id;

        as(s, s->member1);
        CHECK_FAILS(s->cx, P_CASE_PHOTO_NEEDED, case_open(s->cx, &in, &id));
        *list_push(s->cx->arena, &in.photos) = s->photo1;
        CHECK_FAILS(s->cx, P_CASE_PHOTO_NEEDED, case_open(s->cx, &in, &id));
        *list_push(s->cx->arena, &in.handled_photos) = s->photo2;
        CHECK_OK(s->cx, case_open(s->cx, &in, &id));
        CHECK_STR(row_of(s, id.n)->state, S("verified"));
        CHECK_INT(row_of(s, id.n)->photos, 2);
        CHECK_OK(s->cx, case_store_steps(s->cx, id.n, &steps));
        CHECK_INT(steps.n, 2);
        CHECK_STR(steps.v[1].action, S("self_handle"));
        as(s, s->member3); /* a neighbour's grid: who finds it may clear it */
        CHECK_OK(s->cx, case_open(s->cx, &in, &id));
        CHECK_STR(row_of(s, id.n)->state, S("verified"));
}

TEST(case__a_report_is_checked_whole) {
        Street *s = street_new();
        Cx *cx = s->cx;
        CaseNew good = { .category = S("06010"),
                         .text = S("垃圾"),
                         .lon_e7 = SOME_INT(1027320000),
                         .lat_e7 = SOME_INT(250320000),
                         .channel = CASE_CHANNEL_MEMBER },
                in;
        CaseId id;

        as(s, s->member1);
        in = good, in.category = S("99999");
        CHECK_FAILS(cx, P_CASE_CATEGORY_UNKNOWN, case_open(cx, &in, &id));
        in = good, in.lon_e7 = SOME_INT(1164000000);
        CHECK_FAILS(cx, P_PLACE_OUTSIDE, case_open(cx, &in, &id));
        in = good, in.place = S(GRID2);
        CHECK_FAILS(cx, P_INPUT_INVALID, case_open(cx, &in, &id));
        in = good, in.place = S("530103003001");
        CHECK_OK(cx, case_open(cx, &in, &id));
        in = good, in.text = S("  \n");
        CHECK_FAILS(cx, P_INPUT_INVALID, case_open(cx, &in, &id));
        in = good, in.lon_e7 = (OptInt){ 0 };
        CHECK_FAILS(cx, P_INPUT_INVALID, case_open(cx, &in, &id));
        in = good, *list_push(cx->arena, &in.photos) = str_fmt(cx->arena, "%064x", 1);
        CHECK_FAILS(cx, P_BLOB_MISSING, case_open(cx, &in, &id));
}

typedef struct Attempt {
        const char *action;
        const Actor *const *who;
        int problem;
} Attempt;

TEST(case__each_state_allows_what_the_flow_says_and_nothing_else) {
        Street *s = street_new();
        Cx *cx = s->cx;
        Attempt attempts[] = {
                { "archive", &s->street, P_CASE_ACTION_FORBIDDEN },
                { "feedback", &s->street, P_CASE_ACTION_FORBIDDEN },
                { "verify_pass", &s->member1, P_CASE_ACTION_FORBIDDEN },
                { "self_handle", &s->member1, P_CASE_ACTION_FORBIDDEN },
                { "accept", &s->member1, P_CASE_NOT_YOURS },
                { "accept", &s->leader, P_CASE_NOT_YOURS },
                { "accept", &s->inspector, P_CASE_NOT_YOURS },
                { "accept", &s->member2, P_NOT_FOUND },
                { "accept", &s->stranger, P_NOT_FOUND },
                { "accept", &s->chengguan, P_NOT_FOUND },
                { "dance", &s->street, P_INPUT_INVALID },
                { "accept_dispatch", &s->street, P_CASE_TARGET_NEEDED },
                { "reject", &s->street, P_INPUT_INVALID },
                { "void", &s->street, P_INPUT_INVALID },
                { "reopen", &s->street, P_CASE_ACTION_FORBIDDEN },
        };
        int64_t id;

        as(s, s->member1);
        id = report(s, "消火栓漏水");
        for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
                Rc rc;

                as(s, *attempts[i].who);
                rc = act_now(s, id, attempts[i].action, NULL);
                if (rc == OK || cx->problem.code != attempts[i].problem)
                        test_fail(__FILE__, __LINE__, "%s by " STR_FMT ": wanted %s, got %s",
                                  attempts[i].action, STR_ARG(cx->actor->name),
                                  problem_name(attempts[i].problem),
                                  rc == OK ? "OK" : problem_name(cx->problem.code));
                cx->problem = (Problem){ 0 };
                CHECK_INT(row_of(s, id)->version, 1);
                CHECK_STR(row_of(s, id)->state, S("pending"));
        }
        as(s, s->street);
        CHECK(act_now(s, id, "archive", NULL) == E_CONFLICT);
        CHECK(str_contains(cx->problem.detail_zh, S("待受理")) &&
              str_contains(cx->problem.detail_zh, S("王丽")));
        cx->problem = (Problem){ 0 };
        CHECK_OK(cx, act_now(s, id, "reject", &(CaseAction){ .reason = S("duplicate") }));
        CHECK(row_of(s, id)->final);
}

TEST(case__handling_asks_for_evidence_and_only_of_whom_it_was_given_to) {
        Street *s = street_new();
        Cx *cx = s->cx;
        TargetLink nobody = { .department = S("nobody") },
                   person = { .account = SOME_INT(s->member2->account.n) },
                   official = { .account = SOME_INT(s->chengguan->account.n) };
        int64_t id;

        as(s, s->member1);
        id = report(s, "消火栓漏水");
        as(s, s->street);
        CHECK_FAILS(cx, P_CASE_TARGET_UNKNOWN,
                    act_now(s, id, "accept_dispatch", &(CaseAction){ .target = &nobody }));
        CHECK_FAILS(cx, P_CASE_TARGET_UNKNOWN,
                    act_now(s, id, "accept_dispatch", &(CaseAction){ .target = &official }));
        CHECK_OK(cx, dispatch_to(s, id, "accept_dispatch", "chengguan"));
        as(s, s->huanwei);
        CHECK_FAILS(cx, P_NOT_FOUND, act_photo(s, id, "feedback", "修好了", s->photo2));
        as(s, s->street);
        CHECK_FAILS(cx, P_CASE_NOT_YOURS, act_photo(s, id, "feedback", "修好了", s->photo2));
        as(s, s->chengguan);
        CHECK_FAILS(cx, P_CASE_PHOTO_NEEDED,
                    act_now(s, id, "feedback", &(CaseAction){ .note = S("修好了") }));
        CHECK_FAILS(cx, P_INPUT_INVALID, act_photo(s, id, "feedback", NULL, s->photo2));
        CHECK_FAILS(cx, P_INPUT_INVALID, act_now(s, id, "return", NULL));
        CHECK_OK(cx, act_now(s, id, "return", &(CaseAction){ .note = S("供水管网，不属城管") }));
        CHECK_INT(row_of(s, id)->returned, 1);
        CHECK_STR(row_of(s, id)->state, S("accepted"));
        CHECK_OK(cx, case_store_get(cx, id, NULL, &(CaseRow *){ NULL }));
        as(s, s->street);
        CHECK_OK(cx, act_now(s, id, "dispatch", &(CaseAction){ .target = &person }));
        CHECK_STR(row_of(s, id)->holder_name, S("赵强"));
        as(s, s->member2);
        CHECK_OK(cx, act_photo(s, id, "feedback", "已关阀", s->photo2));
        as(s, s->inspector);
        CHECK_FAILS(cx, P_CASE_PHOTO_NEEDED, act_now(s, id, "verify_pass", NULL));
        CHECK_OK(cx, act_now(s, id, "verify_fail", &(CaseAction){ .note = S("仍在漏") }));
        CHECK_STR(row_of(s, id)->holder_name, S("赵强"));
        CHECK_STR(row_of(s, id)->state, S("handling"));
}

TEST(case__a_stale_version_is_refused_and_tells_who_was_first) {
        Street *s = street_new();
        int64_t id;

        as(s, s->member1);
        id = report(s, "井盖松动");
        as(s, s->centre);
        CHECK_OK(s->cx, act(s, id, "accept", &(CaseAction){ .version = 1 }));
        as(s, s->street);
        CHECK(act(s, id, "accept", &(CaseAction){ .version = 1 }) == E_STALE);
        CHECK_INT(s->cx->problem.code, P_VERSION_STALE);
        CHECK(str_contains(s->cx->problem.detail_zh, S("何平")) &&
              str_contains(s->cx->problem.detail_zh, S("受理")));
        CHECK(str_contains(s->cx->problem.detail, S("Accept")));
}

typedef struct Racer {
        const Actor *who;
        int64_t id, at_ms;
        Rc rc;
        int problem;
} Racer;

static void *race(void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Racer *r = arg;
        TargetLink target = { .department = S("chengguan") };
        CaseAction in = { .action = S("accept_dispatch"), .version = 1, .target = &target };

        cx->now_ms = r->at_ms;
        cx->actor = r->who;
        r->rc = case_do(cx, (CaseId){ r->id }, &in, false);
        r->problem = cx->problem.code;
        return NULL;
}

TEST(case__of_two_who_act_at_once_exactly_one_wins) {
        Street *s = street_new();

        for (int round = 0; round < 20; round++) {
                Racer racers[2];
                pthread_t threads[2];
                int winners = 0, stale = 0;
                int64_t id;

                as(s, s->member1);
                id = report(s, "两人同时派遣");
                for (int i = 0; i < 2; i++) {
                        racers[i] = (Racer){ i ? s->centre : s->street, id, s->cx->now_ms, OK, 0 };
                        CHECK(pthread_create(&threads[i], NULL, race, &racers[i]) == 0);
                }
                for (int i = 0; i < 2; i++) {
                        pthread_join(threads[i], NULL);
                        winners += racers[i].rc == OK;
                        stale += racers[i].rc == E_STALE && racers[i].problem == P_VERSION_STALE;
                }
                CHECK_INT(winners, 1);
                CHECK_INT(stale, 1);
                CHECK_INT(row_of(s, id)->version, 2);
        }
}

TEST(case__the_time_to_reopen_ends_after_seven_working_days) {
        Street *s = street_new();
        Cx *cx = s->cx;
        PublicReport *r;
        int64_t id;

        as(s, s->member1);
        id = report(s, "路灯不亮");
        to_archive(s, id); /* Monday 2026-11-16; the seventh working day is Wednesday 25 */
        as(s, NULL);
        cx->now_ms = day_start_ms(day_of_date((Date){ 2026, 11, 26 })) - 1;
        CHECK_OK(cx, case_public_view(cx, (CaseId){ id }, 1, &r));
        CHECK(r->may_reopen);
        CHECK_INT(r->reopen_until.n, cx->now_ms + 1);
        cx->now_ms++;
        CHECK_OK(cx, case_public_view(cx, (CaseId){ id }, 1, &r));
        CHECK(!r->may_reopen);
        CHECK_FAILS(cx, P_CASE_REOPEN_TOO_LATE,
                    act_now(s, id, "reopen", &(CaseAction){ .note = S("还不亮") }));
        cx->now_ms--;
        CHECK_OK(cx, act_now(s, id, "reopen", &(CaseAction){ .note = S("还不亮") }));
}

static Rc calendar_2027(Cx *cx, void *arg) {
        const Str *tsv = arg;

        TRY(clock_calendar_put(cx, *tsv, NULL));
        return audit_note(cx, "calendar.imported", S("calendar/CN"), STR_NONE);
}

TEST(case__a_deadline_in_a_year_without_calendar_is_provisional_until_the_year_is_known) {
        Str year = S("2027-01-01\toff\t元旦\n2027-01-04\toff\t元旦\n2027-10-01\toff\t国庆节\n");
        Street *s = street_new();
        Cx *cx = s->cx;
        ClockView *clock;
        bool guess;
        Case *c;
        int64_t id;

        cx->now_ms = day_start_ms(day_of_date((Date){ 2026, 12, 31 })) + 9 * MS_HOUR; /* a Thursday */
        as(s, s->member1);
        id = report(s, "年末的报告");
        as(s, s->street);
        CHECK_OK(cx, dispatch_to(s, id, "accept_dispatch", "chengguan")); /* one working day */
        CHECK_INT(row_of(s, id)->due_ms.n, day_start_ms(day_of_date((Date){ 2027, 1, 2 }))); /* only weekends are known */
        CHECK_OK(cx, case_provisional(cx, row_of(s, id), &guess));
        CHECK(guess);
        CHECK_OK(cx, case_load(cx, (CaseId){ id }, NULL, &c));
        CHECK_OK(cx, case_clock_view(cx, c, &clock));
        CHECK(clock->provisional && clock->missing_year.n == 2027 && str_contains(clock->rule, S("2027")));
        CHECK_INT(clock->due.n, row_of(s, id)->due_ms.n);
        CHECK_OK(cx, db_write(cx, calendar_2027, &year));
        setting_forget();
        CHECK_OK(cx, case_clock_view(cx, c, &clock));
        CHECK(!clock->provisional && !clock->missing_year.set);
        CHECK_INT(clock->due.n, day_start_ms(day_of_date((Date){ 2027, 1, 6 })));
}

TEST(case__the_clock_starts_at_dispatch_stands_during_the_check_and_never_restarts) {
        Street *s = street_new();
        Cx *cx = s->cx;
        ClockView *v;
        Case *c;
        int64_t id, monday = cx->now_ms, sum = 0;

        as(s, s->member1);
        id = report(s, "暴露垃圾"); /* one working day */
        CHECK_INT(row_of(s, id)->due_ms.n, day_start_ms(day_of_date((Date){ 2026, 11, 18 })));
        later(s, MS_HOUR);
        as(s, s->street);
        CHECK_OK(cx, dispatch_to(s, id, "accept_dispatch", "huanwei"));
        CHECK_INT(row_of(s, id)->due_ms.n, day_start_ms(day_of_date((Date){ 2026, 11, 18 })));
        later(s, MS_HOUR);
        as(s, s->huanwei);
        CHECK_OK(cx, act_now(s, id, "return", &(CaseAction){ .note = S("不归我们") }));
        later(s, 30 * MS_HOUR); /* Tuesday */
        as(s, s->street);
        CHECK_OK(cx, dispatch_to(s, id, "dispatch", "chengguan"));
        CHECK_INT(row_of(s, id)->due_ms.n,
                  day_start_ms(day_of_date((Date){ 2026, 11, 18 }))); /* no time won */
        as(s, s->chengguan);
        CHECK_OK(cx, act_photo(s, id, "feedback", "好了", s->photo2)); /* in time */
        CHECK(!row_of(s, id)->due_ms.set && !row_of(s, id)->overran);
        later(s, 2 * MS_DAY); /* Thursday */
        as(s, s->member1);
        CHECK_OK(cx, act_now(s, id, "verify_fail", &(CaseAction){ .note = S("没清干净") }));
        CHECK_INT(row_of(s, id)->due_ms.n,
                  day_start_ms(day_of_date((Date){ 2026, 11, 18 }))); /* the one day was used up */
        later(s, MS_HOUR);
        as(s, s->chengguan);
        CHECK_OK(cx, act_photo(s, id, "feedback", "真的好了", s->photo3));
        CHECK(row_of(s, id)->overran);
        CHECK_OK(cx, case_load(cx, (CaseId){ id }, NULL, &c));
        CHECK_OK(cx, case_clock_view(cx, c, &v));
        CHECK(!v->running && v->late);
        CHECK_INT(v->start.n, monday + MS_HOUR);
        for (size_t i = 0; i < v->holdings.n; i++)
                sum += v->holdings.v[i].held_ms;
        CHECK_INT(sum, cx->now_ms - monday);
        CHECK_STR(v->holdings.v[1].holder, S("环卫所"));
        CHECK_INT(v->holdings.v[1].held_ms, MS_HOUR);
}

TEST(case__steps_form_a_chain_that_shows_any_change) {
        Street *s = street_new();
        Cx *cx = s->cx;
        CaseStepRowList steps = { 0 };
        CaseReceipt *receipt;
        CaseLog *log;
        int64_t id;
        Sm3 hash;

        as(s, s->member1);
        id = report(s, "链");
        CHECK_OK(cx, case_receipt(cx, (CaseId){ id }, &receipt));
        to_archive(s, id);
        CHECK_OK(cx, case_log_view(cx, (CaseId){ id }, &log));
        CHECK_INT(log->items.n, 5);
        CHECK_STR(log->items.v[0].hash, receipt->hash);
        CHECK_STR(log->head, log->items.v[4].hash);
        for (size_t i = 1; i < log->items.n; i++)
                CHECK_STR(log->items.v[i].previous, log->items.v[i - 1].hash);
        CHECK_OK(cx, case_store_steps(cx, id, &steps));
        for (size_t i = 0; i < steps.n; i++) {
                CaseStepRow step = steps.v[i];

                case_step_hash(cx, &step, &hash);
                CHECK(memcmp(hash.b, step.hash.p, 32) == 0);
                step.note = S("改过");
                case_step_hash(cx, &step, &hash);
                CHECK(memcmp(hash.b, step.hash.p, 32) != 0);
        }
}

TEST(case__verify_agrees_with_what_was_done) {
        Street *s = street_new();
        VerifyReport report_ = { 0 };
        int64_t id;

        as(s, NULL);
        id = report(s, "可验证");
        as(s, s->member1);
        CHECK_OK(s->cx, act_now(s, id, "escalate", NULL));
        to_archive(s, id);
        CHECK_OK(s->cx, audit_verify(s->cx, &report_));
        for (size_t i = 0; i < report_.n; i++)
                test_fail(__FILE__, __LINE__, STR_FMT " " STR_FMT ": " STR_FMT, STR_ARG(report_.v[i].kind),
                          STR_ARG(report_.v[i].where), STR_ARG(report_.v[i].what));
        CHECK(report_.rows > 10);
}

TEST(case__the_reporter_sees_no_names_and_no_internal_notes) {
        Street *s = street_new();
        Cx *cx = s->cx;
        PublicReport *r;
        int64_t id;
        Buf all = BUF_IN(cx->arena);

        as(s, NULL);
        id = report(s, "扰民");
        as(s, s->member1);
        CHECK_OK(cx, act_now(s, id, "escalate", &(CaseAction){ .note = S("此人经常投诉") }));
        to_archive(s, id);
        CHECK_OK(cx, case_public_view(cx, (CaseId){ id }, 1, &r));
        json_encode(&all, &shape_PublicReport, r);
        CHECK(!str_contains(buf_view(&all), S("王丽")) && !str_contains(buf_view(&all), S("陈静")) &&
              !str_contains(buf_view(&all), S("吴洁")));
        CHECK(!str_contains(buf_view(&all), S("经常投诉")) && !str_contains(buf_view(&all), S("尽快处理")));
        CHECK(str_contains(buf_view(&all), S("已清运")) && str_contains(buf_view(&all), S("环卫所")));
        CHECK(str_contains(buf_view(&all), S("网格员 王")));
        CHECK_STR(r->timeline.v[0].who, S("居民"));
        CHECK(r->may_rate);
        CHECK_INT(r->timeline.n, 6);
}

TEST(case__the_reporters_phone_is_masked_until_a_reason_is_given) {
        Street *s = street_new();
        CaseContact *contact;
        CaseView *v;
        int64_t id;

        as(s, NULL);
        id = report(s, "请回电");
        as(s, s->member1); /* has it in hand */
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_STR(v->reporter_phone, S("139****5678"));
        CHECK_STR(v->reporter_name, S("刘*"));
        CHECK(v->may_reveal);
        CHECK_FAILS(s->cx, P_INPUT_INVALID, case_reveal(s->cx, (CaseId){ id }, S(" 　"), &contact));
        s->cx->problem = (Problem){ 0 };
        CHECK_OK(s->cx, case_reveal(s->cx, (CaseId){ id }, S("回访核实"), &contact));
        CHECK_STR(contact->phone, S("13912345678"));
        CHECK_STR(contact->name, S("刘芳"));
        as(s, s->leader);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &v));
        CHECK_STR(v->reporter_phone, S("139****5678"));
        CHECK(!v->may_reveal);
        CHECK_FAILS(s->cx, P_CASE_NOT_YOURS, case_reveal(s->cx, (CaseId){ id }, S("看看"), &contact));
        as(s, s->member3);
        CHECK_FAILS(s->cx, P_NOT_FOUND, case_reveal(s->cx, (CaseId){ id }, S("看看"), &contact));
}

TEST(case__reporters_of_before_are_sealed_at_the_start) {
        Street *s = street_new();
        CaseContact *contact;
        VerifyReport verified = { 0 };
        int64_t ids[3];

        as(s, NULL);
        for (size_t i = 0; i < ARRAY_LEN(ids); i++)
                ids[i] = report(s, "旧数据");
        CHECK_OK(s->cx, thing_script(s->cx, "UPDATE case_reporter SET name = '刘芳', phone = '13912345678',"
                                            " name_sealed = NULL, phone_sealed = NULL, phone_mac = NULL;"));
        CHECK_OK(s->cx, case_reporters_seal(s->cx));
        CHECK_OK(s->cx, case_reporters_seal(s->cx)); /* nothing left to do */
        as(s, s->street);
        for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
                CHECK_OK(s->cx, case_reveal(s->cx, (CaseId){ ids[i] }, S("回访核实"), &contact));
                CHECK_STR(contact->phone, S("13912345678"));
        }
        CHECK_INT(row_of(s, ids[0])->has_reporter, 1);
        CHECK_OK(s->cx, audit_verify(s->cx, &verified));
        CHECK_INT(verified.n, 0);
}

TEST(case__a_sealed_telephone_put_into_another_case_does_not_open) {
        Street *s = street_new();
        CaseContact *contact;
        int64_t mine, other;

        as(s, NULL);
        mine = report(s, "甲");
        other = report(s, "乙");
        CHECK_OK(s->cx, thing_script(s->cx, str_z(s->cx->arena,
                                                  str_fmt(s->cx->arena,
                                                          "UPDATE case_reporter SET phone_sealed = (SELECT phone_sealed FROM"
                                                          " case_reporter WHERE case_id = %lld) WHERE case_id = %lld;",
                                                          (long long)other, (long long)mine))));
        as(s, s->street);
        CHECK_OK(s->cx, case_reveal(s->cx, (CaseId){ other }, S("回访核实"), &contact));
        CHECK_FAILS(s->cx, P_DB_CORRUPT, case_reveal(s->cx, (CaseId){ mine }, S("回访核实"), &contact));
}

TEST(case__the_form_tells_what_an_action_needs) {
        Street *s = street_new();
        ActionList *list;
        int64_t id;

        as(s, NULL);
        id = report(s, "表单");
        as(s, s->member1);
        CHECK_OK(s->cx, case_actions(s->cx, (CaseId){ id }, &list));
        CHECK_INT(list->actions.n, 2);
        CHECK_STR(list->actions.v[0].action, S("self_handle"));
        CHECK_INT(list->actions.v[0].form->photos, 2);
        CHECK_OK(s->cx, act_now(s, id, "escalate", NULL));
        CHECK_OK(s->cx, case_actions(s->cx, (CaseId){ id }, &list));
        CHECK_INT(list->actions.n, 0);
        as(s, s->street);
        CHECK_OK(s->cx, case_actions(s->cx, (CaseId){ id }, &list));
        CHECK_INT(list->actions.n, 5);
        CHECK_STR(list->actions.v[0].action, S("accept_dispatch"));
        CHECK_INT(list->actions.v[0].form->target_kinds.n, 2);
        CHECK_INT(list->version, 2);
}

static Rc put_flow(Cx *cx, void *arg) {
        TRY(setting_put(cx, S("flow"), S("six-step"), *(Str *)arg));
        return audit_note(cx, "flow.changed", S("six-step"), STR_NONE);
}

TEST(case__a_case_stays_with_the_flow_it_began_with) {
        Street *s = street_new();
        Cx *cx = s->cx;
        CaseView *v;
        Str flow;
        int64_t old_one, new_one;
        char *at;

        as(s, s->member1);
        old_one = report(s, "旧流程");
        CHECK_OK(cx, setting_get(cx, S("flow"), S("six-step"), &flow));
        at = memmem(flow.p, flow.n, "待受理", strlen("待受理"));
        CHECK(at);
        memcpy(at, "待登记", strlen("待登记"));
        CHECK_OK(cx, db_write(cx, put_flow, &flow));
        setting_forget();
        new_one = report(s, "新流程");
        CHECK_OK(cx, case_view(cx, (CaseId){ old_one }, &v));
        CHECK_STR(v->item->state_name, S("待受理"));
        CHECK_OK(cx, case_view(cx, (CaseId){ new_one }, &v));
        CHECK_STR(v->item->state_name, S("待登记"));
}
