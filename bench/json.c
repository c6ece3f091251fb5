/* Speed of base/json beside jansson on the same text: a device's event (struct), a page of cases (struct both ways), a
 * FeatureCollection of one megabyte (tree, and passed through unread). jansson is opened at run time: only benchmarks and tests
 * know it. */
#include "base/json.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- jansson -------------------------------------------- */

/* The little of jansson.h that is needed, so that a build without its header still has this program. */
typedef struct json_t json_t;
typedef struct json_error_t {
        char bytes[512]; /* theirs has 252 */
} json_error_t;
enum { JSON_REJECT_DUPLICATES = 1, JSON_COMPACT = 0x20, JSON_15_DIGITS = 15 << 11 };

static struct {
        json_t *(*load)(const char *, size_t, size_t, json_error_t *);
        char *(*dump)(const json_t *, size_t);
        void (*free_tree)(json_t *);
        json_t *(*get)(const json_t *, const char *);
} jansson;

static bool jansson_open(void) {
        void *library = dlopen("libjansson.so.4", RTLD_NOW);

        if (!library)
                return false;
        *(void **)&jansson.load = dlsym(library, "json_loadb");
        *(void **)&jansson.dump = dlsym(library, "json_dumps");
        *(void **)&jansson.free_tree = dlsym(library, "json_delete");
        *(void **)&jansson.get = dlsym(library, "json_object_get");
        return jansson.load && jansson.dump && jansson.free_tree && jansson.get;
}

/* ---- shapes -------------------------------------------- */

typedef struct Event {
        Str device, kind, text, grid, extra;
        int64_t seq, at, lon, lat;
        double level;
        bool alarm;
} Event;

#define F(T, m, k) \
        { \
                .name = #m, .kind = k, .offset = offsetof(T, m), .lo = k == J_INT ? INT64_MIN : 0, \
                .hi = INT64_MAX, .zh = "标签", .en = "Label" \
        }
static const JsonField event_fields[] = {
        F(Event, device, J_LINE), F(Event, seq, J_INT),    F(Event, at, J_TIME),   F(Event, kind, J_LINE),
        F(Event, lon, J_LON),     F(Event, lat, J_LAT),    F(Event, grid, J_CODE), F(Event, alarm, J_BOOL),
        F(Event, text, J_TEXT),   F(Event, extra, J_JSON),
};
static const JsonShape event_shape = { "Event", sizeof(Event), ARRAY_LEN(event_fields), event_fields, true };

typedef struct Item {
        int64_t id, at, due, lon, lat, step;
        Str number, category, text, place_name, state;
        bool late;
} Item;

typedef struct ItemList {
        Item *v;
        size_t n, cap;
} ItemList;

typedef struct Page {
        ItemList items;
} Page;

static const JsonField item_fields[] = {
        F(Item, id, J_INT),   F(Item, number, J_LINE), F(Item, category, J_LINE),   F(Item, text, J_TEXT),
        F(Item, at, J_TIME),  F(Item, due, J_TIME),    F(Item, lon, J_LON),         F(Item, lat, J_LAT),
        F(Item, step, J_INT), F(Item, state, J_LINE),  F(Item, place_name, J_LINE), F(Item, late, J_BOOL),
};
static const JsonShape item_shape = { "Item", sizeof(Item), ARRAY_LEN(item_fields), item_fields, true };
static const JsonField page_fields[] = {
        { .name = "items",
          .kind = J_LIST,
          .item = J_SHAPE,
          .hi = 1000,
          .shape = &item_shape,
          .zh = "条目",
          .en = "Items" },
};
static const JsonShape page_shape = { "Page", sizeof(Page), ARRAY_LEN(page_fields), page_fields, true };

static const char event_text[] =
        "{\"device\":\"smoke-0190b3c4-7b7a\",\"seq\":184467,\"at\":\"2026-01-04T14:05:00.250+08:00\",\"kind\":\"smoke\","
        "\"lon\":102.7519004,\"lat\":25.1161007,\"grid\":\"530103003001\",\"alarm\":true,\"text\":\"Smoke density over the limit "
        "for sixty seconds; the second floor's corridor, east end, beside the staircase\",\"extra\":{\"density\":[0.12,0.18,0.31,"
        "0.44,0.52],\"battery\":3.61,\"temperature\":41.5,\"rssi\":-71,\"firmware\":\"2.14.0\",\"neighbours\":[\"a1\",\"b7\",\"c9\"]"
        ",\"self_test\":null}}";

static void write_page(Buf *b) {
        buf_c(b, "{\"items\":[");
        for (int i = 0; i < 50; i++)
                buf_fmt(b,
                        "%s{\"id\":%d,\"number\":\"DH20260104%04d\",\"category\":\"市政设施\",\"text\":\"新迎路与白云路交叉口东侧人行道"
                        "井盖破损，夜间有行人险些踩空，请尽快处理\",\"at\":\"2026-01-04T14:%02d:00+08:00\",\"due\":"
                        "\"2026-01-07T18:00:00+08:00\",\"lon\":102.7%05d,\"lat\":25.1%05d,\"step\":3,\"state\":\"dispatched\","
                        "\"place_name\":\"东华街道小龙路社区第三网格\",\"late\":false}",
                        i ? "," : "", 1000 + i, i, i, i * 137 + 1, i * 211 + 3);
        buf_c(b, "]}");
}

