"""What cannot work, found by counting alone, before any solving and without a solver.

Every sentence is a proof: ``needed`` is what must be given at least, ``most`` what the people can give at the very
most. An officer's most is the smaller of his hours' upper limit (R06) and the days that leave and the longest run of
workdays (R04) allow; a place's least is the fewest shifts that cover its hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from constraints.base import all_rules
from constraints.r13_taking_part import TakingPart
from domain.calendar import DAY, Need, minutes, overlaps
from domain.explanation import Counted
from domain.scenario import WORKDAY_HOURS, Group, Officer, Scenario
from domain.words import DutyKind, LockKind, Text
from scheduler.candidates import starts_on

_RULES = {rule.id: rule for rule in all_rules()}


def count(scenario: Scenario) -> tuple[Counted, ...]:
    """Return everything that counting shows cannot work, in order of squads, desks, posts, leaders and groups."""
    able = Able(scenario)
    found = [
        *_leaders(able),
        *_desks(able),
        *_posts(able),
        *_squads(able),
        *_groups(able),
    ]
    return tuple(row for row in found if row.needed > row.most)


class Able:
    """How many shifts each officer can work at the very most, and which shifts cover what."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._hours = _RULES["R06"].params(scenario)
        self._run = int(_RULES["R04"].params(scenario).max_days)
        self._rests = {(k.officer, k.date) for k in scenario.locks if k.kind is LockKind.REST}
        self._most = {o.id: self._shifts(o) for o in scenario.officers}
        self.needs: dict[tuple[str, date], list[Need]] = defaultdict(list)
        """Needs that one squad alone mans, by squad and every date they touch."""
        for need, squads in (
            *((n, (scenario.post_by_id[n.place].squad,)) for n in scenario.post_needs),
            *((n, scenario.desk_by_id[n.place].squads) for n in scenario.desk_needs),
        ):
            for on in {need.start.date(), need.end.date()} if len(squads) == 1 else ():
                self.needs[squads[0], on].append(need)
        self._here: dict[tuple[str, date], tuple[Officer, ...]] = {}

    def shifts(self, officer: Officer) -> int:
        """Return the most shifts an officer can work in the horizon."""
        return self._most[officer.id]

    def present(self, officer: Officer, on: date) -> bool:
        """Return whether an officer is neither absent nor locked to rest on a date."""
        return self.scenario.absence(officer.id, on) is None and (officer.id, on) not in self._rests

    def here(self, squad: str, on: date) -> tuple[Officer, ...]:
        """Return the officers of a squad present on a date."""
        if (squad, on) not in self._here:
            self._here[squad, on] = tuple(o for o in self.scenario.officers_of(squad) if self.present(o, on))
        return self._here[squad, on]

    def may_work(self, officer: Officer) -> list[str]:
        """Return the shifts of the squad that an officer is not barred from."""
        return [s.id for s in self.scenario.shifts_of(officer.squad) if s.id not in officer.barred_shifts]

    def _shifts(self, officer: Officer) -> int:
        scenario = self.scenario
        paid = [minutes(scenario.shift_by_id[s].paid) for s in self.may_work(officer)]
        if not paid:
            return 0
        credited = minutes(scenario.credited(officer))
        high = max(minutes(scenario.target(officer) + self._hours.above), credited)
        by_hours = (high - credited) // min(paid) if min(paid) else len(scenario.dates)
        days, run, count = [self.present(officer, on) for on in scenario.dates], 0, 0
        for here in days:
            run = run + 1 if here else 0
            if run > self._run:
                run = 0  # one of any max_days + 1 dates in a row is a rest
            count += run > 0
        return max(0, min(by_hours, count))


def _leaders(able: Able) -> Iterator[Counted]:
    """S19: days of the horizon against what all leaders of a squad can work."""
    scenario = able.scenario
    for squad in scenario.squads:
        leaders = [o for o in scenario.officers_of(squad.id) if o.leads]
        days, most = len(scenario.dates), sum(able.shifts(o) for o in leaders)
        names = "、".join(o.name for o in leaders) or "无"
        listed = ", ".join(o.name for o in leaders) or "none"
        yield Counted(
            kind="leader",
            squads=(squad.id,),
            needed=days,
            most=most,
            text=Text(
                f"{squad.name}每天要有一名中队长或副中队长在岗,共 {days} 天;{len(leaders)} 名领导({names})"
                f"合计至多 {most} 天,至少有 {days - most} 天没有",
                f"{squad.name} needs a leader on duty on each of {days} days; its {len(leaders)} leader(s) ({listed}) "
                f"can work {most} at most, so at least {days - most} go without",
            ),
        )


