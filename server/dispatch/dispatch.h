/* Dispatch rules: which unit or member a case should go to. Nothing here moves a case. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"

void dispatch_init(void);

/* What the rules suggest for a case in the scope of who asks, with the reasons. P_NOT_FOUND, P_DISPATCH_CASE_CLOSED. */
Rc dispatch_case_advice(Cx *cx, int64_t case_id, DispatchAdvice **ret);
