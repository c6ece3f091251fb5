/* The queue: filters, search, pages by cursor, numbers beside the views, and what happened lately. Scope is part of every query. */
#include "case/case_int.h"
#include "territory/territory.h"

enum { PAGE_USUAL = 50, EVENTS_PAGE = 30, PHONE_CASES_MOST = 500, SEARCH_WINDOW = 100000 /* cases that one page looks through */,
       COUNT_WINDOW = 100000 /* cases of all that are looked at for a total */ };

/* ---- search ---- */

static Str like_pattern(Cx *cx, Str folded) {
        Buf b = BUF_IN(cx->arena);

        buf_char(&b, '%');
        for (size_t i = 0; i < folded.n; i++) {
                if (folded.p[i] == '%' || folded.p[i] == '_' || folded.p[i] == '\\')
                        buf_char(&b, '\\');
                buf_char(&b, folded.p[i]);
        }
        buf_char(&b, '%');
        return buf_view(&b);
}

static int64_t power_of_ten(size_t n) {
        int64_t p = 1;

        while (n--)
                p *= 10;
        return p;
}

/* "20261121" or its beginning from the year on, "20261121-0001", "123": ids and days it may mean. */
static void number_range(Str q, CaseFilter *f) {
        Str date = q, serial = STR_NONE;
        int64_t n, scale;
        Date from, until;

        str_cut(q, '-', &date, &serial);
        if (serial.p && str_digits(date) && date.n == 8) {
                int64_t d;

                (void)str_int(date, &d);
                from = (Date){ (int16_t)(d / 10000), (int8_t)(d / 100 % 100), (int8_t)(d % 100) };
                if (!date_valid(from) || (serial.n && (!str_digits(serial) || serial.n > 12)))
                        return;
                f->day_lo_ms = day_start_ms(day_of_date(from));
                f->day_hi_ms = f->day_lo_ms + MS_DAY;
                f->id_lo = 0;
                f->id_hi = INT64_MAX;
                if (!serial.n)
                        return;
                (void)str_int(serial, &n);
                scale = serial.n < 6 ? power_of_ten(6 - serial.n) : 1;
                f->id_lo = n * scale;
                f->id_hi = n * scale + scale - 1;
                return;
        }
        if (serial.p || !str_digits(q) || q.n > 12)
                return;
        (void)str_int(q, &n);
        if (q.n == 8 || q.n == 6) {
                from = (Date){ (int16_t)(q.n == 8 ? n / 10000 : n / 100),
                               (int8_t)(q.n == 8 ? n / 100 % 100 : n % 100),
                               (int8_t)(q.n == 8 ? n % 100 : 1) };
                if (date_valid(from) && from.year >= 2000 && from.year < 2200) {
                        until = from;
                        if (q.n == 6)
                                until = from.month == 12 ? (Date){ (int16_t)(from.year + 1), 1, 1 }
                                                         : (Date){ from.year, (int8_t)(from.month + 1), 1 };
                        f->day_lo_ms = day_start_ms(day_of_date(from));
                        f->day_hi_ms = q.n == 8 ? f->day_lo_ms + MS_DAY : day_start_ms(day_of_date(until));
                        f->id_lo = 0;
                        f->id_hi = INT64_MAX;
                        return;
                }
        }
        f->id_lo = f->id_hi = n;
        f->day_lo_ms = INT64_MIN;
        f->day_hi_ms = INT64_MAX;
}

/* Cases whose reporter has that number, only where the searcher may see telephones whole: the four masked digits would be tried out
 * in minutes otherwise. */
static Rc phone_fill(Cx *cx, Str phone, CaseFilter *f) {
        Buf ids = BUF_IN(cx->arena);
        CasePhoneCaseList found;
        Str mac;

        TRY(case_store_phone_mac(cx, phone, &mac));
        TRY(case_store_of_phone(cx, mac, PHONE_CASES_MOST, &found));
        buf_c(&ids, ",");
        for (size_t i = 0; i < found.n; i++)
                if (actor_covers(cx, ROLE_DISPATCHER, found.v[i].place)) {
                        buf_fmt(&ids, "%lld,", (long long)found.v[i].case_id);
                        f->floor = found.v[i].case_id - 1; /* newest first: the last is the oldest */
                }
        f->phone_cases = buf_view(&ids);
        if (ids.n > 1)
                f->q = S("\x01"); /* somebody's number: their cases, and no looking through texts */
        return OK;
}

