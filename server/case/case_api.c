/* Handlers: ids and body in, rule, view out. */
#include "case/case_paper.h"
#include "core/blob/blob.h"
#include "http/http.h"

static CaseId path_case(const Cx *cx) { return (CaseId){ path_int(cx, "id") }; }

Rc api_catalogue_get(Cx *cx, Catalogue **ret) { return case_catalogue_view(cx, ret); }

Rc api_case_create(Cx *cx, const CaseCreate *in, CaseReceipt **ret) {
        CaseNew c = { .category = in->category,
                      .text = in->text,
                      .place = in->place,
                      .building = in->building,
                      .lon_e7 = SOME_INT(in->lon),
                      .lat_e7 = SOME_INT(in->lat),
                      .photos = in->photos,
                      .channel = in->channel,
                      .reporter_name = in->reporter_name,
                      .reporter_phone = in->reporter_phone,
                      .flow = in->flow,
                      .form = in->form,
                      .self_handled = in->self_handled.set && in->self_handled.b,
                      .handled_note = in->handled_note,
                      .handled_photos = in->handled_photos };
        CaseVoiceNew said = { .channel = in->channel, .name = in->reporter_name, .phone = in->reporter_phone };

        TRY(case_channel_check(cx, in->channel));
        TRY(case_report(cx, &c, ret));
        return case_voice_code(cx, (CaseId){ (*ret)->id }, 1, &said, &(*ret)->code);
}

Rc api_case_list(Cx *cx, const CaseQuery *in, CasePage **ret) { return case_list(cx, in, ret); }

Rc api_case_counts(Cx *cx, const CountQuery *in, CaseCounts **ret) {
        return case_counts(cx, in->under, ret);
}

Rc api_case_events(Cx *cx, const EventQuery *in, CaseEventPage **ret) {
        return case_events(cx, in->page, ret);
}

Rc api_case_get(Cx *cx, CaseView **ret) { return case_view(cx, path_case(cx), ret); }

Rc api_case_actions(Cx *cx, ActionList **ret) { return case_actions(cx, path_case(cx), ret); }

/* After the action the case may be out of the actor's sight only if it was never dispatched to them; what they just did they see. */
Rc api_case_act(Cx *cx, const CaseAction *in, CaseView **ret) {
        TRY(case_do(cx, path_case(cx), in, false));
        return case_view(cx, path_case(cx), ret);
}

Rc api_case_precedents(Cx *cx, Precedents **ret) { return case_precedents(cx, path_case(cx), ret); }

Rc api_calendar_get(Cx *cx, CalendarView **ret) { return case_calendar_view(cx, ret); }

Rc api_calendar_import(Cx *cx, const CalendarFile *in) { return case_calendar_import(cx, in->text); }

Rc api_calendar_withdraw(Cx *cx) { return case_calendar_withdraw(cx, path_int(cx, "year")); }

Rc api_case_log(Cx *cx, CaseLog **ret) { return case_log_view(cx, path_case(cx), ret); }

Rc api_case_clock(Cx *cx, ClockView **ret) {
        CaseScope scope;
        Case *c;

        case_scope(cx, &scope);
        TRY(case_load(cx, path_case(cx), &scope, &c));
        return case_clock_view(cx, c, ret);
}

Rc api_case_share(Cx *cx, const ShareCreate *in, CaseView **ret) {
        return case_share(cx, path_case(cx), in->account, ret);
}

Rc api_case_reveal(Cx *cx, const CaseReveal *in, CaseContact **ret) {
        return case_reveal(cx, path_case(cx), in->reason, ret);
}

/* Half a minute of a worker and some megabytes of a disk in the worst case: at most so many an account and a minute. */
Rc api_case_paper(Cx *cx, HttpReply *reply) {
        Str number;

        TRY(case_paper(cx, path_case(cx), &reply->fd, &number));
        reply->has_fd = true;
        reply->status = 200;
        reply->type = "application/pdf";
        http_reply_header(cx, reply, "Cache-Control", S("private, no-store"));
        http_reply_header(cx, reply, "Content-Disposition", str_fmt(cx->arena, "inline; filename=\"case-" STR_FMT ".pdf\"", STR_ARG(number)));
        return OK;
}

Rc api_case_similar(Cx *cx, const SimilarQuery *in, SimilarCases **ret) {
        CaseLike like = { in->lon, in->lat, in->building, in->category, in->text };

        return case_similar(cx, &like, false, ret);
}

Rc api_case_voice_add(Cx *cx, const VoiceCreate *in, VoiceReceipt **ret) {
        CaseVoiceNew v = { .channel = in->channel,
                           .text = in->text,
                           .name = in->reporter_name,
                           .phone = in->reporter_phone,
                           .photos = in->photos };
        CaseScope scope;
        CaseRow *row;

        TRY(case_channel_check(cx, in->channel));
        case_scope(cx, &scope);
        TRY(case_store_get(cx, path_case(cx).n, &scope, &row));
        TRY(case_voice_add(cx, path_case(cx), &v, ret));
        return case_voice_code(cx, (CaseId){ (*ret)->id }, (*ret)->n, &v, &(*ret)->code);
}

Rc api_case_voice_list(Cx *cx, VoiceList **ret) { return case_voices(cx, path_case(cx), ret); }

Rc api_case_voice_told(Cx *cx, VoiceList **ret) {
        return case_voice_told(cx, path_case(cx), path_int(cx, "n"), ret);
}

Rc api_case_voice_reveal(Cx *cx, const CaseReveal *in, CaseContact **ret) {
        return case_voice_reveal(cx, path_case(cx), path_int(cx, "n"), in->reason, ret);
}

Rc api_case_link_address(Cx *cx, LinkAddress **ret) {
        return case_link_address(cx, path_case(cx), path_int(cx, "link"), ret);
}

Rc api_case_link_withdraw(Cx *cx, CaseView **ret) {
        return case_link_withdraw(cx, path_case(cx), path_int(cx, "link"), ret);
}

Rc api_alarm_sources(Cx *cx, SourceList **ret) { return case_sources(cx, ret); }

Rc api_alarm_source_add(Cx *cx, const SourceCreate *in, SourceKey **ret) { return case_source_add(cx, in, ret); }

Rc api_alarm_source_end(Cx *cx) { return case_source_end(cx, path_int(cx, "id")); }

/* The machine is nobody's session, also in a browser where somebody is signed in. */
Rc api_alarm_post(Cx *cx, const AlarmCreate *in, AlarmReceipt **ret) {
        cx->actor = NULL;
        return case_alarm(cx, http_header(cx->req, "x-alarm-key"), in, ret);
}

Rc api_case_caller(Cx *cx, const CallerQuery *in, CallerMemory **ret) { return case_caller(cx, in->phone, ret); }

Rc api_case_photo(Cx *cx, HttpReply *reply) {
        Str sha256 = path_str(cx, "sha256");
        CaseScope scope;
        CaseRow *row;
        bool held;

        case_scope(cx, &scope);
        TRY(case_store_get(cx, path_case(cx).n, &scope, &row));
        TRY(case_store_has_photo(cx, row->id, sha256, &held));
        if (!held)
                return fail(cx, P_NOT_FOUND, "that photo does not belong to case %lld", (long long)row->id);
        /* Whoever may see it today may not tomorrow: the browser keeps the bytes but asks each time, which costs no bytes. */
        http_reply_header(cx, reply, "Vary", S("Authorization, Cookie"));
        return blob_serve(cx, sha256, str_eq(http_query(cx->req, "size"), S("thumb")), "private, no-cache", reply);
}
