#!/usr/bin/env python3
"""Checks that tools/sqlgen.py and tools/migrations.py say what is wrong with their input, with file and line."""
import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).resolve().parent

# tool, path of the input, its text, what the error must contain (None: accepted), what the C must contain
CASES = [
    ("sqlgen", "x.sql", "-- query x_a(id int) -> exec\nDELETE FROM x\nWHERE id = :no;", "x.sql:3: query x_a: unknown parameter :no", ""),
    ("sqlgen", "x.sql", "-- query x_a(id int) -> exec\nDELETE FROM x;", "x.sql:1: query x_a: parameter id is not used", ""),
    ("sqlgen", "x.sql", "-- query x_a() -> many Absent\nSELECT 1;", "x.sql:1: query x_a: unknown row Absent", ""),
    ("sqlgen", "x.sql", "-- row XRow: a int, a text\n", "x.sql:1: row XRow: a twice", ""),
    ("sqlgen", "x.sql", "-- row XRow: a date\n", "unknown type 'date'", ""),
    ("sqlgen", "x.sql", "-- row XRow: case int\n", "is a word of C", ""),
    ("sqlgen", "x.sql", "SELECT 1;", "x.sql:1: SQL outside a query", ""),
    ("sqlgen", "x.sql", "-- query x_a() -> exec\nSELECT 1", "no ';'", ""),
    ("sqlgen", "x.sql", "-- query x_a() -> exec\nSELECT 1; SELECT 2;", "one statement a query", ""),
    ("sqlgen", "x.sql", "-- query x_a(id int) -> exec\nDELETE FROM x WHERE id = :id::bigint;", "CAST", ""),
    ("sqlgen", "x.sql", "-- query x_a(a int?, b int?) -> exec\nDELETE FROM x [[ WHERE a = :a AND b = :b ]];",
     "exactly one nullable parameter inside, found a, b", ""),
    ("sqlgen", "x.sql", "-- query x_a(a int?) -> exec\nDELETE FROM x [[ WHERE a = :a;", "[[ is not closed", ""),
    ("sqlgen", "x.sql", "-- query x_a() -> exec\n-- sqlite:\nSELECT 1;", "one '-- postgres:'", ""),
    ("sqlgen", "x.sql", "-- query x_a() -> exec\nSELECT 1;\n-- query x_a() -> exec\nSELECT 1;", "x_a is already at", ""),
    ("sqlgen", "x.sql", "-- query x_a(a text?) -> exec\nDELETE FROM x WHERE t = ':b; --' [[ AND a = :a ]] -- :c;\n;", None,
     "{ 0, \" AND a = \\001\\001 \" },"),
    ("sqlgen", "x.sql", "-- row XRow: a int?,\n--   b text\n-- query x_a() -> each XRow\n-- sqlite:\nSELECT 1;\n-- postgres:\nSELECT 2;",
     None, "text_x_a_sqlite, text_x_a_postgres"),
    ("sqlgen", "x.sql", "-- row XRow: a int\n-- query x_a() -> each XRow\nSELECT 1;", None, "\nconst DbQuery query_x_a = {"),
    ("sqlgen", "x.sql", "-- row XRow: a int\n-- query x_a(a int) -> each XRow\nSELECT :a;", None, "\nstatic const DbQuery query_x_a = {"),
    ("sqlgen", "x.sql", "-- part x_in(list, a)\n$list HAS $a;\n-- row XRow: a int, b int\n-- params x_who: me int\n"
     "-- query x_a({x_who}) -> many XRow\nSELECT {c.XRow} WHERE {x_in(:me, coalesce(c.a, 0))};", None,
     "SELECT c.a, c.b WHERE \\001\\001 HAS coalesce(c.a, 0)"),
    ("sqlgen", "x.sql", "-- query x_a() -> exec\nSELECT {x_no};", "x.sql:2: unknown row, part or params {x_no}", ""),
    ("sqlgen", "x.sql", "-- part x_p(a)\n$a;\n-- query x_a() -> exec\nSELECT {x_p};", "x_p takes 1 arguments", ""),
    ("sqlgen", "x.sql", "-- part x_p\n{x_p};\n-- query x_a() -> exec\nSELECT {x_p};", "unknown row, part", ""),
    ("migrations", "x/migrations/0001_x.sql", "-- t\nCREATE TABLE x_t (\n  a @INT@\n);", "x.sql:3: column x_t.a has no comment", ""),
    ("migrations", "x/migrations/0001_x.sql", "CREATE TABLE x_t (\n  a @INT@ -- a\n);", "table x_t has no comment", ""),
    ("migrations", "x/migrations/0001_x.sql", "-- t\nCREATE TABLE x_t (\n  a @DATE@ -- a\n);", "x.sql:3: unknown template word @DATE@", ""),
    ("migrations", "x/migrations/0001_x.sql", "ALTER TABLE x_t DROP COLUMN a;", "-- destructive: why", ""),
    ("migrations", "x/migrations/0001_x.sql", "-- destructive: never filled\nALTER TABLE x_t DROP COLUMN a;", None, '"x", "0001_x",'),
    ("migrations", "x/migrations/0001_x.sql", "INSERT INTO x_t VALUES (1)", "no ';' at its end", ""),
    ("migrations", "x/0001_x.sql", "SELECT 1;", "wanted <module>/migrations/NNNN_name.sql", ""),
]


def run(folder, tool, path, text):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    out = folder / "out.c"
    extra = ["--out-h", str(folder / "out.h")] if tool == "sqlgen" else []
    done = subprocess.run([sys.executable, TOOLS / f"{tool}.py", *extra, "--out-c", str(out), path],
                          cwd=folder, capture_output=True, text=True, check=False)
    return done, out.read_text(encoding="utf-8") if out.exists() else ""


def main():
    failed = 0
    for tool, path, text, wrong, right in CASES:
        with tempfile.TemporaryDirectory() as name:
            done, made = run(pathlib.Path(name), tool, path, text)
        good = (done.returncode == 0 and right in made) if wrong is None else (done.returncode != 0 and wrong in done.stderr)
        if not good:
            failed += 1
            print(f"{tool} on {text!r}:\n  wanted {wrong or right!r}\n  got {done.stderr or made}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
