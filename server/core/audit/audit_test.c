/* The chained log: known digests, the chain, signed heads, and that whatever is altered behind its back is found and named. */
#include "base/env.h"
#include "base/test.h"
#include "core/audit/audit_int.h"
#include "core/notice/notice.h"
#include "core/who/who.h"
#include "db/db_int.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static Cx *begin(void) {
        Cx *cx = test_db();

        audit_keys_close();
        audit_init();
        notice_init();
        who_init();
        return cx;
}

static Str digest_hex(Arena *a, const char *text, size_t n) {
        Sm3 h;

        sm3(&h, text, n);
        return hex_str(a, h.b, sizeof h.b);
}

TEST(sm3__known_answers) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        char abcd[64];

        for (int i = 0; i < 64; i++)
                abcd[i] = "abcd"[i % 4];
        CHECK_STR(digest_hex(a, "abc", 3),
                  S("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"));
        CHECK_STR(digest_hex(a, abcd, 64),
                  S("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"));
        CHECK_STR(digest_hex(a, "", 0),
                  S("1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"));
}

TEST(sm3__pieces_of_any_size_give_the_same) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        char *text = arena_take(a, 3000);
        Sm3 whole, pieces;
        Sm3Run r;

        for (int i = 0; i < 3000; i++)
                text[i] = (char)(i * 7);
        sm3(&whole, text, 3000);
        for (size_t step = 1; step < 1500; step = step * 3 + 1) {
                sm3_begin(&r);
                for (size_t at = 0; at < 3000; at += step)
                        sm3_add(&r, text + at, step < 3000 - at ? step : 3000 - at);
                sm3_end(&r, &pieces);
                CHECK(memcmp(&whole, &pieces, sizeof whole) == 0);
        }
}

TEST(sm3__fields_cannot_be_moved_across_borders) {
        Str ab_c[] = { S("ab"), S("c") }, a_bc[] = { S("a"), S("bc") }, empty[] = { S("abc"), S("") },
            none[] = { S("abc"), STR_NONE };
        Sm3 h[4];

        sm3_fields(&h[0], ab_c, 2);
        sm3_fields(&h[1], a_bc, 2);
        sm3_fields(&h[2], empty, 2);
        sm3_fields(&h[3], none, 2);
        for (int i = 0; i < 4; i++)
                for (int k = 0; k < i; k++)
                        CHECK(memcmp(&h[i], &h[k], sizeof h[i]) != 0);
}

/* ---- a log with something in it ---- */

enum { PEOPLE = 6 };

/* Accounts with a post each: 12 entries that seal accounts, passwords and posts; times of a day, one a minute. */
static Rc fill(Cx *cx) {
        for (int i = 0; i < PEOPLE; i++) {
                AccountNew in = { .login = str_fmt(cx->arena, "person%d", i),
                                  .name = S("王小明"),
                                  .phone = S("13800138000"),
                                  .duty_hours = S("8:30-17:30"),
                                  .password_hash = S("$argon2id$v=19$m=64,t=1,p=1$AAAA$BBBB") };
                AccountId id;

                cx->now_ms = INT64_C(1767225600000) + i * MS_MINUTE;
                TRY(who_account_add(cx, &in, &id));
                TRY(who_post_add(cx, id, ROLE_MEMBER, S("530103003001001"), S(""), cx->now_ms));
        }
        return OK;
}

static Rc run_script(Cx *cx, void *arg) { return db_script(cx, arg); }

/* Somebody with the database in hand. */
static Rc tamper(Cx *cx, const char *sql) {
        return db_write_as(cx, DB_TX_BARE, run_script, (void *)(uintptr_t)sql);
}

static bool found(const VerifyReport *r, const char *kind, const char *where) {
        for (size_t i = 0; i < r->n; i++)
                if (str_eq_c(r->v[i].kind, kind) && str_contains(r->v[i].where, str_c(where)))
                        return true;
        for (size_t i = 0; i < r->n; i++)
                printf("# found: " STR_FMT " | " STR_FMT " | " STR_FMT "\n", STR_ARG(r->v[i].kind),
                       STR_ARG(r->v[i].where), STR_ARG(r->v[i].what));
        return false;
}

