#!/usr/bin/env python3
"""The contract: api/openapi.json and docs/roles.md are what the contract files make, and mistakes in such files are refused
with a sentence that says where."""
import pathlib
import sys
import tempfile

import contract_openapi
import contract_read
import contract_roles
from sources import ROOT

GOOD = """module case "Cases"
role member place "网格员" "Grid member"
permission CASE_READ "Read" member
problem case.not-open conflict "未" "Not open"
enum Channel qr web
shape View "A case"
  id int
  channel? Channel
  parts? list View 0..9
input Query "Which"
  q? line 1..20 "搜索|Search"
route GET /api/cases/{id:int} case_get CASE_READ read "One"
  query Query
  -> 200 View
  problem case.not-open
"""
# what is replaced, by what, and what has to be said about it
MISTAKES = [
    ("case_get CASE_READ read", "case_get read", "permission"),
    ("case_get CASE_READ", "case_get NOBODY", "there is no permission NOBODY"),
    ('CASE_READ "Read" member', 'CASE_READ "Read" mayor', "there is no role mayor"),
    ("permission CASE", 'permission CASE_SPARE "x" member\npermission CASE', "no route needs it"),
    ("  -> 200 View\n", "", "what does it reply"),
    ("-> 200 View", "-> 200 Missing", "there is no shape Missing"),
    ("-> 200 View", "-> 200 Query", "replies are shapes"),
    ("query Query", "query View", "must be an input"),
    ("query Query", "body Query", "GET has no body"),
    ("CASE_READ read", "CASE_READ write", "GET does not write"),
    ("  id int", "  id int\n  id line", "declared twice"),
    ("  id int", "  id integer", "there is no type integer"),
    ("  id int", "  id date 1..2", "takes no range"),
    ("1..20", "20..1", "is empty"),
    ("channel? Channel", "channel? Chanel", "there is no type Chanel"),
    ("enum Channel qr web", "enum Channel qr qr", "declared twice"),
    ("enum Channel qr web", "enum Channel a-b a.b", "declared twice"),
    ("{id:int}", "{id:number}", "number is none"),
    ("{id:int}", "{id:int}/{id:int}", "there twice"),
    ("  problem case.not-open", "  problem case.unknown", "there is no problem case.unknown"),
    ("conflict", "quarrel", "kind is one of"),
    ('"Not open"', '"Not open', "not closed"),
    ("shape View", "form View", "'form' is no declaration"),
    ('"未" "Not open"', '"未"', ""),
    ("input Query", 'shape ViewList "x"\n  id int\ninput Query', "no type may be called so"),
    ("module case", "modul case", "'modul' is no declaration"),
]


def read_text(text):
    with tempfile.NamedTemporaryFile("w", suffix=".contract", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        return contract_read.read([f.name])


def check_mistakes():
    read_text(GOOD)
    for old, new, expected in MISTAKES:
        assert old in GOOD, old
        try:
            read_text(GOOD.replace(old, new, 1))
        except contract_read.ContractError as e:
            if expected not in str(e) or ".contract:" not in str(e):
                yield f"{new!r}: wanted {expected!r}, got: {e}"
        else:
            yield f"{new!r} was taken"


def check_documents():
    contract = contract_read.read(sorted(str(p) for p in (ROOT / "server").rglob("*.contract")))
    made = {"api/openapi.json": contract_openapi.make_openapi(contract), "docs/roles.md": contract_roles.make_roles(contract)}
    for path, text in made.items():
        file = pathlib.Path(ROOT / path)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            yield f"{path} is not what the contract files make: run make contract"


problems = [*check_mistakes(), *check_documents()]
print("\n".join(problems), end="\n" if problems else "")
sys.exit(1 if problems else 0)
