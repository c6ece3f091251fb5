/* Forms: what is said to people, exact numbers, patterns, Chinese numbers, limits, and which forms our screens can draw. */
#include "base/buf.h"
#include "base/test.h"
#include "contract.gen.h"
#include "core/form/form_int.h"
#include <stdio.h>

static Cx *cx;
static FormSchema *form;

static void begin(void) { cx = cx_new(0); }

static void done(void) {
        form_free(form);
        form = NULL;
        cx_free(cx);
}

static void use(const char *schema) {
        form_free(form);
        form = NULL;
        if (form_compile(cx, str_c(schema), NULL, &form) != OK)
                test_fail(__FILE__, __LINE__, "%s: " STR_FMT, schema, STR_ARG(cx->problem.detail));
}

/* "pointer code zh|en" of every error, a line each. */
static Str judged(const char *instance) {
        Buf b = BUF_IN(cx->arena);
        FieldErrorList errors = { 0 };
        JsonNode *node;

        if (!form || json_parse(cx, str_c(instance), &node) != OK ||
            form_validate(cx, form, node, &errors) != OK)
                return S("no JSON");
        for (size_t i = 0; i < errors.n; i++) {
                const FieldError *e = &errors.v[i];

                buf_fmt(&b, "%s" STR_FMT " %s " STR_FMT "|" STR_FMT, i ? "\n" : "", STR_ARG(e->pointer),
                        e->code, STR_ARG(e->zh), STR_ARG(e->en));
        }
        return buf_view(&b);
}

static bool fits(const char *instance) { return judged(instance).n == 0; }

/* What form_compile says of a schema that it refuses. */
static Str refused(const char *schema) {
        FormSchema *made = NULL;
        Str why = S("taken");

        if (form_compile(cx, str_c(schema), NULL, &made) != OK)
                why = cx->problem.code == P_CONFIG_INVALID ? str_dup(cx->arena, cx->problem.detail)
                                                           : S("another problem");
        form_free(made);
        cx->problem = (Problem){ 0 };
        return why;
}

/* ---- sentences -------------------------------------------- */

static const char people[] =
        "{\"type\":\"object\",\"title\":\"纠纷\",\"required\":[\"count\",\"risk\"],\"additionalProperties\":false,\"properties\":{"
        "\"count\":{\"type\":\"integer\",\"title\":\"涉事人数\",\"title_en\":\"People involved\",\"minimum\":1,\"maximum\":500},"
        "\"risk\":{\"title\":\"风险等级\",\"enum\":[\"low\",\"high\"]},"
        "\"who\":{\"type\":\"array\",\"title\":\"当事人\",\"maxItems\":2,\"items\":{\"type\":\"object\",\"required\":[\"name\"],"
        "\"properties\":{\"name\":{\"type\":\"string\",\"title\":\"姓名\",\"maxLength\":4},"
        "\"phone\":{\"type\":\"string\",\"title\":\"电话\",\"format\":\"phone\"}}}},"
        "\"plan\":{\"type\":\"string\",\"title\":\"处置方案\"}},"
        "\"if\":{\"properties\":{\"risk\":{\"const\":\"high\"}},\"required\":[\"risk\"]},\"then\":{\"required\":[\"plan\"],"
        "\"properties\":{\"count\":{\"minimum\":2}}}}";

