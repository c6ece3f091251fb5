/* Durations as words, the file of limits, and which of its rows counts. */
#include "base/env.h"
#include "base/test.h"
#include "contract.gen.h"
#include "core/clock/clock_int.h"
#include "core/clock/test_clock_reference.h"
#include <stdio.h>

TEST(clock__durations_are_read_as_the_cities_write_them) {
        static const struct {
                const char *text;
                int64_t amount;
                ClockUnit unit;
        } vectors[] = {
                { "1天", 1, CLOCK_WORK_DAYS },
                { "15 天", 15, CLOCK_WORK_DAYS },
                { "3个工作日", 3, CLOCK_WORK_DAYS },
                { "5工作日", 5, CLOCK_WORK_DAYS },
                { "4小时", 240, CLOCK_WORK_HOURS },
                { "0.5小时", 30, CLOCK_WORK_HOURS },
                { "2工作时", 120, CLOCK_WORK_HOURS },
                { "2 个工作小时", 120, CLOCK_WORK_HOURS },
                { "2紧急工作时", 120, CLOCK_HOURS },
                { "1紧急工作日", 1, CLOCK_DAYS },
                { "1.25 workhours", 75, CLOCK_WORK_HOURS },
                { "1 workday", 1, CLOCK_WORK_DAYS },
                { "24 hours", 1440, CLOCK_HOURS },
                { "7 days", 7, CLOCK_DAYS },
        };
        static const char *bad[] = { "",         "天",        "0天",       "-1天",
                                     "1.5天",    "1.234小时", "1.小时",    "2 weeks",
                                     "2小时内",  "1001天",    "10001小时", "99999999999999999999天",
                                     "0.01小时", "1紧急天",   "二天" };
        ClockDuration d;

        for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
                CHECK(clock_duration_parse(str_c(vectors[i].text), &d, NULL));
                CHECK_INT(d.amount, vectors[i].amount);
                CHECK_INT(d.unit, vectors[i].unit);
        }
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                if (clock_duration_parse(str_c(bad[i]), &d, NULL))
                        test_fail(__FILE__, __LINE__, "'%s' was taken for a duration", bad[i]);
}

TEST(clock__durations_are_said_in_both_languages) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);

        CHECK_STR(clock_duration_text(cx, (ClockDuration){ 90, CLOCK_WORK_HOURS }), S("1.5 个工作时"));
        CHECK_STR(clock_duration_text(cx, (ClockDuration){ 2, CLOCK_DAYS }), S("2 天（连续计时）"));
        CHECK_STR(clock_duration_text(cx, (ClockDuration){ 0 }), S("不限时"));
        cx->lang = LANG_EN;
        CHECK_STR(clock_duration_text(cx, (ClockDuration){ 1, CLOCK_WORK_DAYS }), S("1 working day"));
        CHECK_STR(clock_duration_text(cx, (ClockDuration){ 75, CLOCK_HOURS }),
                  S("1.25 hours without a break"));
        CHECK_STR(clock_duration_text(cx, (ClockDuration){ 65, CLOCK_HOURS }),
                  S("1.08 hours without a break"));
}

/* The limits of a city's published table, as often as they occur in its 519 rows. */
TEST(clock__every_limit_of_a_citys_table_is_understood) {
        static const struct {
                const char *text, *rest;
                int rows;
        } words[] = { { "1天", "", 143 },      { "5天", "", 86 },        { "3天", "", 84 },
                      { "2天", "", 82 },       { "4小时", "", 39 },      { "2紧急工作时", "", 32 },
                      { "2小时", "", 22 },     { "7天", "", 9 },         { "1紧急工作时", "", 5 },
                      { "15天", "", 5 },       { "4紧急工作时", "", 4 }, { "2紧急工作日", "", 3 },
                      { "10天", "", 2 },       { "4天", "", 1 },         { "1紧急工作时制止", "制止", 1 },
                      { "1紧急工作日", "", 1 } };
        int rows[CLOCK_UNIT_COUNT] = { 0 };

        for (size_t i = 0; i < ARRAY_LEN(words); i++) {
                ClockDuration d;
                Str rest;

                CHECK(clock_duration_parse(str_c(words[i].text), &d, &rest));
                CHECK_STR(rest, str_c(words[i].rest));
                rows[d.unit] += words[i].rows;
        }
        CHECK_INT(rows[CLOCK_WORK_DAYS], 412);
        CHECK_INT(rows[CLOCK_WORK_HOURS], 61);
        CHECK_INT(rows[CLOCK_HOURS], 42);
        CHECK_INT(rows[CLOCK_DAYS], 4);
}

