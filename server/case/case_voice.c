/* Many voices for one matter: further reports that follow a case, everybody who reported it with those of the cases merged into it,
 * and who was told how it ended. Rows and rules; names and telephones are sealed as in case_reporter.c. */
#include "case/case_int.h"
#include "core/blob/blob.h"
#include "core/vault/vault.h"
#include "db/db.h"

enum { VOICES_SHOWN = 500, OWN_REPORTER = 1 };

static struct {
        CaseCodeFn code; /* set once, before there are threads */
} state;

static Str context(Cx *cx, int64_t id, int64_t n, const char *column) {
        return str_fmt(cx->arena, "case_voice/%lld/%lld/%s", (long long)id, (long long)n, column);
}

Rc case_store_near(Cx *cx, int64_t y, int64_t x, int64_t since_ms, int64_t limit, CaseRowList *ret) {
        return q_case_near(cx, y - 1, y, y + 1, x - 1, x, x + 1, since_ms, limit, ret);
}

/* ---- a further report ---- */

typedef struct Adding {
        CaseId id;
        const CaseVoiceNew *in;
        const CaseRow *row;
        int64_t n;
        Sm3 hash;
} Adding;

/* What the voice's reporter can prove later, with the row as it is kept. */
static void voice_hash(Cx *cx, const CaseVoiceRow *row, Sm3 *ret) {
        Str fields[] = { str_fmt(cx->arena, "%lld", (long long)row->case_id), str_fmt(cx->arena, "%lld", (long long)row->n),
                         str_fmt(cx->arena, "%lld", (long long)row->at_ms), row->text, row->photos };

        sm3_fields(ret, fields, ARRAY_LEN(fields));
}

static Rc voice_write(Cx *cx, Adding *a, Str photos) {
        const CaseVoiceNew *in = a->in;
        int64_t id = a->id.n, me = actor_account(cx).n;
        Str name, phone, mac = STR_NONE;
        CaseVoiceLast *last;
        CaseVoiceRow *row;

        TRY(q_case_voice_last(cx, id, &last));
        a->n = last->n + 1;
        TRY(vault_seal(cx, context(cx, id, a->n, "name"), in->name.n ? in->name : STR_NONE, &name));
        TRY(vault_seal(cx, context(cx, id, a->n, "phone"), in->phone.n ? in->phone : STR_NONE, &phone));
        if (in->phone.n)
                TRY(case_store_phone_mac(cx, in->phone, &mac));
        TRY(q_case_voice_add(cx, id, a->n, now_ms(cx), in->channel, me ? SOME_INT(me) : (OptInt){ 0 },
                             str_trim(in->text).n ? in->text : STR_NONE, photos, name, phone, mac, &row));
        voice_hash(cx, row, &a->hash);
        return audit_seal(cx, &db_shape_CaseVoiceRow, row);
}

static Rc photos_take(Cx *cx, const StrList *photos, Str *ret) {
        PhotoLinkList links = { 0 };
        CaseEvidence evidence;
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < photos->n; i++)
                *list_push(cx->arena, &links) = (PhotoLink){ .sha256 = photos->v[i], .kind = PHOTO_KIND_SCENE };
        TRY(case_evidence(cx, &links, PHOTO_KIND_SCENE, "/photos", &evidence));
        for (size_t i = 0; i < evidence.links.n; i++) {
                TRY(blob_mark_used(cx, evidence.links.v[i].sha256));
                buf_fmt(&b, "%s" STR_FMT ",", b.n ? "" : ",", STR_ARG(evidence.links.v[i].sha256));
        }
        return *ret = b.n ? buf_view(&b) : S(""), OK;
}

/* In a merged case one follows the case that it goes on in. */
static Rc add_work(Cx *cx, void *arg) {
        Adding *a = arg;
        Str photos = STR_NONE;
        CaseRow *row;

        TRY(case_main_of(cx, a->id.n, &row));
        a->id.n = row->id;
        TRY(q_case_voice_count(cx, a->id.n, &row));
        if (!row)
                return fail_zh(cx, P_CASE_ACTION_FORBIDDEN, S("此件已办结，请重新上报"),
                               "case %lld has ended; please report it anew", (long long)a->id.n);
        TRY(audit_seal(cx, &db_shape_CaseRow, row));
        TRY(photos_take(cx, &a->in->photos, &photos));
        TRY(voice_write(cx, a, photos));
        a->row = row;
        TRY(audit_note(cx, "case.voice", str_fmt(cx->arena, "case/%lld", (long long)row->id),
                       str_fmt(cx->arena, "{\"n\":%lld}", (long long)a->n)));
        return case_tell(cx, row, NULL, S("voice"));
}

Rc case_voice_add(Cx *cx, CaseId id, const CaseVoiceNew *in, VoiceReceipt **ret) {
        VoiceReceipt *r = TAKE(cx->arena, VoiceReceipt);
        Adding a = { .id = id, .in = in };

        TRY(db_write(cx, add_work, &a));
        *r = (VoiceReceipt){ .id = a.row->id,
                             .number = case_number(cx->arena, a.row->created_ms, a.row->id),
                             .n = a.n,
                             .voices = a.row->voices,
                             .hash = hex_str(cx->arena, a.hash.b, sizeof a.hash.b) };
        return *ret = r, OK;
}

