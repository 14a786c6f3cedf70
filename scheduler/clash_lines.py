"""The lines of the input that may contradict each other: what each says, what giving it up weighs, and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from constraints.base import all_rules
from domain.calendar import DAY
from domain.limits import Limits, ShiftCap
from domain.scenario import Absence, Designated, Lock, Scenario
from domain.words import LockKind, Text
from inputs.labels import label

BANDS = ("R06.below", "R06.above", "R06.overtime", "R04.max_days")
"""Values of the policy sheet that may stand against locks and absences."""
WEIGHTS = {"locks": 1, "shift_caps": 1, "limits": 2, "designated": 2, "absences": 3, "policy": 5}
"""What giving up a line weighs: a lock is the leader's own, leave is granted, a policy value touches everybody."""


@dataclass(frozen=True)
class Line:
    """One line of the workbook: the sheet's key, and what tells its row there (id, officer and date, policy key)."""

    sheet: str
    key: tuple[str, ...]
    text: Text

    @property
    def weight(self) -> int:
        """What giving it up weighs."""
        return WEIGHTS[self.sheet]


def lines(scenario: Scenario, squads: Sequence[str] | None = None) -> list[Line]:
    """Return the lines that concern some squads' officers or groups (all by default), in the order of the sheets."""
    people = {o.id for o in scenario.officers if squads is None or o.squad in squads}
    found = [_lock(scenario, k) for k in scenario.locks if k.officer in people or k.kind is LockKind.REMEDIATION]
    found += [_absence(scenario, a) for a in scenario.absences if a.officer in people]
    found += [_order(scenario, d) for d in scenario.designated]
    found += [_limits(scenario, row) for row in scenario.limits if row.officer in people]
    found += [_cap(scenario, row) for row in scenario.shift_caps if row.officer in people]
    found += [_policy(scenario, key) for key in BANDS]
    return found


def _name(scenario: Scenario, officer: str | None) -> str:
    found = scenario.officer_by_id.get(officer or "")
    return f"{found.name}({found.id})" if found else officer or ""


def _lock(scenario: Scenario, k: Lock) -> Line:
    kind, clock = label(k.kind), f" {k.start:%H:%M}" if k.start else ""
    who = _name(scenario, k.officer) if k.officer else k.group or ""
    shift = scenario.shift_by_id.get(k.shift or "")
    what = shift.name if shift else k.place or ""
    zh = f"锁定 {k.id}:{who} {k.date:%m-%d}{clock} {kind.zh} {what}"
    return Line(
        "locks", (k.id,), Text(zh.rstrip(), f"lock {k.id}: {who} {k.date:%m-%d}{clock} {kind.en} {what}".rstrip())
    )


def _absence(scenario: Scenario, a: Absence) -> Line:
    who, kind, last = _name(scenario, a.officer), label(a.kind), a.end - DAY
    return Line(
        "absences",
        (a.officer, a.start.isoformat()),
        Text(
            f"请假:{who} {a.start:%m-%d} 至 {last:%m-%d} {kind.zh}",
            f"absence: {who} {a.start:%m-%d} to {last:%m-%d}, {kind.en}",
        ),
    )


def _order(scenario: Scenario, d: Designated) -> Line:
    spot = scenario.hotspot_by_id.get(d.hotspot)
    name, last = spot.name if spot else d.hotspot, d.end - DAY
    return Line(
        "designated",
        (d.id,),
        Text(
            f"指定整治 {d.id}:{name} {d.first:%m-%d} 至 {last:%m-%d}",
            f"designated remediation {d.id}: {name} {d.first:%m-%d} to {last:%m-%d}",
        ),
    )


def _limits(scenario: Scenario, row: Limits) -> Line:
    who = _name(scenario, row.officer)
    return Line("limits", (row.officer,), Text(f"个人限值:{who}", f"limits of {who}"))


def _cap(scenario: Scenario, row: ShiftCap) -> Line:
    who = _name(scenario, row.officer)
    text = Text(f"班次上限:{who} {row.shift} 至多 {row.most}", f"shift cap: {who} {row.shift} at most {row.most}")
    return Line("shift_caps", (row.officer, row.shift), text)


def _policy(scenario: Scenario, key: str) -> Line:
    rule_id, name = key.split(".")
    rule = next(r for r in all_rules() if r.id == rule_id)
    parameter = next(p for p in rule.parameters if p.key == name)
    return Line("policy", (key,), Text(f"规则参数 {key}:{parameter.text.zh}", f"policy {key}: {parameter.text.en}"))


def without(scenario: Scenario, given_up: Iterable[Line]) -> Scenario:
    """Return the scenario without some lines; a policy value given up takes the widest its rule allows."""
    gone = {(line.sheet, line.key) for line in given_up}
    if not gone:
        return scenario
    policy = dict(scenario.policy)
    for sheet, key in gone:
        if sheet == "policy":
            rule = next(r for r in all_rules() if r.id == key[0].split(".")[0])
            high = next(p.high for p in rule.parameters if p.key == key[0].split(".")[1])
            if high is not None:
                policy[key[0]] = high
    return scenario.model_copy(
        update={
            "locks": tuple(k for k in scenario.locks if ("locks", (k.id,)) not in gone),
            "absences": tuple(
                a for a in scenario.absences if ("absences", (a.officer, a.start.isoformat())) not in gone
            ),
            "designated": tuple(d for d in scenario.designated if ("designated", (d.id,)) not in gone),
            "limits": tuple(row for row in scenario.limits if ("limits", (row.officer,)) not in gone),
            "shift_caps": tuple(c for c in scenario.shift_caps if ("shift_caps", (c.officer, c.shift)) not in gone),
            "policy": policy,
        }
    )
