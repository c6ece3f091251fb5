/* What the files of this folder share: the compiled schema, exact numbers, patterns. */
#pragma once
#include "base/map.h"
#include "core/form/form.h"

enum {
        FORM_TEXT = 256 << 10, /* bytes of a schema, and of each that it knows */
        FORM_ARENA = 32 << 20, /* what a compiled schema may occupy */
        FORM_SCHEMAS = 5000,   /* subschemas */
        FORM_CHAIN =
                32, /* schemas that follow one another at the same place of the instance ($ref, allOf …) */
        FORM_DEPTH = 300,     /* schemas open at once while validating */
        FORM_STEPS = 5000000, /* work of one validation: schemas entered, members and characters looked at */
        REGEX_INSTRUCTIONS = 4000,
        REGEX_NESTED = 8, /* looks ahead within looks ahead */
};

/* ---- numbers (form_number.c) -------------------------------------------- */

/* ±digits × 10^exponent, exactly as written; zero has no digits. */
typedef struct Decimal {
        const char *p;    /* first digit that is not 0; a point may lie between the digits */
        int64_t n;        /* significant digits, without the zeros at the end */
        int64_t exponent; /* of the last significant digit */
        bool minus;
} Decimal;

Decimal decimal_read(Str number); /* JSON number syntax, already checked */
int decimal_cmp(const Decimal *a, const Decimal *b);
static inline bool decimal_whole(const Decimal *d) { return d->exponent >= 0; }
bool decimal_divisor(const Decimal *d,
                     uint64_t *ret); /* its digits as a number; false: more than 18 of them */
bool decimal_multiple(const Decimal *value, uint64_t divisor, int64_t divisor_exponent);
uint64_t decimal_hash(const Decimal *d);

/* ---- patterns (form_regex.c, form_match.c) -------------------------------------------- */

typedef enum RegexOp {
        RX_CHAR,
        RX_SET,
        RX_SPLIT, /* on at x and at y */
        RX_JUMP,
        RX_BEGIN,
        RX_END,
        RX_WORD,     /* \b */
        RX_NOT_WORD, /* \B */
        RX_LOOK,     /* the program at the next instruction must match here; on at x */
        RX_NOT_LOOK,
        RX_MATCH,
} RegexOp;

typedef struct RegexRange {
        uint32_t from, to;
} RegexRange;

typedef struct RegexSet {
        RegexRange *v; /* sorted, apart */
        size_t n, cap;
} RegexSet;

typedef struct RegexInstruction {
        RegexOp op;
        uint32_t x, y;
        const RegexSet *set;
} RegexInstruction;

typedef struct Regex {
        RegexInstruction *v;
        size_t n, cap;
} Regex;

/* Compiles a pattern of ECMA-262's syntax (flag u) without back references and looking behind. NULL and *ret_why when it is none
 * or too large. */
Regex *regex_compile(Arena *a, Str pattern, const char **ret_why);
/* Is the pattern somewhere in the text? Time is at most proportional to text × pattern and counted down from *steps; below 0
 * the answer means nothing. */
bool regex_match(const Regex *r, Str text, int64_t *steps);
bool regex_set_has(const RegexSet *set, uint32_t point);
uint32_t regex_point(Str s, size_t at, size_t *ret_length);

/* ---- formats (form_format.c) -------------------------------------------- */

typedef struct Format {
        const char *name;
        bool (*fits)(Str s);
        const char *zh, *en; /* what is wanted: 请填写正确的… */
} Format;

const Format *format_named(Str name); /* NULL: only a note */

/* ---- addresses (form_uri.c) -------------------------------------------- */

Str uri_resolve(Arena *a, Str base, Str reference); /* RFC 3986 section 5.2 */
void uri_split(Str uri, Str *ret_document,
               Str *ret_fragment);            /* at '#'; fragment p NULL when there is none */
bool uri_unescape(Arena *a, Str s, Str *ret); /* %41; false when broken or no UTF-8 */

/* ---- the compiled schema -------------------------------------------- */

typedef struct Schema Schema;

typedef struct SchemaList {
        Schema **v;
        size_t n, cap;
} SchemaList;

/* A schema with an address of its own, and the names in it. */
typedef struct Resource {
        Str uri;
        const JsonNode *root;
        Map anchors, dynamic_anchors; /* name → Schema */
} Resource;

typedef struct NumberRules {
        const JsonNode *min, *max, *above, *below, *multiple; /* as written, for sentences */
        Decimal min_is, max_is, above_is, below_is;
        uint64_t divisor;
        int64_t divisor_exponent;
} NumberRules;

typedef struct TextRules {
        uint64_t min, max; /* code points */
        Regex *pattern;
        const Format *format;
} TextRules;

typedef struct ItemRules {
        SchemaList prefix;
        Schema *items, *contains, *unevaluated;
        uint64_t min, max, min_contains, max_contains;
        bool unique, min_contains_given;
} ItemRules;

typedef struct Patterned {
        Regex *pattern;
        Schema *schema;
} Patterned;

/* When this member is there: others must be, or a schema holds. */
typedef struct Dependent {
        Str name;
        StrList needs;
        Schema *schema;
} Dependent;