TEST(form__sentences_use_the_titles_of_the_form) {
        begin();
        use(people);
        CHECK(fits(
                "{\"count\":3,\"risk\":\"low\",\"who\":[{\"name\":\"张三\",\"phone\":\"138 0013 8000\"}]}"));
        CHECK_STR(judged("{\"count\":0,\"risk\":\"low\"}"),
                  S("/count too-small “涉事人数”不能小于 1|'People involved' must be at least 1"));
        CHECK_STR(
                judged("{\"count\":2.5,\"risk\":\"none\"}"),
                S("/count type “涉事人数”应为整数|'People involved' must be a whole number\n"
                  "/risk choice 请为“风险等级”选择给出的选项之一|Choose one of the options given for '风险等级'"));
        CHECK_STR(judged("{}"), S("/count required 请填写“涉事人数”|'People involved' is required\n"
                                  "/risk required 请选择“风险等级”|'风险等级' is required"));
        CHECK_STR(
                judged("{\"count\":1,\"risk\":\"low\",\"who\":[{\"name\":\"很长的名字\"},{\"phone\":\"123\"}]}"),
                S("/who/0/name too-long “姓名”最多 4 个字|'姓名' may have at most 4 characters\n"
                  "/who/1/name required 请填写“姓名”|'姓名' is required\n"
                  "/who/1/phone format “电话”有误：请填写正确的电话号码|'电话': enter a telephone number"));
        CHECK_STR(
                judged("{\"count\":1,\"risk\":\"low\",\"who\":[{\"name\":\"a\"},7,{\"name\":\"b\"}],\"no/pe\":1}"),
                S("/who too-many “当事人”最多 2 项|'当事人' may have at most 2 item(s)\n"
                  "/who/1 type “当事人”第 2 项应为一组填写项|'当事人' item 2 must be a group of fields\n"
                  "/no~1pe unknown 没有名为no/pe的填写项|There is no field 'no/pe'"));
        done();
}

TEST(form__a_condition_names_the_fields_by_the_titles_of_the_whole_form) {
        begin();
        use(people);
        CHECK_STR(judged("{\"count\":1,\"risk\":\"high\"}"),
                  S("/plan required 请填写“处置方案”|'处置方案' is required\n"
                    "/count too-small “涉事人数”不能小于 2|'People involved' must be at least 2"));
        done();
}

TEST(form__at_most_fifty_errors_are_reported) {
        Buf b;
        FieldErrorList errors = { 0 };
        JsonNode *node = NULL;

        begin();
        b = BUF_IN(cx->arena);
        use("{\"items\":{\"type\":\"string\"}}");
        for (int i = 0; i < 500; i++)
                buf_c(&b, i ? ",1" : "[1");
        buf_char(&b, ']');
        CHECK_OK(cx, json_parse(cx, buf_view(&b), &node));
        CHECK_OK(cx, form_validate(cx, form, node, &errors));
        CHECK_INT(errors.n, FORM_ERRORS);
        done();
}

/* ---- numbers -------------------------------------------- */

TEST(form__numbers_compare_exactly) {
        begin();
        use("{\"multipleOf\":0.01,\"maximum\":12345678901234567890.5}");
        CHECK(fits("0.07"));
        CHECK(fits("1.1e2"));
        CHECK(fits("-4.35"));
        CHECK(fits("12345678901234567890.50"));
        CHECK(!fits("12345678901234567890.51"));
        CHECK(!fits("0.001"));
        CHECK(!fits("1e-400"));
        use("{\"enum\":[1, 100, 0.5]}");
        CHECK(fits("1.000"));
        CHECK(fits("1E2"));
        CHECK(fits("5e-1"));
        CHECK(!fits("1.0000000000000000000000001"));
        use("{\"type\":\"integer\",\"uniqueItems\":true}");
        CHECK(fits("-0.0"));
        CHECK(fits("1e300"));
        CHECK(!fits("1.5e0"));
        use("{\"uniqueItems\":true}");
        CHECK(!fits("[1, 2, 1.0]"));
        CHECK(!fits("[0, -0.0]"));
        CHECK(fits("[1, \"1\", true, [1], {\"a\":1}]"));
        CHECK(!fits("[{\"a\":1,\"b\":[2]},{\"b\":[2.0],\"a\":1}]"));
        done();
}

static int sign(int n) { return (n > 0) - (n < 0); }

