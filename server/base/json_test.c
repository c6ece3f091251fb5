/* Rules of the JSON readers and writers: what is taken, what is refused and in which words, what is written. */
#include "base/json_int.h"
#include "base/test.h"
#include "contract.gen.h"

/* ---- the shapes of these tests -------------------------------------------- */

typedef struct Spot {
        int64_t lon, lat;
} Spot;

typedef struct SpotList {
        Spot *v;
        size_t n, cap;
} SpotList;

typedef struct Report {
        Str category, text, phone, extra, day, place;
        OptInt unit, at;
        OptNum weight;
        OptBool urgent;
        int channel;
        Spot *spot;
        StrList photos;
        IntList channels;
        SpotList spots;
} Report;

static const char *const channel_words[] = { "", "qr", "web" };
static const JsonEnum channel_enum = { "Channel", channel_words, 2 };
#define MEMBER(T, m, zh_, en_) .name = #m, .offset = offsetof(T, m), .zh = zh_, .en = en_
static const JsonField spot_fields[] = {
        { MEMBER(Spot, lon, "经度", "Longitude"), .kind = J_LON },
        { MEMBER(Spot, lat, "纬度", "Latitude"), .kind = J_LAT },
};
static const JsonShape spot_shape = { "Spot", sizeof(Spot), ARRAY_LEN(spot_fields), spot_fields, true };
static const JsonField report_fields[] = {
        { MEMBER(Report, category, "类别", "Category"), .kind = J_LINE, .lo = 1, .hi = 20 },
        { MEMBER(Report, text, "情况描述", "What is wrong"), .kind = J_TEXT, .lo = 1, .hi = 2000 },
        { MEMBER(Report, phone, "手机号", "Phone"), .kind = J_PHONE, .optional = true },
        { MEMBER(Report, extra, "附加", "Extra"), .kind = J_JSON, .optional = true },
        { MEMBER(Report, day, "日期", "Day"), .kind = J_DATE, .optional = true },
        { MEMBER(Report, place, "地区", "Place"), .kind = J_CODE, .optional = true },
        { MEMBER(Report, unit, "单元", "Unit"), .kind = J_INT, .lo = 1, .hi = 50, .optional = true },
        { MEMBER(Report, at, "时间", "Time"), .kind = J_TIME, .optional = true },
        { MEMBER(Report, weight, "重量", "Weight"), .kind = J_NUM, .lo = INT64_MIN, .hi = INT64_MAX,
          .optional = true },
        { MEMBER(Report, urgent, "紧急", "Urgent"), .kind = J_BOOL, .optional = true },
        { MEMBER(Report, channel, "来源", "Channel"), .kind = J_ENUM, .words = &channel_enum },
        { MEMBER(Report, spot, "位置", "Position"), .kind = J_SHAPE, .shape = &spot_shape,
          .optional = true },
        { MEMBER(Report, photos, "照片", "Photos"), .kind = J_LIST, .item = J_SHA256, .hi = 2,
          .optional = true },
        { MEMBER(Report, channels, "来源", "Channels"), .kind = J_LIST, .item = J_ENUM,
          .words = &channel_enum, .hi = 9, .optional = true },
        { MEMBER(Report, spots, "点", "Points"), .kind = J_LIST, .item = J_SHAPE, .shape = &spot_shape,
          .hi = 9, .optional = true },
};
static const JsonShape report_shape = { "Report", sizeof(Report), ARRAY_LEN(report_fields), report_fields,
                                        true };

typedef struct Sample {
        int64_t n, at, lon;
        double num;
        Str line, json;
        bool yes;
        OptInt maybe;
        Spot *spot;
        StrList lines, some_lines;
} Sample;

