/* The context of one request or job: workspace, clock, who asks, the transaction it runs in, and what went wrong.
 * Passed first to every function that can fail. Not shared between threads at the same time. */
#pragma once
#include "base/rc.h"
#include "base/str.h"
#include "base/time.h"

typedef enum Lang { LANG_ZH, LANG_EN } Lang;

typedef struct FieldError {
        Str pointer;        /* RFC 6901 into the body, or "?name" of the query, or "/{name}" of the path */
        const char *code;   /* e.g. "too-long" */
        Str zh, en;         /* one sentence each */
} FieldError;

typedef struct FieldErrorList {
        FieldError *v;
        size_t n, cap;
} FieldErrorList;

/* What went wrong: code indexes the contract's table of problems (contract.gen.h). */
typedef struct Problem {
        int code;           /* P_…; 0 none */
        Str detail;         /* for the log and for English readers */
        Str detail_zh;      /* may be absent */
        FieldErrorList errors;
        int64_t retry_after_s;
} Problem;

struct Cx;
/* What the gate wants done in the transaction in which a route that opens its own makes its change (db_write_answer): before, to see
 * whether the same request was answered already, and after, to store the answer. */
typedef struct CxFinish {
        Rc (*before)(struct Cx *cx, struct CxFinish *f);
        Rc (*after)(struct Cx *cx, struct CxFinish *f, const void *out);
} CxFinish;

typedef struct Cx {
        Arena *arena;
        int64_t now_ms;             /* fixed for the whole request; read it through now_ms() */
        Lang lang;
        Str request_id;
        Problem problem;
        bool in_haste;              /* on a thread that must not wait: what needs the database fails (db.c) … */
        bool would_wait;            /* … and says so here: to be run again with time */
        struct DbTx *tx;            /* set while inside a transaction */
        struct DbConn *reader;      /* a pinned read connection, or NULL */
        const struct Actor *actor;  /* core/who; NULL for the public and before the gate */
        struct HttpRequest *req;    /* NULL in jobs and commands */
        struct CxFinish *finish;    /* NULL: nothing is wanted */
        struct AuditDraft *audit;   /* core/audit's collection for this transaction */
        struct NoticeDraft *notices;
} Cx;

/* A context of its own for a job, a command or a test. */
Cx *cx_new(size_t arena_ceiling);
void cx_free(Cx *cx);
void cx_freep(Cx **cx);
void cx_reset(Cx *cx);   /* arena and problem emptied, now taken afresh */

static inline int64_t now_ms(const Cx *cx) { return cx->now_ms; }

/* The class of a problem, from the contract; defined in contract.gen.c. */
Rc problem_rc(int code);
const char *problem_name(int code);

/* Says what went wrong, once, where it happened; returns the problem's class. */
Rc fail(Cx *cx, int problem, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same with a Chinese sentence for the person who reads it. */
Rc fail_zh(Cx *cx, int problem, Str zh, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Adds a field error; the caller goes on collecting and ends with fail_input(). */
void field_error(Cx *cx, Str pointer, const char *code, Str zh, Str en);
bool has_field_errors(const Cx *cx);
Rc fail_input(Cx *cx); /* P_INPUT_INVALID with what was collected */
/* One field error and fail in one step. */
Rc fail_field(Cx *cx, Str pointer, const char *code, Str zh, Str en);
