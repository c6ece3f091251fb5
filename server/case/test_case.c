/* The little street that the tests of cases play in: see test_case.h. */
#include "case/test_case.h"
#include "base/env.h"
#include "core/blob/blob.h"
#include "core/notice/notice.h"
#include "core/setting/setting.h"
#include "core/vault/vault.h"
#include "registry/registry.h"
#include "territory/territory.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void expect(Cx *cx, Rc rc, const char *what) {
        if (rc == OK)
                return;
        fprintf(stderr, "street: %s: %s " STR_FMT "\n", what, problem_name(cx->problem.code),
                STR_ARG(cx->problem.detail));
        abort();
}
#define MUST(expr) expect(s->cx, expr, #expr)

void must(Street *s, Rc rc) { expect(s->cx, rc, "a step of the test"); }

static Rc put_file(Cx *cx, Str share, const char *kind, const char *name, const char *path) {
        Str text;

        if (!file_read(cx->arena, str_fmt(cx->arena, STR_FMT "/%s", STR_ARG(share), path).p, 1 << 20, &text))
                return fail(cx, P_CONFIG_INVALID, "cannot read %s", path);
        return setting_put(cx, str_c(kind), str_c(name), text);
}

static Rc profile_work(Cx *cx, void *arg) {
        Str share;

        (void)arg;
        TRY(setting_share_dir(cx, &share));
        TRY(put_file(cx, share, "profile", "profile", "profiles/donghua/profile.json"));
        TRY(put_file(cx, share, "catalogue", "catalogue", "profiles/donghua/catalogue.json"));
        TRY(put_file(cx, share, "departments", "departments", "profiles/donghua/departments.json"));
        TRY(put_file(cx, share, "flow", "six-step", "profiles/common/flows/six-step.json"));
        TRY(put_file(cx, share, "calendar", "CN", "data/calendar/CN.tsv"));
        return audit_note(cx, "test.profile", S("profile"), STR_NONE);
}

/* Three squares side by side along a parallel; the first two make one community. */
static Rc grid_add(Cx *cx, const char *code, int64_t column) {
        int64_t west = 1027300000 + column * 50000, south = 250300000, side = 50000;
        Point corners[] = { { west, south },
                            { west + side, south },
                            { west + side, south + side },
                            { west, south + side } };
        Ring ring = { corners, 4, 4 };

        TRY(territory_place_add(cx,
                                &(Place){ .code = str_c(code),
                                          .name = str_fmt(cx->arena, "第%lld网格", (long long)column + 1),
                                          .parent = str_sub(str_c(code), 0, 12),
                                          .kind = PLACE_KIND_GRID,
                                          .grid_kind = GRID_KIND_COMMUNITY }));
        return territory_grid_geometry(cx, str_c(code), &ring);
}

static Rc places_work(Cx *cx, void *arg) {
        static const struct {
                const char *code, *name, *parent;
                int kind;
        } places[] = { { "53", "云南省", "", PLACE_KIND_PROVINCE },
                       { "5301", "昆明市", "53", PLACE_KIND_CITY },
                       { "530103", "盘龙区", "5301", PLACE_KIND_COUNTY },
                       { "530103003", "东华街道", "530103", PLACE_KIND_TOWNSHIP },
                       { "530103003001", "小龙路社区", "530103003", PLACE_KIND_COMMUNITY },
                       { "530103003002", "新迎社区", "530103003", PLACE_KIND_COMMUNITY } };

        (void)arg;
        for (size_t i = 0; i < ARRAY_LEN(places); i++)
                TRY(territory_place_add(cx, &(Place){ .code = str_c(places[i].code),
                                                      .name = str_c(places[i].name),
                                                      .parent = str_c(places[i].parent),
                                                      .kind = places[i].kind }));
        TRY(grid_add(cx, GRID1, 0));
        TRY(grid_add(cx, GRID2, 1));
        TRY(grid_add(cx, GRID3, 2));
        return audit_note(cx, "test.places", S("places"), STR_NONE);
}

