"""C of a contract: types, tables, shapes, routes. The layout follows base/json.h (JsonKind) and http/route.h."""

import re

from contract_model import INT64_MAX, INT64_MIN, INTS, PATH_KINDS, TEXTS, c_upper

C_WORDS = set("auto break case char const continue default do double else enum extern float for goto if inline int long register "
              "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true "
              "false nullptr constexpr typeof alignas alignof static_assert thread_local unix linux asm".split())
HEAD = "/* Made by tools/contract.py from the contract files. Not edited by hand. */\n"
METHOD = {m: "HTTP_" + m for m in ("GET", "POST", "PUT", "PATCH", "DELETE")}


def member(name):
    return name + "_" if name in C_WORDS else name


def quoted(text):
    """A C string literal; UTF-8 stays as it is."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("??", '?""?') + '"'


def comment(text):
    return text.replace("*/", "* /")


def number(n):
    if n == INT64_MIN:
        return "INT64_MIN"
    if n == INT64_MAX:
        return "INT64_MAX"
    return str(n) if abs(n) < 2**31 else f"INT64_C({n})"


def word_constant(enum, word):
    return f"{c_upper(enum)}_{re.sub('[.-]', '_', word).upper()}"


def c_type(c, f):
    """The struct member's type."""
    if f.list:
        if f.type in TEXTS:
            return "StrList "
        return f"{f.type}List " if f.type in c.shapes else "IntList "
    if f.type in TEXTS:
        return "Str "
    if f.type in INTS:
        return "OptInt " if f.optional else "int64_t "
    if f.type == "num":
        return "OptNum " if f.optional else "double "
    if f.type == "bool":
        return "OptBool " if f.optional else "bool "
    return f"{f.type} *" if f.type in c.shapes else f"{f.type} "


def json_kind(c, type_word):
    if type_word in c.enums:
        return "J_ENUM"
    return "J_SHAPE" if type_word in c.shapes else "J_" + type_word.upper()


def enumeration(out, comment_text, name, first, members, count=None):
    out.append(f"/* {comment_text} */" if comment_text else "")
    out.append(f"typedef enum {name} {{")
    out.append(f"        {first},")
    out.extend(f"        {m}," for m in members)
    if count:
        out.append(f"        {count},")
    out.append(f"}} {name};\n")


def make_header(c):
    out = [HEAD + "#pragma once\n#include \"base/json.h\"\n\nstruct HttpReply;\n"]
    out.append("enum {\n        P_NONE,")
    out.extend(f"        {p.c_name}, /* {comment(p.en)} */" for p in c.problems)
    out.append("};")
    out.append("extern const int problem_count; /* P_NONE included */\nconst char *problem_title(int code, Lang lang);\n")
    enumeration(out, "", "RoleScope", "SCOPE_NONE", ["SCOPE_PLACE", "SCOPE_DEPARTMENT"])
    enumeration(out, "Roles; masks are made with 1u << role.", "Role", "ROLE_NONE",
                ["ROLE_" + r.name.upper() for r in c.roles], "ROLE_COUNT")
    out.append("extern const char *const role_names[ROLE_COUNT];\nextern const RoleScope role_scope[ROLE_COUNT];\n"
               "const char *role_title(int role, Lang lang);\nint role_from_name(Str name); /* ROLE_NONE when there is none */\n")
    enumeration(out, "A row that was never filled allows nothing (PERM_NONE).", "Permission", "PERM_NONE",
                ["PERM_PUBLIC", "PERM_SELF"] + [f"PERM_{p.name}" for p in c.permissions], "PERM_COUNT")
    out.append("extern const char *const permission_names[PERM_COUNT];\n"
               "extern const uint32_t permission_roles[PERM_COUNT]; /* bit 1u << role; PUBLIC and SELF have none */\n")
    out.append("/* The word of a value, \"\" when it has none; the value of a word, 0 when it is none of them. */\n"
               "const char *enum_word(const JsonEnum *e, int value);\nint enum_value(const JsonEnum *e, Str word);\n")
    for e in c.enums.values():
        words = [word_constant(e.name, w) for w in e.words]
        words[0] += " = 1"
        out.append(f"/* {comment(e.doc)} */" if e.doc else "")
        out.append(f"typedef enum {e.name} {{\n" + "".join(f"        {w},\n" for w in words) + f"}} {e.name};")
        out.append(f"enum {{ {c_upper(e.name)}__COUNT = {len(words)} }};\nextern const JsonEnum enum_{e.name};\n")
    header_shapes(c, out)
    out.append("")
    for r in c.routes:
        out.append(f"Rc api_{r.name}({arguments(r)}); /* {r.method} {r.path} */")
    return "\n".join(line for line in out if line is not None) + "\n"


