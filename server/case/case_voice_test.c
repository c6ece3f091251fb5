/* One matter, many voices: similar cases, further reports, mergers, questions. */
#include "case/test_case.h"

static Rc similar(Street *s, int64_t lon, int64_t lat, const char *category, const char *text, bool for_public,
                  SimilarCases **ret) {
        return case_similar(s->cx,
                            &(CaseLike){ .lon_e7 = SOME_INT(lon), .lat_e7 = SOME_INT(lat), .category = str_c(category),
                                         .text = str_c(text) },
                            for_public, ret);
}

static int64_t join(Street *s, int64_t id, const char *text) {
        CaseVoiceNew in = { .channel = CASE_CHANNEL_WEB, .text = str_c(text), .phone = S("13800000009"), .name = S("钱多多") };
        VoiceReceipt *r;

        must(s, case_voice_add(s->cx, (CaseId){ id }, &in, &r));
        return r->n;
}

/* A five-step case that waits for the township. */
static int64_t at_township(Street *s, const Actor *by) {
        int64_t id;

        as(s, by);
        must(s, open_as(s, "five-step", NULL, &id));
        as(s, s->member1);
        must(s, act_now(s, id, "report_up", NULL));
        as(s, s->leader);
        must(s, act_now(s, id, "leader_up", NULL));
        as(s, s->street);
        return id;
}

TEST(case_voice__the_nearest_and_likest_open_cases_are_found) {
        Street *s = street_new();
        SimilarCases *found = NULL;
        int64_t a, b;

        as(s, s->member1);
        a = report(s, "单元门口垃圾堆积，气味很大");
        b = report(s, "路灯不亮，晚上走路危险");
        CHECK_OK(s->cx, similar(s, 1027321000, 250321000, "06010", "门口垃圾堆了三天，气味大", false, &found));
        CHECK_INT(found->items.n, 2);
        CHECK_INT(found->items.v[0].id, a);
        CHECK_INT(found->items.v[1].id, b);
        CHECK(found->items.v[0].score > found->items.v[1].score);
        CHECK(found->items.v[0].distance > 10 && found->items.v[0].distance < 20);
        CHECK_OK(s->cx, similar(s, 1027321000, 250361000, "06010", "门口垃圾堆了三天，气味大", false, &found)); /* 440 m on */
        CHECK_INT(found->items.n, 0);
        as(s, s->member3); /* of another community: not within their reach */
        CHECK_OK(s->cx, similar(s, 1027321000, 250321000, "06010", "垃圾", false, &found));
        CHECK_INT(found->items.n, 0);
        as(s, s->street);
        CHECK_OK(s->cx, act_now(s, a, "reject", &(CaseAction){ .reason = S("duplicate") }));
        CHECK_OK(s->cx, similar(s, 1027321000, 250321000, "06010", "门口垃圾堆了三天，气味大", false, &found));
        CHECK_INT(found->items.n, 1);
}

TEST(case_voice__strangers_see_neither_disputes_nor_residents_photos) {
        Street *s = street_new();
        SimilarCases *found = NULL;
        CaseNew in = { .category = S("06010"), .text = S("门口垃圾堆积"), .lon_e7 = SOME_INT(1027320000), .lat_e7 = SOME_INT(250320000),
                       .channel = CASE_CHANNEL_QR, .reporter_phone = S("13912345678") };
        CaseId id;
        int64_t ignored;

        street_flows(s);
        *list_push(s->cx->arena, &in.photos) = s->photo1;
        as(s, NULL);
        CHECK_OK(s->cx, case_open(s->cx, &in, &id));
        as(s, s->member1);
        CHECK_OK(s->cx, open_as(s, "volunteer", "{\"service\":\"repair\",\"wanted_on\":\"2026-11-20\",\"wish\":\"修\"}", &ignored));
        CHECK_OK(s->cx, similar(s, 1027320000, 250320000, "", "垃圾堆积", false, &found)); /* nor do staff join an order */
        CHECK_INT(found->items.n, 1);
        CHECK_INT(found->items.v[0].id, id.n);
        as(s, NULL);
        CHECK_OK(s->cx, similar(s, 1027320000, 250320000, "", "垃圾堆积", true, &found));
        CHECK_INT(found->items.n, 1);
        CHECK_INT(found->items.v[0].id, id.n);
        CHECK(!found->items.v[0].sha256.n && !found->items.v[0].photo.n);
        as(s, s->member1);
        in.channel = CASE_CHANNEL_MEMBER;
        in.reporter_phone = STR_NONE;
        CHECK_OK(s->cx, case_open(s->cx, &in, &id));
        as(s, NULL);
        CHECK_OK(s->cx, similar(s, 1027320000, 250320000, "", "垃圾堆积", true, &found));
        CHECK_INT(found->items.n, 2);
        CHECK(found->items.v[0].sha256.n || found->items.v[1].sha256.n);
}

