/* Rules of the base: strings, numbers, dates, ids, buffers, maps. */
#include "base/buf.h"
#include "base/id.h"
#include "base/map.h"
#include "base/test.h"

TEST(str__integers_are_read_exactly_or_not_at_all) {
        int64_t n;

        CHECK(str_int(S("9223372036854775807"), &n) && n == INT64_MAX);
        CHECK(str_int(S("-9223372036854775808"), &n) && n == INT64_MIN);
        CHECK(!str_int(S("9223372036854775808"), &n));
        CHECK(!str_int(S(""), &n) && !str_int(S("-"), &n) && !str_int(S(" 1"), &n) && !str_int(S("1x"), &n));
}

TEST(str__utf8_refuses_overlongs_surrogates_and_nul) {
        CHECK(str_utf8_valid(S("网格 a é 😀")));
        CHECK(!str_utf8_valid(S("\xc0\x80")) && !str_utf8_valid(S("\xed\xa0\x80")) && !str_utf8_valid(S("\xf5\x80\x80\x80")));
        CHECK(!str_utf8_valid((Str){ "a\0b", 3 }) && !str_utf8_valid(S("\xe7\xbd")));
        CHECK_INT(str_utf8_len(S("网格a")), 3);
        CHECK_STR(str_utf8_head(S("网格员a"), 2), S("网格"));
}

TEST(str__trim_takes_chinese_blanks_too) { CHECK_STR(str_trim(S(" \xe3\x80\x80网 格\xe3\x80\x80\n")), S("网 格")); }

TEST(time__days_and_dates_agree_over_centuries) {
        for (DayNo n = -200000; n < 200000; n += 7) {
                Date d = date_of_day(n);

                CHECK(date_valid(d));
                CHECK_INT(day_of_date(d), n);
        }
        CHECK_INT(day_weekday(day_of_date((Date){ 2026, 11, 22 })), 7);
        CHECK_INT(day_weekday(day_of_date((Date){ 1969, 12, 29 })), 1);
}

TEST(time__rfc3339_is_read_and_written_in_the_zone) {
        Arena *a = arena_new(0);
        int64_t ms;
        Date d;

        CHECK(time_parse_rfc3339(S("2026-02-13T16:30:00.250Z"), &ms));
        CHECK_STR(time_rfc3339(a, ms), S("2026-02-14T00:30:00.250+08:00"));
        CHECK(time_parse_rfc3339(S("1969-12-31T23:59:59-01:00"), &ms) && ms == 3599000);
        CHECK(!time_parse_rfc3339(S("2026-02-30T00:00:00Z"), &ms) && !time_parse_rfc3339(S("2026-02-03T00:00:00"), &ms));
        CHECK(!date_parse(S("1900-02-29"), &d) && date_parse(S("2000-02-29"), &d));
        arena_free(a);
}

TEST(buf__degrees_and_numbers_are_written_shortest) {
        Arena *a = arena_new(0);
        Buf b = BUF_IN(a);

        buf_deg(&b, 1027519000), buf_char(&b, ' '), buf_deg(&b, -5), buf_char(&b, ' '), buf_deg(&b, 250000000);
        CHECK_STR(buf_view(&b), S("102.7519 -0.0000005 25"));
        buf_clear(&b);
        buf_json_num(&b, 0.1), buf_char(&b, ' '), buf_json_num(&b, 48.1371543), buf_char(&b, ' '), buf_json_num(&b, -3);
        CHECK_STR(buf_view(&b), S("0.1 48.1371543 -3"));
        buf_clear(&b);
        buf_json_str(&b, S("a\"\\\n\x01网"));
        CHECK_STR(buf_view(&b), S("\"a\\\"\\\\\\n\\u0001网\""));
        arena_free(a);
}

TEST(id__receipts_read_back_however_they_are_typed) {
        Arena *a = arena_new(0);
        Str r, folded;

        rand_seed(7);
        r = id_receipt(a);
        CHECK(id_receipt_fold(a, r, &folded) && str_eq(r, folded));
        CHECK(id_receipt_fold(a, S("oil23 4567a"), &folded) && str_eq(folded, S("01123-4567A")));
        CHECK(!id_receipt_fold(a, S("12345"), &folded) && !id_receipt_fold(a, S("12345-6789U"), &folded));
        CHECK(id_uuid_valid(id_uuid7(a, 1700000000000)));
        rand_seed(0);
        arena_free(a);
}

TEST(map__keeps_thousands_of_keys_in_order) {
        Arena *a = arena_new(0);
        Map m;

        map_init(&m, a);
        for (int i = 0; i < 5000; i++)
                *map_at(&m, str_fmt(a, "key %d", i)) = a;
        CHECK_INT(m.n, 5000);
        CHECK(map_get(&m, S("key 4999")) == a && !map_has(&m, S("key 5000")));
        CHECK_STR(m.entries[17].key, S("key 17"));
        arena_free(a);
}

TEST(arena__grows_and_counts) {
        Arena *a = arena_new(100);
        IntList list = { 0 };

        for (int64_t i = 0; i < 1000; i++)
                *list_push(a, &list) = i;
        CHECK(arena_over(a) && list.v[999] == 999 && list.n == 1000);
        arena_reset(a);
        CHECK(!arena_over(a));
        arena_free(a);
}
