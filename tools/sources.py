#!/usr/bin/env python3
"""Finds the sources by folder, so that no list of them has to be kept.

sources.py KIND   prints one path a line, sorted, relative to the root. Kinds:
  server      server/**/*.c that go into every program (not main.c, *_test.c, test_*.c)
  tests       *_test.c beside the code, and test_*.c: what only the tests link
  contract    server/**/*.contract     sqlgen   server/**/*.sql but migrations     migrations   server/**/migrations/*.sql
  fuzz, bench the C files of these folders, one program each
  generators  tools/*.py that are not checks
  all         everything above: what the build has to look at again when it changes
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def is_test(path):
    return path.name.endswith("_test.c") or path.name.startswith("test_")


def is_migration(path):
    return path.parent.name == "migrations"


def find(folder, pattern, wanted=lambda path: True):
    found = (ROOT / folder).rglob(pattern) if folder else []
    return sorted(str(p.relative_to(ROOT)) for p in found if wanted(p))


KINDS = {
    "server": lambda: find("server", "*.c", lambda p: not is_test(p) and p != ROOT / "server/main.c"),
    "tests": lambda: find("server", "*.c", is_test),
    "contract": lambda: find("server", "*.contract"),
    "sqlgen": lambda: find("server", "*.sql", lambda p: not is_migration(p)),
    "migrations": lambda: find("server", "*.sql", is_migration),
    "fuzz": lambda: find("fuzz", "fuzz_*.c"),
    "bench": lambda: find("bench", "*.c"),
    "generators": lambda: find("tools", "*.py", lambda p: not p.name.startswith("check_")),
}


def kept_files():
    """Every file that is or will be in the repository (git's own view); used by the checks."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return sorted({ROOT / n for n in names if n and (ROOT / n).is_file()})


def main():
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind == "all":
        for name, listed in KINDS.items():
            print("\n".join(f"{name} {path}" for path in listed()))
        main_c = ROOT / "server/main.c"
        print("main" if main_c.exists() else "no main")
    elif kind in KINDS:
        print("\n".join(KINDS[kind]()))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
