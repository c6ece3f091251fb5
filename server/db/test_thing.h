/* A table that only tests have, its row and its queries, written by hand as tools/sqlgen.py would. */
#pragma once
#include "db/db_int.h"

typedef struct Thing {
        int64_t id; /* 0 when inserting: the database gives one */
        int64_t n;
        Str note;
        OptBool flag;
        Str bytes;
        OptNum num;
} Thing;
typedef struct ThingList {
        Thing *v;
        size_t n, cap;
} ThingList;

Cx *thing_db(void);                                    /* test_db() with the table */
Rc thing_script(Cx *cx, const char *template_text);    /* in a transaction of its own */
Rc thing_add(Cx *cx, const Thing *t, int64_t *ret_id); /* in a transaction of its own */
Rc thing_insert(Cx *cx, const Thing *t, int64_t *ret_id);
Rc thing_twin(Cx *cx, int64_t id); /* inserts a row with this id */
Rc thing_fill(Cx *cx, int64_t n);  /* rows with n = 0 … */
Rc thing_get(Cx *cx, int64_t id, Thing **ret);
Rc thing_must_get(Cx *cx, int64_t id, Thing **ret);
Rc thing_by_n(Cx *cx, int64_t n, Thing **ret);
Rc thing_list(Cx *cx, Str note, OptInt above, int64_t limit, ThingList *ret);
Rc thing_each(Cx *cx, DbEach each, void *arg);
Rc thing_set(Cx *cx, int64_t id, int64_t n);
Rc thing_add_child(Cx *cx, int64_t thing); /* a reference checked at commit */
int64_t thing_count(Cx *cx);               /* -1 on failure */
