/* Rows of views, macros and templates: whatever is written is sealed in the chained log, under a note of what happened. */
#include "core/audit/audit.h"
#include "db/db.h"
#include "desk/desk_store.h"

/* row NULL: nothing was written. */
static Rc kept(Cx *cx, const char *table, const char *action, int64_t id, const DbRowShape *shape, const void *row) {
        if (!row)
                return OK;
        TRY(audit_note(cx, action, str_fmt(cx->arena, "%s/%lld", table, (long long)id), STR_NONE));
        return audit_seal(cx, shape, row);
}

static Rc dropped(Cx *cx, const char *table, const char *action, int64_t id) {
        TRY(audit_note(cx, action, str_fmt(cx->arena, "%s/%lld", table, (long long)id), STR_NONE));
        return audit_seal_gone(cx, table, str_of_int(cx->arena, id));
}

/* ---- views ---- */

Rc store_view_put(Cx *cx, const DeskViewRow *r, DeskViewRow **ret) {
        DeskViewRow *row;

        if (r->id)
                TRY(q_desk_view_change(cx, r->id, r->version, r->name, r->filters, r->shared, r->home, now_ms(cx), &row));
        else
                TRY(q_desk_view_add(cx, r->account, r->name, r->filters, r->shared, r->home, now_ms(cx), &row));
        *ret = row;
        return kept(cx, "desk_view", r->id ? "desk.view-changed" : "desk.view-kept", row ? row->id : 0, &db_shape_DeskViewRow, row);
}

Rc store_view_drop(Cx *cx, int64_t id) {
        TRY(q_desk_view_drop(cx, id, NULL));
        return dropped(cx, "desk_view", "desk.view-dropped", id);
}

/* ---- macros ---- */

Rc store_macro_put(Cx *cx, const DeskMacroRow *r, DeskMacroRow **ret) {
        DeskMacroRow *row;

        if (r->id)
                TRY(q_desk_macro_change(cx, r->id, r->version, r->place, r->name, r->action, r->reason, r->note, r->department, r->account,
                                        r->by_account, now_ms(cx), &row));
        else
                TRY(q_desk_macro_add(cx, r->place, r->name, r->action, r->reason, r->note, r->department, r->account, r->by_account,
                                     now_ms(cx), &row));
        *ret = row;
        return kept(cx, "desk_macro", r->id ? "desk.macro-changed" : "desk.macro-kept", row ? row->id : 0, &db_shape_DeskMacroRow, row);
}

Rc store_macro_drop(Cx *cx, int64_t id) {
        TRY(q_desk_macro_drop(cx, id, NULL));
        return dropped(cx, "desk_macro", "desk.macro-dropped", id);
}

/* ---- templates ---- */

Rc store_template_put(Cx *cx, const DeskTemplateRow *r, DeskTemplateRow **ret) {
        DeskTemplateRow *row;

        if (r->id)
                TRY(q_desk_template_change(cx, r->id, r->version, r->place, r->name, r->text, r->by_account, now_ms(cx), &row));
        else
                TRY(q_desk_template_add(cx, r->place, r->name, r->text, r->by_account, now_ms(cx), &row));
        *ret = row;
        return kept(cx, "desk_template", r->id ? "desk.template-changed" : "desk.template-kept", row ? row->id : 0,
                    &db_shape_DeskTemplateRow, row);
}

Rc store_template_drop(Cx *cx, int64_t id) {
        TRY(q_desk_template_drop(cx, id, NULL));
        return dropped(cx, "desk_template", "desk.template-dropped", id);
}

/* ---- verify ---- */

void desk_store_init(void) {
        audit_table("desk_view", &query_desk_view_all, "id", NULL);
        audit_table("desk_macro", &query_desk_macro_all, "id", NULL);
        audit_table("desk_template", &query_desk_template_all, "id", NULL);
}
