/* Opening a case: where it is, what it is, who has it first. As few statements as possible run here: the row, its first step, the
 * photos if there are any. */
#include "case/case_int.h"
#include "core/blob/blob.h"
#include "db/db.h"
#include "registry/registry.h"
#include "territory/territory.h"

void case_init(void) {
        case_store_init();
        territory_tile_source("cases", case_tile, true);
}

Str case_number(Arena *a, int64_t created_ms, int64_t id) {
        Date d = date_of_day(day_of_ms(created_ms));

        return str_fmt(a, "%04d%02d%02d-%06lld", d.year, d.month, d.day, (long long)id);
}

bool case_id_read(Str typed, int64_t *ret) { return typed.n <= 18 && str_digits(typed) && str_int(typed, ret); }

Str case_fold(Arena *a, Str s) {
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];

                if (c == 0xef && i + 2 < s.n &&
                    ((unsigned char)s.p[i + 1] == 0xbc || (unsigned char)s.p[i + 1] == 0xbd)) {
                        /* U+FF01…U+FF5E are the full-width forms of '!'…'~' */
                        int point = 0xf000 | ((unsigned char)s.p[i + 1] & 0x3f) << 6 |
                                    ((unsigned char)s.p[i + 2] & 0x3f);

                        if (point >= 0xff01 && point <= 0xff5e) {
                                c = (unsigned char)(point - 0xff01 + '!');
                                i += 2;
                        }
                } else if (c == 0xe3 && i + 2 < s.n && str_eq(str_sub(s, i, 3), S("　"))) {
                        c = ' ';
                        i += 2;
                }
                if (c >= 'A' && c <= 'Z')
                        c = (unsigned char)(c - 'A' + 'a');
                if (c == '\n' || c == '\t' || c == '\r')
                        c = ' ';
                if (c != ' ' || (b.n && b.p[b.n - 1] != ' '))
                        buf_char(&b, (char)c);
        }
        return buf_view(&b);
}

static Rc load_whole(Cx *cx, CaseId id, const CaseScope *scope, Case *c) {
        CaseFile *f = TAKE(cx->arena, CaseFile);

        TRY(case_store_file(cx, id.n, f));
        if (scope && !case_scope_covers(scope, f))
                return fail(cx, P_NOT_FOUND, "no case %lld here", (long long)id.n);
        c->file = f;
        c->row = *f->row;
        c->steps = f->steps;
        c->units = f->units;
        TRY(case_flow(cx, c->row.flow, c->row.flow_edition, &c->flow));
        return case_profile_for(cx, &c->row, &c->steps, &c->profile);
}

Rc case_of_row(Cx *cx, const CaseRow *row, Case *ret) {
        *ret = (Case){ .row = *row };
        TRY(case_flow(cx, row->flow, row->flow_edition, &ret->flow));
        if (case_flow_has_units(ret->flow))
                TRY(case_store_units(cx, row->id, &ret->units));
        TRY(case_store_steps(cx, row->id, &ret->steps));
        return case_profile_for(cx, &ret->row, &ret->steps, &ret->profile);
}

static Rc load_in_transaction(Cx *cx, CaseId id, const CaseScope *scope, Case *c) {
        CaseRow *row;

        TRY(case_store_get(cx, id.n, scope, &row));
        return case_of_row(cx, row, c);
}

Rc case_load(Cx *cx, CaseId id, const CaseScope *scope, Case **ret) {
        Case *c = TAKE(cx->arena, Case);

        if (cx->tx)
                TRY(load_in_transaction(cx, id, scope, c));
        else
                TRY(load_whole(cx, id, scope, c));
        if (!c->steps.n)
                return fail(cx, P_SERVER_BUG, "case %lld has no steps", (long long)id.n);
        return *ret = c, OK;
}

Rc case_photos(Cx *cx, const Case *c, CasePhotoRowList *ret) {
        CasePhotoRowList rows = { 0 };

        if (c->file)
                rows = c->file->photos;
        else
                TRY(case_store_photos(cx, c->row.id, &rows));
        return *ret = rows, OK;
}

/* ---- where ---- */

