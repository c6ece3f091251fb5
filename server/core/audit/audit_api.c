/* Handlers of audit.contract. */
#include "contract.gen.h"
#include "core/audit/audit.h"

Rc api_audit_list(Cx *cx, const AuditQuery *in, AuditPage **ret) {
        AuditPage *page = TAKE(cx->arena, AuditPage);

        TRY(audit_search(cx, in, page));
        *ret = page;
        return OK;
}

Rc api_audit_heads(Cx *cx, AuditHeads **ret) {
        AuditHeads *view = TAKE(cx->arena, AuditHeads);

        TRY(audit_show_heads(cx, view));
        *ret = view;
        return OK;
}
