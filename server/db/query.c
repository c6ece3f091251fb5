/* What both engines do alike with a named query: putting its pieces together, checking parameters, handing rows on, and
 * remembering prepared statements. */
#include "contract.gen.h"
#include "db/db_int.h"
#include <assert.h>
#include <stdlib.h>

static const DbPiece *pieces_of(const DbQuery *q, DbKind kind) {
        return kind == DB_SQLITE ? q->sqlite : q->postgres;
}

uint64_t db_mask(const DbQuery *q, DbKind kind, const DbValue *params) {
        uint64_t mask = 0;

        for (const DbPiece *p = pieces_of(q, kind); p->sql; p++)
                if (p->when >= 0 && !params[p->when].null)
                        mask |= (uint64_t)1 << p->when;
        return mask;
}

uint64_t db_mask_all(const DbQuery *q, DbKind kind) {
        uint64_t mask = 0;

        for (const DbPiece *p = pieces_of(q, kind); p->sql; p++)
                if (p->when >= 0)
                        mask |= (uint64_t)1 << p->when;
        return mask;
}

static const char insert_into[] = "INSERT INTO ", values[] = ") VALUES (";

Str db_id_table(const DbQuery *q) {
        const char *name = q->postgres->sql + sizeof insert_into - 1;

        assert(strncmp(q->postgres->sql, insert_into, sizeof insert_into - 1) == 0); /* tools/sqlgen.py sees to it */
        return (Str){ name, strcspn(name, " (") };
}

/* The id becomes a column like the others, its value the last parameter. */
static void name_id(Buf *b, const DbQuery *q) {
        Buf whole = BUF_HEAP;
        const char *columns = strchr(b->p, '('), *given = strstr(b->p, values);

        assert(columns && given);
        given += sizeof values - 1;
        columns++;
        buf_add(&whole, b->p, (size_t)(columns - b->p));
        buf_c(&whole, "id, ");
        buf_add(&whole, columns, (size_t)(given - columns));
        buf_fmt(&whole, "$%d, ", q->param_count + 1);
        buf_c(&whole, given);
        buf_char(&whole, 0);
        buf_clear(b);
        buf_add(b, whole.p, whole.n);
        buf_done(&whole);
}

/* Parameters are numbered on both: ?3 and $3 are the third whatever their order in the text. */
void db_text(Buf *b, const DbQuery *q, DbKind kind, uint64_t mask) {
        for (const DbPiece *p = pieces_of(q, kind); p->sql; p++) {
                if (p->when >= 0 && !(mask >> p->when & 1))
                        continue;
                for (const char *c = p->sql; *c; c++) {
                        if (*c != '\x01') {
                                buf_char(b, *c);
                                continue;
                        }
                        c++;
                        buf_char(b, kind == DB_SQLITE ? '?' : '$');
                        buf_int(b, (unsigned char)*c);
                }
        }
        if (kind == DB_POSTGRES && q->yield == DB_LATER)
                buf_c(b, " RETURNING id"); /* SQLite remembers it; its RETURNING makes a table for every statement */
        buf_char(b, 0);
        if (kind == DB_POSTGRES && q->yield == DB_ID)
                name_id(b, q);
}

/* PostgreSQL refuses NUL in text; so that tests on SQLite see it too, both refuse it here. */
Rc db_check_params(Cx *cx, const DbQuery *q, const DbValue *params) {
        for (int i = 0; i < q->param_count; i++) {
                const DbValue *v = &params[i];

                if (v->null || (v->type != DB_TEXT && v->type != DB_BLOB))
                        continue;
                if (!v->s.p)
                        return fail(cx, P_SERVER_BUG, "Query %s: parameter %d is not given", q->name, i + 1);
                if (v->type == DB_TEXT && v->s.n && memchr(v->s.p, 0, v->s.n))
                        return fail(cx, P_SERVER_BUG, "Query %s: parameter %d has a NUL in it", q->name,
                                    i + 1);
        }
        return OK;
}

void *sink_row(DbSink *sink) {
        size_t size = sink->q->shape->size;
        DbRows *rows = &sink->rows;

        if (sink->q->yield != DB_MANY)
                return sink->row = arena_take(sink->arena, size);
        if (rows->n == rows->cap) {
                size_t cap = rows->cap ? rows->cap * 2 : 16;

                rows->v = arena_grow(sink->arena, rows->v, rows->cap * size, cap * size);
                rows->cap = cap;
        }
        return (char *)rows->v + rows->n * size;
}

Rc sink_took(Cx *cx, DbSink *sink) {
        const DbQuery *q = sink->q;
        Rc rc = OK;

        sink->n++;
        if (q->yield == DB_MANY)
                sink->rows.n++;
        if (q->yield == DB_EACH) {
                rc = sink->each(cx, sink->row, sink->arg);
                arena_reset(sink->arena);
        } else if (arena_over(sink->arena))
                rc = fail(cx, P_SERVER_BUG, "Query %s: %zu rows are more than the workspace holds", q->name,
                          sink->n);
        else if (sink->n > 1 && q->yield != DB_MANY)
                rc = fail(cx, P_SERVER_BUG, "Query %s: more than one row", q->name);
        return rc;
}

/* ---- statements ---- */

static size_t stmt_hash(const DbQuery *q, uint64_t mask) {
        uint64_t h = ((uint64_t)(uintptr_t)q >> 4) * 0x9e3779b97f4a7c15u ^ (mask + 1) * 0xc2b2ae3d27d4eb4fu;

        return (size_t)(h ^ h >> 29);
}

static DbStmt **stmt_slot(const DbStmts *s, const DbQuery *q, uint64_t mask) {
        size_t at = stmt_hash(q, mask) & (s->cap - 1);

        while (s->slots[at] && (s->slots[at]->q != q || s->slots[at]->mask != mask))
                at = (at + 1) & (s->cap - 1);
        return &s->slots[at];
}

DbStmt *stmts_get(DbStmts *s, const DbQuery *q, uint64_t mask) {
        return s->cap ? *stmt_slot(s, q, mask) : NULL;
}

static void stmts_widen(DbStmts *s) {
        DbStmts wide = { .n = s->n, .cap = s->cap ? s->cap * 2 : 64 };

        wide.slots = calloc(wide.cap, sizeof(DbStmt *));
        if (!wide.slots)
                abort();
        for (size_t i = 0; i < s->cap; i++)
                if (s->slots[i])
                        *stmt_slot(&wide, s->slots[i]->q, s->slots[i]->mask) = s->slots[i];
        free(s->slots);
        *s = wide;
}

DbStmt *stmts_add(DbStmts *s, const DbQuery *q, uint64_t mask, void *stmt) {
        DbStmt *e = calloc(1, sizeof *e);

        if (!e)
                abort();
        *e = (DbStmt){ .q = q, .mask = mask, .stmt = stmt };
        if (s->n * 2 >= s->cap)
                stmts_widen(s);
        *stmt_slot(s, q, mask) = e;
        s->n++;
        return e;
}

void stmts_done(DbStmts *s, void (*close)(void *stmt)) {
        for (size_t i = 0; i < s->cap; i++) {
                if (!s->slots[i])
                        continue;
                if (close)
                        close(s->slots[i]->stmt);
                free(s->slots[i]);
        }
        free(s->slots);
        *s = (DbStmts){ 0 };
}
