/* What the profile says about cases: catalogue, departments, flows. Parsed once per edition and kept for the life of the process:
 * requests hold on to it without counting, and there are only a few editions a year. */
#include "case/case_int.h"
#include "core/form/form.h"
#include "core/setting/setting.h"
#include <pthread.h>

enum { ITEMS_MAX = 2000, LIMIT_DAYS_MAX = 365 };

/* Makes something of a stored text. */
typedef Rc (*Parse)(Cx *cx, Str text, int64_t edition, const void **ret);

typedef struct Edition {
        struct Edition *next;
        Str kind, name, content;
        int64_t edition;
        const void *parsed;
} Edition;

static struct {
        pthread_mutex_t lock;
        Cx *kept; /* its arena holds everything that was ever parsed */
        Edition *editions;
        const CaseProfile *now;
        uint64_t generation;
} profiles = { .lock = PTHREAD_MUTEX_INITIALIZER };

static Rc wrong(Cx *cx, const char *file, const JsonNode *at, const char *what, Str which) {
        return fail_zh(cx, P_CONFIG_INVALID,
                       str_fmt(cx->arena, "配置 %s 第 %u 行有误：%s（" STR_FMT "）", file, at ? at->line : 1,
                               what, STR_ARG(which)),
                       "%s, line %u: %s (" STR_FMT ")", file, at ? at->line : 1, what, STR_ARG(which));
}

static Rc parse_json(Cx *cx, const char *file, Str text, JsonNode **ret) {
        if (json_parse(cx, text, ret) == OK)
                return OK;
        return fail(cx, P_CONFIG_INVALID, "%s: " STR_FMT, file, STR_ARG(cx->problem.detail));
}

/* ---- catalogue ---- */

/* The flow of an item: its own, that of its class, that of the whole catalogue. */
static Str flow_of(const JsonNode *n, const JsonNode *class, const CaseCatalogue *c) {
        Str own = json_text(n, "flow"), of_class = json_text(class, "flow");

        return own.n ? own : of_class.n ? of_class : c->flow;
}

static Rc category_parse(Cx *cx, const JsonNode *n, const JsonNode *class, CaseCatalogue *c) {
        CaseCategory i = { .code = json_text(n, "code"),
                           .name = json_text(n, "zh"),
                           .name_en = json_text(n, "en"),
                           .unit = json_text(n, "unit"),
                           .icon = json_text(n, "icon"),
                           .flow = flow_of(n, class, c),
                           .form = json_text(n, "form"),
                           .class = json_text(class, "code"),
                           .class_name = json_text(class, "zh"),
                           .class_name_en = json_text(class, "en") };
        int64_t days;

        if (!i.code.n || !i.name.n || !i.name_en.n || !i.unit.n || !i.class.n || !i.class_name.n ||
            !i.class_name_en.n)
                return wrong(cx, "catalogue", n, "code, zh, en or unit is missing", i.code);
        if (!json_int(n, "limit_days", &days) || days < 1 || days > LIMIT_DAYS_MAX)
                return wrong(cx, "catalogue", n, "limit_days must be 1 to 365", i.code);
        if (case_category(c, i.code))
                return wrong(cx, "catalogue", n, "the code is there twice", i.code);
        if (c->items.n == ITEMS_MAX)
                return wrong(cx, "catalogue", n, "too many items", i.code);
        i.limit_days = (int)days;
        *list_push(cx->arena, &c->items) = i;
        return OK;
}

/* {"volunteer": "SB99"}: what a matter opened by that flow counts as when nobody says more. */
static Rc flow_categories_parse(Cx *cx, const JsonNode *map, CaseCatalogue *c) {
        for (const JsonNode *m = map ? map->first : NULL; m; m = m->next) {
                if (m->type != JT_STR || !case_category(c, m->text))
                        return wrong(cx, "catalogue", m, "flow_categories names no category", m->name);
                *list_push(cx->arena, &c->of_flows) = (CaseFlowCategory){ m->name, m->text };
        }
        return OK;
}

