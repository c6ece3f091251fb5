#!/usr/bin/env python3
"""Named queries to typed C: sqlgen.py --out-h H --out-c C FILE.sql…

Reads every .sql file, checks each query's parameters and rows, and writes sql.gen.h (structs and q_… prototypes) and
sql.gen.c (the query table of db/db.h). Whether a query fits the tables is not known here: db_prepare_all() tells, on both
databases. The format is described in server/db/README.md.
"""
import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

TYPES = {"int": "int", "text": "text", "code": "text", "blob": "blob", "bool": "bool", "num": "num"}
ENUM = {"int": "DB_INT", "text": "DB_TEXT", "blob": "DB_BLOB", "bool": "DB_BOOL", "num": "DB_NUM"}
C_PLAIN = {"int": "int64_t", "text": "Str", "blob": "Str", "bool": "bool", "num": "double"}
C_MAYBE = {"int": "OptInt", "text": "Str", "blob": "Str", "bool": "OptBool", "num": "OptNum"}
VALUE = {"int": ".i = {m}", "bool": ".i = {m}", "num": ".d = {m}", "text": ".s = {m}", "blob": ".s = {m}"}
YIELDS = {"exec": "DB_EXEC", "id": "DB_ID", "later": "DB_LATER", "one": "DB_ONE", "opt": "DB_OPT", "many": "DB_MANY", "each": "DB_EACH"}
C_WORDS = set("""auto break case char const continue default do double else enum extern float for goto if inline int long
register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false
typeof nullptr""".split())
OWN_WORDS = {"cx", "to", "ret", "ret_changed", "each", "arg", "params", "rows", "row", "OK"}
MAX_PARAMS, MAX_PIECES, MAX_OPTIONAL_INDEX = 200, 14, 64

IDENT = r"[a-z][a-z0-9_]*"
ROW_HEAD = re.compile(r"^row\s+([A-Z][A-Za-z0-9]*)\s*:\s*(.*)$", re.S)
QUERY_HEAD = re.compile(rf"^query\s+({IDENT})\s*\((.*)\)\s*->\s*(\w+)(?:\s+([A-Z][A-Za-z0-9]*))?\s*$", re.S)
MEMBER = re.compile(rf"^({IDENT})\s+([a-z]+)(\?)?$")
PART_HEAD = re.compile(rf"^part\s+({IDENT})\s*(?:\(([^)]*)\))?$")
PARAMS_HEAD = re.compile(rf"^params\s+({IDENT}):\s*(.*)$", re.S)
NAMED = re.compile(r"\{(?:(?P<alias>[a-z]+)\.)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\((?P<args>(?:[^(){}]|\([^()]*\))*)\))?\}")
TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|::|:(?P<param>[A-Za-z_][A-Za-z0-9_]*)|\[\[|\]\]|\s+", re.S)


class Wrong(Exception):
    """An error of the input with its place."""

    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")


@dataclass
class Member:
    name: str
    type: str
    maybe: bool

    def c_type(self):
        return (C_MAYBE if self.maybe else C_PLAIN)[self.type]


@dataclass
class Row:
    name: str
    members: list
    path: str
    line: int


@dataclass
class Part:
    """Text that several queries share: of SQL with $arguments, or of parameters."""
    name: str
    args: list
    text: str
    path: str
    line: int


@dataclass
class Query:
    name: str
    params: list
    yields: str
    row_name: str
    path: str
    line: int
    doc: list
    texts: dict = field(default_factory=dict)  # "both" or "sqlite"/"postgres" -> pieces
    row: Row = None


def strip_comment(line):
    """The line without a trailing -- comment (quotes respected)."""
    quote = None
    for i, c in enumerate(line):
        if quote:
            quote = None if c == quote else quote
        elif c in "'\"":
            quote = c
        elif c == "-" and line[i:i + 2] == "--":
            return line[:i]
    return line