typedef struct Hiring {
        const char *login, *name, *place, *department;
        Role role;
        AccountId id;
} Hiring;

static Rc hire_work(Cx *cx, void *arg) {
        Hiring *h = arg;

        TRY(who_account_add(
                cx,
                &(AccountNew){ .login = str_c(h->login), .name = str_c(h->name), .phone = S("13800138000") },
                &h->id));
        return who_post_add(cx, h->id, h->role, str_c(h->place), str_c(h->department), now_ms(cx));
}

static const Actor *hire(Street *s, const char *login, const char *name, Role role, const char *place,
                         const char *department) {
        Hiring h = { login, name, place, department, role, { 0 } };
        const Actor *a = NULL;

        MUST(db_write(s->cx, hire_work, &h));
        MUST(who_actor_of(s->cx, h.id, &a));
        return a;
}

static Rc photos_work(Cx *cx, void *arg) {
        Street *s = arg;
        Str *photos[] = { &s->photo1, &s->photo2, &s->photo3 };

        for (int i = 0; i < 3; i++) {
                *photos[i] = str_fmt(cx->arena, "%064x", i + 0xabc);
                TRY(blob_put_made(cx, *photos[i], str_fmt(cx->arena, "picture %d", i), S("small"), 640,
                                  480));
        }
        return audit_note(cx, "test.photos", S("photos"), STR_NONE);
}

/* Each street has a data key of its own; the file is not needed once it is open. */
static void vault(Street *s) {
        Str path = str_fmt(s->cx->arena, "/tmp/wangge-street-%ld.data-key", (long)getpid());

        MUST(vault_open(s->cx, path));
        unlink(str_z(s->cx->arena, path));
}

Street *street_new(void) {
        Cx *cx = test_db();
        Street *s = TAKE(cx->arena, Street);

        s->cx = cx;
        audit_init();
        notice_init();
        setting_init();
        who_init();
        blob_init();
        territory_init();
        registry_init();
        case_init();
        setting_forget();
        cx->now_ms = day_start_ms(day_of_date((Date){ 2026, 11, 16 })) + 9 * MS_HOUR;
        vault(s);
        MUST(db_write(cx, profile_work, NULL));
        MUST(db_write(cx, places_work, NULL));
        MUST(territory_load(cx));
        MUST(case_profile_reload(cx));
        s->member1 = hire(s, "member1", "王丽", ROLE_MEMBER, GRID1, "");
        s->member2 = hire(s, "member2", "赵强", ROLE_MEMBER, GRID2, "");
        s->member3 = hire(s, "member3", "杨梅", ROLE_MEMBER, GRID3, "");
        s->leader = hire(s, "leader1", "李明", ROLE_LEADER, "530103003001", "");
        s->street = hire(s, "street", "陈静", ROLE_DISPATCHER, "530103003", "");
        s->centre = hire(s, "center", "何平", ROLE_DISPATCHER, "530103", "");
        s->inspector = hire(s, "inspector1", "周正", ROLE_INSPECTOR, "530103003", "");
        s->stranger = hire(s, "far", "远方", ROLE_DISPATCHER, "530103004", "");
        s->chengguan = hire(s, "dept1", "孙勇", ROLE_DEPARTMENT, "", "chengguan");
        s->huanwei = hire(s, "dept2", "吴洁", ROLE_DEPARTMENT, "", "huanwei");
        MUST(db_write(cx, photos_work, s));
        return s;
}

static Rc flows_work(Cx *cx, void *arg) {
        static const char *const kinds[][2] = { { "flow", "flows" }, { "form", "forms" } };
        const FlowProfile *p = arg;
        const FlowFiles *files[] = { &p->flows, &p->forms };

        for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
                for (size_t i = 0; i < files[k]->n; i++)
                        if (!str_eq(files[k]->v[i].name, S("six-step"))) /* the street has donghua's */
                                TRY(setting_put(cx, str_c(kinds[k][0]), files[k]->v[i].name,
                                                files[k]->v[i].text));
        return audit_note(cx, "test.flows", S("flows"), STR_NONE);
}

