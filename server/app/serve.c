/* Opening everything in order of the layers, and the serve subcommand. */
#include "app/serve.h"
#include "app/gate.h"
#include "app/live.h"
#include "base/env.h"
#include "base/log.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/job/job.h"
#include "core/notice/notice.h"
#include "core/print/paper.h"
#include "core/vault/vault.h"
#include "core/who/who.h"
#include "db/db.h"
#include "http/http.h"
#include "modules.h"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { OTHERS_EVERY_MS = 10 * MS_SECOND, SIGN_EVERY_MS = 10 * MS_MINUTE, GRACE_MS = 10 * MS_SECOND, PER_ADDRESS = 1024 /* an office behind one address */ };

void modules_init(void) {
        /* What accounts show of modules that core/who may not know. */
        static const WhoLinks links = { .place_name = territory_name, .department_name = case_department_title,
                                        .open_cases = case_open_counts };

#define INIT(name) name##_init();
        MODULES(INIT)
#undef INIT
        who_links(&links);
}

static Rc modules_load(Cx *cx) {
#define LOAD(name) TRY(name(cx));
        MODULE_LOADS(LOAD)
#undef LOAD
        return OK;
}

static Rc database_open(Cx *cx, const Config *config, bool must_exist, bool migrate) {
        DbConfig db = { .url = config->db, .must_exist = must_exist };

        if (!config->db.n)
                return fail(cx, P_CONFIG_INVALID, "--db URL (or WANGGE_DB) is needed: a file path or postgresql://…");
        modules_init();
        TRY(db_open(cx, &db));
        return migrate ? db_migrate(cx) : db_schema_check(cx);
}

Rc app_open(Cx *cx, const Config *config, bool must_exist) {
        TRY(database_open(cx, config, must_exist, !must_exist));
        if (!must_exist)
                return OK;
        TRY(audit_keys_open(cx, config_beside(cx, config, ".key"), config_beside(cx, config, ".heads")));
        TRY(vault_open(cx, config_beside(cx, config, ".data-key")));
        return modules_load(cx);
}

Rc app_migrate(Cx *cx, const Config *config) {
        TRY(database_open(cx, config, true, true));
        return db_schema_check(cx);
}

Rc app_open_to_verify(Cx *cx, const Config *config) {
        Str key = config_beside(cx, config, ".key");

        TRY(database_open(cx, config, true, false));
        if (access(str_z(cx->arena, key), F_OK) != 0) /* the public half is enough for checking */
                key = config_beside(cx, config, ".key.pub");
        return audit_keys_open(cx, key, config_beside(cx, config, ".heads"));
}

int command_failed(Cx *cx, const Config *config) {
        Buf b = BUF_IN(cx->arena);
        Str detail = cx->problem.detail;

        if (config->json) {
                buf_c(&b, "{\"ok\":false,\"code\":");
                buf_json_str(&b, str_c(problem_name(cx->problem.code)));
                buf_c(&b, ",\"detail\":");
                buf_json_str(&b, detail);
                buf_c(&b, "}\n");
                fputs(str_z(cx->arena, buf_view(&b)), stdout);
                return 2;
        }
        fprintf(stderr, "wangge: %s (%s)\n        " STR_FMT "\n", problem_title(cx->problem.code, LANG_ZH),
                problem_name(cx->problem.code), STR_ARG(detail));
        for (size_t i = 0; i < cx->problem.errors.n; i++)
                fprintf(stderr, "        " STR_FMT ": " STR_FMT "\n", STR_ARG(cx->problem.errors.v[i].pointer),
                        STR_ARG(cx->problem.errors.v[i].en));
        return 2;
}

static Str web_dir(Cx *cx, const Config *config) {
        static const char *const places[] = { "web/dist", "/usr/share/wangge/web" };
        char exe[4096];
        ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

        if (config->web_dir.n)
                return config->web_dir;
        if (access(places[0], R_OK) == 0)
                return str_c(places[0]);
        if (n > 0) { /* build/release/wangge → web/dist of the same tree */
                exe[n] = 0;
                for (int up = 0; up < 3 && strrchr(exe, '/'); up++)
                        *strrchr(exe, '/') = 0;
                return str_fmt(cx->arena, "%s/web/dist", exe);
        }
        return str_c(places[1]);
}

