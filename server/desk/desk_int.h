/* What the files of server/desk share; nobody else includes it. */
#pragma once
#include "case/case.h"
#include "contract.gen.h"
#include "core/who/who.h"
#include "desk/desk.h"

enum {
        DESK_VIEWS = 30,     /* of one account */
        DESK_KEPT = 100,     /* macros, and templates, of one centre */
        DESK_LISTED = 300,
        DESK_NOTE_MAX = 2000 /* characters of a note, placeholders filled in */
};

static inline Str desk_lang(const Cx *cx, Str zh, Str en) { return cx->lang == LANG_EN ? en : zh; }

/* ---- desk.c: whose is what ---- */

/* Where things of a centre are looked for: within the posts' places (lo, hi), and at the places these begin with (above). */
typedef struct DeskReach {
        WhoScope scope;
        Str above; /* ",53,5301," */
} DeskReach;
void desk_reach(Cx *cx, DeskReach *ret);
bool desk_reaches(const DeskReach *r, Str place);
Str desk_above(Cx *cx, Str place); /* the codes that a place begins with, itself too: ",53,5301,…," */
/* A place where who asks keeps things; a field error at /place when not. */
Rc desk_place_check(Cx *cx, Str place);
bool desk_may_keep(const Cx *cx, Str place);
/* Whether something more may be kept where `there` are of `most`; whether id (0: a new one) may have a name that `there` (0: nobody)
 * has; and what it means that nothing was written (row NULL). */
Rc desk_room_check(Cx *cx, const char *what, int64_t there, int most);
Rc desk_name_check(Cx *cx, Str name, int64_t id, int64_t there);
Rc desk_kept_check(Cx *cx, const char *what, int64_t id, Str name, const void *row);
/* What the problem in cx says to who asks, one sentence. */
Str desk_problem_text(Cx *cx);

/* ---- desk_view.c ---- */

Rc desk_views_list(Cx *cx, DeskViews **ret);
Rc desk_view_save(Cx *cx, int64_t id, const ViewSave *in, DeskView **ret); /* id 0: a new one */
Rc desk_view_give_up(Cx *cx, int64_t id);

/* ---- desk_macro.c, desk_run.c ---- */

Rc desk_macros_list(Cx *cx, MacroList **ret);
Rc desk_macro_save(Cx *cx, int64_t id, const MacroSave *in, MacroView **ret);
Rc desk_macro_give_up(Cx *cx, int64_t id);
Rc desk_run_start(Cx *cx, const RunStart *in, RunResult **ret);

/* ---- desk_template.c ---- */

Rc desk_templates_list(Cx *cx, OptInt case_id, TemplateList **ret);
Rc desk_template_save(Cx *cx, int64_t id, const TemplateSave *in, TemplateView **ret);
Rc desk_template_give_up(Cx *cx, int64_t id);
/* Words in braces that nobody fills in: a field error. */
Rc desk_words_check(Cx *cx, Str pointer, Str text);
/* {编号} {地点} {类别} {期限} {承办}, {number} {place} {category} {due} {holder} of a case; holder NULL: who has it now. */
Str desk_words_fill(Cx *cx, Str text, const CaseItem *item, const Str *holder);

/* ---- desk_presence.c ---- */

void presence_init(void);
Rc presence_show(Cx *cx, CaseId id, PresenceView **ret);
Rc presence_here(Cx *cx, CaseId id, Str tab, PresenceView **ret);
Rc presence_gone(Cx *cx, CaseId id, Str tab);
