"""Writes a made-up instance in the text format of Curtois and Qu, to try sizes that nobody has published here.

Run: .venv/bin/python benchmarks/instance.py --weeks 52 --staff 150 --types 32 out/Instance124.txt
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

LENGTHS = (360, 420, 480, 480, 480, 540, 600, 720)
SLOT = 60


def main() -> None:
    """Write one instance; the same arguments write the same file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    for name, default in (("weeks", 12), ("staff", 40), ("types", 5), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--asked", type=float, default=1.0, help="heads asked for, of those there are (1.0)")
    args = parser.parse_args()
    made = instance(args.weeks, args.staff, args.types, random.Random(args.seed), args.asked)
    args.target.write_text("\n".join(made) + "\n", encoding="utf-8")


def instance(weeks: int, staff: int, types: int, dice: random.Random, asked: float = 1.0) -> Iterator[str]:
    """Yield the lines of an instance with ``types`` shift types that start one after another.

    ``asked`` is how many heads the cover asks for, of those that full hours and shifts of 8 hours would give.
    """
    days = 7 * weeks
    starts = [6 * SLOT + 16 * SLOT * n // types for n in range(types)]
    lengths = [dice.choice(LENGTHS) for _ in range(types)]
    yield from ("SECTION_HORIZON", str(days), "SECTION_SHIFTS")
    for n in range(types):
        end = starts[n] + lengths[n] - 24 * SLOT
        yield f"T{n},{lengths[n]}," + "|".join(f"T{m}" for m in range(types) if starts[m] < end + 14 * SLOT)
    yield "SECTION_STAFF"
    share = []
    for n in range(staff):
        part = dice.choice((1.0, 1.0, 1.0, 0.6, 0.4))
        most = int(2160 * weeks * part)
        caps = [dice.choice((0, days, days, days, max(1, days // 6))) for _ in range(types)]
        caps[dice.randrange(types)] = days
        share.append(most)
        runs = dice.choice(("5,2,2", "6,2,3", "5,2,2")) if part == 1.0 else "5,1,2"
        weekends = weeks // 2 + 1
        text = "|".join(f"T{m}={cap}" for m, cap in enumerate(caps))
        yield f"E{n},{text},{most},{max(0, most - 1440)},{runs},{weekends}"
    yield "SECTION_DAYS_OFF"
    for n in range(staff):
        off = sorted(dice.sample(range(days), max(1, weeks // 2)))
        yield f"E{n}," + ",".join(map(str, off))
    for section, chance in (("ON", 0.35), ("OFF", 0.15)):
        yield f"SECTION_SHIFT_{section}_REQUESTS"
        for n in range(staff):
            for week in range(weeks):
                if dice.random() < chance:
                    shift, weight = dice.randrange(types), dice.randint(1, 3)
                    for day in range(7 * week + dice.randrange(3), 7 * week + 5):
                        yield f"E{n},{day},T{shift},{weight}"
    yield "SECTION_COVER"
    heads = asked * sum(share) / 480 / days / types
    for day in range(days):
        for n in range(types):
            wanted = max(0, round(heads * dice.uniform(0.7, 1.3) * (0.8 if day % 7 >= 5 else 1.05)))
            yield f"{day},T{n},{wanted},100,1"


if __name__ == "__main__":
    main()