/* Lane of the tests' writing connection: PostgreSQL may use several, but one thread gets the same again. */
static Rc lane_of(Cx *cx, int64_t *ret, size_t *ret_lanes) {
        AuditHeadRowList heads;

        TRY(q_audit_heads(cx, &heads));
        *ret_lanes = heads.n;
        *ret = heads.n ? heads.v[0].lane : -1;
        return OK;
}

TEST(audit__untouched_log_verifies) {
        Cx *cx = begin();
        VerifyReport r;

        CHECK_OK(cx, fill(cx));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.n, 0);
        CHECK_INT(r.entries, 2 * PEOPLE);
        CHECK_INT(r.rows, 3 * PEOPLE);
}

TEST(audit__empty_log_verifies) {
        Cx *cx = begin();
        VerifyReport r;

        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.n, 0);
        CHECK_INT(r.lanes, 0);
}

static Rc note_twice(Cx *cx, void *arg) {
        (void)arg;
        TRY(audit_note(cx, "test.first", S("thing/1"), S("{\"a\":1}")));
        return audit_note(cx, "test.second", S("thing/2"), STR_NONE);
}

TEST(audit__several_notes_are_one_entry) {
        Cx *cx = begin();
        AuditPage page = { 0 };
        AuditQuery all = { 0 };

        CHECK_OK(cx, db_write(cx, note_twice, NULL));
        CHECK_OK(cx, audit_search(cx, &all, &page));
        CHECK_INT(page.items.n, 1);
        CHECK_STR(page.items.v[0].action, S("test.first"));
        CHECK_STR(
                page.items.v[0].detail,
                S("{\"first\":{\"a\":1},\"also\":[{\"action\":\"test.second\",\"subject\":\"thing/2\"}]}"));
}

static Rc note_and_fail(Cx *cx, void *arg) {
        TRY(note_twice(cx, arg));
        return fail(cx, P_VERSION_STALE, "no");
}

TEST(audit__rolled_back_work_leaves_no_entry_and_no_hole) {
        Cx *cx = begin();
        VerifyReport r;

        CHECK_OK(cx, db_write(cx, note_twice, NULL));
        CHECK_FAILS(cx, P_VERSION_STALE, db_write(cx, note_and_fail, NULL));
        CHECK_OK(cx, db_write(cx, note_twice, NULL));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.entries, 2);
        CHECK_INT(r.n, 0);
}

static Rc seal_without_note(Cx *cx, void *arg) {
        WhoIdRow row = { 1 };

        (void)arg;
        return audit_seal_as(cx, "who_account", S("1"), &db_shape_WhoIdRow, &row);
}

static Rc seal_unregistered(Cx *cx, void *arg) {
        WhoIdRow row = { 1 };

        (void)arg;
        TRY(audit_note(cx, "test.first", S("thing/1"), STR_NONE));
        return audit_seal(cx, &db_shape_WhoIdRow, &row);
}

/* What verify would never look at is not sealed as if it did. */
TEST(audit__sealing_rows_of_no_registered_table_is_refused) {
        Cx *cx = begin();

        CHECK_FAILS(cx, P_SERVER_BUG, db_write(cx, seal_unregistered, NULL));
}

/* Keys are in the log: they stay as they are. */
TEST(audit__keys_name_the_row_by_its_columns) {
        AuditTable by_number = { .all = &query_who_post_all }, by_three = { .all = &query_setting_all };
        WhoPostRow post = { .id = 17 };
        SettingRow file = { .kind = S("flow"), .name = S("一般"), .edition = 3 }, bare = { .kind = S(""), .name = S("x"), .edition = -1 };
        Cx *cx = begin();

        seal_key_of(&by_number, S("id"));
        seal_key_of(&by_three, S("kind/name/edition"));
        CHECK_STR(seal_key(cx->arena, &by_number, &post), S("17"));
        CHECK_STR(seal_key(cx->arena, &by_three, &file), S("flow/一般/3"));
        CHECK_STR(seal_key(cx->arena, &by_three, &bare), S("/x/-1"));
}

