/* Places from a list to the answer: import, names through time, the partition in the database, locate. */
#include "base/env.h"
#include "base/test.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "db/db.h"
#include "territory/territory_int.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static const int grids[] = { 2, 3 };

static Str csv(Cx *cx, const char *name, const char *text) {
        Str path = str_fmt(cx->arena, "%s/%s", test_dir(), name);

        if (!file_write(str_z(cx->arena, path), str_c(text)))
                test_fail(__FILE__, __LINE__, "cannot write %s", name);
        return path;
}

static Cx *begin(void) {
        Cx *cx = test_db();

        audit_init();
        territory_init();
        (void)!territory_load(cx);
        return cx;
}

static Rc draw(Cx *cx, void *arg) {
        return territory_demo_geometry(cx, &(DemoTerritory){ .root = S("530103003"),
                                                             .centre = { 1027352000, 250374000 },
                                                             .area_m2 = 4300000,
                                                             .grids = grids,
                                                             .grids_n = 2,
                                                             .seed = *(uint64_t *)arg });
}

static const char town[] =
        "\xEF\xBB\xBF"
        "code,level,name\r\n53,province,云南省\r\n5301,city,昆明市\r\n530103,county,\"盘龙区\"\r\n"
        "530103003,town,东华街道\r\n530103003001,village,小龙路社区居委会\r\n530103003002,village,新迎社区居委会\r\n";

static Rc import(Cx *cx, const char *text, const char *under, ImportReport *ret) {
        return territory_import(cx, csv(cx, "places.csv", text), str_c(under), ret);
}

TEST(territory__codes_are_checked_by_the_national_rules) {
        static const char *const good[] = { "53",           "5301",      "530103",          "530103003",
                                            "530103003001", "441900003", "530103003001001", "211103400" };
        static const char *const bad[] = { "",
                                           "5",
                                           "530",
                                           "10",
                                           "60",
                                           "00",
                                           "5300",
                                           "530103000",
                                           "530103000001",
                                           "530103003000",
                                           "53010300300",
                                           "5301030030011",
                                           "530103003001000",
                                           "53010a" };

        for (size_t i = 0; i < ARRAY_LEN(good); i++)
                CHECK(place_code_valid(str_c(good[i])));
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                CHECK(!place_code_valid(str_c(bad[i])));
        CHECK_STR(place_parent(S("530103003001001")), S("530103003001"));
        CHECK_STR(place_parent(S("530103003")), S("530103"));
        CHECK_INT(place_kind(S("530103003001")), PLACE_KIND_COMMUNITY);
}

TEST(territory__importing_twice_changes_nothing) {
        Cx *cx = begin();
        ImportReport r;
        Place p;

        CHECK_OK(cx, import(cx, town, "", &r));
        CHECK_INT(r.read, 6);
        CHECK_INT(r.added, 6);
        CHECK_INT(r.wrong, 0);
        CHECK_OK(cx, import(cx, town, "", &r));
        CHECK_INT(r.added + r.changed + r.wrong, 0);
        CHECK_INT(r.skipped, 6);
        CHECK_OK(cx, territory_load(cx));
        CHECK_OK(cx, territory_place(cx, S("530103003001"), &p));
        CHECK_STR(p.name, S("小龙路社区居委会"));
        CHECK_STR(p.parent, S("530103003"));
        CHECK_STR(territory_path(cx, S("530103003001"), PLACE_KIND_COUNTY, S("/")),
                  S("盘龙区/东华街道/小龙路社区居委会"));
        CHECK_FAILS(cx, P_NOT_FOUND, territory_place(cx, S("530103003009"), &p));
        CHECK_STR(territory_name(cx, S("x")), S(""));
}

TEST(territory__only_what_lies_under_and_what_that_lies_in) {
        Cx *cx = begin();
        StrList children;
        ImportReport r;

        CHECK_OK(
                cx,
                import(cx,
                       "53,云南省\n5301,昆明市\n530102,五华区\n530103,盘龙区\n530103003,东华街道\n5303,曲靖市\n",
                       "530103", &r));
        CHECK_INT(r.added, 4);
        CHECK_INT(r.skipped, 2);
        CHECK_OK(cx, territory_load(cx));
        CHECK_OK(cx, territory_children(cx, S("53"), PLACE_KIND_COUNTY, &children));
        CHECK_INT(children.n, 1);
        CHECK_STR(children.v[0], S("530103"));
}

