/* What anybody may do without an account: report, follow, rate, reopen, see who is responsible. */
#pragma once
#include "base/cx.h"

void portal_init(void);