void case_code_source(CaseCodeFn make) { state.code = make; }

Rc case_voice_code(Cx *cx, CaseId id, int64_t n, const CaseVoiceNew *said, Str *ret) {
        bool follows = said->channel == CASE_CHANNEL_HOTLINE || said->phone.n || said->name.n;

        return follows && state.code ? state.code(cx, id, n, said->phone, ret) : OK;
}

/* ---- everybody who reported it ---- */

typedef struct Gathering {
        VoiceList *list;
        const CaseRow *main;
        bool by_hand; /* who asks may call them and mark them as told */
} Gathering;

/* Residents who reported by themselves look it up; colleagues see the case. Those who telephoned are called. */
static bool is_to_call(const Gathering *g, const VoiceView *v) {
        return g->main->final && !v->told.set && v->phone.n && v->channel == CASE_CHANNEL_HOTLINE;
}

/* Told counts since the matter ended; after it was opened again they are told anew. */
static void told_fill(const CaseToldRowList *told, const CaseRow *main, VoiceView *v) {
        for (size_t i = 0; i < told->n; i++)
                if (told->v[i].n == v->n && main->closed_ms.set && told->v[i].at_ms >= main->closed_ms.n) {
                        v->told = SOME_INT(told->v[i].at_ms);
                        v->told_by = told->v[i].name;
                }
}

static void contact_fill(Cx *cx, Str name, Str phone, VoiceView *v) {
        v->name = name.n ? mask_name(cx->arena, name) : STR_NONE;
        v->phone = phone.n ? mask_phone(cx->arena, phone) : STR_NONE;
}

static Rc contact_of(Cx *cx, const CaseVoiceRow *row, CaseReporter *ret) {
        TRY(vault_reveal(cx, context(cx, row->case_id, row->n, "name"), row->name_sealed, &ret->name));
        return vault_reveal(cx, context(cx, row->case_id, row->n, "phone"), row->phone_sealed, &ret->phone);
}

Rc case_voice_name(Cx *cx, const CaseVoiceRow *row, Str *ret) {
        return vault_reveal(cx, context(cx, row->case_id, row->n, "name"), row->name_sealed, ret);
}

static Rc own_reporter(Cx *cx, const CaseRow *row, VoiceView *v) {
        CaseReporter *r = NULL;

        *v = (VoiceView){ .case_id = row->id,
                          .number = case_number(cx->arena, row->created_ms, row->id),
                          .n = OWN_REPORTER,
                          .at = row->created_ms,
                          .channel = (CaseChannel)row->channel,
                          .text = row->text };
        if (row->has_reporter)
                TRY(case_store_reporter(cx, row->id, &r));
        if (r)
                contact_fill(cx, r->name, r->phone, v);
        return OK;
}

static Rc further_voice(Cx *cx, const CaseRow *c, const CaseVoiceRow *row, VoiceView *v) {
        CaseReporter contact = { 0 };

        *v = (VoiceView){ .case_id = row->case_id,
                          .number = case_number(cx->arena, c->created_ms, c->id),
                          .n = row->n,
                          .at = row->at_ms,
                          .channel = (CaseChannel)row->channel,
                          .text = row->text };
        TRY(contact_of(cx, row, &contact));
        contact_fill(cx, contact.name, contact.phone, v);
        for (Str sha256, rest = row->photos; str_cut(rest, ',', &sha256, &rest);)
                if (sha256.n)
                        *list_push(cx->arena, &v->photos) =
                                str_fmt(cx->arena, "/api/cases/%lld/photos/" STR_FMT, (long long)row->case_id, STR_ARG(sha256));
        return OK;
}

static void finish(const Gathering *g, const CaseToldRowList *told, VoiceView *v) {
        told_fill(told, g->main, v);
        v->to_call = is_to_call(g, v);
        v->may_tell = g->by_hand && g->main->final && !v->told.set && v->phone.n;
        g->list->to_call += v->to_call;
}

static Rc gather(Cx *cx, const Gathering *g, const CaseRow *row) {
        CaseVoiceRowList rows = { 0 };
        CaseToldRowList told;
        VoiceView *v;

        TRY(q_case_told(cx, row->id, &told));
        v = list_push(cx->arena, &g->list->items);
        TRY(own_reporter(cx, row, v));
        finish(g, &told, v);
        if (row->voices > 1)
                TRY(q_case_voices(cx, row->id, VOICES_SHOWN, &rows));
        for (size_t i = 0; i < rows.n && g->list->items.n < VOICES_SHOWN; i++) {
                v = list_push(cx->arena, &g->list->items);
                TRY(further_voice(cx, row, &rows.v[i], v));
                finish(g, &told, v);
        }
        return OK;
}