/* A building has one grid and one position; a position of one's own counts only inside that grid. */
static Rc locate(Cx *cx, const CaseNew *in, CaseRow *row) {
        bool given = in->lon_e7.set && in->lat_e7.set;
        Building b;
        Str grid;

        if (!in->building.n && !given)
                return fail_field(cx, S("/lon"), "required", S("请提供位置或楼栋编码"),
                                  S("A position or a building is needed"));
        if (in->building.n) {
                TRY(registry_building(cx, in->building, &b));
                row->building = b.code;
                row->place = b.grid;
                row->address = in->address.n ? in->address : b.address;
                row->lon_e7 = b.at.lon_e7;
                row->lat_e7 = b.at.lat_e7;
                if (!given || territory_locate(cx, (Point){ in->lon_e7.n, in->lat_e7.n }, &grid) != OK) {
                        cx->problem = (Problem){ 0 };
                        return OK;
                }
                if (!str_eq(grid, b.grid))
                        return OK;
        } else {
                TRY(territory_locate(cx, (Point){ in->lon_e7.n, in->lat_e7.n }, &grid));
                row->place = str_dup(cx->arena, grid);
                row->address = in->address.n ? in->address : STR_NONE;
        }
        row->lon_e7 = in->lon_e7.n;
        row->lat_e7 = in->lat_e7.n;
        return OK;
}

static Rc check_place(Cx *cx, const CaseNew *in, const CaseRow *row) {
        if (!in->place.n || str_starts(row->place, in->place))
                return OK;
        return fail_field(cx, S("/place"), "not-here", S("该位置不在所填地区内"),
                          S("The position is not in that place"));
}

Str case_search_text(Cx *cx, const CaseRow *row, const CaseCategory *k) {
        Str parts[] = { row->text,
                        row->address,
                        row->building,
                        territory_name(cx, row->place),
                        territory_name(cx, str_sub(row->place, 0, 12)),
                        k->name,
                        k->name_en };
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
                if (parts[i].n) {
                        buf_str(&b, parts[i]);
                        buf_char(&b, ' ');
                }
        return case_fold(cx->arena, buf_view(&b));
}

/* ---- opening ---- */

typedef struct Opening {
        const CaseNew *in;
        const Case *made;
} Opening;

static Rc category_choose(Cx *cx, const CaseNew *in, const CaseProfile *p, const CaseCategory **ret_category,
                          const Flow **ret_flow) {
        Str code = in->category.n ? in->category : case_flow_category(p->catalogue, in->flow);
        const CaseCategory *k = case_category(p->catalogue, code);
        const Flow *f;

        if (!code.n)
                return fail_field(cx, S("/category"), "required", S("请选择类别"), S("Choose a category"));
        if (!k)
                return fail(cx, P_CASE_CATEGORY_UNKNOWN, "no category " STR_FMT, STR_ARG(code));
        f = case_flow_newest(p, in->flow.n ? in->flow : k->flow);
        if (!f)
                return fail_field(cx, S("/flow"), "unknown", S("没有这个流程"), S("There is no such flow"));
        *ret_category = k;
        *ret_flow = f;
        return OK;
}

/* May who asks open such a case there? Residents come by the channels that the flow starts from; whether a part is opened the flow of
 * the whole has decided. */
static Rc check_opener(Cx *cx, const CaseNew *in, const Flow *f, Str place) {
        if (!f->open_who || in->part_of.set || !cx->actor || cx->actor->is_system ||
            case_right_by_post(cx, f->open_who, place).allowed)
                return OK;
        return fail_zh(cx, P_CASE_NOT_YOURS,
                       str_fmt(cx->arena, "您的岗位不能在此地发起“" STR_FMT "”", STR_ARG(f->name)),
                       "no post of yours may open \"" STR_FMT "\" there", STR_ARG(f->name_en));
}

