/* The flow reader: the shipped flow is right, and every way of getting one wrong is named. */
#include "base/env.h"
#include "base/test.h"
#include "contract.gen.h"
#include "core/flow/flow.h"
#include "core/setting/setting.h"

static Str six_step(Cx *cx) {
        Str share, text = STR_NONE;

        if (setting_share_dir(cx, &share) != OK ||
            !file_read(cx->arena,
                       str_fmt(cx->arena, STR_FMT "/profiles/common/flows/six-step.json", STR_ARG(share)).p,
                       1 << 20, &text))
                test_fail(__FILE__, __LINE__, "the shipped flow cannot be read");
        return text;
}

static Str replaced(Cx *cx, Str text, const char *old, const char *with) {
        const char *at = memmem(text.p, text.n, old, strlen(old));

        if (!at) {
                test_fail(__FILE__, __LINE__, "'%s' is not in the flow", old);
                return text;
        }
        return str_fmt(cx->arena, "%.*s%s%.*s", (int)(at - text.p), text.p, with,
                       (int)(text.n - (size_t)(at - text.p) - strlen(old)), at + strlen(old));
}

TEST(flow__the_shipped_flow_is_read_whole) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Flow *f;

        CHECK_OK(cx, flow_parse(cx, six_step(cx), &f));
        CHECK_INT(f->states.n, 9);
        CHECK_INT(f->actions.n, 17);
        CHECK_INT(f->steps.n, 6);
        CHECK_STR(flow_start(f, S("qr"))->code, S("reported"));
        CHECK_STR(flow_start(f, S("hotline"))->code, S("pending"));
        CHECK_STR(flow_start(f, S("member"))->code, S("pending"));
        CHECK(flow_action_from(flow_action(f, S("void")), S("accepted")));
        CHECK(!flow_action_from(flow_action(f, S("void")), S("handling")));
        CHECK(flow_who(flow_action(f, S("feedback")), FLOW_WHO_HOLDER));
        CHECK(!flow_who(flow_action(f, S("feedback")), FLOW_WHO_DISPATCHER));
        CHECK_INT(flow_action(f, S("reject"))->reasons.n, 5);
        CHECK_INT(flow_action(f, S("reopen"))->within_workdays, 7);
        CHECK(flow_state(f, S("handled"))->disposed && !flow_state(f, S("handling"))->disposed);
        CHECK(!flow_state(f, S("nowhere")) && !flow_action(f, S("nothing")));
}

