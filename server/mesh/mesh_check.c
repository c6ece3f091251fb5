/* A file of grids for a draft: kept, checked by a process of its own upon the draft's ground as it is now, decided about, accepted as one edit. The
 * report is made anew each time, so that it never tells of a ground that is no more. */
#include "base/env.h"
#include "core/audit/audit.h"
#include "core/who/who.h"
#include "db/db.h"
#include "geo/redraw.h"
#include "mesh/mesh_int.h"
#include "registry/registry.h"
#include "repair/repair.h"
#include <math.h>
#include <openssl/sha.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { FEATURES_MOST = 2000, CHECKS_MOST = 20, KNOWN_MOST = 20000, KNOWN_LEAST = 25, AT_ONCE = 2, TENTHS_OF_MM = 10000, DECISIONS_MOST = 2000 };

static atomic_int running; /* readers of files, in this process */

static Str digest_of(Cx *cx, Str bytes) {
        uint8_t hash[SHA256_DIGEST_LENGTH];

        SHA256((const unsigned char *)bytes.p, bytes.n, hash);
        return hex_str(cx->arena, hash, sizeof hash);
}

Crs mesh_crs_of(MeshCrs word) {
        switch (word) {
        case MESH_CRS_CGCS2000:
                return CRS_CGCS2000;
        case MESH_CRS_WGS84:
                return CRS_WGS84;
        case MESH_CRS_GCJ02:
                return CRS_GCJ02;
        case MESH_CRS_BD09:
                return CRS_BD09;
        }
        return CRS_COUNT;
}

/* A word of repair's as the contract has it; both have the same words. */
static int word_of(const JsonEnum *words, Str word) {
        for (int k = 1; k <= words->count; k++)
                if (str_eq_c(word, words->words[k]))
                        return k;
        return 0;
}

/* ---- what is known ----------------------------------------------------------------------------------------------------------------- */

typedef struct Known {
        CrsKnown *v;
        size_t n, cap;
} Known;

static int by_code(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

/* Buildings in the asker's communities, as many of each, for the question whether the label can be right. */
static Rc known_points(Cx *cx, const Mesh *m, Known *ret) {
        IntList grids = { 0 };
        size_t communities = 0, share;
        Buf codes = BUF_IN(cx->arena);

        for (uint32_t f = 1; f < mesh_face_end(m); f++) {
                MeshTag tag;

                if (mesh_face_tag(m, (MeshFaceId){ f }, &tag) && tag.grid && actor_reaches(cx, PERM_MESH_EDIT, mesh_code(cx->arena, tag.community, 12)))
                        *list_push(cx->arena, &grids) = tag.grid;
        }
        if (grids.n)
                qsort(grids.v, grids.n, sizeof *grids.v, by_code);
        for (size_t i = 0; i < grids.n; i++)
                communities += !i || grids.v[i] / 1000 != grids.v[i - 1] / 1000;
        share = communities ? KNOWN_MOST / communities : 0;
        for (size_t i = 0, to; i < grids.n && ret->n < KNOWN_MOST; i = to) {
                BuildingList list = { 0 };

                buf_clear(&codes);
                for (to = i; to < grids.n && grids.v[to] / 1000 == grids.v[i] / 1000; to++)
                        buf_fmt(&codes, "%s\"%lld\"", to > i ? "," : "[", (long long)grids.v[to]);
                buf_char(&codes, ']');
                TRY(registry_buildings_of(cx, buf_view(&codes), 0, share < KNOWN_LEAST ? KNOWN_LEAST : share > 500 ? 500 : (int64_t)share, &list));
                for (size_t k = 0; k < list.n && ret->n < KNOWN_MOST; k++) {
                        CrsKnown *p = list_push(cx->arena, ret);

                        p->at = list.v[k].at;
                        (void)str_int(list.v[k].grid, &p->grid);
                }
        }
        return OK;
}

/* ---- the process that reads -------------------------------------------------------------------------------------------------------- */

static Rc file_refused(Cx *cx, const char *code, Str zh, Str en, Str detail) {
        Str more = detail.n ? str_fmt(cx->arena, "：" STR_FMT, STR_ARG(detail)) : S("");

        field_error(cx, S("/file"), str_z(cx->arena, str_c(code)), str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(zh), STR_ARG(more)),
                    detail.n ? str_fmt(cx->arena, STR_FMT ": " STR_FMT, STR_ARG(en), STR_ARG(detail)) : en);
        return fail_zh(cx, P_MESH_FILE, str_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(zh), STR_ARG(more)), STR_FMT, STR_ARG(en));
}