static Rc second_post_work(Cx *cx, void *arg) {
        const Street *s = arg;

        return who_post_add(cx, s->both->account, ROLE_DEPARTMENT, STR_NONE, S("huanwei"), now_ms(cx));
}

void street_flows(Street *s) {
        Cx *cx = s->cx;
        FlowProfile p;
        Str share;

        MUST(setting_share_dir(cx, &share));
        MUST(flow_profile_read(cx, str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share)), S(""), &p));
        MUST(db_write(cx, flows_work, &p));
        MUST(case_profile_reload(cx));
        s->street2 = hire(s, "street2", "郑文", ROLE_DISPATCHER, "530103003", "");
        s->xiaofang = hire(s, "dept3", "马超", ROLE_DEPARTMENT, "", "xiaofang");
        s->both = hire(s, "dept12", "高远", ROLE_DEPARTMENT, "", "chengguan");
        MUST(db_write(cx, second_post_work, s));
        MUST(who_actor_of(cx, s->both->account, &s->both));
        s->city = hire(s, "city", "钱江", ROLE_DISPATCHER, "5301", "");
}

static Rc put_work(Cx *cx, void *arg) {
        const Str *what = arg;

        TRY(setting_put(cx, what[0], what[1], what[2]));
        return audit_note(cx, "test.setting", what[0], STR_NONE);
}

void street_put(Street *s, const char *kind, const char *name, Str text) {
        Str what[] = { str_c(kind), str_c(name), text };

        MUST(db_write(s->cx, put_work, what));
        MUST(case_profile_reload(s->cx));
}

Str street_text(Street *s, const char *kind, const char *name) {
        Str text = STR_NONE;

        MUST(setting_get(s->cx, str_c(kind), str_c(name), &text));
        return text;
}

Str street_edit(Street *s, Str text, const char *from, const char *to) {
        Buf b = BUF_IN(s->cx->arena);
        Str old = str_c(from);
        bool found = false;

        for (size_t i = 0; i < text.n;) {
                if (str_starts(str_sub(text, i, text.n), old)) {
                        buf_str(&b, str_c(to));
                        i += old.n;
                        found = true;
                } else {
                        buf_char(&b, text.p[i++]);
                }
        }
        if (!found) {
                fprintf(stderr, "street: no %s to edit\n", from);
                abort();
        }
        return buf_view(&b);
}

Rc open_as(Street *s, const char *flow, const char *form, int64_t *ret) {
        CaseNew in = { .category = S("06010"),
                       .text = S("需要多方处理的事"),
                       .lon_e7 = SOME_INT(1027320000),
                       .lat_e7 = SOME_INT(250320000),
                       .channel = CASE_CHANNEL_MEMBER,
                       .flow = str_c(flow),
                       .form = form ? str_c(form) : STR_NONE };
        CaseId id = { 0 };

        TRY(case_open(s->cx, &in, &id));
        return *ret = id.n, OK;
}

Rc act_form(Street *s, int64_t id, const char *action, const char *note, const char *form) {
        return act_now(s, id, action,
                       &(CaseAction){ .note = note ? str_c(note) : STR_NONE,
                                      .form = form ? str_c(form) : STR_NONE });
}

void later(Street *s, int64_t ms) { s->cx->now_ms += ms; }

int64_t report(Street *s, const char *text) {
        CaseNew in = { .category = S("06010"),
                       .text = str_c(text),
                       .lon_e7 = SOME_INT(1027320000),
                       .lat_e7 = SOME_INT(250320000),
                       .channel = s->cx->actor ? CASE_CHANNEL_MEMBER : CASE_CHANNEL_QR };
        CaseId id = { 0 };

        if (!s->cx->actor) {
                in.reporter_name = S("刘芳");
                in.reporter_phone = S("13912345678");
        }
        MUST(case_open(s->cx, &in, &id));
        return id.n;
}

