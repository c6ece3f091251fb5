/* Suggestions: the arithmetic against an example worked out by hand, the pieces of a text, hostile texts, and learning from cases. */
#include "suggest/suggest_int.h"
#include "case/test_case.h"
#include <math.h>
#include <stdlib.h>

static void teach(Model *m, const char *category, const char *text) {
        Arena *work = arena_new(0);

        model_teach(m, work, str_c(category), str_c(text));
        arena_free(work);
}

static uint64_t gram(Arena *a, const char *text) {
        GramList grams;
        uint64_t last = 0;

        grams_of(a, str_c(text), &grams);
        for (size_t i = 0; i < grams.n; i++)
                if (grams.v[i].units > 0 && grams.v[i].from == 0)
                        last = grams.v[i].hash;
        return last;
}

/* ---- pieces ---- */

TEST(suggest__pieces_are_one_to_three_characters_that_nothing_parts) {
        Arena *a = arena_new(0);
        GramList g;

        grams_of(a, S("垃圾桶"), &g);
        CHECK_INT(g.n, 6); /* 垃 垃圾 垃圾桶 圾 圾桶 桶 */
        CHECK_INT(g.v[2].units, 3);
        CHECK_INT(g.v[2].to, 3);
        grams_of(a, S("垃，圾"), &g);
        CHECK_INT(g.n, 2);
        CHECK_INT(g.v[1].from, 2);
        grams_of(a, S("82岁 😀 13800138000\x01\x02"), &g);
        CHECK_INT(g.n, 1);
        CHECK_INT(g.v[0].from, 2);
        CHECK(gram(a, "ＷＩＦＩ坏") == gram(a, "wifi坏")); /* a Latin word is one piece, however it is written */
        CHECK(gram(a, "wifi") != gram(a, "wif"));
        CHECK(gram(a, "ab") != gram(a, "ba"));
        arena_free(a);
}

/* ---- arithmetic ---- */

static bool near(double a, double b) { return fabs(a - b) < 1e-9; }

/* Two categories, one text each: 垃圾 (垃 垃圾 圾) is A, 路灯 (路 路灯 灯) is B. Six different pieces, α = 0.1:
 *   P(垃|A) = (1 + 0.1) / (3 + 0.6) = 11/36      P(垃|B) = 0.1 / 3.6 = 1/36
 * so each of the three pieces of 垃圾 is 11 times likelier in A: P(A) : P(B) = 2/4·11³ : 2/4 = 1331 : 1, with heat 3 11 : 1. */
TEST(suggest__shares_are_those_worked_out_by_hand) {
        Arena *a = arena_new(0);
        Model *m = model_new();
        GuessList g;

        teach(m, "A", "垃圾");
        teach(m, "B", "路灯");
        model_guess(m, a, S("垃圾"), &g);
        CHECK_INT(g.n, 2);
        CHECK_STR(g.v[0].category, S("A"));
        CHECK(near(g.v[0].share, 1331.0 / 1332));
        CHECK(near(g.v[1].share, 1.0 / 1332));
        model_heat(m, 3);
        model_guess(m, a, S("垃圾"), &g);
        CHECK(near(g.v[0].share, 11.0 / 12));
        CHECK(near(model_weight(m, S("A"), gram(a, "垃圾")), log(11)));
        CHECK(near(model_weight(m, S("B"), gram(a, "垃圾")), 0)); /* never seen there: it does not speak for it */
        /* another text of A: priors 3/5 and 2/5; 垃 is in two texts of A, P = 2.1 / (5 + 0.8) against 0.1 / (3 + 0.8) */
        teach(m, "A", "垃");
        teach(m, "A", "楼");
        model_heat(m, 1);
        model_guess(m, a, S("垃"), &g);
        {
                double x = 4.0 / 6 * (2.1 / (5 + 0.7)), y = 2.0 / 6 * (0.1 / (3 + 0.7));

                CHECK(near(g.v[0].share, x / (x + y)));
        }
        model_free(m);
        arena_free(a);
}

TEST(suggest__a_text_held_out_is_asked_as_if_it_had_never_been_taught) {
        Arena *a = arena_new(0);
        Model *m = model_new();
        double share;

        teach(m, "A", "垃圾");
        teach(m, "A", "垃圾");
        teach(m, "B", "路灯");
        share = model_held_out(m, a, &(Held){ S("A"), S("垃圾"), 2 }, 1);
        /* nothing is left of A: (0 + 1) · (0.1/0.6)³ against (1 + 1) · (0.1/3.6)³ = 216 : 2 */
        CHECK(near(share, 216.0 / 218));
        model_free(m);
        arena_free(a);
}

TEST(suggest__words_are_the_strongest_pieces_apart_from_each_other) {
        Arena *a = arena_new(0);
        Model *m = model_new();
        SuggestWordList w;

        teach(m, "A", "楼道堆放杂物");
        teach(m, "A", "门口堆放杂物");
        teach(m, "B", "楼道路灯不亮");
        teach(m, "B", "门口路灯坏了");
        model_words(m, a, S("A"), S("三楼楼道里😀堆放杂物。"), 6, &w);
        CHECK(w.n >= 1);
        CHECK_STR(w.v[0].word, S("堆放杂"));
        CHECK_INT(w.v[0].from, 6); /* the emoji counts one */
        CHECK_INT(w.v[0].to, 9);
        for (size_t i = 0; i < w.n; i++)
                CHECK(!str_contains(w.v[i].word, S("楼道")));
        model_words(m, a, S("nothing"), S("堆放杂物"), 6, &w);
        CHECK_INT(w.n, 0);
        model_free(m);
        arena_free(a);
}

