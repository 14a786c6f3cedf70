"""R13: who takes part in a remediation: enough squads, certified people from each, a leader of the host in command.

Model:  sends[s, c] = 1 if and only if somebody of squad s joins c;  sends[s, c] <= held[c];
        sum of sends over the squads that count >= need * held[c];
        certified people of s who join >= certified * sends[s, c] for each squad that counts;
        leaders of the host who join >= held[c], or the commander the order names joins.
Mobile squads add people but do not count as squads. Commander and drivers (R15) are among the people.
Source: Huangpu 2013 (three squads); Administrative Punishment Law art. 42 (two certified officers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import Candidate, RosterModel, Rule, Term
from constraints.phrases import at_remediation, remediation_name, squad_name
from domain.parameter import Parameter
from domain.result import Finding
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from constraints.base import Literal
    from domain.roster import Remediation, Roster
    from domain.scenario import Designated, Officer, Scenario


class TakingPart(Rule):
    """Squads, certified pairs and the commander of a remediation."""

    id, title = "R13", Text("整治参加中队与指挥", "Squads and commander of a remediation")
    scope, severity = Scope.GROUP, Severity.HARD
    unit = Text("个中队、人或职务", "squads, people or roles")
    source = Text("黄浦 2013;《行政处罚法》第四十二条", "Huangpu 2013; Administrative Punishment Law art. 42")
    parameters = (
        Parameter(
            key="squads",
            default=3,
            text=Text("参加中队至少(组内中队不足时为全组)", "Least squads taking part (or all there are)"),
            unit=Text("个", "squads"),
            low=1,
            high=20,
        ),
        Parameter(
            key="certified",
            default=2,
            text=Text("每个参加中队至少持证人数", "Least certified officers from each squad"),
            unit=Text("人", "people"),
            low=0,
            high=20,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        certified = self.params(scenario).certified
        for c in model.candidates:
            held = model.held[c.id]
            for squad in (*c.squads, *c.helpers):
                sends, joins = model.sends[squad, c.id], model.joining(c, squad)
                for _, joining in joins:
                    model.cp.add(joining <= sends)
                model.cp.add(sends <= sum(joining for _, joining in joins))
                model.cp.add(sends <= held)
                if squad in c.squads:
                    able = [joining for oid, joining in joins if scenario.officer_by_id[oid].certified]
                    model.cp.add(sum(able) >= certified * sends)
            model.cp.add(sum(model.sends[squad, c.id] for squad in c.squads) >= c.need_squads * held)
            model.cp.add(sum(_commanders(model, scenario, c)) >= held)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        orders = {order.id: order for order in scenario.designated}
        for r in roster.remediations:
            order = orders.get(r.designated or "")
            people = [scenario.officer_by_id[p] for p in dict.fromkeys(r.participants) if p in scenario.officer_by_id]
            group = scenario.group_by_id.get(r.group)
            if group is not None or order is not None:
                members = () if group is None else group.members
                yield from self._squads(scenario, r, order, members, people)
            yield from self._commander(scenario, r, order)

    def _squads(
        self,
        scenario: Scenario,
        r: Remediation,
        order: Designated | None,
        members: tuple[str, ...],
        people: list[Officer],
    ) -> Iterator[Finding]:
        mobile = set(scenario.mobile_squads)
        counting = [s for s in order.squads if s not in mobile] if order is not None else list(members)
        lending = mobile - set(counting)
        allowed = {*members, *counting, *mobile}
        boss = order.commander if order is not None else None
        taking = list(dict.fromkeys(p.squad for p in people if p.id != boss or p.squad in {*counting, *mobile}))
        name = remediation_name(scenario, r)
        need = min(self.params(scenario).squads, len(counting))
        found = [s for s in taking if s in counting]
        if len(found) < need:
            zh, en = _listed(scenario, found)
            yield self.finding(
                scenario,
                need - len(found),
                at_remediation(r),
                Text(
                    f"{name.zh}只有 {len(found)} 个中队参加({zh}),至少要 {need} 个",
                    f"{name.en} has {len(found)} squads ({en}); at least {need} must take part",
                ),
                Text("从其他中队加人;机动中队不计数", "Add people of another squad; mobile squads do not count"),
            )
        for squad in taking:
            if squad not in allowed:
                yield self._stranger(scenario, r, squad, name)
            elif squad not in lending:
                yield from self._certified(scenario, r, squad, [p for p in people if p.squad == squad], name)
        yield from self._host(scenario, r, allowed, name)

    def _stranger(self, scenario: Scenario, r: Remediation, squad: str, name: Text) -> Finding:
        who = squad_name(scenario, squad)
        return self.finding(
            scenario,
            1,
            at_remediation(r, squad=squad),
            Text(
                f"{who} 不属于{name.zh}的小组、机动中队或指令中队,却有人参加",
                f"{who} has people at {name.en} but is neither of the group, nor mobile, nor named by the order",
            ),
            Text("去掉其人员,或由大队下达指令", "Take its people off, or let the brigade order it"),
        )

    def _certified(
        self, scenario: Scenario, r: Remediation, squad: str, people: list[Officer], name: Text
    ) -> Iterator[Finding]:
        asked, have = self.params(scenario).certified, [p.name for p in people if p.certified]
        if len(have) < asked:
            who = squad_name(scenario, squad)
            zh, en = "、".join(have) or "无", ", ".join(have) or "none"
            yield self.finding(
                scenario,
                asked - len(have),
                at_remediation(r, squad=squad),
                Text(
                    f"{who} 参加{name.zh}的持证人员 {len(have)} 人({zh}),至少要 {asked} 人",
                    f"{who} sends {len(have)} certified officers ({en}) to {name.en}; at least {asked} are needed",
                ),
                Text("加持证人员,或该中队不参加", "Add certified officers, or leave the squad out"),
            )

    def _host(self, scenario: Scenario, r: Remediation, allowed: set[str], name: Text) -> Iterator[Finding]:
        hotspot = scenario.hotspot_by_id.get(r.hotspot)
        if hotspot is None:
            return
        fitting = allowed.intersection(hotspot.squads) or allowed
        if r.host not in fitting:
            zh, en = _listed(scenario, sorted(fitting))
            who = squad_name(scenario, r.host)
            yield self.finding(
                scenario,
                1,
                at_remediation(r, squad=r.host),
                Text(
                    f"{name.zh}的属地填了 {who},该热点属地只能是 {zh}",
                    f"{name.en} names {who} as its host; at that place it can only be {en}",
                ),
                Text("改属地中队", "Change the host squad"),
            )

    def _commander(self, scenario: Scenario, r: Remediation, order: Designated | None) -> Iterator[Finding]:
        boss = scenario.officer_by_id.get(r.commander)
        ordered = order.commander if order is not None else None
        fit = boss is not None and boss.id in r.participants
        if ordered is not None:
            fit = fit and r.commander == ordered
        else:
            fit = fit and boss is not None and boss.leads and boss.squad == r.host
        if fit:
            return
        name, who = remediation_name(scenario, r), boss.name if boss else r.commander
        host = squad_name(scenario, r.host)
        named = scenario.officer_by_id.get(ordered or "")
        zh = f"指令指定的 {named.name}" if named else f"{host} 的中队长或副中队长"
        en = f"{named.name}, whom the order names" if named else f"a leader or deputy of {host}"
        yield self.finding(
            scenario,
            1,
            at_remediation(r, officer=boss.id if boss else None),
            Text(
                f"{name.zh}的指挥填了“{who}”,应为在参加名单中的{zh}",
                f'{name.en} has "{who}" as its commander; it must be {en}, among the participants',
            ),
            Text("改指挥,并列入参加人员", "Change the commander and put them among the participants"),
        )


def _commanders(model: RosterModel, scenario: Scenario, c: Candidate) -> list[Literal]:
    if c.commander is not None:
        return [joins for oid, joins in model.joining(c) if oid == c.commander]
    return [joins for oid, joins in model.joining(c, c.host) if scenario.officer_by_id[oid].leads]


def _listed(scenario: Scenario, squads: list[str]) -> tuple[str, str]:
    names = [squad_name(scenario, squad) for squad in squads]
    return "、".join(names) or "无", ", ".join(names) or "none"
