/* Subcommands other than serve and init: verify, import, check, user, schema. */
#include "app/serve.h"
#include "base/env.h"
#include "base/id.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/clock/clock.h"
#include "core/setting/setting.h"
#include "core/who/who.h"
#include "db/db.h"
#include "modules.h"
#include <stdio.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

static Str word(const Config *c, size_t i) { return i < c->rest.n ? c->rest.v[i] : STR_NONE; }

/* The value after an option of one command, e.g. --under 1307. */
static Str option(const Config *c, const char *flag) {
        for (size_t i = 0; i + 1 < c->rest.n; i++)
                if (str_eq_c(c->rest.v[i], flag))
                        return c->rest.v[i + 1];
        return STR_NONE;
}

static void put(Cx *cx, const Buf *b) { fputs(str_z(cx->arena, buf_view(b)), stdout); }

/* ---- verify ---------------------------------------------------------------------------------------------------------------- */

static void report_json(Cx *cx, const VerifyReport *r) {
        Buf b = BUF_IN(cx->arena);

        buf_fmt(&b, "{\"ok\":%s,\"entries\":%lld,\"lanes\":%lld,\"rows\":%lld,\"heads\":%lld,\"more\":%lld,\"findings\":[",
                r->n ? "false" : "true", (long long)r->entries, (long long)r->lanes, (long long)r->rows,
                (long long)r->heads, (long long)r->more);
        for (size_t i = 0; i < r->n; i++) {
                buf_c(&b, i ? ",{\"kind\":" : "{\"kind\":");
                buf_json_str(&b, r->v[i].kind);
                buf_c(&b, ",\"where\":");
                buf_json_str(&b, r->v[i].where);
                buf_c(&b, ",\"what\":");
                buf_json_str(&b, r->v[i].what);
                buf_char(&b, '}');
        }
        buf_c(&b, "],\"tables\":[");
        for (size_t i = 0; i < r->tables.n; i++) {
                const VerifyTable *t = &r->tables.v[i];

                buf_c(&b, i ? ",{\"name\":" : "{\"name\":");
                buf_json_str(&b, t->name);
                buf_fmt(&b, ",\"rows\":%lld,\"columns\":[", (long long)t->rows);
                for (size_t k = 0; k < t->columns.n; k++) {
                        buf_c(&b, k ? "," : "");
                        buf_json_str(&b, t->columns.v[k]);
                }
                buf_c(&b, "]}");
        }
        buf_c(&b, "]}\n");
        put(cx, &b);
}

int command_verify(Cx *cx, const Config *config) {
        VerifyReport r = { 0 };

        if (app_open_to_verify(cx, config) != OK || audit_verify(cx, &r) != OK)
                return command_failed(cx, config);
        if (config->json) {
                report_json(cx, &r);
        } else {
                printf("已核验 verified: 日志 %lld 条 entries, %lld 链 lanes, %lld 行 rows, %lld 签名 signed heads\n",
                       (long long)r.entries, (long long)r.lanes, (long long)r.rows, (long long)r.heads);
                for (size_t i = 0; i < r.n; i++)
                        printf("  [" STR_FMT "] " STR_FMT ": " STR_FMT "\n", STR_ARG(r.v[i].kind), STR_ARG(r.v[i].where),
                               STR_ARG(r.v[i].what));
                printf(r.n ? "发现 %zu 处被改动 places altered\n" : "未发现改动 nothing was altered\n", r.n);
        }
        db_close();
        return r.n ? 1 : 0;
}

/* ---- migrate --------------------------------------------------------------------------------------------------------------- */

int command_migrate(Cx *cx, const Config *config) {
        if (app_migrate(cx, config) != OK)
                return command_failed(cx, config);
        if (config->json)
                puts("{\"ok\":true}");
        else if (!config->quiet)
                puts("数据库结构已是最新 the database is of this version");
        db_close();
        return 0;
}

/* ---- import ---------------------------------------------------------------------------------------------------------------- */

typedef struct CalendarImport {
        Str text;
        Calendar *result; /* with the years that were there before */
} CalendarImport;

static Rc import_calendar_work(Cx *cx, void *arg) {
        CalendarImport *in = arg;

        TRY(clock_calendar_put(cx, in->text, &in->result));
        return audit_note(cx, "calendar.imported", S("calendar/CN"), STR_NONE);
}

