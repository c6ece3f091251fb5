/* The questions that case/ asks of a flow: what is offered, where it leads, what stays open, how the clock stands. */
#include "base/test.h"
#include "contract.gen.h"
#include "core/flow/flow.h"
#include "core/setting/setting.h"

static bool profile_read(Cx *cx, const char *name, FlowProfile *ret) {
        Str share;

        return setting_share_dir(cx, &share) == OK &&
               flow_profile_read(cx, str_fmt(cx->arena, STR_FMT "/profiles/%s", STR_ARG(share), name),
                                 str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)), ret) == OK;
}

static const Flow *shared_flow(Cx *cx, const char *code) {
        FlowProfile p;
        Flow *f;

        if (profile_read(cx, "common", &p))
                for (size_t i = 0; i < p.flows.n; i++)
                        if (str_eq_c(p.flows.v[i].name, code) && flow_parse(cx, p.flows.v[i].text, &f) == OK)
                                return f;
        test_fail(__FILE__, __LINE__, "%s: " STR_FMT, code, STR_ARG(cx->problem.detail));
        return NULL;
}

static FlowCase case_in(const Flow *f, const char *state) {
        return (FlowCase){ .state = flow_state(f, str_c(state)) };
}

static bool offered(const Flow *f, const char *action, const FlowCase *c) {
        return flow_action_offered(f, flow_action(f, str_c(action)), c);
}

static Str next_state(const Flow *f, const char *action, FlowFacts facts, const char *from) {
        return flow_action_next(f, flow_action(f, str_c(action)), facts, flow_state(f, str_c(from)))->code;
}

static const JsonNode *json(Cx *cx, const char *text) {
        JsonNode *root = NULL;

        if (json_parse(cx, str_c(text), &root) != OK)
                test_fail(__FILE__, __LINE__, "no JSON: %s", text);
        return root;
}

TEST(flow_ask__the_risk_of_a_dispute_decides_who_acts) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        const Flow *f = shared_flow(cx, "dispute");
        const FlowAction *assess;
        FlowFacts low, high, none = { 0 };

        CHECK(f != NULL);
        CHECK_INT(f->kind, FLOW_KIND_DISPUTE);
        assess = flow_action(f, S("assess"));
        low = flow_facts_after(f, assess, json(cx, "{\"risk\":\"low\",\"grounds\":\"x\"}"), none);
        high = flow_facts_after(f, assess, json(cx, "{\"risk\":\"high\"}"), none);
        CHECK_STR(next_state(f, "assess", low, "assess"), S("community"));
        CHECK_STR(next_state(f, "assess", high, "assess"), S("county_plan"));
        CHECK_STR(next_state(f, "assess", none, "assess"), S("assign"));
        CHECK_INT(flow_state(f, S("community"))->holder, FLOW_HOLDER_GRID_LEADER);
        CHECK_INT(flow_state(f, S("county_plan"))->holder, FLOW_HOLDER_COUNTY);
        CHECK_STR(flow_facts_get(f, high, 0)->name_en, S("High"));
        CHECK(!flow_facts_get(f, none, 0));
        /* What a form says that the flow does not know changes nothing; what an action sets goes before what its form says. */
        CHECK_INT(
                flow_facts_after(f, assess, json(cx, "{\"risk\":\"enormous\",\"mood\":\"bad\"}"), low).v[0],
                low.v[0]);
        CHECK_INT(flow_facts_after(f, flow_action(f, S("raise")), NULL, low).v[0], high.v[0]);
}

TEST(flow_ask__facts_are_stored_by_their_codes) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        const Flow *f = shared_flow(cx, "five-step");
        FlowFacts facts = { 0 };
        Buf b = BUF_IN(cx->arena);

        CHECK(f != NULL);
        flow_facts_write(&b, f, facts);
        CHECK_STR(buf_view(&b), S("{}"));
        CHECK(flow_facts_put(f, &facts, S("level"), S("county")) &&
              flow_facts_put(f, &facts, S("mode"), S("joint")));
        CHECK(!flow_facts_put(f, &facts, S("level"), S("moon")) &&
              !flow_facts_put(f, &facts, S("mood"), S("good")));
        buf_clear(&b);
        flow_facts_write(&b, f, facts);
        CHECK_STR(buf_view(&b), S("{\"level\":\"county\",\"mode\":\"joint\"}"));
        CHECK(memcmp(&facts, &(FlowFacts){ 0 }, sizeof facts) != 0);
        CHECK_INT(flow_facts_stored(f, json(cx, "{\"mode\":\"joint\",\"level\":\"county\",\"old\":\"x\"}"))
                          .v[0],
                  facts.v[0]);
        CHECK_INT(flow_fact(f, S("complexity")), 2);
        CHECK_INT(flow_fact(f, S("mood")), -1);
        /* A case comes back to the level that dispatched it. */
        CHECK_STR(next_state(f, "return", facts, "handling"), S("county"));
        CHECK_STR(next_state(f, "return", (FlowFacts){ 0 }, "handling"), S("township"));
        CHECK_STR(next_state(f, "verify_fail", facts, "handled"), S("joint"));
        CHECK_STR(next_state(f, "urge", facts, "handling"), S("handling"));
}