static const JsonField sample_fields[] = {
        { MEMBER(Sample, n, "", ""), .kind = J_INT },
        { MEMBER(Sample, at, "", ""), .kind = J_TIME },
        { MEMBER(Sample, lon, "", ""), .kind = J_LON },
        { MEMBER(Sample, num, "", ""), .kind = J_NUM },
        { MEMBER(Sample, line, "", ""), .kind = J_LINE },
        { MEMBER(Sample, json, "", ""), .kind = J_JSON, .optional = true },
        { MEMBER(Sample, yes, "", ""), .kind = J_BOOL },
        { MEMBER(Sample, maybe, "", ""), .kind = J_INT, .optional = true },
        { MEMBER(Sample, spot, "", ""), .kind = J_SHAPE, .shape = &spot_shape, .optional = true },
        { MEMBER(Sample, lines, "", ""), .kind = J_LIST, .item = J_LINE },
        { MEMBER(Sample, some_lines, "", ""), .kind = J_LIST, .item = J_LINE, .optional = true },
};
static const JsonShape sample_shape = { "Sample", sizeof(Sample), ARRAY_LEN(sample_fields), sample_fields,
                                        false };

#define GOOD "\"category\":\"roads\",\"text\":\"x\",\"channel\":\"qr\""

static Rc take(Cx *cx, const char *text, Report **ret) {
        void *v = NULL;
        Rc rc;

        cx->problem = (Problem){ 0 };
        rc = json_decode(cx, &report_shape, str_c(text), &v);
        *ret = v;
        return rc;
}

/* The only field error this text gives, as "pointer code"; another answer says what happened instead. */
static Str only_error(Cx *cx, const char *text) {
        Report *r;

        if (take(cx, text, &r) == OK)
                return S("taken");
        if (cx->problem.code != P_INPUT_INVALID)
                return str_fmt(cx->arena, "syntax: " STR_FMT, STR_ARG(cx->problem.detail));
        if (cx->problem.errors.n != 1)
                return str_fmt(cx->arena, "%zu errors", cx->problem.errors.n);
        return str_fmt(cx->arena, STR_FMT " %s", STR_ARG(cx->problem.errors.v[0].pointer),
                       cx->problem.errors.v[0].code);
}

static bool syntax_error(Cx *cx, const char *text, const char *detail) {
        Report *r;

        return take(cx, text, &r) == E_INPUT && cx->problem.code == P_INPUT_SYNTAX &&
               str_contains(cx->problem.detail, str_c(detail));
}

#define WITH(member) "{" GOOD "," member "}"

/* ---- reading -------------------------------------------- */

TEST(json__a_body_fills_the_struct) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Report *r;

        CHECK_OK(
                cx,
                take(cx,
                     " { \"channel\" : \"web\", \"text\": \"\\u7f51\\u683c \\ud83d\\ude00\\n\", \"category\":\" roads \",\n"
                     "\"unit\":7,\"at\":\"2026-01-04T14:05:00+08:00\",\"weight\":-2.5e-1,\"urgent\":false,"
                     "\"extra\":{\"a\" : [1,\"\\u0041\"]},\"spot\":{\"lat\":25.1161,\"lon\":102.75190005},"
                     "\"channels\":[\"web\",\"qr\"],\"spots\":[{\"lon\":0,\"lat\":-90},{\"lon\":-180,\"lat\":9e1}]} ",
                     &r));
        CHECK_STR(r->text, S("网格 😀\n"));
        CHECK_STR(r->category, S("roads"));
        CHECK_STR(r->extra, S("{\"a\" : [1,\"\\u0041\"]}"));
        CHECK(r->unit.set && r->unit.n == 7 && r->weight.set && r->weight.n == -0.25 && r->urgent.set &&
              !r->urgent.b);
        CHECK(r->channel == 2 && r->channels.n == 2 && r->channels.v[0] == 2 && !r->phone.p && !r->photos.n);
        CHECK_INT(r->at.n, INT64_C(1767506700000));
        CHECK(r->spot->lon == 1027519001 && r->spot->lat == 251161000);
        CHECK(r->spots.n == 2 && r->spots.v[0].lat == -900000000 && r->spots.v[1].lon == -1800000000);
}

