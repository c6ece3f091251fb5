/* Handlers: ids and body in, rule, view out. */
#include "dispatch/dispatch_int.h"
#include "http/http.h"

Rc api_dispatch_list(Cx *cx, const DispatchRuleQuery *in, DispatchRules **ret) {
        return dispatch_rules_view(cx, in->centre, ret);
}

Rc api_dispatch_create(Cx *cx, const DispatchRuleCreate *in, DispatchRuleView **ret) {
        return dispatch_rule_add(cx, in, ret);
}

Rc api_dispatch_change(Cx *cx, const DispatchRuleChange *in, DispatchRuleView **ret) {
        return dispatch_rule_word(cx, path_int(cx, "id"), in, ret);
}

Rc api_dispatch_drop(Cx *cx, const DispatchRuleDrop *in) {
        return dispatch_rule_drop(cx, path_int(cx, "id"), in->version);
}

Rc api_dispatch_order(Cx *cx, const DispatchOrder *in, DispatchRules **ret) { return dispatch_reorder(cx, in, ret); }

Rc api_dispatch_try(Cx *cx, const DispatchTrial *in, DispatchAdvice **ret) { return dispatch_trial(cx, in, ret); }

Rc api_dispatch_advice(Cx *cx, DispatchAdvice **ret) { return dispatch_case_advice(cx, path_int(cx, "id"), ret); }
