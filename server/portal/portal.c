/* Reports without an account: making them, finding them again by code and phone. */
#include "portal/portal.h"
#include "base/id.h"
#include "core/audit/audit.h"
#include "core/setting/setting.h"
#include "core/vault/vault.h"
#include "db/db.h"
#include "portal/portal_int.h"
#include "registry/registry.h"
#include "territory/territory.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

enum { SECRET_BYTES = 32, REHASH_BATCH = 200 };

static struct {
        pthread_mutex_t lock;
        bool known;
        char text[2 * SECRET_BYTES]; /* hexadecimal */
} state = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Made by the first process that needs it; whoever comes second reads what the first stored. */
static Rc secret_work(Cx *cx, void *arg) {
        Str *ret = arg;
        uint8_t fresh[SECRET_BYTES];
        Rc rc = setting_get(cx, S("secret"), S("portal"), ret);

        if (rc != E_MISSING)
                return rc;
        cx->problem = (Problem){ 0 };
        rand_bytes(fresh, sizeof fresh);
        *ret = hex_str(cx->arena, fresh, sizeof fresh);
        TRY(setting_put(cx, S("secret"), S("portal"), *ret));
        return audit_note(cx, "portal.secret-made", S("portal"), STR_NONE);
}

/* Inside somebody's transaction the secret is used but not kept: that transaction may still fail, and then nobody could ever
 * find again what was hashed with a secret that was not stored. */
static Rc secret(Cx *cx, Str *ret) {
        bool alone = !cx->tx;
        Str found = STR_NONE;

        pthread_mutex_lock(&state.lock);
        if (state.known)
                found = str_dup(cx->arena, (Str){ state.text, sizeof state.text });
        pthread_mutex_unlock(&state.lock);
        if (found.n)
                return *ret = found, OK;
        TRY(db_write(cx, secret_work, &found));
        if (found.n != sizeof state.text)
                return fail(cx, P_SERVER_BUG, "the portal's secret has %zu characters", found.n);
        if (alone) {
                pthread_mutex_lock(&state.lock);
                memcpy(state.text, found.p, found.n);
                state.known = true;
                pthread_mutex_unlock(&state.lock);
        }
        return *ret = found, OK;
}

Rc portal_key(Cx *cx, const char *purpose, uint8_t ret[32]) {
        unsigned int n = 32;
        Str key = STR_NONE;

        TRY(secret(cx, &key));
        if (!HMAC(EVP_sm3(), key.p, (int)key.n, (const unsigned char *)purpose, strlen(purpose), ret, &n) || n != 32)
                return fail(cx, P_SERVER_BUG, "HMAC-SM3 failed");
        return OK;
}

/* The first edition was HMAC-SM3 under the secret that is in the database: whoever had that copied could try all telephones. The
 * second is HMAC-SHA-256 of the first under the data key, so that rows of before are brought up without knowing the telephone. */
static Rc second_hash(Cx *cx, Str first, Str *ret) {
        uint8_t mac[VAULT_MAC_BYTES];

        TRY(vault_mac(cx, "portal-phone", first, mac));
        *ret = str_fmt(cx->arena, PHONE_HASH_MARK STR_FMT, STR_ARG(hex_str(cx->arena, mac, sizeof mac)));
        return OK;
}

Rc portal_phone_hash(Cx *cx, Str phone, Str *ret) {
        uint8_t key[32], digest[32];
        unsigned int n = 32;

        if (!phone.n)
                return *ret = S(""), OK;
        TRY(portal_key(cx, "phone", key));
        if (!HMAC(EVP_sm3(), key, 32, (const unsigned char *)phone.p, phone.n, digest, &n))
                return fail(cx, P_SERVER_BUG, "HMAC-SM3 failed");
        return second_hash(cx, hex_str(cx->arena, digest, sizeof digest), ret);
}

/* ---- reports of before the data key ---- */

static Rc rehash_work(Cx *cx, void *arg) {
        ReportLinkList old;
        size_t *ret_n = arg;

        TRY(portal_store_first_edition(cx, REHASH_BATCH, &old));
        *ret_n = old.n;
        if (!old.n)
                return OK;
        for (size_t i = 0; i < old.n; i++) {
                Str hash;

                TRY(second_hash(cx, old.v[i].phone_hash, &hash));
                TRY(portal_store_rehash(cx, old.v[i].code, hash));
        }
        return audit_note(cx, "portal.hashes-renewed", S("portal"), str_fmt(cx->arena, "{\"rows\":%zu}", old.n));
}

Rc portal_hashes_renew(Cx *cx) {
        _cleanup_(cx_freep) Cx *own = cx_new(16 << 20);
        ReportLinkList some;
        size_t n;

        TRY(portal_store_first_edition(cx, 1, &some)); /* usually there is nothing to write */
        for (n = some.n; n;) {
                own->now_ms = cx->now_ms;
                own->actor = cx->actor;
                if (db_write(own, rehash_work, &n) != OK)
                        return fail(cx, own->problem.code, "renewing hashes: " STR_FMT, STR_ARG(own->problem.detail));
                cx_reset(own);
        }
        return OK;
}

