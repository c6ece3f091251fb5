/* What is sealed opens only whole, in its place and with its key. */
#include "core/vault/vault.h"
#include "base/env.h"
#include "base/id.h"
#include "base/test.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/setting/setting.h"
#include "db/db.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static Cx *begin(void) {
        Cx *cx = test_db();

        audit_init();
        notice_init();
        setting_init();
        setting_forget();
        return cx;
}

static Str key_path(Cx *cx, const char *name) {
        Str path = str_fmt(cx->arena, "/tmp/wangge-vault-%ld-%s", (long)getpid(), name);

        unlink(str_z(cx->arena, path));
        return path;
}

TEST(vault__what_is_sealed_opens_again_and_is_not_to_be_seen) {
        Cx *cx = begin();
        Str path = key_path(cx, "a"), sealed, again, plain;
        struct stat st;

        CHECK_OK(cx, vault_open(cx, path));
        CHECK(stat(str_z(cx->arena, path), &st) == 0 && (st.st_mode & 0777) == 0600);
        CHECK_OK(cx, vault_seal(cx, S("t/1/phone"), S("13912345678"), &sealed));
        CHECK_OK(cx, vault_seal(cx, S("t/1/phone"), S("13912345678"), &again));
        CHECK(!str_contains(sealed, S("1391234")) && !str_eq(sealed, again));
        CHECK_OK(cx, vault_reveal(cx, S("t/1/phone"), sealed, &plain));
        CHECK_STR(plain, S("13912345678"));
        CHECK_OK(cx, vault_seal(cx, S("t/1/phone"), S(""), &sealed));
        CHECK_OK(cx, vault_reveal(cx, S("t/1/phone"), sealed, &plain));
        CHECK(plain.p && !plain.n);
        CHECK_OK(cx, vault_seal(cx, S("t/1/phone"), STR_NONE, &sealed));
        CHECK(!sealed.p);
        CHECK_OK(cx, vault_reveal(cx, S("t/1/phone"), STR_NONE, &plain));
        CHECK(!plain.p);
        unlink(str_z(cx->arena, path));
}

TEST(vault__altered_moved_or_cut_does_not_open) {
        Cx *cx = begin();
        Str path = key_path(cx, "b"), sealed, plain;
        char *bytes;

        CHECK_OK(cx, vault_open(cx, path));
        CHECK_OK(cx, vault_seal(cx, S("t/1/phone"), S("13912345678"), &sealed));
        for (size_t i = 0; i < sealed.n; i++) {
                bytes = arena_copy(cx->arena, sealed.p, sealed.n);
                bytes[i] = (char)(bytes[i] ^ 1);
                CHECK_FAILS(cx, P_DB_CORRUPT, vault_reveal(cx, S("t/1/phone"), (Str){ bytes, sealed.n }, &plain));
        }
        for (size_t n = 0; n < sealed.n; n++)
                CHECK_FAILS(cx, P_DB_CORRUPT, vault_reveal(cx, S("t/1/phone"), str_sub(sealed, 0, n), &plain));
        CHECK_FAILS(cx, P_DB_CORRUPT, vault_reveal(cx, S("t/2/phone"), sealed, &plain));
        CHECK_FAILS(cx, P_DB_CORRUPT, vault_reveal(cx, S("t/1/name"), sealed, &plain));
        unlink(str_z(cx->arena, path));
}

TEST(vault__another_key_or_none_is_refused_at_the_start) {
        Cx *cx = begin();
        Str path = key_path(cx, "c"), other = key_path(cx, "d"), gone = key_path(cx, "e"), wrong = key_path(cx, "f");

        CHECK_OK(cx, vault_open(cx, path));
        CHECK_OK(cx, vault_open(cx, path));
        CHECK(vault_open(cx, gone) == problem_rc(P_CONFIG_INVALID) && str_contains(cx->problem.detail, S("is missing")));
        cx->problem = (Problem){ 0 };
        CHECK(access(str_z(cx->arena, gone), F_OK) != 0); /* none is made that could not open anything */
        CHECK(file_write(str_z(cx->arena, other), S("wangge-data-key 1 00112233445566778899aabbccddeeff"
                                                    "00112233445566778899aabbccddeeff\n")));
        CHECK(vault_open(cx, other) == problem_rc(P_CONFIG_INVALID) &&
              str_contains(cx->problem.detail, S("was written with key")));
        cx->problem = (Problem){ 0 };
        CHECK(file_write(str_z(cx->arena, wrong), S("not a key")));
        CHECK_FAILS(cx, P_CONFIG_INVALID, vault_open(cx, wrong));
        unlink(str_z(cx->arena, path));
        unlink(str_z(cx->arena, other));
        unlink(str_z(cx->arena, wrong));
}

TEST(vault__hashes_depend_on_purpose_and_text_and_stay_the_same) {
        Cx *cx = begin();
        Str path = key_path(cx, "g");
        uint8_t a[VAULT_MAC_BYTES], b[VAULT_MAC_BYTES];

        CHECK_OK(cx, vault_open(cx, path));
        CHECK_OK(cx, vault_mac(cx, "one", S("13912345678"), a));
        CHECK_OK(cx, vault_open(cx, path));
        CHECK_OK(cx, vault_mac(cx, "one", S("13912345678"), b));
        CHECK(memcmp(a, b, sizeof a) == 0);
        CHECK_OK(cx, vault_mac(cx, "two", S("13912345678"), b));
        CHECK(memcmp(a, b, sizeof a) != 0);
        CHECK_OK(cx, vault_mac(cx, "one", S("13912345679"), b));
        CHECK(memcmp(a, b, sizeof a) != 0);
        vault_close();
        CHECK_FAILS(cx, P_SERVER_BUG, vault_mac(cx, "one", S("x"), a));
        unlink(str_z(cx->arena, path));
}

TEST(vault__a_repeatable_stream_of_numbers_does_not_repeat_nonces) {
        Cx *cx = begin();
        Str path = key_path(cx, "h"), one, two;

        CHECK_OK(cx, vault_open(cx, path));
        rand_seed(7);
        CHECK_OK(cx, vault_seal(cx, S("t"), S("same"), &one));
        rand_seed(7);
        CHECK_OK(cx, vault_seal(cx, S("t"), S("same"), &two));
        rand_seed(0);
        CHECK(!str_eq(one, two));
        unlink(str_z(cx->arena, path));
}
