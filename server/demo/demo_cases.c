/* Cases of the demo, through the real flow: first a plan (who reports what where and when, and how far it gets), then all its
 * steps in the order of time, each as the person whose step it is, each in a transaction of its own or, where there are very many,
 * a few hundred in one. */
#include "base/env.h"
#include "base/id.h"
#include "case/case.h"
#include "core/blob/blob.h"
#include "core/setting/setting.h"
#include "db/db.h"
#include "demo/demo_cases.h"
#include "portal/portal.h"
#include "territory/territory.h"
#include <inttypes.h>
#include <stdlib.h>

enum { STEP_ARENA = 32 * 1024 * 1024, BATCH_ARENA = 512 * 1024 * 1024 };

typedef struct Run {
        const DemoStep *step;
        DemoCase *c;
        Demo *demo;
        DemoPicture *pictures[3];
        size_t picture_count;
        uint64_t seed;
} Run;

/* The actor of a step: by login, looked up once. */
static Rc actor_of(Cx *cx, Demo *demo, Str login, const Actor **ret) {
        void **place = map_at(&demo->actors, login);
        AccountId id;

        if (!*place) {
                TRY(who_account_by_login(cx, login, &id));
                TRY(who_actor_of(demo->cx, id, ret));
                *place = (void *)(uintptr_t)*ret;
        }
        *ret = *place;
        return OK;
}

static Rc photos_store(Cx *cx, const Run *r, StrList *ret) {
        for (size_t i = 0; i < r->picture_count; i++) {
                const DemoPicture *p = r->pictures[i];

                if (!p->kept && p->recording)
                        TRY(blob_put_recording(cx, p->sha256, p->bytes));
                else if (!p->kept)
                        TRY(blob_put_made(cx, p->sha256, p->bytes, p->thumb, p->width, p->height));
                *list_push(cx->arena, ret) = p->sha256;
        }
        return OK;
}

static Rc open_public(Cx *cx, Run *r, const StrList *photos) {
        ReportCreate in = { .building = r->c->building, .category = r->c->category, .text = r->c->text, .phone = r->c->phone,
                            .name = r->c->name, .photos = *photos };
        ReportReceipt *receipt;
        CaseId id;

        if (r->c->channel == CASE_CHANNEL_WEB) {
                in.building = STR_NONE;
                in.lon = SOME_INT(r->c->at.lon_e7);
                in.lat = SOME_INT(r->c->at.lat_e7);
        } else {
                in.unit = SOME_INT(1);
        }
        TRY(portal_report(cx, &in, &id, &receipt));
        r->c->id = id.n;
        r->c->version = 1;
        return OK;
}

static Rc open_case(Cx *cx, Run *r, const StrList *photos) {
        CaseNew in = { .category = r->c->category, .text = r->c->text, .building = r->c->building, .photos = *photos,
                       .channel = r->c->channel, .address = r->c->address, .flow = r->c->flow, .form = r->c->form,
                       .lon_e7 = SOME_INT(r->c->at.lon_e7), .lat_e7 = SOME_INT(r->c->at.lat_e7) };
        CaseId id;

        if (r->c->channel == CASE_CHANNEL_QR || r->c->channel == CASE_CHANNEL_WEB)
                return open_public(cx, r, photos);
        if (r->c->channel == CASE_CHANNEL_HOTLINE) {
                in.reporter_name = r->c->name;
                in.reporter_phone = r->c->phone;
        }
        if (r->step->on_the_spot) { /* the first photo is the case's, both are evidence of the work */
                in.handled_photos = *photos;
                in.photos = (StrList){ 0 };
                in.handled_note = r->step->note;
                in.self_handled = true;
        }
        TRY(case_open(cx, &in, &id));
        r->c->id = id.n;
        r->c->version = 1 + r->step->on_the_spot;
        return OK;
}

/* The parts of a case that is to open some, in order. */
static void parts_of(Cx *cx, const Run *r, CaseAction *in) {
        for (size_t i = 0; r->step->parts && i < r->demo->count; i++) {
                const DemoCase *c = &r->demo->cases[i];
                PartLink *part;

                if (c->part_of != r->c->number)
                        continue;
                part = TAKE(cx->arena, PartLink);
                *part = (PartLink){ .text = c->text, .category = c->category, .building = c->building };
                *list_push(cx->arena, &in->children) = *part;
        }
}

/* Which ids they were given. */
static Rc parts_take(Cx *cx, Run *r) {
        CaseView *v;
        size_t n = 0;

        if (!r->step->parts)
                return OK;
        TRY(case_view(cx, (CaseId){ r->c->id }, &v));
        for (size_t i = 0; i < r->demo->count; i++)
                if (r->demo->cases[i].part_of == r->c->number && n < v->children.n) {
                        r->demo->cases[i].id = v->children.v[n++].id;
                        r->demo->cases[i].version = 1;
                }
        return OK;
}