static Rc stopped(Cx *cx, RepairStop stop, Str detail) {
        return file_refused(cx, repair_stop_name(stop), str_c(repair_stop_zh(stop)), str_c(repair_stop_en(stop)), detail);
}

static Rc too_many_features(Cx *cx) {
        return file_refused(cx, repair_stop_name(REPAIR_TOO_BIG), str_fmt(cx->arena, "文件中的要素超过 %d 个", FEATURES_MOST),
                            str_fmt(cx->arena, "The file has more than %d features", FEATURES_MOST), STR_NONE);
}

static Rc run(Cx *cx, const RepairAsk *ask, JsonNode **ret) {
        RepairStop stop;
        Str answer;

        if (atomic_fetch_add(&running, 1) >= AT_ONCE) {
                atomic_fetch_sub(&running, 1);
                return fail(cx, P_SERVER_BUSY, "%d files are being read already", AT_ONCE);
        }
        stop = repair_run(cx->arena, ask, &answer);
        atomic_fetch_sub(&running, 1);
        if (stop != REPAIR_DONE)
                return stopped(cx, stop, STR_NONE);
        if (json_parse(cx, answer, ret) != OK) {
                cx->problem = (Problem){ 0 };
                return stopped(cx, REPAIR_CRASHED, STR_NONE);
        }
        return OK;
}

typedef struct Checking {
        MeshDraftRow *draft;
        MeshCheckRow *row;
        Str file;
        Mesh *ground;         /* a copy of the draft as it is */
        JsonNode *answer;     /* of the child */
        const JsonNode *report;
        Str digest;           /* of the ground of the communities */
        IntList communities;
        RepairDecision *decisions;
        size_t decision_n;
        bool dropped; /* decisions that were about another ground */
} Checking;

static void checking_done(Checking *c) { mesh_free(c->ground); }

static Rc decisions_of(Cx *cx, Str text, RepairDecision **ret, size_t *ret_n) {
        JsonNode *list;

        TRY(json_parse(cx, text, &list));
        *ret = TAKE_ARRAY(cx->arena, RepairDecision, list->count + 1);
        *ret_n = 0;
        for (const JsonNode *n = list->first; n; n = n->next) {
                int64_t face = 0, feature = 0;

                (void)json_int(n, "remainder", &face);
                (void)json_int(n, "feature", &feature);
                (*ret)[(*ret_n)++] = (RepairDecision){ .face = (size_t)face, .what = face ? REPAIR_TO_FEATURE : REPAIR_LEFT_OUT, .feature = (size_t)feature };
        }
        return OK;
}

static Rc ask_once(Cx *cx, Checking *c) {
        RepairAsk ask = { .file = c->file,
                          .options = { .crs = mesh_crs_of((MeshCrs)c->row->crs),
                                       .tolerance_m = (double)c->row->tolerance / TENTHS_OF_MM,
                                       .name_field = c->row->name_field,
                                       .code_field = c->row->code_field,
                                       .features_most = FEATURES_MOST,
                                       .decisions = c->decisions,
                                       .decision_n = c->decision_n } };
        Buf packed = BUF_IN(cx->arena);
        Known known = { 0 };

        mesh_pack(c->ground, &packed);
        ask.present = buf_view(&packed);
        TRY(known_points(cx, c->ground, &known));
        ask.seconds = env_int("WANGGE_READER_SECONDS", 0);
        ask.known = known.v;
        ask.known_n = known.n;
        return run(cx, &ask, &c->answer);
}

