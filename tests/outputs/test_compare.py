"""The comparison workbook says what the comparison says in both languages, and links; the JSON keeps its schema."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from domain.result import RuleTotal
from domain.whatif import (
    Answer,
    CaseKind,
    CaseResult,
    Comparison,
    Damage,
    Difference,
    Effort,
    Ending,
    Figures,
    Interval,
    Level,
    MinimumResult,
    Overtime,
    RiskResult,
    Spread,
    SweepResult,
    Verdict,
)
from domain.words import PayRegime, Severity, Status, Text
from outputs.compare import minimum_answer, write_comparison
from outputs.compare_json import schema, schema_text, to_json
from outputs.compare_words import between, place, signed, told

SCHEMA = Path(__file__).parents[2] / "docs" / "whatif.schema.json"
NASTY = '=HYPERLINK("http://x")'


def figures(share: float) -> Figures:
    row = tuple(100 if 9 <= h < 12 else 0 for h in range(24))
    half = tuple(round(share * v) for v in row)
    return Figures(
        posts=share,
        posts_missing_h=2.0,
        desks=1.0,
        desks_missing_h=0.0,
        hotspots=share,
        heat_wanted=(row,) * 7,
        heat_reached=(half,) * 7,
        visits_wanted=21,
        visits_reached=10,
        remediations=2,
        remediations_due=2,
        fewest_remediations=2,
        extra_remediations=0,
        strength=0.9,
        below_strength=1,
        person_times=30,
        vehicle_times=4,
        holding=1.0,
        holding_wanted=3,
        holding_reached=3,
        leaders=1.0,
        overtime=(
            Overtime(
                regime=PayRegime.COMPREHENSIVE,
                at_150_h=8,
                at_200_h=0,
                at_300_h=4,
                pay_h=24,
                lieu_h=0,
                cost_yuan=960,
            ),
        ),
        spread_late=2,
        spread_weekends=1,
        spread_holidays=0,
        spread_remediations=1,
        totals=(
            RuleTotal(
                rule="S01", severity=Severity.SHORTFALL, unit=Text("人·分钟", "person-minutes"), amount=120, points=60
            ),
        ),
    )


def case(cid: str, kind: CaseKind, objective: float, bound: float, share: float, **more: Any) -> CaseResult:
    outcome = {
        "ending": Ending.SOLVED,
        "status": Status.FEASIBLE,
        "objective": objective,
        "bound": bound,
        "gap": (objective - bound) / objective,
        "seconds": 1.0,
        "figures": figures(share),
    }
    values: dict[str, Any] = {"id": cid, "name": cid, "kind": kind, "changes": (), "outcome": outcome} | more
    return CaseResult.model_validate(values)


def differing(verdict: Verdict, low: float, high: float) -> tuple[Difference, ...]:
    base = Interval(low=80, high=100)
    return (
        Difference(of="points", base=base, here=Interval(low=low, high=high), verdict=verdict),
        Difference(
            of="hotspots",
            base=Interval(low=0.5, high=0.6),
            here=Interval(low=0.7, high=0.9),
            verdict=Verdict.BETTER,
        ),
    )


def comparison() -> Comparison:
    return Comparison(
        title="试",
        brigade="示例大队",
        part=("外滩", "豫园"),
        first="2026-10-12",
        last="2026-10-25",
        cases=(
            case("S00", CaseKind.BASE, 100, 80, 0.5, roster_file="x-runs/S00.xlsx"),
            case(
                "S01",
                CaseKind.SCENARIO,
                70,
                60,
                0.75,
                name=NASTY,
                changes=(Text("瑞金人员 +2", "officers +2"),),
                differences=differing(Verdict.BETTER, 60, 70),
                asks_otherwise=True,
                roster_file="x-runs/S01.xlsx",
            ),
            CaseResult(
                id="S02",
                name="nobody",
                kind=CaseKind.SCENARIO,
                changes=(),
                outcome={"ending": Ending.IMPOSSIBLE, "reasons": (Text("没有人了", "nobody left"),)},
            ),
            *(
                case(
                    f"W01-{n}",
                    CaseKind.SWEEP,
                    100 - 10 * n,
                    80,
                    0.5 + n / 10,
                    axis=(("officers(瑞金)", float(n)),),
                    differences=differing(Verdict.UNDECIDED, 80, 100 - 10 * n),
                )
                for n in range(3)
            ),
            *(
                case(f"W02-{a}{b}", CaseKind.SWEEP, 90, 80, 0.5, axis=(("x", float(a)), ("y", float(b))))
                for a in (1, 2)
                for b in (1, 2)
            ),
        ),
        sweeps=(
            SweepResult(title="officers(瑞金)=0..2", knobs=("officers(瑞金)",), cases=("W01-0", "W01-1", "W01-2")),
            SweepResult(title="x by y", knobs=("x", "y"), cases=("W02-11", "W02-12", "W02-21", "W02-22")),
        ),
        minima=(
            MinimumResult(
                least="officers(瑞金)",
                such_that="posts=1.0",
                now=20,
                cannot=13,
                can=14,
                proven=True,
                levels=(
                    Level(
                        number=14,
                        answer=Answer.CAN,
                        reached=(("posts", 1.0), ("remediations", 2.0), ("strength", None)),
                        proof=Text("有", "shown"),
                        case="M01-014",
                    ),
                ),
            ),
        ),
        damages=(
            Damage(
                id="1001",
                name="王伟(1001)",
                case="A-1001",
                points=Interval(low=-5, high=20),
                verdict=Verdict.UNDECIDED,
                found=12.0,
            ),
        ),
        risks=(
            RiskResult(
                name="5%",
                rate=0.05,
                samples=20,
                spreads=(Spread(of="hotspots", mean=0.8, low=0.7, median=0.8, high=0.9),),
            ),
        ),
        effort=Effort(runs=3, reused=1, workers=2, where="processes", wall_s=10, solve_s=18, overhead=0.03),
        seconds=60,
        deterministic=None,
        seed=1,
        complete=True,
    )


@pytest.fixture(params=["zh", "en"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    path = tmp_path / "cmp.xlsx"
    write_comparison(path, comparison(), (), lang=request.param, filled=date(2026, 11, 22))
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize(("lang", "said"), [("zh", "差距到 8.0% 即止"), ("en", "ended at a gap of 8.0%")])
def test_a_gap_at_which_runs_ended_is_said(tmp_path: Path, lang: str, said: str) -> None:
    for gap in (0.08, 0.0):
        found = comparison().model_copy(update={"stop_gap": gap})
        write_comparison(tmp_path / "gap.xlsx", found, (), lang=lang, filled=date(2026, 11, 22))
        shown = " ".join(texts(openpyxl.load_workbook(tmp_path / "gap.xlsx").worksheets[0]))
        assert (said in shown) is (gap > 0)


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_every_part_has_its_sheet_and_every_scenario_its_own(book: Any) -> None:
    names = book.sheetnames
    assert names[:2] in (["汇总", "与基准比较"], ["Summary", "Differences"])
    assert {"S00", "S01", "S02", "W01-0", "W02-22"} <= set(names)
    assert len(names) == 2 + 2 + 1 + 1 + 1 + 10


def test_the_summary_links_to_the_sheets_and_they_to_their_rosters(book: Any) -> None:
    summary = book[book.sheetnames[0]]
    links = {cell.hyperlink.location for row in summary.iter_rows() for cell in row if cell.hyperlink}
    assert "'S01'!A1" in links
    rosters = [
        cell.hyperlink.target or cell.hyperlink.location
        for row in book["S01"].iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert {target.replace("\\", "/") for target in rosters} == {"x-runs/S01.xlsx"}


def test_verdicts_stand_beside_intervals_and_never_alone(book: Any) -> None:
    rows = [[cell.value for cell in row] for row in book[book.sheetnames[1]].iter_rows(min_row=5)]
    first = next(row for row in rows if row[0] == "S01")
    assert first[3:6] == ["80 - 100", "60 - 70", "-40 … -10"]
    assert first[6] in ("更好", "better")
    assert first[7]  # the change asks otherwise: said


def test_what_a_user_typed_stays_text(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if NASTY in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_the_heat_map_shows_shares_and_blanks(book: Any) -> None:
    sheet = book["S01"]
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "09")
    assert sheet.cell(head.row + 1, head.column).value == pytest.approx(0.75)
    assert sheet.cell(head.row + 1, head.column - 1).value is None
    assert sheet.conditional_formatting


def test_curves_are_native_charts(book: Any, tmp_path: Path) -> None:
    import zipfile

    book_path = tmp_path / "cmp.xlsx"
    with zipfile.ZipFile(book_path) as packed:
        charts = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/charts/chart")]
    assert sum("hiLowLines" in chart for chart in charts) == 3
    assert sum('<c:barDir val="bar"/>' in chart for chart in charts) == 1
    assert sum('<c:barDir val="col"/>' in chart for chart in charts) == 2


def test_a_scenario_without_a_roster_says_why(book: Any) -> None:
    assert any(text in ("没有人了", "nobody left") for text in texts(book["S02"]))


def test_answers_in_sentences() -> None:
    (found,) = comparison().minima
    assert minimum_answer(found).en == "The least number is 14; 13 is proven not to do (now 20)."
    unsure = found.model_copy(update={"cannot": 10, "proven": False})
    assert "between 11 and 14" in minimum_answer(unsure).en
    nothing = found.model_copy(update={"cannot": None, "can": None, "proven": False})
    assert "between ? and ?" in minimum_answer(nothing).en


def test_intervals_as_text() -> None:
    base, here = Interval(low=0.5, high=0.6), Interval(low=0.7, high=None)
    assert told(here, share=True) == "70.0% - ?"
    assert signed(between(base, here), share=True) == "+10.0 % … ?"


# -- JSON -------------------------------------------------------------------------------------------------------------


def test_the_json_keeps_to_its_schema_in_docs() -> None:
    kept = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert kept == json.loads(schema_text()), "write outputs.compare_json.schema_text() to docs/whatif.schema.json"
    assert kept == schema()
    document = json.loads(to_json(comparison()))
    jsonschema.Draft202012Validator(kept).validate(document)
    assert document["version"] == 1
    assert document["cases"][1]["differences"][0]["verdict"] == "better"


def test_the_schema_refuses_a_bare_verdict() -> None:
    document = json.loads(to_json(comparison()))
    document["cases"][1]["differences"][0]["verdict"] = "10 points"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(document)


def test_the_squads_looked_at_are_listed_as_the_language_lists_them() -> None:
    found = comparison()
    assert place(found, "zh").endswith("外滩、豫园")
    assert place(found, "en").endswith("外滩, 豫园")
    assert place(found.model_copy(update={"part": ()}), "en") == found.brigade