static Rc catalogue_parse(Cx *cx, Str text, int64_t edition, const void **ret) {
        CaseCatalogue *c = TAKE(cx->arena, CaseCatalogue);
        const JsonNode *classes;
        JsonNode *root;

        TRY(parse_json(cx, "catalogue", text, &root));
        classes = json_get(root, "classes");
        c->edition = edition;
        c->flow = json_text(root, "flow");
        c->otherwise = json_text(root, "default");
        if (!classes || classes->type != JT_ARR || !c->flow.n)
                return wrong(cx, "catalogue", root, "flow or classes is missing", STR_NONE);
        for (const JsonNode *class = classes->first; class; class = class->next) {
                const JsonNode *items = json_get(class, "items");

                for (const JsonNode *i = items ? items->first : NULL; i; i = i->next)
                        TRY(category_parse(cx, i, class, c));
        }
        if (!case_category(c, c->otherwise))
                return wrong(cx, "catalogue", root, "default is not one of the codes", c->otherwise);
        TRY(flow_categories_parse(cx, json_get(root, "flow_categories"), c));
        return *ret = c, OK;
}

static Rc flow_read(Cx *cx, Str text, int64_t edition, const void **ret) {
        Flow *f;

        TRY(flow_parse_stored(cx, text, &f));
        f->edition = edition;
        return *ret = f, OK;
}

static Rc limits_parse(Cx *cx, Str text, int64_t edition, const void **ret) {
        ClockLimits *l;

        TRY(clock_limits_parse(cx, text, NULL, &l));
        l->edition = l->windows.edition = edition;
        return *ret = l, OK;
}

/* Compiled in the context that stays alone: what is only tried is thrown away at once. */
static Rc form_read(Cx *cx, Str text, int64_t edition, const void **ret) {
        CaseForm *f = TAKE(cx->arena, CaseForm);
        FormSchema *schema;

        (void)edition;
        TRY(form_compile(cx, text, NULL, &schema));
        *f = (CaseForm){ .text = text, .schema = schema };
        if (cx != profiles.kept) {
                form_free(schema);
                f->schema = NULL;
        }
        return *ret = f, OK;
}

/* ---- editions ---- */

static const void *edition_known(Str kind, Str name, int64_t edition, Str content) {
        for (const Edition *e = profiles.editions; e; e = e->next)
                if (e->edition == edition && str_eq(e->kind, kind) && str_eq(e->name, name) &&
                    (!content.p || str_eq(e->content, content)))
                        return e->parsed;
        return NULL;
}

/* With the lock held. Parsed first in the caller's context, where a complaint belongs, then in the one that stays. */
static Rc edition_take(Cx *cx, Str kind, Str name, int64_t edition, Str content, Parse parse,
                       const void **ret) {
        const void *parsed = edition_known(kind, name, edition, content);
        Edition *e;
        Arena *a;

        if (parsed)
                return *ret = parsed, OK;
        TRY(parse(cx, content, edition, &parsed));
        if (!profiles.kept)
                profiles.kept = cx_new((size_t)1 << 30);
        a = profiles.kept->arena;
        e = TAKE(a, Edition);
        *e = (Edition){ profiles.editions,   str_dup(a, kind), str_dup(a, name),
                        str_dup(a, content), edition,          NULL };
        TRY(parse(profiles.kept, e->content, edition, &e->parsed));
        profiles.editions = e;
        return *ret = e->parsed, OK;
}

static Rc edition_of(Cx *cx, Str kind, Str name, int64_t edition, Parse parse, const void **ret) {
        const void *found;
        Str content;
        Rc rc;

        pthread_mutex_lock(&profiles.lock);
        found = edition_known(kind, name, edition, STR_NONE);
        pthread_mutex_unlock(&profiles.lock);
        if (found)
                return *ret = found, OK;
        TRY(setting_get_edition(cx, kind, name, edition, &content));
        pthread_mutex_lock(&profiles.lock);
        rc = edition_take(cx, kind, name, edition, content, parse, ret);
        pthread_mutex_unlock(&profiles.lock);
        return rc;
}

