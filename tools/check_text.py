#!/usr/bin/env python3
"""No file of the repository knows the machine it was written on, or the address of a package registry."""
import re
import sys

from sources import ROOT, kept_files

# Written in pieces, so that this file passes itself.
PATHS = r"(?<![A-Za-z0-9_.])/(?:wo" + r"rk|fa" + r"rm|ro" + r"ot|tmp/ba" + r"sh_jobs)/"
HOSTS = r"registry\.(?:np" + r"m|yarn)|deb\.deb" + r"ian\.org|npmm" + r"irror|\"reso" + r"lved\":"
FORBIDDEN = re.compile(f"{PATHS}|{HOSTS}", re.I)

found = 0
for path in kept_files():
    data = path.read_bytes()
    if b"\0" in data[:8000]:
        continue
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        if match := FORBIDDEN.search(line):
            print(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
            found += 1
sys.exit(1 if found else 0)
