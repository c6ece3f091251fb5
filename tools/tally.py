#!/usr/bin/env python3
"""Prints "PASSED FAILED": the sums over all test summaries in a log.

Understood are the closing lines of the C tests ("12 passed, 0 failed"), of node --test ("# pass 12", "# fail 0",
"# cancelled 0", also with its other mark) and of vitest ("Tests  1 failed | 11 passed (12)").
"""
import re
import sys

OWN = re.compile(r"^(\d+) passed, (\d+) failed$")
NODE = re.compile(r"^(?:#|ℹ) (pass|fail|cancelled) (\d+)$")
VITEST = re.compile(r"^ *Tests  .*\(\d+\)$")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def tally(lines):
    passed = failed = 0
    for line in lines:
        line = COLOURS.sub("", line.rstrip("\r\n"))
        if own := OWN.match(line):
            passed += int(own[1])
            failed += int(own[2])
        elif node := NODE.match(line):
            if node[1] == "pass":
                passed += int(node[2])
            else:
                failed += int(node[2])
        elif VITEST.match(line):
            for count, word in re.findall(r"(\d+) (passed|failed)", line):
                passed += int(count) if word == "passed" else 0
                failed += int(count) if word == "failed" else 0
    return passed, failed


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        print(*tally(log))
