/* Work that comes round by itself: one thread runs what is due, each with a context of its own. A job that fails is logged and
 * tried again at its next turn. */
#pragma once
#include "base/cx.h"

typedef Rc (*Job)(Cx *cx);
void job_every(const char *name, int64_t every_ms, Job job); /* before job_start */
void job_start(void);
void job_stop(void);                                          /* waits for the running job */