Rc case_flow(Cx *cx, Str code, int64_t edition, const Flow **ret) {
        const CaseProfile *p;
        const void *found;

        TRY(case_profile(cx, &p));
        for (size_t i = 0; i < p->flows.n; i++)
                if (p->flows.v[i]->edition == edition && str_eq(p->flows.v[i]->code, code))
                        return *ret = p->flows.v[i], OK;
        TRY(edition_of(cx, S("flow"), code, edition, flow_read, &found));
        return *ret = found, OK;
}

Rc case_catalogue(Cx *cx, int64_t edition, const CaseCatalogue **ret) {
        const CaseProfile *p;
        const void *found;

        TRY(case_profile(cx, &p));
        if (p->catalogue->edition == edition)
                return *ret = p->catalogue, OK;
        TRY(edition_of(cx, S("catalogue"), S("catalogue"), edition, catalogue_parse, &found));
        return *ret = found, OK;
}

/* ---- the profile as a whole ---- */

/* The texts it is made of, read before the lock is taken. */
typedef struct Text {
        Str name, content; /* empty: taken out of use */
        int64_t edition, from_ms;
} Text;

typedef struct TextList {
        Text *v;
        size_t n, cap;
} TextList;

typedef struct Texts {
        Str profile, departments, catalogue;
        int64_t catalogue_edition;
        TextList flows;
        TextList limits, forms; /* all editions, oldest first: what began earlier keeps them */
} Texts;

/* Every edition of one file. The first counts from the beginning, whenever it was stored: the profile came with it. */
static Rc editions_read(Cx *cx, Str kind, Str name, TextList *ret) {
        SettingEditionList all = { 0 };

        TRY(setting_editions(cx, kind, name, &all));
        for (size_t i = 0; i < all.n; i++)
                *list_push(cx->arena, ret) =
                        (Text){ name, all.v[i].content, all.v[i].edition, i ? all.v[i].added_ms : INT64_MIN };
        return OK;
}

static Rc forms_read(Cx *cx, TextList *ret) {
        SettingNameList names = { 0 };

        TRY(setting_list(cx, S("form"), &names));
        for (size_t i = 0; i < names.n; i++)
                TRY(editions_read(cx, S("form"), names.v[i].name, ret));
        return OK;
}

/* The newest edition of everything of a kind. */
static Rc named_read(Cx *cx, Str kind, TextList *ret) {
        SettingNameList names = { 0 };

        TRY(setting_list(cx, kind, &names));
        for (size_t i = 0; i < names.n; i++) {
                Text t = { .name = names.v[i].name, .edition = names.v[i].edition };

                TRY(setting_get_edition(cx, kind, t.name, t.edition, &t.content));
                if (t.content.n)
                        *list_push(cx->arena, ret) = t;
        }
        return OK;
}

static Rc texts_read(Cx *cx, Texts *ret) {
        *ret = (Texts){ 0 };
        TRY(setting_get(cx, S("profile"), S("profile"), &ret->profile));
        TRY(setting_get(cx, S("departments"), S("departments"), &ret->departments));
        TRY(setting_get(cx, S("catalogue"), S("catalogue"), &ret->catalogue));
        TRY(setting_edition(cx, S("catalogue"), S("catalogue"), &ret->catalogue_edition));
        TRY(editions_read(cx, S("limits"), S("limits"), &ret->limits));
        TRY(named_read(cx, S("flow"), &ret->flows));
        return forms_read(cx, &ret->forms);
}

