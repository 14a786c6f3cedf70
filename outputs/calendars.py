"""One calendar file per officer: shifts with their duties, and absences, in the time of Shanghai."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from domain.roster import Roster
from domain.scenario import Officer, Scenario
from domain.words import DutyKind
from inputs.labels import label
from outputs.printing import place_name

ZONE = ZoneInfo("Asia/Shanghai")
_UNFIT = re.compile(r"[^\w.-]+")


def file_name(officer: Officer) -> str:
    """Return the name of an officer's calendar file: the id, with what a file system may refuse replaced."""
    plain = _UNFIT.sub("_", officer.id).strip("._") or "_"
    return f"{plain}.ics"


def calendar_of(scenario: Scenario, roster: Roster, officer: Officer, lang: str, *, stamp: datetime) -> Calendar:
    """Return an officer's calendar. ``stamp`` says when it was made; ids stay the same from version to version."""
    found = Calendar()
    found.add("prodid", "-//Lianqin//duty roster//")
    found.add("version", "2.0")
    found.add("x-wr-calname", f"{scenario.brigade} {officer.name}")
    spots = {r.id: r.hotspot for r in roster.remediations}
    for a in roster.shifts_of(officer.id):
        shift = scenario.shift_by_id.get(a.shift)
        if shift is None:
            continue
        span = scenario.shift_day(a.shift, a.day)
        lines = []
        for duty in (d for d in roster.duties_of(officer.id) if d.day == a.day):
            place = "" if duty.place is None else " " + place_name(scenario, duty.place, lang, remediations=spots)
            lines.append(f"{duty.start:%H:%M}-{duty.end:%H:%M} {label(duty.kind).get(lang)}{place}")
        joint = any(d.kind is DutyKind.REMEDIATION for d in roster.duties_of(officer.id) if d.day == a.day)
        mark = f" {label(DutyKind.REMEDIATION).get(lang)}" if joint else ""
        event = Event()
        event.add("uid", f"{officer.id}-{a.day:%Y%m%d}@lianqin")
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("dtstart", span.start.replace(tzinfo=ZONE))
        event.add("dtend", span.end.replace(tzinfo=ZONE))
        event.add("summary", f"{shift.name}{mark}")
        event.add("description", "\n".join(lines))
        found.add_component(event)
    for absence in (x for x in scenario.absences if x.officer == officer.id):
        event = Event()
        event.add("uid", f"{officer.id}-{absence.start:%Y%m%d}-leave@lianqin")
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("dtstart", absence.start)
        event.add("dtend", absence.end)
        event.add("summary", label(absence.kind).get(lang))
        found.add_component(event)
    found.add_missing_timezones()
    return found


def write_calendars(folder: Path, scenario: Scenario, roster: Roster, lang: str, *, stamp: datetime) -> int:
    """Write every officer's calendar into a folder, which is made if need be; return how many there are.

    Raises
    ------
    OSError
        If the folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for officer in scenario.officers:
        target = folder / file_name(officer)
        draft = target.with_name(f".{target.name}.part")
        draft.write_bytes(calendar_of(scenario, roster, officer, lang, stamp=stamp).to_ical())
        draft.replace(target)
    return len(scenario.officers)
