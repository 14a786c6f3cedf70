"""An explanation for the small roster: one entry on two dates with a reason, an option and a counted line."""

from __future__ import annotations

from datetime import date

from domain.explanation import Counted, Entry, Explanation, Obstacle, Offer, Option, Person, Reason, ShortDay
from domain.words import Text

DAYS = (date(2026, 10, 5), date(2026, 10, 6))


def small_explanation() -> Explanation:
    """Return what the sheet says of a post of the first squad that nobody holds on two dates."""
    why = Reason(obstacle=Obstacle.HOURS, rule="R06", days=DAYS, text=Text("工时超出", "=too many hours"))
    entry = Entry(
        id="S01-P1-1",
        rule="S01",
        item="",
        place="P1",
        what=Text("外滩中队 固定岗「陈毅广场」", "post 陈毅广场"),
        hours="11:00-13:00",
        squads=("WT",),
        cause=Obstacle.HOURS,
        days=tuple(ShortDay(day=day, amount=120, points=60.0, text=Text("缺 1 人", "1 missing")) for day in DAYS),
        people=(Person(id="WT03", name="王伟", squad="WT", reasons=(why,)),),
    )
    option = Option(
        number=1,
        kind="call in",
        text=Text("叫一名休息的队员来上班", "call in a resting officer"),
        day=DAYS[0],
        filled=120,
        missing=120,
        points=-12.0,
        changes=(Text("王伟 10-05:休 → 早班", "王伟 10-05: off -> early"),),
    )
    counted = Counted(kind="squad", text=Text("至少缺 2 个", "at least 2 missing"), needed=12, most=10, squads=("WT",))
    return Explanation(
        entries=(entry,),
        counted=(counted,),
        offers=(Offer(entry=entry.id, options=(option,), tried=(Text("换班", "swap"),)),),
    )
