/* Publishing a draft for a day, and the day itself: an edition becomes valid by the clock; what it moves is moved by the job below, once,
 * whichever server is first, and goes on after a restart where it was. */
#include "base/log.h"
#include "case/case.h"
#include "core/audit/audit.h"
#include "core/who/who.h"
#include "db/db.h"
#include "mesh/mesh_int.h"
#include "registry/registry.h"

enum { BATCH = 100, TOLD_MOST = 50, ROWS_MOST = 500, LIST_MOST = 200, PAGE = 100 };
/* Phases of a publication, as its table says. */
enum { PHASE_WAITS = 1, PHASE_POSTS, PHASE_HOUSES, PHASE_CASES, PHASE_DONE, PHASE_WITHDRAWN };

static Str subject_of(Cx *cx, int64_t edition) { return str_fmt(cx->arena, "mesh/edition/%lld", (long long)edition); }

static Str day_of(Cx *cx, int64_t ms) { return ms > 0 ? date_str(cx->arena, date_of_day(day_of_ms(ms))) : STR_NONE; }

static int64_t today_ms(const Cx *cx) { return day_start_ms(day_of_ms(now_ms(cx))); }

/* ---- views ------------------------------------------------------------------------------------------------------------------ */

Rc mesh_edition_view(Cx *cx, const Edition *e, MeshEdition *ret) {
        MeshPublicationRow *p;
        Edition current = { 0 };

        TRY(mesh_store_publication(cx, e->number, &p));
        if (territory_edition_at(cx, now_ms(cx), &current) != OK)
                cx->problem = (Problem){ 0 };
        *ret = (MeshEdition){ .number = e->number,
                              .base = e->base,
                              .valid_from = day_of(cx, e->valid_from_ms),
                              .current = e->number == current.number,
                              .faces = e->faces,
                              .grids = e->grids,
                              .note = e->note,
                              .published_by = e->published_by,
                              .published = e->published_ms,
                              .withdrawn_by = e->withdrawn_by,
                              .withdrawn = e->withdrawn_ms };
        if (p)
                ret->moved = (OptBool){ true, p->phase == PHASE_DONE };
        return OK;
}

Rc mesh_edition_pages(Cx *cx, Str page, MeshEditionPage **ret) {
        MeshEditionPage *v = TAKE(cx->arena, MeshEditionPage);
        EditionList list = { 0 };
        int64_t before;

        TRY(mesh_page_from(cx, page, INT64_MAX, &before));
        TRY(territory_editions(cx, before, MESH_PAGE + 1, &list));
        for (size_t i = 0; i < list.n && i < MESH_PAGE; i++)
                TRY(mesh_edition_view(cx, &list.v[i], list_push(cx->arena, &v->items)));
        if (list.n > MESH_PAGE)
                v->next = str_of_int(cx->arena, list.v[MESH_PAGE - 1].number);
        return *ret = v, OK;
}

