/* The tests' own table and queries: see test_thing.h. */
#include "db/test_thing.h"
#include "base/test.h"
#include <stddef.h>

#define ROW "id, n, note, flag, bytes, num"

static const DbColumn columns[] = {
        { "id", DB_INT, false, offsetof(Thing, id) },       { "n", DB_INT, false, offsetof(Thing, n) },
        { "note", DB_TEXT, true, offsetof(Thing, note) },   { "flag", DB_BOOL, true, offsetof(Thing, flag) },
        { "bytes", DB_BLOB, true, offsetof(Thing, bytes) }, { "num", DB_NUM, true, offsetof(Thing, num) },
};
static const DbRowShape shape = { "Thing", sizeof(Thing), 6, columns };
static const DbColumn one_column[] = { { "n", DB_INT, false, 0 } };
static const DbRowShape one_shape = { "Count", sizeof(int64_t), 1, one_column };
static const DbType types[] = { DB_INT, DB_TEXT, DB_BOOL, DB_BLOB, DB_NUM };
static const DbType ints[] = { DB_INT, DB_INT };
static const DbType list_types[] = { DB_TEXT, DB_INT, DB_INT };

#define TEXT(name, ...) static const DbPiece name[] = { __VA_ARGS__, { -1, NULL } }

TEXT(insert_text,
     { -1,
       "INSERT INTO test_thing (n, note, flag, bytes, num) VALUES (\1\1, \1\2, \1\3, \1\4, \1\5) RETURNING id" });
TEXT(twin_text,
     { -1, "INSERT INTO test_thing (id, n) SELECT max(id), CAST(\1\1 AS BIGINT) FROM test_thing" });
TEXT(get_text, { -1, "SELECT " ROW " FROM test_thing WHERE id = \1\1" });
TEXT(by_n_text, { -1, "SELECT " ROW " FROM test_thing WHERE n = \1\1" });
TEXT(list_text, { -1, "SELECT " ROW " FROM test_thing WHERE TRUE " }, { 0, "AND note = \1\1 " },
     { 1, "AND n > \1\2 " }, { -1, "ORDER BY n LIMIT \1\3" });
TEXT(each_text, { -1, "SELECT " ROW " FROM test_thing ORDER BY id" });
TEXT(set_text, { -1, "UPDATE test_thing SET n = \1\2 WHERE id = \1\1" });
TEXT(count_text, { -1, "SELECT count(*) FROM test_thing" });
TEXT(child_text, { -1, "INSERT INTO test_child (thing) VALUES (\1\1)" });

static const DbQuery insert_query = { "thing_insert", DB_ONE,      5,           types,
                                      &one_shape,     insert_text, insert_text, 0 };
static const DbQuery twin_query = { "thing_twin", DB_EXEC, 1, ints, NULL, twin_text, twin_text, 0 };
static const DbQuery get_query = { "thing_get", DB_OPT, 1, ints, &shape, get_text, get_text, 0 };
static const DbQuery must_get_query = { "thing_must_get", DB_ONE, 1, ints, &shape, get_text, get_text, 0 };
static const DbQuery by_n_query = { "thing_by_n", DB_OPT, 1, ints, &shape, by_n_text, by_n_text, 0 };
static const DbQuery list_query = { "thing_list", DB_MANY, 3, list_types, &shape, list_text, list_text, 0 };
static const DbQuery each_query = { "thing_each", DB_EACH, 0, NULL, &shape, each_text, each_text, 0 };
static const DbQuery set_query = { "thing_set", DB_EXEC, 2, ints, NULL, set_text, set_text, 0 };
static const DbQuery count_query = { "thing_count", DB_ONE, 0, NULL, &one_shape, count_text, count_text, 0 };
static const DbQuery child_query = { "thing_child", DB_EXEC, 1, ints, NULL, child_text, child_text, 0 };

static Rc script_work(Cx *cx, void *arg) { return db_script(cx, db_template(cx->arena, db_kind(), arg).p); }

Rc thing_script(Cx *cx, const char *template_text) {
        return db_write_as(cx, DB_TX_BARE, script_work, (void *)(uintptr_t)template_text);
}

