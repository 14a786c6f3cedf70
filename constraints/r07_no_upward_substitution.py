"""R07: service staff never replace management, nor management enforcement.

Model:  staff[c, p, post] = 0 for classes c whose force ranks below the post's force
        staff[c, p, desk] = 0 for classes c that are not of enforcement
Source: Shanghai 大联动 study. Downward work is allowed at a price (S18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Task, Term
from domain.calendar import minutes
from domain.result import Finding, Where
from domain.units import PERSON_MINUTES
from domain.words import DutyKind, Force, Scope, Severity, Text
from inputs.labels import label

if TYPE_CHECKING:
    from domain.roster import Duty, Roster
    from domain.scenario import Scenario


class NoUpwardSubstitution(Rule):
    """Posts and desks are worked by the force they ask for, or a higher one."""

    id, title = "R07", Text("不得低岗顶高岗", "No upward substitution")
    scope, severity = Scope.SQUAD, Severity.HARD
    unit = PERSON_MINUTES
    source = Text(
        "上海“大联动”研究:低一级队伍不能代替高一级",
        "Shanghai study of joint duty: lower forces cannot replace higher ones",
    )
    by_class = True

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for (group, _, task), heads in model.staff.items():
            least = _least_rank(scenario, task)
            if group.force.rank < least:
                model.cp.add(heads == 0)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for duty in roster.duties:
            officer = scenario.officer_by_id.get(duty.officer)
            asked = _asked(scenario, duty)
            if officer is None or asked is None:
                continue
            force, place = asked
            order = (Force.SERVICE, Force.MANAGEMENT, Force.ENFORCEMENT)
            if officer.force not in order[order.index(force) :]:
                when = f"{duty.start:%m-%d %H:%M}-{duty.end:%H:%M}"
                have, need = label(officer.force), label(force)
                yield self.finding(
                    scenario,
                    minutes(duty.end - duty.start),
                    Where(
                        officer=officer.id,
                        squad=officer.squad,
                        day=duty.day,
                        place=duty.place,
                        start=duty.start,
                        end=duty.end,
                    ),
                    Text(
                        f"{officer.name}({have.zh}){when} 在「{place}」,该岗需{need.zh}人员",
                        f"{officer.name} ({have.en}) {when} at {place}, which asks for {need.en} staff",
                    ),
                    Text(f"换成{need.zh}人员", f"Put {need.en} staff there"),
                )


def _least_rank(scenario: Scenario, task: Task) -> int:
    """Return the lowest rank of force a task takes (model only)."""
    if task.kind is DutyKind.POST:
        return scenario.post_by_id[task.place].force.rank
    return Force.ENFORCEMENT.rank if task.kind is DutyKind.DESK else Force.SERVICE.rank


def _asked(scenario: Scenario, duty: Duty) -> tuple[Force, str] | None:
    """Return the force a duty asks for and its place's name, None where any force will do (audit only)."""
    post, desk = scenario.post_by_id.get(duty.place or ""), scenario.desk_by_id.get(duty.place or "")
    if duty.kind is DutyKind.POST and post is not None:
        return post.force, post.name
    if duty.kind is DutyKind.DESK and desk is not None:
        return Force.ENFORCEMENT, desk.name
    return None
