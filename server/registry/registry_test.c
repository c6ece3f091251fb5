/* Addresses that are one, codes that are never used again, versions, and what is seen from where. */
#include "base/test.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/who/who.h"
#include "db/db.h"
#include "registry/registry_int.h"

static const int grids[] = { 2, 2 };

static Rc town(Cx *cx, void *arg) {
        static const char *const places[][2] = { { "530103003", "东华街道" },
                                                 { "530103003001", "小龙路社区" },
                                                 { "530103003002", "新迎社区" } };

        (void)arg;
        for (size_t i = 0; i < ARRAY_LEN(places); i++)
                TRY(territory_place_add(
                        cx, &(Place){ .code = str_c(places[i][0]), .name = str_c(places[i][1]) }));
        return territory_demo_geometry(cx, &(DemoTerritory){ .root = S("530103003"),
                                                             .centre = { 1027352000, 250374000 },
                                                             .area_m2 = 4300000,
                                                             .grids = grids,
                                                             .grids_n = 2,
                                                             .seed = 1 });
}

static Cx *begin(void) {
        Cx *cx = test_db();

        audit_init();
        territory_init();
        registry_init();
        if (db_write(cx, town, NULL) != OK || territory_load(cx) != OK)
                test_fail(__FILE__, __LINE__, "no town: " STR_FMT, STR_ARG(cx->problem.detail));
        return cx;
}

static Rc add(Cx *cx, void *arg) { return registry_building_add(cx, arg); }
static Rc change(Cx *cx, void *arg) { return registry_building_change(cx, arg); }

static Building building(Cx *cx, const char *grid, const char *address) {
        Building b = {
                .address = str_c(address), .name = S("3栋"), .units = 3, .floors = 7, .households = 42
        };
        Ring r;

        if (territory_grid_ring(cx, str_c(grid), &r) == OK)
                b.at = ring_label(&r);
        return b;
}

TEST(registry__two_ways_of_writing_an_address_fold_to_one) {
        static const char *const same[][2] = {
                { "白塔路128号金康园小区3幢", "白塔路１２８号 金康园小区３栋" },
                { "白塔路128号金康园小区3号楼2单元", "白塔路一百二十八号金康园小区三栋二单元" },
                { "北京路A座", "北京路ａ座" },
                { "东风东路——8号", "东风东路--８号" },
                { "十五栋", "15幢" },
                { "二十号", "20号" },
        };
        static const char *const apart[][2] = { { "三家村", "3家村" },
                                                { "白塔路12号", "白塔路21号" },
                                                { "八一路5号", "81路5号" },
                                                { "一二栋", "12栋" } };
        _cleanup_(arena_freep) Arena *a = arena_new(0);

        for (size_t i = 0; i < ARRAY_LEN(same); i++)
                CHECK_STR(address_fold(a, str_c(same[i][0])), address_fold(a, str_c(same[i][1])));
        for (size_t i = 0; i < ARRAY_LEN(apart); i++)
                CHECK(!str_eq(address_fold(a, str_c(apart[i][0])), address_fold(a, str_c(apart[i][1]))));
        CHECK_STR(address_fold(a, S(" ，。")), S(""));
}

TEST(registry__codes_count_up_in_their_grid) {
        Cx *cx = begin();
        Building one = building(cx, "530103003001002", "白塔路1号1栋"),
                 two = building(cx, "530103003001002", "白塔路1号2栋");
        Building far = { .address = S("天涯海角1号"), .at = { 0, 0 } }, found;

        CHECK_OK(cx, db_write(cx, add, &one));
        CHECK_STR(one.code, S("5301030030010020001"));
        CHECK_OK(cx, db_write(cx, add, &two));
        CHECK_STR(two.code, S("5301030030010020002"));
        CHECK_STR(two.grid, S("530103003001002"));
        CHECK_FAILS(cx, P_PLACE_OUTSIDE, db_write(cx, add, &far));
        CHECK_OK(cx, registry_building(cx, S("530103 003-001 002 0001"), &found));
        CHECK_INT(found.id, one.id);
        CHECK_FAILS(cx, P_NOT_FOUND, registry_building(cx, S("5301030030010020009"), &found));
        CHECK_FAILS(cx, P_NOT_FOUND, registry_building(cx, S("' OR 1=1"), &found));
}

