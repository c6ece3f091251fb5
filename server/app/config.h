/* Settings of a process: command line, environment (WANGGE_…), a file by --config; in that order of strength. A secret never
 * stands on the command line. */
#pragma once
#include "base/cx.h"

typedef struct Config {
        Str db, listen, profile, web_dir, public_url, trusted_proxy;
        bool json, empty, quiet, with_key;
        int64_t workers, loops;
        StrList rest;   /* words that are not options */
} Config;

/* Reads argv after the subcommand. P_CONFIG_INVALID names the option. */
Rc config_read(Cx *cx, int argc, char **argv, Config *ret);
bool config_is_loopback(Str listen);
/* Files beside the database: name + suffix for SQLite; WANGGE_DATA_DIR (default var/) for PostgreSQL. */
Str config_beside(Cx *cx, const Config *config, const char *suffix);