Rc mesh_descents(Cx *cx, Str code, MeshDescents **ret) {
        MeshDescents *v = TAKE(cx->arena, MeshDescents);
        MeshDescentStoredList rows = { 0 };

        TRY(mesh_store_descents(cx, code, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                const MeshDescentStored *d = &rows.v[i];
                Edition e;

                TRY(territory_edition(cx, d->edition, &e));
                *list_push(cx->arena, &v->items) = (MeshDescentRow){ .edition = d->edition, .valid_from = day_of(cx, e.valid_from_ms),
                                                                     .from = d->from_code, .to = d->to_code, .kind = (MeshDescentKind)d->kind,
                                                                     .share_permyriad = d->share, .area_m2 = d->area_m2 };
        }
        return *ret = v, OK;
}

Rc mesh_transfer_pages(Cx *cx, int64_t edition, Str page, MeshTransferPage **ret) {
        MeshTransferPage *v = TAKE(cx->arena, MeshTransferPage);
        MeshTransferRowList rows = { 0 };
        int64_t after;
        WhoScope scope;
        Edition e;

        TRY(mesh_page_from(cx, page, 0, &after));
        TRY(territory_edition(cx, edition, &e));
        who_scope(cx, PERM_MESH_READ, &scope);
        TRY(mesh_store_transfers(cx, edition, after, PAGE + 1, &scope, &rows));
        for (size_t i = 0; i < rows.n && i < PAGE; i++) {
                const MeshTransferRow *t = &rows.v[i];

                *list_push(cx->arena, &v->items) =
                        (MeshTransfer){ t->id, (MeshSubject)t->subject, t->subject_id, t->label, t->from_code, t->to_code, t->at_ms };
        }
        if (rows.n > PAGE)
                v->next = str_of_int(cx->arena, rows.v[PAGE - 1].id);
        return *ret = v, OK;
}

/* ---- preview ----------------------------------------------------------------------------------------------------------------- */

static void preview_fill(Cx *cx, const Plan *p, MeshPreview *v) {
        v->houses = p->houses;
        v->cases = p->cases;
        v->posts = p->posts;
        v->refused = p->refused;
        for (size_t i = 0; i < p->pairs.n && i < LIST_MOST; i++)
                mesh_change_view(cx, &p->pairs.v[i], list_push(cx->arena, &v->changes));
        for (size_t i = 0; i < p->born.n && i < LIST_MOST; i++) {
                *list_push(cx->arena, &v->born) = p->born.v[i];
                *list_push(cx->arena, &v->unstaffed) = p->born.v[i].grid; /* posts go to grids that there were */
        }
        for (size_t i = 0; i < p->gone.n && i < LIST_MOST; i++)
                *list_push(cx->arena, &v->gone) = p->gone.v[i];
        for (size_t i = 0; i < p->moved.n && i < ROWS_MOST; i++)
                *list_push(cx->arena, &v->rows) = p->moved.v[i];
}

static void staffed_leave_out(const Plan *p, MeshPreview *v) {
        size_t n = 0;

        for (size_t i = 0; i < v->unstaffed.n; i++) {
                bool staffed = false;

                for (size_t k = 0; k < p->moved.n && !staffed; k++)
                        staffed = p->moved.v[k].subject == MESH_SUBJECT_POST && str_eq(p->moved.v[k].to, v->unstaffed.v[i]);
                if (!staffed)
                        v->unstaffed.v[n++] = v->unstaffed.v[i];
        }
        v->unstaffed.n = n;
}

static Rc day_wanted(Cx *cx, Str day, int64_t *ret) {
        Date d;

        if (!day.n)
                return *ret = today_ms(cx) + MS_DAY, OK;
        if (!date_parse(day, &d))
                return fail_field(cx, S("/valid_from"), "invalid", S("日期不正确"), S("Not a date"));
        *ret = day_start_ms(day_of_date(d));
        if (*ret < today_ms(cx))
                return fail_field(cx, S("/valid_from"), "too-early", S("生效日期不能早于今天"), S("Not before today"));
        if (*ret > today_ms(cx) + 366 * (int64_t)MS_DAY)
                return fail_field(cx, S("/valid_from"), "too-late", S("生效日期最多在一年以内"), S("At most a year ahead"));
        return OK;
}

Rc mesh_preview(Cx *cx, int64_t draft, Str day, MeshPreview **ret) {
        _cleanup_(plan_done) Plan plan = { 0 };
        MeshPreview *v = TAKE(cx->arena, MeshPreview);
        MeshDraftRow *row;
        int64_t from;

        TRY(day_wanted(cx, day, &from));
        TRY(mesh_store_draft(cx, draft, &row));
        TRY(plan_make(cx, row, from, PERM_MESH_EDIT, &plan));
        v->valid_from = day_of(cx, from);
        preview_fill(cx, &plan, v);
        staffed_leave_out(&plan, v);
        return *ret = v, OK;
}

/* ---- publishing --------------------------------------------------------------------------------------------------------------- */

typedef struct Publishing {
        const MeshPublish *in;
        const Plan *plan;
        int64_t draft, from_ms;
        MeshEdition *answer;
} Publishing;

static Rc refuse_without_grid(Cx *cx, const Plan *p) {
        for (size_t i = 0; i < p->moved.n && i < TOLD_MOST && !p->moved.v[i].to.n; i++) {
                const MeshMoved *m = &p->moved.v[i];

                field_error(cx, str_fmt(cx->arena, "/%s/%lld", enum_word(&enum_MeshSubject, (int)m->subject), (long long)m->id), "without-grid",
                            str_fmt(cx->arena, STR_FMT "（原网格 " STR_FMT "）将没有网格", STR_ARG(m->label), STR_ARG(m->from)),
                            str_fmt(cx->arena, STR_FMT " (in grid " STR_FMT ") would be without a grid", STR_ARG(m->label), STR_ARG(m->from)));
        }
        return fail(cx, P_MESH_WITHOUT_GRID, "%lld would be without a grid", (long long)p->refused);
}

/* Today only when nothing moves with it: else it would have moved since midnight without anybody having been told. */
static Rc day_check(Cx *cx, const Plan *p, int64_t from_ms) {
        Edition newest;

        if (from_ms == today_ms(cx) && p->moved.n)
                return fail_field(cx, S("/valid_from"), "too-early", S("有人员、房屋或事件要转移，最早明天生效"),
                                  S("Posts, houses or cases move with it: tomorrow at the earliest"));
        TRY(territory_edition_newest(cx, &newest));
        if (newest.valid_from_ms > now_ms(cx) ? from_ms <= newest.valid_from_ms : from_ms < newest.valid_from_ms)
                return fail(cx, P_MESH_SCHEDULED, "edition %lld is to be valid from then on already", (long long)newest.number);
        return OK;
}

static Rc descents_store(Cx *cx, const Plan *p, int64_t edition) {
        for (size_t i = 0; i < p->descents.n; i++) {
                const PlanDescent *d = &p->descents.v[i];

                TRY(mesh_store_descent_add(cx, &(MeshDescentStored){ edition, mesh_code(cx->arena, d->from, 15), mesh_code(cx->arena, d->to, 15),
                                                                     (int64_t)d->kind, d->share, d->m2 }));
        }
        return OK;
}

static Rc publish_work(Cx *cx, void *arg) {
        Publishing *w = arg;
        const Plan *p = w->plan;
        bool later = w->from_ms > now_ms(cx);
        MeshDraftRow *row, *after;
        Edition newest, made;

        w->answer = TAKE(cx->arena, MeshEdition);
        TRY(mesh_draft_take(cx, w->draft, w->in->version, &row));
        TRY(territory_edition_newest(cx, &newest));
        if (newest.number != row->base)
                return fail(cx, P_MESH_BASE_CHANGED, "edition %lld has just been published", (long long)newest.number);
        TRY(day_check(cx, p, w->from_ms));
        TRY(territory_edition_add(
                cx, p->mesh,
                &(EditionNew){ .base = SOME_INT(row->base), .valid_from_ms = w->from_ms, .note = w->in->note.n ? w->in->note : STR_NONE }, &made));
        TRY(territory_places_turn(cx, later ? w->from_ms : now_ms(cx), &p->add, &p->end));
        TRY(descents_store(cx, p, made.number));
        TRY(mesh_store_publication_add(cx, &(MeshPublicationRow){ .edition = made.number, .draft_id = row->id, .valid_from_ms = w->from_ms,
                                                                  .codes = p->codes, .phase = later ? PHASE_WAITS : PHASE_DONE }));
        row->state = MESH_DRAFT_STATE_PUBLISHED;
        row->edition = SOME_INT(made.number);
        row->changed_by = mesh_me(cx);
        row->changed_ms = now_ms(cx);
        TRY(mesh_store_draft_set(cx, row, &after));
        if (!after)
                return fail(cx, P_VERSION_STALE, "the draft was changed meanwhile");
        TRY(mesh_store_draft_tidy(cx, row->id));
        TRY(audit_note(cx, "mesh.published", subject_of(cx, made.number), STR_NONE));
        TRY(territory_changed(cx));
        TRY(mesh_draft_tell(cx, after, "mesh.published"));
        return mesh_edition_view(cx, &made, w->answer);
}

Rc mesh_publish(Cx *cx, int64_t draft, const MeshPublish *in, MeshEdition **ret) {
        _cleanup_(plan_done) Plan plan = { 0 };
        Publishing w = { .in = in, .plan = &plan, .draft = draft };
        MeshDraftRow *row;

        TRY(day_wanted(cx, in->valid_from, &w.from_ms));
        TRY(mesh_draft_take(cx, draft, in->version, &row));
        TRY(plan_make(cx, row, w.from_ms > now_ms(cx) ? w.from_ms : now_ms(cx), PERM_MESH_PUBLISH, &plan));
        if (plan.refused)
                return refuse_without_grid(cx, &plan);
        TRY(day_check(cx, &plan, w.from_ms));
        TRY(db_write_answer(cx, publish_work, &w, (void **)&w.answer));
        return *ret = w.answer, OK;
}

/* What it changed has to lie in the caller's scope, as when it was published. */
static Rc withdraw_check(Cx *cx, const MeshPublicationRow *p) {
        JsonNode *codes;

        TRY(json_parse(cx, p->codes, &codes));
        for (const JsonNode *c = codes->first; c; c = c->next)
                if (!actor_reaches(cx, PERM_MESH_PUBLISH, c->text))
                        return fail(cx, P_NOT_FOUND, "the edition changes grids outside the caller's scope");
        return OK;
}

Rc mesh_withdraw(Cx *cx, int64_t number, MeshEdition **ret) {
        MeshEdition *v = TAKE(cx->arena, MeshEdition);
        MeshPublicationRow *p, *after;
        Edition e, newest;
        bool done;

        TRY(territory_edition(cx, number, &e));
        TRY(mesh_store_publication(cx, number, &p));
        if (!p || p->phase != PHASE_WAITS)
                return fail(cx, P_MESH_TOO_LATE, "edition %lld does not wait for its day", (long long)number);
        TRY(withdraw_check(cx, p));
        TRY(territory_edition_newest(cx, &newest));
        if (newest.number != number)
                return fail(cx, P_MESH_SCHEDULED, "edition %lld is based on it; withdraw that first", (long long)newest.number);
        p->phase = PHASE_WITHDRAWN;
        TRY(mesh_store_publication_set(cx, p, &after));
        TRY(territory_edition_withdraw(cx, number, &done));
        if (!done || !after)
                return fail(cx, P_MESH_TOO_LATE, "edition %lld is valid already", (long long)number);
        TRY(territory_edition(cx, number, &e));
        TRY(mesh_edition_view(cx, &e, v));
        return *ret = v, OK;
}

/* ---- the day ------------------------------------------------------------------------------------------------------------------- */

typedef struct Turning {
        int64_t edition;
        MeshPublicationRow *row;
        int64_t moved;
        bool more;
} Turning;

static Rc transfer(Cx *cx, Turning *t, MeshSubject subject, int64_t id, Str label, Str from, Str to) {
        t->moved++;
        return mesh_store_transfer_add(cx, &(MeshTransferRow){ .edition = t->edition, .subject = (int64_t)subject, .subject_id = id,
                                                               .label = label, .from_code = from, .to_code = to, .at_ms = t->row->valid_from_ms });
}

/* The grid that holds the point now; where none does any more, the one that took most of the old one's ground; else p NULL. */
static Rc grid_now(Cx *cx, const Turning *t, Point at, Str from, Str *ret) {
        Rc rc = territory_locate(cx, at, ret);

        if (rc != E_MISSING)
                return rc;
        cx->problem = (Problem){ 0 };
        return mesh_store_successor(cx, t->edition, from, ret);
}

static Rc turn_posts(Cx *cx, Turning *t, size_t *ret_n) {
        HeldPostList list = { 0 };

        TRY(who_posts_of(cx, t->row->codes, t->row->cursor, BATCH, &list));
        for (size_t i = 0; i < list.n; i++) {
                const HeldPost *h = &list.v[i];
                Str to, label = str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(h->name), STR_ARG(h->role_word));

                t->row->cursor = h->id;
                if (territory_name(cx, h->place).n)
                        continue;
                TRY(mesh_store_successor(cx, t->edition, h->place, &to));
                if (to.p)
                        TRY(who_post_move(cx, h, to, t->row->valid_from_ms));
                TRY(transfer(cx, t, MESH_SUBJECT_POST, h->id, label, h->place, to));
        }
        return *ret_n = list.n, OK;
}