TEST(case_voice__a_voice_is_counted_without_a_new_version_and_sees_no_stranger) {
        Street *s = street_new();
        PublicReport *r = NULL;
        VoiceList *list = NULL;
        int64_t id, version;

        as(s, NULL);
        id = report(s, "门口垃圾堆积，我住 302");
        version = row_of(s, id)->version;
        CHECK_INT(join(s, id, "我家这边也是"), 2);
        CHECK_INT(join(s, id, ""), 3);
        CHECK_INT(row_of(s, id)->voices, 3);
        CHECK_INT(row_of(s, id)->version, version);
        CHECK_OK(s->cx, case_public_view(s->cx, (CaseId){ id }, 2, &r));
        CHECK_STR(r->text, S("我家这边也是"));
        CHECK(r->joined && r->voices == 3 && !r->may_rate);
        for (size_t i = 0; i < r->timeline.n; i++)
                CHECK(!str_contains(r->timeline.v[i].note, S("302")));
        as(s, s->member1);
        CHECK_OK(s->cx, case_voices(s->cx, (CaseId){ id }, &list));
        CHECK_INT(list->items.n, 3);
        CHECK_STR(list->items.v[1].phone, S("138****0009"));
        CHECK_STR(list->items.v[1].name, S("钱**"));
        CHECK_INT(list->to_call, 0);
        as(s, s->member3);
        CHECK(case_voices(s->cx, (CaseId){ id }, &list) == E_MISSING);
}

TEST(case_voice__merging_keeps_every_receipt_and_counts_the_voices) {
        Street *s = street_new();
        CaseView *v = NULL;
        PublicReport *r = NULL;
        int64_t main, other;

        street_flows(s);
        main = at_township(s, NULL);
        other = at_township(s, NULL);
        join(s, other, "跟着反映");
        as(s, s->street);
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, other, "township_merge", NULL));
        CHECK_OK(s->cx, act_now(s, other, "township_merge", &(CaseAction){ .into = str_fmt(s->cx->arena, "%lld", (long long)main) }));
        CHECK_INT(row_of(s, main)->voices, 3);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ main }, &v));
        CHECK_INT(v->merged.n, 1);
        CHECK_INT(v->merged.v[0].id, other);
        CHECK_STR(v->steps.v[v->steps.n - 1].action, S(CASE_STEP_JOINED));
        CHECK_INT(v->steps.v[v->steps.n - 1].ref.n, other);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ other }, &v));
        CHECK_INT(v->merged_into->id, main);
        CHECK_INT(v->steps.v[v->steps.n - 1].ref.n, main);
        for (int voice = 1; voice <= 2; voice++) {
                CHECK_OK(s->cx, case_public_view(s->cx, (CaseId){ other }, voice, &r));
                CHECK(r->merged);
                CHECK_STR(r->state, S("township"));
                CHECK_INT(r->voices, 3);
        }
        CHECK_INT(join(s, other, "又一个"), 2); /* joins what it goes on in */
        CHECK_INT(row_of(s, main)->voices, 4);
}

