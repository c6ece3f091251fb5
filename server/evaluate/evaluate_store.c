/* Named queries → figures. */
#include "evaluate/evaluate_store.h"
#include "core/audit/audit.h"
#include "db/db.h"
#include "sql.gen.h"

#define SCOPE_OF(f) (f)->scope.lo, (f)->scope.hi, (f)->scope.department_list, (f)->scope.several, (f)->under, (f)->then

typedef struct Read {
        const EvaluateFilter *f;
        CaseStats *s;
} Read;

static void rows_of(Cx *cx, const EvaluateCountList *from, StatsRowList *to) {
        *to = (StatsRowList){ 0 };
        for (size_t i = 0; i < from->n; i++) {
                const EvaluateCount *c = &from->v[i];

                *list_push(cx->arena, to) = (StatsRow){ .code = c->code, .name = c->code, .total = c->total, .disposed = c->disposed,
                                                        .archived = c->archived, .late = c->late };
        }
}

/* Two lists by day become one. */
static void merge_days(Cx *cx, const EvaluateDayList *received, const EvaluateDayList *archived, StatsDayList *to) {
        size_t r = 0, a = 0;

        while (r < received->n || a < archived->n) {
                int64_t day = r == received->n   ? archived->v[a].day
                              : a == archived->n ? received->v[r].day
                              : received->v[r].day < archived->v[a].day ? received->v[r].day
                                                                        : archived->v[a].day;
                StatsDay *d = list_push(cx->arena, to);

                d->date = date_str(cx->arena, date_of_day((DayNo)day));
                if (r < received->n && received->v[r].day == day)
                        d->received = received->v[r++].count;
                if (a < archived->n && archived->v[a].day == day)
                        d->archived = archived->v[a++].count;
        }
}

static Rc totals(Cx *cx, const EvaluateFilter *f, CaseStats *s) {
        EvaluateTotals *t;

        TRY(q_evaluate_totals(cx, SCOPE_OF(f), f->beyond, f->from, f->to, f->now, &t));
        s->total = t->total;
        s->disposed = t->disposed;
        s->archived = t->archived;
        s->open = t->open;
        s->late = t->late;
        s->rated = t->rated;
        s->satisfied = t->satisfied;
        s->reopened = t->reopened;
        s->by_streets = t->total - t->beyond;
        s->on_the_move = t->on_the_move;
        s->from_public = t->from_public;
        return OK;
}

static Rc read_all(Cx *cx, void *arg) {
        const Read *r = arg;
        const EvaluateFilter *f = r->f;
        EvaluateCountList rows = { 0 };
        EvaluateDayList received = { 0 }, archived = { 0 };

        TRY(totals(cx, f, r->s));
        TRY(q_evaluate_by_class(cx, SCOPE_OF(f), f->from, f->to, f->now, &rows));
        rows_of(cx, &rows, &r->s->by_class);
        TRY(q_evaluate_by_state(cx, SCOPE_OF(f), f->from, f->to, f->now, &rows));
        rows_of(cx, &rows, &r->s->by_state);
        TRY(q_evaluate_by_channel(cx, SCOPE_OF(f), f->from, f->to, f->now, &rows));
        rows_of(cx, &rows, &r->s->by_channel);
        TRY(q_evaluate_by_department(cx, SCOPE_OF(f), f->from, f->to, f->now, &rows));
        rows_of(cx, &rows, &r->s->by_department);
        TRY(q_evaluate_by_place(cx, SCOPE_OF(f), f->under_length, f->from, f->to, f->now, &rows));
        rows_of(cx, &rows, &r->s->by_place);
        TRY(q_evaluate_received_by_day(cx, SCOPE_OF(f), f->from, f->to, &received));
        TRY(q_evaluate_archived_by_day(cx, SCOPE_OF(f), f->from, f->to, &archived));
        r->s->by_day = (StatsDayList){ 0 };
        merge_days(cx, &received, &archived, &r->s->by_day);
        return OK;
}

Rc evaluate_store_read(Cx *cx, const EvaluateFilter *f, CaseStats *ret) {
        Read r = { f, ret };

        return db_read(cx, read_all, &r);
}

/* ---- scores ---- */

_Static_assert(ROLE_LEADER == 5 && ROLE_MEMBER == 6, "the queries name the roles of the ground by number");

Rc evaluate_store_scores(Cx *cx, const EvaluateFilter *f, bool people, Str done, Str waiting, int64_t limit, EvaluateCountsList *ret) {
        EvaluateScoreList rows = { 0 };

        if (people)
                TRY(q_evaluate_members(cx, SCOPE_OF(f), done, waiting, f->from, f->to, limit, &rows));
        else
                TRY(q_evaluate_grids(cx, SCOPE_OF(f), done, waiting, f->from, f->to, limit, &rows));
        *ret = (EvaluateCountsList){ 0 };
        for (size_t i = 0; i < rows.n; i++) {
                const EvaluateScore *r = &rows.v[i];

                *list_push(cx->arena, ret) = (EvaluateCounts){ .code = r->code, .name = r->name, .handled = r->handled, .due = r->due,
                                                               .on_time = r->on_time, .checked = r->checked,
                                                               .first_time = r->first_time, .kept = r->kept, .seen = r->seen,
                                                               .found = r->found };
        }
        return OK;
}

/* ---- ratings of cases ---- */

static EvaluateRating rating_of(const EvaluateCaseRow *r) {
        return (EvaluateRating){ .satisfaction = (Satisfaction)r->satisfaction, .name = r->name, .note = r->note, .account = r->account,
                                 .at_ms = r->at_ms, .version = r->version };
}

Rc evaluate_store_rating(Cx *cx, int64_t case_id, EvaluateRating *ret) {
        EvaluateCaseRow *row;

        TRY(q_evaluate_case_get(cx, case_id, &row));
        *ret = row ? rating_of(row) : (EvaluateRating){ 0 };
        return OK;
}

Rc evaluate_store_rate(Cx *cx, int64_t case_id, const EvaluateRating *in, EvaluateRating *ret, bool *ret_stale) {
        EvaluateCaseRow *row;

        if (in->version)
                TRY(q_evaluate_case_change(cx, case_id, in->version, in->account, in->name, in->satisfaction, in->note, in->at_ms, &row));
        else
                TRY(q_evaluate_case_add(cx, case_id, in->account, in->name, in->satisfaction, in->note, in->at_ms, &row));
        *ret_stale = !row;
        if (!row)
                return OK;
        *ret = rating_of(row);
        return audit_seal(cx, &db_shape_EvaluateCaseRow, row);
}

void evaluate_store_init(void) { audit_table("evaluate_case", &query_evaluate_case_all, "case_id", NULL); }