TEST(json__every_wrong_field_is_told_at_once_in_two_languages) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        const FieldError *e;
        Report *r;

        CHECK(take(cx,
                   "{\"category\":3,\"unit\":51,\"spots\":[{\"lon\":1,\"lat\":1},{\"lon\":181}],\"a/b~\":1}",
                   &r) == E_INPUT);
        e = cx->problem.errors.v;
        CHECK_INT(cx->problem.code, P_INPUT_INVALID);
        CHECK_INT(cx->problem.errors.n, 7);
        CHECK_STR(e[0].pointer, S("/category"));
        CHECK_STR(e[1].pointer, S("/unit"));
        CHECK_STR(e[1].zh, S("单元应在 1 到 50 之间"));
        CHECK_STR(e[1].en, S("'Unit' must be between 1 and 50"));
        CHECK_STR(e[2].pointer, S("/spots/1/lon"));
        CHECK_STR(e[2].zh, S("经度应在 -180 到 180 之间"));
        CHECK_STR(e[3].pointer, S("/spots/1/lat"));
        CHECK_STR(e[3].zh, S("请填写纬度"));
        CHECK_STR(e[4].pointer, S("/a~1b~0"));
        CHECK_STR(e[4].zh, S("没有名为“a/b~”的字段"));
        CHECK_STR(e[5].en, S("'What is wrong' is required"));
        CHECK_STR(e[6].zh, S("请选择来源"));
}

TEST(json__lengths_count_characters_and_say_so) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Buf b = BUF_IN(cx->arena);
        Report *r;

        buf_c(&b, "{\"category\":\"c\",\"channel\":\"qr\",\"text\":\"");
        for (int i = 0; i < 1999; i++)
                buf_c(&b, "网");
        buf_c(&b, "\\ud83d\\ude00");
        size_t fits = b.n;
        buf_c(&b, "\"}");
        CHECK_OK(cx, take(cx, str_z(cx->arena, buf_view(&b)), &r));
        b.n = fits;
        buf_c(&b, "\\n\"}");
        CHECK(take(cx, str_z(cx->arena, buf_view(&b)), &r) == E_INPUT);
        CHECK_STR(cx->problem.errors.v[0].zh, S("情况描述不能超过 2000 个字"));
        CHECK_STR(cx->problem.errors.v[0].en, S("'What is wrong' must be 1–2000 characters"));
        CHECK_STR(only_error(cx, "{\"category\":\"   \",\"text\":\"x\",\"channel\":\"qr\"}"),
                  S("/category required"));
}

TEST(json__types_choices_and_forms_are_checked) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);

        CHECK_STR(only_error(cx, WITH("\"unit\":1.0")), S("/unit not-whole"));
        CHECK_STR(only_error(cx, WITH("\"unit\":\"1\"")), S("/unit type"));
        CHECK_STR(only_error(cx, WITH("\"unit\":99999999999999999999")), S("/unit out-of-range"));
        CHECK_STR(only_error(cx, WITH("\"urgent\":1")), S("/urgent type"));
        CHECK_STR(only_error(cx, WITH("\"spot\":[]")), S("/spot type"));
        CHECK_STR(only_error(cx, WITH("\"spots\":{}")), S("/spots type"));
        CHECK_STR(only_error(cx, WITH("\"channels\":[\"qr\",\"fax\"]")), S("/channels/1 choice"));
        CHECK_STR(cx->problem.errors.v[0].zh, S("来源（第 2 项）应为以下之一：qr、web"));
        CHECK_STR(only_error(cx, WITH("\"photos\":[\"abc\"]")), S("/photos/0 format"));
        CHECK_STR(only_error(cx, WITH("\"day\":\"2026-02-29\"")), S("/day format"));
        CHECK_STR(only_error(cx, WITH("\"at\":\"2026-01-04T14:05:00\"")), S("/at format"));
        CHECK_STR(only_error(cx, WITH("\"place\":\"53010\"")), S("/place format"));
        CHECK_STR(only_error(cx, WITH("\"place\":\"530103003\"")), S("taken"));
        CHECK_STR(only_error(cx, "{\"category\":\"a\\nb\",\"text\":\"x\",\"channel\":\"qr\"}"),
                  S("/category control"));
        CHECK_STR(only_error(cx, "{\"category\":\"a\",\"text\":\"x\x7f\",\"channel\":\"qr\"}"),
                  S("/text control"));
        CHECK_STR(only_error(cx, "{\"category\":\"a\",\"text\":\"x\\u0085\",\"channel\":\"qr\"}"),
                  S("/text control"));
        CHECK_STR(only_error(cx, "{\"category\":\"a\",\"text\":\"·\\n\\t\",\"channel\":\"qr\"}"),
                  S("taken"));
        CHECK_STR(only_error(cx, "[]"), S(" type"));
        CHECK_STR(only_error(cx, WITH("\"unit\":null,\"photos\":null,\"spot\":null")), S("taken"));
        CHECK_STR(only_error(cx, "{\"category\":null,\"text\":\"x\",\"channel\":\"qr\"}"),
                  S("/category required"));
}