/* Which communities, and what their ground is. */
static Rc ground_of(Cx *cx, Checking *c) {
        const JsonNode *features = json_get(c->report, "features");
        Buf b = BUF_IN(cx->arena);

        c->communities.n = 0;
        for (const JsonNode *f = features ? features->first : NULL; f; f = f->next) {
                int64_t community;

                if (json_int(f, "community", &community))
                        *list_push(cx->arena, &c->communities) = community;
        }
        if (c->communities.n) {
                size_t n = 0;

                qsort(c->communities.v, c->communities.n, sizeof *c->communities.v, by_code);
                for (size_t i = 0; i < c->communities.n; i++)
                        if (!i || c->communities.v[i] != c->communities.v[n - 1])
                                c->communities.v[n++] = c->communities.v[i];
                c->communities.n = n;
        }
        for (size_t i = 0; i < c->communities.n; i++) {
                PolygonList p;

                if (!actor_reaches(cx, PERM_MESH_EDIT, mesh_code(cx->arena, c->communities.v[i], 12)))
                        return fail_field(cx, S("/file"), "outside-scope",
                                          str_fmt(cx->arena, "文件涉及社区 %lld，超出了您的管辖范围", (long long)c->communities.v[i]),
                                          str_fmt(cx->arena, "The file is about community %lld, outside your scope", (long long)c->communities.v[i]));
                if (!propose_ground(c->ground, c->communities.v[i], cx->arena, &p))
                        continue;
                buf_fmt(&b, "%lld", (long long)c->communities.v[i]);
                for (size_t k = 0; k < p.n; k++)
                        for (size_t r = 0; r < p.v[k].n; r++)
                                buf_add(&b, p.v[k].rings[r].v, p.v[k].rings[r].n * sizeof(Point));
        }
        c->digest = digest_of(cx, buf_view(&b));
        return OK;
}

static Rc answer_of(Cx *cx, Checking *c) {
        const JsonNode *features;
        Str stop;

        TRY(ask_once(cx, c));
        c->report = json_get(c->answer, "report");
        if (!c->report || !(features = json_get(c->report, "features")))
                return stopped(cx, REPAIR_CRASHED, STR_NONE);
        stop = json_text(c->report, "stop");
        if (str_eq_c(stop, repair_stop_name(REPAIR_TOO_BIG)) && str_eq(json_text(c->report, "detail"), S("features")))
                return too_many_features(cx);
        if (!str_eq_c(stop, repair_stop_name(REPAIR_DONE)))
                return file_refused(cx, str_z(cx->arena, stop), json_text(c->report, "zh"), json_text(c->report, "en"), json_text(c->report, "detail"));
        if (features->count > FEATURES_MOST)
                return too_many_features(cx);
        return ground_of(cx, c);
}

/* Decisions count for the ground that they were made about. */
static Rc check_now(Cx *cx, Checking *c) {
        MeshCheckFile *file;
        Mesh *m;

        if (!c->file.p) {
                TRY(mesh_store_check_file(cx, c->row->id, &file));
                c->file = file->bytes;
        }
        TRY(draft_mesh_hold(cx, c->draft, &m));
        c->ground = mesh_copy(m);
        draft_mesh_let_go();
        TRY(decisions_of(cx, c->row->decisions, &c->decisions, &c->decision_n));
        TRY(answer_of(cx, c));
        if (!c->decision_n || str_eq(c->digest, c->row->ground))
                return OK;
        c->decision_n = 0;
        c->dropped = true;
        return answer_of(cx, c);
}

/* ---- what is told ------------------------------------------------------------------------------------------------------------------- */

static double num_of(const JsonNode *obj, const char *name) {
        const JsonNode *n = json_get(obj, name);

        return n && n->type == JT_NUM ? n->num : 0;
}

static int64_t int_of(const JsonNode *obj, const char *name) {
        int64_t n = 0;

        (void)json_int(obj, name, &n);
        return n;
}

