/* Similar cases of the past and where they ended: for whoever has to say to whom a returned case goes. */
#include "case/case_int.h"
#include "territory/territory.h"

enum { CANDIDATES = 200, SHOWN = 3, PAIRS_MAX = 400, SAME_COMMUNITY = 3, SAME_TOWNSHIP = 1 };

typedef struct Pairs {
        Str v[PAIRS_MAX];
        size_t n;
} Pairs;

static size_t sign_bytes(Str s, size_t at) {
        size_t n = 1;

        while (at + n < s.n && ((unsigned char)s.p[at + n] & 0xc0) == 0x80)
                n++;
        return n;
}

/* Every two signs that follow each other. */
static void pairs_of(Str text, Pairs *ret) {
        ret->n = 0;
        for (size_t at = 0; at < text.n && ret->n < PAIRS_MAX;) {
                size_t one = sign_bytes(text, at), two = at + one < text.n ? sign_bytes(text, at + one) : 0;

                if (two)
                        ret->v[ret->n++] = str_sub(text, at, one + two);
                at += one;
        }
}

static int64_t shared_pairs(const Pairs *wanted, Str text) {
        int64_t shared = 0;

        for (size_t i = 0; i < wanted->n; i++)
                shared += str_contains(text, wanted->v[i]);
        return shared;
}

static int64_t likeness(const Case *c, const Pairs *wanted, const CaseRow *row, Str text) {
        int64_t score = shared_pairs(wanted, text);

        if (str_eq(str_sub(row->place, 0, 12), str_sub(c->row.place, 0, 12)))
                return score + SAME_COMMUNITY;
        return score + (str_eq(str_sub(row->place, 0, 9), str_sub(c->row.place, 0, 9)) ? SAME_TOWNSHIP : 0);
}

/* The three most alike; of equals the newest. */
static void keep_best(const CaseRow *row, int64_t score, const CaseRow *best[SHOWN], int64_t scores[SHOWN]) {
        for (int i = 0; i < SHOWN; i++) {
                if (best[i] && scores[i] >= score)
                        continue;
                for (int k = SHOWN - 1; k > i; k--) {
                        best[k] = best[k - 1];
                        scores[k] = scores[k - 1];
                }
                best[i] = row;
                scores[i] = score;
                return;
        }
}

Rc case_precedents(Cx *cx, CaseId id, Precedents **ret) {
        Precedents *v = TAKE(cx->arena, Precedents);
        const CaseRow *best[SHOWN] = { 0 };
        int64_t scores[SHOWN] = { 0 };
        CaseRowList rows = { 0 };
        CaseScope scope;
        Pairs wanted;
        Case *c;

        case_scope(cx, &scope);
        TRY(case_load(cx, id, &scope, &c));
        TRY(case_store_ended(cx, &scope, c->row.category, c->row.id, CANDIDATES, &rows));
        pairs_of(case_fold(cx->arena, c->row.text), &wanted);
        for (size_t i = 0; i < rows.n; i++)
                keep_best(&rows.v[i], likeness(c, &wanted, &rows.v[i], case_fold(cx->arena, rows.v[i].text)), best,
                          scores);
        for (int i = 0; i < SHOWN && best[i]; i++)
                *list_push(cx->arena, &v->items) =
                        (Precedent){ .id = best[i]->id,
                                     .number = case_number(cx->arena, best[i]->created_ms, best[i]->id),
                                     .text = str_utf8_head(best[i]->text, 120),
                                     .place_name = territory_name(cx, best[i]->place),
                                     .unit = best[i]->target_department,
                                     .unit_name = case_department_name(cx, c->profile, best[i]->target_department),
                                     .days = (best[i]->closed_ms.n - best[i]->created_ms) / MS_DAY,
                                     .returned = best[i]->returned };
        return *ret = v, OK;
}
