/* The fuzzer's committed corpus (fuzz/corpus/json) through the fuzzer's own comparison with jansson. */
#define CORPUS_TEST 1
#include "base/test.h"
#include "fuzz/fuzz_json.c"
#include <dirent.h>

enum { LARGEST = 1 << 16 };

/* NULL when the file is read as jansson reads it. */
static const char *file_differs(const char *name) {
        static uint8_t data[LARGEST];
        char path[300];
        FILE *file;
        size_t n;

        snprintf(path, sizeof path, "fuzz/corpus/json/%s", name);
        file = fopen(path, "rb");
        if (!file)
                return "cannot be opened";
        n = fread(data, 1, sizeof data, file);
        fclose(file);
        return n < sizeof data ? json_differs(data, n) : "too large";
}

TEST(json__the_corpus_is_read_as_jansson_reads_it) {
        DIR *dir = opendir("fuzz/corpus/json");
        const struct dirent *entry;
        int count = 0;

        CHECK(dir);
        while ((entry = readdir(dir))) {
                const char *why = entry->d_name[0] == '.' ? NULL : file_differs(entry->d_name);

                if (why)
                        test_fail(__FILE__, __LINE__, "%s: %s", entry->d_name, why);
                count += entry->d_name[0] != '.';
        }
        closedir(dir);
        CHECK(count >= 40);
}
