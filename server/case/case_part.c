/* Cases that are parts of another (子件): what a case too large for one place or one unit is divided into, the places of a campaign,
 * what follows from a matter. A part is a case like any other, in a place of its own; the whole knows how many of them are open. */
#include "case/case_int.h"
#include "registry/registry.h"
#include "territory/territory.h"

enum {
        PARTS_DEEP = 4,     /* a whole, its parts, theirs, and theirs: flows may open each other in a circle */
        PARTS_MOST = 1000,  /* of one case, in all */
        PARTS_SHOWN = 200,
        PLACES_SHOWN = 200,
        FAULTS_SHOWN = 20,
        REF_TEXT = 60,
};

static bool has_parts(const Case *c) {
        for (size_t i = 0; i < c->steps.n; i++) {
                const FlowAction *a = flow_action(c->flow, c->steps.v[i].action);

                if (a && a->child.n)
                        return true;
        }
        return false;
}

typedef struct Tally {
        int64_t parts, closed, late;
} Tally;

static void tally_add(Tally *t, const CasePartCount *n) {
        t->parts += n->parts;
        t->closed += n->closed;
        t->late += n->late;
}

static Rc tally_all(Cx *cx, const Case *c, CasePartCountList *ret_places, Tally *ret) {
        *ret = (Tally){ 0 };
        if (!has_parts(c))
                return OK;
        TRY(case_store_part_counts(cx, c->row.id, ret_places));
        for (size_t i = 0; i < ret_places->n; i++)
                tally_add(ret, &ret_places->v[i]);
        return OK;
}

Rc case_parts_open(Cx *cx, const Case *c, int *ret) {
        CasePartCountList places = { 0 };
        Tally all;

        TRY(tally_all(cx, c, &places, &all));
        return *ret = (int)(all.parts - all.closed), OK;
}

/* ---- may there be more? ---- */

static Rc depth_of(Cx *cx, const CaseRow *row, int *ret) {
        int depth = 1;

        while (row->parent.set && depth < PARTS_DEEP) {
                CaseRow *whole;

                TRY(case_store_get(cx, row->parent.n, NULL, &whole));
                row = whole;
                depth++;
        }
        return *ret = depth, OK;
}

Rc case_parts_refused(Cx *cx, const Case *c, const FlowAction *a, Str *ret_zh, Str *ret_en) {
        CasePartCountList places = { 0 };
        Tally all;
        int depth;

        *ret_zh = *ret_en = STR_NONE;
        if (!a->child.n)
                return OK;
        if (!case_flow_newest(c->profile, a->child)) {
                *ret_zh = str_fmt(cx->arena, "流程“" STR_FMT "”已停用，不能再立子件", STR_ARG(a->child));
                *ret_en = str_fmt(cx->arena, "there is no flow \"" STR_FMT "\" any more", STR_ARG(a->child));
                return OK;
        }
        TRY(depth_of(cx, &c->row, &depth));
        if (depth >= PARTS_DEEP) {
                *ret_zh = str_fmt(cx->arena, "子件最多 %d 级，此件不能再分", PARTS_DEEP);
                *ret_en = str_fmt(cx->arena, "parts of parts go %d deep, and this is one of the last", PARTS_DEEP);
                return OK;
        }
        TRY(tally_all(cx, c, &places, &all));
        if (all.parts >= PARTS_MOST) {
                *ret_zh = str_fmt(cx->arena, "子件已达 %d 件上限", PARTS_MOST);
                *ret_en = str_fmt(cx->arena, "it has %d parts, which is the most there can be", PARTS_MOST);
        }
        return OK;
}

/* ---- what came ---- */

