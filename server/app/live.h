/* Server-sent events: notices go to the listeners that may see them. */
#pragma once
#include "base/cx.h"

void live_init(void);
