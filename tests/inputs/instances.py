"""Tiny public-style instances of our own, with optima worked out by hand."""

from __future__ import annotations

from pathlib import Path

SOLO = """# one employee, one week, one shift type
SECTION_HORIZON
7

SECTION_SHIFTS
D,480,

SECTION_STAFF
A,D=7,2400,1920,5,2,2,0

SECTION_DAYS_OFF
A,0

SECTION_SHIFT_ON_REQUESTS
A,1,D,4

SECTION_SHIFT_OFF_REQUESTS
A,2,D,3

SECTION_COVER
0,D,1,100,1
1,D,1,100,1
2,D,1,100,1
3,D,1,100,1
4,D,1,100,1
5,D,0,100,1
6,D,0,100,1
"""
SOLO_OPTIMUM = 103
"""Day 0 is off (100); four of days 1-4 must be worked, as weekends may not: day 2 against the request (3)."""

PAIR = """SECTION_HORIZON
4
SECTION_SHIFTS
E,480,
L,600,E
SECTION_STAFF
A,E=4|L=1,2000,900,4,1,1,1
B,E=0|L=4,1200,1200,3,2,1,1
SECTION_SHIFT_ON_REQUESTS
A,0,L,5
A,1,E,2
SECTION_COVER
0,E,1,10,1
1,E,1,10,1
0,L,1,10,1
1,L,2,10,1
2,L,1,10,7
"""
PAIR_OPTIMUM = 15
"""B must work L twice (1,200 minutes): on days 0 and 1. A works E, E and its one L on day 2. Short is one head of L on
day 1 (10), and A's wish for L on day 0 is not granted (5)."""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