TEST(registry__an_address_has_one_code) {
        Cx *cx = begin();
        Building one = building(cx, "530103003001001", "白塔路1号1栋"),
                 two = building(cx, "530103003002001", "白塔路１号一幢");
        Building other = building(cx, "530103003002001", "白塔路9号");

        CHECK_OK(cx, db_write(cx, add, &one));
        CHECK_FAILS(cx, P_BUILDING_ADDRESS_TAKEN, db_write(cx, add, &two));
        other.grid = S("530103003001001");
        CHECK_FAILS(cx, P_BUILDING_OUTSIDE_GRID, db_write(cx, add, &other));
        other.grid = STR_NONE;
        other.address = S(" ");
        CHECK_FAILS(cx, P_INPUT_INVALID, db_write(cx, add, &other));
}

TEST(registry__a_stale_change_is_refused) {
        Cx *cx = begin();
        Building b = building(cx, "530103003001001", "白塔路1号1栋"), old;

        CHECK_OK(cx, db_write(cx, add, &b));
        old = b;
        b.households = 50;
        CHECK_OK(cx, db_write(cx, change, &b));
        CHECK_INT(b.version, 2);
        CHECK_FAILS(cx, P_VERSION_STALE, db_write(cx, change, &old));
        CHECK_OK(cx, registry_building(cx, b.code, &old));
        CHECK_INT(old.households, 50);
}

TEST(registry__found_by_a_piece_of_the_address_and_page_by_page) {
        Cx *cx = begin();
        const WhoScope all = { .everything = true, .lo = S(""), .hi = S(":") };
        BuildingsWanted w = { .under = S("5301"), .scope = all, .limit = 3 };
        BuildingList list;

        for (int i = 0; i < 8; i++) {
                Building b = building(
                        cx, i % 2 ? "530103003001001" : "530103003002001",
                        str_z(cx->arena, str_fmt(cx->arena, "%s路%d号", i < 4 ? "白塔" : "新迎", i + 1)));
                CHECK_OK(cx, db_write(cx, add, &b));
        }
        CHECK_OK(cx, store_buildings(cx, &w, &list));
        CHECK_INT(list.n, 3);
        w.after = list.v[2].code;
        w.limit = 100;
        CHECK_OK(cx, store_buildings(cx, &w, &list));
        CHECK_INT(list.n, 5);
        w = (BuildingsWanted){ .under = S("530103003001"), .q = S("白塔路 二号"), .scope = all, .limit = 10 };
        CHECK_OK(cx, store_buildings(cx, &w, &list));
        CHECK_INT(list.n, 1);
        CHECK_STR(list.v[0].address, S("白塔路2号"));
        w.q = S("%");
        CHECK_OK(cx, store_buildings(cx, &w, &list));
        CHECK_INT(list.n, 0);
        w = (BuildingsWanted){ .under = S("530103003009"), .scope = all, .limit = 10 };
        CHECK_OK(cx, store_buildings(cx, &w, &list));
        CHECK_INT(list.n, 0);
}

typedef struct People {
        AccountId member, worker;
} People;

static Rc people(Cx *cx, void *arg) {
        People *p = arg;

        TRY(who_account_add(cx, &(AccountNew){ .login = S("m1"), .name = S("王一") }, &p->member));
        TRY(who_account_add(cx, &(AccountNew){ .login = S("d1"), .name = S("赵一") }, &p->worker));
        TRY(who_post_add(cx, p->member, ROLE_MEMBER, S("530103003001001"), STR_NONE, 0));
        return who_post_add(cx, p->worker, ROLE_DEPARTMENT, STR_NONE, S("urban"), 0);
}

