"""The sample brigade: 17 squads, 290 made-up officers, and more demand than they can meet.

Everything follows from the month and the seed, through one ``random.Random`` per topic, so that adding to one topic
leaves the others as they were. No set or hash order is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from itertools import product
from random import Random

from domain.calendar import DAY, Day, dates
from domain.scenario import (
    Absence,
    Designated,
    Lock,
    Officer,
    PastRemediation,
    PastShift,
    Presence,
    Referral,
    Request,
    Scenario,
    Vehicle,
)
from domain.words import (
    AbsenceKind,
    DayKind,
    DutyKind,
    Force,
    LockKind,
    PayRegime,
    Rank,
    VehicleKind,
)
from inputs.calendar import month_days
from inputs.sample_places import (
    DESKS,
    GROUPS,
    HOTSPOT_ID,
    HOTSPOTS,
    MOBILE,
    POSTS,
    SECOND_CARS,
    SHIFTS,
    SIZES,
    SQUADS,
    TWO_SHIFTS,
)

FIRST_ID = 1001
HISTORY_DAYS = 14
SHARES = {Force.ENFORCEMENT: 0.62, Force.MANAGEMENT: 0.30, Force.SERVICE: 0.08}
ABSENT_SHARE = 0.05

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建国文斌波辉鹏飞健宁博海晨晓东雪梅志远思佳宇浩"

CYCLES = {
    "three shifts": "早早早早早--中中中中中--晚晚晚晚--",
    "two shifts": "早早早早早--晚晚晚晚--",
    "mobile": "早早早早早--中中中中--晚晚晚备---",
}
"""Patterns of the past: forward rotation, at most five days in a row, two days off at each change."""


def sample_scenario(month: date = date(2026, 10, 1), seed: int = 2026) -> Scenario:
    """Return the sample brigade for the calendar month that begins on ``month``.

    Parameters
    ----------
    month
        Any date of the month wanted.
    seed
        Seed of everything that is drawn: names, licences, absences, requests, history.
    """
    first = month.replace(day=1)
    end = (first + 32 * DAY).replace(day=1)
    calendar, provisional = month_days(first, end)
    officers = _officers(_random(seed, "officers"))
    absences = _absences(officers, calendar, _random(seed, "absences"))
    locks = _locks(officers, absences, first)
    return Scenario(
        brigade="黄浦样例城管执法大队",
        first=first,
        end=end,
        calendar=calendar,
        squads=SQUADS,
        groups=GROUPS,
        officers=officers,
        shifts=SHIFTS,
        posts=POSTS,
        desks=DESKS,
        hotspots=HOTSPOTS,
        referrals=_referrals(first),
        vehicles=_vehicles(first),
        absences=absences,
        requests=_requests(officers, absences, locks, first, end, _random(seed, "requests")),
        locks=locks,
        designated=_designated(first),
        presences=_presences(calendar),
        past_shifts=_past_shifts(officers, absences, first),
        past_remediations=_past_remediations(first),
        provisional=provisional,
    )


def _random(seed: int, topic: str) -> Random:
    # a string seeds through SHA-512, so it does not depend on the hash seed
    return Random(f"{seed} {topic}")


# -- people ---------------------------------------------------------------------------------------------------


def _names(count: int, rng: Random) -> list[str]:
    singles = [s + a for s, a in product(SURNAMES, GIVEN)]
    doubles = [s + a + b for s, a, b in product(SURNAMES, GIVEN, GIVEN) if a != b]
    short = count // 5
    names = rng.sample(singles, short) + rng.sample(doubles, count - short)
    rng.shuffle(names)
    return names


def _forces(size: int, owed: dict[Force, float]) -> list[Force]:
    """Return the forces of one squad; ``owed`` carries the rounding over, so that the brigade's shares are exact."""
    for force, share in SHARES.items():
        owed[force] += share * size
    heads = {force: int(owed[force] + 1e-9) for force in SHARES}
    while sum(heads.values()) < size:
        neediest = max(SHARES, key=lambda force: owed[force] - heads[force])
        heads[neediest] += 1
    while sum(heads.values()) > size:
        richest = min(SHARES, key=lambda force: owed[force] - heads[force])
        heads[richest] -= 1
    for force in SHARES:
        owed[force] -= heads[force]
    return [force for force in SHARES for _ in range(heads[force])]