TEST(audit__sealing_without_saying_why_is_refused) {
        Cx *cx = begin();

        CHECK_FAILS(cx, P_SERVER_BUG, db_write(cx, seal_without_note, NULL));
        CHECK_FAILS(cx, P_SERVER_BUG, audit_note(cx, "test.outside", S("x"), STR_NONE));
}

static Rc seal_thousands(Cx *cx, void *arg) {
        (void)arg;
        TRY(audit_note(cx, "test.bulk", S("x"), STR_NONE));
        for (int64_t i = 0; i < 9000; i++) {
                WhoIdRow row = { i };

                TRY(audit_seal_as(cx, "test_table", str_of_int(cx->arena, i), &db_shape_WhoIdRow, &row));
        }
        return OK;
}

TEST(audit__bulk_transaction_is_several_entries) {
        Cx *cx = begin();
        VerifyReport r;

        CHECK_OK(cx, db_write(cx, seal_thousands, NULL));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK(r.entries > 1);
        CHECK_INT(r.n, 1); /* nobody answers for test_table */
        CHECK(found(&r, "row", "test_table"));
}

TEST(audit__search_pages_and_filters) {
        Cx *cx = begin();
        AuditPage page = { 0 };
        AuditQuery by_action = { .action = S("post.given") }, by_subject = { .subject = S("account/2") };
        AuditQuery late = { .from = SOME_INT(INT64_C(1767225600000) + 4 * MS_MINUTE) };

        CHECK_OK(cx, fill(cx));
        CHECK_OK(cx, audit_search(cx, &by_action, &page));
        CHECK_INT(page.items.n, PEOPLE);
        CHECK_STR(page.items.v[0].subject, S("account/6"));
        CHECK(!page.next.p);
        page = (AuditPage){ 0 };
        CHECK_OK(cx, audit_search(cx, &by_subject, &page));
        CHECK_INT(page.items.n, 2);
        page = (AuditPage){ 0 };
        CHECK_OK(cx, audit_search(cx, &late, &page));
        CHECK_INT(page.items.n, 4);
        for (int i = 0; i < 60; i++)
                CHECK_OK(cx, audit_read_note(cx, "test.read", S("x"), STR_NONE));
        page = (AuditPage){ 0 };
        CHECK_OK(cx, audit_search(cx, &(AuditQuery){ 0 }, &page));
        CHECK_INT(page.items.n, 50);
        CHECK(page.next.p);
        by_action = (AuditQuery){ .page = page.next };
        page = (AuditPage){ 0 };
        CHECK_OK(cx, audit_search(cx, &by_action, &page));
        CHECK_INT(page.items.n, 2 * PEOPLE + 60 - 50);
}

/* ---- many writers ---- */

typedef struct Writer {
        pthread_barrier_t *all; /* they begin at once: one after another they would share a lane */
        AccountId account;
        int failed;
} Writer;

static void *write_often(void *arg) {
        _cleanup_(cx_freep) Cx *cx = cx_new(8 << 20);
        Writer *w = arg;

        pthread_barrier_wait(w->all);
        for (int i = 0; i < 20; i++) {
                cx_reset(cx);
                w->failed += who_password_set(cx, w->account, S("$argon2id$v=19$m=64,t=1,p=1$AAAA$CCCC"),
                                              false) == E_BUSY;
        }
        return NULL;
}

TEST(audit__parallel_writers_of_one_row_verify) {
        enum { THREADS = 6 };
        Cx *cx = begin();
        AccountNew in = { .login = S("one"), .name = S("王小明") };
        Writer w[THREADS] = { 0 };
        pthread_t t[THREADS];
        pthread_barrier_t all;
        VerifyReport r;
        int refused = 0;

        CHECK_OK(cx, who_account_add(cx, &in, &w[0].account));
        pthread_barrier_init(&all, NULL, THREADS);
        for (int i = 0; i < THREADS; i++) {
                w[i].account = w[0].account;
                w[i].all = &all;
                pthread_create(&t[i], NULL, write_often, &w[i]);
        }
        for (int i = 0; i < THREADS; i++) {
                pthread_join(t[i], NULL);
                refused +=
                        w[i].failed; /* on PostgreSQL a work that met others five times is told to come again */
        }
        pthread_barrier_destroy(&all);
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.entries, 1 + THREADS * 20 - refused);
        CHECK(refused < THREADS * 5);
        CHECK_INT(r.n, 0);
        CHECK(db_kind() == DB_SQLITE ? r.lanes == 1 : r.lanes > 1);
}