TEST(json__items_beyond_the_limit_are_one_error) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);

        CHECK_STR(
                only_error(
                        cx,
                        WITH("\"channels\":[\"qr\",\"qr\",\"qr\",\"qr\",\"qr\",\"qr\",\"qr\",\"qr\",\"qr\",{},[7]]")),
                S("/channels too-many"));
        CHECK_STR(cx->problem.errors.v[0].zh, S("来源不能超过 9 项"));
}

TEST(json__what_is_no_json_is_told_by_line_and_column) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Report *r;

        CHECK(syntax_error(cx, "", "line 1, column 1: the text ends too early"));
        CHECK(syntax_error(cx, "{\n \"网格\" 1}", "line 2, column 7: a colon"));
        CHECK_STR(cx->problem.detail_zh, S("第 2 行第 7 列：此处应为冒号"));
        CHECK(syntax_error(cx, "{" GOOD, "too early") && syntax_error(cx, "{" GOOD "} x", "follows"));
        CHECK(syntax_error(cx, "{" GOOD ",}", "a name") &&
              syntax_error(cx, WITH("\"unit\":01"), "not a number"));
        CHECK(syntax_error(cx, WITH("\"extra\":\"\\u0000\""), "U+0000") &&
              syntax_error(cx, WITH("\"extra\":\"\\x\""), "escape"));
        CHECK(syntax_error(cx, WITH("\"extra\":\"\\ud800\\u0041\""), "surrogate"));
        CHECK(syntax_error(cx, WITH("\"extra\":\"\xc0\x80\""), "UTF-8") &&
              syntax_error(cx, WITH("\"extra\":\"\t\""), "control"));
        CHECK(syntax_error(cx, WITH("\"extra\":1e400"), "too large") &&
              syntax_error(cx, WITH("\"unit\":1e400"), "too large"));
        CHECK(syntax_error(cx, WITH("\"text\":\"y\""), "twice") &&
              syntax_error(cx, WITH("\"z\":1,\"\\u007a\":2"), "twice"));
        CHECK(syntax_error(cx, WITH("\"extra\":{\"b\":1,\"a\":0,\"b\":2}"), "twice"));
        CHECK_FAILS(cx, P_INPUT_SYNTAX, take(cx, WITH("\"extra\":nul"), &r));
        CHECK_FAILS(cx, P_INPUT_SYNTAX, json_decode(cx, &report_shape, (Str){ "{}\0", 3 }, (void **)&r));
}

static Str nested(Cx *cx, int depth) {
        Buf b = BUF_IN(cx->arena);

        for (int i = 0; i < depth; i++)
                buf_char(&b, '[');
        for (int i = 0; i < depth; i++)
                buf_char(&b, ']');
        return buf_view(&b);
}

TEST(json__depth_ends_at_32) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        JsonNode *node;

        CHECK_OK(cx, json_parse(cx, nested(cx, 32), &node));
        CHECK_FAILS(cx, P_INPUT_SYNTAX, json_parse(cx, nested(cx, 33), &node));
        CHECK(syntax_error(
                cx, str_z(cx->arena, str_fmt(cx->arena, "{\"extra\":" STR_FMT "}", STR_ARG(nested(cx, 32)))),
                "levels"));
}

/* An object with this many members, all named differently but the last, which repeats the first if twice. */
static Str many_members(Cx *cx, int count, bool twice) {
        Buf b = BUF_IN(cx->arena);

        buf_char(&b, '{');
        for (int i = 0; i < count; i++)
                buf_fmt(&b, "%s\"some name %d\":%d", i ? "," : "", i == count - 1 && twice ? 0 : i, i);
        buf_char(&b, '}');
        return buf_view(&b);
}