def _rank(squad: str, position: int) -> Rank:
    if position == 0:
        return Rank.LEADER
    return Rank.DEPUTY if position == 1 and squad != "景区三" else Rank.MEMBER


def _licences(rank: Rank, squad: str, rng: Random) -> tuple[VehicleKind, ...]:
    draw = rng.random()
    if rank is not Rank.MEMBER:
        return (VehicleKind.CAR, VehicleKind.VAN)
    if draw < (0.25 if squad in MOBILE else 0.1):
        return (VehicleKind.CAR, VehicleKind.TRUCK, VehicleKind.VAN)
    return (VehicleKind.CAR,) if draw < 0.55 else ()


def _regime(rank: Rank, force: Force) -> PayRegime:
    if rank is not Rank.MEMBER:
        return PayRegime.CIVIL
    return PayRegime.STANDARD if force is Force.SERVICE else PayRegime.COMPREHENSIVE


SPECIAL: dict[tuple[str, int], dict[str, object]] = {
    ("外滩", 9): {"protected": True},
    ("瑞金", 7): {"protected": True},
    ("街道八", 12): {"protected": True},
    ("机动一", 11): {"protected": True},
    ("豫园", 14): {"barred_shifts": ("晚",)},
    ("街道六", 6): {"barred_shifts": ("晚",)},
    ("机动二", 13): {"barred_shifts": ("备",)},
    ("外滩", 22): {"barred_duties": (DutyKind.POST, DutyKind.PRESENCE)},
    ("小东门", 13): {"barred_duties": (DutyKind.REMEDIATION,)},
    ("街道七", 8): {"barred_duties": (DutyKind.REMEDIATION,)},
    ("商业街一", 12): {"barred_duties": (DutyKind.PATROL, DutyKind.HOLDING)},
}
"""Protected and restricted officers, by squad and position in the squad (0 is the leader)."""


def _officers(rng: Random) -> tuple[Officer, ...]:
    names = iter(_names(sum(SIZES.values()), rng))
    owed = dict.fromkeys(SHARES, 0.0)
    found: list[Officer] = []
    for squad, size in SIZES.items():
        for position, force in enumerate(_forces(size, owed)):
            rank = _rank(squad, position)
            fields = {
                "id": str(FIRST_ID + len(found)),
                "name": next(names),
                "squad": squad,
                "force": force,
                "certified": force is Force.ENFORCEMENT,
                "rank": rank,
                "licences": _licences(rank, squad, rng),
                "regime": _regime(rank, force),
                "carried_late": rng.randint(0, 3),
                "carried_weekends": rng.randint(0, 2),
                "carried_holidays": rng.randint(0, 1),
                "carried_remediations": rng.randint(0, 2),
                "lieu": timedelta(hours=rng.choice((0, 0, 0, 4, 8))),
            }
            found.append(Officer.model_validate(fields | SPECIAL.get((squad, position), {})))
    return tuple(found)


# -- absences, requests, locks --------------------------------------------------------------------------------

LONG_ABSENCES = ((AbsenceKind.MATERNITY, 2), (AbsenceKind.SICK, 2))
"""Away the whole month: kind and heads."""

SHORT_ABSENCES: tuple[tuple[AbsenceKind, int, int], ...] = (
    (AbsenceKind.ANNUAL, 3, 7),
    (AbsenceKind.SICK, 1, 5),
    (AbsenceKind.ANNUAL, 5, 10),
    (AbsenceKind.TRAINING, 2, 3),
    (AbsenceKind.PERSONAL, 1, 2),
    (AbsenceKind.BUSINESS, 1, 2),
)
"""Kind, fewest and most days."""


def _absences(officers: Sequence[Officer], calendar: Sequence[Day], rng: Random) -> tuple[Absence, ...]:
    """Return absences of 5 % of all officer-days, one at most an officer, spread over the squads."""
    quota = round(ABSENT_SHARE * len(officers) * len(calendar))
    plain = [o for o in officers if not o.leads and not o.protected and o.squad not in TWO_SHIFTS]
    people = iter(rng.sample(plain, len(plain)))
    first, end = calendar[0].date, calendar[-1].date + DAY
    found: list[Absence] = []
    for kind, heads in LONG_ABSENCES:
        found += [Absence(officer=next(people).id, kind=kind, start=first, end=end) for _ in range(heads)]
    quota -= len(found) * len(calendar)
    turn = 0
    while quota > 0:
        kind, fewest, most = SHORT_ABSENCES[turn % len(SHORT_ABSENCES)]
        length = min(quota, rng.randint(fewest, most))
        start = rng.choice(_starts(kind, length, calendar))
        found.append(Absence(officer=next(people).id, kind=kind, start=start, end=start + length * DAY))
        quota -= length
        turn += 1
    return tuple(sorted(found, key=lambda a: (a.officer, a.start)))


