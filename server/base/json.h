/* JSON by table: text straight into a typed struct with every field error collected, and structs straight into text.
 * Shapes come from the contract (tools/contract.py). A small tree reader serves configuration files and free-form JSON. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

typedef enum JsonKind {
        J_TEXT = 1,  /* Str; lo..hi code points; control characters other than \n \t refused */
        J_LINE,      /* Str; as text, but one line, trimmed */
        J_INT,       /* int64_t or OptInt; lo..hi */
        J_NUM,       /* double or OptNum; finite */
        J_BOOL,      /* bool or OptBool */
        J_TIME,      /* int64_t ms or OptInt; RFC 3339 with zone */
        J_DATE,      /* Str YYYY-MM-DD, checked */
        J_LON, J_LAT,/* int64_t e7 or OptInt; number −180..180 / −90..90, rounded to 10⁻⁷ degree */
        J_CODE,      /* Str; place code, 2 4 6 9 12 or 15 digits */
        J_SHA256,    /* Str; 64 lower-case hex digits */
        J_UUID,      /* Str */
        J_PHONE,     /* Str; Chinese mobile or landline, normalised to digits (standards: separators and +86 dropped) */
        J_JSON,      /* Str; any valid JSON value, kept as text */
        J_ENUM,      /* int of a generated enum; 0 absent */
        J_SHAPE,     /* pointer to struct; NULL absent */
        J_LIST,      /* struct {T *v; size_t n, cap;} of `item` */
} JsonKind;

typedef struct JsonShape JsonShape;

typedef struct JsonEnum {
        const char *name;
        const char *const *words; /* words[1..count]; words[0] unused */
        int count;
} JsonEnum;

typedef struct JsonField {
        const char *name;
        JsonKind kind, item;      /* item: kind of a list's members */
        bool optional;
        uint32_t offset;
        int64_t lo, hi;           /* meaning by kind: code points, values, list length */
        int64_t item_lo, item_hi;
        const JsonShape *shape;   /* J_SHAPE, or J_LIST of J_SHAPE */
        const JsonEnum *words;    /* J_ENUM, or J_LIST of J_ENUM */
        const char *zh, *en;      /* the field's name for people in error sentences */
} JsonField;

struct JsonShape {
        const char *name;
        uint32_t size;
        uint16_t count;
        const JsonField *fields;
        bool closed;              /* unknown members are an error (inputs) */
};

/* Fills *ret (taken from cx's arena, shape->size bytes). Collects every field error, then P_INPUT_INVALID;
 * P_INPUT_SYNTAX with line and column when it is no JSON (depth over 32, NUL, bad UTF-8, duplicate member names,
 * numbers out of range included). */
Rc json_decode(Cx *cx, const JsonShape *shape, Str text, void **ret);
/* The same checks for name/value text pairs (queries, paths): "?name" pointers; lists by repeated names. */
Rc json_decode_pairs(Cx *cx, const JsonShape *shape, const Str *names, const Str *values, size_t n, void **ret);
void json_encode(Buf *b, const JsonShape *shape, const void *value);

/* What J_PHONE does to a text; p NULL when it is no Chinese telephone number. */
Str json_phone(Arena *a, Str s);

/* Tree reader (configuration, geometry). Nodes live in the arena. */
enum { JSON_DEPTH = 32 }; /* levels of nesting that are read */

typedef enum JsonType { JT_NULL, JT_BOOL, JT_NUM, JT_STR, JT_ARR, JT_OBJ } JsonType;
typedef struct JsonNode JsonNode;
struct JsonNode {
        JsonType type;
        Str name;           /* member name when inside an object */
        Str text;           /* string value, or a number's text */
        double num;
        bool b;
        JsonNode *first, *next;
        size_t count;
        uint32_t line;
        uint32_t column;    /* byte within the line where the value begins, from 1 */
};
Rc json_parse(Cx *cx, Str text, JsonNode **ret);            /* P_INPUT_SYNTAX */
const JsonNode *json_get(const JsonNode *obj, const char *name); /* NULL when absent */
Str json_text(const JsonNode *obj, const char *name);       /* p NULL when absent or no string */
bool json_int(const JsonNode *obj, const char *name, int64_t *ret);
bool json_bool(const JsonNode *obj, const char *name, bool otherwise);
void json_write(Buf *b, const JsonNode *node);