/* Digits only, without +86, as reports store it. */
static Str phone_fold(Arena *a, Str typed) {
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < typed.n; i++)
                if (typed.p[i] >= '0' && typed.p[i] <= '9')
                        buf_char(&b, typed.p[i]);
        if (b.n == 13 && str_starts(buf_view(&b), S("86")))
                return str_sub(buf_view(&b), 2, 11);
        if (b.n == 15 && str_starts(buf_view(&b), S("0086")))
                return str_sub(buf_view(&b), 4, 11);
        return buf_view(&b);
}

Rc portal_case_of(Cx *cx, Str typed, Str phone, ReportLink *ret) {
        ReportLink link = { 0 };
        Str code, hash;

        TRY(portal_phone_hash(cx, phone_fold(cx->arena, phone), &hash));
        if (id_receipt_fold(cx->arena, typed, &code))
                TRY(portal_store_find(cx, code, &link));
        if (!link.code.n || link.phone_hash.n != hash.n || CRYPTO_memcmp(link.phone_hash.p, hash.p, hash.n) != 0)
                return fail(cx, P_REPORT_UNKNOWN, "no report with that code and phone");
        return *ret = link, OK;
}

/* ---- reporting ------------------------------------------------------------------------------------------------------------- */

static Rc where(Cx *cx, const ReportCreate *in, CaseNew *c) {
        Building b;
        Rc rc;

        if (!in->building.n) {
                if (!in->lon.set || !in->lat.set)
                        return fail(cx, P_REPORT_PLACE_NEEDED, "neither a building nor a position");
                c->lon_e7 = in->lon;
                c->lat_e7 = in->lat;
                return OK;
        }
        rc = registry_building(cx, in->building, &b);
        if (rc == E_MISSING)
                return fail(cx, P_BUILDING_UNKNOWN, "no building " STR_FMT, STR_ARG(in->building));
        TRY(rc);
        if (in->unit.set && in->unit.n > b.units)
                return fail_field(cx, S("/unit"), "too-large", str_fmt(cx->arena, "该楼栋只有 %" PRId64 " 个单元", b.units),
                                  str_fmt(cx->arena, "The building has %" PRId64 " units", b.units));
        c->building = b.code;
        c->lon_e7 = SOME_INT(b.at.lon_e7);
        c->lat_e7 = SOME_INT(b.at.lat_e7);
        c->address = in->unit.set ? str_fmt(cx->arena, STR_FMT "%" PRId64 "单元", STR_ARG(b.address), in->unit.n) : b.address;
        return OK;
}

static bool blank(Str s) { return str_trim(s).n == 0; }

Rc portal_report(Cx *cx, const ReportCreate *in, CaseId *ret_id, ReportReceipt **ret) {
        CaseNew c = { .category = in->category, .text = in->text, .photos = in->photos,
                      .channel = in->building.n ? CASE_CHANNEL_QR : CASE_CHANNEL_WEB,
                      .reporter_name = in->name, .reporter_phone = in->phone };
        ReportReceipt *r = TAKE(cx->arena, ReportReceipt);
        CaseReceipt *receipt;
        CaseId id;
        Str hash;

        if (blank(in->text) && !in->photos.n)
                return fail_field(cx, S("/text"), "required", S("请写几个字说明情况，或拍一张照片"),
                                  S("Say what is wrong in a few words, or take a photo"));
        if (blank(in->text))
                c.text = S("（见照片）"); /* read by the staff, whatever language the reporter chose */
        TRY(where(cx, in, &c));
        if (!c.category.n)
                TRY(case_category_default(cx, &c.category));
        TRY(portal_phone_hash(cx, in->phone, &hash));
        TRY(case_report(cx, &c, &receipt));
        id = (CaseId){ receipt->id };
        r->code = id_receipt(cx->arena);
        TRY(portal_store_add(cx, &(ReportLink){ r->code, hash, id, 1 }));
        r->number = receipt->number;
        r->grid_name = receipt->place_name;
        r->hash = receipt->hash;
        r->next_step = S("已通知网格员，将尽快到现场查看。请保存查询码，可随时查看进度。");
        r->next_step_en = S("The grid member has been told and will look at it. Keep the code to follow it.");
        TRY(portal_card(cx, ROLE_MEMBER, receipt->place, &r->member));
        *ret_id = id;
        return *ret = r, OK;
}

/* For those whose words somebody else wrote down. */
static Rc code_make(Cx *cx, CaseId id, int64_t voice, Str phone, Str *ret) {
        Str code = id_receipt(cx->arena), hash;

        TRY(portal_phone_hash(cx, phone, &hash));
        TRY(portal_store_add(cx, &(ReportLink){ code, hash, id, voice }));
        return *ret = code, OK;
}

void portal_init(void) {
        case_code_source(code_make);
        portal_store_init();
        portal_boot_init();
}