static void feature_ref(const JsonNode *f, const char *name, OptInt *ret, Str *ret_name) {
        const JsonNode *x = json_get(f, name);
        Str text;

        if (!x || x->type != JT_OBJ)
                return;
        *ret = SOME_INT(int_of(x, "index") + 1);
        text = json_text(x, "name");
        if (text.n)
                *ret_name = text;
}

static Str json_copy(Cx *cx, const JsonNode *node) {
        Buf b = BUF_IN(cx->arena);

        json_write(&b, node);
        return buf_view(&b);
}

static void tell_finding(Cx *cx, const JsonNode *f, MeshFinding *ret) {
        const JsonNode *at = json_get(f, "at"), *geometry = json_get(f, "geometry");
        int flaw = word_of(&enum_MeshFlaw, json_text(f, "kind")), mend = word_of(&enum_MeshMend, json_text(f, "done"));
        OptInt none = { 0 };

        *ret = (MeshFinding){ .kind = (MeshFlaw)flaw, .done = (MeshMend)mend, .kind_zh = json_text(f, "zh"), .kind_en = json_text(f, "en"),
                              .done_zh = json_text(f, "done_zh"), .done_en = json_text(f, "done_en"), .area_m2 = num_of(f, "m2") };
        feature_ref(f, "feature", &ret->feature, &ret->feature_name);
        feature_ref(f, "other", &ret->other, &ret->other_name);
        feature_ref(f, "to", &ret->to, &ret->to_name);
        if (int_of(f, "face"))
                ret->remainder = SOME_INT(int_of(f, "face"));
        else
                ret->remainder = none;
        if (at && at->count == 2) {
                ret->lon = llround(at->first->num * 1e7);
                ret->lat = llround(at->first->next->num * 1e7);
        }
        if (geometry && geometry->type == JT_OBJ)
                ret->geometry = json_copy(cx, geometry);
}

static void tell_findings(Cx *cx, const Checking *c, MeshCheck *v) {
        const JsonNode *counts = json_get(c->report, "counts"), *findings = json_get(c->report, "findings");
        int64_t all = 0;

        for (const JsonNode *n = counts ? counts->first : NULL; n; n = n->next) {
                *list_push(cx->arena, &v->counts) = (MeshFlawCount){ (MeshFlaw)word_of(&enum_MeshFlaw, n->name), (int64_t)n->num };
                all += (int64_t)n->num;
        }
        for (const JsonNode *n = findings ? findings->first : NULL; n; n = n->next)
                tell_finding(cx, n, list_push(cx->arena, &v->findings));
        v->more = all - (int64_t)v->findings.n;
}

/* The grid of each group is told by the redrawing; there is none while something is open. */
static int64_t grid_of(Cx *cx, const Checking *c, int64_t group, bool *ret_by_code) {
        const JsonNode *parts = json_get(c->answer, "redraw");

        (void)cx;
        for (const JsonNode *p = parts ? parts->first : NULL; p; p = p->next) {
                const JsonNode *faces = json_get(p, "faces");

                for (const JsonNode *f = faces ? faces->first : NULL; f; f = f->next)
                        if (int_of(f, "group") == group) {
                                *ret_by_code = json_bool(f, "by_code", false);
                                return int_of(f, "grid");
                        }
        }
        return 0;
}

