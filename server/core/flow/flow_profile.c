/* The folder of a profile: which flows and forms belong to it, and whether they, the catalogue, the departments and the limits
 * fit together. */
#include "base/env.h"
#include "contract.gen.h"
#include "core/clock/clock.h"
#include "core/flow/flow_int.h"
#include "core/form/form.h"
#include <dirent.h>
#include <stdlib.h>

enum { FILE_MAX = 4 * 1024 * 1024, FILES_MAX = 200 };

/* ---- reading ---- */

static bool read_if_there(Cx *cx, Str dir, const char *name, FlowFile *ret) {
        ret->name = str_c(name);
        ret->path = str_fmt(cx->arena, STR_FMT "/%s.json", STR_ARG(dir), name);
        return file_read(cx->arena, str_z(cx->arena, ret->path), FILE_MAX, &ret->text);
}

static bool has_file(const FlowFiles *files, Str name) {
        for (size_t i = 0; i < files->n; i++)
                if (str_eq(files->v[i].name, name))
                        return true;
        return false;
}

static int by_name(const void *a, const void *b) {
        return str_cmp(((const FlowFile *)a)->name, ((const FlowFile *)b)->name);
}

/* All *.json of a folder, in the order of their names; none when there is no such folder. */
static Rc read_folder(Cx *cx, Str path, FlowFiles *ret) {
        DIR *dir = opendir(str_z(cx->arena, path));
        struct dirent *entry;
        Rc rc = OK;

        while (dir && rc == OK && (entry = readdir(dir))) {
                Str file = str_c(entry->d_name);
                FlowFile f = { 0 };

                if (!str_ends(file, S(".json")))
                        continue;
                f.name = str_dup(cx->arena, str_sub(file, 0, file.n - 5));
                f.path = str_fmt(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(path), STR_ARG(file));
                if (ret->n == FILES_MAX ||
                    !file_read(cx->arena, str_z(cx->arena, f.path), FILE_MAX, &f.text))
                        rc = fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(f.path));
                else
                        *list_push(cx->arena, ret) = f;
        }
        if (dir)
                closedir(dir);
        if (rc == OK && ret->n)
                qsort(ret->v, ret->n, sizeof *ret->v, by_name);
        return rc;
}

static Rc read_shared(Cx *cx, Str shared, const char *folder, Str name, FlowFiles *ret) {
        FlowFile f = { .name = name,
                       .path = str_fmt(cx->arena, STR_FMT "/%s/" STR_FMT ".json", STR_ARG(shared), folder,
                                       STR_ARG(name)) };

        if (has_file(ret, name))
                return OK;
        if (str_contains(name, S("/")) || !file_read(cx->arena, str_z(cx->arena, f.path), FILE_MAX, &f.text))
                return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(f.path));
        return *list_push(cx->arena, ret) = f, OK;
}

/* Every form that a text names: members called "form". A name without a file is left to the check, which says where it is. */
static void read_named_forms(Cx *cx, Str shared, const JsonNode *n, FlowFiles *ret) {
        if (n->type == JT_STR && str_eq_c(n->name, "form") && n->text.n && !has_file(ret, n->text) &&
            ret->n < FILES_MAX && read_shared(cx, shared, "forms", n->text, ret) != OK)
                cx->problem = (Problem){ 0 };
        for (const JsonNode *m = n->first; m; m = m->next)
                read_named_forms(cx, shared, m, ret);
}

static void read_forms_of(Cx *cx, Str shared, Str text, FlowFiles *ret) {
        JsonNode *root;

        if (!text.n || !shared.n)
                return;
        if (json_parse(cx, text, &root) == OK)
                read_named_forms(cx, shared, root, ret);
        else
                cx->problem = (Problem){ 0 };
}

static Rc read_listed_flows(Cx *cx, Str shared, const FlowFile *profile, FlowFiles *ret) {
        const JsonNode *list;
        JsonNode *root;

        if (!profile->text.n)
                return OK;
        if (json_parse(cx, profile->text, &root) != OK)
                return fail(cx, P_CONFIG_INVALID, STR_FMT ": " STR_FMT, STR_ARG(profile->path),
                            STR_ARG(cx->problem.detail));
        list = json_get(root, "flows");
        for (const JsonNode *m = list && list->type == JT_ARR ? list->first : NULL; m; m = m->next)
                if (m->type == JT_STR)
                        TRY(read_shared(cx, shared, "flows", m->text, ret));
        return OK;
}