static Rc turn_houses(Cx *cx, Turning *t, size_t *ret_n) {
        BuildingList list = { 0 };

        TRY(registry_buildings_of(cx, t->row->codes, t->row->cursor, BATCH, &list));
        for (size_t i = 0; i < list.n; i++) {
                const Building *b = &list.v[i];
                Str to;

                t->row->cursor = b->id;
                TRY(grid_now(cx, t, b->at, b->grid, &to));
                if (to.p && str_eq(to, b->grid))
                        continue;
                if (to.p)
                        TRY(registry_building_regrid(cx, b, to));
                TRY(transfer(cx, t, MESH_SUBJECT_HOUSE, b->id, b->address, b->grid, to));
        }
        return *ret_n = list.n, OK;
}

static Rc turn_cases(Cx *cx, Turning *t, size_t *ret_n) {
        CaseSpotList list = { 0 };

        TRY(case_open_in(cx, t->row->codes, t->row->cursor, BATCH, &list));
        for (size_t i = 0; i < list.n; i++) {
                const CaseSpot *c = &list.v[i];
                Str to;

                t->row->cursor = c->id;
                TRY(grid_now(cx, t, (Point){ c->lon_e7, c->lat_e7 }, c->place, &to));
                if (to.p && str_eq(to, c->place))
                        continue;
                if (to.p)
                        TRY(case_regrid(cx, (CaseId){ c->id }, to));
                TRY(transfer(cx, t, MESH_SUBJECT_CASE, c->id, c->number, c->place, to));
        }
        return *ret_n = list.n, OK;
}

