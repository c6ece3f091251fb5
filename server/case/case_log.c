/* The log of a case: steps that are only ever added, each with a hash over its content and the hash of the step before. Whoever
 * was given a hash as receipt can prove later what had been recorded. */
#include "case/case_int.h"
#include "core/notice/notice.h"

enum { STEP_FIELDS = 24, STEP_FIELDS_LATER = 4 };

static Str number_text(Cx *cx, int64_t n) { return str_of_int(cx->arena, n); }

static Str opt_text(Cx *cx, OptInt n) { return n.set ? number_text(cx, n.n) : STR_NONE; }

/* The order of the fields is part of what was published: never to be changed. The later fields count only when one of them is there,
 * so that steps of before they existed keep their hash. */
void case_step_hash(Cx *cx, const CaseStepRow *s, Sm3 *ret) {
        bool later = s->form.p || s->unit.p || s->ref.set || s->days.set;
        Str fields[STEP_FIELDS + STEP_FIELDS_LATER] = {
                number_text(cx, s->case_id),
                number_text(cx, s->seq),
                number_text(cx, s->at_ms),
                s->action,
                opt_text(cx, s->actor),
                s->actor_name,
                number_text(cx, s->actor_role),
                s->actor_department,
                s->from_state,
                s->to_state,
                s->note,
                s->reason,
                opt_text(cx, s->target_account),
                s->target_department,
                s->target_name,
                opt_text(cx, s->satisfaction),
                s->photos,
                s->detail,
                number_text(cx, s->holder_kind),
                opt_text(cx, s->holder_account),
                s->holder_department,
                s->holder_name,
                opt_text(cx, s->held_ms),
                s->previous,
                s->form,
                s->unit,
                opt_text(cx, s->ref),
                opt_text(cx, s->days),
        };

        sm3_fields(ret, fields, STEP_FIELDS + (later ? STEP_FIELDS_LATER : 0));
}

Rc case_step_append(Cx *cx, const CaseRow *row, const CaseStepRow *last, CaseStepRow *step,
                    CaseStepRow **ret) {
        static const uint8_t zero[32];
        Sm3 hash;

        step->case_id = row->id;
        step->seq = last ? last->seq + 1 : 1;
        step->at_ms = now_ms(cx);
        step->to_state = row->state;
        step->holder_kind = row->holder_kind;
        step->holder_account = row->holder_account;
        step->holder_department = row->holder_department;
        step->holder_name = row->holder_name;
        step->previous = last ? last->hash : (Str){ (const char *)zero, sizeof zero };
        case_step_hash(cx, step, &hash);
        step->hash = (Str){ arena_copy(cx->arena, hash.b, sizeof hash.b), sizeof hash.b };
        return case_store_step_add(cx, step, ret);
}

static void departments_add(Arena *a, Buf *b, Str department) {
        Str within;

        if (!department.n)
                return;
        within = str_fmt(a, "," STR_FMT ",", STR_ARG(buf_view(b)));
        if (!str_contains(within, str_fmt(a, "," STR_FMT ",", STR_ARG(department))))
                buf_fmt(b, "%s" STR_FMT, b->n ? "," : "", STR_ARG(department));
}

/* Those that left as well: their screens have to let go of it. */
static Rc units_add(Cx *cx, const CaseRow *row, const CaseRow *before, Buf *b) {
        CaseUnitRowList units = { 0 };

        if (row->units || (before && before->units))
                TRY(case_store_units(cx, row->id, &units));
        for (size_t i = 0; i < units.n; i++)
                departments_add(cx->arena, b, units.v[i].department);
        return OK;
}

static Rc notice_of(Cx *cx, const CaseRow *row, const CaseRow *before, Notice *ret) {
        Buf departments = BUF_IN(cx->arena);
        Notice n = { .topic = S("case"),
                     .id = row->id,
                     .version = row->version,
                     .number = case_number(cx->arena, row->created_ms, row->id),
                     .state = row->state,
                     .place = row->place };

        departments_add(cx->arena, &departments, row->holder_department);
        departments_add(cx->arena, &departments, row->target_department);
        if (before)
                departments_add(cx->arena, &departments, before->holder_department);
        TRY(units_add(cx, row, before, &departments));
        n.departments = buf_view(&departments);
        n.accounts[0] = row->opener.set ? row->opener.n : 0;
        n.accounts[1] = row->holder_account.set ? row->holder_account.n : 0;
        n.accounts[2] = before && before->holder_account.set ? before->holder_account.n : 0;
        return *ret = n, OK;
}

Rc case_tell(Cx *cx, const CaseRow *row, const CaseRow *before, Str action) {
        Notice n;

        TRY(notice_of(cx, row, before, &n));
        n.action = str_fmt(cx->arena, "case." STR_FMT, STR_ARG(action));
        return notice_send(cx, &n);
}

Rc case_audience(Cx *cx, CaseId id, Notice *ret) {
        CaseScope scope;
        Case *c;

        case_scope(cx, &scope);
        TRY(case_load(cx, id, &scope, &c));
        return notice_of(cx, &c->row, NULL, ret);
}