/* ---- altering ---- */

/* Every column of an old entry; %s is the new value, made of the old one so that it is one character or number away. */
static const struct {
        const char *column, *value_lite, *value_pg;
} entry_columns[] = {
        { "at_ms", "at_ms + 1", NULL },
        { "actor_id", "7", NULL },
        { "actor_name", "'x'", NULL },
        { "address", "'1'", NULL },
        { "action", "'b' || substr(action, 2)", NULL },
        { "subject", "'b' || substr(subject, 2)", NULL },
        { "detail", "replace(detail, 'person', 'persoN')", NULL },
        { "seals", "'x' || substr(seals, 2)", NULL },
        { "previous", "x'00' || substr(previous, 2)",
          "overlay(previous placing set_byte('\\x00'::bytea, 0, 255 - get_byte(previous, 0)) from 1)" },
        { "hash", "x'00' || substr(hash, 2)",
          "overlay(hash placing set_byte('\\x00'::bytea, 0, 255 - get_byte(hash, 0)) from 1)" },
        { "previous_id", "previous_id + 1", NULL },
};

TEST(audit__each_altered_column_of_an_entry_is_found) {
        for (size_t i = 0; i < ARRAY_LEN(entry_columns); i++) {
                Cx *cx = begin();
                const char *value = entry_columns[i].value_pg && db_kind() == DB_POSTGRES
                                            ? entry_columns[i].value_pg
                                            : entry_columns[i].value_lite;
                int64_t lane;
                size_t lanes;
                VerifyReport r;
                char sql[512], where[64];

                CHECK_OK(cx, fill(cx));
                CHECK_OK(cx, lane_of(cx, &lane, &lanes));
                CHECK_INT(lanes, 1);
                if (db_kind() == DB_SQLITE && entry_columns[i].value_pg)
                        snprintf(sql, sizeof sql,
                                 "UPDATE audit_entry SET %s = CAST(%s AS BLOB) WHERE seq = 5;",
                                 entry_columns[i].column, value);
                else
                        snprintf(sql, sizeof sql, "UPDATE audit_entry SET %s = %s WHERE seq = 5;",
                                 entry_columns[i].column, value);
                snprintf(where, sizeof where, "lane %d entry 5", (int)lane);
                CHECK_OK(cx, tamper(cx, sql));
                CHECK_OK(cx, audit_verify(cx, &r));
                CHECK(found(&r, "chain", where));
        }
}

TEST(audit__altered_id_lane_and_seq_are_found) {
        static const char *const changes[] = {
                "UPDATE audit_entry SET id = 1000 WHERE seq = 5;",
                "UPDATE audit_entry SET lane = 77 WHERE seq = 5;",
                "UPDATE audit_entry SET seq = 77 WHERE seq = 5;",
        };

        for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
                Cx *cx = begin();
                int64_t lane;
                size_t lanes;
                VerifyReport r;
                char where[64];

                CHECK_OK(cx, fill(cx));
                CHECK_OK(cx, lane_of(cx, &lane, &lanes));
                CHECK_OK(cx, tamper(cx, changes[i]));
                CHECK_OK(cx, audit_verify(cx, &r));
                snprintf(where, sizeof where, "lane %d entry 5", (int)lane);
                CHECK(found(&r, "chain", where));
        }
}

