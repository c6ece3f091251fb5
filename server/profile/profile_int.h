/* What the files of this folder share; nobody else includes it. */
#pragma once
#include "profile/profile.h"

/* ---- profile_graph.c ---- */

/* edition not set: the newest. P_NOT_FOUND. */
Rc profile_flow_graph(Cx *cx, Str code, OptInt edition, FlowGraph **ret);
Rc profile_flow_list(Cx *cx, FlowSummaries **ret);
