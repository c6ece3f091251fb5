#!/usr/bin/env python3
"""Sums up a log of tests: tally.py LOG prints "PASSED FAILED", tally.py --failed LOG a line for each test that failed and why.

Understood are the closing lines of the C tests ("12 passed, 0 failed"), of node --test ("# pass 12", "# fail 0",
"# cancelled 0", also with its other mark) and of vitest ("Tests  1 failed | 11 passed (12)").
"""
import re
import sys

OWN = re.compile(r"^(\d+) passed, (\d+) failed$")
NODE = re.compile(r"^(?:#|ℹ) (pass|fail|cancelled) (\d+)$")
VITEST = re.compile(r"^ *Tests  .*\(\d+\)$")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
NOT_OK = re.compile(r"^( *)not ok (?:\d+ )?- (.*)$")
VITEST_FAIL = re.compile(r"^ FAIL +(\S.*)$")
C_CHECK = re.compile(r"^# (\S+:\d+: .*)$")
ERROR = re.compile(r"^ *error: (\|-|'.*)$")
# These tell of another line: a suite of its tests, a step of the one before it.
OF_ANOTHER = re.compile(r"subtests? failed|not reached: ")


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


def why(lines, at):
    """The error of the failed test whose line is at: from the block under it, or the check printed above it."""
    for i in range(at + 1, min(at + 12, len(lines))):
        if error := ERROR.match(lines[i]):
            if error[1] != "|-":
                return error[1].strip("'")
            return " ".join(line.strip() for line in lines[i + 1:i + 4])
        if NOT_OK.match(lines[i]):
            break
    above = C_CHECK.match(lines[at - 1]) if at else None
    return above[1] if above else ""


def failed_tests(lines):
    lines = [COLOURS.sub("", line.rstrip("\r\n")) for line in lines]
    for at, line in enumerate(lines):
        if (test := NOT_OK.match(line)) and not OF_ANOTHER.search(reason := why(lines, at)):
            yield f"{test[2]}: {reason}" if reason else test[2]
        elif test := VITEST_FAIL.match(line):
            yield f"{test[1]}: {lines[at + 1]}" if at + 1 < len(lines) else test[1]


if __name__ == "__main__":
    with open(sys.argv[-1], encoding="utf-8", errors="replace") as log:
        if sys.argv[1] == "--failed":
            for failure in failed_tests(log.readlines()):
                print(failure[:240])
        else:
            print(*tally(log))