TEST(audit__removed_and_exchanged_entries_are_found) {
        static const char *const changes[][2] = {
                { "DELETE FROM audit_entry WHERE seq = 5;", "entry 5" },
                { "DELETE FROM audit_entry WHERE seq = 1;", "entry 1" },
                { "DELETE FROM audit_entry WHERE seq IN (4, 5, 6);", "entries 4 to 6" },
                { "UPDATE audit_entry SET seq = 100 WHERE seq = 4; UPDATE audit_entry SET seq = 4 WHERE seq = 6;"
                  "UPDATE audit_entry SET seq = 6 WHERE seq = 100;",
                  "entry 4" },
        };

        for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
                Cx *cx = begin();
                VerifyReport r;

                CHECK_OK(cx, fill(cx));
                CHECK_OK(cx, tamper(cx, changes[i][0]));
                CHECK_OK(cx, audit_verify(cx, &r));
                CHECK(found(&r, "chain", changes[i][1]));
        }
}

static const struct {
        const char *sql, *kind, *where;
} row_changes[] = {
        { "UPDATE who_account SET name = '王小朋' WHERE id = 3;", "row", "who_account 3 column name" },
        { "UPDATE who_account SET login = 'Person2' WHERE id = 3;", "row", "who_account 3 column login" },
        { "UPDATE who_account SET phone = '13800138001' WHERE id = 3;", "row",
          "who_account 3 column phone" },
        { "UPDATE who_account SET phone = NULL WHERE id = 3;", "row", "who_account 3 column phone" },
        { "UPDATE who_account SET duty_hours = '8:30-17:31' WHERE id = 3;", "row",
          "who_account 3 column duty_hours" },
        { "UPDATE who_account SET disabled = TRUE WHERE id = 3;", "row", "who_account 3 column disabled" },
        { "UPDATE who_account SET created_ms = created_ms + 1 WHERE id = 3;", "row",
          "who_account 3 column created_ms" },
        { "UPDATE who_account SET version = version + 1 WHERE id = 3;", "row",
          "who_account 3 column version" },
        { "UPDATE who_secret SET hash = replace(hash, 'B', 'C') WHERE id = 2;", "row",
          "who_secret 2 column hash" },
        { "UPDATE who_secret SET must_change = TRUE WHERE id = 2;", "row",
          "who_secret 2 column must_change" },
        { "UPDATE who_secret SET shared = FALSE WHERE id = 2;", "row", "who_secret 2 column shared" },
        { "UPDATE who_secret SET account_id = 1 WHERE id = 2;", "row", "who_secret 2 column account_id" },
        { "UPDATE who_post SET role = 'leader' WHERE id = 6;", "row", "who_post 6 column role" },
        { "UPDATE who_post SET place = '530103003001002' WHERE id = 6;", "row", "who_post 6 column place" },
        { "UPDATE who_post SET department = 'x' WHERE id = 6;", "row", "who_post 6 column department" },
        { "UPDATE who_post SET since_ms = since_ms - 1 WHERE id = 6;", "row", "who_post 6 column since_ms" },
        { "UPDATE who_post SET until_ms = 5 WHERE id = 6;", "row", "who_post 6 column until_ms" },
        { "UPDATE who_post SET id = 66 WHERE id = 6;", "missing-row", "who_post 6" },
        { "DELETE FROM who_post WHERE id = 6;", "missing-row", "who_post 6" },
        { "INSERT INTO who_post (account_id, role, place, department, since_ms) VALUES (1, 'security', '', '', 5);",
          "unrecorded-row", "who_post 7" },
};

TEST(audit__each_altered_column_of_a_sealed_row_is_found_and_named) {
        for (size_t i = 0; i < ARRAY_LEN(row_changes); i++) {
                Cx *cx = begin();
                VerifyReport r;

                CHECK_OK(cx, fill(cx));
                CHECK_OK(cx, tamper(cx, row_changes[i].sql));
                CHECK_OK(cx, audit_verify(cx, &r));
                CHECK(found(&r, row_changes[i].kind, row_changes[i].where));
                CHECK_INT(r.n, i == 17 ? 2 : 1); /* the renumbered row is missing and unrecorded */
        }
}

/* ---- signed heads ---- */

static Rc open_keys(Cx *cx, const char *name) {
        Str key = str_fmt(cx->arena, "%s/%s.key", test_dir(), name),
            heads = str_fmt(cx->arena, "%s/%s.heads", test_dir(), name);

        TRY(audit_keys_make(cx, key));
        return audit_keys_open(cx, key, heads);
}

