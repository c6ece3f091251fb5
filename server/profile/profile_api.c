/* Handlers: ids and body in, rule, view out. */
#include "http/http.h"
#include "profile/profile_int.h"

Rc api_flow_list(Cx *cx, FlowSummaries **ret) { return profile_flow_list(cx, ret); }

Rc api_flow_get(Cx *cx, const FlowGraphQuery *in, FlowGraph **ret) {
        return profile_flow_graph(cx, path_str(cx, "code"), in->edition, ret);
}