TEST(suggest__what_the_model_never_saw_is_no_guess) {
        Arena *a = arena_new(0);
        Model *m = model_new();
        GuessList g;

        model_guess(m, a, S("垃圾"), &g);
        CHECK_INT(g.n, 0);
        teach(m, "A", "垃圾");
        model_guess(m, a, S("路灯"), &g);
        CHECK_INT(g.n, 0);
        model_guess(m, a, S(""), &g);
        CHECK_INT(g.n, 0);
        model_free(m);
        arena_free(a);
}

/* ---- hostile ---- */

TEST(suggest__any_bytes_of_any_length_are_taken_within_bounds) {
        Arena *a = arena_new(0);
        Model *m = model_new();
        char *big = TAKE_ARRAY(a, char, 100000);
        uint32_t x = 1;
        GuessList g;
        GramList grams;

        for (size_t i = 0; i < 100000; i++) {
                x = x * 1664525u + 1013904223u;
                big[i] = (char)(x >> 24);
        }
        grams_of(a, (Str){ big, 100000 }, &grams);
        CHECK(grams.n <= UNITS_MOST * GRAM_UNITS);
        for (size_t i = 0; i + 3 <= 99999; i += 3)
                memcpy(big + i, "垃", 3);
        grams_of(a, (Str){ big, 99999 }, &grams);
        CHECK_INT(grams.n, UNITS_MOST * 3 - 3);
        teach(m, "A", "\xf0\x9f\x98\x80\xe2\x80\xae\xe2\x80\x8f\x7f\x01 \xed\xa0\x80 \xff\xfe 垃圾 \xe5");
        model_guess(m, a, S("垃圾"), &g);
        CHECK_INT(g.n, 1);
        for (size_t n = 0; n <= 12; n++) /* cut anywhere */
                grams_of(a, (Str){ "垃圾😀é", n }, &grams);
        model_free(m);
        arena_free(a);
}

TEST(suggest__a_full_model_goes_on_answering) {
        Arena *a = arena_new(0);
        Model *m = model_new();
        char text[3 * 300 + 1];
        uint32_t x = 7;
        GuessList g;

        teach(m, "A", "垃圾");
        while (!model_is_full(m)) {
                for (int i = 0; i < 300; i++) {
                        uint32_t point;

                        x = x * 1664525u + 1013904223u;
                        point = 0x4e00 + (x >> 8) % 0x5000;
                        text[3 * i] = (char)(0xe0 | point >> 12);
                        text[3 * i + 1] = (char)(0x80 | (point >> 6 & 0x3f));
                        text[3 * i + 2] = (char)(0x80 | (point & 0x3f));
                }
                text[900] = 0;
                teach(m, x & 1 ? "A" : "B", text);
                CHECK(model_taught(m) < 2000);
        }
        teach(m, "B", "垃圾");
        model_guess(m, a, S("垃圾"), &g);
        CHECK_INT(g.n, 2);
        model_free(m);
        arena_free(a);
}

/* ---- learning from cases ---- */

static int64_t closed(Street *s, const char *category, const char *text) {
        CaseNew in = { .category = str_c(category), .text = str_c(text), .lon_e7 = SOME_INT(1027320000),
                       .lat_e7 = SOME_INT(250320000), .channel = CASE_CHANNEL_MEMBER };
        CaseId id = { 0 };

        as(s, s->member1);
        if (case_open(s->cx, &in, &id) != OK)
                abort();
        to_archive(s, id.n);
        as(s, s->member1);
        return id.n;
}

TEST(suggest__is_learned_from_the_closed_cases_and_goes_on_learning) {
        Street *s = street_new();
        SuggestView *v;

        suggest_forget();
        CHECK_OK(s->cx, suggest_kinds(s->cx, S("小区里乱堆杂物"), &v));
        CHECK_INT(v->learned, 0);
        CHECK_STR(v->items.v[0].category, S("06036")); /* by its name alone */
        CHECK_STR(v->items.v[0].words.v[0].word, S("乱堆杂"));
        CHECK_OK(s->cx, suggest_kinds(s->cx, S("飞线充电"), &v));
        CHECK(v->items.n == 0 || !str_eq(v->items.v[0].category, S("06028")));
        closed(s, "06028", "有人飞线充电"); /* filed oddly, but so the colleagues here file it */
        later(s, MS_MINUTE);
        CHECK_OK(s->cx, suggest_learn(s->cx));
        CHECK_OK(s->cx, suggest_kinds(s->cx, S("楼下飞线充电"), &v));
        CHECK_INT(v->learned, 1);
        CHECK_STR(v->items.v[0].category, S("06028"));
        CHECK_STR(v->items.v[0].unit_name, S("综合执法队"));
        report(s, "还没有办结的不算"); /* open cases teach nothing */
        CHECK_OK(s->cx, suggest_learn(s->cx));
        CHECK_OK(s->cx, suggest_kinds(s->cx, S("楼下飞线充电"), &v));
        CHECK_INT(v->learned, 1);
        later(s, 2 * MS_DAY); /* anew: the same */
        CHECK_OK(s->cx, suggest_learn(s->cx));
        CHECK_OK(s->cx, suggest_kinds(s->cx, S("楼下飞线充电"), &v));
        CHECK_INT(v->learned, 1);
        s->cx->lang = LANG_EN;
        CHECK_OK(s->cx, suggest_kinds(s->cx, S("楼下飞线充电"), &v));
        CHECK_STR(v->items.v[0].name, S("Noise"));
        suggest_forget();
}
