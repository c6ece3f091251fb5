/* Drafts: an edition and a list of edits. In memory a draft is the mesh that follows from them; whoever comes finds it there, or it is made
 * again. An edit is checked by the mesh alone, so that it costs milliseconds whatever the size of the city. */
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "core/who/who.h"
#include "db/db.h"
#include "geo/geojson.h"
#include "geo/redraw.h"
#include "mesh/mesh_int.h"
#include <pthread.h>
#include <stdlib.h>

enum { KEPT = 3, NAMED_MOST = 5 };

/* ---- in memory ------------------------------------------------------------------------------------------------------------- */

typedef struct Kept {
        char *base; /* digest of the edition */
        Mesh *mesh;
        int64_t draft;
        uint64_t used;
        struct {
                char *text;
                size_t mark; /* of the mesh's history before it */
        } *ops;
        size_t n, cap;
} Kept;

static struct {
        pthread_mutex_t lock; /* held while a mesh is used */
        Kept kept[KEPT];
        uint64_t clock;
} drafts = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void forget(Kept *k) {
        for (size_t i = 0; i < k->n; i++)
                free(k->ops[i].text);
        free(k->ops);
        free(k->base);
        mesh_free(k->mesh);
        *k = (Kept){ 0 };
}

static Kept *slot_for(int64_t draft, Str base) {
        Kept *oldest = &drafts.kept[0];

        for (size_t i = 0; i < KEPT; i++) {
                Kept *k = &drafts.kept[i];

                if (k->mesh && k->draft == draft && str_eq_c(base, k->base))
                        return k;
                if (k->used < oldest->used)
                        oldest = k;
        }
        forget(oldest);
        return oldest;
}

static void push(Kept *k, Str text, size_t mark) {
        if (k->n == k->cap) {
                k->cap = k->cap * 2 + 32;
                k->ops = realloc(k->ops, k->cap * sizeof *k->ops);
                if (!k->ops)
                        abort();
        }
        k->ops[k->n].text = str_heap(text);
        k->ops[k->n++].mark = mark;
}

static void pop(Kept *k) {
        k->n--;
        (void)!mesh_undo_to(k->mesh, k->ops[k->n].mark);
        free(k->ops[k->n].text);
}

/* As the rows say: what memory has beyond them, from a transaction that failed or an edit undone elsewhere, is taken back. */
static Rc catch_up(Cx *cx, Kept *k, const MeshEditStoredList *edits, int64_t position) {
        size_t same = 0;

        while (same < k->n && (int64_t)same < position && str_eq_c(edits->v[same].op, k->ops[same].text))
                same++;
        while (k->n > same)
                pop(k);
        for (size_t i = same; (int64_t)i < position; i++) {
                size_t mark = mesh_mark(k->mesh);
                MeshFault fault;

                if (op_apply(cx, k->mesh, edits->v[i].op, &fault) != MESH_FINE)
                        return fail(cx, P_SERVER_BUG, "edit %zu of draft %lld cannot be done again: %s", i + 1, (long long)k->draft,
                                    mesh_why_name(fault.why));
                push(k, edits->v[i].op, mark);
        }
        return OK;
}

static Rc hold_kept(Cx *cx, const MeshDraftRow *row, Kept **ret) {
        MeshEditStoredList edits = { 0 };
        Edition base;
        Kept *k;
        Rc rc = OK;

        TRY(mesh_store_edits(cx, row->id, &edits));
        TRY(territory_edition(cx, row->base, &base));
        if ((int64_t)edits.n < row->position)
                return fail(cx, P_SERVER_BUG, "draft %lld has lost edits", (long long)row->id);
        pthread_mutex_lock(&drafts.lock);
        k = slot_for(row->id, base.digest);
        k->used = ++drafts.clock;
        if (!k->mesh) {
                rc = territory_edition_mesh(cx, row->base, &k->mesh);
                k->draft = row->id;
                k->base = str_heap(base.digest);
        }
        if (rc == OK)
                rc = catch_up(cx, k, &edits, row->position);
        if (rc != OK) {
                forget(k);
                pthread_mutex_unlock(&drafts.lock);
                return rc;
        }
        return *ret = k, OK;
}