static Str column(Str line, int number) {
        Str field = STR_NONE;

        for (int i = 0; i < number; i++)
                if (!str_cut(line, '\t', &field, &line))
                        field = line, line = STR_NONE;
        return field;
}

TEST(clock__the_table_itself_row_by_row) {
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        Str file = env_get("WANGGE_TEST_CASE_STANDARDS"), share, text, line;
        int rows = 0, numbers = 0;

        CHECK_OK(cx, setting_share_dir(cx, &share));
        if (!file.n)
                file = str_fmt(cx->arena, STR_FMT "/../shared/data/yuncheng_case_standards.tsv",
                               STR_ARG(share));
        if (!file_read(cx->arena, str_z(cx->arena, file), 1 << 20, &text)) {
                printf("# SKIPPED: " STR_FMT " is not there\n", STR_ARG(file));
                return;
        }
        (void)str_cut(text, '\n', &line, &text);
        while (text.n) {
                ClockDuration d, by_columns;
                Str rest, value;

                if (!str_cut(text, '\n', &line, &text))
                        line = text, text = STR_NONE;
                rows++;
                if (!clock_duration_parse(column(line, 8), &d, &rest)) {
                        test_fail(__FILE__, __LINE__, "row %d: " STR_FMT, rows, STR_ARG(column(line, 8)));
                        continue;
                }
                value = str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(column(line, 10)),
                                STR_ARG(column(line, 9)));
                numbers += clock_duration_parse(value, &by_columns, NULL) && by_columns.amount == d.amount &&
                           by_columns.unit == d.unit;
        }
        CHECK_INT(rows, 519);
        CHECK_INT(numbers, 519);
}

static bool known(void *arg, ClockWord kind, Str in_class, Str word) {
        (void)arg;
        switch (kind) {
        case CLOCK_WORD_CLASS: return str_starts(word, S("01"));
        case CLOCK_WORD_CONDITION: return str_eq(in_class, S("0101")) && str_eq(word, S("missing"));
        case CLOCK_WORD_LEVEL: return str_eq(word, S("township")) || str_eq(word, S("county"));
        case CLOCK_WORD_PHASE: return str_eq(word, S("verify")) || str_eq(word, S("handle"));
        }
        return false;
}

static const ClockWords profile = { known, NULL };

static const char file[] =
        "{\n"
        "  \"windows\": [\"08:30-12:00\", \"14:00-17:30\"],\n"
        "  \"seasons\": [{ \"name\": { \"zh\": \"夏季作息\", \"en\": \"summer hours\" }, \"from\": \"06-01\", \"to\": \"09-30\",\n"
        "                \"windows\": [\"08:00-12:00\", \"15:00-18:00\"] }],\n"
        "  \"cards\": { \"check\": 1, \"ordinary\": { \"yellow\": 3 }, \"complex\": { \"red\": 5 } },\n"
        "  \"limits\": [\n"
        "    { \"limit\": \"7天\", \"phases\": { \"verify\": \"1 workday\" } },\n"
        "    { \"class\": \"01*\", \"limit\": \"5天\" },\n"
        "    { \"class\": \"0101\", \"limit\": \"4小时\", \"basis\": \"城管〔2026〕1 号\" },\n"
        "    { \"class\": \"0101\", \"level\": \"county\", \"limit\": \"6小时\" },\n"
        "    { \"class\": \"0101\", \"condition\": \"missing\", \"limit\": \"2紧急工作时\", \"phases\": { \"handle\": \"1紧急工作时\" } },\n"
        "    { \"class\": \"0101\", \"condition\": \"missing\", \"from\": \"2026-07-01\", \"limit\": \"1紧急工作时\" }\n"
        "  ]\n"
        "}\n";

static const ClockLimit *find(const ClockLimits *l, const char *class, const char *condition,
                              const char *level, const char *phase, const char *day) {
        ClockSubject of = { str_c(class), str_c(condition), str_c(level) };
        Date d = { 2026, 1, 1 };

        if (!date_parse(str_c(day), &d))
                test_fail(__FILE__, __LINE__, "%s is no day", day);
        return clock_limit_find(l, &of, str_c(phase), day_of_date(d));
}

