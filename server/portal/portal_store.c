/* Receipt codes ↔ rows. */
#include "core/audit/audit.h"
#include "db/db.h"
#include "portal/portal_int.h"
#include "sql.gen.h"

Rc portal_store_add(Cx *cx, const ReportLink *link) {
        PortalReportRow *row;

        TRY(q_portal_report_add(cx, link->code, link->id.n, link->phone_hash, now_ms(cx), link->voice > 1 ? SOME_INT(link->voice) : (OptInt){ 0 }, &row));
        return audit_seal(cx, &db_shape_PortalReportRow, row);
}

Rc portal_store_find(Cx *cx, Str code, ReportLink *ret) {
        PortalReportRow *row;

        TRY(q_portal_report_get(cx, code, &row));
        if (row)
                *ret = (ReportLink){ row->code, row->phone_hash, { row->case_id }, row->voice.set ? row->voice.n : 1 };
        return OK;
}

Rc portal_store_first_edition(Cx *cx, int64_t limit, ReportLinkList *ret) {
        PortalReportRowList rows;
        ReportLinkList out = { 0 };

        TRY(q_portal_report_first_edition(cx, limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, &out) =
                        (ReportLink){ rows.v[i].code, rows.v[i].phone_hash, { rows.v[i].case_id }, 1 };
        return *ret = out, OK;
}

Rc portal_store_rehash(Cx *cx, Str code, Str phone_hash) {
        PortalReportRow *row;

        TRY(q_portal_report_rehash(cx, code, phone_hash, &row));
        return audit_seal(cx, &db_shape_PortalReportRow, row);
}

void portal_store_init(void) { audit_table("portal_report", &query_portal_report_each, "code", NULL); }
