/* Whole profiles: the shipped ones are good; what does not fit together is named with its file. */
#include "base/env.h"
#include "base/test.h"
#include "contract.gen.h"
#include "core/flow/flow.h"
#include "core/setting/setting.h"
#include <stdio.h>
#include <sys/stat.h>

static Str share_dir(Cx *cx) {
        Str share = STR_NONE;

        if (setting_share_dir(cx, &share) != OK)
                test_fail(__FILE__, __LINE__, STR_FMT, STR_ARG(cx->problem.detail));
        return share;
}

static bool says(const FlowFaults *faults, const char *file, const char *pointer, const char *en) {
        for (size_t i = 0; i < faults->n; i++)
                if (str_ends(faults->v[i].file, str_c(file)) && str_eq_c(faults->v[i].pointer, pointer) &&
                    str_contains(faults->v[i].en, str_c(en)))
                        return true;
        for (size_t i = 0; i < faults->n; i++)
                printf("# " STR_FMT ":%u " STR_FMT " " STR_FMT "\n", STR_ARG(faults->v[i].file),
                       faults->v[i].line, STR_ARG(faults->v[i].pointer), STR_ARG(faults->v[i].en));
        return false;
}

/* A copy of what is shipped in a folder of the test, with one file of it written anew. */
static void profile_with(Cx *cx, const char *file, const char *text, FlowProfile *ret, FlowFaults *faults) {
        Str share = share_dir(cx), dir = str_fmt(cx->arena, "%s/p%zu", test_dir(), strlen(text));
        static const char *const folders[] = { "", "/flows", "/forms" };

        for (size_t i = 0; i < ARRAY_LEN(folders); i++)
                (void)mkdir(str_fmt(cx->arena, STR_FMT "%s%c", STR_ARG(dir), folders[i], 0).p, 0700);
        if (!file_write(
                    str_fmt(cx->arena, STR_FMT "/profile.json%c", STR_ARG(dir), 0).p,
                    S("{\"code\":\"p\",\"flow\":\"five-step\",\"flows\":[\"five-step\",\"whistle\"]}")) ||
            !file_write(str_fmt(cx->arena, STR_FMT "/departments.json%c", STR_ARG(dir), 0).p,
                        S("{\"departments\":[{\"code\":\"chengguan\"}]}")) ||
            !file_write(str_fmt(cx->arena, STR_FMT "/%s%c", STR_ARG(dir), file, 0).p, str_c(text)))
                test_fail(__FILE__, __LINE__, "cannot write the profile");
        if (flow_profile_read(cx, dir, str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)),
                              ret) == OK)
                flow_profile_check(cx, ret, faults);
}

TEST(flow_profile__the_shipped_profiles_are_good) {
        static const char *const profiles[] = { "common", "donghua" };
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);

        for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
                Str share = share_dir(cx);
                FlowFaults faults = { 0 };
                FlowProfile p;

                CHECK_OK(cx,
                         flow_profile_read(
                                 cx, str_fmt(cx->arena, STR_FMT "/profiles/%s", STR_ARG(share), profiles[i]),
                                 str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)), &p));
                CHECK(p.flows.n > 0);
                for (size_t k = 0; k < p.flows.n; k++)
                        CHECK_OK(cx, flow_parse(cx, p.flows.v[k].text, &(Flow *){ NULL }));
                flow_profile_check(cx, &p, &faults);
                for (size_t k = 0; k < faults.n; k++)
                        test_fail(__FILE__, __LINE__, STR_FMT ":%u " STR_FMT, STR_ARG(faults.v[k].file),
                                  faults.v[k].line, STR_ARG(faults.v[k].en));
        }
}

static bool opened_again(const Flow *f) {
        for (size_t i = 0; i < f->actions.n; i++)
                if (flow_who(&f->actions.v[i], FLOW_WHO_REPORTER) && f->actions.v[i].to.n && f->actions.v[i].within_workdays)
                        return true;
        return false;
}

TEST(flow_profile__whoever_rates_the_end_may_open_it_again) {
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
        FlowProfile p;
        int rated = 0;
        Str share;

        CHECK_OK(cx, setting_share_dir(cx, &share));
        CHECK_OK(cx, flow_profile_read(cx, str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)), S(""), &p));
        for (size_t i = 0; i < p.flows.n; i++) {
                bool rates = false;
                Flow *f = NULL;

                CHECK_OK(cx, flow_parse(cx, p.flows.v[i].text, &f));
                for (size_t k = 0; k < f->actions.n; k++)
                        rates |= flow_who(&f->actions.v[k], FLOW_WHO_REPORTER) && f->actions.v[k].satisfaction;
                rated += rates;
                if (rates && !opened_again(f))
                        test_fail(__FILE__, __LINE__, "nobody opens " STR_FMT " again", STR_ARG(f->code));
        }
        CHECK(rated >= 7);
}