Rc draft_mesh_hold(Cx *cx, const MeshDraftRow *row, Mesh **ret) {
        Kept *k;

        TRY(hold_kept(cx, row, &k));
        return *ret = k->mesh, OK;
}

void draft_mesh_let_go(void) { pthread_mutex_unlock(&drafts.lock); }

/* ---- rows ------------------------------------------------------------------------------------------------------------------ */

static Str subject_of(Cx *cx, int64_t id) { return str_fmt(cx->arena, "mesh/draft/%lld", (long long)id); }

static Rc stale(Cx *cx, const MeshDraftRow *row) {
        return fail_zh(cx, P_VERSION_STALE,
                       str_fmt(cx->arena, "草稿“" STR_FMT "”已由 " STR_FMT " 修改，请刷新后再改", STR_ARG(row->name), STR_ARG(row->changed_by)),
                       STR_FMT " has changed the draft meanwhile; it is at version %lld now", STR_ARG(row->changed_by),
                       (long long)row->version);
}

Rc mesh_draft_take(Cx *cx, int64_t id, int64_t version, MeshDraftRow **ret) {
        MeshDraftRow *row;

        TRY(mesh_store_draft(cx, id, &row));
        if (row->state != MESH_DRAFT_STATE_OPEN)
                return fail(cx, P_MESH_DRAFT_CLOSED, "the draft is %s", enum_word(&enum_MeshDraftState, (int)row->state));
        if (version && row->version != version)
                return stale(cx, row);
        return *ret = row, OK;
}

Rc mesh_draft_view(Cx *cx, const MeshDraftRow *r, MeshDraft **ret) {
        MeshDraft *v = TAKE(cx->arena, MeshDraft);
        Edition newest;

        TRY(territory_edition_newest(cx, &newest));
        *v = (MeshDraft){ .id = r->id,
                          .name = r->name,
                          .state = (MeshDraftState)r->state,
                          .base = r->base,
                          .base_changed = r->state == MESH_DRAFT_STATE_OPEN && r->base != newest.number,
                          .version = r->version,
                          .edits = r->position,
                          .undone = r->length - r->position,
                          .created = r->created_ms,
                          .created_by = r->created_by,
                          .changed = r->changed_ms,
                          .changed_by = r->changed_by,
                          .edition = r->edition };
        return *ret = v, OK;
}

Rc mesh_draft_tell(Cx *cx, const MeshDraftRow *row, const char *what) {
        return notice_send(cx, &(Notice){ .topic = S("mesh"), .action = str_c(what), .id = row->id, .version = row->version,
                                          .state = str_c(enum_word(&enum_MeshDraftState, (int)row->state)), .permission = PERM_MESH_READ });
}

static Rc changed(Cx *cx, MeshDraftRow *row, const char *note, Str detail, MeshDraftRow **ret) {
        MeshDraftRow *after;

        row->changed_by = mesh_me(cx);
        row->changed_ms = now_ms(cx);
        TRY(mesh_store_draft_set(cx, row, &after));
        if (!after)
                return stale(cx, row);
        TRY(audit_note(cx, note, subject_of(cx, row->id), detail));
        TRY(mesh_draft_tell(cx, after, note));
        return *ret = after, OK;
}

