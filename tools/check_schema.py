#!/usr/bin/env python3
"""db/schema.sql is the whole schema as a freshly migrated database has it. `--write` makes it anew; without it the check fails when
it differs."""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("WANGGE_BIN") or str(ROOT / "build/release/wangge")


def dump():
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "WANGGE_DEMO_PASSWORD": "Check-Pass-2026"}
        database = f"{folder}/w.db"
        subprocess.run([PROGRAM, "init", "--profile", "donghua", "--empty", "--quiet", "--db", database], env=env, check=True, cwd=ROOT)
        done = subprocess.run([PROGRAM, "schema", "--db", database], env=env, check=True, cwd=ROOT, capture_output=True, text=True)
        return done.stdout


def main():
    target = ROOT / "db/schema.sql"
    text = dump()
    if "--write" in sys.argv:
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return 0
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        print("db/schema.sql is not what the migrations make; run tools/check_schema.py --write and look at the difference")
        return 1
    return 0


sys.exit(main())