TEST(flow_profile__listed_flows_come_with_their_forms) {
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
        FlowFaults faults = { 0 };
        FlowProfile p = { 0 };
        bool triage = false, whistle = false, order = false;

        profile_with(cx, "catalogue.json", "{\"flow\":\"five-step\",\"classes\":[]}", &p, &faults);
        CHECK_INT(faults.n, 0);
        CHECK_INT(p.flows.n, 2);
        for (size_t i = 0; i < p.forms.n; i++) {
                triage |= str_eq_c(p.forms.v[i].name, "triage");
                whistle |= str_eq_c(p.forms.v[i].name, "whistle-call");
                order |= str_eq_c(p.forms.v[i].name, "volunteer-order");
        }
        CHECK(triage && whistle && !order);
}

TEST(flow_profile__a_file_of_its_own_goes_before_the_shared_one) {
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
        FlowFaults faults = { 0 };
        FlowProfile p = { 0 };
        bool said = false;

        profile_with(
                cx, "forms/triage.json",
                "{\"title\":\"研判\",\"title_en\":\"Triage\",\"type\":\"object\",\"required\":[\"complexity\"],\"properties\":{"
                "\"complexity\":{\"title\":\"难易\",\"title_en\":\"Difficulty\",\"type\":\"string\",\"oneOf\":["
                "{\"const\":\"ordinary\",\"title\":\"一般\",\"title_en\":\"Ordinary\"},"
                "{\"const\":\"hopeless\",\"title\":\"无望\",\"title_en\":\"Hopeless\"}]}}}",
                &p, &faults);
        for (size_t i = 0; i < faults.n; i++)
                said |= str_contains(faults.v[i].en, S("offers 'hopeless'")) &&
                        str_ends(faults.v[i].file, S("/flows/five-step.json")) &&
                        str_ends(faults.v[i].pointer, S("/form"));
        CHECK(said);
}

TEST(flow_profile__what_does_not_fit_is_named_with_its_place) {
        static const struct {
                const char *file, *text, *pointer, *says;
        } wrong[] = {
                { "catalogue.json", "{\"flow\":\"six-step\"}", "/flow", "no flow is called 'six-step'" },
                { "catalogue.json",
                  "{\"flow\":\"five-step\",\"classes\":[{\"items\":[{\"code\":\"a\",\"unit\":\"nobody\"}]}]}",
                  "/classes/0/items/0/unit", "no department is called 'nobody'" },
                { "catalogue.json",
                  "{\"classes\":[{\"items\":[{\"code\":\"a\",\"unit\":\"chengguan\",\"form\":\"none\"}]}]}",
                  "/classes/0/items/0/form", "no form is called 'none'" },
                { "catalogue.json", "{\"classes\":[{\"items\":[{\"code\":\"a\",\"limit\":\"soon\"}]}]}",
                  "/classes/0/items/0/limit", "'soon' is no limit" },
                { "catalogue.json", "{\"flow\":\"five-step\",\"flow_categories\":{\"whistle\":\"b\"},\"classes\":[{\"items\":[{\"code\":\"a\"}]}]}",
                  "/flow_categories/whistle", "no category is called 'b'" },
                { "catalogue.json", "{\"flow\":", "", "line 1" },
                { "limits.json", "{\"limits\":[{\"class\":\"999\",\"limit\":\"3天\"}]}", "", "999" },
                { "limits.json", "{\"limits\":[{\"limit\":\"soon\"}]}", "", "line 1" },
                { "forms/triage.json",
                  "{\"title\":\"研判\",\"title_en\":\"T\",\"type\":\"object\",\"properties\":{\"a\":{}}}",
                  "/properties/a", "title (Chinese) or title_en (English) is missing" },
                { "forms/triage.json",
                  "{\"title\":\"研判\",\"title_en\":\"T\",\"type\":\"object\",\"properties\":{\"a\":{\"title\":\"甲\",\"title_en\":\"A\","
                  "\"type\":\"string\",\"maxLength\":-1}}}",
                  "", "line 1" },
                { "forms/triage.json", "[]", "", "a form is an object" },
                { "flows/whistle.json", "{\"code\":\"flute\"}", "/code",
                  "the code 'flute' is not the name of the file" },
        };
        for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
                _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
                FlowFaults faults = { 0 };
                FlowProfile p = { 0 };

                profile_with(cx, wrong[i].file, wrong[i].text, &p, &faults);
                if (!says(&faults, wrong[i].file, wrong[i].pointer, wrong[i].says))
                        test_fail(__FILE__, __LINE__, "%s: %s", wrong[i].file, wrong[i].says);
        }
}