static Rc departments_parse(Cx *cx, Str text, CaseProfile *p) {
        const JsonNode *list;
        JsonNode *root;

        TRY(parse_json(cx, "departments", text, &root));
        list = json_get(root, "departments");
        for (const JsonNode *n = list ? list->first : NULL; n; n = n->next) {
                Department d = { .code = json_text(n, "code"),
                                 .name = json_text(n, "zh"),
                                 .name_en = json_text(n, "en"),
                                 .phone = json_text(n, "phone"),
                                 .level = json_text(n, "level") };

                if (!d.code.n || !d.name.n || !d.name_en.n)
                        return wrong(cx, "departments", n, "code, zh or en is missing", d.code);
                if (d.level.n && !str_eq(d.level, S("county")) && !str_eq(d.level, S("city")))
                        return wrong(cx, "departments", n, "level is county or city", d.code);
                if (case_department(p, d.code))
                        return wrong(cx, "departments", n, "the code is there twice", d.code);
                *list_push(cx->arena, &p->departments) = d;
        }
        return OK;
}

static Rc profile_parse(Cx *cx, Str profile, Str departments, CaseProfile *p) {
        JsonNode *root;

        TRY(parse_json(cx, "profile", profile, &root));
        p->code = json_text(root, "code");
        p->title = json_text(root, "title");
        p->title_en = json_text(root, "title_en");
        if (!p->code.n || !p->title.n || !p->title_en.n)
                return wrong(cx, "profile", root, "code, title or title_en is missing", p->code);
        p->has_cards = json_get(root, "cards") != NULL;
        if (p->has_cards)
                TRY(clock_cards_parse(cx, profile, json_get(root, "cards"), &p->cards));
        return departments_parse(cx, departments, p);
}

/* Every item's department, flow and form are there; so are the forms that the flows ask for. */
static Rc references_check(Cx *cx, const CaseProfile *p) {
        for (size_t i = 0; i < p->catalogue->items.n; i++) {
                const CaseCategory *k = &p->catalogue->items.v[i];

                if (!case_department(p, k->unit))
                        return wrong(cx, "catalogue", NULL, "no such department", k->unit);
                if (!case_flow_newest(p, k->flow))
                        return wrong(cx, "catalogue", NULL, "no such flow", k->flow);
                if (k->form.n && !case_form(p, k->form))
                        return wrong(cx, "catalogue", NULL, "no such form", k->form);
        }
        if (!case_flow_newest(p, p->catalogue->flow))
                return wrong(cx, "catalogue", NULL, "no such flow", p->catalogue->flow);
        for (size_t i = 0; i < p->flows.n; i++) {
                const Flow *f = p->flows.v[i];

                if (f->open_form.n && !case_form(p, f->open_form))
                        return wrong(cx, "flow", NULL, "no such form", f->open_form);
                for (size_t k = 0; k < f->actions.n; k++)
                        if (f->actions.v[k].form.n && !case_form(p, f->actions.v[k].form))
                                return wrong(cx, "flow", NULL, "no such form", f->actions.v[k].form);
        }
        return OK;
}

/* With the lock held. */
static Rc flows_take(Cx *cx, const Texts *t, CaseProfile *p) {
        const void *parsed;

        for (size_t i = 0; i < t->flows.n; i++) {
                const Text *f = &t->flows.v[i];

                TRY(edition_take(cx, S("flow"), f->name, f->edition, f->content, flow_read, &parsed));
                *list_push(cx->arena, &p->flows) = parsed;
        }
        return OK;
}

