/* Whole databases into a file and back: by SQLite's online backup, by PostgreSQL's own pg_dump and pg_restore. On connections of their
 * own, so that a server may run, and write, meanwhile. */
#pragma once
#include "base/cx.h"

/* Bytes or pages done of all; all 0: not known. May be NULL. */
typedef void (*DbProgress)(int64_t done, int64_t all);

typedef struct DbTableRows {
        Str name;
        int64_t rows;
} DbTableRows;

typedef struct DbTables {
        DbTableRows *v;
        size_t n, cap;
} DbTables;

bool db_is_postgres(Str url);
/* One consistent snapshot into path, which must not exist; rows of every table as they are in it. What was made is checked.
 * P_DB_UNAVAILABLE, P_DB_CORRUPT, P_DB_FULL, P_CONFIG_INVALID when a program that is needed is missing. */
Rc db_backup(Cx *cx, Str url, const char *path, DbProgress progress, DbTables *ret);
/* P_CONFIG_INVALID when there is something at url already. */
Rc db_restore_refuse(Cx *cx, Str url);
/* Into a new SQLite file, or an empty database of PostgreSQL. */
Rc db_restore(Cx *cx, const char *path, Str url, DbProgress progress);
Rc db_count_rows(Cx *cx, Str url, DbTables *ret);

/* ---- the two engines ---- */

Rc lite_backup(Cx *cx, const char *from, const char *to, DbProgress progress, DbTables *ret);
Rc lite_count_rows(Cx *cx, const char *path, DbTables *ret);
Rc pg_backup(Cx *cx, Str url, const char *to, DbProgress progress, DbTables *ret);
Rc pg_restore_refuse(Cx *cx, Str url);
Rc pg_restore(Cx *cx, const char *from, Str url, DbProgress progress);
Rc pg_count_rows(Cx *cx, Str url, DbTables *ret);

/* A copy by its own name, 0600, on the disk when it returns. */
Rc file_copy_new(Cx *cx, const char *from, const char *to, DbProgress progress);