/* Random numbers of a few digits against what whole numbers scaled by 10⁶ say. */
TEST(form__numbers_agree_with_scaled_whole_numbers) {
        uint64_t state = 88172645463325252ull;

        for (int i = 0; i < 20000; i++) {
                char text[2][40];
                int64_t scaled[2];
                Decimal d[2];

                for (int k = 0; k < 2; k++) {
                        int64_t whole, part;

                        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
                        whole = (int64_t)(state % 2000) - 1000;
                        part = (int64_t)(state >> 20) % (state % 3 ? 1000000 : 10) * (state % 5 ? 1 : 0);
                        scaled[k] = whole * 1000000 + (whole < 0 ? -part : part);
                        snprintf(text[k], sizeof text[k], "%s%lld.%06llde%d", "", (long long)whole,
                                 (long long)part, 0);
                        d[k] = decimal_read(str_c(text[k]));
                }
                CHECK_INT(sign(decimal_cmp(&d[0], &d[1])),
                          (scaled[0] > scaled[1]) - (scaled[0] < scaled[1]));
                CHECK_INT(decimal_multiple(&d[0], 25, -2), scaled[0] % 250000 == 0);
                CHECK_INT(decimal_whole(&d[0]), scaled[0] % 1000000 == 0);
                if (scaled[0] == scaled[1])
                        CHECK(decimal_hash(&d[0]) == decimal_hash(&d[1]));
        }
}

/* ---- patterns -------------------------------------------- */

static bool found(const char *pattern, const char *text) {
        int64_t steps = 1000000;
        const char *why;
        Regex *r = regex_compile(cx->arena, str_c(pattern), &why);

        if (!r) {
                test_fail(__FILE__, __LINE__, "%s: %s", pattern, why);
                return false;
        }
        return regex_match(r, str_c(text), &steps) && steps >= 0;
}

static bool no_pattern(const char *pattern) {
        const char *why;

        return !regex_compile(cx->arena, str_c(pattern), &why) && why;
}

TEST(form__patterns_match_as_ecmascript_has_it) {
        begin();
        CHECK(found("^[京津沪渝冀][A-Z]\\d{5}$", "冀A12345"));
        CHECK(!found("^[京津沪渝冀][A-Z]\\d{5}$", "冀A１2345"));
        CHECK(found("b|^a", "xxb") && found("b|^a", "ab") && !found("b|^a", "xa"));
        CHECK(found("^(?:a|ab)(?:c|bcd)(d*)$", "abcd"));
        CHECK(found("^(a{2,3}){2}$", "aaaaa") && !found("^(a{2,3}){2}$", "aaa") &&
              !found("^(a{2,3}){2}$", "aaaaaaa"));
        CHECK(found("^(?=.*\\d)(?=.*[a-z]).{6,}$", "abc123") &&
              !found("^(?=.*\\d)(?=.*[a-z]).{6,}$", "abcdef"));
        CHECK(found("^(?!.*(?:test|试)).+$", "正式") && !found("^(?!.*(?:test|试)).+$", "测试"));
        CHECK(found("\\bcat\\b", "a cat!") && !found("\\bcat\\b", "concat"));
        CHECK(found("^\\p{Script=Han}{2,4}$", "张三丰") && !found("^\\p{Script=Han}{2,4}$", "Zhang"));
        CHECK(found("^[^\\p{L}\\s]+$", "12-3") && !found("^[^\\p{L}\\s]+$", "12 3"));
        CHECK(found("^.$", "🐲") && found("^\\u{1F432}$", "🐲") && found("^\\ud83d\\udc32$", "🐲"));
        CHECK(!found("^.$", "\n") && found("^[^]$", "\n") && !found("[]", "a"));
        CHECK(!found("a$", "a\n") && found("^\\s$", "　"));
        CHECK(found("(a*)*b", "aaab") && found("^(|a)+$", "aa") && found("", ""));
        CHECK(found("^[\\w.-]+@[\\w-]+(\\.[\\w-]+)+$", "a.b@c-d.cn"));
        done();
}