TEST(case_voice__a_merger_makes_no_circle) {
        Street *s = street_new();
        CaseAction into = { 0 };
        int64_t a, b, c;

        street_flows(s);
        a = at_township(s, s->member1);
        b = at_township(s, s->member1);
        c = at_township(s, s->member1);
        into.into = str_fmt(s->cx->arena, "%lld", (long long)a);
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, a, "township_merge", &into));
        CHECK_OK(s->cx, act_now(s, b, "township_merge", &into));
        into.into = str_fmt(s->cx->arena, "%lld", (long long)b);
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, a, "township_merge", &into)); /* b goes on in a */
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, c, "township_merge", &into));
        into.into = S("99999999");
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, c, "township_merge", &into));
        into.into = S("20200101-000001"); /* a number of another day */
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, c, "township_merge", &into));
        into.into = case_number(s->cx->arena, row_of(s, a)->created_ms, a);
        CHECK_OK(s->cx, act_now(s, c, "township_merge", &into));
        CHECK_INT(row_of(s, a)->voices, 3);
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, a, "township_merge", &into));
}

TEST(case_voice__a_question_waits_for_the_reporter_and_the_clock_for_both) {
        Street *s = street_new();
        PublicReport *r = NULL;
        int64_t id;
        Str answer;

        street_flows(s);
        id = at_township(s, NULL);
        CHECK_FAILS(s->cx, P_INPUT_INVALID, act_now(s, id, "township_ask", NULL));
        CHECK_OK(s->cx, act_now(s, id, "township_ask", &(CaseAction){ .note = S("是哪个单元？") }));
        CHECK_INT(row_of(s, id)->holder_kind, FLOW_HOLDER_REPORTER);
        CHECK_OK(s->cx, case_public_view(s->cx, (CaseId){ id }, 1, &r));
        CHECK_STR(r->question, S("是哪个单元？"));
        CHECK_OK(s->cx, case_answer_action(s->cx, (CaseId){ id }, &answer));
        as(s, NULL);
        CHECK_OK(s->cx, act_now(s, id, str_z(s->cx->arena, answer), &(CaseAction){ .note = S("二单元") }));
        CHECK_STR(row_of(s, id)->state, S("township"));
        CHECK_OK(s->cx, case_public_view(s->cx, (CaseId){ id }, 1, &r));
        CHECK(!r->question.p);
        CHECK_OK(s->cx, case_answer_action(s->cx, (CaseId){ id }, &answer));
        CHECK_INT(answer.n, 0);
        id = at_township(s, s->member1); /* nobody to ask */
        CHECK_FAILS(s->cx, P_CASE_ACTION_FORBIDDEN, act_now(s, id, "township_ask", &(CaseAction){ .note = S("？") }));
}

/* What residents do is told by the flow: it calls answering and opening again as it likes. */
TEST(case_voice__papers_are_handed_in_not_withdrawn_and_the_end_is_objected_to) {
        const char *refused = "{\"outcome\":\"refused\",\"explanation\":\"条件不符\"}";
        Street *s = street_new();
        PublicReport *r = NULL;
        Str does = STR_NONE;
        int64_t id;

        street_flows(s);
        as(s, NULL);
        must(s, open_as(s, "service", NULL, &id));
        as(s, s->street);
        must(s, act_now(s, id, "ask_papers", &(CaseAction){ .note = S("请带户口本") }));
        CHECK_OK(s->cx, case_answer_action(s->cx, (CaseId){ id }, &does));
        CHECK_STR(does, S("hand_in"));
        CHECK_FAILS(s->cx, P_CASE_ACTION_FORBIDDEN, case_reopen_action(s->cx, (CaseId){ id }, &does));
        as(s, NULL);
        must(s, act_now(s, id, "hand_in", &(CaseAction){ .note = S("已交") }));
        as(s, s->street);
        must(s, act_form(s, id, "handle_now", NULL, refused));
        must(s, act_now(s, id, "notify", NULL));
        CHECK_OK(s->cx, case_public_view(s->cx, (CaseId){ id }, 1, &r));
        CHECK(r->may_rate && r->may_reopen && r->reopen_until.set);
        CHECK_OK(s->cx, case_reopen_action(s->cx, (CaseId){ id }, &does));
        CHECK_STR(does, S("object"));
        as(s, NULL);
        CHECK_OK(s->cx, act_now(s, id, "object", &(CaseAction){ .note = S("收入算错了") }));
        CHECK_STR(row_of(s, id)->state, S("applied"));
        CHECK_INT(row_of(s, id)->reopened, 1);
}

/* ---- links ---- */