/* Where it is: by building or position, by the grid that was named, else where the whole is. */
static Rc part_where(Cx *cx, const Case *c, const PartLink *p, CaseNew *in) {
        Ring ring;
        Point at;

        in->place = p->place;
        in->building = p->building;
        in->lon_e7 = p->lon;
        in->lat_e7 = p->lat;
        if (p->building.n || (p->lon.set && p->lat.set))
                return OK;
        if (p->lon.set || p->lat.set)
                return fail_field(cx, S("/lon"), "required", S("请同时提供经度和纬度"), S("Both longitude and latitude are needed"));
        if (!p->place.n || str_starts(c->row.place, p->place)) {
                in->lon_e7 = SOME_INT(c->row.lon_e7);
                in->lat_e7 = SOME_INT(c->row.lat_e7);
                in->building = c->row.building;
                in->address = c->row.address;
                return OK;
        }
        if (territory_grid_ring(cx, p->place, &ring) != OK) {
                cx->problem = (Problem){ 0 };
                return fail_field(cx, S("/place"), "no-grid", S("请选择到网格，或给出位置、楼栋"),
                                  S("Name a grid, or give a position or a building"));
        }
        at = ring_label(&ring);
        in->lon_e7 = SOME_INT(at.lon_e7);
        in->lat_e7 = SOME_INT(at.lat_e7);
        return OK;
}

/* The action by which a case of that flow is given to a department as soon as it is there, with nothing else to be filled in. */
static const FlowAction *handing_out(const Flow *f, const FlowState *start) {
        for (size_t i = 0; i < f->actions.n; i++) {
                const FlowAction *a = &f->actions.v[i];

                if (a->target_department && flow_action_from(a, start->code) && !a->when.n && !a->form.n && !a->photos &&
                    !a->media && !a->reasons.n && !a->satisfaction && !a->request && !a->grants && !a->refuses &&
                    !a->child.n && !a->merge && !a->link_days && !a->ask)
                        return a;
        }
        return NULL;
}

static const char *channel_word(void) { return enum_word(&enum_CaseChannel, CASE_CHANNEL_ORDER); }

static Rc part_department(Cx *cx, const Case *c, const FlowAction *a, const PartLink *p) {
        const Flow *f = case_flow_newest(c->profile, a->child);

        if (!p->department.n)
                return OK;
        if (!case_department(c->profile, p->department))
                return fail_field(cx, S("/department"), "unknown", S("没有这个部门"), S("There is no such department"));
        if (!f || !handing_out(f, flow_start(f, str_c(channel_word()))))
                return fail_field(cx, S("/department"), "not-asked", S("该流程的子件不能直接指定部门"),
                                  S("A part of that flow is not given to a department at once"));
        return OK;
}

static Rc part_new(Cx *cx, const Case *c, const FlowAction *a, const PartLink *p, CaseNew *ret) {
        *ret = (CaseNew){ .category = p->category.n ? p->category : c->row.category,
                          .text = p->text,
                          .channel = CASE_CHANNEL_ORDER,
                          .flow = a->child,
                          .part_of = SOME_INT(c->row.id),
                          .form = STR_NONE };
        if (!str_trim(p->text).n)
                return fail_field(cx, S("/text"), "required", S("请填写内容"), S("Say what is to be done"));
        TRY(part_department(cx, c, a, p));
        return part_where(cx, c, p, ret);
}

/* Where one's own posts reach, or where the whole is. */
static Rc part_check(Cx *cx, const Case *c, const FlowAction *a, const PartLink *p) {
        CaseNew in;
        CaseRow row;

        TRY(part_new(cx, c, a, p, &in));
        TRY(case_opening_check(cx, &in, &row));
        if (str_eq(row.place, c->row.place) || actor_reaches(cx, PERM_CASE_ACT, row.place))
                return OK;
        return fail_field(cx, S("/place"), "out-of-reach", S("该位置不在您的管辖范围内"),
                          S("That place is not one of yours"));
}

/* What another module refuses, as an error of the field that it is about. */
static const char *field_of(int problem) {
        if (problem == P_PLACE_OUTSIDE)
                return "/lon";
        if (problem == P_PLACE_UNKNOWN)
                return "/place";
        if (problem == P_CASE_CATEGORY_UNKNOWN)
                return "/category";
        return problem == P_NOT_FOUND ? "/building" : NULL;
}

