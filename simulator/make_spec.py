"""Write spec.json, the names, types and required parts of the Bot API, from its published JSON form.

python -m simulator.make_spec PUBLISHED.json
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("spec.json")


def _only(description: str) -> list[str]:
    """The one value that a field may have, which tells types of a union apart: `must be chat`, `always "paid"`."""
    found = re.search(r"\b(?:must be|always) [\"“]?([a-z_]+)[\"”]?$", description)
    return [found[1]] if found else []


def condense(published: dict[str, Any]) -> dict[str, Any]:
    """Only what requests and answers are checked against; no prose."""

    def fields(entry: dict[str, Any]) -> dict[str, list[Any]]:
        return {
            field["name"]: [field["types"], field["required"], *_only(field["description"])]
            for field in entry.get("fields", [])
        }

    return {
        "version": published["version"],
        "methods": {
            name: {"returns": entry["returns"], "fields": fields(entry)}
            for name, entry in published["methods"].items()
        },
        "types": {
            name: {"subtypes": entry["subtypes"]} if entry.get("subtypes") else {"fields": fields(entry)}
            for name, entry in published["types"].items()
        },
    }


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TARGET.write_text(
        json.dumps(condense(source), separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
    )
