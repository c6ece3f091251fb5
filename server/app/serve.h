/* The subcommands' shared start: database, modules, keys. */
#pragma once
#include "app/config.h"

#define WANGGE_VERSION "0.1.0"

/* api/openapi.json, embedded by tools/embed.py. */
extern const unsigned char openapi_json[];
extern const size_t openapi_json_len;

void modules_init(void);                                     /* every module's x_init, in order of the layers */
Rc app_open(Cx *cx, const Config *config, bool must_exist);  /* database, schema, keys, what modules keep in memory */
Rc app_migrate(Cx *cx, const Config *config);                /* an older database, up to this version; nothing is served */
Rc app_open_to_verify(Cx *cx, const Config *config);         /* without what modules keep: it may be what was altered */

/* Subcommands: exit code 0 fine, 1 found something wrong, 2 could not run. */
int command_serve(Cx *cx, const Config *config);
int command_init(Cx *cx, const Config *config);
int command_migrate(Cx *cx, const Config *config);
int command_import(Cx *cx, const Config *config);
int command_check(Cx *cx, const Config *config);
int command_check_flows(Cx *cx, const Config *config);
int command_check_mesh(Cx *cx, const Config *config);
int command_verify(Cx *cx, const Config *config);
int command_user(Cx *cx, const Config *config);
int command_backup(Cx *cx, const Config *config);
int command_restore(Cx *cx, const Config *config);
int command_schema(Cx *cx, const Config *config);

/* Prints the problem in cx for a person (or as JSON) and returns 2. */
int command_failed(Cx *cx, const Config *config);
