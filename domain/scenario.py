"""All checked input of a horizon, and the plain facts that follow from it without any rule.

The records that it holds stand in people, places, orders, limits and yearly; they are imported from here as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from domain.calendar import Day, Need, OpenWindow, ShiftDay, dates
from domain.limits import Cover, Limits, ShiftCap, Succession
from domain.orders import Designated, Lock, PastRemediation, PastShift
from domain.people import Absence, Group, Officer, Request, Shift, Squad
from domain.places import Desk, Hotspot, HotspotHours, Post, Presence, Referral, Vehicle
from domain.windows import open_windows
from domain.words import DayKind, Record, SquadKind
from domain.yearly import PublishedLine, Turns

if TYPE_CHECKING:
    from domain.roster import Assignment

__all__ = [
    "WORKDAY_HOURS",
    "Absence",
    "Designated",
    "Desk",
    "Group",
    "Hotspot",
    "HotspotHours",
    "Lock",
    "Officer",
    "PastRemediation",
    "PastShift",
    "Post",
    "Presence",
    "Referral",
    "Request",
    "Scenario",
    "Shift",
    "Squad",
    "Vehicle",
]

WORKDAY_HOURS = timedelta(hours=8)


class Scenario(Record):
    """All checked input of a horizon [first, end), by default one calendar month.

    ``policy`` holds the values the policy sheet overrides, by ``<rule>.<key>``.
    """

    brigade: str
    first: date
    end: date
    calendar: tuple[Day, ...]
    squads: tuple[Squad, ...]
    groups: tuple[Group, ...] = ()
    officers: tuple[Officer, ...] = ()
    shifts: tuple[Shift, ...] = ()
    posts: tuple[Post, ...] = ()
    desks: tuple[Desk, ...] = ()
    hotspots: tuple[Hotspot, ...] = ()
    referrals: tuple[Referral, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    absences: tuple[Absence, ...] = ()
    requests: tuple[Request, ...] = ()
    locks: tuple[Lock, ...] = ()
    designated: tuple[Designated, ...] = ()
    presences: tuple[Presence, ...] = ()
    past_shifts: tuple[PastShift, ...] = ()
    past_remediations: tuple[PastRemediation, ...] = ()
    limits: tuple[Limits, ...] = ()
    shift_caps: tuple[ShiftCap, ...] = ()
    successions: tuple[Succession, ...] = ()
    covers: tuple[Cover, ...] = ()
    turns: tuple[Turns, ...] = ()
    published: tuple[PublishedLine, ...] = ()
    policy: Mapping[str, int | bool | timedelta | time] = Field(default_factory=dict)
    provisional: bool = False

    # -- look-ups ---------------------------------------------------------------------------------------------

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """Dates of the horizon in order."""
        return dates(self.first, self.end)

    @cached_property
    def months(self) -> dict[tuple[int, int], tuple[Day, ...]]:
        """Days of the horizon by year and month."""
        found: dict[tuple[int, int], list[Day]] = defaultdict(list)
        for on in self.dates:
            found[on.year, on.month].append(self.day(on))
        return {month: tuple(days) for month, days in found.items()}

    @cached_property
    def _days(self) -> dict[date, Day]:
        return {day.date: day for day in self.calendar}

    def day(self, on: date) -> Day:
        """Return the calendar day; outside the horizon by weekday alone."""
        return self._days.get(on) or Day(date=on, kind=DayKind.REST if on.weekday() >= 5 else DayKind.WORKDAY)

    @cached_property
    def officer_by_id(self) -> dict[str, Officer]:
        """Officers by id."""
        return {officer.id: officer for officer in self.officers}

    @cached_property
    def squad_by_id(self) -> dict[str, Squad]:
        """Squads by id."""
        return {squad.id: squad for squad in self.squads}

    @cached_property
    def group_by_id(self) -> dict[str, Group]:
        """Groups by id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def hotspot_by_id(self) -> dict[str, Hotspot]:
        """Hotspots by id."""
        return {hotspot.id: hotspot for hotspot in self.hotspots}

    @cached_property
    def shift_by_id(self) -> dict[str, Shift]:
        """Shifts by id."""
        return {shift.id: shift for shift in self.shifts}

    @cached_property
    def vehicle_by_id(self) -> dict[str, Vehicle]:
        """Vehicles by id."""
        return {vehicle.id: vehicle for vehicle in self.vehicles}

    @cached_property
    def post_by_id(self) -> dict[str, Post]:
        """Fixed posts by id."""
        return {post.id: post for post in self.posts}

    @cached_property
    def desk_by_id(self) -> dict[str, Desk]:
        """Case desks by id."""
        return {desk.id: desk for desk in self.desks}

    @cached_property
    def presence_by_id(self) -> dict[str, Presence]:
        """Standing presences by id."""
        return {presence.id: presence for presence in self.presences}

    @cached_property
    def _squad_officers(self) -> dict[str, tuple[Officer, ...]]:
        found: dict[str, list[Officer]] = defaultdict(list)
        for officer in self.officers:
            found[officer.squad].append(officer)
        return {squad: tuple(people) for squad, people in found.items()}

    def officers_of(self, squad: str) -> tuple[Officer, ...]:
        """Return the officers of a squad in input order."""
        return self._squad_officers.get(squad, ())

    def group_of(self, squad: str) -> Group | None:
        """Return the joint group a squad belongs to."""
        return next((group for group in self.groups if squad in group.members), None)

    @cached_property
    def mobile_squads(self) -> tuple[str, ...]:
        """Ids of the mobile squads."""
        return tuple(squad.id for squad in self.squads if squad.kind is SquadKind.MOBILE)

    def shifts_of(self, squad: str) -> tuple[Shift, ...]:
        """Return the shifts a squad uses: those that name it, and those that name nobody."""
        known = self._squad_shifts.get(squad)
        if known is None:
            known = tuple(shift for shift in self.shifts if not shift.squads or squad in shift.squads)
            self._squad_shifts[squad] = known
        return known

    @cached_property
    def _squad_shifts(self) -> dict[str, tuple[Shift, ...]]:
        """The shifts of the squads asked for so far."""
        return {}

    def shift_day(self, shift: str, on: date) -> ShiftDay:
        """Return the dated shift."""
        known = self._shift_days.get((shift, on))
        if known is None:
            found = self.shift_by_id[shift]
            start = datetime.combine(on, found.start)
            known = self._shift_days[shift, on] = ShiftDay(start, start + found.length, on, shift, found.paid)
        return known

    @cached_property
    def _shift_days(self) -> dict[tuple[str, date], ShiftDay]:
        """The dated shifts asked for so far."""
        return {}

    def dated(self, assignments: tuple[Assignment, ...]) -> tuple[ShiftDay, ...]:
        """Return the dated shifts of assignments in time order; unknown shifts are left out (R01 reports them).

        The last answer is remembered, as one rule after the other asks about the same officer.
        """
        last = self._dated[0]
        if last[0] is not assignments:
            known = (self.shift_day(a.shift, a.day) for a in assignments if a.shift in self.shift_by_id)
            last = self._dated[0] = assignments, tuple(sorted(known))
        return last[1]

    @cached_property
    def _dated(self) -> list[tuple[tuple[Assignment, ...], tuple[ShiftDay, ...]]]:
        """The one row of assignments that was dated last, and what they are then."""
        return [((), ())]

    # -- people -----------------------------------------------------------------------------------------------

    @cached_property
    def _absent(self) -> dict[tuple[str, date], Absence]:
        return {(a.officer, on): a for a in self.absences for on in dates(a.start, a.end)}

    def absence(self, officer: str, on: date) -> Absence | None:
        """Return the absence that covers the date, if any."""
        return self._absent.get((officer, on))

    def target(self, officer: Officer) -> timedelta:
        """Return the hours of the horizon: workdays x 8 h less leave on workdays (sheet column 应出勤).

        Business trips and training do not reduce it; they count as worked instead (``credited``).
        """
        if officer.id not in self._targets:
            absences = (self.absence(officer.id, day.date) for day in self.calendar if day.kind is DayKind.WORKDAY)
            self._targets[officer.id] = WORKDAY_HOURS * sum(a is None or a.kind.counts_as_worked for a in absences)
        return self._targets[officer.id]

    @cached_property
    def _targets(self) -> dict[str, timedelta]:
        """The targets asked for so far, by officer."""
        return {}

    @cached_property
    def _limits(self) -> dict[str, Limits]:
        return {limits.officer: limits for limits in self.limits}

    def limits_of(self, officer: str) -> Limits:
        """Return an officer's own limits; all None where none are entered."""
        if officer not in self._limits:
            self._limits[officer] = Limits(officer=officer)
        return self._limits[officer]

    def credited(self, officer: Officer) -> timedelta:
        """Return the hours that business trips and training count for: 8 h for each of their days."""
        if officer.id not in self._credits:
            days = (self.absence(officer.id, on) for on in self.dates)
            self._credits[officer.id] = WORKDAY_HOURS * sum(a is not None and a.kind.counts_as_worked for a in days)
        return self._credits[officer.id]

    @cached_property
    def _credits(self) -> dict[str, timedelta]:
        """The hours credited that were asked for so far, by officer."""
        return {}

    @cached_property
    def _past(self) -> dict[str, tuple[ShiftDay, ...]]:
        found: dict[str, list[ShiftDay]] = defaultdict(list)
        for past in self.past_shifts:
            found[past.officer].append(self.shift_day(past.shift, past.date))
        return {officer: tuple(sorted(shifts)) for officer, shifts in found.items()}

    def past_shifts_of(self, officer: str) -> tuple[ShiftDay, ...]:
        """Return the shifts worked in the days before the horizon, in time order."""
        return self._past.get(officer, ())

    # -- dated needs ------------------------------------------------------------------------------------------

    def _need(self, on: date, start: time, length: timedelta, place: str, heads: int) -> Need:
        begin = datetime.combine(on, start)
        return Need(begin, begin + length, on, place, heads)

    @cached_property
    def post_needs(self) -> tuple[Need, ...]:
        """Dated windows of the fixed posts; ``place`` is the post's id."""
        return tuple(
            self._need(day.date, post.start, post.length, post.id, post.heads)
            for post in self.posts
            for day in self.calendar
            if post.days.matches(day)
        )

    @cached_property
    def desk_needs(self) -> tuple[Need, ...]:
        """Dated opening hours of the case desks, two heads each; ``place`` is the desk's id."""
        return tuple(
            self._need(day.date, desk.start, desk.length, desk.id, 2)
            for desk in self.desks
            for day in self.calendar
            if desk.days.matches(day)
        )

    @cached_property
    def presence_needs(self) -> tuple[Need, ...]:
        """Dated windows of the standing presences; ``place`` is the presence's id."""
        return tuple(
            self._need(on, p.start, p.length, p.id, p.heads)
            for p in self.presences
            for on in dates(max(p.first, self.first), min(p.end, self.end))
        )

    @cached_property
    def wanted(self) -> dict[tuple[str, str, date], Cover]:
        """What is wanted on each squad, shift and date of the horizon that a row of covers names."""
        found: dict[tuple[str, str, date], Cover] = {}
        for cover in self.covers:
            first = self.first if cover.first is None else max(cover.first, self.first)
            end = self.end if cover.end is None else min(cover.end, self.end)
            found |= {
                (cover.squad, cover.shift, on): cover for on in dates(first, end) if cover.days.matches(self.day(on))
            }
        return found

    @cached_property
    def _windows(self) -> dict[tuple[str, date], tuple[OpenWindow, ...]]:
        return {(h.id, day.date): open_windows(h, day) for h in self.hotspots for day in self.calendar}

    def open_windows(self, hotspot: str, on: date) -> tuple[OpenWindow, ...]:
        """Return the open windows of a hotspot that begin on a date of the horizon, in time order."""
        return self._windows.get((hotspot, on), ())