TEST(territory__bad_lines_are_counted_and_the_first_is_named) {
        Cx *cx = begin();
        ImportReport r;

        CHECK_OK(
                cx,
                import(cx,
                       "code,name\n53,云南省\n5301,\n530103,\"盘龙区\n9901,什么\n53,云南\n\n530103003000,东华街道\n5301,\"昆\"\"明\"\n530102,\xff\xfe\n",
                       "", &r));
        CHECK_INT(r.read, 8);
        CHECK_INT(r.wrong, 5);
        CHECK_INT(r.added, 3);
        CHECK(str_contains(r.first_wrong, S("places.csv:3: the name is missing")));
        CHECK_OK(cx, territory_load(cx));
        CHECK_STR(territory_name(cx, S("530103003")), S("东华街道"));
        CHECK_STR(territory_name(cx, S("5301")), S("昆\"明"));
        CHECK_FAILS(cx, P_CONFIG_INVALID, import(cx, "a,b\n1,2\n", "", &r));
        CHECK_FAILS(cx, P_CONFIG_INVALID, territory_import(cx, S("/nowhere.csv"), S(""), &r));
        CHECK_FAILS(cx, P_PLACE_UNKNOWN, import(cx, town, "53x", &r));
}

/* 金门县 has no townships: the statistics repeat it with zeros on every level. */
TEST(territory__rows_that_repeat_a_county_with_zeros_are_no_fault) {
        Cx *cx = begin();
        ImportReport r;

        CHECK_OK(cx, import(cx, "350527,金门县\n350527000,金门县\n350527000000,金门县\n", "", &r));
        CHECK_INT(r.added, 1);
        CHECK_INT(r.skipped, 2);
        CHECK_INT(r.wrong, 0);
}

TEST(territory__a_renamed_place_keeps_its_old_name_in_the_past) {
        const Epoch *past = NULL, *today = NULL;
        Cx *cx = begin();
        ImportReport r;

        cx->now_ms = day_start_ms(20000) + 1000;
        CHECK_OK(cx, import(cx, "530103003,东华街道\n", "", &r));
        cx->now_ms = day_start_ms(20100) + 1000;
        CHECK_OK(cx, import(cx, "530103003,新东华街道\n", "", &r));
        CHECK_INT(r.changed, 1);
        CHECK_OK(cx, territory_load(cx));
        CHECK_STR(territory_name(cx, S("530103003")), S("新东华街道"));
        CHECK_OK(cx, epoch_take_at(cx, date_str(cx->arena, date_of_day(20099)), &past));
        CHECK_STR(past->places[epoch_find(past, S("530103003"))].place.name, S("东华街道"));
        epoch_drop(past);
        CHECK_OK(cx, epoch_take_at(cx, date_str(cx->arena, date_of_day(20100)), &past));
        CHECK_STR(past->places[epoch_find(past, S("530103003"))].place.name, S("新东华街道"));
        CHECK_OK(cx, epoch_take(cx, &today));
        CHECK_OK(cx, territory_load(cx)); /* what is held stays whole */
        CHECK_STR(today->places[epoch_find(today, S("530103003"))].place.name, S("新东华街道"));
        epoch_drop(today);
        epoch_drop(past);
}

static atomic_bool loading_on;
static atomic_int loads;

static void *load_again_and_again(void *arg) {
        (void)arg;
        while (atomic_load(&loading_on)) {
                _cleanup_(cx_freep) Cx *cx = cx_new(16 << 20);

                if (territory_load(cx) != OK)
                        break;
                atomic_fetch_add(&loads, 1);
        }
        atomic_store(&loading_on, false);
        return NULL;
}

static Rc rename_work(Cx *cx, void *arg) { return territory_place_add(cx, &(Place){ .code = S("530103003"), .name = *(Str *)arg }); }

/* As when notices of earlier changes are heard late: a load that had begun before the change must not hide it. */
TEST(territory__who_changed_something_sees_it_while_others_load) {
        enum { TIMES = 60 };
        Cx *cx = begin();
        int seen = 0;
        pthread_t thread;

        notice_init();
        atomic_store(&loading_on, true);
        CHECK(pthread_create(&thread, NULL, load_again_and_again, NULL) == 0);
        for (int i = 0; i < TIMES; i++) {
                Str name = str_fmt(cx->arena, "第%d街道", i);
                int had = atomic_load(&loads);
                bool written = db_write(cx, rename_work, &name) == OK;

                while (atomic_load(&loads) == had && atomic_load(&loading_on)) /* one that had begun is over, and the next begins */
                        sched_yield();
                seen += written && str_eq(territory_name(cx, S("530103003")), name);
        }
        atomic_store(&loading_on, false);
        pthread_join(thread, NULL);
        CHECK_INT(seen, TIMES);
}

