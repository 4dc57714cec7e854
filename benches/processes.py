"""Times whole processes against each other: a start, many lines, one and two threads, and memory.

    python3 benches/processes.py [--lines N]

Everything is measured in turn, so that what else the machine does falls on both sides; the figures are medians, and only
their ratios mean something on another machine. Memory is the peak of the process (`ru_maxrss`).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RELEASE = os.path.join(ROOT, "target", "release")
SHINRAI = os.path.join(RELEASE, "shinrai")
EMPTY = os.path.join(RELEASE, "examples", "empty")
FLOOR = os.path.join(RELEASE, "examples", "floor")


def run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
    """Wall time in seconds of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL)
    code = process.wait()
    took = time.perf_counter() - start
    if code != 0:
        sys.exit(f"{command[0]} failed")
    return took


def in_turn(times, *measures):
    """The medians of several measures, taken in turn."""
    taken = [[measure() for measure in measures] for _ in range(times)]
    return [statistics.median(column) for column in zip(*taken)]


def situations(number):
    """Random situations, each with an answer to every question."""
    questions = json.loads(subprocess.check_output([SHINRAI, "questions", "--format", "json"]))["questions"]
    chance = random.Random(1)
    for case in range(number):
        answers = {question["id"]: chance.choice(question["options"])["id"] for question in questions}
        yield json.dumps({"id": f"p{case}", "answers": answers}, separators=(",", ":")) + "\n"


def can_be_diagnosed(lines):
    """Those of the lines that are not refused, because the floor refuses none."""
    output = subprocess.run([SHINRAI, "batch"], input="".join(lines), capture_output=True, text=True).stdout
    return [line for line, out in zip(lines, output.splitlines()) if '"error"' not in out]


def start():
    answers = "state=fine event=promise part=slip told=full harm=cost so_far=nothing formal=none pressure=none".split()
    answers += "mind=make_good country=jp audience=client".split()
    flags = [word for answer in answers for word in ("-a", answer)]
    ours, empty = in_turn(
        200,
        lambda: run([SHINRAI, "diagnose", *flags, "--format", "json"]),
        lambda: run([EMPTY, "-a", "state=fine", "--format", "json"]),
    )
    print(f"one diagnosis     {ours * 1e3:8.2f} ms   an empty program {empty * 1e3:8.2f} ms   ratio {ours / empty:.2f}")


def many(path, number):
    def ours(threads):
        with open(path, "rb") as lines:
            return run([SHINRAI, "batch", "--threads", threads], stdin=lines)

    def floor(size):
        with open(path, "rb") as lines:
            return run([FLOOR, size], stdin=lines)

    size = len(subprocess.check_output([SHINRAI, "batch", path])) // number
    one, two, parsing = in_turn(9, lambda: ours("1"), lambda: ours("2"), lambda: floor(str(size)))
    print(f"one thread        {number / one:8.0f} /s   only parsing     {number / parsing:8.0f} /s   ratio {parsing / one:.2f}")
    print(f"two threads       {number / two:8.0f} /s   one thread       {number / one:8.0f} /s   ratio {one / two:.2f}")


def memory(block, numbers):
    peaks = []
    for number in numbers:
        process = subprocess.Popen([SHINRAI, "batch"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        sent = 0
        while sent < number:
            process.stdin.write(block)
            sent += block.count(b"\n")
        with open(f"/proc/{process.pid}/status") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        process.stdin.close()
        process.wait()
        peaks.append(peak)
        print(f"memory            {peak / 1024:8.1f} MiB  at {sent:,} lines")
    print(f"memory            ratio of the most to the least {max(peaks) / min(peaks):.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=10_000_000, help="the most lines that memory is measured with")
    most = parser.parse_args().lines
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "--examples", "--bins"], check=True, cwd=ROOT)
    start()
    lines = can_be_diagnosed(list(situations(100_000)))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "lines.jsonl")
        with open(path, "w") as file:
            file.writelines(lines * 4)
        many(path, 4 * len(lines))
    numbers = [number for number in (100_000, 1_000_000, 10_000_000) if number <= most]
    memory("".join(lines[:10_000]).encode(), numbers)


if __name__ == "__main__":
    main()