/* A file of one year joins the others; deadlines that were waiting for it are right afterwards. */
static int import_calendar(Cx *cx, const Config *config, Str file) {
        CalendarImport in = { 0 };
        CaseRecomputed cases;
        const Calendar *all;

        if (!file_read(cx->arena, str_z(cx->arena, file), FILE_MAX, &in.text))
                return (void)fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(file)), 2;
        if (db_write(cx, import_calendar_work, &in) != OK || case_recompute(cx, &cases) != OK)
                return 2;
        all = in.result;
        if (config->json)
                printf("{\"ok\":true,\"days\":%zu,\"years\":[%d,%d],\"cases\":%lld,\"changed\":%lld}\n", all->n, all->years[0],
                       all->years[all->year_count - 1], (long long)cases.cases, (long long)cases.changed);
        else if (!config->quiet)
                printf("工作日历 calendar: %zu 天 days, %d–%d\n期限 deadlines: %lld 件在办 open cases, %lld 件更新 changed\n", all->n,
                       all->years[0], all->years[all->year_count - 1], (long long)cases.cases, (long long)cases.changed);
        return 0;
}

static void import_progress(int64_t lines, int64_t done, int64_t all) {
        fprintf(stderr, "\r  %lld 行 lines, %lld %%%s", (long long)lines, all ? (long long)(done * 100 / all) : 100,
                done == all ? "\n" : "");
}

static int import_places(Cx *cx, const Config *config, Str file, bool grids) {
        ImportReport r = { 0 };

        if (isatty(STDERR_FILENO) && !config->quiet)
                territory_on_progress(import_progress);
        if ((grids ? territory_import_grids(cx, file, &r) : territory_import(cx, file, option(config, "--under"), &r)) != OK)
                return command_failed(cx, config);
        if (config->json)
                printf("{\"ok\":%s,\"read\":%lld,\"added\":%lld,\"changed\":%lld,\"skipped\":%lld,\"wrong\":%lld}\n",
                       r.wrong ? "false" : "true", (long long)r.read, (long long)r.added, (long long)r.changed,
                       (long long)r.skipped, (long long)r.wrong);
        else
                printf("读取 read %lld, 新增 added %lld, 更名 changed %lld, 略过 skipped %lld, 错误 wrong %lld\n",
                       (long long)r.read, (long long)r.added, (long long)r.changed, (long long)r.skipped,
                       (long long)r.wrong);
        if (r.wrong && !config->json)
                printf("  " STR_FMT "\n", STR_ARG(r.first_wrong));
        return r.wrong ? 1 : 0;
}

int command_import(Cx *cx, const Config *config) {
        Str kind = word(config, 0), file = word(config, 1);
        int code = 0;

        if (!file.n)
                return (void)fail(cx, P_CONFIG_INVALID, "wangge import places|grids|calendar FILE"), command_failed(cx, config);
        if (app_open(cx, config, true) != OK)
                return command_failed(cx, config);
        if (str_eq_c(kind, "places") || str_eq_c(kind, "grids")) {
                code = import_places(cx, config, file, str_eq_c(kind, "grids"));
        } else if (str_eq_c(kind, "calendar")) {
                code = import_calendar(cx, config, file);
        } else {
                (void)fail(cx, P_CONFIG_INVALID, "cannot import '" STR_FMT "'; places, grids or calendar", STR_ARG(kind)), code = 2;
        }
        if (code == 2)
                return command_failed(cx, config);
        db_close();
        return code;
}

/* ---- check ----------------------------------------------------------------------------------------------------------------- */

static void time_put(Buf *b, Arena *a, OptInt ms) {
        if (ms.set)
                buf_json_str(b, time_rfc3339(a, ms.n));
        else
                buf_c(b, "null");
}

static void stale_json(Cx *cx, const CaseStaleList *l, const CaseTallyOffList *tally) {
        Buf b = BUF_IN(cx->arena);

        buf_fmt(&b, "{\"ok\":%s,\"cases\":%lld,\"more\":%lld,\"findings\":[", l->n || tally->n ? "false" : "true",
                (long long)l->cases, (long long)l->more);
        for (size_t i = 0; i < l->n; i++) {
                buf_fmt(&b, "%s{\"id\":%lld,\"number\":", i ? "," : "", (long long)l->v[i].id);
                buf_json_str(&b, l->v[i].number);
                buf_c(&b, ",\"stored\":");
                time_put(&b, cx->arena, l->v[i].stored_ms);
                buf_c(&b, ",\"derived\":");
                time_put(&b, cx->arena, l->v[i].derived_ms);
                buf_fmt(&b, ",\"cards\":%s}", l->v[i].unsettled ? "false" : "true");
        }
        buf_c(&b, "],\"tally\":[");
        for (size_t i = 0; i < tally->n; i++) {
                const CaseTallyOff *t = &tally->v[i];

                buf_fmt(&b, "%s{\"place\":", i ? "," : "");
                buf_json_str(&b, t->place);
                buf_c(&b, ",\"state\":");
                buf_json_str(&b, t->state);
                buf_fmt(&b, ",\"cases\":%lld,\"stored\":%lld}", (long long)t->counted, (long long)t->told);
        }
        buf_c(&b, "]}\n");
        put(cx, &b);
}

static Str time_or_none(Arena *a, OptInt ms) { return ms.set ? time_rfc3339(a, ms.n) : S("–"); }