TEST(territory__only_a_few_days_of_the_past_are_kept) {
        const Epoch *first = NULL, *again = NULL, *kept = NULL;
        Cx *cx = begin();
        ImportReport r;

        cx->now_ms = day_start_ms(20000) + 1000;
        CHECK_OK(cx, import(cx, "530103003,东华街道\n", "", &r));
        CHECK_OK(cx, territory_load(cx));
        cx->now_ms = day_start_ms(20100) + 1000;
        CHECK_OK(cx, epoch_take_at(cx, date_str(cx->arena, date_of_day(20010)), &first));
        CHECK_OK(cx, epoch_take_at(cx, date_str(cx->arena, date_of_day(20010)), &again));
        CHECK(first == again); /* built once */
        epoch_drop(again);
        for (int day = 20011; day < 20040; day++) {
                CHECK_OK(cx, epoch_take_at(cx, date_str(cx->arena, date_of_day(day)), &again));
                epoch_drop(again);
        }
        CHECK_OK(cx, epoch_kept_at(cx, date_str(cx->arena, date_of_day(20010)), &kept));
        CHECK(!kept); /* gone, but whole for whoever holds it */
        CHECK(epoch_find(first, S("530103003")) >= 0);
        epoch_drop(first);
        CHECK_OK(cx, epoch_kept_at(cx, date_str(cx->arena, date_of_day(20039)), &kept));
        CHECK(kept != NULL);
        epoch_drop(kept);
        CHECK_OK(cx, epoch_kept_at(cx, date_str(cx->arena, date_of_day(20200)), &kept)); /* the future is today */
        CHECK(kept && kept->at_ms == INT64_MAX);
        epoch_drop(kept);
}

TEST(territory__drawn_grids_hold_every_point_of_the_township_once) {
        uint64_t seed = 530103003;
        Cx *cx = begin();
        ImportReport r;
        StrList list;
        Point lo, hi;
        Str grid;
        Ring ring;
        int inside = 0;

        CHECK_OK(cx, import(cx, town, "", &r));
        CHECK_OK(cx, db_write(cx, draw, &seed));
        CHECK_OK(cx, territory_load(cx));
        CHECK_OK(cx, territory_children(cx, S("530103003"), PLACE_KIND_GRID, &list));
        CHECK_INT(list.n, 5);
        CHECK_STR(list.v[4], S("530103003002003"));
        CHECK_STR(territory_name(cx, list.v[4]), S("新迎社区第3网格"));
        CHECK_OK(cx, territory_extent(cx, &lo, &hi));
        for (int64_t i = 0; i < 40; i++)
                for (int64_t k = 0; k < 40; k++) {
                        Point p = { lo.lon_e7 + (hi.lon_e7 - lo.lon_e7) * i / 40,
                                    lo.lat_e7 + (hi.lat_e7 - lo.lat_e7) * k / 40 };
                        Rc rc = territory_locate(cx, p, &grid);

                        CHECK(rc == OK || cx->problem.code == P_PLACE_OUTSIDE);
                        cx->problem = (Problem){ 0 };
                        if (rc != OK)
                                continue;
                        inside++;
                        CHECK_OK(cx, territory_grid_ring(cx, grid, &ring));
                        CHECK(ring_holds(&ring, p));
                }
        CHECK(inside > 600);
        CHECK_FAILS(cx, P_PLACE_OUTSIDE, territory_locate(cx, (Point){ 0, 0 }, &grid));
}

TEST(territory__the_townships_outline_is_the_sum_of_its_grids) {
        uint64_t seed = 7;
        Cx *cx = begin();
        const Epoch *e = NULL;
        const EpochPlace *street;
        __int128 sum = 0;
        ImportReport r;

        CHECK_OK(cx, import(cx, town, "", &r));
        CHECK_OK(cx, db_write(cx, draw, &seed));
        CHECK_OK(cx, db_write(cx, draw, &seed)); /* again: the same */
        CHECK_OK(cx, territory_load(cx));
        CHECK_OK(cx, epoch_take(cx, &e));
        CHECK_INT(e->n, 11);
        CHECK_INT(e->point_count, 3);
        street = &e->places[epoch_find(e, S("530103003"))];
        CHECK_INT(street->children, 2);
        CHECK_INT(street->shape->rings.n, 1);
        CHECK(street->shape->area_m2 > 4299000 && street->shape->area_m2 < 4301000);
        for (size_t i = 0; i < e->n; i++)
                if (e->places[i].place.kind == PLACE_KIND_GRID)
                        sum += ring_area2(&e->places[i].shape->rings.v[0]);
        CHECK(sum == ring_area2(&street->shape->rings.v[0]));
        epoch_drop(e);
}

