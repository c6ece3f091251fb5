/* People of the demo: the nine named accounts, leaders, members, departments. Nobody here exists. */
#include "base/id.h"
#include "demo/demo_int.h"
#include "territory/territory.h"

static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱",
                                        "胡", "郭", "何", "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "邓", "冯",
                                        "韩", "曹", "曾", "彭", "萧", "蔡", "潘", "田", "董", "袁", "于", "余", "普", "段" };
static const char *const given[] = { "秀英", "桂兰", "建华", "国强", "丽华", "云芬", "志明", "文斌", "海燕", "晓梅", "永福", "春生",
                                     "玉珍", "家兴", "丽萍", "洪涛", "学军", "美琼", "正宏", "昆生", "翠仙", "绍华", "琼英", "光明",
                                     "慧芳", "雪梅", "志远", "思雨", "浩然", "子涵", "雨桐", "俊杰", "琳",   "伟",   "敏",   "勇",
                                     "静",   "磊",   "艳",   "涛",   "娟",   "超",   "霞",   "平",   "刚",   "红",   "明",   "芬" };
static const char *const hours[] = { "周一至周五 8:30–17:30", "周一至周六 9:00–18:00", "每日 8:00–20:00", "每日 7:30–19:30" };

Str demo_name(Cx *cx) {
        return str_fmt(cx->arena, "%s%s", surnames[rand_below(ARRAY_LEN(surnames))], given[rand_below(ARRAY_LEN(given))]);
}

Str demo_phone(Cx *cx) { return str_fmt(cx->arena, "1990000%04d", (int)rand_below(10000)); }

int64_t demo_int(const JsonNode *obj, const char *name, int64_t otherwise) {
        int64_t n;

        return obj && json_int(obj, name, &n) ? n : otherwise;
}

const JsonNode *demo_pick(const JsonNode *list) {
        const JsonNode *n = list ? list->first : NULL;

        if (!n)
                return NULL;
        for (uint64_t skip = rand_below(list->count); skip; skip--)
                n = n->next;
        return n;
}

/* A place that is itself of the kind, else all of that kind below it. */
static Rc places_of(Cx *cx, Str root, int kind, size_t length, StrList *ret) {
        if (root.n == length) {
                *list_push(cx->arena, ret) = root;
                return OK;
        }
        return root.n < length ? territory_children(cx, root, kind, ret) : OK;
}

Rc demo_places(Cx *cx, Str root, DemoPlaces *ret) {
        DemoPlaces p = { 0 };

        if (root.n < 6)
                TRY(places_of(cx, root, PLACE_KIND_COUNTY, 6, &p.counties));
        TRY(places_of(cx, root, PLACE_KIND_TOWNSHIP, 9, &p.townships));
        TRY(places_of(cx, root, PLACE_KIND_COMMUNITY, 12, &p.communities));
        TRY(territory_children(cx, root, PLACE_KIND_GRID, &p.grids));
        return *ret = p, OK;
}

typedef struct People {
        Str hash, root, township; /* township: the first one, or that of a root below it */
        int64_t since_ms;
        int leaders, members, streets, counties;
        bool only_named;
} People;

static Rc add(Cx *cx, const People *p, Str login, Str name, Role role, Str place, Str department) {
        AccountNew in = { .login = login, .name = name, .phone = demo_phone(cx), .password_hash = p->hash };
        AccountId id;

        if (role != ROLE_SYSTEM && role != ROLE_SECURITY && role != ROLE_AUDITOR)
                in.duty_hours = str_c(hours[rand_below(ARRAY_LEN(hours))]);
        TRY(who_account_add(cx, &in, &id));
        return who_post_add(cx, id, role, place, department, p->since_ms);
}

static Rc administrators(Cx *cx, const People *p) {
        TRY(add(cx, p, S("admin"), S("系统管理员"), ROLE_SYSTEM, STR_NONE, STR_NONE));
        TRY(add(cx, p, S("security"), S("安全管理员"), ROLE_SECURITY, STR_NONE, STR_NONE));
        TRY(add(cx, p, S("auditor"), S("审计管理员"), ROLE_AUDITOR, STR_NONE, STR_NONE));
        TRY(add(cx, p, S("center"), demo_name(cx), ROLE_DISPATCHER, p->root, STR_NONE));
        TRY(add(cx, p, S("street"), demo_name(cx), ROLE_DISPATCHER, p->township, STR_NONE));
        return add(cx, p, S("inspector1"), demo_name(cx), ROLE_INSPECTOR, p->root, STR_NONE);
}

