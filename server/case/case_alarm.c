/* Machines that report by themselves: a key each, an alarm's own key that opens one case however often and however many at once it comes,
 * and an alarm that comes back soon is the one that was. */
#include "base/id.h"
#include "case/case_int.h"
#include "core/vault/vault.h"
#include "db/db.h"
#include <openssl/crypto.h>

enum { SECRET_BYTES = 24, SOURCES_SHOWN = 200, CALLER_CASES = 20 };

/* ---- machines ---- */

static Rc source_seal(Cx *cx, const CaseSourceRow *row) { return audit_seal(cx, &db_shape_CaseSourceRow, row); }

static Rc key_hash(Cx *cx, Str secret, Str *ret) {
        uint8_t mac[VAULT_MAC_BYTES];

        TRY(vault_mac(cx, "case-source", secret, mac));
        return *ret = (Str){ arena_copy(cx->arena, mac, sizeof mac), sizeof mac }, OK;
}

static SourceView source_view(const CaseSourceRow *r) {
        return (SourceView){ .id = r->id, .name = r->name, .channel = (CaseChannel)r->channel, .place = r->place, .category = r->category,
                             .again_minutes = r->again_minutes, .created = r->created_ms, .ended = r->ended_ms };
}

Rc case_source_add(Cx *cx, const SourceCreate *in, SourceKey **ret) {
        SourceKey *v = TAKE(cx->arena, SourceKey);
        Str secret = id_token(cx->arena, SECRET_BYTES), hash;
        const CaseProfile *p;
        CaseSourceRow *row;

        TRY(case_profile(cx, &p));
        if (in->channel != CASE_CHANNEL_ALARM && in->channel != CASE_CHANNEL_PLATFORM)
                return fail_field(cx, S("/channel"), "not-allowed", S("来源应为设备报警或外部平台"), S("alarm or platform"));
        if (!case_category(p->catalogue, in->category))
                return fail(cx, P_CASE_CATEGORY_UNKNOWN, "no category " STR_FMT, STR_ARG(in->category));
        TRY(key_hash(cx, secret, &hash));
        TRY(q_case_source_add(cx, in->name, in->channel, in->place, in->category, in->again_minutes, hash, now_ms(cx), &row));
        TRY(source_seal(cx, row));
        TRY(audit_note(cx, "case.source-made", str_fmt(cx->arena, "source/%lld", (long long)row->id), STR_NONE));
        *v = (SourceKey){ .id = row->id, .key = str_fmt(cx->arena, "%lld." STR_FMT, (long long)row->id, STR_ARG(secret)) };
        return *ret = v, OK;
}