typedef struct MemberRules {
        Map properties; /* name → Schema */
        struct {
                Patterned *v;
                size_t n, cap;
        } patterns;
        Schema *additional, *names, *unevaluated;
        StrList required;
        struct {
                Dependent *v;
                size_t n, cap;
        } dependents;
        uint64_t min, max;
} MemberRules;

/* Schemas for the same place of the instance. */
typedef struct Branches {
        SchemaList all, any, one;
        Schema * not, *if_, *then, *otherwise;
        Schema *ref, *dynamic;
        Str dynamic_anchor; /* $dynamicRef is looked for from outside under this name; p NULL: it is a plain reference */
} Branches;

struct Schema {
        const JsonNode *node;
        Resource *resource;
        Str pointer; /* within its document, for complaints */
        Str title, title_en;
        bool never;    /* `false` */
        uint8_t types; /* bits by JsonType; 0 any */
        bool whole;    /* integer, where JT_NUM comes only from it */
        int8_t height; /* loop check: 0 unseen, −1 being looked at, else schemas below at the same place + 1 */
        const JsonNode *constant, *options;
        NumberRules *number;
        TextRules *text;
        ItemRules *items;
        MemberRules *members;
        Branches *branches;
};

struct FormSchema {
        Cx *cx; /* its own: memory, and what went wrong while compiling */
        bool formats;
        Schema *root;
};

/* ---- compiling (form_compile.c, form_ref.c) -------------------------------------------- */

typedef struct Pending {
        Schema *from;
        Str reference, base;
        const JsonNode *node;
        bool dynamic;
} Pending;

typedef struct Compiler {
        Cx *cx;
        const FormOptions *options;
        Map schemas;   /* by node */
        Map resources; /* by URI → Resource */
        size_t count;
        struct {
                Pending *v;
                size_t n, cap;
        } pending;
} Compiler;

/* Where a node lies in its document. */
typedef struct Place {
        const struct Place *up;
        Str name; /* p NULL: an item */
        size_t index;
} Place;

Str place_pointer(Arena *a, const Place *at);
void pointer_add(Buf *b, Str name); /* one step, escaped */
Rc form_fault(Cx *cx, const JsonNode *node, Str pointer, const char *zh, const char *en, ...)
        __attribute__((format(printf, 5, 6)));
Rc schema_compile(Compiler *c, const JsonNode *node, Resource *resource, const Place *at, Schema **ret);
Rc schema_document(Compiler *c, Str uri, const JsonNode *root, Schema **ret);
Rc schema_identify(Compiler *c, Schema *s, const Place *at); /* $id, $anchor, $dynamicAnchor, $schema */
Rc schema_link(Compiler *c);                                 /* what is pending */
Rc schema_loops(Compiler *c);
Schema *schema_of(const Compiler *c, const JsonNode *node);
extern const unsigned char form_draft[]; /* the draft's meta-schemas, a JSON array */
extern const size_t form_draft_len;

/* ---- validating (form_validate.c, form_object.c, form_say.c) -------------------------------------------- */

typedef struct Spot {
        const struct Spot *up;
        const JsonNode *node;
        size_t index; /* among its parent's children */
} Spot;

typedef struct Frame {
        const struct Frame *up;
        const Schema *schema;
        const Spot *at;
        int depth;
} Frame;

typedef struct Run {
        Cx *cx;
        const FormSchema *form;
        FieldErrorList *errors;
        int quiet; /* trying: no sentences, and the first fault ends it */
        int64_t steps;
} Run;

/* Which children of a node were looked at by schemas that held; NULL where nobody asks. */
typedef struct Seen {
        bool *v;
        size_t n;
} Seen;

static inline bool run_over(const Run *r) { return r->steps < 0; } /* the budget is used up */
/* No sentence will be said any more: the first fault decides. */
static inline bool run_brief(const Run *r) {
        return r->quiet || r->errors->n >= FORM_ERRORS || r->steps < 0;
}
bool run_schema(Run *r, const Frame *up, const Schema *s, const Spot *at, Seen *seen);
bool run_members(Run *r, const Frame *f, Seen *seen);
bool run_items(Run *r, const Frame *f, Seen *seen);
bool run_branches(Run *r, const Frame *f, Seen *seen);
bool run_unevaluated(Run *r, const Frame *f, Seen *seen);
bool node_equal(Run *r, const JsonNode *a, const JsonNode *b);
uint64_t node_hash(Run *r, const JsonNode *node);

Str run_label(Run *r, const Frame *f, const Spot *at, Lang lang);
void say(Run *r, const Frame *f, const char *code, const char *zh,
         const char *en); /* {} stands for the label */
void say_with(Run *r, const Frame *f, const char *code, const char *zh, const char *en,
              Str word); /* {1} for word */
void say_missing(Run *r, const Frame *f, Str name);
void say_missing_with(Run *r, const Frame *f, Str present, Str name);
void say_unknown(Run *r, const Frame *f, const Spot *member);
void say_type(Run *r, const Frame *f);
void say_format(Run *r, const Frame *f);
