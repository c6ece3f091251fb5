/* Forms (表单): what is filled in is described by JSON Schema, draft 2020-12, and judged here. A schema is compiled once and is
 * immutable then: any number of threads may validate with it. What our screens can draw is form_check's matter. README.md says
 * which words a form may use. No database here. */
#pragma once
#include "base/cx.h"
#include "base/json.h"

typedef struct FormSchema FormSchema;

/* Another schema that this one may refer to by its absolute URI, e.g. definitions that the forms of a profile share. Nothing is
 * ever fetched. */
typedef struct FormKnown {
        Str uri; /* without fragment */
        Str text;
} FormKnown;

typedef struct FormOptions {
        bool formats; /* `format` is checked (the formats of README.md); otherwise it is only a note, as the draft has it */
        const FormKnown *known;
        size_t known_count;
} FormOptions;

enum { FORM_ERRORS = 50 /* what one validation reports at most */ };

/* Compiles a schema. Fails with P_CONFIG_INVALID, which names line and JSON pointer. NULL options: formats are checked, nothing
 * else is known but the draft's own meta-schema. *ret owns its memory (the text is copied); free it with form_free. */
Rc form_compile(Cx *cx, Str text, const FormOptions *options, FormSchema **ret);
void form_free(FormSchema *schema);
void form_freep(FormSchema **schema);

/* Judges an instance. OK although errors were found: *ret (in cx's arena; strings too) lists them in order of the schema, n = 0
 * when the instance is valid. Work is bounded: an instance on which it takes too long is refused with the code "too-complex". */
Rc form_validate(Cx *cx, const FormSchema *schema, const JsonNode *instance, FieldErrorList *ret);

/* Can our screens draw it, and does it speak to people in Chinese? P_CONFIG_INVALID names line, pointer and what is wrong. */
Rc form_check(Cx *cx, const FormSchema *schema);

/* The field that names a level of whoever fills the form in (`x-level`); empty when there is none. */
Str form_level(const FormSchema *schema);