Rc case_sources(Cx *cx, SourceList **ret) {
        SourceList *v = TAKE(cx->arena, SourceList);
        CaseSourceRowList rows;

        TRY(q_case_sources(cx, SOURCES_SHOWN, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, &v->items) = source_view(&rows.v[i]);
        return *ret = v, OK;
}

Rc case_source_end(Cx *cx, int64_t id) {
        CaseSourceRow *row;

        TRY(q_case_source_end(cx, id, now_ms(cx), &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "no source %lld", (long long)id);
        TRY(source_seal(cx, row));
        return audit_note(cx, "case.source-ended", str_fmt(cx->arena, "source/%lld", (long long)id), STR_NONE);
}

static Rc source_open(Cx *cx, Str key, CaseSourceRow **ret) {
        CaseSourceRow *row = NULL;
        Str number, secret, hash;
        int64_t id;

        if (str_cut(key, '.', &number, &secret) && case_id_read(number, &id))
                TRY(q_case_source_at(cx, id, &row));
        TRY(key_hash(cx, row ? secret : S(""), &hash));
        if (!row || row->ended_ms.set || row->key_hash.n != hash.n || CRYPTO_memcmp(row->key_hash.p, hash.p, hash.n) != 0)
                return fail(cx, P_ALARM_KEY_UNKNOWN, "no source has that key");
        return *ret = row, OK;
}

/* ---- alarms ---- */

/* The same as before: its case goes on, or it ended or was over only a moment ago. */
static Rc is_same(Cx *cx, const CaseSourceRow *source, const CaseAlarmRow *alarm, bool *ret) {
        int64_t since = now_ms(cx) - source->again_minutes * (int64_t)MS_MINUTE;
        CaseRow *row;

        *ret = false;
        if (!alarm->case_id.set || (alarm->cleared_ms.set && alarm->cleared_ms.n < since))
                return OK;
        TRY(case_store_get(cx, alarm->case_id.n, NULL, &row));
        return *ret = !row->final || alarm->last_ms >= since, OK;
}

static Rc case_of_alarm(Cx *cx, const CaseSourceRow *source, const AlarmCreate *in, CaseAlarmRow *alarm) {
        CaseNew c = { .category = in->category.n ? in->category : source->category,
                      .text = in->text,
                      .building = in->building,
                      .lon_e7 = in->lon,
                      .lat_e7 = in->lat,
                      .place = source->place,
                      .channel = (CaseChannel)source->channel };
        CaseId id;

        TRY(case_open(cx, &c, &id));
        TRY(q_case_alarm_of_case_set(cx, alarm->id, id.n, NULL));
        alarm->case_id = SOME_INT(id.n);
        return OK;
}

static Rc receipt(Cx *cx, const CaseAlarmRow *alarm, bool fresh, AlarmReceipt **ret) {
        AlarmReceipt *r = TAKE(cx->arena, AlarmReceipt);
        CaseRow *row;

        TRY(case_store_get(cx, alarm->case_id.n, NULL, &row));
        *r = (AlarmReceipt){ .number = case_number(cx->arena, row->created_ms, row->id), .hits = alarm->hits, .fresh = fresh,
                             .state = row->state };
        return *ret = r, OK;
}

static Rc cleared(Cx *cx, const CaseSourceRow *source, const AlarmCreate *in, AlarmReceipt **ret) {
        CaseAlarmRow *alarm;

        TRY(q_case_alarm_clear(cx, source->id, in->key, now_ms(cx), &alarm));
        if (!alarm || !alarm->case_id.set)
                return fail(cx, P_NOT_FOUND, "that alarm has not come");
        TRY(audit_note(cx, "case.alarm-cleared", str_fmt(cx->arena, "case/%lld", (long long)alarm->case_id.n), STR_NONE));
        return receipt(cx, alarm, false, ret);
}

/* Its case knows of the first message by itself; screens that show it hear of the others. */
static Rc goes_on(Cx *cx, const CaseAlarmRow *alarm) {
        CaseRow *row;

        TRY(q_case_alarm_goes_on(cx, alarm->id, now_ms(cx), NULL));
        TRY(audit_note(cx, "case.alarm-again", str_fmt(cx->arena, "case/%lld", (long long)alarm->case_id.n),
                       str_fmt(cx->arena, "{\"hits\":%lld}", (long long)alarm->hits)));
        TRY(case_store_get(cx, alarm->case_id.n, NULL, &row));
        return case_tell(cx, row, NULL, S("alarm"));
}

Rc case_alarm(Cx *cx, Str key, const AlarmCreate *in, AlarmReceipt **ret) {
        CaseSourceRow *source = NULL;
        CaseAlarmRow *alarm;
        bool same;

        TRY(source_open(cx, key, &source));
        if (in->cleared.set && in->cleared.b)
                return cleared(cx, source, in, ret);
        TRY(q_case_alarm_hit(cx, source->id, in->key, now_ms(cx), &alarm));
        TRY(is_same(cx, source, alarm, &same));
        if (same) {
                TRY(goes_on(cx, alarm));
                return receipt(cx, alarm, false, ret);
        }
        if (alarm->case_id.set) {
                TRY(q_case_alarm_past(cx, alarm->id, NULL));
                TRY(q_case_alarm_hit(cx, source->id, in->key, now_ms(cx), &alarm));
        }
        TRY(case_of_alarm(cx, source, in, alarm));
        return receipt(cx, alarm, true, ret);
}

Rc case_alarm_fill(Cx *cx, const CaseRow *row, CaseView *v) {
        CaseSourceRow *source = NULL;
        CaseAlarmRow *alarm;

        if (row->channel != CASE_CHANNEL_ALARM && row->channel != CASE_CHANNEL_PLATFORM)
                return OK;
        TRY(q_case_alarm_of(cx, row->id, &alarm));
        if (!alarm)
                return OK;
        TRY(q_case_source_at(cx, alarm->source, &source));
        v->alarm = TAKE(cx->arena, CaseAlarmView);
        *v->alarm = (CaseAlarmView){ .source = source ? source->name : S(""), .key = alarm->alarm_key, .hits = alarm->hits,
                                     .first = alarm->first_ms, .last = alarm->last_ms };
        return OK;
}

/* ---- who telephones ---- */

static Rc caller_name(Cx *cx, const CaseVoiceLink *link, Str *name) {
        CaseReporter *own = NULL;
        CaseVoiceRow *voice = NULL;

        if (link->n == 1)
                TRY(case_store_reporter(cx, link->case_id, &own));
        else
                TRY(case_store_voice(cx, link->case_id, link->n, &voice));
        if (own && own->name.n)
                *name = own->name;
        return voice ? case_voice_name(cx, voice, name) : OK;
}

Rc case_caller(Cx *cx, Str phone, CallerMemory **ret) {
        CallerMemory *v = TAKE(cx->arena, CallerMemory);
        CaseVoiceLinkList links;
        Str mac;

        TRY(case_store_phone_mac(cx, phone, &mac));
        TRY(q_case_of_caller(cx, mac, CALLER_CASES * 5, &links));
        for (size_t i = 0; i < links.n && v->cases.n < CALLER_CASES; i++) {
                CaseRow *row;

                TRY(case_store_get(cx, links.v[i].case_id, NULL, &row));
                if (!actor_covers(cx, ROLE_DISPATCHER, row->place))
                        continue;
                if (!v->name.n)
                        TRY(caller_name(cx, &links.v[i], &v->name));
                TRY(case_item(cx, row, list_push(cx->arena, &v->cases)));
        }
        if (v->name.n || v->cases.n)
                TRY(audit_read_note(cx, "case.caller-seen", str_fmt(cx->arena, "case/%lld", (long long)v->cases.v[0].id), STR_NONE));
        return *ret = v, OK;
}