def _starts(kind: AbsenceKind, length: int, calendar: Sequence[Day]) -> list[date]:
    """Return the dates an absence may begin on; training and business fall on workdays only."""
    spans = [calendar[n : n + length] for n in range(len(calendar) - length + 1)]
    if kind.counts_as_worked:
        spans = [span for span in spans if not any(day.off_work for day in span)] or spans
    return [span[0].date for span in spans]


def _locks(officers: Sequence[Officer], absences: Sequence[Absence], first: date) -> tuple[Lock, ...]:
    """Return a few locks of officers who are present all month; none touches another."""
    away = {absence.officer for absence in absences}
    free = {squad: [o for o in officers if o.squad == squad and o.id not in away] for squad in SIZES}
    monday = first + ((7 - first.weekday()) % 7 + 7) * DAY  # the second Monday at the latest
    night = next(post for post in POSTS if post.squad == "机动一")
    return (
        Lock(id="L1", kind=LockKind.SHIFT, date=monday, officer=free["外滩"][0].id, shift="早"),
        Lock(id="L2", kind=LockKind.REST, date=monday + 2 * DAY, officer=free["豫园"][1].id),
        Lock(id="L3", kind=LockKind.SHIFT, date=monday + 3 * DAY, officer=free["街道六"][3].id, shift="早"),
        Lock(id="L4", kind=LockKind.REST, date=monday + 5 * DAY, officer=free["景区二"][2].id),
        Lock(
            id="L5",
            kind=LockKind.DUTY,
            date=monday,
            officer=free["机动一"][2].id,
            duty=DutyKind.POST,
            place=night.id,
            start=night.start,
            length=night.length,
        ),
        Lock(
            id="L6",
            kind=LockKind.REMEDIATION,
            date=monday + 11 * DAY,
            place=HOTSPOT_ID["陕西南路(南昌路-淮海中路)"],
            start=time(16, 0),
            group="B",
        ),
    )