/* The demo accounts' password, kept beside the database of a demo installation. */
static void print_addresses(Cx *cx, const Config *config) {
        Str listen = config->listen, password, host, port;
        const char *where;

        if (config->quiet)
                return;
        if (!str_starts(listen, S("unix:")) && str_cut(listen, ':', &host, &port) && !str_starts(listen, S("[")))
                listen = str_fmt(cx->arena, STR_FMT ":%d", STR_ARG(host), http_port());
        where = str_z(cx->arena, listen);
        printf("\n  网格 Wangge %s\n\n"
               "  居民  Residents     http://%s/\n"
               "  网格员 Grid members  http://%s/app/\n"
               "  网格中心 Console      http://%s/console/\n\n",
               WANGGE_VERSION, where, where, where);
        if (file_read(cx->arena, str_z(cx->arena, config_beside(cx, config, ".demo")), 200, &password))
                printf("  演示账号 Demo accounts: admin security auditor center street leader1 member1 dept1 inspector1\n"
                       "  密码 Password: " STR_FMT "\n\n",
                       STR_ARG(str_trim(password)));
        fflush(stdout);
}

static Rc refuse_demo_beyond_loopback(Cx *cx, const Config *config) {
        if (config_is_loopback(config->listen) || !who_is_demo_password_in_use(cx))
                return OK;
        return fail(cx, P_CONFIG_INVALID,
                    STR_FMT " is reachable from outside and demo accounts still have the demo password; change or disable "
                            "them first, or listen on 127.0.0.1",
                    STR_ARG(config->listen));
}

static Rc nothing(Cx *cx, void *arg) { return (void)cx, (void)arg, OK; }

/* An import from the shell is seen by a server on SQLite when it next begins to write: here at the latest. Costs no disk. */
static Rc look_for_others(Cx *cx) { return db_write(cx, nothing, NULL); }

static Rc serve(Cx *cx, const Config *config) {
        HttpConfig http = { .listen = config->listen,
                            .loops = (int)config->loops,
                            .workers = (int)config->workers,
                            .trusted_proxy = config->trusted_proxy,
                            .web_dir = web_dir(cx, config),
                            .per_address = (int)env_int("WANGGE_PER_ADDRESS", PER_ADDRESS),
                            .connections = (int)env_int("WANGGE_CONNECTIONS", 0),
                            .access_log = !config->quiet,
                            .quick = gate_quick };

        TRY(app_open(cx, config, true));
        TRY(case_recompute_if_needed(cx));
        TRY(refuse_demo_beyond_loopback(cx, config));
        paper_public_url(config->public_url);
        live_init();
        job_every("audit.sign", SIGN_EVERY_MS, audit_sign_heads);
        job_every("idempotency.purge", MS_DAY, idempotency_purge);
        job_every("live.expire", MS_MINUTE, live_expire);
        job_every("db.others", OTHERS_EVERY_MS, look_for_others);
#define JOB(name, every, run) job_every(name, every, run);
        MODULE_JOBS(JOB)
#undef JOB
        TRY(http_start(cx, &http, gate_early, gate_answer));
        job_start();
        return OK;
}

/* SIGHUP reads the faces again; when there is a terminal it means that this is gone, and the server goes too. */
static int wait_for_the_end(const sigset_t *wanted) {
        bool terminal = isatty(STDIN_FILENO);
        int got = 0;

        while (sigwait(wanted, &got) != 0 || (got == SIGHUP && !terminal))
                http_reload();
        return got;
}

int command_serve(Cx *cx, const Config *config) {
        sigset_t wanted;

        sigemptyset(&wanted);
        sigaddset(&wanted, SIGINT);
        sigaddset(&wanted, SIGTERM);
        sigaddset(&wanted, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &wanted, NULL); /* threads inherit it; only this one waits */
        signal(SIGPIPE, SIG_IGN);
        if (serve(cx, config) != OK)
                return command_failed(cx, config);
        print_addresses(cx, config);
        log_info("server.stopping", "signal %d", wait_for_the_end(&wanted));
        http_stop(GRACE_MS);
        job_stop();
        cx_reset(cx);
        if (audit_sign_heads(cx) != OK)
                log_warn("audit.sign", STR_FMT, STR_ARG(cx->problem.detail));
        db_close();
        return 0;
}