/* The case and, breadth first, all that went on in it. */
static Rc gather_all(Cx *cx, Gathering *g, const CaseRow *row) {
        CaseRowList waiting = { 0 };

        *list_push(cx->arena, &waiting) = *row;
        for (size_t i = 0; i < waiting.n && g->list->items.n < VOICES_SHOWN; i++) {
                CaseRow now = waiting.v[i]; /* the list may move */
                CaseRowList merged = { 0 };

                TRY(gather(cx, g, &now));
                if (now.voices > 1)
                        TRY(q_case_merged_of(cx, now.id, VOICES_SHOWN, &merged));
                for (size_t k = 0; k < merged.n; k++)
                        *list_push(cx->arena, &waiting) = merged.v[k];
        }
        return OK;
}

/* The centre and whoever has the matter in hand. */
static bool may_tell(const Cx *cx, const Case *c) {
        return case_in_my_hands(cx, c) || actor_covers(cx, ROLE_DISPATCHER, c->row.place);
}

static Rc load_scoped(Cx *cx, CaseId id, Case **ret) {
        CaseScope scope;

        case_scope(cx, &scope);
        return case_load(cx, id, &scope, ret);
}

Rc case_voices(Cx *cx, CaseId id, VoiceList **ret) {
        Gathering g = { .list = TAKE(cx->arena, VoiceList) };
        CaseRow *main;
        Case *c;

        TRY(load_scoped(cx, id, &c));
        TRY(case_main_of(cx, id.n, &main));
        g.main = main;
        g.by_hand = may_tell(cx, c);
        g.list->voices = c->row.voices;
        TRY(gather_all(cx, &g, &c->row));
        return *ret = g.list, OK;
}

/* ---- one of them ---- */

/* May who asks call the n-th voice of the case? The centre of the case it went on in may too. */
static Rc voice_find(Cx *cx, CaseId id, int64_t n, CaseReporter *ret) {
        CaseVoiceRow *voice = NULL;
        CaseReporter *own = NULL;
        Case *c;

        TRY(load_scoped(cx, id, &c));
        if (!may_tell(cx, c))
                return fail(cx, P_CASE_NOT_YOURS, "case %lld is not in the actor's hands", (long long)id.n);
        if (n == OWN_REPORTER && c->row.has_reporter)
                TRY(case_store_reporter(cx, id.n, &own));
        if (own)
                return *ret = *own, OK;
        TRY(q_case_voice_at(cx, id.n, n, &voice));
        if (!voice)
                return fail(cx, P_NOT_FOUND, "case %lld has no voice %lld", (long long)id.n, (long long)n);
        return contact_of(cx, voice, ret);
}

typedef struct Telling {
        CaseId id;
        int64_t n;
} Telling;

static Rc tell_work(Cx *cx, void *arg) {
        const Telling *t = arg;
        CaseReporter ignored;
        CaseToldRow *told;
        CaseRow *row, *main;

        TRY(voice_find(cx, t->id, t->n, &ignored));
        TRY(case_main_of(cx, t->id.n, &main));
        if (!main->final)
                return fail_zh(cx, P_CASE_ACTION_FORBIDDEN, S("此事尚未办结"), "case %lld has not ended", (long long)main->id);
        TRY(q_case_told_add(cx, t->id.n, t->n, now_ms(cx), actor_account(cx).n,
                            cx->actor->name.n ? cx->actor->name : S(""), &told));
        if (!told)
                return OK;
        TRY(audit_seal(cx, &db_shape_CaseToldRow, told));
        TRY(audit_note(cx, "case.told", str_fmt(cx->arena, "case/%lld", (long long)t->id.n),
                       str_fmt(cx->arena, "{\"n\":%lld}", (long long)t->n)));
        TRY(case_store_get(cx, t->id.n, NULL, &row));
        return case_tell(cx, row, NULL, S("told"));
}

Rc case_voice_told(Cx *cx, CaseId id, int64_t n, VoiceList **ret) {
        Telling t = { id, n };

        TRY(db_write(cx, tell_work, &t));
        return case_voices(cx, id, ret);
}

Rc case_voice_reveal(Cx *cx, CaseId id, int64_t n, Str reason, CaseContact **ret) {
        CaseContact *v = TAKE(cx->arena, CaseContact);
        CaseReporter r = { 0 };
        Buf why = BUF_IN(cx->arena);

        if (!str_trim(reason).n)
                return fail_field(cx, S("/reason"), "required", S("请填写查看原因"), S("Say why it is needed"));
        buf_fmt(&why, "{\"n\":%lld,\"reason\":", (long long)n);
        buf_json_str(&why, reason);
        buf_c(&why, "}");
        TRY(voice_find(cx, id, n, &r));
        TRY(audit_read_note(cx, "case.reporter-seen", str_fmt(cx->arena, "case/%lld", (long long)id.n), buf_view(&why)));
        *v = (CaseContact){ .name = r.name, .phone = r.phone };
        return *ret = v, OK;
}

Rc case_store_merged_of(Cx *cx, int64_t main, int64_t limit, CaseRowList *ret) {
        return q_case_merged_of(cx, main, limit, ret);
}

Rc case_store_hold(Cx *cx, int64_t id) {
        CaseNewId *held;

        return q_case_hold(cx, id, &held);
}

Rc case_store_voice(Cx *cx, int64_t id, int64_t n, CaseVoiceRow **ret) { return q_case_voice_at(cx, id, n, ret); }