Rc mesh_draft_open(Cx *cx, const MeshDraftCreate *in, MeshDraft **ret) {
        MeshDraftRow *row;
        Edition newest;
        int64_t open;

        TRY(mesh_store_drafts_open(cx, &open));
        if (open >= MESH_DRAFTS_MOST)
                return fail(cx, P_MESH_TOO_MANY, "%lld drafts are open", (long long)open);
        TRY(territory_edition_newest(cx, &newest));
        TRY(mesh_store_draft_add(cx, in->name, newest.number, mesh_me(cx), &row));
        TRY(audit_note(cx, "mesh.draft", subject_of(cx, row->id), STR_NONE));
        TRY(mesh_draft_tell(cx, row, "mesh.draft"));
        return mesh_draft_view(cx, row, ret);
}

Rc mesh_page_from(Cx *cx, Str page, int64_t first, int64_t *ret) {
        *ret = first;
        if (page.n && !str_int(page, ret))
                return fail_field(cx, S("?page"), "invalid", S("分页标记不正确"), S("Not a page of this list"));
        return OK;
}

Rc mesh_draft_pages(Cx *cx, Str page, MeshDraftPage **ret) {
        MeshDraftPage *v = TAKE(cx->arena, MeshDraftPage);
        MeshDraftRowList rows = { 0 };
        int64_t before;

        TRY(mesh_page_from(cx, page, INT64_MAX, &before));
        TRY(mesh_store_drafts(cx, before, MESH_PAGE + 1, &rows));
        for (size_t i = 0; i < rows.n && i < MESH_PAGE; i++) {
                MeshDraft *item;

                TRY(mesh_draft_view(cx, &rows.v[i], &item));
                *list_push(cx->arena, &v->items) = *item;
        }
        if (rows.n > MESH_PAGE)
                v->next = str_of_int(cx->arena, rows.v[MESH_PAGE - 1].id);
        return *ret = v, OK;
}

Rc mesh_draft_give_up(Cx *cx, int64_t id, int64_t version, MeshDraft **ret) {
        MeshDraftRow *row, *after;

        TRY(mesh_draft_take(cx, id, version, &row));
        row->state = MESH_DRAFT_STATE_DROPPED;
        TRY(changed(cx, row, "mesh.draft-dropped", STR_NONE, &after));
        TRY(mesh_store_draft_tidy(cx, id));
        return mesh_draft_view(cx, after, ret);
}

/* ---- edits ----------------------------------------------------------------------------------------------------------------- */

static Str touched_text(Cx *cx, const IntList *faces) {
        Buf b = BUF_IN(cx->arena);

        buf_char(&b, '[');
        for (size_t i = 0; i < faces->n; i++)
                buf_fmt(&b, "%s%lld", i ? "," : "", (long long)faces->v[i]);
        buf_char(&b, ']');
        return buf_view(&b);
}

static Rc touched_of(Cx *cx, const MeshEditStored *e, IntList *ret) {
        JsonNode *node;

        TRY(json_parse(cx, e->touched, &node));
        for (const JsonNode *n = node->first; n; n = n->next)
                *list_push(cx->arena, ret) = (int64_t)n->num;
        return OK;
}

/* The name that the draft gives to a face; p NULL: none. */
static Str name_in(Cx *cx, const Kept *k, int64_t face) {
        Str name = STR_NONE;

        for (size_t i = 0; i < k->n; i++) {
                MeshNamedList given = { 0 };

                op_names(cx, str_c(k->ops[i].text), &given);
                for (size_t j = 0; j < given.n; j++)
                        if (given.v[j].face == face)
                                name = given.v[j].name;
        }
        return name;
}