TEST(form__patterns_that_cannot_be_used_are_refused) {
        static const char *const bad[] = { "(",
                                           ")",
                                           "[a",
                                           "a{2,1}",
                                           "*a",
                                           "a**",
                                           "\\a",
                                           "(?<=a)b",
                                           "(a)\\1",
                                           "\\k<x>",
                                           "[z-a]",
                                           "[\\d-z]",
                                           "\\p{Nope}",
                                           "\\u12",
                                           "a{1001}",
                                           "((a{1000}){1000}){1000}",
                                           "((((){1000}){1000}){1000}){1000}",
                                           "(?i)a",
                                           "]",
                                           "{",
                                           "\\" };

        begin();
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                if (!no_pattern(bad[i]))
                        test_fail(__FILE__, __LINE__, "%s was taken", bad[i]);
        done();
}

/* A pattern and a text on which backtracking would take 2⁶⁰ steps. */
TEST(form__no_pattern_takes_long) {
        Buf b;
        int64_t steps = FORM_STEPS;
        const char *why;
        Regex *r;

        begin();
        b = BUF_IN(cx->arena);
        for (int i = 0; i < 5000; i++)
                buf_char(&b, 'a');
        r = regex_compile(cx->arena, S("^(([a-z])+.)+[A-Z]([a-z])+$"), &why);
        CHECK(r);
        CHECK(!regex_match(r, buf_view(&b), &steps));
        CHECK(steps > FORM_STEPS - 200000);
        done();
}

/* ---- formats -------------------------------------------- */

static bool has_format(const char *name, const char *text) {
        return format_named(str_c(name))->fits(str_c(text));
}

TEST(form__chinese_numbers_are_checked_by_their_check_characters) {
        static const char *const good[] = {
                "11010519491231002X", "11010519491231002x", "440524188001010014",
                "440307200002290021", "810000199808150012", "931111198501010013"
        };
        static const char *const bad[] = {
                "530103199001010017", "530103199002300014", "440307190002290021", "110105491231002", "",
                "00010519491231002X", "1101051949123100２X"
        };
        static const char *const codes[] = { "91350100M000100Y43", "91530103MA6K00014Q",
                                             "54530103MF0000013L" };
        static const char *const no_codes[] = { "91110000100000000X", "91350100M000100Y4I",
                                                "91350100M000100Y44", "" };

        for (size_t i = 0; i < ARRAY_LEN(good); i++)
                if (!has_format("id-number", good[i]))
                        test_fail(__FILE__, __LINE__, "%s", good[i]);
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                if (has_format("id-number", bad[i]))
                        test_fail(__FILE__, __LINE__, "%s", bad[i]);
        for (size_t i = 0; i < ARRAY_LEN(codes); i++)
                if (!has_format("uscc", codes[i]))
                        test_fail(__FILE__, __LINE__, "%s", codes[i]);
        for (size_t i = 0; i < ARRAY_LEN(no_codes); i++)
                if (has_format("uscc", no_codes[i]))
                        test_fail(__FILE__, __LINE__, "%s", no_codes[i]);
        CHECK(has_format("phone", "+86 138-0013-8000") && has_format("phone", "0871-63123456"));
        CHECK(!has_format("phone", "12345678901") && !has_format("phone", "10086"));
        CHECK(has_format("uri", "https://a.cn/x?y=1#z") && !has_format("uri", "javascript alert") &&
              !has_format("uri", "//a"));
}

TEST(form__a_format_is_only_a_note_when_so_wished) {
        FormOptions notes = { 0 };
        FieldErrorList errors = { 0 };
        JsonNode *node = NULL;

        begin();
        CHECK_OK(cx, form_compile(cx, S("{\"format\":\"date\"}"), &notes, &form));
        CHECK_OK(cx, json_parse(cx, S("\"tomorrow\""), &node));
        CHECK_OK(cx, form_validate(cx, form, node, &errors));
        CHECK_INT(errors.n, 0);
        use("{\"format\":\"date\"}");
        CHECK(!fits("\"tomorrow\"") && !fits("\"2025-02-29\"") && fits("\"2024-02-29\"") && fits("7"));
        done();
}

/* ---- schemas that are wrong -------------------------------------------- */