static void stale_tell(Cx *cx, const CaseStaleList *l, const CaseTallyOffList *tally) {
        for (size_t i = 0; i < l->n; i++)
                printf("  " STR_FMT ": " STR_FMT " → " STR_FMT "%s\n", STR_ARG(l->v[i].number),
                       STR_ARG(time_or_none(cx->arena, l->v[i].stored_ms)),
                       STR_ARG(time_or_none(cx->arena, l->v[i].derived_ms)),
                       l->v[i].unsettled ? " 黄红牌不符 cards differ" : "");
        for (size_t i = 0; i < tally->n; i++)
                printf("  " STR_FMT " " STR_FMT ": %lld 件 cases, 计数 tally %lld\n", STR_ARG(tally->v[i].place),
                       STR_ARG(tally->v[i].state), (long long)tally->v[i].counted, (long long)tally->v[i].told);
        printf("%lld 件在办 open cases, %lld 件期限与日历不符 deadlines differ, %zu 处办结计数不符 tallies differ\n",
               (long long)l->cases, (long long)l->n + (long long)l->more, tally->n);
}

static int check_cases(Cx *cx, const Config *config) {
        CaseTallyOffList tally;
        CaseStaleList l;

        if (app_open(cx, config, true) != OK || case_deadlines_check(cx, &l) != OK || case_tally_check(cx, &tally) != OK)
                return command_failed(cx, config);
        if (config->json)
                stale_json(cx, &l, &tally);
        else
                stale_tell(cx, &l, &tally);
        db_close();
        return l.n || tally.n ? 1 : 0;
}

int command_check(Cx *cx, const Config *config) {
        if (str_eq_c(word(config, 0), "cases"))
                return check_cases(cx, config);
        if (str_eq_c(word(config, 0), "flows") && config->rest.n > 1)
                return command_check_flows(cx, config);
        if (str_eq_c(word(config, 0), "mesh"))
                return command_check_mesh(cx, config);
        if (str_eq_c(word(config, 0), "database")) {
                if (app_open(cx, config, true) != OK || db_ping(cx) != OK)
                        return command_failed(cx, config);
                if (config->json)
                        puts("{\"ok\":true}");
                else
                        puts("数据库可用，结构一致 the database answers and its schema fits");
                db_close();
                return 0;
        }
        (void)fail(cx, P_CONFIG_INVALID, "wangge check flows DIR|FILE… | wangge check mesh FILE --crs CRS | wangge check cases|database --db URL");
        return command_failed(cx, config);
}

/* ---- user ------------------------------------------------------------------------------------------------------------------ */

typedef struct UserWork {
        Str login, hash, name;
        bool add;
} UserWork;

static Rc user_work(Cx *cx, void *arg) {
        const UserWork *w = arg;
        AccountId id;

        if (w->add) {
                AccountNew in = { .login = w->login, .name = w->name, .password_hash = w->hash, .must_change = true };
                TRY(who_account_add(cx, &in, &id));
        } else {
                TRY(who_account_by_login(cx, w->login, &id));
                TRY(who_password_set(cx, id, w->hash, true));
        }
        return audit_note(cx, w->add ? "account.added-by-operator" : "account.password-set-by-operator",
                          str_fmt(cx->arena, "account/%lld", (long long)id.n), STR_NONE);
}

int command_user(Cx *cx, const Config *config) {
        Str verb = word(config, 0), login = word(config, 1);
        UserWork w = { .login = login, .name = option(config, "--name"), .add = str_eq_c(verb, "add") };
        char line[300];

        if (!login.n || (!w.add && !str_eq_c(verb, "password")))
                return (void)fail(cx, P_CONFIG_INVALID, "wangge user add|password LOGIN [--name NAME]"),
                       command_failed(cx, config);
        if (!w.name.n)
                w.name = login;
        if (isatty(STDIN_FILENO))
                fprintf(stderr, "新密码 new password: ");
        if (!fgets(line, sizeof line, stdin))
                return (void)fail(cx, P_CONFIG_INVALID, "the password is read from standard input"),
                       command_failed(cx, config);
        cx->actor = actor_system();
        if (app_open(cx, config, true) != OK || password_check(cx, S("password"), login, str_trim(str_c(line))) != OK ||
            who_password_hash(cx, str_trim(str_c(line)), &w.hash) != OK || db_write(cx, user_work, &w) != OK)
                return command_failed(cx, config);
        if (config->json)
                printf("{\"ok\":true}\n");
        db_close();
        return 0;
}

/* ---- schema ---------------------------------------------------------------------------------------------------------------- */

int command_schema(Cx *cx, const Config *config) {
        Str text;

        if (app_open(cx, config, true) != OK || db_dump_schema(cx, &text) != OK)
                return command_failed(cx, config);
        fputs(str_z(cx->arena, text), stdout);
        db_close();
        return 0;
}
