#!/usr/bin/env python3
"""Faults of the system while the program saves, and signals at any moment: counts the trials and what came of them.

    python3 tests/faults/faults.py target/release/shinrai [--quick]

Every system call of a save fails in turn, with each error and by SIGKILL. Afterwards the target has to be the complete old or
the complete new file; the program may report success only for the new one; and nothing is left beside the target unless the
program was killed, or was not allowed to remove it. Needs strace; what cannot be tried here is said.
"""

import argparse
import concurrent.futures
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SMALL = HERE / "rulebooks" / "small.toml"
ENVIRONMENT = {"LANG": "en_US.UTF-8", "HOME": "/nonexistent", "PATH": os.environ["PATH"]}
CALLS = (
    "openat,write,fsync,fdatasync,rename,renameat,renameat2,fchmod,fchmodat,chmod,fchown,unlink,unlinkat,statx,fstat,"
    "newfstatat,readlink,readlinkat,close,flock,ftruncate,fcntl,lseek,link,linkat,read"
).split(",")
ERRORS = ["EIO", "ENOSPC", "EINTR", "EDQUOT"]
BOTH = '{ ja = "あ", en = "A" }'
ADDED = f'[action.added]\ndo = {BOTH}\nwhy = {BOTH}\ndue = "1d"\ninvolves = []\nimpact = 1\neffort = 1\n'


class Save:
    """A command that writes a file: what it is called with, the file, and what stands there before."""

    def __init__(self, name, arguments, target, before, feed=b"", editor=None):
        self.name, self.arguments, self.target, self.before = name, arguments, target, before
        self.feed, self.editor = feed, editor

    def prepare(self, folder):
        shutil.copy(SMALL, folder / "rules.toml")
        if self.before is not None:
            (folder / self.target).write_bytes(self.before)
        elif self.target != "rules.toml":
            (folder / self.target).unlink(missing_ok=True)

    def environment(self):
        return ENVIRONMENT | ({"EDITOR": self.editor} if self.editor else {})

    def run(self, binary, folder, wrapper=(), **more):
        return subprocess.run(
            [*wrapper, binary, *self.arguments], cwd=folder, env=self.environment(), input=self.feed,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, **more,
        )

    def content(self, folder):
        path = folder / self.target
        return path.read_bytes() if path.exists() else None


CASE = "-r rules.toml --case late --today 2026-11-22".split()
SAVES = [
    Save("a list over an old one", [*CASE, "-o", "list.html"], "list.html", b"old"),
    Save("a new list", [*CASE, "-o", "list.md"], "list.md", None),
    Save("answers", [*CASE, "--save", "answers.toml"], "answers.toml", b"old"),
    Save("a case", [*CASE, "--save-case", "kept"], "rules.toml", None),
    Save("an entry", ["rulebook", "add", "action", "rules.toml", "--from", "-"], "rules.toml", None, ADDED.encode()),
    Save("an edit", ["rulebook", "edit", "rules.toml"], "rules.toml", None, editor="sed -i s/Small/Large/"),
    Save("a new rulebook", ["rulebook", "new", "mine.toml"], "mine.toml", None),
    Save("a booklet", ["rulebook", "doc", "rules.toml", "-o", "book.md"], "book.md", b"old"),
]


class Trials:
    def __init__(self):
        self.outcomes = Counter()
        self.faults = []

    def count(self, kind, outcome):
        self.outcomes[kind, outcome] += 1

    def fault(self, text):
        self.faults.append(text)


def left_over(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def judge(trials, kind, label, save, folder, old, new, code, is_killed, may_leave):
    content = save.content(folder)
    if content not in (old, new):
        trials.fault(f"{label}: neither old nor new ({content!r:.80})")
    elif code == 0 and content != new:
        trials.fault(f"{label}: success without the new file")
    elif code is not None and not is_killed and code not in (0, 1, 2, 3, 4):
        trials.fault(f"{label}: exit {code}")
    elif not is_killed and not may_leave and left_over(folder):
        trials.fault(f"{label}: left behind {left_over(folder)}")
    trials.count(kind, "new" if content == new else "old")


def fresh(save):
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    save.prepare(folder)
    return folder


def system_calls(trials, binary, quick):
    """Each call of each save, with each error."""
    jobs = []
    for save in SAVES:
        folder = fresh(save)
        old = save.content(folder)
        traced = save.run(binary, folder, ["strace", "-qq", "-o", "trace", "-e", "trace=" + ",".join(CALLS)])
        if traced.returncode != 0:
            trials.fault(f"{save.name}: {traced.stderr.decode()}")
            continue
        new = save.content(folder)
        calls = [re.match(r"(\w+)\(", line) for line in (folder / "trace").read_text().splitlines()]
        calls = Counter(call[1] for call in calls if call)
        shutil.rmtree(folder)
        for call, number in calls.items():
            for when in range(1, number + 1):
                for error in ERRORS + ["KILL"]:
                    jobs.append((save, old, new, call, when, error))
    if quick:
        random.Random(1).shuffle(jobs)
        del jobs[150:]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(lambda job: one_call(trials, binary, *job), jobs))


