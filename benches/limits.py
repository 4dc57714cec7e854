#!/usr/bin/env python3
"""The largest rulebooks that are read: how long each shape takes, and how much memory.

    cargo build --release && python3 benches/limits.py [SHAPE…]

Every shape fills 2 MiB, the limit. Reading (`questions`) is to take two seconds and 1 GiB at most; `rulebook check`, and `rulebook diff`
with a copy in which deadlines and worths are others, prove things within a budget, and say when it ran out. Seconds depend on the machine: the smallest of three runs counts, and the exit code says whether
all are within the bounds.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "target" / "release" / "shinrai"
LIMIT = 2 * 1024 * 1024 - 1024
MOST_SECONDS, MOST_BYTES = 2, 1024**3
HEAD = """[rulebook]
format = 1
id = "x"
name = "X"
version = "1"
languages = ["en"]
[question.q]
ask = "Q"
options.a = "A"
options.b = "B"
unknown = "b"
[aspect.s]
name = "S"
[stage.st]
name = "St"
due = "1d"
"""
ACTION = 'do = "D"\nwhy = "W"\ninvolves = []\nimpact = 1\neffort = 1\nstage = "st"\n'
GATE = 'name = "G"\nsay = "S"\nwhen = { q = "a" }\n'


def entries(entry, head=HEAD):
    """As many entries as fit."""
    parts, size, number = [head], len(head), 0
    while True:
        text = entry(number)
        size += len(text.encode())
        if size > LIMIT:
            return "".join(parts)
        parts.append(text)
        number += 1


def list_of(before, item, after):
    number = (LIMIT - len(HEAD) - len(before) - len(after)) // len(item(100_000))
    return HEAD + before + "".join(item(n) for n in range(number)) + after


def gates(number, more):
    return "".join(f"[gate.g{n}]\n{GATE}{more}" for n in range(number))


LONG = "t" * 50
FIRST = '[term.t0]\nwhen = { q = "a" }\n'
QUESTION = 'ask = "Q"\noptions.a = "A"\noptions.b = "B"\n'
SHAPES = {
    "comments": lambda: entries(lambda n: "# a\n"),
    "one text": lambda: HEAD + '[note.n]\nkind = "story"\ntitle = "T"\ntext = "' + "信頼" * (LIMIT // 7) + '"\n',
    "actions": lambda: entries(lambda n: f"[action.a{n}]\n{ACTION}"),
    "actions in a chain": lambda: entries(lambda n: f"[action.a{n}]\n{ACTION}" + (f'after = ["a{n - 1}"]\n' if n else "")),
    "actions after one": lambda: list_of(f"[action.x]\n{ACTION}[action.a]\n{ACTION}after = [", lambda n: '"x",', "]\n"),
    "terms in a chain": lambda: entries(lambda n: f"[term.t{n}]\nwhen = {{ t{n - 1} = true }}\n" if n else FIRST),
    "terms in diamonds": lambda: entries(
        lambda n: f"[term.t{n}]\nwhen = {{ any = [{{ t{n - 1} = true }}, {{ t{n - 1} = false }}] }}\n" if n else FIRST
    ),
    "terms in a circle": lambda: entries(lambda n: f"[term.t{n}]\nwhen = {{ t{n + 1} = true }}\n"),
    "causes": lambda: entries(lambda n: f'[cause.c{n}]\nname = "C"\nsign.s = {{ when = {{ q = "a" }}, certainty = 0.5 }}\n'),
    "gates that bar": lambda: entries(
        lambda n: f"[action.a{n}]\n{ACTION}".replace("[]", '["s"]'), HEAD + gates(100, 'bars = ["s"]\n')
    ),
    "gates that let only theirs through": lambda: entries(
        lambda n: f'[action.a{n}]\n{ACTION}for = ["g{n % 100}"]\n', HEAD + gates(100, "only = true\n")
    ),
    "questions in a condition": lambda: HEAD
    + "".join(f"[question.q{n}]\n{QUESTION}" for n in range(998))
    + "[term.t]\nwhen = { any = ["
    + "".join(f'{{ q{n % 998} = "a" }},' for n in range((LIMIT - 80_000) // 18))
    + "] }\n",
    "questions and actions": lambda: entries(
        lambda n: f'[action.a{n}]\n{ACTION}when = {{ q{n % 998} = "a" }}\n',
        HEAD + "".join(f"[question.q{n}]\n{QUESTION}" for n in range(998)),
    ),
    "nested conditions": lambda: entries(lambda n: f"[term.t{n}]\nwhen = " + "{ not = " * 60 + '{ q = "a" }' + " }" * 60 + "\n"),
    "cases": lambda: HEAD + "".join(f'[case.c{n}]\nanswers = {{ q = "a" }}\nabout = "{LONG * 18}"\n' for n in range(1_900)),
    "unknown names": lambda: entries(lambda n: f'[action.a{n}]\n{ACTION}for = ["nobody{n}"]\n'),
    "unknown keys": lambda: entries(lambda n: f"[action.a{n}]\nzz = 1\n"),
    "unknown tables": lambda: entries(lambda n: f"[k{n}]\n"),
    "names almost alike": lambda: entries(lambda n: f"[term.{LONG}{n}]\nwhen = {{ {LONG}x{n} = true }}\n"),
    "entries twice": lambda: entries(lambda n: f"[term.t]\nwhen = {{}}\n"),
    "broken lines": lambda: entries(lambda n: "x y\n"),
    "a list without commas": lambda: entries(lambda n: '"x"\n', HEAD + "x = [\n"),
    "quotes": lambda: entries(lambda n: '"\n'),
    "faults on one line": lambda: HEAD + "x = [" + "x y," * ((LIMIT - 400) // 4),
    "bare carriage returns": lambda: HEAD + "a\r" * ((LIMIT - 400) // 2),
    "brackets": lambda: HEAD + "x = " + "[" * (LIMIT - 400),
    "languages": lambda: HEAD.replace('["en"]', "[" + '"en",' * ((LIMIT - 600) // 5) + "]"),
}


def measured(arguments):
    before = time.monotonic()
    child = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"LANG": "C"})
    _, status, usage = os.wait4(child.pid, 0)
    return time.monotonic() - before, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def main():
    wanted = sys.argv[1:] or SHAPES
    is_within = True
    print(f"{'shape':36} {'read':>8} {'':>9} {'check':>8} {'':>9} {'diff':>8}")
    with tempfile.TemporaryDirectory() as folder:
        path, other = Path(folder) / "rules.toml", Path(folder) / "others.toml"
        for shape in wanted:
            text = SHAPES[shape]()
            path.write_text(text, newline="")
            other.write_text(text.replace('due = "1d"', 'due = "2d"').replace("impact = 1", "impact = 2"), newline="")
            read = min(measured(["questions", "-r", path]) for _ in range(3))
            check = min(measured(["rulebook", "check", path]) for _ in range(3))
            diff = measured(["rulebook", "diff", path, other])
            is_within &= read[0] <= MOST_SECONDS and read[2] in (0, 3)
            is_within &= all(peak <= MOST_BYTES for _, peak, _ in (read, check, diff))
            columns = (f"{seconds:6.2f} s {peak >> 20:5} MiB" for seconds, peak, _ in (read, check, diff))
            print(f"{shape:36}", *columns, flush=True)
    sys.exit(not is_within)


main()
