/* Multinomial naive Bayes over the pieces of a text, each counted once a text (after Rennie et al., "Tackling the Poor Assumptions of
 * Naive Bayes Text Classifiers", ICML 2003, and Jurafsky & Martin, "Speech and Language Processing", ch. 4: binary naive Bayes with
 * add-α smoothing), its confidence tempered (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017):
 *
 *   P(c) = (texts of c + 1) / (texts + categories)      P(f|c) = (texts of c with f + α) / (pieces of c + α · different pieces)
 *   share of c ∝ P(c) · (∏ P(f|c))^(1/heat)              weight of f for c = log P(f|c) − log P(f|all but c)
 *
 * Nothing here reads the clock, a file or a random number: the same texts in the same order give the same answers. */
#include "suggest/suggest_int.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { SLOTS = 262144, NONE = 0xffffffffu, WEIGHT_LEAST_PERCENT = 40 };
static const double alpha = 0.1;

typedef struct Slot {
        uint64_t hash; /* 0: empty */
        uint32_t first; /* of its pairs */
        uint32_t texts; /* with this piece, all categories together */
} Slot;

/* How many texts of a category have a piece. */
typedef struct Pair {
        uint32_t next, texts;
        uint16_t kind;
} Pair;

typedef struct ModelKind {
        char *code;
        int64_t texts, pieces;
} ModelKind;

struct Model {
        Slot *slots;
        Pair *pairs;
        ModelKind kinds[KINDS_MOST];
        size_t features, pair_count, kind_count;
        int64_t texts, pieces;
        double heat;
        bool full;
};

static void *must(void *p) {
        if (!p)
                abort();
        return p;
}

Model *model_new(void) {
        Model *m = must(calloc(1, sizeof *m));

        m->slots = must(calloc(SLOTS, sizeof *m->slots));
        m->pairs = must(malloc(PAIRS_MOST * sizeof *m->pairs));
        m->heat = 1;
        return m;
}

void model_free(Model *m) {
        if (!m)
                return;
        for (size_t i = 0; i < m->kind_count; i++)
                free(m->kinds[i].code);
        free(m->slots);
        free(m->pairs);
        free(m);
}

int64_t model_taught(const Model *m) { return m->texts; }
bool model_is_full(const Model *m) { return m->full; }
double model_heated(const Model *m) { return m->heat; }

void model_heat(Model *m, double heat) {
        assert(heat >= 1);
        m->heat = heat;
}

/* ---- teaching ---- */

static size_t kind_at(const Model *m, Str code) {
        for (size_t i = 0; i < m->kind_count; i++)
                if (str_eq_c(code, m->kinds[i].code))
                        return i;
        return m->kind_count;
}

static Slot *slot_of(const Model *m, uint64_t hash) {
        size_t i = (size_t)(hash & (SLOTS - 1));

        hash = hash ? hash : 1;
        while (m->slots[i].hash && m->slots[i].hash != hash)
                i = (i + 1) & (SLOTS - 1);
        return &m->slots[i];
}

static Pair *pair_of(const Model *m, const Slot *s, size_t kind) {
        for (uint32_t i = s->hash ? s->first : NONE; i != NONE; i = m->pairs[i].next)
                if (m->pairs[i].kind == kind)
                        return &m->pairs[i];
        return NULL;
}

/* Counts the piece; false: there is no room for it. */
static bool count_piece(Model *m, size_t kind, uint64_t hash) {
        Slot *s = slot_of(m, hash);
        Pair *p = pair_of(m, s, kind);

        if (!p && (m->pair_count == PAIRS_MOST || (!s->hash && m->features == FEATURES_MOST)))
                return false;
        if (!s->hash) {
                *s = (Slot){ hash ? hash : 1, NONE, 0 };
                m->features++;
        }
        if (!p) {
                p = &m->pairs[m->pair_count];
                *p = (Pair){ s->first, 0, (uint16_t)kind };
                s->first = (uint32_t)m->pair_count++;
        }
        p->texts++;
        s->texts++;
        return true;
}

void model_teach(Model *m, Arena *work, Str category, Str text) {
        size_t kind = kind_at(m, category), n;
        uint64_t *hashes;
        GramList grams;

        if (kind == KINDS_MOST)
                return;
        if (kind == m->kind_count)
                m->kinds[m->kind_count++] = (ModelKind){ str_heap(category), 0, 0 };
        grams_of(work, text, &grams);
        n = grams_distinct(work, &grams, &hashes);
        for (size_t i = 0; i < n; i++)
                if (count_piece(m, kind, hashes[i])) {
                        m->kinds[kind].pieces++;
                        m->pieces++;
                } else {
                        m->full = true;
                }
        m->kinds[kind].texts++;
        m->texts++;
}

/* ---- asking ---- */

/* What is taken away from the counts of one category for the answer. */
typedef struct Without {
        size_t kind;
        int64_t times, pieces;
} Without;