TEST(json__a_hundred_thousand_members_are_neither_slow_nor_let_through_twice) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        JsonNode *node;
        Report *r;
        int64_t start = time_mono_us();

        CHECK_OK(cx, json_parse(cx, many_members(cx, 100000, false), &node));
        CHECK_INT(node->count, 100000);
        CHECK_FAILS(cx, P_INPUT_SYNTAX, json_parse(cx, many_members(cx, 100000, true), &node));
        CHECK(take(cx, str_z(cx->arena, many_members(cx, 100000, false)), &r) == E_INPUT);
        CHECK(cx->problem.code == P_INPUT_INVALID && cx->problem.errors.n == JSON_ERRORS);
        CHECK(take(cx, str_z(cx->arena, many_members(cx, 100000, true)), &r) == E_INPUT &&
              cx->problem.code == P_INPUT_SYNTAX);
        CHECK(time_mono_us() - start < 20 * 1000 * 1000); /* quadratic would be minutes */
}

TEST(json__a_body_that_outgrows_the_arena_is_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(200000);
        Buf b = BUF_HEAP;
        JsonNode *node;
        Rc rc;

        buf_char(&b, '[');
        for (int i = 0; i < 20000; i++)
                buf_c(&b, "1,");
        buf_c(&b, "1]");
        rc = json_parse(cx, buf_view(&b), &node);
        buf_done(&b);
        CHECK_FAILS(cx, P_BODY_TOO_BIG, rc);
}

static bool degrees(Cx *cx, const char *number, int64_t wanted) {
        Report *r;

        return take(cx,
                    str_z(cx->arena, str_fmt(cx->arena, WITH("\"spot\":{\"lat\":0,\"lon\":%s}"), number)),
                    &r) == OK &&
               r->spot->lon == wanted;
}

TEST(json__degrees_are_exact_and_rounded_half_away_from_zero) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);

        CHECK(degrees(cx, "102.7519", 1027519000) && degrees(cx, "-0.00000005", -1) &&
              degrees(cx, "0.00000005", 1));
        CHECK(degrees(cx, "0.00000004999999999999999999999999999", 0) &&
              degrees(cx, "1.00000015", 10000002));
        CHECK(degrees(cx, "1.000000149999999999999999999999999999", 10000001) &&
              degrees(cx, "-180", -1800000000));
        CHECK(degrees(cx, "1027519e-4", 1027519000) && degrees(cx, "1.027519E+2", 1027519000) &&
              degrees(cx, "-0.0", 0));
        CHECK(degrees(cx, "1e-400", 0) && degrees(cx, "0e300", 0) &&
              degrees(cx, "180.00000004", 1800000000));
        CHECK(!degrees(cx, "180.00000005", 1800000001) && !degrees(cx, "1e300", 0) &&
              !degrees(cx, "181", 1810000000));
        CHECK(degrees(cx, "0.0000000000000000000000000000001e30", 1000000));
}

static Str phone_of(Cx *cx, const char *typed) {
        Report *r;

        if (take(cx, str_z(cx->arena, str_fmt(cx->arena, WITH("\"phone\":\"%s\""), typed)), &r) != OK)
                return S("refused");
        return r->phone;
}