static void write_collection(Buf *b) {
        buf_c(b, "{\"type\":\"FeatureCollection\",\"features\":[");
        for (int i = 0; b->n < 1000000; i++) {
                buf_fmt(b,
                        "%s{\"type\":\"Feature\",\"properties\":{\"code\":\"530103003%03d\",\"name\":\"第 %d 网格\"},"
                        "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
                        i ? "," : "", i % 1000, i);
                for (int k = 0; k < 60; k++)
                        buf_fmt(b, "%s[102.7%06d,25.1%06d]", k ? "," : "",
                                (i * 7919 + k * 104729) % 999999 + 1,
                                (i * 1299709 + k * 15485863 % 7919) % 999999 + 1);
                buf_c(b, "]]}}");
        }
        buf_c(b, "]}");
}

/* ---- what is measured -------------------------------------------- */

typedef struct Job {
        Cx *cx;
        Str text;
        const JsonShape *shape;
        void *value;
        json_t *tree;
        Buf out;
} Job;

static void must(bool fine) {
        if (!fine)
                abort();
}

static void run_decode(Job *j) {
        void *v;

        must(json_decode(j->cx, j->shape, j->text, &v) == OK);
}

static void run_tree(Job *j) {
        JsonNode *node;

        must(json_parse(j->cx, j->text, &node) == OK);
}

static void run_encode(Job *j) {
        buf_clear(&j->out);
        json_encode(&j->out, j->shape, j->value);
}

static void run_jansson_load(Job *j) {
        json_error_t error;
        json_t *tree = jansson.load(j->text.p, j->text.n, JSON_REJECT_DUPLICATES, &error);

        must(tree);
        for (size_t i = 0; i < 5; i++)
                (void)jansson.get(tree, event_fields[i].name);
        jansson.free_tree(tree);
}

static void run_jansson_dump(Job *j) {
        char *text = jansson.dump(j->tree, JSON_COMPACT | JSON_15_DIGITS);

        must(text);
        free(text);
}

/* Megabytes per second: the best of five times 0.2 s. */
static double speed(Job *j, void (*run)(Job *)) {
        double best = 0;

        for (int round = 0; round < 5; round++) {
                int64_t start = time_mono_us(), now;
                double bytes = 0;

                do {
                        run(j);
                        if (j->cx)
                                arena_reset(j->cx->arena);
                        bytes += (double)j->text.n;
                        now = time_mono_us();
                } while (now - start < 200000);
                if (bytes / (double)(now - start) > best)
                        best = bytes / (double)(now - start);
        }
        return best;
}

static void row(const char *what, double ours, double baseline) {
        printf("%-46s %8.0f MB/s   jansson %5.0f MB/s   × %.1f\n", what, ours, baseline, ours / baseline);
}

static void read_and_write(const char *read, const char *write, Str text, const JsonShape *shape) {
        Cx *keep = cx_new(0);
        Job j = { .cx = cx_new(0), .text = text, .shape = shape, .out = BUF_HEAP };
        json_error_t error;

        row(read, speed(&j, run_decode), speed(&j, run_jansson_load));
        must(json_decode(keep, shape, text, &j.value) == OK);
        j.tree = jansson.load(text.p, text.n, 0, &error);
        must(j.tree);
        row(write, speed(&j, run_encode), speed(&j, run_jansson_dump));
        jansson.free_tree(j.tree);
        buf_done(&j.out);
        cx_free(j.cx);
        cx_free(keep);
}

int main(void) {
        Buf page = BUF_HEAP, collection = BUF_HEAP, wrapped = BUF_HEAP;
        Job j = { .cx = cx_new(0) };
        double baseline;

        if (!jansson_open()) {
                printf("jansson is not installed: nothing to compare with\n");
                return 0;
        }
        write_page(&page);
        write_collection(&collection);
        read_and_write("event, text to struct", "event, struct to text", str_c(event_text), &event_shape);
        read_and_write("page of 50 cases, text to struct", "page of 50 cases, struct to text",
                       buf_view(&page), &page_shape);
        j.text = buf_view(&collection);
        baseline = speed(&j, run_jansson_load);
        row("FeatureCollection of 1 MB, text to tree", speed(&j, run_tree), baseline);
        buf_c(&wrapped,
              "{\"device\":\"d\",\"seq\":1,\"at\":\"2026-01-04T14:05:00+08:00\",\"kind\":\"k\",\"lon\":0,\"lat\":0,"
              "\"grid\":\"53\",\"alarm\":false,\"text\":\"\",\"extra\":");
        buf_str(&wrapped, buf_view(&collection));
        buf_char(&wrapped, '}');
        j.text = buf_view(&wrapped);
        j.shape = &event_shape;
        row("FeatureCollection of 1 MB, checked and passed on", speed(&j, run_decode), baseline);
        cx_free(j.cx);
        buf_done(&page);
        buf_done(&collection);
        buf_done(&wrapped);
        return 0;
}