/* Whom and what the step names beside its note and photos. */
static Rc act_names(Cx *cx, const Run *r, CaseAction *in) {
        const DemoStep *s = r->step;
        AccountId person;

        in->form = s->form;
        in->unit = s->unit;
        for (size_t i = 0; i < s->units.n; i++) {
                UnitLink unit = { .department = s->units.v[i], .lead = { true, i == 0 } };

                *list_push(cx->arena, &in->units) = unit;
        }
        if (s->outside.n) {
                in->outside = TAKE(cx->arena, OutsideLink);
                *in->outside = (OutsideLink){ .name = s->outside, .phone = r->c->phone };
        }
        if (s->department.n || s->person.n) {
                in->target = TAKE(cx->arena, TargetLink);
                in->target->department = s->department;
        }
        if (s->person.n) {
                TRY(who_account_by_login(cx, s->person, &person));
                in->target->account = SOME_INT(person.n);
        }
        parts_of(cx, r, in);
        return OK;
}

/* At the version that the last step left behind; where somebody else counted on meanwhile (a card, a transaction that ran twice) it is asked for. */
static Rc act_now(Cx *cx, Run *r, CaseAction *in) {
        CaseId id = { r->c->id };
        CaseReceipt *receipt;
        Rc rc;

        in->version = r->c->version;
        rc = case_do(cx, id, in, r->step->by_reporter);
        if (rc != OK && cx->problem.code == P_VERSION_STALE) {
                cx->problem = (Problem){ 0 };
                TRY(case_receipt(cx, id, &receipt));
                in->version = receipt->version;
                rc = case_do(cx, id, in, r->step->by_reporter);
        }
        r->c->version = in->version + 1;
        return rc;
}

static Rc act(Cx *cx, Run *r, const StrList *photos) {
        CaseAction in = { .action = r->step->action, .note = r->step->note, .satisfaction = r->step->satisfaction,
                          .reason = r->step->reason };

        TRY(act_names(cx, r, &in));
        for (size_t i = 0; i < photos->n; i++)
                *list_push(cx->arena, &in.photos) = (PhotoLink){ photos->v[i], r->step->kinds[i] };
        TRY(act_now(cx, r, &in));
        return parts_take(cx, r);
}

static Rc step_work(Cx *cx, void *arg) {
        Run *r = arg;
        StrList photos = { 0 };
        Rc rc;

        rand_seed(r->seed); /* receipts and the like come out the same every time */
        rc = photos_store(cx, r, &photos);
        if (rc == OK)
                rc = r->step->action.n ? act(cx, r, &photos) : open_case(cx, r, &photos);
        rand_seed(0);
        return rc;
}

/* Before and after show the same place: same seed, other matter; the check is a minute later from the same spot. */
static Rc draw_own(Cx *cx, const Run *r, size_t nth, DemoPicture **ret) {
        PhotoKind kind = r->step->kinds[nth];
        Date d = date_of_day(day_of_ms(r->step->at_ms));
        int64_t minutes = (r->step->at_ms - day_start_ms(day_of_ms(r->step->at_ms))) / MS_MINUTE;
        DemoScene scene = { .icon = r->c->icon, .after = kind == PHOTO_KIND_AFTER || kind == PHOTO_KIND_CHECK,
                            .line1 = r->c->address, .seed = (uint64_t)r->c->number * 1000003 + 7 };

        scene.line2 = str_fmt(cx->arena, "%04d-%02d-%02d %02d:%02d  现场拍摄 %03d-%d-%zu", d.year, d.month, d.day,
                              (int)(minutes / 60), (int)(minutes % 60), r->c->number, r->step->order, nth + 1);
        *ret = TAKE(cx->arena, DemoPicture);
        return demo_picture(cx, &scene, *ret);
}

/* Where a profile draws only a sample: the others share one drawing per kind of scene and photo. */
static Rc draw_shared(Demo *demo, const Run *r, size_t nth, DemoPicture **ret) {
        Cx *cx = demo->cx;
        PhotoKind kind = r->step->kinds[nth];
        Str key = str_fmt(cx->arena, STR_FMT " %d %zu", STR_ARG(r->c->icon), (int)kind, nth);
        void **kept = map_at(&demo->drawn, key);
        DemoScene scene = { .icon = r->c->icon, .after = kind == PHOTO_KIND_AFTER || kind == PHOTO_KIND_CHECK,
                            .line1 = S("演示照片"), .line2 = str_fmt(cx->arena, "示意图 %d-%zu", (int)kind, nth + 1),
                            .seed = demo->seed + (uint64_t)kind };

        if (!*kept) {
                *kept = TAKE(cx->arena, DemoPicture);
                TRY(demo_picture(cx, &scene, *kept));
        }
        *ret = *kept;
        return OK;
}

