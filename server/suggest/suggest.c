/* The model of this process: learned from the newest closed cases and the names of the categories, renewed by the job. Every server
 * process has its own; nothing of it is stored. */
#include "suggest/suggest_int.h"
#include "base/log.h"
#include "case/case.h"
#include "core/setting/setting.h"
#include <math.h>
#include <pthread.h>

enum {
        CASES_MOST = 20000,      /* taught at a time of learning anew */
        MORE_MOST = 5000,        /* taught at once by the job */
        HELD_MOST = 300,         /* asked to find the heat */
        WORDS_MOST = 6,
        SHARE_LEAST = 100,       /* of 10,000: what is less sure is not worth a line */
        WORK_BYTES = 1 << 20,
};

static struct {
        pthread_mutex_t learning; /* one learns; taken before lock */
        pthread_rwlock_t lock;    /* of what follows */
        Model *model;
        int64_t closed_ms, id; /* the newest case that was taught */
        int64_t learned_ms, cases;
        uint64_t generation; /* of the settings: the catalogue's names are taught too */
} mind = { .learning = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_RWLOCK_INITIALIZER };

void suggest_init(void) { suggest_forget(); }

void suggest_forget(void) {
        pthread_rwlock_wrlock(&mind.lock);
        model_free(mind.model);
        mind.model = NULL;
        mind.closed_ms = mind.id = mind.learned_ms = mind.cases = 0;
        pthread_rwlock_unlock(&mind.lock);
}

/* ---- learning anew ---- */

typedef struct HeldList {
        Held *v;
        size_t n, cap;
} HeldList;

typedef struct Lesson {
        Model *model;
        Arena *work; /* emptied after each text */
        HeldList cases;
        int64_t closed_ms, id, count;
} Lesson;

static Rc teach_one(Cx *cx, const Taught *row, void *arg) {
        Lesson *l = arg;

        model_teach(l->model, l->work, row->category, row->text);
        arena_reset(l->work);
        if (row->closed_ms > l->closed_ms || (row->closed_ms == l->closed_ms && row->id > l->id)) {
                l->closed_ms = row->closed_ms;
                l->id = row->id;
        }
        l->count++;
        *list_push(cx->arena, &l->cases) = (Held){ str_dup(cx->arena, row->category), str_dup(cx->arena, row->text), 1 };
        return OK;
}

/* How surely the categories of cases would have been told without them, at that heat: the mean of the shares' logarithms. */
static double told(const Lesson *l, const HeldList *sample, double heat) {
        double sum = 0;

        for (size_t i = 0; i < sample->n; i++) {
                double share = model_held_out(l->model, l->work, &sample->v[i], heat);

                sum += log(share > 1e-6 ? share : 1e-6);
                arena_reset(l->work);
        }
        return sum;
}

/* The heat with which cases that are held out are told best. Copies of a text are held out together. */
static void find_heat(Cx *cx, Lesson *l) {
        static const double heats[] = { 1, 1.5, 2, 3, 4, 6, 8 };
        size_t every = l->cases.n / HELD_MOST + 1;
        HeldList sample = { 0 };
        double best = 0, heat = 1;

        for (size_t i = 0; i < l->cases.n; i += every) {
                Held h = l->cases.v[i];

                h.times = 0;
                for (size_t k = 0; k < l->cases.n; k++)
                        h.times += str_eq(l->cases.v[k].text, h.text) && str_eq(l->cases.v[k].category, h.category);
                *list_push(cx->arena, &sample) = h;
        }
        for (size_t i = 0; i < ARRAY_LEN(heats) && sample.n; i++) {
                double now = told(l, &sample, heats[i]);

                if (i == 0 || now > best) {
                        best = now;
                        heat = heats[i];
                }
        }
        model_heat(l->model, heat);
}

/* Each category's name is taught as one text of it: so something is suggested before there is a closed case. */
static Rc teach_all(Cx *cx, Lesson *l) {
        CaseKindList kinds;

        TRY(case_kinds(cx, &kinds));
        for (size_t i = 0; i < kinds.n; i++) {
                model_teach(l->model, l->work, kinds.v[i].code, kinds.v[i].name_zh);
                arena_reset(l->work);
        }
        TRY(store_taught_newest(cx, CASES_MOST, teach_one, l));
        find_heat(cx, l);
        return OK;
}

static void take_over(const Lesson *l, int64_t at_ms, uint64_t generation) {
        Model *before;

        pthread_rwlock_wrlock(&mind.lock);
        before = mind.model;
        mind.model = l->model;
        mind.closed_ms = l->closed_ms;
        mind.id = l->id;
        mind.cases = l->count;
        mind.learned_ms = at_ms;
        mind.generation = generation;
        pthread_rwlock_unlock(&mind.lock);
        model_free(before);
}