def one_call(trials, binary, save, old, new, call, when, error):
    folder = fresh(save)
    what = "signal=KILL" if error == "KILL" else f"error={error}"
    wrapper = ["strace", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={when}"]
    done = save.run(binary, folder, wrapper)
    label = f"{save.name}, {call} {when} {error}"
    is_killed = error == "KILL"
    if is_killed and done.returncode not in (-9, 137):
        trials.count("never came to it", "-")
    may_leave = call.startswith(("unlink", "openat", "close", "statx", "newfstatat", "flock", "readlink", "read", "fcntl"))
    is_std = b"unexpected error during closedir" in done.stderr
    if is_std:
        trials.count("a folder that cannot be closed", "the standard library gives up")
    # 127: it could not even be loaded
    code = None if is_killed or is_std or done.returncode == 127 else done.returncode
    judge(trials, f"call fails: {error}", label, save, folder, old, new, code, is_killed, may_leave)
    shutil.rmtree(folder, ignore_errors=True)


def signals(trials, binary, quick):
    """A signal at a random moment: the file is whole, and the exit code says which signal it was."""
    chance = random.Random(2)
    for name in ("INT", "TERM", "HUP", "PIPE"):
        number = getattr(signal, "SIG" + name)
        for trial in range(20 if quick else 250):
            save = SAVES[trial % 4]
            folder = fresh(save)
            old = save.content(folder)
            reference = fresh(save)
            save.run(binary, reference)
            new = save.content(reference)
            shutil.rmtree(reference)
            process = subprocess.Popen(
                [binary, *save.arguments], cwd=folder, env=save.environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL),
            )
            time.sleep(chance.random() * 0.006)
            process.send_signal(number)
            process.communicate(timeout=60)
            code = process.returncode
            if code not in (0, -number, 128 + number):
                trials.fault(f"SIG{name} during {save.name}: exit {code}")
            judge(trials, f"SIG{name}", f"SIG{name} during {save.name}", save, folder, old, new, code, code != 0, False)
            shutil.rmtree(folder)