Rc act(Street *s, int64_t id, const char *action, const CaseAction *more) {
        CaseAction in = more ? *more : (CaseAction){ 0 };

        in.action = str_c(action);
        return case_do(s->cx, (CaseId){ id }, &in, !s->cx->actor);
}

Rc act_now(Street *s, int64_t id, const char *action, const CaseAction *more) {
        CaseAction in = more ? *more : (CaseAction){ 0 };

        in.version = row_of(s, id)->version;
        return act(s, id, action, &in);
}

Rc act_photo(Street *s, int64_t id, const char *action, const char *note, Str photo) {
        CaseAction in = { .note = note ? str_c(note) : STR_NONE };

        *list_push(s->cx->arena, &in.photos) = (PhotoLink){ .sha256 = photo };
        return act_now(s, id, action, &in);
}

Rc dispatch_to(Street *s, int64_t id, const char *action, const char *department) {
        TargetLink target = { .department = str_c(department) };

        return act_now(s, id, action, &(CaseAction){ .target = &target, .note = S("请尽快处理") });
}

CaseRow *row_of(Street *s, int64_t id) {
        CaseRow *row = NULL;

        MUST(case_store_get(s->cx, id, NULL, &row));
        return row;
}

void to_archive(Street *s, int64_t id) {
        as(s, s->street);
        MUST(dispatch_to(s, id, "accept_dispatch", "huanwei"));
        later(s, MS_HOUR);
        as(s, s->huanwei);
        MUST(act_photo(s, id, "feedback", "已清运", s->photo2));
        later(s, MS_HOUR);
        as(s, s->member1);
        MUST(act_photo(s, id, "verify_pass", NULL, s->photo3));
        later(s, MS_HOUR);
        as(s, s->street);
        MUST(act_now(s, id, "archive", NULL));
}

void leads_to(Street *s, int64_t id, const char *state) { CHECK_STR(row_of(s, id)->state, str_c(state)); }

const ActionView *offered(Street *s, int64_t id, const char *action) {
        ActionList *list;

        MUST(case_actions(s->cx, (CaseId){ id }, &list));
        for (size_t i = 0; i < list->actions.n; i++)
                if (str_eq_c(list->actions.v[i].action, action))
                        return &list->actions.v[i];
        return NULL;
}

bool is_mine(Street *s, int64_t id) {
        CaseQuery q = { .mine = { true, true } };
        CasePage *page;

        MUST(case_list(s->cx, &q, &page));
        for (size_t i = 0; i < page->items.n; i++)
                if (page->items.v[i].id == id)
                        return true;
        return false;
}

void wrong_at(Street *s, Rc rc, const char *pointers) {
        Buf b = BUF_IN(s->cx->arena);

        CHECK(rc != OK && s->cx->problem.code == P_INPUT_INVALID);
        for (size_t i = 0; i < s->cx->problem.errors.n; i++)
                buf_fmt(&b, "%s" STR_FMT, b.n ? " " : "", STR_ARG(s->cx->problem.errors.v[i].pointer));
        CHECK_STR(buf_view(&b), str_c(pointers));
        s->cx->problem = (Problem){ 0 };
}

int64_t november(int day, int hour) {
        return day_start_ms(day_of_date((Date){ 2026, 11, (int8_t)day })) + hour * (int64_t)MS_HOUR;
}

bool is_sound(Street *s) {
        VerifyReport verified = { 0 };
        CaseStaleList stale;

        must(s, case_deadlines_check(s->cx, &stale));
        must(s, audit_verify(s->cx, &verified));
        return !stale.n && !verified.n;
}
