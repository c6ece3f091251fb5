/* Open cases that may be the same matter as one that is being reported: near, of late, of the same kind, in like words. Candidates come
 * from the nine squares around the position; the rest is arithmetic. */
#include "case/case_int.h"
#include "geo/ring.h"
#include "registry/registry.h"
#include "territory/territory.h"
#include <math.h>
#include <stdlib.h>

enum {
        SQUARE_E7 = 40000, /* as in the index case_case_near */
        REACH_M = 300,
        DAYS = 60,
        CANDIDATES = 300,
        BEST = 3,
        ENOUGH = 45, /* of 100 */
        BIGRAMS = 400,
        /* What counts how much, when everything is known. */
        SHARE_NEAR = 40,
        SHARE_RECENT = 10,
        SHARE_KIND = 20,
        SHARE_WORDS = 30,
};

/* ---- words ---- */

typedef struct Bigrams {
        uint64_t v[BIGRAMS];
        size_t n;
} Bigrams;

static uint32_t next_point(Str s, size_t *at) {
        unsigned char c = (unsigned char)s.p[(*at)++];
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
        uint32_t point = more ? c & (0x3fu >> more) : c;

        while (more-- && *at < s.n)
                point = point << 6 | ((unsigned char)s.p[(*at)++] & 0x3f);
        return point;
}

/* Letters, digits and everything beyond the punctuation of both scripts. */
static bool is_word(uint32_t p) {
        if (p < 0x80)
                return (p >= '0' && p <= '9') || (p >= 'a' && p <= 'z');
        return !(p >= 0x2000 && p <= 0x206f) && !(p >= 0x3000 && p <= 0x303f) && !(p >= 0xff00 && p <= 0xffef);
}

static int by_value(const void *a, const void *b) {
        const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

        return (x > y) - (x < y);
}

/* The distinct pairs of neighbouring characters, in order. */
static void bigrams(Arena *a, Str text, Bigrams *ret) {
        Str s = case_fold(a, text);
        uint32_t before = 0;
        size_t kept = 0;

        ret->n = 0;
        for (size_t at = 0; at < s.n && ret->n < BIGRAMS;) {
                uint32_t p = next_point(s, &at);

                if (before && is_word(p))
                        ret->v[ret->n++] = (uint64_t)before << 32 | p;
                before = is_word(p) ? p : 0;
        }
        qsort(ret->v, ret->n, sizeof *ret->v, by_value);
        for (size_t i = 0; i < ret->n; i++)
                if (!i || ret->v[i] != ret->v[kept - 1])
                        ret->v[kept++] = ret->v[i];
        ret->n = kept;
}

/* How much of the shorter text is in the other, 0 to 1: two words about a matter are as good as a page. */
static double likeness(const Bigrams *a, const Bigrams *b) {
        size_t i = 0, k = 0, both = 0, shorter = a->n < b->n ? a->n : b->n;

        while (i < a->n && k < b->n) {
                if (a->v[i] == b->v[k])
                        both++, i++, k++;
                else if (a->v[i] < b->v[k])
                        i++;
                else
                        k++;
        }
        return shorter ? (double)both / (double)shorter : 0;
}

/* ---- what is looked for ---- */

typedef struct Looking {
        const CaseLike *in;
        Point at;
        Str building;
        const CaseCategory *category; /* NULL: not said */
        Bigrams words;
} Looking;

typedef struct Found {
        const CaseRow *row;
        double distance_m;
        int score;
} Found;

static Rc where(Cx *cx, const CaseLike *in, Looking *l) {
        Building b;
        Rc rc;

        if (in->lon_e7.set && in->lat_e7.set) {
                l->at = (Point){ in->lon_e7.n, in->lat_e7.n };
                l->building = in->building;
                return OK;
        }
        if (!in->building.n)
                return fail_field(cx, S("?lon"), "required", S("请提供位置或楼栋编码"), S("A position or a building is needed"));
        rc = registry_building(cx, in->building, &b);
        if (rc == E_MISSING)
                return fail_field(cx, S("?building"), "unknown", S("没有这个楼栋编码"), S("There is no such building"));
        TRY(rc);
        l->at = b.at;
        l->building = b.code;
        return OK;
}