static Rc learn_anew(Cx *cx) {
        _cleanup_(cx_freep) Cx *own = cx_new(0); /* 20,000 texts are more than a request may hold */
        int64_t began_us = time_mono_us();
        uint64_t generation = setting_generation();
        Lesson l = { .model = model_new(), .work = arena_new(WORK_BYTES) };
        Rc rc;

        own->tx = cx->tx;
        own->reader = cx->reader;
        own->now_ms = cx->now_ms;
        rc = teach_all(own, &l);
        arena_free(l.work);
        if (rc != OK) {
                model_free(l.model);
                return fail(cx, own->problem.code, "learning: " STR_FMT, STR_ARG(own->problem.detail));
        }
        take_over(&l, now_ms(cx), generation);
        log_info("suggest.learned", "%lld cases in %lld ms, heat %.1f%s", (long long)l.count,
                 (long long)(time_mono_us() - began_us) / 1000, model_heated(l.model),
                 model_is_full(l.model) ? ", full" : "");
        return OK;
}

/* ---- learning more ---- */

static Rc teach_more(Cx *cx, const Taught *row, void *arg) {
        Lesson *l = arg;

        pthread_rwlock_wrlock(&mind.lock);
        if (mind.model == l->model) {
                model_teach(mind.model, l->work, row->category, row->text);
                mind.closed_ms = row->closed_ms;
                mind.id = row->id;
                mind.cases++;
        }
        pthread_rwlock_unlock(&mind.lock);
        arena_reset(l->work);
        return (void)cx, OK;
}

typedef enum Need { NEED_NOTHING, NEED_MORE, NEED_ALL } Need;

/* What has to be learned, and from where on. */
static Need look(Cx *cx, Lesson *ret) {
        Need need = NEED_MORE;

        pthread_rwlock_rdlock(&mind.lock);
        *ret = (Lesson){ .model = mind.model, .closed_ms = mind.closed_ms, .id = mind.id };
        if (!mind.model || mind.generation != setting_generation() || now_ms(cx) - mind.learned_ms > MS_DAY ||
            mind.cases > 2 * CASES_MOST)
                need = NEED_ALL;
        pthread_rwlock_unlock(&mind.lock);
        return need;
}

static Rc learn(Cx *cx) {
        Lesson l;
        Rc rc;

        if (look(cx, &l) == NEED_ALL)
                return learn_anew(cx);
        l.work = arena_new(WORK_BYTES);
        rc = store_taught_after(cx, l.closed_ms, l.id, MORE_MOST, teach_more, &l);
        arena_free(l.work);
        return rc;
}

Rc suggest_learn(Cx *cx) {
        Rc rc;

        pthread_mutex_lock(&mind.learning);
        rc = learn(cx);
        pthread_mutex_unlock(&mind.learning);
        return rc;
}

/* Something to answer from, for the first who asks. */
static Rc learn_first(Cx *cx) {
        Rc rc = OK;
        Lesson l;

        if (look(cx, &l), l.model)
                return OK;
        pthread_mutex_lock(&mind.learning);
        if (look(cx, &l), !l.model)
                rc = learn_anew(cx);
        pthread_mutex_unlock(&mind.learning);
        return rc;
}

/* ---- answering ---- */

static const CaseKind *kind_of(const CaseKindList *kinds, Str code) {
        for (size_t i = 0; i < kinds->n; i++)
                if (str_eq(kinds->v[i].code, code))
                        return &kinds->v[i];
        return NULL;
}

/* What no word of the text speaks for is not suggested, however frequent it is; neither is what the catalogue has no longer. */
static void answer(Cx *cx, const Model *m, const CaseKindList *kinds, Str text, SuggestView *v) {
        GuessList guesses;

        model_guess(m, cx->arena, text, &guesses);
        for (size_t i = 0; i < guesses.n && v->items.n < ANSWERS_MOST; i++) {
                const CaseKind *k = kind_of(kinds, guesses.v[i].category);
                int64_t permyriad = llround(guesses.v[i].share * 10000);
                SuggestWordList words;

                if (permyriad < SHARE_LEAST)
                        return;
                if (!k)
                        continue;
                model_words(m, cx->arena, k->code, text, WORDS_MOST, &words);
                if (words.n)
                        *list_push(cx->arena, &v->items) = (SuggestKind){ .category = k->code,
                                                                          .name = k->name,
                                                                          .class_name = k->class_name,
                                                                          .unit = k->unit,
                                                                          .unit_name = k->unit_name,
                                                                          .permyriad = permyriad,
                                                                          .words = words };
        }
}

Rc suggest_kinds(Cx *cx, Str text, SuggestView **ret) {
        SuggestView *v = TAKE(cx->arena, SuggestView);
        CaseKindList kinds;

        TRY(case_kinds(cx, &kinds));
        TRY(learn_first(cx));
        pthread_rwlock_rdlock(&mind.lock);
        if (mind.model) {
                v->learned = mind.cases;
                answer(cx, mind.model, &kinds, text, v);
        }
        pthread_rwlock_unlock(&mind.lock);
        *ret = v;
        return OK;
}