Rc flow_profile_read(Cx *cx, Str dir, Str shared, FlowProfile *ret) {
        FlowProfile p = { .dir = dir };
        DIR *there = opendir(str_z(cx->arena, dir));

        if (!there)
                return fail(cx, P_CONFIG_INVALID, "cannot open " STR_FMT, STR_ARG(dir));
        closedir(there);
        (void)read_if_there(cx, dir, "profile", &p.profile);
        (void)read_if_there(cx, dir, "catalogue", &p.catalogue);
        (void)read_if_there(cx, dir, "departments", &p.departments);
        (void)read_if_there(cx, dir, "limits", &p.limits);
        TRY(read_folder(cx, str_fmt(cx->arena, STR_FMT "/flows", STR_ARG(dir)), &p.flows));
        TRY(read_folder(cx, str_fmt(cx->arena, STR_FMT "/forms", STR_ARG(dir)), &p.forms));
        TRY(read_listed_flows(cx, shared, &p.profile, &p.flows));
        for (size_t i = 0; i < p.flows.n; i++)
                read_forms_of(cx, shared, p.flows.v[i].text, &p.forms);
        read_forms_of(cx, shared, p.catalogue.text, &p.forms);
        return *ret = p, OK;
}

/* ---- checking ---- */

/* Codes of a list of objects: [{"code": …}, …]. */
static StrList codes_in(Cx *cx, const JsonNode *list) {
        StrList codes = { 0 };

        for (const JsonNode *m = list && list->type == JT_ARR ? list->first : NULL; m; m = m->next)
                if (json_text(m, "code").n)
                        *list_push(cx->arena, &codes) = json_text(m, "code");
        return codes;
}

static bool in_list(const StrList *list, Str s) {
        for (size_t i = 0; i < list->n; i++)
                if (str_eq(list->v[i], s))
                        return true;
        return false;
}

typedef struct Names {
        StrList flows, departments, forms, classes;
        bool has_departments;
} Names;

static void name_check(FlowReader *r, const JsonNode *m, const StrList *known, const char *zh,
                       const char *en) {
        if (!in_list(known, m->text))
                flow_fault(r, m, SAY(r, "没有名为“" STR_FMT "”的%s", STR_ARG(m->text), zh),
                           SAY(r, "no %s is called '" STR_FMT "'", en, STR_ARG(m->text)));
}

/* Every object with a code that names a flow, a department, a form or a limit; the catalogue itself names flows. */
static void catalogue_walk(FlowReader *r, const JsonNode *n, Names *names) {
        bool item = json_get(n, "code") != NULL;

        for (const JsonNode *m = n->first; m; m = m->next) {
                if (m->type == JT_STR && str_eq_c(m->name, "flow"))
                        name_check(r, m, &names->flows, "流程", "flow");
                else if (item && m->type == JT_STR && str_eq_c(m->name, "form"))
                        name_check(r, m, &names->forms, "表单", "form");
                else if (item && m->type == JT_STR && str_eq_c(m->name, "unit") && names->has_departments)
                        name_check(r, m, &names->departments, "部门", "department");
                else if (item && m->type == JT_STR && str_eq_c(m->name, "limit") &&
                         !clock_duration_parse(m->text, &(ClockDuration){ 0 }, NULL))
                        flow_fault(r, m,
                                   SAY(r, "“" STR_FMT "”不是时限，例如“3天”“4小时”“2紧急工作时”",
                                       STR_ARG(m->text)),
                                   SAY(r, "'" STR_FMT "' is no limit such as \"3 workdays\"",
                                       STR_ARG(m->text)));
                if (m->type == JT_STR && str_eq_c(m->name, "code"))
                        *list_push(r->cx->arena, &names->classes) = m->text;
                catalogue_walk(r, m, names);
        }
}

/* {"volunteer": "SB99"}: flows whose matters nobody puts under a category, and what they count as. A flow that is taken out of use may
 * stay there: nothing is opened in it. */
static void flow_categories_check(FlowReader *r, const Names *names) {
        const JsonNode *map = json_get(r->root, "flow_categories");

        for (const JsonNode *m = map ? map->first : NULL; m; m = m->next)
                name_check(r, m, &names->classes, "类别", "category");
}

static bool reader_open(FlowReader *r, const FlowFile *file) {
        r->file = file->path;
        r->root = NULL;
        return flow_syntax(r, file->text);
}

/* What core/form knows better: is it a schema, and can our screens draw it? */
static void schema_check(FlowReader *r, const FlowFile *file) {
        Problem before = r->cx->problem;
        _cleanup_(form_freep) FormSchema *schema = NULL;

        r->cx->problem = (Problem){ 0 };
        if (form_compile(r->cx, file->text, NULL, &schema) != OK || form_check(r->cx, schema) != OK)
                flow_fault_told(r);
        r->cx->problem = before;
}