def members_of(path, line, text, what):
    """Parses 'id int, note text?'."""
    result, seen = [], set()
    for part in filter(None, (p.strip() for p in text.replace("\n", " ").split(","))):
        m = MEMBER.match(part)
        if not m:
            raise Wrong(path, line, f"{what}: cannot read {part!r}; wanted: name type or name type?")
        name, type_, maybe = m.groups()
        if type_ not in TYPES:
            raise Wrong(path, line, f"{what}: unknown type {type_!r}; known: {' '.join(TYPES)}")
        if name in seen:
            raise Wrong(path, line, f"{what}: {name} twice")
        seen.add(name)
        result.append(Member(name, TYPES[type_], bool(maybe)))
    return result


def split_args(text):
    """Cuts at the commas outside of parentheses."""
    args, depth, now = [], 0, ""
    for c in text or "":
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            args.append(now.strip())
            now = ""
        else:
            now += c
    return args + [now.strip()] if now.strip() else args


class Reader:
    """Reads one file into rows and queries. named: what {NAME} stands for, the rows and parts of all files; None: only those are read."""

    def __init__(self, path, named=None):
        self.path = str(path)
        self.lines = Path(path).read_text(encoding="utf-8").split("\n")
        self.at = 0
        self.rows, self.queries, self.parts = [], [], []
        self.named = named

    def expand(self, line, text, depth=0):
        """Puts rows' columns ({Row}, {c.Row}) and parts ({part}, {part(a, b)}) in place of their names, all on the line of the use."""
        def put(m):
            found = self.named.get(m["name"])
            if found is None or depth > 8:
                raise Wrong(self.path, line, f"unknown row, part or params {m[0]}")
            if isinstance(found, Row):
                prefix = m["alias"] + "." if m["alias"] else ""
                return ", ".join(prefix + member.name for member in found.members)
            args = split_args(m["args"])
            if len(args) != len(found.args):
                raise Wrong(self.path, line, f"{m[0]}: {found.name} takes {len(found.args)} arguments")
            body = re.sub(r"\$([a-z_]+)", lambda a: dict(zip(found.args, args)).get(a[1], a[0]), found.text)
            return self.expand(line, body, depth + 1).replace("\n", " ")
        return NAMED.sub(put, text)

    def head_text(self, complete):
        """A declaration that may go on over several comment lines until complete(text)."""
        text = self.lines[self.at].strip()[2:].strip()
        self.at += 1
        while not complete(text) and self.at < len(self.lines) and self.lines[self.at].strip().startswith("--"):
            text += "\n" + self.lines[self.at].strip()[2:].strip()
            self.at += 1
        return text

    def read(self):
        doc = []
        while self.at < len(self.lines):
            bare = self.lines[self.at].strip()
            start = self.at + 1
            if re.match(r"^--\s*row\b", bare):
                self.read_row(start)
                doc = []
            elif re.match(r"^--\s*params\b", bare):
                self.read_params(start)
                doc = []
            elif re.match(r"^--\s*part\b", bare):
                self.read_part(start)
                doc = []
            elif self.named is None:
                self.at += 1
            elif re.match(r"^--\s*query\b", bare):
                self.read_query(start, doc)
                doc = []
            elif bare.startswith("--"):
                doc.append(bare[2:].strip())
                self.at += 1
            elif not bare:
                doc = []
                self.at += 1
            else:
                raise Wrong(self.path, start, "SQL outside a query; a query starts with: -- query name(…) -> …")
        return self

    def read_params(self, line):
        text = self.head_text(lambda t: not t.rstrip().endswith((",", ":")))
        m = PARAMS_HEAD.match(text)
        if not m:
            raise Wrong(self.path, line, "wanted: -- params name: parameter type, …")
        self.parts.append(Part(m[1], [], m[2], self.path, line))

    def read_part(self, line):
        m = PART_HEAD.match(self.head_text(lambda t: True))
        if not m:
            raise Wrong(self.path, line, "wanted: -- part name or -- part name(argument, …), then SQL up to ';'")
        lines = []
        while self.at < len(self.lines):
            bare = strip_comment(self.lines[self.at]).rstrip()
            self.at += 1
            lines.append(bare.removesuffix(";"))
            if bare.endswith(";"):
                self.parts.append(Part(m[1], split_args(m[2]), "\n".join(lines), self.path, line))
                return
        raise Wrong(self.path, line, f"part {m[1]}: no ';' at the end of a line closes it")

    def read_row(self, line):
        text = self.head_text(lambda t: not t.rstrip().endswith((",", ":")))
        m = ROW_HEAD.match(text)
        if not m:
            raise Wrong(self.path, line, "wanted: -- row Name: column type, …")
        row = Row(m.group(1), members_of(self.path, line, m.group(2), f"row {m.group(1)}"), self.path, line)
        if not row.members:
            raise Wrong(self.path, line, f"row {row.name} has no columns")
        for member in row.members:
            if member.name in C_WORDS:
                raise Wrong(self.path, line, f"row {row.name}: {member.name} is a word of C; name the column otherwise (AS)")
        self.rows.append(row)

    def read_query(self, line, doc):
        text = self.head_text(lambda t: "->" in t and t.count("(") == t.count(")"))
        m = QUERY_HEAD.match(text)
        if not m:
            raise Wrong(self.path, line, "wanted: -- query name(param type, …) -> exec | id | later | one Row | opt Row | many Row | each Row")
        name, params, yields, row_name = m.groups()
        params = self.expand(line, params)
        if yields not in YIELDS:
            raise Wrong(self.path, line, f"query {name}: unknown result {yields!r}; known: {' '.join(YIELDS)}")
        if (yields in ("exec", "id", "later")) != (row_name is None):
            raise Wrong(self.path, line, f"query {name}: exec, id and later have no row, every other result needs one")
        q = Query(name, members_of(self.path, line, params, f"query {name}"), yields, row_name, self.path, line, list(doc))
        if len(q.params) > MAX_PARAMS:
            raise Wrong(self.path, line, f"query {name}: more than {MAX_PARAMS} parameters")
        self.read_bodies(q)
        self.check_params(q)
        self.check_id(q)
        self.queries.append(q)

    def read_bodies(self, q):
        """The text after a head: one for both databases, or one under '-- sqlite:' and one under '-- postgres:'."""
        while True:
            which = self.skip_to_body(q)
            if which is None:
                break
            if which in q.texts:
                raise Wrong(self.path, self.at + 1, f"query {q.name}: {which} text twice")
            q.texts[which] = self.read_body(q)
            if which == "both":
                break
        if set(q.texts) not in ({"both"}, {"sqlite", "postgres"}):
            raise Wrong(self.path, q.line, f"query {q.name}: needs one text, or one '-- sqlite:' and one '-- postgres:'")

    def skip_to_body(self, q):
        """Passes comments; returns which text follows, None when another declaration or the end does."""
        which, start = "both", self.at
        while self.at < len(self.lines):
            bare = self.lines[self.at].strip()
            if m := re.match(r"^--\s*(sqlite|postgres):$", bare):
                which = m.group(1)
            elif re.match(r"^--\s*(row|query|part|params)\b", bare):
                break
            elif bare.startswith("--"):
                if not q.texts:
                    q.doc.append(bare[2:].strip())
            elif bare:
                if which == "both" and q.texts:
                    break
                return which
            self.at += 1
        if q.texts:
            self.at = start  # comments belong to the next declaration
        return None

    def read_body(self, q):
        lines, first = [], self.at + 1
        while self.at < len(self.lines):
            raw = self.lines[self.at]
            if re.match(r"^\s*--\s*(row|query|part|params)\b", raw):
                break
            line = self.expand(self.at + 1, strip_comment(raw).rstrip())
            self.at += 1
            if line.endswith(";"):
                lines.append(line[:-1])
                return self.pieces(q, first, "\n".join(lines))
            lines.append(line)
        raise Wrong(self.path, first, f"query {q.name}: no ';' at the end of a line closes it")

    def pieces(self, q, first, text):
        """Cuts a text into [when, text-with-markers] pieces."""
        index = {p.name: i for i, p in enumerate(q.params)}
        done, now, opened, pos = [], [], None, 0

        def line_of(at):
            return first + text.count("\n", 0, at)

        def close(when):
            if now:
                done.append([when, "".join(now)])
            now.clear()

        inside = set()
        while pos < len(text):
            m = TOKEN.search(text, pos)
            now.append(text[pos:m.start() if m else len(text)])
            if ";" in now[-1]:
                raise Wrong(self.path, line_of(pos), f"query {q.name}: ';' inside; one statement a query")
            if not m:
                break
            pos, word = m.end(), m.group(0)
            if name := m.group("param"):
                if name not in index:
                    raise Wrong(self.path, line_of(m.start()), f"query {q.name}: unknown parameter :{name}")
                inside.add(name)
                now.append(f"\x01{chr(1 + index[name])}")
            elif word == "[[":
                if opened is not None:
                    raise Wrong(self.path, line_of(m.start()), f"query {q.name}: [[ inside [[ ]]")
                close(-1)
                opened, inside = m.start(), set()
            elif word == "]]":
                if opened is None:
                    raise Wrong(self.path, line_of(m.start()), f"query {q.name}: ]] without [[")
                maybe = [n for n in inside if q.params[index[n]].maybe]
                if len(maybe) != 1:
                    raise Wrong(self.path, line_of(opened), f"query {q.name}: [[ ]] needs exactly one nullable parameter inside,"
                                f" found {', '.join(sorted(maybe)) or 'none'}")
                if index[maybe[0]] >= MAX_OPTIONAL_INDEX:
                    raise Wrong(self.path, line_of(opened), f"query {q.name}: put {maybe[0]} among the first"
                                f" {MAX_OPTIONAL_INDEX} parameters, it has an optional piece")
                close(index[maybe[0]])
                opened = None
            elif word.isspace():
                now.append(" ")
            elif word == "::":
                raise Wrong(self.path, line_of(m.start()), f"query {q.name}: '::' is PostgreSQL's own; write CAST(x AS type)")
            else:
                now.append(word)
        if opened is not None:
            raise Wrong(self.path, line_of(opened), f"query {q.name}: [[ is not closed")
        close(-1)
        if len({w for w, _ in done if w >= 0}) > MAX_PIECES:
            raise Wrong(self.path, q.line, f"query {q.name}: more than {MAX_PIECES} optional parameters")
        return done

    def check_params(self, q):
        used = {p for pieces in q.texts.values() for _, t in pieces for p in re.findall("\x01(.)", t, re.S)}
        for i, p in enumerate(q.params):
            if chr(1 + i) not in used:
                raise Wrong(self.path, q.line, f"query {q.name}: parameter {p.name} is not used")


    def check_id(self, q):
        """On PostgreSQL an id is taken from the sequence beforehand or (later) told by an added RETURNING; SQLite has it at hand."""
        for pieces in q.texts.values() if q.yields in ("id", "later") else ():
            text = "".join(t for _, t in pieces)
            if not text.lstrip().startswith("INSERT ") or re.search(r"\bRETURNING\b", text):
                raise Wrong(self.path, q.line, f"query {q.name}: {q.yields} is for an INSERT without RETURNING")
            if q.yields == "id" and not re.match(r"INSERT INTO [a-z0-9_]+ \([^()]*\) VALUES \(", text):
                raise Wrong(self.path, q.line, f"query {q.name}: id is for INSERT INTO table (columns) VALUES (…)")


