/* Forms from outside: a schema, a line "---", an instance. Whatever comes, judging ends, twice with the same answer; every error
 * has a pointer into the instance's text and sentences that are UTF-8; a form that the screens can draw never crashes them. */
#include "base/json.h"
#include "core/form/form.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(Cx *cx, const FormSchema *schema, Str text) {
        FieldErrorList first = { 0 }, again = { 0 };
        JsonNode *node;

        if (json_parse(cx, text, &node) != OK)
                return;
        if (form_validate(cx, schema, node, &first) != OK || form_validate(cx, schema, node, &again) != OK)
                abort();
        if (first.n != again.n || first.n > FORM_ERRORS + 1)
                abort();
        for (size_t i = 0; i < first.n; i++) {
                const FieldError *e = &first.v[i];

                if (!str_eq(e->pointer, again.v[i].pointer) || (e->pointer.n && e->pointer.p[0] != '/') ||
                    !str_utf8_valid(e->zh) || !str_utf8_valid(e->en) || !e->zh.n || !e->en.n)
                        abort();
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(cx_freep) Cx *cx = cx_new(0);
        _cleanup_(form_freep) FormSchema *schema = NULL;
        const char *mark = size ? memmem(data, size, "\n---\n", 5) : NULL;
        size_t n = mark ? (size_t)(mark - (const char *)data) : size;

        if (size > 1 << 14 || form_compile(cx, (Str){ (const char *)data, n }, NULL, &schema) != OK)
                return 0;
        (void)!form_check(cx, schema);
        cx->problem = (Problem){ 0 };
        judge(cx, schema, mark ? (Str){ mark + 5, size - n - 5 } : S("{}"));
        return 0;
}
