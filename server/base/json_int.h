/* What the JSON readers share: the text being read, its pieces (strings, numbers, names), the checks of single values.
 * Private to json_*.c. */
#pragma once
#include "base/json.h"

enum {
        JSON_PAD =
                32, /* zero bytes behind the text: the scanners look ahead without asking where the end is */
        JSON_ERRORS = 100, /* field errors reported at most */
};

typedef enum JsonWrong {
        JSON_FINE,
        JSON_VALUE,
        JSON_END,
        JSON_TRAILING,
        JSON_COMMA,
        JSON_COLON,
        JSON_NAME,
        JSON_DUPLICATE,
        JSON_CONTROL,
        JSON_ESCAPE,
        JSON_SURROGATE,
        JSON_NUL,
        JSON_UTF8,
        JSON_NUMBER,
        JSON_NUMBER_RANGE,
        JSON_TOO_DEEP,
        JSON_TOO_BIG,
} JsonWrong;

typedef struct JsonIn {
        Cx *cx;
        const char *start, *p, *end; /* JSON_PAD readable zero bytes follow end */
        uint32_t line;
        const char *line_start; /* kept by json_blanks(): no string holds a line feed */
        int depth;
        bool pairs;      /* name/value pairs: pointers are written "?name" */
        JsonWrong wrong; /* the first syntax error and its place */
        const char *wrong_at;
        StrList names;   /* member names of the objects that are open, as a stack */
        JsonNode *nodes; /* tree reader: nodes taken ahead */
        size_t nodes_left;
} JsonIn;

/* A string between its quotes, as written. */
typedef struct JsonRaw {
        Str text;
        size_t points; /* code points after unescaping */
        bool escaped;
} JsonRaw;

typedef struct JsonNumber {
        Str text;
        uint64_t
                digits; /* the first 19 significant digits; value = ±digits × 10^exponent, exactly unless more */
        int64_t exponent;
        bool minus, whole /* no fraction and no exponent are written */, more;
} JsonNumber;

void json_in(JsonIn *in, Cx *cx, Str text);                   /* copies the text into the arena */
Rc json_syntax(JsonIn *in);                                   /* the problem for in->wrong */
bool json_wrong(JsonIn *in, JsonWrong wrong, const char *at); /* false */
void json_blanks(JsonIn *in);
bool json_open(JsonIn *in); /* one level deeper */

/* Past the blanks; mostly there are none. */
static inline void json_space(JsonIn *in) {
        if ((unsigned char)*in->p <= ' ')
                json_blanks(in);
}

bool json_string(JsonIn *in, JsonRaw *ret); /* at the opening quote */
Str json_unescape(JsonIn *in, const JsonRaw *raw);
bool json_number(JsonIn *in, JsonNumber *ret);
bool json_number_finite(JsonIn *in, const JsonNumber *n, double *ret);
bool json_number_fits(JsonIn *in,
                      const JsonNumber *n); /* a double can hold it; without making one if that is plain */
/* Names of an object's members: each may be there once. base is names.n when the object began, seen is 0 then. */
bool json_name(JsonIn *in, size_t base, uint64_t *seen, Str *ret); /* a name and its colon */
bool json_name_new(JsonIn *in, size_t base, uint64_t *seen, Str name, const char *at);
bool json_names_end(JsonIn *in, size_t base);
bool json_literal(JsonIn *in, const char *word, size_t n);
bool json_skip(JsonIn *in); /* any value, checked and passed over */
bool json_end(JsonIn *in);  /* nothing but blanks follows */

/* ---- single values (json_check.c) -------------------------------------------- */

/* Where a value is: a chain up to the root, made into a pointer only when something is wrong. */
typedef struct JsonWhere {
        const struct JsonWhere *up;
        Str name; /* p NULL: an item of a list */
        size_t index;
} JsonWhere;

/* What a value must be: of a field, or of the members of a list field. */
typedef struct JsonRule {
        JsonKind kind;
        bool optional, item;
        int64_t lo, hi;
        const JsonShape *shape;
        const JsonEnum *words;
        const char *zh, *en;
} JsonRule;

typedef struct JsonText {
        Str s;
        size_t points;
        bool suspect; /* may hold control characters below U+0020 */
} JsonText;

static inline JsonRule json_rule(const JsonField *f) {
        return (JsonRule){ f->kind, f->optional, false, f->lo, f->hi, f->shape, f->words, f->zh, f->en };
}

static inline JsonRule json_item_rule(const JsonField *f) {
        return (JsonRule){ f->item, false, true, f->item_lo, f->item_hi, f->shape, f->words, f->zh, f->en };
}

bool json_kind_is_text(JsonKind kind); /* comes as a JSON string */
size_t json_item_size(const JsonRule *r);
void json_take_text(JsonIn *in, const JsonRule *r, const JsonWhere *at, JsonText text, void *out);
void json_take_number(JsonIn *in, const JsonRule *r, const JsonWhere *at, const JsonNumber *n, double value,
                      void *out);
void json_take_bool(const JsonRule *r, bool value, void *out);

void json_say_missing(JsonIn *in, const JsonRule *r, const JsonWhere *at);
void json_say_type(JsonIn *in, const JsonRule *r, const JsonWhere *at);
void json_say_count(JsonIn *in, const JsonRule *r, const JsonWhere *at, size_t n);
void json_say_unknown(JsonIn *in, const JsonWhere *at);
void json_say_repeated(JsonIn *in, const JsonRule *r, const JsonWhere *at);
