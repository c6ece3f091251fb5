/* Forms of categories, which come with the report in place of the flow's own: for every fact of every shipped flow a good form, and
 * that form broken in each way. What breaks flows themselves is in flow_mutation_test.c. */
#include "base/test.h"
#include "core/flow/flow.h"
#include "core/setting/setting.h"
#include <stdio.h>

typedef enum OwnForm { OWN_GOOD, OWN_UNKNOWN_VALUE, OWN_FREE_TEXT, OWN_MISSPELT, OWN_COUNT } OwnForm;

/* A form that tells one fact, good or broken. */
static Str own_form(Cx *cx, const FlowFact *fact, OwnForm how) {
        Buf b = BUF_IN(cx->arena);

        buf_fmt(&b, "{\"title\":\"甲\",\"title_en\":\"A\",\"type\":\"object\",\"properties\":{\"" STR_FMT "%s\":{\"title\":\"乙\",\"title_en\":\"B\",\"type\":\"string\"",
                STR_ARG(fact->code), how == OWN_MISSPELT ? "_x" : "");
        for (size_t i = 0; how != OWN_FREE_TEXT && i < fact->values.n; i++)
                buf_fmt(&b, "%s{\"const\":\"" STR_FMT "%s\",\"title\":\"丙\",\"title_en\":\"C\"}", i ? "," : ",\"oneOf\":[",
                        STR_ARG(fact->values.v[i].code), how == OWN_UNKNOWN_VALUE && !i ? "-x" : "");
        buf_fmt(&b, "%s}},\"required\":[\"" STR_FMT "%s\"]}", how == OWN_FREE_TEXT ? "" : "]", STR_ARG(fact->code),
                how == OWN_MISSPELT ? "_x" : "");
        return buf_view(&b);
}

static size_t faults_with(Cx *cx, const FlowFile *file, FlowForms *forms, Str form) {
        FlowWorld world = { .forms = forms, .report_form = S("own") };
        FlowFaults faults = { 0 };
        JsonNode *root;
        Flow *flow;

        if (json_parse(cx, form, &root) != OK)
                return 0;
        forms->v[forms->n - 1].root = root;
        flow_examine(cx, file->text, &world, &flow, &faults);
        return faults.n;
}

/* The flow's own form tells it with the report. */
static bool report_tells(Cx *cx, const Flow *f, const FlowFact *fact, const FlowForms *forms) {
        for (size_t i = 0; i < forms->n; i++)
                if (str_eq(forms->v[i].name, f->open_form))
                        return json_get(json_get(forms->v[i].root, "properties"), str_z(cx->arena, fact->code)) != NULL;
        return false;
}

typedef struct OwnTally {
        size_t good, broken;
} OwnTally;

static void break_own_forms(Cx *cx, const FlowFile *file, FlowForms *forms, OwnTally *tally) {
        Flow *f;

        if (flow_parse_stored(cx, file->text, &f) != OK)
                return;
        for (size_t i = 0; i < f->facts.n; i++) {
                const FlowFact *fact = &f->facts.v[i];

                if (!report_tells(cx, f, fact, forms) && faults_with(cx, file, forms, own_form(cx, fact, OWN_GOOD)))
                        continue; /* told that early it would lead nowhere */
                CHECK_INT(faults_with(cx, file, forms, own_form(cx, fact, OWN_GOOD)), 0);
                tally->good++;
                for (OwnForm how = OWN_UNKNOWN_VALUE; how < OWN_COUNT; how++) {
                        if (how == OWN_MISSPELT && !report_tells(cx, f, fact, forms))
                                continue; /* an action tells it later */
                        tally->broken++;
                        if (!faults_with(cx, file, forms, own_form(cx, fact, how)))
                                test_fail(__FILE__, __LINE__, STR_FMT ": a form that breaks " STR_FMT " (%d) was taken for good",
                                          STR_ARG(file->path), STR_ARG(fact->code), (int)how);
                }
        }
}

TEST(flow_own_form__a_categorys_own_form_is_walked_like_the_flows) {
        _cleanup_(cx_freep) Cx *cx = cx_new(256 << 20);
        OwnTally tally = { 0 };
        FlowForms forms = { 0 };
        FlowProfile p;
        Str share;

        CHECK_OK(cx, setting_share_dir(cx, &share));
        CHECK_OK(cx, flow_profile_read(cx, str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)),
                                       str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)), &p));
        for (size_t i = 0; i < p.forms.n; i++) {
                JsonNode *root;

                CHECK_OK(cx, json_parse(cx, p.forms.v[i].text, &root));
                *list_push(cx->arena, &forms) = (FlowForm){ p.forms.v[i].name, root };
        }
        *list_push(cx->arena, &forms) = (FlowForm){ .name = S("own") };
        for (size_t i = 0; i < p.flows.n; i++)
                break_own_forms(cx, &p.flows.v[i], &forms, &tally);
        printf("  %zu forms of categories broken in %zu ways\n", tally.good, tally.broken);
        CHECK(tally.good >= 3 && tally.broken >= 2 * tally.good);
}
