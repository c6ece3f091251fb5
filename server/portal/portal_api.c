/* Routes that need no account. */
#include "base/id.h"
#include "core/blob/blob.h"
#include "http/http.h"
#include "portal/portal_int.h"

enum { TRIES_PER_MIN = 12 /* on one receipt code, from anywhere */ };

/* The public is the public, also in a browser where somebody is signed in. */
static void as_public(Cx *cx) { cx->actor = NULL; }

/* The case behind the path's code and the phone; tries on one code are few, whoever makes them. */
static Rc find(Cx *cx, Str phone, ReportLink *ret) {
        Str typed = path_str(cx, "code"), code;
        int64_t wait = 0;

        as_public(cx);
        if (id_receipt_fold(cx->arena, typed, &code) &&
            !rate_take(cx, str_fmt(cx->arena, "receipt " STR_FMT, STR_ARG(code)), TRIES_PER_MIN, &wait)) {
                cx->problem.retry_after_s = wait;
                return fail(cx, P_RATE_LIMITED, "too many tries on one receipt code");
        }
        return portal_case_of(cx, typed, phone, ret);
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

Rc api_public_similar(Cx *cx, const PublicSimilarQuery *in, PublicSimilar **ret) {
        as_public(cx);
        return portal_similar(cx, in, ret);
}

Rc api_public_voice(Cx *cx, const PublicVoice *in, ReportReceipt **ret) {
        as_public(cx);
        return portal_voice(cx, in, ret);
}

Rc api_public_follow(Cx *cx, const ReportQuery *in, PublicReport **ret) {
        ReportLink link;

        TRY(find(cx, in->phone, &link));
        return portal_follow(cx, &link, ret);
}

/* What the reporter does, on the version that the case has now: there is no other person's work to overwrite. */
static Rc reporter_does(Cx *cx, const ReportLink *link, CaseAction *action, PublicReport **ret) {
        PublicReport *before;

        TRY(case_public_view(cx, link->id, link->voice, &before));
        action->version = before->version;
        TRY(case_do(cx, link->id, action, true));
        return portal_follow(cx, link, ret);
}

static void photos_add(Cx *cx, const StrList *photos, CaseAction *action) {
        for (size_t i = 0; i < photos->n; i++)
                *list_push(cx->arena, &action->photos) = (PhotoLink){ .sha256 = photos->v[i], .kind = PHOTO_KIND_SCENE };
}

Rc api_public_rate(Cx *cx, const ReportRating *in, PublicReport **ret) {
        CaseAction action = { .action = S("rate"), .note = in->note, .satisfaction = in->satisfaction };
        PublicReport *r;
        ReportLink link;

        TRY(find(cx, in->phone, &link));
        TRY(case_public_view(cx, link.id, link.voice, &r));
        if (!r->may_rate)
                return fail(cx, P_REPORT_NOT_RATEABLE, "the case is in state " STR_FMT, STR_ARG(r->state));
        return reporter_does(cx, &link, &action, ret);
}

/* Whoever joined a matter reports anew what is not solved for them. */
Rc api_public_reopen(Cx *cx, const ReportReopening *in, PublicReport **ret) {
        CaseAction action = { .note = in->note };
        ReportLink link;

        TRY(find(cx, in->phone, &link));
        if (link.voice > 1)
                return fail_zh(cx, P_CASE_ACTION_FORBIDDEN, S("如仍未解决，请重新上报"), "a voice of a case does not open it again");
        TRY(case_reopen_action(cx, link.id, &action.action));
        photos_add(cx, &in->photos, &action);
        return reporter_does(cx, &link, &action, ret);
}

Rc api_public_answer(Cx *cx, const ReportAnswer *in, PublicReport **ret) {
        CaseAction action = { .note = in->note };
        ReportLink link;

        TRY(find(cx, in->phone, &link));
        TRY(case_answer_action(cx, link.id, &action.action));
        if (!action.action.n)
                return fail(cx, P_REPORT_NO_QUESTION, "nothing was asked");
        photos_add(cx, &in->photos, &action);
        return reporter_does(cx, &link, &action, ret);
}

Rc api_public_link(Cx *cx, OutsideCase **ret) {
        as_public(cx);
        return portal_link(cx, path_str(cx, "token"), ret);
}

Rc api_public_link_act(Cx *cx, const OutsideAction *in, OutsideCase **ret) {
        CaseAction action = { .action = in->action, .note = in->note, .reason = in->reason, .photos = in->photos,
                              .satisfaction = in->satisfaction, .form = in->form };

        as_public(cx);
        TRY(case_link_do(cx, path_str(cx, "token"), &action, ret));
        return portal_link_photos(cx, *ret);
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
