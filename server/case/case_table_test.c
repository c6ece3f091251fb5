/* A city's own table of limits (运城: 190 categories, 519 rows of condition → limit in four units) as catalogue, form and limits of a profile: cases
 * are due when the table says, as a whole and by phase. The table is not part of this tree; without it the test says so aloud. */
#include "base/env.h"
#include "case/test_case.h"
#include "core/setting/setting.h"
#include <stdio.h>

enum { EVERY = 13, COLUMNS = 10, KIND = 0, BIG = 1, SMALL = 3, SMALL_NAME = 4, LIMIT = 7, UNIT = 8, VALUE = 9 };

typedef struct TableRow {
        Str column[COLUMNS];
        Str category; /* B0101: component, class, sub-class */
        int condition; /* from 1 within its category */
} TableRow;

typedef struct Table {
        TableRow *v;
        size_t n, cap;
} Table;

static bool table_read(Cx *cx, Table *ret) {
        Str file = env_get("WANGGE_TEST_CASE_STANDARDS"), share, text, line;

        if (!file.n && setting_share_dir(cx, &share) == OK)
                file = str_fmt(cx->arena, STR_FMT "/../shared/data/yuncheng_case_standards.tsv", STR_ARG(share));
        if (!file_read(cx->arena, str_z(cx->arena, file), 1 << 20, &text))
                return printf("# SKIPPED: " STR_FMT " is not there\n", STR_ARG(file)), false;
        (void)str_cut(text, '\n', &line, &text);
        while (text.n) {
                TableRow r = { .condition = 1 };

                if (!str_cut(text, '\n', &line, &text))
                        line = text, text = STR_NONE;
                for (int i = 0; i < COLUMNS; i++)
                        if (!str_cut(line, '\t', &r.column[i], &line))
                                r.column[i] = line, line = STR_NONE;
                r.category = str_fmt(cx->arena, "%s" STR_FMT STR_FMT, str_eq(r.column[KIND], S("部件")) ? "B" : "S", STR_ARG(r.column[BIG]),
                                     STR_ARG(r.column[SMALL]));
                for (size_t i = 0; i < ret->n; i++)
                        r.condition += str_eq(ret->v[i].category, r.category);
                *list_push(cx->arena, ret) = r;
        }
        return true;
}

/* The duration itself: "1紧急工作时制止" says one hour, and to what end. */
static Str limit_text(Cx *cx, const TableRow *r) {
        return str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(r->column[VALUE]), STR_ARG(r->column[UNIT]));
}

static void profile_put(Street *s, const Table *t) {
        Buf items = BUF_IN(s->cx->arena), limits = BUF_IN(s->cx->arena), conditions = BUF_IN(s->cx->arena);
        int most = 0;

        for (size_t i = 0; i < t->n; i++) {
                const TableRow *r = &t->v[i];
                Str limit = limit_text(s->cx, r);

                most = r->condition > most ? r->condition : most;
                if (r->condition == 1)
                        buf_fmt(&items,
                                "%s{\"code\":\"" STR_FMT "\",\"zh\":\"" STR_FMT "\",\"en\":\"" STR_FMT "\",\"unit\":\"huanwei\",\"limit_days\":300,"
                                "\"icon\":\"trash\",\"form\":\"standard\"}",
                                items.n ? "," : "", STR_ARG(r->category), STR_ARG(r->column[SMALL_NAME]), STR_ARG(r->category));
                buf_fmt(&limits, "%s{\"class\":\"" STR_FMT "\",\"condition\":\"c%d\",\"limit\":\"" STR_FMT "\"},", limits.n ? "," : "",
                        STR_ARG(r->category), r->condition, STR_ARG(limit));
                buf_fmt(&limits,
                        "{\"class\":\"" STR_FMT "\",\"condition\":\"c%d\",\"level\":\"county\",\"limit\":\"200天\",\"phases\":{\"handle\":\"" STR_FMT
                        "\"}}",
                        STR_ARG(r->category), r->condition, STR_ARG(limit));
        }
        for (int i = 1; i <= most; i++)
                buf_fmt(&conditions, "%s{\"const\":\"c%d\"}", i > 1 ? "," : "", i);
        street_put(s, "form", "standard",
                   str_fmt(s->cx->arena,
                           "{\"type\":\"object\",\"required\":[\"condition\"],\"properties\":{\"condition\":{\"type\":\"string\",\"oneOf\":[" STR_FMT
                           "]},\"level\":{\"type\":\"string\",\"oneOf\":[{\"const\":\"county\"}]}}}",
                           STR_ARG(buf_view(&conditions))));
        street_put(s, "limits", "limits", str_fmt(s->cx->arena, "{\"limits\":[" STR_FMT "]}", STR_ARG(buf_view(&limits))));
        street_put(s, "flow", "six-step",
                   street_edit(s, street_text(s, "flow", "six-step"), "\"step\": 3, \"holder\": \"target\"",
                               "\"step\": 3, \"holder\": \"target\", \"phase\": \"handle\""));
        street_put(s, "catalogue", "catalogue",
                   str_fmt(s->cx->arena,
                           "{\"name\":{\"zh\":\"运城\",\"en\":\"Yuncheng\"},\"flow\":\"six-step\",\"default\":\"" STR_FMT
                           "\",\"classes\":[{\"code\":\"all\",\"zh\":\"全部\",\"en\":\"All\",\"items\":[" STR_FMT "]}]}",
                           STR_ARG(t->v[0].category), STR_ARG(buf_view(&items))));
}