def c_string(text):
    out = []
    for byte in encode(text):
        c = chr(byte)
        if c in '"\\':
            out.append("\\" + c)
        elif byte < 32 or byte > 126:
            out.append(f"\\{byte:03o}")
        else:
            out.append(c)
    return '"' + "".join(out).replace("??", '?""?') + '"'


def encode(text):
    """UTF-8, but a parameter's marker stays one byte."""
    out = bytearray()
    i = 0
    while i < len(text):
        if text[i] == "\x01":
            out += bytes([1, ord(text[i + 1])])
            i += 2
        else:
            out += text[i].encode("utf-8")
            i += 1
    return bytes(out)


def c_name(name):
    return name + "_" if name in C_WORDS or name in OWN_WORDS else name


def signature(q):
    args = ["Cx *cx"] + [f"{p.c_type()} {c_name(p.name)}" for p in q.params]
    if q.yields == "exec":
        args.append("int64_t *ret_changed")
    elif q.yields in ("id", "later"):
        args.append("int64_t *ret")
    elif q.yields in ("one", "opt"):
        args.append(f"{q.row_name} **ret")
    elif q.yields == "many":
        args.append(f"{q.row_name}List *ret")
    else:
        args += [f"Rc (*each)(Cx *cx, const {q.row_name} *row, void *arg)", "void *arg"]
    return f"Rc q_{q.name}({', '.join(args)})"


