/* Views of the queue that people keep: a name, filters, and how many cases that is now. */
#include "base/json.h"
#include "base/time.h"
#include "desk/desk_store.h"

enum {
        COUNT_BUDGET_US = 400 * 1000, /* for the counts of one list; whatever is not counted by then has no number */
        SHARED_MOST = 70,
};

/* ---- filters as they are stored ---- */

static Str filters_text(Cx *cx, const CaseQuery *in) {
        Buf b = BUF_IN(cx->arena);
        CaseQuery kept = *in;

        kept.limit = (OptInt){ 0 };
        kept.page = STR_NONE;
        json_encode(&b, &shape_CaseQuery, &kept);
        return buf_view(&b);
}

/* What an older program stored and this one does not understand asks for everything. */
static CaseQuery *filters_read(Cx *cx, Str text) {
        Problem before = cx->problem;
        void *p;

        if (json_decode(cx, &shape_CaseQuery, text, &p) == OK)
                return p;
        cx->problem = before;
        return TAKE(cx->arena, CaseQuery);
}

/* ---- whose ---- */

/* Colleagues are those with a post in the same place, or in the same department. */
static Str home_of(Cx *cx, const Post *p) {
        return p->department.n ? str_fmt(cx->arena, "d:" STR_FMT, STR_ARG(p->department)) : p->place;
}

static bool works_on_cases(const Post *p) { return permission_roles[PERM_DESK_USE] >> p->role & 1; }

static Str own_home(Cx *cx) {
        const PostList *posts = &cx->actor->posts;
        Str home = S("");

        for (size_t i = posts->n; i-- > 0;)
                if (works_on_cases(&posts->v[i]) && (posts->v[i].role == ROLE_DISPATCHER || !home.n))
                        home = home_of(cx, &posts->v[i]);
        return home;
}

static bool seen_before(const DeskViews *v, int64_t id) {
        for (size_t i = 0; i < v->items.n; i++)
                if (v->items.v[i].id == id)
                        return true;
        return false;
}

/* ---- lists ---- */

static Rc view_of(Cx *cx, const DeskViewRow *row, DeskView *ret) {
        Person owner = { 0 };

        *ret = (DeskView){ .id = row->id,
                           .name = row->name,
                           .shared = row->shared,
                           .own = row->account == actor_account(cx).n,
                           .filters = filters_read(cx, row->filters),
                           .version = row->version };
        if (ret->own)
                ret->owner_name = cx->actor->name;
        else
                TRY(who_person(cx, (AccountId){ row->account }, &owner));
        if (owner.name.n)
                ret->owner_name = owner.name;
        return OK;
}

static Rc views_add(Cx *cx, const DeskViewRowList *rows, DeskViews *v) {
        for (size_t i = 0; i < rows->n; i++)
                if (!seen_before(v, rows->v[i].id))
                        TRY(view_of(cx, &rows->v[i], list_push(cx->arena, &v->items)));
        return OK;
}

/* The same count as the list's total. Views are many and cases may be millions: it ends with the budget. */
static Rc counts_fill(Cx *cx, DeskViews *v) {
        int64_t until_us = time_mono_us() + COUNT_BUDGET_US;

        for (size_t i = 0; i < v->items.n && time_mono_us() < until_us; i++) {
                DeskView *view = &v->items.v[i];
                int64_t count;
                bool exact;

                if (case_count(cx, view->filters, &count, &exact) == OK) {
                        view->count = SOME_INT(count);
                        view->count_more = !exact;
                } else if (problem_rc(cx->problem.code) == E_INPUT)
                        cx->problem = (Problem){ 0 }; /* filters of an older program */
                else
                        return problem_rc(cx->problem.code);
        }
        return OK;
}

Rc desk_views_list(Cx *cx, DeskViews **ret) {
        const PostList *posts = &cx->actor->posts;
        DeskViews *v = TAKE(cx->arena, DeskViews);
        DeskViewRowList rows;

        TRY(q_desk_views_own(cx, actor_account(cx).n, DESK_VIEWS, &rows));
        TRY(views_add(cx, &rows, v));
        for (size_t i = 0; i < posts->n; i++) {
                int64_t room = DESK_VIEWS + SHARED_MOST - (int64_t)v->items.n;

                if (!works_on_cases(&posts->v[i]) || room <= 0)
                        continue;
                TRY(q_desk_views_shared(cx, actor_account(cx).n, home_of(cx, &posts->v[i]), room, &rows));
                TRY(views_add(cx, &rows, v));
        }
        TRY(counts_fill(cx, v));
        return *ret = v, OK;
}

/* ---- keeping ---- */

static Rc own_view(Cx *cx, int64_t id, DeskViewRow **ret) {
        TRY(q_desk_view_get(cx, id, actor_account(cx).n, ret));
        return *ret ? OK : fail(cx, P_NOT_FOUND, "no view %lld of one's own", (long long)id);
}

static Rc keep(Cx *cx, const DeskViewRow *row, DeskViewRow **ret) {
        DeskViewRow *there = NULL;
        DeskViewRowList all;

        if (row->id) {
                TRY(own_view(cx, row->id, &there));
                TRY(q_desk_view_named(cx, row->account, row->name, &there));
                TRY(desk_name_check(cx, row->name, row->id, there ? there->id : 0));
        } else {
                TRY(q_desk_views_own(cx, row->account, DESK_VIEWS, &all));
                TRY(desk_room_check(cx, "views", (int64_t)all.n, DESK_VIEWS));
        }
        TRY(store_view_put(cx, row, ret));
        return desk_kept_check(cx, "view", row->id, row->name, *ret);
}

Rc desk_view_save(Cx *cx, int64_t id, const ViewSave *in, DeskView **ret) {
        DeskView *v = TAKE(cx->arena, DeskView);
        DeskViewRow row = { .id = id,
                            .account = actor_account(cx).n,
                            .name = str_trim(in->name),
                            .filters = filters_text(cx, in->filters),
                            .shared = in->shared.set && in->shared.b,
                            .home = own_home(cx),
                            .version = in->version.n };
        DeskViewRow *kept;
        int64_t count;
        bool exact;

        if (!row.name.n)
                return fail_field(cx, S("/name"), "required", S("请填写名称"), S("A name is needed"));
        TRY(case_count(cx, in->filters, &count, &exact)); /* filters that the queue would refuse are not kept */
        TRY(keep(cx, &row, &kept));
        TRY(view_of(cx, kept, v));
        v->count = SOME_INT(count);
        v->count_more = !exact;
        return *ret = v, OK;
}

Rc desk_view_give_up(Cx *cx, int64_t id) {
        DeskViewRow *row;

        TRY(own_view(cx, id, &row));
        return store_view_drop(cx, id);
}