TEST(flow__every_mistake_is_refused_and_named) {
        static const struct {
                const char *old, *with, *says;
        } mistakes[] = {
                { "\"to\": \"pending\", \"who\": [\"grid-member\"]",
                  "\"to\": \"somewhere\", \"who\": [\"grid-member\"]", "unknown state 'somewhere'" },
                { "\"from\": [\"verified\"]", "\"from\": [\"verifed\"]", "unknown state 'verifed'" },
                { "\"who\": [\"reporter\"]", "\"who\": []", "'who' must be a list" },
                { "\"who\": [\"reporter\"]", "\"who\": [\"king\"]", "unknown word 'king'" },
                { "\"from\": [\"verified\"], \"to\": \"archived\"", "\"from\": [\"verified\"]",
                  "state \"To be archived\" (verified) is a dead end" },
                { "\"from\": [\"verified\"], \"to\": \"archived\"",
                  "\"from\": [\"verified\"], \"to\": \"voided\"",
                  "action \"Archive\" (archive) must ask why" },
                { "\"code\": \"handled\", \"name\": { \"zh\": \"待核查\", \"en\": \"To be checked\" }",
                  "\"code\": \"handled\", \"name\": { \"zh\": \"待核查\" }", "'en' is missing" },
                { "\"holder\": \"verifier\", ", "",
                  "nobody is responsible in state \"To be checked\" (handled)" },
                { "\"holder\": \"verifier\"", "\"holder\": \"everybody\"", "unknown word 'everybody'" },
                { "\"keep_holder\": true, ", "", "leaves nobody in charge" },
                { "\"code\": \"rate\"", "\"code\": \"reopen\"", "is there twice" },
                { "\"satisfaction\": true", "\"satisfactoin\": true", "unknown member 'satisfactoin'" },
                { "\"default\": \"pending\", ", "", "'default' is missing" },
                { "\"on_the_spot\": \"self_handle\"", "\"on_the_spot\": \"archive\"", "on_the_spot" },
                { "\"step\": 6", "\"step\": 7", "number from 1 to 6" },
                { "\"photo_kinds\": [\"check\"]", "\"photo_kinds\": [\"selfie\"]", "unknown word 'selfie'" },
                { "{ \"zh\": \"六步闭环\"", "{ \"zh\": ", "line 3" },
        };
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        Str good = six_step(cx);
        Flow *f;

        for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
                Str text = replaced(cx, good, mistakes[i].old, mistakes[i].with);
                FlowFaults faults = { 0 };
                bool said = false;

                CHECK(flow_parse(cx, text, &f) != OK);
                CHECK_INT(cx->problem.code, P_CONFIG_INVALID);
                CHECK(str_contains(cx->problem.detail, S("line ")) &&
                      str_contains(cx->problem.detail_zh, S("行有误")));
                cx->problem = (Problem){ 0 };
                flow_examine(cx, text, NULL, &f, &faults);
                CHECK(!f);
                for (size_t k = 0; k < faults.n; k++)
                        said |= str_contains(faults.v[k].en, str_c(mistakes[i].says));
                if (!said)
                        test_fail(__FILE__, __LINE__, "%s → " STR_FMT, mistakes[i].says,
                                  STR_ARG(faults.v[0].en));
        }
}

TEST(flow__a_loop_without_end_is_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Flow *f;
        Str loop = S(
                "{\"code\":\"l\",\"kind\":\"assignment\",\"name\":{\"zh\":\"圈\",\"en\":\"l\"},\"open_title\":{\"zh\":\"始\",\"en\":\"s\"},"
                "\"steps\":[{\"zh\":\"一\",\"en\":\"1\"}],\"start\":{\"default\":\"a\",\"order\":\"c\"},\"states\":["
                "{\"code\":\"a\",\"name\":{\"zh\":\"甲\",\"en\":\"a\"},\"step\":1,\"holder\":\"dispatcher\"},"
                "{\"code\":\"b\",\"name\":{\"zh\":\"乙\",\"en\":\"b\"},\"step\":1,\"holder\":\"dispatcher\"},"
                "{\"code\":\"c\",\"name\":{\"zh\":\"丙\",\"en\":\"c\"},\"step\":1,\"final\":true,\"disposed\":true}],\"actions\":["
                "{\"code\":\"x\",\"name\":{\"zh\":\"去\",\"en\":\"x\"},\"from\":[\"a\"],\"to\":\"b\",\"who\":[\"dispatcher\"]},"
                "{\"code\":\"y\",\"name\":{\"zh\":\"回\",\"en\":\"y\"},\"from\":[\"b\"],\"to\":\"a\",\"who\":[\"dispatcher\"]}]}");

        CHECK(flow_parse(cx, loop, &f) != OK);
        CHECK(str_contains(cx->problem.detail, S("can never end")));
}

/* What is checked today was not yet checked when older databases stored theirs. */
TEST(flow__an_edition_in_use_is_read_although_it_would_be_refused_today) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Str before = replaced(cx, six_step(cx), "\"final\": true, \"kind\": \"rejected\"", "\"final\": true");
        Flow *f;

        CHECK(flow_parse(cx, before, &f) == E_INPUT || cx->problem.code == P_CONFIG_INVALID);
        cx->problem = (Problem){ 0 };
        CHECK_OK(cx, flow_parse_stored(cx, before, &f));
        CHECK_INT(f->states.n, 9);
        CHECK(flow_parse_stored(cx, S("{\"code\":1}"), &f) != OK);
}
