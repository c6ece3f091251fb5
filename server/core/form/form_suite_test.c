/* The public JSON-Schema-Test-Suite against our compiler and judge. Draft 2020-12 comes from the Debian package
 * libtest-json-schema-acceptance-perl; the package json-schema-test-suite stops at draft 7, of which the files run whose
 * keywords mean the same today. What is left out is listed here with the reason: a listed group that passes fails the test. */
#include "base/buf.h"
#include "base/test.h"
#include "contract.gen.h"
#include "core/form/form.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ACCEPTANCE "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance"
#define DRAFT7 "/usr/share/json-schema-test-suite/tests/draft7"

typedef struct LeftOut {
        const char *file, *group; /* group NULL: the file as a whole */
        const char *why;
        bool seen_failing, seen;
} LeftOut;

static LeftOut left_out[] = {
        { "vocabulary.json", NULL, "meta-schemas of one's own: only the draft's is understood", false,
          false },
        { "optional/cross-draft.json", NULL, "older drafts are refused", false, false },
        { "optional/dependencies-compatibility.json", NULL,
          "`dependencies` is not part of the draft any more", false, false },
        { "optional/format-assertion.json", NULL, "meta-schemas of one's own", false, false },
        { "optional/format/duration.json", NULL, "no form offers this format: only a note", false, false },
        { "optional/format/email.json", NULL, "no form offers this format: only a note", false, false },
        { "optional/format/hostname.json", NULL, "no form offers this format: only a note", false, false },
        { "optional/format/idn-email.json", NULL, "no form offers this format: only a note", false, false },
        { "optional/format/idn-hostname.json", NULL, "no form offers this format: only a note", false,
          false },
        { "optional/format/ipv4.json", NULL, "no form offers this format: only a note", false, false },
        { "optional/format/ipv6.json", NULL, "no form offers this format: only a note", false, false },
        { "optional/format/iri.json", NULL, "no form offers this format: only a note", false, false },
        { "optional/format/iri-reference.json", NULL, "no form offers this format: only a note", false,
          false },
        { "optional/format/json-pointer.json", NULL, "no form offers this format: only a note", false,
          false },
        { "optional/format/relative-json-pointer.json", NULL, "no form offers this format: only a note",
          false, false },
        { "optional/format/uri-reference.json", NULL, "no form offers this format: only a note", false,
          false },
        { "optional/format/uri-template.json", NULL, "no form offers this format: only a note", false,
          false },
        { "optional/format/uuid.json", NULL, "no form offers this format: only a note", false, false },
        { "const.json", "nul characters in strings", "U+0000 is refused by the JSON reader", false, false },
        { "enum.json", "nul characters in strings", "U+0000 is refused by the JSON reader", false, false },
};

/* Their keywords mean in 2020-12 what they meant in draft 7. */
static const char *const same_in_draft7[] = {
        "additionalProperties",
        "allOf",
        "anyOf",
        "boolean_schema",
        "const",
        "contains",
        "default",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "if-then-else",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "not",
        "oneOf",
        "pattern",
        "patternProperties",
        "properties",
        "propertyNames",
        "required",
        "type",
        "uniqueItems",
};

typedef struct Tally {
        Cx *cx; /* for what stays through a file */
        FormKnown *known;
        size_t known_count, known_cap;
        int passed, failed, out;
} Tally;