/* A form of a category tells the flow's facts in place of the flow's own form. */
TEST(flow_profile__a_categorys_own_form_is_checked_with_the_flow_it_reports_to) {
        static const char catalogue[] =
                "{\"flow\":\"whistle\",\"classes\":[{\"flow\":\"five-step\",\"items\":[{\"code\":\"a\",\"form\":\"own\"},{\"code\":\"b\",\"form\":\"own\"}]}]}";
        static const char form[] = "{\"title\":\"甲\",\"title_en\":\"A\",\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"complexity\":{"
                                   "\"title\":\"难易\",\"title_en\":\"D\",\"type\":\"string\",\"oneOf\":[{\"const\":\"%s\",\"title\":\"一\",\"title_en\":\"O\"},"
                                   "{\"const\":\"complex\",\"title\":\"二\",\"title_en\":\"C\"}]}}}";
        static const char *const values[] = { "ordinary", "hopeless" };

        for (size_t i = 0; i < ARRAY_LEN(values); i++) {
                _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
                FlowFaults before = { 0 }, faults = { 0 };
                FlowProfile p = { 0 };
                Buf text = BUF_IN(cx->arena);

                profile_with(cx, "catalogue.json", catalogue, &p, &before);
                buf_fmt(&text, form, values[i]);
                *list_push(cx->arena, &p.forms) = (FlowFile){ .name = S("own"), .path = S("forms/own.json"), .text = buf_view(&text) };
                flow_profile_check(cx, &p, &faults);
                CHECK_INT(faults.n, i); /* once, for both categories */
                CHECK(!i || says(&faults, "catalogue.json", "/classes/0/items/0/form", "with this form, flow 'five-step'"));
        }
}

TEST(flow_profile__the_example_of_the_readme_is_good_and_its_mistake_is_named) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        Str share = share_dir(cx), text, before, example;
        const char *begin, *end, *stop;
        FlowFaults faults = { 0 };
        FlowForms forms = { 0 };
        FlowWorld world = { .forms = &forms };
        Flow *f;

        CHECK(file_read(cx->arena,
                        str_fmt(cx->arena, STR_FMT "/server/core/flow/README.md%c", STR_ARG(share), 0).p,
                        1 << 20, &text));
        begin = memmem(text.p, text.n, "```json", 7);
        CHECK(begin != NULL);
        end = memmem(begin + 7, text.n - (size_t)(begin + 7 - text.p), "```", 3);
        CHECK(end != NULL);
        example = (Str){ begin + 7, (size_t)(end - begin - 7) };
        flow_examine(cx, example, &world, &f, &faults);
        for (size_t i = 0; i < faults.n; i++)
                test_fail(__FILE__, __LINE__, "line %u: " STR_FMT, faults.v[i].line,
                          STR_ARG(faults.v[i].en));
        stop = memmem(example.p, example.n, ", \"clock\": \"stop\"", 17);
        CHECK(stop != NULL);
        before = (Str){ example.p, (size_t)(stop - example.p) };
        flow_examine(cx,
                     str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(before), (int)(end - stop - 17), stop + 17),
                     &world, &f, &faults);
        CHECK(faults.n > 0);
        CHECK(str_contains(text, faults.v[0].zh.n > 30
                                         ? str_sub(faults.v[0].zh, 0, str_utf8_head(faults.v[0].zh, 22).n)
                                         : S("-")));
}

TEST(flow_profile__a_listed_flow_must_exist) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        Str dir = str_fmt(cx->arena, "%s/q%c", test_dir(), 0);
        FlowProfile p;

        (void)mkdir(dir.p, 0700);
        CHECK(file_write(str_fmt(cx->arena, "%s/q/profile.json%c", test_dir(), 0).p,
                         S("{\"flows\":[\"../../etc\"]}")));
        CHECK_FAILS(cx, P_CONFIG_INVALID, flow_profile_read(cx, str_c(dir.p), share_dir(cx), &p));
        CHECK_FAILS(cx, P_CONFIG_INVALID, flow_profile_read(cx, S("/nowhere/at/all"), share_dir(cx), &p));
}