def many_at_once(trials, binary, quick):
    """Many processes on one rulebook: readers read the same, and no case of many writers is lost."""
    number = 60 if quick else 200
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    shutil.copy(SMALL, folder / "rules.toml")
    start = lambda arguments: subprocess.Popen(
        [binary, *arguments], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    readers = [start(CASE) for _ in range(number)]
    texts = {process.communicate(timeout=120)[0] for process in readers}
    if len(texts) != 1:
        trials.fault(f"{number} readers read {len(texts)} different things")
    trials.outcomes["readers at once", "same"] += number
    writers = [start([*CASE, "--save-case", f"kept{n}"]) for n in range(number)]
    for process in writers:
        process.communicate(timeout=120)
    saved = (folder / "rules.toml").read_text()
    for n, process in enumerate(writers):
        is_there = f"[case.kept{n}]" in saved
        if is_there != (process.returncode == 0):
            trials.fault(f"case kept{n}: exit {process.returncode}, {'there' if is_there else 'lost'}")
        trials.count("writers at once", "saved" if is_there else "told that it was not")
    check = subprocess.run([binary, "rulebook", "test", "rules.toml"], cwd=folder, env=ENVIRONMENT, capture_output=True)
    if check.returncode != 0:
        trials.fault("the rulebook with all cases: " + check.stdout.decode()[-300:])
    writers = [start([*CASE, "-o", "list.html"]) for _ in range(number)]
    for process in writers:
        process.communicate(timeout=120)
    if not (folder / "list.html").read_text().rstrip().endswith("</html>"):
        trials.fault("a list that many wrote is not whole")
    trials.outcomes["writers of one list", "whole"] += number
    if left_over(folder):
        trials.fault(f"left behind {left_over(folder)}")
    shutil.rmtree(folder)


def full_disks(trials, binary):
    """A disk that is full, limits of size, folders without permission."""
    disk = Path(tempfile.mkdtemp(prefix="faults-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", disk], capture_output=True).returncode == 0
    if mounted:
        for save in SAVES[:2] + SAVES[6:]:
            folder = fresh(save)
            target = disk / save.target
            arguments = [str(target) if argument == save.target else argument for argument in save.arguments]
            (disk / "filler").unlink(missing_ok=True)
            if save.before is not None:
                target.write_bytes(save.before)
            with open(disk / "filler", "wb") as filler:
                try:
                    filler.write(b"x" * 1_000_000)
                    filler.flush()
                except OSError:
                    pass
            done = subprocess.run([binary, *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, stdin=subprocess.DEVNULL)
            content = target.read_bytes() if target.exists() else None
            if done.returncode != 4 or content != save.before:
                trials.fault(f"full disk, {save.name}: exit {done.returncode}, {content!r:.60}")
            if b"no space left" not in done.stderr:
                trials.fault(f"full disk, {save.name}: {done.stderr!r:.200}")
            if left_over(disk):
                trials.fault(f"full disk, {save.name}: left behind {left_over(disk)}")
            trials.count("full disk", "old")
            target.unlink(missing_ok=True)
            shutil.rmtree(folder)
        subprocess.run(["umount", disk], check=True)
    else:
        trials.count("full disk", "not tried: no permission to mount")
    disk.rmdir()
    for save in SAVES:
        folder = fresh(save)
        old = save.content(folder)
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
        done = save.run(binary, folder, preexec_fn=limit)
        judge(trials, "limit of size", f"limit of size, {save.name}", save, folder, old, object(), done.returncode, False, False)
        if done.returncode == 0:
            trials.fault(f"limit of size, {save.name}: success")
        shutil.rmtree(folder)
    nobody = 65534
    for save in SAVES[:2]:
        folder = fresh(save)
        old = save.content(folder)
        folder.chmod(0o555)
        (folder / "rules.toml").chmod(0o444)
        drop = (lambda: (os.setgid(nobody), os.setuid(nobody))) if os.getuid() == 0 else None
        done = save.run(binary, folder, preexec_fn=drop)
        if done.returncode != 4:
            trials.fault(f"folder without permission, {save.name}: exit {done.returncode} {done.stderr!r:.200}")
        judge(trials, "folder without permission", save.name, save, folder, old, object(), done.returncode, False, False)
        folder.chmod(0o755)
        shutil.rmtree(folder)


COMMANDS = [
    "--help", "--version", "--lang ja --help", "questions", "contacts", "explain", "man", "man --lang ja", "completions bash",
    "completions fish", "rulebook schema --for answers", "rulebook show", "rulebook graph", "rulebook doc", "rulebook check",
    "rulebook test", "rulebook diff rules.toml rules.toml", "batch cases.jsonl", "batch cases.jsonl --summary",
    *(f"--case g01_missed_deadline --today 2026-11-22 -f {kind}" for kind in ("text", "json", "html", "markdown", "csv", "ics")),
]


def lost_output(trials, binary):
    """Output that cannot be written is a failure; a reader that goes away is none; a closed stderr changes no exit code."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    shutil.copy(SMALL, folder / "rules.toml")
    (folder / "cases.jsonl").write_text('{"answers": {"state": "fine"}}\n' * 3)
    for command in COMMANDS:
        run = lambda redirection: subprocess.run(
            ["sh", "-c", f'"$0" "$@" {redirection}', binary, *command.split()], cwd=folder, env=ENVIRONMENT,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
        ).returncode
        usual = run("> /dev/null")
        for redirection, allowed in [
            ("> /dev/full", (4,)), ("| true", (0,)), (">&-", (usual,)), ("2>&- > /dev/null", (usual,)),
            ("2> /dev/full > /dev/null", (usual,)),
        ]:
            code = run(redirection)
            if code not in allowed:
                trials.fault(f"`{command}` {redirection}: exit {code}, and not {allowed}")
            trials.count("redirection", redirection)
    shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    binary = str(Path(options.binary).resolve())
    trials = Trials()
    if shutil.which("strace"):
        system_calls(trials, binary, options.quick)
    else:
        trials.count("calls", "not tried: no strace")
    signals(trials, binary, options.quick)
    many_at_once(trials, binary, options.quick)
    full_disks(trials, binary)
    lost_output(trials, binary)
    for (kind, outcome), number in sorted(trials.outcomes.items()):
        print(f"{number:6}  {kind}: {outcome}")
    print(f"{sum(trials.outcomes.values()):6}  trials, {len(trials.faults)} faults")
    for fault in trials.faults:
        print("FAULT", fault)
    sys.exit(bool(trials.faults))


main()