def _requests(
    officers: Sequence[Officer],
    absences: Sequence[Absence],
    locks: Sequence[Lock],
    first: date,
    end: date,
    rng: Random,
) -> tuple[Request, ...]:
    """Return about one request per six officers, none on a day that is absent or locked."""
    taken = {(a.officer, on) for a in absences for on in dates(a.start, a.end)}
    taken |= {(lock.officer, lock.date) for lock in locks if lock.officer is not None}
    found: list[Request] = []
    for officer in rng.sample(list(officers), len(officers) // 6):
        on = rng.choice([day for day in dates(first, end) if (officer.id, day) not in taken] or [first])
        if (officer.id, on) in taken:
            continue  # away all month
        shift = rng.choice((None, None, None, "早", "早", "晚"))
        against = shift == "晚"
        found.append(Request(officer=officer.id, date=on, shift=shift, weight=rng.choice((2, 4, 6)), against=against))
    return tuple(sorted(found, key=lambda r: (r.date, r.officer)))


# -- places and orders ----------------------------------------------------------------------------------------

SOURCES = ("12319热线", "街道反映", "领导交办", "媒体曝光", "居民来信", "网格上报")


def _referrals(first: date) -> tuple[Referral, ...]:
    spots = ("陕西南路(南昌路-淮海中路)", "新开河路/人民路", "台湾路", "斜土路菜场", "城隍庙九曲桥", "陆家浜路夜宵街")
    by_id = {hotspot.id: hotspot for hotspot in HOTSPOTS}
    rows = [HOTSPOT_ID[name] for name in (*spots, *spots[:2])]
    return tuple(
        Referral(
            id=f"X{number:02}",
            squad=by_id[spot].squads[-1],
            hotspot=spot,
            date=first - (3 + 2 * number) * DAY,
            source=SOURCES[number % len(SOURCES)],
        )
        for number, spot in enumerate(rows, start=1)
    )


def _owners() -> Iterator[tuple[VehicleKind, str | None]]:
    for squad in SIZES:
        yield VehicleKind.CAR, squad
        if squad in SECOND_CARS:
            yield VehicleKind.CAR, squad
    yield from ((VehicleKind.CAR, None),) * 3
    yield from ((VehicleKind.TRUCK, squad) for squad in (*MOBILE, None, None))
    yield from ((VehicleKind.VAN, None),) * 2


def _vehicles(first: date) -> tuple[Vehicle, ...]:
    """Return 25 cars, 4 haul trucks and 2 command vans; every seventh is inspected once in the month."""
    words = {VehicleKind.CAR: "巡逻车", VehicleKind.TRUCK: "清运车", VehicleKind.VAN: "指挥车"}
    return tuple(
        Vehicle(
            id=f"V{number:02}",
            name=f"城管{number:02}号{words[kind]}",
            kind=kind,
            squad=squad,
            inspection=(first + (number + 6) * DAY,) if number % 7 == 0 and number < 21 else (),
        )
        for number, (kind, squad) in enumerate(_owners(), start=1)
    )


def _designated(first: date) -> tuple[Designated, ...]:
    """Return the order for 新开河, which takes five squads, one of them from another group."""
    return (
        Designated(
            id="Z1",
            group="A",
            hotspot=HOTSPOT_ID["新开河路/人民路"],
            first=first + 12 * DAY,
            end=first + 17 * DAY,
            start=time(14, 0),
            length=timedelta(hours=4),
            squads=("豫园", "外滩", "小东门", "景区一", "瑞金"),
            heads=20,
            vehicles=5,
            reason="三个中队结合部,长途客运站周边乱设摊,领导交办",
        ),
    )


def _presences(calendar: Sequence[Day]) -> tuple[Presence, ...]:
    """Return the standing presence at the Bund, on the evenings of the month's longest run of days off."""
    start, end = _longest_break(calendar)
    return (
        Presence(
            id="J1",
            hotspot=HOTSPOT_ID["外滩观景平台"],
            squads=("外滩", "豫园", "小东门", "景区一"),
            first=start,
            end=end,
            start=time(16, 30),
            length=timedelta(hours=5),
            heads=6,
        ),
    )


def _longest_break(calendar: Sequence[Day]) -> tuple[date, date]:
    best: tuple[Day, ...] = ()
    run: tuple[Day, ...] = ()
    for day in calendar:
        run = (*run, day) if day.off_work else ()
        if len(run) > len(best) or (len(run) == len(best) and any(d.kind is DayKind.HOLIDAY for d in run)):
            best = run
    return best[0].date, best[-1].date + DAY


# -- history --------------------------------------------------------------------------------------------------


def _cycle(squad: str) -> str:
    if squad in MOBILE:
        return CYCLES["mobile"]
    return CYCLES["two shifts" if squad in TWO_SHIFTS else "three shifts"]


def _past_shifts(officers: Sequence[Officer], absences: Sequence[Absence], first: date) -> tuple[PastShift, ...]:
    """Return the last two weeks: everybody somewhere in the squad's cycle, whoever is away on the 1st was away."""
    away = {a.officer for a in absences if a.start == first}
    found: list[PastShift] = []
    for number, officer in enumerate(officers):
        if officer.id in away:
            continue
        cycle = _cycle(officer.squad)
        offset = number * 5  # neighbours in the list stand at different places of the cycle
        for n, on in enumerate(dates(first - HISTORY_DAYS * DAY, first)):
            shift = cycle[(offset + n) % len(cycle)]
            if shift != "-" and shift not in officer.barred_shifts and not (officer.protected and shift in "晚备"):
                found.append(PastShift(officer=officer.id, date=on, shift=shift))
    return tuple(found)


def _past_remediations(first: date) -> tuple[PastRemediation, ...]:
    rows = (("A", "方浜中路", 12), ("B", "淡水路小吃街", 11), ("C", "文庙路书市", 14), ("D", "五里桥路夜市", 16))
    by_id = {hotspot.id: hotspot for hotspot in HOTSPOTS}
    return tuple(
        PastRemediation(
            id=f"LQ-{group}-{first - ago * DAY:%Y%m%d}",
            group=group,
            hotspot=HOTSPOT_ID[name],
            host=by_id[HOTSPOT_ID[name]].squads[0],
            date=first - ago * DAY,
        )
        for group, name, ago in rows
    )
