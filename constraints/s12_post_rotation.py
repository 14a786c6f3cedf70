"""S12: fixed posts go round among the officers who may stand there.

Amount: stands (days) of one officer at one post beyond the even share;
share = ceil(needed stands / eligible officers) + 1, where needed stands = sum of heads over the post's days.
Model:  over[o, post] >= does[o, p, post] for every period p of the stretch, where the share is used up already.
Source: own judgement.

Before anybody is named, heads of classes say how many stand there on a date (`least_stands`): whoever stands at a post
counts once a day, so at least as many of a class do as are there in any one period. Beyond what its officers' even
shares come to (`free_stands`) each costs as much as here, whoever is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import OfficerClass, RosterModel, Rule, Term
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import TIMES
from domain.words import DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ortools.sat.python import cp_model

    from constraints.base import Literal
    from domain.roster import Roster
    from domain.scenario import Officer, Post, Scenario

Stand = tuple[OfficerClass, str]
"""A class and a post."""
MOST_HEADS = 1_000
"""More than any class has."""


class PostRotation(Rule):
    """No officer stands at one post much more often than the others."""

    id, title = "S12", Text("固定岗轮换", "Rotation of fixed posts")
    scope, severity = Scope.NAMING, Severity.WISH
    unit, source = TIMES, Text("本系统自定", "own judgement")
    parameters = (
        Parameter(
            key="weight",
            default=2,
            text=Text("同一人站同一岗超出平均份额,每次", "Each stand of one officer at one post beyond the even share"),
            unit=Text("分/次", "points each"),
            low=0,
        ),
    )
    prices = {"": "weight"}

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        shares = {post.id: self.share(scenario, post) for post in scenario.posts}
        stands: dict[tuple[str, str], list[Literal]] = {}
        for (officer, _, task), does in model.does.items():
            if task is not None and task.kind is DutyKind.POST:
                stands.setdefault((officer, task.place), []).append(does)
        for (officer, place), literals in stands.items():
            if model.named_before.get((officer, place), 0) >= shares[place]:
                over = model.cp.new_bool_var(f"{self.id}/over/{officer}/{place}")
                for does in literals:
                    model.cp.add(over >= does)
                yield Term(over)

    def share(self, scenario: Scenario, post: Post) -> int:
        """Return how often one officer may stand at a post in the horizon before it counts."""
        people = [
            o
            for o in scenario.officers_of(post.squad)
            if o.force.rank >= post.force.rank and DutyKind.POST not in o.barred_duties
        ]
        needed = sum(n.heads for n in scenario.post_needs if n.place == post.id)
        return -(-needed // max(1, len(people))) + 1

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for officer in scenario.officers:
            days: dict[str, set[object]] = {}
            for duty in roster.duties_of(officer.id):
                if duty.kind is DutyKind.POST and duty.place in scenario.post_by_id:
                    days.setdefault(duty.place, set()).add(duty.day)
            for place, stood in sorted(days.items()):
                post = scenario.post_by_id[place]
                share = self.share(scenario, post)
                if len(stood) > share:
                    yield self.finding(
                        scenario,
                        len(stood) - share,
                        Where(officer=officer.id, squad=officer.squad, place=place),
                        Text(
                            f"{officer.name} 本月站 {post.name} {len(stood)} 次,平均份额 {share} 次",
                            f"{officer.name} stands at {post.name} {len(stood)} times; the even share is {share}",
                        ),
                        Text("换同班其他队员站岗", "Let others of the shift stand there"),
                    )


def free_stands(scenario: Scenario, people: Mapping[OfficerClass, Collection[Officer]]) -> dict[Stand, int]:
    """Return how often the officers of each class may stand at each post of their squad before it counts."""
    rule = PostRotation()
    return {
        (group, post.id): rule.share(scenario, post) * len(members)
        for post in scenario.posts
        for group, members in people.items()
        if group.squad == post.squad and group.may(DutyKind.POST)
    }


def least_stands(model: RosterModel, stand: Stand) -> cp_model.IntVar | None:
    """Return a variable no less than the most heads of a class at a post in one period; None if it never stands there.

    The model is one of one date: there they are no more than those who stand there on that date.
    """
    group, place = stand
    heads = [
        var
        for (g, _, task), var in model.staff.items()
        if g == group and task.kind is DutyKind.POST and task.place == place
    ]
    if not heads:
        return None
    stands = model.cp.new_int_var(0, MOST_HEADS, f"stands/{group.force}/{group.tag}/{place}")
    for var in heads:
        model.cp.add(stands >= var)
    return stands
