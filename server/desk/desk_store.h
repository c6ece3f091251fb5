/* Rows of this module and how they are written: sealed and noted. Only the files of this folder include it. */
#pragma once
#include "desk/desk_int.h"
#include "sql.gen.h"

void desk_store_init(void);
/* id 0: a new one. *ret NULL: its name is taken; of one that is there, the version is gone. */
Rc store_view_put(Cx *cx, const DeskViewRow *r, DeskViewRow **ret);
Rc store_view_drop(Cx *cx, int64_t id);
Rc store_macro_put(Cx *cx, const DeskMacroRow *r, DeskMacroRow **ret);
Rc store_macro_drop(Cx *cx, int64_t id);
Rc store_template_put(Cx *cx, const DeskTemplateRow *r, DeskTemplateRow **ret);
Rc store_template_drop(Cx *cx, int64_t id);
Rc desk_macro_find(Cx *cx, int64_t id, DeskMacroRow **ret); /* P_NOT_FOUND out of reach */