/* The logarithm of each category's share, up to a common summand. False: no piece is known. */
static bool scores(const Model *m, const uint64_t *hashes, size_t n, const Without *without, double heat, double *ret) {
        double space = alpha * (double)m->features;
        int64_t known = 0;

        for (size_t k = 0; k < m->kind_count; k++)
                ret[k] = 0;
        for (size_t i = 0; i < n; i++) {
                const Slot *s = slot_of(m, hashes[i]);

                if (!s->hash)
                        continue;
                known++;
                for (uint32_t p = s->first; p != NONE; p = m->pairs[p].next) {
                        bool less = without && without->kind == m->pairs[p].kind;
                        double texts = (double)m->pairs[p].texts - (less ? (double)without->times : 0);

                        ret[m->pairs[p].kind] += log((texts > 0 ? texts : 0) + alpha) - log(alpha);
                }
        }
        for (size_t k = 0; k < m->kind_count; k++) {
                bool less = without && without->kind == k;
                double pieces = (double)m->kinds[k].pieces - (less ? (double)without->pieces : 0);
                double texts = (double)m->kinds[k].texts - (less ? (double)without->times : 0);

                ret[k] += (double)known * (log(alpha) - log(pieces + space));
                ret[k] = ret[k] / heat + log(texts + 1);
        }
        return known > 0;
}

/* Shares of 1 of what are logarithms. */
static void shares(double *v, size_t n) {
        double most = v[0], sum = 0;

        for (size_t i = 1; i < n; i++)
                most = v[i] > most ? v[i] : most;
        for (size_t i = 0; i < n; i++)
                sum += v[i] = exp(v[i] - most);
        for (size_t i = 0; i < n; i++)
                v[i] /= sum;
}

static int larger(const void *a, const void *b) {
        const Guess *x = a, *y = b;

        if (x->share != y->share)
                return x->share < y->share ? 1 : -1;
        return str_cmp(x->category, y->category);
}

void model_guess(const Model *m, Arena *a, Str text, GuessList *ret) {
        double *v = TAKE_ARRAY(a, double, m->kind_count + 1);
        uint64_t *hashes;
        GramList grams;
        size_t n;

        *ret = (GuessList){ 0 };
        grams_of(a, text, &grams);
        n = grams_distinct(a, &grams, &hashes);
        if (!m->kind_count || !scores(m, hashes, n, NULL, m->heat, v))
                return;
        shares(v, m->kind_count);
        for (size_t k = 0; k < m->kind_count; k++)
                *list_push(a, ret) = (Guess){ str_c(m->kinds[k].code), v[k] };
        qsort(ret->v, ret->n, sizeof *ret->v, larger);
}

double model_held_out(const Model *m, Arena *work, const Held *h, double heat) {
        double *v = TAKE_ARRAY(work, double, m->kind_count + 1);
        Without w = { .kind = kind_at(m, h->category), .times = h->times };
        uint64_t *hashes;
        GramList grams;
        size_t n;

        grams_of(work, h->text, &grams);
        n = grams_distinct(work, &grams, &hashes);
        w.pieces = (int64_t)n * h->times;
        if (w.kind == m->kind_count || !scores(m, hashes, n, &w, heat, v))
                return 0;
        shares(v, m->kind_count);
        return v[w.kind];
}

/* ---- why ---- */

static double weight(const Model *m, size_t kind, uint64_t hash) {
        double space = alpha * (double)m->features;
        const Slot *s = slot_of(m, hash);
        const Pair *p = kind < m->kind_count ? pair_of(m, s, kind) : NULL;
        double elsewhere;

        if (!p)
                return 0;
        elsewhere = (double)(s->texts - p->texts);
        return log(((double)p->texts + alpha) / ((double)m->kinds[kind].pieces + space)) -
               log((elsewhere + alpha) / ((double)(m->pieces - m->kinds[kind].pieces) + space));
}

double model_weight(const Model *m, Str category, uint64_t gram) { return weight(m, kind_at(m, category), gram); }

typedef struct Voice {
        const Gram *gram;
        double weight;
} Voice;

/* The stronger first; of equals the longer, which reads better, then the one that comes first. */
static int stronger(const void *a, const void *b) {
        const Voice *x = a, *y = b;

        if (x->weight != y->weight)
                return x->weight < y->weight ? 1 : -1;
        if (x->gram->units != y->gram->units)
                return x->gram->units < y->gram->units ? 1 : -1;
        return (x->gram->from > y->gram->from) - (x->gram->from < y->gram->from);
}

static bool is_apart(const SuggestWordList *words, const Gram *g) {
        for (size_t i = 0; i < words->n; i++)
                if (g->from < (uint32_t)words->v[i].to && g->to > (uint32_t)words->v[i].from)
                        return false;
        return true;
}

static Str characters(Str text, int64_t from, int64_t to) {
        Str head = str_utf8_head(text, (size_t)from), whole = str_utf8_head(text, (size_t)to);

        return str_sub(text, head.n, whole.n - head.n);
}

void model_words(const Model *m, Arena *a, Str category, Str text, size_t most, SuggestWordList *ret) {
        size_t kind = kind_at(m, category), n = 0;
        GramList grams;
        Voice *voices;

        *ret = (SuggestWordList){ 0 };
        grams_of(a, text, &grams);
        voices = TAKE_ARRAY(a, Voice, grams.n + 1);
        for (size_t i = 0; i < grams.n; i++) {
                double w = weight(m, kind, grams.v[i].hash);

                if (w > WEIGHT_LEAST_PERCENT / 100.0)
                        voices[n++] = (Voice){ &grams.v[i], w };
        }
        if (n)
                qsort(voices, n, sizeof *voices, stronger);
        for (size_t i = 0; i < n && ret->n < most; i++)
                if (is_apart(ret, voices[i].gram))
                        *list_push(a, ret) = (SuggestWord){ .from = voices[i].gram->from,
                                                            .to = voices[i].gram->to,
                                                            .word = characters(text, voices[i].gram->from,
                                                                               voices[i].gram->to) };
}