static Rc search_fill(Cx *cx, Str q, CaseFilter *f) {
        Str folded = str_trim(case_fold(cx->arena, q));

        f->id_lo = f->id_hi = -1;
        f->phone_cases = S(",");
        if (!folded.n)
                return OK;
        f->q = like_pattern(cx, folded);
        number_range(folded, f);
        if (actor_has_role(cx, ROLE_DISPATCHER) && str_digits(folded) && folded.n >= 7 && folded.n <= 12)
                return phone_fill(cx, folded, f);
        return OK;
}

/* ---- filter ---- */

static Rc under_fill(Cx *cx, Str under, Str *ret) {
        if (under.n && !str_digits(under))
                return fail_field(cx, S("?under"), "code", S("地区代码应为数字"),
                                  S("A place code has digits only"));
        return *ret = under.n ? under : STR_NONE, OK;
}

static Str or_none(Str s) { return s.n ? s : STR_NONE; }

static Rc judged_fill(Cx *cx, const CaseQuery *in, CaseFilter *f) {
        CaseStates states;

        TRY(case_states(cx, &states));
        f->done = states.done;
        f->waiting = states.waiting;
        if (!in->judged) /* every handing in, not only the first */
                return f->handed_by = in->handed_by, OK;
        f->judged = SOME_INT(in->judged);
        f->judged_by = in->handed_by.set ? in->handed_by.n : 0;
        return OK;
}

/* The list behind a figure of a time that is over is of the grids of that time, as the figure is (evaluate.sql). */
static Rc then_fill(Cx *cx, const CaseQuery *in, CaseFilter *f) {
        bool moved;

        if (!f->duty.n || !f->under.n || !in->to.set || in->to.n > now_ms(cx))
                return OK;
        TRY(case_store_moved_after(cx, in->to.n, &moved));
        if (moved)
                f->then = in->to;
        return OK;
}

static Rc filter_fill(Cx *cx, const CaseQuery *in, const CaseScope *scope, CaseFilter *f) {
        *f = (CaseFilter){ .state = or_none(in->state),
                           .category = or_none(in->category),
                           .department = or_none(in->department),
                           .channel_lo = in->channel ? in->channel : 0,
                           .channel_hi = in->channel ? in->channel : INT64_MAX,
                           .from_ms = in->from.set ? in->from.n : INT64_MIN,
                           .until_ms = in->to.set ? in->to.n : INT64_MAX,
                           .closed_from_ms = in->closed_from.set ? in->closed_from.n : INT64_MIN,
                           .closed_until_ms = in->closed_to.set ? in->closed_to.n : INT64_MAX,
                           .phase = in->phase,
                           .card = in->card ? SOME_INT(in->card) : (OptInt){ 0 },
                           .part_of = in->part_of,
                           .kind = in->kind.n ? in->kind : S(""),
                           .asked = in->asked.n ? in->asked : S(""),
                           .duty = in->duty.set && in->duty.b ? scope->duty : S("") };
        f->done = f->waiting = S(",");
        if (in->handed_by.set || in->judged)
                TRY(judged_fill(cx, in, f));
        TRY(under_fill(cx, in->under, &f->under));
        TRY(then_fill(cx, in, f));
        if (in->late.set && in->late.b)
                f->late_at_ms = SOME_INT(now_ms(cx));
        if (in->mine.set && in->mine.b)
                f->mine = scope->mine;
        if (f->late_at_ms.set || f->mine.p || f->card.set || f->phase == CASE_PHASE_OPEN)
                f->open = SOME_INT(1); /* what has ended is late no more, in nobody's hands and without a card */
        return search_fill(cx, in->q, f);
}

