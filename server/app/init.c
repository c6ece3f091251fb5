/* `wangge init`: schema, keys, the profile's files, places and grids, accounts; then the demo unless --empty. */
#include "app/serve.h"
#include "base/env.h"
#include "base/id.h"
#include "base/json.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/flow/flow.h"
#include "core/setting/setting.h"
#include "core/vault/vault.h"
#include "core/who/who.h"
#include "db/db.h"
#include "demo/demo.h"
#include "modules.h"
#include <stdio.h>
#include <unistd.h>

enum { FILE_MAX = 16 * 1024 * 1024, HEADS_MAX = 256 * 1024 * 1024 };

typedef struct Init {
        const Config *config;
        Str dir;                 /* the profile's folder */
        const JsonNode *profile; /* profile.json */
        FlowProfile flows;
        Str password, hash;
} Init;

static Rc file_need(Cx *cx, Str path, Str *ret) {
        if (file_read(cx->arena, str_z(cx->arena, path), FILE_MAX, ret))
                return OK;
        return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(path));
}

static Rc store_file(Cx *cx, const char *kind, Str name, Str path) {
        Str text;

        TRY(file_need(cx, path, &text));
        return setting_put(cx, str_c(kind), name, text);
}

/* The flows and forms of the profile, its own and the shared ones, after a look at whether they fit together. */
static Rc flows_read(Cx *cx, Init *init, Str share) {
        FlowFaults faults = { 0 };
        const FlowFault *first;

        TRY(flow_profile_read(cx, init->dir, str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)), &init->flows));
        flow_profile_check(cx, &init->flows, &faults);
        if (!faults.n)
                return OK;
        first = &faults.v[0];
        return fail_zh(cx, P_CONFIG_INVALID,
                       str_fmt(cx->arena, STR_FMT " 第 %u 行：" STR_FMT, STR_ARG(first->file), first->line, STR_ARG(first->zh)),
                       STR_FMT ":%u " STR_FMT " " STR_FMT, STR_ARG(first->file), first->line, STR_ARG(first->pointer),
                       STR_ARG(first->en));
}

static Rc store_all(Cx *cx, const char *kind, const FlowFiles *files) {
        for (size_t i = 0; i < files->n; i++)
                TRY(setting_put(cx, str_c(kind), files->v[i].name, files->v[i].text));
        return OK;
}

static Rc files_work(Cx *cx, void *arg) {
        const Init *init = arg;
        Str share;

        TRY(setting_share_dir(cx, &share));
        TRY(store_file(cx, "profile", S("profile"), str_fmt(cx->arena, STR_FMT "/profile.json", STR_ARG(init->dir))));
        TRY(store_file(cx, "catalogue", S("catalogue"), str_fmt(cx->arena, STR_FMT "/catalogue.json", STR_ARG(init->dir))));
        TRY(store_file(cx, "departments", S("departments"),
                       str_fmt(cx->arena, STR_FMT "/departments.json", STR_ARG(init->dir))));
        TRY(store_file(cx, "calendar", S("CN"), str_fmt(cx->arena, STR_FMT "/data/calendar/CN.tsv", STR_ARG(share))));
        if (init->flows.limits.text.n)
                TRY(setting_put(cx, S("limits"), S("limits"), init->flows.limits.text));
        TRY(store_all(cx, "flow", &init->flows.flows));
        TRY(store_all(cx, "form", &init->flows.forms));
        return audit_note(cx, "setting.initialised", S("profile"), STR_NONE);
}

/* ---- places ---------------------------------------------------------------------------------------------------------------- */

/* territory.grids: {community: grids} in order of the codes, or how many there are in all. */
static void read_grids(Cx *cx, const JsonNode *t, DemoTerritory *demo) {
        const JsonNode *grids = json_get(t, "grids");
        int *counts = TAKE_ARRAY(cx->arena, int, grids->count + 1);

        if (json_int(t, "grids", &demo->grids_total))
                return;
        for (const JsonNode *g = grids->first; g; g = g->next)
                counts[demo->grids_n++] = (int)g->num;
        demo->grids = counts;
}

static Rc geometry_work(Cx *cx, void *arg) {
        const Init *init = arg;
        const JsonNode *t = json_get(init->profile, "territory"), *centre = json_get(t, "centre");
        DemoTerritory demo = { .root = json_text(t, "root") };
        int64_t seed = 1;

        if (!centre || centre->count != 2 || !json_int(t, "area_m2", &demo.area_m2))
                return fail(cx, P_CONFIG_INVALID, "profile.json: territory needs centre, area_m2, grids");
        (void)json_int(t, "seed", &seed);
        (void)json_int(t, "households", &demo.households);
        demo.seed = (uint64_t)seed;
        demo.centre.lon_e7 = (int64_t)(centre->first->num * 1e7);
        demo.centre.lat_e7 = (int64_t)(centre->first->next->num * 1e7);
        read_grids(cx, t, &demo);
        TRY(territory_demo_geometry(cx, &demo));
        return audit_note(cx, "territory.initialised", S("places"), STR_NONE);
}

static Rc places(Cx *cx, Init *init) {
        const JsonNode *t = json_get(init->profile, "territory");
        ImportReport report;

        if (!t || !str_given(json_text(t, "root")) || !str_given(json_text(t, "places")))
                return fail(cx, P_CONFIG_INVALID, "profile.json: territory needs root and places");
        TRY(territory_import(cx,
                             str_fmt(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(init->dir), STR_ARG(json_text(t, "places"))),
                             STR_NONE, &report));
        if (report.wrong)
                return fail(cx, P_CONFIG_INVALID, "places: " STR_FMT, STR_ARG(report.first_wrong));
        if (json_get(t, "grids"))
                TRY(db_write(cx, geometry_work, init));
        return territory_load(cx);
}