static void tell_features(Cx *cx, const Checking *c, MeshCheck *v) {
        const JsonNode *features = json_get(c->report, "features"), *groups = json_get(c->answer, "groups");
        const JsonNode *group = groups ? groups->first : NULL, *grounds = json_get(c->answer, "ground"), *ground = grounds ? grounds->first : NULL;
        int64_t number = 0;

        for (const JsonNode *f = features->first; f; f = f->next, group = group ? group->next : NULL, ground = ground ? ground->next : NULL) {
                MeshCheckFeature *x = list_push(cx->arena, &v->features);
                bool by_code = false;
                int64_t community = int_of(f, "community"), grid = grid_of(cx, c, group ? (int64_t)group->num : 0, &by_code);
                Str name = json_text(f, "name");

                *x = (MeshCheckFeature){ .number = ++number, .before_m2 = num_of(f, "before_m2"), .after_m2 = num_of(f, "after_m2") };
                if (name.n)
                        x->name = name;
                if (community)
                        x->community = mesh_code(cx->arena, community, 12);
                if (ground && ground->type == JT_OBJ)
                        x->geometry = json_copy(cx, ground);
                if (!grid)
                        continue;
                x->grid = mesh_code(cx->arena, grid, 15);
                x->matched = by_code ? MESH_MATCH_CODE : MESH_MATCH_GROUND;
                name = territory_name(cx, x->grid);
                if (name.n)
                        x->grid_name = name;
        }
}

static bool is_told(const MeshCheck *v, Str code) {
        for (size_t i = 0; i < v->features.n; i++)
                if (str_given(v->features.v[i].grid) && str_eq(v->features.v[i].grid, code))
                        return true;
        return false;
}

static void tell_gone(Cx *cx, const Checking *c, MeshCheck *v) {
        IntList grids = { 0 };

        if (v->open)
                return; /* not known yet */
        for (uint32_t f = 1; f < mesh_face_end(c->ground); f++) {
                MeshTag tag;

                if (mesh_face_tag(c->ground, (MeshFaceId){ f }, &tag) && tag.grid &&
                    bsearch(&tag.community, c->communities.v, c->communities.n, sizeof *c->communities.v, by_code))
                        *list_push(cx->arena, &grids) = tag.grid;
        }
        if (grids.n)
                qsort(grids.v, grids.n, sizeof *grids.v, by_code);
        for (size_t i = 0; i < grids.n; i++)
                if ((!i || grids.v[i] != grids.v[i - 1]) && !is_told(v, mesh_code(cx->arena, grids.v[i], 15)))
                        *list_push(cx->arena, &v->gone) = mesh_code(cx->arena, grids.v[i], 15);
}

static void tell_label(Cx *cx, const Checking *c, MeshCheck *v) {
        const JsonNode *label = json_get(c->report, "label"), *fits = label ? json_get(label, "fits") : NULL;
        int likely;

        if (!fits)
                return;
        likely = word_of(&enum_MeshCrs, json_text(label, "likely"));
        v->label = TAKE(cx->arena, MeshLabel);
        *v->label = (MeshLabel){ .points = int_of(label, "points"), .stated = v->crs, .likely = (MeshCrs)likely,
                                 .wrong = json_bool(label, "wrong", false), .shift_m = llround(num_of(label, "shift_m")),
                                 .stated_fits = int_of(fits, enum_word(&enum_MeshCrs, (int)v->crs)),
                                 .likely_fits = int_of(fits, enum_word(&enum_MeshCrs, likely)) };
}

static void tell(Cx *cx, const Checking *c, MeshCheck **ret) {
        const MeshCheckRow *r = c->row;
        MeshCheck *v = TAKE(cx->arena, MeshCheck);

        *v = (MeshCheck){ .id = r->id, .draft = r->draft_id, .name = r->name, .crs = (MeshCrs)r->crs, .sha256 = r->sha256,
                          .tolerance_m = (double)r->tolerance / TENTHS_OF_MM, .format = json_text(c->report, "format"), .created = r->created_ms,
                          .created_by = r->created_by, .version = r->version, .draft_version = c->draft->version, .accepted = r->accepted_ms,
                          .open = int_of(c->report, "open"), .skipped = int_of(c->report, "skipped") };
        for (size_t i = 0; i < c->communities.n; i++)
                *list_push(cx->arena, &v->communities) = mesh_code(cx->arena, c->communities.v[i], 12);
        for (size_t i = 0; i < c->decision_n; i++) {
                MeshDecisionView *d = list_push(cx->arena, &v->decisions);

                d->feature = (int64_t)c->decisions[i].feature;
                if (c->decisions[i].face)
                        d->remainder = SOME_INT((int64_t)c->decisions[i].face);
        }
        if (json_bool(c->report, "datum_odd", false))
                v->datum = json_text(c->report, "datum");
        tell_findings(cx, c, v);
        tell_features(cx, c, v);
        tell_gone(cx, c, v);
        tell_label(cx, c, v);
        *ret = v;
}

