/* Handlers: ids and body in, rule, view out. */
#include "desk/desk_int.h"
#include "http/http.h"

static int64_t id_of(const Cx *cx) { return path_int(cx, "id"); }

Rc api_desk_views(Cx *cx, DeskViews **ret) { return desk_views_list(cx, ret); }
Rc api_desk_view_add(Cx *cx, const ViewSave *in, DeskView **ret) { return desk_view_save(cx, 0, in, ret); }
Rc api_desk_view_change(Cx *cx, const ViewSave *in, DeskView **ret) { return desk_view_save(cx, id_of(cx), in, ret); }
Rc api_desk_view_drop(Cx *cx) { return desk_view_give_up(cx, id_of(cx)); }

Rc api_desk_macros(Cx *cx, MacroList **ret) { return desk_macros_list(cx, ret); }
Rc api_desk_macro_add(Cx *cx, const MacroSave *in, MacroView **ret) { return desk_macro_save(cx, 0, in, ret); }
Rc api_desk_macro_change(Cx *cx, const MacroSave *in, MacroView **ret) { return desk_macro_save(cx, id_of(cx), in, ret); }
Rc api_desk_macro_drop(Cx *cx) { return desk_macro_give_up(cx, id_of(cx)); }
Rc api_desk_run(Cx *cx, const RunStart *in, RunResult **ret) { return desk_run_start(cx, in, ret); }

Rc api_desk_templates(Cx *cx, const TemplateQuery *in, TemplateList **ret) { return desk_templates_list(cx, in->case_, ret); }
Rc api_desk_template_add(Cx *cx, const TemplateSave *in, TemplateView **ret) { return desk_template_save(cx, 0, in, ret); }
Rc api_desk_template_change(Cx *cx, const TemplateSave *in, TemplateView **ret) { return desk_template_save(cx, id_of(cx), in, ret); }
Rc api_desk_template_drop(Cx *cx) { return desk_template_give_up(cx, id_of(cx)); }

Rc api_presence_get(Cx *cx, PresenceView **ret) { return presence_show(cx, (CaseId){ id_of(cx) }, ret); }
Rc api_presence_keep(Cx *cx, PresenceView **ret) { return presence_here(cx, (CaseId){ id_of(cx) }, path_str(cx, "tab"), ret); }
Rc api_presence_end(Cx *cx) { return presence_gone(cx, (CaseId){ id_of(cx) }, path_str(cx, "tab")); }
