"""Reads calendar files with three programs that are not ours, and prints what each of them saw as JSON."""

import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import icalendar
import vobject

warnings.simplefilter("error")


def by_icalendar(text):
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors, calendar.errors
    events = []
    for event in calendar.walk("VEVENT"):
        assert not event.errors, event.errors
        alarms = list(event.walk("VALARM"))
        assert len(alarms) == (event.get("STATUS") != "CANCELLED"), alarms
        events.append(
            {
                "uid": str(event["UID"]),
                "title": str(event["SUMMARY"]),
                "day": event.start.isoformat(),
                "days": (event.end - event.start).days,
                "again": event["RRULE"].to_ical().decode() if "RRULE" in event else None,
            }
        )
    return events


def by_vobject(text):
    calendar = vobject.readOne(text)
    calendar.validate(raiseException=True)
    events = []
    for event in calendar.vevent_list:
        rule = event.rruleset
        events.append(
            {
                "uid": event.uid.value,
                "title": event.summary.value,
                "day": event.dtstart.value.isoformat(),
                "days": (event.dtend.value - event.dtstart.value).days,
                "times": len(list(rule)) if rule else 1,
            }
        )
    return events


def by_khal(paths):
    """What a calendar shows after all the files were imported, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        config = folder / "config"
        (folder / "calendar").mkdir()
        config.write_text(
            f"[calendars]\n[[list]]\npath = {folder}/calendar\n"
            "[locale]\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "timeformat = %H:%M\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {folder}/khal.db\n"
        )

        def khal(*arguments):
            run = subprocess.run([sys.executable, "-m", "khal", "-c", str(config), *arguments], capture_output=True, text=True, check=True)
            assert not run.stderr.strip(), run.stderr
            return run.stdout

        for path in paths:
            khal("import", "--batch", path)
        shown = khal("list", "--format", "{start-date}\t{title}", "--day-format", "", "2026-11-22", "400d")
        return [line.split("\t") for line in shown.splitlines() if "\t" in line]


def main(paths):
    texts = [pathlib.Path(path).read_bytes().decode() for path in paths]
    print(
        json.dumps(
            {
                "icalendar": [by_icalendar(text) for text in texts],
                "vobject": [by_vobject(text) for text in texts],
                "khal": by_khal(paths),
            }
        )
    )


main(sys.argv[1:])
