#!/usr/bin/env python3
"""Reads the contract files and makes everything that follows from them.

    contract.py c --out-h H --out-c C [--out-routes R] FILE…   C header, tables and routes (routes apart if R is given)
    contract.py openapi --out api/openapi.json FILE…           OpenAPI 3.1
    contract.py roles --out docs/roles.md FILE…                who may do what, for people
    contract.py matrix FILE…                                   the same as JSON on standard output, for the tests
    contract.py check [--against api/openapi.json] FILE…       exit 1 when the committed document is not what would be made

Without FILE… all server/**/*.contract are taken. The format is described in docs/adr/0002-contract-files.md.
Files are written only when their content changes, so that nothing is rebuilt for nothing.
"""

import argparse
import difflib
import os
import pathlib
import sys

import contract_c
import contract_openapi
import contract_read
import contract_roles

ROOT = pathlib.Path(__file__).resolve().parent.parent


def write(path, text):
    path = pathlib.Path(path)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def command_c(contract, args):
    header = pathlib.Path(args.out_h).name
    tables = contract_c.make_tables(contract, header)
    routes = contract_c.make_routes(contract, header)
    write(args.out_h, contract_c.make_header(contract))
    if args.out_routes:
        write(args.out_routes, routes)
    else:
        tables += "\n" + routes.removeprefix(contract_c.HEAD)
    write(args.out_c, tables)
    return 0


def command_openapi(contract, args):
    write(args.out, contract_openapi.make_openapi(contract))
    return 0


def command_roles(contract, args):
    write(args.out, contract_roles.make_roles(contract))
    return 0


def command_matrix(contract, args):
    sys.stdout.write(contract_roles.make_matrix(contract))
    return 0


def command_check(contract, args):
    fresh = contract_openapi.make_openapi(contract)
    path = pathlib.Path(args.against)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if fresh == old:
        return 0
    diff = difflib.unified_diff(old.splitlines(), fresh.splitlines(), args.against, "would be made", lineterm="", n=1)
    for number, line in enumerate(diff):
        if number == 40:
            print("…", file=sys.stderr)
            break
        print(line, file=sys.stderr)
    print(f"{args.against} is not what the contract files make: run tools/contract.py openapi", file=sys.stderr)
    return 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    made = {name: commands.add_parser(name) for name in ("c", "openapi", "roles", "matrix", "check")}
    made["c"].add_argument("--out-h", required=True)
    made["c"].add_argument("--out-c", required=True)
    made["c"].add_argument("--out-routes")
    made["openapi"].add_argument("--out", default=str(ROOT / "api/openapi.json"))
    made["roles"].add_argument("--out", default=str(ROOT / "docs/roles.md"))
    made["check"].add_argument("--against", default=str(ROOT / "api/openapi.json"))
    for one in made.values():
        one.add_argument("files", nargs="*", metavar="FILE")
    return parser.parse_args()


def main():
    args = arguments()
    files = args.files or sorted(os.path.relpath(p) for p in (ROOT / "server").rglob("*.contract"))
    if not files:
        print("contract.py: there is no contract file", file=sys.stderr)
        return 2
    try:
        contract = contract_read.read(files)
    except contract_read.ContractError as e:
        print(e, file=sys.stderr)
        return 2
    except OSError as e:
        print(f"contract.py: {e}", file=sys.stderr)
        return 2
    return globals()["command_" + args.command](contract, args)


if __name__ == "__main__":
    sys.exit(main())