TEST(flow_ask__requests_are_open_one_at_a_time_and_lapse_where_nobody_can_answer) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        const Flow *f = shared_flow(cx, "five-step");
        FlowCase c;
        uint32_t extend, open;

        CHECK(f != NULL);
        c = case_in(f, "handling");
        c.target = true;
        extend = 1u << flow_request(f, S("extend"));
        CHECK(flow_request(f, S("extend")) > 0 && !flow_request(f, S("holiday")));
        CHECK(offered(f, "request_extend", &c) && !offered(f, "grant_extend", &c) &&
              !offered(f, "refuse_extend", &c));
        open = flow_requests_after(f, flow_action(f, S("request_extend")), 0, c.state);
        CHECK_INT(open, extend);
        c.requests = open;
        CHECK(!offered(f, "request_extend", &c) && offered(f, "grant_extend", &c) &&
              offered(f, "refuse_extend", &c));
        CHECK(offered(f, "request_void", &c) && !offered(f, "grant_void", &c));
        CHECK_INT(flow_requests_after(f, flow_action(f, S("refuse_extend")), open, c.state), 0);
        CHECK_INT(flow_requests_after(f, flow_action(f, S("urge")), open, c.state), extend);
        CHECK_INT(flow_requests_after(f, flow_action(f, S("feedback")), open, flow_state(f, S("handled"))),
                  0);
        CHECK(flow_action(f, S("grant_void"))->other_person);
}

TEST(flow_ask__units_arrive_work_and_are_rated_before_the_whistle_closes) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        const Flow *f = shared_flow(cx, "whistle");
        const FlowAction *gathered;
        FlowCase c;

        CHECK(f != NULL);
        gathered = flow_action(f, S("gathered"));
        c = case_in(f, "called");
        CHECK(!flow_action_offered(f, flow_action(f, S("arrive")), &c) &&
              !flow_action_offered(f, gathered, &c));
        c.units = 3;
        c.units_arrived = 2;
        CHECK(offered(f, "arrive", &c) && flow_action_offered(f, gathered, &c));
        CHECK_INT(flow_action_missing(gathered, &c), 1 << FLOW_GUARD_UNITS_ARRIVED);
        CHECK_INT(flow_action_missing(flow_action(f, S("start_without")), &c), 0);
        c.units_arrived = 3;
        CHECK_INT(flow_action_missing(gathered, &c), 0);
        c = case_in(f, "rating");
        c.units = 3;
        c.requests = 2;
        CHECK_INT(flow_action_missing(flow_action(f, S("close")), &c),
                  1 << FLOW_GUARD_UNITS_RATED | 1 << FLOW_GUARD_NO_OPEN_REQUEST);
        CHECK_INT(flow_action(f, S("blow"))->units_max, 10);
        CHECK(!flow_action(f, S("blow"))->units_add && flow_action(f, S("add_units"))->units_add);
        c = case_in(f, "called");
        CHECK(!offered(f, "add_units", &c)); /* beside nobody */
        c.units = 1;
        CHECK(offered(f, "add_units", &c));
        CHECK(flow_action_spent(flow_action(f, S("decline")), 0, 1) &&
              !flow_action_spent(flow_action(f, S("decline")), 5, 0));
        CHECK(!flow_action_spent(gathered, 3, 3));
        f = shared_flow(cx, "campaign");
        c = case_in(f, "running");
        c.children_open = 1;
        CHECK_INT(flow_action_missing(flow_action(f, S("finish")), &c), 1 << FLOW_GUARD_CHILDREN_CLOSED);
}