static void forms_check(FlowReader *r, const FlowProfile *p, FlowForms *ret, StrList *ret_names) {
        for (size_t i = 0; i < p->forms.n; i++) {
                size_t before = r->faults->n + r->faults->more;

                if (!reader_open(r, &p->forms.v[i]))
                        continue;
                *list_push(r->cx->arena, ret) = (FlowForm){ p->forms.v[i].name, r->root };
                flow_form_file_check(r);
                if (r->faults->n + r->faults->more == before)
                        schema_check(r, &p->forms.v[i]);
                *list_push(r->cx->arena, ret_names) = p->forms.v[i].name;
        }
}

/* A flow is stored under its file's name and asked for by its code. */
static void code_check(FlowReader *r, const FlowFile *file) {
        Str code = json_text(r->root, "code");

        if (code.n && !str_eq(code, file->name))
                flow_fault(r, json_get(r->root, "code"),
                           SAY(r, "流程代码“" STR_FMT "”与文件名“" STR_FMT "”不一致", STR_ARG(code),
                               STR_ARG(file->name)),
                           SAY(r, "the code '" STR_FMT "' is not the name of the file, '" STR_FMT "'",
                               STR_ARG(code), STR_ARG(file->name)));
}

static void flows_check(Cx *cx, const FlowProfile *p, const FlowForms *forms, const StrList *flows,
                        FlowFaults *faults) {
        FlowWorld world = { .forms = forms, .flows = flows };

        for (size_t i = 0; i < p->flows.n; i++) {
                FlowReader r = { .cx = cx, .world = &world, .f = TAKE(cx->arena, Flow), .faults = faults };

                r.file = p->flows.v[i].path;
                flow_read_file(&r, p->flows.v[i].text);
                if (r.root)
                        code_check(&r, &p->flows.v[i]);
        }
}

/* ---- categories with a form of their own ---- */

static bool told_of_flow(const FlowFaults *faults, const FlowFault *f) {
        for (size_t i = 0; i < faults->n; i++)
                if (str_eq(faults->v[i].file, f->file) && str_eq(faults->v[i].pointer, f->pointer) && str_eq(faults->v[i].en, f->en))
                        return true;
        return false;
}

/* The flow once more, with that form in place of its own; what is wrong of it anyway has been said. */
static void report_form_check(FlowReader *r, const FlowFile *flow, const FlowWorld *world, const JsonNode *at) {
        FlowFaults faults = { 0 };
        FlowReader of = { .cx = r->cx, .world = world, .f = TAKE(r->cx->arena, Flow), .faults = &faults, .file = flow->path };

        flow_read_file(&of, flow->text);
        for (size_t i = 0; i < faults.n; i++)
                if (!told_of_flow(r->faults, &faults.v[i]))
                        flow_fault(r, at,
                                   SAY(r, "以此表单上报，流程“" STR_FMT "”%s" STR_FMT "：" STR_FMT, STR_ARG(flow->name),
                                       faults.v[i].pointer.n ? " " : "", STR_ARG(faults.v[i].pointer), STR_ARG(faults.v[i].zh)),
                                   SAY(r, "with this form, flow '" STR_FMT "'%s" STR_FMT ": " STR_FMT, STR_ARG(flow->name),
                                       faults.v[i].pointer.n ? " " : "", STR_ARG(faults.v[i].pointer), STR_ARG(faults.v[i].en)));
}

typedef struct OwnForms {
        const FlowProfile *profile;
        const FlowForms *forms;
        const StrList *flows;
        StrList seen; /* "flow form" */
} OwnForms;

static void own_form_check(FlowReader *r, OwnForms *o, Str flow, const JsonNode *form) {
        FlowWorld world = { o->forms, o->flows, form->text };
        Str pair = str_fmt(r->cx->arena, STR_FMT " " STR_FMT, STR_ARG(flow), STR_ARG(form->text));

        if (in_list(&o->seen, pair) || !flow_form(o->forms, form->text)) /* no such form: said of the item */
                return;
        *list_push(r->cx->arena, &o->seen) = pair;
        for (size_t i = 0; i < o->profile->flows.n; i++)
                if (str_eq(o->profile->flows.v[i].name, flow))
                        report_form_check(r, &o->profile->flows.v[i], &world, form);
}

static Str flow_named(const JsonNode *n, Str otherwise) { return json_text(n, "flow").n ? json_text(n, "flow") : otherwise; }