static Rc speak(Cx *cx, const Demo *demo, const Run *r, DemoPicture **ret) {
        *ret = TAKE(cx->arena, DemoPicture);
        return demo_sound(cx, demo->seed + (uint64_t)r->c->number, *ret);
}

static Rc draw(Cx *cx, Demo *demo, Run *r) {
        bool own = (int)((uint64_t)r->c->number * 7919 % 1000) < demo->photos_permille;

        for (size_t i = 0; i < r->step->photo_count; i++) {
                if (r->step->recording && i + 1 == r->step->photo_count)
                        TRY(speak(cx, demo, r, &r->pictures[i]));
                else
                        TRY(own ? draw_own(cx, r, i, &r->pictures[i]) : draw_shared(demo, r, i, &r->pictures[i]));
                r->picture_count++;
        }
        return OK;
}

/* As the person whose step it is, at its time. */
static Rc begin(Cx *cx, Demo *demo, Run *r) {
        cx->now_ms = r->step->at_ms;
        cx->actor = NULL;
        return r->step->actor.n ? actor_of(cx, demo, r->step->actor, &cx->actor) : OK;
}

typedef struct Batch {
        Demo *demo;
        Run *runs;
        size_t n, at;
} Batch;

static Rc batch_work(Cx *cx, void *arg) {
        Batch *b = arg;

        for (b->at = 0; b->at < b->n; b->at++) {
                TRY(begin(cx, b->demo, &b->runs[b->at]));
                TRY(step_work(cx, &b->runs[b->at]));
        }
        return OK;
}

/* Pictures are drawn and people looked up before the transaction. */
static Rc run_batch(Cx *cx, Batch *b) {
        for (b->at = 0; b->at < b->n; b->at++) {
                TRY(begin(cx, b->demo, &b->runs[b->at]));
                TRY(draw(cx, b->demo, &b->runs[b->at]));
        }
        return db_write(cx, batch_work, b);
}

static int by_time(const void *a_, const void *b_) {
        const DemoStep *a = a_, *b = b_;

        if (a->at_ms != b->at_ms)
                return a->at_ms < b->at_ms ? -1 : 1;
        return a->of != b->of ? a->of - b->of : a->order - b->order;
}

static Rc tell_step(Cx *cx, const Cx *own, const DemoStep *step) {
        const FieldError *e = own->problem.errors.n ? &own->problem.errors.v[0] : NULL;

        return fail(cx, own->problem.code, "case %d, step %s: " STR_FMT " " STR_FMT " " STR_FMT, step->of + 1,
                    str_z(own->arena, step->action), STR_ARG(own->problem.detail), STR_ARG(e ? e->pointer : S("")),
                    STR_ARG(e ? e->en : S("")));
}

/* The next steps, as many as go into one transaction. */
static Rc next_batch(Cx *cx, Demo *demo, size_t from, int64_t *opened) {
        _cleanup_(cx_freep) Cx *own = cx_new(demo->batch > 1 ? BATCH_ARENA : STEP_ARENA);
        size_t left = demo->steps.n - from, n = left < demo->batch ? left : demo->batch;
        Batch b = { demo, TAKE_ARRAY(own->arena, Run, n), n, 0 };

        for (size_t i = 0; i < n; i++) {
                const DemoStep *step = &demo->steps.v[from + i];

                b.runs[i] = (Run){ .step = step, .c = &demo->cases[step->of], .demo = demo };
                b.runs[i].seed = demo->seed * 7919 + (uint64_t)step->of * 31 + (uint64_t)step->order;
                *opened += !step->action.n;
        }
        if (run_batch(own, &b) != OK)
                return tell_step(cx, own, b.runs[b.at < n ? b.at : n - 1].step);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < b.runs[i].picture_count; k++)
                        b.runs[i].pictures[k]->kept = true;
        return OK;
}

Rc demo_cases(Cx *cx, const JsonNode *profile, void (*progress)(int64_t done, int64_t all)) {
        Demo demo = { .cx = cx };
        int64_t done = 0;

        map_init(&demo.actors, cx->arena);
        map_init(&demo.drawn, cx->arena);
        rand_seed((uint64_t)demo_int(json_get(profile, "demo"), "seed", 1) + 2);
        demo.seed = rand_below(1u << 30);
        TRY(demo_plan(cx, profile, &demo));
        rand_seed(0);
        if (demo.batch < 1 || demo.batch > 2000)
                return fail(cx, P_CONFIG_INVALID, "profile.json: demo.cases.batch is 1 to 2000");
        qsort(demo.steps.v, demo.steps.n, sizeof *demo.steps.v, by_time);
        for (size_t i = 0; i < demo.steps.n; i += demo.batch) {
                int64_t before = done;

                TRY(next_batch(cx, &demo, i, &done));
                if (progress && done > before)
                        progress(done, (int64_t)demo.count);
        }
        return OK;
}