/* Who changed a face, which grid it is, and where: the grid has no code before it is published. A face that is no more has no place. */
static void tell_changed(Cx *cx, Str pointer, const Kept *k, Str who, int64_t id) {
        Str zh = str_fmt(cx->arena, STR_FMT " 刚改动了面 %lld", STR_ARG(who), (long long)id);
        Str en = str_fmt(cx->arena, STR_FMT " has just changed face %lld", STR_ARG(who), (long long)id), name;
        MeshFace face;
        double lon, lat;

        if (!mesh_face(k->mesh, (MeshFaceId){ (uint32_t)id }, &face)) {
                field_error(cx, pointer, "changed-meanwhile", zh, en);
                return;
        }
        lon = (double)(face.box.west + face.box.east) * 0.5e-7;
        lat = (double)(face.box.south + face.box.north) * 0.5e-7;
        name = face.tag.grid ? STR_NONE : name_in(cx, k, id);
        if (face.tag.grid) {
                zh = str_fmt(cx->arena, STR_FMT "（网格 %lld，%.6f, %.6f）", STR_ARG(zh), (long long)face.tag.grid, lon, lat);
                en = str_fmt(cx->arena, STR_FMT " (grid %lld, near %.6f, %.6f)", STR_ARG(en), (long long)face.tag.grid, lon, lat);
        } else if (name.n) {
                zh = str_fmt(cx->arena, STR_FMT "（尚无编码的新网格“" STR_FMT "”，%.6f, %.6f）", STR_ARG(zh), STR_ARG(name), lon, lat);
                en = str_fmt(cx->arena, STR_FMT " (the new grid “" STR_FMT "” without a code yet, near %.6f, %.6f)", STR_ARG(en), STR_ARG(name), lon, lat);
        } else {
                zh = str_fmt(cx->arena, STR_FMT "（尚无编码的新网格，%.6f, %.6f）", STR_ARG(zh), lon, lat);
                en = str_fmt(cx->arena, STR_FMT " (a new grid without a code yet, near %.6f, %.6f)", STR_ARG(en), lon, lat);
        }
        field_error(cx, pointer, "changed-meanwhile", zh, en);
}

/* Who changed what an edit is about, since the caller looked. */
static Rc meanwhile(Cx *cx, const Kept *k, const MeshEditStoredList *since, const IntList *mine, size_t at, bool any) {
        Str pointer = str_fmt(cx->arena, "/edits/%zu", at);
        size_t told = 0;

        for (size_t i = 0; i < since->n && told < NAMED_MOST; i++) {
                IntList theirs = { 0 };

                TRY(touched_of(cx, &since->v[i], &theirs));
                for (size_t t = 0; t < theirs.n && told < NAMED_MOST; t++) {
                        bool both = any;

                        for (size_t j = 0; j < mine->n && !both; j++)
                                both = mine->v[j] == theirs.v[t];
                        if (!both)
                                continue;
                        tell_changed(cx, pointer, k, since->v[i].by_name, theirs.v[t]);
                        told++;
                }
        }
        return told ? fail(cx, P_MESH_CHANGED_MEANWHILE, "%zu faces were changed by others", told) : OK;
}

static bool in_scope(const Cx *cx, const Mesh *m, int64_t face) {
        MeshTag tag;

        return !mesh_face_tag(m, (MeshFaceId){ (uint32_t)face }, &tag) ||
               actor_reaches(cx, PERM_MESH_EDIT, mesh_code(cx->arena, tag.community, 12));
}

static Rc outside(Cx *cx, size_t at) {
        return fail_field(cx, str_fmt(cx->arena, "/edits/%zu", at), "outside-scope", S("超出了您的管辖范围"), S("It lies outside your scope"));
}

typedef struct Editing {
        const MeshEdits *in;
        int64_t draft;
        MeshEdited *answer;
} Editing;