static const JsonNode *first_of(const JsonNode *n, const char *list) {
        const JsonNode *m = json_get(n, list);

        return m && m->type == JT_ARR ? m->first : NULL;
}

/* Of every category that has one, with the flow that it moves by: its own, its class's, the catalogue's. */
static void own_forms_check(FlowReader *r, OwnForms *o) {
        Str whole = flow_named(r->root, S(""));

        for (const JsonNode *class = first_of(r->root, "classes"); class; class = class->next)
                for (const JsonNode *item = first_of(class, "items"); item; item = item->next) {
                        const JsonNode *form = json_get(item, "form");

                        if (form && form->type == JT_STR && form->text.n)
                                own_form_check(r, o, flow_named(item, flow_named(class, whole)), form);
                }
}

/* ---- limits, cards, texts ---- */

/* Classes of limits are codes of the catalogue, or begin as some of them do; conditions and levels are the profile's own words. */
static bool limit_word_known(void *arg, ClockWord kind, Str in_class, Str word) {
        const Names *names = arg;
        bool begins = str_ends(word, S("*"));

        (void)in_class;
        if (begins)
                word.n--;
        for (size_t i = 0; kind == CLOCK_WORD_CLASS && i < names->classes.n; i++)
                if (begins ? str_starts(names->classes.v[i], word) : str_eq(names->classes.v[i], word))
                        return true;
        for (int i = 0; kind == CLOCK_WORD_PHASE && i < FLOW_PHASE_COUNT; i++)
                if (flow_phase_words[i] && str_eq_c(word, flow_phase_words[i]))
                        return true;
        return kind == CLOCK_WORD_CONDITION || kind == CLOCK_WORD_LEVEL;
}

static void limits_check(FlowReader *r, const FlowFile *file, Names *names) {
        Problem before = r->cx->problem;
        ClockLimits *limits;

        r->file = file->path;
        r->cx->problem = (Problem){ 0 };
        if (clock_limits_parse(r->cx, file->text, &(ClockWords){ limit_word_known, names }, &limits) != OK)
                flow_fault_told(r);
        r->cx->problem = before;
}

/* The rule of 1-3-5, if the profile has one. */
static void cards_check(FlowReader *r, const FlowFile *file) {
        const JsonNode *cards = json_get(r->root, "cards");
        Problem before = r->cx->problem;

        r->cx->problem = (Problem){ 0 };
        if (cards && clock_cards_parse(r->cx, file->text, cards, &(ClockCardRule){ 0 }) != OK)
                flow_fault_told(r);
        r->cx->problem = before;
}

static void texts_check(FlowReader *r, const FlowProfile *p) {
        const FlowFile *single[] = { &p->profile, &p->catalogue, &p->departments, &p->limits };
        const FlowFiles *many[] = { &p->flows, &p->forms };

        for (size_t i = 0; i < ARRAY_LEN(single); i++)
                if (single[i]->text.n && reader_open(r, single[i]))
                        flow_text_check(r, r->root);
        for (size_t i = 0; i < ARRAY_LEN(many); i++)
                for (size_t k = 0; k < many[i]->n; k++)
                        if (reader_open(r, &many[i]->v[k]))
                                flow_text_check(r, r->root);
}

void flow_profile_check(Cx *cx, const FlowProfile *p, FlowFaults *faults) {
        FlowReader r = { .cx = cx, .faults = faults };
        FlowForms forms = { 0 };
        Names names = { .has_departments = p->departments.text.n };

        for (size_t i = 0; i < p->flows.n; i++)
                *list_push(cx->arena, &names.flows) = p->flows.v[i].name;
        texts_check(&r, p);
        forms_check(&r, p, &forms, &names.forms);
        flows_check(cx, p, &forms, &names.flows, faults);
        if (names.has_departments && reader_open(&r, &p->departments))
                names.departments = codes_in(cx, json_get(r.root, "departments"));
        if (p->catalogue.text.n && reader_open(&r, &p->catalogue)) {
                catalogue_walk(&r, r.root, &names);
                flow_categories_check(&r, &names);
                own_forms_check(&r, &(OwnForms){ .profile = p, .forms = &forms, .flows = &names.flows });
        }
        if (p->limits.text.n)
                limits_check(&r, &p->limits, &names);
        if (!p->profile.text.n || !reader_open(&r, &p->profile))
                return;
        if (json_get(r.root, "flow"))
                name_check(&r, json_get(r.root, "flow"), &names.flows, "流程", "flow");
        cards_check(&r, &p->profile);
}
