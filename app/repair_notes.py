"""What a repair says of itself: its levels with their proofs, remediations moved or weakened, edits kept by force."""

from __future__ import annotations

from collections.abc import Sequence

from app.summary import points
from domain.result import Finding, Forced
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Text
from outputs.edit_words import plan_text
from scheduler.audit import hard
from scheduler.levels import Level, Levels
from scheduler.published import candidate_of
from scheduler.repair import Repair

OBJECTIVE = Text("所开中队的目标值(在以上改动数之内)", "Objective of the squads opened, given these")


def level_texts(levels: Levels) -> tuple[Text, ...]:
    """Return what each level of a repair came to and whether it is proven."""
    return (
        _level(Text("新增缺口(分)", "New shortfalls (points)"), levels.shortfalls),
        _level(Text("改动班次(人·天)", "Changed shifts (officer-days)"), levels.days),
        _level(Text("班次不变、改动勤务(人·天)", "Changed duties in unchanged shifts (officer-days)"), levels.duties),
        _level(OBJECTIVE, levels.objective),
    )


def _level(what: Text, level: Level) -> Text:
    value, bound = points(level.value), points(level.bound)
    if level.proven:
        return Text(f"{what.zh}:{value},已证明最少", f"{what.en}: {value}, fewest possible: proven")
    return Text(f"{what.zh}:{value},已证明不少于 {bound}", f"{what.en}: {value}, proven to be no less than {bound}")


def remediation_notes(done: Repair, published: Roster) -> tuple[Text, ...]:
    """Return which remediations were moved or given up, and which are weaker than before and than they should be."""
    scenario, made = done.scenario, done.found
    notes = []
    added = list(made.added)
    for gone in made.removed:
        now = next(
            (r for r in added if (r.group, r.kind, r.designated) == (gone.group, gone.kind, gone.designated)), None
        )
        if now is None:
            notes.append(
                Text(
                    f"联动整治 {gone.id} 取消:在这些请假和改动下不能合规举行,或代价更高",
                    f"Remediation {gone.id} is given up: with these absences and edits it cannot be held, "
                    "or would cost more",
                )
            )
            continue
        added.remove(now)
        was, will = plan_text(scenario, gone), plan_text(scenario, now)
        notes.append(
            Text(
                f"联动整治 {gone.id} 改期:{was.zh} 改为 {will.zh}",
                f"Remediation {gone.id} moves: {was.en} -> {will.en}",
            )
        )
    before = {r.id: len(r.participants) for r in published.remediations}
    for r in done.roster.remediations:
        target, heads = candidate_of(scenario, r).target_heads, len(r.participants)
        if heads < target and heads < before.get(r.id, target):
            notes.append(
                Text(
                    f"联动整治 {r.id} 人数不足:{heads} 人,应有 {target} 人(原 {before.get(r.id, 0)} 人)",
                    f"Remediation {r.id} is below strength: {heads} people instead of {target} "
                    f"({before.get(r.id, 0)} before)",
                )
            )
    return tuple(notes)


def lock_notes(before: Scenario, done: Repair) -> tuple[Text, ...]:
    """Return a note for every lock that gave way to an absence."""
    kept = set(done.scenario.locks)
    gone = [k for k in before.locks if k not in kept and k.officer and done.scenario.absence(k.officer, k.date)]
    return tuple(
        Text(
            f"锁定 {k.id}({before.officer_by_id[k.officer or ''].name} {k.date})因请假不再有效",
            f"Lock {k.id} ({before.officer_by_id[k.officer or ''].name}, {k.date}) gives way to the absence",
        )
        for k in gone
    )


def forced_notes(done: Repair) -> tuple[Text, ...]:
    """Return a note for every edit that was kept although it breaks a hard rule."""
    return tuple(
        Text(
            f"强制保留:{done.scenario.officer_by_id[officer].name}({officer}) {day} 的改动违反硬性规则,见规则校核",
            f"Kept by force: the edit of {done.scenario.officer_by_id[officer].name}({officer}) on {day} breaks a hard "
            "rule, see the findings",
        )
        for officer, day in done.forced
    )


def forced_days(done: Repair, findings: Sequence[Finding]) -> tuple[Forced, ...]:
    """Return the days kept by force, each with the hard breaches of its officer, those of the day itself first."""
    found = []
    for officer, day in done.forced:
        broken = [f for f in hard(findings) if f.where.officer == officer]
        broken.sort(key=lambda f: (f.where.day != day, f.rule))
        zh = "\n".join(f"违反 {f.rule}:{f.text.zh}" for f in broken)
        en = "\n".join(f"breaks {f.rule}: {f.text.en}" for f in broken)
        found.append(Forced(officer=officer, day=day, text=Text(f"强制保留\n{zh}", f"kept by force\n{en}")))
    return tuple(found)