/* One edit upon the others; with the draft held. */
static Rc edit_one(Cx *cx, const Editing *e, Kept *k, size_t at, const MeshEditStoredList *since, Str op, IntList *ret) {
        const MeshEditIn *in = &e->in->edits.v[at];
        size_t mark = mesh_mark(k->mesh);
        bool by_face = in->op == MESH_OP_SPLIT || in->op == MESH_OP_NAME; /* no other face gets or loses ground */
        MeshFault fault;

        if ((in->face.set && !in_scope(cx, k->mesh, in->face.n)) || (in->other.set && !in_scope(cx, k->mesh, in->other.n)))
                return outside(cx, at);
        if (in->community.n && !actor_reaches(cx, PERM_MESH_EDIT, in->community))
                return outside(cx, at);
        if (op_apply(cx, k->mesh, op, &fault) != MESH_FINE) {
                if (since->n)
                        TRY(meanwhile(cx, k, since, ret, at, true));
                (void)!territory_mesh_refused(cx, str_fmt(cx->arena, "/edits/%zu", at), &fault, S(""));
                return fail(cx, P_MESH_REFUSED, "%s", mesh_why_text(fault.why));
        }
        op_touched(cx, k->mesh, op, ret);
        push(k, op, mark);
        for (size_t i = 0; i < ret->n && !by_face; i++)
                if (!in_scope(cx, k->mesh, ret->v[i]))
                        return outside(cx, at);
        return since->n ? meanwhile(cx, k, since, ret, at, false) : OK;
}

static void sort_out(Cx *cx, const Mesh *m, const IntList *touched, uint32_t first_new, MeshEdited *v) {
        for (size_t i = 0; i < touched->n; i++) {
                int64_t f = touched->v[i];
                MeshTag tag;
                bool alive = mesh_face_tag(m, (MeshFaceId){ (uint32_t)f }, &tag);

                if (alive)
                        *(f >= first_new ? list_push(cx->arena, &v->born) : list_push(cx->arena, &v->changed)) = f;
                else if (f < first_new)
                        *list_push(cx->arena, &v->gone) = f;
        }
}

static Rc edits_do(Cx *cx, const Editing *e, const MeshDraftRow *row, const MeshEditStoredList *since, Kept *k) {
        uint32_t first_new = mesh_face_end(k->mesh);
        IntList all = { 0 };

        for (size_t i = 0; i < e->in->edits.n; i++) {
                IntList touched = { 0 };
                Str op;

                TRY(op_text(cx, &e->in->edits.v[i], i, &op));
                TRY(edit_one(cx, e, k, i, since, op, &touched));
                TRY(mesh_store_edit_add(cx, row->id, row->position + (int64_t)i + 1, op, touched_text(cx, &touched), row->version + 1));
                for (size_t j = 0; j < touched.n; j++) {
                        bool there = false;

                        for (size_t n = 0; n < all.n && !there; n++)
                                there = all.v[n] == touched.v[j];
                        if (!there)
                                *list_push(cx->arena, &all) = touched.v[j];
                }
        }
        sort_out(cx, k->mesh, &all, first_new, e->answer);
        return OK;
}

static Rc edits_work(Cx *cx, void *arg) {
        Editing *e = arg;
        MeshEditStoredList since = { 0 };
        MeshDraftRow *row, *after;
        Kept *k;
        Rc rc;

        e->answer = TAKE(cx->arena, MeshEdited);
        TRY(mesh_draft_take(cx, e->draft, 0, &row));
        if (row->position + (int64_t)e->in->edits.n > MESH_EDITS_MOST)
                return fail(cx, P_MESH_TOO_MANY, "a draft has at most %d edits", MESH_EDITS_MOST);
        if (e->in->version > row->version)
                return stale(cx, row);
        if (e->in->version < row->version)
                TRY(mesh_store_edits_since(cx, row->id, e->in->version, &since));
        TRY(mesh_store_edits_drop(cx, row->id, row->position, row->version + 1));
        TRY(hold_kept(cx, row, &k));
        rc = edits_do(cx, e, row, &since, k);
        while (rc != OK && (int64_t)k->n > row->position)
                pop(k);
        draft_mesh_let_go();
        if (rc != OK)
                return rc;
        row->position += (int64_t)e->in->edits.n;
        row->length = row->position;
        TRY(changed(cx, row, "mesh.edited", str_fmt(cx->arena, "{\"edits\":%zu}", e->in->edits.n), &after));
        return mesh_draft_view(cx, after, &e->answer->draft);
}

