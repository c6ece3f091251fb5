/* Anything that moves through a flow. What other modules may call. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"

typedef struct CaseId {
        int64_t n;
} CaseId;

typedef struct Case Case; /* opaque; lives in cx's arena */

void case_init(void);
Rc case_profile_reload(Cx *cx); /* flows and catalogue from core/setting; also on notice "setting" */

/* Creates a case as cx->actor (NULL: the public). Fails with PLACE_OUTSIDE, CASE_CATEGORY_UNKNOWN, BLOB_MISSING. */
typedef struct CaseNew {
        Str category, text, place, building;
        OptInt lon_e7, lat_e7;
        StrList photos;
        CaseChannel channel;
        Str reporter_name, reporter_phone;
        Str address;              /* e.g. building address with unit */
} CaseNew;
Rc case_open(Cx *cx, const CaseNew *in, CaseId *ret);

/* What the reporter may do (rate, reopen) comes from outside the accounts: as_reporter tells that code and phone were checked. */
Rc case_do(Cx *cx, CaseId id, const CaseAction *in, bool as_reporter);
Rc case_view(Cx *cx, CaseId id, CaseView **ret);                 /* scope checked against cx->actor */
Rc case_public_view(Cx *cx, CaseId id, PublicReport **ret);      /* the reporter's timeline: no names of colleagues' phones, no internal notes */
Rc case_receipt(Cx *cx, CaseId id, CaseReceipt **ret);
Rc case_holds_photo(Cx *cx, CaseId id, Str sha256, bool *ret);
Rc case_category_default(Cx *cx, Str *ret);                      /* "其他" when a resident gave none */
