#!/usr/bin/env python3
"""The walls of the house: who may include whom, which functions are not used, how large files may grow.

The tables come first; a new folder below server/ needs a row. ARCHITECTURE.md explains the layers.
"""
import re
import sys

from sources import ROOT, kept_files

# Layers 0 and 1, and what they may include.
FOUNDATION = {"base": set(), "geo": {"base"}, "db": {"base"}, "http": {"base"}}
# Services: all of the foundation, and these other services.
CORE = {
    "audit": set(), "job": set(), "notice": set(), "print": set(), "form": set(),
    "cache": {"notice"},
    "setting": {"notice", "audit"},
    "vault": {"setting", "audit"},
    "clock": {"setting"},
    "who": {"audit", "notice", "setting"},
    "blob": {"audit", "who"},
    "flow": {"clock", "form", "who"},
}
# Modules: foundation and services, and the public header of these modules and of all that those may include.
MODULES = {
    "repair": set(),
    "territory": set(),
    "registry": {"territory"},
    "case": {"registry"},
    "desk": {"case"},
    "device": {"case"},
    "dispatch": {"case"},
    "suggest": {"case"},
    "message": {"territory"},
    "portal": {"case", "message"},
    "inspect": {"territory"},
    "patrol": {"inspect"},
    "features": {"registry", "repair"},  # whose GDAL writes the files
    "share": {"registry", "case"},
    "profile": {"case"},
    "mesh": {"case", "repair"},  # reads files of grids; moves houses and open cases on the day
    "evaluate": {"territory", "case"},  # reads views; names of places; a case in reach
    "security": set(),
}
# Wiring: may include everything.
WIRING = {"main.c", "modules.h", "app", "demo"}

# A library that only some folders may know.
SYSTEM = {
    "microhttpd.h": {"http"},
    "sqlite3.h": {"db"},
    "libpq-fe.h": {"db"},
    "vips/vips.h": {"core/blob"},
    "gdal/gdal.h": {"repair"}, "gdal/ogr_api.h": {"repair"}, "gdal/ogr_srs_api.h": {"repair"},
    "gdal/cpl_conv.h": {"repair"}, "gdal/cpl_string.h": {"repair"}, "gdal/cpl_vsi.h": {"repair"},
    "geos_c.h": {"repair"},
}
# Rules (x.c, x.h, x_int.h of a module) may begin and commit, and nothing else of db.
RULES_MAY_INCLUDE = {"db/db.h"}

FORBIDDEN = "strcpy strcat sprintf vsprintf strtok atoi atol gets localtime alloca setjmp longjmp".split()
BASE_ONLY = "time rand srand random getenv secure_getenv".split()
THREADS = ["pthread_create", "thrd_create"]
THREADS_IN = {"base", "db", "http", "core/job"}

MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 60
SIZED = {".c", ".h", ".ts", ".vue", ".py", ".mjs", ".js"}
READ = SIZED | {".sql", ".sh", ".contract", ".css", ".html"}
VAGUE = re.compile(r"(^|[^a-z])(utils?|common|helpers?|managers?)([^a-z]|$)")
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
SQL_TEXT = re.compile(
    r'^"\s*(?:(?:SELECT|INSERT|UPDATE|DELETE)\s+\S|select\s.*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)',
    re.S)

problems = []


def report(path, line, text):
    problems.append(f"{path.relative_to(ROOT)}:{line}: {text}")


def unit_of(relative):
    """The folder that counts as one: base, http, core/who, case … or WIRING's main.c."""
    parts = relative.parts
    return f"core/{parts[1]}" if parts[0] == "core" and len(parts) > 2 else parts[0]


def reachable(module, table, seen=()):
    if module in seen:
        sys.exit(f"the table has a cycle: {' → '.join(seen)} → {module}")
    return {module}.union(*(reachable(m, table, (*seen, module)) for m in table.get(module, ())))


def allowed_units(unit):
    if unit in FOUNDATION:
        return FOUNDATION[unit] | {unit}
    if unit.startswith("core/"):
        return {unit, *FOUNDATION, *(f"core/{c}" for c in CORE[unit.removeprefix("core/")])}
    return {*FOUNDATION, *(f"core/{c}" for c in CORE), *reachable(unit, MODULES)}


def known(unit):
    return unit in FOUNDATION or unit in MODULES or unit in WIRING or unit.removeprefix("core/") in CORE


def split_c(text):
    """The C text without comments and with empty literals (same lines), and the literals as (line, text)."""
    literals = []

    def blank(match):
        piece = match[0]
        if piece[0] == '"':
            literals.append((text.count("\n", 0, match.start()) + 1, piece))
            return '""' + "\n" * piece.count("\n")
        return "0" if piece[0] == "'" else " " + "\n" * piece.count("\n")

    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])+'"
    return re.sub(pattern, blank, text, flags=re.S), literals


