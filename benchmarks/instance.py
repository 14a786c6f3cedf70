"""Writes a made-up instance in the text format of Curtois and Qu, to try sizes that nobody has published here.

What it draws is distributed as in the published instances 5 to 10: cover asks for all the minutes that contracts give,
every day alike; full-timers have two free weekends in four, most may not do every shift type, contracts are a narrow
band. So heads short on weekends and of rare types, at 100 each, are what an optimum mostly costs.

Run: .venv/bin/python benchmarks/instance.py --weeks 52 --staff 150 --types 32 out/Instance124.txt
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HOUR = 60
REST = 14 * HOUR
SORTS = (("E", 6), ("L", 14), ("D", 9), ("N", 22))
"""Sorts of shift types with the hour at which they start, commonest first."""
LENGTHS = (480, 480, 480, 480, 600)
BAND = 1080
"""Minutes between the most and the least that a contract allows, in four weeks."""
SPREAD = 0.2
"""How far the heads asked for differ from day to day."""


class Contract(NamedTuple):
    """Minutes in four weeks, longest and shortest stretch of work, shortest of rest, weekends in four."""

    minutes: int
    runs: str
    weekends: int


CONTRACTS = (
    (10, Contract(8640, "5,2,2", 2)),
    (5, Contract(8640, "6,2,3", 2)),
    (4, Contract(5160, "5,1,2", 3)),
    (2, Contract(3420, "5,1,1", 3)),
)
"""Contracts, each with how many of 21 officers have it."""


class Type(NamedTuple):
    """A shift type; ``night`` ones are capped low."""

    name: str
    start: int
    minutes: int
    night: bool


def main() -> None:
    """Write one instance; the same arguments write the same file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    for name, default in (("weeks", 12), ("staff", 40), ("types", 5), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--asked", type=float, default=1.0, help="minutes asked for, of those there are (1.0)")
    args = parser.parse_args()
    made = instance(args.weeks, args.staff, args.types, random.Random(args.seed), args.asked)
    args.target.write_text("\n".join(made) + "\n", encoding="utf-8")


def instance(weeks: int, staff: int, types: int, dice: random.Random, asked: float = 1.0) -> Iterator[str]:
    """Yield the lines of an instance; its cover asks for ``asked`` of the minutes that contracts give."""
    days = 7 * weeks
    kinds = list(_types(types, dice))
    yield from ("SECTION_HORIZON", str(days), "SECTION_SHIFTS")
    for kind in kinds:
        ready = kind.start + kind.minutes - 24 * HOUR + REST
        yield f"{kind.name},{kind.minutes}," + "|".join(k.name for k in kinds if k.start < ready)
    yield "SECTION_STAFF"
    contracts = sorted(dice.choices([c for _, c in CONTRACTS], [n for n, _ in CONTRACTS], k=staff), reverse=True)
    allowed: list[list[str]] = []
    minutes = 0
    for n, contract in enumerate(contracts):
        most = contract.minutes * weeks // 4
        minutes += most
        caps = _caps(kinds, contract, weeks, dice)
        allowed.append([name for name, cap in caps.items() if cap])
        text = "|".join(f"{name}={cap}" for name, cap in caps.items())
        least = max(0, most - BAND * weeks // 4)
        yield f"S{n},{text},{most},{least},{contract.runs},{contract.weekends * weeks // 4}"
    yield "SECTION_DAYS_OFF"
    for n in range(staff):
        off = sorted(dice.sample(range(days), max(1, weeks // 2)))
        yield f"S{n}," + ",".join(map(str, off))
    for section, a_week in (("ON", 0.45), ("OFF", 0.25)):
        yield f"SECTION_SHIFT_{section}_REQUESTS"
        for n in range(staff):
            for week in range(weeks):
                if dice.random() < a_week:
                    shift, weight, first = dice.choice(allowed[n]), dice.randint(1, 3), 7 * week + dice.randrange(6)
                    for day in range(first, min(days, first + dice.randint(1, 4))):
                        yield f"S{n},{day},{shift},{weight}"
    yield "SECTION_COVER"
    worth = [dice.uniform(0.6, 1.3) * (0.5 if kind.night else 1.0) for kind in kinds]
    a_day = asked * minutes / days / sum(w * kind.minutes for w, kind in zip(worth, kinds, strict=True))
    for day in range(days):
        for w, kind in zip(worth, kinds, strict=True):
            heads = int(max(0.0, dice.gauss(1.0, SPREAD)) * w * a_day + dice.random())
            yield f"{day},{kind.name},{heads},100,1"


def _types(count: int, dice: random.Random) -> Iterator[Type]:
    """Yield shift types, of every sort as long as there are enough."""
    for n in range(count):
        name, hour = SORTS[n % len(SORTS)]
        start = hour * HOUR + (dice.randrange(3) * HOUR if n >= len(SORTS) else 0)
        minutes = 480 if n < len(SORTS) - 1 else dice.choice(LENGTHS)
        yield Type(f"{name}{n}", start, minutes, name == "N")


def _caps(kinds: list[Type], contract: Contract, weeks: int, dice: random.Random) -> dict[str, int]:
    """Return the most of each shift type: one and some others are free, others are half of the days, or none."""
    days, share = 7 * weeks, contract.minutes / 8640
    caps = {}
    for kind in kinds:
        if kind.night:
            caps[kind.name] = dice.choice((0, round(weeks * share), round(2 * weeks * share)))
        else:
            caps[kind.name] = dice.choice((0, days, round(days / 2 * share)))
    caps[dice.choice([kind.name for kind in kinds if not kind.night])] = days
    return caps


if __name__ == "__main__":
    main()