/* A state in which nothing has ended: then the few that are open are all that is looked at. */
static Rc open_set(Cx *cx, const CaseScope *scope, CaseFilter *f) {
        bool ended;

        if (!f->state.p || f->open.set || case_store_is_near(scope, f->under))
                return OK;
        TRY(case_ended_in(cx, f->state, &ended));
        if (!ended)
                f->open = SOME_INT(1);
        return OK;
}

/* ---- pages: the cursor is the sort key and id of the last row ---- */

static Rc cursor_read(Cx *cx, Str page, int64_t *ret_key, int64_t *ret_id) {
        Str key, id;

        if (!page.n || (str_cut(page, '.', &key, &id) && str_int(key, ret_key) && str_int(id, ret_id)))
                return OK;
        return fail_field(cx, S("?page"), "cursor", S("分页标记无效，请从第一页开始"),
                          S("The cursor is not valid; begin at the first page"));
}

static int64_t key_of(const CaseRow *row, CaseOrder order) {
        if (order != CASE_ORDER_DUE)
                return row->id;
        return row->due_ms.set ? row->due_ms.n : INT64_MAX;
}

static bool by_id(CaseOrder order) { return order != CASE_ORDER_OLDEST && order != CASE_ORDER_DUE; }

/* "20261121-000123" whole: one case, and no looking through texts. */
static bool is_whole_number(Str q, const CaseFilter *f) {
        enum { WHOLE = 15 };

        return q.n >= WHOLE && f->id_hi > 0 && f->id_lo == f->id_hi;
}

/* Looking for a text reads every case, and there may be millions: a wide search looks through the newest SEARCH_WINDOW. *ret_since:
 * when the first of them was reported; not set when that was all there is. */
static Rc window_set(Cx *cx, const CaseQuery *in, const CaseScope *scope, CaseFilter *f, OptInt *ret_since) {
        OptInt since;
        int64_t newest;

        *ret_since = (OptInt){ 0 };
        if (!f->q.n || f->phone_cases.n > 1 || case_store_is_near(scope, f->under))
                return OK;
        if (is_whole_number(in->q, f)) {
                f->floor = f->id_lo - 1;
                return OK;
        }
        TRY(case_store_reach(cx, 0, &newest, &since));
        if (newest <= SEARCH_WINDOW)
                return OK;
        f->floor = newest - SEARCH_WINDOW;
        return case_store_reach(cx, f->floor, &newest, ret_since);
}

static bool is_number(const CaseFilter *f) { return f->id_hi >= 0 && f->id_hi - f->id_lo <= SEARCH_WINDOW; }

/* A case that was asked for by its number is found wherever it is; older than the window, it comes before the others. */
static Rc numbered(Cx *cx, const CaseScope *scope, const CaseFilter *f, CaseRowList *ret) {
        enum { MOST = 10 };
        CaseFilter old = *f;

        if (!is_number(f) || f->id_lo > f->floor)
                return OK;
        old.floor = f->id_lo - 1;
        return case_store_newest(cx, scope, &old, (f->id_hi < f->floor ? f->id_hi : f->floor) + 1, MOST, ret);
}