static Rc row_fill(Cx *cx, const CaseNew *in, const CaseProfile *p, const Flow *f, const CaseCategory *k,
                   CaseRow *row) {
        int64_t me = actor_account(cx).n;

        TRY(locate(cx, in, row));
        TRY(check_place(cx, in, row));
        TRY(check_opener(cx, in, f, row->place));
        row->flow = f->code;
        row->flow_edition = f->edition;
        row->kind = str_c(flow_kind_words[f->kind]);
        row->facts = row->asked = S("");
        row->voices = 1;
        row->catalogue_edition = p->catalogue->edition;
        row->category = k->code;
        row->class = k->class;
        row->text = in->text;
        row->channel = in->channel;
        row->parent = in->part_of;
        row->opener = me ? SOME_INT(me) : (OptInt){ 0 };
        row->limit_days = k->limit_days;
        row->created_ms = row->entered_ms = row->holder_since_ms = now_ms(cx);
        row->has_reporter = in->reporter_name.n || in->reporter_phone.n;
        row->version = 1;
        row->search = case_search_text(cx, row, k);
        return OK;
}

static Rc state_fill(Cx *cx, Case *c, const FlowState *s, Str form) {
        CaseRow *row = &c->row;
        Case then;
        CaseStepRow first = { .action = S("open"), .to_state = s->code, .at_ms = row->created_ms, .form = form };

        row->state = s->code;
        row->disposed = s->disposed;
        row->archived = s->archived;
        row->final = s->final;
        case_row_hold(row, s);
        then = *c;
        then.steps = (CaseStepRowList){ .v = &first, .n = 1 };
        return case_deadline(cx, &then, s, row->entered_ms, NULL, &row->due_ms);
}

static void links_of(Cx *cx, const StrList *photos, PhotoKind kind, PhotoLinkList *ret) {
        for (size_t i = 0; i < photos->n; i++)
                *list_push(cx->arena, ret) = (PhotoLink){ photos->v[i], kind };
}

static Rc first_step(Cx *cx, Case *c, const CaseNew *in, const CaseEvidence *e, Str form) {
        CaseRight right = case_right_to_report(cx, c->row.place);
        CaseStepRow step = { .action = S("open"),
                             .actor = c->row.opener,
                             .actor_role = right.role,
                             .actor_department = right.department.n ? right.department : STR_NONE,
                             .note = in->text,
                             .photos = e->text,
                             .form = form },
                    *added;

        if (cx->actor && cx->actor->name.n)
                step.actor_name = cx->actor->name;
        step.detail = str_fmt(cx->arena, STR_FMT " " STR_FMT " %lld %lld %s", STR_ARG(c->row.category),
                              STR_ARG(c->row.place), (long long)c->row.lon_e7, (long long)c->row.lat_e7,
                              enum_word(&enum_CaseChannel, (int)c->row.channel));
        TRY(case_step_append(cx, &c->row, NULL, &step, &added));
        *list_push(cx->arena, &c->steps) = *added;
        return OK;
}

/* What was handled before it was reported: the flow's on-the-spot action follows at once. */
static Rc handled_at_once(Cx *cx, Case *c, const CaseNew *in) {
        const FlowAction *a = flow_action(c->flow, c->flow->spot_action);
        CaseAction action = { .action = a->code,
                              .version = 1,
                              .note = in->handled_note.n ? in->handled_note : STR_NONE };
        bool first_is_before = !c->row.photos && in->handled_photos.n > 1;

        links_of(cx, &in->handled_photos, PHOTO_KIND_AFTER, &action.photos);
        if (first_is_before)
                action.photos.v[0].kind = PHOTO_KIND_BEFORE;
        return case_move(cx, c, a, &action, false);
}

/* The form of the category, or else of the flow. An account has to fill it in; a resident cannot be asked to, and parts come in lists. */
static Rc form_fill(Cx *cx, const CaseNew *in, const CaseCategory *k, Case *c, CaseFormData *ret) {
        Str name = case_report_form(k, c->flow);
        bool needed = cx->actor && !cx->actor->is_system && !in->part_of.set;

        *ret = (CaseFormData){ .text = STR_NONE };
        if (!name.n && !in->form.n)
                return OK;
        TRY(case_form_take(cx, c->profile, name, in->form, c->row.place, needed, ret));
        if (has_field_errors(cx))
                return fail_input(cx);
        c->row.facts = case_facts_text(cx, c->flow, flow_facts_taken(c->flow, ret->node, (FlowFacts){ 0 }));
        return OK;
}