Cx *thing_db(void) {
        Cx *cx = test_db();

        if (thing_script(
                    cx,
                    "CREATE TABLE test_thing (id @ID@, n @INT@ NOT NULL, note @TEXT@, flag @BOOL(flag)@, bytes @BLOB@,"
                    " num @NUM@) @STRICT@;"
                    "CREATE TABLE test_child (thing @INT@ REFERENCES test_thing (id) DEFERRABLE INITIALLY DEFERRED) @STRICT@;") !=
            OK)
                test_fail(__FILE__, __LINE__, STR_FMT, STR_ARG(cx->problem.detail));
        return cx;
}

Rc thing_insert(Cx *cx, const Thing *t, int64_t *ret_id) {
        const DbValue params[] = {
                { .type = DB_INT, .i = t->n },
                { .type = DB_TEXT, .null = !t->note.p, .s = t->note },
                { .type = DB_BOOL, .null = !t->flag.set, .i = t->flag.b },
                { .type = DB_BLOB, .null = !t->bytes.p, .s = t->bytes },
                { .type = DB_NUM, .null = !t->num.set, .d = t->num.n },
        };
        void *row;

        TRY(db_one(cx, &insert_query, params, &row));
        *ret_id = *(int64_t *)row;
        return OK;
}

Rc thing_twin(Cx *cx, int64_t id) {
        return db_exec(cx, &twin_query, (DbValue[]){ { .type = DB_INT, .i = id } }, NULL);
}

typedef struct Add {
        const Thing *t;
        int64_t *ret_id;
        int64_t n;
} Add;

static Rc add_work(Cx *cx, void *arg) {
        Add *add = arg;

        return thing_insert(cx, add->t, add->ret_id);
}

Rc thing_add(Cx *cx, const Thing *t, int64_t *ret_id) {
        return db_write(cx, add_work, &(Add){ .t = t, .ret_id = ret_id });
}

static Rc fill_work(Cx *cx, void *arg) {
        Add *add = arg;
        int64_t id;

        for (int64_t i = 0; i < add->n; i++)
                TRY(thing_insert(cx, &(Thing){ .n = i, .note = S("fill") }, &id));
        return OK;
}

Rc thing_fill(Cx *cx, int64_t n) { return db_write(cx, fill_work, &(Add){ .n = n }); }

static Rc by(Cx *cx, const DbQuery *q, int64_t n, Thing **ret) {
        const DbValue params[] = { { .type = DB_INT, .i = n } };
        void *row = NULL;

        TRY(q->yield == DB_ONE ? db_one(cx, q, params, &row) : db_opt(cx, q, params, &row));
        *ret = row;
        return OK;
}

Rc thing_get(Cx *cx, int64_t id, Thing **ret) { return by(cx, &get_query, id, ret); }
Rc thing_must_get(Cx *cx, int64_t id, Thing **ret) { return by(cx, &must_get_query, id, ret); }
Rc thing_by_n(Cx *cx, int64_t n, Thing **ret) { return by(cx, &by_n_query, n, ret); }

Rc thing_list(Cx *cx, Str note, OptInt above, int64_t limit, ThingList *ret) {
        const DbValue params[] = {
                { .type = DB_TEXT, .null = !note.p, .s = note },
                { .type = DB_INT, .null = !above.set, .i = above.n },
                { .type = DB_INT, .i = limit },
        };
        DbRows rows;

        TRY(db_many(cx, &list_query, params, &rows));
        *ret = (ThingList){ rows.v, rows.n, rows.cap };
        return OK;
}

Rc thing_each(Cx *cx, DbEach each, void *arg) { return db_each(cx, &each_query, NULL, each, arg); }

Rc thing_set(Cx *cx, int64_t id, int64_t n) {
        return db_exec(cx, &set_query,
                       (DbValue[]){ { .type = DB_INT, .i = id }, { .type = DB_INT, .i = n } }, NULL);
}

static Rc child_work(Cx *cx, void *arg) {
        return db_exec(cx, &child_query, (DbValue[]){ { .type = DB_INT, .i = *(int64_t *)arg } }, NULL);
}

Rc thing_add_child(Cx *cx, int64_t thing) { return db_write(cx, child_work, &thing); }

int64_t thing_count(Cx *cx) {
        void *row;

        return db_one(cx, &count_query, NULL, &row) == OK ? *(int64_t *)row : -1;
}
