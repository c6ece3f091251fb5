/* Who reported: sealed at rest, masked on screen, whole only for a reason and on record. */
#include "case/case_int.h"
#include "core/audit/audit.h"
#include "core/vault/vault.h"
#include "db/db.h"

enum { SEAL_BATCH = 200 };

static Str context(Cx *cx, int64_t id, const char *column) {
        return str_fmt(cx->arena, "case_reporter/%lld/%s", (long long)id, column);
}

Rc case_store_phone_mac(Cx *cx, Str phone, Str *ret) {
        uint8_t mac[VAULT_MAC_BYTES];

        TRY(vault_mac(cx, "case-phone", phone, mac));
        *ret = (Str){ arena_copy(cx->arena, mac, sizeof mac), sizeof mac };
        return OK;
}

/* ---- rows ---- */

typedef struct Sealed {
        Str name, phone, mac;
} Sealed;

static Rc seal(Cx *cx, int64_t id, Str name, Str phone, Sealed *ret) {
        Sealed s = { .mac = STR_NONE };

        TRY(vault_seal(cx, context(cx, id, "name"), name.n ? name : STR_NONE, &s.name));
        TRY(vault_seal(cx, context(cx, id, "phone"), phone.n ? phone : STR_NONE, &s.phone));
        if (phone.n)
                TRY(case_store_phone_mac(cx, phone, &s.mac));
        *ret = s;
        return OK;
}

static Rc log_row(Cx *cx, const CaseReporterRow *row) { return audit_seal(cx, &db_shape_CaseReporterRow, row); }

Rc case_store_reporter_add(Cx *cx, int64_t id, Str name, Str phone) {
        CaseReporterRow *row;
        Sealed s;

        TRY(seal(cx, id, name, phone, &s));
        TRY(q_case_reporter_add(cx, id, s.mac, s.name, s.phone, &row));
        return log_row(cx, row);
}

Rc case_store_reporter(Cx *cx, int64_t id, CaseReporter **ret) {
        CaseReporter *r = TAKE(cx->arena, CaseReporter);
        CaseReporterRow *row;

        TRY(q_case_reporter(cx, id, &row));
        if (!row)
                return *ret = NULL, OK;
        TRY(vault_reveal(cx, context(cx, id, "name"), row->name_sealed, &r->name));
        TRY(vault_reveal(cx, context(cx, id, "phone"), row->phone_sealed, &r->phone));
        if (row->name.p)
                r->name = row->name;
        if (row->phone.p)
                r->phone = row->phone;
        return *ret = r, OK;
}

/* ---- rows of before ---- */

static Rc batch_work(Cx *cx, void *arg) {
        CaseReporterRowList rows;
        size_t *ret_n = arg;

        TRY(q_case_reporters_plain(cx, SEAL_BATCH, &rows));
        *ret_n = rows.n;
        if (!rows.n)
                return OK;
        for (size_t i = 0; i < rows.n; i++) {
                CaseReporterRow *row;
                Sealed s;

                TRY(seal(cx, rows.v[i].case_id, rows.v[i].name, rows.v[i].phone, &s));
                TRY(q_case_reporter_seal(cx, rows.v[i].case_id, s.mac, s.name, s.phone, &row));
                TRY(log_row(cx, row));
        }
        return audit_note(cx, "case.reporters-sealed", S("case"),
                          str_fmt(cx->arena, "{\"rows\":%zu}", rows.n));
}

Rc case_reporters_seal(Cx *cx) {
        _cleanup_(cx_freep) Cx *own = cx_new(16 << 20);
        CaseReporterRowList some;
        size_t n;

        TRY(q_case_reporters_plain(cx, 1, &some)); /* usually there is nothing to write */
        for (n = some.n; n;) {
                own->now_ms = cx->now_ms;
                own->actor = cx->actor;
                if (db_write(own, batch_work, &n) != OK)
                        return fail(cx, own->problem.code, "sealing reporters: " STR_FMT, STR_ARG(own->problem.detail));
                cx_reset(own);
        }
        return OK;
}

/* ---- who sees them ---- */

/* The centre and whoever has the case in hand have to call; nobody else does. */
bool case_may_reveal(const Cx *cx, const Case *c) {
        return c->row.has_reporter && actor_may(cx, PERM_CASE_REVEAL) &&
               (case_in_my_hands(cx, c) || actor_covers(cx, ROLE_DISPATCHER, c->row.place));
}

Rc case_reveal(Cx *cx, CaseId id, Str reason, CaseContact **ret) {
        CaseContact *v = TAKE(cx->arena, CaseContact);
        CaseReporter *r;
        Buf why = BUF_IN(cx->arena);
        CaseScope scope;
        Case *c;

        if (!str_trim(reason).n)
                return fail_field(cx, S("/reason"), "required", S("请填写查看原因"), S("Say why it is needed"));
        case_scope(cx, &scope);
        TRY(case_load(cx, id, &scope, &c));
        if (!c->row.has_reporter)
                return fail(cx, P_NOT_FOUND, "nobody is named as reporter of case %lld", (long long)id.n);
        if (!case_may_reveal(cx, c))
                return fail(cx, P_CASE_NOT_YOURS, "case %lld is not in the actor's hands", (long long)id.n);
        buf_c(&why, "{\"reason\":");
        buf_json_str(&why, reason);
        buf_c(&why, "}");
        TRY(audit_read_note(cx, "case.reporter-seen", str_fmt(cx->arena, "case/%lld", (long long)id.n), buf_view(&why)));
        TRY(case_store_reporter(cx, id.n, &r));
        if (r)
                *v = (CaseContact){ .name = r->name, .phone = r->phone };
        return *ret = v, OK;
}