TEST(audit__signed_heads_verify_and_the_key_is_private) {
        Cx *cx = begin();
        AuditHeads shown = { 0 };
        struct stat st;
        VerifyReport r;
        Str text;

        CHECK_OK(cx, fill(cx));
        CHECK_OK(cx, open_keys(cx, "good"));
        CHECK_OK(cx, audit_sign_heads(cx));
        CHECK_OK(cx, audit_sign_heads(cx)); /* nothing moved: no line */
        CHECK_OK(cx, audit_read_note(cx, "test.read", S("x"), STR_NONE));
        CHECK_OK(cx, audit_sign_heads(cx));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.n, 0);
        CHECK_INT(r.heads, 2);
        CHECK_INT(stat(str_z(cx->arena, str_fmt(cx->arena, "%s/good.key", test_dir())), &st), 0);
        CHECK_INT(st.st_mode & 0777, 0600);
        CHECK_OK(cx, audit_show_heads(cx, &shown));
        CHECK_INT(shown.heads.n, 1);
        CHECK_INT(shown.heads.v[0].signed_seq.n, 2 * PEOPLE + 1);
        CHECK(file_read(cx->arena, str_z(cx->arena, str_fmt(cx->arena, "%s/good.key.pub", test_dir())), 4096,
                        &text));
        CHECK_STR(shown.public_key, text);
        audit_keys_close();
}

TEST(audit__truncated_log_is_found_by_its_heads) {
        Cx *cx = begin();
        VerifyReport r;

        CHECK_OK(cx, fill(cx));
        CHECK_OK(cx, open_keys(cx, "cut"));
        CHECK_OK(cx, audit_sign_heads(cx));
        CHECK_OK(cx, tamper(cx, "DELETE FROM who_post WHERE id = 6; DELETE FROM audit_entry WHERE seq = 12;"
                                "UPDATE who_account SET version = 1 WHERE id = 6;"));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.n, 1);
        CHECK(found(&r, "head", "entry 11"));
        CHECK_OK(cx, tamper(cx, "DELETE FROM audit_entry;"));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK(found(&r, "head", "entry 0"));
        audit_keys_close();
}

/* Alters an old entry and makes the chain right again from there on, as somebody with the program could. */
static Rc rewrite(Cx *cx, int64_t lane, int64_t from, int64_t to) {
        Sm3 before = { 0 };

        for (int64_t seq = from; seq <= to; seq++) {
                Buf sql = BUF_IN(cx->arena);
                AuditEntryRow *e;
                const char *open = db_kind() == DB_POSTGRES ? "'\\x" : "x'";

                TRY(q_audit_at(cx, lane, seq, &e));
                if (seq == from)
                        e->actor_name = S("somebody else");
                else
                        e->previous = str_dup(cx->arena, (Str){ (const char *)before.b, sizeof before.b });
                entry_hash(e, &before);
                buf_fmt(&sql, "UPDATE audit_entry SET %s previous = %s",
                        seq == from ? "actor_name = 'somebody else'," : "", open);
                buf_hex(&sql, (const uint8_t *)e->previous.p, e->previous.n);
                buf_fmt(&sql, "', hash = %s", open);
                buf_hex(&sql, before.b, sizeof before.b);
                buf_fmt(&sql, "' WHERE seq = %d;", (int)seq);
                TRY(tamper(cx, str_z(cx->arena, buf_view(&sql))));
        }
        return OK;
}

TEST(audit__rewritten_chain_is_found_by_its_heads) {
        Cx *cx = begin();
        VerifyReport r;
        int64_t lane;
        size_t lanes;

        CHECK_OK(cx, fill(cx));
        CHECK_OK(cx, open_keys(cx, "rewrite"));
        CHECK_OK(cx, audit_sign_heads(cx));
        CHECK_OK(cx, lane_of(cx, &lane, &lanes));
        CHECK_OK(cx, rewrite(cx, lane, 5, 12));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK(found(&r, "head", "entry 12"));
        CHECK_INT(r.n, 1);
        audit_keys_close();
}

static Str heads_path(Cx *cx, const char *name) {
        return str_fmt(cx->arena, "%s/%s.heads", test_dir(), name);
}

