from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from outputs.report_json import schema, schema_text, to_json
from tests.outputs.fixture import small_result, small_scenario

SCHEMA = Path(__file__).parents[2] / "docs" / "roster.schema.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The small brigade's result as a reader of the JSON gets it."""
    found: dict[str, Any] = json.loads(to_json(small_scenario(), small_result()))
    return found


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def without_words(node: Any) -> Any:
    """Leave out what only people read, so that a better sentence does not break the schema's step."""
    if isinstance(node, list):
        return [without_words(item) for item in node]
    if isinstance(node, dict):
        return {key: without_words(v) for key, v in node.items() if key != "description" or not isinstance(v, str)}
    return node


def test_the_schema_in_docs_is_that_of_the_records() -> None:
    kept = json.loads(SCHEMA.read_text(encoding="utf-8"))
    hint = "write outputs.report_json.schema_text() to docs/roster.schema.json"
    assert without_words(kept) == without_words(schema()), hint
    assert json.loads(schema_text()) == schema()


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_what_is_written_keeps_to_the_schema(document: dict[str, Any]) -> None:
    validator().validate(document)
    assert set(document) == {"version", "scenario", "roster", "report", "findings", "edits"}
    assert document["edits"] is None
    assert document["version"] == 1


def test_duties_and_remediations_say_from_to_and_who(document: dict[str, Any]) -> None:
    roster, result = document["roster"], small_result().roster
    assert len(roster["duties"]) == len(result.duties)
    duty, expected = roster["duties"][0], result.duties[0]
    assert duty == {
        "officer": expected.officer,
        "day": f"{expected.day}",
        "from": expected.start.isoformat(),
        "to": expected.end.isoformat(),
        "kind": expected.kind.value,
        "place": expected.place,
    }
    remediation, held = roster["remediations"][0], result.remediations[0]
    assert remediation["participants"] == list(held.participants)
    assert remediation["vehicles"] == [{"vehicle": use.vehicle, "driver": use.driver} for use in held.vehicles]
    roles = ("host", "lead", "convener", "commander")
    assert [remediation[key] for key in roles] == [held.host, held.lead, "YY", held.commander]
    assert (remediation["from"], remediation["to"]) == (held.start.isoformat(), held.end.isoformat())
    assert len(roster["shifts"]) == len(result.shifts)
    assert len(roster["visits"]) == len(result.visits)
    assert len(roster["holdings"]) == len(result.holdings)


def test_chinese_is_readable_in_the_file() -> None:
    assert "外滩" in to_json(small_scenario(), small_result())


def _without_from(document: dict[str, Any]) -> None:
    del document["roster"]["duties"][0]["from"]


def _offset(document: dict[str, Any]) -> None:
    document["roster"]["duties"][0]["from"] += "+08:00"


def _unknown_kind(document: dict[str, Any]) -> None:
    document["roster"]["duties"][0]["kind"] = "tea"


def _extra(document: dict[str, Any]) -> None:
    document["report"]["mood"] = "good"


def _guessed_status(document: dict[str, Any]) -> None:
    document["report"]["status"] = "GOOD"


def _other_version(document: dict[str, Any]) -> None:
    document["version"] = 2


@pytest.mark.parametrize("spoil", [_without_from, _offset, _unknown_kind, _extra, _guessed_status, _other_version])
def test_the_schema_refuses_what_is_wrong(document: dict[str, Any], spoil: Any) -> None:  # noqa: ANN401
    wrong = deepcopy(document)
    spoil(wrong)
    assert not validator().is_valid(wrong)