static int score_of(Cx *cx, const Looking *l, const CaseRow *row, double distance_m) {
        double sum = 0, all = SHARE_NEAR + SHARE_RECENT;
        double age = (double)(now_ms(cx) - row->created_ms) / ((double)DAYS * MS_DAY);

        sum += SHARE_NEAR * (1 - distance_m / REACH_M);
        sum += SHARE_RECENT * (age < 0 ? 1 : age > 1 ? 0 : 1 - age);
        if (l->category) {
                all += SHARE_KIND;
                sum += SHARE_KIND * (str_eq(row->category, l->category->code) ? 1 :
                                     str_eq(row->class, l->category->class)   ? 0.5 : 0);
        }
        if (l->words.n) {
                Bigrams words;

                all += SHARE_WORDS;
                bigrams(cx->arena, row->text, &words);
                sum += SHARE_WORDS * likeness(&l->words, &words);
        }
        return (int)lround(100 * sum / all);
}

/* Strangers are shown what happens in the open: never a dispute, an order, an application. */
static bool is_for(const Cx *cx, const CaseRow *row, bool for_public) {
        bool event = str_eq(row->kind, S("event"));

        if (for_public)
                return event;
        /* a house to be graded, a place of a campaign, an order is nothing that a second person reports */
        return (event || str_eq(row->kind, S("dispute"))) && actor_reaches(cx, PERM_CASE_READ, row->place);
}

static void keep_best(Found best[BEST], Found one) {
        for (int i = 0; i < BEST; i++)
                if (!best[i].row || one.score > best[i].score) {
                        Found pushed = best[i];

                        best[i] = one;
                        one = pushed;
                        if (!one.row)
                                return;
                }
}

/* ---- as shown ---- */

/* A photo that staff took of something in the open; what residents send stays between them and those who handle it. */
static bool photo_is_public(const CaseRow *row) {
        return row->opener.set && !row->has_reporter && str_eq(row->kind, S("event"));
}

static Rc view(Cx *cx, const Found *f, bool for_public, SimilarCase *ret) {
        CaseItem item;

        TRY(case_item(cx, f->row, &item));
        *ret = (SimilarCase){ .id = item.id,
                              .number = item.number,
                              .category_name = item.category_name,
                              .text = item.text,
                              .place_name = item.place_name,
                              .address = item.address,
                              .lon = item.lon,
                              .lat = item.lat,
                              .distance = lround(f->distance_m),
                              .created = item.created,
                              .state_name = item.state_name,
                              .voices = item.voices,
                              .score = f->score };
        if (!f->row->thumb.n || (for_public && !photo_is_public(f->row)))
                return OK;
        ret->sha256 = f->row->thumb;
        if (!for_public) {
                ret->photo = str_fmt(cx->arena, "/api/cases/%lld/photos/" STR_FMT, (long long)item.id,
                                     STR_ARG(f->row->thumb));
                ret->thumb = item.thumb;
        }
        return OK;
}

Rc case_similar(Cx *cx, const CaseLike *in, bool for_public, SimilarCases **ret) {
        SimilarCases *list = TAKE(cx->arena, SimilarCases);
        Looking *l = TAKE(cx->arena, Looking);
        Found best[BEST] = { 0 };
        const CaseProfile *p;
        CaseRowList rows;
        int64_t x, y;

        l->in = in;
        TRY(where(cx, in, l));
        TRY(case_profile(cx, &p));
        l->category = in->category.n ? case_category(p->catalogue, in->category) : NULL;
        bigrams(cx->arena, in->text, &l->words);
        x = l->at.lon_e7 / SQUARE_E7;
        y = l->at.lat_e7 / SQUARE_E7;
        TRY(case_store_near(cx, y, x, now_ms(cx) - (int64_t)DAYS * MS_DAY, CANDIDATES, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                const CaseRow *row = &rows.v[i];
                bool same_house = l->building.n && str_eq(row->building, l->building);
                double m = same_house ? 0 : point_distance_m(l->at, (Point){ row->lon_e7, row->lat_e7 });
                int score = m < REACH_M ? score_of(cx, l, row, m) : 0;

                if (score >= ENOUGH && is_for(cx, row, for_public))
                        keep_best(best, (Found){ row, m, score });
        }
        for (int i = 0; i < BEST && best[i].row; i++)
                TRY(view(cx, &best[i], for_public, list_push(cx->arena, &list->items)));
        return *ret = list, OK;
}
