/* The profile in use, and what the county changes of it. What other modules may call. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"

