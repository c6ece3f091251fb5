/* Patterns (ECMA-262, flag u) made into a program for form_match.c. Sets that Unicode knows by name come from ICU. Left out,
 * because time would not be bounded: back references; because nobody needs it in a form: looking behind, flags. */
#include "core/form/form_int.h"
#include <stdlib.h>
#include <unicode/uset.h>

typedef enum PartKind {
        PART_EMPTY,
        PART_OP, /* one instruction: set, character, assertion */
        PART_JOIN,
        PART_EITHER,
        PART_REPEAT,
        PART_LOOK,
} PartKind;

typedef struct Part Part;
struct Part {
        PartKind kind;
        RegexInstruction op;
        Part *a, *b;
        uint32_t min, max; /* repeat; max UINT32_MAX: without end */
        bool not ;         /* looks */
        int looks;         /* how many levels of looking ahead are inside */
};

typedef struct Reader {
        Arena *arena;
        Str s;
        size_t at;
        int depth, written;
        const char *why;
        Regex *out;
} Reader;

enum { NESTED = 60, LONGEST = 1000, REPEAT_MOST = 1000, SETS_MOST = 20000, PARTS_WRITTEN = 50000 };

static Part *either(Reader *r);

static void *wrong(Reader *r, const char *why) {
        if (!r->why)
                r->why = why;
        return NULL;
}

static bool more(const Reader *r) { return r->at < r->s.n; }
static char peek(const Reader *r) { return more(r) ? r->s.p[r->at] : 0; }

static bool eat(Reader *r, const char *word) {
        size_t n = strlen(word);

        if (r->s.n - r->at < n || memcmp(r->s.p + r->at, word, n) != 0)
                return false;
        r->at += n;
        return true;
}

static uint32_t point(Reader *r) {
        size_t length;
        uint32_t c = regex_point(r->s, r->at, &length);

        r->at += length;
        return c;
}

static Part *part(Reader *r, PartKind kind, Part *a, Part *b) {
        Part *p = TAKE(r->arena, Part);

        p->kind = kind;
        p->a = a;
        p->b = b;
        p->looks = a ? a->looks : 0;
        if (b && b->looks > p->looks)
                p->looks = b->looks;
        return p;
}

static Part *op(Reader *r, RegexInstruction instruction) {
        Part *p = part(r, PART_OP, NULL, NULL);

        p->op = instruction;
        return p;
}

/* ---- sets -------------------------------------------- */

static void add(Reader *r, RegexSet *set, uint32_t from, uint32_t to) {
        if (set->n < SETS_MOST)
                *list_push(r->arena, set) = (RegexRange){ from, to };
        else
                wrong(r, "a set of too many characters");
}

static int range_order(const void *a, const void *b) {
        uint32_t x = ((const RegexRange *)a)->from, y = ((const RegexRange *)b)->from;

        return (x > y) - (x < y);
}

/* Sorted and merged; negated if so wished. */
static void settle(Reader *r, RegexSet *set, bool not ) {
        RegexSet out = { 0 };
        uint32_t next = 0;

        if (set->n)
                qsort(set->v, set->n, sizeof *set->v, range_order);
        for (size_t i = 0; i < set->n; i++) {
                RegexRange range = set->v[i];

                if (not ) {
                        if (range.from > next)
                                add(r, &out, next, range.from - 1);
                        if (range.to + 1 > next)
                                next = range.to + 1;
                } else if (out.n && range.from <= out.v[out.n - 1].to + 1) {
                        if (range.to > out.v[out.n - 1].to)
                                out.v[out.n - 1].to = range.to;
                } else {
                        add(r, &out, range.from, range.to);
                }
        }
        if (not &&next <= 0x10ffff)
                add(r, &out, next, 0x10ffff);
        *set = out;
}

static void add_all(Reader *r, RegexSet *set, const RegexRange *ranges, size_t n, bool not ) {
        RegexSet own = { 0 };

        for (size_t i = 0; i < n; i++)
                add(r, &own, ranges[i].from, ranges[i].to);
        settle(r, &own, not );
        for (size_t i = 0; i < own.n; i++)
                add(r, set, own.v[i].from, own.v[i].to);
}

static const RegexRange digits[] = { { '0', '9' } };
static const RegexRange words[] = { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } };
static const RegexRange blanks[] = { { 9, 13 },          { ' ', ' ' },       { 0xa0, 0xa0 },
                                     { 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 },
                                     { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 },
                                     { 0xfeff, 0xfeff } };
static const RegexRange line_ends[] = { { '\n', '\n' }, { '\r', '\r' }, { 0x2028, 0x2029 } };

