/* Self-registering tests: TEST(module__what_is_true) { … CHECK(…); }. Run by base/test_main.c. */
#pragma once
#include "base/cx.h"

typedef struct TestCase {
        const char *name, *file;
        void (*run)(void);
        struct TestCase *next;
} TestCase;

void test_register(TestCase *t);
void test_fail(const char *file, int line, const char *what, ...) __attribute__((format(printf, 3, 4)));
/* A fresh temporary folder, removed at the end of the test. */
const char *test_dir(void);
/* A fresh, migrated, empty database: SQLite in test_dir(), or one of its own on WANGGE_TEST_PG. Closed and dropped at the end of
 * the test; what it was copied from at the end of all. In db/test_db.c. */
Cx *test_db(void);
void test_db_done(void);
void test_db_end(void);
/* URL of the PostgreSQL to test on, none on SQLite. Whoever asks has something to test on either: see test_main.c. */
Str test_server(void);
void test_uses_database(void);

#define TEST(name_)                                                                                                    \
        static void test_##name_(void);                                                                                \
        static TestCase test_case_##name_ = { #name_, __FILE__, test_##name_, NULL };                                  \
        __attribute__((constructor)) static void test_reg_##name_(void) { test_register(&test_case_##name_); }         \
        static void test_##name_(void)

#define CHECK(cond)                                                                                                    \
        do {                                                                                                           \
                if (!(cond)) {                                                                                         \
                        test_fail(__FILE__, __LINE__, "%s", #cond);                                                    \
                        return;                                                                                        \
                }                                                                                                      \
        } while (0)
#define CHECK_OK(cx_, expr)                                                                                            \
        do {                                                                                                           \
                Rc _rc = (expr);                                                                                       \
                if (_rc != OK) {                                                                                       \
                        test_fail(__FILE__, __LINE__, "%s: %s " STR_FMT, #expr, problem_name((cx_)->problem.code),     \
                                  STR_ARG((cx_)->problem.detail));                                                     \
                        return;                                                                                        \
                }                                                                                                      \
        } while (0)
#define CHECK_FAILS(cx_, problem_, expr)                                                                               \
        do {                                                                                                           \
                Rc _rc = (expr);                                                                                       \
                if (_rc == OK || (cx_)->problem.code != (problem_)) {                                                  \
                        test_fail(__FILE__, __LINE__, "%s: wanted %s, got %s", #expr, #problem_,                       \
                                  _rc == OK ? "OK" : problem_name((cx_)->problem.code));                               \
                        return;                                                                                        \
                }                                                                                                      \
                (cx_)->problem = (Problem){ 0 };                                                                       \
        } while (0)
#define CHECK_INT(a, b)                                                                                                \
        do {                                                                                                           \
                long long _a = (long long)(a), _b = (long long)(b);                                                    \
                if (_a != _b) {                                                                                        \
                        test_fail(__FILE__, __LINE__, "%s = %lld, wanted %s = %lld", #a, _a, #b, _b);                  \
                        return;                                                                                        \
                }                                                                                                      \
        } while (0)
#define CHECK_STR(a, b)                                                                                                \
        do {                                                                                                           \
                Str _a = (a), _b = (b);                                                                                \
                if (!str_eq(_a, _b)) {                                                                                 \
                        test_fail(__FILE__, __LINE__, "%s = " STR_FMT ", wanted " STR_FMT, #a, STR_ARG(_a),            \
                                  STR_ARG(_b));                                                                        \
                        return;                                                                                        \
                }                                                                                                      \
        } while (0)