def reads_all(q):
    """Other code may hold the query itself, and read rows without knowing their type (db_each)."""
    return q.yields == "each" and not q.params


def header(rows, queries):
    out = ["/* Generated by tools/sqlgen.py from the modules' .sql files. Do not edit. */", "#pragma once", '#include "db/db.h"', ""]
    for r in rows:
        out += [f"typedef struct {r.name} {{"]
        out += [f"        {m.c_type()} {m.name};" for m in r.members]
        out += [f"}} {r.name};", f"typedef struct {r.name}List {{", f"        {r.name} *v;", "        size_t n, cap;",
                f"}} {r.name}List;", f"extern const DbRowShape db_shape_{r.name};", ""]
    for q in queries:
        if q.doc:
            out.append("/* " + "\n * ".join(d.replace("*/", "* /") for d in q.doc) + " */")
        out.append(signature(q) + ";")
        if reads_all(q):
            out.append(f"extern const DbQuery query_{q.name};")
    return "\n".join(out) + "\n"


def value(p):
    name = c_name(p.name)
    if not p.maybe:
        return f"{{ .type = {ENUM[p.type]}, {VALUE[p.type].format(m=name)} }}"
    if p.type in ("text", "blob"):
        return f"{{ .type = {ENUM[p.type]}, .null = !{name}.p, .s = {name} }}"
    member = ".b" if p.type == "bool" else ".n"
    return f"{{ .type = {ENUM[p.type]}, .null = !{name}.set, {VALUE[p.type].format(m=name + member)} }}"


