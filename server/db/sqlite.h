/* What sqlite.c (connections, queries) and sqlite_writer.c (the writer thread and its group commit) share. */
#pragma once
#include "db/db_int.h"
#include <sqlite3.h>

enum {
        LITE_CHECKPOINT_PAGES = 4000, /* 16 MB of log: copy it back, without waiting for anybody */
        LITE_RESTART_PAGES = 16000,   /* 64 MB: wait for readers a little, so that the log starts over */
        LITE_LOG_LIMIT = 64 << 20,
};

typedef struct LiteConn {
        sqlite3 *db;
        DbStmts stmts;
        int log_pages;                 /* writer: pages in the log after the last commit */
        struct LiteConn *next, **prev; /* among all readers */
} LiteConn;

/* sqlite.c */
Rc lite_connect(Cx *cx, bool writer, LiteConn **ret);
void lite_disconnect(LiteConn *c);
/* Says in cx what the connection's last error means. */
Rc lite_fail(Cx *cx, LiteConn *c, const char *what);
/* Runs text without parameters or rows; gives SQLite's result code. */
int lite_exec(LiteConn *c, const char *sql);

/* sqlite_writer.c */
Rc writer_start(Cx *cx);
void writer_stop(void);
Rc writer_run(Cx *cx, DbTx *tx);
