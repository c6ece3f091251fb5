/* Runs the registered tests: `wangge-test [part of a name]…`. Closing line: N passed, N failed. */
#include "base/test.h"
#include "base/env.h"
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
        TestCase *all;
        int failed_checks;
        char dir[64];
} tests;

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

static bool chosen(const TestCase *t, int argc, char **argv) {
        for (int i = 1; i < argc; i++)
                if (strstr(t->name, argv[i]))
                        return true;
        return argc == 1;
}

int main(int argc, char **argv) {
        TestCase *ordered = NULL;
        int passed = 0, failed = 0;

        while (tests.all) { /* registration was last first */
                TestCase *t = tests.all;

                tests.all = t->next;
                t->next = ordered;
                ordered = t;
        }
        for (TestCase *t = ordered; t; t = t->next) {
                if (!chosen(t, argc, argv))
                        continue;
                tests.failed_checks = 0;
                t->run();
                test_db_done();
                if (tests.dir[0])
                        nftw(tests.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
                tests.dir[0] = 0;
                printf("%s - %s\n", tests.failed_checks ? "not ok" : "ok", t->name);
                fflush(stdout);
                *(tests.failed_checks ? &failed : &passed) += 1;
        }
        printf("%d passed, %d failed\n", passed, failed);
        return failed || !passed;
}