TEST(form__a_wrong_schema_is_refused_with_its_place) {
        begin();
        CHECK_STR(refused("{\"type\":\"object\",\n\"properties\":{\"n\":\n{\"minimum\":\"1\"}}}"),
                  S("form, line 3, /properties/n/minimum: a number is wanted"));
        CHECK_STR(refused("{\"type\":\"text\"}"), S("form, line 1, /type: there is no such type"));
        CHECK_STR(refused("{\"items\":[{}]}"),
                  S("form, line 1, /items: a schema (an object, true or false) is wanted"));
        CHECK_STR(
                refused("{\"pattern\":\"(\"}"),
                S("form, line 1, /pattern: a pattern that cannot be used: a parenthesis that is not closed"));
        CHECK_STR(refused("{\"$ref\":\"https://example.org/x\"}"),
                  S("form, line 1, /$ref: 'https://example.org/x' is not in this form; nothing is fetched"));
        CHECK_STR(refused("{\"$ref\":\"#/$defs/none\"}"),
                  S("form, line 1, /$ref: '#/$defs/none' is not there"));
        CHECK(str_contains(refused("{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}"),
                           S("only draft 2020-12")));
        CHECK(str_contains(refused("{\"required\":[\"a\",\"a\"]}"), S("twice")));
        CHECK(str_contains(refused("{\"multipleOf\":0}"), S("above 0")));
        CHECK(str_contains(refused("{\"$defs\":{\"a\":{\"$id\":\"x\"},\"b\":{\"$id\":\"x\"}}}"),
                           S("given twice")));
        CHECK(str_contains(refused("{"), S("line 1")));
        CHECK(str_contains(refused("7"), S("a schema")));
        done();
}

TEST(form__a_schema_that_leads_back_to_itself_is_refused) {
        begin();
        CHECK(str_contains(refused("{\"$ref\":\"#\"}"), S("leads back to itself")));
        CHECK(str_contains(refused("{\"$defs\":{\"a\":{\"allOf\":[{\"$ref\":\"#/$defs/b\"}]},"
                                   "\"b\":{\"not\":{\"$ref\":\"#/$defs/a\"}}}}"),
                           S("leads back to itself")));
        use("{\"properties\":{\"child\":{\"$ref\":\"#\"}},\"additionalProperties\":false}");
        CHECK(fits("{\"child\":{\"child\":{}}}"));
        CHECK(!fits("{\"child\":{\"kid\":{}}}"));
        /* dynamic references lead back only while judging */
        use("{\"$dynamicAnchor\":\"x\",\"$dynamicRef\":\"#x\"}");
        CHECK(str_contains(judged("1"), S("too-complex")));
        done();
}

TEST(form__work_is_bounded) {
        Buf b;

        begin();
        b = BUF_IN(cx->arena);
        /* every level asks twice: 2³¹ ways through a text of 31 levels */
        use("{\"anyOf\":[{\"items\":{\"$ref\":\"#\"},\"minItems\":1},{\"items\":{\"$ref\":\"#\"},\"maxItems\":1}],\"not\":{\"const\":7}}");
        for (int i = 0; i < 31; i++)
                buf_char(&b, '[');
        buf_char(&b, '7');
        for (int i = 0; i < 31; i++)
                buf_char(&b, ']');
        CHECK(str_contains(judged(str_z(cx->arena, buf_view(&b))), S("too-complex")));
        done();
}

TEST(form__a_known_document_and_the_drafts_own_schema_may_be_referred_to) {
        FormKnown known = {
                S("https://wangge/person"),
                S("{\"$defs\":{\"name\":{\"type\":\"string\",\"title\":\"姓名\",\"minLength\":2}}}")
        };
        FormOptions options = { true, &known, 1 };

        begin();
        CHECK_OK(cx,
                 form_compile(cx,
                              S("{\"properties\":{\"n\":{\"$ref\":\"https://wangge/person#/$defs/name\"}}}"),
                              &options, &form));
        CHECK_STR(judged("{\"n\":\"张\"}"),
                  S("/n too-short “姓名”至少 2 个字|'姓名' must have at least 2 characters"));
        use("{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}");
        CHECK(fits("{\"type\":\"object\",\"properties\":{\"a\":{\"minimum\":1}}}"));
        CHECK(str_contains(judged("{\"properties\":{\"a\":{\"minimum\":\"1\"}}}"),
                           S("/properties/a/minimum type")));
        done();
}