TEST(clock__the_most_exact_limit_in_force_counts) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockLimits *l;

        CHECK_OK(cx, clock_limits_parse(cx, str_c(file), &profile, &l));
        CHECK_INT(l->n, 8);
        CHECK_INT(l->windows.n, 2);
        CHECK_INT(l->windows.v[1].v[1].from_min, 15 * 60);
        CHECK(l->cards.check_days == 1 && l->cards.ordinary_yellow_days == 3 &&
              !l->cards.ordinary_red_days && l->cards.complex_red_days == 5);
        CHECK_INT(find(l, "0202", "", "", "", "2026-01-01")->limit.amount, 7);
        CHECK_INT(find(l, "0102", "", "county", "", "2026-01-01")->limit.amount, 5);
        CHECK_INT(find(l, "0101", "", "", "", "2026-01-01")->limit.amount, 240);
        CHECK_STR(find(l, "0101", "", "township", "", "2026-01-01")->basis, S("城管〔2026〕1 号"));
        CHECK_INT(find(l, "0101", "", "county", "", "2026-01-01")->limit.amount, 360);
        CHECK_INT(find(l, "0101", "missing", "county", "", "2026-06-30")->limit.amount, 120);
        CHECK_INT(find(l, "0101", "missing", "county", "", "2026-07-01")->limit.amount, 60);
        CHECK_INT(find(l, "0101", "missing", "", "handle", "2026-07-01")->limit.unit, CLOCK_HOURS);
        CHECK_INT(find(l, "0101", "missing", "", "verify", "2026-07-01")->limit.unit, CLOCK_WORK_DAYS);
        CHECK(!find(l, "0102", "", "", "handle", "2026-01-01"));
}

TEST(clock__a_log_is_read_by_the_table_and_its_day) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockEvent log[] = { { .kind = CLOCK_EVENT_START },
                             { .kind = CLOCK_EVENT_CLASS, .of = { S("0101"), S("missing"), S("") } } };
        ClockRules rules = { .of = { S("0102"), S(""), S("") } };
        Calendar *calendar;
        ClockLimits *l;
        ClockResult r;

        CHECK_OK(cx, clock_limits_parse(cx, str_c(file), &profile, &l));
        CHECK_OK(cx, calendar_parse(cx, S("2026-10-01\toff\t国庆节\n"), &calendar));
        CHECK_OK(cx, clock_scale_new(cx, calendar, &l->windows, STR_NONE, &rules.scale));
        rules.limits = l;
        l->edition = 3;
        log[0].at_ms = log[1].at_ms = day_start_ms(day_of_date((Date){ 2026, 6, 30 })) + 13 * MS_HOUR;
        clock_derive(cx, &rules, log, 1, log[0].at_ms, &r);
        CHECK(r.limit.unit == CLOCK_WORK_DAYS && r.limit.amount == 5 && r.limits_edition == 3);
        clock_derive(cx, &rules, log, 2, log[0].at_ms, &r);
        CHECK_INT(r.due_ms.n - log[0].at_ms, 2 * MS_HOUR);
        log[0].at_ms = log[1].at_ms += MS_DAY; /* the new limit is in force */
        clock_derive(cx, &rules, log, 2, log[0].at_ms, &r);
        CHECK_INT(r.due_ms.n - log[0].at_ms, MS_HOUR);
        /* In summer the afternoon begins at three. */
        CHECK_INT(clock_scale_between(rules.scale, log[0].at_ms, log[0].at_ms + 3 * MS_HOUR), MS_HOUR);
        CHECK_INT(clock_scale_between(rules.scale, log[0].at_ms - 60ll * MS_DAY,
                                      log[0].at_ms - 60ll * MS_DAY + 3 * MS_HOUR),
                  date_of_day(day_of_ms(log[0].at_ms - 60ll * MS_DAY)).day == 2 ? 0 : 2 * MS_HOUR);
}

