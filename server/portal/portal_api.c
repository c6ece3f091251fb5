/* Routes that need no account. */
#include "base/id.h"
#include "core/blob/blob.h"
#include "http/http.h"
#include "portal/portal_int.h"

enum { TRIES_PER_MIN = 12 /* on one receipt code, from anywhere */ };

/* The public is the public, also in a browser where somebody is signed in. */
static void as_public(Cx *cx) { cx->actor = NULL; }

/* The case behind the path's code and the phone; tries on one code are few, whoever makes them. */
static Rc find(Cx *cx, Str phone, CaseId *ret, Str *ret_code) {
        Str typed = path_str(cx, "code"), code;
        int64_t wait = 0;

        as_public(cx);
        if (id_receipt_fold(cx->arena, typed, &code) &&
            !rate_take(cx, str_fmt(cx->arena, "receipt " STR_FMT, STR_ARG(code)), TRIES_PER_MIN, &wait)) {
                cx->problem.retry_after_s = wait;
                return fail(cx, P_RATE_LIMITED, "too many tries on one receipt code");
        }
        return portal_case_of(cx, typed, phone, ret, ret_code);
}

Rc api_public_building(Cx *cx, PublicBuilding **ret) {
        int64_t unit = 0;

        if (!str_int(http_query(cx->req, "u"), &unit))
                unit = 0;
        return portal_building(cx, path_str(cx, "code"), unit, ret);
}

Rc api_public_responsible(Cx *cx, const PublicLocate *in, PublicPlace **ret) {
        return portal_responsible(cx, in->lon, in->lat, ret);
}

Rc api_public_grid(Cx *cx, PublicPlace **ret) { return portal_grid(cx, path_str(cx, "code"), ret); }

Rc api_public_report(Cx *cx, const ReportCreate *in, ReportReceipt **ret) {
        CaseId id;

        as_public(cx);
        return portal_report(cx, in, &id, ret);
}

Rc api_public_follow(Cx *cx, const ReportQuery *in, PublicReport **ret) {
        CaseId id;
        Str code;

        TRY(find(cx, in->phone, &id, &code));
        return portal_follow(cx, id, code, ret);
}

/* What the reporter does, on the version that the case has now: there is no other person's work to overwrite. */
static Rc reporter_does(Cx *cx, CaseId id, Str code, CaseAction *action, PublicReport **ret) {
        PublicReport *before;

        TRY(case_public_view(cx, id, &before));
        action->version = before->version;
        TRY(case_do(cx, id, action, true));
        return portal_follow(cx, id, code, ret);
}

Rc api_public_rate(Cx *cx, const ReportRating *in, PublicReport **ret) {
        CaseAction action = { .action = S("rate"), .note = in->note, .satisfaction = in->satisfaction };
        PublicReport *r;
        CaseId id;
        Str code;

        TRY(find(cx, in->phone, &id, &code));
        TRY(case_public_view(cx, id, &r));
        if (!r->may_rate)
                return fail(cx, P_REPORT_NOT_RATEABLE, "the case is in state " STR_FMT, STR_ARG(r->state));
        return reporter_does(cx, id, code, &action, ret);
}

Rc api_public_reopen(Cx *cx, const ReportReopening *in, PublicReport **ret) {
        CaseAction action = { .action = S("reopen"), .note = in->note };
        CaseId id;
        Str code;

        TRY(find(cx, in->phone, &id, &code));
        for (size_t i = 0; i < in->photos.n; i++)
                *list_push(cx->arena, &action.photos) = (PhotoLink){ .sha256 = in->photos.v[i], .kind = PHOTO_KIND_SCENE };
        return reporter_does(cx, id, code, &action, ret);
}

Rc api_public_photo(Cx *cx, HttpReply *reply) {
        Str sha256;
        CaseId id;
        bool thumb, held;

        TRY(portal_photo_open(cx, path_str(cx, "token"), &id, &sha256, &thumb));
        TRY(case_holds_photo(cx, id, sha256, &held));
        if (!held)
                return fail(cx, P_NOT_FOUND, "the case does not hold that photo");
        return blob_serve(cx, sha256, thumb, "private, max-age=1800", reply);
}