/* One window further down with every page; *ret_deeper: where to go on when this one was not filled. */
static Rc rows_searched(Cx *cx, const CaseScope *scope, const CaseFilter *f, int64_t before, int64_t limit, CaseRowList *ret,
                        int64_t *ret_deeper) {
        CaseFilter here = *f;
        CaseRowList rows;

        if (before == INT64_MAX)
                TRY(numbered(cx, scope, f, ret));
        else
                here.floor = before > SEARCH_WINDOW ? before - 1 - SEARCH_WINDOW : 0;
        if (is_number(f) && f->id_lo <= f->floor)
                here.id_lo = here.id_hi = -1; /* told with the first page */
        TRY(case_store_newest(cx, scope, &here, before, limit - (int64_t)ret->n, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = rows.v[i];
        if ((int64_t)ret->n < limit && here.floor > 0)
                *ret_deeper = here.floor + 1;
        return OK;
}

static Rc rows_read(Cx *cx, const CaseScope *scope, const CaseFilter *f, const CaseQuery *in, bool windowed, int64_t limit,
                    CaseRowList *ret, int64_t *ret_deeper) {
        int64_t key = by_id(in->order) ? INT64_MAX : INT64_MIN, id = key;

        TRY(cursor_read(cx, in->page, &key, &id));
        if (is_whole_number(in->q, f))
                return case_store_newest(cx, scope, f, f->id_hi + 1, limit, ret);
        if (in->order == CASE_ORDER_DUE)
                return case_store_by_due(cx, scope, f, key, id, limit, ret);
        if (in->order == CASE_ORDER_OLDEST)
                return case_store_oldest(cx, scope, f, id, limit, ret);
        if (windowed)
                return rows_searched(cx, scope, f, id, limit, ret, ret_deeper);
        return case_store_newest(cx, scope, f, id, limit, ret);
}

/* ---- how many ---- */

/* A view of the queue alone: all, a state, late ones, mine or those with a card, of some places or all. */
static bool is_view(const CaseQuery *in, const CaseFilter *f) {
        return !f->phase && !f->q.p && !in->category.n && !in->department.n && !in->channel && !in->from.set && !in->to.set &&
               !in->closed_from.set && !in->closed_to.set && !in->part_of.set && !in->handed_by.set && !in->judged && !f->kind.n &&
               !f->asked.n && !f->duty.n;
}

typedef struct Total {
        int64_t cases;
        bool exact; /* else there are more among the older ones */
} Total;

/* Of all that were ever reported a filter's cases are found by reading each, and there may be millions: only the newest COUNT_WINDOW are.
 * Parts of a case, what is open, and one caller's cases have indexes. */
static Rc total_counted(Cx *cx, const CaseScope *scope, const CaseFilter *f, Total *ret) {
        CaseFilter newest = *f;
        int64_t last;
        OptInt since;

        ret->exact = true;
        if (!case_store_is_near(scope, f->under) && !f->floor && !f->open.set && !f->part_of.set) {
                TRY(case_store_reach(cx, 0, &last, &since));
                if (last > COUNT_WINDOW) {
                        newest.floor = last - COUNT_WINDOW;
                        ret->exact = false;
                }
        }
        return case_store_total(cx, scope, &newest, &ret->cases);
}

/* What is open is counted in its index; of what has ended there is a tally. */
static Rc total_of(Cx *cx, const CaseScope *scope, const CaseQuery *in, const CaseFilter *f, Total *ret) {
        CaseEndedCountList ended = { 0 };

        *ret = (Total){ 0, true };
        if (!case_store_is_near(scope, f->under) && is_whole_number(in->q, f)) {
                CaseRowList one = { 0 };

                TRY(case_store_newest(cx, scope, f, f->id_hi + 1, 1, &one));
                return ret->cases = (int64_t)one.n, OK;
        }
        if (case_store_is_near(scope, f->under) || !is_view(in, f))
                return total_counted(cx, scope, f, ret);
        TRY(case_store_open_total(cx, scope, f, &ret->cases));
        if (f->open.set)
                return OK;
        TRY(case_ended_counts(cx, scope, f->under, &ended));
        for (size_t i = 0; i < ended.n; i++)
                if (!f->state.p || str_eq(f->state, ended.v[i].state))
                        ret->cases += ended.v[i].cases;
        return OK;
}

/* What the page itself shows is known, and a first page that holds all is the total. */
static void total_fill(const CaseQuery *in, Total total, CasePage *page) {
        int64_t shown = (int64_t)page->items.n;
        bool all = !in->page.n && !page->next.n;

        page->total = total.cases > shown || total.exact ? total.cases : shown;
        page->total_exact = (total.exact && !page->searched_from.set) || all;
}

/* Where few cases have ended in all of the places, the index of places finds them sooner than a walk through everybody's. */
static Rc few_set(Cx *cx, const CaseQuery *in, CaseFilter *f, CaseScope *scope) {
        enum { COUNTY = 6, FEW = 3000 };
        CaseEndedCountList ended = { 0 };
        int64_t n = 0;

        if (case_store_is_near(scope, f->under) || f->q.p || f->open.set || f->state.p || in->order == CASE_ORDER_DUE ||
            (f->under.n < COUNTY && scope->lo.n < COUNTY))
                return OK;
        TRY(case_ended_counts(cx, scope, f->under, &ended));
        for (size_t i = 0; i < ended.n; i++)
                n += ended.v[i].cases;
        scope->few = n < FEW;
        return OK;
}

static Rc query_read(Cx *cx, const CaseQuery *in, CaseScope *scope, CaseFilter *f, OptInt *ret_since) {
        case_scope(cx, scope);
        TRY(filter_fill(cx, in, scope, f));
        TRY(open_set(cx, scope, f));
        TRY(few_set(cx, in, f, scope));
        return window_set(cx, in, scope, f, ret_since);
}

Rc case_list(Cx *cx, const CaseQuery *in, CasePage **ret) {
        int64_t limit = in->limit.set ? in->limit.n : PAGE_USUAL, deeper = 0;
        CasePage *page = TAKE(cx->arena, CasePage);
        CaseRowList rows = { 0 };
        CaseFilter filter;
        CaseScope scope;
        Total total;
        bool more;

        TRY(query_read(cx, in, &scope, &filter, &page->searched_from));
        TRY(rows_read(cx, &scope, &filter, in, page->searched_from.set, limit + 1, &rows, &deeper));
        TRY(total_of(cx, &scope, in, &filter, &total));
        more = rows.n > (size_t)limit;
        if (more)
                rows.n = (size_t)limit;
        for (size_t i = 0; i < rows.n; i++)
                TRY(case_item(cx, &rows.v[i], list_push(cx->arena, &page->items)));
        if (more)
                page->next =
                        str_fmt(cx->arena, "%lld.%lld", (long long)key_of(&rows.v[rows.n - 1], in->order),
                                (long long)rows.v[rows.n - 1].id);
        else if (deeper)
                page->next = str_fmt(cx->arena, "0.%lld", (long long)deeper);
        total_fill(in, total, page);
        return *ret = page, OK;
}

Rc case_count(Cx *cx, const CaseQuery *in, int64_t *ret, bool *ret_exact) {
        CaseFilter filter;
        CaseScope scope;
        OptInt since;
        Total total;

        TRY(query_read(cx, in, &scope, &filter, &since));
        TRY(total_of(cx, &scope, in, &filter, &total));
        *ret_exact = total.exact && !since.set;
        return *ret = total.cases, OK;
}

/* ---- numbers ---- */

static void count_add(Cx *cx, CaseCounts *v, Str view, Str zh, Str en, int64_t count) {
        *list_push(cx->arena, &v->counts) = (CaseCount){ view, in_lang(cx, zh, en), count };
}

/* A state that several flows have is counted once. */
static void state_count(Cx *cx, CaseCounts *v, const FlowState *s, const CaseStateCountList *rows, bool even_none) {
        int64_t count = 0;

        for (size_t i = 0; i < v->counts.n; i++)
                if (str_eq(v->counts.v[i].view, s->code))
                        return;
        for (size_t i = 0; i < rows->n; i++)
                if (str_eq(rows->v[i].state, s->code))
                        count += rows->v[i].cases;
        if (count || even_none)
                count_add(cx, v, s->code, s->name, s->name_en, count);
}

static Rc ended_add(Cx *cx, const CaseScope *scope, Str under, CaseStateCountList *rows) {
        CaseEndedCountList ended = { 0 };

        TRY(case_ended_counts(cx, scope, under, &ended));
        for (size_t i = 0; i < ended.n; i++)
                *list_push(cx->arena, rows) =
                        (CaseStateCount){ .state = ended.v[i].state, .cases = ended.v[i].cases };
        return OK;
}

Rc case_counts(Cx *cx, Str under, CaseCounts **ret) {
        CaseCounts *v = TAKE(cx->arena, CaseCounts);
        int64_t all = 0, late = 0, mine = 0, yellow = 0, red = 0;
        CaseStateCountList rows = { 0 };
        const CaseProfile *p;
        CaseScope scope;

        TRY(case_profile(cx, &p));
        case_scope(cx, &scope);
        TRY(under_fill(cx, under, &under));
        TRY(case_store_counts(cx, &scope, under, &rows));
        if (!case_store_is_near(&scope, under))
                TRY(ended_add(cx, &scope, under, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                all += rows.v[i].cases;
                late += rows.v[i].late;
                mine += rows.v[i].mine;
                yellow += rows.v[i].yellow;
                red += rows.v[i].red;
        }
        for (size_t i = 0; i < p->flow->states.n; i++)
                state_count(cx, v, &p->flow->states.v[i], &rows, true);
        for (size_t i = 0; i < p->flows.n; i++)
                for (size_t k = 0; k < p->flows.v[i]->states.n; k++)
                        state_count(cx, v, &p->flows.v[i]->states.v[k], &rows, false);
        count_add(cx, v, S("mine"), S("我的"), S("Mine"), mine);
        count_add(cx, v, S("late"), S("超时"), S("Late"), late);
        if (p->has_cards) {
                count_add(cx, v, S("yellow"), S("黄牌"), S("Yellow card"), yellow);
                count_add(cx, v, S("red"), S("红牌"), S("Red card"), red);
        }
        count_add(cx, v, S("all"), S("全部"), S("All"), all);
        return *ret = v, OK;
}

/* ---- what happened ---- */

static Rc happening_view(Cx *cx, const CaseProfile *p, const CaseHappening *h, CaseEvent *ret) {
        const FlowState *to;
        const Flow *f;

        TRY(case_flow(cx, h->flow, h->flow_edition, &f));
        to = flow_state(f, h->to_state);
        *ret = (CaseEvent){ .case_id = h->case_id,
                            .number = case_number(cx->arena, h->created_ms, h->case_id),
                            .text = str_utf8_head(h->text, 60),
                            .at = h->at_ms,
                            .action_name = case_action_name(cx, f, h->action),
                            .to_state_name = to ? in_lang(cx, to->name, to->name_en) : h->to_state,
                            .place_name = territory_name(cx, h->place) };
        ret->actor = case_actor_text(cx, p, h->actor_name, h->actor_role, h->actor_department, false);
        return OK;
}

Rc case_events(Cx *cx, Str page, CaseEventPage **ret) {
        CaseEventPage *v = TAKE(cx->arena, CaseEventPage);
        int64_t key = INT64_MAX, id = INT64_MAX;
        CaseHappeningList rows = { 0 };
        const CaseProfile *p;
        CaseScope scope;

        TRY(case_profile(cx, &p));
        TRY(cursor_read(cx, page, &key, &id));
        case_scope(cx, &scope);
        TRY(case_store_happenings(cx, &scope, id, EVENTS_PAGE + 1, &rows));
        for (size_t i = 0; i < rows.n && i < EVENTS_PAGE; i++)
                TRY(happening_view(cx, p, &rows.v[i], list_push(cx->arena, &v->items)));
        if (rows.n > EVENTS_PAGE)
                v->next = str_fmt(cx->arena, "0.%lld", (long long)rows.v[EVENTS_PAGE - 1].id);
        return *ret = v, OK;
}

Rc case_open_counts(Cx *cx, const IntList *accounts, int64_t *ret_counts) {
        CaseAccountLoadList rows = { 0 };
        Buf list = BUF_IN(cx->arena);

        buf_c(&list, ",");
        for (size_t i = 0; i < accounts->n; i++)
                buf_fmt(&list, "%lld,", (long long)accounts->v[i]);
        TRY(case_store_loads(cx, buf_view(&list), &rows));
        for (size_t i = 0; i < accounts->n; i++) {
                ret_counts[i] = 0;
                for (size_t k = 0; k < rows.n; k++)
                        if (rows.v[k].account == accounts->v[i])
                                ret_counts[i] = rows.v[k].open_cases;
        }
        return OK;
}