static bool is_dir(const char *path) {
        struct stat st;

        return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static Str file_text(Arena *a, const char *path) {
        FILE *f = fopen(path, "rb");
        Buf b = BUF_IN(a);
        char piece[4096];
        size_t n;

        if (!f)
                return STR_NONE;
        while ((n = fread(piece, 1, sizeof piece, f)))
                buf_add(&b, piece, n);
        fclose(f);
        return buf_view(&b);
}

/* The same text without \u0000, which our reader refuses: the groups that are about it are left out. */
static Str without_nul(Arena *a, Str text) {
        char *p = arena_copy(a, text.p, text.n);

        for (size_t i = 0; i + 6 <= text.n; i++)
                if (memcmp(p + i, "\\u0000", 6) == 0)
                        p[i + 5] = '1';
        return (Str){ p, text.n };
}

static LeftOut *listed(const char *file, Str group) {
        for (size_t i = 0; i < ARRAY_LEN(left_out); i++)
                if (strcmp(left_out[i].file, file) == 0 &&
                    (!left_out[i].group || str_eq_c(group, left_out[i].group)))
                        return &left_out[i];
        return NULL;
}

static Str text_of(Arena *a, const JsonNode *node) {
        Buf b = BUF_IN(a);

        json_write(&b, node);
        return buf_view(&b);
}

/* One group: a schema and its instances. Returns how many come out wrong. */
static int run_group(Tally *t, const char *file, const JsonNode *group, bool say_it) {
        bool formats = strncmp(file, "optional/format/", 16) == 0 ||
                       strcmp(file, "optional/ecmascript-regex.json") == 0;
        FormOptions options = { formats, t->known, t->known_count };
        Cx *cx = cx_new(0);
        FormSchema *schema = NULL;
        int wrong = 0;
        Rc compiled = form_compile(cx, text_of(cx->arena, json_get(group, "schema")), &options, &schema);

        for (const JsonNode *test = json_get(group, "tests")->first; test; test = test->next) {
                FieldErrorList errors = { 0 };
                bool valid = compiled == OK &&
                             form_validate(cx, schema, json_get(test, "data"), &errors) == OK && !errors.n;

                if (compiled == OK && valid == json_bool(test, "valid", false))
                        continue;
                wrong++;
                if (say_it)
                        printf("# %s: " STR_FMT ": " STR_FMT ": " STR_FMT "\n", file,
                               STR_ARG(json_text(group, "description")),
                               STR_ARG(json_text(test, "description")),
                               STR_ARG(compiled == OK ? S("judged wrongly") : cx->problem.detail));
        }
        form_free(schema);
        cx_free(cx);
        return wrong;
}

static void run_file(Tally *t, const char *folder, const char *file) {
        char path[1000];
        Cx *cx = cx_new(0);
        JsonNode *root;
        Str text;

        snprintf(path, sizeof path, "%s/%s", folder, file);
        text = file_text(cx->arena, path);
        if (!text.p || json_parse(cx, without_nul(cx->arena, text), &root) != OK) {
                test_fail(__FILE__, __LINE__, "%s cannot be read: " STR_FMT, path,
                          STR_ARG(cx->problem.detail));
                cx_free(cx);
                return;
        }
        for (const JsonNode *group = root->first; group; group = group->next) {
                LeftOut *out = listed(file, json_text(group, "description"));
                int all = (int)json_get(group, "tests")->count, wrong = run_group(t, file, group, !out);

                if (out && strstr(out->why, "U+0000")) /* refused already as text */
                        wrong = json_parse(cx, text, &root) == OK ? 0 : all;
                if (out) {
                        out->seen = true;
                        out->seen_failing |= wrong > 0;
                        t->out += wrong;
                        all -= wrong;
                        wrong = 0;
                }
                t->failed += wrong;
                t->passed += all - wrong;
        }
        cx_free(cx);
}

static int json_files(const struct dirent *entry) {
        const char *end = strrchr(entry->d_name, '.');

        return end && strcmp(end, ".json") == 0;
}

static void run_folder(Tally *t, const char *folder, const char *below) {
        struct dirent **names = NULL;
        char path[1000], file[500];
        int n;

        snprintf(path, sizeof path, "%s/%s", folder, below);
        n = scandir(path, &names, json_files, alphasort);
        for (int i = 0; i < n; i++) {
                snprintf(file, sizeof file, "%s%s%s", below, *below ? "/" : "", names[i]->d_name);
                run_file(t, folder, file);
                free(names[i]);
        }
        free(names);
}

/* The documents that the suite serves at http://localhost:1234/: given beforehand, nothing is fetched. */
static void know_folder(Tally *t, const char *below) {
        struct dirent **names = NULL;
        char path[1000];
        int n;

        snprintf(path, sizeof path, ACCEPTANCE "/remotes/%s", below);
        n = scandir(path, &names, NULL, alphasort);
        for (int i = 0; i < n; i++) {
                char inner[500];

                snprintf(inner, sizeof inner, "%s%s%s", below, *below ? "/" : "", names[i]->d_name);
                snprintf(path, sizeof path, ACCEPTANCE "/remotes/%s", inner);
                if (names[i]->d_name[0] == '.' || strncmp(inner, "draft-next", 10) == 0) {
                        ;
                } else if (is_dir(path)) {
                        know_folder(t, inner);
                } else {
                        t->known = arena_grow(t->cx->arena, t->known, t->known_count * sizeof *t->known,
                                              (t->known_count + 1) * sizeof *t->known);
                        t->known[t->known_count++] =
                                (FormKnown){ str_fmt(t->cx->arena, "http://localhost:1234/%s", inner),
                                             file_text(t->cx->arena, path) };
                }
                free(names[i]);
        }
        free(names);
}

TEST(form__passes_the_public_suite_of_draft_2020_12) {
        Tally t = { 0 };

        if (!is_dir(ACCEPTANCE "/tests/draft2020-12")) {
                printf("# SKIPPED: the Debian package libtest-json-schema-acceptance-perl is not installed\n");
                return;
        }
        t.cx = cx_new(0);
        know_folder(&t, "");
        run_folder(&t, ACCEPTANCE "/tests/draft2020-12", "");
        run_folder(&t, ACCEPTANCE "/tests/draft2020-12", "optional");
        run_folder(&t, ACCEPTANCE "/tests/draft2020-12", "optional/format");
        printf("# JSON-Schema-Test-Suite, draft 2020-12: %d as expected, %d not, %d left out\n", t.passed,
               t.failed, t.out);
        for (size_t i = 0; i < ARRAY_LEN(left_out); i++)
                if (!left_out[i].seen_failing)
                        test_fail(__FILE__, __LINE__, "%s %s is listed as left out but %s", left_out[i].file,
                                  left_out[i].group ? left_out[i].group : "",
                                  left_out[i].seen ? "passes" : "is not there");
        cx_free(t.cx);
        CHECK_INT(t.failed, 0);
        CHECK(t.passed > 1600);
}

TEST(form__passes_what_draft_7_has_in_common) {
        Tally t = { 0 };

        if (!is_dir(DRAFT7)) {
                printf("# SKIPPED: the Debian package json-schema-test-suite is not installed\n");
                return;
        }
        for (size_t i = 0; i < ARRAY_LEN(same_in_draft7); i++) {
                char file[100];

                snprintf(file, sizeof file, "%s.json", same_in_draft7[i]);
                run_file(&t, DRAFT7, file);
        }
        printf("# JSON-Schema-Test-Suite, draft 7, what is the same: %d as expected, %d not\n", t.passed,
               t.failed);
        CHECK_INT(t.failed, 0);
        CHECK(t.passed > 300);
}
