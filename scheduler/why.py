"""What a trial's change says to a leader: the rule it breaks, its cost elsewhere, or that nothing is in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from domain.calendar import DAY, overlaps
from domain.explanation import Obstacle
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Officer, Scenario
from domain.words import Text
from inputs.labels import label
from scheduler.rule_change import Change
from scheduler.trial import Trial
from scheduler.wants import Want

OBSTACLES = {
    "R01": Obstacle.BARRED,
    "R02": Obstacle.ABSENT,
    "R03": Obstacle.REST,
    "R04": Obstacle.REST,
    "R05": Obstacle.REST,
    "R06": Obstacle.HOURS,
    "R07": Obstacle.FORCE,
    "R08": Obstacle.CERTIFICATE,
    "R09": Obstacle.PERSONAL,
    "R10": Obstacle.LOCKED,
    "R11": Obstacle.REMEDIATION,
    "R12": Obstacle.REMEDIATION,
    "R13": Obstacle.REMEDIATION,
    "R14": Obstacle.REMEDIATION,
    "R15": Obstacle.REMEDIATION,
    "R16": Obstacle.REST,
    "R17": Obstacle.REST,
    "R18": Obstacle.REST,
    "R19": Obstacle.PERSONAL,
    "R20": Obstacle.REST,
}


class Why(NamedTuple):
    """One reason why one officer does not fill one day's shortfall; ``rule`` is "" where no rule is broken."""

    obstacle: Obstacle
    rule: str
    text: Text


@dataclass(frozen=True)
class Teller:
    """Puts what the rules say of a trial on one roster into words."""

    scenario: Scenario
    roster: Roster

    def reasons(self, want: Want, who: Officer, trial: Trial, change: Change) -> tuple[Why, ...]:
        """Return why an officer does not come, given what the rules say of his coming."""
        broken = [f for f in change.breaches if want.planned is None or f.rule != "R13"]  # one alone is never enough
        if broken:
            return tuple(self.broken(who, trial, f) for f in broken)
        gone = sum(f.points for f in change.goes if _same_need(f, want.finding))
        come = sum(f.points for f in change.comes if _same_need(f, want.finding))
        if gone <= come and want.finding.rule != "R12":
            return (self._idle(want, trial),)
        elsewhere = [f for f in (Change(change.comes, ())).comes if not _same_need(f, want.finding)]
        if change.points >= 0 and elsewhere:
            worst = min(elsewhere, key=lambda f: (-f.points, f.rule))
            less, more = gone - come, change.points + gone - come
            return (
                Why(
                    Obstacle.DUTY,
                    worst.rule,
                    Text(
                        f"{self._doing(who, trial).zh};调来可减 {less:g} 分,别处却多 {more:g} 分:{worst.text.zh}",
                        f"{self._doing(who, trial).en}; coming would save {less:g} points and cost {more:g} elsewhere: "
                        f"{worst.text.en}",
                    ),
                ),
            )
        save = -change.points
        return (
            Why(
                Obstacle.FREE,
                "",
                Text(
                    f"{self._doing(who, trial).zh};没有硬性规则妨碍,调来可减缺口 {save:g} 分",
                    f"{self._doing(who, trial).en}; no hard rule is in the way, coming would save {save:g} points of "
                    "shortfalls",
                ),
            ),
        )

    def broken(self, who: Officer, trial: Trial, finding: Finding) -> Why:
        """Return a rule that would be broken, in its own words; of an absence the dates are added."""
        text = finding.text
        absence = self.scenario.absence(who.id, trial.day)
        if finding.rule == "R02" and absence is not None:
            kind, last = label(absence.kind), absence.end - DAY
            text = Text(
                f"{kind.zh}({absence.start:%m-%d} 至 {last:%m-%d})",
                f"absent: {kind.en} ({absence.start:%m-%d} to {last:%m-%d})",
            )
        return Why(OBSTACLES.get(finding.rule, Obstacle.DUTY), finding.rule, text)

    def _idle(self, want: Want, trial: Trial) -> Why:
        """Say that nothing is gained: on patrol one more person makes no pair, or the pairs' time is used up."""
        if want.window is not None:
            return Why(
                Obstacle.NO_GAIN,
                want.finding.rule,
                Text(
                    "即使在此时段巡查也不能多到点:凑不成双人,或巡查对的时间已用完",
                    "patrolling then makes no visit more: no second person for a pair, or the pairs' time is used up",
                ),
            )
        return Why(Obstacle.NO_GAIN, want.finding.rule, Text("到岗也不能减少缺口", "being there would not lessen it"))

    def _doing(self, who: Officer, trial: Trial) -> Text:
        """Return what an officer does in the spans of a trial."""
        duties = [
            d
            for d in self.roster.duties_of(who.id)
            if d.day == trial.day and any(overlaps(d.start, d.end, a, b) for a, b in trial.spans)
        ]
        if not duties:
            shift = self.scenario.shift_by_id.get(self.roster.shift_on.get((who.id, trial.day), ""))
            if shift is None:
                return Text("当天休息", "rests that day")
            name = shift.name
            return Text(f"当天上{name}", f"works {name} that day")
        parts = [(label(d.kind), self._place(d.place), f"{d.start:%H:%M}-{d.end:%H:%M}") for d in duties]
        zh = "、".join(f"{kind.zh}{place and f'「{place}」'}{clock}" for kind, place, clock in parts)
        en = ", ".join(f"{kind.en}{place and f' {place}'} {clock}" for kind, place, clock in parts)
        return Text(f"在{zh}", f"on {en}")

    def _place(self, place: str | None) -> str:
        s = self.scenario
        presence = s.presence_by_id.get(place or "")
        if presence is not None:
            place = presence.hotspot
        for known in (s.post_by_id, s.desk_by_id, s.hotspot_by_id):
            if place is not None and place in known:
                return str(known[place].name)
        return place or ""


def _same_need(finding: Finding, other: Finding) -> bool:
    """Return whether two findings are about one need: of one rule, item, place and remediation, on one day."""
    a, b = finding.where, other.where
    same = (finding.rule, finding.item, a.place, a.remediation, a.day) == (
        other.rule,
        other.item,
        b.place,
        b.remediation,
        b.day,
    )
    return (
        same
        and (other.rule not in ("S02", "S04") or a.start == b.start)
        and (a.place is not None or a.squad == b.squad)
    )