/* ---- what is asked for -------------------------------------------------------------------------------------------------------------- */

typedef struct Adding {
        Checking *c;
        MeshCheck *answer;
} Adding;

static Rc one_more(Cx *cx, int64_t draft) {
        int64_t n;

        TRY(mesh_store_checks_count(cx, draft, &n));
        return n < CHECKS_MOST ? OK : fail(cx, P_MESH_TOO_MANY, "a draft has at most %d files", CHECKS_MOST);
}

/* Reading took a while: the draft may be closed by now, and its files gone. */
static Rc add_work(Cx *cx, void *arg) {
        Adding *a = arg;
        MeshDraftRow *still;

        TRY(mesh_draft_take(cx, a->c->row->draft_id, 0, &still));
        TRY(one_more(cx, a->c->row->draft_id));
        a->c->row->ground = a->c->digest;
        TRY(mesh_store_check_add(cx, a->c->row, a->c->file, &a->c->row));
        TRY(audit_note(cx, "mesh.checked", str_fmt(cx->arena, "mesh/check/%lld", (long long)a->c->row->id),
                       str_fmt(cx->arena, "{\"draft\":%lld,\"sha256\":\"" STR_FMT "\"}", (long long)a->c->row->draft_id, STR_ARG(a->c->row->sha256))));
        tell(cx, a->c, &a->answer);
        return OK;
}

Rc mesh_check_new(Cx *cx, const MeshCheckQuery *in, Str file, MeshCheck **ret) {
        _cleanup_(checking_done) Checking c = { .file = file };
        MeshCheckRow row = { .draft_id = in->draft, .name = in->name, .sha256 = digest_of(cx, file), .crs = in->crs,
                             .tolerance = llround((in->tolerance.set ? in->tolerance.n : REPAIR_TOLERANCE_M) * TENTHS_OF_MM),
                             .name_field = in->name_field, .code_field = in->code_field, .decisions = S("[]"), .created_by = mesh_me(cx),
                             .created_ms = now_ms(cx) };
        Adding a = { .c = &c };

        c.row = &row;
        if (!file.n)
                return stopped(cx, REPAIR_NOT_KNOWN, STR_NONE);
        TRY(mesh_draft_take(cx, in->draft, 0, &c.draft));
        TRY(one_more(cx, in->draft)); /* before the work */
        TRY(check_now(cx, &c));
        TRY(db_write_answer(cx, add_work, &a, (void **)&a.answer));
        return *ret = a.answer, OK;
}

Rc mesh_check_pages(Cx *cx, int64_t draft, Str page, MeshCheckPage **ret) {
        MeshCheckPage *v = TAKE(cx->arena, MeshCheckPage);
        MeshCheckRowList rows = { 0 };
        MeshDraftRow *row;
        int64_t before;

        TRY(mesh_store_draft(cx, draft, &row));
        TRY(mesh_page_from(cx, page, INT64_MAX, &before));
        TRY(mesh_store_checks(cx, draft, before, MESH_PAGE + 1, &rows));
        for (size_t i = 0; i < rows.n && i < MESH_PAGE; i++) {
                const MeshCheckRow *r = &rows.v[i];

                *list_push(cx->arena, &v->items) = (MeshCheckItem){ .id = r->id, .draft = r->draft_id, .name = r->name, .crs = (MeshCrs)r->crs,
                                                                    .created = r->created_ms, .created_by = r->created_by, .version = r->version,
                                                                    .accepted = r->accepted_ms };
        }
        if (rows.n > MESH_PAGE)
                v->next = str_of_int(cx->arena, rows.v[MESH_PAGE - 1].id);
        return *ret = v, OK;
}