/* Adds what is wrong with part i to `all`; false: it is nothing that a field could tell. */
static bool fault_add(Cx *cx, size_t i, FieldErrorList *all) {
        const Problem *p = &cx->problem;
        const char *field = field_of(p->code);
        Str at = str_fmt(cx->arena, "/children/%zu", i);

        if (field)
                *list_push(cx->arena, all) =
                        (FieldError){ str_fmt(cx->arena, STR_FMT "%s", STR_ARG(at), field), "unknown",
                                      str_c(problem_title(p->code, LANG_ZH)), str_c(problem_title(p->code, LANG_EN)) };
        for (size_t k = 0; !field && k < p->errors.n; k++) {
                FieldError e = p->errors.v[k];

                e.pointer = str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(at), STR_ARG(e.pointer));
                *list_push(cx->arena, all) = e;
        }
        return field || p->errors.n;
}

static void check_number(Cx *cx, const FlowAction *a, size_t n) {
        if (a->child.n ? !n : n > 0)
                field_error(cx, S("/children"), n ? "not-asked" : "required",
                            n ? S("此操作不立子件") : S("请填写子件"), n ? S("This action opens no parts") : S("Say which parts to open"));
        if (a->child.n && !a->child_many && n > 1)
                field_error(cx, S("/children"), "one-only", S("此操作只能立一个子件"), S("This action opens one part only"));
}

/* Is there room for all that came? */
static Rc check_room(Cx *cx, const Case *c, size_t n) {
        CasePartCountList places = { 0 };
        Tally all;

        TRY(tally_all(cx, c, &places, &all));
        if (all.parts + (int64_t)n <= PARTS_MOST)
                return OK;
        return fail_zh(cx, P_CASE_ACTION_FORBIDDEN,
                       str_fmt(cx->arena, "已有 %lld 件子件，最多 %d 件", (long long)all.parts, PARTS_MOST),
                       "it has %lld parts of %d that there can be", (long long)all.parts, PARTS_MOST);
}

Rc case_parts_check(Cx *cx, const Case *c, const FlowAction *a, const PartLinkList *parts) {
        FieldErrorList all = { 0 };
        Problem before;

        check_number(cx, a, parts->n);
        if (!a->child.n)
                return OK;
        TRY(check_room(cx, c, parts->n));
        before = cx->problem;
        for (size_t i = 0; i < parts->n && all.n < FAULTS_SHOWN; i++) {
                cx->problem = (Problem){ 0 };
                if (part_check(cx, c, a, &parts->v[i]) != OK && !fault_add(cx, i, &all))
                        return fail(cx, cx->problem.code, "part %zu: " STR_FMT, i, STR_ARG(cx->problem.detail));
        }
        cx->problem = before;
        for (size_t i = 0; i < all.n; i++)
                field_error(cx, all.v[i].pointer, all.v[i].code, all.v[i].zh, all.v[i].en);
        return OK;
}

/* ---- opening ---- */

static Rc hand_out(Cx *cx, CaseId id, const PartLink *p, size_t i) {
        TargetLink target = { .department = p->department };
        const FlowAction *a;
        Case *part;

        TRY(case_load(cx, id, NULL, &part));
        a = handing_out(part->flow, flow_state(part->flow, part->row.state));
        if (!a || !case_right(cx, part, a, false).allowed)
                return fail_field(cx, str_fmt(cx->arena, "/children/%zu/department", i), "not-yours",
                                  S("您不能在此环节派给部门"), S("You may not give it to a department there"));
        return case_move(cx, part, a,
                         &(CaseAction){ .action = a->code, .version = part->row.version, .target = &target,
                                        .note = a->note == FLOW_NOTE_REQUIRED ? p->text : STR_NONE },
                         false);
}

Rc case_parts_make(Cx *cx, const Case *c, const FlowAction *a, const PartLinkList *parts, CaseStepRow *step) {
        Buf detail = BUF_IN(cx->arena);

        if (!a->child.n)
                return OK;
        buf_c(&detail, "parts");
        for (size_t i = 0; i < parts->n; i++) {
                CaseNew in;
                CaseId id;

                TRY(part_new(cx, c, a, &parts->v[i], &in));
                TRY(case_open(cx, &in, &id));
                if (parts->v[i].department.n)
                        TRY(hand_out(cx, id, &parts->v[i], i));
                buf_fmt(&detail, " %lld", (long long)id.n);
                if (parts->n == 1)
                        step->ref = SOME_INT(id.n);
        }
        return step->detail = buf_view(&detail), OK;
}

