/* What the files of this folder share. */
#pragma once
#include "core/flow/flow.h"

Rc flow_fault(Cx *cx, const JsonNode *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The flow as a whole: do the pieces lead anywhere? node is the file's root, for line numbers. */
Rc flow_check(Cx *cx, const Flow *f, const JsonNode *node);