TEST(clock__a_wrong_file_of_limits_is_refused_with_line_and_column) {
        static const struct {
                const char *text, *where;
        } bad[] = {
                { "{ \"limit\": [] }", "line 1, column 12: unknown member 'limit'" },
                { "[]", "line 1, column 1: an object" },
                { "{ \"limits\": [] }", "line 1, column 13" },
                { "{}", "line 1, column 1" },
                { "{ \"limits\": [\n  { \"class\": \"0101\", \"limit\": \"4 weeks\" } ] }",
                  "line 2, column 31: a limit is" },
                { "{ \"limits\": [\n  { \"class\": \"0101\", \"limit\": 4 } ] }", "line 2, column 31" },
                { "{ \"limits\": [\n  { \"class\": \"0201\", \"limit\": \"4天\" } ] }",
                  "line 2, column 14: unknown class '0201'" },
                { "{ \"limits\": [\n  { \"basis\": \"依据\", \"level\": \"village\", \"limit\": \"4天\" } ] }",
                  "line 2, column 29: unknown level" },
                { "{ \"limits\": [\n  { \"condition\": \"missing\", \"limit\": \"4天\" } ] }",
                  "line 2, column 18: unknown condition" },
                { "{ \"limits\": [\n  { \"phases\": { \"pack\": \"4天\" } } ] }",
                  "line 2, column 25: unknown phase 'pack'" },
                { "{ \"limits\": [\n  { \"phases\": {} } ] }", "line 2, column 15" },
                { "{ \"limits\": [\n  { \"class\": \"0101\" } ] }", "line 2, column 3: 'limit' or" },
                { "{ \"limits\": [\n  { \"from\": \"2026-02-30\", \"limit\": \"4天\" } ] }",
                  "line 2, column 13: a day" },
                { "{ \"limits\": [\n  { \"limit\": \"4天\" },\n  { \"limit\": \"5天\" } ] }",
                  "line 3, column 1: the same" },
                { "{ \"windows\": [\"08:00-08:00\"] }", "line 1, column 15: a window" },
                { "{ \"windows\": [\"08:00-24:01\"] }", "line 1, column 15: a window" },
                { "{ \"windows\": [\"08:00-12:00\", \"12:00-18:00\"] }", "line 1, column 30: windows are" },
                { "{ \"windows\": [] }", "line 1, column 14" },
                { "{ \"seasons\": [{ \"name\": { \"zh\": \"夏\" }, \"from\": \"06-01\" }] }",
                  "line 1, column 25: 'zh' and 'en'" },
                { "{ \"seasons\": [{ \"name\": { \"zh\": \"夏\", \"en\": \"s\" }, \"from\": \"06-01\", \"to\": \"2027-01-01\", \"windows\": "
                  "[\"08:00-12:00\"] }] }",
                  "'from' and 'to'" },
                { "{ \"cards\": { \"check\": 366 } }", "line 1, column 23: 'check'" },
                { "{ \"cards\": { \"ordinary\": { \"green\": 3 } } }",
                  "line 1, column 37: unknown member 'green'" },
        };
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        ClockLimits *l;

        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                Rc rc = clock_limits_parse(cx, str_c(bad[i].text), &profile, &l);

                if (rc == OK || cx->problem.code != P_CONFIG_INVALID ||
                    !str_contains(cx->problem.detail, str_c(bad[i].where)) ||
                    !str_contains(cx->problem.detail_zh, S("时限文件第")))
                        test_fail(__FILE__, __LINE__, "%s: wanted %s, got " STR_FMT, bad[i].text,
                                  bad[i].where, STR_ARG(cx->problem.detail));
        }
        CHECK_FAILS(cx, P_INPUT_SYNTAX, clock_limits_parse(cx, S("{"), NULL, &l));
        CHECK_OK(cx,
                 clock_limits_parse(cx, S("{ \"limits\": [{ \"class\": \"9999\", \"limit\": \"1天\" }] }"),
                                    NULL, &l));
        CHECK_INT(l->windows.v[0].v[1].to_min, 18 * 60);
}

TEST(clock__a_damaged_file_of_limits_is_refused_or_read_never_worse) {
        static const char noise[] = "{}[]\",:0123456789天时日*-. \n\\u";
        _cleanup_(cx_freep) Cx *cx = cx_new(64 << 20);
        uint64_t seed = 41;
        int refused = 0;

        for (int i = 0; i < 4000; i++) {
                char text[sizeof file];
                ClockLimits *l;
                Rc rc;

                memcpy(text, file, sizeof text);
                for (uint32_t k = 1 + slow_random(&seed, 3); k; k--)
                        text[slow_random(&seed, sizeof file - 1)] =
                                noise[slow_random(&seed, sizeof noise - 1)];
                rc = clock_limits_parse(cx,
                                        (Str){ text, slow_random(&seed, 20)
                                                             ? sizeof file - 1
                                                             : slow_random(&seed, sizeof file) },
                                        &profile, &l);
                CHECK(rc == OK || cx->problem.code == P_CONFIG_INVALID ||
                      cx->problem.code == P_INPUT_SYNTAX);
                refused += rc != OK;
                cx_reset(cx);
        }
        CHECK(refused > 2000 && refused < 4000);
}