/* The draft is made ready outside the transaction, in which others would have to wait for it. */
static Rc warm(Cx *cx, int64_t id) {
        MeshDraftRow *row;
        Mesh *m;

        TRY(mesh_draft_take(cx, id, 0, &row));
        TRY(draft_mesh_hold(cx, row, &m));
        (void)mesh_face_at(m, (Point){ 0, 0 }); /* the index too */
        draft_mesh_let_go();
        return OK;
}

Rc mesh_edits_add(Cx *cx, int64_t draft, const MeshEdits *in, MeshEdited **ret) {
        Editing e = { in, draft, NULL };

        TRY(warm(cx, draft));
        TRY(db_write_answer(cx, edits_work, &e, (void **)&e.answer));
        return *ret = e.answer, OK;
}

/* ---- communities divided anew ---------------------------------------------------------------------------------------------- */

typedef struct Redrawing {
        const DraftRedraw *in;
        IntList communities;
        MeshEdited *answer;
} Redrawing;

static Rc communities_of(Cx *cx, Redrawing *x) {
        JsonNode *parts;

        x->communities = (IntList){ 0 };
        TRY(json_parse(cx, x->in->parts, &parts));
        for (const JsonNode *n = parts->first; n; n = n->next) {
                int64_t community = 0;

                if (!json_int(n, "community", &community) || !actor_reaches(cx, PERM_MESH_EDIT, mesh_code(cx->arena, community, 12)))
                        return fail_field(cx, S("/draft"), "outside-scope",
                                          str_fmt(cx->arena, "社区 %lld 超出了您的管辖范围", (long long)community),
                                          str_fmt(cx->arena, "Community %lld lies outside your scope", (long long)community));
                *list_push(cx->arena, &x->communities) = community;
        }
        return OK;
}

static bool is_among(const Redrawing *x, int64_t community) {
        for (size_t i = 0; i < x->communities.n; i++)
                if (x->communities.v[i] == community)
                        return true;
        return false;
}

static void list_faces(Cx *cx, const Redrawing *x, const Mesh *m, uint32_t from, IntList *ret) {
        for (uint32_t f = from; f < mesh_face_end(m); f++) {
                MeshTag tag;

                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) && is_among(x, tag.community))
                        *list_push(cx->arena, ret) = f;
        }
}

/* {"op":"import","parts":[…],"named":[{"face":…,"name":"…"}]}: which faces have the names is known when it is done. */
static Rc redraw_text(Cx *cx, const Redrawing *x, Mesh *m, bool *ret_renames, Str *ret) {
        Buf b = BUF_IN(cx->arena);
        IntList groups = { 0 };
        JsonNode *parts;
        bool first = true;

        *ret_renames = false;
        TRY(json_parse(cx, x->in->parts, &parts));
        buf_fmt(&b, "{\"op\":\"import\",\"parts\":" STR_FMT ",\"named\":[", STR_ARG(x->in->parts));
        for (const JsonNode *part = parts->first; part; part = part->next) {
                Redraw r;

                groups.n = 0;
                if (!redraw_read(part, cx->arena, &r))
                        return fail(cx, P_SERVER_BUG, "a redrawing that cannot be read");
                for (size_t i = 0; i < r.faces.n; i++) {
                        bool again = !r.faces.v[i].name.n;

                        for (size_t k = 0; k < groups.n && !again; k++)
                                again = groups.v[k] == (int64_t)r.faces.v[i].group;
                        if (again)
                                continue;
                        *list_push(cx->arena, &groups) = (int64_t)r.faces.v[i].group;
                        *ret_renames |= !r.faces.v[i].grid ||
                                        !str_eq(territory_name(cx, mesh_code(cx->arena, r.faces.v[i].grid, 15)), r.faces.v[i].name);
                        buf_fmt(&b, "%s{\"face\":%u,\"name\":", first ? "" : ",", mesh_face_at(m, r.faces.v[i].at).n);
                        buf_json_str(&b, r.faces.v[i].name);
                        buf_char(&b, '}');
                        first = false;
                }
        }
        buf_c(&b, "]}");
        return *ret = buf_view(&b), OK;
}