TEST(audit__altered_heads_file_is_found) {
        Cx *cx = begin();
        const char *path;
        VerifyReport r;
        char *copy;
        Str text;

        CHECK_OK(cx, open_keys(cx, "heads"));
        for (int i = 0; i < 3; i++) {
                CHECK_OK(cx, audit_read_note(cx, "test.read", S("x"), STR_NONE));
                CHECK_OK(cx, audit_sign_heads(cx));
        }
        path = str_z(cx->arena, heads_path(cx, "heads"));
        CHECK(file_read(cx->arena, path, 65536, &text));
        for (size_t at = 0; at < text.n; at += 7) {
                if (text.p[at] == '\n')
                        continue;
                copy = arena_copy(cx->arena, text.p, text.n);
                copy[at] = (char)(copy[at] == '1' ? '2' : '1');
                CHECK(file_write(path, (Str){ copy, text.n }));
                CHECK_OK(cx, audit_verify(cx, &r));
                CHECK(r.n > 0);
                CHECK(str_eq_c(r.v[0].kind, "head"));
        }
        CHECK(file_write(path, S("")));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK(found(&r, "head", "heads file"));
        audit_keys_close();
}

TEST(audit__torn_line_of_the_heads_file_is_mended) {
        Cx *cx = begin();
        VerifyReport r;
        int fd;

        CHECK_OK(cx, open_keys(cx, "torn"));
        CHECK_OK(cx, audit_read_note(cx, "test.read", S("x"), STR_NONE));
        CHECK_OK(cx, audit_sign_heads(cx));
        fd = open(str_z(cx->arena, heads_path(cx, "torn")), O_WRONLY | O_APPEND);
        CHECK(fd >= 0 && write(fd, "{\"at\":", 6) == 6);
        close(fd);
        CHECK_OK(cx, audit_read_note(cx, "test.read", S("x"), STR_NONE));
        CHECK_OK(cx, audit_sign_heads(cx));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.n, 0);
        CHECK_INT(r.heads, 2);
        audit_keys_close();
}

TEST(audit__public_key_alone_checks_but_cannot_sign) {
        Cx *cx = begin();
        VerifyReport r;

        CHECK_OK(cx, open_keys(cx, "pub"));
        CHECK_OK(cx, audit_read_note(cx, "test.read", S("x"), STR_NONE));
        CHECK_OK(cx, audit_sign_heads(cx));
        CHECK_OK(cx, audit_keys_open(cx, str_fmt(cx->arena, "%s/pub.key.pub", test_dir()),
                                     heads_path(cx, "pub")));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK_INT(r.n, 0);
        CHECK_FAILS(cx, P_CONFIG_INVALID, audit_sign_heads(cx));
        CHECK_OK(cx, audit_keys_make(cx, str_fmt(cx->arena, "%s/other.key", test_dir())));
        CHECK_OK(cx, audit_keys_open(cx, str_fmt(cx->arena, "%s/other.key.pub", test_dir()),
                                     heads_path(cx, "pub")));
        CHECK_OK(cx, audit_verify(cx, &r));
        CHECK(found(&r, "head", "heads file line 1"));
        audit_keys_close();
}

/* ---- size ---- */

TEST(audit__map_of_seals_holds_a_million_rows) {
        SealedMap m = { 0 };
        char key[24];
        bool good = true;

        for (int i = 0; i < 1000000; i++) {
                Str k = { key, (size_t)snprintf(key, sizeof key, "%d", i) };
                Sealed *s = sealed_at(&m, S("case_case"), k, true);

                good = good && !s->order;
                s->order = i + 1;
        }
        for (int i = 0; i < 1000000; i += 997) {
                Str k = { key, (size_t)snprintf(key, sizeof key, "%d", i) };
                Sealed *s = sealed_at(&m, S("case_case"), k, false);

                good = good && s && s->order == i + 1;
        }
        CHECK(good);
        CHECK(!sealed_at(&m, S("case_step"), S("5"), false));
        CHECK(m.cap * sizeof *m.v <= 101 << 20);
        sealed_done(&m);
}