static Rc start_of(Cx *cx, const CaseNew *in, const Flow *f, const FlowState **ret) {
        *ret = flow_start(f, str_c(enum_word(&enum_CaseChannel, (int)in->channel)));
        if (!in->self_handled)
                return OK;
        if (!f->spot_action.n)
                return fail(cx, P_CASE_ACTION_FORBIDDEN, "the flow has no action on the spot");
        *ret = flow_state(f, flow_action(f, f->spot_action)->from.v[0]);
        return OK;
}

Rc case_opening_check(Cx *cx, const CaseNew *in, CaseRow *ret) {
        const CaseCategory *category;
        const CaseProfile *p;
        const Flow *f;

        TRY(case_profile(cx, &p));
        TRY(category_choose(cx, in, p, &category, &f));
        *ret = (CaseRow){ 0 };
        return row_fill(cx, in, p, f, category, ret);
}

static Rc open_work(Cx *cx, void *arg) {
        Opening *o = arg;
        const CaseNew *in = o->in;
        Case *c = TAKE(cx->arena, Case);
        PhotoLinkList links = { 0 };
        const CaseCategory *category = NULL;
        const FlowState *start;
        CaseEvidence evidence;
        CaseFormData form;
        CaseRow *added;

        TRY(case_profile(cx, &c->profile));
        TRY(category_choose(cx, in, c->profile, &category, &c->flow));
        TRY(row_fill(cx, in, c->profile, c->flow, category, &c->row));
        TRY(form_fill(cx, in, category, c, &form));
        links_of(cx, &in->photos, PHOTO_KIND_SCENE, &links);
        TRY(case_evidence(cx, &links, PHOTO_KIND_SCENE, "/photos", &evidence));
        case_evidence_count(&c->row, &evidence);
        TRY(start_of(cx, in, c->flow, &start));
        TRY(state_fill(cx, c, start, form.text));
        TRY(case_store_add(cx, &c->row, &added));
        TRY(audit_note(cx, "case.opened", str_fmt(cx->arena, "case/%lld", (long long)added->id), STR_NONE));
        c->row = *added;
        TRY(first_step(cx, c, in, &evidence, form.text));
        TRY(case_evidence_attach(cx, added->id, 1, &evidence));
        if (added->has_reporter)
                TRY(case_store_reporter_add(cx, added->id, in->reporter_name, in->reporter_phone));
        o->made = c;
        if (in->self_handled)
                return handled_at_once(cx, c, in);
        TRY(case_settle(cx, c));
        return case_tell(cx, &c->row, NULL, S("opened"));
}

static CaseReceipt *receipt_of(Cx *cx, const CaseRow *row, const CaseStepRow *first) {
        CaseReceipt *r = TAKE(cx->arena, CaseReceipt);

        *r = (CaseReceipt){ .id = row->id,
                            .number = case_number(cx->arena, row->created_ms, row->id),
                            .state = row->state,
                            .place = row->place,
                            .place_name = territory_name(cx, row->place),
                            .version = row->version,
                            .hash = hex_str(cx->arena, (const uint8_t *)first->hash.p, first->hash.n) };
        return r;
}

Rc case_report(Cx *cx, const CaseNew *in, CaseReceipt **ret) {
        Opening o = { in, NULL };

        if (!str_trim(in->text).n)
                return fail_field(cx, S("/text"), "required", S("请填写情况描述"), S("Say what is wrong"));
        TRY(db_write(cx, open_work, &o));
        return *ret = receipt_of(cx, &o.made->row, &o.made->steps.v[0]), OK;
}

Rc case_open(Cx *cx, const CaseNew *in, CaseId *ret) {
        CaseReceipt *receipt;

        TRY(case_report(cx, in, &receipt));
        return *ret = (CaseId){ receipt->id }, OK;
}

Rc case_receipt(Cx *cx, CaseId id, CaseReceipt **ret) {
        CaseStepRow *first;
        CaseRow *row;

        TRY(case_store_get(cx, id.n, NULL, &row));
        TRY(case_store_step(cx, id.n, 1, &first));
        return *ret = receipt_of(cx, row, first), OK;
}

Rc case_holds_photo(Cx *cx, CaseId id, Str sha256, bool *ret) {
        return case_store_has_photo(cx, id.n, sha256, ret);
}
