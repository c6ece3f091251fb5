/* What must hold of receipts whatever fails around them. */
#include "case/test_case.h"
#include "core/setting/setting.h"
#include "db/test_thing.h"
#include "portal/portal_int.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>

typedef struct Reporting {
        ReportCreate in;
        ReportReceipt *receipt;
} Reporting;

static Rc report_work(Cx *cx, void *arg) {
        Reporting *r = arg;
        CaseId id;

        return portal_report(cx, &r->in, &id, &r->receipt);
}

static Reporting by_phone(const char *category) {
        return (Reporting){ .in = { .lon = SOME_INT(1027325000), .lat = SOME_INT(250325000), .category = str_c(category),
                                    .text = S("路灯不亮"), .phone = S("13800138000") } };
}

/* The secret that phones are hashed with is made by the first report. When that report fails, it was never stored. */
TEST(portal__a_first_report_that_fails_takes_its_secret_with_it) {
        Street *s = street_new();
        Cx *cx = s->cx;
        Reporting wrong = by_phone("no-such"), right = by_phone("");
        ReportLink link;
        Str secret;

        portal_init();
        as(s, NULL);
        CHECK_FAILS(cx, P_CASE_CATEGORY_UNKNOWN, db_write(cx, report_work, &wrong));
        CHECK_FAILS(cx, P_NOT_FOUND, setting_get(cx, S("secret"), S("portal"), &secret));
        CHECK_OK(cx, db_write(cx, report_work, &right));
        CHECK_OK(cx, setting_get(cx, S("secret"), S("portal"), &secret));
        CHECK_OK(cx, portal_case_of(cx, right.receipt->code, S("+86 138 0013 8000"), &link));
        CHECK_FAILS(cx, P_REPORT_UNKNOWN, portal_case_of(cx, right.receipt->code, S("13800138001"), &link));
}

/* As it was computed then. */
static Str first_edition(Cx *cx, Str phone) {
        uint8_t key[32], digest[32];
        unsigned int n = 32;

        if (portal_key(cx, "phone", key) != OK ||
            !HMAC(EVP_sm3(), key, sizeof key, (const unsigned char *)phone.p, phone.n, digest, &n))
                return S("");
        return hex_str(cx->arena, digest, sizeof digest);
}

/* Receipts of before the data key: the hash was HMAC-SM3 under a secret in the database. */
TEST(portal__hashes_of_before_are_renewed_and_still_fit) {
        Street *s = street_new();
        Cx *cx = s->cx;
        Reporting r = by_phone("");
        ReportLinkList old;
        ReportLink link;

        portal_init();
        as(s, NULL);
        CHECK_OK(cx, db_write(cx, report_work, &r));
        CHECK_OK(cx, portal_store_first_edition(cx, 10, &old));
        CHECK_INT(old.n, 0);
        CHECK_OK(cx, thing_script(cx, str_z(cx->arena, str_fmt(cx->arena, "UPDATE portal_report SET phone_hash = '" STR_FMT "';",
                                                               STR_ARG(first_edition(cx, S("13800138000")))))));
        CHECK_FAILS(cx, P_REPORT_UNKNOWN, portal_case_of(cx, r.receipt->code, S("13800138000"), &link));
        CHECK_OK(cx, portal_hashes_renew(cx));
        CHECK_OK(cx, portal_case_of(cx, r.receipt->code, S("13800138000"), &link));
        CHECK_FAILS(cx, P_REPORT_UNKNOWN, portal_case_of(cx, r.receipt->code, S("13800138001"), &link));
        CHECK_OK(cx, portal_store_first_edition(cx, 10, &old));
        CHECK_INT(old.n, 0);
}