/* ---- accounts -------------------------------------------------------------------------------------------------------------- */

static Rc people_work(Cx *cx, void *arg) {
        const Init *init = arg;

        TRY(demo_people(cx, init->profile, init->hash, init->config->empty));
        return audit_note(cx, "who.initialised", S("accounts"), STR_NONE);
}

static Rc buildings_work(Cx *cx, void *arg) {
        const Init *init = arg;

        TRY(demo_buildings(cx, init->profile));
        return audit_note(cx, "registry.initialised", S("buildings"), STR_NONE);
}

static void progress(int64_t done, int64_t all) {
        if (isatty(STDERR_FILENO) && (done % 20 == 0 || done == all))
                fprintf(stderr, "\r  案件 cases %lld / %lld%s", (long long)done, (long long)all, done == all ? "\n" : "");
}

static Rc password(Cx *cx, Init *init) {
        init->password = env_get("WANGGE_DEMO_PASSWORD");
        if (!init->password.n)
                init->password = str_fmt(cx->arena, "Wg-" STR_FMT, STR_ARG(id_token(cx->arena, 9)));
        TRY(who_password_hash(cx, init->password, &init->hash));
        if (!file_write(str_z(cx->arena, config_beside(cx, init->config, ".demo")), init->password))
                return fail(cx, P_CONFIG_INVALID, "cannot write the demo password beside the database");
        return OK;
}

/* A second init would mix two beginnings. */
static Rc refuse_second(Cx *cx) {
        Str text;
        Rc rc = setting_get(cx, S("profile"), S("profile"), &text);

        if (rc == OK)
                return fail(cx, P_CONFIG_INVALID, "this database has been initialised already");
        if (rc != E_MISSING)
                return rc;
        cx->problem = (Problem){ 0 };
        return OK;
}

/* Signed heads of a database that is gone: the new one would be blamed for their absence for ever. */
static Rc refuse_old_heads(Cx *cx, const Config *config) {
        Str path = config_beside(cx, config, ".heads"), text;

        if (!file_read(cx->arena, str_z(cx->arena, path), HEADS_MAX, &text) || !text.n)
                return OK;
        return fail(cx, P_CONFIG_INVALID,
                    STR_FMT " holds the signed heads of an earlier database; move it (and the key) away, or restore that database",
                    STR_ARG(path));
}

static Rc init_all(Cx *cx, const Config *config) {
        Init init = { .config = config };
        JsonNode *profile;
        Str share, text;

        TRY(app_open(cx, config, false));
        TRY(refuse_second(cx));
        TRY(refuse_old_heads(cx, config));
        TRY(audit_keys_make(cx, config_beside(cx, config, ".key")));
        TRY(audit_keys_open(cx, config_beside(cx, config, ".key"), config_beside(cx, config, ".heads")));
        TRY(vault_open(cx, config_beside(cx, config, ".data-key")));
        TRY(setting_share_dir(cx, &share));
        init.dir = str_fmt(cx->arena, STR_FMT "/profiles/" STR_FMT, STR_ARG(share), STR_ARG(config->profile));
        TRY(file_need(cx, str_fmt(cx->arena, STR_FMT "/profile.json", STR_ARG(init.dir)), &text));
        TRY(json_parse(cx, text, &profile));
        init.profile = profile;
        TRY(flows_read(cx, &init, share));
        TRY(db_write(cx, files_work, &init));
        TRY(places(cx, &init));
        TRY(case_profile_reload(cx));
        TRY(password(cx, &init));
        TRY(db_write(cx, people_work, &init));
        TRY(db_write(cx, buildings_work, &init));
        if (!config->empty)
                TRY(demo_cases(cx, init.profile, config->quiet ? NULL : progress));
        return audit_sign_heads(cx);
}

static const char *const suffixes[] = { "", "-wal", "-shm", ".key", ".key.pub", ".data-key", ".heads", ".demo" };

static const char *file_beside(Cx *cx, const Config *config, size_t i) {
        return str_z(cx->arena, str_fmt(cx->arena, STR_FMT "%s", STR_ARG(config->db), suffixes[i]));
}

/* Which files a run that fails may take away again: those that it began itself, never the key of a database that is elsewhere. */
static unsigned missing_before(Cx *cx, const Config *config) {
        unsigned missing = 0;

        if (!config->db.n || str_contains(config->db, S("://")) || access(file_beside(cx, config, 0), F_OK) == 0)
                return 0;
        for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
                if (access(file_beside(cx, config, i), F_OK) != 0)
                        missing |= 1u << i;
        return missing;
}

/* A file that this run began and could not finish is not left to be mistaken for a database. */
static void remove_begun(Cx *cx, const Config *config, unsigned missing) {
        for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
                if (missing >> i & 1)
                        unlink(file_beside(cx, config, i));
}

int command_init(Cx *cx, const Config *config) {
        unsigned missing = missing_before(cx, config);

        if (init_all(cx, config) != OK) {
                db_close();
                remove_begun(cx, config, missing);
                return command_failed(cx, config);
        }
        if (config->json)
                printf("{\"ok\":true}\n");
        else if (!config->quiet)
                printf("网格 Wangge: " STR_FMT " → " STR_FMT "\n", STR_ARG(config->profile), STR_ARG(config->db));
        db_close();
        return 0;
}