static int64_t key_among(const MeshTag *tag, MeshFaceId face, void *arg) { return !is_among(arg, tag->community) ? 0 : tag->grid ? tag->grid : -(int64_t)face.n; }

/* Each grid of the communities with its ground, as text: equal when nothing would change. */
static Str ground_text(Cx *cx, Redrawing *x, const Mesh *m) {
        Buf b = BUF_IN(cx->arena);
        MeshPlaceList places;

        mesh_dissolve(m, key_among, x, cx->arena, &places);
        for (size_t i = 0; i < places.n; i++) {
                buf_fmt(&b, "%lld:", (long long)places.v[i].key);
                geojson_write(&b, &places.v[i].polygons);
        }
        return buf_view(&b);
}

static Rc redraw_do(Cx *cx, Redrawing *x, const MeshDraftRow *row, Kept *k) {
        Str before = ground_text(cx, x, k->mesh), op = str_fmt(cx->arena, "{\"op\":\"import\",\"parts\":" STR_FMT "}", STR_ARG(x->in->parts));
        size_t mark = mesh_mark(k->mesh);
        uint32_t first_new = mesh_face_end(k->mesh);
        IntList touched = { 0 };
        MeshFault fault;
        bool renames;

        list_faces(cx, x, k->mesh, 1, &touched);
        if (op_apply(cx, k->mesh, op, &fault) != MESH_FINE) {
                (void)!territory_mesh_refused(cx, S("/draft"), &fault, S(""));
                return fail(cx, P_MESH_REFUSED, "%s", mesh_why_text(fault.why));
        }
        push(k, op, mark); /* the caller takes it back when something fails */
        TRY(redraw_text(cx, x, k->mesh, &renames, &op));
        free(k->ops[k->n - 1].text);
        k->ops[k->n - 1].text = str_heap(op);
        if (!renames && str_eq(before, ground_text(cx, x, k->mesh)))
                return fail(cx, P_MESH_NOTHING, "the grids are as they were");
        list_faces(cx, x, k->mesh, first_new, &touched);
        TRY(mesh_store_edit_add(cx, row->id, row->position + 1, op, touched_text(cx, &touched), row->version + 1));
        sort_out(cx, k->mesh, &touched, first_new, x->answer);
        return OK;
}

static Rc redraw_work(Cx *cx, void *arg) {
        Redrawing *x = arg;
        MeshDraftRow *row, *after;
        Kept *k;
        Rc rc;

        x->answer = TAKE(cx->arena, MeshEdited);
        TRY(mesh_draft_take(cx, x->in->draft, x->in->version, &row));
        TRY(communities_of(cx, x));
        if (row->position + 1 > MESH_EDITS_MOST)
                return fail(cx, P_MESH_TOO_MANY, "a draft has at most %d edits", MESH_EDITS_MOST);
        TRY(mesh_store_edits_drop(cx, row->id, row->position, row->version + 1));
        TRY(hold_kept(cx, row, &k));
        rc = redraw_do(cx, x, row, k);
        while (rc != OK && (int64_t)k->n > row->position)
                pop(k);
        draft_mesh_let_go();
        if (rc != OK)
                return rc;
        row->position++;
        row->length = row->position;
        TRY(changed(cx, row, x->in->note, x->in->detail, &after));
        if (x->in->after)
                TRY(x->in->after(cx, x->in->arg));
        return mesh_draft_view(cx, after, &x->answer->draft);
}

