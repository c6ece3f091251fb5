/* The tables of this module that the chained log seals. */
#include "case/case_int.h"
#include "case/case_store.h"
#include "core/audit/audit.h"

/* A step's own chain: its hash is that of its content, and it names the hash of the step before. */
static Rc step_extra(Cx *cx, const void *row, Str *ret_wrong) {
        static const uint8_t zero[32];
        const CaseStepRow *r = row;
        Str wanted = { (const char *)zero, sizeof zero };
        CaseStepRow *before;
        Sm3 hash;

        case_step_hash(cx, r, &hash);
        if (!str_eq(r->hash, (Str){ (const char *)hash.b, sizeof hash.b }))
                return *ret_wrong = S("the step's content does not have its hash"), OK;
        if (r->seq > 1) {
                TRY(q_case_step_at(cx, r->case_id, r->seq - 1, &before));
                if (!before)
                        return *ret_wrong = S("the step before it is gone"), OK;
                wanted = before->hash;
        }
        if (!str_eq(r->previous, wanted))
                *ret_wrong = S("it does not follow the step before it");
        return OK;
}

void case_store_init(void) {
        audit_table("case_case", &query_case_all, "id", NULL);
        audit_table("case_step", &query_case_step_all, "case_id/seq", step_extra);
        audit_table("case_photo", &query_case_photo_all, "case_id/n", NULL);
        audit_table("case_reader", &query_case_reader_all, "case_id/account", NULL);
        audit_table("case_unit", &query_case_unit_all, "case_id/department", NULL);
        audit_table("case_reporter", &query_case_reporter_all, "case_id", NULL);
        audit_table("case_card", &query_case_card_all, "case_id/kind/moment_ms", NULL);
        audit_table("case_voice", &query_case_voice_all, "case_id/n", NULL);
        audit_table("case_told", &query_case_told_all, "case_id/n/at_ms", NULL);
        audit_table("case_link", &query_case_link_all, "id", NULL);
        audit_table("case_source", &query_case_source_all, "id", NULL);
        case_file_init();
}
