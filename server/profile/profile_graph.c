/* How a flow goes, for who draws it: any edition that was ever stored, as it was parsed. */
#include "core/flow/flow.h"
#include "core/setting/setting.h"
#include "profile/profile_int.h"

static Str word(const char *w) { return w ? str_c(w) : STR_NONE; }

/* "风险等级：高、中；…" */
static Str when_text(Cx *cx, const Flow *f, const FlowWhenList *when, Lang lang) {
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < when->n; i++) {
                const FlowFact *fact = &f->facts.v[when->v[i].fact];
                int shown = 0;

                buf_fmt(&b, "%s" STR_FMT "%s", i ? (lang == LANG_ZH ? "；" : "; ") : "",
                        STR_ARG(lang == LANG_ZH ? fact->name : fact->name_en), lang == LANG_ZH ? "：" : ": ");
                for (size_t k = 0; k < fact->values.n; k++)
                        if (when->v[i].values >> (k + 1) & 1)
                                buf_fmt(&b, "%s" STR_FMT, shown++ ? (lang == LANG_ZH ? "、" : ", ") : "",
                                        STR_ARG(lang == LANG_ZH ? fact->values.v[k].name
                                                                : fact->values.v[k].name_en));
        }
        return b.n ? buf_view(&b) : STR_NONE;
}

static void way_add(Cx *cx, const Flow *f, const FlowWhenList *when, Str to, FlowGraphActionList *in) {
        FlowGraphAction *a = &in->v[in->n - 1];

        *list_push(cx->arena, &a->ways) = (FlowGraphWay){ .to = to.n ? to : STR_NONE,
                                                          .when = when_text(cx, f, when, LANG_ZH),
                                                          .when_en = when_text(cx, f, when, LANG_EN) };
}

static void action_add(Cx *cx, const Flow *f, const FlowAction *a, FlowGraphActionList *ret) {
        FlowGraphAction *v = list_push(cx->arena, ret);
        int answers = a->grants ? a->grants : a->refuses;

        *v = (FlowGraphAction){ .code = a->code,
                                .name = a->name,
                                .name_en = a->name_en,
                                .help = a->help.n ? a->help : STR_NONE,
                                .help_en = a->help_en.n ? a->help_en : STR_NONE,
                                .tone = a->tone.n ? a->tone : STR_NONE,
                                .from = a->from,
                                .when = when_text(cx, f, &a->when, LANG_ZH),
                                .when_en = when_text(cx, f, &a->when, LANG_EN),
                                .clock = word(flow_clock_words[a->clock]),
                                .note = word(flow_note_words[a->note]),
                                .photos = a->photos,
                                .form = a->form.n ? a->form : STR_NONE,
                                .target = a->target_department || a->target_member,
                                .units = a->units_max > 0,
                                .request = a->request ? f->requests.v[a->request - 1] : STR_NONE,
                                .answers = answers ? f->requests.v[answers - 1] : STR_NONE,
                                .public = a->public_title.n > 0 };
        for (int w = 1; w < FLOW_WHO_COUNT; w++)
                if (a->who >> w & 1)
                        *list_push(cx->arena, &v->who) = word(flow_who_words[w]);
        for (size_t i = 0; i < a->branches.n; i++)
                way_add(cx, f, &a->branches.v[i].when, a->branches.v[i].to, ret);
        if (a->to.n || !a->branches.n)
                way_add(cx, f, &(FlowWhenList){ 0 }, a->to, ret);
}

static void state_add(Cx *cx, const Flow *f, const FlowState *s, FlowGraphStateList *ret) {
        FlowGraphState *v = list_push(cx->arena, ret);

        *v = (FlowGraphState){ .code = s->code,
                               .name = s->name,
                               .name_en = s->name_en,
                               .step = s->step,
                               .holder = s->holder ? word(flow_holder_words[s->holder]) : STR_NONE,
                               .final = s->final,
                               .end = s->final ? word(flow_end_words[s->end]) : STR_NONE,
                               .disposed = s->disposed };
        if (s->limit.amount) {
                v->limit = TAKE(cx->arena, FlowGraphLimit);
                *v->limit = (FlowGraphLimit){ s->limit.amount, word(flow_unit_words[s->limit.unit]) };
        }
        if (str_eq(f->start, s->code))
                *list_push(cx->arena, &v->start) = S("default");
        for (size_t i = 0; i < f->starts.n; i++)
                if (str_eq(f->starts.v[i].state, s->code) && !str_eq(f->start, s->code))
                        *list_push(cx->arena, &v->start) = f->starts.v[i].channel;
}

static void graph_fill(Cx *cx, const Flow *f, FlowGraph *g) {
        g->code = f->code;
        g->name = f->name;
        g->name_en = f->name_en;
        g->kind = word(flow_kind_words[f->kind]);
        for (size_t i = 0; i < f->steps.n; i++)
                *list_push(cx->arena, &g->steps) =
                        (FlowGraphName){ str_fmt(cx->arena, "%zu", i + 1), f->steps.v[i], f->steps_en.v[i] };
        for (size_t i = 0; i < f->states.n; i++)
                state_add(cx, f, &f->states.v[i], &g->states);
        for (size_t i = 0; i < f->actions.n; i++)
                action_add(cx, f, &f->actions.v[i], &g->actions);
}

Rc profile_flow_graph(Cx *cx, Str code, OptInt edition, FlowGraph **ret) {
        FlowGraph *g = TAKE(cx->arena, FlowGraph);
        int64_t newest;
        Flow *f;
        Str text;

        TRY(setting_edition(cx, S("flow"), code, &newest));
        g->edition = edition.set ? edition.n : newest;
        g->newest = g->edition == newest;
        TRY(setting_get_edition(cx, S("flow"), code, g->edition, &text));
        if (!text.n)
                return fail(cx, P_NOT_FOUND, "the flow is out of use");
        TRY(flow_parse_stored(cx, text, &f));
        graph_fill(cx, f, g);
        return *ret = g, OK;
}

Rc profile_flow_list(Cx *cx, FlowSummaries **ret) {
        FlowSummaries *list = TAKE(cx->arena, FlowSummaries);
        SettingNameList names = { 0 };

        TRY(setting_list(cx, S("flow"), &names));
        for (size_t i = 0; i < names.n; i++) {
                Flow *f;
                Str text;

                TRY(setting_get(cx, S("flow"), names.v[i].name, &text));
                if (!text.n) /* taken out of use */
                        continue;
                TRY(flow_parse_stored(cx, text, &f));
                *list_push(cx->arena, &list->items) =
                        (FlowSummary){ f->code,           f->name,
                                       f->name_en,        word(flow_kind_words[f->kind]),
                                       names.v[i].edition, (int64_t)f->states.n,
                                       (int64_t)f->actions.n };
        }
        return *ret = list, OK;
}