def table(q, number):
    """The static tables of one query."""
    out = []
    if q.params:
        out.append(f"static const DbType types_{q.name}[] = {{ {', '.join(ENUM[p.type] for p in q.params)} }};")
    for which, pieces in q.texts.items():
        out.append(f"static const DbPiece text_{q.name}{'' if which == 'both' else '_' + which}[] = {{")
        out += [f"        {{ {when}, {c_string(text)} }}," for when, text in pieces]
        out += ["        { -1, NULL },", "};"]
    lite, pg = ("", "") if "both" in q.texts else ("_sqlite", "_postgres")
    shape = f"&db_shape_{q.row_name}" if q.row_name else "NULL"
    types = f"types_{q.name}" if q.params else "NULL"
    out += [f"{'' if reads_all(q) else 'static '}const DbQuery query_{q.name} = {{ \"{q.name}\", {YIELDS[q.yields]}, {len(q.params)}, {types}, {shape},",
            f"        text_{q.name}{lite}, text_{q.name}{pg}, {number} }};"]
    return out


def function(q):
    out = []
    if q.yields == "each":
        out += ["typedef struct {", f"        Rc (*each)(Cx *cx, const {q.row_name} *row, void *arg);", "        void *arg;",
                f"}} Each_{q.name};", f"static Rc each_{q.name}(Cx *cx, const void *row, void *arg) {{",
                f"        const Each_{q.name} *to = arg;", "        return to->each(cx, row, to->arg);", "}"]
    out.append(signature(q) + " {")
    params = "NULL"
    if q.params:
        params = "params"
        out.append("        const DbValue params[] = {")
        out += [f"                {value(p)}," for p in q.params]
        out.append("        };")
    call = f"cx, &query_{q.name}, {params}"
    if q.yields == "exec":
        out.append(f"        return db_exec({call}, ret_changed);")
    elif q.yields in ("id", "later"):
        out.append(f"        return db_id({call}, ret);")
    elif q.yields in ("one", "opt"):
        out += ["        void *row = NULL;", f"        TRY(db_{q.yields}({call}, &row));", "        *ret = row;", "        return OK;"]
    elif q.yields == "many":
        out += ["        DbRows rows = { 0 };", f"        TRY(db_many({call}, &rows));",
                f"        *ret = ({q.row_name}List){{ rows.v, rows.n, rows.cap }};", "        return OK;"]
    else:
        out += [f"        Each_{q.name} to = {{ each, arg }};", f"        return db_each({call}, each_{q.name}, &to);"]
    return out + ["}", ""]


