/* Drafts of other borders, publishing them for a day, and what moves on that day. The mesh itself is geo/mesh.h, the editions in force are
 * territory's. */
#pragma once
#include "base/cx.h"

void mesh_init(void);
/* The job: what an edition moves is moved when its day has come, once, by one of the servers. */
Rc mesh_due(Cx *cx);