static int64_t handed_out(Street *s) {
        OutsideLink outside = { .name = S("安居物业"), .phone = S("13812345678") };
        int64_t id = at_township(s, s->member1);
        CaseAction action = { .note = S("请修好单元门"), .outside = &outside };

        must(s, act_now(s, id, "township_outside", &action));
        return id;
}

static Str address(Street *s, int64_t id, int64_t *ret_link) {
        CaseView *v;
        LinkAddress *a;

        must(s, case_view(s->cx, (CaseId){ id }, &v));
        *ret_link = v->links.v[0].id;
        must(s, case_link_address(s->cx, (CaseId){ id }, *ret_link, &a));
        return str_sub(a->path, 3, a->path.n);
}

TEST(case_link__a_link_is_used_once_and_by_nobody_who_guesses) {
        Street *s = street_new();
        CaseAction done = { .action = S("outside_feedback"), .note = S("已修好") };
        OutsideCase *v = NULL;
        CaseView *view = NULL;
        int64_t id, link;
        Str token;

        street_flows(s);
        id = handed_out(s);
        CHECK_STR(row_of(s, id)->holder_name, S("安居物业"));
        token = address(s, id, &link);
        as(s, s->chengguan);
        CHECK(case_link_address(s->cx, (CaseId){ id }, link, &(LinkAddress *){ NULL }) != OK);
        as(s, NULL);
        for (int i = 0; i < 2; i++) { /* looked at twice: the same */
                CHECK_OK(s->cx, case_link_view(s->cx, token, &v));
                CHECK_STR(v->note, S("请修好单元门"));
                CHECK_INT(v->actions.n, 1);
        }
        CHECK_FAILS(s->cx, P_LINK_UNKNOWN, case_link_view(s->cx, str_fmt(s->cx->arena, "%lldx-abc", (long long)link), &v));
        CHECK_FAILS(s->cx, P_LINK_UNKNOWN, case_link_view(s->cx, str_fmt(s->cx->arena, "%lld-AAAAAAAAAAAAAAAAAAAAAAAA", (long long)link), &v));
        CHECK_FAILS(s->cx, P_LINK_UNKNOWN, case_link_view(s->cx, S(""), &v));
        CHECK_FAILS(s->cx, P_CASE_PHOTO_NEEDED, case_link_do(s->cx, token, &done, &v)); /* and the link is as it was */
        *list_push(s->cx->arena, &done.photos) = (PhotoLink){ .sha256 = s->photo1 };
        done.action = S("outside_back");
        CHECK_FAILS(s->cx, P_INPUT_INVALID, case_link_do(s->cx, token, &done, &v));
        done.action = S("outside_feedback");
        CHECK_OK(s->cx, case_link_do(s->cx, token, &done, &v));
        CHECK(v->used.set && !v->text.n && !v->actions.n);
        CHECK_STR(row_of(s, id)->state, S("handled"));
        CHECK_FAILS(s->cx, P_LINK_OVER, case_link_do(s->cx, token, &done, &v));
        as(s, s->street);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ id }, &view));
        CHECK_STR(view->steps.v[view->steps.n - 1].actor, S("安居物业"));
}

TEST(case_link__a_link_ends_with_its_days_its_withdrawal_and_its_state) {
        Street *s = street_new();
        OutsideCase *v = NULL;
        CaseView *view = NULL;
        int64_t id, link;
        Str token;

        street_flows(s);
        id = handed_out(s);
        token = address(s, id, &link);
        CHECK_OK(s->cx, case_link_withdraw(s->cx, (CaseId){ id }, link, &view));
        CHECK(view->links.v[0].withdrawn.set && !view->links.v[0].open);
        CHECK_FAILS(s->cx, P_LINK_OVER, case_link_view(s->cx, token, &v));
        CHECK_FAILS(s->cx, P_LINK_OVER, case_link_withdraw(s->cx, (CaseId){ id }, link, &view));
        id = handed_out(s);
        token = address(s, id, &link);
        CHECK_OK(s->cx, act_now(s, id, "outside_back", &(CaseAction){ .note = S("收回") }));
        CHECK_FAILS(s->cx, P_LINK_OVER, case_link_view(s->cx, token, &v));
        id = handed_out(s);
        token = address(s, id, &link);
        later(s, 3 * MS_DAY - 1);
        CHECK_OK(s->cx, case_link_view(s->cx, token, &v));
        later(s, 1);
        CHECK_FAILS(s->cx, P_LINK_OVER, case_link_view(s->cx, token, &v));
}

