/* A case from memory is the case from the database: right after every kind of change, and for every kind of reader. */
#include "base/test.h"
#include "case/test_case.h"
#include "core/cache/cache.h"
#include <unistd.h>

static Street *begin(void) {
        Street *s = street_new();

        for (int i = 0; i < 5000 && !db_era(); i++)
                usleep(1000);
        cache_drop(cache_new("case", 0), 0);
        return s;
}

/* As text, by way of the memory or, on a snapshot, past it. */
typedef struct Look {
        int64_t id;
        Str text;
} Look;

static Rc look(Cx *cx, void *arg) {
        Look *l = arg;
        Buf b = BUF_IN(cx->arena);
        CaseView *view;

        TRY(case_view(cx, (CaseId){ l->id }, &view));
        json_encode(&b, &shape_CaseView, view);
        return l->text = buf_view(&b), OK;
}

/* On PostgreSQL the notice of an earlier change comes back a moment later and drops what was just kept: then it is kept anew. */
static bool is_kept(Cx *cx, int64_t id) {
        bool kept = false;
        Str block;

        for (int i = 0; i < 100 && !kept; i++) {
                Look again = { .id = id };

                if (i)
                        usleep(10000);
                kept = look(cx, &again) == OK && cache_get(cx, cache_new("case", 0), id, &block);
        }
        return kept;
}

/* What is kept is what is stored, and it is kept. */
static bool agrees(Street *s, int64_t id) {
        Look kept = { .id = id }, again = { .id = id }, stored = { .id = id };
        CaseFile file;
        Cx *cx = s->cx;

        if (look(cx, &kept) != OK || look(cx, &again) != OK || db_read(cx, look, &stored) != OK)
                return false;
        return is_kept(cx, id) && case_store_file(cx, id, &file) == OK && str_eq(kept.text, stored.text) &&
               str_eq(again.text, stored.text);
}

TEST(case__memory_follows_every_kind_of_change) {
        Street *s = begin();
        CaseView *v;
        int64_t id, other;

        as(s, s->member1);
        other = report(s, "别的");
        id = report(s, "垃圾");
        CHECK(agrees(s, id) && agrees(s, other));
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, id, "accept_dispatch", "huanwei"));
        CHECK(agrees(s, id));
        as(s, s->huanwei);
        CHECK(agrees(s, id));
        CHECK_OK(s->cx, act_photo(s, id, "feedback", "已清运", s->photo2));
        CHECK(agrees(s, id));
        as(s, s->street);
        CHECK_OK(s->cx, case_share(s->cx, (CaseId){ id }, s->member2->account.n, &v));
        CHECK_INT(v->readers.n, 1);
        CHECK(agrees(s, id));
        as(s, s->member2);
        CHECK(agrees(s, id)); /* reads along, by the kept readers */
        CHECK(agrees(s, other) == false); /* of another grid */
        as(s, s->member1);
        CHECK_OK(s->cx, act_photo(s, id, "verify_pass", NULL, s->photo3));
        CHECK(agrees(s, id));
        CHECK(agrees(s, other));
}

TEST(case__failed_changes_leave_the_memory_right) {
        Street *s = begin();
        int64_t id;

        as(s, s->member1);
        id = report(s, "垃圾");
        CHECK(agrees(s, id));
        as(s, s->street);
        CHECK_FAILS(s->cx, P_VERSION_STALE, act(s, id, "archive", &(CaseAction){ .version = 99 }));
        CHECK(agrees(s, id));
}

/* The scope is written twice: in case.sql for the queries, in case_scope.c for a case at hand. */
static bool scopes_agree(Street *s, const CaseScope *scope, const IntList *ids) {
        for (size_t i = 0; i < ids->n; i++) {
                CaseFile file;
                CaseRow *row;
                bool found;

                if (case_store_file(s->cx, ids->v[i], &file) != OK)
                        return false;
                found = case_store_get(s->cx, ids->v[i], scope, &row) == OK;
                s->cx->problem = (Problem){ 0 };
                if (found != case_scope_covers(scope, &file))
                        return false;
        }
        return true;
}

TEST(case__scope_of_one_case_is_that_of_the_queries) {
        static const char *const posts[] = { ",", ",530103003001,", ",5,", ",530103003001001,530103003002,", ",53,",
                                             ",5301,", ",530103,9,", ",530103003,", ",530103004,", ",01," };
        Street *s = begin();
        const Actor *all[] = { s->member1, s->member2,   s->member3,   s->leader,  s->street, s->centre,
                               s->stranger, s->inspector, s->chengguan, s->huanwei, NULL, NULL };
        CaseScope scope;
        CaseView *v;
        CaseAction call = { .note = S("联合整治"), .form = S("{\"complexity\":\"ordinary\"}") };
        IntList ids = { 0 };
        int64_t joint = 0;

        street_flows(s);
        all[ARRAY_LEN(all) - 1] = s->xiaofang;
        as(s, s->member1);
        for (int i = 0; i < 4; i++)
                *list_push(s->cx->arena, &ids) = report(s, "垃圾"); /* not always in a row: connections take ids by the dozen */
        as(s, s->street);
        CHECK_OK(s->cx, dispatch_to(s, ids.v[1], "accept_dispatch", "huanwei"));
        CHECK_OK(s->cx, dispatch_to(s, ids.v[2], "accept_dispatch", "chengguan"));
        CHECK_OK(s->cx, case_share(s->cx, (CaseId){ ids.v[3] }, s->member3->account.n, &v));
        CHECK_OK(s->cx, open_as(s, "six-step-full", NULL, &joint));
        CHECK_OK(s->cx, act_now(s, joint, "accept", NULL));
        *list_push(s->cx->arena, &call.units) = (UnitLink){ S("sifa"), { true, true } };
        *list_push(s->cx->arena, &call.units) = (UnitLink){ S("xiaofang"), { false, false } };
        CHECK_OK(s->cx, act_now(s, joint, "joint_dispatch", &call));
        *list_push(s->cx->arena, &ids) = joint;
        as(s, NULL);
        *list_push(s->cx->arena, &ids) = report(s, "居民");
        for (size_t i = 0; i < ARRAY_LEN(all); i++) {
                as(s, all[i]);
                case_scope(s->cx, &scope);
                CHECK(scopes_agree(s, &scope, &ids));
        }
        for (size_t i = 0; i < ARRAY_LEN(posts); i++) {
                scope = (CaseScope){ .lo = S(""), .hi = S(":"), .me = -1, .departments = S(","), .posts = str_c(posts[i]) };
                CHECK(scopes_agree(s, &scope, &ids));
        }
}