def _desks(able: Able) -> Iterator[Counted]:
    """S16: certified person-shifts of a desk against what its certified officers can work."""
    scenario = able.scenario
    for desk in scenario.desks:
        people = [
            o
            for s in desk.squads
            for o in scenario.officers_of(s)
            if o.certified and DutyKind.DESK not in o.barred_duties
        ]
        squads = [scenario.squad_by_id[s] for s in desk.squads if s in scenario.squad_by_id]
        names, listed = "、".join(s.name for s in squads), ", ".join(s.name for s in squads)
        shifts = [s for squad in desk.squads for s in scenario.shifts_of(squad)]
        days = [n.day for n in scenario.desk_needs if n.place == desk.id]
        least = _fewest(desk.start, desk.length, [(s.start, s.length) for s in shifts])
        needed, most = 2 * least * len(days), sum(able.shifts(o) for o in people)
        each = max((able.shifts(o) for o in people), default=0)
        yield Counted(
            kind="desk",
            squads=desk.squads,
            needed=needed,
            most=most,
            text=Text(
                f"{names}的「{desk.name}」每天要 {2 * least} 个持证人班,{len(days)} 天共 {needed} 个;"
                f"{len(people)} 名持证队员每人至多 {each} 个班,合计至多 {most} 个,至少缺 {needed - most} 个",
                f"Desk {desk.name} of {listed} needs {2 * least} certified person-shifts a day, {needed} in "
                f"{len(days)} days; its {len(people)} certified officers have at most {each} shifts each, {most} "
                f"together: at least {needed - most} are missing",
            ),
        )
        yield from _desk_days(able, desk.name, names, listed, desk.squads, 2 * least, days, people)


def _desk_days(
    able: Able,
    desk: str,
    names: str,
    listed: str,
    squads: tuple[str, ...],
    needed: int,
    days: Sequence[date],
    people: Sequence[Officer],
) -> Iterator[Counted]:
    """Count who is present: one entry for the worst day, with the other dates named."""
    short = {on: here for on in days if (here := sum(able.present(o, on) for o in people)) < needed}
    if short:
        most = min(short.values())
        zh, en = "、".join(f"{on:%m-%d}" for on in short), ", ".join(f"{on:%m-%d}" for on in short)
        yield Counted(
            kind="desk day",
            squads=squads,
            needed=needed,
            most=most,
            text=Text(
                f"{names}的「{desk}」每天要 {needed} 个持证人班,但这些天在队的持证队员不足:{zh}(最少 {most} 人)",
                f"Desk {desk} of {listed} needs {needed} certified person-shifts a day, but too few certified officers "
                f"are present on {en} (as few as {most})",
            ),
        )


def _posts(able: Able) -> Iterator[Counted]:
    """S01: person-shifts of a post against what those who may stand there can work."""
    scenario = able.scenario
    for post in scenario.posts:
        people = [
            o
            for o in scenario.officers_of(post.squad)
            if o.force.rank >= post.force.rank and DutyKind.POST not in o.barred_duties
        ]
        shifts = [(s.start, s.length) for s in scenario.shifts_of(post.squad)]
        least = _fewest(post.start, post.length, shifts)
        days = [n.day for n in scenario.post_needs if n.place == post.id]
        reaching = [s for s in scenario.shifts_of(post.squad) if _reaches(s.start, s.length, post.start, post.length)]
        able_people = [o for o in people if any(s.id not in o.barred_shifts for s in reaching)]
        needed, most = least * post.heads * len(days), sum(able.shifts(o) for o in able_people)
        squad = scenario.squad_by_id[post.squad].name
        yield Counted(
            kind="post",
            squads=(post.squad,),
            needed=needed,
            most=most,
            text=Text(
                f"{squad}的固定岗「{post.name}」{len(days)} 天至少要 {needed} 个人班;可站该岗的 {len(able_people)} 人"
                f"合计至多 {most} 个,至少缺 {needed - most} 个",
                f"Post {post.name} of {squad} needs at least {needed} person-shifts in {len(days)} days; the "
                f"{len(able_people)} officers who may stand there have {most} at most: at least {needed - most} "
                "are missing",
            ),
        )