/* \p{Name}, \p{Name=Value}: at the brace. */
static bool add_property(Reader *r, RegexSet *set, bool not ) {
        UErrorCode error = U_ZERO_ERROR;
        UChar text[80];
        size_t n = 0;
        USet *known;
        RegexSet own = { 0 };

        if (!eat(r, "{"))
                return wrong(r, "\\p without {"), false;
        for (const char *p = "[\\p{"; *p; p++)
                text[n++] = (UChar)*p;
        for (; more(r) && peek(r) != '}' && n < 70; r->at++) {
                char c = peek(r);

                if (c != '=' && c != '_' && !(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z'))
                        return wrong(r, "\\p of no property"), false;
                text[n++] = (UChar)c;
        }
        if (!eat(r, "}"))
                return wrong(r, "\\p without }"), false;
        text[n++] = '}';
        text[n++] = ']';
        known = uset_openPattern(text, (int32_t)n, &error);
        if (U_FAILURE(error))
                return wrong(r, "\\p of an unknown property"), false;
        for (int32_t i = 0; i < uset_getItemCount(known); i++) {
                UChar32 from, to;

                if (uset_getItem(known, i, &from, &to, NULL, 0, &error) == 0)
                        add(r, &own, (uint32_t)from, (uint32_t)to);
        }
        uset_close(known);
        add_all(r, set, own.v, own.n, not );
        return true;
}

/* The letter of an escape that stands for a set; false: it stands for none, and nothing is eaten. */
static bool escape_set(Reader *r, RegexSet *set) {
        char c = peek(r);

        switch (c) {
        case 'd':
        case 'D': add_all(r, set, digits, ARRAY_LEN(digits), c == 'D'); break;
        case 'w':
        case 'W': add_all(r, set, words, ARRAY_LEN(words), c == 'W'); break;
        case 's':
        case 'S': add_all(r, set, blanks, ARRAY_LEN(blanks), c == 'S'); break;
        case 'p':
        case 'P':
                r->at++;
                add_property(r, set, c == 'P');
                return true;
        default: return false;
        }
        r->at++;
        return true;
}

static bool hex(Reader *r, size_t n, uint32_t *ret) {
        uint32_t v = 0;

        for (size_t i = 0; i < n; i++, r->at++) {
                char c = peek(r), low = (char)(c | 32);

                if (c >= '0' && c <= '9')
                        v = v * 16 + (uint32_t)(c - '0');
                else if (low >= 'a' && low <= 'f')
                        v = v * 16 + (uint32_t)(low - 'a' + 10);
                else
                        return wrong(r, "a hexadecimal digit is missing"), false;
        }
        *ret = v;
        return true;
}

/* \uXXXX, \uXXXX\uXXXX as a pair, \u{…}: behind the u. */
static uint32_t escape_unicode(Reader *r) {
        uint32_t c = 0, low;
        size_t from;

        if (eat(r, "{")) {
                const char *shut = memchr(r->s.p + r->at, '}', r->s.n - r->at);
                size_t n = shut ? (size_t)(shut - (r->s.p + r->at)) : 0;

                if (n < 1 || n > 6 || !hex(r, n, &c) || !eat(r, "}") || c > 0x10ffff)
                        wrong(r, "\\u{…} of no character");
                return c;
        }
        if (!hex(r, 4, &c) || c < 0xd800 || c > 0xdbff)
                return c;
        from = r->at;
        if (eat(r, "\\u") && hex(r, 4, &low) && low >= 0xdc00 && low <= 0xdfff)
                return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        r->at = from;
        return c;
}

/* The character that an escape stands for; behind the backslash. */
static uint32_t escape_point(Reader *r, bool in_set) {
        static const char from[] = "tnvfr0", to[] = "\t\n\v\f\r";
        char c = peek(r);
        const char *found;
        uint32_t v = 0;

        if (!more(r))
                return wrong(r, "a backslash at the end"), 0;
        r->at++;
        found = strchr(from, c);
        if (found && (c != '0' || !(peek(r) >= '0' && peek(r) <= '9')))
                return (unsigned char)to[found - from];
        if (c == 'x')
                return hex(r, 2, &v) ? v : 0;
        if (c == 'u')
                return escape_unicode(r);
        if (c == 'c') {
                char letter = (char)(peek(r) | 32);

                r->at++;
                if (letter < 'a' || letter > 'z')
                        return wrong(r, "\\c without a letter"), 0u;
                return (uint32_t)(letter - 'a' + 1);
        }
        if (in_set && c == 'b')
                return '\b';
        if (strchr("^$\\.*+?()[]{}|/", c) || (in_set && c == '-'))
                return (unsigned char)c;
        return wrong(r, (c >= '1' && c <= '9') || c == 'k' ? "back references are not understood"
                                                           : "an escape that is none"),
               0;
}

/* One member of a set: a character, or (true) a whole set, which has been added then. */
static bool set_member(Reader *r, RegexSet *set, uint32_t *ret) {
        if (!eat(r, "\\")) {
                *ret = point(r);
                return false;
        }
        if (escape_set(r, set))
                return true;
        *ret = escape_point(r, true);
        return false;
}

static Part *set_part(Reader *r, RegexSet *set, bool not ) {
        RegexSet *kept = TAKE(r->arena, RegexSet);

        settle(r, set, not );
        *kept = *set;
        return op(r, (RegexInstruction){ .op = RX_SET, .set = kept });
}

/* Behind the opening bracket. */
static Part *bracket(Reader *r) {
        RegexSet set = { 0 };
        bool not = eat(r, "^");

        while (!r->why && more(r) && peek(r) != ']') {
                uint32_t from = 0, to = 0;
                bool whole = set_member(r, &set, &from);

                if (peek(r) == '-' && r->at + 1 < r->s.n && r->s.p[r->at + 1] != ']') {
                        r->at++;
                        if (set_member(r, &set, &to) || whole)
                                return wrong(r, "a range with a set as its end");
                        if (to < from)
                                return wrong(r, "a range that runs backwards");
                        add(r, &set, from, to);
                } else if (!whole) {
                        add(r, &set, from, from);
                }
        }
        if (!eat(r, "]"))
                return wrong(r, "a bracket that is not closed");
        return set_part(r, &set, not );
}

/* ---- the grammar -------------------------------------------- */

static Part *group(Reader *r) {
        bool ahead = eat(r, "?="), not = !ahead && eat(r, "?!");
        Part *inner, *p;

        if (!ahead && !not &&!eat(r, "?:") && peek(r) == '?') {
                if (eat(r, "?<=") || eat(r, "?<!"))
                        return wrong(r, "looking behind is not understood");
                if (!eat(r, "?<"))
                        return wrong(r, "a group of an unknown kind");
                while (more(r) && peek(r) != '>')
                        r->at++;
                if (!eat(r, ">"))
                        return wrong(r, "a group's name that does not end");
        }
        inner = either(r);
        if (!inner)
                return NULL;
        if (!eat(r, ")"))
                return wrong(r, "a parenthesis that is not closed");
        if (!ahead && !not )
                return inner;
        p = part(r, PART_LOOK, inner, NULL);
        p->not = not ;
        if (++p->looks > REGEX_NESTED)
                return wrong(r, "too many looks ahead within another");
        return p;
}

static Part *escaped(Reader *r) {
        RegexSet set = { 0 };

        if (eat(r, "b"))
                return op(r, (RegexInstruction){ .op = RX_WORD });
        if (eat(r, "B"))
                return op(r, (RegexInstruction){ .op = RX_NOT_WORD });
        if (escape_set(r, &set))
                return set_part(r, &set, false);
        return op(r, (RegexInstruction){ .op = RX_CHAR, .x = escape_point(r, false) });
}

static Part *atom(Reader *r) {
        RegexSet set = { 0 };

        if (eat(r, "^"))
                return op(r, (RegexInstruction){ .op = RX_BEGIN });
        if (eat(r, "$"))
                return op(r, (RegexInstruction){ .op = RX_END });
        if (eat(r, "("))
                return group(r);
        if (eat(r, "["))
                return bracket(r);
        if (eat(r, "\\"))
                return escaped(r);
        if (eat(r, ".")) {
                add_all(r, &set, line_ends, ARRAY_LEN(line_ends), true);
                return set_part(r, &set, false);
        }
        if (strchr("*+?{", peek(r)))
                return wrong(r, "a repetition of nothing");
        if (peek(r) == '}' || peek(r) == ']')
                return wrong(r, "a bracket that was not opened");
        return op(r, (RegexInstruction){ .op = RX_CHAR, .x = point(r) });
}

static bool count(Reader *r, uint32_t *ret) {
        size_t from = r->at;
        uint32_t v = 0;

        for (; peek(r) >= '0' && peek(r) <= '9'; r->at++)
                if (v <= REPEAT_MOST)
                        v = v * 10 + (uint32_t)(peek(r) - '0');
        *ret = v;
        return r->at > from;
}

static Part *repeat(Reader *r, Part *what) {
        uint32_t min = 0, max = UINT32_MAX;
        Part *p;

        if (eat(r, "?")) {
                max = 1;
        } else if (eat(r, "+")) {
                min = 1;
        } else if (eat(r, "{")) {
                if (!count(r, &min))
                        return wrong(r, "a repetition without a number");
                if (!eat(r, ","))
                        max = min;
                else if (peek(r) != '}' && !count(r, &max))
                        return wrong(r, "a repetition without a number");
                if (!eat(r, "}"))
                        return wrong(r, "a repetition that is not closed");
                if (min > max)
                        return wrong(r, "a repetition that runs backwards");
                if (min > REPEAT_MOST || (max != UINT32_MAX && max > REPEAT_MOST))
                        return wrong(r, "more than 1000 repetitions");
        } else if (!eat(r, "*")) {
                return what;
        }
        eat(r, "?"); /* lazy: the same texts match */
        if (what->kind == PART_LOOK || (what->kind == PART_OP && what->op.op >= RX_BEGIN))
                return wrong(r, "a repetition of nothing");
        p = part(r, PART_REPEAT, what, NULL);
        p->min = min;
        p->max = max;
        if (strchr("*+?{", peek(r)) && more(r))
                return wrong(r, "a repetition of a repetition");
        return p;
}

static Part *sequence(Reader *r) {
        Part *all = part(r, PART_EMPTY, NULL, NULL);

        while (more(r) && peek(r) != '|' && peek(r) != ')') {
                Part *next = atom(r);

                if (next && !r->why)
                        next = repeat(r, next);
                if (!next || r->why)
                        return NULL;
                all = all->kind == PART_EMPTY ? next : part(r, PART_JOIN, all, next);
        }
        return all;
}

static Part *either(Reader *r) {
        Part *all;

        if (++r->depth > NESTED)
                return wrong(r, "too many groups within groups");
        all = sequence(r);
        while (all && eat(r, "|")) {
                Part *next = sequence(r);

                all = next ? part(r, PART_EITHER, all, next) : NULL;
        }
        r->depth--;
        return all;
}

/* ---- the program -------------------------------------------- */

static uint32_t emit(Reader *r, RegexInstruction instruction) {
        if (r->out->n < REGEX_INSTRUCTIONS)
                *list_push(r->arena, r->out) = instruction;
        else
                wrong(r, "too large a pattern");
        return (uint32_t)(r->out->n - 1);
}

static uint32_t here(const Reader *r) { return (uint32_t)r->out->n; }

static void write_part(Reader *r, const Part *p);

static void write_repeat(Reader *r, const Part *p) {
        uint32_t split;

        for (uint32_t i = 0; i < p->min && !r->why; i++)
                write_part(r, p->a);
        if (p->max == UINT32_MAX) {
                split = emit(r, (RegexInstruction){ .op = RX_SPLIT });
                write_part(r, p->a);
                emit(r, (RegexInstruction){ .op = RX_JUMP, .x = split });
                r->out->v[split].x = split + 1;
                r->out->v[split].y = here(r);
                return;
        }
        for (uint32_t i = p->min; i < p->max && !r->why;
             i++) { /* each one may be left out alone: the same texts */
                split = emit(r, (RegexInstruction){ .op = RX_SPLIT });
                write_part(r, p->a);
                r->out->v[split].x = split + 1;
                r->out->v[split].y = here(r);
        }
}

static void write_either(Reader *r, const Part *p) {
        uint32_t split = emit(r, (RegexInstruction){ .op = RX_SPLIT }), jump;

        write_part(r, p->a);
        jump = emit(r, (RegexInstruction){ .op = RX_JUMP });
        r->out->v[split].x = split + 1;
        r->out->v[split].y = here(r);
        write_part(r, p->b);
        r->out->v[jump].x = here(r);
}

static void write_part(Reader *r, const Part *p) {
        uint32_t look;

        if (++r->written > PARTS_WRITTEN)
                wrong(r, "too large a pattern");
        if (r->why)
                return;
        switch (p->kind) {
        case PART_EMPTY: break;
        case PART_OP: emit(r, p->op); break;
        case PART_JOIN:
                write_part(r, p->a);
                write_part(r, p->b);
                break;
        case PART_EITHER: write_either(r, p); break;
        case PART_REPEAT: write_repeat(r, p); break;
        case PART_LOOK:
                look = emit(r, (RegexInstruction){ .op = p->not ? RX_NOT_LOOK : RX_LOOK });
                write_part(r, p->a);
                emit(r, (RegexInstruction){ .op = RX_MATCH });
                r->out->v[look].x = here(r);
                break;
        }
}

Regex *regex_compile(Arena *a, Str pattern, const char **ret_why) {
        Reader r = { .arena = a, .s = pattern, .out = TAKE(a, Regex) };
        Part *all = pattern.n <= LONGEST ? either(&r) : wrong(&r, "too long a pattern");

        if (all && more(&r))
                wrong(&r, "a parenthesis that was not opened");
        if (all && !r.why) {
                write_part(&r, all);
                emit(&r, (RegexInstruction){ .op = RX_MATCH });
        }
        *ret_why = r.why;
        return r.why ? NULL : r.out;
}
