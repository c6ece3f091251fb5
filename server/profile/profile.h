/* The profile in use, and the county's overlay of it. What other modules may call. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"

void profile_init(void); /* the sealed tables */
/* Every few seconds: brings into force what is due, and moves open cases where that was wanted. Several servers may do it at once. */
Rc profile_due(Cx *cx);
