/* Runs the registered tests: `wangge-test [--shard I/N] [--uses FILE] [--only FILE] [part of a name]…`. Closing line: N passed, N failed.
 * --uses appends the names of those that opened a database to FILE, --only runs just the names in FILE: what needs no database is
 * not worth a second run on the other one. --shard runs each N-th, from the I-th (0…). */
#include "base/env.h"
#include "base/test.h"
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
        TestCase *all;
        int failed_checks;
        bool uses_database;
        char dir[64];
} tests;

typedef struct Choice {
        int shard, shards;
        const char *uses, *only;
        char **parts; /* of names, ended by NULL */
} Choice;

void test_uses_database(void) { tests.uses_database = true; }

void test_register(TestCase *t) {
        t->next = tests.all;
        tests.all = t;
}

void test_fail(const char *file, int line, const char *what, ...) {
        va_list ap;

        tests.failed_checks++;
        printf("# %s:%d: ", file, line);
        va_start(ap, what);
        vprintf(what, ap);
        va_end(ap);
        printf("\n");
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
        (void)st, (void)kind, (void)ftw;
        return remove(path);
}

const char *test_dir(void) {
        if (!tests.dir[0]) {
                snprintf(tests.dir, sizeof tests.dir, "/tmp/wangge-test-XXXXXX");
                if (!mkdtemp(tests.dir))
                        abort();
        }
        return tests.dir;
}

static bool listed(const char *file, const char *name) {
        FILE *f = fopen(file, "re");
        char line[256];
        bool found = false;

        while (f && !found && fgets(line, sizeof line, f)) {
                line[strcspn(line, "\n")] = 0;
                found = strcmp(line, name) == 0;
        }
        if (f)
                (void)fclose(f);
        return found;
}

static bool chosen(const TestCase *t, const Choice *c) {
        bool any = !c->parts[0];

        for (char **part = c->parts; *part; part++)
                any |= strstr(t->name, *part) != NULL;
        return any && (!c->only || listed(c->only, t->name));
}

static void note_use(const Choice *c, const TestCase *t) {
        FILE *f = c->uses && tests.uses_database ? fopen(c->uses, "ae") : NULL;

        if (!f)
                return;
        fprintf(f, "%s\n", t->name);
        (void)fclose(f);
}

static Choice choice(char **argv) {
        Choice c = { .shards = 1 };

        for (c.parts = argv + 1; c.parts[0] && c.parts[1] && str_starts(str_c(c.parts[0]), S("--"));
             c.parts += 2) {
                const char *option = c.parts[0], *value = c.parts[1];

                if (strcmp(option, "--uses") == 0)
                        c.uses = value;
                else if (strcmp(option, "--only") == 0)
                        c.only = value;
                else if (strcmp(option, "--shard") != 0 ||
                         sscanf(value, "%d/%d", &c.shard, &c.shards) != 2 || c.shards < 1)
                        abort();
        }
        return c;
}

static bool passes(const TestCase *t) {
        tests.failed_checks = 0;
        tests.uses_database = false;
        t->run();
        test_db_done();
        if (tests.dir[0])
                nftw(tests.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        tests.dir[0] = 0;
        printf("%s - %s\n", tests.failed_checks ? "not ok" : "ok", t->name);
        fflush(stdout);
        return !tests.failed_checks;
}

int main(int argc, char **argv) {
        Choice c = choice(argv);
        TestCase *ordered = NULL;
        int passed = 0, failed = 0, n = 0;

        (void)argc;
        while (tests.all) { /* registration was last first */
                TestCase *t = tests.all;

                tests.all = t->next;
                t->next = ordered;
                ordered = t;
        }
        for (TestCase *t = ordered; t; t = t->next) {
                if (!chosen(t, &c) || n++ % c.shards != c.shard)
                        continue;
                *(passes(t) ? &passed : &failed) += 1;
                note_use(&c, t);
        }
        test_db_end();
        printf("%d passed, %d failed\n", passed, failed);
        return failed || !passed;
}
