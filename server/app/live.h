/* Server-sent events: notices go to the listeners that may see them. */
#pragma once
#include "base/cx.h"

void live_init(void);
Rc live_expire(Cx *cx); /* closes the streams whose sessions have ended by themselves */