static Rc leader(Cx *cx, People *p, Str place) {
        Str login;

        if (p->only_named && p->leaders)
                return OK;
        login = str_fmt(cx->arena, "leader%d", ++p->leaders);
        return add(cx, p, login, demo_name(cx), ROLE_LEADER, place, STR_NONE);
}

static Rc leaders_of(Cx *cx, People *p, const StrList *places, int64_t most) {
        for (size_t i = 0; i < places->n && (int64_t)i < most; i++)
                TRY(leader(cx, p, places->v[i]));
        return OK;
}

/* leader1 leads the first community; then the other communities, the townships, the grids (donghua: 7 + 1 + 31 = 39). */
static Rc leaders(Cx *cx, People *p, const JsonNode *demo, const DemoPlaces *at) {
        TRY(leaders_of(cx, p, &at->communities, demo_int(demo, "community_leaders", INT64_MAX)));
        TRY(leaders_of(cx, p, &at->townships, demo_int(demo, "township_leaders", INT64_MAX)));
        return leaders_of(cx, p, &at->grids, demo_int(demo, "grid_leaders", INT64_MAX));
}

static Rc members(Cx *cx, People *p, const StrList *grids, int64_t count) {
        if (p->only_named)
                count = grids->n ? 1 : 0;
        for (int64_t i = 0; i < count; i++) {
                Str login = str_fmt(cx->arena, "member%d", ++p->members);

                /* Round the grids, so that each has as many as the others and member1 is on the first. */
                TRY(add(cx, p, login, demo_name(cx), ROLE_MEMBER, grids->v[(size_t)i % grids->n], STR_NONE));
        }
        return OK;
}

static Rc departments(Cx *cx, const People *p) {
        Catalogue *catalogue;

        TRY(api_catalogue_get(cx, &catalogue));
        for (size_t i = 0; i < catalogue->departments.n && !(p->only_named && i); i++)
                TRY(add(cx, p, str_fmt(cx->arena, "dept%zu", i + 1), demo_name(cx), ROLE_DEPARTMENT, STR_NONE,
                        catalogue->departments.v[i].code));
        return OK;
}

/* Above a single township: a centre in each county of a city, and in every township; `street` is the first township's. */
static Rc dispatchers(Cx *cx, const People *p, const DemoPlaces *at) {
        if (p->only_named || p->root.n >= 9)
                return OK;
        for (size_t i = 0; i < at->counties.n; i++)
                TRY(add(cx, p, str_fmt(cx->arena, "county%zu", i + 1), demo_name(cx), ROLE_DISPATCHER, at->counties.v[i],
                        STR_NONE));
        for (size_t i = 1; i < at->townships.n; i++)
                TRY(add(cx, p, str_fmt(cx->arena, "street%zu", i + 1), demo_name(cx), ROLE_DISPATCHER, at->townships.v[i],
                        STR_NONE));
        return OK;
}

static Rc everybody(Cx *cx, People *p, const JsonNode *demo, const DemoPlaces *at) {
        int64_t count = demo_int(demo, json_bool(demo, "full", false) ? "members_full" : "members", 1);

        TRY(administrators(cx, p));
        TRY(leaders(cx, p, demo, at));
        TRY(members(cx, p, &at->grids, count));
        TRY(departments(cx, p));
        return dispatchers(cx, p, at);
}

Rc demo_people(Cx *cx, const JsonNode *profile, Str password_hash, bool only_named) {
        const JsonNode *demo = json_get(profile, "demo");
        People p = { .hash = password_hash, .root = json_text(json_get(profile, "territory"), "root"),
                     .only_named = only_named };
        DemoPlaces at = { 0 };
        Rc rc;

        (void)time_parse_rfc3339(S("2026-01-04T09:00:00+08:00"), &p.since_ms);
        TRY(demo_places(cx, p.root, &at));
        p.township = at.townships.n ? at.townships.v[0] : p.root.n > 9 ? str_sub(p.root, 0, 9) : p.root;
        rand_seed((uint64_t)demo_int(demo, "seed", 1));
        rc = everybody(cx, &p, demo, &at);
        rand_seed(0);
        return rc;
}