TEST(json__phones_are_normalised_or_refused) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);

        CHECK_STR(phone_of(cx, "13800138000"), S("13800138000"));
        CHECK_STR(phone_of(cx, "+86 138-0013-8000"), S("13800138000"));
        CHECK_STR(phone_of(cx, " 0086 138 0013 8000 "), S("13800138000"));
        CHECK_STR(phone_of(cx, "8619912345678"), S("19912345678"));
        CHECK_STR(phone_of(cx, "１３８００１３８０００"), S("13800138000"));
        CHECK_STR(phone_of(cx, "0871-63123456"), S("087163123456"));
        CHECK_STR(phone_of(cx, "(0871) 6312 3456"), S("087163123456"));
        CHECK_STR(phone_of(cx, "010-62345678-801"), S("01062345678-801"));
        CHECK_STR(phone_of(cx, "+86 10 6234 5678"), S("01062345678"));
        CHECK_STR(phone_of(cx, "0313-6522222"), S("03136522222"));
        CHECK_STR(phone_of(cx, "12345678901"), S("refused"));
        CHECK_STR(phone_of(cx, "1380013800"), S("refused"));
        CHECK_STR(phone_of(cx, "10086"), S("refused"));
        CHECK_STR(phone_of(cx, "6522222"), S("refused"));
        CHECK_STR(phone_of(cx, "1064123456789"), S("refused"));
        CHECK_STR(phone_of(cx, "+1 202 555 0100"), S("refused"));
        CHECK_STR(phone_of(cx, "138001380001234567890123456789012345"), S("refused"));
        CHECK_STR(phone_of(cx, "0871-63123456-1234567"), S("refused"));
        CHECK_STR(phone_of(cx, ""), S("refused"));
}

/* ---- pairs -------------------------------------------- */

TEST(json__pairs_fill_the_same_struct) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        const Str names[] = { S("category"), S("text"),   S("channel"), S("channels"), S("channels"),
                              S("unit"),     S("urgent"), S("at"),      S("place") };
        const Str values[] = { S("roads"), S("路灯"), S("web"), S("qr"),
                               S("web"),   S("7"),    S("1"),   S("2026-01-04T14:05:00 08:00"),
                               S("") };
        void *v;
        const Report *r;

        CHECK_OK(cx, json_decode_pairs(cx, &report_shape, names, values, ARRAY_LEN(names), &v));
        r = v;
        CHECK(r->channel == 2 && r->channels.n == 2 && r->unit.n == 7 && r->urgent.b && !r->place.p);
        CHECK_INT(r->at.n, INT64_C(1767506700000));
}

TEST(json__wrong_pairs_are_told_by_name) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        const Str names[] = { S("category"), S("text"),    S("text"),  S("unit"),
                              S("urgent"),   S("nothing"), S("weight") };
        const Str values[] = { S("a\x01"), S("x"), S("y"), S("7x"), S("yes"), S("1"), S("1e999") };
        const FieldError *e;
        void *v;

        CHECK(json_decode_pairs(cx, &report_shape, names, values, ARRAY_LEN(names), &v) == E_INPUT);
        e = cx->problem.errors.v;
        CHECK_INT(cx->problem.errors.n, 7);
        CHECK_STR(e[0].pointer, S("?category"));
        CHECK_STR(str_c(e[1].code), S("repeated"));
        CHECK_STR(e[2].pointer, S("?unit"));
        CHECK_STR(str_c(e[3].code), S("type"));
        CHECK_STR(str_c(e[4].code), S("unknown"));
        CHECK_STR(e[5].pointer, S("?weight"));
        CHECK_STR(e[6].pointer, S("?channel"));
}

/* ---- writing -------------------------------------------- */

static Str written(Cx *cx, const Sample *s) {
        Buf b = BUF_IN(cx->arena);

        json_encode(&b, &sample_shape, s);
        return buf_view(&b);
}

TEST(json__structs_are_written_with_what_is_there) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Str lines[] = { S("网格"), S("\"\\/\n\x01\x7f") };
        Spot spot = { -5, 251161000 };
        Sample s = { .line = STR_NONE, .lon = 1027519000, .num = 0.1 };

        CHECK_STR(
                written(cx, &s),
                S("{\"n\":0,\"at\":\"1970-01-01T08:00:00+08:00\",\"lon\":102.7519,\"num\":0.1,\"line\":\"\","
                  "\"yes\":false,\"lines\":[]}"));
        s = (Sample){ .n = INT64_MIN,
                      .at = 1770999000250,
                      .num = -12,
                      .line = S("x"),
                      .json = S("[1]"),
                      .yes = true,
                      .maybe = SOME_INT(0),
                      .spot = &spot,
                      .lines = { lines, 2, 2 },
                      .some_lines = { lines, 1, 1 } };
        CHECK_STR(
                written(cx, &s),
                S("{\"n\":-9223372036854775808,\"at\":\"2026-02-14T00:10:00.250+08:00\",\"lon\":0,\"num\":-12,\"line\":\"x\","
                  "\"json\":[1],\"yes\":true,\"maybe\":0,\"spot\":{\"lon\":-0.0000005,\"lat\":25.1161},"
                  "\"lines\":[\"网格\",\"\\\"\\\\/\\n\\u0001\\u007f\"],\"some_lines\":[\"网格\"]}"));
}

