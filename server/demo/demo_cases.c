/* Cases of the demo, through the real flow: first a plan (who reports what where and when, and how far it gets), then all its
 * steps in the order of time, each as the person whose step it is, each in a transaction of its own. */
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

enum { STEP_ARENA = 32 * 1024 * 1024 };

typedef struct Run {
        const DemoStep *step;
        DemoCase *c;
        DemoPicture pictures[2];
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
                const DemoPicture *p = &r->pictures[i];

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
        return OK;
}

static Rc open_case(Cx *cx, Run *r, const StrList *photos) {
        CaseNew in = { .category = r->c->category, .text = r->c->text, .building = r->c->building, .photos = *photos,
                       .channel = r->c->channel, .address = r->c->address,
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
        return OK;
}

static Rc act(Cx *cx, Run *r, const StrList *photos) {
        CaseAction in = { .action = r->step->action, .note = r->step->note, .satisfaction = r->step->satisfaction,
                          .reason = r->step->reason };
        TargetLink target = { .department = r->step->department };
        CaseReceipt *receipt;

        TRY(case_receipt(cx, (CaseId){ r->c->id }, &receipt));
        in.version = receipt->version;
        if (r->step->department.n)
                in.target = &target;
        for (size_t i = 0; i < photos->n; i++)
                *list_push(cx->arena, &in.photos) = (PhotoLink){ photos->v[i], r->step->kinds[i] };
        return case_do(cx, (CaseId){ r->c->id }, &in, r->step->by_reporter);
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

static Rc draw(Cx *cx, Run *r) {
        for (size_t i = 0; i < r->step->photo_count; i++) {
                Date d = date_of_day(day_of_ms(r->step->at_ms));
                int64_t minutes = (r->step->at_ms - day_start_ms(day_of_ms(r->step->at_ms))) / MS_MINUTE;
                DemoScene scene = { .icon = r->c->icon, .after = r->step->kinds[i] == PHOTO_KIND_AFTER || r->step->kinds[i] == PHOTO_KIND_CHECK,
                                    .line1 = r->c->address, .seed = (uint64_t)r->c->number * 1000003 + 7 };

                /* Before and after show the same place: same seed, other matter; the check is a minute later from the same spot. */
                scene.line2 = str_fmt(cx->arena, "%04d-%02d-%02d %02d:%02d  网格员现场拍摄 %03d-%d", d.year, d.month, d.day,
                                      (int)(minutes / 60), (int)(minutes % 60), r->c->number, r->step->order);
                TRY(demo_picture(cx, &scene, &r->pictures[i]));
                r->picture_count++;
        }
        return OK;
}

static Rc run_step(Cx *cx, Demo *demo, const DemoStep *step) {
        Run r = { .step = step, .c = &demo->cases[step->of] };

        r.seed = demo->seed * 7919 + (uint64_t)step->of * 31 + (uint64_t)step->order;
        cx->now_ms = step->at_ms;
        if (step->actor.n)
                TRY(actor_of(cx, demo, step->actor, &cx->actor));
        TRY(draw(cx, &r));
        return db_write(cx, step_work, &r);
}

static int by_time(const void *a_, const void *b_) {
        const DemoStep *a = a_, *b = b_;

        if (a->at_ms != b->at_ms)
                return a->at_ms < b->at_ms ? -1 : 1;
        return a->of != b->of ? a->of - b->of : a->order - b->order;
}

Rc demo_cases(Cx *cx, const JsonNode *profile, void (*progress)(int64_t done, int64_t all)) {
        Demo demo = { .cx = cx };
        int64_t done = 0;

        map_init(&demo.actors, cx->arena);
        rand_seed((uint64_t)demo_int(json_get(profile, "demo"), "seed", 1) + 2);
        demo.seed = rand_below(1u << 30);
        TRY(demo_plan(cx, profile, &demo));
        rand_seed(0);
        qsort(demo.steps.v, demo.steps.n, sizeof *demo.steps.v, by_time);
        for (size_t i = 0; i < demo.steps.n; i++) {
                _cleanup_(cx_freep) Cx *own = cx_new(STEP_ARENA);
                Rc rc = run_step(own, &demo, &demo.steps.v[i]);

                if (rc != OK) {
                        const FieldError *e = own->problem.errors.n ? &own->problem.errors.v[0] : NULL;

                        return fail(cx, own->problem.code, "case %d, step %s: " STR_FMT " " STR_FMT " " STR_FMT,
                                    demo.steps.v[i].of + 1, str_z(own->arena, demo.steps.v[i].action),
                                    STR_ARG(own->problem.detail), STR_ARG(e ? e->pointer : S("")), STR_ARG(e ? e->en : S("")));
                }
                done += !demo.steps.v[i].action.n;
                if (progress && !demo.steps.v[i].action.n)
                        progress(done, (int64_t)demo.count);
        }
        return OK;
}