static Rc tile_count(Cx *cx, size_t *ret) {
        Mvt tile;
        Buf b;

        mvt_begin(&tile, cx->arena, (TileId){ 13, 6433, 3505 });
        BuildingList list;
        RingList rings;
        WhoScope scope;
        registry_scope(cx, PERM_BUILDING_READ, &scope);
        TRY(store_buildings_in(cx, (Box){ 1020000000, 240000000, 1030000000, 260000000 }, &scope, 100, &list,
                               &rings));
        mvt_end(&tile, &b);
        *ret = list.n;
        return OK;
}

TEST(registry__a_member_sees_the_buildings_of_the_own_grid_only) {
        Cx *cx = begin();
        BuildingsWanted w = { .limit = 10 };
        BuildingList list;
        Building b, found;
        People p;
        size_t n;

        who_init();
        CHECK_OK(cx, db_write(cx, people, &p));
        for (int i = 0; i < 4; i++) {
                static const char *const where[] = { "530103003001001", "530103003001002", "530103003002001",
                                                     "530103003002002" };

                b = building(cx, where[i], str_z(cx->arena, str_fmt(cx->arena, "白塔路%d号", i + 1)));
                CHECK_OK(cx, db_write(cx, add, &b));
        }
        CHECK_OK(cx, who_actor_of(cx, p.member, &cx->actor));
        registry_scope(cx, PERM_BUILDING_READ, &w.scope);
        CHECK_OK(cx, store_buildings(cx, &w, &list));
        CHECK_INT(list.n, 1);
        CHECK_STR(list.v[0].address, S("白塔路1号"));
        CHECK_FAILS(cx, P_NOT_FOUND, registry_need(cx, PERM_BUILDING_READ, b.code, &found));
        CHECK_OK(cx, registry_need(cx, PERM_BUILDING_READ, list.v[0].code, &found));
        CHECK_OK(cx, tile_count(cx, &n));
        CHECK_INT(n, 1);
        CHECK_OK(cx, who_actor_of(cx, p.worker, &cx->actor));
        registry_scope(cx, PERM_BUILDING_READ, &w.scope);
        CHECK(w.scope.everything);
        registry_scope(cx, PERM_BUILDING_EDIT, &w.scope);
        CHECK(!w.scope.everything && !w.scope.places.n);
        CHECK_OK(cx, registry_need(cx, PERM_BUILDING_READ, b.code, &found));
        CHECK_OK(cx, tile_count(cx, &n));
        CHECK_INT(n, 4);
        cx->actor = NULL;
}

static Rc more_posts(Cx *cx, void *arg) {
        const People *p = arg;

        TRY(who_post_add(cx, p->member, ROLE_LEADER, S("530103003002"), STR_NONE, 0));
        return who_post_add(cx, p->worker, ROLE_LEADER, S("530103003001"), STR_NONE, 0);
}

TEST(registry__one_edits_where_one_leads_and_nowhere_else) {
        Cx *cx = begin();
        Building home = building(cx, "530103003001001", "白塔路1号"), led = building(cx, "530103003002001", "白塔路2号"),
                 found;
        People p;

        who_init();
        CHECK_OK(cx, db_write(cx, people, &p));
        CHECK_OK(cx, db_write(cx, more_posts, &p));
        CHECK_OK(cx, db_write(cx, add, &home));
        CHECK_OK(cx, db_write(cx, add, &led));
        CHECK_OK(cx, who_actor_of(cx, p.member, &cx->actor)); /* member of one grid, leads another community */
        CHECK_OK(cx, registry_need(cx, PERM_BUILDING_READ, home.code, &found));
        CHECK_OK(cx, registry_need(cx, PERM_BUILDING_EDIT, led.code, &found));
        CHECK_FAILS(cx, P_NOT_FOUND, registry_need(cx, PERM_BUILDING_EDIT, home.code, &found));
        CHECK_OK(cx, who_actor_of(cx, p.worker, &cx->actor)); /* of a department too: reads everything, edits where they lead */
        CHECK_OK(cx, registry_need(cx, PERM_BUILDING_READ, led.code, &found));
        CHECK_OK(cx, registry_need(cx, PERM_BUILDING_EDIT, home.code, &found));
        CHECK_FAILS(cx, P_NOT_FOUND, registry_need(cx, PERM_BUILDING_EDIT, led.code, &found));
        cx->actor = NULL;
}
