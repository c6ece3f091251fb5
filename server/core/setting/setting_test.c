/* Settings: editions, memory, what a transaction sees. */
#include "base/test.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/setting/setting.h"
#include "db/db.h"

static Cx *begin(void) {
        Cx *cx = test_db();

        audit_init();
        notice_init();
        setting_init();
        setting_forget();
        return cx;
}

typedef struct Put {
        Str content;
        bool then_fail;
} Put;

static Rc put_work(Cx *cx, void *arg) {
        const Put *p = arg;
        Str seen;

        TRY(setting_put(cx, S("flow"), S("f"), p->content));
        TRY(setting_get(cx, S("flow"), S("f"), &seen));
        if (!str_eq(seen, p->content))
                return fail(cx, P_SERVER_BUG, "the transaction does not see what it put");
        if (p->then_fail)
                return fail(cx, P_DB_BUSY, "given up");
        return audit_note(cx, "setting.put", S("f"), STR_NONE);
}

TEST(setting__a_changed_content_is_a_new_edition_and_the_old_ones_stay) {
        Cx *cx = begin();
        SettingNameList names = { 0 };
        int64_t edition;
        Str content;

        CHECK_FAILS(cx, P_NOT_FOUND, setting_get(cx, S("flow"), S("f"), &content));
        CHECK_OK(cx, db_write(cx, put_work, &(Put){ S("one"), false }));
        CHECK_OK(cx, db_write(cx, put_work, &(Put){ S("one"), false }));
        CHECK_OK(cx, setting_edition(cx, S("flow"), S("f"), &edition));
        CHECK_INT(edition, 1);
        CHECK_OK(cx, db_write(cx, put_work, &(Put){ S("two"), false }));
        setting_forget();
        CHECK_OK(cx, setting_get(cx, S("flow"), S("f"), &content));
        CHECK_STR(content, S("two"));
        CHECK_OK(cx, setting_get(cx, S("flow"), S("f"), &content)); /* from memory */
        CHECK_STR(content, S("two"));
        CHECK_OK(cx, setting_get_edition(cx, S("flow"), S("f"), 1, &content));
        CHECK_STR(content, S("one"));
        CHECK_FAILS(cx, P_NOT_FOUND, setting_get_edition(cx, S("flow"), S("f"), 3, &content));
        CHECK_OK(cx, setting_list(cx, S("flow"), &names));
        CHECK_INT(names.n, 1);
        CHECK_INT(names.v[0].edition, 2);
}

TEST(setting__what_was_rolled_back_is_not_remembered) {
        Cx *cx = begin();
        Str content;

        CHECK_OK(cx, db_write(cx, put_work, &(Put){ S("one"), false }));
        CHECK_FAILS(cx, P_DB_BUSY, db_write(cx, put_work, &(Put){ S("two"), true }));
        CHECK_OK(cx, setting_get(cx, S("flow"), S("f"), &content));
        CHECK_STR(content, S("one"));
}

TEST(setting__whoever_keeps_something_sees_that_it_changed) {
        Cx *cx = begin();
        uint64_t before = setting_generation();

        CHECK_OK(cx, db_write(cx, put_work, &(Put){ S("one"), false }));
        setting_forget();
        CHECK(setting_generation() != before);
}

TEST(setting__the_shared_files_are_found) {
        _cleanup_(cx_freep) Cx *cx = cx_new(1 << 20);
        Str dir;

        CHECK_OK(cx, setting_share_dir(cx, &dir));
        CHECK(dir.n > 0);
}