static Rc load(Cx *cx, int64_t id, bool open, Checking *c) {
        TRY(mesh_store_check(cx, id, &c->row));
        if (open)
                return mesh_draft_take(cx, c->row->draft_id, 0, &c->draft);
        return mesh_store_draft(cx, c->row->draft_id, &c->draft);
}

Rc mesh_check_again(Cx *cx, int64_t id, MeshCheck **ret) {
        _cleanup_(checking_done) Checking c = { 0 };

        TRY(load(cx, id, false, &c));
        TRY(check_now(cx, &c));
        tell(cx, &c, ret);
        return OK;
}

static Rc stale(Cx *cx, const MeshCheckRow *row) {
        return fail_zh(cx, P_VERSION_STALE, S("有人已经作了别的决定，请刷新"), "the check is at version %lld now", (long long)row->version);
}

static Str decisions_text(Cx *cx, const RepairDecision *v, size_t n) {
        Buf b = BUF_IN(cx->arena);

        buf_char(&b, '[');
        for (size_t i = 0; i < n; i++) {
                buf_c(&b, i ? ",{" : "{");
                if (v[i].face)
                        buf_fmt(&b, "\"remainder\":%zu,", v[i].face);
                buf_fmt(&b, "\"feature\":%zu}", v[i].feature);
        }
        buf_char(&b, ']');
        return buf_view(&b);
}

/* Later ones about the same replace earlier ones. */
static void decide(Cx *cx, Checking *c, const MeshDecisions *in) {
        RepairDecision *v = TAKE_ARRAY(cx->arena, RepairDecision, c->decision_n + in->decisions.n + 1);
        size_t n = 0;

        for (size_t i = 0; i < c->decision_n; i++)
                v[n++] = c->decisions[i];
        for (size_t i = 0; i < in->decisions.n; i++) {
                const MeshDecisionIn *d = &in->decisions.v[i];
                RepairDecision x = { .face = d->remainder.set ? (size_t)d->remainder.n : 0, .what = d->remainder.set ? REPAIR_TO_FEATURE : REPAIR_LEFT_OUT,
                                     .feature = (size_t)d->feature };
                size_t k = 0;

                while (k < n && (v[k].face != x.face || (!x.face && v[k].feature != x.feature)))
                        k++;
                v[k] = x;
                n += k == n;
        }
        c->decisions = v;
        c->decision_n = n;
}

/* Every remainder that is decided about has to be there, and a feature of its community to get it. */
static Rc decisions_fit(Cx *cx, const Checking *c, const MeshDecisions *in) {
        const JsonNode *features = json_get(c->report, "features");

        for (size_t i = 0; i < in->decisions.n; i++)
                if (in->decisions.v[i].feature > (int64_t)features->count)
                        field_error(cx, str_fmt(cx->arena, "/decisions/%zu/feature", i), "unknown", S("没有这个要素"), S("There is no such feature"));
        if (!has_field_errors(cx) && int_of(c->report, "ignored"))
                field_error(cx, S("/decisions"), "unknown", S("没有这块待定面，或该要素属于别的社区"),
                            S("There is no such remainder, or the feature is one of another community"));
        return has_field_errors(cx) ? fail_input(cx) : OK;
}

typedef struct Setting {
        Checking *c;
        MeshCheck *answer;
} Setting;

static Rc set_work(Cx *cx, void *arg) {
        Setting *s = arg;
        MeshCheckRow *row = s->c->row, *after;
        MeshDraftRow *still;

        TRY(mesh_draft_take(cx, row->draft_id, 0, &still));
        row->decisions = decisions_text(cx, s->c->decisions, s->c->decision_n);
        row->ground = s->c->digest;
        TRY(mesh_store_check_set(cx, row, &after));
        if (!after)
                return stale(cx, row);
        TRY(audit_note(cx, "mesh.decided", str_fmt(cx->arena, "mesh/check/%lld", (long long)row->id), row->decisions));
        s->c->row = after;
        tell(cx, s->c, &s->answer);
        return OK;
}