/* ---- what the screens can draw -------------------------------------------- */

static const char drawable[] =
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"矛盾纠纷\",\"title_en\":\"Dispute\",\"type\":\"object\","
        "\"required\":[\"kind\",\"count\"],\"unevaluatedProperties\":false,\"properties\":{"
        "\"kind\":{\"type\":\"string\",\"title\":\"纠纷类型\",\"x-order\":1,\"oneOf\":[{\"const\":\"family\",\"title\":\"婚姻家庭\"},"
        "{\"const\":\"wage\",\"title\":\"劳资\",\"title_en\":\"Wages\"}]},"
        "\"count\":{\"type\":\"integer\",\"title\":\"涉事人数\",\"minimum\":1,\"x-unit\":{\"zh\":\"人\",\"en\":\"people\"}},"
        "\"story\":{\"type\":\"string\",\"title\":\"经过\",\"maxLength\":500,\"x-rows\":4,\"x-hint\":\"简要写明\"},"
        "\"when\":{\"type\":\"string\",\"title\":\"发生日期\",\"format\":\"date\"},\"hurt\":{\"type\":\"boolean\",\"title\":\"有人受伤\"},"
        "\"signs\":{\"type\":\"array\",\"title\":\"风险\",\"uniqueItems\":true,\"items\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"],"
        "\"x-labels\":{\"a\":{\"zh\":\"扬言\",\"en\":\"Threats\"},\"b\":\"聚集\"}}},"
        "\"who\":{\"type\":\"array\",\"title\":\"当事人\",\"minItems\":1,\"maxItems\":10,\"items\":{\"type\":\"object\",\"title\":\"当事人\","
        "\"required\":[\"name\"],\"additionalProperties\":false,\"properties\":{\"name\":{\"type\":\"string\",\"title\":\"姓名\"},"
        "\"phone\":{\"type\":\"string\",\"title\":\"电话\",\"format\":\"phone\"}}}},"
        "\"photos\":{\"type\":\"array\",\"title\":\"照片\",\"maxItems\":9,\"x-photos\":{\"kind\":\"scene\"},"
        "\"items\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{64}$\"}}},"
        "\"allOf\":[{\"if\":{\"properties\":{\"kind\":{\"const\":\"wage\"}},\"required\":[\"kind\"]},\"then\":{\"required\":[\"amount\"],"
        "\"properties\":{\"amount\":{\"type\":\"number\",\"title\":\"拖欠金额\",\"multipleOf\":0.01,\"x-unit\":\"元\"},\"count\":{\"minimum\":2}}}}]}";

/* The drawable form with one piece of text replaced. */
static Str with_change(const char *from, const char *to) {
        const char *found = strstr(drawable, from);
        FormSchema *made = NULL;
        Buf b = BUF_IN(cx->arena);
        Str why;

        if (!found)
                return S("the piece is not there");
        buf_add(&b, drawable, (size_t)(found - drawable));
        buf_c(&b, to);
        buf_c(&b, found + strlen(from));
        why = form_compile(cx, buf_view(&b), NULL, &made) == OK && form_check(cx, made) == OK
                      ? S("taken")
                      : str_dup(cx->arena, cx->problem.detail);
        form_free(made);
        cx->problem = (Problem){ 0 };
        return why;
}