def header_shapes(c, out):
    for s in c.shapes.values():
        out.append(f"typedef struct {s.name} {s.name};")
    out.append("")
    listed = {f.type for s in c.shapes.values() for f in s.fields if f.list and f.type in c.shapes}
    for s in c.shapes.values():
        if s.name in listed:
            out.append(f"typedef struct {s.name}List {{\n        {s.name} *v;\n        size_t n, cap;\n}} {s.name}List;")
    for s in c.shapes.values():
        out.append(f"\n/* {comment(s.doc)} */" if s.doc else "")
        out.append(f"struct {s.name} {{")
        for f in s.fields:
            note = f" /* {comment(f.en)} */" if f.labelled or f.en != f.name else ""
            out.append(f"        {c_type(c, f)}{member(f.name)};{note}")
        out.append(f"}};\nextern const JsonShape shape_{s.name};")


def arguments(r):
    words = ["Cx *cx"]
    if r.input:
        words.append(f"const {r.input} *in")
    if r.out_type:
        words.append("struct HttpReply *reply")
    elif r.out:
        words.append(f"{r.out} **ret")
    return ", ".join(words)


def table(out, declaration, rows):
    out.append(declaration + " = {")
    out.extend(f"        {row}," for row in rows)
    out.append("};\n")


def make_tables(c, header_name):
    """Everything but the routes."""
    out = [HEAD + f'#include "{header_name}"\n']
    rc = {"too-big": "E_TOO_BIG"}
    out.append("static const struct {\n        Rc rc;\n        const char *name, *zh, *en;\n} problems[] = {")
    out.append('        [P_NONE] = { OK, "none", "", "" },')
    for p in c.problems:
        kind = rc.get(p.kind, "E_" + p.kind.upper())
        out.append(f"        [{p.c_name}] = {{ {kind}, {quoted(p.name)}, {quoted(p.zh)}, {quoted(p.en)} }},")
    out.append("};\n\nconst int problem_count = (int)ARRAY_LEN(problems);\n")
    out.append(PROBLEM_FUNCTIONS)
    table(out, "const char *const role_names[ROLE_COUNT]",
          ['""'] + [quoted(r.name) for r in c.roles])
    table(out, "const RoleScope role_scope[ROLE_COUNT]",
          ["SCOPE_NONE"] + [f"SCOPE_{r.scope.upper()}" for r in c.roles])
    table(out, "static const char *const role_titles[ROLE_COUNT][2]",
          ['{ "", "" }'] + [f"{{ {quoted(r.zh)}, {quoted(r.en)} }}" for r in c.roles])
    out.append(ROLE_FUNCTIONS)
    table(out, "const char *const permission_names[PERM_COUNT]",
          ['"NONE"', '"PUBLIC"', '"SELF"'] + [quoted(p.name) for p in c.permissions])
    masks = [" | ".join(f"1u << ROLE_{r.upper()}" for r in p.roles) for p in c.permissions]
    table(out, "const uint32_t permission_roles[PERM_COUNT]", ["0", "0", "0"] + masks)
    out.append(ENUM_FUNCTIONS)
    for e in c.enums.values():
        table(out, f"static const char *const words_{e.name}[]", ['""'] + [quoted(w) for w in e.words])
        out.append(f"const JsonEnum enum_{e.name} = {{ {quoted(e.name)}, words_{e.name}, {len(e.words)} }};\n"
                   f"_Static_assert(sizeof({e.name}) == sizeof(int), \"enums are read and written as int\");\n")
    for s in c.shapes.values():
        table(out, f"static const JsonField fields_{s.name}[]", [field_row(c, s, f) for f in s.fields])
        out.append(f"const JsonShape shape_{s.name} = {{ {quoted(s.name)}, sizeof({s.name}), {len(s.fields)}, "
                   f"fields_{s.name}, {'true' if s.closed else 'false'} }};\n")
    return "\n".join(out)