Rc case_part_told(Cx *cx, const CaseRow *row, const CaseRow *before) {
        CaseRow *whole;

        if (!row->parent.set || row->final == before->final)
                return OK;
        TRY(case_store_get(cx, row->parent.n, NULL, &whole));
        return case_tell(cx, whole, NULL, row->final ? S("part-closed") : S("part-reopened"));
}

/* ---- for people ---- */

static Rc ref_fill(Cx *cx, const CaseRow *row, CaseRef *ret) {
        const CaseProfile *p;
        const FlowState *s;
        const Flow *f;

        TRY(case_profile(cx, &p));
        TRY(case_flow(cx, row->flow, row->flow_edition, &f));
        s = flow_state(f, row->state);
        *ret = (CaseRef){ .id = row->id,
                          .number = case_number(cx->arena, row->created_ms, row->id),
                          .text = str_utf8_head(row->text, REF_TEXT),
                          .place_name = territory_name(cx, row->place),
                          .state_name = s ? in_lang(cx, s->name, s->name_en) : row->state,
                          .final = row->final,
                          .late = !row->final && row->due_ms.set && row->due_ms.n < now_ms(cx) };
        ret->holder = case_holder_text(cx, p, row->holder_kind, row->place, row->holder_department, row->holder_name);
        return OK;
}

Rc case_ref(Cx *cx, const CaseRow *row, CaseRef **ret) {
        CaseRef *r = TAKE(cx->arena, CaseRef);

        TRY(ref_fill(cx, row, r));
        return *ret = r, OK;
}

/* The level at which the places part: that of a campaign in one street are its communities. */
static size_t level_where_they_part(const CasePartCountList *places) {
        static const size_t digits[] = { 2, 4, 6, 9, 12, 15 };

        for (size_t i = 0; places->n && i < ARRAY_LEN(digits); i++)
                if (!str_starts(places->v[places->n - 1].place, str_sub(places->v[0].place, 0, digits[i])))
                        return digits[i];
        return 15;
}

static PartsView *parts_view(Cx *cx, const CasePartCountList *places, const Tally *all) {
        PartsView *v = TAKE(cx->arena, PartsView);
        size_t digits = level_where_they_part(places);

        *v = (PartsView){ .total = all->parts, .closed = all->closed, .open = all->parts - all->closed, .late = all->late };
        for (size_t i = 0; i < places->n; i++) {
                Str code = str_sub(places->v[i].place, 0, digits);
                PartPlaceView *last = v->places.n ? &v->places.v[v->places.n - 1] : NULL;

                if (!last || !str_eq(last->place, code)) {
                        if (v->places.n >= PLACES_SHOWN)
                                break;
                        *(last = list_push(cx->arena, &v->places)) =
                                (PartPlaceView){ .place = code, .name = territory_name(cx, code) };
                }
                last->total += places->v[i].parts;
                last->closed += places->v[i].closed;
                last->open += places->v[i].parts - places->v[i].closed;
                last->late += places->v[i].late;
        }
        return v;
}

Rc case_parts_fill(Cx *cx, const Case *c, CaseView *v) {
        CasePartCountList places = { 0 };
        CaseRowList rows = { 0 };
        CaseRow *whole;
        Tally all;

        if (c->row.parent.set) {
                TRY(case_store_get(cx, c->row.parent.n, NULL, &whole));
                TRY(case_ref(cx, whole, &v->parent));
        }
        TRY(tally_all(cx, c, &places, &all));
        if (!all.parts)
                return OK;
        v->parts = parts_view(cx, &places, &all);
        TRY(case_store_parts(cx, c->row.id, PARTS_SHOWN, &rows));
        for (size_t i = 0; i < rows.n; i++)
                TRY(ref_fill(cx, &rows.v[i], list_push(cx->arena, &v->children)));
        return OK;
}