/* ---- by hand: minute by minute over the published calendar ---- */

static bool is_workday(Street *s, DayNo day) {
        const Calendar *calendar;
        bool is = false;
        Str why;

        must(s, clock_calendar(s->cx, &calendar));
        must(s, calendar_is_workday(s->cx, calendar, day, &is, &why));
        return is;
}

static bool in_office(int64_t ms) {
        int64_t minute = (ms - day_start_ms(day_of_ms(ms))) / MS_MINUTE;

        return (minute >= 8 * 60 && minute < 12 * 60) || (minute >= 14 * 60 && minute < 18 * 60);
}

static int64_t due_by_hand(Street *s, Str unit, int64_t value, int64_t start_ms) {
        DayNo day = day_of_ms(start_ms), known = day - 1;
        int64_t left = value * 60, at = start_ms;
        bool work = false;

        if (str_eq(unit, S("紧急工作时")))
                return start_ms + value * MS_HOUR;
        if (str_eq(unit, S("紧急工作日")))
                return start_ms + value * MS_DAY;
        if (str_eq(unit, S("天"))) {
                while (value)
                        value -= is_workday(s, ++day);
                return day_start_ms(day + 1);
        }
        while (left) {
                if (day_of_ms(at) != known)
                        work = is_workday(s, known = day_of_ms(at));
                left -= work && in_office(at);
                at += MS_MINUTE;
        }
        return at;
}

static int64_t dispatched_at(Street *s, const TableRow *r, const char *level) {
        CaseNew in = { .category = r->category, .text = S("按标准立案"), .lon_e7 = SOME_INT(1027320000), .lat_e7 = SOME_INT(250320000),
                       .channel = CASE_CHANNEL_MEMBER,
                       .form = str_fmt(s->cx->arena, "{\"condition\":\"c%d\"%s}", r->condition, level) };
        CaseId id = { 0 };

        as(s, s->member1);
        must(s, case_open(s->cx, &in, &id));
        later(s, 7 * MS_MINUTE);
        as(s, s->street);
        must(s, dispatch_to(s, id.n, "accept_dispatch", "huanwei"));
        return id.n;
}

TEST(case_table__cases_are_due_when_the_citys_own_table_says) {
        static const Date starts[] = { { 2026, 9, 24 }, { 2026, 9, 26 }, { 2026, 10, 9 }, { 2026, 10, 10 }, { 2026, 11, 16 } };
        static const char *const units[] = { "天", "小时", "紧急工作时", "紧急工作日" };
        size_t seen[ARRAY_LEN(units)] = { 0 };
        Street *s = street_new();
        Table t = { 0 };

        if (!table_read(s->cx, &t))
                return;
        CHECK_INT(t.n, 519);
        profile_put(s, &t);
        for (size_t i = 0; i < t.n; i++) {
                const TableRow *r = &t.v[i];
                bool rare = str_eq(r->column[UNIT], S("紧急工作日"));
                int64_t value = 0, whole, phased, due;
                CaseStaleList stale;

                if (i % EVERY && !rare)
                        continue;
                (void)str_int(r->column[VALUE], &value);
                s->cx->now_ms = day_start_ms(day_of_date(starts[i % ARRAY_LEN(starts)])) + (int64_t)(i * 37 % 1400) * MS_MINUTE;
                whole = dispatched_at(s, r, "");
                due = due_by_hand(s, r->column[UNIT], value, s->cx->now_ms);
                if (row_of(s, whole)->due_ms.n != due)
                        test_fail(__FILE__, __LINE__, STR_FMT " condition %d (" STR_FMT ") is due otherwise than the table says",
                                  STR_ARG(r->category), r->condition, STR_ARG(r->column[LIMIT]));
                phased = dispatched_at(s, r, ",\"level\":\"county\"");
                CHECK_INT(row_of(s, phased)->due_ms.n, due_by_hand(s, r->column[UNIT], value, s->cx->now_ms));
                for (size_t u = 0; u < ARRAY_LEN(units); u++)
                        seen[u] += str_eq_c(r->column[UNIT], units[u]);
                if (rare)
                        CHECK(case_deadlines_check(s->cx, &stale) == OK && !stale.n);
        }
        for (size_t u = 0; u < ARRAY_LEN(units); u++)
                CHECK(seen[u] > 1);
}