/* With the lock held: limits and forms as they were in force at that moment, the newest before it of each. */
static Rc dated_take(Cx *cx, const Texts *t, int64_t at_ms, CaseProfile *p) {
        const void *parsed;

        p->limits = NULL;
        p->forms.v = NULL;
        p->forms.n = p->forms.cap = 0;
        for (size_t i = 0; i < t->limits.n && t->limits.v[i].from_ms <= at_ms; i++) {
                const Text *l = &t->limits.v[i];

                p->limits = NULL;
                if (l->content.n) {
                        TRY(edition_take(cx, l->name, l->name, l->edition, l->content, limits_parse, &parsed));
                        p->limits = parsed;
                }
        }
        for (size_t i = 0; i < t->forms.n; i++) {
                const Text *f = &t->forms.v[i], *next = i + 1 < t->forms.n ? f + 1 : NULL;
                CaseForm form;

                if (f->from_ms > at_ms || !f->content.n ||
                    (next && str_eq(next->name, f->name) && next->from_ms <= at_ms))
                        continue;
                TRY(edition_take(cx, S("form"), f->name, f->edition, f->content, form_read, &parsed));
                form = *(const CaseForm *)parsed;
                form.name = str_dup(profiles.kept->arena, f->name);
                *list_push(profiles.kept->arena, &p->forms) = form;
        }
        return OK;
}

static void latest(const TextList *list, int64_t before_ms, int64_t *best) {
        for (size_t i = 0; i < list->n; i++)
                if (list->v[i].from_ms < before_ms && list->v[i].from_ms > *best)
                        *best = list->v[i].from_ms;
}

/* The last moment before that one at which limits or forms became others; INT64_MIN: none. */
static int64_t change_before(const Texts *t, int64_t before_ms) {
        int64_t best = INT64_MIN;

        latest(&t->limits, before_ms, &best);
        latest(&t->forms, before_ms, &best);
        return best;
}

/* With the lock held: one after the other, for what began before each change. */
static Rc history_take(Cx *cx, const Texts *t, CaseProfile *p) {
        while (p->from_ms != INT64_MIN) {
                CaseProfile *q = TAKE(profiles.kept->arena, CaseProfile);

                *q = *p;
                q->before = NULL;
                q->from_ms = change_before(t, p->from_ms);
                TRY(dated_take(cx, t, p->from_ms - 1, q));
                p->before = q;
                p = q;
        }
        return OK;
}

/* With the lock held. */
static Rc take_over(Cx *cx, const Texts *t, uint64_t generation) {
        CaseProfile trial = { 0 }, *p;
        const void *catalogue;
        Texts kept = *t;

        if (!profiles.kept)
                profiles.kept = cx_new((size_t)1 << 30);
        TRY(profile_parse(cx, t->profile, t->departments, &trial));
        TRY(edition_take(cx, S("catalogue"), S("catalogue"), t->catalogue_edition, t->catalogue,
                         catalogue_parse, &catalogue));
        trial.catalogue = catalogue;
        TRY(flows_take(cx, t, &trial));
        TRY(dated_take(cx, t, INT64_MAX, &trial));
        TRY(references_check(cx, &trial));
        p = TAKE(profiles.kept->arena, CaseProfile);
        kept.profile = str_dup(profiles.kept->arena, t->profile);
        kept.departments = str_dup(profiles.kept->arena, t->departments);
        TRY(profile_parse(profiles.kept, kept.profile, kept.departments, p));
        p->catalogue = catalogue;
        p->flow = case_flow_newest(&trial, trial.catalogue->flow);
        p->limits = trial.limits;
        p->forms = trial.forms;
        p->from_ms = change_before(t, INT64_MAX);
        for (size_t i = 0; i < trial.flows.n; i++)
                *list_push(profiles.kept->arena, &p->flows) = trial.flows.v[i];
        TRY(history_take(cx, t, p));
        profiles.now = p;
        profiles.generation = generation;
        return OK;
}

Rc case_profile_of(Cx *cx, const FlowProfile *texts, const CaseProfile **ret) {
        CaseProfile *p = TAKE(cx->arena, CaseProfile);
        const void *parsed;

        TRY(profile_parse(cx, texts->profile.text, texts->departments.text, p));
        TRY(catalogue_parse(cx, texts->catalogue.text, 0, &parsed));
        p->catalogue = parsed;
        for (size_t i = 0; i < texts->flows.n; i++) {
                TRY(flow_read(cx, texts->flows.v[i].text, 0, &parsed));
                *list_push(cx->arena, &p->flows) = parsed;
        }
        for (size_t i = 0; i < texts->forms.n; i++)
                *list_push(cx->arena, &p->forms) =
                        (CaseForm){ .name = texts->forms.v[i].name, .text = texts->forms.v[i].text };
        if (texts->limits.text.n) {
                TRY(limits_parse(cx, texts->limits.text, 0, &parsed));
                p->limits = parsed;
        }
        TRY(references_check(cx, p));
        p->flow = case_flow_newest(p, p->catalogue->flow);
        return *ret = p, OK;
}