def _squads(able: Able) -> Iterator[Counted]:
    """Posts and desks of squads together against all shifts of their people; squads that share a desk count as one."""
    scenario = able.scenario
    for unit in _units(scenario):
        people = [o for s in unit for o in scenario.officers_of(s)]
        length = max((minutes(s.length) for q in unit for s in scenario.shifts_of(q)), default=0)
        spans = [n for n in scenario.post_needs if scenario.post_by_id[n.place].squad in unit]
        spans += [n for n in scenario.desk_needs if set(scenario.desk_by_id[n.place].squads) & set(unit)]
        if not people or not length:
            continue
        asked = sum(n.heads * minutes(n.end - n.start) for n in spans)
        needed, most = -(-asked // length), sum(able.shifts(o) for o in people)
        names = [scenario.squad_by_id[s].name for s in unit]
        workdays = sum(not day.off_work for day in scenario.calendar)
        usual = len(people) * workdays * minutes(WORKDAY_HOURS) // length
        yield from _visits(scenario, unit, asked, most * length)
        yield Counted(
            kind="squad",
            squads=unit,
            needed=needed,
            most=most,
            text=Text(
                f"本期 {workdays} 个工作日,{'、'.join(names)} {len(people)} 人应有 {usual} 个班、至多 {most} 个;"
                f"固定岗和案件岗要 {needed} 个,至少缺 {needed - most} 个",
                f"The period has {workdays} workdays, so {len(people)} officers of {', '.join(names)} give {usual} "
                f"shifts, {most} at most; posts and desk take {needed}: at least {needed - most} are missing",
            ),
        )
        if usual < needed <= most:
            yield Counted(
                kind="squad overtime",
                squads=unit,
                needed=needed,
                most=usual,
                text=Text(
                    f"本期 {workdays} 个工作日,{'、'.join(names)} {len(people)} 人应有 {usual} 个班;"
                    f"固定岗和案件岗要 {needed} 个,不加班至少缺 {needed - usual} 个",
                    f"The period has {workdays} workdays, so {len(people)} officers of {', '.join(names)} give {usual} "
                    f"shifts; posts and desk take {needed}: without overtime at least {needed - usual} are missing",
                ),
            )


def _visits(scenario: Scenario, unit: tuple[str, ...], asked: int, most: int) -> Iterator[Counted]:
    """S02: visits at hotspots that only these squads visit, in pairs, on top of posts and desks; in person-hours."""
    params = _RULES["S02"].params(scenario)
    wanted = sum(
        w.wanted
        for h in scenario.hotspots
        if h.squads and set(h.squads) <= set(unit)
        for on in scenario.dates
        for w in scenario.open_windows(h.id, on)
    )
    each = minutes(params.dose + params.travel)
    needed, hours = -(-(asked + 2 * each * wanted) // 60), most // 60
    names = [scenario.squad_by_id[s].name for s in unit]
    yield Counted(
        kind="visits",
        squads=unit,
        needed=needed,
        most=hours,
        text=Text(
            f"{'、'.join(names)}的固定岗、案件岗和 {wanted} 次到点(双人,每次 {each} 分钟)共要 {needed} 人·小时,"
            f"至多只有 {hours} 人·小时,到点必有缺口",
            f"Posts, desk and {wanted} visits (in pairs, {each} min each) of {', '.join(names)} take {needed} "
            f"person-hours and there are {hours} at most: some visits cannot be made",
        ),
    )


def _units(scenario: Scenario) -> list[tuple[str, ...]]:
    found: list[set[str]] = [{s.id} for s in scenario.squads]
    for desk in scenario.desks:
        joined = [unit for unit in found if unit & set(desk.squads)]
        found = [unit for unit in found if unit not in joined] + [set().union(*joined)]
    order = [s.id for s in scenario.squads]
    return sorted((tuple(sorted(unit, key=order.index)) for unit in found if unit), key=lambda u: order.index(u[0]))


def _groups(able: Able) -> Iterator[Counted]:
    """S03, R12, R13: what a group and the mobile squads can spare in one window, posts and desks manned."""
    scenario = able.scenario
    for group in scenario.groups:
        if not group.min_remediations:
            continue
        windows = _windows(scenario, group)
        if not windows:
            yield _no_window(group)
            continue
        squads = tuple(dict.fromkeys((*group.members, *scenario.mobile_squads)))
        best = max((sum(_spare(able, s, w) for s in squads), w) for w in windows)
        heads, (start, end) = best
        name = f"{start:%H:%M}-{end:%H:%M}"
        yield Counted(
            kind="group",
            squads=squads,
            needed=group.target_heads,
            most=heads,
            text=Text(
                f"{group.name}连同机动中队,固定岗和案件岗有人时,任何可办整治的时段至多抽出 {heads} 人(最多的是 "
                f"{start:%m-%d} {name}),整治要 {group.target_heads} 人",
                f"{group.name} with the mobile squads can spare at most {heads} people in any window fit for a "
                f"remediation while posts and desks are manned (most on {start:%m-%d}, {name}); the remediation needs "
                f"{group.target_heads}",
            ),
        )
        need = min(int(TakingPart().params(scenario).squads), len(group.members))
        certified = int(TakingPart().params(scenario).certified)
        able_squads = max(
            sum(_spare(able, s, w, lambda o: o.certified) >= certified for s in group.members) for w in windows
        )
        yield Counted(
            kind="group squads",
            squads=group.members,
            needed=need,
            most=able_squads,
            text=Text(
                f"{group.name}整治要 {need} 个中队各出 {certified} 名持证队员,任何时段至多 {able_squads} 个中队做得到",
                f"A remediation of {group.name} needs {certified} certified officers from each of {need} squads; in no "
                f"window can more than {able_squads} squads give them",
            ),
        )


def _no_window(group: Group) -> Counted:
    n = group.min_remediations
    return Counted(
        kind="group window",
        squads=group.members,
        needed=n,
        most=0,
        text=Text(
            f"{group.name}要办 {n} 次联动整治,但没有一个可办的热点有足够长、且有班次覆盖的时段",
            f"{group.name} owes {n} remediations, but none of the hotspots that may host has a window long enough that "
            "some shift covers",
        ),
    )


def _windows(scenario: Scenario, group: Group) -> list[tuple[datetime, datetime]]:
    spots = [h for h in scenario.hotspots if h.may_host and h.squads[0] in group.members]
    starts = {start for h in spots for on in scenario.dates for start in starts_on(scenario, h.id, on, group.length)}
    return [(start, start + group.length) for start in sorted(starts)]


def _spare(
    able: Able, squad: str, window: tuple[datetime, datetime], counts: Callable[[Officer], bool] = lambda _: True
) -> int:
    """Return the most people of a squad who can leave for a window while the squad's own posts and desks are manned."""
    scenario, (start, end) = able.scenario, window
    covering = {s.id for s in scenario.shifts_of(squad) if scenario.shift_day(s.id, start.date()).covers(start, end)}
    here = [
        o
        for o in able.here(squad, start.date())
        if counts(o) and DutyKind.REMEDIATION not in o.barred_duties and covering - set(o.barred_shifts)
    ]
    others = len(able.here(squad, start.date())) - len(here)
    return max(0, min(len(here), len(here) + others - _held(able, squad, window)))


def _held(able: Able, squad: str, window: tuple[datetime, datetime]) -> int:
    """Return the most heads that posts and unshared desks of a squad take at one moment of a window."""
    start, end = window
    needs = [n for n in able.needs[squad, start.date()] if overlaps(n.start, n.end, start, end)]
    moments = {max(start, n.start) for n in needs}
    return max((sum(n.heads for n in needs if n.start <= m < n.end) for m in moments), default=0)


_ANY_DAY = date(2000, 1, 3)
"""A day to lay clocks on."""


def _reaches(a_start: time, a_length: timedelta, b_start: time, b_length: timedelta) -> bool:
    """Return whether two clocks of every day share any time, over midnight too."""
    a, b = datetime.combine(_ANY_DAY, a_start), datetime.combine(_ANY_DAY, b_start)
    return any(overlaps(a + n * DAY, a + n * DAY + a_length, b, b + b_length) for n in (-1, 0, 1))


def _fewest(start: time, length: timedelta, shifts: Iterable[tuple[time, timedelta]]) -> int:
    """Return the fewest shifts that cover as much of [start, start + length) as all shifts together can."""
    begin = datetime.combine(_ANY_DAY, start)
    end, reached, used = begin + length, begin, 0
    spans = [
        (first, first + span)
        for clock, span in shifts
        for n in (-1, 0, 1)
        for first in [datetime.combine(_ANY_DAY, clock) + n * DAY]
    ]
    while reached < end:
        further = [b for a, b in spans if a <= reached < b]
        if further:
            reached, used = max(further), used + 1
            continue
        later = [a for a, _ in spans if reached < a < end]
        if not later:
            break
        reached = min(later)
    return used
