/* wangge: one program, its subcommands. */
#include "app/serve.h"
#include "base/log.h"
#include "contract.gen.h"
#include "repair/repair.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
        const char *name;
        int (*run)(Cx *cx, const Config *config);
        const char *help;
} commands[] = {
        { "serve", command_serve, "serve --db URL --listen ADDR          serve the platform" },
        { "init", command_init, "init --profile NAME [--empty] --db URL make the schema, places, flows, accounts, demo data" },
        { "migrate", command_migrate, "migrate --db URL                       bring a database of an older version up to this one" },
        { "import", command_import, "import places|grids|calendar FILE [--under CODE] --db URL" },
        { "check", command_check, "check flows DIR|FILE… | check mesh FILE --crs wgs84|cgcs2000|gcj02|bd09 | check cases|database --db URL" },
        { "verify", command_verify, "verify [--json] --db URL               prove that nobody altered the history" },
        { "backup", command_backup, "backup FILE [--with-key] --db URL      a copy of one moment, while the server runs" },
        { "restore", command_restore, "restore FILE --db URL                  into a new database; verifies it" },
        { "user", command_user, "user add|password LOGIN --db URL       from the shell; password from standard input" },
        { "schema", command_schema, "schema --db URL                        the whole schema as commented text" },
};

static int usage(FILE *to, int code) {
        fprintf(to, "wangge %s\nusage: wangge COMMAND [options]\n\n", WANGGE_VERSION);
        for (size_t i = 0; i < ARRAY_LEN(commands); i++)
                fprintf(to, "  wangge %s\n", commands[i].help);
        fprintf(to, "\nSettings also come from WANGGE_DB, WANGGE_LISTEN … or a file by --config (key = value).\n");
        return code;
}

/* Before the options could be read, or although they could not. */
static bool wants_json(int argc, char **argv) {
        for (int i = 1; i < argc; i++)
                if (strcmp(argv[i], "--json") == 0)
                        return true;
        return false;
}

int main(int argc, char **argv) {
        _cleanup_(cx_freep) Cx *cx = NULL;
        Config config;

        if (argc < 2)
                return usage(stderr, 2);
        if (strcmp(argv[1], "--version") == 0)
                return printf("wangge %s\n", WANGGE_VERSION), 0;
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
                return usage(stdout, 0);
        if (strcmp(argv[1], "repair") == 0 && argc == 2)
                repair_child(); /* not for people: the server's reader of files */
        for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
                if (strcmp(argv[1], commands[i].name) != 0)
                        continue;
                cx = cx_new(0);
                if (commands[i].run != command_serve)
                        log_level(LOG_WARN_); /* a person reads along */
                if (config_read(cx, argc - 2, argv + 2, &config) != OK)
                        return command_failed(cx, &(Config){ .json = wants_json(argc, argv) });
                return commands[i].run(cx, &config);
        }
        if (wants_json(argc, argv)) {
                cx = cx_new(0);
                return (void)fail(cx, P_CONFIG_INVALID, "there is no command %s", argv[1]), command_failed(cx, &(Config){ .json = true });
        }
        fprintf(stderr, "wangge: no command '%s'\n", argv[1]);
        return usage(stderr, 2);
}
