/* Rows of views, macros and templates: whatever is written is sealed in the chained log, under a note of what happened. */
#include "core/audit/audit.h"
#include "db/db.h"
#include "desk/desk_store.h"

static Str key(Cx *cx, int64_t id) { return str_fmt(cx->arena, "%lld", (long long)id); }

static Rc record(Cx *cx, const char *table, const char *action, int64_t id, const DbRowShape *shape, const void *row) {
        TRY(audit_note(cx, action, str_fmt(cx->arena, "%s/%lld", table, (long long)id), STR_NONE));
        return row ? audit_seal(cx, table, key(cx, id), shape, row) : audit_seal_gone(cx, table, key(cx, id));
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

/* ---- verify ---- */

typedef struct Streaming {
        Rc (*check)(Cx *cx, Str key, const void *row, void *arg);
        void *arg;
} Streaming;

static Rc view_row(Cx *cx, const DeskViewRow *row, void *arg) {
        const Streaming *s = arg;

        return s->check(cx, key(cx, row->id), row, s->arg);
}

static Rc macro_row(Cx *cx, const DeskMacroRow *row, void *arg) {
        const Streaming *s = arg;

        return s->check(cx, key(cx, row->id), row, s->arg);
}

static Rc template_row(Cx *cx, const DeskTemplateRow *row, void *arg) {
        const Streaming *s = arg;

        return s->check(cx, key(cx, row->id), row, s->arg);
}

static Rc views(Cx *cx, Rc (*check)(Cx *, Str, const void *, void *), void *arg) {
        return q_desk_view_all(cx, view_row, &(Streaming){ check, arg });
}

static Rc macros(Cx *cx, Rc (*check)(Cx *, Str, const void *, void *), void *arg) {
        return q_desk_macro_all(cx, macro_row, &(Streaming){ check, arg });
}

static Rc templates(Cx *cx, Rc (*check)(Cx *, Str, const void *, void *), void *arg) {
        return q_desk_template_all(cx, template_row, &(Streaming){ check, arg });
}

void desk_store_init(void) {
        static const AuditTable tables[] = {
                { "desk_view", &db_shape_DeskViewRow, views, NULL },
                { "desk_macro", &db_shape_DeskMacroRow, macros, NULL },
                { "desk_template", &db_shape_DeskTemplateRow, templates, NULL },
        };

        for (size_t i = 0; i < ARRAY_LEN(tables); i++)
                audit_table(&tables[i]);
}