Rc mesh_draft_redraw(Cx *cx, const DraftRedraw *in, MeshEdited **ret) {
        Redrawing x = { .in = in };

        TRY(warm(cx, in->draft));
        TRY(db_write_answer(cx, redraw_work, &x, (void **)&x.answer));
        return *ret = x.answer, OK;
}

Rc mesh_draft_packed(Cx *cx, const MeshDraftRow *row, Str *ret) {
        Buf b = BUF_IN(cx->arena);
        Mesh *m;

        TRY(draft_mesh_hold(cx, row, &m));
        mesh_pack(m, &b);
        draft_mesh_let_go();
        return *ret = buf_view(&b), OK;
}

/* ---- undo and redo --------------------------------------------------------------------------------------------------------- */

typedef struct Turning {
        int64_t draft, version;
        bool back;
        MeshDraft *answer;
} Turning;

static Rc turn_work(Cx *cx, void *arg) {
        Turning *t = arg;
        MeshDraftRow *row, *after;

        TRY(mesh_draft_take(cx, t->draft, t->version, &row));
        if (t->back ? row->position == 0 : row->position == row->length)
                return fail(cx, P_MESH_NOTHING, t->back ? "there is nothing to undo" : "there is nothing to do again");
        TRY(mesh_store_edit_touch(cx, row->id, t->back ? row->position : row->position + 1, row->version + 1));
        row->position += t->back ? -1 : 1;
        TRY(changed(cx, row, t->back ? "mesh.undone" : "mesh.redone", STR_NONE, &after));
        return mesh_draft_view(cx, after, &t->answer);
}

Rc mesh_edits_turn(Cx *cx, int64_t draft, int64_t version, bool back, MeshDraft **ret) {
        Turning t = { draft, version, back, NULL };

        TRY(db_write_answer(cx, turn_work, &t, (void **)&t.answer));
        return *ret = t.answer, OK;
}

/* An import says which communities, and how many grids; its cuts are nothing to read. */
static Str short_of(Cx *cx, Str op) {
        Buf b = BUF_IN(cx->arena);
        const JsonNode *parts;
        JsonNode *node;

        if (op_kind(cx, op) != MESH_OP_IMPORT || json_parse(cx, op, &node) != OK || !(parts = json_get(node, "parts")))
                return op;
        buf_c(&b, "{\"op\":\"import\",\"communities\":[");
        for (const JsonNode *n = parts->first; n; n = n->next) {
                const JsonNode *faces = json_get(n, "faces");
                int64_t community = 0;

                (void)json_int(n, "community", &community);
                buf_fmt(&b, "%s{\"community\":\"%lld\",\"faces\":%zu}", n == parts->first ? "" : ",", (long long)community, faces ? faces->count : 0);
        }
        buf_c(&b, "]}");
        return buf_view(&b);
}

Rc mesh_edit_pages(Cx *cx, int64_t draft, Str page, MeshEditPage **ret) {
        MeshEditPage *v = TAKE(cx->arena, MeshEditPage);
        MeshEditStoredList rows = { 0 };
        MeshDraftRow *row;
        int64_t before;

        TRY(mesh_store_draft(cx, draft, &row));
        TRY(mesh_page_from(cx, page, INT64_MAX, &before));
        TRY(mesh_store_edits_page(cx, draft, before, MESH_PAGE + 1, &rows));
        for (size_t i = 0; i < rows.n && i < MESH_PAGE; i++) {
                const MeshEditStored *e = &rows.v[i];
                MeshEditRow *item = list_push(cx->arena, &v->items);

                *item = (MeshEditRow){ .number = e->seq, .op = op_kind(cx, e->op), .by = e->by_name, .at = e->at_ms,
                                       .undone = e->seq > row->position, .detail = short_of(cx, e->op) };
                TRY(touched_of(cx, e, (IntList *)&item->faces));
        }
        if (rows.n > MESH_PAGE)
                v->next = str_of_int(cx->arena, rows.v[MESH_PAGE - 1].seq);
        return *ret = v, OK;
}
