/* Contexts, and saying what went wrong. */
#include "base/cx.h"
#include "base/buf.h"
#include "base/id.h"
#include "contract.gen.h"
#include <stdlib.h>

Cx *cx_new(size_t arena_ceiling) {
        Cx *cx = calloc(1, sizeof *cx);

        if (!cx)
                abort();
        cx->arena = arena_new(arena_ceiling);
        cx->now_ms = time_now_ms();
        return cx;
}

void cx_free(Cx *cx) {
        if (!cx)
                return;
        arena_free(cx->arena);
        free(cx);
}

void cx_freep(Cx **cx) {
        cx_free(*cx);
        *cx = NULL;
}

void cx_reset(Cx *cx) {
        arena_reset(cx->arena);
        *cx = (Cx){ .arena = cx->arena, .lang = cx->lang, .now_ms = time_now_ms() };
}

static Rc say(Cx *cx, int problem, Str zh, const char *fmt, va_list ap) {
        Buf text = BUF_IN(cx->arena);

        buf_vfmt(&text, fmt, ap);
        cx->problem.code = problem;
        cx->problem.detail = buf_view(&text);
        cx->problem.detail_zh = zh;
        return problem_rc(problem);
}

Rc fail(Cx *cx, int problem, const char *fmt, ...) {
        va_list ap;
        Rc rc;

        va_start(ap, fmt);
        rc = say(cx, problem, STR_NONE, fmt, ap);
        va_end(ap);
        return rc;
}

Rc fail_zh(Cx *cx, int problem, Str zh, const char *fmt, ...) {
        va_list ap;
        Rc rc;

        va_start(ap, fmt);
        rc = say(cx, problem, zh, fmt, ap);
        va_end(ap);
        return rc;
}

void field_error(Cx *cx, Str pointer, const char *code, Str zh, Str en) {
        if (cx->problem.errors.n < 100)
                *list_push(cx->arena, &cx->problem.errors) =
                        (FieldError){ str_dup(cx->arena, pointer), code, str_dup(cx->arena, zh), str_dup(cx->arena, en) };
}

bool has_field_errors(const Cx *cx) { return cx->problem.errors.n > 0; }

Rc fail_input(Cx *cx) { return fail(cx, P_INPUT_INVALID, "%zu field(s) not acceptable", cx->problem.errors.n); }

Rc fail_field(Cx *cx, Str pointer, const char *code, Str zh, Str en) {
        field_error(cx, pointer, code, zh, en);
        return fail_input(cx);
}