Rc case_profile_for(Cx *cx, const CaseRow *row, const CaseStepRowList *steps, const CaseProfile **ret) {
        int64_t began_ms = row->created_ms;
        const CaseProfile *p;

        TRY(case_profile(cx, &p));
        for (size_t i = 0; i < steps->n; i++)
                if (case_step_is_move(&steps->v[i]))
                        began_ms = steps->v[i].at_ms;
        while (p->before && began_ms < p->from_ms)
                p = p->before;
        return *ret = p, OK;
}

Rc case_profile(Cx *cx, const CaseProfile **ret) {
        uint64_t generation = setting_generation();
        Texts texts;
        Rc rc = OK;

        pthread_mutex_lock(&profiles.lock);
        if (profiles.now && profiles.generation == generation) {
                *ret = profiles.now;
                pthread_mutex_unlock(&profiles.lock);
                return OK;
        }
        pthread_mutex_unlock(&profiles.lock);
        TRY(texts_read(cx, &texts));
        pthread_mutex_lock(&profiles.lock);
        rc = take_over(cx, &texts, generation);
        if (rc == OK)
                *ret = profiles.now;
        pthread_mutex_unlock(&profiles.lock);
        return rc;
}

Rc case_profile_reload(Cx *cx) {
        const CaseProfile *p;
        Rc rc = case_profile(cx, &p);

        if (rc == E_MISSING) /* a database that was not initialised yet */
                return cx->problem = (Problem){ 0 }, OK;
        return rc;
}

const Flow *case_flow_newest(const CaseProfile *p, Str code) {
        for (size_t i = 0; i < p->flows.n; i++)
                if (str_eq(p->flows.v[i]->code, code))
                        return p->flows.v[i];
        return NULL;
}

const CaseForm *case_form(const CaseProfile *p, Str name) {
        for (size_t i = 0; i < p->forms.n; i++)
                if (str_eq(p->forms.v[i].name, name))
                        return &p->forms.v[i];
        return NULL;
}

const CaseCategory *case_category(const CaseCatalogue *c, Str code) {
        for (size_t i = 0; i < c->items.n; i++)
                if (str_eq(c->items.v[i].code, code))
                        return &c->items.v[i];
        return NULL;
}

Str case_flow_category(const CaseCatalogue *c, Str flow) {
        for (size_t i = 0; i < c->of_flows.n; i++)
                if (str_eq(c->of_flows.v[i].flow, flow))
                        return c->of_flows.v[i].category;
        return S("");
}

const Department *case_department(const CaseProfile *p, Str code) {
        for (size_t i = 0; i < p->departments.n; i++)
                if (str_eq(p->departments.v[i].code, code))
                        return &p->departments.v[i];
        return NULL;
}

Str case_department_name(const Cx *cx, const CaseProfile *p, Str code) {
        const Department *d = case_department(p, code);

        return d ? in_lang(cx, d->name, d->name_en) : code;
}

Rc case_category_default(Cx *cx, Str *ret) {
        const CaseProfile *p;

        TRY(case_profile(cx, &p));
        return *ret = p->catalogue->otherwise, OK;
}

Str case_department_title(Cx *cx, Str code) {
        const CaseProfile *p;
        const Department *d;

        if (case_profile(cx, &p) != OK)
                return cx->problem = (Problem){ 0 }, S("");
        d = case_department(p, code);
        return d ? in_lang(cx, d->name, d->name_en) : S("");
}