TEST(flow_ask__questions_links_and_what_the_system_does) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        const Flow *f = shared_flow(cx, "five-step");
        FlowCase c;

        CHECK(f != NULL);
        c = case_in(f, "township");
        CHECK(!offered(f, "township_ask", &c));
        c.reporter = true;
        CHECK(offered(f, "township_ask", &c));
        CHECK(flow_link_allows(flow_action(f, S("township_outside")),
                               flow_action(f, S("outside_feedback"))));
        CHECK(!flow_link_allows(flow_action(f, S("township_outside")), flow_action(f, S("feedback"))));
        c = case_in(f, "asked");
        CHECK_STR(flow_after_limit(f, &c)->code, S("ask_over"));
        c = case_in(f, "handling");
        CHECK(!flow_after_limit(f, &c));
        CHECK_STR(flow_start(f, S("qr"))->code, S("reported"));
        CHECK_STR(flow_start(f, S("leader"))->code, S("leader"));
        CHECK_INT(flow_state(f, S("reported"))->limit_days, 1);
        CHECK_INT(flow_state(f, S("outside"))->limit.unit, FLOW_UNIT_DAYS);
        CHECK_INT(flow_state(f, S("outside"))->limit_days, 0);
        CHECK(flow_has_reporters(f) && !flow_has_reporters(shared_flow(cx, "whistle")));
        CHECK(flow_channel_known(S("alarm")) && !flow_channel_known(S("pigeon")));
}

TEST(flow_ask__the_clock_runs_stands_and_goes_on) {
        static const struct {
                FlowTick now;
                FlowClock what;
                FlowTick then;
        } steps[] = {
                { FLOW_TICK_IDLE, FLOW_CLOCK_START, FLOW_TICK_RUNS },
                { FLOW_TICK_RUNS, FLOW_CLOCK_START, FLOW_TICK_RUNS },
                { FLOW_TICK_STOPPED, FLOW_CLOCK_START, FLOW_TICK_STOPPED },
                { FLOW_TICK_RUNS, FLOW_CLOCK_PAUSE, FLOW_TICK_PAUSED },
                { FLOW_TICK_IDLE, FLOW_CLOCK_PAUSE, FLOW_TICK_IDLE },
                { FLOW_TICK_PAUSED, FLOW_CLOCK_GO_ON, FLOW_TICK_RUNS },
                { FLOW_TICK_IDLE, FLOW_CLOCK_GO_ON, FLOW_TICK_IDLE },
                { FLOW_TICK_PAUSED, FLOW_CLOCK_STOP, FLOW_TICK_STOPPED },
                { FLOW_TICK_STOPPED, FLOW_CLOCK_RESUME, FLOW_TICK_RUNS },
                { FLOW_TICK_PAUSED, FLOW_CLOCK_RESUME, FLOW_TICK_PAUSED },
                { FLOW_TICK_IDLE, FLOW_CLOCK_STOP, FLOW_TICK_IDLE },
                { FLOW_TICK_STOPPED, FLOW_CLOCK_RESET, FLOW_TICK_IDLE },
                { FLOW_TICK_RUNS, FLOW_CLOCK_EXTEND, FLOW_TICK_RUNS },
                { FLOW_TICK_RUNS, FLOW_CLOCK_NONE, FLOW_TICK_RUNS },
        };

        for (size_t i = 0; i < ARRAY_LEN(steps); i++)
                if (flow_tick(steps[i].now, steps[i].what) != steps[i].then)
                        test_fail(__FILE__, __LINE__, "step %zu", i);
}

TEST(flow_ask__words_have_the_numbers_that_are_stored) {
        CHECK_STR(str_c(flow_holder_words[FLOW_HOLDER_VERIFIER]), S("verifier"));
        CHECK_INT(FLOW_HOLDER_VERIFIER, 4);
        CHECK_STR(str_c(flow_holder_words[FLOW_HOLDER_OUTSIDE]), S("outside"));
        CHECK_STR(str_c(flow_who_words[FLOW_WHO_SYSTEM]), S("system"));
        CHECK_INT(FLOW_WHO_SYSTEM, 8);
        CHECK_STR(str_c(flow_who_words[FLOW_WHO_OUTSIDE]), S("outside"));
        CHECK_STR(str_c(flow_clock_words[FLOW_CLOCK_EXTEND]), S("extend"));
        CHECK_STR(str_c(flow_kind_words[FLOW_KIND_GRADING]), S("grading"));
        CHECK_STR(str_c(flow_guard_words[FLOW_GUARD_NO_OPEN_REQUEST]), S("no-open-request"));
}
