/* What anybody may do without an account: report, follow, rate, reopen, see who is responsible. */
#pragma once
#include "case/case.h"
#include "contract.gen.h"

/* Brings the telephone hashes of a database that is older than core/vault up to date, a few hundred a transaction. */
Rc portal_hashes_renew(Cx *cx);
void portal_init(void);

/* A resident's report; inside a transaction. P_REPORT_PLACE_NEEDED, P_BUILDING_UNKNOWN, and what case_open fails with. */
Rc portal_report(Cx *cx, const ReportCreate *in, CaseId *ret_id, ReportReceipt **ret);
