/* Closed cases, one after the other, through named queries. */
#include "suggest/suggest_int.h"
#include "sql.gen.h"

typedef struct Reader {
        TaughtEach each;
        void *arg;
} Reader;

static Rc pass_on(Cx *cx, const SuggestCaseRow *row, void *arg) {
        const Reader *r = arg;

        return r->each(cx, &(Taught){ row->id, row->closed_ms, row->category, row->text }, r->arg);
}

Rc store_taught_newest(Cx *cx, int64_t limit, TaughtEach each, void *arg) {
        return q_suggest_newest(cx, limit, pass_on, &(Reader){ each, arg });
}

Rc store_taught_after(Cx *cx, int64_t closed_ms, int64_t id, int64_t limit, TaughtEach each, void *arg) {
        return q_suggest_after(cx, closed_ms, id, limit, pass_on, &(Reader){ each, arg });
}
