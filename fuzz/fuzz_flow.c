/* Flow files from outside: whatever the check takes over must answer the questions that cases ask, from every state and for
 * every action; whatever it refuses comes with a sentence. */
#include "core/flow/flow.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask_all(const Flow *f) {
        for (size_t i = 0; i < f->states.n; i++)
                for (size_t k = 0; k < f->actions.n; k++) {
                        const FlowAction *a = &f->actions.v[k];
                        FlowCase c = {
                                .state = &f->states.v[i], .reporter = true, .target = true, .units = 2
                        };
                        const FlowState *next =
                                flow_action_next(f, a, flow_facts_after(f, a, NULL, c.facts), c.state);

                        if (flow_action_offered(f, a, &c) !=
                            (flow_action_from(a, c.state->code) && flow_when(&a->when, c.facts) &&
                             !a->grants && !a->refuses))
                                abort();
                        if (!next || flow_requests_after(f, a, 0, next) >> (f->requests.n + 1))
                                abort();
                        (void)flow_action_missing(a, &c);
                }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        FlowForms forms = { 0 };
        FlowWorld world = { .forms = &forms };
        FlowFaults faults = { 0 };
        Flow *f;

        if (size > 1 << 16)
                return 0;
        flow_examine(cx, (Str){ (const char *)data, size }, &world, &f, &faults);
        if (!f != !!faults.n || faults.n > FLOW_FAULTS_MAX)
                abort();
        for (size_t i = 0; i < faults.n; i++)
                if (!faults.v[i].zh.n || !faults.v[i].en.n || !faults.v[i].line ||
                    !str_utf8_valid(faults.v[i].zh))
                        abort();
        if (f)
                ask_all(f);
        return 0;
}