static Rc bad_ring(Cx *cx, void *arg) { return territory_grid_geometry(cx, S("530103003001001"), arg); }

TEST(territory__an_outline_that_crosses_itself_is_refused) {
        Point v[] = { { 0, 0 }, { 100, 100 }, { 100, 0 }, { 0, 100 } };
        Ring ring = { v, 4, 4 };
        Cx *cx = begin();

        CHECK_FAILS(cx, P_INPUT_INVALID, db_write(cx, bad_ring, &ring));
}

TEST(territory__grids_come_in_as_geojson_all_or_none) {
        static const char good[] =
                "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":\"530103003001001\","
                "\"name\":\"一网格\",\"grid_kind\":\"unit\",\"households\":320},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                "[[[102.7,25],[102.71,25],[102.71,25.01],[102.7,25.01],[102.7,25]]]}}]}";
        static const char bad[] =
                "{\"features\":[{\"properties\":{\"code\":\"530103003001002\",\"name\":\"二\"},\"geometry\":null}]}";
        Cx *cx = begin();
        ImportReport r;
        Place p;
        Str grid;

        CHECK_OK(cx, import(cx, town, "", &r));
        CHECK_OK(cx, territory_import_grids(cx, csv(cx, "g.json", good), &r));
        CHECK_INT(r.added, 1);
        CHECK_FAILS(cx, P_INPUT_INVALID, territory_import_grids(cx, csv(cx, "b.json", bad), &r));
        CHECK_FAILS(cx, P_INPUT_INVALID, territory_import_grids(cx, csv(cx, "c.json", "[]"), &r));
        CHECK_OK(cx, territory_load(cx));
        CHECK_OK(cx, territory_locate(cx, (Point){ 1027050000, 250050000 }, &grid));
        CHECK_STR(grid, S("530103003001001"));
        CHECK_OK(cx, territory_place(cx, grid, &p));
        CHECK_INT(p.grid_kind, GRID_KIND_UNIT);
        CHECK_INT(p.households.n, 320);
        CHECK_FAILS(cx, P_NOT_FOUND, territory_place(cx, S("530103003001002"), &p));
}

/* A grid of that code between two meridians and two parallels, in degrees × 10⁷. */
static Str grid_json(Cx *cx, int code, int64_t west, int64_t east, int64_t south, int64_t north) {
        double w = (double)west * 1e-7, e = (double)east * 1e-7, s = (double)south * 1e-7, n = (double)north * 1e-7;

        return str_fmt(cx->arena,
                       "{\"properties\":{\"code\":\"530103003001%03d\",\"name\":\"网格\"},\"geometry\":{\"type\":\"Polygon\","
                       "\"coordinates\":[[[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]]]}}",
                       code, w, s, e, s, e, n, w, n, w, s);
}

static Rc import_two(Cx *cx, Str one, Str two) {
        ImportReport r;
        Str all = str_fmt(cx->arena, "{\"features\":[" STR_FMT "%s" STR_FMT "]}", STR_ARG(one), two.n ? "," : "",
                          STR_ARG(two));

        return territory_import_grids(cx, csv(cx, "overlap.json", str_z(cx->arena, all)), &r);
}

static bool overlapping(Cx *cx, Str one, Str two) {
        bool yes = import_two(cx, one, two) == E_INPUT && str_eq_c(str_c(cx->problem.errors.v[0].code), "overlaps");

        cx->problem = (Problem){ 0 };
        return yes;
}