def check_include(path, line, own, header):
    """One #include "…" of a file that is not a test. own is its unit."""
    if header.endswith(".gen.h"):
        unit, name = ("db", header) if header == "sql.gen.h" else ("base", header)
    else:
        near = (path.parent / header).resolve()
        target = near if near.is_file() else ROOT / "server" / header
        if not target.is_relative_to(ROOT / "server"):
            return report(path, line, f"includes {header} from outside server/")
        relative = target.relative_to(ROOT / "server")
        unit, name = unit_of(relative), str(relative)
    if unit not in allowed_units(own):
        return report(path, line, f"{own} may not include {name}")
    if unit != own and name.endswith("_int.h"):
        report(path, line, f"{name} is private to {unit}")
    elif unit != own and unit in MODULES and name != f"{unit}/{unit}.h":
        report(path, line, f"of {unit} only {unit}/{unit}.h is public, not {name}")
    check_ending(path, line, own, unit, name)


def check_ending(path, line, own, unit, name):
    """What a file may see by its ending: handlers no database, stores no HTTP, rules neither."""
    stem = path.stem
    if unit == "db" and stem.endswith("_api"):
        report(path, line, f"a handler may not include {name}")
    elif unit == "http" and stem.endswith("_store"):
        report(path, line, f"a store may not include {name}")
    elif own in MODULES and not stem.endswith(("_api", "_store")):
        if unit == "http" or (unit == "db" and name not in RULES_MAY_INCLUDE):
            report(path, line, f"rules may not include {name}")


def check_functions(path, code):
    start = 0
    for number, line in enumerate(code.split("\n"), 1):
        if re.match(r"[A-Za-z_][^=;]*\(.*\{\s*$", line):
            start = number
        elif line.startswith("}") and start:
            if number - start - 1 > MAX_FUNCTION_LINES:
                report(path, start, f"a function of {number - start - 1} lines (at most {MAX_FUNCTION_LINES})")
            start = 0


def check_c(path, text):
    relative = path.relative_to(ROOT / "server")
    unit = unit_of(relative)
    is_test = path.name.startswith("test_") or path.stem.endswith("_test") or path.name == "test.h"
    code, literals = split_c(text)
    if not known(unit):
        return report(path, 1, f"tools/check_layers.py does not know {unit}; give it a row")
    calls = FORBIDDEN + (BASE_ONLY if unit != "base" else []) + (THREADS if unit not in THREADS_IN | WIRING else [])
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(calls) + r")\s*\(")
    for number, line in enumerate(code.split("\n"), 1):
        if not is_test and (call := pattern.search(line)):
            report(path, number, f"{call[1]}() is not used here")
        if unit in WIRING or is_test:
            continue
        if include := re.match(r'\s*#\s*include\s*<([^>]+)>', line):
            if unit not in SYSTEM.get(include[1], {unit}):
                report(path, number, f"{include[1]} belongs to {', '.join(SYSTEM[include[1]])}")
    if is_test:
        return None
    if unit not in WIRING:
        for number, line in enumerate(text.split("\n"), 1):
            if include := re.match(r'\s*#\s*include\s*"([^"]+)"', line):
                check_include(path, number, unit, include[1])
    if unit != "db":
        for number, literal in literals:
            if SQL_TEXT.match(literal):
                report(path, number, "SQL belongs in a .sql file")
    check_functions(path, code)
    return None


def check_file(path):
    if path.suffix not in READ or ".gen." in path.name or path.name == "check_layers.py":
        return
    text = path.read_text(encoding="utf-8")
    if re.search(r"auto-generated|@generated", text[:400]) or path == ROOT / "db/schema.sql":
        return
    if path.suffix in SIZED and (lines := text.count("\n")) > MAX_FILE_LINES:
        report(path, lines, f"{lines} lines (at most {MAX_FILE_LINES}); split it by noun")
    if VAGUE.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", path.stem).lower()):
        report(path, 1, "a vague file name; name it after what is in it")
    for number, line in enumerate(text.split("\n"), 1):
        if mark := MARKS.search(line):
            report(path, number, f"{mark[1]}: do it or drop it")
    if path.suffix in {".c", ".h"} and path.is_relative_to(ROOT / "server"):
        check_c(path, text)


for table in (CORE, MODULES):
    for row in table:
        reachable(row, table)
for kept in kept_files():
    check_file(kept)
print("\n".join(problems), end="\n" if problems else "")
sys.exit(1 if problems else 0)