static Str number_written(Cx *cx, double n) {
        Sample s = { .num = n };
        Str text = written(cx, &s), before, after;
        size_t at = (size_t)((const char *)memmem(text.p, text.n, "\"num\":", 6) - text.p) + 6;

        return str_cut(str_sub(text, at, text.n), ',', &before, &after) ? before : STR_NONE;
}

TEST(json__numbers_are_written_shortest_and_read_back_equal) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        uint64_t x = 88172645463325252u;

        CHECK_STR(number_written(cx, 48.1371543), S("48.1371543"));
        CHECK_STR(number_written(cx, 0.3), S("0.3"));
        CHECK_STR(number_written(cx, 0.1 + 0.2), S("0.30000000000000004"));
        CHECK_STR(number_written(cx, -123456.789), S("-123456.789"));
        CHECK_STR(number_written(cx, 9007199254740993.0), S("9007199254740992"));
        CHECK_STR(number_written(cx, 0), S("0"));
        for (int i = 0; i < 20000; i++) { /* xorshift: any bits */
                double n, back;
                Str text;

                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                memcpy(&n, &x, sizeof n);
                if (i % 2)
                        n = (double)(int64_t)(x >> 20) / 1e6;
                if (n - n != 0)
                        continue;
                text = number_written(cx, n);
                CHECK(str_num(text, &back) && back == n);
        }
}

TEST(json__texts_of_every_length_and_place_of_escapes_come_back) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        char text[200];

        for (size_t n = 0; n < 130; n++) {
                for (size_t at = 0; at <= n; at += 1 + n / 20) {
                        Sample s = { 0 };
                        JsonNode *node;

                        memset(text, 'x', sizeof text);
                        text[at] = at % 3 ? '"' : '\n';
                        s.line = (Str){ text, n };
                        CHECK_OK(cx, json_parse(cx, written(cx, &s), &node));
                        CHECK_STR(json_text(node, "line"), s.line);
                }
        }
        memset(text, 1, sizeof text);
        for (size_t n = 0; n < sizeof text; n++) {
                Sample s = { .line = { text, n } };
                JsonNode *node;

                CHECK_OK(cx, json_parse(cx, written(cx, &s), &node));
                CHECK_STR(json_text(node, "line"), s.line);
        }
}

TEST(json__a_ceiling_leaves_the_value_out_whole) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Buf b = { .arena = cx->arena, .ceiling = 20 };
        Sample s = { 0 };

        buf_c(&b, "before");
        json_encode(&b, &sample_shape, &s);
        CHECK(b.over);
        CHECK_STR(buf_view(&b), S("before"));
}

/* ---- trees -------------------------------------------- */

TEST(json__a_tree_is_read_and_written) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        Buf b = BUF_IN(cx->arena);
        JsonNode *node;
        int64_t n;

        CHECK_OK(cx,
                 json_parse(cx, S("{\"a\":[1,2.50,\"\\u7f51\"],\n\"b\":{\"c\":null,\"d\":true}, \"e\":-7}"),
                            &node));
        CHECK(json_int(node, "e", &n) && n == -7 && json_bool(json_get(node, "b"), "d", false) &&
              !json_get(node, "z"));
        CHECK_INT(json_get(node, "a")->count, 3);
        CHECK_INT(json_get(node, "b")->line, 2);
        CHECK_INT(json_get(node, "b")->column, 5);
        CHECK_INT(json_get(node, "a")->first->next->column, 9);
        json_write(&b, node);
        CHECK_STR(buf_view(&b), S("{\"a\":[1,2.50,\"网\"],\"b\":{\"c\":null,\"d\":true},\"e\":-7}"));
}
