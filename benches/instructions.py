"""Counts the instructions of one diagnosis and of 10,000 situations, and compares them with the numbers on record.

    python3 benches/instructions.py [--record] [PROGRAM]

Uses callgrind, so the numbers are nearly the same whatever else the machine does; other compilers and libraries make other
numbers, so only a third more is called a regression. `--record` writes the numbers down. Says so and does nothing where
valgrind is missing.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECORD = os.path.join(ROOT, "benches", "instructions.txt")
ALLOWED = 4 / 3
ANSWERS = {
    "state": "fine", "event": "promise", "part": "slip", "told": "full", "harm": "cost", "so_far": "nothing",
    "formal": "none", "pressure": "none", "mind": "make_good", "country": "jp", "audience": "client",
}


def count(program, arguments, stdin):
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, *arguments]
        with open(stdin, "rb") as file:
            result = subprocess.run(command, stdin=file, capture_output=True, env={"LANG": "en_US.UTF-8"})
    found = re.search(rb"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)}\n{result.stderr.decode()}")
    return int(found[1])


def counts(program):
    day = ["--today", "2026-11-22"]
    flags = [word for question, option in ANSWERS.items() for word in ("-a", f"{question}={option}")]
    yield "one diagnosis", count(program, ["diagnose", *flags, *day, "--format", "json"], os.devnull)
    answers = ",".join(f'"{question}":"{option}"' for question, option in ANSWERS.items())
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as lines:
        lines.writelines(f'{{"id":"p{case}","answers":{{{answers}}}}}\n' for case in range(10_000))
        lines.flush()
        yield "10,000 situations", count(program, ["batch", "--threads", "1", *day, lines.name], os.devnull)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--record"]
    if not shutil.which("valgrind"):
        print("not counted: valgrind is missing")
        return
    program = arguments[0] if arguments else os.path.join(ROOT, "target", "debug", "shinrai")
    counted = dict(counts(program))
    if "--record" in sys.argv:
        with open(RECORD, "w") as record:
            record.writelines(f"{name}: {number}\n" for name, number in counted.items())
        return
    with open(RECORD) as record:
        known = {name: int(number) for name, number in (line.rsplit(": ", 1) for line in record)}
    for name, number in counted.items():
        print(f"{name}: {number:,} instructions, {number / known[name]:.2f} of what is on record")
    if any(number > ALLOWED * known[name] for name, number in counted.items()):
        sys.exit("more than a third more: make it fast again, or write the numbers down with --record and say why")


if __name__ == "__main__":
    main()