def source(rows, queries, header_name):
    out = ["/* Generated by tools/sqlgen.py from the modules' .sql files. Do not edit. */", f'#include "{header_name}"',
           "#include <stddef.h>", ""]
    for r in rows:
        out.append(f"static const DbColumn columns_of_{r.name}[] = {{")
        out += [f"        {{ \"{m.name}\", {ENUM[m.type]}, {'true' if m.maybe else 'false'}, offsetof({r.name}, {m.name}) }},"
                for m in r.members]
        out += ["};", f"const DbRowShape db_shape_{r.name} = {{ \"{r.name}\", sizeof({r.name}), {len(r.members)},"
                f" columns_of_{r.name} }};", ""]
    for number, q in enumerate(queries):
        out += table(q, number) + function(q)
    out.append("const DbQuery *const db_queries[] = {")
    out += [f"        &query_{q.name}," for q in queries]
    out += ["        NULL,", "};", f"const int db_query_count = {len(queries)};"]
    return "\n".join(out) + "\n"


def named_of(paths):
    """Rows and parts of all files by name. What is wrong with a row is told by the reading proper."""
    named = {}
    for path in paths:
        try:
            reader = Reader(path).read()
        except Wrong as e:
            raise SystemExit(str(e)) from e
        for part in reader.parts:
            if part.name in named:
                raise SystemExit(str(Wrong(part.path, part.line, f"part {part.name} is already there")))
            named[part.name] = part
        named |= {row.name: row for row in reader.rows if row.name not in named}
    return named


def load(paths):
    """All rows and queries, with names resolved and found to be unique."""
    rows, queries, seen, errors = {}, [], {}, []
    named = named_of(paths)
    for path in paths:
        try:
            reader = Reader(path, named).read()
        except Wrong as e:
            errors.append(str(e))
            continue
        for r in reader.rows:
            if r.name in rows:
                errors.append(str(Wrong(r.path, r.line, f"row {r.name} is already at {rows[r.name].path}:{rows[r.name].line}")))
            rows.setdefault(r.name, r)
        for q in reader.queries:
            if q.name in seen:
                errors.append(str(Wrong(q.path, q.line, f"query {q.name} is already at {seen[q.name].path}:{seen[q.name].line}")))
            seen.setdefault(q.name, q)
            queries.append(q)
    for q in queries:
        if q.row_name and q.row_name not in rows:
            errors.append(str(Wrong(q.path, q.line, f"query {q.name}: unknown row {q.row_name}")))
    if errors:
        raise SystemExit("\n".join(errors))
    return list(rows.values()), queries


def write_if_changed(path, text):
    p = Path(path)
    if not p.exists() or p.read_text(encoding="utf-8") != text:
        p.parent.mkdir(parents=True, exist_ok=True)
        p.write_text(text, encoding="utf-8")


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    args.add_argument("--out-h", required=True)
    args.add_argument("--out-c", required=True)
    args.add_argument("files", nargs="*")
    a = args.parse_args()
    rows, queries = load(a.files)
    write_if_changed(a.out_h, header(rows, queries))
    write_if_changed(a.out_c, source(rows, queries, Path(a.out_h).name))


if __name__ == "__main__":
    sys.exit(main())
