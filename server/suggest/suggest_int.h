/* What the files of server/suggest share; nobody else includes it. */
#pragma once
#include "suggest/suggest.h"

/* ---- suggest_text.c: a text as pieces ---- */

enum { UNITS_MOST = 600, GRAM_UNITS = 3 };

/* One to three characters that stand beside each other; a Latin word counts as one character. */
typedef struct Gram {
        uint64_t hash;
        uint32_t from, to; /* in characters (code points) of the text */
        uint8_t units;
} Gram;
typedef struct GramList {
        Gram *v;
        size_t n, cap;
} GramList;

/* All pieces of the first UNITS_MOST characters that count, in order. Digits, punctuation, blanks, emoji and what is not UTF-8 count
 * for nothing and part what stands beside them; letters are compared lower-case and half-width. */
void grams_of(Arena *a, Str text, GramList *ret);
/* Each once: the hashes in order. */
size_t grams_distinct(Arena *a, const GramList *grams, uint64_t **ret);

/* ---- suggest_model.c: what was learned ---- */

enum { KINDS_MOST = 2000, FEATURES_MOST = 196608, PAIRS_MOST = 524288, ANSWERS_MOST = 3 };

typedef struct Model Model;

Model *model_new(void); /* some 10 MB at most, whatever it is taught */
void model_free(Model *m);
/* A text of that category, whose code is copied. What finds no room is left out: pieces that are known go on counting. */
void model_teach(Model *m, Arena *work, Str category, Str text);
int64_t model_taught(const Model *m);
bool model_is_full(const Model *m);
/* How much the pieces of a text say together, as against the shares of the categories: they overlap and are not independent, so
 * each counts as the part 1/heat of a piece. At least 1. */
void model_heat(Model *m, double heat);
double model_heated(const Model *m);

typedef struct Guess {
        Str category; /* as long as the model lives */
        double share; /* of 1, all categories together */
} Guess;
typedef struct GuessList {
        Guess *v;
        size_t n, cap;
} GuessList;
/* Every category that was taught with its share, the largest first (of equals by their codes). Empty when the model knows no
 * piece of the text. */
void model_guess(const Model *m, Arena *a, Str text, GuessList *ret);
/* How much a piece of a text speaks for a category: logarithm of how many times more frequent it is there than elsewhere. */
double model_weight(const Model *m, Str category, uint64_t gram);

/* A text that was taught so often under that category, asked as if it had not been: the share of its category. */
typedef struct Held {
        Str category, text;
        int64_t times;
} Held;
double model_held_out(const Model *m, Arena *work, const Held *h, double heat);

/* The pieces that speak most for the category, apart from each other, at most `most`, strongest first. */
void model_words(const Model *m, Arena *a, Str category, Str text, size_t most, SuggestWordList *ret);

/* ---- suggest_store.c: the closed cases ---- */

typedef struct Taught {
        int64_t id, closed_ms;
        Str category, text;
} Taught;
typedef Rc (*TaughtEach)(Cx *cx, const Taught *t, void *arg); /* what it is given lasts as long as the call */
Rc store_taught_newest(Cx *cx, int64_t limit, TaughtEach each, void *arg);
Rc store_taught_after(Cx *cx, int64_t closed_ms, int64_t id, int64_t limit, TaughtEach each, void *arg); /* in order */