TEST(territory__grids_that_lie_over_each_other_are_refused) {
        const int64_t w = 1027000000, s = 250000000, side = 100000;
        Cx *cx = begin();
        ImportReport r;

        CHECK_OK(cx, import(cx, town, "", &r));
        /* side by side, also with borders that differ by half a metre */
        CHECK_OK(cx, import_two(cx, grid_json(cx, 1, w, w + side, s, s + side), grid_json(cx, 2, w + side, w + 2 * side, s, s + side)));
        CHECK_OK(cx, import_two(cx, grid_json(cx, 3, w, w + side, s + side - 50, s + 2 * side), STR_NONE));
        CHECK_OK(cx, import_two(cx, grid_json(cx, 2, w + side, w + 3 * side, s, s + side), STR_NONE)); /* takes its own place anew */
        /* one corner, a cross without a corner inside, a hole's worth inside, exactly the same */
        CHECK(overlapping(cx, grid_json(cx, 4, w + side / 2, w + 2 * side, s + side / 2, s + 5 * side), STR_NONE));
        CHECK(overlapping(cx, grid_json(cx, 5, w + side / 4, w + side / 2, s - side, s + 5 * side), STR_NONE));
        CHECK(overlapping(cx, grid_json(cx, 6, w + side / 4, w + side / 2, s + side / 4, s + side / 2), STR_NONE));
        CHECK(overlapping(cx, grid_json(cx, 7, w, w + side, s, s + side), STR_NONE));
        /* two of one file, and nothing of it is stored */
        CHECK(overlapping(cx, grid_json(cx, 8, w, w + side, s - 2 * side, s - side),
                          grid_json(cx, 9, w + 500, w + side, s - 2 * side, s - side)));
        CHECK_OK(cx, import_two(cx, grid_json(cx, 9, w + 500, w + side, s - 2 * side, s - side), STR_NONE));
        CHECK_FAILS(cx, P_INPUT_INVALID, import_two(cx, grid_json(cx, 8, w, w + side, s - 3 * side, s - 2 * side),
                                               grid_json(cx, 8, w, w + side, s - 5 * side, s - 4 * side)));
}

TEST(territory__tiles_of_the_township_have_outlines_and_one_label_each) {
        static const char *const layers[] = { "places", "grids", "points" };
        const Epoch *e = NULL;
        uint64_t seed = 3;
        Cx *cx = begin();
        ImportReport r;

        CHECK_OK(cx, import(cx, town, "", &r));
        CHECK_OK(cx, db_write(cx, draw, &seed));
        CHECK_OK(cx, territory_load(cx));
        CHECK(tile_layer(S("nothing")) == NULL);
        CHECK_OK(cx, epoch_take(cx, &e));
        for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
                const TileLayer *layer = tile_layer(str_c(layers[i]));
                Mvt tile, far;
                Buf b;

                mvt_begin(&tile, cx->arena, (TileId){ 10, 804, 438 });
                mvt_layer(&tile, str_c(layers[i]));
                CHECK_OK(cx, tile_fill(cx, layer, e, &tile));
                mvt_end(&tile, &b);
                CHECK_INT(tile.feature_count, i == 0 ? 4 : i == 1 ? 5 : 3);
                mvt_begin(&far, cx->arena, (TileId){ 10, 4, 4 });
                mvt_layer(&far, str_c(layers[i]));
                CHECK_OK(cx, tile_fill(cx, layer, e, &far));
                mvt_end(&far, &b);
                CHECK_INT(b.n, 0);
        }
        CHECK(e->grids_zoom > 0 && e->grids_zoom <= 10);
        for (int zoom = e->grids_zoom - 1; zoom <= e->grids_zoom; zoom++) { /* too small to be told apart, then all of them */
                Mvt tile;
                Buf b;

                mvt_begin(&tile, cx->arena, (TileId){ zoom, 804 >> (10 - zoom), 438 >> (10 - zoom) });
                mvt_layer(&tile, S("grids"));
                CHECK_OK(cx, tile_fill(cx, tile_layer(S("grids")), e, &tile));
                mvt_end(&tile, &b);
                CHECK_INT(tile.feature_count, zoom < e->grids_zoom ? 0 : 5);
        }
        epoch_drop(e);
}

TEST(territory__verification_finds_a_moved_border) {
        uint64_t seed = 3;
        Cx *cx = begin();
        VerifyReport report = { 0 };
        ImportReport r;

        CHECK_OK(cx, import(cx, town, "", &r));
        CHECK_OK(cx, db_write(cx, draw, &seed));
        CHECK_OK(cx, audit_verify(cx, &report));
        for (size_t i = 0; i < report.n; i++)
                CHECK(!str_contains(report.v[i].where, S("territory_")));
        CHECK(report.rows >= 6 + 5 + 1 + 3); /* places, grids, the edition with their outlines, points */
}
