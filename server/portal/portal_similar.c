/* Open matters nearby, before somebody reports the same again, and joining one of them. Strangers are told what kind of matter it is,
 * where, since when and how far it has come; never what residents wrote, photographed or who they are. */
#include "base/id.h"
#include "core/who/who.h"
#include "portal/portal_int.h"
#include <openssl/crypto.h>

enum { REF_MS = MS_HOUR, MAC_DIGITS = 32 };

/* case-expiry-mac */
static Str ref_of(Cx *cx, int64_t id, const uint8_t key[32]) {
        Str body = str_fmt(cx->arena, "%" PRId64 "-%" PRId64, id, (now_ms(cx) + REF_MS) / MS_SECOND);

        return str_fmt(cx->arena, STR_FMT "-" STR_FMT, STR_ARG(body), STR_ARG(portal_token_mac(cx, body, key)));
}

static Rc ref_open(Cx *cx, Str ref, CaseId *ret) {
        Str body = str_sub(ref, 0, ref.n > MAC_DIGITS + 1 ? ref.n - MAC_DIGITS - 1 : 0), mac = str_sub(ref, body.n + 1, MAC_DIGITS), id,
            until, right;
        int64_t until_s;
        uint8_t key[32];

        TRY(portal_key(cx, "similar", key));
        right = portal_token_mac(cx, body, key);
        if (mac.n != right.n || CRYPTO_memcmp(mac.p, right.p, right.n) != 0 || !str_cut(body, '-', &id, &until) ||
            !str_int(id, &ret->n) || !str_int(until, &until_s) || until_s * MS_SECOND < now_ms(cx))
                return fail(cx, P_SIMILAR_UNKNOWN, "no such reference");
        return OK;
}

Rc portal_similar(Cx *cx, const PublicSimilarQuery *in, PublicSimilar **ret) {
        CaseLike like = { in->lon, in->lat, in->building, in->category, in->text };
        PublicSimilar *list = TAKE(cx->arena, PublicSimilar);
        uint8_t refs[32], photos[32];
        SimilarCases *found;

        TRY(case_similar(cx, &like, true, &found));
        TRY(portal_key(cx, "similar", refs));
        TRY(portal_key(cx, "photo", photos));
        for (size_t i = 0; i < found->items.n; i++) {
                const SimilarCase *f = &found->items.v[i];
                PublicSimilarCase *v = list_push(cx->arena, &list->items);

                *v = (PublicSimilarCase){ .ref = ref_of(cx, f->id, refs),
                                          .category_name = f->category_name,
                                          .place_name = f->place_name,
                                          .distance = f->distance,
                                          .created = f->created,
                                          .state_name = f->state_name,
                                          .voices = f->voices };
                if (!f->sha256.n)
                        continue;
                v->photo = TAKE(cx->arena, PublicPhoto);
                *v->photo = (PublicPhoto){ .url = str_fmt(cx->arena, "%" PRId64 "/" STR_FMT, f->id, STR_ARG(f->sha256)),
                                           .kind = S("scene"),
                                           .type = S("image/jpeg") };
                portal_photo_link(cx, v->photo, photos);
        }
        return *ret = list, OK;
}

Rc portal_voice(Cx *cx, const PublicVoice *in, ReportReceipt **ret) {
        CaseVoiceNew voice = { .channel = CASE_CHANNEL_WEB, .text = in->text, .name = in->name, .phone = in->phone, .photos = in->photos };
        ReportReceipt *r = TAKE(cx->arena, ReportReceipt);
        CaseReceipt *receipt;
        VoiceReceipt *added;
        CaseId id;
        Str hash;
        Rc rc;

        TRY(ref_open(cx, in->ref, &id));
        TRY(portal_phone_hash(cx, in->phone, &hash));
        rc = case_voice_add(cx, id, &voice, &added);
        if (rc != OK && cx->problem.code == P_CASE_ACTION_FORBIDDEN)
                return fail(cx, P_SIMILAR_UNKNOWN, "case %" PRId64 " has ended", id.n);
        TRY(rc);
        id.n = added->id;
        TRY(case_receipt(cx, id, &receipt));
        r->code = id_receipt(cx->arena);
        TRY(portal_store_add(cx, &(ReportLink){ r->code, hash, id, added->n }));
        r->number = receipt->number;
        r->grid_name = receipt->place_name;
        r->hash = added->hash;
        r->next_step = S("您的反映已并入正在办理的同一事项，办结后可在此查看结果。请保存查询码。");
        r->next_step_en = S("Your report was added to the matter that is being dealt with. Keep the code to follow it.");
        TRY(portal_card(cx, ROLE_MEMBER, receipt->place, &r->member));
        return *ret = r, OK;
}
