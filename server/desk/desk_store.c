/* Rows of views, macros and templates: whatever is written is sealed in the chained log, under a note of what happened. */
#include "core/audit/audit.h"
#include "db/db.h"
#include "desk/desk_store.h"

static Rc record(Cx *cx, const char *table, const char *action, int64_t id, const DbRowShape *shape, const void *row) {
        TRY(audit_note(cx, action, str_fmt(cx->arena, "%s/%lld", table, (long long)id), STR_NONE));
        return row ? audit_seal(cx, shape, row) : audit_seal_gone(cx, table, str_of_int(cx->arena, id));
}

/* ---- views ---- */

Rc store_view_add(Cx *cx, const DeskViewRow *r, DeskViewRow **ret) {
        DeskViewRow *row;

        TRY(q_desk_view_add(cx, r->account, r->name, r->filters, r->shared, r->home, now_ms(cx), &row));
        if (row)
                TRY(record(cx, "desk_view", "desk.view-kept", row->id, &db_shape_DeskViewRow, row));
        return *ret = row, OK;
}

Rc store_view_change(Cx *cx, const DeskViewRow *r, DeskViewRow **ret) {
        DeskViewRow *row;

        TRY(q_desk_view_change(cx, r->id, r->version, r->name, r->filters, r->shared, r->home, now_ms(cx), &row));
        if (row)
                TRY(record(cx, "desk_view", "desk.view-changed", row->id, &db_shape_DeskViewRow, row));
        return *ret = row, OK;
}

Rc store_view_drop(Cx *cx, int64_t id) {
        TRY(q_desk_view_drop(cx, id, NULL));
        return record(cx, "desk_view", "desk.view-dropped", id, NULL, NULL);
}

/* ---- macros ---- */

Rc store_macro_add(Cx *cx, const DeskMacroRow *r, DeskMacroRow **ret) {
        DeskMacroRow *row;

        TRY(q_desk_macro_add(cx, r->place, r->name, r->action, r->reason, r->note, r->department, r->account, r->by_account,
                             now_ms(cx), &row));
        if (row)
                TRY(record(cx, "desk_macro", "desk.macro-kept", row->id, &db_shape_DeskMacroRow, row));
        return *ret = row, OK;
}

Rc store_macro_change(Cx *cx, const DeskMacroRow *r, DeskMacroRow **ret) {
        DeskMacroRow *row;

        TRY(q_desk_macro_change(cx, r->id, r->version, r->place, r->name, r->action, r->reason, r->note, r->department, r->account,
                                r->by_account, now_ms(cx), &row));
        if (row)
                TRY(record(cx, "desk_macro", "desk.macro-changed", row->id, &db_shape_DeskMacroRow, row));
        return *ret = row, OK;
}

Rc store_macro_drop(Cx *cx, int64_t id) {
        TRY(q_desk_macro_drop(cx, id, NULL));
        return record(cx, "desk_macro", "desk.macro-dropped", id, NULL, NULL);
}

/* ---- templates ---- */

Rc store_template_add(Cx *cx, const DeskTemplateRow *r, DeskTemplateRow **ret) {
        DeskTemplateRow *row;

        TRY(q_desk_template_add(cx, r->place, r->name, r->text, r->by_account, now_ms(cx), &row));
        if (row)
                TRY(record(cx, "desk_template", "desk.template-kept", row->id, &db_shape_DeskTemplateRow, row));
        return *ret = row, OK;
}

Rc store_template_change(Cx *cx, const DeskTemplateRow *r, DeskTemplateRow **ret) {
        DeskTemplateRow *row;

        TRY(q_desk_template_change(cx, r->id, r->version, r->place, r->name, r->text, r->by_account, now_ms(cx), &row));
        if (row)
                TRY(record(cx, "desk_template", "desk.template-changed", row->id, &db_shape_DeskTemplateRow, row));
        return *ret = row, OK;
}

Rc store_template_drop(Cx *cx, int64_t id) {
        TRY(q_desk_template_drop(cx, id, NULL));
        return record(cx, "desk_template", "desk.template-dropped", id, NULL, NULL);
}

void desk_store_init(void) {
        audit_table("desk_view", &query_desk_view_all, "id", NULL);
        audit_table("desk_macro", &query_desk_macro_all, "id", NULL);
        audit_table("desk_template", &query_desk_template_all, "id", NULL);
}
