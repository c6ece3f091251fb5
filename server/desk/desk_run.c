/* One action on many cases, in one transaction: each case is judged by itself (db_part), what is refused leaves nothing and says why,
 * and the answer is kept with the change, so that a repeated request acts once. */
#include "core/audit/audit.h"
#include "db/db.h"
#include "desk/desk_store.h"

typedef struct Run {
        Str action, reason, note;
        TargetLink *target;
        Str target_name; /* p NULL: the action names nobody */
} Run;

typedef struct One {
        const Run *run;
        const CaseAt *at;
        RunItem *item;
} One;

/* ---- what is to be done ---- */

static Rc from_macro(Cx *cx, const RunStart *in, Run *ret) {
        DeskMacroRow *m;

        if (in->action.n || in->reason.n || in->note.n || in->target)
                return fail_field(cx, S("/macro"), "not-both", S("使用宏时不能另填操作"), S("A macro brings its own action"));
        TRY(desk_macro_find(cx, in->macro.n, &m));
        *ret = (Run){ .action = m->action, .reason = m->reason, .note = m->note };
        if (m->department.n || m->account.set) {
                ret->target = TAKE(cx->arena, TargetLink);
                *ret->target = (TargetLink){ .department = m->department, .account = m->account };
        }
        return OK;
}

static Rc from_request(Cx *cx, const RunStart *in, Run *ret) {
        if (!in->action.n)
                return fail_field(cx, S("/action"), "required", S("请选择操作"), S("Choose an action"));
        *ret = (Run){ .action = in->action, .reason = in->reason, .note = in->note, .target = in->target };
        return desk_words_check(cx, S("/note"), in->note);
}

static Rc target_named(Cx *cx, Run *r) {
        Person person;
        Rc rc = OK;

        if (r->target && r->target->department.n)
                r->target_name = case_department_title(cx, r->target->department);
        else if (r->target && r->target->account.set) {
                rc = who_person(cx, (AccountId){ r->target->account.n }, &person);
                r->target_name = rc == OK ? person.name : S("");
        }
        if (rc != E_MISSING)
                return rc;
        cx->problem = (Problem){ 0 }; /* each case will refuse it */
        return OK;
}

static Rc check_cases(Cx *cx, const CaseAtList *cases) {
        for (size_t i = 0; i < cases->n; i++)
                for (size_t k = 0; k < i; k++)
                        if (cases->v[i].id == cases->v[k].id)
                                return fail_field(cx, str_fmt(cx->arena, "/cases/%zu/id", i), "duplicate", S("同一事件重复了"),
                                                  S("The same case twice"));
        return OK;
}

/* ---- one case ---- */

static Rc act_work(Cx *cx, void *arg) {
        const One *one = arg;
        const Run *r = one->run;
        CaseAction in = { .action = r->action, .version = one->at->version, .note = r->note, .reason = r->reason, .target = r->target };
        CaseItem *item;

        TRY(case_brief(cx, (CaseId){ one->at->id }, &item));
        one->item->number = item->number;
        if (r->note.n)
                in.note = desk_words_fill(cx, r->note, item, r->target_name.p ? &r->target_name : NULL);
        if (str_utf8_len(in.note) > DESK_NOTE_MAX)
                return fail_field(cx, S("/note"), "too-long", S("说明填入后超过 2000 字"), S("The note is longer than 2000 characters once filled in"));
        TRY(case_do(cx, (CaseId){ one->at->id }, &in, false));
        TRY(case_brief(cx, (CaseId){ one->at->id }, &item));
        one->item->state_name = item->state_name;
        return OK;
}

static bool is_whole(Rc rc) { return rc == E_BUSY || rc == E_BUG; }

static Rc one_case(Cx *cx, const Run *run, const CaseAt *at, RunItem *item) {
        One one = { run, at, item };
        Rc rc;

        *item = (RunItem){ .id = at->id };
        rc = db_part(cx, act_work, &one);
        if (is_whole(rc))
                return rc;
        item->done = rc == OK;
        if (rc == OK)
                return OK;
        item->code = str_c(problem_name(cx->problem.code));
        item->why = desk_problem_text(cx);
        cx->problem = (Problem){ 0 };
        return OK;
}

/* ---- all of them ---- */

typedef struct Running {
        const RunStart *in;
        Run run;
        RunResult *result;
} Running;

static Rc run_work(Cx *cx, void *arg) {
        Running *r = arg;
        const RunStart *in = r->in;
        Str subject = in->macro.set ? str_fmt(cx->arena, "desk_macro/%lld", (long long)in->macro.n)
                                    : str_fmt(cx->arena, "action/" STR_FMT, STR_ARG(r->run.action));

        *r->result = (RunResult){ 0 };
        TRY(audit_note(cx, "desk.run", subject, str_fmt(cx->arena, "{\"cases\":%zu}", in->cases.n)));
        for (size_t i = 0; i < in->cases.n; i++) {
                RunItem *item = list_push(cx->arena, &r->result->items);

                TRY(one_case(cx, &r->run, &in->cases.v[i], item));
                if (item->done)
                        r->result->done++;
                else
                        r->result->refused++;
        }
        return OK;
}

Rc desk_run_start(Cx *cx, const RunStart *in, RunResult **ret) {
        Running r = { .in = in, .run = { .target_name = STR_NONE }, .result = TAKE(cx->arena, RunResult) };

        TRY(check_cases(cx, &in->cases));
        TRY(in->macro.set ? from_macro(cx, in, &r.run) : from_request(cx, in, &r.run));
        TRY(target_named(cx, &r.run));
        TRY(db_write(cx, run_work, &r));
        return *ret = r.result, OK;
}