TEST(form__a_form_that_can_be_drawn_is_taken_and_judged) {
        begin();
        use(drawable);
        CHECK_OK(cx, form_check(cx, form));
        CHECK(fits("{\"kind\":\"family\",\"count\":1,\"who\":[{\"name\":\"张三\"}],\"signs\":[\"a\"]}"));
        CHECK(fits("{\"kind\":\"wage\",\"count\":2,\"amount\":1200.50}"));
        CHECK_STR(judged("{\"kind\":\"wage\",\"count\":1}"),
                  S("/amount required 请填写“拖欠金额”|'拖欠金额' is required\n"
                    "/count too-small “涉事人数”不能小于 2|'涉事人数' must be at least 2"));
        CHECK_STR(judged("{\"kind\":\"family\",\"count\":2,\"amount\":5}"),
                  S("/amount unknown 没有名为amount的填写项|There is no field 'amount'"));
        done();
}

TEST(form__what_the_screens_cannot_draw_is_refused_with_its_place) {
        static const struct {
                const char *from, *to, *why;
        } changes[] = {
                { "\"title\":\"矛盾纠纷\"", "\"title\":\" \"", "/: the title is missing" },
                { "\"title\":\"涉事人数\",", "", "/properties/count: the title is missing" },
                { "\"maxLength\":500", "\"contentEncoding\":\"base64\"",
                  "/properties/story/contentEncoding: the screens do not know" },
                { "\"format\":\"date\"", "\"format\":\"ipv4\"",
                  "/properties/when/format: the screens do not know this format" },
                { "\"x-rows\":4", "\"x-rows\":99", "/properties/story/x-rows: between 1 and 20" },
                { "\"x-rows\":4", "\"x-level\":true", "/properties/story/x-level: x-level is true, for a choice" },
                { "\"title\":\"姓名\"", "\"title\":\"姓名\",\"enum\":[\"a\"],\"x-level\":true",
                  "/properties/who/items/properties/name/x-level: x-level is true" },
                { "\"type\":\"boolean\"", "\"type\":[\"boolean\",\"null\"]",
                  "/properties/hurt: the screens draw" },
                { "\"uniqueItems\":true,", "", "/properties/signs: boxes to tick need" },
                { "\"b\":\"聚集\"", "\"c\":\"聚集\"",
                  "/properties/signs/items/x-labels/c: there is no such option" },
                { "\"title\":\"劳资\",", "", "/properties/kind/oneOf/1: an option needs" },
                { "{\"kind\":\"scene\"}", "{\"kind\":\"selfie\"}",
                  "/properties/photos/x-photos: the kind of photo" },
                { "\"maxItems\":9,", "", "/properties/photos: photos need maxItems" },
                { "},\"required\":[\"kind\"]}", "}}",
                  "/allOf/0/if/properties/kind: a field that is tested must be" },
                { "\"required\":[\"amount\"]", "\"required\":[\"amounts\"]",
                  "/allOf/0/then/required: there is no such field" },
                { "\"title\":\"拖欠金额\",", "", "/allOf/0/then/properties/amount: the title is missing" },
                { "\"count\":{\"minimum\":2}", "\"count\":{\"type\":\"string\"}",
                  "/allOf/0/then/properties/count/type: the screens" },
                { "\"unevaluatedProperties\":false", "\"additionalProperties\":false",
                  "/: with conditions, unevaluatedProperties" },
                { "\"hurt\"", "\"Hurt!\"", "/properties/Hurt!: a field's name is" },
                { "\"required\":[\"kind\",\"count\"]", "\"required\":[\"nobody\"]",
                  "/required: there is no such field" },
                { "\"x-unit\":{\"zh\":\"人\",", "\"x-unit\":{",
                  "/properties/count/x-unit: the Chinese text is missing" },
        };

        begin();
        CHECK_STR(with_change("\"x-order\":1", "\"x-order\":2"), S("taken"));
        CHECK_STR(with_change("\"x-order\":1", "\"x-level\":true"), S("taken"));
        for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
                Str why = with_change(changes[i].from, changes[i].to);

                if (!str_contains(why, str_c(changes[i].why)))
                        test_fail(__FILE__, __LINE__, "%s: " STR_FMT, changes[i].to, STR_ARG(why));
        }
        done();
}
