"""The figures of `lianqin bench` as JSON, and the JSON Schema they keep to (docs/bench.schema.json)."""

from __future__ import annotations

import json
from typing import Any

from domain.bench import BenchReport


def bench_json(report: BenchReport) -> str:
    """Return a report as JSON text in UTF-8 characters, ended by a line break."""
    return json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def bench_schema() -> dict[str, Any]:
    """Return the JSON Schema of `bench_json`."""
    found = BenchReport.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | found


def bench_schema_text() -> str:
    """Return the schema as it stands in docs/bench.schema.json."""
    return json.dumps(bench_schema(), ensure_ascii=False, indent=2) + "\n"