static Rc ground_changed(Cx *cx) {
        return fail_zh(cx, P_MESH_GROUND_CHANGED, S("草稿中这些社区的范围已改动，原来的决定不再适用，请重新核对"),
                       "the ground of these communities was changed since the decisions were made");
}

Rc mesh_check_decided(Cx *cx, int64_t id, const MeshDecisions *in, MeshCheck **ret) {
        _cleanup_(checking_done) Checking c = { 0 };
        Setting s = { .c = &c };
        MeshCheckFile *file;
        Mesh *m;

        TRY(load(cx, id, true, &c));
        if (c.row->version != in->version)
                return stale(cx, c.row);
        TRY(mesh_store_check_file(cx, id, &file));
        c.file = file->bytes;
        TRY(draft_mesh_hold(cx, c.draft, &m));
        c.ground = mesh_copy(m);
        draft_mesh_let_go();
        TRY(decisions_of(cx, c.row->decisions, &c.decisions, &c.decision_n));
        decide(cx, &c, in);
        if (c.decision_n > DECISIONS_MOST)
                return fail_field(cx, S("/decisions"), "too-many", S("决定太多"), S("Too many decisions"));
        TRY(answer_of(cx, &c));
        if (!str_eq(c.digest, c.row->ground))
                return ground_changed(cx);
        TRY(decisions_fit(cx, &c, in));
        TRY(db_write_answer(cx, set_work, &s, (void **)&s.answer));
        return *ret = s.answer, OK;
}

/* ---- thrown away --------------------------------------------------------------------------------------------------------------------- */

Rc mesh_check_thrown_away(Cx *cx, int64_t id) {
        Checking c = { 0 };

        TRY(load(cx, id, true, &c));
        TRY(mesh_store_check_drop(cx, id));
        return audit_note(cx, "mesh.check-dropped", str_fmt(cx->arena, "mesh/check/%lld", (long long)id),
                          str_fmt(cx->arena, "{\"sha256\":\"" STR_FMT "\"}", STR_ARG(c.row->sha256)));
}

/* ---- accepted ------------------------------------------------------------------------------------------------------------------------ */

static Rc accepted_work(Cx *cx, void *arg) {
        MeshCheckRow row = *(const MeshCheckRow *)arg, *after;

        row.accepted_ms = SOME_INT(now_ms(cx));
        TRY(mesh_store_check_set(cx, &row, &after));
        return after ? OK : stale(cx, &row);
}

Rc mesh_check_accepted(Cx *cx, int64_t id, const MeshAcceptance *in, MeshEdited **ret) {
        _cleanup_(checking_done) Checking c = { 0 };
        DraftRedraw redraw;
        Buf parts = BUF_IN(cx->arena);
        int64_t open;

        TRY(load(cx, id, true, &c));
        TRY(mesh_draft_take(cx, c.row->draft_id, in->version, &c.draft));
        TRY(check_now(cx, &c));
        if (c.dropped)
                return ground_changed(cx);
        open = int_of(c.report, "open");
        if (open)
                return fail_zh(cx, P_MESH_UNDECIDED, str_fmt(cx->arena, "还有 %lld 处待决定", (long long)open), "%lld places are to be decided",
                               (long long)open);
        if (!json_get(c.answer, "redraw"))
                return stopped(cx, REPAIR_CRASHED, STR_NONE);
        json_write(&parts, json_get(c.answer, "redraw"));
        redraw = (DraftRedraw){ .draft = c.row->draft_id, .version = in->version, .parts = buf_view(&parts), .note = "mesh.imported",
                                .detail = str_fmt(cx->arena, "{\"check\":%lld,\"sha256\":\"" STR_FMT "\"}", (long long)id, STR_ARG(c.row->sha256)),
                                .after = accepted_work, .arg = c.row };
        return mesh_draft_redraw(cx, &redraw, ret);
}
