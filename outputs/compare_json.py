"""A what-if comparison as JSON, and the JSON Schema it keeps to (docs/whatif.schema.json)."""

from __future__ import annotations

import json
from typing import Any, Literal

from domain.whatif import Comparison

FORMAT_VERSION: Literal[1] = 1


class JsonComparison(Comparison):
    """A comparison with the version of its format."""

    version: Literal[1] = FORMAT_VERSION


def to_json(found: Comparison) -> str:
    """Return the comparison as JSON text, UTF-8 characters unescaped, indented by two."""
    fields = {name: getattr(found, name) for name in Comparison.model_fields}
    return JsonComparison(**fields).model_dump_json(indent=2)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what ``to_json`` writes."""
    found = JsonComparison.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Lianqin what-if comparison"}


def schema_text() -> str:
    """Return the schema as it is kept in docs/whatif.schema.json."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