/* ---- machines ---- */

typedef struct Message {
        Str key;
        AlarmCreate in;
        AlarmReceipt *receipt;
} Message;

static Rc alarm_work(Cx *cx, void *arg) {
        Message *m = arg;

        return case_alarm(cx, m->key, &m->in, &m->receipt);
}

static Rc source_work(Cx *cx, void *arg) {
        SourceKey **ret = arg;

        return case_source_add(cx,
                               &(SourceCreate){ .name = S("井盖传感器"), .channel = CASE_CHANNEL_ALARM, .place = S("530103003"),
                                                .category = S("06010"), .again_minutes = 30 },
                               ret);
}

TEST(case_alarm__an_alarm_that_comes_back_soon_counts_on) {
        Street *s = street_new();
        SourceKey *key = NULL;
        CaseView *v = NULL;
        Message m = { .in = { .key = S("manhole-7"), .text = S("井盖移位"), .lon = SOME_INT(1027320000), .lat = SOME_INT(250320000) } };
        Str first;

        CHECK_OK(s->cx, db_write(s->cx, source_work, &key));
        as(s, NULL);
        m.key = S("1.wrong");
        CHECK_FAILS(s->cx, P_ALARM_KEY_UNKNOWN, db_write(s->cx, alarm_work, &m));
        m.key = key->key;
        CHECK_OK(s->cx, db_write(s->cx, alarm_work, &m));
        CHECK(m.receipt->fresh && m.receipt->hits == 1);
        first = m.receipt->number;
        CHECK_OK(s->cx, db_write(s->cx, alarm_work, &m));
        CHECK(!m.receipt->fresh && m.receipt->hits == 2);
        m.in.cleared = (OptBool){ true, true };
        CHECK_OK(s->cx, db_write(s->cx, alarm_work, &m));
        m.in.cleared = (OptBool){ 0 };
        later(s, 29 * MS_MINUTE);
        CHECK_OK(s->cx, db_write(s->cx, alarm_work, &m));
        CHECK(!m.receipt->fresh && m.receipt->hits == 3);
        m.in.cleared = (OptBool){ true, true };
        CHECK_OK(s->cx, db_write(s->cx, alarm_work, &m));
        m.in.cleared = (OptBool){ 0 };
        later(s, 31 * MS_MINUTE);
        CHECK_OK(s->cx, db_write(s->cx, alarm_work, &m));
        CHECK(m.receipt->fresh && m.receipt->hits == 1 && !str_eq(m.receipt->number, first));
        as(s, s->street);
        CHECK_OK(s->cx, case_view(s->cx, (CaseId){ 1 }, &v));
        CHECK_INT(v->alarm->hits, 3);
        CHECK_STR(v->alarm->source, S("井盖传感器"));
}

TEST(case_voice__every_table_agrees_with_the_chained_log) {
        Street *s = street_new();
        VerifyReport report;
        SourceKey *key = NULL;
        VoiceList *list = NULL;
        int64_t main, other, link;
        CaseAction into = { 0 };

        street_flows(s);
        main = at_township(s, NULL);
        other = at_township(s, NULL);
        join(s, main, "也是");
        into.into = str_fmt(s->cx->arena, "%lld", (long long)main);
        as(s, s->street);
        must(s, act_now(s, other, "township_merge", &into));
        must(s, act_now(s, main, "township_reject", &(CaseAction){ .reason = S("unclear") }));
        CHECK_OK(s->cx, case_voices(s->cx, (CaseId){ main }, &list));
        CHECK_INT(list->items.n, 3);
        CHECK_OK(s->cx, case_voice_told(s->cx, (CaseId){ main }, 2, &list));
        CHECK(list->items.v[1].told.set);
        address(s, handed_out(s), &link);
        CHECK_OK(s->cx, db_write(s->cx, source_work, &key));
        CHECK_OK(s->cx, audit_verify(s->cx, &report));
        for (size_t i = 0; i < report.n; i++)
                CHECK_STR(report.v[i].where, report.v[i].what);
        CHECK_INT(report.n, 0);
}
