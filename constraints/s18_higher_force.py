"""S18: higher force stays off lower work.

Model:  amount = sum of staff[c, p, post] x length[p] over classes c whose force ranks above the post's force
Source: own judgement. Priced per shift of 8 h.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import minutes
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import PERSON_MINUTES
from domain.words import DutyKind, Scope, Severity, Text
from inputs.labels import label

if TYPE_CHECKING:
    from domain.roster import Duty, Roster
    from domain.scenario import Scenario


class HigherForce(Rule):
    """Posts that a lower force may stand are stood by that force."""

    id, title = "S18", Text("高岗不做低岗", "Higher force on lower work")
    scope, severity = Scope.SQUAD, Severity.WISH
    unit, source = PERSON_MINUTES, Text("本系统自定", "own judgement")
    by_class = True
    parameters = (
        Parameter(
            key="weight",
            default=5,
            text=Text("高岗人员每站一班低岗扣分", "Points per shift of a higher force at a lower post"),
            unit=Text("分/班", "points per shift of 8 h"),
            low=0,
            high=100_000,
        ),
    )
    prices, per = {"": "weight"}, {"": 480}

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for (group, period, task), heads in model.staff.items():
            if task.kind is DutyKind.POST and group.force.rank > scenario.post_by_id[task.place].force.rank:
                yield Term(period.length_min * heads)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        stood: dict[tuple[str, str], list[Duty]] = defaultdict(list)
        for duty in roster.duties:
            if duty.kind is DutyKind.POST and duty.officer in scenario.officer_by_id:
                stood[duty.officer, duty.place or ""].append(duty)
        for (who, place), duties in sorted(stood.items()):
            officer, post = scenario.officer_by_id[who], scenario.post_by_id.get(place)
            if post is None or officer.force.rank <= post.force.rank:
                continue
            total = sum((d.end - d.start for d in duties), timedelta(0))
            if total > timedelta(0):
                days = sorted({d.day for d in duties})
                have, need = label(officer.force), label(post.force)
                hours = f"{minutes(total) / 60:g}"
                zh = "、".join(f"{day:%m-%d}" for day in days)
                en = ", ".join(f"{day:%m-%d}" for day in days)
                yield self.finding(
                    scenario,
                    minutes(total),
                    Where(officer=officer.id, squad=officer.squad, place=post.id, start=duties[0].start),
                    Text(
                        f"{officer.name}({have.zh})站「{post.name}」(可由{need.zh}人员站){hours} 小时:{zh}",
                        f"{officer.name} ({have.en}) stands {hours} h at {post.name}, where {need.en} staff would do: "
                        f"{en}",
                    ),
                    Text(f"有{need.zh}人员在班时换其站岗", f"Let {need.en} staff stand there when on shift"),
                )