def field_row(c, s, f):
    kind = json_kind(c, f.type)
    words = [f".name = {quoted(f.name)}", f".kind = {'J_LIST' if f.list else kind}"]
    if f.list:
        words.append(f".item = {kind}")
    if f.optional:
        words.append(".optional = true")
    words.append(f".offset = (uint32_t)offsetof({s.name}, {member(f.name)})")
    words.append(f".lo = {number(f.range[0])}, .hi = {number(f.range[1])}")
    if f.list:
        words.append(f".item_lo = {number(f.item_range[0])}, .item_hi = {number(f.item_range[1])}")
    if f.type in c.shapes:
        words.append(f".shape = &shape_{f.type}")
    if f.type in c.enums:
        words.append(f".words = &enum_{f.type}")
    words.append(f".zh = {quoted(f.zh)}, .en = {quoted(f.en)}")
    return "{ " + ", ".join(words) + " }"


def make_routes(c, header_name):
    """The table of routes and, per route, a small function of the table's type that calls the handler with its own."""
    out = [HEAD + f'#include "{header_name}"\n#include "http/route.h"\n']
    out.extend(thunk(r) for r in c.routes)
    out.append("const Route routes[] = {")
    for r in c.routes:
        body = "BODY_JSON" if r.body else "BODY_RAW" if r.raw_max else "BODY_NONE"
        kinds = "".join(PATH_KINDS[k] for _, k in r.params)
        words = [f".method = {METHOD[r.method]}", f".path = {quoted(r.path)}", f".path_kinds = {quoted(kinds)}",
                 f".name = {quoted(r.name)}", f".permission = PERM_{r.permission}", f".mode = ROUTE_{r.mode.upper()}",
                 f".body = {body}"]
        if r.raw_max:
            words.append(f".body_max = {r.raw_max}")
        if r.input:
            words.append(f".in = &shape_{r.input}")
        if r.out:
            words.append(f".out = &shape_{r.out}")
        words.append(f".status = {r.status}")
        words.append(f".{'raw' if r.out_type else 'handle'} = call_{r.name}")
        if r.rate:
            words.append(f".rate_per_min = {r.rate}")
        out.append("        { " + ", ".join(words) + " },")
    if not c.routes:
        out.append("        { 0 },")
    out.append(f"}};\n\nconst int route_count = {len(c.routes)};\n")
    return "\n".join(out)


def thunk(r):
    last = "HttpReply *reply" if r.out_type else "void **ret"
    lines = [f"static Rc call_{r.name}(Cx *cx, const void *in, {last}) {{"]
    if not r.input:
        lines.append("        (void)in;")
    call = "cx" + (", in" if r.input else "")
    if r.out_type:
        lines.append(f"        return api_{r.name}({call}, reply);")
    elif r.out:
        lines.append(f"        {r.out} *out = NULL;")
        lines.append(f"        Rc rc = api_{r.name}({call}, &out);")
        lines.append("        *ret = out;\n        return rc;")
    else:
        lines.append(f"        *ret = NULL;\n        return api_{r.name}({call});")
    return "\n".join(lines) + "\n}\n"


PROBLEM_FUNCTIONS = """Rc problem_rc(int code) {
        return code > P_NONE && code < problem_count ? problems[code].rc : E_BUG;
}

const char *problem_name(int code) {
        return code >= P_NONE && code < problem_count ? problems[code].name : "unknown";
}

const char *problem_title(int code, Lang lang) {
        if (code < P_NONE || code >= problem_count)
                return "";
        return lang == LANG_ZH ? problems[code].zh : problems[code].en;
}
"""

ROLE_FUNCTIONS = """const char *role_title(int role, Lang lang) {
        if (role <= ROLE_NONE || role >= ROLE_COUNT)
                return "";
        return role_titles[role][lang == LANG_ZH ? 0 : 1];
}

int role_from_name(Str name) {
        for (int i = 1; i < ROLE_COUNT; i++)
                if (strlen(role_names[i]) == name.n && memcmp(role_names[i], name.p, name.n) == 0)
                        return i;
        return ROLE_NONE;
}
"""

ENUM_FUNCTIONS = """const char *enum_word(const JsonEnum *e, int value) {
        return value >= 1 && value <= e->count ? e->words[value] : "";
}

int enum_value(const JsonEnum *e, Str word) {
        for (int i = 1; i <= e->count; i++)
                if (strlen(e->words[i]) == word.n && (word.n == 0 || memcmp(e->words[i], word.p, word.n) == 0))
                        return i;
        return 0;
}
"""