/* A batch of a phase, in one transaction that begins by taking the publication's row: two servers follow one another. */
static Rc turn_work(Cx *cx, void *arg) {
        static Rc (*const phases[])(Cx *, Turning *, size_t *) = { [PHASE_POSTS] = turn_posts, [PHASE_HOUSES] = turn_houses,
                                                                   [PHASE_CASES] = turn_cases };
        Turning *t = arg;
        MeshPublicationRow *after;
        size_t n = 0;

        t->more = false;
        t->moved = 0;
        TRY(mesh_store_publication(cx, t->edition, &t->row));
        if (!t->row || t->row->phase >= PHASE_DONE || t->row->valid_from_ms > now_ms(cx))
                return OK;
        TRY(mesh_store_publication_set(cx, t->row, &after));
        if (!after)
                return fail(cx, P_DB_BUSY, "another server is moving what edition %lld moves", (long long)t->edition);
        t->row = after;
        if (t->row->phase != PHASE_WAITS)
                TRY(phases[t->row->phase](cx, t, &n));
        if (n < BATCH) {
                t->row->phase++;
                t->row->cursor = 0;
        }
        TRY(audit_note(cx, "mesh.moved", subject_of(cx, t->edition),
                       str_fmt(cx->arena, "{\"phase\":%lld,\"moved\":%lld}", (long long)t->row->phase, (long long)t->moved)));
        TRY(mesh_store_publication_set(cx, t->row, &after));
        t->more = after->phase < PHASE_DONE;
        return OK;
}

Rc mesh_due(Cx *cx) {
        MeshPublicationRowList rows = { 0 };

        cx->actor = actor_system();
        TRY(mesh_store_publications_due(cx, &rows));
        if (rows.n)
                TRY(territory_load(cx)); /* another server may have published it a moment ago */
        for (size_t i = 0; i < rows.n; i++) {
                _cleanup_(cx_freep) Cx *own = cx_new(64 << 20);
                Turning t = { .edition = rows.v[i].edition, .more = true };

                while (t.more) {
                        cx_reset(own);
                        own->now_ms = cx->now_ms;
                        own->actor = actor_system();
                        if (db_write(own, turn_work, &t) != OK)
                                return fail(cx, own->problem.code, "edition %lld: " STR_FMT, (long long)t.edition, STR_ARG(own->problem.detail));
                }
                log_info("mesh.moved", "edition %lld", (long long)t.edition);
        }
        return OK;
}

void mesh_init(void) { mesh_store_init(); }
